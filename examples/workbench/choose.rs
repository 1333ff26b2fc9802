//! `choose --points FILE.csv|.npy --k 2..10 [--method NAME] [--criteria gap,elbow] [--seed S --restarts R] --json`

use std::path::PathBuf;

use clap::Args;
use segmentry::cluster::{AnyMethod, Points};
use segmentry::evaluate::{Choice, ChooseK, Criterion};
use segmentry::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::common::{print, print_json, with_bar};
use crate::points::{PointsFile, key_value};

#[derive(Args)]
pub struct Arguments {
    /// Rows of numbers: `.npy`, or CSV with names in its first line
    #[arg(long, value_name = "FILE")]
    points: PathBuf,
    /// The columns of a CSV file that are used; all unless given
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    columns: Vec<String>,
    /// The numbers of clusters: `2..10` with both ends, or a list `2,3,5`
    #[arg(long, value_name = "K..K")]
    k: String,
    /// The method: `k_means`, `mixture`, `k_medoids` …
    #[arg(long, value_name = "NAME", default_value = "k_means")]
    method: String,
    /// Who votes: `gap`, `elbow`, `silhouette` …; the usual ones unless given
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    criteria: Vec<String>,
    /// Where random numbers begin, of the method and of the criteria
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// How many starts of the method, of which the best is kept
    #[arg(long, value_name = "R")]
    restarts: Option<usize>,
    /// How often rows are drawn again
    #[arg(long, value_name = "N")]
    replicates: Option<usize>,
    /// Any other setting of the method, as JSON: `shape="tied"`
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What was chosen.
#[derive(Serialize)]
struct Report<'a> {
    method: &'a str,
    /// The number with most votes.
    k: Option<usize>,
    second: Option<usize>,
    /// Whether at least half of the votes are for it.
    agreed: bool,
    /// The share of the votes that it has.
    agreement: f64,
    /// How far votes are spread, from 0 to 1.
    disagreement: f64,
    #[serde(flatten)]
    choice: &'a Choice,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let file = PointsFile::read(&arguments.points, &arguments.columns)?;
    let methods: Vec<(usize, AnyMethod)> =
        numbers(&arguments.k)?.into_iter().map(|k| Ok((k, arguments.method(k)?))).collect::<Result<_>>()?;
    let mut asked = ChooseK::of(methods).seed(arguments.seed);
    if let Some(replicates) = arguments.replicates {
        asked = asked.replicates(replicates);
    }
    if !arguments.criteria.is_empty() {
        let named = arguments.criteria.iter().map(|name| name.parse::<Criterion>());
        asked = asked.criteria(named.collect::<Result<Vec<_>>>()?);
    }
    let points = Points::new(file.rows.view());
    let choice = with_bar(|progress| asked.choose_with(&points, progress))?;
    if arguments.json {
        return print_json(&Report {
            method: &arguments.method,
            k: choice.k(),
            second: choice.second(),
            agreed: choice.agreed(),
            agreement: choice.agreement(),
            disagreement: choice.disagreement(),
            choice: &choice,
        });
    }
    print(&choice.to_string())
}

impl Arguments {
    /// The method for that number of clusters.
    fn method(&self, k: usize) -> Result<AnyMethod> {
        let mut settings = Map::new();
        settings.insert("k".to_owned(), json!(k));
        settings.insert("seed".to_owned(), json!(self.seed));
        settings.extend(self.restarts.map(|restarts| ("restarts".to_owned(), json!(restarts))));
        for setting in &self.settings {
            settings.extend([key_value(setting)?]);
        }
        AnyMethod::read(&self.method, Value::Object(settings))
    }
}

/// `2..10` and `2..=10` with both ends, or `2,3,5`.
fn numbers(text: &str) -> Result<Vec<usize>> {
    let number = |text: &str| {
        text.trim().parse::<usize>().map_err(|_| Error::parse("--k", text, "a number, or two with `..` between"))
    };
    match text.split_once("..") {
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to.trim_start_matches('='))?);
            if from > to {
                return Err(Error::parse("--k", text, "rising"));
            }
            Ok((from..=to).collect())
        }
        None => text.split(',').map(number).collect(),
    }
}
