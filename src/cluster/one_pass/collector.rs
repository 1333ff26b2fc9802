//! Rows that come a block after the other and are not kept: what of them is kept, and how collections are joined.
//!
//! Ages are counted as the digits of a binary number are: two summaries of one age make one of the next. So a row has
//! been drawn from as often as there are doublings, and what is lost grows with the logarithm of the rows only.

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::parallel;
use crate::progress::Progress;

use super::super::family::door;
use super::super::family::model::Family;
use super::super::method::ClusterMethod;
use super::super::points::Points;
use super::summary::{Summary, reduce};
use super::{OnePass, OnePassModel};

/// A block has so many times the rows of a summary.
pub(super) const BLOCK: usize = 16;

/// Blocks that are summed up at once, at most: 2 to this power.
const BATCH: usize = 3;

/// Rows as they come, summed up block by block, so that they never all stand in memory.
///
/// A block is summed up when it is full, and two summaries of like age are summed up to one: after n rows there are no
/// more than log₂ n of them. How rows are divided among calls changes nothing.
///
/// ```
/// use ndarray::{Array2, array};
/// use segmentry::cluster::{ClusterModel, OnePass, Points};
///
/// let recipe = OnePass::new(2).summary(100);
/// let (mut here, mut there) = (recipe.collect(), recipe.collect());
/// for month in 0..24 {
///     let rows = Array2::from_shape_fn((100, 1), |(row, _)| (row % 10) as f64 + if row < 50 { 0.0 } else { 50.0 });
///     let collector = if month % 2 == 0 { &mut here } else { &mut there };
///     collector.push(&Points::new(rows.view()))?;
/// }
/// here.merge(there)?;
/// assert_eq!(here.rows(), 2400);
/// let model = here.finish()?;
/// assert!((model.representative(0)[0] - 4.5).abs() < 1.0 || (model.representative(0)[0] - 54.5).abs() < 1.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Collector {
    /// What is asked for.
    recipe: OnePass,
    /// How many numbers a row has; 0 before the first.
    dimensions: usize,
    /// How many rows have come.
    rows: u64,
    /// Rows that do not fill a block yet.
    waiting: Summary,
    /// Summaries of 1, 2, 4 … blocks.
    levels: Vec<Option<Summary>>,
    /// How many summaries have been made of each age: what they draw follows from it.
    made: Vec<u64>,
}

impl Collector {
    /// Nothing has come yet.
    pub(super) fn new(recipe: OnePass) -> Self {
        Collector { recipe, dimensions: 0, rows: 0, waiting: Summary::default(), levels: Vec::new(), made: Vec::new() }
    }

    /// How many rows have come, also such as count nothing.
    ///
    /// Of another collection too, once it is merged.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many rows are kept: sixteen summaries at most that wait to be summed up, and one for each doubling of those
    /// that were.
    pub fn kept(&self) -> usize {
        let summaries = self.levels.iter().flatten().map(|summary| summary.weights.len());
        self.waiting.weights.len() + summaries.sum::<usize>()
    }

    /// Takes rows; none is no error.
    ///
    /// O(n d).
    ///
    /// # Errors
    /// If a parameter is outside what it may be, [`Points::check`] refuses the rows, a number is beyond ±1e100, or rows
    /// before had another number of columns. Then nothing of these rows is taken.
    pub fn push(&mut self, points: &Points<'_>) -> Result<()> {
        self.recipe.check_parameters()?;
        if points.is_empty() {
            return Ok(());
        }
        points.check(OnePass::FORM)?;
        if self.dimensions != 0 && points.dimensions() != self.dimensions {
            return Err(Error::length("a row", points.dimensions(), self.dimensions));
        }
        door::largest(points)?;
        self.take(points, &Progress::none())
    }

    /// Takes what another has collected, by the same recipe; its rows come after those here.
    ///
    /// # Errors
    /// If the other was made by another recipe or for other columns.
    pub fn merge(&mut self, other: Collector) -> Result<()> {
        if self.recipe != other.recipe {
            return Err(Error::definition("collections by different recipes cannot be merged"));
        }
        if other.rows == 0 {
            return Ok(());
        }
        if self.dimensions != 0 && other.dimensions != self.dimensions {
            return Err(Error::length("a row", other.dimensions, self.dimensions));
        }
        self.dimensions = other.dimensions;
        self.rows += other.rows;
        for (level, summary) in other.levels.into_iter().enumerate().rev() {
            if let Some(summary) = summary {
                self.insert(level, summary);
            }
        }
        self.wait(&other.waiting.rows, Some(&other.waiting.weights));
        Ok(())
    }

    /// Clusters of what has come. Sizes and inertia are those of the summary: right on average, not counted.
    ///
    /// # Errors
    /// If no row has come, or none counts.
    pub fn finish(self) -> Result<OnePassModel> {
        self.recipe.check_parameters()?;
        let (recipe, rows) = (self.recipe.clone(), self.rows);
        let (dimensions, summary) = (self.dimensions, self.union());
        if summary.weights.is_empty() {
            return Err(Error::empty("rows to cluster"));
        }
        recipe.model_of(&summary, dimensions, rows, &Progress::none())
    }

    /// Takes rows that were checked.
    ///
    /// # Errors
    /// If `progress` stops the work.
    pub(super) fn take(&mut self, points: &Points<'_>, progress: &Progress<'_>) -> Result<()> {
        self.dimensions = points.dimensions();
        let (block, len) = (self.recipe.size() * BLOCK, points.len());
        let part = |from: usize, to: usize| {
            let weights = points.row_weights().map(|weights| &weights[from..to]);
            (&points.data()[from * points.dimensions()..to * points.dimensions()], weights)
        };
        // what fills the block that waits, then many blocks at once, then one after the other, then what is left
        let fill = (block - self.waiting.weights.len()).min(len);
        let mut at = if self.waiting.weights.is_empty() { 0 } else { fill };
        let (rows, weights) = part(0, at);
        self.wait(rows, weights);
        while at < len {
            progress.step("rows", at as u64, len as u64)?;
            let fits = |power: &usize| (len - at) / block >= 1 << power && self.aligned(*power);
            let together = 1 << (0..=BATCH).rev().find(fits).unwrap_or(0);
            let to = (at + together * block).min(len);
            if to - at < block {
                let (rows, weights) = part(at, to);
                self.wait(rows, weights);
            } else {
                let starts: Vec<usize> = (at..to).step_by(block).collect();
                self.blocks(&starts.iter().map(|from| part(*from, from + block)).collect::<Vec<_>>());
            }
            at = to;
        }
        self.rows += len as u64;
        Ok(())
    }

    /// Whether 2 to this power blocks that come next make one summary, of that age.
    fn aligned(&self, power: usize) -> bool {
        self.levels.iter().take(power).all(Option::is_none)
    }

    /// Adds rows to those that wait, and sums them up when they fill a block. No weights are weights of 1.
    fn wait(&mut self, rows: &[f64], weights: Option<&[f64]>) {
        let (width, block) = (self.dimensions, self.recipe.size() * BLOCK);
        let (mut at, len) = (0, rows.len() / width.max(1));
        while at < len {
            let to = len.min(at + block - self.waiting.weights.len());
            self.waiting.rows.extend_from_slice(&rows[at * width..to * width]);
            match weights {
                Some(weights) => self.waiting.weights.extend_from_slice(&weights[at..to]),
                None => self.waiting.weights.resize(self.waiting.weights.len() + to - at, 1.0),
            }
            if self.waiting.weights.len() == block {
                let full = std::mem::take(&mut self.waiting);
                self.blocks(&[(&full.rows, Some(&full.weights))]);
            }
            at = to;
        }
    }

    /// Sums up full blocks, as many as a power of two, at once, and each two of what comes of it.
    ///
    /// What comes of it is what would have come of one block after the other: the same pairs, the same draws.
    fn blocks(&mut self, blocks: &[(&[f64], Option<&[f64]>)]) {
        let (width, size) = (self.dimensions, self.recipe.size());
        let draws = self.draws(0, blocks.len());
        let mut summaries = parallel::map(blocks.len(), |at| {
            let (rows, weights) = blocks[at];
            reduce(rows, width, weights, size, &mut draws[at].clone())
        });
        let mut level = 0;
        while summaries.len() > 1 {
            level += 1;
            let draws = self.draws(level, summaries.len() / 2);
            summaries = parallel::map(draws.len(), |at| {
                let mut both = summaries[2 * at].clone();
                both.extend(&summaries[2 * at + 1]);
                both.reduced(width, size, &mut draws[at].clone())
            });
        }
        for summary in summaries {
            self.insert(level, summary);
        }
    }

    /// Puts a summary to those of its age: if there is one, both make one of the next age, and so on.
    fn insert(&mut self, mut level: usize, mut summary: Summary) {
        loop {
            if self.levels.len() <= level {
                self.levels.resize(level + 1, None);
            }
            let Some(mut both) = self.levels[level].take() else {
                self.levels[level] = Some(summary);
                return;
            };
            level += 1;
            both.extend(&summary);
            let draws = self.draws(level, 1);
            summary = both.reduced(self.dimensions, self.recipe.size(), &mut draws[0].clone());
        }
    }

    /// What the next summaries of an age draw from: the age and how many of it came before, not when or on which thread.
    fn draws(&mut self, level: usize, count: usize) -> Vec<Random> {
        if self.made.len() <= level {
            self.made.resize(level + 1, 0);
        }
        let first = self.made[level];
        self.made[level] += count as u64;
        (first..self.made[level]).map(|at| self.recipe.draw(level as u64 + 1, at)).collect()
    }

    /// All summaries and what waits, in one; as it came if there was no full block.
    pub(super) fn union(mut self) -> Summary {
        let whole = self.levels.is_empty();
        let mut union = Summary::default();
        for summary in self.levels.iter().rev().flatten() {
            union.extend(summary);
        }
        union.extend(&self.waiting);
        self.waiting = Summary::default();
        if whole { union } else { union.reduced(self.dimensions, self.recipe.size(), &mut self.recipe.draw(0, 0)) }
    }
}
