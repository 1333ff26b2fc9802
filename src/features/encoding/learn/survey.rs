//! Which categories there are, and how much weight each has.
//!
//! Weights of customers count: a category is as common as its customers weigh, and one whose customers all
//! weigh nothing is not there. A truth is always two categories, for a column of truths with one of them may
//! well get the other.
//!
//! Of texts the codes of the dictionary are counted, so that a text is compared once and not for each customer; of
//! numbers equal ones are brought together by sorting.

use crate::value::{Column, Dictionary, Kind};

use super::super::categories::{Categories, number};
use super::super::spread::Numbers;
use super::Present;

/// The categories of an attribute, each with its weight.
///
/// In alphabetical order, numbers by size: whoever came first in the table does not matter.
pub(super) struct Survey {
    pub(super) categories: Categories,
    /// As many as categories, in their order; a category that was added has 0.
    pub(super) weights: Vec<f64>,
}

impl Survey {
    /// The categories that occur in these rows. O(n) of texts, O(n log n) of numbers.
    ///
    /// The attribute is known in all of these rows, and of a kind that has categories.
    pub(super) fn of(column: &Column, present: &Present<'_>) -> Survey {
        if let Some((codes, dictionary)) = column.codes() {
            let mut weights = vec![0.0; dictionary.len()];
            for (at, row) in present.rows.iter().enumerate() {
                weights[codes[*row] as usize] += present.weight(at);
            }
            return Survey::of_texts(dictionary, &weights);
        }
        let values: Vec<f64> = present.rows.iter().filter_map(|row| number(column.value(*row))).collect();
        let groups = Numbers { values: &values, weights: present.weights.as_deref() }.groups();
        let weight = |number: f64| groups.iter().find(|group| group.0 == number).map_or(0.0, |group| group.1);
        if column.kind() == Kind::Boolean {
            return Survey { categories: Categories::truths(), weights: vec![weight(0.0), weight(1.0)] };
        }
        let categories = Categories::numbers(groups.iter().map(|group| group.0).collect());
        Survey { categories, weights: groups.iter().map(|group| group.1).collect() }
    }

    /// The texts that have weight, in alphabetical order. Texts that a dictionary still holds and nobody has are not
    /// among them.
    fn of_texts(dictionary: &Dictionary, weights: &[f64]) -> Survey {
        let mut texts: Vec<(&str, f64)> =
            dictionary.iter().zip(weights.iter().copied()).filter(|(_, weight)| *weight > 0.0).collect();
        texts.sort_unstable_by(|a, b| a.0.cmp(b.0));
        let categories = Categories::texts(texts.iter().map(|(text, _)| (*text).to_owned()).collect());
        Survey { categories, weights: texts.iter().map(|(_, weight)| *weight).collect() }
    }

    /// Adds a category that nobody has, unless it is there or categories are numbers.
    ///
    /// So a word such as `not said` can stand for what is not known, with a column of its own.
    pub(super) fn add(&mut self, text: &str) {
        if self.categories.are_texts() && self.categories.find_text(text).is_none() {
            let at = self.categories.texts.partition_point(|known| known.as_str() < text);
            self.categories.texts.insert(at, text.to_owned());
            self.weights.insert(at, 0.0);
        }
    }

    /// The commonest category, the first of several in alphabetical order.
    pub(super) fn commonest(&self) -> String {
        let pairs = self.categories.texts.iter().zip(&self.weights);
        pairs.rev().max_by(|a, b| a.1.total_cmp(b.1)).map_or_else(String::new, |(text, _)| text.clone())
    }

    /// The weight of a category, 0 of one that is not there.
    pub(super) fn weight_of(&self, text: &str) -> f64 {
        self.categories.find_text(text).and_then(|at| self.weights.get(at)).copied().unwrap_or(0.0)
    }

    /// Which categories have a column: those with a share of at least `least`, the commonest `most`, and `always`.
    ///
    /// Of equally common ones the first in their order.
    pub(super) fn kept(&self, least: f64, most: usize, always: Option<&str>) -> Vec<bool> {
        self.kept_of(self.weights.iter().sum(), least, most, always)
    }

    /// As [`kept`](Survey::kept), with shares of another total: members of sets overlap, and a share is then that of
    /// customers who have it.
    pub(super) fn kept_of(&self, total: f64, least: f64, most: usize, always: Option<&str>) -> Vec<bool> {
        let mut order: Vec<usize> = (0..self.weights.len()).collect();
        order.sort_by(|a, b| self.weights[*b].total_cmp(&self.weights[*a])); // stable: the first of equals first
        let mut kept = vec![false; self.weights.len()];
        for at in order.into_iter().take(most) {
            kept[at] = self.weights[at] >= least * total;
        }
        if let Some(at) = always.and_then(|text| self.categories.find_text(text)) {
            kept[at] = true;
        }
        kept
    }

    /// The two categories of a flag and which of them is 1.
    ///
    /// Numbers that are all 0 or 1 are what they say, also if only one of them was seen. Of other pairs the
    /// second in order is 1, unless `yes` says which; a `yes` that nobody has is the second category of a flag
    /// that was always no.
    ///
    /// # Errors
    /// The first category that is too many, by its text.
    ///
    /// With a `yes` that is none of two others, the first other one.
    pub(super) fn two(&self, yes: Option<&str>) -> Result<(Categories, usize), String> {
        let mut categories = self.categories.clone();
        let zero_or_one = ["0", "1"];
        if !categories.are_texts() && categories.texts.iter().all(|text| zero_or_one.contains(&text.as_str())) {
            categories = Categories::numbers(vec![0.0, 1.0]);
        }
        if let Some(yes) = yes
            && categories.find_text(yes).is_none()
        {
            match yes.parse::<f64>() {
                Ok(number) if !categories.are_texts() && number.is_finite() => {
                    let known = categories.texts.iter().filter_map(|text| text.parse().ok());
                    categories = Categories::numbers(known.chain([number]).collect());
                }
                _ if categories.are_texts() => {
                    categories.texts.push(yes.to_owned());
                    categories = Categories::texts(categories.texts);
                }
                _ => return Err(yes.to_owned()),
            }
        }
        if let Some(third) =
            categories.texts.iter().filter(|text| Some(text.as_str()) != yes).nth(2 - usize::from(yes.is_some()))
        {
            return Err(third.clone());
        }
        let yes = yes.and_then(|text| categories.find_text(text)).unwrap_or(1);
        Ok((categories, yes))
    }
}

/// The members of sets, each with the weight of the customers that have it.
///
/// Weights add up to more than those of customers, who have several members. O(members of all sets).
pub(super) fn members(column: &Column, present: &Present<'_>) -> Survey {
    let mut dictionary = Dictionary::default();
    let mut weights: Vec<f64> = Vec::new();
    for (at, row) in present.rows.iter().enumerate() {
        for text in column.value(*row).set().into_iter().flat_map(|set| set.iter()) {
            let code = dictionary.intern(text) as usize;
            weights.resize(dictionary.len(), 0.0);
            weights[code] += present.weight(at);
        }
    }
    Survey::of_texts(&dictionary, &weights)
}
