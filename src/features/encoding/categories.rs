//! The categories of an attribute, each with its number.
//!
//! A category is a text, a number or a truth; what is printed of it is its text. They stand in alphabetical order,
//! numbers by size, so that the columns do not depend on the order of customers.

use crate::error::{Error, Result};
use crate::value::Value;

/// Categories in order.
///
/// A category's number is its place. The order is all that finds it, so a loaded list that is out of order is
/// refused.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Categories {
    /// What each is called.
    pub(super) texts: Vec<String>,
    /// The number that each is, of categories that are numbers or truths (0, 1).
    numbers: Option<Vec<f64>>,
}

impl Categories {
    /// These texts, each once.
    pub(super) fn texts(mut texts: Vec<String>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        Categories { texts, numbers: None }
    }

    /// These numbers, each once.
    pub(super) fn numbers(mut numbers: Vec<f64>) -> Self {
        numbers.iter_mut().for_each(|number| *number += 0.0); // −0 is 0
        numbers.sort_unstable_by(f64::total_cmp);
        numbers.dedup();
        Categories { texts: numbers.iter().map(f64::to_string).collect(), numbers: Some(numbers) }
    }

    /// No and yes, of truths: both are there, whichever were seen.
    pub(super) fn truths() -> Self {
        Categories { texts: vec!["no".to_owned(), "yes".to_owned()], numbers: Some(vec![0.0, 1.0]) }
    }

    /// Whether they are texts; otherwise they are numbers, truths being 0 and 1.
    pub(super) fn are_texts(&self) -> bool {
        self.numbers.is_none()
    }

    /// Whether a value is of the kind of these categories, be it one of them or not.
    pub(super) fn takes(&self, value: Value<'_>) -> bool {
        if self.are_texts() { value.text().is_some() } else { number(value).is_some() }
    }

    /// How many there are; a category beyond, the others, has this number as its code.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The number of a value's category; `None` if it is not among them. O(log k), without allocation.
    pub(super) fn find(&self, value: Value<'_>) -> Option<usize> {
        match (&self.numbers, number(value)) {
            (Some(numbers), Some(number)) => numbers.binary_search_by(|known| known.total_cmp(&number)).ok(),
            (None, None) => self.find_text(value.text()?),
            _ => None,
        }
    }

    /// The number of the category of that text.
    pub(super) fn find_text(&self, text: &str) -> Option<usize> {
        match &self.numbers {
            None => self.texts.binary_search_by(|known| known.as_str().cmp(text)).ok(),
            Some(_) => self.texts.iter().position(|known| known == text),
        }
    }

    /// Only those of which `keep` says so, in the same order.
    ///
    /// Numbers of categories change: who holds weights beside them filters these too.
    pub(super) fn filter(&self, keep: impl Fn(usize) -> bool) -> Self {
        let texts = self.texts.iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, text)| text.clone()).collect();
        let numbers = self.numbers.as_ref();
        let numbers =
            numbers.map(|all| all.iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, number)| *number).collect());
        Categories { texts, numbers }
    }

    /// Whether loaded categories can be such: in order, each once.
    ///
    /// # Errors
    /// If they cannot.
    pub(super) fn check(&self) -> Result<()> {
        let fine = match &self.numbers {
            None => self.texts.is_sorted_by(|a, b| a < b),
            Some(numbers) => {
                let rising = numbers.is_sorted_by(|a, b| a < b) && numbers.iter().all(|number| number.is_finite());
                rising && numbers.len() == self.texts.len()
            }
        };
        if fine { Ok(()) } else { Err(Error::format("categories must be in order, each once")) }
    }
}

/// The number that a value is as a category: truths are 0 and 1, and −0 is 0.
pub(super) fn number(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Boolean(truth) => Some(f64::from(u8::from(truth))),
        value => value.number().map(|number| number + 0.0),
    }
}
