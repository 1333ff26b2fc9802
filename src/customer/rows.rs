//! A table of customers that grows a row at a time.

use crate::error::{Error, Result};
use crate::value::{Attribute, Column, ColumnBuilder, Id, Ids, Schema, Value};

use super::table::Customers;

/// A table of customers that grows a row at a time, each row's values by name and in any order.
///
/// An attribute is added when it first occurs (its earlier rows are missing) unless a schema was given, which then
/// decides kinds and order.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::value::Value;
///
/// let mut rows = Customers::builder();
/// rows.push("ann", [("city", Value::Text("Lyon"))])?;
/// rows.push("bob", [("spend", Value::Number(30.0)), ("city", Value::Text("Turin"))])?;
/// let customers = rows.finish()?;
/// assert_eq!(customers.column("spend")?.value(0), Value::Missing);
/// assert_eq!(customers.schema().names().collect::<Vec<_>>(), ["city", "spend"]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// Constant time a value where rows come with their names in the same order; otherwise the names are searched.
#[derive(Clone, Debug, Default)]
pub struct CustomersBuilder {
    ids: Ids,
    schema: Schema,
    columns: Vec<ColumnBuilder>,
    /// Where the last value was put: rows come with their names in the same order.
    cursor: usize,
    names: Vec<String>,
}

impl CustomersBuilder {
    /// An empty table that finds its attributes as they come.
    pub fn new() -> Self {
        CustomersBuilder::default()
    }

    /// An empty table with these attributes; others may come.
    pub fn with_schema(schema: &Schema) -> Self {
        let columns = schema.attributes().iter().map(|a| ColumnBuilder::of_kind(a.kind)).collect();
        let names = schema.names().map(str::to_owned).collect();
        CustomersBuilder { schema: schema.clone(), columns, names, ..CustomersBuilder::default() }
    }

    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds a customer with these values.
    ///
    /// # Errors
    /// If the id is there already or a value is of another kind than its attribute; the row is kept with
    /// what came before, so stop there.
    pub fn push<'a, 'b>(
        &mut self,
        id: impl Into<Id<'a>>,
        values: impl IntoIterator<Item = (&'b str, Value<'b>)>,
    ) -> Result<()> {
        let id = id.into();
        let row = self.ids.push(id).map_err(|error| error.at_row(self.ids.len()))?;
        self.cursor = 0;
        for (name, value) in values {
            let at = self.locate(name);
            let Some(column) = self.columns.get_mut(at) else { continue };
            column.fill_to(row);
            if column.len() > row {
                return Err(Error::definition(format!("attribute `{name}` occurs twice")).at_row(row).at_customer(id));
            }
            column.push(value).map_err(|kind| {
                Error::wrong_kind(name, value.in_words(), kind.to_string()).at_row(row).at_customer(id)
            })?;
            self.cursor = at + 1;
        }
        Ok(())
    }

    /// The table.
    ///
    /// # Errors
    /// If an attribute has an empty name.
    pub fn finish(self) -> Result<Customers> {
        let rows = self.ids.len();
        let mut customers = Customers::new(self.ids);
        for (name, mut column) in self.names.into_iter().zip(self.columns) {
            column.fill_to(rows);
            let column: Column = column.finish();
            let attribute = match self.schema.get(&name) {
                Some(attribute) => attribute.clone().with_kind(column.kind()),
                None => Attribute::new(name, column.kind()),
            };
            customers.push_column(attribute, column)?;
        }
        Ok(customers)
    }

    fn locate(&mut self, name: &str) -> usize {
        if self.names.get(self.cursor).is_some_and(|n| n == name) {
            return self.cursor;
        }
        self.names.iter().position(|n| n == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.columns.push(ColumnBuilder::new());
            self.names.len() - 1
        })
    }
}
