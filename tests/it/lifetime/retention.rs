//! Retention against Fader and Hardie (2007), foretell and lifelines.

use proptest::prelude::*;
use segmentry::customer::Customers;
use segmentry::features::purchases::{Period, TimeUnit};
use segmentry::lifetime::{
    BetaDiscreteWeibull, Curvature, Horizon, KaplanMeier, LogRank, PeriodDiscount, Periods, Renewals, RetentionFamily,
    RetentionModel, ShiftedBetaGeometric, Tenures,
};
use segmentry::time::Day;
use segmentry::value::{Column, Kind};

use super::data;

/// Fader and Hardie (2007), table 1: survivors of a thousand, the first seven years.
const HIGH_END: [f64; 8] = [1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0];
const REGULAR: [f64; 8] = [1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0];

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

fn survivors(counts: &[f64]) -> Renewals {
    Renewals::survivors(counts).unwrap()
}

fn geometric(alpha: f64, beta: f64) -> RetentionModel {
    RetentionModel::of(RetentionFamily::ShiftedBetaGeometric, &[alpha, beta]).unwrap()
}

/// Fader and Hardie (2007): .704 1.182 and .668 3.806; to more digits, and log-likelihoods, by an independent program.
#[test]
fn the_fits_of_fader_and_hardie_are_found() {
    for (counts, alpha, beta, ln, curve) in [
        (
            REGULAR,
            0.7040773,
            1.1820431,
            -1_680.265_188_46,
            [0.6267, 0.4738, 0.3880, 0.3321, 0.2923, 0.2625, 0.2390, 0.2201, 0.2044, 0.1912, 0.1799, 0.1700],
        ),
        (
            HIGH_END,
            0.6680883,
            3.8060947,
            -1_611.158_147_39,
            [0.8507, 0.7469, 0.6698, 0.6099, 0.5618, 0.5222, 0.4889, 0.4604, 0.4358, 0.4142, 0.3951, 0.3780],
        ),
    ] {
        let model = ShiftedBetaGeometric::new().fit(&survivors(&counts)).unwrap();
        near(model.parameters()[0], alpha, 1e-5);
        near(model.parameters()[1], beta, 1e-5);
        let certificate = model.certificate().unwrap();
        assert!((certificate.log_likelihood - ln).abs() < 1e-7, "{certificate}");
        assert!(certificate.is_clean() && certificate.reached == 1.0, "{certificate}");
        assert!((model.log_likelihood(&survivors(&counts)) - ln).abs() < 1e-7);
        for (t, expected) in (1..).zip(curve) {
            assert!((model.survival(Periods::new(t)).unwrap() - expected).abs() < 1e-4);
        }
        // rates rise, and each is the ratio of two neighbours
        for t in 1..12 {
            let [before, now] = [t - 1, t].map(|t| model.survival(Periods::new(t)).unwrap());
            let rate = model.retention(Periods::new(t)).unwrap();
            near(rate, now / before, 1e-12);
            assert!(rate < model.retention(Periods::new(t + 1)).unwrap());
        }
    }
}

/// The R package foretell, help of BdW; log-likelihoods by an independent program.
#[test]
fn beta_discrete_weibull_is_that_of_foretell() {
    let model = BetaDiscreteWeibull::new().fit(&survivors(&[100.0, 86.9, 74.3, 65.3, 59.3])).unwrap();
    for (found, expected) in model.parameters().iter().zip([0.2593549, 1.7226948, 1.5842688]) {
        near(*found, expected, 1e-3);
    }
    for (t, expected) in (5..).zip([54.66194, 51.03776, 48.10526, 45.66963, 43.60444, 41.82391]) {
        near(100.0 * model.survival(Periods::new(t)).unwrap(), expected, 1e-4);
    }
    for (counts, ln) in [(HIGH_END, -1_605.314_213_21), (REGULAR, -1_679.602_832_91)] {
        let model = BetaDiscreteWeibull::new().fit(&survivors(&counts)).unwrap();
        let certificate = model.certificate().unwrap();
        assert!((certificate.log_likelihood - ln).abs() < 1e-6 && certificate.converged, "{model}");
    }
}

/// With c = 1 each chance to leave stays as it is.
#[test]
fn beta_discrete_weibull_of_one_is_shifted_beta_geometric() {
    for (alpha, beta) in [(0.704, 1.182), (0.668, 3.806), (30.0, 0.2), (1e-3, 1e3)] {
        let one = RetentionModel::of(RetentionFamily::BetaDiscreteWeibull, &[alpha, beta, 1.0]).unwrap();
        let nearly = RetentionModel::of(RetentionFamily::BetaDiscreteWeibull, &[alpha, beta, 1.0 + 1e-9]).unwrap();
        let geometric = geometric(alpha, beta);
        assert_eq!(one.log_likelihood(&survivors(&REGULAR)), geometric.log_likelihood(&survivors(&REGULAR)));
        for t in [1, 2, 7, 100, 10_000] {
            let [one, nearly, geometric] = [&one, &nearly, &geometric].map(|m| m.survival(Periods::new(t)).unwrap());
            assert!(one == geometric && (nearly - geometric).abs() < 1e-6);
        }
    }
    let held = BetaDiscreteWeibull::new().prior("c", 1.0, 1e-6).fit(&survivors(&HIGH_END)).unwrap();
    let geometric = ShiftedBetaGeometric::new().fit(&survivors(&HIGH_END)).unwrap();
    near(held.parameters()[0], geometric.parameters()[0], 1e-4);
}

/// (β + n) / (α + β + n) · ₂F₁(1, β + n + 1; α + β + n + 1; 1 / (1 + d)) of a customer with n renewals: Fader and Hardie
/// (2010), equation 6; mpmath 1.4 with 30 digits.
#[test]
fn residual_lifetimes_are_those_of_the_closed_form() {
    for (tenure, rate, expected) in [
        (0, 0.1, 5.41446811538915),
        (1, 0.1, 5.90136766281486),
        (4, 0.1, 6.89669840973045),
        (4, 0.001, 80.9324043439464),
        (100, 0.01, 70.6973938841076),
    ] {
        let (tenure, rate) = (Periods::new(tenure), PeriodDiscount::per_period(rate));
        near(
            geometric(0.66809, 3.80609).discounted_residual(tenure, Periods::forever(), rate).unwrap(),
            expected,
            1e-10,
        );
    }
    let (model, rate) = (geometric(0.66809, 3.80609), PeriodDiscount::per_period(0.1));
    near(model.discounted_lifetime(Periods::forever(), rate).unwrap(), 5.922_243_741_262_86, 1e-10);
    near(model.value_new(100.0, Periods::forever(), rate).unwrap(), 592.224_374_126_286, 1e-10);
    // a customer who has just signed: the first renewal is a period away
    let later = model.discounted_residual(Periods::new(0), Periods::forever(), rate).unwrap() / 1.1;
    near(1.0 + later, model.discounted_lifetime(Periods::forever(), rate).unwrap(), 1e-12);
    let error = model.discounted_lifetime(Periods::forever(), PeriodDiscount::none()).unwrap_err();
    assert_eq!(error.to_string(), "a sum over all time is not defined without a discount rate above 0");
    let four = model.residual(Periods::new(3), Periods::new(4)).unwrap();
    let sum: f64 = (1..=4).map(|m| model.alive(Periods::new(3), Periods::new(m)).unwrap()).sum();
    near(four, sum, 1e-12);
    assert!(model.value(Periods::new(1), f64::NAN, Periods::new(4), rate).is_err());
    assert!(model.residual(Periods::new(1), Periods::forever()).is_err());
    assert!(model.retention(Periods::new(0)).is_err());
}

/// A cohort, its customers one by one in any order, and the same in weights tell the same.
#[test]
fn cohorts_tenures_and_weights_tell_the_same() {
    let (mut tenures, mut weights) = (Vec::new(), Vec::new());
    for (t, pair) in (1..).zip(REGULAR.windows(2)) {
        tenures.push((t, true));
        weights.push(pair[0] - pair[1]);
    }
    tenures.push((7, false));
    weights.push(241.0);
    let (periods, left): (Vec<u32>, Vec<bool>) = tenures.iter().copied().unzip();
    let weighted = Renewals::weighted_tenures(&periods, &left, Some(&weights)).unwrap();
    assert_eq!(weighted, survivors(&REGULAR));
    let one_by_one = tenures.iter().zip(&weights).rev().flat_map(|(tenure, count)| vec![*tenure; *count as usize]);
    let (periods, left): (Vec<u32>, Vec<bool>) = one_by_one.unzip();
    assert_eq!(Renewals::tenures(&periods, &left).unwrap(), weighted);
    // a younger cohort adds to the first years only
    let two = Renewals::cohorts(&[&REGULAR[..], &HIGH_END[..3]]).unwrap();
    assert_eq!((two.kept(2), two.lost(2), two.kept(3)), (468.0 + 743.0, 163.0 + 126.0, 382.0));
    let twice = Renewals::cohorts(&[REGULAR, REGULAR]).unwrap();
    let [once, twice] = [survivors(&REGULAR), twice].map(|r| ShiftedBetaGeometric::new().fit(&r).unwrap());
    near(once.parameters()[1], twice.parameters()[1], 1e-8);
}

#[test]
fn what_tells_too_little_is_told() {
    let fit = |counts: &[f64]| BetaDiscreteWeibull::new().fit(&survivors(counts));
    let nobody = fit(&[9.0, 9.0, 9.0]).unwrap_err();
    assert_eq!(nobody.to_string(), "nobody was seen to leave: how long customers stay cannot be learnt");
    let all = fit(&[9.0, 0.0, 0.0]).unwrap_err();
    assert_eq!(all.to_string(), "nobody was seen to stay: how long customers stay cannot be learnt");
    // one renewal has a rate and no more
    let one = ShiftedBetaGeometric::new().fit(&survivors(&[1000.0, 700.0])).unwrap();
    near(one.survival(Periods::new(1)).unwrap(), 0.7, 1e-5);
    let certificate = one.certificate().unwrap();
    assert!(!certificate.is_clean() && certificate.notes.len() == 1, "{certificate}");
    assert!(matches!(&certificate.curvature, Curvature::Flat { along } if along.len() == 2), "{certificate}");
    // nobody stays to the end; all leave at one renewal; a cohort of one
    for counts in [&[1000.0, 631.0, 400.0, 0.0][..], &[50.0, 50.0, 50.0, 0.0], &[1.0, 1.0, 0.0], &[1e12, 1e3, 1.0]] {
        for model in [fit(counts), ShiftedBetaGeometric::new().fit(&survivors(counts))].map(Result::unwrap) {
            for t in 1..20 {
                let share = model.survival(Periods::new(t)).unwrap();
                assert!((0.0..=1.0).contains(&share), "{counts:?} {model}");
            }
            assert!(model.certificate().unwrap().log_likelihood.is_finite());
        }
    }
    // a prior makes something of nothing
    let believed = ShiftedBetaGeometric::new().prior("alpha", 1.0, 1.0).prior("beta", 9.0, 1.0);
    assert!(believed.fit(&survivors(&[9.0, 9.0])).unwrap().survival(Periods::new(1)).unwrap() > 0.9);
    for (counts, message) in [
        (&[9.0][..], "no renewals: a cohort needs its size and its survivors of a period at least"),
        (&[9.0, 10.0], "row 1: `survivors` must be at most 9, those before, found 10"),
        (&[9.0, f64::NAN], "row 1: `survivors` must be a finite number of at least 0, found NaN"),
    ] {
        assert_eq!(Renewals::survivors(counts).unwrap_err().to_string(), message);
    }
    assert!(Renewals::tenures(&[3, 0], &[true, true]).is_err() && Renewals::tenures(&[u32::MAX], &[true]).is_err());
    assert!(ShiftedBetaGeometric::new().fit(&Renewals::tenures(&[0, 0], &[false; 2]).unwrap()).is_err());
    assert!(ShiftedBetaGeometric::new().starts(0).fit(&survivors(&REGULAR)).is_err());
}

/// By an independent program, from second differences of the log-likelihood.
#[test]
fn standard_errors_are_those_of_the_curvature() {
    let model = ShiftedBetaGeometric::new().fit(&survivors(&REGULAR)).unwrap();
    for (found, expected) in model.certificate().unwrap().standard_errors.iter().zip([0.065598, 0.152473]) {
        near(found.unwrap(), expected, 1e-3);
    }
}

#[test]
fn what_is_drawn_is_learnt_again() {
    let model = RetentionModel::of(RetentionFamily::BetaDiscreteWeibull, &[0.8, 2.0, 1.4]).unwrap();
    let drawn = model.simulate(50_000, Periods::new(15), 3).unwrap();
    let share = drawn.kept(15) / 50_000.0;
    near(share, model.survival(Periods::new(15)).unwrap(), 0.05);
    let learnt = BetaDiscreteWeibull::new().fit(&drawn).unwrap();
    let errors = &learnt.certificate().unwrap().standard_errors;
    for (place, expected) in [0.8, 2.0, 1.4].into_iter().enumerate() {
        assert!((learnt.parameters()[place] - expected).abs() < 4.0 * errors[place].unwrap(), "{learnt}");
    }
    let text = learnt.to_string();
    assert!(text.starts_with("beta-discrete-Weibull, times in renewals\nparameter"), "{text}");
}

/// Who, from when, until when.
type Row = (&'static str, Option<&'static str>, Option<&'static str>);

fn contracts() -> Customers {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let rows: [Row; 6] = [
        ("ann", Some("2026-01-31"), None), // renewed on 28 February, 31 March and 30 April
        ("bob", Some("2026-01-15"), Some("2026-03-15")), // not renewed on 15 March: lost at the second
        ("cid", Some("2026-01-15"), Some("2026-03-20")), // paid until 15 April: lost at the third
        ("dan", Some("2026-04-20"), Some("2026-05-02")), // the first renewal is not due yet
        ("eve", Some("2026-06-01"), None), // later
        ("fay", None, None),
    ];
    let column = |at: fn(&Row) -> Option<&'static str>| Column::of(Kind::Day, rows.iter().map(|row| at(row).map(day)));
    Customers::with_ids(rows.iter().map(|row| row.0))
        .unwrap()
        .with_column("start", column(|row| row.1))
        .and_then(|table| table.with_column("end", column(|row| row.2)))
        .and_then(|table| table.with_column("plan", Column::texts(["b", "a", "a", "b", "a", "a"])))
        .unwrap()
        .as_of(day("2026-05-05"))
}

#[test]
fn contracts_of_customers_come_to_renewals_and_tenures() {
    let customers = contracts();
    let renewals = Renewals::of(&customers, "start", "end", Period::Month).unwrap();
    let seen: Vec<(f64, f64)> = (1..=3).map(|t| (renewals.kept(t), renewals.lost(t))).collect();
    assert_eq!(seen, [(3.0, 0.0), (2.0, 1.0), (1.0, 1.0)]);
    assert_eq!(renewals.to_string().lines().nth(2), Some("      2       2     1     66.7 %"));
    let tenures = Tenures::of(&customers, "start", "end", TimeUnit::Days).unwrap();
    let curves = KaplanMeier::new().fit(&tenures.clone().by_start(Period::Month).unwrap()).unwrap();
    assert_eq!(curves.curves().iter().map(|c| c.cohort()).collect::<Vec<_>>(), ["2026-01", "2026-04"]);
    assert_eq!(curves.get("2026-01").unwrap().steps()[0].tenure, 59.0);
    let plans = tenures.clone().by_attribute(&customers, "plan").unwrap();
    assert_eq!(KaplanMeier::new().fit(&plans).unwrap().get("b").unwrap().customers(), 2.0);
    let heavy = customers.clone().with_weights(vec![10.0, 1.0, 1.0, 1.0, 1.0, 1.0]).unwrap();
    assert_eq!(Renewals::of(&heavy, "start", "end", Period::Month).unwrap().kept(3), 10.0);
    let error = Renewals::of(&customers, "end", "start", Period::Month).unwrap_err();
    assert_eq!(error.to_string(), "row 1: customer `bob`: `start` is before `end`");
    let error = Renewals::of(&customers, "plan", "end", Period::Month).unwrap_err();
    assert_eq!(error.to_string(), "attribute `plan` is text, expected day");
    assert!(Tenures::new(TimeUnit::Days, &[1.0], &[true]).unwrap().by_start(Period::Month).is_err());
}

/// A linear congruential generator modulo 2^32, its upper 16 bits: as in scripts/references/kaplan_meier.py.
fn noise(seed: u32, count: usize) -> Vec<u32> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// lifelines 0.30.0: scripts/references/kaplan_meier.py.
#[test]
fn curves_are_those_of_lifelines() {
    let text = std::fs::read_to_string("tests/golden/lifetime/kaplan_meier.json").unwrap();
    let golden: serde_json::Value = serde_json::from_str(&text).unwrap();
    let draws = noise(7, 4 * 240);
    let (mut lengths, mut left, mut weights, mut cohorts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for draw in draws.chunks(4) {
        let cohort = ["a", "b", "c"][(draw[0] % 3) as usize];
        let length = f64::from(1 + draw[1] % 24);
        lengths.push(if cohort == "b" { (length / 2.0).ceil() } else { length });
        left.push(draw[2] % 3 > 0);
        weights.push(f64::from(1 + draw[3] % 3));
        cohorts.push(cohort);
    }
    let tenures = Tenures::new(TimeUnit::Months, &lengths, &left).unwrap();
    let tenures = tenures.with_cohorts(&cohorts).unwrap().with_weights(&weights).unwrap();
    let curves = KaplanMeier::new().fit(&tenures).unwrap();
    for curve in curves.curves() {
        let expected = &golden["curves"][curve.cohort()];
        let numbers = |name: &str| -> Vec<f64> {
            expected[name].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
        };
        assert_eq!(curve.steps().iter().map(|step| step.tenure).collect::<Vec<_>>(), numbers("times"));
        for (at, step) in curve.steps().iter().enumerate() {
            for (found, name) in [(step.survival, "survival"), (step.lower, "lower"), (step.upper, "upper")] {
                assert!((found - numbers(name)[at]).abs() < 1e-12, "{} {name} {step:?}", curve.cohort());
            }
        }
        assert_eq!(curve.median(), Some(Horizon::months(expected["median"].as_f64().unwrap())));
        for (gone, name) in [(0.5, "half"), (0.25, "quarter")] {
            let (low, high) = curve.quantile_interval(gone).unwrap();
            assert_eq!([low, high], [0, 1].map(|at| expected[name][at].as_f64().map(Horizon::months)), "{name}");
            let point = curve.quantile(gone).unwrap().map(|at| at.in_unit(TimeUnit::Months));
            assert!(low.map(|at| at.in_unit(TimeUnit::Months)) <= point);
        }
        let ten = curve.mean_until(Horizon::months(10.0)).unwrap().unwrap().in_unit(TimeUnit::Months);
        near(ten, expected["mean_10"].as_f64().unwrap(), 1e-12);
    }
    let test = LogRank::of(&tenures).unwrap();
    near(test.statistic, golden["statistic"].as_f64().unwrap(), 1e-10);
    near(test.p_value(), golden["p"].as_f64().unwrap(), 1e-8);
    assert_eq!(test.degrees, 2);
    // a row that counts three times is three rows, in any order
    let repeated = |row: usize| vec![row; weights[row] as usize];
    let rows: Vec<usize> = (0..weights.len()).rev().flat_map(repeated).collect();
    let of = |row: &usize| (lengths[*row], left[*row]);
    let (lengths, left): (Vec<f64>, Vec<bool>) = rows.iter().map(of).unzip();
    let cohorts: Vec<&str> = rows.iter().map(|row| cohorts[*row]).collect();
    let tenures = Tenures::new(TimeUnit::Months, &lengths, &left).unwrap().with_cohorts(&cohorts).unwrap();
    assert_eq!(KaplanMeier::new().fit(&tenures).unwrap(), curves);
    near(LogRank::of(&tenures).unwrap().statistic, test.statistic, 1e-12);
}

/// R's survival, `print(survfit(Surv(time, status) ~ x, aml), rmean = "common")`: restricted means up to 161 and their standard
/// errors, 52.6 and 19.83, 22.7 and 4.18 (leukemia of R. G. Miller 1997, *Survival Analysis*).
#[test]
fn restricted_means_have_the_errors_of_r() {
    let kept = [9.0, 13.0, 13.0, 18.0, 23.0, 28.0, 31.0, 34.0, 45.0, 48.0, 161.0];
    let left = [true, true, false, true, true, false, true, true, false, true, false];
    let other = [5.0, 5.0, 8.0, 8.0, 12.0, 16.0, 23.0, 27.0, 30.0, 33.0, 43.0, 45.0];
    let gone = other.map(|week| week != 16.0);
    for (lengths, left, until, mean, error) in
        [(&kept[..], &left[..], 161.0, 52.64545, 19.8286), (&other[..], &gone[..], 45.0, 22.70833, 4.18094)]
    {
        let tenures = Tenures::new(TimeUnit::Weeks, lengths, left).unwrap();
        let curves = KaplanMeier::new().fit(&tenures).unwrap();
        let curve = &curves.curves()[0];
        near(curve.mean_until(Horizon::weeks(until)).unwrap().unwrap().in_unit(TimeUnit::Weeks), mean, 1e-6);
        let (low, high) = curve.mean_interval(Horizon::weeks(until)).unwrap().unwrap();
        let [low, high] = [low, high].map(|end| end.in_unit(TimeUnit::Weeks));
        near(mean - low, 1.959964 * error, 1e-5);
        near(high, (mean + 1.959964 * error).min(until), 1e-5);
        // in days the same
        let (days, _) = curve.mean_interval(Horizon::days(7.0 * until)).unwrap().unwrap();
        near(days.in_unit(TimeUnit::Weeks), low, 1e-12);
        assert_eq!(curve.mean_interval(Horizon::weeks(until + 1.0)).unwrap().is_none(), until == 161.0);
    }
    // Greenwood: without anybody seen no further the error is that of a share
    let curves = KaplanMeier::new().fit(&Tenures::new(TimeUnit::Weeks, &other, &[true; 12]).unwrap()).unwrap();
    for step in curves.curves()[0].steps() {
        near(step.error, (step.survival * (1.0 - step.survival) / 12.0).sqrt(), 1e-12);
    }
}

/// Of 300 cohorts of which a third is seen no further, 95 % of the intervals of the median and of the mean hold the truth.
#[test]
fn intervals_of_medians_and_means_hold_the_truth() {
    let mut state = 5_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    let (mut medians, mut means) = (0, 0);
    for _ in 0..300 {
        let rows: Vec<(f64, f64)> = (0..80).map(|_| (-10.0 * uniform().ln(), 24.0 * uniform())).collect();
        let lengths: Vec<f64> = rows.iter().map(|(stay, seen)| stay.min(*seen)).collect();
        let left: Vec<bool> = rows.iter().map(|(stay, seen)| stay <= seen).collect();
        let curves = KaplanMeier::new().fit(&Tenures::new(TimeUnit::Months, &lengths, &left).unwrap()).unwrap();
        let curve = &curves.curves()[0];
        let (low, high) = curve.quantile_interval(0.5).unwrap();
        let within = |low: f64, truth: f64, high: f64| u32::from(low <= truth && truth <= high);
        let months = |at: Option<Horizon>, or: f64| at.map_or(or, |at| at.in_unit(TimeUnit::Months));
        medians += within(months(low, 0.0), 10.0 * 2.0_f64.ln(), months(high, f64::INFINITY));
        let (low, high) = curve.mean_interval(Horizon::months(12.0)).unwrap().unwrap();
        means += within(months(Some(low), 0.0), 10.0 * (1.0 - (-1.2_f64).exp()), months(Some(high), 0.0));
    }
    // 95 % of 300 are 285, give or take 3.8
    assert!((272..=296).contains(&medians) && (272..=296).contains(&means), "{medians} {means}");
}

#[test]
fn curves_of_few_or_of_nobody_have_answers() {
    let months = |lengths: &[f64], left: &[bool]| Tenures::new(TimeUnit::Months, lengths, left).unwrap();
    let fit = |tenures: &Tenures| KaplanMeier::new().fit(tenures);
    assert_eq!(fit(&months(&[], &[])).unwrap_err().to_string(), "no tenures");
    let stay = fit(&months(&[4.0, 9.0], &[false; 2])).unwrap();
    let curve = &stay.curves()[0];
    assert_eq!((curve.median(), curve.left(), curve.cohort()), (None, 0.0, "all"));
    assert_eq!((curve.quantile_interval(0.5).unwrap(), curve.quantile(1.0).unwrap()), ((None, None), None));
    let nine = Some((Horizon::months(9.0), Horizon::months(9.0)));
    assert_eq!(curve.mean_interval(Horizon::months(9.0)).unwrap(), nine);
    assert!([0.0, -1.0, 1.1, f64::NAN].iter().all(|gone| curve.quantile(*gone).is_err()));
    assert_eq!(curve.interval(Horizon::months(9.0)).unwrap(), Some((1.0, 1.0)));
    assert_eq!(curve.survival(Horizon::months(9.1)).unwrap(), None);
    let gone = fit(&months(&[4.0, 4.0, 0.0], &[true; 3])).unwrap();
    let curve = &gone.curves()[0];
    assert_eq!(curve.survival(Horizon::years(2.0)).unwrap(), Some(0.0)); // nobody is left for ever
    let (lower, upper) = curve.interval(Horizon::months(4.0)).unwrap().unwrap();
    assert!(lower == 0.0 && upper > 0.9);
    assert_eq!(curve.mean_until(Horizon::months(4.0)).unwrap(), Some(Horizon::months(8.0 / 3.0)));
    assert_eq!(gone.table(&[Horizon::months(1.0)]).unwrap(), [[Some(2.0 / 3.0)]]);
    assert!(LogRank::of(&months(&[1.0, 2.0], &[true; 2])).is_err());
    let apart = months(&[1.0, 2.0], &[false; 2]).with_cohorts(&["a", "b"]).unwrap();
    assert!(LogRank::of(&apart).is_err());
    assert!(Tenures::new(TimeUnit::Days, &[-1.0], &[true]).is_err());
    assert!(KaplanMeier::new().confidence(1.0).fit(&apart).is_err());
}

/// IBM's telecommunication company: tenure in months, contract, whether it left. Figures of lifelines 0.30.0.
#[test]
fn a_real_company_keeps_its_customers_by_contract() {
    let Some(path) = data::shared("telco_churn.csv") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.trim_end().split(',').collect()).collect();
    let months: Vec<u32> = rows.iter().map(|row| row[5].parse().unwrap()).collect();
    let left: Vec<bool> = rows.iter().map(|row| row[20] == "Yes").collect();
    let contracts: Vec<&str> = rows.iter().map(|row| row[15]).collect();
    let lengths: Vec<f64> = months.iter().map(|month| f64::from(*month)).collect();
    let tenures = Tenures::new(TimeUnit::Months, &lengths, &left).unwrap().with_cohorts(&contracts).unwrap();
    let curves = KaplanMeier::new().fit(&tenures).unwrap();
    let monthly = curves.get("Month-to-month").unwrap();
    assert_eq!(monthly.median(), Some(Horizon::months(35.0)));
    near(monthly.survival(Horizon::months(24.0)).unwrap().unwrap(), 0.5859154739046663, 1e-12);
    let (lower, upper) = monthly.interval(Horizon::months(70.0)).unwrap().unwrap();
    near(lower, 0.10108392458209232, 1e-9);
    near(upper, 0.20897965616224864, 1e-9);
    near(LogRank::of(&tenures).unwrap().statistic, 2352.8725382593416, 1e-9);
    // those on monthly contracts, projected from the first two years to the fourth
    let of_month = |row: &usize| contracts[*row] == "Month-to-month" && months[*row] > 0;
    let early = (0..rows.len()).filter(of_month).map(|row| (months[row].min(24), left[row] && months[row] <= 24));
    let (tenures, gone): (Vec<u32>, Vec<bool>) = early.unzip();
    let renewals = Renewals::tenures(&tenures, &gone).unwrap();
    assert_eq!(renewals.periods(), 24);
    let model = BetaDiscreteWeibull::new().fit(&renewals).unwrap();
    assert!(model.certificate().unwrap().converged, "{model}");
    let seen = monthly.survival(Horizon::months(24.0)).unwrap().unwrap();
    assert!((model.survival(Periods::new(24)).unwrap() - seen).abs() < 0.02, "{model}");
    let fourth = monthly.survival(Horizon::months(48.0)).unwrap().unwrap();
    assert!((model.survival(Periods::new(48)).unwrap() - fourth).abs() < 0.1, "{model}");
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_model_is_the_same() {
    let model = BetaDiscreteWeibull::new().fit(&survivors(&HIGH_END)).unwrap();
    let text = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<RetentionModel>(&text).unwrap(), model);
    assert!(text.contains("\"beta_discrete_weibull\""));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn extreme_parameters_have_answers_in_range(
        alpha in -23.0..23.0_f64, beta in -23.0..23.0_f64, c in -23.0..23.0_f64, sole in any::<bool>(),
        tenure in 0_u32..10_000, within in 1_u32..20_000, rate in 1e-6..1.0_f64,
    ) {
        let parameters = [alpha.exp(), beta.exp(), c.exp()];
        let model = if sole {
            geometric(parameters[0], parameters[1])
        } else {
            RetentionModel::of(RetentionFamily::BetaDiscreteWeibull, &parameters).unwrap()
        };
        let (tenure, within) = (Periods::new(tenure), Periods::new(within));
        let share = model.survival(within).unwrap();
        prop_assert!((0.0..=1.0).contains(&share));
        prop_assert!(model.survival(Periods::new(within.count() + 1)).unwrap() <= share * (1.0 + 1e-9));
        let rate_kept = model.retention(within).unwrap();
        prop_assert!((0.0..=1.0).contains(&rate_kept));
        let residual = model.residual(tenure, within).unwrap();
        prop_assert!((0.0..=f64::from(within.count()) * (1.0 + 1e-9)).contains(&residual), "{}", residual);
        let rate = PeriodDiscount::per_period(rate);
        let [some, all] = [within, Periods::forever()].map(|w| model.discounted_residual(tenure, w, rate).unwrap());
        prop_assert!(some >= 0.0 && some <= all * (1.0 + 1e-9) && all.is_finite(), "{} {}", some, all);
        prop_assert!(all <= (1.0 + rate.rate()) / rate.rate() * (1.0 + 1e-9), "{}", all);
        prop_assert!(model.simulate(20, Periods::new(9), 1).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn any_cohort_is_learnt_or_refused(
        size in 0.0..7.0_f64, stay in prop::collection::vec(0.0..=1.0_f64, 1..12), whole in any::<bool>(),
    ) {
        let mut counts = vec![10_f64.powf(size).round()];
        for share in stay {
            let next = counts[counts.len() - 1] * share;
            counts.push(if whole { next.round() } else { next });
        }
        let renewals = survivors(&counts);
        let told = (1..=renewals.periods()).any(|t| renewals.lost(t) > 0.0)
            && (1..=renewals.periods()).any(|t| renewals.kept(t) > 0.0);
        for fitted in [ShiftedBetaGeometric::new().fit(&renewals), BetaDiscreteWeibull::new().fit(&renewals)] {
            prop_assert_eq!(fitted.is_ok(), told, "{:?} {:?}", &counts, fitted.err());
            let Ok(model) = fitted else { continue };
            let certificate = model.certificate().unwrap();
            prop_assert!(certificate.log_likelihood.is_finite());
            let ones = vec![1.0; model.parameters().len()];
            let ones = RetentionModel::of(model.family(), &ones).unwrap().log_likelihood(&renewals);
            prop_assert!(certificate.log_likelihood >= ones - 1e-9 * ones.abs(), "{:?} {}", &counts, model);
            for t in [1, 5, 100] {
                prop_assert!((0.0..=1.0).contains(&model.survival(Periods::new(t)).unwrap()));
            }
        }
    }
}
