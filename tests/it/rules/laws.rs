//! Laws of the logic, of random conditions and random customers: what may be written in two ways has one answer.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use segmentry::customer::Record;
use segmentry::history::Event;
use segmentry::rules::{Audience, Comparison, Condition, Definitions, Plan, Term, Truth, Vocabulary};
use segmentry::time::{Day, Timestamp, Zone};
use segmentry::value::{Attribute, Kind, OwnedValue};

use super::generate::{self, ATTRIBUTES, FIELDS, KINDS, TAGS, TEXTS};

fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new();
    for (name, kind) in ATTRIBUTES {
        let attribute = Attribute::new(name, kind);
        let attribute = if name == "plan" { attribute.ordinal(["free", "trial", "pro"]) } else { attribute };
        vocabulary = vocabulary.attribute(attribute).unwrap();
    }
    vocabulary.event_field("voucher", FIELDS[7].1).unwrap()
}

/// A value of that kind, or one of the ways to have none.
fn value(kind: Kind) -> BoxedStrategy<OwnedValue> {
    let present = match kind {
        Kind::Number => select(vec![-1.5, 0.0, 0.5, 3.0, 100.0]).prop_map(OwnedValue::Number).boxed(),
        Kind::Integer => (-3..40_i64).prop_map(OwnedValue::Integer).boxed(),
        Kind::Boolean => any::<bool>().prop_map(OwnedValue::Boolean).boxed(),
        Kind::Day => generate::day().prop_map(OwnedValue::Day).boxed(),
        Kind::Timestamp => generate::timestamp().prop_map(OwnedValue::Timestamp).boxed(),
        Kind::Set => subsequence(TAGS.to_vec(), 0..=TAGS.len())
            .prop_map(|tags| OwnedValue::Set(tags.into_iter().map(str::to_owned).collect()))
            .boxed(),
        Kind::Point => generate::point().prop_map(OwnedValue::Point).boxed(),
        _ => {
            let texts = TEXTS.into_iter().chain(["2.3.0", "10.0.0", "10.1.2.3", "192.168.1.9", "trial"]);
            select(texts.collect::<Vec<_>>()).prop_map(|text| OwnedValue::Text(text.to_owned())).boxed()
        }
    };
    prop_oneof![
        6 => present,
        1 => Just(OwnedValue::Missing),
        1 => Just(OwnedValue::Null),
        1 => Just(OwnedValue::Invalid("n.a.".to_owned())),
    ]
    .boxed()
}

#[derive(Clone, Debug)]
struct Happened {
    at: Timestamp,
    kind: &'static str,
    amount: Option<f64>,
    channel: Option<&'static str>,
    voucher: Vec<(String, OwnedValue)>,
}

fn happened() -> impl Strategy<Value = Happened> {
    let amount = option::of(select(vec![0.0, 0.5, 3.0, 100.0]));
    let voucher = option::of(value(Kind::Text)).prop_map(|voucher| voucher.map(|v| ("voucher".to_owned(), v)));
    (generate::timestamp(), select(&KINDS[..]), amount, option::of(select(vec!["app", "web"])), voucher).prop_map(
        |(at, kind, amount, channel, voucher)| Happened {
            at,
            kind,
            amount,
            channel,
            voucher: voucher.into_iter().collect(),
        },
    )
}

/// A customer of whom some things are known.
fn record() -> impl Strategy<Value = Record> {
    let values: Vec<BoxedStrategy<OwnedValue>> = ATTRIBUTES.iter().map(|(_, kind)| value(*kind)).collect();
    (values, vec(happened(), 0..8), generate::day()).prop_map(|(values, events, today)| {
        let mut record = Record::new("c-17").as_of(today);
        for ((name, _), value) in ATTRIBUTES.iter().zip(&values) {
            record = record.with(*name, value);
        }
        for happened in &events {
            let mut event = Event::at(happened.at, happened.kind, &Zone::utc()).properties(&happened.voucher);
            (event.amount, event.channel) = (happened.amount, happened.channel);
            record = record.event(&event);
        }
        record
    })
}

/// The truths of these conditions, asked by one plan; `None` if one of them is refused, as windows that hold nothing are.
fn truths(conditions: &[&Condition], record: &Record) -> Option<Vec<Truth>> {
    let audience = |(i, condition): (usize, &&Condition)| Audience::new(format!("a{i}"), (*condition).clone());
    let audiences = conditions.iter().enumerate().map(audience).collect();
    let definitions = Definitions { audiences, ..Definitions::new() };
    let plan = Plan::new(&definitions, &vocabulary()).ok()?;
    let mut asker = plan.asker();
    let answer = asker.ask(record).unwrap();
    Some((0..conditions.len()).map(|audience| answer.truth(audience)).collect())
}

/// That the two have one answer, in one plan and each in its own.
fn same(left: &Condition, right: &Condition, record: &Record) -> Result<(), TestCaseError> {
    let Some(together) = truths(&[left, right], record) else { return Err(TestCaseError::reject("refused")) };
    prop_assert_eq!(together[0], together[1], "{:?}\n{:?}", left, right);
    let alone = [truths(&[left], record), truths(&[right], record)];
    prop_assert_eq!(alone.into_iter().flatten().flatten().collect::<Vec<_>>(), together, "alone and in one plan");
    Ok(())
}

fn condition() -> BoxedStrategy<Condition> {
    generate::condition(2)
}

/// A comparison of an attribute with its kind, ordered texts too.
fn compared() -> BoxedStrategy<(Term, Comparison, Term)> {
    let ordered = (select(&Comparison::ALL[..]), select(vec!["free", "trial", "pro"]))
        .prop_map(|(comparison, text)| (segmentry::rules::attribute("plan"), comparison, Term::from(text)));
    let kinds = select(vec![Kind::Number, Kind::Day, Kind::Timestamp]);
    let terms =
        kinds.prop_flat_map(|kind| (generate::term(kind, 1), select(&Comparison::ALL[..]), generate::term(kind, 1)));
    prop_oneof![1 => ordered, 3 => terms].boxed()
}

fn compare((left, comparison, right): &(Term, Comparison, Term)) -> Condition {
    Condition::Compare { left: left.clone(), comparison: *comparison, right: right.clone() }
}

fn all(of: Vec<Condition>) -> Condition {
    Condition::All(of)
}

fn any_of(of: Vec<Condition>) -> Condition {
    Condition::Any(of)
}

fn not(condition: &Condition) -> Condition {
    Condition::Not(Box::new(condition.clone()))
}

const TRUE: Condition = Condition::Constant(true);
const FALSE: Condition = Condition::Constant(false);

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn not_below_is_at_least(compared in compared(), record in record()) {
        let (left, comparison, right) = compared.clone();
        same(&not(&compare(&compared)), &compare(&(left, comparison.negated(), right)), &record)?;
    }

    #[test]
    fn sides_may_be_exchanged(compared in compared(), record in record()) {
        let (left, comparison, right) = compared.clone();
        same(&compare(&compared), &compare(&(right, comparison.mirrored(), left)), &record)?;
    }

    #[test]
    fn not_all_is_any_not(of in vec(condition(), 0..4), record in record()) {
        same(&not(&all(of.clone())), &any_of(of.iter().map(not).collect()), &record)?;
        same(&not(&any_of(of.clone())), &all(of.iter().map(not).collect()), &record)?;
    }

    #[test]
    fn none_is_not_any(of in vec(condition(), 0..4), record in record()) {
        same(&Condition::none(of.clone()), &not(&any_of(of.clone())), &record)?;
        same(&Condition::none(of.clone()), &all(of.iter().map(not).collect()), &record)?;
    }

    #[test]
    fn twice_not_is_nothing(condition in condition(), record in record()) {
        same(&not(&not(&condition)), &condition, &record)?;
    }

    #[test]
    fn constants_are_absorbed_or_absorb(condition in condition(), record in record()) {
        same(&all(vec![condition.clone(), TRUE]), &condition, &record)?;
        same(&any_of(vec![condition.clone(), FALSE]), &condition, &record)?;
        same(&all(vec![condition.clone(), FALSE]), &FALSE, &record)?;
        same(&any_of(vec![condition.clone(), TRUE]), &TRUE, &record)?;
        same(&all(vec![condition.clone(), condition.clone()]), &condition, &record)?;
        same(&any_of(vec![condition.clone(), all(vec![condition.clone(), TRUE])]), &condition, &record)?;
    }

    #[test]
    fn a_part_absorbs_what_it_is_in(a in condition(), b in condition(), record in record()) {
        same(&any_of(vec![a.clone(), all(vec![a.clone(), b.clone()])]), &a, &record)?;
        same(&all(vec![a.clone(), any_of(vec![a.clone(), b.clone()])]), &a, &record)?;
    }

    #[test]
    fn and_spreads_over_or(a in condition(), b in condition(), c in condition(), record in record()) {
        let spread = any_of(vec![all(vec![a.clone(), b.clone()]), all(vec![a.clone(), c.clone()])]);
        same(&all(vec![a, any_of(vec![b, c])]), &spread, &record)?;
    }

    #[test]
    fn order_plays_no_part(of in vec(condition(), 1..5).prop_flat_map(|of| (Just(of.clone()), Just(of).prop_shuffle())), record in record()) {
        let (of, shuffled) = of;
        same(&all(of.clone()), &all(shuffled.clone()), &record)?;
        same(&any_of(of.clone()), &any_of(shuffled.clone()), &record)?;
        let count = of.len() as u32 / 2;
        same(&Condition::at_least(count, of), &Condition::at_least(count, shuffled), &record)?;
    }

    #[test]
    fn at_least_counts(of in vec(condition(), 0..5), count in 0..6_u32, record in record()) {
        same(&Condition::at_least(0, of.clone()), &TRUE, &record)?;
        same(&Condition::at_least(1, of.clone()), &any_of(of.clone()), &record)?;
        same(&Condition::at_least(of.len() as u32, of.clone()), &all(of.clone()), &record)?;
        // fewer than so many hold: of the negations all but one less hold
        let others = (of.len() as u32 + 1).checked_sub(count);
        let few = others.map_or(TRUE, |others| Condition::at_least(others, of.iter().map(not)));
        same(&not(&Condition::at_least(count, of)), &few, &record)?;
    }

    #[test]
    fn what_is_unknown_is_settled_once(condition in condition(), then in any::<bool>(), record in record()) {
        let settled = condition.clone().if_unknown(then);
        same(&not(&settled), &not(&condition).if_unknown(!then), &record)?;
        same(&settled.clone().if_unknown(!then), &settled, &record)?;
        let answers = truths(&[&condition, &settled], &record);
        prop_assume!(answers.is_some());
        let answers = answers.unwrap();
        prop_assert!(answers[1].is_known());
        prop_assert!(!answers[0].is_known() || answers[0] == answers[1]);
    }

    #[test]
    fn between_is_two_comparisons(of in (generate::term(Kind::Number, 1), generate::term(Kind::Number, 1), generate::term(Kind::Number, 1)), record in record()) {
        use segmentry::rules::Bounds;
        let (term, low, high) = of;
        for bounds in [Bounds::Both, Bounds::Lower, Bounds::Upper, Bounds::Neither] {
            let (above, below) = bounds.comparisons();
            let both = all(vec![compare(&(term.clone(), above, low.clone())), compare(&(term.clone(), below, high.clone()))]);
            same(&term.clone().between(low.clone(), high.clone(), bounds), &both, &record)?;
        }
    }
}

#[test]
fn random_customers_meet_every_truth() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (condition, record) = (condition(), record());
    let mut met = std::collections::HashSet::new();
    for _ in 0..300 {
        let condition = condition.new_tree(&mut runner).unwrap().current();
        let record = record.new_tree(&mut runner).unwrap().current();
        met.extend(truths(&[&condition], &record).into_iter().flatten());
    }
    assert_eq!(met.len(), 3, "{met:?}");
    assert!(Day::new(2026, 6, 1).unwrap() == generate::middle());
}
