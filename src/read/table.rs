//! Columns of texts that were read, on their way to customers and events.
//!
//! Between the readers and the makers of customers and events stands one form: named columns, the line of each row, the
//! rows to leave out, and the account. Readers fill a [`Raw`]; [`Raw::finish`] makes a [`Table`] of it, in which each
//! column is of its kind and no bad row is left; the makers take columns out and leave rows out for reasons of their
//! own.
//!
//! Faults are told in the order of rows, then of columns, whatever order columns were converted in: the reader of the
//! message mends a file from the top.
//!
//! Invariants: all columns have [`Table::len`] rows; `rows`, where it is there, names for each the row as it was read,
//! so that a line can be told after any number of rows were left out.

use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::parallel;
use crate::value::{Column, Kind};

pub(crate) use super::convert::Want;
use super::convert::{Converted, bad_value, convert};
use super::options::{OnBadRow, Options};
use super::report::{ColumnRead, ReadReport};

/// The line of each row, in the memory of the exceptions: a row stands one line below the row before it.
///
/// A file without empty lines, quoted line ends or skipped rows takes a few bytes, however long it is. Rows that are
/// not from a file have no jump at all, which is how they are told apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    rows: usize,
    /// The rows from which on a line is the row plus this.
    jumps: Vec<(usize, u64)>,
}

impl Lines {
    /// Lines rise from row to row.
    pub(super) fn push(&mut self, line: u64) {
        let ahead = line.saturating_sub(self.rows as u64);
        if self.jumps.last().is_none_or(|(_, last)| *last != ahead) {
            self.jumps.push((self.rows, ahead));
        }
        self.rows += 1;
    }

    /// By halving: errors are rare, and asked one at a time.
    fn of(&self, row: usize) -> u64 {
        let behind = self.jumps.partition_point(|(first, _)| *first <= row);
        let ahead = behind.checked_sub(1).and_then(|at| self.jumps.get(at)).map_or(0, |(_, ahead)| *ahead);
        row as u64 + ahead
    }
}

/// What a reader found: columns of texts, or of the kinds that JSON has.
///
/// The columns need not be all that the file has: those that nobody wants are not even stored, but their names are,
/// since a name that is asked for wrongly is most like one of them.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) columns: Vec<(String, Column)>,
    /// The names of all columns, also of those that are not wanted.
    pub(super) names: Vec<String>,
    pub(super) lines: Lines,
    /// Rows that are to be left out, which the report names already.
    pub(super) left_out: BTreeSet<usize>,
    pub(super) report: ReadReport,
}

/// Columns of their kinds.
///
/// The account in it is kept true while rows are left out.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<(String, Column)>,
    names: Vec<String>,
    lines: Lines,
    /// Which rows of those that were read these are; `None`: all.
    rows: Option<Vec<usize>>,
    len: usize,
    pub(crate) report: ReadReport,
}

impl Raw {
    /// Makes of each column what is wanted.
    ///
    /// 1. Columns nobody wants are dropped, the others converted, in parallel; the first error by column is told.
    /// 2. Bad values are collected; a row is bad once, for its first bad column.
    /// 3. They are an error, or leave their row out, or stay as invalid values, as [`OnBadRow`] says.
    /// 4. The account is given the kinds, forms of dates and presence of what is left.
    ///
    /// # Errors
    /// If the form of dates is not clear, or a text is no value of the kind that was wanted and no bad row is allowed.
    pub(super) fn finish(self, want: impl Fn(&str) -> Want, options: &Options) -> Result<Table> {
        let Raw { columns, names, lines, mut left_out, report } = self;
        let file = report.file.clone();
        let in_file = |error: Error| match &file {
            Some(file) => error.in_file(file),
            None => error,
        };
        let len = columns.first().map_or(lines.rows, |(_, column)| column.len());
        let wanted: Vec<(String, Column, Want)> = columns
            .into_iter()
            .map(|(name, column)| {
                let want = want(&name);
                (name, column, want)
            })
            .filter(|(_, _, want)| !matches!(want, Want::Leave))
            .collect();
        let converted = parallel::map_items(wanted, |(name, column, want)| {
            let converted = convert(&name, column, &want, options);
            converted.map(|converted| (name, converted))
        });
        let converted: Vec<(String, Converted)> = converted.into_iter().collect::<Result<_>>().map_err(in_file)?;

        // the first bad value in the order of rows, then of columns
        let mut bad: Vec<(usize, usize)> = Vec::new();
        for (at, (_, column)) in converted.iter().enumerate() {
            bad.extend(column.bad.iter().filter(|row| !left_out.contains(row)).map(|row| (*row, at)));
        }
        bad.sort_unstable();
        bad.dedup_by_key(|(row, _)| *row);
        let reason =
            |row: usize, at: usize| converted.get(at).map(|(name, converted)| bad_value(name, &converted.column, row));
        let mut report = report;
        match bad.first() {
            Some((row, at)) if options.on_bad_row == OnBadRow::Error => {
                if let Some(error) = reason(*row, *at) {
                    let placed =
                        if lines.jumps.is_empty() { error.at_row(*row) } else { error.at_line(lines.of(*row)) };
                    return Err(in_file(placed));
                }
            }
            _ if options.on_bad_row == OnBadRow::Skip => {
                for (row, at) in &bad {
                    report.skip(lines.of(*row), || reason(*row, *at).map_or_else(String::new, |e| e.to_string()));
                    left_out.insert(*row);
                }
            }
            _ => {}
        }
        let forms: Vec<_> = converted.iter().map(|(_, converted)| converted.form).collect();
        let columns = converted.into_iter().map(|(name, converted)| (name, converted.column)).collect();
        let mut table = Table { columns, names, lines, rows: None, len, report };
        if !left_out.is_empty() {
            table.keep(&(0..len).filter(|row| !left_out.contains(row)).collect::<Vec<_>>());
        }
        table.report.columns = table
            .columns
            .iter()
            .zip(forms)
            .map(|((name, column), date_form)| ColumnRead {
                name: name.clone(),
                kind: column.kind(),
                date_form,
                presence: column.presence(),
            })
            .collect();
        table.report.kept = table.len;
        Ok(table)
    }
}

impl Table {
    /// The columns of rows that are not from a file.
    #[cfg(feature = "serde")]
    ///
    /// Rows of `Serialize` types: their columns have kinds, and errors name rows from 0.
    ///
    /// # Errors
    /// As [`Raw::finish`].
    pub(crate) fn of(
        columns: Vec<(String, Column)>,
        rows: usize,
        want: impl Fn(&str) -> Want,
        options: &Options,
    ) -> Result<Self> {
        let names = columns.iter().map(|(name, _)| name.clone()).collect();
        let mut raw = Raw { columns, names, ..Raw::default() };
        raw.lines.rows = rows;
        raw.report.rows = rows;
        raw.finish(want, options)
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The line of that row.
    pub(crate) fn line(&self, row: usize) -> u64 {
        match &self.rows {
            None => self.lines.of(row),
            Some(rows) => rows.get(row).map_or(0, |row| self.lines.of(*row)),
        }
    }

    /// Whether rows stand in lines.
    pub(crate) fn is_of_lines(&self) -> bool {
        !self.lines.jumps.is_empty()
    }

    /// Names file and line of an error in that row.
    ///
    /// Told as a line where there are lines, as a row from 0 where not.
    pub(crate) fn locate(&self, error: Error, row: usize) -> Error {
        let error = if self.is_of_lines() { error.at_line(self.line(row)) } else { error.at_row(row) };
        self.in_file(error)
    }

    /// Names the file of an error.
    pub(crate) fn in_file(&self, error: Error) -> Error {
        match &self.report.file {
            Some(file) => error.in_file(file),
            None => error,
        }
    }

    /// Takes a column out.
    ///
    /// # Errors
    /// If there is none of that name, with the one that is most like it.
    pub(crate) fn take(&mut self, name: &str) -> Result<Column> {
        match self.columns.iter().position(|(n, _)| n == name) {
            Some(at) => Ok(self.columns.remove(at).1),
            None => Err(self.unknown(name)),
        }
    }

    fn unknown(&self, name: &str) -> Error {
        self.in_file(Error::unknown_attribute(name, self.names.iter().map(String::as_str)))
    }

    /// The column of that name.
    ///
    /// # Errors
    /// If there is none, with the one that is most like it.
    pub(crate) fn column(&self, name: &str) -> Result<&Column> {
        let found = self.columns.iter().find(|(n, _)| n == name);
        found.map(|(_, column)| column).ok_or_else(|| self.unknown(name))
    }

    /// As [`Table::column`], to keep: one column may be named twice.
    pub(crate) fn copied(&self, name: &str) -> Result<Column> {
        self.column(name).cloned()
    }

    /// A column of that kind without values, where there is none of that name.
    ///
    /// For columns that a schema or the caller names and that no row happens to have.
    pub(crate) fn add_missing(&mut self, name: &str, kind: Kind) {
        if self.columns.iter().all(|(n, _)| n != name) {
            let values: std::iter::RepeatN<Option<f64>> = std::iter::repeat_n(None, self.len);
            self.columns.push((name.to_owned(), Column::of(kind, values)));
        }
    }

    /// Keeps these rows.
    ///
    /// They are numbers of rows as the table has them now, in the order in which they are to stand.
    pub(crate) fn keep(&mut self, rows: &[usize]) {
        for (_, column) in &mut self.columns {
            *column = column.gather(rows.len(), |i| rows.get(i).copied());
        }
        let old = self.rows.take();
        let before = |row: usize| old.as_ref().map_or(Some(row), |old| old.get(row).copied());
        self.rows = Some(rows.iter().filter_map(|row| before(*row)).collect());
        self.len = rows.len();
        self.report.kept = rows.len();
        for (name, column) in &self.columns {
            if let Some(read) = self.report.columns.iter_mut().find(|read| read.name == *name) {
                read.presence = column.presence();
            }
        }
    }

    /// The columns that were not taken out, and the account.
    pub(crate) fn into_parts(self) -> (Vec<(String, Column)>, ReadReport) {
        (self.columns, self.report)
    }
}
