//! Recipes that learn again what their own models draw: what a bootstrap asks of them.
//!
//! | recipe | of which data | what stays as it was |
//! | --- | --- | --- |
//! | [`BuyTillYouDie`] | [`Buyers`] | the ages |
//! | [`GammaGamma`] | [`Buyers`] with spend | the repeats |
//! | [`BgBb`](crate::lifetime::BgBb) | [`DiscreteBuyers`](crate::lifetime::DiscreteBuyers) | the opportunities |
//! | [`ShiftedBetaGeometric`](crate::lifetime::ShiftedBetaGeometric), [`BetaDiscreteWeibull`](crate::lifetime::BetaDiscreteWeibull) | [`Renewals`](crate::lifetime::Renewals) | who begins, and the share seen no further |

use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;

use super::super::buyers::Buyers;
use super::super::certificate::Certificate;
use super::super::fit::BuyTillYouDie;
use super::super::model::PurchaseModel;
use super::super::spend::{GammaGamma, SpendModel};
use super::estimated::Estimated;

/// Customers beyond which weights are not written out as rows.
const MOST_ROWS: f64 = 50_000_000.0;

/// A recipe whose model can draw data like those it was learnt of, so that they can be learnt again.
///
/// [`ParametricBootstrap`](super::ParametricBootstrap) does so many times. Whoever has a model of another kind implements it
/// beside [`Estimated`], and has a bootstrap of whatever that model says.
///
/// ```
/// use segmentry::lifetime::{ParametricBootstrap, Periods, Renewals, ShiftedBetaGeometric};
///
/// let cohort = Renewals::survivors(&[1000.0, 631.0, 468.0, 382.0, 326.0])?;
/// let recipe = ShiftedBetaGeometric::new();
/// let model = recipe.fit(&cohort)?;
/// let draws = ParametricBootstrap::new(recipe).draws(40).fit(&model, &cohort)?;
/// let tenth = draws.interval(0.95, |model| model.survival(Periods::new(10)))?;
/// assert!(tenth.low < tenth.estimate && tenth.estimate < tenth.high);
/// # Ok::<(), segmentry::Error>(())
/// ```
pub trait Refit: Sync + Send {
    /// What it learns.
    type Model: Estimated + Clone;
    /// Of what it learns.
    type Data;
    /// What is kept of the data to draw others like them.
    type Design: Sync + Send;

    /// What of these data stays as it was in each sample.
    ///
    /// # Errors
    /// If samples of such data, or of this model, cannot be drawn: weights that are not whole, no data, another family.
    fn design(&self, model: &Self::Model, data: &Self::Data) -> Result<Self::Design>;

    /// Draws a sample with that seed and learns it from one start, the parameters of the model; whether the search came to its
    /// end stands beside it. The same seed gives the same.
    ///
    /// # Errors
    /// If the sample cannot be learnt from.
    fn refit(&self, model: &Self::Model, design: &Self::Design, seed: u64) -> Result<(Self::Model, bool)>;
}

impl Refit for BuyTillYouDie {
    type Model = PurchaseModel;
    type Data = Buyers;
    type Design = Vec<f64>;

    fn design(&self, model: &PurchaseModel, buyers: &Buyers) -> Result<Vec<f64>> {
        if self.family() != model.family() {
            let (own, other) = (self.family(), model.family());
            return Err(Error::definition(format!("the recipe learns {own}, the model is {other}")));
        }
        filled(ages(buyers, model.unit())?)
    }

    fn refit(&self, model: &PurchaseModel, ages: &Vec<f64>, seed: u64) -> Result<(PurchaseModel, bool)> {
        let again =
            self.clone().starts(1).start_at(model.parameters()).fit(&model.simulate(ages, model.unit(), seed)?)?;
        let good = converged(again.certificate());
        Ok((again, good))
    }
}

impl Refit for GammaGamma {
    type Model = SpendModel;
    type Data = Buyers;
    type Design = Vec<u32>;

    fn design(&self, _: &SpendModel, buyers: &Buyers) -> Result<Vec<u32>> {
        let spend = buyers.spend().unwrap_or(&[]);
        // those whose amounts are learnt from
        filled(rows(buyers, |row| {
            let repeats = buyers.get(row)?.repeats();
            let known = spend.get(row).is_some_and(|spend| *spend > 0.0 && spend.is_finite());
            (known && repeats > 0).then_some(repeats)
        })?)
    }

    fn refit(&self, model: &SpendModel, repeats: &Vec<u32>, seed: u64) -> Result<(SpendModel, bool)> {
        let [p, q, v] = model.parameters();
        let again = self.clone().starts(1).start_at(p, q, v).fit_columns(repeats, &model.simulate(repeats, seed))?;
        let good = converged(again.certificate());
        Ok((again, good))
    }
}

/// Whether a refit came to its end.
pub(in crate::lifetime) fn converged(certificate: Option<&Certificate>) -> bool {
    certificate.is_some_and(|certificate| certificate.converged)
}

/// Rows to draw like.
///
/// # Errors
/// If there are none.
pub(in crate::lifetime) fn filled<T>(rows: Vec<T>) -> Result<Vec<T>> {
    if rows.is_empty() { Err(Error::empty("buyers to draw like")) } else { Ok(rows) }
}

/// The ages of all buyers, each as often as it has weight.
///
/// # Errors
/// As [`rows`].
pub(super) fn ages(buyers: &Buyers, unit: TimeUnit) -> Result<Vec<f64>> {
    rows(buyers, |row| Some(buyers.get(row)?.in_unit(unit).age()))
}

/// What is asked of each buyer, as often as it has weight; nothing of a row without one.
///
/// # Errors
/// If a weight is not whole, with its row, or there are more than fifty million.
fn rows<T: Clone>(buyers: &Buyers, of: impl Fn(usize) -> Option<T>) -> Result<Vec<T>> {
    let mut all = Vec::with_capacity(buyers.len());
    not_too_many(buyers.total())?;
    for row in 0..buyers.len() {
        if let Some(value) = of(row) {
            all.extend(std::iter::repeat_n(value, whole_at(buyers, row)?));
        }
    }
    Ok(all)
}

/// Whether so many rows can be drawn.
///
/// # Errors
/// If there are more than fifty million.
pub(in crate::lifetime) fn not_too_many(rows: f64) -> Result<()> {
    if rows <= MOST_ROWS {
        return Ok(());
    }
    Err(Error::unsupported(format!("a bootstrap of more than {MOST_ROWS} buyers")))
}

/// The weight of a row, as so many buyers.
///
/// # Errors
/// As [`whole`].
pub(super) fn whole_at(buyers: &Buyers, row: usize) -> Result<usize> {
    whole(buyers.weight(row), row)
}

/// The weight of that row, as so many buyers.
///
/// # Errors
/// If it is not whole.
pub(in crate::lifetime) fn whole(weight: f64, row: usize) -> Result<usize> {
    if weight.fract() != 0.0 || weight > MOST_ROWS {
        return Err(Error::parameter("weight", "a whole number of buyers, to draw as many", weight).at_row(row));
    }
    Ok(weight as usize)
}
