//! Real companies and customers. The expected figures are those of a few lines of Python over the same files: sort,
//! sum up, cut at 80 and 95 %; Gini as the sum of (2 rank − n − 1) x over n times the total.

use super::*;
use segmentry::history::History;
use segmentry::segmenter::Fit;
use segmentry::tier::{Change, Ntiles, Programme, Standings, TierModel, TopShare, ValueShare};
use segmentry::time::Day;

fn column(rows: &[Vec<String>], name: &str) -> Vec<f64> {
    let at = rows[0].iter().position(|field| field == name).unwrap();
    rows[1..].iter().map(|row| row[at].parse().unwrap_or(f64::NAN)).collect()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 5e-7, "{found} is not {expected}");
}

fn abc(customers: &Customers) -> TierModel {
    let model = ValueShare::of("spend").fit(customers).unwrap();
    alone_is_bulk(&model, customers);
    model
}

#[test]
fn the_market_value_of_the_largest_companies_is_concentrated() {
    let Some(rows) = shared("forbes2000_companies_2004.csv") else { return };
    let value = column(&rows, "marketvalue");
    let customers = spenders(&value);
    let model = abc(&customers);
    assert_eq!(model.segment(&customers).unwrap().sizes(), [674, 695, 631]);
    assert_eq!(model.cut_values(), [Some(7.85), Some(3.24)]);
    let spread = model.spread().unwrap();
    near(spread.gini(), 0.637_22);
    near(spread.top()[3].1, 0.684_37);
    near(spread.total(), 23_755.31);
}

#[test]
fn the_value_of_insured_customers_is_less_so() {
    let Some(rows) = shared("auto_insurance_clv.csv") else { return };
    let value = column(&rows, "Customer_Lifetime_Value");
    let customers = spenders(&value);
    let model = abc(&customers);
    assert_eq!(model.segment(&customers).unwrap().sizes(), [5167, 2546, 1421]);
    assert_eq!(model.cut_values(), [Some(5331.823882), Some(2918.576189)]);
    near(model.spread().unwrap().gini(), 0.384_602);
    // equal values on the borders: each tenth has its 913 or 914 only when they are split
    let tenths = Ntiles::of("spend", 10);
    let whole = tenths.fit(&customers).unwrap().segment(&customers).unwrap().sizes();
    assert_eq!(whole, [914, 914, 914, 914, 910, 916, 913, 913, 913, 913]);
    assert_eq!(tenths.split(&customers).unwrap().sizes(), [914, 914, 914, 914, 913, 913, 913, 913, 913, 913]);
}

/// The purchase log that lies in the tree.
fn cdnow() -> History {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let (mut ids, mut days, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        ids.push(fields[0]);
        days.push(fields[1].parse::<Day>().unwrap());
        amounts.push(fields[3].parse::<f64>().unwrap());
    }
    History::purchases(ids, &days, &amounts).unwrap()
}

#[test]
fn the_buyers_of_cdnow_fall_into_tiers() {
    let history = cdnow();
    let spend: Vec<f64> =
        (0..history.customers()).map(|row| history.events(row).iter().filter_map(|e| e.amount).sum()).collect();
    let customers = Customers::from_history(history).with_column("spend", Column::numbers(spend)).unwrap();
    let model = abc(&customers);
    assert_eq!(model.segment(&customers).unwrap().sizes(), [777, 796, 784]);
    near(model.cut_values()[0].unwrap(), 76.17);
    near(model.cut_values()[1].unwrap(), 26.74);
    let spread = model.spread().unwrap();
    near(spread.gini(), 0.630_917);
    near(spread.top()[3].1, 0.674_229);
    near(spread.total(), 244_091.94);
    assert_eq!(TopShare::of("spend").split(&customers).unwrap().sizes(), [472, 1885]);
}

#[test]
fn a_programme_for_the_buyers_of_cdnow_runs_in_halves_as_in_one() {
    let customers = Customers::from_history(cdnow());
    let programme = Programme::new("basic").tier("gold", 300.0).tier("silver", 100.0).dwell_days(90).grace_days(30);
    let months: Vec<Day> =
        (2..=19).map(|m| Day::new(1997 + (m - 1) / 12, ((m - 1) % 12 + 1) as i8, 1).unwrap()).collect();
    let whole = programme.run_on(&customers, &months, &Standings::none()).unwrap();
    let half = programme.run_on(&customers, &months[..7], &Standings::none()).unwrap();
    let rest = programme.run_on(&customers, &months[7..], &half.standings()).unwrap();
    assert_eq!(rest.standings(), whole.standings());
    assert_eq!(whole.count(Change::Joined), 2357);
    let both: Vec<_> = half.transitions().iter().chain(rest.transitions()).collect();
    for change in [Change::Joined, Change::Promoted, Change::Demoted] {
        assert_eq!(both.iter().filter(|t| t.change == change).count(), whole.count(change), "{change}");
    }
    // measured on every day, everybody stands at least as high as measured by the month, and in bulk as alone
    let last = *months.last().unwrap();
    let daily = programme.run(&customers, last).unwrap();
    let seen = customers.clone().as_of(last);
    let placed = programme.segment(&seen).unwrap();
    assert_eq!(placed, daily.segmentation(&seen).unwrap());
}
