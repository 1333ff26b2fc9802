//! Is this division any good: figures, how many groups, whether they come back, and a verdict.

mod agreement;
mod choose;
mod diagnose;
mod division;
mod goal;
mod partition;
mod structure;

#[allow(unused_imports, reason = "for what is stable under resampling")]
pub(crate) use agreement::RandCounter;
pub use agreement::{Contingency, PairCounts, best_jaccard};
pub use choose::{Answer, AtK, Candidate, Choice, ChooseK, Criterion, GapRule, Reference, Support, Vote, knee};
pub use diagnose::{Again, Check, Diagnose, Diagnosis, Evidence, Problem, Unit, Verdict, diagnose};
pub use division::Division;
pub use goal::Goal;
pub use partition::Partition;
pub use structure::{Dip, Hopkins, HowMuch, SeekStructure, Structure, Tendency, dip};
