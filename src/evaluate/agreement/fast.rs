//! The adjusted Rand index of many pairs of lists, without an allocation for each: for bootstrap work.

use crate::error::{Error, Result};

use super::pairs::PairCounts;

/// Counts pairs of lists of groups one after another in the same table.
///
/// ```text
/// let mut counter = RandCounter::default(); // one for each thread
/// for replicate in replicates {
///     let index = counter.adjusted_rand(&first, &second, (k, k))?;
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub(crate) struct RandCounter {
    table: Vec<u32>,
    first: Vec<u64>,
    second: Vec<u64>,
}

impl RandCounter {
    /// The adjusted Rand index, bit for bit that of [`Contingency`](super::Contingency) for the same rows.
    ///
    /// Groups are below `groups`; rows with a higher number in either list, such as `NONE_LABEL`, are left out.
    ///
    /// # Cost
    /// O(n + k₁ k₂) time on one thread; memory O(k₁ k₂), kept for the next call.
    ///
    /// # Errors
    /// If the lists differ in length, or no row is in a group of both.
    pub(crate) fn adjusted_rand(&mut self, first: &[u32], second: &[u32], groups: (usize, usize)) -> Result<f64> {
        if first.len() != second.len() {
            return Err(Error::length("the second division", second.len(), first.len()));
        }
        let width = groups.1 + 1; // the last of each is for rows in none
        self.table.clear();
        self.table.resize((groups.0 + 1) * width, 0);
        for (a, b) in first.iter().zip(second) {
            self.table[(*a as usize).min(groups.0) * width + (*b as usize).min(groups.1)] += 1;
        }
        self.first.clear();
        self.second.clear();
        self.second.resize(groups.1, 0);
        for row in self.table.chunks_exact(width).take(groups.0) {
            let mut sum = 0;
            for (count, column) in row.iter().zip(&mut self.second) {
                sum += u64::from(*count);
                *column += u64::from(*count);
            }
            self.first.push(sum);
        }
        let rows = self.first.iter().sum();
        if rows == 0 {
            return Err(Error::empty("rows that are in a group of both divisions"));
        }
        let cells = self.table.chunks_exact(width).take(groups.0).flat_map(|row| &row[..groups.1]);
        let (first, second) = (self.first.iter().copied(), self.second.iter().copied());
        Ok(PairCounts::of(cells.map(|count| u64::from(*count)), first, second, rows).adjusted_rand())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
mod tests {
    use super::RandCounter;
    use crate::evaluate::{Contingency, Partition};
    use crate::math::random::Random;

    #[test]
    fn it_is_the_index_of_the_table() {
        let mut counter = RandCounter::default();
        for seed in 0..40 {
            let mut random = Random::new(seed, 0);
            let (rows, most) = (1 + random.below(200), 1 + random.below(9) as u32);
            let mut draw = || -> Vec<u32> { (0..rows).map(|_| random.below(most as usize + 1) as u32).collect() };
            let (first, second) = (draw(), draw());
            let known = |labels: &[u32]| -> Vec<Option<u32>> {
                labels.iter().map(|label| Some(*label).filter(|label| *label < most)).collect()
            };
            let (a, b) = (Partition::new(&known(&first)).unwrap(), Partition::new(&known(&second)).unwrap());
            let groups = (most as usize, most as usize);
            match (counter.adjusted_rand(&first, &second, groups), Contingency::new(&a, &b)) {
                (Ok(fast), Ok(table)) => assert_eq!(fast.to_bits(), table.adjusted_rand().to_bits()),
                (fast, table) => assert_eq!(fast.unwrap_err().to_string(), table.unwrap_err().to_string()),
            }
        }
        assert!(counter.adjusted_rand(&[0], &[0, 1], (1, 2)).is_err());
    }
}
