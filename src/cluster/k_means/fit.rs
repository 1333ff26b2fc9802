//! From rows to a model: rows are packed once, restarts compete, clusters are numbered.
//!
//! Single precision is tried first. Where it cannot hold the rows, cannot tell them apart when a start is drawn, or leaves
//! more than one row in eight undecided in the first pass, everything is done anew with rows packed in double precision:
//! so a column of 1e12 beside a column of 1 costs time and no digits.
//!
//! Numbers whose squares overflow are refused with the name of their column; numbers whose squares vanish are lifted by a
//! power of two, which loses nothing, and let down again at the end.

use crate::cluster::Found;
use crate::cluster::canonical;
use crate::error::{Error, Result};
use crate::parallel;
use crate::progress::Progress;

use super::choices::Start;
use super::exact::{Centroids, Rows, Value};
use super::lane::Lane;
use super::lloyd::{self, Plan, Run};
use super::packed::{Packed, Spread};
use super::start::{self, Draw};
use super::{KMeans, KMeansModel};
use crate::math::simd::Level;

/// Distances below this have squares that double precision cannot hold.
const SMALL: f64 = 1e-140;
/// What brings the smallest numbers there are to where squares are harmless.
const LIFT: i32 = 800;

/// Finds clusters in rows that were checked.
///
/// # Errors
/// If squares overflow, naming the column, or `progress` stops the work.
pub(super) fn fit<V: Value>(
    recipe: &KMeans,
    rows: &Rows<'_, V>,
    progress: &Progress<'_>,
) -> Result<Found<KMeansModel>> {
    let spread = Spread::of(rows);
    let most = reach(rows, &spread)?;
    if most > 0.0 && most < SMALL {
        return lifted(recipe, rows, progress);
    }
    let threshold = if recipe.tolerance > 0.0 { recipe.tolerance * mean_variance(rows, &spread) } else { 0.0 };
    let run = match best::<V, f32>(recipe, rows, &spread, threshold, progress)? {
        Some(run) => Some(run),
        None => best::<V, f64>(recipe, rows, &spread, threshold, progress)?,
    };
    // the start is checked and rows are within reach, so double precision holds them
    let run = run.ok_or_else(|| Error::parameter("start", "near the rows", "rows that are out of reach"))?;
    Ok(numbered(recipe, rows, run))
}

/// The best of all restarts in the precision `T`, the first among equals; `None` if the precision is too coarse.
fn best<V: Value, T: Lane>(
    recipe: &KMeans,
    rows: &Rows<'_, V>,
    spread: &Spread,
    threshold: f64,
    progress: &Progress<'_>,
) -> Result<Option<Run>> {
    let restarts = if matches!(recipe.start, Start::Given(_)) { 1 } else { recipe.restarts as u64 };
    let level = Level::best();
    let plan = Plan { iterations: recipe.iterations, threshold, algorithm: recipe.algorithm, level };
    let Some(packed) = Packed::<T>::new(rows, spread, recipe.k) else { return Ok(None) };
    let mut best: Option<Run> = None;
    for restart in 0..restarts {
        progress.step("restarts", restart, restarts)?;
        let draw = Draw { k: recipe.k, seed: recipe.seed, restart, level, progress: *progress };
        let Some(start) = start::centroids(&recipe.start, rows, &packed, draw)? else { return Ok(None) };
        let Some(run) = lloyd::run(rows, &packed, start, plan, progress)? else { return Ok(None) };
        if best.as_ref().is_none_or(|best| run.inertia < best.inertia) {
            best = Some(run);
        }
    }
    Ok(best)
}

/// The model of a run.
///
/// Clusters are numbered when all is done. Rows that are equally near to two clusters were noted in the last pass: they
/// are asked again, since the lowest number among the nearest is another now.
///
/// What is kept: clusters that have rows, the largest first, and each row where the model places it.
fn numbered<V: Value>(recipe: &KMeans, rows: &Rows<'_, V>, run: Run) -> Found<KMeansModel> {
    let dimensions = rows.dimensions;
    let sizes = run.sizes();
    let kept: Vec<usize> = (0..sizes.len()).filter(|cluster| sizes[*cluster] > 0.0).collect();
    let few: Vec<f64> = kept.iter().map(|cluster| sizes[*cluster]).collect();
    let centers: Vec<f64> = kept.iter().flat_map(|cluster| run.centroids.row(*cluster)).copied().collect();
    let order = canonical::order(&few, &centers);
    let mut sizes_in_order = canonical::reordered(&order, &few, 1);
    let centroids = Centroids::new(canonical::reordered(&order, &centers, dimensions), dimensions);
    let mut numbers = vec![u32::MAX; sizes.len()];
    for (at, cluster) in kept.into_iter().enumerate() {
        numbers[cluster] = order[at] as u32;
    }
    let chunks = parallel::map(run.parts.len(), |at| {
        run.parts[at].labels().iter().map(|label| Some(numbers[*label as usize])).collect::<Vec<_>>()
    });
    let mut labels = chunks.concat();
    // among equally near clusters it is the lowest number, and numbers have just changed; rows that do not count may
    // be in a cluster that is no more
    let lost = |label: &Option<u32>| *label == Some(u32::MAX);
    let homeless = if sizes.len() > sizes_in_order.len() { labels.iter().filter(|l| lost(l)).count() } else { 0 };
    let mut again: Vec<usize> = run.parts.iter().flat_map(|part| part.tied.iter().copied()).collect();
    if homeless > 0 {
        again.extend((0..labels.len()).filter(|row| lost(&labels[*row])));
    }
    for row in again {
        let cluster = centroids.nearest(rows.row(row)).cluster;
        if let Some(before) = labels[row].replace(cluster as u32)
            && before != u32::MAX
        {
            sizes_in_order[before as usize] -= rows.weight(row);
            sizes_in_order[cluster] += rows.weight(row);
        }
    }
    let model = KMeansModel {
        asked: recipe.k,
        dimensions,
        centroids: centroids.rows,
        sizes: sizes_in_order,
        inertia: run.inertia,
        iterations: run.iterations,
        converged: run.converged,
        reseeded: run.reseeded,
    };
    Found { model, labels }
}

/// How far rows are from the middle at most, in any column.
///
/// # Errors
/// If a column reaches so far that squares, times weights, may not add up to a finite number.
fn reach<V: Value>(rows: &Rows<'_, V>, spread: &Spread) -> Result<f64> {
    let dimensions = rows.dimensions;
    let chunks = parallel::map_chunks(rows.len, parallel::CHUNK, |range| {
        let mut most = vec![0.0_f64; dimensions];
        for row in range {
            for ((most, x), middle) in most.iter_mut().zip(rows.row(row)).zip(&spread.shift) {
                let far = (x.wide() - middle).abs();
                *most = if far > *most { far } else { *most };
            }
        }
        most
    });
    let mut columns = vec![0.0_f64; dimensions];
    for chunk in chunks {
        for (most, one) in columns.iter_mut().zip(chunk) {
            *most = most.max(one);
        }
    }
    let weight = (rows.mean_weight() * rows.len as f64).max(1.0);
    let room = (f64::MAX / 64.0 / weight / dimensions as f64).sqrt();
    match columns.iter().position(|most| *most > room) {
        None => Ok(columns.into_iter().fold(0.0, f64::max)),
        Some(column) => {
            let expected = format!("numbers within {room:.0e} of each other, whose squares can be added up");
            Err(Error::parameter(format!("column {column}"), expected, format!("a distance of {:e}", columns[column])))
        }
    }
}

/// The mean of the variances of the columns, by which scikit-learn measures its tolerance.
///
/// Taken around the middle, so that what all rows have in common costs no digits.
fn mean_variance<V: Value>(rows: &Rows<'_, V>, spread: &Spread) -> f64 {
    let dimensions = rows.dimensions;
    let chunks = parallel::map_chunks(rows.len, parallel::CHUNK, |range| {
        let mut sums = vec![[0.0; 2]; dimensions];
        for row in range {
            let weight = rows.weight(row);
            for ((sums, x), middle) in sums.iter_mut().zip(rows.row(row)).zip(&spread.shift) {
                let far = x.wide() - middle;
                sums[0] += weight * far;
                sums[1] += weight * far * far;
            }
        }
        sums
    });
    let mut sums = vec![[0.0; 2]; dimensions];
    for chunk in chunks {
        for (sum, one) in sums.iter_mut().zip(chunk) {
            *sum = [sum[0] + one[0], sum[1] + one[1]];
        }
    }
    let total = rows.mean_weight() * rows.len as f64;
    let variance = |[first, second]: [f64; 2]| (second / total - (first / total) * (first / total)).max(0.0);
    sums.into_iter().map(variance).sum::<f64>() / dimensions as f64
}

/// Rows so small that their squares are lost: lifted by a power of two, clustered, and let down again.
fn lifted<V: Value>(recipe: &KMeans, rows: &Rows<'_, V>, progress: &Progress<'_>) -> Result<Found<KMeansModel>> {
    let up = 2.0_f64.powi(LIFT);
    let data: Vec<f64> = rows.data.iter().map(|value| value.wide() * up).collect();
    let start = match &recipe.start {
        Start::Given(given) => {
            Start::Given(given.iter().map(|row| row.iter().map(|value| value * up).collect()).collect())
        }
        other => other.clone(),
    };
    let recipe = recipe.clone().start(start);
    let mut found = fit(&recipe, &Rows::new(&data, rows.dimensions, rows.weights), progress)?;
    found.model.centroids.iter_mut().for_each(|value| *value /= up);
    found.model.inertia = found.model.inertia / up / up;
    Ok(found)
}
