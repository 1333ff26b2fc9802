//! The text form: rules as people write and read them.
//!
//! Every condition, term and document can be printed, and what is printed reads back as the same value. The guide
//! (`docs/guide/rules.md`) has a table of every form with an example.
//!
//! ```
//! use segmentry::rules::{Condition, Definitions};
//!
//! let definitions: Definitions = "
//!     zone \"Europe/Berlin\"
//!     audience lapsed \"Lapsed customers\": not count(purchase in last 90 days) >= 1
//!     rules size:
//!       enterprise: employees >= 1000
//!       otherwise small
//! ".parse()?;
//! assert_eq!(definitions, definitions.to_string().parse()?);
//!
//! let error = "employees >= 1000 adn active = true".parse::<Condition>().unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "column 19: expected `and`, `or` or the end, found `adn`; did you mean `and`"
//! );
//! # Ok::<(), segmentry::Error>(())
//! ```
//!
//! # Limits
//!
//! A text has at most 1 MiB, nests at most 64 deep, and no list has more than 100,000 entries; what goes beyond is refused.
//! Reading takes time in proportion to the length, whatever the text: the grammar decides by the next two or three tokens
//! and never goes back.

mod comparison;
mod document;
mod events;
mod expression;
mod forms;
mod function;
mod input;
mod print;
mod score;
mod token;
mod words;

use std::str::FromStr;

use winnow::stream::{Stateful, TokenSlice};

use crate::error::{Error, Result};
use crate::rules::{Audience, Condition, Definitions, Events, Literal, Rules, Term, Window};

use input::{Input, Place, peek, unexpected, want};
use token::{Fault, Kind, Parsed};

/// How many bytes a text may have.
const LARGEST: usize = 1 << 20;

/// Reads a whole text by one part of the grammar.
fn read<T>(source: &str, grammar: fn(&mut Input<'_, '_>) -> Parsed<T>) -> Result<T> {
    if source.len() > LARGEST {
        let message = format!("a text of {} bytes; at most {LARGEST} are read", source.len());
        return Err(Error::definition(message));
    }
    let read = || {
        let tokens = token::tokens(source)?;
        let mut input = Stateful { input: TokenSlice::new(&tokens), state: Place::start(source) };
        let read = grammar(&mut input)?;
        want(&mut input, "the end", &[]);
        if *peek(&input, 0) == Kind::End { Ok(read) } else { Err(unexpected(&input)) }
    };
    read().map_err(|fault| placed(source, &fault))
}

/// The error with its column, and its line if there are several. Columns count letters from 1.
fn placed(source: &str, fault: &Fault) -> Error {
    let before = source.get(..fault.at).unwrap_or(source);
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let error = Error::definition(format!("column {column}: {}", fault.message));
    if source.trim_end().contains('\n') { error.at_line(line) } else { error }
}

macro_rules! from_str {
    ($($type:ty, $grammar:path, $doc:literal;)*) => {$(
        impl FromStr for $type {
            type Err = Error;

            #[doc = $doc]
            ///
            /// # Errors
            /// If the text says something else, with the line, the column, what was wanted and what was found; or if it
            /// is too long or nests too deep.
            fn from_str(source: &str) -> Result<Self> {
                read(source, $grammar)
            }
        }
    )*};
}

from_str! {
    Condition, expression::condition, "Reads a condition: `employees >= 1000 and not country in (\"BR\", \"IN\")`.";
    Term, expression::term, "Reads a value: `count(purchase in last 90 days)`.";
    Literal, literal, "Reads a value that stands in a definition: `5`, `5.0`, `\"DE\"`, `2026-11-01`.";
    Events, events::events, "Reads events: `purchase where .channel = \"app\" in last 90 days`.";
    Window, window, "Reads a window: `in last 90 days`; nothing, or `at any time`, is every time.";
    Definitions, document::definitions, "Reads a document.";
    Audience, document::audience, "Reads an audience with its clauses.";
    Rules, document::rules, "Reads a rule list.";
}

/// A literal, with words for what else stands there.
fn literal(input: &mut Input<'_, '_>) -> Parsed<Literal> {
    want(input, "a value such as `5` or `\"DE\"`", &[]);
    expression::literal(input)
}

/// A window, or nothing.
fn window(input: &mut Input<'_, '_>) -> Parsed<Window> {
    events::window(input).map(Option::unwrap_or_default)
}
