//! The criteria that textbooks ask of segments, answered from data.
//!
//! P. Kotler and K. L. Keller (Marketing Management, chapter on segments and targets) ask that segments be measurable,
//! substantial, accessible, differentiable and actionable; others drop one or call it otherwise. Textbooks leave it to the
//! reader to nod. Here each criterion has figures and a grade, and one that nobody asked data about is not known.

use std::fmt;

use crate::text::{Align, Table};

use super::diagnosis::Evidence;

/// What textbooks ask of segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Quality {
    /// It is known of customers in which segment they are.
    Measurable,
    /// Segments are large enough.
    Substantial,
    /// Members can be found by what is known of people from outside.
    Reachable,
    /// Segments differ from each other.
    Distinct,
    /// To treat segments differently moves what the business wants.
    Actionable,
}

impl Quality {
    /// All of them, in the order of the textbooks.
    pub const ALL: [Quality; 5] =
        [Quality::Measurable, Quality::Substantial, Quality::Reachable, Quality::Distinct, Quality::Actionable];

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Quality::Measurable => "measurable",
            Quality::Substantial => "substantial",
            Quality::Reachable => "reachable",
            Quality::Distinct => "distinct",
            Quality::Actionable => "actionable",
        }
    }
}

/// How far a criterion is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Grade {
    /// Nobody asked data about it.
    NotKnown,
    /// Not.
    NotMet,
    /// Of some segments, or hardly.
    Partly,
    /// Wholly.
    Met,
}

impl Grade {
    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Grade::NotKnown => "not known",
            Grade::NotMet => "no",
            Grade::Partly => "partly",
            Grade::Met => "yes",
        }
    }

    /// Met from the upper limit on, partly from the lower.
    pub(super) fn of(value: f64, partly: f64, met: f64) -> Self {
        match value {
            value if value >= met => Grade::Met,
            value if value >= partly => Grade::Partly,
            _ => Grade::NotMet,
        }
    }
}

/// One line of the score card.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Scored {
    /// The criterion.
    pub quality: Quality,
    /// How far it is met.
    pub grade: Grade,
    /// The figures of which the grade is made.
    pub evidence: Vec<Evidence>,
}

/// The criteria of the textbooks, each with grade and figures.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct ScoreCard(Vec<Scored>);

impl ScoreCard {
    /// The marks that checks gave, and what they did not ask about.
    pub(super) fn of(mut marks: Vec<Scored>) -> Self {
        for quality in Quality::ALL {
            if !marks.iter().any(|mark| mark.quality == quality) {
                marks.push(Scored { quality, grade: Grade::NotKnown, evidence: Vec::new() });
            }
        }
        marks.sort_by_key(|mark| mark.quality);
        ScoreCard(marks)
    }

    /// A line for each criterion, in the order of [`Quality::ALL`].
    pub fn marks(&self) -> &[Scored] {
        &self.0
    }

    /// How far a criterion is met.
    pub fn grade(&self, quality: Quality) -> Grade {
        self.0.iter().find(|mark| mark.quality == quality).map_or(Grade::NotKnown, |mark| mark.grade)
    }
}

impl fmt::Display for ScoreCard {
    /// A table: the criterion, the grade, the figures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new([("the segments are", Align::Left), ("", Align::Left), ("because", Align::Left)]);
        for mark in &self.0 {
            let evidence: Vec<String> = mark.evidence.iter().map(ToString::to_string).collect();
            table.row([mark.quality.title().to_owned(), mark.grade.title().to_owned(), evidence.join("; ")]);
        }
        table.fmt(f)
    }
}
