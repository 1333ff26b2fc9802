//! `place --model FILE --points FILE.csv|.npy [--labels OUT] --json`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use segmentry::cluster::clusters_from_json;
use segmentry::customer::Customers;
use segmentry::model::header;
use segmentry::{Error, Result};
use serde::Serialize;

use crate::common::{print, print_json};
use crate::points::PointsFile;

#[derive(Args)]
pub struct Arguments {
    /// Saved clusters
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Rows of numbers: `.npy`, or CSV with names in its first line
    #[arg(long, value_name = "FILE")]
    points: PathBuf,
    /// Write the cluster of each row, one a line; `-1` is none
    #[arg(long, value_name = "OUT")]
    labels: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Where the rows are.
#[derive(Serialize)]
struct Report {
    rows: usize,
    sizes: Vec<usize>,
    in_none: usize,
    /// The mean distance of rows to their cluster.
    mean_distance: Option<f64>,
    seconds: f64,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let path = &arguments.model;
    let json = std::fs::read_to_string(path).map_err(|error| Error::io(&error).in_file(path.display()))?;
    let kind = header(&json).map_err(|error| error.in_file(path.display()))?.kind;
    let clusters = clusters_from_json(&kind, &json)
        .unwrap_or_else(|| Err(Error::format(format!("`{kind}` is no kind of clusters: `assign` places by it"))))
        .map_err(|error| error.in_file(path.display()))?;
    let wanted = clusters.reads().attributes;
    let file = PointsFile::read(&arguments.points, &wanted)?;
    let customers = Customers::from_matrix(&file.names(), file.rows.view())?;
    let begin = Instant::now();
    let places = clusters.places(&customers)?;
    let seconds = begin.elapsed().as_secs_f64();
    let labels: Vec<Option<usize>> =
        places.iter().map(|place| place.as_ref().and_then(|place| place.cluster)).collect();
    if let Some(path) = &arguments.labels {
        let lines: String =
            labels.iter().map(|label| label.map_or("-1\n".to_owned(), |label| format!("{label}\n"))).collect();
        std::fs::write(path, lines).map_err(|error| Error::io(&error).in_file(path.display()))?;
    }
    let mut sizes = vec![0; clusters.segments().len()];
    labels.iter().flatten().for_each(|label| sizes[*label] += 1);
    let distances: Vec<f64> =
        places.iter().flatten().filter(|place| place.cluster.is_some()).map(|place| place.distance).collect();
    let mean = (!distances.is_empty()).then(|| distances.iter().sum::<f64>() / distances.len() as f64);
    let in_none = labels.iter().filter(|label| label.is_none()).count();
    let report = Report { rows: labels.len(), sizes, in_none, mean_distance: mean, seconds };
    if arguments.json {
        return print_json(&report);
    }
    let lines = report.sizes.iter().enumerate().map(|(at, size)| [format!("{at}"), format!("{size}")]);
    let text = crate::common::table(["cluster", "rows"], lines);
    print(&format!("{text}\n{in_none} rows are in none\n{seconds:.3} s"))
}
