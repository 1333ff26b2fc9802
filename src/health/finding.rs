//! What was found.

use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Severity {
    /// Good to know.
    Note,
    /// Look at it: results may mislead.
    Warning,
    /// Results will be wrong.
    Problem,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Issue {
    /// Amounts are in several currencies.
    MixedCurrencies,
    /// Rows in which something stands that is no value of the kind.
    Invalid,
    /// No row has a value.
    NothingKnown,
    /// Half of the rows or more have no value.
    MostlyAbsent,
    /// Some rows have no value.
    Absent,
    /// Each value is the same.
    Constant,
    /// Nearly each value is the same.
    NearlyConstant,
    /// Each text is another: an id or a name, which forms no segments.
    IdLike,
    /// Texts that are likely meant to be the same.
    SimilarTexts,
    /// Texts that say that there is nothing: `n/a`, `unknown`.
    Placeholders,
    /// Texts that are numbers, all or nearly all of them.
    NumbersAsText,
    /// Numbers far from the others.
    Outliers,
    /// A few large numbers, or a few small ones, outweigh the rest.
    Skewed,
    /// Days or events after the day as of which customers are seen.
    Future,
    /// Days or events before 1900.
    Early,
    /// Days that systems write where none is known: 1900-01-01, 1970-01-01, 9999-12-31.
    DefaultDays,
    /// No day is set as of which customers are seen.
    NoAsOf,
    /// Ids that a reader met more than once.
    DuplicateIds,
    /// Ids that differ in case, spaces or leading zeros alone.
    SimilarIds,
    /// Customers without events.
    WithoutEvents,
    /// Events of customers that are not in the table.
    UnmatchedEvents,
    /// Events that repeat another in all that is known of them.
    DuplicateEvents,
    /// Events that repeat another in instant, kind, item, amount and quantity, and differ in something else.
    RepeatedSales,
    /// Refunds: returns and negative amounts.
    Refunds,
    /// Purchases without an amount.
    NoAmount,
    /// Amounts of zero.
    ZeroAmounts,
    /// Quantities that are zero or negative.
    Quantities,
}

impl Issue {
    /// How grave it is.
    pub const fn severity(self) -> Severity {
        match self {
            Issue::MixedCurrencies | Issue::Invalid => Severity::Problem,
            Issue::Absent
            | Issue::NearlyConstant
            | Issue::IdLike
            | Issue::Outliers
            | Issue::Skewed
            | Issue::NoAsOf
            | Issue::WithoutEvents
            | Issue::RepeatedSales
            | Issue::ZeroAmounts => Severity::Note,
            _ => Severity::Warning,
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// The attribute, or `customers`, `events`, `events.amount`, `events.quantity`.
    pub about: String,
    /// What it is.
    pub issue: Issue,
    /// How many rows, texts or events it is about.
    pub count: usize,
    /// What to read.
    pub sentence: String,
}

impl Finding {
    pub(super) fn new(about: &str, issue: Issue, count: usize, sentence: impl Into<String>) -> Self {
        let (about, sentence) = (about.to_owned(), sentence.into());
        Finding { severity: issue.severity(), about, issue, count, sentence }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Problem => "problem",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.severity, self.about, self.sentence)
    }
}
