//! The customers that are there: how often each has renewed so far.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::Period;

use super::super::periods::Periods;
use super::calendar::whole_periods;
use super::tenures::contracts;

/// The most renewals of a contract.
const MOST: u32 = 1_000_000;

/// The customers that are there: how often each has renewed, 0 of one who has just signed. What a base of customers is worth
/// is a sum over them.
///
/// ```
/// use segmentry::lifetime::{CustomerBase, PeriodDiscount, Periods, RetentionFamily, RetentionModel};
///
/// // 5,000 who signed this year, 3,100 who have renewed once, 2,300 twice
/// let base = CustomerBase::by_tenure(&[5000.0, 3100.0, 2300.0])?;
/// let model = RetentionModel::of(RetentionFamily::ShiftedBetaGeometric, &[0.70408, 1.18204])?;
/// let all = model.base_value(&base, 100.0, Periods::forever(), PeriodDiscount::per_period(0.1))?;
/// assert!(all.value > 2e6 && all.tenures.len() == 3);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// 8 bytes a row, and 8 more with weights.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerBase {
    rows: Vec<Option<u32>>,
    weights: Option<Vec<f64>>,
}

impl CustomerBase {
    /// A row for each customer: how often it has renewed.
    ///
    /// # Errors
    /// If one has renewed more than a million times, with its row.
    pub fn new(tenures: &[u32]) -> Result<Self> {
        if let Some(row) = tenures.iter().position(|tenure| *tenure > MOST) {
            let error = Error::parameter("tenure", format!("at most {MOST} renewals"), tenures[row]);
            return Err(error.at_row(row));
        }
        Ok(CustomerBase { rows: tenures.iter().copied().map(Some).collect(), weights: None })
    }

    /// A row for each tenure: how many customers have not renewed yet, how many have once, twice, and so on.
    ///
    /// # Errors
    /// If a count is negative, NaN or infinite, or there are more than a million.
    pub fn by_tenure(customers: &[f64]) -> Result<Self> {
        let tenures: Vec<u32> = (0..).take(customers.len()).collect();
        CustomerBase::new(&tenures)?.with_weights(customers)
    }

    /// The contracts of these customers that run as of the moment at which they are seen, by the attributes of the day on
    /// which they began and of the day on which they ended. A contract that has ended by then, or begins later, is none,
    /// also where it is paid for some time yet. The customers' weights count.
    ///
    /// A renewal falls on the day on which a period is over, as in [`Renewals::of`](super::Renewals::of).
    ///
    /// # Errors
    /// As there.
    pub fn of(customers: &Customers, start: &str, end: &str, period: Period) -> Result<Self> {
        let now = customers.seen_as_of()?.day();
        let rows = contracts(customers, start, end)?.into_iter();
        let rows = rows.map(|contract| match contract {
            Some((from, None)) => Some(whole_periods(from, now, period)),
            _ => None,
        });
        Ok(CustomerBase { rows: rows.collect(), weights: customers.weights().map(<[f64]>::to_vec) })
    }

    /// Each row counts as so many equal customers.
    ///
    /// # Errors
    /// If there are not as many weights as rows, or one is negative, NaN or infinite.
    pub fn with_weights(mut self, weights: &[f64]) -> Result<Self> {
        if weights.len() != self.rows.len() {
            return Err(Error::length("weights", weights.len(), self.rows.len()));
        }
        if let Some(row) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            return Err(Error::parameter("weight", "a finite number of at least 0", weights[row]).at_row(row));
        }
        self.weights = Some(weights.to_vec());
        Ok(self)
    }

    /// How many rows there are, with a contract or not.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How often the customer in that row has renewed; `None` of one without a contract.
    pub fn get(&self, row: usize) -> Option<Periods> {
        self.rows.get(row).copied().flatten().map(Periods::new)
    }

    /// The weight of a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().and_then(|weights| weights.get(row)).copied().unwrap_or(1.0)
    }

    /// Different tenures, rising, with how many customers have them; and the place of each row among them.
    pub(super) fn tenures(&self) -> (Vec<(u32, f64)>, Vec<Option<usize>>) {
        let mut sorted: Vec<u32> = self.rows.iter().flatten().copied().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut counted: Vec<(u32, f64)> = sorted.iter().map(|tenure| (*tenure, 0.0)).collect();
        let place = |(row, tenure): (usize, &Option<u32>)| {
            let at = sorted.binary_search(&(*tenure)?).ok()?;
            if let Some((_, count)) = counted.get_mut(at) {
                *count += self.weight(row);
            }
            Some(at)
        };
        let places = self.rows.iter().enumerate().map(place).collect();
        (counted, places)
    }
}
