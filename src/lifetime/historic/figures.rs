//! The figures of historic value by the names of their attributes.
//!
//! A table has a column for each figure, a customer with derived attributes is asked for one by its name: both read this
//! list, or one customer would be valued otherwise than many.

use crate::customer::Customer;
use crate::lifetime::attributes::VALUE_SO_FAR;
use crate::value::Value;

use super::recipe::{HistoricValue, whole_days};
use super::values::{
    COST_TO_SERVE, GROSS_VALUE, MEAN_ORDER, PAYBACK_DAYS, PURCHASES_PER_YEAR, PastValue, REVENUE, SHARE_OF_WALLET,
    SIMPLE_LIFETIME_VALUE, WALLET_LEFT,
};

/// A figure as an attribute.
pub(super) struct Figure {
    /// The attribute, with the window.
    pub(super) name: String,
    pub(super) unit: Unit,
    pub(super) of: fn(&PastValue) -> Option<f64>,
}

/// What a figure counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Money,
    Plain,
    Days,
}

impl HistoricValue {
    /// The figures that were asked for; with a window `_last_365_days` follows each name, except that of the payback.
    pub(super) fn figures(&self) -> Vec<Figure> {
        let suffix = self.last.map_or(String::new(), |last| format!("_last_{}_days", whole_days(last)));
        let figure = |name: &str, unit: Unit, of: fn(&PastValue) -> Option<f64>| {
            let suffix = if unit == Unit::Days { "" } else { &suffix };
            Figure { name: format!("{name}{suffix}"), unit, of }
        };
        let mut figures = vec![
            figure(REVENUE, Unit::Money, |value| Some(value.revenue)),
            figure(GROSS_VALUE, Unit::Money, |value| Some(value.gross_value)),
            figure(COST_TO_SERVE, Unit::Money, |value| Some(value.cost)),
            figure(VALUE_SO_FAR, Unit::Money, |value| Some(value.net_value)),
            figure(MEAN_ORDER, Unit::Money, |value| value.mean_order),
            figure(PURCHASES_PER_YEAR, Unit::Plain, |value| value.purchases_per_year),
        ];
        if self.lifespan.is_some() {
            figures.push(figure(SIMPLE_LIFETIME_VALUE, Unit::Money, |value| value.simple_value));
        }
        if self.wallet.is_some() {
            figures.push(figure(SHARE_OF_WALLET, Unit::Plain, |value| value.share_of_wallet));
            figures.push(figure(WALLET_LEFT, Unit::Money, |value| value.wallet_left));
        }
        if self.acquisition.is_some() {
            figures.push(figure(PAYBACK_DAYS, Unit::Days, |value| value.payback_days.map(f64::from)));
        }
        figures
    }

    /// Whether it makes an attribute of that name.
    pub(crate) fn makes(&self, name: &str) -> bool {
        self.figures().iter().any(|figure| figure.name == name)
    }

    /// The attribute of that name of one customer.
    pub(crate) fn attribute(&self, customer: &dyn Customer, name: &str) -> Value<'static> {
        let Some(figure) = self.figures().into_iter().find(|figure| figure.name == name) else { return Value::Missing };
        match (self.value(customer), figure.unit) {
            (Err(_), _) => Value::Invalid("not defined"),
            (Ok(value), Unit::Days) => value.payback_days.map_or(Value::Missing, |days| Value::Integer(days.into())),
            (Ok(value), _) => (figure.of)(&value).map_or(Value::Missing, Value::Number),
        }
    }
}
