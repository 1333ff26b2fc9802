//! The trait that a customer implements.

use crate::history::Event;
use crate::time::{AsOf, Day, Timestamp};
use crate::value::{Id, Value};

/// One customer: who they are, by the names of attributes, what they have, by lists of items, and what they did, by
/// events in time.
///
/// Two methods are enough; [`impl_customer!`](crate::impl_customer) writes them for a struct. It works as `dyn`.
///
/// ```
/// use segmentry::customer::Customer;
/// use segmentry::value::{AsValue, Id, Value};
///
/// struct Account {
///     number: u32,
///     employees: Option<u32>,
///     country: String,
/// }
///
/// impl Customer for Account {
///     fn id(&self) -> Id<'_> {
///         self.number.into()
///     }
///     fn value(&self, attribute: &str) -> Value<'_> {
///         match attribute {
///             "employees" => self.employees.as_value(),
///             "country" => self.country.as_value(),
///             _ => Value::Missing,
///         }
///     }
/// }
///
/// let account = Account { number: 17, employees: Some(120), country: "DE".to_owned() };
/// assert_eq!(account.value("employees"), Value::Integer(120));
/// ```
pub trait Customer {
    /// Who it is.
    fn id(&self) -> Id<'_>;

    /// What is known under that name; [`Value::Missing`] if nothing is.
    fn value(&self, attribute: &str) -> Value<'_>;

    /// The names under which something may be known: needed to build [`Customers`](super::Customers) from many.
    fn attributes(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The moment as of which the customer is seen; what asks for recency needs it.
    fn as_of(&self) -> Option<AsOf> {
        None
    }

    /// How many events there are.
    fn event_count(&self) -> usize {
        0
    }

    /// The event of that number; 0 is the oldest.
    fn event(&self, index: usize) -> Option<Event<'_>> {
        let _ = index;
        None
    }

    /// The names of the lists that the customer may have items in: needed to build [`Customers`](super::Customers) from
    /// many.
    fn lists(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The names under which something may be known of an item of that list.
    fn item_fields(&self, list: &str) -> Vec<&str> {
        let _ = list;
        Vec::new()
    }

    /// How many items the list of that name has: subscriptions, devices, contracts; none if there is no such list.
    fn item_count(&self, list: &str) -> usize {
        let _ = list;
        0
    }

    /// What is known of an item, the first is 0, under the name of a field; [`Value::Missing`] if nothing is.
    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        let _ = (list, index, field);
        Value::Missing
    }

    /// Calls `visit` with the instant, the day and the amount of each event of that kind, oldest first: what sums of
    /// purchases ask for.
    ///
    /// Gives what [`event`](Customer::event) gives. Only speed is a reason to write it: a type that holds its events in
    /// columns need not make an [`Event`] of each.
    fn visit_amounts(&self, kind: &str, visit: &mut dyn FnMut(Timestamp, Day, Option<f64>)) {
        for index in 0..self.event_count() {
            if let Some(event) = self.event(index)
                && event.kind == kind
            {
                visit(event.at, event.day, event.amount);
            }
        }
    }
}

impl<C: Customer + ?Sized> Customer for &C {
    fn id(&self) -> Id<'_> {
        (**self).id()
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        (**self).value(attribute)
    }

    fn attributes(&self) -> Vec<&str> {
        (**self).attributes()
    }

    fn as_of(&self) -> Option<AsOf> {
        (**self).as_of()
    }

    fn event_count(&self) -> usize {
        (**self).event_count()
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        (**self).event(index)
    }

    fn lists(&self) -> Vec<&str> {
        (**self).lists()
    }

    fn item_fields(&self, list: &str) -> Vec<&str> {
        (**self).item_fields(list)
    }

    fn item_count(&self, list: &str) -> usize {
        (**self).item_count(list)
    }

    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        (**self).item_value(list, index, field)
    }

    fn visit_amounts(&self, kind: &str, visit: &mut dyn FnMut(Timestamp, Day, Option<f64>)) {
        (**self).visit_amounts(kind, visit);
    }
}

/// The events of one customer, oldest first, that happened before the moment as of which it is seen.
///
/// A customer without such a moment shows all its events.
pub struct Events<'a> {
    customer: &'a dyn Customer,
    next: usize,
    count: usize,
    as_of: Option<AsOf>,
}

impl<'a> Events<'a> {
    /// The events of that customer.
    pub fn of(customer: &'a dyn Customer) -> Self {
        Events { customer, next: 0, count: customer.event_count(), as_of: customer.as_of() }
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        while self.next < self.count {
            let event = self.customer.event(self.next)?;
            self.next += 1;
            if self.as_of.is_none_or(|as_of| as_of.includes(event.at, event.day)) {
                return Some(event);
            }
        }
        None
    }
}

/// A customer seen as of a moment: for a type of your own that does not know what day it is.
///
/// ```
/// use segmentry::customer::{Customer, Record, SeenOn};
/// use segmentry::time::Day;
///
/// let record = Record::new("c-17").with("country", "DE");
/// let seen = SeenOn::new(&record, Day::new(2026, 11, 1)?);
/// assert_eq!(seen.as_of().map(|as_of| as_of.day()), Some(Day::new(2026, 11, 1)?));
/// # Ok::<(), segmentry::Error>(())
/// ```
pub struct SeenOn<'a> {
    customer: &'a dyn Customer,
    as_of: AsOf,
}

impl<'a> SeenOn<'a> {
    /// That customer as of that moment.
    pub fn new(customer: &'a dyn Customer, as_of: impl Into<AsOf>) -> Self {
        SeenOn { customer, as_of: as_of.into() }
    }
}

impl Customer for SeenOn<'_> {
    fn id(&self) -> Id<'_> {
        self.customer.id()
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        self.customer.value(attribute)
    }

    fn attributes(&self) -> Vec<&str> {
        self.customer.attributes()
    }

    fn as_of(&self) -> Option<AsOf> {
        Some(self.as_of)
    }

    fn event_count(&self) -> usize {
        self.customer.event_count()
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        self.customer.event(index)
    }

    fn lists(&self) -> Vec<&str> {
        self.customer.lists()
    }

    fn item_fields(&self, list: &str) -> Vec<&str> {
        self.customer.item_fields(list)
    }

    fn item_count(&self, list: &str) -> usize {
        self.customer.item_count(list)
    }

    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        self.customer.item_value(list, index, field)
    }

    fn visit_amounts(&self, kind: &str, visit: &mut dyn FnMut(Timestamp, Day, Option<f64>)) {
        self.customer.visit_amounts(kind, visit);
    }
}
