//! Customer equity: what all customers are worth together, and how few of them hold it.

use std::fmt;

use crate::concentration::Concentration;
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::lifetime::{ALIVE, LIFETIME_VALUE, VALUE_AT_RISK, VALUE_SO_FAR};
use crate::math::sum;
use crate::text::{Align, Table, count, number};

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
/// assert_eq!(equity.to_come_spread().top_share(0.25), 0.6); // one of four holds 60 % of the future
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// How sure the value to come is tells a [`DeltaMethod`](crate::lifetime::DeltaMethod) of the model's
/// [`LifetimeValue::total`](crate::lifetime::LifetimeValue::total).
///
/// # Missing values
///
/// A customer of whom one of the four attributes is not known is counted apart and in no sum.
///
/// # Values below 0
///
/// A customer who gave back more than it bought counts with what it is in every sum, and as 0 in the spreads: shares are
/// not defined below.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerEquity {
    customers: f64,
    unknown: f64,
    so_far: f64,
    to_come: f64,
    at_risk: f64,
    alive: f64,
    past: Concentration,
    future: Concentration,
}

impl CustomerEquity {
    /// Sums up the attributes that [`Lifetimes`](crate::lifetime::Lifetimes) adds. O(n log n).
    ///
    /// # Errors
    /// If one of them is not there, nobody has a value, or none is above 0.
    pub fn of(customers: &Customers) -> Result<Self> {
        let column = |name: &str| customers.numeric_column(name);
        let columns = [column(VALUE_SO_FAR)?, column(LIFETIME_VALUE)?, column(VALUE_AT_RISK)?, column(ALIVE)?];
        let weights = customers.weights();
        let (mut rows, mut counts, mut unknown) = (Vec::new(), Vec::new(), 0.0);
        for row in 0..customers.len() {
            let weight = weights.and_then(|weights| weights.get(row)).copied().unwrap_or(1.0);
            match columns.each_ref().map(|column| column.number(row)) {
                [Some(so_far), Some(to_come), Some(at_risk), Some(alive)] => {
                    rows.push([so_far, to_come, at_risk, alive]);
                    counts.push(weight);
                }
                _ => unknown += weight,
            }
        }
        if rows.is_empty() {
            return Err(Error::empty(format!("customers with `{LIFETIME_VALUE}`")));
        }
        let total = |at: usize| sum::sum(rows.iter().zip(&counts).map(|(row, weight)| row[at] * weight));
        let spread = |at: usize, name: &str| {
            let values: Vec<f64> = rows.iter().map(|row| row[at].max(0.0)).collect();
            Concentration::of(&values, Some(&counts)).map_err(|error| error.at_key(name))
        };
        Ok(CustomerEquity {
            customers: sum::sum(counts.iter().copied()),
            unknown,
            so_far: total(0),
            to_come: total(1),
            at_risk: total(2),
            alive: total(3),
            past: spread(0, VALUE_SO_FAR)?,
            future: spread(1, LIFETIME_VALUE)?,
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

    /// How many are alive, in expectation.
    pub fn alive(&self) -> f64 {
        self.alive
    }

    /// How unevenly the past is spread.
    pub fn so_far_spread(&self) -> &Concentration {
        &self.past
    }

    /// How unevenly the future is spread: how much hangs on the whales.
    pub fn to_come_spread(&self) -> &Concentration {
        &self.future
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for CustomerEquity {
    /// The sums, and of both spreads Gini's coefficient and the shares of the best customers.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        let top = |spread: &Concentration| TOP.map(|share| (share, spread.top_share(share)));
        let mut fields = to.serialize_struct("CustomerEquity", 10)?;
        fields.serialize_field("customers", &self.customers)?;
        fields.serialize_field("without_value", &self.unknown)?;
        fields.serialize_field("alive", &self.alive)?;
        fields.serialize_field("so_far", &self.so_far)?;
        fields.serialize_field("to_come", &self.to_come)?;
        fields.serialize_field("at_risk", &self.at_risk)?;
        fields.serialize_field("gini_so_far", &self.past.gini())?;
        fields.serialize_field("gini_to_come", &self.future.gini())?;
        fields.serialize_field("top_so_far", &top(&self.past))?;
        fields.serialize_field("top_to_come", &top(&self.future))?;
        fields.end()
    }
}

/// A number of customers, by weight, as people count.
fn whole(customers: f64) -> String {
    count(customers.round() as usize)
}

impl fmt::Display for CustomerEquity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} customers, {} of them alive in expectation{}",
            whole(self.customers),
            whole(self.alive),
            if self.unknown > 0.0 { format!(", {} without a value", whole(self.unknown)) } else { String::new() },
        )?;
        let mut table = Table::new([("value", Align::Left), ("so far", Align::Right), ("to come", Align::Right)]);
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        table.row(["all".to_owned(), number(self.so_far.round()), number(self.to_come.round())]);
        table.row(["at risk".to_owned(), number(self.at_risk.round()), String::new()]);
        for share in TOP {
            let (past, future) = (self.past.top_share(share), self.future.top_share(share));
            table.row([format!("of the top {:.0} %", 100.0 * share), percent(past), percent(future)]);
        }
        let gini = |spread: &Concentration| format!("{:.3}", spread.gini());
        table.row(["Gini".to_owned(), gini(&self.past), gini(&self.future)]);
        write!(f, "{table}")
    }
}
