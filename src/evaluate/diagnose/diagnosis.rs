//! What is wrong with a division: the problem, how grave it is, the figures that show it, and what to do next.

use std::fmt;

use crate::health::Severity;
use crate::text;

/// What can be wrong with a division of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Problem {
    /// More segments than there is reason for: some are alike, empty, or too small to act on.
    OverSegmented,
    /// A segment holds groups that differ.
    UnderSegmented,
    /// Too few customers, too short a history or too little known of them.
    InsufficientData,
    /// The rows have no groups of their own: any division is one of many.
    NoStructure,
    /// One attribute decides everything because its numbers are large.
    ScaleDominated,
    /// The segments say little of what the business wants.
    OffGoal,
    /// Another sample of customers would give other segments.
    Unstable,
    /// The segments are those of another segmentation, nearly.
    Redundant,
    /// A few extreme customers make the segments.
    OutlierDriven,
    /// Nothing that is known of prospects says which segment they belong to.
    NotReachable,
}

impl Problem {
    /// All of them.
    pub const ALL: [Problem; 10] = [
        Problem::OverSegmented,
        Problem::UnderSegmented,
        Problem::InsufficientData,
        Problem::NoStructure,
        Problem::ScaleDominated,
        Problem::OffGoal,
        Problem::Unstable,
        Problem::Redundant,
        Problem::OutlierDriven,
        Problem::NotReachable,
    ];

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Problem::OverSegmented => "over-segmented",
            Problem::UnderSegmented => "under-segmented",
            Problem::InsufficientData => "insufficient data",
            Problem::NoStructure => "no structure",
            Problem::ScaleDominated => "dominated by one scale",
            Problem::OffGoal => "off goal",
            Problem::Unstable => "unstable",
            Problem::Redundant => "redundant",
            Problem::OutlierDriven => "driven by outliers",
            Problem::NotReachable => "not reachable",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}

/// In what a figure is counted, which decides how it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Unit {
    /// A part of a whole, from 0 to 1; printed as a percentage.
    Share,
    /// A number of customers, segments or days.
    Count,
    /// How likely chance alone shows as much, from 0 to 1.
    Chance,
    /// A figure without a unit.
    Figure,
}

/// A figure that speaks for or against a division.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Evidence {
    /// What it is.
    pub what: String,
    /// How large it is.
    pub value: f64,
    /// Where it would be a sign of trouble, if it is held against a limit.
    pub limit: Option<f64>,
    /// In what both are counted.
    pub unit: Unit,
}

impl Evidence {
    /// A part of a whole.
    pub(super) fn share(what: impl Into<String>, value: f64) -> Self {
        Evidence { what: what.into(), value, limit: None, unit: Unit::Share }
    }

    /// A number of something.
    pub(super) fn count(what: impl Into<String>, value: usize) -> Self {
        Evidence { what: what.into(), value: value as f64, limit: None, unit: Unit::Count }
    }

    /// How likely chance alone shows as much.
    pub(super) fn chance(what: impl Into<String>, value: f64) -> Self {
        Evidence { what: what.into(), value, limit: None, unit: Unit::Chance }
    }

    /// A figure without a unit.
    pub(super) fn figure(what: impl Into<String>, value: f64) -> Self {
        Evidence { what: what.into(), value, limit: None, unit: Unit::Figure }
    }

    /// The same, held against a limit.
    pub(super) fn limit(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write = |value: f64| match self.unit {
            Unit::Share => format!("{:.1} %", 100.0 * value),
            Unit::Count => text::count(value.max(0.0) as usize),
            // simulated tables end somewhere: nothing is certain
            Unit::Chance if value < 1e-4 => "below 0.0001".to_owned(),
            Unit::Chance | Unit::Figure => text::number(value),
        };
        write!(f, "{} {}", self.what, write(self.value))?;
        match self.limit {
            Some(limit) => write!(f, " (limit {})", write(limit)),
            None => Ok(()),
        }
    }
}

/// A problem that was found.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Diagnosis {
    /// What is wrong.
    pub problem: Problem,
    /// How grave it is.
    pub severity: Severity,
    /// What was seen, in a sentence.
    pub sentence: String,
    /// The keys of the segments it is about; none if it is about all.
    pub segments: Vec<String>,
    /// The figures that show it.
    pub evidence: Vec<Evidence>,
    /// What to do next.
    pub next: String,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Problem => "PROBLEM",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        writeln!(f, "{severity}: {}: {}", self.problem, self.sentence)?;
        for evidence in &self.evidence {
            writeln!(f, "  {evidence}")?;
        }
        write!(f, "  next: {}", self.next)
    }
}
