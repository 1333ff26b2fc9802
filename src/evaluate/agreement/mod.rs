//! How far two divisions of the same rows agree.
//!
//! [`Contingency`] counts; [`Agreement`] is the list of all figures, each a function of the counts; [`Agreements`] are
//! several at once, to print and to save. [`Matching`] says which group of one division is which of the other, and
//! [`Redundancy`] how much one of two segmentations is worth to who knows the other.

mod agreements;
mod assign;
mod contingency;
mod count;
mod expected;
mod fast;
mod figure;
mod information;
mod jaccard;
mod matching;
mod names;
mod pairs;
mod redundancy;
mod sets;
mod work;

pub use agreements::{Agreed, Agreements};
pub use contingency::Contingency;
pub(crate) use fast::RandCounter;
pub use figure::Agreement;
pub use information::Information;
pub use jaccard::best_jaccard;
pub use matching::{Match, Matching};
pub use pairs::PairCounts;
pub use redundancy::Redundancy;
