//! What buyers spend a purchase, as likelihoods see it: equal rows counted once, the others told.
//!
//! Amounts have two decimals and most buyers few repeats, so that many rows are equal: of a million customers some hundred
//! thousand cells are left. Rows are sorted by repeats and amount; their order does not matter.
//!
//! A row is used, or one of three reasons says why not: it has no repeat, its spend is not known, or it is not above 0.
//! None of them is an error, since each is common in honest logs, and none is silent.

use crate::error::{Error, Result};
use crate::math::simd::Level;
use crate::math::sum;
use crate::parallel;

use super::super::buyers::Buyers;
use super::order::{CHUNK, Logarithms, Times, by_spend, key, middle_ranks, repeats_of};

/// How many buyers a model of spend was learnt from, and why the other rows play no part.
///
/// The four numbers of rows add up to the rows that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct SpendRows {
    /// Rows with a repeat and a mean spend above 0: what is learnt of.
    pub used: usize,
    /// Rows without a repeat, or without a buyer.
    pub without_repeat: usize,
    /// Rows with a repeat of which the spend is not known.
    pub unknown: usize,
    /// Rows with a repeat and a mean spend of 0 or less: refunds, gifts.
    pub not_positive: usize,
}

/// Equal rows: so many repeats, of so much on the average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    /// Where the number of repeats stands among [`Spends::counts`].
    pub(super) count: u32,
    /// How many purchases the mean is of.
    pub(super) repeats: u32,
    /// The mean spend over [`Spends::scale`], and its logarithm: no sum over cells takes it again.
    pub(super) mean: f64,
    pub(super) ln: f64,
    /// For how many buyers it stands.
    pub(super) weight: f64,
}

/// All rows with a repeat and a spend, sorted by repeats and spend.
///
/// Made once a fit, read by the likelihood and by the check of independence.
#[derive(Clone, Debug)]
pub(super) struct Spends {
    pub(super) cells: Vec<Cell>,
    /// By cell the middle rank of its mean spend among all buyers.
    pub(super) ranks: Vec<f64>,
    /// The numbers of repeats that occur, rising.
    pub(super) counts: Vec<u32>,
    /// The geometric mean of the spends: amounts are told in it, so that cents and euros are one problem.
    pub(super) scale: f64,
    /// How many rows are used, and why the others are not.
    pub(super) rows: SpendRows,
    /// The sum of the weights: how many buyers the cells stand for.
    ///
    /// 0 only where there is no cell.
    pub(super) total: f64,
}

/// What a mean spend may be over the geometric mean of all.
const FAR: std::ops::Range<f64> = 1e-200..1e200;

impl Spends {
    /// The rows of these buyers.
    ///
    /// # Errors
    /// If nothing is known of amounts, or as [`Spends::gather`].
    pub(super) fn of(buyers: &Buyers) -> Result<Self> {
        let Some(spend) = buyers.spend() else {
            return Err(Error::empty("spend of the buyers: give it with `with_spend`"));
        };
        let row = |row: usize| {
            let repeats = buyers.get(row).map_or(0, |buyer| buyer.repeats());
            (repeats, spend.get(row).copied().unwrap_or(f64::NAN), buyers.weight(row))
        };
        Spends::gather(buyers.len(), row)
    }

    /// The rows of two columns.
    ///
    /// # Errors
    /// If the columns differ in length, or as [`Spends::gather`].
    pub(super) fn of_columns(repeats: &[u32], spend: &[f64]) -> Result<Self> {
        if spend.len() != repeats.len() {
            return Err(Error::length("spend", spend.len(), repeats.len()));
        }
        Spends::gather(repeats.len(), |row| (repeats[row], spend[row], 1.0))
    }

    /// Sorts and compresses rows of repeats, mean spend and weight: once by spend, which ranks are made of, from where cells go
    /// to those of their repeats.
    ///
    /// The rows are read in parallel and counted in the order of the chunks; weights of equal rows are added in the order of
    /// the rows.
    ///
    /// # Errors
    /// If a spend is infinite (with the row), or spends are further apart than a number can tell.
    fn gather(len: usize, row: impl Fn(usize) -> (u32, f64, f64) + Sync + Send) -> Result<Self> {
        let parts = parallel::map_chunks(len, parallel::CHUNK, |rows| {
            let (mut keys, mut told, mut infinite) = (Vec::with_capacity(rows.len()), SpendRows::default(), None);
            for at in rows {
                let (repeats, spend, _) = row(at);
                if repeats == 0 {
                    told.without_repeat += 1;
                } else if spend.is_nan() {
                    told.unknown += 1;
                } else if spend.is_infinite() {
                    infinite = infinite.or(Some((at, spend)));
                } else if spend <= 0.0 {
                    told.not_positive += 1;
                } else {
                    told.used += 1;
                    keys.push(key(spend, repeats, at));
                }
            }
            (keys, told, infinite)
        });
        let (mut keys, mut told) = (Vec::with_capacity(parts.len()), SpendRows::default());
        for (part, counted, infinite) in parts {
            if let Some((at, spend)) = infinite {
                return Err(Error::not_finite("spend", spend).at_row(at));
            }
            keys.push(part);
            told.used += counted.used;
            told.without_repeat += counted.without_repeat;
            told.unknown += counted.unknown;
            told.not_positive += counted.not_positive;
        }
        let keys = by_spend(keys);
        let weight_of = |equal: &[u128]| {
            let weights = equal.iter().map(|key| row((*key & 0xFFFF_FFFF) as usize).2);
            weights.filter(|weight| *weight > 0.0).sum::<f64>()
        };
        let different = || keys.chunk_by(|a, b| a >> 32 == b >> 32).map(|equal| (equal, weight_of(equal)));
        let different = || different().filter(|(_, weight)| *weight > 0.0);
        // what was sorted by spend goes to the cells of its repeats, in that order
        let mut times = Times::default();
        let mut len = 0;
        for (equal, _) in different() {
            times.add(repeats_of(equal));
            len += 1;
        }
        let (counts, mut next) = times.starts();
        let nothing = Cell { count: 0, repeats: 0, mean: 1.0, ln: 0.0, weight: 0.0 };
        let (mut cells, mut by_mean) = (vec![nothing; len], Vec::with_capacity(len));
        for (equal, weight) in different() {
            let (repeats, bits) = (repeats_of(equal), equal.first().map_or(0, |key| (key >> 64) as u64));
            let count = next.place(repeats);
            let at = &mut next.starts[count];
            cells[*at] = Cell { count: count as u32, repeats, mean: f64::from_bits(bits), ln: 0.0, weight };
            by_mean.push(*at as u32);
            *at += 1;
        }
        drop(keys);
        let ranks = middle_ranks(&cells, &by_mean);
        let level = Level::best();
        parallel::fill(&mut cells, CHUNK, |_, cells| level.run(Logarithms(cells)));
        let sums = parallel::map_chunks(cells.len(), CHUNK, |range| {
            let cells = cells.get(range).unwrap_or(&[]);
            cells.iter().fold([0.0, 0.0], |sums, cell| [sums[0] + cell.weight, sums[1] + cell.ln * cell.weight])
        });
        let [total, logarithms] = [0, 1].map(|i| sum::sum(sums.iter().map(|sums| sums[i])));
        let ln_scale = if total > 0.0 { logarithms / total } else { 0.0 };
        let scale = ln_scale.exp();
        parallel::fill(&mut cells, CHUNK, |_, cells| {
            for cell in cells {
                (cell.mean, cell.ln) = (cell.mean / scale, cell.ln - ln_scale);
            }
        });
        if [by_mean.first(), by_mean.last()].into_iter().flatten().any(|at| !FAR.contains(&cells[*at as usize].mean)) {
            return Err(Error::unsupported("spends are further apart than 200 powers of ten"));
        }
        Ok(Spends { cells, ranks, counts, scale, rows: told, total })
    }

    /// The one amount that all spend, if they spend the same: then no likelihood has a top.
    pub(super) fn only(&self) -> Option<f64> {
        let first = self.cells.first()?.mean;
        // a mean of equal amounts differs from them by its rounding
        let same = |cell: &Cell| (cell.mean - first).abs() <= 1e-12 * first;
        self.cells.iter().all(same).then_some(first * self.scale)
    }
}
