//! What buyers spend a purchase: the Gamma-Gamma model, and whether spend and frequency are independent.
//!
//! | file | holds |
//! | --- | --- |
//! | `rows` | the rows that are learnt of, compressed, and the count of the others |
//! | `likelihood` | the density of a mean spend with its slopes |
//! | `recipe` | [`GammaGamma`]: starts, priors, the fit |
//! | `model` | [`SpendModel`]: what a buyer will spend |
//! | `independence` | [`Independence`]: the assumption, checked |

mod independence;
mod likelihood;
#[cfg(test)]
mod likelihood_tests;
mod model;
mod order;
mod recipe;
mod rows;

pub use independence::{Correlation, INDEPENDENCE_LIMIT, Independence, Influence};
pub use model::SpendModel;
pub use recipe::GammaGamma;
pub use rows::SpendRows;
