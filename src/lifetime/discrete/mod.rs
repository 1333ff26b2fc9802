//! Buyers who may buy once an opportunity: donors asked once a year, members who renew a seat once a season.
//!
//! | recipe | learns | of |
//! | --- | --- | --- |
//! | [`BgBb`] | how often buyers use an opportunity, and when they stop | [`DiscreteBuyers`]: used, last used, all |
//!
//! Time goes in steps here, so that horizons are [`Periods`](super::Periods) and discount rates hold by the period.

mod buyer;
mod estimated;
mod future;
mod likelihood;
mod model;
pub(crate) mod survival;
mod value;

pub use buyer::{DiscreteBuyer, DiscreteBuyers};
pub use model::{BgBb, BgBbModel};
pub(in crate::lifetime) use value::worth;
