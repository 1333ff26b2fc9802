//! Counting who is where in two lists of groups at once: the only pass over the rows.
//!
//! Where the table of all pairs of groups is not much larger than the list of rows, chunks of rows are counted into
//! tables of their own, which are added in the order of chunks; otherwise rows are sorted by the first's group and
//! counted group by group. Counts are whole numbers, so neither threads nor the way of counting change a bit.
//!
//! Labels come from a partition, which has checked them: below the number of groups, or the one that stands for none.
//! Chunks follow from the number of rows and of cells, not from the threads.

use std::ops::AddAssign;

use crate::evaluate::partition::NONE_LABEL;
use crate::parallel;

/// A group of the first, one of the second, and how many rows are in both; never 0.
pub(super) type Cell = (u32, u32, u64);

/// Rows in a chunk at least: counting so many is worth a task, and their labels fit a cache.
///
/// Much smaller chunks would be as right; they would only add up more tables.
const ROWS: usize = 65_536;

/// The pairs of groups that have rows, in their order. Labels are below `groups` or [`NONE_LABEL`], whose rows are left
/// out; both lists are of the same length.
pub(super) fn cells(first: &[u32], second: &[u32], groups: (usize, usize)) -> Vec<Cell> {
    match is_dense(first.len(), groups) {
        true if u32::try_from(first.len()).is_ok() => filled(&dense(first, second, groups, |_| 1_u32), groups),
        true => filled(&dense(first, second, groups, |_| 1_u64), groups),
        false => sparse(first, second, groups, |_| 1),
    }
}

/// The same for rows that count `weights` times, the sum of which is a number of 64 bits.
///
/// Cells of which all rows weigh 0 are left out, as if the rows were not there.
pub(super) fn weighted_cells(first: &[u32], second: &[u32], groups: (usize, usize), weights: &[u64]) -> Vec<Cell> {
    if is_dense(first.len(), groups) {
        filled(&dense(first, second, groups, |row| weights[row]), groups)
    } else {
        sparse(first, second, groups, |row| weights[row])
    }
}

/// Whether a table of all pairs of groups is worth its memory: it is not much larger than the list of rows.
fn is_dense(rows: usize, groups: (usize, usize)) -> bool {
    groups.0.saturating_add(1).saturating_mul(groups.1.saturating_add(1)) <= 4 * rows + 1024
}

/// How many rows are in each pair of groups, the last of each for rows in none: no row needs a branch.
///
/// A chunk is at least eight times as many rows as there are cells, so that adding up tables costs less than counting, and
/// all tables together are smaller than the list of rows.
///
/// O(n + cells).
fn dense<C>(first: &[u32], second: &[u32], groups: (usize, usize), weigh: impl Fn(usize) -> C + Sync + Send) -> Vec<C>
where
    C: Copy + Default + AddAssign + Send,
{
    let (height, width) = (groups.0 + 1, groups.1 + 1);
    let chunk = (8 * height * width).max(ROWS);
    let parts = parallel::map_chunks(first.len(), chunk, |rows| {
        let start = rows.start;
        let mut table = vec![C::default(); height * width];
        for (at, (a, b)) in first[rows.clone()].iter().zip(&second[rows]).enumerate() {
            let cell = (*a as usize).min(groups.0) * width + (*b as usize).min(groups.1);
            table[cell] += weigh(start + at);
        }
        table
    });
    let add = |mut total: Vec<C>, part: Vec<C>| {
        total.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
        total
    };
    parts.into_iter().reduce(add).unwrap_or_else(|| vec![C::default(); height * width])
}

/// The cells of a table that have rows, without those for rows in none, which are the last row and the last column.
///
/// O(cells).
fn filled<C: Copy + Into<u64>>(table: &[C], groups: (usize, usize)) -> Vec<Cell> {
    let rows = || table.chunks_exact(groups.1 + 1).take(groups.0).map(|row| &row[..groups.1]);
    let count = rows().flatten().filter(|count| (**count).into() > 0).count();
    let mut cells = Vec::with_capacity(count);
    for (a, row) in rows().enumerate() {
        let counts = row.iter().map(|count| (*count).into()).enumerate().filter(|(_, count)| *count > 0);
        cells.extend(counts.map(|(b, count)| (a as u32, b as u32, count)));
    }
    cells
}

/// The cells of groups so many that a table of all pairs would be mostly empty.
///
/// A counting sort brings rows of the same group of the first together; of each such run one list of counts by the group of
/// the second is kept, and only what the run has touched is read and cleared.
///
/// O(n log n) at most, for the order of cells; memory O(n).
fn sparse(first: &[u32], second: &[u32], groups: (usize, usize), weigh: impl Fn(usize) -> u64) -> Vec<Cell> {
    let mut starts = vec![0_usize; groups.0 + 1];
    for label in first.iter().filter(|label| **label != NONE_LABEL) {
        starts[*label as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut order = vec![0_u32; starts.last().copied().unwrap_or(0)];
    for (row, label) in first.iter().enumerate().filter(|(_, label)| **label != NONE_LABEL) {
        order[next[*label as usize]] = row as u32;
        next[*label as usize] += 1;
    }
    let mut counts = vec![0_u64; groups.1];
    let mut seen: Vec<u32> = Vec::new();
    let mut cells = Vec::new();
    for (a, range) in starts.windows(2).enumerate() {
        for row in &order[range[0]..range[1]] {
            let (b, weight) = (second[*row as usize], weigh(*row as usize));
            if b == NONE_LABEL || weight == 0 {
                continue;
            }
            if counts[b as usize] == 0 {
                seen.push(b);
            }
            counts[b as usize] += weight;
        }
        seen.sort_unstable();
        for b in seen.drain(..) {
            cells.push((a as u32, b, std::mem::take(&mut counts[b as usize])));
        }
    }
    cells
}

#[cfg(test)]
#[path = "count_tests.rs"]
mod tests;
