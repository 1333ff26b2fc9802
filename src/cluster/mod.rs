//! Groups that are found in the data, not defined: clustering for numbers, categories and both.
//!
//! A method finds clusters in rows; features make rows of customers. Together they are a recipe, and what it learns is a
//! segmenter: it places strangers, says how sure it is and why, and is saved.
//!
//! ```
//! use segmentry::cluster::{ClusterMethod, KMeans};
//! use segmentry::customer::Customers;
//! use segmentry::features::encoding::Features;
//! use segmentry::segmenter::{Fit, Segmenter};
//! use segmentry::value::Column;
//!
//! let customers = Customers::with_ids(["ann", "bo", "cy", "di"])?
//!     .with_column("age", Column::integers([23, 25, 61, 64]))?
//!     .with_column("visits", Column::integers([9, 11, 2, 1]))?;
//! let groups = KMeans::new(2).on(Features::new().number("age").number("visits").standardize()).fit(&customers)?;
//! assert_eq!(groups.segment(&customers)?.sizes(), [2, 2]);
//! # Ok::<(), segmentry::Error>(())
//! ```
//!
//! # Which method
//!
//! | you have | you want | method |
//! | --- | --- | --- |
//! | numbers | round groups of like spread, fast | [`KMeans`]; of millions of rows `MiniBatch` or `OnePass` |
//! | numbers | groups of at least and at most so many | [`SizeLimited`] |
//! | numbers with far outliers | centers that they do not move | [`KMedians`], [`KMedoids`] |
//! | shares, mixes, profiles whose size says nothing | groups of like direction | [`Spherical`] |
//! | numbers | degrees of membership | [`Fuzzy`], [`Mixture`] |
//! | numbers whose groups differ in spread and tilt | a model with a likelihood | [`Mixture`] |
//! | a few thousand rows | all numbers of groups at once, as a tree | `Hierarchical` |
//! | groups of any form among rows that belong to none | dense regions | `Dbscan`, `Hdbscan` |
//! | categories | groups by their modes | `KModes` |
//! | numbers and categories | groups by both | `KPrototypes`, [`KMedoids`] by Gower's distance |
//! | distances of your own | groups around members | [`KMedoids`], [`Distances`] |
//!
//! # What holds for all of them
//!
//! - Clusters come in one order: the largest first, equal ones by what stands for them.
//! - The same rows, recipe and seed give the same bytes on any number of threads.
//! - Fewer clusters than asked, empty ones that began anew and the like are told in `notes`, and are no error.
//! - A stranger is placed with distance and second choice ([`Clusters::place`]); [`Reach`] says who is too far from all.
//! - [`fit_matrix`](ClusterMethod::fit_matrix) is the door for those who have numbers and no customers.

mod any;
mod bisecting;
mod canonical;
mod clustering;
mod clusters;
mod dbscan;
mod density;
mod distance;
mod empty;
mod explain;
mod family;
mod fuzzy;
mod hdbscan;
mod hierarchical;
mod k_means;
mod k_medians;
mod k_medoids;
mod k_modes;
mod k_prototypes;
mod markers;
mod method;
mod mini_batch;
mod mixture;
#[cfg(feature = "serde")]
mod named;
mod one_pass;
mod points;
mod reach;
mod size_limited;
mod spherical;

pub use any::{AnyFound, AnyMethod};
pub use bisecting::{Bisecting, BisectingModel, Split};
pub use clustering::Clustering;
pub use clusters::Clusters;
pub use dbscan::{Dbscan, DbscanModel};
#[cfg(feature = "evaluate")]
pub(crate) use density::Scale;
#[cfg(feature = "evaluate")]
pub(crate) use distance::{Against, against};
pub use distance::{Distance, Distances};
pub use family::CentroidModel;
pub use fuzzy::{Fuzzy, FuzzyModel};
pub use hdbscan::{ClusterSelection, Hdbscan, HdbscanCluster, HdbscanDetails, HdbscanEdge, HdbscanModel};
pub use hierarchical::{Dendrogram, Hierarchical, HierarchicalModel, Linkage, Merge};
pub use k_means::{Algorithm, KMeans, KMeansModel, Start};
pub use k_medians::{KMedians, KMediansModel};
pub use k_medoids::{
    Clara, ClaraModel, KMedoids, KMedoidsModel, MedoidStart, Medoids, SilhouetteMedoids, SilhouetteMedoidsModel, Swap,
};
pub use k_modes::{KModes, KModesModel, MissingAs, ModeStart};
pub use k_prototypes::{Gamma, KPrototypes, KPrototypesModel, PrototypeStart};
pub use method::{ClusterMethod, ClusterModel, Found, Information, Placed, Stored};
pub use mini_batch::{MiniBatch, MiniBatchModel};
pub use mixture::{Mixture, MixtureModel, MixtureStart, Shape};
#[cfg(feature = "serde")]
pub use named::{AnyClusters, METHODS, Setting, SettingsReader, clusters_from_json};
pub use one_pass::{Collector, OnePass, OnePassModel};
pub use points::Points;
pub use reach::Reach;
pub use size_limited::{SizeLimited, SizeLimitedModel};
pub use spherical::{Spherical, SphericalModel};
