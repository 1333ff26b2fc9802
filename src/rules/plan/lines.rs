//! Conditions whose parts ask one subject each, decided for all definitions at once.
//!
//! Most conditions are a conjunction of parts such as `country in ("DE", "FR")`, `mrr >= 100` and `industry = "a" or industry
//! = "b"`, each of which looks at one subject. Such a conjunction is a *line*. A value of the subject settles that part of
//! every line at once, and values of one class settle it alike: a [`Row`] says, a bit a line, which parts hold and which
//! fail. Asking a customer is then one "and" a subject for 256 lines, however many leaves they have.
//!
//! # Cost
//!
//! A table has as many rows as the literals of its 256 lines make a difference, at most two a literal, of 64 bytes; and four
//! bytes for each class of its subject.

use std::hash::BuildHasher;

use hashbrown::HashTable;

use super::program::{Answers, Step, program};
use super::subjects::Subject;
use crate::rules::meaning::node::Node;
use crate::rules::truth::Truth;
use crate::value::HASHER;

/// Words of a row, of each of its sides.
const WORDS: usize = 4;
/// Lines of a block: those whose bits lie in one row.
const BLOCK: usize = 64 * WORDS;

/// Of which lines of a block the part holds, and of which it fails. A line that does not ask the subject holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(align(64))]
struct Row {
    holds: [u64; WORDS],
    fails: [u64; WORDS],
}

/// What each class of a subject's values makes of the lines of a block.
#[derive(Clone, Debug)]
struct Table {
    /// Where the block begins among the words of the lines.
    word: usize,
    /// For each class the number of its row.
    row_of: Vec<u32>,
    rows: Vec<Row>,
}

/// The lines of a plan.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Lines {
    /// Where their answers begin among those of the plan, in words.
    pub word: usize,
    /// How many words they take.
    pub words: usize,
    /// The tables of each subject.
    tables: Vec<Vec<Table>>,
}

impl Lines {
    /// As it is before any subject was asked: every line holds.
    pub(in crate::rules) fn start(&self, holds: &mut [u64], fails: &mut [u64]) {
        let at = self.word..self.word + self.words;
        if let (Some(holds), Some(fails)) = (holds.get_mut(at.clone()), fails.get_mut(at)) {
            holds.fill(u64::MAX);
            fails.fill(0);
        }
    }

    /// What is left of the lines when that subject has a value of that class.
    pub(in crate::rules) fn narrow(&self, subject: usize, class: usize, holds: &mut [u64], fails: &mut [u64]) {
        for table in self.tables.get(subject).into_iter().flatten() {
            let row = table.row_of.get(class).and_then(|row| table.rows.get(*row as usize));
            let at = self.word + table.word;
            let at = at..at + WORDS;
            if let (Some(row), Some(holds), Some(fails)) = (row, holds.get_mut(at.clone()), fails.get_mut(at)) {
                holds.iter_mut().zip(&row.holds).for_each(|(to, from)| *to &= from);
                fails.iter_mut().zip(&row.fails).for_each(|(to, from)| *to |= from);
            }
        }
    }
}

/// A condition, and whether it is meant the other way round.
type Part<'n> = (&'n Node, bool);

/// Finds the lines of conditions, and makes them.
pub(super) struct Drawing<'p> {
    /// For each atom the subject that answers it.
    pub subject_of: &'p [Option<usize>],
    /// For each atom the classes of its subject from which on it may be answered otherwise.
    pub turns: &'p [Vec<usize>],
    pub places: &'p [usize],
    pub subjects: &'p [Subject],
    /// Where the answers to the lines will begin, in words.
    pub word: usize,
    /// The parts of each line, with the subject that each asks.
    pub lines: Vec<Vec<(usize, Node, bool)>>,
}

impl Drawing<'_> {
    /// The program of a condition, with a leaf for each line that was found in it.
    pub(super) fn steps(&mut self, node: &Node, place: &impl Fn(&Node) -> usize) -> Vec<Step> {
        program(node, place, &mut |node| self.split(node))
    }

    /// Makes the condition the line of that number, if all of it is one; gives its place.
    pub(super) fn whole(&mut self, node: &Node, line: usize) -> Option<usize> {
        let parts = flat(node);
        let parts: Option<Vec<_>> = parts.iter().map(|part| self.part(part)).collect();
        let parts = parts.filter(|parts| !parts.is_empty())?;
        *self.lines.get_mut(line)? = parts;
        Some(self.word * 64 + line)
    }

    /// The place of the line in a condition, and what remains of the condition beside it.
    fn split<'n>(&mut self, node: &'n Node) -> Option<(usize, Vec<Part<'n>>)> {
        let (mut parts, mut rest) = (Vec::new(), Vec::new());
        for part in flat(node) {
            match self.part(&part) {
                Some(found) => parts.push(found),
                None => rest.push(part),
            }
        }
        if parts.len() < 2 {
            return None;
        }
        self.lines.push(parts);
        Some((self.word * 64 + self.lines.len() - 1, rest))
    }

    /// The part with the subject that it asks, if it asks one.
    fn part(&self, (node, negated): &Part<'_>) -> Option<(usize, Node, bool)> {
        let mut asked = None;
        self.asks_one(node, &mut asked).then_some(())?;
        Some((asked?, (*node).clone(), *negated))
    }

    fn asks_one(&self, node: &Node, asked: &mut Option<usize>) -> bool {
        match node {
            Node::Constant(_) => true,
            Node::Atom(atom) => {
                let subject = self.subject_of.get(*atom).copied().flatten();
                subject.is_some_and(|subject| *asked.get_or_insert(subject) == subject)
            }
            Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
                nodes.iter().all(|node| self.asks_one(node, asked))
            }
            Node::Not(node) | Node::IfUnknown(node, _) => self.asks_one(node, asked),
            Node::Member(_) | Node::Test(_) => false,
        }
    }

    /// All lines that were found.
    pub(super) fn finish(self) -> Lines {
        let mut tables: Vec<Vec<Table>> = self.subjects.iter().map(|_| Vec::new()).collect();
        for (block, lines) in self.lines.chunks(BLOCK).enumerate() {
            for (number, subject) in self.subjects.iter().enumerate() {
                let turns = self.turns_of(lines, number, subject);
                if let (false, Some(tables)) = (turns.is_empty(), tables.get_mut(number)) {
                    tables.push(Table::new(block * WORDS, turns, subject.class_count()));
                }
            }
        }
        Lines { word: self.word, words: self.lines.len().div_ceil(BLOCK) * WORDS, tables }
    }

    /// From which class of the subject on which line of a block is answered how, by class.
    fn turns_of(&self, lines: &[Vec<(usize, Node, bool)>], number: usize, subject: &Subject) -> Vec<Turn> {
        let mut all = Vec::new();
        for (line, parts) in lines.iter().enumerate() {
            let of_subject =
                || parts.iter().filter(|(asked, ..)| *asked == number).map(|(_, node, negated)| (node, *negated));
            let mut classes = Vec::new();
            of_subject().for_each(|(node, _)| self.classes(node, &mut classes));
            classes.sort_unstable();
            classes.dedup();
            for class in classes {
                let truth = of_subject().fold(Truth::True, |truth, (node, negated)| {
                    let part = node.combine(&mut |leaf| self.truth(leaf, subject, class));
                    truth.and(if negated { !part } else { part })
                });
                all.push(Turn { class, line, truth });
            }
        }
        all.sort_unstable_by_key(|turn| turn.class);
        all
    }

    /// The classes from which on a leaf of the condition may be answered otherwise.
    fn classes(&self, node: &Node, classes: &mut Vec<usize>) {
        match node {
            Node::Atom(atom) => classes.extend(self.turns.get(*atom).into_iter().flatten()),
            Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
                nodes.iter().for_each(|node| self.classes(node, classes));
            }
            Node::Not(node) | Node::IfUnknown(node, _) => self.classes(node, classes),
            Node::Constant(_) | Node::Member(_) | Node::Test(_) => {}
        }
    }

    fn truth(&self, leaf: &Node, subject: &Subject, class: usize) -> Truth {
        let (holds, fails) = subject.answers(class);
        match leaf {
            Node::Atom(atom) => {
                let place = self.places.get(*atom).map_or(usize::MAX, |place| place - subject.word * 64); // the subject's
                Answers { holds, fails }.truth(place)
            }
            _ => Truth::Unknown,
        }
    }
}

/// The parts of a conjunction.
fn flat(node: &Node) -> Vec<Part<'_>> {
    fn push<'n>(node: &'n Node, negated: bool, parts: &mut Vec<Part<'n>>) {
        match (node, negated) {
            (Node::All(nodes), false) | (Node::Any(nodes), true) => {
                nodes.iter().for_each(|node| push(node, negated, parts));
            }
            (Node::Not(node), _) => push(node, !negated, parts),
            _ => parts.push((node, negated)),
        }
    }
    let mut parts = Vec::new();
    push(node, false, &mut parts);
    parts
}

/// From that class on, the line is so answered.
struct Turn {
    class: usize,
    line: usize,
    truth: Truth,
}

impl Table {
    fn new(word: usize, turns: Vec<Turn>, classes: usize) -> Self {
        let mut table = Table { word, row_of: Vec::with_capacity(classes), rows: Vec::new() };
        let mut numbers: HashTable<u32> = HashTable::new();
        let mut row = Row { holds: [u64::MAX; WORDS], fails: [0; WORDS] };
        let mut turns = turns.into_iter().peekable();
        for class in 0..classes {
            let turned = turns.peek().is_some_and(|turn| turn.class == class);
            while let Some(Turn { line, truth, .. }) = turns.next_if(|turn| turn.class == class) {
                row.set(line, truth);
            }
            if let (false, Some(before)) = (turned, table.row_of.last()) {
                table.row_of.push(*before);
                continue;
            }
            let rows = &mut table.rows;
            let same = |number: &u32| rows.get(*number as usize) == Some(&row);
            let number = numbers.find(HASHER.hash_one(row), same).copied();
            let number = number.unwrap_or_else(|| {
                let number = rows.len() as u32; // two a literal at most, of which there are fewer
                rows.push(row);
                numbers
                    .insert_unique(HASHER.hash_one(row), number, |number| HASHER.hash_one(rows.get(*number as usize)));
                number
            });
            table.row_of.push(number);
        }
        table
    }
}

impl Row {
    fn set(&mut self, line: usize, truth: Truth) {
        let (word, bit) = (line / 64, 1 << (line % 64));
        if let (Some(holds), Some(fails)) = (self.holds.get_mut(word), self.fails.get_mut(word)) {
            *holds = if truth.is_true() { *holds | bit } else { *holds & !bit };
            *fails = if truth.is_false() { *fails | bit } else { *fails & !bit };
        }
    }
}
