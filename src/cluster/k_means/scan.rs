//! A block of rows against all centroids: which is nearest, and whether that is certain.
//!
//! Rows and centroids are rounded and the squared distance is taken apart, |x - c|² = |x|² - 2 x·c + |c|², which needs
//! one product a number where differences need two operations. What rounding can do to it is bounded: with u the
//! greatest relative error of an operation and γ = 1.01 (d + 4) u, |c|² - 2 x·c comes out within γ (|x|² + 2 |c|²) of
//! what it is, whatever the order and whether products and sums are fused (N. Higham 2002, Accuracy and stability of
//! numerical algorithms, chapter 3, DOI 10.1137/1.9780898718027). 2 γ |c|² is taken off beforehand, so that the numbers
//! compared are low by 0 to 4 γ |c|², give or take γ |x|². The lowest is right if the next is higher by more than
//! 4 γ |c|² + 2 γ |x|² with the c of the lowest; |c|² is at most 2 |x|² + 2 |x - c|². Where it is not higher by that
//! much, [`exact`](super::exact) decides: so the answer is that of double precision.

use super::exact::Centroids;
use super::lane::{LANES, Lane, least, product_and_sum};
use crate::math::simd::Task;

/// Centroids as they are compared with blocks.
pub(super) struct Table<T> {
    clusters: usize,
    dimensions: usize,
    /// -2 c, in tiles of as many centroids as are compared at once, each column by column.
    factors: Vec<T>,
    /// |c|² less what it may be wrong by.
    constants: Vec<T>,
    /// What may lie between two that cannot be told apart: by |x|², by |x - c|², and in any case.
    doubt: [T; 3],
}

impl<T: Lane> Table<T> {
    /// The centroids, moved and scaled as the rows are, for tiles of that width; `None` if this precision cannot hold
    /// them.
    pub(super) fn new(centroids: &Centroids, shift: &[f64], scale: f64, width: usize) -> Option<Self> {
        let dimensions = centroids.dimensions;
        let gamma = 1.01 * (dimensions as f64 + 4.0) * T::ROUNDING;
        if gamma > 0.005 {
            return None;
        }
        let clusters = centroids.clusters;
        let mut table = Table {
            clusters,
            dimensions,
            factors: vec![T::ZERO; clusters * dimensions],
            constants: Vec::with_capacity(clusters),
            doubt: [T::narrow(12.0 * gamma), T::narrow(10.0 * gamma), T::narrow(T::TINY)],
        };
        for (cluster, centroid) in centroids.rows.chunks_exact(dimensions).enumerate() {
            let (first, tile) = tile_of(cluster, clusters, width);
            let mut square = 0.0;
            for (column, (value, middle)) in centroid.iter().zip(shift).enumerate() {
                let moved = (value - middle) * scale;
                if moved.abs() > T::LARGE {
                    return None;
                }
                square += moved * moved;
                table.factors[first * dimensions + column * tile + cluster - first] = T::narrow(-2.0 * moved);
            }
            table.constants.push(T::narrow(square * (1.0 - 2.0 * gamma)));
        }
        Some(table)
    }
}

/// The first centroid of the tile in which that one is, and how many the tile has: `width` while there are as many left,
/// then powers of two.
fn tile_of(cluster: usize, clusters: usize, width: usize) -> (usize, usize) {
    let (mut first, mut tile) = (cluster / width * width, width);
    while first + tile > clusters || cluster >= first + tile {
        if first + tile <= clusters {
            first += tile;
        }
        tile /= 2;
    }
    (first, tile)
}

/// What a block of rows came to, row by row.
#[derive(Clone, Copy)]
pub(super) struct Nearest<T> {
    /// |x - c|² - |x|² of the nearest centroid, low as described above.
    pub(super) best: [T; LANES],
    /// The same of the next.
    pub(super) second: [T; LANES],
    /// Which is nearest.
    pub(super) cluster: [u32; LANES],
    /// |x|².
    pub(super) square: [T; LANES],
    /// What must lie between the nearest and the next for the nearest to be certain.
    pub(super) doubt: [T; LANES],
    /// How far centroids may move before anything can change for these rows, if it was asked for.
    pub(super) gap: T,
}

/// How many blocks are scanned before what came out is looked at: so many that it stays in the nearest cache.
pub(super) const AT_ONCE: usize = 32;

impl<T: Lane> Nearest<T> {
    /// Nothing found yet, for as many blocks as are scanned at once.
    pub(super) fn room() -> Vec<Self> {
        vec![
            Nearest {
                best: [T::ZERO; LANES],
                second: [T::ZERO; LANES],
                cluster: [0; LANES],
                square: [T::ZERO; LANES],
                doubt: [T::ZERO; LANES],
                gap: T::ZERO,
            };
            AT_ONCE
        ]
    }

    /// Whether the nearest centroid of that row is certain; not where a number is no number.
    #[inline(always)]
    pub(super) fn certain(&self, lane: usize) -> bool {
        self.second[lane] - self.best[lane] > self.doubt[lane]
    }
}

/// Some blocks against all centroids.
pub(super) struct Scan<'a, T> {
    /// All blocks, column by column.
    pub(super) blocks: &'a [[T; LANES]],
    /// Which of them.
    pub(super) wanted: &'a [usize],
    /// The centroids.
    pub(super) table: &'a Table<T>,
    /// Whether to find gaps too.
    pub(super) gaps: bool,
    /// What each comes to.
    pub(super) found: &'a mut [Nearest<T>],
}

impl<T: Lane> Task for Scan<'_, T> {
    type Out = ();

    #[inline(always)]
    fn run<const WIDTH: usize, const FUSED: bool>(self) {
        let d = self.table.dimensions;
        for (at, found) in self.wanted.iter().zip(self.found.iter_mut()) {
            scan::<T, WIDTH, FUSED>(&self.blocks[at * d..(at + 1) * d], self.table, found);
        }
        let [by_row, by_distance, always] = self.table.doubt;
        for found in self.found[..self.wanted.len()].iter_mut() {
            doubt(found, by_row, by_distance, always);
            if self.gaps {
                gap(found);
            }
        }
    }
}

/// Compares a block with all centroids.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "the compiler makes wide instructions of counted loops")]
fn scan<T: Lane, const WIDTH: usize, const FUSED: bool>(
    block: &[[T; LANES]],
    table: &Table<T>,
    found: &mut Nearest<T>,
) {
    let mut lowest = Lowest { best: [T::HUGE; LANES], second: [T::HUGE; LANES], cluster: [0; LANES] };
    let mut first = 0;
    while first + WIDTH <= table.clusters {
        tile::<T, WIDTH, FUSED>(block, table, first, &mut lowest);
        first += WIDTH;
    }
    if WIDTH > 4 && first + 4 <= table.clusters {
        tile::<T, 4, FUSED>(block, table, first, &mut lowest);
        first += 4;
    }
    if first + 2 <= table.clusters {
        tile::<T, 2, FUSED>(block, table, first, &mut lowest);
        first += 2;
    }
    if first < table.clusters {
        tile::<T, 1, FUSED>(block, table, first, &mut lowest);
    }
    (found.best, found.second, found.cluster) = (lowest.best, lowest.second, lowest.cluster);
    let mut square = [T::ZERO; LANES];
    for column in block {
        for lane in 0..LANES {
            square[lane] = product_and_sum::<T, FUSED>(column[lane], column[lane], square[lane]);
        }
    }
    found.square = square;
}

/// The two lowest so far.
struct Lowest<T> {
    best: [T; LANES],
    second: [T; LANES],
    cluster: [u32; LANES],
}

/// Compares a block with `TILE` centroids at once.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "the compiler makes wide instructions of counted loops")]
fn tile<T: Lane, const TILE: usize, const FUSED: bool>(
    block: &[[T; LANES]],
    table: &Table<T>,
    first: usize,
    lowest: &mut Lowest<T>,
) {
    let factors = &table.factors[first * table.dimensions..(first + TILE) * table.dimensions];
    let constants = &table.constants[first..first + TILE];
    let mut sums = [[T::ZERO; LANES]; TILE];
    for at in 0..TILE {
        sums[at] = [constants[at]; LANES];
    }
    for (column, factors) in block.iter().zip(factors.as_chunks::<TILE>().0) {
        for (sums, factor) in sums.iter_mut().zip(factors) {
            *sums = add_products::<T, FUSED>(column, *factor, sums);
        }
    }
    for at in 0..TILE {
        for lane in 0..LANES {
            let (value, best) = (sums[at][lane], lowest.best[lane]);
            let nearer = value < best;
            let farther = if nearer { best } else { value };
            lowest.second[lane] = least(farther, lowest.second[lane]);
            lowest.best[lane] = if nearer { value } else { best };
            lowest.cluster[lane] = if nearer { (first + at) as u32 } else { lowest.cluster[lane] };
        }
    }
}

/// Adds a column times a factor. A function of its own, of arrays: so the compiler sees that all lanes are alike, which it
/// misses in nested loops, where it takes row by row and twenty times as long.
#[inline(always)]
fn add_products<T: Lane, const FUSED: bool>(column: &[T; LANES], factor: T, sums: &[T; LANES]) -> [T; LANES] {
    let mut new = [T::ZERO; LANES];
    for lane in 0..LANES {
        new[lane] = product_and_sum::<T, FUSED>(column[lane], factor, sums[lane]);
    }
    new
}

/// What must lie between the nearest and the next.
#[inline(always)]
fn doubt<T: Lane>(found: &mut Nearest<T>, by_row: T, by_distance: T, always: T) {
    for lane in 0..LANES {
        let square = found.square[lane];
        let distance = square + found.best[lane];
        let distance = if distance > T::ZERO { distance } else { T::ZERO };
        found.doubt[lane] = square * by_row + distance * by_distance + always;
    }
}

/// The least difference, among the rows of a block, between the distance of the nearest centroid and that of the next:
/// less what rounding may have added to it.
#[inline(always)]
fn gap<T: Lane>(found: &mut Nearest<T>) {
    let near = T::narrow(1.0 + 8.0 * T::ROUNDING);
    let far = T::narrow(1.0 - 8.0 * T::ROUNDING);
    let mut gaps = [T::ZERO; LANES];
    for (lane, gap) in gaps.iter_mut().enumerate() {
        let nearest = found.square[lane] + found.best[lane] + found.doubt[lane];
        let next = found.square[lane] + found.second[lane] - found.doubt[lane];
        let nearest = if nearest > T::ZERO { nearest } else { T::ZERO };
        let next = if next > T::ZERO { next } else { T::ZERO };
        *gap = next.root() * far - nearest.root() * near;
    }
    found.gap = gaps.into_iter().fold(T::HUGE, least);
}

#[cfg(test)]
mod tests {
    use super::{Nearest, Scan, Table, tile_of};
    use crate::cluster::k_means::exact::{Centroids, Rows};
    use crate::cluster::k_means::lane::{LANES, Lane};
    use crate::cluster::k_means::packed::{Packed, Spread};
    use crate::math::simd::Level;

    /// Every level and precision: where it says it is certain it must be right, and its gap must not be too wide.
    fn certain_is_right<T: Lane>(rows: &[f64], centroids: &[f64], dimensions: usize) -> usize {
        let rows = Rows::new(rows, dimensions, None);
        let centroids = Centroids::new(centroids.to_vec(), dimensions);
        let packed = Packed::<T>::new(&rows, &Spread::of(&rows), centroids.clusters).unwrap();
        let mut certain = 0;
        for level in Level::all() {
            let table = Table::<T>::new(&centroids, &packed.shift, packed.scale, level.width()).unwrap();
            let mut found = Nearest::room();
            for block in 0..rows.len / LANES {
                let blocks = &packed.blocks[0];
                level.run(Scan { blocks, wanted: &[block], table: &table, gaps: true, found: &mut found });
                for lane in 0..LANES {
                    let row = rows.row(block * LANES + lane);
                    let mut squares: Vec<f64> =
                        (0..centroids.clusters).map(|c| super::super::exact::distance(row, centroids.row(c))).collect();
                    if found[0].certain(lane) {
                        certain += 1;
                        assert_eq!(found[0].cluster[lane] as usize, centroids.nearest(row).cluster, "{level:?}");
                    }
                    squares.sort_by(f64::total_cmp);
                    if squares.len() > 1 {
                        let gap = (squares[1].sqrt() - squares[0].sqrt()) * packed.scale;
                        assert!(found[0].gap.wide() <= gap * (1.0 + 1e-12) + 1e-300, "{level:?} {gap}");
                    }
                }
            }
        }
        certain
    }

    #[test]
    fn what_is_certain_is_right_at_every_level() {
        let mut random = crate::math::random::Random::new(3, 3);
        for clusters in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 21] {
            for dimensions in [1, 2, 5, 40] {
                let mut numbers = |count: usize| -> Vec<f64> { (0..count).map(|_| 50.0 + random.normal()).collect() };
                let (rows, centroids) = (numbers(48 * dimensions), numbers(clusters * dimensions));
                let single = certain_is_right::<f32>(&rows, &centroids, dimensions);
                let double = certain_is_right::<f64>(&rows, &centroids, dimensions);
                let all = 48 * Level::all().len();
                assert!(
                    single * 20 >= all * 19 && double == all,
                    "{clusters} {dimensions}: {single} and {double} of {all}"
                );
            }
        }
    }

    #[test]
    fn what_single_precision_cannot_tell_apart_is_not_certain() {
        // differences of 1e-5 beside one of 1
        let rows: Vec<f64> = (0..32).flat_map(|row| [f64::from(row % 4), 1e-5 * f64::from(row % 5)]).collect();
        let centroids = [1.0, 0.0, 1.0, 3e-5];
        assert_eq!(certain_is_right::<f32>(&rows, &centroids, 2), 0);
        assert!(certain_is_right::<f64>(&rows, &centroids, 2) > 0);
    }

    #[test]
    fn tiles_are_as_wide_as_there_are_centroids_left() {
        let tiles = |clusters, width| (0..clusters).map(|c| tile_of(c, clusters, width)).collect::<Vec<_>>();
        assert_eq!(tiles(7, 4), [(0, 4), (0, 4), (0, 4), (0, 4), (4, 2), (4, 2), (6, 1)]);
        assert_eq!(tiles(5, 8), [(0, 4), (0, 4), (0, 4), (0, 4), (4, 1)]);
        assert_eq!(tiles(3, 8), [(0, 2), (0, 2), (2, 1)]);
    }
}
