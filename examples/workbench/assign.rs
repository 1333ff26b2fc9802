//! `assign --model FILE [--customers FILE --id COL] [--history FILE …] [--as-of DAY] [--explain ID] --json`

use std::path::PathBuf;

use clap::Args;
use segmentry::Result;
use segmentry::segmenter::Segmenter;
use segmentry::study::load_any;
use serde::Serialize;

use crate::common::{LogArguments, ReasonLine, SegmentLine, customers, print, print_json, reason_lines, segment_lines};

#[derive(Args)]
pub struct Arguments {
    /// A saved model
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// A CSV file of customers, one a row
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// Its column of ids
    #[arg(long, value_name = "COL", default_value = "customer")]
    id: String,
    #[command(flatten)]
    log: LogArguments,
    /// Explain where the customer of this id is, in place of the table
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
    /// Print one JSON object with the sizes and each customer's segment
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Assigned {
    customers: usize,
    segments: Vec<SegmentLine>,
    unassigned: usize,
    reasons: Vec<ReasonLine>,
    assignments: Vec<Assignment>,
}

#[derive(Serialize)]
struct Assignment {
    customer: String,
    segment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    use segmentry::segment::Segment;

    let segmenter = load_any(&arguments.model)?;
    let customers = customers(arguments.customers.as_deref(), &arguments.id, &arguments.log)?;
    if let Some(id) = &arguments.explain {
        let explanation = segmenter.explain(&customers.find(id)?)?;
        return if arguments.json { print_json(&explanation) } else { print(&explanation.to_string()) };
    }
    let segmentation = segmenter.segment(&customers)?;
    if !arguments.json {
        return segmentation.write_csv(std::io::stdout().lock());
    }
    let assignments = segmentation.ids().iter().enumerate().map(|(row, id)| Assignment {
        customer: id.to_string(),
        segment: segmentation.get(row).map(|segment| segment.key().into_owned()),
        reason: segmentation.reason(row).map(ToString::to_string),
    });
    print_json(&Assigned {
        customers: segmentation.len(),
        segments: segment_lines(&segmentation, &[]),
        unassigned: segmentation.unassigned(),
        reasons: reason_lines(&segmentation),
        assignments: assignments.collect(),
    })
}
