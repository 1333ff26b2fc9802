//! Columns that were read become customers.

use crate::error::{Error, ErrorKind, Result};
use crate::read::{OnBadRow, OnDuplicate, Options, ReadReport, Table};
use crate::value::{Attribute, Column, Id, Ids, Kind, Schema, Value};

use super::table::Customers;

/// The id in that row of a column of ids.
pub(crate) fn id_at(column: &Column, row: usize) -> Option<Id<'_>> {
    match column.value(row) {
        Value::Text(text) => Some(Id::Text(text)),
        Value::Integer(integer) => Some(Id::Integer(integer)),
        _ => None,
    }
}

/// The customers of a table of which one column has the ids.
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
    for attribute in options.schema.attributes().iter().filter(|attribute| attribute.name != id) {
        table.add_missing(&attribute.name, attribute.kind);
    }
    let (columns, report) = table.into_parts();
    Ok((of_columns(ids, columns, &options.schema)?, report))
}

/// Customers with these attributes, of which the schema may say more.
pub(super) fn of_columns(ids: Ids, columns: Vec<(String, Column)>, schema: &Schema) -> Result<Customers> {
    let mut customers = Customers::new(ids);
    for (name, column) in columns {
        let attribute = match schema.get(&name) {
            Some(attribute) => attribute.clone(),
            None => Attribute::new(name, column.kind()),
        };
        customers.push_column(attribute, column)?;
    }
    Ok(customers)
}
