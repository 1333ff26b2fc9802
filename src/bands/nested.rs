//! Bands within bands: each measure is cut anew inside every cell of the measures before it.
//!
//! The cells of a level are numbered by the scores of the measures before it, each counted from 0 and taken as a digit
//! to the base of the bands *asked*, not found. Then a model needs no map, a file can be checked by its lengths alone,
//! and a cell without rows is a hole in a list.

use super::{Bands, BandsModel};
use crate::error::{Error, Result};

/// Cells beyond which a nested fit is refused: each holds a model.
const MOST_CELLS: usize = 1_000_000;

/// How to cut several measures, each within the bands of those before it.
///
/// This is the nested binning of RFM in SPSS Statistics (Direct Marketing): frequency is cut within each band of
/// recency, and monetary within each cell of recency and frequency. The scores of a later measure then say "high among
/// customers like this one": each cell is divided evenly, but equal scores in two cells mean different amounts, and
/// small samples leave little in a cell. Independent [`Bands`] keep one yardstick for all.
///
/// A cell without rows at the fit has no cut points of its own: a stranger in it is scored by the cut points of all
/// rows, and [`NestedBandsModel::empty_cells`] counts such cells.
///
/// ```
/// use segmentry::bands::{Bands, NestedBands};
///
/// let days_since_last = [5.0, 9.0, 200.0, 300.0];
/// let orders = [2.0, 9.0, 1.0, 3.0];
/// let nested = NestedBands::new([Bands::quantiles(2).lower_is_better(), Bands::quantiles(2)]);
/// let model = nested.fit([&days_since_last, &orders], None)?;
/// assert_eq!(model.score([5.0, 4.0]), Some([2, 1])); // 4 orders: few among the recent customers
/// assert_eq!(model.score([250.0, 4.0]), Some([1, 2])); // and many among the others
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NestedBands<const D: usize> {
    bands: [Bands; D],
}

impl<const D: usize> NestedBands<D> {
    /// The measures in order, the outermost first.
    pub fn new(bands: [Bands; D]) -> Self {
        NestedBands { bands }
    }

    /// Learns the cut points of each cell. A weight is a number of rows. Cost: that of [`Bands::fit`] for each measure.
    ///
    /// # Errors
    /// Those of [`Bands::fit`]; measures of different lengths; more than a million cells.
    pub fn fit(&self, measures: [&[f64]; D], weights: Option<&[f64]>) -> Result<NestedBandsModel<D>> {
        let rows = measures.first().map_or(0, |first| first.len());
        for (at, measure) in measures.iter().enumerate() {
            if measure.len() != rows {
                return Err(Error::length(format!("measure {}", at + 1), measure.len(), rows));
            }
        }
        let mut whole = Vec::with_capacity(D);
        let mut cells: usize = 1;
        for (at, (bands, values)) in self.bands.iter().zip(measures).enumerate() {
            if at > 0 {
                cells = cells.saturating_mul(self.bands[at - 1].asked());
            }
            if cells > MOST_CELLS {
                return Err(Error::parameter("bands", format!("at most {MOST_CELLS} cells"), format!("{cells} cells")));
            }
            whole.push(bands.fit(values, weights)?);
        }
        let mut levels: Vec<Vec<Option<BandsModel>>> = Vec::with_capacity(D);
        let mut cell_of: Vec<usize> = vec![0; rows];
        let mut count = 1;
        for (at, (bands, values)) in self.bands.iter().zip(measures).enumerate() {
            let level = if at == 0 {
                vec![whole.first().cloned()]
            } else {
                fit_cells(bands, values, weights, &cell_of, count)?
            };
            let asked = bands.asked();
            for (cell, value) in cell_of.iter_mut().zip(values) {
                let model = level.get(*cell).and_then(Option::as_ref).unwrap_or(&whole[at]);
                *cell = *cell * asked + usize::from(model.score(*value).unwrap_or(1)) - 1;
            }
            levels.push(level);
            count *= asked;
        }
        Ok(NestedBandsModel { whole, levels })
    }
}

/// One model for each cell that has rows.
///
/// The rows of a cell are copied out first: the bands of a cell are fitted as those of any other rows, ties and all.
fn fit_cells(
    bands: &Bands,
    values: &[f64],
    weights: Option<&[f64]>,
    cell_of: &[usize],
    cells: usize,
) -> Result<Vec<Option<BandsModel>>> {
    let mut members: Vec<(Vec<f64>, Vec<f64>)> = vec![Default::default(); cells];
    for (row, cell) in cell_of.iter().enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        if weight > 0.0 {
            members[*cell].0.push(values[row]);
            members[*cell].1.push(weight);
        }
    }
    members
        .into_iter()
        .map(|(values, in_cell)| {
            if values.is_empty() {
                return Ok(None);
            }
            bands.fit(&values, weights.map(|_| in_cell.as_slice())).map(Some)
        })
        .collect()
}

/// Fitted nested bands: the cut points of every cell.
///
/// It holds a model for each cell, 1 + 5 + 25 of them for three measures of five bands, and one of all rows for each
/// measure.
///
/// ```
/// use segmentry::bands::{Bands, NestedBands};
///
/// let (days, spend) = ([5.0, 9.0, 200.0, 300.0], [40.0, 90.0, 10.0, 30.0]);
/// let nested = NestedBands::new([Bands::quantiles(2).lower_is_better(), Bands::quantiles(2)]);
/// let model = nested.fit([&days, &spend], None)?;
/// let recent = model.bands_within(1, &[2]).expect("a cell of the recent");
/// assert_eq!(recent.cut_points(), [65.0]); // what is much among them
/// assert_eq!(model.empty_cells(1), 0);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Saved"))]
pub struct NestedBandsModel<const D: usize> {
    whole: Vec<BandsModel>,
    levels: Vec<Vec<Option<BandsModel>>>,
}

/// What a file may claim.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    whole: Vec<BandsModel>,
    levels: Vec<Vec<Option<BandsModel>>>,
}

#[cfg(feature = "serde")]
impl<const D: usize> TryFrom<Saved> for NestedBandsModel<D> {
    type Error = Error;

    fn try_from(saved: Saved) -> Result<Self> {
        for (what, found) in [("whole", saved.whole.len()), ("levels", saved.levels.len())] {
            if found != D {
                return Err(Error::length(what, found, D));
            }
        }
        let mut cells = 1_usize;
        for (level, whole) in saved.levels.iter().zip(&saved.whole) {
            if level.len() != cells {
                return Err(Error::length("level", level.len(), cells));
            }
            if let Some(model) = level.iter().flatten().find(|model| model.asked() != whole.asked()) {
                return Err(Error::parameter("asked", format!("{} in every cell", whole.asked()), model.asked()));
            }
            cells = cells.saturating_mul(usize::from(whole.asked()));
        }
        Ok(NestedBandsModel { whole: saved.whole, levels: saved.levels })
    }
}

impl<const D: usize> NestedBandsModel<D> {
    /// The scores of one row, each from 1 (worst) to the bands asked (best); `None` if a value is NaN. No allocation.
    pub fn score(&self, values: [f64; D]) -> Option<[u16; D]> {
        let mut scores = [0; D];
        let mut cell = 0;
        for (at, value) in values.into_iter().enumerate() {
            let model = self.model(at, cell)?;
            let score = model.score(value)?;
            scores[at] = score;
            cell = cell * usize::from(model.asked()) + usize::from(score) - 1;
        }
        Some(scores)
    }

    /// The bands that score a measure (from 0) in the cell with these scores in the measures before it: for an
    /// explanation. `None` if there is no such measure or cell.
    pub fn bands_within(&self, measure: usize, outer: &[u16]) -> Option<&BandsModel> {
        if outer.len() != measure || measure >= D {
            return None;
        }
        let mut cell = 0;
        for (score, model) in outer.iter().zip(&self.whole) {
            if !(1..=model.asked()).contains(score) {
                return None;
            }
            cell = cell * usize::from(model.asked()) + usize::from(*score) - 1;
        }
        self.model(measure, cell)
    }

    /// How many cells of a measure (from 0) had no rows at the fit, so that the cut points of all rows stand in.
    pub fn empty_cells(&self, measure: usize) -> usize {
        self.levels.get(measure).map_or(0, |level| level.iter().filter(|model| model.is_none()).count())
    }

    fn model(&self, measure: usize, cell: usize) -> Option<&BandsModel> {
        self.levels.get(measure)?.get(cell)?.as_ref().or(self.whole.get(measure))
    }
}
