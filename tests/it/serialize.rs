//! Rows of any `Serialize` type become columns.

use std::collections::BTreeMap;

use proptest::prelude::*;
use segmentry::customer::{Customer, Customers, Record};
use segmentry::history::{EventColumns, History};
use segmentry::time::Day;
use segmentry::value::{Attribute, Kind, Schema, Value};
use serde::Serialize;

#[derive(Serialize, Clone)]
struct Account {
    id: u32,
    spend: f64,
    employees: Option<u32>,
    country: String,
    plan: Plan,
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
    billing: Address,
    shipping: Option<Address>,
    technologies: Vec<String>,
    closed: (),
}

#[derive(Serialize, Clone, Copy)]
enum Plan {
    Free,
    #[serde(rename = "professional")]
    Pro,
}

#[derive(Serialize, Clone)]
struct Address {
    city: String,
    zip: String,
}

fn address(city: &str) -> Address {
    Address { city: city.to_owned(), zip: "01234".to_owned() }
}

fn account(id: u32) -> Account {
    Account {
        id,
        spend: f64::from(id) * 1.5,
        employees: id.is_multiple_of(2).then_some(id * 10),
        country: ["DE", "FR", "BR"][id as usize % 3].to_owned(),
        plan: if id.is_multiple_of(2) { Plan::Free } else { Plan::Pro },
        active: !id.is_multiple_of(5),
        note: (id % 3 == 1).then_some("vip"),
        billing: address("Lyon"),
        shipping: (id > 1).then(|| address("Köln")),
        technologies: vec!["rust".to_owned(), "kafka".to_owned()],
        closed: (),
    }
}

fn names(customers: &Customers) -> Vec<&str> {
    customers.schema().names().collect()
}

#[test]
fn each_field_becomes_an_attribute() {
    let accounts: Vec<Account> = (0..4).map(account).collect();
    let customers = Customers::from_serialize(&accounts, |a| a.id).unwrap();
    let value = |name: &str, row| customers.column(name).unwrap().value(row);
    assert_eq!(value("spend", 3), Value::Number(4.5));
    assert_eq!(value("employees", 2), Value::Integer(20));
    assert_eq!(value("employees", 3), Value::Missing);
    assert_eq!(value("country", 1), Value::Text("FR"));
    assert_eq!(value("plan", 1), Value::Text("professional"));
    assert_eq!(value("plan", 2), Value::Text("Free"));
    assert_eq!(value("active", 0), Value::Boolean(false));
    assert_eq!(value("note", 1), Value::Text("vip"));
    assert_eq!(value("note", 0), Value::Missing);
    assert_eq!(value("note", 2), Value::Missing);
    assert_eq!(value("billing.city", 0), Value::Text("Lyon"));
    assert_eq!(value("shipping.city", 0), Value::Missing);
    assert_eq!(value("shipping.city", 3), Value::Text("Köln"));
    assert!(value("technologies", 0).set().unwrap().contains("kafka"));
    assert_eq!(value("closed", 0), Value::Null);
    assert!(!names(&customers).contains(&"shipping"), "an absent struct is no attribute");
    assert_eq!(customers.find(3).unwrap().value("country"), Value::Text("DE"));
}

#[test]
fn whole_numbers_become_numbers_where_they_must() {
    let rows = [
        serde_json::json!({"a": 1, "b": 1}),
        serde_json::json!({"a": 2.5, "b": u64::MAX}),
        serde_json::json!({"a": 3, "b": 2}),
    ];
    let customers = Customers::from_serialize(&rows, |row| row["a"].to_string().len() as u32);
    assert_eq!(customers.unwrap_err().to_string(), "row 2: customer `1` occurs more than once, first in row 0");
    let ids = ["x", "y", "z"];
    let index = |row: &serde_json::Value| ids[rows.iter().position(|r| r == row).unwrap()];
    let customers = Customers::from_serialize(&rows, index).unwrap();
    assert_eq!(customers.column("a").unwrap().as_numbers(), Some(&[1.0, 2.5, 3.0][..]));
    assert_eq!(customers.column("b").unwrap().number(1), Some(u64::MAX as f64));
}

#[test]
fn what_is_not_finite_is_invalid() {
    #[derive(Serialize)]
    struct Row {
        a: f64,
        b: f32,
    }
    let customers = Customers::from_serialize(&[Row { a: f64::NAN, b: f32::INFINITY }], |_| 1).unwrap();
    assert_eq!(customers.column("a").unwrap().value(0), Value::Invalid("NaN"));
    assert_eq!(customers.column("b").unwrap().value(0), Value::Invalid("inf"));
}

fn error<T: Serialize + Sync>(rows: &[T]) -> String {
    let start = rows.as_ptr() as usize;
    let id = |row: &T| ((std::ptr::from_ref(row) as usize - start) / size_of::<T>().max(1)) as u32 + 100;
    Customers::from_serialize(rows, id).unwrap_err().to_string()
}

#[test]
fn errors_name_field_row_and_customer() {
    let mixed = [serde_json::json!({"age": 4}), serde_json::json!({"age": "four"})];
    assert_eq!(error(&mixed), "row 1: customer `101`: attribute `age` is text `four`, expected integer");
    assert_eq!(error(&[5]), "row 0: customer `100`: a row is integer `5`, expected a struct or a map");
    assert_eq!(error(&["x"]), "row 0: customer `100`: a row is text `x`, expected a struct or a map");
    assert_eq!(error(&[[1, 2]]), "row 0: customer `100`: a row is a list, expected a struct or a map");

    #[derive(Serialize)]
    enum Data {
        Number(u32),
    }
    let one = |value: Data| BTreeMap::from([("plan", value)]);
    assert_eq!(
        error(&[one(Data::Number(3))]),
        "row 0: customer `100`: attribute `plan` is variant `Number` with data, expected one value or a set of texts"
    );
    let list = serde_json::json!({"scores": {"all": [1, 2, 3]}});
    assert_eq!(
        error(&[list]),
        "row 0: customer `100`: attribute `scores.all` is a list of numbers, expected one value or a set of texts"
    );
    let nested = serde_json::json!({"needs": [["a"]]});
    assert_eq!(
        error(&[nested]),
        "row 0: customer `100`: attribute `needs`: an entry of a set is a list, expected a text"
    );
    let far = BTreeMap::from([("place", (95.0, 1.0))]);
    assert_eq!(
        error(&[far]),
        "row 0: customer `100`: attribute `place`: `latitude` must be between -90 and 90 degrees, found 95"
    );
}

#[test]
fn a_pair_of_numbers_is_a_place() {
    let rows = [BTreeMap::from([("place", (52.5, 52.5))])];
    let customers = Customers::from_serialize(&rows, |_| 1).unwrap();
    assert_eq!(customers.column("place").unwrap().kind(), Kind::Point);
}

#[derive(Serialize)]
struct Person {
    name: &'static str,
    since: &'static str,
    score: i64,
}

#[test]
fn a_schema_says_which_texts_are_days() {
    let people =
        [Person { name: "a", since: "2026-04-03", score: 1 }, Person { name: "b", since: "2026-05-01", score: 2 }];
    let schema = Schema::new([
        Attribute::new("since", Kind::Day),
        Attribute::new("score", Kind::Number).unit("points"),
        Attribute::new("email", Kind::Text),
    ])
    .unwrap();
    let customers = Customers::from_serialize_with(&people, |p| p.name, &schema).unwrap();
    assert_eq!(customers.column("since").unwrap().value(0), Value::Day(Day::new(2026, 4, 3).unwrap()));
    assert_eq!(customers.column("score").unwrap().as_numbers(), Some(&[1.0, 2.0][..]));
    assert_eq!(customers.schema().get("score").unwrap().unit.as_deref(), Some("points"));
    assert_eq!(customers.column("email").unwrap().presence().missing, 2);
    assert_eq!(Customers::from_serialize(&people, |p| p.name).unwrap().column("since").unwrap().kind(), Kind::Text);

    let people = [Person { name: "a", since: "2026-04-03", score: 1 }, Person { name: "b", since: "soon", score: 2 }];
    let error = Customers::from_serialize_with(&people, |p| p.name, &schema).unwrap_err();
    assert_eq!(error.to_string(), "row 1: customer `b`: attribute `since` is text `soon`, expected day");

    let record =
        Record::from_serialize_with("x", &Person { name: "x", since: "2026-04-03", score: 5 }, &schema).unwrap();
    assert_eq!(record.value("since"), Value::Day(Day::new(2026, 4, 3).unwrap()));
    assert_eq!(record.value("score"), Value::Number(5.0));
}

#[test]
fn any_number_of_threads_gives_the_same() {
    // more rows than one chunk, with fields that begin late and kinds that widen late
    let rows: Vec<BTreeMap<String, serde_json::Value>> = (0..150_000_u32)
        .map(|i| {
            let mut row = BTreeMap::new();
            row.insert("city".to_owned(), format!("city {}", i.wrapping_mul(2_654_435_761) % 1_000).into());
            row.insert("n".to_owned(), if i == 140_000 { 0.5.into() } else { i.into() });
            if i > 70_000 && i.is_multiple_of(3) {
                row.insert("late".to_owned(), "x".into());
            }
            row
        })
        .collect();
    let id = |row: &BTreeMap<String, serde_json::Value>| (row["n"].as_f64().unwrap() * 2.0) as u32;
    let read = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Customers::from_serialize(&rows, id).unwrap())
    };
    let (one, three) = (read(1), read(3));
    assert_eq!(names(&one), ["city", "n", "late"]);
    assert_eq!(one.schema(), three.schema());
    for ((_, a), (_, b)) in one.columns().zip(three.columns()) {
        assert_eq!(a.codes().map(|(codes, _)| codes), b.codes().map(|(codes, _)| codes));
        assert!(a == b);
    }
    // against rows pushed one at a time
    let mut builder = Customers::builder();
    for row in &rows {
        let values = row.iter().map(|(name, value)| {
            let value = match value {
                serde_json::Value::String(text) => Value::Text(text),
                other => other.as_i64().map_or(Value::Number(other.as_f64().unwrap()), Value::Integer),
            };
            (name.as_str(), value)
        });
        builder.push(id(row), values).unwrap();
    }
    let slow = builder.finish().unwrap();
    for (attribute, column) in slow.columns() {
        assert!(one.column(&attribute.name).unwrap() == column, "{}", attribute.name);
    }
}

#[test]
fn the_first_error_in_order_is_reported_whatever_the_threads() {
    let mut rows: Vec<serde_json::Value> = (0..140_000).map(|i| serde_json::json!({"n": i, "id": i})).collect();
    rows[70_000]["n"] = "late".into();
    rows[139_000]["n"] = "later".into();
    let error = Customers::from_serialize(&rows, |row| row["id"].as_u64().unwrap() as u32).unwrap_err();
    assert_eq!(error.to_string(), "row 70000: customer `70000`: attribute `n` is text `late`, expected integer");
}

#[test]
fn events_are_read_by_the_names_of_their_fields() {
    #[derive(Serialize)]
    struct Order {
        who: Option<u32>,
        when: &'static str,
        quantity: u32,
        price: f64,
        channel: Option<&'static str>,
        coupon: bool,
    }
    let order = |who, when, quantity, price| Order { who, when, quantity, price, channel: None, coupon: true };
    let mut orders = vec![
        order(Some(2), "2026-02-01 10:00", 2, 5.0),
        order(Some(1), "2026-01-31 09:30", 1, 7.5),
        order(Some(2), "2026-01-01 00:00", 3, 1.0),
    ];
    let columns = EventColumns::new("who", "when")
        .quantity("quantity")
        .unit_price("price")
        .channel("channel")
        .properties(["coupon"]);
    let history = History::from_serialize(&orders, &columns).unwrap();
    assert_eq!((history.customers(), history.len()), (2, 3));
    let first = history.event(0).unwrap();
    assert_eq!((first.amount, first.quantity, first.channel), (Some(3.0), Some(3.0), None));
    assert_eq!(first.property("coupon"), Value::Boolean(true));
    assert_eq!(first.day, Day::new(2026, 1, 1).unwrap());

    orders[1].who = None;
    let error = History::from_serialize(&orders, &columns).unwrap_err().to_string();
    assert!(error.starts_with("row 1: 1 of 3 events have no customer"), "{error}");
    let error = History::from_serialize(&orders, &EventColumns::new("whom", "when")).unwrap_err();
    assert_eq!(error.to_string(), "no attribute `whom`; did you mean `who`");
}

proptest! {
    #[test]
    fn a_map_of_values_comes_back(rows in proptest::collection::vec(
        (any::<Option<i32>>(), any::<Option<bool>>(), "\\PC{0,8}", proptest::option::of(-1e9..1e9)), 1..40)
    ) {
        #[derive(Serialize)]
        struct Row<'a> { a: Option<i32>, b: Option<bool>, c: &'a str, d: Option<f64> }
        let rows: Vec<Row> = rows.iter().map(|(a, b, c, d)| Row { a: *a, b: *b, c, d: *d }).collect();
        let mut next = 0..;
        let counter = std::cell::RefCell::new(&mut next);
        let customers = Customers::from_serialize(&rows, |_| -> i32 { counter.borrow_mut().next().unwrap() }).unwrap();
        for (i, row) in rows.iter().enumerate() {
            prop_assert_eq!(customers.column("a").unwrap().value(i), row.a.map_or(Value::Missing, |a| Value::Integer(a.into())));
            prop_assert_eq!(customers.column("b").unwrap().value(i), row.b.map_or(Value::Missing, Value::Boolean));
            prop_assert_eq!(customers.column("c").unwrap().value(i), Value::Text(row.c));
            prop_assert_eq!(customers.column("d").unwrap().value(i), row.d.map_or(Value::Missing, Value::Number));
        }
    }
}
