//! What customers are worth, as a step of a study learnt it.
//!
//! | step | learns | findings |
//! | --- | --- | --- |
//! | `lifetimes` | [`Lifetimes`](crate::lifetime::Lifetimes) | [`Valued`]: families compared, the model, customer equity with an interval |
//! | `contracts` | [`Contracts`](crate::lifetime::Contracts) | [`Retained`]: the curve as it was seen beside the model's, value to come |
//!
//! The attributes that they add are columns of the customers; here is what is said of all together. An interval that cannot be had
//! is told with its reason and stops nothing: values are there also where a fit has no sharp top.

use std::fmt;

use serde::Serialize;

use crate::customer::Customers;
use crate::error::Result;
use crate::lifetime::{
    ContractsModel, DeltaMethod, FamilyChoice, Interval, LIFETIME_VALUE, LifetimesModel, Periods, RENEWALS,
    RetentionFit,
};
use crate::math::sum::sum;
use crate::text;
use crate::worth::CustomerEquity;

/// What the customers are worth, now and to come.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Valued {
    /// The name of the step.
    pub name: String,
    /// What was learnt.
    pub model: LifetimesModel,
    /// What all customers are worth together.
    pub equity: CustomerEquity,
    /// The interval of what they are expected to bring together, with 95 %; `None` where errors are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Why there is no interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_interval: Option<String>,
    /// The families compared, where the best was sought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<FamilyChoice>,
}

impl Valued {
    /// A fit without a sharp top has no interval, and is no failure of the study.
    pub(super) fn new(
        name: &str,
        model: &LifetimesModel,
        equity: CustomerEquity,
        choice: Option<FamilyChoice>,
        interval: Result<Interval>,
    ) -> Self {
        let (interval, no_interval) = told_apart(interval);
        Valued { name: name.to_owned(), model: model.clone(), equity, interval, no_interval, choice }
    }
}

/// The families, where they were compared; the model with its certificate; what all are worth, and how sure that is.
impl fmt::Display for Valued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(choice) = &self.choice {
            writeln!(f, "{choice}")?;
        }
        writeln!(f, "{}\n{}", self.model, self.equity.to_string().trim_end())?;
        how_sure(f, self.interval, self.no_interval.as_deref())
    }
}

/// A CSV file of a row a customer: its id, and these attributes of it, empty where one is not known.
///
/// # Errors
/// If an attribute is not there or no number.
pub(super) fn values_csv(customers: &Customers, attributes: &[&str]) -> Result<String> {
    let columns = attributes.iter().map(|name| customers.numeric_column(name)).collect::<Result<Vec<_>>>()?;
    let mut text = format!("customer,{}\n", attributes.join(","));
    for (row, id) in customers.ids().iter().enumerate() {
        text.push_str(&text::quoted(&id.to_string()));
        for column in &columns {
            text.push(',');
            if let Some(number) = column.number(row) {
                text.push_str(&number.to_string());
            }
        }
        text.push('\n');
    }
    Ok(text)
}

/// The interval, or why there is none.
fn told_apart(interval: Result<Interval>) -> (Option<Interval>, Option<String>) {
    match interval {
        Ok(interval) => (Some(interval), None),
        Err(error) => (None, Some(error.to_string())),
    }
}

/// A line on how sure the value to come is.
fn how_sure(f: &mut fmt::Formatter<'_>, interval: Option<Interval>, why_not: Option<&str>) -> fmt::Result {
    match (interval, why_not) {
        (Some(Interval { low, estimate, high, confidence, .. }), _) => {
            let [low, estimate, high] = [low, estimate, high].map(|value| text::number(value.round()));
            let percent = text::number((confidence * 1e10).round() * 1e-8);
            writeln!(f, "value to come {estimate}, {low} to {high} with {percent} %")
        }
        (None, Some(why)) => writeln!(f, "no interval of the value to come: {why}"),
        (None, None) => Ok(()),
    }
}

/// How long customers under contract stay, and what those who are still there will bring.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Retained {
    /// The name of the step.
    pub name: String,
    /// What was learnt.
    pub model: ContractsModel,
    /// What was seen beside what the model says.
    pub fit: RetentionFit,
    /// How many customers are still there, by weight.
    pub customers: f64,
    /// What they are expected to bring together within the horizon; without those whose amount is not known.
    pub to_come: f64,
    /// The interval of that, with 95 %; `None` where errors are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Why there is no interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_interval: Option<String>,
}

impl Retained {
    /// The renewals that were seen, the first sixty of them, and of customers to whom the model has added its attributes the sums.
    ///
    /// # Errors
    /// If they cannot be had.
    pub(super) fn of(name: &str, model: &ContractsModel, customers: &Customers) -> Result<Self> {
        let seen = model.recipe().renewals(customers)?;
        // a curve of years by the day is told at its beginning
        let told = Periods::new(u32::try_from(seen.periods().min(60)).unwrap_or(60));
        let weight = |row: usize| customers.weights().and_then(|weights| weights.get(row)).copied().unwrap_or(1.0);
        let total = |attribute: &str, figure: &dyn Fn(f64) -> f64| -> Result<f64> {
            let column = customers.numeric_column(attribute)?;
            let known = (0..customers.len()).filter_map(|row| Some(figure(column.number(row)?) * weight(row)));
            Ok(sum(known))
        };
        let (interval, no_interval) = told_apart(model.equity(customers, &DeltaMethod::new()));
        Ok(Retained {
            name: name.to_owned(),
            model: model.clone(),
            fit: RetentionFit::of(model.model(), &seen, told)?,
            customers: total(RENEWALS, &|_| 1.0)?,
            to_come: total(LIFETIME_VALUE, &|value| value)?,
            interval,
            no_interval,
        })
    }
}

/// The model with its certificate, a line a renewal, and the sums.
impl fmt::Display for Retained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (still, to_come) = (text::count(self.customers.round() as usize), text::number(self.to_come.round()));
        writeln!(f, "{}\n{}", self.model, self.fit.to_string().trim_end())?;
        writeln!(f, "{still} customers still there, value to come {to_come}")?;
        how_sure(f, self.interval, self.no_interval.as_deref())
    }
}
