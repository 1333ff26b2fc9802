//! What a join matched, what it did not, and where sources disagreed.

use std::fmt;

use crate::text::{Align, Table, count};
use crate::value::{Attribute, Kind, OwnedValue};

use super::Keep;

/// What a [`Join`](super::Join) did. It prints as two tables.
///
/// Read it before the joined table is used: a source of which nobody was kept has its ids written in another way, and
/// an attribute with many conflicts means different things in its sources.
///
/// ```
/// use segmentry::customer::{Customers, Join};
/// use segmentry::value::Column;
///
/// let crm = Customers::with_ids(["7", "8"])?.with_column("country", Column::texts(["DE", "FR"]))?;
/// let shop = Customers::with_ids(["007", "8"])?.with_column("country", Column::texts(["DE", "BE"]))?;
/// let report = Join::new().source("crm", crm).source("shop", shop).run()?.report;
/// assert_eq!(report.customers, 3); // `007` is not `7`
/// assert_eq!(report.source("shop").map(|shop| shop.absent), Some(1));
/// assert_eq!(report.conflicts(), 1);
/// assert!(report.to_string().contains("country of 8: `FR` in `crm` and `BE` in `shop`, taken from crm"));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JoinReport {
    /// How many customers were kept.
    pub customers: usize,
    /// Which customers were kept, in words.
    pub keep: String,
    /// The sources: tables, then histories, in the order in which they were added.
    pub sources: Vec<SourceReport>,
    /// The attributes, in the order of the joined table.
    pub attributes: Vec<AttributeReport>,
}

/// How one source took part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SourceReport {
    /// Its name.
    pub source: String,
    /// Whether it is a history.
    pub is_history: bool,
    /// Customers it knows.
    pub customers: usize,
    /// Customers of it that were kept.
    pub kept: usize,
    /// Customers of it that were not kept.
    pub not_kept: usize,
    /// Kept customers that it does not know.
    pub absent: usize,
    /// Events it has, if it has any.
    pub events: Option<usize>,
    /// Events of kept customers; the others play no part.
    pub events_kept: Option<usize>,
}

impl SourceReport {
    pub(super) fn new(
        source: &str,
        is_history: bool,
        customers: usize,
        kept: usize,
        all: usize,
        events: Option<(usize, usize)>,
    ) -> Self {
        SourceReport {
            source: source.to_owned(),
            is_history,
            customers,
            kept,
            not_kept: customers - kept,
            absent: all - kept,
            events: events.map(|(all, _)| all),
            events_kept: events.map(|(_, kept)| kept),
        }
    }
}

/// Where the values of one attribute are from.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AttributeReport {
    /// Its name in the joined table.
    pub attribute: String,
    /// Its kind in the joined table.
    pub kind: Kind,
    /// The sources that have it, the most used first.
    pub sources: Vec<SourceShare>,
    /// Customers of whom two sources say different things.
    pub conflicts: usize,
    /// The first of them.
    pub examples: Vec<Conflict>,
}

impl AttributeReport {
    pub(super) fn new(attribute: &Attribute, sources: Vec<SourceShare>) -> Self {
        let (attribute, kind) = (attribute.name.clone(), attribute.kind);
        AttributeReport { attribute, kind, sources, conflicts: 0, examples: Vec::new() }
    }
}

/// How much of an attribute is from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SourceShare {
    /// The source.
    pub source: String,
    /// Kept customers of whom it has a value.
    pub present: usize,
    /// Kept customers of whom its value was taken.
    pub used: usize,
}

/// Sources that say different things of one customer.
///
/// The values are those of the sources that have one, so at least two, and at least two of them differ.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Conflict {
    /// The customer's id.
    pub customer: String,
    /// What each source says, in order of precedence.
    pub values: Vec<(String, OwnedValue)>,
    /// The source whose value was taken.
    pub taken: String,
}

impl Conflict {
    /// `` `DE` in `crm` and `FR` in `survey` ``.
    pub(super) fn said(&self) -> String {
        let one = |(source, value): &(String, OwnedValue)| {
            format!("`{}` in `{source}`", crate::error::excerpt(&value.to_string()))
        };
        self.values.iter().map(one).collect::<Vec<_>>().join(" and ")
    }
}

impl JoinReport {
    /// What is said of the attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&AttributeReport> {
        self.attributes.iter().find(|report| report.attribute == name)
    }

    /// What is said of the source of that name.
    pub fn source(&self, name: &str) -> Option<&SourceReport> {
        self.sources.iter().find(|report| report.source == name)
    }

    /// How many customers' values differ between sources, summed over the attributes.
    pub fn conflicts(&self) -> usize {
        self.attributes.iter().map(|report| report.conflicts).sum()
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keep::All => f.write_str("of any source"),
            Keep::In(names) => write!(f, "in {}", names.join(" and ")),
            Keep::Every => f.write_str("of every source"),
        }
    }
}

impl fmt::Display for JoinReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Align::{Left, Right};
        writeln!(f, "{}, those {}", crate::text::counted(self.customers, "customer", "customers"), self.keep)?;
        let heads = ["customers", "kept", "not kept", "absent", "events", "events kept"].map(|head| (head, Right));
        let mut table = Table::new([("source", Left)].into_iter().chain(heads));
        for source in &self.sources {
            let optional = |number: Option<usize>| number.map_or_else(String::new, count);
            let counts = [source.customers, source.kept, source.not_kept, source.absent].map(count);
            let events = [optional(source.events), optional(source.events_kept)];
            table.row([source.source.clone()].into_iter().chain(counts).chain(events));
        }
        write!(f, "{table}")?;
        if self.attributes.is_empty() {
            return Ok(());
        }
        let mut table = Table::new([("attribute", Left), ("kind", Left), ("taken from", Left), ("conflicts", Right)]);
        for report in &self.attributes {
            let from = report.sources.iter().map(|share| format!("{} {}", share.source, count(share.used)));
            let from = from.collect::<Vec<_>>().join(", ");
            table.row([report.attribute.clone(), report.kind.to_string(), from, count(report.conflicts)]);
        }
        write!(f, "\n\n{table}")?;
        for (report, conflict) in self.attributes.iter().flat_map(|r| r.examples.iter().map(move |c| (r, c))) {
            let (attribute, customer, taken) = (&report.attribute, &conflict.customer, &conflict.taken);
            write!(f, "\n{attribute} of {customer}: {}, taken from {taken}", conflict.said())?;
        }
        Ok(())
    }
}
