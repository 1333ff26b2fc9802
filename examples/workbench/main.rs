//! The workbench: segmentry from the command line.
//!
//! `cargo run --release --features full --example workbench -- study examples/data/cdnow.toml --out out`
//!
//! Results go to standard output, one JSON object with `--json`; progress and notes go to standard error. Exit codes:
//! 0 done, 1 the work failed (the message says where), 2 the command line is wrong.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line prints")]

mod assign;
mod choose;
mod cluster;
mod clv;
mod common;
mod evaluate;
mod opportunities;
mod place;
mod points;
mod profile;
mod retention;
mod rfm;
mod rules;
mod study;
mod survivors;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Divide customers into groups one can act on.
#[derive(Parser)]
#[command(name = "workbench", version)]
struct Workbench {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a study file: read, clean, derive, segment, profile, save
    Study(study::Arguments),
    /// Recency, frequency and monetary segments of a purchase log
    Rfm(rfm::Arguments),
    /// What customers are worth, now and to come
    Clv(clv::Arguments),
    /// How long customers under contract stay, by cohort, and what that is worth
    Retention(retention::Arguments),
    /// Place customers with a saved model
    Assign(assign::Arguments),
    /// What the customers of each segment look like
    Profile(profile::Arguments),
    /// Who is in which audience, by definitions in a file
    Rules(rules::Arguments),
    /// Find clusters in rows of numbers
    Cluster(cluster::Arguments),
    /// Place rows of numbers with saved clusters
    Place(place::Arguments),
    /// How good a division of rows of numbers is
    Evaluate(evaluate::Arguments),
    /// How many clusters rows of numbers have, by many criteria
    Choose(choose::Arguments),
}

fn main() -> ExitCode {
    let done = match Workbench::parse().command {
        Command::Study(arguments) => study::run(&arguments),
        Command::Rfm(arguments) => rfm::run(&arguments),
        Command::Clv(arguments) => clv::run(&arguments),
        Command::Retention(arguments) => retention::run(&arguments),
        Command::Assign(arguments) => assign::run(&arguments),
        Command::Profile(arguments) => profile::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Cluster(arguments) => cluster::run(&arguments),
        Command::Place(arguments) => place::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Choose(arguments) => choose::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
