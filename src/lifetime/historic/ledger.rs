//! One pass over a customer's events: what each brought and cost, and when.
//!
//! Figures of windows, of first days and of payback all read the same entries, so that they cannot disagree on what
//! counts.
//!
//! | event | is | amount | margin |
//! | --- | --- | --- | --- |
//! | of the kind that brings something, 0 or more | a purchase | its own | rate × amount, the property, or amount − cost |
//! | of that kind, below 0 | a refund | its own | what a purchase would have given, taken back |
//! | of a kind of refunds | a refund | its own, taken off whatever its sign | the same |
//! | of a kind that costs something | other | 0 | 0 |
//! | of another kind | nothing | | |
//!
//! A purchase or refund may cost something besides. Costs by time belong to no event and are added for the days that are
//! asked about; a cost that is an attribute belongs to the window as a whole, so that first days and payback refuse it.
//!
//! # Days
//!
//! A span of `n` days from the first purchase holds that day and the `n − 1` after it; a window of `n` days holds the last day
//! and the `n − 1` before it. Both are half open: `[first, first + n)` and `(now − n, now]`.
//!
//! # Which moment
//!
//! Events after the moment as of which the customer is seen are not read, also where they lie on its day.

use crate::customer::{Customer, Events};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Event;
use crate::time::Day;

use super::margin::{Margin, ServiceCost, check_rate};
use super::recipe::{Acquisition, HistoricValue, whole_days};
use super::values::PastValue;

/// Days in a Gregorian year on the average.
const DAYS_IN_YEAR: f64 = 365.2425;

/// What one event brought and cost.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The day on which it happened where the customer's day is counted.
    day: Day,
    /// The amount; negative of a refund, 0 of an event that only costs.
    amount: f64,
    /// What of the amount remains; negative of a refund.
    margin: f64,
    /// What the event itself cost, at least 0 unless a property says less.
    cost: f64,
    what: What,
}

/// What an event was.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    /// It brought something, perhaps nothing.
    Purchase,
    /// It took something back.
    Refund,
    /// A support call, a visit: it costs.
    Other,
}

/// A customer's entries, oldest first, and what is known of it besides.
///
/// Opened once a customer; the figures are read from it as often as they are needed.
pub(super) struct Ledger<'a> {
    /// What counts.
    recipe: &'a HistoricValue,
    /// Whose events these are: its attributes are read when a figure needs them.
    customer: &'a dyn Customer,
    entries: Vec<Entry>,
    /// The day of the first purchase.
    first: Option<Day>,
    /// The day as of which the customer is seen.
    now: Day,
}

impl<'a> Ledger<'a> {
    /// Reads the events, oldest first, up to the moment as of which the customer is seen.
    ///
    /// # Errors
    /// If an amount, rate or cost that is needed is missing, or the events name several currencies.
    pub(super) fn open(recipe: &'a HistoricValue, customer: &'a dyn Customer, now: Day) -> Result<Self> {
        let rate = match &recipe.margin {
            Margin::Rate(rate) => *rate,
            Margin::RateAttribute(name) => {
                let rate = attribute(customer, name)?;
                check_rate(rate).map(|()| rate)?
            }
            Margin::Property(_) | Margin::CostProperty(_) => 1.0,
        };
        let (mut entries, mut first, mut currency) = (Vec::new(), None, customer.value("currency").text());
        for event in Events::of(customer) {
            let Some(entry) = entry(recipe, rate, &event)? else { continue };
            if let Some(found) = event.property("currency").text() {
                let known = *currency.get_or_insert(found);
                if known != found {
                    let mut currencies = vec![known.to_owned(), found.to_owned()];
                    currencies.sort_unstable();
                    return Err(Error::new(ErrorKind::MixedCurrencies { currencies }));
                }
            }
            if entry.what == What::Purchase {
                first = Some(first.map_or(entry.day, |first: Day| first.min(entry.day)));
            }
            entries.push(entry);
        }
        Ok(Ledger { recipe, customer, entries, first, now })
    }

    /// The day of the first purchase.
    pub(super) fn first(&self) -> Option<Day> {
        self.first
    }

    /// Days from the first purchase to now, both included; 0 without a purchase.
    ///
    /// One who bought for the first time today has been seen for a day.
    fn tenure(&self) -> f64 {
        self.first.map_or(0.0, |first| f64::from(self.now.days_since(first)) + 1.0)
    }

    /// What so many days cost, in proportion to the span that each cost is told for.
    fn cost_of_time(&self, days: f64) -> f64 {
        let of = |cost: &ServiceCost| match cost {
            ServiceCost::Time { amount, every } => {
                amount * (days / every.in_unit(crate::features::purchases::TimeUnit::Days))
            }
            _ => 0.0,
        };
        self.recipe.costs.iter().map(of).sum()
    }

    /// All figures of the window.
    ///
    /// Sums are taken in the order of the events: the same bits however many customers are asked about.
    ///
    /// # Errors
    /// If an attribute is missing, a wallet is not above 0, or a sum is too large for a number.
    pub(super) fn value(&self) -> Result<PastValue> {
        let window = self.recipe.last.map(whole_days);
        let inside = |entry: &&Entry| {
            let age = f64::from(self.now.days_since(entry.day));
            window.is_none_or(|window| age < window)
        };
        let mut value = PastValue::default();
        let mut ordered = 0.0;
        for entry in self.entries.iter().filter(inside) {
            value.revenue += entry.amount;
            value.gross_value += entry.margin;
            value.cost += entry.cost;
            match entry.what {
                What::Purchase => {
                    value.purchases = value.purchases.saturating_add(1);
                    ordered += entry.amount;
                }
                What::Refund => value.refunds = value.refunds.saturating_add(1),
                What::Other => {}
            }
        }
        let seen = window.map_or(self.tenure(), |window| window.min(self.tenure()));
        value.cost += self.cost_of_time(seen);
        for cost in &self.recipe.costs {
            if let ServiceCost::Attribute(name) = cost {
                value.cost += attribute(self.customer, name)?;
            }
        }
        value.net_value = value.gross_value - value.cost;
        let count = f64::from(value.purchases);
        value.mean_order = (value.purchases > 0).then(|| ordered / count);
        if seen > 0.0 && seen >= whole_days(self.recipe.at_least) {
            let yearly = count * DAYS_IN_YEAR / seen;
            value.purchases_per_year = Some(yearly);
            value.simple_value = self.recipe.lifespan.map(|lifespan| {
                let years = lifespan.in_unit(crate::features::purchases::TimeUnit::Years);
                if value.purchases == 0 { 0.0 } else { value.gross_value / count * yearly * years }
            });
        }
        self.share_of_wallet(&mut value, window.unwrap_or(self.tenure()))?;
        value.payback_days = self.payback()?;
        let figures = [Some(value.revenue), Some(value.net_value), value.mean_order, value.simple_value];
        match figures.into_iter().flatten().find(|figure| !figure.is_finite()) {
            Some(figure) => Err(Error::not_finite("sum of amounts", figure)),
            None => Ok(value),
        }
    }

    /// Adds the share of wallet: the wallet is taken in proportion to the days that the revenue is of.
    ///
    /// A share above 1 says that the wallet was told too small: it is 1, and marked.
    ///
    /// # Errors
    /// If the wallet is known and not above 0.
    fn share_of_wallet(&self, value: &mut PastValue, days: f64) -> Result<()> {
        let Some(wallet) = &self.recipe.wallet else { return Ok(()) };
        let Some(known) = self.customer.value(&wallet.attribute).number() else { return Ok(()) };
        if !(known.is_finite() && known > 0.0) {
            return Err(Error::parameter(wallet.attribute.as_str(), "a wallet above 0", known));
        }
        let whole = known * (days / whole_days(wallet.per));
        if whole <= 0.0 {
            return Ok(()); // seen for no time
        }
        value.above_wallet = value.revenue > whole;
        value.share_of_wallet = Some((value.revenue / whole).clamp(0.0, 1.0));
        value.wallet_left = Some((whole - value.revenue.max(0.0)).max(0.0));
        Ok(())
    }

    /// Days from the first purchase to the end of the first day on which the net value until then covers what the
    /// customer cost to win; `None` until then.
    ///
    /// # Errors
    /// If the cost is missing or below 0.
    pub(super) fn payback(&self) -> Result<Option<u32>> {
        let cost = match &self.recipe.acquisition {
            None => return Ok(None),
            Some(Acquisition::Amount(cost)) => *cost,
            Some(Acquisition::Attribute(name)) => {
                let cost = attribute(self.customer, name)?;
                if !(cost.is_finite() && cost >= 0.0) {
                    return Err(Error::parameter(name.as_str(), "a cost of at least 0", cost));
                }
                cost
            }
        };
        let Some(first) = self.first else { return Ok(None) };
        let mut net = 0.0;
        for day in self.entries.chunk_by(|a, b| a.day == b.day) {
            let Some(today) = day.first() else { continue };
            net += day.iter().map(|entry| entry.margin - entry.cost).sum::<f64>();
            let days = today.day.days_since(first);
            if days >= 0 && net - self.cost_of_time(f64::from(days) + 1.0) >= cost {
                return Ok(u32::try_from(days).ok());
            }
        }
        Ok(None)
    }

    /// The net value of so many days from the first purchase on, costs before it included; `None` if they are not over.
    pub(super) fn first_days(&self, days: f64) -> Option<f64> {
        let first = self.first?;
        if self.tenure() < days {
            return None;
        }
        let inside = |entry: &&Entry| f64::from(entry.day.days_since(first)) < days;
        let sum = self.entries.iter().filter(inside).map(|entry| entry.margin - entry.cost).sum::<f64>();
        Some(sum - self.cost_of_time(days))
    }
}

/// A number that an attribute must say.
///
/// # Errors
/// If it says none: what is not known is not 0.
fn attribute(customer: &dyn Customer, name: &str) -> Result<f64> {
    let value = customer.value(name);
    value.number().ok_or_else(|| Error::no_value(name, value))
}

/// What an event brought and cost; `None` if neither. `rate` is the customer's share of each amount.
///
/// # Errors
/// If the event lacks an amount or a property that is needed, with its kind and day.
fn entry(recipe: &HistoricValue, rate: f64, event: &Event<'_>) -> Result<Option<Entry>> {
    let lacks = |what: &str| Error::definition(format!("the {} of {} has no {what}", event.kind, event.day));
    let property = |name: &str| event.property(name).number().ok_or_else(|| lacks(&format!("number `{name}`")));
    let (what, amount) = if event.kind == recipe.kind {
        let amount = event.amount.ok_or_else(|| lacks("amount"))?;
        (if amount < 0.0 { What::Refund } else { What::Purchase }, amount)
    } else if recipe.refunds.iter().any(|kind| kind == event.kind) {
        (What::Refund, -event.amount.ok_or_else(|| lacks("amount"))?.abs())
    } else {
        (What::Other, 0.0)
    };
    let (mut cost, mut costs) = (0.0, false);
    for known in &recipe.costs {
        let own = match known {
            ServiceCost::Purchase(amount) if what == What::Purchase => *amount,
            ServiceCost::Event { kind, amount } if kind == event.kind => *amount,
            ServiceCost::EventProperty { kind, property: name } if kind == event.kind => property(name)?,
            _ => continue,
        };
        (cost, costs) = (cost + own, true);
    }
    if what == What::Other && !costs {
        return Ok(None);
    }
    let margin = match (&recipe.margin, what) {
        (_, What::Other) => 0.0,
        (Margin::Property(name), What::Purchase) => property(name)?,
        (Margin::Property(name), What::Refund) => -property(name)?.abs(),
        (Margin::CostProperty(name), What::Purchase) => amount - property(name)?,
        (Margin::CostProperty(name), What::Refund) => amount + property(name)?.abs(),
        (Margin::Rate(_) | Margin::RateAttribute(_), _) => rate * amount,
    };
    Ok(Some(Entry { day: event.day, amount, margin, cost, what }))
}
