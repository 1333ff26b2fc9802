//! Findings go to a folder.
//!
//! A folder is what people hand on: `findings.txt` is read, `findings.json` and the CSV files are for programs, the
//! models place next month's customers. Each file is written whole or not at all; a save that is stopped half-way
//! leaves files that are complete, and fewer of them.
//!
//! | file | who reads it |
//! | --- | --- |
//! | `findings.txt` | people |
//! | `findings.json` | a dashboard, a test that compares runs |
//! | `health.txt`, `health.json` | whoever answers for the data |
//! | `NAME.csv` | the mail tool, the CRM: a row a customer |
//! | `NAME.profile.csv`, `NAME.profile.json` | spreadsheets, programs |
//! | `NAME.model.json` | [`load_any`](super::load_any) |
//! | `NAME.lifetimes.json` | [`model::load`]: what was learnt of the value of customers |
//! | `NAME.contracts.json` | [`model::load`]: what was learnt of how long customers stay |
//! | `NAME.values.csv` | spreadsheets, the CRM: what each customer is worth, of either of the two |
//! | `NAME.rules` | whoever edits rules: the segments as a rule list, where that was asked for |

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::evaluate::{Goal, SegmentRules, Verdict};
use crate::lifetime::{ATTRIBUTES, CONTRACT_ATTRIBUTES, NewCustomerValue};
use crate::model;
use crate::rules::{Definitions, Expression, Oddity};
use crate::segment::Segment;
use crate::text::write_whole;

use super::audiences::{AudienceLine, IntersectionLine};
use super::findings::{Findings, SourceFinding, Timing};
use super::valued::{Retained, Valued, values_csv};

/// `findings.json`: what programs read.
///
/// Figures and names; who is where stands in the tables beside it.
#[derive(Serialize)]
struct Summary<'a> {
    name: &'a str,
    question: Option<&'a str>,
    goal: Option<&'a Goal>,
    as_of: Option<String>,
    customers: usize,
    sources: &'a [SourceFinding],
    #[serde(skip_serializing_if = "Option::is_none")]
    audiences: Option<AudienceSummary<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    lifetimes: &'a [Valued],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    contracts: &'a [Retained],
    #[serde(skip_serializing_if = "Option::is_none")]
    new_customers: Option<&'a NewCustomerValue>,
    segmentations: Vec<SegmentationSummary<'a>>,
    timings: &'a [Timing],
}

/// Sizes, and who is in exactly which audiences.
#[derive(Serialize)]
struct AudienceSummary<'a> {
    sizes: Vec<AudienceLine>,
    intersections: Vec<IntersectionLine>,
    oddities: &'a [Oddity],
}

/// Counts of rows; shares are by weight where customers have weights.
#[derive(Serialize)]
struct SegmentationSummary<'a> {
    name: &'a str,
    segments: Vec<SegmentSummary>,
    unassigned: usize,
    reasons: Vec<(String, usize)>,
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'a Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'a SegmentRules>,
}

/// `name` is the segment's key.
#[derive(Serialize)]
struct SegmentSummary {
    name: String,
    label: String,
    customers: usize,
    share: f64,
    /// The sum of the value attribute, if there is one.
    value: Option<f64>,
}

impl Findings {
    /// The findings in one JSON object: name, goal, sources with what was left out, and each segmentation with its
    /// segments' customers, shares and value.
    ///
    /// # Errors
    /// If a figure is no number that JSON has.
    pub fn to_json(&self) -> Result<String> {
        let segmentations = self.placed.iter().map(|placed| {
            let segmentation = &placed.segmentation;
            let (sizes, shares) = (segmentation.sizes(), segmentation.shares());
            let segments = segmentation.segments().iter().zip(sizes.into_iter().zip(shares));
            SegmentationSummary {
                name: &placed.name,
                segments: segments
                    .map(|(segment, (customers, share))| SegmentSummary {
                        name: segment.key().into_owned(),
                        label: segment.label().into_owned(),
                        customers,
                        share,
                        value: placed.value_of(&segment.key()),
                    })
                    .collect(),
                unassigned: segmentation.unassigned(),
                reasons: segmentation.reasons().into_iter().map(|(reason, n)| (reason.to_string(), n)).collect(),
                notes: placed.segmenter.notes(),
                verdict: placed.verdict.as_ref(),
                rules: placed.rules.as_ref(),
            }
        });
        let summary = Summary {
            name: &self.name,
            question: self.question.as_deref(),
            goal: self.goal.as_ref(),
            as_of: self.customers.seen_as_of().ok().map(|as_of| as_of.day().to_string()),
            customers: self.customers.len(),
            sources: &self.sources,
            audiences: self.audiences.as_ref().map(|found| AudienceSummary {
                sizes: found.lines(),
                intersections: found.intersections(),
                oddities: &found.oddities,
            }),
            lifetimes: &self.lifetimes,
            contracts: &self.contracts,
            new_customers: self.new_customers.as_ref(),
            segmentations: segmentations.collect(),
            timings: &self.timings,
        };
        json(&summary)
    }

    /// Writes everything to a folder, which is made if it is not there: `findings.txt` and `findings.json`, `health.txt` and
    /// `health.json` (the state of the data), and for each
    /// segmenter `NAME.csv` (who is where), `NAME.profile.csv`, `NAME.profile.json`, `NAME.model.json` and, where rules were asked for, `NAME.rules`; for each step that learnt what customers are worth
    /// `NAME.lifetimes.json`, for each that learnt how long they stay under contract `NAME.contracts.json`, and for both
    /// `NAME.values.csv` (what each customer is worth). Gives the files in the order in which they were written.
    ///
    /// Files that are there already are replaced; others in the folder are left alone.
    ///
    /// # Errors
    /// If the system refuses, with the file.
    pub fn save(&self, folder: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
        let folder = folder.as_ref();
        std::fs::create_dir_all(folder).map_err(|error| Error::io(&error).in_file(folder.display()))?;
        let mut written = Vec::new();
        let mut write = |name: String, text: &[u8]| {
            let path = folder.join(name);
            write_whole(&path, text)?;
            written.push(path);
            Ok::<(), Error>(())
        };
        write("findings.txt".to_owned(), self.to_string().as_bytes())?;
        write("findings.json".to_owned(), self.to_json()?.as_bytes())?;
        write("health.txt".to_owned(), self.health.to_string().as_bytes())?;
        write("health.json".to_owned(), json(&self.health)?.as_bytes())?;
        for valued in &self.lifetimes {
            let name = format!("{}.lifetimes.json", file_name(&valued.name));
            write(name, model::to_json(&valued.model)?.as_bytes())?;
            let table = values_csv(&self.customers, &ATTRIBUTES)?;
            write(format!("{}.values.csv", file_name(&valued.name)), table.as_bytes())?;
        }
        for retained in &self.contracts {
            let name = format!("{}.contracts.json", file_name(&retained.name));
            write(name, model::to_json(&retained.model)?.as_bytes())?;
            let table = values_csv(&self.customers, &CONTRACT_ATTRIBUTES)?;
            write(format!("{}.values.csv", file_name(&retained.name)), table.as_bytes())?;
        }
        for placed in &self.placed {
            let name = file_name(&placed.name);
            let mut table = Vec::new();
            placed.segmentation.write_csv(&mut table)?;
            write(format!("{name}.csv"), &table)?;
            if let Some(profile) = &placed.profile {
                write(format!("{name}.profile.csv"), profile.to_csv().as_bytes())?;
                write(format!("{name}.profile.json"), profile.to_json()?.as_bytes())?;
            }
            write(format!("{name}.model.json"), placed.model.as_bytes())?;
            if let Some(rules) = &placed.rules {
                let list = rules.expression(&placed.name)?;
                write(format!("{name}.rules"), Definitions::new().rules(list).to_string().as_bytes())?;
            }
        }
        Ok(written)
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|error| Error::format(error.to_string()))
}

/// A name that every system takes for a file's.
///
/// Two names that differ in such characters alone would write the same file: give segmenters plain names.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '_' || c == '-' { c } else { '_' }).collect()
}
