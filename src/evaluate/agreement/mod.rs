//! How far two divisions of the same rows agree.

mod contingency;
mod count;
mod fast;
mod jaccard;
mod pairs;

pub use contingency::Contingency;
pub(crate) use fast::RandCounter;
pub use jaccard::best_jaccard;
pub use pairs::PairCounts;
