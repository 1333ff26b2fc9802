//! What stands in a text.
//!
//! Equality, beginnings, ends and parts of texts, and regular expressions, each with a choice of
//! which letters count as the same. The choice is made once, when the definition is made ready:
//! without folding, texts are compared as bytes; A to Z without regard to case, as bytes too, with
//! nothing allocated; all of Unicode by a pattern.
//!
//! Patterns are those of the crate `regex`, which takes time in proportion to the text whatever the
//! pattern is, so nobody can stop a service with one. Its memory is bounded as well.

use regex::{Regex, RegexBuilder};

use super::super::language::{Fold, TextOperator};
use crate::error::{Error, Result};

/// The most memory that one compiled pattern may take.
///
/// In bytes: 1 MiB. A pattern such as `(a{1000}){1000}` is thus refused.
const PATTERN_MEMORY: usize = 1 << 20;

/// A test of a text, ready to be asked.
///
/// It holds of a text or does not; what is no text never gets here.
#[derive(Clone, Debug)]
pub(crate) enum Matcher {
    /// Byte by byte.
    Exact(TextOperator, Box<str>),
    /// A to Z as a to z; the text wanted is kept in small letters.
    Ascii(TextOperator, Box<str>),
    /// A regular expression, compiled; also any other operator with Unicode's folding.
    Pattern(Regex),
}

impl Matcher {
    /// # Errors
    /// If the pattern is none, or too large.
    ///
    /// A test of texts by that operator. Unicode's simple folding is left to the pattern, as a text
    /// in small letters can have another length than it had.
    pub(crate) fn new(operator: TextOperator, text: &str, fold: Fold) -> Result<Self> {
        let pattern = match (operator, fold) {
            (TextOperator::Matches, _) => text.to_owned(),
            (_, Fold::Exact) => return Ok(Matcher::Exact(operator, text.into())),
            (_, Fold::Ascii) => return Ok(Matcher::Ascii(operator, text.to_ascii_lowercase().into())),
            (_, Fold::Unicode) => {
                let escaped = regex::escape(text);
                match operator {
                    TextOperator::Equals => format!(r"\A(?:{escaped})\z"),
                    TextOperator::StartsWith => format!(r"\A(?:{escaped})"),
                    TextOperator::EndsWith => format!(r"(?:{escaped})\z"),
                    TextOperator::Contains | TextOperator::Matches => escaped,
                }
            }
        };
        let pattern = if operator == TextOperator::Matches && fold == Fold::Ascii {
            format!("(?i-u:{pattern})")
        } else {
            pattern
        };
        RegexBuilder::new(&pattern)
            .case_insensitive(fold == Fold::Unicode)
            .size_limit(PATTERN_MEMORY)
            .dfa_size_limit(PATTERN_MEMORY)
            .build()
            .map(Matcher::Pattern)
            .map_err(|error| {
                let words = error.to_string();
                let last = words.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Error::parse("pattern", text, format!("a regular expression: {last}"))
            })
    }

    /// An empty text stands in every text, at its beginning and at its end.
    ///
    /// # Cost
    /// Linear in the text for patterns and for comparison without folding; A to Z folded, `contains` takes
    /// the product of both lengths at worst.
    pub(crate) fn holds(&self, text: &str) -> bool {
        match self {
            Matcher::Exact(operator, wanted) => match operator {
                TextOperator::Equals => text == &**wanted,
                TextOperator::Contains | TextOperator::Matches => text.contains(&**wanted),
                TextOperator::StartsWith => text.starts_with(&**wanted),
                TextOperator::EndsWith => text.ends_with(&**wanted),
            },
            Matcher::Ascii(operator, wanted) => {
                let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
                let Some(room) = text.len().checked_sub(wanted.len()) else { return false };
                let at = |start: usize| text[start..start + wanted.len()].eq_ignore_ascii_case(wanted); // start <= room
                match operator {
                    TextOperator::Equals => room == 0 && at(0),
                    TextOperator::Contains | TextOperator::Matches => (0..=room).any(at),
                    TextOperator::StartsWith => at(0),
                    TextOperator::EndsWith => at(room),
                }
            }
            Matcher::Pattern(regex) => regex.is_match(text),
        }
    }
}
