//! Rules as SQL: the same answers from an engine's tables.

use proptest::prelude::*;

use segmentry::customer::Customers;
use segmentry::rules::{
    Audience, Bounds, Condition, Definitions, Dialect, EventTable, Events, List, Literal, Measure, Override, Plan,
    Renderer, Rules, Span, State, Stay, Tables, Term, Truth, Unknown, Vocabulary, attribute, bucket, field, member,
};
use segmentry::segment::{Label, Segment};
use segmentry::time::Zone;
use segmentry::value::{Attribute, Column, Kind};

use super::generate::{TEXTS, condition, rank, score};
use super::sqlite::{Sqlite, asked_in, customers, is_valid, on, tables, vocabulary};

/// Asks SQLite and the row, and gives how many conditions were asked and how many refused.
fn compare(zone: &Zone, customers: &Customers, conditions: &[Condition]) -> (usize, usize) {
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

/// Ranks, scores and lists, which the generator of conditions leaves out: a plan that was fitted on some customers is asked
/// of others, who stand between them.
fn learnt() -> impl Strategy<Value = Condition> {
    let comparison = prop::sample::select(segmentry::rules::Comparison::ALL.to_vec());
    let literal = (-4..120_i32).prop_map(|number| Literal::Number(f64::from(number) / 2.0));
    let compared = move |left: BoxedStrategy<Term>| {
        (left, comparison.clone(), literal.clone()).prop_map(|(left, comparison, right)| Condition::Compare {
            left,
            comparison,
            right: right.into(),
        })
    };
    let text = prop::sample::select(TEXTS.to_vec()).prop_map(|plan| field("plan").is(plan));
    let seats = (-20..200_i64).prop_map(|seats| field("seats").at_least(seats));
    let until = super::generate::day().prop_map(|day| field("until").below(day));
    let item = prop_oneof![text, seats, until, Just(field("plan").is_missing()), condition_of_customers()];
    let items = (item.clone(), item, any::<bool>()).prop_map(|(a, b, both)| Condition::Exists {
        list: "subscriptions".to_owned(),
        filter: Box::new(if both { a & b } else { !a | b }),
    });
    prop_oneof![3 => compared(rank()), 2 => compared(score()), 1 => items.clone(), 1 => items.prop_map(|items| !items)]
}

fn condition_of_customers() -> impl Strategy<Value = Condition> {
    prop::sample::select(TEXTS.to_vec()).prop_map(|country| attribute("country").is(country))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_learnt_answers_alike(
        learnt_from in customers(Zone::utc()),
        asked in customers(Zone::utc()),
        conditions in prop::collection::vec(learnt(), 10),
    ) {
        let vocabulary = vocabulary();
        for condition in conditions {
            let definitions = Definitions::new().audience(Audience::new("a", condition.clone()));
            let Ok(plan) = Plan::fit_with(&definitions, &vocabulary, &learnt_from) else { continue };
            for customers in [&learnt_from, &asked] {
                let as_of = customers.seen_as_of().unwrap();
                let renderer = Renderer::new(Dialect::Sqlite, &plan, as_of).tables(tables()).host_functions();
                let Ok(found) = Sqlite::load(customers, &vocabulary).ask(&renderer, &condition) else { continue };
                let mut asker = plan.asker();
                for (row, found) in found.into_iter().enumerate() {
                    let expected = match asker.ask(&customers.get(row).unwrap()).unwrap().truth(0) {
                        Truth::True => Some(true),
                        Truth::False => Some(false),
                        Truth::Unknown => None,
                    };
                    prop_assert_eq!(found, expected, "{:?}\n{}", condition, renderer.truths(std::slice::from_ref(&condition)).unwrap());
                }
            }
        }
    }
}

/// Whatever else happens, most of what can be written can be said to SQLite.
#[test]
fn little_is_refused() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let customers = customers(Zone::utc()).new_tree(&mut runner).unwrap().current();
    let mut conditions = Vec::new();
    while conditions.len() < 200 {
        let condition = condition(2).new_tree(&mut runner).unwrap().current();
        if is_valid(&condition) {
            conditions.push(condition);
        }
    }
    let (asked, refused) = compare(&Zone::utc(), &customers, &conditions);
    assert!(asked > 4 * refused, "{asked} asked, {refused} refused");
}

fn small() -> Vocabulary {
    let mut vocabulary = Vocabulary::new();
    for (name, kind) in [("spend", Kind::Number), ("country", Kind::Text), ("it's \"odd\"", Kind::Text)] {
        vocabulary = vocabulary.attribute(Attribute::new(name, kind)).unwrap();
    }
    vocabulary
}

fn three_customers() -> Customers {
    use segmentry::value::OwnedValue;
    let spend = [OwnedValue::Number(10.0), OwnedValue::Number(20.0), OwnedValue::Missing];
    Customers::with_ids(["a", "b", "17"])
        .unwrap()
        .with_column("spend", Column::of(Kind::Number, &spend))
        .unwrap()
        .with_column("country", Column::texts(["DE", "FR", "DE"]))
        .unwrap()
        .with_column("it's \"odd\"", Column::texts(["x'; DROP TABLE customers; --", "\\", "%"]))
        .unwrap()
        .as_of(on("2026-06-01"))
}

#[test]
fn names_and_texts_cannot_break_out() {
    let (customers, vocabulary) = (three_customers(), small());
    let plan = Plan::new(&Definitions::new(), &vocabulary).unwrap();
    let sqlite = Sqlite::load(&customers, &vocabulary);
    let renderer = Renderer::new(Dialect::Sqlite, &plan, on("2026-06-01")).tables(tables());
    let odd = || attribute("it's \"odd\"");
    let cases = [
        (odd().is("x'; DROP TABLE customers; --"), [true, false, false]),
        (odd().contains("'; DROP"), [true, false, false]),
        (odd().is("\\"), [false, true, false]),
        (odd().contains("%"), [false, false, true]),
        (odd().starts_with("_"), [false, false, false]),
        (odd().one_of(["'", "' OR 1=1 --", "%"]), [false, false, true]),
    ];
    for (condition, expected) in cases {
        assert_eq!(sqlite.ask(&renderer, &condition).unwrap(), expected.map(Some), "{condition:?}");
    }
    let nul = renderer.condition(&odd().is("a\0b")).unwrap_err();
    assert_eq!(nul.to_string(), "key `right`: SQLite cannot say a text with a NUL in it: it ends texts there");
}

/// Each dialect writes one awkward text, whose marks must not end it.
#[test]
fn literals_are_escaped_in_every_dialect() {
    let vocabulary = small();
    let plan = Plan::new(&Definitions::new(), &vocabulary).unwrap();
    let of = |dialect| {
        let renderer = Renderer::new(dialect, &plan, on("2026-06-01"));
        renderer.condition(&attribute("country").is("\\'${x}\n")).unwrap()
    };
    let doubled = "c.\"country\" = '\\''${x}\n'";
    assert_eq!(of(Dialect::Sqlite), "c.\"country\" COLLATE BINARY = '\\''${x}\n'");
    assert_eq!(of(Dialect::Postgres), "c.\"country\" = E'\\\\''${x}\n'");
    for dialect in [Dialect::DuckDb, Dialect::DataFusion, Dialect::Trino] {
        assert_eq!(of(dialect), doubled);
    }
    assert_eq!(of(Dialect::Snowflake), "c.\"country\" = '\\\\''${x}\n'");
    assert_eq!(of(Dialect::Spark), "c.`country` = '\\\\\\'\\u0024{x}\\n'");
    assert_eq!(of(Dialect::BigQuery), "c.`country` = '\\\\\\'${x}\\n'");
    assert_eq!(of(Dialect::ClickHouse), "c.`country` = '\\\\\\'${x}\\n'");
}

/// SQLite reads back the number that was meant.
#[test]
fn numbers_are_written_exactly() {
    let vocabulary = small();
    let plan = Plan::new(&Definitions::new(), &vocabulary).unwrap();
    let numbers = [0.1, 1e300, -5e-324, 1.0 / 3.0, -0.0, f64::MAX, 9_007_199_254_740_993.0, 1e21];
    for number in numbers {
        let spend = [segmentry::value::OwnedValue::Number(number)];
        let customers = Customers::with_ids(["a"])
            .unwrap()
            .with_column("spend", Column::of(Kind::Number, &spend))
            .unwrap()
            .as_of(on("2026-06-01"));
        let sqlite = Sqlite::load(&customers, &vocabulary);
        let renderer = Renderer::new(Dialect::Sqlite, &plan, on("2026-06-01")).tables(tables());
        let same = attribute("spend").is(number);
        assert_eq!(sqlite.ask(&renderer, &same).unwrap(), [Some(true)], "{number:?}");
    }
}

fn overlapping() -> Definitions {
    let until = |text: &str| text.parse().unwrap();
    Definitions::new()
        .audience(Audience::new("german", attribute("country").is("DE")).exclude(Override::of("a")))
        .audience(
            Audience::new("big", attribute("spend").at_least(15))
                .unknown(Unknown::Include)
                .exclude(Override::of("b").until(until("2026-06-01T00:00:00Z"))),
        )
        .audience(
            Audience::new("both", member("german") & member("big"))
                .include(Override::of("a").until(until("2026-07-01T00:00:00Z"))),
        )
        .audience(Audience::of(Label::new("by hand"), List::Manual(vec!["17".into(), "it's".into()])))
        .audience(Audience::of(Label::new("nobody"), List::Manual(Vec::new())))
        .rules(
            Rules::new("size")
                .when("large", attribute("spend").at_least(15))
                .when("it's small", attribute("spend").below(15))
                .otherwise("rest"),
        )
        .rules(Rules::new("none").when("large", attribute("spend").at_least(15)))
}

#[test]
fn audiences_and_rule_lists_have_the_same_members() {
    let (customers, vocabulary, definitions) = (three_customers(), small(), overlapping());
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let sqlite = Sqlite::load(&customers, &vocabulary);
    let renderer = Renderer::new(Dialect::Sqlite, &plan, on("2026-06-01")).tables(tables());
    let (mut asker, mut sizes) = (plan.asker(), Vec::new());
    for (number, audience) in plan.audiences().enumerate() {
        let key = audience.key().into_owned();
        let mut expected = Vec::new();
        for row in 0..customers.len() {
            let customer = customers.get(row).unwrap();
            if asker.ask(&customer).unwrap().is_member(number) {
                expected.push(vec![segmentry::customer::Customer::id(&customer).to_string()]);
            }
        }
        assert_eq!(sqlite.rows(&renderer.members(&key).unwrap()), expected, "{key}");
        sizes.push(expected.len().to_string());
    }
    assert_eq!(sizes, ["1", "2", "2", "1", "0"]); // as the definitions were made
    assert_eq!(sqlite.rows(&renderer.sizes().unwrap()), [sizes]);
    for (number, list) in plan.rule_lists().enumerate() {
        let rows = sqlite.rows(&renderer.rules(list).unwrap());
        for (row, found) in rows.iter().enumerate() {
            let customer = customers.get(row).unwrap();
            let segment = asker.ask(&customer).unwrap().segment(number).unwrap();
            let expected = segment.map_or("-".into(), |label| label.key().into_owned());
            assert_eq!(found[1], expected, "{list} {}", found[0]);
        }
    }
    // of one customer the spend is not known: in the audience and in three rules
    assert_eq!(sqlite.rows(&renderer.unknown_counts().unwrap()), [["0", "1", "0", "1", "1", "1"]]);
    assert!(renderer.members("germans").unwrap_err().to_string().ends_with("did you mean `german`"));
    assert!(renderer.rules("sise").unwrap_err().to_string().ends_with("did you mean `size`"));
}

#[test]
fn an_unknown_that_is_an_error_must_be_counted_first() {
    let definitions =
        Definitions::new().audience(Audience::new("big", attribute("spend").at_least(15)).unknown(Unknown::Error));
    let vocabulary = small();
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let renderer = Renderer::new(Dialect::Sqlite, &plan, on("2026-06-01"));
    assert_eq!(
        renderer.members("big").unwrap_err().to_string(),
        "key `audiences.big.unknown`: SQLite cannot say that an unknown is an error: a statement cannot stop at a \
         customer; run `unknown_counts` first"
    );
    assert!(renderer.unknown_counts().is_ok());
    assert!(renderer.unknowns_counted().members("big").is_ok());
}

#[test]
fn a_day_that_is_a_text_and_a_log_without_days_answer_alike() {
    let vocabulary = Vocabulary::new().attribute(Attribute::new("signup", Kind::Day)).unwrap();
    let plan = Plan::new(&Definitions::new(), &vocabulary).unwrap();
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    let events = EventTable::new("log").customer("who").column("kind", "what").column("at", "moment").without_day();
    let tables = Tables::new("people", "no").column("signup", "since").days_as_texts().events(events);
    for statement in tables.create(Dialect::Sqlite, vocabulary.attributes(), vocabulary.event_fields()).unwrap() {
        connection.execute_batch(&statement).unwrap();
    }
    let micros = on("2026-05-31").start().micros() + 1;
    connection
        .execute_batch(&format!(
            "INSERT INTO people VALUES ('x', '2025-06-02'), ('y', '1969-12-31'), ('z', NULL);
             INSERT INTO log (who, what, moment, position) VALUES ('x', 'visit', {micros}, 1), ('y', 'visit', -1, 2)"
        ))
        .unwrap();
    let renderer = Renderer::new(Dialect::Sqlite, &plan, on("2026-06-01")).tables(tables);
    let conditions = [
        attribute("signup").days_since().is(364),
        attribute("signup").years().at_most(0),
        attribute("signup").is("1969-12-31".parse::<segmentry::time::Day>().unwrap()),
        Events::of("visit").measure(Measure::First("day".to_owned())).is(on("2026-05-31")),
        Events::of("visit").filter(field("day").below(on("1970-01-01"))).count().is(1),
    ];
    let sql = renderer.truths(&conditions).unwrap();
    let mut statement = connection.prepare(&sql).unwrap();
    let row =
        |row: &rusqlite::Row<'_>| (0..5).map(|column| row.get(column + 1)).collect::<Result<Vec<Option<bool>>, _>>();
    let found: Vec<Vec<Option<bool>>> = statement.query_map([], row).unwrap().map(Result::unwrap).collect();
    let (t, f) = (Some(true), Some(false));
    assert_eq!(found, [vec![t, t, f, t, f], vec![f, f, t, f, t], vec![None, None, None, None, f]]);
}

/// What each dialect says of a handful of rules: reviewed texts, rewritten with `UPDATE_EXPECTED=1`.
#[test]
fn the_text_of_every_dialect_is_as_reviewed() {
    let vocabulary = vocabulary();
    let definitions = samples();
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let mut faults = Vec::new();
    for dialect in Dialect::ALL {
        let renderer = Renderer::new(dialect, &plan, on("2026-06-01")).tables(tables());
        let mut text = String::new();
        for audience in plan.audiences() {
            let key = audience.key().into_owned();
            let said = renderer.members(&key).unwrap_or_else(|error| format!("-- refused: {error}"));
            text.push_str(&format!("-- {key}\n{said}\n\n"));
        }
        let path = format!("tests/golden/sql/{}.sql", dialect.name().to_lowercase());
        let full = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(&full, &text).unwrap();
        }
        if std::fs::read_to_string(&full).unwrap_or_default() != text {
            faults.push(format!("{path} is not what is written now: see with UPDATE_EXPECTED=1 what changed"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn samples() -> Definitions {
    use segmentry::rules::{Area, Around, Comparison, Fold, Lifecycle, SetOperator, Side, TextOperator, Which, Window};
    use segmentry::value::GeoPoint;
    let berlin = GeoPoint::new(52.52, 13.405).unwrap();
    let purchases = || Events::of("purchase");
    let around = |within| {
        Window::Around(Box::new(Around { which: Which::First, events: Events::of("visit"), side: Side::After, within }))
    };
    let all: Vec<(&str, Condition)> = vec![
        ("numbers", (attribute("spend") / attribute("employees")).between(0.5, 100, Bounds::Lower)),
        ("texts", attribute("country").text(TextOperator::Equals, "de", Fold::Ascii) | attribute("plan").at_least("a")),
        ("pattern", attribute("country").matches("^[A-Z]{2}.(a|b)$")),
        ("days", attribute("birthday").years().at_least(18) & attribute("signup").comes_round_within(7)),
        ("instants", attribute("seen").days_since().at_most(30)),
        (
            "sets",
            Condition::Set {
                term: attribute("tags"),
                operator: SetOperator::Exactly,
                texts: vec!["vip".into(), "b2b".into()],
            },
        ),
        ("states", attribute("spend").state(State::Null) | attribute("country").state(State::Empty)),
        ("events", purchases().filter(field("channel").is("app")).last(Span::days(90)).sum("amount").at_least(500)),
        ("around", purchases().window(around(Span::days(14))).count().at_least(2)),
        (
            "restarted",
            Condition::Lifecycle(Box::new(Lifecycle::Restarted {
                events: purchases(),
                recent: Span::days(30),
                quiet: Span::months(6),
            })),
        ),
        ("sequence", visit_then_purchase()),
        (
            "place",
            Condition::Within { term: attribute("home"), area: Area::Circle { center: berlin, kilometers: 10.0 } },
        ),
        (
            "version",
            Condition::Version {
                term: attribute("app_version"),
                comparison: Comparison::GreaterOrEqual,
                version: "2.3.0-beta.2".to_owned(),
            },
        ),
        (
            "network",
            Condition::Network { term: attribute("ip"), networks: vec!["10.0.0.0/8".into(), "2001:db8::/32".into()] },
        ),
        ("bucket", bucket("exp-1").below(5_000)),
        (
            "items",
            Condition::Exists {
                list: "subscriptions".to_owned(),
                filter: Box::new(field("plan").is("pro") & field("seats").at_least(10)),
            },
        ),
        ("folding", attribute("country").text(TextOperator::StartsWith, "straße", Fold::Unicode)),
        ("months", purchases().window(around(Span::months(1))).count().at_least(2)),
        ("score", points().at_least(10)),
        ("of others", Condition::at_least(2, [member("numbers"), member("events"), attribute("active").is(true)])),
    ];
    let samples = all.into_iter().map(|(key, condition)| Audience::new(key, condition));
    samples.fold(Definitions::new(), Definitions::audience)
}

/// Points with a category, a cap and a half-life.
fn points() -> Term {
    use segmentry::rules::{Given, Score, ScoreCategory, ScoreItem};
    let item = |points, given| ScoreItem { points, given, category: None, cap: None };
    let events = Events::of("visit");
    Term::Score(Box::new(Score {
        items: vec![
            ScoreItem { category: Some("fit".to_owned()), ..item(5.0, Given::When(attribute("active").is(true))) },
            ScoreItem { cap: Some(20.0), ..item(0.5, Given::Each(attribute("employees"))) },
            item(2.0, Given::EachEvent { events, half_life: Some(Span::days(30)) }),
        ],
        categories: vec![ScoreCategory { name: "fit".to_owned(), minimum: Some(0.0), maximum: Some(8.0) }],
        minimum: Some(0.0),
        maximum: None,
    }))
}

fn visit_then_purchase() -> Condition {
    use segmentry::rules::{Earlier, Sequence, Step, Window};
    let kind = |kind: &str| Some(kind.to_owned());
    let first = Term::Earlier { step: Earlier::First, field: "item".to_owned() };
    Condition::Sequence(Box::new(Sequence {
        steps: vec![
            Step { kind: kind("visit"), filter: Some(field("channel").is("app")), ..Step::default() },
            Step { negated: true, kind: kind("return"), ..Step::default() },
            Step {
                kind: kind("purchase"),
                filter: Some(field("item").is(first)),
                within: Some(Span::days(3)),
                ..Step::default()
            },
        ],
        window: Window::Always,
    }))
}

/// The refusals of each dialect, as the guide lists them.
#[test]
fn the_guide_lists_what_each_dialect_refuses() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/rules-sql.md")).unwrap();
    let vocabulary = vocabulary();
    let definitions = samples();
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut rows = vec![row(["rule"].into_iter().chain(Dialect::ALL.map(Dialect::name)).map(str::to_owned).collect())];
    for audience in plan.audiences() {
        let key = audience.key().into_owned();
        let mut cells = vec![key.clone()];
        for dialect in Dialect::ALL {
            let renderer = Renderer::new(dialect, &plan, on("2026-06-01")).tables(tables());
            cells.push(match (renderer.members(&key), renderer.host_functions().members(&key)) {
                (Ok(_), _) => "yes".to_owned(),
                (Err(_), Ok(_)) => "host".to_owned(),
                (Err(_), Err(_)) => "no".to_owned(),
            });
        }
        rows.push(row(cells));
    }
    let missing: Vec<&String> = rows.iter().filter(|row| !guide.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "docs/guide/rules-sql.md lacks\n{}", rows.join("\n"));
}

#[test]
fn what_no_statement_can_say_is_refused_with_the_way_to_it() {
    let vocabulary = small();
    let staying = Stay { minimum: Some(Span::days(30)), ..Stay::default() };
    let definitions = Definitions::new()
        .audience(Audience::new("sticky", attribute("spend").at_least(15)).stay(staying))
        .audience(Audience::new("inside", Condition::All(vec![!member("sticky")])));
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let of = |dialect| Renderer::new(dialect, &plan, on("2026-06-01"));
    let why = "cannot say when members leave: it depends on who was in before and since when, which no table here says";
    assert_eq!(
        of(Dialect::Postgres).members("inside").unwrap_err().to_string(),
        format!("key `audiences.inside.dynamic.all.0.not.audiences.sticky.stay`: Postgres {why}")
    );
    assert_eq!(
        of(Dialect::Postgres).condition(&Events::any().count().at_least(1)).unwrap_err().to_string(),
        "key `left`: a condition alone has only the customer's row: events and other audiences need a whole statement"
    );
    assert_eq!(
        of(Dialect::Postgres).truths(&[Events::any().count().at_least(1)]).unwrap_err().to_string(),
        "key `c0.left`: the tables have none of events"
    );
    assert_eq!(
        of(Dialect::DuckDb).condition(&attribute("spend").is_missing()).unwrap_err().to_string(),
        "DuckDB cannot say whether `spend` is missing, null or invalid: it has one NULL for all; give the tables columns \
         with states"
    );
    assert_eq!(
        of(Dialect::Postgres).condition(&attribute("country").matches(r"^\d+$")).unwrap_err().to_string(),
        r"Postgres cannot say a pattern with `\d`: it means something else there, or nothing"
    );
    let wrong = of(Dialect::Postgres).condition(&attribute("spent").at_least(Literal::Integer(1))).unwrap_err();
    assert_eq!(wrong.to_string(), "key `left`: no attribute `spent`; did you mean `spend`");
}
