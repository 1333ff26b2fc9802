//! The cheapest assignment of rows to clusters of limited size: an exact flow of least cost.
//!
//! Rows begin where they cost least. As long as a cluster is too large or too small, one row moves from a cluster to
//! another, perhaps through others in a chain, along the cheapest such chain: successive shortest paths in the graph of
//! clusters, in which the edge from one to another is the row of the one that loses least by moving. After each chain
//! the assignment is the cheapest of all with the same sizes, so the last is the cheapest of all within the limits.
//!
//! Costs are whole numbers of 2⁻¹⁰⁰ of the largest: sums are exact, chains end, and equals go by the lowest index.
//!
//! Why that is enough: what the cheapest assignment costs, as a function of the sizes of clusters, is convex in the way
//! of flows, and so is the penalty for sizes outside the limits. For such a function sizes that no move of one row from
//! a cluster to another makes better are the best of all. And a shortest chain leaves no cycle of moves that would gain
//! anything, so the assignment stays the cheapest for its sizes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a row too many or too few costs: more than any chain of rows, so that limits come before costs. Two of them and a
/// chain are within the numbers there are.
const PENALTY: i128 = 1 << 122;

/// Bits of the largest cost: twice those of a double's digits, so that what one far row costs does not round away what
/// near ones cost.
const BITS: i32 = 100;

/// The cluster of each row so that each cluster has `least` to `most` rows and the costs, `k` for each row, sum to the
/// least possible. The limits can be met: `k` times `least` is not above the number of rows, `k` times `most` not below.
///
/// O(n k log n) and O(k²) to O(k³) for each row that cannot be where it costs least.
pub(super) fn assign(costs: &[f64], k: usize, least: usize, most: usize) -> Vec<u32> {
    let mut flow = Flow::new(costs, k);
    while let Some(chain) = flow.cheapest_chain(least, most) {
        flow.move_along(&chain);
    }
    flow.labels
}

/// Rows on their way: where they are, and which would leave a cluster for another first.
///
/// At any time the assignment is the cheapest of all with the same sizes. `k` clusters make `k` × `k` heaps and edges,
/// the one from a cluster to another at `from` × `k` + `to`.
struct Flow {
    /// Clusters.
    k: usize,
    /// What each row costs at each cluster.
    costs: Vec<i128>,
    /// Where each row is.
    labels: Vec<u32>,
    /// How many rows each cluster has.
    counts: Vec<usize>,
    /// Rows of one cluster by what a move to another adds; also such as have left. Made when first asked for.
    leaving: Vec<BinaryHeap<Reverse<(i128, u32)>>>,
    /// The first of each heap that is still there.
    edges: Vec<Option<(i128, u32)>>,
    /// Whether heaps and edges are made: not where all rows can be where they cost least.
    ready: bool,
}

impl Flow {
    /// Every row where it costs least, the lowest of equals: the cheapest assignment of all, with or without its sizes.
    /// `costs` are finite and not negative, `k` for each row.
    ///
    /// O(n k).
    fn new(costs: &[f64], k: usize) -> Self {
        let largest = costs.iter().copied().fold(0.0, f64::max);
        // a power of two: the digits of a cost stay what they are
        let unit = if largest > 0.0 { 2_f64.powi(BITS - largest.log2().floor() as i32) } else { 0.0 };
        let costs: Vec<i128> = costs.iter().map(|cost| (cost * unit) as i128).collect();
        let mut counts = vec![0; k];
        let mut labels = Vec::with_capacity(costs.len() / k);
        for row in costs.chunks_exact(k) {
            let best = (1..k).fold(0, |best, cluster| if row[cluster] < row[best] { cluster } else { best });
            counts[best] += 1;
            labels.push(best as u32);
        }
        Flow { k, costs, labels, counts, leaving: Vec::new(), edges: vec![None; k * k], ready: false }
    }

    /// What moving a row from where it is to a cluster adds; less than nothing where it would gain. It does not change
    /// while a row stays.
    fn price(&self, row: u32, to: usize) -> i128 {
        let costs = &self.costs[row as usize * self.k..(row as usize + 1) * self.k];
        costs[to] - costs[self.labels[row as usize] as usize]
    }

    /// Makes the heaps and edges of all clusters. O(n k).
    fn prepare(&mut self) {
        let mut entries = vec![Vec::new(); self.k * self.k];
        for row in 0..self.labels.len() as u32 {
            let from = self.labels[row as usize] as usize;
            for to in (0..self.k).filter(|to| *to != from) {
                entries[from * self.k + to].push(Reverse((self.price(row, to), row)));
            }
        }
        self.leaving = entries.into_iter().map(BinaryHeap::from).collect();
        for cluster in 0..self.k {
            self.refresh(cluster);
        }
        self.ready = true;
    }

    /// Looks up the first rows that would leave a cluster; those that have left are thrown away on the way, each once.
    /// A row that came back stands twice, which does no harm: its price is the same.
    fn refresh(&mut self, from: usize) {
        for to in 0..self.k {
            let heap = &mut self.leaving[from * self.k + to];
            while heap.peek().is_some_and(|Reverse((_, row))| self.labels[*row as usize] as usize != from) {
                heap.pop();
            }
            self.edges[from * self.k + to] = heap.peek().map(|Reverse(edge)| *edge);
        }
    }

    /// The chain of clusters that makes the assignment better by most, from the one that loses a row to the one that
    /// gains it; `None` if nothing makes it better.
    ///
    /// As long as limits are not met the best chain makes one cluster less too large or too small: there is such a
    /// chain, as any cluster can give to any other directly.
    ///
    /// Shortest paths from all clusters at once, each entered with what it costs it to lose a row and left with what it
    /// costs to gain one (R. Bellman 1958, DOI 10.1090/qam/102435): few clusters, and no cycle gains anything.
    fn cheapest_chain(&mut self, least: usize, most: usize) -> Option<Vec<usize>> {
        let within = self.counts.iter().all(|count| (least..=most).contains(count));
        if within && !self.ready {
            return None; // all rows are where they cost least
        }
        if !self.ready {
            self.prepare();
        }
        let mut reached: Vec<Option<i128>> = self.counts.iter().map(|count| losing(*count, least, most)).collect();
        let mut before = vec![None; self.k];
        for _ in 0..self.k {
            let mut changed = false;
            for from in 0..self.k {
                let Some(so_far) = reached[from] else { continue };
                for (to, edge) in self.edges[from * self.k..(from + 1) * self.k].iter().enumerate() {
                    let Some((price, _)) = edge else { continue };
                    if reached[to].is_none_or(|known| so_far + price < known) {
                        reached[to] = Some(so_far + price);
                        before[to] = Some(from);
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
        let mut best: Option<(i128, usize)> = None;
        for (to, so_far) in reached.iter().enumerate().filter(|(to, _)| before[*to].is_some()) {
            let gained = so_far.unwrap_or(0) + gaining(self.counts[to], least, most);
            if gained < best.map_or(0, |(least, _)| least) {
                best = Some((gained, to));
            }
        }
        let mut chain = vec![best?.1];
        while let Some(from) = chain.last().and_then(|to| before[*to]) {
            chain.push(from);
        }
        chain.reverse();
        Some(chain)
    }

    /// Moves one row from each cluster of the chain to the next. A chain has no cluster twice, so all rows are different.
    fn move_along(&mut self, chain: &[usize]) {
        let steps: Vec<(usize, usize)> = chain.iter().copied().zip(chain.iter().copied().skip(1)).collect();
        let moved: Vec<(u32, usize)> =
            steps.iter().filter_map(|(from, to)| self.edges[from * self.k + to].map(|(_, row)| (row, *to))).collect();
        for (row, to) in &moved {
            self.labels[*row as usize] = *to as u32;
        }
        for (row, to) in moved {
            for other in (0..self.k).filter(|other| *other != to) {
                let price = self.price(row, other);
                self.leaving[to * self.k + other].push(Reverse((price, row)));
            }
        }
        if let (Some(first), Some(last)) = (chain.first(), chain.last()) {
            self.counts[*first] -= 1;
            self.counts[*last] += 1;
        }
        for cluster in chain {
            self.refresh(*cluster);
        }
    }
}

/// What it costs a cluster to lose a row: less than nothing if it has too many. It has none to lose if it is empty.
/// At the lower limit it costs a penalty, within the limits nothing.
fn losing(count: usize, least: usize, most: usize) -> Option<i128> {
    match count {
        0 => None,
        _ if count > most => Some(-PENALTY),
        _ if count <= least => Some(PENALTY),
        _ => Some(0),
    }
}

/// What it costs a cluster to gain a row: less than nothing if it has too few.
fn gaining(count: usize, least: usize, most: usize) -> i128 {
    match count {
        _ if count < least => -PENALTY,
        _ if count >= most => PENALTY,
        _ => 0,
    }
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
