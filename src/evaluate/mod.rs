//! Is this division any good: figures, how many groups, whether they come back, and a verdict.

mod agreement;
mod division;
mod goal;
mod partition;

#[allow(unused_imports, reason = "for what is stable under resampling")]
pub(crate) use agreement::RandCounter;
pub use agreement::{
    Agreed, Agreement, Agreements, Contingency, Information, Match, Matching, PairCounts, Redundancy, best_jaccard,
};
pub use division::Division;
pub use goal::Goal;
pub use partition::Partition;
