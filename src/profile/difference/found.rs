//! What is found of differences between segments, as data.

use crate::error::{Error, Result};
use crate::profile::p_value::{Correction, PValue};
use crate::profile::summary::Estimate;

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Method {
    /// Shares of texts, by Pearson's chi-squared test without correction for continuity.
    ChiSquared,
    /// Means, by one-way analysis of variance: spreads are taken to be alike.
    Anova,
    /// Means, by Welch's analysis of variance: spreads may differ.
    Welch,
    /// Ranks, by the test of Kruskal and Wallis, corrected for ties.
    KruskalWallis,
    /// Means of two segments, by Welch's t test.
    WelchT,
    /// Ranks of two segments, by the test of Mann and Whitney, corrected for ties, by the normal distribution.
    MannWhitney,
}

/// What the size of an effect is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Measure {
    /// η²: the share of the spread of a number that the segments explain.
    EtaSquared,
    /// ω²: η² without what chance explains, on average 0 where there is nothing.
    OmegaSquared,
    /// ε²: H / (n − 1), the share of the spread of the ranks that the segments explain.
    EpsilonSquared,
    /// η² of ranks: (H − k + 1) / (n − k), which is ε² without what chance explains.
    RankEtaSquared,
    /// Cramér's V, corrected for its bias by Bergsma.
    CramersV,
    /// Cramér's V as it is, which is above 0 also where there is nothing.
    PlainCramersV,
    /// Cohen's d: the difference of two means in standard deviations.
    CohensD,
    /// The rank-biserial correlation: −1 to 1.
    RankBiserial,
}

/// How large a difference is, whatever the number of customers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Effect {
    /// What it is measured by.
    pub measure: Measure,
    /// The effect with its interval, where there is one.
    pub size: Estimate,
}

impl Effect {
    /// `small`, `medium` or `large` by J. Cohen 1988 (chapters 2, 7 and 8), `negligible` below.
    ///
    /// | measure | small | medium | large |
    /// | --- | ---: | ---: | ---: |
    /// | η², ω², ε² | 0.01 | 0.06 | 0.14 |
    /// | V (taken as w), rank-biserial (taken as r) | 0.1 | 0.3 | 0.5 |
    /// | d | 0.2 | 0.5 | 0.8 |
    pub fn in_words(&self) -> &'static str {
        let steps = match self.measure {
            Measure::CramersV | Measure::PlainCramersV | Measure::RankBiserial => [0.1, 0.3, 0.5],
            Measure::CohensD => [0.2, 0.5, 0.8],
            _ => [0.01, 0.06, 0.14],
        };
        let size = self.size.value.unwrap_or(0.0).abs();
        match steps.iter().filter(|step| size >= **step).count() {
            0 => "negligible",
            1 => "small",
            2 => "medium",
            _ => "large",
        }
    }
}

/// One test.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Test {
    /// What was done.
    pub method: Method,
    /// χ², F, H, t or U.
    pub statistic: f64,
    /// The degrees of freedom, between segments of an F; 1 of U, whose square in standard errors is held against χ².
    pub degrees: f64,
    /// The degrees of freedom within segments of an F.
    pub degrees_within: Option<f64>,
    /// How likely so large a statistic is without a difference, by the distribution of the statistic.
    pub p: PValue,
    /// How large the difference is, the measure to quote first.
    pub effects: Vec<Effect>,
}

impl Test {
    /// The measure to quote.
    pub fn effect(&self) -> Option<&Effect> {
        self.effects.first()
    }
}

/// How the segments differ in one attribute.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Difference {
    /// The attribute.
    pub attribute: String,
    /// The text, of an attribute of sets: each of its texts is tested by itself.
    pub category: Option<String>,
    /// Whether the segments were made by it, so that they differ by nature.
    pub made_by: bool,
    /// Of how many customers in segments it is known, weights counted.
    pub known: f64,
    /// Of how many it is not.
    pub missing: f64,
    /// The test that fits the attribute.
    pub test: Test,
    /// The p-value that is corrected: the test's, or by tables at random where expected counts are too small.
    pub p: PValue,
    /// Corrected for the number of tests.
    pub adjusted: PValue,
    /// The least count expected in a cell of a chi-squared test.
    pub fewest_expected: Option<f64>,
    /// The p-value by tables at random, where a count expected is below 5.
    pub permuted: Option<PValue>,
    /// What other tests say.
    pub others: Vec<Test>,
    /// What to bear in mind.
    pub notes: Vec<String>,
}

impl Difference {
    /// The test by that method, whichever was taken.
    pub fn by(&self, method: Method) -> Option<&Test> {
        std::iter::once(&self.test).chain(&self.others).find(|test| test.method == method)
    }
}

/// An attribute that was not tested.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Untested {
    /// The attribute.
    pub attribute: String,
    /// Why not, in words.
    pub reason: String,
}

/// By which attributes segments differ: what [`Differences`](super::Differences) finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct DifferenceTable {
    /// How p-values were corrected, over all of `differences`.
    pub correction: Correction,
    /// How sure the intervals are.
    pub confidence: f64,
    /// How many segments were compared.
    pub segments: usize,
    /// How many customers are in none of them.
    pub unassigned: usize,
    /// Whether it was said by what the segments were made.
    pub made_by_known: bool,
    /// Each attribute that was tested, in the order asked for.
    pub differences: Vec<Difference>,
    /// The others.
    pub untested: Vec<Untested>,
}

impl DifferenceTable {
    /// What was found of that attribute; of a set of the text that differs most.
    ///
    /// # Errors
    /// If it was not tested.
    pub fn of(&self, attribute: &str) -> Result<&Difference> {
        let own = self.differences.iter().filter(|d| d.attribute == attribute);
        own.reduce(|least, next| if next.p < least.p { next } else { least })
            .ok_or_else(|| Error::unknown_attribute(attribute, self.differences.iter().map(|d| d.attribute.as_str())))
    }

    /// Those with a corrected p-value of at most `alpha` by which the segments were not made, the least likely first.
    pub fn significant(&self, alpha: f64) -> Vec<&Difference> {
        let mut found: Vec<&Difference> =
            self.differences.iter().filter(|d| !d.made_by && d.adjusted.at_most(alpha)).collect();
        found.sort_by(|a, b| a.p.ln().total_cmp(&b.p.ln()));
        found
    }
}

/// How two segments differ in one attribute.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PairDifference {
    /// The key of the first segment.
    pub first: String,
    /// The key of the second.
    pub second: String,
    /// The text, of an attribute of sets.
    pub category: Option<String>,
    /// The test.
    pub test: Test,
    /// Corrected for the number of pairs.
    pub adjusted: PValue,
}
