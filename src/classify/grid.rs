//! The proved table: constant-time answers, and what an explanation needs.
//!
//! The lookup is one list of boxes: each score is turned into its stretch by a list, the stretches into an index, the
//! index into a row, the row into a segment. Two scores lie in one stretch if no row tells them apart, so the list is
//! small for any number of scores, and filled before the first question.

use std::ops::RangeInclusive;

use super::{Dimension, ScoreRow, ScoreTable, SegmentText};
use crate::{
    error::{Error, Result},
    parallel,
};

/// A box that no row claims.
pub(super) const NO_ROW: u32 = u32::MAX;

/// One dimension, cut into stretches of scores that no row tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    /// The stretch of each score; the score 1 is at 0.
    stretch_of: Vec<u32>,
    /// The first score of each stretch, and one past the last.
    starts: Vec<u16>,
}

impl Axis {
    pub(super) fn new(bands: u16, bounds: impl Iterator<Item = [u16; 2]>) -> Axis {
        let mut starts: Vec<u16> = bounds.flat_map(|[low, high]| [low, high + 1]).chain([1, bands + 1]).collect();
        starts.sort_unstable();
        starts.dedup();
        let stretch_of = (1..=bands).map(|score| starts.partition_point(|start| *start <= score) as u32 - 1).collect();
        Axis { stretch_of, starts }
    }

    pub(super) fn stretches(&self) -> usize {
        self.starts.len() - 1
    }

    /// The stretch of a score that is known to be in 1..=bands.
    pub(super) fn stretch(&self, score: u16) -> usize {
        self.stretch_of[usize::from(score) - 1] as usize
    }

    pub(super) fn scores(&self, stretch: usize) -> RangeInclusive<u16> {
        self.starts[stretch]..=self.starts[stretch + 1] - 1
    }
}

/// A table of scores that is proved: every cell has exactly one segment.
///
/// Made by [`ScoreTable::check`]. Scores are given in the order of [`dimensions`](ScoreGrid::dimensions); segments are
///
/// It is not a decision tree and has no order of questions: the answer for given scores is a look into a list.
///
/// ```
/// use segmentry::classify::tables;
///
/// let grid = tables::ten_segments("frequency").check()?;
/// let champions = grid.assign(&[5, 5]).expect("scores from 1 to 5");
/// assert_eq!(grid.segments()[champions].segment, "champions");
/// assert_eq!((grid.cells(), grid.uncovered_cells(), grid.cells_of(champions)), (25, 0, 2));
/// assert_eq!(grid.assign(&[6, 1]), None); // no such score
///
/// let columns: [&[u16]; 2] = [&[5, 1, 3], &[4, 1, 0]]; // 0: not scored
/// assert_eq!(grid.assign_all(&columns)?, [Some(champions as u32), Some(9), None]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// numbered as in [`segments`](ScoreGrid::segments).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "ScoreTable", into = "ScoreTable")
)]
pub struct ScoreGrid {
    table: ScoreTable,
    axes: Vec<Axis>,
    /// The row of each box of stretches, the last dimension turning fastest.
    ///
    /// Filled by the proof; [`NO_ROW`] where only the `otherwise` answers.
    first: Vec<u32>,
    segments: Vec<SegmentText>,
    segment_of_row: Vec<u32>,
    otherwise: Option<u32>,
}

#[cfg(feature = "serde")]
impl TryFrom<ScoreTable> for ScoreGrid {
    type Error = Error;

    fn try_from(table: ScoreTable) -> Result<Self> {
        table.check()
    }
}

impl From<ScoreGrid> for ScoreTable {
    fn from(grid: ScoreGrid) -> ScoreTable {
        grid.table
    }
}

/// A segment near a cell: how far it is, and by which moves it is reached.
///
/// Steps are counted in scores, as if each score were as hard to gain as any other; which of two near segments is
/// easier to reach in days or amounts is for the bands to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbor {
    /// The segment's number.
    pub segment: usize,
    /// How many steps of a score lead there, in all dimensions together.
    pub steps: u32,
    /// The dimensions that change.
    pub moves: Vec<Move>,
}

/// A change of one score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The dimension's number.
    pub dimension: usize,
    /// The score now.
    pub from: u16,
    /// The score there.
    pub to: u16,
}

impl ScoreGrid {
    /// Puts together what the proof found: to be called by it alone.
    pub(super) fn new(
        table: ScoreTable,
        axes: Vec<Axis>,
        first: Vec<u32>,
        segments: Vec<SegmentText>,
        segment_of_row: Vec<u32>,
        otherwise: Option<u32>,
    ) -> ScoreGrid {
        ScoreGrid { table, axes, first, segments, segment_of_row, otherwise }
    }

    /// The number of the segment of these scores; `None` if there are not as many scores as dimensions or one is
    /// outside its dimension, as 0 is. Constant time, no allocation.
    pub fn assign(&self, scores: &[u16]) -> Option<usize> {
        self.segment_of(self.first[self.index(scores)?])
    }

    /// The texts of the segment of these scores, `None` as for [`assign`](ScoreGrid::assign).
    pub fn segment(&self, scores: &[u16]) -> Option<&SegmentText> {
        self.segments.get(self.assign(scores)?)
    }

    /// The segment of each row of `scores`, one column a dimension; in parallel, as one by one.
    ///
    /// # Errors
    /// Another number of columns than dimensions, or columns of different lengths.
    pub fn assign_all(&self, scores: &[&[u16]]) -> Result<Vec<Option<u32>>> {
        if scores.len() != self.axes.len() {
            return Err(Error::length("scores", scores.len(), self.axes.len()));
        }
        let rows = scores.first().map_or(0, |column| column.len());
        for (column, dimension) in scores.iter().zip(self.dimensions()) {
            if column.len() != rows {
                return Err(Error::length(format!("scores of `{}`", dimension.name), column.len(), rows));
            }
        }
        let mut found = vec![None; rows];
        parallel::fill(&mut found, parallel::CHUNK, |start, part| {
            for (row, found) in (start..).zip(part) {
                let index = self.index_of(scores.iter().map(|column| column[row]));
                *found = index.and_then(|index| self.segment_of(self.first[index])).map(|segment| segment as u32);
            }
        });
        Ok(found)
    }

    /// The number of the row that gives these scores their segment; `None` if it is the `otherwise` or no cell.
    pub fn row_of(&self, scores: &[u16]) -> Option<usize> {
        let row = self.first[self.index(scores)?];
        (row != NO_ROW).then_some(row as usize)
    }

    /// The other segments by their distance from these scores, the nearest first; equally near ones in the order of
    /// the table. The moves lead to a cell that truly has the segment, also where the first match wins.
    ///
    /// Goes through all boxes of the table: for explanations, not for a million customers.
    ///
    /// ```
    /// use segmentry::classify::tables;
    ///
    /// let grid = tables::ten_segments("frequency").check()?;
    /// let near = grid.neighbors(&[3, 3]); // need attention
    /// let names: Vec<&str> = near.iter().take(3).map(|near| grid.segments()[near.segment].segment.as_str()).collect();
    /// assert_eq!(names, ["loyal-customers", "potential-loyalists", "about-to-sleep"]);
    /// assert_eq!((near[0].steps, near[0].moves[0].dimension, near[0].moves[0].to), (1, 1, 4));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn neighbors(&self, scores: &[u16]) -> Vec<Neighbor> {
        let Some(here) = self.assign(scores) else { return Vec::new() };
        let mut nearest: Vec<Option<(u32, usize)>> = vec![None; self.segments.len()];
        for index in 0..self.first.len() {
            let Some(segment) = self.segment_of(self.first[index]) else { continue };
            if segment == here {
                continue;
            }
            let moves = self.scores_of(index).zip(scores);
            let steps = moves.map(|(there, now)| u32::from(now.abs_diff(into(*now, &there)))).sum();
            if nearest[segment].is_none_or(|(fewest, _)| steps < fewest) {
                nearest[segment] = Some((steps, index));
            }
        }
        let mut found: Vec<Neighbor> = nearest
            .into_iter()
            .enumerate()
            .filter_map(|(segment, near)| {
                let (steps, index) = near?;
                let moves = self.scores_of(index).zip(scores).enumerate().filter_map(|(dimension, (there, now))| {
                    let to = into(*now, &there);
                    (to != *now).then_some(Move { dimension, from: *now, to })
                });
                Some(Neighbor { segment, steps, moves: moves.collect() })
            })
            .collect();
        found.sort_by_key(|neighbor| neighbor.steps);
        found
    }

    /// The dimensions, in the order in which scores are given.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.table.dimensions
    }

    /// The segments in the order of their first row, the `otherwise` last.
    pub fn segments(&self) -> &[SegmentText] {
        &self.segments
    }

    /// The rows of the table.
    pub fn rows(&self) -> &[ScoreRow] {
        &self.table.rows
    }

    /// The definition.
    pub fn table(&self) -> &ScoreTable {
        &self.table
    }

    /// The number of the segment of the cells that no row claims, if one is named.
    pub fn otherwise(&self) -> Option<usize> {
        self.otherwise.map(|segment| segment as usize)
    }

    /// How many cells there are: the product of the bands.
    pub fn cells(&self) -> u64 {
        self.dimensions().iter().fold(1, |cells: u64, dimension| cells.saturating_mul(dimension.bands.into()))
    }

    /// How many cells no row claims, so that they fall to the `otherwise`.
    ///
    /// The share of [`cells`](ScoreGrid::cells) is a measure of how much of a definition is in its rows.
    pub fn uncovered_cells(&self) -> u64 {
        self.cells_where(|row| row == NO_ROW)
    }

    /// How many cells a segment has.
    ///
    /// A segment of many cells need not have many customers, as cells differ in how many there are in them.
    pub fn cells_of(&self, segment: usize) -> u64 {
        self.cells_where(|row| self.segment_of(row) == Some(segment))
    }

    fn cells_where(&self, is: impl Fn(u32) -> bool) -> u64 {
        let cells = |index: usize| {
            self.scores_of(index)
                .fold(1, |cells: u64, scores| cells.saturating_mul(u64::from(scores.end() - scores.start()) + 1))
        };
        (0..self.first.len()).filter(|index| is(self.first[*index])).map(cells).fold(0, u64::saturating_add)
    }

    pub(super) fn first_rows(&self) -> &[u32] {
        &self.first
    }

    /// The rows that claim the boxes within bounds.
    pub(super) fn first_rows_within(&self, bounds: &[[u16; 2]]) -> impl Iterator<Item = u32> {
        let within = move |index: &usize| {
            self.scores_of(*index)
                .zip(bounds)
                .all(|(scores, [low, high])| low <= scores.start() && scores.end() <= high)
        };
        (0..self.first.len()).filter(within).map(|index| self.first[index])
    }

    /// The boxes that no row claims, in words.
    pub(super) fn uncovered_boxes(&self) -> impl Iterator<Item = String> {
        let text = |index: usize| {
            let parts = self.dimensions().iter().zip(self.scores_of(index)).map(|(dimension, scores)| {
                if scores.start() == scores.end() {
                    format!("{} {}", dimension.name, scores.start())
                } else {
                    format!("{} {} to {}", dimension.name, scores.start(), scores.end())
                }
            });
            parts.collect::<Vec<_>>().join(", ")
        };
        (0..self.first.len()).filter(|index| self.first[*index] == NO_ROW).map(text)
    }

    fn segment_of(&self, row: u32) -> Option<usize> {
        let segment = if row == NO_ROW { self.otherwise } else { self.segment_of_row.get(row as usize).copied() };
        segment.map(|segment| segment as usize)
    }

    fn index(&self, scores: &[u16]) -> Option<usize> {
        if scores.len() == self.axes.len() { self.index_of(scores.iter().copied()) } else { None }
    }

    fn index_of(&self, scores: impl Iterator<Item = u16>) -> Option<usize> {
        self.axes.iter().zip(scores).try_fold(0, |index, (axis, score)| {
            let stretch = *axis.stretch_of.get(usize::from(score).checked_sub(1)?)?;
            Some(index * axis.stretches() + stretch as usize)
        })
    }

    /// The scores of a box in each dimension.
    fn scores_of(&self, index: usize) -> impl Iterator<Item = RangeInclusive<u16>> {
        let mut boxes = self.first.len();
        let mut rest = index;
        self.axes.iter().map(move |axis| {
            boxes /= axis.stretches();
            let stretch = rest / boxes;
            rest %= boxes;
            axis.scores(stretch)
        })
    }
}

/// The score of a stretch that is nearest to `score`.
fn into(score: u16, stretch: &RangeInclusive<u16>) -> u16 {
    score.clamp(*stretch.start(), *stretch.end())
}
