//! Is this division any good: figures, how many groups, whether they come back, and a verdict.

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
