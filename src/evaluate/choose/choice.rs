//! What was found for each k, what each criterion says of it, and how they voted.

use crate::math::quantile::quantiles;

use super::criterion::Criterion;

/// What a criterion says of one k.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AtK {
    /// How many groups.
    pub k: usize,
    /// The criterion; `None` if it is not defined, and then `note` says why.
    pub value: Option<f64>,
    /// Its standard error, where there is one.
    pub error: Option<f64>,
    /// The ends of its interval at the confidence that was asked for, where rows were drawn again.
    pub interval: Option<(f64, f64)>,
    /// What is to be known of it.
    pub note: Option<String>,
}

impl AtK {
    /// A value without more; one that is not finite is none.
    pub(super) fn of(k: usize, value: Option<f64>) -> Self {
        let finite = value.filter(|value| value.is_finite());
        let note = (finite.is_none() && value.is_some()).then(|| "beyond the largest number".to_owned());
        AtK { k, value: finite, error: None, interval: None, note }
    }

    /// No value, and why.
    pub(super) fn none(k: usize, why: impl Into<String>) -> Self {
        AtK { k, value: None, error: None, interval: None, note: Some(why.into()) }
    }

    /// The middle `confidence` of what was drawn, by quantiles; fewer than 2 draws have none.
    pub(super) fn set_interval(&mut self, drawn: &[f64], confidence: f64) {
        let finite = drawn.iter().all(|value| value.is_finite());
        let ends = quantiles(drawn, &[0.5 - confidence / 2.0, 0.5 + confidence / 2.0]);
        self.interval = ends.filter(|_| finite && drawn.len() > 1).map(|ends| (ends[0], ends[1]));
    }
}

/// How often replicates pick a k.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Support {
    /// The k; `None` for no pick.
    pub k: Option<usize>,
    /// The share of the replicates.
    pub share: f64,
}

/// What a criterion says of all k.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Answer {
    /// Which criterion.
    pub criterion: Criterion,
    /// For each k that it was asked about, rising.
    pub values: Vec<AtK>,
    /// The k that it picks; `None` if it picks none.
    pub pick: Option<usize>,
    /// Why, in words.
    pub why: String,
    /// How often replicates of the rows pick each k, where that is known.
    pub support: Vec<Support>,
}

impl Answer {
    /// Nothing said yet.
    pub(super) fn empty(criterion: Criterion) -> Self {
        Answer { criterion, values: Vec::new(), pick: None, why: String::new(), support: Vec::new() }
    }

    /// Not defined for these rows and methods.
    pub(super) fn undefined(criterion: Criterion, why: impl Into<String>) -> Self {
        Answer { why: why.into(), ..Answer::empty(criterion) }
    }

    /// The value of a k.
    pub fn value(&self, k: usize) -> Option<f64> {
        self.values.iter().find(|value| value.k == k)?.value
    }

    /// Picks the best value among those without a note that forbids it, the smaller k among equals, and says so.
    ///
    /// `better` is whether the first is better than the second; `what` says what the best is: `the largest`.
    pub(super) fn best(mut self, what: &str, reached: &dyn Fn(usize) -> bool, better: fn(f64, f64) -> bool) -> Self {
        let mut best: Option<(usize, f64)> = None;
        let mut tied = false;
        for one in self.values.iter().filter(|one| reached(one.k)) {
            let Some(value) = one.value else { continue };
            match best {
                Some((_, most)) if value == most => tied = true,
                Some((_, most)) if !better(value, most) => {}
                _ => (best, tied) = (Some((one.k, value)), false),
            }
        }
        self.pick = best.map(|(k, _)| k);
        self.why = match best {
            Some((_, value)) => {
                let tie = if tied { ", the smallest k of several as good" } else { "" };
                format!("{what}, {}{tie}", crate::text::number(value))
            }
            None => self.values.iter().find_map(|one| one.note.clone()).unwrap_or_else(|| "not defined".to_owned()),
        };
        self
    }
}

/// What was found with k groups.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Candidate {
    /// How many groups were asked for.
    pub k: usize,
    /// How many there are: fewer than asked if the rows have no more.
    pub groups: usize,
    /// The weight of the smallest: the number of its rows where rows have no weights.
    pub smallest: f64,
    /// How many rows are in no group.
    pub in_none: usize,
    /// What the method makes small or large, by its name, and how far it came.
    pub objective: Option<(&'static str, f64)>,
    /// What the method decided on the way.
    pub notes: Vec<String>,
}

/// Who votes for a k.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Vote {
    /// The k.
    pub k: usize,
    /// The criteria that pick it.
    pub criteria: Vec<Criterion>,
}

/// How many groups, by each criterion, and how far they agree.
///
/// Made by [`ChooseK::choose`](super::ChooseK::choose). Printed it is a table of all figures, what each criterion picks and
/// why, and the verdict.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Choice {
    /// How many rows count.
    pub rows: usize,
    /// What was found for each k that was asked for, rising.
    pub candidates: Vec<Candidate>,
    /// What each criterion says, in the order of [`Criterion::ALL`].
    pub answers: Vec<Answer>,
    /// Each k that is picked, the one with most votes first, the smaller first among equals.
    pub votes: Vec<Vote>,
    /// What is to be known of all: samples that stand for the rows, values of k that were not reached.
    pub notes: Vec<String>,
}

impl Choice {
    /// The k that most criteria pick, the smallest among equals; `None` if none picks any.
    ///
    /// It is 1, no groups, if most of those say so that can, also if 1 was not asked for. See
    /// [`agreed`](Choice::agreed) before it is relied upon.
    pub fn k(&self) -> Option<usize> {
        self.votes.first().map(|vote| vote.k)
    }

    /// The k with the next most votes.
    pub fn second(&self) -> Option<usize> {
        self.votes.get(1).map(|vote| vote.k)
    }

    /// How many criteria pick a k.
    pub fn cast(&self) -> usize {
        self.votes.iter().map(|vote| vote.criteria.len()).sum()
    }

    /// The share of the votes that [`k`](Choice::k) has; 0 without votes.
    pub fn agreement(&self) -> f64 {
        self.votes.first().map_or(0.0, |vote| vote.criteria.len() as f64 / self.cast() as f64)
    }

    /// Whether at least half of the votes are for one k, and no other has as many.
    pub fn agreed(&self) -> bool {
        self.agreement() >= 0.5 && !self.tied()
    }

    /// Whether the second has as many votes as the first.
    pub fn tied(&self) -> bool {
        matches!(self.votes.as_slice(), [first, second, ..] if first.criteria.len() == second.criteria.len())
    }

    /// How far votes are spread: 0 if all are for one k, 1 if every vote is for another.
    ///
    /// The entropy of the shares over the logarithm of the number of votes; 0 of fewer than 2 votes.
    pub fn disagreement(&self) -> f64 {
        let cast = self.cast();
        if cast < 2 {
            return 0.0;
        }
        let shares = self.votes.iter().map(|vote| vote.criteria.len() as f64 / cast as f64);
        let entropy: f64 = shares.map(|share| -share * share.ln()).sum();
        (entropy / (cast as f64).ln()).max(0.0)
    }

    /// What a criterion says; `None` if it was not asked.
    pub fn answer(&self, criterion: Criterion) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.criterion == criterion)
    }

    /// Counts the picks of the answers.
    pub(super) fn count(answers: &[Answer]) -> Vec<Vote> {
        let mut votes: Vec<Vote> = Vec::new();
        for answer in answers {
            let Some(k) = answer.pick else { continue };
            match votes.iter_mut().find(|vote| vote.k == k) {
                Some(vote) => vote.criteria.push(answer.criterion),
                None => votes.push(Vote { k, criteria: vec![answer.criterion] }),
            }
        }
        votes.sort_by_key(|vote| (std::cmp::Reverse(vote.criteria.len()), vote.k));
        votes
    }
}
