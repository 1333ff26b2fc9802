//! What was read, what was left out, and what was found out on the way.

use std::fmt;

use crate::time::DateForm;
use crate::value::{Kind, Presence};

/// How many rows that were left out are named; the others are only counted.
const NAMED: usize = 20;

/// What was read, what was left out and why, and what was found out on the way.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ReadReport {
    /// The file, if it was one.
    pub file: Option<String>,
    /// The rows that were there.
    pub rows: usize,
    /// The rows that are in the table.
    pub kept: usize,
    /// Rows that were left out because they could not be read.
    pub skipped: usize,
    /// The first 20 of those, with line and reason.
    pub first_skipped: Vec<SkippedRow>,
    /// Events and items that were left out because they name no customer.
    pub without_customer: usize,
    /// The line of the first of those.
    pub first_without_customer: Option<u64>,
    /// Rows that were left out because their customer occurs in another row.
    pub duplicates: usize,
    /// The encoding of the text.
    pub encoding: String,
    /// Whether the file was compressed with gzip.
    pub compressed: bool,
    /// What stands between the fields of a row; `None` of JSON.
    pub delimiter: Option<char>,
    /// The columns that were read.
    pub columns: Vec<ColumnRead>,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SkippedRow {
    /// Its line in the file, the first is 1; of rows that are not from a file its number, the first is 0.
    pub line: u64,
    /// What was wrong.
    pub reason: String,
}

/// A column that was read.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ColumnRead {
    /// Its name.
    pub name: String,
    /// Its kind, given or found.
    pub kind: Kind,
    /// The form of its dates, given or found.
    pub date_form: Option<DateForm>,
    /// How many of the rows that were kept have a value, and why the others have none.
    pub presence: Presence,
}

impl ReadReport {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&ColumnRead> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Counts a row that was left out, and names it if it is among the first.
    pub(crate) fn skip(&mut self, line: u64, reason: impl FnOnce() -> String) {
        self.skipped += 1;
        let at = self.first_skipped.partition_point(|row| row.line <= line);
        if at < NAMED {
            self.first_skipped.insert(at, SkippedRow { line, reason: reason() });
            self.first_skipped.truncate(NAMED);
        }
    }
}

impl fmt::Display for ReadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        write!(f, "{} of {} rows", self.kept, self.rows)?;
        if let Some(line) = self.first_without_customer {
            write!(f, "; {} without a customer, the first in line {line}", self.without_customer)?;
        }
        if self.duplicates > 0 {
            write!(f, "; {} of customers that occur again", self.duplicates)?;
        }
        if self.skipped > 0 {
            write!(f, "; {} that could not be read:", self.skipped)?;
        }
        for row in &self.first_skipped {
            write!(f, "\n  line {}: {}", row.line, row.reason)?;
        }
        Ok(())
    }
}
