//! Survivors by cohort and period from a CSV file.

use std::collections::BTreeMap;
use std::path::Path;

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{Renewals, Tenures};
use segmentry::{Error, Result};

/// What was seen of the contracts of a cohort.
pub struct Cohort {
    pub name: String,
    pub renewals: Renewals,
}

/// The cohorts of a file with the columns `period`, from 0, and `survivors`, in any order of the rows; of several cohorts
/// all of them together first.
pub fn cohorts(path: &Path, cohort: Option<&str>) -> Result<Vec<Cohort>> {
    let broken = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io(&error),
        other => Error::format(format!("{other:?}")),
    };
    let mut reader = csv::Reader::from_path(path).map_err(broken)?;
    let names: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    let find = |name: &str| {
        let known = names.iter().map(String::as_str);
        names.iter().position(|other| other == name).ok_or_else(|| Error::unknown_attribute(name, known))
    };
    let (period, survivors) = (find("period")?, find("survivors")?);
    let cohort = cohort.map(find).transpose()?;
    let mut counts: BTreeMap<String, BTreeMap<u32, f64>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or("").trim();
        let number: u32 = cell(period).parse().map_err(|_| {
            Error::parse("period", cell(period), "a whole number from 0: the size of the cohort, its first renewal …")
                .at_line(line)
        })?;
        let count: f64 = cell(survivors)
            .parse()
            .map_err(|_| Error::parse("survivors", cell(survivors), "a number").at_line(line))?;
        let name = cohort.map_or("all", cell).to_owned();
        if counts.entry(name).or_default().insert(number, count).is_some() {
            return Err(Error::definition(format!("period {number} of the cohort is told twice")).at_line(line));
        }
    }
    let mut all = Vec::new();
    let mut lists = Vec::new();
    for (name, periods) in counts {
        if let Some((missing, _)) = (0..).zip(periods.keys()).find(|(expected, found)| expected != *found) {
            return Err(Error::definition(format!("period {missing} of the cohort `{name}` is not there")));
        }
        let list: Vec<f64> = periods.into_values().collect();
        let named = |error: Error| Error::definition(format!("cohort `{name}`: {error}"));
        all.push(Cohort { renewals: Renewals::survivors(&list).map_err(named)?, name });
        lists.push(list);
    }
    if all.len() > 1 {
        all.insert(0, Cohort { name: "all".to_owned(), renewals: Renewals::cohorts(&lists)? });
    }
    if all.is_empty() { Err(Error::empty("rows of survivors")) } else { Ok(all) }
}

impl Cohort {
    /// Who left at which renewal and who was there at the last, with counts for weights.
    pub fn tenures(cohorts: &[Cohort], every: u32, unit: TimeUnit) -> Result<Tenures> {
        let parts = if cohorts.len() > 1 { &cohorts[1..] } else { cohorts };
        let (mut lengths, mut left, mut weights, mut names) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut push = |length: usize, gone: bool, weight: f64, name: &str| {
            lengths.push(length as f64 * f64::from(every));
            left.push(gone);
            weights.push(weight);
            names.push(name.to_owned());
        };
        for Cohort { name, renewals } in parts {
            let last = renewals.periods();
            (1..=last).for_each(|renewal| push(renewal, true, renewals.lost(renewal), name));
            push(last, false, renewals.kept(last), name);
        }
        let tenures = Tenures::new(unit, &lengths, &left)?.with_weights(&weights)?;
        if parts.len() > 1 { tenures.with_cohorts(&names) } else { Ok(tenures) }
    }
}
