//! All that was found out about a division: problems first, what was looked at, and the score card.

use std::fmt;

use crate::evaluate::Aligned;
use crate::health::Severity;

use super::diagnosis::{Diagnosis, Evidence, Problem};
use super::score_card::{Grade, Quality, ScoreCard, Scored};

/// What came of looking for one problem.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Check {
    /// What was looked for.
    pub problem: Problem,
    /// The figures, whatever they say; the same as those of the diagnoses where there are any.
    pub evidence: Vec<Evidence>,
    /// Why it could not be looked at, or not wholly; `None` if it was.
    pub not_asked: Option<String>,
}

impl Check {
    /// Nothing looked at yet.
    pub(super) fn new(problem: Problem) -> Self {
        Check { problem, evidence: Vec::new(), not_asked: None }
    }

    /// It was not looked at, and why.
    pub(super) fn not_asked(problem: Problem, why: impl Into<String>) -> Self {
        Check { problem, evidence: Vec::new(), not_asked: Some(why.into()) }
    }
}

/// A check with the problems that it found.
pub(super) struct Looked {
    pub(super) check: Check,
    pub(super) found: Vec<Diagnosis>,
    pub(super) marks: Vec<Scored>,
    pub(super) alignment: Option<Aligned>,
}

impl From<Check> for Looked {
    fn from(check: Check) -> Self {
        Looked { check, found: Vec::new(), marks: Vec::new(), alignment: None }
    }
}

impl Looked {
    /// Looking for this problem begins.
    pub(super) fn begin(problem: Problem) -> Self {
        Check::new(problem).into()
    }

    /// A figure that was looked at.
    pub(super) fn see(&mut self, evidence: Evidence) -> Evidence {
        self.check.evidence.push(evidence.clone());
        evidence
    }

    /// A criterion of the score card was answered.
    pub(super) fn mark(&mut self, quality: Quality, grade: Grade, evidence: Vec<Evidence>) {
        self.marks.push(Scored { quality, grade, evidence });
    }

    /// A problem was found.
    pub(super) fn find(
        &mut self,
        severity: Severity,
        sentence: impl Into<String>,
        evidence: Vec<Evidence>,
        next: impl Into<String>,
    ) -> &mut Diagnosis {
        self.found.push(Diagnosis {
            problem: self.check.problem,
            severity,
            sentence: sentence.into(),
            segments: Vec::new(),
            evidence,
            next: next.into(),
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }
}

/// What [`Diagnose`](super::Diagnose) says of a division.
///
/// Printed it is what a reader needs in this order: a line that names the problems, each problem with figures and the next
/// step, what was not looked at and why, what the segments say of the goal, and the score card. Notes are no problems:
/// [`has`](Verdict::has) and [`summary`](Verdict::summary) leave them out.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Verdict {
    /// The problems, the gravest first.
    pub diagnoses: Vec<Diagnosis>,
    /// What was looked for, with the figures.
    pub checks: Vec<Check>,
    /// What textbooks ask of segments, answered from data.
    pub score_card: ScoreCard,
    /// What the segments say of the goal, if there is one.
    pub alignment: Option<Aligned>,
}

impl Verdict {
    /// The diagnoses of a problem, gravest first.
    pub fn of(&self, problem: Problem) -> impl Iterator<Item = &Diagnosis> {
        self.diagnoses.iter().filter(move |diagnosis| diagnosis.problem == problem)
    }

    /// Whether a problem was found, as a warning or worse.
    pub fn has(&self, problem: Problem) -> bool {
        self.of(problem).any(|diagnosis| diagnosis.severity > Severity::Note)
    }

    /// What came of looking for a problem.
    pub fn check(&self, problem: Problem) -> Option<&Check> {
        self.checks.iter().find(|check| check.problem == problem)
    }

    /// One line: how many problems, and what they are.
    pub fn summary(&self) -> String {
        let mut named: Vec<Problem> = Vec::new();
        for diagnosis in self.diagnoses.iter().filter(|diagnosis| diagnosis.severity > Severity::Note) {
            if !named.contains(&diagnosis.problem) {
                named.push(diagnosis.problem);
            }
        }
        let looked = self.checks.iter().filter(|check| check.not_asked.is_none()).count();
        if named.is_empty() {
            return format!("nothing found against it in {looked} of {} checks", self.checks.len());
        }
        named.iter().map(|problem| problem.title()).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "verdict: {}", self.summary())?;
        for diagnosis in &self.diagnoses {
            writeln!(f, "{diagnosis}")?;
        }
        let unasked: Vec<String> = self
            .checks
            .iter()
            .filter_map(|check| Some(format!("{} ({})", check.problem, check.not_asked.as_ref()?)))
            .collect();
        if !unasked.is_empty() {
            writeln!(f, "not looked at: {}", unasked.join("; "))?;
        }
        if let Some(alignment) = &self.alignment {
            writeln!(f, "\n{}", alignment.sentence())?;
        }
        writeln!(f, "\n{}", self.score_card)
    }
}
