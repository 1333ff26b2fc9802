//! How far a row is from a center, and what the center of rows is: the two things in which the siblings differ.
//!
//! The sums are plain ones in the order of columns, in double precision, and no product is fused with a sum: a row has
//! the same cost while it is learnt from and when it is placed later, on any processor. So it is placed where it was.

use super::super::method::Placed;

/// Rows behind the door: numbers row after row, with weights if they have some. There is at least one row and one column,
/// and all is finite.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    /// All numbers.
    pub(crate) data: &'a [f64],
    /// How many a row has.
    pub(crate) dimensions: usize,
    /// How much each row counts; all the same if there is none.
    pub(crate) weights: Option<&'a [f64]>,
}

impl<'a> Rows<'a> {
    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.data.len() / self.dimensions.max(1)
    }

    /// The numbers of a row.
    pub(crate) fn row(&self, row: usize) -> &'a [f64] {
        &self.data[row * self.dimensions..(row + 1) * self.dimensions]
    }

    /// How much a row counts.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }
}

/// What a row costs at a center, and which center costs its rows least.
pub(crate) trait Measure: Sync {
    /// What the row costs at the center: the objective is the sum of these. At least 0, and 0 for equal rows.
    fn cost(row: &[f64], center: &[f64]) -> f64;

    /// The distance that belongs to a cost; it grows with it.
    fn distance(cost: f64) -> f64 {
        cost
    }

    /// Writes the center of these rows: what all of them, by weight, cost least at. There is at least one, and all
    /// count something.
    ///
    /// `members` are row numbers in their order; `center` has a place for each column.
    fn center(rows: &Rows<'_>, members: &[u32], center: &mut [f64]);
}

/// Squared Euclidean distances; the center is the mean.
///
/// The distance is the root of the cost. Numbers of more than 1e154 have no square: the door refuses them for rows that
/// are learnt from, and [`place`] takes care of strangers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Euclidean;

impl Measure for Euclidean {
    fn cost(row: &[f64], center: &[f64]) -> f64 {
        row.iter().zip(center).map(|(x, c)| (x - c) * (x - c)).sum()
    }

    fn distance(cost: f64) -> f64 {
        cost.sqrt()
    }

    fn center(rows: &Rows<'_>, members: &[u32], center: &mut [f64]) {
        // differences from one member: what all have in common does not take digits from what they differ in
        let Some(first) = members.first().map(|row| rows.row(*row as usize)) else { return };
        center.fill(0.0);
        let mut total = 0.0;
        for row in members.iter().map(|row| *row as usize) {
            let weight = rows.weight(row);
            total += weight;
            for ((sum, x), origin) in center.iter_mut().zip(rows.row(row)).zip(first) {
                *sum += weight * (x - origin);
            }
        }
        for (sum, origin) in center.iter_mut().zip(first) {
            *sum = origin + *sum / total;
        }
    }
}

/// The center that costs least, the lowest of equals, and the next best. Centers stand row after row.
///
/// A cost that is infinite is no cost: where all are, the first center is named with an infinite cost and no next.
///
/// O(k) times what a cost takes.
pub(crate) fn nearest(
    centers: &[f64],
    dimensions: usize,
    cost: impl Fn(&[f64]) -> f64,
) -> (usize, f64, Option<(usize, f64)>) {
    let (mut best, mut least) = (0, f64::INFINITY);
    let (mut other, mut second) = (0, f64::INFINITY);
    for (cluster, center) in centers.chunks_exact(dimensions.max(1)).enumerate() {
        let cost = cost(center);
        if cost < least {
            (other, second) = (best, least);
            (best, least) = (cluster, cost);
        } else if cost < second {
            (other, second) = (cluster, cost);
        }
    }
    let next = (second < f64::INFINITY).then_some((other, second));
    (best, least, next)
}

/// Where a row is among centers, by their distances.
///
/// A stranger so far away that its cost is no number any more is measured in a smaller unit. With one center there is no
/// second.
///
/// O(k d), without allocation but for such strangers.
pub(crate) fn place<M: Measure>(row: &[f64], centers: &[f64]) -> Placed {
    let (cluster, cost, second) = nearest(centers, row.len(), |center| M::cost(row, center));
    let all_told = centers.len() <= row.len() || second.is_some();
    if cost.is_finite() && all_told {
        let second = second.map(|(other, cost)| (other, M::distance(cost)));
        return Placed { cluster: Some(cluster), distance: M::distance(cost), second };
    }
    far::<M>(row, centers)
}

/// As [`place`], with all numbers made smaller first: an exact power of two, the same for all. A distance beyond the
/// largest number is told as the largest number.
#[cold]
fn far<M: Measure>(row: &[f64], centers: &[f64]) -> Placed {
    let unit = 2_f64.powi(-560);
    let (row, centers): (Vec<f64>, Vec<f64>) =
        (row.iter().map(|x| x * unit).collect(), centers.iter().map(|x| x * unit).collect());
    let (cluster, cost, second) = nearest(&centers, row.len(), |center| M::cost(&row, center));
    let distance = |cost: f64| (M::distance(cost) / unit).min(f64::MAX);
    Placed {
        cluster: Some(cluster),
        distance: distance(cost),
        second: second.map(|(other, cost)| (other, distance(cost))),
    }
}

#[cfg(test)]
#[path = "measure_tests.rs"]
mod tests;
