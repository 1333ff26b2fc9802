//! What DBSCAN has learnt: its core rows.
//!
//! Border rows are not kept: a stranger beside one is in no cluster because of it. Nor are rows of no cluster.
//!
//! A place is found by the same comparison as in the fit, on the same numbers in the same scale. So every row of the
//! data is placed where it was found, on the very edge of the radius too, before and after saving.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::error::{Error, Result};

use super::super::density::{Members, NO_GROUP, NOBODY, Reach, Scale, Tree, far};
use super::super::method::{ClusterModel, Placed};
use super::Dbscan;

/// Core rows and their clusters.
///
/// A row is in the cluster of its nearest core row if that is within the radius, else in none: a cluster never grows
/// beyond what it reached in the data. Of core rows as near as each other the first in the data counts. The distance is
/// that to the nearest core row, also for rows that belong to none; infinite if there is no cluster. The second choice
/// is the cluster of the nearest core row of another cluster, however far; for a row that belongs to none it is the
/// nearest cluster.
///
/// The model holds all core rows that differ, so it is about as large as the data.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct DbscanModel {
    /// How it was found.
    recipe: Dbscan,
    /// How many numbers a row has.
    dimensions: usize,
    /// The weight of the members of each cluster, those on the border too.
    sizes: Vec<f64>,
    /// Their mean, cluster after cluster.
    means: Vec<f64>,
    /// Core rows that differ, one after the other, in the order of the data.
    cores: Vec<f64>,
    /// The cluster of each; every cluster has one at least.
    labels: Vec<u32>,
    /// Made of the rest when it is first needed.
    ///
    /// Nothing is saved of it.
    #[cfg_attr(feature = "serde", serde(skip))]
    index: OnceLock<(Tree, Reach)>,
}

impl DbscanModel {
    /// A model of core rows that differ, and the cluster of each in the canonical order.
    pub(super) fn new(recipe: Dbscan, dimensions: usize, members: Members, cores: Vec<f64>, labels: Vec<u32>) -> Self {
        let Members { sizes, means, .. } = members;
        DbscanModel { recipe, dimensions, sizes, means, cores, labels, index: OnceLock::new() }
    }

    /// How it was found: its radius is the farthest that a row may be from a core row.
    pub fn recipe(&self) -> &Dbscan {
        &self.recipe
    }

    /// The core rows that differ, in the order in which they first come in the data, with their clusters.
    ///
    /// Each cluster has at least one. Their order decides between core rows that are equally near.
    pub fn cores(&self) -> impl Iterator<Item = (&[f64], u32)> {
        self.cores.chunks_exact(self.dimensions).zip(self.labels.iter().copied())
    }

    /// The tree over core rows, and their clusters as its groups. Made at most once; a model that was read from a file
    /// makes it anew, with the same answers.
    fn index(&self) -> &(Tree, Reach) {
        self.index.get_or_init(|| {
            let tree = Tree::new(&self.recipe.scale().all(&self.cores), self.dimensions);
            let groups = tree.order.iter().map(|row| self.labels[*row as usize]).collect();
            let reach = Reach::new(&tree, vec![0.0; tree.len()], groups);
            (tree, reach)
        })
    }

    /// The cluster of the nearest core row, of all clusters but one, how far that is, and whether it is within the
    /// radius.
    ///
    /// The comparison with the radius is that of the fit, on squares, so a row on the very edge is placed as it was.
    /// Where squares overflow all core rows are looked at in a smaller scale: such a row is never within the radius.
    fn nearest(&self, row: &[f64], not: u32) -> Option<(usize, f64, bool)> {
        let (tree, reach) = self.index();
        let scale = self.recipe.scale();
        let inner = if scale == Scale::default() { Cow::Borrowed(row) } else { Cow::Owned(scale.all(row)) };
        let best = reach.nearest(tree, &inner, 0.0, not, f64::INFINITY);
        if best.row != NOBODY {
            let within = best.cost <= self.recipe.square();
            return Some((self.labels[best.row as usize] as usize, scale.outer(best.cost.sqrt()), within));
        }
        // so far away that squares overflow, or no other cluster
        let others = self.cores().filter(|(_, label)| *label != not);
        let nearest = others.map(|(core, label)| (far(core, row), label)).min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some((nearest.1 as usize, nearest.0, false))
    }
}

impl ClusterModel for DbscanModel {
    const KIND: &'static str = "dbscan";

    /// How many clusters there are; 0 if no row was dense.
    fn clusters(&self) -> usize {
        self.sizes.len()
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How much the members of each cluster weigh, those on the border too.
    fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// The mean of the members. It need not lie in the cluster: that of a ring is in its hole.
    fn representative(&self, cluster: usize) -> Vec<f64> {
        self.means[cluster * self.dimensions..(cluster + 1) * self.dimensions].to_vec()
    }

    /// Where a row is. About O(d log n) with few columns; no memory is asked for unless the radius is below 1e-120 or
    /// above 1e150, where the row is scaled first.
    fn place(&self, row: &[f64]) -> Placed {
        if self.labels.is_empty() {
            return Placed { cluster: None, distance: f64::INFINITY, second: None };
        }
        let Some((cluster, distance, within)) = self.nearest(row, NO_GROUP) else {
            return Placed { cluster: None, distance: f64::INFINITY, second: None };
        };
        if !within {
            return Placed { cluster: None, distance, second: Some((cluster, distance)) };
        }
        let second = if self.sizes.len() > 1 { self.nearest(row, cluster as u32) } else { None };
        Placed { cluster: Some(cluster), distance, second: second.map(|(other, distance, _)| (other, distance)) }
    }

    /// That there is no cluster, where there is none.
    fn notes(&self) -> Vec<String> {
        let message = "no row has enough neighbours within the radius: there is no cluster";
        if self.sizes.is_empty() { vec![message.to_owned()] } else { Vec::new() }
    }

    /// Whether shapes agree, numbers are such that distances can be computed, and every cluster has a core row.
    fn check(&self) -> Result<()> {
        self.recipe.check()?;
        let (k, d) = (self.sizes.len(), self.dimensions);
        if d == 0 {
            return Err(Error::format("a model of rows without numbers"));
        }
        for (what, found, expected) in
            [("means", self.means.len(), k * d), ("cores", self.cores.len(), self.labels.len() * d)]
        {
            if found != expected {
                return Err(Error::length(what, found, expected));
            }
        }
        let positive = |size: &f64| size.is_finite() && *size > 0.0;
        let numbers = || self.means.iter().chain(&self.cores);
        if !self.sizes.iter().all(positive) || !numbers().all(|number| number.abs() <= 1e300) {
            return Err(Error::format("sizes are not positive, or numbers are above 1e300"));
        }
        self.recipe.scaled(&self.cores, d)?;
        let mut seen = vec![false; k];
        for label in &self.labels {
            match seen.get_mut(*label as usize) {
                Some(seen) => *seen = true,
                None => return Err(Error::format(format!("core row of cluster {label}, of {k} clusters"))),
            }
        }
        match seen.iter().position(|seen| !seen) {
            Some(cluster) => Err(Error::format(format!("cluster {cluster} has no core row"))),
            None => Ok(()),
        }
    }
}
