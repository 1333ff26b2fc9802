//! Purchase summaries against the tests of lifetimes and pymc-marketing, and the CDNOW sample.

use segmentry::customer::{Customer, Customers, Record};
use segmentry::features::purchases::{Period, PurchaseSummaries, Purchases, TimeUnit, summary};
use segmentry::history::{Event, History};
use segmentry::time::Day;
use segmentry::value::{Kind, Level, Value};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The log of `large_transaction_level_data_with_monetary_value`.
/// Source: lifetimes tests/test_utils.py (Cameron Davidson-Pilon, MIT).
const TOY: [(i32, &str, f64); 13] = [
    (1, "2015-01-01", 1.0),
    (1, "2015-02-06", 2.0),
    (2, "2015-01-01", 2.0),
    (3, "2015-01-01", 3.0),
    (3, "2015-01-02", 1.0),
    (3, "2015-01-05", 5.0),
    (4, "2015-01-16", 6.0),
    (4, "2015-02-02", 3.0),
    (4, "2015-02-05", 3.0),
    (5, "2015-01-16", 3.0),
    (5, "2015-01-17", 1.0),
    (5, "2015-01-18", 8.0),
    (6, "2015-02-02", 5.0),
];

fn toy() -> Customers {
    let days: Vec<Day> = TOY.iter().map(|row| day(row.1)).collect();
    let amounts: Vec<f64> = TOY.iter().map(|row| row.2).collect();
    let history = History::purchases(TOY.iter().map(|row| row.0), &days, &amounts).unwrap();
    Customers::from_history(history).as_of(day("2015-02-07"))
}

/// Frequency, recency, T and monetary value as lifetimes names them.
fn lifetimes(summaries: &PurchaseSummaries) -> Vec<(u32, f64, f64, f64)> {
    let row = |s: &summary::PurchaseSummary| {
        let mean = s.mean_repeat_spend().unwrap_or(0.0); // lifetimes says 0 where there is none
        (s.repeats(), summaries.in_unit(s.days_first_to_last()), summaries.in_unit(s.days_since_first()), mean)
    };
    summaries.iter().map(|s| row(s.unwrap())).collect()
}

/// Source: `test_summary_date_from_transaction_with_monetary_values`.
#[test]
fn by_day_the_numbers_are_those_of_lifetimes() {
    let summaries = Purchases::new().collapse(Period::Day).summarize(&toy()).unwrap();
    let expected = [
        (1, 36.0, 37.0, 2.0),
        (0, 0.0, 37.0, 0.0),
        (2, 4.0, 37.0, 3.0),
        (2, 20.0, 22.0, 3.0),
        (2, 2.0, 22.0, 4.5),
        (0, 0.0, 5.0, 0.0),
    ];
    assert_eq!(lifetimes(&summaries), expected);
}

/// Source: `test_summary_date_from_transaction_data_with_specific_non_daily_frequency`.
#[test]
fn by_week_the_numbers_are_those_of_lifetimes() {
    let weekly = Purchases::new().collapse(Period::Week).unit(TimeUnit::Weeks);
    let found: Vec<_> = lifetimes(&weekly.summarize(&toy()).unwrap()).into_iter().map(|r| (r.0, r.1, r.2)).collect();
    assert_eq!(found, [(1, 5.0, 5.0), (0, 0.0, 5.0), (1, 1.0, 5.0), (1, 3.0, 3.0), (0, 0.0, 3.0), (0, 0.0, 0.0)]);
    // Source: `test_find_first_transactions_with_monetary_values_with_specific_non_daily_frequency`
    let repeat: Vec<_> = weekly.summarize(&toy()).unwrap().iter().map(|s| s.unwrap().mean_repeat_spend()).collect();
    assert_eq!(repeat, [Some(2.0), None, Some(5.0), Some(6.0), None, None]);
}

/// Source: pymc-marketing tests/clv/test_utils.py, `rfm_summary(include_first_transaction=True)`; there customer 4 has
/// the amounts 6, 6, 6.
#[test]
fn with_the_first_transaction_the_numbers_are_those_of_pymc() {
    let summaries = Purchases::new().collapse(Period::Day).summarize(&toy()).unwrap();
    let found: Vec<_> = summaries
        .iter()
        .map(|s| s.map(|s| (s.purchases(), s.days_since_last(), s.mean_spend().unwrap())).unwrap())
        .collect();
    assert_eq!(found, [(2, 1, 1.5), (1, 37, 2.0), (3, 33, 3.0), (3, 2, 4.0), (3, 20, 4.0), (1, 5, 5.0)]);
}

/// Source: `test_calibration_and_holdout_data`, `..._works_with_specific_frequency`,
/// `..._gives_correct_date_boundaries`, `..._with_monetary_value`.
#[test]
fn the_split_is_that_of_lifetimes() {
    let (calibration_end, end) = (day("2015-02-01"), day("2015-02-07"));
    let daily = Purchases::new().collapse(Period::Day).split(calibration_end, end).summarize(&toy()).unwrap();
    let holdout: Vec<_> = daily.holdout.iter().map(|h| h.map(|h| h.purchases)).collect();
    assert_eq!(holdout, [Some(1), Some(0), Some(0), Some(2), Some(0), None], "customer 6 came after the calibration");
    let spend = |h: &segmentry::features::purchases::Holdout| h.spend.unwrap() / f64::from(h.purchases.max(1));
    let mean: Vec<_> = daily.holdout.iter().flatten().map(spend).collect();
    assert_eq!(mean, [2.0, 0.0, 0.0, 3.0, 0.0]);
    let repeat: Vec<_> = daily.calibration.iter().flatten().map(|s| s.mean_repeat_spend().unwrap_or(0.0)).collect();
    assert_eq!(repeat, [0.0, 0.0, 3.0, 0.0, 4.5]);
    assert_eq!(daily.holdout_days, 6);

    let weekly = Purchases::new().collapse(Period::Week).unit(TimeUnit::Weeks);
    let split = weekly.split(calibration_end, end).summarize(&toy()).unwrap();
    let found: Vec<_> = split
        .calibration
        .iter()
        .zip(&split.holdout)
        .filter_map(|(s, h)| {
            let in_unit = |days| split.calibration.in_unit(days);
            s.map(|s| {
                (s.repeats(), in_unit(s.days_first_to_last()), in_unit(s.days_since_first()), h.unwrap().purchases)
            })
        })
        .collect();
    assert_eq!(found, [(0, 0.0, 4.0, 1), (0, 0.0, 4.0, 0), (1, 1.0, 4.0, 0), (0, 0.0, 2.0, 1), (0, 0.0, 2.0, 0)]);
    assert_eq!(split.holdout_days, 7, "one week");

    let early = Purchases::new().split(calibration_end, day("2015-02-04")).summarize(&toy()).unwrap();
    assert_eq!(early.holdout[0].unwrap().purchases, 0);
    assert_eq!(early.holdout[3].unwrap().purchases, 1);
}

/// Source: `test_summary_data_from_transaction_data_squashes_period_purchases_to_one_purchase`.
#[test]
fn two_purchases_in_a_week_are_no_repeat() {
    let (when, amounts) = ([day("2015-01-01"); 2], [1.0, 2.0]);
    let customers = Customers::from_history(History::purchases([1, 1], &when, &amounts).unwrap()).as_of(when[0]);
    let summary = *Purchases::new().collapse(Period::Week).summarize(&customers).unwrap().get(0).unwrap();
    assert_eq!((summary.repeats(), summary.spend(), summary.mean_repeat_spend()), (0, Some(3.0), None));
    let summary = *Purchases::new().summarize(&customers).unwrap().get(0).unwrap();
    assert_eq!((summary.repeats(), summary.mean_repeat_spend()), (1, Some(2.0)));
}

/// Source: `test_summary_data_from_transaction_data_will_choose_the_correct_first_order_to_drop_...`, lifetimes #85.
#[test]
fn the_first_order_is_the_earliest_not_the_first_row() {
    let days = [day("2014-04-09"), day("2014-03-14"), day("2014-05-21")];
    let history = History::purchases([2, 2, 2], &days, &[20.0, 10.0, 25.0]).unwrap();
    let customers = Customers::from_history(history).as_of(days[2]);
    let summaries = Purchases::new().collapse(Period::Day).summarize(&customers).unwrap();
    assert_eq!(summaries.get(0).unwrap().mean_repeat_spend(), Some(22.5));
}

fn cdnow() -> Customers {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/cdnow.csv")).unwrap();
    let mut log = History::builder();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        log.push(fields[0], &(day(fields[1]), fields[3].parse::<f64>().unwrap())).unwrap();
    }
    Customers::from_history(log.finish()).as_of(day("1998-06-30"))
}

/// Published: P. Fader, B. Hardie, K. Lee 2005, DOI 10.1287/mksc.1040.0098, and the data's own pages: 6,919 rows of
/// 2,357 customers, 244,091.94 in all; calibration to 1997-09-30 with 2,457 repeats, 1,411 customers without one, T from
/// 27 to 38.857 weeks; 1,882 purchases after it; 946 repeat buyers with a mean of 35.08 (test_utils.py of lifetimes:
/// sd 30, median 27, max 300).
#[test]
fn cdnow_is_as_published() {
    let customers = cdnow();
    assert_eq!((customers.len(), customers.history().unwrap().len()), (2_357, 6_919));
    let all = Purchases::new().summarize(&customers).unwrap();
    let total: f64 = all.iter().map(|s| s.unwrap().spend().unwrap()).sum();
    assert!((total - 244_091.94).abs() < 1e-6, "{total}");
    let day_spend: f64 = Purchases::new()
        .collapse(Period::Day)
        .summarize(&customers)
        .unwrap()
        .iter()
        .flatten()
        .filter_map(|s| s.spend())
        .sum();
    assert!((day_spend - total).abs() < 1e-6);

    let daily = Purchases::new().collapse(Period::Day).unit(TimeUnit::Weeks);
    let merged: u32 = daily.summarize(&customers).unwrap().iter().map(|s| s.unwrap().purchases()).sum();
    assert_eq!(merged, 6_696);

    let split = daily.split(day("1997-09-30"), day("1998-06-30")).summarize(&customers).unwrap();
    let known: Vec<_> = split.calibration.iter().flatten().collect();
    assert_eq!(known.iter().map(|s| s.purchases()).sum::<u32>(), 4_814);
    assert_eq!(known.iter().map(|s| s.repeats()).sum::<u32>(), 2_457);
    assert_eq!(known.iter().filter(|s| s.repeats() == 0).count(), 1_411);
    assert_eq!(split.holdout.iter().flatten().map(|h| h.purchases).sum::<u32>(), 1_882);
    let ages: Vec<f64> = known.iter().map(|s| split.calibration.in_unit(s.days_since_first())).collect();
    assert_eq!(ages.iter().copied().fold(f64::INFINITY, f64::min), 27.0);
    assert!((ages.iter().copied().fold(0.0, f64::max) - 38.857).abs() < 1e-3);

    let mut repeat: Vec<f64> = known.iter().filter_map(|s| s.mean_repeat_spend()).collect();
    repeat.sort_by(f64::total_cmp);
    let mean = repeat.iter().sum::<f64>() / repeat.len() as f64;
    let sd = (repeat.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (repeat.len() - 1) as f64).sqrt();
    assert_eq!(repeat.len(), 946);
    // the published file has means rounded to cents, halves up: 35.0786 there, 35.0778 before rounding
    assert!((mean - 35.077_848).abs() < 1e-6, "{mean}");
    let cents: f64 = repeat.iter().map(|x| (100.0 * x + 1e-6).round() / 100.0).sum::<f64>() / 946.0;
    assert!((cents - 35.0786).abs() < 5e-5, "{cents}");
    let rounded = (sd.round(), repeat[0].round(), ((repeat[472] + repeat[473]) / 2.0).round(), repeat[945].round());
    assert_eq!(rounded, (30.0, 3.0, 27.0, 300.0));
}

#[test]
fn one_customer_alone_is_as_in_bulk() {
    let customers = cdnow();
    for recipe in [
        Purchases::new(),
        Purchases::new().collapse(Period::Day),
        Purchases::new().collapse(Period::Week),
        Purchases::new().collapse(Period::Month).above_zero(),
        Purchases::new().kind("visit"),
    ] {
        for as_of in ["1996-12-31", "1997-09-30", "1998-06-30"] {
            let customers = customers.clone().as_of(day(as_of));
            let bulk = recipe.summarize(&customers).unwrap();
            for (row, customer) in customers.iter().enumerate() {
                assert_eq!(recipe.summarize_one(&customer).unwrap().as_ref(), bulk.get(row), "{}", customer.id());
            }
        }
    }
}

#[test]
fn the_attributes_have_names_units_and_levels() {
    let table = Purchases::new().add_to(Customers::with_ids([6, 99]).unwrap().as_of(day("2015-02-07")));
    assert_eq!(table.unwrap_err().to_string(), "no history: give it with `with_history`");
    let customers = Customers::with_ids([6, 99]).unwrap().with_history(toy().history().unwrap().clone());
    let customers = customers.as_of(day("2015-02-07"));
    let table = Purchases::new().add_to(customers.clone()).unwrap();
    let names: Vec<&str> = table.schema().names().collect();
    use summary::*;
    assert_eq!(
        names,
        [
            FIRST_DAY,
            LAST_DAY,
            PURCHASES,
            REPEATS,
            DAYS_SINCE_LAST,
            DAYS_FIRST_TO_LAST,
            DAYS_SINCE_FIRST,
            SPEND,
            MEAN_SPEND,
            MEAN_REPEAT_SPEND
        ]
    );
    let recency = table.schema().get(DAYS_SINCE_LAST).unwrap();
    assert_eq!((recency.kind, recency.unit.as_deref()), (Kind::Integer, Some("days")));
    assert_eq!(table.schema().get(PURCHASES).unwrap().level, Level::Count);
    assert_eq!(table.column(DAYS_SINCE_LAST).unwrap().value(0), Value::Integer(5));
    for name in names {
        assert_eq!(table.column(name).unwrap().value(1), Value::Missing, "{name}: no purchase is no recency of 0");
    }
    let weekly = Purchases::new().unit(TimeUnit::Weeks).add_to(customers).unwrap();
    assert_eq!(weekly.column("weeks_since_first").unwrap().number(0), Some(5.0 / 7.0));
}

#[test]
fn what_counts_can_be_narrowed() {
    let order = |text: &str, amount: f64| Event::on(day(text), "order").amount(amount);
    let customer = Record::new("c")
        .event(&order("2026-01-01", 10.0))
        .event(&order("2026-01-05", -4.0))
        .event(&Event::on(day("2026-01-06"), "order"))
        .event(&order("2026-03-01", 1.0))
        .as_of(day("2026-02-01"));
    let all = Purchases::new().kind("order").summarize_one(&customer).unwrap().unwrap();
    assert_eq!((all.purchases(), all.days_since_last(), all.spend()), (3, 26, None), "one amount is not known");
    let bought = Purchases::new().kind("order").above_zero().summarize_one(&customer).unwrap().unwrap();
    assert_eq!((bought.purchases(), bought.days_since_last(), bought.spend()), (1, 31, Some(10.0)));
    assert_eq!(Purchases::new().summarize_one(&customer).unwrap(), None);
}

#[test]
fn months_are_counted_by_the_calendar_when_purchases_are() {
    let bought = |text: &str| (day(text), 1.0);
    let customer = Record::new("c").event(&bought("2026-01-31")).event(&bought("2026-02-01")).as_of(day("2026-12-15"));
    let customers = Customers::from_customers([customer]).unwrap();
    let monthly = Purchases::new().collapse(Period::Month).unit(TimeUnit::Months).summarize(&customers).unwrap();
    let summary = monthly.get(0).unwrap();
    assert_eq!((summary.purchases(), monthly.in_unit(summary.days_since_first())), (2, 11.0));
    let exact = Purchases::new().unit(TimeUnit::Months).summarize(&customers).unwrap();
    assert_eq!(exact.in_unit(exact.get(0).unwrap().days_since_first()), 318.0 / 30.436875);
}

struct Backwards;

impl Customer for Backwards {
    fn id(&self) -> segmentry::value::Id<'_> {
        "back".into()
    }
    fn value(&self, _: &str) -> Value<'_> {
        Value::Missing
    }
    fn as_of(&self) -> Option<segmentry::time::AsOf> {
        Some(Day::from_days(100).into())
    }
    fn event_count(&self) -> usize {
        2
    }
    fn event(&self, index: usize) -> Option<Event<'_>> {
        Some(Event::purchase(Day::from_days(50 - index as i32), 1.0))
    }
}

#[test]
fn what_is_wrong_is_said() {
    let message = |result: Result<_, segmentry::Error>| -> String {
        result.map(|_: PurchaseSummaries| ()).unwrap_err().to_string()
    };
    let history = History::purchases(["a", "a"], &[day("2026-01-01"); 2], &[f64::MAX; 2]).unwrap();
    let unseen = Customers::from_history(history);
    assert_eq!(
        message(Purchases::new().summarize(&unseen)),
        "the day as of which customers are seen is not set: give it with `as_of`"
    );
    let seen = unseen.as_of(day("2026-01-02"));
    assert_eq!(
        message(Purchases::new().summarize(&seen)),
        "row 0: customer `a`: sum of amounts is inf, expected a finite number"
    );
    assert_eq!(
        message(Purchases::new().kind("").summarize(&seen)),
        "`kind` must be the name of a kind of event, found ``"
    );
    assert_eq!(
        Purchases::new().summarize_one(&Backwards).unwrap_err().to_string(),
        "customer `back`: events are not in time order, the oldest first"
    );
    let split = |a: &str, b: &str| Purchases::new().split(day(a), day(b)).summarize(&toy()).unwrap_err().to_string();
    assert_eq!(
        split("2015-02-01", "2015-02-01"),
        "`observation_end` must be after `calibration_end`, 2015-02-01, found 2015-02-01"
    );
    assert_eq!(
        split("2015-02-01", "2015-03-01"),
        "`observation_end` must be at most 2015-02-07, the day as of which customers are seen, found 2015-03-01"
    );
}
