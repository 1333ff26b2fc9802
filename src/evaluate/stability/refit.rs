//! What can be divided again: rows with a method, or customers with a recipe.

use crate::cluster::{AnyMethod, Points};
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::evaluate::partition::Partition;
use crate::progress::Progress;
use crate::segment::Label;
use crate::segmentation::Segmentation;
use crate::segmenter::{Fit, Segmenter};

use super::everybody::{Divide, Everybody};
use super::rows::Rows;
use super::scheme::{Sample, Scheme};

/// Something that can be divided again and again: the two doors of stability, rows and customers.
///
/// Rows are divided by any method of clustering. Customers are divided by any recipe: clusters with their features,
/// RFM, tiers. What counts nothing (weight 0) is left out at the door. A row or customer is drawn as one, whatever it
/// weighs; its weight goes with it.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{AnyMethod, KMeans, Points};
/// use segmentry::evaluate::{Refit, Stability};
///
/// let rows = array![[0.0], [0.1], [0.2], [0.3], [9.0], [9.1], [9.2], [9.3]];
/// let points = Points::new(rows.view());
/// let method: AnyMethod = KMeans::new(2).into();
/// let stability = Stability::new().pairs(20).of(&Refit::rows(&method, &points)?)?;
/// assert_eq!(stability.adjusted_rand.median(), 1.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Debug)]
pub struct Refit<'a> {
    source: Source<'a>,
    weights: bool,
}

#[derive(Debug)]
enum Source<'a> {
    Rows(Rows<'a>),
    Customers(Everybody<'a>),
}

/// The groups that were found in all rows, and what they are called.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) partition: Partition,
    pub(super) names: Vec<String>,
}

/// What a replicate says of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Of all rows, placed by what was learnt.
    All,
    /// Of the rows it was learnt from.
    Drawn,
}

impl<'a> Refit<'a> {
    /// Rows of numbers, divided by a method.
    ///
    /// # Errors
    /// If [`Points::check`] refuses the rows.
    pub fn rows(method: &'a AnyMethod, points: &'a Points<'a>) -> Result<Self> {
        Ok(Refit { source: Source::Rows(Rows::new(method, points)?), weights: true })
    }

    /// Customers, divided by a recipe: it learns from those drawn and places everybody.
    ///
    /// # Errors
    /// If there is no customer that counts.
    pub fn customers<F: Fit + Sync>(recipe: &'a F, customers: &'a Customers) -> Result<Self> {
        Refit::by(customers, |drawn, everybody, progress| {
            Ok(recipe.fit_with(drawn, progress)?.segment(everybody)?.labelled())
        })
    }

    /// Customers, divided by a function: of those drawn it learns, and says where everybody is.
    ///
    /// For what is more than one recipe: clusters that are named by hand, a recipe within the segments of another.
    ///
    /// # Errors
    /// If there is no customer that counts.
    pub fn by(
        customers: &'a Customers,
        divide: impl Fn(&Customers, &Customers, &Progress<'_>) -> Result<Segmentation<Label>> + Sync + Send + 'a,
    ) -> Result<Self> {
        let divide: Divide<'a> = Box::new(divide);
        Ok(Refit { source: Source::Customers(Everybody::new(customers, divide)?), weights: true })
    }

    /// For what does not heed weights, or refuses them.
    ///
    /// Who is drawn twice counts twice, by weight. Without weights, a row that is drawn twice stands there twice; but a
    /// customer cannot, so that instead of a bootstrap sample 63.2 % of the customers are drawn without replacement, as
    /// many as a bootstrap sample has different ones; results say so.
    #[must_use]
    pub fn without_weights(mut self) -> Self {
        self.weights = false;
        self
    }

    /// How many rows or customers count.
    pub fn len(&self) -> usize {
        match &self.source {
            Source::Rows(rows) => rows.len(),
            Source::Customers(everybody) => everybody.len(),
        }
    }

    /// Whether there is none; never.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The scheme that is followed when this one is asked for.
    ///
    /// # Errors
    /// If a parameter is not what it may be, or it changes values of customers.
    pub(super) fn scheme(&self, asked: Scheme) -> Result<Scheme> {
        asked.check()?;
        match (&self.source, asked) {
            (Source::Customers(_), asked) if asked.changes_values() => {
                let message = format!("{asked} is not defined for customers, whose values are of many kinds");
                Err(Error::unsupported(message))
            }
            (Source::Customers(_), Scheme::Bootstrap) if !self.weights => Ok(Scheme::Subset(DISTINCT)),
            _ => Ok(asked),
        }
    }

    /// The division of all rows.
    pub(super) fn whole(&self, progress: &Progress<'_>) -> Result<Whole> {
        match &self.source {
            Source::Rows(rows) => rows.whole(progress),
            Source::Customers(everybody) => everybody.whole(progress),
        }
    }

    /// The division that is learnt from one replicate of the scheme: of all rows, or of those it was learnt from,
    /// which are named then.
    pub(super) fn replicate(
        &self,
        scheme: Scheme,
        asked: Asked,
        random: &mut crate::math::random::Random,
        progress: &Progress<'_>,
    ) -> Result<(Option<Vec<u32>>, Partition)> {
        let sample: Sample = scheme.draw(self.len(), random);
        let labels = match &self.source {
            Source::Rows(rows) => rows.again(scheme, &sample, asked, self.weights, random, progress)?,
            Source::Customers(everybody) => everybody.again(&sample, asked, progress)?,
        };
        let partition = Partition::new(&labels)?;
        Ok((matches!(asked, Asked::Drawn).then(|| sample.kept()), partition))
    }
}

/// The share of rows that a bootstrap sample of many rows has: 1 - 1/e.
const DISTINCT: f64 = 0.632;
