//! The model of the siblings of k-means: centers, and the nearest of them for any row.

use ndarray::ArrayView2;

use crate::error::Result;

use super::super::method::{ClusterModel, Placed, Stored};
use super::centers::Centers;

/// What a recipe says of its model: name, objective and how far a row is from a center.
pub trait Family: Stored + Clone + std::fmt::Debug + Send + Sync {
    /// The name of the model's kind in saved files.
    const KIND: &'static str;

    /// The name of what it makes small.
    const OBJECTIVE: &'static str;

    /// Whether its parameters can be asked for.
    ///
    /// # Errors
    /// If one cannot.
    fn check_parameters(&self) -> Result<()>;

    /// Where a row is among the centers, which stand row after row.
    fn place(&self, row: &[f64], centers: &[f64]) -> Placed;

    /// Writes to what degree the row is with each center, where degrees are defined.
    fn memberships(&self, row: &[f64], centers: &[f64], degrees: &mut [f64]) -> bool {
        let _ = (row, centers, degrees);
        false
    }
}

/// Centers that were learnt, with the recipe that they were learnt by.
///
/// Placing a row takes O(k d) and allocates nothing.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, KMedians};
///
/// let rows = array![[1.0], [2.0], [9.0], [10.0], [90.0]];
/// let model = KMedians::new(2).fit_matrix(rows.view())?.model;
/// assert_eq!(model.recipe(), &KMedians::new(2));
/// assert_eq!(model.centers(), array![[5.5], [90.0]]);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct CentroidModel<R> {
    recipe: R,
    found: Centers,
}

impl<R> CentroidModel<R> {
    /// The model of what was found.
    pub(crate) fn new(recipe: R, found: Centers) -> Self {
        CentroidModel { recipe, found }
    }

    /// The recipe that it was learnt by.
    pub fn recipe(&self) -> &R {
        &self.recipe
    }

    /// The centers, a row each, the largest cluster first.
    pub fn centers(&self) -> ArrayView2<'_, f64> {
        // the shape is checked wherever a model comes from
        ArrayView2::from_shape((self.found.sizes.len(), self.found.dimensions), &self.found.centers)
            .unwrap_or_else(|_| ArrayView2::from(&[] as &[[f64; 0]]))
    }
}

impl<R: Family> ClusterModel for CentroidModel<R> {
    const KIND: &'static str = R::KIND;

    fn clusters(&self) -> usize {
        self.found.sizes.len()
    }

    fn dimensions(&self) -> usize {
        self.found.dimensions
    }

    fn sizes(&self) -> &[f64] {
        &self.found.sizes
    }

    fn representative(&self, cluster: usize) -> Vec<f64> {
        self.found.center(cluster).to_vec()
    }

    fn place(&self, row: &[f64]) -> Placed {
        self.recipe.place(row, &self.found.centers)
    }

    fn memberships(&self, row: &[f64], degrees: &mut [f64]) -> bool {
        self.recipe.memberships(row, &self.found.centers, degrees)
    }

    fn objective(&self) -> Option<(&'static str, f64)> {
        Some((R::OBJECTIVE, self.found.objective))
    }

    fn iterations(&self) -> Option<usize> {
        Some(self.found.iterations)
    }

    fn converged(&self) -> Option<bool> {
        Some(self.found.converged)
    }

    fn notes(&self) -> Vec<String> {
        self.found.notes.clone()
    }

    fn check(&self) -> Result<()> {
        self.recipe.check_parameters()?;
        self.found.check()
    }
}
