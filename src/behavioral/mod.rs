//! Behavioral segments: by what customers did.
//!
//! | recipe | places by | learns |
//! | --- | --- | --- |
//! | [`Rfm`] | how recently, how often and for how much they bought | cut points |
//! | [`Rfe`] | how recently and how often they came, and how engaged they were | cut points |
//! | [`Rhythm`] | days since the last purchase against their own usual gap | the population's gap |
//! | [`Tenure`] | days since the first purchase | nothing |
//! | [`Loyalty`] | purchases, and the share of months with one | nothing |
//! | [`Frequency`] | purchases a year | nothing |
//! | [`Mix`] | the largest share among items, channels or categories | nothing |
//! | [`Discount`] | the share of purchases at a discount | nothing |
//! | [`Returns`] | returned over bought amount | nothing |
//!
//! What learns nothing is a segmenter as it stands; its parameters are checked with every question. All need the
//! moment as of which customers are seen.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | RFM analysis, RFM score, R's `rfm` | [`Rfm`], [`Rfm::of_r`] |
//! | RFE, engagement scoring | [`Rfe`] |
//! | lapsed, at risk, reactivation by purchase cycle | [`Rhythm`] |
//! | customer age, tenure, cohort by age | [`Tenure`] |
//! | occasional and heavy buyers, usage rate | [`Frequency`] |
//! | behavioural loyalty, repeat purchase | [`Loyalty`] |
//! | single- and multichannel, category breadth | [`Mix`] |
//! | deal-prone, promotion-sensitive | [`Discount`] |
//! | return rate by value | [`Returns`] |
//!
//! Begin with [`Rfm`] where customers buy, with [`Rfe`] where they visit; take the others for one question each. All
//! answer for one customer and for a table, and explain themselves:
//!
//! ```
//! use segmentry::behavioral::Tenure;
//! use segmentry::customer::Record;
//! use segmentry::segmenter::Segmenter;
//! use segmentry::time::Day;
//!
//! let ann = Record::new("ann").purchase(Day::new(2025, 12, 1)?, 20.0).as_of(Day::new(2026, 1, 10)?);
//! assert_eq!(
//!     Tenure::new().explain(&ann)?.to_string(),
//!     "customer `ann` is in New\n  because tenure_days is 40 (below 90)\n  \
//!      Established if tenure_days were from 90 to below 365"
//! );
//! # Ok::<(), segmentry::Error>(())
//! ```

mod discount;
mod frequency;
mod loyalty;
mod measured;
mod mix;
mod returns;
pub mod rfe;
pub mod rfm;
mod rhythm;
mod scored;
mod tenure;

pub use discount::{Discount, DiscountSegment};
pub use frequency::{Frequency, FrequencySegment};
pub use loyalty::{Loyalty, LoyaltySegment};
pub use mix::{Mix, MixSegment, Shares};
pub use returns::{Returns, ReturnsSegment};
pub use rfe::{Rfe, RfeModel, RfeSegment};
pub use rfm::{Rfm, RfmModel, RfmSegment};
pub use rhythm::{Rhythm, RhythmModel, RhythmSegment};
pub use tenure::{Tenure, TenureSegment};
