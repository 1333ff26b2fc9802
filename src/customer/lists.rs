//! The lists of customers: items under a name.

use std::sync::Arc;

use crate::error::Result;
use crate::value::Ids;

use super::items::{Items, ItemsBuilder};
use super::one::Customer;
use super::table::Customers;

/// The lists of many customers. Their items stand in the order of the customers, whatever order they came in, so that
/// a chunk of customers has a chunk of items.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists(Vec<List>);

#[derive(Clone, Debug)]
struct List {
    name: String,
    items: Arc<Items>,
    /// How many items belong to nobody in the table.
    unmatched: usize,
}

impl Lists {
    /// The lists of the customers that are taken. The items of the others are then unmatched.
    pub(super) fn take(&self, ids: &Arc<Ids>, rows: &[Option<usize>]) -> Lists {
        let taken = self.0.iter().map(|list| {
            let items = list.items.of(Arc::clone(ids), rows.iter().copied());
            let unmatched = list.unmatched + list.items.len() - items.len();
            List { name: list.name.clone(), items: Arc::new(items), unmatched }
        });
        Lists(taken.collect())
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|list| list.items.bytes()).sum()
    }

    fn get(&self, name: &str) -> Option<&List> {
        self.0.iter().find(|list| list.name == name)
    }

    fn set(&mut self, list: List) {
        match self.0.iter_mut().find(|old| old.name == list.name) {
            Some(old) => *old = list,
            None => self.0.push(list),
        }
    }
}

impl Customers {
    /// Sets what they have in the list of that name, or replaces the list. Items of customers that are not in the table
    /// are counted ([`Customers::unmatched_items`]) and left out.
    ///
    /// A list may bear the name of an attribute; they are asked for in different ways.
    ///
    /// ```
    /// use segmentry::customer::{Customer, Customers, Items};
    /// use segmentry::value::Value;
    ///
    /// let mut devices = Items::builder();
    /// devices.push("zoe", [("system", Value::Text("ios"))])?;
    /// devices.push("bob", [("system", Value::Text("android"))])?;
    /// let customers = Customers::with_ids(["ann", "bob"])?.with_items("devices", devices.finish()?);
    /// assert_eq!(customers.find("ann")?.item_count("devices"), 0);
    /// assert_eq!(customers.find("bob")?.item_value("devices", 0, "system"), Value::Text("android"));
    /// assert_eq!(customers.unmatched_items("devices"), 1); // zoe's
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn with_items(mut self, name: impl Into<String>, items: Items) -> Self {
        let all = items.len();
        let items = items.aligned(self.ids());
        let unmatched = all - items.len();
        self.lists.set(List { name: name.into(), items: Arc::new(items), unmatched });
        self
    }

    /// Sets a list of which some items are known to belong to nobody in the table.
    pub(super) fn with_unmatched(mut self, name: &str, items: Items, unmatched: usize) -> Self {
        self = self.with_items(name, items);
        if let Some(list) = self.lists.0.iter_mut().find(|list| list.name == name) {
            list.unmatched += unmatched;
        }
        self
    }

    /// The items of the list of that name, `None` if there is no such list. They stand in the order of the customers:
    /// the range of row `i` in them is that of the customer in row `i`.
    pub fn items(&self, name: &str) -> Option<&Items> {
        self.lists.get(name).map(|list| &*list.items)
    }

    /// The lists by name, in the order in which they were set.
    pub fn lists(&self) -> impl Iterator<Item = (&str, &Items)> {
        self.lists.0.iter().map(|list| (list.name.as_str(), &*list.items))
    }

    /// How many items of that list belong to nobody in the table.
    pub fn unmatched_items(&self, name: &str) -> usize {
        self.lists.get(name).map_or(0, |list| list.unmatched)
    }
}

/// The lists of customers that come one at a time.
#[derive(Debug, Default)]
pub(super) struct ListsBuilder(Vec<(String, ItemsBuilder)>);

impl ListsBuilder {
    /// Adds the items of all lists that the customer names; a list is there also if nobody has an item in it.
    ///
    /// # Errors
    /// If a value is of another kind than in earlier items, with the customer and the list as key.
    pub(super) fn push(&mut self, customer: &dyn Customer) -> Result<()> {
        for name in customer.lists() {
            let at = self.0.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                self.0.push((name.to_owned(), ItemsBuilder::new()));
                self.0.len() - 1
            });
            let Some((_, items)) = self.0.get_mut(at) else { continue };
            let fields = customer.item_fields(name);
            for index in 0..customer.item_count(name) {
                let values = fields.iter().map(|field| (*field, customer.item_value(name, index, field)));
                items.push_of(customer.id(), values).map_err(|error| error.at_key(name))?;
            }
        }
        Ok(())
    }

    /// The customers with their lists.
    ///
    /// # Errors
    /// If a field has an empty name.
    pub(super) fn finish(self, mut customers: Customers) -> Result<Customers> {
        for (name, items) in self.0 {
            let items = items.finish().map_err(|error| error.at_key(&name))?;
            customers = customers.with_items(name, items);
        }
        Ok(customers)
    }
}
