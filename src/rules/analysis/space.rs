//! All that a customer could be, as far as the definitions tell customers apart: a small space that can be searched.
//!
//! The values of a term that give the same answers are one class; a leaf that compares with nothing has its three
//! answers. What holds for every choice of classes holds for every customer. The other way round it is not so: two terms
//! may depend on each other (a day and the days since it), so a choice may be nobody's. What is said to be impossible is.
//!
//! The subjects of a plan have these classes already, so nothing has to be worked out anew:
//! `employees` with two cuts has five classes and three kinds of absence, whatever numbers
//! customers have. A choice for each subject and leaf of a condition decides it, and a condition
//! has few of them.
//!
//! The search takes one variable after another and works out at each step which truths are still
//! possible. It turns back as soon as none of them is wanted, which is most of the time long before
//! all variables are chosen. A budget bounds it all the same, since the choices at worst multiply
//! with each term: a question that was given up has no answer, and is never answered by a guess.

use std::cell::Cell;

use crate::rules::language::Unknown;
use crate::rules::meaning::expr::Expr;
use crate::rules::meaning::node::Node;
use crate::rules::meaning::sums::Asked;
use crate::rules::plan::{Plan, Root};
use crate::rules::truth::Truth;
use crate::value::Kind;

/// How many choices a search looks at before it gives up.
///
/// Steps for each question, not for all of them: a condition that is too large does not take the
/// answers from others.
const BUDGET: usize = 20_000;

/// The truths that a condition can have, a bit each.
///
/// Bit 0 is false, bit 1 unknown, bit 2 true, as [`Truth`] is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Truths(u8);

impl Truths {
    /// No truth is possible.
    const NONE: Truths = Truths(0);
    /// Every truth is.
    pub(super) const ANY: Truths = Truths(7);

    /// That truth and no other.
    pub(super) fn of(truth: Truth) -> Self {
        Truths(1 << truth as u8)
    }

    /// Whether that truth is possible.
    pub(super) fn has(self, truth: Truth) -> bool {
        self.0 >> truth as u8 & 1 == 1
    }

    /// What is possible by one or the other.
    fn with(self, other: Truths) -> Self {
        Truths(self.0 | other.0)
    }

    /// The possible truths, false first.
    fn each(self) -> impl Iterator<Item = Truth> {
        [Truth::False, Truth::Unknown, Truth::True].into_iter().filter(move |truth| self.has(*truth))
    }

    /// The truths of two conditions put together.
    ///
    /// Each pair is taken to be possible, although the two conditions may share a term: too much
    /// may be possible, never too little.
    fn combine(self, other: Truths, how: impl Fn(Truth, Truth) -> Truth) -> Self {
        let mut all = Truths::NONE;
        for a in self.each() {
            for b in other.each() {
                all = all.with(Truths::of(how(a, b)));
            }
        }
        all
    }

    /// The truths that a function makes of them.
    fn map(self, how: impl Fn(Truth) -> Truth) -> Self {
        self.each().fold(Truths::NONE, |all, truth| all.with(Truths::of(how(truth))))
    }
}

/// One thing by which customers differ.
///
/// Two conditions that have none in common say nothing about each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Variable {
    /// The class of that subject's value.
    Subject(usize),
    /// The answer to that leaf.
    Leaf(usize),
    /// Whether the customer is on that audience's list.
    Listed(usize),
}

/// A choice for some of the variables.
///
/// The classes are those of the subject, or the numbers of truths: 0 false, 1 unknown, 2 true.
type Choice = Vec<(Variable, usize)>;

/// What is asked of two conditions at once: `None` asks nothing of it.
///
/// Two conditions under one choice are two conditions of the same customer.
pub(super) struct Question<'q> {
    /// The condition.
    pub first: &'q Node,
    /// The other one; without it the second truth is *true*.
    pub second: Option<&'q Node>,
    /// Whether that pair of truths is what is looked for.
    pub wanted: &'q dyn Fn(Truth, Truth) -> bool,
}

/// The space of a plan.
///
/// It is made once for a plan and serves all questions about it.
pub(super) struct Space<'p> {
    /// Whose definitions are looked at.
    plan: &'p Plan,
    /// For each atom the subject that answers it.
    ///
    /// `None` of atoms that are asked one by one.
    subject_of: Vec<Option<usize>>,
    /// The classes that each subject's value can be in.
    ///
    /// Classes that no value can be in, such as the 13th month, are left out.
    classes: Vec<Vec<usize>>,
    /// How many steps the search that is under way may still take.
    left: Cell<usize>,
}

impl<'p> Space<'p> {
    /// # Cost
    /// In proportion to the plan's atoms and cuts.
    pub(super) fn of(plan: &'p Plan) -> Self {
        let by_subject = |place: usize| {
            let word = place / 64;
            plan.subjects.iter().position(|s| (s.word..s.word + s.words).contains(&word))
        };
        let subject_of = plan.places.iter().map(|place| by_subject(*place)).collect();
        let classes = plan
            .subjects
            .iter()
            .map(|subject| {
                let known = bounds(&subject.expr, plan);
                subject.possible(known.least, known.most, known.whole, known.present)
            })
            .collect();
        Space { plan, subject_of, classes, left: Cell::new(0) }
    }

    /// Whether some customer can answer the question so: `None` if the search was given up.
    ///
    /// `Some(false)` is certain. `Some(true)` says that some choice of classes does it, which may
    /// be nobody's if two terms depend on each other.
    pub(super) fn possible(&self, question: &Question<'_>) -> Option<bool> {
        self.left.set(BUDGET);
        let mut variables = Vec::new();
        self.variables(question.first, &mut variables);
        if let Some(second) = question.second {
            self.variables(second, &mut variables);
        }
        self.search(question, &variables, &mut Vec::new())
    }

    /// Tries what is left to choose. `choice` is as it was when this returns.
    fn search(&self, question: &Question<'_>, variables: &[Variable], choice: &mut Choice) -> Option<bool> {
        let left = self.left.get().checked_sub(1)?;
        self.left.set(left);
        let first = self.truths(question.first, choice);
        let second = question.second.map_or(Truths::of(Truth::True), |second| self.truths(second, choice));
        let mut some = false;
        for a in first.each() {
            for b in second.each() {
                some |= (question.wanted)(a, b);
            }
        }
        if !some {
            return Some(false);
        }
        let Some((variable, rest)) = variables.split_first() else { return Some(true) };
        for class in self.domain(*variable) {
            choice.push((*variable, class));
            let found = self.search(question, rest, choice);
            choice.pop();
            if found? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// What can be chosen for a variable. Being on a list is never unknown.
    fn domain(&self, variable: Variable) -> Vec<usize> {
        match variable {
            Variable::Subject(subject) => self.classes.get(subject).cloned().unwrap_or_default(),
            Variable::Leaf(leaf) if self.never_unknown(leaf) => vec![0, 2],
            Variable::Leaf(_) => vec![0, 1, 2],
            Variable::Listed(_) => vec![0, 2],
        }
    }

    /// Whether the leaf is of a kind that always has an answer.
    fn never_unknown(&self, leaf: usize) -> bool {
        use crate::rules::meaning::node::Test;
        self.plan
            .atoms
            .get(leaf)
            .is_some_and(|atom| matches!(atom.test, Test::Is(..) | Test::Sequence(_) | Test::Doing(_)))
    }

    /// The variables of a condition, in the order in which it meets them.
    ///
    /// Another audience's condition is looked into, as membership depends on the same terms.
    pub(super) fn variables(&self, node: &Node, found: &mut Vec<Variable>) {
        let mut add = |variable| {
            if !found.contains(&variable) {
                found.push(variable);
            }
        };
        match node {
            Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
                for node in nodes {
                    self.variables(node, found);
                }
            }
            Node::Not(node) | Node::IfUnknown(node, _) => self.variables(node, found),
            Node::Atom(atom) => match self.subject_of.get(*atom).copied().flatten() {
                Some(subject) => add(Variable::Subject(subject)),
                None => add(Variable::Leaf(*atom)),
            },
            Node::Member(audience) => match self.root(*audience) {
                Some((root, _)) => self.variables(&root.node, found),
                None => add(Variable::Listed(*audience)),
            },
            Node::Constant(_) | Node::Test(_) => {}
        }
    }

    /// The condition of an audience and what unknown means for it; `None` if its members are
    /// listed.
    fn root(&self, audience: usize) -> Option<(&'p Root, Unknown)> {
        let audience = self.plan.audiences.get(audience)?;
        audience.root.as_ref().map(|root| (root, audience.unknown))
    }

    /// The truths that the condition can have after that choice.
    ///
    /// Overrides are left out: they are said by hand and hold of single customers.
    fn truths(&self, node: &Node, choice: &Choice) -> Truths {
        let chosen = |variable| choice.iter().find(|(known, _)| *known == variable).map(|(_, class)| *class);
        match node {
            Node::Constant(holds) => Truths::of((*holds).into()),
            Node::All(nodes) => nodes
                .iter()
                .fold(Truths::of(Truth::True), |all, node| all.combine(self.truths(node, choice), Truth::and)),
            Node::Any(nodes) => nodes
                .iter()
                .fold(Truths::of(Truth::False), |all, node| all.combine(self.truths(node, choice), Truth::or)),
            Node::AtLeast(count, nodes) => self.at_least(*count, nodes, choice),
            Node::Not(node) => self.truths(node, choice).map(|truth| !truth),
            Node::IfUnknown(node, then) => {
                self.truths(node, choice).map(|truth| if truth.is_known() { truth } else { (*then).into() })
            }
            Node::Atom(atom) => match self.subject_of.get(*atom).copied().flatten() {
                None => chosen(Variable::Leaf(*atom)).map_or_else(
                    || {
                        self.domain(Variable::Leaf(*atom))
                            .into_iter()
                            .fold(Truths::NONE, |all, t| all.with(Truths(1 << t)))
                    },
                    |truth| Truths(1 << truth),
                ),
                Some(subject) => self.of_subject(*atom, subject, chosen(Variable::Subject(subject))),
            },
            Node::Member(audience) => match self.root(*audience) {
                Some((root, unknown)) => self.truths(&root.node, choice).map(|truth| match (truth, unknown) {
                    (Truth::Unknown, Unknown::Include) => Truth::True,
                    (Truth::Unknown, _) => Truth::False,
                    (known, _) => known,
                }),
                None => chosen(Variable::Listed(*audience))
                    .map_or(Truths::of(Truth::True).with(Truths::of(Truth::False)), |truth| Truths(1 << truth)),
            },
            Node::Test(_) => Truths::ANY,
        }
    }

    /// As counts: those that hold at least and at most, and those that may.
    ///
    /// Counting keeps this in proportion to the clauses, where trying all their truths would be
    /// exponential.
    fn at_least(&self, count: usize, nodes: &[Node], choice: &Choice) -> Truths {
        // the pairs (how many hold, how many may) that are possible, as far as they matter
        let mut pairs = vec![(0, 0)];
        for node in nodes {
            let mut next = Vec::new();
            for truth in self.truths(node, choice).each() {
                for (holding, possible) in &pairs {
                    let pair = (
                        (holding + usize::from(truth.is_true())).min(count),
                        (possible + usize::from(!truth.is_false())).min(count),
                    );
                    if !next.contains(&pair) {
                        next.push(pair);
                    }
                }
            }
            pairs = next;
        }
        let truth = |(holding, possible)| crate::rules::meaning::node::at_least(count, holding, possible);
        pairs.into_iter().fold(Truths::NONE, |all, pair| all.with(Truths::of(truth(pair))))
    }

    /// The truths of an atom when its subject's class is chosen, or of all its classes when it is
    /// not.
    fn of_subject(&self, atom: usize, subject: usize, class: Option<usize>) -> Truths {
        let place = self.plan.places.get(atom).copied().unwrap_or(0);
        let Some(asked) = self.plan.subjects.get(subject) else { return Truths::ANY };
        let answer = |class| {
            let (holds, fails) = asked.answers(class);
            let bit = |words: &[u64]| words.get(place / 64 - asked.word).is_some_and(|w| w >> (place % 64) & 1 == 1);
            if bit(holds) {
                Truth::True
            } else if bit(fails) {
                Truth::False
            } else {
                Truth::Unknown
            }
        };
        match class {
            Some(class) => Truths::of(answer(class)),
            None => {
                let classes = self.classes.get(subject).map_or(&[][..], Vec::as_slice);
                classes.iter().fold(Truths::NONE, |all, class| all.with(Truths::of(answer(*class))))
            }
        }
    }
}

/// What is known of the values of a term before any customer is seen.
///
/// It is about single terms; nothing is known here of two together.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// No value is below; included.
    least: f64,
    /// No value is above; included.
    most: f64,
    /// Whether only whole numbers occur.
    whole: bool,
    /// Whether there always is a value.
    present: bool,
}

/// Bounds follow from what a term is: a weekday is 1 to 7, a count is whole and not below zero.
/// Data plays no part, so what is found impossible stays so when data changes.
fn bounds(expr: &Expr, plan: &Plan) -> Known {
    use crate::rules::language::{CalendarPart, RankMeasure};
    let free = Known { least: f64::NEG_INFINITY, most: f64::INFINITY, whole: false, present: false };
    match expr {
        Expr::Size(_) => Known { least: 0.0, whole: true, ..free },
        Expr::DaysSince(_) | Expr::Years(..) => Known { whole: true, ..free },
        Expr::Calendar(part, _) => {
            let (least, most) = match part {
                CalendarPart::Weekday => (1.0, 7.0),
                CalendarPart::DayOfMonth => (1.0, 31.0),
                CalendarPart::Month => (1.0, 12.0),
                CalendarPart::Quarter => (1.0, 4.0),
                CalendarPart::Year => (-9_999.0, 9_999.0),
            };
            Known { least, most, whole: true, present: false }
        }
        Expr::Bucket(_, by) => Known { least: 0.0, most: 9_999.0, whole: true, present: by.is_none() },
        Expr::Rank { measure, .. } => match measure {
            RankMeasure::Percent | RankMeasure::Share => Known { least: 0.0, most: 100.0, ..free },
            RankMeasure::Place => Known { least: 1.0, whole: true, ..free },
            RankMeasure::Ntile(parts) => Known { least: 1.0, most: f64::from(*parts), whole: true, ..free },
        },
        Expr::Score(points) => Known {
            least: points.minimum.unwrap_or(f64::NEG_INFINITY),
            most: points.maximum.unwrap_or(f64::INFINITY),
            ..free
        },
        Expr::Today => Known { present: true, ..free },
        Expr::Slot(slot) => {
            Known { whole: plan.slots.get(*slot).is_some_and(|(_, kind)| *kind == Kind::Integer), ..free }
        }
        Expr::Sum(sum) => match plan.sums.get(*sum).map(|sum| &sum.asked) {
            Some(Asked::Count | Asked::Distinct(_)) => Known { least: 0.0, whole: true, present: true, ..free },
            Some(Asked::Sum(_)) => Known { present: true, ..free },
            _ => free,
        },
        _ => free,
    }
}
