//! Conjunctions of parts that ask one subject each, which a plan decides many at once for one customer: the answers of
//! columns, which know no such way.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;

use segmentry::customer::Record;
use segmentry::rules::{
    Audience, Bounds, Condition, Definitions, Events, Override, Plan, Rules, State, Truth, Unknown, Vocabulary,
    attribute, member,
};
use segmentry::value::{Attribute, Kind};

use super::column::{same, unknown};
use super::generate;
use super::people::{customers, vocabulary};

/// What is asked of one attribute, or of one sum over events.
fn part() -> BoxedStrategy<Condition> {
    let country = prop_oneof![
        Just(attribute("country").one_of(["DE", "BR"])),
        Just(attribute("country").is("IN") | attribute("country").is("DE")),
        Just(attribute("country").is_not("BR")),
    ];
    let spend = (-5..40_i64, 0..30_i64).prop_flat_map(|(low, more)| {
        prop_oneof![
            Just(attribute("spend").at_least(low)),
            Just(attribute("spend").between(low, low + more, Bounds::Lower)),
            Just(attribute("spend").below(low) | attribute("spend").above(low + more)),
        ]
    });
    let employees = (0..2_000_i64).prop_map(|least| attribute("employees").above(least));
    let state = prop_oneof![Just(State::Missing), Just(State::Null), Just(State::Invalid), Just(State::Known)];
    let is = state.prop_map(|state| attribute("plan").state(state));
    let visits = (0..4_i64).prop_map(|least| Events::of("visit").count().at_least(least));
    let constant = any::<bool>().prop_map(Condition::Constant);
    let leaf = prop_oneof![4 => country, 6 => spend, 3 => employees, 3 => is, 1 => visits, 1 => constant];
    (leaf, 0..5_u8)
        .prop_map(|(leaf, form)| match form {
            0 => !leaf,
            1 => leaf.if_unknown(true),
            2 => !leaf.if_unknown(false),
            _ => leaf,
        })
        .boxed()
}

/// A conjunction of parts in one of the ways to write it, some with a part that asks two subjects or none.
fn conjunction() -> impl Strategy<Value = Condition> {
    let beside = prop_oneof![
        6 => Just(None),
        1 => generate::condition(1).prop_map(Some),
        1 => Just(Some(attribute("country").is("DE") | attribute("spend").at_least(20))),
        1 => Just(Some(member("a0"))),
    ];
    (vec(part(), 0..5), vec(part(), 0..3), beside, 0..4_u8).prop_map(|(mut parts, more, beside, form)| {
        parts.extend(beside);
        match form {
            0 => Condition::All(parts) & Condition::All(more),
            1 => !Condition::Any(parts.into_iter().map(|part| !part).collect()),
            2 => Condition::Any(vec![Condition::All(parts), Condition::All(more)]),
            _ => Condition::All(parts),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn many_at_once_are_each_alone(
        conditions in vec((conjunction(), unknown(), 0..12_u8), 1..400),
        seed in any::<u64>(),
        absent in 0..40_u64,
    ) {
        let customers = customers(seed, 40, absent);
        let mut definitions = Definitions::new().audience(Audience::new("a0", attribute("employees").at_least(500)));
        let mut list = Rules::new("list").unknown(Unknown::Exclude);
        for (number, (condition, unknown, form)) in conditions.into_iter().enumerate() {
            let alone = Definitions::new()
                .audience(Audience::new("a0", attribute("employees").at_least(500)))
                .audience(Audience::new("this", condition.clone()));
            if Plan::new(&alone, &vocabulary()).is_err() {
                continue; // generated windows may be empty, for instance
            }
            // an error for everybody says little, so it is rare
            let unknown = if unknown == Unknown::Error && form != 0 { Unknown::Exclude } else { unknown };
            list = list.when(format!("s{number}"), condition.clone());
            let audience = Audience::new(format!("c{number}"), condition).unknown(unknown);
            definitions = definitions.audience(match form {
                1 => audience.include(Override::of("c-3")),
                2 => audience.exclude(Override::of("c-4")),
                _ => audience,
            });
        }
        let definitions = definitions.rules(list.otherwise("rest"));
        same(&Plan::new(&definitions, &vocabulary()).unwrap(), &customers)?;
    }
}

#[test]
fn the_first_audience_that_must_be_known_is_named() {
    let condition = |least: i64| attribute("spend").at_least(least) & attribute("country").is("DE");
    let audience = |number: i64| Audience::new(format!("a{number}"), condition(number));
    let strict = |number| audience(number).unknown(Unknown::Error);
    let definitions =
        (0..70).map(audience).chain([strict(70), strict(71)]).fold(Definitions::new(), Definitions::audience);
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    let mut asker = plan.asker();
    let error = asker.ask(&Record::new("c").with("spend", 300)).unwrap_err();
    assert_eq!(error.to_string(), "customer `c`: audience `a70`: nobody knows whether its condition holds");
    let answer = asker.ask(&Record::new("c").with("spend", 300).with("country", "DE")).unwrap();
    assert_eq!((answer.memberships(), answer.truth(71)), (&[u64::MAX, 0xff][..], Truth::True));
    let answer = asker.ask(&Record::new("c").with("country", "FR")).unwrap();
    assert_eq!((answer.memberships(), answer.truth(71)), (&[0, 0][..], Truth::False));
}

#[test]
fn long_lists_are_made_ready_in_time() {
    let vocabulary = ["sku", "region"]
        .into_iter()
        .fold(Vocabulary::new(), |known, name| known.attribute(Attribute::new(name, Kind::Text)).unwrap());
    let start = Instant::now();
    let skus = || (0..50_000).map(|number| format!("sku-{number}"));
    let condition = attribute("sku").one_of(skus()) & attribute("region").one_of(["north", "south"]);
    let plan = Plan::new(&Definitions::new().audience(Audience::new("a", condition)), &vocabulary).unwrap();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed()); // much less, unless it grows by squares
    let mut asker = plan.asker();
    let mut asked =
        |sku: &str| asker.ask(&Record::new("c").with("sku", sku).with("region", "south")).unwrap().is_member(0);
    assert_eq!(["sku-0", "sku-49999", "sku-50000"].map(&mut asked), [true, true, false]);
}
