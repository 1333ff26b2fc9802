//! Tables and numbers as people read them: what every printed report is made of.
//!
//! Reports differ in what they say and agree in how: numbers stand to the right and texts to the left, a share has one
//! decimal, thousands have commas, and something is never rounded to nothing. It is written here once, so that a number
//! looks the same in every report. No locale is asked: a report is the same bytes on every machine.
//!
//! For people only. What programs read back, CSV and JSON, holds numbers in full.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::path::Path;

use crate::error::{Error, Result};

/// On which side a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// A table of texts, printed with a line of headings and two spaces between columns.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    heads: Vec<(Cow<'static, str>, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings and no rows.
    pub(crate) fn new(heads: impl IntoIterator<Item = (impl Into<Cow<'static, str>>, Align)>) -> Self {
        Table { heads: heads.into_iter().map(|(head, align)| (head.into(), align)).collect(), rows: Vec::new() }
    }

    /// Adds a row, a cell for each heading; cells beyond the last heading are not printed.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl fmt::Display for Table {
    /// One line a row, the last without a line end.
    ///
    /// A column is as wide as its widest cell, counted in characters; no line ends in spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| head.to_string()).collect();
        let lines = || std::iter::once(&heads).chain(&self.rows);
        let width = |at: usize| lines().filter_map(|row| row.get(at)).map(|c| c.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        for (number, row) in lines().enumerate() {
            let mut line = String::new();
            for ((cell, width), (_, align)) in row.iter().zip(&widths).zip(&self.heads) {
                match align {
                    Align::Left => write!(line, "{cell:<width$}  ")?,
                    Align::Right => write!(line, "{cell:>width$}  ")?,
                }
            }
            f.write_str(if number == 0 { "" } else { "\n" })?;
            f.write_str(line.trim_end())?;
        }
        Ok(())
    }
}

/// `541,909`.
pub(crate) fn count(number: usize) -> String {
    grouped(&number.to_string())
}

/// A number with as many digits as are read: whole ones in full, others with four that count; commas from 10,000 on, for
///
/// | value | text | why |
/// | --- | --- | --- |
/// | `2026.0` | `2026` | whole, and below 10,000: perhaps a year |
/// | `541909.0` | `541,909` | whole |
/// | `0.123456` | `0.1235` | four digits that count |
/// | `12345.678` | `12,345.7` | one decimal at least, and more digits before it |
/// | `1.5` | `1.5` | no zeros at the end |
/// | `0.00001234` | `1.234e-5` | too small to read otherwise |
///
/// a year has none.
pub(crate) fn number(number: f64) -> String {
    let size = number.abs();
    if !number.is_finite() {
        return number.to_string();
    }
    let grouped = |digits: &str| if size < 10_000.0 { digits.to_owned() } else { grouped(digits) };
    if number.fract() == 0.0 && size < 1e15 {
        return grouped(&format!("{number:.0}"));
    }
    if !(1e-4..1e15).contains(&size) {
        return format!("{number:.3e}");
    }
    let decimals = (3 - size.log10().floor() as i32).clamp(1, 7) as usize;
    let text = format!("{number:.decimals$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { grouped(whole) } else { format!("{}.{rest}", grouped(whole)) }
}

/// `12.3 %`; what is not nothing is never `0.0 %`.
///
/// And what is not all is never `100.0 %`. Nothing of nothing is `0 %`.
pub(crate) fn share(part: usize, whole: usize) -> String {
    if whole == 0 || part == 0 {
        return "0 %".to_owned();
    }
    match 100.0 * part as f64 / whole as f64 {
        percent if percent < 0.05 => "<0.1 %".to_owned(),
        percent if percent > 99.95 && part < whole => ">99.9 %".to_owned(),
        percent => format!("{percent:.1} %"),
    }
}

/// `1 row`, `3 rows`.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Commas between groups of three digits.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut text = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A few texts in backticks, and how many more there are: `` `a`, `b` and 3 more ``.
pub(crate) fn some<'a>(texts: impl IntoIterator<Item = &'a str>, all: usize) -> String {
    let shown: Vec<String> = texts.into_iter().map(|text| format!("`{}`", crate::error::excerpt(text))).collect();
    let list = shown.join(", ");
    match all.saturating_sub(shown.len()) {
        0 => list,
        more => format!("{list} and {} more", count(more)),
    }
}

/// A field of a CSV file, quoted where a reader of any delimiter could take it for something else (RFC 4180).
pub(crate) fn quoted(field: &str) -> String {
    if field.contains([',', ';', '\t', '|', '"', '\n', '\r']) || field.trim().len() < field.len() {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Writes a file that is whole or not there.
///
/// Beside the path first, then renamed onto it: a reader sees the old file or the new one, also if the program is
/// stopped in between, when a `.part` is left behind.
///
/// # Errors
/// If the system refuses, with the file.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let refuse = |error: std::io::Error| Error::io(&error).in_file(path.display());
    std::fs::write(&beside, bytes).map_err(refuse)?;
    std::fs::rename(&beside, path).map_err(refuse)
}
