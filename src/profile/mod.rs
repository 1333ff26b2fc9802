//! What the members of each segment look like beside everybody: size, value, attributes, what marks them.
//!
//! [`Profile::new`] profiles with usual settings; a [`Profiler`] says which attributes, which of them is the value, which
//! quantiles and how sure the intervals are. A [`Profile`] prints as tables and is written as CSV and JSON.
//!
//! # What the intervals say
//!
//! They take the customers for a sample of the customers one could have: next year's, or those of other shops of the
//! kind. They say how far a figure would stray from sample to sample, which is a guard against reading much into a
//! segment of nine. They are no error of the count: of today's customers the figures are exact.
//!
//! | figure | interval |
//! | --- | --- |
//! | share | Wilson's score interval (1927, DOI 10.1080/01621459.1927.10502953) |
//! | mean | Student's t with the sum of weights less one as degrees of freedom |
//! | lift of a share | logarithm of the ratio of segment and rest (Katz et al. 1978, DOI 10.2307/2530610), carried over to segment and everybody |
//! | lift of a mean | logarithm of the ratio by the delta method, carried over likewise |
//!
//! A weight is a number of customers: weight 2 gives what the customer twice would give, intervals included. Survey
//! weights should therefore sum to the number of people asked.

mod categories;
mod difference;
mod enrichment;
mod equivalence;
mod export;
mod groups;
mod marker;
mod number;
mod p_value;
mod print;
mod profiler;
mod reading;
mod summary;
mod table;
mod times;

pub use difference::{
    Difference, DifferenceTable, Differences, Effect, Measure, Method, PairDifference, Test, Untested,
};
pub use enrichment::{Enriched, Enrichment, EnrichmentTable};
pub use equivalence::{AttributeLikeness, Equivalence, Likeness, PairLikeness};
pub use marker::MarkerRule;
pub use p_value::{Correction, PValue};
pub use profiler::Profiler;
pub use summary::{
    AttributeSummary, CategorySummary, Details, Estimate, Group, GroupProfile, Marker, NumberSummary, Profile,
    Quantile, ReasonCount, Size, TimeSummary, ValueSummary,
};
