//! One customer followed through its changes.

use proptest::prelude::*;
use segmentry::customer::{Customer, Record};
use segmentry::history::Event;
use segmentry::rules::{
    Audience, Condition, Definitions, Events, Override, Plan, Rules, Span, Tracked, Unknown, Vocabulary, attribute,
    field, member,
};
use segmentry::time::{AsOf, Day, Timestamp};
use segmentry::value::{AsValue, Attribute, GeoPoint, Kind, OwnedValue, Schema};

use super::generate;
use crate::alone::allocations;

/// What generated rules may speak of.
pub fn vocabulary() -> Vocabulary {
    let add =
        |vocabulary: Vocabulary, (name, kind): (&str, Kind)| vocabulary.attribute(Attribute::new(name, kind)).unwrap();
    let vocabulary = generate::ATTRIBUTES.into_iter().fold(Vocabulary::new(), add);
    vocabulary.event_field("voucher", Kind::Text).unwrap()
}

/// A customer as generated rules know them, all in parts so that one can be exchanged.
#[derive(Clone, Debug)]
pub struct Parts {
    pub values: Vec<(&'static str, OwnedValue)>,
    pub events: Vec<(i64, &'static str, f64, &'static str)>,
    pub now: i64,
}

impl Parts {
    pub fn record(&self) -> Record {
        let record = Record::new("c-1").as_of(Timestamp::from_micros(self.now));
        let record = self.values.iter().fold(record, |record, (name, value)| record.with(*name, value.as_value()));
        self.events.iter().fold(record, |record, (at, kind, amount, channel)| {
            let zone = segmentry::time::Zone::utc();
            record.event(&Event::at(Timestamp::from_micros(*at), kind, &zone).amount(*amount).channel(channel))
        })
    }
}

fn instant() -> impl Strategy<Value = i64> {
    let middle = generate::middle().start().micros();
    (-60 * 24..60 * 24_i64).prop_map(move |hours| middle + hours * 3_600_000_000)
}

/// A value of an attribute, or none.
pub fn value(name: &'static str, kind: Kind) -> BoxedStrategy<OwnedValue> {
    let text = |texts: Vec<&'static str>| {
        prop::sample::select(texts).prop_map(|text| OwnedValue::Text(text.to_owned())).boxed()
    };
    let there = match (name, kind) {
        ("app_version", _) => text(vec!["1.0.0", "2.3.0-beta.1", "2.3.1", "no version"]),
        ("ip", _) => text(vec!["10.1.2.3", "192.168.1.7", "2001:db8::1", "nowhere"]),
        (_, Kind::Number) => (-20..200_i32).prop_map(|n| OwnedValue::Number(f64::from(n) / 2.0)).boxed(),
        (_, Kind::Integer) => (-5..200_i64).prop_map(OwnedValue::Integer).boxed(),
        (_, Kind::Boolean) => any::<bool>().prop_map(OwnedValue::Boolean).boxed(),
        (_, Kind::Day) => generate::day().prop_map(OwnedValue::Day).boxed(),
        (_, Kind::Timestamp) => instant().prop_map(|at| OwnedValue::Timestamp(Timestamp::from_micros(at))).boxed(),
        (_, Kind::Set) => prop::sample::subsequence(generate::TAGS.to_vec(), 0..4)
            .prop_map(|tags| OwnedValue::Set(tags.into_iter().map(str::to_owned).collect()))
            .boxed(),
        (_, Kind::Point) => (0..90_i32, 0..180_i32)
            .prop_map(|(lat, lon)| OwnedValue::Point(GeoPoint::new(f64::from(lat), f64::from(lon)).unwrap()))
            .boxed(),
        _ => text(generate::TEXTS.to_vec()),
    };
    prop_oneof![
        6 => there,
        1 => Just(OwnedValue::Missing),
        1 => Just(OwnedValue::Null),
        1 => Just(OwnedValue::Invalid("n.a.".to_owned())),
    ]
    .boxed()
}

fn event() -> impl Strategy<Value = (i64, &'static str, f64, &'static str)> {
    (instant(), prop::sample::select(generate::KINDS.to_vec()), 0..100_i32, prop::sample::select(vec!["app", "web"]))
        .prop_map(|(at, kind, amount, channel)| (at, kind, f64::from(amount), channel))
}

/// A customer as generated rules know them.
pub fn parts() -> impl Strategy<Value = Parts> {
    let values: Vec<_> = generate::ATTRIBUTES
        .into_iter()
        .map(|(name, kind)| value(name, kind).prop_map(move |value| (name, value)))
        .collect();
    (values, prop::collection::vec(event(), 0..6), instant()).prop_map(|(values, events, now)| Parts {
        values,
        events,
        now,
    })
}

#[derive(Clone, Debug)]
enum Step {
    Values(Vec<(&'static str, OwnedValue)>),
    Event((i64, &'static str, f64, &'static str)),
    Time(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let changed = prop::sample::select(generate::ATTRIBUTES.to_vec())
        .prop_flat_map(|(name, kind)| value(name, kind).prop_map(move |value| (name, value)));
    prop_oneof![
        4 => prop::collection::vec(changed, 1..3).prop_map(Step::Values),
        2 => event().prop_map(Step::Event),
        1 => (0..30 * 24_i64).prop_map(Step::Time),
    ]
}

fn answers(plan: &Plan, record: &Record) -> (Vec<u64>, Vec<Option<String>>) {
    let mut asker = plan.asker();
    let answer = asker.ask(record).unwrap();
    let segments = (0..plan.rule_lists().count()).map(|list| answer.segment(list).unwrap().map(|s| s.to_string()));
    (answer.memberships().to_vec(), segments.collect())
}

fn kept(tracked: &Tracked<'_>, plan: &Plan) -> (Vec<u64>, Vec<Option<String>>) {
    let answer = tracked.answer();
    let segments = (0..plan.rule_lists().count()).map(|list| answer.segment(list).unwrap().map(|s| s.to_string()));
    (answer.memberships().to_vec(), segments.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn step_by_step_is_as_from_scratch(
        definitions in generate::definitions(),
        mut parts in parts(),
        steps in prop::collection::vec(step(), 1..8),
    ) {
        // ranks are learnt from many
        let Ok(plan) = Plan::new(&definitions, &vocabulary()) else { return Ok(()) };
        let mut tracked = plan.track(&parts.record()).unwrap();
        prop_assert_eq!(kept(&tracked, &plan), answers(&plan, &parts.record()));
        for step in steps {
            let before = answers(&plan, &parts.record());
            let affected = match &step {
                Step::Values(changed) => {
                    let names: Vec<&str> = changed.iter().map(|(name, _)| *name).collect();
                    for (name, value) in changed {
                        parts.values.iter_mut().find(|(known, _)| known == name).unwrap().1 = value.clone();
                    }
                    Some(plan.affected_by(&names, None))
                }
                Step::Event(event) => {
                    parts.events.push(*event);
                    Some(plan.affected_by(&[], Some(event.1)))
                }
                Step::Time(hours) => {
                    parts.now += hours * 3_600_000_000;
                    None
                }
            };
            let record = parts.record();
            let delta = match &step {
                Step::Values(changed) => tracked.update(&record, &changed.iter().map(|(name, _)| *name).collect::<Vec<_>>()),
                Step::Event(event) => tracked.event(&record, event.1),
                Step::Time(_) => tracked.update(&record, &[]),
            }.unwrap();
            let now = answers(&plan, &record);
            let bit = |words: &[u64], at: usize| words[at / 64] >> (at % 64) & 1 == 1;
            let audiences = plan.audiences().count();
            let entered: Vec<usize> = (0..audiences).filter(|a| !bit(&before.0, *a) && bit(&now.0, *a)).collect();
            let left: Vec<usize> = (0..audiences).filter(|a| bit(&before.0, *a) && !bit(&now.0, *a)).collect();
            let lists: Vec<usize> = (0..now.1.len()).filter(|l| before.1[*l] != now.1[*l]).collect();
            prop_assert_eq!(delta.entered, &entered[..]);
            prop_assert_eq!(delta.left, &left[..]);
            prop_assert_eq!(delta.lists, &lists[..]);
            if let Some(affected) = affected {
                prop_assert!(entered.iter().chain(&left).all(|a| affected.audiences.contains(a)));
                prop_assert!(lists.iter().all(|l| affected.lists.contains(l)));
            }
            prop_assert_eq!(kept(&tracked, &plan), now);
        }
    }
}

#[test]
fn only_what_a_change_concerns_is_named() {
    let lists = Schema::new([Attribute::new("state", Kind::Text)]).unwrap();
    let vocabulary = Vocabulary::new()
        .attribute(Attribute::new("mrr", Kind::Number))
        .unwrap()
        .attribute(Attribute::new("country", Kind::Text))
        .unwrap()
        .list("contracts", lists)
        .unwrap();
    let open = Condition::Exists { list: "contracts".to_owned(), filter: Box::new(field("state").is("open")) };
    let definitions = Definitions::new()
        .audience(Audience::new("large", attribute("mrr").at_least(500)))
        .audience(Audience::new("behind", !member("large") & attribute("country").is("DE")))
        .audience(Audience::new("busy", Events::any().last(Span::days(30)).count().at_least(2)))
        .audience(Audience::new(
            "big",
            Events::of("purchase").filter(field("amount").above(attribute("mrr"))).count().at_least(1),
        ))
        .audience(Audience::new("open", open))
        .rules(Rules::new("care").when("much", member("behind")).otherwise("little"));
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let named = |names: &[&str], kind: Option<&str>| {
        let affected = plan.affected_by(names, kind);
        (affected.audiences, affected.lists)
    };
    assert_eq!(named(&["mrr"], None), (vec![0, 1, 3], vec![0]));
    assert_eq!(named(&["country"], None), (vec![1], vec![0]));
    assert_eq!(named(&[], Some("visit")), (vec![2], vec![]));
    assert_eq!(named(&[], Some("purchase")), (vec![2, 3], vec![]));
    assert_eq!(named(&["contracts"], None), (vec![4], vec![]));
    assert_eq!(named(&["color"], None), (vec![], vec![]));
}

#[test]
fn an_error_is_got_over_and_overrides_end() {
    let vocabulary = || Vocabulary::new().attribute(Attribute::new("mrr", Kind::Number)).unwrap();
    let end: Day = "2026-11-05".parse().unwrap();
    let definitions = Definitions::new()
        .audience(Audience::new("strict", attribute("mrr").at_least(500)).unknown(Unknown::Error))
        .audience(
            Audience::new("guest", attribute("mrr").at_least(1_000)).include(Override::of("c").until(end.start())),
        );
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    let on = |day: Day| Record::new("c").as_of(AsOf::from(day));
    let mut tracked = plan.track(&on(end.plus(-2)).with("mrr", 600)).unwrap();
    assert!(tracked.answer().is_member(0) && tracked.answer().is_member(1));
    assert!(tracked.update(&on(end.plus(-2)), &["mrr"]).is_err());
    let delta = tracked.update(&on(end.plus(-2)).with("mrr", 400), &[]).unwrap(); // all is asked anew
    assert_eq!((delta.entered, delta.left), (&[][..], &[0][..]));
    assert_eq!(tracked.update(&on(end).with("mrr", 400), &[]).unwrap().left, [1]);
}

#[test]
fn after_the_first_time_nothing_is_allocated() {
    let vocabulary = Vocabulary::new().attribute(Attribute::new("mrr", Kind::Number)).unwrap();
    let mut definitions = Definitions::new();
    for step in 0..100 {
        let bought = Events::of("purchase").last(Span::days(step + 1)).count().at_least(2);
        definitions = definitions
            .audience(Audience::new(format!("m{step}"), attribute("mrr").at_least(f64::from(step) * 10.0)))
            .audience(Audience::new(format!("p{step}"), bought | member(format!("m{step}"))));
    }
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let day: Day = "2026-11-01".parse().unwrap();
    let low = Record::new("c").with("mrr", 15).purchase(day.plus(-3), 5.0).as_of(day);
    let high = Record::new("c").with("mrr", 995).purchase(day.plus(-3), 5.0).as_of(day);
    let bought = high.clone().purchase(day.plus(-1), 5.0);
    let mut tracked = plan.track(&low).unwrap();
    let (entered, count) = allocations(|| {
        let entered = tracked.update(&high, &["mrr"]).unwrap().entered.len();
        tracked.event(&bought, "purchase").unwrap();
        entered
    });
    assert_eq!(entered, 2 * 98);
    assert_eq!(count, 0);
    assert_eq!(Customer::event_count(&bought), 2);
}
