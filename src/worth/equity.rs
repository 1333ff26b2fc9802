//! Customer equity: what all customers are worth together, and how few of them hold it.

use std::fmt;

use crate::concentration::Concentration;
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::lifetime::{ALIVE, LIFETIME_VALUE, VALUE_AT_RISK, VALUE_SO_FAR};
use crate::math::sum;
use crate::text::{Align, Table, count, counted, number};

/// Shares of the best customers that are told: the first are the whales.
const TOP: [f64; 4] = [0.01, 0.05, 0.10, 0.20];

/// What all customers are worth together: customer equity (R. C. Blattberg and J. Deighton 1996, Manage marketing by the
/// customer equity test, *Harvard Business Review* 74(4)), how much of the past is at risk, and how few hold the future.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::value::Column;
/// use segmentry::worth::CustomerEquity;
///
/// let column = |numbers: [f64; 4]| Column::numbers(numbers);
/// let customers = Customers::with_ids(["a", "b", "c", "d"])?
///     .with_column("value_so_far", column([900.0, 50.0, 30.0, 20.0]))?
///     .with_column("lifetime_value", column([60.0, 20.0, 10.0, 10.0]))?
///     .with_column("alive", column([0.9, 0.8, 0.5, 0.5]))?
///     .with_column("value_at_risk", column([90.0, 10.0, 15.0, 10.0]))?;
/// let equity = CustomerEquity::of(&customers)?;
/// assert_eq!((equity.so_far(), equity.to_come(), equity.at_risk()), (1000.0, 100.0, 125.0));
/// let future = equity.to_come_spread().expect("there is a future");
/// assert_eq!(future.top_share(0.25), 0.6); // one of four holds 60 % of the future
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// How sure the value to come is tells the model: [`LifetimesModel::equity`](crate::lifetime::LifetimesModel::equity).
///
/// # Missing values
///
/// A customer of whom `lifetime_value` or `alive` is not known is counted apart and in no sum. One of whom only the past is
/// not known is in the sums of the future.
///
/// # Values below 0
///
/// Who has sent back more than was paid lessens the sums, and is counted apart. A share of less than nothing is not defined: in
/// Gini's coefficient and in what the best hold such a customer counts as one without value.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerEquity {
    customers: f64,
    unknown: f64,
    unknown_past: f64,
    below_zero: f64,
    so_far: f64,
    to_come: f64,
    at_risk: f64,
    alive: f64,
    past: Option<Concentration>,
    future: Option<Concentration>,
}

impl CustomerEquity {
    /// Sums up the attributes that [`Lifetimes`](crate::lifetime::Lifetimes) adds. O(n log n).
    ///
    /// # Errors
    /// If one of them is not there or no number, or nobody has a value.
    pub fn of(customers: &Customers) -> Result<Self> {
        let column = |name: &str| customers.numeric_column(name);
        let [so_far, at_risk] = [column(VALUE_SO_FAR)?, column(VALUE_AT_RISK)?];
        let [to_come, alive] = [column(LIFETIME_VALUE)?, column(ALIVE)?];
        let (mut past, mut future) = (Rows::default(), Rows::default());
        let (mut unknown, mut unknown_past) = (0.0, 0.0);
        for row in 0..customers.len() {
            let weight = customers.weight(row);
            let (Some(value), Some(alive)) = (to_come.number(row), alive.number(row)) else {
                unknown += weight;
                continue;
            };
            future.push(weight, value, alive);
            match (so_far.number(row), at_risk.number(row)) {
                (Some(value), Some(at_risk)) => past.push(weight, value, at_risk),
                _ => unknown_past += weight,
            }
        }
        if future.weights.is_empty() {
            return Err(Error::empty(format!("customers with `{LIFETIME_VALUE}`")));
        }
        let below = past.values.iter().zip(&past.weights).filter(|(value, _)| **value < 0.0);
        Ok(CustomerEquity {
            customers: sum::sum(future.weights.iter().copied()),
            unknown,
            unknown_past,
            below_zero: sum::sum(below.map(|(_, weight)| *weight)),
            so_far: past.total(&past.values),
            to_come: future.total(&future.values),
            at_risk: past.total(&past.others),
            alive: future.total(&future.others),
            past: past.spread(),
            future: future.spread(),
        })
    }

    /// How many customers have a value, by weight.
    pub fn customers(&self) -> f64 {
        self.customers
    }

    /// What they have brought together.
    pub fn so_far(&self) -> f64 {
        self.so_far
    }

    /// What they are expected to bring together.
    pub fn to_come(&self) -> f64 {
        self.to_come
    }

    /// What was brought by customers that have left, in expectation.
    pub fn at_risk(&self) -> f64 {
        self.at_risk
    }

    /// Of how many, by weight, the past is not known.
    pub fn without_past(&self) -> f64 {
        self.unknown_past
    }

    /// How many, by weight, have sent back more than was paid.
    pub fn below_zero(&self) -> f64 {
        self.below_zero
    }

    /// How many are alive, in expectation.
    pub fn alive(&self) -> f64 {
        self.alive
    }

    /// How unevenly the past is spread; `None` if nobody has brought anything.
    pub fn so_far_spread(&self) -> Option<&Concentration> {
        self.past.as_ref()
    }

    /// How unevenly the future is spread: how much hangs on the whales; `None` if nothing is to come.
    pub fn to_come_spread(&self) -> Option<&Concentration> {
        self.future.as_ref()
    }
}

/// Customers of whom a value is known: their weights, the values, and what else goes with each.
#[derive(Default)]
struct Rows {
    weights: Vec<f64>,
    values: Vec<f64>,
    others: Vec<f64>,
}

impl Rows {
    fn push(&mut self, weight: f64, value: f64, other: f64) {
        self.weights.push(weight);
        self.values.push(value);
        self.others.push(other);
    }

    /// The sum of these numbers, each with its weight.
    fn total(&self, numbers: &[f64]) -> f64 {
        sum::sum(numbers.iter().zip(&self.weights).map(|(number, weight)| number * weight))
    }

    /// How unevenly the values are spread, those below 0 taken for 0; `None` where they come to nothing.
    fn spread(&self) -> Option<Concentration> {
        let held: Vec<f64> = self.values.iter().map(|value| value.max(0.0)).collect();
        Concentration::of(&held, Some(&self.weights)).ok()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for CustomerEquity {
    /// The sums, and of both spreads Gini's coefficient and the shares of the best customers.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        let top = |spread: &Concentration| TOP.map(|share| (share, spread.top_share(share)));
        let (past, future) = (self.past.as_ref(), self.future.as_ref());
        let mut fields = to.serialize_struct("CustomerEquity", 12)?;
        fields.serialize_field("customers", &self.customers)?;
        fields.serialize_field("without_value", &self.unknown)?;
        fields.serialize_field("without_past", &self.unknown_past)?;
        fields.serialize_field("below_zero", &self.below_zero)?;
        fields.serialize_field("alive", &self.alive)?;
        fields.serialize_field("so_far", &self.so_far)?;
        fields.serialize_field("to_come", &self.to_come)?;
        fields.serialize_field("at_risk", &self.at_risk)?;
        fields.serialize_field("gini_so_far", &past.map(Concentration::gini))?;
        fields.serialize_field("gini_to_come", &future.map(Concentration::gini))?;
        fields.serialize_field("top_so_far", &past.map(top))?;
        fields.serialize_field("top_to_come", &future.map(top))?;
        fields.end()
    }
}

/// A number of customers, by weight, as people count.
fn whole(customers: f64) -> String {
    count(customers.round() as usize)
}

impl fmt::Display for CustomerEquity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let customers = counted(self.customers.round() as usize, "customer", "customers");
        write!(f, "{customers}, {} of them alive in expectation", whole(self.alive))?;
        for (customers, what) in [
            (self.unknown, "without a value"),
            (self.unknown_past, "of unknown past"),
            (self.below_zero, "with less than 0 so far"),
        ] {
            if customers > 0.0 {
                write!(f, ", {} {what}", whole(customers))?;
            }
        }
        writeln!(f)?;
        let mut table = Table::new([("value", Align::Left), ("so far", Align::Right), ("to come", Align::Right)]);
        let told = |figure: Option<f64>, text: &dyn Fn(f64) -> String| figure.map_or("-".to_owned(), text);
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        table.row(["all".to_owned(), number(self.so_far.round()), number(self.to_come.round())]);
        table.row(["at risk".to_owned(), number(self.at_risk.round()), String::new()]);
        for share in TOP {
            let held =
                |spread: &Option<Concentration>| told(spread.as_ref().map(|spread| spread.top_share(share)), &percent);
            table.row([format!("of the top {:.0} %", 100.0 * share), held(&self.past), held(&self.future)]);
        }
        let gini = |spread: &Option<Concentration>| {
            told(spread.as_ref().map(Concentration::gini), &|gini| format!("{gini:.3}"))
        };
        table.row(["Gini".to_owned(), gini(&self.past), gini(&self.future)]);
        write!(f, "{table}")
    }
}
