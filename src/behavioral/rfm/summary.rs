//! What each segment comes to.

use super::RfmModel;
use crate::customer::Customers;
use crate::error::Result;
use crate::math::{quantile, sum};
use crate::segment::Segment;

/// What the customers of one segment come to: the summary table of the R package `rfm`.
///
/// Each customer counts once; weights play no part.
///
/// Unassigned customers are in no row; a segment that is empty has one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RfmSummary<S> {
    /// The segment.
    pub segment: S,
    /// How many customers it has.
    pub customers: usize,
    /// Their share of all customers that are in a segment.
    pub share: f64,
    /// The sum of frequency: their purchases.
    pub purchases: f64,
    /// The sum of their amounts.
    pub spend: f64,
    /// The amount a purchase; `None` without purchases.
    ///
    /// Of all their purchases together, not the mean of the customers' means.
    pub spend_per_purchase: Option<f64>,
    /// The median of recency, in days; `None` of an empty segment.
    pub median_recency: Option<f64>,
    /// The median of frequency.
    pub median_frequency: Option<f64>,
    /// The median of monetary value.
    pub median_monetary: Option<f64>,
}

impl<S: Segment + Clone + Send + Sync> RfmModel<S> {
    /// What the customers of each segment come to, in the order of the segments. O(customers).
    ///
    /// # Errors
    /// As [`Segmenter::segment`](crate::segmenter::Segmenter::segment).
    pub fn summary(&self, customers: &Customers) -> Result<Vec<RfmSummary<S>>> {
        let segments = self.table().segments().len();
        let mut values = vec![[const { Vec::new() }; 3]; segments];
        let mut spend = vec![Vec::new(); segments];
        let mut placed = 0;
        for (found, segment) in self.places(customers, |_, values, segment| (values, segment))?.into_iter().flatten() {
            if let (Ok(found), Some(segment)) = (found, segment)
                && let Some(columns) = values.get_mut(segment as usize)
            {
                columns.iter_mut().zip(found).for_each(|(column, value)| column.push(value));
                spend[segment as usize].push(self.spend(found));
                placed += 1;
            }
        }
        let rows = self.labels().iter().zip(values).zip(spend);
        Ok(rows
            .map(|((segment, [recency, frequency, monetary]), spend)| {
                let purchases = sum::sum(frequency.iter().copied());
                let spend = sum::sum(spend);
                RfmSummary {
                    segment: segment.clone(),
                    customers: recency.len(),
                    share: if placed > 0 { recency.len() as f64 / placed as f64 } else { 0.0 },
                    purchases,
                    spend,
                    spend_per_purchase: (purchases > 0.0).then(|| spend / purchases),
                    median_recency: quantile::median(&recency),
                    median_frequency: quantile::median(&frequency),
                    median_monetary: quantile::median(&monetary),
                }
            })
            .collect())
    }
}
