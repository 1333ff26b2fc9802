//! A set of texts: technologies owned, needs ticked.

use std::fmt;

use super::dictionary::Dictionary;

/// A set of texts, borrowed from a list or from a column. Order and repetition do not matter.
///
/// Sets answer questions such as *which products does the company own*, *which needs were ticked*: several answers a
/// customer, no order among them. A set that is empty is known to be empty, which is not the same as missing.
///
/// ```
/// use segmentry::value::{TextSet, Value};
///
/// let owns = TextSet::from(&["phone", "tablet"][..]);
/// assert!(owns.contains("phone"));
/// assert_eq!(owns, TextSet::from(&["tablet", "phone", "phone"][..]));
/// assert_eq!(Value::Set(owns).to_string(), "{phone, tablet}");
/// ```
///
/// # Cost
///
/// Asking and iterating look at each text: sets of customers are small. Two sets are compared text by text.
#[derive(Clone, Copy)]
pub struct TextSet<'a>(Repr<'a>);

/// The three places where sets live: a field of your struct, a list of literals, and a column, where texts are codes.
#[derive(Clone, Copy)]
enum Repr<'a> {
    Owned(&'a [String]),
    Borrowed(&'a [&'a str]),
    Coded { codes: &'a [u32], dictionary: &'a Dictionary },
}

impl<'a> TextSet<'a> {
    pub(crate) fn coded(codes: &'a [u32], dictionary: &'a Dictionary) -> Self {
        TextSet(Repr::Coded { codes, dictionary })
    }

    /// The texts, as they are stored.
    ///
    /// In the order in which they were given; from a column each once, from a list as often as they stand there.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let len = match self.0 {
            Repr::Owned(texts) => texts.len(),
            Repr::Borrowed(texts) => texts.len(),
            Repr::Coded { codes, .. } => codes.len(),
        };
        (0..len).filter_map(move |i| match self.0 {
            Repr::Owned(texts) => texts.get(i).map(String::as_str),
            Repr::Borrowed(texts) => texts.get(i).copied(),
            Repr::Coded { codes, dictionary } => codes.get(i).and_then(|code| dictionary.text(*code)),
        })
    }

    /// Whether the text is in the set.
    pub fn contains(self, text: &str) -> bool {
        self.iter().any(|t| t == text)
    }

    /// Whether there is nothing in the set: known to be none, which is not the same as missing.
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }
}

impl<'a> From<&'a [String]> for TextSet<'a> {
    fn from(texts: &'a [String]) -> Self {
        TextSet(Repr::Owned(texts))
    }
}

impl<'a> From<&'a [&'a str]> for TextSet<'a> {
    fn from(texts: &'a [&'a str]) -> Self {
        TextSet(Repr::Borrowed(texts))
    }
}

impl PartialEq for TextSet<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().all(|t| other.contains(t)) && other.iter().all(|t| self.contains(t))
    }
}

impl fmt::Debug for TextSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for TextSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, text) in self.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            f.write_str(text)?;
        }
        f.write_str("}")
    }
}
