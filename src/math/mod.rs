//! Numbers that know nothing of customers: sums, quantiles, intervals.

pub(crate) mod sum;
