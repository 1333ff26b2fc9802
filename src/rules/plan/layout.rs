//! Where the answer to each leaf stands.
//!
//! The answers of a plan are bits in words of 64. The leaves that compare one term with values of the definitions lie
//! together, from the start of a word on, so that one search for the term's value gives all of them as whole words. The
//! leaves that are asked by themselves follow, a bit each; behind them the memberships, which definitions ask for too.

use super::lines::Drawing;
use super::lower::Lower;
use super::subjects::{Ask, Subject};
use crate::rules::meaning::expr::Expr;

/// Where the answers to the atoms stand.
///
/// It is worked out when all leaves are known, since the leaves of one subject must lie together
/// wherever they were met.
pub(super) struct Layout {
    /// Where the answer to each atom stands, in bits.
    pub places: Vec<usize>,
    pub subjects: Vec<Subject>,
    /// The atoms that no subject answers.
    pub singles: Vec<usize>,
    /// How many words all answers take.
    pub words: usize,
    /// For each atom the subject that answers it, and the classes from which on the answer may be another.
    pub subject_of: Vec<Option<usize>>,
    pub turns: Vec<Vec<usize>>,
}

impl Layout {
    /// No line yet but an empty one for each audience; their answers will begin at that word.
    pub(super) fn drawing(&self, word: usize, audiences: usize) -> Drawing<'_> {
        Drawing {
            subject_of: &self.subject_of,
            turns: &self.turns,
            places: &self.places,
            subjects: &self.subjects,
            word,
            lines: vec![Vec::new(); audiences],
        }
    }

    /// Groups the leaves by their subject, in the order in which the subjects are first met.
    ///
    /// A leaf joins a subject only if all its literals are of the term's kind; `seen = 2024-05-01`,
    /// where `seen` is an instant, is asked by itself.
    pub(super) fn of(lower: &Lower<'_>) -> Self {
        let mut groups: Vec<(&Expr, Vec<(usize, Ask)>)> = Vec::new();
        let mut numbers = std::collections::HashMap::new();
        let mut singles = Vec::new();
        for (number, atom) in lower.atoms.iter().enumerate() {
            let asked = Ask::of(&atom.test).filter(|(expr, ask)| Subject::takes(ask, lower.kind_of(expr)));
            let Some((expr, ask)) = asked else {
                singles.push(number);
                continue;
            };
            let key = format!("{expr:?}");
            let next = groups.len();
            let group = *numbers.entry(key).or_insert(next);
            match groups.get_mut(group) {
                Some((_, asks)) => asks.push((number, ask)),
                None => groups.push((expr, vec![(number, ask)])),
            }
        }
        let mut places = vec![0; lower.atoms.len()];
        let (mut subject_of, mut turns) = (vec![None; lower.atoms.len()], vec![Vec::new(); lower.atoms.len()]);
        let mut word = 0;
        let mut subjects: Vec<Subject> = Vec::with_capacity(groups.len());
        for (expr, asks) in groups {
            let (numbers, asks): (Vec<usize>, Vec<Ask>) = asks.into_iter().unzip();
            let subject = Subject::new(expr.clone(), &asks, word);
            for (bit, (number, ask)) in numbers.into_iter().zip(&asks).enumerate() {
                places[number] = word * 64 + bit; // as many as atoms
                subject_of[number] = Some(subjects.len());
                turns[number] = subject.turns(ask);
            }
            word += subject.words;
            subjects.push(subject);
        }
        for (bit, number) in singles.iter().enumerate() {
            places[*number] = word * 64 + bit; // as many as atoms
        }
        word += singles.len().div_ceil(64);
        Layout { places, subjects, singles, words: word, subject_of, turns }
    }
}
