//! The health of what customers did.
//!
//! Events are looked at as a log (kinds, days, repetitions) and as two columns, `events.amount` and `events.quantity`,
//! which are checked as attributes are. What the columns' check says of absent values is left out there: whether a
//! missing amount matters depends on the kind of the event, and is said here for purchases only.
//!
//! | what is found | what to do about it |
//! | --- | --- |
//! | repetitions in all that is known | drop them: [`Clean::distinct`](crate::history::Clean::distinct) |
//! | repeated sales that differ in channel or properties | look where they come from: two till systems, or two real purchases |
//! | refunds | net them, drop them or keep them apart: [`Clean::refunds`](crate::history::Clean::refunds) |
//! | purchases without an amount | [`Clean::known_amount`](crate::history::Clean::known_amount), or ask the source |
//! | events of customers that are not in the table | join the sources with all customers kept, or accept it |
//! | events after the day as of which customers are seen | nothing: segmenters do not look at them |

use crate::customer::Customers;
use crate::history::{History, Likeness, PURCHASE, RETURN, repeats};
use crate::text::{count, counted, number, share};
use crate::time::Day;
use crate::value::{Attribute, Column, Kind};

use super::column::{self, ColumnHealth};
use super::finding::{Finding, Issue};
use super::{Rules, earliest};

/// The health of a history: all its events, also those of customers that are not in the table.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::health::{Health, Issue};
/// use segmentry::history::History;
/// use segmentry::time::Day;
///
/// let mut shop = History::builder();
/// shop.push("ann", &(Day::new(2026, 3, 1)?, 40.0))?;
/// shop.push("ann", &(Day::new(2026, 3, 1)?, 40.0))?; // exported twice
/// shop.push("zoe", &(Day::new(2026, 4, 1)?, -15.0))?; // not in the table
/// let customers = Customers::with_ids(["ann", "bo"])?.with_history(shop.finish()).as_of(Day::new(2026, 5, 1)?);
/// let report = Health::new().check(&customers)?;
/// let events = report.events.as_ref().unwrap();
/// assert_eq!((events.duplicates, events.refunds, events.unmatched_events), (1, 1, 1));
/// assert_eq!(events.customers_without_events, 1);
/// assert!(report.finding("events", Issue::DuplicateEvents).is_some());
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct EventsHealth {
    /// How many events there are.
    pub events: usize,
    /// How many customers have events, whether in the table or not.
    pub customers: usize,
    /// The first day.
    pub first: Option<Day>,
    /// The last day.
    pub last: Option<Day>,
    /// The kinds of events with how many there are, the most frequent first.
    pub kinds: Vec<(String, usize)>,
    /// Customers of the table without events.
    pub customers_without_events: usize,
    /// Events of customers that are not in the table.
    pub unmatched_events: usize,
    /// Events that are not known yet as of the day as of which customers are seen.
    pub future: usize,
    /// Events before 1900.
    pub early: usize,
    /// Returns and events with a negative amount.
    pub refunds: usize,
    /// Purchases without an amount.
    pub purchases_without_amount: usize,
    /// Events with an amount of zero.
    pub zero_amounts: usize,
    /// Events that repeat another of the same customer in all that is known of them.
    pub duplicates: usize,
    /// Events that repeat another of the same customer in instant, kind, item, amount and quantity, and differ in
    /// channel or properties.
    pub repeated_sales: usize,
    /// The amounts, called `events.amount`.
    pub amounts: ColumnHealth,
    /// The quantities, called `events.quantity`, if an event has one.
    pub quantities: Option<ColumnHealth>,
}

/// The log's health with its findings. The four parts (repetitions of either likeness, amounts, quantities) do not
/// need each other and run beside each other; the answer does not depend on that.
pub(super) fn check(customers: &Customers, history: &History, rules: &Rules) -> (EventsHealth, Vec<Finding>) {
    let ((whole, sales), ((amounts, mut found), quantities)) = crate::parallel::join(
        || {
            crate::parallel::join(
                || repeats(history, Likeness::Whole, |_| true).len(),
                || repeats(history, Likeness::Sale, |_| true).len(),
            )
        },
        || {
            let check = |name: &str, column: &Column| column::check(&Attribute::new(name, Kind::Number), column, rules);
            let quantities = history.quantities().map(|column| check("events.quantity", column));
            (check("events.amount", history.amounts()), quantities)
        },
    );
    // what an amount is missing or zero for is said below, by the kind of the event
    found.retain(|finding| !matches!(finding.issue, Issue::Absent | Issue::MostlyAbsent | Issue::NothingKnown));
    let mut health = EventsHealth {
        events: history.len(),
        customers: history.customers(),
        first: None,
        last: None,
        kinds: Vec::new(),
        customers_without_events: 0,
        unmatched_events: customers.unmatched_events(),
        future: 0,
        early: 0,
        refunds: 0,
        purchases_without_amount: 0,
        zero_amounts: 0,
        duplicates: whole,
        repeated_sales: sales - whole,
        amounts,
        quantities: None,
    };
    health.customers_without_events = (0..customers.len()).filter(|row| customers.events(*row).is_empty()).count();
    walk(history, rules, &mut health);
    let mut all = say(&health, customers, rules);
    all.append(&mut found);
    if let Some((quantities, mut found)) = quantities {
        found.retain(|finding| !matches!(finding.issue, Issue::Absent | Issue::MostlyAbsent));
        all.append(&mut found);
        let none = quantities.numbers.map_or(0, |numbers| numbers.zero + numbers.negative);
        if none > 0 {
            let events = counted(none, "event has a quantity", "events have a quantity");
            all.push(Finding::new("events.quantity", Issue::Quantities, none, format!("{events} of zero or below")));
        }
        health.quantities = Some(quantities);
    }
    (health, all)
}

/// Counts what each event says.
fn walk(history: &History, rules: &Rules, health: &mut EventsHealth) {
    let kinds = history.kinds().codes();
    let code = |text: &str| kinds.and_then(|(_, dictionary)| dictionary.code(text));
    let (purchase, back) = (code(PURCHASE), code(RETURN));
    let mut times = vec![0_usize; kinds.map_or(0, |(_, dictionary)| dictionary.len())];
    for (row, at) in history.at().iter().enumerate() {
        let Some(day) = history.day(row) else { continue };
        health.first = Some(health.first.map_or(day, |first| first.min(day)));
        health.last = Some(health.last.map_or(day, |last| last.max(day)));
        health.future += usize::from(rules.as_of.is_some_and(|as_of| !as_of.includes(*at, day)));
        health.early += usize::from(day < earliest());
        let kind = kinds.and_then(|(codes, _)| codes.get(row)).copied();
        if let Some(times) = kind.and_then(|kind| times.get_mut(kind as usize)) {
            *times += 1;
        }
        let amount = history.amounts().number(row);
        health.refunds += usize::from(amount.is_some_and(|amount| amount < 0.0) || (back.is_some() && kind == back));
        health.zero_amounts += usize::from(amount == Some(0.0));
        health.purchases_without_amount += usize::from(amount.is_none() && purchase.is_some() && kind == purchase);
    }
    if let Some((_, dictionary)) = kinds {
        health.kinds = dictionary.iter().map(str::to_owned).zip(times).filter(|(_, times)| *times > 0).collect();
        health.kinds.sort_by_key(|(_, times)| std::cmp::Reverse(*times)); // stable
    }
}

/// What of it is worth a sentence.
fn say(health: &EventsHealth, customers: &Customers, rules: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |about: &str, issue: Issue, count: usize, sentence: String| {
        if count > 0 {
            found.push(Finding::new(about, issue, count, sentence));
        }
    };
    let events = |count: usize| counted(count, "event", "events");
    if let (Some(as_of), Some(last)) = (rules.as_of, health.last) {
        let sentence = format!("{} after {}, the last on {last}", events(health.future), as_of.day());
        find("events", Issue::Future, health.future, sentence);
    }
    if let Some(first) = health.first {
        find(
            "events",
            Issue::Early,
            health.early,
            format!("{} before 1900, the first on {first}", events(health.early)),
        );
    }
    let sentence = format!("{} repeat another in all that is known of them", events(health.duplicates));
    find("events", Issue::DuplicateEvents, health.duplicates, sentence);
    let sentence = format!(
        "{} repeat another in instant, kind, item, amount and quantity, and differ in something else",
        events(health.repeated_sales)
    );
    find("events", Issue::RepeatedSales, health.repeated_sales, sentence);
    let sentence = format!("{} of customers that are not in the table", events(health.unmatched_events));
    find("events", Issue::UnmatchedEvents, health.unmatched_events, sentence);
    let without = health.customers_without_events;
    let sentence =
        format!("{} of {} have no events", count(without), counted(customers.len(), "customer", "customers"));
    find("customers", Issue::WithoutEvents, without, sentence);
    let negative = health.amounts.numbers.map_or(0, |numbers| numbers.negative);
    let sentence = format!(
        "{} ({}), {} with a negative amount: decide whether they are netted, dropped or kept apart",
        counted(health.refunds, "refund", "refunds"),
        share(health.refunds, health.events),
        count(negative)
    );
    find("events.amount", Issue::Refunds, health.refunds, sentence);
    let without = health.purchases_without_amount;
    let sentence = format!("{} no amount", counted(without, "purchase has", "purchases have"));
    find("events.amount", Issue::NoAmount, without, sentence);
    let zero = health.zero_amounts;
    let sentence = format!("{} an amount of {}", counted(zero, "event has", "events have"), number(0.0));
    find("events.amount", Issue::ZeroAmounts, zero, sentence);
    found
}
