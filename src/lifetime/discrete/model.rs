//! BG/BB: the recipe, and the model that it learns.

use std::fmt;

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::parallel;
use crate::progress::Progress;

use super::super::certificate::Certificate;
use super::super::fit::plain::{Settings, settings, write_parameters};
use super::super::periods::{PeriodDiscount, Periods};
use super::buyer::{DiscreteBuyer, DiscreteBuyers, MOST};
use super::likelihood::{Coins, Likelihood};

/// The names of the parameters, in their order.
const NAMES: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

/// Learns how buyers use opportunities that come one by one, where nobody tells that they left: the beta-geometric,
/// beta-Bernoulli model.
///
/// Before each opportunity a coin may end it all; who is still there buys by a second coin. The chances of both coins
/// differ between buyers, by beta distributions. It fits where there is at most one purchase an opportunity by nature
/// (yearly gifts, events, cruises), or where a history is seen by the month. Where buyers may buy at any time take
/// [`BuyTillYouDie`](crate::lifetime::BuyTillYouDie).
///
/// ```
/// use segmentry::lifetime::{BgBb, DiscreteBuyer, DiscreteBuyers, Periods};
///
/// let buyers = DiscreteBuyers::new(&[0, 1, 1, 2, 3, 3], &[0, 1, 3, 3, 3, 3], &[3; 6])?
///     .with_weights(&[46.0, 10.0, 6.0, 12.0, 9.0, 5.0])?;
/// let model = BgBb::new().fit(&buyers)?;
/// let (faithful, silent) = (DiscreteBuyer::new(2, 3, 3)?, DiscreteBuyer::new(1, 1, 3)?);
/// assert!(model.alive(&faithful)? > model.alive(&silent)?);
/// assert!(model.purchases(&faithful, Periods::new(5))? < 5.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// A fit is some hundred sums over different buyers; each costs as many steps as opportunities that followed the last
/// purchase, shared between buyers that differ in nothing else.
///
/// # Answers
///
/// | question | of one buyer, or a newcomer | of many |
/// | --- | --- | --- |
/// | alive now, or later | [`alive`](BgBbModel::alive), [`alive_at`](BgBbModel::alive_at) | [`alive_each`](BgBbModel::alive_each) |
/// | expected purchases | [`purchases`](BgBbModel::purchases), [`purchases_after`](BgBbModel::purchases_after) | [`purchases_each`](BgBbModel::purchases_each) |
/// | chance of a count | [`probability`](BgBbModel::probability) | |
/// | discounted (DERT, DET) | [`discounted`](BgBbModel::discounted) | [`discounted_each`](BgBbModel::discounted_each) |
/// | money | [`value`](BgBbModel::value), [`value_new`](BgBbModel::value_new) | [`value_each`](BgBbModel::value_each), [`value_of_all`](BgBbModel::value_of_all) |
/// | how sure | [`DeltaMethod`](crate::lifetime::DeltaMethod), [`Draws`](crate::lifetime::Draws), [`ParametricBootstrap`](crate::lifetime::ParametricBootstrap) | their `intervals` |
///
/// # Differs from
///
/// lifetimes' `BetaGeoBetaBinomFitter` wants equal rows to be counted by the caller and gives neither a certificate nor
/// discounted purchases; BTYD's `bgbb` has one start value. Both call P(alive) what is here
/// [`alive`](BgBbModel::alive), of the next opportunity and not of the last.
///
/// # References
///
/// P. S. Fader, B. G. S. Hardie and J. Shang (2010), Customer-base analysis in a discrete-time noncontractual setting,
/// *Marketing Science* 29(6), DOI 10.1287/mksc.1100.0580.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BgBb {
    settings: Settings,
}

settings!(BgBb);

impl BgBb {
    /// From five starts, without priors.
    pub fn new() -> Self {
        BgBb::default()
    }

    /// Learns.
    ///
    /// # Errors
    /// If a setting is outside what it may be, no buyer with a weight had an opportunity after the first purchase, or the
    /// likelihood is finite nowhere.
    pub fn fit(&self, buyers: &DiscreteBuyers) -> Result<BgBbModel> {
        self.fit_with(buyers, &Progress::none())
    }

    /// Learns, telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`BgBb::fit`], or if `progress` stops it.
    pub fn fit_with(&self, buyers: &DiscreteBuyers, progress: &Progress<'_>) -> Result<BgBbModel> {
        self.fit_from(buyers, &[0.0; 4], progress)
    }

    /// Learns, the first search beginning there: logarithms of the parameters.
    pub(super) fn fit_from(
        &self,
        buyers: &DiscreteBuyers,
        center: &[f64],
        progress: &Progress<'_>,
    ) -> Result<BgBbModel> {
        let told = |(buyer, weight): &(DiscreteBuyer, f64)| *weight > 0.0 && buyer.opportunities() > 0;
        if !buyers.list().iter().any(told) {
            return Err(Error::empty("buyers with an opportunity to learn from"));
        }
        let (parameters, certificate) = self.settings.learn(&Likelihood(buyers.list()), &NAMES, center, progress)?;
        let model = BgBbModel { parameters, certificate: Some(certificate) };
        model.check().map(|()| model)
    }
}

/// A BG/BB model that was learnt by [`BgBb`], or made of published parameters.
///
/// | parameter | of |
/// | --- | --- |
/// | `alpha`, `beta` | the beta distribution of the chance to buy at an opportunity, while alive |
/// | `gamma`, `delta` | the beta distribution of the chance to leave before an opportunity |
///
/// ```
/// use segmentry::lifetime::{BgBbModel, DiscreteBuyer, Periods};
///
/// // Fader, Hardie and Shang (2010): yearly gifts after the first, 1996 to 2001
/// let model = BgBbModel::of(&[1.20352, 0.74972, 0.65672, 2.78344])?;
/// assert!((model.alive(&DiscreteBuyer::new(2, 4, 6)?)? - 0.59).abs() < 5e-3); // may give in 2002
/// assert!((model.purchases(&DiscreteBuyer::newcomer(), Periods::new(10))? - 3.1798).abs() < 1e-3);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct BgBbModel {
    parameters: Vec<f64>,
    certificate: Option<Certificate>,
}

/// The future of one buyer: the probability to be alive at the last opportunity, and the coins if so.
pub(super) struct Future {
    pub(super) alive: f64,
    pub(super) coins: Coins,
}

impl BgBbModel {
    /// A model with these parameters: alpha, beta, gamma, delta.
    ///
    /// # Errors
    /// If there are not four, or one is not finite or not above 0.
    pub fn of(parameters: &[f64]) -> Result<Self> {
        let model = BgBbModel { parameters: parameters.to_vec(), certificate: None };
        model.check().map(|()| model)
    }

    /// Whether the parameters can be those of a model.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        if self.parameters.len() != NAMES.len() {
            return Err(Error::length("parameters of BG/BB", self.parameters.len(), NAMES.len()));
        }
        match NAMES.iter().zip(&self.parameters).find(|(_, value)| !(value.is_finite() && **value > 0.0)) {
            Some((name, value)) => Err(Error::parameter(*name, "a finite number above 0", value)),
            None => Ok(()),
        }
    }

    /// The parameters: alpha, beta, gamma, delta.
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// What the fit says of itself; `None` of a model that was made of parameters.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// The coins of a newcomer.
    fn coins(&self) -> Coins {
        Coins::of(&self.parameters)
    }

    /// What goes on of this buyer.
    pub(super) fn future(&self, buyer: &DiscreteBuyer) -> Future {
        let coins = self.coins();
        let seen = coins.seen(buyer);
        Future { alive: (seen.ln_alive - seen.ln).exp().min(1.0), coins: coins.after(buyer) }
    }

    /// The probability that the buyer is alive at the next opportunity, and so may use it: "P(alive)" in the literature.
    ///
    /// # Errors
    /// None today; the other questions have some.
    pub fn alive(&self, buyer: &DiscreteBuyer) -> Result<f64> {
        self.alive_at(buyer, Periods::new(1))
    }

    /// The probability that the buyer is alive at that opportunity from now: 1 is the next, 0 the last that was.
    ///
    /// # Errors
    /// If it is forever.
    pub fn alive_at(&self, buyer: &DiscreteBuyer, later: Periods) -> Result<f64> {
        let n = later.finite("later")?;
        let future = self.future(buyer);
        Ok(future.alive * future.coins.survival().ln(n).exp())
    }

    /// Expected purchases at the next so many opportunities.
    ///
    /// # Errors
    /// If they have no end.
    pub fn purchases(&self, buyer: &DiscreteBuyer, opportunities: Periods) -> Result<f64> {
        opportunities.finite("opportunities")?;
        self.discounted(buyer, opportunities, PeriodDiscount::none())
    }

    /// Expected purchases at the next so many opportunities, or at all to come, each counting less the later it is: that of
    /// the next opportunity counts `1 / (1 + rate)`. Over all time these are the discounted expected residual transactions
    /// (DERT); times the margin of a purchase they are what the buyer is still worth.
    ///
    /// # Errors
    /// If the rate is negative or not finite, or 0 over all time.
    pub fn discounted(&self, buyer: &DiscreteBuyer, over: Periods, discount: PeriodDiscount) -> Result<f64> {
        let force = discount.force(over)?;
        Ok(discounted(&self.future(buyer), over, force))
    }

    /// The probability of so many purchases at the next so many opportunities.
    ///
    /// # Errors
    /// If the opportunities are more than a million.
    pub fn probability(&self, buyer: &DiscreteBuyer, count: u32, opportunities: Periods) -> Result<f64> {
        let n = opportunities.finite("opportunities")?;
        if opportunities > Periods::new(MOST) {
            return Err(Error::parameter("opportunities", format!("at most {MOST}"), n));
        }
        let future = self.future(buyer);
        let living = future.alive * future.coins.probability(f64::from(count), n);
        Ok(if count == 0 { living + (1.0 - future.alive) } else { living })
    }

    /// The logarithm of the likelihood of these buyers.
    pub fn log_likelihood(&self, buyers: &DiscreteBuyers) -> f64 {
        self.coins().likelihood(buyers.list()).0
    }

    /// Buyers drawn at random as the model says, each with so many opportunities after the first purchase. With the same
    /// seed the same buyers, on any number of threads.
    ///
    /// # Errors
    /// If there are more than a million opportunities, with the first such row.
    pub fn simulate(&self, opportunities: &[u32], seed: u64) -> Result<DiscreteBuyers> {
        for (row, n) in opportunities.iter().enumerate() {
            DiscreteBuyer::new(0, 0, *n).map_err(|error| error.at_row(row))?;
        }
        let coins = self.coins();
        let parts = parallel::map_chunks(opportunities.len(), 1024, |rows| {
            let mut random = Random::new(seed, rows.start as u64);
            let own = opportunities.get(rows).unwrap_or(&[]);
            own.iter().map(|n| coins.draw(&mut random, *n)).collect::<Vec<_>>()
        });
        let (repeats, last): (Vec<u32>, Vec<u32>) = parts.into_iter().flatten().unzip();
        DiscreteBuyers::new(&repeats, &last, opportunities)
    }

    /// [`BgBbModel::alive`] of each buyer; NaN of a row without one. Equal buyers are asked once, in parallel.
    pub fn alive_each(&self, buyers: &DiscreteBuyers) -> Vec<f64> {
        self.each(buyers, |future| future.alive * future.coins.survival().ln(1.0).exp())
    }

    /// [`BgBbModel::purchases`] of each buyer; NaN of a row without one.
    ///
    /// # Errors
    /// If the opportunities have no end.
    pub fn purchases_each(&self, buyers: &DiscreteBuyers, opportunities: Periods) -> Result<Vec<f64>> {
        opportunities.finite("opportunities")?;
        self.discounted_each(buyers, opportunities, PeriodDiscount::none())
    }

    /// [`BgBbModel::discounted`] of each buyer; NaN of a row without one.
    ///
    /// # Errors
    /// As [`BgBbModel::discounted`].
    pub fn discounted_each(
        &self,
        buyers: &DiscreteBuyers,
        over: Periods,
        discount: PeriodDiscount,
    ) -> Result<Vec<f64>> {
        let force = discount.force(over)?;
        Ok(self.each(buyers, |future| discounted(future, over, force)))
    }

    fn each(&self, buyers: &DiscreteBuyers, figure: impl Fn(&Future) -> f64 + Sync + Send) -> Vec<f64> {
        let cells = buyers.list();
        let parts = parallel::map_chunks(cells.len(), 64, |range| {
            let own = cells.get(range).unwrap_or(&[]);
            own.iter().map(|(buyer, _)| figure(&self.future(buyer))).collect::<Vec<_>>()
        });
        let by_cell: Vec<f64> = parts.into_iter().flatten().collect();
        let of_row = |cell: &Option<usize>| cell.and_then(|cell| by_cell.get(cell)).copied().unwrap_or(f64::NAN);
        buyers.cell_of().iter().map(of_row).collect()
    }
}

/// Purchases of a future, each worth `e^(−force · k)`.
fn discounted(future: &Future, over: Periods, force: f64) -> f64 {
    future.alive * future.coins.mean() * future.coins.survival().sum(0.0, force, over.end())
}

impl fmt::Display for BgBbModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "BG/BB, times in opportunities")?;
        write_parameters(f, &NAMES, &self.parameters, self.certificate.as_ref())
    }
}
