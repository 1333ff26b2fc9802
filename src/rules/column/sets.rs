//! Questions about sets: each text of the definition is looked up once in the column's dictionary.

use std::ops::Range;

use super::bits::put;
use super::bound::{Bound, part};
use super::lanes::Lanes;
use super::logic::Side;
use crate::rules::language::SetOperator;
use crate::rules::meaning::expr::Expr;
use crate::rules::meaning::node::Test;
use crate::value::{Raw, State};

/// A lane of a question about a set.
pub(super) struct SetLane<'p> {
    slot: usize,
    ends: &'p [usize],
    codes: &'p [u32],
    operator: SetOperator,
    /// For each code whether the definition names it.
    named: Vec<bool>,
    /// How many different texts the definition names.
    texts: usize,
    lane: usize,
    side: Side,
}

impl<'p> SetLane<'p> {
    /// The lane of a test of that form.
    pub(super) fn new(bound: &Bound<'p>, test: &'p Test, side: Side, lane: usize) -> Option<Self> {
        let Test::Set(Expr::Slot(slot), operator, texts) = test else { return None };
        let Raw::Sets(ends, codes, dictionary) = bound.columns.get(*slot)?.raw() else { return None };
        let mut different: Vec<&str> = texts.iter().map(String::as_str).collect();
        different.sort_unstable();
        different.dedup();
        let mut named = vec![false; dictionary.len()];
        for code in different.iter().filter_map(|text| dictionary.code(text)) {
            if let Some(named) = named.get_mut(code as usize) {
                *named = true;
            }
        }
        Some(SetLane { slot: *slot, ends, codes, operator: *operator, named, texts: different.len(), lane, side })
    }

    /// Sets the lane for these rows.
    pub(super) fn run(&self, bound: &Bound<'p>, rows: &Range<usize>, lanes: &mut Lanes) {
        let out = lanes.of(self.lane);
        let states = bound.states(self.slot).map(|states| part(states, rows));
        let mut start = rows.start.checked_sub(1).and_then(|row| self.ends.get(row)).copied().unwrap_or(0);
        for (at, end) in part(self.ends, rows).iter().enumerate() {
            let codes = self.codes.get(start..*end).unwrap_or_default();
            start = *end;
            let known = states.and_then(|states| states.get(at)).is_none_or(|state| *state == State::Present);
            put(out, at, known && self.holds(codes) == (self.side == Side::Holds));
        }
    }

    /// A column has each text of a set once, so that counting is enough.
    fn holds(&self, codes: &[u32]) -> bool {
        let named = |code: &&u32| self.named.get(**code as usize).copied().unwrap_or(false);
        let found = codes.iter().filter(named).count();
        match self.operator {
            SetOperator::AnyOf => found > 0,
            SetOperator::NoneOf => found == 0,
            SetOperator::AllOf => found == self.texts,
            SetOperator::Exactly => found == self.texts && found == codes.len(),
        }
    }
}
