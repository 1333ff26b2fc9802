//! Which segments differ from which in one attribute.
//!
//! Tukey's and Kramer's test needs the distribution of the studentised range, which no well-kept crate has. Pairs are
//! therefore compared by Welch's t test, by Mann and Whitney's or by chi-squared, corrected for their number: Holm's
//! correction keeps the same promise, is somewhat less keen, and needs no equal spreads.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::parallel;
use crate::profile::p_value::PValue;
use crate::profile::reading::{Numbers, Reading, chosen};
use crate::segment::Segment;
use crate::segmentation::Segmentation;
use crate::value::Level;

use super::found::{PairDifference, Test};
use super::{Differences, frequent, has_or_not, numbers, ranks, shares};

impl Differences {
    /// Which segments differ from which in that attribute, corrected over all pairs.
    ///
    /// Welch's t test with Cohen's d where the attribute as a whole is compared by means; Mann and Whitney's with the
    /// rank-biserial correlation where it is compared by ranks; chi-squared with Cramér's V of texts, without tables at
    /// random. Pairs that cannot be compared, because nothing is known of one or all is the same, are left out.
    ///
    /// ```
    /// # use segmentry::customer::Customers;
    /// # use segmentry::profile::Differences;
    /// # use segmentry::segmentation::Segmentation;
    /// # use segmentry::value::{Column, Ids};
    /// # let customers = Customers::new(Ids::numbered(90))
    /// #     .with_column("spend", Column::numbers((0..90).map(|i| f64::from(i % 7 + 10 * (i % 3 / 2)))))?;
    /// # let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    /// # let segmentation = Segmentation::new(&customers, names, (0..90).map(|i| Ok(i % 3)))?;
    /// let pairs = Differences::new().pairs(&customers, &segmentation, "spend")?;
    /// let differ = pairs.iter().filter(|pair| pair.adjusted.at_most(0.05));
    /// assert_eq!(differ.map(|p| (p.first.as_str(), p.second.as_str())).collect::<Vec<_>>(), [("a", "c"), ("b", "c")]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Cost
    /// O(n k) for means, O(n k log n) for ranks, O(k² texts) for texts; of k segments.
    ///
    /// # Errors
    /// As [`Differences::of`], and if the attribute cannot be compared at all.
    pub fn pairs<S: Segment>(
        &self,
        customers: &Customers,
        segmentation: &Segmentation<S>,
        attribute: &str,
    ) -> Result<Vec<PairDifference>> {
        let groups = self.groups(customers, segmentation)?;
        let asked = [attribute.to_owned()];
        let (reading, by_order) = match chosen(customers, Some(&asked))?.first() {
            Some((attribute, column)) => (Reading::of(attribute, column, &groups), attribute.level == Level::Count),
            None => (Reading::Not("it is not there".to_owned()), false),
        };
        let found: Vec<(usize, usize, Option<String>, Test)> = match &reading {
            Reading::Numbers(numbers) => self.pairs_of_numbers(numbers, by_order),
            Reading::Texts(counts) if counts.several => {
                let texts = frequent(counts, self.texts).into_iter();
                texts.flat_map(|at| self.pairs_of_shares(&has_or_not(counts, at), Some(&counts.texts[at]))).collect()
            }
            Reading::Texts(counts) => self.pairs_of_shares(&counts.counts, None),
            Reading::Not(reason) => {
                return Err(Error::unsupported(format!("attribute `{attribute}` is not compared: {reason}")));
            }
        };
        let p: Vec<PValue> = found.iter().map(|(.., test)| test.p).collect();
        let key = |segment: usize| segmentation.segments()[segment].key().into_owned();
        let pair = |((a, b, category, test), adjusted)| PairDifference {
            first: key(a),
            second: key(b),
            category,
            test,
            adjusted,
        };
        Ok(found.into_iter().zip(self.correction.adjust_all(&p)).map(pair).collect())
    }

    /// By means where all pairs can be, by ranks otherwise, so that one attribute is compared in one way.
    fn pairs_of_numbers(&self, all: &Numbers, by_order: bool) -> Vec<(usize, usize, Option<String>, Test)> {
        let moments = all.moments();
        let by_means = !all.ordinal
            && !by_order
            && !numbers::skewed(&moments)
            && moments.iter().all(|m| m.count <= 0.0 || m.variance().is_some_and(|variance| variance > 0.0));
        let found = parallel::map_items(pairs(moments.len()), |(a, b)| {
            let test = if by_means {
                numbers::welch_t(&moments[a], &moments[b], self.confidence)
            } else {
                ranks::mann_whitney(all, a, b)
            };
            test.map(|test| (a, b, None, test))
        });
        found.into_iter().flatten().collect()
    }

    /// Two rows of the table at a time.
    fn pairs_of_shares(&self, counts: &[Vec<f64>], text: Option<&String>) -> Vec<(usize, usize, Option<String>, Test)> {
        let found = parallel::map_items(pairs(counts.len()), |(a, b)| {
            let two = [counts[a].clone(), counts[b].clone()];
            shares::Shares::of(&two).test(self.confidence).map(|test| (a, b, text.cloned(), test))
        });
        found.into_iter().flatten().collect()
    }
}

/// The first with the second, the first with the third …
fn pairs(segments: usize) -> Vec<(usize, usize)> {
    (0..segments).flat_map(|a| (a + 1..segments).map(move |b| (a, b))).collect()
}
