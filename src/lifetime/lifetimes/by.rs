//! Which segment a customer is in, where models are learnt by the values of an attribute.
//!
//! A segment is what the value prints as, so that a text, a whole number and a day may divide customers; a value that is
//! missing or invalid is no segment, and its customer is answered by the model of all.

use crate::customer::{Customer, Customers};
use crate::error::Result;
use crate::lifetime::model::PurchaseModel;
use crate::value::Value;

use super::{Lifetimes, LifetimesModel};

impl Lifetimes {
    /// The segment of each customer; `None` where models are not learnt by an attribute.
    ///
    /// # Errors
    /// If no attribute has that name.
    pub(super) fn segments_of(&self, customers: &Customers) -> Result<Option<Vec<Option<String>>>> {
        let Some(attribute) = &self.by else { return Ok(None) };
        let column = customers.column(attribute).map_err(|error| error.at_key("by"))?;
        Ok(Some((0..customers.len()).map(|row| name_of(column.value(row))).collect()))
    }

    /// The attribute by which models are learnt.
    pub(crate) fn divided_by(&self) -> Option<&str> {
        self.by.as_deref()
    }
}

impl LifetimesModel {
    /// The model to be asked of that customer.
    pub(super) fn model_of(&self, customer: &dyn Customer) -> &PurchaseModel {
        match (self.recipe().divided_by(), self.segments()) {
            (Some(attribute), Some(models)) => models.model(name_of(customer.value(attribute)).as_deref()),
            _ => self.purchases(),
        }
    }
}

/// What the segment of that value is called.
fn name_of(value: Value<'_>) -> Option<String> {
    value.is_present().then(|| value.to_string())
}
