//! A column that grows a value at a time and finds its kind.
//!
//! The two ways to treat a value that does not fit serve two callers: readers that must tell the line of the first
//! fault push and get the kind back as the error; what was accepted already, or is to be shown to its owner later, is
//! pushed losslessly, and the text stays beside its row.

use std::collections::BTreeMap;

use crate::time::{Day, Timestamp};

use super::column::{Column, Data, State};
use super::point::GeoPoint;
use super::schema::Kind;
use super::single::Value;

/// A column that grows a value at a time.
///
/// Without a kind given, the first value decides it; a column of integers turns into numbers at the first number.
/// [`push`](ColumnBuilder::push) refuses a value of another kind, [`push_lossless`](ColumnBuilder::push_lossless)
/// keeps it as an invalid one.
///
/// ```
/// use segmentry::value::{ColumnBuilder, Kind, Value};
///
/// let mut spend = ColumnBuilder::new();
/// spend.push(Value::Missing).unwrap(); // no kind yet
/// spend.push(Value::Integer(12)).unwrap();
/// assert_eq!(spend.kind(), Some(Kind::Integer));
/// spend.push(Value::Number(9.5)).unwrap(); // all become numbers
/// assert_eq!(spend.push(Value::Text("many")), Err(Kind::Number));
/// spend.push_lossless(Value::Text("many"));
///
/// let spend = spend.finish();
/// assert_eq!(spend.number(1), Some(12.0));
/// assert_eq!(spend.value(3), Value::Invalid("many"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct ColumnBuilder {
    /// `None` until the first value.
    pub(super) column: Option<Column>,
    /// The states of the rows before the first value.
    pub(super) before: Vec<State>,
    /// What stands in the invalid ones among those rows.
    pub(super) before_invalid: BTreeMap<usize, Box<str>>,
}

impl ColumnBuilder {
    /// An empty column that takes its kind from its first value.
    pub fn new() -> Self {
        ColumnBuilder::default()
    }

    /// An empty column of that kind.
    pub fn of_kind(kind: Kind) -> Self {
        ColumnBuilder { column: Some(Column::empty(kind)), ..ColumnBuilder::default() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.column.as_ref().map_or(self.before.len(), Column::len)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The kind, once it is known.
    pub fn kind(&self) -> Option<Kind> {
        self.column.as_ref().map(Column::kind)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If the value is of another kind than the column, with the column's kind; no row is added then.
    #[inline]
    pub fn push(&mut self, value: Value<'_>) -> Result<(), Kind> {
        let Some(kind) = value.kind() else {
            self.push_absent(value);
            return Ok(());
        };
        let column = match &mut self.column {
            Some(column) => column,
            none => {
                let (before, invalid) = (std::mem::take(&mut self.before), std::mem::take(&mut self.before_invalid));
                none.insert(start(kind, before, invalid))
            }
        };
        if append(column, value) {
            return Ok(());
        }
        if (column.kind(), kind) != (Kind::Integer, Kind::Number) {
            return Err(column.kind());
        }
        widen(column);
        append(column, value);
        Ok(())
    }

    /// Adds a row; a value of another kind than the column's is kept as an invalid one.
    pub fn push_lossless(&mut self, value: Value<'_>) {
        if self.push(value).is_err() {
            self.push_absent(Value::Invalid(&value.to_string()));
        }
    }

    /// Adds rows of which nothing is known until there are that many.
    ///
    /// Rows come with the fields that they have; this makes up for those they do not have. Does nothing if there are as
    /// many.
    pub fn fill_to(&mut self, rows: usize) {
        while self.len() < rows {
            self.push_absent(Value::Missing);
        }
    }

    /// The column. One in which nothing was ever known, and of which no kind was said, is a column of texts.
    ///
    /// Texts, because a column needs some kind and texts promise least: nothing is computed from them by accident.
    pub fn finish(mut self) -> Column {
        match self.column.take() {
            Some(column) => column,
            None => start(Kind::Text, self.before, self.before_invalid),
        }
    }

    /// A row without a value holds the zero of its kind in the data, so that all vectors keep one entry a row; the
    /// states, made at the first such row, say that it means nothing.
    fn push_absent(&mut self, value: Value<'_>) {
        let row = self.len();
        let (state, text) = match value {
            Value::Null => (State::Null, None),
            Value::Invalid(text) => (State::Invalid, Some(Box::from(text))),
            _ => (State::Missing, None),
        };
        let invalid = match &mut self.column {
            None => {
                self.before.push(state);
                &mut self.before_invalid
            }
            Some(column) => {
                push_zero(&mut column.data);
                column.states.get_or_insert_with(|| vec![State::Present; row]).push(state);
                &mut column.invalid
            }
        };
        if let Some(text) = text {
            invalid.insert(row, text);
        }
    }
}

/// A column that begins with rows without a value.
pub(super) fn start(kind: Kind, states: Vec<State>, invalid: BTreeMap<usize, Box<str>>) -> Column {
    let mut column = Column::empty(kind);
    for _ in &states {
        push_zero(&mut column.data);
    }
    if !states.is_empty() {
        column.states = Some(states);
    }
    column.invalid = invalid;
    column
}

/// Turns whole numbers into numbers. Those beyond 2⁵³ are rounded to the nearest number, as JSON and CSV readers do.
pub(super) fn widen(column: &mut Column) {
    if let Data::Integer(integers) = &column.data {
        column.data = Data::Number(integers.iter().map(|i| *i as f64).collect());
    }
}

/// What stands in the data of a row without a value.
fn push_zero(data: &mut Data) {
    match data {
        Data::Number(values) => values.push(0.0),
        Data::Integer(values) => values.push(0),
        Data::Text { codes, .. } => codes.push(0),
        Data::Boolean(values) => values.push(false),
        Data::Day(values) => values.push(Day::from_days(0)),
        Data::Timestamp(values) => values.push(Timestamp::from_micros(0)),
        Data::Set { ends, codes, .. } => ends.push(codes.len()),
        Data::Point(values) => values.push(GeoPoint::ORIGIN),
    }
}

/// Adds a value; says whether the column takes its kind.
#[inline]
fn append(column: &mut Column, value: Value<'_>) -> bool {
    match (&mut column.data, value) {
        (Data::Number(values), Value::Number(number)) => values.push(number),
        (Data::Number(values), Value::Integer(integer)) => values.push(integer as f64),
        (Data::Integer(values), Value::Integer(integer)) => values.push(integer),
        (Data::Text { codes, dictionary }, Value::Text(text)) => codes.push(dictionary.intern(text)),
        (Data::Boolean(values), Value::Boolean(boolean)) => values.push(boolean),
        (Data::Day(values), Value::Day(day)) => values.push(day),
        (Data::Timestamp(values), Value::Timestamp(timestamp)) => values.push(timestamp),
        (Data::Point(values), Value::Point(point)) => values.push(point),
        (Data::Set { ends, codes, dictionary }, Value::Set(set)) => {
            let start = codes.len();
            for text in set.iter() {
                let code = dictionary.intern(text);
                if !codes.iter().skip(start).any(|c| *c == code) {
                    codes.push(code);
                }
            }
            ends.push(codes.len());
        }
        _ => return false,
    }
    if let Some(states) = &mut column.states {
        states.push(State::Present);
    }
    true
}
