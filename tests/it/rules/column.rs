//! Many customers asked at once: the answers of one by one.

use proptest::collection::vec;
use proptest::prelude::*;

use segmentry::customer::Customers;
use segmentry::rules::{
    Audience, Condition, Definitions, Events, List, Override, Plan, Rules, Term, Truth, Unknown, Vocabulary, attribute,
    field, member,
};
use segmentry::value::{Column, Kind, OwnedValue, Value};

use super::generate;
use super::people::{customers, vocabulary};

/// Holds the column executor against the row executor, customer by customer.
pub fn same(plan: &Plan, customers: &Customers) -> Result<(), TestCaseError> {
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

pub fn unknown() -> impl Strategy<Value = Unknown> {
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
