//! Files of comma-separated values.
//!
//! How the parts go together: [`input`] gives bytes as UTF-8, [`delimiter`] looks at the first of them, [`records`]
//! finds fields and lines. What is here puts each field as a text into a column; what the texts *are* is found out
//! afterwards by [`convert`](super::convert), from whole columns and each different text once.

mod delimiter;
mod input;
mod records;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, Result};
use crate::time::{DateForm, Zone};
use crate::value::{ColumnBuilder, Kind, Schema, Value};

use super::options::{OnBadRow, OnDuplicate, Options};
use super::table::{Lines, Raw, Table, Want};
use input::Input;
use records::{Form, Record, Records};

/// How a file of comma-separated values is read.
///
/// What is not said is found from the file: the delimiter (`,` `;` tab `|`) from its first 64 KiB; compression with
/// gzip from its first bytes; the encoding from a byte-order mark, and otherwise UTF-8, or Windows-1252 (which has
/// Latin-1 in it) where the first character that is not ASCII is no UTF-8. Kinds are found from the **whole** column:
/// integers, numbers, `true`/`false` and `yes`/`no` in any case, days and instants; everything else is text, and so are
/// numbers with zeros in front (`007`) and whole numbers too large for 64 bits, which are names. A schema says otherwise,
/// and is needed for sets and places.
///
/// An empty or blank field is *missing*. `NULL`, `null` and `\N` are *null*; other words such as `NA` only where
/// [`Csv::null_tokens`] names them. A text keeps the blanks around it unless [`Csv::trim`] is set; names of columns lose
/// them. CSV has no way to write an empty text, so none is read.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::read::Csv;
/// use segmentry::value::Kind;
///
/// let file = "kunde;umsatz;seit\n007;1.234,50;3.4.2026\n008;;28.4.2026\n";
/// let csv = Csv::new().decimal_comma(true).thousands('.');
/// let (customers, report) = Customers::from_csv_reader(file.as_bytes(), "kunde", &csv)?;
/// assert_eq!(customers.column("umsatz")?.number(0), Some(1234.5));
/// assert_eq!(customers.column("seit")?.kind(), Kind::Day);
/// assert_eq!(report.delimiter, Some(';'));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// | in Python or R | here |
/// | --- | --- |
/// | `sep=";"`, `delim` | found, or [`Csv::delimiter`] |
/// | `decimal=","`, `locale(decimal_mark)` | [`Csv::decimal_comma`], never guessed |
/// | `na_values`, `na` | [`Csv::null_tokens`] |
/// | `dtype`, `col_types` | [`Csv::schema`] |
/// | `parse_dates`, `dayfirst`, `col_date(format)` | found, or [`Csv::date_form`] |
/// | `encoding`, `compression` | found, or [`Csv::encoding`] |
/// | `on_bad_lines`, `problems()` | [`Csv::on_bad_row`], [`ReadReport`](super::ReadReport) |
/// | `usecols` | events: the columns named; customers: all, then [`without`](crate::customer::Customers::without) |
///
/// # Cost
///
/// Time grows with the bytes of the file. Memory: 4 bytes a field and each different text of a column once while
/// reading, then the columns; kinds are found for all columns in parallel.
#[derive(Clone, Debug)]
pub struct Csv {
    options: Options,
    delimiter: Option<char>,
    quote: char,
    names: Option<Vec<String>>,
    null_tokens: Vec<String>,
    encoding: Option<String>,
    trim: bool,
    field_limit: usize,
}

impl Default for Csv {
    fn default() -> Self {
        Csv {
            options: Options::default(),
            delimiter: None,
            quote: '"',
            names: None,
            null_tokens: ["NULL", "null", "\\N"].map(str::to_owned).to_vec(),
            encoding: None,
            trim: false,
            field_limit: 1 << 20,
        }
    }
}

impl Csv {
    /// Everything found from the file; the first bad row is an error.
    pub fn new() -> Self {
        Csv::default()
    }

    /// What stands between fields, an ASCII character.
    #[must_use]
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// What stands around a field that has a delimiter in it, an ASCII character; `"` unless said otherwise. It is
    /// doubled inside.
    #[must_use]
    pub fn quote(mut self, quote: char) -> Self {
        self.quote = quote;
        self
    }

    /// The names of the columns of a file whose first line is no header.
    #[must_use]
    pub fn names<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Kinds, levels and roles of some columns. A day or instant may be written in any of the [`DateForm`]s; a text that
    /// is no value of its column's kind is dealt with as [`Csv::on_bad_row`] says.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::read::Csv;
    /// use segmentry::value::{Attribute, Kind, Level, Schema};
    ///
    /// let schema = Schema::new([
    ///     Attribute::new("owns", Kind::Set),
    ///     Attribute::new("plan", Kind::Text).ordinal(["free", "pro"]),
    /// ])?;
    /// let file = "id,owns,plan\n7,\"phone, tablet\",pro\n";
    /// let (customers, _) = Customers::from_csv_reader(file.as_bytes(), "id", &Csv::new().schema(schema))?;
    /// assert!(customers.column("owns")?.value(0).set().unwrap().contains("tablet"));
    /// assert!(matches!(customers.schema().get("plan").unwrap().level, Level::Ordinal(_)));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn schema(mut self, schema: Schema) -> Self {
        self.options.schema = schema;
        self
    }

    /// Whether numbers are written `1,5`.
    #[must_use]
    pub fn decimal_comma(mut self, decimal_comma: bool) -> Self {
        self.options.decimal_comma = decimal_comma;
        self
    }

    /// What stands between groups of three digits in `1.234.567`; nothing unless said otherwise.
    #[must_use]
    pub fn thousands(mut self, mark: char) -> Self {
        self.options.thousands = Some(mark);
        self
    }

    /// What stands between the texts of a set in one field; `,` unless said otherwise.
    #[must_use]
    pub fn set_separator(mut self, separator: char) -> Self {
        self.options.set_separator = Some(separator);
        self
    }

    /// The form of all dates.
    #[must_use]
    pub fn date_form(mut self, form: DateForm) -> Self {
        self.options.date_form = Some(form);
        self
    }

    /// The form of the dates of one column.
    #[must_use]
    pub fn date_form_of(mut self, column: impl Into<String>, form: DateForm) -> Self {
        self.options.date_forms.push((column.into(), form));
        self
    }

    /// The zone of instants without an offset; UTC unless said otherwise.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.options.zone = zone;
        self
    }

    /// The fields that say that there is no value, in place of `NULL`, `null` and `\N`.
    #[must_use]
    pub fn null_tokens<T: Into<String>>(mut self, tokens: impl IntoIterator<Item = T>) -> Self {
        self.null_tokens = tokens.into_iter().map(Into::into).collect();
        self
    }

    /// The encoding by its name on the web (`utf-8`, `windows-1252`, `latin1`, `utf-16le`); a byte-order mark wins.
    #[must_use]
    pub fn encoding(mut self, name: impl Into<String>) -> Self {
        self.encoding = Some(name.into());
        self
    }

    /// Whether texts lose the blanks around them.
    #[must_use]
    pub fn trim(mut self, trim: bool) -> Self {
        self.trim = trim;
        self
    }

    /// What becomes of rows that cannot be read.
    #[must_use]
    pub fn on_bad_row(mut self, on_bad_row: OnBadRow) -> Self {
        self.options.on_bad_row = on_bad_row;
        self
    }

    /// What becomes of customers that occur again, where each may occur once.
    #[must_use]
    pub fn on_duplicate(mut self, on_duplicate: OnDuplicate) -> Self {
        self.options.on_duplicate = on_duplicate;
        self
    }

    /// The most bytes that a field may have, 1 MiB unless said otherwise: a quote that is never closed makes the rest of
    /// the file one field.
    #[must_use]
    pub fn field_limit(mut self, bytes: usize) -> Self {
        self.field_limit = bytes;
        self
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Reads the file into columns of what is wanted.
    pub(crate) fn read_file(&self, path: &Path, want: impl Fn(&str) -> Want) -> Result<Table> {
        let name = path.display().to_string();
        let file = std::fs::File::open(path).map_err(|error| Error::io(&error).in_file(&name))?;
        self.read_named(&file, Some(name), want)
    }

    /// As [`Csv::read_file`].
    pub(crate) fn read(&self, reader: impl Read, want: impl Fn(&str) -> Want) -> Result<Table> {
        self.read_named(reader, None, want)
    }

    fn read_named(&self, reader: impl Read, file: Option<String>, want: impl Fn(&str) -> Want) -> Result<Table> {
        let in_file = |error: Error| match &file {
            Some(file) => error.in_file(file),
            None => error,
        };
        let mut raw = self.read_raw(reader, &want).map_err(in_file)?;
        raw.report.file.clone_from(&file);
        raw.finish(want, &self.options)
    }

    fn read_raw(&self, reader: impl Read, want: &impl Fn(&str) -> Want) -> Result<Raw> {
        let quote = ascii("quote", self.quote)?;
        let delimiter = self.delimiter.map(|delimiter| ascii("delimiter", delimiter)).transpose()?;
        let mut input = Input::open(reader, self.encoding.as_deref())?;
        let delimiter = match delimiter {
            Some(delimiter) => delimiter,
            None => delimiter::likeliest(input.sample()?, quote),
        };
        let (compressed, encoding) = (input.compressed, input.encoding);
        let form = Form { delimiter, quote, field_limit: self.field_limit, detect: input.detect };
        let mut records = Records::new(input, form);

        let names: Vec<String> = match &self.names {
            Some(names) => names.clone(),
            None => match records.next()? {
                Some(record) => (0..record.len()).map(|at| header(&record, at)).collect::<Result<_>>()?,
                None => return Err(Error::empty("header: the file is empty")),
            },
        };
        check_names(&names, self.names.is_none())?;
        for attribute in self.options.schema.names() {
            if !names.iter().any(|name| name == attribute) {
                return Err(Error::unknown_attribute(attribute, names.iter().map(String::as_str)).at_line(1));
            }
        }
        let mut columns: Vec<Option<ColumnBuilder>> = names
            .iter()
            .map(|name| (!matches!(want(name), Want::Leave)).then(|| ColumnBuilder::of_kind(Kind::Text)))
            .collect();
        let mut raw = Raw::default();
        let mut lines = Lines::default();
        while let Some(record) = records.next()? {
            raw.report.rows += 1;
            if record.len() != names.len() {
                let error = Error::length("the row", record.len(), names.len());
                if self.options.on_bad_row == OnBadRow::Error {
                    return Err(error.at_line(record.line));
                }
                raw.report.skip(record.line, || error.to_string());
                continue;
            }
            for (at, column) in columns.iter_mut().enumerate() {
                if let Some(column) = column {
                    let text = record.text(at, names.get(at).map_or("", String::as_str))?;
                    column.push_lossless(self.value(&text));
                }
            }
            lines.push(record.line);
        }
        raw.report.compressed = compressed;
        raw.report.delimiter = Some(char::from(delimiter));
        raw.report.encoding = records.fell_back().unwrap_or(encoding).name().to_owned();
        raw.names.clone_from(&names);
        let columns = names.into_iter().zip(columns);
        raw.columns = columns.filter_map(|(name, column)| Some((name, column?.finish()))).collect();
        raw.lines = lines;
        Ok(raw)
    }

    fn value<'a>(&self, text: &'a str) -> Value<'a> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            Value::Missing
        } else if self.null_tokens.iter().any(|token| token == trimmed) {
            Value::Null
        } else {
            Value::Text(if self.trim { trimmed } else { text })
        }
    }
}

fn ascii(name: &str, character: char) -> Result<u8> {
    match u8::try_from(character) {
        Ok(byte) if byte.is_ascii() && byte != b'\n' && byte != b'\r' => Ok(byte),
        _ => Err(Error::parameter(name, "an ASCII character that does not end a line", character.escape_default())),
    }
}

/// The name of that column; one without a name is called by its number.
fn header(record: &Record<'_>, at: usize) -> Result<String> {
    let name = record.text(at, "")?.trim().to_owned();
    Ok(if name.is_empty() { format!("column_{}", at + 1) } else { name })
}

fn check_names(names: &[String], from_file: bool) -> Result<()> {
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let error = Error::definition(format!("column `{}` occurs twice", crate::error::excerpt(name)));
            Err(if from_file { error.at_line(1) } else { error })
        }
    }
}
