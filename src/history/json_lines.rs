//! Events from files of one JSON object a line.

use std::io::Read;
use std::path::Path;

use crate::error::Result;
use crate::read::{JsonLines, ReadReport, Table, Want};

use super::columns::EventColumns;
use super::log::History;
use super::read::{add_absent, events, strict};

impl History {
    /// The events of a file with one JSON object a line; see [`JsonLines`].
    ///
    /// # Errors
    /// If the file cannot be read, a line is no object, or an event has no customer or date, or amounts are in several
    /// currencies: with file and line.
    pub fn from_json_lines(path: impl AsRef<Path>, columns: &EventColumns) -> Result<Self> {
        strict(History::from_json_lines_with(path, columns, &JsonLines::new())?)
    }

    /// As [`History::from_json_lines`], read as the options say. Events without a customer are left out and counted in the
    /// account.
    ///
    /// # Errors
    /// As [`History::from_json_lines`], where the options do not allow it.
    pub fn from_json_lines_with(
        path: impl AsRef<Path>,
        columns: &EventColumns,
        json: &JsonLines,
    ) -> Result<(Self, ReadReport)> {
        read(json.read_file(path.as_ref(), want(columns, json))?, columns, json)
    }

    /// As [`History::from_json_lines_with`], from anything that can be read.
    ///
    /// # Errors
    /// As [`History::from_json_lines_with`].
    pub fn from_json_lines_reader(
        reader: impl Read,
        columns: &EventColumns,
        json: &JsonLines,
    ) -> Result<(Self, ReadReport)> {
        read(json.read(reader, want(columns, json))?, columns, json)
    }
}

fn read(mut table: Table, columns: &EventColumns, json: &JsonLines) -> Result<(History, ReadReport)> {
    add_absent(&mut table, columns);
    events(table, columns, json.options().on_bad_row)
}

fn want(columns: &EventColumns, json: &JsonLines) -> impl Fn(&str) -> Want {
    move |column| columns.wanted(column, &json.options().schema, Want::Keep, Want::Keep)
}
