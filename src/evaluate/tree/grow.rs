//! A tree that grows where it gains most.
//!
//! Best first: of all leaves the one is divided whose best split makes the whole least mixed, not the leftmost and not all
//! of a level. With eight leaves at most that matters: a tree that grows by levels spends them evenly, also on parts
//! that are plain already (J. Friedman, T. Hastie and R. Tibshirani 2000, DOI 10.1214/aos/1016218223, section 8).
//!
//! What each leaf would gain is known when it is made, so the next one is chosen by comparing a handful of numbers. Since a
//! split does not depend on what is split after it, the tree of 3 leaves is the tree of 8 leaves after its second split;
//! all answers take the number of leaves.

use crate::error::Result;
use crate::parallel;
use crate::progress::Progress;

use super::split::{Cut, Found, Limits, answer, best};
use super::table::{Feature, Table};
use super::target::Target;

/// What is gained below this share of all there is to gain is rounding; gains that differ by less are the same.
const TOLERANCE: f64 = 1e-12;

/// A tree: nodes, the first of which is the root, the others in pairs in the order of the splits that made them.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// Nodes, also those that are divided: a tree of fewer leaves ends there.
    pub(crate) nodes: Vec<Node>,
}

/// A set of rows: a leaf, or divided.
///
/// The rows themselves are not kept: their sums say what a leaf tells, and how sure.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The sums of the rows that it was learnt of.
    pub(crate) sums: Vec<f64>,
    /// How it is divided; `None` of a leaf.
    pub(crate) split: Option<Split>,
}

/// How a node is divided.
#[derive(Clone, Debug)]
pub(crate) struct Split {
    /// The attribute, by its number in the table.
    pub(crate) feature: usize,
    /// The question.
    pub(crate) cut: Cut,
    /// Whether those of whom it cannot be answered go with the yes.
    pub(crate) unknown_yes: bool,
    /// The node of those whose answer is yes.
    pub(crate) yes: usize,
    /// The node of the others.
    pub(crate) no: usize,
    /// By how much less mixed the sides are than the whole.
    pub(crate) gain: f64,
    /// How many splits were made before.
    pub(crate) before: usize,
}

/// A leaf that may still be divided, with its rows and the best split of them: which attribute, and how.
struct Open {
    node: usize,
    rows: Vec<u32>,
    found: Option<(usize, Found)>,
}

impl Tree {
    /// Grows a tree of these rows: again and again the leaf is divided that gains most, until there are as many leaves as
    /// may be or nothing is gained.
    ///
    /// So a tree of fewer leaves is the beginning of it, and [`Tree::leaf`] answers for each number of leaves.
    /// `allowed` are the attributes by their numbers. Of equal gains the first attribute's and the lowest cut counts.
    ///
    /// O(attributes · rows · depth), in parallel over attributes.
    ///
    /// # Errors
    /// If the work is cancelled.
    pub(crate) fn grow<T: Target>(
        table: &Table,
        allowed: &[usize],
        target: &T,
        rows: Vec<u32>,
        limits: &Limits,
        progress: &Progress<'_>,
    ) -> Result<Self> {
        let sums = |rows: &[u32]| {
            let mut sums = vec![0.0; target.width()];
            rows.iter().for_each(|row| target.add(*row as usize, &mut sums));
            sums
        };
        let root = Node { sums: sums(&rows), split: None };
        let tolerance = TOLERANCE * target.impurity(&root.sums).max(f64::MIN_POSITIVE);
        let look = |rows: &[u32], all: &[f64]| -> Option<(usize, Found)> {
            if target.weight(all) < 2.0 * limits.least * (1.0 - 1e-9) || target.impurity(all) <= tolerance {
                return None;
            }
            let found = parallel::map(allowed.len(), |at| {
                best(&table.features[allowed[at]], target, rows, all, limits, tolerance)
            });
            let mut first: Option<(usize, Found)> = None;
            for (feature, found) in allowed.iter().zip(found) {
                if let Some(found) = found
                    && first.as_ref().is_none_or(|(_, best)| found.gain > best.gain + tolerance)
                {
                    first = Some((*feature, found));
                }
            }
            first
        };
        let mut tree = Tree { nodes: vec![root] };
        if limits.leaves < 2 {
            return Ok(tree);
        }
        let found = look(&rows, &tree.nodes[0].sums);
        let mut open = vec![Open { node: 0, rows, found }];
        let total = limits.leaves as u64 - 1;
        for before in 0..limits.leaves - 1 {
            progress.step("splits", before as u64, total)?;
            let mut next: Option<(usize, f64)> = None;
            for (at, leaf) in open.iter().enumerate() {
                if let Some((_, found)) = &leaf.found
                    && next.is_none_or(|(_, gain)| found.gain > gain + tolerance)
                {
                    next = Some((at, found.gain));
                }
            }
            let Some((at, _)) = next else { break };
            let leaf = open.remove(at);
            let Some((feature, found)) = leaf.found else { break };
            let side =
                |row: &u32| answer(&table.features[feature], &found.cut, *row as usize).unwrap_or(found.unknown_yes);
            let (yes_rows, no_rows): (Vec<u32>, Vec<u32>) = leaf.rows.iter().copied().partition(|row| side(row));
            let (yes, no) = (tree.nodes.len(), tree.nodes.len() + 1);
            tree.nodes.push(Node { sums: sums(&yes_rows), split: None });
            tree.nodes.push(Node { sums: sums(&no_rows), split: None });
            let Found { gain, cut, unknown_yes } = found;
            tree.nodes[leaf.node].split = Some(Split { feature, cut, unknown_yes, yes, no, gain, before });
            if before + 2 < limits.leaves {
                for (node, rows) in [(yes, yes_rows), (no, no_rows)] {
                    let found = look(&rows, &tree.nodes[node].sums);
                    open.push(Open { node, rows, found });
                }
            }
        }
        Ok(tree)
    }

    /// How many leaves there are.
    pub(crate) fn leaves(&self) -> usize {
        self.nodes.iter().filter(|node| node.split.is_none()).count()
    }

    /// The node that a row falls into in the tree of so many leaves; also a row that it was not learnt of. O(depth).
    pub(crate) fn leaf(&self, table: &Table, row: usize, leaves: usize) -> usize {
        let mut at = 0;
        while let Some(split) = self.split(at, leaves) {
            at = if split.goes_to_yes(&table.features[split.feature], row) { split.yes } else { split.no };
        }
        at
    }

    /// How a node is divided in the tree of so many leaves.
    pub(crate) fn split(&self, node: usize, leaves: usize) -> Option<&Split> {
        self.nodes[node].split.as_ref().filter(|split| split.before + 1 < leaves)
    }
}

impl Split {
    /// On which side a row is.
    fn goes_to_yes(&self, feature: &Feature, row: usize) -> bool {
        answer(feature, &self.cut, row).unwrap_or(self.unknown_yes)
    }
}
