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
//! Rows may have lists of items, tables of their own, which the conversion treats as columns with more entries than rows: a
//! bad value in an item makes the row bad that has it. They are taken out last, when it is clear which rows are left.
//!
//! Invariants: all columns have [`Table::len`] rows; `rows`, where it is there, names for each the row as it was read,
//! so that a line can be told after any number of rows were left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::parallel;
use crate::time::DateForm;
use crate::value::{Column, Kind};

pub(crate) use super::convert::Want;
use super::convert::{Converted, bad_value, convert};
#[cfg(feature = "serde")]
use super::fields::Fields;
use super::lists::ItemRows;
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

/// What a reader found: columns of texts, or of the kinds that JSON has, and lists of items.
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
    /// The lists of items in the rows.
    pub(super) lists: Vec<ItemRows>,
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
    /// With owners as they were read, whatever rows were left out since.
    lists: Vec<ItemRows>,
    /// The form of dates in each of the lists' columns, list by list. Told in the account once the lists are taken out.
    list_forms: Vec<Option<DateForm>>,
}

impl Raw {
    /// Makes of each column what is wanted.
    ///
    /// 1. Columns nobody wants are dropped, the others converted, in parallel; the first error by column is told. Fields
    ///    of items are columns too, named with their list: `subscriptions.seats`.
    /// 2. Bad values are collected, each with the row, the column and the entry in it, which is the item where the column
    ///    is one of items; a row is bad once, for its first bad column. A name that is a list of items in one row and a
    ///    value in a later one makes the later row bad.
    /// 3. They are an error, or leave their row out, or stay as invalid values, as [`OnBadRow`] says. A row that is bad for
    ///    a list in place of a value, or the other way round, has no invalid value to keep and is left out.
    /// 4. The account is given the kinds, forms of dates and presence of what is left.
    ///
    /// # Errors
    /// If the form of dates is not clear, or a text is no value of the kind that was wanted and no bad row is allowed.
    pub(super) fn finish(self, want: impl Fn(&str) -> Want, options: &Options) -> Result<Table> {
        let Raw { mut columns, names, lines, mut left_out, report, mut lists } = self;
        let file = report.file.clone();
        let in_file = |error: Error| match &file {
            Some(file) => error.in_file(file),
            None => error,
        };
        let len = columns.first().map_or(lines.rows, |(_, column)| column.len());
        let mut mixed = BTreeMap::new();
        lists.retain(|list| match want(&list.name) {
            Want::Leave => false,
            _ => list.stands(&mut columns, &left_out, &mut mixed),
        });
        let mut all: Vec<(String, Column, Option<usize>)> =
            columns.into_iter().map(|(name, column)| (name, column, None)).collect();
        for (at, list) in lists.iter_mut().enumerate() {
            let ItemRows { name, columns, .. } = list;
            all.extend(columns.drain(..).map(|(field, column)| (format!("{name}.{field}"), column, Some(at))));
        }
        let wanted: Vec<_> = all
            .into_iter()
            .map(|(name, column, list)| {
                let want = want(&name);
                (name, column, want, list)
            })
            .filter(|(_, _, want, _)| !matches!(want, Want::Leave))
            .collect();
        let converted = parallel::map_items(wanted, |(name, column, want, list)| {
            let converted = convert(&name, column, &want, options);
            converted.map(|converted| (name, converted, list))
        });
        let converted: Vec<(String, Converted, Option<usize>)> =
            converted.into_iter().collect::<Result<_>>().map_err(in_file)?;

        // the first bad value in the order of rows, then of columns
        let mut bad: Vec<(usize, usize, usize)> = mixed.keys().map(|row| (*row, 0, 0)).collect();
        for (at, (_, column, list)) in converted.iter().enumerate() {
            let owners = list.and_then(|list| lists.get(list)).map(|list| &list.owners);
            let row_of = |entry: usize| owners.map_or(Some(entry), |owners| owners.get(entry).copied());
            bad.extend(column.bad.iter().filter_map(|entry| Some((row_of(*entry)?, at, *entry))));
        }
        bad.retain(|(row, _, _)| !left_out.contains(row));
        bad.sort_unstable();
        bad.dedup_by_key(|(row, _, _)| *row);
        let reason = |row: usize, at: usize, entry: usize| match (mixed.get(&row), converted.get(at)) {
            (Some(error), _) => Some(error.clone()),
            (None, Some((name, converted, _))) => Some(bad_value(name, &converted.column, entry)),
            (None, None) => None,
        };
        let mut report = report;
        for (row, at, entry) in &bad {
            if options.on_bad_row == OnBadRow::Error
                && let Some(error) = reason(*row, *at, *entry)
            {
                let placed = if lines.jumps.is_empty() { error.at_row(*row) } else { error.at_line(lines.of(*row)) };
                return Err(in_file(placed));
            }
            if options.on_bad_row == OnBadRow::Skip || mixed.contains_key(row) {
                report.skip(lines.of(*row), || {
                    reason(*row, *at, *entry).map_or_else(String::new, |error| error.to_string())
                });
                left_out.insert(*row);
            }
        }
        let (mut columns, mut forms, mut list_forms) = (Vec::new(), Vec::new(), Vec::new());
        for (name, Converted { column, form, .. }, list) in converted {
            match list.and_then(|list| lists.get_mut(list)) {
                Some(list) => {
                    list_forms.push(form);
                    list.columns.push((name.split_at(list.name.len() + 1).1.to_owned(), column));
                }
                None => {
                    forms.push(form);
                    columns.push((name, column));
                }
            }
        }
        let mut table = Table { columns, names, lines, rows: None, len, report, lists, list_forms };
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
    pub(crate) fn of(fields: Fields, want: impl Fn(&str) -> Want, options: &Options) -> Result<Self> {
        let rows = fields.rows();
        let (columns, lists) = fields.finish();
        let names = columns.iter().map(|(name, _)| name.clone()).collect();
        let mut raw = Raw { columns, names, lists, ..Raw::default() };
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

    /// Takes the lists of items out: whose each item is, by the number that its row has now.
    ///
    /// Items of rows that were left out are left out, and the fields of the others come into the account, named with
    /// their list. No row may be left out after this, for the items would not know.
    pub(crate) fn take_lists(&mut self) -> Vec<ItemRows> {
        let mut lists = std::mem::take(&mut self.lists);
        let mut forms = std::mem::take(&mut self.list_forms).into_iter();
        let now: Option<Vec<Option<usize>>> = self.rows.as_ref().map(|rows| {
            let mut now = vec![None; rows.iter().max().map_or(0, |last| last + 1)];
            for (at, row) in rows.iter().enumerate() {
                now[*row] = Some(at); // rows are below the largest
            }
            now
        });
        for list in &mut lists {
            if let Some(now) = &now {
                list.keep(now);
            }
            for (field, column) in &list.columns {
                self.report.columns.push(ColumnRead {
                    name: format!("{}.{field}", list.name),
                    kind: column.kind(),
                    date_form: forms.next().flatten(),
                    presence: column.presence(),
                });
            }
        }
        lists
    }

    /// The name of the first list of items, if rows have any.
    ///
    /// A table of events leaves its lists where they are: nobody wants them.
    ///
    /// For tables whose rows are items themselves, which have no place for lists.
    pub(crate) fn first_list(&self) -> Option<&str> {
        self.lists.first().map(|list| list.name.as_str())
    }

    /// The columns that were not taken out, and the account.
    pub(crate) fn into_parts(self) -> (Vec<(String, Column)>, ReadReport) {
        (self.columns, self.report)
    }
}
