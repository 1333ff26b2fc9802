//! `profile (--by COL | --model FILE) --customers FILE --id COL [--history FILE …] [--value COL] [--differences] [--rules LEAVES [--save-rules OUT]] --json`

use std::path::PathBuf;

use clap::Args;
use segmentry::customer::Customers;
use segmentry::evaluate::{SegmentRules, Surrogate};
use segmentry::explanation::Reason;
use segmentry::profile::{DifferenceTable, Differences, Enrichment, EnrichmentTable, Profile, Profiler};
use segmentry::rules::{Definitions, Expression};
use segmentry::segment::Label;
use segmentry::segmentation::Segmentation;
use segmentry::segmenter::Segmenter;
use segmentry::study::load_any;
use segmentry::value::Kind;
use segmentry::{Error, Result};
use serde::Serialize;

use crate::common::{LogArguments, customers, print, print_json};

#[derive(Args)]
pub struct Arguments {
    /// A column that says the segment
    #[arg(long, value_name = "COL", conflicts_with = "model", required_unless_present = "model")]
    by: Option<String>,
    /// A saved model that does
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// A CSV file of customers, one a row
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// Its column of ids
    #[arg(long, value_name = "COL", default_value = "customer")]
    id: String,
    #[command(flatten)]
    log: LogArguments,
    /// The column of value, of which each segment's share is told
    #[arg(long, value_name = "COL")]
    value: Option<String>,
    /// Test by which attributes the segments differ, and which texts are frequent in which
    #[arg(long)]
    differences: bool,
    /// Describe the segments in rules of at most so many leaves
    #[arg(long, value_name = "LEAVES")]
    rules: Option<usize>,
    /// Write these rules as a rule list that can be edited
    #[arg(long, value_name = "OUT", requires = "rules")]
    save_rules: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A profile with what else was asked for.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    profile: &'a Profile,
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<&'a DifferenceTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enrichment: Option<&'a EnrichmentTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'a SegmentRules>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let customers = customers(arguments.customers.as_deref(), &arguments.id, &arguments.log)?;
    let segmentation = match (&arguments.by, &arguments.model) {
        (Some(column), _) => by_column(&customers, column)?,
        (None, Some(path)) => load_any(path)?.segment(&customers)?,
        (None, None) => return Err(Error::definition("name `--by COL` or `--model FILE`")),
    };
    let mut profiler = Profiler::new();
    if let Some(value) = &arguments.value {
        profiler = profiler.value(value);
    }
    let profile = profiler.profile(&customers, &segmentation)?;
    let (mut differences, mut enrichment) = (None, None);
    if arguments.differences {
        let made = arguments.by.iter().cloned();
        differences = Some(Differences::new().made_by(made).of(&customers, &segmentation)?);
        // customers of whom only numbers are known have no texts
        enrichment = Enrichment::new().of(&customers, &segmentation).ok();
    }
    let rules = match arguments.rules {
        None => None,
        Some(leaves) => {
            let asked = Surrogate::new().leaves(leaves).without(arguments.by.iter().cloned());
            Some(asked.of(&customers, &segmentation)?)
        }
    };
    if let (Some(path), Some(rules)) = (&arguments.save_rules, &rules) {
        let text = Definitions::new().rules(rules.expression("segments")?).to_string();
        std::fs::write(path, text).map_err(|error| Error::io(&error).in_file(path.display()))?;
    }
    if arguments.json {
        let (differences, enrichment) = (differences.as_ref(), enrichment.as_ref());
        return print_json(&Report { profile: &profile, differences, enrichment, rules: rules.as_ref() });
    }
    let parts = [
        Some(profile.to_string()),
        differences.map(|found| found.to_string()),
        enrichment.map(|found| found.to_string()),
        rules.map(|found| found.to_string()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().map(|part| part.trim_end().to_owned()).collect();
    print(&parts.join("\n\n"))
}

/// Each text of a column as a segment, in order of first appearance.
fn by_column(customers: &Customers, name: &str) -> Result<Segmentation<Label>> {
    let column = customers.column(name)?;
    let wrong = || Error::wrong_kind(name, column.kind(), Kind::Text.to_string());
    let (_, texts) = column.codes().ok_or_else(wrong)?;
    let segments: Vec<Label> = texts.iter().map(|text| Label::new(text).named(text)).collect();
    let place = |row: usize| {
        let value = column.value(row);
        let code = value.text().and_then(|text| texts.code(text));
        code.map(|code| code as usize).ok_or_else(|| Reason::of(name, value).unwrap_or(Reason::NoMatch))
    };
    Segmentation::new(customers, segments, (0..customers.len()).map(place))
}
