//! Derived attributes: the same for one customer and for many, absent for a stated reason.

use segmentry::customer::{Customer, Customers, Record, SeenOn};
use segmentry::features::derived::{Derivation, Derived, EventMeasure, Formula, WithDerived};
use segmentry::features::purchases::{Period, Purchases, TimeUnit};
use segmentry::history::Event;
use segmentry::time::Day;
use segmentry::value::Value;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn shops() -> Vec<Record> {
    let shop = |id: &str| Record::new(id).as_of(day("2026-11-01"));
    vec![
        shop("a")
            .with("revenue", 120.0)
            .with("orders", 4)
            .with("founded", day("2016-11-01"))
            .purchase(day("2026-10-03"), 30.0)
            .purchase(day("2026-10-02"), 20.0)
            .event(&Event::on(day("2026-11-01"), "visit"))
            .purchase(day("2026-11-02"), 99.0),
        shop("b").with("revenue", 0.0).with("orders", 0).with("founded", Value::Null),
        shop("c").with("revenue", Value::Missing).with("orders", 2).with("founded", Value::Invalid("soon")),
    ]
}

fn all() -> Vec<Derived> {
    vec![
        Derived::new("order_value", Formula::ratio("revenue", "orders")),
        Derived::new("total", Formula::sum(["revenue", "orders"])),
        Derived::new("net", Formula::difference("revenue", "orders")),
        Derived::new("log_revenue", Formula::Log1p("revenue".into())),
        Derived::new("age_days", Formula::DaysSince("founded".into())),
        Derived::new("age", Formula::YearsSince("founded".into())),
        Derived::new("orders_30", Formula::Events(EventMeasure::count("purchase").within_days(30))),
        Derived::new("spend", Formula::Events(EventMeasure::amount("purchase"))),
        Derived::new("events", Formula::Events(EventMeasure::default())),
        Derived::new("twice", Formula::sum(["order_value", "order_value"])),
    ]
}

#[test]
fn derived_attributes_are_the_same_alone_and_in_bulk() {
    let shops = shops();
    let derived = all();
    let steps: Vec<Derivation> = derived.iter().cloned().map(Derivation::from).collect();
    let mut table = Customers::from_customers(&shops).unwrap();
    for one in &derived {
        table = one.add_to(table).unwrap();
    }
    for (row, shop) in shops.iter().enumerate() {
        let alone = WithDerived::new(shop, &steps);
        for one in &derived {
            let bulk = table.column(one.name()).unwrap();
            assert_eq!(bulk.number(row), alone.value(one.name()).number(), "{} of {}", one.name(), shop.id());
            assert_eq!(
                std::mem::discriminant(&bulk.value(row)),
                std::mem::discriminant(&alone.value(one.name())),
                "{} of {}",
                one.name(),
                shop.id()
            );
        }
    }
    let row = |name: &str| table.column(name).unwrap().values().map(|v| v.to_string()).collect::<Vec<_>>();
    assert_eq!(row("order_value"), ["30", "invalid `0 / 0`", "missing"]);
    assert_eq!(row("age_days"), ["3652", "null", "invalid `soon`"]);
    assert_eq!(row("age")[0], (3652.0 / 365.2425).to_string());
    // 2026-10-03 is the thirtieth day back from 2026-11-01, that day included; 2026-11-02 is not known yet
    assert_eq!(row("orders_30"), ["1", "0", "0"]);
    assert_eq!(row("spend"), ["50", "0", "0"]);
    assert_eq!(row("events"), ["3", "0", "0"]);
    assert_eq!(
        row("twice"),
        ["60", "invalid `not defined`", "missing"].map(|s| if s.contains("not") { "invalid `0 / 0`" } else { s })
    );
}

#[test]
fn what_cannot_be_derived_says_why() {
    let table = || Customers::from_customers(shops()).unwrap();
    let says = |formula: Formula, message: &str| {
        assert_eq!(Derived::new("x", formula).add_to(table()).unwrap_err().to_string(), message);
    };
    says(Formula::ratio("revenue", "order"), "no attribute `order`; did you mean `orders`");
    says(
        Formula::Log1p("founded".into()),
        "row 0: customer `a`: attribute `founded` is day `2016-11-01`, expected number",
    );
    says(Formula::DaysSince("orders".into()), "row 0: customer `a`: attribute `orders` is integer `4`, expected day");
    says(Formula::Sum(vec![]), "`sum` must be at least one attribute, found none");
    says(Formula::Events(EventMeasure::default().within_days(0)), "`within_days` must be at least 1, found 0");
    let timeless = Customers::with_ids(["a"]).unwrap();
    let error = Derived::new("x", Formula::Events(EventMeasure::default())).add_to(timeless).unwrap_err();
    assert_eq!(
        error.to_string(),
        "row 0: customer `a`: the day as of which customers are seen is not set: give it with `as_of`"
    );
    let seen = Record::new("z").with("founded", day("2026-12-01"));
    let ahead = Derived::new("x", Formula::DaysSince("founded".into()));
    assert_eq!(ahead.value(&SeenOn::new(&seen, day("2026-11-01"))).unwrap(), Some(-30.0));
}

#[test]
fn purchases_are_the_same_alone_and_in_bulk() {
    let shops = shops();
    for unit in [TimeUnit::Days, TimeUnit::Weeks, TimeUnit::Months] {
        for purchases in [Purchases::new().unit(unit), Purchases::new().unit(unit).collapse(Period::Month)] {
            let table = purchases.add_to(Customers::from_customers(&shops).unwrap()).unwrap();
            let steps =
                [Derivation::from(purchases), Derived::new("basket", Formula::ratio("spend", "purchases")).into()];
            for (row, shop) in shops.iter().enumerate() {
                let alone = WithDerived::new(shop, &steps);
                let mut seen = 0;
                for (attribute, column) in table.columns().filter(|(a, _)| steps[0].makes(&a.name)) {
                    assert_eq!(column.value(row), alone.value(&attribute.name), "{} of {}", attribute.name, shop.id());
                    seen += 1;
                }
                assert_eq!(seen, 10);
            }
            assert!(WithDerived::new(&shops[0], &steps).value("basket").number().is_some());
        }
    }
}
