//! Who won, by how much, and what speaks against it.

use std::fmt;

use crate::error::Error;
use crate::lifetime::family::Family;
use crate::lifetime::fit::certificate::Curvature;
use crate::lifetime::model::PurchaseModel;
use crate::math::sum::sum;
use crate::text::{Align, Table, number};

use super::calibration::Calibration;
use super::criterion::Criterion;
use super::holdout::HoldoutFit;
use super::observed::Observed;
use super::tracking::Tracking;
use super::trial::Trial;

/// Standard errors below which a distance may be chance.
const CHANCE: f64 = 2.0;

/// Families in the order in which they were ranked. Made by [`ChooseFamily`](super::ChooseFamily); printed it is a table with
/// the reasons.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FamilyChoice {
    /// By what they were ranked.
    pub criterion: Criterion,
    /// The best first; those without the figure after those with it, those that failed at the end.
    pub candidates: Vec<Candidate>,
    /// Why the first is first, and which other criteria say otherwise; in sentences.
    pub reasons: Vec<String>,
    /// What the data are like.
    pub observed: Observed,
    /// What speaks against the data or the fits; in sentences with figures.
    pub warnings: Vec<String>,
}

/// One family that competed.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Candidate {
    /// The family.
    pub family: Family,
    /// The model with its figures; `None` if the family failed.
    pub judged: Option<Judged>,
    /// Why it failed.
    pub error: Option<String>,
    /// How far its log score is behind that of the best; `None` of the best, of one that failed, and without a holdout.
    pub behind: Option<Behind>,
}

/// A model and what it is worth.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Judged {
    /// The model, with the certificate of its fit.
    pub model: PurchaseModel,
    /// The fit to what it was learnt from.
    pub calibration: Calibration,
    /// The fit to what came after; `None` without a holdout.
    pub holdout: Option<HoldoutFit>,
    /// The repeats of all buyers, step by step.
    pub tracking: Tracking,
}

/// A distance between the log scores of two models, buyer by buyer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Behind {
    /// The mean over the buyers; below 0 where the other would have won by the log score.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

impl Candidate {
    pub(super) fn judged(family: Family, judged: Judged) -> Self {
        Candidate { family, judged: Some(judged), error: None, behind: None }
    }

    pub(super) fn failed(family: Family, error: &Error) -> Self {
        Candidate { family, judged: None, error: Some(error.to_string()), behind: None }
    }

    /// Whether it was fitted and nothing speaks against the fit.
    pub fn is_clean(&self) -> bool {
        let certificate = self.judged.as_ref().and_then(|judged| judged.model.certificate());
        certificate.is_some_and(|certificate| certificate.is_clean())
    }

    /// What speaks against the fit, in a word or two.
    fn verdict(&self) -> String {
        match self.judged.as_ref().and_then(|judged| judged.model.certificate()) {
            None => "failed".to_owned(),
            Some(fit) if !fit.converged => "not converged".to_owned(),
            Some(fit) if !fit.boundary.is_empty() => format!("at bound: {}", fit.boundary.join(", ")),
            Some(fit) => match &fit.curvature {
                Curvature::Flat { along } => format!("flat: {}", along.join(", ")),
                Curvature::Indefinite => "no top".to_owned(),
                Curvature::Definite => "clean".to_owned(),
            },
        }
    }
}

impl FamilyChoice {
    pub(super) fn ranked(mut candidates: Vec<Candidate>, criterion: Criterion, trial: &Trial) -> Self {
        order(&mut candidates, criterion);
        set_behind(&mut candidates, trial);
        let observed = Observed::of(trial.buyers());
        let mut choice = FamilyChoice { criterion, candidates, reasons: Vec::new(), observed, warnings: Vec::new() };
        choice.reasons = choice.find_reasons();
        choice.warnings = choice.find_warnings(trial);
        choice
    }

    /// The model that was ranked first, with its figures; `None` if all families failed.
    pub fn best(&self) -> Option<&Judged> {
        self.candidates.first().and_then(|candidate| candidate.judged.as_ref())
    }

    /// The candidate of that family.
    pub fn of(&self, family: Family) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.family == family)
    }

    /// The families in the order of another criterion; without those that lack its figure.
    pub fn by(&self, criterion: Criterion) -> Vec<Family> {
        let mut all: Vec<&Candidate> = self.candidates.iter().filter(|c| loss(c, criterion).is_some()).collect();
        all.sort_by(|a, b| compare(a, b, criterion));
        all.into_iter().map(|candidate| candidate.family).collect()
    }

    fn find_reasons(&self) -> Vec<String> {
        let (Some(first), Some(judged)) = (self.candidates.first(), self.best()) else {
            return vec!["no family could be fitted".to_owned()];
        };
        let told = |judged: &Judged| self.criterion.value(judged).map_or("-".to_owned(), number);
        let mut reasons = Vec::new();
        match self.candidates.get(1).and_then(|second| Some((second, second.judged.as_ref()?))) {
            Some((second, other)) => {
                let mut text = format!(
                    "{} is first by the {} ({}), before {} ({})",
                    first.family,
                    self.criterion,
                    told(judged),
                    second.family,
                    told(other)
                );
                if let Some(behind) = second.behind {
                    let errors = behind.errors();
                    let close = if errors.abs() < CHANCE { ": that may be chance" } else { "" };
                    text += &format!("; the log scores are {} standard errors apart{close}", number(errors.abs()));
                }
                reasons.push(text);
            }
            None => reasons.push(format!("{} is the only family that was fitted", first.family)),
        }
        for criterion in Criterion::ALL.iter().filter(|criterion| **criterion != self.criterion) {
            let other = self.by(*criterion).first().and_then(|family| self.of(*family));
            let Some((other, theirs)) = other.and_then(|other| Some((other, other.judged.as_ref()?))) else { continue };
            if other.family != first.family
                && let (Some(own), Some(their)) = (criterion.value(judged), criterion.value(theirs))
            {
                let (own, their) = (number(own), number(their));
                reasons.push(format!("by the {criterion} {} would be first ({their}, not {own})", other.family));
            }
        }
        reasons
    }

    fn find_warnings(&self, trial: &Trial) -> Vec<String> {
        let mut warnings = self.observed.warnings();
        if let (Some(first), Some(judged)) = (self.candidates.first(), self.best()) {
            if !first.is_clean() {
                let clean = self.candidates.iter().find(|candidate| candidate.is_clean());
                let other = clean.map_or("none is".to_owned(), |clean| format!("the first that is: {}", clean.family));
                warnings.push(format!("the fit of {} is not clean ({}); {other}", first.family, first.verdict()));
            }
            warnings.extend(self.observed.certainly_alive(&judged.model, trial.buyers()));
        }
        for candidate in self.candidates.iter().skip(1).filter(|c| c.judged.is_some() && !c.is_clean()) {
            warnings.push(format!("the fit of {} is not clean ({})", candidate.family, candidate.verdict()));
        }
        for candidate in &self.candidates {
            if let Some(error) = &candidate.error {
                warnings.push(format!("{} could not be judged: {error}", candidate.family));
            }
        }
        warnings
    }
}

impl Behind {
    /// The distance in standard errors; 0 where no buyer makes a difference.
    pub fn errors(&self) -> f64 {
        if self.error > 0.0 { self.mean / self.error } else { 0.0 }
    }
}

fn loss(candidate: &Candidate, criterion: Criterion) -> Option<f64> {
    candidate.judged.as_ref().and_then(|judged| criterion.loss(judged))
}

/// Less loss first, then fewer parameters; without a figure after those with one, failures at the end.
fn compare(a: &Candidate, b: &Candidate, criterion: Criterion) -> std::cmp::Ordering {
    let known = |candidate: &Candidate| loss(candidate, criterion).unwrap_or(f64::INFINITY);
    let size = |candidate: &Candidate| candidate.judged.as_ref().map_or(usize::MAX, |j| j.calibration.parameters);
    known(a).total_cmp(&known(b)).then(size(a).cmp(&size(b)))
}

/// Equals stay in the order in which they were given.
fn order(candidates: &mut [Candidate], criterion: Criterion) {
    candidates.sort_by(|a, b| compare(a, b, criterion));
}

/// How far each is behind the first, by the log scores of each pair of buyer and count.
fn set_behind(candidates: &mut [Candidate], trial: &Trial) {
    let scores = |candidate: &Candidate| {
        let holdout = candidate.judged.as_ref()?.holdout.as_ref()?;
        holdout.log_score.map(|_| holdout.scores.clone())
    };
    let (Some(holdout), Some(best)) = (trial.pairs(), candidates.first().and_then(scores)) else { return };
    let total = sum(holdout.pairs.iter().map(|pair| pair.2));
    for candidate in candidates.iter_mut().skip(1) {
        let Some(own) = scores(candidate) else { continue };
        let each = || holdout.pairs.iter().zip(best.iter().zip(&own)).map(|(pair, (best, own))| (best - own, pair.2));
        let mean = sum(each().map(|(off, weight)| off * weight)) / total;
        let spread = sum(each().map(|(off, weight)| (off - mean).powi(2) * weight)) / total;
        candidate.behind = Some(Behind { mean, error: (spread / total).sqrt() });
    }
}

impl fmt::Display for FamilyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "families by the {}", self.criterion)?;
        let heads = ["family", "log-likelihood", "parameters", "BIC", "chi-squared", "log score", "MAE", "RMSE"];
        let heads = heads.into_iter().chain(["expected", "actual", "Gini", "tracking", "fit"]);
        let left = |head: &str| head == "family" || head == "fit";
        let mut table = Table::new(heads.map(|head| (head, if left(head) { Align::Left } else { Align::Right })));
        let figure =
            |value: Option<f64>, decimals: usize| value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"));
        for candidate in &self.candidates {
            let judged = candidate.judged.as_ref();
            let (fit, holdout) = (judged.map(|j| &j.calibration), judged.and_then(|j| j.holdout.as_ref()));
            let share = judged.and_then(|j| j.tracking.mape_holdout.or(j.tracking.mape));
            table.row([
                candidate.family.to_string(),
                figure(fit.map(|fit| fit.log_likelihood), 2),
                fit.map_or("-".to_owned(), |fit| fit.parameters.to_string()),
                figure(fit.map(|fit| fit.bic), 1),
                figure(fit.and_then(|fit| fit.chi_squared).map(|chi| chi.statistic), 2),
                figure(holdout.and_then(|h| h.log_score), 4),
                figure(holdout.map(|h| h.mae), 4),
                figure(holdout.map(|h| h.rmse), 4),
                figure(holdout.map(|h| h.expected), 1),
                figure(holdout.map(|h| h.actual), 0),
                figure(holdout.and_then(|h| h.ranking.gini), 4),
                share.map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0)),
                candidate.verdict(),
            ]);
        }
        writeln!(f, "{table}")?;
        for reason in &self.reasons {
            writeln!(f, "{reason}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}
