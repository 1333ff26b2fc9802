//! The names of the attributes that tell what customers are worth.

/// The attribute of the probability that a customer has not left.
pub const ALIVE: &str = "alive";
/// The attribute of the purchases expected within the horizon.
pub const EXPECTED_PURCHASES: &str = "expected_purchases";
/// The attribute of the amount expected a purchase.
pub const EXPECTED_SPEND: &str = "expected_spend";
/// The attribute of what a customer is expected to bring within the horizon, discounted: the residual lifetime value.
pub const LIFETIME_VALUE: &str = "lifetime_value";
/// The attribute of what a customer has brought until now.
pub const VALUE_SO_FAR: &str = "value_so_far";
/// The attribute of what a customer has brought, times the probability that it has left.
pub const VALUE_AT_RISK: &str = "value_at_risk";

/// All of them, in the order in which they are added.
pub const ATTRIBUTES: [&str; 6] =
    [ALIVE, EXPECTED_PURCHASES, EXPECTED_SPEND, LIFETIME_VALUE, VALUE_SO_FAR, VALUE_AT_RISK];

/// The attribute of how often a contract was renewed so far.
pub const RENEWALS: &str = "renewals";
/// The attribute of the probability that a customer under contract is still there at the end of the horizon.
pub const RETAINED: &str = "retained";
/// The attribute of the renewals expected within the horizon.
pub const EXPECTED_RENEWALS: &str = "expected_renewals";

/// Those of customers under contract, in the order in which they are added.
pub const CONTRACT_ATTRIBUTES: [&str; 5] = [RENEWALS, RETAINED, EXPECTED_RENEWALS, LIFETIME_VALUE, VALUE_SO_FAR];
