//! Rolling contacts up to accounts, and accounts to the company above them.

use proptest::prelude::*;
use segmentry::customer::{Aggregate, Customers, Hierarchy, RollUp};
use segmentry::history::History;
use segmentry::time::Day;
use segmentry::value::{Column, Kind, Level, OwnedValue, Value};

fn day(days: i32) -> Day {
    Day::from_days(days)
}

/// Five contacts of two accounts, one of nobody.
fn contacts() -> Customers {
    let accounts = [Some("acme"), Some("zeta"), Some("acme"), None, Some("acme"), Some("zeta")];
    let opened = [Some(false), None, Some(true), Some(true), None, Some(false)];
    let spend = [Some(10), Some(7), None, Some(99), Some(30), Some(-2)];
    let sets = [vec!["rust"], vec!["go"], vec!["kafka", "rust"], vec!["c"], vec![], vec!["go"]];
    let sets = sets.map(|set| set.into_iter().map(str::to_owned).collect::<Vec<_>>());
    Customers::with_ids(["ann", "bob", "cy", "dan", "eve", "fay"])
        .unwrap()
        .with_column("account", Column::of(Kind::Text, accounts))
        .unwrap()
        .with_column("opened", Column::of(Kind::Boolean, opened))
        .unwrap()
        .with_column("spend", Column::of(Kind::Integer, spend))
        .unwrap()
        .with_column("level", Column::texts(["senior", "junior", "junior", "senior", "senior", "junior"]))
        .unwrap()
        .with_column(
            "seen",
            Column::of(Kind::Day, [Some(5), None, Some(9), Some(1), Some(9), None].map(|d| d.map(day))),
        )
        .unwrap()
        .with_column("tools", Column::of(Kind::Set, sets))
        .unwrap()
}

/// The value of each account, acme first.
fn rolled(aggregate: Aggregate, attribute: &str) -> [OwnedValue; 2] {
    let table = RollUp::to("account").column("x", aggregate, attribute).run(&contacts()).unwrap().customers;
    let value = |row| table.column("x").unwrap().value(row).to_owned();
    assert_eq!(table.ids().iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["acme", "zeta"]);
    [value(0), value(1)]
}

fn integers(a: i64, b: i64) -> [OwnedValue; 2] {
    [OwnedValue::Integer(a), OwnedValue::Integer(b)]
}

fn numbers(a: f64, b: f64) -> [OwnedValue; 2] {
    [OwnedValue::Number(a), OwnedValue::Number(b)]
}

fn texts(a: &str, b: &str) -> [OwnedValue; 2] {
    [OwnedValue::Text(a.to_owned()), OwnedValue::Text(b.to_owned())]
}

#[test]
fn each_aggregate_by_hand() {
    use Aggregate::{All, Any, Distinct, First, Max, Mean, Min, MostFrequent, Newest, Share, ShareOf, Sum, Union};
    assert_eq!(rolled(Any, "opened"), [OwnedValue::Boolean(true), OwnedValue::Missing]);
    assert_eq!(rolled(All, "opened"), [OwnedValue::Boolean(false), OwnedValue::Boolean(false)]);
    assert_eq!(rolled(Share, "opened"), numbers(0.5, 0.0));
    assert_eq!(rolled(ShareOf("senior".into()), "level"), numbers(2.0 / 3.0, 0.0));
    assert_eq!(rolled(ShareOf("rust".into()), "tools"), numbers(2.0 / 3.0, 0.0));
    assert_eq!(rolled(Sum, "spend"), integers(40, 5));
    assert_eq!(rolled(Mean, "spend"), numbers(20.0, 2.5));
    assert_eq!(rolled(Min, "spend"), integers(10, -2));
    assert_eq!(rolled(Max, "spend"), integers(30, 7));
    assert_eq!(rolled(Min, "seen"), [OwnedValue::Day(day(5)), OwnedValue::Missing]);
    let newest = || Newest { by: "seen".into() };
    // cy and eve are equally new and cy comes first; of spend cy says nothing
    assert_eq!(rolled(newest(), "level"), texts("junior", "junior"));
    assert_eq!(rolled(newest(), "spend"), integers(30, 7));
    assert_eq!(rolled(First, "spend"), integers(10, 7));
    assert_eq!(rolled(MostFrequent, "level"), texts("senior", "junior"));
    assert_eq!(rolled(Distinct, "level"), integers(2, 1));
    assert_eq!(rolled(Distinct, "tools"), integers(2, 1));
    let set = |texts: &[&str]| OwnedValue::Set(texts.iter().map(|t| (*t).to_owned()).collect());
    assert_eq!(rolled(Union, "tools"), [set(&["rust", "kafka"]), set(&["go"])]);
    assert_eq!(rolled(Union, "level"), [set(&["senior", "junior"]), set(&["junior"])]);
}

#[test]
fn weights_count_in_means_shares_and_votes() {
    let weighted = contacts().with_weights(vec![3.0, 0.0, 1.0, 1.0, 1.0, 0.0]).unwrap();
    let roll = RollUp::to("account")
        .column("mean", Aggregate::Mean, "spend")
        .column("share", Aggregate::Share, "opened")
        .column("sum", Aggregate::Sum, "spend");
    let table = roll.run(&weighted).unwrap().customers;
    let value = |name, row| table.column(name).unwrap().value(row);
    assert_eq!(value("mean", 0), Value::Number((3.0 * 10.0 + 30.0) / 4.0));
    assert_eq!(value("share", 0), Value::Number(0.25));
    assert_eq!(value("sum", 0), Value::Integer(40));
    // weights of 0 add up to no mean
    assert_eq!((value("mean", 1), value("share", 1)), (Value::Missing, Value::Missing));
    assert_eq!(table.weights(), None);
}

#[test]
fn who_has_no_parent_and_their_events_are_counted() {
    let days = [day(1), day(2), day(3), day(4)];
    let history = History::purchases(["cy", "dan", "ann", "bob"], &days, &[1.0, 2.0, 4.0, 8.0]).unwrap();
    let contacts = contacts().with_history(history).as_of(day(100));
    let rolled =
        RollUp::to("account").members("contacts").column("spend", Aggregate::Sum, "spend").run(&contacts).unwrap();
    let report = &rolled.report;
    assert_eq!((report.members, report.parents, report.largest, report.without_parent), (5, 2, 3, 1));
    assert_eq!((report.events, report.events_without_parent), (3, 1));
    assert_eq!(report.columns[0].members_without, 1);
    let acme: Vec<_> = rolled.customers.events(0).iter().map(|event| event.amount.unwrap()).collect();
    assert_eq!(acme, [1.0, 4.0]);
    assert_eq!(rolled.customers.seen_as_of().unwrap().day(), day(100));
    assert_eq!(rolled.customers.schema().get("contacts").unwrap().level, Level::Count);
    assert_eq!(
        report.to_string(),
        "5 customers rolled up to 2 parents by `account`, at most 3 to one\n\
         1 customer without a parent left out: `dan`\n\
         3 events rolled up, 1 left out\n\
         column  is            members without  parents without\n\
         spend   sum of spend                1                0"
    );
}

#[test]
fn what_is_not_defined_is_refused() {
    let message = |roll: RollUp| roll.run(&contacts()).unwrap_err().to_string();
    let with = |aggregate, attribute: &str| RollUp::to("account").column("x", aggregate, attribute);
    assert_eq!(message(RollUp::to("acount")), "no attribute `acount`; did you mean `account`");
    assert_eq!(
        message(RollUp::to("opened")),
        "attribute `opened` is boolean, expected text or integer: the id of the parent"
    );
    assert_eq!(message(with(Aggregate::Any, "spend")), "attribute `spend` is integer, expected boolean for any");
    assert_eq!(message(with(Aggregate::Sum, "level")), "attribute `level` is text, expected number for sum of");
    assert_eq!(
        message(with(Aggregate::Min, "level")),
        "attribute `level` is text, expected number, day or timestamp for smallest"
    );
    assert_eq!(
        message(with(Aggregate::Union, "spend")),
        "attribute `spend` is integer, expected text or set for all of"
    );
    assert_eq!(
        message(with(Aggregate::MostFrequent, "tools")),
        "attribute `tools` is set, expected a kind whose values can be told apart for most frequent"
    );
    assert_eq!(
        message(with(Aggregate::Newest { by: "level".into() }, "spend")),
        "attribute `level` is text, expected day or timestamp"
    );
    assert_eq!(message(with(Aggregate::Sum, "spend").members("x")), "column `x` is rolled up twice");
}

#[test]
fn a_sum_too_large_for_a_whole_number_becomes_a_number() {
    let table = Customers::with_ids(["a", "b", "c"])
        .unwrap()
        .with_column("up", Column::texts(["x", "y", "y"]))
        .unwrap()
        .with_column("n", Column::integers([1, i64::MAX, i64::MAX]))
        .unwrap();
    let rolled = RollUp::to("up").column("n", Aggregate::Sum, "n").run(&table).unwrap().customers;
    let column = rolled.column("n").unwrap();
    assert_eq!((column.value(0), column.value(1)), (Value::Number(1.0), Value::Number(2.0 * i64::MAX as f64)));
}

fn accounts(parents: &[Option<i64>]) -> Customers {
    let table = Customers::with_ids(0..parents.len() as u32).unwrap();
    table.with_column("parent", Column::of(Kind::Integer, parents.iter().copied())).unwrap()
}

#[test]
fn the_top_is_found_over_any_depth() {
    let chain: Vec<Option<i64>> = (0..100_000).map(|i| (i > 0).then_some(i - 1)).collect();
    let tops = Hierarchy::of(&accounts(&chain), "parent").unwrap();
    assert_eq!(tops.top(99_999).unwrap().integer(), Some(0));
    assert_eq!((tops.depth(99_999), tops.depth(0), tops.outside()), (Some(99_999), Some(0), 0));
    // 1 names itself, 3 names an account that is not in the table
    let tops = Hierarchy::of(&accounts(&[Some(1), Some(1), Some(0), Some(77)]), "parent").unwrap();
    let ids: Vec<_> = (0..4).map(|row| tops.top(row).unwrap().integer().unwrap()).collect();
    assert_eq!((ids, tops.outside()), (vec![1, 1, 1, 77], 1));
    assert_eq!((tops.depth(2), tops.depth(3), tops.depth(4)), (Some(2), Some(1), None));
    assert_eq!(tops.top_column(), Column::texts(["1", "1", "1", "77"]));
}

#[test]
fn a_circle_is_refused_with_its_members() {
    let message = |parents: &[Option<i64>]| Hierarchy::of(&accounts(parents), "parent").unwrap_err().to_string();
    assert_eq!(
        message(&[Some(1), Some(2), Some(3), Some(1)]),
        "customers belong to themselves by `parent`: `1` -> `2` -> `3` -> `1`"
    );
    let ring: Vec<_> = (0..20).map(|i| Some((i + 1) % 20)).collect();
    assert_eq!(
        message(&ring),
        "customers belong to themselves by `parent`: `0` -> `1` -> `2` -> `3` -> `4` -> `5` -> `6` -> `7` -> … (20 in all) -> `0`"
    );
}

proptest! {
    #[test]
    fn sums_and_members_add_up_in_any_order(rows in proptest::collection::vec((proptest::option::of(0_i64..6), -50_i64..50), 0..60)) {
        let table = |rows: &[(Option<i64>, i64)]| {
            Customers::with_ids(0..rows.len() as u32).unwrap()
                .with_column("up", Column::of(Kind::Integer, rows.iter().map(|r| r.0))).unwrap()
                .with_column("n", Column::integers(rows.iter().map(|r| r.1))).unwrap()
        };
        let roll = RollUp::to("up").members("members").column("n", Aggregate::Sum, "n").column("most", Aggregate::Max, "n");
        let forth = roll.run(&table(&rows)).unwrap();
        let reversed: Vec<_> = rows.iter().rev().copied().collect();
        let back = roll.run(&table(&reversed)).unwrap();
        prop_assert_eq!(forth.report.members + forth.report.without_parent, rows.len());
        for (row, id) in forth.customers.ids().iter().enumerate() {
            let mine: Vec<i64> = rows.iter().filter(|r| r.0 == id.integer()).map(|r| r.1).collect();
            let value = |table: &Customers, name: &str, row: usize| table.column(name).unwrap().value(row).to_owned();
            prop_assert_eq!(value(&forth.customers, "members", row), OwnedValue::Integer(mine.len() as i64));
            prop_assert_eq!(value(&forth.customers, "n", row), OwnedValue::Integer(mine.iter().sum()));
            prop_assert_eq!(value(&forth.customers, "most", row), OwnedValue::Integer(*mine.iter().max().unwrap()));
            let other = back.customers.find(id).unwrap().row();
            prop_assert_eq!(value(&back.customers, "n", other), value(&forth.customers, "n", row));
        }
    }
}
