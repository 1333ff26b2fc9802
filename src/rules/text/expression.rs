//! Conditions and terms: `and`, `or`, `not`, comparisons, arithmetic, parentheses.
//!
//! ```text
//! condition = operand { "and" operand } | operand { "or" operand }
//! operand   = { "not" } ( comparison | phrase | "(" condition [ "if" "unknown" ("true" | "false") ] ")" )
//! term      = product { ("+" | "-") product }
//! product   = primary { ("*" | "/") primary }
//! primary   = literal | name | field | function | "(" term ")"
//! ```
//!
//! One grammar reads both, because `(` may begin either. What stands in parentheses is read once, and is then known to be
//! a value or a condition: nothing is ever read twice, so no text takes more than linear time.

use winnow::Parser;

use crate::rules::{Arithmetic, Condition, Literal, Term};
use crate::value::GeoPoint;

use super::comparison::comparison;
use super::function;
use super::input::{
    DEEPEST, Input, advance, check_length, deeper, eat, fault, number, peek, sees, stood, too_deep, unexpected, want,
    word,
};
use super::token::{Fault, Kind, Parsed};
use super::words::OPERATORS;

/// What has been read: a value or a condition. Which of them is known only when it has been read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// A value.
    Term(Term),
    /// A condition.
    Condition(Condition),
}

/// A condition.
///
/// # Errors
/// If a value alone stands here. A truth is no condition: what `active` means where it is not known would be a guess, so
/// it is written `active = true`.
pub(super) fn condition(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    want(input, "a condition", &[]);
    match chain(input)? {
        Node::Condition(condition) => Ok(condition),
        Node::Term(_) => Err(no_comparison(input)),
    }
}

/// A value.
///
/// # Errors
/// If a condition stands here.
pub(super) fn term(input: &mut Input<'_, '_>) -> Parsed<Term> {
    want(input, "a value", &[]);
    let start = fault(input, "expected a value, found a condition");
    match sum(input)? {
        Node::Term(term) => Ok(term),
        Node::Condition(_) => Err(start),
    }
}

/// The fault that a value stands where a condition is wanted.
fn no_comparison(input: &mut Input<'_, '_>) -> Fault {
    want(input, "a comparison such as `>=` or `in`", &OPERATORS);
    unexpected(input)
}

/// One condition or value, or several conditions with `and` or with `or` between them, never with both.
///
/// A row of one word is one list of conditions; parentheses make a list of its own.
///
/// # Errors
/// If the other word follows: `and` binds tighter in most languages and looser in some, and people read it as they please.
fn chain(input: &mut Input<'_, '_>) -> Parsed<Node> {
    let first = match negation(input)? {
        Node::Condition(first) => first,
        Node::Term(_) if sees(input, 0, "and") || sees(input, 0, "or") => return Err(no_comparison(input)),
        term => return Ok(term),
    };
    let (link, other) = match (sees(input, 0, "and"), sees(input, 0, "or")) {
        (true, _) => ("and", "or"),
        (_, true) => ("or", "and"),
        _ => {
            want(input, "`and`", &["and"]);
            want(input, "`or`", &["or"]);
            return Ok(Node::Condition(first));
        }
    };
    let mut conditions = vec![first];
    while eat(input, link) {
        check_length(input, conditions.len())?;
        want(input, "a condition", &[]);
        match negation(input)? {
            Node::Condition(condition) => conditions.push(condition),
            Node::Term(_) => return Err(no_comparison(input)),
        }
    }
    if sees(input, 0, "if") {
        return Err(unclear_if(input));
    }
    if sees(input, 0, other) {
        let message =
            "`and` and `or` side by side: use parentheses to say which belongs together, as in `(a and b) or c`";
        return Err(fault(input, message));
    }
    Ok(Node::Condition(if link == "and" { Condition::All(conditions) } else { Condition::Any(conditions) }))
}

/// `not` and what it denies, or a comparison, or a value.
///
/// `not` belongs to the one comparison behind it: `not a = 1 and b = 2` denies the first.
fn negation(input: &mut Input<'_, '_>) -> Parsed<Node> {
    if !sees(input, 0, "not") {
        return compared(input);
    }
    let counted = !stood(input, "(");
    advance(input);
    want(input, "a condition", &[]);
    match if counted { deeper(input, negation) } else { negation(input) }? {
        Node::Condition(_) if sees(input, 0, "if") => Err(unclear_if(input)),
        Node::Condition(condition) => Ok(Node::Condition(Condition::Not(Box::new(condition)))),
        Node::Term(_) => Err(no_comparison(input)),
    }
}

/// The fault that one cannot tell what is answered where it is unknown.
fn unclear_if(input: &Input<'_, '_>) -> Fault {
    let message = "unclear what `if unknown` belongs to: put that in parentheses, as in `((a and b) if unknown true)`";
    fault(input, message)
}

/// A value and what it is compared with, or a condition, or a value alone.
fn compared(input: &mut Input<'_, '_>) -> Parsed<Node> {
    match sum(input)? {
        Node::Term(term) => comparison(input, term),
        condition => Ok(condition),
    }
}

/// A sign of arithmetic, and whether one node holds a whole row of them.
type Sign = (&'static str, Arithmetic, bool);

const ADDITIVE: [Sign; 2] = [("+", Arithmetic::Add, true), ("-", Arithmetic::Subtract, false)];
const MULTIPLICATIVE: [Sign; 2] = [("*", Arithmetic::Multiply, true), ("/", Arithmetic::Divide, false)];

/// A value made with plus and minus, which bind less than times and over.
fn sum(input: &mut Input<'_, '_>) -> Parsed<Node> {
    arithmetic(input, ADDITIVE, product)
}

/// A value made with times and over.
fn product(input: &mut Input<'_, '_>) -> Parsed<Node> {
    arithmetic(input, MULTIPLICATIVE, primary)
}

/// Operands with signs between them, from left to right.
///
/// `a + b + c` is one sum of three; `(a + b) + c` a sum of a sum. Each minus and each change of the sign puts what stands to
/// the left one level deeper, and that counts.
fn arithmetic<'t, 's>(
    input: &mut Input<'t, 's>,
    signs: [Sign; 2],
    operand: fn(&mut Input<'t, 's>) -> Parsed<Node>,
) -> Parsed<Node> {
    let before = std::mem::replace(&mut input.state.deepest, input.state.depth);
    let mut counted = !sees(input, 0, "(");
    let first = operand(input)?;
    let Node::Term(mut left) = first else {
        input.state.deepest = input.state.deepest.max(before);
        return Ok(first);
    };
    let mut grows = None; // the operator whose operands `left` takes up
    while let Some((_, operator, several)) = signs.into_iter().find(|(sign, _, _)| sees(input, 0, sign)) {
        advance(input);
        want(input, "a value", &[]);
        let deepest = std::mem::replace(&mut input.state.deepest, input.state.depth);
        let at = fault(input, "expected a number, found a condition");
        let Node::Term(right) = operand(input)? else { return Err(at) };
        match &mut left {
            Term::Arithmetic { of, .. } if grows == Some(operator) => {
                check_length(input, of.len())?;
                of.push(right);
                input.state.deepest = input.state.deepest.max(deepest);
            }
            _ => {
                left = Term::Arithmetic { operator, of: vec![left, right] };
                let left = deepest + u32::from(std::mem::replace(&mut counted, true));
                input.state.deepest = input.state.deepest.max(left);
                if input.state.deepest > DEEPEST {
                    return Err(too_deep(input));
                }
            }
        }
        grows = several.then_some(operator);
    }
    input.state.deepest = input.state.deepest.max(before);
    Ok(Node::Term(left))
}

/// A value or a condition that no sign divides.
fn primary(input: &mut Input<'_, '_>) -> Parsed<Node> {
    let term = match peek(input, 0) {
        Kind::Sign("(") => return parentheses(input),
        Kind::Sign("-") if !matches!(peek(input, 1), Kind::Number(_)) => {
            return Err(fault(input, "a minus in front of a value: write `0 - x`"));
        }
        Kind::Word(word) => return function::named(input, word),
        Kind::Name(name) => Term::Attribute(name.clone().into_owned()),
        Kind::Field(name) => Term::Field(name.clone().into_owned()),
        _ => return literal(input).map(|literal| Node::Term(Term::Value(literal))),
    };
    advance(input);
    Ok(Node::Term(term))
}

/// What stands in parentheses: a value, a condition, a place on the earth, or a condition with an answer for where it is
/// unknown.
///
/// Whatever it is, it is read once: a number with a comma behind it was a latitude.
fn parentheses(input: &mut Input<'_, '_>) -> Parsed<Node> {
    advance(input);
    deeper(input, |input: &mut Input<'_, '_>| {
        want(input, "a condition", &[]);
        want(input, "a value", &[]);
        let at = input.first().map_or(0, |token| token.start as usize);
        let chained = chain(input)?;
        let node = match chained {
            Node::Term(Term::Value(latitude)) if sees(input, 0, ",") && latitude.number().is_some() => {
                Node::Term(Term::Value(point(input, &latitude, at)?))
            }
            Node::Condition(condition) if sees(input, 0, "if") => if_unknown(input, condition)?,
            node => node,
        };
        if !eat(input, ")") {
            if matches!(node, Node::Term(_)) {
                return Err(no_comparison(input));
            }
            want(input, "`if unknown`", &["if"]);
            return Err(unexpected(input));
        }
        Ok(node)
    })
}

/// `if unknown true` behind a condition: the answer where nobody knows.
fn if_unknown(input: &mut Input<'_, '_>, condition: Condition) -> Parsed<Node> {
    super::input::words(["if", "unknown"]).parse_next(input)?;
    let then = eat(input, "true");
    if !then {
        word("false").parse_next(input)?;
    }
    Ok(Node::Condition(Condition::IfUnknown { condition: Box::new(condition), then }))
}

/// The rest of a place on the earth, from the comma on.
fn point(input: &mut Input<'_, '_>, latitude: &Literal, at: usize) -> Parsed<Literal> {
    advance(input);
    let longitude = number(input)?;
    let latitude = latitude.number().unwrap_or(f64::NAN);
    let point = GeoPoint::new(latitude, longitude);
    point.map(Literal::Point).map_err(|error| Fault { at, message: error.kind().to_string() })
}

/// A place on the earth: `(52.52, 13.405)`.
pub(super) fn place(input: &mut Input<'_, '_>) -> Parsed<GeoPoint> {
    word("(").parse_next(input)?;
    let at = input.first().map_or(0, |token| token.start as usize);
    let latitude = number(input)?;
    if !sees(input, 0, ",") {
        want(input, "`,` and the longitude", &[]);
        return Err(unexpected(input));
    }
    advance(input);
    let longitude = number(input)?;
    word(")").parse_next(input)?;
    GeoPoint::new(latitude, longitude).map_err(|error| Fault { at, message: error.kind().to_string() })
}

/// A value that stands in the definition. A number with a point or an exponent is a number, one without is a whole number.
///
/// # Errors
/// If something else stands here; if a whole number needs more than 64 bits or a number more than a `f64` holds.
pub(super) fn literal(input: &mut Input<'_, '_>) -> Parsed<Literal> {
    let literal = match peek(input, 0) {
        Kind::Text(text) => Literal::Text(text.clone().into_owned()),
        Kind::Word("true") => Literal::Boolean(true),
        Kind::Word("false") => Literal::Boolean(false),
        Kind::Day(day) => Literal::Day(*day),
        Kind::Timestamp(at) => Literal::Timestamp(*at),
        Kind::Sign("(") => return place(input).map(Literal::Point),
        Kind::Number(digits) if is_whole(digits) => return super::input::whole(input).map(Literal::Integer),
        Kind::Sign("-") if matches!(peek(input, 1), Kind::Number(digits) if is_whole(digits)) => {
            return super::input::whole(input).map(Literal::Integer);
        }
        Kind::Number(_) => return number(input).map(Literal::Number),
        Kind::Sign("-") if matches!(peek(input, 1), Kind::Number(_)) => return number(input).map(Literal::Number),
        _ => return Err(unexpected(input)),
    };
    advance(input);
    Ok(literal)
}

/// Whether digits stand for a whole number: `5`, and not `5.0` or `5e0`.
fn is_whole(digits: &str) -> bool {
    !digits.contains(['.', 'e', 'E'])
}
