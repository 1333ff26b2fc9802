//! Tables with as many columns as an attribute has texts: what is too wide goes on below. The crates that lay out
//! tables (`tabled`, `comfy-table`) bring packages of their own for what is forty lines here, and wrap within cells.
//!
//! Widths are counted in characters, not in bytes, so that `é` and `–` do not push columns aside; characters of double
//! width are taken for single ones.

use std::fmt;

/// The widest line that is written.
const WIDTH: usize = 100;

/// A table whose first column is names, on the left; the others stand on the right. A table that is too wide goes on
/// below, with the names again.
///
/// A row may have fewer cells than the header; what is not there is left empty.
pub(super) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The header; names above 28 characters are cut, and a table cannot be pushed wide by one of them.
    pub(super) fn new<T: Into<String>>(header: impl IntoIterator<Item = T>) -> Self {
        Table { header: header.into_iter().map(|name| cut(name.into(), 28)).collect(), rows: Vec::new() }
    }

    /// Adds a row: its name, cut at 32 characters, and a cell for each column.
    pub(super) fn row(&mut self, name: &str, cells: impl IntoIterator<Item = String>) {
        let name = cut(name.to_owned(), 32);
        self.rows.push(std::iter::once(name).chain(cells).collect());
    }

    /// How many characters the widest cell of a column has, its header included.
    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column)).chain(self.header.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

/// Parts of a table that is too wide stand under each other with an empty line between, each with the names again; a
/// column wider than a whole line stands alone.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.width(0);
        let mut from = 1;
        while from < self.header.len() {
            let mut to = from;
            let mut width = names;
            while to < self.header.len() && (to == from || width + 2 + self.width(to) <= WIDTH) {
                width += 2 + self.width(to);
                to += 1;
            }
            for row in std::iter::once(&self.header).chain(&self.rows) {
                let mut line = format!("{:names$}", row.first().map_or("", String::as_str));
                for (column, cell) in row.iter().enumerate().take(to).skip(from) {
                    line.push_str(&format!("  {cell:>width$}", width = self.width(column)));
                }
                writeln!(f, "{}", line.trim_end())?;
            }
            from = to;
            if from < self.header.len() {
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// A text of at most that many characters.
///
/// Control characters become spaces, so that a line feed in a survey's answer does not break the table.
fn cut(text: String, most: usize) -> String {
    let text = text.replace(char::is_control, " ");
    if text.chars().count() <= most {
        return text;
    }
    let mut short: String = text.chars().take(most - 1).collect();
    short.push('…');
    short
}

/// A number as people read it. What is not defined is a dash.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), crate::text::number)
}

/// A share as a percentage with one decimal.
pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// An index: a whole percentage.
pub(super) fn index(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"))
}

/// The ends of an interval.
///
/// Empty where there is no interval at all; a dash for an end that is not defined.
pub(super) fn ends(lower: Option<f64>, upper: Option<f64>, write: impl Fn(Option<f64>) -> String) -> String {
    if lower.is_none() && upper.is_none() { String::new() } else { format!("{} to {}", write(lower), write(upper)) }
}
