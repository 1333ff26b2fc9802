//! How far two divisions of the same rows agree.
//!
//! Two answers of methods, of analysts or of years; or an answer and what is known to be true.
//!
//! [`Contingency`] counts; [`Agreement`] is the list of all figures, each a function of the counts; [`Agreements`] are
//! several at once, to print and to save. [`Matching`] says which group of one division is which of the other, and
//! [`Redundancy`] how much one of two segmentations is worth to who knows the other.
//!
//! For work that compares thousands of divisions, as resampling does: [`RandCounter`] gives the adjusted Rand index
//! without an allocation, [`best_jaccard`] the most similar group for each group, not one to one.

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
pub use fast::RandCounter;
pub use figure::Agreement;
pub use information::Information;
pub use jaccard::best_jaccard;
pub use matching::{Match, Matching};
pub use pairs::PairCounts;
pub use redundancy::Redundancy;
