//! Returns: how much of what was bought comes back.

use super::measured::{self, Measured, check_days, check_levels, events, level, tell_level};
use crate::customer::Customer;
use crate::error::{Error, Result};
use crate::explanation::{Explanation, Reason};
use crate::history::{PURCHASE, RETURN};
use crate::time::AsOf;

measured::segments! {
    /// How much of what a customer bought comes back.
    ReturnsSegment {
        Keeps = "keeps", "Keeps", "Keeps what was bought.";
        SomeReturns = "some_returns", "Some returns", "Sends a part back.";
        ManyReturns = "many_returns", "Many returns", "Sends much of it back.";
    }
}

/// Places customers by the returned amount over the bought amount.
///
/// Bought is the sum of the purchases' amounts above 0; returned are the amounts of events of the kind `return`,
/// whatever their sign, and the purchases' amounts below 0, as refunds are often booked. The number may exceed 1 where
/// the log begins between purchase and return. Events without an amount play no part.
///
/// It fits shops that book returns as events of their own or as negative purchases. It does not fit logs in which a
/// return deletes the order: nothing is left to see. The rate is of *amounts*; the share of orders with a return, which
/// is also called return rate, is another number.
///
/// ```
/// use segmentry::behavioral::{Returns, ReturnsSegment};
/// use segmentry::customer::Record;
/// use segmentry::history::Event;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::time::Day;
///
/// let day = Day::new(2026, 3, 1)?;
/// let ann = Record::new("ann")
///     .purchase(day, 80.0)
///     .purchase(day, 20.0)
///     .purchase(day, -10.0) // a refund booked as a purchase
///     .event(&Event::on(day, "return").amount(30.0))
///     .as_of(day);
/// assert_eq!(Returns::new().measure(&ann)?, Some(0.4));
/// assert_eq!(Returns::new().assign(&ann)?, Some(ReturnsSegment::ManyReturns));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// **Defaults.** All events; some returns from 0.05 on, many from 0.3 on: ours. Shops with clothes see more.
///
/// # Missing values
/// A customer with nothing bought above 0 in the days that count is unassigned, with returns or without.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields, default))]
pub struct Returns {
    purchases: Vec<String>,
    returns: Vec<String>,
    days: Option<u32>,
    rates: [f64; 2],
}

impl Default for Returns {
    fn default() -> Self {
        let (purchases, returns) = (vec![PURCHASE.to_owned()], vec![RETURN.to_owned()]);
        Returns { purchases, returns, days: None, rates: [0.05, 0.3] }
    }
}

impl Returns {
    /// Events of the kinds `purchase` and `return`, with the default thresholds.
    pub fn new() -> Self {
        Returns::default()
    }

    /// Sets the kinds of event that are a purchase, and those that are a return.
    #[must_use]
    pub fn kinds<T: Into<String>, U: Into<String>>(
        mut self,
        purchases: impl IntoIterator<Item = T>,
        returns: impl IntoIterator<Item = U>,
    ) -> Self {
        self.purchases = purchases.into_iter().map(Into::into).collect();
        self.returns = returns.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how many of the last days count.
    #[must_use]
    pub fn days(mut self, days: u32) -> Self {
        self.days = Some(days);
        self
    }

    /// Sets from which rate on there are some returns and many.
    #[must_use]
    pub fn rates(mut self, rates: [f64; 2]) -> Self {
        self.rates = rates;
        self
    }
}

impl Measured for Returns {
    type Segment = ReturnsSegment;
    type Measure = f64;
    const WHAT: &'static str = "returns_rate";

    fn check(&self) -> Result<()> {
        check_days("days", self.days.unwrap_or(1))?;
        if let Some(kind) = self.purchases.iter().find(|kind| self.returns.contains(kind)) {
            return Err(Error::definition(format!("events of the kind `{kind}` cannot be purchase and return")));
        }
        check_levels("rates", &self.rates)
    }

    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<f64, Reason>> {
        let (mut bought, mut returned, mut any) = (0.0, 0.0, false);
        for event in events(customer, as_of, &[], self.days) {
            let amount = event.amount.unwrap_or(0.0);
            if self.returns.iter().any(|kind| kind == event.kind) {
                returned += amount.abs();
            } else if self.purchases.iter().any(|kind| kind == event.kind) {
                any = true;
                if amount > 0.0 {
                    bought += amount;
                } else {
                    returned -= amount;
                }
            }
        }
        if bought > 0.0 {
            let rate: f64 = returned / bought;
            return if rate.is_finite() { Ok(Ok(rate)) } else { Err(Error::not_finite("returns rate", rate)) };
        }
        Ok(Err(if returned > 0.0 {
            Reason::Other("nothing bought that could be returned".into())
        } else if any {
            Reason::Missing("amount".to_owned())
        } else {
            Reason::NoEvents
        }))
    }

    fn number(measure: &f64) -> f64 {
        *measure
    }

    fn place(&self, measure: &f64) -> ReturnsSegment {
        ReturnsSegment::ALL[level(&self.rates, *measure)] // one level more than thresholds
    }

    fn tell(&self, measure: &f64, told: Explanation) -> Explanation {
        tell_level(told, Self::WHAT, *measure, &self.rates, ReturnsSegment::ALL)
    }
}

measured::measured!(Returns, ReturnsSegment, "returns");
