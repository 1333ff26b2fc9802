//! The same events under other customers, and several histories as one.

use crate::error::{Error, Result};
use crate::value::{Id, Value};

use super::log::{CustomerEvents, History, HistoryBuilder};

impl History {
    /// Several histories as one: the events of all, each customer's in time order, at the same instant in the order
    /// of the list. Kinds stay as they are; with `mark`, each event says in a property of that name which history
    /// it is from.
    ///
    /// ```
    /// use segmentry::history::History;
    /// use segmentry::time::Day;
    ///
    /// let day = Day::new(2026, 3, 1)?;
    /// let shop = History::purchases(["c-1"], &[day], &[20.0])?;
    /// let phone = History::purchases(["c-1"], &[day.plus(1)], &[30.0])?;
    /// let both = History::merge([("shop", &shop), ("phone", &phone)], Some("source"))?;
    /// let from: Vec<_> = both.events(0).iter().map(|event| event.property("source").text()).collect();
    /// assert_eq!(from, [Some("shop"), Some("phone")]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a property is of different kinds in two histories, or one has a property named as `mark` already.
    pub fn merge<'a>(
        histories: impl IntoIterator<Item = (&'a str, &'a History)>,
        mark: Option<&str>,
    ) -> Result<History> {
        let mut all = Merging::new(mark);
        for (name, history) in histories {
            for (row, id) in history.ids().iter().enumerate() {
                all.add(name, id, history.events(row))?;
            }
        }
        Ok(all.finish())
    }

    /// The same events under the customers that `owner` names, and how many events had no owner and are left out.
    ///
    /// ```
    /// use segmentry::history::History;
    /// use segmentry::time::Day;
    /// use segmentry::value::Id;
    ///
    /// let day = Day::new(2026, 3, 1)?;
    /// let contacts = History::purchases(["ann", "bob", "zoe"], &[day; 3], &[1.0, 2.0, 4.0])?;
    /// let (accounts, left_out) = contacts.regroup(|id| (id != Id::Text("zoe")).then_some(Id::Text("acme")))?;
    /// assert_eq!((accounts.customers(), accounts.len(), left_out), (1, 2, 1));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// None of its own; those of [`HistoryBuilder::push`] cannot occur for events that a history holds.
    pub fn regroup<'a>(&self, owner: impl Fn(Id<'_>) -> Option<Id<'a>>) -> Result<(History, usize)> {
        let mut all = Merging::new(None);
        let mut left_out = 0;
        for (row, id) in self.ids().iter().enumerate() {
            match owner(id) {
                Some(owner) => all.add("", owner, self.events(row))?,
                None => left_out += self.events(row).len(),
            }
        }
        Ok((all.finish(), left_out))
    }
}

/// A history that grows a customer's events of one source at a time.
pub(crate) struct Merging<'m> {
    log: HistoryBuilder,
    mark: Option<&'m str>,
}

impl<'m> Merging<'m> {
    pub(crate) fn new(mark: Option<&'m str>) -> Self {
        Merging { log: History::builder(), mark }
    }

    pub(crate) fn add(&mut self, source: &str, customer: Id<'_>, events: CustomerEvents<'_>) -> Result<()> {
        for event in events.iter() {
            if let Some(mark) = self.mark
                && event.properties.iter().any(|(name, _)| name == mark)
            {
                let message = format!("the events of `{source}` have a property `{mark}` already: name another");
                return Err(Error::definition(message));
            }
            self.log.push(customer, &event)?;
            if let Some(mark) = self.mark {
                self.log.set_last(mark, Value::Text(source));
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> History {
        self.log.finish()
    }
}
