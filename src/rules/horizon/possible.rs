//! What may yet come of a condition when some of its leaves may be anything.
//!
//! A leaf that changes every day makes the search look at every day. Mostly it need not: a customer who has never
//! bought anything is not in "bought, and has a birthday this week", whatever the day. So the truths that each
//! condition may have are computed with the restless leaves free and all others as they are. Where only one truth
//! is possible, the answer does not hang on the restless leaves.
//!
//! The result errs on the side of doubt: two leaves that always agree are taken as free of each other. A doubt too
//! many costs looks; a doubt too few cannot arise.

use super::Open;
use crate::rules::language::Unknown;
use crate::rules::meaning::calendar::Clock;
use crate::rules::meaning::node::Node;
use crate::rules::plan::Plan;
use crate::rules::plan::program::Answers;
use crate::rules::truth::Truth;
use crate::value::Id;

/// Truths that are possible: one bit each.
///
/// A set of truths, of which at least one is possible.
type Truths = u8;

const FALSE: Truths = 1;
const UNKNOWN: Truths = 2;
const TRUE: Truths = 4;
/// Nothing is known of the truth.
const ANY: Truths = FALSE | UNKNOWN | TRUE;

/// The truths with their bits, in one order for all loops.
const EACH: [(Truth, Truths); 3] = [(Truth::False, FALSE), (Truth::Unknown, UNKNOWN), (Truth::True, TRUE)];

/// The set of one truth.
fn of(truth: Truth) -> Truths {
    match truth {
        Truth::False => FALSE,
        Truth::Unknown => UNKNOWN,
        Truth::True => TRUE,
    }
}

/// All that two possibilities can make together.
fn both(left: Truths, right: Truths, make: fn(Truth, Truth) -> Truth) -> Truths {
    let mut made = 0;
    for (a, _) in EACH.iter().filter(|(_, bit)| left & bit != 0) {
        for (b, _) in EACH.iter().filter(|(_, bit)| right & bit != 0) {
            made |= of(make(*a, *b));
        }
    }
    made
}

/// The truths that a condition may have, from those of its leaves. Counting at least so many takes three numbers
/// instead of all ways: how many hold for certain, how many may hold, and whether there is a doubt at all.
fn possible(node: &Node, leaf: &impl Fn(&Node) -> Truths) -> Truths {
    match node {
        Node::Constant(holds) => of((*holds).into()),
        Node::All(nodes) => nodes.iter().fold(TRUE, |truths, node| both(truths, possible(node, leaf), Truth::and)),
        Node::Any(nodes) => nodes.iter().fold(FALSE, |truths, node| both(truths, possible(node, leaf), Truth::or)),
        Node::AtLeast(count, nodes) => {
            let (mut least, mut most, mut doubtful) = (0, 0, false);
            for truths in nodes.iter().map(|node| possible(node, leaf)) {
                least += usize::from(truths == TRUE);
                most += usize::from(truths != FALSE);
                doubtful |= truths.count_ones() > 1;
            }
            if least >= *count {
                TRUE
            } else if most < *count {
                FALSE
            } else if doubtful {
                ANY
            } else {
                UNKNOWN
            }
        }
        Node::Not(node) => {
            let truths = possible(node, leaf);
            (truths & UNKNOWN) | if truths & TRUE != 0 { FALSE } else { 0 } | if truths & FALSE != 0 { TRUE } else { 0 }
        }
        Node::IfUnknown(node, then) => {
            let truths = possible(node, leaf);
            (truths & !UNKNOWN) | if truths & UNKNOWN != 0 { of((*then).into()) } else { 0 }
        }
        Node::Test(_) | Node::Atom(_) | Node::Member(_) => leaf(node),
    }
}

/// What an unknown condition makes of membership.
///
/// Whether unknowns are an error is left to the search, which sees the error when it asks.
fn settled(truths: Truths, unknown: Unknown) -> Truths {
    match unknown {
        Unknown::Include if truths & UNKNOWN != 0 => (truths & !UNKNOWN) | TRUE,
        Unknown::Exclude if truths & UNKNOWN != 0 => (truths & !UNKNOWN) | FALSE,
        _ => truths,
    }
}

/// Those of the open audiences and rule lists whose answer hangs on leaves that are restless, all others being as they
/// are.
///
/// Audiences are looked at in the order of the plan, so that those which others are made of come first. Overrides that
/// hold at the moment decide without the condition; when they expire is in the timeline.
pub(super) fn hanging(
    plan: &Plan,
    id: Id<'_>,
    clock: &Clock,
    answers: Answers<'_>,
    restless: &[bool],
    open: &Open,
) -> Open {
    let mut members = vec![ANY; plan.audiences.len()];
    let leaf = |members: &[Truths], node: &Node| match node {
        Node::Atom(atom) if restless.get(*atom) == Some(&true) => ANY,
        Node::Member(audience) => members.get(*audience).copied().unwrap_or(ANY),
        known => of(answers.truth(plan.place(known))),
    };
    for number in &plan.order {
        let Some(audience) = plan.audiences.get(*number) else { continue };
        let inside = if audience.exclude.has(id, clock.now()) {
            FALSE
        } else if audience.include.has(id, clock.now()) {
            TRUE
        } else {
            match (&audience.root, &audience.members) {
                (Some(root), _) => settled(possible(&root.node, &|node| leaf(&members, node)), audience.unknown),
                (None, listed) => of(listed.as_ref().is_some_and(|ids| ids.row(id).is_some()).into()),
            }
        };
        if let Some(place) = members.get_mut(*number) {
            *place = inside;
        }
    }
    let doubtful = |truths: Truths| truths.count_ones() > 1;
    let lists = plan.lists.iter().zip(&open.lists).map(|(list, open)| {
        let mut rules = list
            .rules
            .iter()
            .map(|(_, root)| settled(possible(&root.node, &|node| leaf(&members, node)), list.unknown));
        // the first rule that may hold decides whether there is a doubt
        *open && rules.find(|truths| *truths != FALSE).is_some_and(doubtful)
    });
    Open {
        lists: lists.collect(),
        audiences: open.audiences.iter().zip(&members).map(|(open, truths)| *open && doubtful(*truths)).collect(),
    }
}
