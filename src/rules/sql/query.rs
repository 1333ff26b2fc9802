//! One statement while it is written: the tables it makes on the way, and who reads them.
//!
//! A statement has one row for each customer. Whatever needs more than the customer's own row, such as sums over
//! events, sequences, lists and other audiences, becomes a table of its own in the `WITH` clause, with at most one
//! row for each customer. The rows that read it are joined with it from the left, so that a customer of whom it has
//! nothing gets NULL.
//!
//! Tables are shared: each is known by a key that says what it holds, and the second condition that asks the same
//! reads the columns of the first. Sums over the same events become columns of one table, so that their events are
//! read once.
//!
//! Tables are numbered in the order in which they are finished. A table thus reads only those before it, and the
//! text of a statement is the same at every run.

use std::collections::BTreeMap;

use super::dialect::Dialect;
use super::renderer::Renderer;
use super::said::Said;
use crate::error::{Error, Result};
use crate::value::{Attribute, Kind};

/// How deep conditions and terms may stand in one another.
///
/// The writer calls itself for what stands inside; the bound keeps a definition from overflowing the stack.
const DEPTH: usize = 200;
/// The longest text of one condition or term.
///
/// It is checked at every step while the text grows, because a few conditions that repeat their parts can double it at
/// each level. Engines stop at limits of their own, most of them lower.
const BYTES: usize = 4_000_000;

/// The most tables that SQLite joins.
///
/// It is a limit in the code of SQLite that no setting raises.
const SQLITE_TABLES: usize = 64;

/// What fields are read of.
///
/// The same language of conditions serves customers and filters; this says what a field means at the place that is
/// being written, and which conditions are allowed there.
#[derive(Clone, Copy)]
pub(super) enum Row<'s> {
    /// Nothing: a condition on the customer.
    ///
    /// Attributes are read of the alias `c`; there are no fields.
    Customer,
    /// An event, in the table of that alias.
    Event(&'s str),
    /// An event that a step of a sequence looks at, and those that earlier steps found.
    ///
    /// The first and the previous are `None` at the first step, where there is no earlier event. Only fields of
    /// earlier events are read through them, never their customer, which is the same.
    Step { own: &'s str, first: Option<&'s str>, previous: Option<&'s str> },
    /// An item of a list.
    ///
    /// The name of the list says which fields there are and of which kinds.
    Item { alias: &'s str, list: &'s str },
}

/// A table that the statement makes for itself, with one row a customer and the column `customer`.
pub(super) struct Part {
    /// What stands between `SELECT` and `FROM` behind the customer; grows as more is asked of the same rows.
    pub columns: Vec<String>,
    /// From `FROM` on, or the whole statement where `columns` is empty.
    pub rest: String,
    /// The customer's id in it.
    pub customer: String,
}

/// One statement while it is written.
pub(super) struct Query<'r> {
    /// What is the same for every statement: the plan, the tables, the dialect and the clock.
    pub with: &'r Renderer<'r>,
    /// The tables made so far, in the order in which the statement lists them.
    pub parts: Vec<Part>,
    /// Parts by what they hold.
    pub known: BTreeMap<String, usize>,
    /// The parts that the rows which are written now are joined with.
    pub joined: Vec<usize>,
    /// Whether the rows that are written now need their customer.
    ///
    /// It is set by whatever reads an attribute or the id. Inside a table of events it adds a join with the customers,
    /// which is left out where no filter needs it.
    pub reads_customer: bool,
    /// Whether other tables than that of the customers can be joined.
    pub whole: bool,
    /// The audiences whose conditions are being written.
    ///
    /// A key that comes up twice in it is a circle, which is reported with the whole way.
    pub open: Vec<String>,
    /// How deep the writer stands at the moment.
    depth: usize,
}

impl<'r> Query<'r> {
    /// A statement; or a condition alone, which joins nothing.
    pub(super) fn new(with: &'r Renderer<'r>, whole: bool) -> Self {
        Query {
            with,
            parts: Vec::new(),
            known: BTreeMap::new(),
            joined: Vec::new(),
            reads_customer: false,
            whole,
            open: Vec::new(),
            depth: 0,
        }
    }

    /// The engine that is written for.
    pub(super) fn dialect(&self) -> Dialect {
        self.with.dialect
    }

    /// Goes a step deeper, and back up.
    ///
    /// The depth is not restored after an error, since an error ends the whole statement.
    pub(super) fn nested<T>(&mut self, write: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Error::definition(format!("conditions stand in one another more than {DEPTH} deep")));
        }
        let written = write(self);
        self.depth -= 1;
        written
    }

    /// Stops a text that has grown too long, before more is built of it.
    ///
    /// # Errors
    /// If the text is longer than an engine would read.
    pub(super) fn check_length(&self, text: &str) -> Result<()> {
        if text.len() <= BYTES {
            return Ok(());
        }
        Err(Error::unsupported(format!("the text of a condition has more than {BYTES} bytes in SQL")))
    }

    /// The name of a part.
    ///
    /// The prefix keeps it apart from tables of the database; the number is that of the part.
    pub(super) fn part_name(part: usize) -> String {
        format!("seg_{part}")
    }

    /// The part of that key, made if it is not there, and joined to the rows that are written now.
    ///
    /// While the part is made, what is joined and whether the customer is read belong to the part; both are put back
    /// afterwards. A part may make others, which then come before it. The key must say everything on which the rows
    /// depend: two parts of one key are taken for the same.
    ///
    /// # Errors
    /// If nothing can be joined here, or the part cannot be made.
    pub(super) fn part(&mut self, key: String, make: impl FnOnce(&mut Self) -> Result<Part>) -> Result<usize> {
        if !self.whole {
            let message =
                "a condition alone has only the customer's row: events and other audiences need a whole statement";
            return Err(Error::unsupported(message));
        }
        let part = match self.known.get(&key) {
            Some(part) => *part,
            None => {
                let (joined, reads) = (std::mem::take(&mut self.joined), std::mem::take(&mut self.reads_customer));
                let made = make(self);
                self.joined = joined;
                self.reads_customer = reads;
                self.parts.push(made?);
                self.known.insert(key, self.parts.len() - 1);
                self.parts.len() - 1
            }
        };
        if !self.joined.contains(&part) {
            self.joined.push(part);
        }
        Ok(part)
    }

    /// A column of a part, made if it is not there.
    ///
    /// The same text is the same column. The result is the name under which the rows that are joined with the part
    /// read it.
    pub(super) fn column(&mut self, part: usize, text: String) -> String {
        let name = Query::part_name(part);
        let columns = match self.parts.get_mut(part) {
            Some(part) => &mut part.columns,
            None => return name,
        };
        let at = columns.iter().position(|column| *column == text).unwrap_or_else(|| {
            columns.push(text);
            columns.len() - 1
        });
        format!("{name}.v{at}")
    }

    /// The customers' table with all that was joined to it.
    ///
    /// One row for each customer remains, because every part has at most one row for each; that is the promise of
    /// those who make parts.
    pub(super) fn of_customers(&self) -> Result<String> {
        let (dialect, tables) = (self.dialect(), &self.with.tables);
        let mut text = format!("FROM {} c", dialect.table_of(&tables.customers)?);
        let id = dialect.name_of(&tables.id)?;
        if dialect == Dialect::Sqlite && self.joined.len() >= SQLITE_TABLES {
            let why = format!("it joins {SQLITE_TABLES} tables and no more; ask for less at once");
            return Err(dialect.refuses(format!("{} choices of events and audiences", self.joined.len()), why));
        }
        for part in &self.joined {
            let name = Query::part_name(*part);
            text.push_str(&format!("\nLEFT JOIN {name} ON {name}.customer = c.{id}"));
        }
        Ok(text)
    }

    /// The statement that selects these columns of all customers, with the tables it makes before it.
    ///
    /// All names in it were quoted by the dialect. Parts that nobody joined any more stay in the text; engines pass
    /// over them.
    pub(super) fn select(&self, columns: &str, rest: &str) -> Result<String> {
        let mut text = String::new();
        for (number, part) in self.parts.iter().enumerate() {
            text.push_str(if number == 0 { "WITH " } else { ",\n" });
            text.push_str(&format!("{} AS (", Query::part_name(number)));
            if part.columns.is_empty() {
                text.push_str(&part.rest);
            } else {
                let columns = part.columns.iter().enumerate().map(|(at, column)| format!("{column} AS v{at}"));
                let columns: Vec<String> = columns.collect();
                text.push_str(&format!("SELECT {} AS customer, {}", part.customer, columns.join(", ")));
                text.push_str(&format!(" {}", part.rest));
            }
            text.push(')');
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("SELECT {columns}\n{}{rest}", self.of_customers()?));
        if self.dialect() == Dialect::ClickHouse && !self.parts.is_empty() {
            text.push_str("\nSETTINGS join_use_nulls = 1"); // else what is not found is 0 and not NULL
        }
        Ok(text)
    }

    /// The customer's id in the row that is written now.
    ///
    /// Reading it counts as reading the customer, so that tables of events are joined with the customers.
    pub(super) fn id(&mut self) -> Result<String> {
        self.reads_customer = true;
        Ok(format!("c.{}", self.dialect().name_of(&self.with.tables.id)?))
    }

    /// What the vocabulary says of an attribute.
    ///
    /// An unknown name is an error here, with the nearest known one, and never a column that an engine would complain
    /// about.
    pub(super) fn the_attribute(&self, name: &str) -> Result<&'r Attribute> {
        self.with.plan.vocabulary.the_attribute(name)
    }

    /// The kind of a field of the row that is looked at.
    pub(super) fn field_kind(&self, name: &str, row: Row<'_>) -> Result<Kind> {
        let vocabulary = &self.with.plan.vocabulary;
        match row {
            Row::Customer => {
                Err(Error::definition(format!("field `{name}` stands outside a filter of events or items")))
            }
            Row::Event(_) | Row::Step { .. } => Ok(vocabulary.the_event_field(name)?.kind),
            Row::Item { list, .. } => Ok(vocabulary.the_item_field(list, name)?.kind),
        }
    }

    /// The column of an attribute, with the alias of its table and without quotes.
    ///
    /// Which column holds an attribute is said by the tables; where they say nothing, it has the attribute's name.
    pub(super) fn attribute_column(&mut self, name: &str) -> (String, String) {
        self.reads_customer = true;
        ("c".to_owned(), self.with.tables.column_of(name).to_owned())
    }

    /// The column of a field, with the alias of its table and without quotes.
    ///
    /// An earlier step is read by the caller as an event of its own alias.
    pub(super) fn field_column(&self, name: &str, row: Row<'_>) -> Result<(String, String)> {
        match row {
            Row::Customer => Err(Error::definition(format!("field `{name}` stands outside a filter"))),
            Row::Event(alias) | Row::Step { own: alias, .. } => {
                Ok((alias.to_owned(), self.events_table()?.column_of(name).to_owned()))
            }
            Row::Item { alias, list } => {
                let table = self.with.tables.lists.get(list);
                let table = table.ok_or_else(|| Error::definition(format!("no table of the list `{list}`")))?;
                Ok((alias.to_owned(), table.column_of(name).to_owned()))
            }
        }
    }

    /// Where events are.
    ///
    /// # Errors
    /// If nobody said.
    pub(super) fn events_table(&self) -> Result<&'r super::tables::EventTable> {
        let table = self.with.tables.events.as_ref();
        table.ok_or_else(|| Error::definition("the tables have none of events"))
    }

    /// What stands in a column.
    ///
    /// The kind is that of the vocabulary; whether the column is of a fitting type is for the tables' owner to see to.
    /// NULL in the column is an absent value, whatever the reason for it.
    pub(super) fn read(&self, kind: Kind, alias: &str, column: &str) -> Result<Said> {
        let dialect = self.dialect();
        let plain = format!("{alias}.{}", dialect.name_of(column)?);
        let text = match (dialect, kind) {
            // whatever the column's own collation: A and a are two letters
            (Dialect::Sqlite, Kind::Text) => format!("{plain} COLLATE BINARY"),
            (Dialect::Sqlite, Kind::Day) if self.with.tables.days_are_texts => {
                format!("CAST(julianday({plain}) - 2440587.5 AS INTEGER)")
            }
            (_, Kind::Day) if self.with.tables.days_are_texts => {
                return Err(dialect.refuses("days that are texts", "it has days of its own, which the columns must be"));
            }
            _ => plain,
        };
        Ok(Said::of(kind, text))
    }
}
