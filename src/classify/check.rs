//! The proof: every cell has one segment, every row has a cell.
//!
//! The bounds of all rows cut each dimension into stretches within which no row tells two scores apart, so the proof
//! and the lookup work on boxes of stretches. Their number depends on the rows, not on how many scores there are.
//!
//! What is proved, in this order, so that a message names the first cause and not what follows from it:
//!
//! 1. the dimensions have names, none twice, none that a row needs for itself, and 1 to 65,534 scores each;
//! 2. the bounds of each row name known dimensions and lie on their scales, the lower one first;
//! 3. the segments have keys, and one label and one description each at most;
//! 4. the boxes are few enough to be listed;
//! 5. no two rows claim one box, unless the first match wins ([`claims`]);
//! 6. every row is the first to claim some box ([`check_reached`]);
//! 7. every box is claimed, or there is an `otherwise` ([`check_covered`]).
//!
//! Points 5 to 7 are facts about the whole table that no look at single rows shows. They are why the published tables
//! cannot be taken over as they stand: see [`tables`](super::tables).
//!
//! The cost is that of the boxes: rows × boxes claimed by each, once, at the fit. A 5 × 5 × 5 table of ten rows has 125
//! boxes at most; a table of three rows over scores from 1 to 1,000 has few too, as scores are not listed.
//!
//! Messages are for whoever wrote the table, often as data in a file: rows are counted from 1 and named by their
//! segment, cells by the names of the dimensions, and a misspelt dimension by its nearest name.

use super::{
    Dimension, Order, ScoreGrid, ScoreTable, SegmentText,
    grid::{Axis, NO_ROW},
};
use crate::error::{Error, Result, nearest};

/// Boxes beyond which a table is refused.
///
/// A box is four bytes in the lookup, so this is 4 MB: far more than any table written by people, and a bound on what a
/// file can make a program allocate.
const MOST_BOXES: usize = 1_000_000;
/// How many uncovered boxes a message lists.
///
/// More would hide the sentence around them.
const SHOWN: usize = 5;

/// Proves the table, or says the first thing that is wrong with it. It is the only maker of a [`ScoreGrid`], also when
/// one is read from a file: a grid is saved as its table and proved anew.
///
/// # Errors
/// Each of the seven points above; [`ScoreTable::check`] lists them for callers.
pub(super) fn check(table: ScoreTable) -> Result<ScoreGrid> {
    check_dimensions(&table.dimensions)?;
    if table.rows.is_empty() {
        return Err(Error::empty("rows in the score table"));
    }
    let bounds = (0..table.rows.len()).map(|row| bounds(&table, row)).collect::<Result<Vec<_>>>()?;
    let (segments, segment_of_row, otherwise) = segments(&table)?;
    let axes: Vec<Axis> = table
        .dimensions
        .iter()
        .enumerate()
        .map(|(at, dimension)| Axis::new(dimension.bands, bounds.iter().map(|row| row[at])))
        .collect();
    let boxes = axes.iter().try_fold(1_usize, |boxes, axis| boxes.checked_mul(axis.stretches()));
    let Some(boxes) = boxes.filter(|boxes| *boxes <= MOST_BOXES) else {
        return Err(Error::unsupported(format!(
            "the rows of the score table divide it into more than {MOST_BOXES} boxes"
        )));
    };
    let first = claims(&table, &axes, &bounds, boxes)?;
    let grid = ScoreGrid::new(table, axes, first, segments, segment_of_row, otherwise);
    check_reached(&grid, &bounds)?;
    check_covered(&grid)?;
    Ok(grid)
}

/// `segment`, `label` and `description` are keys of a row as data, beside which a dimension of that name could not be
/// told from them. The highest number of scores is 65,534 since an axis needs the score after the last.
fn check_dimensions(dimensions: &[Dimension]) -> Result<()> {
    if dimensions.is_empty() {
        return Err(Error::empty("dimensions in the score table"));
    }
    for (at, dimension) in dimensions.iter().enumerate() {
        let name = dimension.name.as_str();
        if name.trim().is_empty() {
            return Err(Error::definition(format!("dimension {} of the score table has no name", at + 1)));
        }
        if ["segment", "label", "description"].contains(&name) {
            return Err(Error::parameter("dimension", "another name than a row's own keys", format!("`{name}`")));
        }
        if dimensions[..at].iter().any(|before| before.name == name) {
            return Err(Error::definition(format!("dimension `{name}` of the score table is named twice")));
        }
        if !(1..u16::MAX).contains(&dimension.bands) {
            return Err(Error::parameter(format!("bands of `{name}`"), "from 1 to 65534", dimension.bands));
        }
    }
    Ok(())
}

/// How a message names a row; the first is 1.
///
/// Of a row that is not there the segment is empty, which no message asks for.
///
/// With the segment beside the number, for rows of a file are found by either.
fn row_name(table: &ScoreTable, row: usize) -> String {
    let segment = table.rows.get(row).map_or("", |found| found.segment());
    format!("row {} (`{segment}`)", row + 1)
}

/// The bounds of a row in each dimension.
///
/// A dimension that the row does not name is bound by its whole scale.
fn bounds(table: &ScoreTable, row: usize) -> Result<Vec<[u16; 2]>> {
    let scores = &table.rows[row].scores;
    let known = |name: &str| table.dimensions.iter().any(|dimension| dimension.name == name);
    if let Some(unknown) = scores.keys().find(|name| !known(name)) {
        let names = || table.dimensions.iter().map(|dimension| dimension.name.as_str());
        let hint = match nearest(unknown, names()) {
            Some(near) => format!("; did you mean `{near}`"),
            None => format!(", only {}", names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
        };
        return Err(Error::definition(format!("{} names no dimension `{unknown}`{hint}", row_name(table, row))));
    }
    let of = |dimension: &Dimension| {
        let [low, high] = scores.get(&dimension.name).copied().unwrap_or([1, dimension.bands]);
        if low < 1 || low > high || high > dimension.bands {
            let name = format!("{} of {}", dimension.name, row_name(table, row));
            let expected = format!("from 1 to {} with the lower bound first", dimension.bands);
            return Err(Error::definition(format!("{name} must be {expected}, found {low} to {high}")));
        }
        Ok([low, high])
    };
    table.dimensions.iter().map(of).collect()
}

/// The segments in the order of their first row, `otherwise` last; the segment of each row; that of `otherwise`.
///
/// Rows of one key are one segment, and a label or description given in one of its rows holds for all. Two that differ
/// are an error: which of them is meant is not for the order of rows to say.
fn segments(table: &ScoreTable) -> Result<(Vec<SegmentText>, Vec<u32>, Option<u32>)> {
    let mut segments: Vec<SegmentText> = Vec::new();
    let mut places = Vec::with_capacity(table.rows.len());
    for text in table.rows.iter().map(|row| &row.text).chain(&table.otherwise) {
        if text.segment.trim().is_empty() {
            let whose =
                if places.len() < table.rows.len() { row_name(table, places.len()) } else { "`otherwise`".into() };
            return Err(Error::definition(format!("{whose} names no segment")));
        }
        let place = match segments.iter().position(|known| known.segment == text.segment) {
            Some(place) => place,
            None => {
                segments.push(SegmentText { segment: text.segment.clone(), label: None, description: None });
                segments.len() - 1
            }
        };
        let known = &mut segments[place];
        for (what, old, new) in
            [("labels", &mut known.label, &text.label), ("descriptions", &mut known.description, &text.description)]
        {
            match (&*old, new) {
                (Some(old), Some(new)) if old != new => {
                    let message = format!("segment `{}` has two {what}: `{old}` and `{new}`", text.segment);
                    return Err(Error::definition(message));
                }
                (None, Some(_)) => old.clone_from(new),
                _ => {}
            }
        }
        places.push(place as u32);
    }
    let otherwise = if table.otherwise.is_some() { places.pop() } else { None };
    Ok((segments, places, otherwise))
}

/// The first row that claims each box; an overlap is an error unless the first match wins.
///
/// Rows are gone through in order, and of each row its boxes as an odometer turns, the last dimension fastest. Bounds
/// are ends of stretches, so a row claims a box whole or not at all; that is what makes boxes stand for cells.
fn claims(table: &ScoreTable, axes: &[Axis], bounds: &[Vec<[u16; 2]>], boxes: usize) -> Result<Vec<u32>> {
    let mut first = vec![NO_ROW; boxes];
    for (row, bounds) in bounds.iter().enumerate() {
        let stretches: Vec<[usize; 2]> =
            axes.iter().zip(bounds).map(|(axis, [low, high])| [axis.stretch(*low), axis.stretch(*high)]).collect();
        let mut at: Vec<usize> = stretches.iter().map(|[low, _]| *low).collect();
        loop {
            let index = axes.iter().zip(&at).fold(0, |index, (axis, at)| index * axis.stretches() + at);
            if first[index] == NO_ROW {
                first[index] = row as u32;
            } else if table.order == Order::Any {
                let cell: Vec<String> = table
                    .dimensions
                    .iter()
                    .zip(axes)
                    .zip(&at)
                    .map(|((dimension, axis), at)| format!("{} {}", dimension.name, axis.scores(*at).start()))
                    .collect();
                return Err(Error::definition(format!(
                    "{} and {} of the score table both claim the cell {}; keep them apart, or let the first match win",
                    row_name(table, first[index] as usize),
                    row_name(table, row),
                    cell.join(", ")
                )));
            }
            // the next box: the last dimension turns fastest
            let Some(turned) = (0..at.len()).rev().find(|d| at[*d] < stretches[*d][1]) else { break };
            at[turned] += 1;
            for d in turned + 1..at.len() {
                at[d] = stretches[d][0];
            }
        }
    }
    Ok(first)
}

/// Every row is the first to claim a box.
///
/// A row that is not can be left out without any change, which is hardly what its author meant. With overlaps refused
/// it cannot happen, so this speaks of tables in which the first match wins; the message names the rows that are in
/// front.
fn check_reached(grid: &ScoreGrid, bounds: &[Vec<[u16; 2]>]) -> Result<()> {
    let mut reached = vec![false; bounds.len()];
    for row in grid.first_rows().iter().filter(|row| **row != NO_ROW) {
        reached[*row as usize] = true;
    }
    let Some(row) = reached.iter().position(|reached| !reached) else { return Ok(()) };
    let table = grid.table();
    let mut shadows: Vec<u32> = grid.first_rows_within(&bounds[row]).collect();
    shadows.sort_unstable();
    shadows.dedup();
    let shadows: Vec<String> = shadows.into_iter().map(|above| row_name(table, above as usize)).collect();
    Err(Error::definition(format!(
        "{} of the score table can never be reached: {} before it claim all its cells",
        row_name(table, row),
        shadows.join(", ")
    )))
}

/// Every cell has a row, or there is an `otherwise`.
///
/// They are counted by the grid, whose answers are what is promised, and not by a second reading of the rows.
///
/// The message counts cells, which its reader knows, and lists boxes, which are fewer.
fn check_covered(grid: &ScoreGrid) -> Result<()> {
    let left = grid.uncovered_cells();
    if left == 0 || grid.table().otherwise.is_some() {
        return Ok(());
    }
    let mut shown: Vec<String> = grid.uncovered_boxes().take(SHOWN + 1).collect();
    if shown.len() > SHOWN {
        shown[SHOWN] = "…".to_owned();
    }
    Err(Error::definition(format!(
        "the table leaves {left} of {} cells to no segment: {}; add rows, or name an `otherwise`",
        grid.cells(),
        shown.join("; ")
    )))
}
