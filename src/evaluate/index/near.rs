//! Figures that hold each row against the means of all groups, and not only of its own: O(n k d).
//!
//! Rows are read in chunks as for means. Each chunk makes sums of its own, which are added in order, so that the bits are
//! the same on any number of threads.

use crate::error::Result;
use crate::math::sum::sum;
use crate::parallel::{CHUNK, map_chunks};

use super::list::Index;
use super::moments::Moments;
use super::passes::Passes;
use super::spread::squared;

/// Wemmert and Gançarski: how much nearer rows are to the mean of their group than to the next.
///
/// The mean over rows of what a group has: 1 less the mean quotient of the two distances, or 0 if that is negative. A
/// row at the mean of another group makes the quotient infinite and its group's part 0.
///
/// From 0 to 1. Unlike the simplified silhouette, which it resembles, it takes the mean quotient of a group before it
/// cuts at 0, so a few rows beyond the border cost their group little.
///
/// # Cost
/// O(n k d) time, O(k) memory for each chunk.
///
/// # Errors
/// If a row lies where two groups have their mean: 0 / 0.
pub(super) fn wemmert_gancarski(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let rows = &moments.rows;
    let parts = map_chunks(rows.len(), CHUNK.max(8 * rows.groups), |range| {
        let (mut quotients, mut defined) = (vec![0.0; rows.groups], true);
        rows.each(range, |group, weight, row| {
            let (near, offset) = moments.parts(group);
            let own = squared(row, near, offset);
            let others = moments.present.iter().filter(|other| **other != group);
            let next = others.map(|other| {
                let (near, offset) = moments.parts(*other);
                squared(row, near, offset)
            });
            let next = next.fold(f64::INFINITY, f64::min);
            defined &= own > 0.0 || next > 0.0;
            quotients[group] += weight * (own / next).sqrt();
        });
        (quotients, defined)
    });
    if parts.iter().any(|(_, defined)| !defined) {
        return Err(Index::WemmertGancarski.undefined("where two groups have the same mean and a row lies there"));
    }
    let shares = moments.present.iter().map(|group| {
        let quotients: f64 = parts.iter().map(|(quotients, _)| quotients[*group]).sum();
        (moments.weights[*group] - quotients).max(0.0)
    });
    Ok(sum(shares) / moments.total)
}

/// Halkidi and Vazirgiannis: the density between groups over that at their means, on average over pairs of groups.
///
/// A density is the weight of the rows of both groups within a radius. The part of S_Dbw that is not scatter.
///
/// The radius shrinks with the number of groups while distances grow with the number of columns, so of many columns no row
/// may be within it. The quotient is 0 / 0 then; other programs differ in what they make of it, here it is an error.
///
/// # Errors
/// If the density is 0 at both means of two groups.
pub(super) fn density_between(moments: &Moments<'_>, radius: f64) -> Result<f64> {
    let k = moments.groups();
    let Densities { at_means, between } = Densities::of(moments, radius);
    let mut quotients = Vec::with_capacity(k * (k - 1) / 2);
    for first in 0..k {
        for second in first + 1..k {
            let at = |mean: usize| at_means[first * k + mean] + at_means[second * k + mean];
            let most = at(first).max(at(second));
            if most <= 0.0 {
                return Err(Index::SDbw.undefined("where no row is within the mean deviation of its group's mean"));
            }
            quotients.push((between[first * k + second] + between[second * k + first]) / most);
        }
    }
    Ok(sum(quotients.iter().copied()) / quotients.len() as f64)
}

/// The weight of rows within a radius, each table with a line for the group of the row.
struct Densities {
    /// Of the mean of each group: how much weight of the line's group is near the mean of the column's.
    at_means: Vec<f64>,
    /// Of the point halfway between the means of the row's group and another, again by the group of the row.
    between: Vec<f64>,
}

impl Densities {
    /// Counts all rows, those strictly within the radius.
    ///
    /// Rows of a group are held against its own mean, all others, and the points halfway to them: 2k distances.
    /// O(n k d) time; memory O(k²), and no more than the rows for partial sums.
    fn of(moments: &Moments<'_>, radius: f64) -> Self {
        let (rows, k, limit) = (&moments.rows, moments.groups(), radius * radius);
        let mut places = vec![0; rows.groups];
        moments.present.iter().enumerate().for_each(|(place, group)| places[*group] = place);
        let halfway = |a: usize, b: usize| {
            let cells = moments.center(moments.present[a]).iter().zip(moments.center(moments.present[b]));
            cells.map(|(a, b)| (a + b) / 2.0).collect::<Vec<f64>>()
        };
        let middles: Vec<Vec<f64>> = (0..k * k).map(|at| halfway(at / k, at % k)).collect();
        let parts = map_chunks(rows.len(), CHUNK.max(2 * k * k), |range| {
            let (mut at_means, mut between) = (vec![0.0; k * k], vec![0.0; k * k]);
            rows.each(range, |group, weight, row| {
                let line = places[group] * k;
                for (other, present) in moments.present.iter().enumerate() {
                    let (near, offset) = moments.parts(*present);
                    if squared(row, near, offset) < limit {
                        at_means[line + other] += weight;
                    }
                    if squared(row, moments.origin(), &middles[line + other]) < limit {
                        between[line + other] += weight;
                    }
                }
            });
            (at_means, between)
        });
        Densities {
            at_means: (0..k * k).map(|at| sum(parts.iter().map(|(cells, _)| cells[at]))).collect(),
            between: (0..k * k).map(|at| sum(parts.iter().map(|(_, cells)| cells[at]))).collect(),
        }
    }
}
