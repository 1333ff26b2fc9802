//! An estimate between two ends, and the scale on which the ends are sought.

use std::fmt;

use crate::error::{Error, Result};
use crate::text::number;

/// An estimate with the ends between which the truth lies, with that confidence.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{BuyTillYouDie, Buyer, Buyers, DeltaMethod, Family, Horizon, Scale};
/// # let repeats: Vec<u32> = (0..300).map(|i| [0, 0, 1, 4, 2, 0, 7, 1, 0, 3][i % 10]).collect();
/// # let last: Vec<f64> = (0..300).map(|i| [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0, 0.0, 20.0][i % 10]).collect();
/// # let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 300])?;
///
/// let model = BuyTillYouDie::new(Family::BgNbd).fit(&buyers)?;
/// let one = Buyer::new(TimeUnit::Weeks, 3, 20.0, 39.0)?;
/// let year = Horizon::weeks(52.0);
/// let interval = DeltaMethod::new().interval(&model, Scale::Positive, |model| model.purchases(&one, year))?;
/// assert!(interval.low < interval.estimate && interval.estimate < interval.high);
/// println!("{interval}"); // 3.21 (2.72 to 3.79 with 95 %)
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The figure itself.
    pub estimate: f64,
    /// The upper end.
    pub high: f64,
    /// The share of such intervals that hold the truth: 0.95.
    pub confidence: f64,
}

impl Interval {
    /// Whether the value lies between the ends or on one.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// How far the ends are apart.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Interval { low, estimate, high, confidence } = *self;
        // nine tenths is 90, whatever its last bit is
        let percent = number((confidence * 1e10).round() * 1e-8);
        write!(f, "{} ({} to {} with {percent} %)", number(estimate), number(low), number(high))
    }
}

/// What a figure can be: it says on which scale its error is nearly normal, and keeps the ends within what it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scale {
    /// Above 0, such as purchases and money: by its logarithm.
    Positive,
    /// From 0 to 1, such as the probability of being alive: by the logarithm of its odds.
    Probability,
    /// Any number: as it is.
    Any,
}

impl Scale {
    /// The figure on the scale; infinite at the end of what it can be.
    ///
    /// # Errors
    /// If the figure is NaN or infinite, or outside what it can be.
    pub(super) fn of(self, figure: f64) -> Result<f64> {
        let (good, expected) = match self {
            Scale::Positive => (figure.is_finite() && figure >= 0.0, "a finite number of at least 0"),
            Scale::Probability => ((0.0..=1.0).contains(&figure), "a probability from 0 to 1"),
            Scale::Any => (figure.is_finite(), "a finite number"),
        };
        if !good {
            return Err(Error::parameter("figure", expected, figure));
        }
        Ok(match self {
            Scale::Positive => figure.ln(),
            Scale::Probability => figure.ln() - (-figure).ln_1p(),
            Scale::Any => figure,
        })
    }

    /// How far the other figure is from the estimate on the scale; 0 where they are the same, also at an end of it.
    ///
    /// # Errors
    /// If one is outside the scale, or at an end of it where the other is not.
    pub(super) fn between(self, estimate: f64, other: f64) -> Result<f64> {
        if estimate == other {
            return self.of(estimate).map(|_| 0.0);
        }
        let by = self.of(other)? - self.of(estimate)?;
        if by.is_finite() {
            return Ok(by);
        }
        Err(Error::unsupported("an interval is not defined where a figure leaves the end of its scale"))
    }

    /// The estimate moved by so much on the scale.
    pub(super) fn moved(self, estimate: f64, by: f64) -> f64 {
        match self {
            Scale::Positive => estimate * by.exp(),
            // odds times e^by
            Scale::Probability => {
                let (hit, miss) = (estimate * (0.5 * by).exp(), (1.0 - estimate) * (-0.5 * by).exp());
                if hit + miss > 0.0 && (hit + miss).is_finite() { hit / (hit + miss) } else { estimate }
            }
            Scale::Any => estimate + by,
        }
    }
}

/// The interval between quantiles of what was drawn: interpolated, or the drawn values that leave at most the rest
/// outside.
pub(super) fn between(mut drawn: Vec<f64>, estimate: f64, confidence: f64, whole: bool) -> Interval {
    drawn.sort_by(f64::total_cmp);
    let last = drawn.len().saturating_sub(1);
    let at = |rank: usize| drawn.get(rank.min(last)).copied().unwrap_or(estimate);
    let tail = 0.5 * (1.0 - confidence);
    let (low, high) = if whole {
        let outside = (tail * drawn.len() as f64 + 1e-9).floor() as usize;
        (at(outside), at(last.saturating_sub(outside)))
    } else {
        let quantile = |share: f64| {
            let place = share * last as f64;
            let (below, part) = (at(place as usize), place.fract());
            below + part * (at(place as usize + 1) - below)
        };
        (quantile(tail), quantile(1.0 - tail))
    };
    Interval { low, estimate, high, confidence }
}
