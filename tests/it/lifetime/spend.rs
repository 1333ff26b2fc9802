//! Gamma-Gamma against Fader and Hardie, lifetimes and CLVTools; independence against scipy; laws and hard input.

use proptest::prelude::*;
use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{Buyers, Correlation, Curvature, GammaGamma, Independence, SpendModel};

use super::data;

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

fn golden() -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string("tests/golden/lifetime/spend.json").unwrap()).unwrap()
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap()
}

/// Log-likelihood −4055.9177: CLVTools' tests. Parameters 6.25 3.74 15.44: Fader and Hardie 2013, lifetimes.
#[test]
fn the_fit_on_cdnow_is_the_published_one() {
    let buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let model = GammaGamma::new().fit(&buyers).unwrap();
    let golden = golden();
    for (at, found) in model.parameters().iter().enumerate() {
        near(*found, number(&golden["parameters"][at]), 1e-4);
        near(*found, [6.25, 3.74, 15.44][at], 2e-3);
    }
    let certificate = model.certificate().unwrap();
    assert!((certificate.log_likelihood - -4055.9177).abs() < 1e-4, "{certificate}");
    assert!(certificate.log_likelihood >= number(&golden["log_likelihood"]) - 1e-7, "{certificate}");
    assert!(certificate.is_clean() && certificate.reached == 1.0 && certificate.notes.is_empty(), "{certificate}");
    assert_eq!(certificate.curvature, Curvature::Definite);
    for (at, found) in certificate.standard_errors.iter().enumerate() {
        near(found.unwrap(), number(&golden["standard_errors"][at]), 1e-2);
    }
    near(model.mean().unwrap(), 35.171, 1e-4);
    assert!(model.mean_error().unwrap() > 0.5 && model.mean_error().unwrap() < 1.5, "{model}");
    near(model.log_likelihood(&buyers).unwrap(), certificate.log_likelihood, 1e-12);
    let means = model.mean_each(&buyers).unwrap();
    for (at, expected) in golden["first_ten"].as_array().unwrap().iter().enumerate() {
        near(means[at], number(expected), 1e-4);
    }
    let rows = model.rows().unwrap();
    assert_eq!((rows.used, rows.without_repeat, rows.unknown, rows.not_positive), (946, 1411, 0, 0));
}

/// Of two decimals, as lifetimes ships it: 6.2488 3.7446 15.4477, −4055.92324, and the expected spend of customers 1 to
/// 10 (Hardie's spreadsheet, lifetimes tests/test_estimation.py).
#[test]
fn the_fit_on_the_summary_of_two_decimals_is_the_published_one() {
    let Some(path) = data::shared("cdnow_summary_with_spend.csv") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let repeats: Vec<u32> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
    let spend: Vec<f64> = rows.iter().map(|row| row[4].parse().unwrap()).collect();
    let model = GammaGamma::new().fit_columns(&repeats, &spend).unwrap();
    for (found, expected) in model.parameters().iter().zip([6.2488, 3.7446, 15.4477]) {
        near(*found, expected, 1e-4);
    }
    assert!((model.certificate().unwrap().log_likelihood - -4055.92324).abs() < 1e-5, "{model}");
    near(model.mean().unwrap(), 35.171, 1e-4);
    let first = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17];
    for (found, expected) in model.mean_columns(&repeats, &spend).unwrap().iter().zip(first) {
        assert!((found - expected).abs() < 0.01, "{found} {expected}");
    }
}

/// scipy 1.11: pearsonr, spearmanr. Published (A18): 0.1139, and .06 without one buyer (Fader, Hardie and Lee 2005).
#[test]
fn the_independence_of_cdnow_is_that_of_scipy() {
    let check = Independence::of(&data::cdnow_buyers(TimeUnit::Weeks)).unwrap();
    let golden = golden();
    let same = |found: Correlation, expected: &serde_json::Value| {
        near(found.value, number(&expected["value"]), 1e-9);
        near(found.lower, number(&expected["lower"]), 1e-9);
        near(found.upper, number(&expected["upper"]), 1e-9);
        near(found.p_value, number(&expected["p_value"]), 1e-7);
    };
    same(check.pearson.unwrap(), &golden["pearson"]);
    same(check.spearman.unwrap(), &golden["spearman"]);
    let one = check.influence.unwrap();
    same(one.without, &golden["influence"]["without"]);
    assert_eq!(one.repeats, 21);
    near(one.spend, 299.633_809_523, 1e-9);
    near(check.excess.unwrap(), number(&golden["excess"]), 1e-9);
    assert!((check.pearson.unwrap().value - 0.1139).abs() < 5e-5 && (one.without.value - 0.06).abs() < 0.005);
    assert!(check.holds() && check.warning().is_none());
    let text = check.to_string();
    assert!(text.contains("Pearson without one buyer (21 repeats at 299.6)") && text.contains("0.1139"), "{text}");
}

/// lifetimes 0.11.3, `penalizer_coef=0.01`, amounts over their geometric mean.
#[test]
fn a_penalty_is_that_of_lifetimes() {
    let buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let golden = &golden()["penalized"];
    let factor = number(&golden["geometric_mean"]);
    let model = GammaGamma::new().penalty(0.01).fit(&buyers).unwrap();
    let [p, q, v] = model.parameters();
    for (at, found) in [p, q, v / factor].into_iter().enumerate() {
        near(found, number(&golden["parameters"][at]), 1e-3);
    }
    let free = GammaGamma::new().fit(&buyers).unwrap();
    let (kept, free) = (model.certificate().unwrap(), free.certificate().unwrap());
    assert!(kept.log_prior < 0.0 && kept.log_likelihood < free.log_likelihood);
    assert!(GammaGamma::new().penalty(-1.0).fit(&buyers).is_err());
    assert!(GammaGamma::new().penalty(0.1).fit_columns(&[1, 2], &[5.0, 5.0]).unwrap().mean_of(2, 5.0).unwrap() > 0.0);
}

#[test]
fn a_failing_assumption_is_told_with_figures() {
    let repeats: Vec<u32> = (0..300).map(|row| 1 + row % 9).collect();
    let spend: Vec<f64> = (0..300).map(|row| f64::from(1 + row % 9) * 5.0 + f64::from(row * 37 % 100)).collect();
    let model = GammaGamma::new().fit_columns(&repeats, &spend).unwrap();
    let check = model.independence().unwrap();
    assert!(!check.holds());
    let warning = check.warning().unwrap();
    assert!(warning.contains("spends more a purchase") && warning.contains("95 % from 0."), "{warning}");
    assert!(model.certificate().unwrap().notes.contains(&warning) && model.to_string().contains(&warning), "{model}");
    // one buyer alone makes it
    let mut repeats = vec![1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3];
    let mut spend = vec![5.0, 6.0, 5.5, 6.5, 5.2, 6.1, 6.2, 5.8, 6.3, 5.1, 6.4, 5.3];
    repeats.push(60);
    spend.push(900.0);
    let check = Independence::of_columns(&repeats, &spend).unwrap();
    let warning = check.warning().unwrap();
    assert!(warning.contains("one buyer alone (60 repeats of 900)"), "{warning}");
    // negative
    let falling: Vec<f64> = repeats.iter().map(|x| 100.0 / f64::from(*x)).collect();
    assert!(Independence::of_columns(&repeats, &falling).unwrap().warning().unwrap().contains("spends less"));
}

#[test]
fn weights_are_duplicates() {
    let (repeats, spend) = ([1, 3, 2, 7, 1], [10.0, 14.0, 30.0, 12.5, 18.0]);
    let weights = [3.0, 1.0, 2.0, 2.0, 4.0];
    let last: Vec<f64> = repeats.iter().map(|_| 5.0).collect();
    let once = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[9.0; 5]).unwrap();
    let once = once.with_spend(&spend).unwrap().with_weights(&weights).unwrap();
    let rows: Vec<usize> = (0..5).flat_map(|row| vec![row; weights[row] as usize]).rev().collect();
    let repeats: Vec<u32> = rows.iter().map(|row| repeats[*row]).collect();
    let spend: Vec<f64> = rows.iter().map(|row| spend[*row]).collect();
    let (a, b) = (GammaGamma::new().fit(&once).unwrap(), GammaGamma::new().fit_columns(&repeats, &spend).unwrap());
    for (a, b) in a.parameters().iter().zip(b.parameters()) {
        near(*a, b, 1e-6);
    }
    let (a, b) = (a.independence().unwrap(), b.independence().unwrap());
    near(a.spearman.unwrap().value, b.spearman.unwrap().value, 1e-12);
    near(a.influence.unwrap().without.value, b.influence.unwrap().without.value, 1e-12);
    near(a.pearson.unwrap().p_value, b.pearson.unwrap().p_value, 1e-9);
}

#[test]
fn cents_and_euros_are_one_problem() {
    let truth = SpendModel::of(6.0, 4.0, 15.0).unwrap();
    let repeats: Vec<u32> = (0..800).map(|row| 1 + row % 6).collect();
    let euros = truth.simulate(&repeats, 3);
    let fit = |factor: f64| {
        let spend: Vec<f64> = euros.iter().map(|amount| amount * factor).collect();
        GammaGamma::new().fit_columns(&repeats, &spend).unwrap()
    };
    let base = fit(1.0);
    for factor in [100.0, 1e-9, 1e12] {
        let other = fit(factor);
        let [p, q, v] = base.parameters();
        for (found, expected) in other.parameters().iter().zip([p, q, v * factor]) {
            near(*found, expected, 1e-7);
        }
        near(other.mean_of(3, 20.0 * factor).unwrap(), factor * base.mean_of(3, 20.0).unwrap(), 1e-7);
        let errors = |model: &SpendModel| model.certificate().unwrap().standard_errors.clone();
        near(errors(&other)[2].unwrap(), factor * errors(&base)[2].unwrap(), 1e-4);
        near(errors(&other)[0].unwrap(), errors(&base)[0].unwrap(), 1e-4);
        let shift = -(repeats.len() as f64) * factor.ln();
        let ln = |model: &SpendModel| model.certificate().unwrap().log_likelihood;
        near(ln(&other), ln(&base) + shift, 1e-9);
        near(base.scaled(factor).unwrap().mean().unwrap(), other.mean().unwrap(), 1e-7);
    }
}

/// What is drawn is learnt again, and has the mean that is said.
#[test]
fn simulated_spend_is_recovered() {
    let truth = SpendModel::of(6.0, 4.0, 15.0).unwrap();
    let repeats: Vec<u32> = (0..20_000).map(|row| 1 + row % 5).collect();
    let spend = truth.simulate(&repeats, 11);
    near(spend.iter().sum::<f64>() / 20_000.0, truth.mean().unwrap(), 0.02);
    let model = GammaGamma::new().fit_columns(&repeats, &spend).unwrap();
    let errors = &model.certificate().unwrap().standard_errors;
    for ((found, expected), error) in model.parameters().iter().zip(truth.parameters()).zip(errors) {
        let error = error.unwrap();
        assert!((found - expected).abs() < 3.0 * error && error < 0.1 * expected, "{model}");
    }
    assert!(model.independence().unwrap().holds());
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let truth = SpendModel::of(5.0, 3.0, 12.0).unwrap();
    let repeats: Vec<u32> = (0..30_000).map(|row| row % 9).collect();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let spend = truth.simulate(&repeats, 5);
            let model = GammaGamma::new().starts(2).fit_columns(&repeats, &spend).unwrap();
            (model.to_string(), model.mean_columns(&repeats, &spend).unwrap())
        })
    };
    let (text, means) = run(1);
    assert!(text.contains("the starts were searched on"), "{text}");
    assert!([2, 7].map(run).iter().all(|other| other.0 == text && other.1 == means));
}

/// A million customers of which each third has no repeat: amounts by the cent, so that cells are fewer than rows.
#[test]
fn a_million_rows_are_learnt() {
    let truth = SpendModel::of(6.25, 3.74, 15.44).unwrap();
    let repeats: Vec<u32> = (0..1_000_000).map(|row| (row % 9_u32).saturating_sub(2)).collect();
    let spend: Vec<f64> = truth.simulate(&repeats, 9).iter().map(|spend| (spend * 100.0).round() / 100.0).collect();
    let model = GammaGamma::new().fit_columns(&repeats, &spend).unwrap();
    let certificate = model.certificate().unwrap();
    assert!(certificate.is_clean() && certificate.reached == 1.0, "{certificate}");
    for ((found, expected), error) in
        model.parameters().iter().zip(truth.parameters()).zip(&certificate.standard_errors)
    {
        // cents are rounded
        assert!((found - expected).abs() < 3.0 * error.unwrap() + 1e-3 * expected, "{model}");
    }
}

#[test]
fn rows_that_play_no_part_are_counted_and_told() {
    let repeats = [0, 1, 2, 3, 4, 2, 1];
    let spend = [f64::NAN, 10.0, -4.0, 0.0, f64::NAN, 12.0, 30.0];
    let model = GammaGamma::new().fit_columns(&repeats, &spend).unwrap();
    let rows = model.rows().unwrap();
    assert_eq!((rows.used, rows.without_repeat, rows.unknown, rows.not_positive), (3, 1, 1, 2));
    let text = model.to_string();
    assert!(text.contains("2 of 6 buyers with a repeat have a mean spend of 0 or less: they play no part"), "{text}");
    assert!(text.contains("1 of 6 buyers with a repeat have a spend that is not known"), "{text}");
    // nothing was learnt of them: they are expected to spend what all do
    let model = SpendModel::of(6.25, 3.74, 15.44).unwrap();
    let means = model.mean_columns(&repeats, &spend).unwrap();
    let unknown: Vec<bool> = means.iter().map(|mean| *mean == model.mean().unwrap()).collect();
    assert_eq!(unknown, [true, false, true, true, true, false, false], "{means:?}");
}

#[test]
fn what_is_not_defined_is_an_error() {
    let refused =
        |repeats: &[u32], spend: &[f64]| GammaGamma::new().fit_columns(repeats, spend).unwrap_err().to_string();
    let all = refused(&[1, 2, 3], &[20.0, 20.0, 20.0]);
    assert!(all.starts_with("all 3 buyers spend 20 a purchase: the likelihood has no top"), "{all}");
    assert!(refused(&[1], &[20.0]).starts_with("the only buyer spends 20 a purchase"));
    assert_eq!(refused(&[0, 1], &[20.0, -1.0]), "no buyers with a repeat and a spend above 0 to learn from");
    assert_eq!(refused(&[], &[]), "no buyers with a repeat and a spend above 0 to learn from");
    assert_eq!(refused(&[1, 2], &[1.0]), "spend has 1 entries, expected 2");
    assert_eq!(refused(&[1, 2], &[1.0, f64::INFINITY]), "row 1: spend is inf, expected a finite number");
    let buyers = Buyers::new(TimeUnit::Weeks, &[1], &[1.0], &[2.0]).unwrap();
    let refused = GammaGamma::new().fit(&buyers).unwrap_err().to_string();
    assert_eq!(refused, "no spend of the buyers: give it with `with_spend`");
    for recipe in [GammaGamma::new().starts(0), GammaGamma::new().steps(0), GammaGamma::new().prior("r", 1.0, 1.0)] {
        assert!(recipe.fit_columns(&[1, 2], &[3.0, 4.0]).is_err());
    }
    assert!(GammaGamma::new().prior("p", -1.0, 1.0).fit_columns(&[1, 2], &[3.0, 4.0]).is_err());
    assert!(SpendModel::of(1.0, 0.0, 3.0).is_err() && SpendModel::of(1.0, f64::NAN, 3.0).is_err());
    let heavy = SpendModel::of(2.0, 0.9, 3.0).unwrap();
    let told = heavy.mean().unwrap_err().to_string();
    assert_eq!(told, "the mean spend of all buyers is not defined for q = 0.9: so few spend so much");
    assert!(heavy.mean_of(2, 10.0).unwrap() > 0.0 && heavy.to_string().contains("not defined"));
    assert!(heavy.mean_of(2, f64::NEG_INFINITY).is_err());
    assert_eq!(heavy.mean_columns(&[1, 0], &[3.0, 3.0]).unwrap_err().place().row, Some(1));
}

/// Equal spends with a prior, one row with a prior, spends that lie far apart, spends that vary within or between only.
#[test]
fn degenerate_spend_gives_numbers_and_notes() {
    let priors = || GammaGamma::new().prior("p", 5.0, 0.5).prior("q", 4.0, 0.5);
    let model = priors().fit_columns(&[1, 2, 3], &[20.0; 3]).unwrap();
    near(model.mean().unwrap(), 20.0, 0.3);
    assert!(priors().fit_columns(&[4], &[20.0]).unwrap().mean().unwrap() > 0.0);
    let wide = GammaGamma::new().fit_columns(&[1, 2, 1, 5], &[1e-60, 1.0, 1e60, 3.0]).unwrap();
    assert!(wide.parameters().iter().all(|parameter| parameter.is_finite()));
    assert!(wide.certificate().unwrap().notes.iter().any(|note| note.contains("q is ")), "{wide}");
    // many purchases each: what differs is between buyers
    let between: Vec<f64> = (0..60).map(|row| 5.0 + f64::from(row * row % 37)).collect();
    let repeats: Vec<u32> = (0..60).map(|row| 20 + row * 97 % 4000).collect();
    let model = GammaGamma::new().fit_columns(&repeats, &between).unwrap();
    assert!(model.mean_of(4000, 12.0).unwrap().is_finite(), "{model}");
    near(model.mean_of(4000, 12.0).unwrap(), 12.0, 0.01);
}

#[cfg(feature = "serde")]
#[test]
fn a_model_is_saved_and_read() {
    let model = GammaGamma::new().fit(&data::cdnow_buyers(TimeUnit::Weeks)).unwrap();
    let text = serde_json::to_string(&model).unwrap();
    let read: SpendModel = serde_json::from_str(&text).unwrap();
    near(read.mean().unwrap(), model.mean().unwrap(), 1e-12);
    assert_eq!((read.rows(), read.independence().is_some()), (model.rows(), true));
    read.check().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn expected_spend_is_finite_between_its_own_and_the_mean(
        (p, q, v) in (-10.0..10.0_f64, 0.01..10.0_f64, -10.0..10.0_f64),
        repeats in prop_oneof![Just(0_u32), 1_u32..20, Just(10_000)],
        spend in -10.0..10.0_f64,
    ) {
        let (p, q, v, spend) = (10_f64.powf(p), 1.0 + 10_f64.powf(q - 5.0), 10_f64.powf(v), 10_f64.powf(spend));
        let model = SpendModel::of(p, q, v).unwrap();
        let (mean, found) = (model.mean().unwrap(), model.mean_of(repeats, spend).unwrap());
        prop_assert!(found.is_finite() && found > 0.0);
        let (low, high) = (mean.min(spend), mean.max(spend));
        prop_assert!(found >= low * (1.0 - 1e-9) && (repeats == 0 || found <= high * (1.0 + 1e-9)));
        // who spent more will spend more
        prop_assert!(model.mean_of(repeats, 2.0 * spend).unwrap() >= found);
    }

    #[test]
    fn any_rows_give_finite_parameters_in_any_order(
        rows in prop::collection::vec((1_u32..200, 1_u32..5000), 2..40),
    ) {
        let fit = |rows: &[(u32, u32)]| {
            let (repeats, cents): (Vec<u32>, Vec<u32>) = rows.iter().copied().unzip();
            let spend: Vec<f64> = cents.iter().map(|cents| f64::from(*cents) / 100.0).collect();
            GammaGamma::new().starts(2).fit_columns(&repeats, &spend)
        };
        let Ok(model) = fit(&rows) else {
            prop_assert!(rows.iter().all(|row| row.1 == rows[0].1));
            return Ok(());
        };
        prop_assert!(model.parameters().iter().all(|parameter| parameter.is_finite() && *parameter > 0.0));
        let mut turned = rows.clone();
        turned.reverse();
        prop_assert_eq!(fit(&turned).unwrap().parameters(), model.parameters());
        prop_assert!(!model.to_string().contains("NaN") && !model.to_string().contains("inf"));
    }
}
