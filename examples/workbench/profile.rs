//! `profile (--by COL | --model FILE) --customers FILE --id COL [--history FILE …] [--value COL] --json`

use std::path::PathBuf;

use clap::Args;
use segmentry::customer::Customers;
use segmentry::explanation::Reason;
use segmentry::profile::Profiler;
use segmentry::segment::Label;
use segmentry::segmentation::Segmentation;
use segmentry::segmenter::Segmenter;
use segmentry::study::load_any;
use segmentry::value::Kind;
use segmentry::{Error, Result};

use crate::common::{LogArguments, customers, print};

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
    /// Print one JSON object
    #[arg(long)]
    json: bool,
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
    print(&if arguments.json { profile.to_json()? } else { profile.to_string() })
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
