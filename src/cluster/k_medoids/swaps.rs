//! Swaps of medoids for other rows until none makes it better, whatever better is.
//!
//! Candidates are taken in the order of rows, round and round. Batches of them are measured in parallel against the
//! medoids as they are; the first that helps is swapped in, and those of the batch after it are measured again
//! against the medoids as they now are. So the swaps are those that one thread makes, one candidate after the other,
//! whatever the number of threads. What is measured twice is at most a batch for each swap.

use crate::cluster::distance::Distances;
use crate::error::Result;
use crate::parallel;
use crate::progress::Progress;

use super::Swap;

/// Candidates whose distances are fetched at once: each line of memory that is read holds distances of eight.
const PANEL: usize = 128;
/// Candidates that one thread fetches.
const FETCH: usize = 64;
/// Candidates that are measured before the best of them is looked at; after a swap the rest is measured again.
const BATCH: usize = 32;
/// Candidates in a chunk of work.
const CHUNK: usize = 8;
/// A swap must lower the loss by more than this share of it, so that rounding never moves anything.
const LEAST: f64 = 1e-12;

/// What is made small, and what a swap does to it.
pub(super) trait Objective: Sync {
    /// The rows that are the medoids now.
    fn medoids(&self) -> &[usize];

    /// What is made small.
    fn loss(&self) -> f64;

    /// What the best swap for a candidate changes, and the place of the medoid that leaves; of equals the first.
    /// `row` holds the distances of the candidate to all rows.
    fn best(&self, row: &[f64]) -> (f64, usize);

    /// Puts a candidate, whose distances `row` holds, in the place of a medoid.
    fn swap(&mut self, medoid: usize, candidate: usize, row: &[f64]);
}

/// Swaps until no swap lowers the loss or the passes are used up; answers how many passes there were and whether
/// it came to rest.
///
/// # Errors
/// If `progress` stops the work.
/// At most this many passes over the rows; with the best of all swaps, each pass ends in one. O(n²) for each pass.
pub(super) fn run(
    search: &mut impl Objective,
    distances: &Distances,
    swap: Swap,
    passes: usize,
    progress: &Progress<'_>,
) -> Result<(usize, bool)> {
    let len = distances.len();
    let mut panel = vec![0.0; PANEL.min(len) * len];
    // candidates since the last swap: after a whole round without one nothing can get better
    let mut since = 0;
    for pass in 0..passes {
        progress.step("iterations", pass as u64, passes as u64)?;
        let mut best: Option<(f64, usize, usize)> = None;
        for first in (0..len).step_by(PANEL) {
            let count = PANEL.min(len - first);
            let panel = &mut panel[..count * len];
            parallel::fill(panel, FETCH * len, |at, part| {
                let row = first + at / len;
                distances.rows(row..row + part.len() / len, part);
            });
            let mut from = 0;
            while from < count {
                let now = &*search;
                let chunks = parallel::map_chunks(BATCH.min(count - from), CHUNK, |rows| {
                    let row = |row: usize| &panel[(from + row) * len..(from + row + 1) * len];
                    rows.map(|at| now.best(row(at))).collect::<Vec<_>>()
                });
                // what was found after a swap is found again: it was measured against other medoids
                let start = from;
                from = (from + BATCH).min(count);
                for (at, (change, medoid)) in chunks.into_iter().flatten().enumerate() {
                    let (at, candidate) = (start + at, first + start + at);
                    since += 1;
                    if search.medoids().contains(&candidate) || change >= -LEAST * search.loss() {
                        if swap == Swap::Eager && since >= len {
                            return Ok((pass + 1, true));
                        }
                    } else if swap == Swap::Eager {
                        search.swap(medoid, candidate, &panel[at * len..(at + 1) * len]);
                        (from, since) = (at + 1, 0);
                        break;
                    } else if best.is_none_or(|(least, ..)| change < least) {
                        best = Some((change, medoid, candidate));
                    }
                }
            }
        }
        if let Some((_, medoid, candidate)) = best {
            let mut row = vec![0.0; len];
            distances.rows(candidate..candidate + 1, &mut row);
            search.swap(medoid, candidate, &row);
        } else if swap == Swap::Best {
            return Ok((pass + 1, true));
        }
    }
    Ok((passes, false))
}
