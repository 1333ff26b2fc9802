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
    rows: Growing,
}

impl CustomersBuilder {
    /// An empty table that finds its attributes as they come.
    pub fn new() -> Self {
        CustomersBuilder::default()
    }

    /// An empty table with these attributes; others may come.
    pub fn with_schema(schema: &Schema) -> Self {
        CustomersBuilder { ids: Ids::default(), rows: Growing::with_schema(schema) }
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
        self.rows.push(values).map_err(|error| error.at_row(row).at_customer(id))
    }

    /// The table.
    ///
    /// # Errors
    /// If an attribute has an empty name.
    pub fn finish(self) -> Result<Customers> {
        let mut customers = Customers::new(self.ids);
        for (attribute, column) in self.rows.finish() {
            customers.push_column(attribute, column)?;
        }
        Ok(customers)
    }
}

/// Named columns that grow a row at a time, whatever a row stands for: a customer, an item.
#[derive(Clone, Debug, Default)]
pub(super) struct Growing {
    rows: usize,
    schema: Schema,
    columns: Vec<ColumnBuilder>,
    /// Where the next value is expected: rows come with their names in the same order.
    cursor: usize,
    names: Vec<String>,
}

impl Growing {
    /// No row yet, with the columns of these attributes; others may come.
    pub(super) fn with_schema(schema: &Schema) -> Self {
        let columns = schema.attributes().iter().map(|a| ColumnBuilder::of_kind(a.kind)).collect();
        let names = schema.names().map(str::to_owned).collect();
        Growing { schema: schema.clone(), columns, names, ..Growing::default() }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// Adds a row. What it does not name is missing.
    ///
    /// # Errors
    /// If a name occurs twice or a value is of another kind than its column, without a place; the row is kept with what
    /// came before.
    pub(super) fn push<'b>(&mut self, values: impl IntoIterator<Item = (&'b str, Value<'b>)>) -> Result<()> {
        let row = self.rows;
        self.rows += 1;
        self.cursor = 0;
        for (name, value) in values {
            let at = self.locate(name);
            let Some(column) = self.columns.get_mut(at) else { continue };
            column.fill_to(row);
            if column.len() > row {
                return Err(Error::definition(format!("attribute `{name}` occurs twice")));
            }
            column.push(value).map_err(|kind| Error::wrong_kind(name, value.in_words(), kind.to_string()))?;
            self.cursor = at + 1;
        }
        Ok(())
    }

    /// The columns, each with what is said of it, in the order in which the names came.
    pub(super) fn finish(self) -> Vec<(Attribute, Column)> {
        let Growing { rows, schema, columns, names, .. } = self;
        let full = names.into_iter().zip(columns).map(|(name, mut column)| {
            column.fill_to(rows);
            let column = column.finish();
            let attribute = match schema.get(&name) {
                Some(attribute) => attribute.clone().with_kind(column.kind()),
                None => Attribute::new(name, column.kind()),
            };
            (attribute, column)
        });
        full.collect()
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
