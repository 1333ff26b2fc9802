//! Where an engine keeps what definitions speak of.

use std::collections::BTreeMap;

use super::dialect::Dialect;
use crate::error::{Error, Result};
use crate::value::{Attribute, Kind, Schema};

/// Where an engine keeps what definitions speak of: tables and columns.
///
/// An attribute is in the column of its own name unless [`Tables::column`] says otherwise; a place is in two columns,
/// `home__latitude` and `home__longitude`. What no column holds is NULL. SQL has one NULL where this library tells
/// missing, null and invalid apart: `is missing`, `is null` and `is invalid` are refused unless the tables have
/// [states](Tables::states).
///
/// ```
/// use segmentry::rules::{Dialect, EventTable, Tables};
/// use segmentry::value::{Attribute, Kind, Schema};
///
/// let schema = Schema::new([Attribute::new("employees", Kind::Integer)])?;
/// let tables = Tables::new("crm.accounts", "account_no").column("employees", "headcount").events(EventTable::new("log"));
/// assert_eq!(
///     tables.create(Dialect::Postgres, &schema, &Schema::default())?[0],
///     "CREATE TABLE \"crm\".\"accounts\" (\"account_no\" text NOT NULL, \"headcount\" BIGINT)"
/// );
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tables {
    /// The table of customers, one row each; dots divide catalog, schema and table.
    pub customers: String,
    /// Its column with the ids, texts or whole numbers.
    pub id: String,
    /// The columns of attributes that are not called as the attributes are.
    pub columns: BTreeMap<String, String>,
    /// Whether a column `employees__state` stands beside each column `employees`, and says `missing`, `null` or
    /// `invalid` where that is NULL.
    pub states: bool,
    /// Whether days are texts such as `2026-11-01`; only SQLite asks, which has no days of its own.
    pub days_are_texts: bool,
    /// The table of events.
    pub events: Option<EventTable>,
    /// The tables of items, by the name of the list.
    pub lists: BTreeMap<String, ListTable>,
}

/// Where events are: one row each.
///
/// Kind, instant, day and the other fields that all events have are in columns of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventTable {
    /// The table.
    pub table: String,
    /// The column with the customer's id.
    pub customer: String,
    /// The columns of fields that are not called as the fields are.
    pub columns: BTreeMap<String, String>,
    /// Whether there is a column `day`; where there is none, the day is that of the instant in the definitions' zone.
    pub has_day: bool,
    /// The column that says in which order events at one instant stand in the history. Without it what depends on that
    /// order is refused.
    pub order: Option<String>,
}

/// Where the items of a list are: one row each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListTable {
    /// The table.
    pub table: String,
    /// The column with the customer's id.
    pub customer: String,
    /// The columns of fields that are not called as the fields are.
    pub columns: BTreeMap<String, String>,
}

impl Tables {
    /// Customers in that table, their ids in that column.
    pub fn new(customers: impl Into<String>, id: impl Into<String>) -> Self {
        Tables {
            customers: customers.into(),
            id: id.into(),
            columns: BTreeMap::new(),
            states: false,
            days_are_texts: false,
            events: None,
            lists: BTreeMap::new(),
        }
    }

    /// Sets the column of an attribute.
    #[must_use]
    pub fn column(mut self, attribute: impl Into<String>, column: impl Into<String>) -> Self {
        self.columns.insert(attribute.into(), column.into());
        self
    }

    /// Says that there are columns with states: of attributes, properties of events and fields of items.
    #[must_use]
    pub fn states(mut self) -> Self {
        self.states = true;
        self
    }

    /// Says that days are texts such as `2026-11-01`.
    #[must_use]
    pub fn days_as_texts(mut self) -> Self {
        self.days_are_texts = true;
        self
    }

    /// Sets the table of events.
    #[must_use]
    pub fn events(mut self, events: EventTable) -> Self {
        self.events = Some(events);
        self
    }

    /// Adds the table of a list.
    #[must_use]
    pub fn list(mut self, name: impl Into<String>, table: ListTable) -> Self {
        self.lists.insert(name.into(), table);
        self
    }

    pub(super) fn column_of<'a>(&'a self, attribute: &'a str) -> &'a str {
        self.columns.get(attribute).map_or(attribute, String::as_str)
    }

    /// The statements that make empty tables of customers and events.
    ///
    /// # Errors
    /// If a name cannot be written in that dialect.
    pub fn create(&self, dialect: Dialect, attributes: &Schema, event_fields: &Schema) -> Result<Vec<String>> {
        let mut statements = Vec::new();
        let mut columns = vec![format!("{} {}", dialect.name_of(&self.id)?, required(dialect, Kind::Text))];
        self.push_columns(&mut columns, dialect, attributes.attributes(), &|name| self.column_of(name))?;
        statements.push(create(dialect, &self.customers, &columns)?);
        if let Some(events) = &self.events {
            let mut columns = vec![format!("{} {}", dialect.name_of(&events.customer)?, required(dialect, Kind::Text))];
            for (field, kind) in EVENT_FIELDS {
                let column = dialect.name_of(events.column_of(field))?;
                match field {
                    "kind" | "at" => columns.push(format!("{column} {}", required(dialect, kind))),
                    "day" if !events.has_day => {}
                    "day" => columns.push(format!("{column} {}", self.column_type(dialect, kind))),
                    _ => columns.push(format!("{column} {}", dialect.type_of(kind, true))),
                }
            }
            if let Some(order) = &events.order {
                columns.push(format!("{} {}", dialect.name_of(order)?, required(dialect, Kind::Integer)));
            }
            self.push_columns(&mut columns, dialect, event_fields.attributes(), &|name| events.column_of(name))?;
            statements.push(create(dialect, &events.table, &columns)?);
        }
        Ok(statements)
    }

    /// The statement that makes the empty table of a list.
    ///
    /// # Errors
    /// If there is no such list, or a name cannot be written in that dialect.
    pub fn create_list(&self, dialect: Dialect, name: &str, fields: &Schema) -> Result<String> {
        let list = self.lists.get(name).ok_or_else(|| Error::definition(format!("no table of the list `{name}`")))?;
        let mut columns = vec![format!("{} {}", dialect.name_of(&list.customer)?, required(dialect, Kind::Text))];
        self.push_columns(&mut columns, dialect, fields.attributes(), &|field| list.column_of(field))?;
        create(dialect, &list.table, &columns)
    }

    fn push_columns<'a>(
        &self,
        columns: &mut Vec<String>,
        dialect: Dialect,
        attributes: &'a [Attribute],
        named: &dyn Fn(&'a str) -> &'a str,
    ) -> Result<()> {
        for attribute in attributes {
            let column = named(&attribute.name);
            if attribute.kind == Kind::Point {
                for part in ["latitude", "longitude"] {
                    let name = dialect.name_of(&format!("{column}__{part}"))?;
                    columns.push(format!("{name} {}", dialect.type_of(Kind::Point, true)));
                }
            } else {
                columns.push(format!("{} {}", dialect.name_of(column)?, self.column_type(dialect, attribute.kind)));
            }
            if self.states {
                let name = dialect.name_of(&format!("{column}__state"))?;
                columns.push(format!("{name} {}", dialect.type_of(Kind::Text, true)));
            }
        }
        Ok(())
    }

    fn column_type(&self, dialect: Dialect, kind: Kind) -> String {
        let kind = if kind == Kind::Day && self.days_are_texts { Kind::Text } else { kind };
        dialect.type_of(kind, true)
    }
}

impl Default for Tables {
    /// Customers in `customers`, their ids in `id`, no events.
    fn default() -> Self {
        Tables::new("customers", "id")
    }
}

/// The fields that every event has.
pub(super) const EVENT_FIELDS: [(&str, Kind); 7] = [
    ("kind", Kind::Text),
    ("at", Kind::Timestamp),
    ("day", Kind::Day),
    ("amount", Kind::Number),
    ("quantity", Kind::Number),
    ("item", Kind::Text),
    ("channel", Kind::Text),
];

impl EventTable {
    /// Events in that table, with the columns `customer`, `kind`, `at`, `day`, `amount`, `quantity`, `item`, `channel`
    /// and `position`, which tells their order.
    pub fn new(table: impl Into<String>) -> Self {
        EventTable {
            table: table.into(),
            customer: "customer".to_owned(),
            columns: BTreeMap::new(),
            has_day: true,
            order: Some("position".to_owned()),
        }
    }

    /// Sets the column with the customer's id.
    #[must_use]
    pub fn customer(mut self, column: impl Into<String>) -> Self {
        self.customer = column.into();
        self
    }

    /// Sets the column of a field.
    #[must_use]
    pub fn column(mut self, field: impl Into<String>, column: impl Into<String>) -> Self {
        self.columns.insert(field.into(), column.into());
        self
    }

    /// Says that there is no column with the day.
    #[must_use]
    pub fn without_day(mut self) -> Self {
        self.has_day = false;
        self
    }

    /// Says that no column tells the order of events at one instant.
    #[must_use]
    pub fn without_order(mut self) -> Self {
        self.order = None;
        self
    }

    pub(super) fn column_of<'a>(&'a self, field: &'a str) -> &'a str {
        self.columns.get(field).map_or(field, String::as_str)
    }
}

impl ListTable {
    /// Items in that table, the customer's id in the column `customer`.
    pub fn new(table: impl Into<String>) -> Self {
        ListTable { table: table.into(), customer: "customer".to_owned(), columns: BTreeMap::new() }
    }

    /// Sets the column with the customer's id.
    #[must_use]
    pub fn customer(mut self, column: impl Into<String>) -> Self {
        self.customer = column.into();
        self
    }

    /// Sets the column of a field.
    #[must_use]
    pub fn column(mut self, field: impl Into<String>, column: impl Into<String>) -> Self {
        self.columns.insert(field.into(), column.into());
        self
    }

    pub(super) fn column_of<'a>(&'a self, field: &'a str) -> &'a str {
        self.columns.get(field).map_or(field, String::as_str)
    }
}

fn create(dialect: Dialect, table: &str, columns: &[String]) -> Result<String> {
    let tail = if dialect == Dialect::ClickHouse { " ENGINE = MergeTree ORDER BY tuple()" } else { "" };
    Ok(format!("CREATE TABLE {} ({}){tail}", dialect.table_of(table)?, columns.join(", ")))
}

fn required(dialect: Dialect, kind: Kind) -> String {
    let name = dialect.type_of(kind, false);
    if dialect == Dialect::ClickHouse { name } else { format!("{name} NOT NULL") }
}
