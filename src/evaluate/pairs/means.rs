//! The mean distance within groups beside the mean distance between them.

use crate::error::{Error, Result};
use crate::evaluate::Division;

use super::figures::Total;
use super::{PairCache, PairFigures};

/// Both kinds of pairs, and the means of their distances.
fn means<'d>(division: &'d Division<'_>, figure: &str) -> Result<(&'d PairFigures, f64, f64)> {
    division.at_least(figure, 2)?;
    let figures = PairCache::figures(division)?;
    match (figures.within.mean(), figures.between.mean()) {
        (Some(within), Some(between)) => Ok((figures, within, between)),
        (None, _) => Err(undefined(figure, "no group has two rows")),
        (_, None) => Err(undefined(figure, "no two groups have rows that count")),
    }
}

/// Says that a figure is not defined, and why.
pub(super) fn undefined(figure: &str, why: &str) -> Error {
    Error::unsupported(format!("the {figure} is not defined where {why}"))
}

/// The index of McClain and Rao: the mean distance within groups over the mean distance between groups.
///
/// 0 and more; small is good. Below 1 rows are nearer to their own group than to others.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, mcclain_rao};
///
/// let rows = array![[0.0], [1.0], [9.0], [10.0]];
/// let (points, groups) = (Points::new(rows.view()), Partition::of([0, 0, 1, 1])?);
/// assert_eq!(mcclain_rao(&Division::new(&points, &groups)?)?, 1.0 / 9.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// As copies of rows; weights that are no whole numbers go into the same sums.
///
/// # Cost
/// O(n² d / 2), once for all figures of the same division that need no more than sums and extremes; memory O(n + k²).
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Errors
/// If there are fewer than 2 groups, no group has two rows, or all rows of different groups are equal.
///
/// # References
/// J. O. McClain and V. R. Rao 1975, CLUSTISZ: a program to test for the quality of clustering of a set of objects,
/// Journal of Marketing Research 12(4), 456-460. B. Desgraupes 2013, Clustering indices (vignette of the R package
/// clusterCrit), 1.2.14.
///
/// # Differs from
/// `wb.ratio` of R's fpc, whose mean within gives each row and not each pair the same weight.
pub fn mcclain_rao(division: &Division<'_>) -> Result<f64> {
    let (_, within, between) = means(division, "McClain-Rao index")?;
    match between > 0.0 {
        true => Ok(within / between),
        false => Err(undefined("McClain-Rao index", "all rows of different groups are equal")),
    }
}

/// The point-biserial figure as R's clusterCrit has it: (mean within - mean between) · √(N_w N_b) / N_t over all pairs,
/// of which N_w are within a group and N_b between.
///
/// Small, far below 0, is good. It is a length, in the unit of the distance: it does not compare data of different
/// scale. [`pearson_gamma`] is the correlation that has this name elsewhere, between -1 and 1 and with the other sign.
///
/// # Weights
/// As copies of rows; weights that are no whole numbers go into the same sums.
///
/// # Cost
/// As [`mcclain_rao`].
///
/// # Errors
/// If there are fewer than 2 groups, no group has two rows, or the figure is too large for a number.
///
/// # References
/// G. W. Milligan 1981, A Monte Carlo study of thirty internal criterion measures for cluster analysis, DOI
/// 10.1007/BF02293899. B. Desgraupes 2013, Clustering indices, 1.2.16.
pub fn point_biserial(division: &Division<'_>) -> Result<f64> {
    let (figures, within, between) = means(division, "point-biserial figure")?;
    let pairs = figures.within.pairs + figures.between.pairs;
    let found = (within - between) * (figures.within.pairs / pairs).sqrt() * (figures.between.pairs / pairs).sqrt();
    let length = figures.scale.outer(found.abs()).copysign(found);
    match length.abs() < f64::MAX {
        true => Ok(length),
        false => Err(undefined("point-biserial figure", "distances are too large for a number")),
    }
}

/// The correlation over all pairs of rows between their distance and whether they are in different groups: Hubert's
/// gamma in its normalised form, also called the point-biserial correlation.
///
/// From -1 to 1; large is good.
///
/// # Weights
/// As copies of rows; weights that are no whole numbers go into the same sums.
///
/// # Cost
/// As [`mcclain_rao`].
///
/// # Errors
/// If there are fewer than 2 groups, no group has two rows, or all distances are the same.
///
/// # References
/// M. Halkidi, Y. Batistakis and M. Vazirgiannis 2001, On clustering validation techniques, DOI
/// 10.1023/A:1012801612483. It is `pearsongamma` of R's fpc.
pub fn pearson_gamma(division: &Division<'_>) -> Result<f64> {
    let (figures, within, between) = means(division, "Pearson gamma")?;
    let Total { pairs: few, squares, .. } = figures.within;
    let pairs = few + figures.between.pairs;
    let mean = (figures.within.sum + figures.between.sum) / pairs;
    let variance = (squares + figures.between.squares) / pairs - mean * mean;
    // what rounding leaves of no variance at all is no variance
    if variance <= mean * mean * 1e-13 {
        return Err(undefined("Pearson gamma", "all distances are the same"));
    }
    let spread = (few / pairs).sqrt() * (figures.between.pairs / pairs).sqrt();
    Ok(((between - within) * spread / variance.sqrt()).clamp(-1.0, 1.0))
}
