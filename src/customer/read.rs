//! Columns that were read become customers.
//!
//! The last step of every reader: a [`Table`] of typed columns comes in, [`Customers`] and the account go out. In this
//! order, which is also the order in which faults are told:
//!
//! 1. the column of ids is taken out; it must be of texts or whole numbers;
//! 2. rows without an id are bad rows: an error, or left out and named in the account, as [`OnBadRow`] says;
//! 3. ids that occur again are an error, or the first or last row counts, as [`OnDuplicate`] says; the place in the
//!    order is that of the first row in either case, so that a corrected export does not shuffle customers;
//! 4. attributes that the schema names and no row has become columns of *missing*, so that what was fitted on last
//!    month's file finds its columns in this month's;
//! 5. the schema's level, role, unit and source are put on the columns;
//! 6. lists of items in the rows become lists of the customers that are left, by the numbers of their rows. What the
//!    schema says of `list.field` it says of the field, and such a name is no attribute where rows have that list.

use crate::error::{Error, ErrorKind, Result};
use crate::read::{ItemRows, OnBadRow, OnDuplicate, Options, ReadReport, Table};
use crate::value::{Attribute, Column, Id, Ids, Kind, Schema, Value};

use super::items::nested;
use super::table::Customers;

/// The id in that row of a column of ids.
///
/// Texts and whole numbers are ids; a column of another kind was refused before.
///
/// A blank text would be an id too; the readers have made it *missing* before, and rows that are not from a file mean
/// what they say.
pub(crate) fn id_at(column: &Column, row: usize) -> Option<Id<'_>> {
    match column.value(row) {
        Value::Text(text) => Some(Id::Text(text)),
        Value::Integer(integer) => Some(Id::Integer(integer)),
        _ => None,
    }
}

/// The customers of a table of which one column has the ids, with the lists of items in its rows.
///
/// Items of rows that are left out are left out too.
///
/// The id is not an attribute of the table: nothing should form segments by it.
///
/// # Errors
/// If there is no such column, or a row has no id or one that occurred before and that is not allowed.
pub(super) fn customers(mut table: Table, id: &str, options: &Options) -> Result<(Customers, ReadReport)> {
    let mut column = table.take(id)?;
    if !matches!(column.kind(), Kind::Text | Kind::Integer) {
        let error = Error::wrong_kind(id, column.kind(), "text or integer, as an id must be");
        return Err(table.in_file(error));
    }
    if !column.is_complete() {
        let without: Vec<usize> = (0..column.len()).filter(|row| !column.state(*row).is_present()).collect();
        let error = |row: usize| Error::no_value(id, column.value(row));
        if let (OnBadRow::Error, Some(row)) = (options.on_bad_row, without.first()) {
            return Err(table.locate(error(*row), *row));
        }
        for row in &without {
            let line = table.line(*row);
            table.report.skip(line, || error(*row).to_string());
        }
        let kept: Vec<usize> = (0..column.len()).filter(|row| column.state(*row).is_present()).collect();
        column = column.gather(kept.len(), |i| kept.get(i).copied());
        table.keep(&kept);
    }

    let mut ids = Ids::default();
    let mut rows: Vec<usize> = Vec::with_capacity(column.len());
    for row in 0..column.len() {
        let Some(found) = id_at(&column, row) else { continue };
        let at = ids.intern(found);
        if at == rows.len() {
            rows.push(row);
            continue;
        }
        match (options.on_duplicate, rows.get_mut(at)) {
            (OnDuplicate::First, _) => {}
            (OnDuplicate::Last, Some(slot)) => *slot = row,
            (_, first) => {
                let first = first.copied().unwrap_or_default();
                let first_line = table.is_of_lines().then(|| table.line(first));
                let customer = crate::error::excerpt(&found.to_string());
                let error = Error::new(ErrorKind::DuplicateCustomer { customer, first, first_line });
                return Err(table.locate(error, row));
            }
        }
    }
    table.report.duplicates = column.len() - rows.len();
    if rows.len() < column.len() {
        table.keep(&rows);
    }
    drop(column);
    let lists = table.take_lists();
    for attribute in options.schema.attributes().iter().filter(|attribute| attribute.name != id) {
        if !lists.iter().any(|list| list.has(&attribute.name)) {
            table.add_missing(&attribute.name, attribute.kind);
        }
    }
    let (columns, report) = table.into_parts();
    Ok((of_columns(ids, columns, lists, &options.schema)?, report))
}

/// Customers with these attributes and lists, of which the schema may say more.
///
/// Owners of items are rows of the ids. Kinds are already those of the schema, which is what the wants made them; a column that no schema knows gets the
/// level usual for its kind.
pub(super) fn of_columns(
    ids: Ids,
    columns: Vec<(String, Column)>,
    lists: Vec<ItemRows>,
    schema: &Schema,
) -> Result<Customers> {
    let mut customers = Customers::new(ids);
    for (name, column) in columns {
        let attribute = match schema.get(&name) {
            Some(attribute) => attribute.clone(),
            None => Attribute::new(name, column.kind()),
        };
        customers.push_column(attribute, column)?;
    }
    for list in lists {
        let (name, items) = nested(customers.ids(), list, schema)?;
        customers = customers.with_items(name, items);
    }
    Ok(customers)
}
