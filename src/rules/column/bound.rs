//! A plan bound to a table: which column each slot is, what the models say, by which clock.

use std::cell::RefCell;
use std::ops::Range;

use super::sums::Sums;
use crate::customer::{Customer, Customers, Record};
use crate::error::{Error, Result};
use crate::rules::meaning::calendar::Clock;
use crate::rules::meaning::frame::{Frame, LookedAt};
use crate::rules::meaning::node::Test;
use crate::rules::plan::Plan;
use crate::rules::truth::Truth;
use crate::segment::Segment;
use crate::value::{Column, State, Value};

/// A plan bound to a table.
pub(super) struct Bound<'p> {
    pub plan: &'p Plan,
    pub customers: &'p Customers,
    pub clock: Clock,
    /// The column of each slot.
    pub columns: Vec<&'p Column>,
    /// For each model the number of each customer's segment among the model's keys; `u32::MAX` for none.
    pub models: Vec<Vec<u32>>,
    /// Whether a model refused a customer: which one, the row path finds.
    pub refused: bool,
}

impl<'p> Bound<'p> {
    /// # Errors
    /// If a column is not there or of another kind than the vocabulary says, or the moment is not given and needed.
    pub(super) fn new(plan: &'p Plan, customers: &'p Customers) -> Result<Self> {
        let as_of = customers.seen_as_of();
        let clock = plan.clock_at(if plan.reads.as_of { Some(as_of?) } else { as_of.ok() })?;
        let mut columns = Vec::with_capacity(plan.slots.len());
        for (name, kind) in &plan.slots {
            let column = customers.column(name)?;
            if column.kind() != *kind && !(column.kind().is_numeric() && kind.is_numeric()) {
                return Err(Error::wrong_kind(name, column.kind(), kind.to_string()));
            }
            columns.push(column);
        }
        let mut bound = Bound { plan, customers, clock, columns, models: Vec::new(), refused: false };
        bound.ask_models();
        Ok(bound)
    }

    fn ask_models(&mut self) {
        for asked in &self.plan.models {
            let Ok(placed) = asked.model.segment(self.customers) else {
                self.refused = true;
                self.models.push(vec![u32::MAX; self.customers.len()]);
                continue;
            };
            let number = |key: &str| asked.keys.iter().position(|known| known == key).map(|at| at as u32);
            let numbers: Vec<Option<u32>> = placed.segments().iter().map(|label| number(&label.key())).collect();
            let of = |place: Option<usize>| match place {
                None => Some(u32::MAX),
                Some(place) => numbers.get(place).copied().flatten(),
            };
            let codes: Option<Vec<u32>> = placed.indices().map(of).collect();
            self.refused |= codes.is_none();
            self.models.push(codes.unwrap_or_else(|| vec![u32::MAX; self.customers.len()]));
        }
    }

    /// How many customers there are.
    pub(super) fn rows(&self) -> usize {
        self.customers.len()
    }

    /// The states of a slot's rows, if some row has no value.
    pub(super) fn states(&self, slot: usize) -> Option<&'p [State]> {
        self.columns.get(slot).and_then(|column| column.states())
    }

    /// What a model says of that row.
    pub(super) fn model(&self, model: usize, row: usize) -> Value<'p> {
        let code = self.models.get(model).and_then(|codes| codes.get(row)).copied().unwrap_or(u32::MAX);
        let keys = self.plan.models.get(model).map_or(&[][..], |asked| &asked.keys);
        keys.get(code as usize).map_or(Value::Missing, |key| Value::Text(key))
    }

    /// What a test says of nobody in particular: nothing is known but what is given.
    pub(super) fn truth(&self, test: &Test, slots: &[Value<'_>], models: &[Value<'_>]) -> Truth {
        let nobody = Record::new("");
        let fault = RefCell::new(None);
        test.truth(Frame {
            customer: &nobody,
            clock: &self.clock,
            slots,
            sums: &[],
            models,
            looked_at: LookedAt::Nothing,
            first: None,
            previous: None,
            fault: &fault,
        })
    }
}

impl Bound<'_> {
    /// Calls `see` with the number of each of these rows among them, and with its frame.
    ///
    /// # Errors
    /// Of the first row with an event or an item of the wrong kind.
    pub(super) fn each_row(
        &self,
        rows: &Range<usize>,
        sums: &Sums,
        mut see: impl FnMut(usize, Frame<'_, '_>),
    ) -> Result<()> {
        let (mut slots, mut models, mut added) = (Vec::new(), Vec::new(), Vec::new());
        for (at, row) in rows.clone().enumerate() {
            slots.clear();
            slots.extend(self.columns.iter().map(|column| column.value(row)));
            models.clear();
            models.extend((0..self.models.len()).map(|model| self.model(model, row)));
            sums.row(at, &mut added);
            let Some(customer) = self.customers.get(row) else { continue };
            let fault = RefCell::new(None);
            see(
                at,
                Frame {
                    customer: &customer,
                    clock: &self.clock,
                    slots: &slots,
                    sums: &added,
                    models: &models,
                    looked_at: LookedAt::Nothing,
                    first: None,
                    previous: None,
                    fault: &fault,
                },
            );
            if let Some(error) = fault.into_inner() {
                let error: Error = error;
                return Err(error.at_row(row).at_customer(customer.id()));
            }
        }
        Ok(())
    }
}

/// The part of a list that belongs to those rows.
pub(super) fn part<'a, T>(list: &'a [T], rows: &Range<usize>) -> &'a [T] {
    list.get(rows.clone()).unwrap_or_default()
}
