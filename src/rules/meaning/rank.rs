//! Where a number stands among all.
//!
//! A rank is a question about all customers, so it is learnt: a table of a population's numbers is
//! made once and then asked for one customer at a time, also for those who were not in it. The
//! table has each different number once, with running counts and sums; a rank is one binary search.
//!
//! Numbers that are not finite take no part. A customer without a number has no rank and is not
//! counted, so percentages are of those who have one.

use super::super::language::{Order, RankMeasure, Ties};
use crate::error::{Error, Result};

/// The numbers of a population: each different one, how many have it or come before it, and what those sum up to.
///
/// The three lists have one length; 24 bytes for each different number.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub(crate) struct RankTable {
    /// Each different number, first in rank first.
    values: Vec<f64>,
    /// How many customers have it or one before it.
    counts: Vec<u64>,
    /// The sum of theirs, numbers below zero counting as zero.
    sums: Vec<f64>,
    /// Which end of the numbers is first.
    order: Order,
}

impl RankTable {
    /// The table of these numbers.
    ///
    /// # Cost
    /// Sorting the numbers.
    pub(crate) fn new(mut numbers: Vec<f64>, order: Order) -> Self {
        numbers.retain(|number| number.is_finite());
        numbers.sort_by(|a, b| ordered(order, *a, *b));
        let mut table = RankTable { order, ..RankTable::default() };
        let (mut count, mut sum) = (0, 0.0);
        for number in numbers {
            count += 1;
            sum += number.max(0.0);
            if table.values.last() == Some(&number) {
                table.counts.pop();
                table.sums.pop();
            } else {
                table.values.push(number);
            }
            table.counts.push(count);
            table.sums.push(sum);
        }
        table
    }

    /// # Errors
    /// If what was loaded can be no table.
    ///
    /// A table from a file is not trusted: a search in one that is not sorted would give ranks that
    /// look right.
    pub(crate) fn check(&self) -> Result<()> {
        let shapes = self.values.len() == self.counts.len() && self.values.len() == self.sums.len();
        let rising = self.values.is_sorted_by(|a, b| ordered(self.order, *a, *b).is_lt())
            && self.counts.is_sorted_by(|a, b| a < b)
            && self.sums.is_sorted();
        let finite = self.values.iter().chain(&self.sums).all(|number| number.is_finite());
        if shapes && rising && finite { Ok(()) } else { Err(Error::format("the table of ranks is not in order")) }
    }

    /// How many customers are in it.
    ///
    /// Those who had no number are not among them.
    pub(crate) fn population(&self) -> u64 {
        self.counts.last().copied().unwrap_or(0)
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.values.capacity() * 24
    }

    /// Where the number stands; `None` if there is nobody to stand among.
    ///
    /// A number that is not in the table stands where it would be put in. A place begins at 1; a
    /// percentage is the place by the population, above 0 and at most 100; parts are of equal size
    /// as far as they can be, counted from 1; a share is that of all the sum which this number and
    /// the ones before it make up, in percent, missing if the sum is 0.
    ///
    /// With ties at their worst, equal numbers all get the place of the last of them.
    ///
    /// # Cost
    /// A binary search among the different numbers.
    pub(crate) fn rank(&self, number: f64, measure: RankMeasure, ties: Ties) -> Option<f64> {
        let all = self.population();
        if all == 0 {
            return None;
        }
        let at = self.values.partition_point(|value| ordered(self.order, *value, number).is_lt());
        let before = at.checked_sub(1);
        let count = before.and_then(|at| self.counts.get(at)).copied().unwrap_or(0);
        let sum = before.and_then(|at| self.sums.get(at)).copied().unwrap_or(0.0);
        let tied = ties == Ties::Worst && self.values.get(at) == Some(&number);
        let own = |counted: u64| if tied { self.counts.get(at).copied().unwrap_or(counted) } else { counted };
        let place = own(count + 1);
        Some(match measure {
            RankMeasure::Place => place as f64,
            RankMeasure::Percent => (place as f64 / all as f64 * 100.0).min(100.0),
            RankMeasure::Ntile(parts) => {
                let part = u128::from(place.min(all) - 1) * u128::from(parts) / u128::from(all);
                part as f64 + 1.0
            }
            RankMeasure::Share => {
                let total = self.sums.last().copied().unwrap_or(0.0);
                if total == 0.0 {
                    return None;
                }
                let own = if tied { self.sums.get(at).copied().unwrap_or(sum) } else { sum + number.max(0.0) };
                (own / total * 100.0).min(100.0)
            }
        })
    }

    /// The different numbers, first in rank first: between two of them no rank changes.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }
}

/// Which of two numbers comes first.
fn ordered(order: Order, a: f64, b: f64) -> std::cmp::Ordering {
    match order {
        Order::Largest => b.total_cmp(&a),
        Order::Smallest => a.total_cmp(&b),
    }
}
