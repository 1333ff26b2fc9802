//! Rules of json-logic, of which the truth is asked.
//!
//! Source of the semantics: `json-logic-js` 2.0 of <https://github.com/jwadhams/json-logic-js> (MIT), its published tests,
//! and the list of operations on <https://jsonlogic.com/operations.html>. Implementations differ in details that this page
//! and those tests leave open; where they do, what differs is refused.

mod compare;
mod export;
mod import;
mod operand;

pub(super) use export::Export;
pub(super) use import::import;

use crate::rules::Comparison;

/// The comparisons with their signs; `=` is written without coercion.
const SIGNS: [(&str, Comparison); 6] = [
    ("===", Comparison::Equal),
    ("!==", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
];

/// Their sign for a comparison.
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
