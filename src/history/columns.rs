//! Which column of a table of events says what.

use crate::read::Want;
use crate::time::{DateForm, Zone};
use crate::value::{Kind, Schema};

use super::event::PURCHASE;

/// Which column of a table of events says what: who, when, for how much.
///
/// Columns that are not named here are not read.
///
/// ```
/// use segmentry::history::{EventColumns, History};
/// use segmentry::read::Csv;
///
/// let file = "CustomerID,InvoiceDate,Quantity,UnitPrice,StockCode
/// 17850,2010-12-01 08:26:00,6,2.55,85123A
/// ,2010-12-01 09:00:00,1,3.00,71053
/// ";
/// let columns = EventColumns::new("CustomerID", "InvoiceDate").quantity("Quantity").unit_price("UnitPrice").item("StockCode");
/// let (history, report) = History::from_csv_reader(file.as_bytes(), &columns, &Csv::new())?;
/// let event = history.event(0).unwrap();
/// assert_eq!((event.amount, event.item), (Some(6.0 * 2.55), Some("85123A")));
/// assert_eq!(report.without_customer, 1);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Name what the file has and leave the rest: customer and date are needed, everything else is optional. The amount is
/// either a column ([`EventColumns::amount`]) or quantity × unit price; to name both an amount and a unit price is an
/// error.
///
/// | file | call |
/// | --- | --- |
/// | one row an order, with a total | `new(..).amount("total")` |
/// | one row a line of an order | `new(..).quantity("qty").unit_price("price").item("sku")` |
/// | purchases and returns in one file | `.kind_column("type")` |
/// | visits, calls | `.kind("visit")` |
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EventColumns {
    pub(super) customer: String,
    pub(super) date: String,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) date_form: Option<DateForm>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) zone: Zone,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) amount: Option<String>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) quantity: Option<String>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) unit_price: Option<String>,
    #[cfg_attr(feature = "serde", serde(default = "purchase"))]
    pub(super) kind: String,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) kind_column: Option<String>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) item: Option<String>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) channel: Option<String>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) currency: Option<String>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) properties: Vec<String>,
}

fn purchase() -> String {
    PURCHASE.to_owned()
}

impl EventColumns {
    /// Purchases, with the columns that say who and when (days or instants).
    pub fn new(customer: impl Into<String>, date: impl Into<String>) -> Self {
        EventColumns {
            customer: customer.into(),
            date: date.into(),
            date_form: None,
            zone: Zone::utc(),
            amount: None,
            quantity: None,
            unit_price: None,
            kind: purchase(),
            kind_column: None,
            item: None,
            channel: None,
            currency: None,
            properties: Vec::new(),
        }
    }

    /// Sets the form of the dates; found from the whole column unless said.
    #[must_use]
    pub fn date_form(mut self, form: DateForm) -> Self {
        self.date_form = Some(form);
        self
    }

    /// Sets the zone of instants without an offset, in which the day of each event is counted too; UTC unless said.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Sets the column that says for how much.
    #[must_use]
    pub fn amount(mut self, column: impl Into<String>) -> Self {
        self.amount = Some(column.into());
        self
    }

    /// Sets the column that says how many.
    #[must_use]
    pub fn quantity(mut self, column: impl Into<String>) -> Self {
        self.quantity = Some(column.into());
        self
    }

    /// Sets the column that says for how much each: the amount is the quantity times this.
    #[must_use]
    pub fn unit_price(mut self, column: impl Into<String>) -> Self {
        self.unit_price = Some(column.into());
        self
    }

    /// Sets what all events are; `purchase` unless said.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Sets the column that says what each event is; where it says nothing, it is what [`EventColumns::kind`] says.
    #[must_use]
    pub fn kind_column(mut self, column: impl Into<String>) -> Self {
        self.kind_column = Some(column.into());
        self
    }

    /// Sets the column that says of what.
    #[must_use]
    pub fn item(mut self, column: impl Into<String>) -> Self {
        self.item = Some(column.into());
        self
    }

    /// Sets the column that says through what.
    #[must_use]
    pub fn channel(mut self, column: impl Into<String>) -> Self {
        self.channel = Some(column.into());
        self
    }

    /// Sets the column that says in which currency: more than one is an error, since amounts are added.
    #[must_use]
    pub fn currency(mut self, column: impl Into<String>) -> Self {
        self.currency = Some(column.into());
        self
    }

    /// Adds columns that are free properties.
    #[must_use]
    pub fn properties<T: Into<String>>(mut self, columns: impl IntoIterator<Item = T>) -> Self {
        self.properties.extend(columns.into_iter().map(Into::into));
        self
    }

    /// What the column is to become: texts of properties whose kind nobody says become `property`.
    ///
    /// `id` and `property` differ between readers: texts of a CSV file have no kind yet, values from JSON and from rows
    /// have.
    pub(super) fn wanted(&self, column: &str, schema: &Schema, id: Want, property: Want) -> Want {
        let is = |named: &Option<String>| named.as_deref() == Some(column);
        if column == self.customer {
            id
        } else if column == self.date {
            Want::Moment { form: self.date_form, zone: self.zone.clone() }
        } else if is(&self.amount) || is(&self.quantity) || is(&self.unit_price) {
            Want::Kind(Kind::Number)
        } else if is(&self.kind_column) || is(&self.item) || is(&self.channel) || is(&self.currency) {
            Want::Kind(Kind::Text)
        } else if self.properties.iter().any(|name| name == column) {
            schema.get(column).map_or(property, |attribute| Want::Kind(attribute.kind))
        } else {
            Want::Leave
        }
    }
}
