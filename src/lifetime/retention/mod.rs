//! Retention: where leaving is seen, as of contracts, how long customers stay and what that is worth.
//!
//! | recipe | learns | of |
//! | --- | --- | --- |
//! | [`ShiftedBetaGeometric`] | how retention rises because those who leave easily are gone | [`Renewals`]: kept and lost by period |
//! | [`BetaDiscreteWeibull`] | the same, where each customer's own chance to leave changes too | [`Renewals`] |
//! | [`KaplanMeier`] | the curve itself, by cohort, with intervals | [`Tenures`]: how long, and whether left |
//!
//! | what is learnt | says |
//! | --- | --- |
//! | [`RetentionModel`] | who stays, lifetimes with and without discount, money of new and known customers |
//! | [`BaseValue`] | what a whole [`CustomerBase`] is worth |
//! | [`RetentionCurve`] | what was seen, with a median, a mean and their intervals |
//!
//! The first two project a curve beyond what was seen; the third says what was seen and no more.

mod base_value;
mod calendar;
mod curve;
mod customer_base;
mod estimated;
mod family;
mod kaplan_meier;
mod lifetime;
mod log_rank;
mod model;
mod recipe;
mod renewals;
mod tenures;

pub use base_value::{BaseValue, TenureValue};
pub(super) use calendar::{anniversary, whole_periods};
pub use curve::{RetentionCurve, RetentionStep};
pub use customer_base::CustomerBase;
pub use family::RetentionFamily;
pub use kaplan_meier::{KaplanMeier, RetentionCurves};
pub use log_rank::LogRank;
pub use model::RetentionModel;
pub use recipe::{BetaDiscreteWeibull, ShiftedBetaGeometric};
pub use renewals::Renewals;
pub use tenures::Tenures;
