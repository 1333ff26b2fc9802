//! The cheapest assignment of rows to clusters of limited size: an exact flow of least cost.
//!
//! Rows begin where they cost least. As long as a cluster is too large or too small, one row moves from a cluster to
//! another, perhaps through others in a chain, along the cheapest such chain: successive shortest paths in the graph of
//! clusters, in which the edge from one to another is the row of the one that loses least by moving. After each chain
//! the assignment is the cheapest of all with the same sizes, so the last is the cheapest of all within the limits.
//!
//! Costs are whole numbers of 2⁻¹⁰⁰ of the largest: sums are exact, chains end, and equals go by the lowest index.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a row too many or too few costs: more than any chain of rows.
const PENALTY: i128 = 1 << 122;

/// Bits of the largest cost.
const BITS: i32 = 100;

/// The cluster of each row so that each cluster has `least` to `most` rows and the costs, `k` for each row, sum to the
/// least possible. The limits can be met.
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
struct Flow {
    k: usize,
    costs: Vec<i128>,
    labels: Vec<u32>,
    counts: Vec<usize>,
    /// Rows of one cluster by what a move to another adds; also such as have left. Made when first asked for.
    leaving: Vec<BinaryHeap<Reverse<(i128, u32)>>>,
    /// The first of each heap that is still there.
    edges: Vec<Option<(i128, u32)>>,
    ready: bool,
}

impl Flow {
    /// Every row where it costs least, the lowest of equals.
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

    /// What moving a row from a cluster to another adds.
    fn price(&self, row: u32, to: usize) -> i128 {
        let costs = &self.costs[row as usize * self.k..(row as usize + 1) * self.k];
        costs[to] - costs[self.labels[row as usize] as usize]
    }

    /// Makes the heaps and edges of all clusters.
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

    /// Looks up the first rows that would leave a cluster.
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
    fn cheapest_chain(&mut self, least: usize, most: usize) -> Option<Vec<usize>> {
        let within = self.counts.iter().all(|count| (least..=most).contains(count));
        if within && !self.ready {
            return None; // all rows are where they cost least
        }
        if !self.ready {
            self.prepare();
        }
        // Bellman and Ford: few clusters, and no cycle gains anything
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

    /// Moves one row from each cluster of the chain to the next.
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

/// What it costs a cluster to lose a row; it has none to lose if it is empty.
fn losing(count: usize, least: usize, most: usize) -> Option<i128> {
    match count {
        0 => None,
        _ if count > most => Some(-PENALTY),
        _ if count <= least => Some(PENALTY),
        _ => Some(0),
    }
}

/// What it costs a cluster to gain a row.
fn gaining(count: usize, least: usize, most: usize) -> i128 {
    match count {
        _ if count < least => -PENALTY,
        _ if count >= most => PENALTY,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::assign;
    use crate::math::random::Random;

    /// The least sum of all assignments within the limits, by trying all.
    fn least_of_all(costs: &[f64], k: usize, least: usize, most: usize) -> f64 {
        let n = costs.len() / k;
        let mut best = f64::INFINITY;
        for code in 0..k.pow(n as u32) {
            let labels: Vec<usize> = (0..n).map(|row| code / k.pow(row as u32) % k).collect();
            let count = |cluster| labels.iter().filter(|label| **label == cluster).count();
            if (0..k).all(|cluster| (least..=most).contains(&count(cluster))) {
                best = best.min(labels.iter().enumerate().map(|(row, label)| costs[row * k + label]).sum());
            }
        }
        best
    }

    #[test]
    fn no_assignment_within_the_limits_is_cheaper() {
        let mut random = Random::new(11, 0);
        for round in 0..300 {
            let (k, n) = (2 + round % 2, 3 + round % 5);
            let least = random.below(n / k + 1);
            let most = n.div_ceil(k) + random.below(2);
            // whole costs in every other round: many equals
            let draw = |random: &mut Random| if round % 2 == 0 { random.uniform() } else { random.below(4) as f64 };
            let costs: Vec<f64> = (0..n * k).map(|_| draw(&mut random)).collect();
            let labels = assign(&costs, k, least, most);
            let sum: f64 = labels.iter().enumerate().map(|(row, label)| costs[row * k + *label as usize]).sum();
            for cluster in 0..k as u32 {
                let count = labels.iter().filter(|label| **label == cluster).count();
                assert!((least..=most).contains(&count), "{labels:?} {least} {most}");
            }
            let best = least_of_all(&costs, k, least, most);
            assert!((sum - best).abs() < 1e-12, "{sum} {best} {costs:?} {least} {most}");
        }
    }

    #[test]
    fn all_rows_at_one_place_are_divided() {
        let mut labels = assign(&[0.0; 18], 3, 2, 2);
        labels.sort_unstable();
        assert_eq!(labels, [0, 0, 1, 1, 2, 2]);
    }
}
