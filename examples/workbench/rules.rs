//! `rules --definitions FILE [--customers FILE --id COL] [--history FILE …] --as-of T [--explain ID] [--costs] [--sql DIALECT]
//! [--before FILE] --json`

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use segmentry::customer::Customers;
use segmentry::explanation::Explanation;
use segmentry::rules::{
    Cost, DefinitionsFile, Dialect, EventTable, MembershipExplanation, Oddity, Plan, Renderer, Tables, Until,
    VersionDiff,
};
use segmentry::segment::{Label, Segment};
use segmentry::segmentation::{Audiences, Segmentation};
use segmentry::{Error, Result};
use serde::Serialize;

use crate::common::{
    LogArguments, ReasonLine, SegmentLine, customers, print, print_json, reason_lines, segment_lines, table,
};

#[derive(Args)]
pub struct Arguments {
    /// A file of definitions: the text form, or JSON
    #[arg(long, value_name = "FILE")]
    definitions: PathBuf,
    /// A CSV file of customers, one a row
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// Its column of ids
    #[arg(long, value_name = "COL", default_value = "customer")]
    id: String,
    #[command(flatten)]
    log: LogArguments,
    /// Explain where the customer of this id is and until when, in place of the sizes
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
    /// Tell what each definition costs
    #[arg(long)]
    costs: bool,
    /// Print each definition as SQL, in place of the sizes: sqlite, postgres, duckdb, …
    #[arg(long, value_name = "DIALECT", value_parser = dialect)]
    sql: Option<Dialect>,
    /// An earlier version of the definitions: tell who enters and who leaves
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn dialect(name: &str) -> Result<Dialect, String> {
    let known = Dialect::ALL.map(|dialect| dialect.name().to_lowercase());
    let found = known.iter().position(|known| *known == name.to_lowercase());
    found.and_then(|at| Dialect::ALL.get(at)).copied().ok_or_else(|| format!("expected one of {}", known.join(", ")))
}

#[derive(Serialize)]
struct Found {
    customers: usize,
    as_of: Option<String>,
    audiences: Vec<SegmentLine>,
    intersections: Vec<IntersectionLine>,
    overlaps: Vec<OverlapLine>,
    rules: Vec<ListLine>,
    oddities: Vec<OddityLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    costs: Option<Vec<Cost>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<VersionDiff>>,
}

/// The customers who are in exactly these audiences.
#[derive(Serialize)]
struct IntersectionLine {
    audiences: Vec<String>,
    customers: usize,
    share: f64,
}

/// The customers who are in both, as a share of those in either.
#[derive(Serialize)]
struct OverlapLine {
    audiences: [String; 2],
    customers: usize,
    jaccard: f64,
}

#[derive(Serialize)]
struct ListLine {
    name: String,
    segments: Vec<SegmentLine>,
    unassigned: usize,
    reasons: Vec<ReasonLine>,
}

#[derive(Serialize)]
struct OddityLine {
    #[serde(flatten)]
    oddity: Oddity,
    message: String,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let file = DefinitionsFile::open(&arguments.definitions)?;
    let mut customers = customers(arguments.customers.as_deref(), &arguments.id, &arguments.log)?;
    if let Some(moment) = arguments.log.as_of {
        customers = customers.as_of(moment.in_zone(&file.definitions.zone)); // their midnight, not UTC's
    }
    let plan = Plan::fit(&file.definitions, &customers).map_err(|error| file.place(error))?;
    if let Some(dialect) = arguments.sql {
        return sql(arguments, &plan, &customers, dialect);
    }
    if let Some(id) = &arguments.explain {
        return explain(arguments, &plan, &customers, id);
    }
    let audiences = plan.audiences_of(&customers)?;
    let lists = (0..plan.rule_lists().count()).map(|list| plan.segment_of(list, &customers));
    let lists: Vec<Segmentation<Label>> = lists.collect::<Result<_>>()?;
    let names: Vec<&str> = plan.rule_lists().collect();
    let keys: Vec<String> = audiences.labels().map(|label| label.key().into_owned()).collect();
    let found = Found {
        customers: customers.len(),
        as_of: customers.seen_as_of().ok().map(|as_of| as_of.day().to_string()),
        audiences: sizes(&audiences),
        intersections: intersections(&audiences, &keys),
        overlaps: overlaps(&audiences, &keys),
        rules: names.iter().zip(&lists).map(|(name, segmentation)| list_line(name, segmentation)).collect(),
        oddities: oddities(&plan, &customers)?,
        costs: arguments.costs.then(|| plan.costs()),
        changes: arguments.before.as_ref().map(|before| changes(before, &plan, &customers)).transpose()?,
    };
    if arguments.json { print_json(&found) } else { print(&text(&found)) }
}

fn share(customers: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { customers as f64 / all as f64 }
}

fn sizes(audiences: &Audiences) -> Vec<SegmentLine> {
    let all = audiences.ids().len();
    let line = |(label, customers): (&Label, usize)| SegmentLine {
        name: label.key().into_owned(),
        label: label.label().into_owned(),
        customers,
        share: share(customers, all),
        value: None,
    };
    audiences.labels().zip(audiences.sizes()).map(line).collect()
}

fn intersections(audiences: &Audiences, keys: &[String]) -> Vec<IntersectionLine> {
    let all = audiences.ids().len();
    let names = |numbers: &[usize]| numbers.iter().filter_map(|number| keys.get(*number)).cloned().collect();
    let found = audiences.intersections().into_iter();
    found
        .map(|found| IntersectionLine {
            audiences: names(&found.audiences),
            customers: found.customers,
            share: share(found.customers, all),
        })
        .collect()
}

/// Each pair that has somebody in common.
fn overlaps(audiences: &Audiences, keys: &[String]) -> Vec<OverlapLine> {
    let mut lines = Vec::new();
    for (a, first) in keys.iter().enumerate() {
        for (b, second) in keys.iter().enumerate().skip(a + 1) {
            let customers = audiences.overlap(a, b);
            if let (1.., Some(jaccard)) = (customers, audiences.jaccard(a, b)) {
                lines.push(OverlapLine { audiences: [first.clone(), second.clone()], customers, jaccard });
            }
        }
    }
    lines
}

fn list_line(name: &str, segmentation: &Segmentation<Label>) -> ListLine {
    ListLine {
        name: name.to_owned(),
        segments: segment_lines(segmentation, &[]),
        unassigned: segmentation.unassigned(),
        reasons: reason_lines(segmentation),
    }
}

fn oddities(plan: &Plan, customers: &Customers) -> Result<Vec<OddityLine>> {
    let found = plan.analyze_on(customers)?.into_iter();
    Ok(found.map(|oddity| OddityLine { message: oddity.what.to_string(), oddity }).collect())
}

/// What each audience that both versions have gains and loses.
fn changes(before: &PathBuf, plan: &Plan, customers: &Customers) -> Result<Vec<VersionDiff>> {
    let file = DefinitionsFile::open(before)?;
    let old = Plan::fit(&file.definitions, customers).map_err(|error| file.place(error))?;
    let both = plan.audiences().filter(|label| old.audience(&label.key()).is_some());
    both.map(|label| plan.diff(&old, &label.key(), customers)).collect()
}

fn text(found: &Found) -> String {
    let mut out = String::new();
    let as_of = found.as_of.as_ref().map_or(String::new(), |day| format!(", seen as of {day}"));
    let _ = writeln!(out, "{} customers{as_of}", found.customers);
    let sized = |name: &str, customers: usize, share: f64| {
        [name.to_owned(), customers.to_string(), format!("{:.1} %", 100.0 * share)]
    };
    if !found.audiences.is_empty() {
        let rows = found.audiences.iter().map(|line| sized(&line.label, line.customers, line.share));
        let _ = writeln!(out, "\n{}", table(["audience", "customers", "share"], rows));
        let none = "(none)".to_owned();
        let rows = found.intersections.iter().map(|line| {
            let names = if line.audiences.is_empty() { none.clone() } else { line.audiences.join(" + ") };
            sized(&names, line.customers, line.share)
        });
        let _ = writeln!(out, "\n{}", table(["in exactly", "customers", "share"], rows));
    }
    for list in &found.rules {
        let rows = list.segments.iter().map(|line| sized(&line.label, line.customers, line.share));
        let _ = writeln!(out, "\n{}", table([&list.name, "customers", "share"], rows));
        for reason in &list.reasons {
            let _ = writeln!(out, "unassigned: {} customers, {}", reason.customers, reason.reason);
        }
    }
    if !found.oddities.is_empty() {
        let _ = writeln!(out, "\nodd:");
    }
    for odd in &found.oddities {
        let _ = writeln!(out, "  {}: {}", odd.oddity.place, odd.message);
    }
    if let Some(costs) = &found.costs {
        let rows = costs.iter().map(|cost| {
            let bytes =
                if cost.unbounded { format!("{} + events", cost.state_bytes) } else { cost.state_bytes.to_string() };
            let (alone, event) = (cost.nanoseconds, cost.nanoseconds_an_event);
            [cost.place.clone(), cost.leaves.to_string(), bytes, format!("{alone:.0}"), format!("{event:.0}")]
        });
        let _ = writeln!(out, "\n{}", table(["definition", "leaves", "bytes", "ns", "ns an event"], rows));
    }
    for change in found.changes.iter().flatten() {
        let _ = writeln!(out, "\n{change}");
    }
    out
}

/// One customer: each audience and rule list, why, since when, and until when if nothing new becomes known.
fn explain(arguments: &Arguments, plan: &Plan, customers: &Customers, id: &str) -> Result<()> {
    #[derive(Serialize)]
    struct One {
        customer: String,
        audiences: Vec<MembershipExplanation>,
        rules: Vec<OneList>,
    }
    #[derive(Serialize)]
    struct OneList {
        name: String,
        until: Until,
        explanation: Explanation,
    }
    let customer = customers.find(id)?;
    let until = plan.asker().valid_until(&customer)?;
    let audiences = (0..until.audiences.len()).map(|audience| plan.explain(audience, &customer));
    let audiences: Vec<MembershipExplanation> = audiences.collect::<Result<_>>()?;
    let lists = plan.rule_lists().zip(until.lists).enumerate();
    let explained = |(list, (name, until)): (usize, (&str, Until))| {
        Ok(OneList { name: name.to_owned(), until, explanation: plan.explain_list(list, &customer)? })
    };
    let rules: Vec<OneList> = lists.map(explained).collect::<Result<_>>()?;
    if arguments.json {
        return print_json(&One { customer: id.to_owned(), audiences, rules });
    }
    let mut out = String::new();
    for audience in &audiences {
        let _ = writeln!(out, "{audience}\n");
    }
    for list in &rules {
        let _ = writeln!(out, "rule list {}: {}{}\n", list.name, list.explanation, holds(list.until));
    }
    print(&out)
}

/// Until when an answer holds, in a line of words.
fn holds(until: Until) -> String {
    match until {
        Until::Never => String::new(),
        Until::Exactly(at) => format!("\n  until {at} if nothing new becomes known"),
        Until::AtLeast(at) => format!("\n  until {at} at least if nothing new becomes known"),
    }
}

/// Each definition as a statement, or why the engine cannot say it.
fn sql(arguments: &Arguments, plan: &Plan, customers: &Customers, dialect: Dialect) -> Result<()> {
    #[derive(Serialize)]
    struct Statement {
        place: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        sql: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        refused: Option<String>,
    }
    let as_of = customers.seen_as_of().map_err(|_| Error::definition("name `--as-of`: SQL is written for a moment"))?;
    let tables = Tables::new("customers", &arguments.id).events(EventTable::new("events"));
    let renderer = Renderer::new(dialect, plan, as_of).tables(tables);
    let statement = |place: String, written: Result<String>| {
        let refused = written.as_ref().err().map(ToString::to_string);
        Statement { place, sql: written.ok(), refused }
    };
    let audiences = plan.audiences().map(|label| (label.key().into_owned(), renderer.members(&label.key())));
    let mut statements: Vec<Statement> =
        audiences.map(|(key, written)| statement(format!("audiences.{key}"), written)).collect();
    statements.extend(plan.rule_lists().map(|name| statement(format!("rules.{name}"), renderer.rules(name))));
    if arguments.json {
        return print_json(&statements);
    }
    let texts = statements.iter().map(|Statement { place, sql, refused }| match (sql, refused) {
        (Some(sql), _) => format!("-- {place}\n{sql};\n"),
        (None, why) => format!("-- {place}: {}\n", why.as_deref().unwrap_or("refused")),
    });
    print(&texts.collect::<Vec<_>>().join("\n"))
}
