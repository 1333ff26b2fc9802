//! Attributes made of other attributes and of events, the same for one customer and for many.
//!
//! Learn [`Derived`] and [`Formula`]; [`Derivation`] and [`WithDerived`] are met where a saved segmenter brings its
//! attributes along, so that one customer who signs in today is seen as the table was at the fit. Sums over many
//! customers, ranks and standard scores are not made here: they are learnt, and belong to a recipe.

mod events;
mod formula;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::features::purchases::Purchases;
use crate::history::Event;
#[cfg(feature = "lifetime")]
use crate::lifetime::{ATTRIBUTES, CONTRACT_ATTRIBUTES, ContractsModel, HistoricValue, LifetimesModel};
use crate::parallel;
use crate::segmenter::Reads;
use crate::time::{AsOf, Day, Timestamp};
use crate::value::{Attribute, ColumnBuilder, Id, Kind, Value};

pub use events::EventMeasure;
pub use formula::Formula;

/// A named attribute made of what is known.
///
/// What it needs and is absent makes it absent for the same reason: a ratio of a missing number is missing. A division by
/// zero and a logarithm of a number of −1 or less are invalid, with the division as text.
///
/// (In a table the text is the division; [`WithDerived`], which owns no text, says `not defined`.)
///
/// ```
/// use segmentry::customer::{Customer, Record};
/// use segmentry::features::derived::{Derived, Formula, WithDerived};
/// use segmentry::value::Value;
///
/// let order_value = Derived::new("order_value", Formula::ratio("revenue", "orders"));
/// let shop = Record::new("c-17").with("revenue", 120.0).with("orders", 4);
/// let derived = [order_value.into()];
/// let customer = WithDerived::new(&shop, &derived);
/// assert_eq!(customer.value("order_value"), Value::Number(30.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Derived {
    name: String,
    formula: Formula,
}

impl Derived {
    /// The attribute of that name, made by that formula.
    pub fn new(name: impl Into<String>, formula: Formula) -> Self {
        Derived { name: name.into(), formula }
    }

    /// The attribute's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is made.
    pub fn formula(&self) -> &Formula {
        &self.formula
    }

    /// What is known of one customer.
    ///
    /// # Errors
    /// If an attribute it is made of is of the wrong kind, or the moment as of which the customer is seen is not
    /// given and needed.
    pub fn value(&self, customer: &dyn Customer) -> Result<Option<f64>> {
        Ok(self.formula.evaluate(customer)?.ok())
    }

    /// Adds the attribute to a table, or replaces the one of that name. One pass over the customers, in parallel.
    ///
    /// ```
    /// use segmentry::customer::{Customers, Record};
    /// use segmentry::features::derived::{Derived, Formula};
    ///
    /// let shops = [
    ///     Record::new("c-17").with("revenue", 120.0).with("orders", 4),
    ///     Record::new("c-18").with("revenue", 50.0).with("orders", 0),
    /// ];
    /// let customers = Customers::from_customers(shops)?;
    /// let customers = Derived::new("order_value", Formula::ratio("revenue", "orders")).add_to(customers)?;
    /// let column = customers.column("order_value")?;
    /// assert_eq!((column.number(0), column.number(1)), (Some(30.0), None)); // 50 / 0 is no number
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If an attribute it is made of is not in the table, or as [`Derived::value`], with the first customer in order.
    pub fn add_to(&self, customers: Customers) -> Result<Customers> {
        self.formula.check()?;
        for name in self.formula.attributes() {
            customers.column(name)?;
        }
        let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK, |rows| {
            rows.filter_map(|row| customers.get(row))
                .map(|customer| {
                    let place = |error: Error| error.at_row(customer.row()).at_customer(customer.id());
                    self.formula.evaluate(&customer).map_err(place)
                })
                .collect::<Result<Vec<_>>>()
        });
        let mut column = ColumnBuilder::of_kind(Kind::Number);
        for chunk in chunks {
            for value in chunk? {
                match &value {
                    Ok(number) => column.push_lossless(Value::Number(*number)),
                    Err(absent) => column.push_lossless(absent.as_value()),
                }
            }
        }
        let mut attribute =
            Attribute::new(self.name.clone(), Kind::Number).level(self.formula.level()).source("derived");
        if let Some(unit) = self.formula.unit() {
            attribute = attribute.unit(unit);
        }
        customers.with_attribute(attribute, column.finish())
    }
}

/// Why a derived attribute has no value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Absent {
    /// Nobody said.
    Missing,
    Null,
    Invalid(String),
}

impl Absent {
    fn as_value(&self) -> Value<'_> {
        match self {
            Absent::Missing => Value::Missing,
            Absent::Null => Value::Null,
            Absent::Invalid(text) => Value::Invalid(text),
        }
    }
}

/// One step of making attributes: one by a formula, or all that purchases come to.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Derivation {
    /// An attribute by a formula.
    Attribute(Derived),
    /// The attributes that [`Purchases::add_to`] adds.
    Purchases(Purchases),
    /// The attributes that a learnt model of lifetimes adds: the probability to be alive, the value to come.
    #[cfg(feature = "lifetime")]
    Lifetimes(Box<LifetimesModel>),
    /// The attributes of what customers have been worth until now.
    #[cfg(feature = "lifetime")]
    Historic(Box<HistoricValue>),
    /// The attributes that a learnt model of contracts adds: how long customers will stay, the value to come.
    #[cfg(feature = "lifetime")]
    Contracts(Box<ContractsModel>),
}

impl Derivation {
    /// Adds the attributes to a table.
    ///
    /// # Errors
    /// As [`Derived::add_to`] and [`Purchases::add_to`].
    pub fn add_to(&self, customers: Customers) -> Result<Customers> {
        match self {
            Derivation::Attribute(derived) => derived.add_to(customers),
            Derivation::Purchases(purchases) => purchases.add_to(customers),
            #[cfg(feature = "lifetime")]
            Derivation::Lifetimes(model) => model.add_to(customers),
            #[cfg(feature = "lifetime")]
            Derivation::Historic(recipe) => recipe.add_to(customers),
            #[cfg(feature = "lifetime")]
            Derivation::Contracts(model) => model.add_to(customers),
        }
    }

    /// Whether it makes an attribute of that name.
    pub fn makes(&self, name: &str) -> bool {
        match self {
            Derivation::Attribute(derived) => derived.name == name,
            Derivation::Purchases(purchases) => purchases.measure(name).is_some(),
            #[cfg(feature = "lifetime")]
            Derivation::Lifetimes(_) => ATTRIBUTES.contains(&name),
            #[cfg(feature = "lifetime")]
            Derivation::Historic(recipe) => recipe.makes(name),
            #[cfg(feature = "lifetime")]
            Derivation::Contracts(_) => CONTRACT_ATTRIBUTES.contains(&name),
        }
    }

    /// What has to be known of a customer to make them.
    pub fn reads(&self) -> Reads {
        match self {
            Derivation::Purchases(_) => Reads::events(),
            #[cfg(feature = "lifetime")]
            Derivation::Lifetimes(model) => model.reads(),
            #[cfg(feature = "lifetime")]
            Derivation::Historic(recipe) => Reads::events().and(Reads::attributes(recipe.reads())),
            #[cfg(feature = "lifetime")]
            Derivation::Contracts(model) => model.reads(),
            Derivation::Attribute(derived) => {
                let mut reads = Reads::attributes(derived.formula.attributes());
                reads.history = derived.formula.reads_history();
                reads.as_of = derived.formula.reads_as_of();
                reads
            }
        }
    }

    /// Whether its parameters can be.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        match self {
            Derivation::Attribute(derived) => derived.formula.check(),
            Derivation::Purchases(purchases) => purchases.check(),
            #[cfg(feature = "lifetime")]
            Derivation::Lifetimes(model) => model.check(),
            #[cfg(feature = "lifetime")]
            Derivation::Historic(recipe) => recipe.check(),
            #[cfg(feature = "lifetime")]
            Derivation::Contracts(model) => model.check(),
        }
    }

    fn value(&self, customer: &dyn Customer, name: &str) -> Value<'static> {
        match self {
            Derivation::Attribute(derived) => match derived.formula.evaluate(customer) {
                Ok(Ok(number)) => Value::Number(number),
                Ok(Err(Absent::Missing)) => Value::Missing,
                Ok(Err(Absent::Null)) => Value::Null,
                Ok(Err(Absent::Invalid(_))) | Err(_) => Value::Invalid("not defined"),
            },
            Derivation::Purchases(purchases) => match (purchases.measure(name), purchases.summarize_one(customer)) {
                (Some(measure), Ok(Some(summary))) => measure(purchases, &summary).unwrap_or(Value::Missing),
                (_, Ok(_)) => Value::Missing,
                (_, Err(_)) => Value::Invalid("not defined"),
            },
            #[cfg(feature = "lifetime")]
            Derivation::Lifetimes(model) => model.attribute(customer, name),
            #[cfg(feature = "lifetime")]
            Derivation::Historic(recipe) => recipe.attribute(customer, name),
            #[cfg(feature = "lifetime")]
            Derivation::Contracts(model) => model.attribute(customer, name),
        }
    }
}

impl From<Derived> for Derivation {
    fn from(derived: Derived) -> Self {
        Derivation::Attribute(derived)
    }
}

impl From<Purchases> for Derivation {
    fn from(purchases: Purchases) -> Self {
        Derivation::Purchases(purchases)
    }
}

#[cfg(feature = "lifetime")]
impl From<LifetimesModel> for Derivation {
    fn from(model: LifetimesModel) -> Self {
        Derivation::Lifetimes(Box::new(model))
    }
}

#[cfg(feature = "lifetime")]
impl From<HistoricValue> for Derivation {
    fn from(recipe: HistoricValue) -> Self {
        Derivation::Historic(Box::new(recipe))
    }
}

#[cfg(feature = "lifetime")]
impl From<ContractsModel> for Derivation {
    fn from(model: ContractsModel) -> Self {
        Derivation::Contracts(Box::new(model))
    }
}

/// A customer with derived attributes beside its own; a later one may be made of earlier ones.
///
/// A derived attribute of the name of an own one takes its place. One that has an error is invalid here:
/// [`Derived::value`] tells the error.
pub struct WithDerived<'a> {
    customer: &'a dyn Customer,
    derived: &'a [Derivation],
}

impl<'a> WithDerived<'a> {
    /// That customer with these attributes beside its own.
    pub fn new(customer: &'a dyn Customer, derived: &'a [Derivation]) -> Self {
        WithDerived { customer, derived }
    }
}

impl Customer for WithDerived<'_> {
    fn id(&self) -> Id<'_> {
        self.customer.id()
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        let Some(at) = self.derived.iter().rposition(|derived| derived.makes(attribute)) else {
            return self.customer.value(attribute);
        };
        match (self.derived.get(at), self.derived.get(..at)) {
            (Some(step), Some(before)) => {
                step.value(&WithDerived { customer: self.customer, derived: before }, attribute)
            }
            _ => Value::Missing,
        }
    }

    fn attributes(&self) -> Vec<&str> {
        let mut names = self.customer.attributes();
        for derivation in self.derived {
            // the others are made where they are asked for
            if let Derivation::Attribute(derived) = derivation {
                names.push(&derived.name);
            }
        }
        names
    }

    fn as_of(&self) -> Option<AsOf> {
        self.customer.as_of()
    }

    fn event_count(&self) -> usize {
        self.customer.event_count()
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        self.customer.event(index)
    }

    fn lists(&self) -> Vec<&str> {
        self.customer.lists()
    }

    fn item_fields(&self, list: &str) -> Vec<&str> {
        self.customer.item_fields(list)
    }

    fn item_count(&self, list: &str) -> usize {
        self.customer.item_count(list)
    }

    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        self.customer.item_value(list, index, field)
    }

    fn visit_amounts(&self, kind: &str, visit: &mut dyn FnMut(Timestamp, Day, Option<f64>)) {
        self.customer.visit_amounts(kind, visit);
    }
}
