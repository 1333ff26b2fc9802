//! Events in order: the table of events joined with itself, once for each step.
//!
//! Each step that asks for an event is one copy of the table; a step that asks for none becomes `NOT EXISTS`
//! between its neighbours. The joined rows are all ways through a customer's history that fit, and a customer is in
//! the result if there is one such way. That is what the other executors mean as well: any fitting events, not the
//! first ones.
//!
//! A filter whose answer is unknown for an event does not take that event, as `WHERE` passes over NULL. The whole
//! is true or false, never unknown: a customer without events has simply not gone that way.
//!
//! The cost is that of a self-join for each customer: in the worst case the number of fitting events to the power
//! of the number of steps. Engines cut it down by the conditions of each step and by the window. Events at the same
//! instant are told apart by the column of order, as the history itself does.

use super::query::{Part, Query, Row};
use super::said::Holds;
use crate::error::Result;
use crate::rules::language::{Sequence, Step};

impl<'r> Query<'r> {
    /// Whether events came in that order.
    ///
    /// Equal sequences share one table. The answer is whether the customer has a row in it.
    pub(super) fn sequence(&mut self, sequence: &Sequence) -> Result<Holds> {
        let part = self.part(format!("sequence {sequence:?}"), |query| query.path(sequence))?;
        Ok(Holds::test(format!("{}.customer IS NOT NULL", Query::part_name(part))))
    }

    /// A negated step waits until the next step is known. Between two steps it forbids an event behind the one and
    /// before the other; at the end it forbids one within its own gap after the last. The plan has refused two negated
    /// steps in a row and a negated first step.
    fn path(&mut self, sequence: &Sequence) -> Result<Part> {
        let dialect = self.dialect();
        let table = dialect.table_of(&self.events_table()?.table)?;
        let first = "s0";
        let customer = self.event_customer(first)?;
        let (mut from, mut wheres) = (String::new(), Vec::new());
        let mut previous: Option<String> = None;
        let mut pending: Option<(usize, &Step)> = None;
        for (number, step) in sequence.steps.iter().enumerate() {
            if step.negated {
                pending = Some((number, step));
                continue;
            }
            let own = format!("s{number}");
            match &previous {
                None => from.push_str(&format!("FROM {table} {own}")),
                Some(_) => {
                    from.push_str(&format!(" JOIN {table} {own} ON {} = {customer}", self.event_customer(&own)?))
                }
            }
            wheres.extend(self.step(&own, step, sequence, previous.as_deref(), number)?);
            if let Some(before) = &previous {
                wheres.push(self.later(&own, before)?);
                wheres.extend(self.gap(&own, step, before)?);
                if let Some((at, not)) = pending.take() {
                    // its gap says nothing between two events: nothing of it may lie between them
                    let x = format!("x{at}");
                    let mut inner = vec![format!("{} = {customer}", self.event_customer(&x)?)];
                    inner.extend(self.step(&x, not, sequence, Some(before), at)?);
                    inner.push(self.later(&x, before)?);
                    inner.push(self.later(&own, &x)?);
                    wheres.push(format!("NOT EXISTS (SELECT 1 FROM {table} {x} WHERE {})", inner.join(" AND ")));
                }
            }
            previous = Some(own);
        }
        if let (Some((at, not)), Some(before)) = (pending, &previous) {
            let x = format!("x{at}");
            let mut inner = vec![format!("{} = {customer}", self.event_customer(&x)?)];
            inner.extend(self.step(&x, not, sequence, Some(before), at)?);
            inner.push(self.later(&x, before)?);
            inner.extend(self.gap(&x, not, before)?);
            wheres.push(format!("NOT EXISTS (SELECT 1 FROM {table} {x} WHERE {})", inner.join(" AND ")));
        }
        if self.reads_customer {
            let tables = &self.with.tables;
            let customers = dialect.table_of(&tables.customers)?;
            from.push_str(&format!(" JOIN {customers} c ON c.{} = {customer}", dialect.name_of(&tables.id)?));
        }
        let rest = format!("SELECT DISTINCT {customer} AS customer {from} WHERE {}", wheres.join(" AND "));
        Ok(Part { columns: Vec::new(), rest, customer })
    }

    /// What a step asks of its event alone, and of those that earlier steps found.
    ///
    /// That is: it is known as of the moment, lies in the window, is of the kind, and passes the filter. The filter
    /// may read fields of the first and of the previous event, whose aliases are those of their steps.
    fn step(
        &mut self,
        own: &str,
        step: &Step,
        sequence: &Sequence,
        previous: Option<&str>,
        number: usize,
    ) -> Result<Vec<String>> {
        let mut wheres = self.known_events(own)?;
        wheres.extend(self.in_window(own, &sequence.window)?);
        wheres.extend(self.of_kind(own, step.kind.as_deref())?);
        if let Some(filter) = &step.filter {
            let row = Row::Step { own, first: previous.map(|_| "s0"), previous };
            let holds = self.condition(filter, row).map_err(|error| error.at_key(format!("steps.{number}.where")))?;
            wheres.push(holds.bracketed());
        }
        Ok(wheres)
    }

    /// Later in the history.
    ///
    /// By time first; events of the same instant by their order in the history. An event is never later than itself,
    /// so that one event does not serve two steps.
    fn later(&self, own: &str, than: &str) -> Result<String> {
        let (at, before) = (self.at(own)?, self.at(than)?);
        let (order, order_before) = (self.order_column(own)?, self.order_column(than)?);
        Ok(format!("({at} > {before} OR ({at} = {before} AND {order} > {order_before}))"))
    }

    /// So long after the step before it at least, and at most.
    ///
    /// Both ends belong to the gap. The spans are added to the earlier event, so that months count from there.
    fn gap(&self, own: &str, step: &Step, before: &str) -> Result<Vec<String>> {
        let (at, before) = (self.at(own)?, self.at(before)?);
        let mut wheres = Vec::new();
        if let Some(after) = step.after {
            wheres.push(format!("{at} >= {}", self.shifted(&before, after, 1)?));
        }
        if let Some(within) = step.within {
            wheres.push(format!("{at} <= {}", self.shifted(&before, within, 1)?));
        }
        Ok(wheres)
    }
}
