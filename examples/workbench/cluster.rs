//! `cluster --points FILE.csv|.npy --method NAME --k K [--start FILE] [--iterations N --tolerance T --seed S --restarts R]
//! [--labels OUT] [--model OUT] --json`

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use segmentry::cluster::{AnyMethod, Points};
use segmentry::features::encoding::Meaning;
use segmentry::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::common::{note, print, print_json, table, with_bar};
use crate::points::{PointsFile, key_value};

#[derive(Args)]
pub struct Arguments {
    /// Rows of numbers: `.npy`, or CSV with names in its first line
    #[arg(long, value_name = "FILE")]
    points: PathBuf,
    /// The columns of a CSV file that are used; all unless given
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    columns: Vec<String>,
    /// The columns that are codes of categories: 0, 1, 2 …
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    categories: Vec<String>,
    /// The method: `k_means`, `mixture`, `hdbscan` …
    #[arg(long, value_name = "NAME", default_value = "k_means")]
    method: String,
    /// How many clusters
    #[arg(long, value_name = "K")]
    k: Option<usize>,
    /// Centroids to start from, as rows of numbers
    #[arg(long, value_name = "FILE")]
    start: Option<PathBuf>,
    /// At most so many iterations
    #[arg(long, value_name = "N")]
    iterations: Option<usize>,
    /// What is small enough to stop
    #[arg(long, value_name = "T")]
    tolerance: Option<f64>,
    /// Where random numbers begin
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// How many starts, of which the best is kept
    #[arg(long, value_name = "R")]
    restarts: Option<usize>,
    /// Any other setting of the method, as JSON: `shape="tied"`, `neighbours=5`
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Write the cluster of each row, one a line; `-1` is none
    #[arg(long, value_name = "OUT")]
    labels: Option<PathBuf>,
    /// Save the model
    #[arg(long, value_name = "OUT")]
    model: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What was found.
#[derive(Serialize)]
struct Report {
    method: String,
    rows: usize,
    columns: usize,
    clusters: usize,
    sizes: Vec<f64>,
    in_none: usize,
    /// `inertia`, or what the method makes small or large.
    #[serde(flatten)]
    objective: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iterations: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    converged: Option<bool>,
    /// Of the fit alone.
    seconds: f64,
    notes: Vec<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let file = PointsFile::read(&arguments.points, &arguments.columns)?;
    let method = AnyMethod::read(&arguments.method, Value::Object(arguments.settings()?))?;
    let meanings: Vec<Meaning> = file.columns.iter().map(|name| arguments.meaning(name)).collect();
    let mut points = Points::new(file.rows.view());
    if !arguments.categories.is_empty() {
        points = points.meanings(&meanings);
    }
    let begin = Instant::now();
    let found = with_bar(|progress| method.find(&points, progress))?;
    let seconds = begin.elapsed().as_secs_f64();
    if let Some(path) = &arguments.labels {
        let lines: String =
            found.labels.iter().map(|label| label.map_or("-1\n".to_owned(), |label| format!("{label}\n"))).collect();
        let written = std::fs::File::create(path).and_then(|mut out| out.write_all(lines.as_bytes()));
        written.map_err(|error| Error::io(&error).in_file(path.display()))?;
    }
    if let Some(path) = &arguments.model {
        let json = found.to_json(&file.names(), &points)?;
        std::fs::write(path, json).map_err(|error| Error::io(&error).in_file(path.display()))?;
    }
    let report = Report {
        method: arguments.method.clone(),
        rows: points.len(),
        columns: points.dimensions(),
        clusters: found.sizes.len(),
        sizes: found.sizes.clone(),
        in_none: found.labels.iter().filter(|label| label.is_none()).count(),
        objective: found.objective.map(|(name, value)| (name.to_owned(), json!(value))).into_iter().collect(),
        iterations: found.iterations,
        converged: found.converged,
        seconds,
        notes: found.notes.clone(),
    };
    if arguments.json {
        return print_json(&report);
    }
    found.notes.iter().for_each(|text| note(text));
    print(&report.to_text())
}

impl Arguments {
    /// The settings of the method, as its setters are called.
    fn settings(&self) -> Result<Map<String, Value>> {
        let mut settings = Map::new();
        let given = [
            ("k", self.k.map(|k| json!(k))),
            ("iterations", self.iterations.map(|n| json!(n))),
            ("tolerance", self.tolerance.map(|t| json!(t))),
            ("seed", self.seed.map(|s| json!(s))),
            ("restarts", self.restarts.map(|r| json!(r))),
        ];
        for (key, value) in given {
            settings.extend(value.map(|value| (key.to_owned(), value)));
        }
        if let Some(path) = &self.start {
            let start = PointsFile::read(path, &[])?;
            let rows: Vec<Vec<f64>> = start.rows.rows().into_iter().map(|row| row.to_vec()).collect();
            settings.insert("start".to_owned(), json!({ "given": rows }));
        }
        for setting in &self.settings {
            settings.extend([key_value(setting)?]);
        }
        Ok(settings)
    }

    fn meaning(&self, column: &str) -> Meaning {
        if self.categories.iter().any(|name| name == column) { Meaning::Category } else { Meaning::Number }
    }
}

impl Report {
    fn to_text(&self) -> String {
        let total: f64 = self.sizes.iter().sum();
        let rows = self.sizes.iter().enumerate();
        let lines =
            rows.map(|(at, size)| [format!("{at}"), format!("{size}"), format!("{:.1} %", 100.0 * size / total)]);
        let mut text = table(["cluster", "rows", "share"], lines);
        if self.in_none > 0 {
            text.push_str(&format!("\n{} rows are in none", self.in_none));
        }
        for (name, value) in &self.objective {
            text.push_str(&format!("\n{name} {value}"));
        }
        if let Some(iterations) = self.iterations {
            let rest = if self.converged == Some(false) { ", not at rest" } else { "" };
            text.push_str(&format!("\n{iterations} iterations{rest}"));
        }
        text.push_str(&format!("\n{:.3} s", self.seconds));
        text
    }
}
