//! Experiments that must not meet, and those who are in none: parts of one layer.

use crate::error::{Error, Result};

use super::build::bucket;
use super::condition::{Bounds, Condition};

/// How many buckets an experiment has.
const BUCKETS: u32 = 10_000;

/// Experiments that must not meet: each takes buckets of one layer that no other has.
///
/// What is left to nobody is a holdout. Two layers are independent of each other.
///
/// ```
/// use segmentry::rules::Layer;
///
/// let mut checkout = Layer::new("layer-checkout");
/// let holdout = checkout.take_percent(10.0)?;
/// let short_form = checkout.take_percent(45.0)?;
/// assert_eq!(holdout.to_string(), "bucket(\"layer-checkout\") between [0, 1000)");
/// assert_eq!(short_form.to_string(), "bucket(\"layer-checkout\") between [1000, 5500)");
/// assert_eq!(checkout.left(), 4_500);
/// assert!(checkout.take_percent(50.0).is_err()); // there is not so much left
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    experiment: String,
    taken: u32,
}

impl Layer {
    /// A layer of that id, of which nothing is taken. The id decides who is where: it must not change.
    pub fn new(id: impl Into<String>) -> Self {
        Layer { experiment: id.into(), taken: 0 }
    }

    /// Takes the next so many of the 10,000 buckets.
    ///
    /// # Errors
    /// If there are not so many left, or it is none.
    pub fn take(&mut self, buckets: u32) -> Result<Condition> {
        if buckets == 0 || buckets > self.left() {
            let expected = format!("1 to {}, the buckets that are left", self.left());
            return Err(Error::parameter("buckets", expected, buckets));
        }
        let from = self.taken;
        self.taken += buckets;
        let (low, high) = (i64::from(from), i64::from(self.taken));
        Ok(bucket(self.experiment.clone()).between(low, high, Bounds::Lower))
    }

    /// Takes the next so many percent of all customers, to a hundredth of a percent.
    ///
    /// # Errors
    /// If there is not so much left, or it is less than a hundredth of a percent.
    pub fn take_percent(&mut self, percent: f64) -> Result<Condition> {
        if !(0.01..=100.0).contains(&percent) {
            return Err(Error::parameter("percent", "between 0.01 and 100", percent));
        }
        self.take((percent * f64::from(BUCKETS) / 100.0).round() as u32)
    }

    /// How many buckets are left.
    pub fn left(&self) -> u32 {
        BUCKETS - self.taken
    }
}
