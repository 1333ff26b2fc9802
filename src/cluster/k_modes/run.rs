//! The search for modes: rows go to the nearest mode, modes become what is most frequent, until nothing changes.
//!
//! One iteration is three steps:
//!
//! 1. each row goes to the mode that differs in the fewest columns, all rows at once and in parallel;
//! 2. a mode that nobody went to takes the row that is furthest from its own;
//! 3. the mode of each column becomes the category that is most frequent among the cluster's rows.
//!
//! Neither step raises the cost, and there are finitely many ways to place rows, so it rests after a few iterations.
//! Counts are kept: only rows that moved are counted again, which after the first iterations are few.
//!
//! # Ties
//!
//! Many rows lie between two modes, as distances are small whole numbers. Such a row goes to the larger cluster.
//! While the search runs that is the larger of the iteration before; at the end rows are placed until sizes agree
//! with it, so that the model places each row where it was.

use std::cmp::Ordering;

use crate::cluster::empty;
use crate::error::Result;
use crate::parallel;
use crate::progress::Progress;

use super::codes::{BLOCK, Code, Lookup, Packed, mismatches};

/// Rows in a chunk of work: blocks.
const CHUNK: usize = 16 * BLOCK;
/// Rounds in which rows between two modes may go to the larger cluster.
const SETTLE: usize = 20;
/// Iterations in a row that may lower nothing before the search rests; ties can move rows for ever.
const STILL: usize = 5;

/// The rows, packed.
pub(super) struct Rows<'a, C> {
    /// Their codes.
    pub(super) packed: Packed<C>,
    /// What the codes of each column stand for.
    pub(super) lookups: &'a [Lookup],
    /// The codes that say nothing, if what is missing does.
    pub(super) missing: Option<Vec<C>>,
    /// How much each row counts; none is 1 each.
    pub(super) weights: Option<&'a [f64]>,
    /// How many rows.
    pub(super) len: usize,
}

/// Where a search came to.
pub(super) struct Reached<C> {
    /// Mode after mode, the largest cluster first.
    pub(super) modes: Vec<C>,
    /// The mode of each row.
    pub(super) labels: Vec<u16>,
    /// The weight of each cluster.
    pub(super) sizes: Vec<f64>,
    /// The number of columns in which rows differ from their modes, by weight.
    pub(super) cost: f64,
    /// How many iterations there were.
    pub(super) iterations: usize,
    /// Whether the modes stayed, or stopped to get better.
    pub(super) converged: bool,
    /// How often a mode that nobody went to was begun anew.
    pub(super) reseeded: usize,
}

impl<C: Code> Rows<'_, C> {
    /// How much a row counts.
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// The nearest mode of each row and how far it is; of equals the first in this order.
    /// O(n k d), in parallel. The distance of a block of rows to a mode is counted column by column, with one byte a
    /// row.
    pub(super) fn nearest(&self, modes: &[C], order: &[usize]) -> Vec<(u16, u16)> {
        let columns = self.packed.columns;
        let mut out = vec![(0, 0); self.len];
        parallel::fill(&mut out, CHUNK, |first, part| {
            let mut counts = [0; BLOCK];
            for (block, out) in part.chunks_mut(BLOCK).enumerate() {
                let codes = self.packed.block(first / BLOCK + block);
                let (mut labels, mut least) = ([0_u16; BLOCK], [u16::MAX; BLOCK]);
                for cluster in order {
                    let mode = &modes[cluster * columns..(cluster + 1) * columns];
                    mismatches(codes, mode, self.missing.as_deref(), &mut counts);
                    for ((label, least), count) in labels.iter_mut().zip(&mut least).zip(&counts) {
                        let nearer = *count < *least;
                        *label = if nearer { *cluster as u16 } else { *label };
                        *least = if nearer { *count } else { *least };
                    }
                }
                out.iter_mut().zip(labels.into_iter().zip(least)).for_each(|(out, found)| *out = found);
            }
        });
        out
    }

    /// The search from these modes.
    ///
    /// # Errors
    /// If `progress` stops the work.
    /// Each iteration takes O(n k d). The modes of a search that was cut off are those of its last iteration, and
    /// labels belong to them.
    pub(super) fn run(&self, mut modes: Vec<C>, iterations: usize, progress: &Progress<'_>) -> Result<Reached<C>> {
        let k = modes.len() / self.packed.columns;
        let mut counts = Counts::new(self, k);
        let (mut last, mut still, mut reseeded) = (f64::INFINITY, 0, 0);
        let (mut done, mut converged) = (0, false);
        let (mut order, mut sizes): (Vec<usize>, _) = ((0..k).collect(), vec![0.0; k]);
        while done < iterations && !converged {
            progress.step("iterations", done as u64, iterations as u64)?;
            done += 1;
            let mut placed = self.nearest(&modes, &order);
            reseeded += empty::refill(&mut placed, k, |row| self.weight(row) > 0.0);
            counts.update(self, &placed);
            sizes = self.sizes(&placed, k);
            let cost = self.cost(&placed);
            let next = counts.modes(self, &modes);
            still = if cost < last { 0 } else { still + 1 };
            last = cost;
            converged = next == modes || still >= STILL;
            if !converged {
                modes = next;
                order = self.order(&modes, &sizes);
            }
        }
        let mut placed = self.settle(&mut modes, &mut sizes);
        if sizes.contains(&0.0) {
            // a mode that nobody is nearest to, because there are no more different rows, is none
            let kept = modes.chunks(self.packed.columns).zip(&sizes).filter(|(_, size)| **size > 0.0);
            modes = kept.flat_map(|(mode, _)| mode.iter().copied()).collect();
            sizes.retain(|size| *size > 0.0);
            placed = self.settle(&mut modes, &mut sizes);
        }
        let cost = self.cost(&placed);
        let labels = placed.into_iter().map(|(label, _)| label).collect();
        Ok(Reached { modes, labels, sizes, cost, iterations: done, converged, reseeded })
    }

    /// The numbers of the clusters, the largest first; equal ones by their modes, code by code.
    fn order(&self, modes: &[C], sizes: &[f64]) -> Vec<usize> {
        let mode = |cluster: usize| modes[cluster * self.packed.columns..][..self.packed.columns].iter();
        let compare = |a: &usize, b: &usize| {
            let mut unequal = mode(*a).zip(mode(*b)).map(|(x, y)| x.number().cmp(&y.number()));
            sizes[*b].total_cmp(&sizes[*a]).then_with(|| unequal.find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
        };
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by(compare);
        order
    }

    /// Places all rows so that of modes at the same distance the larger cluster is nearer, and numbers the clusters in
    /// that order. Rows that go to the larger make it larger still: soon the order stays.
    fn settle(&self, modes: &mut Vec<C>, sizes: &mut Vec<f64>) -> Vec<(u16, u16)> {
        for _ in 0..SETTLE {
            let order = self.order(modes, sizes);
            let settled = order.iter().enumerate().all(|(rank, cluster)| rank == *cluster);
            let mode = |cluster: &usize| &modes[cluster * self.packed.columns..][..self.packed.columns];
            *modes = order.iter().flat_map(mode).copied().collect();
            let placed = self.nearest(modes, &(0..sizes.len()).collect::<Vec<_>>());
            let before = std::mem::replace(sizes, self.sizes(&placed, order.len()));
            if settled && *sizes == before {
                return placed;
            }
        }
        self.nearest(modes, &(0..sizes.len()).collect::<Vec<_>>())
    }

    /// The weight of each cluster.
    /// In the order of rows, so that the bits are the same on any number of threads.
    fn sizes(&self, placed: &[(u16, u16)], k: usize) -> Vec<f64> {
        let mut sizes = vec![0.0; k];
        placed.iter().enumerate().for_each(|(row, (label, _))| sizes[*label as usize] += self.weight(row));
        sizes
    }

    /// The sum of the distances, by weight.
    /// Whole where rows have no weights, and then exact.
    fn cost(&self, placed: &[(u16, u16)]) -> f64 {
        match self.weights {
            None => placed.iter().map(|(_, distance)| u64::from(*distance)).sum::<u64>() as f64,
            Some(weights) => {
                crate::math::sum::sum(placed.iter().zip(weights).map(|((_, distance), w)| w * f64::from(*distance)))
            }
        }
    }
}

/// How often each code of each column occurs in each cluster.
struct Counts {
    /// Cluster after cluster, in each column after column.
    counts: Vec<f64>,
    /// Where each column begins.
    starts: Vec<usize>,
    /// Where each row was counted; whole counts can be moved, weighted ones are added up anew.
    labels: Vec<u16>,
}

impl Counts {
    /// Nobody is counted yet.
    /// 8 bytes for each cluster and category.
    fn new<C: Code>(rows: &Rows<'_, C>, k: usize) -> Self {
        let mut starts = vec![0];
        for lookup in rows.lookups {
            starts.push(starts[starts.len() - 1] + lookup.codes());
        }
        Counts { counts: vec![0.0; k * starts[starts.len() - 1]], starts, labels: vec![u16::MAX; rows.len] }
    }

    /// Counts a row in a cluster, or with a negative weight counts it out.
    fn add<C: Code>(&mut self, rows: &Rows<'_, C>, row: usize, cluster: u16, weight: f64) {
        let width = self.starts[self.starts.len() - 1];
        let counts = &mut self.counts[cluster as usize * width..][..width];
        for (start, code) in self.starts.iter().zip(rows.packed.row(row)) {
            counts[start + code.number()] += weight;
        }
    }

    /// Counts the rows where they are now: those that moved, or all where they have weights.
    /// Whole counts stay exact however often rows move; sums of weights would not, so those are added up each time.
    fn update<C: Code>(&mut self, rows: &Rows<'_, C>, placed: &[(u16, u16)]) {
        if let Some(weights) = rows.weights {
            self.counts.fill(0.0);
            for (row, (label, _)) in placed.iter().enumerate() {
                self.add(rows, row, *label, weights[row]);
            }
            return;
        }
        for (row, (label, _)) in placed.iter().enumerate() {
            let old = self.labels[row];
            if old != *label {
                if old != u16::MAX {
                    self.add(rows, row, old, -1.0);
                }
                self.add(rows, row, *label, 1.0);
                self.labels[row] = *label;
            }
        }
    }

    /// The most frequent codes, of equals the lowest; a cluster with nobody keeps its mode.
    /// O(k u) for u categories of all columns.
    fn modes<C: Code>(&self, rows: &Rows<'_, C>, old: &[C]) -> Vec<C> {
        let columns = rows.packed.columns;
        let width = self.starts[columns];
        let mode = |at: usize| {
            let (cluster, column) = (at / columns, at % columns);
            let counts = &self.counts[cluster * width..][self.starts[column]..self.starts[column + 1]];
            let missing = rows.lookups[column].missing();
            let most = |best: (f64, usize), (code, count): (usize, &f64)| {
                let votes = rows.missing.is_none() || code != missing;
                if votes && *count > best.0 { (*count, code) } else { best }
            };
            match counts.iter().enumerate().fold((0.0, usize::MAX), most) {
                // nobody: the mode stays, unless nobody ever had that category
                (_, usize::MAX) if counts.iter().all(|count| *count == 0.0) => match old[at].number() {
                    code if code > missing => C::new(0),
                    code => C::new(code),
                },
                (_, usize::MAX) => C::new(missing),
                (_, code) => C::new(code),
            }
        };
        (0..old.len()).map(mode).collect()
    }
}
