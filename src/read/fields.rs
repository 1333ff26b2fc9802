//! Named columns that grow a row at a time, fields in the order in which they come.
//!
//! Rows of `Serialize` types and JSON objects arrive as a stream of named values. Looking each name up in a map would
//! cost more than storing the value, so three habits of such rows are used, none of which the result depends on:
//!
//! 1. fields come in the same order row after row: `cursor` says where the next one stood last time;
//! 2. the names of a struct's fields are `&'static`: the same [`Address`] is the same text, and two comparisons of
//!    integers replace one of texts. Two addresses may hold the same text (another compilation unit, a renamed field),
//!    so a miss is looked up by the text before a field is added;
//! 3. an enum has few variants, whose names are static too: their codes are remembered a field.
//!
//! What is skipped or comes in another order is found by search, which is linear in the fields: rows have tens of them.
//!
//! Invariants: between rows each column has `rows` rows (after `end_row`), during a row `rows` or one more; a field
//! that a row does not say is filled with *missing* when it is next seen, at the latest when the row ends.
//!
//! What callers must hold: [`Fields::end_row`] after each row, also after one that failed, so that all columns stay of
//! the same length.

use crate::error::{Error, Result};
use crate::value::{Column, ColumnBuilder, Kind, Value};

use super::lists::ItemRows;

/// Named columns that grow a row at a time.
///
/// Rows come with their fields in the same order, so a field is looked for first where the last row had it; a name
/// that is `'static` is known again by where it lies, without reading it.
///
/// Names of nested fields are joined by dots; the join is made once a prefix, not once a row.
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
    /// The lists of items that rows have.
    lists: Vec<ItemFields>,
    /// The list whose items the rows are; items have no lists.
    within: Option<String>,
}

/// The items of a list in the rows: a table of their own.
#[derive(Clone, Debug)]
struct ItemFields {
    /// The name with those it is nested in.
    name: String,
    /// The row that has each item; they rise.
    owners: Vec<usize>,
    fields: Fields,
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
///
/// Only of `'static` texts, which are never freed: the address of anything else could be given to another text later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Address(usize, usize);

impl Address {
    const NONE: Address = Address(0, 0);

    fn of(text: &'static str) -> Self {
        Address(text.as_ptr() as usize, text.len())
    }
}

/// The name of a field: one that lives as long as the program is known again by its address.
///
/// A key that is read from a file is borrowed; it is compared as text.
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
    ///
    /// What is refused is refused with the kind that the column has; it got that from the first value in it.
    pub(crate) fn keeping_invalid(keeps_invalid: bool) -> Self {
        Fields { keeps_invalid, ..Fields::default() }
    }

    /// How many rows are finished.
    ///
    /// The row that is being read is not among them.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Sets the value of a field in the row that is being read.
    ///
    /// An absence has no kind and fits every column.
    ///
    /// # Errors
    /// If the row has the field already or the value is of another kind than in earlier rows.
    #[inline]
    pub(crate) fn set(&mut self, prefix: usize, name: Name<'_>, value: Value<'_>) -> Result<()> {
        let at = self.locate(prefix, name);
        let rows = self.rows;
        let Some(field) = self.fields.get_mut(at) else { return Ok(()) };
        if field.rows != rows {
            field.begin_row(rows, self.within.as_deref())?;
        }
        match field.column.push(value) {
            Ok(()) => {}
            Err(_) if self.keeps_invalid => field.column.push_lossless(value),
            Err(kind) => return Err(field.wrong_kind(value, kind, self.within.as_deref())),
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
            field.begin_row(rows, self.within.as_deref())?;
        }
        let address = Address::of(variant);
        if let Some((_, code)) = field.variants.iter().find(|(met, _)| *met == address)
            && field.column.push_code(*code)
        {
            field.rows += 1;
            self.said += 1;
            return Ok(());
        }
        field.column.push(Value::Text(variant)).map_err(|kind| {
            let list = self.within.as_deref();
            field.wrong_kind(Value::Text(variant), kind, list)
        })?;
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
    ///
    /// Gives a number by which the fields inside are named; the same for the same parent and name.
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

    /// Begins an item of the list of that name in the row that is being read, and gives the table of the items.
    ///
    /// The caller puts the fields of one item into it and ends its row with [`Fields::end_row`], also if that failed.
    ///
    /// # Errors
    /// If the rows are items themselves.
    pub(crate) fn begin_item(&mut self, prefix: usize, name: Name<'_>) -> Result<&mut Fields> {
        let name = self.full_name(prefix, name);
        if self.within.is_some() {
            return Err(Error::wrong_kind(name, "a list of items in an item", "one value or a set of texts"));
        }
        let row = self.rows;
        let list = self.list(name);
        list.owners.push(row);
        Ok(&mut list.fields)
    }

    /// The list of that name, which is added if it is new.
    fn list(&mut self, name: String) -> &mut ItemFields {
        let at = self.lists.iter().position(|list| list.name == name).unwrap_or(self.lists.len());
        if at == self.lists.len() {
            let within = Some(name.clone());
            let fields = Fields { within, ..Fields::keeping_invalid(self.keeps_invalid) };
            self.lists.push(ItemFields { name, owners: Vec::new(), fields });
        }
        &mut self.lists[at] // added above if it was not there
    }

    /// The name of a field with those it is nested in.
    ///
    /// For messages: `address.city`, and `subscriptions.seats` of items.
    pub(crate) fn full_name(&self, prefix: usize, name: Name<'_>) -> String {
        let name = format!("{}{}", self.prefix(prefix), name.text());
        within(self.within.as_deref(), &name)
    }

    /// What a row is, for messages.
    ///
    /// An item is a row of the table of its list, and is not to be taken for the row that has it.
    pub(crate) fn row_in_words(&self) -> String {
        self.within.as_ref().map_or_else(|| "a row".to_owned(), |list| format!("an item of `{list}`"))
    }

    /// Ends the row: what it did not say is missing.
    ///
    /// Where each field was said, which is the rule, this costs one comparison.
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
    /// Fields that are new here are missing in the rows before; fields that are not there are missing in the rows
    /// behind. The order is that in which one reader would have met them. See [`Column::append`] for what happens to
    /// the texts.
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
        for theirs in other.lists {
            let ours = self.list(theirs.name);
            ours.owners.extend(theirs.owners.iter().map(|owner| rows + owner));
            ours.fields.append(theirs.fields)?;
        }
        Ok(())
    }

    /// The columns by name, in the order in which the fields first came, and the lists. A field that never had a value
    /// and under whose name others are nested was an absent struct, and is left out.
    pub(super) fn finish(self) -> (Vec<(String, Column)>, Vec<ItemRows>) {
        let nested: Vec<bool> = {
            let prefix = |field: &Field| format!("{}.", field.name);
            let absent = |field: &Field| field.column.kind().is_none();
            let names = || self.fields.iter().map(|f| &f.name).chain(self.lists.iter().map(|list| &list.name));
            let has_nested = |p: String| names().any(|other| other.starts_with(&p));
            self.fields.iter().map(|field| absent(field) && has_nested(prefix(field))).collect()
        };
        let kept = self.fields.into_iter().zip(nested).filter(|(_, nested)| !nested);
        let lists = self.lists.into_iter().map(|list| {
            let ItemFields { name, owners, fields } = list;
            ItemRows { name, owners, columns: fields.finish().0 }
        });
        (kept.map(|(field, _)| (field.name, field.column.finish())).collect(), lists.collect())
    }

    /// Empty for the root, also before any prefix exists.
    fn prefix(&self, prefix: usize) -> &str {
        self.prefixes.get(prefix).map_or("", |p| &p.text)
    }

    /// The hot path, once a value: no text is compared where the name is static and stands where it stood.
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
    ///
    /// A field found by its text keeps the address at which it was met first: a type whose fields have several
    /// addresses is slower, not wrong.
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

    /// For fields of another table, whose addresses were met elsewhere and say nothing here.
    fn by_name(&mut self, name: String) -> usize {
        match self.fields.iter().position(|field| field.name == name) {
            Some(at) => at,
            None => self.add(name, (ROOT, Address::NONE)),
        }
    }

    /// Gives the place of the new field, which is the last.
    fn add(&mut self, name: String, met: (usize, Address)) -> usize {
        self.fields.push(Field { name, met, column: ColumnBuilder::new(), rows: 0, variants: Vec::new() });
        self.fields.len() - 1
    }
}

impl Field {
    /// Rows before the field was first said, or skipped since, are *missing*.
    fn fill_to(&mut self, rows: usize) {
        if self.rows < rows {
            self.column.fill_to(rows);
            self.rows = rows;
        }
    }

    /// A field that has a value in this row already was said twice: a key of a map that occurs again.
    #[cold]
    fn begin_row(&mut self, rows: usize, list: Option<&str>) -> Result<()> {
        if self.rows > rows {
            return Err(Error::definition(format!("attribute `{}` occurs twice", within(list, &self.name))));
        }
        self.fill_to(rows);
        Ok(())
    }

    /// With what was found and the kind that earlier rows had; the caller adds the row or line.
    #[cold]
    fn wrong_kind(&self, value: Value<'_>, kind: Kind, list: Option<&str>) -> Error {
        Error::wrong_kind(within(list, &self.name), value.in_words(), kind.to_string())
    }
}

/// The name of a field, behind that of the list if it is one of items.
///
/// As in `subscriptions.seats`, which is also how a schema names it.
fn within(list: Option<&str>, field: &str) -> String {
    list.map_or_else(|| field.to_owned(), |list| format!("{list}.{field}"))
}
