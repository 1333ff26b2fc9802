//! Who won, by how much, and what speaks against it.
//!
//! A choice is more than its first row. Families that differ by less than chance are told so; where one wins by the error of
//! a buyer and another by the total, both are named, and the reader knows what the forecast is for. A fit that is not clean
//! may still win, since forecasts can be good where parameters are not to be told apart: it is flagged and not dropped.
//!
//! Ties go to the family with fewer parameters, then to the one that was named first. That decides between a family and
//! another that it comes to where a parameter has run out, such as GGompertz/NBD and Pareto/NBD.

use std::fmt;

use crate::lifetime::family::Family;
use crate::math::sum::sum;
use crate::text::{Align, Table, number};

use super::candidate::{Behind, Candidate, Judged};
use super::criterion::Criterion;
use super::observed::Observed;
use super::trial::Trial;

/// Standard errors below which a distance may be chance: about one time in twenty, a distance of nothing is told as one.
const CHANCE: f64 = 2.0;

/// Families in the order in which they were ranked. Made by [`ChooseFamily`](super::ChooseFamily).
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyers, ChooseFamily, Criterion, Family, PurchaseModel, Trial};
///
/// let truth = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.8, 4.0, 0.8, 2.4])?;
/// let trial = Trial::without_holdout(truth.simulate(&[39.0; 400], TimeUnit::Weeks, 7)?);
/// let choice = ChooseFamily::new().families([Family::BgNbd, Family::Nbd]).fit(&trial)?;
/// assert_eq!(choice.by(Criterion::Bic)[0], Family::BgNbd);
/// assert!(choice.of(Family::Nbd).is_some_and(|nbd| nbd.is_clean() && nbd.error.is_none()));
/// assert!(choice.reasons[0].starts_with("BG/NBD is first by the BIC"));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Printed it is a table, then the reasons and the warnings. Columns of the table:
///
/// | column | of | better |
/// | --- | --- | --- |
/// | log-likelihood, parameters, BIC | calibration | BIC low |
/// | chi-squared | buyers by repeats 0 to 7+ in the calibration | low |
/// | log score | holdout | high |
/// | MAE, RMSE | a buyer in the holdout | low |
/// | expected, actual | all buyers in the holdout | alike |
/// | Gini | the order in the holdout | high |
/// | tracking | the mean error of cumulative repeats in the holdout | low |
/// | fit | what the certificate says | `clean` |
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FamilyChoice {
    /// By what they were ranked: what was asked for, or what [`ChooseFamily`](super::ChooseFamily) takes by itself.
    pub criterion: Criterion,
    /// The best first; those without the figure after those with it, those that failed at the end.
    pub candidates: Vec<Candidate>,
    /// Why the first is first, whether that may be chance, and which other criteria say otherwise; in sentences.
    pub reasons: Vec<String>,
    /// What the data are like.
    pub observed: Observed,
    /// What speaks against the data or the fits; in sentences with figures.
    ///
    /// First what [`Observed::warnings`] says, then what is not clean, then what failed.
    pub warnings: Vec<String>,
}

impl FamilyChoice {
    /// Ranks, and finds the words.
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
    ///
    /// The [`warnings`](FamilyChoice::warnings) are to be read before it is used.
    pub fn best(&self) -> Option<&Judged> {
        self.candidates.first().and_then(|candidate| candidate.judged.as_ref())
    }

    /// The candidate of that family, fitted or failed; `None` if it did not compete.
    pub fn of(&self, family: Family) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.family == family)
    }

    /// The families in the order of another criterion; without those that lack its figure.
    ///
    /// Nothing is fitted again.
    pub fn by(&self, criterion: Criterion) -> Vec<Family> {
        let mut all: Vec<&Candidate> = self.candidates.iter().filter(|c| loss(c, criterion).is_some()).collect();
        all.sort_by(|a, b| compare(a, b, criterion));
        all.into_iter().map(|candidate| candidate.family).collect()
    }

    /// Why the first is first, by how much, and by which criteria another would be: where all agree there is one sentence.
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

    /// What the data are short of, then what is wrong with the first family, with the others, and with those that failed.
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
            if candidate.judged.as_ref().is_some_and(|judged| !judged.calibration.comparable) {
                warnings.push(format!(
                    "the likelihood of {} lacks the gaps between purchases, which are not known, and is not to be compared",
                    candidate.family
                ));
            }
            if let Some(error) = &candidate.error {
                warnings.push(format!("{} could not be judged: {error}", candidate.family));
            }
        }
        warnings
    }
}

/// What is to be small, of one that was fitted.
fn loss(candidate: &Candidate, criterion: Criterion) -> Option<f64> {
    candidate.judged.as_ref().and_then(|judged| criterion.loss(judged))
}

/// Less loss first, then fewer parameters.
///
/// Without a figure they come after those with one, and failures at the end.
fn compare(a: &Candidate, b: &Candidate, criterion: Criterion) -> std::cmp::Ordering {
    let known = |candidate: &Candidate| loss(candidate, criterion).unwrap_or(f64::INFINITY);
    let size = |candidate: &Candidate| candidate.judged.as_ref().map_or(usize::MAX, |j| j.calibration.parameters);
    known(a).total_cmp(&known(b)).then(size(a).cmp(&size(b)))
}

/// Ranks.
///
/// Equals stay in the order in which they were given.
fn order(candidates: &mut [Candidate], criterion: Criterion) {
    candidates.sort_by(|a, b| compare(a, b, criterion));
}

/// How far each is behind the first, by the log scores of each pair of buyer and count.
///
/// The standard error is that of a mean of differences between independent buyers.
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
