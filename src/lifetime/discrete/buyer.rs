//! One buyer who may buy once an opportunity, and many of them, equal ones counted once.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::{Period, PurchaseSummary, Purchases, TimeUnit};

use super::super::periods::Periods;

/// The most opportunities of a buyer, and the most that are looked ahead of: sums go over them one by one.
pub(super) const MOST: u32 = 1_000_000;

/// What is known of one buyer where time goes in steps: at how many opportunities after the first purchase there was one,
/// which of them was the last, and how many opportunities there were.
///
/// | literature | here |
/// | --- | --- |
/// | `x`, frequency | [`repeats`](DiscreteBuyer::repeats) |
/// | `t_x`, recency | [`last`](DiscreteBuyer::last): the number of the last opportunity that was used |
/// | `n`, periods | [`opportunities`](DiscreteBuyer::opportunities) |
///
/// ```
/// use segmentry::lifetime::DiscreteBuyer;
///
/// // of six yearly campaigns after the first gift, gave at the first, third and fourth
/// let donor = DiscreteBuyer::new(3, 4, 6)?;
/// assert_eq!(donor.opportunities(), 6);
/// assert!(DiscreteBuyer::new(3, 2, 6).is_err()); // three gifts at two campaigns
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiscreteBuyer {
    repeats: u32,
    last: u32,
    opportunities: u32,
}

impl DiscreteBuyer {
    /// A buyer who used so many of the opportunities after the first purchase, the last time at that one.
    ///
    /// # Errors
    /// If the last one used is beyond those there were, or before as many as were used, or there were more than a million.
    pub fn new(repeats: u32, last: u32, opportunities: u32) -> Result<Self> {
        if opportunities > MOST {
            return Err(Error::parameter("opportunities", format!("at most {MOST}"), opportunities));
        }
        if last > opportunities {
            return Err(Error::parameter("last", format!("at most the opportunities, {opportunities}"), last));
        }
        if repeats > last || (repeats == 0 && last > 0) {
            let expected = if repeats == 0 { "0 without a repeat".to_owned() } else { format!("at least {repeats}") };
            return Err(Error::parameter("last", expected, last));
        }
        Ok(DiscreteBuyer { repeats, last, opportunities })
    }

    /// One who has just bought for the first time, or will: nothing but the model is known.
    pub const fn newcomer() -> Self {
        DiscreteBuyer { repeats: 0, last: 0, opportunities: 0 }
    }

    /// Opportunities after the first purchase that were used.
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// The number of the last that was used, from 1; 0 if none was.
    pub fn last(&self) -> u32 {
        self.last
    }

    /// Opportunities after the first purchase.
    pub fn opportunities(&self) -> u32 {
        self.opportunities
    }
}

/// Many buyers with opportunities, equal ones compressed to one cell with a weight.
///
/// ```
/// use segmentry::lifetime::DiscreteBuyers;
///
/// let (repeats, last, opportunities) = ([0, 6, 0], [0, 6, 0], [6, 6, 6]);
/// let buyers = DiscreteBuyers::new(&repeats, &last, &opportunities)?.with_weights(&[3464.0, 1203.0, 2.0])?;
/// assert_eq!((buyers.len(), buyers.cells(), buyers.total()), (3, 2, 4669.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// O(n log n) once; 32 bytes a cell and 24 a row are kept.
#[derive(Clone, Debug)]
pub struct DiscreteBuyers {
    rows: Vec<Option<DiscreteBuyer>>,
    weights: Option<Vec<f64>>,
    cells: Vec<(DiscreteBuyer, f64)>,
    cell_of: Vec<Option<usize>>,
}

impl DiscreteBuyers {
    /// Buyers by columns: opportunities used, the last of them, opportunities there were.
    ///
    /// # Errors
    /// If the columns differ in length, or as [`DiscreteBuyer::new`], with the first such row.
    pub fn new(repeats: &[u32], last: &[u32], opportunities: &[u32]) -> Result<Self> {
        for (what, found) in [("last", last.len()), ("opportunities", opportunities.len())] {
            if found != repeats.len() {
                return Err(Error::length(what, found, repeats.len()));
            }
        }
        let rows = repeats.iter().zip(last).zip(opportunities).enumerate();
        let one = |(row, ((repeats, last), n)): (usize, ((&u32, &u32), &u32))| {
            DiscreteBuyer::new(*repeats, *last, *n).map(Some).map_err(|error| error.at_row(row))
        };
        Ok(DiscreteBuyers::made_of(rows.map(one).collect::<Result<_>>()?, None))
    }

    /// The buyers among these customers: every calendar period after that of the first purchase is an opportunity, and one
    /// with a purchase was used.
    ///
    /// Only whole periods count: where the customers are seen as of a day within a period, what is known of that period is
    /// left out, and "now" is the end of the period before. A customer who first bought later is no buyer yet. The
    /// customers' weights count.
    ///
    /// # Errors
    /// As [`Purchases::summarize`].
    pub fn of(customers: &Customers, purchases: &Purchases, period: Period) -> Result<Self> {
        let now = customers.seen_as_of()?.day();
        let start = period.start(now);
        let whole = period.start(now.plus(1)) != start;
        let earlier = (!whole).then(|| customers.clone().as_of(start.plus(-1)));
        let summaries = purchases.clone().collapse(period).summarize(earlier.as_ref().unwrap_or(customers))?;
        let unit = match period {
            Period::Day => TimeUnit::Days,
            Period::Week => TimeUnit::Weeks,
            Period::Month => TimeUnit::Months,
        };
        let steps = |days: i32| unit.of_days(days, Some(period)).round().max(0.0) as u32;
        let one = |(row, summary): (usize, Option<&PurchaseSummary>)| {
            let Some(summary) = summary else { return Ok(None) };
            let (last, all) = (steps(summary.days_first_to_last()), steps(summary.days_since_first()));
            let buyer = DiscreteBuyer::new(summary.repeats(), last, all);
            let named = |error: Error| match customers.ids().get(row) {
                Some(id) => error.at_row(row).at_customer(id),
                None => error.at_row(row),
            };
            buyer.map(Some).map_err(named)
        };
        let rows = summaries.iter().enumerate().map(one).collect::<Result<_>>()?;
        Ok(DiscreteBuyers::made_of(rows, customers.weights().map(<[f64]>::to_vec)))
    }

    /// Each row counts as so many equal buyers.
    ///
    /// # Errors
    /// If there are not as many weights as rows, or one is negative, NaN or infinite.
    pub fn with_weights(self, weights: &[f64]) -> Result<Self> {
        if weights.len() != self.rows.len() {
            return Err(Error::length("weights", weights.len(), self.rows.len()));
        }
        if let Some(row) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            return Err(Error::parameter("weight", "a finite number of at least 0", weights[row]).at_row(row));
        }
        Ok(DiscreteBuyers::made_of(self.rows, Some(weights.to_vec())))
    }

    /// Puts equal buyers together, in the order of what is known of them.
    fn made_of(rows: Vec<Option<DiscreteBuyer>>, weights: Option<Vec<f64>>) -> Self {
        let mut order: Vec<(DiscreteBuyer, usize)> =
            rows.iter().enumerate().filter_map(|(row, buyer)| Some(((*buyer)?, row))).collect();
        crate::parallel::sort(&mut order);
        let mut cells: Vec<(DiscreteBuyer, f64)> = Vec::new();
        let mut cell_of = vec![None; rows.len()];
        for (buyer, row) in order {
            if cells.last().is_none_or(|(last, _)| *last != buyer) {
                cells.push((buyer, 0.0));
            }
            cell_of[row] = Some(cells.len() - 1);
            if let Some((_, weight)) = cells.last_mut() {
                *weight += weights.as_ref().map_or(1.0, |weights| weights[row]);
            }
        }
        DiscreteBuyers { rows, weights, cells, cell_of }
    }

    /// How many rows there are, buyers or not.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many different buyers there are.
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// The sum of the weights: how many buyers the rows stand for.
    pub fn total(&self) -> f64 {
        self.cells.iter().map(|(_, weight)| weight).sum()
    }

    /// The buyer in that row; `None` where the customer never bought.
    pub fn get(&self, row: usize) -> Option<DiscreteBuyer> {
        self.rows.get(row).copied().flatten()
    }

    /// The weight of a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().and_then(|weights| weights.get(row)).copied().unwrap_or(1.0)
    }

    /// The most opportunities that a buyer had.
    pub fn longest(&self) -> Periods {
        Periods::new(self.cells.iter().map(|(buyer, _)| buyer.opportunities).max().unwrap_or(0))
    }

    /// Different buyers with their weights, in order.
    pub(super) fn list(&self) -> &[(DiscreteBuyer, f64)] {
        &self.cells
    }

    /// The cell of each row.
    pub(super) fn cell_of(&self) -> &[Option<usize>] {
        &self.cell_of
    }
}
