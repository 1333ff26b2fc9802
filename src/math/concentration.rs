//! How unevenly a value is spread: Lorenz curve, Gini, shares of the top, Herfindahl.
//!
//! The question behind every tier: do a few customers bring most of the value? [`Concentration`] answers it for one
//! column of values, such as last year's spend.

use crate::{
    error::{Error, Result},
    math::sum,
};

/// The Lorenz curve of a value over customers (Lorenz 1905, DOI 10.2307/2276207) and what is read from it.
///
/// ```
/// use segmentry::concentration::Concentration;
///
/// let spend = Concentration::of(&[10.0, 10.0, 20.0, 60.0], None)?;
/// assert_eq!(spend.top_share(0.25), 0.6); // the best quarter of the customers brings 60 %
/// assert_eq!(spend.customers_for(0.8), 0.5); // 80 % comes from half of them
/// assert_eq!(spend.gini(), 0.4);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Concentration {
    /// Share of customers, share of value; from (0, 0) to (1, 1), the smallest values first.
    lorenz: Vec<(f64, f64)>,
    /// The same with the largest values first.
    best_first: Vec<(f64, f64)>,
    count: f64,
    gini: f64,
    herfindahl: f64,
}

impl Concentration {
    /// Sorts the values and sums them up. A weight is a number of customers: weight 2 is the value twice.
    ///
    /// O(n log n). The answer does not depend on the order of the rows.
    ///
    /// # Errors
    /// No values; a value or weight that is NaN, infinite or negative (the row is named: shares of a total that holds
    /// negative parts, and so the Gini coefficient, are not defined); values that sum to 0; weights of another length.
    pub fn of(values: &[f64], weights: Option<&[f64]>) -> Result<Concentration> {
        let mut rows = checked(values, weights)?;
        rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let count = sum::sum(rows.iter().map(|row| row.1));
        let total = sum::sum(rows.iter().map(|row| row.0 * row.1));
        if total <= 0.0 || !total.is_finite() {
            let found = if total.is_finite() { "0".to_owned() } else { "an infinite sum".to_owned() };
            return Err(Error::unsupported(format!("shares need values with a finite sum above 0, found {found}")));
        }
        let groups: Vec<(f64, f64)> = rows
            .chunk_by(|a, b| a.0 == b.0)
            .map(|group| (group[0].0, group.iter().map(|row| row.1).sum::<f64>()))
            .collect();
        let lorenz = curve(groups.iter());
        let best_first = curve(groups.iter().rev());
        // G = sum over rows of w x (rows below - rows above) / (n * total), as in Cowell 2011, Measuring Inequality
        let mut below = 0.0;
        let ranked = sum::sum(rows.iter().map(|(value, weight)| {
            let balance = 2.0 * below + weight - count;
            below += weight;
            weight * value * balance
        }));
        let herfindahl = sum::sum(rows.iter().map(|row| row.1 * (row.0 / total) * (row.0 / total)));
        Ok(Concentration { lorenz, best_first, count, gini: (ranked / (count * total)).clamp(0.0, 1.0), herfindahl })
    }

    /// The points of the Lorenz curve: share of customers (the smallest first) and the share of value they bring,
    /// from (0, 0) to (1, 1), one point for each different value.
    pub fn lorenz(&self) -> &[(f64, f64)] {
        &self.lorenz
    }

    /// The Gini coefficient (Gini 1912): 0 when all bring the same, (n - 1) / n when one of n brings everything. It is
    /// twice the area between the Lorenz curve and the diagonal, as R's `ineq::Gini` gives it.
    pub fn gini(&self) -> f64 {
        self.gini
    }

    /// The Gini coefficient times n / (n - 1), so that it reaches 1 when one of n brings everything: the correction for
    /// small samples (Deltas 2003, DOI 10.1162/rest.2003.85.1.226). `None` of a single customer.
    pub fn gini_corrected(&self) -> Option<f64> {
        (self.count > 1.0).then(|| (self.gini * self.count / (self.count - 1.0)).min(1.0))
    }

    /// The Herfindahl-Hirschman index: the sum of the squared shares, from 1 / n (all alike) to 1 (one has all).
    pub fn herfindahl(&self) -> f64 {
        self.herfindahl
    }

    /// The share of value that the best `share` of the customers bring: `top_share(0.2)` is 0.8 under the 80/20 rule.
    ///
    /// Within a group of equal values, and within a customer, the Lorenz curve is straight. A share outside 0..=1 is
    /// read as the nearer end.
    pub fn top_share(&self, share: f64) -> f64 {
        let after = self.best_first.partition_point(|(customers, _)| *customers <= share);
        between(&self.best_first, after, share, |point| *point)
    }

    /// The smallest share of the customers that brings `share` of the value: the inverse of
    /// [`top_share`](Concentration::top_share), and 0.2 for `customers_for(0.8)` under the 80/20 rule.
    pub fn customers_for(&self, share: f64) -> f64 {
        // `<` and not `<=`: customers without value come last and are not needed
        let after = self.best_first.partition_point(|(_, value)| *value < share);
        between(&self.best_first, after, share, |(customers, value)| (*value, *customers))
    }
}

/// The running shares of customers and value over groups of value and weight, from (0, 0) to (1, 1).
fn curve<'a>(groups: impl Iterator<Item = &'a (f64, f64)>) -> Vec<(f64, f64)> {
    let (mut customers, mut sum) = (0.0, 0.0);
    let mut points = vec![(0.0, 0.0)];
    for (value, weight) in groups {
        customers += weight;
        sum += value * weight;
        points.push((customers, sum));
    }
    // over the sums as they came about: then customers without value change no share by a rounding
    points.iter_mut().for_each(|point| *point = (point.0 / customers, point.1 / sum));
    points
}

/// The height of a rising broken line at `x`, which lies before the point `after`; beyond an end the end's height.
fn between(line: &[(f64, f64)], after: usize, x: f64, point: impl Fn(&(f64, f64)) -> (f64, f64)) -> f64 {
    let before = after.checked_sub(1).and_then(|before| line.get(before)).map(&point);
    match (before, line.get(after).map(&point)) {
        (Some(low), Some(high)) if x > low.0 => low.1 + (x - low.0) / (high.0 - low.0) * (high.1 - low.1),
        (Some(low), _) => low.1,
        (None, high) => high.map_or(0.0, |high| high.1),
    }
}

/// Values with weights above zero.
fn checked(values: &[f64], weights: Option<&[f64]>) -> Result<Vec<(f64, f64)>> {
    if let Some(weights) = weights
        && weights.len() != values.len()
    {
        return Err(Error::length("weights", weights.len(), values.len()));
    }
    let mut rows = Vec::with_capacity(values.len());
    for (row, value) in values.iter().enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        for (what, found) in [("value", *value), ("weight", weight)] {
            if !found.is_finite() {
                return Err(Error::not_finite(what, found).at_row(row));
            }
            if found < 0.0 {
                return Err(Error::parameter(what, "0 or more, or shares are not defined", found).at_row(row));
            }
        }
        if weight > 0.0 {
            rows.push((*value, weight));
        }
    }
    if rows.is_empty() { Err(Error::empty("values to share")) } else { Ok(rows) }
}
