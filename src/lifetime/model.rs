//! A fitted model of how buyers buy and stop buying, and what it says of a buyer.

use std::fmt;

use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;
use crate::math::random::Random;
use crate::parallel;
use crate::text::{Align, Table};

use super::buyer::Buyer;
use super::buyers::Buyers;
use super::cell::{Cell, Group, NOBODY};
use super::certificate::Certificate;
use super::family::{AnyKernel, Family, Future, Kind, MOST, Process, Rates, Seen, shifted};
use super::horizon::Horizon;

/// A model that [`BuyTillYouDie`](super::BuyTillYouDie) has learnt, or that was made of published parameters.
///
/// Every question is asked of a [`Buyer`]; of one who has just bought for the first time ask
/// [`Buyer::newcomer`]. Times carry their units and are converted: the model's own unit matters to its parameters only.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyer, Family, Horizon, PurchaseModel};
///
/// // Fader, Hardie and Lee (2005), CDNOW
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
/// let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86)?;
/// assert!((model.purchases(&buyer, Horizon::weeks(39.0))? - 1.226).abs() < 1e-3);
/// assert!((model.purchases(&Buyer::newcomer(), Horizon::weeks(78.0))? - 1.8605).abs() < 1e-3);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct PurchaseModel {
    family: Family,
    unit: TimeUnit,
    parameters: Vec<f64>,
    /// The names of covariates; coefficients follow for each parameter that they act upon.
    covariates: Vec<String>,
    coefficients: Vec<f64>,
    certificate: Option<Certificate>,
}

impl PurchaseModel {
    /// A model with these parameters, in the order of [`Family::parameters`].
    ///
    /// # Errors
    /// If there are not as many as the family has, or one is not finite or not above 0.
    pub fn of(family: Family, unit: TimeUnit, parameters: &[f64]) -> Result<Self> {
        let (covariates, coefficients) = (Vec::new(), Vec::new());
        let parameters = parameters.to_vec();
        let model = PurchaseModel { family, unit, parameters, covariates, coefficients, certificate: None };
        model.check().map(|()| model)
    }

    pub(super) fn learnt(
        family: Family,
        buyers: &Buyers,
        parameters: Vec<f64>,
        coefficients: Vec<f64>,
        certificate: Certificate,
    ) -> Result<Self> {
        let covariates = buyers.covariates().to_vec();
        let certificate = Some(certificate);
        let model = PurchaseModel { family, unit: buyers.unit(), parameters, covariates, coefficients, certificate };
        model.check().map(|()| model)
    }

    /// Whether the parameters can be those of the family: as many as it has, finite, above 0, and a coefficient for each
    /// covariate and parameter that it acts upon.
    ///
    /// Models that were learnt or made are; one that was read from a file is asked.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        self.family.check()?;
        let kernel = self.family.kernel();
        let names = kernel.parameters();
        if self.parameters.len() != names.len() {
            return Err(Error::length(format!("parameters of {}", self.family), self.parameters.len(), names.len()));
        }
        for (parameter, value) in names.iter().zip(&self.parameters) {
            if !(value.is_finite() && *value > 0.0) {
                return Err(Error::parameter(parameter.name, "a finite number above 0", value));
            }
        }
        let expected = kernel.covaries().len() * self.covariates.len();
        if self.coefficients.len() != expected {
            return Err(Error::length("coefficients", self.coefficients.len(), expected));
        }
        match self.coefficients.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(Error::not_finite("coefficient", *value)),
            None => Ok(()),
        }
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The unit of time of the parameters; questions may be asked in any.
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// The parameters, in the order of [`Family::parameters`].
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<f64> {
        let at = self.family.parameters().iter().position(|known| *known == name)?;
        self.parameters.get(at).copied()
    }

    /// The names of the covariates that it was learnt with.
    pub fn covariates(&self) -> &[String] {
        &self.covariates
    }

    /// The coefficients of covariates, with their names: `alpha.income`.
    pub fn coefficients(&self) -> Vec<(String, f64)> {
        let names = self.family.kernel();
        let acted = names.covaries().iter().filter_map(|(at, _)| names.parameters().get(*at));
        let named = acted.flat_map(|on| self.covariates.iter().map(|name| format!("{}.{name}", on.name)));
        named.zip(self.coefficients.iter().copied()).collect()
    }

    /// What the fit says of itself; `None` of a model that was made of parameters.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// The same model with parameters in that unit: the same answers.
    ///
    /// The certificate stays behind, since its likelihood is that of the other unit.
    pub fn in_unit(&self, unit: TimeUnit) -> Self {
        let ratio = self.unit.in_days() / unit.in_days();
        let kernel = self.family.kernel();
        let scaled = |(value, kind): (&f64, Kind)| match kind {
            Kind::Shape => *value,
            Kind::Time => value * ratio,
            Kind::Rate => value / ratio,
        };
        let kinds = kernel.parameters().iter().map(|parameter| parameter.kind);
        let parameters = self.parameters.iter().zip(kinds).map(scaled).collect();
        PurchaseModel { unit, parameters, certificate: None, ..self.clone() }
    }

    /// The model of buyers with these covariates, in the order of [`PurchaseModel::covariates`]: its parameters are shifted,
    /// and it answers without covariates. It has no certificate.
    ///
    /// ```
    /// use segmentry::features::purchases::TimeUnit;
    /// use segmentry::lifetime::{BuyTillYouDie, Buyer, Buyers, Family, Horizon};
    ///
    /// let (repeats, last) = ([0, 0, 1, 4, 2, 0, 7, 1], [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0]);
    /// let online = [0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0];
    /// let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 8])?.with_covariates(&[("online", &online)])?;
    /// let model = BuyTillYouDie::new(Family::ParetoNbd).prior("s", 0.6, 0.5).prior("beta", 12.0, 0.5).fit(&buyers)?;
    /// let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86)?;
    /// assert!(model.alive(&buyer).is_err()); // online or not?
    /// let alive = model.with_covariates(&[1.0])?.alive(&buyer)?;
    /// assert!(alive > 0.0 && alive < 1.0);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If there are not as many values as covariates, one is not finite, or so far out that a parameter is no number above 0.
    pub fn with_covariates(&self, values: &[f64]) -> Result<Self> {
        if values.len() != self.covariates.len() {
            return Err(Error::length("covariates", values.len(), self.covariates.len()));
        }
        if let Some((name, value)) = self.covariates.iter().zip(values).find(|(_, value)| !value.is_finite()) {
            return Err(Error::not_finite(format!("covariate `{name}`"), *value));
        }
        let natural = shifted(&*self.family.kernel(), &self.natural(), &self.coefficients, values);
        let parameters = natural.get(..self.parameters.len()).unwrap_or(&natural);
        PurchaseModel::of(self.family, self.unit, parameters)
    }

    /// The same family and covariates with other parameters and coefficients, which no certificate speaks of.
    ///
    /// # Errors
    /// As [`PurchaseModel::check`].
    pub(super) fn moved(&self, parameters: Vec<f64>, coefficients: Vec<f64>) -> Result<Self> {
        let model = PurchaseModel { parameters, coefficients, certificate: None, ..self.clone() };
        model.check().map(|()| model)
    }

    /// The natural parameters as kernels take them: as many as the family has, then ones.
    fn natural(&self) -> [f64; MOST] {
        let mut natural = [1.0; MOST];
        for (slot, value) in natural.iter_mut().zip(&self.parameters) {
            *slot = *value;
        }
        natural
    }

    /// What is to come of a buyer, in the unit of the model.
    pub(super) fn future(&self, buyer: &Buyer) -> Result<Future> {
        if !self.covariates.is_empty() {
            let known = self.covariates.join(", ");
            let message = format!("the model was learnt with covariates ({known}): tell it those of the buyer first");
            return Err(Error::definition(message));
        }
        let buyer = buyer.in_unit(self.unit);
        let seen = Seen { repeats: f64::from(buyer.repeats()), last: buyer.last(), age: buyer.age() };
        Ok(self.family.kernel().future(&self.natural(), &seen))
    }

    /// The probability that the buyer is alive now: that another purchase may come.
    ///
    /// # Errors
    /// If the model was learnt with covariates.
    pub fn alive(&self, buyer: &Buyer) -> Result<f64> {
        Ok(self.future(buyer)?.alive)
    }

    /// The probability that the buyer is alive so much later.
    ///
    /// # Errors
    /// As [`PurchaseModel::alive`], or if the horizon is not finite or below 0.
    pub fn alive_at(&self, buyer: &Buyer, later: Horizon) -> Result<f64> {
        later.check()?;
        let future = self.future(buyer)?;
        Ok(future.alive * future.process.alive(later.in_unit(self.unit)))
    }

    /// Expected purchases from now up to the horizon; after the first purchase of a newcomer, which is not counted.
    ///
    /// # Errors
    /// As [`PurchaseModel::alive_at`].
    pub fn purchases(&self, buyer: &Buyer, horizon: Horizon) -> Result<f64> {
        horizon.check()?;
        let future = self.future(buyer)?;
        Ok(future.alive * future.process.expected(horizon.in_unit(self.unit)))
    }

    /// The probability of so many purchases from now up to the horizon.
    ///
    /// # Errors
    /// As [`PurchaseModel::alive_at`].
    pub fn probability(&self, buyer: &Buyer, count: u32, horizon: Horizon) -> Result<f64> {
        horizon.check()?;
        let future = self.future(buyer)?;
        let living = future.alive * future.process.probability(count, horizon.in_unit(self.unit));
        Ok(if count == 0 { living + (1.0 - future.alive) } else { living })
    }

    /// The logarithm of the likelihood of these buyers. Of regular buyers whose gaps are not known it lacks what the gaps
    /// add, which is the same for any parameters.
    ///
    /// # Errors
    /// If the buyers' covariates are not those of the model.
    pub fn log_likelihood(&self, buyers: &Buyers) -> Result<f64> {
        self.check_covariates(buyers)?;
        let kernel = self.family.kernel();
        let model = self.in_unit(buyers.unit());
        let parts = parallel::map_chunks(buyers.groups().len(), 256, |range| {
            let groups = buyers.groups().get(range).unwrap_or(&[]);
            let one = |group: &Group| {
                let natural = shifted(&*kernel, &model.natural(), &model.coefficients, &group.covariates);
                let cells = buyers.list().get(group.cells.clone()).unwrap_or(&[]);
                kernel.sum_all(&natural, &group.counts, cells, &mut [0.0; MOST])
            };
            groups.iter().map(one).sum::<f64>()
        });
        Ok(parts.into_iter().sum::<f64>() + self.family.constant(buyers).unwrap_or(0.0))
    }

    fn check_covariates(&self, buyers: &Buyers) -> Result<()> {
        if buyers.covariates() == self.covariates.as_slice() {
            return Ok(());
        }
        let list = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let (known, found) = (list(&self.covariates), list(buyers.covariates()));
        Err(Error::definition(format!("the model was learnt with the covariates {known}, the buyers have {found}")))
    }

    /// A figure of each buyer, in rows; `nobody` of a row without one. Equal buyers are asked once, in parallel.
    pub(super) fn each<T: Copy + Send + Sync>(
        &self,
        buyers: &Buyers,
        nobody: T,
        figure: impl Fn(&Future) -> T + Sync + Send,
    ) -> Result<Vec<T>> {
        self.each_after(buyers, nobody, |(): &mut (), future| figure(future))
    }

    /// The probability of being alive times a figure of how the living go on, of each buyer; NaN of a row without one.
    ///
    /// In most families buyers who differ in the time of the last purchase alone go on alike. Their cells stand side by
    /// side, so that what the living do is asked once for them all: of a million buyers seen by the day some ten
    /// thousand times.
    ///
    /// What a figure remembers of rates goes along from one cell to the next.
    pub(super) fn each_living(
        &self,
        buyers: &Buyers,
        figure: impl Fn(&Process, &mut Rates) -> f64 + Sync + Send,
    ) -> Result<Vec<f64>> {
        self.each_after(buyers, f64::NAN, |(known, rates): &mut (Option<(Process, f64)>, Rates), future| {
            let found = match known {
                Some((process, found)) if *process == future.process => *found,
                _ => figure(&future.process, rates),
            };
            *known = Some((future.process, found));
            future.alive * found
        })
    }

    /// As [`PurchaseModel::each`], with what is remembered from one cell to the next.
    fn each_after<T: Copy + Send + Sync, S: Default>(
        &self,
        buyers: &Buyers,
        nobody: T,
        figure: impl Fn(&mut S, &Future) -> T + Sync + Send,
    ) -> Result<Vec<T>> {
        let by_cell = self.cells_after(buyers, figure)?;
        let of_row = |cell: &u32| if *cell == NOBODY { nobody } else { by_cell[*cell as usize] };
        Ok(buyers.cell_of().iter().map(of_row).collect())
    }

    /// What is to come of a newcomer with the covariates of each group of buyers, in the buyers' unit.
    pub(super) fn newcomers(&self, buyers: &Buyers) -> Result<Vec<Future>> {
        self.check_covariates(buyers)?;
        let (kernel, natural) = (self.family.kernel(), self.in_unit(buyers.unit()).natural());
        let newcomer = Seen { repeats: 0.0, last: 0.0, age: 0.0 };
        let of_group = |group: &Group| {
            kernel.future(&shifted(&*kernel, &natural, &self.coefficients, &group.covariates), &newcomer)
        };
        Ok(buyers.groups().iter().map(of_group).collect())
    }

    /// A figure of each cell of equal buyers, in parallel.
    pub(super) fn each_cell<T: Copy + Send + Sync>(
        &self,
        buyers: &Buyers,
        figure: impl Fn(&Future) -> T + Sync + Send,
    ) -> Result<Vec<T>> {
        self.cells_after(buyers, |(): &mut (), future| figure(future))
    }

    /// As [`PurchaseModel::each_cell`], with what is remembered from one cell to the next.
    fn cells_after<T: Copy + Send + Sync, S: Default>(
        &self,
        buyers: &Buyers,
        figure: impl Fn(&mut S, &Future) -> T + Sync + Send,
    ) -> Result<Vec<T>> {
        self.check_covariates(buyers)?;
        let kernel = self.family.kernel();
        let model = self.in_unit(buyers.unit());
        let ratio = if buyers.unit() == self.unit { self.natural() } else { model.natural() };
        let cells = buyers.list();
        let starts: Vec<usize> = buyers.groups().iter().map(|group| group.cells.start).collect();
        let parts = parallel::map_chunks(cells.len(), 1024, |range| {
            let mut out = Vec::with_capacity(range.len());
            let mut known = S::default();
            let mut at = starts.partition_point(|start| *start <= range.start).saturating_sub(1);
            let own = |at: usize, kernel: &dyn AnyKernel| {
                let covariates = buyers.groups().get(at).map_or(&[][..], |group| &group.covariates);
                shifted(kernel, &ratio, &self.coefficients, covariates)
            };
            let mut natural = own(at, &*kernel);
            for (cell, seen) in range.clone().zip(cells.get(range).unwrap_or(&[])) {
                if starts.get(at + 1).is_some_and(|next| *next <= cell) {
                    at += 1;
                    natural = own(at, &*kernel);
                }
                out.push(figure(&mut known, &kernel.future(&natural, &Seen::from(seen as &Cell))));
            }
            out
        });
        Ok(parts.into_iter().flatten().collect())
    }

    /// Buyers drawn at random as the model says, each seen from its first purchase for so long: what the model believes
    /// of the past. With the same seed the same buyers, on any number of threads.
    ///
    /// # Errors
    /// If the model was learnt with covariates, or an age is negative, NaN or infinite (with the row).
    pub fn simulate(&self, ages: &[f64], unit: TimeUnit, seed: u64) -> Result<Buyers> {
        let newcomer = self.in_unit(unit).future(&Buyer::newcomer())?;
        let parts = parallel::map_chunks(ages.len(), 1024, |rows| {
            let mut random = Random::new(seed, rows.start as u64);
            let draw = |age: &f64| {
                // one who dies at once buys nothing more
                if age.is_finite() && random.uniform() < newcomer.alive {
                    newcomer.process.draw(&mut random, *age)
                } else {
                    (0, 0.0)
                }
            };
            ages.get(rows).unwrap_or(&[]).iter().map(draw).collect::<Vec<_>>()
        });
        let (repeats, last): (Vec<u32>, Vec<f64>) = parts.into_iter().flatten().unzip();
        Buyers::new(unit, &repeats, &last, ages)
    }

    /// [`PurchaseModel::alive`] of each buyer; NaN of a row without one.
    ///
    /// # Errors
    /// If the buyers' covariates are not those of the model.
    pub fn alive_each(&self, buyers: &Buyers) -> Result<Vec<f64>> {
        self.each(buyers, f64::NAN, |future| future.alive)
    }

    /// [`PurchaseModel::purchases`] of each buyer; NaN of a row without one.
    ///
    /// # Errors
    /// If the horizon is not finite or below 0, or the buyers' covariates are not those of the model.
    pub fn purchases_each(&self, buyers: &Buyers, horizon: Horizon) -> Result<Vec<f64>> {
        horizon.check()?;
        let t = horizon.in_unit(buyers.unit());
        self.each_living(buyers, |process, _| process.expected(t))
    }
}

impl fmt::Display for PurchaseModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, times in {}", self.family, self.unit.name())?;
        let mut table = Table::new([("parameter", Align::Left), ("value", Align::Right), ("error", Align::Right)]);
        let errors = self.certificate.as_ref().map(|certificate| certificate.standard_errors.as_slice());
        let names = self.family.parameters().into_iter().map(str::to_owned);
        let values = self.parameters.iter().copied();
        let rows = names.zip(values).chain(self.coefficients());
        for (at, (name, value)) in rows.enumerate() {
            let error = errors.and_then(|errors| errors.get(at).copied().flatten());
            table.row([name, digits(value), error.map_or("-".to_owned(), digits)]);
        }
        writeln!(f, "{table}")?;
        match &self.certificate {
            Some(certificate) => write!(f, "{certificate}"),
            None => Ok(()),
        }
    }
}

/// Saved by [`save`](crate::model::save) it is whole: family, unit, parameters, covariates and certificate. It is asked of a
/// [`Buyer`] and reads nothing of a customer.
#[cfg(feature = "serde")]
impl crate::model::Model for PurchaseModel {
    const KIND: &'static str = "buy_till_you_die";

    fn reads(&self) -> crate::segmenter::Reads {
        crate::segmenter::Reads::default()
    }

    fn check(&self) -> Result<()> {
        PurchaseModel::check(self)
    }
}

/// Five decimals, or five digits of what would have none of them to show.
pub(super) fn digits(value: f64) -> String {
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) { format!("{value:.5}") } else { format!("{value:.4e}") }
}
