//! Covariates that do not change: what is drawn with known coefficients is found again; models agree with their parts.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{BuyTillYouDie, Buyer, Buyers, Family, Horizon, PurchaseModel};

/// Buyers of five levels of a covariate, each level drawn with its own parameters; and the column.
fn drawn(rows: usize, parameters: impl Fn(f64) -> PurchaseModel) -> (Buyers, Vec<f64>) {
    let (mut repeats, mut last, mut age, mut column) = (vec![], vec![], vec![], vec![]);
    for level in 0..5_u8 {
        let z = f64::from(level) * 0.5 - 1.0;
        let ages: Vec<f64> = (0..rows).map(|row| 40.0 + (row % 8) as f64 * 5.0).collect();
        let buyers = parameters(z).simulate(&ages, TimeUnit::Weeks, level.into()).unwrap();
        for buyer in (0..rows).map(|row| buyers.get(row).unwrap()) {
            repeats.push(buyer.repeats());
            last.push(buyer.last());
            age.push(buyer.age());
            column.push(z);
        }
    }
    (Buyers::new(TimeUnit::Weeks, &repeats, &last, &age).unwrap(), column)
}

fn of(family: Family, parameters: &[f64]) -> PurchaseModel {
    PurchaseModel::of(family, TimeUnit::Weeks, parameters).unwrap()
}

/// The truth, as [`PurchaseModel::parameters`] and coefficients, must be within four errors.
fn found_again(family: Family, buyers: &Buyers, column: &[f64], truth: &[f64]) {
    let buyers = buyers.clone().with_covariates(&[("wealth", column)]).unwrap();
    let model = BuyTillYouDie::new(family).starts(1).fit(&buyers).unwrap();
    let certificate = model.certificate().unwrap();
    assert!(certificate.is_clean(), "{certificate}");
    let found: Vec<f64> = model.parameters().iter().copied().chain(model.coefficients().iter().map(|c| c.1)).collect();
    assert_eq!(found.len(), truth.len());
    for (at, (found, truth)) in found.iter().zip(truth).enumerate() {
        let error = certificate.standard_errors[at].unwrap();
        assert!((found - truth).abs() < 4.0 * error, "{}: {found} {truth} {error}", certificate.names[at]);
    }
    // purchases are told apart well, what ends them less so
    assert!((found[4] - truth[4]).abs() < 0.15 && certificate.standard_errors[4].unwrap() < 0.1, "{certificate}");
    let text = model.to_string();
    assert!(text.contains("alpha.wealth"), "{text}");
}

/// P. S. Fader and B. G. S. Hardie (2007): α e^(−γ₁ z), β e^(−γ₂ z).
#[test]
fn coefficients_of_pareto_are_found_again() {
    let at = |z: f64| of(Family::ParetoNbd, &[0.9, 6.0 * (-0.7 * z).exp(), 0.8, 12.0 * (0.5 * z).exp()]);
    let (buyers, column) = drawn(700, at);
    found_again(Family::ParetoNbd, &buyers, &column, &[0.9, 6.0, 0.8, 12.0, 0.7, -0.5]);
}

/// The same authors: α e^(−γ₁ z), a e^(γ₂ z), b e^(γ₃ z).
#[test]
fn coefficients_of_bg_are_found_again() {
    let at = |z: f64| of(Family::BgNbd, &[0.9, 6.0 * (-0.7 * z).exp(), 0.8 * (0.4 * z).exp(), 2.5 * (-0.3 * z).exp()]);
    let (buyers, column) = drawn(700, at);
    found_again(Family::BgNbd, &buyers, &column, &[0.9, 6.0, 0.8, 2.5, 0.7, 0.4, -0.3]);
}

/// Two groups told apart by 0 and 1 are between one fit for all and a fit for each; with the group's own model the same.
#[test]
fn a_group_of_two_is_between_one_fit_and_two() {
    for family in [Family::ParetoNbd, Family::BgNbd] {
        let at = |z: f64| of(family, &[0.9, if z > 0.0 { 3.0 } else { 8.0 }, 0.8, 6.0]);
        let (buyers, column) = drawn(150, at);
        let column: Vec<f64> = column.iter().map(|z| f64::from(u8::from(*z > 0.0))).collect();
        let recipe = BuyTillYouDie::new(family).starts(1);
        let parts = [0.0, 1.0].map(|group| {
            let rows: Vec<usize> = (0..buyers.len()).filter(|row| column[*row] == group).collect();
            let of = |figure: fn(&Buyer) -> f64| -> Vec<f64> {
                rows.iter().map(|row| figure(&buyers.get(*row).unwrap())).collect()
            };
            let repeats: Vec<u32> = rows.iter().map(|row| buyers.get(*row).unwrap().repeats()).collect();
            Buyers::new(TimeUnit::Weeks, &repeats, &of(Buyer::last), &of(Buyer::age)).unwrap()
        });
        let height = |model: &PurchaseModel| model.certificate().unwrap().log_likelihood;
        let apart: f64 = parts.iter().map(|part| height(&recipe.fit(part).unwrap())).sum();
        let together = height(&recipe.fit(&buyers).unwrap());
        let with = buyers.clone().with_covariates(&[("group", &column)]).unwrap();
        let model = recipe.fit(&with).unwrap();
        let between = height(&model);
        assert!(together + 10.0 < between && between <= apart + 1e-6, "{together} {between} {apart}");
        let own = [0.0, 1.0].map(|group| model.with_covariates(&[group]).unwrap());
        let sum: f64 = own.iter().zip(&parts).map(|(model, part)| model.log_likelihood(part).unwrap()).sum();
        assert!((sum - between).abs() < 1e-8 * between.abs(), "{sum} {between}");
        assert!((model.log_likelihood(&with).unwrap() - between).abs() < 1e-8 * between.abs());
        // one buyer at a time and all at once, in any unit
        let year = Horizon::years(1.0);
        let each = model.purchases_each(&with, year).unwrap();
        let alive = model.in_unit(TimeUnit::Days).alive_each(&with).unwrap();
        for row in [0, 200, 700] {
            let (group, buyer) = (column[row] as usize, buyers.get(row).unwrap());
            let one = own[group].in_unit(TimeUnit::Months).purchases(&buyer, year).unwrap();
            assert!((each[row] - one).abs() < 1e-9 * one, "{row}: {} {one}", each[row]);
            assert!((alive[row] - own[group].alive(&buyer).unwrap()).abs() < 1e-9);
        }
    }
}

#[test]
fn covariates_that_are_not_told_are_errors() {
    let (buyers, column) = drawn(20, |_| of(Family::ParetoNbd, &[0.9, 6.0, 0.8, 12.0]));
    let with = buyers.clone().with_covariates(&[("wealth", &column)]).unwrap();
    let model = BuyTillYouDie::new(Family::ParetoNbd).starts(1).prior("s", 0.8, 0.3).fit(&with).unwrap();
    let error = model.alive(&Buyer::newcomer()).unwrap_err().to_string();
    assert!(error.contains("wealth"), "{error}");
    assert!(model.alive_each(&buyers).is_err() && model.with_covariates(&[]).is_err());
    assert!(model.with_covariates(&[f64::NAN]).is_err() && model.with_covariates(&[1e300]).is_err());
    let error = BuyTillYouDie::new(Family::GgompertzNbd).fit(&with).unwrap_err().to_string();
    assert!(error.contains("not defined with covariates"), "{error}");
}
