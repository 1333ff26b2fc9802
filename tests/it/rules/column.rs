//! Many customers asked at once: the answers of one by one.

use proptest::collection::vec;
use proptest::prelude::*;

use segmentry::customer::Customers;
use segmentry::rules::{
    Audience, Condition, Definitions, Events, List, Override, Plan, Rules, Term, Unknown, Vocabulary, attribute, field,
    member,
};
use segmentry::segment::Segment;
use segmentry::value::{Column, Kind, OwnedValue};

use super::generate;
use super::people::{customers, vocabulary};

/// Holds the column executor against the row executor, customer by customer.
fn same(plan: &Plan, customers: &Customers) -> Result<(), TestCaseError> {
    let lists = plan.rule_lists().count();
    let (audiences, truths) = (plan.audiences_of(customers), plan.truths_of(customers));
    let mut asker = plan.asker();
    for row in 0..customers.len() {
        let customer = customers.get(row).unwrap();
        match asker.ask(&customer) {
            Err(error) => {
                let expected = error.at_row(row).to_string();
                prop_assert_eq!(audiences.as_ref().unwrap_err().to_string(), expected.clone());
                prop_assert_eq!(truths.as_ref().unwrap_err().to_string(), expected);
                return Ok(());
            }
            Ok(answer) => {
                for audience in 0..plan.audiences().count() {
                    if let Ok(truths) = &truths {
                        prop_assert_eq!(
                            truths.truth(audience, row),
                            answer.truth(audience),
                            "{} of row {}",
                            audience,
                            row
                        );
                    }
                    if let Ok(audiences) = &audiences {
                        let both = (audiences.contains(audience, row), answer.is_member(audience));
                        prop_assert_eq!(both.0, both.1, "{} of row {}", audience, row);
                    }
                }
            }
        }
    }
    prop_assert!(audiences.is_ok() && truths.is_ok(), "{:?}", audiences.err());
    for list in 0..lists {
        let segmentation = plan.segment_of(list, customers);
        for row in 0..customers.len() {
            let customer = customers.get(row).unwrap();
            match asker.ask(&customer).unwrap().segment(list) {
                Ok(segment) => {
                    if let Ok(segmentation) = &segmentation {
                        prop_assert_eq!(segmentation.get(row), segment, "list {} row {}", list, row);
                    }
                }
                Err(error) => {
                    let error = error.at_row(row).at_customer(format!("c-{row}")).to_string();
                    prop_assert_eq!(segmentation.unwrap_err().to_string(), error);
                    return Ok(());
                }
            }
        }
        prop_assert!(segmentation.is_ok());
    }
    Ok(())
}

/// Whether a plan can be made of the condition, among these audiences: generated windows may be empty, for instance.
fn is_plan(condition: &Condition, among: &[Audience], customers: &Customers) -> bool {
    let mut definitions = Definitions::new();
    definitions.audiences = among.to_vec();
    let definitions = definitions.audience(Audience::new("this", condition.clone()));
    Plan::fit_with(&definitions, &vocabulary(), customers).is_ok()
}

fn same_all(mut conditions: Vec<Condition>, customers: &Customers) -> Result<(), TestCaseError> {
    conditions.retain(|condition| is_plan(condition, &[], customers));
    let mut definitions = Definitions::new();
    for (number, condition) in conditions.into_iter().enumerate() {
        definitions = definitions.audience(Audience::new(format!("a{number}"), condition));
    }
    same(&Plan::fit_with(&definitions, &vocabulary(), customers).unwrap(), customers)
}

fn unknown() -> impl Strategy<Value = Unknown> {
    prop_oneof![6 => Just(Unknown::Exclude), 3 => Just(Unknown::Include), 1 => Just(Unknown::Error)]
}

/// How many values in a hundred are absent.
fn absent() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0_u64), 3 => Just(15_u64), 1 => Just(100_u64)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn columns_answer_as_rows_do(
        conditions in vec(generate::condition(2), 1..12),
        rows in 0..150_usize,
        seed in any::<u64>(),
        absent in absent(),
    ) {
        same_all(conditions, &customers(seed, rows, absent))?;
    }

    #[test]
    fn ranks_and_scores_too(
        terms in vec(prop_oneof![generate::rank(), generate::score()], 1..4),
        least in -5..50_i64,
        rows in 1..100_usize,
        seed in any::<u64>(),
    ) {
        let conditions = terms.into_iter().map(|term: Term| term.at_least(least)).collect();
        same_all(conditions, &customers(seed, rows, 10))?;
    }

    #[test]
    fn documents_with_every_policy_too(
        mut definitions in generate::definitions(),
        policies in vec(unknown(), 8),
        chosen in vec((0..40_usize, any::<bool>()), 0..6),
        otherwise in any::<bool>(),
        rows in 1..100_usize,
        seed in any::<u64>(),
    ) {
        let customers = customers(seed, rows, 12);
        for list in &mut definitions.rules {
            list.rules.retain(|rule| is_plan(&rule.when, &[], &customers));
        }
        definitions.rules.retain(|list| !list.rules.is_empty());
        let mut audiences: Vec<Audience> = Vec::new();
        for mut audience in definitions.audiences {
            if !audience.condition().is_some_and(|condition| is_plan(condition, &audiences, &customers)) {
                audience.list = List::Dynamic(attribute("spend").is_known());
            }
            audiences.push(audience);
        }
        definitions.audiences = audiences;
        for (audience, unknown) in definitions.audiences.iter_mut().zip(&policies) {
            audience.unknown = *unknown;
            for (row, inside) in &chosen {
                let list = if *inside { &mut audience.include } else { &mut audience.exclude };
                if !list.iter().any(|known| known.customer == format!("c-{row}")) {
                    list.push(Override::of(format!("c-{row}")));
                }
            }
        }
        for (list, unknown) in definitions.rules.iter_mut().zip(policies.iter().rev()) {
            list.unknown = *unknown;
            if !otherwise {
                list.otherwise = None;
            }
        }
        definitions = definitions.audience(Audience::of(
            segmentry::segment::Label::new("by-hand"),
            List::Manual(vec!["c-3".to_owned(), "c-70".to_owned(), "nobody".to_owned()]),
        ));
        definitions = definitions.audience(Audience::new("not-by-hand", !member("by-hand")));
        let plan = Plan::fit_with(&definitions, &vocabulary(), &customers).unwrap();
        same(&plan, &customers)?;
    }
}

/// A table in which row `i` has the number `i`, every fifth none.
fn numbered(rows: usize) -> Customers {
    let spend = (0..rows).map(|row| (row % 5 != 0).then_some(row as f64));
    let active = (0..rows).map(|row| row % 3 == 0);
    Customers::with_ids(0..rows as i64)
        .unwrap()
        .with_column("spend", Column::of(Kind::Number, spend))
        .unwrap()
        .with_column("active", Column::booleans(active))
        .unwrap()
}

fn numbered_plan(customers: &Customers, unknown: Unknown) -> Plan {
    let condition = attribute("spend").at_least(70) & attribute("active").is(true);
    let definitions = Definitions::new()
        .audience(Audience::new("some", condition.clone()).unknown(unknown))
        .rules(Rules::new("list").when("some", condition).when("few", attribute("spend").below(3)).unknown(unknown));
    Plan::new(&definitions, &Vocabulary::of(customers).unwrap()).unwrap()
}

#[test]
fn the_edges_of_words_chunks_and_bands_do_not_show() {
    for rows in
        [0, 1, 63, 64, 65, 1_023, 1_024, 1_025, 4_095, 4_096, 4_097, 8_191, 8_192, 8_193, 65_535, 65_536, 65_537]
    {
        let customers = numbered(rows);
        let plan = numbered_plan(&customers, Unknown::Exclude);
        let inside = |row: usize| !row.is_multiple_of(5) && row >= 70 && row.is_multiple_of(3);
        let audiences = plan.audiences_of(&customers).unwrap();
        assert!(audiences.members(0).eq((0..rows).filter(|row| inside(*row))), "{rows}");
        let list = plan.segment_of(0, &customers).unwrap();
        for row in 0..rows {
            let expected = if inside(row) {
                Some("some")
            } else if row % 5 != 0 && row < 3 {
                Some("few")
            } else {
                None
            };
            assert_eq!(list.get(row).map(|label| label.key().into_owned()).as_deref(), expected, "row {row} of {rows}");
        }
        let reasons: usize = list.reasons().iter().map(|(_, count)| count).sum();
        assert_eq!(reasons, list.unassigned());
    }
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let customers = customers(3, 20_000, 10);
    let definitions = Definitions::new()
        .audience(Audience::new("a", attribute("spend").at_least(20) & !attribute("country").is("DE")))
        .audience(Audience::new(
            "b",
            Events::of("purchase").sum("amount").above(30) | attribute("tags").any_of(["vip"]),
        ))
        .audience(Audience::new(
            "c",
            attribute("spend").top_percent(10.0) & attribute("birthday").comes_round_within(30),
        ))
        .rules(Rules::new("l").when("x", attribute("employees").at_least(100)).when("y", member("b")));
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let plan = Plan::fit_with(&definitions, &vocabulary(), &customers).unwrap();
            let audiences = plan.audiences_of(&customers).unwrap();
            let members: Vec<Vec<usize>> = (0..3).map(|audience| audiences.members(audience).collect()).collect();
            (members, plan.truths_of(&customers).unwrap(), plan.segment_of(0, &customers).unwrap())
        })
    };
    let one = with(1);
    assert!(one.0.iter().all(|members| !members.is_empty()));
    assert_eq!(with(4), one);
}

#[test]
fn a_shared_plan_answers_as_each_definition_alone() {
    let customers = customers(8, 700, 10);
    let conditions = || {
        [
            attribute("spend").at_least(20) & attribute("country").one_of(["DE", "BR"]),
            attribute("spend").below(20) | !attribute("country").is("DE"),
            attribute("spend").one_of([0.0, 5.5, 7.25, 1.0, 2.0, 3.0, 4.0]),
            attribute("employees").one_of([1, 3, 5, 7, 9, 11, 13]) | attribute("employees").below(50),
            Condition::at_least(
                2,
                [attribute("active").is(true), attribute("spend").above(0), attribute("ip").is_known()],
            ),
        ]
    };
    let all = conditions().into_iter().enumerate();
    let shared = all.fold(Definitions::new(), |d, (i, c)| d.audience(Audience::new(format!("a{i}"), c)));
    let shared = Plan::new(&shared, &vocabulary()).unwrap().truths_of(&customers).unwrap();
    for (number, condition) in conditions().into_iter().enumerate() {
        let alone = Definitions::new().audience(Audience::new("a", condition));
        let alone = Plan::new(&alone, &vocabulary()).unwrap().truths_of(&customers).unwrap();
        assert_eq!((shared.holds(number), shared.known(number)), (alone.holds(0), alone.known(0)), "{number}");
        let [holds, fails, unknown] = alone.counts(0);
        assert!(holds > 0 && fails > 0 && holds + fails + unknown == 700, "{number}: {holds} {fails} {unknown}");
    }
}

#[test]
fn whole_numbers_compare_exactly_with_numbers() {
    const EDGE: i64 = 1 << 53;
    let integers =
        [i64::MIN, -EDGE - 1, -EDGE, -1, 0, 1, 2, EDGE - 1, EDGE, EDGE + 1, EDGE + 2, i64::MAX - 1, i64::MAX];
    let customers = Customers::with_ids(0..13)
        .unwrap()
        .with_column("whole", Column::integers(integers))
        .unwrap()
        .with_column("number", Column::numbers(integers.map(|integer| integer as f64)))
        .unwrap();
    let mut definitions = Definitions::new();
    let cuts = [EDGE, EDGE + 1, i64::MAX, i64::MIN, 0].map(Term::from);
    let floats = [EDGE as f64, 0.5, -0.5, 9.3e18, -9.3e18, 0.0, -0.0].map(Term::from);
    for (number, cut) in cuts.into_iter().chain(floats).enumerate() {
        for name in ["whole", "number"] {
            let term = || attribute(name);
            let conditions = [
                term().at_least(cut.clone()),
                term().above(cut.clone()),
                term().at_most(cut.clone()),
                term().below(cut.clone()),
                term().is(cut.clone()),
                term().is_not(cut.clone()),
            ];
            for (which, condition) in conditions.into_iter().enumerate() {
                definitions = definitions.audience(Audience::new(format!("{name} {number} {which}"), condition));
            }
        }
    }
    let plan = Plan::new(&definitions, &Vocabulary::of(&customers).unwrap()).unwrap();
    same(&plan, &customers).unwrap();
    for audience in &definitions.audiences {
        let alone = Definitions::new().audience(audience.clone());
        let plan = Plan::new(&alone, &Vocabulary::of(&customers).unwrap()).unwrap();
        same(&plan, &customers).unwrap();
    }
}

#[test]
fn nobody_and_nothing_known_have_answers() {
    for (rows, absent) in [(0, 0), (200, 100)] {
        let customers = customers(1, rows, absent);
        let definitions = Definitions::new()
            .audience(Audience::new("known", attribute("spend").at_least(1)))
            .audience(Audience::new("absent", !attribute("country").is_known()))
            .audience(Audience::new("unknown", attribute("tags").any_of(["vip"])).unknown(Unknown::Include))
            .rules(Rules::new("list").when("x", attribute("seen").at_least(generate::middle().start())));
        let plan = Plan::new(&definitions, &vocabulary()).unwrap();
        assert_eq!(plan.audiences_of(&customers).unwrap().sizes(), [0, rows, rows]);
        let list = plan.segment_of(0, &customers).unwrap();
        assert_eq!((list.unassigned(), list.reasons().len()), (rows, rows.min(3)));
    }
}

#[test]
fn columns_of_the_wrong_kind_and_columns_that_are_not_there_are_refused() {
    let plan =
        Plan::new(&Definitions::new().audience(Audience::new("a", attribute("spend").at_least(1))), &vocabulary())
            .unwrap();
    let nobody = Customers::with_ids(["a", "b"]).unwrap();
    assert_eq!(plan.audiences_of(&nobody).unwrap_err().to_string(), "no attribute `spend`");
    let texts = nobody.clone().with_column("spend", Column::texts(["1", "2"])).unwrap();
    let error = plan.audiences_of(&texts).unwrap_err().to_string();
    assert_eq!(error, "attribute `spend` is text, expected number");
    let integers = nobody.with_column("spend", Column::integers([0, 2])).unwrap();
    assert_eq!(plan.audiences_of(&integers).unwrap().sizes(), [1]);
    assert!(plan.segment_of(0, &integers).is_err());
}

#[test]
fn the_first_customer_with_whom_something_is_wrong_is_named() {
    let mut customers = numbered(30_000);
    let plan = numbered_plan(&customers, Unknown::Error);
    // every fifth has no number, and of those every third is active: the first is 0
    let error = plan.audiences_of(&customers).unwrap_err().to_string();
    assert_eq!(error, "row 0: customer `0`: audience `some`: nobody knows whether its condition holds");
    let spend = (0..30_000).map(|row| (row != 29_001).then_some(row as f64));
    customers = customers.with_column("spend", Column::of(Kind::Number, spend)).unwrap();
    let error = plan.segment_of(0, &customers).unwrap_err().to_string();
    assert_eq!(error, "row 29001: customer `29001`: audience `some`: nobody knows whether its condition holds");
    let needs_a_day = Definitions::new()
        .audience(Audience::new("a", Events::any().last(segmentry::rules::Span::days(3)).count().above(0)));
    let plan = Plan::new(&needs_a_day, &Vocabulary::of(&customers).unwrap()).unwrap();
    let error = plan.audiences_of(&customers).unwrap_err().to_string();
    assert_eq!(error, "the day as of which customers are seen is not set: give it with `as_of`");
}

#[test]
fn a_property_of_another_kind_is_found_in_columns_too() {
    use segmentry::history::{Event, History};
    let (text, number) =
        ([("voucher".to_owned(), OwnedValue::from("A"))], [("voucher".to_owned(), OwnedValue::Number(1.0))]);
    let table = |properties: &[(String, OwnedValue)]| {
        let mut log = History::builder();
        for row in 0..200 {
            let event = Event::on(generate::middle(), "purchase");
            log.push(row, &if row == 150 { event.properties(properties) } else { event }).unwrap();
        }
        Customers::from_history(log.finish()).as_of(generate::middle())
    };
    let used = Events::of("purchase").filter(field("voucher").is("A")).count().at_least(1);
    let plan = Plan::new(&Definitions::new().audience(Audience::new("a", used)), &vocabulary()).unwrap();
    assert_eq!(plan.audiences_of(&table(&text)).unwrap().members(0).collect::<Vec<_>>(), [150]);
    let error = plan.audiences_of(&table(&number)).unwrap_err().to_string();
    assert_eq!(error, "row 150: customer `150`: attribute `.voucher` is number `1`, expected text");
}
