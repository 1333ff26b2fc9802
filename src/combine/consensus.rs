//! What several segmentations agree upon.
//!
//! Clusterings of the same customers by other methods, other features or other seeds differ. Who is together in most of
//! them belongs together; who is here and there lies between. A consensus finds those groups and says of each customer to
//! what degree they are in them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::parallel;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::segmenter::{Fit, Reads, Segmenter};
use crate::value::Value;

use super::agreement::{Cell, agreement, groups};
use super::reasons;

/// Most cells that a tree is made of; four million disagreements take 32 MB. Lighter ones go to the group they agree
/// with most.
const MOST_CELLS: usize = 2_000;

type Parts = Arc<Vec<Box<dyn Segmenter<Segment = Label>>>>;

/// Groups of customers upon whom several segmenters agree.
///
/// ```
/// use segmentry::combine::Consensus;
/// use segmentry::customer::Customers;
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::tier::Tiers;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bo", "cy", "di"])?
///     .with_column("orders", Column::integers([1, 2, 40, 50]))?
///     .with_column("spend", Column::numbers([10.0, 20.0, 700.0, 90.0]))?
///     .with_column("visits", Column::integers([3, 1, 90, 80]))?;
/// let much = |name: &str, from| Tiers::on(name).tier("much", from).otherwise("little").erase();
/// let parts = vec![much("orders", 12.0), much("spend", 100.0), much("visits", 20.0)];
/// let model = Consensus::of(parts).fit(&customers)?;
/// let placed = model.segment(&customers)?;
/// assert_eq!(placed.sizes(), [2, 2]); // `di` spends little, but two of three put her beside `cy`
/// assert!(model.agreement() > 0.8);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How it works
///
/// 1. Customers whom all parts treat alike are one cell.
/// 2. Two cells agree to the share of parts that put both into the same segment: the co-association of A. Fred and A.
///    Jain (2005, DOI 10.1109/TPAMI.2005.113). A part that has no place for one of them has no vote.
/// 3. Cells are joined by average linkage, each counting as many times as it has customers, until the number of groups is
///    the one asked for, or until no two groups agree in more than half of the parts.
/// 4. A customer whose cell nobody had is in the group that it agrees with most.
///
/// # Cost
///
/// One run of each part, then O(m²) for m different cells, of which the 2,000 heaviest make the tree.
///
/// # Determinism
///
/// It depends on the customers and not on their order; nothing is drawn.
///
/// # Missing values
///
/// A customer whom no part has a place for is unassigned, with the reasons of the parts.
pub struct Consensus {
    parts: Parts,
    k: Option<usize>,
}

impl Consensus {
    /// The consensus of these segmenters; [`Segmenter::erase`] makes one of any.
    pub fn of(parts: Vec<Box<dyn Segmenter<Segment = Label>>>) -> Self {
        Consensus { parts: Arc::new(parts), k: None }
    }

    /// Sets how many groups there are. Default: as many as no majority of parts joins.
    #[must_use]
    pub fn groups(mut self, k: usize) -> Self {
        self.k = Some(k);
        self
    }
}

impl Fit for Consensus {
    type Model = ConsensusModel;

    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<ConsensusModel> {
        if self.k == Some(0) {
            return Err(Error::parameter("groups", "at least 1", 0));
        }
        check_parts(&self.parts)?;
        let total = self.parts.len() as u64;
        let mut placed = Vec::with_capacity(self.parts.len());
        for (done, part) in self.parts.iter().enumerate() {
            progress.step("segmenters", done as u64, total)?;
            placed.push(part.segment(customers)?);
        }
        progress.step("segmenters", total, total)?;
        let (cells, weights) = heaviest_first(&placed, customers);
        if cells.is_empty() {
            return Err(Error::empty("customers whom a segmenter has a place for"));
        }
        let kept = cells.len().min(MOST_CELLS);
        let grouped = groups(&cells[..kept], &weights[..kept], |count, apart| match self.k {
            Some(k) => count <= k,
            None => apart >= 0.5,
        });
        let segments: Vec<Vec<Label>> = self.parts.iter().map(|part| part.segments()).collect();
        let map = ConsensusMap::new(cells, weights, &grouped, &segments);
        ConsensusModel::over(Arc::clone(&self.parts), map)
    }
}

/// # Errors
/// If there are fewer than two.
fn check_parts(parts: &Parts) -> Result<()> {
    match parts.len() {
        0 | 1 => Err(Error::length("segmenters of a consensus", parts.len(), 2)),
        _ => Ok(()),
    }
}

/// The different cells with their weights, the heaviest first; who is nowhere has none.
fn heaviest_first(placed: &[Segmentation<Label>], customers: &Customers) -> (Vec<Cell>, Vec<f64>) {
    let mut sums: HashMap<Cell, f64> = HashMap::new();
    for row in 0..customers.len() {
        let cell: Cell = placed.iter().map(|part| part.index(row).and_then(|at| u32::try_from(at).ok())).collect();
        let weight = customers.weights().map_or(1.0, |weights| weights[row]);
        if weight > 0.0 && cell.iter().any(Option::is_some) {
            *sums.entry(cell).or_default() += weight;
        }
    }
    let mut cells: Vec<(Cell, f64)> = sums.into_iter().collect();
    cells.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    cells.into_iter().unzip()
}

/// Which cells make which group: what a consensus has learnt.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ConsensusMap {
    groups: Vec<Label>,
    /// The different cells, the heaviest first, with the group and the weight of each.
    cells: Vec<(Cell, u32, f64)>,
}

impl ConsensusMap {
    /// Groups are numbered by weight, the heaviest first; cells beyond the tree go to the group they agree with most.
    fn new(cells: Vec<Cell>, weights: Vec<f64>, grouped: &[usize], segments: &[Vec<Label>]) -> Self {
        let mut roots: Vec<usize> = grouped.to_vec();
        roots.sort_unstable();
        roots.dedup();
        let weight = |root: usize| -> f64 {
            grouped.iter().zip(&weights).filter(|(group, _)| **group == root).map(|(_, weight)| *weight).sum()
        };
        roots.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)).then(a.cmp(b)));
        let number = |root: usize| roots.iter().position(|other| *other == root).unwrap_or(0) as u32;
        let in_tree = |(at, root): (usize, &usize)| (cells[at].clone(), number(*root), weights[at]);
        let mut map = ConsensusMap {
            groups: (0..roots.len()).map(|at| Label::new(format!("group_{}", at + 1))).collect(),
            cells: grouped.iter().enumerate().map(in_tree).collect(),
        };
        let light: Vec<_> = cells[grouped.len()..].iter().zip(&weights[grouped.len()..]).collect();
        let later: Vec<_> = light.into_iter().map(|(cell, w)| (cell.clone(), map.nearest(cell).0 as u32, *w)).collect();
        map.cells.extend(later);
        map.groups = (0..map.groups.len()).map(|group| map.label(group, segments)).collect();
        map
    }

    /// A group, described by the segments in which most of its members are: `High spend · Frequent`.
    fn label(&self, group: usize, segments: &[Vec<Label>]) -> Label {
        let most = |(part, labels): (usize, &Vec<Label>)| {
            let mut sums = vec![0.0; labels.len()];
            for (cell, of, weight) in &self.cells {
                if let Some(slot) =
                    cell[part].and_then(|at| sums.get_mut(at as usize)).filter(|_| *of as usize == group)
                {
                    *slot += weight;
                }
            }
            let best = (0..sums.len()).fold(0, |best, at| if sums[at] > sums[best] { at } else { best });
            labels.get(best).map(|label| label.label().into_owned())
        };
        let names: Vec<String> = segments.iter().enumerate().filter_map(most).collect();
        Label::new(format!("group_{}", group + 1)).described(names.join(" · "))
    }

    /// The groups, the heaviest first.
    pub fn groups(&self) -> &[Label] {
        &self.groups
    }

    /// How many different cells the parts made.
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// To what degree a cell agrees with each group: the mean over its members.
    fn degrees(&self, cell: &[Option<u32>]) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.groups.len()];
        for (other, group, weight) in &self.cells {
            let sum = &mut sums[*group as usize];
            sum.0 += weight * agreement(cell, other);
            sum.1 += weight;
        }
        sums.into_iter().map(|(sum, weight)| if weight > 0.0 { sum / weight } else { 0.0 }).collect()
    }

    /// The group that a cell agrees with most, and to what degree.
    fn nearest(&self, cell: &[Option<u32>]) -> (usize, f64) {
        let degrees = self.degrees(cell).into_iter().enumerate();
        degrees.fold((0, f64::NEG_INFINITY), |best, (at, degree)| if degree > best.1 { (at, degree) } else { best })
    }

    /// # Errors
    /// If a cell has another number of parts, a segment or group that is not there, or no weight.
    fn check(&self, parts: &[Vec<Label>]) -> Result<()> {
        for (cell, group, weight) in &self.cells {
            if cell.len() != parts.len() {
                return Err(Error::length("segments of a cell", cell.len(), parts.len()));
            }
            let strange = cell.iter().zip(parts).any(|(at, part)| at.is_some_and(|at| at as usize >= part.len()));
            if strange || *group as usize >= self.groups.len() || !(weight.is_finite() && *weight > 0.0) {
                return Err(Error::definition("a cell of the consensus is not one of its segmenters or groups"));
            }
        }
        if self.cells.is_empty() { Err(Error::empty("cells of the consensus")) } else { Ok(()) }
    }
}

/// A consensus that was learnt: a segmenter like any other, whose segments are the groups.
///
/// To save it, save its segmenters and its [`map`](ConsensusModel::map); [`ConsensusModel::new`] puts them together again.
/// Its segmentations have degrees of membership: how much a customer agrees with the members of each group.
pub struct ConsensusModel {
    parts: Parts,
    map: ConsensusMap,
    numbers: Vec<HashMap<Label, u32>>,
    known: HashMap<Cell, u32>,
}

impl ConsensusModel {
    /// A saved map and its segmenters, in the order in which the map was learnt.
    ///
    /// # Errors
    /// If the map is of other segmenters.
    pub fn new(parts: Vec<Box<dyn Segmenter<Segment = Label>>>, map: ConsensusMap) -> Result<Self> {
        ConsensusModel::over(Arc::new(parts), map)
    }

    fn over(parts: Parts, map: ConsensusMap) -> Result<Self> {
        check_parts(&parts)?;
        let segments: Vec<Vec<Label>> = parts.iter().map(|part| part.segments()).collect();
        map.check(&segments)?;
        let number = |list: &Vec<Label>| list.iter().zip(0..).map(|(label, at)| (label.clone(), at)).collect();
        let numbers = segments.iter().map(number).collect();
        let known = map.cells.iter().map(|(cell, group, _)| (cell.clone(), *group)).collect();
        Ok(ConsensusModel { parts, map, numbers, known })
    }

    /// What was learnt.
    pub fn map(&self) -> &ConsensusMap {
        &self.map
    }

    /// To what degree the customers learnt from agree with their own group, on average: 1 if all parts say the same.
    pub fn agreement(&self) -> f64 {
        let own = |(cell, group, weight): &(Cell, u32, f64)| weight * self.map.degrees(cell)[*group as usize];
        let total: f64 = self.map.cells.iter().map(|(_, _, weight)| weight).sum();
        self.map.cells.iter().map(own).sum::<f64>() / total
    }

    fn cell(&self, customer: &dyn Customer) -> Result<Cell> {
        let mut cell = Cell::with_capacity(self.parts.len());
        for (part, numbers) in self.parts.iter().zip(&self.numbers) {
            cell.push(match part.assign(customer)? {
                Some(label) => Some(*numbers.get(&label).ok_or_else(|| reasons::not_among(label.key()))?),
                None => None,
            });
        }
        Ok(cell)
    }

    /// The group of a cell; `None` of one that no part has a place for.
    fn group(&self, cell: &Cell) -> Option<usize> {
        if cell.iter().all(Option::is_none) {
            return None;
        }
        Some(self.known.get(cell).map_or_else(|| self.map.nearest(cell).0, |group| *group as usize))
    }
}

impl Segmenter for ConsensusModel {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.map.groups.clone()
    }

    fn reads(&self) -> Reads {
        self.parts.iter().fold(Reads::default(), |reads, part| reads.and(part.reads()))
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        let group = self.group(&self.cell(customer)?);
        Ok(group.and_then(|group| self.map.groups.get(group).cloned()))
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let parts = self.parts.iter().map(|part| part.explain(customer)).collect::<Result<Vec<_>>>()?;
        let cell = self.cell(customer)?;
        let Some(group) = self.group(&cell) else {
            let count = parts.len();
            let told = parts
                .iter()
                .enumerate()
                .filter_map(|(at, part)| part.reason.as_ref().map(|reason| reasons::of_part(reason, at, count)));
            return Ok(Explanation::unassigned(customer.id(), reasons::joined(told)));
        };
        let degrees = self.map.degrees(&cell);
        let mut explanation = Explanation::assigned(customer.id(), &self.map.groups[group]);
        for (at, part) in parts.iter().enumerate() {
            if let Some(label) = &part.segment {
                let key = label.key();
                let evidence = Evidence::new(format!("part {} of {}", at + 1, parts.len()), Value::Text(&key));
                explanation = explanation.because(evidence);
            }
        }
        for (label, degree) in self.map.groups.iter().zip(&degrees) {
            let meaning = "the share of parts that put the customer beside a member, on average";
            let evidence = Evidence::new(format!("agreement with `{}`", label.label()), Value::Number(*degree));
            explanation = explanation.because(evidence.meaning(meaning));
        }
        Ok(explanation)
    }

    fn notes(&self) -> Vec<String> {
        self.parts.iter().flat_map(|part| part.notes()).collect()
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        let placed = parallel::map(self.parts.len(), |at| self.parts.get(at).map(|part| part.segment(customers)));
        let (mut parts, mut errors) = (Vec::new(), Vec::new());
        for part in placed.into_iter().flatten() {
            match part {
                Ok(part) => parts.push(part),
                Err(error) => errors.push(error),
            }
        }
        if let Some(error) = reasons::earlier(errors) {
            return Err(error);
        }
        let count = parts.len();
        let rows = parallel::map_chunks(customers.len(), parallel::CHUNK, |rows| {
            let mut out: Vec<(Result<usize, Reason>, Vec<f64>)> = Vec::with_capacity(rows.len());
            let mut seen: HashMap<Cell, (usize, Vec<f64>)> = HashMap::new();
            for row in rows {
                let cell: Cell =
                    parts.iter().map(|part| part.index(row).and_then(|at| u32::try_from(at).ok())).collect();
                out.push(match self.group(&cell) {
                    Some(group) => {
                        let degrees = || (group, self.map.degrees(&cell));
                        let (group, degrees) = seen.entry(cell.clone()).or_insert_with(degrees);
                        (Ok(*group), degrees.clone())
                    }
                    None => {
                        let told = parts.iter().enumerate().filter_map(|(at, part)| {
                            part.reason(row).map(|reason| reasons::of_part(reason, at, count))
                        });
                        (Err(reasons::joined(told)), vec![0.0; self.map.groups.len()])
                    }
                });
            }
            out
        });
        let mut degrees = ndarray::Array2::zeros((customers.len(), self.map.groups.len()));
        let mut places = Vec::with_capacity(customers.len());
        for (row, (place, of)) in rows.into_iter().flatten().enumerate() {
            degrees.row_mut(row).iter_mut().zip(of).for_each(|(slot, degree)| *slot = degree);
            places.push(place);
        }
        Segmentation::new(customers, self.map.groups.clone(), places)?.with_memberships(degrees)
    }
}
