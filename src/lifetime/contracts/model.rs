//! What was learnt of contracts, and what it says of one customer or of a table.
//!
//! What is to come depends on the renewals so far alone, so that figures are found once for each number of them. Then they are
//! discounted by the part of a period until the next renewal, and multiplied by what the customer pays. The curve by itself, its
//! errors and further figures are those of the [`RetentionModel`] within.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::lifetime::attributes::{
    CONTRACT_ATTRIBUTES, EXPECTED_RENEWALS, LIFETIME_VALUE, RENEWALS, RETAINED, VALUE_SO_FAR,
};
use crate::lifetime::horizon::DiscountRate;
use crate::lifetime::periods::Periods;
use crate::lifetime::retention::RetentionModel;
use crate::parallel;
use crate::segmenter::Reads;
use crate::value::{Attribute, Column, Kind, Value};

use super::Contracts;
use super::standing::Standing;

/// Learnt [`Contracts`]: everything needed to value a customer nobody has seen.
///
/// ```
/// use segmentry::customer::{Customers, Record};
/// use segmentry::features::purchases::Period;
/// use segmentry::lifetime::{Horizon, Periods, Contracts};
/// use segmentry::time::Day;
///
/// let day = |n: i32| Day::from_days(20_000 + n);
/// let members = (0..300_i32).map(|n| {
///     let member = Record::new(format!("{n}")).with("begun", day(n % 90));
///     if n % 5 < 3 { member.with("ended", day(n % 90 + 25 + (n * n) % 200)) } else { member }
/// });
/// let customers = Customers::from_customers(members)?.as_of(day(400));
/// let learnt = Contracts::new("begun", "ended", Period::Month, Horizon::months(6.0)).fit(&customers)?;
/// // the curve of new customers
/// assert!(learnt.model().survival(Periods::new(1))? < 1.0);
/// // the attributes of those who are still there
/// let customers = learnt.add_to(customers)?;
/// assert_eq!(customers.column("renewals")?.number(3), Some(13.0));
/// println!("{learnt}");
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// Some hundred bytes, however many customers it was learnt from; a customer is valued in some microseconds, many of them in
/// parallel with one sum for each number of renewals.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ContractsModel {
    recipe: Contracts,
    model: RetentionModel,
}

/// What one customer under contract is still worth.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ContractValue {
    /// How often the contract was renewed so far.
    pub renewals: u32,
    /// The probability to be still there after the renewals within the horizon; 0 of one without end.
    pub retained: f64,
    /// The renewals expected within the horizon; of one without end, discounted.
    pub expected_renewals: f64,
    /// What they bring, discounted to now; `None` if the amount is not known.
    pub lifetime_value: Option<f64>,
    /// What was paid until now, at the amount of today; `None` if the amount is not known.
    pub value_so_far: Option<f64>,
}

impl ContractValue {
    /// The value of the attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<f64> {
        match name {
            RENEWALS => Some(f64::from(self.renewals)),
            RETAINED => Some(self.retained),
            EXPECTED_RENEWALS => Some(self.expected_renewals),
            LIFETIME_VALUE => self.lifetime_value,
            VALUE_SO_FAR => self.value_so_far,
            _ => None,
        }
    }
}

/// What is the same for all who have renewed so often, at the moment when the next renewal is due.
#[derive(Clone, Copy, Debug)]
struct Figures {
    /// The probability to be still there after the horizon.
    retained: f64,
    /// Renewals within the horizon.
    expected: f64,
    /// The same, each counting less the later it is.
    discounted: f64,
}

impl ContractsModel {
    pub(super) fn learnt(recipe: Contracts, model: RetentionModel) -> Self {
        ContractsModel { recipe, model }
    }

    /// Whether it can be such a model.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        self.recipe.check()?;
        self.model.check().map_err(|error| error.at_key("model"))
    }

    /// The recipe.
    pub fn recipe(&self) -> &Contracts {
        &self.recipe
    }

    /// How long customers stay.
    pub fn model(&self) -> &RetentionModel {
        &self.model
    }

    /// What has to be known of a customer.
    pub(crate) fn reads(&self) -> Reads {
        let amount = self.recipe.amount_of.iter();
        let mut reads = Reads::attributes([&self.recipe.start, &self.recipe.end].into_iter().chain(amount));
        reads.as_of = true;
        reads
    }

    /// The figures of all who have renewed so often.
    ///
    /// # Errors
    /// If a sum over all time has no bound.
    fn figures(&self, renewals: u32) -> Result<Figures> {
        let (tenure, within) = (Periods::new(renewals), self.recipe.within()?);
        let discounted = self.discounted(&self.model, tenure)?;
        if within.is_forever() {
            return Ok(Figures { retained: 0.0, expected: discounted, discounted });
        }
        let retained = self.model.alive(tenure, within)?;
        Ok(Figures { retained, expected: self.model.residual(tenure, within)?, discounted })
    }

    /// What one is worth who stands there: later by the wait, times what is paid.
    ///
    /// # Errors
    /// If that is too large for a number.
    fn value(&self, standing: &Standing, figures: Figures) -> Result<ContractValue> {
        let later = (1.0 + self.recipe.period_discount()?.rate()).powf(-standing.wait);
        let paid = standing.amount.map(|amount| amount * self.recipe.margin);
        let finite = |value: f64| {
            if value.is_finite() { Ok(value) } else { Err(Error::not_finite("lifetime value", value)) }
        };
        Ok(ContractValue {
            renewals: standing.renewals,
            retained: figures.retained,
            expected_renewals: if self.recipe.horizon.is_forever() {
                figures.expected * later
            } else {
                figures.expected
            },
            lifetime_value: paid.map(|paid| finite(paid * figures.discounted * later)).transpose()?,
            value_so_far: paid.map(|paid| finite(paid * (f64::from(standing.renewals) + 1.0))).transpose()?,
        })
    }

    /// What the customer is still worth; `None` of one who has left or has no contract yet.
    ///
    /// # Errors
    /// If the customer is seen as of no moment, an attribute is of the wrong kind, the contract ends before it begins, or the
    /// amount is negative or too large.
    pub fn of(&self, customer: &dyn Customer) -> Result<Option<ContractValue>> {
        let named = |error: Error| error.at_customer(customer.id());
        let Some(standing) = self.recipe.standing(customer).map_err(named)? else { return Ok(None) };
        self.value(&standing, self.figures(standing.renewals)?).map(Some).map_err(named)
    }

    /// Where the contract of each customer stands, in rows.
    ///
    /// # Errors
    /// As [`ContractsModel::each`].
    pub(super) fn standings(&self, customers: &Customers) -> Result<Vec<Option<Standing>>> {
        for attribute in self.reads().attributes {
            customers.column(&attribute)?;
        }
        let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK, |rows| {
            let one = |customer: crate::customer::CustomerRow<'_>| {
                let named = |error: Error| error.at_row(customer.row()).at_customer(customer.id());
                self.recipe.standing(&customer).map_err(named)
            };
            rows.filter_map(|row| customers.get(row)).map(one).collect::<Result<Vec<_>>>()
        });
        let mut standings = Vec::with_capacity(customers.len());
        for chunk in chunks {
            standings.extend(chunk?);
        }
        Ok(standings)
    }

    /// What each customer is still worth, in rows; `None` as of [`ContractsModel::of`]. In parallel.
    ///
    /// # Errors
    /// As [`ContractsModel::of`], with the first such customer, or if an attribute is not in the table.
    pub fn each(&self, customers: &Customers) -> Result<Vec<Option<ContractValue>>> {
        let standings = self.standings(customers)?;
        let mut figures: BTreeMap<u32, Figures> = BTreeMap::new();
        for standing in standings.iter().flatten() {
            if let Entry::Vacant(place) = figures.entry(standing.renewals) {
                place.insert(self.figures(standing.renewals)?);
            }
        }
        let named = |error: Error, row: usize| match customers.ids().get(row) {
            Some(id) => error.at_row(row).at_customer(id),
            None => error.at_row(row),
        };
        let one = |(row, standing): (usize, &Option<Standing>)| {
            let known = standing.as_ref().and_then(|standing| Some((standing, *figures.get(&standing.renewals)?)));
            known
                .map(|(standing, figures)| self.value(standing, figures).map_err(|error| named(error, row)))
                .transpose()
        };
        standings.iter().enumerate().map(one).collect()
    }

    /// The customers with what each is still worth as attributes; missing where a customer has left or has no contract yet.
    ///
    /// # Errors
    /// As [`ContractsModel::each`].
    pub fn add_to(&self, customers: Customers) -> Result<Customers> {
        let values = self.each(&customers)?;
        CONTRACT_ATTRIBUTES.into_iter().try_fold(customers, |customers, name| {
            let numbers = values.iter().map(|value| value.and_then(|value| value.attribute(name)));
            let attribute = Attribute::new(name, Kind::Number).source(format!("contracts: {}", self.model.family()));
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

impl fmt::Display for ContractsModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contracts { horizon, discount, margin, amount, amount_of, .. } = &self.recipe;
        let within = if horizon.is_forever() { "for ever".to_owned() } else { format!("within {horizon}") };
        let counted = if *discount == DiscountRate::none() {
            "not discounted".to_owned()
        } else {
            format!("discounted {discount}")
        };
        let paid = match amount_of {
            None => amount.to_string(),
            Some(attribute) if *amount == 1.0 => format!("`{attribute}`"),
            Some(attribute) => format!("{amount} times `{attribute}`"),
        };
        let length = self.recipe.length().to_string();
        let every = length.strip_prefix("1 ").unwrap_or(&length);
        writeln!(f, "renewed every {every}, {paid} a renewal; value {within}, {counted}, margin {margin}")?;
        write!(f, "{}", self.model)
    }
}

#[cfg(feature = "serde")]
impl crate::model::Model for ContractsModel {
    const KIND: &'static str = "contracts";

    fn reads(&self) -> Reads {
        ContractsModel::reads(self)
    }

    fn check(&self) -> Result<()> {
        ContractsModel::check(self)
    }
}
