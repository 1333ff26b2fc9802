//! Rule lists over words: the first rule that holds takes the customer.

use std::ops::Range;

use super::bits::{ones, words};
use super::bound::Bound;
use super::job::{Chunk, Settled, Wanted, mask, unsettled};
use super::logic::{Program, Side};
use crate::error::Result;
use crate::explanation::Reason;
use crate::rules::plan::{Plan, RulesPlan};
use crate::rules::walk;
use crate::value::{State, Value};

/// A rule list made ready for chunks.
pub(super) struct ListJob<'p> {
    list: &'p RulesPlan,
    rules: Vec<RuleJob>,
}

struct RuleJob {
    segment: usize,
    takes: Settled,
    /// Who does not hold and who does not fail, if that may be somebody and somebody may be left.
    unknown: Option<(Program, Program)>,
    /// The slots that the rule reads, in the order in which it is written.
    slots: Vec<usize>,
}

/// The place of a customer in no segment: `!` of this is the number of the reason.
///
/// 0 is that nothing matched; slot `s` has three, for missing, null and invalid.
fn code(slot: usize, state: State) -> Option<usize> {
    match state {
        State::Present => None,
        State::Missing => Some(1 + 3 * slot),
        State::Null => Some(2 + 3 * slot),
        State::Invalid => Some(3 + 3 * slot),
    }
}

/// The reason of that number.
pub(super) fn reason(plan: &Plan, code: usize) -> Reason {
    let Some(at) = code.checked_sub(1) else { return Reason::NoMatch };
    let value = [Value::Missing, Value::Null, Value::Invalid("")][at % 3];
    let reason = plan.slots.get(at / 3).and_then(|(name, _)| Reason::of(name, value));
    reason.unwrap_or(Reason::NoMatch)
}

/// The slots that a rule of a list reads, in the order in which it is written.
pub(in crate::rules) fn slots_of_rule(plan: &Plan, list: usize, rule: usize) -> Vec<usize> {
    let Some(rule) = plan.definitions.rules.get(list).and_then(|list| list.rules.get(rule)) else {
        return Vec::new();
    };
    let slot = |name: &String| plan.slots.iter().position(|(known, _)| known == name);
    walk::attributes(&rule.when).iter().filter_map(slot).collect()
}

impl<'p> ListJob<'p> {
    /// The list of that number, with how much stack its programs need.
    pub(super) fn new(plan: &'p Plan, number: usize, wanted: &mut Wanted<'_, '_>) -> (Option<Self>, usize) {
        let Some(list) = plan.lists.get(number) else { return (None, 0) };
        let mut height = 0;
        let mut rules = Vec::with_capacity(list.rules.len());
        for (at, (segment, root)) in list.rules.iter().enumerate() {
            let takes = Settled::new(wanted, &root.node, list.unknown);
            let unknown = (list.otherwise.is_none() && wanted.may_be_unknown(&root.node))
                .then(|| (wanted.program(&root.node, Side::Holds), wanted.program(&root.node, Side::Fails)));
            height = height.max(takes.height());
            if let Some((holds, fails)) = &unknown {
                height = height.max(holds.height()).max(fails.height());
            }
            rules.push(RuleJob { segment: *segment, takes, unknown, slots: slots_of_rule(plan, number, at) });
        }
        (Some(ListJob { list, rules }), height)
    }

    /// Where these rows are: the number of the segment, or `!` of that of the reason.
    ///
    /// # Errors
    /// If a rule is unknown and the list calls that an error.
    pub(super) fn run(&self, bound: &Bound<'p>, rows: &Range<usize>, chunk: &mut Chunk, out: &mut [i32]) -> Result<()> {
        let otherwise = self.list.otherwise.map_or(!0, |segment| segment as i32);
        out.fill(otherwise);
        let count = words(rows.len());
        let (mut left, mut takes, mut unknown) = (vec![u64::MAX; count], vec![0; count], Vec::new());
        mask(&mut left, rows.len());
        for rule in &self.rules {
            rule.takes.run(chunk, &mut takes, &mut unknown);
            if unknown.iter().zip(&left).any(|(unknown, left)| unknown & left != 0) {
                return Err(unsettled());
            }
            takes.iter_mut().zip(&mut left).for_each(|(takes, left)| {
                *takes &= *left;
                *left &= !*takes;
            });
            for row in ones(&takes) {
                if let Some(place) = out.get_mut(row) {
                    *place = rule.segment as i32;
                }
            }
            if left.iter().all(|word| *word == 0) {
                return Ok(());
            }
        }
        if self.list.otherwise.is_none() {
            self.reasons(bound, rows, chunk, &mut left, out);
        }
        Ok(())
    }

    /// Why those that are left are in no segment: by the first rule of which nobody knows.
    fn reasons(&self, bound: &Bound<'p>, rows: &Range<usize>, chunk: &mut Chunk, left: &mut [u64], out: &mut [i32]) {
        let (mut holds, mut fails) = (vec![0; left.len()], vec![0; left.len()]);
        for rule in &self.rules {
            let Some((held, failed)) = &rule.unknown else { continue };
            let (lanes, stride) = chunk.lanes.all();
            held.run(lanes, stride, &mut chunk.stack, &mut holds);
            failed.run(lanes, stride, &mut chunk.stack, &mut fails);
            for ((holds, fails), left) in holds.iter_mut().zip(&fails).zip(left.iter_mut()) {
                *holds = !(*holds | fails) & *left;
                *left &= !*holds;
            }
            for row in ones(&holds) {
                let state = |slot: &usize| {
                    let column = bound.columns.get(*slot)?;
                    code(*slot, column.state(rows.start + row))
                };
                if let (Some(code), Some(place)) = (rule.slots.iter().find_map(state), out.get_mut(row)) {
                    *place = !(code as i32);
                }
            }
        }
    }
}
