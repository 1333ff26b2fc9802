//! How a health report prints.
//!
//! A line an attribute and a line a finding, so that a report of a thousand attributes can be searched. Nothing is
//! computed here; programs read the fields of [`HealthReport`], which serialises.
//!
//! 1. How many customers and attributes, and the day as of which they are seen.
//! 2. The table of attributes: how many values are there and why the others are not, where they lie, the most
//!    frequent.
//! 3. The events, as a sentence.
//! 4. The verdict, and the findings, the gravest first.
//!
//! Names are cut, because a question of a survey is its column's name; figures are rounded for people.
//!
//! Nothing is left out but digits: every finding is printed.

use std::fmt;

use crate::text::{Align, Table, count, counted, number};

use super::HealthReport;
use super::column::{ColumnHealth, short};
use super::events::EventsHealth;

impl fmt::Display for HealthReport {
    /// The attributes as a table, the events as a sentence, the findings as a list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Align::{Left, Right};
        let customers = counted(self.customers, "customer", "customers");
        write!(f, "{customers}, {}", counted(self.columns.len(), "attribute", "attributes"))?;
        if let Some(day) = self.as_of {
            write!(f, ", as of {day}")?;
        }
        if !self.columns.is_empty() {
            let counts = ["known", "missing", "null", "invalid", "different"].map(|head| (head, Right));
            let places = ["smallest", "median", "largest"].map(|head| (head, Right));
            let heads = [("attribute", Left), ("kind", Left)].into_iter().chain(counts).chain(places);
            let mut table = Table::new(heads.chain([("most frequent", Left)]));
            self.columns.iter().for_each(|column| table.row(cells(column)));
            write!(f, "\n{table}")?;
        }
        if let Some(events) = &self.events {
            write!(f, "\n\n{events}")?;
        }
        write!(f, "\n\n{}", self.verdict())?;
        let width = self.findings.iter().map(|finding| name(&finding.about).chars().count()).max().unwrap_or(0);
        for finding in &self.findings {
            write!(f, "\n{:<7}  {:<width$}  {}", finding.severity, name(&finding.about), finding.sentence)?;
        }
        Ok(())
    }
}

/// At most 40 characters of a name: a question of a survey is its column's name.
///
/// The findings are found by the full name ([`HealthReport::about`]); this is only how it is shown.
fn name(name: &str) -> String {
    if name.chars().nth(40).is_none() {
        return name.to_owned();
    }
    name.chars().take(39).chain(['…']).collect()
}

/// The cells of a line: of days the first and the last stand where numbers have their smallest and largest. The most
/// frequent value is left out where it occurs once, unless it is the only one.
///
/// An attribute that has neither numbers nor days has three empty cells.
fn cells(column: &ColumnHealth) -> Vec<String> {
    let presence = column.presence;
    let mut cells = vec![name(&column.name), column.kind.to_string()];
    cells.extend([presence.present, presence.missing, presence.null, presence.invalid, column.distinct].map(count));
    match (column.numbers, column.earliest.zip(column.latest)) {
        (Some(numbers), _) => cells.extend([numbers.min, numbers.median, numbers.max].map(number)),
        (_, Some((first, last))) => cells.extend([first.to_string(), String::new(), last.to_string()]),
        _ => cells.extend([const { String::new() }; 3]),
    }
    let most = column.most_frequent.as_ref().filter(|(_, times)| *times > 1 || column.distinct == 1);
    cells.push(most.map_or_else(String::new, |(value, times)| format!("{} ({})", short(value), count(*times))));
    cells
}

/// `9 events of 4 customers, 2026-01-01 to 2026-03-01 (60 days); 8 purchase; 1 return`: days are counted with both
/// ends.
impl fmt::Display for EventsHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let customers = counted(self.customers, "customer", "customers");
        write!(f, "{} of {customers}", counted(self.events, "event", "events"))?;
        if let Some((first, last)) = self.first.zip(self.last) {
            let days = i64::from(last.days()) - i64::from(first.days()) + 1;
            write!(f, ", {first} to {last} ({})", counted(days.unsigned_abs() as usize, "day", "days"))?;
        }
        for (kind, times) in &self.kinds {
            write!(f, "; {} {kind}", count(*times))?;
        }
        Ok(())
    }
}
