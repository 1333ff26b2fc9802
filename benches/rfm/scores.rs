//! Quintile scores of recency, frequency and monetary value, from totals.

use rayon::prelude::*;
use segmentry::bands::{Bands, Closed};
use segmentry::features::purchases::PurchaseTotals;
use segmentry::time::Day;

/// 1 to 5 for each customer and measure: 5 for the most recent, the most frequent, the one who spent most.
/// A value that equals a cut point is in the band above it.
pub fn scores(totals: &PurchaseTotals, as_of: Day) -> [Vec<u16>; 3] {
    let quintiles = Bands::quantiles(5).closed(Closed::Lower);
    let mut scores = [Vec::new(), Vec::new(), Vec::new()];
    scores.par_iter_mut().enumerate().for_each(|(measure, scores)| {
        let (bands, values) = match measure {
            0 => {
                let days = totals.last_day().iter().map(|day| f64::from(as_of.days_since(*day)));
                (quintiles.clone().lower_is_better(), days.collect())
            }
            1 => (quintiles.clone(), totals.count().iter().map(|count| f64::from(*count)).collect()),
            _ => (quintiles.clone(), totals.sum().to_vec()),
        };
        *scores = bands.fit(&values, None).unwrap().scores(&values);
    });
    scores
}
