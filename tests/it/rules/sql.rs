//! Rules as SQL: the same answers from an engine's tables.

use proptest::prelude::*;

use segmentry::rules::{Condition, Definitions, Dialect, Plan, Renderer};
use segmentry::time::Zone;

use super::generate::condition;
use super::sqlite::{Sqlite, asked_in, customers, is_valid, tables, vocabulary};

/// Rows answered alike, conditions asked and conditions refused.
fn compare(zone: &Zone, customers: &segmentry::customer::Customers, conditions: &[Condition]) -> (usize, usize) {
    let vocabulary = vocabulary();
    let definitions = Definitions::new().zone(zone.clone());
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let renderer =
        Renderer::new(Dialect::Sqlite, &plan, customers.seen_as_of().unwrap()).tables(tables()).host_functions();
    let sqlite = Sqlite::load(customers, &vocabulary);
    let (mut asked, mut refused) = (0, 0);
    for condition in conditions {
        let Ok(found) = sqlite.ask(&renderer, condition) else {
            refused += 1;
            continue;
        };
        asked += 1;
        let expected = asked_in(&definitions, customers, &vocabulary, condition);
        let sql = || renderer.truths(std::slice::from_ref(condition)).unwrap();
        assert_eq!(found, expected, "{condition:?}\n{}", sql());
    }
    (asked, refused)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sqlite_answers_as_the_row_does(
        customers in customers(Zone::utc()),
        conditions in prop::collection::vec(condition(2), 12),
    ) {
        let valid: Vec<Condition> = conditions.into_iter().filter(is_valid).collect();
        compare(&Zone::utc(), &customers, &valid);
    }

    #[test]
    fn sqlite_answers_as_the_row_does_in_a_zone(
        customers in customers(Zone::named("America/Sao_Paulo").unwrap()),
        conditions in prop::collection::vec(condition(2), 12),
    ) {
        let valid: Vec<Condition> = conditions.into_iter().filter(is_valid).collect();
        compare(&Zone::named("America/Sao_Paulo").unwrap(), &customers, &valid);
    }
}
