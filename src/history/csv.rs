//! Events from files of comma-separated values.

use std::io::Read;
use std::path::Path;

use crate::error::Result;
use crate::read::{Csv, ReadReport, Want};
use crate::value::Kind;

use super::columns::EventColumns;
use super::log::History;
use super::read::{events, strict};

impl History {
    /// The events of a CSV file with a header, one a row. How it is written is found out as [`Csv`] says.
    ///
    /// ```no_run
    /// use segmentry::history::{EventColumns, History};
    ///
    /// let history = History::from_csv("orders.csv", &EventColumns::new("customer", "date").amount("amount"))?;
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read, a column is not there, a row is not whole or has no customer or date, or amounts are in
    /// several currencies: with file and line.
    pub fn from_csv(path: impl AsRef<Path>, columns: &EventColumns) -> Result<Self> {
        strict(History::from_csv_with(path, columns, &Csv::new())?)
    }

    /// As [`History::from_csv`], read as the options say. Rows without a customer are left out and counted in the account.
    ///
    /// # Errors
    /// As [`History::from_csv`], where the options do not allow it.
    pub fn from_csv_with(path: impl AsRef<Path>, columns: &EventColumns, csv: &Csv) -> Result<(Self, ReadReport)> {
        events(csv.read_file(path.as_ref(), want(columns, csv))?, columns, csv.options().on_bad_row)
    }

    /// As [`History::from_csv_with`], from anything that can be read.
    ///
    /// # Errors
    /// As [`History::from_csv_with`].
    pub fn from_csv_reader(reader: impl Read, columns: &EventColumns, csv: &Csv) -> Result<(Self, ReadReport)> {
        events(csv.read(reader, want(columns, csv))?, columns, csv.options().on_bad_row)
    }
}

fn want(columns: &EventColumns, csv: &Csv) -> impl Fn(&str) -> Want {
    move |column| columns.wanted(column, &csv.options().schema, Want::Kind(Kind::Text), Want::Infer)
}
