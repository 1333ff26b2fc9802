//! Events from rows of any `Serialize` type.

use serde::Serialize;

use crate::error::Result;
use crate::read::{OnBadRow, Options, Table, Want, read_rows};
use crate::value::Schema;

use super::columns::EventColumns;
use super::log::History;
use super::read::{add_absent, events, strict};

impl History {
    /// The events of rows of your own type, of which these fields say what. Dates are texts in any
    /// [`DateForm`](crate::time::DateForm); fields are read as
    /// [`Customers::from_serialize`](crate::customer::Customers::from_serialize) reads them.
    ///
    /// ```
    /// use segmentry::history::{EventColumns, History};
    ///
    /// #[derive(serde::Serialize)]
    /// struct Order {
    ///     customer: u32,
    ///     placed: &'static str,
    ///     total: f64,
    /// }
    ///
    /// let orders = [Order { customer: 17, placed: "2026-10-03", total: 59.9 }];
    /// let history = History::from_serialize(&orders, &EventColumns::new("customer", "placed").amount("total"))?;
    /// assert_eq!(history.event(0).unwrap().amount, Some(59.9));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a row is no struct or map, has no customer or date, or a field is no value or of another kind than in earlier
    /// rows, or amounts are in several currencies.
    pub fn from_serialize<T: Serialize + Sync>(rows: &[T], columns: &EventColumns) -> Result<Self> {
        let fields = read_rows(rows)?;
        let want = |column: &str| columns.wanted(column, &Schema::default(), Want::Keep, Want::Keep);
        let mut table = Table::of(fields, want, &Options::default())?;
        add_absent(&mut table, columns);
        strict(events(table, columns, OnBadRow::Error)?)
    }
}
