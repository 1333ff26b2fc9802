//! What customers have been worth, and the attributes made of it.
//!
//! | figure | is |
//! | --- | --- |
//! | revenue | amounts of purchases less those of refunds |
//! | gross value | the margin in it |
//! | net value | gross value less the cost to serve |

use std::fmt;

use crate::concentration::Concentration;
use crate::error::Result;
use crate::math::sum;
use crate::text::{Align, Table, count, number, share};
use crate::value::{Attribute, Column, Kind, Level};

use super::figures::{Figure, Unit};
use super::recipe::{HistoricValue, whole_days};

/// The attribute of the amounts of purchases less those of refunds.
pub const REVENUE: &str = "revenue";
/// The attribute of the margin of purchases less that of refunds, before the cost to serve. What remains after it is
/// [`VALUE_SO_FAR`](crate::lifetime::VALUE_SO_FAR).
pub const GROSS_VALUE: &str = "gross_value";
/// The attribute of what it cost to serve the customer.
pub const COST_TO_SERVE: &str = "cost_to_serve";
/// The attribute of the mean amount of a purchase, refunds apart.
pub const MEAN_ORDER: &str = "mean_order";
/// The attribute of the number of purchases a year.
pub const PURCHASES_PER_YEAR: &str = "purchases_per_year";
/// The attribute of margin a purchase × purchases per year × length of life: the naive lifetime value.
pub const SIMPLE_LIFETIME_VALUE: &str = "simple_lifetime_value";
/// The attribute of the part of what the customer spends with everybody that it spends here, from 0 to 1.
pub const SHARE_OF_WALLET: &str = "share_of_wallet";
/// The attribute of what the customer spends elsewhere: what could be won.
pub const WALLET_LEFT: &str = "wallet_left";
/// The attribute of the days from the first purchase until the customer had paid back what it cost to win it.
pub const PAYBACK_DAYS: &str = "payback_days";

/// What one customer has been worth; made by [`HistoricValue`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PastValue {
    /// Purchases in the window.
    pub purchases: u32,
    /// Refunds in the window.
    pub refunds: u32,
    /// Amounts of purchases less those of refunds.
    pub revenue: f64,
    /// Margin of purchases less that of refunds.
    pub gross_value: f64,
    /// What it cost to serve the customer.
    pub cost: f64,
    /// Gross value less cost.
    pub net_value: f64,
    /// The mean amount of a purchase, refunds apart; `None` without a purchase.
    pub mean_order: Option<f64>,
    /// Purchases in the window by the time seen in it; `None` of one who was not seen long enough.
    pub purchases_per_year: Option<f64>,
    /// The naive lifetime value: margin a purchase × purchases per year × length of life, where that is set.
    pub simple_value: Option<f64>,
    /// Revenue over wallet, from 0 to 1; `None` where the wallet is not known.
    pub share_of_wallet: Option<f64>,
    /// Wallet less revenue, at least 0; `None` where the wallet is not known.
    pub wallet_left: Option<f64>,
    /// Whether the revenue is above the wallet, which the share does not show.
    pub above_wallet: bool,
    /// Days from the first purchase until what it cost to win the customer was paid back, over all time; `None` until
    /// then.
    pub payback_days: Option<u32>,
}

/// What many customers have been worth, in their order; made by [`HistoricValue::values`].
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::history::History;
/// use segmentry::lifetime::{HistoricValue, Margin};
/// use segmentry::time::Day;
///
/// let day = Day::new(2026, 3, 1)?;
/// let log = History::purchases(["ann", "bob", "ann"], &[day, day, day.plus(20)], &[60.0, 10.0, 30.0])?;
/// let customers = Customers::from_history(log).as_of(day.plus(29));
/// let values = HistoricValue::new().margin(Margin::Rate(0.4)).values(&customers)?;
/// assert_eq!(values.get(0).map(|value| value.net_value), Some(36.0));
/// assert_eq!(values.concentration()?.top_share(0.5), 0.9);
/// println!("{values}");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PastValues {
    recipe: HistoricValue,
    list: Vec<PastValue>,
    currency: Option<String>,
}

impl PastValues {
    pub(super) fn new(recipe: HistoricValue, list: Vec<PastValue>, currency: Option<String>) -> Self {
        PastValues { recipe, list, currency }
    }

    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What the customer in that row has been worth.
    pub fn get(&self, row: usize) -> Option<&PastValue> {
        self.list.get(row)
    }

    /// The customers in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &PastValue> {
        self.list.iter()
    }

    /// What all brought together, the costs taken off.
    pub fn net_value(&self) -> f64 {
        self.sum(|value| value.net_value)
    }

    /// How unevenly net value is spread; a customer of less than 0 counts as 0, as shares are not defined below.
    ///
    /// # Errors
    /// If nobody brought anything.
    pub fn concentration(&self) -> Result<Concentration> {
        let values: Vec<f64> = self.list.iter().map(|value| value.net_value.max(0.0)).collect();
        Concentration::of(&values, None)
    }

    /// How many spend more than their wallet: it is told too small, and the share is taken for 1.
    pub fn above_wallet(&self) -> usize {
        self.list.iter().filter(|value| value.above_wallet).count()
    }

    /// How many cost more than they brought. One who gave everything back is not among them, though a sum of cents is
    /// seldom 0 to the last bit.
    pub fn below_zero(&self) -> usize {
        let below = |value: &&PastValue| {
            let turned_over = value.mean_order.unwrap_or(0.0) * f64::from(value.purchases) + value.cost;
            value.net_value < -1e-9 * turned_over
        };
        self.list.iter().filter(below).count()
    }

    /// The sum of a figure over all customers.
    fn sum(&self, of: impl Fn(&PastValue) -> f64) -> f64 {
        sum::sum(self.list.iter().map(of))
    }

    /// Each figure that was asked for as an attribute and its column.
    pub fn columns(&self) -> Vec<(Attribute, Column)> {
        let source = format!("history: {}", self.recipe.kind);
        let column = |figure: Figure| {
            let values = self.list.iter().map(figure.of);
            if figure.unit == Unit::Days {
                let attribute = Attribute::new(figure.name, Kind::Integer).level(Level::Count).unit("days");
                return (
                    attribute.source(source.clone()),
                    Column::of(Kind::Integer, values.map(|days| days.map(|days| days as u32))),
                );
            }
            let attribute = Attribute::new(figure.name, Kind::Number).source(source.clone());
            let attribute = match &self.currency {
                Some(currency) if figure.unit == Unit::Money => attribute.unit(currency.clone()),
                _ => attribute,
            };
            (attribute, Column::of(Kind::Number, values))
        };
        self.recipe.figures().into_iter().map(column).collect()
    }
}

impl fmt::Display for PastValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.list.len();
        let buyers = self.list.iter().filter(|value| value.purchases > 0).count();
        let window =
            self.recipe.last.map_or("all time".to_owned(), |last| format!("the last {} days", whole_days(last)));
        let money = self.currency.as_ref().map_or(String::new(), |currency| format!(", {currency}"));
        writeln!(f, "{} customers, {} with a purchase, {window}{money}", count(all), count(buyers))?;
        let mut table = Table::new([("figure", Align::Left), ("total", Align::Right), ("a customer", Align::Right)]);
        let mut row = |name: &str, of: fn(&PastValue) -> f64| {
            let total = self.sum(of);
            table.row([name.to_owned(), number(total), number(if all > 0 { total / all as f64 } else { 0.0 })]);
        };
        row("purchases", |value| f64::from(value.purchases));
        row("refunds", |value| f64::from(value.refunds));
        row("revenue", |value| value.revenue);
        row("gross value", |value| value.gross_value);
        row("cost to serve", |value| value.cost);
        row("net value", |value| value.net_value);
        if self.recipe.lifespan.is_some() {
            row("simple lifetime value", |value| value.simple_value.unwrap_or(0.0));
        }
        if self.recipe.wallet.is_some() {
            row("wallet left", |value| value.wallet_left.unwrap_or(0.0));
        }
        write!(f, "{table}")?;
        let below = self.below_zero();
        if let Ok(spread) = self.concentration() {
            let top = 100.0 * spread.top_share(0.2);
            // shares know no less than 0: with some below, they are of what the others brought
            let whole = if below > 0 { "net value of those above 0" } else { "net value" };
            write!(f, "\nthe best 20 % bring {top:.1} % of the {whole}; Gini {:.3}", spread.gini())?;
        }
        if below > 0 {
            write!(f, "\n{} cost more than they brought ({})", count(below), share(below, all))?;
        }
        if self.recipe.wallet.is_some() {
            let known = self.list.iter().filter(|value| value.share_of_wallet.is_some()).count();
            write!(f, "\nwallet known of {}", count(known))?;
            if self.above_wallet() > 0 {
                write!(f, "; {} spend more than it: their share is taken for 1", count(self.above_wallet()))?;
            }
        }
        if self.recipe.acquisition.is_some() {
            let paid = self.list.iter().filter(|value| value.payback_days.is_some()).count();
            write!(f, "\n{} have paid back what they cost to win ({})", count(paid), share(paid, all))?;
        }
        Ok(())
    }
}
