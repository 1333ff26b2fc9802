//! By what families are ranked.

use std::fmt;

use super::candidate::Judged;

/// By what families are ranked.
///
/// | criterion | of | good for | beware |
/// | --- | --- | --- | --- |
/// | [`LogScore`](Criterion::LogScore) | holdout | all that a model says of a buyer: it cannot be won by saying anything but what is believed (a strictly proper score, T. Gneiting and A. E. Raftery 2007, DOI 10.1198/016214506000001437) | one who buys far more than was thought possible costs much |
/// | [`Mae`](Criterion::Mae) | holdout | what people ask for | where most buy nothing it favours forecasts that are too low |
/// | [`Rmse`](Criterion::Rmse) | holdout | the mean of each buyer | few large buyers decide |
/// | [`Bias`](Criterion::Bias) | holdout | the total of all buyers: budgets, stock | errors of both signs cancel |
/// | [`Gini`](Criterion::Gini) | holdout | who comes first: campaigns | says nothing of how much |
/// | [`Tracking`](Criterion::Tracking) | holdout | the course of the total | steps are not independent |
/// | [`Bic`](Criterion::Bic), [`Aic`](Criterion::Aic) | calibration | no holdout to spare | knows nothing of what comes after |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Criterion {
    /// The mean logarithm of the probability of what each buyer did in the holdout.
    LogScore,
    /// The mean absolute error of a buyer in the holdout.
    Mae,
    /// The root mean squared error of a buyer in the holdout.
    Rmse,
    /// The absolute error of the total of the holdout, a buyer.
    Bias,
    /// The Gini coefficient of the order in the holdout.
    Gini,
    /// The mean relative error of cumulative repeats over the steps of the holdout.
    Tracking,
    /// Schwarz's criterion in the calibration.
    Bic,
    /// Akaike's criterion in the calibration.
    Aic,
}

impl Criterion {
    /// All criteria.
    pub const ALL: &'static [Criterion] = &[
        Criterion::LogScore,
        Criterion::Mae,
        Criterion::Rmse,
        Criterion::Bias,
        Criterion::Gini,
        Criterion::Tracking,
        Criterion::Bic,
        Criterion::Aic,
    ];

    /// Whether it is of the holdout.
    pub fn needs_holdout(self) -> bool {
        !matches!(self, Criterion::Bic | Criterion::Aic)
    }

    /// What a model reached; `None` where the figure is not known, or is of another kind than those of other families.
    pub fn value(self, judged: &Judged) -> Option<f64> {
        let holdout = judged.holdout.as_ref();
        match self {
            Criterion::LogScore => holdout?.log_score,
            Criterion::Mae => holdout.map(|holdout| holdout.mae),
            Criterion::Rmse => holdout.map(|holdout| holdout.rmse),
            Criterion::Bias => holdout.map(|holdout| holdout.bias.abs()),
            Criterion::Gini => holdout?.ranking.gini,
            Criterion::Tracking => judged.tracking.mape_holdout,
            Criterion::Bic => Some(judged.calibration.bic).filter(|_| judged.calibration.comparable),
            Criterion::Aic => Some(judged.calibration.aic).filter(|_| judged.calibration.comparable),
        }
    }

    /// What is to be small, rounded: what differs by less is the same, and the family with fewer parameters wins. Criteria
    /// of likelihood are told to a hundredth, others to four digits.
    pub(super) fn loss(self, judged: &Judged) -> Option<f64> {
        let sign = if matches!(self, Criterion::LogScore | Criterion::Gini) { -1.0 } else { 1.0 };
        let value = self.value(judged).filter(|value| value.is_finite())? * sign;
        let digits = match self {
            Criterion::Bic | Criterion::Aic => 2,
            _ => 3 - value.abs().max(1e-290).log10().floor() as i32,
        };
        let scale = 10f64.powi(digits);
        Some((value * scale).round() / scale)
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Criterion::LogScore => "log score",
            Criterion::Mae => "mean absolute error",
            Criterion::Rmse => "root mean squared error",
            Criterion::Bias => "error of the total",
            Criterion::Gini => "Gini of the order",
            Criterion::Tracking => "tracking error",
            Criterion::Bic => "BIC",
            Criterion::Aic => "AIC",
        })
    }
}
