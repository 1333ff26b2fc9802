//! Contracts: where leaving is seen, how long customers stay and what that is worth.
//!
//! | recipe | learns | of |
//! | --- | --- | --- |
//! | [`ShiftedBetaGeometric`] | how retention rises because those who leave easily are gone | [`Renewals`]: kept and lost by period |
//! | [`BetaDiscreteWeibull`] | the same, where each customer's own chance to leave changes too | [`Renewals`] |
//! | [`KaplanMeier`] | the curve itself, by cohort, with intervals | [`Tenures`]: how long, and whether left |
//!
//! The first two project a curve beyond what was seen; the third says what was seen and no more.

mod calendar;
mod curve;
mod family;
mod kaplan_meier;
mod log_rank;
mod model;
mod recipe;
mod renewals;
mod tenures;

pub(super) use calendar::{anniversary, whole_periods};
pub use curve::{RetentionCurve, RetentionStep};
pub use family::RetentionFamily;
pub use kaplan_meier::{KaplanMeier, RetentionCurves};
pub use log_rank::LogRank;
pub use model::RetentionModel;
pub use recipe::{BetaDiscreteWeibull, ShiftedBetaGeometric};
pub use renewals::Renewals;
pub use tenures::Tenures;
