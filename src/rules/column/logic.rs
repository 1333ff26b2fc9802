//! Conditions over words of truths: 64 customers at each step.
//!
//! Kleene's three values are two questions of two values each: does it hold, and does it fail? A program answers one of
//! them. Negations are pushed down to the leaves, where they exchange the question: `not x` holds where `x` fails. So the
//! words of who fails are computed for those leaves only of which somebody asks it.

use crate::rules::meaning::node::Node;

/// Which of the two questions is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Holds,
    Fails,
}

impl Side {
    pub(super) fn other(self) -> Self {
        match self {
            Side::Holds => Side::Fails,
            Side::Fails => Side::Holds,
        }
    }
}

/// What the words of one side of a leaf are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The same for everybody.
    Constant(bool),
    /// The words in that lane, or their complement.
    Lane(usize, bool),
}

/// One step of a program over words, on a stack of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Constant(bool),
    /// Pushes the words of a lane, or their complement.
    Lane(usize, bool),
    AndLane(usize, bool),
    OrLane(usize, bool),
    And,
    Or,
    Not,
    /// Pushes so many counters' bits, all zero.
    Count(usize),
    /// Pops words and counts them in the counters below, which have so many bits.
    Add(usize),
    /// Pops the counters and pushes who was counted so often.
    Reached(usize, usize),
}

/// A program that answers one side of a condition.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    steps: Vec<Step>,
    height: usize,
}

impl Program {
    /// The program for a side of a condition; `source` says where the answers to its leaves are.
    pub(super) fn new(node: &Node, side: Side, source: &mut impl FnMut(&Node, Side) -> Source) -> Self {
        let mut program = Program::default();
        program.push(node, side, source);
        program.height = program.highest();
        program
    }

    /// How many words of stack it needs for each word of the answer.
    pub(super) fn height(&self) -> usize {
        self.height
    }

    fn push(&mut self, node: &Node, side: Side, source: &mut impl FnMut(&Node, Side) -> Source) {
        if let Some(found) = simple(node, side, source) {
            self.steps.push(match found {
                Source::Constant(on) => Step::Constant(on),
                Source::Lane(lane, inverted) => Step::Lane(lane, inverted),
            });
            return;
        }
        match (node, side) {
            (Node::Not(node), side) => self.push(node, side.other(), source),
            (Node::All(nodes), Side::Holds) | (Node::Any(nodes), Side::Fails) => {
                self.fold(nodes, side, true, source);
            }
            (Node::Any(nodes), Side::Holds) | (Node::All(nodes), Side::Fails) => {
                self.fold(nodes, side, false, source);
            }
            (Node::AtLeast(count, nodes), Side::Holds) => self.count(nodes, *count, side, source),
            (Node::AtLeast(count, nodes), Side::Fails) => match (nodes.len() + 1).checked_sub(*count) {
                // fewer than `count` may hold where all but `count - 1` fail
                Some(failing) if *count > 0 => self.count(nodes, failing, side, source),
                Some(_) => self.steps.push(Step::Constant(false)),
                None => self.steps.push(Step::Constant(true)),
            },
            (Node::IfUnknown(node, then), side) => {
                if *then == (side == Side::Holds) {
                    self.push(node, side.other(), source);
                    self.steps.push(Step::Not);
                } else {
                    self.push(node, side, source);
                }
            }
            // leaves are simple
            (Node::Constant(_) | Node::Test(_) | Node::Atom(_) | Node::Member(_), _) => {
                self.steps.push(Step::Constant(false));
            }
        }
    }

    /// All of these words, or any of them: first those of composed conditions, then those that need no stack.
    fn fold(&mut self, nodes: &[Node], side: Side, all: bool, source: &mut impl FnMut(&Node, Side) -> Source) {
        let start = self.steps.len();
        let mut rest = Vec::new();
        let mut pushed = false;
        for node in nodes {
            match simple(node, side, source) {
                Some(Source::Constant(on)) if on == all => {}
                Some(Source::Constant(on)) => {
                    self.steps.truncate(start);
                    self.steps.push(Step::Constant(on));
                    return;
                }
                Some(Source::Lane(lane, inverted)) => rest.push((lane, inverted)),
                None => {
                    self.push(node, side, source);
                    if pushed {
                        self.steps.push(if all { Step::And } else { Step::Or });
                    }
                    pushed = true;
                }
            }
        }
        for (lane, inverted) in rest {
            self.steps.push(match (pushed, all) {
                (false, _) => Step::Lane(lane, inverted),
                (true, true) => Step::AndLane(lane, inverted),
                (true, false) => Step::OrLane(lane, inverted),
            });
            pushed = true;
        }
        if !pushed {
            self.steps.push(Step::Constant(all));
        }
    }

    /// Whether so many at least of the words have the bit set.
    fn count(&mut self, nodes: &[Node], count: usize, side: Side, source: &mut impl FnMut(&Node, Side) -> Source) {
        if count == 0 || count > nodes.len() {
            return self.steps.push(Step::Constant(count == 0));
        }
        let bits = (usize::BITS - nodes.len().leading_zeros()) as usize;
        self.steps.push(Step::Count(bits));
        for node in nodes {
            self.push(node, side, source);
            self.steps.push(Step::Add(bits));
        }
        self.steps.push(Step::Reached(bits, count));
    }

    fn highest(&self) -> usize {
        let (mut height, mut most) = (0_usize, 1);
        for step in &self.steps {
            match step {
                Step::Constant(_) | Step::Lane(..) => height += 1,
                Step::And | Step::Or | Step::Add(_) => height = height.saturating_sub(1),
                Step::AndLane(..) | Step::OrLane(..) | Step::Not => {}
                Step::Count(bits) => height += bits,
                Step::Reached(bits, _) => height = (height + 1).saturating_sub(*bits),
            }
            most = most.max(height);
        }
        most
    }

    /// The answer, as many words as `out` has; lanes lie `stride` words apart in `lanes`.
    pub(super) fn run(&self, lanes: &[u64], stride: usize, stack: &mut Vec<u64>, out: &mut [u64]) {
        let width = out.len();
        if stack.len() < self.height * width {
            stack.resize(self.height * width, 0);
        }
        let lane = |lane: usize| lanes.get(lane * stride..lane * stride + width).unwrap_or_default();
        let mut top = 0; // words in use
        for step in &self.steps {
            let (below, above) = stack.split_at_mut(top);
            match *step {
                Step::Constant(on) => {
                    above.iter_mut().take(width).for_each(|word| *word = if on { u64::MAX } else { 0 });
                    top += width;
                }
                Step::Lane(at, inverted) => {
                    let flip = if inverted { u64::MAX } else { 0 };
                    above.iter_mut().zip(lane(at)).for_each(|(word, lane)| *word = lane ^ flip);
                    top += width;
                }
                Step::AndLane(at, inverted) => {
                    let flip = if inverted { u64::MAX } else { 0 };
                    last(below, width).iter_mut().zip(lane(at)).for_each(|(word, lane)| *word &= lane ^ flip);
                }
                Step::OrLane(at, inverted) => {
                    let flip = if inverted { u64::MAX } else { 0 };
                    last(below, width).iter_mut().zip(lane(at)).for_each(|(word, lane)| *word |= lane ^ flip);
                }
                Step::And => {
                    let (under, over) = two(below, width);
                    under.iter_mut().zip(over).for_each(|(word, other)| *word &= *other);
                    top -= width;
                }
                Step::Or => {
                    let (under, over) = two(below, width);
                    under.iter_mut().zip(over).for_each(|(word, other)| *word |= *other);
                    top -= width;
                }
                Step::Not => last(below, width).iter_mut().for_each(|word| *word = !*word),
                Step::Count(bits) => {
                    above.iter_mut().take(bits * width).for_each(|word| *word = 0);
                    top += bits * width;
                }
                Step::Add(bits) => {
                    let counters = below.len().saturating_sub((bits + 1) * width);
                    let (counters, carry) = below.split_at_mut(counters).1.split_at_mut(bits * width);
                    for counter in counters.chunks_exact_mut(width) {
                        for (bit, carry) in counter.iter_mut().zip(carry.iter_mut()) {
                            let next = *bit & *carry;
                            *bit ^= *carry;
                            *carry = next;
                        }
                    }
                    top -= width;
                }
                Step::Reached(bits, count) => {
                    let start = below.len().saturating_sub(bits * width);
                    let counters = below.split_at_mut(start).1;
                    for at in 0..width {
                        let (mut more, mut same) = (0, u64::MAX);
                        for bit in (0..bits).rev() {
                            let counted = counters.get(bit * width + at).copied().unwrap_or(0);
                            if count >> bit & 1 == 1 {
                                same &= counted;
                            } else {
                                more |= same & counted;
                                same &= !counted;
                            }
                        }
                        if let Some(word) = counters.get_mut(at) {
                            *word = more | same;
                        }
                    }
                    top = start + width;
                }
            }
        }
        if let Some(answer) = stack.get(..width) {
            out.copy_from_slice(answer);
        }
    }
}

/// The words on top.
fn last(below: &mut [u64], width: usize) -> &mut [u64] {
    let at = below.len().saturating_sub(width);
    below.split_at_mut(at).1
}

/// The two on top.
fn two(below: &mut [u64], width: usize) -> (&mut [u64], &mut [u64]) {
    let at = below.len().saturating_sub(2 * width);
    below.split_at_mut(at).1.split_at_mut(width)
}

/// Where the words of a condition are that needs no steps of its own.
fn simple(node: &Node, side: Side, source: &mut impl FnMut(&Node, Side) -> Source) -> Option<Source> {
    match node {
        Node::Constant(on) => Some(Source::Constant(*on == (side == Side::Holds))),
        Node::Atom(_) | Node::Member(_) | Node::Test(_) => Some(source(node, side)),
        Node::Not(node) => simple(node, side.other(), source),
        Node::IfUnknown(node, then) if *then == (side == Side::Holds) => {
            simple(node, side.other(), source).map(|found| match found {
                Source::Constant(on) => Source::Constant(!on),
                Source::Lane(lane, inverted) => Source::Lane(lane, !inverted),
            })
        }
        Node::IfUnknown(node, _) => simple(node, side, source),
        Node::All(_) | Node::Any(_) | Node::AtLeast(..) => None,
    }
}
