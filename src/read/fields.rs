//! Named columns that grow a row at a time, fields in the order in which they come.

use crate::error::{Error, Result};
use crate::value::{Column, ColumnBuilder, Kind, Value};

/// Named columns that grow a row at a time.
///
/// Rows come with their fields in the same order, so a field is looked for first where the last row had it; a name
/// that is `'static` is known again by where it lies, without reading it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    fields: Vec<Field>,
    /// Where the next field is expected.
    cursor: usize,
    /// The rows that are finished.
    rows: usize,
    /// How many fields the row that is being read has said.
    said: usize,
    /// The prefixes of nested fields: `billing.`. The first is empty.
    prefixes: Vec<Prefix>,
    /// Whether a value of another kind than in earlier rows is kept as an invalid one.
    keeps_invalid: bool,
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    /// The prefix under which, and the address at which, the name was last met.
    met: (usize, Address),
    column: ColumnBuilder,
    /// The rows of the column: the same as its length, and nearer.
    rows: usize,
    /// The codes of the variants of an enum, by the address of their names.
    variants: Vec<(Address, u32)>,
}

#[derive(Clone, Debug)]
struct Prefix {
    text: String,
    parent: usize,
    met: Address,
}

/// Where a text lies and how long it is: two `'static` texts with the same address are the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Address(usize, usize);

impl Address {
    const NONE: Address = Address(0, 0);

    fn of(text: &'static str) -> Self {
        Address(text.as_ptr() as usize, text.len())
    }
}

/// The name of a field: one that lives as long as the program is known again by its address.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name<'a> {
    Static(&'static str),
    Borrowed(&'a str),
}

impl Name<'_> {
    fn text(&self) -> &str {
        match self {
            Name::Static(text) | Name::Borrowed(text) => text,
        }
    }

    fn address(self) -> Address {
        match self {
            Name::Static(text) => Address::of(text),
            Name::Borrowed(_) => Address::NONE,
        }
    }
}

/// The prefix of fields that are not nested.
pub(crate) const ROOT: usize = 0;

impl Fields {
    /// An empty table that keeps values of another kind as invalid ones, or refuses them.
    pub(crate) fn keeping_invalid(keeps_invalid: bool) -> Self {
        Fields { keeps_invalid, ..Fields::default() }
    }

    /// How many rows are finished.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Sets the value of a field in the row that is being read.
    ///
    /// # Errors
    /// If the row has the field already or the value is of another kind than in earlier rows.
    #[inline]
    pub(crate) fn set(&mut self, prefix: usize, name: Name<'_>, value: Value<'_>) -> Result<()> {
        let at = self.locate(prefix, name);
        let rows = self.rows;
        let Some(field) = self.fields.get_mut(at) else { return Ok(()) };
        if field.rows != rows {
            field.begin_row(rows)?;
        }
        match field.column.push(value) {
            Ok(()) => {}
            Err(_) if self.keeps_invalid => field.column.push_lossless(value),
            Err(kind) => return Err(field.wrong_kind(value, kind)),
        }
        field.rows += 1;
        self.said += 1;
        Ok(())
    }

    /// As [`Fields::set`] with the name of a variant of an enum as the text.
    #[inline]
    pub(crate) fn set_variant(&mut self, prefix: usize, name: Name<'_>, variant: &'static str) -> Result<()> {
        let at = self.locate(prefix, name);
        let rows = self.rows;
        let Some(field) = self.fields.get_mut(at) else { return Ok(()) };
        if field.rows != rows {
            field.begin_row(rows)?;
        }
        let address = Address::of(variant);
        if let Some((_, code)) = field.variants.iter().find(|(met, _)| *met == address)
            && field.column.push_code(*code)
        {
            field.rows += 1;
            self.said += 1;
            return Ok(());
        }
        field.column.push(Value::Text(variant)).map_err(|kind| field.wrong_kind(Value::Text(variant), kind))?;
        field.rows += 1;
        self.said += 1;
        if let Some(code) = field.column.last_code()
            && field.variants.len() < 64
        {
            field.variants.push((address, code)); // an enum has few variants; a longer list is no faster than a table
        }
        Ok(())
    }

    /// The prefix of the fields nested under that name.
    pub(crate) fn nest(&mut self, parent: usize, name: Name<'_>) -> usize {
        let address = name.address();
        if address != Address::NONE
            && let Some(at) = self.prefixes.iter().position(|p| p.met == address && p.parent == parent)
        {
            return at;
        }
        if self.prefixes.is_empty() {
            self.prefixes.push(Prefix { text: String::new(), parent: ROOT, met: Address::NONE });
        }
        let text = format!("{}{}.", self.prefix(parent), name.text());
        match self.prefixes.iter().position(|p| p.text == text) {
            Some(at) => at,
            None => {
                self.prefixes.push(Prefix { text, parent, met: address });
                self.prefixes.len() - 1
            }
        }
    }

    /// The name of a field with those it is nested in.
    pub(crate) fn full_name(&self, prefix: usize, name: Name<'_>) -> String {
        format!("{}{}", self.prefix(prefix), name.text())
    }

    /// Ends the row: what it did not say is missing.
    pub(crate) fn end_row(&mut self) {
        self.rows += 1;
        self.cursor = 0;
        if std::mem::take(&mut self.said) < self.fields.len() {
            for field in &mut self.fields {
                field.fill_to(self.rows);
            }
        }
    }

    /// Puts the rows of another table behind these.
    ///
    /// # Errors
    /// If a field is of another kind there.
    pub(crate) fn append(&mut self, other: Fields) -> Result<()> {
        let rows = self.rows;
        self.rows += other.rows;
        for theirs in other.fields {
            let at = self.by_name(theirs.name);
            if let Some(ours) = self.fields.get_mut(at) {
                ours.fill_to(rows);
                let found = theirs.column.kind();
                ours.column.append(theirs.column).map_err(|kind| {
                    let found = found.map_or_else(String::new, |kind| kind.to_string());
                    Error::wrong_kind(&ours.name, found, kind.to_string())
                })?;
                ours.rows = ours.column.len();
            }
        }
        for field in &mut self.fields {
            field.fill_to(self.rows);
        }
        Ok(())
    }

    /// The columns by name, in the order in which the fields first came. A field that never had a value and under whose
    /// name others are nested was an absent struct, and is left out.
    pub(crate) fn finish(self) -> Vec<(String, Column)> {
        let nested: Vec<bool> = {
            let prefix = |field: &Field| format!("{}.", field.name);
            let absent = |field: &Field| field.column.kind().is_none();
            let has_nested = |p: String| self.fields.iter().any(|other| other.name.starts_with(&p));
            self.fields.iter().map(|field| absent(field) && has_nested(prefix(field))).collect()
        };
        let kept = self.fields.into_iter().zip(nested).filter(|(_, nested)| !nested);
        kept.map(|(field, _)| (field.name, field.column.finish())).collect()
    }

    fn prefix(&self, prefix: usize) -> &str {
        self.prefixes.get(prefix).map_or("", |p| &p.text)
    }

    #[inline]
    fn locate(&mut self, prefix: usize, name: Name<'_>) -> usize {
        let met = (prefix, name.address());
        if met.1 != Address::NONE && self.fields.get(self.cursor).is_some_and(|field| field.met == met) {
            self.cursor += 1;
            return self.cursor - 1;
        }
        let at = self.search(prefix, name);
        self.cursor = at + 1;
        at
    }

    /// Where a field stands that is not where it stood in the last row: some were skipped, or it is new.
    #[cold]
    fn search(&mut self, prefix: usize, name: Name<'_>) -> usize {
        let met = (prefix, name.address());
        if met.1 != Address::NONE
            && let Some(at) = self.fields.iter().position(|field| field.met == met)
        {
            return at;
        }
        let (before, text) = (self.prefix(prefix), name.text());
        let is = |field: &Field| field.name.strip_prefix(before).is_some_and(|rest| rest == text);
        if self.fields.get(self.cursor).is_some_and(is) {
            return self.cursor; // names that are read from a file come in the same order too
        }
        match self.fields.iter().position(is) {
            Some(at) => at,
            None => {
                let name = format!("{before}{text}");
                self.add(name, met)
            }
        }
    }

    fn by_name(&mut self, name: String) -> usize {
        match self.fields.iter().position(|field| field.name == name) {
            Some(at) => at,
            None => self.add(name, (ROOT, Address::NONE)),
        }
    }

    fn add(&mut self, name: String, met: (usize, Address)) -> usize {
        self.fields.push(Field { name, met, column: ColumnBuilder::new(), rows: 0, variants: Vec::new() });
        self.fields.len() - 1
    }
}

impl Field {
    fn fill_to(&mut self, rows: usize) {
        if self.rows < rows {
            self.column.fill_to(rows);
            self.rows = rows;
        }
    }

    #[cold]
    fn begin_row(&mut self, rows: usize) -> Result<()> {
        if self.rows > rows {
            return Err(Error::definition(format!("attribute `{}` occurs twice", self.name)));
        }
        self.fill_to(rows);
        Ok(())
    }

    #[cold]
    fn wrong_kind(&self, value: Value<'_>, kind: Kind) -> Error {
        Error::wrong_kind(&self.name, value.in_words(), kind.to_string())
    }
}
