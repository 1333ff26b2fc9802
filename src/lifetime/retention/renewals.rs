//! What was seen of contracts: at each renewal, how many stayed and how many left.

use std::fmt;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::Period;
use crate::text::{Align, Table, number};
use crate::time::Day;

use super::calendar::whole_periods;
use super::tenures::contracts;

/// The most periods of a contract: memory grows with them.
const MOST: u32 = 1_000_000;

/// How many customers stayed and how many left at the first renewal, the second, and so on.
///
/// All that likelihoods of retention need: tenures, whole cohorts and several cohorts of different ages come to the same
/// counts, and a customer who is still there counts at the renewals that it has seen.
///
/// ```
/// use segmentry::lifetime::Renewals;
///
/// // of 1000, 631 were there after the first renewal, 468 after the second
/// let cohort = Renewals::survivors(&[1000.0, 631.0, 468.0])?;
/// assert_eq!((cohort.kept(2), cohort.lost(2)), (468.0, 163.0));
///
/// // three customers: left at the second renewal, still there after two, still there after one
/// let tenures = Renewals::tenures(&[2, 2, 1], &[true, false, false])?;
/// assert_eq!((tenures.kept(1), tenures.kept(2), tenures.lost(2)), (3.0, 1.0, 1.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// 16 bytes a period, however many customers there are.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Renewals {
    /// By period, the first at 0.
    kept: Vec<f64>,
    lost: Vec<f64>,
}

impl Renewals {
    /// One cohort by its survivors: how many began, how many were there after the first renewal, and so on. Shares do as
    /// well as counts, but then standard errors are those of so few customers.
    ///
    /// # Errors
    /// If there are fewer than two numbers, one is negative, NaN or infinite, or above the one before.
    pub fn survivors(counts: &[f64]) -> Result<Self> {
        if counts.len() < 2 {
            return Err(Error::empty("renewals: a cohort needs its size and its survivors of a period at least"));
        }
        let mut renewals = Renewals::default();
        for (row, count) in counts.iter().enumerate() {
            if !(count.is_finite() && *count >= 0.0) {
                return Err(Error::parameter("survivors", "a finite number of at least 0", count).at_row(row));
            }
            let Some(before) = row.checked_sub(1).and_then(|before| counts.get(before)) else { continue };
            if count > before {
                return Err(Error::parameter("survivors", format!("at most {before}, those before"), count).at_row(row));
            }
            renewals.kept.push(*count);
            renewals.lost.push(before - count);
        }
        Ok(renewals)
    }

    /// Several cohorts, each by its survivors, of different lengths or not: what they show of each period together.
    ///
    /// # Errors
    /// As [`Renewals::survivors`].
    pub fn cohorts<C: AsRef<[f64]>>(cohorts: &[C]) -> Result<Self> {
        let mut all = Renewals::default();
        for cohort in cohorts {
            all.add(&Renewals::survivors(cohort.as_ref())?);
        }
        Ok(all)
    }

    /// Customers by their tenures: one who left did so at that renewal, the first being 1; one who is still there has
    /// renewed so often.
    ///
    /// # Errors
    /// If the columns differ in length, one left at renewal 0, or a tenure is above a million.
    pub fn tenures(periods: &[u32], left: &[bool]) -> Result<Self> {
        Renewals::weighted_tenures(periods, left, None)
    }

    /// As [`Renewals::tenures`], each row as so many equal customers.
    ///
    /// # Errors
    /// As [`Renewals::tenures`], or if there are not as many weights as rows or one is negative, NaN or infinite.
    pub fn weighted_tenures(periods: &[u32], left: &[bool], weights: Option<&[f64]>) -> Result<Self> {
        let weights_len = weights.map_or(periods.len(), <[f64]>::len);
        for (what, found) in [("left", left.len()), ("weights", weights_len)] {
            if found != periods.len() {
                return Err(Error::length(what, found, periods.len()));
            }
        }
        let longest = periods.iter().copied().max().unwrap_or(0);
        if longest > MOST {
            let row = periods.iter().position(|tenure| *tenure == longest).unwrap_or(0);
            return Err(Error::parameter("tenure", format!("at most {MOST} periods"), longest).at_row(row));
        }
        let mut ends = vec![0.0; longest as usize + 1];
        let mut renewals = Renewals { kept: vec![0.0; longest as usize], lost: vec![0.0; longest as usize] };
        for (row, (tenure, left)) in periods.iter().zip(left).enumerate() {
            let weight = weights.and_then(|weights| weights.get(row)).copied().unwrap_or(1.0);
            if !(weight.is_finite() && weight >= 0.0) {
                return Err(Error::parameter("weight", "a finite number of at least 0", weight).at_row(row));
            }
            if !left {
                ends[*tenure as usize] += weight;
            } else if *tenure == 0 {
                return Err(Error::parameter("tenure", "at least 1 of one who left", 0).at_row(row));
            } else {
                renewals.lost[*tenure as usize - 1] += weight;
                ends[*tenure as usize - 1] += weight;
            }
        }
        // who renewed for the t-th time: all whose last renewal is the t-th or later
        let mut beyond = 0.0;
        for period in (0..longest as usize).rev() {
            beyond += ends[period + 1];
            renewals.kept[period] = beyond;
        }
        Ok(renewals)
    }

    /// The contracts of these customers, by the attributes of the day on which they began and of the day on which they
    /// ended, as of the moment at which the customers are seen. Who has no end, or a later one, is still there; who has no
    /// beginning, or a later one, has no contract. The customers' weights count.
    ///
    /// A contract that ends on the day of a renewal was not renewed that day; one that ends between two renewals was paid
    /// for until the later and is lost there. A renewal that is not due yet tells nothing, even where the end is known.
    ///
    /// # Errors
    /// If an attribute is not known or holds no days, the customers are seen as of no moment, or a contract ends before it
    /// begins or a value is no day, with the first such customer.
    pub fn of(customers: &Customers, start: &str, end: &str, period: Period) -> Result<Self> {
        Renewals::of_every(customers, start, end, (1, period))
    }

    /// As [`Renewals::of`], of contracts that are renewed after so many periods: yearly ones after twelve months.
    pub(in crate::lifetime) fn of_every(
        customers: &Customers,
        start: &str,
        end: &str,
        (every, period): (u32, Period),
    ) -> Result<Self> {
        let now = customers.seen_as_of()?.day();
        let whole = |from: Day, to: Day| whole_periods(from, to, period) / every.max(1);
        let (mut periods, mut left, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (row, contract) in contracts(customers, start, end)?.into_iter().enumerate() {
            let Some((from, to)) = contract else { continue };
            let due = whole(from, now);
            let ended = match to {
                Some(to) if to == from => Some(1),
                Some(to) => Some(whole(from, to.plus(-1)).saturating_add(1)),
                None => None,
            };
            // a renewal that is not due yet tells nothing: those who stay cannot have renewed
            let ended = ended.filter(|ended| *ended <= due);
            periods.push(ended.unwrap_or(due));
            left.push(ended.is_some());
            weights.push(customers.weights().and_then(|weights| weights.get(row)).copied().unwrap_or(1.0));
        }
        Renewals::weighted_tenures(&periods, &left, Some(&weights))
    }

    /// Those that were kept and lost at each renewal, the first at 0.
    pub(super) fn of_counts(kept: Vec<f64>, lost: Vec<f64>) -> Self {
        Renewals { kept, lost }
    }

    /// Adds what another cohort shows.
    fn add(&mut self, other: &Renewals) {
        let len = self.kept.len().max(other.kept.len());
        for (own, other) in [(&mut self.kept, &other.kept), (&mut self.lost, &other.lost)] {
            own.resize(len, 0.0);
            for (own, other) in own.iter_mut().zip(other) {
                *own += other;
            }
        }
    }

    /// How many renewals were seen.
    pub fn periods(&self) -> usize {
        self.kept.len()
    }

    /// How many stayed at that renewal, the first being 1.
    pub fn kept(&self, period: usize) -> f64 {
        period.checked_sub(1).and_then(|at| self.kept.get(at)).copied().unwrap_or(0.0)
    }

    /// How many left at that renewal, the first being 1.
    pub fn lost(&self, period: usize) -> f64 {
        period.checked_sub(1).and_then(|at| self.lost.get(at)).copied().unwrap_or(0.0)
    }

    /// The share of those who came to that renewal and stayed; `None` if nobody came.
    pub fn retention(&self, period: usize) -> Option<f64> {
        let came = self.kept(period) + self.lost(period);
        (came > 0.0).then(|| self.kept(period) / came)
    }

    /// Numbers of the renewals at which anybody was, with how many stayed and left.
    pub(super) fn seen(&self) -> Vec<(f64, f64, f64)> {
        let rows = (1_u32..).zip(self.kept.iter().zip(&self.lost));
        let rows = rows.map(|(period, (kept, lost))| (f64::from(period), *kept, *lost));
        rows.filter(|(_, kept, lost)| kept + lost > 0.0).collect()
    }
}

impl fmt::Display for Renewals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["renewal", "stayed", "left", "retention"];
        let mut table = Table::new(heads.map(|head| (head, Align::Right)));
        for (period, kept, lost) in self.seen() {
            let rate = format!("{:.1} %", 100.0 * kept / (kept + lost));
            table.row([number(period), number(kept), number(lost), rate]);
        }
        write!(f, "{table}")
    }
}
