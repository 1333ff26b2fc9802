//! A ready-made customer.

use crate::history::{AsEvent, Event};
use crate::time::{AsOf, Day, Timestamp};
use crate::value::{AsValue, Id, OwnedValue, Value};

use super::one::Customer;

/// A ready-made customer: an id, named values, lists of items, and purchases or other events.
///
/// ```
/// use segmentry::customer::{Customer, Record};
/// use segmentry::time::Day;
/// use segmentry::value::Value;
///
/// let record = Record::new("c-17")
///     .with("employees", 120)
///     .with("technologies", vec!["rust".to_owned(), "kafka".to_owned()])
///     .purchase(Day::new(2026, 10, 3)?, 59.90)
///     .as_of(Day::new(2026, 11, 1)?);
/// assert_eq!(record.value("employees"), Value::Integer(120));
/// assert_eq!(record.value("age"), Value::Missing);
/// assert_eq!(record.event_count(), 1);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// For tests, demonstrations and single requests; many customers are faster as [`Customers`](super::Customers). Values
/// are found by walking through the names, which is quick for tens of them.
#[derive(Clone, Debug)]
pub struct Record {
    id: String,
    values: Vec<(String, OwnedValue)>,
    lists: Vec<OwnedList>,
    events: Vec<OwnedEvent>,
    as_of: Option<AsOf>,
}

/// The items of a list, each by the names of its fields, and all names that occur in one of them.
#[derive(Clone, Debug)]
struct OwnedList {
    name: String,
    fields: Vec<String>,
    items: Vec<Vec<(String, OwnedValue)>>,
}

#[derive(Clone, Debug)]
struct OwnedEvent {
    at: Timestamp,
    day: Day,
    kind: String,
    amount: Option<f64>,
    quantity: Option<f64>,
    item: Option<String>,
    channel: Option<String>,
    properties: Vec<(String, OwnedValue)>,
}

impl Record {
    /// A customer of whom nothing is known yet.
    pub fn new(id: impl Into<String>) -> Self {
        Record { id: id.into(), values: Vec::new(), lists: Vec::new(), events: Vec::new(), as_of: None }
    }

    /// Sets the value of an attribute; a value set earlier is replaced.
    #[must_use]
    pub fn with(mut self, attribute: impl Into<String>, value: impl AsValue) -> Self {
        let (attribute, value) = (attribute.into(), value.as_value().to_owned());
        match self.values.iter_mut().find(|(name, _)| *name == attribute) {
            Some((_, old)) => *old = value,
            None => self.values.push((attribute, value)),
        }
        self
    }

    /// Adds an item to the list of that name, with the values of its fields; of a field that is named twice the last
    /// value counts.
    ///
    /// ```
    /// use segmentry::customer::{Customer, Record};
    /// use segmentry::value::Value;
    ///
    /// let record = Record::new("c-17")
    ///     .item("subscriptions", [("plan", Value::Text("pro")), ("seats", Value::Integer(10))])
    ///     .item("subscriptions", [("plan", Value::Text("free"))]);
    /// assert_eq!(record.item_count("subscriptions"), 2);
    /// assert_eq!(record.item_value("subscriptions", 0, "seats"), Value::Integer(10));
    /// assert_eq!(record.item_value("subscriptions", 1, "seats"), Value::Missing);
    /// ```
    #[must_use]
    pub fn item<'b>(mut self, list: impl Into<String>, fields: impl IntoIterator<Item = (&'b str, Value<'b>)>) -> Self {
        let name = list.into();
        let at = self.lists.iter().position(|list| list.name == name).unwrap_or_else(|| {
            self.lists.push(OwnedList { name, fields: Vec::new(), items: Vec::new() });
            self.lists.len() - 1
        });
        if let Some(list) = self.lists.get_mut(at) {
            let mut item: Vec<(String, OwnedValue)> = Vec::new();
            for (field, value) in fields {
                match item.iter_mut().find(|(name, _)| name == field) {
                    Some((_, old)) => *old = value.to_owned(),
                    None => item.push((field.to_owned(), value.to_owned())),
                }
                if !list.fields.iter().any(|name| name == field) {
                    list.fields.push(field.to_owned());
                }
            }
            list.items.push(item);
        }
        self
    }

    /// Adds an event; events are kept in time order.
    ///
    /// ```
    /// use segmentry::customer::{Customer, Record};
    /// use segmentry::history::Event;
    /// use segmentry::time::Day;
    ///
    /// let record = Record::new("c-17")
    ///     .event(&Event::on(Day::new(2026, 10, 9)?, "visit").channel("app"))
    ///     .purchase(Day::new(2026, 10, 3)?, 59.90);
    /// assert_eq!(Customer::event(&record, 0).map(|event| event.amount), Some(Some(59.90))); // the trait's: the oldest
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn event(mut self, event: &dyn AsEvent) -> Self {
        let event = event.as_event();
        let at = self.events.partition_point(|e| e.at <= event.at);
        self.events.insert(
            at,
            OwnedEvent {
                at: event.at,
                day: event.day,
                kind: event.kind.to_owned(),
                amount: event.amount,
                quantity: event.quantity,
                item: event.item.map(str::to_owned),
                channel: event.channel.map(str::to_owned),
                properties: event.properties.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            },
        );
        self
    }

    /// Adds a purchase.
    #[must_use]
    pub fn purchase(self, day: Day, amount: f64) -> Self {
        self.event(&(day, amount))
    }

    /// Sets the moment as of which the customer is seen.
    #[must_use]
    pub fn as_of(mut self, as_of: impl Into<AsOf>) -> Self {
        self.as_of = Some(as_of.into());
        self
    }

    fn list(&self, name: &str) -> Option<&OwnedList> {
        self.lists.iter().find(|list| list.name == name)
    }
}

impl Customer for Record {
    fn id(&self) -> Id<'_> {
        Id::Text(&self.id)
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        self.values.iter().find(|(name, _)| name == attribute).map_or(Value::Missing, |(_, value)| value.as_value())
    }

    fn attributes(&self) -> Vec<&str> {
        self.values.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    fn event_count(&self) -> usize {
        self.events.len()
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        let event = self.events.get(index)?;
        let mut borrowed = Event::on(event.day, &event.kind).properties(&event.properties);
        borrowed.at = event.at;
        borrowed.amount = event.amount;
        borrowed.quantity = event.quantity;
        borrowed.item = event.item.as_deref();
        borrowed.channel = event.channel.as_deref();
        Some(borrowed)
    }

    fn lists(&self) -> Vec<&str> {
        self.lists.iter().map(|list| list.name.as_str()).collect()
    }

    fn item_fields(&self, list: &str) -> Vec<&str> {
        self.list(list).map_or_else(Vec::new, |list| list.fields.iter().map(String::as_str).collect())
    }

    fn item_count(&self, list: &str) -> usize {
        self.list(list).map_or(0, |list| list.items.len())
    }

    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        let item = self.list(list).and_then(|list| list.items.get(index));
        let found = item.and_then(|item| item.iter().find(|(name, _)| name == field));
        found.map_or(Value::Missing, |(_, value)| value.as_value())
    }

    fn visit_amounts(&self, kind: &str, visit: &mut dyn FnMut(Timestamp, Day, Option<f64>)) {
        for event in self.events.iter().filter(|event| event.kind == kind) {
            visit(event.at, event.day, event.amount);
        }
    }
}
