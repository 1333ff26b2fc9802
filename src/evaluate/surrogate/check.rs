//! Rules on customers that they were not learnt from.
//!
//! A tree that may ask for ten attributes finds something in any segments, also in random ones; on the customers that it
//! was learnt from it always looks right. So customers are divided in folds, a tree is learnt without each fold, and it
//! is asked of those left out. What is measured is the way of making rules, of which the rules of all customers are one
//! more example, a little better for having seen more.

use crate::error::Result;
use crate::evaluate::tree::{Classes, Limits, Table, Target, Tree, folds};
use crate::parallel;
use crate::progress::Progress;

/// What trees say of rows that they were not learnt from, for each number of leaves from 1 on. A tree that could not grow so
/// far answers as it is.
pub(super) struct Checked {
    /// The segment that is told of each of the rows, by the number of leaves less one.
    pub(super) told: Vec<Vec<u32>>,
    /// What is lost by the shares told of each of the rows, by the number of leaves less one.
    pub(super) losses: Vec<Vec<f64>>,
}

/// Where one of the rows is, and what each number of leaves tells of it: the segment, and what the shares told lose.
type Told = (usize, Vec<(u32, f64)>);

/// The class that counts most; of several the first.
///
/// So ties are told to be of the segment that stands first, whatever the order of the customers.
pub(super) fn commonest(sums: &[f64]) -> u32 {
    let mut best = 0;
    for (class, sum) in sums.iter().enumerate() {
        if *sum > sums[best] {
            best = class;
        }
    }
    best as u32
}

/// Learns a tree without each fold and asks it of the fold; `None` if there are fewer rows than folds.
///
/// The places between which values are cut are those of all customers: they tell nothing of segments.
///
/// A tree learnt without a fold may stop early or take other attributes; it is asked all the same for each number of
/// leaves, since that is what somebody gets who makes rules of so many leaves.
///
/// # Errors
/// If the work is cancelled.
pub(super) fn out_of_fold(
    table: &Table,
    target: &Classes<'_>,
    rows: &[u32],
    limits: &Limits,
    (count, seed): (usize, u64),
    progress: &Progress<'_>,
) -> Result<Option<Checked>> {
    if rows.len() < count {
        return Ok(None);
    }
    let fold = folds(rows.len(), count, seed, 0);
    let all: Vec<usize> = (0..table.features.len()).collect();
    // of each fold: where its rows are, and what each number of leaves tells of them
    let parts: Vec<Result<Vec<Told>>> = parallel::map(count, |out| {
        let learnt: Vec<u32> =
            rows.iter().zip(&fold).filter(|(_, fold)| **fold as usize != out).map(|(row, _)| *row).collect();
        let tree = Tree::grow(table, &all, target, learnt, limits, progress)?;
        let told: Vec<(u32, Vec<f64>)> =
            tree.nodes.iter().map(|node| (commonest(&node.sums), target.prediction(&node.sums))).collect();
        let mine = (0..rows.len()).filter(|at| fold[*at] as usize == out);
        Ok(mine
            .map(|at| {
                let row = rows[at] as usize;
                let leaf = |leaves| {
                    let (class, shares) = &told[tree.leaf(table, row, leaves)];
                    (*class, target.loss(row, shares))
                };
                (at, (1..=limits.leaves).map(leaf).collect())
            })
            .collect())
    });
    let mut told = vec![vec![0; rows.len()]; limits.leaves];
    let mut losses = vec![vec![0.0; rows.len()]; limits.leaves];
    for part in parts {
        for (at, answers) in part? {
            for (leaves, (class, loss)) in answers.into_iter().enumerate() {
                told[leaves][at] = class;
                losses[leaves][at] = loss;
            }
        }
    }
    Ok(Some(Checked { told, losses }))
}
