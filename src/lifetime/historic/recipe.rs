//! The recipe of historic value: what counts, over which window.

use crate::customer::{Customer, Customers, as_of_is_missing};
use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;
use crate::history::{PURCHASE, RETURN};
use crate::lifetime::horizon::Horizon;
use crate::parallel;

use super::ledger::Ledger;
use super::margin::{Margin, ServiceCost};
use super::values::{PastValue, PastValues};

/// What customers have been worth until now: margin less the cost to serve them.
///
/// Every event of the kind `purchase` brings its margin, every refund (an event of the kind `return`, or a purchase of a
/// negative amount) takes it back, and events, purchases, time or an attribute cost something. One customer gives the
/// same figures as many.
///
/// ```
/// use segmentry::customer::{Customer, Record};
/// use segmentry::history::Event;
/// use segmentry::lifetime::{HistoricValue, Horizon, Margin};
/// use segmentry::time::Day;
///
/// let day = |text: &str| text.parse::<Day>();
/// let ann = Record::new("ann")
///     .with("yearly_wallet", 400.0)
///     .purchase(day("2025-02-01")?, 100.0) // before the window
///     .purchase(day("2026-01-05")?, 80.0)
///     .event(&Event::on(day("2026-02-01")?, "return").amount(20.0))
///     .event(&Event::on(day("2026-02-02")?, "support_call"))
///     .purchase(day("2026-03-09")?, 40.0)
///     .as_of(day("2026-04-01")?);
///
/// let year = HistoricValue::new()
///     .margin(Margin::Rate(0.5))
///     .cost_per_event("support_call", 4.0)
///     .cost_per_purchase(2.5)
///     .wallet("yearly_wallet", Horizon::days(365.0))
///     .last(Horizon::days(365.0));
/// let value = year.value(&ann)?;
/// assert_eq!((value.purchases, value.refunds, value.revenue), (2, 1, 100.0));
/// assert_eq!((value.gross_value, value.cost, value.net_value), (50.0, 9.0, 41.0));
/// assert_eq!((value.mean_order, value.share_of_wallet, value.wallet_left), (Some(60.0), Some(0.25), Some(300.0)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How it works
///
/// A window of 365 days holds the day as of which the customer is seen and the 364 days before it: it is half open, so
/// that two windows of which one ends where the other begins share no event. Lengths are taken to whole days. Time is
/// counted in days from the first purchase, that day and the last included, and at most as long as the window.
///
/// # Defaults
///
/// Revenue (a margin of 1), refunds are events of the kind `return`, no costs, all time. Purchases per year and what is
/// made of them need 30 days since the first purchase ([`HistoricValue::at_least`]): one purchase yesterday is not 365 a year.
///
/// # Missing values
///
/// An amount, rate or cost that is not there is an error that names the customer: it is not 0. A wallet that is not there
/// gives no share. A customer without a purchase has a value of 0, less what it cost. Weights of customers play no part.
///
/// # Cost
///
/// One pass over the events, in parallel over customers; some 150 bytes a customer.
///
/// # References
///
/// Value as margin less what a customer costs, as in R. Venkatesan and V. Kumar (2004), A customer lifetime value framework for
/// customer selection and resource allocation strategy, *Journal of Marketing* 68(4), DOI 10.1509/jmkg.68.4.106.42728.
///
/// # Differs from
///
/// lifetimes, BTYD and CLVTools know no cost and no margin but a factor that the reader multiplies with.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct HistoricValue {
    pub(super) kind: String,
    pub(super) refunds: Vec<String>,
    pub(super) margin: Margin,
    pub(super) costs: Vec<ServiceCost>,
    pub(super) last: Option<Horizon>,
    pub(super) lifespan: Option<Horizon>,
    pub(super) at_least: Horizon,
    pub(super) wallet: Option<Wallet>,
    pub(super) acquisition: Option<Acquisition>,
}

/// What a customer spends with everybody.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Wallet {
    pub(super) attribute: String,
    pub(super) per: Horizon,
}

/// What it cost to win a customer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Acquisition {
    Amount(f64),
    Attribute(String),
}

impl Default for HistoricValue {
    fn default() -> Self {
        HistoricValue {
            kind: PURCHASE.to_owned(),
            refunds: vec![RETURN.to_owned()],
            margin: Margin::Rate(1.0),
            costs: Vec::new(),
            last: None,
            lifespan: None,
            at_least: Horizon::days(30.0),
            wallet: None,
            acquisition: None,
        }
    }
}

/// A length of time in whole days.
pub(super) fn whole_days(length: Horizon) -> f64 {
    length.in_unit(TimeUnit::Days).round()
}

impl HistoricValue {
    /// Revenue less refunds, over all time, without costs.
    pub fn new() -> Self {
        HistoricValue::default()
    }

    /// Sets the kind of event that brings something: `order`, `donation`.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Sets the kinds of events that take something back; their amounts count as refunds whatever their sign. With none
    /// only purchases of a negative amount are refunds.
    #[must_use]
    pub fn refunds<T: Into<String>>(mut self, kinds: impl IntoIterator<Item = T>) -> Self {
        self.refunds = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Sets what remains of an amount.
    #[must_use]
    pub fn margin(mut self, margin: Margin) -> Self {
        self.margin = margin;
        self
    }

    /// Adds a cost.
    #[must_use]
    pub fn cost(mut self, cost: ServiceCost) -> Self {
        self.costs.push(cost);
        self
    }

    /// Adds a cost of each event of that kind.
    #[must_use]
    pub fn cost_per_event(self, kind: impl Into<String>, amount: f64) -> Self {
        self.cost(ServiceCost::Event { kind: kind.into(), amount })
    }

    /// Adds a cost of each purchase.
    #[must_use]
    pub fn cost_per_purchase(self, amount: f64) -> Self {
        self.cost(ServiceCost::Purchase(amount))
    }

    /// Adds a cost of each such span since the first purchase, in proportion.
    #[must_use]
    pub fn cost_per_time(self, amount: f64, every: Horizon) -> Self {
        self.cost(ServiceCost::Time { amount, every })
    }

    /// Adds the cost that an attribute of the customer says, for the whole window.
    #[must_use]
    pub fn cost_attribute(self, attribute: impl Into<String>) -> Self {
        self.cost(ServiceCost::Attribute(attribute.into()))
    }

    /// Counts only so much time before the moment as of which customers are seen, in whole days.
    #[must_use]
    pub fn last(mut self, window: Horizon) -> Self {
        self.last = Some(window);
        self
    }

    /// Asks for the simple lifetime value: margin a purchase × purchases per year × this length of life.
    ///
    /// The naive one: it takes each customer for alive and going on as before, for as long as all do. Models that know
    /// better are fitted by [`BuyTillYouDie`](super::super::BuyTillYouDie).
    #[must_use]
    pub fn lifespan(mut self, lifespan: Horizon) -> Self {
        self.lifespan = Some(lifespan);
        self
    }

    /// Sets how long a customer must have been seen for a number of purchases per year.
    #[must_use]
    pub fn at_least(mut self, seen: Horizon) -> Self {
        self.at_least = seen;
        self
    }

    /// Asks for the share of wallet: an attribute says what the customer spends with everybody in such a span, which is
    /// taken in proportion to the window, or to the time since the first purchase where there is no window.
    #[must_use]
    pub fn wallet(mut self, attribute: impl Into<String>, per: Horizon) -> Self {
        self.wallet = Some(Wallet { attribute: attribute.into(), per });
        self
    }

    /// Asks when the customer has paid back what it cost to win it, the same for all.
    #[must_use]
    pub fn acquisition(mut self, cost: f64) -> Self {
        self.acquisition = Some(Acquisition::Amount(cost));
        self
    }

    /// Asks when the customer has paid back what it cost to win it, as an attribute says.
    #[must_use]
    pub fn acquisition_attribute(mut self, attribute: impl Into<String>) -> Self {
        self.acquisition = Some(Acquisition::Attribute(attribute.into()));
        self
    }

    /// Says what must hold.
    ///
    /// # Errors
    /// If a kind is empty or also a refund, a rate, amount or length of time is not what it may be, or a payback is asked
    /// for and a cost has no time.
    pub fn check(&self) -> Result<()> {
        if self.kind.is_empty() || self.refunds.contains(&self.kind) {
            return Err(Error::parameter("kind", "a kind of event that is no refund", format!("`{}`", self.kind)));
        }
        self.margin.check()?;
        self.costs.iter().try_for_each(ServiceCost::check)?;
        let lengths = [("last", self.last), ("per", self.wallet.as_ref().map(|wallet| wallet.per))];
        for (name, length) in lengths {
            if let Some(length) = length
                && !(1.0..1e9).contains(&whole_days(length))
            {
                return Err(Error::parameter(name, "a length of time from a day on", length));
            }
        }
        for length in [self.lifespan, Some(self.at_least)].into_iter().flatten() {
            length.check()?;
        }
        if let Some(Acquisition::Amount(cost)) = self.acquisition
            && !(cost.is_finite() && cost >= 0.0)
        {
            return Err(Error::parameter("acquisition", "a finite amount of at least 0", cost));
        }
        if self.acquisition.is_some() { self.check_times("a payback") } else { Ok(()) }
    }

    /// Whether each cost has a time.
    ///
    /// # Errors
    /// If one is an attribute, which is for the whole window.
    pub(super) fn check_times(&self, what: &str) -> Result<()> {
        let timeless = self.costs.iter().find_map(|cost| match cost {
            ServiceCost::Attribute(name) => Some(name),
            _ => None,
        });
        match timeless {
            Some(name) => {
                Err(Error::unsupported(format!("{what} needs the time of each cost, and attribute `{name}` has none")))
            }
            None => Ok(()),
        }
    }

    /// The attributes of customers that are read.
    pub(crate) fn reads(&self) -> Vec<&str> {
        let margin = match &self.margin {
            Margin::RateAttribute(name) => Some(name.as_str()),
            _ => None,
        };
        let acquisition = match &self.acquisition {
            Some(Acquisition::Attribute(name)) => Some(name.as_str()),
            _ => None,
        };
        let costs = self.costs.iter().filter_map(|cost| match cost {
            ServiceCost::Attribute(name) => Some(name.as_str()),
            _ => None,
        });
        let wallet = self.wallet.as_ref().map(|wallet| wallet.attribute.as_str());
        margin.into_iter().chain(acquisition).chain(costs).chain(wallet).collect()
    }

    /// What one customer has been worth.
    ///
    /// # Errors
    /// If a setting is not what it may be, the customer is seen as of no moment, its events name several currencies, an
    /// amount, rate or cost that is needed is missing, a wallet is not above 0, or a sum is too large for a number. The
    /// customer is named.
    pub fn value(&self, customer: &dyn Customer) -> Result<PastValue> {
        self.check()?;
        self.value_checked(customer).map_err(|error| error.at_customer(customer.id()))
    }

    fn value_checked(&self, customer: &dyn Customer) -> Result<PastValue> {
        let as_of = customer.as_of().ok_or_else(as_of_is_missing)?;
        Ledger::open(self, customer, as_of.day())?.value()
    }

    /// What each customer has been worth, in their order; in parallel, as one by one.
    ///
    /// # Errors
    /// As [`HistoricValue::value`], with the first such customer; if the customers have no history, an attribute is not
    /// known, or customers and events name several currencies.
    pub fn values(&self, customers: &Customers) -> Result<PastValues> {
        self.check_customers(customers)?;
        let chunks = parallel::map_chunks(customers.len(), 512, |rows| {
            let rows = rows.filter_map(|row| customers.get(row));
            let one = |row: crate::customer::CustomerRow<'_>| {
                self.value_checked(&row).map_err(|error| error.at_row(row.row()).at_customer(row.id()))
            };
            rows.map(one).collect::<Result<Vec<_>>>()
        });
        let mut list = Vec::with_capacity(customers.len());
        for chunk in chunks {
            list.append(&mut chunk?);
        }
        Ok(PastValues::new(self.clone(), list, customers.one_currency()?))
    }

    /// Whether these customers can be valued.
    ///
    /// # Errors
    /// As [`HistoricValue::values`], the events apart.
    pub(super) fn check_customers(&self, customers: &Customers) -> Result<()> {
        self.check()?;
        customers.seen_as_of()?;
        if customers.history().is_none() {
            return Err(Error::empty("history: give it with `with_history`"));
        }
        self.reads().into_iter().try_for_each(|name| customers.numeric_column(name).map(|_| ()))?;
        customers.one_currency().map(|_| ()).map_err(|error| odd_one_out(customers, error))
    }

    /// The customers with what they have been worth as attributes, under the names that this module's constants give; with
    /// a window `_last_365_days` follows each name, except that of the payback. Only what was asked for is added.
    ///
    /// # Errors
    /// As [`HistoricValue::values`].
    pub fn add_to(&self, customers: Customers) -> Result<Customers> {
        let values = self.values(&customers)?;
        let mut columns = values.columns().into_iter();
        columns.try_fold(customers, |table, (attribute, column)| table.with_attribute(attribute, column))
    }
}

/// Names the first customer whose currency is not that of the customers before it.
fn odd_one_out(customers: &Customers, error: Error) -> Error {
    let mut known: Option<String> = None;
    for customer in customers.iter() {
        let own = customer.value("currency").text().map(str::to_owned);
        let of_events = customer.events().filter_map(|event| event.property("currency").text().map(str::to_owned));
        for currency in own.into_iter().chain(of_events) {
            match &known {
                Some(known) if *known != currency => return error.at_row(customer.row()).at_customer(customer.id()),
                _ => known = Some(currency),
            }
        }
    }
    error
}
