//! Tenures of customers: how long each has been there, and whether it left.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::{Period, TimeUnit};
use crate::time::Day;
use crate::value::{Column, Kind, Value};

/// How long customers have been there: what curves of retention are made of, cohort by cohort.
///
/// A row says how long, and whether the customer left then or is still there. Cohorts are sets of rows with a name.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::Tenures;
///
/// let tenures = Tenures::new(TimeUnit::Months, &[3.0, 12.0, 7.5], &[true, false, true])?;
/// let tenures = tenures.with_cohorts(&["January", "January", "May"])?;
/// assert_eq!(tenures.cohorts(), ["January", "May"]);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tenures {
    unit: TimeUnit,
    rows: Vec<Tenure>,
    /// The names of cohorts in their order; none where all are one.
    cohorts: Vec<String>,
}

/// One customer's tenure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tenure {
    /// In the unit of the tenures.
    pub(super) length: f64,
    /// Whether the customer left then; else it was seen no longer.
    pub(super) left: bool,
    /// For how many customers it stands.
    pub(super) weight: f64,
    /// The place of its cohort among the names.
    pub(super) cohort: u32,
    /// Where it began, if that is known.
    start: Option<Day>,
    /// The row of the customer.
    row: usize,
}

impl Tenures {
    /// Tenures in rows, with whether the customer left at their end.
    ///
    /// # Errors
    /// If the columns differ in length, or a tenure is negative, NaN or infinite, with the first such row.
    pub fn new(unit: TimeUnit, lengths: &[f64], left: &[bool]) -> Result<Self> {
        if left.len() != lengths.len() {
            return Err(Error::length("left", left.len(), lengths.len()));
        }
        let one = |(row, (length, left)): (usize, (&f64, &bool))| {
            if length.is_finite() && *length >= 0.0 {
                return Ok(Tenure { length: *length, left: *left, weight: 1.0, cohort: 0, start: None, row });
            }
            Err(Error::parameter("tenure", "a finite time of at least 0", length).at_row(row))
        };
        let rows = lengths.iter().zip(left).enumerate().map(one).collect::<Result<_>>()?;
        Ok(Tenures { unit, rows, cohorts: Vec::new() })
    }

    /// The tenures of these customers, by the attributes of the day on which they began and of the day on which they
    /// ended, as of the moment at which the customers are seen. Who has no end, or a later one, is still there; who has no
    /// beginning, or a later one, has no tenure. The customers' weights count.
    ///
    /// # Errors
    /// As [`Renewals::of`](super::Renewals::of).
    pub fn of(customers: &Customers, start: &str, end: &str, unit: TimeUnit) -> Result<Self> {
        let now = customers.seen_as_of()?.day();
        let one = |(row, contract): (usize, Option<Contract>)| {
            let (from, to) = contract?;
            let length = unit.of_days(to.unwrap_or(now).days_since(from), None);
            let weight = customers.weights().and_then(|weights| weights.get(row)).copied().unwrap_or(1.0);
            Some(Tenure { length, left: to.is_some(), weight, cohort: 0, start: Some(from), row })
        };
        let rows = contracts(customers, start, end)?.into_iter().enumerate().filter_map(one).collect();
        Ok(Tenures { unit, rows, cohorts: Vec::new() })
    }

    /// Each row counts as so many equal customers.
    ///
    /// # Errors
    /// If there are not as many weights as tenures, or one is negative, NaN or infinite.
    pub fn with_weights(mut self, weights: &[f64]) -> Result<Self> {
        if weights.len() != self.rows.len() {
            return Err(Error::length("weights", weights.len(), self.rows.len()));
        }
        for (row, (tenure, weight)) in self.rows.iter_mut().zip(weights).enumerate() {
            if !(weight.is_finite() && *weight >= 0.0) {
                return Err(Error::parameter("weight", "a finite number of at least 0", weight).at_row(row));
            }
            tenure.weight = *weight;
        }
        Ok(self)
    }

    /// The cohort of each tenure by its name; cohorts stand in the order of their names.
    ///
    /// # Errors
    /// If there are not as many names as tenures.
    pub fn with_cohorts<S: AsRef<str>>(self, names: &[S]) -> Result<Self> {
        if names.len() != self.rows.len() {
            return Err(Error::length("cohorts", names.len(), self.rows.len()));
        }
        let names = names.iter().map(|name| name.as_ref().to_owned()).collect();
        Ok(self.divided(names))
    }

    /// Cohorts by the period in which customers began: `2026-01`, or the first day of a week.
    ///
    /// # Errors
    /// If the days on which they began are not known: the tenures were not made of customers.
    pub fn by_start(self, period: Period) -> Result<Self> {
        let name = |tenure: &Tenure| {
            let day = period.start(tenure.start?).to_string();
            Some(match (period, day.rsplit_once('-')) {
                (Period::Month, Some((month, _))) => month.to_owned(),
                _ => day,
            })
        };
        let names: Option<Vec<String>> = self.rows.iter().map(name).collect();
        let unknown = || Error::unsupported("cohorts by start are not defined for tenures without days");
        Ok(self.divided(names.ok_or_else(unknown)?))
    }

    /// Cohorts by the values of an attribute of the customers of whom the tenures were made; `missing` is a cohort too.
    ///
    /// # Errors
    /// If no attribute has that name.
    pub fn by_attribute(self, customers: &Customers, attribute: &str) -> Result<Self> {
        let column = customers.column(attribute)?;
        let name = |tenure: &Tenure| match column.value(tenure.row) {
            Value::Text(text) => text.to_owned(),
            Value::Missing | Value::Null | Value::Invalid(_) => "missing".to_owned(),
            Value::Number(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Boolean(value) => value.to_string(),
            Value::Day(value) => value.to_string(),
            _ => "another value".to_owned(),
        };
        let names = self.rows.iter().map(name).collect();
        Ok(self.divided(names))
    }

    /// The same tenures in the cohorts of these names, a name a row.
    fn divided(mut self, names: Vec<String>) -> Self {
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        for (tenure, name) in self.rows.iter_mut().zip(&names) {
            tenure.cohort = sorted.binary_search(name).unwrap_or(0) as u32;
        }
        self.cohorts = sorted;
        self
    }

    /// How many tenures there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The unit of the tenures.
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// The names of the cohorts in their order; none if all are one.
    pub fn cohorts(&self) -> &[String] {
        &self.cohorts
    }

    /// The tenures.
    pub(super) fn list(&self) -> &[Tenure] {
        &self.rows
    }
}

/// When a contract began, and when it ended if it did.
pub(super) type Contract = (Day, Option<Day>);

/// The contract of each customer: when it began and when it ended, if it did by now; `None` if it has not begun.
///
/// # Errors
/// As [`Renewals::of`](super::Renewals::of).
pub(super) fn contracts(customers: &Customers, start: &str, end: &str) -> Result<Vec<Option<Contract>>> {
    let now = customers.seen_as_of()?.day();
    let days = |name: &str| {
        let column = customers.column(name)?;
        match column.kind() {
            Kind::Day | Kind::Timestamp => Ok(column),
            kind => Err(Error::wrong_kind(name, kind, "day")),
        }
    };
    let (starts, ends) = (days(start)?, days(end)?);
    let named = |error: Error, row: usize| match customers.ids().get(row) {
        Some(id) => error.at_row(row).at_customer(id),
        None => error.at_row(row),
    };
    let day = |column: &Column, name: &str, row: usize| match column.value(row) {
        Value::Day(day) => Ok(Some(day)),
        Value::Timestamp(at) => Ok(Some(at.day_utc())),
        Value::Invalid(text) => Err(named(Error::no_value(name, format!("`{text}`")), row)),
        _ => Ok(None),
    };
    let one = |row: usize| {
        let (from, to) = (day(starts, start, row)?, day(ends, end, row)?);
        let Some(from) = from.filter(|from| *from <= now) else { return Ok(None) };
        if to.is_some_and(|to| to < from) {
            return Err(named(Error::definition(format!("`{end}` is before `{start}`")), row));
        }
        Ok(Some((from, to.filter(|to| *to <= now))))
    };
    (0..customers.len()).map(one).collect()
}
