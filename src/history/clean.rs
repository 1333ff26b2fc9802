//! Cleaning a log: what is left out or changed is counted, step by step.

use std::fmt;

use crate::error::{Error, Result};
use crate::text::{Align, Table, count, number};
use crate::time::{AsOf, Day};
use crate::value::{Column, Kind};

use super::event::RETURN;
use super::log::History;
use super::net::net;
use super::repeats::{Likeness, repeats};

/// What becomes of refunds: events of the kind `return` and events with a negative amount.
///
/// Take [`Refunds::Net`] where customers are valued by what they keep, [`Refunds::Drop`] where only the act of buying
/// counts, [`Refunds::Separate`] where returning is itself a trait of the customer to be measured. None of them touches
/// an event without an amount, except that such a `return` is left out by `Drop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Refunds {
    /// Each is set against the customer's earlier purchases: those of the same item, the latest first, then any
    /// others, the latest first. It is left out, and the purchases' amounts are lowered, to 0 at the most; quantities
    /// stay. What finds no purchase (it was bought before the log begins) stays, of the kind `return`, with the
    /// negative amount that is left, so that the sum over all events is what it was where refunds are negative (a `return`
    /// with a positive amount counts as one with a negative).
    Net,
    /// They are left out: sums are gross, as if nothing had come back.
    Drop,
    /// They become of the kind `return` with a positive amount and quantity: what sums purchases sums them gross, and
    /// the returns can be summed on their own.
    Separate,
}

/// A recipe that cleans a log: steps that are done in the order in which they are named. Each says what is kept.
///
/// ```
/// use segmentry::history::{Clean, Event, History, Refunds};
/// use segmentry::time::Day;
///
/// let day = Day::new(2026, 3, 1)?;
/// let mut log = History::builder();
/// log.push("c-1", &Event::purchase(day, 20.0))?;
/// log.push("c-1", &Event::purchase(day, 20.0))?; // sent twice
/// log.push("c-1", &Event::purchase(day.plus(3), -20.0))?;
/// log.push("c-2", &Event::purchase(day, 0.0))?;
///
/// let cleaned = Clean::new().distinct().refunds(Refunds::Drop).positive_amount().run(&log.finish())?;
/// assert_eq!(cleaned.history.len(), 1);
/// let dropped: Vec<_> = cleaned.report.steps.iter().map(|step| step.dropped).collect();
/// assert_eq!(dropped, [1, 1, 1]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How it works
///
/// 1. Each step sees what the steps before it have left: `distinct` before `refunds` keeps a doubled refund from being
///    set against two purchases.
/// 2. Steps mark events and change amounts beside the log; the log itself is copied once, at the end.
/// 3. Each step counts what it dropped and changed, and sums the amounts it dropped, so that the way from the raw total
///    to the cleaned total can be followed ([`CleanReport`] prints as a table).
///
/// # Defaults
///
/// There are none: an empty recipe keeps everything. Which steps a log needs is for its owner to say.
///
/// # Cost
///
/// Time grows with events × steps; memory with events (about 17 bytes each while it works, besides the result).
///
/// # Missing values
///
/// An event that does not say what a step asks for is kept, except by [`Clean::known_amount`], whose matter it is.
#[derive(Clone, Debug, Default)]
pub struct Clean {
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Refunds(Refunds),
    KnownAmount,
    PositiveAmount,
    PositiveQuantity,
    Positive(String),
    Distinct,
    Until(AsOf),
    Since(Day),
}

/// A cleaned log, and what was done to it.
#[derive(Clone, Debug)]
pub struct Cleaned {
    /// The events that are left. A customer without one is no longer in it.
    pub history: History,
    /// What was done.
    pub report: CleanReport,
}

/// What a [`Clean`] did: nothing is left out without a count.
///
/// ```
/// use segmentry::history::{Clean, History};
/// use segmentry::time::Day;
///
/// let day = Day::new(2026, 3, 1)?;
/// let history = History::purchases(["ann", "bob"], &[day; 2], &[20.0, 0.0])?;
/// let report = Clean::new().positive_amount().run(&history)?.report;
/// assert_eq!((report.customers_before, report.customers_after), (2, 1)); // bob had nothing else
/// assert!(report.to_string().starts_with("1 of 2 events of 1 of 2 customers are left"));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CleanReport {
    /// Events before the first step.
    pub events_before: usize,
    /// Events after the last step.
    pub events_after: usize,
    /// Customers with an event before the first step.
    pub customers_before: usize,
    /// Customers with an event after the last step.
    pub customers_after: usize,
    /// The steps in the order in which they were done.
    pub steps: Vec<CleanStep>,
}

/// What one step of a [`Clean`] did.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CleanStep {
    /// What the step keeps.
    pub step: String,
    /// Events it left out.
    pub dropped: usize,
    /// Events it changed.
    pub changed: usize,
    /// The sum of the amounts, as they were before the step, of the events that it left out; of a step that treats
    /// refunds the sum of all refunds.
    pub amount: f64,
}

impl Clean {
    /// A recipe without steps.
    pub fn new() -> Self {
        Clean::default()
    }

    /// Treats refunds by that policy.
    #[must_use]
    pub fn refunds(self, refunds: Refunds) -> Self {
        self.step(Step::Refunds(refunds))
    }

    /// Keeps events with an amount.
    #[must_use]
    pub fn known_amount(self) -> Self {
        self.step(Step::KnownAmount)
    }

    /// Keeps events with an amount above zero, and those without an amount.
    #[must_use]
    pub fn positive_amount(self) -> Self {
        self.step(Step::PositiveAmount)
    }

    /// Keeps events with a quantity above zero, and those without a quantity.
    #[must_use]
    pub fn positive_quantity(self) -> Self {
        self.step(Step::PositiveQuantity)
    }

    /// Keeps events of which that property is above zero, and those without it.
    #[must_use]
    pub fn positive(self, property: impl Into<String>) -> Self {
        self.step(Step::Positive(property.into()))
    }

    /// Keeps the first of events of one customer at one instant that are the same in all that is known of them.
    ///
    /// Two equal lines of one order are the same in all that is known, too: where a log has neither line numbers nor
    /// distinct instants, this step may remove real sales. Look at the count in the report.
    #[must_use]
    pub fn distinct(self) -> Self {
        self.step(Step::Distinct)
    }

    /// Keeps events that are known as of that moment.
    #[must_use]
    pub fn until(self, as_of: impl Into<AsOf>) -> Self {
        self.step(Step::Until(as_of.into()))
    }

    /// Keeps events on that day and later.
    #[must_use]
    pub fn since(self, day: Day) -> Self {
        self.step(Step::Since(day))
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Cleans a log. Time grows with events × steps.
    ///
    /// # Errors
    /// If a property of [`Clean::positive`] is unknown or not numeric, or refunds are treated in a log with several
    /// currencies ([`ErrorKind::MixedCurrencies`](crate::ErrorKind::MixedCurrencies)).
    pub fn run(&self, history: &History) -> Result<Cleaned> {
        let mut work = Work {
            log: history,
            alive: vec![true; history.len()],
            amounts: (0..history.len()).map(|row| history.amounts().number(row)).collect(),
            refunded: Vec::new(),
            separate: Vec::new(),
        };
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            steps.push(work.run(step)?);
        }
        let cleaned = work.finish();
        let report = CleanReport {
            events_before: history.len(),
            events_after: cleaned.len(),
            customers_before: history.customers(),
            customers_after: cleaned.customers(),
            steps,
        };
        Ok(Cleaned { history: cleaned, report })
    }
}

/// A log in work: columns that change are copied, the rest is taken once at the end.
struct Work<'a> {
    log: &'a History,
    alive: Vec<bool>,
    amounts: Vec<Option<f64>>,
    /// Whether each event became a `return`; empty until the first does.
    refunded: Vec<bool>,
    /// Whether each event's quantity became positive; empty until the first does.
    separate: Vec<bool>,
}

impl Work<'_> {
    fn run(&mut self, step: &Step) -> Result<CleanStep> {
        match step {
            Step::Refunds(refunds) => {
                self.log.one_currency()?;
                Ok(self.refunds(*refunds))
            }
            Step::KnownAmount => Ok(self.keep("events with an amount", |work, row| work.amount(row).is_some())),
            Step::PositiveAmount => {
                Ok(self.keep("amount above 0", |work, row| work.amount(row).is_none_or(|amount| amount > 0.0)))
            }
            Step::PositiveQuantity => Ok(self.keep("quantity above 0", |work, row| {
                let column = if work.is_separate(row) { None } else { work.log.quantities() };
                column.and_then(|column| column.number(row)).is_none_or(|quantity| quantity > 0.0)
            })),
            Step::Positive(name) => {
                let properties = self.log.properties();
                let Some((_, column)) = properties.iter().find(|(n, _)| n == name) else {
                    return Err(Error::unknown_attribute(name, properties.iter().map(|(n, _)| n.as_str())));
                };
                if !column.kind().is_numeric() {
                    return Err(Error::wrong_kind(name, column.kind(), Kind::Number.to_string()));
                }
                let positive = |row| column.number(row).is_none_or(|number| number > 0.0);
                Ok(self.keep(&format!("`{name}` above 0"), |_, row| positive(row)))
            }
            Step::Distinct => {
                let repeated = repeats(self.log, Likeness::Whole, |row| self.is_alive(row));
                let mut repeated = repeated.into_iter().peekable();
                Ok(self.keep("events that repeat none", move |_, row| repeated.next_if_eq(&row).is_none()))
            }
            Step::Until(as_of) => Ok(self.keep(&format!("events up to {}", as_of.day()), |work, row| {
                let (at, day) = (work.log.at().get(row), work.log.day(row));
                at.zip(day).is_some_and(|(at, day)| as_of.includes(*at, day))
            })),
            Step::Since(day) => {
                Ok(self
                    .keep(&format!("events from {day} on"), |work, row| work.log.day(row).is_some_and(|on| on >= *day)))
            }
        }
    }

    /// Keeps what `keep` says of each living event, asked in order.
    fn keep(&mut self, step: &str, mut keep: impl FnMut(&Self, usize) -> bool) -> CleanStep {
        let mut done = CleanStep { step: step.to_owned(), dropped: 0, changed: 0, amount: 0.0 };
        let mut amounts = Vec::new();
        for row in 0..self.alive.len() {
            if self.is_alive(row) && !keep(self, row) {
                done.dropped += 1;
                amounts.extend(self.amount(row));
                set(&mut self.alive, row, false);
            }
        }
        done.amount = crate::math::sum::sum(amounts);
        done
    }

    fn refunds(&mut self, refunds: Refunds) -> CleanStep {
        let rows: Vec<usize> =
            (0..self.alive.len()).filter(|row| self.is_alive(*row) && self.is_refund(*row)).collect();
        let amount = crate::math::sum::sum(rows.iter().filter_map(|row| self.amount(*row)));
        let done = |step: &str, dropped, changed| CleanStep { step: step.to_owned(), dropped, changed, amount };
        if refunds == Refunds::Drop {
            rows.iter().for_each(|row| set(&mut self.alive, *row, false));
            return done("events that are no refunds", rows.len(), 0);
        }
        self.refunded.resize(self.alive.len(), false);
        self.separate.resize(self.alive.len(), false);
        if refunds == Refunds::Separate {
            for row in &rows {
                set(&mut self.refunded, *row, true);
                set(&mut self.separate, *row, true);
                if let Some(Some(amount)) = self.amounts.get_mut(*row) {
                    *amount = amount.abs();
                }
            }
            return done("refunds as returns with a positive amount", 0, rows.len());
        }
        let mut amounts = std::mem::take(&mut self.amounts);
        let mut is_refund = vec![false; self.alive.len()];
        rows.iter().for_each(|row| set(&mut is_refund, *row, true));
        let netted = net(self.log, &mut amounts, |row| self.is_alive(row), |row| is_refund.get(row) == Some(&true));
        self.amounts = amounts;
        netted.used.iter().for_each(|row| set(&mut self.alive, *row, false));
        netted.left.iter().for_each(|row| set(&mut self.refunded, *row, true));
        done("refunds set against purchases", netted.used.len(), netted.lowered.len() + netted.left.len())
    }

    fn finish(self) -> History {
        let mut history = self.log.filter_rows(|row| self.is_alive(row));
        if self.refunded.is_empty() {
            return history;
        }
        let rows = || (0..self.alive.len()).filter(|row| self.is_alive(*row));
        history.amount = Column::of(Kind::Number, rows().map(|row| self.amount(row)));
        let kind = |row: usize| {
            if self.is_refunded(row) { RETURN } else { self.log.kinds().value(row).text().unwrap_or_default() }
        };
        history.kind = Column::texts(rows().map(kind));
        if let Some(quantities) = self.log.quantities()
            && self.separate.contains(&true)
        {
            let quantity = |row: usize| {
                let quantity = quantities.number(row);
                if self.is_separate(row) { quantity.map(f64::abs) } else { quantity }
            };
            history.quantity = Some(Column::of(Kind::Number, rows().map(quantity)));
        }
        history
    }

    fn is_alive(&self, row: usize) -> bool {
        self.alive.get(row).copied().unwrap_or(false)
    }

    fn is_refunded(&self, row: usize) -> bool {
        self.refunded.get(row).copied().unwrap_or(false)
    }

    fn is_separate(&self, row: usize) -> bool {
        self.separate.get(row).copied().unwrap_or(false)
    }

    fn amount(&self, row: usize) -> Option<f64> {
        self.amounts.get(row).copied().flatten()
    }

    fn is_refund(&self, row: usize) -> bool {
        self.is_refunded(row)
            || self.amount(row).is_some_and(|amount| amount < 0.0)
            || self.log.kinds().value(row).text() == Some(RETURN)
    }
}

fn set(flags: &mut [bool], row: usize, to: bool) {
    if let Some(flag) = flags.get_mut(row) {
        *flag = to;
    }
}

impl fmt::Display for CleanReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Align::{Left, Right};
        let mut table = Table::new([("kept", Left), ("dropped", Right), ("changed", Right), ("their amount", Right)]);
        for step in &self.steps {
            table.row([step.step.clone(), count(step.dropped), count(step.changed), number(step.amount)]);
        }
        let (events, customers) =
            ((self.events_before, self.events_after), (self.customers_before, self.customers_after));
        writeln!(
            f,
            "{} of {} events of {} of {} customers are left",
            count(events.1),
            count(events.0),
            count(customers.1),
            count(customers.0)
        )?;
        write!(f, "{table}")
    }
}
