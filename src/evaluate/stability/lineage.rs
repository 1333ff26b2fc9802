//! From one number of segments to the next: where the members of each segment come from.

use std::fmt;

use crate::error::{Error, Result};
use crate::evaluate::agreement::{Contingency, Matching};
use crate::evaluate::partition::Partition;
use crate::progress::Progress;
use crate::text::{Align, Table, count, number};

use super::refit::Refit;
use super::work;

/// Divisions of the same rows into more and more segments, and which segment comes from which.
///
/// A segment that stays together from solution to solution is there; one that is made anew of pieces of many each time
/// is a cut. Segments carry numbers through the solutions: one keeps the number of that segment before with which it
/// has most rows in common, matched one to one so that as many rows as possible keep theirs; others get new numbers.
///
/// Its `Display` is a table of flows. Written with serde it holds what a plot needs: a node for each segment, an edge
/// for each origin.
///
/// ```
/// use segmentry::evaluate::{Lineage, Partition};
///
/// let two = Partition::of([0, 0, 0, 0, 1, 1])?;
/// let three = Partition::of([2, 2, 1, 1, 0, 0])?; // the first of the two is halved
/// let lineage = Lineage::of(&[("2", two), ("3", three)])?;
/// let split = &lineage.splits()[0];
/// assert_eq!((split.solution.as_str(), split.segment, &split.into[..]), ("3", 0, &[0, 2][..]));
/// assert!(lineage.solutions[1].segments.iter().all(|segment| segment.stability == Some(1.0)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// O(n) a step, and the matching: O(k³) for k segments.
///
/// # Determinism
/// The same divisions give the same answer.
///
/// # References
/// S. Dolnicar and F. Leisch 2017, Using segment level stability to select target segments in data-driven market
/// segmentation studies, DOI 10.1007/s11002-017-9423-8. S. Dolnicar, B. Grün and F. Leisch 2018, Market Segmentation
/// Analysis, DOI 10.1007/978-981-10-8818-6, section 7.5.4.
///
/// # Differs from
/// R's flexclust numbers segments one by one in the order of solutions; here all of a solution are matched at once.
/// Rows that are in no segment are an origin of their own.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Lineage {
    /// The solutions, in the order in which they were given.
    pub solutions: Vec<Solution>,
}

/// One of the solutions of a [`Lineage`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Solution {
    /// What it was called: the number of segments, say.
    pub name: String,
    /// Its segments, by their numbers in the lineage.
    pub segments: Vec<Descendant>,
    /// How many rows are in no segment.
    pub in_none: usize,
}

/// A segment of a solution, and where its members were in the solution before.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Descendant {
    /// Its number in the lineage.
    pub segment: usize,
    /// Its number in its own division.
    pub group: usize,
    /// How many rows it has.
    pub size: usize,
    /// Where they were before, the largest part first; empty in the first solution.
    pub from: Vec<Origin>,
    /// The entropy of the origins' shares, in nats; `None` in the first solution.
    pub entropy: Option<f64>,
    /// Segment level stability across solutions: 1 minus the entropy over its most, the logarithm of the number of
    /// segments before. 1: all members come from one segment; 0: from all alike. 1 where there was one segment only.
    pub stability: Option<f64>,
}

/// A part of a segment's members that were together before.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Origin {
    /// The segment they were in, by its number in the lineage; `None` if in none.
    pub segment: Option<usize>,
    /// How many they are.
    pub rows: u64,
    /// Their share of the segment they are in now.
    pub share: f64,
    /// Their share of the segment they come from.
    pub of_origin: f64,
}

/// A segment that was divided: it is the main origin of two segments or more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Split {
    /// The solution in which it is divided.
    pub solution: String,
    /// The segment of the solution before.
    pub segment: usize,
    /// The segments whose members come from it for the largest part.
    pub into: Vec<usize>,
}

impl Lineage {
    /// The lineage of these divisions, each with what it is called, in this order.
    ///
    /// # Errors
    /// If there is no division, they are not of as many rows, or have so many groups that they cannot be matched.
    pub fn of<T: fmt::Display>(divisions: &[(T, Partition)]) -> Result<Self> {
        let mut solutions: Vec<Solution> = Vec::with_capacity(divisions.len());
        let mut known: Vec<usize> = Vec::new();
        let mut next = 0;
        for (at, (name, division)) in divisions.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| &divisions[before].1);
            let table = before.map(|before| table(before, division)).transpose()?;
            let numbers = numbers(before, division, &known, &mut next)?;
            let descend = |group: usize| {
                let from = table.as_ref().map(|table| origins(table, group, &known));
                Descendant {
                    segment: numbers[group],
                    group,
                    size: division.sizes()[group],
                    entropy: from.as_ref().map(|from| entropy(from)),
                    stability: from.as_ref().map(|from| {
                        let most = table.as_ref().map_or(1, |table| table.first_sizes().len()) as f64;
                        if most > 1.0 { (1.0 - entropy(from) / most.ln()).clamp(0.0, 1.0) } else { 1.0 }
                    }),
                    from: from.unwrap_or_default(),
                }
            };
            let mut segments: Vec<Descendant> = (0..division.groups()).map(descend).collect();
            segments.sort_by_key(|segment| segment.segment);
            solutions.push(Solution { name: name.to_string(), segments, in_none: division.in_none() });
            known = numbers;
        }
        if solutions.is_empty() {
            return Err(Error::empty("divisions"));
        }
        Ok(Lineage { solutions })
    }

    /// The lineage of what these methods or recipes find: one for each number of segments, say.
    ///
    /// # Errors
    /// As [`Lineage::of`], and if one refuses its rows or `progress` stops the work.
    pub fn among<T: fmt::Display + Sync>(refits: &[(T, Refit<'_>)], progress: &Progress<'_>) -> Result<Self> {
        let found = work::run("divisions", refits.len(), progress, |at, progress| {
            Ok((refits[at].0.to_string(), refits[at].1.whole(progress)?.partition))
        })?;
        Lineage::of(&found)
    }

    /// Which segment is divided where.
    pub fn splits(&self) -> Vec<Split> {
        let mut splits = Vec::new();
        for solution in &self.solutions {
            let main = |segment: &Descendant| segment.from.first().and_then(|origin| origin.segment);
            let mut origins: Vec<usize> = solution.segments.iter().filter_map(main).collect();
            origins.sort_unstable();
            for same in origins.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
                let children = solution.segments.iter().filter(|segment| main(segment) == Some(same[0]));
                let into = children.map(|segment| segment.segment).collect();
                splits.push(Split { solution: solution.name.clone(), segment: same[0], into });
            }
        }
        splits
    }
}

/// Rows by group before (those in none are the last) and group now.
fn table(before: &Partition, now: &Partition) -> Result<Contingency> {
    Contingency::new(&before.clone().none_as_group(), now)
}

/// The numbers of a solution's groups in the lineage.
fn numbers(before: Option<&Partition>, now: &Partition, known: &[usize], next: &mut usize) -> Result<Vec<usize>> {
    let mut numbers = vec![None; now.groups()];
    if let Some(before) = before
        && before.groups() > 0
        && let Ok(table) = Contingency::new(before, now)
    {
        for pair in Matching::of(&table)?.matches() {
            numbers[pair.second] = known.get(pair.first).copied();
        }
    }
    let mut new = || {
        *next += 1;
        *next - 1
    };
    Ok(numbers.into_iter().map(|number| number.unwrap_or_else(&mut new)).collect())
}

/// Where the rows of a group were, the largest part first, then by number.
fn origins(table: &Contingency, group: usize, known: &[usize]) -> Vec<Origin> {
    let size = table.second_sizes()[group] as f64;
    let cells = table.cells().filter(|(_, now, _)| *now == group);
    let mut origins: Vec<Origin> = cells
        .map(|(before, _, rows)| Origin {
            segment: known.get(before).copied(),
            rows,
            share: rows as f64 / size,
            of_origin: rows as f64 / table.first_sizes()[before] as f64,
        })
        .collect();
    origins.sort_by_key(|origin| (std::cmp::Reverse(origin.rows), origin.segment.unwrap_or(usize::MAX)));
    origins
}

fn entropy(from: &[Origin]) -> f64 {
    -crate::math::sum::sum(from.iter().map(|origin| origin.share * origin.share.ln())) + 0.0
}

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |value: f64| number((value * 1e3).round() / 1e3);
        let heads = [("solution", Align::Left), ("segment", Align::Right), ("size", Align::Right)];
        let ends = [("stability", Align::Right), ("from", Align::Left)];
        let mut table = Table::new(heads.into_iter().chain(ends));
        for solution in &self.solutions {
            for segment in &solution.segments {
                let from = |origin: &Origin| {
                    let name = origin.segment.map_or_else(|| "none".to_owned(), |segment| segment.to_string());
                    format!("{name}: {}", count(origin.rows as usize))
                };
                let from: Vec<String> = segment.from.iter().map(from).collect();
                let stability = segment.stability.map_or(String::new(), short);
                let cells = [segment.segment.to_string(), count(segment.size), stability, from.join(", ")];
                table.row([solution.name.clone()].into_iter().chain(cells));
            }
        }
        write!(f, "{table}")
    }
}
