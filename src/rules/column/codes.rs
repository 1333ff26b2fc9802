//! Columns of few different values: each test is asked once of each value, and rows look the answer up.
//!
//! Answers to up to eight tests stand in one byte, so that one look-up answers them all; 64 such bytes are then turned
//! into eight words.

use std::ops::Range;

use super::bits::{BITS, gather, pack, turn, words};
use super::bound::{Bound, part};
use super::lanes::Lanes;
use crate::rules::meaning::node::Test;
use crate::rules::plan::subjects::{MISSING, OTHER, Subject};
use crate::rules::truth::Truth;
use crate::time::Day;
use crate::value::{Dictionary, Raw, State, Value};

/// Days between the first and the last of a column up to which each day is asked.
const DAYS: i64 = 1 << 16;

/// What stands in a column of few different values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Codes<'p> {
    Texts(&'p [u32], &'p Dictionary),
    Booleans(&'p [bool]),
    /// Days from the first on.
    Days(&'p [Day], i32),
    /// What the model of that number says.
    Model(usize),
    /// Only whether there is a value.
    Presence,
}

/// A column of few different values, with the states of its rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coded<'p> {
    codes: Codes<'p>,
    /// How many different values there are.
    entries: usize,
    states: Option<&'p [State]>,
}

impl<'p> Coded<'p> {
    /// The column of a slot, if it has few different values.
    pub(super) fn of_slot(bound: &Bound<'p>, slot: usize) -> Option<Self> {
        let states = bound.states(slot);
        let (codes, entries) = match bound.columns.get(slot)?.raw() {
            // a dictionary may be larger than a table that was taken out of another
            Raw::Texts(codes, dictionary) if dictionary.len() <= bound.rows().max(1_000) => {
                (Codes::Texts(codes, dictionary), dictionary.len())
            }
            Raw::Booleans(values) => (Codes::Booleans(values), 2),
            Raw::Days(days) => {
                let (first, last) = ends(days, states)?;
                let span = i64::from(last) - i64::from(first) + 1;
                if span > DAYS.min(bound.rows() as i64 * 4 + 1_000) {
                    return None;
                }
                (Codes::Days(days, first), span as usize)
            }
            _ => return None,
        };
        Some(Coded { codes, entries, states })
    }

    /// Whether rows of a slot have a value, whatever it is.
    pub(super) fn presence(bound: &Bound<'p>, slot: usize) -> Self {
        Coded { codes: Codes::Presence, entries: 1, states: bound.states(slot) }
    }

    /// What a model says.
    pub(super) fn of_model(bound: &Bound<'p>, model: usize) -> Self {
        let entries = bound.plan.models.get(model).map_or(0, |asked| asked.keys.len());
        Coded { codes: Codes::Model(model), entries: entries + 1, states: None }
    }

    /// The value that an entry stands for.
    fn entry(&self, bound: &Bound<'p>, entry: usize) -> Value<'p> {
        match self.codes {
            Codes::Texts(_, dictionary) => dictionary.text(entry as u32).map_or(Value::Missing, Value::Text),
            Codes::Booleans(_) => Value::Boolean(entry == 1),
            Codes::Days(_, first) => Value::Day(Day::from_days(first.saturating_add(entry as i32))),
            Codes::Model(model) => {
                let keys = bound.plan.models.get(model).map_or(&[][..], |asked| &asked.keys);
                keys.get(entry).map_or(Value::Missing, |key| Value::Text(key))
            }
            Codes::Presence => Value::Boolean(true),
        }
    }

    /// The value of each code: those of the entries, and the three ways to have none where a row may have none.
    fn values<'a>(&'a self, bound: &'a Bound<'p>) -> impl Iterator<Item = Value<'p>> + 'a {
        let absent: &[Value<'p>] = match self.states {
            None => &[],
            Some(_) => &[Value::Missing, Value::Null, Value::Invalid("")],
        };
        (0..self.entries).map(|entry| self.entry(bound, entry)).chain(absent.iter().copied())
    }

    /// What a subject's asks are answered, code by code: the class of each.
    pub(super) fn classes(&self, bound: &Bound<'p>, subject: &Subject) -> Vec<usize> {
        let class = |value: Value<'p>| match (self.codes, value.is_present()) {
            (Codes::Presence, true) => OTHER,
            _ => subject.class(value),
        };
        self.values(bound).map(class).collect()
    }

    /// What a test is answered, code by code, where the slot or the model has that value.
    pub(super) fn answers(&self, bound: &Bound<'p>, test: &Test, slot: usize) -> Vec<Truth> {
        let mut slots = vec![Value::Missing; bound.plan.slots.len()];
        let mut models = vec![Value::Missing; bound.plan.models.len()];
        let mut answers = Vec::with_capacity(self.entries + OTHER - MISSING);
        for value in self.values(bound) {
            let place = match self.codes {
                Codes::Model(model) => models.get_mut(model),
                _ => slots.get_mut(slot),
            };
            if let Some(place) = place {
                *place = value;
            }
            answers.push(bound.truth(test, &slots, &models));
        }
        answers
    }

    /// The code of each of these rows.
    pub(super) fn codes<'a>(&self, bound: &Bound<'p>, rows: &Range<usize>, out: &'a mut Vec<u32>) -> &'a [u32]
    where
        'p: 'a,
    {
        if let (Codes::Texts(codes, _), None) = (self.codes, self.states) {
            return part(codes, rows);
        }
        out.clear();
        match self.codes {
            Codes::Texts(codes, _) => out.extend_from_slice(part(codes, rows)),
            Codes::Booleans(values) => out.extend(part(values, rows).iter().map(|value| u32::from(*value))),
            Codes::Days(days, first) => {
                out.extend(part(days, rows).iter().map(|day| day.days().wrapping_sub(first) as u32));
            }
            Codes::Model(model) => {
                let none = self.entries as u32 - 1; // one entry more than keys
                let codes = bound.models.get(model).map_or(&[][..], |codes| part(codes, rows));
                out.extend(codes.iter().map(|code| (*code).min(none)));
            }
            Codes::Presence => out.resize(rows.len(), 0),
        }
        if let Some(states) = self.states {
            let absent = self.entries as u32;
            for (code, state) in out.iter_mut().zip(part(states, rows)) {
                *code = match state {
                    State::Present => *code,
                    State::Missing => absent,
                    State::Null => absent + 1,
                    State::Invalid => absent + 2,
                };
            }
        }
        out
    }
}

/// The first and the last day that some row has.
fn ends(days: &[Day], states: Option<&[State]>) -> Option<(i32, i32)> {
    let within = |ends: (i32, i32), day: &Day| (ends.0.min(day.days()), ends.1.max(day.days()));
    let none = (i32::MAX, i32::MIN);
    let (first, last) = match states {
        None => days.iter().fold(none, within),
        Some(states) => {
            let known = days.iter().zip(states).filter(|(_, state)| **state == State::Present);
            known.fold(none, |ends, (day, _)| within(ends, day))
        }
    };
    (first <= last).then_some((first, last))
}

/// Lanes that are looked up by codes.
#[derive(Debug)]
pub(super) struct Planes(Vec<Plane>);

/// Up to eight lanes that are looked up at once.
#[derive(Debug)]
struct Plane {
    lanes: Vec<usize>,
    /// For each code a bit for each lane.
    table: Vec<u8>,
    /// The codes that pass, if it is one lane and they are few.
    few: Option<[u32; 3]>,
}

impl Planes {
    /// These lanes, each with whether it is set for each code.
    pub(super) fn new(asked: &[(usize, Vec<bool>)]) -> Self {
        let codes = asked.first().map_or(0, |(_, set)| set.len());
        let together = if asked.len() <= 2 { 1 } else { 8 };
        let plane = |asked: &[(usize, Vec<bool>)]| {
            let mut table = vec![0_u8; codes.max(256)];
            for (bit, (_, set)) in asked.iter().enumerate() {
                for (byte, on) in table.iter_mut().zip(set) {
                    *byte |= u8::from(*on) << bit;
                }
            }
            let few = match asked {
                [(_, set)] => {
                    let passing: Vec<u32> =
                        (0..).zip(set).filter(|(_, on)| **on).map(|(code, _)| code).take(4).collect();
                    let nth = |at: usize| passing.get(at).or(passing.first()).copied().unwrap_or(u32::MAX);
                    (passing.len() <= 3).then(|| [nth(0), nth(1), nth(2)])
                }
                _ => None,
            };
            Plane { lanes: asked.iter().map(|(lane, _)| *lane).collect(), table, few }
        };
        Planes(asked.chunks(together).map(plane).collect())
    }

    /// Sets the lanes for rows with these codes.
    pub(super) fn run(&self, codes: &[u32], lanes: &mut Lanes) {
        for plane in &self.0 {
            match (plane.lanes.as_slice(), plane.few) {
                ([lane], Some([a, b, c])) if b == a && c == a => {
                    pack(codes, lanes.of(*lane), |code| code == a);
                }
                ([lane], Some([a, b, c])) => {
                    pack(codes, lanes.of(*lane), |code| (code == a) | (code == b) | (code == c));
                }
                _ => plane.look_up(codes, lanes),
            }
        }
    }
}

impl Plane {
    fn look_up(&self, codes: &[u32], lanes: &mut Lanes) {
        let one = match self.lanes.as_slice() {
            [lane] => Some(*lane),
            _ => None,
        };
        let last = self.table.len() - 1; // at least 256 long
        let mut answers = [[0_u64; 8]; 8];
        for (eighth, codes) in codes.chunks(8 * BITS).enumerate() {
            for (answer, codes) in answers.iter_mut().zip(codes.chunks(BITS)) {
                let mut bytes = [0_u8; BITS];
                for (byte, code) in bytes.iter_mut().zip(codes) {
                    *byte = self.table[(*code as usize).min(last)];
                }
                *answer = if one.is_some() { [gather(&bytes), 0, 0, 0, 0, 0, 0, 0] } else { turn(&bytes) };
            }
            let used = words(codes.len());
            for (bit, lane) in self.lanes.iter().enumerate() {
                let out = lanes.of(*lane).iter_mut().skip(8 * eighth);
                for (word, answer) in out.zip(answers.iter().take(used)) {
                    *word = answer[bit & 7];
                }
            }
        }
    }
}
