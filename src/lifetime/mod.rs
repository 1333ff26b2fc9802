//! Lifetimes of customers: who is still alive, how often they will buy, what that is worth.
//!
//! | recipe | learns | of |
//! | --- | --- | --- |
//! | [`BuyTillYouDie`] | how buyers buy and stop, where nobody tells that they left | [`Buyers`]: repeats, time of the last, age |
//! | [`BgBb`] | the same, where buyers may buy once an opportunity | [`DiscreteBuyers`]: used, last used, all |
//! | [`ShiftedBetaGeometric`], [`BetaDiscreteWeibull`] | how long customers stay, where leaving is seen | [`Renewals`]: kept and lost by period |
//! | [`KaplanMeier`] | what was seen of that, by cohort | [`Tenures`]: how long, and whether left |

mod attributes;
mod buyer;
mod buyers;
mod contract;
mod discrete;
mod family;
mod fit;
mod horizon;
mod model;
mod periods;

pub use attributes::{
    ALIVE, ATTRIBUTES, EXPECTED_PURCHASES, EXPECTED_SPEND, LIFETIME_VALUE, VALUE_AT_RISK, VALUE_SO_FAR,
};
pub use buyer::Buyer;
pub use buyers::Buyers;
pub use contract::{
    BetaDiscreteWeibull, KaplanMeier, LogRank, Renewals, RetentionCurve, RetentionCurves, RetentionFamily,
};
pub use contract::{RetentionModel, RetentionStep, ShiftedBetaGeometric, Tenures};
pub use discrete::{BgBb, BgBbModel, DiscreteBuyer, DiscreteBuyers};
pub use family::Family;
pub use fit::certificate::{Certificate, Curvature};
pub use fit::{BuyTillYouDie, Prior};
pub use horizon::{DiscountRate, Horizon};
pub use model::PurchaseModel;
pub use periods::{PeriodDiscount, Periods};
