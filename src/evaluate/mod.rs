//! Is this division any good: figures, how many groups, whether they come back, and a verdict.

mod agreement;
mod division;
mod goal;
mod index;
mod partition;

pub use agreement::Contingency;
pub use division::Division;
pub use goal::Goal;
pub use index::{Best, Index, Indices, sd};
pub use partition::Partition;
