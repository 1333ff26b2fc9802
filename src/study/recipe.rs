//! Recipes and segmenters of any kind, as a study holds them.
//!
//! A study holds recipes of any type in one list, and saves what each has learnt without knowing what it is.
//! [`Recipe`] is the narrow door for both; nobody has to implement it.

use std::sync::Arc;

use crate::customer::Customers;
use crate::error::Result;
use crate::features::encoding::Features;
use crate::model::{self, Model};
use crate::progress::Progress;
use crate::segment::Label;
use crate::segmenter::{Fit, Segmenter};

/// A segmenter of any kind.
pub type AnySegmenter = Arc<dyn Segmenter<Segment = Label>>;

/// What a study learns, whatever kind it is: every [`Fit`] whose model can be saved, and, in [`Ready`], every
/// segmenter that can.
pub trait Recipe: Send + Sync {
    /// Learns from the customers; gives the segmenter and its saved form.
    ///
    /// # Errors
    /// As [`Fit::fit_with`].
    fn learn(&self, customers: &Customers, progress: &Progress<'_>) -> Result<(AnySegmenter, String)>;

    /// The features of these customers that it looks at, if it knows them: verdicts look at the rows that they make.
    fn features(&self, customers: &Customers) -> Option<Features> {
        let _ = customers;
        None
    }
}

impl<F> Recipe for F
where
    F: Fit + Send + Sync,
    F::Model: Model + 'static,
{
    fn learn(&self, customers: &Customers, progress: &Progress<'_>) -> Result<(AnySegmenter, String)> {
        let learnt = self.fit_with(customers, progress)?;
        let saved = model::to_json(&learnt)?;
        Ok((learnt.erase().into(), saved))
    }
}

/// A segmenter that has nothing to learn.
#[derive(Clone, Debug)]
pub struct Ready<G>(pub G);

impl<G: Segmenter + Model + Clone + 'static> Recipe for Ready<G> {
    fn learn(&self, _: &Customers, _: &Progress<'_>) -> Result<(AnySegmenter, String)> {
        let saved = model::to_json(&self.0)?;
        Ok((self.0.clone().erase().into(), saved))
    }
}
