//! What families are judged on: buyers up to a day, and what they bought after it.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::{Purchases, TimeUnit};
use crate::lifetime::buyers::Buyers;
use crate::lifetime::cell::NOBODY;
use crate::lifetime::horizon::Horizon;
use crate::time::Day;

/// Buyers as they were seen when the calibration ended, and how often each bought in the holdout after it.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyers, Horizon, Trial};
///
/// let buyers = Buyers::new(TimeUnit::Weeks, &[2, 0, 1], &[30.4, 0.0, 1.7], &[38.9, 38.9, 38.9])?;
/// let trial = Trial::new(buyers, &[1, 0, 0], Horizon::weeks(39.0))?;
/// assert_eq!(trial.holdout(), Some(Horizon::weeks(39.0)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// O(n log n) to make; 12 bytes a buyer beside the [`Buyers`].
#[derive(Clone, Debug)]
pub struct Trial {
    buyers: Buyers,
    holdout: Option<Holdout>,
    /// Days from the end of the calibration at which repeats were made, and how many: rising.
    repeats: Vec<(f64, f64)>,
}

/// What came after the calibration.
#[derive(Clone, Debug)]
pub(super) struct Holdout {
    pub(super) length: Horizon,
    /// Cell of equal buyers, purchases in the holdout, how many such buyers; sorted, each pair once.
    pub(super) pairs: Vec<(u32, u32, f64)>,
}

impl Trial {
    /// Buyers with their purchases in the holdout by row, and how long it is; of a row without a buyer nothing is read.
    ///
    /// # Errors
    /// If there are not as many counts as rows, the holdout is not of a finite length above 0, or nobody is a buyer.
    pub fn new(buyers: Buyers, purchases: &[u32], length: Horizon) -> Result<Self> {
        if purchases.len() != buyers.len() {
            return Err(Error::length("purchases in the holdout", purchases.len(), buyers.len()));
        }
        length.check()?;
        if length.in_unit(buyers.unit()) <= 0.0 {
            return Err(Error::parameter("length", "a holdout above 0", length));
        }
        let rows = buyers.cell_of().iter().zip(purchases).enumerate().filter(|(_, (cell, _))| **cell != NOBODY);
        let mut all: Vec<(u32, u32, f64)> =
            rows.map(|(row, (cell, count))| (*cell, *count, buyers.weight(row))).collect();
        all.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let mut pairs: Vec<(u32, u32, f64)> = Vec::new();
        for (cell, count, weight) in all {
            match pairs.last_mut() {
                Some(last) if (last.0, last.1) == (cell, count) => last.2 += weight,
                _ => pairs.push((cell, count, weight)),
            }
        }
        let trial = Trial { holdout: Some(Holdout { length, pairs }), ..Trial::without_holdout(buyers) };
        trial.check().map(|()| trial)
    }

    /// The purchases of customers up to and including one day, and after it up to and including another.
    ///
    /// The split is [`Purchases::split`]; who bought nothing by the first day is no buyer.
    ///
    /// # Errors
    /// As [`PurchaseSplit::summarize`](crate::features::purchases::PurchaseSplit::summarize) and [`Buyers::of`].
    pub fn of(
        customers: &Customers,
        purchases: &Purchases,
        unit: TimeUnit,
        calibration_end: Day,
        observation_end: Day,
    ) -> Result<Self> {
        let split = purchases.split(calibration_end, observation_end);
        let summaries = split.summarize(customers)?;
        let buyers = Buyers::of(&customers.clone().as_of(calibration_end), purchases, unit)?;
        let counts: Vec<u32> = summaries.holdout.iter().map(|later| later.map_or(0, |later| later.purchases)).collect();
        let length = Horizon::days(f64::from(summaries.holdout_days));
        let repeats = split.repeats(customers)?;
        let repeats = repeats.into_iter().map(|(day, count)| (f64::from(day), f64::from(count))).collect();
        Ok(Trial { repeats, ..Trial::new(buyers, &counts, length)? })
    }

    /// Buyers of whom nothing later is known: families are judged on the calibration alone.
    pub fn without_holdout(buyers: Buyers) -> Self {
        Trial { buyers, holdout: None, repeats: Vec::new() }
    }

    /// Adds how many repeats all buyers together had made by the end of each step. The steps are counted from the end of
    /// the calibration, back to the first in which somebody is a buyer and on to the last that the holdout covers.
    ///
    /// What is made by [`Trial::of`] knows this already.
    ///
    /// # Errors
    /// If the step is not of a finite length above 0, there are more or fewer numbers than steps, or a number is below the
    /// one before it, NaN or infinite.
    pub fn with_cumulative_repeats(mut self, step: Horizon, cumulative: &[f64]) -> Result<Self> {
        let steps = self.steps(step)?;
        let count = steps.clone().count();
        if cumulative.len() != count {
            return Err(Error::length("cumulative repeats", cumulative.len(), count));
        }
        let mut before = 0.0;
        self.repeats.clear();
        for (row, (at, repeats)) in steps.zip(cumulative).enumerate() {
            if !(repeats.is_finite() && *repeats >= before) {
                return Err(Error::parameter("cumulative repeats", "finite and rising", repeats).at_row(row));
            }
            self.repeats.push((at as f64 * step.in_unit(TimeUnit::Days), repeats - before));
            before = *repeats;
        }
        Ok(self)
    }

    /// The buyers at the end of the calibration.
    pub fn buyers(&self) -> &Buyers {
        &self.buyers
    }

    /// How long the holdout is, if there is one.
    pub fn holdout(&self) -> Option<Horizon> {
        self.holdout.as_ref().map(|holdout| holdout.length)
    }

    /// Checks that somebody is judged.
    ///
    /// # Errors
    /// If there is no buyer with a weight.
    pub(super) fn check(&self) -> Result<()> {
        if self.buyers.total() > 0.0 { Ok(()) } else { Err(Error::empty("buyers to judge a model on")) }
    }

    /// What came after, cell by cell.
    pub(super) fn pairs(&self) -> Option<&Holdout> {
        self.holdout.as_ref()
    }

    /// The numbers of the steps: 0 ends with the calibration, 1 is the first of the holdout.
    ///
    /// # Errors
    /// If the step is not of a finite length above 0, or so short that there are more than a million.
    pub(super) fn steps(&self, step: Horizon) -> Result<std::ops::Range<i64>> {
        step.check()?;
        let unit = self.buyers.unit();
        let length = step.in_unit(unit);
        let oldest = self.buyers.list().iter().map(|cell| cell.age).fold(0.0, f64::max);
        let later = self.holdout().map_or(0.0, |holdout| holdout.in_unit(unit));
        // a whole number of steps may have lost its last bit
        let whole = |time: f64| (time / length + 1e-9).floor();
        if !(length > 0.0 && whole(oldest) + whole(later) < 1e6) {
            return Err(Error::parameter("step", "above 0, and at most a million of them", step));
        }
        Ok(-(whole(oldest) as i64)..whole(later) as i64 + 1)
    }

    /// Repeats that all buyers had made by the end of each of these steps; `None` where nothing is known of it.
    pub(super) fn cumulative(&self, steps: std::ops::Range<i64>, step: Horizon) -> Option<Vec<f64>> {
        if self.repeats.is_empty() {
            return None;
        }
        let (days, mut at, mut sum) = (step.in_unit(TimeUnit::Days), 0, 0.0);
        let until = |number: i64| {
            while let Some((_, count)) = self.repeats.get(at).filter(|(day, _)| *day <= number as f64 * days + 1e-6) {
                (at, sum) = (at + 1, sum + count);
            }
            sum
        };
        Some(steps.map(until).collect())
    }
}
