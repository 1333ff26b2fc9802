//! Several figures of one division.

use std::fmt;

use crate::error::Result;
use crate::evaluate::division::Division;
use crate::text::{Align, Table, number};

use super::list::{Best, Index};
use super::passes::Passes;

/// Several figures of one division, each with its value or the reason why it has none.
///
/// Figures share what they are made of: all that need means cost one pass over the rows together, all that need distances
/// from means one more.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Index, Indices, Partition};
///
/// let rows = array![[0.0], [2.0], [9.0]];
/// let points = Points::new(rows.view());
/// let partition = Partition::of(["a", "a", "b"])?;
/// let division = Division::new(&points, &partition)?;
/// let found = Indices::of(&division, &[Index::TraceW, Index::LargestShare, Index::BanfieldRaftery]);
/// assert_eq!(found.value(Index::TraceW), Some(2.0));
/// assert_eq!(found.to_string(), "\
/// figure                         value  better
/// sum of squares within groups       2  less
/// share of the largest group    0.6667  less
/// Banfield-Raftery index             -  less    not defined where the rows of a group are equal, as of one row");
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Serialised it is a list of figures with `index`, `value` (null where it has none) and `reason` (null where it has a
/// value).
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    found: Vec<(Index, Result<f64>)>,
}

impl Indices {
    /// The figures asked for, in their order.
    ///
    /// That one is not defined is no reason that the others are not; its error is among the results.
    ///
    /// # Cost
    /// As the dearest of the figures, and of those of means only one pass or two more.
    ///
    /// # Determinism
    /// Each has the bits of [`Index::of`].
    pub fn of(division: &Division<'_>, indices: &[Index]) -> Self {
        let passes = Passes::new(division);
        Indices { found: indices.iter().map(|index| (*index, index.of_passes(&passes))).collect() }
    }

    /// The value of a figure; `None` if it was not asked for or is not defined.
    pub fn value(&self, index: Index) -> Option<f64> {
        self.get(index)?.as_ref().ok().copied()
    }

    /// What was found of a figure; `None` if it was not asked for.
    pub fn get(&self, index: Index) -> Option<&Result<f64>> {
        self.found.iter().find(|(asked, _)| *asked == index).map(|(_, found)| found)
    }

    /// All figures, in the order in which they were asked for.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Index, &Result<f64>)> {
        self.found.iter().map(|(index, found)| (*index, found))
    }
}

impl fmt::Display for Indices {
    /// A table: the figure, its value, which way is better, and why there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = [("figure", Align::Left), ("value", Align::Right), ("better", Align::Left), ("", Align::Left)];
        let mut table = Table::new(heads);
        for (index, found) in self.iter() {
            let better = match index.best() {
                Best::Greatest => "more",
                Best::Least => "less",
            };
            let (value, reason) = match found {
                Ok(value) => (number(*value), String::new()),
                Err(error) => ("-".to_owned(), reason(index, &error.to_string())),
            };
            table.row([index.title().to_owned(), value, better.to_owned(), reason]);
        }
        table.fmt(f)
    }
}

/// An error's words without the name of the figure, which stands in the same line.
fn reason(index: Index, message: &str) -> String {
    let rest = message.strip_prefix(&format!("the {} is ", index.title()));
    rest.unwrap_or(message).to_owned()
}

#[cfg(feature = "serde")]
impl serde::Serialize for Indices {
    /// A list, so that the order is kept and nothing is lost where a figure stands twice.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Row {
            index: Index,
            value: Option<f64>,
            reason: Option<String>,
        }
        serializer.collect_seq(self.iter().map(|(index, found)| Row {
            index,
            value: found.as_ref().ok().copied(),
            reason: found.as_ref().err().map(ToString::to_string),
        }))
    }
}
