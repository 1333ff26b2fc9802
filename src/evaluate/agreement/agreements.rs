//! Several figures of agreement at once: a table to read and to save.

use std::fmt;

use crate::text::{Align, Table, count, number};

use super::contingency::Contingency;
use super::figure::Agreement;
use super::work::Work;

/// One figure of a table.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Agreed {
    /// Which.
    pub figure: Agreement,
    /// How much; `None` if it is not defined.
    pub value: Option<f64>,
    /// Why it is not defined.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub undefined: Option<String>,
}

/// Several figures of the same two divisions.
///
/// What figures share is computed once: all of them cost little more than the dearest.
///
/// ```
/// use segmentry::evaluate::{Agreement, Agreements, Contingency, Partition};
///
/// let known = Partition::of([0, 0, 0, 1, 1, 1])?;
/// let found = Partition::of([0, 0, 1, 1, 2, 2])?;
/// let table = Contingency::new(&known, &found)?;
/// let three = Agreements::of(&table, [Agreement::AdjustedRand, Agreement::AmiArithmetic, Agreement::Purity]);
/// let printed = "\
/// figure                                    value  same groups
/// adjusted Rand index                      0.2424            1
/// adjusted mutual information, arithmetic  0.2988            1
/// purity                                   0.8333            1
/// 6 rows, 2 groups and 3 groups";
/// assert_eq!(three.to_string(), printed);
/// assert_eq!(Agreements::all(&table).get(Agreement::Homogeneity).map(|h| (h * 3.0).round()), Some(2.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Agreements {
    /// How many rows are in a group of both.
    pub rows: u64,
    /// How many rows are in none in one of them.
    pub left_out: u64,
    /// How many groups have rows of the table: of the first division, of the second.
    pub groups: (usize, usize),
    /// The figures in the order in which they were asked for.
    pub figures: Vec<Agreed>,
}

impl Agreements {
    /// Every figure there is.
    pub fn all(table: &Contingency) -> Self {
        Agreements::of(table, Agreement::ALL)
    }

    /// These figures. One that is not defined for the table says so in its place.
    pub fn of(table: &Contingency, figures: impl IntoIterator<Item = Agreement>) -> Self {
        let work = Work::new(table);
        let figures = figures.into_iter().map(|figure| match work.figure(figure) {
            Ok(value) => Agreed { figure, value: Some(value), undefined: None },
            Err(error) => Agreed { figure, value: None, undefined: Some(error.to_string()) },
        });
        let figures = figures.collect();
        Agreements { rows: table.rows(), left_out: table.left_out(), groups: table.groups(), figures }
    }

    /// The value of a figure; `None` if it was not asked for or is not defined.
    pub fn get(&self, figure: Agreement) -> Option<f64> {
        self.figures.iter().find(|found| found.figure == figure).and_then(|found| found.value)
    }
}

impl fmt::Display for Agreements {
    /// A line for each figure, with what the same groups would get; `–` where a figure is not defined.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = [("figure", Align::Left), ("value", Align::Right), ("same groups", Align::Right)];
        let mut table = Table::new(heads);
        let text = |value: Option<f64>, without: &str| value.map_or_else(|| without.to_owned(), number);
        for found in &self.figures {
            let title = found.figure.title().to_owned();
            table.row([title, text(found.value, "–"), text(found.figure.best(), "depends")]);
        }
        writeln!(f, "{table}")?;
        let groups = |number| crate::text::counted(number, "group", "groups");
        let rows = crate::text::counted(self.rows as usize, "row", "rows");
        write!(f, "{rows}, {} and {}", groups(self.groups.0), groups(self.groups.1))?;
        match self.left_out {
            0 => Ok(()),
            more => write!(f, "; left out, in none of one: {}", count(more as usize)),
        }
    }
}
