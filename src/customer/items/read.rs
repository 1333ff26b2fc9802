//! Columns that were read become items.
//!
//! Files and rows of any form come here as a [`Table`] of typed columns, as customers and events do; and so do the
//! lists inside the rows of customers. Rows without a customer are left out and counted, as those of events are: an
//! export of all devices has some that nobody owns.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::history::{leave_out_strangers, owners};
use crate::read::{ItemRows, Options, ReadReport, Table};
use crate::value::{Attribute, Column, Ids, Schema};

use super::Items;

/// The items of a table of which one column says whose each is. That column is no field: nothing should be asked of an
/// item that its customer answers. Fields that the schema names and no row has are missing in all.
///
/// # Errors
/// If there is no such column, or items have lists of their own.
pub(super) fn items(mut table: Table, customer: &str, options: &Options) -> Result<(Items, ReadReport)> {
    if let Some(list) = table.first_list() {
        let error = Error::wrong_kind(list, "a list of items in an item", "one value or a set of texts");
        return Err(table.in_file(error));
    }
    leave_out_strangers(&mut table, customer)?;
    let column = table.take(customer)?;
    for field in options.schema.attributes().iter().filter(|field| field.name != customer) {
        table.add_missing(&field.name, field.kind);
    }
    let (ids, owners) = owners(&column);
    let owners: Vec<usize> = owners.into_iter().map(|owner| owner as usize).collect();
    let (columns, report) = table.into_parts();
    let fields = columns.into_iter().map(|(name, column)| described(name.clone(), name, column, &options.schema));
    Ok((Items::grouped(Arc::new(ids), &owners, fields.collect())?, report))
}

/// The items of a list inside the rows of customers, with its name.
///
/// What the schema says of `list.field` it says of the
/// field; fields that it names and no item has are missing in all.
pub(in crate::customer) fn nested(ids: &Arc<Ids>, list: ItemRows, schema: &Schema) -> Result<(String, Items)> {
    let named = schema.attributes().iter().filter(|attribute| list.has(&attribute.name));
    let absent: Vec<(String, Column)> = named
        .filter_map(|attribute| {
            let (_, field) = attribute.name.split_at_checked(list.name.len() + 1)?;
            let known = list.columns.iter().any(|(name, _)| name == field);
            let missing = std::iter::repeat_n(None::<f64>, list.owners.len());
            (!known).then(|| (field.to_owned(), Column::of(attribute.kind, missing)))
        })
        .collect();
    let ItemRows { name, owners, columns } = list;
    let fields = columns.into_iter().chain(absent);
    let fields = fields.map(|(field, column)| described(format!("{name}.{field}"), field, column, schema));
    let items = Items::grouped(Arc::clone(ids), &owners, fields.collect())?;
    Ok((name, items))
}

/// A field with what the schema says of it under the name by which it is known there.
///
/// The kind is the schema's already, which is what the wants of the readers made it.
fn described(known_as: String, field: String, column: Column, schema: &Schema) -> (Attribute, Column) {
    let mut attribute = match schema.get(&known_as) {
        Some(attribute) => attribute.clone(),
        None => Attribute::new("", column.kind()),
    };
    attribute.name = field;
    (attribute, column)
}
