//! The items that several sources have under the same name.
//!
//! They become one list. Which of the customers are kept is no matter here: the joined customers take from the list what
//! is theirs. Few sources know the same list, so that items are pushed one by one and no shorter way is sought.

use crate::error::{Error, Result};
use crate::value::{Attribute, Kind, Schema};

use super::{Items, ItemsBuilder};

/// The items of all parts: of each customer those of the first part, then those of the second.
///
/// A list that only one part has is that part's, as it is.
///
/// As with events nothing is taken for the same: two sources that know the same subscription make two of it. A part in
/// which nothing is known of a field contradicts no kind.
///
/// # Errors
/// If a field is of different kinds in two parts, with the names of both.
pub(in crate::customer) fn merged(list: &str, parts: &[(&str, &Items)]) -> Result<Items> {
    if let [(_, only)] = parts {
        return Ok((*only).clone());
    }
    let mut all = ItemsBuilder::with_schema(&united(list, parts)?);
    for (_, items) in parts {
        for (row, id) in items.ids().iter().enumerate() {
            for item in items.range(row) {
                all.push(id, items.columns().map(|(field, column)| (field.name.as_str(), column.value(item))))?;
            }
        }
    }
    all.finish()
}

/// The fields of all parts, each described as the first part does that knows something of it.
///
/// Whole numbers in one part and numbers in another are numbers. The order is that in which the parts first name them.
fn united(list: &str, parts: &[(&str, &Items)]) -> Result<Schema> {
    let mut fields: Vec<(Attribute, Option<&str>)> = Vec::new();
    for (source, items) in parts {
        for (field, column) in items.columns() {
            let known = (column.presence().present > 0).then_some(*source);
            let Some((ours, first)) = fields.iter_mut().find(|(ours, _)| ours.name == field.name) else {
                fields.push((field.clone(), known));
                continue;
            };
            match (*first, known) {
                (_, None) => {}
                (None, Some(_)) => (*ours, *first) = (field.clone(), known),
                (Some(_), Some(_)) if ours.kind == field.kind => {}
                (Some(_), Some(_)) if ours.kind.is_numeric() && field.kind.is_numeric() => {
                    *ours = ours.clone().with_kind(Kind::Number);
                }
                (Some(first), Some(_)) => {
                    let found = format!("{} in `{source}`", field.kind);
                    let expected = format!("{} as in `{first}`", ours.kind);
                    return Err(Error::wrong_kind(format!("{list}.{}", field.name), found, expected));
                }
            }
        }
    }
    Schema::new(fields.into_iter().map(|(field, _)| field))
}
