//! Attributes of customers made ready for a tree: each row's place among the values, worked out once.
//!
//! A tree asks the same attribute again in each node and, where it is measured, in each fold. So values are sorted once;
//! from then on a row has the number of its place, two bytes, and a node adds up rows place by place.
//!
//! | kind | becomes | not known is |
//! | --- | --- | --- |
//! | number, whole number, day, instant, truth | the place among different values, or among 1,024 groups of them | a place of its own |
//! | text | its number in the alphabet | a number of its own |
//! | set | the numbers of its members; of more than 256 different ones the commonest count | said row by row |
//! | point on the earth | left out | |
//!
//! Missing, null and invalid are all *not known*, as they are to rules.
//!
//! Groups are made of all customers, also of those that a fold leaves out. That tells a tree nothing of what it is to
//! learn, since only the attribute is looked at.

use std::collections::BTreeMap;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::encoding::left_out;
use crate::value::{Attribute, Column, Kind, Raw, Role, State};

use super::mark::{Mark, between, between_days, between_instants, between_integers};

/// How many places values in order have at most. Up to so many different values every cut is looked at; of more
/// those between groups of about as many customers.
pub(super) const BINS: usize = 1024;
/// How many members of sets are looked at: the commonest.
const MEMBERS: usize = 256;
/// The place of what is not known, among values in order.
pub(super) const NO_BIN: u16 = u16::MAX;
/// The number of what is not known, among texts.
pub(super) const NO_TEXT: u32 = u32::MAX;

/// Attributes made ready. Rows are those of the customers, in their order.
pub(crate) struct Table {
    /// In the order of the customers' schema.
    pub(crate) features: Vec<Feature>,
    /// Which attributes are not there, and why.
    pub(crate) notes: Vec<String>,
}

/// One attribute: its name, and each row's value as a small number.
pub(crate) struct Feature {
    /// The attribute's name.
    pub(crate) name: String,
    /// Each row's value.
    pub(crate) values: Values,
    /// Whether somebody's value is not known.
    pub(crate) some_unknown: bool,
}

/// Each row's value; which form it has follows from the kind of the attribute.
pub(crate) enum Values {
    /// Values in order as places from 0; whoever is at place `i` or before lies below `marks[i]`.
    Ordered { bins: Vec<u16>, marks: Vec<Mark> },
    /// One text of some, which stand in alphabetical order.
    Texts { codes: Vec<u32>, texts: Vec<String> },
    /// Some texts each: where each row's end, and which; `known` says of whom they are known.
    Sets { ends: Vec<usize>, codes: Vec<u32>, known: Vec<bool>, texts: Vec<String> },
}

/// Which attributes a tree may look at.
///
/// What is excluded stays excluded if it is also named: a goal is never asked for itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    /// Only these; all that describe customers unless said.
    pub(crate) only: Option<Vec<String>>,
    /// None of these.
    pub(crate) without: Vec<String>,
}

impl Table {
    /// The attributes that are chosen; unless they are named, those of the roles *base* and *descriptor*, without ids.
    ///
    /// O(n log n) an attribute, in parallel over attributes.
    ///
    /// # Errors
    /// If a name is not known, or one that is named is a place.
    pub(crate) fn new(customers: &Customers, choice: &Choice) -> Result<Self> {
        let known = |name: &String| customers.column(name).map(|_| ());
        choice.only.iter().flatten().chain(&choice.without).try_for_each(known)?;
        let mut notes = Vec::new();
        let mut chosen: Vec<(&Attribute, &Column)> = Vec::new();
        for (attribute, column) in customers.columns() {
            let named = choice.only.as_ref().map(|only| only.contains(&attribute.name));
            if choice.without.contains(&attribute.name) || named == Some(false) {
                continue;
            }
            if named == Some(true) && attribute.kind == Kind::Point {
                return Err(Error::wrong_kind(&attribute.name, attribute.kind, "other than a place"));
            }
            let why = match (named, attribute.role) {
                (Some(_), _) => None,
                (None, Role::Base | Role::Descriptor) => left_out(attribute, column),
                (None, _) => continue,
            };
            match why {
                None => chosen.push((attribute, column)),
                Some(why) => notes.push(format!("`{}` is left out: it {why}", attribute.name)),
            }
        }
        let features = crate::parallel::map(chosen.len(), |at| Feature::new(chosen[at].0, chosen[at].1));
        Ok(Table { features: features.into_iter().flatten().collect(), notes })
    }
}

impl Feature {
    /// `None` of a place, which has no order.
    fn new(attribute: &Attribute, column: &Column) -> Option<Self> {
        let known = |row: usize| column.state(row) == State::Present;
        let rows = 0..column.len();
        let values = match column.raw() {
            Raw::Numbers(values) => {
                let keys = rows.map(|row| known(row).then(|| key(values[row])));
                ordered(keys.collect(), |low, high| Mark::Number(between(number(low), number(high))))
            }
            Raw::Integers(values) => {
                let keys = rows.map(|row| known(row).then(|| values[row]));
                ordered(keys.collect(), |low, high| Mark::Integer(between_integers(low, high)))
            }
            Raw::Days(values) => {
                let keys = rows.map(|row| known(row).then(|| values[row]));
                ordered(keys.collect(), |low, high| Mark::Day(between_days(low, high)))
            }
            Raw::Timestamps(values) => {
                let keys = rows.map(|row| known(row).then(|| values[row]));
                ordered(keys.collect(), |low, high| Mark::Timestamp(between_instants(low, high)))
            }
            Raw::Booleans(values) => {
                let keys = rows.map(|row| known(row).then(|| values[row]));
                ordered(keys.collect(), |_, high| Mark::Boolean(high))
            }
            Raw::Texts(codes, dictionary) => {
                let keys: Vec<Option<u32>> = rows.map(|row| known(row).then(|| codes[row])).collect();
                let (numbers, texts) = renumbered(keys.iter().flatten(), |code| dictionary.text(code), usize::MAX);
                let number = |code: Option<u32>| code.and_then(|code| numbers.get(&code).copied()).unwrap_or(NO_TEXT);
                Values::Texts { codes: keys.into_iter().map(number).collect(), texts }
            }
            Raw::Sets(ends, codes, dictionary) => {
                let (numbers, texts) = renumbered(codes.iter(), |code| dictionary.text(code), MEMBERS);
                let (mut new_ends, mut new_codes) = (Vec::with_capacity(ends.len()), Vec::new());
                let mut begin = 0;
                for end in ends {
                    new_codes.extend(codes[begin..*end].iter().filter_map(|code| numbers.get(code)));
                    new_ends.push(new_codes.len());
                    begin = *end;
                }
                Values::Sets { ends: new_ends, codes: new_codes, known: rows.map(known).collect(), texts }
            }
            Raw::Points => return None,
        };
        Some(Feature { name: attribute.name.clone(), values, some_unknown: !column.is_complete() })
    }
}

/// A whole number in the order of the number; −0 is 0. The bits of floats are in order but for those below 0.
fn key(number: f64) -> i64 {
    let bits = (number + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The number of a [`key`].
fn number(key: i64) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

/// Places of values in order: one for each different value while there are few, else groups of about as many rows.
///
/// Equal values are never divided, so a value that half of the customers have is a group of its own, and the other groups
/// share the rest. `mark` makes a cut of the largest value of a place and the smallest of the next.
///
/// O(n log n).
fn ordered<T: Copy + Ord>(keys: Vec<Option<T>>, mark: impl Fn(T, T) -> Mark) -> Values {
    let mut sorted: Vec<T> = keys.iter().flatten().copied().collect();
    sorted.sort_unstable();
    let rows = sorted.len();
    let mut different: Vec<(T, usize)> = Vec::new();
    for value in sorted {
        match different.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => different.push((value, 1)),
        }
    }
    let mut marks = Vec::new();
    let mut greatest: Vec<T> = Vec::new(); // of each place
    let few = different.len() <= BINS;
    let (mut inside, mut done) = (0, 0);
    for (at, (value, count)) in different.iter().enumerate() {
        inside += count;
        let places_left = BINS.saturating_sub(marks.len()).max(1);
        let full = few || inside * places_left >= rows - done;
        if let Some((next, _)) = different.get(at + 1)
            && full
            && marks.len() + 1 < BINS
        {
            marks.push(mark(*value, *next));
            greatest.push(*value);
            done += inside;
            inside = 0;
        }
    }
    let place = |value: T| greatest.partition_point(|last| *last < value) as u16;
    Values::Ordered { bins: keys.into_iter().map(|key| key.map_or(NO_BIN, place)).collect(), marks }
}

/// New numbers for codes, by the alphabet; of more texts than `most` the commonest.
///
/// A column numbers its texts in the order in which they came up; numbers by the alphabet make ties between texts fall the
/// same way in whatever order the customers stand.
fn renumbered<'c, 't>(
    codes: impl Iterator<Item = &'c u32>,
    text: impl Fn(u32) -> Option<&'t str>,
    most: usize,
) -> (BTreeMap<u32, u32>, Vec<String>) {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    codes.for_each(|code| *counts.entry(*code).or_default() += 1);
    let mut named: Vec<(&str, u32, usize)> =
        counts.into_iter().filter_map(|(code, count)| Some((text(code)?, code, count))).collect();
    if named.len() > most {
        named.sort_unstable_by_key(|(text, _, count)| (std::cmp::Reverse(*count), *text));
        named.truncate(most);
    }
    named.sort_unstable();
    let texts = named.iter().map(|(text, _, _)| (*text).to_owned()).collect();
    (named.into_iter().zip(0..).map(|((_, code, _), number)| (code, number)).collect(), texts)
}
