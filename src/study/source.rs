//! Where customers and events come from.
//!
//! A study's sources are files or what is in memory already. The structs here mirror the keys of `[sources.NAME]`;
//! reading is done by the readers of [`read`](crate::read), cleaning by [`Clean`].
//!
//! ```toml
//! [sources.crm]
//! customers = "customers.csv"
//! id = "customer_id"
//! attributes = [{ name = "post_code", kind = "text" }]
//!
//! [sources.shop]
//! events = "orders.jsonl"
//! columns = { customer = "customer_id", date = "ordered_at", amount = "eur" }
//! clean = { repeated = true, refunds = "drop" }
//!
//! [sources.subscriptions]
//! items = "subscriptions.csv"
//! customer = "customer_id"
//! ```
//!
//! Items are a list of the customers that has the name of the source. Most of a layout is found from the file itself; say it only where that goes wrong.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::customer::{Customers, Items};
use crate::error::{Error, Result};
use crate::history::EventColumns;
use crate::history::{Clean, CleanReport, History, Refunds};
use crate::read::{Csv, JsonLines, OnBadRow, ReadReport};
use crate::time::{DateForm, Day, Zone};
use crate::value::{Attribute, Kind, Level, Role, Schema};

/// Where customers, events or items come from.
///
/// Paths that do not begin at the root are beside the study file, so that a folder can be moved.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "a study has a handful of sources")]
pub enum Source {
    /// A file of customers, one a row.
    Customers(CustomersFile),
    /// A file of events, one a row.
    Events(EventsFile),
    /// A file of items, one a row.
    Items(ItemsFile),
    /// Customers that are in memory already.
    Given(Customers),
    /// Events that are in memory already.
    GivenEvents(History),
    /// Items that are in memory already.
    GivenItems(Items),
}

/// A CSV file of customers, or JSON lines (`.jsonl`, `.ndjson`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomersFile {
    /// The file; relative to the study file.
    pub customers: PathBuf,
    /// The column of the ids.
    pub id: String,
    /// What is to be known of columns that cannot be found from the file.
    #[serde(default)]
    pub attributes: Vec<AttributePlan>,
    /// How the file is written, where that cannot be found from it.
    #[serde(default)]
    pub csv: Layout,
}

/// What a study says of an attribute.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributePlan {
    /// The column.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Its level; the one usual for the kind if not given.
    #[serde(default)]
    pub level: Option<Level>,
    /// Its role.
    #[serde(default)]
    pub role: Role,
    /// Its unit.
    #[serde(default)]
    pub unit: Option<String>,
}

/// A CSV file of events, or JSON lines (`.jsonl`, `.ndjson`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsFile {
    /// The file; relative to the study file.
    pub events: PathBuf,
    /// Which column is what.
    pub columns: EventColumns,
    /// What is left out, each counted.
    #[serde(default)]
    pub clean: CleanPlan,
    /// How the file is written, where that cannot be found from it.
    #[serde(default)]
    pub csv: Layout,
}

/// A CSV file of items, or JSON lines (`.jsonl`, `.ndjson`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemsFile {
    /// The file; relative to the study file.
    pub items: PathBuf,
    /// The column that says whose each item is.
    pub customer: String,
    /// What is to be known of fields that cannot be found from the file.
    #[serde(default)]
    pub attributes: Vec<AttributePlan>,
    /// How the file is written, where that cannot be found from it.
    #[serde(default)]
    pub csv: Layout,
}

/// How a file is written, where that is not to be found from it.
///
/// Of JSON lines only `date_form` and `skip_bad_rows` matter: the format says the rest itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layout {
    /// What stands between fields.
    pub delimiter: Option<char>,
    /// Whether numbers are written `1,5`.
    pub decimal_comma: bool,
    /// What stands between thousands.
    pub thousands: Option<char>,
    /// The form of dates.
    pub date_form: Option<DateForm>,
    /// The encoding: `windows-1252`.
    pub encoding: Option<String>,
    /// What stands for null, in place of `NULL`, `null` and `\N`.
    pub null: Option<Vec<String>>,
    /// Whether rows that cannot be read are left out and counted, in place of an error.
    pub skip_bad_rows: bool,
    /// The names of the columns, of a file without a header.
    pub names: Option<Vec<String>>,
}

/// What is left out of a log of events, in this order.
///
/// Without any key nothing is left out and no report is made.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CleanPlan {
    /// Exact repetitions.
    pub repeated: bool,
    /// Events without an amount.
    pub without_amount: bool,
    /// Events with a quantity of 0 or less.
    pub quantity_not_positive: bool,
    /// Events in which one of these properties is 0 or less.
    pub not_positive: Vec<String>,
    /// Events before that day.
    pub before: Option<Day>,
    /// What becomes of refunds; they stay and are summed if not said.
    pub refunds: Option<Refunds>,
}

impl CleanPlan {
    /// The steps; `None` if nothing is to be left out.
    fn steps(&self) -> Option<Clean> {
        let mut clean = Clean::new();
        let mut any = false;
        let mut step = |wanted: bool, step: fn(Clean) -> Clean| {
            if wanted {
                clean = step(std::mem::take(&mut clean));
                any = true;
            }
        };
        step(self.repeated, Clean::distinct);
        step(self.without_amount, Clean::known_amount);
        step(self.quantity_not_positive, Clean::positive_quantity);
        for property in &self.not_positive {
            (clean, any) = (clean.positive(property), true);
        }
        if let Some(day) = self.before {
            (clean, any) = (clean.since(day), true);
        }
        if let Some(refunds) = self.refunds {
            (clean, any) = (clean.refunds(refunds), true);
        }
        any.then_some(clean)
    }
}

impl Layout {
    /// The reader with these settings; instants without an offset are read in the study's zone.
    fn csv(&self, zone: &Zone) -> Csv {
        let mut csv = Csv::new().decimal_comma(self.decimal_comma).zone(zone.clone());
        if let Some(delimiter) = self.delimiter {
            csv = csv.delimiter(delimiter);
        }
        if let Some(mark) = self.thousands {
            csv = csv.thousands(mark);
        }
        if let Some(form) = self.date_form {
            csv = csv.date_form(form);
        }
        if let Some(encoding) = &self.encoding {
            csv = csv.encoding(encoding);
        }
        if let Some(tokens) = &self.null {
            csv = csv.null_tokens(tokens.iter().cloned());
        }
        if let Some(names) = &self.names {
            csv = csv.names(names.iter().cloned());
        }
        if self.skip_bad_rows { csv.on_bad_row(OnBadRow::Skip) } else { csv }
    }

    fn json_lines(&self, zone: &Zone) -> JsonLines {
        let mut lines = JsonLines::new().zone(zone.clone());
        if let Some(form) = self.date_form {
            lines = lines.date_form(form);
        }
        if self.skip_bad_rows { lines.on_bad_row(OnBadRow::Skip) } else { lines }
    }
}

/// What a source gave.
#[expect(clippy::large_enum_variant, reason = "one at a time is taken apart at once")]
pub(super) enum Gathered {
    Customers(Customers, Option<ReadReport>),
    Events(History, Option<ReadReport>, Option<CleanReport>),
    Items(Items, Option<ReadReport>),
}

impl Source {
    /// Reads and cleans.
    ///
    /// # Errors
    /// Those of reading and cleaning, with file and line.
    pub(super) fn gather(&self, folder: Option<&Path>, zone: &Zone) -> Result<Gathered> {
        match self {
            Source::Given(customers) => Ok(Gathered::Customers(customers.clone(), None)),
            Source::GivenEvents(history) => Ok(Gathered::Events(history.clone(), None, None)),
            Source::GivenItems(items) => Ok(Gathered::Items(items.clone(), None)),
            Source::Items(file) => {
                let path = beside(folder, &file.items);
                let schema = schema(&file.attributes)?;
                let (items, report) = if is_json_lines(&path) {
                    Items::from_json_lines_with(&path, &file.customer, &file.csv.json_lines(zone).schema(schema))?
                } else {
                    Items::from_csv_with(&path, &file.customer, &file.csv.csv(zone).schema(schema))?
                };
                Ok(Gathered::Items(items, Some(report)))
            }
            Source::Customers(file) => {
                let path = beside(folder, &file.customers);
                let schema = schema(&file.attributes)?;
                let (customers, report) = if is_json_lines(&path) {
                    Customers::from_json_lines_with(&path, &file.id, &file.csv.json_lines(zone).schema(schema))?
                } else {
                    Customers::from_csv_with(&path, &file.id, &file.csv.csv(zone).schema(schema))?
                };
                Ok(Gathered::Customers(customers, Some(report)))
            }
            Source::Events(file) => {
                let path = beside(folder, &file.events);
                let (mut history, report) = if is_json_lines(&path) {
                    History::from_json_lines_with(&path, &file.columns, &file.csv.json_lines(zone))?
                } else {
                    History::from_csv_with(&path, &file.columns, &file.csv.csv(zone))?
                };
                let mut cleaned = None;
                if let Some(steps) = file.clean.steps() {
                    let done = steps.run(&history).map_err(|error| error.at_key("clean"))?;
                    (history, cleaned) = (done.history, Some(done.report));
                }
                Ok(Gathered::Events(history, Some(report), cleaned))
            }
        }
    }

    /// Whether it has items, which are not joined but hung on the joined customers.
    pub(super) fn is_items(&self) -> bool {
        matches!(self, Source::Items(_) | Source::GivenItems(_))
    }

    /// Whether the file is there, before anything runs.
    ///
    /// # Errors
    /// If it is not there.
    pub(super) fn check(&self, folder: Option<&Path>) -> Result<()> {
        let (key, file) = match self {
            Source::Customers(file) => ("customers", &file.customers),
            Source::Events(file) => ("events", &file.events),
            Source::Items(file) => ("items", &file.items),
            Source::Given(_) | Source::GivenEvents(_) | Source::GivenItems(_) => return Ok(()),
        };
        let path = beside(folder, file);
        if !path.is_file() {
            let message = format!("there is no file `{}`", path.display());
            return Err(Error::definition(message).at_key(key));
        }
        Ok(())
    }
}

/// What the study says of columns; the reader finds the others from the file.
fn schema(attributes: &[AttributePlan]) -> Result<Schema> {
    Schema::new(attributes.iter().map(|plan| {
        let mut attribute = Attribute::new(plan.name.clone(), plan.kind).role(plan.role);
        if let Some(level) = &plan.level {
            attribute = attribute.level(level.clone());
        }
        if let Some(unit) = &plan.unit {
            attribute = attribute.unit(unit.clone());
        }
        attribute
    }))
    .map_err(|error| error.at_key("attributes"))
}

/// A relative path from the study's folder; an absolute one as it is.
fn beside(folder: Option<&Path>, file: &Path) -> PathBuf {
    folder.map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

fn is_json_lines(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "jsonl" || end == "ndjson")
}
