//! What the grammar reads from: tokens, how deep it is in them, and what could have stood where it is.

use winnow::prelude::*;
use winnow::stream::{Stateful, Stream, TokenSlice};

use crate::error::{excerpt, nearest};

use super::token::{Fault, Kind, Parsed, Token};
use super::words::{HEADS, RESERVED, is_plain};

/// How deep a text may nest: parentheses, `not`, functions and what stands to the left of a minus.
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
    /// What is called so, for example one of these words.
    Thing(&'static str, &'static [&'static str]),
}

impl<'s> Place<'s> {
    /// The start of a text.
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

/// Remembers what could stand here.
pub(super) fn want(input: &mut Input<'_, '_>, thing: &'static str, words: &'static [&'static str]) {
    input.state.wanted.push(Want::Thing(thing, words));
}

/// Whether that word is `ahead` tokens ahead; nothing is remembered.
pub(super) fn sees(input: &Input<'_, '_>, ahead: usize, word: &str) -> bool {
    matches!(peek(input, ahead), Kind::Word(found) if *found == word)
        || matches!(peek(input, ahead), Kind::Sign(found) if *found == word)
}

/// Goes over that word or sign if it stands here.
pub(super) fn eat(input: &mut Input<'_, '_>, word: &'static str) -> bool {
    let found = sees(input, 0, word);
    if found {
        advance(input);
    } else {
        input.state.wanted.push(Want::Word(word));
    }
    found
}

/// Goes over these words if they stand here.
pub(super) fn eat_words(input: &mut Input<'_, '_>, words: &[&'static str]) -> bool {
    let found = words.iter().enumerate().all(|(ahead, word)| sees(input, ahead, word));
    match (found, words.first()) {
        (true, _) => words.iter().for_each(|_| advance(input)),
        (false, Some(first)) => input.state.wanted.push(Want::Word(first)),
        (false, None) => {}
    }
    found
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
pub(super) fn unexpected(input: &Input<'_, '_>) -> Fault {
    let mut wanted: Vec<Want> = Vec::new();
    for want in &input.state.wanted {
        if !wanted.contains(want) {
            wanted.push(*want);
        }
    }
    let mut names: Vec<String> = wanted
        .iter()
        .map(|want| match want {
            Want::Word(word) => format!("`{word}`"),
            Want::Thing(thing, _) => (*thing).to_owned(),
        })
        .collect();
    let last = names.pop().unwrap_or_else(|| "nothing".to_owned());
    let expected = if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) };
    let mut message = format!("expected {expected}, found {}", found(input));
    if let Kind::Word(word) = peek(input, 0) {
        let known = wanted.iter().flat_map(|want| match want {
            Want::Word(word) => std::slice::from_ref(word),
            Want::Thing(_, words) => words,
        });
        let known = known.copied().filter(|known| known.len() > 2 || known.eq_ignore_ascii_case(word));
        if let Some(near) = nearest(word, known.filter(|known| known != word)) {
            message.push_str(&format!("; did you mean `{near}`"));
        } else if RESERVED.contains(word) {
            message.push_str(&format!("; a name like a word of the language stands in backticks, `` `{word}` ``"));
        }
    }
    fault(input, message)
}

/// A fault at the next token.
pub(super) fn fault(input: &Input<'_, '_>, message: impl Into<String>) -> Fault {
    let at = input.first().map_or(input.state.source.len(), |token| token.start as usize);
    Fault { at, message: message.into() }
}

/// What stands here, in words.
pub(super) fn found(input: &Input<'_, '_>) -> String {
    match input.first() {
        None | Some(Token { kind: Kind::End, .. }) => "the end".to_owned(),
        Some(token) => {
            let text = input.state.source.get(token.start as usize..token.end as usize).unwrap_or_default();
            match token.kind {
                Kind::Name(_) => format!("the name {}", excerpt(text)),
                _ => format!("`{}`", excerpt(text)),
            }
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

/// A number.
pub(super) fn number(input: &mut Input<'_, '_>) -> Parsed<f64> {
    let digits = digits(input, "a number")?;
    let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
    let number = number.ok_or_else(|| fault(input, format!("`{}` is too large a number", excerpt(&digits))))?;
    pass_number(input);
    Ok(number)
}

/// A whole number of a type.
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
