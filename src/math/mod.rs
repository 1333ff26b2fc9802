//! Numbers that know nothing of customers: sums, quantiles, concentration, intervals.

pub mod concentration;
pub(crate) mod quantile;
pub(crate) mod sum;
