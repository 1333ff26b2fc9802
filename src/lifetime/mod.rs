//! Lifetimes of customers: who is still alive, how often they will buy, what that is worth.
//!
//! | recipe | learns | of |
//! | --- | --- | --- |
//! | [`BuyTillYouDie`] | how buyers buy and stop, where nobody tells that they left | [`Buyers`]: repeats, time of the last, age |
//! | [`GammaGamma`] | what they spend a purchase | [`Buyers`] with spend: repeats, their mean amount |
//! | [`LifetimeValue`] | nothing: purchases to come as money | a [`PurchaseModel`] and [`Buyers`] |

mod attributes;
mod buyer;
mod buyers;
mod compress;
mod family;
mod fit;
mod horizon;
mod model;
mod spend;
mod value;

pub use attributes::{
    ALIVE, ATTRIBUTES, EXPECTED_PURCHASES, EXPECTED_SPEND, LIFETIME_VALUE, VALUE_AT_RISK, VALUE_SO_FAR,
};
pub use buyer::Buyer;
pub use buyers::Buyers;
pub use family::Family;
pub use fit::certificate::{Certificate, Curvature};
pub use fit::{BuyTillYouDie, Prior};
pub use horizon::{DiscountRate, Horizon};
pub use model::PurchaseModel;
pub use spend::{Correlation, GammaGamma, INDEPENDENCE_LIMIT, Independence, Influence, SpendModel, SpendRows};
pub use value::{CustomerEquity, LifetimeValue, Spend};
