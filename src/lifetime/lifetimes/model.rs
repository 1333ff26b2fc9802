//! What was learnt, and what it says of one customer or of a table.

use std::fmt;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::features::purchases::{PurchaseSummary, Purchases};
use crate::lifetime::attributes::{
    ALIVE, ATTRIBUTES, EXPECTED_PURCHASES, EXPECTED_SPEND, LIFETIME_VALUE, VALUE_AT_RISK, VALUE_SO_FAR,
};
use crate::lifetime::buyer::Buyer;
use crate::lifetime::buyers::Buyers;
use crate::lifetime::compare::Observed;
use crate::lifetime::horizon::DiscountRate;
use crate::lifetime::model::PurchaseModel;
use crate::lifetime::shrink::SegmentModels;
use crate::lifetime::spend::SpendModel;
use crate::math::sum;
use crate::segmenter::Reads;
use crate::value::{Attribute, Column, Kind, Value};

use super::Lifetimes;

/// Learnt [`Lifetimes`]: everything needed to value a customer nobody has seen.
///
/// [`of`](LifetimesModel::of) values one customer, [`each`](LifetimesModel::each) many, and
/// [`add_to`](LifetimesModel::add_to) makes attributes of the values. One customer gets the same attributes from
/// [`WithDerived`](crate::features::derived::WithDerived), so that every segmenter that reads them places a newcomer:
///
/// ```
/// # use segmentry::customer::Customers;
/// # use segmentry::history::History;
/// use segmentry::customer::{Customer, Record};
/// use segmentry::features::derived::WithDerived;
/// use segmentry::lifetime::{Horizon, Lifetimes};
/// use segmentry::time::Day;
///
/// # let (mut log, day) = (History::builder(), |n: i32| Day::from_days(20_000 + n));
/// # for customer in 0..60 {
/// #     for n in 0..1 + customer % 7 {
/// #         log.push(customer, &(day(customer + n * (21 + 7 * (customer % 8))), f64::from(20 + (customer * 7 + n * 3) % 30)))?;
/// #     }
/// # }
/// # let customers = Customers::from_history(log.finish()).as_of(day(500));
/// let model = Lifetimes::new(Horizon::years(1.0)).fit(&customers)?;
/// let eve = Record::new("eve").purchase(day(400), 30.0).purchase(day(440), 25.0).as_of(day(450));
/// let worth = model.of(&eve)?.expect("has bought");
/// println!("{worth}");
/// let derived = [model.into()];
/// let eve = WithDerived::new(&eve, &derived);
/// assert_eq!(eve.value("lifetime_value").number(), Some(worth.lifetime_value));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct LifetimesModel {
    recipe: Lifetimes,
    purchases: PurchaseModel,
    /// A model for each value of the attribute by which models were learnt.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    segments: Option<SegmentModels>,
    spend: Option<SpendModel>,
    /// The mean amount of a repeat over all repeats.
    mean_spend: f64,
    /// What the data cannot tell.
    warnings: Vec<String>,
    /// Why the family was chosen, where it was.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    reasons: Vec<String>,
}

/// What is put together.
pub(super) struct Parts {
    pub(super) purchases: PurchaseModel,
    pub(super) segments: Option<SegmentModels>,
    pub(super) spend: Option<SpendModel>,
    pub(super) reasons: Vec<String>,
}

/// What one customer is worth, now and to come.
///
/// Printed it is one line: `alive 0.880, 3.20 purchases of 24.50 expected, 76.10 to come, 55.00 so far, 6.60 of it at risk`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CustomerValue {
    /// The probability that the customer has not left.
    pub alive: f64,
    /// Purchases expected within the horizon.
    pub expected_purchases: f64,
    /// The amount expected a purchase.
    pub expected_spend: f64,
    /// What the purchases to come within the horizon bring, discounted.
    pub lifetime_value: f64,
    /// What the customer has brought; `None` if an amount is not known.
    pub value_so_far: Option<f64>,
    /// `value_so_far` times the probability that the customer has left.
    pub value_at_risk: Option<f64>,
}

impl CustomerValue {
    /// The value of the attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<f64> {
        match name {
            ALIVE => Some(self.alive),
            EXPECTED_PURCHASES => Some(self.expected_purchases),
            EXPECTED_SPEND => Some(self.expected_spend),
            LIFETIME_VALUE => Some(self.lifetime_value),
            VALUE_SO_FAR => self.value_so_far,
            VALUE_AT_RISK => self.value_at_risk,
            _ => None,
        }
    }
}

impl fmt::Display for CustomerValue {
    /// One line, for a reader: probability, purchases and amounts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CustomerValue { alive, expected_purchases, expected_spend, lifetime_value, .. } = self;
        write!(f, "alive {alive:.3}, {expected_purchases:.2} purchases of {expected_spend:.2} expected, ")?;
        write!(f, "{lifetime_value:.2} to come, ")?;
        match (self.value_so_far, self.value_at_risk) {
            (Some(so_far), Some(at_risk)) => write!(f, "{so_far:.2} so far, {at_risk:.2} of it at risk"),
            _ => write!(f, "what was spent so far is not known"),
        }
    }
}

impl LifetimesModel {
    pub(super) fn learnt(recipe: &Lifetimes, buyers: &Buyers, parts: Parts) -> Result<Self> {
        let Parts { purchases, segments, spend, reasons } = parts;
        let amounts = buyers.spend().unwrap_or(&[]);
        let rows = amounts.iter().enumerate().filter(|(_, amount)| amount.is_finite());
        let repeats = |row: usize| buyers.get(row).map_or(0.0, |buyer| f64::from(buyer.repeats())) * buyers.weight(row);
        let total = sum::sum(rows.clone().map(|(row, amount)| amount * repeats(row)));
        let count = sum::sum(rows.map(|(row, _)| repeats(row)));
        if count <= 0.0 {
            return Err(Error::empty("purchases after a first one, with amounts, to learn spend from"));
        }
        let mean_spend = total / count;
        if spend.is_none() && mean_spend <= 0.0 {
            return Err(Error::unsupported(format!("the mean amount of a repeat is {mean_spend}, expected above 0")));
        }
        let observed = Observed::of(buyers);
        let mut warnings = observed.warnings();
        if segments.is_none() {
            warnings.extend(observed.certainly_alive(&purchases, buyers));
        }
        Ok(LifetimesModel { recipe: recipe.clone(), purchases, segments, spend, mean_spend, warnings, reasons })
    }

    /// Whether it can be such a model.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        self.recipe.check()?;
        self.purchases.check().map_err(|error| error.at_key("purchases"))?;
        let segments = self.segments.as_ref().map_or(&[][..], |models| models.segments());
        for segment in segments {
            segment.model.check().map_err(|error| error.at_key(&segment.segment).at_key("segments"))?;
        }
        if self.recipe.divided_by().is_some() != self.segments.is_some() {
            return Err(Error::format("models by segment go with the attribute `by`").at_key("segments"));
        }
        if let Some(spend) = &self.spend {
            spend.check().map_err(|error| error.at_key("spend"))?;
        }
        if self.mean_spend.is_finite() { Ok(()) } else { Err(Error::not_finite("mean_spend", self.mean_spend)) }
    }

    /// The recipe.
    pub fn recipe(&self) -> &Lifetimes {
        &self.recipe
    }

    /// How customers buy and leave: all of them together.
    pub fn purchases(&self) -> &PurchaseModel {
        &self.purchases
    }

    /// The same by the values of an attribute, where models were learnt by one ([`Lifetimes::by`]).
    pub fn segments(&self) -> Option<&SegmentModels> {
        self.segments.as_ref()
    }

    /// Why the family was chosen, in sentences; none where it was named.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// The mean amount of a repeat over all repeats.
    pub(super) fn mean_spend(&self) -> f64 {
        self.mean_spend
    }

    /// What they spend a purchase, where a model of it was learnt.
    pub fn spend(&self) -> Option<&SpendModel> {
        self.spend.as_ref()
    }

    /// What the data cannot tell, in sentences with figures: a short window, few repeats ([`Observed`]).
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What counts as a purchase.
    pub(crate) fn what(&self) -> &Purchases {
        &self.recipe.purchases
    }

    /// What the customer is worth; `None` if it never bought.
    ///
    /// # Errors
    /// If the customer is seen as of no moment, its amounts come to more than a number can hold, or it bought twice at its
    /// first moment.
    pub fn of(&self, customer: &dyn Customer) -> Result<Option<CustomerValue>> {
        let Some(summary) = self.what().summarize_one(customer)? else { return Ok(None) };
        let named = |error: Error| error.at_customer(customer.id());
        let buyer = Buyer::of(&summary, self.recipe.unit).map_err(named)?;
        let model = self.model_of(customer);
        let alive = model.alive(&buyer)?;
        let discounted = self.recipe.value().purchases(model, &buyer).map_err(named)?;
        let purchases = match self.recipe.horizon.is_forever() {
            true => discounted,
            false => model.purchases(&buyer, self.recipe.horizon)?,
        };
        self.value(&summary, [alive, purchases, discounted]).map(Some).map_err(named)
    }

    fn value(&self, summary: &PurchaseSummary, [alive, purchases, discounted]: [f64; 3]) -> Result<CustomerValue> {
        let expected_spend = match (&self.spend, summary.mean_repeat_spend()) {
            (None, _) => self.mean_spend,
            (Some(model), mean) => model.mean_of(summary.repeats(), mean.unwrap_or(f64::NAN))?,
        };
        let so_far = summary.spend().map(|spend| self.recipe.margin * spend);
        let lifetime_value = self.recipe.margin * expected_spend * discounted;
        if !lifetime_value.is_finite() {
            return Err(Error::not_finite("lifetime value", lifetime_value));
        }
        Ok(CustomerValue {
            alive,
            expected_purchases: purchases,
            expected_spend,
            lifetime_value,
            value_so_far: so_far,
            value_at_risk: so_far.map(|so_far| so_far * (1.0 - alive)),
        })
    }

    /// What each customer is worth, in rows; `None` of one who never bought. In parallel, equal buyers asked once.
    ///
    /// # Errors
    /// As [`LifetimesModel::of`], with the first such customer.
    pub fn each(&self, customers: &Customers) -> Result<Vec<Option<CustomerValue>>> {
        let summaries = self.what().summarize(customers)?;
        let buyers = Buyers::of(customers, self.what(), self.recipe.unit)?;
        let names = self.recipe.segments_of(customers)?;
        let names = names.as_deref();
        let alive = self.figures(&buyers, names, PurchaseModel::alive_each)?;
        let value = self.recipe.value();
        let discounted = self.figures(&buyers, names, |model, buyers| value.purchases_each(model, buyers))?;
        let horizon = self.recipe.horizon;
        let purchases = match horizon.is_forever() {
            true => discounted.clone(),
            false => self.figures(&buyers, names, |model, buyers| model.purchases_each(buyers, horizon))?,
        };
        let named = |error: Error, row: usize| match customers.ids().get(row) {
            Some(id) => error.at_row(row).at_customer(id),
            None => error.at_row(row),
        };
        let one = |(row, summary): (usize, Option<&PurchaseSummary>)| {
            let figures = [alive[row], purchases[row], discounted[row]];
            summary.map(|summary| self.value(summary, figures).map_err(|error| named(error, row))).transpose()
        };
        summaries.iter().enumerate().map(one).collect()
    }

    /// A figure of each buyer, by the model of its segment.
    pub(super) fn figures(
        &self,
        buyers: &Buyers,
        names: Option<&[Option<String>]>,
        figure: impl Fn(&PurchaseModel, &Buyers) -> Result<Vec<f64>>,
    ) -> Result<Vec<f64>> {
        match (&self.segments, names) {
            (Some(models), Some(names)) => {
                let names: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
                models.each(buyers, &names, figure)
            }
            _ => figure(&self.purchases, buyers),
        }
    }

    /// What has to be known of a customer.
    pub(crate) fn reads(&self) -> Reads {
        Reads::events().and(Reads::attributes(self.recipe.divided_by()))
    }

    /// The customers with what each is worth as attributes; missing where a customer never bought.
    ///
    /// # Errors
    /// As [`LifetimesModel::each`].
    pub fn add_to(&self, customers: Customers) -> Result<Customers> {
        let values = self.each(&customers)?;
        ATTRIBUTES.into_iter().try_fold(customers, |customers, name| {
            let numbers = values.iter().map(|value| value.and_then(|value| value.attribute(name)));
            let source = format!("lifetimes: {}", self.purchases.family());
            let attribute = Attribute::new(name, Kind::Number).source(source);
            customers.with_attribute(attribute, Column::of(Kind::Number, numbers))
        })
    }

    /// The attribute of that name of one customer.
    pub(crate) fn attribute(&self, customer: &dyn Customer, name: &str) -> Value<'static> {
        match self.of(customer) {
            Ok(value) => value.and_then(|value| value.attribute(name)).map_or(Value::Missing, Value::Number),
            Err(_) => Value::Invalid("not defined"),
        }
    }
}

impl fmt::Display for LifetimesModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lifetimes { horizon, discount, margin, .. } = &self.recipe;
        let within = if horizon.is_forever() { "for ever".to_owned() } else { format!("within {horizon}") };
        let counted = if *discount == DiscountRate::none() {
            "not discounted".to_owned()
        } else {
            format!("discounted {discount}")
        };
        writeln!(f, "value {within}, {counted}, margin {margin}")?;
        self.reasons.iter().try_for_each(|reason| writeln!(f, "{reason}"))?;
        writeln!(f, "{}", self.purchases)?;
        if let Some(segments) = &self.segments {
            writeln!(f, "{segments}")?;
        }
        match &self.spend {
            Some(spend) => write!(f, "{spend}"),
            None => {
                writeln!(f, "everybody is expected to spend {:.2} a purchase, the mean of all repeats", self.mean_spend)
            }
        }?;
        self.warnings.iter().try_for_each(|warning| writeln!(f, "warning: {warning}"))
    }
}

#[cfg(feature = "serde")]
impl crate::model::Model for LifetimesModel {
    const KIND: &'static str = "lifetimes";

    fn reads(&self) -> Reads {
        LifetimesModel::reads(self)
    }

    fn check(&self) -> Result<()> {
        LifetimesModel::check(self)
    }
}
