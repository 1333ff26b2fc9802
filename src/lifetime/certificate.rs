//! What a fit says of itself: whether the top was found, and how sharp it is.

use std::fmt;

use crate::text::number;

/// The certificate of a fit.
///
/// A model is given whenever its parameters are finite; whether to trust it stands here. Nothing in it is a start value:
/// what did not move says so.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{BuyTillYouDie, Buyers, Family};
///
/// let repeats = [0, 0, 1, 4, 2, 0, 7, 1];
/// let last = [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0];
/// let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 8])?;
/// let model = BuyTillYouDie::new(Family::BgNbd).fit(&buyers)?;
/// let certificate = model.certificate().expect("was learnt");
/// assert!(certificate.converged && certificate.gradient_norm < 1e-3);
/// println!("{certificate}"); // eight buyers: flat ridges and wide errors are told
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Certificate {
    /// The names of what was searched: parameters, then coefficients of covariates.
    pub names: Vec<String>,
    /// The logarithm of the likelihood at the best place, penalties and priors apart.
    pub log_likelihood: f64,
    /// The logarithm of penalties and priors there; 0 without.
    pub log_prior: f64,
    /// From how many places the search began.
    pub starts: usize,
    /// The share of the starts that reached the best place, to 0.001 of its height.
    pub reached: f64,
    /// The height of the best place that was reached and is lower; `None` if all came to the same.
    pub second: Option<f64>,
    /// The greatest slope at the best place, by the logarithm of a parameter.
    pub gradient_norm: f64,
    /// Whether the search ended because there was nothing more to gain.
    pub converged: bool,
    /// Steps from the best start.
    pub steps: usize,
    /// How often the likelihood was taken, over all starts.
    pub evaluations: usize,
    /// How the top is curved.
    pub curvature: Curvature,
    /// Parameters that stand at the end of what was searched, e^±25.
    pub boundary: Vec<String>,
    /// The standard error of each; `None` where the top is flat or the parameter at its bound.
    pub standard_errors: Vec<Option<f64>>,
    /// The covariances of the logarithms of parameters and of coefficients, row by row; empty where the top is flat.
    pub covariance: Vec<Vec<f64>>,
    /// Of how many different buyers all starts but the last were searched, where there were more.
    pub sampled: Option<usize>,
    /// What else is to be known, in sentences.
    pub notes: Vec<String>,
}

/// How the top of a likelihood is curved.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Curvature {
    /// It falls in every direction.
    Definite,
    /// It hardly falls along a direction: the data do not tell these parameters apart.
    Flat {
        /// The parameters that change along it, the most first.
        along: Vec<String>,
    },
    /// It rises along a direction: this is no top.
    Indefinite,
}

impl Certificate {
    /// Whether nothing speaks against the fit: it converged, on a sharp top, away from all bounds.
    pub fn is_clean(&self) -> bool {
        self.converged && self.curvature == Curvature::Definite && self.boundary.is_empty()
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "log-likelihood {:.3}", self.log_likelihood)?;
        if self.log_prior != 0.0 {
            write!(f, " (with priors {:.3})", self.log_likelihood + self.log_prior)?;
        }
        let reached = (self.reached * self.starts as f64).round();
        write!(f, "; {reached} of {} starts reached it", self.starts)?;
        if let Some(second) = self.second {
            write!(f, ", the second best ended at {second:.3}")?;
        }
        // below a thousandth of a customer it is rounding, and differs from machine to machine
        if self.gradient_norm < 1e-3 {
            writeln!(f, "; greatest slope below 0.001")?;
        } else {
            writeln!(f, "; greatest slope {:.1e}", self.gradient_norm)?;
        }
        match &self.curvature {
            Curvature::Definite => writeln!(f, "the top is sharp in every direction")?,
            Curvature::Flat { along } => match along.as_slice() {
                [one] => writeln!(f, "flat: the data say nothing of {one}")?,
                several => writeln!(f, "flat: the data do not tell {} apart", several.join(", "))?,
            },
            Curvature::Indefinite => writeln!(f, "this is no top: the likelihood rises along a direction")?,
        }
        if !self.converged {
            writeln!(f, "the search was not at its end after {} steps", self.steps)?;
        }
        if !self.boundary.is_empty() {
            writeln!(f, "at the end of what was searched: {}", self.boundary.join(", "))?;
        }
        if let Some(sampled) = self.sampled {
            writeln!(f, "the starts were searched on {} different buyers, the best on all", number(sampled as f64))?;
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        Ok(())
    }
}
