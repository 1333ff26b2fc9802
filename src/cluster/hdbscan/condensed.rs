//! The condensed tree: clusters that split, and rows that fall out of them.
//!
//! A part of the tree of levels stays the same cluster while at most one of the parts that it falls into weighs enough.
//! Density is 1 / distance; here distances are kept, so that nothing is infinite where rows are equal.
//!
//! A part that weighs enough counts as one only if it is there below the level at which it falls off. A single row of a
//! great weight whose core distance is that level is not: below, its copies are too far from each other.
//!
//! Heaps are rows that are at no distance from each other even by mutual reachability. No level parts them: they leave
//! at distance 0, and are counted apart from the stability, to which they would add without bound.

use super::levels::Levels;

/// Stands for no cluster, as the parent of the whole.
pub(super) const NONE: u32 = u32::MAX;

/// Clusters, parents before children, and where each row fell out. Lengths are as in the levels.
#[derive(Clone, Debug)]
pub(super) struct Condensed {
    /// The cluster that each splits from; [`NONE`] of the first, which holds all rows.
    pub(super) parent: Vec<u32>,
    /// The distance at which it splits from its parent; infinite of the first.
    pub(super) birth: Vec<f64>,
    /// How much it weighs then: rows that fall out where it begins are not in it.
    pub(super) weight: Vec<f64>,
    /// The shortest distance above 0 at which something leaves it; 0 if only heaps are in it.
    pub(super) death: Vec<f64>,
    /// The weight of rows in it that nothing parts; above 0 only of clusters that do not split.
    ///
    /// They count before any stability.
    pub(super) heaped: Vec<f64>,
    /// The sum over its rows of how much density they went through in it; without what is heaped, which is without
    /// bound.
    pub(super) stability: Vec<f64>,
    /// The cluster from which each row falls.
    pub(super) fell: Vec<u32>,
    /// The distance at which it does; 0 if nothing parts it.
    ///
    /// Never below the core distance of the row.
    pub(super) until: Vec<f64>,
}

impl Condensed {
    /// Walks from the whole down. What weighs less than `least` is no cluster: its rows fall out. O(n log n).
    ///
    /// Clusters that split from the same one are numbered by weight, then by first row.
    pub(super) fn new(levels: &Levels, weights: &[f64], least: f64) -> Self {
        let rows = weights.len();
        let mut out = Condensed {
            parent: vec![NONE],
            birth: vec![f64::INFINITY],
            weight: vec![levels.weight[levels.root as usize]],
            death: Vec::new(),
            heaped: Vec::new(),
            stability: Vec::new(),
            fell: vec![0; rows],
            until: vec![0.0; rows],
        };
        let mut open = vec![(levels.root, 0)];
        while let Some((part, cluster)) = open.pop() {
            let level = levels.level[part as usize];
            let mut falls = |part: u32| {
                levels.rows(part, |row| {
                    out.fell[row] = cluster;
                    out.until[row] = level;
                });
            };
            if (part as usize) < rows || level == 0.0 {
                falls(part);
                continue;
            }
            let stays = |part: &u32| levels.weight[*part as usize] >= least && levels.level[*part as usize] < level;
            let (mut stay, fall): (Vec<u32>, Vec<u32>) = levels.parts(part).partition(stays);
            fall.into_iter().for_each(&mut falls);
            if let [one] = stay[..] {
                open.push((one, cluster));
                continue;
            }
            let (weight, first) =
                (|part: &u32| levels.weight[*part as usize], |part: &u32| levels.first[*part as usize]);
            stay.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(first(a).cmp(&first(b))));
            for part in stay {
                open.push((part, out.parent.len() as u32));
                out.parent.push(cluster);
                out.birth.push(level);
                out.weight.push(weight(&part));
            }
        }
        out.measure(weights);
        out
    }

    /// Deaths and stabilities, in the order of the rows, so that sums do not depend on how the tree was found.
    ///
    /// With density d = 1 / distance the stability of a cluster is the sum over its rows of d where they leave it less
    /// d where it begins (Campello, Moulavi and Sander 2013, equation 3); rows that leave in a part that splits off
    /// leave with it.
    fn measure(&mut self, weights: &[f64]) {
        let clusters = self.parent.len();
        self.death = vec![f64::INFINITY; clusters];
        (self.heaped, self.stability) = (vec![0.0; clusters], vec![0.0; clusters]);
        for (row, weight) in weights.iter().enumerate() {
            let (cluster, until) = (self.fell[row] as usize, self.until[row]);
            if until == 0.0 {
                self.heaped[cluster] += weight;
            } else {
                self.death[cluster] = self.death[cluster].min(until);
                self.stability[cluster] += weight * (1.0 / until - 1.0 / self.birth[cluster]);
            }
        }
        for child in 1..clusters {
            let (parent, until) = (self.parent[child] as usize, self.birth[child]);
            self.death[parent] = self.death[parent].min(until);
            self.stability[parent] += self.weight[child] * (1.0 / until - 1.0 / self.birth[parent]);
        }
        self.death.iter_mut().filter(|death| death.is_infinite()).for_each(|death| *death = 0.0);
    }

    /// How many clusters there are, with the whole, which is the first.
    pub(super) fn len(&self) -> usize {
        self.parent.len()
    }

    /// The probability of a row that falls from a cluster or one below it: how near its density comes to that at which
    /// the cluster splits or loses its last row. 1 of all rows that are there then, and of heaps.
    pub(super) fn probability(death: f64, until: f64) -> f64 {
        if until <= death { 1.0 } else { death / until }
    }

    /// GLOSH: how much thinner the surroundings of each row are than the densest of its cluster and those below.
    ///
    /// Campello, Moulavi, Zimek and Sander 2015, DOI 10.1145/2733381.
    pub(super) fn outliers(&self) -> Vec<f64> {
        let mut densest = self.death.clone();
        for child in (1..self.len()).rev() {
            let parent = self.parent[child] as usize;
            if densest[child] > 0.0 && (densest[child] < densest[parent] || densest[parent] == 0.0) {
                densest[parent] = densest[child];
            }
        }
        let score = |(cluster, until): (&u32, &f64)| 1.0 - Condensed::probability(densest[*cluster as usize], *until);
        self.fell.iter().zip(&self.until).map(score).collect()
    }
}
