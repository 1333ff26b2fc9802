//! Groups that are found in the data, not defined: clustering for numbers, categories and both.

mod canonical;
mod distance;
mod k_medoids;
mod k_modes;
mod k_prototypes;
mod method;
mod points;

pub use distance::{Distance, Distances};
pub use k_medoids::{
    Clara, ClaraModel, KMedoids, KMedoidsModel, MedoidStart, Medoids, SilhouetteMedoids, SilhouetteMedoidsModel, Swap,
};
pub use k_modes::{KModes, KModesModel, MissingAs, ModeStart};
pub use k_prototypes::{Gamma, KPrototypes, KPrototypesModel, PrototypeStart};
pub use method::{ClusterMethod, ClusterModel, Found, Placed, Stored};
pub use points::Points;
