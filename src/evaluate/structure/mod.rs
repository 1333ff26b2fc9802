//! Is there structure at all: the gap at one group, the dip of components and of distances, and Hopkins' statistic.
//!
//! To be asked before groups are looked for: every method finds as many as it is told to, in any rows.
//!
//! | figure | sees | is fooled by |
//! | --- | --- | --- |
//! | gap | that W falls more than in rows without groups | rows whose box is mostly empty |
//! | dip | that there is more than one mode | groups that touch, a few rows in a group of their own, rounded numbers |
//! | Hopkins | that rows are not spread evenly | a single lump: it is shown and not counted |

mod dip;
mod dip_table;
mod hopkins;

use std::fmt;

use crate::cluster::{KMeans, Points};
use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::progress::Progress;

use super::choose::frame::Frame;
use super::choose::gap::{components, project};
use super::choose::{Answer, ChooseK, Criterion, GapRule, Reference};

pub use dip::{Dip, dip};
pub use hopkins::{Hopkins, Tendency};

use hopkins::{Inside, apart};

/// The largest number of groups that the gap looks at.
const GROUPS: usize = 6;
/// Most principal components whose modes are counted.
const COMPONENTS: usize = 5;
/// Most rows whose distances are looked at: 79,800 pairs.
const DISTANCES: usize = 400;

/// Looks for structure: settings of [`Structure`].
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{HowMuch, SeekStructure};
///
/// let rows = Array2::from_shape_fn((90, 2), |(row, column)| {
///     let group = [[0.0, 0.0], [30.0, 0.0], [0.0, 30.0]][row % 3][column];
///     group + ((row * 7 + column * 13 + row * column) % 31) as f64 / 10.0
/// });
/// let found = SeekStructure::new().seed(1).of(&Points::new(rows.view()))?;
/// assert_eq!(found.verdict, HowMuch::Clear);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SeekStructure {
    seed: u64,
    rows: usize,
    references: usize,
    level: f64,
}

/// How much structure rows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum HowMuch {
    /// Neither the gap nor a dip speaks of groups.
    None,
    /// The gap speaks of groups, or a dip does, and not both.
    Weak,
    /// Both.
    Clear,
}

/// Whether rows have structure at all, in figures and in a verdict.
///
/// The rule: **clear** if the gap picks more than one group ([`GapRule::GlobalWithinError`]), by at least 3 standard errors
/// above the gap of one, and a dip, of a component or of distances, is significant; **weak** if one of the two holds; **none**
/// otherwise. Three errors, since a difference of one is found now and then in uniform rows. Dips are significant if their p values, after Holm's correction over all of
/// them and without what equal numbers make, are at most the level, 0.01 unless set. Hopkins' statistic is shown and not
/// counted: one Gaussian is far from uniform and has no groups.
///
/// # Cost
/// O(n d² + n log n) for components; fits of at most 1,000 rows and 79,800 distances for the rest.
///
/// # Determinism
/// Seeded; the same bytes on any number of threads.
///
/// # Missing values
/// Refused, and so are categories. Rows of weight 0 are not there; other weights play no part.
///
/// # References
/// R. Tibshirani, G. Walther and T. Hastie 2001, DOI 10.1111/1467-9868.00293. J. A. Hartigan and P. M. Hartigan 1985,
/// DOI 10.1214/aos/1176346577. A. Kalogeratos and A. Likas 2012, Dip-means, NIPS 25. A. Adolfsson, M. Ackerman and
/// N. C. Brownstein 2019, To cluster, or not to cluster, DOI 10.1016/j.patcog.2018.10.026. S. Holm 1979, A simple sequentially
/// rejective multiple test procedure, Scandinavian Journal of Statistics 6, pages 65 to 70.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Structure {
    /// None, weak or clear.
    pub verdict: HowMuch,
    /// What the gap says of 1 to 6 groups of k-means, against references in the box of the principal components.
    pub gap: Answer,
    /// The dip along each of the first principal components that has any variance, five at most.
    pub components: Vec<Dip>,
    /// The dip of the distances of all pairs of a sample of rows.
    pub distances: Dip,
    /// The p values of the components' dips and, last, that of the distances, after Holm's correction.
    pub p_values: Vec<f64>,
    /// Hopkins' statistic, in the same box.
    pub hopkins: Tendency,
    /// The level at which dips are significant.
    pub level: f64,
    /// How many rows count, and how many of them stand for all in the gap.
    pub rows: (usize, usize),
}

impl Default for SeekStructure {
    fn default() -> Self {
        SeekStructure::new()
    }
}

impl SeekStructure {
    /// At most 1,000 rows for the gap, 20 references, a level of 0.01, seed 0.
    pub fn new() -> Self {
        SeekStructure { seed: 0, rows: 1_000, references: 20, level: 0.01 }
    }

    /// Sets the seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how many rows the gap looks at, at most; 1,000 unless set.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Sets how many references the gap draws; 20 unless set.
    #[must_use]
    pub fn references(mut self, references: usize) -> Self {
        self.references = references;
        self
    }

    /// Sets the level at which dips are significant; 0.01 unless set.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Looks for structure in these rows.
    ///
    /// # Errors
    /// If there are fewer than 4 rows, all are equal, they are not all known numbers, or a setting is outside what it may be.
    pub fn of(&self, points: &Points<'_>) -> Result<Structure> {
        self.of_with(points, &Progress::none())
    }

    /// As [`of`](SeekStructure::of), telling `progress` how many fits of the gap are done.
    ///
    /// # Errors
    /// As [`of`](SeekStructure::of), and if `progress` stops the work.
    pub fn of_with(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Structure> {
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(Error::parameter("level", "above 0 and below 1", self.level));
        }
        if self.rows < 4 {
            return Err(Error::parameter("rows", "at least 4", self.rows));
        }
        let inside = Inside::of(points)?;
        let count = inside.len();
        if count < 4 {
            return Err(Error::unsupported(format!("structure is not defined for fewer than 4 rows, found {count}")));
        }
        let hopkins = Hopkins::new().reference(Reference::PcaBox).seed(self.seed).of(&inside.points()?)?;
        let mut dips = along_components(&inside)?;
        dips.push(dip(&distances(&inside.some(&self.sample(count, DISTANCES, 0))))?);
        let few = inside.some(&self.sample(count, self.rows, 1));
        let most = GROUPS.min(few.len() - 1);
        let recipe = ChooseK::among(1..=most, |k| KMeans::new(k).restarts(4)).criteria([Criterion::Gap]);
        let recipe = recipe.seed(self.seed).references(self.references).reference(Reference::PcaBox);
        let recipe = recipe.gap_rule(GapRule::GlobalWithinError);
        let choice = recipe.choose_with(&few.points()?, progress)?;
        let gap = choice.answers.into_iter().next().ok_or_else(|| Error::empty("answers of the gap"))?;
        let p_values = holm(&dips.iter().map(Dip::p_beyond_ties).collect::<Vec<_>>());
        let apart = p_values.iter().any(|p| *p <= self.level);
        let verdict = match (beyond_one(&gap), apart) {
            (true, true) => HowMuch::Clear,
            (false, false) => HowMuch::None,
            _ => HowMuch::Weak,
        };
        let distances = dips.pop().ok_or_else(|| Error::empty("distances"))?;
        let rows = (count, few.len());
        Ok(Structure { verdict, gap, components: dips, distances, p_values, hopkins, level: self.level, rows })
    }

    /// Rows that stand for all, in their order; all if there are not more.
    fn sample(&self, count: usize, most: usize, stream: u64) -> Vec<usize> {
        let mut rows = Random::new(self.seed, (6 << 32) + stream).sample(count, most);
        rows.sort_unstable();
        rows
    }
}

impl Structure {
    /// Looks for structure with the usual settings of [`SeekStructure`].
    ///
    /// # Errors
    /// As [`SeekStructure::of`].
    pub fn of(points: &Points<'_>) -> Result<Structure> {
        SeekStructure::new().of(points)
    }

    /// The verdict with its reasons, in sentences.
    pub fn reasons(&self) -> String {
        let gap = match self.gap.pick {
            Some(1) => "the gap picks one group".to_owned(),
            _ if !beyond_one(&self.gap) => "the gap of no number is far above that of one group".to_owned(),
            Some(k) => format!("the gap picks {k} groups"),
            None => "the gap is not defined".to_owned(),
        };
        let least = self.p_values.iter().copied().fold(1.0, f64::min);
        let at = self.p_values.iter().position(|p| *p == least).unwrap_or(0);
        let of = if at < self.components.len() { format!("component {}", at + 1) } else { "distances".to_owned() };
        let dips = if least <= self.level {
            format!("the dip of {of} speaks against one mode (p = {})", crate::text::number(least))
        } else {
            format!("no dip speaks against one mode (least p = {}, of {of})", crate::text::number(least))
        };
        let what = match self.verdict {
            HowMuch::None => "No structure",
            HowMuch::Weak => "Weak structure",
            HowMuch::Clear => "Clear structure",
        };
        format!("{what}: {gap}, and {dips}.")
    }
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::text::{Align, Table, number};
        let mut table = Table::new([("figure", Align::Left), ("value", Align::Right), ("p", Align::Right)]);
        for one in &self.gap.values {
            let value = one.value.map_or("-".to_owned(), number);
            let error = one.error.map_or(String::new(), |error| format!(" ±{}", number(error)));
            table.row([format!("gap of {}", one.k), format!("{value}{error}"), String::new()]);
        }
        for (at, (dip, p)) in self.components.iter().chain([&self.distances]).zip(&self.p_values).enumerate() {
            let last = at == self.components.len();
            let what = if last { "dip of distances".to_owned() } else { format!("dip of component {}", at + 1) };
            table.row([what, number(dip.statistic), number(*p)]);
        }
        table.row(["Hopkins".to_owned(), number(self.hopkins.statistic), String::new()]);
        let (low, high) = self.hopkins.uniform;
        let even = if self.hopkins.statistic > high {
            "rows are not spread evenly, which a single lump is not either"
        } else {
            "rows may be spread evenly"
        };
        let uniform = format!("Hopkins of uniform rows lies from {} to {}: {even}.", number(low), number(high));
        write!(f, "{table}\n\n{}\n{uniform}", self.reasons())
    }
}

/// Whether the gap of the k that is picked is 3 standard errors above that of one.
fn beyond_one(gap: &Answer) -> bool {
    let of = |k: usize| {
        let one = gap.values.iter().find(|one| one.k == k)?;
        Some((one.value?, one.error?))
    };
    let far = |k: usize| {
        let ((one, first), (more, second)) = (of(1)?, of(k)?);
        Some(k > 1 && more - one > 3.0 * (first * first + second * second).sqrt())
    };
    gap.pick.and_then(far).unwrap_or(false)
}

/// The dips along the first principal components with any variance. O(n d² + d³).
fn along_components(inside: &Inside) -> Result<Vec<Dip>> {
    let points = inside.points()?;
    let frame = Frame::of(&points)?;
    let (means, axes) = components(&points, &frame);
    let mut row = vec![0.0; means.len()];
    let mut along = vec![Vec::with_capacity(points.len()); means.len().min(COMPONENTS)];
    for at in 0..points.len() {
        frame.enter(points.row(at), &mut row);
        along.iter_mut().zip(project(&row, &means, &axes)).for_each(|(all, x)| all.push(x));
    }
    let reach = |all: &[f64]| all.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let widest = along.first().map_or(0.0, |all| reach(all));
    // what is a billionth of the first is rounding
    along.iter().filter(|all| reach(all) > 1e-9 * widest).map(|all| dip(&rounded(all.clone(), widest))).collect()
}

/// Numbers to a billionth of the largest, so that what is equal but for rounding is equal.
fn rounded(mut all: Vec<f64>, most: f64) -> Vec<f64> {
    let unit = if most > 0.0 { most * 1e-9 } else { 1.0 };
    all.iter_mut().for_each(|x| *x = (*x / unit).round());
    all
}

/// The distances of all pairs.
fn distances(rows: &Inside) -> Vec<f64> {
    let pairs = (1..rows.len()).flat_map(|high| (0..high).map(move |low| (low, high)));
    let all: Vec<f64> = pairs.map(|(low, high)| apart(rows.row(low), rows.row(high)).sqrt()).collect();
    let most = all.iter().copied().fold(0.0, f64::max);
    rounded(all, most)
}

/// Holm's correction of p values, in their order.
fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let (mut corrected, mut least) = (vec![0.0; p_values.len()], 0.0_f64);
    for (rank, at) in order.into_iter().enumerate() {
        least = least.max((p_values[at] * (p_values.len() - rank) as f64).min(1.0));
        corrected[at] = least;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::holm;

    #[test]
    fn holms_correction_is_that_of_r() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
        let found = holm(&[0.01, 0.04, 0.03, 0.005]);
        assert!(found.iter().zip([0.03, 0.06, 0.06, 0.02]).all(|(a, b)| (a - b).abs() < 1e-15), "{found:?}");
    }
}
