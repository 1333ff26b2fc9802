//! What a new customer is worth: the mean net value of the first days.
//!
//! What it may cost to win one is bounded by that number. Cohorts by the month of the first purchase tell whether new
//! customers get better or worse; the comparison is fair since all are seen for the same number of days.
//!
//! | figure | of |
//! | --- | --- |
//! | mean, interval | the net value of those whose days are over |
//! | too young | those whose days are not over: leaving them in would draw the mean down |
//! | paid back | those who covered what they cost to win within the days |

use std::fmt;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::lifetime::{Horizon, Interval};
use crate::math::random::Random;
use crate::math::{interval, quantile, sum};
use crate::parallel;
use crate::text::{Align, Table, count, number, share};
use crate::time::Day;

use super::ledger::Ledger;
use super::recipe::{HistoricValue, whole_days};

/// What new customers are worth in their first days: the mean net value with an interval, over all and by the month of
/// the first purchase.
///
/// Only those whose days are over count: a customer of 40 days says nothing of 90, and is told apart.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::history::History;
/// use segmentry::lifetime::{HistoricValue, Horizon, NewCustomers};
/// use segmentry::time::Day;
///
/// let day = Day::new(2026, 1, 5)?;
/// let days = [day, day.plus(100), day.plus(1), day.plus(2), day.plus(300)];
/// let log = History::purchases(["ann", "ann", "bob", "cy", "dee"], &days, &[30.0, 20.0, 10.0, 35.0, 5.0])?;
/// let customers = Customers::from_history(log).as_of(day.plus(310));
/// let value = NewCustomers::new(HistoricValue::new()).spans([Horizon::days(90.0)]).measure(&customers)?;
/// let span = &value.spans()[0];
/// assert_eq!((span.customers, span.too_young, span.mean), (3, 1, Some(25.0)));
/// println!("{value}");
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How it works
///
/// A customer is new on the day of its first purchase in the log; [`NewCustomers::since`] leaves out those who may have
/// bought before the log begins. The first 90 days are that day and the 89 after it. Margin, refunds and costs are those
/// of the [`HistoricValue`], of which the window plays no part; what an event before the first purchase cost counts too.
///
/// # Defaults
///
/// 90 and 365 days, intervals of 95 % by Student's t. Values are skewed: of fewer than some hundred customers take
/// [`NewCustomers::bootstrap`].
///
/// # Cost
///
/// One pass over the events, in parallel; bootstrap draws × customers × spans.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct NewCustomers {
    /// What counts, and what it costs.
    value: HistoricValue,
    spans: Vec<Horizon>,
    /// Who came before may be no new customer.
    since: Option<Day>,
    confidence: f64,
    /// How many draws an interval is made of; by Student's t without.
    #[cfg_attr(feature = "serde", serde(rename = "bootstrap"))]
    draws: Option<usize>,
    seed: u64,
}

impl Default for NewCustomers {
    /// Of customers of whom all that they pay counts.
    fn default() -> Self {
        NewCustomers::new(HistoricValue::new())
    }
}

/// The first days of a group of new customers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NewSpan {
    /// How many days.
    pub days: u32,
    /// How many customers have them behind.
    pub customers: usize,
    /// How many have not yet, and play no part.
    pub too_young: usize,
    /// The mean net value of a customer in these days; `None` without a customer.
    pub mean: Option<f64>,
    /// The interval of the mean; `None` of fewer than two customers.
    pub interval: Option<Interval>,
    /// The share of the customers that paid back within these days what they cost to win, where that was asked for.
    pub paid_back: Option<f64>,
}

/// The new customers of a month.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NewCohort {
    /// The first day of the month of the first purchase.
    pub month: Day,
    /// How many there are.
    pub customers: usize,
    /// Their first days, a span after the other.
    pub spans: Vec<NewSpan>,
}

/// What new customers are worth; made by [`NewCustomers::measure`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NewCustomerValue {
    customers: usize,
    left_out: usize,
    spans: Vec<NewSpan>,
    cohorts: Vec<NewCohort>,
}

/// A new customer: its first day, the net value of each span that is over, and its payback.
struct Newcomer {
    first: Day,
    nets: Vec<Option<f64>>,
    payback: Option<u32>,
}

impl NewCustomers {
    /// Of customers that are valued so, in their first 90 and 365 days.
    pub fn new(value: HistoricValue) -> Self {
        let spans = vec![Horizon::days(90.0), Horizon::days(365.0)];
        NewCustomers { value, spans, since: None, confidence: 0.95, draws: None, seed: 0 }
    }

    /// Sets the spans, taken to whole days.
    #[must_use]
    pub fn spans(mut self, spans: impl IntoIterator<Item = Horizon>) -> Self {
        self.spans = spans.into_iter().collect();
        self
    }

    /// Counts only customers whose first purchase was on that day or later.
    #[must_use]
    pub fn since(mut self, day: Day) -> Self {
        self.since = Some(day);
        self
    }

    /// Sets how sure intervals are: 0.95.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Takes intervals from so many draws of the customers with replacement (percentiles) instead of Student's t.
    #[must_use]
    pub fn bootstrap(mut self, draws: usize) -> Self {
        self.draws = Some(draws);
        self
    }

    /// Sets the seed of the draws.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        self.value.check_times("the value of first days")?;
        if self.spans.is_empty() {
            return Err(Error::empty("spans"));
        }
        if let Some(span) = self.spans.iter().find(|span| !(1.0..1e9).contains(&whole_days(**span))) {
            return Err(Error::parameter("span", "a length of time from a day on", span));
        }
        interval::confident(self.confidence)?;
        match self.draws {
            Some(0) => Err(Error::parameter("bootstrap", "at least 1 draw", 0)),
            _ => Ok(()),
        }
    }

    /// Measures.
    ///
    /// # Errors
    /// As [`HistoricValue::values`], or if a cost is an attribute (which has no time), there is no span or one is below a
    /// day, or the confidence is not between 0 and 1.
    pub fn measure(&self, customers: &Customers) -> Result<NewCustomerValue> {
        self.check()?;
        self.value.check_customers(customers)?;
        let now = customers.seen_as_of()?.day();
        let chunks = parallel::map_chunks(customers.len(), 512, |rows| {
            let one = |row: crate::customer::CustomerRow<'_>| {
                self.newcomer(&row, now).map_err(|error| error.at_row(row.row()).at_customer(row.id()))
            };
            rows.filter_map(|row| customers.get(row)).map(one).collect::<Result<Vec<_>>>()
        });
        let mut newcomers = Vec::new();
        for chunk in chunks {
            newcomers.extend(chunk?.into_iter().flatten());
        }
        // by month, and within it in the order of the customers
        newcomers.sort_by_key(|newcomer| newcomer.first.month_start());
        let by_month = newcomers.chunk_by(|a, b| a.first.month_start() == b.first.month_start());
        let cohorts = by_month
            .filter_map(|group| {
                let month = group.first()?.first.month_start();
                Some(NewCohort { month, customers: group.len(), spans: self.judge(group) })
            })
            .collect();
        let left_out = customers.len() - newcomers.len();
        Ok(NewCustomerValue { customers: newcomers.len(), left_out, spans: self.judge(&newcomers), cohorts })
    }

    /// What one customer brought in its first days; `None` if it is not new.
    fn newcomer(&self, customer: &dyn Customer, now: Day) -> Result<Option<Newcomer>> {
        let ledger = Ledger::open(&self.value, customer, now)?;
        let Some(first) = ledger.first().filter(|first| self.since.is_none_or(|since| *first >= since)) else {
            return Ok(None);
        };
        let nets = self.spans.iter().map(|span| ledger.first_days(whole_days(*span)));
        Ok(Some(Newcomer { first, nets: nets.collect(), payback: ledger.payback()? }))
    }

    /// The spans of a group.
    fn judge(&self, group: &[Newcomer]) -> Vec<NewSpan> {
        let one = |(at, span): (usize, &Horizon)| {
            let days = whole_days(*span) as u32;
            let over = || group.iter().filter_map(|newcomer| Some((newcomer, newcomer.nets.get(at).copied()??)));
            let nets: Vec<f64> = over().map(|(_, net)| net).collect();
            let paid = over().filter(|(newcomer, _)| newcomer.payback.is_some_and(|payback| payback < days)).count();
            let asked = self.value.acquisition.is_some() && !nets.is_empty();
            NewSpan {
                days,
                customers: nets.len(),
                too_young: group.len() - nets.len(),
                mean: (!nets.is_empty()).then(|| mean(&nets)),
                interval: self.interval(&nets),
                paid_back: asked.then(|| paid as f64 / nets.len() as f64),
            }
        };
        self.spans.iter().enumerate().map(one).collect()
    }

    /// The interval of the mean; `None` of fewer than two.
    ///
    /// A draw has a stream of random numbers of its own: the same ends on any number of threads.
    fn interval(&self, nets: &[f64]) -> Option<Interval> {
        if nets.len() < 2 {
            return None;
        }
        let (estimate, n, confidence) = (mean(nets), nets.len() as f64, self.confidence);
        if let Some(draws) = self.draws {
            let means = parallel::map(draws, |draw| {
                let mut random = Random::new(self.seed, draw as u64);
                let drawn = (0..nets.len()).filter_map(|_| nets.get(random.below(nets.len())));
                drawn.sum::<f64>() / n
            });
            let ends = quantile::quantiles(&means, &[0.5 - confidence / 2.0, 0.5 + confidence / 2.0])?;
            return Some(Interval { low: *ends.first()?, estimate, high: *ends.last()?, confidence });
        }
        let squares = sum::sum(nets.iter().map(|net| (net - estimate) * (net - estimate)));
        let half = interval::student(confidence, n - 1.0)? * (squares / (n - 1.0) / n).sqrt();
        Some(Interval { low: estimate - half, estimate, high: estimate + half, confidence })
    }
}

/// The mean of values of which there is one.
fn mean(values: &[f64]) -> f64 {
    sum::sum(values.iter().copied()) / values.len() as f64
}

impl NewCustomerValue {
    /// How many new customers there are.
    pub fn customers(&self) -> usize {
        self.customers
    }

    /// How many customers have no purchase, or had the first before the day from which on they count.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// The first days of all of them, a span after the other.
    pub fn spans(&self) -> &[NewSpan] {
        &self.spans
    }

    /// The new customers by the month of their first purchase, the first month first; months without one are not there.
    pub fn cohorts(&self) -> &[NewCohort] {
        &self.cohorts
    }
}

impl fmt::Display for NewCustomerValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} new customers", count(self.customers))?;
        if self.left_out > 0 {
            write!(f, ", {} others ({})", count(self.left_out), share(self.left_out, self.customers + self.left_out))?;
        }
        writeln!(f)?;
        let heads = ["first purchase", "days", "customers", "too young", "net value", "from", "to", "paid back"];
        let sides = |at| if at == 0 { Align::Left } else { Align::Right };
        let mut table = Table::new(heads.into_iter().enumerate().map(|(at, head)| (head, sides(at))));
        let mut row = |name: &str, span: &NewSpan| {
            let text = |figure: Option<f64>| figure.map_or("-".to_owned(), number);
            let percent = |share: f64| format!("{:.1} %", 100.0 * share);
            table.row([
                name.to_owned(),
                span.days.to_string(),
                count(span.customers),
                count(span.too_young),
                text(span.mean),
                text(span.interval.map(|interval| interval.low)),
                text(span.interval.map(|interval| interval.high)),
                span.paid_back.map_or("-".to_owned(), percent),
            ]);
        };
        self.spans.iter().for_each(|span| row("all", span));
        for cohort in &self.cohorts {
            let month: String = cohort.month.to_string().chars().take(7).collect();
            cohort.spans.iter().for_each(|span| row(&month, span));
        }
        write!(f, "{table}")
    }
}
