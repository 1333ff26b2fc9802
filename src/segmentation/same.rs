//! Whether two tables are of the same customers in the same order.
//!
//! A segmentation holds numbers of rows. Put beside another table, rows that mean other customers would give wrong
//! answers without a sound, so whatever takes two tables asks here first.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::value::Ids;

/// Checks that `b` names the same customers as `a`, in the same order. Cheap where they share their ids.
///
/// # Errors
/// If not, with the first row that differs; `what` names the two: `("customers", "segmentation")`.
pub(crate) fn same_customers(a: &Arc<Ids>, b: &Arc<Ids>, what: (&str, &str)) -> Result<()> {
    if Arc::ptr_eq(a, b) {
        return Ok(());
    }
    if a.len() != b.len() {
        let message =
            format!("not of the same customers: the {} has {}, the {} has {}", what.0, a.len(), what.1, b.len());
        return Err(Error::definition(message));
    }
    match a.iter().zip(b.iter()).enumerate().find(|(_, (a, b))| a != b) {
        None => Ok(()),
        Some((row, (a, b))) => {
            let message = format!("not of the same customers: the {} has `{a}`, the {} has `{b}`", what.0, what.1);
            Err(Error::definition(message).at_row(row))
        }
    }
}
