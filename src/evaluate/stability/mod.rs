//! Would these segments come back?
//!
//! A method always finds segments, and a chart of them always looks convincing. Whether they are there is seen when the
//! same is done with other customers of the same kind: a sample, a later month, a little noise.
//!
//! What is learnt from other samples of the same customers is asked about the same customers. [`refit`] are the two
//! doors, rows and customers; [`scheme`] draws samples; [`work`] does replicates side by side. On top of them: [`global`]
//! compares pairs of replicates, [`segments`] looks for each segment, [`noise`] adds more and more of it. Without
//! replicates: [`lineage`] follows segments from solution to solution, [`leave_out`] drops columns, [`over_time`] asks
//! whether a model still divides later customers.

mod everybody;
mod global;
mod leave_out;
mod lineage;
mod noise;
mod over_time;
mod recipe;
mod refit;
mod rows;
mod scheme;
mod segments;
mod spread;
mod work;

pub use global::{GlobalStabilities, GlobalStability};
pub use leave_out::{LeaveOut, LeftOut, PartLeftOut};
pub use lineage::{Descendant, Lineage, Origin, Solution, Split};
pub use noise::NoiseStability;
pub use over_time::{OverTime, SegmentOverTime};
pub use recipe::Stability;
pub use refit::Refit;
pub use scheme::Scheme;
pub use segments::{SegmentReturn, SegmentStability, SegmentVerdict};
pub use spread::Spread;
