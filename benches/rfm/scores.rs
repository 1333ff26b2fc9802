//! Quintile scores of recency, frequency and monetary value from totals, as the comparison counts them.

#[allow(dead_code, reason = "the crate's own quantiles; the bench needs one function of them")]
#[path = "../../src/math/quantile.rs"]
mod quantile;

use rayon::prelude::*;
use segmentry::features::purchases::PurchaseTotals;
use segmentry::time::Day;

/// 1 to 5 for each customer: how many of four cuts are at most the value, upside down for recency.
pub fn scores(totals: &PurchaseTotals, as_of: Day) -> [Vec<u8>; 3] {
    let mut recency: Vec<f64> = totals.last_day().iter().map(|day| f64::from(as_of.days_since(*day))).collect();
    let mut frequency: Vec<f64> = totals.count().iter().map(|count| f64::from(*count)).collect();
    let mut monetary: Vec<f64> = totals.sum().to_vec();
    let mut scores = [&mut recency, &mut frequency, &mut monetary].into_par_iter().map(|values| reached(values));
    let mut scores: Vec<Vec<u8>> = scores.collect();
    scores[0].iter_mut().for_each(|score| *score = 6 - *score);
    [scores.remove(0), scores.remove(0), scores.remove(0)]
}

fn reached(values: &[f64]) -> Vec<u8> {
    let cuts = quantile::quantiles(values, &[0.2, 0.4, 0.6, 0.8]).unwrap_or(vec![0.0; 4]);
    let cuts: [f64; 4] = [cuts[0], cuts[1], cuts[2], cuts[3]];
    values.iter().map(|value| 1 + cuts.iter().map(|cut| u8::from(cut <= value)).sum::<u8>()).collect()
}
