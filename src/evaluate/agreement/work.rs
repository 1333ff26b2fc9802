//! One table, several figures: what they share is computed once.
//!
//! Here stand the cases in which a figure is not defined, and what stands in its place.

use std::cell::OnceCell;

use crate::error::{Error, Result};

use super::contingency::Contingency;
use super::expected::expected_information;
use super::figure::Agreement;
use super::information::{Information, Mean};
use super::matching::Matching;
use super::pairs::PairCounts;
use super::sets;

/// A table and what has been computed of it.
///
/// For one thread: several figures of one table are asked one after another, tables are what is many.
pub(super) struct Work<'a> {
    table: &'a Contingency,
    pairs: PairCounts,
    /// Whether both put the same rows together.
    same: bool,
    /// How many groups of each have rows of the table: others have no part in any figure.
    groups: (usize, usize),
    /// Made when first asked for, as the next.
    information: OnceCell<Information>,
    /// The mutual information expected by chance.
    expected: OnceCell<f64>,
}

impl<'a> Work<'a> {
    /// Nothing computed yet but pairs and whether the groups are the same.
    ///
    /// O(cells).
    pub(super) fn new(table: &'a Contingency) -> Self {
        Work {
            table,
            pairs: table.pairs(),
            same: table.same_groups(),
            groups: table.groups(),
            information: OnceCell::new(),
            expected: OnceCell::new(),
        }
    }

    /// One figure of the list.
    ///
    /// The same groups get the best there is, to the last bit, but for quotients of pairs: of these there may be none.
    ///
    /// # Errors
    /// If it is not defined for the table.
    pub(super) fn figure(&self, figure: Agreement) -> Result<f64> {
        use Agreement as A;
        if let Some(best) = figure.best().filter(|_| self.same && !is_of_pairs(figure)) {
            return Ok(best);
        }
        Ok(match figure {
            A::MutualInformation => self.information().shared,
            A::NmiArithmetic => self.normalized(Mean::Arithmetic),
            A::NmiGeometric => self.normalized(Mean::Geometric),
            A::NmiMin => self.normalized(Mean::Least),
            A::NmiMax => self.normalized(Mean::Greatest),
            A::NmiJoint => self.normalized(Mean::Joint),
            A::AmiArithmetic => self.adjusted(Mean::Arithmetic),
            A::AmiGeometric => self.adjusted(Mean::Geometric),
            A::AmiMin if self.has_all_apart() => {
                return Err(undefined(figure, "where one division has all rows apart"));
            }
            A::AmiMin => self.adjusted(Mean::Least),
            A::AmiMax => self.adjusted(Mean::Greatest),
            A::Homogeneity => self.information().homogeneity(),
            A::Completeness => self.information().completeness(),
            A::VMeasure => self.information().v_measure(1.0),
            A::VariationOfInformation => self.information().variation,
            A::NormalizedVariation => (self.information().variation / (self.table.rows() as f64).ln()).min(1.0),
            A::Purity => sets::purity(self.table),
            A::InversePurity => sets::inverse_purity(self.table),
            A::FMeasure => sets::f_measure(self.table),
            A::Matched => Matching::of(self.table)?.share(),
            A::VanDongen => sets::van_dongen(self.table),
            of_pairs => return of_pairs_of(&self.pairs, of_pairs),
        })
    }

    /// Entropies and what they share, in nats.
    ///
    /// O(cells), the first time.
    pub(super) fn information(&self) -> &Information {
        self.information.get_or_init(|| self.table.information())
    }

    /// Mutual information by a mean of entropies.
    ///
    /// 0 where one is one group and the other is not, whatever the mean; 1 for the same groups, also for one group in both:
    /// scikit-learn's rules.
    pub(super) fn normalized(&self, mean: Mean) -> f64 {
        let information = self.information();
        match information.shared {
            _ if self.same => 1.0,
            0.0 => 0.0,
            shared => (shared / information.mean(mean)).min(1.0),
        }
    }

    /// Mutual information above what is expected, by the most it can be above.
    ///
    /// 0 where only one of them is one group, as in scikit-learn.
    ///
    /// Rows all apart share with other groups what these have, however they are dealt out: nothing above chance.
    pub(super) fn adjusted(&self, mean: Mean) -> f64 {
        if self.same {
            return 1.0;
        }
        if self.groups.0 == 1 || self.groups.1 == 1 || self.has_all_apart() {
            return 0.0;
        }
        let (first, second) = (self.table.first_sizes(), self.table.second_sizes());
        let expected = *self.expected.get_or_init(|| expected_information(first, second, self.table.rows()));
        let information = self.information();
        ((information.shared - expected) / (information.mean(mean) - expected)).min(1.0)
    }

    /// Whether one of them puts no two rows together and the other has several groups.
    ///
    /// (A division of one group beside it has nothing to share: that is another rule.)
    ///
    /// All that such a division shares with another is expected: it is as fine as can be.
    fn has_all_apart(&self) -> bool {
        let apart = |groups: usize| groups as u64 == self.table.rows();
        (apart(self.groups.0) || apart(self.groups.1)) && self.groups.0.min(self.groups.1) > 1
    }
}

/// The error of a figure that the table leaves nothing to compare: 0 / 0 is no number, and no reference has a rule for it.
///
/// `when` ends the sentence.
fn undefined(figure: Agreement, when: &str) -> Error {
    Error::unsupported(format!("the {} is not defined {when}", figure.title()))
}

/// Whether a figure is a quotient of numbers of pairs.
///
/// These have rules of their own where both divisions are the same: all rows apart have no pair together.
fn is_of_pairs(figure: Agreement) -> bool {
    figure <= Agreement::McNemar // the list begins with them
}

/// A figure of numbers of pairs, as clusterCrit and scikit-learn define it. Products that are nearly equal are subtracted
/// as whole numbers.
///
/// `both` pairs are together in both, `first` only in the first, `second` only in the second.
///
/// # Errors
/// If it is a quotient of pairs of which there are none.
pub(super) fn of_pairs_of(pairs: &PairCounts, figure: Agreement) -> Result<f64> {
    use Agreement as A;
    let [both, first, second, neither] = pairs.numbers();
    let (agree, differ) = (both + neither, first + second);
    let (of_first, of_second) = (both + first, both + second);
    let margins = [of_first, of_second, first + neither, second + neither];
    let ratio = |part: f64, whole: f64| match whole {
        whole if whole > 0.0 => Ok(part / whole),
        _ => Err(undefined(figure, "where there is no pair to count")),
    };
    match figure {
        A::Rand if pairs.all() == 0 => Ok(1.0),
        A::Rand => ratio(agree, agree + differ),
        A::AdjustedRand => Ok(pairs.adjusted_rand()),
        A::FowlkesMallows if pairs.both == 0 => Ok(0.0),
        A::FowlkesMallows => Ok((both / of_first).sqrt() * (both / of_second).sqrt()),
        A::Jaccard => ratio(both, both + differ),
        A::Dice => ratio(2.0 * both, 2.0 * both + differ),
        A::Kulczynski => Ok((ratio(both, of_first)? + ratio(both, of_second)?) / 2.0),
        A::Precision => ratio(both, of_second),
        A::Recall => ratio(both, of_first),
        A::RogersTanimoto => ratio(agree, agree + 2.0 * differ),
        A::RusselRao => ratio(both, agree + differ),
        A::SokalSneath1 => ratio(both, both + 2.0 * differ),
        A::SokalSneath2 => ratio(agree, agree + 0.5 * differ),
        A::Hubert => {
            let roots = (margins[0] * margins[1]).sqrt() * (margins[2] * margins[3]).sqrt();
            Ok(ratio(pairs.surplus(), roots)?.clamp(-1.0, 1.0))
        }
        A::Phi => ratio(pairs.surplus(), margins.iter().product()),
        A::McNemar => ratio(neither - second, (neither + second).sqrt()),
        other => Err(undefined(other, "by pairs alone")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
#[path = "work_tests.rs"]
mod tests;
