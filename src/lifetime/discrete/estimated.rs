//! How sure a figure of BG/BB is: its coordinates and their covariance, and how it is learnt again.
//!
//! With this the [`DeltaMethod`](crate::lifetime::DeltaMethod), [`Draws`](crate::lifetime::Draws) and the
//! [`ParametricBootstrap`](crate::lifetime::ParametricBootstrap) take every figure of a [`BgBbModel`]. Coordinates are the
//! logarithms of alpha, beta, gamma and delta, in which the likelihood was searched.
//!
//! A sample has as many buyers with as many opportunities each as were learnt of; whether they use them is drawn.

use crate::error::{Error, Result};
use crate::progress::Progress;

use super::super::uncertainty::{Estimated, Refit, converged, covariance_of, filled, not_too_many, whole};
use super::buyer::DiscreteBuyers;
use super::model::{BgBb, BgBbModel};

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
