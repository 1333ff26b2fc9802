//! Many customers, column by column.

use std::sync::Arc;

use ndarray::ArrayView2;

use crate::error::{Error, Result};
use crate::history::{CustomerEvents, Event, History};
use crate::time::{AsOf, Day, Timestamp};
use crate::value::{Attribute, Column, Id, Ids, Kind, Schema, Value};

use super::lists::{Lists, ListsBuilder};
use super::one::{Customer, Events};
use super::rows::CustomersBuilder;

/// Many customers: an id each, attributes column by column, lists of items, a history, weights, and the moment as of
/// which they are seen.
///
/// Cloning is cheap: columns, items and history are shared.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["c-1", "c-2", "c-3"])?
///     .with_column("employees", Column::integers([12, 250, 4_000]))?
///     .with_column("country", Column::texts(["DE", "FR", "DE"]))?;
/// assert_eq!(customers.len(), 3);
/// assert_eq!(customers.column("employees")?.number(1), Some(250.0));
/// assert_eq!(customers.column("employes").unwrap_err().to_string(), "no attribute `employes`; did you mean `employees`");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Customers {
    ids: Arc<Ids>,
    schema: Schema,
    columns: Vec<Arc<Column>>,
    weights: Option<Arc<[f64]>>,
    pub(super) lists: Lists,
    history: Option<Linked>,
    as_of: Option<AsOf>,
}

/// A history and where each customer stands in it.
#[derive(Clone, Debug)]
struct Linked {
    history: Arc<History>,
    /// `None`: customer `i` is the history's customer `i`. `u32::MAX`: the customer has no events.
    rows: Option<Arc<[u32]>>,
    unmatched_events: usize,
}

impl Customers {
    /// Customers of whom only the id is known.
    pub fn new(ids: Ids) -> Self {
        Customers { ids: Arc::new(ids), ..Customers::default() }
    }

    /// Customers of whom only the id is known.
    ///
    /// # Errors
    /// If an id occurs twice, with both rows.
    pub fn with_ids<'a, I: Into<Id<'a>>>(ids: impl IntoIterator<Item = I>) -> Result<Self> {
        Ok(Customers::new(Ids::unique(ids.into_iter().map(Into::into))?))
    }

    /// A table that grows a row at a time.
    pub fn builder() -> CustomersBuilder {
        CustomersBuilder::new()
    }

    /// Customers of your own type, with the attributes they name, the items of the lists they name, their events, and
    /// the moment of the first that has one.
    ///
    /// # Errors
    /// If an id occurs twice, a value is of another kind than that of earlier customers or items, an event is not
    /// finite, or two customers are seen as of different moments.
    pub fn from_customers<C: Customer>(customers: impl IntoIterator<Item = C>) -> Result<Self> {
        let mut rows = CustomersBuilder::new();
        let mut lists = ListsBuilder::default();
        let mut log = History::builder();
        let mut as_of: Option<AsOf> = None;
        for customer in customers {
            let names = customer.attributes();
            let row = rows.len();
            rows.push(customer.id(), names.iter().map(|name| (*name, customer.value(name))))?;
            lists.push(&customer).map_err(|error| error.at_row(row))?;
            for index in 0..customer.event_count() {
                if let Some(event) = customer.event(index) {
                    log.push(customer.id(), &event).map_err(|error| error.at_row(row))?;
                }
            }
            match (as_of, customer.as_of()) {
                (None, seen) => as_of = seen,
                (Some(a), Some(b)) if a != b => {
                    let message = format!("seen as of {}, the customers before it as of {}", b.day(), a.day());
                    return Err(Error::definition(message).at_row(row).at_customer(customer.id()));
                }
                _ => {}
            }
        }
        let mut table = lists.finish(rows.finish()?)?;
        if !log.is_empty() {
            table = table.with_history(log.finish());
        }
        table.as_of = as_of;
        Ok(table)
    }

    /// The customers of a history, of whom nothing else is known, in its order.
    pub fn from_history(history: History) -> Self {
        let ids = Arc::clone(history.ids());
        let linked = Linked { history: Arc::new(history), rows: None, unmatched_events: 0 };
        Customers { ids, history: Some(linked), ..Customers::default() }
    }

    /// Customers numbered from 0 with one attribute a column of a matrix (rows × names).
    ///
    /// # Errors
    /// If there are not as many names as columns or a name occurs twice. A cell that is not finite becomes invalid.
    pub fn from_matrix(names: &[&str], matrix: ArrayView2<'_, f64>) -> Result<Self> {
        if names.len() != matrix.ncols() {
            return Err(Error::length("names", names.len(), matrix.ncols()));
        }
        let mut customers = Customers::new(Ids::numbered(matrix.nrows()));
        for (name, column) in names.iter().zip(matrix.columns()) {
            customers = customers.with_column(*name, Column::numbers(column.iter().copied()))?;
        }
        Ok(customers)
    }

    /// Adds an attribute, or replaces the one of that name.
    ///
    /// # Errors
    /// If there are not as many values as customers, or the name is empty.
    pub fn with_column(self, name: impl Into<String>, column: Column) -> Result<Self> {
        let attribute = Attribute::new(name, column.kind());
        self.with_attribute(attribute, column)
    }

    /// Adds an attribute with all that is said of it, or replaces the one of that name.
    ///
    /// # Errors
    /// If the column is of another kind than the attribute, there are not as many values as customers, or the name
    /// is empty.
    pub fn with_attribute(mut self, attribute: Attribute, column: Column) -> Result<Self> {
        if attribute.kind != column.kind() {
            return Err(Error::wrong_kind(attribute.name, column.kind(), attribute.kind.to_string()));
        }
        self.push_column(attribute, column)?;
        Ok(self)
    }

    pub(crate) fn push_column(&mut self, attribute: Attribute, column: Column) -> Result<()> {
        if column.len() != self.len() {
            return Err(Error::length(format!("attribute `{}`", attribute.name), column.len(), self.len()));
        }
        match self.schema.position(&attribute.name) {
            Some(at) => {
                self.schema.replace(at, attribute);
                if let Some(slot) = self.columns.get_mut(at) {
                    *slot = Arc::new(column);
                }
            }
            None => {
                self.schema.push(attribute)?;
                self.columns.push(Arc::new(column));
            }
        }
        Ok(())
    }

    /// Says more of an attribute: level, role, unit, source. The kind stays.
    ///
    /// # Errors
    /// If there is no attribute of that name.
    pub fn describe(mut self, name: &str, change: impl FnOnce(Attribute) -> Attribute) -> Result<Self> {
        let at = self.position(name)?;
        if let Some(old) = self.schema.attributes().get(at).cloned() {
            let (kind, name) = (old.kind, old.name.clone());
            let mut new = change(old);
            (new.kind, new.name) = (kind, name);
            self.schema.replace(at, new);
        }
        Ok(self)
    }

    /// Leaves an attribute out.
    ///
    /// # Errors
    /// If there is no attribute of that name.
    pub fn without(mut self, name: &str) -> Result<Self> {
        let at = self.position(name)?;
        self.schema.remove(at);
        self.columns.remove(at);
        Ok(self)
    }

    /// Sets what they did. Events of customers that are not in the table are counted
    /// ([`Customers::unmatched_events`]) and play no part.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::history::History;
    /// use segmentry::time::Day;
    ///
    /// let log = History::purchases(["bob", "zoe"], &[Day::new(2026, 3, 1)?; 2], &[12.0, 5.0])?;
    /// let customers = Customers::with_ids(["ann", "bob"])?.with_history(log);
    /// assert_eq!((customers.events(0).len(), customers.events(1).len()), (0, 1));
    /// assert_eq!(customers.unmatched_events(), 1); // zoe's
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn with_history(mut self, history: History) -> Self {
        let same = Arc::ptr_eq(history.ids(), &self.ids) || **history.ids() == *self.ids;
        let (mut rows, mut unmatched_events) = (None, 0);
        if !same {
            let found = |id| history.ids().row(id).and_then(|row| u32::try_from(row).ok()).unwrap_or(u32::MAX);
            let list: Vec<u32> = self.ids.iter().map(found).collect();
            let matched: usize = list.iter().map(|row| history.events(*row as usize).len()).sum();
            unmatched_events = history.len() - matched;
            rows = Some(list.into());
        }
        self.history = Some(Linked { history: Arc::new(history), rows, unmatched_events });
        self
    }

    /// Sets how much each customer counts: survey weights, or how many they stand for.
    ///
    /// In a survey, one who answered may stand for 812 customers; shares, means and sizes of segments then count 812.
    ///
    /// # Errors
    /// If there are not as many weights as customers, or one is negative or not finite, with its customer.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self> {
        if weights.len() != self.len() {
            return Err(Error::length("weights", weights.len(), self.len()));
        }
        if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            let weight = weights.get(row).copied().unwrap_or_default();
            let error = Error::parameter("weight", "a finite number of at least 0", weight).at_row(row);
            return Err(self.ids.get(row).map_or(error.clone(), |id| error.at_customer(id)));
        }
        self.weights = Some(weights.into());
        Ok(self)
    }

    /// Sets the moment as of which they are seen: later events are not known yet.
    #[must_use]
    pub fn as_of(mut self, as_of: impl Into<AsOf>) -> Self {
        self.as_of = Some(as_of.into());
        self
    }

    /// The moment as of which they are seen.
    ///
    /// # Errors
    /// If none was set: what asks for it cannot answer without.
    pub fn seen_as_of(&self) -> Result<AsOf> {
        self.as_of.ok_or_else(as_of_is_missing)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Their ids.
    pub fn ids(&self) -> &Arc<Ids> {
        &self.ids
    }

    /// Their attributes.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The column of that name.
    ///
    /// # Errors
    /// If there is none, with the name that is most like it.
    pub fn column(&self, name: &str) -> Result<&Column> {
        let at = self.position(name)?;
        self.columns.get(at).map(Arc::as_ref).ok_or_else(|| Error::unknown_attribute(name, self.schema.names()))
    }

    /// The column of that name, which must hold numbers or whole numbers.
    ///
    /// # Errors
    /// If there is none or it is of another kind.
    pub fn numeric_column(&self, name: &str) -> Result<&Column> {
        let column = self.column(name)?;
        if column.kind().is_numeric() {
            Ok(column)
        } else {
            Err(Error::wrong_kind(name, column.kind(), Kind::Number.to_string()))
        }
    }

    /// The attributes with their columns.
    pub fn columns(&self) -> impl Iterator<Item = (&Attribute, &Column)> {
        self.schema.attributes().iter().zip(self.columns.iter().map(Arc::as_ref))
    }

    /// How much each counts; `None` if each counts 1.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// How much the customer in that row counts.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().and_then(|weights| weights.get(row)).copied().unwrap_or(1.0)
    }

    /// What they did, if that is known.
    pub fn history(&self) -> Option<&History> {
        self.history.as_ref().map(|linked| linked.history.as_ref())
    }

    /// The events of the customer in that row, also those after [`Customers::as_of`].
    pub fn events(&self, row: usize) -> CustomerEvents<'_> {
        match &self.history {
            Some(Linked { history, rows: None, .. }) => history.events(row),
            Some(Linked { history, rows: Some(rows), .. }) => {
                rows.get(row).map_or(CustomerEvents::none(), |row| history.events(*row as usize))
            }
            None => CustomerEvents::none(),
        }
    }

    /// How many events of the history belong to nobody in the table.
    pub fn unmatched_events(&self) -> usize {
        self.history.as_ref().map_or(0, |linked| linked.unmatched_events)
    }

    /// The customer in that row.
    pub fn get(&self, row: usize) -> Option<CustomerRow<'_>> {
        (row < self.len()).then_some(CustomerRow { customers: self, row })
    }

    /// The customer of that id.
    ///
    /// # Errors
    /// If there is none.
    pub fn find<'a>(&self, id: impl Into<Id<'a>>) -> Result<CustomerRow<'_>> {
        let id = id.into();
        let row = self.ids.row(id).ok_or_else(|| Error::unknown_customer(id))?;
        Ok(CustomerRow { customers: self, row })
    }

    /// The customers in order.
    pub fn iter(&self) -> impl Iterator<Item = CustomerRow<'_>> {
        (0..self.len()).map(|row| CustomerRow { customers: self, row })
    }

    /// The customers in those rows, in that order; rows behind the end are left out.
    ///
    /// # Errors
    /// If a row occurs twice.
    pub fn take(&self, rows: &[usize]) -> Result<Self> {
        let ids = Arc::new(Ids::unique(rows.iter().filter_map(|row| self.ids.get(*row)))?);
        let kept: Vec<Option<usize>> = rows.iter().copied().filter(|row| *row < self.len()).map(Some).collect();
        let history = self.history.as_ref().map(|linked| {
            let row_of = |row: usize| match &linked.rows {
                Some(rows) => rows.get(row).copied().unwrap_or(u32::MAX),
                None => u32::try_from(row).unwrap_or(u32::MAX),
            };
            let rows: Arc<[u32]> = kept.iter().flatten().map(|row| row_of(*row)).collect();
            let matched: usize = rows.iter().map(|row| linked.history.events(*row as usize).len()).sum();
            let unmatched_events = linked.history.len() - matched;
            Linked { history: Arc::clone(&linked.history), rows: Some(rows), unmatched_events }
        });
        let weight = |row: &usize| self.weights.as_ref().and_then(|w| w.get(*row)).copied();
        Ok(Customers {
            lists: self.lists.take(&ids, &kept),
            ids,
            schema: self.schema.clone(),
            columns: self.columns.iter().map(|column| Arc::new(column.take(&kept))).collect(),
            weights: self.weights.as_ref().map(|_| kept.iter().flatten().filter_map(weight).collect()),
            history,
            as_of: self.as_of,
        })
    }

    /// Bytes held by ids, columns, items, history and weights.
    pub fn bytes(&self) -> usize {
        let columns: usize = self.columns.iter().map(|column| column.bytes()).sum();
        let weights = self.weights.as_ref().map_or(0, |w| w.len() * 8);
        self.ids.bytes() + columns + weights + self.lists.bytes() + self.history().map_or(0, History::bytes)
    }

    fn position(&self, name: &str) -> Result<usize> {
        self.schema.position(name).ok_or_else(|| Error::unknown_attribute(name, self.schema.names()))
    }
}

/// What every question about recency answers when nobody said what day it is.
pub(crate) fn as_of_is_missing() -> Error {
    Error::unsupported("the day as of which customers are seen is not set: give it with `as_of`")
}

/// One row of [`Customers`].
#[derive(Clone, Copy, Debug)]
pub struct CustomerRow<'a> {
    customers: &'a Customers,
    row: usize,
}

impl<'a> CustomerRow<'a> {
    /// Which row it is.
    pub fn row(&self) -> usize {
        self.row
    }

    /// Its events up to the moment as of which it is seen.
    pub fn events(&'a self) -> Events<'a> {
        Events::of(self)
    }
}

impl Customer for CustomerRow<'_> {
    fn id(&self) -> Id<'_> {
        self.customers.ids.get(self.row).unwrap_or(Id::Text("")) // rows are made from the ids
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        let at = self.customers.schema.position(attribute);
        at.and_then(|at| self.customers.columns.get(at)).map_or(Value::Missing, |column| column.value(self.row))
    }

    fn attributes(&self) -> Vec<&str> {
        self.customers.schema.names().collect()
    }

    fn as_of(&self) -> Option<AsOf> {
        self.customers.as_of
    }

    fn event_count(&self) -> usize {
        self.customers.events(self.row).len()
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        self.customers.events(self.row).get(index)
    }

    fn lists(&self) -> Vec<&str> {
        self.customers.lists().map(|(name, _)| name).collect()
    }

    fn item_fields(&self, list: &str) -> Vec<&str> {
        self.customers.items(list).map_or_else(Vec::new, |items| items.schema().names().collect())
    }

    fn item_count(&self, list: &str) -> usize {
        self.customers.items(list).map_or(0, |items| items.range(self.row).len())
    }

    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        let items = self.customers.items(list);
        items.map_or(Value::Missing, |items| {
            items.range(self.row).nth(index).map_or(Value::Missing, |item| items.value(item, field))
        })
    }

    fn visit_amounts(&self, kind: &str, visit: &mut dyn FnMut(Timestamp, Day, Option<f64>)) {
        if let Some(history) = self.customers.history() {
            history.visit_amounts(self.customers.events(self.row).range(), kind, visit);
        }
    }
}
