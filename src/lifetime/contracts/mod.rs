//! From the days on which contracts began and ended to what each customer is still worth: one recipe for all of it.

mod beside;
mod equity;
mod model;
mod standing;

pub use beside::{RetentionFit, RetentionLine};
pub use model::{ContractValue, ContractsModel};

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::{Period, TimeUnit};
use crate::progress::Progress;

use super::fit::plain::starts;
use super::horizon::{DiscountRate, Horizon};
use super::periods::{PeriodDiscount, Periods};
use super::retention::{BetaDiscreteWeibull, Renewals, RetentionFamily, RetentionModel, ShiftedBetaGeometric};

/// The most renewals that are looked ahead of.
const MOST: f64 = 1e6;

/// Learns from the contracts of customers how long those who are still there will stay, and what that is worth.
///
/// It puts together what can also be had one by one: [`Renewals`] of the customers, a [`ShiftedBetaGeometric`] or
/// [`BetaDiscreteWeibull`] model of them, and its figures for each customer by the renewals so far. What it learns adds five
/// attributes to customers ([`ContractsModel::add_to`]), which rules, tiers, clusters and
/// [`ValueMatrix`](crate::worth::ValueMatrix) read like any other:
///
/// | attribute | is, of a customer who is still there |
/// | --- | --- |
/// | `renewals` | how often the contract was renewed so far |
/// | `retained` | the probability to be still there after the renewals within the horizon |
/// | `expected_renewals` | the renewals expected within the horizon; of one without end, discounted |
/// | `lifetime_value` | margin times amount of these renewals, discounted to now |
/// | `value_so_far` | margin times amount of the periods paid for until now, at the amount of today |
///
/// ```
/// use segmentry::customer::{Customers, Record};
/// use segmentry::features::purchases::Period;
/// use segmentry::lifetime::{Contracts, DiscountRate, Horizon};
/// use segmentry::time::Day;
///
/// let day = |n: i32| Day::from_days(20_000 + n);
/// let members = (0..300_i32).map(|n| {
///     let member = Record::new(format!("{n}")).with("begun", day(n % 90));
///     // most leave early, some stay
///     if n % 5 < 3 { member.with("ended", day(n % 90 + 25 + (n * n) % 200)) } else { member }
/// });
/// let customers = Customers::from_customers(members)?.as_of(day(400));
/// let recipe = Contracts::new("begun", "ended", Period::Month, Horizon::years(1.0));
/// let model = recipe.amount(9.99).discount(DiscountRate::per_year(0.1)).fit(&customers)?;
///
/// let eve = Record::new("eve").with("begun", day(100)).as_of(day(400));
/// let worth = model.of(&eve)?.expect("is still there");
/// assert_eq!(worth.renewals, 9);
/// assert!(worth.retained > 0.5 && worth.lifetime_value.is_some_and(|value| value < 12.0 * 9.99));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How it works
///
/// A contract is paid for at its beginning and at each renewal; the next renewal of a customer lies a part of a period ahead,
/// and is discounted by that part. Renewals fall on anniversaries, as those of [`Renewals::of`].
///
/// # Missing values
///
/// Who has left by now, or whose contract has not begun, has none of the attributes. One whose amount is not known has no
/// values, and the others.
///
/// # Cost
///
/// O(n) and a fit over the renewals; figures are made once for each number of renewals that occurs.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Contracts {
    start: String,
    end: String,
    period: Period,
    #[cfg_attr(feature = "serde", serde(default = "Contracts::each_one"))]
    every: u32,
    horizon: Horizon,
    #[cfg_attr(feature = "serde", serde(default = "Contracts::first_family"))]
    family: RetentionFamily,
    #[cfg_attr(feature = "serde", serde(default = "DiscountRate::none"))]
    discount: DiscountRate,
    #[cfg_attr(feature = "serde", serde(default = "Contracts::one"))]
    margin: f64,
    #[cfg_attr(feature = "serde", serde(default = "Contracts::one"))]
    amount: f64,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    amount_of: Option<String>,
    #[cfg_attr(feature = "serde", serde(default = "Contracts::five"))]
    starts: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

starts!(Contracts);

impl Contracts {
    /// Contracts that begin and end on the days of these attributes and are renewed each period, within that horizon:
    /// shifted beta-geometric, 1 a renewal, nothing discounted.
    pub fn new(start: impl Into<String>, end: impl Into<String>, period: Period, horizon: Horizon) -> Self {
        Contracts {
            start: start.into(),
            end: end.into(),
            period,
            every: Contracts::each_one(),
            horizon,
            family: Contracts::first_family(),
            discount: DiscountRate::none(),
            margin: Contracts::one(),
            amount: Contracts::one(),
            amount_of: None,
            starts: Contracts::five(),
            seed: 0,
        }
    }

    const fn first_family() -> RetentionFamily {
        RetentionFamily::ShiftedBetaGeometric
    }

    const fn one() -> f64 {
        1.0
    }

    const fn each_one() -> u32 {
        1
    }

    const fn five() -> usize {
        5
    }

    /// Sets after how many of the periods a contract is renewed: 12 where months are and contracts run for a year.
    #[must_use]
    pub fn every(mut self, periods: u32) -> Self {
        self.every = periods;
        self
    }

    /// Sets how the chance to leave differs and changes.
    #[must_use]
    pub fn family(mut self, family: RetentionFamily) -> Self {
        self.family = family;
        self
    }

    /// Sets what a later renewal is worth less.
    #[must_use]
    pub fn discount(mut self, discount: DiscountRate) -> Self {
        self.discount = discount;
        self
    }

    /// Sets the share of the amount that counts, from 0 to 1.
    #[must_use]
    pub fn margin(mut self, margin: f64) -> Self {
        self.margin = margin;
        self
    }

    /// Sets what is paid a period.
    #[must_use]
    pub fn amount(mut self, amount: f64) -> Self {
        self.amount = amount;
        self
    }

    /// Takes what is paid a period from that attribute, times [`Contracts::amount`].
    #[must_use]
    pub fn amount_of(mut self, attribute: impl Into<String>) -> Self {
        self.amount_of = Some(attribute.into());
        self
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    /// If not, with the name of the setting.
    pub fn check(&self) -> Result<()> {
        if self.start == self.end {
            return Err(Error::parameter("end", "another attribute than that of the start", &self.end));
        }
        if self.every == 0 {
            return Err(Error::parameter("every", "at least 1 period", 0));
        }
        self.within().map_err(|error| error.at_key("horizon"))?;
        self.period_discount().map_err(|error| error.at_key("discount"))?;
        if !(0.0..=1.0).contains(&self.margin) {
            return Err(Error::parameter("margin", "a share from 0 to 1", self.margin));
        }
        if !(self.amount.is_finite() && self.amount >= 0.0) {
            return Err(Error::parameter("amount", "a finite amount of at least 0", self.amount));
        }
        if self.horizon.is_forever() && self.discount == DiscountRate::none() {
            let message = "the value for ever is not defined without a discount: renewals may have no bound";
            return Err(Error::unsupported(message).at_key("discount"));
        }
        if self.starts == 0 { Err(Error::parameter("starts", "at least 1", 0)) } else { Ok(()) }
    }

    /// How long it is from one renewal to the next.
    fn length(&self) -> Horizon {
        let unit = match self.period {
            Period::Day => TimeUnit::Days,
            Period::Week => TimeUnit::Weeks,
            Period::Month => TimeUnit::Months,
        };
        Horizon::new(f64::from(self.every), unit)
    }

    /// How many renewals lie within the horizon: one in each period of it.
    pub(super) fn within(&self) -> Result<Periods> {
        if self.horizon.is_forever() {
            return Ok(Periods::forever());
        }
        self.horizon.check()?;
        let length = self.length();
        // a whole number of periods may have lost its last bit
        let count = (self.horizon.in_unit(TimeUnit::Days) / length.in_unit(TimeUnit::Days) + 1e-9).floor();
        if (1.0..MOST).contains(&count) {
            return Ok(Periods::new(count as u32));
        }
        Err(Error::parameter(
            "horizon",
            format!("from {length}, when a contract is renewed, to a million times it"),
            self.horizon,
        ))
    }

    /// What money of the next period is worth less.
    pub(super) fn period_discount(&self) -> Result<PeriodDiscount> {
        PeriodDiscount::of(self.discount, self.length())
    }

    /// What is seen of the contracts: how many stayed and how many left, renewal by renewal.
    ///
    /// # Errors
    /// As [`Renewals::of`].
    pub fn renewals(&self, customers: &Customers) -> Result<Renewals> {
        Renewals::of_every(customers, &self.start, &self.end, (self.every, self.period))
    }

    /// Learns.
    ///
    /// # Errors
    /// If a setting is wrong, the customers are seen as of no moment, an attribute is not there or holds no days, a contract
    /// ends before it begins, or nobody was seen to stay, or nobody to leave.
    pub fn fit(&self, customers: &Customers) -> Result<ContractsModel> {
        self.fit_with(customers, &Progress::none())
    }

    /// Learns, telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`Contracts::fit`], or if `progress` stops it.
    pub fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<ContractsModel> {
        self.check()?;
        let model = self.model(&self.renewals(customers)?, progress)?;
        Ok(ContractsModel::learnt(self.clone(), model))
    }

    fn model(&self, renewals: &Renewals, progress: &Progress<'_>) -> Result<RetentionModel> {
        match self.family {
            RetentionFamily::ShiftedBetaGeometric => {
                ShiftedBetaGeometric::new().starts(self.starts).seed(self.seed).fit_with(renewals, progress)
            }
            RetentionFamily::BetaDiscreteWeibull => {
                BetaDiscreteWeibull::new().starts(self.starts).seed(self.seed).fit_with(renewals, progress)
            }
        }
    }
}
