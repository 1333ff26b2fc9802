//! BG/NBD against Fader, Hardie and Lee (2005), lifetimes, BTYD and CLVTools.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{BuyTillYouDie, Buyer, Curvature, Family, Horizon, PurchaseModel};

use super::data;

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

/// Parameters and log-likelihood: Fader, Hardie, Lee 2005 (.243 4.414 .793 2.426, -9582.4); to more digits by an
/// independent program; standard errors: lifetimes, docs/Quickstart.
#[test]
fn the_fit_on_cdnow_is_the_published_one() {
    let model = BuyTillYouDie::new(Family::BgNbd).fit(&data::cdnow_buyers(TimeUnit::Weeks)).unwrap();
    for (found, expected) in model.parameters().iter().zip([0.2425945, 4.4136024, 0.7929221, 2.4259069]) {
        near(*found, expected, 1e-4);
    }
    let certificate = model.certificate().unwrap();
    assert!((certificate.log_likelihood - -9582.429207).abs() < 1e-5, "{certificate}");
    assert!(certificate.is_clean() && certificate.reached == 1.0, "{certificate}");
    assert_eq!(certificate.curvature, Curvature::Definite);
    for (found, expected) in certificate.standard_errors.iter().zip([0.01256, 0.37822, 0.18572, 0.70535]) {
        near(found.unwrap(), expected, 1e-2);
    }
}

#[test]
fn weeks_and_days_give_the_same_answers() {
    let [weeks, days] = [TimeUnit::Weeks, TimeUnit::Days]
        .map(|unit| BuyTillYouDie::new(Family::BgNbd).fit(&data::cdnow_buyers(unit)).unwrap());
    near(days.parameter("alpha").unwrap(), 7.0 * weeks.parameter("alpha").unwrap(), 1e-5);
    let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.0, 38.0).unwrap();
    near(days.alive(&buyer).unwrap(), weeks.alive(&buyer).unwrap(), 1e-6);
    let year = Horizon::weeks(52.0);
    near(days.purchases(&buyer, year).unwrap(), weeks.purchases(&buyer, year).unwrap(), 1e-6);
    let turned = weeks.in_unit(TimeUnit::Months);
    near(turned.purchases(&buyer, year).unwrap(), weeks.purchases(&buyer, year).unwrap(), 1e-12);
}

/// Sources: lifetimes tests/test_estimation.py, BTYD inst/doc, Hardie's spreadsheets.
#[test]
fn predictions_are_the_published_ones() {
    let model =
        PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.2425945, 4.4136024, 0.7929221, 2.4259069]).unwrap();
    let week = |count: f64| Horizon::weeks(count);
    for (t, expected) in [(0.1429, 0.0078), (1.0, 0.0532), (3.0, 0.1506), (31.8571, 1.0405), (32.0, 1.0437)] {
        assert!((model.purchases(&Buyer::newcomer(), week(t)).unwrap() - expected).abs() < 1e-4);
    }
    let buyer = |x, last, age| Buyer::new(TimeUnit::Weeks, x, last, age).unwrap();
    near(model.purchases(&buyer(2, 30.43, 38.86), week(39.0)).unwrap(), 1.22591, 1e-5);
    assert_eq!(model.alive(&buyer(0, 0.0, 38.86)).unwrap(), 1.0);
    assert_eq!(model.alive(&buyer(1000, 10.0, 100.0)).unwrap(), 0.0);
}

/// What is drawn has the mean that is said.
#[test]
fn simulated_buyers_buy_as_often_as_expected() {
    let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.9, 4.4136024, 0.7929221, 2.4259069]).unwrap();
    let buyers = model.simulate(&[52.0; 40_000], TimeUnit::Weeks, 1).unwrap();
    let mean = (0..buyers.len()).map(|row| f64::from(buyers.get(row).unwrap().repeats())).sum::<f64>() / 40_000.0;
    near(mean, model.purchases(&Buyer::newcomer(), Horizon::weeks(52.0)).unwrap(), 0.03);
}

fn week_buyer(repeats: u32, last: f64, age: f64) -> Buyer {
    Buyer::new(TimeUnit::Weeks, repeats, last, age).unwrap()
}

/// Sources: lifetimes tests/test_estimation.py (P(X(2) = 10), the counts of 30 weeks), Hardie's spreadsheet (P(X(39) = 0)):
/// all with the rounded parameters.
#[test]
fn chances_of_counts_are_the_published_ones() {
    let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426]).unwrap();
    let chance = |count, weeks| model.probability(&Buyer::newcomer(), count, Horizon::weeks(weeks)).unwrap();
    near(chance(0, 39.0), 0.5737864, 1e-6);
    near(chance(10, 2.0), 1.07869e-7, 1e-6);
    let known = [
        0.0019995214,
        0.0015170236,
        0.0011633150,
        0.0009003148,
        0.0007023638,
        0.0005517902,
        0.0004361913,
        0.0003467171,
        0.0002769613,
        0.0002222260,
    ];
    for (count, expected) in (11..).zip(known) {
        near(chance(count, 30.0), expected, 1e-6);
    }
}

/// The more often a buyer bought before a long silence, the fewer purchases are expected: BTYD, inst/doc, with its parameters.
#[test]
fn many_purchases_before_a_long_silence_promise_few() {
    let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.2425982, 4.413684, 0.7929899, 2.426167]).unwrap();
    let year = Horizon::weeks(52.0);
    for (repeats, expected) in [(10, 0.3474606), (15, 0.0428339), (20, 0.004158973), (25, 0.0003583685)] {
        near(model.purchases(&week_buyer(repeats, 20.0, 39.0), year).unwrap(), expected, 1e-5);
    }
    near(model.purchases(&week_buyer(26, 30.857, 31.0), year).unwrap(), 25.75659, 1e-5);
    near(model.alive(&week_buyer(26, 30.857, 31.0)).unwrap(), 0.9688524, 1e-5);
    near(model.alive(&week_buyer(2, 30.43, 38.86)).unwrap(), 0.72661, 1e-5);
}

/// Where others overflow or divide 0 by 0.
#[test]
fn hard_buyers_and_parameters_get_finite_answers() {
    let year = Horizon::weeks(52.0);
    let odd: [&[f64]; 5] = [
        &[0.243, 4.414, 1.0, 2.426], // the closed form of expected purchases divides by a − 1
        &[0.243, 4.414, 0.4, 0.6],   // and by a + b − 1
        &[1e-8, 1e8, 1e-8, 1e-8],
        &[1e6, 1e-6, 1e6, 1e-6],
        &[10.465, 0.00798565, 3.0516, 2.82],
    ];
    let buyers = [
        week_buyer(1000, 10.0, 100.0),
        week_buyer(10_000, 9_999.0, 10_000.0),
        week_buyer(1, 1e-3, 1e4),
        Buyer::newcomer(),
    ];
    for (parameters, buyer) in odd.iter().flat_map(|parameters| buyers.map(|buyer| (*parameters, buyer))) {
        let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, parameters).unwrap();
        let (alive, bought) = (model.alive(&buyer).unwrap(), model.purchases(&buyer, year).unwrap());
        assert!((0.0..=1.0).contains(&alive) && bought.is_finite() && bought >= 0.0, "{parameters:?} {buyer:?}");
    }
    // beside a = 1 expected purchases go on smoothly
    let beside = |a: f64| {
        let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, a, 2.426]).unwrap();
        model.purchases(&Buyer::newcomer(), year).unwrap()
    };
    near(beside(1.0 - 1e-9), beside(1.0), 1e-8);
    near(0.5 * (beside(0.999) + beside(1.001)), beside(1.0), 1e-6);
}
