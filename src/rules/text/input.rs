//! What the grammar reads from: tokens, how deep it is in them, and what could have stood where it is.
//!
//! The grammar is made of parsers of the library `winnow` over a row of tokens. Each decides by the tokens ahead of it
//! ([`peek`], [`sees`], [`eat`]) and never goes back. Every word that was looked for at a token and not found is
//! remembered until a token is gone over, so that [`unexpected`] can tell all that could have stood there: the message is
//! made by the grammar itself and cannot fall behind it.

use winnow::prelude::*;
use winnow::stream::{Stateful, Stream, TokenSlice};

use crate::error::{excerpt, nearest};

use super::token::{Fault, Kind, Parsed, Token};
use super::words::{HEADS, RESERVED, is_plain};

/// How deep a text may nest: parentheses, `not`, functions and what stands to the left of a minus.
///
/// Conditions and terms inside each other bring at most one such step each, so what lies 64 deep in the language can be
/// written down. For that, two steps that always go together count as one: `(not`, and parentheses to the left of a sign.
pub(super) const DEEPEST: u32 = 64;

/// How many entries a list may have.
pub(super) const LONGEST: usize = 100_000;

/// The tokens that are left, with what is known of the place.
pub(super) type Input<'t, 's> = Stateful<TokenSlice<'t, Token<'s>>, Place<'s>>;

/// What is known of the place in the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Place<'s> {
    /// The text.
    pub source: &'s str,
    /// How deep the place is.
    pub depth: u32,
    /// How deep the text has been since somebody last asked.
    pub deepest: u32,
    /// What was looked for at this token and not found.
    wanted: Vec<Want>,
}

/// Something that could have stood somewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Want {
    /// That word or sign.
    Word(&'static str),
    /// These words one after the other.
    Words(&'static [&'static str]),
    /// What is called so, with commas if it is several things, for example one of these words.
    Thing(&'static str, &'static [&'static str]),
}

impl<'s> Place<'s> {
    /// The start of a text: nothing read, nothing wanted.
    pub fn start(source: &'s str) -> Self {
        Place { source, depth: 0, deepest: 0, wanted: Vec::with_capacity(16) }
    }
}

/// The kind of the token that is `ahead` tokens ahead.
pub(super) fn peek<'t, 's>(input: &Input<'t, 's>, ahead: usize) -> &'t Kind<'s> {
    let tokens: &'t [Token<'s>] = input.input.peek_slice(input.input.eof_offset());
    tokens.get(ahead).map_or(&Kind::End, |token| &token.kind)
}

/// Whether the next token is the first of its line, or the end.
///
/// It is asked only where a definition, a rule or a clause could begin.
pub(super) fn at_line_start(input: &Input<'_, '_>) -> bool {
    input.first().is_none_or(|token| token.first || token.kind == Kind::End)
}

/// Goes over one token; the end is never gone over.
pub(super) fn advance(input: &mut Input<'_, '_>) {
    if *peek(input, 0) != Kind::End {
        input.next_token();
        input.state.wanted.clear();
    }
}

/// Whether that sign is the last token that was gone over.
pub(super) fn stood(input: &Input<'_, '_>, sign: &str) -> bool {
    matches!(input.input.previous_tokens().next(), Some(Token { kind: Kind::Sign(found), .. }) if *found == sign)
}

/// Remembers what could stand here.
pub(super) fn want(input: &mut Input<'_, '_>, thing: &'static str, words: &'static [&'static str]) {
    input.state.wanted.push(Want::Thing(thing, words));
}

/// Whether that word is `ahead` tokens ahead; nothing is remembered.
pub(super) fn sees(input: &Input<'_, '_>, ahead: usize, word: &str) -> bool {
    matches!(peek(input, ahead), Kind::Word(found) if *found == word)
        || matches!(peek(input, ahead), Kind::Sign(found) if *found == word)
}

/// Goes over that word or sign if it stands here; remembers that it was looked for if not.
pub(super) fn eat(input: &mut Input<'_, '_>, word: &'static str) -> bool {
    let found = sees(input, 0, word);
    if found {
        advance(input);
    } else {
        input.state.wanted.push(Want::Word(word));
    }
    found
}

/// Goes over these words if they stand here, all of them or none; remembers that they were looked for if not.
pub(super) fn eat_words(input: &mut Input<'_, '_>, words: &'static [&'static str]) -> bool {
    let found = begun(input, words) == words.len();
    if found {
        words.iter().for_each(|_| advance(input));
    } else {
        input.state.wanted.push(Want::Words(words));
    }
    found
}

/// How many of these words stand here, from the first on.
fn begun(input: &Input<'_, '_>, words: &[&str]) -> usize {
    words.iter().enumerate().take_while(|(ahead, word)| sees(input, *ahead, word)).count()
}

/// A parser of that word or sign, which must stand here.
pub(super) fn word<'t, 's>(word: &'static str) -> impl FnMut(&mut Input<'t, 's>) -> Parsed<()> {
    move |input| if eat(input, word) { Ok(()) } else { Err(unexpected(input)) }
}

/// A parser of these words, which must stand here.
pub(super) fn words<'t, 's, const N: usize>(words: [&'static str; N]) -> impl FnMut(&mut Input<'t, 's>) -> Parsed<()> {
    move |input| words.iter().try_for_each(|next| word(next).parse_next(input))
}

/// The fault that something else was wanted here: what was looked for, and what was found.
///
/// Where several words were looked for and some of them stand here, the fault is at the first that does not.
pub(super) fn unexpected(input: &Input<'_, '_>) -> Fault {
    let wanted = &input.state.wanted;
    let begun_of = |want: &Want| match want {
        Want::Words(words) => begun(input, words),
        _ => 0,
    };
    let ahead = wanted.iter().map(begun_of).max().unwrap_or(0);
    let mut names: Vec<String> = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    for want in wanted.iter().filter(|want| begun_of(want) == ahead) {
        match want {
            Want::Word(word) => {
                names.push(format!("`{word}`"));
                known.push(word);
            }
            Want::Words(words) => {
                let rest = words.get(ahead..).unwrap_or_default();
                names.push(format!("`{}`", rest.join(" ")));
                known.extend(rest.first());
            }
            Want::Thing(things, words) => {
                names.extend(things.split(", ").map(str::to_owned));
                known.extend(*words);
            }
        }
    }
    let mut seen = Vec::new();
    names.retain(|name| {
        !seen.contains(name) && {
            seen.push(name.clone());
            true
        }
    });
    let last = names.pop().unwrap_or_else(|| "nothing".to_owned());
    let expected = if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) };
    let token = input.get(ahead);
    let at = token.map_or(input.state.source.len(), |token| token.start as usize);
    let hint = hint(token, &known, wanted);
    Fault { at, message: format!("expected {expected}, found {}{hint}", found(input.state.source, token)) }
}

/// What the writer may have meant: a word that is almost the same, or a name.
///
/// Words of two letters are proposed only for their own in other case: too much is almost `or`.
fn hint(token: Option<&Token<'_>>, known: &[&str], wanted: &[Want]) -> String {
    let Some(Token { kind: Kind::Word(word), .. }) = token else { return String::new() };
    if RESERVED.contains(word) {
        let name = |want: &Want| matches!(want, Want::Thing(thing, _) if NAMES.contains(thing));
        return if wanted.iter().any(name) && !["and", "or"].contains(word) {
            format!("; a name like a word of the language stands in backticks: `` `{word}` ``")
        } else {
            String::new()
        };
    }
    let known = known.iter().copied().filter(|known| known != word);
    let near = nearest(word, known.filter(|known| known.len() > 2 || known.eq_ignore_ascii_case(word)));
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`"))
}

/// What may be a name.
const NAMES: [&str; 4] = ["a condition", "a value", "a kind of event", "the name of a list"];

/// A fault at the next token.
pub(super) fn fault(input: &Input<'_, '_>, message: impl Into<String>) -> Fault {
    let at = input.first().map_or(input.state.source.len(), |token| token.start as usize);
    Fault { at, message: message.into() }
}

/// A token in words.
fn found(source: &str, token: Option<&Token<'_>>) -> String {
    match token {
        None | Some(Token { kind: Kind::End, .. }) => "the end".to_owned(),
        Some(token) => {
            let text = excerpt(source.get(token.start as usize..token.end as usize).unwrap_or_default());
            if matches!(token.kind, Kind::Name(_)) { format!("the name {text}") } else { format!("`{text}`") }
        }
    }
}

/// Reads what stands one level deeper.
///
/// # Errors
/// If that is deeper than [`DEEPEST`].
pub(super) fn deeper<'t, 's, T>(
    input: &mut Input<'t, 's>,
    mut inner: impl Parser<Input<'t, 's>, T, Fault>,
) -> Parsed<T> {
    input.state.depth += 1;
    input.state.deepest = input.state.deepest.max(input.state.depth);
    if input.state.depth > DEEPEST {
        return Err(too_deep(input));
    }
    let read = inner.parse_next(input)?;
    input.state.depth -= 1;
    Ok(read)
}

/// The fault that the text nests too deep.
pub(super) fn too_deep(input: &Input<'_, '_>) -> Fault {
    fault(input, format!("nested more than {DEEPEST} deep"))
}

/// Reads a list in parentheses, one level deeper: `(a, b)`, `()`.
///
/// # Errors
/// If it has more than [`LONGEST`] entries, and those of its entries.
pub(super) fn list<'t, 's, T>(
    input: &mut Input<'t, 's>,
    mut item: impl Parser<Input<'t, 's>, T, Fault>,
) -> Parsed<Vec<T>> {
    word("(").parse_next(input)?;
    deeper(input, move |input: &mut Input<'t, 's>| {
        let mut items = Vec::new();
        if eat(input, ")") {
            return Ok(items);
        }
        loop {
            check_length(input, items.len())?;
            items.push(item.parse_next(input)?);
            if !eat(input, ",") {
                break;
            }
        }
        word(")").parse_next(input)?;
        Ok(items)
    })
}

/// Refuses one entry more than a list may have.
pub(super) fn check_length(input: &Input<'_, '_>, length: usize) -> Parsed<()> {
    if length < LONGEST { Ok(()) } else { Err(fault(input, format!("a list of more than {LONGEST} entries"))) }
}

/// A name: an identifier that is no word of the language, or anything in backticks.
///
/// # Errors
/// If none stands here; `what` says what the name would be of.
pub(super) fn name(input: &mut Input<'_, '_>, what: &'static str) -> Parsed<String> {
    let name = match peek(input, 0) {
        Kind::Word(word) if !RESERVED.contains(word) => (*word).to_owned(),
        Kind::Name(name) => name.clone().into_owned(),
        _ => {
            want(input, what, &[]);
            return Err(unexpected(input));
        }
    };
    advance(input);
    Ok(name)
}

/// The key of a segment: a name that does not begin a line of a document either.
pub(super) fn key(input: &mut Input<'_, '_>, what: &'static str) -> Parsed<String> {
    match peek(input, 0) {
        Kind::Word(word) if HEADS.contains(word) => {
            want(input, what, &[]);
            Err(unexpected(input))
        }
        _ => name(input, what),
    }
}

/// Whether a key can stand as it is.
pub(super) fn is_plain_key(key: &str) -> bool {
    is_plain(key) && !HEADS.contains(&key)
}

/// A text in double quotes.
pub(super) fn text(input: &mut Input<'_, '_>) -> Parsed<String> {
    want(input, "a text in double quotes", &[]);
    let Kind::Text(text) = peek(input, 0) else { return Err(unexpected(input)) };
    let text = text.clone().into_owned();
    advance(input);
    Ok(text)
}

/// The digits of a number with its sign.
fn digits(input: &mut Input<'_, '_>, what: &'static str) -> Parsed<String> {
    let (negative, ahead) = if sees(input, 0, "-") { ("-", 1) } else { ("", 0) };
    let Kind::Number(digits) = peek(input, ahead) else {
        want(input, what, &[]);
        return Err(unexpected(input));
    };
    Ok(format!("{negative}{digits}"))
}

/// Goes over a number with its sign.
fn pass_number(input: &mut Input<'_, '_>) {
    eat(input, "-");
    advance(input);
}

/// A number with or without a sign, a point and an exponent.
///
/// # Errors
/// If it is larger than a `f64` can be.
pub(super) fn number(input: &mut Input<'_, '_>) -> Parsed<f64> {
    let digits = digits(input, "a number")?;
    let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
    let number = number.ok_or_else(|| fault(input, format!("`{}` is too large a number", excerpt(&digits))))?;
    pass_number(input);
    Ok(number)
}

/// A whole number of a type.
///
/// # Errors
/// If it has a point or is outside the type, with the bounds.
pub(super) fn whole<T: std::str::FromStr + Bounded>(input: &mut Input<'_, '_>) -> Parsed<T> {
    let digits = digits(input, "a whole number")?;
    let whole = digits.parse::<T>().map_err(|_| {
        let (least, most) = T::BOUNDS;
        let digits = excerpt(&digits);
        fault(input, format!("expected a whole number from {least} to {most}, found `{digits}`"))
    })?;
    pass_number(input);
    Ok(whole)
}

/// Whole numbers between bounds.
pub(super) trait Bounded {
    /// The least and the largest.
    const BOUNDS: (i64, i64);
}

impl Bounded for u32 {
    const BOUNDS: (i64, i64) = (0, u32::MAX as i64);
}

impl Bounded for i32 {
    const BOUNDS: (i64, i64) = (i32::MIN as i64, i32::MAX as i64);
}

impl Bounded for i64 {
    const BOUNDS: (i64, i64) = (i64::MIN, i64::MAX);
}
