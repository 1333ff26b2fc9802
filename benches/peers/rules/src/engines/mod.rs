//! The engines: each makes itself ready for a workload and is then asked again and again.

mod cel;
mod datalogic;
mod segmentry;
mod yggdrasil;
mod zen;

use std::time::Instant;

use crate::profile::Profile;
use crate::rule::Rule;

/// Some rules asked of each of some profiles.
pub struct Workload {
    pub title: String,
    pub rules: Vec<Rule>,
    pub profiles: Vec<Profile>,
}

/// One way of one engine to answer a workload.
pub struct Contender {
    pub name: &'static str,
    /// Whose figures are set against ours.
    pub engine: &'static str,
    /// Microseconds to make one rule ready, if it was done for this contender.
    pub compile: Option<f64>,
    /// Asks every rule of every profile and says how many hold.
    pub run: Box<dyn FnMut() -> usize>,
}

/// Everybody, ready for that workload.
pub fn contenders(work: &'static Workload) -> Vec<Contender> {
    let mut all = vec![Contender {
        name: "Rust, written by hand",
        engine: "",
        compile: None,
        run: Box::new(|| work.profiles.iter().map(|p| work.rules.iter().filter(|rule| rule.holds(p)).count()).sum()),
    }];
    all.extend(segmentry::contenders(work));
    all.extend(datalogic::contenders(work));
    all.extend(zen::contenders(work));
    all.extend(cel::contenders(work));
    all.extend(yggdrasil::contenders(work));
    all
}

/// What a rule of the workload is compiled to, and the microseconds that one took.
fn compiled<T>(work: &Workload, compile: impl Fn(&Rule) -> T) -> (&'static [T], Option<f64>) {
    let start = Instant::now();
    let programs: Vec<T> = work.rules.iter().map(compile).collect();
    let micros = start.elapsed().as_secs_f64() * 1e6 / work.rules.len() as f64;
    (keep(programs), Some(micros))
}

/// A list for the rest of the run.
fn keep<T>(list: Vec<T>) -> &'static [T] {
    Box::leak(list.into_boxed_slice())
}
