//! How sure a figure is: intervals of what is expected, and of what will happen.
//!
//! Two questions that are often taken for one:
//!
//! | question | interval | gets narrow with more data |
//! | --- | --- | --- |
//! | how well is the expected figure known? | of confidence: [`DeltaMethod`], [`Draws`] | yes |
//! | what will this buyer do? | of prediction: [`Prediction`] | no: chance stays |
//!
//! And three ways to the first, of any figure that can be computed of a model, whatever its kind ([`Estimated`]): of buyers
//! with or without opportunities, of their spend, of contracts:
//!
//! | way | costs | rests on |
//! | --- | --- | --- |
//! | [`DeltaMethod`] | two figures a parameter | the curvature of the likelihood, a figure that is nearly straight |
//! | [`Draws::normal`] | a figure a draw | the curvature of the likelihood |
//! | [`ParametricBootstrap`] | a fit and a figure a draw | nothing but the family |
//!
//! A whole curve, such as that of retention, has an interval at each place by `intervals`, and a band that holds all of it at
//! once by [`Draws::band`].

mod bootstrap;
mod delta;
mod draws;
mod estimated;
mod interval;
mod prediction;
mod refit;

pub use bootstrap::ParametricBootstrap;
pub use delta::DeltaMethod;
pub use draws::Draws;
pub use estimated::Estimated;
pub(in crate::lifetime) use estimated::covariance_of;
pub use interval::{Interval, Scale};
pub use prediction::Prediction;
pub use refit::Refit;
pub(in crate::lifetime) use refit::{converged, filled, not_too_many, whole};
