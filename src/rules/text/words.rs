//! The words of the text form: one table for each thing that has a word, which the parser and the printer share.
//!
//! Both look things up here, so that what is printed is what is read. A word that is added to the language is added to one
//! of these tables; if it can stand where a name can, also to [`RESERVED`], and then every old text that has it as a name
//! needs backticks: words that are told by their neighbour are better.

use crate::rules::{
    Arithmetic, CalendarPart, CalendarUnit, Comparison, Fold, Measure, SetOperator, SpanUnit, State, TextOperator,
    WeekStart,
};

/// Words that are no names: an attribute that is called so stands in backticks.
///
/// Words that only mean something together with their neighbour (`at least`, `member of`) are not among them.
#[rustfmt::skip] // a word a line says no more
pub(super) const RESERVED: [&str; 28] = [
    "and", "or", "not", "in", "is", "if", "true", "false", "today", "always", "never", "between", "contains",
    "starts", "ends", "matches", "equals", "any", "all", "none", "exactly", "within", "where", "exists",
    "regularly", "stopped", "restarted", "event",
];

/// Words with which a line of a document begins: no key of a segment unless in backticks.
#[rustfmt::skip] // a word a line says no more
pub(super) const HEADS: [&str; 13] = [
    "version", "zone", "week", "audience", "frozen", "manual", "rules", "otherwise", "unknown", "include",
    "exclude", "stay", "members",
];

/// What may follow a value to make a condition of it; proposed where none of them stands but something like it.
///
/// Signs are not among them: nobody misspells one.
pub(super) const OPERATORS: [&str; 15] = [
    "in", "is", "not", "between", "contains", "starts", "ends", "matches", "equals", "any", "all", "none", "exactly",
    "within", "and",
];

/// The words of text operators, each with the word that follows.
///
/// `equals` is no other word for `=`: it compares letters, with or without their case, and `=` compares values.
pub(super) const TEXT_OPERATORS: [(TextOperator, &str, Option<&str>); 5] = [
    (TextOperator::Equals, "equals", None),
    (TextOperator::Contains, "contains", None),
    (TextOperator::StartsWith, "starts", Some("with")),
    (TextOperator::EndsWith, "ends", Some("with")),
    (TextOperator::Matches, "matches", None),
];

/// The words of set operators, each with the word that follows. Each says for itself whether one or all are meant.
pub(super) const SET_OPERATORS: [(SetOperator, &str, Option<&str>); 4] = [
    (SetOperator::AnyOf, "any", Some("of")),
    (SetOperator::AllOf, "all", Some("of")),
    (SetOperator::NoneOf, "none", Some("of")),
    (SetOperator::Exactly, "exactly", None),
];

/// The words behind `is`.
pub(super) const STATES: [(State, &str); 5] = [
    (State::Missing, "missing"),
    (State::Null, "null"),
    (State::Invalid, "invalid"),
    (State::Empty, "empty"),
    (State::Known, "known"),
];

/// The words behind a text that say which letters count as the same.
pub(super) const FOLDS: [(Fold, &str); 3] =
    [(Fold::Exact, ""), (Fold::Ascii, " ignoring ascii case"), (Fold::Unicode, " ignoring case")];

/// Arithmetic as functions; the first four are only written so where signs cannot say it: of one operand, or none.
pub(super) const ARITHMETIC: [(Arithmetic, &str); 10] = [
    (Arithmetic::Add, "add"),
    (Arithmetic::Subtract, "subtract"),
    (Arithmetic::Multiply, "multiply"),
    (Arithmetic::Divide, "divide"),
    (Arithmetic::Minimum, "min"),
    (Arithmetic::Maximum, "max"),
    (Arithmetic::Absolute, "abs"),
    (Arithmetic::Floor, "floor"),
    (Arithmetic::Round, "round"),
    (Arithmetic::FirstKnown, "first_known"),
];

/// Parts of a day as functions.
pub(super) const PARTS: [(CalendarPart, &str); 5] = [
    (CalendarPart::Weekday, "weekday"),
    (CalendarPart::DayOfMonth, "day_of_month"),
    (CalendarPart::Month, "month"),
    (CalendarPart::Quarter, "quarter"),
    (CalendarPart::Year, "year"),
];

/// Periods of the calendar, for one and for many: `this month`, `calendar months -3 to -1`.
pub(super) const PERIODS: [(CalendarUnit, &str, &str); 5] = [
    (CalendarUnit::Day, "day", "days"),
    (CalendarUnit::Week, "week", "weeks"),
    (CalendarUnit::Month, "month", "months"),
    (CalendarUnit::Quarter, "quarter", "quarters"),
    (CalendarUnit::Year, "year", "years"),
];

/// Days with which a week can begin.
pub(super) const WEEK_STARTS: [(WeekStart, &str); 3] =
    [(WeekStart::Monday, "monday"), (WeekStart::Sunday, "sunday"), (WeekStart::Saturday, "saturday")];

/// Every function, for the one that a misspelt name is most like.
#[rustfmt::skip] // a word a line says no more
pub(super) const FUNCTIONS: [&str; 35] = [
    "size", "days_since", "years", "weekday", "day_of_month", "month", "quarter", "year", "add", "subtract",
    "multiply", "divide", "min", "max", "abs", "floor", "round", "first_known", "count", "sum", "mean",
    "distinct", "first", "last", "rank", "percent", "share", "ntile", "bucket", "score", "model", "all",
    "any", "sequence", "version",
];

/// Every unit of a span, for the one that a misspelt name is most like.
pub(super) const UNITS: [&str; 7] = ["seconds", "minutes", "hours", "days", "weeks", "months", "years"];

/// The comparison of that sign, if it is one of a comparison.
pub(super) fn comparison(sign: &str) -> Option<Comparison> {
    Comparison::ALL.into_iter().find(|comparison| comparison.sign() == sign)
}

/// The unit of that name, for one or many.
pub(super) fn unit(word: &str) -> Option<SpanUnit> {
    SpanUnit::ALL.into_iter().find(|(_, one, many)| word == *one || word == *many).map(|(unit, _, _)| unit)
}

/// The name of the function that asks a measure of events.
pub(super) fn measure(measure: &Measure) -> &'static str {
    match measure {
        Measure::Count => "count",
        Measure::Sum(_) => "sum",
        Measure::Mean(_) => "mean",
        Measure::Minimum(_) => "min",
        Measure::Maximum(_) => "max",
        Measure::Distinct(_) => "distinct",
        Measure::First(_) => "first",
        Measure::Last(_) => "last",
    }
}

/// The measure of a field that the function of that name asks of events; `None` of any other function.
pub(super) fn measure_of(function: &str, field: String) -> Option<Measure> {
    Some(match function {
        "sum" => Measure::Sum(field),
        "mean" => Measure::Mean(field),
        "min" => Measure::Minimum(field),
        "max" => Measure::Maximum(field),
        "distinct" => Measure::Distinct(field),
        "first" => Measure::First(field),
        "last" => Measure::Last(field),
        _ => return None,
    })
}

/// Whether a name begins with that letter: one of any alphabet, or `_`.
pub(super) fn begins_name(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

/// Whether that letter may stand inside a name.
pub(super) fn in_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether a name is made of identifiers with dots between them: a field of that name needs no backticks.
pub(super) fn is_identifier(name: &str) -> bool {
    name.split('.').all(|part| part.starts_with(begins_name) && part.chars().all(in_name))
}

/// Whether a name can stand as it is: it is an identifier and no word of the language.
pub(super) fn is_plain(name: &str) -> bool {
    is_identifier(name) && !RESERVED.contains(&name)
}
