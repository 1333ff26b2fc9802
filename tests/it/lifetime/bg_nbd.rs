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
