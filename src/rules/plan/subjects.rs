//! Comparisons with what stands in the definitions: one search a value, however many ask.
//!
//! A hundred audiences that cut `employees` at forty places ask forty questions with one answer
//! each for every stretch between two cuts. So the answers are worked out when the plan is made: a
//! value is looked up among the sorted cuts once, and the words of bits that stand for its stretch
//! are copied into the customer's answers. What it costs grows with the logarithm of the cuts, not
//! with the number of audiences.
//!
//! For numbers the classes are: below the first cut, on it, between the first and the second, on
//! the second, and so on, that is 2n + 1 classes for n cuts. Two comparisons with the same literal,
//! one strict and one not, are then told apart without another look at the value.
//!
//! The same classes serve the column executor, which finds the class of each row, and the analysis
//! of definitions, which walks through the classes instead of through all possible values.

use std::cmp::Ordering;

use hashbrown::HashMap;

use crate::rules::language::{Comparison, Literal, State};
use crate::rules::meaning::expr::{Expr, integer_with_number};
use crate::rules::meaning::node::{Test, is};
use crate::rules::plan::program::Answers;
use crate::rules::truth::Truth;
use crate::value::Value;

/// What a test asks of its subject, if it compares it with values of the definition.
///
/// The subject itself, the term on the left, is kept apart so that all that is asked of it comes
/// together.
#[derive(Clone, Debug)]
pub(in crate::rules) enum Ask {
    /// How it compares with a value.
    Compare(Comparison, Literal),
    /// How it compares with the lower and with the upper bound.
    Between((Comparison, Literal), (Comparison, Literal)),
    /// Whether it is one of these; of none, it never is.
    OneOf(Vec<Literal>),
    /// How its place among these compares with a place.
    Ordered(Comparison, usize, Vec<Literal>),
    /// Whether there is a value, or why there is none. Whether it is empty is asked of the value
    /// itself and has no place here.
    Is(State),
}

impl Ask {
    /// The subject and what is asked of it, if the test is of that form.
    ///
    /// A literal on the left is brought to the right by mirroring the comparison, so `3 < visits`
    /// and `visits > 3` share their bit's subject. Two literals are left alone: there is no
    /// subject.
    pub(in crate::rules) fn of(test: &Test) -> Option<(&Expr, Ask)> {
        let literal = |expr: &Expr| match expr {
            Expr::Value(literal) => Some(literal.clone()),
            _ => None,
        };
        match test {
            Test::Compare(left, comparison, Expr::Value(literal)) if !matches!(left, Expr::Value(_)) => {
                Some((left, Ask::Compare(*comparison, literal.clone())))
            }
            Test::Compare(Expr::Value(literal), comparison, right) => {
                Some((right, Ask::Compare(comparison.mirrored(), literal.clone())))
            }
            Test::Between(term, low, high) => {
                Some((term, Ask::Between((low.0, literal(&low.1)?), (high.0, literal(&high.1)?))))
            }
            Test::OneOf(term, values) => Some((term, Ask::OneOf(values.iter().map(literal).collect::<Option<_>>()?))),
            Test::Ordered(term, comparison, at, order) => Some((term, Ask::Ordered(*comparison, *at, order.clone()))),
            Test::Is(term, state) if *state != State::Empty => Some((term, Ask::Is(*state))),
            _ => None,
        }
    }

    /// The values that it compares with.
    pub(in crate::rules) fn literals(&self) -> impl Iterator<Item = &Literal> {
        let (pair, list): ([Option<&Literal>; 2], &[Literal]) = match self {
            Ask::Compare(_, literal) => ([Some(literal), None], &[]),
            Ask::Between(low, high) => ([Some(&low.1), Some(&high.1)], &[]),
            Ask::OneOf(list) | Ask::Ordered(_, _, list) => ([None, None], list),
            Ask::Is(_) => ([None, None], &[]),
        };
        pair.into_iter().flatten().chain(list)
    }
}

/// A term and all that is asked of it: the values it may have fall into classes, and each class has its answers.
///
/// It is made once and never changed; many threads read it at the same time.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Subject {
    /// The term whose value is looked up.
    pub expr: Expr,
    /// Where its answers begin among those of the plan, in words of 64.
    pub word: usize,
    /// How many words they take.
    pub words: usize,
    /// How a value finds its class.
    classes: Classes,
    /// For each class the words of those that hold and the words of those that do not.
    ///
    /// They lie class after class, so that one look gives both with their neighbours in the cache.
    answers: Vec<u64>,
}

/// Which values give the same answers. The first three classes are missing, null and invalid, the fourth every value
/// that is no literal where order plays no part.
///
/// All literals of one subject are of one kind, or of the two kinds of numbers, which
/// [`Subject::takes`] guarantees.
#[derive(Clone, Debug)]
enum Classes {
    /// Between sorted cuts and on them.
    Numbers {
        /// The literals, rising, each once; whole numbers stay whole.
        cuts: Vec<Literal>,
        /// The same as numbers, if none loses by it; otherwise empty, and the slower exact search
        /// is used.
        floats: Vec<f64>,
    },
    /// Days in days or instants in microseconds.
    Times {
        /// Rising, each once. The kind of the term says which unit they are in.
        cuts: Vec<i64>,
    },
    /// Each text's class. Hashing a value once is faster than comparing it with even a few texts.
    Texts(HashMap<Box<str>, usize, foldhash::fast::FixedState>),
    /// False, then true.
    Booleans,
    /// Only whether there is one is asked.
    Presence,
}

/// The class of what is missing; null and invalid follow.
pub(in crate::rules) const MISSING: usize = 0;
/// The class of what somebody said there is none of.
const NULL: usize = 1;
/// The class of what stands there and cannot be read.
const INVALID: usize = 2;
/// The class of values, or of the first of them.
pub(in crate::rules) const OTHER: usize = 3;
/// Whole numbers up to here are the same as numbers.
///
/// Beyond it, neighbouring whole numbers share a `f64`, and an identifier compared as a number
/// would equal the next one.
const EXACT: u64 = 1 << 53;

impl Subject {
    /// A subject of which these are asked, in the order of their bits.
    ///
    /// # Cost
    /// Sorting the literals, then one look at every ask for every class. With forty cuts and a hundred asks
    /// that is a few thousand steps, once a plan.
    pub(in crate::rules) fn new(expr: Expr, asks: &[Ask], word: usize) -> Self {
        let mut literals: Vec<&Literal> = asks.iter().flat_map(Ask::literals).collect();
        let classes = match literals.first() {
            None => Classes::Presence,
            Some(Literal::Number(_) | Literal::Integer(_)) => {
                literals.sort_by(|a, b| compare_numbers(a, b));
                literals.dedup_by(|a, b| compare_numbers(a, b).is_eq());
                let exact = |literal: &&Literal| match literal {
                    Literal::Integer(integer) => integer.unsigned_abs() <= EXACT,
                    _ => true,
                };
                let floats = if literals.iter().all(exact) {
                    literals.iter().filter_map(|literal| literal.number()).collect()
                } else {
                    Vec::new()
                };
                Classes::Numbers { cuts: literals.into_iter().cloned().collect(), floats }
            }
            Some(Literal::Day(_) | Literal::Timestamp(_)) => {
                let mut cuts: Vec<i64> = literals.into_iter().map(time).collect();
                cuts.sort_unstable();
                cuts.dedup();
                Classes::Times { cuts }
            }
            Some(Literal::Text(_)) => {
                let mut texts = HashMap::with_hasher(crate::value::HASHER);
                for literal in literals {
                    if let Literal::Text(text) = literal {
                        let next = OTHER + 1 + texts.len();
                        texts.entry(text.as_str().into()).or_insert(next);
                    }
                }
                Classes::Texts(texts)
            }
            Some(Literal::Boolean(_) | Literal::Point(_)) => Classes::Booleans,
        };
        let words = asks.len().div_ceil(64);
        let mut subject = Subject { expr, word, words, classes, answers: Vec::new() };
        subject.answers = subject.answer(asks);
        subject
    }

    /// Whether it can be asked so: all that is asked of one subject must be of one kind.
    ///
    /// A day compared with an instant depends on the zone and is left to the test itself.
    pub(in crate::rules) fn takes(ask: &Ask, kind: crate::value::Kind) -> bool {
        use crate::value::Kind;
        let fits = |literal: &Literal| match kind {
            Kind::Number | Kind::Integer => literal.kind().is_numeric(),
            Kind::Day => literal.kind() == Kind::Day,
            Kind::Timestamp => literal.kind() == Kind::Timestamp,
            Kind::Text => literal.kind() == Kind::Text,
            Kind::Boolean => literal.kind() == Kind::Boolean,
            _ => false,
        };
        ask.literals().all(fits)
    }

    /// How many classes of values there are.
    ///
    /// The three classes of what is absent are among them.
    pub(in crate::rules) fn class_count(&self) -> usize {
        OTHER
            + match &self.classes {
                Classes::Numbers { cuts, .. } => 2 * cuts.len() + 1,
                Classes::Times { cuts } => 2 * cuts.len() + 1,
                Classes::Texts(texts) => texts.len() + 1,
                Classes::Booleans => 2,
                Classes::Presence => 1,
            }
    }

    /// The classes of an ask's literals, rising, each with the number of its literal.
    fn own_classes(&self, ask: &Ask) -> Vec<(usize, usize)> {
        let numbered = ask.literals().enumerate();
        let mut own: Vec<(usize, usize)> = numbered.map(|(i, literal)| (self.class_of_literal(literal), i)).collect();
        own.sort_unstable();
        own
    }

    /// The classes from which on an ask may be answered otherwise than in the class before, rising: those of absent
    /// values, the first of those that are there, each literal's own, and the one behind it.
    pub(in crate::rules) fn turns(&self, ask: &Ask) -> Vec<usize> {
        self.turns_at(&self.own_classes(ask))
    }

    fn turns_at(&self, own: &[(usize, usize)]) -> Vec<usize> {
        let around = own.iter().flat_map(|(class, _)| [*class, class + 1]);
        let mut turns: Vec<usize> = (MISSING..=OTHER).chain(around).collect();
        turns.sort_unstable();
        turns.dedup();
        turns.retain(|class| *class < self.class_count());
        turns
    }

    /// The words of all classes.
    ///
    /// What is absent gives no answer, so its bit is set in neither word and reads as unknown,
    /// except that the questions about the state itself are always answered.
    fn answer(&self, asks: &[Ask]) -> Vec<u64> {
        let classes = self.class_count();
        let mut answers = vec![0_u64; classes * 2 * self.words];
        for (bit, ask) in asks.iter().enumerate() {
            // an answer stays the same up to the next turn
            let own = self.own_classes(ask);
            let turns = self.turns_at(&own);
            let ends = turns.iter().skip(1).copied().chain([classes]);
            for (turn, end) in turns.iter().zip(ends) {
                let Some(holds) = self.answer_of(ask, *turn, &own) else { continue };
                for class in *turn..end {
                    let at = class * 2 * self.words + if holds { 0 } else { self.words } + bit / 64;
                    answers[at] |= 1 << (bit % 64); // `classes` and `words` count these
                }
            }
        }
        answers
    }

    /// Whether an ask holds of the values of that class; `own` are the classes of its literals.
    fn answer_of(&self, ask: &Ask, class: usize, own: &[(usize, usize)]) -> Option<bool> {
        let literal = || own.get(own.partition_point(|(at, _)| *at < class)).filter(|(at, _)| *at == class);
        let compared = |literal: &Literal| class.cmp(&self.class_of_literal(literal));
        Some(match (class, ask) {
            (MISSING, Ask::Is(state)) => is(Value::Missing, *state),
            (NULL, Ask::Is(state)) => is(Value::Null, *state),
            (INVALID, Ask::Is(state)) => is(Value::Invalid(""), *state),
            (MISSING | NULL | INVALID, _) => return None,
            (_, Ask::Compare(comparison, literal)) => comparison.holds(compared(literal)),
            (_, Ask::Between(low, high)) => low.0.holds(compared(&low.1)) && high.0.holds(compared(&high.1)),
            (_, Ask::OneOf(_)) => literal().is_some(),
            // a text without a place in the order compares with none
            (_, Ask::Ordered(comparison, at, _)) => comparison.holds(literal()?.1.cmp(at)),
            (_, Ask::Is(state)) => *state == State::Known,
        })
    }

    /// The class that a value equal to this literal would have, whatever number kind the literal is
    /// of.
    fn class_of_literal(&self, literal: &Literal) -> usize {
        match &self.classes {
            Classes::Numbers { cuts, .. } => {
                OTHER + 2 * cuts.partition_point(|cut| compare_numbers(cut, literal).is_lt()) + 1
            }
            Classes::Times { cuts } => OTHER + 2 * cuts.partition_point(|cut| *cut < time(literal)) + 1,
            Classes::Texts(_) | Classes::Booleans | Classes::Presence => self.class(literal.as_value()),
        }
    }

    /// The class of a value.
    ///
    /// A value of a kind that the literals are not of has the class of other values. It does not
    /// come up: the executors check kinds when they read.
    ///
    /// # Cost
    /// A binary search of numbers and times, one hash of a text, nothing of a truth.
    pub(in crate::rules) fn class(&self, value: Value<'_>) -> usize {
        match value {
            Value::Missing => return MISSING,
            Value::Null => return NULL,
            Value::Invalid(_) => return INVALID,
            _ => {}
        }
        match (&self.classes, value) {
            (Classes::Numbers { floats, .. }, Value::Number(number)) if !floats.is_empty() => among(floats, number),
            (Classes::Numbers { floats, .. }, Value::Integer(integer))
                if !floats.is_empty() && integer.unsigned_abs() <= EXACT =>
            {
                among(floats, integer as f64)
            }
            (Classes::Numbers { cuts, .. }, value) => {
                let compare = |cut: &Literal| match (cut, value) {
                    (Literal::Integer(cut), Value::Integer(integer)) => cut.cmp(&integer),
                    (Literal::Integer(cut), Value::Number(number)) => integer_with_number(*cut, number),
                    (Literal::Number(cut), Value::Integer(integer)) => integer_with_number(integer, *cut).reverse(),
                    (Literal::Number(cut), Value::Number(number)) => {
                        cut.partial_cmp(&number).unwrap_or(Ordering::Greater)
                    }
                    _ => Ordering::Greater,
                };
                let at = cuts.partition_point(|cut| compare(cut).is_lt());
                OTHER + 2 * at + usize::from(cuts.get(at).is_some_and(|cut| compare(cut).is_eq()))
            }
            (Classes::Times { cuts }, value) => {
                let time = match value {
                    Value::Day(day) => i64::from(day.days()),
                    Value::Timestamp(at) => at.micros(),
                    _ => i64::MIN,
                };
                let at = cuts.partition_point(|cut| *cut < time);
                OTHER + 2 * at + usize::from(cuts.get(at) == Some(&time))
            }
            (Classes::Texts(texts), Value::Text(text)) => texts.get(text).copied().unwrap_or(OTHER),
            (Classes::Booleans, Value::Boolean(boolean)) => OTHER + usize::from(boolean),
            _ => OTHER,
        }
    }

    /// The words of those that hold, and of those that do not, of a value of that class.
    ///
    /// Both are as long as the subject has words. A class out of range gives empty words, which
    /// read as unknown.
    pub(in crate::rules) fn answers(&self, class: usize) -> (&[u64], &[u64]) {
        let at = class * 2 * self.words;
        self.answers.get(at..at + 2 * self.words).unwrap_or_default().split_at(self.words)
    }

    /// What the ask of that number is answered for a value of that class.
    ///
    /// For explanations and analysis; the executors copy whole words instead.
    pub(in crate::rules) fn truth(&self, class: usize, ask: usize) -> Truth {
        let (holds, fails) = self.answers(class);
        Answers { holds, fails }.truth(ask)
    }

    /// The numbers it compares with, rising; `None` if it compares with something else.
    ///
    /// The column executor compares a whole column with them without going through [`Value`].
    pub(in crate::rules) fn number_cuts(&self) -> Option<&[Literal]> {
        match &self.classes {
            Classes::Numbers { cuts, .. } => Some(cuts),
            Classes::Presence => Some(&[]),
            _ => None,
        }
    }

    /// The days or microseconds it compares with, rising; `None` if it compares with something else.
    pub(in crate::rules) fn time_cuts(&self) -> Option<&[i64]> {
        match &self.classes {
            Classes::Times { cuts } => Some(cuts),
            Classes::Presence => Some(&[]),
            _ => None,
        }
    }

    /// The classes that a value can be in, of which that much is known.
    ///
    /// `least` and `most` are included. Of whole numbers a stretch between two cuts is left out if
    /// no whole number lies in it, so `visits > 3 and visits < 4` is found to be impossible.
    ///
    /// What is left out is impossible for certain; what is kept may be impossible for a reason that
    /// is not known here.
    pub(in crate::rules) fn possible(&self, least: f64, most: f64, whole: bool, present: bool) -> Vec<usize> {
        let absent = if present { 0..0 } else { MISSING..OTHER };
        let classes: Vec<usize> = match &self.classes {
            Classes::Numbers { cuts, .. } => {
                let cuts: Vec<f64> = cuts.iter().filter_map(Literal::number).collect();
                let fits = |class: &usize| {
                    let (gap, on) = (*class / 2, class % 2 == 1);
                    let cut = |at: usize| cuts.get(at).copied();
                    if on {
                        return cut(gap).is_some_and(|x| least <= x && x <= most && (!whole || x.fract() == 0.0));
                    }
                    let below = gap.checked_sub(1).and_then(cut).unwrap_or(f64::NEG_INFINITY);
                    let above = cut(gap).unwrap_or(f64::INFINITY);
                    let room = if whole { below.floor() + 1.0 < above } else { true };
                    room && most > below && least < above && !(whole && (least >= above || most <= below))
                };
                (0..=2 * cuts.len()).filter(fits).map(|class| OTHER + class).collect()
            }
            Classes::Times { cuts } => {
                let room = |class: &usize| {
                    let gap = class / 2;
                    class % 2 == 1
                        || gap == 0
                        || cuts.get(gap).zip(cuts.get(gap - 1)).is_none_or(|(above, below)| above - below > 1)
                };
                (0..=2 * cuts.len()).filter(room).map(|class| OTHER + class).collect()
            }
            Classes::Texts(texts) => (OTHER..=OTHER + texts.len()).collect(),
            Classes::Booleans => vec![OTHER, OTHER + 1],
            Classes::Presence => vec![OTHER],
        };
        absent.chain(classes).collect()
    }

    /// Bytes held.
    pub(in crate::rules) fn bytes(&self) -> usize {
        let classes = match &self.classes {
            Classes::Numbers { cuts, floats } => cuts.len() * size_of::<Literal>() + floats.len() * 8,
            Classes::Times { cuts } => cuts.len() * 8,
            Classes::Texts(texts) => texts.allocation_size(),
            Classes::Booleans | Classes::Presence => 0,
        };
        classes + self.answers.len() * 8
    }
}

/// The class of a number among cuts that are all exact as numbers: twice the cuts below it, and one
/// more if it lies on a cut. Stored numbers are finite; NaN would count as below the first cut.
fn among(cuts: &[f64], number: f64) -> usize {
    let at = cuts.partition_point(|cut| *cut < number);
    OTHER + 2 * at + usize::from(cuts.get(at) == Some(&number))
}

/// A day in days or an instant in microseconds since 1970.
fn time(literal: &Literal) -> i64 {
    match literal {
        Literal::Day(day) => i64::from(day.days()),
        Literal::Timestamp(at) => at.micros(),
        _ => i64::MAX,
    }
}

/// The exact order of two literals that are numbers, without rounding a whole number on the way.
fn compare_numbers(a: &Literal, b: &Literal) -> Ordering {
    match (a, b) {
        (Literal::Integer(a), Literal::Integer(b)) => a.cmp(b),
        (Literal::Integer(a), Literal::Number(b)) => integer_with_number(*a, *b),
        (Literal::Number(a), Literal::Integer(b)) => integer_with_number(*b, *a).reverse(),
        (Literal::Number(a), Literal::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}
