//! The same rules asked of segmentry and of other rule engines, on the same machine in the same run.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/rules/Cargo.toml -- [--profiles 20000] [--runs 9]
//! ```
//!
//! The rule has eight conditions: `country in 3 and plan in 2 and mrr >= and employees >= and employees <= and last_seen >=
//! and (industry = or =) and not status =`. It is asked of random profiles, of which most engines need look at one or two
//! conditions only, and of one of whom all hold; then 100 and 1,000 variations of it are asked of one profile after another.
//! Every engine is prepared as well as its documentation allows: rules compiled once, its own form of a profile made
//! before ("ready") or made of a plain struct each time ("of the row"). Our rows need no preparation, and are read as they
//! are. All engines must find as many matches as a rule written by hand in Rust, or the run stops.
//!
//! Runs are interleaved (A B C A B C ...), after one to warm up, and the least of each is taken, so that a busy machine is
//! unfair to nobody. Columns of many customers are compared by `benches/peers/rules.py`.

mod allocations;
mod engines;
mod profile;
mod rule;

use std::time::Instant;

use engines::{Contender, Workload, contenders};
use profile::{Profile, Random};
use rule::Rule;

/// The number behind an option, if it is given.
fn option(name: &str) -> Option<usize> {
    let found = std::env::args().skip_while(|argument| argument != name).nth(1);
    found.map(|number| number.parse().unwrap_or_else(|_| panic!("`{name}` wants a number, found `{number}`")))
}

fn random_profiles(count: usize) -> Vec<Profile> {
    let mut random = Random(1);
    (0..count).map(|_| Profile::random(&mut random)).collect()
}

fn main() {
    let profiles = option("--profiles").unwrap_or(20_000);
    let runs = option("--runs").unwrap_or(9);
    let first = Rule::first();
    let workload = |title: &str, rules, profiles| Workload { title: title.to_owned(), rules, profiles };
    let variations = |count: usize, variation: fn(&mut Random) -> Rule| {
        let mut random = Random(2);
        (0..count).map(|_| variation(&mut random)).collect::<Vec<Rule>>()
    };
    let few = profiles.div_ceil(40);
    let workloads = [
        workload("one rule, random profiles", vec![first.clone()], random_profiles(profiles)),
        workload("one rule, a profile of which all holds", vec![first.clone()], vec![first.matching(); profiles.div_ceil(10)]),
        workload("100 rules, round numbers", variations(100, Rule::round), random_profiles(few)),
        workload("100 rules, numbers of their own", variations(100, Rule::random), random_profiles(few)),
        workload("1,000 rules, round numbers", variations(1_000, Rule::round), random_profiles(few.div_ceil(5))),
        workload("1,000 rules, numbers of their own", variations(1_000, Rule::random), random_profiles(few.div_ceil(5))),
    ];
    for work in workloads {
        compare(Box::leak(Box::new(work)), runs);
    }
}

/// Asks everybody and prints who took how long.
fn compare(work: &'static Workload, runs: usize) {
    println!("\n{}: {} profiles, {} runs", work.title, work.profiles.len(), runs);
    let mut all: Vec<Contender> = contenders(work);
    let expected = (all[0].run)();
    let mut least = vec![f64::INFINITY; all.len()];
    let mut allocated = vec![0; all.len()];
    for _ in 0..=runs {
        for (contender, (least, allocated)) in all.iter_mut().zip(least.iter_mut().zip(&mut allocated)) {
            let before = allocations::so_far();
            let start = Instant::now();
            let found = (contender.run)();
            let seconds = start.elapsed().as_secs_f64();
            assert_eq!(found, expected, "{} of `{}`", contender.name, work.title);
            *least = least.min(seconds);
            *allocated = allocations::so_far() - before; // of the last run
        }
    }
    let (asked, profiles) = ((work.rules.len() * work.profiles.len()) as f64, work.profiles.len() as f64);
    println!("  {expected} of {asked} answers are yes");
    println!("  {:34} {:>9} {:>12} {:>8} {:>12} {:>11}", "", "ns/rule", "µs/profile", "ratio", "allocations", "µs/compile");
    let ours = least[1]; // of a struct of one's own
    for ((contender, least), allocated) in all.iter().zip(least).zip(allocated) {
        let compile = contender.compile.map_or(String::new(), |micros| format!("{micros:.1}"));
        println!(
            "  {:34} {:9.1} {:12.3} {:7.2}x {:12.1} {compile:>11}",
            contender.name,
            least * 1e9 / asked,
            least * 1e6 / profiles,
            least / ours,
            allocated as f64 / profiles,
        );
    }
}
