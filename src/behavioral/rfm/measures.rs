//! Where recency, frequency and monetary value come from: the history, or three attributes.
//!
//! RFM is asked of two kinds of data: of a log of purchases, and of a table in which somebody has already counted. Only
//! this file tells them apart; the model sees three numbers or [`Absent`]. Both ways in, [`Measures::of`] for one
//! customer and [`Measures::reader`] for a table, give the same three numbers to the bit: of a log, the one walks the
//! events of anything that is a customer, the other the columns of the history, and both end in `of_summary`.
//!
//! Units: whole days, a count, and an amount in the one currency of the log. What attributes hold is the caller's; only
//! their order is known: recency, frequency, monetary value, where a lower recency is better.

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::Reason;
use crate::features::purchases::summary::{DAYS_SINCE_LAST, MEAN_SPEND, PURCHASES, SPEND};
use crate::features::purchases::{PurchaseSummary, Purchases, log::Log};
use crate::segmenter::Reads;
use crate::value::{Column, Value};

/// Recency, frequency and monetary value of one customer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub(super) enum Measures {
    /// Of the events.
    ///
    /// `mean_spend` takes the amount a purchase for the third value, in place of the sum.
    History { purchases: Purchases, mean_spend: bool },
    /// Of three attributes.
    Attributes { names: [String; 3] },
}

/// Why there is no such value.
///
/// Small and `Copy`, for the placing of a table holds one for each unassigned customer until it is put into words by
/// [`Measures::reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// Nothing was bought up to the moment, so there is no last purchase.
    NoPurchase,
    /// There are purchases, and of one the amount is not known: a sum without it would be too low.
    NoAmount,
    /// The attribute of that place has no value, or none that is finite.
    Attribute(usize),
}

/// Three numbers, or why there are none.
pub(super) type Values = Result<[f64; 3], Absent>;

impl Measures {
    /// The values of one customer. Does not allocate unless it fails.
    ///
    /// # Errors
    /// An attribute that is present and no number, with its name and the customer; else as
    /// [`Purchases::summarize_one`].
    pub(super) fn of(&self, customer: &dyn Customer) -> Result<Values> {
        match self {
            Measures::History { purchases, mean_spend } => {
                Ok(of_summary(purchases.summarize_one(customer)?.as_ref(), *mean_spend))
            }
            Measures::Attributes { names } => {
                let mut values = [0.0; 3];
                for (at, (slot, name)) in values.iter_mut().zip(names).enumerate() {
                    match finite(customer.value(name)) {
                        Ok(Some(number)) => *slot = number,
                        Ok(None) => return Ok(Err(Absent::Attribute(at))),
                        Err(value) => {
                            let error = Error::wrong_kind(name, value.in_words(), "number");
                            return Err(error.at_customer(customer.id()));
                        }
                    }
                }
                Ok(Ok(values))
            }
        }
    }

    /// The values of many customers, row by row.
    ///
    /// Columns and codes are looked up here once, so that [`Reader::row`] has only rows to find.
    ///
    /// # Errors
    /// A name that is no column or no numeric one; no history, or no moment as of which customers are seen.
    pub(super) fn reader<'a>(&'a self, customers: &'a Customers) -> Result<Reader<'a>> {
        match self {
            Measures::History { purchases, mean_spend } => {
                Ok(Reader::History { log: purchases.log(customers)?, mean_spend: *mean_spend })
            }
            Measures::Attributes { names: [r, f, m] } => {
                let column = |name: &str| customers.numeric_column(name);
                Ok(Reader::Columns([column(r)?, column(f)?, column(m)?]))
            }
        }
    }

    /// The reason for `absent`; `value` gives the customer's attributes.
    pub(super) fn reason<'v>(&self, absent: Absent, value: impl Fn(&str) -> Value<'v>) -> Reason {
        match absent {
            Absent::NoPurchase => Reason::NoEvents,
            Absent::NoAmount => Reason::Missing(SPEND.to_owned()),
            Absent::Attribute(at) => {
                let name = self.names()[at];
                // a number that is not finite is no value either, though the customer's own type calls it one
                Reason::of(name, value(name)).unwrap_or_else(|| Reason::Invalid(name.to_owned()))
            }
        }
    }

    /// How the values are called where they are explained.
    ///
    /// By the attributes' own names where attributes are read, so that an explanation shows what the caller knows.
    pub(super) fn names(&self) -> [&str; 3] {
        match self {
            Measures::History { mean_spend, .. } => {
                [DAYS_SINCE_LAST, PURCHASES, if *mean_spend { MEAN_SPEND } else { SPEND }]
            }
            Measures::Attributes { names: [r, f, m] } => [r, f, m],
        }
    }

    /// Whether the third value is an amount a purchase.
    pub(super) fn is_mean(&self) -> bool {
        matches!(self, Measures::History { mean_spend: true, .. })
    }

    /// Whether time passes for these values: then an explanation can say what happens if nothing more is bought.
    pub(super) fn is_history(&self) -> bool {
        matches!(self, Measures::History { .. })
    }

    /// The events, or the three attributes: what a caller has to provide.
    pub(super) fn reads(&self) -> Reads {
        match self {
            Measures::History { .. } => Reads::events(),
            Measures::Attributes { names } => Reads::attributes(names.iter()),
        }
    }

    /// What must hold of a recipe, and of a file.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Measures::History { purchases, .. } => purchases.check(),
            Measures::Attributes { names } => match names.iter().find(|name| name.is_empty()) {
                Some(name) => Err(Error::parameter("attribute", "a name", format!("`{name}`"))),
                None => Ok(()),
            },
        }
    }
}

/// The finite number, `None` if there is no value, the value itself if it is of another kind.
fn finite(value: Value<'_>) -> Result<Option<f64>, Value<'_>> {
    match value.number() {
        Some(number) => Ok(number.is_finite().then_some(number)),
        None if value.is_present() => Err(value),
        None => Ok(None),
    }
}

/// The one place that says which numbers of a summary are recency, frequency and monetary value.
fn of_summary(summary: Option<&PurchaseSummary>, mean_spend: bool) -> Values {
    let summary = summary.ok_or(Absent::NoPurchase)?;
    let spend = if mean_spend { summary.mean_spend() } else { summary.spend() };
    Ok([f64::from(summary.days_since_last()), f64::from(summary.purchases()), spend.ok_or(Absent::NoAmount)?])
}

/// The values of many customers.
pub(super) enum Reader<'a> {
    History { log: Log<'a>, mean_spend: bool },
    Columns([&'a Column; 3]),
}

impl Reader<'_> {
    /// The values of the customer in that row.
    pub(super) fn row(&self, row: usize) -> Result<Values> {
        match self {
            Reader::History { log, mean_spend } => Ok(of_summary(log.summary(row)?.as_ref(), *mean_spend)),
            Reader::Columns(columns) => {
                let mut values = [0.0; 3];
                for (at, (slot, column)) in values.iter_mut().zip(columns).enumerate() {
                    match column.number(row) {
                        Some(number) => *slot = number,
                        None => return Ok(Err(Absent::Attribute(at))),
                    }
                }
                Ok(Ok(values))
            }
        }
    }
}
