//! From letters to tokens: words, names, texts, numbers, days, signs.
//!
//! | token | letters |
//! | --- | --- |
//! | word | letters of any alphabet, digits and `_`, not a digit first; dots between such parts |
//! | name | anything between backticks |
//! | field | a dot and a word or a name |
//! | text | anything between double quotes, on one line |
//! | number | digits, with a point and an exponent if it is no whole number; signs are tokens of their own |
//! | day | `2026-11-01`; `2026 - 11 - 01` is arithmetic |
//! | instant | `2026-11-01T08:30:00Z`, with an offset: which clock is meant is never guessed |
//! | sign | `=` `!=` `<` `<=` `>` `>=` `(` `)` `[` `]` `,` `:` `+` `-` `*` `/` |
//!
//! Spaces and line ends only part tokens, and `#` begins a comment that ends with the line.

use std::borrow::Cow;

use winnow::ascii::{digit1, hex_digit1};
use winnow::combinator::{alt, delimited, opt, repeat};
use winnow::error::ParserError;
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location, Stream};
use winnow::token::{any, one_of, take_while};

use crate::time::{Day, Timestamp};

use super::words::{begins_name, in_name};

/// What cannot be read, where, and why.
///
/// A combinator of the parser library that does not find what it looks for says so by a fault without words, and
/// something else may be tried; a fault with words is final.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    /// The byte at which it stands.
    pub at: usize,
    /// What was wanted and found.
    pub message: String,
}

/// What a step of the parser gives.
pub(super) type Parsed<T> = Result<T, Fault>;

impl<I: Stream> ParserError<I> for Fault {
    type Inner = Fault;

    fn from_input(_: &I) -> Self {
        Fault { at: 0, message: String::new() }
    }

    fn is_backtrack(&self) -> bool {
        self.message.is_empty()
    }

    fn into_inner(self) -> Result<Fault, Fault> {
        Ok(self)
    }
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'s> {
    /// What it is.
    pub kind: Kind<'s>,
    /// Its first byte.
    pub start: u32,
    /// The byte behind it.
    pub end: u32,
    /// Whether it is the first of its line.
    pub first: bool,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'s> {
    /// A word of the language or a name: identifiers with dots between them.
    Word(&'s str),
    /// A name in backticks.
    Name(Cow<'s, str>),
    /// A field: a name behind a dot.
    Field(Cow<'s, str>),
    /// A text in double quotes.
    Text(Cow<'s, str>),
    /// A number without a sign.
    Number(&'s str),
    /// A calendar day.
    Day(Day),
    /// An instant.
    Timestamp(Timestamp),
    /// A bracket, comma, colon or operator.
    Sign(&'static str),
    /// The end of the text.
    End,
}

type Letters<'s> = LocatingSlice<&'s str>;

/// Signs, longer ones before those that they begin with.
const SIGNS: [&str; 16] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ":", "+", "-", "*", "/"];

/// What other languages write, and what is written here.
const FOREIGN: [(&str, &str); 10] = [
    ("==", "`=` compares"),
    ("=>", "`>=` is at least"),
    ("=<", "`<=` is at most"),
    ("<>", "`!=` says that two values differ"),
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("!", "write `not`"),
    ("'", "texts stand in double quotes"),
    ("{", "lists stand in parentheses"),
    ("//", "comments begin with `#`"),
];

/// Every token of a text, the last is its end. Linear in the text's length.
pub(super) fn tokens(source: &str) -> Parsed<Vec<Token<'_>>> {
    let mut letters = LocatingSlice::new(source);
    let mut tokens = Vec::with_capacity(source.len() / 5 + 1);
    let mut first = true;
    if source.starts_with('\u{feff}') {
        letters.next_token(); // the mark with which some editors begin a file
    }
    loop {
        first |= space(&mut letters);
        let start = letters.current_token_start();
        let kind = if letters.is_empty() { Kind::End } else { token(&mut letters)? };
        let last = kind == Kind::End;
        let end = letters.current_token_start();
        tokens.push(Token { kind, start: start as u32, end: end as u32, first });
        if last {
            return Ok(tokens);
        }
        first = false;
    }
}

/// Passes over spaces and comments; whether a line ended. All that Unicode calls a space is one.
fn space(letters: &mut Letters<'_>) -> bool {
    let mut ended = false;
    loop {
        match letters.chars().next() {
            Some('#') => {
                let rest = letters.find('\n').unwrap_or(letters.len());
                letters.next_slice(rest);
            }
            Some(letter) if letter.is_whitespace() => {
                ended |= letter == '\n';
                letters.next_token();
            }
            _ => return ended,
        }
    }
}

/// The next token; its first letter decides which it is.
fn token<'s>(letters: &mut Letters<'s>) -> Parsed<Kind<'s>> {
    match letters.chars().next() {
        Some(letter) if begins_name(letter) => word.map(Kind::Word).parse_next(letters),
        Some('0'..='9') => alt((moment, number.map(Kind::Number))).parse_next(letters),
        Some('-') if letters.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => {
            alt((moment, sign)).parse_next(letters)
        }
        Some('.') => field(letters),
        Some('"') => quoted(letters, '"').map(Kind::Text),
        Some('`') => quoted(letters, '`').map(Kind::Name),
        _ => sign(letters),
    }
}

/// `spend`, `account.industry`.
fn word<'s>(letters: &mut Letters<'s>) -> Parsed<&'s str> {
    let part = || (one_of(begins_name), take_while(0.., in_name)).void();
    (part(), repeat::<_, _, (), _, _>(0.., ('.', part()))).take().parse_next(letters)
}

/// `5`, `5.0`, `1e9`.
fn number<'s>(letters: &mut Letters<'s>) -> Parsed<&'s str> {
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digit1);
    (digit1, opt(('.', digit1)), opt(exponent)).take().parse_next(letters)
}

/// `2026-11-01`, `2026-11-01T08:30:00Z`; years beyond four digits have a sign and six.
fn moment<'s>(letters: &mut Letters<'s>) -> Parsed<Kind<'s>> {
    let at = letters.current_token_start();
    let digits = |count: usize| take_while(count, '0'..='9');
    let year = alt((('-', digits(6)).void(), digits(4).void()));
    let day = (year, '-', digits(2), '-', digits(2)).take().parse_next(letters)?;
    let mut clock = opt(('T', take_while(1.., |c: char| c.is_ascii_digit() || ":.+-Zz".contains(c))).take());
    match clock.parse_next(letters)? {
        None => {
            let message = || format!("`{day}` is no day of the calendar");
            day.parse().map(Kind::Day).map_err(|_| Fault { at, message: message() })
        }
        Some(clock) => {
            let expected = "an instant with its offset, such as 2026-11-01T08:30:00Z";
            let message = || format!("`{day}{clock}` is not {expected}");
            let instant = format!("{day}{clock}").parse::<jiff::Timestamp>();
            instant.map(|at| Kind::Timestamp(at.into())).map_err(|_| Fault { at, message: message() })
        }
    }
}

/// `.amount`.
fn field<'s>(letters: &mut Letters<'s>) -> Parsed<Kind<'s>> {
    let at = letters.current_token_start();
    letters.next_token();
    match letters.chars().next() {
        Some('`') => quoted(letters, '`').map(Kind::Field),
        Some(letter) if begins_name(letter) => word.map(|name| Kind::Field(name.into())).parse_next(letters),
        Some('0'..='9') => Err(Fault { at, message: "a number begins with a digit, such as 0.5".to_owned() }),
        _ => Err(Fault { at, message: "expected the name of a field behind `.`".to_owned() }),
    }
}

/// A text in double quotes or a name in backticks, without them. Borrowed where nothing is escaped.
fn quoted<'s>(letters: &mut Letters<'s>, quote: char) -> Parsed<Cow<'s, str>> {
    let at = letters.current_token_start();
    letters.next_token();
    let mut owned: Option<String> = None;
    loop {
        let plain = letters.find([quote, '\\', '\n']).unwrap_or(letters.len());
        let plain = letters.next_slice(plain);
        match letters.chars().next() {
            Some(letter) if letter == quote => {
                letters.next_token();
                return Ok(owned.map_or(Cow::Borrowed(plain), |before| Cow::Owned(before + plain)));
            }
            Some('\\') => {
                let text = owned.get_or_insert_default();
                text.push_str(plain);
                text.push(escape(letters)?);
            }
            _ => {
                let what = if quote == '"' { "a text" } else { "a name" };
                return Err(Fault {
                    at,
                    message: format!("{what} is not closed: expected `{quote}` on the same line"),
                });
            }
        }
    }
}

/// What stands behind a backslash.
///
/// # Errors
/// If that is no letter by name or number: a backslash that is meant as such is written twice.
fn escape(letters: &mut Letters<'_>) -> Parsed<char> {
    let at = letters.current_token_start();
    letters.next_token();
    let found = letters.chars().next();
    let escaped = match found {
        Some(same @ ('"' | '`' | '\\' | '\'' | '/')) => Some(same),
        Some('n') => Some('\n'),
        Some('r') => Some('\r'),
        Some('t') => Some('\t'),
        Some('0') => Some('\0'),
        Some('u') => {
            let code = (any::<_, Fault>, delimited('{', hex_digit1, '}')).map(|(_, code)| code).parse_next(letters);
            let letter = code.ok().and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
            let message = "expected a letter of Unicode behind `\\u`, such as `\\u{e9}`";
            return letter.ok_or_else(|| Fault { at, message: message.to_owned() });
        }
        _ => None,
    };
    letters.next_token();
    escaped.ok_or_else(|| Fault {
        at,
        message: match found {
            Some(other) if !other.is_control() => format!("no escape `\\{other}`; a backslash is written `\\\\`"),
            _ => "nothing stands behind the backslash".to_owned(),
        },
    })
}

/// A sign.
///
/// # Errors
/// If nothing begins so. Of signs that other languages have, the fault says what is written here.
fn sign<'s>(letters: &mut Letters<'s>) -> Parsed<Kind<'s>> {
    let at = letters.current_token_start();
    let foreign = FOREIGN.iter().find(|(foreign, _)| letters.starts_with(foreign) && !letters.starts_with("!="));
    if let Some((foreign, here)) = foreign {
        return Err(Fault { at, message: format!("no sign `{foreign}`: {here}") });
    }
    match SIGNS.into_iter().find(|sign| letters.starts_with(sign)) {
        Some(sign) => {
            letters.next_slice(sign.len());
            Ok(Kind::Sign(sign))
        }
        None => {
            let letter = letters.chars().next().map(|letter| letter.escape_debug().to_string()).unwrap_or_default();
            Err(Fault { at, message: format!("nothing begins with `{letter}`") })
        }
    }
}
