//! Items: several records a customer, without a time.
//!
//! Subscriptions, devices, contracts, children: what a customer has several of, each with fields of its own. They are a
//! table beside that of the customers, whose rows stand customer by customer.

mod builder;
#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "serde")]
mod json_lines;
mod merge;
#[cfg(any(feature = "csv", feature = "serde"))]
mod read;
#[cfg(feature = "serde")]
mod serialize;

use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::value::{Attribute, Column, Ids, Schema, Value};

pub use builder::ItemsBuilder;
pub(super) use merge::merged;
#[cfg(any(feature = "csv", feature = "serde"))]
pub(super) use read::nested;

/// The items of many customers, stored column by column: all of the first customer's in the order in which they came,
/// then all of the second's.
///
/// An item is a record of a list: a subscription with its plan, status and seats. Its fields are columns of one kind
/// each, described by a [`Schema`] as attributes of customers are. Hang it on customers with
/// [`Customers::with_items`](super::Customers::with_items) under the name of the list.
///
/// ```
/// use segmentry::customer::{Customers, Items};
/// use segmentry::value::Value;
///
/// let mut rows = Items::builder();
/// rows.push("bob", [("plan", Value::Text("pro")), ("seats", Value::Integer(10))])?;
/// rows.push("ann", [("plan", Value::Text("free"))])?;
/// rows.push("bob", [("plan", Value::Text("team")), ("seats", Value::Integer(3))])?;
/// let customers = Customers::with_ids(["ann", "bob"])?.with_items("subscriptions", rows.finish()?);
///
/// let subscriptions = customers.items("subscriptions").unwrap();
/// let seats = subscriptions.column("seats")?;
/// let of_bob: Vec<_> = subscriptions.range(1).map(|item| seats.number(item)).collect();
/// assert_eq!(of_bob, [Some(10.0), Some(3.0)]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Items, events, sets or attributes
///
/// | a customer has | take |
/// | --- | --- |
/// | one of it | attributes, of a record inside with a dot: `account.industry` |
/// | several names | an attribute of [`Kind::Set`](crate::value::Kind::Set) |
/// | several records that happened at a moment | events of a [`History`](crate::history::History) |
/// | several records that are there now | items |
///
/// Items do not know *as of*: they are what is so when the customers are seen. A field may be a day, which a condition
/// compares as any other.
///
/// # Cost
///
/// Eight bytes a customer and one column a field; see [`Column`] for its size. Building takes time proportional to the
/// values.
#[derive(Clone, Debug)]
pub struct Items {
    ids: Arc<Ids>,
    /// Where each customer's items begin, and behind the last one the number of all.
    offsets: Vec<usize>,
    schema: Schema,
    columns: Vec<Column>,
}

impl Items {
    /// Items that come one at a time, in any order of customers.
    pub fn builder() -> ItemsBuilder {
        ItemsBuilder::new()
    }

    /// Puts rows that come in any order customer by customer; `owners` says for each row which of `ids` has it.
    ///
    /// By counting: each customer's items keep their order, and columns that are in order already are not copied.
    pub(super) fn grouped(ids: Arc<Ids>, owners: &[usize], fields: Vec<(Attribute, Column)>) -> Result<Self> {
        let mut offsets = vec![0; ids.len() + 1];
        for owner in owners {
            if let Some(behind) = offsets.get_mut(owner + 1) {
                *behind += 1;
            }
        }
        let mut total = 0;
        for offset in &mut offsets {
            total += *offset;
            *offset = total;
        }
        let mut items = Items { ids, offsets, schema: Schema::default(), columns: Vec::with_capacity(fields.len()) };
        for (attribute, column) in fields {
            items.schema.push(attribute)?;
            items.columns.push(column);
        }
        if !owners.is_sorted() {
            let mut next = items.offsets.clone();
            let mut order = vec![0; owners.len()];
            for (item, owner) in owners.iter().enumerate() {
                if let Some(place) = next.get_mut(*owner) {
                    if let Some(slot) = order.get_mut(*place) {
                        *slot = item;
                    }
                    *place += 1;
                }
            }
            items.columns = items.gather(&order);
        }
        Ok(items)
    }

    /// The items of the customers `ids`, where `rows` says in which row here each of them stands.
    pub(super) fn of(&self, ids: Arc<Ids>, rows: impl Iterator<Item = Option<usize>>) -> Self {
        let (mut offsets, mut order) = (vec![0], Vec::new());
        for row in rows {
            order.extend(row.map_or(0..0, |row| self.range(row)));
            offsets.push(order.len());
        }
        Items { ids, offsets, schema: self.schema.clone(), columns: self.gather(&order) }
    }

    /// The items in the order of those customers.
    ///
    /// Items of customers that are not among them are left out. Where the customers are the same nothing is copied.
    pub(super) fn aligned(self, ids: &Arc<Ids>) -> Self {
        if Arc::ptr_eq(&self.ids, ids) || *self.ids == **ids {
            return Items { ids: Arc::clone(ids), ..self };
        }
        self.of(Arc::clone(ids), ids.iter().map(|id| self.ids.row(id)))
    }

    /// The items under the parents of their customers, where `of` says which of the parents each customer has.
    pub(super) fn rolled_up(&self, parents: &Arc<Ids>, of: &[Option<usize>]) -> Result<Self> {
        let (mut owners, mut order) = (Vec::new(), Vec::new());
        for (row, parent) in of.iter().enumerate() {
            if let Some(parent) = parent {
                order.extend(self.range(row));
                owners.resize(order.len(), *parent);
            }
        }
        let fields = self.schema.attributes().iter().cloned().zip(self.gather(&order)).collect();
        Items::grouped(Arc::clone(parents), &owners, fields)
    }

    fn gather(&self, order: &[usize]) -> Vec<Column> {
        self.columns.iter().map(|column| column.gather(order.len(), |item| order.get(item).copied())).collect()
    }

    /// Whose items they are. [`Customers::items`](super::Customers::items) gives those of all customers of the table, in
    /// the same order; a customer may have none.
    pub fn ids(&self) -> &Arc<Ids> {
        &self.ids
    }

    /// How many customers there are, also those without an item.
    pub fn customers(&self) -> usize {
        self.ids.len()
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.offsets.last().copied().unwrap_or(0)
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fields of an item.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The column of a field: a row for each item, those of one customer behind each other.
    ///
    /// # Errors
    /// If there is no such field, with the name that is most like it.
    pub fn column(&self, field: &str) -> Result<&Column> {
        let at = self.schema.position(field).and_then(|at| self.columns.get(at));
        at.ok_or_else(|| Error::unknown_attribute(field, self.schema.names()))
    }

    /// The fields with their columns.
    pub fn columns(&self) -> impl Iterator<Item = (&Attribute, &Column)> {
        self.schema.attributes().iter().zip(&self.columns)
    }

    /// Where each customer's items begin in the columns, and behind the last one the number of all: the items of
    /// customer `i` are those from `offsets[i]` to before `offsets[i + 1]`.
    ///
    /// So customers from `a` to before `b` have the items from `offsets[a]` to before `offsets[b]`: work on a chunk of
    /// customers is work on a chunk of items.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// Where the items of the customer in that row stand in the columns; nowhere behind the last row.
    pub fn range(&self, row: usize) -> Range<usize> {
        match self.offsets.get(row..).unwrap_or_default() {
            [from, to, ..] => *from..*to,
            _ => 0..0,
        }
    }

    /// What is known of an item, counted over all customers, under the name of a field; missing if there is no such
    /// field or item.
    pub fn value(&self, item: usize, field: &str) -> Value<'_> {
        let column = self.schema.position(field).and_then(|at| self.columns.get(at));
        column.map_or(Value::Missing, |column| column.value(item))
    }

    /// Bytes held by offsets and columns. The ids are not counted: customers hold them already.
    pub fn bytes(&self) -> usize {
        self.offsets.capacity() * size_of::<usize>() + self.columns.iter().map(Column::bytes).sum::<usize>()
    }
}
