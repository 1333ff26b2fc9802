//! What one division tells of the other: entropies and mutual information, in nats.

use crate::error::{Error, Result};
use crate::math::sum::sum;

use super::contingency::Contingency;

/// Entropies of two divisions and what they share (C. Shannon 1948, DOI 10.1002/j.1538-7305.1948.tb01338.x). Nats: the
/// unit is that of the natural logarithm, 1.4427 bits.
///
/// ```
/// use segmentry::evaluate::{Contingency, Partition};
///
/// let (size, country) = (Partition::of([0, 0, 1, 1])?, Partition::of(["at", "de", "at", "de"])?);
/// let information = Contingency::new(&size, &country)?.information();
/// assert!((information.first - 2_f64.ln()).abs() < 1e-15);
/// assert_eq!(information.shared, 0.0); // who knows the country knows nothing of the size
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Information {
    /// The entropy of the first division: 0 for one group, the logarithm of their number for groups of the same size.
    pub first: f64,
    /// The entropy of the second division.
    pub second: f64,
    /// The mutual information: by how much the one becomes less uncertain where the other is known.
    pub shared: f64,
    /// The variation of information: what is uncertain of each where the other is known, in sum (M. Meilă 2007,
    /// DOI 10.1016/j.jmva.2006.11.013). Summed of parts that are not negative, so it is exactly 0 for the same groups.
    pub variation: f64,
}

impl Information {
    /// Of a table. O(cells).
    pub(super) fn of(table: &Contingency) -> Self {
        let rows = table.rows() as f64;
        let (first, second) = (table.first_sizes(), table.second_sizes());
        let terms = |a: usize, b: usize, both: u64| (both as f64, first[a] as f64, second[b] as f64);
        let shared = sum(table.cells().map(|(a, b, count)| {
            let (both, one, other) = terms(a, b, count);
            both / rows * ((both * rows) / (one * other)).ln()
        }));
        let variation = sum(table.cells().map(|(a, b, count)| {
            let (both, one, other) = terms(a, b, count);
            both / rows * ((one / both).ln() + (other / both).ln())
        }));
        let (first, second) = (entropy(first, rows), entropy(second, rows));
        Information { first, second, shared: shared.clamp(0.0, first.min(second)), variation }
    }

    /// The mean of both entropies that mutual information is divided by.
    pub(super) fn mean(&self, mean: Mean) -> f64 {
        match mean {
            Mean::Arithmetic => 0.5 * self.first + 0.5 * self.second,
            Mean::Geometric => (self.first * self.second).sqrt(),
            Mean::Least => self.first.min(self.second),
            Mean::Greatest => self.first.max(self.second),
            Mean::Joint => self.first + self.second - self.shared,
        }
    }

    /// The mean of homogeneity and completeness. A division of one group is homogeneous beside any other: 1.
    ///
    /// A `beta` above 1 gives completeness more weight, one below gives homogeneity more.
    pub(super) fn v_measure(&self, beta: f64) -> f64 {
        let (homogeneity, completeness) = (self.homogeneity(), self.completeness());
        if homogeneity + completeness == 0.0 {
            return 0.0;
        }
        (1.0 + beta) * homogeneity * completeness / (beta * homogeneity + completeness)
    }

    /// The share of the first's entropy that the second explains: H. Theil's coefficient of uncertainty (1970,
    /// DOI 10.1086/224909) of the first by the second. 1 where the first is one group.
    pub fn homogeneity(&self) -> f64 {
        explained(self.shared, self.first)
    }

    /// The share of the second's entropy that the first explains. 1 where the second is one group.
    pub fn completeness(&self) -> f64 {
        explained(self.shared, self.second)
    }
}

/// The mean of two entropies by which mutual information is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mean {
    /// Half their sum.
    Arithmetic,
    /// The root of their product.
    Geometric,
    /// The lesser.
    Least,
    /// The greater.
    Greatest,
    /// The entropy of both together.
    Joint,
}

fn explained(shared: f64, entropy: f64) -> f64 {
    if entropy > 0.0 { shared / entropy } else { 1.0 }
}

/// Of groups of these sizes; empty ones add nothing.
fn entropy(sizes: &[u64], rows: f64) -> f64 {
    sum(sizes.iter().filter(|size| **size > 0).map(|size| *size as f64 / rows * (rows / *size as f64).ln()))
}

impl Contingency {
    /// Entropies and mutual information of both divisions. O(cells).
    pub fn information(&self) -> Information {
        Information::of(self)
    }

    /// The V measure with a weight: above 1 completeness counts more, below 1 homogeneity; 1 is the harmonic mean of
    /// both (A. Rosenberg and J. Hirschberg 2007, V-measure, EMNLP-CoNLL, pages 410–420). 1 for the same groups.
    ///
    /// ```
    /// use segmentry::evaluate::{Contingency, Partition};
    ///
    /// let table = Contingency::new(&Partition::of([0, 0, 1, 1])?, &Partition::of([0, 1, 2, 3])?)?;
    /// assert_eq!(table.v_measure(0.0)?, 1.0); // all that counts is that no group is mixed
    /// assert!((table.v_measure(1.0)? - 2.0 / 3.0).abs() < 1e-15);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the weight is not a finite number from 0 on.
    pub fn v_measure(&self, beta: f64) -> Result<f64> {
        if !beta.is_finite() || beta < 0.0 {
            return Err(Error::parameter("beta", "a finite number from 0 on", beta));
        }
        Ok(if self.same_groups() { 1.0 } else { self.information().v_measure(beta) })
    }
}
