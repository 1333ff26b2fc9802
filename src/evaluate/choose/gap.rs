//! The gap: how far log W lies below that of rows without groups, drawn in the same box.
//!
//! R. Tibshirani, G. Walther and T. Hastie 2001, Estimating the number of clusters in a data set via the gap statistic,
//! DOI 10.1111/1467-9868.00293. Gap(k) is the mean of log W of the references less log W of the rows, and s(k) the standard
//! deviation of the former times √(1 + 1/B) for B references. References are clustered by the same method.
//!
//! The gap of one group needs no method, so that it is always there, and *one* can be the answer: rows that are no more
//! grouped than the references. That is what sets it apart from most other criteria.
//!
//! | gaps of 1, 2, 3, 4 | standard errors | first within an error | global within an error | global maximum |
//! | --- | --- | --- | --- | --- |
//! | 0.30, 0.28, 0.25, 0.31 | 0.02 | 1 | 1 | 4 |
//! | −0.10, 0.20, 0.90, 0.85 | 0.02 | 3 | 3 | 3 |
//! | 0.30, 0.31, 0.80, 0.60 | 0.02 | 1 | 3 | 3 |
//! | 0.10, 0.20, 0.30, 0.40 | 0.02 | none: it rises to the end | 4 | 4 |
//!
//! The third row is that of three groups equally far from each other, and of groups within groups: there the first rule
//! stops too early, and the reason that is given names the larger gap behind it.

use nalgebra::{DMatrix, SymmetricEigen};

use crate::cluster::Points;
use crate::error::Result;
use crate::math::interval;
use crate::math::random::Random;
use crate::math::sum::sum;

use super::base::{Fit, Methods, Rows, Work};
use super::choice::{Answer, AtK};
use super::criterion::Criterion;
use super::frame::{self, Frame};

/// What rows without groups look like: those the gap compares with.
///
/// Neither box is right for all rows: the true null of *one group* may be a lump, of which a box of even rows is the extreme
/// that looks most grouped. With columns that go together take the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Reference {
    /// Uniform between the least and the most of each column: choice a of Tibshirani and others.
    #[default]
    Uniform,
    /// Uniform in the box of the principal components, which follows rows whose columns go together.
    PcaBox,
}

/// Which k the gap picks.
///
/// R's `clusGap` has them as `Tibs2001SEmax`, `globalSEmax` and `globalmax`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum GapRule {
    /// The smallest k whose gap is at least the next gap less its standard error: the rule of Tibshirani and others.
    #[default]
    FirstWithinError,
    /// The smallest k whose gap is at least the largest of all less its standard error (S. Dudoit and J. Fridlyand 2002,
    /// DOI 10.1186/gb-2002-3-7-research0036). It does not stop before groups that lie all equally far from each other, of
    /// which two do not look better than one.
    GlobalWithinError,
    /// The k with the largest gap, whatever its error.
    ///
    /// It looks beyond a first answer and so finds the fine groups of groups within groups, and more often too many.
    GlobalMaximum,
}

/// The box in which references are drawn, in the unit of the frame.
///
/// A box along the columns is the simplest; where columns go together, most of it is empty, and any rows look grouped beside
/// references that fill it. The box of the principal components is turned as the rows are (Tibshirani and others, section 3,
/// choice b).
pub(in crate::evaluate) struct Space {
    /// The least along each side.
    low: Vec<f64>,
    /// The most.
    high: Vec<f64>,
    /// Means and axes of the principal components; `None` for a box along the columns.
    turned: Option<(Vec<f64>, DMatrix<f64>)>,
}

impl Space {
    /// The box of these rows, from the least to the most on each side; a side without width keeps none. O(n d) along the columns, O(n d² + d³) by components.
    pub(in crate::evaluate) fn of(points: &Points<'_>, frame: &Frame, reference: Reference) -> Self {
        let width = points.dimensions();
        let mut row = vec![0.0; width];
        let turned = (reference == Reference::PcaBox).then(|| components(points, frame));
        let (mut low, mut high) = (vec![f64::INFINITY; width], vec![f64::NEG_INFINITY; width]);
        for at in 0..points.len() {
            frame.enter(points.row(at), &mut row);
            if let Some((means, axes)) = &turned {
                row = project(&row, means, axes);
            }
            for ((low, high), x) in low.iter_mut().zip(&mut high).zip(&row) {
                (*low, *high) = (low.min(*x), high.max(*x));
            }
        }
        Space { low, high, turned }
    }

    /// As many rows as asked, drawn in the box, in the unit of the rows.
    ///
    /// One number for each side, side by side and row by row: the same stream gives the same rows whatever is done with them.
    pub(in crate::evaluate) fn draw(&self, frame: &Frame, count: usize, random: &mut Random) -> Rows {
        let width = self.low.len();
        let mut data = Vec::with_capacity(count * width);
        let mut row = vec![0.0; width];
        for _ in 0..count {
            for ((x, low), high) in row.iter_mut().zip(&self.low).zip(&self.high) {
                *x = low + random.uniform() * (high - low);
            }
            match &self.turned {
                Some((means, axes)) => data.extend((0..width).map(|column| {
                    let back: f64 = (0..width).map(|axis| axes[(column, axis)] * row[axis]).sum();
                    frame.leave(column, back + means[column])
                })),
                None => data.extend(row.iter().enumerate().map(|(column, x)| frame.leave(column, *x))),
            }
        }
        Rows::of(data, width)
    }
}

/// The means of the columns and the directions of the principal components, in the frame: an axis a column, the one with the
/// most variance first. O(n d² + d³).
///
/// By the covariances of centred rows. The sign of an axis is as the decomposition leaves it: boxes and dips are the same
/// either way.
pub(in crate::evaluate) fn components(points: &Points<'_>, frame: &Frame) -> (Vec<f64>, DMatrix<f64>) {
    let (width, total) = (points.dimensions(), points.total_weight());
    let mut row = vec![0.0; width];
    let mut means = vec![0.0; width];
    for at in 0..points.len() {
        frame.enter(points.row(at), &mut row);
        means.iter_mut().zip(&row).for_each(|(mean, x)| *mean += points.weight(at) / total * x);
    }
    let mut products = DMatrix::<f64>::zeros(width, width);
    for at in 0..points.len() {
        frame.enter(points.row(at), &mut row);
        row.iter_mut().zip(&means).for_each(|(x, mean)| *x -= mean);
        for i in 0..width {
            let weighted = points.weight(at) / total * row[i];
            for j in 0..=i {
                products[(i, j)] += weighted * row[j];
            }
        }
    }
    for i in 0..width {
        for j in 0..i {
            products[(j, i)] = products[(i, j)];
        }
    }
    let found = SymmetricEigen::new(products);
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|a, b| found.eigenvalues[*b].total_cmp(&found.eigenvalues[*a]).then(a.cmp(b)));
    (means, DMatrix::from_fn(width, width, |column, axis| found.eigenvectors[(column, order[axis])]))
}

/// Sides of a box of components are their least and most along it; the mean is the origin.
///
/// A row of the frame along the components, the one with the most variance first. O(d²).
pub(in crate::evaluate) fn project(row: &[f64], means: &[f64], axes: &DMatrix<f64>) -> Vec<f64> {
    let centred = || row.iter().zip(means).map(|(x, mean)| x - mean);
    (0..means.len()).map(|axis| centred().enumerate().map(|(column, x)| x * axes[(column, axis)]).sum()).collect()
}

/// The seed of a reference is its number: more references keep those that were there.
///
/// W of every reference for every fit, in the unit of the frame: a reference a row, in the order of fits.
///
/// Each reference has as many rows as there are, with the same weights, and is clustered for every k before the next is
/// drawn on that thread: memory is that of one for each thread.
///
/// # Errors
/// As the methods.
pub(super) fn references(
    (points, frame): (&Points<'_>, &Frame),
    (fits, methods): (&[Fit], &Methods),
    (reference, count, seed): (Reference, usize, u64),
    work: &Work<'_>,
) -> Result<Vec<Vec<f64>>> {
    let space = Space::of(points, frame, reference);
    Work::all(count, |at| {
        let mut random = Random::new(seed, (1 << 32) + at as u64);
        let mut rows = space.draw(frame, points.len(), &mut random);
        rows.weights = points.row_weights().map(<[f64]>::to_vec);
        let drawn = rows.points(&[])?;
        let mut within = Vec::with_capacity(fits.len());
        if fits.len() > methods.len() {
            within.push(frame.within(&drawn, &vec![0; drawn.len()]));
        }
        let found = Work::all(methods.len(), |one| {
            let found = work.find(&methods[one].1, &drawn)?;
            Ok(frame.within(&drawn, &frame::plain(&found.labels)))
        })?;
        within.extend(found);
        Ok(within)
    })
}

/// Judges the gaps of these fits against the references.
///
/// Where k was left out or not reached the rule goes on to the next that was looked at, and stops at the first that has no
/// gap: behind it nothing is comparable. A gap that rises to the end picks none, as the rule has no answer there.
pub(super) fn judge(fits: &[Fit], references: &[Vec<f64>], rule: GapRule, confidence: f64) -> Answer {
    let mut answer = Answer::empty(Criterion::Gap);
    let count = references.len() as f64;
    for (at, fit) in fits.iter().enumerate() {
        let within = fit.within.unwrap_or(0.0);
        if within <= 0.0 || references.iter().any(|one| one[at] <= 0.0) {
            let why = if fit.k == 1 { "all rows are equal" } else { "the rows of each group are equal" };
            answer.values.push(AtK::none(fit.k, format!("{why}: W is 0 and has no logarithm")));
            continue;
        }
        let logs: Vec<f64> = references.iter().map(|one| one[at].ln()).collect();
        let mean = sum(logs.iter().copied()) / count;
        let variance = sum(logs.iter().map(|log| (log - mean).powi(2))) / count;
        let error = (variance * (1.0 + 1.0 / count)).sqrt();
        let mut value = AtK::of(fit.k, Some(mean - within.ln()));
        let half = interval::normal(confidence) * error;
        value.error = Some(error);
        value.interval = value.value.map(|gap| (gap - half, gap + half));
        value.note = fit.short();
        answer.values.push(value);
    }
    if rule == GapRule::GlobalMaximum {
        let reached = |k: usize| fits.iter().any(|fit| fit.k == k && fit.short().is_none());
        return answer.best("the largest gap", &reached, |a, b| a > b);
    }
    let usable =
        answer.values.iter().zip(fits).take_while(|(value, fit)| value.value.is_some() && fit.short().is_none());
    let usable: Vec<(usize, f64, f64)> = usable.filter_map(|(one, _)| Some((one.k, one.value?, one.error?))).collect();
    let largest = usable.iter().copied().reduce(|most, one| if one.1 > most.1 { one } else { most });
    if let (GapRule::GlobalWithinError, Some((most, gap, error))) = (rule, largest) {
        let first = usable.iter().find(|one| one.1 >= gap - error).map_or(most, |one| one.0);
        answer.pick = Some(first);
        answer.why = format!("the smallest k whose gap is within a standard error of the largest, that of {most}");
        return answer;
    }
    let first = usable.windows(2).find(|pair| pair[0].1 >= pair[1].1 - pair[1].2);
    (answer.pick, answer.why) = match (first, usable.len()) {
        (Some(pair), _) => {
            let number = crate::text::number;
            let mut why = format!(
                "the smallest k with a gap, {}, of at least the next less its standard error, {} - {}",
                number(pair[0].1),
                number(pair[1].1),
                number(pair[1].2)
            );
            if let Some((most, gap, error)) = largest.filter(|most| most.1 - 3.0 * most.2 > pair[0].1) {
                why += &format!("; but that of {most} is far larger, {} ±{}", number(gap), number(error));
            }
            (Some(pair[0].0), why)
        }
        (None, 0) => (None, answer.values.iter().find_map(|one| one.note.clone()).unwrap_or_default()),
        (None, _) => (None, "the gap rises up to the last k: look at larger ones".to_owned()),
    };
    answer
}
