//! The recipe: which family, from how many starts, with which priors.

pub(crate) mod climb;
pub(crate) mod plain;
pub(crate) mod regular;
mod sample;
pub(crate) mod search;

use nalgebra::DMatrix;

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::parallel;
use crate::progress::Progress;

use super::buyers::Buyers;
use super::cell::{Cell, Group};
use super::family::{AnyKernel, Family, Kind, MOST, Parameter, shifted};
use super::model::PurchaseModel;
use climb::{Height, Limits};
use plain::Settings;
use search::{Search, search};

/// Different buyers above which the starts are searched on a sample of so many.
const MANY: usize = 4_000;

/// Different buyers above which a larger sample of so many leads from the first to all.
const VERY_MANY: usize = 50_000;

/// What the certificate says where a family of regular buyers does not know their gaps.
const GAPS: &str = "gaps between purchases are not known: the log-likelihood lacks what they add and compares with no other number of stages";

/// Learns how buyers buy and stop buying, where nobody tells that they left: a model of the buy-till-you-die kind.
///
/// The parameters of the [`Family`] are those of the greatest likelihood, found from several starts in the space of their
/// logarithms with exact slopes; what the fit is worth stands in its [`Certificate`](super::Certificate).
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{BuyTillYouDie, Buyer, Buyers, Family, Horizon};
///
/// let repeats = [0, 0, 1, 4, 2, 0, 7, 1];
/// let last = [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0];
/// let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 8])?;
/// let model = BuyTillYouDie::new(Family::BgNbd).fit(&buyers)?;
/// let faithful = Buyer::new(TimeUnit::Weeks, 7, 37.5, 39.0)?;
/// let silent = Buyer::new(TimeUnit::Weeks, 7, 7.5, 39.0)?;
/// assert!(model.alive(&faithful)? > model.alive(&silent)?);
/// assert!(model.purchases(&faithful, Horizon::weeks(52.0))? > 1.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BuyTillYouDie {
    family: Family,
    settings: Settings,
    penalty: f64,
    /// Where the first search begins, if not at a place made of the buyers.
    start_at: Option<Vec<f64>>,
}

/// What is believed of a parameter before the data: that its logarithm is normal.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Prior {
    /// The parameter's name.
    pub parameter: String,
    /// Its median.
    pub median: f64,
    /// The standard deviation of its logarithm: 0.7 says that it is within a factor of four with 95 %.
    pub spread: f64,
}

plain::settings!(BuyTillYouDie);

impl BuyTillYouDie {
    /// A model of that family, from five starts, without priors.
    pub fn new(family: Family) -> Self {
        BuyTillYouDie { family, settings: Settings::default(), penalty: 0.0, start_at: None }
    }

    /// The family that is learnt.
    pub fn family(&self) -> Family {
        self.family
    }

    /// Sets where the first search begins: parameters in the unit of the buyers, then coefficients of covariates, such as
    /// [`PurchaseModel::parameters`] of an earlier fit. Other starts are drawn around it.
    #[must_use]
    pub fn start_at(mut self, parameters: &[f64]) -> Self {
        self.start_at = Some(parameters.to_vec());
        self
    }

    /// Sets by how much large parameters are held against: `coefficient · Σ parameter²` is taken from the mean log-likelihood
    /// of a buyer, with times told in ages of the oldest buyer. 0, the default, holds nothing against them.
    ///
    /// This is `penalizer_coef` of the Python package lifetimes, to the same numbers. It keeps parameters finite where the
    /// data say little, and it favours small ones whatever is true: a [`prior`](BuyTillYouDie::prior) says what is believed.
    /// Coefficients of covariates are left alone.
    #[must_use]
    pub fn penalty(mut self, coefficient: f64) -> Self {
        self.penalty = coefficient;
        self
    }

    /// The same recipe with these priors alone, and without a penalty.
    pub(crate) fn believing(mut self, priors: Vec<Prior>) -> Self {
        (self.settings.priors, self.penalty) = (priors, 0.0);
        self
    }

    /// Learns.
    ///
    /// # Errors
    /// If a setting is outside what it may be, there is no buyer with a weight, the family knows no covariates and the
    /// buyers have some, or the likelihood is finite nowhere.
    pub fn fit(&self, buyers: &Buyers) -> Result<PurchaseModel> {
        self.fit_with(buyers, &Progress::none())
    }

    /// Learns, telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`BuyTillYouDie::fit`], or if `progress` stops it.
    pub fn fit_with(&self, buyers: &Buyers, progress: &Progress<'_>) -> Result<PurchaseModel> {
        for (name, value) in [("starts", self.settings.starts), ("steps", self.settings.steps)] {
            if value == 0 {
                return Err(Error::parameter(name, "at least 1", value));
            }
        }
        self.family.check()?;
        let kernel = self.family.kernel();
        let likelihood = Likelihood::new(self, &*kernel, buyers)?;
        let total = buyers.total();
        if total <= 0.0 {
            return Err(Error::empty("buyers to learn from"));
        }
        let sampled = |size: usize| (buyers.list().len() > 3 * size).then(|| sample::of(buyers, size));
        let (small, middle) = parallel::join(|| sampled(MANY), || sampled(VERY_MANY));
        let samples = [small, middle];
        let [small, middle] = samples.each_ref().map(|sample| {
            let (cells, groups) = sample.as_ref()?;
            Some(Likelihood { cells, groups, ..likelihood.clone() })
        });
        let likelihood = Likelihood { nearby: middle.as_ref(), ..likelihood.clone() };
        let age = mean_age(buyers);
        let names = likelihood.names(buyers.covariates());
        let logarithms = (0..names.len()).map(|i| i < likelihood.parameters).collect();
        self.check_start(names.len(), likelihood.parameters)?;
        let wanted = Search {
            starts: self.places(&*kernel, age, names.len()),
            names,
            logarithms,
            sample: small.as_ref().map(|small| (small as &dyn Height, small.cells.len())),
            limits: Limits { steps: self.settings.steps, ..Limits::default() },
        };
        let (at, mut certificate) = search(&likelihood, &wanted, progress)?;
        certificate.log_prior = likelihood.ln_prior(&at, &mut vec![0.0; at.len()]);
        certificate.log_likelihood -= certificate.log_prior;
        match self.family.constant(buyers) {
            Some(constant) => {
                certificate.log_likelihood += constant;
                certificate.second = certificate.second.map(|second| second + constant);
            }
            None => certificate.notes.push(GAPS.to_owned()),
        }
        let parameters: Vec<f64> = at.iter().take(likelihood.parameters).map(|ln| ln.exp()).collect();
        certificate.notes.extend(kernel.degenerate(&natural(&parameters), age));
        let coefficients = at.get(likelihood.parameters..).unwrap_or(&[]).to_vec();
        PurchaseModel::learnt(self.family, buyers, parameters, coefficients, certificate)
    }

    /// Whether a search can begin where it was told to.
    fn check_start(&self, len: usize, parameters: usize) -> Result<()> {
        let Some(start) = &self.start_at else { return Ok(()) };
        if start.len() != len {
            return Err(Error::length("start", start.len(), len));
        }
        let wrong =
            |(at, value): (usize, &f64)| (!value.is_finite() || at < parameters && *value <= 0.0).then_some(*value);
        match start.iter().enumerate().find_map(wrong) {
            Some(value) => Err(Error::parameter("start", "finite, and parameters above 0", value)),
            None => Ok(()),
        }
    }

    /// Where searches begin: shapes of 1 and times of the buyers' mean age, then places around it.
    fn places(&self, kernel: &dyn AnyKernel, age: f64, len: usize) -> Vec<Vec<f64>> {
        let age = if age > 0.0 { age } else { 1.0 };
        let center: Vec<f64> = kernel
            .parameters()
            .iter()
            .map(|parameter| match parameter.kind {
                Kind::Shape => 0.0,
                Kind::Time => (age * 0.25).ln(),
                Kind::Rate => -age.ln(),
            })
            .chain(std::iter::repeat(0.0))
            .take(len)
            .collect();
        let center = match &self.start_at {
            Some(start) => {
                let own = kernel.parameters().len();
                start.iter().enumerate().map(|(at, value)| if at < own { value.ln() } else { *value }).collect()
            }
            None => center,
        };
        (0..self.settings.starts)
            .map(|start| {
                let mut random = Random::new(self.settings.seed, start as u64);
                let shift = |(i, at): (usize, &f64)| match start {
                    0 => *at,
                    _ if i < kernel.parameters().len() => at + 1.2 * random.normal(),
                    _ => *at,
                };
                center.iter().enumerate().map(shift).collect()
            })
            .collect()
    }
}

/// Parameters as kernels take them.
fn natural(parameters: &[f64]) -> [f64; MOST] {
    let mut natural = [1.0; MOST];
    for (slot, value) in natural.iter_mut().zip(parameters) {
        *slot = *value;
    }
    natural
}

/// How long buyers have been seen, on average; 0 without a buyer.
fn mean_age(buyers: &Buyers) -> f64 {
    let total = buyers.total().max(f64::MIN_POSITIVE);
    let parts = parallel::map_chunks(buyers.list().len(), parallel::CHUNK, |range| {
        let cells = buyers.list().get(range).unwrap_or(&[]);
        cells.iter().map(|cell| cell.age * cell.weight).sum::<f64>()
    });
    parts.into_iter().sum::<f64>() / total
}

/// The logarithm of the likelihood by the logarithms of the parameters, and by coefficients as they are.
#[derive(Clone)]
pub(crate) struct Likelihood<'a> {
    kernel: &'a dyn AnyKernel,
    cells: &'a [Cell],
    groups: &'a [Group],
    /// How many parameters there are, and how many covariates.
    pub(crate) parameters: usize,
    covariates: usize,
    /// Place, mean and standard deviation of the logarithm of a parameter.
    priors: Vec<(usize, f64, f64)>,
    /// What the squares of the parameters are held against with; each parameter is told in ages of the oldest buyer. No scale
    /// is kept where there is no penalty.
    penalty: f64,
    scales: Vec<f64>,
    /// The same of a sample, where there are very many buyers.
    nearby: Option<&'a Likelihood<'a>>,
}

impl<'a> Likelihood<'a> {
    fn new(recipe: &BuyTillYouDie, kernel: &'a dyn AnyKernel, buyers: &'a Buyers) -> Result<Self> {
        let names: Vec<&str> = kernel.parameters().iter().map(|parameter| parameter.name).collect();
        let place = |prior: &Prior| {
            let Some(at) = names.iter().position(|name| *name == prior.parameter) else {
                return Err(Error::parameter("prior", format!("of one of {}", names.join(", ")), &prior.parameter));
            };
            let key = |error: Error| error.at_key(format!("prior.{}", prior.parameter));
            if !(prior.median.is_finite() && prior.median > 0.0) {
                return Err(key(Error::parameter("median", "a finite number above 0", prior.median)));
            }
            if !(prior.spread.is_finite() && prior.spread > 0.0) {
                return Err(key(Error::parameter("spread", "a finite number above 0", prior.spread)));
            }
            Ok((at, prior.median.ln(), prior.spread))
        };
        if !buyers.covariates().is_empty() && kernel.covaries().is_empty() {
            return Err(Error::unsupported(format!("{} is not defined with covariates", recipe.family)));
        }
        if !(recipe.penalty.is_finite() && recipe.penalty >= 0.0) {
            return Err(Error::parameter("penalty", "a finite number of at least 0", recipe.penalty));
        }
        let ages = buyers.list().iter().filter(|_| recipe.penalty > 0.0).map(|cell| cell.age);
        let oldest = ages.fold(0.0, f64::max);
        let oldest = if oldest > 0.0 { oldest } else { 1.0 };
        let scale = |parameter: &Parameter| match parameter.kind {
            Kind::Shape => 1.0,
            Kind::Time => 1.0 / oldest,
            Kind::Rate => oldest,
        };
        let penalty = recipe.penalty * buyers.total();
        let scales = kernel.parameters().iter().filter(|_| penalty > 0.0).map(scale).collect();
        Ok(Likelihood {
            kernel,
            cells: buyers.list(),
            groups: buyers.groups(),
            parameters: names.len(),
            covariates: buyers.covariates().len(),
            priors: recipe.settings.priors.iter().map(place).collect::<Result<_>>()?,
            penalty,
            scales,
            nearby: None,
        })
    }

    /// Parameters, then for each parameter that covariates act upon one coefficient a covariate: `alpha.income`.
    fn names(&self, covariates: &[String]) -> Vec<String> {
        let own = self.kernel.parameters();
        let mut names: Vec<String> = own.iter().map(|parameter| parameter.name.to_owned()).collect();
        if !covariates.is_empty() {
            for (at, _) in self.kernel.covaries() {
                let name = own.get(*at).map_or("", |parameter| parameter.name);
                names.extend(covariates.iter().map(|covariate| format!("{name}.{covariate}")));
            }
        }
        names
    }

    /// ln of the priors and less the penalty, with its slopes added.
    pub(crate) fn ln_prior(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        let mut total = 0.0;
        for (place, mean, spread) in &self.priors {
            let off = (at[*place] - mean) / spread;
            total -= 0.5 * off * off;
            slopes[*place] -= off / spread;
        }
        for ((ln, slope), scale) in at.iter().zip(slopes).zip(&self.scales) {
            let square = self.penalty * (2.0 * (ln + scale.ln())).exp();
            total -= square;
            *slope -= 2.0 * square;
        }
        total
    }
}

impl Height for Likelihood<'_> {
    fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        slopes.fill(0.0);
        let mut natural = [1.0; MOST];
        for (natural, ln) in natural.iter_mut().zip(at.iter().take(self.parameters)) {
            *natural = ln.exp();
        }
        let coefficients = at.get(self.parameters..).unwrap_or(&[]);
        let mut total = 0.0;
        if let ([group], 0) = (self.groups, self.covariates) {
            let mut own = [0.0; MOST];
            let cells = self.cells.get(group.cells.clone()).unwrap_or(&[]);
            total += self.kernel.sum_all(&natural, &group.counts, cells, &mut own);
            for i in 0..self.parameters {
                slopes[i] += own[i] * natural[i];
            }
        } else {
            let parts = parallel::map_chunks(self.groups.len(), 256, |range| {
                let mut slopes = vec![0.0; at.len()];
                let mut sum = 0.0;
                for group in self.groups.get(range).unwrap_or(&[]) {
                    let shifted = shifted(self.kernel, &natural, coefficients, &group.covariates);
                    let mut own = [0.0; MOST];
                    let cells = self.cells.get(group.cells.clone()).unwrap_or(&[]);
                    sum += self.kernel.sum(&shifted, &group.counts, cells, &mut own);
                    for i in 0..self.parameters {
                        slopes[i] += own[i] * shifted[i];
                    }
                    for (block, (place, sign)) in self.kernel.covaries().iter().enumerate() {
                        for (j, value) in group.covariates.iter().enumerate() {
                            let slot = self.parameters + block * self.covariates + j;
                            slopes[slot] += own[*place] * shifted[*place] * sign * value;
                        }
                    }
                }
                (sum, slopes)
            });
            for (sum, own) in parts {
                total += sum;
                for (slope, own) in slopes.iter_mut().zip(own) {
                    *slope += own;
                }
            }
        }
        total + self.ln_prior(at, slopes)
    }

    fn curved(&self, at: &[f64], slopes: &mut [f64], curve: &mut DMatrix<f64>) -> Option<f64> {
        let ([group], 0) = (self.groups, self.covariates) else { return None };
        let natural = natural(&at.iter().take(self.parameters).map(|ln| ln.exp()).collect::<Vec<_>>());
        let (mut own, mut square) = ([0.0; MOST], [[0.0; MOST]; MOST]);
        let cells = self.cells.get(group.cells.clone()).unwrap_or(&[]);
        let total = self.kernel.curve_all(&natural, &group.counts, cells, &mut own, &mut square)?;
        slopes.fill(0.0);
        for i in 0..self.parameters {
            slopes[i] = own[i] * natural[i];
            for j in 0..self.parameters {
                curve[(i, j)] = square[i][j] * natural[i] * natural[j];
            }
            curve[(i, i)] += slopes[i];
        }
        // priors and penalties act on each parameter alone: their slopes are cheap
        let prior = |i: usize, step: f64| {
            let (mut there, mut slopes) = (at.to_vec(), vec![0.0; at.len()]);
            there[i] += step;
            self.ln_prior(&there, &mut slopes);
            slopes[i]
        };
        if !self.priors.is_empty() || !self.scales.is_empty() {
            for i in 0..self.parameters {
                curve[(i, i)] += (prior(i, 1e-4) - prior(i, -1e-4)) / 2e-4;
            }
        }
        Some(total + self.ln_prior(at, slopes))
    }

    fn nearby(&self) -> Option<&dyn Height> {
        self.nearby.map(|nearby| nearby as &dyn Height)
    }
}

#[cfg(test)]
mod tests {
    use super::{BuyTillYouDie, Height, Likelihood};
    use crate::features::purchases::TimeUnit;
    use crate::lifetime::{Buyers, Family};

    #[test]
    #[allow(clippy::unwrap_used, reason = "a failure is what is tested")]
    fn slopes_by_coefficients_are_those_of_differences() {
        let (repeats, last) = ([0, 2, 5, 1, 0, 9], [0.0, 7.0, 38.0, 11.0, 0.0, 20.0]);
        let (income, region) = ([0.5, -1.0, 0.5, 2.0, -0.3, 0.0], [0.0, 1.0, 0.0, 1.0, 1.0, 0.0]);
        let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 6]).unwrap();
        let buyers = buyers.with_covariates(&[("income", &income), ("region", &region)]).unwrap();
        for family in [Family::ParetoNbd, Family::BgNbd] {
            let kernel = family.kernel();
            let likelihood = Likelihood::new(&BuyTillYouDie::new(family), &*kernel, &buyers).unwrap();
            let names = likelihood.names(buyers.covariates());
            let at: Vec<f64> = (0..names.len()).map(|i| 0.3 - 0.1 * i as f64).collect();
            let height = |at: &[f64]| {
                let mut slopes = vec![0.0; at.len()];
                (likelihood.height(at, &mut slopes), slopes)
            };
            for (i, name) in names.iter().enumerate() {
                let moved = |step: f64| {
                    let mut there = at.clone();
                    there[i] += step;
                    height(&there).0
                };
                let expected = (8.0 * (moved(1e-3) - moved(-1e-3)) - (moved(2e-3) - moved(-2e-3))) / 12e-3;
                assert!((height(&at).1[i] - expected).abs() < 1e-8 * expected.abs().max(1.0), "{family} {name}");
            }
        }
    }
}
