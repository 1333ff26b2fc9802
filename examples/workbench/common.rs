//! What several commands need: files in, bars, output.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use segmentry::customer::Customers;
use segmentry::history::{EventColumns, History};
use segmentry::profile::GroupProfile;
use segmentry::progress::{Progress, Step};
use segmentry::read::{Csv, ReadReport};
use segmentry::segment::{Label, Segment};
use segmentry::segmentation::Segmentation;
use segmentry::time::{AsOf, DateForm, Day, Timestamp, Zone};
use segmentry::{Error, ErrorKind, Result};
use serde::Serialize;

/// A log of purchases and which of its columns is what.
#[derive(Args)]
pub struct LogArguments {
    /// A CSV file of purchases, one a row
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// Its column of customers
    #[arg(long, value_name = "COL", default_value = "customer")]
    pub customer: String,
    /// Its column of days or instants
    #[arg(long, value_name = "COL", default_value = "date")]
    pub date: String,
    /// Its column of amounts
    #[arg(long, value_name = "COL", default_value = "amount")]
    pub amount: String,
    /// How its dates are written, where the file does not tell: iso, compact, day-first, month-first
    #[arg(long, value_name = "FORM", value_parser = date_form)]
    pub date_form: Option<DateForm>,
    /// Its numbers are written with a decimal comma: 37,24
    #[arg(long)]
    pub decimal_comma: bool,
    /// What stands between the thousands of its numbers: `,` in 1,234.50
    #[arg(long, value_name = "CHAR")]
    pub thousands: Option<char>,
    /// The day, or the instant, as of which customers are seen
    #[arg(long, value_name = "DAY", value_parser = moment)]
    pub as_of: Option<Moment>,
}

/// A day, all of it, or an instant.
#[derive(Clone, Copy)]
pub enum Moment {
    Day(Day),
    Instant(Timestamp),
}

impl Moment {
    /// The moment, with days that begin at midnight of that zone.
    pub fn in_zone(self, zone: &Zone) -> AsOf {
        match self {
            Moment::Day(day) => AsOf::day_in(day, zone),
            Moment::Instant(at) => AsOf::instant_in(at, zone),
        }
    }
}

fn date_form(text: &str) -> Result<DateForm, String> {
    match text {
        "iso" => Ok(DateForm::Iso),
        "compact" => Ok(DateForm::Compact),
        "day-first" => Ok(DateForm::DayFirst),
        "month-first" => Ok(DateForm::MonthFirst),
        _ => Err("expected iso, compact, day-first or month-first".to_owned()),
    }
}

pub fn moment(text: &str) -> Result<Moment, String> {
    match text.parse() {
        Ok(day) if text.len() == 10 => Ok(Moment::Day(day)),
        _ => text.parse().map(Moment::Instant).map_err(|_| "expected 2026-11-01 or 2026-11-01T08:30:00Z".to_owned()),
    }
}

impl LogArguments {
    /// Reads the log, if one is named.
    pub fn read(&self) -> Result<Option<History>> {
        let Some(path) = &self.history else { return Ok(None) };
        let columns = EventColumns::new(&self.customer, &self.date).amount(&self.amount);
        let mut csv = Csv::new().decimal_comma(self.decimal_comma);
        if let Some(form) = self.date_form {
            csv = csv.date_form(form);
        }
        if let Some(mark) = self.thousands {
            csv = csv.thousands(mark);
        }
        let (history, report) = History::from_csv_with(path, &columns, &csv).inspect_err(advise)?;
        left_out(&report);
        Ok(Some(history))
    }
}

/// What may help with a log that cannot be read.
fn advise(error: &Error) {
    match error.kind() {
        ErrorKind::UnknownAttribute { .. } => note("columns are named with --customer, --date and --amount"),
        ErrorKind::WrongKind { expected, .. } if expected == "day" => {
            note("days are written 2026-11-01, 20261101, 1.11.2026 or 11/1/2026, with or without a time of day");
        }
        ErrorKind::WrongKind { expected, found, .. } if expected == "number" && found.contains(',') => {
            note("--decimal-comma reads 37,24 and --thousands , reads 1,234.50");
        }
        ErrorKind::WrongKind { expected, .. } if expected == "number" => {
            note("amounts are plain numbers, without a currency; an empty cell is an amount that is not known");
        }
        _ => {}
    }
}

/// A table of customers, a log of what they did, or both.
pub fn customers(table: Option<&Path>, id: &str, log: &LogArguments) -> Result<Customers> {
    let history = log.read()?;
    let mut customers = match (table, history) {
        (None, None) => return Err(Error::definition("name `--customers FILE`, `--history FILE`, or both")),
        (None, Some(history)) => Customers::from_history(history),
        (Some(path), history) => {
            let (customers, report) = Customers::from_csv_with(path, id, &Csv::new())?;
            left_out(&report);
            match history {
                None => customers,
                Some(history) => customers.with_history(history),
            }
        }
    };
    if customers.unmatched_events() > 0 {
        note(&format!("{} events are of customers who are not in the table", customers.unmatched_events()));
    }
    if let Some(moment) = log.as_of {
        customers = customers.as_of(moment.in_zone(&Zone::utc()));
    }
    Ok(customers)
}

/// Tells which rows of a file were left out.
pub fn left_out(report: &ReadReport) {
    let file = report.file.as_deref().unwrap_or("the input");
    for (rows, why) in [
        (report.skipped, "cannot be read"),
        (report.without_customer, "name no customer"),
        (report.duplicates, "repeat a customer"),
    ] {
        if rows > 0 {
            note(&format!("{file}: {rows} of {} rows {why} and are left out", report.rows));
        }
    }
}

/// Tells something beside the result.
pub fn note(text: &str) {
    eprintln!("note: {text}");
}

/// Prints a result.
pub fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end()).map_err(|error| Error::io(&error))
}

/// Prints a result as one JSON object.
pub fn print_json(value: &impl Serialize) -> Result<()> {
    print(&serde_json::to_string_pretty(value).map_err(|error| Error::format(error.to_string()))?)
}

/// An amount without cents, as the reports of the library write large ones: 57,985.
pub fn whole(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let from_end = digits.len();
    let grouped = digits.chars().enumerate().fold(String::new(), |mut text, (at, digit)| {
        if from_end > 4 && at > 0 && (from_end - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
        text
    });
    if number <= -0.5 { format!("-{grouped}") } else { grouped }
}

/// Lines under headings: the first column to the left, the others to the right.
pub fn table<const N: usize>(headings: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = std::iter::once(headings.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Runs work with a bar on standard error; there is none where that is no terminal.
pub fn with_bar<T>(work: impl FnOnce(&Progress<'_>) -> Result<T>) -> Result<T> {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let tell = |step: Step<'_>| {
        bar.set_length(step.total.max(1));
        bar.set_position(step.done);
        bar.set_message(step.what.to_owned());
        ControlFlow::Continue(())
    };
    let done = work(&Progress::new(&tell));
    bar.finish_and_clear();
    done
}

/// A segment as it stands in JSON.
#[derive(Serialize)]
pub struct SegmentLine {
    pub name: String,
    pub label: String,
    pub customers: usize,
    pub share: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

/// The segments with their sizes, and their value where a profile has one.
pub fn segment_lines(segmentation: &Segmentation<Label>, profiles: &[&GroupProfile]) -> Vec<SegmentLine> {
    let (sizes, shares) = (segmentation.sizes(), segmentation.shares());
    let counted = segmentation.segments().iter().zip(sizes.into_iter().zip(shares));
    counted
        .map(|(segment, (customers, share))| {
            let name = segment.key().into_owned();
            let profile = profiles.iter().find(|profile| profile.key == name);
            let value = profile.and_then(|profile| profile.value.as_ref()).and_then(|value| value.sum);
            SegmentLine { name, label: segment.label().into_owned(), customers, share, value }
        })
        .collect()
}

/// Why customers are in no segment.
#[derive(Serialize)]
pub struct ReasonLine {
    pub reason: String,
    pub customers: usize,
}

pub fn reason_lines<S: Segment>(segmentation: &Segmentation<S>) -> Vec<ReasonLine> {
    let reasons = segmentation.reasons().into_iter();
    reasons.map(|(reason, customers)| ReasonLine { reason: reason.to_string(), customers }).collect()
}
