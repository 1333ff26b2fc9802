//! The recipe: which attributes count, and how.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::value::{Kind, Role};

use super::encoder::{Encoder, Fitted, Learnt};
use super::meaning::Form;

/// One attribute and how it becomes numbers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Feature {
    attribute: String,
}

impl Feature {
    /// An attribute by its kind and level.
    pub fn new(attribute: impl Into<String>) -> Self {
        Feature { attribute: attribute.into() }
    }

    /// A number.
    pub fn number(attribute: impl Into<String>) -> Self {
        Feature::new(attribute)
    }

    /// A category.
    pub fn category(attribute: impl Into<String>) -> Self {
        Feature::new(attribute)
    }
}

/// Which attributes count and how they become numbers.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Features {
    list: Vec<Feature>,
}

impl Features {
    /// No feature yet.
    pub fn new() -> Self {
        Features::default()
    }

    /// Every attribute that may form segments.
    pub fn of(customers: &Customers) -> Self {
        let base = customers.schema().attributes().iter().filter(|attribute| attribute.role == Role::Base);
        let base = base.filter(|a| a.kind.is_numeric() || matches!(a.kind, Kind::Text | Kind::Boolean));
        Features { list: base.map(|attribute| Feature::new(&attribute.name)).collect() }
    }

    /// Adds a feature.
    #[must_use]
    pub fn with(mut self, feature: Feature) -> Self {
        self.list.push(feature);
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::number(attribute))
    }

    /// Adds a category.
    #[must_use]
    pub fn category(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::category(attribute))
    }

    /// Numbers that say nothing themselves are standardised. This is the default.
    #[must_use]
    pub fn standardize(self) -> Self {
        self
    }

    /// Learns from customers how to encode.
    ///
    /// # Errors
    /// If there is no feature, an attribute is unknown or of a kind that cannot be encoded.
    pub fn fit(&self, customers: &Customers, form: Form) -> Result<Encoder> {
        if self.list.is_empty() {
            return Err(Error::empty("features"));
        }
        let mut fitted = Vec::with_capacity(self.list.len());
        for Feature { attribute } in &self.list {
            let column = customers.column(attribute)?;
            let learnt = match column.kind() {
                Kind::Number | Kind::Integer => {
                    let values: Vec<f64> = (0..column.len()).filter_map(|row| column.number(row)).collect();
                    let count = values.len().max(1) as f64;
                    let center = crate::math::sum::sum(values.iter().copied()) / count;
                    let square = |value: &f64| (value - center) * (value - center);
                    let spread = (crate::math::sum::sum(values.iter().map(square)) / count).sqrt();
                    Learnt::Number { center, spread }
                }
                Kind::Text | Kind::Boolean => {
                    let values = column.values().filter(|value| value.is_present()).map(|value| value.to_string());
                    let mut categories: Vec<String> = values.collect();
                    categories.sort_unstable();
                    categories.dedup();
                    Learnt::Category(categories)
                }
                kind => return Err(Error::wrong_kind(attribute, kind, "number, text or boolean")),
            };
            fitted.push(Fitted { attribute: attribute.clone(), learnt });
        }
        Ok(Encoder::new(form, fitted))
    }
}
