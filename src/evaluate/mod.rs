//! Is this division any good: figures, how many groups, whether they come back, and a verdict.
//!
//! Segments may come from anywhere: clusters, rules, tiers, a list that somebody wrote. There are two doors. *Customers*
//! with their [`Segmentation`](crate::segmentation::Segmentation) are judged by [`Diagnose`]; rows of numbers with the
//! group of each ([`Division`], or two [`Partition`]s) are what figures are computed of.
//!
//! ```
//! use ndarray::array;
//! use segmentry::cluster::{AnyMethod, KMeans, Points};
//! use segmentry::evaluate::{Agreement, Contingency, Division, Index, Partition, silhouette};
//! use segmentry::progress::Progress;
//!
//! let rows = array![[0.0, 0.1], [0.2, 0.0], [0.1, 0.1], [5.0, 5.1], [5.2, 5.0], [9.0, 0.0]];
//! let points = Points::new(rows.view());
//! let method: AnyMethod = KMeans::new(3).restarts(5).into();
//! let found = Partition::new(&method.find(&points, &Progress::none())?.labels)?;
//! let division = Division::new(&points, &found)?;
//! assert!(silhouette(&division)?.mean() > 0.7); // the row that stands alone counts 0
//! assert!(Index::ExplainedShare.of(&division)? > 0.99);
//!
//! let known = Partition::of(["home", "home", "home", "shop", "shop", "other"])?;
//! assert_eq!(Agreement::AdjustedRand.of(&Contingency::new(&known, &found)?)?, 1.0);
//! # Ok::<(), segmentry::Error>(())
//! ```
//!
//! # What to ask
//!
//! | you ask | of rows | of customers |
//! | --- | --- | --- |
//! | what is wrong with it, and what to do next | | [`diagnose()`], [`Diagnose`], its [`ScoreCard`] |
//! | how good are the groups | [`Index`], [`Indices`], [`silhouette()`], [`dbcv()`] | |
//! | how far do two divisions agree | [`Agreement`], [`Contingency`], [`Matching`] | [`Contingency::of_segmentations`], [`Redundancy`] |
//! | how many groups | [`ChooseK`] | |
//! | are there groups at all | [`SeekStructure`], [`dip`], [`Hopkins`] | |
//! | would they come back | [`Stability`] with [`Refit::rows`] | [`Stability`] with [`Refit::customers`] |
//! | do they move the goal | | [`Alignment`] |
//! | who is in a segment, in rules | | [`Surrogate`] |
//!
//! How segments differ attribute by attribute is asked of [`profile`](crate::profile).
//!
//! # What holds for all of it
//!
//! - A figure that is not defined is an error that says why, or the documented value of the reference; never NaN.
//! - Rows in no group are left out and counted, unless a figure says otherwise.
//! - Weight 2 is the row twice. What cannot be weighted says so.
//! - The same input and seed give the same bytes on any number of threads.
//! - No figure knows what a division is for. Only a [`Goal`] does.

mod agreement;
mod alignment;
mod choose;
mod dbcv;
mod diagnose;
mod division;
mod goal;
mod index;
mod pairs;
mod partition;
mod separation;
mod silhouette;
mod stability;
mod structure;
mod surrogate;
mod tree;

pub use agreement::{
    Agreed, Agreement, Agreements, Contingency, Information, Match, Matching, PairCounts, RandCounter, Redundancy,
    best_jaccard,
};
pub use alignment::{Aligned, Alignment, Comparison, GoalKind, SegmentGoal, Telling};
pub use choose::{Answer, AtK, Candidate, Choice, ChooseK, Criterion, GapRule, Reference, Support, Vote, knee};
pub use dbcv::dbcv;
pub use diagnose::{
    Again, Check, Diagnose, Diagnosis, Evidence, Grade, Problem, Quality, ScoreCard, Scored, Unit, Verdict, diagnose,
};
pub use division::Division;
pub use goal::Goal;
pub use index::{Best, Index, Indices, sd};
pub use pairs::{
    Between, Within, c_index, dunn, g_plus, gamma, generalized_dunn, mcclain_rao, pearson_gamma, point_biserial, tau,
};
pub use partition::Partition;
pub use separation::{PairSeparation, Separation, Shadow};
pub use silhouette::{
    SampledGroup, SampledSilhouette, Silhouette, SilhouetteGroup, SilhouetteSample, medoid_silhouette, silhouette,
    silhouette_in, silhouette_with, simplified_silhouette,
};
pub use stability::{
    Descendant, GlobalStabilities, GlobalStability, LeaveOut, LeftOut, Lineage, NoiseStability, Origin, OverTime,
    PartLeftOut, Refit, Scheme, SegmentOverTime, SegmentReturn, SegmentStability, SegmentVerdict, Solution, Split,
    Spread, Stability,
};
pub use structure::{Dip, Hopkins, HowMuch, SeekStructure, Structure, Tendency, dip};
pub use surrogate::{Fidelity, Part, SegmentRule, SegmentRules, Surrogate, Used};
pub use tree::{Allowed, Impurity, Limit, Mark};
