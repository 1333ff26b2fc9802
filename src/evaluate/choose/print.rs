//! A choice as people read it: a table of all figures, the reasons of each criterion, the votes and a verdict.

use std::fmt;

use crate::text::{Align, Table, count, counted, number};

use super::base::Fit;
use super::choice::{Candidate, Choice};
use super::criterion::Criterion;

impl Candidate {
    /// What is told of a fit.
    pub(super) fn of(fit: Fit) -> Self {
        Candidate {
            k: fit.k,
            groups: fit.groups,
            smallest: fit.smallest,
            in_none: fit.in_none,
            objective: fit.objective,
            notes: fit.notes,
        }
    }
}

/// The heading of a criterion's column.
fn head(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::SimplifiedSilhouette => "simplified",
        Criterion::CalinskiHarabasz => "CH",
        Criterion::DaviesBouldin => "DB",
        Criterion::PredictionStrength => "strength",
        Criterion::Aic => "AIC",
        Criterion::Bic => "BIC",
        Criterion::Icl => "ICL",
        Criterion::SphericalBic => "spherical BIC",
        Criterion::KrzanowskiLai => "KL",
        other => other.name(),
    }
}

impl Choice {
    /// Every figure, a line for each k; `*` is what the criterion picks, `±` its standard error.
    fn table(&self) -> Table {
        let shown = || self.answers.iter().filter(|answer| answer.values.iter().any(|one| one.value.is_some()));
        let heads = [("k", Align::Right), ("smallest", Align::Right), ("objective", Align::Right)];
        let mut table =
            Table::new(heads.into_iter().chain(shown().map(|answer| (head(answer.criterion), Align::Right))));
        let mut ks: Vec<usize> = self.candidates.iter().map(|one| one.k).collect();
        ks.extend(shown().flat_map(|answer| answer.values.iter().map(|one| one.k)));
        ks.sort_unstable();
        ks.dedup();
        for k in ks {
            let asked = self.candidates.iter().find(|one| one.k == k);
            let mut row = vec![
                k.to_string(),
                asked.map_or(String::new(), |one| number(one.smallest)),
                asked.and_then(|one| one.objective).map_or(String::new(), |(_, value)| number(value)),
            ];
            row.extend(shown().map(|answer| {
                let Some(one) = answer.values.iter().find(|one| one.k == k) else { return String::new() };
                let Some(value) = one.value else { return "-".to_owned() };
                let error = one.error.map_or(String::new(), |error| format!(" ±{}", number(error)));
                format!("{}{error}{}", number(value), if answer.pick == Some(k) { "*" } else { " " })
            }));
            table.row(row);
        }
        table
    }

    /// The verdict in a sentence or two.
    pub fn verdict(&self) -> String {
        let Some(first) = self.votes.first() else {
            return "No criterion picks a number of groups.".to_owned();
        };
        let (cast, votes) = (self.cast(), first.criteria.len());
        let what = match first.k {
            1 => "no groups (k = 1)".to_owned(),
            k => format!("{k} groups"),
        };
        if self.tied() {
            let others: Vec<String> = self
                .votes
                .iter()
                .take_while(|vote| vote.criteria.len() == votes)
                .map(|one| one.k.to_string())
                .collect();
            return format!(
                "No agreement: {} have {} of {cast} votes each; the smaller, {what}, is named. Disagreement {:.2} of 1.",
                others.join(" and "),
                votes,
                self.disagreement()
            );
        }
        let next = self.votes.get(1).map_or(String::new(), |second| {
            format!("; {} comes next with {}", second.k, counted(second.criteria.len(), "vote", "votes"))
        });
        let agreed = if self.agreed() { "" } else { "No agreement: only " };
        format!("{agreed}{votes} of {cast} votes are for {what}{next}. Disagreement {:.2} of 1.", self.disagreement())
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "How many groups of {} rows\n\n{}\n", count(self.rows), self.table())?;
        let mut reasons = Table::new([("criterion", Align::Left), ("picks", Align::Right), ("why", Align::Left)]);
        for answer in &self.answers {
            let pick = answer.pick.map_or("-".to_owned(), |k| k.to_string());
            reasons.row([answer.criterion.name().to_owned(), pick, answer.why.clone()]);
        }
        write!(f, "{reasons}\n\n{}", self.verdict())?;
        self.notes.iter().try_for_each(|note| write!(f, "\n{note}"))
    }
}
