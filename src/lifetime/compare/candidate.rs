//! One family that competed, with all that is known of its model.

use crate::error::Error;
use crate::lifetime::certificate::Curvature;
use crate::lifetime::family::Family;
use crate::lifetime::model::PurchaseModel;

use super::calibration::Calibration;
use super::holdout::HoldoutFit;
use super::tracking::Tracking;

/// One family that competed.
///
/// A family that failed stays among the others: of three that were asked three are answered. What could not be fitted
/// says why in [`error`](Candidate::error), and has no figures.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Candidate {
    /// The family; of regular buyers with the number of stages that was taken.
    pub family: Family,
    /// The model with its figures; `None` if the family failed.
    pub judged: Option<Judged>,
    /// Why it failed.
    pub error: Option<String>,
    /// How far its log score is behind that of the best; `None` of the best, of one that failed, and without a holdout.
    pub behind: Option<Behind>,
}

/// A model and what it is worth.
///
/// The parts can be had alone, of any model: [`Calibration::of`], [`HoldoutFit::of`], [`Tracking::of`].
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
///
/// Both models are judged on the same buyers, so that what is common to them drops out: small distances can be sure. Less
/// than two standard errors may be chance.
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
    /// One that was fitted.
    pub(super) fn judged(judged: Judged) -> Self {
        Candidate { family: judged.model.family(), judged: Some(judged), error: None, behind: None }
    }

    /// One that could not be.
    pub(super) fn failed(family: Family, error: &Error) -> Self {
        Candidate { family, judged: None, error: Some(error.to_string()), behind: None }
    }

    /// Whether it was fitted and nothing speaks against the fit.
    pub fn is_clean(&self) -> bool {
        let certificate = self.judged.as_ref().and_then(|judged| judged.model.certificate());
        certificate.is_some_and(|certificate| certificate.is_clean())
    }

    /// What speaks against the fit, in a word or two.
    pub(super) fn verdict(&self) -> String {
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

impl Behind {
    /// The distance in standard errors; 0 where no buyer makes a difference.
    pub fn errors(&self) -> f64 {
        if self.error > 0.0 { self.mean / self.error } else { 0.0 }
    }
}
