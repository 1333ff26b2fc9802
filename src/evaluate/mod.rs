//! Is this division any good: figures, how many groups, whether they come back, and a verdict.

mod agreement;
mod dbcv;
mod division;
mod goal;
mod pairs;
mod partition;
mod silhouette;

pub use agreement::Contingency;
pub use dbcv::dbcv;
pub use division::Division;
pub use goal::Goal;
pub use pairs::{
    Between, Within, c_index, dunn, g_plus, gamma, generalized_dunn, mcclain_rao, pearson_gamma, point_biserial, tau,
};
pub use partition::Partition;
pub use silhouette::{
    SampledGroup, SampledSilhouette, Silhouette, SilhouetteGroup, SilhouetteSample, medoid_silhouette, silhouette,
    silhouette_in, silhouette_with, simplified_silhouette,
};
