//! What begins with a word: attributes, `today`, functions, and conditions such as `member of`.
//!
//! ```text
//! function = ("min" | "max" | "abs" | "floor" | "round" | "first_known" | …) "(" [term {"," term}] ")"
//!          | ("size" | "days_since" | "weekday" | "month" | …) "(" term ")"
//!          | "years" "(" term ["," leap] ")"
//!          | "count" "(" events ")"
//!          | ("sum" | "mean" | "min" | "max" | "distinct" | "first" | "last") "(" field "of" events ")"
//!          | ("rank" | "percent" | "share") "(" term {"," ranked} ")"
//!          | "ntile" "(" term "," number {"," ranked} ")"
//!          | "bucket" "(" text ["," term] ")" | "model" "(" text ")" | "score" "(" score ")"
//! ranked   = ("smallest" | "largest") "first" | "ties" ("best" | "worst")
//! leap     = "february" "28" | "march" "1"
//! ```
//!
//! A word is a function only with a parenthesis behind it, so attributes may be called `count` or `score`.

use winnow::Parser;
use winnow::combinator::preceded;

use crate::error::nearest;
use crate::rules::{Bucket, Condition, Earlier, LeapDay, Literal, Order, Rank, RankMeasure, Term, Ties};

use super::events;
use super::expression::{Node, condition, term};
use super::forms;
use super::input::{Input, advance, deeper, eat, eat_words, fault, list, peek, sees, text, unexpected, whole, word};
use super::score::score;
use super::token::{Kind, Parsed};
use super::words::{self as table, ARITHMETIC, FUNCTIONS, PARTS, RESERVED};

/// What begins with this word.
///
/// # Errors
/// If it is a word of the language that begins nothing; as a name it stands in backticks.
pub(super) fn named(input: &mut Input<'_, '_>, first: &str) -> Parsed<Node> {
    if let Some(form) = forms::form(input, first) {
        return form.map(Node::Condition);
    }
    let node = match first {
        "true" => Node::Term(Term::Value(Literal::Boolean(true))),
        "false" => Node::Term(Term::Value(Literal::Boolean(false))),
        "today" => Node::Term(Term::Today),
        "always" => Node::Condition(Condition::Constant(true)),
        "never" => Node::Condition(Condition::Constant(false)),
        "first" | "previous" if matches!(peek(input, 1), Kind::Field(_)) => return earlier(input).map(Node::Term),
        "all" | "any" if sees(input, 1, "(") => {
            advance(input);
            let of = list(input, condition)?;
            return Ok(Node::Condition(if first == "all" { Condition::All(of) } else { Condition::Any(of) }));
        }
        reserved if RESERVED.contains(&reserved) => return Err(unexpected(input)),
        _ if sees(input, 1, "(") => return function(input, first),
        name => Node::Term(Term::Attribute(name.to_owned())),
    };
    advance(input);
    Ok(node)
}

/// A field of an earlier step of a sequence: `previous .item`.
fn earlier(input: &mut Input<'_, '_>) -> Parsed<Term> {
    let step = if sees(input, 0, "first") { Earlier::First } else { Earlier::Previous };
    advance(input);
    events::field(input).map(|field| Term::Earlier { step, field })
}

/// A word with parentheses behind it.
///
/// # Errors
/// If no function has that name, with the one that is most like it.
fn function(input: &mut Input<'_, '_>, name: &str) -> Parsed<Node> {
    match name {
        "version" => return version(input).map(Node::Condition),
        "sequence" => return forms::sequence(input).map(Node::Condition),
        _ => {}
    }
    let known = FUNCTIONS.contains(&name);
    if !known {
        let hint = nearest(name, FUNCTIONS).map_or_else(String::new, |near| format!("; did you mean `{near}`"));
        return Err(fault(input, format!("no function `{name}`{hint}")));
    }
    advance(input);
    call(input, name).map(Node::Term)
}

/// A function of which the name has been read.
///
/// `min` and `max` are two things: the smallest of several numbers, `min(a, b)`, and the smallest of a field over events,
/// `min(.amount of purchase)`. The word behind the field decides.
fn call(input: &mut Input<'_, '_>, name: &str) -> Parsed<Term> {
    let measures = table::measure_of(name, String::new()).is_some();
    let of_events = matches!(peek(input, 1), Kind::Field(_)) && sees(input, 2, "of"); // and not of numbers
    if name == "count" || measures && (of_events || !is_arithmetic(name)) {
        return deeper_call(input, |input| events::aggregate(input, name));
    }
    if let Some((operator, _)) = ARITHMETIC.into_iter().find(|(_, function)| *function == name) {
        return list(input, term).map(|of| Term::Arithmetic { operator, of });
    }
    if let Some((part, _)) = PARTS.into_iter().find(|(_, function)| *function == name) {
        return deeper_call(input, |input| Ok(Term::Calendar { part, of: Box::new(term(input)?) }));
    }
    deeper_call(input, |input| match name {
        "size" => Ok(Term::Size(Box::new(term(input)?))),
        "days_since" => Ok(Term::DaysSince(Box::new(term(input)?))),
        "years" => {
            let since = Box::new(term(input)?);
            let leap_day = if eat(input, ",") { leap_day(input)? } else { LeapDay::default() };
            Ok(Term::Years { since, leap_day })
        }
        "rank" | "percent" | "share" | "ntile" => rank(input, name),
        "bucket" => {
            let experiment = text(input)?;
            let by = if eat(input, ",") { Some(term(input)?) } else { None };
            Ok(Term::Bucket(Box::new(Bucket { experiment, by })))
        }
        "model" => text(input).map(Term::Model),
        _ => score(input),
    })
}

/// Whether that function is one of numbers too, and not of events alone.
fn is_arithmetic(name: &str) -> bool {
    ARITHMETIC.iter().any(|(_, function)| *function == name)
}

/// The arguments of a function between its parentheses.
fn deeper_call<'t, 's, T>(
    input: &mut Input<'t, 's>,
    mut arguments: impl FnMut(&mut Input<'t, 's>) -> Parsed<T>,
) -> Parsed<T> {
    word("(").parse_next(input)?;
    deeper(input, |input: &mut Input<'t, 's>| {
        let read = arguments(input)?;
        word(")").parse_next(input)?;
        Ok(read)
    })
}

/// `february 28` or `march 1`.
pub(super) fn leap_day(input: &mut Input<'_, '_>) -> Parsed<LeapDay> {
    let (day, leap_day) = if eat(input, "february") {
        (28, LeapDay::February28)
    } else {
        word("march").parse_next(input)?;
        (1, LeapDay::March1)
    };
    match peek(input, 0) {
        Kind::Number(digits) if digits.parse() == Ok(day) => {
            advance(input);
            Ok(leap_day)
        }
        _ => Err(fault(input, "expected `february 28` or `march 1`")),
    }
}

/// The arguments of `rank`, `percent`, `share` and `ntile`.
fn rank(input: &mut Input<'_, '_>, name: &str) -> Parsed<Term> {
    let by = term(input)?;
    let measure = match name {
        "rank" => RankMeasure::Place,
        "percent" => RankMeasure::Percent,
        "share" => RankMeasure::Share,
        _ => RankMeasure::Ntile(preceded(word(","), whole).parse_next(input)?),
    };
    let (mut order, mut ties) = (Order::default(), Ties::default());
    while eat(input, ",") {
        match () {
            () if eat_words(input, &["smallest", "first"]) => order = Order::Smallest,
            () if eat_words(input, &["largest", "first"]) => order = Order::Largest,
            () if eat_words(input, &["ties", "worst"]) => ties = Ties::Worst,
            () if eat_words(input, &["ties", "best"]) => ties = Ties::Best,
            () => return Err(unexpected(input)),
        }
    }
    Ok(Term::Rank(Box::new(Rank { by, measure, order, ties })))
}

/// `version(app_version) >= "2.3.0"`: a comparison of versions, and not of the texts.
fn version(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    advance(input);
    let term = deeper_call(input, term)?;
    let comparison = match peek(input, 0) {
        Kind::Sign(sign) => table::comparison(sign),
        _ => None,
    };
    let Some(comparison) = comparison else {
        super::input::want(input, "a comparison such as `>=`", &[]);
        return Err(unexpected(input));
    };
    advance(input);
    Ok(Condition::Version { term, comparison, version: text(input)? })
}
