//! Numbers that know nothing of customers: sums, quantiles, concentration, intervals.
//!
//! Only [`concentration`] is for callers; the rest is what cut points, summaries and profiles are computed with. Each
//! file takes slices of numbers and gives numbers, and says itself what it checks: mostly nothing, since whoever has
//! the rows has checked them at the door and can name the customer.

pub mod concentration;
#[cfg(feature = "lifetime")]
pub(crate) mod elementary;
#[cfg(feature = "lifetime")]
pub(crate) mod gamma;
#[cfg(feature = "profile")]
pub(crate) mod hypergeometric;
#[cfg(feature = "lifetime")]
pub(crate) mod hypergeometric2;
#[cfg(any(feature = "lifetime", feature = "profile"))]
#[cfg_attr(not(feature = "profile"), allow(dead_code, reason = "lifetimes need quantiles only"))]
pub(crate) mod interval;
#[cfg(feature = "profile")]
pub(crate) mod noncentral;
#[cfg(feature = "lifetime")]
pub(crate) mod quadrature;
pub(crate) mod quantile;
#[cfg(any(feature = "cluster", feature = "lifetime", feature = "profile"))]
#[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "profiles draw counts only"))]
pub(crate) mod random;
#[cfg(any(feature = "cluster", feature = "lifetime"))]
#[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "clusters need widths"))]
pub(crate) mod simd;
pub(crate) mod sum;
#[cfg(any(feature = "lifetime", feature = "profile"))]
#[cfg_attr(not(feature = "profile"), allow(dead_code, reason = "lifetimes need gamma and beta only"))]
pub(crate) mod tail;
