//! Data health: what is wrong with the data, or may be, before anything is made of it.
//!
//! [`Health::check`] looks at every attribute and every event and changes nothing; what it finds is counted, said in a
//! sentence and graded ([`Severity`]). To act on what it finds, clean the log ([`Clean`](crate::history::Clean)) or
//! read the source otherwise.
//!
//! # When to run it
//!
//! Before the first segmentation of any source, and again whenever the source changes; a study runs it
//! every time. It is no validation: what a source must hold is said by a schema when it is read, and what cannot be
//! read is an error or counted there. Here is what reads well and may be wrong all the same.
//!
//! # What it does not see
//!
//! A wrong unit, a shifted column whose values look right, customers that were never exported.

mod column;
mod events;
mod finding;
mod ids;
mod numbers;
mod print;
mod similar;

pub use column::ColumnHealth;
pub use events::EventsHealth;
pub use finding::{Finding, Issue, Severity};
pub use ids::DuplicateIds;
pub use numbers::NumbersHealth;
pub use similar::SimilarTexts;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::parallel;
use crate::text::counted;
use crate::time::{AsOf, Day};

/// A recipe that checks customers: what counts as nearly constant, how many examples are shown.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::health::{Health, Issue};
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["c-1", "c-2", "c-3", "c-4"])?
///     .with_column("country", Column::texts(["Germany", "germany ", "Germny", "France"]))?
///     .with_column("plan", Column::texts(["free"; 4]))?;
/// let report = Health::new().check(&customers)?;
/// let found: Vec<_> = report.findings.iter().map(|f| (f.about.as_str(), f.issue)).collect();
/// assert_eq!(found, [("country", Issue::SimilarTexts), ("plan", Issue::Constant)]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Cost: a sort of each numeric column; columns are checked in parallel.
#[derive(Clone, Debug)]
pub struct Health {
    nearly_constant: f64,
    examples: usize,
    duplicates: Option<DuplicateIds>,
}

/// What the columns share in a check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) nearly_constant: f64,
    pub(crate) examples: usize,
    pub(crate) as_of: Option<AsOf>,
}

/// Days before this one are older than any customer: a slip, or what a system writes for an unknown day.
pub(crate) fn earliest() -> Day {
    Day::from_days(-25_567) // 1900-01-01
}

/// What a [`Health`] found. It prints as a table of the attributes and a list of the findings.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct HealthReport {
    /// How many customers were checked.
    pub customers: usize,
    /// The day as of which they are seen, if one is set: days after it are in the future.
    pub as_of: Option<Day>,
    /// The attributes, in the order of the table.
    pub columns: Vec<ColumnHealth>,
    /// What they did, if that is known.
    pub events: Option<EventsHealth>,
    /// What was found, the gravest first, then in the order of the table.
    pub findings: Vec<Finding>,
}

impl Default for Health {
    fn default() -> Self {
        Health { nearly_constant: 0.99, examples: 3, duplicates: None }
    }
}

impl Health {
    /// A check with the usual limits: an attribute is nearly constant if 99 % of its values are the same; 3 examples.
    pub fn new() -> Self {
        Health::default()
    }

    /// Sets the share of one value from which on an attribute is nearly constant, above 0.5 and at most 1.
    #[must_use]
    pub fn nearly_constant(mut self, share: f64) -> Self {
        self.nearly_constant = share;
        self
    }

    /// Sets how many examples a finding shows.
    #[must_use]
    pub fn examples(mut self, examples: usize) -> Self {
        self.examples = examples;
        self
    }

    /// Adds the ids that a reader met more than once: a table holds each once, so that only the reader knows.
    #[must_use]
    pub fn duplicate_ids(mut self, duplicates: DuplicateIds) -> Self {
        self.duplicates = Some(duplicates);
        self
    }

    /// Checks customers, their attributes and events.
    ///
    /// # Errors
    /// If the share of [`Health::nearly_constant`] is not above 0.5 and at most 1.
    pub fn check(&self, customers: &Customers) -> Result<HealthReport> {
        if !(self.nearly_constant > 0.5 && self.nearly_constant <= 1.0) {
            return Err(Error::parameter("nearly_constant", "above 0.5 and at most 1", self.nearly_constant));
        }
        let as_of = customers.seen_as_of().ok();
        let rules = Rules { nearly_constant: self.nearly_constant, examples: self.examples, as_of };
        let all: Vec<_> = customers.columns().collect();
        let (columns, (ids, events)) = parallel::join(
            || {
                parallel::map(all.len(), |at| {
                    all.get(at).map(|(attribute, column)| column::check(attribute, column, &rules))
                })
            },
            || {
                parallel::join(
                    || ids::similar_ids(customers.ids(), &rules),
                    || customers.history().map(|history| events::check(customers, history, &rules)),
                )
            },
        );
        let mut findings = Vec::new();
        let currencies = customers.currencies();
        if currencies.len() > 1 {
            let list = currencies.join(", ");
            let sentence = format!("amounts in several currencies: {list}; convert them to one first");
            findings.push(Finding::new("currency", Issue::MixedCurrencies, currencies.len(), sentence));
        }
        findings.extend(self.duplicates.as_ref().and_then(DuplicateIds::finding));
        findings.extend(ids);
        let mut checked = Vec::with_capacity(all.len());
        for (column, found) in columns.into_iter().flatten() {
            findings.extend(found);
            checked.push(column);
        }
        let has_days = checked.iter().any(|column| column.earliest.is_some()) || events.is_some();
        if as_of.is_none() && has_days {
            let sentence = "no day is set as of which they are seen: days in the future were not looked for";
            findings.push(Finding::new("customers", Issue::NoAsOf, customers.len(), sentence));
        }
        let events = events.map(|(events, found)| {
            findings.extend(found);
            events
        });
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity)); // stable
        let as_of = as_of.map(AsOf::day);
        Ok(HealthReport { customers: customers.len(), as_of, columns: checked, events, findings })
    }
}

impl HealthReport {
    /// What is said of the attribute of that name.
    pub fn column(&self, name: &str) -> Option<&ColumnHealth> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The findings about an attribute, `customers`, `events`, `events.amount` and the like.
    pub fn about<'a>(&'a self, about: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |finding| finding.about == about)
    }

    /// The finding of that issue about that attribute, if there is one.
    pub fn finding(&self, about: &str, issue: Issue) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.about == about && finding.issue == issue)
    }

    /// The gravest there is.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// `2 problems, 1 warning and 4 notes`.
    pub fn verdict(&self) -> String {
        let of = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let (problems, warnings, notes) = (of(Severity::Problem), of(Severity::Warning), of(Severity::Note));
        let problems = counted(problems, "problem", "problems");
        format!("{problems}, {} and {}", counted(warnings, "warning", "warnings"), counted(notes, "note", "notes"))
    }
}
