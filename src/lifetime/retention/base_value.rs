//! What a whole base of customers under contract is worth, tenure by tenure.

use std::fmt;

use crate::error::{Error, Result};
use crate::math::sum::sum;
use crate::parallel;
use crate::text::{Align, Table, number};

use super::super::discrete::worth;
use super::super::periods::{PeriodDiscount, Periods};
use super::customer_base::CustomerBase;
use super::model::RetentionModel;

/// What the customers of one tenure are worth.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TenureValue {
    /// How often they have renewed.
    pub tenure: u32,
    /// How many there are.
    pub customers: f64,
    /// The share of them that is expected to take the next renewal.
    pub retention: f64,
    /// Expected renewals of each, discounted.
    pub renewals: f64,
    /// The value of each.
    pub value: f64,
}

/// What a base of customers is worth at the moment when their next renewals are due: [`RetentionModel::base_value`].
///
/// One rate of retention for all, the usual shortcut, is too low for those who have renewed often, and most of the value is
/// theirs: here each tenure has a rate of its own. An interval comes of the [`DeltaMethod`](crate::lifetime::DeltaMethod).
///
/// ```
/// use segmentry::lifetime::{CustomerBase, DeltaMethod, PeriodDiscount, Periods, Renewals, Scale, ShiftedBetaGeometric};
///
/// let cohort = [1000.0, 869.0, 743.0, 653.0, 593.0];
/// let model = ShiftedBetaGeometric::new().fit(&Renewals::survivors(&cohort)?)?;
/// // the same number signs every year: so many have renewed 0, 1, … times
/// let (base, rate) = (CustomerBase::by_tenure(&cohort)?, PeriodDiscount::per_period(0.1));
/// let value = |model: &_| -> segmentry::Result<f64> {
///     Ok(segmentry::lifetime::RetentionModel::base_value(model, &base, 100.0, Periods::forever(), rate)?.value)
/// };
/// println!("{}", model.base_value(&base, 100.0, Periods::forever(), rate)?); // a line a tenure, and all together
/// let interval = DeltaMethod::new().interval(&model, Scale::Positive, value)?;
/// assert!(interval.low < interval.estimate && interval.estimate < interval.high);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # References
///
/// P. S. Fader and B. G. S. Hardie (2010), Customer-base valuation in a contractual setting: the perils of ignoring
/// heterogeneity, *Marketing Science* 29(1), DOI 10.1287/mksc.1080.0482.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BaseValue {
    /// How many customers there are.
    pub customers: f64,
    /// How many of them are expected to take the next renewal.
    pub staying: f64,
    /// Expected renewals of all, discounted.
    pub renewals: f64,
    /// The value of all.
    pub value: f64,
    /// Tenure by tenure, rising.
    pub tenures: Vec<TenureValue>,
}

impl BaseValue {
    /// The mean value of a customer; `None` without customers.
    pub fn mean(&self) -> Option<f64> {
        (self.customers > 0.0).then(|| self.value / self.customers)
    }
}

impl RetentionModel {
    /// [`RetentionModel::residual`] of each customer; NaN of a row without a contract.
    ///
    /// # Errors
    /// As there.
    pub fn residual_each(&self, contracts: &CustomerBase, within: Periods) -> Result<Vec<f64>> {
        self.of_rows(contracts, |tenure| self.residual(tenure, within))
    }

    /// [`RetentionModel::value`] of each customer, with a margin a period for each row; NaN of a row without a contract, of
    /// which no margin is asked.
    ///
    /// # Cost
    /// A sum for each different tenure, in parallel.
    ///
    /// # Errors
    /// As there, with the first such row, or if there are not as many margins as rows.
    pub fn value_each(
        &self,
        contracts: &CustomerBase,
        margins: &[f64],
        within: Periods,
        discount: PeriodDiscount,
    ) -> Result<Vec<f64>> {
        if margins.len() != contracts.len() {
            return Err(Error::length("margins", margins.len(), contracts.len()));
        }
        let renewals = self.of_rows(contracts, |tenure| self.discounted_residual(tenure, within, discount))?;
        let one = |(row, (renewals, margin)): (usize, (f64, &f64))| {
            if renewals.is_nan() { Ok(f64::NAN) } else { worth(*margin, renewals).map_err(|error| error.at_row(row)) }
        };
        renewals.into_iter().zip(margins).enumerate().map(one).collect()
    }

    /// What all customers together are worth at the moment when their next renewals are due, for a margin a period of each:
    /// tenure by tenure [`RetentionModel::value`] times how many there are.
    ///
    /// Where renewals are due at other times (a share `w` of a period from now on the average), divide by `(1 + rate)^w`.
    ///
    /// # Cost
    /// A sum for each different tenure, in parallel.
    ///
    /// # Errors
    /// As [`RetentionModel::value`].
    pub fn base_value(
        &self,
        contracts: &CustomerBase,
        margin: f64,
        within: Periods,
        discount: PeriodDiscount,
    ) -> Result<BaseValue> {
        let (tenures, _) = contracts.tenures();
        let one = |at: usize| {
            let (tenure, customers) = tenures.get(at).copied().unwrap_or_default();
            let periods = Periods::new(tenure);
            let renewals = self.discounted_residual(periods, within, discount)?;
            let retention = self.alive(periods, Periods::new(1))?;
            Ok(TenureValue { tenure, customers, retention, renewals, value: worth(margin, renewals)? })
        };
        let tenures = parallel::map(tenures.len(), one).into_iter().collect::<Result<Vec<TenureValue>>>()?;
        let all =
            |figure: fn(&TenureValue) -> f64| worth(1.0, sum(tenures.iter().map(|own| own.customers * figure(own))));
        Ok(BaseValue {
            customers: all(|_| 1.0)?,
            staying: all(|own| own.retention)?,
            renewals: all(|own| own.renewals)?,
            value: all(|own| own.value)?,
            tenures,
        })
    }

    /// A figure of the tenure of each row, found once for each different tenure.
    fn of_rows(
        &self,
        contracts: &CustomerBase,
        figure: impl Fn(Periods) -> Result<f64> + Sync + Send,
    ) -> Result<Vec<f64>> {
        let (tenures, places) = contracts.tenures();
        let one = |at: usize| figure(Periods::new(tenures.get(at).map_or(0, |(tenure, _)| *tenure)));
        let found = parallel::map(tenures.len(), one).into_iter().collect::<Result<Vec<f64>>>()?;
        Ok(places.iter().map(|at| at.and_then(|at| found.get(at)).copied().unwrap_or(f64::NAN)).collect())
    }
}

impl fmt::Display for BaseValue {
    /// A line a tenure, and all together.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["renewed", "customers", "stay", "renewals to come", "value of each", "value"];
        let mut table = Table::new(heads.map(|head| (head, Align::Right)));
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        for own in &self.tenures {
            let (tenure, customers) = (own.tenure.to_string(), number(own.customers));
            let (renewals, value) = (number(own.renewals), number(own.value));
            table.row([tenure, customers, percent(own.retention), renewals, value, number(own.customers * own.value)]);
        }
        let mean = |total: f64| if self.customers > 0.0 { total / self.customers } else { 0.0 };
        let (stay, renewals) = (percent(mean(self.staying)), number(mean(self.renewals)));
        let (customers, value) = (number(self.customers), number(self.value));
        table.row(["all".to_owned(), customers, stay, renewals, number(mean(self.value)), value]);
        write!(f, "{table}")
    }
}
