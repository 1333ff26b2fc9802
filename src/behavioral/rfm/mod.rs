//! Recency, frequency and monetary value: how long ago, how often and for how much a customer bought.
//!
//! The three scores go back to the mail-order trade and to A. M. Hughes, *Strategic Database Marketing* (1994). [`Rfm`]
//! is the recipe; what it learns, [`RfmModel`], keeps its cut points, so that a customer of next month is measured
//! with the same yardstick.
//!
//! | choice | default | others |
//! | --- | --- | --- |
//! | bands | quantiles, five a measure | any [`Bands`](crate::bands::Bands), any number, [`nested`](Rfm::nested) as in SPSS |
//! | monetary | sum of the amounts | [`mean_spend`](Rfm::mean_spend): the amount a purchase |
//! | source | events of the kind `purchase` | [`purchases`](Rfm::purchases), [`from_attributes`](Rfm::from_attributes) |
//! | segments | ten classical names over recency × (frequency and monetary) | [`Rfm::of_r`], [`table`](Rfm::table), [`table_of`](Rfm::table_of) |

mod measures;
mod model;
mod recipe;
mod segments;
mod summary;

pub use model::{RfmModel, RfmScores};
pub use recipe::Rfm;
pub use segments::RfmSegment;
pub use summary::RfmSummary;

/// The names of the measures in tables of scores.
const NAMES: super::scored::Names = ["recency", "frequency", "monetary"];
