//! A condition with the audiences it refers to written out, and the fewest leaves that decide it.

use crate::rules::language::Unknown;
use crate::rules::meaning::calendar::Clock;
use crate::rules::meaning::node::{Node, at_least};
use crate::rules::plan::Plan;
use crate::rules::truth::Truth;
use crate::value::Id;

/// How many nodes a condition is written out to; audiences beyond are leaves.
const NODES: usize = 4_096;

/// A condition whose leaves are numbered.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Constant(bool),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    AtLeast(usize, Vec<Tree>),
    Not(Box<Tree>),
    IfUnknown(Box<Tree>, bool),
    Leaf(usize),
}

/// What a leaf is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// The question of that number.
    Atom(usize),
    /// The audience of that number, whose members are listed or set by hand.
    Member(usize),
}

/// The tree of an audience with its leaves, each once.
pub(super) struct Written<'p> {
    plan: &'p Plan,
    id: Id<'p>,
    clock: &'p Clock,
    pub leaves: Vec<Leaf>,
    /// Whether a leaf stands in it twice.
    pub repeats: bool,
    nodes: usize,
}

impl<'p> Written<'p> {
    pub(super) fn new(plan: &'p Plan, id: Id<'p>, clock: &'p Clock) -> Self {
        Written { plan, id, clock, leaves: Vec::new(), repeats: false, nodes: 0 }
    }

    /// The condition, true or false where its definition says what unknown means.
    pub(super) fn settled(&mut self, node: &Node, unknown: Unknown) -> Tree {
        Tree::IfUnknown(Box::new(self.tree(node)), unknown == Unknown::Include)
    }

    fn tree(&mut self, node: &Node) -> Tree {
        self.nodes += 1;
        let mut list = |nodes: &[Node]| -> Vec<Tree> { nodes.iter().map(|node| self.tree(node)).collect() };
        match node {
            Node::Constant(holds) => Tree::Constant(*holds),
            Node::All(nodes) => Tree::All(list(nodes)),
            Node::Any(nodes) => Tree::Any(list(nodes)),
            Node::AtLeast(count, nodes) => Tree::AtLeast(*count, list(nodes)),
            Node::Not(node) => Tree::Not(Box::new(self.tree(node))),
            Node::IfUnknown(node, then) => Tree::IfUnknown(Box::new(self.tree(node)), *then),
            Node::Atom(atom) => self.leaf(Leaf::Atom(*atom)),
            Node::Member(number) => {
                let Some(audience) = self.plan.audiences.get(*number) else { return Tree::Constant(false) };
                let by_hand =
                    audience.exclude.has(self.id, self.clock.now()) || audience.include.has(self.id, self.clock.now());
                match &audience.root {
                    Some(root) if !by_hand && self.nodes < NODES => self.settled(&root.node, audience.unknown),
                    _ => self.leaf(Leaf::Member(*number)),
                }
            }
            Node::Test(_) => Tree::Constant(false), // stands in filters only
        }
    }

    fn leaf(&mut self, leaf: Leaf) -> Tree {
        match self.leaves.iter().position(|known| *known == leaf) {
            Some(at) => {
                self.repeats = true;
                Tree::Leaf(at)
            }
            None => {
                self.leaves.push(leaf);
                Tree::Leaf(self.leaves.len() - 1)
            }
        }
    }
}

impl Tree {
    /// Whether it holds, with the truth of each leaf given.
    pub(super) fn truth(&self, leaf: &impl Fn(usize) -> Truth) -> Truth {
        match self {
            Tree::Constant(holds) => (*holds).into(),
            Tree::All(trees) => trees.iter().fold(Truth::True, |truth, tree| truth.and(tree.truth(leaf))),
            Tree::Any(trees) => trees.iter().fold(Truth::False, |truth, tree| truth.or(tree.truth(leaf))),
            Tree::AtLeast(count, trees) => {
                let truths = || trees.iter().map(|tree| tree.truth(leaf));
                let (holding, possible) = (truths().filter(|t| t.is_true()), truths().filter(|t| !t.is_false()));
                at_least(*count, holding.count(), possible.count())
            }
            Tree::Not(tree) => !tree.truth(leaf),
            Tree::IfUnknown(tree, then) => match tree.truth(leaf) {
                Truth::Unknown => (*then).into(),
                known => known,
            },
            Tree::Leaf(at) => leaf(*at),
        }
    }
}

/// What a condition is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    True,
    False,
    NotFalse,
    NotTrue,
}

impl Goal {
    pub(super) fn met(self, truth: Truth) -> bool {
        match self {
            Goal::True => truth.is_true(),
            Goal::False => truth.is_false(),
            Goal::NotFalse => !truth.is_false(),
            Goal::NotTrue => !truth.is_true(),
        }
    }

    fn of_negation(self) -> Self {
        match self {
            Goal::True => Goal::False,
            Goal::False => Goal::True,
            Goal::NotFalse => Goal::NotTrue,
            Goal::NotTrue => Goal::NotFalse,
        }
    }

    /// Whether what is to hold is to hold, or not to.
    pub(super) fn wants(self) -> bool {
        matches!(self, Goal::True | Goal::NotFalse)
    }
}

/// What leaves cost: how many they are, how many of them nobody can change, and how far off they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Cost {
    pub count: usize,
    pub fixed: usize,
    pub far: f64,
    /// The leaves, and whether they are to hold.
    pub leaves: Vec<(usize, bool)>,
}

impl Cost {
    fn plus(mut self, other: Cost) -> Cost {
        self.count += other.count;
        self.fixed += other.fixed;
        self.far += other.far;
        self.leaves.extend(other.leaves);
        self
    }

    pub(super) fn order(&self, other: &Cost) -> std::cmp::Ordering {
        self.count.cmp(&other.count).then(self.fixed.cmp(&other.fixed)).then(self.far.total_cmp(&other.far))
    }
}

/// The cheapest leaves by which the goal is met, each leaf costing what `leaf` says; `None` if there is no way.
///
/// From the leaves up, each part solved once for each goal. Exact where no leaf stands in the tree twice; of leaves that
/// do, each place is paid for.
pub(super) fn cheapest(tree: &Tree, goal: Goal, leaf: &impl Fn(usize, Goal) -> Option<Cost>) -> Option<Cost> {
    let so_many = |trees: &[Tree], count: usize| -> Option<Cost> {
        let mut costs: Vec<Cost> = trees.iter().filter_map(|tree| cheapest(tree, goal, leaf)).collect();
        costs.sort_by(Cost::order); // stable: of equal ones the first stays first
        (costs.len() >= count).then(|| costs.into_iter().take(count).fold(Cost::default(), Cost::plus))
    };
    match tree {
        Tree::Constant(holds) => goal.met((*holds).into()).then(Cost::default),
        Tree::All(trees) => so_many(trees, if goal.wants() { trees.len() } else { 1 }),
        Tree::Any(trees) => so_many(trees, if goal.wants() { 1 } else { trees.len() }),
        Tree::AtLeast(count, trees) if goal.wants() => so_many(trees, *count),
        Tree::AtLeast(count, trees) => so_many(trees, (trees.len() + 1).checked_sub(*count)?).filter(|_| *count > 0),
        Tree::Not(tree) => cheapest(tree, goal.of_negation(), leaf),
        Tree::IfUnknown(tree, then) => {
            let goal = match (goal.wants(), then) {
                (true, true) => Goal::NotFalse,
                (true, false) => Goal::True,
                (false, true) => Goal::False,
                (false, false) => Goal::NotTrue,
            };
            cheapest(tree, goal, leaf)
        }
        Tree::Leaf(at) => leaf(*at, goal),
    }
}

/// The sets of leaves that meet the goal when they are turned, and of which no part does: the cheapest first.
///
/// Tries all, from the smallest on, until one is taken, and says whether that many asks were enough for it. Exact also where a leaf stands in the tree twice.
pub(super) fn turned(
    tree: &Tree,
    goal: Goal,
    truths: &[Truth],
    cost: &impl Fn(usize, bool) -> Cost,
    mut asks: usize,
    mut take: impl FnMut(&Cost) -> bool,
) -> bool {
    let turns: Vec<(usize, bool)> = (0..truths.len())
        .flat_map(|at| [(at, true), (at, false)])
        .filter(|(at, to)| truths.get(*at).is_some_and(|truth| *truth != Truth::from(*to)))
        .collect();
    let mut found: Vec<Cost> = Vec::new();
    for size in 0..=truths.len() {
        let mut of_size: Vec<Cost> = Vec::new();
        let mut chosen: Vec<usize> = (0..size).collect();
        if size > turns.len() {
            break;
        }
        loop {
            if asks == 0 {
                return false;
            }
            asks -= 1;
            let set: Vec<(usize, bool)> = chosen.iter().filter_map(|turn| turns.get(*turn)).copied().collect();
            let twice = set.iter().zip(set.iter().skip(1)).any(|(a, b)| a.0 == b.0);
            let larger = found.iter().any(|known| known.leaves.iter().all(|leaf| set.contains(leaf)));
            let truth = |at: usize| {
                let turned = set.iter().find(|(leaf, _)| *leaf == at).map(|(_, to)| Truth::from(*to));
                turned.or(truths.get(at).copied()).unwrap_or(Truth::Unknown)
            };
            if !twice && !larger && goal.met(tree.truth(&truth)) {
                of_size.push(set.iter().fold(Cost::default(), |all, (at, to)| all.plus(cost(*at, *to))));
            }
            // the next choice in order
            let Some(at) = (0..size).rev().find(|at| chosen[*at] + (size - at) < turns.len()) else { break };
            chosen[at] += 1; // `at` counts the chosen
            for behind in at + 1..size {
                chosen[behind] = chosen[behind - 1] + 1;
            }
        }
        of_size.sort_by(Cost::order);
        for cost in of_size {
            if take(&cost) {
                return true;
            }
            found.push(cost);
        }
    }
    true
}
