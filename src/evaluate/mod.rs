//! Is this division any good: figures, how many groups, whether they come back, and a verdict.

mod agreement;
mod alignment;
mod division;
mod goal;
mod partition;
mod surrogate;
mod tree;

pub use agreement::Contingency;
pub use alignment::{Aligned, Alignment, Comparison, GoalKind, SegmentGoal, Telling};
pub use division::Division;
pub use goal::Goal;
pub use partition::Partition;
pub use surrogate::{Fidelity, Part, SegmentRule, SegmentRules, Surrogate, Used};
pub use tree::{Allowed, Impurity, Limit, Mark};
