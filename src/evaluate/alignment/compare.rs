//! What segments explain, beside a split, a tree and chance.
//!
//! A share of 8 % is much or little depending on what could be had. So the same is asked of others, on the same folds:
//!
//! | beside | tells |
//! | --- | --- |
//! | the best single split | whether one attribute would do instead of the segments |
//! | the best tree of as many leaves | how much of the goal so many groups could explain at all |
//! | random segments of the same sizes | whether it is more than chance |
//!
//! All are learnt without the fold that they are asked of. Random segments are the same segments with customers exchanged
//! at random, so that sizes stay; their share is that of one division in folds, and so is the one it is held against.

use crate::error::Result;
use crate::evaluate::tree::{Limits, Skill, Table, Target, Tree, folds};
use crate::math::quantile::quantiles;
use crate::math::random::Random;
use crate::parallel;
use crate::profile::Estimate;
use crate::progress::Progress;

use super::measure::{group_losses, inside_losses};

/// The purpose number under which random segments are drawn from a seed.
const DRAWS: u64 = 0x6472_6177_7300;
/// From which share on one attribute tells the goal nearly by itself.
const LEAK: f64 = 0.98;
/// How many leaves an attribute alone may have for that.
const LEAK_LEAVES: usize = 32;

/// How much of a goal segments explain, beside what else could. All figures but one are out of sample.
///
/// A share is 1 less what predictions lose, squared, beside what the mean of all loses: R² of a number, Brier's skill
/// score of a yes or no. It is below 0 where segments tell less than nothing, which of a goal that has to do with
/// nothing is as it should be.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Comparison {
    /// What segments explain, of customers that the means of segments were not learnt from.
    pub segments: Estimate,
    /// What segments explain of the customers that their means are of: eta squared, never below 0.
    pub inside: f64,
    /// What the best single split of one attribute explains.
    pub split: Estimate,
    /// What the best tree of as many leaves as there are segments explains.
    pub tree: Estimate,
    /// What segments explain as a share of what the tree does; not defined where the tree explains nothing.
    pub of_reachable: Estimate,
    /// What random segments of the same sizes explain: the mean of the draws.
    pub random: f64,
    /// What 95 % of random segments stay below.
    pub random_upper: f64,
    /// The chance that random segments explain as much; at least one over the draws and one.
    pub p_value: f64,
}

/// A row, and what is lost of it by the split and by the tree.
type Lost = (usize, f64, f64);

/// Rows with their groups, what trees may look at, and how often things are done.
pub(super) struct Ground<'a> {
    /// The attributes, of the same rows.
    pub(super) table: &'a Table,
    /// The group of each row.
    pub(super) groups: &'a [u32],
    /// How many groups there are, each of which somebody is in.
    pub(super) count: usize,
    /// What limits a leaf; how many leaves there are is said where a tree grows.
    pub(super) limits: Limits,
    /// In how many parts rows are divided.
    pub(super) folds: usize,
    /// How often they are divided anew.
    pub(super) repeats: usize,
    /// How many random segmentations are drawn.
    pub(super) draws: usize,
    /// The seed of folds and draws.
    pub(super) seed: u64,
    /// How many standard errors an interval is wide on each side.
    pub(super) z: f64,
}

impl Ground<'_> {
    /// The fold of each row in that repeat.
    pub(super) fn fold(&self, repeat: usize) -> Vec<u32> {
        folds(self.groups.len(), self.folds, self.seed, repeat as u64)
    }

    /// All comparisons for one target.
    ///
    /// Losses are means over repeats, a row at a time, so that the interval is that of rows and not of repeats.
    ///
    /// # Errors
    /// If the work is cancelled.
    pub(super) fn compare<T: Target>(&self, target: &T, progress: &Progress<'_>) -> Result<Comparison> {
        let rows = self.groups.len();
        let skill = Skill::new(target, rows);
        let mut mine = vec![0.0; rows];
        let add = |sum: &mut [f64], losses: &[f64]| {
            let part = 1.0 / self.repeats as f64;
            sum.iter_mut().zip(losses).for_each(|(sum, loss)| *sum += loss * part);
        };
        for repeat in 0..self.repeats {
            add(&mut mine, &group_losses(target, self.groups, self.count, &self.fold(repeat), self.folds));
        }
        let (split, tree) = self.trees(target, progress)?;
        let first = self.fold(0);
        let shares = parallel::map(self.draws, |draw| {
            progress.step("draws", draw as u64, self.draws as u64)?;
            let order = Random::new(self.seed, DRAWS.wrapping_add(draw as u64)).sample(rows, rows);
            let groups: Vec<u32> = order.into_iter().map(|row| self.groups[row]).collect();
            Ok(skill.share(&group_losses(target, &groups, self.count, &first, self.folds)))
        });
        let shares: Vec<f64> = shares.into_iter().collect::<Result<_>>()?;
        let here = skill.share(&group_losses(target, self.groups, self.count, &first, self.folds));
        let as_good = shares.iter().filter(|share| **share >= here - 1e-12).count();
        Ok(Comparison {
            segments: skill.explained(&mine, self.z),
            inside: skill.share(&inside_losses(target, self.groups, self.count)),
            split: skill.explained(&split, self.z),
            tree: skill.explained(&tree, self.z),
            of_reachable: skill.beside(&mine, &tree, self.z),
            random: crate::math::sum::sum(shares.iter().copied()) / shares.len() as f64,
            random_upper: quantiles(&shares, &[0.95]).and_then(|found| found.first().copied()).unwrap_or(here),
            p_value: (1 + as_good) as f64 / (1 + shares.len()) as f64,
        })
    }

    /// What is lost by the best split and by the best tree, learnt without the fold of each row: means over repeats.
    fn trees<T: Target>(&self, target: &T, progress: &Progress<'_>) -> Result<(Vec<f64>, Vec<f64>)> {
        let rows = self.groups.len();
        let all: Vec<usize> = (0..self.table.features.len()).collect();
        let limits = Limits { leaves: self.count.max(2), ..self.limits };
        let (mut split, mut whole) = (vec![0.0; rows], vec![0.0; rows]);
        let folds: Vec<Vec<u32>> = (0..self.repeats).map(|repeat| self.fold(repeat)).collect();
        let parts: Vec<Result<Vec<Lost>>> = parallel::map(self.repeats * self.folds, |at| {
            let (fold, out) = (&folds[at / self.folds], at % self.folds);
            let learnt: Vec<u32> = (0..rows as u32).filter(|row| fold[*row as usize] as usize != out).collect();
            let tree = Tree::grow(self.table, &all, target, learnt, &limits, progress)?;
            let told: Vec<Vec<f64>> = tree.nodes.iter().map(|node| target.prediction(&node.sums)).collect();
            let loss = |row: usize, leaves: usize| target.loss(row, &told[tree.leaf(self.table, row, leaves)]);
            let mine = (0..rows).filter(|row| fold[*row] as usize == out);
            Ok(mine.map(|row| (row, loss(row, 2), loss(row, self.count))).collect())
        });
        for part in parts {
            for (row, of_split, of_tree) in part? {
                split[row] += of_split / self.repeats as f64;
                whole[row] += of_tree / self.repeats as f64;
            }
        }
        Ok((split, whole))
    }

    /// The attributes that tell the goal nearly by themselves: a tree of one alone, of up to 32 leaves, explains 98 % of
    /// what is left out.
    ///
    /// # Errors
    /// If the work is cancelled.
    pub(super) fn leaks<T: Target>(&self, target: &T, progress: &Progress<'_>) -> Result<Vec<String>> {
        let fold = self.fold(0);
        let (skill, limits) = (Skill::new(target, fold.len()), Limits { leaves: LEAK_LEAVES, ..self.limits });
        let found: Vec<Result<bool>> = parallel::map(self.table.features.len(), |feature| {
            let learnt = (0..fold.len() as u32).filter(|row| fold[*row as usize] != 0).collect();
            let tree = Tree::grow(self.table, &[feature], target, learnt, &limits, progress)?;
            let (mut lost, mut base) = (0.0, 0.0);
            for row in (0..fold.len()).filter(|row| fold[*row] == 0) {
                let leaf = tree.leaf(self.table, row, LEAK_LEAVES);
                lost += target.counts(row) * target.loss(row, &target.prediction(&tree.nodes[leaf].sums));
                base += target.counts(row) * skill.base[row];
            }
            Ok(base > 0.0 && 1.0 - lost / base >= LEAK)
        });
        let mut leaks = Vec::new();
        for (feature, found) in self.table.features.iter().zip(found) {
            if found? {
                leaks.push(feature.name.clone());
            }
        }
        Ok(leaks)
    }
}
