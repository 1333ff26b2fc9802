//! A cross whose sparse cells are merged.
//!
//! [`Cross::merge`] gives the recipe [`Merged`]; fitting it counts the cells of the cross and gives [`MergedModel`], a
//! segmenter like any other whose segments are [`Cell`]s. What was merged is on record in its [`CellMap`].
//!
//! | to | use |
//! | --- | --- |
//! | learn which cells are sparse | [`Cross::merge`], then [`Fit::fit`] |
//! | see what was merged, and what is sparse all the same | [`MergedModel::map`] |
//! | put a saved map and its segmenters together | [`MergedModel::new`] |
//! | merge a segmentation that exists already | [`SparseCells::map`], [`CellMap::apply`] |
//!
//! The cross stands behind an `Arc`, because recipe and model share it: a segmenter need not be `Clone`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation};
use crate::progress::Progress;
use crate::segment::{Segment, in_words};
use crate::segmentation::Segmentation;
use crate::segmenter::{Fit, Reads, Segmenter};
use crate::value::Value;

use super::cells::{CellMap, Goes, SparseCells, counted};
use super::cross::Cross;
use super::reasons;

/// A cell of a cross, or several merged into one.
///
/// ```
/// use segmentry::combine::Cell;
/// use segmentry::segment::Segment;
///
/// let pair: Cell<String, String> = Cell::Pair("large".to_owned(), "frequent".to_owned());
/// assert_eq!((pair.key().as_ref(), pair.label().as_ref()), ("large/frequent", "Large × Frequent"));
/// let rest: Cell<String, String> = Cell::Rest("large".to_owned());
/// assert_eq!(rest.key(), "large/rest");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell<A, B> {
    /// A pair of segments, with the sparse cells that were merged into it.
    Pair(A, B),
    /// The sparse cells of a first segment.
    Rest(A),
    /// All sparse cells.
    Other,
}

impl<A: Segment, B: Segment> Segment for Cell<A, B> {
    fn key(&self) -> Cow<'_, str> {
        match self {
            Cell::Pair(a, b) => format!("{}/{}", a.key(), b.key()).into(),
            Cell::Rest(a) => format!("{}/rest", a.key()).into(),
            Cell::Other => "other".into(),
        }
    }

    fn label(&self) -> Cow<'_, str> {
        match self {
            Cell::Pair(a, b) => format!("{} × {}", a.label(), b.label()).into(),
            Cell::Rest(a) => format!("{} × rest", a.label()).into(),
            Cell::Other => in_words(&self.key()).into(),
        }
    }

    fn description(&self) -> Cow<'_, str> {
        match self {
            Cell::Pair(a, b) => (a, b).description().into_owned().into(),
            Cell::Rest(a) => a.description(),
            Cell::Other => "".into(),
        }
    }
}

/// The recipe for a cross whose sparse cells are merged: it learns from customers which cells are sparse.
///
/// # Cost
///
/// One run of the cross over the customers, and one pass over the cells.
///
/// # Errors
///
/// Fitting fails if there are no customers, the minimum cannot be one, or a second segment has the key `rest` where
/// merged cells get it.
#[derive(Clone, Debug)]
pub struct Merged<A, B> {
    cross: Arc<Cross<A, B>>,
    sparse: SparseCells,
}

impl<A: Segmenter, B: Segmenter> Merged<A, B> {
    pub(super) fn new(cross: Arc<Cross<A, B>>, sparse: SparseCells) -> Self {
        Merged { cross, sparse }
    }
}

impl<A: Segmenter, B: Segmenter> Fit for Merged<A, B> {
    type Model = MergedModel<A, B>;

    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<MergedModel<A, B>> {
        self.sparse.check()?;
        if customers.is_empty() {
            return Err(Error::empty("customers"));
        }
        let rows = customers.len() as u64;
        progress.step("customers", 0, rows)?;
        let map = self.sparse.map(&self.cross.segment(customers)?)?;
        progress.step("customers", rows, rows)?;
        MergedModel::over(Arc::clone(&self.cross), map)
    }
}

/// A cross whose sparse cells are merged as its [`CellMap`] says.
///
/// To save it, save its two segmenters and the map; [`MergedModel::new`] puts them together again.
///
/// ```
/// use segmentry::combine::{Combine, SparseCells};
/// use segmentry::customer::{Customers, Record};
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::tier::Tiers;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bo", "cy", "di"])?
///     .with_column("employees", Column::integers([3, 5, 400, 900]))?
///     .with_column("orders", Column::integers([1, 2, 50, 60]))?;
/// let size = Tiers::on("employees").tier("large", 100.0).otherwise("small");
/// let rhythm = Tiers::on("orders").tier("frequent", 12.0).otherwise("occasional");
/// let model = size.cross(rhythm).merge(SparseCells::fewer_than(2.0)).fit(&customers)?;
///
/// let keys: Vec<String> = model.segments().iter().map(|cell| cell.key().into_owned()).collect();
/// assert_eq!(keys, ["large/frequent", "small/occasional"]);
/// let newcomer = Record::new("eve").with("employees", 7).with("orders", 20); // a cell that was empty
/// assert_eq!(model.assign(&newcomer)?.unwrap().key(), "small/occasional");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MergedModel<A: Segmenter, B: Segmenter> {
    cross: Arc<Cross<A, B>>,
    map: CellMap,
    segments: Vec<Cell<A::Segment, B::Segment>>,
    /// The number of the segment that has the customers of each cell.
    target: Vec<usize>,
    rows: HashMap<A::Segment, usize>,
    columns: HashMap<B::Segment, usize>,
}

impl<A: Segmenter, B: Segmenter> MergedModel<A, B> {
    /// The cross with the map that was made for it.
    ///
    /// # Errors
    /// If the cross has other segments than the map.
    pub fn new(cross: Cross<A, B>, map: CellMap) -> Result<Self> {
        MergedModel::over(Arc::new(cross), map)
    }

    /// Numbers are looked up once here, so that placing a customer is a look-up and not a comparison of keys.
    fn over(cross: Arc<Cross<A, B>>, map: CellMap) -> Result<Self> {
        let (rows, columns) = (cross.first().segments(), cross.second().segments());
        map.check_axes(&rows, &columns)?;
        let (segments, target) = cells_of(&map, &rows, &columns);
        let (rows, columns) = (numbered(rows), numbered(columns));
        Ok(MergedModel { cross, map, segments, target, rows, columns })
    }

    /// Which cells were merged, with how many customers, and into which.
    pub fn map(&self) -> &CellMap {
        &self.map
    }

    /// The cross with nothing merged.
    pub fn whole(&self) -> &Cross<A, B> {
        &self.cross
    }

    fn cell(&self, (first, second): &(A::Segment, B::Segment)) -> Result<usize> {
        let row = self.rows.get(first).ok_or_else(|| reasons::not_among(first.key()))?;
        let column = self.columns.get(second).ok_or_else(|| reasons::not_among(second.key()))?;
        Ok(row * self.columns.len() + column)
    }

    fn merged(&self, cell: usize) -> Option<Cell<A::Segment, B::Segment>> {
        self.target.get(cell).and_then(|segment| self.segments.get(*segment)).cloned()
    }
}

impl<A: Segmenter, B: Segmenter> Segmenter for MergedModel<A, B> {
    type Segment = Cell<A::Segment, B::Segment>;

    fn segments(&self) -> Vec<Self::Segment> {
        self.segments.clone()
    }

    fn reads(&self) -> Reads {
        self.cross.reads()
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Self::Segment>> {
        match self.cross.assign(customer)? {
            None => Ok(None),
            Some(pair) => Ok(self.merged(self.cell(&pair)?)),
        }
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let explanation = self.cross.explain(customer)?;
        let Some(pair) = self.cross.assign(customer)? else { return Ok(explanation) };
        let cell = self.cell(&pair)?;
        let Some(segment) = self.merged(cell) else { return Ok(explanation) };
        let merged = reasons::gather(Explanation::assigned(customer.id(), &segment), [explanation]);
        if self.map.goes().get(cell) == Some(&Goes::Stays) {
            return Ok(merged);
        }
        let (row, column) = (cell / self.columns.len(), cell % self.columns.len());
        let had = self.map.customers(row, column).unwrap_or_default();
        let key = pair.key();
        let meaning = format!("{} when the cells were merged, fewer than {}", counted(had), self.map.minimum());
        Ok(merged.because(Evidence::new("cell", Value::Text(&key)).meaning(meaning)))
    }

    /// Which cells were merged into which, and which are small all the same.
    fn notes(&self) -> Vec<String> {
        let mut notes = self.cross.notes();
        let merged = self.map.merged().into_iter().filter(|cell| cell.customers > 0.0);
        notes.extend(
            merged.map(|cell| format!("{} of {} merged into {}", counted(cell.customers), cell.cell, cell.into)),
        );
        let small = self.map.still_sparse().into_iter();
        notes.extend(small.map(|(key, customers)| format!("{key} has {} all the same", counted(customers))));
        notes
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Self::Segment>> {
        let cross = self.cross.segment(customers)?;
        let places = cross.places().iter().map(|place| place_of(*place, &self.target)).collect();
        Ok(cross.with_places(self.segments.clone(), places, cross.reason_list().to_vec(), cross.as_of()))
    }
}

/// The cells that are left, row by row, each row's rest behind it and `other` last; and which of them has the customers
/// of each cell.
pub(super) fn cells_of<A: Clone, B: Clone>(map: &CellMap, rows: &[A], columns: &[B]) -> (Vec<Cell<A, B>>, Vec<usize>) {
    let mut segments = Vec::new();
    let mut target = vec![0; map.goes().len()];
    let mut other = Vec::new();
    for (row, (first, goes)) in rows.iter().zip(map.goes().chunks(columns.len().max(1))).enumerate() {
        let mut own = vec![0; columns.len()];
        for ((column, second), goes) in columns.iter().enumerate().zip(goes) {
            if *goes == Goes::Stays {
                own[column] = segments.len();
                segments.push(Cell::Pair(first.clone(), second.clone()));
            }
        }
        let rest = segments.len();
        if goes.contains(&Goes::Rest) {
            segments.push(Cell::Rest(first.clone()));
        }
        for (column, goes) in goes.iter().enumerate() {
            let cell = row * columns.len() + column;
            match goes {
                Goes::Stays => target[cell] = own[column],
                Goes::Cell(into) => target[cell] = own[*into], // the map was checked: it is a column, and stays
                Goes::Rest => target[cell] = rest,
                Goes::Other => other.push(cell),
            }
        }
    }
    if !other.is_empty() {
        for cell in other {
            target[cell] = segments.len();
        }
        segments.push(Cell::Other);
    }
    (segments, target)
}

/// A place in the cross as a place among the merged cells; a reason stays a reason.
pub(super) fn place_of(place: i32, target: &[usize]) -> i32 {
    match usize::try_from(place).ok().and_then(|cell| target.get(cell)) {
        Some(segment) => *segment as i32, // there are no more segments than cells
        None => place,
    }
}

fn numbered<S: std::hash::Hash + Eq>(segments: Vec<S>) -> HashMap<S, usize> {
    segments.into_iter().enumerate().map(|(i, segment)| (segment, i)).collect()
}
