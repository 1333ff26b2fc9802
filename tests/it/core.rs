//! The core: values, columns, histories, customers, segmenters of one's own, saved models, progress.

use std::borrow::Cow;
use std::ops::ControlFlow;

use ndarray::array;
use proptest::prelude::*;
use segmentry::Result;
use segmentry::customer::{Customer, Customers, Record, SeenOn};
use segmentry::error::ErrorKind;
use segmentry::explanation::Reason;
use segmentry::history::{Event, History};
use segmentry::progress::Progress;
use segmentry::segment::{Label, Segment};
use segmentry::segmentation::{Audiences, Segmentation};
use segmentry::segmenter::{Reads, Segmenter};
use segmentry::time::{Day, Zone};
use segmentry::value::{
    AsValue, Attribute, Column, ColumnBuilder, Dictionary, GeoPoint, Id, Ids, Kind, Level, OwnedValue, Schema, State,
    Value,
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

struct Firm {
    number: u32,
    employees: Option<u32>,
    country: String,
    technologies: Vec<String>,
    orders: Vec<(Day, f64)>,
}
segmentry::impl_customer!(Firm { id: number, attributes: [employees, country => "land", technologies], events: orders });

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Size {
    Small,
    Large,
}

impl Segment for Size {
    fn key(&self) -> Cow<'_, str> {
        match self {
            Size::Small => "small",
            Size::Large => "large",
        }
        .into()
    }
}

struct BySize {
    from: f64,
}

impl Segmenter for BySize {
    type Segment = Size;

    fn segments(&self) -> Vec<Size> {
        vec![Size::Small, Size::Large]
    }

    fn reads(&self) -> Reads {
        Reads::attributes(["employees"])
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Size>> {
        let value = customer.value("employees");
        if value.is_present() && value.number().is_none() {
            return Err(segmentry::Error::wrong_kind("employees", value, "number"));
        }
        Ok(value.number().map(|n| if n < self.from { Size::Small } else { Size::Large }))
    }
}

fn firms() -> Vec<Firm> {
    let firm = |number, employees, land: &str, technologies: &[&str], orders| Firm {
        number,
        employees,
        country: land.to_owned(),
        technologies: technologies.iter().map(|t| (*t).to_owned()).collect(),
        orders,
    };
    vec![
        firm(1, Some(12), "DE", &["rust"], vec![(day("2026-01-05"), 10.0), (day("2026-03-01"), 30.0)]),
        firm(2, None, "FR", &[], vec![]),
        firm(3, Some(900), "DE", &["java", "kafka", "java"], vec![(day("2026-02-01"), 5.0)]),
    ]
}

#[test]
fn ones_own_struct_enum_and_segmenter_agree_alone_and_in_bulk() {
    let firms = firms();
    let customers = Customers::from_customers(&firms).unwrap();
    assert_eq!(customers.schema().names().collect::<Vec<_>>(), ["employees", "land", "technologies"]);
    let by_size = BySize { from: 100.0 };
    let in_bulk = by_size.segment(&customers).unwrap();
    for (row, firm) in firms.iter().enumerate() {
        assert_eq!(in_bulk.get(row).copied(), by_size.assign(firm).unwrap());
        assert_eq!(by_size.assign(&customers.get(row).unwrap()).unwrap(), by_size.assign(firm).unwrap());
    }
    assert_eq!(in_bulk.sizes(), [1, 1]);
    assert_eq!(in_bulk.unassigned(), 1);
    assert_eq!(in_bulk.reason(1), Some(&Reason::Missing("employees".into())));
    assert_eq!(in_bulk.shares(), [1.0 / 3.0, 1.0 / 3.0]);

    let erased: Vec<Box<dyn Segmenter<Segment = Label>>> = vec![by_size.erase(), BySize { from: 10.0 }.erase()];
    assert_eq!(erased[0].segment(&customers).unwrap(), in_bulk.labelled());
    assert_eq!(erased[1].assign(&firms[0]).unwrap().unwrap().label(), "Large");
    assert!(
        erased[0]
            .explain(&firms[1])
            .unwrap()
            .to_string()
            .starts_with("customer `2` is unassigned: `employees` is missing")
    );
}

#[test]
fn the_first_bad_customer_in_order_is_named() {
    let mut rows = Customers::builder();
    for i in 0..20_000_i64 {
        rows.push(i, [("employees", Value::Text("many"))]).unwrap();
    }
    let customers = rows.finish().unwrap();
    let error = BySize { from: 1.0 }.segment(&customers).unwrap_err();
    assert_eq!(error.to_string(), "row 0: customer `0`: attribute `employees` is many, expected number");
}

#[test]
fn a_segmenter_may_only_hand_out_its_segments() {
    struct Liar;
    impl Segmenter for Liar {
        type Segment = String;
        fn segments(&self) -> Vec<String> {
            vec!["a".into()]
        }
        fn reads(&self) -> Reads {
            Reads::default()
        }
        fn assign(&self, _: &dyn Customer) -> Result<Option<String>> {
            Ok(Some("b".into()))
        }
    }
    let error = Liar.segment(&Customers::with_ids(["x"]).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "row 0: customer `x`: segment `b` is not among the segmenter's segments");
}

#[test]
fn missing_null_and_invalid_are_kept_apart() {
    let mut column = ColumnBuilder::new();
    for value in [Value::Missing, Value::Null, Value::Invalid("n/a"), Value::Integer(3), Value::Number(2.5)] {
        column.push(value).unwrap();
    }
    assert_eq!(column.push(Value::Text("x")), Err(Kind::Number));
    let column = column.finish();
    assert_eq!(
        column.values().collect::<Vec<_>>(),
        [Value::Missing, Value::Null, Value::Invalid("n/a"), Value::Number(3.0), Value::Number(2.5)]
    );
    let presence = column.presence();
    assert_eq!((presence.present, presence.missing, presence.null, presence.invalid), (2, 1, 1, 1));
    assert_eq!((column.state(1), column.state(9)), (State::Null, State::Missing));
    let taken = column.take(&[Some(4), None, Some(2), Some(99)]);
    assert_eq!(
        taken.values().collect::<Vec<_>>(),
        [Value::Number(2.5), Value::Missing, Value::Invalid("n/a"), Value::Missing]
    );
    assert_eq!(ColumnBuilder::new().finish().kind(), Kind::Text);
}

#[test]
fn every_kind_of_value_goes_through_a_column_and_back() {
    let set = vec!["rust".to_owned(), "kafka".to_owned()];
    let values = [
        OwnedValue::Number(1.5),
        OwnedValue::Integer(-3),
        OwnedValue::Text(String::new()),
        OwnedValue::Boolean(true),
        OwnedValue::Day(day("2026-11-01")),
        OwnedValue::Timestamp(day("2026-11-01").start()),
        OwnedValue::Set(set),
        OwnedValue::Point(GeoPoint::new(52.5, 13.4).unwrap()),
    ];
    for value in &values {
        let mut column = ColumnBuilder::new();
        column.push(Value::Missing).unwrap();
        column.push(value.as_value()).unwrap();
        let column = column.finish();
        assert_eq!(column.value(1), value.as_value());
        assert_eq!(column.value(0), Value::Missing);
        assert_eq!(Some(column.kind()), value.as_value().kind());
        #[cfg(feature = "serde")]
        {
            let json = serde_json::to_string(value).unwrap();
            assert_eq!(&serde_json::from_str::<OwnedValue>(&json).unwrap(), value, "{json}");
        }
    }
    assert_eq!(
        GeoPoint::new(91.0, 0.0).unwrap_err().to_string(),
        "`latitude` must be between -90 and 90 degrees, found 91"
    );
    assert_eq!(
        GeoPoint::new(0.0, f64::NAN).unwrap_err().to_string(),
        "`longitude` must be between -180 and 180 degrees, found NaN"
    );
}

#[test]
fn an_id_is_the_same_as_number_and_as_text() {
    assert_eq!(Id::from(17), Id::from("17"));
    assert_ne!(Id::from(17), Id::from("017"));
    assert_ne!(Id::from(0), Id::from("-0"));
    let mut ids = Ids::default();
    assert_eq!(ids.intern(3.into()), 0);
    assert_eq!(ids.intern("3".into()), 0);
    assert_eq!(ids.intern("x".into()), 1);
    assert_eq!((ids.row(3.into()), ids.row("3".into()), ids.row("y".into())), (Some(0), Some(0), None));
    assert_eq!(ids.get(0), Some(Id::Text("3")));
    assert_eq!(
        Ids::unique(["a".into(), "b".into(), "a".into()]).unwrap_err().to_string(),
        "row 2: customer `a` occurs more than once, first in row 0"
    );
}

proptest! {
    #[test]
    fn interning_is_first_appearance_order(ids in proptest::collection::vec(-50_i64..50, 0..200), text_from in 0_usize..300) {
        let mut interned = Ids::default();
        let mut seen: Vec<i64> = Vec::new();
        for (i, id) in ids.iter().enumerate() {
            let written = id.to_string();
            let row = interned.intern(if i < text_from { Id::Integer(*id) } else { Id::Text(&written) });
            let expected = seen.iter().position(|s| s == id).unwrap_or_else(|| { seen.push(*id); seen.len() - 1 });
            prop_assert_eq!(row, expected);
        }
        prop_assert_eq!(interned.len(), seen.len());
        for (row, id) in seen.iter().enumerate() {
            prop_assert_eq!(interned.row(Id::Integer(*id)), Some(row));
        }
    }

    #[test]
    fn rising_ids_are_found_as_others_are(mut ids in proptest::collection::btree_set(-90_i64..90, 0..60), late in -90_i64..90) {
        let rising: Vec<i64> = ids.iter().copied().collect();
        let mut interned = Ids::unique(rising.iter().map(|id| Id::Integer(*id))).unwrap();
        for (row, id) in rising.iter().enumerate() {
            prop_assert_eq!(interned.row(Id::Integer(*id)), Some(row));
            prop_assert_eq!(interned.intern(Id::Integer(*id)), row);
        }
        let known = ids.contains(&late);
        let row = interned.intern(Id::Integer(late));
        prop_assert_eq!(row < rising.len(), known);
        ids.insert(late);
        prop_assert_eq!(interned.len(), ids.len());
        for (row, id) in rising.iter().enumerate() {
            prop_assert_eq!(interned.row(Id::Integer(*id)), Some(row));
        }
        prop_assert!(rising.is_empty() || interned.push(Id::Integer(rising[0])).is_err());
    }

    #[test]
    fn a_dictionary_gives_back_its_texts(texts in proptest::collection::vec(".{0,6}", 0..100)) {
        let dictionary: Dictionary = texts.iter().map(String::as_str).collect();
        for text in &texts {
            let code = dictionary.code(text).unwrap();
            prop_assert_eq!(dictionary.text(code), Some(text.as_str()));
        }
        prop_assert_eq!(dictionary.text(dictionary.len() as u32), None);
    }

    #[test]
    fn a_history_is_a_stable_sort_by_customer_and_time(events in proptest::collection::vec((0_u8..6, 0_i32..5, -9.0..9.0_f64), 0..60)) {
        let mut log = History::builder();
        for (customer, at, amount) in &events {
            log.push(*customer, &(Day::from_days(*at), *amount)).unwrap();
        }
        let history = log.finish();
        let mut order: Vec<u8> = Vec::new();
        for (customer, _, _) in &events {
            if !order.contains(customer) { order.push(*customer); }
        }
        for (row, customer) in order.iter().enumerate() {
            let mut expected: Vec<(i32, f64)> = events.iter().filter(|e| e.0 == *customer).map(|e| (e.1, e.2)).collect();
            expected.sort_by_key(|e| e.0);
            let found: Vec<(i32, f64)> = history.events(row).iter().map(|e| (e.day.days(), e.amount.unwrap())).collect();
            prop_assert_eq!(found, expected);
        }
        prop_assert_eq!(history.customers(), order.len());
    }
}

#[test]
fn an_event_keeps_all_that_is_said_of_it() {
    let properties = [("coupon".to_owned(), OwnedValue::Text("SPRING".into()))];
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let late = "2026-11-01T23:30:00Z".parse().unwrap();
    let mut log = History::builder();
    log.push("a", &Event::on(day("2026-10-01"), "visit")).unwrap();
    log.push(
        "a",
        &Event::at(late, "purchase", &berlin)
            .amount(9.5)
            .quantity(2.0)
            .item("tea")
            .channel("app")
            .properties(&properties),
    )
    .unwrap();
    let history = log.finish();
    let event = history.events(0).get(1).unwrap();
    assert_eq!(
        (event.day, event.kind, event.amount, event.quantity),
        (day("2026-11-02"), "purchase", Some(9.5), Some(2.0))
    );
    assert_eq!(
        (event.item, event.channel, event.property("coupon")),
        (Some("tea"), Some("app"), Value::Text("SPRING"))
    );
    let first = history.events(0).get(0).unwrap();
    assert_eq!((first.amount, first.item, first.property("coupon")), (None, None, Value::Missing));
    let error = History::builder().push("a", &Event::purchase(day("2026-10-01"), f64::NAN)).unwrap_err();
    assert_eq!(error.to_string(), "customer `a`: `amount` is NaN, expected a finite number");
    let kept = history.filter(|e| e.kind == "visit");
    assert_eq!((kept.len(), kept.customers()), (1, 1));
}

#[test]
fn events_after_the_day_are_not_known_yet() {
    let record = Record::new("a")
        .purchase(day("2026-03-01"), 1.0)
        .purchase(day("2026-01-01"), 2.0)
        .purchase(day("2026-02-01"), 3.0);
    let seen = SeenOn::new(&record, day("2026-02-01"));
    let amounts: Vec<_> = segmentry::customer::Events::of(&seen).map(|e| e.amount.unwrap()).collect();
    assert_eq!(amounts, [2.0, 3.0]);
    let customers = Customers::from_customers([&record]).unwrap().as_of(day("2026-01-31"));
    assert_eq!(customers.get(0).unwrap().events().count(), 1);
    assert_eq!(
        Customers::from_customers([&record]).unwrap().seen_as_of().unwrap_err().to_string(),
        "the day as of which customers are seen is not set: give it with `as_of`"
    );
}

#[test]
fn a_history_finds_its_customers_and_counts_the_strangers() {
    let history = History::purchases(
        ["b", "z", "b"],
        &[day("2026-01-01"), day("2026-01-02"), day("2026-01-03")],
        &[1.0, 2.0, 3.0],
    )
    .unwrap();
    let customers = Customers::with_ids(["a", "b"]).unwrap().with_history(history.clone());
    assert_eq!(customers.unmatched_events(), 1);
    assert_eq!((customers.events(0).len(), customers.events(1).len(), customers.events(7).len()), (0, 2, 0));
    let turned = customers.take(&[1, 0]).unwrap();
    assert_eq!((turned.events(0).len(), turned.events(1).len()), (2, 0));
    assert_eq!(Customers::from_history(history).len(), 2);
    let error = History::purchases(["a"], &[day("2026-01-01")], &[]).unwrap_err();
    assert_eq!(error.to_string(), "amounts has 0 entries, expected 1");
    let error = History::purchases(["a", "b"], &[day("2026-01-01")], &[1.0]).unwrap_err();
    assert_eq!(error.to_string(), "customers has 2 entries, expected 1");
}

#[test]
fn wrong_tables_say_what_is_wrong() {
    let customers = || Customers::with_ids(["a", "b"]).unwrap();
    let says = |result: Result<Customers>, message: &str| assert_eq!(result.unwrap_err().to_string(), message);
    says(Customers::with_ids(["a", "a"]), "row 1: customer `a` occurs more than once, first in row 0");
    says(customers().with_column("x", Column::integers([1])), "attribute `x` has 1 entries, expected 2");
    says(customers().with_column("", Column::integers([1, 2])), "an attribute has no name");
    says(
        customers().with_attribute(Attribute::new("x", Kind::Text), Column::integers([1, 2])),
        "attribute `x` is integer, expected text",
    );
    says(customers().with_weights(vec![1.0]), "weights has 1 entries, expected 2");
    says(
        customers().with_weights(vec![1.0, -1.0]),
        "row 1: customer `b`: `weight` must be a finite number of at least 0, found -1",
    );
    says(
        customers().with_weights(vec![f64::NAN, 1.0]),
        "row 0: customer `a`: `weight` must be a finite number of at least 0, found NaN",
    );
    says(customers().without("x"), "no attribute `x`");
    says(customers().take(&[0, 0]), "row 1: customer `a` occurs more than once, first in row 0");
    says(Customers::from_matrix(&["x"], array![[1.0, 2.0]].view()), "names has 1 entries, expected 2");
    says(
        Customers::from_matrix(&["x", "x"], array![[1.0, 2.0]].view()).and_then(|c| c.with_weights(vec![])),
        "weights has 0 entries, expected 1",
    );
    assert_eq!(customers().find("c").unwrap_err().to_string(), "no customer `c`");
    let mut rows = Customers::builder();
    rows.push("a", [("x", Value::Integer(1))]).unwrap();
    assert_eq!(
        rows.push("b", [("x", Value::Text("many"))]).unwrap_err().to_string(),
        "row 1: customer `b`: attribute `x` is text `many`, expected integer"
    );
    let mut rows = Customers::builder();
    assert_eq!(
        rows.push("a", [("x", Value::Integer(1)), ("x", Value::Integer(1))]).unwrap_err().to_string(),
        "row 0: customer `a`: attribute `x` occurs twice"
    );
    let twice = Schema::new([Attribute::new("x", Kind::Text), Attribute::new("x", Kind::Day)]);
    assert_eq!(twice.unwrap_err().to_string(), "attribute `x` occurs twice");
    let a = Record::new("a").as_of(day("2026-01-01"));
    let b = Record::new("b").as_of(day("2026-01-02"));
    says(
        Customers::from_customers([&a, &b]),
        "row 1: customer `b`: seen as of 2026-01-02, the customers before it as of 2026-01-01",
    );
}

#[test]
fn a_huge_text_is_cut_in_a_message() {
    let huge = "x".repeat(5_000_000);
    let error = segmentry::Error::wrong_kind("a", Value::Text(&huge), "number").at_customer(&huge);
    assert!(error.to_string().len() < 400, "{}", error.to_string().len());
}

#[test]
fn nothing_of_nothing_is_nothing() {
    let none = Customers::with_ids(Vec::<&str>::new()).unwrap();
    let segmentation = BySize { from: 1.0 }.segment(&none).unwrap();
    assert_eq!((segmentation.len(), segmentation.unassigned()), (0, 0));
    assert_eq!(segmentation.shares(), [0.0, 0.0]);
    assert_eq!(Customers::default().len(), 0);
}

#[test]
fn a_segmentation_checks_its_places() {
    let customers = Customers::with_ids(["a", "b"]).unwrap().with_weights(vec![3.0, 1.0]).unwrap();
    let labels = || vec![Label::new("x"), Label::new("y")];
    let s = Segmentation::new(&customers, labels(), [Ok(1), Err(Reason::NoMatch)]).unwrap();
    assert_eq!((s.totals(), s.shares()), (vec![0.0, 3.0], vec![0.0, 0.75]));
    assert_eq!(s.members(1).collect::<Vec<_>>(), [0]);
    assert_eq!(s.reasons(), [(&Reason::NoMatch, 1)]);
    assert_eq!(s.find("a").unwrap().unwrap().key(), "y");
    let says = |result: Result<Segmentation>, message: &str| assert_eq!(result.unwrap_err().to_string(), message);
    says(
        Segmentation::new(&customers, labels(), [Ok(2), Ok(0)]),
        "row 0: `segment` must be below 2, the number of segments, found 2",
    );
    says(Segmentation::new(&customers, labels(), [Ok(0)]), "places has 1 entries, expected 2");
    says(s.clone().with_scores(vec![1.0]), "scores has 1 entries, expected 2");
    says(s.with_memberships(array![[1.0], [1.0]]), "columns of memberships has 1 entries, expected 2");
}

#[test]
fn audiences_overlap() {
    let customers = Customers::with_ids(["a", "b", "c"]).unwrap();
    let s = Segmentation::new(&customers, vec![Label::new("x")], [Ok(0), Ok(0), Err(Reason::NoMatch)]).unwrap();
    let audiences = Audiences::from_segmentation(&s).with(Label::new("y"), [1, 2]).unwrap();
    assert_eq!((audiences.sizes(), audiences.overlap(0, 1), audiences.jaccard(0, 1)), (vec![2, 2], 1, Some(1.0 / 3.0)));
    assert_eq!(audiences.members(1).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(audiences.clone().with(Label::new("y"), []).unwrap_err().to_string(), "audience `y` occurs twice");
    assert_eq!(
        audiences.with(Label::new("z"), [3]).unwrap_err().to_string(),
        "`row` must be below 3, the number of customers, found 3"
    );
}

#[test]
fn work_can_be_cancelled() {
    let stop = |_: segmentry::progress::Step<'_>| ControlFlow::Break(());
    let error = Progress::new(&stop).step("rows", 5, 10).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cancelled { done: 5, total: 10, .. }));
    assert!(Progress::none().step("rows", 1, 2).is_ok());
}

#[test]
fn a_level_follows_its_kind() {
    assert_eq!(Attribute::new("x", Kind::Text).level, Level::Nominal);
    assert_eq!(
        Attribute::new("plan", Kind::Text).ordinal(["free", "pro"]).level,
        Level::Ordinal(vec!["free".into(), "pro".into()])
    );
}

#[test]
fn what_is_shared_between_threads_may_be() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Customers>();
    shared::<History>();
    shared::<Segmentation<Label>>();
    shared::<Audiences>();
    shared::<segmentry::Error>();
    shared::<Box<dyn Segmenter<Segment = Label>>>();
}
