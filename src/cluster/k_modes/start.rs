//! Where the search for modes begins.
//!
//! Cao's start is the default: it is not random, so one search is enough, and it is good where clusters have dense
//! centers. Huang's is random and wants restarts. All of them give rows of the data or modes that were given, so that
//! no cluster is empty from the beginning unless modes were given that no row is near to.
//!
//! Weights count in frequencies, so that a weight of 2 is the row twice here too. In Random and Huang each row that counts is
//! drawn as a row; what it weighs then counts in the search.

use crate::error::{Error, Result};
use crate::math::random::Random;

use super::ModeStart;
use super::codes::Code;
use super::run::Rows;

/// The first modes, mode after mode: `k`, or fewer where there are no more different rows.
///
/// # Errors
/// If given modes are not `k` rows of as many codes as there are columns.
/// A given code that no row has is kept as one that differs from all, until rows decide otherwise.
pub(super) fn modes<C: Code>(start: &ModeStart, rows: &Rows<'_, C>, k: usize, random: &mut Random) -> Result<Vec<C>> {
    match start {
        ModeStart::Cao => Ok(cao(rows, k)),
        ModeStart::Huang => Ok(huang(rows, k, random)),
        ModeStart::Random => {
            let counting: Vec<usize> = (0..rows.len).filter(|row| rows.weight(*row) > 0.0).collect();
            let drawn = random.sample(counting.len(), k);
            Ok(drawn.into_iter().flat_map(|at| rows.packed.row(counting[at])).collect())
        }
        ModeStart::Given(modes) => {
            if modes.len() != k {
                return Err(Error::length("given modes", modes.len(), k));
            }
            if let Some(mode) = modes.iter().find(|mode| mode.len() != rows.lookups.len()) {
                return Err(Error::length("a given mode", mode.len(), rows.lookups.len()));
            }
            let code = |(column, value): (usize, &f64)| C::new(rows.lookups[column].code(*value));
            Ok(modes.iter().flat_map(|mode| mode.iter().enumerate().map(code)).collect())
        }
    }
}

/// How often each code of each column occurs, by weight.
/// O(n d). What is missing is no category where it says nothing.
fn frequencies<C: Code>(rows: &Rows<'_, C>) -> Vec<Vec<f64>> {
    let mut counts: Vec<Vec<f64>> = rows.lookups.iter().map(|lookup| vec![0.0; lookup.codes()]).collect();
    for row in 0..rows.len {
        for (counts, code) in counts.iter_mut().zip(rows.packed.row(row)) {
            counts[code.number()] += rows.weight(row);
        }
    }
    if rows.missing.is_some() {
        counts.iter_mut().zip(rows.lookups).for_each(|(counts, lookup)| counts[lookup.missing()] = 0.0);
    }
    counts
}

/// Cao, Liang and Bai 2009: the density of a row is the mean frequency of its categories. The first mode is the
/// densest row; each further one has the largest product of density and distance to the nearest mode before. Ties go
/// to the first row.
/// # Cost
/// O(n k d): one pass over the rows for each mode.
fn cao<C: Code>(rows: &Rows<'_, C>, k: usize) -> Vec<C> {
    let counts = frequencies(rows);
    let density = |row: usize| -> f64 {
        if rows.weight(row) == 0.0 {
            return 0.0;
        }
        counts.iter().zip(rows.packed.row(row)).map(|(counts, code)| counts[code.number()]).sum()
    };
    let densities: Vec<f64> = (0..rows.len).map(density).collect();
    let largest = |score: &dyn Fn(usize) -> f64| {
        let mut best = (0.0, None);
        for row in 0..rows.len {
            let score = score(row);
            if score > best.0 {
                best = (score, Some(row));
            }
        }
        best.1
    };
    // where all are missing and say nothing, the first row that counts is as good as any
    let first = largest(&|row| densities[row]).or_else(|| (0..rows.len).find(|row| rows.weight(*row) > 0.0));
    let mut modes: Vec<C> = rows.packed.row(first.unwrap_or(0)).collect();
    let mut nearest = vec![u16::MAX; rows.len];
    for mode in 1..k {
        let latest = &modes[(mode - 1) * rows.packed.columns..];
        let to = rows.nearest(latest, &[0]);
        nearest.iter_mut().zip(to).for_each(|(nearest, (_, distance))| *nearest = (*nearest).min(distance));
        let Some(row) = largest(&|row| densities[row] * f64::from(nearest[row])) else { break };
        modes.extend(rows.packed.row(row));
    }
    modes
}

/// Huang 1998: modes of categories drawn by their frequency, each replaced by the nearest row that is not taken.
/// # Cost
/// O(n k d): one pass over the rows for each mode. Rows of weight 0 are not taken.
fn huang<C: Code>(rows: &Rows<'_, C>, k: usize, random: &mut Random) -> Vec<C> {
    let counts = frequencies(rows);
    let mut taken = Vec::with_capacity(k);
    let mut modes: Vec<C> = Vec::with_capacity(k * rows.packed.columns);
    for _ in 0..k {
        let draw = |counts: &Vec<f64>| C::new(random.weighted(counts, crate::math::sum::sum(counts.iter().copied())));
        let drawn: Vec<C> = counts.iter().map(draw).collect();
        let distances = rows.nearest(&drawn, &[0]);
        let free = (0..rows.len).filter(|row| rows.weight(*row) > 0.0 && !taken.contains(row));
        let Some(row) = free.min_by_key(|row| distances[*row].1) else { break };
        taken.push(row);
        modes.extend(rows.packed.row(row));
    }
    modes
}
