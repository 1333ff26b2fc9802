//! Who stays, and who stays out.

use proptest::prelude::*;
use segmentry::customer::{Customers, Record};
use segmentry::history::Event;
use segmentry::rules::{
    Audience, Decision, Definitions, Events, Override, Past, Plan, Span, Standing, Stay, Staying, Until, Vocabulary,
    attribute, member,
};
use segmentry::time::{AsOf, Day, Timestamp, Zone};
use segmentry::value::{Attribute, Kind};

fn vocabulary() -> Vocabulary {
    Vocabulary::new().attribute(Attribute::new("mrr", Kind::Number)).unwrap()
}

fn plan(definitions: Definitions) -> Plan {
    Plan::new(&definitions, &vocabulary()).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn sticky() -> Audience {
    Audience::new("large", attribute("mrr").at_least(500)).stay(Stay {
        holds: Some(attribute("mrr").at_least(450)),
        minimum: Some(Span::days(5)),
        cool_down: Some(Span::days(3)),
    })
}

#[test]
fn members_stay_and_those_who_left_stay_out() {
    let plan = plan(Definitions::new().audience(sticky()).audience(Audience::new("behind", member("large"))));
    let mut asker = plan.asker();
    let mut standing = Standing::new();
    let record = |offset: i32, mrr: f64| Record::new("c").with("mrr", mrr).as_of(day("2026-11-01").plus(offset));
    // the day, the revenue, whether it is in
    let course = [
        (0, 480.0, false), // nothing known: the condition alone
        (1, 500.0, true),
        (2, 100.0, true), // less than five days
        (5, 100.0, true),
        (6, 460.0, true), // five days are over, and it holds that it is 450 or more
        (7, 449.0, false),
        (8, 900.0, false), // less than three days
        (9, 900.0, false),
        (10, 900.0, true),
        (11, 0.0, true),
        (15, 0.0, false),
    ];
    for (offset, mrr, inside) in course {
        let was = standing.of("large", "c").is_some_and(|past| past.member);
        let moves = asker.move_on(&record(offset, mrr), &mut standing).unwrap();
        assert_eq!(standing.of("large", "c").is_some_and(|past| past.member), inside, "day {offset}");
        assert_eq!(standing.of("behind", "c").is_some_and(|past| past.member), inside, "day {offset}");
        assert_eq!(moves.len(), if was == inside { 0 } else { 2 }, "day {offset}");
        if let Some(one) = moves.first() {
            assert_eq!((one.entered, one.at), (inside, day("2026-11-01").plus(offset + 1).start()));
        }
    }
    let text = serde_json::to_string(&standing).unwrap();
    assert_eq!(serde_json::from_str::<Standing>(&text).unwrap(), standing);
}

#[test]
fn overrides_win_over_all_of_it() {
    let end = day("2026-11-03").start();
    let audience = sticky().exclude(Override::of("c").until(end));
    let plan = plan(Definitions::new().audience(audience));
    let mut standing = Standing::new();
    standing.set("large", "c", Past { member: true, since: day("2026-11-01").start() });
    let record = |on: &str| Record::new("c").with("mrr", 900.0).as_of(day(on));
    let mut asker = plan.asker();
    asker.move_on(&record("2026-11-01"), &mut standing).unwrap();
    assert_eq!(standing.of("large", "c"), Some(Past { member: false, since: day("2026-11-02").start() }));
    // and who was taken out by hand has left like any other
    asker.move_on(&record("2026-11-03"), &mut standing).unwrap();
    assert!(!standing.of("large", "c").unwrap().member);
    asker.move_on(&record("2026-11-04"), &mut standing).unwrap();
    assert!(standing.of("large", "c").unwrap().member);
}

#[test]
fn why_and_until_when_a_member_stays() {
    let plan = plan(Definitions::new().audience(sticky()));
    let record = |mrr: f64| Record::new("c").with("mrr", mrr).as_of(day("2026-11-03"));
    let mut standing = Standing::new();
    standing.set("large", "c", Past { member: true, since: day("2026-11-01").start() });
    let why = plan.explain_standing(0, &record(100.0), &standing).unwrap();
    let end = day("2026-11-06").start();
    assert_eq!((why.member, &why.decision), (true, &Decision::Stays(Staying::Minimum(end))));
    // as of the last microsecond before, now is the end
    assert_eq!(why.until, Until::Exactly(Timestamp::from_micros(end.micros() - 1)));
    assert_eq!(
        why.to_string(),
        "customer `c` is in Large\n  because members stay at least so long: until 2026-11-06T00:00:00Z\n      and not mrr >= 500: mrr is 100, 400 away\n  it has been so since 2026-11-01T00:00:00Z, as far as events tell\n  it will be so until 2026-11-05T23:59:59.999999Z if nothing new becomes known",
    );
    let early = plan.explain_standing(0, &record(470.0), &standing).unwrap();
    assert_eq!(early.until, Until::Never); // then it stays because 470 is 450 or more
    standing.set("large", "c", Past { member: false, since: day("2026-11-02").start() });
    let why = plan.explain_standing(0, &record(900.0), &standing).unwrap();
    assert_eq!((why.member, why.decision), (false, Decision::Stays(Staying::CoolDown(day("2026-11-05").start()))));
}

#[test]
fn many_move_as_one_does() {
    let plan = plan(Definitions::new().audience(sticky()).audience(Audience::new("any", attribute("mrr").above(0))));
    let records: Vec<Record> = (0..20).map(|i| Record::new(format!("c{i}")).with("mrr", f64::from(i * 50))).collect();
    let customers = Customers::from_customers(&records).unwrap().as_of(day("2026-11-01"));
    let mut standing = Standing::new();
    let moves = plan.move_on(&customers, &mut standing).unwrap();
    assert_eq!((moves.entered(0).count(), moves.entered(1).count(), moves.left(0).count()), (10, 19, 0));
    assert_eq!(standing.members("large").count(), 10);
    assert_eq!(plan.move_on(&customers, &mut standing).unwrap().moves, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Walking day by day, nobody moves before the instant that was told, and at it somebody does.
    #[test]
    fn nobody_moves_before_it_was_told(
        events in prop::collection::vec((0..60_i64, 0..24_i64), 1..6),
        (last, keep, minimum, cool) in (1..20_u32, 1..30_u32, prop::option::of(1..20_u32), prop::option::of(1..20_u32)),
        zone in prop::sample::select(vec!["UTC", "America/Sao_Paulo", "Australia/Lord_Howe"]),
    ) {
        let zone = Zone::named(zone).unwrap();
        let visits = |days| Events::of("visit").last(Span::days(days)).count().at_least(1);
        let audience = Audience::new("a", visits(last)).stay(Stay {
            holds: Some(visits(keep)),
            minimum: minimum.map(Span::days),
            cool_down: cool.map(Span::days),
        });
        let definitions = Definitions::new().zone(zone.clone()).audience(audience).audience(Audience::new("b", !member("a")));
        let plan = plan(definitions);
        let begin = day("2026-01-20").start().micros();
        let hour = 3_600_000_000_i64;
        let mut record = Record::new("c");
        for (days, hours) in &events {
            let at = Timestamp::from_micros(begin + (days * 24 + hours) * hour);
            record = record.event(&Event::at(at, "visit", &zone));
        }
        // all events are known; then time alone goes on
        let known = begin + 61 * 24 * hour;
        let seen = |at: i64| record.clone().as_of(AsOf::instant_in(Timestamp::from_micros(at), &zone));
        let (mut asker, mut standing) = (plan.asker(), Standing::new());
        let mut at = begin;
        while at <= known {
            asker.move_on(&seen(at), &mut standing).unwrap();
            at += 24 * hour;
        }
        let now = at - 24 * hour;
        let until = asker.valid_until_standing(&seen(now), &standing).unwrap();
        prop_assert_eq!(until.audiences[0], until.audiences[1]);
        let end = match until.audiences[0] {
            Until::Exactly(end) => end.micros(),
            _ => now + 100 * 24 * hour,
        };
        let mut at = now;
        while at < end {
            let moves = asker.move_on(&seen(at), &mut standing.clone()).unwrap();
            prop_assert!(moves.is_empty(), "{:?} before {:?}", moves, until);
            at += hour;
        }
        if until.audiences[0] != Until::Never {
            prop_assert!(asker.move_on(&seen(end - 1), &mut standing.clone()).unwrap().is_empty());
            prop_assert_eq!(asker.move_on(&seen(end), &mut standing.clone()).unwrap().len(), 2);
        }
    }
}
