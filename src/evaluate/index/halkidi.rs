//! SD and S_Dbw: scatter by variances of columns, and how far means are from each other.

use crate::error::{Error, Result};
use crate::evaluate::division::Division;
use crate::math::sum::sum;

use super::list::Index;
use super::moments::Moments;
use super::near::density_between;
use super::passes::Passes;

/// The SD index: `alpha` times [`Index::SdScatter`] plus [`Index::SdDistance`]; the least is the best.
///
/// The two parts are of different size, so their authors weigh the first by the second's value in the division into the
/// most groups that are compared. Since the second changes with the unit of the rows and `alpha` with it, the sum is of
/// one set of divisions, not for comparison between data sets.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Index, Partition, sd};
///
/// let rows = array![[0.0], [0.2], [5.0], [5.2], [9.0], [9.2]];
/// let points = Points::new(rows.view());
/// let (good, mixed) = (Partition::of([0, 0, 1, 1, 2, 2])?, Partition::of([0, 1, 1, 2, 2, 0])?);
/// let (good, mixed) = (Division::new(&points, &good)?, Division::new(&points, &mixed)?);
/// let alpha = Index::SdDistance.of(&good)?;
/// assert!(sd(&good, alpha)? < sd(&mixed, alpha)?);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Errors
/// If `alpha` is negative or not finite, or one of the two is not defined.
///
/// # Cost
/// O(n d + k² d) time.
///
/// # References
/// M. Halkidi, M. Vazirgiannis and Y. Batistakis 2000, Quality scheme assessment in the clustering process, DOI
/// 10.1007/3-540-45372-5_26.
pub fn sd(division: &Division<'_>, alpha: f64) -> Result<f64> {
    if !(alpha >= 0.0 && alpha.is_finite()) {
        return Err(Error::parameter("alpha", "a finite number of at least 0", alpha));
    }
    let passes = Passes::new(division);
    Ok(alpha * Index::SdScatter.of_passes(&passes)? + Index::SdDistance.of_passes(&passes)?)
}

/// How scattered groups are: the mean length of their vectors of variances, over that of all rows.
pub(super) fn scatter(passes: &Passes<'_>, index: Index) -> Result<f64> {
    let moments = passes.moments()?;
    let columns =
        (0..moments.dimensions()).map(|column| moments.within_column(column) + moments.between_column(column));
    let all = length(columns.map(|squares| squares / moments.total));
    if all <= 0.0 {
        return Err(index.undefined("where all rows are equal"));
    }
    let groups = moments.present.iter().map(|group| variances(moments, *group));
    Ok(sum(groups) / moments.groups() as f64 / all)
}

/// How far means are from each other: the greatest distance over the least, times the sum over groups of one over the
/// sum of their distances to all others.
pub(super) fn distance(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let (mut least, mut greatest, mut parts) = (f64::INFINITY, 0.0_f64, Vec::with_capacity(moments.groups()));
    for group in &moments.present {
        let others = moments.present.iter().filter(|other| *other != group);
        let distances: Vec<f64> = others.map(|other| moments.apart(*group, *other)).collect();
        least = distances.iter().copied().fold(least, f64::min);
        greatest = distances.iter().copied().fold(greatest, f64::max);
        parts.push(1.0 / sum(distances.iter().copied()));
    }
    if least <= 0.0 {
        return Err(Index::SdDistance.undefined("where two groups have the same mean"));
    }
    Ok(greatest / least * sum(parts) / moments.scale())
}

/// S_Dbw: scatter, and how dense rows lie between groups.
///
/// The radius of a density is the root of the sum of the lengths of the groups' vectors of variances, over the number of
/// groups.
pub(super) fn s_dbw(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let scatter = scatter(passes, Index::SDbw)?;
    let lengths = sum(moments.present.iter().map(|group| variances(moments, *group)));
    Ok(scatter + density_between(moments, lengths.sqrt() / moments.groups() as f64)?)
}

/// The length of the vector of the variances of a group's columns; variances with the divisor n.
fn variances(moments: &Moments<'_>, group: usize) -> f64 {
    length(moments.squares(group).iter().map(|squares| squares / moments.weights[group]))
}

/// The length of a vector, also where squares would overflow or vanish.
fn length(cells: impl Iterator<Item = f64>) -> f64 {
    cells.fold(0.0, f64::hypot)
}
