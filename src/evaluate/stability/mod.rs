//! Would these segments come back?
//!
//! What is learnt from other samples of the same customers is asked about the same customers. [`refit`] are the two
//! doors, rows and customers; [`scheme`] draws samples; [`work`] does replicates side by side. On top of them: [`global`]
//! compares pairs of replicates.

mod everybody;
mod global;
mod recipe;
mod refit;
mod rows;
mod scheme;
mod spread;
mod work;

pub use global::{GlobalStabilities, GlobalStability};
pub use recipe::Stability;
pub use refit::Refit;
pub use scheme::Scheme;
pub use spread::Spread;
