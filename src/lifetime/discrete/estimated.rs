//! How sure a figure of BG/BB is: its coordinates and their covariance, and how it is learnt again.
//!
//! With this the [`DeltaMethod`](crate::lifetime::DeltaMethod), [`Draws`](crate::lifetime::Draws) and the
//! [`ParametricBootstrap`](crate::lifetime::ParametricBootstrap) take every figure of a [`BgBbModel`]. Coordinates are the
//! logarithms of alpha, beta, gamma and delta, in which the likelihood was searched.
//!
//! ```
//! use segmentry::lifetime::{BgBb, DeltaMethod, DiscreteBuyer, DiscreteBuyers, PeriodDiscount, Periods, Scale};
//!
//! let (repeats, last) = ([0, 1, 1, 2, 3, 3], [0, 1, 3, 3, 3, 3]);
//! let buyers = DiscreteBuyers::new(&repeats, &last, &[3; 6])?.with_weights(&[460.0, 100.0, 60.0, 120.0, 90.0, 50.0])?;
//! let model = BgBb::new().prior("delta", 3.0, 0.5).fit(&buyers)?; // three opportunities tell little of leaving
//! let (donor, rate) = (DiscreteBuyer::new(3, 3, 3)?, PeriodDiscount::per_period(0.1));
//! let value = |model: &_| segmentry::lifetime::BgBbModel::value(model, &donor, 25.0, Periods::new(10), rate);
//! let interval = DeltaMethod::new().interval(&model, Scale::Positive, value)?;
//! assert!(interval.low < interval.estimate && interval.estimate < interval.high);
//! # Ok::<(), segmentry::Error>(())
//! ```
//!
//! A sample has as many buyers with as many opportunities each as were learnt of; whether they use them is drawn.

use crate::error::{Error, Result};
use crate::progress::Progress;

use super::super::uncertainty::{Estimated, Refit, converged, covariance_of, filled, not_too_many, whole};
use super::buyer::DiscreteBuyers;
use super::model::{BgBb, BgBbModel};

/// The coordinates are logarithms of the four parameters.
impl Estimated for BgBbModel {
    fn coordinates(&self) -> Vec<f64> {
        self.parameters().iter().map(|value| value.ln()).collect()
    }

    fn covariance(&self) -> Result<Vec<Vec<f64>>> {
        covariance_of(self.certificate())
    }

    fn at(&self, coordinates: &[f64]) -> Result<Self> {
        if coordinates.len() != self.parameters().len() {
            return Err(Error::length("coordinates", coordinates.len(), self.parameters().len()));
        }
        BgBbModel::of(&coordinates.iter().map(|ln| ln.exp()).collect::<Vec<f64>>())
    }
}

/// Each sample has the same opportunities. Weights are so many buyers, and have to be whole.
impl Refit for BgBb {
    type Model = BgBbModel;
    type Data = DiscreteBuyers;
    /// The opportunities of each buyer.
    type Design = Vec<u32>;

    fn design(&self, _: &BgBbModel, buyers: &DiscreteBuyers) -> Result<Vec<u32>> {
        not_too_many(buyers.total())?;
        let mut opportunities = Vec::with_capacity(buyers.len());
        for row in 0..buyers.len() {
            if let Some(buyer) = buyers.get(row) {
                let count = whole(buyers.weight(row), row)?;
                opportunities.extend(std::iter::repeat_n(buyer.opportunities(), count));
            }
        }
        filled(opportunities)
    }

    fn refit(&self, model: &BgBbModel, opportunities: &Vec<u32>, seed: u64) -> Result<(BgBbModel, bool)> {
        let sample = model.simulate(opportunities, seed)?;
        let again = self.clone().starts(1).fit_from(&sample, &model.coordinates(), &Progress::none())?;
        let good = converged(again.certificate());
        Ok((again, good))
    }
}
