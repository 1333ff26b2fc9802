//! Calibration and holdout: what was known on a day, and what came after.

use super::{PurchaseSummaries, Purchases};
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::parallel;
use crate::time::Day;

impl Purchases {
    /// Splits the purchases in two: up to and including `calibration_end`, and after it up to and including
    /// `observation_end`.
    pub fn split(&self, calibration_end: Day, observation_end: Day) -> PurchaseSplit {
        PurchaseSplit { purchases: self.clone(), calibration_end, observation_end }
    }
}

/// Purchases in two parts by day: one to learn from, one to test what was learnt. Made by [`Purchases::split`].
///
/// The split is that of `calibration_and_holdout_data` in lifetimes. The days of the split stand in for the moment as
/// of which the customers are seen.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::features::purchases::Purchases;
/// use segmentry::history::History;
/// use segmentry::time::Day;
///
/// let (spring, summer, autumn) = (Day::new(2025, 3, 1)?, Day::new(2025, 7, 1)?, Day::new(2025, 10, 1)?);
/// let history = History::purchases(["ann", "ann", "bo"], &[spring, autumn, autumn], &[20.0, 30.0, 5.0])?;
/// let split = Purchases::new().split(summer, Day::new(2025, 12, 31)?).summarize(&Customers::from_history(history))?;
/// assert_eq!(split.holdout[0].map(|later| later.purchases), Some(1)); // ann came again
/// assert_eq!(split.holdout[1], None); // bo was not known in summer
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseSplit {
    purchases: Purchases,
    calibration_end: Day,
    observation_end: Day,
}

/// What a customer bought in the holdout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holdout {
    /// How many purchases, or periods with a purchase.
    pub purchases: u32,
    /// The sum of the amounts; `None` if a purchase has no amount.
    pub spend: Option<f64>,
}

/// Both parts of a split, customer by customer.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitSummaries {
    /// The purchases up to the end of the calibration, as of that day.
    pub calibration: PurchaseSummaries,
    /// What came after; `None` for customers whose first purchase was not known at the end of the calibration.
    pub holdout: Vec<Option<Holdout>>,
    /// How long the holdout is, in days: between the starts of periods where purchases are collapsed.
    pub holdout_days: i32,
}

impl PurchaseSplit {
    /// Both parts of every customer.
    ///
    /// # Errors
    /// If the observation does not end after the calibration, or after the moment as of which the customers are seen;
    /// if there is no history; if amounts come to more than a number can hold.
    pub fn summarize(&self, customers: &Customers) -> Result<SplitSummaries> {
        let (calibration_end, observation_end) = (self.calibration_end, self.observation_end);
        if observation_end <= calibration_end {
            let expected = format!("after `calibration_end`, {calibration_end}");
            return Err(Error::parameter("observation_end", expected, observation_end));
        }
        if let Ok(seen) = customers.seen_as_of()
            && seen.day() < observation_end
        {
            let expected = format!("at most {}, the day as of which customers are seen", seen.day());
            return Err(Error::parameter("observation_end", expected, observation_end));
        }
        let log = self.purchases.log_as_of(customers, observation_end.into())?;
        let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK / 4, |rows| {
            let (mut calibration, mut holdout) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
            for row in rows {
                let known = log.run(row, |_, day| day <= calibration_end)?;
                let known = known.finish(calibration_end).map_err(|error| log.at(error, row))?;
                let later = log.run(row, |_, day| day > calibration_end && day <= observation_end)?;
                let spend = later.spend().map_err(|error| log.at(error, row))?;
                let spend = (!spend.is_nan()).then_some(spend);
                holdout.push(known.map(|_| Holdout { purchases: later.purchases(), spend }));
                calibration.push(known);
            }
            Ok::<_, Error>((calibration, holdout))
        });
        let (mut calibration, mut holdout) = (Vec::new(), Vec::with_capacity(customers.len()));
        for chunk in chunks {
            let (known, mut later) = chunk?;
            calibration.push(Ok(known));
            holdout.append(&mut later);
        }
        let mark = |day: Day| self.purchases.grain().map_or(day, |grain| grain.start(day));
        Ok(SplitSummaries {
            calibration: self.purchases.gather(calibration)?,
            holdout,
            holdout_days: mark(observation_end).days_since(mark(calibration_end)),
        })
    }

    /// On how many days from the end of the calibration repeats were made, and how many, by customers who had bought by
    /// then; in the order of days, those of the calibration before 0 or on it.
    ///
    /// Where purchases are collapsed, days are counted between starts of periods.
    ///
    /// # Errors
    /// As [`PurchaseSplit::summarize`].
    #[cfg(feature = "lifetime")]
    pub(crate) fn repeats(&self, customers: &Customers) -> Result<Vec<(i32, u32)>> {
        let log = self.purchases.log_as_of(customers, self.observation_end.into())?;
        let mark = |day: Day| self.purchases.grain().map_or(day, |grain| grain.start(day));
        let end = mark(self.calibration_end);
        let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK / 4, |rows| {
            let mut found: std::collections::BTreeMap<i32, u32> = std::collections::BTreeMap::new();
            let mut days = Vec::new();
            for row in rows {
                log.days(row, &mut days)?;
                if days.first().is_some_and(|first| *first <= self.calibration_end) {
                    for day in days.iter().skip(1) {
                        *found.entry(mark(*day).days_since(end)).or_insert(0) += 1;
                    }
                }
            }
            Ok::<_, Error>(found)
        });
        let mut all = std::collections::BTreeMap::new();
        for chunk in chunks {
            for (day, count) in chunk? {
                *all.entry(day).or_insert(0) += count;
            }
        }
        Ok(all.into_iter().collect())
    }
}
