//! From a history to what each customer is worth: one recipe for all of it.

mod by;
mod choose;
mod equity;
mod model;

pub use choose::FamilyBy;
pub use model::{CustomerValue, LifetimesModel};

use crate::customer::Customers;
use crate::error::{Error, ErrorKind, Result};
use crate::features::purchases::{Period, Purchases, TimeUnit};
use crate::progress::Progress;

use super::buyers::Buyers;
use super::compare::FamilyChoice;
use super::family::Family;
use super::fit::BuyTillYouDie;
use super::fit::plain::starts;
use super::horizon::{DiscountRate, Horizon};
use super::shrink::PerSegment;
use super::spend::GammaGamma;
use super::value::LifetimeValue;

/// Learns from the histories of customers what each is worth, now and to come.
///
/// It puts together what can also be had one by one: [`Buyers`] of the history, a [`BuyTillYouDie`] model of purchases, a
/// [`GammaGamma`] model of what a purchase brings, and their [`LifetimeValue`]. What it learns adds six
/// attributes to customers ([`LifetimesModel::add_to`]), which rules, tiers, clusters and
/// [`ValueMatrix`](crate::worth::ValueMatrix) read like any other:
///
/// | attribute | is |
/// | --- | --- |
/// | `alive` | the probability that the customer has not left |
/// | `expected_purchases` | purchases expected within the horizon; of one without end, discounted |
/// | `expected_spend` | the amount expected a purchase, whether the customer has bought once or often |
/// | `lifetime_value` | margin times spend of the purchases to come within the horizon, discounted |
/// | `value_so_far` | margin times what was spent until now |
/// | `value_at_risk` | `value_so_far` times the probability that the customer has left |
///
/// ```
/// use segmentry::customer::{Customers, Record};
/// use segmentry::history::History;
/// use segmentry::lifetime::{DiscountRate, Horizon, Lifetimes};
/// use segmentry::time::Day;
///
/// let (mut log, day) = (History::builder(), |n: i32| Day::from_days(20_000 + n));
/// for customer in 0..60 {
///     for n in 0..1 + customer % 7 {
///         // some every three weeks, some every ten
///         log.push(customer, &(day(customer + n * (21 + 7 * (customer % 8))), f64::from(20 + (customer * 7 + n * 3) % 30)))?;
///     }
/// }
/// let customers = Customers::from_history(log.finish()).as_of(day(500));
/// let model = Lifetimes::new(Horizon::years(1.0)).discount(DiscountRate::per_year(0.1)).margin(0.3).fit(&customers)?;
///
/// let eve = Record::new("eve").purchase(day(400), 30.0).purchase(day(440), 25.0).as_of(day(450));
/// let worth = model.of(&eve)?.expect("has bought");
/// assert!(worth.alive > 0.5 && worth.lifetime_value > 0.0);
/// assert_eq!(worth.value_so_far, Some(0.3 * 55.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Missing values
///
/// A customer who never bought has none of the attributes. One of whom an amount is not known has no `value_so_far`, and is
/// expected to spend what the population spends.
///
/// # Cost
///
/// One walk over the history, then a fit over different buyers ([`Buyers`]), of every family where the best is sought; a
/// customer is valued in about a microsecond.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Lifetimes {
    horizon: Horizon,
    #[cfg_attr(feature = "serde", serde(default))]
    family: FamilyBy,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    among: Option<Vec<Family>>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    holdout: Option<Horizon>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    by: Option<String>,
    #[cfg_attr(feature = "serde", serde(default = "Lifetimes::weeks"))]
    unit: TimeUnit,
    #[cfg_attr(feature = "serde", serde(default = "DiscountRate::none"))]
    discount: DiscountRate,
    #[cfg_attr(feature = "serde", serde(default = "Lifetimes::whole"))]
    margin: f64,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    step: Option<Horizon>,
    #[cfg_attr(feature = "serde", serde(default = "Lifetimes::by_day"))]
    purchases: Purchases,
    #[cfg_attr(feature = "serde", serde(default))]
    spend: SpendBy,
    #[cfg_attr(feature = "serde", serde(default = "Lifetimes::five"))]
    starts: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

/// What a customer is expected to spend a purchase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SpendBy {
    /// Between the customer's own mean and the population's, by the Gamma-Gamma model.
    #[default]
    GammaGamma,
    /// The mean of all repeats of all customers, for everybody: where the Gamma-Gamma model does not fit.
    Population,
}

starts!(Lifetimes);

impl Lifetimes {
    /// What customers bring within that horizon: BG/NBD in weeks, purchases of a day taken for one, all of the spend
    /// counted, nothing discounted.
    pub fn new(horizon: Horizon) -> Self {
        Lifetimes {
            horizon,
            family: FamilyBy::default(),
            among: None,
            holdout: None,
            by: None,
            unit: Lifetimes::weeks(),
            discount: DiscountRate::none(),
            margin: Lifetimes::whole(),
            step: None,
            purchases: Lifetimes::by_day(),
            spend: SpendBy::default(),
            starts: Lifetimes::five(),
            seed: 0,
        }
    }

    const fn weeks() -> TimeUnit {
        TimeUnit::Weeks
    }

    const fn whole() -> f64 {
        1.0
    }

    const fn five() -> usize {
        5
    }

    fn by_day() -> Purchases {
        Purchases::new().collapse(Period::Day)
    }

    /// Sets how customers buy and leave: a [`Family`], or [`FamilyBy::Best`] of those that are fitted and compared.
    #[must_use]
    pub fn family(mut self, family: impl Into<FamilyBy>) -> Self {
        self.family = family.into();
        self
    }

    /// Sets among which families the best is sought; among all unless set.
    #[must_use]
    pub fn among(mut self, families: impl IntoIterator<Item = Family>) -> Self {
        self.among = Some(families.into_iter().collect());
        self
    }

    /// Sets how much of the time that was seen is kept back to judge families by, where the best is sought: they learn from
    /// what was before it. Without it they are judged by the BIC.
    #[must_use]
    pub fn holdout(mut self, holdout: Horizon) -> Self {
        self.holdout = Some(holdout);
        self
    }

    /// Learns a model of purchases for each value of that attribute, each drawn towards what is common to all
    /// ([`PerSegment`]). Who has no value of it, or one that was not there, is answered by the model of all customers. Spend is
    /// learnt of all together.
    ///
    /// ```
    /// # use segmentry::customer::Customers;
    /// # use segmentry::history::History;
    /// # use segmentry::lifetime::{Horizon, Lifetimes};
    /// # use segmentry::time::Day;
    /// # use segmentry::value::Column;
    /// # let (mut log, day) = (History::builder(), |n: i32| Day::from_days(20_000 + n));
    /// # for customer in 0..60 {
    /// #     for n in 0..1 + customer % 7 {
    /// #         log.push(customer, &(day(customer + n * (21 + 7 * (customer % 8))), f64::from(20 + (customer * 7 + n * 3) % 30)))?;
    /// #     }
    /// # }
    /// # let customers = Customers::from_history(log.finish()).as_of(day(500));
    /// let won_by = (0..customers.len()).map(|row| ["shop", "web"][row % 2]);
    /// let customers = customers.with_column("won_by", Column::texts(won_by))?;
    /// let model = Lifetimes::new(Horizon::years(1.0)).by("won_by").starts(1).fit(&customers)?;
    /// let models = model.segments().map_or(0, |models| models.segments().len());
    /// assert_eq!(models, 2);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn by(mut self, attribute: impl Into<String>) -> Self {
        self.by = Some(attribute.into());
        self
    }

    /// Sets the unit of the model's parameters; no answer depends on it.
    #[must_use]
    pub fn unit(mut self, unit: TimeUnit) -> Self {
        self.unit = unit;
        self
    }

    /// Sets what a later purchase is worth less.
    #[must_use]
    pub fn discount(mut self, discount: DiscountRate) -> Self {
        self.discount = discount;
        self
    }

    /// Sets the share of the spend that counts: 0.3 where a euro of sales leaves 30 cents.
    #[must_use]
    pub fn margin(mut self, margin: f64) -> Self {
        self.margin = margin;
        self
    }

    /// Counts the purchases of each such length of time at its end, as spreadsheets do; at their own time unless set.
    #[must_use]
    pub fn in_steps(mut self, step: Horizon) -> Self {
        self.step = Some(step);
        self
    }

    /// Sets what counts as a purchase. Collapse by day at least: two purchases at one moment are no repeat.
    #[must_use]
    pub fn purchases(mut self, purchases: Purchases) -> Self {
        self.purchases = purchases;
        self
    }

    /// Sets what customers are expected to spend a purchase.
    #[must_use]
    pub fn spend(mut self, spend: SpendBy) -> Self {
        self.spend = spend;
        self
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        self.value().check()?;
        self.check_choice()?;
        if self.starts == 0 { Err(Error::parameter("starts", "at least 1", 0)) } else { Ok(()) }
    }

    /// How purchases to come become money.
    pub(super) fn value(&self) -> LifetimeValue {
        let value = LifetimeValue::new(self.horizon).discount(self.discount).margin(self.margin);
        match self.step {
            Some(step) => value.in_steps(step),
            None => value,
        }
    }

    /// Learns.
    ///
    /// # Errors
    /// If a setting is wrong, the customers are seen as of no moment or have no history, nobody bought again, there is no
    /// attribute to learn by, no family fits, or amounts are such that no model of spend fits: the message says to take
    /// [`SpendBy::Population`].
    pub fn fit(&self, customers: &Customers) -> Result<LifetimesModel> {
        self.fit_with(customers, &Progress::none())
    }

    /// Learns, telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`Lifetimes::fit`], or if `progress` stops it.
    pub fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<LifetimesModel> {
        self.learn(customers, progress).map(|(model, _)| model)
    }

    /// Learns, and tells how the family was chosen, if it was.
    pub(crate) fn learn(
        &self,
        customers: &Customers,
        progress: &Progress<'_>,
    ) -> Result<(LifetimesModel, Option<FamilyChoice>)> {
        self.check()?;
        let buyers = self.buyers(customers)?;
        let (family, choice) = self.chosen(customers, &buyers, progress)?;
        let recipe = BuyTillYouDie::new(family).starts(self.starts).seed(self.seed);
        let (purchases, segments) = match self.segments_of(customers)? {
            None => (recipe.fit_with(&buyers, progress)?, None),
            Some(names) => {
                let names: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
                let models = PerSegment::new(recipe).fit_with(&buyers, &names, progress)?;
                (models.pooled().clone(), Some(models))
            }
        };
        let spend = match self.spend {
            SpendBy::Population => None,
            SpendBy::GammaGamma => {
                let fitted = GammaGamma::new().starts(self.starts).seed(self.seed).fit_with(&buyers, progress);
                Some(fitted.map_err(population_instead)?)
            }
        };
        let reasons = choice.as_ref().map_or_else(Vec::new, |choice| choice.reasons.clone());
        let model = LifetimesModel::learnt(self, &buyers, model::Parts { purchases, segments, spend, reasons })?;
        Ok((model, choice))
    }

    /// The buyers among the customers, with the customers' weights.
    pub(super) fn buyers(&self, customers: &Customers) -> Result<Buyers> {
        let buyers = Buyers::of(customers, &self.purchases, self.unit)?;
        match customers.weights() {
            Some(weights) => buyers.with_weights(weights),
            None => Ok(buyers),
        }
    }
}

/// Where no model of spend fits, what does.
fn population_instead(error: Error) -> Error {
    let told = match error.kind() {
        ErrorKind::Unsupported { message } => {
            Error::unsupported(format!("{message}; here spend by `population` takes the mean of all repeats"))
        }
        _ => error,
    };
    told.at_key("spend")
}
