//! How many pairs of rows are together in both divisions, in one, in none: what half of the figures are made of.

/// Pairs of rows by whether they are together.
///
/// All four are whole numbers, exact for any number of rows. In the words of a test that finds pairs which the first
/// division has together: true positives, false negatives, false positives and true negatives. In those of clusterCrit:
/// `yy`, `yn`, `ny`, `nn`.
///
/// ```
/// use segmentry::evaluate::{Contingency, Partition};
///
/// let known = Partition::of([0, 0, 0, 1, 1, 1])?;
/// let found = Partition::of([0, 0, 1, 1, 2, 2])?;
/// let pairs = Contingency::new(&known, &found)?.pairs();
/// assert_eq!((pairs.both, pairs.first, pairs.second, pairs.neither), (2, 4, 1, 8));
/// assert_eq!(pairs.confusion(), [[16, 2], [8, 4]]);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PairCounts {
    /// Pairs that both have together.
    pub both: u128,
    /// Pairs that only the first has together.
    pub first: u128,
    /// Pairs that only the second has together.
    pub second: u128,
    /// Pairs that neither has together.
    pub neither: u128,
}

/// How many pairs can be made of so many rows.
fn pairs(rows: u64) -> u128 {
    u128::from(rows) * u128::from(rows.saturating_sub(1)) / 2
}

impl PairCounts {
    /// Of the sizes of all cells of a table, of the groups of the first and of the second; of how many rows in all.
    pub(super) fn of(
        cells: impl Iterator<Item = u64>,
        first: impl Iterator<Item = u64>,
        second: impl Iterator<Item = u64>,
        rows: u64,
    ) -> Self {
        let both: u128 = cells.map(pairs).sum();
        let (first, second): (u128, u128) = (first.map(pairs).sum(), second.map(pairs).sum());
        PairCounts { both, first: first - both, second: second - both, neither: pairs(rows) + both - first - second }
    }

    /// All pairs.
    pub fn all(&self) -> u128 {
        self.both + self.first + self.second + self.neither
    }

    /// Whether both have the same pairs together: the same groups, whatever they are called.
    pub fn same(&self) -> bool {
        self.first == 0 && self.second == 0
    }

    /// The matrix that scikit-learn's `pair_confusion_matrix` gives, in which each pair is counted both ways round:
    /// neither, only the second; only the first, both.
    pub fn confusion(&self) -> [[u128; 2]; 2] {
        [[2 * self.neither, 2 * self.second], [2 * self.first, 2 * self.both]]
    }

    /// The adjusted Rand index, see [`Contingency::adjusted_rand`](super::Contingency::adjusted_rand).
    ///
    /// The difference of products is a whole number, exact up to 2³² rows: no digits are lost where both divisions are
    /// one large group and little else.
    pub fn adjusted_rand(&self) -> f64 {
        if self.same() {
            return 1.0;
        }
        let [both, first, second, neither] = self.numbers();
        2.0 * self.surplus() / ((both + first) * (first + neither) + (both + second) * (second + neither))
    }

    /// `both` × `neither` − `first` × `second`: above 0 where more pairs are together in both than chance would have.
    pub(super) fn surplus(&self) -> f64 {
        let agreed = self.both.checked_mul(self.neither);
        match agreed.zip(self.first.checked_mul(self.second)) {
            Some((agreed, differ)) if agreed >= differ => (agreed - differ) as f64,
            Some((agreed, differ)) => -((differ - agreed) as f64),
            None => {
                let [both, first, second, neither] = self.numbers();
                both * neither - first * second
            }
        }
    }

    /// Both, only the first, only the second, neither: as numbers to compute with.
    pub(super) fn numbers(&self) -> [f64; 4] {
        [self.both as f64, self.first as f64, self.second as f64, self.neither as f64]
    }
}
