//! Any number of segmenters at once.
//!
//! [`Cross`](super::Cross) keeps the types of both parts, so that a `match` over its pairs is checked by the compiler.
//! Where the parts are found only when a file is read, or there are more than two, pairs of pairs help nobody:
//! [`CrossAll`] takes any number of erased segmenters and hands out labels `small/frequent/abroad`.
//!
//! Cells are numbered as the digits of a number, the last part's segments running fastest. The number is computed and
//! never searched for, so a customer costs its parts and one multiplication each; `cross_places` does the same for
//! many.

use std::collections::HashMap;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::Explanation;
use crate::parallel;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::segmenter::{Reads, Segmenter};

use super::cross::{Part, check_cells, cross_places, explain_all};
use super::reasons;

/// Most cells that are listed; a million labels take some 100 MB.
const MOST_CELLS: usize = 1_000_000;

/// Any number of segmenters at once, by label: `small/frequent/abroad`.
///
/// As [`Cross`](super::Cross), for segmenters of which only the labels are known, such as those of a study.
///
/// ```
/// use segmentry::combine::CrossAll;
/// use segmentry::customer::Record;
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::Tiers;
///
/// let much = |name: &str| Tiers::on(name).tier("much", 100.0).otherwise("little").erase();
/// let parts = ["employees", "orders", "spend"].map(much);
/// let plan = CrossAll::new(parts.into())?;
/// assert_eq!(plan.segments().len(), 8);
/// let shop = Record::new("ann").with("employees", 12).with("orders", 140).with("spend", 90.0);
/// assert_eq!(plan.assign(&shop)?.unwrap().key(), "little/much/little");
/// # Ok::<(), segmentry::Error>(())
/// ```
pub struct CrossAll {
    parts: Vec<Box<dyn Segmenter<Segment = Label>>>,
    /// The number of each part's segments by label.
    numbers: Vec<HashMap<Label, usize>>,
    /// The product of all segments, the last part's running fastest.
    cells: Vec<Label>,
}

impl CrossAll {
    /// All at once.
    ///
    /// # Errors
    /// If there is no segmenter, there are more than a million cells, or two cells have the same key because segments
    /// have a `/` in theirs.
    pub fn new(parts: Vec<Box<dyn Segmenter<Segment = Label>>>) -> Result<Self> {
        if parts.is_empty() {
            return Err(Error::empty("segmenters to cross"));
        }
        let lists: Vec<Vec<Label>> = parts.iter().map(|part| part.segments()).collect();
        let sizes: Vec<usize> = lists.iter().map(Vec::len).collect();
        let count = check_cells(&sizes)?;
        if count > MOST_CELLS {
            return Err(Error::parameter("segmenters", format!("of at most {MOST_CELLS} cells together"), count));
        }
        let mut cells: Vec<Label> = Vec::new();
        for (at, list) in lists.iter().enumerate() {
            cells = match at {
                0 => list.clone(),
                _ => cells.iter().flat_map(|a| list.iter().map(|b| Label::of(&(a.clone(), b.clone())))).collect(),
            };
        }
        let mut seen: HashMap<&Label, ()> = HashMap::with_capacity(cells.len());
        if let Some(twice) = cells.iter().find(|cell| seen.insert(cell, ()).is_some()) {
            return Err(Error::definition(format!("two cells have the key `{}`", twice.key())));
        }
        let number = |list: Vec<Label>| list.into_iter().enumerate().map(|(i, label)| (label, i)).collect();
        Ok(CrossAll { parts, numbers: lists.into_iter().map(number).collect(), cells })
    }

    /// The segmenters.
    pub fn parts(&self) -> &[Box<dyn Segmenter<Segment = Label>>] {
        &self.parts
    }
}

impl Segmenter for CrossAll {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.cells.clone()
    }

    fn reads(&self) -> Reads {
        self.parts.iter().fold(Reads::default(), |reads, part| reads.and(part.reads()))
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        let mut cell = Some(0);
        for (part, numbers) in self.parts.iter().zip(&self.numbers) {
            let number = match part.assign(customer)? {
                Some(label) => Some(*numbers.get(&label).ok_or_else(|| reasons::not_among(label.key()))?),
                None => None,
            };
            cell = cell.zip(number).map(|(cell, number)| cell * numbers.len() + number);
        }
        Ok(cell.and_then(|cell| self.cells.get(cell)).cloned())
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        explain_all(self.parts.iter().map(|part| part.explain(customer)).collect::<Result<_>>()?)
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        let parts = parallel::map(self.parts.len(), |i| self.parts.get(i).map(|part| part.segment(customers)));
        let (mut placed, mut errors) = (Vec::new(), Vec::new());
        for part in parts.into_iter().flatten() {
            match part {
                Ok(segmentation) => placed.push(segmentation),
                Err(error) => errors.push(error),
            }
        }
        if let Some(error) = reasons::earlier(errors) {
            return Err(error);
        }
        let part = |s: &'_ Segmentation<Label>| s.segments().len();
        let list: Vec<Part<'_>> =
            placed.iter().map(|s| Part { places: s.places(), reasons: s.reason_list(), segments: part(s) }).collect();
        let (places, list) = cross_places(&list);
        let first = placed.first().ok_or_else(|| Error::empty("segmenters to cross"))?;
        Ok(first.with_places(self.cells.clone(), places, list, first.as_of()))
    }
}
