//! Is this division any good: figures, how many groups, whether they come back, and a verdict.

mod agreement;
mod choose;
mod diagnose;
mod division;
mod goal;
mod index;
mod partition;
mod stability;

#[allow(unused_imports, reason = "for what is stable under resampling")]
pub(crate) use agreement::RandCounter;
pub use agreement::{Contingency, PairCounts, best_jaccard};
pub use choose::{Answer, Candidate, Choice, ChooseK, Criterion, GapRule, Reference, Support, Value, Vote};
pub use diagnose::{Again, Check, Diagnose, Diagnosis, Evidence, Problem, Unit, Verdict, diagnose};
pub use division::Division;
pub use goal::Goal;
pub use index::{Best, Index, Indices, sd};
pub use partition::Partition;
pub use stability::{Descendant, GlobalStabilities, GlobalStability, LeaveOut, LeftOut, Lineage, NoiseStability, Origin, OverTime, PartLeftOut, Refit, Scheme, SegmentOverTime, SegmentReturn, SegmentStability, SegmentVerdict, Solution, Split, Spread, Stability};
