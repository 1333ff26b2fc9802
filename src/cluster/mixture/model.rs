//! A mixture that was learnt, and what it says of rows.

use ndarray::Array2;

use super::em::Ended;
use super::normal::Components;
use super::pass::Seen;
use super::shape::Shape;
use crate::cluster::{ClusterModel, Information, Placed};
use crate::error::{Error, Result};

/// A Gaussian mixture: its components, those with the most rows first.
///
/// A row belongs to the component that is most probable for it: share times density is largest, the first of equals.
/// Its distance is the Mahalanobis distance from the mean of that component, in standard deviations; the second best is
/// the second most probable, which may be nearer where its share is small or its spread wide. Rows that were learnt
/// from are placed where they were.
///
/// A stranger far from all components belongs to the one that fades least, which says little: ask
/// [`log_density`](MixtureModel::log_density) whether it belongs to any.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, Mixture, Shape};
///
/// let rows = array![[1.0], [1.2], [0.8], [5.0], [5.3], [4.7], [4.9]];
/// let model = Mixture::new(2).shape(Shape::Spherical).fit_matrix(rows.view())?.model;
/// let placed = model.place(&[5.1]);
/// assert_eq!(placed.cluster, Some(0));
/// assert!(placed.distance < 1.0); // standard deviations
/// assert!(model.log_density(&[5.1]) > -2.0 && model.log_density(&[30.0]) < -100.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Which criterion
/// The [BIC](MixtureModel::bic) asks how many distributions the rows are drawn from, the
/// [ICL](MixtureModel::icl_classification) how many clusters they fall into: it charges for components that overlap,
/// so it prefers fewer. [AIC](MixtureModel::aic) asks for a good density and prefers more. Compare models of the same
/// rows only, with the same weights and in the same units.
///
/// # Saved
/// Shares, means and covariances, of which O(k d²) numbers if they are full; what follows from them is computed when the
/// model is read, and to the same bits.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Saved", into = "Saved"))]
pub struct MixtureModel {
    /// How many components were asked for.
    asked: usize,
    /// The components, those of the most rows first.
    components: Components,
    /// The prior probability of each; above 0, together 1.
    shares: Vec<f64>,
    /// Their logarithms.
    log_shares: Vec<f64>,
    /// The weight of the rows that each is the most probable of.
    sizes: Vec<f64>,
    /// The weight of all rows.
    rows: f64,
    /// The logarithm of the density of all rows.
    log_likelihood: f64,
    /// The same where each row is drawn from its most probable component.
    classification: f64,
    /// The entropy of all memberships.
    entropy: f64,
    /// How many iterations the best start took.
    iterations: usize,
    /// Whether it came to rest.
    converged: bool,
    /// What was decided on the way.
    notes: Vec<String>,
}

impl MixtureModel {
    /// The model of a finished mixture, whose components are in their final order.
    pub(super) fn new(asked: usize, ended: Ended<Components>, seen: Seen, rows: f64, notes: Vec<String>) -> Self {
        let shares = ended.state.shares;
        MixtureModel {
            asked,
            components: ended.state.components,
            log_shares: shares.iter().map(|share| share.ln()).collect(),
            shares,
            sizes: seen.sizes,
            rows,
            log_likelihood: seen.log_likelihood,
            classification: seen.classification,
            entropy: seen.entropy,
            iterations: ended.iterations,
            converged: ended.converged,
            notes,
        }
    }

    /// What the covariances may be.
    pub fn shape(&self) -> Shape {
        self.components.shape
    }

    /// The share of each component: the prior probability that a row is drawn from it. They add up to 1.
    pub fn weights(&self) -> &[f64] {
        &self.shares
    }

    /// The means of the components, a row each.
    pub fn means(&self) -> Array2<f64> {
        let shape = (self.components.len(), self.components.dimensions);
        Array2::from_shape_fn(shape, |(component, column)| self.components.mean(component)[column])
    }

    /// The covariance matrices of the components, regularisation included, written out whatever their shape: all equal
    /// with [`Shape::Tied`], without products with [`Shape::Diagonal`].
    ///
    /// O(k d²) numbers.
    pub fn covariances(&self) -> Vec<Array2<f64>> {
        let d = self.components.dimensions;
        let cell = |component: usize| {
            let covariance = &self.components.covariances[self.shape().part(component, d)];
            move |(i, j): (usize, usize)| match self.shape() {
                Shape::Full | Shape::Tied => covariance[i.max(j) * (i.max(j) + 1) / 2 + i.min(j)],
                _ if i != j => 0.0,
                Shape::Diagonal => covariance[i],
                Shape::Spherical => covariance[0],
            }
        };
        (0..self.components.len()).map(|component| Array2::from_shape_fn((d, d), cell(component))).collect()
    }

    /// How many numbers were free: `k - 1` shares, `k d` means and as many covariances as the [`Shape`] says.
    ///
    /// Counted for the components that were found, also where some rest on the regularisation.
    pub fn parameters(&self) -> usize {
        let (k, d) = (self.components.len(), self.components.dimensions);
        k - 1 + k * d + self.shape().parameters(k, d)
    }

    /// The logarithm of the density of all rows learnt from, a sum over rows by their weights.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// The Bayesian information criterion, `-2 ln L + p ln n`: the least is best. mclust prints it with the opposite
    /// sign.
    pub fn bic(&self) -> f64 {
        -2.0 * self.log_likelihood + self.parameters() as f64 * self.rows.ln()
    }

    /// Akaike's information criterion, `-2 ln L + 2 p`: the least is best. It asks for more components than the BIC.
    pub fn aic(&self) -> f64 {
        -2.0 * self.log_likelihood + 2.0 * self.parameters() as f64
    }

    /// The integrated completed likelihood in its classification form: the BIC where each row is drawn from its most
    /// probable component. The least is best. mclust prints this one, with the opposite sign; so does flexmix.
    pub fn icl_classification(&self) -> f64 {
        -2.0 * self.classification + self.parameters() as f64 * self.rows.ln()
    }

    /// The integrated completed likelihood in its entropy form: the BIC plus twice the entropy of the memberships. The
    /// least is best. It is never below the classification form.
    pub fn icl_entropy(&self) -> f64 {
        self.bic() + 2.0 * self.entropy
    }

    /// The logarithm of the density of the mixture at a row: low where a row belongs to none of the components.
    ///
    /// A threshold for "belongs to none" is a quantile of this among the rows learnt from. It depends on the units of
    /// the columns: in columns divided by 10 each density is 10 times as high for each column.
    pub fn log_density(&self, row: &[f64]) -> f64 {
        let logs = |component: usize| self.log_part(component, row).0;
        let highest = (0..self.components.len()).map(logs).fold(f64::NEG_INFINITY, f64::max);
        let parts = (0..self.components.len()).map(|component| (logs(component) - highest).exp());
        highest + parts.sum::<f64>().ln()
    }

    /// The logarithm of share times density, and the squared distance; the same bits as in the last pass over the rows.
    fn log_part(&self, component: usize, row: &[f64]) -> (f64, f64) {
        let squared = self.components.squared(component, row);
        (self.components.log_density(component, squared) + self.log_shares[component], squared)
    }
}

impl ClusterModel for MixtureModel {
    const KIND: &'static str = "mixture";

    fn clusters(&self) -> usize {
        self.components.len()
    }

    fn dimensions(&self) -> usize {
        self.components.dimensions
    }

    fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    fn representative(&self, cluster: usize) -> Vec<f64> {
        self.components.mean(cluster).to_vec()
    }

    /// The most probable component, with Mahalanobis distances; allocates nothing. O(k d²) if covariances are full.
    fn place(&self, row: &[f64]) -> Placed {
        let mut best = [(0, f64::NEG_INFINITY, 0.0); 2];
        for component in 0..self.components.len() {
            let (log, squared) = self.log_part(component, row);
            if component == 0 || log > best[0].1 {
                best = [(component, log, squared), best[0]];
            } else if component == 1 || log > best[1].1 {
                best[1] = (component, log, squared);
            }
        }
        let [first, second] = best.map(|(component, _, squared): (usize, f64, f64)| (component, squared.sqrt()));
        Placed { cluster: Some(first.0), distance: first.1, second: (self.components.len() > 1).then_some(second) }
    }

    /// The posterior probability of each component given the row; they add up to 1.
    fn memberships(&self, row: &[f64], degrees: &mut [f64]) -> bool {
        let mut highest = f64::NEG_INFINITY;
        for (component, degree) in degrees.iter_mut().enumerate() {
            *degree = self.log_part(component, row).0;
            highest = highest.max(*degree);
        }
        let mut total = 0.0;
        for degree in degrees.iter_mut() {
            *degree = (*degree - highest).exp();
            total += *degree;
        }
        degrees.iter_mut().for_each(|degree| *degree /= total);
        true
    }

    /// The log-likelihood, which is made large.
    fn objective(&self) -> Option<(&'static str, f64)> {
        Some(("log_likelihood", self.log_likelihood))
    }

    fn information(&self) -> Option<Information> {
        let (aic, bic, icl) = (self.aic(), self.bic(), self.icl_entropy());
        Some(Information { log_likelihood: self.log_likelihood, parameters: self.parameters(), aic, bic, icl })
    }

    fn iterations(&self) -> Option<usize> {
        Some(self.iterations)
    }

    fn converged(&self) -> Option<bool> {
        Some(self.converged)
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn check(&self) -> Result<()> {
        let k = self.components.len();
        if self.asked < k {
            return Err(Error::parameter("asked", "at least as many as there are components", self.asked));
        }
        if self.shares.len() != k || self.sizes.len() != k {
            return Err(Error::length("weights and sizes", self.shares.len().min(self.sizes.len()), k));
        }
        if let Some(share) = self.shares.iter().find(|share| !(**share > 0.0 && **share <= 1.0)) {
            return Err(Error::parameter("weights", "above 0 and at most 1", share));
        }
        let total: f64 = self.shares.iter().sum();
        if (total - 1.0).abs() > 1e-6 {
            return Err(Error::parameter("weights", "of the sum 1", total));
        }
        if let Some(size) = self.sizes.iter().find(|size| !(size.is_finite() && **size >= 0.0)) {
            return Err(Error::parameter("sizes", "finite numbers of at least 0", size));
        }
        if !(self.rows.is_finite() && self.rows > 0.0) {
            return Err(Error::parameter("rows", "a finite number above 0", self.rows));
        }
        let numbers = [self.log_likelihood, self.classification, self.entropy];
        match numbers.iter().find(|number| !number.is_finite()) {
            Some(number) => Err(Error::not_finite("a likelihood", *number)),
            None => Ok(()),
        }
    }
}

/// A mixture as it is written: what follows from the covariances is computed anew when it is read.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    asked: usize,
    shape: Shape,
    dimensions: usize,
    /// By component: the shares.
    weights: Vec<f64>,
    /// Component after component.
    means: Vec<f64>,
    /// By component, or once if tied: a lower triangle row by row, variances, or one variance.
    covariances: Vec<f64>,
    sizes: Vec<f64>,
    rows: f64,
    log_likelihood: f64,
    classification: f64,
    entropy: f64,
    iterations: usize,
    converged: bool,
    notes: Vec<String>,
}

#[cfg(feature = "serde")]
impl From<MixtureModel> for Saved {
    fn from(model: MixtureModel) -> Self {
        Saved {
            asked: model.asked,
            shape: model.components.shape,
            dimensions: model.components.dimensions,
            weights: model.shares,
            means: model.components.means,
            covariances: model.components.covariances,
            sizes: model.sizes,
            rows: model.rows,
            log_likelihood: model.log_likelihood,
            classification: model.classification,
            entropy: model.entropy,
            iterations: model.iterations,
            converged: model.converged,
            notes: model.notes,
        }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Saved> for MixtureModel {
    type Error = Error;

    /// Refuses what is no mixture: wrong lengths, shares that are none, covariances that are none.
    fn try_from(saved: Saved) -> Result<Self> {
        let components =
            Components::read(saved.shape, saved.dimensions, saved.weights.len(), saved.means, saved.covariances)?;
        let model = MixtureModel {
            asked: saved.asked,
            components,
            log_shares: saved.weights.iter().map(|share| share.ln()).collect(),
            shares: saved.weights,
            sizes: saved.sizes,
            rows: saved.rows,
            log_likelihood: saved.log_likelihood,
            classification: saved.classification,
            entropy: saved.entropy,
            iterations: saved.iterations,
            converged: saved.converged,
            notes: saved.notes,
        };
        model.check()?;
        Ok(model)
    }
}
