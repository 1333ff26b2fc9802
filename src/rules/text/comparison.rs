//! What stands behind a value and makes a condition of it: signs, `in`, `between`, `contains`, `any of`, `is`, `within`.
//!
//! ```text
//! comparison = term ( sign term
//!                   | ["not"] "in" ( list | "network" texts | interval )
//!                   | "between" interval
//!                   | ("contains" | "equals" | "matches" | "starts" "with" | "ends" "with") text [fold]
//!                   | ("any" "of" | "all" "of" | "none" "of" | "exactly") texts
//!                   | "is" ["not"] ("missing" | "null" | "invalid" | "empty" | "known")
//!                   | "within" area )
//! interval   = ("[" | "(") term "," term ("]" | ")")
//! list       = "(" [literal {"," literal}] ")"
//! texts      = "(" [text {"," text}] ")"
//! fold       = "ignoring" "case" | "ignoring" "ascii" "case"
//! area       = number "km" "of" place | "box" place "to" place | "polygon" "(" [place {"," place}] ")"
//! ```
//!
//! An interval without its bounds, `(10, 50)`, looks like a list of two, so intervals stand behind a word of their own and
//! lists behind `in`. What begins with `[` can be nothing else and is read behind `in` too.

use winnow::Parser;

use crate::rules::{Area, Bounds, Condition, Fold, State, Term};

use super::expression::{Node, literal, place, term};
use super::input::{
    Input, advance, deeper, eat, eat_words, fault, list, number, peek, sees, text, unexpected, want, word, words,
};
use super::token::{Kind, Parsed};
use super::words::{self as table, SET_OPERATORS, STATES, TEXT_OPERATORS};

/// The condition that begins with this value; the value itself if nothing stands behind it that compares.
///
/// `not in` and `is not` are how people say it; they are read as `not` around the comparison, which is how they are
/// printed, so that there is one form to look for.
///
/// # Errors
/// If what stands behind the operator is not what belongs there, and if two signs follow each other: `1 < x < 5` is a
/// comparison of a truth with a number in some languages and an interval in others.
pub(super) fn comparison(input: &mut Input<'_, '_>, left: Term) -> Parsed<Node> {
    let condition = match peek(input, 0) {
        Kind::Sign(sign) => match table::comparison(sign) {
            None => return Ok(Node::Term(left)),
            Some(comparison) => {
                advance(input);
                let right = term(input)?;
                if matches!(peek(input, 0), Kind::Sign(sign) if table::comparison(sign).is_some()) {
                    return Err(fault(input, "two comparisons in a row: write `x between [1, 5]`, or use `and`"));
                }
                Condition::Compare { left, comparison, right }
            }
        },
        Kind::Word(operator) => match *operator {
            "in" => {
                advance(input);
                among(input, left)?
            }
            "not" => {
                advance(input);
                word("in").parse_next(input)?;
                Condition::Not(Box::new(among(input, left)?))
            }
            "between" => {
                advance(input);
                between(input, left)?
            }
            "is" => {
                advance(input);
                is(input, left)?
            }
            "within" => {
                advance(input);
                Condition::Within { term: left, area: area(input)? }
            }
            other => match with_texts(input, left, other)? {
                Ok(condition) => condition,
                Err(left) => return Ok(Node::Term(left)),
            },
        },
        _ => return Ok(Node::Term(left)),
    };
    Ok(Node::Condition(condition))
}

/// What stands in a text or in a set; the value given back if the word is no such operator.
///
/// What is looked for is written out in double quotes: a pattern that is read from another attribute could not be checked
/// beforehand.
fn with_texts(input: &mut Input<'_, '_>, left: Term, operator: &str) -> Parsed<Result<Condition, Term>> {
    if let Some((operator, _, second)) = TEXT_OPERATORS.into_iter().find(|(_, first, _)| *first == operator) {
        advance(input);
        second.map_or(Ok(()), |second| word(second).parse_next(input))?;
        let text = text(input)?;
        let fold = match () {
            () if eat_words(input, &["ignoring", "ascii", "case"]) => Fold::Ascii,
            () if eat_words(input, &["ignoring", "case"]) => Fold::Unicode,
            () => Fold::Exact,
        };
        return Ok(Ok(Condition::Text { term: left, operator, text, fold }));
    }
    if let Some((operator, _, second)) = SET_OPERATORS.into_iter().find(|(_, first, _)| *first == operator) {
        advance(input);
        second.map_or(Ok(()), |second| word(second).parse_next(input))?;
        return Ok(Ok(Condition::Set { term: left, operator, texts: list(input, text)? }));
    }
    Ok(Err(left))
}

/// Behind `in`: a list of values, an interval that begins with `[`, or networks.
///
/// # Errors
/// If a list holds anything but values that stand there, and if it ends like an interval.
fn among(input: &mut Input<'_, '_>, left: Term) -> Parsed<Condition> {
    if sees(input, 0, "[") {
        return between(input, left);
    }
    if sees(input, 0, "network") {
        advance(input);
        return Ok(Condition::Network { term: left, networks: list(input, text)? });
    }
    if !sees(input, 0, "(") {
        want(input, "a list such as `(\"DE\")`, `network`", &["network"]);
        return Err(unexpected(input));
    }
    let values = list(input, |input: &mut Input<'_, '_>| {
        want(input, "a value such as `5` or `\"DE\"`", &[]);
        let value = literal(input)?;
        if sees(input, 0, "]") {
            return Err(fault(input, "an interval stands behind `between`: write `x between (1, 5]`"));
        }
        Ok(value)
    })?;
    Ok(Condition::OneOf { term: left, values })
}

/// Behind `between`: `[10, 50)`, the brackets as intervals are written (ISO 80000-2): square for a bound that belongs to
/// it, round for one that does not.
///
/// # Errors
/// If there is no bracket: `between 5 and 10` has the upper bound in SQL and not in some other tools.
fn between(input: &mut Input<'_, '_>, left: Term) -> Parsed<Condition> {
    let closed = eat(input, "[");
    if !closed && !eat(input, "(") {
        let message = "an interval says which bounds belong to it: write `between [1, 5]`, or `(1, 5)` without them";
        return Err(fault(input, message));
    }
    let (low, high, bounds) = deeper(input, move |input: &mut Input<'_, '_>| {
        let low = term(input)?;
        word(",").parse_next(input)?;
        let high = term(input)?;
        let bounds = match (closed, eat(input, "]")) {
            (true, true) => Bounds::Both,
            (false, true) => Bounds::Upper,
            (closed, false) => {
                word(")").parse_next(input)?;
                if closed { Bounds::Lower } else { Bounds::Neither }
            }
        };
        Ok((low, high, bounds))
    })?;
    Ok(Condition::Between { term: left, low, high, bounds })
}

/// Behind `is`: `missing`, `not missing`.
///
/// # Errors
/// If no state follows: equality is written `=`.
fn is(input: &mut Input<'_, '_>, left: Term) -> Parsed<Condition> {
    let denied = eat(input, "not");
    let found = match peek(input, 0) {
        Kind::Word(word) => STATES.into_iter().find(|(_, state)| state == word),
        _ => None,
    };
    let Some((state, _)) = found else {
        const NAMES: [&str; 5] = ["missing", "null", "invalid", "empty", "known"];
        want(input, "`missing`, `null`, `invalid`, `empty`, `known`", &NAMES);
        return Err(unexpected(input));
    };
    advance(input);
    let is = |state: State| Condition::Is { term: left, state };
    Ok(if denied { Condition::Not(Box::new(is(state))) } else { is(state) })
}

/// Behind `within`: a circle, a box or a polygon.
///
/// # Errors
/// If a latitude is beyond 90 or a longitude beyond 180 degrees; places have the latitude first.
fn area(input: &mut Input<'_, '_>) -> Parsed<Area> {
    if eat(input, "box") {
        let (south_west, _, north_east) = (place, word("to"), place).parse_next(input)?;
        return Ok(Area::Box { south_west, north_east });
    }
    if eat(input, "polygon") {
        return list(input, place).map(Area::Polygon);
    }
    let (kilometers, _, center) = (number, words(["km", "of"]), place).parse_next(input)?;
    Ok(Area::Circle { center, kilometers })
}
