//! Many buyers, and hard ones: repeats to 10,000, ages to 10,000 days, sample and whole, rows in any order.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{BuyTillYouDie, Buyer, Buyers, Family, Horizon, PurchaseModel};

/// Fader, Hardie and Lee (2005), CDNOW in weeks.
const CDNOW: [f64; 4] = [0.243, 4.414, 0.793, 2.426];

/// Repeats and ages over all sizes, with purchases until anywhere.
fn hard(rows: u32) -> (Vec<u32>, Vec<f64>, Vec<f64>) {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        let age = 10_000_f64.powf(f64::from(row % 13 + 1) / 13.0).round().max(2.0);
        let most = age.min(10_000.0);
        let repeats = if row % 3 == 0 { 0 } else { most.powf(f64::from(row % 11) / 10.0).round() as u32 };
        let share = f64::from(row % 7 + 1) / 7.0;
        columns.0.push(repeats);
        columns.1.push(if repeats == 0 { 0.0 } else { (age * share).round().max(1.0) });
        columns.2.push(age);
    }
    columns
}

#[test]
fn ten_thousand_repeats_in_ten_thousand_days_fit_and_predict_finite() {
    let (repeats, last, age) = hard(400);
    assert!(repeats.contains(&10_000) && age.contains(&10_000.0));
    let buyers = Buyers::new(TimeUnit::Days, &repeats, &last, &age).unwrap();
    for family in [Family::BgNbd, Family::MbgNbd, Family::Nbd] {
        let model = BuyTillYouDie::new(family).starts(3).fit(&buyers).unwrap();
        let certificate = model.certificate().unwrap();
        assert!(certificate.log_likelihood.is_finite() && certificate.converged, "{family}: {certificate}");
        assert!(certificate.reached > 0.3 && certificate.gradient_norm < 1e-2, "{family}: {certificate}");
        for alive in model.alive_each(&buyers).unwrap() {
            assert!((0.0..=1.0).contains(&alive), "{family}: {alive}");
        }
        for purchases in model.purchases_each(&buyers, Horizon::days(10_000.0)).unwrap() {
            assert!(purchases.is_finite() && purchases >= 0.0, "{family}: {purchases}");
        }
    }
    // what was learnt elsewhere is asked of the same
    let published = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &CDNOW).unwrap();
    assert!(published.log_likelihood(&buyers).unwrap().is_finite());
    for (last, expected) in [(10_000.0, 1.0), (1.0, 0.0)] {
        let buyer = Buyer::new(TimeUnit::Days, 10_000, last, 10_000.0).unwrap();
        assert!((published.alive(&buyer).unwrap() - expected).abs() < 1e-3);
        assert!(published.purchases(&buyer, Horizon::days(10_000.0)).unwrap().is_finite());
    }
}

/// The starts of many buyers are searched on a sample; the top is that of all.
#[test]
fn a_search_by_way_of_samples_ends_at_the_top_of_all() {
    let truth = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &CDNOW).unwrap();
    let ages: Vec<f64> = (0..40_000).map(|row| 27.0 + f64::from(row % 1093) / 7.3 + f64::from(row) * 1e-7).collect();
    let buyers = truth.simulate(&ages, TimeUnit::Weeks, 3).unwrap();
    let model = BuyTillYouDie::new(Family::BgNbd).fit(&buyers).unwrap();
    let certificate = model.certificate().unwrap();
    assert!(certificate.sampled.is_some_and(|cells| cells < 6_000) && certificate.is_clean(), "{certificate}");
    assert!(certificate.gradient_norm < 1e-3 && certificate.second.is_none(), "{certificate}");
    assert!((model.log_likelihood(&buyers).unwrap() - certificate.log_likelihood).abs() < 1e-6);
    assert!(certificate.log_likelihood > truth.log_likelihood(&buyers).unwrap());
    let errors = certificate.standard_errors.iter().zip(model.parameters()).zip(CDNOW);
    for ((error, found), expected) in errors {
        assert!((found - expected).abs() < 4.0 * error.unwrap(), "{found} {expected}: {certificate}");
    }
    // from the top itself, one start, no sample's way: the same place
    let again = BuyTillYouDie::new(Family::BgNbd).starts(1).start_at(&CDNOW).fit(&buyers).unwrap();
    for (one, other) in model.parameters().iter().zip(again.parameters()) {
        assert!((one / other - 1.0).abs() < 1e-5, "{one} {other}");
    }
}

/// Cells are sorted: rows in another order, and equal rows as weights, give the same bytes.
#[test]
fn the_order_of_rows_does_not_matter_and_weights_are_rows() {
    let (repeats, last, age) = hard(300);
    let order: Vec<usize> = (0..300).map(|row| row * 7 % 300).collect();
    let moved = |column: &[f64]| order.iter().map(|row| column[*row]).collect::<Vec<_>>();
    let turned: Vec<u32> = order.iter().map(|row| repeats[*row]).collect();
    let straight = Buyers::new(TimeUnit::Days, &repeats, &last, &age).unwrap();
    let shuffled = Buyers::new(TimeUnit::Days, &turned, &moved(&last), &moved(&age)).unwrap();
    assert!(straight.cells() < 300 && straight.cells() == shuffled.cells());
    let recipe = BuyTillYouDie::new(Family::BgNbd).starts(2);
    assert_eq!(recipe.fit(&straight).unwrap(), recipe.fit(&shuffled).unwrap());
    let twice = straight.clone().with_weights(&[2.0; 300]).unwrap();
    let doubled = Buyers::new(TimeUnit::Days, &repeats.repeat(2), &last.repeat(2), &age.repeat(2)).unwrap();
    assert_eq!(recipe.fit(&twice).unwrap(), recipe.fit(&doubled).unwrap());
    for (place, row) in order.iter().enumerate() {
        assert_eq!(shuffled.get(place), straight.get(*row));
    }
}

#[test]
fn a_row_that_cannot_be_is_told_by_its_place_however_many_there_are() {
    let rows = 60_000;
    let mut age = vec![5.0; rows];
    (age[59_000], age[40_000]) = (f64::NAN, -1.0);
    let error = Buyers::new(TimeUnit::Weeks, &vec![0; rows], &vec![0.0; rows], &age).unwrap_err();
    assert!(error.to_string().contains("40000") || format!("{error:?}").contains("row: Some(40000)"), "{error}");
}
