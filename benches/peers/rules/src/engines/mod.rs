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
    /// The engine, a colon, and the way in which it is given the profile.
    pub name: &'static str,
    /// Microseconds to make one rule ready, if it was done for this contender.
    pub compile: Option<f64>,
    /// Asks every rule of every profile and says how many hold.
    pub run: Box<dyn FnMut() -> usize>,
}

/// Everybody whose name begins with one of these, ready for that workload; everybody if there are none.
pub fn contenders(work: &'static Workload, only: &[String]) -> Vec<Contender> {
    let mut all = vec![Contender {
        name: "Rust, written by hand",
        compile: None,
        run: Box::new(|| work.profiles.iter().map(|p| work.rules.iter().filter(|rule| rule.holds(p)).count()).sum()),
    }];
    let makers: [(&str, fn(&'static Workload) -> Vec<Contender>); 5] = [
        ("segmentry", segmentry::contenders),
        ("datalogic-rs", datalogic::contenders),
        ("zen-expression", zen::contenders),
        ("cel", cel::contenders),
        ("unleash-yggdrasil", yggdrasil::contenders),
    ];
    for (engine, make) in makers {
        if only.is_empty() || only.iter().any(|name| name.starts_with(engine)) {
            let wanted =
                |one: &Contender| only.is_empty() || only.iter().any(|name| one.name.starts_with(name.as_str()));
            all.extend(make(work).into_iter().filter(wanted));
        }
    }
    all
}

/// What a rule of the workload is compiled to, and the microseconds that one took at least.
fn compiled<T>(work: &Workload, compile: impl Fn(&Rule) -> T) -> (&'static [T], Option<f64>) {
    let (programs, seconds) = least(|| work.rules.iter().map(&compile).collect::<Vec<T>>());
    (keep(programs), Some(seconds * 1e6 / work.rules.len() as f64))
}

/// What it makes, and the least seconds of three times.
fn least<T>(make: impl Fn() -> T) -> (T, f64) {
    let time = || {
        let start = Instant::now();
        let made = make();
        (made, start.elapsed().as_secs_f64())
    };
    let (_, a) = time();
    let (_, b) = time();
    let (made, c) = time();
    (made, a.min(b).min(c))
}

/// A list for the rest of the run.
fn keep<T>(list: Vec<T>) -> &'static [T] {
    Box::leak(list.into_boxed_slice())
}
