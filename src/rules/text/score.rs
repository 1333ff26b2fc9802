//! Scores: points for this and that.
//!
//! ```text
//! score    = [item {"," item}] {"," category} {"," bounds}
//! item     = number ( "when" condition | "each" term | "each" "event" short ["half" "life" span] )
//!            ["category" text] ["cap" number]
//! category = "category" text bounds
//! bounds   = ["at" "least" number] ["at" "most" number]
//! ```

use winnow::Parser;

use crate::rules::{Given, Score, ScoreCategory, ScoreItem, Term};

use super::events::{short_events, span};
use super::expression::{condition, term};
use super::input::{Input, check_length, eat, eat_words, number, peek, sees, text, unexpected, want, word};
use super::token::{Kind, Parsed};

/// The arguments of `score`: items, then categories, then bounds of the whole, in this order so that it is read as it is
/// counted.
///
/// `20 when employees >= 100 category "fit" cap 30, 2 each event visit, category "fit" at most 50, at least 0`
pub(super) fn score(input: &mut Input<'_, '_>) -> Parsed<Term> {
    let mut score = Score::default();
    if sees(input, 0, ")") {
        return Ok(Term::Score(Box::new(score)));
    }
    loop {
        check_length(input, score.items.len())?;
        let bounded = score.minimum.is_some() || score.maximum.is_some();
        let listed = !score.categories.is_empty();
        match peek(input, 0) {
            Kind::Number(_) | Kind::Sign("-") if !bounded && !listed => score.items.push(item(input)?),
            Kind::Word("category") if !bounded => score.categories.push(category(input)?),
            Kind::Word("at") => {
                let before = (score.minimum, score.maximum);
                let (minimum, maximum) = bounds(input)?;
                if minimum.and(before.0).is_some() || maximum.and(before.1).is_some() {
                    return Err(super::input::fault(input, "a bound of the score is said twice"));
                }
                (score.minimum, score.maximum) = (before.0.or(minimum), before.1.or(maximum));
            }
            _ => {
                if !bounded && !listed {
                    want(input, "points such as `20 when …`", &[]);
                }
                if !bounded {
                    want(input, "`category`", &["category"]);
                }
                want(input, "`at least`, `at most`", &[]);
                return Err(unexpected(input));
            }
        }
        if !eat(input, ",") {
            return Ok(Term::Score(Box::new(score)));
        }
    }
}

/// `20 when employees >= 100 category "fit" cap 30`: points, what they are for, where they count and how many at most.
fn item(input: &mut Input<'_, '_>) -> Parsed<ScoreItem> {
    let points = number(input)?;
    let given = if eat(input, "when") {
        Given::When(condition(input)?)
    } else if eat_words(input, &["each", "event"]) {
        let events = short_events(input)?;
        let half_life = if eat_words(input, &["half", "life"]) { Some(span(input)?) } else { None };
        Given::EachEvent { events, half_life }
    } else {
        word("each").parse_next(input)?;
        Given::Each(term(input)?)
    };
    let category = if eat(input, "category") { Some(text(input)?) } else { None };
    let cap = if eat(input, "cap") { Some(number(input)?) } else { None };
    Ok(ScoreItem { points, given, category, cap })
}

/// `category "fit" at least 0 at most 50`.
fn category(input: &mut Input<'_, '_>) -> Parsed<ScoreCategory> {
    let (_, name) = (word("category"), text).parse_next(input)?;
    let (minimum, maximum) = bounds(input)?;
    Ok(ScoreCategory { name, minimum, maximum })
}

/// `at least 0 at most 50`, both or one or none.
fn bounds(input: &mut Input<'_, '_>) -> Parsed<(Option<f64>, Option<f64>)> {
    let minimum = if eat_words(input, &["at", "least"]) { Some(number(input)?) } else { None };
    let maximum = if eat_words(input, &["at", "most"]) { Some(number(input)?) } else { None };
    Ok((minimum, maximum))
}
