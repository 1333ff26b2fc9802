//! What is done in each chunk to fill the lanes: each leaf once, however many definitions ask it.

use std::cmp::Ordering;
use std::ops::Range;

use super::atoms::{Atoms, How, meant};
use super::bits::{pack, put};
use super::bound::Bound;
use super::codes::Planes;
use super::lanes::Lanes;
use super::logic::Side;
use super::ranges::{Ranges, narrow, pack_days, pack_floats, pack_integers};
use super::sets::SetLane;
use super::sums::Sums;
use super::vector::{Values, Vector};
use crate::error::Error;
use crate::rules::language::Comparison;
use crate::rules::meaning::expr::{Expr, integer_with_number};
use crate::rules::meaning::node::Test;
use crate::rules::plan::subjects::{MISSING, Subject};
use crate::rules::walk;
use crate::value::State;

/// What fills lanes.
pub(super) struct Tasks<'p> {
    /// Lanes by the codes of a column of few different values.
    coded: Vec<(usize, Planes)>,
    ranged: Vec<Ranged<'p>>,
    classed: Vec<(&'p Subject, Planes)>,
    sets: Vec<SetLane<'p>>,
    pairs: Vec<Pair<'p>>,
    rows: Vec<RowTest<'p>>,
}

/// The lanes of a subject that are ranges of its numbers.
struct Ranged<'p> {
    expr: &'p Expr,
    lanes: Vec<RangedLane>,
}

struct RangedLane {
    lane: usize,
    ranges: Ranges,
    outside: bool,
    /// Whether those count of whom the number is missing, null, invalid.
    absent: [bool; 3],
}

/// Two terms compared.
struct Pair<'p> {
    left: &'p Expr,
    comparison: Comparison,
    right: &'p Expr,
    lane: usize,
}

/// A test that is asked row by row, and its lanes.
struct RowTest<'p> {
    test: &'p Test,
    holds: Option<usize>,
    fails: Option<usize>,
}

/// Room that is used again from chunk to chunk.
#[derive(Default)]
pub(super) struct Room {
    pub sums: Sums,
    codes: Vec<u32>,
    known: Vec<u64>,
    spare: Vec<u64>,
}

impl<'p> Tasks<'p> {
    /// What fills these lanes, each the side of a leaf.
    pub(super) fn new(bound: &Bound<'p>, atoms: &Atoms<'p>, wanted: &[(usize, Side, usize)]) -> Self {
        let plan = bound.plan;
        let mut coded: Vec<Vec<(usize, Vec<bool>)>> = atoms.groups.iter().map(|_| Vec::new()).collect();
        let mut ranged: Vec<Vec<RangedLane>> = plan.subjects.iter().map(|_| Vec::new()).collect();
        let mut classed: Vec<Vec<(usize, Vec<bool>)>> = plan.subjects.iter().map(|_| Vec::new()).collect();
        let (mut sets, mut pairs) = (Vec::new(), Vec::new());
        let mut rows: Vec<Option<RowTest<'p>>> = Vec::with_capacity(atoms.how.len());
        for (atom, how) in plan.atoms.iter().zip(&atoms.how) {
            // what may meet an event or an item of the wrong kind is asked whether or not somebody wants to know
            let faulty = || walk::reads_events(&atom.condition) || !walk::lists(&atom.condition).is_empty();
            let row = matches!(how, How::Row) && faulty();
            rows.push(row.then_some(RowTest { test: &atom.test, holds: None, fails: None }));
        }
        for (number, side, lane) in wanted {
            let (Some(atom), Some(how)) = (plan.atoms.get(*number), atoms.how.get(*number)) else { continue };
            match how {
                How::Constant(_) => {}
                How::Coded { group, answers } => {
                    let set = answers.iter().map(|truth| *truth == meant(*side)).collect();
                    coded[*group].push((*lane, set)); // groups are counted by these
                }
                How::Ranged { subject, ask, ranges, outside } => {
                    let Some(of) = plan.subjects.get(*subject) else { continue };
                    let absent = [0, 1, 2].map(|state| of.truth(MISSING + state, *ask) == meant(*side));
                    let outside = *outside != (*side == Side::Fails);
                    let ranges = ranges.clone();
                    ranged[*subject].push(RangedLane { lane: *lane, ranges, outside, absent });
                }
                How::Classed { subject, ask } => {
                    let Some(of) = plan.subjects.get(*subject) else { continue };
                    let set = (0..of.class_count()).map(|class| of.truth(class, *ask) == meant(*side)).collect();
                    classed[*subject].push((*lane, set));
                }
                How::Set { .. } => {
                    if let Some(lane) = SetLane::new(bound, &atom.test, *side, *lane) {
                        sets.push(lane);
                    }
                }
                How::Pair => {
                    if let Test::Compare(left, comparison, right) = &atom.test {
                        let comparison = if *side == Side::Holds { *comparison } else { comparison.negated() };
                        pairs.push(Pair { left, comparison, right, lane: *lane });
                    }
                }
                How::Row => {
                    let test = RowTest { test: &atom.test, holds: None, fails: None };
                    if let Some(row) = rows.get_mut(*number) {
                        let test = row.get_or_insert(test);
                        match side {
                            Side::Holds => test.holds = Some(*lane),
                            Side::Fails => test.fails = Some(*lane),
                        }
                    }
                }
            }
        }
        let coded = coded.into_iter().enumerate().filter(|(_, lanes)| !lanes.is_empty());
        let subjects = || plan.subjects.iter();
        Tasks {
            coded: coded.map(|(group, lanes)| (group, Planes::new(&lanes))).collect(),
            ranged: subjects()
                .zip(ranged)
                .filter(|(_, lanes)| !lanes.is_empty())
                .map(|(subject, lanes)| Ranged { expr: &subject.expr, lanes })
                .collect(),
            classed: subjects()
                .zip(classed)
                .filter(|(_, lanes)| !lanes.is_empty())
                .map(|(subject, lanes)| (subject, Planes::new(&lanes)))
                .collect(),
            sets,
            pairs,
            rows: rows.into_iter().flatten().collect(),
        }
    }

    /// Fills the lanes for these rows.
    ///
    /// # Errors
    /// If an event or an item of one of them is of the wrong kind.
    pub(super) fn run(
        &self,
        bound: &Bound<'p>,
        atoms: &Atoms<'p>,
        rows: &Range<usize>,
        room: &mut Room,
        lanes: &mut Lanes,
    ) -> Result<(), Error> {
        for (group, planes) in &self.coded {
            if let Some(coded) = atoms.groups.get(*group) {
                planes.run(coded.codes(bound, rows, &mut room.codes), lanes);
            }
        }
        let Room { sums, codes, known, spare } = room;
        for ranged in &self.ranged {
            if let Some(vector) = Vector::of(bound, ranged.expr, rows, sums) {
                ranged.run(&vector, known, spare, lanes);
            }
        }
        for (subject, planes) in &self.classed {
            if let Some(vector) = Vector::of(bound, &subject.expr, rows, sums) {
                codes.clear();
                codes.extend((0..rows.len()).map(|row| subject.class(vector.value(row)) as u32));
                planes.run(codes, lanes);
            }
        }
        for set in &self.sets {
            set.run(bound, rows, lanes);
        }
        for pair in &self.pairs {
            let vectors = Vector::of(bound, pair.left, rows, sums).zip(Vector::of(bound, pair.right, rows, sums));
            if let Some((left, right)) = vectors {
                pair.run(bound, &left, &right, spare, lanes);
            }
        }
        if self.rows.is_empty() { Ok(()) } else { self.run_rows(bound, rows, sums, lanes) }
    }

    fn run_rows(&self, bound: &Bound<'p>, rows: &Range<usize>, sums: &Sums, lanes: &mut Lanes) -> Result<(), Error> {
        bound.each_row(rows, sums, |at, frame| {
            for asked in &self.rows {
                let truth = asked.test.truth(frame);
                if let Some(lane) = asked.holds {
                    put(lanes.of(lane), at, truth.is_true());
                }
                if let Some(lane) = asked.fails {
                    put(lanes.of(lane), at, truth.is_false());
                }
            }
        })
    }
}

impl Ranged<'_> {
    fn run(&self, vector: &Vector<'_>, known: &mut Vec<u64>, spare: &mut Vec<u64>, lanes: &mut Lanes) {
        let narrow = match &vector.values {
            Values::Integers(values) => narrow(values, |value| value),
            Values::Timestamps(values) => narrow(values, |at| at.micros()),
            Values::Floats(_) | Values::Days(_) => false,
        };
        if let Some(states) = &vector.states {
            known.clear();
            known.resize(states.len().div_ceil(64), 0);
            pack(states, known, |state| state == State::Present);
        }
        for ranged in &self.lanes {
            let out = lanes.of(ranged.lane);
            match (&vector.values, &ranged.ranges) {
                (Values::Floats(values), Ranges::Floats(ranges)) => pack_floats(values, ranges, spare, out),
                (Values::Integers(values), Ranges::Integers(ranges)) => {
                    pack_integers(values, ranges, narrow, spare, out, |value| value);
                }
                (Values::Timestamps(values), Ranges::Integers(ranges)) => {
                    pack_integers(values, ranges, narrow, spare, out, |at| at.micros());
                }
                (Values::Days(values), Ranges::Integers(ranges)) => pack_days(values, ranges, out, |day| day.days()),
                _ => out.fill(0), // ranges are made for the column's kind
            }
            if ranged.outside {
                out.iter_mut().for_each(|word| *word = !*word);
            }
            if let Some(states) = &vector.states {
                out.iter_mut().zip(known.iter()).for_each(|(word, known)| *word &= *known);
                let those = [State::Missing, State::Null, State::Invalid];
                for (wanted, _) in those.into_iter().zip(ranged.absent).filter(|(_, absent)| *absent) {
                    spare.clear();
                    spare.resize(out.len(), 0);
                    pack(states, spare, |state| state == wanted);
                    out.iter_mut().zip(spare.iter()).for_each(|(word, other)| *word |= *other);
                }
            }
        }
    }
}

impl Pair<'_> {
    fn run(&self, bound: &Bound<'_>, left: &Vector<'_>, right: &Vector<'_>, spare: &mut Vec<u64>, lanes: &mut Lanes) {
        let out = lanes.of(self.lane);
        let zone = &bound.clock.zone;
        match (&left.values, &right.values) {
            (Values::Floats(a), Values::Floats(b)) => {
                self.pack(a, b, out, |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or(Ordering::Equal));
            }
            (Values::Integers(a), Values::Integers(b)) => self.pack(a, b, out, i64::cmp),
            (Values::Integers(a), Values::Floats(b)) => self.pack(a, b, out, |a, b| integer_with_number(*a, *b)),
            (Values::Floats(a), Values::Integers(b)) => {
                self.pack(a, b, out, |a, b| integer_with_number(*b, *a).reverse());
            }
            (Values::Days(a), Values::Days(b)) => self.pack(a, b, out, Ord::cmp),
            (Values::Timestamps(a), Values::Timestamps(b)) => self.pack(a, b, out, Ord::cmp),
            (Values::Timestamps(a), Values::Days(b)) => self.pack(a, b, out, |a, b| zone.day(*a).cmp(b)),
            (Values::Days(a), Values::Timestamps(b)) => self.pack(a, b, out, |a, b| a.cmp(&zone.day(*b))),
            _ => out.fill(0), // kinds are checked
        }
        for states in [&left.states, &right.states].into_iter().flatten() {
            spare.clear();
            spare.resize(out.len(), 0);
            pack(states, spare, |state| state == State::Present);
            out.iter_mut().zip(spare.iter()).for_each(|(word, known)| *word &= *known);
        }
    }

    fn pack<A, B>(&self, a: &[A], b: &[B], out: &mut [u64], compare: impl Fn(&A, &B) -> Ordering) {
        for ((word, a), b) in out.iter_mut().zip(a.chunks(64)).zip(b.chunks(64)) {
            let found = a.iter().zip(b).map(|(a, b)| self.comparison.holds(compare(a, b)));
            *word = found.enumerate().fold(0, |word, (bit, on)| word | u64::from(on) << bit);
        }
    }
}
