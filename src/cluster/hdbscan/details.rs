//! The work of HDBSCAN from rows to clusters, and all that is learnt on the way.
//!
//! In this order: equal rows become one; a tree of boxes; core distances; the shortest tree; the tree of levels; the
//! condensed tree; the clusters that are taken; their canonical order; and what is told by row.
//!
//! Positions in the tree of boxes, rows that differ and rows of the data are three ways to count. Positions end where
//! the edges of the shortest tree are told by rows that differ; those end where labels are told by rows of the data.
//!
//! Squares end at the same place: from there on lengths are roots of squares, and equal squares are equal lengths. Two
//! squares that differ in the last bit may have one root; they are one level then, as they are by the definition when
//! distances are computed by the same numbers.
//!
//! All lengths are in the scale of the rows until they are told. Scaling is by a power of two, so it changes no bits
//! but those of numbers too small for it.
//!
//! Memory is a few numbers a row, and the rows three times: as they came, those that differ, and those in the tree. The
//! model keeps those that differ. The tree is given up before the tree of levels is made.

use std::sync::OnceLock;

use crate::error::Result;
use crate::parallel;
use crate::progress::Progress;

use super::super::density::{
    Distinct, Edge, LEAF, Members, NOBODY, Scale, Tree, core_distances, members, refuse_largest, spanning_tree,
};
use super::super::method::Found;
use super::super::points::Points;
use super::condensed::Condensed;
use super::levels::Levels;
use super::model::HdbscanModel;
use super::select::select;
use super::{Hdbscan, condensed};

/// Rows without weight that a chunk of work places. They are placed as strangers are, by the finished model.
const CHUNK: usize = 256;

/// All that HDBSCAN finds in rows. What is by row is in the order of the rows; rows are counted from 0.
///
/// Core distances and the shortest tree are what the validity index for density (DBCV: Moulavi, Jaskowiak, Campello,
/// Zimek and Sander 2014, DOI 10.1137/1.9781611973440.96) starts from.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{Hdbscan, Points};
/// use segmentry::progress::Progress;
///
/// let rows = array![[0.0], [1.0], [2.1], [30.0], [30.1], [30.3], [30.4], [90.0]];
/// let details = Hdbscan::new(3).neighbours(2).details(&Points::new(rows.view()), &Progress::none())?;
/// assert_eq!(details.spanning_tree.len(), 7);
/// assert_eq!(details.condensed.len(), 3); // the whole, and what it splits into
/// assert!(details.outlier_scores[7] > 0.9 && details.probabilities[7] == 0.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HdbscanDetails {
    /// The model and the labels, as [`ClusterMethod::find`](crate::cluster::ClusterMethod::find) answers.
    pub found: Found<HdbscanModel>,
    /// How near the density of each row comes to the densest of its cluster, from 0 to 1; 0 of rows that belong to
    /// none.
    ///
    /// A row that leaves when the cluster splits or loses its last has 1, and so has each row of a heap.
    pub probabilities: Vec<f64>,
    /// GLOSH outlier scores, from 0 to below 1: how much thinner the surroundings of a row are than the densest of the
    /// cluster that it leaves. A row of weight 0 has 1 less its probability.
    pub outlier_scores: Vec<f64>,
    /// The core distance of each row: how far the nearest rows are that weigh enough, itself counted; infinite where
    /// all rows together do not weigh enough.
    pub core_distances: Vec<f64>,
    /// A shortest tree over the rows with a weight, by mutual reachability, from the shortest edge on.
    ///
    /// The total of its lengths is the same for all shortest trees, and so is each length in the order of lengths.
    pub spanning_tree: Vec<HdbscanEdge>,
    /// The clusters of the condensed tree, parents before children. The first holds all rows.
    ///
    /// None at all where all rows together weigh too little for one.
    pub condensed: Vec<HdbscanCluster>,
    /// By cluster that was taken: the rows that leave last, of each part of it that does not split any more.
    ///
    /// In the order of the rows. Rows without weight are none.
    pub exemplars: Vec<Vec<usize>>,
}

/// Two rows of a shortest tree. Where several trees are as short it is one of them, the same on any number of threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HdbscanEdge {
    /// The first row, counted from 0 in the data.
    pub from: usize,
    /// The second, which is never the same.
    pub to: usize,
    /// Their mutual reachability distance. 0 between equal rows whose heap is dense by itself.
    pub length: f64,
}

/// A cluster of the condensed tree: a part of the rows that stays together over a range of densities.
///
/// Siblings are in the order of their weights.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct HdbscanCluster {
    /// The cluster that it splits from; none of the whole.
    pub parent: Option<usize>,
    /// The distance at which it does.
    pub birth: Option<f64>,
    /// What it weighs then. At least `least`.
    pub weight: f64,
    /// The weight of its rows that nothing parts, not even a distance of zero.
    pub heaped: f64,
    /// What excess of mass compares; without what is heaped, which would make it infinite.
    ///
    /// The sum over its other rows of how much density they go through in it: 1 / the distance at which they leave,
    /// less 1 / birth.
    pub stability: f64,
    /// Its number if it was taken, as in the labels.
    pub label: Option<u32>,
}

/// The work. The recipe and the rows were checked before.
///
/// Rows are told as steps: so many are joined to others by now.
pub(super) fn find(recipe: &Hdbscan, points: &Points<'_>, progress: &Progress<'_>) -> Result<HdbscanDetails> {
    let d = points.dimensions();
    refuse_largest(points.data(), d)?;
    progress.step("rows", 0, points.len() as u64)?;
    let distinct = Distinct::new(points);
    let scale = Scale::of_numbers(&distinct.data);
    let total: f64 = distinct.weights.iter().sum();
    if total < recipe.need() || total < recipe.least as f64 {
        return Ok(nothing(recipe, points, scale));
    }
    let tree = Tree::new(&scale.all(&distinct.data), d);
    let weights = distinct.uneven().map(|weights| {
        let mut weights: Vec<f64> = tree.order.iter().map(|row| weights[*row as usize]).collect();
        weights.resize(weights.len() + LEAF, 0.0);
        weights
    });
    let squares = core_distances(&tree, weights.as_deref(), recipe.need());
    let mut cores = vec![0.0; distinct.len()];
    tree.order.iter().zip(&squares).for_each(|(row, square)| cores[*row as usize] = square.sqrt());
    let mut edges = spanning_tree(&tree, squares, progress)?;
    for edge in &mut edges {
        let (a, b) = (tree.order[edge.a as usize], tree.order[edge.b as usize]);
        *edge = Edge { a: a.min(b), b: a.max(b), square: edge.square.sqrt() };
    }
    drop(tree);
    let levels = Levels::new(edges.clone(), &cores, &distinct.weights);
    let condensed = Condensed::new(&levels, &distinct.weights, recipe.least as f64);
    let taken = select(&condensed, recipe.choice(scale.inner(recipe.epsilon)));
    let work = Work { recipe, points, distinct, scale, cores, condensed, taken };
    Ok(work.done(&edges))
}

/// Where all rows together weigh too little: nobody belongs to a cluster, and the model says why. Core distances are
/// infinite, because no place has enough around it.
fn nothing(recipe: &Hdbscan, points: &Points<'_>, scale: Scale) -> HdbscanDetails {
    let message = format!(
        "all rows together weigh {}: too little for a cluster of {}, or for {} neighbours",
        points.total_weight(),
        recipe.least,
        recipe.need(),
    );
    let mut model = empty(recipe, points.dimensions(), scale);
    model.notes.push(message);
    let len = points.len();
    HdbscanDetails {
        found: Found { model, labels: vec![None; len] },
        probabilities: vec![0.0; len],
        outlier_scores: vec![0.0; len],
        core_distances: vec![f64::INFINITY; len],
        spanning_tree: Vec::new(),
        condensed: Vec::new(),
        exemplars: Vec::new(),
    }
}

/// A model without a cluster: what it becomes is filled in when it is known.
fn empty(recipe: &Hdbscan, dimensions: usize, scale: Scale) -> HdbscanModel {
    HdbscanModel {
        recipe: recipe.clone(),
        dimensions,
        sizes: Vec::new(),
        means: Vec::new(),
        scale,
        rows: Vec::new(),
        weights: None,
        cores: Vec::new(),
        fell: Vec::new(),
        until: Vec::new(),
        parents: Vec::new(),
        births: Vec::new(),
        labels: Vec::new(),
        reaches: Vec::new(),
        deaths: Vec::new(),
        notes: Vec::new(),
        index: OnceLock::new(),
    }
}

/// What is known when clusters are chosen; what is left is to number them and to tell of them.
struct Work<'a> {
    /// How to find clusters.
    recipe: &'a Hdbscan,
    /// The rows.
    points: &'a Points<'a>,
    /// The rows that differ.
    distinct: Distinct,
    /// The scale of all lengths.
    scale: Scale,
    /// The core distance of each row that differs.
    cores: Vec<f64>,
    /// Clusters that split.
    condensed: Condensed,
    /// Which of them are taken.
    ///
    /// None lies in another.
    taken: Vec<bool>,
}

impl Work<'_> {
    /// The model and all that is told by row.
    fn done(self, edges: &[Edge]) -> HdbscanDetails {
        let (mut model, clusters) = self.model();
        let distinct_labels: Vec<Option<u32>> =
            model.fell.iter().zip(&model.until).map(|(fell, until)| model.label(*fell, *until)).collect();
        let of = |row: usize| self.distinct.of[row];
        let known = |row: usize| distinct_labels.get(of(row) as usize).copied().flatten();
        let mut labels: Vec<Option<u32>> = (0..self.points.len()).map(known).collect();
        self.finish(&mut model, &mut labels, clusters, &distinct_labels);

        // rows without weight are strangers
        let strangers: Vec<usize> = (0..self.points.len()).filter(|row| of(*row) == NOBODY).collect();
        let placed = parallel::map_chunks(strangers.len(), CHUNK, |chunk| {
            let place = |row: &usize| (model.placed(self.points.row(*row)), model.core(self.points.row(*row)));
            strangers[chunk].iter().map(place).collect::<Vec<_>>()
        });
        let outliers = self.condensed.outliers();
        let by_row = |values: &[f64]| -> Vec<f64> {
            (0..self.points.len()).map(|row| values.get(of(row) as usize).copied().unwrap_or(0.0)).collect()
        };
        let death = |label: &Option<u32>| label.map(|label| model.deaths[label as usize]);
        let by_label = (0..self.points.len()).map(|row| {
            let until = model.until.get(of(row) as usize).copied();
            death(&labels[row]).zip(until).map_or(0.0, |(death, until)| Condensed::probability(death, until))
        });
        let mut probabilities: Vec<f64> = by_label.collect();
        let mut outlier_scores = by_row(&outliers);
        let outer: Vec<f64> = self.cores.iter().map(|core| self.scale.outer(*core)).collect();
        let mut core_distances = by_row(&outer);
        for (row, ((placed, probability), core)) in strangers.iter().zip(placed.into_iter().flatten()) {
            labels[*row] = placed.cluster.map(|cluster| cluster as u32);
            (probabilities[*row], outlier_scores[*row]) = (probability, 1.0 - probability);
            core_distances[*row] = core;
        }
        let spanning_tree = self.spanning_tree(edges);
        let exemplars = self.exemplars(&labels, model.sizes.len());
        let condensed = self.clusters(&model);
        let found = Found { model, labels };
        HdbscanDetails { found, probabilities, outlier_scores, core_distances, spanning_tree, condensed, exemplars }
    }

    /// The model with clusters in the order of the condensed tree, without what follows from members; and how many.
    ///
    /// A cluster below a taken one has its label, so that rows which fall from it do.
    fn model(&self) -> (HdbscanModel, usize) {
        let Condensed { parent, birth, .. } = &self.condensed;
        let mut clusters = 0;
        let mut labels: Vec<Option<u32>> = Vec::with_capacity(parent.len());
        for (cluster, taken) in self.taken.iter().enumerate() {
            let above = labels.get(parent[cluster] as usize).copied().flatten();
            labels.push(if *taken { Some(clusters) } else { above });
            clusters += u32::from(*taken);
        }
        let mut model = empty(self.recipe, self.points.dimensions(), self.scale);
        model.rows.clone_from(&self.distinct.data);
        model.weights = self.distinct.uneven().map(<[f64]>::to_vec);
        model.cores.clone_from(&self.cores);
        model.fell.clone_from(&self.condensed.fell);
        model.until.clone_from(&self.condensed.until);
        model.parents = parent.iter().map(|parent| if *parent == condensed::NONE { 0 } else { *parent }).collect();
        model.births = birth.iter().map(|birth| if birth.is_finite() { *birth } else { 0.0 }).collect();
        model.labels = labels;
        (model, clusters as usize)
    }

    /// Puts clusters into the canonical order, and adds to the model what follows from members: sizes, means, how far
    /// they reach and how dense they become.
    fn finish(
        &self,
        model: &mut HdbscanModel,
        labels: &mut [Option<u32>],
        clusters: usize,
        of_distinct: &[Option<u32>],
    ) {
        let Members { numbers, sizes, means } = members(self.points, labels, clusters);
        (model.sizes, model.means) = (sizes, means);
        let new = |label: u32| numbers[label as usize] as u32;
        model.labels.iter_mut().flatten().for_each(|label| *label = new(*label));
        (model.reaches, model.deaths) = (vec![0.0; clusters], vec![0.0; clusters]);
        for (until, label) in self.condensed.until.iter().zip(of_distinct) {
            if let Some(label) = label {
                let reach = &mut model.reaches[new(*label) as usize];
                *reach = reach.max(*until);
            }
        }
        for (cluster, label) in model.labels.iter().enumerate().filter(|(cluster, _)| self.taken[*cluster]) {
            if let Some(label) = label {
                model.deaths[*label as usize] = self.condensed.death[cluster];
            }
        }
        if clusters == 0 {
            let message = "the rows do not part into clusters; `single` takes the whole as one";
            model.notes.push(message.to_owned());
        }
    }

    /// Edges between rows, as they are outside of the scale. Equal rows hang on the first of them, at their core
    /// distance, which is their mutual reachability distance.
    fn spanning_tree(&self, edges: &[Edge]) -> Vec<HdbscanEdge> {
        let row = |at: u32| self.distinct.first[at as usize] as usize;
        let outer = |length: f64| self.scale.outer(length);
        let joined =
            edges.iter().map(|edge| HdbscanEdge { from: row(edge.a), to: row(edge.b), length: outer(edge.square) });
        let equal = self.distinct.of.iter().enumerate().filter(|(at, of)| **of != NOBODY && row(**of) != *at);
        let equal =
            equal.map(|(at, of)| HdbscanEdge { from: row(*of), to: at, length: outer(self.cores[*of as usize]) });
        let mut all: Vec<HdbscanEdge> = joined.chain(equal).collect();
        all.sort_by(|x, y| x.length.total_cmp(&y.length).then((x.from, x.to).cmp(&(y.from, y.to))));
        all
    }

    /// The rows at the heart of each cluster: in a cluster of several dense places those of each. McInnes and Healy use
    /// them to say how near a row is to a cluster.
    fn exemplars(&self, labels: &[Option<u32>], clusters: usize) -> Vec<Vec<usize>> {
        let Condensed { parent, fell, until, .. } = &self.condensed;
        let mut splits = vec![false; parent.len()];
        parent.iter().filter(|parent| **parent != condensed::NONE).for_each(|parent| splits[*parent as usize] = true);
        let mut last = vec![f64::INFINITY; parent.len()];
        fell.iter().zip(until).for_each(|(cluster, until)| {
            let last = &mut last[*cluster as usize];
            *last = last.min(*until);
        });
        let mut exemplars = vec![Vec::new(); clusters];
        for (row, of) in self.distinct.of.iter().enumerate().filter(|(_, of)| **of != NOBODY) {
            let (cluster, until) = (fell[*of as usize] as usize, until[*of as usize]);
            if let (Some(label), false, true) = (labels[row], splits[cluster], until == last[cluster]) {
                exemplars[label as usize].push(row);
            }
        }
        exemplars
    }

    /// The condensed tree as it is told.
    fn clusters(&self, model: &HdbscanModel) -> Vec<HdbscanCluster> {
        let cluster = |at: usize| {
            let parent = self.condensed.parent[at];
            HdbscanCluster {
                parent: (parent != condensed::NONE).then_some(parent as usize),
                birth: (at > 0).then(|| self.scale.outer(self.condensed.birth[at])),
                weight: self.condensed.weight[at],
                heaped: self.condensed.heaped[at],
                stability: self.scale.inner(self.condensed.stability[at]).min(f64::MAX),
                label: if self.taken[at] { model.labels[at] } else { None },
            }
        };
        (0..self.condensed.len()).map(cluster).collect()
    }
}
