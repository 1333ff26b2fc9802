//! Joining sources on the customer's id.

use std::collections::BTreeMap;

use proptest::prelude::*;
use segmentry::customer::{Customer, Customers, Join, Keep, Precedence, Record};
use segmentry::history::{Event, History};
use segmentry::time::Day;
use segmentry::value::{Attribute, Column, Id, Kind, Level, OwnedValue, Value};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn crm() -> Customers {
    Customers::with_ids(["c-1", "c-2", "c-3", "17"])
        .unwrap()
        .with_column("country", Column::of(Kind::Text, [Some("DE"), Some("FR"), None, Some("US")]))
        .unwrap()
        .with_column("employees", Column::integers([12, 250, 40, 9]))
        .unwrap()
}

fn survey() -> Customers {
    Customers::with_ids(["c-2", "c-3", "c-9"])
        .unwrap()
        .with_column("employees", Column::numbers([250.0, 41.5, 7.0]))
        .unwrap()
        .with_column("country", Column::texts(["BE", "IT", "ES"]))
        .unwrap()
        .with_column("satisfied", Column::booleans([true, false, true]))
        .unwrap()
}

fn purchases() -> History {
    let days = [day("2026-01-01"), day("2026-01-02"), day("2026-01-03")];
    History::purchases(["c-1", "z-1", "c-1"], &days, &[1.0, 2.0, 4.0]).unwrap()
}

fn ids(customers: &Customers) -> Vec<String> {
    customers.ids().iter().map(|id| id.to_string()).collect()
}

fn values(customers: &Customers, name: &str) -> Vec<OwnedValue> {
    customers.column(name).unwrap().values().map(Value::to_owned).collect()
}

fn texts(customers: &Customers, name: &str) -> Vec<String> {
    customers.column(name).unwrap().values().map(|v| v.to_string()).collect()
}

fn message(join: Join) -> String {
    join.run().unwrap_err().to_string()
}

#[test]
fn all_sources_in_order_of_first_appearance() {
    let joined =
        Join::new().source("crm", crm()).source("survey", survey()).history("shop", purchases()).run().unwrap();
    assert_eq!(ids(&joined.customers), ["c-1", "c-2", "c-3", "17", "c-9", "z-1"]);
    assert_eq!(texts(&joined.customers, "country"), ["DE", "FR", "IT", "US", "ES", "missing"]);
    assert_eq!(joined.customers.column("employees").unwrap().kind(), Kind::Number);
    assert_eq!(joined.customers.column("employees").unwrap().number(1), Some(250.0));
    assert_eq!(joined.customers.events(0).len(), 2);
    assert_eq!(joined.customers.unmatched_events(), 0);

    let country = joined.report.attribute("country").unwrap();
    assert_eq!(country.conflicts, 1);
    assert_eq!(country.examples[0].customer, "c-2");
    assert_eq!(country.examples[0].taken, "crm");
    assert_eq!(country.examples[0].values[1], ("survey".to_owned(), OwnedValue::Text("BE".to_owned())));
    let shares: Vec<_> = country.sources.iter().map(|s| (s.source.as_str(), s.present, s.used)).collect();
    assert_eq!(shares, [("crm", 3, 3), ("survey", 3, 2)]);
    // 250 and 250.0 agree, 40 and 41.5 do not
    assert_eq!(joined.report.attribute("employees").unwrap().conflicts, 1);
    assert_eq!(joined.report.conflicts(), 2);

    let schema = joined.customers.schema();
    let source = |name: &str| schema.get(name).unwrap().source.clone().unwrap();
    assert_eq!((source("country"), source("satisfied")), ("crm, survey".to_owned(), "survey".to_owned()));
}

#[test]
fn unmatched_rows_are_counted_on_both_sides() {
    let join = || Join::new().source("crm", crm()).source("survey", survey()).history("shop", purchases());
    let left = join().keep(Keep::In(vec!["crm".into()])).run().unwrap();
    assert_eq!(ids(&left.customers), ["c-1", "c-2", "c-3", "17"]);
    let survey = left.report.source("survey").unwrap();
    assert_eq!((survey.customers, survey.kept, survey.not_kept, survey.absent), (3, 2, 1, 2));
    let shop = left.report.source("shop").unwrap();
    assert_eq!((shop.kept, shop.not_kept, shop.events, shop.events_kept), (1, 1, Some(3), Some(2)));
    assert_eq!(left.customers.unmatched_events(), 1);

    let both = join().keep(Keep::In(vec!["survey".into(), "crm".into()])).run().unwrap();
    assert_eq!(ids(&both.customers), ["c-2", "c-3"]);
    let every = join().keep(Keep::Every).run().unwrap();
    assert!(every.customers.is_empty());
    assert_eq!(every.report.source("crm").unwrap().not_kept, 4);
}

#[test]
fn an_integer_and_its_text_are_one_customer() {
    let numbered = Customers::with_ids([17, 18]).unwrap().with_column("age", Column::integers([40, 50])).unwrap();
    let joined = Join::new().source("numbered", numbered).source("crm", crm()).run().unwrap();
    assert_eq!(ids(&joined.customers), ["17", "18", "c-1", "c-2", "c-3"]);
    assert_eq!(texts(&joined.customers, "employees")[0], "9");
    assert_eq!(texts(&joined.customers, "age")[0], "40");
}

#[test]
fn present_beats_null_beats_invalid_beats_missing() {
    let one = |value: Value<'static>| {
        Customers::with_ids(["c"]).unwrap().with_column("x", Column::of(Kind::Integer, [value])).unwrap()
    };
    let ladder = [Value::Missing, Value::Invalid("many"), Value::Null, Value::Integer(3)];
    for (i, low) in ladder.into_iter().enumerate() {
        for high in &ladder[i..] {
            for (a, b) in [(low, *high), (*high, low)] {
                let joined = Join::new().source("a", one(a)).source("b", one(b)).run().unwrap();
                assert_eq!(values(&joined.customers, "x"), [(*high).to_owned()]);
                assert_eq!(joined.report.conflicts(), 0);
            }
        }
    }
}

#[test]
fn precedence_for_all_and_for_one_attribute() {
    let join = || Join::new().source("crm", crm()).source("survey", survey());
    let joined = join().precedence_of("country", Precedence::Order(vec!["survey".into()])).run().unwrap();
    assert_eq!(texts(&joined.customers, "country"), ["DE", "BE", "IT", "US", "ES"]);
    assert_eq!(texts(&joined.customers, "employees")[2], "40");
    assert_eq!(joined.report.attribute("country").unwrap().examples[0].taken, "survey");

    let apart = join().precedence(Precedence::Apart).precedence_of("employees", Precedence::First).run().unwrap();
    let names: Vec<_> = apart.customers.schema().names().collect();
    assert_eq!(names, ["crm_country", "survey_country", "employees", "satisfied"]);
    assert_eq!(texts(&apart.customers, "survey_country"), ["missing", "BE", "IT", "missing", "ES"]);
}

#[test]
fn the_newest_value_is_taken_and_an_undated_row_is_the_oldest() {
    let dated = |plans: [&str; 3], days: [Option<&str>; 3]| {
        let days = days.map(|text| text.map(day));
        let table = Customers::with_ids(["a", "b", "c"]).unwrap().with_column("plan", Column::texts(plans)).unwrap();
        table.with_column("seen", Column::of(Kind::Day, days)).unwrap()
    };
    let one = dated(["free"; 3], [Some("2026-01-01"), Some("2026-05-01"), None]);
    let two = dated(["pro"; 3], [Some("2026-02-01"), Some("2026-05-01"), Some("2020-01-01")]);
    let join = Join::new().source("one", one).source("two", two).precedence_of("plan", Precedence::Newest);
    let joined = join.clone().dated_by("one", "seen").dated_by("two", "seen").run().unwrap();
    assert_eq!(texts(&joined.customers, "plan"), ["pro", "free", "pro"]);

    assert_eq!(
        message(join.clone().dated_by("one", "seen")),
        "attribute `plan`: the newest value is to be taken, but nothing dates the rows of `two`: name its day with \
         `dated_by`"
    );
    assert_eq!(
        message(join.clone().dated_by("one", "plan").dated_by("two", "seen")),
        "key `dated_by.one`: attribute `plan` is text, expected day or timestamp"
    );
    assert_eq!(
        message(join.dated_by("one", "sen").dated_by("two", "seen")),
        "key `dated_by.one`: no attribute `sen`; did you mean `seen`"
    );
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let join = || Join::new().source("crm", crm()).source("survey", survey());
    let with = |column: Column| Customers::with_ids(["c-1"]).unwrap().with_column("country", column).unwrap();
    assert_eq!(message(Join::new()), "no sources to join");
    assert_eq!(message(join().source("crm", crm())), "source `crm` occurs twice");
    assert_eq!(message(Join::new().source("", crm())), "a source has no name");
    assert_eq!(
        message(join().keep(Keep::In(vec!["cmr".into()]))),
        "`keep` must be the name of a source: `crm`, `survey`, found `cmr`"
    );
    assert_eq!(message(join().keep(Keep::In(vec![]))), "`keep` must be the name of at least one source, found none");
    assert_eq!(
        message(join().precedence(Precedence::Order(vec!["web".into()]))),
        "`precedence` must be the name of a source: `crm`, `survey`, found `web`"
    );
    assert_eq!(
        message(join().precedence_of("contry", Precedence::First)),
        "key `precedence`: no attribute `contry`; did you mean `country`"
    );
    assert_eq!(
        message(join().dated_by("web", "seen")),
        "`dated_by` must be the name of a source: `crm`, `survey`, found `web`"
    );
    assert_eq!(
        message(join().source("bought", with(Column::integers([49])))),
        "attribute `country` is integer in `bought`, expected text as in `crm`"
    );
    assert_eq!(
        message(join().precedence(Precedence::Refuse)),
        "customer `c-2`: attribute `country` is `FR` in `crm` and `BE` in `survey`"
    );
    let clash = crm().with_column("crm_country", Column::integers([1, 2, 3, 4])).unwrap();
    let apart = Join::new().source("crm", clash).source("survey", survey()).precedence(Precedence::Apart);
    assert_eq!(message(apart), "attribute `crm_country`, kept apart, is there already: rename one");
    // nothing known contradicts nothing, whatever the kind
    let empty = with(Column::of(Kind::Integer, [None::<i64>]));
    let joined = join().source("bought", empty).run().unwrap();
    assert_eq!(joined.customers.column("country").unwrap().kind(), Kind::Text);
}

#[test]
fn units_levels_weights_and_moments_are_carried_or_refused() {
    let spend = |unit: Option<&str>| {
        let attribute = Attribute::new("spend", Kind::Integer);
        let attribute = unit.map_or(attribute.clone(), |unit| attribute.unit(unit));
        Customers::with_ids(["a"]).unwrap().with_attribute(attribute, Column::integers([1])).unwrap()
    };
    let joined = Join::new().source("x", spend(None)).source("y", spend(Some("EUR"))).run().unwrap();
    assert_eq!(joined.customers.schema().get("spend").unwrap().unit.as_deref(), Some("EUR"));
    assert_eq!(
        message(Join::new().source("x", spend(Some("USD"))).source("y", spend(Some("EUR")))),
        "attribute `spend` is in `USD` in `x` and in `EUR` in `y`: convert one or keep them apart"
    );
    let ordered = crm().describe("employees", |a| a.level(Level::Count)).unwrap();
    let joined = Join::new().source("crm", ordered).source("survey", survey()).run().unwrap();
    assert_eq!(joined.customers.schema().get("employees").unwrap().level, Level::Count);

    let weighted = || survey().with_weights(vec![1.0, 2.0, 0.5]).unwrap();
    let join = || Join::new().source("crm", crm()).source("survey", weighted());
    assert_eq!(
        message(join()),
        "customer `c-1`: no weight, for it is not in `survey`: keep the customers of that source"
    );
    let joined = join().keep(Keep::In(vec!["survey".into()])).run().unwrap();
    assert_eq!(joined.customers.weights(), Some(&[1.0, 2.0, 0.5][..]));
    let twice = || join().source("again", weighted()).keep(Keep::In(vec!["survey".into()]));
    assert_eq!(message(twice()), "weights in `survey` and in `again`: name one with `weights_of`");
    assert!(twice().weights_of("again").run().is_ok());
    assert_eq!(message(twice().weights_of("crm")), "source `crm` has no weights");
    assert_eq!(
        message(twice().weights_of("web")),
        "`weights_of` must be the name of a source: `crm`, `survey`, `again`, found `web`"
    );

    let seen = |text: &str| crm().as_of(day(text));
    let differ = || Join::new().source("x", seen("2026-01-01")).source("y", seen("2026-02-01"));
    assert_eq!(message(differ()), "`x` is seen as of 2026-01-01, `y` as of 2026-02-01: name the moment with `as_of`");
    let joined = differ().as_of(day("2026-03-01")).run().unwrap();
    assert_eq!(joined.customers.seen_as_of().unwrap().day(), day("2026-03-01"));
}

#[test]
fn histories_become_one_and_events_name_their_source() {
    let visit = |at: &str| Event::on(day(at), "visit").channel("web");
    let mut web = History::builder();
    web.push("c-1", &visit("2026-01-02")).unwrap();
    web.push("c-2", &visit("2026-01-01")).unwrap();
    let hanging = Customers::from_customers([Record::new("c-2").with("vip", true).purchase(day("2026-02-01"), 9.0)]);
    let join = Join::new().source("app", hanging.unwrap()).history("shop", purchases()).history("web", web.finish());
    let joined = join.clone().mark_events("from").run().unwrap();
    assert_eq!(ids(&joined.customers), ["c-2", "c-1", "z-1"]);
    let told = |row: usize| -> Vec<String> {
        let told = |e: Event<'_>| format!("{} {} {}", e.day, e.kind, e.property("from"));
        joined.customers.events(row).iter().map(told).collect()
    };
    assert_eq!(told(0), ["2026-01-01 visit web", "2026-02-01 purchase app"]);
    assert_eq!(told(1), ["2026-01-01 purchase shop", "2026-01-02 visit web", "2026-01-03 purchase shop"]);
    assert_eq!(joined.customers.history().unwrap().len(), 6);
    assert_eq!(joined.report.source("app").unwrap().events, Some(1));

    let marked = joined.customers.history().unwrap().clone();
    assert_eq!(
        message(Join::new().history("all", marked).mark_events("from")),
        "the events of `all` have a property `from` already: name another"
    );
    assert!(join.run().unwrap().customers.history().unwrap().properties().is_empty());
}

#[test]
fn the_report_prints_and_saves() {
    let joined =
        Join::new().source("crm", crm()).source("survey", survey()).history("shop", purchases()).run().unwrap();
    let expected = "\
6 customers, those of any source
source  customers  kept  not kept  absent  events  events kept
crm             4     4         0       2
survey          3     3         0       3
shop            2     2         0       4       3            3

attribute  kind     taken from       conflicts
country    text     crm 3, survey 2          1
employees  number   crm 4, survey 1          1
satisfied  boolean  survey 3                 0
country of c-2: `FR` in `crm` and `BE` in `survey`, taken from crm
employees of c-3: `40` in `crm` and `41.5` in `survey`, taken from crm";
    assert_eq!(joined.report.to_string(), expected);
    #[cfg(feature = "serde")]
    {
        let json = serde_json::to_string(&joined.report).unwrap();
        let back: segmentry::customer::JoinReport = serde_json::from_str(&json).unwrap();
        assert_eq!(back, joined.report);
    }
}

/// A small table: up to 12 customers out of 16, two columns with every state.
fn table() -> impl Strategy<Value = Vec<(u8, Option<i64>, Option<bool>)>> {
    proptest::collection::btree_map(
        0_u8..16,
        (proptest::option::of(0_i64..3), proptest::option::of(any::<bool>())),
        0..12,
    )
    .prop_map(|rows| rows.into_iter().map(|(id, (n, b))| (id, n, b)).collect())
}

fn customers(rows: &[(u8, Option<i64>, Option<bool>)]) -> Customers {
    let ids: Vec<String> = rows.iter().map(|r| format!("c{}", r.0)).collect();
    Customers::with_ids(ids.iter().map(String::as_str))
        .unwrap()
        .with_column("n", Column::of(Kind::Integer, rows.iter().map(|r| r.1)))
        .unwrap()
        .with_column("b", Column::of(Kind::Boolean, rows.iter().map(|r| r.2)))
        .unwrap()
}

proptest! {
    #[test]
    fn a_join_of_one_source_is_that_source(rows in table()) {
        let one = customers(&rows).as_of(day("2026-01-01"));
        for keep in [Keep::All, Keep::Every, Keep::In(vec!["x".into()])] {
            let joined = Join::new().source("x", one.clone()).keep(keep).run().unwrap().customers;
            prop_assert_eq!(ids(&joined), ids(&one));
            prop_assert_eq!(values(&joined, "n"), values(&one, "n"));
            prop_assert_eq!(values(&joined, "b"), values(&one, "b"));
            prop_assert_eq!(joined.seen_as_of().unwrap(), one.seen_as_of().unwrap());
        }
    }

    #[test]
    fn every_row_and_conflict_is_counted_as_a_slow_twin_counts_them(a in table(), b in table(), c in table()) {
        let tables = [("a", &a), ("b", &b), ("c", &c)];
        let mut join = Join::new();
        for (name, rows) in tables {
            join = join.source(name, customers(rows));
        }
        for keep in [Keep::All, Keep::Every, Keep::In(vec!["b".into()])] {
            let joined = join.clone().keep(keep.clone()).run().unwrap();
            // the slow twin: a map from id to what each source says
            let mut said: BTreeMap<u8, Vec<(&str, Option<i64>)>> = BTreeMap::new();
            for (name, rows) in tables {
                for row in rows {
                    said.entry(row.0).or_default().push((name, row.1));
                }
            }
            said.retain(|_, said| match &keep {
                Keep::All => true,
                Keep::Every => said.len() == 3,
                _ => said.iter().any(|(name, _)| *name == "b"),
            });
            prop_assert_eq!(joined.customers.len(), said.len());
            let mut conflicts = 0;
            for (id, said) in &said {
                let known: Vec<i64> = said.iter().filter_map(|(_, n)| *n).collect();
                conflicts += usize::from(known.windows(2).any(|pair| pair[0] != pair[1]));
                let row = joined.customers.find(format!("c{id}").as_str()).unwrap();
                prop_assert_eq!(row.value("n"), known.first().map_or(Value::Missing, |n| Value::Integer(*n)));
            }
            let report = joined.report.attribute("n").unwrap();
            prop_assert_eq!(report.conflicts, conflicts);
            prop_assert_eq!(report.examples.len(), conflicts.min(3));
            let used: usize = report.sources.iter().map(|share| share.used).sum();
            prop_assert_eq!(used, joined.customers.column("n").unwrap().presence().present);
            for source in &joined.report.sources {
                prop_assert_eq!(source.kept + source.not_kept, source.customers);
                prop_assert_eq!(source.kept + source.absent, joined.customers.len());
            }
        }
    }

    #[test]
    fn the_order_of_rows_changes_the_order_alone(a in table(), b in table()) {
        let join = |a: &[_], b: &[_]| Join::new().source("a", customers(a)).source("b", customers(b)).run().unwrap();
        let (back_a, back_b): (Vec<_>, Vec<_>) = (a.iter().rev().copied().collect(), b.iter().rev().copied().collect());
        let (forth, back) = (join(&a, &b), join(&back_a, &back_b));
        prop_assert_eq!(forth.customers.len(), back.customers.len());
        prop_assert_eq!(forth.report.conflicts(), back.report.conflicts());
        for row in forth.customers.iter() {
            let other = back.customers.find(row.id()).unwrap();
            prop_assert_eq!((row.value("n"), row.value("b")), (other.value("n"), other.value("b")));
        }
    }

    #[test]
    fn no_event_is_lost_in_a_merge(a in proptest::collection::vec((0_u8..5, 0_i32..9), 0..30),
                                   b in proptest::collection::vec((0_u8..5, 0_i32..9), 0..30)) {
        let log = |rows: &[(u8, i32)]| {
            let mut log = History::builder();
            for (id, on) in rows {
                log.push(Id::Integer(i64::from(*id)), &(Day::from_days(*on), f64::from(*on))).unwrap();
            }
            log.finish()
        };
        let (x, y) = (log(&a), log(&b));
        let merged = History::merge([("x", &x), ("y", &y)], Some("source")).unwrap();
        prop_assert_eq!(merged.len(), a.len() + b.len());
        for row in 0..merged.customers() {
            let events: Vec<_> = merged.events(row).iter().collect();
            prop_assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
        }
        let from = |name: &str| merged.filter(|event| event.property("source").text() == Some(name)).len();
        prop_assert_eq!((from("x"), from("y")), (a.len(), b.len()));
    }
}
