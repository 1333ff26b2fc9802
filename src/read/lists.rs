//! Lists of items inside rows, on their way to tables of their own.
//!
//! A row of a CSV file has no lists; rows of `Serialize` types and JSON objects may have them, as a list of structs or
//! objects. They are read beside the columns, with the number of the row that has each item.
//!
//! A list that is empty cannot be told from an empty set, and a name may be a list in one row and a value in another:
//! both are settled here, when all rows are read, so that it does not matter in which chunk a row was.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::value::{Column, Value};

/// The items of a list in rows: which row has each item, and the columns of the items' fields.
///
/// All columns have one entry an item. The name is that of the field that holds the list, with those it is nested in.
#[derive(Debug)]
#[cfg_attr(not(feature = "serde"), allow(dead_code, reason = "only rows that serde reads have lists"))]
pub(crate) struct ItemRows {
    pub(crate) name: String,
    pub(crate) owners: Vec<usize>,
    pub(crate) columns: Vec<(String, Column)>,
}

impl ItemRows {
    /// Whether a column of that name is a field of the items.
    ///
    /// `subscriptions.seats` is one of `subscriptions`, and `subscriptions_old.seats` is not.
    pub(crate) fn has(&self, column: &str) -> bool {
        column.strip_prefix(self.name.as_str()).is_some_and(|rest| rest.starts_with('.'))
    }

    /// Whether the list stands beside the columns: there may be a column of its name.
    ///
    /// That of the empty lists, which look like empty sets, is taken out. Where it has values, what came first counts,
    /// and the rows that have the other are bad, each with its error. Rows that are left out have no say.
    pub(super) fn stands(
        &self,
        columns: &mut Vec<(String, Column)>,
        left_out: &BTreeSet<usize>,
        bad: &mut BTreeMap<usize, Error>,
    ) -> bool {
        let Some(at) = columns.iter().position(|(name, _)| *name == self.name) else { return true };
        let Some((_, column)) = columns.get(at) else { return true };
        let says = |row: &usize| match column.value(*row) {
            Value::Missing | Value::Null => false,
            Value::Set(set) => !set.is_empty(),
            _ => true,
        };
        let values: Vec<usize> = (0..column.len()).filter(says).filter(|row| !left_out.contains(row)).collect();
        let first_item = self.owners.iter().find(|row| !left_out.contains(row));
        if values.first().is_some_and(|value| first_item.is_none_or(|item| value < item)) {
            let error = Error::wrong_kind(&self.name, "a list of items", column.kind().to_string());
            bad.extend(self.owners.iter().map(|row| (*row, error.clone())));
            return false;
        }
        let error = |row: usize| Error::wrong_kind(&self.name, column.value(row).in_words(), "a list of items");
        bad.extend(values.into_iter().map(|row| (row, error(row))));
        columns.remove(at);
        true
    }

    /// Keeps the items of the rows that are left; `now` says for each row as it was read which one it is now.
    pub(super) fn keep(&mut self, now: &[Option<usize>]) {
        let owner = |(item, row): (usize, &usize)| Some((item, now.get(*row).copied().flatten()?));
        let (kept, owners): (Vec<usize>, Vec<usize>) = self.owners.iter().enumerate().filter_map(owner).unzip();
        for (_, column) in &mut self.columns {
            *column = column.gather(kept.len(), |i| kept.get(i).copied());
        }
        self.owners = owners;
    }
}
