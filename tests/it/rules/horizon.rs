//! Until when an answer holds.

use proptest::prelude::*;
use segmentry::customer::{Customer, Record, SeenOn};
use segmentry::history::Event;
use segmentry::rules::{
    Around, Audience, Bounds, CalendarPart, CalendarUnit, Condition, Definitions, Events, Given, HasBeen, LeapDay,
    Lifecycle, Measure, Override, Plan, Rules, Score, ScoreItem, Sequence, Side, Span, SpanUnit, Step, Term, Unknown,
    Until, Vocabulary, Which, Window, attribute, field, member,
};
use segmentry::time::{AsOf, Day, Timestamp, Zone};
use segmentry::value::{Attribute, Kind};

const ZONES: [&str; 6] =
    ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"];

fn vocabulary() -> Vocabulary {
    let attributes = [("born", Kind::Day), ("signed", Kind::Timestamp), ("spend", Kind::Number)];
    let add = |vocabulary: Vocabulary, (name, kind)| vocabulary.attribute(Attribute::new(name, kind)).unwrap();
    attributes.into_iter().fold(Vocabulary::new(), add)
}

fn today() -> Term {
    Term::Today
}

/// A score of events that count half after so many days.
fn decaying(points: f64, days: u32) -> Term {
    let given = Given::EachEvent { events: Events::any(), half_life: Some(Span::days(days)) };
    Term::Score(Box::new(Score {
        items: vec![ScoreItem { points, given, category: None, cap: None }],
        ..Score::default()
    }))
}

fn until_of(condition: Condition, record: &Record, zone: &str) -> Until {
    let definitions = Definitions::new().zone(Zone::named(zone).unwrap()).audience(Audience::new("a", condition));
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    plan.asker().valid_until(record).unwrap().audiences[0]
}

fn exactly(text: &str) -> Until {
    Until::Exactly(text.parse().unwrap())
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn each_kind_of_leaf_ends_when_it_should() {
    let as_of = AsOf::day_in(day("2023-02-10"), &Zone::named("Europe/Berlin").unwrap());
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let visit = |at: &str| -> Event<'static> { Event::at(at.parse().unwrap(), "visit", &berlin) };
    let record = Record::new("c")
        .with("born", day("2000-02-29"))
        .with("signed", "2023-01-31T12:00:00Z".parse::<Timestamp>().unwrap())
        .event(&visit("2023-01-31T12:00:00Z"))
        .event(&visit("2023-02-01T12:00:00Z"))
        .as_of(as_of);
    let visits = || Events::of("visit");
    let cases = [
        // an hour-exact window, a month that is too short, whole periods
        (visits().last(Span::days(10)).count().at_least(1), "2023-02-11T12:00:00Z"),
        (visits().last(Span::months(1)).count().at_least(2), "2023-02-28T22:59:59.999999Z"), // now is 1 March then
        (visits().last(Span::months(2)).count().at_least(2), "2023-03-31T11:00:00Z"), // noon in UTC is 13:00, then 13:00 by summer time
        (
            visits().window(Window::Calendar { unit: CalendarUnit::Month, first: 0, last: 0 }).count().at_least(1),
            "2023-02-28T23:00:00Z",
        ),
        (
            visits().window(Window::Ago { from: Span::days(30), to: Span::days(14) }).count().at_least(1),
            "2023-02-14T12:00:00Z",
        ),
        (
            visits().window(Window::Ago { from: Span::days(30), to: Span::days(14) }).count().is(0),
            "2023-02-14T12:00:00Z",
        ),
        // days
        (attribute("signed").days_since().at_most(20), "2023-02-20T23:00:00Z"),
        (attribute("signed").days_since().between(12, 15, Bounds::Both), "2023-02-11T23:00:00Z"),
        (attribute("signed").days_since().one_of([30]), "2023-03-01T23:00:00Z"),
        (today().at_least(day("2023-04-01")), "2023-03-31T22:00:00Z"),
        (Term::Value(day("2023-04-01").into()).above(today()), "2023-03-31T22:00:00Z"),
        (Term::Calendar { part: CalendarPart::Weekday, of: Box::new(today()) }.at_least(6), "2023-02-10T23:00:00Z"),
        (Term::Calendar { part: CalendarPart::Year, of: Box::new(today()) }.at_least(2025), "2024-12-31T23:00:00Z"),
        // a birthday on 29 February
        (attribute("born").years().at_least(23), "2023-02-28T23:00:00Z"),
        (
            Term::Years { since: Box::new(attribute("born")), leap_day: LeapDay::February28 }.at_least(23),
            "2023-02-27T23:00:00Z",
        ),
        (attribute("born").years().at_least(24), "2024-02-28T23:00:00Z"),
        (attribute("born").comes_round_within(7), "2023-02-21T23:00:00Z"),
        // doing
        (
            Condition::HasBeen(Box::new(HasBeen {
                changes: visits(),
                so: field("kind").is("visit"),
                at_least: Span::months(1),
            })),
            "2023-02-28T11:59:59.999999Z",
        ),
        (
            Condition::Lifecycle(Box::new(Lifecycle::Stopped {
                events: visits(),
                quiet: Span::days(14),
                active: Span::days(7),
            })),
            "2023-02-15T12:00:00Z",
        ),
    ];
    for (condition, expected) in cases {
        assert_eq!(until_of(condition.clone(), &record, "Europe/Berlin"), exactly(expected), "{condition:?}");
    }
    assert_eq!(until_of(visits().count().at_least(1), &record, "UTC"), Until::Never);
    assert_eq!(until_of(visits().last(Span::days(1)).count().at_least(5), &record, "UTC"), Until::Never);
    // a week day is at most 7 on every day: nobody looks for ever
    let always = Term::Calendar { part: CalendarPart::Weekday, of: Box::new(today()) }.at_most(7);
    let until = until_of(always, &record, "UTC");
    assert!(!until.is_exact() && until.instant() > Some(day("2040-01-01").start()), "{until:?}");
}

#[test]
fn a_score_that_decays_ends_to_the_microsecond() {
    let record = Record::new("c")
        .event(&Event::on(day("2023-01-01"), "visit"))
        .as_of("2023-01-02T00:00:00Z".parse::<Timestamp>().unwrap());
    // 8 points fall to 1 after three half-lives; age is counted from the first instant behind the moment
    assert_eq!(until_of(decaying(8.0, 10).above(1), &record, "UTC"), exactly("2023-01-30T23:59:59.999999Z"));
    assert!(!until_of(decaying(8.0, 10).at_least(9), &record, "UTC").is_exact());
    let both = decaying(8.0, 10) - decaying(4.0, 40);
    // 8 × 2^(-t/10) = 4 × 2^(-t/40) after 40/3 days
    let Until::Exactly(at) = until_of(both.above(0), &record, "UTC") else { panic!("no end") };
    let days = (at.micros() - day("2023-01-01").start().micros()) as f64 / 86_400e6;
    assert!((days - 40.0 / 3.0).abs() < 1e-9, "{days}");
}

#[test]
fn overrides_end_and_references_follow() {
    let end: Timestamp = "2023-03-01T08:00:00Z".parse().unwrap();
    let definitions = Definitions::new()
        .audience(Audience::new("vip", attribute("spend").at_least(100)).include(Override::of("c").until(end)))
        .audience(Audience::new("other", !member("vip")))
        .audience(Audience::new("still", attribute("spend").at_least(1)))
        .rules(Rules::new("care").when("much", member("vip")).otherwise("little"));
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    let record = Record::new("c").with("spend", 5.0).as_of(day("2023-02-10"));
    let until = plan.asker().valid_until(&record).unwrap();
    assert_eq!(until.audiences, [Until::Exactly(end), Until::Exactly(end), Until::Never]);
    assert_eq!(until.lists, [Until::Exactly(end)]);
    assert_eq!(until.first(), Some(end));
}

#[test]
fn a_question_that_is_refused_later_is_good_until_then() {
    let mean = Events::of("visit").last(Span::days(30)).measure(Measure::Mean("amount".to_owned())).at_least(1);
    let plan = Plan::new(&Definitions::new().audience(Audience::new("a", mean).unknown(Unknown::Error)), &vocabulary())
        .unwrap();
    let record = Record::new("c").event(&Event::on(day("2023-01-01"), "visit").amount(5.0)).as_of(day("2023-01-10"));
    let until = plan.asker().valid_until(&record).unwrap();
    assert_eq!(until.audiences, [Until::AtLeast("2023-01-31T00:00:00Z".parse().unwrap())]);
}

fn spans() -> impl Strategy<Value = Span> {
    let units = prop_oneof![
        Just((40_u32, SpanUnit::Hours)),
        Just((30, SpanUnit::Days)),
        Just((5, SpanUnit::Weeks)),
        Just((14, SpanUnit::Months)),
        Just((2, SpanUnit::Years))
    ];
    units.prop_flat_map(|(most, unit)| (1..=most).prop_map(move |count| Span::new(count, unit)))
}

fn windows() -> impl Strategy<Value = Window> {
    let units = prop::sample::select(vec![
        CalendarUnit::Day,
        CalendarUnit::Week,
        CalendarUnit::Month,
        CalendarUnit::Quarter,
        CalendarUnit::Year,
    ]);
    prop_oneof![
        spans().prop_map(Window::Last),
        (spans(), 1_u32..5)
            .prop_map(|(span, times)| Window::Ago { from: Span::new(span.count * (times + 1), span.unit), to: span }),
        (units, -3..=1_i32, 0..3_i32).prop_map(|(unit, first, more)| Window::Calendar {
            unit,
            first,
            last: first + more
        }),
        (spans(), spans(), any::<bool>()).prop_map(|(last, within, before)| Window::Around(Box::new(Around {
            which: if before { Which::Last } else { Which::First },
            events: Events::of("visit").last(last),
            side: if before { Side::Before } else { Side::After },
            within,
        }))),
    ]
}

fn events() -> impl Strategy<Value = Events> {
    let filters = prop_oneof![
        3 => Just(None),
        1 => (0..60_i32).prop_map(|days| Some(field("day").days_since().at_most(days))),
        1 => Just(Some(field("amount").above(20))),
        1 => (1..12_i32).prop_map(|month| Some(Term::Calendar { part: CalendarPart::Month, of: Box::new(field("at")) }.is(month))),
    ];
    (prop::sample::select(vec!["visit", "purchase"]), filters, prop_oneof![4 => windows(), 1 => Just(Window::Always)])
        .prop_map(|(kind, filter, window)| Events { kind: Some(kind.to_owned()), filter, window })
}

fn plain(mut events: Events) -> Events {
    events.window = Window::Always;
    events
}

fn leaves() -> impl Strategy<Value = Condition> {
    let dates = prop::sample::select(vec!["born", "signed"]);
    prop_oneof![
        4 => (events(), 0..4_i32).prop_map(|(events, count)| events.count().at_least(count)),
        2 => (events(), 1..80_i32).prop_map(|(events, least)| events.measure(Measure::Mean("amount".to_owned())).at_most(least)),
        2 => (dates.clone(), 0..9_000_i32).prop_map(|(name, days)| attribute(name).days_since().at_least(days)),
        1 => (dates.clone(), 0..60_i32, 0..60_i32).prop_map(|(name, low, more)| {
            attribute(name).days_since().between(low, low + more, Bounds::Lower)
        }),
        1 => (dates.clone(), 0..9_i32).prop_map(|(name, years)| attribute(name).years().is(years)),
        1 => (dates.clone(), -20..20_i32, 0..40_i32, any::<bool>()).prop_map(|(name, from, more, march)| Condition::Anniversary {
            of: attribute(name),
            from,
            to: from + more,
            leap_day: if march { LeapDay::March1 } else { LeapDay::February28 },
        }),
        1 => (1..8_i32).prop_map(|day| Term::Calendar { part: CalendarPart::Weekday, of: Box::new(today()) }.is(day)),
        1 => (1..13_i32).prop_map(|month| Term::Calendar { part: CalendarPart::Month, of: Box::new(today()) }.at_least(month)),
        1 => (spans(), events(), 5..40_i32).prop_map(|(at_least, changes, amount)| Condition::HasBeen(Box::new(HasBeen {
            changes,
            so: field("amount").at_least(amount),
            at_least,
        }))),
        1 => (events(), spans(), spans()).prop_map(|(events, quiet, active)| Condition::Lifecycle(Box::new(
            Lifecycle::Stopped { events: plain(events), quiet, active }
        ))),
        1 => (events(), spans(), spans()).prop_map(|(events, recent, quiet)| Condition::Lifecycle(Box::new(
            Lifecycle::Restarted { events: plain(events), recent, quiet }
        ))),
        1 => (events(), windows()).prop_map(|(events, within)| Condition::Lifecycle(Box::new(
            Lifecycle::FirstTime { events: plain(events), within }
        ))),
        1 => (events(), spans(), 1..6_u32, 0..6_u32).prop_map(|(events, every, periods, least)| Condition::Lifecycle(Box::new(
            Lifecycle::Regularly { events: plain(events), every, periods, at_least: least.min(periods) }
        ))),
        1 => (spans(), spans()).prop_map(|(within, last)| Condition::Sequence(Box::new(Sequence {
            steps: vec![
                Step { kind: Some("visit".to_owned()), ..Step::default() },
                Step { kind: Some("purchase".to_owned()), within: Some(within), ..Step::default() },
            ],
            window: Window::Last(last),
        }))),
        1 => (1..40_u32, 1..60_i32).prop_map(|(days, least)| decaying(10.0, days).at_least(f64::from(least) / 4.0)),
    ]
}

fn conditions() -> impl Strategy<Value = Condition> {
    leaves().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Condition::Any),
            inner.prop_map(|condition| !condition),
        ]
    })
}

/// Days around which clocks are put and months end, in quarters of an hour.
fn instants() -> impl Strategy<Value = i64> {
    let begin = day("2010-10-01").start().micros();
    let dense = prop::sample::select(vec![
        "2011-02-26",
        "2012-02-27",
        "2011-10-28",
        "2011-11-05",
        "2011-12-28",
        "2011-03-26",
        "2011-10-01",
        "2012-01-30",
    ]);
    prop_oneof![
        (0..(700 * 96_i64)).prop_map(move |quarter| begin + quarter * 900_000_000),
        (dense, 0..(5 * 96_i64)).prop_map(|(from, quarter)| day(from).start().micros() + quarter * 900_000_000),
    ]
}

fn records() -> impl Strategy<Value = (Record, usize)> {
    let event = (instants(), any::<bool>(), 1..50_i32);
    (prop::collection::vec(event, 0..7), instants(), instants(), instants(), any::<bool>(), 0..ZONES.len(), 0..4_u32)
        .prop_map(|(events, born, signed, now, whole_day, zone_number, leap)| {
            let zone = Zone::named(ZONES[zone_number]).unwrap();
            let born = if leap == 0 { day("2004-02-29") } else { Timestamp::from_micros(born).day_utc().plus(-2_000) };
            let mut record = Record::new("c").with("born", born).with("signed", Timestamp::from_micros(signed));
            for (at, visit, amount) in events {
                let kind = if visit { "visit" } else { "purchase" };
                let event = Event::at(Timestamp::from_micros(at), kind, &zone).amount(f64::from(amount));
                record = record.event(&event);
            }
            let now = Timestamp::from_micros(now);
            let as_of = if whole_day { AsOf::day_in(zone.day(now), &zone) } else { AsOf::instant_in(now, &zone) };
            (record.as_of(as_of), zone_number)
        })
}

/// The customer as of a later moment, with the events that are known now.
fn later(record: &Record, at: i64, zone: &Zone) -> Record {
    let as_of = Customer::as_of(record).unwrap();
    let mut known = Record::new("c").with("born", record.value("born")).with("signed", record.value("signed"));
    for index in 0..record.event_count() {
        let event = Customer::event(record, index).unwrap();
        if as_of.includes(event.at, event.day) {
            known = known.event(&event);
        }
    }
    known.as_of(AsOf::instant_in(Timestamp::from_micros(at), zone))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn just_before_it_is_the_same_and_at_it_another((record, zone) in records(), condition in conditions(), seed in any::<u64>()) {
        let zone = Zone::named(ZONES[zone]).unwrap();
        let definitions = Definitions::new().zone(zone.clone()).audience(Audience::new("a", condition));
        let plan = Plan::new(&definitions, &vocabulary()).unwrap();
        let mut asker = plan.asker();
        let inside = asker.ask(&record).unwrap().is_member(0);
        let until = asker.valid_until(&record).unwrap().audiences[0];
        let mut at = |at: i64| asker.ask(&later(&record, at, &zone)).unwrap().is_member(0);
        let begin = Customer::as_of(&record).unwrap().until().micros() - 1;
        prop_assert_eq!(at(begin), inside);
        if let Until::Exactly(end) = until {
            prop_assert_eq!(at(end.micros() - 1), inside);
            prop_assert_ne!(at(end.micros()), inside);
        }
        // nothing turns earlier: at random instants, and at all quarters of an hour of the first days
        let end = until.instant().map_or(begin + 3 * 365 * 86_400_000_000, |end| end.micros());
        let mut random = seed | 1;
        for _ in 0..60 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let moment = begin + ((random >> 33) as i64 % 1_000_000) * ((end - begin) / 1_000_000) ;
            if moment < end {
                prop_assert_eq!(at(moment), inside, "turns at {} before {:?}", Timestamp::from_micros(moment), until);
            }
        }
        let mut quarter = begin - begin.rem_euclid(900_000_000) + 900_000_000;
        while quarter < end.min(begin + 10 * 86_400_000_000) {
            prop_assert_eq!(at(quarter), inside, "turns at {} before {:?}", Timestamp::from_micros(quarter), until);
            quarter += 900_000_000;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    /// The whole language, several definitions that refer to each other, rule lists.
    #[test]
    fn whole_documents_hold_until_they_are_said_to(
        definitions in super::generate::definitions(),
        parts in super::dirty::parts(),
        hours in prop::collection::vec(1..3_000_i64, 8),
    ) {
        let Ok(plan) = Plan::new(&definitions, &super::dirty::vocabulary()) else { return Ok(()) };
        let zone = definitions.zone.clone();
        let mut parts = parts;
        parts.events.retain(|event| event.0 <= parts.now);
        let mut asker = plan.asker();
        let mut state = |at: i64| {
            let record = parts.record().as_of(AsOf::instant_in(Timestamp::from_micros(at), &zone));
            let answer = asker.ask(&record).unwrap();
            let members: Vec<Option<String>> = (0..plan.audiences().count())
                .map(|audience| Some(answer.is_member(audience).to_string()))
                .collect();
            let lists = (0..plan.rule_lists().count()).map(|list| answer.segment(list).unwrap().map(|s| s.to_string()));
            members.into_iter().chain(lists).collect::<Vec<_>>()
        };
        let today = state(parts.now);
        let record = parts.record().as_of(AsOf::instant_in(Timestamp::from_micros(parts.now), &zone));
        let until = plan.asker().valid_until(&record).unwrap();
        for (number, until) in until.audiences.iter().chain(&until.lists).enumerate() {
            if let Until::Exactly(end) = until {
                prop_assert_eq!(&state(end.micros() - 1)[number], &today[number], "{} before {}", number, end);
                prop_assert_ne!(&state(end.micros())[number], &today[number], "{} at {}", number, end);
            }
            for hours in &hours {
                let at = parts.now + hours * 3_600_000_000;
                if until.instant().is_none_or(|end| at < end.micros()) {
                    prop_assert_eq!(&state(at)[number], &today[number], "{} at {}, {:?}", number, Timestamp::from_micros(at), until);
                }
            }
        }
    }
}

#[test]
fn a_day_of_another_zone_is_seen_through() {
    // a day in UTC ends in Berlin's next day, so that the day rolls at the next instant
    let record = Record::new("c").with("born", day("2023-02-01"));
    let seen = SeenOn::new(&record, day("2023-02-10"));
    let definitions = Definitions::new()
        .zone(Zone::named("Europe/Berlin").unwrap())
        .audience(Audience::new("a", attribute("born").days_since().at_most(9)));
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    let until = plan.asker().valid_until(&seen).unwrap();
    assert_eq!(until.audiences, [exactly("2023-02-11T00:00:00Z")]);
}
