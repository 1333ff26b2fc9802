//! Is this division any good: figures, how many groups, whether they come back, and a verdict.

mod agreement;
mod choose;
mod division;
mod goal;
mod partition;

pub use agreement::Contingency;
pub use choose::{Answer, Candidate, Choice, ChooseK, Criterion, GapRule, Reference, Support, Value, Vote};
pub use division::Division;
pub use goal::Goal;
pub use partition::Partition;
