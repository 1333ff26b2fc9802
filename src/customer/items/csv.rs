//! Items from files of comma-separated values.

use std::io::Read;
use std::path::Path;

use crate::error::Result;
use crate::history::all_owned;
use crate::read::{Csv, ReadReport, Want};
use crate::value::Kind;

use super::Items;
use super::read::items;

impl Items {
    /// The items of a CSV file with a header, one a row, of which the column `customer` says whose it is. How it is
    /// written and which kinds its columns have is found out as [`Csv`] says.
    ///
    /// ```no_run
    /// use segmentry::customer::{Customers, Items};
    ///
    /// let customers = Customers::from_csv("customers.csv", "id")?
    ///     .with_items("subscriptions", Items::from_csv("subscriptions.csv", "customer_id")?);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read, the column is not there, or a row is not whole or has no customer: with file and
    /// line.
    pub fn from_csv(path: impl AsRef<Path>, customer: &str) -> Result<Self> {
        all_owned("items", Items::from_csv_with(path, customer, &Csv::new())?)
    }

    /// As [`Items::from_csv`], read as the options say. Rows without a customer are left out and counted in the account.
    ///
    /// # Errors
    /// As [`Items::from_csv`], where the options do not allow it.
    pub fn from_csv_with(path: impl AsRef<Path>, customer: &str, csv: &Csv) -> Result<(Self, ReadReport)> {
        items(csv.read_file(path.as_ref(), want(customer, csv))?, customer, csv.options())
    }

    /// As [`Items::from_csv_with`], from anything that can be read.
    ///
    /// ```
    /// use segmentry::customer::Items;
    /// use segmentry::read::Csv;
    ///
    /// let file = "customer,plan,seats\nbob,pro,10\nann,free,1\nbob,team,3\n";
    /// let (items, report) = Items::from_csv_reader(file.as_bytes(), "customer", &Csv::new())?;
    /// assert_eq!((items.customers(), items.len(), report.kept), (2, 3, 3));
    /// assert_eq!(items.column("seats")?.number(1), Some(3.0)); // bob's second
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Items::from_csv_with`].
    pub fn from_csv_reader(reader: impl Read, customer: &str, csv: &Csv) -> Result<(Self, ReadReport)> {
        items(csv.read(reader, want(customer, csv))?, customer, csv.options())
    }
}

/// An id stays as it is written: `007` is not seven.
fn want(customer: &str, csv: &Csv) -> impl Fn(&str) -> Want {
    move |column| match csv.options().schema.get(column) {
        _ if column == customer => Want::Kind(Kind::Text),
        Some(field) => Want::Kind(field.kind),
        None => Want::Infer,
    }
}
