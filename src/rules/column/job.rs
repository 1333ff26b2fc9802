//! Programs and tasks for what is asked of a table, and the chunk in which they run.

use std::ops::Range;

use super::atoms::Atoms;
use super::bits::{put, tail, words};
use super::bound::Bound;
use super::lanes::Lanes;
use super::logic::{Program, Side, Source};
use super::sums::Adders;
use super::tasks::{Room, Tasks};
use crate::error::{Error, Result};
use crate::rules::language::Unknown;
use crate::rules::meaning::node::Node;
use crate::rules::plan::AudiencePlan;
use crate::time::Timestamp;

/// The bytes of words that a chunk may fill: what stays near a core.
const ROOM: usize = 256 << 10;

/// The lanes that programs ask for.
pub(super) struct Wanted<'a, 'p> {
    atoms: &'a Atoms<'p>,
    /// Each lane's leaf and side, by the number of the atom.
    leaves: Vec<(usize, Side, usize)>,
    /// The lane of each side of each atom.
    of_atoms: Vec<[Option<usize>; 2]>,
    /// The lane of each audience's members.
    pub of_members: Vec<Option<usize>>,
    count: usize,
}

impl<'a, 'p> Wanted<'a, 'p> {
    fn new(bound: &Bound<'p>, atoms: &'a Atoms<'p>) -> Self {
        let (of_atoms, of_members) = (vec![[None; 2]; atoms.how.len()], vec![None; bound.plan.audiences.len()]);
        Wanted { atoms, leaves: Vec::new(), of_atoms, of_members, count: 0 }
    }

    /// Where the words of one side of a leaf are.
    fn source(&mut self, leaf: &Node, side: Side) -> Source {
        let next = self.count;
        match leaf {
            Node::Atom(atom) => {
                if let Some(on) = self.atoms.how.get(*atom).and_then(|how| how.constant(side)) {
                    return Source::Constant(on);
                }
                let inverted = side == Side::Fails && self.atoms.is_total(*atom);
                let side = if inverted { Side::Holds } else { side };
                let Some(lane) = self.of_atoms.get_mut(*atom).and_then(|lanes| lanes.get_mut(side as usize)) else {
                    return Source::Constant(false);
                };
                if lane.is_none() {
                    *lane = Some(next);
                    self.leaves.push((*atom, side, next));
                    self.count += 1;
                }
                Source::Lane(lane.unwrap_or(next), inverted)
            }
            Node::Member(audience) => {
                let Some(lane) = self.of_members.get_mut(*audience) else { return Source::Constant(false) };
                if lane.is_none() {
                    *lane = Some(next);
                    self.count += 1;
                }
                Source::Lane(lane.unwrap_or(next), side == Side::Fails)
            }
            _ => Source::Constant(false),
        }
    }

    pub(super) fn program(&mut self, node: &Node, side: Side) -> Program {
        Program::new(node, side, &mut |leaf, side| self.source(leaf, side))
    }

    /// Whether a condition may be unknown of somebody.
    pub(super) fn may_be_unknown(&self, node: &Node) -> bool {
        match node {
            Node::Atom(atom) => !self.atoms.is_total(*atom),
            Node::Constant(_) | Node::Member(_) | Node::IfUnknown(..) => false,
            Node::Test(_) => true,
            Node::Not(node) => self.may_be_unknown(node),
            Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
                nodes.iter().any(|node| self.may_be_unknown(node))
            }
        }
    }
}

/// Who is meant by a condition, with what unknown means.
pub(super) struct Settled {
    holds: Program,
    /// Who fails, if it is an error to do neither.
    fails: Option<Program>,
    inverted: bool,
}

impl Settled {
    pub(super) fn new(wanted: &mut Wanted<'_, '_>, node: &Node, unknown: Unknown) -> Self {
        match unknown {
            Unknown::Exclude => Settled { holds: wanted.program(node, Side::Holds), fails: None, inverted: false },
            Unknown::Include => Settled { holds: wanted.program(node, Side::Fails), fails: None, inverted: true },
            Unknown::Error => {
                let fails = wanted.may_be_unknown(node).then(|| wanted.program(node, Side::Fails));
                Settled { holds: wanted.program(node, Side::Holds), fails, inverted: false }
            }
        }
    }

    pub(super) fn height(&self) -> usize {
        self.holds.height().max(self.fails.as_ref().map_or(0, Program::height))
    }

    /// Who is meant; `unknown` gets of whom nobody knows though that is an error.
    pub(super) fn run(&self, chunk: &mut Chunk, out: &mut [u64], unknown: &mut Vec<u64>) {
        let (lanes, stride) = chunk.lanes.all();
        self.holds.run(lanes, stride, &mut chunk.stack, out);
        if self.inverted {
            out.iter_mut().for_each(|word| *word = !*word);
        }
        unknown.clear();
        if let Some(fails) = &self.fails {
            unknown.resize(out.len(), 0);
            fails.run(lanes, stride, &mut chunk.stack, unknown);
            unknown.iter_mut().zip(out.iter()).for_each(|(fails, holds)| *fails = !(*fails | holds));
        }
    }
}

/// How the members of an audience are found.
struct Decision {
    audience: usize,
    /// `None` if they are listed.
    condition: Option<Settled>,
    /// The rows of listed members.
    listed: Vec<usize>,
    /// The rows that are set by hand, rising.
    forced: Vec<(usize, bool)>,
    lane: Option<usize>,
}

/// What is asked of a table, made ready for its chunks.
pub(super) struct Job<'a, 'p> {
    pub bound: &'a Bound<'p>,
    atoms: &'a Atoms<'p>,
    tasks: Tasks<'p>,
    adders: Adders<'p>,
    decisions: Vec<Decision>,
    lanes: usize,
    height: usize,
    /// Rows in a chunk, a multiple of 64.
    pub chunk: usize,
}

/// What a chunk works with.
pub(super) struct Chunk {
    pub lanes: Lanes,
    pub stack: Vec<u64>,
    room: Room,
    unknown: Vec<u64>,
}

impl<'a, 'p> Job<'a, 'p> {
    /// What has to be done for the audiences that `needs` says, and for what else `more` asks for; gives what that gave.
    pub(super) fn new<T>(
        bound: &'a Bound<'p>,
        atoms: &'a Atoms<'p>,
        needs: impl Fn(usize) -> bool,
        more: impl FnOnce(&mut Wanted<'a, 'p>) -> (T, usize),
    ) -> (Self, T) {
        let plan = bound.plan;
        let mut wanted = Wanted::new(bound, atoms);
        let (result, mut height) = more(&mut wanted);
        // those that others refer to come last, when it is known whether somebody does
        let mut decisions = Vec::new();
        for number in plan.order.iter().rev() {
            let Some(audience) = plan.audiences.get(*number) else { continue };
            let referred = wanted.of_members.get(*number).is_some_and(Option::is_some);
            if !(needs(*number) || referred || audience.unknown == Unknown::Error) {
                continue;
            }
            let condition = audience.root.as_ref().map(|root| Settled::new(&mut wanted, &root.node, audience.unknown));
            height = height.max(condition.as_ref().map_or(1, Settled::height));
            let (listed, forced) = by_hand(bound, audience);
            decisions.push(Decision { audience: *number, condition, listed, forced, lane: None });
        }
        decisions.reverse();
        for decision in &mut decisions {
            decision.lane = wanted.of_members.get(decision.audience).copied().flatten();
        }
        let tasks = Tasks::new(bound, atoms, &wanted.leaves);
        let lanes = wanted.count;
        let rows = (ROOM * 8 / lanes.max(1)).clamp(1_024, 8_192);
        let chunk = 1 << rows.ilog2();
        let job = Job { bound, atoms, tasks, adders: Adders::new(bound), decisions, lanes, height, chunk };
        (job, result)
    }

    /// Room for one chunk after another.
    pub(super) fn room(&self) -> Chunk {
        Chunk {
            lanes: Lanes::new(self.lanes, self.chunk),
            stack: vec![0; self.height * words(self.chunk)],
            room: Room::default(),
            unknown: Vec::new(),
        }
    }

    /// Answers all leaves and decides all audiences for these rows; `out` gets each audience's members.
    ///
    /// # Errors
    /// If something is wrong with one of the rows: which, the row path finds.
    pub(super) fn run(&self, rows: &Range<usize>, chunk: &mut Chunk, mut out: impl FnMut(usize, &[u64])) -> Result<()> {
        if self.bound.refused {
            return Err(unsettled());
        }
        chunk.lanes.begin(rows.len());
        if !self.adders.is_empty() {
            self.adders.run(self.bound, rows, &mut chunk.room.sums)?;
        }
        self.tasks.run(self.bound, self.atoms, rows, &mut chunk.room, &mut chunk.lanes)?;
        let mut members = vec![0; words(rows.len())];
        let mut unknown = std::mem::take(&mut chunk.unknown);
        for decision in &self.decisions {
            match &decision.condition {
                Some(condition) => condition.run(chunk, &mut members, &mut unknown),
                None => {
                    members.fill(0);
                    unknown.clear();
                    let first = decision.listed.partition_point(|row| *row < rows.start);
                    for row in decision.listed.iter().skip(first).take_while(|row| **row < rows.end) {
                        put(&mut members, row - rows.start, true);
                    }
                }
            }
            let first = decision.forced.partition_point(|(row, _)| *row < rows.start);
            for (row, inside) in decision.forced.iter().skip(first).take_while(|(row, _)| *row < rows.end) {
                put(&mut members, row - rows.start, *inside);
                put(&mut unknown, row - rows.start, false);
            }
            mask(&mut members, rows.len());
            mask(&mut unknown, rows.len());
            if unknown.iter().any(|word| *word != 0) {
                return Err(unsettled());
            }
            if let Some(lane) = decision.lane {
                chunk.lanes.of(lane).copy_from_slice(&members);
            }
            out(decision.audience, &members);
        }
        chunk.unknown = unknown;
        Ok(())
    }
}

/// Clears the bits behind the last row.
pub(super) fn mask(words: &mut [u64], rows: usize) {
    if let Some(word) = words.get_mut(rows / 64) {
        *word &= tail(rows % 64);
    }
}

/// What is said of a chunk in which the row path has to find what is wrong.
pub(super) fn unsettled() -> Error {
    Error::unsupported("something is wrong with a customer of this table")
}

/// The rows of listed members, and those that are set by hand.
fn by_hand(bound: &Bound<'_>, audience: &AudiencePlan) -> (Vec<usize>, Vec<(usize, bool)>) {
    let (ids, now) = (bound.customers.ids(), bound.clock.now());
    let mut listed: Vec<usize> =
        audience.members.iter().flat_map(|members| members.iter()).filter_map(|id| ids.row(id)).collect();
    listed.sort_unstable();
    let counts = |until: &Option<Timestamp>| until.is_none_or(|until| now <= until);
    let rows = |overrides: &crate::rules::plan::Overrides, inside: bool| -> Vec<(usize, bool)> {
        overrides.rows(ids).filter(|(_, until)| counts(until)).map(|(row, _)| (row, inside)).collect()
    };
    // who is taken out is out: false comes last of two of one row
    let mut forced = rows(&audience.include, true);
    forced.extend(rows(&audience.exclude, false));
    forced.sort_unstable_by_key(|(row, inside)| (*row, !*inside));
    (listed, forced)
}
