//! A fitted curve of retention, and what it says of customers and their value.

use std::fmt;

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::parallel;

use super::super::certificate::Certificate;
use super::super::discrete::survival::Survival;
use super::super::fit::plain::write_parameters;
use super::super::periods::Periods;
use super::family::RetentionFamily;
use super::recipe::{ln_likelihood, survival};
use super::renewals::Renewals;

/// A model of how long customers stay, learnt by [`ShiftedBetaGeometric`](super::ShiftedBetaGeometric) or
/// [`BetaDiscreteWeibull`](super::BetaDiscreteWeibull), or made of published parameters.
///
/// A customer's tenure is the number of renewals so far: 0 of one who has just signed. A contract of known end is worth
/// what its coming renewals are worth.
///
/// ```
/// use segmentry::lifetime::{PeriodDiscount, Periods, RetentionFamily, RetentionModel};
///
/// // Fader and Hardie (2007): high-end customers, years
/// let model = RetentionModel::of(RetentionFamily::ShiftedBetaGeometric, &[0.66809, 3.80609])?;
/// assert!((model.survival(Periods::new(12))? - 0.378).abs() < 1e-3);
/// // the longer a customer has been there, the more likely is the next renewal
/// assert!(model.retention(Periods::new(8))? > model.retention(Periods::new(1))?);
/// // at the end of the third year, before it is known whether the customer renews; 100 a year
/// let (tenure, rate) = (Periods::new(2), PeriodDiscount::per_period(0.1));
/// let value = model.value(tenure, 100.0, Periods::forever(), rate)?;
/// assert!(value > 500.0 && value < 1100.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Answers
///
/// | question | of one customer | of many |
/// | --- | --- | --- |
/// | still there | [`survival`](RetentionModel::survival) of a new one, [`alive`](RetentionModel::alive) of any | [`survival_curve`](RetentionModel::survival_curve) |
/// | the next renewal | [`retention`](RetentionModel::retention) | [`retention_curve`](RetentionModel::retention_curve) |
/// | chance of a count of renewals | [`probability`](RetentionModel::probability) | |
/// | renewals to come | [`residual`](RetentionModel::residual), [`lifetime`](RetentionModel::lifetime) | [`residual_each`](RetentionModel::residual_each) |
/// | the same, discounted | [`discounted_residual`](RetentionModel::discounted_residual) (DERL), [`discounted_lifetime`](RetentionModel::discounted_lifetime) (DEL) | |
/// | money | [`value`](RetentionModel::value), [`value_new`](RetentionModel::value_new) | [`value_each`](RetentionModel::value_each), [`base_value`](RetentionModel::base_value) |
/// | how sure | [`DeltaMethod`](crate::lifetime::DeltaMethod), [`Draws`](crate::lifetime::Draws), [`ParametricBootstrap`](crate::lifetime::ParametricBootstrap) | their `intervals`, and `band` |
///
/// # References
///
/// P. S. Fader and B. G. S. Hardie (2010), Customer-base valuation in a contractual setting: the perils of ignoring
/// heterogeneity, *Marketing Science* 29(1), DOI 10.1287/mksc.1080.0482.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct RetentionModel {
    family: RetentionFamily,
    parameters: Vec<f64>,
    certificate: Option<Certificate>,
}

impl RetentionModel {
    /// A model with these parameters, in the order of [`RetentionFamily::parameters`].
    ///
    /// # Errors
    /// If there are not as many as the family has, or one is not finite or not above 0.
    pub fn of(family: RetentionFamily, parameters: &[f64]) -> Result<Self> {
        let model = RetentionModel { family, parameters: parameters.to_vec(), certificate: None };
        model.check().map(|()| model)
    }

    pub(super) fn learnt(family: RetentionFamily, parameters: Vec<f64>, certificate: Certificate) -> Result<Self> {
        let model = RetentionModel { family, parameters, certificate: Some(certificate) };
        model.check().map(|()| model)
    }

    /// Whether the parameters can be those of the family.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        let names = self.family.parameters();
        if self.parameters.len() != names.len() {
            return Err(Error::length(format!("parameters of {}", self.family), self.parameters.len(), names.len()));
        }
        match names.iter().zip(&self.parameters).find(|(_, value)| !(value.is_finite() && **value > 0.0)) {
            Some((name, value)) => Err(Error::parameter(*name, "a finite number above 0", value)),
            None => Ok(()),
        }
    }

    /// The family.
    pub fn family(&self) -> RetentionFamily {
        self.family
    }

    /// The parameters, in the order of [`RetentionFamily::parameters`].
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<f64> {
        let at = self.family.parameters().iter().position(|known| *known == name)?;
        self.parameters.get(at).copied()
    }

    /// What the fit says of itself; `None` of a model that was made of parameters.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// How long customers stay.
    pub(super) fn stay(&self) -> Survival {
        survival(&self.parameters)
    }

    /// The share of new customers who are still there after so many renewals: S(t).
    ///
    /// # Errors
    /// If the renewals have no end.
    pub fn survival(&self, renewals: Periods) -> Result<f64> {
        Ok(self.stay().ln(renewals.finite("renewals")?).exp())
    }

    /// The share of those who come to that renewal and stay, the first being 1: r(t) = S(t) / S(t − 1).
    ///
    /// # Errors
    /// If it is renewal 0, or forever.
    pub fn retention(&self, renewal: Periods) -> Result<f64> {
        let t = renewal.finite("renewal")?;
        if t == 0.0 {
            return Err(Error::parameter("renewal", "at least 1", t));
        }
        Ok(self.stay().ln_further(t - 1.0, 1.0).exp())
    }

    /// The probability that a customer who has renewed so often is still there after so many renewals more.
    ///
    /// # Errors
    /// If one of both has no end.
    pub fn alive(&self, tenure: Periods, further: Periods) -> Result<f64> {
        Ok(self.stay().ln_further(tenure.finite("tenure")?, further.finite("further")?).exp())
    }

    /// The logarithm of the likelihood of these renewals; −∞ if they cannot be.
    pub fn log_likelihood(&self, renewals: &Renewals) -> f64 {
        ln_likelihood(&self.stay(), &renewals.seen())
    }

    /// So many customers drawn at random as the model says, all seen for so many renewals. With the same seed the same, on
    /// any number of threads.
    ///
    /// # Errors
    /// If there is no renewal, or more than a million.
    pub fn simulate(&self, customers: usize, renewals: Periods, seed: u64) -> Result<Renewals> {
        let stay = self.stay();
        let last = renewals.count();
        let parts = parallel::map_chunks(customers, 4096, |rows| {
            let mut random = Random::new(seed, rows.start as u64);
            let draw = |_: usize| {
                let leaves = random.beta(stay.alpha, stay.beta);
                // stays for t renewals with the probability (1 − leaves)^(t^c)
                let stayed = (-random.exponential() / (-leaves).ln_1p()).powf(1.0 / stay.c).floor();
                if stayed < f64::from(last) { (stayed as u32 + 1, true) } else { (last, false) }
            };
            rows.map(draw).collect::<Vec<_>>()
        });
        let (tenures, left): (Vec<u32>, Vec<bool>) = parts.into_iter().flatten().unzip();
        Renewals::tenures(&tenures, &left)
    }
}

impl fmt::Display for RetentionModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, times in renewals", self.family)?;
        write_parameters(f, self.family.parameters(), &self.parameters, self.certificate.as_ref())
    }
}
