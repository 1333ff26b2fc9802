//! Numbers that know nothing of customers: sums, quantiles, concentration, intervals.

pub mod concentration;
#[cfg(feature = "profile")]
pub(crate) mod interval;
pub(crate) mod quantile;
pub(crate) mod sum;
