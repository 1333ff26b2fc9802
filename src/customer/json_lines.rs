//! Customers from files of one JSON object a line.

use std::io::Read;
use std::path::Path;

use crate::error::Result;
use crate::read::{JsonLines, ReadReport, Want};

use super::read::customers;
use super::table::Customers;

impl Customers {
    /// The customers of a file with one JSON object a line, of which the field `id`, a text or a whole number, says who
    /// it is; see [`JsonLines`].
    ///
    /// # Errors
    /// If the file cannot be read, a line is no object, a value is of another kind than in earlier lines, or an id is
    /// missing or occurs again: with file and line.
    pub fn from_json_lines(path: impl AsRef<Path>, id: &str) -> Result<Self> {
        Ok(Customers::from_json_lines_with(path, id, &JsonLines::new())?.0)
    }

    /// As [`Customers::from_json_lines`], read as the options say, with an account of what was read and left out.
    ///
    /// # Errors
    /// As [`Customers::from_json_lines`], where the options do not allow it.
    pub fn from_json_lines_with(path: impl AsRef<Path>, id: &str, json: &JsonLines) -> Result<(Self, ReadReport)> {
        customers(json.read_file(path.as_ref(), want(id, json))?, id, json.options())
    }

    /// As [`Customers::from_json_lines_with`], from anything that can be read.
    ///
    /// # Errors
    /// As [`Customers::from_json_lines_with`].
    pub fn from_json_lines_reader(reader: impl Read, id: &str, json: &JsonLines) -> Result<(Self, ReadReport)> {
        customers(json.read(reader, want(id, json))?, id, json.options())
    }
}

fn want(id: &str, json: &JsonLines) -> impl Fn(&str) -> Want {
    move |column| match json.options().schema.get(column).filter(|_| column != id) {
        Some(attribute) => Want::Kind(attribute.kind),
        None => Want::Keep,
    }
}
