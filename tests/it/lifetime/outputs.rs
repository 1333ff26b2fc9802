//! What BG/BB and contracts answer beside their curves: stretches of time, counts, lifetimes, money, whole bases.
//!
//! Against sums over the definition, closed forms, and simulation of the process.

use proptest::prelude::*;
use segmentry::customer::Customers;
use segmentry::features::purchases::Period;
use segmentry::lifetime::{
    BgBbModel, CustomerBase, DiscreteBuyer, DiscreteBuyers, PeriodDiscount, Periods, Renewals, RetentionFamily,
    RetentionModel, ShiftedBetaGeometric,
};
use segmentry::time::Day;
use segmentry::value::{Column, Kind};

const FOREVER: Periods = Periods::forever();

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

fn tenth() -> PeriodDiscount {
    PeriodDiscount::per_period(0.1)
}

fn geometric(alpha: f64, beta: f64) -> RetentionModel {
    RetentionModel::of(RetentionFamily::ShiftedBetaGeometric, &[alpha, beta]).unwrap()
}

fn weibull(alpha: f64, beta: f64, c: f64) -> RetentionModel {
    RetentionModel::of(RetentionFamily::BetaDiscreteWeibull, &[alpha, beta, c]).unwrap()
}

fn published() -> BgBbModel {
    BgBbModel::of(&[1.20352, 0.74972, 0.65672, 2.78344]).unwrap()
}

/// The likelihood of one history.
fn likelihood(model: &BgBbModel, x: u32, last: u32, n: u32) -> f64 {
    model.log_likelihood(&DiscreteBuyers::new(&[x], &[last], &[n]).unwrap()).exp()
}

/// Every way in which the next five opportunities can be used goes on from what was seen: its chance is a ratio of two
/// likelihoods, and each figure a sum over all thirty-two.
#[test]
fn figures_of_donors_are_sums_over_all_futures() {
    let (model, next) = (published(), 5_u32);
    for (x, last, n) in [(0, 0, 0), (0, 0, 6), (2, 4, 6), (6, 6, 6), (1, 1, 9)] {
        let buyer = DiscreteBuyer::new(x, last, n).unwrap();
        let (mut counts, mut at, mut total) = ([0.0; 6], [0.0; 5], 0.0);
        for pattern in 0_u32..1 << next {
            let used = (1..=next).filter(|step| pattern >> (step - 1) & 1 == 1);
            let end = used.clone().next_back().map_or(last, |step| n + step);
            let chance = likelihood(&model, x + pattern.count_ones(), end, n + next) / likelihood(&model, x, last, n);
            counts[pattern.count_ones() as usize] += chance;
            used.for_each(|step| at[step as usize - 1] += chance);
            total += chance;
        }
        near(total, 1.0, 1e-10);
        for (count, expected) in (0..).zip(counts) {
            near(model.probability(&buyer, count, Periods::new(next)).unwrap(), expected, 1e-9);
        }
        for step in 0..next {
            let one = model.purchases_after(&buyer, Periods::new(step), Periods::new(1)).unwrap();
            near(one, at[step as usize], 1e-9);
        }
        let stretch = model.purchases_after(&buyer, Periods::new(1), Periods::new(3)).unwrap();
        near(stretch, at[1..4].iter().sum(), 1e-9);
        let discounted: f64 = (1..).zip(at).map(|(k, chance)| chance * 1.1_f64.powi(-k)).sum();
        near(model.value(&buyer, 25.0, Periods::new(5), tenth()).unwrap(), 25.0 * discounted, 1e-9);
        // each opportunity more is used with the mean chance of those who are alive there
        let coin = (1.20352 + f64::from(x)) / (1.20352 + 0.74972 + f64::from(n));
        for step in 1..=next {
            near(model.alive_at(&buyer, Periods::new(step)).unwrap() * coin, at[step as usize - 1], 1e-9);
        }
    }
}

#[test]
fn donors_are_worth_what_their_gifts_are() {
    let model = published();
    let new = model.value_new(25.0, FOREVER, tenth()).unwrap();
    // 2.7019 discounted gifts, by a hypergeometric function: see discrete.rs
    near(new, 25.0 * (1.0 + 2.701_897_275_805_39), 1e-10);
    let known = DiscreteBuyer::new(6, 6, 6).unwrap();
    near(model.value(&known, 25.0, FOREVER, tenth()).unwrap(), 25.0 * 5.909_884_837_043_39, 1e-10);
    // simulation of the process: gifts of the first ten years of new donors, each as it comes
    let (mut gifts, count) = ([0.0; 11], 40_000);
    for n in 1..=10_u32 {
        let drawn = model.simulate(&vec![n; count], 77).unwrap();
        gifts[n as usize] =
            (0..count).map(|row| f64::from(drawn.get(row).unwrap().repeats())).sum::<f64>() / count as f64;
    }
    let realised: f64 = (1..=10).map(|n| (gifts[n] - gifts[n - 1]) * 1.1_f64.powi(-(n as i32))).sum();
    near(model.value_new(1.0, Periods::new(10), tenth()).unwrap(), 1.0 + realised, 0.02);
    // rows, weights, rows of nobody
    let buyers = DiscreteBuyers::new(&[6, 0, 2], &[6, 0, 4], &[6; 3]).unwrap().with_weights(&[2.0, 0.0, 1.0]).unwrap();
    let each = model.value_each(&buyers, &[25.0, 10.0, 40.0], FOREVER, tenth()).unwrap();
    near(each[0], 25.0 * 5.909_884_837_043_39, 1e-10);
    let all = model.value_of_all(&buyers, &[25.0, 10.0, 40.0], FOREVER, tenth()).unwrap();
    near(all, 2.0 * each[0] + each[2], 1e-12);
    assert_eq!(
        model.value_each(&buyers, &[25.0], FOREVER, tenth()).unwrap_err().to_string(),
        "margins has 1 entries, expected 3"
    );
    let error = model.value_each(&buyers, &[1.0, f64::NAN, 1.0], FOREVER, tenth()).unwrap_err();
    assert_eq!(error.to_string(), "row 1: margin is NaN, expected a finite number");
    let error = model.value(&known, 1e308, FOREVER, tenth()).unwrap_err();
    assert_eq!(error.to_string(), "the value is too large for a number");
    assert!(model.value_new(1.0, FOREVER, PeriodDiscount::none()).is_err());
    assert!(model.purchases_after(&known, FOREVER, Periods::new(1)).is_err());
    assert!(model.purchases_after(&known, Periods::new(1), FOREVER).is_err());
    assert_eq!(model.purchases_after(&known, Periods::new(3), Periods::new(0)).unwrap(), 0.0);
}

/// Σ S(t + k) / S(t) over all k: mpmath 1.3 with 40 digits, four thousand terms and Euler and Maclaurin's formula.
#[test]
fn residual_lifetimes_without_end_are_sums_of_survival() {
    for (alpha, beta, c, tenure, expected) in [
        (1.5, 2.0, 1.4, 0, 1.672_617_408_931_729),
        (3.0, 5.0, 0.6, 3, 25.871_936_068_260_396),
        (0.8, 2.0, 1.4, 10, 87.441_300_581_116_1),
        (40.0, 3.0, 1.7, 2, 0.002_422_589_274_181_714_6),
    ] {
        let model = weibull(alpha, beta, c);
        near(model.residual(Periods::new(tenure), FOREVER).unwrap(), expected, 1e-9);
    }
    // one chance a step: (β + t) / (α − 1), and the same with c close to 1
    for (alpha, beta, tenure) in [(1.5, 3.0, 0), (4.0, 0.2, 7), (1.01, 50.0, 10_000), (1e6, 1e9, 3)] {
        let expected = (beta + f64::from(tenure)) / (alpha - 1.0);
        let tenure = Periods::new(tenure);
        near(geometric(alpha, beta).residual(tenure, FOREVER).unwrap(), expected, 1e-13);
        near(weibull(alpha, beta, 1.0 + 1e-12).residual(tenure, FOREVER).unwrap(), expected, 1e-6);
    }
    // a horizon, far enough, is no horizon
    let model = geometric(6.0, 9.0);
    let [all, far] = [FOREVER, Periods::new(100_000)].map(|within| model.residual(Periods::new(2), within).unwrap());
    near(far, all, 1e-9);
    near(model.lifetime(FOREVER).unwrap(), 1.0 + 9.0 / 5.0, 1e-13);
    near(
        model.lifetime(Periods::new(2)).unwrap(),
        1.0 + model.survival_curve(Periods::new(2)).unwrap()[1..].iter().sum::<f64>(),
        1e-13,
    );
    // a few for ever, so that no mean is finite
    for model in [geometric(0.668, 3.806), geometric(1.0, 1.0), weibull(0.7, 2.0, 1.4), weibull(3.0, 2.0, 0.3)] {
        let error = model.residual(Periods::new(0), FOREVER).unwrap_err().to_string();
        assert!(error.ends_with("a few stay so long that they have no finite mean"), "{error}");
        assert!(model.lifetime(FOREVER).is_err() && model.lifetime(Periods::new(50)).is_ok());
    }
}

/// DERL of customers with seven renewals, high-end of Fader and Hardie (2007), 10 %: 7.530 in the documentation of
/// J. D. Maturen's shifted_beta_geometric_py; to more digits by mpmath's hypergeometric function.
#[test]
fn a_published_residual_lifetime_is_found() {
    let counts = [1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0];
    let learnt = ShiftedBetaGeometric::new().fit(&Renewals::survivors(&counts).unwrap()).unwrap();
    let found = learnt.discounted_residual(Periods::new(7), FOREVER, tenth()).unwrap();
    assert!((found - 7.530).abs() < 5e-4, "{found}");
    let rounded = geometric(0.66809, 3.80609).discounted_residual(Periods::new(7), FOREVER, tenth()).unwrap();
    near(rounded, 7.529_620_881_632_75, 1e-10);
}

/// What one renewal is worth: it, and a renewal later what is left then.
#[test]
fn residual_values_follow_from_those_a_renewal_later() {
    for model in [geometric(0.7, 1.2), weibull(0.26, 1.72, 1.58), weibull(2.0, 30.0, 0.6)] {
        for tenure in [0, 1, 5, 40, 9_999] {
            let [now, later] = [tenure, tenure + 1]
                .map(|tenure| model.discounted_residual(Periods::new(tenure), FOREVER, tenth()).unwrap());
            let rate = model.retention(Periods::new(tenure + 1)).unwrap();
            near(now, rate * (1.0 + later / 1.1), 1e-9);
            // the same without a discount, up to a horizon
            let [now, later] = [(tenure, 12), (tenure + 1, 11)]
                .map(|(tenure, within)| model.residual(Periods::new(tenure), Periods::new(within)).unwrap());
            near(now, rate * (1.0 + later), 1e-9);
        }
    }
}

#[test]
fn chances_of_renewals_add_up_and_have_the_mean() {
    for model in [geometric(0.7, 1.2), weibull(0.26, 1.72, 1.58), geometric(1e-10, 1e10), geometric(1e10, 1e-10)] {
        for (tenure, within) in [(0, 1), (3, 12), (10_000, 40)] {
            let (tenure, periods) = (Periods::new(tenure), Periods::new(within));
            let chances: Vec<f64> =
                (0..=within + 1).map(|count| model.probability(tenure, count, periods).unwrap()).collect();
            near(chances.iter().sum(), 1.0, 1e-12);
            assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)) && chances[within as usize + 1] == 0.0);
            let mean: f64 = (0..).zip(&chances).map(|(count, chance)| f64::from(count) * chance).sum();
            let residual = model.residual(tenure, periods).unwrap();
            assert!((mean - residual).abs() <= 1e-9 * residual + 1e-300, "{mean} {residual}");
        }
    }
    let model = geometric(0.7, 1.2);
    assert!(
        model.probability(FOREVER, 0, Periods::new(1)).is_err()
            && model.probability(Periods::new(1), 0, FOREVER).is_err()
    );
    // curves are their places
    let (stay, rates) =
        (model.survival_curve(Periods::new(9)).unwrap(), model.retention_curve(Periods::new(9)).unwrap());
    assert_eq!((stay.len(), rates.len(), stay[0]), (10, 9, 1.0));
    for t in 1..=9 {
        assert_eq!(stay[t], model.survival(Periods::new(t as u32)).unwrap());
        assert_eq!(rates[t - 1], model.retention(Periods::new(t as u32)).unwrap());
    }
    assert_eq!(model.survival_curve(Periods::new(10_000)).unwrap().len(), 10_001);
    let error = model.survival_curve(FOREVER).unwrap_err().to_string();
    assert_eq!(error, "`renewals` must be at most 1000000, found forever");
}

/// Simulation of the process: what customers pay who sign, and those who have renewed twice.
#[test]
fn values_are_the_means_of_what_is_paid() {
    for model in [geometric(0.9, 3.5), weibull(0.8, 2.0, 1.4)] {
        let drawn = model.simulate(60_000, Periods::new(22), 3).unwrap();
        let twenty = Periods::new(20);
        let paid = |tenure: usize, customers: f64| -> f64 {
            (1..=20).map(|k| drawn.kept(tenure + k) / customers * 1.1_f64.powi(-(k as i32))).sum()
        };
        near(model.value_new(100.0, twenty, tenth()).unwrap(), 100.0 * (1.0 + paid(0, 60_000.0)), 0.01);
        // the next renewal is due now
        let known = model.value(Periods::new(2), 100.0, twenty, tenth()).unwrap();
        near(known, 110.0 * paid(2, drawn.kept(2)), 0.015);
        let base = CustomerBase::by_tenure(&[0.0, 0.0, drawn.kept(2)]).unwrap();
        near(
            model.base_value(&base, 100.0, twenty, tenth()).unwrap().value,
            110.0 * drawn.kept(2) * paid(2, drawn.kept(2)),
            0.015,
        );
    }
}

#[test]
fn a_base_is_worth_what_its_tenures_are() {
    let model = geometric(0.70408, 1.18204);
    let base = CustomerBase::by_tenure(&[5000.0, 3100.0, 0.0, 2300.0]).unwrap();
    let all = model.base_value(&base, 100.0, FOREVER, tenth()).unwrap();
    let value = |tenure: u32| model.value(Periods::new(tenure), 100.0, FOREVER, tenth()).unwrap();
    near(all.value, 5000.0 * value(0) + 3100.0 * value(1) + 2300.0 * value(3), 1e-12);
    near(all.renewals, all.value / 100.0, 1e-12);
    near(
        all.staying,
        [(5000.0, 1), (3100.0, 2), (2300.0, 4)]
            .map(|(n, t)| n * model.retention(Periods::new(t)).unwrap())
            .iter()
            .sum(),
        1e-12,
    );
    assert_eq!((all.customers, all.tenures.len(), all.mean().unwrap()), (10_400.0, 4, all.value / 10_400.0));
    // one rate for all is the peril: the value is too low (Fader and Hardie 2010)
    let rate = all.staying / all.customers;
    let naive = all.customers * 100.0 * rate * 1.1 / (1.1 - rate);
    assert!(naive < 0.9 * all.value, "{naive} {}", all.value);
    // rows in any order, with weights, without a contract
    let rows = CustomerBase::new(&[3, 0, 1, 0]).unwrap().with_weights(&[2300.0, 4000.0, 3100.0, 1000.0]).unwrap();
    assert_eq!(model.base_value(&rows, 100.0, FOREVER, tenth()).unwrap().value, all.value);
    let each = model.value_each(&rows, &[100.0, 10.0, 100.0, 20.0], FOREVER, tenth()).unwrap();
    near(each[0], value(3), 1e-12);
    near(each[3], 0.2 * value(0), 1e-12);
    let residual = model.residual_each(&rows, Periods::new(10)).unwrap();
    assert_eq!(residual[1], model.residual(Periods::new(0), Periods::new(10)).unwrap());
    let text = all.to_string();
    assert!(text.starts_with("renewed") && text.lines().count() == 6 && text.contains("62.7 %"), "{text}");
    // nobody
    let none = model.base_value(&CustomerBase::new(&[]).unwrap(), 100.0, FOREVER, tenth()).unwrap();
    assert_eq!((none.value, none.mean(), none.to_string().lines().count()), (0.0, None, 2));
    for (error, text) in [
        (model.base_value(&base, f64::NAN, FOREVER, tenth()).unwrap_err(), "margin is NaN, expected a finite number"),
        (model.base_value(&base, 1e306, FOREVER, tenth()).unwrap_err(), "the value is too large for a number"),
        (model.value_each(&base, &[1.0], FOREVER, tenth()).unwrap_err(), "margins has 1 entries, expected 4"),
        (
            CustomerBase::new(&[1, 2_000_000]).unwrap_err(),
            "row 1: `tenure` must be at most 1000000 renewals, found 2000000",
        ),
        (
            CustomerBase::by_tenure(&[1.0, -1.0]).unwrap_err(),
            "row 1: `weight` must be a finite number of at least 0, found -1",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
    assert!(model.base_value(&base, 1.0, FOREVER, PeriodDiscount::none()).is_err());
    // ten thousand tenures
    let long = CustomerBase::by_tenure(&vec![1.0; 10_001]).unwrap();
    let found = model.base_value(&long, 1.0, FOREVER, tenth()).unwrap();
    assert!(found.tenures.windows(2).all(|pair| pair[0].value < pair[1].value));
    assert!(found.tenures[10_000].value < 11.0);
}

/// From when, until when.
type Dates = (Option<&'static str>, Option<&'static str>);

#[test]
fn contracts_that_run_are_counted_by_their_renewals() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let rows: [Dates; 6] = [
        (Some("2026-01-31"), None),               // renewed on 28 February, 31 March and 30 April
        (Some("2026-01-15"), Some("2026-04-20")), // ended
        (Some("2026-04-20"), Some("2026-05-20")), // ends later
        (Some("2026-05-05"), None),               // signs today
        (Some("2026-06-01"), None),               // later
        (None, None),
    ];
    let column =
        |at: fn(&Dates) -> Option<&'static str>| Column::of(Kind::Day, rows.iter().map(|row| at(row).map(day)));
    let customers = Customers::with_ids(["ann", "bob", "cid", "dan", "eve", "fay"])
        .unwrap()
        .with_column("start", column(|row| row.0))
        .and_then(|table| table.with_column("end", column(|row| row.1)))
        .unwrap()
        .as_of(day("2026-05-05"));
    let base = CustomerBase::of(&customers, "start", "end", Period::Month).unwrap();
    let found: Vec<Option<u32>> = (0..base.len()).map(|row| base.get(row).map(|tenure| tenure.count())).collect();
    assert_eq!(found, [Some(3), None, Some(0), Some(0), None, None]);
    let values =
        geometric(0.7, 1.2).value_each(&base, &[10.0, f64::NAN, 10.0, 10.0, 10.0, 10.0], FOREVER, tenth()).unwrap();
    assert!(values[0] > values[2] && values[2] == values[3] && values[1].is_nan() && values[5].is_nan());
    let heavy = customers.with_weights(vec![9.0, 1.0, 1.0, 1.0, 1.0, 1.0]).unwrap();
    let heavy = CustomerBase::of(&heavy, "start", "end", Period::Month).unwrap();
    let all = geometric(0.7, 1.2).base_value(&heavy, 10.0, FOREVER, tenth()).unwrap();
    near(all.value, 9.0 * values[0] + 2.0 * values[2], 1e-12);
    assert_eq!((all.customers, heavy.weight(0)), (11.0, 9.0));
    assert!(CustomerBase::of(&customers_without_end(), "start", "end", Period::Month).is_err());
}

fn customers_without_end() -> Customers {
    Customers::with_ids(["ann"]).unwrap().as_of("2026-05-05".parse::<Day>().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn extremes_have_answers_in_range(
        logs in prop::array::uniform4(-23.0..23.0_f64), sole in any::<bool>(),
        tenure in 0_u32..10_000, within in 1_u32..10_000, count in 0_u32..10_000, after in 0_u32..10_000,
    ) {
        let [alpha, beta, c, delta] = logs.map(f64::exp);
        let model = if sole { geometric(alpha, beta) } else { weibull(alpha, beta, c) };
        let (tenure, periods) = (Periods::new(tenure), Periods::new(within));
        let chance = model.probability(tenure, count, periods).unwrap();
        prop_assert!((0.0..=1.0).contains(&chance), "{}", chance);
        let some = model.residual(tenure, periods).unwrap();
        match model.residual(tenure, FOREVER) {
            Ok(all) => prop_assert!(all.is_finite() && all >= some * (1.0 - 1e-8), "{} {}", some, all),
            Err(error) => prop_assert!(error.to_string().contains("not defined")),
        }
        let base = CustomerBase::new(&[tenure.count(), 0]).unwrap();
        let all = model.base_value(&base, 5.0, FOREVER, tenth()).unwrap();
        prop_assert!((0.0..=110.0 * (1.0 + 1e-9)).contains(&all.value), "{}", all.value);
        let model = BgBbModel::of(&[alpha, beta, c, delta]).unwrap();
        let buyer = DiscreteBuyer::new(count / 2, count, tenure.count().max(count));
        let buyer = buyer.unwrap_or(DiscreteBuyer::newcomer());
        let stretch = model.purchases_after(&buyer, Periods::new(after), periods).unwrap();
        prop_assert!((0.0..=f64::from(within) * (1.0 + 1e-9)).contains(&stretch), "{}", stretch);
        let value = model.value_new(5.0, FOREVER, tenth()).unwrap();
        prop_assert!((5.0..=55.0 * (1.0 + 1e-9)).contains(&value), "{}", value);
    }
}
