//! Which group of one division is which of another: the one-to-one matching with the largest overlap.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::evaluate::partition::Partition;
use crate::text::{Align, Table, count, number, share};

use super::assign::assign;
use super::contingency::Contingency;
use super::names::Names;

/// The most work that a matching may be: the square of the smaller number of groups times the larger.
const WORK: u128 = 1 << 37;

/// A group of the first division and its partner in the second.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Match {
    /// The group of the first division.
    pub first: usize,
    /// Its partner in the second.
    pub second: usize,
    /// How many rows are in both; never 0.
    pub rows: u64,
    /// Their share of the first's group.
    pub of_first: f64,
    /// Their share of the second's group.
    pub of_second: f64,
    /// Their share of the rows in either: 1 for the same group.
    pub jaccard: f64,
}

/// The groups of two divisions matched one to one so that as many rows as possible are in matched groups.
///
/// Groups for which no partner is left, or none with a row in common, stay unmatched. Where several matchings have the
/// same overlap it is always the same one for the same table.
///
/// ```
/// use segmentry::evaluate::{Contingency, Matching, Partition};
///
/// let last_year = Partition::of([0, 0, 0, 1, 1, 2])?;
/// let refit = Partition::of([2, 2, 1, 1, 1, 0])?; // the same groups under other numbers, but for one customer
/// let matching = Matching::of(&Contingency::new(&last_year, &refit)?)?;
/// assert_eq!(matching.relabel(&refit)?, [0, 0, 1, 1, 1, 2].map(Some));
/// assert_eq!((matching.matched(), matching.share()), (5, 5.0 / 6.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// O(k₁² k₂) time and O(k₁ k₂) memory for k₁ ≤ k₂ groups, whichever division has fewer.
///
/// # Determinism
/// On one thread, whole numbers only.
///
/// # References
/// H. Kuhn 1955, The Hungarian method for the assignment problem, DOI 10.1002/nav.3800020109; M. Meilă and
/// D. Heckerman 2001, An experimental comparison of model-based clustering methods, DOI 10.1023/A:1007648401407, for
/// the share of matched rows as a figure of agreement.
///
/// # Differs from
/// `linear_sum_assignment` of SciPy and `solve_LSAP` of the R package clue: the same overlap; they also pair groups that
/// have no row in common.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Matching {
    matches: Vec<Match>,
    only_first: Vec<usize>,
    only_second: Vec<usize>,
    rows: u64,
    matched: u64,
    #[cfg_attr(feature = "serde", serde(skip))]
    groups: (usize, usize),
    #[cfg_attr(feature = "serde", serde(skip))]
    names: Option<Arc<Names>>,
}

impl Matching {
    /// The matching of a table's groups.
    ///
    /// # Errors
    /// If there are so many groups in both that matching them would take hours: more than about 5000 in each.
    pub fn of(table: &Contingency) -> Result<Self> {
        let (first, second) = (table.first_sizes(), table.second_sizes());
        let (height, width) = (first.len(), second.len());
        let (fewer, more) = (height.min(width), height.max(width));
        if (fewer as u128).pow(2) * more as u128 > WORK {
            return Err(Error::unsupported(format!("{height} × {width} groups are too many to be matched")));
        }
        let mut gains = vec![0_i64; height * width];
        for (a, b, rows) in table.cells() {
            let (row, column) = if height <= width { (a, b) } else { (b, a) };
            gains[row * more + column] = rows as i64; // below 2⁵³
        }
        let mut matches = Vec::with_capacity(fewer);
        for (row, column) in assign(&gains, fewer, more).into_iter().enumerate() {
            let (a, b) = if height <= width { (row, column) } else { (column, row) };
            let rows = table.count(a, b);
            if rows > 0 {
                let either = first[a] + second[b] - rows;
                let of = |whole: u64| rows as f64 / whole as f64;
                let (of_first, of_second, jaccard) = (of(first[a]), of(second[b]), of(either));
                matches.push(Match { first: a, second: b, rows, of_first, of_second, jaccard });
            }
        }
        matches.sort_unstable_by_key(|pair| pair.first);
        let (mut has_first, mut has_second) = (vec![false; height], vec![false; width]);
        for pair in &matches {
            (has_first[pair.first], has_second[pair.second]) = (true, true);
        }
        let without = |has: &[bool]| (0..has.len()).filter(|group| !has[*group]).collect();
        Ok(Matching {
            only_first: without(&has_first),
            only_second: without(&has_second),
            rows: table.rows(),
            matched: matches.iter().map(|pair| pair.rows).sum(),
            matches,
            groups: (height, width),
            names: table.names().cloned(),
        })
    }

    /// Groups with a partner, in the order of the first's.
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// Groups of the first without a partner, rising.
    pub fn only_first(&self) -> &[usize] {
        &self.only_first
    }

    /// Groups of the second without a partner, rising.
    pub fn only_second(&self) -> &[usize] {
        &self.only_second
    }

    /// How many rows are in matched groups.
    pub fn matched(&self) -> u64 {
        self.matched
    }

    /// The share of rows that are in matched groups: the accuracy if the first is the truth.
    pub fn share(&self) -> f64 {
        self.matched as f64 / self.rows as f64
    }

    /// The first's group whose partner that group of the second is.
    pub fn partner(&self, second: usize) -> Option<usize> {
        self.matches.iter().find(|pair| pair.second == second).map(|pair| pair.first)
    }

    /// The rows of a division with the numbers of the first's groups, where it is the second.
    ///
    /// Groups without a partner get the numbers after the first's, in their order: a name once given is not given to
    /// others. Rows in none stay so. There may be gaps, where a group of the first has no partner.
    ///
    /// # Errors
    /// If the division has not as many groups as the second of the table.
    pub fn relabel(&self, second: &Partition) -> Result<Vec<Option<u32>>> {
        if second.groups() != self.groups.1 {
            return Err(Error::length("the division's list of groups", second.groups(), self.groups.1));
        }
        let mut names = vec![0; self.groups.1];
        for pair in &self.matches {
            names[pair.second] = pair.first as u32; // groups are numbered in 32 bits
        }
        for (name, group) in (self.groups.0 as u32..).zip(&self.only_second) {
            names[*group] = name;
        }
        Ok(second.iter().map(|group| group.map(|group| names[group])).collect())
    }
}

impl fmt::Display for Matching {
    /// A line for each pair, then for each group without a partner.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new([
            ("first", Align::Left),
            ("second", Align::Left),
            ("rows", Align::Right),
            ("of first", Align::Right),
            ("of second", Align::Right),
            ("Jaccard", Align::Right),
        ]);
        let first = |group| Names::first(self.names.as_deref(), group);
        let second = |group| Names::second(self.names.as_deref(), group);
        for pair in &self.matches {
            let figures = [pair.of_first, pair.of_second, pair.jaccard].map(number);
            let head = [first(pair.first), second(pair.second), count(pair.rows as usize)];
            table.row(head.into_iter().chain(figures));
        }
        self.only_first.iter().for_each(|group| table.row([first(*group), "–".to_owned()]));
        self.only_second.iter().for_each(|group| table.row(["–".to_owned(), second(*group)]));
        writeln!(f, "{table}")?;
        write!(f, "matched: {}", share(self.matched as usize, self.rows as usize))
    }
}
