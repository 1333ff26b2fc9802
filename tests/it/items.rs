//! Lists of items: tables beside customers, lists inside rows, and what becomes of them on the way.

use std::collections::BTreeMap;

use proptest::prelude::*;
use segmentry::customer::{Customer, Customers, Items, Join, Keep, Record, RollUp, SeenOn};
use segmentry::features::derived::{Derived, Formula, WithDerived};
use segmentry::time::Day;
use segmentry::value::{Attribute, Column, Kind, Schema, Value};

type Item<'a> = (&'a str, &'a [(&'a str, Value<'a>)]);

fn items(rows: &[Item<'_>]) -> Items {
    let mut builder = Items::builder();
    for (customer, fields) in rows {
        builder.push(*customer, fields.iter().copied()).unwrap();
    }
    builder.finish().unwrap()
}

fn seats(seats: i64) -> [(&'static str, Value<'static>); 1] {
    [("seats", Value::Integer(seats))]
}

/// The seats of each customer's subscriptions, customer by customer.
fn seats_of(customers: &Customers) -> Vec<Vec<i64>> {
    let of = |row: usize| {
        let customer = customers.get(row).unwrap();
        let seats = |at| customer.item_value("subscriptions", at, "seats").number().unwrap() as i64;
        (0..customer.item_count("subscriptions")).map(seats).collect()
    };
    (0..customers.len()).map(of).collect()
}

fn some_items() -> Items {
    items(&[("bob", &seats(10)), ("zoe", &seats(5)), ("ann", &seats(1)), ("bob", &seats(3)), ("ann", &seats(2))])
}

#[test]
fn items_are_grouped_by_customer_and_keep_their_order() {
    let items = some_items();
    assert_eq!((items.customers(), items.len(), items.is_empty()), (3, 5, false));
    assert_eq!(items.offsets(), [0, 2, 3, 5]);
    assert_eq!(*items.column("seats").unwrap(), Column::integers([10, 3, 5, 1, 2]));
    assert_eq!((items.range(1), items.range(2), items.range(3), items.range(usize::MAX)), (2..3, 3..5, 0..0, 0..0));
    assert_eq!(items.value(4, "seats"), Value::Integer(2));
    assert_eq!((items.value(5, "seats"), items.value(0, "plan")), (Value::Missing, Value::Missing));
    assert_eq!(items.column("seat").unwrap_err().to_string(), "no attribute `seat`; did you mean `seats`");
}

#[test]
fn customers_have_the_items_in_their_own_order() {
    let customers = Customers::with_ids(["ann", "carl", "bob"]).unwrap().with_items("subscriptions", some_items());
    assert_eq!(seats_of(&customers), [vec![1, 2], vec![], vec![10, 3]]);
    assert_eq!((customers.unmatched_items("subscriptions"), customers.unmatched_items("devices")), (1, 0));
    let items = customers.items("subscriptions").unwrap();
    assert_eq!(items.offsets(), [0, 2, 2, 4], "one offset a customer and one behind");
    assert!(std::sync::Arc::ptr_eq(items.ids(), customers.ids()));
    assert!(customers.items("devices").is_none());
    let ann = customers.get(0).unwrap();
    assert_eq!((ann.lists(), ann.item_fields("subscriptions")), (vec!["subscriptions"], vec!["seats"]));
    assert_eq!((ann.item_count("devices"), ann.item_fields("devices")), (0, vec![]));
    assert_eq!(
        ann.item_value("subscriptions", 2, "seats"),
        Value::Missing,
        "behind the last is not the next customer's"
    );
    assert_eq!(ann.item_value("subscriptions", 0, "plan"), Value::Missing);

    let replaced = customers.with_items("subscriptions", items_of_nobody());
    assert_eq!((replaced.lists().count(), seats_of(&replaced)), (1, vec![vec![]; 3]));
    assert_eq!(replaced.items("subscriptions").unwrap().offsets(), [0; 4]);
}

fn items_of_nobody() -> Items {
    Items::builder().finish().unwrap()
}

#[test]
fn ids_are_matched_as_those_of_customers_are() {
    let items = items(&[("17", &seats(1)), ("017", &seats(2))]);
    let customers = Customers::with_ids([17_u32]).unwrap().with_items("subscriptions", items);
    assert_eq!((seats_of(&customers), customers.unmatched_items("subscriptions")), (vec![vec![1]], 1));
}

#[test]
fn taken_customers_take_their_items_along() {
    let customers = Customers::with_ids(["ann", "carl", "bob"]).unwrap().with_items("subscriptions", some_items());
    let taken = customers.take(&[2, 0, 99]).unwrap();
    assert_eq!(seats_of(&taken), [vec![10, 3], vec![1, 2]]);
    assert_eq!(taken.unmatched_items("subscriptions"), 1);
    let bob = taken.take(&[0]).unwrap();
    assert_eq!((seats_of(&bob), bob.unmatched_items("subscriptions")), (vec![vec![10, 3]], 3));
    assert_eq!(seats_of(&bob.clone()), seats_of(&bob));
    assert_eq!(seats_of(&customers.take(&[]).unwrap()), Vec::<Vec<i64>>::new());
}

#[test]
fn items_are_counted_in_the_bytes() {
    let bare = Customers::with_ids(["ann", "bob"]).unwrap();
    let rows: Vec<_> = (0..1_000).map(|_| ("bob", seats(7))).collect();
    let rows: Vec<Item<'_>> = rows.iter().map(|(id, fields)| (*id, &fields[..])).collect();
    let with = bare.clone().with_items("subscriptions", items(&rows));
    assert!(with.bytes() >= bare.bytes() + 8_000, "{} after {}", with.bytes(), bare.bytes());
}

#[test]
fn wrappers_pass_items_on() {
    let record = Record::new("c-1").item("subscriptions", seats(10)).with("spend", 4.0);
    let same = |customer: &dyn Customer| {
        assert_eq!(customer.lists(), ["subscriptions"]);
        assert_eq!(customer.item_fields("subscriptions"), ["seats"]);
        assert_eq!(customer.item_count("subscriptions"), 1);
        assert_eq!(customer.item_value("subscriptions", 0, "seats"), Value::Integer(10));
    };
    same(&record);
    same(&&record);
    same(&SeenOn::new(&record, Day::from_days(0)));
    let derived = [Derived::new("ratio", Formula::ratio("spend", "spend")).into()];
    same(&WithDerived::new(&record, &derived));
    let customers = Customers::from_customers([&record]).unwrap();
    same(&customers.get(0).unwrap());
}

#[test]
fn a_record_has_what_it_was_given() {
    let record = Record::new("c-1")
        .item("devices", [("system", Value::Text("ios")), ("system", Value::Text("android"))])
        .item("subscriptions", [])
        .item("devices", [("since", Value::Null)]);
    assert_eq!(record.lists(), ["devices", "subscriptions"]);
    assert_eq!(record.item_fields("devices"), ["system", "since"]);
    assert_eq!((record.item_count("devices"), record.item_count("subscriptions")), (2, 1));
    assert_eq!(record.item_value("devices", 0, "system"), Value::Text("android"));
    assert_eq!(record.item_value("devices", 1, "system"), Value::Missing);
    assert_eq!(record.item_value("devices", 1, "since"), Value::Null);
    assert_eq!(record.item_value("subscriptions", 0, "seats"), Value::Missing);
}

#[test]
fn a_customer_of_ones_own_need_not_know_of_items() {
    struct Plain {
        number: u32,
    }
    segmentry::impl_customer!(Plain { id: number, attributes: [] });
    let plain = Plain { number: 7 };
    assert_eq!((plain.lists(), plain.item_count("x"), plain.item_fields("x")), (vec![], 0, vec![]));
    assert_eq!(plain.item_value("x", 0, "y"), Value::Missing);
}

#[test]
fn many_customers_are_made_of_single_ones_with_their_items() {
    let records = [
        Record::new("ann"),
        Record::new("bob").item("subscriptions", seats(10)).item("devices", []),
        Record::new("carl").item("subscriptions", [("plan", Value::Text("pro")), ("seats", Value::Number(2.5))]),
    ];
    let customers = Customers::from_customers(&records).unwrap();
    let names: Vec<&str> = customers.lists().map(|(name, _)| name).collect();
    assert_eq!(names, ["subscriptions", "devices"]);
    for (row, record) in records.iter().enumerate() {
        let customer = customers.get(row).unwrap();
        for list in names.iter().chain(&["none"]) {
            assert_eq!(customer.item_count(list), record.item_count(list));
            for field in ["seats", "plan"] {
                let (ours, theirs) = (customer.item_value(list, 0, field), record.item_value(list, 0, field));
                assert_eq!((ours.number(), ours.text()), (theirs.number(), theirs.text()));
            }
        }
    }
    let mixed = [
        Record::new("ann").item("subscriptions", seats(1)),
        Record::new("bob").item("subscriptions", [("seats", Value::Text("x"))]),
    ];
    assert_eq!(
        Customers::from_customers(&mixed).unwrap_err().to_string(),
        "row 1: key `subscriptions`: customer `bob`: attribute `seats` is text `x`, expected integer"
    );
}

#[test]
fn bad_items_name_item_and_customer() {
    let mut builder = Items::builder();
    builder.push("ann", seats(1)).unwrap();
    let twice = [("seats", Value::Integer(1)), ("seats", Value::Integer(2))];
    assert_eq!(
        builder.push("bob", twice).unwrap_err().to_string(),
        "row 1: customer `bob`: attribute `seats` occurs twice"
    );
    let mut nameless = Items::builder();
    nameless.push("ann", [("", Value::Integer(1))]).unwrap();
    assert_eq!(nameless.finish().unwrap_err().to_string(), "an attribute has no name");
}

fn named_seats(seats: &[(&str, Value<'_>)]) -> Items {
    let mut builder = Items::builder();
    for (customer, seats) in seats {
        builder.push(*customer, [("seats", *seats)]).unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn a_join_takes_the_items_of_all_sources() {
    let of = |ids: &[&str], items| Customers::with_ids(ids.to_vec()).unwrap().with_items("subscriptions", items);
    let crm = of(&["ann", "bob"], named_seats(&[("bob", Value::Integer(1)), ("zoe", Value::Integer(9))]));
    let shop = of(&["bob", "carl"], named_seats(&[("carl", Value::Integer(2)), ("bob", Value::Integer(3))]));
    let joined = Join::new().source("crm", crm.clone()).source("shop", shop.clone()).run().unwrap().customers;
    assert_eq!(seats_of(&joined), [vec![], vec![1, 3], vec![2]]);
    assert_eq!(joined.unmatched_items("subscriptions"), 1);
    let kept = Keep::In(vec!["shop".to_owned()]);
    let joined = Join::new().source("crm", crm.clone()).source("shop", shop).keep(kept).run().unwrap().customers;
    assert_eq!(seats_of(&joined), [vec![1, 3], vec![2]]);

    let none = of(&["dora"], named_seats(&[("dora", Value::Missing)]));
    let joined = Join::new().source("none", none).source("crm", crm.clone()).run().unwrap().customers;
    assert_eq!(joined.items("subscriptions").unwrap().column("seats").unwrap().kind(), Kind::Integer);
    let halves = of(&["dora"], named_seats(&[("dora", Value::Number(0.5))]));
    let joined = Join::new().source("crm", crm.clone()).source("halves", halves).run().unwrap().customers;
    assert_eq!(*joined.items("subscriptions").unwrap().column("seats").unwrap(), Column::numbers([1.0, 0.5]));
    let texts = of(&["dora"], named_seats(&[("dora", Value::Text("two"))]));
    assert_eq!(
        Join::new().source("crm", crm).source("texts", texts).run().unwrap_err().to_string(),
        "attribute `subscriptions.seats` is text in `texts`, expected integer as in `crm`"
    );
}

#[test]
fn what_members_have_their_parent_has() {
    let contacts = Customers::with_ids(["ann", "bob", "carl", "dora"])
        .unwrap()
        .with_column("account", Column::of(Kind::Text, [Some("acme"), Some("bit"), Some("acme"), None]))
        .unwrap()
        .with_items(
            "subscriptions",
            items(&[
                ("carl", &seats(3)),
                ("dora", &seats(4)),
                ("bob", &seats(2)),
                ("ann", &seats(1)),
                ("x", &seats(5)),
            ]),
        );
    let accounts = RollUp::to("account").members("contacts").run(&contacts).unwrap().customers;
    assert_eq!(seats_of(&accounts), [vec![1, 3], vec![2]]);
    assert_eq!(accounts.unmatched_items("subscriptions"), 2, "one of dora, one of nobody");
}

#[cfg(feature = "csv")]
mod csv {
    use super::*;
    use segmentry::read::{Csv, OnBadRow};

    const FILE: &str = "customer,plan,seats,since\n007,pro,10,2026-01-31\n8,free,1,2026-02-28\n007,team,,2026-03-01\n";

    #[test]
    fn a_file_of_items_is_read() {
        let (items, report) = Items::from_csv_reader(FILE.as_bytes(), "customer", &Csv::new()).unwrap();
        assert_eq!(items.ids().iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["007", "8"]);
        assert_eq!(items.schema().names().collect::<Vec<_>>(), ["plan", "seats", "since"]);
        let kinds: Vec<Kind> = items.schema().attributes().iter().map(|field| field.kind).collect();
        assert_eq!(kinds, [Kind::Text, Kind::Integer, Kind::Day]);
        assert_eq!(
            items.column("plan").unwrap().values().map(|v| v.text().unwrap()).collect::<Vec<_>>(),
            ["pro", "team", "free"]
        );
        assert_eq!(items.value(1, "seats"), Value::Missing);
        assert_eq!((report.rows, report.kept, report.skipped), (3, 3, 0));
        let directory = std::env::temp_dir().join(format!("segmentry-items-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("subscriptions.csv");
        std::fs::write(&path, FILE).unwrap();
        assert_eq!(Items::from_csv(&path, "customer").unwrap().len(), 3);
        std::fs::write(&path, "customer,seats\n7,1\n,2\n").unwrap();
        let error = Items::from_csv(&path, "customer").unwrap_err().to_string();
        let expected = "subscriptions.csv: line 3: 1 of 2 items have no customer, of which this is the first; read with \
                        options to leave them out and have them counted";
        assert!(error.ends_with(expected), "{error}");
        std::fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    fn faults_of_a_file_name_the_line() {
        let read = |file: &str, csv: &Csv| Items::from_csv_reader(file.as_bytes(), "customer", csv);
        let fails = |file: &str, csv: &Csv| read(file, csv).unwrap_err().to_string();
        let schema = Schema::new([Attribute::new("seats", Kind::Integer)]).unwrap();
        let strict = Csv::new().schema(schema);
        assert_eq!(fails("id,seats\n7,1\n", &strict), "no attribute `customer`");
        assert_eq!(fails("customer,seats\n7,1\n7\n", &strict), "line 3: the row has 1 entries, expected 2");
        assert_eq!(
            fails("customer,seats\n7,1\n8,many\n", &strict),
            "line 3: attribute `seats` is text `many`, expected integer"
        );
        let (items, report) =
            read("customer,seats\n7,1\n8,many\n,3\n9,4\n", &strict.on_bad_row(OnBadRow::Skip)).unwrap();
        assert_eq!((items.customers(), items.len()), (2, 2));
        assert_eq!((report.skipped, report.first_skipped[0].line), (1, 3));
        assert_eq!((report.without_customer, report.first_without_customer, report.kept), (1, Some(4), 2));
        let (empty, report) = read("customer,seats\n", &Csv::new()).unwrap();
        assert_eq!((empty.customers(), empty.len(), empty.offsets(), report.rows), (0, 0, &[0][..], 0));
    }
}

#[cfg(feature = "serde")]
mod rows {
    use super::*;
    use segmentry::read::{JsonLines, OnBadRow, OnDuplicate};
    use serde::Serialize;
    use serde_json::json;

    #[derive(Serialize, Clone)]
    struct Firm {
        id: u32,
        account: Account,
        subscriptions: Vec<Subscription>,
        technologies: Vec<String>,
    }

    #[derive(Serialize, Clone)]
    struct Account {
        industry: &'static str,
        owner: Owner,
        contracts: Option<Vec<BTreeMap<&'static str, f64>>>,
    }

    #[derive(Serialize, Clone)]
    struct Owner {
        city: &'static str,
    }

    #[derive(Serialize, Clone)]
    struct Subscription {
        status: Status,
        seats: Option<u32>,
        since: &'static str,
        price: Price,
        tags: Vec<&'static str>,
    }

    #[derive(Serialize, Clone, Copy)]
    #[serde(rename_all = "lowercase")]
    enum Status {
        Active,
        Ended,
    }

    #[derive(Serialize, Clone)]
    struct Price {
        amount: f64,
    }

    fn subscription(status: Status, seats: Option<u32>) -> Subscription {
        Subscription { status, seats, since: "2026-04-03", price: Price { amount: 9.5 }, tags: vec!["a"] }
    }

    fn firm(id: u32, subscriptions: Vec<Subscription>) -> Firm {
        let contracts = (id % 2 == 1).then(|| vec![BTreeMap::from([("value", f64::from(id))])]);
        let account = Account { industry: "steel", owner: Owner { city: "Lyon" }, contracts };
        Firm { id, account, subscriptions, technologies: vec!["rust".to_owned()] }
    }

    fn firms() -> Vec<Firm> {
        vec![
            firm(0, vec![]),
            firm(1, vec![subscription(Status::Active, Some(10)), subscription(Status::Ended, None)]),
            firm(2, vec![subscription(Status::Ended, Some(2))]),
        ]
    }

    #[test]
    fn a_list_of_structs_is_a_list_of_items() {
        let schema = Schema::new([
            Attribute::new("subscriptions.since", Kind::Day),
            Attribute::new("subscriptions.until", Kind::Day),
        ])
        .unwrap();
        let customers = Customers::from_serialize_with(&firms(), |firm| firm.id, &schema).unwrap();
        let names: Vec<&str> = customers.schema().names().collect();
        assert_eq!(names, ["id", "account.industry", "account.owner.city", "technologies"], "an empty list is no set");
        let subscriptions = customers.items("subscriptions").unwrap();
        let fields: Vec<&str> = subscriptions.schema().names().collect();
        assert_eq!(fields, ["status", "seats", "since", "price.amount", "tags", "until"]);
        assert_eq!(subscriptions.offsets(), [0, 0, 2, 3]);
        assert_eq!(subscriptions.value(0, "status"), Value::Text("active"));
        assert_eq!(
            (subscriptions.value(0, "seats"), subscriptions.value(1, "seats")),
            (Value::Integer(10), Value::Missing)
        );
        assert_eq!(subscriptions.value(2, "since"), Value::Day(Day::new(2026, 4, 3).unwrap()));
        assert_eq!(subscriptions.value(2, "price.amount"), Value::Number(9.5));
        assert!(subscriptions.value(2, "tags").set().unwrap().contains("a"));
        assert_eq!(subscriptions.column("until").unwrap().kind(), Kind::Day);
        assert_eq!(customers.items("account.contracts").unwrap().offsets(), [0, 0, 1, 1]);

        let one = Record::from_serialize_with("1", &firms()[1], &schema).unwrap();
        let row = customers.get(1).unwrap();
        assert_eq!(one.item_count("subscriptions"), 2);
        for (item, field) in [(0, "status"), (0, "since"), (1, "seats"), (1, "price.amount")] {
            assert_eq!(one.item_value("subscriptions", item, field), row.item_value("subscriptions", item, field));
        }
        assert_eq!(one.item_value("account.contracts", 0, "value"), Value::Number(1.0));
    }

    #[test]
    fn nested_structs_are_names_with_dots_at_any_depth() {
        let customers = Customers::from_serialize(&firms(), |firm| firm.id).unwrap();
        assert_eq!(customers.get(0).unwrap().value("account.industry"), Value::Text("steel"));
        assert_eq!(customers.get(0).unwrap().value("account.owner.city"), Value::Text("Lyon"));
        let lines = r#"{"id": 1, "account": {"industry": "steel", "owner": {"city": "Lyon"}}}"#;
        let (customers, _) = Customers::from_json_lines_reader(lines.as_bytes(), "id", &JsonLines::new()).unwrap();
        assert_eq!(customers.get(0).unwrap().value("account.industry"), Value::Text("steel"));
        assert_eq!(customers.get(0).unwrap().value("account.owner.city"), Value::Text("Lyon"));
    }

    #[test]
    fn an_absent_struct_with_nothing_but_a_list_is_no_attribute() {
        let rows = [json!({"account": null}), json!({"account": {"contracts": [{"value": 1}]}})];
        let customers = Customers::from_serialize(&rows, |row| row.to_string().len() as u32).unwrap();
        assert_eq!(customers.schema().names().count(), 0);
        assert_eq!(customers.items("account.contracts").unwrap().offsets(), [0, 0, 1]);
    }

    fn error(rows: &[serde_json::Value]) -> String {
        let start = rows.as_ptr() as usize;
        let id = |row: &serde_json::Value| {
            ((std::ptr::from_ref(row) as usize - start) / size_of::<serde_json::Value>()) as u32 + 100
        };
        Customers::from_serialize(rows, id).unwrap_err().to_string()
    }

    #[test]
    fn faults_in_lists_name_row_customer_and_field() {
        let one = |value: serde_json::Value| json!({"subs": value});
        assert_eq!(
            error(&[one(json!([{"seats": 1}])), one(json!([{"seats": 2}, {"seats": "x"}]))]),
            "row 1: customer `101`: attribute `subs.seats` is text `x`, expected integer"
        );
        assert_eq!(
            error(&[one(json!([{"seats": 1}, "x"]))]),
            "row 0: customer `100`: an item of `subs` is text `x`, expected a struct or a map"
        );
        assert_eq!(
            error(&[one(json!(["x", {"seats": 1}]))]),
            "row 0: customer `100`: attribute `subs`: an entry of a set is a map, expected a text"
        );
        assert_eq!(
            error(&[one(json!([{"seats": [{"number": 1}]}]))]),
            "row 0: customer `100`: attribute `subs.seats` is a list of items in an item, expected one value or a set of texts"
        );
        assert_eq!(
            error(&[one(json!([])), one(json!([{"seats": 1}])), one(json!(["x"]))]),
            "row 2: customer `102`: attribute `subs` is set `{x}`, expected a list of items"
        );
        assert_eq!(
            error(&[one(json!(null)), one(json!("x")), one(json!([{"seats": 1}]))]),
            "row 2: customer `102`: attribute `subs` is a list of items, expected text"
        );
        assert_eq!(
            error(&[one(json!([{"seats": 1}, null]))]),
            "row 0: customer `100`: an item of `subs` is null, expected a struct or a map"
        );
    }

    #[test]
    fn an_item_may_say_nothing() {
        let rows = [json!({"subs": [{}, {"seats": 1}, {}]}), json!({}), json!({"subs": null})];
        let customers = Customers::from_serialize(&rows, |row| row.to_string().len() as u32).unwrap();
        let subs = customers.items("subs").unwrap();
        assert_eq!(subs.offsets(), [0, 3, 3, 3]);
        assert_eq!(*subs.column("seats").unwrap(), Column::of(Kind::Integer, [None, Some(1_i64), None]));
        assert!(customers.schema().get("subs").is_none());
        let bare = Customers::from_serialize(&[json!({"subs": [{}]})], |_| 1).unwrap();
        assert_eq!((bare.items("subs").unwrap().len(), bare.items("subs").unwrap().schema().names().count()), (1, 0));
        let never = Customers::from_serialize(&[json!({"subs": []})], |_| 1).unwrap();
        assert!(never.items("subs").is_none(), "nobody knows that it is a list of items");
    }

    #[test]
    fn items_are_read_from_rows_of_their_own() {
        #[derive(Serialize)]
        struct Device {
            owner: Option<u32>,
            system: &'static str,
        }
        let device = |owner, system| Device { owner, system };
        let rows = [device(Some(2), "ios"), device(Some(1), "android"), device(Some(2), "linux")];
        let items = Items::from_serialize(&rows, "owner").unwrap();
        assert_eq!((items.offsets(), items.value(1, "system")), (&[0, 2, 3][..], Value::Text("linux")));
        let schema = Schema::new([Attribute::new("system", Kind::Set)]).unwrap();
        let sets = Items::from_serialize_with(&rows, "owner", &schema).unwrap();
        assert!(sets.value(1, "system").set().unwrap().contains("linux"));
        let guests = [device(Some(2), "ios"), device(None, "android")];
        assert_eq!(
            Items::from_serialize(&guests, "owner").err().unwrap().to_string(),
            "row 1: 1 of 2 items have no customer, of which this is the first; read with options to leave them out and \
             have them counted"
        );
        assert_eq!(Items::from_serialize(&rows, "own").err().unwrap().to_string(), "no attribute `own`");
        assert_eq!(
            Items::from_serialize(&[json!({"c": 1, "parts": [{"n": 1}]})], "c").err().unwrap().to_string(),
            "attribute `parts` is a list of items in an item, expected one value or a set of texts"
        );
        assert_eq!(
            Items::from_serialize(&[json!({"c": 1.5})], "c").err().unwrap().to_string(),
            "attribute `c` is number, expected text or integer, as an id must be"
        );
        assert_eq!(
            Items::from_serialize(&[json!({"c": 1, "n": 1}), json!({"c": 2, "n": true})], "c")
                .err()
                .unwrap()
                .to_string(),
            "row 1: attribute `n` is boolean `true`, expected integer"
        );
    }

    fn lines(text: &str, json: &JsonLines) -> segmentry::Result<(Customers, segmentry::read::ReadReport)> {
        Customers::from_json_lines_reader(text.as_bytes(), "id", json)
    }

    #[test]
    fn json_lines_have_lists_of_items() {
        let text = r#"{"id": 7, "subs": [{"status": "active", "seats": 10, "since": "2026-04-03"}, {"seats": null}]}
{"id": 8, "subs": []}

{"id": 9, "subs": [{"status": "ended", "price": {"amount": 9.5}, "tags": ["a", "b"]}]}"#;
        let json = JsonLines::new().schema(Schema::new([Attribute::new("subs.since", Kind::Day)]).unwrap());
        let (customers, report) = lines(text, &json).unwrap();
        assert_eq!(customers.schema().names().count(), 0);
        let subs = customers.items("subs").unwrap();
        assert_eq!(subs.offsets(), [0, 2, 2, 3]);
        assert_eq!(subs.schema().names().collect::<Vec<_>>(), ["status", "seats", "since", "price.amount", "tags"]);
        assert_eq!((subs.value(1, "seats"), subs.value(2, "seats")), (Value::Null, Value::Missing));
        assert_eq!(subs.value(0, "since"), Value::Day(Day::new(2026, 4, 3).unwrap()));
        assert_eq!(subs.value(2, "price.amount"), Value::Number(9.5));
        let since = report.column("subs.since").unwrap();
        assert_eq!((since.kind, since.presence.present, since.presence.missing), (Kind::Day, 1, 2));
        assert!(since.date_form.is_some());
    }

    #[test]
    fn faults_in_lists_of_json_lines_name_the_line() {
        let fails = |text: &str| lines(text, &JsonLines::new()).unwrap_err().to_string();
        let head = "{\"id\": 1, \"subs\": [{\"seats\": 1}]}\n";
        assert_eq!(
            fails(&format!("{head}{{\"id\": 2, \"subs\": [{{\"seats\": true}}]}}")),
            "line 2: attribute `subs.seats` is boolean `true`, expected integer"
        );
        assert_eq!(
            fails(&format!("{head}\n{{\"id\": 2, \"subs\": \"none\"}}")),
            "line 3: attribute `subs` is text `none`, expected a list of items"
        );
        assert_eq!(
            fails(&format!("{{\"id\": 2, \"subs\": \"none\"}}\n{head}")),
            "line 2: attribute `subs` is a list of items, expected text"
        );
        for (list, expected) in [
            ("[{}, \"x\"]", "a list with entries that are no items, expected a list of items"),
            ("[{}, 1]", "a list with entries that are no items, expected a list of items"),
            ("[\"x\", {}]", "a list of texts and items, expected a set of texts"),
            ("[[{}]]", "a list with entries that are no texts, expected a set of texts"),
            ("[null]", "a list with entries that are no texts, expected a set of texts"),
        ] {
            assert_eq!(
                fails(&format!("{{\"id\": 1, \"subs\": {list}}}")),
                format!("line 1: attribute `subs` is {expected}")
            );
        }
        assert_eq!(
            fails("{\"id\": 1, \"subs\": [{\"parts\": [{}]}]}"),
            "line 1: attribute `subs.parts` is a list of items in an item, expected one value or a set of texts"
        );
        assert_eq!(
            fails("{\"id\": 1, \"subs\": [{\"seats\": 1, \"seats\": 2}]}"),
            "line 1: attribute `subs.seats` occurs twice"
        );
        assert!(
            fails("{\"id\": 1, \"subs\": [{\"seats\": 1}").starts_with("line 1: no JSON object: EOF while parsing")
        );
        assert_eq!(fails("[{}]"), "line 1: a row is a list, expected an object");
        let schema = Schema::new([Attribute::new("subs.since", Kind::Day)]).unwrap();
        assert_eq!(
            lines(
                &format!("{head}{{\"id\": 2, \"subs\": [{{}}, {{\"since\": \"soon\"}}]}}"),
                &JsonLines::new().schema(schema)
            )
            .unwrap_err()
            .to_string(),
            "line 2: attribute `subs.since` is text `soon`, expected day"
        );
    }

    #[test]
    fn items_of_rows_that_are_left_out_are_left_out() {
        let text = r#"{"id": 1, "subs": [{"seats": 1}]}
{"id": 2, "subs": [{"seats": 2}, {"seats": "x"}]}
{"id": 3, "subs": [{"seats": 3}]}
{"subs": [{"seats": 4}]}
{"id": 1, "subs": [{"seats": 5}, {"seats": 6}]}
{"id": 4, "subs": "none"}"#;
        let seats = |customers: &Customers| customers.items("subs").unwrap().column("seats").unwrap().clone();
        let skip = JsonLines::new().on_bad_row(OnBadRow::Skip).on_duplicate(OnDuplicate::Last);
        let (customers, report) = lines(text, &skip).unwrap();
        assert_eq!((customers.len(), seats(&customers)), (2, Column::integers([5, 6, 3])));
        assert_eq!(customers.items("subs").unwrap().offsets(), [0, 2, 3]);
        let skipped: Vec<u64> = report.first_skipped.iter().map(|row| row.line).collect();
        assert_eq!(skipped, [2, 4, 6]);
        assert_eq!(report.column("subs.seats").unwrap().presence.present, 3);
        let keep = JsonLines::new().on_bad_row(OnBadRow::Keep).on_duplicate(OnDuplicate::First);
        let (customers, report) = lines(text, &keep).unwrap();
        let values = seats(&customers);
        assert_eq!((values.len(), values.value(0), values.value(2)), (4, Value::Integer(1), Value::Invalid("x")));
        assert_eq!((customers.len(), report.skipped), (3, 2), "no customer, and no list");
    }

    /// A bad line says nothing, whatever stood in it before the fault.
    #[test]
    fn lines_that_are_left_out_do_not_decide_what_a_name_is() {
        let skip = JsonLines::new().on_bad_row(OnBadRow::Skip);
        let text = "{\"id\": 1, \"subs\": \"x\", }\n{\"id\": 2, \"subs\": [{\"seats\": 1}]}\n";
        let (customers, report) = lines(text, &skip).unwrap();
        assert_eq!((customers.items("subs").unwrap().offsets(), report.skipped), (&[0, 1][..], 1));
        let text = "{\"id\": 1, \"subs\": [{\"seats\": 1}], }\n{\"id\": 2, \"subs\": \"x\"}\n";
        let (customers, report) = lines(text, &skip).unwrap();
        assert_eq!((customers.column("subs").unwrap().value(0), report.skipped), (Value::Text("x"), 1));
        assert!(customers.items("subs").is_none());
    }

    #[test]
    fn a_list_in_a_struct_and_a_struct_in_a_list_are_kept_apart() {
        let rows = [json!({"a": [{"b": {"x": 1}}, {"b": {"x": 2}}]}), json!({"a": {"b": [{"x": "y"}]}})];
        let customers = Customers::from_serialize(&rows, |row| row.to_string().len() as u32).unwrap();
        assert_eq!(customers.items("a").unwrap().value(1, "b.x"), Value::Integer(2));
        assert_eq!(customers.items("a.b").unwrap().value(0, "x"), Value::Text("y"));
        assert_eq!(customers.items("a.b").unwrap().offsets(), [0, 0, 1]);
    }

    #[test]
    fn events_with_lists_are_read_without_them() {
        use segmentry::history::{EventColumns, History};
        let text = r#"{"customer": 1, "day": "2026-04-03", "lines": [{"sku": "a"}], "total": 3}
{"customer": 1, "day": "2026-04-04", "lines": "none", "total": 4}"#;
        let columns = EventColumns::new("customer", "day").amount("total");
        let (history, report) = History::from_json_lines_reader(text.as_bytes(), &columns, &JsonLines::new()).unwrap();
        assert_eq!((history.len(), report.skipped), (2, 0));
    }

    #[test]
    fn items_are_read_from_json_lines_of_their_own() {
        let read = |text: &str, json: &JsonLines| Items::from_json_lines_reader(text.as_bytes(), "customer", json);
        let text =
            "{\"customer\": 2, \"seats\": 1}\n{\"customer\": 1}\n{\"seats\": 3}\n{\"customer\": 2, \"seats\": 4}";
        let (items, report) = read(text, &JsonLines::new()).unwrap();
        assert_eq!(*items.column("seats").unwrap(), Column::of(Kind::Integer, [Some(1_i64), Some(4), None]));
        assert_eq!((report.without_customer, report.first_without_customer, report.kept), (1, Some(3), 3));
        let fails = |text: &str| read(text, &JsonLines::new()).unwrap_err().to_string();
        assert_eq!(
            fails("{\"customer\": 1, \"n\": 1}\n{\"customer\": 1, \"n\": \"x\"}"),
            "line 2: attribute `n` is text `x`, expected integer"
        );
        assert_eq!(
            fails("{\"customer\": 1, \"parts\": [{}]}"),
            "attribute `parts` is a list of items in an item, expected one value or a set of texts"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        /// Rows, lines and single records say the same, and so does a table that came in another order.
        #[test]
        fn all_ways_in_give_the_same_items(
            lists in prop::collection::vec(prop::collection::vec(prop::option::of(-5_i64..5), 0..4), 1..8),
            turn in 0_usize..8,
        ) {
            let row = |(id, seats): (usize, &Vec<Option<i64>>)| {
                let items: Vec<_> = seats.iter().map(|s| s.map_or(json!({}), |s| json!({"seats": s}))).collect();
                json!({"id": id, "subscriptions": items})
            };
            let rows: Vec<serde_json::Value> = lists.iter().enumerate().map(row).collect();
            let in_rows = Customers::from_serialize(&rows, |row| row["id"].as_i64().unwrap()).unwrap();
            let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
            let (in_lines, _) = lines(&text, &JsonLines::new()).unwrap();
            let records: Vec<Record> =
                rows.iter().map(|row| Record::from_serialize(row["id"].to_string(), row).unwrap()).collect();
            let single = Customers::from_customers(&records).unwrap();
            let mut builder = Items::builder();
            for at in 0..lists.len() {
                let at = (at + turn) % lists.len();
                for seats in &lists[at] {
                    let value = seats.map_or(Value::Missing, Value::Integer);
                    builder.push(at as i64, [("seats", value)]).unwrap();
                }
            }
            let turned = Customers::with_ids(0..lists.len() as i64).unwrap().with_items("subscriptions", builder.finish().unwrap());
            for customers in [&in_rows, &in_lines, &single, &turned] {
                for (row, expected) in lists.iter().enumerate() {
                    let customer = customers.get(row).unwrap();
                    prop_assert_eq!(customer.item_count("subscriptions"), expected.len());
                    for (at, seats) in expected.iter().enumerate() {
                        let found = customer.item_value("subscriptions", at, "seats");
                        prop_assert_eq!(found, seats.map_or(Value::Missing, Value::Integer));
                    }
                }
            }
        }
    }

    /// Chunks are read on their own and put together: more rows than one chunk has.
    #[test]
    fn many_rows_with_lists_are_put_together_in_order() {
        let rows: Vec<BTreeMap<&str, Vec<BTreeMap<&str, u32>>>> = (0..150_000_u32)
            .map(|row| BTreeMap::from([("subs", (0..row % 3).map(|n| BTreeMap::from([("n", row + n)])).collect())]))
            .collect();
        let start = rows.as_ptr();
        let customers = Customers::from_serialize(&rows, |row| {
            // the place of the row is its id
            (std::ptr::from_ref(row) as usize - start as usize) as i64
        })
        .unwrap();
        let subs = customers.items("subs").unwrap();
        assert_eq!(subs.len(), 150_000);
        for row in [0_usize, 1, 65_537, 131_072, 149_999] {
            let found: Vec<_> = subs.range(row).map(|item| subs.value(item, "n").number().unwrap() as usize).collect();
            assert_eq!(found, (0..row % 3).map(|n| row + n).collect::<Vec<_>>(), "row {row}");
        }
        assert!(customers.schema().get("subs").is_none());
    }
}
