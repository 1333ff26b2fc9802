//! Rules of json-logic, of which the truth is asked.
//!
//! Source of the semantics: `json-logic-js` 2.0 of <https://github.com/jwadhams/json-logic-js> (MIT), its published tests,
//! and the list of operations on <https://jsonlogic.com/operations.html>. Implementations differ in details that this page
//! and those tests leave open; where they do, what differs is refused.
//!
//! A rule there is data: an object with one operation and its arguments. It gives a value, of which only the truth
//! is used here. It never is unknown, so that both directions say for each leaf what it answers of null and of what
//! is missing. What is exported and imported again answers the same for every customer.

mod compare;
mod export;
mod import;
mod operand;

pub(super) use export::Export;
pub(super) use import::import;

use crate::rules::Comparison;

/// The comparisons with their signs; `=` is written without coercion.
///
/// One table serves both directions, so that they cannot differ.
const SIGNS: [(&str, Comparison); 6] = [
    ("===", Comparison::Equal),
    ("!==", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
];

/// Their sign for a comparison.
///
/// Equality is strict there, so that a number and its text stay different.
fn sign(comparison: Comparison) -> &'static str {
    SIGNS.iter().find(|(_, known)| *known == comparison).map_or("===", |(sign, _)| sign)
}

/// The comparison of that sign; `==` is read as `===`, because no kind is turned into another here.
fn comparison(sign: &str) -> Option<Comparison> {
    let sign = match sign {
        "==" => "===",
        "!=" => "!==",
        sign => sign,
    };
    SIGNS.iter().find(|(known, _)| *known == sign).map(|(_, comparison)| *comparison)
}
