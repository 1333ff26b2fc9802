//! Conditions as short programs over the answers to their leaves.
//!
//! A tree of conditions is a walk through memory with a branch at every node. The same condition as
//! a list of steps on a stack, in the order in which a reader of reverse Polish notation meets
//! them, is one loop over a small array. A truth takes two bits, *holds* and *fails*, so that a
//! stack of 128 truths is two registers of 128 bits, `and` is a shift and a mask, and nothing is
//! allocated.
//!
//! There is no early exit: all leaves are answered already when a program runs, and a step costs
//! less than a branch that is guessed wrong.
//!
//! The meaning is that of [`Node::combine`]; the two are held against each other by the tests.

use crate::rules::meaning::node::{Node, at_least};
use crate::rules::truth::Truth;

/// How many values the stack of a program holds at most: the depth of conditions, and as many on the way.
///
/// Limits on the depth of definitions keep almost every program below it; [`height`] tells of one
/// that is not, and it is then asked as a tree.
pub(in crate::rules) const STACK: usize = 64 * 2;

/// One step of a program, on a stack of truths.
///
/// A step takes what it needs from the top of the stack and puts one truth there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Step {
    /// Always, or never.
    Constant(bool),
    /// The answer to that leaf.
    Leaf(u32),
    /// Both of the two on top.
    And,
    /// Either of the two on top.
    Or,
    /// The opposite of the one on top; unknown stays unknown.
    Not,
    /// The one on top, and that where it is unknown.
    Known(bool),
    /// Whether at least so many of the so many on top hold.
    AtLeast(u32, u32),
}

/// The answers to the leaves: which hold and which do not. Those in neither are unknown.
///
/// No leaf is in both. Words that are absent read as unknown.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Answers<'s> {
    /// A bit for each leaf that holds.
    pub holds: &'s [u64],
    /// A bit for each leaf that is known not to hold.
    pub fails: &'s [u64],
}

impl Answers<'_> {
    /// The answer to one leaf.
    pub(in crate::rules) fn truth(self, leaf: usize) -> Truth {
        let bit = |words: &[u64]| words.get(leaf / 64).is_some_and(|word| word >> (leaf % 64) & 1 == 1);
        if bit(self.holds) {
            Truth::True
        } else if bit(self.fails) {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

/// The program of a condition; `place` says where the answer to a leaf stands, `line` where that to a part of a condition
/// stands, with what remains beside it (and whether it is meant the other way round).
pub(in crate::rules) fn program(
    node: &Node,
    place: &impl Fn(&Node) -> usize,
    line: &mut impl FnMut(&Node) -> Option<(usize, Vec<(&Node, bool)>)>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    push(node, place, line, &mut steps);
    steps
}

/// Lists fold from the left, two at a time, so a list of any length needs room for two truths only.
/// `at least` needs all of its truths at once, unless it asks for none, one or all of them, which
/// are other operators.
fn push(
    node: &Node,
    place: &impl Fn(&Node) -> usize,
    line: &mut impl FnMut(&Node) -> Option<(usize, Vec<(&Node, bool)>)>,
    steps: &mut Vec<Step>,
) {
    if let Node::All(_) | Node::Not(_) = node
        && let Some((line_place, rest)) = line(node)
    {
        steps.push(Step::Leaf(line_place as u32));
        for (node, negated) in rest {
            push(node, place, line, steps);
            steps.extend(negated.then_some(Step::Not));
            steps.push(Step::And);
        }
        return;
    }
    let mut fold = |nodes: &[Node], step: Step, of_none: bool| match nodes.split_first() {
        None => steps.push(Step::Constant(of_none)),
        Some((first, rest)) => {
            push(first, place, line, steps);
            for node in rest {
                push(node, place, line, steps);
                steps.push(step);
            }
        }
    };
    match node {
        Node::Constant(holds) => steps.push(Step::Constant(*holds)),
        Node::All(nodes) => fold(nodes, Step::And, true),
        Node::Any(nodes) => fold(nodes, Step::Or, false),
        Node::AtLeast(count, nodes) if *count == 0 => {
            let _ = nodes;
            steps.push(Step::Constant(true));
        }
        Node::AtLeast(1, nodes) => fold(nodes, Step::Or, false),
        Node::AtLeast(count, nodes) if *count == nodes.len() => fold(nodes, Step::And, true),
        Node::AtLeast(count, nodes) => {
            for node in nodes {
                push(node, place, line, steps);
            }
            steps.push(Step::AtLeast(*count as u32, nodes.len() as u32));
        }
        Node::Not(node) => {
            push(node, place, line, steps);
            steps.push(Step::Not);
        }
        Node::IfUnknown(node, then) => {
            push(node, place, line, steps);
            steps.push(Step::Known(*then));
        }
        Node::Test(_) | Node::Atom(_) | Node::Member(_) => steps.push(Step::Leaf(place(node) as u32)),
    }
}

/// How many truths lie on the stack at most.
///
/// A program may be run only if this is at most [`STACK`]: what lies deeper falls out of the
/// registers.
pub(in crate::rules) fn height(steps: &[Step]) -> usize {
    let (mut height, mut most) = (0_usize, 0);
    for step in steps {
        match step {
            Step::Constant(_) | Step::Leaf(_) => height += 1,
            Step::And | Step::Or => height -= 1,
            Step::Not | Step::Known(_) => {}
            Step::AtLeast(_, of) => height = height + 1 - *of as usize,
        }
        most = most.max(height);
    }
    most
}

/// Whether the condition of that program holds.
///
/// The stack is two registers of 128 truths: one of those that hold, one of those that do not.
///
/// # Cost
/// In proportion to the steps, whatever the answers are; nothing is allocated.
pub(in crate::rules) fn run(steps: &[Step], answers: Answers<'_>) -> Truth {
    let (mut holds, mut fails) = (0_u128, 0_u128);
    for step in steps {
        match *step {
            Step::Constant(truth) => {
                holds = holds << 1 | u128::from(truth);
                fails = fails << 1 | u128::from(!truth);
            }
            Step::Leaf(leaf) => {
                let (word, bit) = (leaf as usize / 64, leaf % 64);
                let of = |words: &[u64]| words.get(word).map_or(0, |word| word >> bit & 1);
                holds = holds << 1 | u128::from(of(answers.holds));
                fails = fails << 1 | u128::from(of(answers.fails));
            }
            Step::And => {
                // the upper of the two stays where both hold; it fails where one does
                holds = holds >> 1 & (holds | !1);
                fails = fails >> 1 | (fails & 1);
            }
            Step::Or => {
                holds = holds >> 1 | (holds & 1);
                fails = fails >> 1 & (fails | !1);
            }
            Step::Not => {
                let difference = (holds ^ fails) & 1;
                holds ^= difference;
                fails ^= difference;
            }
            Step::Known(then) => {
                let unknown = !(holds | fails) & 1;
                if then {
                    holds |= unknown;
                } else {
                    fails |= unknown;
                }
            }
            Step::AtLeast(count, of) => {
                let mask = if of >= 128 { u128::MAX } else { (1 << of) - 1 };
                let holding = (holds & mask).count_ones() as usize;
                let failing = (fails & mask).count_ones() as usize;
                let truth = at_least(count as usize, holding, of as usize - failing);
                let drop = |register: u128| if of >= 128 { 0 } else { register >> of };
                holds = drop(holds) << 1 | u128::from(truth.is_true());
                fails = drop(fails) << 1 | u128::from(truth.is_false());
            }
        }
    }
    if holds & 1 == 1 {
        Truth::True
    } else if fails & 1 == 1 {
        Truth::False
    } else {
        Truth::Unknown
    }
}
