//! Rows that are `Serialize`, straight into columns.

mod list;
mod row;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::parallel;

use super::fields::Fields;

pub(crate) use row::RowError;

/// Rows in a chunk that is read on one thread. Each chunk has dictionaries of its own that are merged in chunk order,
/// so that larger chunks merge less and smaller ones share the work better.
const CHUNK: usize = 65_536;

/// Adds a row.
///
/// # Errors
/// If the row is no struct or map, or a field is no value or of another kind than in earlier rows. The row is kept with
/// what came before.
pub(crate) fn push_row<T: Serialize + ?Sized>(fields: &mut Fields, row: &T) -> Result<()> {
    let pushed = row.serialize(row::Row::root(fields)).map_err(RowError::into_error);
    fields.end_row();
    pushed
}

/// The rows as columns, the same for any number of threads.
///
/// # Errors
/// As [`push_row`], with the first row in order that has one.
pub(crate) fn read_rows<T: Serialize + Sync>(rows: &[T]) -> Result<Fields> {
    if parallel::threads() == 1 {
        return read(rows); // what the chunks would be put together to
    }
    let chunks = parallel::map_chunks(rows.len(), CHUNK, |range| read(rows.get(range).unwrap_or_default()));
    let mut all = Fields::default();
    for chunk in chunks {
        if chunk.and_then(|chunk| all.append(chunk)).is_err() {
            // one chunk alone does not know the kinds that earlier rows had: read in order for the first error
            return read(rows).and(Err(Error::definition("rows that serialize in another way the second time")));
        }
    }
    Ok(all)
}

fn read<T: Serialize>(rows: &[T]) -> Result<Fields> {
    let mut fields = Fields::default();
    for (number, row) in rows.iter().enumerate() {
        push_row(&mut fields, row).map_err(|error| error.at_row(number))?;
    }
    Ok(fields)
}
