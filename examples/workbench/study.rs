//! `study PLAN.toml [--out DIR] [--json]`

use std::path::PathBuf;

use clap::Args;
use segmentry::Result;
use segmentry::study::Study;

use crate::common::{note, print, with_bar};

#[derive(Args)]
pub struct Arguments {
    /// The study file
    plan: PathBuf,
    /// The folder into which tables, profiles and models are written
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let study = Study::from_file(&arguments.plan)?;
    let findings = with_bar(|progress| study.run_with(progress))?;
    if let Some(folder) = &arguments.out {
        let written = findings.save(folder)?;
        note(&format!("{} files written to {}", written.len(), folder.display()));
    }
    note(&format!("the study took {:.3} s", findings.seconds()));
    print(&if arguments.json { findings.to_json()? } else { findings.to_string() })
}
