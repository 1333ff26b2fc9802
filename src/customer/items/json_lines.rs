//! Items from files of one JSON object a line.

use std::io::Read;
use std::path::Path;

use crate::error::Result;
use crate::history::all_owned;
use crate::read::{JsonLines, ReadReport, Want};

use super::Items;
use super::read::items;

impl Items {
    /// The items of a file with one JSON object a line, of which the field `customer`, a text or a whole number, says
    /// whose it is; see [`JsonLines`].
    ///
    /// # Errors
    /// If the file cannot be read, a line is no object, a value is of another kind than in earlier lines, an item has no
    /// customer or a list of items of its own: with file and line.
    pub fn from_json_lines(path: impl AsRef<Path>, customer: &str) -> Result<Self> {
        all_owned("items", Items::from_json_lines_with(path, customer, &JsonLines::new())?)
    }

    /// As [`Items::from_json_lines`], read as the options say. Items without a customer are left out and counted in the
    /// account.
    ///
    /// # Errors
    /// As [`Items::from_json_lines`], where the options do not allow it.
    pub fn from_json_lines_with(
        path: impl AsRef<Path>,
        customer: &str,
        json: &JsonLines,
    ) -> Result<(Self, ReadReport)> {
        items(json.read_file(path.as_ref(), want(customer, json))?, customer, json.options())
    }

    /// As [`Items::from_json_lines_with`], from anything that can be read.
    ///
    /// # Errors
    /// As [`Items::from_json_lines_with`].
    pub fn from_json_lines_reader(reader: impl Read, customer: &str, json: &JsonLines) -> Result<(Self, ReadReport)> {
        items(json.read(reader, want(customer, json))?, customer, json.options())
    }
}

fn want(customer: &str, json: &JsonLines) -> impl Fn(&str) -> Want {
    move |column| match json.options().schema.get(column).filter(|_| column != customer) {
        Some(field) => Want::Kind(field.kind),
        None => Want::Keep,
    }
}
