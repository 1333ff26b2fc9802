//! How unevenly a value is spread over customers, in a handful of numbers that can be saved.

use std::fmt;

use crate::concentration::Concentration;
use crate::error::{Error, Result};

/// Shares of the best customers that are told.
const TOP: [f64; 4] = [0.01, 0.05, 0.10, 0.20];

/// How unevenly a value is spread over customers: do a few bring most of it?
///
/// Gini's coefficient is half his mean difference of 1912 over the mean, which is his ratio of concentration of 1914
/// (C. Gini, *Variabilità e mutabilità*; *Sulla misura della concentrazione e della variabilità dei caratteri*); the
/// curve is that of M. O. Lorenz (1905, *Methods of Measuring the Concentration of Wealth*, DOI 10.2307/2276207). The
/// full curve is [`Concentration`]'s; this keeps 101 points of it.
///
/// ```
/// use segmentry::tier::Spread;
///
/// let spread = Spread::of(&[10.0, 10.0, 20.0, 60.0], None)?;
/// assert_eq!(spread.gini(), 0.4);
/// assert_eq!(spread.statement(), "20 % of the customers bring 48.0 % of the value; 80 % of the value comes from 50.0 %");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Spread {
    customers: f64,
    total: f64,
    gini: f64,
    herfindahl: f64,
    top: Vec<(f64, f64)>,
    customers_for_80_percent: f64,
    lorenz: Vec<(f64, f64)>,
}

impl Spread {
    /// Measures these values; a weight is a number of customers. O(n log n).
    ///
    /// # Errors
    /// As [`Concentration::of`]: no values, one that is negative or not finite, or a sum of 0.
    pub fn of(values: &[f64], weights: Option<&[f64]>) -> Result<Self> {
        let all = Concentration::of(values, weights)?;
        let weight = |row: usize| weights.and_then(|w| w.get(row)).copied().unwrap_or(1.0);
        let below = |percent: u8| {
            let share = f64::from(percent) / 100.0;
            (share, 1.0 - all.top_share(1.0 - share))
        };
        Ok(Spread {
            customers: crate::math::sum::sum((0..values.len()).map(weight)),
            total: crate::math::sum::sum(values.iter().enumerate().map(|(row, value)| weight(row) * value)),
            gini: all.gini(),
            herfindahl: all.herfindahl(),
            top: TOP.iter().map(|share| (*share, all.top_share(*share))).collect(),
            customers_for_80_percent: all.customers_for(0.8),
            lorenz: (0..=100).map(below).collect(),
        })
    }

    /// How many customers there are, by weight.
    pub fn customers(&self) -> f64 {
        self.customers
    }

    /// What they bring together.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// From 0 (all bring the same) to almost 1 (one brings everything).
    pub fn gini(&self) -> f64 {
        self.gini
    }

    /// The sum of the squared shares of the value (the index of Herfindahl and Hirschman).
    pub fn herfindahl(&self) -> f64 {
        self.herfindahl
    }

    /// The best 1, 5, 10 and 20 % of the customers, each with the share of the value that they bring.
    pub fn top(&self) -> &[(f64, f64)] {
        &self.top
    }

    /// The least share of the customers that brings 80 % of the value.
    pub fn customers_for_80_percent(&self) -> f64 {
        self.customers_for_80_percent
    }

    /// The Lorenz curve at each percent: the share of the customers, those that bring least first, and the share of the
    /// value that they bring.
    pub fn lorenz(&self) -> &[(f64, f64)] {
        &self.lorenz
    }

    /// What became of the rule that 20 % bring 80 % (named after V. Pareto by J. M. Juran), in a sentence.
    pub fn statement(&self) -> String {
        let top = self.top.last().map_or(0.0, |top| top.1);
        format!(
            "20 % of the customers bring {:.1} % of the value; 80 % of the value comes from {:.1} %",
            100.0 * top,
            100.0 * self.customers_for_80_percent
        )
    }

    /// # Errors
    /// If what was loaded can be no such report.
    pub(super) fn check(&self) -> Result<()> {
        let share = |number: f64| (0.0..=1.0).contains(&number);
        let pairs = |pairs: &[(f64, f64)]| pairs.iter().all(|pair| share(pair.0) && share(pair.1));
        let rising = self.lorenz.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1);
        let fine = share(self.gini)
            && share(self.herfindahl)
            && share(self.customers_for_80_percent)
            && self.customers.is_finite()
            && self.total.is_finite()
            && (self.top.len(), self.lorenz.len()) == (TOP.len(), 101)
            && pairs(&self.top)
            && pairs(&self.lorenz)
            && rising;
        if fine { Ok(()) } else { Err(Error::format("`spread` holds what is no share, or a Lorenz curve that falls")) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.statement())?;
        write!(f, "\nGini {:.3}; the best", self.gini)?;
        for (at, (share, value)) in self.top.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma} {:.0} % bring {:.1} %", 100.0 * share, 100.0 * value)?;
        }
        Ok(())
    }
}
