//! What the readers have in common: what becomes of rows that are not as they should be, and how texts are read.

use crate::time::{DateForm, Zone};
use crate::value::Schema;

/// What becomes of a row that cannot be read: it has too few or too many fields, no customer, or a text that is no value
/// of the kind its column was said to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum OnBadRow {
    /// The first such row is an error that names its line.
    #[default]
    Error,
    /// It is left out, counted and named in the [`ReadReport`](super::ReadReport).
    Skip,
    /// A text that is no value of its column's kind is kept as an *invalid* value; rows that are not whole are left out
    /// as with [`OnBadRow::Skip`].
    Keep,
}

/// What becomes of a customer that occurs again.
///
/// A file in which customers occur again may be a log: read it as a [`History`](crate::history::History) then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum OnDuplicate {
    /// It is an error that names both lines.
    #[default]
    Error,
    /// The first row counts; the others are counted.
    First,
    /// The last row counts, in the place of the first; the others are counted.
    Last,
}

/// How texts are read and what becomes of bad rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) schema: Schema,
    pub(crate) zone: Zone,
    pub(crate) date_form: Option<DateForm>,
    pub(crate) date_forms: Vec<(String, DateForm)>,
    pub(crate) decimal_comma: bool,
    pub(crate) thousands: Option<char>,
    pub(crate) set_separator: Option<char>,
    pub(crate) on_bad_row: OnBadRow,
    pub(crate) on_duplicate: OnDuplicate,
}

impl Options {
    /// The form that was named for that column.
    pub(crate) fn date_form(&self, column: &str) -> Option<DateForm> {
        self.date_forms.iter().find(|(name, _)| name == column).map(|(_, form)| *form).or(self.date_form)
    }

    /// What stands between the texts of a set.
    pub(crate) fn set_separator(&self) -> char {
        self.set_separator.unwrap_or(',')
    }
}
