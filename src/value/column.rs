//! One attribute of many customers.

use std::collections::BTreeMap;

use crate::time::{Day, Timestamp};

use super::builder::ColumnBuilder;
use super::dictionary::Dictionary;
use super::point::GeoPoint;
use super::schema::Kind;
use super::set::TextSet;
use super::single::{AsValue, Value};

/// Whether a row has a value, and if not, why.
///
/// The column's twin of the first three variants of [`Value`], one byte a row, and kept only for columns in which some
/// row has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// It has one.
    Present,
    /// Nobody said.
    Missing,
    /// Somebody said that there is none.
    Null,
    /// Something stands there that is no value of the kind.
    Invalid,
}

#[cfg(any(feature = "csv", feature = "serde", feature = "profile"))]
impl State {
    pub(crate) fn is_present(self) -> bool {
        self == State::Present
    }

    pub(crate) fn is_invalid(self) -> bool {
        self == State::Invalid
    }
}

/// How many rows of a column have a value, and why the others have none.
///
/// The four numbers add up to the rows of the column.
///
/// ```
/// use segmentry::value::Column;
///
/// let presence = Column::numbers([12.5, f64::INFINITY, 40.0]).presence();
/// assert_eq!((presence.present, presence.invalid, presence.missing + presence.null), (2, 1, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Presence {
    /// Rows with a value.
    pub present: usize,
    /// Rows of which nobody said.
    pub missing: usize,
    /// Rows of which somebody said that there is none.
    pub null: usize,
    /// Rows in which something stands that is no value of the kind.
    pub invalid: usize,
}

/// One attribute of many customers: values of one kind in a row, texts as numbers of a [`Dictionary`], and a state
/// a row where some value is absent.
///
/// ```
/// use segmentry::value::{Column, Kind, Value};
///
/// let spend = Column::numbers([12.5, f64::NAN, 40.0]);
/// assert_eq!(spend.kind(), Kind::Number);
/// assert_eq!(spend.value(1), Value::Invalid("NaN"));
/// assert_eq!(spend.number(2), Some(40.0));
/// assert_eq!(spend.presence().present, 2);
/// ```
///
/// Choose the constructor by what is at hand: [`Column::numbers`], [`Column::integers`], [`Column::texts`],
/// [`Column::days`] and [`Column::booleans`] where every row has a value, [`Column::of`] where some have none or the
/// kind has no constructor of its own (sets, places, instants), and a [`ColumnBuilder`] where values come one at a
/// time.
///
/// A column does not change: what looks like a change makes another. It knows nothing of customers either; row `i` is
/// customer `i` of the [`Customers`](crate::customer::Customers) it is put into.
///
/// # Cost
///
/// A row takes 8 bytes (numbers, whole numbers, instants), 4 (texts, days), 1 (truths), 16 (places), or 8 and 4 a text
/// (sets); each different text is stored once; 1 byte more a row where some row has no value. Reading a row takes
/// constant time.
#[derive(Clone, Debug)]
pub struct Column {
    pub(super) data: Data,
    /// `None` while every row has a value.
    pub(super) states: Option<Vec<State>>,
    /// What stands in the rows that are invalid.
    pub(super) invalid: BTreeMap<usize, Box<str>>,
}

/// Rows without a value hold a zero, code 0 or an empty set.
///
/// All vectors have one entry a row; `codes` of a set have one a text, and `ends` say where each row's texts end.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Number(Vec<f64>),
    Integer(Vec<i64>),
    Text { codes: Vec<u32>, dictionary: Dictionary },
    Boolean(Vec<bool>),
    Day(Vec<Day>),
    Timestamp(Vec<Timestamp>),
    Set { ends: Vec<usize>, codes: Vec<u32>, dictionary: Dictionary },
    Point(Vec<GeoPoint>),
}

impl Column {
    /// An empty column of that kind.
    pub fn empty(kind: Kind) -> Self {
        let data = match kind {
            Kind::Number => Data::Number(Vec::new()),
            Kind::Integer => Data::Integer(Vec::new()),
            Kind::Text => Data::Text { codes: Vec::new(), dictionary: Dictionary::default() },
            Kind::Boolean => Data::Boolean(Vec::new()),
            Kind::Day => Data::Day(Vec::new()),
            Kind::Timestamp => Data::Timestamp(Vec::new()),
            Kind::Set => Data::Set { ends: Vec::new(), codes: Vec::new(), dictionary: Dictionary::default() },
            Kind::Point => Data::Point(Vec::new()),
        };
        Column { data, states: None, invalid: BTreeMap::new() }
    }

    /// Numbers; one that is not finite is invalid.
    pub fn numbers(numbers: impl IntoIterator<Item = f64>) -> Self {
        let numbers: Vec<f64> = numbers.into_iter().collect();
        if numbers.iter().all(|n| n.is_finite()) {
            return Column { data: Data::Number(numbers), states: None, invalid: BTreeMap::new() };
        }
        Column::of(Kind::Number, numbers.iter())
    }

    /// Whole numbers.
    pub fn integers(integers: impl IntoIterator<Item = i64>) -> Self {
        Column { data: Data::Integer(integers.into_iter().collect()), states: None, invalid: BTreeMap::new() }
    }

    /// Texts.
    ///
    /// ```
    /// use segmentry::value::{Column, Value};
    ///
    /// let cities = Column::texts(["Lyon", "Turin", "Lyon"]);
    /// let (codes, dictionary) = cities.codes().unwrap();
    /// assert_eq!((codes, dictionary.len()), (&[0, 1, 0][..], 2));
    /// assert_eq!(cities.value(2), Value::Text("Lyon"));
    /// ```
    pub fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let mut dictionary = Dictionary::default();
        let codes = texts.into_iter().map(|text| dictionary.intern(text.as_ref())).collect();
        Column { data: Data::Text { codes, dictionary }, states: None, invalid: BTreeMap::new() }
    }

    /// Days.
    pub fn days(days: impl IntoIterator<Item = Day>) -> Self {
        Column { data: Data::Day(days.into_iter().collect()), states: None, invalid: BTreeMap::new() }
    }

    /// Truths.
    pub fn booleans(booleans: impl IntoIterator<Item = bool>) -> Self {
        Column { data: Data::Boolean(booleans.into_iter().collect()), states: None, invalid: BTreeMap::new() }
    }

    /// Values of one kind, of which some may be absent: `Option<f64>`, `Option<String>`, `Vec<String>`…
    ///
    /// A value of another kind becomes invalid (an integer in a column of numbers becomes a number).
    ///
    /// ```
    /// use segmentry::value::{Column, Kind, Value};
    ///
    /// let owned = Column::of(Kind::Set, [Some(vec!["kafka".to_owned(), "rust".to_owned()]), Some(vec![]), None]);
    /// assert!(owned.value(0).set().unwrap().contains("rust"));
    /// assert!(owned.value(1).is_present()); // known to own none of them
    /// assert_eq!(owned.value(2), Value::Missing);
    /// ```
    pub fn of<V: AsValue>(kind: Kind, values: impl IntoIterator<Item = V>) -> Self {
        let mut builder = ColumnBuilder::of_kind(kind);
        for value in values {
            builder.push_lossless(value.as_value());
        }
        builder.finish()
    }

    /// The kind of every value.
    pub fn kind(&self) -> Kind {
        match self.data {
            Data::Number(_) => Kind::Number,
            Data::Integer(_) => Kind::Integer,
            Data::Text { .. } => Kind::Text,
            Data::Boolean(_) => Kind::Boolean,
            Data::Day(_) => Kind::Day,
            Data::Timestamp(_) => Kind::Timestamp,
            Data::Set { .. } => Kind::Set,
            Data::Point(_) => Kind::Point,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Number(values) => values.len(),
            Data::Integer(values) => values.len(),
            Data::Text { codes, .. } => codes.len(),
            Data::Boolean(values) => values.len(),
            Data::Day(values) => values.len(),
            Data::Timestamp(values) => values.len(),
            Data::Set { ends, .. } => ends.len(),
            Data::Point(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether that row has a value, and if not, why; missing behind the last row.
    pub fn state(&self, row: usize) -> State {
        match &self.states {
            None if row < self.len() => State::Present,
            None => State::Missing,
            Some(states) => states.get(row).copied().unwrap_or(State::Missing),
        }
    }

    /// The value of that row; missing behind the last row.
    pub fn value(&self, row: usize) -> Value<'_> {
        match self.state(row) {
            State::Missing => return Value::Missing,
            State::Null => return Value::Null,
            State::Invalid => return Value::Invalid(self.invalid.get(&row).map_or("", |text| text)),
            State::Present => {}
        }
        let value = match &self.data {
            Data::Number(values) => values.get(row).copied().map(Value::Number),
            Data::Integer(values) => values.get(row).copied().map(Value::Integer),
            Data::Text { codes, dictionary } => codes.get(row).and_then(|code| dictionary.text(*code)).map(Value::Text),
            Data::Boolean(values) => values.get(row).copied().map(Value::Boolean),
            Data::Day(values) => values.get(row).copied().map(Value::Day),
            Data::Timestamp(values) => values.get(row).copied().map(Value::Timestamp),
            Data::Set { ends, codes, dictionary } => {
                codes.get(span(ends, row)).map(|codes| Value::Set(TextSet::coded(codes, dictionary)))
            }
            Data::Point(values) => values.get(row).copied().map(Value::Point),
        };
        value.unwrap_or(Value::Missing)
    }

    /// The number of that row, also of a whole number; `None` if it has none.
    pub fn number(&self, row: usize) -> Option<f64> {
        if self.state(row) != State::Present {
            return None;
        }
        match &self.data {
            Data::Number(values) => values.get(row).copied(),
            Data::Integer(values) => values.get(row).map(|integer| *integer as f64),
            _ => None,
        }
    }

    /// The numbers as they are stored, if every row has one and they are stored as such.
    ///
    /// The way to the bare slice for code of your own that is hot; `None` means only that the slow way
    /// ([`Column::number`]) has to be taken.
    pub fn as_numbers(&self) -> Option<&[f64]> {
        match (&self.data, &self.states) {
            (Data::Number(values), None) => Some(values),
            _ => None,
        }
    }

    /// Each row's code and the texts they stand for, of a column of texts. Ask [`Column::state`] first: a row without a
    /// value has a code that means nothing.
    pub fn codes(&self) -> Option<(&[u32], &Dictionary)> {
        match &self.data {
            Data::Text { codes, dictionary } => Some((codes, dictionary)),
            _ => None,
        }
    }

    /// How many rows have a value, and why the others have none.
    pub fn presence(&self) -> Presence {
        let mut presence = Presence::default();
        match &self.states {
            None => presence.present = self.len(),
            Some(states) => {
                for state in states {
                    match state {
                        State::Present => presence.present += 1,
                        State::Missing => presence.missing += 1,
                        State::Null => presence.null += 1,
                        State::Invalid => presence.invalid += 1,
                    }
                }
            }
        }
        presence
    }

    /// Whether every row has a value.
    pub fn is_complete(&self) -> bool {
        self.states.as_ref().is_none_or(|states| states.iter().all(|s| *s == State::Present))
    }

    /// The values in order.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.len()).map(|row| self.value(row))
    }

    /// The column whose row `i` is this column's row `rows[i]`; missing where that is `None` or behind the end.
    ///
    /// This is how a join, a sample or a new order of customers is made. A row may be taken more than once.
    ///
    /// ```
    /// use segmentry::value::{Column, Value};
    ///
    /// let spend = Column::integers([10, 20, 30]).take(&[Some(2), None, Some(0)]);
    /// assert_eq!(spend.values().collect::<Vec<_>>(), [Value::Integer(30), Value::Missing, Value::Integer(10)]);
    /// ```
    #[must_use]
    pub fn take(&self, rows: &[Option<usize>]) -> Column {
        self.gather(rows.len(), |i| rows.get(i).copied().flatten())
    }

    /// As [`Column::take`], with the rows given by a function.
    pub(crate) fn gather(&self, len: usize, row_of: impl Fn(usize) -> Option<usize>) -> Column {
        fn pick<T: Copy>(values: &[T], len: usize, row_of: impl Fn(usize) -> Option<usize>, zero: T) -> Vec<T> {
            (0..len).map(|i| row_of(i).and_then(|row| values.get(row)).copied().unwrap_or(zero)).collect()
        }
        let data = match &self.data {
            Data::Number(values) => Data::Number(pick(values, len, &row_of, 0.0)),
            Data::Integer(values) => Data::Integer(pick(values, len, &row_of, 0)),
            Data::Text { codes, dictionary } => {
                Data::Text { codes: pick(codes, len, &row_of, 0), dictionary: dictionary.clone() }
            }
            Data::Boolean(values) => Data::Boolean(pick(values, len, &row_of, false)),
            Data::Day(values) => Data::Day(pick(values, len, &row_of, Day::from_days(0))),
            Data::Timestamp(values) => Data::Timestamp(pick(values, len, &row_of, Timestamp::from_micros(0))),
            Data::Point(values) => Data::Point(pick(values, len, &row_of, GeoPoint::ORIGIN)),
            Data::Set { ends, codes, dictionary } => {
                let (mut new_ends, mut new_codes) = (Vec::with_capacity(len), Vec::new());
                for i in 0..len {
                    if let Some(codes) = row_of(i).and_then(|row| codes.get(span(ends, row))) {
                        new_codes.extend_from_slice(codes);
                    }
                    new_ends.push(new_codes.len());
                }
                Data::Set { ends: new_ends, codes: new_codes, dictionary: dictionary.clone() }
            }
        };
        let state = |i: usize| row_of(i).map_or(State::Missing, |row| self.state(row));
        let complete = (0..len).all(|i| state(i) == State::Present);
        let mut invalid = BTreeMap::new();
        if !self.invalid.is_empty() {
            for i in 0..len {
                if let Some(text) = row_of(i).and_then(|row| self.invalid.get(&row)) {
                    invalid.insert(i, text.clone());
                }
            }
        }
        Column { data, states: (!complete).then(|| (0..len).map(state).collect()), invalid }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let data = match &self.data {
            Data::Number(values) => values.capacity() * 8,
            Data::Integer(values) => values.capacity() * 8,
            Data::Text { codes, dictionary } => codes.capacity() * 4 + dictionary.bytes(),
            Data::Boolean(values) => values.capacity(),
            Data::Day(values) => values.capacity() * 4,
            Data::Timestamp(values) => values.capacity() * 8,
            Data::Set { ends, codes, dictionary } => ends.capacity() * 8 + codes.capacity() * 4 + dictionary.bytes(),
            Data::Point(values) => values.capacity() * 16,
        };
        data + self.states.as_ref().map_or(0, Vec::capacity)
    }
}

/// Where the codes of that row's set stand; empty behind the last row.
fn span(ends: &[usize], row: usize) -> std::ops::Range<usize> {
    let start = row.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    start..ends.get(row).copied().unwrap_or(start)
}

/// Two columns are equal if they say the same, however their dictionaries are numbered.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.len() == other.len() && self.values().eq(other.values())
    }
}
