//! Random rules, for every test that compares two answers.
//!
//! [`condition`] and [`term`] are well kinded over one schema ([`ATTRIBUTES`], [`FIELDS`], [`KINDS`]): what has an answer.
//! [`any_condition`], [`any_term`] and [`any_definitions`] ignore kinds and meet every variant of the language, with names
//! and texts that nobody would choose: what can be written down.
#![allow(dead_code, reason = "each test takes what it needs")]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use segmentry::rules::*;
use segmentry::segment::Label;
use segmentry::time::{Day, Timestamp, Zone};
use segmentry::value::{GeoPoint, Kind};

/// The attributes of the customers that generated rules ask about.
pub const ATTRIBUTES: [(&str, Kind); 12] = [
    ("spend", Kind::Number),
    ("employees", Kind::Integer),
    ("country", Kind::Text),
    ("plan", Kind::Text),
    ("active", Kind::Boolean),
    ("signup", Kind::Day),
    ("birthday", Kind::Day),
    ("seen", Kind::Timestamp),
    ("tags", Kind::Set),
    ("home", Kind::Point),
    ("app_version", Kind::Text),
    ("ip", Kind::Text),
];

/// The fields of their events; `voucher` is a property.
pub const FIELDS: [(&str, Kind); 8] = [
    ("amount", Kind::Number),
    ("quantity", Kind::Number),
    ("item", Kind::Text),
    ("channel", Kind::Text),
    ("kind", Kind::Text),
    ("day", Kind::Day),
    ("at", Kind::Timestamp),
    ("voucher", Kind::Text),
];

/// The kinds of their events.
pub const KINDS: [&str; 4] = ["purchase", "visit", "return", "plan_change"];

/// Texts that attributes and fields take, and one that none does.
pub const TEXTS: [&str; 10] = ["DE", "BR", "IN", "pro", "free", "app", "web", "a", "", "none of these"];

/// The texts of sets.
pub const TAGS: [&str; 4] = ["vip", "beta", "b2b", "late"];

/// The day around which generated days lie.
pub fn middle() -> Day {
    Day::new(2026, 6, 1).unwrap()
}

/// Where a condition stands decides what it may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// A customer: attributes, events, everything.
    Customer,
    /// A filter over events: fields and attributes.
    Event,
}

fn boxed<T: std::fmt::Debug + Clone + 'static>(strategy: impl Strategy<Value = T> + 'static) -> BoxedStrategy<T> {
    strategy.boxed()
}

/// A condition with an answer, nested at most so deep.
pub fn condition(depth: u32) -> BoxedStrategy<Condition> {
    condition_in(depth, Inside::Customer)
}

/// A condition over an event's fields, as filters have them.
pub fn filter(depth: u32) -> BoxedStrategy<Condition> {
    condition_in(depth, Inside::Event)
}

fn condition_in(depth: u32, inside: Inside) -> BoxedStrategy<Condition> {
    let leaf = leaf(depth.min(1), inside);
    leaf.prop_recursive(depth, 24, 4, move |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 0..4).prop_map(Condition::All),
            3 => vec(inner.clone(), 0..4).prop_map(Condition::Any),
            1 => (0..4_u32, vec(inner.clone(), 1..4)).prop_map(|(count, of)| Condition::AtLeast { count, of }),
            3 => inner.clone().prop_map(|inner| !inner),
            1 => (inner, any::<bool>()).prop_map(|(inner, then)| inner.if_unknown(then)),
        ]
    })
    .boxed()
}

/// A comparison of well-kinded terms.
fn leaf(depth: u32, inside: Inside) -> BoxedStrategy<Condition> {
    let kinded = move |kind| term_in(kind, depth, inside);
    let ordered = select(vec![Kind::Number, Kind::Number, Kind::Day, Kind::Timestamp]);
    let compared = (ordered, comparison()).prop_flat_map(move |(kind, comparison)| {
        (kinded(kind), kinded(kind)).prop_map(move |(left, right)| Condition::Compare { left, comparison, right })
    });
    let equality = (select(vec![Kind::Text, Kind::Boolean]), any::<bool>()).prop_flat_map(move |(kind, same)| {
        let comparison = if same { Comparison::Equal } else { Comparison::NotEqual };
        (kinded(kind), literal(kind)).prop_map(move |(left, right)| Condition::Compare {
            left,
            comparison,
            right: right.into(),
        })
    });
    let between =
        select(vec![Kind::Number, Kind::Day]).prop_flat_map(move |kind| {
            (kinded(kind), kinded(kind), kinded(kind), bounds())
                .prop_map(|(term, low, high, bounds)| Condition::Between { term, low, high, bounds })
        });
    let one_of = select(vec![Kind::Number, Kind::Text, Kind::Day]).prop_flat_map(move |kind| {
        (kinded(kind), vec(literal(kind), 0..4)).prop_map(|(term, values)| Condition::OneOf { term, values })
    });
    let text = (kinded(Kind::Text), text_operator(), select(&TEXTS[..]), fold())
        .prop_map(|(term, operator, text, fold)| term.text(operator, text, fold));
    let is = (select(vec![Kind::Number, Kind::Text, Kind::Boolean, Kind::Day, Kind::Timestamp]), state())
        .prop_flat_map(move |(kind, state)| kinded(kind).prop_map(move |term| term.state(state)));
    let common = prop_oneof![
        1 => any::<bool>().prop_map(Condition::Constant),
        6 => compared,
        3 => equality,
        2 => between,
        2 => one_of,
        2 => text,
        2 => is,
    ];
    if inside == Inside::Event {
        return boxed(common);
    }
    let set =
        (select(vec!["tags"]), set_operator(), vec(select(&TAGS[..]), 0..3)).prop_map(|(set, operator, texts)| {
            Condition::Set { term: attribute(set), operator, texts: texts.into_iter().map(str::to_owned).collect() }
        });
    let set_is = state().prop_map(|state| attribute("tags").state(state));
    let anniversary = (select(vec!["signup", "birthday"]), -40..40_i32, 0..60_i32, leap_day()).prop_map(
        |(of, from, length, leap_day)| Condition::Anniversary {
            of: attribute(of),
            from,
            to: from.saturating_add(length),
            leap_day,
        },
    );
    let within = area().prop_map(|area| Condition::Within { term: attribute("home"), area });
    let version =
        (comparison(), select(vec!["1.0.0", "2.3.0", "2.3.0-beta.1", "10.0.0"])).prop_map(|(comparison, version)| {
            Condition::Version { term: attribute("app_version"), comparison, version: version.to_owned() }
        });
    let network =
        vec(select(vec!["10.0.0.0/8", "192.168.1.0/24", "2001:db8::/32", "0.0.0.0/0"]), 0..3).prop_map(|networks| {
            Condition::Network { term: attribute("ip"), networks: networks.into_iter().map(str::to_owned).collect() }
        });
    let has_been = (filter(0), span()).prop_map(|(so, at_least)| {
        let changes = Events::of("plan_change");
        Condition::HasBeen(Box::new(HasBeen { changes, so, at_least }))
    });
    boxed(prop_oneof![
        10 => common,
        2 => set,
        1 => set_is,
        1 => anniversary,
        1 => within,
        1 => version,
        1 => network,
        1 => has_been,
        1 => sequence(),
        1 => lifecycle(),
    ])
}

/// A value of that kind, nested at most so deep: one of a customer. Integers count as numbers.
pub fn term(kind: Kind, depth: u32) -> BoxedStrategy<Term> {
    term_in(kind, depth, Inside::Customer)
}

fn term_in(kind: Kind, depth: u32, inside: Inside) -> BoxedStrategy<Term> {
    let is_number = |kind| matches!(kind, Kind::Number | Kind::Integer);
    let same = move |found: Kind| found == kind || (is_number(found) && is_number(kind));
    let names = |of: &'static [(&'static str, Kind)]| -> Vec<&'static str> {
        of.iter().filter(|(_, kind)| same(*kind)).map(|(name, _)| *name).collect()
    };
    let mut leaves: Vec<BoxedStrategy<Term>> = Vec::new();
    let (attributes, fields) = (names(&ATTRIBUTES), names(&FIELDS));
    if !attributes.is_empty() {
        leaves.push(boxed(select(attributes).prop_map(attribute)));
    }
    if inside == Inside::Event && !fields.is_empty() {
        leaves.push(boxed(select(fields.clone()).prop_map(field)));
        leaves.push(boxed(select(fields).prop_map(field)));
    }
    if kind != Kind::Set {
        leaves.push(boxed(literal(kind).prop_map(Term::Value)));
    }
    if kind == Kind::Day {
        leaves.push(boxed(Just(Term::Today)));
    }
    if inside == Inside::Customer && depth > 0 {
        leaves.push(boxed(aggregate(kind)));
    }
    let leaf = proptest::strategy::Union::new(leaves);
    if !is_number(kind) || depth == 0 {
        return boxed(leaf);
    }
    let day = || term_in(Kind::Day, 0, inside);
    let whole = prop_oneof![
        day().prop_map(Term::days_since),
        (day(), leap_day()).prop_map(|(day, leap_day)| Term::Years { since: Box::new(day), leap_day }),
        (calendar_part(), day()).prop_map(|(part, of)| Term::Calendar { part, of: Box::new(of) }),
        Just(attribute("tags").size()),
        Just(bucket("experiment-1")),
        Just(Term::Bucket(Box::new(Bucket { experiment: "e".to_owned(), by: Some(attribute("country")) }))),
    ];
    prop_oneof![4 => leaf, 1 => whole]
        .prop_recursive(depth, 8, 3, |inner| {
            (arithmetic(), vec(inner, 3), 2..4_usize).prop_map(|(operator, mut of, several)| {
                of.truncate(operands(operator, several));
                Term::Arithmetic { operator, of }
            })
        })
        .boxed()
}

/// How many operands that operator takes, if it is to take so many where it may.
fn operands(operator: Arithmetic, several: usize) -> usize {
    match operator {
        Arithmetic::Absolute | Arithmetic::Floor | Arithmetic::Round => 1,
        Arithmetic::Subtract | Arithmetic::Divide => 2,
        _ => several,
    }
}

/// What events add up to, of that kind; the same as a literal where events give no such kind.
fn aggregate(kind: Kind) -> BoxedStrategy<Term> {
    let of = |names: &'static [&'static str]| select(names).prop_map(str::to_owned);
    let measure = match kind {
        Kind::Number | Kind::Integer => {
            let field = || of(&["amount", "quantity"]);
            boxed(prop_oneof![
                Just(Measure::Count),
                field().prop_map(Measure::Sum),
                field().prop_map(Measure::Mean),
                field().prop_map(Measure::Minimum),
                field().prop_map(Measure::Maximum),
                of(&["item", "channel", "kind", "amount", "voucher", "day"]).prop_map(Measure::Distinct),
                field().prop_map(Measure::First),
                field().prop_map(Measure::Last),
            ])
        }
        Kind::Text => {
            let field = || of(&["item", "channel", "kind", "voucher"]);
            boxed(prop_oneof![field().prop_map(Measure::First), field().prop_map(Measure::Last)])
        }
        Kind::Day | Kind::Timestamp => {
            let field = move || Just(if kind == Kind::Day { "day" } else { "at" }.to_owned());
            boxed(prop_oneof![
                field().prop_map(Measure::Minimum),
                field().prop_map(Measure::Maximum),
                field().prop_map(Measure::First),
                field().prop_map(Measure::Last),
            ])
        }
        _ => return boxed(literal(kind).prop_map(Term::Value)),
    };
    boxed((measure, events()).prop_map(|(measure, events)| events.measure(measure)))
}

/// Events with a filter and a window.
pub fn events() -> BoxedStrategy<Events> {
    boxed((option::of(kind_of_event()), option::of(filter(1)), window()).prop_map(|(kind, filter, window)| Events {
        kind,
        filter,
        window,
    }))
}

fn kind_of_event() -> impl Strategy<Value = String> {
    select(&KINDS[..]).prop_map(str::to_owned)
}

/// A window, also one around an event.
pub fn window() -> BoxedStrategy<Window> {
    let around = (which(), events_around(), side(), span())
        .prop_map(|(which, events, side, within)| Window::Around(Box::new(Around { which, events, side, within })));
    boxed(prop_oneof![6 => simple_window(), 1 => around])
}

fn events_around() -> impl Strategy<Value = Events> {
    (option::of(kind_of_event()), option::of(filter(0)), simple_window()).prop_map(|(kind, filter, window)| Events {
        kind,
        filter,
        window,
    })
}

/// A window that is not around an event.
pub fn simple_window() -> BoxedStrategy<Window> {
    boxed(prop_oneof![
        Just(Window::Always),
        span().prop_map(Window::Last),
        (span(), span()).prop_map(|(from, to)| Window::Ago { from, to }),
        (calendar_unit(), -4..2_i32, 0..4_i32).prop_map(|(unit, first, more)| Window::Calendar {
            unit,
            first,
            last: first + more
        }),
        (option::of(moment()), option::of(moment())).prop_map(|(from, to)| Window::Between { from, to }),
    ])
}

/// Events in order; steps may look back at earlier ones.
pub fn sequence() -> BoxedStrategy<Condition> {
    let step = |negated: bool, first: bool| {
        let back = (select(vec![Earlier::First, Earlier::Previous]), select(vec!["item", "channel"]), any::<bool>())
            .prop_map(|(step, name, same)| {
                let earlier = Term::Earlier { step, field: name.to_owned() };
                if same { field(name).is(earlier) } else { field(name).is_not(earlier) }
            });
        let filter = if first { boxed(filter(0)) } else { boxed(prop_oneof![filter(0), back]) };
        let gap = if first { boxed(Just(None)) } else { boxed(option::of(span())) };
        (option::of(kind_of_event()), option::of(filter), gap.clone(), gap)
            .prop_map(move |(kind, filter, after, within)| Step { negated, kind, filter, after, within })
    };
    let pair = (option::weighted(0.3, step(true, false)), step(false, false));
    let last = option::weighted(0.3, step(true, false));
    boxed((step(false, true), vec(pair, 0..3), last, simple_window()).prop_map(|(first, pairs, last, window)| {
        let mut steps = vec![first];
        for (denied, step) in pairs {
            steps.extend(denied);
            steps.push(step);
        }
        steps.extend(last);
        Condition::Sequence(Box::new(Sequence { steps, window }))
    }))
}

/// How the customer's doing goes on.
pub fn lifecycle() -> BoxedStrategy<Condition> {
    let events = || {
        (kind_of_event(), option::of(filter(0))).prop_map(|(kind, filter)| Events {
            kind: Some(kind),
            filter,
            window: Window::Always,
        })
    };
    let lifecycle = prop_oneof![
        (events(), simple_window()).prop_map(|(events, within)| Lifecycle::FirstTime { events, within }),
        (events(), span(), 1..5_u32, 1..5_u32).prop_map(|(events, every, a, b)| Lifecycle::Regularly {
            events,
            every,
            periods: a.max(b),
            at_least: a.min(b)
        }),
        (events(), span(), span()).prop_map(|(events, quiet, active)| Lifecycle::Stopped { events, quiet, active }),
        (events(), span(), span()).prop_map(|(events, recent, quiet)| Lifecycle::Restarted { events, recent, quiet }),
    ];
    boxed(lifecycle.prop_map(|lifecycle| Condition::Lifecycle(Box::new(lifecycle))))
}

/// A value of that kind as it stands in a definition.
pub fn literal(kind: Kind) -> BoxedStrategy<Literal> {
    match kind {
        Kind::Number | Kind::Integer => boxed(prop_oneof![
            (-20..200_i64).prop_map(Literal::Integer),
            (-80..400_i32).prop_map(|quarters| Literal::Number(f64::from(quarters) / 4.0)),
        ]),
        Kind::Boolean => boxed(any::<bool>().prop_map(Literal::Boolean)),
        Kind::Day => boxed(day().prop_map(Literal::Day)),
        Kind::Timestamp => boxed(timestamp().prop_map(Literal::Timestamp)),
        Kind::Point => boxed(point().prop_map(Literal::Point)),
        _ => boxed(select(&TEXTS[..]).prop_map(Literal::from)),
    }
}

/// A day within two years of [`middle`], with the ends of months and 29 February more often than by chance.
pub fn day() -> impl Strategy<Value = Day> {
    let special = select(vec![(2024, 2, 29), (2026, 2, 28), (2026, 3, 1), (2025, 12, 31), (2026, 6, 1), (2000, 2, 29)]);
    prop_oneof![
        4 => (-700..700_i32).prop_map(|days| middle().plus(days)),
        1 => special.prop_map(|(year, month, day)| Day::new(year, month, day).unwrap()),
    ]
}

/// An instant within two years of [`middle`], often a midnight.
pub fn timestamp() -> impl Strategy<Value = Timestamp> {
    let within = prop_oneof![Just(0_i64), 0..86_400_000_000_i64, (0..86_400_i64).prop_map(|s| s * 1_000_000)];
    (day(), within).prop_map(|(day, within)| Timestamp::from_micros(day.start().micros() + within))
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![day().prop_map(Moment::Day), timestamp().prop_map(Moment::Timestamp)]
}

/// A place on the earth.
pub fn point() -> impl Strategy<Value = GeoPoint> {
    (-360..=360_i32, -720..=720_i32)
        .prop_map(|(latitude, longitude)| GeoPoint::new(f64::from(latitude) / 4.0, f64::from(longitude) / 4.0).unwrap())
}

fn area() -> impl Strategy<Value = Area> {
    prop_oneof![
        (point(), 0..2_000_u32).prop_map(|(center, km)| Area::Circle { center, kilometers: f64::from(km) / 2.0 }),
        (point(), point()).prop_map(|(a, b)| {
            let south = a.latitude().min(b.latitude());
            let north = a.latitude().max(b.latitude());
            Area::Box {
                south_west: GeoPoint::new(south, a.longitude()).unwrap(),
                north_east: GeoPoint::new(north, b.longitude()).unwrap(),
            }
        }),
        vec(point(), 3..6).prop_map(Area::Polygon),
    ]
}

/// How long: from seconds to years.
pub fn span() -> impl Strategy<Value = Span> {
    let unit = select(vec![
        (SpanUnit::Seconds, 100_000_u32),
        (SpanUnit::Minutes, 5_000),
        (SpanUnit::Hours, 200),
        (SpanUnit::Days, 120),
        (SpanUnit::Weeks, 20),
        (SpanUnit::Months, 14),
        (SpanUnit::Years, 3),
    ]);
    unit.prop_flat_map(|(unit, most)| (1..=most).prop_map(move |count: u32| Span { count, unit }))
}

macro_rules! every {
    ($($name:ident: $type:ty = [$($value:expr),* $(,)?];)*) => {$(
        fn $name() -> impl Strategy<Value = $type> {
            select(vec![$($value),*])
        }
    )*};
}
every! {
    bounds: Bounds = [Bounds::Both, Bounds::Lower, Bounds::Upper, Bounds::Neither];
    state: State = [State::Missing, State::Null, State::Invalid, State::Empty, State::Known];
    fold: Fold = [Fold::Exact, Fold::Ascii, Fold::Unicode];
    set_operator: SetOperator = [SetOperator::AnyOf, SetOperator::AllOf, SetOperator::NoneOf, SetOperator::Exactly];
    leap_day: LeapDay = [LeapDay::February28, LeapDay::March1];
    which: Which = [Which::First, Which::Last];
    side: Side = [Side::Before, Side::After];
    order: Order = [Order::Largest, Order::Smallest];
    ties: Ties = [Ties::Best, Ties::Worst];
    unknown: Unknown = [Unknown::Exclude, Unknown::Include, Unknown::Error];
    text_operator: TextOperator = [
        TextOperator::Equals, TextOperator::Contains, TextOperator::StartsWith, TextOperator::EndsWith,
        TextOperator::Matches,
    ];
    calendar_part: CalendarPart = [
        CalendarPart::Weekday, CalendarPart::DayOfMonth, CalendarPart::Month, CalendarPart::Quarter, CalendarPart::Year,
    ];
    calendar_unit: CalendarUnit = [
        CalendarUnit::Day, CalendarUnit::Week, CalendarUnit::Month, CalendarUnit::Quarter, CalendarUnit::Year,
    ];
    arithmetic: Arithmetic = [
        Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply, Arithmetic::Divide, Arithmetic::Minimum,
        Arithmetic::Maximum, Arithmetic::Absolute, Arithmetic::Floor, Arithmetic::Round, Arithmetic::FirstKnown,
    ];
}

fn comparison() -> impl Strategy<Value = Comparison> {
    select(Comparison::ALL.to_vec())
}

/// Points for this and that, of well-kinded things.
pub fn score() -> BoxedStrategy<Term> {
    score_of(boxed(condition(1)), boxed(term(Kind::Number, 1)), boxed(events()), boxed(Just("fit".to_owned())))
}

fn score_of(
    when: BoxedStrategy<Condition>,
    each: BoxedStrategy<Term>,
    events: BoxedStrategy<Events>,
    category: BoxedStrategy<String>,
) -> BoxedStrategy<Term> {
    let given = prop_oneof![
        when.prop_map(Given::When),
        each.prop_map(Given::Each),
        (events, option::of(span())).prop_map(|(events, half_life)| Given::EachEvent { events, half_life }),
    ];
    let points = || (-40..40_i32).prop_map(|halves| f64::from(halves) / 2.0);
    let item = (points(), given, option::of(category.clone()), option::of(points()))
        .prop_map(|(points, given, category, cap)| ScoreItem { points, given, category, cap });
    let category = (category, option::of(points()), option::of(points()))
        .prop_map(|(name, minimum, maximum)| ScoreCategory { name, minimum, maximum });
    boxed((vec(item, 0..3), vec(category, 0..2), option::of(points()), option::of(points())).prop_map(
        |(items, categories, minimum, maximum)| Term::Score(Box::new(Score { items, categories, minimum, maximum })),
    ))
}

/// A rank by a well-kinded number.
pub fn rank() -> BoxedStrategy<Term> {
    rank_of(term(Kind::Number, 0))
}

fn rank_of(by: BoxedStrategy<Term>) -> BoxedStrategy<Term> {
    let measure = prop_oneof![
        Just(RankMeasure::Place),
        Just(RankMeasure::Percent),
        Just(RankMeasure::Share),
        (1..20_u32).prop_map(RankMeasure::Ntile),
    ];
    boxed(
        (by, measure, order(), ties())
            .prop_map(|(by, measure, order, ties)| Term::Rank(Box::new(Rank { by, measure, order, ties }))),
    )
}

/// A document of well-kinded conditions; audiences name only audiences before them.
pub fn definitions() -> BoxedStrategy<Definitions> {
    let conditions = vec(condition(2), 0..4);
    let rules = vec(vec(condition(2), 0..4), 0..3);
    boxed((conditions, rules, zone(), week_start(), vec(any::<bool>(), 4)).prop_map(
        |(conditions, lists, zone, week_start, members)| {
            let mut definitions = Definitions::new().zone(zone).week_start(week_start);
            for (number, (condition, member_too)) in conditions.into_iter().zip(members).enumerate() {
                let condition = match number.checked_sub(1) {
                    Some(before) if member_too => condition | member(format!("a{before}")),
                    _ => condition,
                };
                definitions = definitions.audience(Audience::new(format!("a{number}"), condition));
            }
            for (number, conditions) in lists.into_iter().enumerate() {
                let mut rules = Rules::new(format!("r{number}"));
                for (segment, condition) in conditions.into_iter().enumerate() {
                    rules = rules.when(format!("s{segment}"), condition);
                }
                definitions = definitions.rules(rules.otherwise("rest"));
            }
            definitions
        },
    ))
}

fn zone() -> impl Strategy<Value = Zone> {
    select(vec!["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata"])
        .prop_map(|name| Zone::named(name).unwrap())
}

fn week_start() -> impl Strategy<Value = WeekStart> {
    select(vec![WeekStart::Monday, WeekStart::Sunday, WeekStart::Saturday])
}

/// Names as people choose them, words of the language, and names that nobody would choose.
pub fn any_name() -> BoxedStrategy<String> {
    let words = "and or not in is if true false today always never at least has been member of exists first last previous \
                 count sum min max any all none event each then no when from until between audience rules otherwise unknown \
                 include stay members version zone week category cap time stopped regularly sequence score taken";
    let words: Vec<&'static str> = words.split_whitespace().collect();
    boxed(prop_oneof![
        3 => select(vec!["spend", "account.industry", "größe", "_x1", "x.and", "first_name"]).prop_map(str::to_owned),
        3 => select(words).prop_map(str::to_owned),
        1 => select(vec!["", ".", "a.", "1a", "a b", "`", "\\", "a`b", "mid-market", "\n", "#", "\u{202e}x", "\0"])
            .prop_map(str::to_owned),
        1 => ".{0,6}",
    ])
}

/// Texts that nobody would choose, too.
pub fn any_text() -> BoxedStrategy<String> {
    boxed(prop_oneof![
        select(vec!["DE", "", "\"", "\\", "a\nb", "\\d+", "\u{200b}", "ß", "# no comment", "'", "\u{1f600}", "\r\t\0"])
            .prop_map(str::to_owned),
        ".{0,8}",
    ])
}

/// Any finite number.
fn any_number() -> BoxedStrategy<f64> {
    boxed(prop_oneof![
        (-1_000..1_000_i32).prop_map(|n| f64::from(n) / 8.0),
        any::<f64>().prop_filter("finite", |n| n.is_finite()),
        select(vec![0.0, -0.0, 1e300, -1e300, 5e-324, f64::MAX, 1e15, 1e16, 123_456_789.123, 1e-5]),
    ])
}

fn any_day() -> BoxedStrategy<Day> {
    let ends = select(vec![(-9999, 1, 1), (9999, 12, 31), (0, 1, 1), (-1, 12, 31), (1, 1, 1)]);
    boxed(prop_oneof![3 => day(), 1 => ends.prop_map(|(year, month, day)| Day::new(year, month, day).unwrap())])
}

fn any_timestamp() -> BoxedStrategy<Timestamp> {
    let year = 365 * 86_400_000_000_i64;
    boxed(prop_oneof![3 => timestamp(), 1 => (-9_000 * year..7_000 * year).prop_map(Timestamp::from_micros)])
}

/// Any value that can stand in a definition.
pub fn any_literal() -> BoxedStrategy<Literal> {
    boxed(prop_oneof![
        any_number().prop_map(Literal::Number),
        prop_oneof![-100..100_i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)].prop_map(Literal::Integer),
        any_text().prop_map(Literal::Text),
        any::<bool>().prop_map(Literal::Boolean),
        any_day().prop_map(Literal::Day),
        any_timestamp().prop_map(Literal::Timestamp),
        point().prop_map(Literal::Point),
    ])
}

fn any_span() -> BoxedStrategy<Span> {
    boxed(prop_oneof![
        4 => span(),
        1 => (span(), prop_oneof![Just(0), Just(u32::MAX)]).prop_map(|(span, count)| Span { count, ..span }),
    ])
}

fn any_moment() -> BoxedStrategy<Moment> {
    boxed(prop_oneof![any_day().prop_map(Moment::Day), any_timestamp().prop_map(Moment::Timestamp)])
}

fn any_window(events: BoxedStrategy<Events>) -> BoxedStrategy<Window> {
    boxed(prop_oneof![
        3 => Just(Window::Always),
        1 => any_span().prop_map(Window::Last),
        1 => (any_span(), any_span()).prop_map(|(from, to)| Window::Ago { from, to }),
        1 => (calendar_unit(), any::<i32>(), any::<i32>())
            .prop_map(|(unit, first, last)| Window::Calendar { unit, first, last }),
        1 => (calendar_unit(), -2..2_i32, -2..2_i32)
            .prop_map(|(unit, first, last)| Window::Calendar { unit, first, last }),
        1 => (option::of(any_moment()), option::of(any_moment())).prop_map(|(from, to)| Window::Between { from, to }),
        1 => (which(), events, side(), any_span())
            .prop_map(|(which, events, side, within)| Window::Around(Box::new(Around { which, events, side, within }))),
    ])
}

/// Any events over these conditions.
fn any_events_of(condition: BoxedStrategy<Condition>) -> BoxedStrategy<Events> {
    let events =
        |window: BoxedStrategy<Window>| {
            boxed(
                (option::of(any_name()), option::of(condition.clone()), window)
                    .prop_map(|(kind, filter, window)| Events { kind, filter, window }),
            )
        };
    let innermost = events(boxed(Just(Window::Always)));
    let inner = events(any_window(innermost));
    events(any_window(inner))
}

/// Any measure over fields of any name.
fn any_measure() -> impl Strategy<Value = Measure> {
    prop_oneof![
        Just(Measure::Count),
        any_name().prop_map(Measure::Sum),
        any_name().prop_map(Measure::Mean),
        any_name().prop_map(Measure::Minimum),
        any_name().prop_map(Measure::Maximum),
        any_name().prop_map(Measure::Distinct),
        any_name().prop_map(Measure::First),
        any_name().prop_map(Measure::Last),
    ]
}

/// Any term over these terms and conditions.
fn any_term_of(term: BoxedStrategy<Term>, condition: BoxedStrategy<Condition>) -> BoxedStrategy<Term> {
    let events = any_events_of(condition.clone());
    let inner = || term.clone().prop_map(Box::new);
    boxed(prop_oneof![
        4 => (arithmetic(), vec(term.clone(), 0..4)).prop_map(|(operator, of)| Term::Arithmetic { operator, of }),
        1 => inner().prop_map(Term::Size),
        1 => inner().prop_map(Term::DaysSince),
        1 => (inner(), leap_day()).prop_map(|(since, leap_day)| Term::Years { since, leap_day }),
        1 => (calendar_part(), inner()).prop_map(|(part, of)| Term::Calendar { part, of }),
        2 => (any_measure(), events.clone()).prop_map(|(measure, events)| events.measure(measure)),
        1 => rank_of(term.clone()),
        1 => (any_text(), option::of(term.clone()))
            .prop_map(|(experiment, by)| Term::Bucket(Box::new(Bucket { experiment, by }))),
        1 => score_of(condition, term, events, any_text()),
    ])
}

fn any_leaf_term() -> BoxedStrategy<Term> {
    let earlier = (select(vec![Earlier::First, Earlier::Previous]), any_name())
        .prop_map(|(step, field)| Term::Earlier { step, field });
    boxed(prop_oneof![
        3 => any_name().prop_map(Term::Attribute),
        1 => any_name().prop_map(Term::Field),
        1 => earlier,
        3 => any_literal().prop_map(Term::Value),
        1 => Just(Term::Today),
        1 => any_text().prop_map(Term::Model),
    ])
}

/// Any condition over these terms, conditions and events.
fn any_condition_of(term: BoxedStrategy<Term>, inner: BoxedStrategy<Condition>) -> BoxedStrategy<Condition> {
    let texts = || vec(any_text(), 0..3);
    let events = || any_events_of(inner.clone());
    let window = || any_window(any_events_of(inner.clone()));
    let logic = prop_oneof![
        vec(inner.clone(), 0..4).prop_map(Condition::All),
        vec(inner.clone(), 0..4).prop_map(Condition::Any),
        (any::<u32>(), vec(inner.clone(), 0..3)).prop_map(|(count, of)| Condition::AtLeast { count, of }),
        inner.clone().prop_map(|inner| !inner),
        (inner.clone(), any::<bool>()).prop_map(|(inner, then)| inner.if_unknown(then)),
        (any_name(), inner.clone()).prop_map(|(list, filter)| Condition::Exists { list, filter: Box::new(filter) }),
    ];
    let simple =
        prop_oneof![
            (term.clone(), comparison(), term.clone()).prop_map(|(left, comparison, right)| Condition::Compare {
                left,
                comparison,
                right
            }),
            (term.clone(), term.clone(), term.clone(), bounds())
                .prop_map(|(term, low, high, bounds)| Condition::Between { term, low, high, bounds }),
            (term.clone(), vec(any_literal(), 0..4)).prop_map(|(term, values)| Condition::OneOf { term, values }),
            (term.clone(), text_operator(), any_text(), fold())
                .prop_map(|(term, operator, text, fold)| Condition::Text { term, operator, text, fold }),
            (term.clone(), set_operator(), texts()).prop_map(|(term, operator, texts)| Condition::Set {
                term,
                operator,
                texts
            }),
            (term.clone(), state()).prop_map(|(term, state)| Condition::Is { term, state }),
            (term.clone(), any::<i32>(), any::<i32>(), leap_day())
                .prop_map(|(of, from, to, leap_day)| Condition::Anniversary { of, from, to, leap_day }),
            (term.clone(), prop_oneof![area(), vec(point(), 0..3).prop_map(Area::Polygon)])
                .prop_map(|(term, area)| Condition::Within { term, area }),
            (term.clone(), comparison(), any_text()).prop_map(|(term, comparison, version)| Condition::Version {
                term,
                comparison,
                version
            }),
            (term, texts()).prop_map(|(term, networks)| Condition::Network { term, networks }),
            any_text().prop_map(Condition::Member),
            any::<bool>().prop_map(Condition::Constant),
        ];
    let has_been = (events(), inner.clone(), any_span())
        .prop_map(|(changes, so, at_least)| Condition::HasBeen(Box::new(HasBeen { changes, so, at_least })));
    let step = (
        any::<bool>(),
        option::of(any_name()),
        option::of(inner.clone()),
        option::of(any_span()),
        option::of(any_span()),
    )
        .prop_map(|(negated, kind, filter, after, within)| Step { negated, kind, filter, after, within });
    let sequence = (vec(step, 0..4), window())
        .prop_map(|(steps, window)| Condition::Sequence(Box::new(Sequence { steps, window })));
    let lifecycle = prop_oneof![
        (events(), window()).prop_map(|(events, within)| Lifecycle::FirstTime { events, within }),
        (events(), any_span(), any::<u32>(), any::<u32>()).prop_map(|(events, every, periods, at_least)| {
            Lifecycle::Regularly { events, every, periods, at_least }
        }),
        (events(), any_span(), any_span()).prop_map(|(events, quiet, active)| Lifecycle::Stopped {
            events,
            quiet,
            active
        }),
        (events(), any_span(), any_span()).prop_map(|(events, recent, quiet)| Lifecycle::Restarted {
            events,
            recent,
            quiet
        }),
    ];
    let lifecycle = lifecycle.prop_map(|lifecycle| Condition::Lifecycle(Box::new(lifecycle)));
    boxed(prop_oneof![6 => logic, 6 => simple, 1 => has_been, 1 => sequence, 1 => lifecycle])
}

/// Any condition that can be written down, nested at most so deep; kinds are ignored.
pub fn any_condition(depth: u32) -> BoxedStrategy<Condition> {
    any_pair(depth).0
}

/// Any term that can be written down, nested at most so deep; kinds are ignored.
pub fn any_term(depth: u32) -> BoxedStrategy<Term> {
    any_pair(depth).1
}

/// Each level is made over the one below it: terms hold conditions and conditions hold terms.
fn any_pair(depth: u32) -> (BoxedStrategy<Condition>, BoxedStrategy<Term>) {
    let leaf = boxed(prop_oneof![
        any::<bool>().prop_map(Condition::Constant),
        any_text().prop_map(Condition::Member),
        (any_leaf_term(), state()).prop_map(|(term, state)| Condition::Is { term, state }),
        (any_leaf_term(), comparison(), any_leaf_term()).prop_map(|(left, comparison, right)| Condition::Compare {
            left,
            comparison,
            right
        }),
    ]);
    let mut pair = (leaf, any_leaf_term());
    for _ in 0..depth {
        let (condition, term) = pair;
        pair = (
            boxed(prop_oneof![1 => condition.clone(), 4 => any_condition_of(term.clone(), condition.clone())]),
            boxed(prop_oneof![1 => term.clone(), 2 => any_term_of(term, condition)]),
        );
    }
    pair
}

fn any_label() -> BoxedStrategy<Label> {
    boxed((any_name(), option::of(any_text()), option::of(any_text())).prop_map(|(key, name, description)| {
        let label = Label::new(key);
        let label = name.into_iter().fold(label, Label::named);
        description.into_iter().fold(label, Label::described)
    }))
}

fn any_override() -> impl Strategy<Value = Override> {
    (any_text(), option::of(any_timestamp()), any_text()).prop_map(|(customer, until, reason)| Override {
        customer,
        until,
        reason,
    })
}

/// Any audience that can be written down.
pub fn any_audience() -> BoxedStrategy<Audience> {
    let condition = || any_condition(2);
    let list = prop_oneof![
        3 => condition().prop_map(List::Dynamic),
        1 => (condition(), any_timestamp(), vec(any_text(), 0..3))
            .prop_map(|(condition, taken, members)| List::Frozen { condition, taken, members }),
        1 => vec(any_text(), 0..3).prop_map(List::Manual),
    ];
    let stay = (option::of(condition()), option::of(any_span()), option::of(any_span()))
        .prop_map(|(holds, minimum, cool_down)| Stay { holds, minimum, cool_down });
    let overrides = || vec(any_override(), 0..2);
    boxed((any_label(), list, unknown(), overrides(), overrides(), option::of(stay)).prop_map(
        |(label, list, unknown, include, exclude, stay)| Audience { label, list, unknown, include, exclude, stay },
    ))
}

/// Any rule list that can be written down.
pub fn any_rules() -> BoxedStrategy<Rules> {
    let rule = (any_label(), any_condition(2)).prop_map(|(segment, when)| Rule { segment, when });
    boxed(
        (any_name(), vec(rule, 0..4), option::of(any_label()), unknown())
            .prop_map(|(name, rules, otherwise, unknown)| Rules { name, rules, otherwise, unknown }),
    )
}

/// Any document that can be written down.
pub fn any_definitions() -> BoxedStrategy<Definitions> {
    boxed((zone(), week_start(), vec(any_audience(), 0..3), vec(any_rules(), 0..3)).prop_map(
        |(zone, week_start, audiences, rules)| Definitions { zone, week_start, audiences, rules, ..Definitions::new() },
    ))
}
