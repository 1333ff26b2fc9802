//! Names for clusters until somebody names them: what most sets the members of each apart from everybody.
//!
//! A cluster has a number and no meaning. Its markers are the features whose mean among the members is far from the mean
//! of all, in standard deviations of all; the two farthest make the name. A category is a marker where its share among
//! the members is far above its share of all.

use crate::features::encoding::{Encoder, Meaning};
use crate::segment::Label;
use crate::segment::naming::{self, Mark};

use super::points::Points;

/// From how many standard deviations on a feature is a marker: a medium effect by J. Cohen 1988, Statistical Power
/// Analysis for the Behavioral Sciences, chapter 2.
const MEDIUM: f64 = 0.5;

/// A label for each cluster, by what sets its members apart. Keys are `cluster_1`, `cluster_2` …, the largest first.
///
/// O(n d). Rows in no cluster count for everybody and for no cluster.
pub(super) fn of(encoder: &Encoder, points: &Points<'_>, labels: &[Option<u32>], clusters: usize) -> Vec<Label> {
    let columns = encoder.columns();
    let means = Means::of(points, labels, clusters, &encoder.meanings());
    let mut marks: Vec<Vec<Mark>> = Vec::with_capacity(clusters);
    for cluster in 0..clusters {
        let mut own = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let effect = means.effect(cluster, at);
            let words = match column.meaning {
                Meaning::Category => means.category(encoder, cluster, at),
                _ if column.name.contains('=') => (effect > 0.0).then(|| column.name.replace('=', " ")),
                Meaning::SymmetricFlag | Meaning::AsymmetricFlag => Some(naming::of_flag(&column.name, effect > 0.0)),
                _ => Some(naming::of_number(&column.name, effect > 0.0)),
            };
            if let Some(words) = words.filter(|_| effect.abs() >= MEDIUM) {
                // one feature marks once, though it may have a column for each of its categories
                own.push(Mark { strength: effect.abs(), source: column.feature, words });
            }
        }
        marks.push(own);
    }
    let label = |(cluster, name): (usize, String)| {
        let described = encoder.in_words(&means.row(cluster));
        let words: Vec<String> = described.into_iter().map(|(feature, value)| format!("{feature} {value}")).collect();
        Label::new(format!("cluster_{}", cluster + 1)).named(name).described(words.join("; "))
    };
    naming::names(marks).into_iter().enumerate().map(label).collect()
}

/// Means and shares of each cluster and of everybody.
struct Means {
    clusters: usize,
    dimensions: usize,
    /// The mean of each column in each cluster, then of everybody; of a category the code that most have.
    means: Vec<f64>,
    /// The standard deviation of each column among everybody.
    deviations: Vec<f64>,
    /// Of columns that are categories: the difference of the shares of that code.
    lifts: Vec<f64>,
}

impl Means {
    fn of(points: &Points<'_>, labels: &[Option<u32>], clusters: usize, meanings: &[Meaning]) -> Self {
        let dimensions = points.dimensions();
        let group = |row: usize| labels.get(row).copied().flatten().map(|label| label as usize);
        let mut means = vec![0.0; (clusters + 1) * dimensions];
        let mut deviations = vec![0.0; dimensions];
        let mut lifts = vec![0.0; clusters * dimensions];
        for (column, meaning) in meanings.iter().enumerate() {
            if *meaning == Meaning::Category {
                let modes = modes(points, column, clusters, group);
                for (at, (code, lift)) in modes.into_iter().enumerate() {
                    means[at * dimensions + column] = code;
                    if let Some(slot) = lifts.get_mut(at * dimensions + column) {
                        *slot = lift;
                    }
                }
                continue;
            }
            let mut sums = vec![(0.0, 0.0); clusters + 1];
            let known = || (0..points.len()).map(|row| (row, points.row(row)[column])).filter(|(_, x)| !x.is_nan());
            for (row, value) in known() {
                let weight = points.weight(row);
                for at in group(row).into_iter().chain([clusters]) {
                    sums[at].0 += weight * value;
                    sums[at].1 += weight;
                }
            }
            for (at, (sum, weight)) in sums.iter().enumerate() {
                means[at * dimensions + column] = if *weight > 0.0 { sum / weight } else { 0.0 };
            }
            let (center, total) = (means[clusters * dimensions + column], sums[clusters].1);
            let squares: f64 = known().map(|(row, x)| points.weight(row) * (x - center) * (x - center)).sum();
            deviations[column] = if total > 0.0 { (squares / total).sqrt() } else { 0.0 };
        }
        Means { clusters, dimensions, means, deviations, lifts }
    }

    fn row(&self, cluster: usize) -> Vec<f64> {
        self.means[cluster * self.dimensions..(cluster + 1) * self.dimensions].to_vec()
    }

    /// How far the members' mean is from that of all, in standard deviations of all; of a category twice the difference
    /// of shares, so that 25 in 100 more count as a medium effect.
    fn effect(&self, cluster: usize, column: usize) -> f64 {
        let at = cluster * self.dimensions + column;
        if self.lifts[at] != 0.0 {
            return 2.0 * self.lifts[at];
        }
        let (mine, all) = (self.means[at], self.means[self.clusters * self.dimensions + column]);
        if self.deviations[column] > 0.0 { (mine - all) / self.deviations[column] } else { 0.0 }
    }

    fn category(&self, encoder: &Encoder, cluster: usize, column: usize) -> Option<String> {
        let words = encoder.in_words(&self.row(cluster));
        let feature = encoder.columns()[column].feature;
        words.get(feature).map(|(name, value)| naming::of_category(name, value))
    }
}

/// The code that most members of each cluster have and how much larger its share is there than among all; last that of
/// everybody.
fn modes(
    points: &Points<'_>,
    column: usize,
    clusters: usize,
    group: impl Fn(usize) -> Option<usize>,
) -> Vec<(f64, f64)> {
    let code = |row: usize| points.row(row)[column];
    let codes = (0..points.len()).map(code).filter(|code| !code.is_nan()).fold(0.0, f64::max) as usize + 1;
    let mut counts = vec![0.0; (clusters + 1) * codes];
    for row in (0..points.len()).filter(|row| !code(*row).is_nan()) {
        for at in group(row).into_iter().chain([clusters]) {
            counts[at * codes + code(row) as usize] += points.weight(row);
        }
    }
    let of = |at: usize| &counts[at * codes..(at + 1) * codes];
    let share = |at: usize, code: usize| {
        let total: f64 = of(at).iter().sum();
        if total > 0.0 { of(at)[code] / total } else { 0.0 }
    };
    (0..=clusters)
        .map(|at| {
            let mode = (0..codes).fold(0, |best, code| if of(at)[code] > of(at)[best] { code } else { best });
            (mode as f64, share(at, mode) - share(clusters, mode))
        })
        .collect()
}
