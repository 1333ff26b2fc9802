//! One pass over the rows: each to its nearest centroid, and the sums of the clusters kept up to date.
//!
//! A chunk of rows has sums of its own. A row that stays where it is costs nothing there, so after the first iterations
//! hardly anything is added; a chunk adds up afresh when it has moved rows four times as often as it has rows, so that
//! what rounding does stays as small as in one sum. Chunks are added in their order.
//!
//! A block of sixteen rows remembers until when nothing can change: centroids together may move so far as the least
//! difference, among its rows, between the nearest centroid and the next (G. Hamerly 2010, for single rows,
//! DOI 10.1137/1.9781611972801.12). Until then the block is not even read.

use super::exact::{Centroids, Rows, Value};
use super::lane::{LANES, Lane};
use super::packed::Packed;
use super::scan::{AT_ONCE, Nearest, Scan, Table};
use crate::math::simd::Level;

/// The label of a row that has none yet.
pub(super) const NONE: u32 = u32::MAX;

/// What is known of the rows of one chunk.
#[derive(Clone)]
pub(super) struct Part {
    /// The cluster of each row, filled up to whole blocks.
    pub(super) labels: Vec<u32>,
    /// For each block: how far centroids must have moved altogether before it is worth reading.
    pub(super) limits: Vec<f64>,
    /// The weighted sums of the rows of each cluster, less the middle.
    pub(super) sums: Vec<f64>,
    /// The weight of each cluster.
    pub(super) counts: Vec<f64>,
    /// How many rows came to another cluster in the last pass.
    pub(super) moved: usize,
    /// How many rows single precision could not decide in the last pass.
    pub(super) unsure: usize,
    /// Rows that were as near to another centroid in the last pass.
    pub(super) tied: Vec<usize>,
    /// How many rows that count each cluster has: weights that were added and taken off again may leave a trace.
    members: Vec<u32>,
    /// How many rows were added or taken off since the sums were made.
    changes: usize,
    /// A row of more weight, or weight times distance, than this is not taken off sums: its rounding would stay behind.
    heavy: [f64; 2],
    len: usize,
}

impl Part {
    /// Rows without labels.
    pub(super) fn new(len: usize, clusters: usize, dimensions: usize, heavy: [f64; 2]) -> Self {
        Part {
            labels: vec![NONE; len.next_multiple_of(LANES)],
            limits: vec![f64::NEG_INFINITY; len.div_ceil(LANES)],
            sums: vec![0.0; clusters * dimensions],
            counts: vec![0.0; clusters],
            moved: 0,
            unsure: 0,
            tied: Vec::new(),
            members: vec![0; clusters],
            changes: 0,
            heavy,
            len,
        }
    }

    /// The clusters of the rows.
    pub(super) fn labels(&self) -> &[u32] {
        &self.labels[..self.len]
    }

    /// Adds a row to a cluster, or takes it off if its weight is negative.
    #[inline(always)]
    fn add<V: Value>(&mut self, row: &[V], weight: f64, shift: &[f64], cluster: usize) {
        self.counts[cluster] += weight;
        let sums = &mut self.sums[cluster * row.len()..(cluster + 1) * row.len()];
        // four greatest parts side by side: one alone would wait for itself at every column
        let mut greatest = [0.0_f64; 4];
        let mut sums = sums.chunks_exact_mut(4);
        let (mut parts, mut middles) = (row.chunks_exact(4), shift.chunks_exact(4));
        for ((sums, row), middles) in sums.by_ref().zip(parts.by_ref()).zip(middles.by_ref()) {
            for at in 0..4 {
                let part = weight * (row[at].wide() - middles[at]);
                sums[at] += part;
                greatest[at] = if part.abs() > greatest[at] { part.abs() } else { greatest[at] };
            }
        }
        let rest = sums.into_remainder().iter_mut().zip(parts.remainder()).zip(middles.remainder());
        for (((sum, x), middle), most) in rest.zip(&mut greatest) {
            let part = weight * (x.wide() - middle);
            *sum += part;
            *most = if part.abs() > *most { part.abs() } else { *most };
        }
        let most = greatest.into_iter().fold(0.0, f64::max);
        self.changes = self.changes.saturating_add(if weight.abs() > self.heavy[0] || most > self.heavy[1] {
            usize::MAX
        } else {
            1
        });
    }

    /// Gives a row another cluster.
    #[inline(always)]
    pub(super) fn relabel<V: Value>(&mut self, at: usize, row: &[V], weight: f64, shift: &[f64], cluster: u32) {
        let before = std::mem::replace(&mut self.labels[at], cluster) as usize;
        self.moved += 1;
        if weight <= 0.0 {
            return;
        }
        if before != NONE as usize {
            self.members[before] -= 1;
            self.add(row, -weight, shift, before);
            if self.members[before] == 0 {
                self.counts[before] = 0.0;
                self.sums[before * row.len()..(before + 1) * row.len()].fill(0.0);
            }
        }
        self.members[cluster as usize] += 1;
        self.add(row, weight, shift, cluster as usize);
    }

    /// Adds up afresh.
    fn refresh<V: Value>(&mut self, rows: &Rows<'_, V>, first: usize, shift: &[f64]) {
        self.sums.fill(0.0);
        self.counts.fill(0.0);
        for at in 0..self.len {
            let cluster = self.labels[at] as usize;
            self.add(rows.row(first + at), rows.weight(first + at), shift, cluster);
        }
        self.changes = 0;
    }
}

/// What all chunks need in a pass.
pub(super) struct Pass<'a, V, T> {
    /// The rows as they came.
    pub(super) rows: &'a Rows<'a, V>,
    /// The rows as kernels read them.
    pub(super) packed: &'a Packed<T>,
    /// The centroids as kernels read them.
    pub(super) table: &'a Table<T>,
    /// The centroids as they are.
    pub(super) centroids: &'a Centroids,
    /// How far the centroids have moved altogether, in the scale of the packed rows.
    pub(super) drift: f64,
    /// Whether blocks shall remember until when nothing can change.
    pub(super) bounded: bool,
    /// With which instructions.
    pub(super) level: Level,
}

/// The pass over one chunk of rows.
pub(super) fn assign<V: Value, T: Lane>(pass: &Pass<'_, V, T>, chunk: usize, part: &mut Part) {
    let Pass { rows, packed, table, centroids, drift, bounded, level } = *pass;
    let first = chunk * packed.chunk;
    (part.moved, part.unsure) = (0, 0);
    part.tied.clear();
    let mut found = Nearest::room();
    let mut wanted = Vec::with_capacity(AT_ONCE);
    let mut next = 0;
    while next < part.limits.len() {
        wanted.clear();
        while next < part.limits.len() && wanted.len() < AT_ONCE {
            if drift >= part.limits[next] {
                wanted.push(next);
            }
            next += 1;
        }
        let blocks = &packed.blocks[chunk];
        level.run(Scan { blocks, wanted: &wanted, table, gaps: bounded, found: &mut found });
        for (at, found) in wanted.iter().zip(&found) {
            part.limits[*at] = if bounded { drift + found.gap.wide() } else { f64::NEG_INFINITY };
            part.settle(rows, centroids, packed, first, *at, found);
        }
    }
    if part.changes > 4 * part.len {
        part.refresh(rows, first, &packed.shift);
    }
}

impl Part {
    /// Takes over what a block came to.
    #[inline]
    fn settle<V: Value, T: Lane>(
        &mut self,
        rows: &Rows<'_, V>,
        centroids: &Centroids,
        packed: &Packed<T>,
        first: usize,
        block: usize,
        found: &Nearest<T>,
    ) {
        let labels = &self.labels[block * LANES..(block + 1) * LANES];
        let mut open = 0;
        for (lane, label) in labels.iter().enumerate() {
            open |= u32::from(!found.certain(lane)) | (found.cluster[lane] ^ label);
        }
        if open == 0 {
            return;
        }
        for lane in 0..LANES.min(self.len - block * LANES) {
            let (mut cluster, here) = (found.cluster[lane], block * LANES + lane);
            if !found.certain(lane) {
                let nearest = centroids.nearest(rows.row(first + here));
                cluster = nearest.cluster as u32;
                self.unsure += 1;
                if nearest.tied {
                    self.tied.push(first + here);
                }
            }
            if cluster != self.labels[here] {
                self.relabel(here, rows.row(first + here), rows.weight(first + here), &packed.shift, cluster);
            }
        }
    }
}
