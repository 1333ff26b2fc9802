//! Who belongs to a cluster at all.
//!
//! A centroid is nearest to somewhere for everybody, also for a customer who is like nobody. How far is too far is the
//! caller's to say; the answer is learnt once and kept as one distance for each cluster.

use crate::error::{Error, Result};
use crate::math::quantile;

use super::method::{ClusterModel, Placed};

/// Who belongs to a cluster, and who to none.
///
/// Density methods leave rows out by themselves; this is asked after them.
///
/// ```
/// use segmentry::cluster::Reach;
///
/// assert_eq!(Reach::default(), Reach::Everybody);
/// let strict = Reach::Share(0.95); // farther than 95 in 100 of the cluster's own members: none
/// # let _ = strict;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reach {
    /// Everybody belongs to the nearest cluster.
    #[default]
    Everybody,
    /// A cluster reaches as far as this share of the members that it was learnt from, the nearest first; a quantile of
    /// their distances by linear interpolation (R's type 7).
    Share(f64),
    /// Every cluster reaches this far, in the method's own distance.
    Distance(f64),
}

impl Reach {
    /// # Errors
    /// If a share is not above 0 and at most 1, or a distance negative or not finite.
    pub(super) fn check(self) -> Result<()> {
        match self {
            Reach::Share(share) if !(share > 0.0 && share <= 1.0) => {
                Err(Error::parameter("reach", "a share above 0 and at most 1", share))
            }
            Reach::Distance(distance) if !(distance >= 0.0 && distance.is_finite()) => {
                Err(Error::parameter("reach", "a finite distance of at least 0", distance))
            }
            _ => Ok(()),
        }
    }

    /// How far each cluster reaches, learnt from where these rows are; empty if as far as anybody is.
    ///
    /// O(n log n) for shares. A cluster without members reaches nobody.
    pub(super) fn limits<M: ClusterModel>(self, model: &M, placed: &[Placed]) -> Vec<f64> {
        match self {
            Reach::Everybody => Vec::new(),
            Reach::Distance(distance) => vec![distance; model.clusters()],
            Reach::Share(share) => {
                let mut distances = vec![Vec::new(); model.clusters()];
                for place in placed {
                    if let Some(members) = place.cluster.and_then(|cluster| distances.get_mut(cluster)) {
                        members.push(place.distance);
                    }
                }
                let limit = |members: Vec<f64>| {
                    quantile::quantiles(&members, &[share]).and_then(|found| found.first().copied()).unwrap_or(0.0)
                };
                distances.into_iter().map(limit).collect()
            }
        }
    }
}
