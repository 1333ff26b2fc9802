//! Cells of a cross with few customers, and where they are merged: the rule, and the map that it gives.
//!
//! A cross of 5 and 8 segments has 40 cells, and some of them hold three customers: too few for a campaign, a mean or
//! a test. [`SparseCells`] is the rule by which such cells are merged, [`CellMap`] what came of it for certain
//! customers. The map is made once and kept, because next month the cells will have other sizes and customers must not
//! change their segment for that.
//!
//! | survey or test says | here |
//! | --- | --- |
//! | minimum cell size, rule of 30 | [`SparseCells::fewer_than`] |
//! | collapse adjacent categories | [`MergeInto::Nearest`] |
//! | "all others" within a stratum | [`MergeInto::RestOfRow`] |
//! | an *other* column | [`MergeInto::Other`] |
//!
//! Rows are never merged with rows: the first segmenter of a cross is the one whose segments stay apart. Put first
//! what must not be mixed.

use std::fmt;

use crate::error::{Error, Result};
use crate::segment::Segment;
use crate::segmentation::Segmentation;

use super::merged::{Cell, cells_of, place_of};

/// How many customers a cell must have to stay as it is.
///
/// Both are held against the unmerged cells, weights counted.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Minimum {
    /// This many customers, or this sum of their weights.
    Customers(f64),
    /// This share of all customers, the unassigned included; 0.01 is one in a hundred.
    Share(f64),
}

/// Where the customers of a sparse cell go.
///
/// Nearest fits columns in an order (bands, tiers, sizes), where a neighbour is much the same. It does not fit columns
/// without one, such as countries or categories: take the rest of the row, or other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum MergeInto {
    /// Into the nearest cell of the same row (the same first segment) that is not sparse, by the order of the second
    /// segmenter's segments; of two as near, into the larger, of two as large, into the earlier. A row in which all are
    /// sparse becomes its largest cell, of several as large the first.
    #[default]
    Nearest,
    /// Into a cell `rest` of the same row.
    RestOfRow,
    /// Into one cell `other`.
    Other,
}

/// The rule by which cells with few customers are merged.
///
/// A cell that is empty when the map is made is sparse like any other, so that a customer who comes into it later has
/// a place. Merging is done once, from the counts of the unmerged cells: what a merged cell holds afterwards may still
/// be less than the minimum, and [`CellMap::still_sparse`] says so.
///
/// ```
/// use segmentry::combine::SparseCells;
///
/// let rule = SparseCells::fewer_than(30.0).into_rest_of_row();
/// assert_eq!(rule.to_string(), "cells with fewer than 30 customers go into the rest of their row");
/// ```
///
/// # How it works
///
/// 1. The customers of each cell are counted, weights included.
/// 2. A cell below the minimum is sparse, also an empty one.
/// 3. Each sparse cell gets the place that [`into`](SparseCells::into) says, looking at the unmerged counts only: the
///    order in which cells are looked at does not matter.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SparseCells {
    /// What a cell must have to stay.
    pub minimum: Minimum,
    /// Where the others go.
    pub into: MergeInto,
}

impl SparseCells {
    /// Cells with fewer customers than this, weights counted, are merged into the nearest of their row.
    pub fn fewer_than(customers: f64) -> Self {
        SparseCells { minimum: Minimum::Customers(customers), into: MergeInto::default() }
    }

    /// Cells with a smaller share of all customers than this are merged into the nearest of their row.
    pub fn smaller_than(share: f64) -> Self {
        SparseCells { minimum: Minimum::Share(share), into: MergeInto::default() }
    }

    /// Into the nearest cell of the row that is not sparse.
    #[must_use]
    pub fn into_nearest(self) -> Self {
        SparseCells { into: MergeInto::Nearest, ..self }
    }

    /// Into one cell `rest` of each row.
    #[must_use]
    pub fn into_rest_of_row(self) -> Self {
        SparseCells { into: MergeInto::RestOfRow, ..self }
    }

    /// Into one cell `other`.
    #[must_use]
    pub fn into_other(self) -> Self {
        SparseCells { into: MergeInto::Other, ..self }
    }

    /// Whether the minimum can be one.
    ///
    /// # Errors
    /// If a number is not above 0 and finite, or a share not between 0 and 1.
    pub(super) fn check(&self) -> Result<()> {
        match self.minimum {
            Minimum::Customers(n) if !(n.is_finite() && n > 0.0) => {
                Err(Error::parameter("fewer_than", "a number of customers above 0", n))
            }
            Minimum::Share(share) if !(share > 0.0 && share < 1.0) => {
                Err(Error::parameter("smaller_than", "a share between 0 and 1", share))
            }
            _ => Ok(()),
        }
    }

    /// The map for a cross that is there already.
    ///
    /// ```
    /// use segmentry::combine::{Combine, SparseCells};
    /// use segmentry::customer::Customers;
    /// use segmentry::segmenter::Segmenter;
    /// use segmentry::tier::Tiers;
    /// use segmentry::value::Column;
    ///
    /// let customers = Customers::with_ids(["ann", "bo", "cy", "di", "eve"])?
    ///     .with_column("employees", Column::integers([3, 5, 8, 400, 900]))?
    ///     .with_column("orders", Column::integers([1, 2, 30, 50, 60]))?;
    /// let size = Tiers::on("employees").tier("large", 100.0).otherwise("small");
    /// let rhythm = Tiers::on("orders").tier("frequent", 12.0).otherwise("occasional");
    /// let cross = size.cross(rhythm).segment(&customers)?;
    ///
    /// let map = SparseCells::fewer_than(2.0).map(&cross)?;
    /// let merged: Vec<String> = map.merged().iter().map(|cell| format!("{} into {}", cell.cell, cell.into)).collect();
    /// assert_eq!(merged, ["large/occasional into large/frequent", "small/frequent into small/occasional"]);
    /// assert_eq!(map.apply(&cross)?.sizes(), [2, 3]); // nobody is lost
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the minimum cannot be one, there are no cells, or a second segment has the key `rest` where merged cells get it.
    pub fn map<A: Segment + Clone + PartialEq, B: Segment + Clone + PartialEq>(
        &self,
        cross: &Segmentation<(A, B)>,
    ) -> Result<CellMap> {
        self.check()?;
        let (rows, columns) = axes(cross.segments())?;
        let key = |segment: &dyn Segment| segment.key().into_owned();
        let rows: Vec<String> = rows.iter().map(|row| key(row)).collect();
        let columns: Vec<String> = columns.iter().map(|column| key(column)).collect();
        if self.into == MergeInto::RestOfRow && columns.iter().any(|column| column == "rest") {
            return Err(Error::definition("a segment has the key `rest`, which is that of the merged cells"));
        }
        let customers = cross.totals();
        let whole =
            cross.weights().map_or(cross.len() as f64, |weights| crate::math::sum::sum(weights.iter().copied()));
        let minimum = match self.minimum {
            Minimum::Customers(n) => n,
            Minimum::Share(share) => share * whole,
        };
        let goes = customers
            .chunks(columns.len())
            .flat_map(|row| (0..row.len()).map(|column| self.target(row, column, minimum)))
            .collect();
        Ok(CellMap { rule: *self, minimum, rows, columns, customers, goes })
    }

    /// Ties are broken by size and then by position, so that the map does not depend on the order of the customers.
    fn target(&self, row: &[f64], column: usize, minimum: f64) -> Goes {
        let size = |at: usize| row.get(at).copied().unwrap_or_default();
        if size(column) >= minimum {
            return Goes::Stays;
        }
        match self.into {
            MergeInto::RestOfRow => Goes::Rest,
            MergeInto::Other => Goes::Other,
            MergeInto::Nearest => {
                let enough = (0..row.len()).filter(|at| size(*at) >= minimum);
                let nearest = enough.min_by(|a, b| {
                    (a.abs_diff(column)).cmp(&b.abs_diff(column)).then(size(*b).total_cmp(&size(*a))).then(a.cmp(b))
                });
                let largest = || (0..row.len()).min_by(|a, b| size(*b).total_cmp(&size(*a)).then(a.cmp(b)));
                match nearest.or_else(largest) {
                    Some(at) if at != column => Goes::Cell(at),
                    _ => Goes::Stays,
                }
            }
        }
    }
}

impl fmt::Display for SparseCells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minimum {
            Minimum::Customers(n) => write!(f, "cells with fewer than {n} customers go into ")?,
            Minimum::Share(share) => write!(f, "cells with less than {} % of all customers go into ", share * 100.0)?,
        }
        f.write_str(match self.into {
            MergeInto::Nearest => "the nearest cell of their row",
            MergeInto::RestOfRow => "the rest of their row",
            MergeInto::Other => "`other`",
        })
    }
}

/// Where the customers of a cell go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub(super) enum Goes {
    /// They stay.
    Stays,
    /// Into the cell of that column.
    Cell(usize),
    /// Into the rest of the row.
    Rest,
    /// Into the one other cell.
    Other,
}

/// One cell that was merged into another.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct MergedCell {
    /// The key of the cell: `small/frequent`.
    pub cell: String,
    /// How many customers it had when the map was made, weights counted.
    pub customers: f64,
    /// The key of the cell that has them now.
    pub into: String,
}

/// Which cell of a cross goes where: made once from the sizes of the cells, kept with the model.
///
/// It has an answer for every pair of segments. Can be saved and loaded by itself; loading checks it.
///
/// # Errors
///
/// Loading refuses a map whose lists differ in length, whose counts are not finite or below 0, or in which a cell goes
/// into one that does not stay: [`apply`](CellMap::apply) relies on all of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Saved", into = "Saved"))]
pub struct CellMap {
    rule: SparseCells,
    /// The rule's minimum as a number of customers.
    minimum: f64,
    rows: Vec<String>,
    columns: Vec<String>,
    /// Row by row.
    customers: Vec<f64>,
    /// Row by row.
    goes: Vec<Goes>,
}

impl CellMap {
    /// The rule it was made by.
    pub fn rule(&self) -> SparseCells {
        self.rule
    }

    /// The least number of customers of a cell that stays, weights counted.
    pub fn minimum(&self) -> f64 {
        self.minimum
    }

    /// The keys of the first segmenter's segments.
    pub fn rows(&self) -> &[String] {
        &self.rows
    }

    /// The keys of the second segmenter's segments.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Where each cell goes, row by row.
    pub(super) fn goes(&self) -> &[Goes] {
        &self.goes
    }

    /// How many customers a cell had, weights counted.
    pub fn customers(&self, row: usize, column: usize) -> Option<f64> {
        (column < self.columns.len()).then(|| self.customers.get(row * self.columns.len() + column).copied()).flatten()
    }

    /// The cells that were merged, row by row.
    pub fn merged(&self) -> Vec<MergedCell> {
        let cells = self.customers.iter().zip(&self.goes).enumerate();
        cells
            .filter(|(_, (_, goes))| **goes != Goes::Stays)
            .map(|(cell, (customers, goes))| {
                let (row, column) = (cell / self.columns.len(), cell % self.columns.len());
                MergedCell { cell: self.key(row, column), customers: *customers, into: self.target_key(row, *goes) }
            })
            .collect()
    }

    /// The cells, after merging, that have fewer customers than the minimum all the same, with how many.
    pub fn still_sparse(&self) -> Vec<(String, f64)> {
        let mut totals: Vec<(String, f64)> = Vec::new();
        for (cell, (customers, goes)) in self.customers.iter().zip(&self.goes).enumerate() {
            let (row, column) = (cell / self.columns.len(), cell % self.columns.len());
            let key = if *goes == Goes::Stays { self.key(row, column) } else { self.target_key(row, *goes) };
            match totals.iter_mut().find(|(k, _)| *k == key) {
                Some((_, total)) => *total += customers,
                None => totals.push((key, *customers)),
            }
        }
        totals.retain(|(_, total)| *total < self.minimum);
        totals
    }

    /// The cross with its cells merged. Nobody is lost: who was in a cell is in the one it went to.
    ///
    /// # Errors
    /// If the cross is of other segments than the map.
    pub fn apply<A: Segment + Clone + PartialEq, B: Segment + Clone + PartialEq>(
        &self,
        cross: &Segmentation<(A, B)>,
    ) -> Result<Segmentation<Cell<A, B>>> {
        let (rows, columns) = axes(cross.segments())?;
        self.check_axes(&rows, &columns)?;
        let (segments, target) = cells_of(self, &rows, &columns);
        let places = cross.places().iter().map(|place| place_of(*place, &target)).collect();
        Ok(cross.with_places(segments, places, cross.reason_list().to_vec(), cross.as_of()))
    }

    /// Refuses segments that are not those of the map.
    ///
    /// Keys are compared and not labels, in their order: a map holds numbers of rows and columns.
    ///
    /// # Errors
    /// If a list differs, with both.
    pub(super) fn check_axes<A: Segment, B: Segment>(&self, rows: &[A], columns: &[B]) -> Result<()> {
        fn differs<S: Segment>(keys: &[String], segments: &[S]) -> bool {
            keys.len() != segments.len() || keys.iter().zip(segments).any(|(key, segment)| *key != *segment.key())
        }
        fn list<S: Segment>(segments: &[S]) -> String {
            segments.iter().map(|segment| segment.key().into_owned()).collect::<Vec<_>>().join(", ")
        }
        for (which, keys, wrong, found) in [
            ("first", &self.rows, differs(&self.rows, rows), list(rows)),
            ("second", &self.columns, differs(&self.columns, columns), list(columns)),
        ] {
            if wrong {
                let wanted = keys.join(", ");
                let message = format!("the {which} segments are `{found}`, the map of cells is of `{wanted}`");
                return Err(Error::definition(message));
            }
        }
        Ok(())
    }

    fn key(&self, row: usize, column: usize) -> String {
        let part = |keys: &[String], at: usize| keys.get(at).cloned().unwrap_or_default();
        format!("{}/{}", part(&self.rows, row), part(&self.columns, column))
    }

    fn target_key(&self, row: usize, goes: Goes) -> String {
        match goes {
            Goes::Cell(column) => self.key(row, column),
            Goes::Rest => format!("{}/rest", self.rows.get(row).map_or("", String::as_str)),
            Goes::Stays | Goes::Other => "other".to_owned(),
        }
    }
}

impl fmt::Display for CellMap {
    /// Which cells were merged, with how many customers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let merged = self.merged();
        let customers: f64 = merged.iter().map(|cell| cell.customers).sum();
        let (count, cells) = (merged.len(), self.goes.len());
        write!(f, "{}: {count} of {cells} cells merged, with {}", self.rule, counted(customers))?;
        for MergedCell { cell, customers, into } in &merged {
            write!(f, "\n  {cell} ({customers}) into {into}")?;
        }
        for (cell, customers) in self.still_sparse() {
            write!(f, "\n  {cell} has {} after that, fewer than {}", counted(customers), self.minimum)?;
        }
        Ok(())
    }
}

/// `1 customer`, `2.5 customers`.
pub(super) fn counted(customers: f64) -> String {
    format!("{customers} {}", if customers == 1.0 { "customer" } else { "customers" })
}

/// A [`CellMap`] as it is written.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Saved {
    rule: SparseCells,
    minimum: f64,
    rows: Vec<String>,
    columns: Vec<String>,
    customers: Vec<f64>,
    goes: Vec<Goes>,
}

#[cfg(feature = "serde")]
impl TryFrom<Saved> for CellMap {
    type Error = Error;

    fn try_from(saved: Saved) -> Result<Self> {
        let Saved { rule, minimum, rows, columns, customers, goes } = saved;
        rule.check()?;
        let cells = super::cross::check_cells(&[rows.len(), columns.len()])?;
        for (what, found) in [("customers", customers.len()), ("goes", goes.len())] {
            if found != cells {
                return Err(Error::length(what, found, cells));
            }
        }
        if let Some(wrong) = customers.iter().chain([&minimum]).find(|n| !(n.is_finite() && **n >= 0.0)) {
            return Err(Error::parameter("customers", "finite and not below 0", wrong));
        }
        for (cell, goes_to) in goes.iter().enumerate() {
            if let Goes::Cell(column) = goes_to {
                let row = cell / columns.len();
                let stays = *column < columns.len() && goes.get(row * columns.len() + column) == Some(&Goes::Stays);
                if !stays {
                    let message = format!("cell {cell} goes into column {column}, which is no cell that stays");
                    return Err(Error::format(message));
                }
            }
        }
        Ok(CellMap { rule, minimum, rows, columns, customers, goes })
    }
}

#[cfg(feature = "serde")]
impl From<CellMap> for Saved {
    fn from(map: CellMap) -> Self {
        let CellMap { rule, minimum, rows, columns, customers, goes } = map;
        Saved { rule, minimum, rows, columns, customers, goes }
    }
}

/// The two lists whose pairs, row by row, these are.
pub(super) fn axes<A: Clone + PartialEq, B: Clone + PartialEq>(pairs: &[(A, B)]) -> Result<(Vec<A>, Vec<B>)> {
    let Some((first, _)) = pairs.first() else { return Err(Error::empty("cells")) };
    let columns: Vec<B> = pairs.iter().take_while(|(row, _)| row == first).map(|(_, column)| column.clone()).collect();
    let rows: Vec<A> = pairs.iter().step_by(columns.len()).map(|(row, _)| row.clone()).collect();
    let whole = rows.len() * columns.len() == pairs.len()
        && pairs.iter().enumerate().all(|(i, (row, column))| {
            rows.get(i / columns.len()) == Some(row) && columns.get(i % columns.len()) == Some(column)
        });
    if whole { Ok((rows, columns)) } else { Err(Error::definition("the cells are not every pair of two lists")) }
}
