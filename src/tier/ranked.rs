//! Customers in the order of a value, and where cumulative limits cut them: what the learning recipes share.
//!
//! A recipe says how much of what is counted belongs to the tiers from the best down: a number of customers
//! ([`Count::Customers`]) or a sum of value ([`Count::Value`]). Rising limits in that unit are all that tells
//! [`TopShare`](super::TopShare), [`ValueShare`](super::ValueShare) and [`Ntiles`](super::Ntiles) apart; the walk from
//! the best customer down is the same.
//!
//! 1. Values are sorted best first, equal ones become one group with its weight.
//! 2. Each group stands in the first tier whose limit those before it have not reached.
//! 3. The worst value of the groups of a tier is its cut.
//!
//! Equal values stand together in step 2, because a cut value cannot tell them apart; who wants exact sizes takes
//! `split`, whose answer is a list of rows and no rule for strangers.

use crate::bands::{Better, Ties};
use crate::error::{Error, Result};

/// What is counted from the best customer down until a limit is reached.
///
/// Values below zero count as nothing in a sum of value, so that a refund does not take back what others have brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Customers,
    Value,
}

/// Equal values, with how many customers have them.
struct Group {
    value: f64,
    weight: f64,
}

/// A running sum whose error does not grow (A. Neumaier 1974, DOI 10.1002/zamm.19740540106).
///
/// Limits are compared with what has been added so far. A plain sum drifts with the rounding of every addition, and a
/// customer on a border would change its tier with it.
#[derive(Default)]
struct Running {
    total: f64,
    lost: f64,
}

impl Running {
    fn add(&mut self, value: f64) {
        let next = self.total + value;
        let larger = self.total.abs() >= value.abs();
        self.lost += if larger { (self.total - next) + value } else { (value - next) + self.total };
        self.total = next;
    }

    fn get(&self) -> f64 {
        self.total + self.lost
    }
}

/// Groups of equal values, best first. O(n log n).
///
/// Sorted by value and then weight, so that every sum is taken in the same order whatever the order of the customers.
pub(super) struct Ranked {
    groups: Vec<Group>,
}

impl Ranked {
    /// The values are finite and the weights, if there are any, as many and above 0.
    pub(super) fn of(values: &[f64], weights: Option<&[f64]>, better: Better) -> Ranked {
        let weight = |row: usize| weights.and_then(|w| w.get(row)).copied().unwrap_or(1.0);
        let mut rows: Vec<(f64, f64)> = values.iter().enumerate().map(|(row, v)| (*v, weight(row))).collect();
        rows.sort_unstable_by(|a, b| {
            let order = if better == Better::Higher { b.0.total_cmp(&a.0) } else { a.0.total_cmp(&b.0) };
            order.then(a.1.total_cmp(&b.1)) // the same sums in any order of the customers
        });
        let group = |rows: &[(f64, f64)]| Group {
            value: rows.first().map_or(0.0, |row| row.0),
            weight: crate::math::sum::sum(rows.iter().map(|row| row.1)),
        };
        Ranked { groups: rows.chunk_by(|a, b| a.0 == b.0).map(group).collect() }
    }

    /// How many customers there are.
    pub(super) fn customers(&self) -> f64 {
        crate::math::sum::sum(self.groups.iter().map(|group| group.weight))
    }

    /// What they bring together; who is below zero brings nothing.
    pub(super) fn value(&self) -> f64 {
        crate::math::sum::sum(self.groups.iter().map(|group| group.weight * group.value.max(0.0)))
    }

    /// The different values, best first, and how many customers have each.
    pub(super) fn values(&self) -> (Vec<f64>, Vec<f64>) {
        self.groups.iter().map(|group| (group.value, group.weight)).unzip()
    }

    /// The worst value within each rising limit: a customer is in the first tier whose limit those before it have not
    /// reached. `None` where nobody is. Split ties go up here: rows are what could be split, values are not.
    pub(super) fn cuts(&self, limits: &[f64], count: Count, ties: Ties) -> Vec<Option<f64>> {
        let mut cuts = vec![None; limits.len()];
        let mut before = Running::default();
        for group in &self.groups {
            let each = if count == Count::Customers { 1.0 } else { group.value.max(0.0) };
            // with ties kept below, the group stands where its last customer would
            let others = if ties == Ties::Lower { (group.weight - 1.0).max(0.0) } else { 0.0 };
            let tier = tier(before.get() + others * each, limits);
            if let Some(cut) = cuts.get_mut(tier) {
                *cut = Some(group.value);
            }
            before.add(group.weight * each);
        }
        cuts
    }
}

/// The tier of each row where equal values are split in the order of the rows; `limits.len()` is the rest.
pub(super) fn split(values: &[f64], better: Better, limits: &[f64], count: Count) -> Vec<usize> {
    let mut order: Vec<(f64, usize)> = values.iter().enumerate().map(|(row, value)| (*value, row)).collect();
    // `-0.0` and `0.0` are equal values, so the plain comparison: all values are finite
    let compare = |a: f64, b: f64| a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal);
    match better {
        Better::Higher => order.sort_by(|a, b| compare(b.0, a.0)),
        Better::Lower => order.sort_by(|a, b| compare(a.0, b.0)),
    }
    let mut tiers = vec![limits.len(); values.len()];
    let mut before = Running::default();
    for (value, row) in order {
        if let Some(slot) = tiers.get_mut(row) {
            *slot = tier(before.get(), limits);
        }
        before.add(if count == Count::Customers { 1.0 } else { value.max(0.0) });
    }
    tiers
}

/// The first tier whose limit is not reached. 0.07 of 100 is 7.000000000000001: a limit counts as reached when all but
/// 1e-12 of it is there.
///
/// The allowance is relative, so that it is the same for ten customers and for ten million; it is far below one
/// customer of any table that fits in memory.
fn tier(before: f64, limits: &[f64]) -> usize {
    limits.partition_point(|limit| before >= limit - 1e-12 * limit.abs())
}

/// Where `NTILE` of SQL cuts, counted from the best: the first `count % tiers` tiers have a customer more.
pub(super) fn ntile_limits(count: f64, tiers: usize) -> Vec<f64> {
    let small = (count / tiers as f64).floor();
    let larger = count - small * tiers as f64;
    (1..tiers).map(|tier| tier as f64 * small + larger.min(tier as f64)).collect()
}

/// # Errors
/// If customers have weights: a customer that stands for several would be in two tiers.
pub(super) fn check_split(weights: Option<&[f64]>) -> Result<()> {
    match weights {
        None => Ok(()),
        Some(_) => Err(Error::unsupported(
            "customers with weights cannot be split by order: one that stands for several would be in two tiers",
        )),
    }
}
