//! How likely a statistic as large as this is by chance, however small that is; and the corrections for many tests.

use std::fmt;

use crate::error::{Error, Result};

/// The least p-value that is printed as a number.
const LEAST: f64 = -690.775_527_898_213_7; // ln 1e-300

/// How likely a statistic at least as extreme is where there is no difference.
///
/// Held as its logarithm, because a million customers give p-values below the least `f64`: they are then still
/// compared, corrected and ordered, and none is ever printed as 0.
///
/// ```
/// use segmentry::profile::PValue;
///
/// assert_eq!(PValue::new(0.0123).to_string(), "0.0123");
/// assert_eq!(PValue::from_ln(-1000.0).to_string(), "< 1e-300");
/// assert!(PValue::from_ln(-1000.0) < PValue::from_ln(-900.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct PValue {
    ln: f64,
}

impl PValue {
    /// Of a probability; what lies outside 0 to 1 is taken for the nearer end, 0 for the least number.
    pub fn new(probability: f64) -> Self {
        PValue::from_ln(probability.max(f64::MIN_POSITIVE).ln())
    }

    /// Of the logarithm of a probability; above 0 is taken for 0, no finite number for the least there is.
    pub fn from_ln(ln: f64) -> Self {
        let ln = if ln.is_nan() { 0.0 } else { ln };
        PValue { ln: ln.clamp(f64::MIN, 0.0) }
    }

    /// The probability; 0 below the least `f64`, about 5e-324.
    pub fn value(self) -> f64 {
        self.ln.exp()
    }

    /// Its natural logarithm, which is always finite.
    pub fn ln(self) -> f64 {
        self.ln
    }

    /// Whether it is at most that: `alpha` of 0.05 is the custom.
    pub fn at_most(self, alpha: f64) -> bool {
        self.ln <= alpha.ln()
    }
}

/// Three digits that count: `0.0123`, `8.7e-7`, `< 1e-300`, and `> 0.99` near 1.
impl fmt::Display for PValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.value() {
            _ if self.ln < LEAST => "< 1e-300".to_owned(),
            value if value > 0.99 => "> 0.99".to_owned(),
            value if value >= 0.1 => format!("{value:.2}"),
            value if value >= 1e-3 => {
                let decimals = (2 - value.log10().floor() as i32) as usize; // at most 5 here
                format!("{value:.decimals$}")
            }
            value => format!("{value:.1e}"),
        };
        f.pad(&text)
    }
}

/// An object with `value`, which may be 0 for want of smaller numbers, and `ln`, which is exact.
#[cfg(feature = "serde")]
impl serde::Serialize for PValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("PValue", 2)?;
        fields.serialize_field("value", &self.value())?;
        fields.serialize_field("ln", &self.ln)?;
        fields.end()
    }
}

/// How p-values are corrected for the number of tests that were made.
///
/// Of twenty attributes that mean nothing one has a p-value below 0.05. Corrected p-values keep their promise over all
/// tests together:
///
/// | correction | promise at 0.05 | needs |
/// | --- | --- | --- |
/// | `Bonferroni` | at most one false finding in twenty analyses | nothing |
/// | `Holm` | the same, and never weaker than Bonferroni's | nothing |
/// | `BenjaminiHochberg` | of what is found, at most one in twenty is false on average | tests independent or positively dependent |
/// | `BenjaminiYekutieli` | the same | nothing |
/// | `None` | none | |
///
/// # References
/// S. Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6, 65–70.
/// Y. Benjamini and Y. Hochberg 1995, Controlling the False Discovery Rate, DOI 10.1111/j.2517-6161.1995.tb02031.x.
/// Y. Benjamini and D. Yekutieli 2001, DOI 10.1214/aos/1013699998.
///
/// ```
/// use segmentry::profile::Correction;
///
/// let adjusted = Correction::Holm.adjust(&[0.01, 0.04, 0.03])?;
/// assert!((adjusted[0] - 0.03).abs() < 1e-15 && (adjusted[1] - 0.06).abs() < 1e-15);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Correction {
    /// As they are.
    None,
    /// Each times the number of tests.
    Bonferroni,
    /// The least times the number of tests, the next times one less, and so on.
    #[default]
    Holm,
    /// The share of false findings.
    BenjaminiHochberg,
    /// The share of false findings, whatever the dependence.
    BenjaminiYekutieli,
}

impl Correction {
    /// The corrected p-values, in the order given. O(m log m).
    ///
    /// # Errors
    /// If one is not between 0 and 1.
    ///
    /// # Differs from
    /// R's `p.adjust` and scipy's `false_discovery_control` in nothing but rounding.
    pub fn adjust(self, p_values: &[f64]) -> Result<Vec<f64>> {
        if let Some(wrong) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return Err(Error::parameter("p_values", "between 0 and 1", wrong));
        }
        // the logarithm of 0 is not finite, and 0 stays 0 whatever it is multiplied by
        let logs: Vec<PValue> = p_values.iter().map(|p| PValue::new(*p)).collect();
        let adjusted = self.adjust_all(&logs);
        Ok(adjusted.iter().zip(p_values).map(|(new, old)| if *old == 0.0 { 0.0 } else { new.value() }).collect())
    }

    /// As [`Correction::adjust`] of p-values that may be below the least number.
    pub fn adjust_all(self, p_values: &[PValue]) -> Vec<PValue> {
        let count = p_values.len() as f64;
        let mut order: Vec<usize> = (0..p_values.len()).collect();
        order.sort_by(|a, b| p_values[*a].ln.total_cmp(&p_values[*b].ln).then(a.cmp(b)));
        let mut adjusted = p_values.to_vec();
        let harmonic: f64 = (1..=p_values.len()).rev().map(|rank| 1.0 / rank as f64).sum();
        match self {
            Correction::None => {}
            Correction::Bonferroni => {
                adjusted.iter_mut().for_each(|p| *p = PValue::from_ln(p.ln + count.ln()));
            }
            Correction::Holm => {
                let mut most = f64::MIN;
                for (rank, at) in order.into_iter().enumerate() {
                    most = most.max(p_values[at].ln + (count - rank as f64).ln());
                    adjusted[at] = PValue::from_ln(most);
                }
            }
            Correction::BenjaminiHochberg | Correction::BenjaminiYekutieli => {
                let factor = if self == Correction::BenjaminiYekutieli { harmonic * count } else { count };
                let mut least = 0.0_f64;
                for (rank, at) in order.into_iter().enumerate().rev() {
                    least = least.min(p_values[at].ln + (factor / (rank as f64 + 1.0)).ln());
                    adjusted[at] = PValue::from_ln(least);
                }
            }
        }
        adjusted
    }

    /// As it stands in a heading.
    pub(super) fn name(self) -> &'static str {
        match self {
            Correction::None => "not corrected",
            Correction::Bonferroni => "corrected by Bonferroni",
            Correction::Holm => "corrected by Holm",
            Correction::BenjaminiHochberg => "corrected by Benjamini-Hochberg",
            Correction::BenjaminiYekutieli => "corrected by Benjamini-Yekutieli",
        }
    }
}
