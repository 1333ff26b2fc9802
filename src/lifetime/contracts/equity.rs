//! What all who are still there will bring together, and how sure that is.

use std::collections::BTreeMap;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::lifetime::periods::Periods;
use crate::lifetime::retention::RetentionModel;
use crate::lifetime::uncertainty::{DeltaMethod, Interval, Scale};

use super::ContractsModel;

impl ContractsModel {
    /// The interval of what all customers who are still there are expected to bring together: of the sum of `lifetime_value`,
    /// with the customers' weights. It tells how well the parameters of the curve are known, not whether the family is right.
    ///
    /// ```
    /// # use segmentry::customer::{Customers, Record};
    /// # use segmentry::features::purchases::Period;
    /// # use segmentry::time::Day;
    /// use segmentry::lifetime::{DeltaMethod, Horizon, Contracts};
    /// # let day = |n: i32| Day::from_days(20_000 + n);
    /// # let members = (0..300_i32).map(|n| {
    /// #     let member = Record::new(format!("{n}")).with("begun", day(n % 90));
    /// #     if n % 5 < 3 { member.with("ended", day(n % 90 + 25 + (n * n) % 200)) } else { member }
    /// # });
    /// # let customers = Customers::from_customers(members)?.as_of(day(400));
    ///
    /// let learnt = Contracts::new("begun", "ended", Period::Month, Horizon::months(6.0)).fit(&customers)?;
    /// let equity = learnt.equity(&customers, &DeltaMethod::new())?;
    /// assert!(equity.low < equity.estimate && equity.estimate < equity.high && equity.high < 6.0 * 120.0);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Cost
    ///
    /// A sum for each number of renewals that occurs, two times a parameter and once more.
    ///
    /// # Errors
    /// As [`ContractsModel::each`], or as [`DeltaMethod::interval`]: where the fit has no sharp top errors are not known; or if
    /// nobody is still there.
    pub fn equity(&self, customers: &Customers, delta: &DeltaMethod) -> Result<Interval> {
        let rate = self.recipe().period_discount()?.rate();
        let mut paid: BTreeMap<u32, f64> = BTreeMap::new();
        for (row, standing) in self.standings(customers)?.iter().enumerate() {
            let Some((standing, amount)) = standing.as_ref().and_then(|own| Some((own, own.amount?))) else { continue };
            let weight = customers.weights().and_then(|weights| weights.get(row)).copied().unwrap_or(1.0);
            let worth = weight * self.recipe().margin * amount * (1.0 + rate).powf(-standing.wait);
            *paid.entry(standing.renewals).or_default() += worth;
        }
        if paid.is_empty() {
            return Err(Error::empty("customers under contract to value"));
        }
        delta.interval(self.model(), Scale::Positive, |model| {
            let one = |(renewals, paid): (&u32, &f64)| Ok(paid * self.discounted(model, Periods::new(*renewals))?);
            paid.iter().map(one).sum()
        })
    }

    /// Renewals to come within the horizon by that model, discounted to when the next is due.
    pub(super) fn discounted(&self, model: &RetentionModel, tenure: Periods) -> Result<f64> {
        model.discounted_residual(tenure, self.recipe().within()?, self.recipe().period_discount()?)
    }
}
