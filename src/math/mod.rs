//! Numbers that know nothing of customers: sums, quantiles, intervals.

pub(crate) mod quantile;
pub(crate) mod sum;
