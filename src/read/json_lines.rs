//! Files of one JSON object a line.
//!
//! Read line by line with serde_json, straight into columns: no tree of values is made. Compression is not looked for, and the text must be UTF-8, as JSON is.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Result};
use crate::time::{DateForm, Zone};
use crate::value::{AsValue, Schema, Value};

use super::fields::{Fields, Name, ROOT};
use super::options::{OnBadRow, OnDuplicate, Options};
use super::table::{Raw, Table, Want};

/// How a file of one JSON object a line is read (JSON Lines, newline-delimited JSON).
///
/// Each value keeps the kind that it has in JSON: numbers, texts, truths, lists of texts as sets; `null` is *null* and a
/// key that is not there is *missing*; objects inside are joined by a dot (`address.city`). JSON has no dates: a
/// [`Schema`] says which texts are days or instants. Empty lines are skipped.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::read::JsonLines;
/// use segmentry::value::{Attribute, Kind, Schema, Value};
///
/// let lines = r#"{"id": 7, "since": "2026-04-03", "address": {"city": "Lyon"}, "needs": ["speed", "price"]}
/// {"id": 8, "since": null}"#;
/// let json = JsonLines::new().schema(Schema::new([Attribute::new("since", Kind::Day)])?);
/// let (customers, _) = Customers::from_json_lines_reader(lines.as_bytes(), "id", &json)?;
/// assert_eq!(customers.column("address.city")?.value(0), Value::Text("Lyon"));
/// assert_eq!(customers.column("since")?.value(1), Value::Null);
/// assert_eq!(customers.column("needs")?.value(1), Value::Missing);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// | in the file | becomes |
/// | --- | --- |
/// | `12`, `12.5` | a whole number, a number; whole numbers beyond 64 bits numbers |
/// | `"DE"`, `true` | a text, a truth |
/// | `null`, no such key | *null*, *missing* |
/// | `["speed", "price"]`, `[]` | a set; a list of anything but texts or objects is an error |
/// | `[{"plan": "pro", "seats": 10}]` | items of a list ([`Customers::items`](crate::customer::Customers::items)) |
/// | `{"city": "Lyon"}` under `address` | the attribute `address.city` |
/// | `"2026-04-03"` | a text; a day if the schema says so |
/// | `"52.52, 13.405"` | a text; a place if the schema says so |
///
/// What the schema says of a field of an item it says under the name of list and field: `subscriptions.since`. An empty
/// list under the name of a list of items is no item, and so is `null`.
///
/// It fits exports of document stores and logs of services. A file that is one large JSON list is not of this form:
/// read it with serde_json into your own type and give it to `Customers::from_serialize`.
///
/// # Cost
///
/// Time grows with the bytes of the file; memory with the columns, and with the longest line while reading.
///
/// # Errors
///
/// Told with the line of the file: a line that is no object, a key that occurs twice in an object, a value of another
/// kind than in earlier lines (whole numbers and numbers go together), a text that is not what the schema says.
#[derive(Clone, Debug)]
pub struct JsonLines {
    options: Options,
    line_limit: u64,
}

impl Default for JsonLines {
    fn default() -> Self {
        JsonLines { options: Options::default(), line_limit: 16 << 20 }
    }
}

impl JsonLines {
    /// Kinds as JSON has them; the first bad row is an error.
    pub fn new() -> Self {
        JsonLines::default()
    }

    /// Kinds, levels and roles of some attributes.
    ///
    /// A whole number is not turned into a text, nor a truth into a number: only texts are read as what the schema
    /// says, and whole numbers and numbers as each other where no value changes by that.
    #[must_use]
    pub fn schema(mut self, schema: Schema) -> Self {
        self.options.schema = schema;
        self
    }

    /// The form of all dates.
    #[must_use]
    pub fn date_form(mut self, form: DateForm) -> Self {
        self.options.date_form = Some(form);
        self
    }

    /// The zone of instants without an offset; UTC unless said otherwise.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.options.zone = zone;
        self
    }

    /// What becomes of rows that cannot be read.
    ///
    /// With [`OnBadRow::Keep`] a value of another kind than in earlier lines is kept as an invalid one; a line that is
    /// no object is left out.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::read::{JsonLines, OnBadRow};
    /// use segmentry::value::Value;
    ///
    /// let lines = "{\"id\": 7, \"age\": 34}\n{\"id\": 8, \"age\": \"old\"}\n";
    /// let json = JsonLines::new().on_bad_row(OnBadRow::Keep);
    /// let (customers, _) = Customers::from_json_lines_reader(lines.as_bytes(), "id", &json)?;
    /// assert_eq!(customers.column("age")?.value(1), Value::Invalid("old"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
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

    /// The most bytes that a line may have, 16 MiB unless said otherwise.
    #[must_use]
    pub fn line_limit(mut self, bytes: u64) -> Self {
        self.line_limit = bytes;
        self
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Reads the file into columns of what is wanted.
    pub(crate) fn read_file(&self, path: &Path, want: impl Fn(&str) -> Want) -> Result<Table> {
        let name = path.display().to_string();
        let file = std::fs::File::open(path).map_err(|error| Error::io(&error).in_file(&name))?;
        let mut raw = self.read_raw(BufReader::new(file)).map_err(|error| error.in_file(&name))?;
        raw.report.file = Some(name);
        raw.finish(want, &self.options)
    }

    /// As [`JsonLines::read_file`].
    pub(crate) fn read(&self, reader: impl Read, want: impl Fn(&str) -> Want) -> Result<Table> {
        self.read_raw(BufReader::new(reader))?.finish(want, &self.options)
    }

    /// Memory is bounded: of a line no more than the limit and one byte is read before it is refused. A byte-order mark
    /// before the first line is passed over.
    fn read_raw(&self, mut reader: impl BufRead) -> Result<Raw> {
        let mut raw = Raw::default();
        let mut fields = Fields::keeping_invalid(self.options.on_bad_row == OnBadRow::Keep);
        let mut text = Vec::new();
        for line in 1_u64.. {
            text.clear();
            let limit = self.line_limit.saturating_add(1);
            let read = reader.by_ref().take(limit).read_until(b'\n', &mut text);
            if read.map_err(|error| Error::io(&error).at_line(line))? == 0 {
                break;
            }
            if text.len() as u64 == limit && text.last() != Some(&b'\n') {
                let message = format!("a line longer than {} bytes", self.line_limit);
                return Err(Error::format(message).at_line(line));
            }
            let bytes = text.strip_prefix(b"\xef\xbb\xbf").filter(|_| line == 1).unwrap_or(&text);
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            raw.report.rows += 1;
            let pushed = push_object(&mut fields, bytes);
            let row = fields.rows();
            fields.end_row();
            raw.lines.push(line);
            if let Err(error) = pushed {
                if self.options.on_bad_row == OnBadRow::Error {
                    return Err(error.at_line(line));
                }
                raw.report.skip(line, || error.to_string());
                raw.left_out.insert(row);
            }
        }
        (raw.columns, raw.lists) = fields.finish();
        raw.names = raw.columns.iter().map(|(name, _)| name.clone()).collect();
        raw.report.encoding = "UTF-8".to_owned();
        Ok(raw)
    }
}

/// Adds the fields of an object that is written in JSON.
///
/// An error of ours (two keys, another kind) is put in `wrong` on its way, because serde carries only its words; of an
/// error of serde_json the line it names is cut off, since each line is a text of its own there and always its line 1.
fn push_object(fields: &mut Fields, json: &[u8]) -> Result<()> {
    let mut wrong = None;
    let mut reader = serde_json::Deserializer::from_slice(json);
    let seed = Json { fields, prefix: ROOT, name: None, wrong: &mut wrong };
    let read = seed.deserialize(&mut reader).and_then(|()| reader.end());
    read.map_err(|error| {
        wrong.take().unwrap_or_else(|| {
            let (message, column) = (error.to_string(), error.column());
            let message = message.split(" at line ").next().unwrap_or_default();
            Error::format(format!("no JSON object: {message}, at byte {column} of the line"))
        })
    })
}

/// What is being read: the object itself, or the field of that name.
struct Json<'f, 'n> {
    fields: &'f mut Fields,
    prefix: usize,
    name: Option<&'n str>,
    /// The error behind the one that serde can carry.
    wrong: &'f mut Option<Error>,
}

impl Json<'_, '_> {
    fn set<E: serde::de::Error>(self, value: Value<'_>) -> Result<(), E> {
        let set = match self.name {
            Some(name) => self.fields.set(self.prefix, Name::Borrowed(name), value),
            None => Err(Error::format(format!("a row is {}, expected an object", value.in_words()))),
        };
        set.map_err(|error| fail(self.wrong, error))
    }
}

impl<'de> DeserializeSeed<'de> for Json<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Json<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.set(Value::Boolean(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.set(Value::Integer(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.set(value.as_value())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.set(value.as_value())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.set(Value::Text(value))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.set(Value::Null)
    }

    /// A list whose entries are objects is a list of items, any other one a set of texts.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some(name) = self.name else { return Err(fail(self.wrong, Error::format(LIST_ROW))) };
        let mut texts: Vec<String> = Vec::new();
        let mut items = 0_usize;
        loop {
            let entry = Entry { fields: self.fields, prefix: self.prefix, name, wrong: self.wrong };
            let Some(entry) = seq.next_element_seed(entry)? else { break };
            match entry {
                Found::Text(text) if items == 0 => texts.push(text),
                Found::Item if texts.is_empty() => items += 1,
                Found::Text(_) | Found::Item | Found::Other => {
                    let expected = if items > 0 { "a list of items" } else { "a set of texts" };
                    let found = match (items, entry) {
                        (0, Found::Other) => "a list with entries that are no texts",
                        (0, _) => "a list of texts and items",
                        _ => "a list with entries that are no items",
                    };
                    let name = self.fields.full_name(self.prefix, Name::Borrowed(name));
                    return Err(fail(self.wrong, Error::wrong_kind(name, found, expected)));
                }
            }
        }
        if items > 0 { Ok(()) } else { self.set(Value::Set(texts.as_slice().into())) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let prefix = self.name.map_or(ROOT, |name| self.fields.nest(self.prefix, Name::Borrowed(name)));
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            let seed = Json { fields: &mut *self.fields, prefix, name: Some(&name), wrong: &mut *self.wrong };
            map.next_value_seed(seed)?;
        }
        Ok(())
    }
}

const LIST_ROW: &str = "a row is a list, expected an object";

/// Puts an error of ours where it is found again, and gives the one that serde can carry.
fn fail<E: serde::de::Error>(wrong: &mut Option<Error>, error: Error) -> E {
    let custom = E::custom(&error);
    *wrong = Some(error);
    custom
}

/// What an entry of a list is.
enum Found {
    Text(String),
    /// An object, whose fields are in the table of the list's items already.
    Item,
    /// Anything else, passed over.
    Other,
}

/// An entry of the list of that name.
struct Entry<'f, 'n> {
    fields: &'f mut Fields,
    prefix: usize,
    name: &'n str,
    wrong: &'f mut Option<Error>,
}

impl<'de> DeserializeSeed<'de> for Entry<'_, '_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entry<'_, '_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an object")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Found, E> {
        Ok(Found::Text(text.to_owned()))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Found, E> {
        Ok(Found::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Found, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Found::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Found, A::Error> {
        let items = match self.fields.begin_item(self.prefix, Name::Borrowed(self.name)) {
            Ok(items) => items,
            Err(error) => return Err(fail(self.wrong, error)),
        };
        let read = Json { fields: &mut *items, prefix: ROOT, name: None, wrong: &mut *self.wrong }.visit_map(map);
        items.end_row();
        read.map(|()| Found::Item)
    }
}
