//! What recipes of a few parameters share: starts, seed, steps, priors, and the search with them.
//!
//! A model says where its parameters may lie and how high its likelihood is there; the rest, from the start values to the
//! certificate, is the same for all.
//!
//! Parameters are above 0 and searched by their logarithms. The first search begins at the center that the model names, the
//! others around it, normal with a standard deviation of 1.2; a prior says that the logarithm of a parameter is normal.
//!
//! | who | learns with it |
//! | --- | --- |
//! | [`BgBb`](crate::lifetime::BgBb) | four parameters of buyers with opportunities |
//! | [`ShiftedBetaGeometric`](crate::lifetime::ShiftedBetaGeometric) | two of contracts |
//! | [`BetaDiscreteWeibull`](crate::lifetime::BetaDiscreteWeibull) | three of contracts |

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::progress::Progress;

use super::Prior;
use super::climb::{Height, Limits};
use super::search::{Search, search};
use crate::lifetime::certificate::Certificate;

/// The settings of a search, as recipes keep them. Setters cannot fail; what is wrong is told where the fit begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    /// From how many places the search begins.
    pub(crate) starts: usize,
    /// By which the places after the first are drawn.
    pub(crate) seed: u64,
    /// The most steps of each search.
    pub(crate) steps: usize,
    /// What is believed before the data.
    pub(crate) priors: Vec<Prior>,
}

/// Five starts, of at most 200 steps each, and no priors.
impl Default for Settings {
    fn default() -> Self {
        Settings { starts: 5, seed: 0, steps: 200, priors: Vec::new() }
    }
}

/// A likelihood with the priors of its parameters, which are logarithms: what is climbed.
struct Believed<'a> {
    likelihood: &'a dyn Height,
    /// Place, mean and standard deviation of the logarithm.
    priors: Vec<(usize, f64, f64)>,
}

impl Believed<'_> {
    /// ln of the priors, with its slopes added: half the square of the distance in standard deviations, less than 0. What does
    /// not depend on the parameters is left out.
    fn ln_prior(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        let mut total = 0.0;
        for (place, mean, spread) in &self.priors {
            let off = (at[*place] - mean) / spread;
            total -= 0.5 * off * off;
            slopes[*place] -= off / spread;
        }
        total
    }
}

/// Likelihood and priors together, and their slopes.
impl Height for Believed<'_> {
    fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        self.likelihood.height(at, slopes) + self.ln_prior(at, slopes)
    }
}

impl Settings {
    /// The parameters (not their logarithms) of the greatest height, with what the search says of itself.
    ///
    /// `likelihood` takes logarithms of the parameters in the order of `names`; `center` is where the first search begins,
    /// in logarithms too. The log-likelihood of the certificate is without priors, which stand beside it.
    ///
    /// A model whose parameters are not finite does not come out: the search stays within e^±25.
    ///
    /// # Errors
    /// If a setting is outside what it may be, a prior is of no parameter, the height is finite at no start, or `progress`
    /// stops it.
    pub(crate) fn learn(
        &self,
        likelihood: &dyn Height,
        names: &[&str],
        center: &[f64],
        progress: &Progress<'_>,
    ) -> Result<(Vec<f64>, Certificate)> {
        for (name, value) in [("starts", self.starts), ("steps", self.steps)] {
            if value == 0 {
                return Err(Error::parameter(name, "at least 1", value));
            }
        }
        let priors = self.priors.iter().map(|prior| placed(prior, names)).collect::<Result<_>>()?;
        let believed = Believed { likelihood, priors };
        let place = |start: usize| {
            let mut random = Random::new(self.seed, start as u64);
            let width = if start == 0 { 0.0 } else { 1.2 };
            center.iter().map(|at| at + width * random.normal()).collect()
        };
        let wanted = Search {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            logarithms: vec![true; names.len()],
            starts: (0..self.starts).map(place).collect(),
            sample: None,
            limits: Limits { steps: self.steps, ..Limits::default() },
        };
        let (at, mut certificate) = search(&believed, &wanted, progress)?;
        certificate.log_prior = believed.ln_prior(&at, &mut vec![0.0; at.len()]);
        certificate.log_likelihood -= certificate.log_prior;
        Ok((at.into_iter().map(f64::exp).collect(), certificate))
    }
}

/// The place of a prior's parameter, with the mean and the standard deviation of its logarithm.
///
/// # Errors
/// If there is no such parameter, or the median or the spread is not a finite number above 0.
fn placed(prior: &Prior, names: &[&str]) -> Result<(usize, f64, f64)> {
    let Some(at) = names.iter().position(|name| *name == prior.parameter) else {
        return Err(Error::parameter("prior", format!("of one of {}", names.join(", ")), &prior.parameter));
    };
    for (name, value) in [("median", prior.median), ("spread", prior.spread)] {
        if !(value.is_finite() && value > 0.0) {
            let error = Error::parameter(name, "a finite number above 0", value);
            return Err(error.at_key(format!("prior.{}", prior.parameter)));
        }
    }
    Ok((at, prior.median.ln(), prior.spread))
}

/// The setters of where searches begin, of a recipe that holds `starts` and `seed`, itself or in the field that is named.
macro_rules! starts {
    ($recipe:ty $(, $within:ident)?) => {
        impl $recipe {
            /// Sets from how many places each search begins, at least 1.
            #[must_use]
            pub fn starts(mut self, starts: usize) -> Self {
                self$(.$within)?.starts = starts;
                self
            }

            /// Sets the seed by which the starts after the first are drawn.
            #[must_use]
            pub fn seed(mut self, seed: u64) -> Self {
                self$(.$within)?.seed = seed;
                self
            }
        }
    };
}

/// The setters of a recipe that holds its [`Settings`] under the name `settings`: the same words, and the same documentation,
/// wherever a few parameters are searched. Nothing is checked before the fit.
macro_rules! settings {
    ($recipe:ty) => {
        $crate::lifetime::fit::plain::starts!($recipe, settings);

        impl $recipe {
            /// Sets the most steps of each search, at least 1.
            #[must_use]
            pub fn steps(mut self, steps: usize) -> Self {
                self.settings.steps = steps;
                self
            }

            /// Adds what is believed of a parameter before the data: its median, and the standard deviation of its
            /// logarithm.
            #[must_use]
            pub fn prior(mut self, parameter: impl Into<String>, median: f64, spread: f64) -> Self {
                let parameter = parameter.into();
                self.settings.priors.push($crate::lifetime::Prior { parameter, median, spread });
                self
            }
        }
    };
}

pub(crate) use {settings, starts};

/// Parameters with their standard errors, and the certificate if the model was learnt: how models of a few parameters print.
pub(crate) fn write_parameters(
    f: &mut std::fmt::Formatter<'_>,
    names: &[&str],
    values: &[f64],
    certificate: Option<&Certificate>,
) -> std::fmt::Result {
    use crate::text::{Align, Table};
    let mut table = Table::new([("parameter", Align::Left), ("value", Align::Right), ("error", Align::Right)]);
    for (at, (name, value)) in names.iter().zip(values).enumerate() {
        let error = certificate.and_then(|certificate| certificate.standard_errors.get(at).copied().flatten());
        let error = error.map_or("-".to_owned(), |error| format!("{error:.5}"));
        table.row([(*name).to_owned(), format!("{value:.5}"), error]);
    }
    writeln!(f, "{table}")?;
    certificate.map_or(Ok(()), |certificate| write!(f, "{certificate}"))
}
