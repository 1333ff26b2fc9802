//! What a tree is to tell: the group of each row, or its number.
//!
//! | | classes | numbers |
//! | --- | --- | --- |
//! | sums of rows | the weight of each class | weight, sum, sum of squares |
//! | how mixed | Gini's or Shannon's, times weight | the sum of squares around the mean |
//! | told | the share of each class | the mean |
//! | loss | Brier's | the squared miss |

/// What a tree is to tell of rows, through sums that add up over rows.
///
/// Growth, splits and scores ask for no more than this, so that classes and numbers share all of it.
pub(crate) trait Target: Sync {
    /// How many sums a set of rows has.
    fn width(&self) -> usize;
    /// Adds a row to the sums.
    fn add(&self, row: usize, sums: &mut [f64]);
    /// How much the rows of the sums count together.
    fn weight(&self, sums: &[f64]) -> f64;
    /// How mixed the rows are, times their weight; 0 if they are all alike.
    fn impurity(&self, sums: &[f64]) -> f64;
    /// In how many orders categories are put to be divided.
    fn orders(&self) -> usize;
    /// Where rows of these sums stand in the order of that number.
    fn standing(&self, order: usize, sums: &[f64]) -> f64;
    /// What is predicted for rows that are like those of the sums; what it holds only [`Target::loss`] knows.
    fn prediction(&self, sums: &[f64]) -> Vec<f64>;
    /// How far a prediction is from what the row is, squared.
    fn loss(&self, row: usize, prediction: &[f64]) -> f64;
    /// How much a row counts.
    fn counts(&self, row: usize) -> f64;
}

/// How mixed classes are.
///
/// The two rarely choose different splits; Gini's is the squared loss by which rules are also measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Impurity {
    /// Gini's: the chance that two rows drawn are of two classes.
    #[default]
    Gini,
    /// Shannon's entropy.
    Entropy,
}

/// Classes with numbers from 0: segments, or the texts of a goal.
pub(crate) struct Classes<'a> {
    /// The class of each row.
    pub(crate) labels: &'a [u32],
    /// How many classes there are.
    pub(crate) classes: usize,
    /// How much each row counts; `None` if each counts 1.
    pub(crate) weights: Option<&'a [f64]>,
    /// How mixed they are.
    pub(crate) impurity: Impurity,
}

impl Target for Classes<'_> {
    fn width(&self) -> usize {
        self.classes
    }

    fn add(&self, row: usize, sums: &mut [f64]) {
        sums[self.labels[row] as usize] += self.counts(row);
    }

    fn weight(&self, sums: &[f64]) -> f64 {
        sums.iter().sum()
    }

    fn impurity(&self, sums: &[f64]) -> f64 {
        let weight = self.weight(sums);
        if weight <= 0.0 {
            return 0.0;
        }
        match self.impurity {
            Impurity::Gini => (weight - sums.iter().map(|sum| sum * (sum / weight)).sum::<f64>()).max(0.0),
            Impurity::Entropy => {
                let part = |sum: &f64| if *sum > 0.0 { -sum * (sum / weight).ln() } else { 0.0 };
                sums.iter().map(part).sum::<f64>().max(0.0)
            }
        }
    }

    /// Texts are put in the order of a class's share.
    ///
    /// One order tells two classes apart; of more each class has one, by its share.
    fn orders(&self) -> usize {
        if self.classes <= 2 { 1 } else { self.classes }
    }

    fn standing(&self, order: usize, sums: &[f64]) -> f64 {
        sums[order] / self.weight(sums)
    }

    /// The share of each class, then the sum of their squares.
    fn prediction(&self, sums: &[f64]) -> Vec<f64> {
        let weight = self.weight(sums);
        let mut shares: Vec<f64> = sums.iter().map(|sum| if weight > 0.0 { sum / weight } else { 0.0 }).collect();
        shares.push(shares.iter().map(|share| share * share).sum());
        shares
    }

    /// Brier's: the squared distance of the shares from 1 of the row's class and 0 of the others.
    fn loss(&self, row: usize, prediction: &[f64]) -> f64 {
        (1.0 - 2.0 * prediction[self.labels[row] as usize] + prediction[self.classes]).max(0.0)
    }

    fn counts(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }
}

/// Numbers, which lie between −1 and 1 around 0, so that squares neither overflow nor vanish: see [`scaled`].
pub(crate) struct Numbers<'a> {
    /// The number of each row.
    pub(crate) values: &'a [f64],
    /// How much each row counts; `None` if each counts 1.
    pub(crate) weights: Option<&'a [f64]>,
}

impl Target for Numbers<'_> {
    /// Weight, sum, sum of squares.
    fn width(&self) -> usize {
        3
    }

    fn add(&self, row: usize, sums: &mut [f64]) {
        let (weight, value) = (self.counts(row), self.values[row]);
        sums[0] += weight;
        sums[1] += weight * value;
        sums[2] += weight * value * value;
    }

    fn weight(&self, sums: &[f64]) -> f64 {
        sums[0]
    }

    fn impurity(&self, sums: &[f64]) -> f64 {
        if sums[0] > 0.0 { (sums[2] - sums[1] * (sums[1] / sums[0])).max(0.0) } else { 0.0 }
    }

    fn orders(&self) -> usize {
        1
    }

    fn standing(&self, _: usize, sums: &[f64]) -> f64 {
        sums[1] / sums[0]
    }

    /// The mean.
    fn prediction(&self, sums: &[f64]) -> Vec<f64> {
        vec![if sums[0] > 0.0 { sums[1] / sums[0] } else { 0.0 }]
    }

    fn loss(&self, row: usize, prediction: &[f64]) -> f64 {
        let miss = self.values[row] - prediction[0];
        miss * miss
    }

    fn counts(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }
}

/// The numbers on a scale on which they lie around 0 between −1 and 1; all 0 if they are all the same.
///
/// Shares of the variance do not depend on the scale; on this one 1e300 and the smallest numbers there are can be squared.
pub(crate) fn scaled(values: &[f64]) -> Vec<f64> {
    let most = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if most == 0.0 {
        return vec![0.0; values.len()];
    }
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
    if low == high {
        return vec![0.0; values.len()];
    }
    let mean = crate::math::sum::sum(values.iter().map(|value| value / most)) / values.len().max(1) as f64;
    let spread = (high / most - mean).max(mean - low / most);
    if spread <= 0.0 {
        return vec![0.0; values.len()];
    }
    values.iter().map(|value| (value / most - mean) / spread).collect()
}
