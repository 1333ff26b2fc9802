//! `rfm --history FILE --customer COL --date COL --amount COL --as-of DAY [--scheme …] [--bands N] [--save FILE] --json`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use segmentry::behavioral::{Rfm, RfmModel};
use segmentry::customer::Customers;
use segmentry::features::purchases::{Purchases, summary::SPEND};
use segmentry::model;
use segmentry::profile::{GroupProfile, Profiler};
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::time::Zone;
use segmentry::{Error, Result};
use serde::Serialize;

use crate::common::{
    LogArguments, ReasonLine, SegmentLine, note, print, print_json, reason_lines, segment_lines, with_bar,
};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    log: LogArguments,
    /// How scores and segments are made
    #[arg(long, value_enum, default_value_t = Scheme::Classical)]
    scheme: Scheme,
    /// Where the model is saved
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scheme {
    /// Five bands by quantiles, ten classical segments
    Classical,
    /// Cut points and boxes of the R package rfm
    R,
}

#[derive(Serialize)]
struct Found {
    customers: usize,
    as_of: String,
    cut_points: CutPoints,
    segments: Vec<SegmentLine>,
    unassigned: usize,
    reasons: Vec<ReasonLine>,
}

#[derive(Serialize)]
struct CutPoints {
    recency: Vec<f64>,
    frequency: Vec<f64>,
    monetary: Vec<f64>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let history = arguments.log.read()?.ok_or_else(|| Error::definition("name `--history FILE`"))?;
    let moment = arguments.log.as_of.ok_or_else(|| Error::definition("name `--as-of DAY`"))?;
    let as_of = moment.in_zone(&Zone::utc());
    let customers = Customers::from_history(history).as_of(as_of);
    let rfm = match arguments.scheme {
        Scheme::Classical => Rfm::new(),
        Scheme::R => Rfm::of_r(),
    };
    let fitted: RfmModel = with_bar(|progress| rfm.fit_with(&customers, progress))?;
    if let Some(path) = &arguments.save {
        model::save(path, &fitted)?;
        note(&format!("the model is in {}", path.display()));
    }
    for told in fitted.notes() {
        note(&told);
    }
    let customers = Purchases::new().add_to(customers)?;
    let segmentation = fitted.segment(&customers)?.labelled();
    let profile = Profiler::new().attributes([SPEND]).value(SPEND).profile(&customers, &segmentation)?;
    if !arguments.json {
        return print(&profile.to_string());
    }
    let cuts = |bands: Option<&segmentry::bands::BandsModel>| bands.map_or(Vec::new(), |b| b.cut_points().to_vec());
    let groups: Vec<&GroupProfile> = profile.segments().collect();
    print_json(&Found {
        customers: segmentation.len(),
        as_of: as_of.day().to_string(),
        cut_points: CutPoints {
            recency: cuts(fitted.recency()),
            frequency: cuts(fitted.frequency(1)),
            monetary: cuts(fitted.monetary(1, 1)),
        },
        segments: segment_lines(&segmentation, &groups),
        unassigned: segmentation.unassigned(),
        reasons: reason_lines(&segmentation),
    })
}
