//! The search for medoids among rows whose distances are known: swaps that lower the sum of distances.
//!
//! What a swap of a medoid for another row would change is found for all medoids at once (FastPAM1): the row's own
//! gain is shared, and what the loss of a medoid costs is kept per medoid. Written from the paper: E. Schubert and P.
//! J. Rousseeuw 2021, DOI 10.1016/j.is.2021.101804, sections 3 and 4.
//!
//! # How a swap is judged
//!
//! Let d₁ and d₂ be the distances of a row to its nearest and second nearest medoid, and d that to a candidate. If the
//! candidate comes and medoid m goes, then the row
//!
//! - gains min(d - d₁, 0) whatever m is: this is shared by all medoids;
//! - loses d₂ - d₁ if m was its nearest, of which min(max(d, d₁), d₂) - d₂ is saved where the candidate is nearer than the
//!   second.
//!
//! The first sum is one number, the second is the removal loss of each medoid, which is known, with what is saved
//! added to the row's nearest medoid. So k swaps are judged in one pass over the rows: O(n + k) and not O(n k).
//!
//! The rows' distances to the k medoids are kept, medoid after medoid, so that a row whose nearest medoid goes is
//! looked up anew in k numbers that are at hand. Others are compared with the new medoid alone.

use crate::cluster::distance::Distances;

use super::swaps::Objective;

/// Sums for each medoid, taken in turn: neighbours in memory do not wait for each other.
const LANES: usize = 4;

/// What rows the medoids are, and who is near whom.
pub(super) struct Search<'a> {
    /// How much each row counts; all above 0. None is 1 each.
    weights: Option<&'a [f64]>,
    /// The rows that are the medoids.
    pub(super) medoids: Vec<usize>,
    /// The distances of each medoid to all rows, medoid after medoid.
    from_medoids: Vec<f64>,
    /// The place in `medoids` of the nearest and of the second nearest of each row.
    near: Vec<[u32; 2]>,
    /// The distance of each row to its nearest medoid.
    nearest: Vec<f64>,
    /// The distance of each row to its second nearest medoid.
    second: Vec<f64>,
    /// What the loss of each medoid would cost if nothing came in its place.
    removal: Vec<f64>,
    /// The sum of the distances to the nearest medoids, by weight.
    pub(super) loss: f64,
    /// How many swaps were made.
    pub(super) swaps: usize,
}

impl<'a> Search<'a> {
    /// Begins with these medoids, at least two.
    pub(super) fn new(distances: &Distances, weights: Option<&'a [f64]>, medoids: Vec<usize>) -> Self {
        let (len, count) = (distances.len(), medoids.len());
        let mut from_medoids = vec![0.0; len * count];
        for (medoid, out) in medoids.iter().zip(from_medoids.chunks_mut(len)) {
            distances.rows(*medoid..*medoid + 1, out);
        }
        let mut search = Search {
            weights,
            medoids,
            from_medoids,
            near: vec![[0, 0]; len],
            nearest: vec![0.0; len],
            second: vec![0.0; len],
            removal: vec![0.0; count],
            loss: 0.0,
            swaps: 0,
        };
        for row in 0..len {
            search.look(row);
        }
        search.sum();
        search
    }

    /// How much a row counts.
    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// Finds the two nearest medoids of a row among all.
    /// Of equals the medoid that comes first is the nearest. O(k).
    fn look(&mut self, row: usize) {
        let len = self.nearest.len();
        let (mut near, mut nearest, mut second) = ([0, 0], f64::INFINITY, f64::INFINITY);
        for medoid in 0..self.medoids.len() {
            let distance = self.from_medoids[medoid * len + row];
            if distance < nearest {
                (near, nearest, second) = ([medoid as u32, near[0]], distance, nearest);
            } else if distance < second {
                (near[1], second) = (medoid as u32, distance);
            }
        }
        (self.near[row], self.nearest[row], self.second[row]) = (near, nearest, second);
    }

    /// Adds up the loss and what each removal costs, in the order of rows.
    /// Rounding does not pile up over swaps, as it would if changes were added to what was. O(n + k).
    fn sum(&mut self) {
        self.removal.fill(0.0);
        self.loss = 0.0;
        for row in 0..self.nearest.len() {
            let weight = self.weight(row);
            self.loss += weight * self.nearest[row];
            self.removal[self.near[row][0] as usize] += weight * (self.second[row] - self.nearest[row]);
        }
    }

    /// Adds what a candidate changes: the gain that does not depend on which medoid leaves is returned, the rest is
    /// added to the sums of each row's nearest medoid. There is no branch in it.
    #[inline(always)]
    fn changes(&self, row: &[f64], sums: &mut [f64], weight: impl Fn(usize) -> f64) -> f64 {
        let mut gain = [0.0; LANES];
        let known = self.near.chunks(LANES).zip(self.nearest.chunks(LANES)).zip(self.second.chunks(LANES));
        for (block, (distances, ((near, nearest), second))) in row.chunks(LANES).zip(known).enumerate() {
            for lane in 0..distances.len() {
                let (distance, nearest, second) = (distances[lane], nearest[lane], second[lane]);
                let weight = weight(block * LANES + lane);
                // where the candidate is nearer than the second, the loss of the nearest costs less
                let middle = if distance > nearest { distance } else { nearest };
                let middle = if middle < second { middle } else { second };
                let nearer = distance - nearest;
                gain[lane] += weight * if nearer < 0.0 { nearer } else { 0.0 };
                sums[near[lane][0] as usize * LANES + lane] += weight * (middle - second);
            }
        }
        gain.iter().sum()
    }
}

impl Objective for Search<'_> {
    fn medoids(&self) -> &[usize] {
        &self.medoids
    }

    fn loss(&self) -> f64 {
        self.loss
    }

    fn best(&self, row: &[f64]) -> (f64, usize) {
        let mut sums = vec![0.0; self.medoids.len() * LANES];
        let gain = match self.weights {
            None => self.changes(row, &mut sums, |_| 1.0),
            Some(weights) => self.changes(row, &mut sums, |at| weights[at]),
        };
        let mut best = (f64::INFINITY, 0);
        for (medoid, (lanes, removal)) in sums.chunks(LANES).zip(&self.removal).enumerate() {
            let change = gain + (removal + lanes.iter().sum::<f64>());
            if change < best.0 {
                best = (change, medoid);
            }
        }
        best
    }

    fn swap(&mut self, medoid: usize, candidate: usize, row: &[f64]) {
        let len = self.nearest.len();
        self.medoids[medoid] = candidate;
        self.from_medoids[medoid * len..(medoid + 1) * len].copy_from_slice(row);
        let place = medoid as u32;
        for (at, distance) in row.iter().enumerate() {
            if self.near[at].contains(&place) {
                self.look(at);
            } else if *distance < self.nearest[at] {
                self.near[at] = [place, self.near[at][0]];
                (self.nearest[at], self.second[at]) = (*distance, self.nearest[at]);
            } else if *distance < self.second[at] {
                (self.near[at][1], self.second[at]) = (place, *distance);
            }
        }
        self.sum();
        self.swaps += 1;
    }
}
