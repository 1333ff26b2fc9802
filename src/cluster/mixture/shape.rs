//! How the components of a mixture may differ in their spread.

/// What the covariance of a component may be: from the freest to the strictest.
///
/// Parameters are counted for `k` components in `d` dimensions, without the shares and the means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Shape {
    /// Each component its own covariance, an ellipsoid in any direction: `k d (d + 1) / 2` parameters (mclust's VVV).
    #[default]
    Full,
    /// One covariance for all components: `d (d + 1) / 2` parameters (mclust's EEE).
    Tied,
    /// Each component its own variance of each column, columns independent within a component: `k d` parameters
    /// (mclust's VVI).
    Diagonal,
    /// Each component one variance for all columns, a ball: `k` parameters (mclust's VII). Columns should be on one scale.
    Spherical,
}

impl Shape {
    /// How many numbers hold the covariances of `k` components in `d` dimensions: their parameters.
    pub(super) fn parameters(self, k: usize, d: usize) -> usize {
        match self {
            Shape::Full => k * (d * (d + 1) / 2),
            Shape::Tied => d * (d + 1) / 2,
            Shape::Diagonal => k * d,
            Shape::Spherical => k,
        }
    }

    /// The part of those numbers that belongs to one component: where it begins, and how long it is.
    pub(super) fn part(self, component: usize, d: usize) -> std::ops::Range<usize> {
        let width = self.parameters(1, d);
        let start = if self == Shape::Tied { 0 } else { component * width };
        start..start + width
    }
}
