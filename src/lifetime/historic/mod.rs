//! What customers have been worth: margin, cost to serve, share of wallet, and what new ones are worth.
//!
//! No model: sums over what happened. What is to come is the matter of [`LifetimeValue`](super::LifetimeValue).
//!
//! | file | holds |
//! | --- | --- |
//! | `margin` | [`Margin`] and [`ServiceCost`]: what an event is worth and what it costs |
//! | `recipe` | [`HistoricValue`]: what counts, over which window |
//! | `figures` | the figures by the names of their attributes |
//! | `ledger` | one pass over a customer's events |
//! | `values` | [`PastValue`] of one customer, [`PastValues`] of all, and the attributes made of them |
//! | `newcomers` | [`NewCustomers`]: mean value of the first days, by month of the first purchase |

mod figures;
mod ledger;
mod margin;
mod newcomers;
mod recipe;
mod values;

pub use margin::{Margin, ServiceCost};
pub use newcomers::{NewCohort, NewCustomerValue, NewCustomers, NewSpan};
pub use recipe::HistoricValue;
pub use values::{
    COST_TO_SERVE, GROSS_VALUE, MEAN_ORDER, PAYBACK_DAYS, PURCHASES_PER_YEAR, PastValue, PastValues, REVENUE,
    SHARE_OF_WALLET, SIMPLE_LIFETIME_VALUE, WALLET_LEFT,
};
