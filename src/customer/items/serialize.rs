//! Items from rows of any `Serialize` type.

use serde::Serialize;

use crate::error::Result;
use crate::history::all_owned;
use crate::read::{Options, Table, Want, read_rows};
use crate::value::Schema;

use super::Items;
use super::read::items;

impl Items {
    /// The items of rows of your own type, of which the field `customer` says whose it is. Fields are read as
    /// [`Customers::from_serialize`](crate::customer::Customers::from_serialize) reads them.
    ///
    /// ```
    /// use segmentry::customer::Items;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Device {
    ///     owner: u32,
    ///     system: &'static str,
    /// }
    ///
    /// let devices = [Device { owner: 17, system: "ios" }, Device { owner: 17, system: "android" }];
    /// let items = Items::from_serialize(&devices, "owner")?;
    /// assert_eq!((items.customers(), items.len()), (1, 2));
    /// assert_eq!(items.schema().names().collect::<Vec<_>>(), ["system"]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a row is no struct or map, has no customer or a list of items of its own, or a field is no value or of another
    /// kind than in earlier rows.
    pub fn from_serialize<T: Serialize + Sync>(rows: &[T], customer: &str) -> Result<Self> {
        Items::from_serialize_with(rows, customer, &Schema::default())
    }

    /// As [`Items::from_serialize`], with kinds, levels and roles for some fields: texts become the days, instants,
    /// sets, places or numbers that the schema says. A field that no row has is missing in all.
    ///
    /// # Errors
    /// As [`Items::from_serialize`], and if a text is no value of the kind that the schema says.
    pub fn from_serialize_with<T: Serialize + Sync>(rows: &[T], customer: &str, schema: &Schema) -> Result<Self> {
        let want = |name: &str| match schema.get(name).filter(|_| name != customer) {
            Some(field) => Want::Kind(field.kind),
            None => Want::Keep,
        };
        let options = Options { schema: schema.clone(), ..Options::default() };
        let table = Table::of(read_rows(rows)?, want, &options)?;
        all_owned("items", items(table, customer, &options)?)
    }
}
