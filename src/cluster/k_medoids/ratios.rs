//! The search for medoids that make the medoid silhouette large: the sum of d₁ / d₂ is made small.
//!
//! What a swap changes is found for all medoids at once, as in FastMSC (L. Lenssen and E. Schubert 2022, DOI
//! 10.1007/978-3-031-17849-8_15): only the nearest and the second nearest medoid of a row differ from all others, and
//! a candidate beyond the third changes nothing that was not known before.
//!
//! # How a swap is judged
//!
//! Let d₁, d₂ and d₃ be the distances of a row to its three nearest medoids, and d that to a candidate. After a swap
//! the row has the ratio of the two smallest of what is left:
//!
//! - of d₁, d₂ and d if neither of its two nearest medoids goes: this is shared by all medoids;
//! - of d₂, d₃ and d if the nearest goes;
//! - of d₁, d₃ and d if the second nearest goes.
//!
//! A candidate with d of at least d₃ changes none of them, so such rows cost one comparison. The rest is added to the
//! sums of two medoids: k swaps are judged in one pass over the rows, O(n + k).
//!
//! Where two distances both are 0 the ratio is 1 and not 0: a row that two medoids both stand for is between two
//! clusters.

use crate::cluster::distance::Distances;

use super::swaps::Objective;

/// What rows the medoids are, and the three nearest of each row.
pub(super) struct Ratios<'a> {
    /// How much each row counts; all above 0. None is 1 each.
    weights: Option<&'a [f64]>,
    /// The rows that are the medoids.
    pub(super) medoids: Vec<usize>,
    /// The distances of each medoid to all rows, medoid after medoid.
    from_medoids: Vec<f64>,
    /// The nearest medoids of each row.
    near: Vec<Near>,
    /// What the loss of each medoid would cost if nothing came in its place.
    removal: Vec<f64>,
    /// The sum of d₁ / d₂ by weight: the weights less this, by the weights, is the medoid silhouette.
    pub(super) loss: f64,
    /// How many swaps were made.
    pub(super) swaps: usize,
}

/// The three nearest medoids of a row; of two medoids the third is infinitely far.
#[derive(Clone, Copy)]
struct Near {
    /// The places of the nearest and the second nearest among the medoids.
    places: [u32; 2],
    /// How far the three nearest are.
    distances: [f64; 3],
    /// The ratio now, without the nearest, and without the second.
    now: f64,
    without: [f64; 2],
}

/// One by the other, the smaller first: 1 where both are 0, as where both are the same.
fn ratio(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if small == large { 1.0 } else { small / large }
}

impl<'a> Ratios<'a> {
    /// Begins with these medoids, at least two.
    pub(super) fn new(distances: &Distances, weights: Option<&'a [f64]>, medoids: Vec<usize>) -> Self {
        let (len, count) = (distances.len(), medoids.len());
        let mut from_medoids = vec![0.0; len * count];
        for (medoid, out) in medoids.iter().zip(from_medoids.chunks_mut(len)) {
            distances.rows(*medoid..*medoid + 1, out);
        }
        let near = Near { places: [0; 2], distances: [0.0; 3], now: 0.0, without: [0.0; 2] };
        let (near, removal) = (vec![near; len], vec![0.0; count]);
        let mut ratios = Ratios { weights, medoids, from_medoids, near, removal, loss: 0.0, swaps: 0 };
        ratios.look();
        ratios
    }

    /// How much a row counts.
    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// Finds the nearest medoids of all rows, the loss, and what removals cost.
    /// O(n k), in the order of rows: it is done once for each swap, and swaps are few.
    fn look(&mut self) {
        let len = self.near.len();
        self.removal.fill(0.0);
        self.loss = 0.0;
        for row in 0..len {
            let (mut places, mut distances) = ([0, 0], [f64::INFINITY; 3]);
            for medoid in 0..self.medoids.len() {
                let distance = self.from_medoids[medoid * len + row];
                if distance < distances[0] {
                    (places, distances) = ([medoid as u32, places[0]], [distance, distances[0], distances[1]]);
                } else if distance < distances[1] {
                    (places[1], distances) = (medoid as u32, [distances[0], distance, distances[1]]);
                } else if distance < distances[2] {
                    distances[2] = distance;
                }
            }
            let [first, second, third] = distances;
            let (now, without) = (ratio(first, second), [ratio(second, third), ratio(first, third)]);
            self.near[row] = Near { places, distances, now, without };
            let weight = self.weight(row);
            self.loss += weight * now;
            for (place, without) in places.into_iter().zip(without) {
                self.removal[place as usize] += weight * (without - now);
            }
        }
    }

    /// All medoids but the one whose loss costs least; of equals the first goes.
    /// This is the step of DynMSC from one number of clusters to the next: most medoids are where they should be
    /// already.
    pub(super) fn without_worst(&self) -> Vec<usize> {
        let mut worst = 0;
        for (place, removal) in self.removal.iter().enumerate() {
            if *removal < self.removal[worst] {
                worst = place;
            }
        }
        let mut medoids = self.medoids.clone();
        medoids.remove(worst);
        medoids
    }
}

impl Objective for Ratios<'_> {
    fn medoids(&self) -> &[usize] {
        &self.medoids
    }

    fn loss(&self) -> f64 {
        self.loss
    }

    fn best(&self, row: &[f64]) -> (f64, usize) {
        let mut changes = self.removal.clone();
        let mut shared = 0.0;
        for (at, (distance, near)) in row.iter().zip(&self.near).enumerate() {
            let [first, second, third] = near.distances;
            if *distance >= third {
                continue;
            }
            let weight = self.weight(at);
            let with = match *distance < second {
                true => ratio(first, *distance),
                false => near.now,
            };
            shared += weight * (with - near.now);
            let instead = [ratio(second, *distance), ratio(first, *distance)];
            for lost in 0..2 {
                let change = (instead[lost] - with) - (near.without[lost] - near.now);
                changes[near.places[lost] as usize] += weight * change;
            }
        }
        let mut best = (f64::INFINITY, 0);
        for (medoid, change) in changes.iter().enumerate() {
            if shared + change < best.0 {
                best = (shared + change, medoid);
            }
        }
        best
    }

    fn swap(&mut self, medoid: usize, candidate: usize, row: &[f64]) {
        let len = self.near.len();
        self.medoids[medoid] = candidate;
        self.from_medoids[medoid * len..(medoid + 1) * len].copy_from_slice(row);
        self.look();
        self.swaps += 1;
    }
}
