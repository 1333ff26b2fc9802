//! Items that come one at a time.

use std::sync::Arc;

use crate::error::Result;
use crate::value::{Id, Ids, Schema, Value};

use super::Items;
use crate::customer::rows::Growing;

/// [`Items`] that come one at a time, in any order of customers; each customer's keep the order in which they came.
///
/// A field is added when it first occurs (it is missing in the items before) unless a schema was given, which then
/// decides kinds and order. Customers stand in the order in which they first appear.
///
/// ```
/// use segmentry::customer::Items;
/// use segmentry::value::Value;
///
/// let mut rows = Items::builder();
/// rows.push(7, [("seats", Value::Integer(10))])?;
/// let error = rows.push(7, [("seats", Value::Text("many"))]).unwrap_err();
/// assert_eq!(error.to_string(), "row 1: customer `7`: attribute `seats` is text `many`, expected integer");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ItemsBuilder {
    ids: Ids,
    /// Whose each item is.
    owners: Vec<usize>,
    rows: Growing,
}

impl ItemsBuilder {
    /// No items, whose fields are found as they come.
    pub fn new() -> Self {
        ItemsBuilder::default()
    }

    /// No items, with these fields; others may come.
    pub fn with_schema(schema: &Schema) -> Self {
        ItemsBuilder { rows: Growing::with_schema(schema), ..ItemsBuilder::default() }
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an item of that customer.
    ///
    /// # Errors
    /// If a field occurs twice or a value is of another kind than in earlier items, with the number of the item (the
    /// first is 0) and the customer; the item is kept with what came before, so stop there.
    pub fn push<'a, 'b>(
        &mut self,
        customer: impl Into<Id<'a>>,
        fields: impl IntoIterator<Item = (&'b str, Value<'b>)>,
    ) -> Result<()> {
        let item = self.len();
        self.push_of(customer.into(), fields).map_err(|error| error.at_row(item))
    }

    /// As [`ItemsBuilder::push`]; the caller knows the place.
    pub(in crate::customer) fn push_of<'b>(
        &mut self,
        customer: Id<'_>,
        fields: impl IntoIterator<Item = (&'b str, Value<'b>)>,
    ) -> Result<()> {
        self.owners.push(self.ids.intern(customer));
        self.rows.push(fields).map_err(|error| error.at_customer(customer))
    }

    /// The items, customer by customer.
    ///
    /// # Errors
    /// If a field has an empty name.
    pub fn finish(self) -> Result<Items> {
        Items::grouped(Arc::new(self.ids), &self.owners, self.rows.finish())
    }
}
