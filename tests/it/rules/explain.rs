//! Why, why not, what would change it.

use proptest::prelude::*;
use segmentry::customer::Record;
use segmentry::history::Event;
use segmentry::rules::{
    Audience, Condition, Decision, Definitions, Events, List, Override, Plan, RankMeasure, Rules, SetOperator, Since,
    Span, Truth, Unknown, Until, Vocabulary, attribute, member,
};
use segmentry::segment::Label;
use segmentry::time::Day;
use segmentry::value::{AsValue, Attribute, Kind, OwnedValue};

fn vocabulary() -> Vocabulary {
    let attributes = [
        Attribute::new("mrr", Kind::Number).unit("EUR"),
        Attribute::new("seats", Kind::Integer),
        Attribute::new("country", Kind::Text),
        Attribute::new("signup", Kind::Day),
        Attribute::new("tags", Kind::Set),
        Attribute::new("active", Kind::Boolean),
        Attribute::new("plan", Kind::Text).ordinal(["free", "pro", "enterprise"]),
    ];
    attributes.into_iter().fold(Vocabulary::new(), |vocabulary, attribute| vocabulary.attribute(attribute).unwrap())
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn why(condition: Condition, record: &Record) -> String {
    let plan = Plan::new(&Definitions::new().audience(Audience::new("core", condition)), &vocabulary()).unwrap();
    plan.explain(0, record).unwrap().to_string()
}

#[test]
fn sentences_read_aloud() {
    let record = Record::new("c-17")
        .with("mrr", 480.0)
        .with("country", "FR")
        .with("signup", day("2026-10-12"))
        .with("tags", vec!["beta".to_owned()])
        .with("plan", "free")
        .event(&Event::purchase(day("2026-10-20"), 10.0))
        .as_of(day("2026-11-01"));
    let purchases = Events::of("purchase").last(Span::days(90)).count();
    let paying = || attribute("mrr").at_least(500);
    let cases = [
        (
            paying() & attribute("country").is("FR"),
            "customer `c-17` is not in Core\n  because not mrr >= 500: mrr is 480, 20 EUR away\n  it would be with mrr from 480 to at least 500",
        ),
        (
            attribute("mrr").below(500) & !attribute("country").one_of(["BR", "IN"]),
            "customer `c-17` is in Core\n  because mrr < 500: mrr is 480, 20 EUR away\n      and not country in (\"BR\", \"IN\"): country is \"FR\"",
        ),
        // any: the one that is nearest
        (
            paying() | attribute("mrr").at_least(1_000) | attribute("country").is("DE"),
            "customer `c-17` is not in Core\n  because not mrr >= 500: mrr is 480, 20 EUR away\n  it would be with mrr from 480 to at least 500",
        ),
        // any: one that holds is enough, and another is held in reserve
        (
            attribute("country").is("FR") | attribute("mrr").above(100),
            "customer `c-17` is in Core\n  because country = \"FR\": country is \"FR\"\n  it would be all the same, because mrr > 100: mrr is 480, 380 EUR away",
        ),
        // nobody knows
        (
            attribute("seats").at_least(5),
            "customer `c-17` is not in Core\n  because nobody knows whether the condition holds, and who is unknown is not in\n      and nobody knows whether seats >= 5: `seats` is missing\n  it would be with seats from missing to at least 5",
        ),
        // what time alone changes
        (
            attribute("signup").days_since().at_least(30),
            "customer `c-17` is not in Core\n  because not days_since(signup) >= 30: days_since(signup) is 20, 10 days away\n  it would be with days_since(signup) from 20 to at least 30 (which nobody can change)\n  it will be so until 2026-11-11T00:00:00Z if nothing new becomes known",
        ),
        // events: since when, until when
        (
            purchases.at_least(1),
            "customer `c-17` is in Core\n  because count(purchase in last 90 days) >= 1: count(purchase in last 90 days) is 1, just there\n  it has been so since 2026-10-20T00:00:00Z, as far as events tell\n  it will be so until 2027-01-18T00:00:00Z if nothing new becomes known",
        ),
        (
            Condition::Set {
                term: attribute("tags"),
                operator: SetOperator::AllOf,
                texts: vec!["vip".to_owned(), "beta".to_owned()],
            } & attribute("plan").at_least("pro"),
            "customer `c-17` is not in Core\n  because not tags all of (\"vip\", \"beta\"): tags is {beta}\n      and not plan >= \"pro\": plan is \"free\"\n  it would be with tags from {beta} to {beta, vip}\n      and plan from \"free\" to pro or enterprise",
        ),
    ];
    for (condition, expected) in cases {
        assert_eq!(why(condition.clone(), &record), expected, "{condition}");
    }
}

#[test]
fn what_decides_beside_the_condition_is_said() {
    let end = day("2026-12-01").start();
    let definitions = Definitions::new()
        .audience(
            Audience::new("in", attribute("mrr").at_least(500)).include(Override::of("a").until(end).because("pilot")),
        )
        .audience(Audience::new("out", attribute("mrr").at_least(1)).exclude(Override::of("a").because("asked us to")))
        .audience(Audience::of(Label::new("listed"), List::Manual(vec!["a".to_owned()])))
        .audience(Audience::of(
            Label::new("frozen"),
            List::Frozen { condition: attribute("mrr").at_least(1), taken: end, members: vec!["b".to_owned()] },
        ))
        .audience(Audience::new("doubt", attribute("seats").at_least(1)).unknown(Unknown::Include))
        .audience(Audience::new("behind", member("listed") & member("doubt") & !member("in")));
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    let record = Record::new("a").with("mrr", 10.0).as_of(day("2026-11-01"));
    let said: Vec<String> = (0..6).map(|audience| plan.explain(audience, &record).unwrap().to_string()).collect();
    let expected = [
        "customer `a` is in In\n  because it was put in by hand until 2026-12-01T00:00:00Z: pilot\n  it will be so until 2026-12-01T00:00:00Z if nothing new becomes known",
        "customer `a` is not in Out\n  because it was taken out by hand: asked us to",
        "customer `a` is in Listed\n  because the members are listed by hand",
        "customer `a` is not in Frozen\n  because the members are those of 2026-12-01T00:00:00Z",
        "customer `a` is in Doubt\n  because nobody knows whether the condition holds, and who is unknown is in\n      and nobody knows whether seats >= 1: `seats` is missing",
        "customer `a` is not in Behind\n  because member of \"in\"\n  it would be with member of \"in\" from true to false (which nobody can change)\n  it will be so until 2026-12-01T00:00:00Z if nothing new becomes known",
    ];
    for (said, expected) in said.iter().zip(expected) {
        assert_eq!(said, expected);
    }
    let why = plan.explain(0, &record).unwrap();
    assert_eq!(why.decision, Decision::Included { until: Some(end), reason: "pilot".to_owned() });
    assert_eq!((why.since, why.until), (Since::Always, Until::Exactly(end)));
}

#[test]
fn a_rule_list_is_explained_as_segmenters_are() {
    let definitions = Definitions::new().rules(
        Rules::new("size")
            .when("large", attribute("seats").at_least(1_000) & attribute("mrr").at_least(5_000))
            .when("partner", attribute("country").is("DE"))
            .when("middle", attribute("seats").at_least(100)),
    );
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    let record = Record::new("c").with("seats", 120).with("mrr", 480.0).with("country", "FR");
    assert_eq!(
        plan.explain_list(0, &record).unwrap().to_string(),
        "customer `c` is in Middle\n  because seats is 120 (seats >= 100)\n  `partner` with country from \"FR\" to DE\n  `large` with seats from 120 to at least 1000 and mrr from 480 to at least 5000",
    );
    let unknown = plan.explain_list(0, &Record::new("d").with("country", "FR")).unwrap();
    assert!(unknown.to_string().starts_with("customer `d` is unassigned: `seats` is missing"), "{unknown}");
    assert!(plan.explain_list(1, &record).is_err() && plan.explain(0, &record).is_err());
    let _ = RankMeasure::Place;
}

#[test]
fn values_that_stand_against_one_another_are_not_proposed() {
    // the nearest way for each leaf alone would ask for two values of one attribute
    let narrow = attribute("mrr").at_least(500) & attribute("mrr").below(600);
    let plan =
        |condition| Plan::new(&Definitions::new().audience(Audience::new("a", condition)), &vocabulary()).unwrap();
    let why = plan(narrow).explain(0, &Record::new("c")).unwrap();
    assert_eq!((why.clauses.len(), why.changes.len(), why.tried), (2, 1, true));
    assert_eq!(why.changes[0].to, Some(OwnedValue::Number(500.0)));
    assert_eq!(why.changes[0].aim, "at least 500 and below 600");
    // one leaf twice, once denied: more must turn than the first look says
    let odd = (attribute("mrr").at_least(500) & attribute("active").is(true))
        | (!attribute("mrr").at_least(500) & attribute("active").is(false));
    let why = plan(odd).explain(0, &Record::new("c").with("mrr", 100.0).with("active", true)).unwrap();
    assert_eq!((why.clauses.len(), why.tried), (1, true));
}

/// Conditions over attributes of which each leaf is one of few, so that some stand twice.
fn conditions() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (0..6_i32).prop_map(|n| attribute("mrr").at_least(f64::from(n * 100))),
        (0..6_i32).prop_map(|n| attribute("seats").below(n * 10)),
        (0..6_i32).prop_map(|n| attribute("seats").is(n * 10)),
        prop::sample::select(vec!["DE", "FR", "BR"]).prop_map(|country| attribute("country").is(country)),
        any::<bool>().prop_map(|active| attribute("active").is(active)),
        (0..30_i32).prop_map(|n| attribute("signup").at_most(day("2026-06-01").plus(n))),
        Just(attribute("plan").at_least("pro")),
        Just(attribute("seats").is_known()),
        prop::sample::select(vec!["vip", "beta"]).prop_map(|tag| attribute("tags").any_of([tag])),
    ];
    leaf.prop_recursive(3, 9, 3, |inner| {
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(Condition::All),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(Condition::Any),
            1 => (prop::collection::vec(inner.clone(), 1..4), 0..4_u32).prop_map(|(of, count)| Condition::AtLeast { count, of }),
            1 => (inner.clone(), any::<bool>()).prop_map(|(condition, then)| condition.if_unknown(then)),
            1 => inner.prop_map(|condition| !condition),
        ]
    })
}

fn records() -> impl Strategy<Value = Record> {
    let some = |strategy: BoxedStrategy<OwnedValue>| prop_oneof![3 => strategy, 1 => Just(OwnedValue::Missing), 1 => Just(OwnedValue::Null)];
    (
        some((0..600_i32).prop_map(|n| OwnedValue::Number(f64::from(n))).boxed()),
        some((0..60_i64).prop_map(OwnedValue::Integer).boxed()),
        some(prop::sample::select(vec!["DE", "FR", "US"]).prop_map(|text| OwnedValue::Text(text.to_owned())).boxed()),
        some(any::<bool>().prop_map(OwnedValue::Boolean).boxed()),
        some((0..30_i32).prop_map(|n| OwnedValue::Day(day("2026-06-01").plus(n))).boxed()),
        some(prop::sample::select(vec!["free", "pro"]).prop_map(|text| OwnedValue::Text(text.to_owned())).boxed()),
    )
        .prop_map(|(mrr, seats, country, active, signup, plan)| {
            let named = [
                ("mrr", mrr),
                ("seats", seats),
                ("country", country),
                ("active", active),
                ("signup", signup),
                ("plan", plan),
            ];
            named.into_iter().fold(Record::new("c").with("tags", vec!["beta".to_owned()]), |record, (name, value)| {
                record.with(name, value.as_value())
            })
        })
}

/// The different leaves of a condition.
fn leaves(condition: &Condition, found: &mut Vec<Condition>) {
    match condition {
        Condition::All(of) | Condition::Any(of) | Condition::AtLeast { of, .. } => {
            of.iter().for_each(|c| leaves(c, found))
        }
        Condition::Not(of) | Condition::IfUnknown { condition: of, .. } => leaves(of, found),
        leaf if !found.contains(leaf) => found.push(leaf.clone()),
        _ => {}
    }
}

/// The truth of a condition with that of its leaves given.
fn truth(condition: &Condition, leaf: &dyn Fn(&Condition) -> Truth) -> Truth {
    match condition {
        Condition::All(of) => of.iter().fold(Truth::True, |all, c| all.and(truth(c, leaf))),
        Condition::Any(of) => of.iter().fold(Truth::False, |any, c| any.or(truth(c, leaf))),
        Condition::AtLeast { count, of } => {
            let truths: Vec<Truth> = of.iter().map(|c| truth(c, leaf)).collect();
            let holding = truths.iter().filter(|t| t.is_true()).count();
            let possible = truths.iter().filter(|t| !t.is_false()).count();
            let count = *count as usize;
            if holding >= count {
                Truth::True
            } else if possible < count {
                Truth::False
            } else {
                Truth::Unknown
            }
        }
        Condition::Not(of) => !truth(of, leaf),
        Condition::IfUnknown { condition, then } => match truth(condition, leaf) {
            Truth::Unknown => Truth::from(*then),
            known => known,
        },
        other => leaf(other),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn what_blocks_blocks_and_what_is_proposed_admits(condition in conditions(), record in records()) {
        let plan = Plan::new(&Definitions::new().audience(Audience::new("a", condition.clone())), &vocabulary()).unwrap();
        let why = plan.explain(0, &record).unwrap();
        let mut asker = plan.asker();
        prop_assert_eq!(why.member, asker.ask(&record).unwrap().is_member(0));

        let mut named = Vec::new();
        leaves(&condition, &mut named);
        let now: Vec<Truth> = named.iter().map(|leaf| {
            let plan = Plan::new(&Definitions::new().audience(Audience::new("a", leaf.clone())), &vocabulary()).unwrap();
            plan.asker().ask(&record).unwrap().truth(0)
        }).collect();
        let clause = |text: &str| {
            let at = |text: &str| named.iter().position(|leaf| leaf.to_string() == text);
            at(text).map(|at| (at, true)).or_else(|| at(text.strip_prefix("not ")?).map(|at| (at, false))).unwrap()
        };
        let decisive: Vec<(usize, bool)> = why.clauses.iter().map(|c| clause(&c.text)).collect();
        let with = |set: &[(usize, Truth)]| {
            truth(&condition, &|leaf: &Condition| {
                let at = named.iter().position(|known| known == leaf).unwrap();
                set.iter().find(|(known, _)| *known == at).map_or(now[at], |(_, truth)| *truth)
            }).is_true()
        };
        if why.member {
            // whatever the other leaves are, it is enough
            for other in [Truth::False, Truth::Unknown, Truth::True] {
                let others: Vec<(usize, Truth)> = (0..named.len())
                    .filter(|at| decisive.iter().all(|(known, _)| known != at))
                    .map(|at| (at, other))
                    .collect();
                prop_assert!(with(&others), "{} with the others {:?}: {}", condition, other, why);
            }
        } else if why.changes.is_empty() {
            prop_assert!(why.to_string().contains("nothing would admit it"));
        } else {
            let turned: Vec<(usize, Truth)> = decisive.iter().map(|(at, to)| (*at, Truth::from(*to))).collect();
            prop_assert!(with(&turned), "{}: {}", condition, why);
            // no smaller set would do: try all
            prop_assert!(why.smallest);
            if named.len() <= 7 {
                let ways = 3_usize.pow(named.len() as u32);
                for way in 0..ways {
                    let choice: Vec<(usize, Truth)> = (0..named.len()).filter_map(|at| match way / 3_usize.pow(at as u32) % 3 {
                        0 => None,
                        1 => Some((at, Truth::True)),
                        _ => Some((at, Truth::False)),
                    }).collect();
                    if choice.len() < turned.len() {
                        prop_assert!(!with(&choice), "{}: fewer do: {:?}; {}", condition, choice, why);
                    }
                }
            }
        }
        if why.tried {
            let changed = why.changes.iter().fold(record.clone(), |record, change| {
                record.with(change.what.clone(), change.to.as_ref().unwrap().as_value())
            });
            prop_assert!(asker.ask(&changed).unwrap().is_member(0), "{}: {}", condition, why);
        }
        prop_assert_eq!(plan.explain(0, &record).unwrap(), why);
    }
}

#[test]
fn most_refusals_have_a_change_that_admits() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut refused, mut tried) = (0, 0);
    for _ in 0..400 {
        let (condition, record) = (conditions(), records()).new_tree(&mut runner).unwrap().current();
        let plan = Plan::new(&Definitions::new().audience(Audience::new("a", condition)), &vocabulary()).unwrap();
        let why = plan.explain(0, &record).unwrap();
        refused += usize::from(!why.member);
        tried += usize::from(why.tried);
    }
    assert!(refused > 100 && tried * 10 > refused * 8, "{tried} of {refused}");
}
