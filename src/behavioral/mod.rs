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
