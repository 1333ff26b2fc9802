//! Every family at its limits: parameters over twelve decades, ten thousand repeats, ages of ten thousand.
//!
//! Answers are finite and in their range, and go up and down where they must. What is compared may differ by rounding of
//! logarithms of large gamma functions, 1e-9 of the figure.

use proptest::prelude::*;
use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{Buyer, Buyers, DiscountRate, Family, Horizon, PurchaseModel};

const WEEKS: TimeUnit = TimeUnit::Weeks;

/// From 10^low to 10^high.
fn spread(low: f64, high: f64) -> impl Strategy<Value = f64> {
    (low..high).prop_map(|power: f64| 10.0_f64.powf(power))
}

/// A model of any family.
fn model() -> impl Strategy<Value = PurchaseModel> {
    (proptest::sample::select(Family::ALL), proptest::collection::vec(spread(-6.0, 6.0), 6)).prop_map(of)
}

/// A model that real buyers could have.
fn mild_model() -> impl Strategy<Value = PurchaseModel> {
    (proptest::sample::select(Family::ALL), proptest::collection::vec(spread(-0.7, 1.0), 6)).prop_map(of)
}

fn of((family, parameters): (Family, Vec<f64>)) -> PurchaseModel {
    PurchaseModel::of(family, WEEKS, &parameters[..family.parameters().len()]).unwrap()
}

/// Repeats, the share of the age at the last, the age.
fn seen() -> impl Strategy<Value = (u32, f64, f64)> {
    let repeats = prop_oneof![Just(0.0), Just(1.0), spread(0.0, 4.0)];
    let share = prop_oneof![Just(1.0), 1e-6..1.0, spread(-6.0, 0.0)];
    (repeats, share, spread(-2.0, 4.0)).prop_map(|(repeats, share, age)| (repeats as u32, share, age))
}

fn buyer((repeats, share, age): (u32, f64, f64)) -> Buyer {
    Buyer::new(WEEKS, repeats, if repeats == 0 { 0.0 } else { share * age }, age).unwrap()
}

/// Whether the first is not above the second, but for rounding.
fn not_above(low: f64, high: f64) -> bool {
    low <= high * (1.0 + 1e-9) + 1e-12
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn likelihoods_are_finite(model in model(), seen in seen()) {
        let one = buyer(seen);
        let buyers = Buyers::new(WEEKS, &[one.repeats()], &[one.last()], &[one.age()]).unwrap();
        let ln = model.log_likelihood(&buyers).unwrap();
        prop_assert!(ln.is_finite(), "{model} {one:?}: {ln}");
    }

    #[test]
    fn the_chance_to_be_alive_falls_in_silence(model in model(), seen in seen(), longer in spread(-3.0, 2.0)) {
        let (repeats, share, age) = seen;
        let one = buyer(seen);
        let alive = model.alive(&one).unwrap();
        prop_assert!((0.0..=1.0).contains(&alive), "{model} {one:?}: {alive}");
        let silent = Buyer::new(WEEKS, repeats, one.last(), age * (1.0 + longer)).unwrap();
        let later = model.alive(&silent).unwrap();
        prop_assert!(not_above(later, alive), "{model} {one:?}: {alive}, {silent:?}: {later}");
        let recent = model.alive(&buyer((repeats, share + 0.5 * (1.0 - share), age))).unwrap();
        prop_assert!(not_above(alive, recent), "{model} {one:?}: {alive}, last later: {recent}");
    }

    #[test]
    fn figures_of_the_future_are_in_range(model in model(), seen in seen(), ahead in spread(-6.0, 6.0), count in 0_u32..10_000) {
        let one = buyer(seen);
        let (near, far) = (Horizon::weeks(ahead), Horizon::weeks(ahead * 1.7));
        let bought = [near, far].map(|horizon| model.purchases(&one, horizon).unwrap());
        prop_assert!(bought[0] >= 0.0 && bought[1].is_finite(), "{model} {one:?} {ahead}: {bought:?}");
        prop_assert!(bought[0] <= bought[1] * (1.0 + 1e-9), "{model} {one:?} {ahead}: {bought:?}");
        prop_assert_eq!(model.purchases(&one, Horizon::weeks(0.0)).unwrap(), 0.0);
        let now = model.alive(&one).unwrap();
        let alive = [near, far].map(|horizon| model.alive_at(&one, horizon).unwrap());
        prop_assert!(not_above(alive[0], now) && not_above(alive[1], alive[0]), "{model} {one:?} {ahead}: {now} {alive:?}");
        prop_assert!(alive[1] >= 0.0, "{model} {one:?} {ahead}: {alive:?}");
        for count in [0, 1, 2, count] {
            let chance = model.probability(&one, count, near).unwrap();
            prop_assert!((0.0..=1.0).contains(&chance), "{model} {one:?} {ahead} {count}: {chance}");
        }
    }

    #[test]
    fn discounted_purchases_are_fewer(model in model(), seen in seen(), ahead in spread(-3.0, 4.0), rate in spread(-3.0, 2.0)) {
        let (one, horizon, rate) = (buyer(seen), Horizon::weeks(ahead), DiscountRate::per_week(rate));
        let all = model.purchases(&one, horizon).unwrap();
        let worth = model.discounted(&one, horizon, rate).unwrap();
        let least = all * (-rate.force(WEEKS) * ahead).exp();
        prop_assert!(not_above(worth, all) && not_above(least, worth), "{model} {one:?} {ahead} {rate}: {least} {worth} {all}");
        let ever = model.discounted(&one, Horizon::forever(), rate).unwrap();
        prop_assert!(not_above(worth, ever), "{model} {one:?} {ahead} {rate}: {worth} {ever}");
    }

    #[test]
    fn chances_of_counts_sum_to_one(model in mild_model(), repeats in 0_u32..30, share in 0.01..1.0_f64, age in 1.0..50.0_f64, ahead in 0.1..20.0_f64) {
        let (one, horizon) = (buyer((repeats, share, age)), Horizon::weeks(ahead));
        let (mut sum, mut mean) = (0.0, 0.0);
        for count in 0..200 {
            let chance = model.probability(&one, count, horizon).unwrap();
            sum += chance;
            mean += f64::from(count) * chance;
        }
        let expected = model.purchases(&one, horizon).unwrap();
        prop_assert!(sum <= 1.0 + 1e-9, "{model} {one:?} {ahead}: {sum}");
        prop_assert!(mean <= expected * (1.0 + 1e-7), "{model} {one:?} {ahead}: {mean} {expected}");
        if expected < 5.0 {
            prop_assert!(sum > 0.999, "{model} {one:?} {ahead}: {sum}");
        }
    }
}
