//! Texts, truths and sets of texts of each group.
//!
//! One pass over the rows of each group counts how often each text occurs; everything else (shares, lifts, intervals)
//! is made of these counts. Three kinds of attribute come here, because they are profiled alike:
//!
//! | attribute | counted | shares add up to |
//! | --- | --- | --- |
//! | text | the row's text | 1, with the rarer ones taken together |
//! | truth | `true` and `false` | 1 |
//! | set | each text of the row's set | more than 1 where customers have several |
//!
//! A share is of the customers of whom the attribute is known; how many it is not known of is told beside it and never
//! mixed in. Everybody's counts are the sum of the groups' counts, so that tables add up.
//!
//! # The figures
//!
//! - `share`: x / n, with Wilson's interval.
//! - `lift`: the group's share over everybody's. The interval is made of the group and the *others*, which are
//!   independent of each other, and then carried over to the group and everybody.
//! - `difference`: Cohen's h, the difference of 2 · arcsin √share of the group and of the others (J. Cohen 1988,
//!   *Statistical Power Analysis for the Behavioral Sciences*, 2nd ed., section 6.2). It has the same meaning at 5 %
//!   and at 50 %, which a difference of shares has not.

use crate::math::interval;
use crate::value::{Attribute, Column, Dictionary, Level, State};

use super::groups::Groups;
use super::summary::{CategorySummary, Estimate};

/// Of how many it is known, and the summaries: of each group, then of everybody.
///
/// `most` is how many texts are shown of an attribute without an order. The last entry is everybody, which has neither
/// an interval of its lift nor a difference, because there are no others.
pub(super) fn summarize(
    attribute: &Attribute,
    column: &Column,
    groups: &Groups<'_>,
    most: usize,
    confidence: f64,
) -> Vec<(f64, Vec<CategorySummary>)> {
    let codes = Codes::of(column);
    let slots = Slots::choose(attribute, &codes, groups, most);
    let z = interval::normal(confidence);
    let mut known: Vec<f64> = Vec::with_capacity(groups.len() + 1);
    let mut counts: Vec<Vec<f64>> = Vec::with_capacity(groups.len() + 1);
    for group in 0..groups.len() {
        let (mut present, mut count) = (0.0, vec![0.0; slots.names.len()]);
        for row in groups.rows(group) {
            let weight = groups.weight(row);
            let is_known = codes.each(row, |code| {
                if let Some(slot) = slots.of_code.get(code as usize).and_then(|slot| count.get_mut(*slot as usize)) {
                    *slot += weight;
                }
            });
            if is_known {
                present += weight;
            }
        }
        known.push(present);
        counts.push(count);
    }
    // everybody is the sum of the groups, so that totals add up
    known.push(known.iter().sum());
    counts.push((0..slots.names.len()).map(|slot| counts.iter().map(|count| count[slot]).sum()).collect());

    let (all, everybody) = (known[groups.len()], counts[groups.len()].clone());
    let row = |group: usize| {
        let one = |slot: usize| {
            let (x, n, whole) = (counts[group][slot], known[group], everybody[slot]);
            let share = (n > 0.0).then(|| x / n);
            let is_part = group < groups.len();
            let (rest_x, rest_n) = ((whole - x).max(0.0), (all - n).max(0.0));
            let lift = share.filter(|_| whole > 0.0).map(|share| share / (whole / all));
            let ends = if is_part { interval::lift_of_shares((x, n), (rest_x, rest_n), z) } else { None };
            let angle = |share: f64| 2.0 * share.clamp(0.0, 1.0).sqrt().asin();
            let rest = (is_part && rest_n > 0.0).then(|| rest_x / rest_n);
            let lift = Estimate::new(lift, ends);
            CategorySummary {
                category: slots.names[slot].0.clone(),
                pooled: slots.names[slot].1,
                weight: x,
                share: Estimate::new(share, interval::wilson(x, n, z)),
                index: lift.value.map(|lift| lift * 100.0),
                lift,
                difference: share.zip(rest).map(|(own, rest)| angle(own) - angle(rest)),
            }
        };
        (known[group], (0..slots.names.len()).map(one).collect())
    };
    (0..=groups.len()).map(row).collect()
}

/// A column as numbers of texts.
///
/// Texts are stored as codes already and borrowed; truths and sets are numbered on the way in, once.
///
/// `Texts` borrows the codes of the column and its dictionary; `Listed` has the codes of all rows in one list, where a
/// row's begin at the end of the row before.
pub(super) enum Codes<'a> {
    Texts(&'a Column, &'a [u32], &'a Dictionary),
    /// Truths and sets: where each row's codes end, and whether the row has a value.
    Listed {
        column: &'a Column,
        ends: Vec<usize>,
        codes: Vec<u32>,
        dictionary: Dictionary,
    },
}

impl<'a> Codes<'a> {
    /// Truths are numbered first, `true` before `false`, so that a column that knows only one of them has the same
    /// numbers.
    pub(super) fn of(column: &'a Column) -> Self {
        if let Some((codes, dictionary)) = column.codes() {
            return Codes::Texts(column, codes, dictionary);
        }
        let (mut ends, mut codes, mut dictionary) =
            (Vec::with_capacity(column.len()), Vec::new(), Dictionary::default());
        let (yes, no) = (dictionary.intern("true"), dictionary.intern("false"));
        for value in column.values() {
            if let Some(boolean) = value.boolean() {
                codes.push(if boolean { yes } else { no });
            }
            for text in value.set().into_iter().flat_map(|set| set.iter()) {
                codes.push(dictionary.intern(text));
            }
            ends.push(codes.len());
        }
        Codes::Listed { column, ends, codes, dictionary }
    }

    /// What the codes stand for.
    pub(super) fn dictionary(&self) -> &Dictionary {
        match self {
            Codes::Texts(_, _, dictionary) => dictionary,
            Codes::Listed { dictionary, .. } => dictionary,
        }
    }

    /// Calls `with` with each text of the row; whether the row has a value.
    ///
    /// A set that is known and empty has a value and no text: it counts among the known with a share of 0 in each
    /// text.
    pub(super) fn each(&self, row: usize, mut with: impl FnMut(u32)) -> bool {
        match self {
            Codes::Texts(column, codes, _) => {
                let known = column.state(row) == State::Present;
                if known && let Some(code) = codes.get(row) {
                    with(*code);
                }
                known
            }
            Codes::Listed { column, ends, codes, .. } => {
                let start = row.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
                let end = ends.get(row).copied().unwrap_or(start);
                codes.get(start..end).unwrap_or_default().iter().for_each(|code| with(*code));
                column.state(row) == State::Present
            }
        }
    }
}

/// Which texts are shown, and in which order.
///
/// A slot is a column of the printed table; a code without a slot is counted nowhere, which is how the rare texts of a
/// set are left out.
///
/// The choice is made over all customers, so that every group is shown in the same slots.
///
/// `of_code` has an entry for each code of the dictionary.
struct Slots {
    /// The text, and how many are taken together under it.
    names: Vec<(String, usize)>,
    of_code: Vec<u32>,
}

impl Slots {
    /// Those of an ordinal attribute in its order; else the most frequent first, of several as frequent in the order of
    /// the alphabet, so that the order of the customers does not matter.
    ///
    /// 1. Texts that nobody counted has are left out, whatever the dictionary holds.
    /// 2. An ordinal attribute is shown whole, however many levels it has, because a scale with gaps cannot be read.
    /// 3. Of others the `most` frequent by weight are shown; the rest of a text attribute goes into one slot, `17
    ///    others`.
    fn choose(attribute: &Attribute, codes: &Codes<'_>, groups: &Groups<'_>, most: usize) -> Self {
        let dictionary = codes.dictionary();
        let mut weights = vec![0.0; dictionary.len()];
        let mut seen = vec![false; dictionary.len()];
        for group in 0..groups.len() {
            for row in groups.rows(group) {
                codes.each(row, |code| {
                    if let Some(weight) = weights.get_mut(code as usize) {
                        *weight += groups.weight(row);
                        seen[code as usize] = true; // as long as the weights
                    }
                });
            }
        }
        let order: &[String] = if let Level::Ordinal(order) = &attribute.level { order } else { &[] };
        let rank = |text: &str| order.iter().position(|o| o == text).unwrap_or(order.len());
        let mut found: Vec<(usize, &str)> = dictionary.iter().enumerate().filter(|(code, _)| seen[*code]).collect();
        found.sort_by(|(a, x), (b, y)| {
            rank(x).cmp(&rank(y)).then(weights[*b].total_cmp(&weights[*a])).then_with(|| x.cmp(y))
        });
        let shown = if found.len() <= most.max(order.len()) { found.len() } else { most.max(order.len()) };
        let mut of_code = vec![u32::MAX; dictionary.len()];
        for (slot, (code, _)) in found.iter().enumerate() {
            of_code[*code] = slot.min(shown) as u32;
        }
        let mut names: Vec<(String, usize)> =
            found.iter().take(shown).map(|(_, text)| ((*text).to_owned(), 0)).collect();
        let pooled = found.len() - shown;
        // a customer has one text but many of a set: rare ones of a set would be counted twice, and are left out
        if pooled > 0 && matches!(codes, Codes::Texts(..)) {
            names.push((format!("{pooled} others"), pooled));
        }
        Slots { names, of_code }
    }
}
