//! The events of many customers, customer by customer in time order.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::time::{Day, Timestamp};
use crate::value::{Column, ColumnBuilder, Id, Ids, Kind, Value};

use super::event::{AsEvent, Event, Properties};

/// The events of many customers, stored column by column: all of the first customer's in time order, then all of
/// the second's. Customers stand in the order in which they first appeared; events at the same instant in the
/// order in which they came.
///
/// ```
/// use segmentry::history::{Event, History};
/// use segmentry::time::Day;
///
/// let mut log = History::builder();
/// log.push("c-2", &Event::purchase(Day::new(2026, 3, 1)?, 20.0))?;
/// log.push("c-1", &Event::purchase(Day::new(2026, 2, 1)?, 10.0))?;
/// log.push("c-2", &Event::purchase(Day::new(2026, 1, 1)?, 30.0))?;
/// let history = log.finish();
///
/// assert_eq!((history.customers(), history.len()), (2, 3));
/// let amounts: Vec<_> = history.events(0).iter().map(|e| e.amount).collect();
/// assert_eq!(amounts, [Some(30.0), Some(20.0)]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// A history does not change: [`History::filter`], [`History::merge`] and [`Clean`](super::Clean) make another. Amounts
/// are in one currency; [`History::one_currency`] says which, if events name it.
///
/// # How it works
///
/// Columns of all events lie one behind the other, and a list says where each customer's events end, so that one
/// customer's events are a slice and a sum over all is a walk through one column. Sorting is by counting over customers
/// and then, within a customer and only where it is needed, stable by time.
///
/// # Cost
///
/// Building takes time proportional to the events, and × the logarithm of a customer's events where they come out of
/// order. An event takes 8 bytes for its instant, 4 for its kind, 8 for its amount, and what other columns there are; 4
/// for its day only where some day is not that of its instant in UTC.
///
/// # Determinism
///
/// The order in which events come decides between equal instants, and the order in which customers first come is
/// theirs. No clock and no hash order plays a part.
#[derive(Clone, Debug)]
pub struct History {
    pub(super) ids: Arc<Ids>,
    /// Where each customer's events end.
    pub(super) ends: Vec<usize>,
    pub(super) at: Vec<Timestamp>,
    /// `None` where each event's day is the day of its instant in UTC.
    pub(super) days: Option<Vec<Day>>,
    pub(super) kind: Column,
    pub(super) amount: Column,
    pub(super) quantity: Option<Column>,
    pub(super) item: Option<Column>,
    pub(super) channel: Option<Column>,
    pub(super) properties: Vec<(String, Column)>,
}

impl History {
    /// A history that grows an event at a time, in any order.
    pub fn builder() -> HistoryBuilder {
        HistoryBuilder::default()
    }

    /// The purchases of three columns of the same length.
    ///
    /// ```
    /// use segmentry::history::History;
    /// use segmentry::time::Day;
    ///
    /// let days = [Day::new(2026, 3, 1)?, Day::new(2026, 3, 8)?, Day::new(2026, 3, 9)?];
    /// let history = History::purchases(["ann", "bob", "ann"], &days, &[20.0, 7.5, 30.0])?;
    /// assert_eq!(history.events(0).len(), 2);
    /// assert!(History::purchases(["ann"], &days, &[20.0, 7.5, 30.0]).is_err());
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the lengths differ or an amount is not finite, with its row.
    pub fn purchases<'a, I: Into<Id<'a>>>(
        customers: impl IntoIterator<Item = I>,
        days: &[Day],
        amounts: &[f64],
    ) -> Result<Self> {
        if days.len() != amounts.len() {
            return Err(Error::length("amounts", amounts.len(), days.len()));
        }
        let mut builder = History::builder();
        let mut rows = days.iter().zip(amounts);
        let mut count = 0;
        for (row, id) in customers.into_iter().enumerate() {
            count = row + 1;
            if let Some(purchase) = rows.next() {
                builder.push(id, &(*purchase.0, *purchase.1)).map_err(|error| error.at_row(row))?;
            }
        }
        if count != days.len() {
            return Err(Error::length("customers", count, days.len()));
        }
        Ok(builder.finish())
    }

    /// The ids of the customers that have events.
    pub fn ids(&self) -> &Arc<Ids> {
        &self.ids
    }

    /// How many customers have events.
    pub fn customers(&self) -> usize {
        self.ends.len()
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The events of the customer in that row of [`History::ids`]; none behind the last row.
    pub fn events(&self, row: usize) -> CustomerEvents<'_> {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(row).copied().unwrap_or(start);
        CustomerEvents { history: Some(self), start, end }
    }

    /// The event of that number, counted over all customers.
    ///
    /// All of the first customer's events come first, then all of the second's: see [`CustomerEvents::range`].
    pub fn event(&self, index: usize) -> Option<Event<'_>> {
        let at = *self.at.get(index)?;
        fn text(column: &Option<Column>, index: usize) -> Option<&str> {
            column.as_ref().and_then(|column| column.value(index).text())
        }
        Some(Event {
            at,
            day: self.day(index)?,
            kind: self.kind.value(index).text().unwrap_or_default(),
            amount: self.amount.number(index),
            quantity: self.quantity.as_ref().and_then(|c| c.number(index)),
            item: text(&self.item, index),
            channel: text(&self.channel, index),
            properties: Properties::columns(&self.properties, index),
        })
    }

    /// Calls `visit` with the instant, the day and the amount of each event of that kind in that range of the columns.
    pub(crate) fn visit_amounts(
        &self,
        events: std::ops::Range<usize>,
        kind: &str,
        visit: &mut dyn FnMut(Timestamp, Day, Option<f64>),
    ) {
        let Some((codes, kinds)) = self.kind.codes() else { return };
        let Some(kind) = kinds.code(kind) else { return };
        let (Some(codes), Some(ats)) = (codes.get(events.clone()), self.at.get(events.clone())) else { return };
        let amounts = self.amount.as_numbers();
        for ((event, _), at) in events.zip(codes).zip(ats).filter(|((_, code), _)| **code == kind) {
            let amount = match amounts {
                Some(amounts) => amounts.get(event).copied(),
                None => self.amount.number(event),
            };
            visit(*at, self.day(event).unwrap_or(at.day_utc()), amount);
        }
    }

    /// The day of that event.
    pub fn day(&self, index: usize) -> Option<Day> {
        match &self.days {
            Some(days) => days.get(index).copied(),
            None => self.at.get(index).map(|at| at.day_utc()),
        }
    }

    /// The day of each event; `None` if it is the day of the instant in UTC for all of them.
    #[cfg(feature = "rules")]
    pub(crate) fn days(&self) -> Option<&[Day]> {
        self.days.as_deref()
    }

    /// When each event was.
    pub fn at(&self) -> &[Timestamp] {
        &self.at
    }

    /// What each event was, texts.
    pub fn kinds(&self) -> &Column {
        &self.kind
    }

    /// For how much each event was, numbers.
    pub fn amounts(&self) -> &Column {
        &self.amount
    }

    /// How many each event was for, if any event says so.
    pub fn quantities(&self) -> Option<&Column> {
        self.quantity.as_ref()
    }

    /// Of what each event was, if any event says so.
    pub fn items(&self) -> Option<&Column> {
        self.item.as_ref()
    }

    /// Through what each event came, if any event says so.
    pub fn channels(&self) -> Option<&Column> {
        self.channel.as_ref()
    }

    /// The free properties, by name.
    pub fn properties(&self) -> &[(String, Column)] {
        &self.properties
    }

    /// The events for which `keep` says so; customers without one that is kept are no longer in it.
    ///
    /// ```
    /// use segmentry::history::History;
    /// use segmentry::time::Day;
    ///
    /// let day = Day::new(2026, 3, 1)?;
    /// let history = History::purchases(["ann", "bob"], &[day; 2], &[20.0, 7.5])?;
    /// let large = history.filter(|event| event.amount.is_some_and(|amount| amount >= 10.0));
    /// assert_eq!((large.len(), large.customers()), (1, 1));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn filter(&self, keep: impl Fn(&Event<'_>) -> bool) -> Self {
        self.filter_rows(|row| self.event(row).is_some_and(|event| keep(&event)))
    }

    /// As [`History::filter`], by the number of the event counted over all customers.
    pub(super) fn filter_rows(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut ids = Ids::default();
        let (mut rows, mut ends) = (Vec::new(), Vec::new());
        for customer in 0..self.customers() {
            let events = self.events(customer);
            let before = rows.len();
            rows.extend(events.range().filter(|row| keep(*row)));
            if rows.len() > before {
                if let Some(id) = self.ids.get(customer) {
                    ids.intern(id);
                }
                ends.push(rows.len());
            }
        }
        let row_of = |i: usize| rows.get(i).copied();
        let gather = |column: &Column| column.gather(rows.len(), row_of);
        History {
            ids: Arc::new(ids),
            ends,
            at: rows.iter().filter_map(|row| self.at.get(*row)).copied().collect(),
            days: self.days.as_ref().map(|days| rows.iter().filter_map(|row| days.get(*row)).copied().collect()),
            kind: gather(&self.kind),
            amount: gather(&self.amount),
            quantity: self.quantity.as_ref().map(gather),
            item: self.item.as_ref().map(gather),
            channel: self.channel.as_ref().map(gather),
            properties: self.properties.iter().map(|(name, column)| (name.clone(), gather(column))).collect(),
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let columns = [Some(&self.kind), Some(&self.amount), self.quantity.as_ref(), self.item.as_ref()];
        let rest = [self.channel.as_ref()].into_iter().chain(self.properties.iter().map(|(_, c)| Some(c)));
        let columns: usize = columns.into_iter().chain(rest).flatten().map(Column::bytes).sum();
        let times = self.at.capacity() * 8 + self.days.as_ref().map_or(0, |days| days.capacity() * 4);
        self.ids.bytes() + self.ends.capacity() * 8 + times + columns
    }
}

/// The events of one customer, oldest first.
///
/// Made by [`History::events`] and [`Customers::events`](crate::customer::Customers::events); copying it copies two
/// numbers and a reference.
#[derive(Clone, Copy, Debug)]
pub struct CustomerEvents<'a> {
    history: Option<&'a History>,
    start: usize,
    end: usize,
}

impl<'a> CustomerEvents<'a> {
    /// No events.
    pub fn none() -> Self {
        CustomerEvents { history: None, start: 0, end: 0 }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The event of that number, the oldest is 0.
    pub fn get(&self, index: usize) -> Option<Event<'a>> {
        let index = self.start.checked_add(index)?;
        if index < self.end { self.history?.event(index) } else { None }
    }

    /// The events, oldest first.
    pub fn iter(self) -> impl Iterator<Item = Event<'a>> {
        (0..self.len()).filter_map(move |i| self.get(i))
    }

    /// Where they stand in the columns of the history.
    ///
    /// For work on whole columns: `history.amounts().number(row)` for each row of the range reads no more than the
    /// amounts.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start..self.end
    }
}

/// A [`History`] that grows an event at a time, in any order.
///
/// Events of different customers may come mixed and in any order of time; [`HistoryBuilder::finish`] sorts them once.
/// Columns for quantity, item, channel and each property begin with the first event that says something.
#[derive(Debug, Default)]
pub struct HistoryBuilder {
    ids: Ids,
    customer: Vec<u32>,
    at: Vec<Timestamp>,
    days: Option<Vec<Day>>,
    kind: ColumnBuilder,
    amount: ColumnBuilder,
    quantity: Optional,
    item: Optional,
    channel: Optional,
    properties: Vec<(String, ColumnBuilder)>,
}

/// A column that begins with the first event that says something.
type Optional = Option<ColumnBuilder>;

/// Rows before the first value are filled with *missing* then, so that a log without items has no column of items.
fn push_optional(column: &mut Optional, kind: Kind, rows: usize, value: Value<'_>) {
    if column.is_none() && !value.is_present() {
        return;
    }
    let column = column.get_or_insert_with(|| ColumnBuilder::of_kind(kind));
    column.fill_to(rows);
    column.push_lossless(value);
}

impl HistoryBuilder {
    /// How many events there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// Adds an event of a customer.
    ///
    /// # Errors
    /// If the amount or quantity is not finite, or a property is of another kind than in earlier events; no event is
    /// added then.
    pub fn push<'a>(&mut self, customer: impl Into<Id<'a>>, event: &dyn AsEvent) -> Result<()> {
        let (customer, event) = (customer.into(), event.as_event());
        for (what, number) in [("amount", event.amount), ("quantity", event.quantity)] {
            if let Some(number) = number.filter(|n| !n.is_finite()) {
                return Err(Error::not_finite(format!("`{what}`"), number).at_customer(customer));
            }
        }
        for (name, value) in event.properties.iter() {
            let known = self.properties.iter().find(|(n, _)| n == name).and_then(|(_, column)| column.kind());
            match (known, value.kind()) {
                (Some(a), Some(b)) if a != b && !(a.is_numeric() && b.is_numeric()) => {
                    return Err(Error::wrong_kind(name, value.in_words(), a.to_string()).at_customer(customer));
                }
                _ => {}
            }
        }
        let rows = self.at.len();
        let number = |number: Option<f64>| number.map_or(Value::Missing, Value::Number);
        let text = |text| Option::map_or(text, Value::Missing, Value::Text);
        self.kind.push_lossless(Value::Text(event.kind));
        if self.amount.kind().is_none() {
            self.amount = ColumnBuilder::of_kind(Kind::Number);
        }
        self.amount.push_lossless(number(event.amount));
        push_optional(&mut self.quantity, Kind::Number, rows, number(event.quantity));
        push_optional(&mut self.item, Kind::Text, rows, text(event.item));
        push_optional(&mut self.channel, Kind::Text, rows, text(event.channel));
        for (name, value) in event.properties.iter() {
            let at = self.properties.iter().position(|(n, _)| n == name);
            let at = at.unwrap_or_else(|| {
                self.properties.push((name.to_owned(), ColumnBuilder::new()));
                self.properties.len() - 1
            });
            if let Some((_, column)) = self.properties.get_mut(at) {
                column.fill_to(rows);
                column.push_lossless(value);
            }
        }
        if self.days.is_none() && event.day != event.at.day_utc() {
            self.days = Some(self.at.iter().map(|at| at.day_utc()).collect());
        }
        if let Some(days) = &mut self.days {
            days.push(event.day);
        }
        self.at.push(event.at);
        let row = self.ids.intern(customer);
        self.customer.push(u32::try_from(row).unwrap_or(u32::MAX)); // 4 G customers do not fit the ids either
        Ok(())
    }

    /// Sets a property of the event that was added last.
    pub(super) fn set_last(&mut self, name: &str, value: Value<'_>) {
        let Some(row) = self.at.len().checked_sub(1) else { return };
        if !self.properties.iter().any(|(n, _)| n == name) {
            self.properties.push((name.to_owned(), ColumnBuilder::new()));
        }
        if let Some((_, column)) = self.properties.iter_mut().find(|(n, _)| n == name) {
            column.fill_to(row);
            column.push_lossless(value);
        }
    }

    /// The history, each customer's events in time order.
    pub fn finish(self) -> History {
        let HistoryBuilder { ids, customer, at, days, kind, mut amount, quantity, item, channel, properties } = self;
        let rows = at.len();
        if amount.kind().is_none() {
            amount = ColumnBuilder::of_kind(Kind::Number);
        }
        let full = |mut column: ColumnBuilder| {
            column.fill_to(rows);
            column.finish()
        };
        let log = Log {
            ids,
            customer,
            at,
            days,
            kind: full(kind),
            amount: full(amount),
            quantity: quantity.map(full),
            item: item.map(full),
            channel: channel.map(full),
            properties: properties.into_iter().map(|(name, column)| (name, full(column))).collect(),
        };
        log.in_order()
    }
}

/// Events in the order in which they came, column by column; all columns have the same length.
///
/// `customer` holds rows of `ids`: whoever makes a log must hold that, for sorting indexes by them.
pub(super) struct Log {
    pub(super) ids: Ids,
    /// The row of each event's customer in the ids.
    pub(super) customer: Vec<u32>,
    pub(super) at: Vec<Timestamp>,
    /// `None` where each event's day is the day of its instant in UTC.
    pub(super) days: Option<Vec<Day>>,
    pub(super) kind: Column,
    pub(super) amount: Column,
    pub(super) quantity: Option<Column>,
    pub(super) item: Option<Column>,
    pub(super) channel: Option<Column>,
    pub(super) properties: Vec<(String, Column)>,
}

impl Log {
    /// The history, each customer's events in time order.
    pub(super) fn in_order(self) -> History {
        let Log { ids, customer, at, days, kind, amount, quantity, item, channel, properties } = self;
        let rows = at.len();
        let mut ends = vec![0_usize; ids.len()];
        for row in &customer {
            ends[*row as usize] += 1; // rows come from `ids`
        }
        let mut total = 0;
        let mut next: Vec<usize> = Vec::with_capacity(ends.len());
        for end in &mut ends {
            next.push(total);
            total += *end;
            *end = total;
        }
        let mut order = vec![0_usize; rows];
        for (event, row) in customer.iter().enumerate() {
            let slot = &mut next[*row as usize];
            order[*slot] = event; // each slot is below the customer's end
            *slot += 1;
        }
        drop((customer, next));
        let mut start = 0;
        for end in &ends {
            let events = &mut order[start..*end];
            if !events.is_sorted_by_key(|event| at[*event]) {
                events.sort_by_key(|event| at[*event]); // stable: equal instants keep their order
            }
            start = *end;
        }
        let in_order = order.is_sorted();
        let gather = |column: Column| if in_order { column } else { column.gather(rows, |i| order.get(i).copied()) };
        History {
            ids: Arc::new(ids),
            kind: gather(kind),
            amount: gather(amount),
            quantity: quantity.map(gather),
            item: item.map(gather),
            channel: channel.map(gather),
            properties: properties.into_iter().map(|(name, column)| (name, gather(column))).collect(),
            days: days.map(|days| order.iter().map(|event| days[*event]).collect()),
            at: if in_order { at } else { order.iter().map(|event| at[*event]).collect() },
            ends,
        }
    }
}
