//! One thing a customer did.

use crate::time::{Day, Timestamp, Zone};
use crate::value::{AsValue, Column, OwnedValue, Value};

/// The kind of event that a purchase log holds.
pub const PURCHASE: &str = "purchase";

/// The kind of event that gives a purchase back.
pub const RETURN: &str = "return";

/// One thing a customer did, borrowed from wherever it lives.
///
/// ```
/// use segmentry::history::Event;
/// use segmentry::time::Day;
///
/// let order = Event::purchase(Day::new(2026, 10, 3)?, 59.90).channel("app").quantity(2.0);
/// assert_eq!(order.amount, Some(59.90));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Only `at`, `day` and `kind` are always there; the setters say the rest. What is not said is missing, not zero: an
/// event without an amount is counted, and its amount is in no sum.
///
/// An event that says more, and at what time of day:
///
/// ```
/// use segmentry::history::Event;
/// use segmentry::time::{Timestamp, Zone};
/// use segmentry::value::{OwnedValue, Value};
///
/// let berlin = Zone::named("Europe/Berlin")?;
/// let at: Timestamp = "2026-10-03T23:30:00Z".parse()?;
/// let voucher = [("voucher".to_owned(), OwnedValue::from("AUTUMN"))];
/// let order = Event::at(at, "purchase", &berlin).amount(18.0).item("mug").properties(&voucher);
/// assert_eq!(order.day.to_string(), "2026-10-04"); // it was past midnight in Berlin
/// assert_eq!(order.property("voucher"), Value::Text("AUTUMN"));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Event<'a> {
    /// When.
    pub at: Timestamp,
    /// The day on which that instant falls where the customer's day is counted.
    pub day: Day,
    /// What: `purchase`, `visit`, `return`.
    pub kind: &'a str,
    /// For how much, in the one currency of the history.
    pub amount: Option<f64>,
    /// How many.
    pub quantity: Option<f64>,
    /// Of what.
    pub item: Option<&'a str>,
    /// Through what: `app`, `shop`, `phone`.
    pub channel: Option<&'a str>,
    /// Anything else.
    pub properties: Properties<'a>,
}

impl<'a> Event<'a> {
    /// An event on a day, at its start in UTC.
    pub fn on(day: Day, kind: &'a str) -> Self {
        Event {
            at: day.start(),
            day,
            kind,
            amount: None,
            quantity: None,
            item: None,
            channel: None,
            properties: Properties::default(),
        }
    }

    /// An event at an instant, on the day on which it falls in the zone.
    pub fn at(at: Timestamp, kind: &'a str, zone: &Zone) -> Self {
        Event { at, ..Event::on(zone.day(at), kind) }
    }

    /// A purchase on a day.
    pub fn purchase(day: Day, amount: f64) -> Self {
        Event::on(day, PURCHASE).amount(amount)
    }

    /// Sets for how much.
    #[must_use]
    pub fn amount(mut self, amount: f64) -> Self {
        self.amount = Some(amount);
        self
    }

    /// Sets how many.
    #[must_use]
    pub fn quantity(mut self, quantity: f64) -> Self {
        self.quantity = Some(quantity);
        self
    }

    /// Sets of what.
    #[must_use]
    pub fn item(mut self, item: &'a str) -> Self {
        self.item = Some(item);
        self
    }

    /// Sets through what.
    #[must_use]
    pub fn channel(mut self, channel: &'a str) -> Self {
        self.channel = Some(channel);
        self
    }

    /// Sets anything else, by name.
    #[must_use]
    pub fn properties(mut self, properties: &'a [(String, OwnedValue)]) -> Self {
        self.properties = Properties(Source::Pairs(properties));
        self
    }

    /// The property of that name, missing if there is none.
    pub fn property(&self, name: &str) -> Value<'a> {
        self.properties.get(name)
    }
}

/// The free properties of an event, by name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Properties<'a>(Source<'a>);

#[derive(Clone, Copy, Debug, Default)]
enum Source<'a> {
    #[default]
    None,
    Pairs(&'a [(String, OwnedValue)]),
    Columns {
        columns: &'a [(String, Column)],
        row: usize,
    },
}

impl<'a> Properties<'a> {
    pub(super) fn columns(columns: &'a [(String, Column)], row: usize) -> Self {
        Properties(Source::Columns { columns, row })
    }

    /// The property of that name, missing if there is none.
    pub fn get(self, name: &str) -> Value<'a> {
        match self.0 {
            Source::None => Value::Missing,
            Source::Pairs(pairs) => {
                pairs.iter().find(|(n, _)| n == name).map_or(Value::Missing, |(_, value)| value.as_value())
            }
            Source::Columns { columns, row } => {
                columns.iter().find(|(n, _)| n == name).map_or(Value::Missing, |(_, column)| column.value(row))
            }
        }
    }

    /// The names and values.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let len = match self.0 {
            Source::None => 0,
            Source::Pairs(pairs) => pairs.len(),
            Source::Columns { columns, .. } => columns.len(),
        };
        (0..len).filter_map(move |i| match self.0 {
            Source::None => None,
            Source::Pairs(pairs) => pairs.get(i).map(|(name, value)| (name.as_str(), value.as_value())),
            Source::Columns { columns, row } => columns.get(i).map(|(name, column)| (name.as_str(), column.value(row))),
        })
    }
}

/// What can be read as an [`Event`]: your own order, visit or click.
///
/// ```
/// use segmentry::history::{AsEvent, Event, History};
/// use segmentry::time::Day;
///
/// struct Order { placed: Day, total: f64, via: String }
///
/// impl AsEvent for Order {
///     fn as_event(&self) -> Event<'_> {
///         Event::purchase(self.placed, self.total).channel(&self.via)
///     }
/// }
/// let mut log = History::builder();
/// log.push("c-17", &Order { placed: Day::new(2026, 10, 3)?, total: 59.9, via: "app".to_owned() })?;
/// assert_eq!(log.finish().event(0).unwrap().channel, Some("app"));
/// # Ok::<(), segmentry::Error>(())
/// ```
pub trait AsEvent {
    /// The event, borrowed.
    fn as_event(&self) -> Event<'_>;
}

impl AsEvent for Event<'_> {
    fn as_event(&self) -> Event<'_> {
        *self
    }
}

impl AsEvent for (Day, f64) {
    /// A purchase.
    fn as_event(&self) -> Event<'_> {
        Event::purchase(self.0, self.1)
    }
}
