//! Silhouettes by one point for each group: its mean or its medoid. Cheap forms, for many rows and for large tables of
//! solutions.

use crate::error::{Error, Result};
use crate::evaluate::Division;
use crate::evaluate::pairs::{Centers, Pairs, Run, Which, apart};
use crate::parallel;
use crate::progress::Progress;

use super::rows::contrast;
use super::two_groups;

/// The simplified silhouette: as [`silhouette`](crate::evaluate::silhouette()), with the distance to the mean of a group in
/// place of the mean distance to its rows.
///
/// From -1 to 1; large is good. It mostly ranks solutions as the silhouette does, and is larger. A row alone in its group
/// has 0.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, simplified_silhouette};
///
/// let rows = array![[0.0], [2.0], [9.0], [11.0]];
/// let (points, groups) = (Points::new(rows.view()), Partition::of([0, 0, 1, 1])?);
/// let expected = (9.0 / 10.0 + 7.0 / 8.0) / 2.0; // means 1 and 10
/// assert!((simplified_silhouette(&Division::new(&points, &groups)?)? - expected).abs() < 1e-15);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// As copies of rows; weights that are no whole numbers go into the same sums.
///
/// # Cost
/// O(n k d) time, in parallel; memory O(n d).
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Errors
/// If there are fewer than 2 groups, or rows are not numbers at Euclidean distances.
///
/// # References
/// E. R. Hruschka, L. N. de Castro and R. J. G. B. Campello 2004, Evolutionary algorithms for clustering gene-expression
/// data, DOI 10.1109/ICDM.2004.10073. L. Vendramin, R. J. G. B. Campello and E. R. Hruschka 2010, Relative clustering
/// validity criteria: a comparative overview, DOI 10.1002/sam.10080.
pub fn simplified_silhouette(division: &Division<'_>) -> Result<f64> {
    const FIGURE: &str = "simplified silhouette";
    division.at_least(FIGURE, 2)?;
    let centers = Centers::of(division, FIGURE)?;
    let weight = |row: usize| centers.weights.get(row).copied().unwrap_or(1.0);
    let groups = centers.starts.len() - 1;
    let weights: Vec<f64> = centers.starts.windows(2).map(|range| (range[0]..range[1]).map(weight).sum()).collect();
    two_groups(&weights, FIGURE)?;
    let rows = centers.starts[groups];
    let parts = parallel::map_chunks(rows, CHUNK, |chunk| {
        let mut group = centers.starts.partition_point(|start| *start <= chunk.start) - 1;
        let value = |row: usize| {
            while row >= centers.starts[group + 1] {
                group += 1;
            }
            if weights[group] <= 1.0 {
                return 0.0;
            }
            let numbers = &centers.rows[row * centers.dimensions..(row + 1) * centers.dimensions];
            let to = |other: usize| apart(numbers, centers.mean(other));
            let others = (0..groups).filter(|other| *other != group && weights[*other] > 0.0);
            weight(row) * contrast(to(group), others.map(to).fold(f64::INFINITY, f64::min))
        };
        crate::math::sum::sum(chunk.clone().map(value))
    });
    Ok(crate::math::sum::sum(parts) / weights.iter().sum::<f64>())
}

/// Rows in a chunk: each is compared with the means of all groups.
const CHUNK: usize = 1_024;

/// The medoid silhouette: as [`silhouette`](crate::evaluate::silhouette()), with the distance to the medoid of a group in
/// place of the mean distance to its rows.
///
/// The medoid is the row of a group whose sum of distances to the others is least, the first of equals. Where each row
/// is with the nearest medoid this is 1 - d₁ / d₂, the mean over rows of the nearest over the second nearest; a row that
/// is not counts below 0. It fits every distance, also where groups have no mean.
///
/// From -1 to 1; large is good. A medoid counts 1, and so does a row alone in its group: k should be small beside n.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{Distance, Points};
/// use segmentry::evaluate::{Division, Partition, medoid_silhouette};
///
/// let rows = array![[0.0], [1.0], [2.0], [10.0], [12.0]];
/// let (points, groups) = (Points::new(rows.view()), Partition::of([0, 0, 0, 1, 1])?);
/// // medoids 1 and 10
/// let expected = ((1.0 - 1.0 / 10.0) + 1.0 + (1.0 - 1.0 / 8.0) + 1.0 + (1.0 - 2.0 / 11.0)) / 5.0;
/// let found = medoid_silhouette(&Division::by(&points, &groups, Distance::Manhattan)?)?;
/// assert!((found - expected).abs() < 1e-15);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// As copies of rows; weights that are no whole numbers go into the same sums.
///
/// # Cost
/// O(n² d / k) for the medoids of groups of like size, in parallel, and O(n k d); memory O(n d).
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Missing values
/// As the distance of the division.
///
/// # Errors
/// If there are fewer than 2 groups, the distance is not for these rows, or two rows have nothing in common that can be
/// compared.
///
/// # References
/// M. Van der Laan, K. Pollard and J. Bryan 2003, A new partitioning around medoids algorithm, DOI
/// 10.1080/0094965031000136012. L. Lenssen and E. Schubert 2022, Clustering by direct optimization of the medoid
/// silhouette, DOI 10.1007/978-3-031-17849-8_15. [`SilhouetteMedoids`](crate::cluster::SilhouetteMedoids) finds medoids
/// that make it large.
///
/// # Differs from
/// Python's kmedoids is given the medoids and takes the nearest for a row's own; here groups are given.
pub fn medoid_silhouette(division: &Division<'_>) -> Result<f64> {
    const FIGURE: &str = "medoid silhouette";
    division.at_least(FIGURE, 2)?;
    let pairs = Pairs::of(division)?;
    let weights = pairs.group_weights();
    two_groups(&weights, FIGURE)?;
    let (mut own, mut other) = (vec![0.0; pairs.len()], vec![f64::INFINITY; pairs.len()]);
    let mut far = vec![0.0; pairs.len()];
    for (group, medoid) in medoids(&pairs)?.into_iter().enumerate() {
        let Some(medoid) = medoid else { continue };
        pairs.one(medoid, 0..pairs.len(), &mut far);
        if let Some(row) = far.iter().position(|far| far.is_nan()) {
            let (row, medoid) = (pairs.rows[row], pairs.rows[medoid]);
            let message = format!("no column can be compared with row {medoid}: each is missing or absent in both");
            return Err(Error::definition(message).at_row(row as usize));
        }
        for (row, far) in far.iter().enumerate() {
            let place = if pairs.group[row] as usize == group { &mut own[row] } else { &mut other[row] };
            *place = if pairs.group[row] as usize == group { *far } else { place.min(*far) };
        }
    }
    let values = (0..pairs.len()).map(|row| pairs.weight(row) * contrast(own[row], other[row]));
    Ok(crate::math::sum::sum(values) / weights.iter().sum::<f64>())
}

/// The medoid of each group that has rows.
fn medoids(pairs: &Pairs<'_>) -> Result<Vec<Option<usize>>> {
    let mut sums = Vec::with_capacity(pairs.len());
    let start = |rows: &[u32]| vec![0.0; rows.len()];
    let visit = |kept: &mut Vec<f64>, run: Run<'_>| kept[run.at] += pairs.sum(run.first, run.far);
    let steps = (start, visit, |_: &[u32], kept| kept);
    pairs.walk(&pairs.all(), Which::Own, &Progress::none(), steps, |_, some| sums.extend(some))?;
    let least = |range: &[usize]| (range[0]..range[1]).min_by(|a, b| sums[*a].total_cmp(&sums[*b]));
    Ok(pairs.starts.windows(2).map(least).collect())
}
