//! What a study found.
//!
//! [`Findings`] are the account of a study that ran, in three parts: what came in (sources, join, health), who is
//! where (a [`Placed`] for each segmenter) and what it took (timings). Print them, read them as fields, write them
//! with [`save`](Findings::save).

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::customer::{Customers, JoinReport};
use crate::error::{Error, Result};
use crate::evaluate::{Goal, SegmentRules, Verdict};
use crate::health::{HealthReport, Severity};
use crate::history::CleanReport;
use crate::lifetime::NewCustomerValue;
use crate::profile::Profile;
use crate::read::ReadReport;
use crate::segment::Label;
use crate::segmentation::Segmentation;
use crate::text;

use super::audiences::AudienceFindings;
use super::recipe::AnySegmenter;
use super::valued::{Retained, Valued};

/// What a study found: customers with all their attributes, who is where, profiles, models, and an account of what
/// was read and left out. It prints, and [`save`](Findings::save) writes it to a folder.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::study::{Ready, Study};
/// use segmentry::tier::Tiers;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bo", "cy"])?
///     .with_column("spend", Column::numbers([900.0, 80.0, 20.0]))?;
/// let worth = Tiers::on("spend").tier("gold", 500.0).otherwise("silver");
/// let study = Study::new("whom to keep").customers("crm", customers).maximize("spend");
/// let findings = study.segmenter("worth", Ready(worth)).run()?;
/// let worth = findings.placed("worth")?;
/// assert_eq!(worth.segmentation.sizes(), [1, 2]);
/// assert_eq!(worth.value_of("gold"), Some(900.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[non_exhaustive]
pub struct Findings {
    /// The study's name.
    pub name: String,
    /// The business question.
    pub question: Option<String>,
    /// The business goal.
    pub goal: Option<Goal>,
    /// What each source gave.
    pub sources: Vec<SourceFinding>,
    /// How the sources went together, if there were several.
    pub join: Option<JoinReport>,
    /// What is to be known of the data before anything is believed.
    pub health: HealthReport,
    /// What the customers are worth, for each step that learnt it.
    pub lifetimes: Vec<Valued>,
    /// How long customers under contract stay, for each step that learnt it.
    pub contracts: Vec<Retained>,
    /// What new customers are worth in their first days, if that was asked for.
    pub new_customers: Option<NewCustomerValue>,
    /// The customers, with derived attributes.
    pub customers: Customers,
    /// Who is in which audience, if the study has audiences.
    pub audiences: Option<AudienceFindings>,
    /// Each segmenter with what it answered, in the order of the study.
    pub placed: Vec<Placed>,
    /// How long each step took.
    pub timings: Vec<Timing>,
}

/// What a source gave.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SourceFinding {
    /// The source's name.
    pub name: String,
    /// What was read, if it was a file.
    pub read: Option<ReadReport>,
    /// What was left out or changed in cleaning.
    pub cleaned: Option<CleanReport>,
    /// Its customers.
    pub customers: usize,
    /// Its events.
    pub events: usize,
    /// Its items.
    pub items: usize,
}

/// A segmenter and what it answered.
#[derive(Clone)]
#[non_exhaustive]
pub struct Placed {
    /// The segmenter's name in the study.
    pub name: String,
    /// The segmenter; places strangers from what the sources know of them.
    pub segmenter: AnySegmenter,
    /// Who is where.
    pub segmentation: Segmentation<Label>,
    /// What each segment looks like, if that was asked for.
    pub profile: Option<Profile>,
    /// The saved model.
    pub model: String,
    /// What is wrong with it, if that was asked for.
    pub verdict: Option<Verdict>,
    /// Its segments in rules, if that was asked for.
    pub rules: Option<SegmentRules>,
}

impl Placed {
    /// The sum of the value attribute over the segment of that key, if a profile has it.
    pub fn value_of(&self, segment: &str) -> Option<f64> {
        self.profile.as_ref()?.segment(segment).ok()?.value.as_ref()?.sum
    }
}

/// How long a step took.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Timing {
    /// The step: `read purchases`, `segment rfm`.
    pub step: String,
    /// How long it took.
    pub seconds: f64,
}

impl Timing {
    pub(super) fn new(step: String, took: Duration) -> Self {
        Timing { step, seconds: took.as_secs_f64() }
    }
}

impl Findings {
    /// What the segmenter of that name answered.
    ///
    /// # Errors
    /// If there is no segmenter of that name.
    pub fn placed(&self, name: &str) -> Result<&Placed> {
        self.placed.iter().find(|placed| placed.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.placed.iter().map(|placed| placed.name.as_str()).collect();
            Error::definition(format!("no segmenter `{name}`: there are `{}`", known.join("`, `")))
        })
    }

    /// Who is where, by the segmenter of that name.
    ///
    /// # Errors
    /// If there is no segmenter of that name.
    pub fn segmentation(&self, name: &str) -> Result<&Segmentation<Label>> {
        Ok(&self.placed(name)?.segmentation)
    }

    /// How long it took in all, in seconds.
    pub fn seconds(&self) -> f64 {
        self.timings.iter().map(|timing| timing.seconds).sum()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name)?;
        if let Some(question) = &self.question {
            writeln!(f, "{question}")?;
        }
        writeln!(f)?;
        if self.placed.iter().any(|placed| placed.verdict.is_some()) {
            writeln!(f, "== verdicts ==")?;
            for (placed, verdict) in self.placed.iter().filter_map(|placed| Some((placed, placed.verdict.as_ref()?))) {
                write!(f, "\n{}: {verdict}", placed.name)?;
            }
            writeln!(f, "\n== data ==\n")?;
        }
        for source in &self.sources {
            let SourceFinding { name, customers, events, items, .. } = source;
            write!(f, "source {name}: {} customers", text::count(*customers))?;
            for (count, what) in [(*events, "events"), (*items, "items")] {
                if count > 0 {
                    write!(f, ", {} {what}", text::count(count))?;
                }
            }
            if let Some(read) = &source.read {
                write!(f, "; {} rows read", text::count(read.rows))?;
                for (count, what) in [
                    (read.skipped, "not readable"),
                    (read.without_customer, "without a customer"),
                    (read.duplicates, "of a customer that was there"),
                ] {
                    if count > 0 {
                        write!(f, ", {} {what}", text::count(count))?;
                    }
                }
            }
            writeln!(f)?;
            if let Some(cleaned) = &source.cleaned {
                writeln!(f, "{}", indented(&cleaned.to_string()))?;
            }
        }
        if let Some(join) = &self.join {
            writeln!(f, "\n{join}")?;
        }
        write!(f, "\n{} customers", text::count(self.customers.len()))?;
        if let Ok(as_of) = self.customers.seen_as_of() {
            write!(f, ", seen as of {}", as_of.day())?;
        }
        match &self.goal {
            Some(goal) => writeln!(f, ", {goal}")?,
            None => writeln!(f)?,
        }
        writeln!(f, "\ndata: {}", self.health.verdict())?;
        for finding in self.health.findings.iter().filter(|finding| finding.severity > Severity::Note) {
            writeln!(f, "  {finding}")?;
        }
        for valued in &self.lifetimes {
            write!(f, "\n== {} ==\n\n{valued}", valued.name)?;
        }
        for retained in &self.contracts {
            write!(f, "\n== {} ==\n\n{retained}", retained.name)?;
        }
        if let Some(value) = &self.new_customers {
            writeln!(f, "\n== new customers ==\n\n{}", value.to_string().trim_end())?;
        }
        if let Some(audiences) = &self.audiences {
            write!(f, "\n== audiences ==\n\n{audiences}")?;
        }
        for placed in &self.placed {
            writeln!(f, "\n== {} ==\n", placed.name)?;
            match &placed.profile {
                Some(profile) => writeln!(f, "{}", profile.to_string().trim_end())?,
                None => sizes(f, &placed.segmentation)?,
            }
            if let Some(rules) = &placed.rules {
                writeln!(f, "{}\n", rules.to_string().trim_end())?;
            }
            for (reason, customers) in placed.segmentation.reasons() {
                writeln!(f, "unassigned: {} customers, {reason}", text::count(customers))?;
            }
            for note in placed.segmenter.notes() {
                writeln!(f, "note: {note}")?;
            }
        }
        Ok(())
    }
}

fn sizes(f: &mut fmt::Formatter<'_>, segmentation: &Segmentation<Label>) -> fmt::Result {
    use crate::segment::Segment;
    use text::{Align, Table};
    let mut table = Table::new([("segment", Align::Left), ("customers", Align::Right), ("share", Align::Right)]);
    for (segment, size) in segmentation.segments().iter().zip(segmentation.sizes()) {
        table.row([segment.label().into_owned(), text::count(size), text::share(size, segmentation.len())]);
    }
    writeln!(f, "{table}")
}

fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
