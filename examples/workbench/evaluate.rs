//! `evaluate --points FILE.csv|.npy --labels FILE [--reference FILE] [--indices NAME,NAME|all] --json`

use std::path::PathBuf;

use clap::Args;
use segmentry::Result;
use segmentry::cluster::Points;
use segmentry::evaluate::{Agreements, Contingency, Division, Index, Indices, Partition, SilhouetteSample, silhouette};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::common::{print, print_json};
use crate::points::{PointsFile, labels};

/// With more rows than these the silhouette is that of a sample, with its interval.
const EXACT: usize = 50_000;

#[derive(Args)]
pub struct Arguments {
    /// Rows of numbers: `.npy`, or CSV with names in its first line
    #[arg(long, value_name = "FILE")]
    points: PathBuf,
    /// The columns of a CSV file that are used; all unless given
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    columns: Vec<String>,
    /// The cluster of each row, one a line; `-1` is none
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// Groups that are known, one a line, to compare with
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// The figures: `silhouette`, `davies_bouldin` …, or `all`; the usual ones unless given
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    indices: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// How good the division is.
#[derive(Serialize)]
struct Report {
    rows: usize,
    columns: usize,
    groups: usize,
    sizes: Vec<usize>,
    in_none: usize,
    /// The mean silhouette; null where it is not defined.
    silhouette: Option<f64>,
    /// Of a sample: the ends of its interval at 95 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    silhouette_interval: Option<(f64, f64)>,
    /// The mean silhouette of each group, of all rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    silhouettes: Vec<f64>,
    /// Figures of rows and groups alone, null where not defined.
    internal: Map<String, Value>,
    /// Figures of agreement with the reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    external: Option<Map<String, Value>>,
    /// Why figures are not defined.
    undefined: Map<String, Value>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let file = PointsFile::read(&arguments.points, &arguments.columns)?;
    let points = Points::new(file.rows.view());
    let partition = Partition::of_some(labels(&arguments.labels)?)?;
    let division = Division::new(&points, &partition).map_err(|error| match error.place().row {
        Some(_) => error.in_file(arguments.points.display()),
        None => error.in_file(arguments.labels.display()),
    })?;
    let indices = Indices::of(&division, &arguments.indices()?);
    let agreements = match &arguments.reference {
        None => None,
        Some(path) => {
            let known = Partition::of_some(labels(path)?)?;
            let table = Contingency::new(&known, &partition).map_err(|error| error.in_file(path.display()))?;
            Some((Agreements::all(&table), table))
        }
    };
    let mut report = Report {
        rows: points.len(),
        columns: points.dimensions(),
        groups: partition.groups(),
        sizes: partition.sizes().to_vec(),
        in_none: partition.in_none(),
        silhouette: None,
        silhouette_interval: None,
        silhouettes: Vec::new(),
        internal: Map::new(),
        external: None,
        undefined: Map::new(),
    };
    let mut text = String::new();
    if points.len() <= EXACT {
        match silhouette(&division) {
            Ok(found) => {
                report.silhouette = Some(found.mean());
                report.silhouettes = found.groups().iter().map(|group| group.mean).collect();
                text = found.to_string();
            }
            Err(error) => report.not_defined("silhouette", &error.to_string()),
        }
    } else {
        match SilhouetteSample::new().estimate(&division) {
            Ok(found) => {
                report.silhouette = Some(found.mean());
                report.silhouette_interval = Some(found.interval());
                text = found.to_string();
            }
            Err(error) => report.not_defined("silhouette", &error.to_string()),
        }
    }
    for (index, found) in indices.iter() {
        report.internal.insert(index.name().to_owned(), json!(found.as_ref().ok()));
        if let Err(error) = found {
            report.not_defined(index.name(), &error.to_string());
        }
    }
    text.push_str(&format!("\n\n{indices}"));
    if let Some((agreements, table)) = &agreements {
        let mut external = Map::new();
        for agreed in &agreements.figures {
            external.insert(agreed.figure.name().to_owned(), json!(agreed.value));
            if let Some(why) = &agreed.undefined {
                report.not_defined(agreed.figure.name(), why);
            }
        }
        report.external = Some(external);
        text.push_str(&format!("\n\n{table}\n\n{agreements}"));
    }
    if arguments.json { print_json(&report) } else { print(text.trim_start()) }
}

impl Report {
    fn not_defined(&mut self, figure: &str, why: &str) {
        self.undefined.insert(figure.to_owned(), json!(why));
    }
}

impl Arguments {
    /// The figures that are asked for.
    fn indices(&self) -> Result<Vec<Index>> {
        match self.indices.as_slice() {
            [] => Ok(Index::USUAL.to_vec()),
            [all] if all == "all" => Ok(Index::ALL.to_vec()),
            named => named.iter().map(|name| name.parse()).collect(),
        }
    }
}
