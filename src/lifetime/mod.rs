//! Lifetimes of customers: who is still alive, how often they will buy, what that is worth.
//!
//! | recipe | learns | of |
//! | --- | --- | --- |
//! | [`Lifetimes`] | all of it: from histories to what each customer is worth | customers with a history |
//! | [`BuyTillYouDie`] | how buyers buy and stop, where nobody tells that they left | [`Buyers`]: repeats, time of the last, age |
//! | [`BuyTillYouDie::regular`] | the same, and how regularly they buy | [`Buyers`] whose gaps are known |
//! | [`ChooseFamily`] | which family tells best what comes | a [`Trial`]: buyers up to a day, purchases after it |
//! | [`PerSegment`] | a model a segment, small ones leaning on all | [`Buyers`] with the name of a segment each |
//! | [`BgBb`] | the same, where buyers may buy once an opportunity | [`DiscreteBuyers`]: used, last used, all |
//! | [`ShiftedBetaGeometric`], [`BetaDiscreteWeibull`] | how long customers stay, where leaving is seen | [`Renewals`]: kept and lost by period |
//! | [`RetentionModel`] | nothing: renewals to come as money | a [`CustomerBase`]: how often each has renewed |
//! | [`KaplanMeier`] | what was seen of that, by cohort | [`Tenures`]: how long, and whether left |
//! | [`Contracts`] | all of that: from the days of contracts to what each customer is still worth | customers with two days each |
//! | [`GammaGamma`] | what they spend a purchase | [`Buyers`] with spend: repeats, their mean amount |
//! | [`HistoricValue`], [`NewCustomers`] | nothing: what customers have brought and cost | customers with a history |
//! | [`LifetimeValue`] | nothing: purchases to come as money | a [`PurchaseModel`] and [`Buyers`] |
//! | [`DeltaMethod`], [`ParametricBootstrap`], [`Prediction`] | how sure a figure is | a model that was learnt |
//!
//! Begin with [`Lifetimes`] where customers have a history and no contract; look at its [`Certificate`]; then let
//! [`ChooseFamily`] say whether another [`Family`] foretells better. What is learnt are numbers: they become attributes
//! ([`ATTRIBUTES`]) that rules, tiers, clusters and [`worth`](crate::worth) read.
//!
//! Times carry their units everywhere: a [`Buyer`] and [`Buyers`] say in which unit they are told, a [`Horizon`] and a
//! [`DiscountRate`] are no bare numbers, and what is asked in weeks of a model of days has the same answer.
//!
//! It does not fit things bought once in a life, customers whose habits changed while they were seen, or seasons that a
//! horizon cuts through: the families know no calendar.

mod attributes;
mod buyer;
mod buyers;
mod cell;
mod certificate;
mod compare;
mod compress;
mod contracts;
mod discounted;
mod discrete;
mod family;
mod fit;
mod historic;
mod horizon;
mod lifetimes;
mod model;
mod periods;
mod retention;
mod shrink;
mod spend;
mod uncertainty;
mod value;

pub use attributes::{
    ALIVE, ATTRIBUTES, CONTRACT_ATTRIBUTES, EXPECTED_PURCHASES, EXPECTED_RENEWALS, EXPECTED_SPEND, LIFETIME_VALUE,
    RENEWALS, RETAINED, VALUE_AT_RISK, VALUE_SO_FAR,
};
pub use buyer::Buyer;
pub use buyers::Buyers;
pub use certificate::{Certificate, Curvature};
pub use compare::{
    Behind, Calibration, Candidate, ChiSquared, ChooseFamily, Criterion, FamilyChoice, Half, HoldoutBin, HoldoutFit,
    Judged, Observed, RankQuality, RepeatBin, Tracking, TrackingPoint, Trial,
};
pub use contracts::{ContractValue, Contracts, ContractsModel, RetentionFit, RetentionLine};
pub use discrete::{BgBb, BgBbModel, DiscreteBuyer, DiscreteBuyers};
pub use family::Family;
pub use fit::regular::{Regularity, Tried};
pub use fit::{BuyTillYouDie, Prior};
pub use historic::{
    COST_TO_SERVE, GROSS_VALUE, HistoricValue, MEAN_ORDER, Margin, NewCohort, NewCustomerValue, NewCustomers, NewSpan,
    PAYBACK_DAYS, PURCHASES_PER_YEAR, PastValue, PastValues, REVENUE, SHARE_OF_WALLET, SIMPLE_LIFETIME_VALUE,
    ServiceCost, WALLET_LEFT,
};
pub use horizon::{DiscountRate, Horizon};
pub use lifetimes::{CustomerValue, FamilyBy, Lifetimes, LifetimesModel, SpendBy};
pub use model::PurchaseModel;
pub use periods::{PeriodDiscount, Periods};
pub use retention::{
    BaseValue, BetaDiscreteWeibull, CustomerBase, KaplanMeier, LogRank, Renewals, RetentionCurve, RetentionCurves,
    RetentionFamily, RetentionModel, RetentionStep, ShiftedBetaGeometric, TenureValue, Tenures,
};
pub use shrink::{PerSegment, SegmentModel, SegmentModels};
pub use spend::{Correlation, GammaGamma, INDEPENDENCE_LIMIT, Independence, Influence, SpendModel, SpendRows};
pub use uncertainty::{DeltaMethod, Draws, Estimated, Interval, ParametricBootstrap, Prediction, Refit, Scale};
pub use value::{LifetimeValue, Spend};
