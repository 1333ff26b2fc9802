//! Customers from rows of any `Serialize` type.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::read::{Fields, ItemRows, Options, Table, Want, push_row, read_rows};
use crate::value::{Column, Id, Ids, Schema};

use super::read::of_columns;
use super::record::Record;
use super::table::Customers;

impl Customers {
    /// Customers from rows of your own type: each field becomes an attribute of its name.
    ///
    /// Numbers, texts, truths and `Option`s of them become what they are; `None` and a field that is skipped are
    /// *missing*, `()` is *null*, a number that is not finite is *invalid*. A variant of an enum without data is a text, a
    /// list of texts a set, a tuple of two numbers a place (latitude, longitude), and the fields of a struct inside are
    /// joined by a dot: `address.city`. A list of structs or maps is a list of items ([`Customers::items`]). Whole numbers become numbers where some row has a number, and above 2⁶³ − 1; an
    /// `f32` keeps its value, not its digits. Dates are texts: say with [`Customers::from_serialize_with`] that they are
    /// days. The id is an attribute too if it is a field; [`Customers::without`] leaves it out.
    ///
    /// About 30 ns a value on one core, a quarter of it to see that each id occurs once; rows are read on all threads, and
    /// the result is the same on any number of them.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::value::Value;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Account {
    ///     id: u32,
    ///     employees: Option<u32>,
    ///     plan: Plan,
    /// }
    ///
    /// #[derive(serde::Serialize)]
    /// enum Plan {
    ///     Free,
    ///     Pro,
    /// }
    ///
    /// let accounts =
    ///     [Account { id: 17, employees: Some(120), plan: Plan::Pro }, Account { id: 18, employees: None, plan: Plan::Free }];
    /// let customers = Customers::from_serialize(&accounts, |a| a.id)?;
    /// assert_eq!(customers.column("plan")?.value(0), Value::Text("Pro"));
    /// assert_eq!(customers.column("employees")?.value(1), Value::Missing);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If an id occurs twice, a row is no struct or map, or a field is no value or of another kind than in earlier rows:
    /// the first such row, with its customer.
    pub fn from_serialize<'a, T: Serialize + Sync, I: Into<Id<'a>>>(
        rows: &'a [T],
        id: impl Fn(&'a T) -> I,
    ) -> Result<Self> {
        Customers::from_serialize_with(rows, id, &Schema::default())
    }

    /// As [`Customers::from_serialize`], with kinds, levels and roles for some fields: texts become the days, instants,
    /// sets, places or numbers that the schema says. An attribute that no row has is missing in all.
    ///
    /// # Errors
    /// As [`Customers::from_serialize`], and if a text is no value of the kind that the schema says.
    pub fn from_serialize_with<'a, T: Serialize + Sync, I: Into<Id<'a>>>(
        rows: &'a [T],
        id: impl Fn(&'a T) -> I,
        schema: &Schema,
    ) -> Result<Self> {
        let named = |error: Error| match error.place().row.and_then(|row| rows.get(row)) {
            Some(row) => error.at_customer(id(row).into()),
            None => error,
        };
        let ids = Ids::unique(rows.iter().map(|row| id(row).into()))?;
        let fields = read_rows(rows).map_err(named)?;
        let Typed { columns, lists } = typed(fields, schema).map_err(named)?;
        of_columns(ids, columns, lists, schema)
    }
}

impl Record {
    /// A customer from one row of your own type, as [`Customers::from_serialize`] reads it.
    ///
    /// # Errors
    /// If the row is no struct or map, or a field is no value.
    pub fn from_serialize<T: Serialize + ?Sized>(id: impl Into<String>, row: &T) -> Result<Self> {
        Record::from_serialize_with(id, row, &Schema::default())
    }

    /// As [`Record::from_serialize`], with the schema that many were read with.
    ///
    /// # Errors
    /// As [`Record::from_serialize`], and if a text is no value of the kind that the schema says.
    pub fn from_serialize_with<T: Serialize + ?Sized>(id: impl Into<String>, row: &T, schema: &Schema) -> Result<Self> {
        let record = Record::new(id);
        let mut fields = Fields::default();
        push_row(&mut fields, row)?;
        let Typed { columns, lists } = typed(fields, schema)?;
        let mut record = columns.iter().fold(record, |record, (name, column)| record.with(name, column.value(0)));
        for list in &lists {
            let of = |item: usize| list.columns.iter().map(move |(name, column)| (name.as_str(), column.value(item)));
            record = (0..list.owners.len()).fold(record, |record, item| record.item(&list.name, of(item)));
        }
        Ok(record)
    }
}

/// Columns and lists of items, of their kinds.
struct Typed {
    columns: Vec<(String, Column)>,
    lists: Vec<ItemRows>,
}

/// The columns and lists of items, of the kinds that the schema says.
fn typed(fields: Fields, schema: &Schema) -> Result<Typed> {
    // a text that nobody called a day is a text, since the type says so
    let want = |name: &str| schema.get(name).map_or(Want::Keep, |attribute| Want::Kind(attribute.kind));
    let mut table = Table::of(fields, want, &Options::default())?;
    let lists = table.take_lists();
    for attribute in schema.attributes().iter().filter(|attribute| !lists.iter().any(|list| list.has(&attribute.name)))
    {
        table.add_missing(&attribute.name, attribute.kind);
    }
    Ok(Typed { columns: table.into_parts().0, lists })
}
