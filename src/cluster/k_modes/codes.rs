//! Categories as small numbers in blocks, and the counting of what does not match: many rows with one instruction.
//!
//! A category is one byte where no column has more than 254 of them, so that 16 rows or more are compared with one
//! instruction. Rows lie in blocks, and in a block column after column: a loop over a column of a block reads and
//! writes neighbours in memory. Counts of a block stay in the nearest cache while all modes are compared with it, so
//! each code is read from memory once an iteration.
//!
//! The codes of a column are the places of its values in ascending order, so that the lowest code is the lowest
//! value, and of categories that are as frequent the lowest value is the mode.

use crate::cluster::points::Points;
use crate::parallel;

/// Rows in a block; a block lies column after column.
pub(in crate::cluster) const BLOCK: usize = 512;

/// Codes of one byte where they suffice, of two or four where not.
pub(in crate::cluster) trait Code: Copy + PartialEq + Send + Sync {
    /// The code of a number that fits.
    fn new(number: usize) -> Self;
    /// The number of the code.
    fn number(self) -> usize;
}

/// A code of so many bits.
macro_rules! code {
    ($($kind:ty),*) => {
        $(impl Code for $kind {
            fn new(number: usize) -> Self {
                number as $kind
            }

            fn number(self) -> usize {
                self as usize
            }
        })*
    };
}
code!(u8, u16, u32);

/// The values of a column, ascending; their places are the codes.
///
/// The code after the last value is what is missing; the one after that is any value that no row has.
pub(in crate::cluster) struct Lookup {
    /// What has been seen, in ascending order.
    values: Vec<f64>,
    /// The code of each whole number, where values are small whole numbers.
    small: Vec<u32>,
}

/// Whole numbers below this are looked up and not searched for.
const SMALL: usize = 1 << 16;

impl Lookup {
    /// Collects the values of a column.
    /// O(n), and O(u log u) for u different values that are no small whole numbers.
    pub(in crate::cluster) fn new(points: &Points<'_>, column: usize) -> Self {
        let (mut seen, mut others) = (Vec::new(), Vec::new());
        for value in points.data().iter().skip(column).step_by(points.dimensions()) {
            let whole = *value as usize; // NaN and what is below 0 become 0
            if whole < SMALL && whole as f64 == *value {
                if whole >= seen.len() {
                    seen.resize(whole + 1, false);
                }
                seen[whole] = true;
            } else if !value.is_nan() {
                others.push(*value);
            }
        }
        others.sort_by(f64::total_cmp);
        others.dedup();
        let whole = seen.iter().enumerate().filter(|(_, seen)| **seen).map(|(value, _)| value as f64);
        if others.is_empty() {
            let values: Vec<f64> = whole.collect();
            let mut small = vec![u32::MAX; seen.len()];
            values.iter().enumerate().for_each(|(code, value)| small[*value as usize] = code as u32);
            return Lookup { values, small };
        }
        others.extend(whole);
        others.sort_by(f64::total_cmp);
        Lookup { values: others, small: Vec::new() }
    }

    /// How many codes there are, with those of what is missing and of what is not among the values.
    pub(in crate::cluster) fn codes(&self) -> usize {
        self.values.len() + 2
    }

    /// The code of what is missing.
    pub(in crate::cluster) fn missing(&self) -> usize {
        self.values.len()
    }

    /// The code of a value.
    /// O(1) for small whole numbers, O(log u) for others. A value that no row had gets the last code, that of no row.
    pub(in crate::cluster) fn code(&self, value: f64) -> usize {
        if value.is_nan() {
            return self.missing();
        }
        let unseen = self.values.len() + 1;
        if self.small.is_empty() {
            return self.values.binary_search_by(|known| known.total_cmp(&(value + 0.0))).unwrap_or(unseen);
        }
        let whole = value as usize;
        match self.small.get(whole) {
            Some(code) if whole as f64 == value && *code != u32::MAX => *code as usize,
            _ => unseen,
        }
    }

    /// The value of a code; NaN of what is missing.
    pub(in crate::cluster) fn value(&self, code: usize) -> f64 {
        self.values.get(code).copied().unwrap_or(f64::NAN)
    }
}

/// Rows of codes in blocks.
pub(in crate::cluster) struct Packed<C> {
    /// Block after block, in each column after column; the last block is filled up.
    codes: Vec<C>,
    /// How many columns were packed.
    pub(in crate::cluster) columns: usize,
}

impl<C: Code> Packed<C> {
    /// Packs these columns of the rows, in parallel.
    /// O(n d), block by block.
    pub(in crate::cluster) fn new(points: &Points<'_>, columns: &[usize], lookups: &[Lookup]) -> Self {
        let mut codes = vec![C::new(0); points.len().div_ceil(BLOCK) * BLOCK * columns.len()];
        parallel::fill(&mut codes, BLOCK * columns.len().max(1), |first, block| {
            let rows = first / columns.len()..(first / columns.len() + BLOCK).min(points.len());
            for ((column, lookup), out) in columns.iter().zip(lookups).zip(block.chunks_mut(BLOCK)) {
                for (row, out) in rows.clone().zip(out) {
                    *out = C::new(lookup.code(points.row(row)[*column]));
                }
            }
        });
        Packed { codes, columns: columns.len() }
    }

    /// The codes of a block, column after column.
    pub(in crate::cluster) fn block(&self, block: usize) -> &[C] {
        &self.codes[block * BLOCK * self.columns..(block + 1) * BLOCK * self.columns]
    }

    /// The codes of a row.
    /// One from each column of the block, in the order of columns.
    pub(in crate::cluster) fn row(&self, row: usize) -> impl Iterator<Item = C> + '_ {
        self.block(row / BLOCK).iter().skip(row % BLOCK).step_by(BLOCK).copied()
    }
}

/// Counts in how many columns each row of a block differs from a mode.
///
/// `missing` holds the code, per column, that says nothing; without it every code counts.
/// Columns are at most 65,535. The last block has rows that are none; their counts mean nothing.
pub(in crate::cluster) fn mismatches<C: Code>(block: &[C], mode: &[C], missing: Option<&[C]>, out: &mut [u16; BLOCK]) {
    out.fill(0);
    // counts of one byte, before they are too many for it
    for (group, codes) in block.chunks(BLOCK * 255).enumerate() {
        let mut few = [0_u8; BLOCK];
        for (column, codes) in codes.chunks_exact(BLOCK).enumerate() {
            let column = group * 255 + column;
            match missing.map(|missing| missing[column]) {
                None => add(&mut few, codes, |code| code != mode[column]),
                Some(missing) if missing == mode[column] => {}
                Some(missing) => add(&mut few, codes, |code| (code != mode[column]) & (code != missing)),
            }
        }
        out.iter_mut().zip(&few).for_each(|(out, few)| *out += u16::from(*few));
    }
}

/// Adds one where a code differs.
#[inline(always)]
fn add<C: Code>(counts: &mut [u8; BLOCK], codes: &[C], differs: impl Fn(C) -> bool) {
    for (count, code) in counts.iter_mut().zip(codes) {
        *count += u8::from(differs(*code));
    }
}
