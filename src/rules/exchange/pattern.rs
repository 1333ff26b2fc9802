//! Regular expressions of JavaScript and of the crate `regex`: what is written alike and means something else.
//!
//! | construct | JavaScript, without flags | here |
//! | --- | --- | --- |
//! | `\d` `\w` `\s` `\b` | ASCII, spaces of Unicode | letters and digits of all scripts |
//! | `.` | all but four ends of lines | all but `\n` |
//! | look-around, back-references | yes | no, so that time stays linear |
//! | `{` that counts nothing, `[a[b]`, `\e` | letters | errors, or sets of their own |
//! | letters beyond U+FFFF | two units each | one letter |
//!
//! Both ways are a rewriting, letter by letter, of what has one meaning on both sides; the rest is refused.

use std::iter::Peekable;
use std::str::Chars;

use crate::error::Result;
use crate::rules::limits::PATTERN;

use super::parts::refused;

/// What `\s` takes in JavaScript (ECMA-262, WhiteSpace and LineTerminator), inside a class of ours.
const SPACE: &str = r"\t\n\x0B\f\r\x20\u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";

/// The pattern of JavaScript as one of ours.
///
/// # Errors
///
/// It is too long, no pattern, or has a part that cannot be said here.
pub(super) fn from_javascript(pattern: &str) -> Result<String> {
    if pattern.len() > PATTERN {
        return refused(format!("a pattern of {} bytes, at most {PATTERN} are read", pattern.len()));
    }
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => match escape(&mut rest)? {
                Escape::Letter(letter) => push(&mut out, letter),
                Escape::Class { inside, negated } => {
                    out.push_str(if negated { "[^" } else { "[" });
                    out.push_str(inside);
                    out.push(']');
                }
                Escape::Boundary => out.push_str(r"(?-u:\b)"),
            },
            '.' => out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            '^' | '$' | '|' | ')' | '*' | '+' | '?' => out.push(letter),
            '(' => {
                group(&mut rest)?;
                out.push_str("(?:");
            }
            '[' => class_from_javascript(&mut rest, &mut out)?,
            '{' => match counted(&mut rest) {
                Some(count) => out.push_str(&count),
                None => push(&mut out, '{'),
            },
            letter => {
                if letter as u32 > 0xFFFF && matches!(rest.peek(), Some('*' | '+' | '?' | '{')) {
                    return refused(format!("`{letter}` is two letters there, of which only the second is repeated"));
                }
                push(&mut out, letter);
            }
        }
    }
    match regex::Regex::new(&out) {
        Ok(_) => Ok(out),
        Err(_) => refused("this is no regular expression, or one that would be too large: it never matches there"),
    }
}

/// A letter that stands for itself in a pattern of ours, in a class or not.
fn push(out: &mut String, letter: char) {
    if letter.is_ascii() && !letter.is_ascii_alphanumeric() && letter != '_' {
        out.push_str(&format!("\\x{:02X}", letter as u32));
    } else {
        out.push(letter);
    }
}

/// What an escape of JavaScript stands for.
enum Escape {
    Letter(char),
    Class { inside: &'static str, negated: bool },
    Boundary,
}

/// Reads what follows a backslash outside of a class.
fn escape(rest: &mut Peekable<Chars<'_>>) -> Result<Escape> {
    let Some(letter) = rest.next() else { return refused("a pattern that ends in `\\` never matches there") };
    let class = |inside, negated| Ok(Escape::Class { inside, negated });
    match letter {
        'd' | 'D' => class("0-9", letter == 'D'),
        'w' | 'W' => class("0-9A-Za-z_", letter == 'W'),
        's' | 'S' => class(SPACE, letter == 'S'),
        'b' => Ok(Escape::Boundary),
        'B' => refused("`\\B` cannot be said here"),
        't' => Ok(Escape::Letter('\t')),
        'n' => Ok(Escape::Letter('\n')),
        'r' => Ok(Escape::Letter('\r')),
        'f' => Ok(Escape::Letter('\u{c}')),
        'v' => Ok(Escape::Letter('\u{b}')),
        '0' if !rest.peek().is_some_and(char::is_ascii_digit) => Ok(Escape::Letter('\0')),
        'x' => hexadecimal(rest, 2).map(Escape::Letter),
        'u' => hexadecimal(rest, 4).map(Escape::Letter),
        '0'..='9' | 'k' => refused("references to what was found before cannot be said here: time would not be linear"),
        'c' | 'p' | 'P' => refused(format!("`\\{letter}` depends on the engine there")),
        letter => Ok(Escape::Letter(letter)),
    }
}

/// So many hexadecimal digits as a letter.
fn hexadecimal(rest: &mut Peekable<Chars<'_>>, digits: usize) -> Result<char> {
    let text: String = (0..digits).map_while(|_| rest.next_if(char::is_ascii_hexdigit)).collect();
    match u32::from_str_radix(&text, 16).ok().and_then(char::from_u32) {
        Some(letter) if text.len() == digits => Ok(letter),
        _ => refused("an escape by number that is no letter"),
    }
}

/// Reads what follows `(` up to what is in the group.
fn group(rest: &mut Peekable<Chars<'_>>) -> Result<()> {
    if rest.next_if_eq(&'?').is_none() || rest.next_if_eq(&':').is_some() {
        return Ok(());
    }
    let named = rest.next_if_eq(&'<').is_some() && !matches!(rest.peek(), Some('=' | '!'));
    if !named {
        return refused("looking ahead or behind, and flags in the pattern, cannot be said here");
    }
    match rest.find(|letter| *letter == '>') {
        Some(_) => Ok(()),
        None => refused("a group without an end never matches there"),
    }
}

/// Reads what follows `{` if it counts: `3}`, `3,}` or `3,5}`.
fn counted(rest: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut ahead = rest.clone();
    let mut count = String::from("{");
    let mut digits = |count: &mut String| {
        let before = count.len();
        while let Some(digit) = ahead.next_if(char::is_ascii_digit) {
            count.push(digit);
        }
        let after = ahead.next_if(|letter| matches!(letter, ',' | '}'));
        (count.len() > before, after)
    };
    let (some, mut after) = digits(&mut count);
    if !some {
        return None;
    }
    if after == Some(',') {
        count.push(',');
        after = digits(&mut count).1;
    }
    if after != Some('}') {
        return None;
    }
    count.push('}');
    *rest = ahead;
    Some(count)
}

/// Reads what follows `[`.
fn class_from_javascript(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<()> {
    let negated = rest.next_if_eq(&'^').is_some();
    if rest.next_if_eq(&']').is_some() {
        out.push_str(if negated { "(?s:.)" } else { r"[^\x00-\u{10FFFF}]" });
        return Ok(());
    }
    out.push_str(if negated { "[^" } else { "[" });
    let mut low: Option<char> = None; // a letter that may begin a range
    loop {
        match rest.next() {
            None => return refused("a class without an end never matches there"),
            Some(']') => break,
            Some('-') if low.is_some() && !matches!(rest.peek(), Some(']') | None) => {
                let high = match rest.next() {
                    Some('\\') => class_escape(rest, out)?,
                    other => other,
                };
                match (low.take(), high) {
                    (Some(low), Some(high)) if low > high => return refused("a range that runs backwards"),
                    (Some(_), Some(high)) => {
                        one_unit(high)?;
                        out.push('-');
                        push(out, high);
                    }
                    _ => push(out, '-'),
                }
            }
            Some('\\') => {
                low = class_escape(rest, out)?;
                low.into_iter().for_each(|letter| push(out, letter));
            }
            Some(letter) => {
                one_unit(letter)?;
                low = Some(letter);
                push(out, letter);
            }
        }
    }
    out.push(']');
    Ok(())
}

/// Reads what follows a backslash in a class: a letter, or a class that is written at once.
fn class_escape(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<Option<char>> {
    if rest.next_if_eq(&'b').is_some() {
        return Ok(Some('\u{8}'));
    }
    match escape(rest)? {
        Escape::Letter(letter) => Ok(Some(letter)),
        Escape::Class { inside, negated: false } => {
            out.push_str(inside);
            Ok(None)
        }
        Escape::Class { inside, negated: true } => {
            out.push_str(&format!("[^{inside}]"));
            Ok(None)
        }
        Escape::Boundary => Ok(Some('\u{8}')),
    }
}

/// A letter that is one unit in JavaScript.
fn one_unit(letter: char) -> Result<()> {
    if letter as u32 > 0xFFFF { refused(format!("`{letter}` is two letters in a class there")) } else { Ok(()) }
}

/// The text as a pattern of JavaScript that finds it.
pub(super) fn literal_to_javascript(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        push_javascript(&mut out, letter);
        out
    })
}

/// A letter that stands for itself in a pattern of JavaScript, in a class or not.
fn push_javascript(out: &mut String, letter: char) {
    match letter {
        letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
            out.push_str(&format!("\\u{:04x}", letter as u32));
        }
        letter if letter.is_ascii_punctuation() && letter != '_' => {
            out.push('\\');
            out.push(letter);
        }
        letter => out.push(letter),
    }
}

/// The pattern as one of JavaScript.
///
/// # Errors
///
/// It is no pattern, or has a part that cannot be said there.
pub(super) fn to_javascript(pattern: &str) -> Result<String> {
    if pattern.len() > PATTERN || regex::Regex::new(pattern).is_err() {
        return refused("this is no pattern");
    }
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    let mut repeated = false; // whether the last thing was a count, which `?` makes lazy and nothing else may follow
    while let Some(letter) = rest.next() {
        let again = std::mem::take(&mut repeated);
        match letter {
            '\\' => push_javascript(&mut out, letter_escape(&mut rest)?),
            '.' => out.push_str(r"[^\n]"),
            '^' | '$' | '|' | ')' => out.push(letter),
            '?' if again => out.push(letter),
            '*' | '+' | '?' | '{' if again => return refused("a count of a count is an error there"),
            '*' | '+' | '?' => {
                repeated = true;
                out.push(letter);
            }
            '{' => match counted(&mut rest) {
                Some(count) => {
                    repeated = true;
                    out.push_str(&count);
                }
                None => return refused("a count that is no count there"),
            },
            '(' if starts(&mut rest, r"?-u:\b)") => out.push_str(r"\b"),
            '(' if starts(&mut rest, "?s:.)") => out.push_str("[^]"),
            '(' => {
                starts(&mut rest, "?P<").then(|| rest.by_ref().find(|letter| *letter == '>'));
                group(&mut rest)?;
                out.push_str("(?:");
            }
            '[' => class_to_javascript(&mut rest, &mut out)?,
            letter => push_javascript(&mut out, letter),
        }
    }
    Ok(out)
}

/// Takes the text from the front if it stands there.
fn starts(rest: &mut Peekable<Chars<'_>>, text: &str) -> bool {
    let mut ahead = rest.clone();
    let found = text.chars().all(|letter| ahead.next() == Some(letter));
    if found {
        *rest = ahead;
    }
    found
}

/// Reads what follows a backslash in a pattern of ours, if it is one letter.
fn letter_escape(rest: &mut Peekable<Chars<'_>>) -> Result<char> {
    match rest.next() {
        Some('t') => Ok('\t'),
        Some('n') => Ok('\n'),
        Some('r') => Ok('\r'),
        Some('f') => Ok('\u{c}'),
        Some('v') => Ok('\u{b}'),
        Some('a') => Ok('\u{7}'),
        Some(kind @ ('x' | 'u')) if rest.next_if_eq(&'{').is_some() => {
            let digits: String = rest.by_ref().take_while(|letter| *letter != '}').collect();
            match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                Some(letter) => Ok(letter),
                None => refused(format!("`\\{kind}{{{digits}}}` is no letter")),
            }
        }
        Some('x') => hexadecimal(rest, 2),
        Some('u') => hexadecimal(rest, 4),
        Some(letter) if letter.is_ascii_punctuation() && !matches!(letter, '<' | '>') => Ok(letter),
        Some(letter) => {
            refused(format!("`\\{letter}` is not the same there: write the letters out, `[0-9]` or `[A-Za-z]`"))
        }
        None => refused("a pattern that ends in `\\`"),
    }
}

/// Reads what follows `[` in a pattern of ours: letters and ranges only.
fn class_to_javascript(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<()> {
    out.push('[');
    if rest.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut first = true;
    while let Some(letter) = rest.next() {
        match letter {
            ']' if !first => {
                out.push(']');
                return Ok(());
            }
            '[' => return refused("a class in a class cannot be said there"),
            '&' | '~' | '-' if rest.peek() == Some(&letter) => {
                return refused("what two classes have in common cannot be said there");
            }
            '-' if !first && rest.peek() != Some(&']') => out.push('-'),
            '\\' => {
                let letter = letter_escape(rest)?;
                one_unit(letter)?;
                push_javascript(out, letter);
            }
            letter => {
                one_unit(letter)?;
                push_javascript(out, letter);
            }
        }
        first = false;
    }
    refused("a class without an end")
}

#[cfg(test)]
mod tests {
    use super::{from_javascript, literal_to_javascript, to_javascript};
    use crate::error::Result;

    #[test]
    fn what_javascript_takes_is_taken() -> Result<()> {
        // pattern, what it finds in JavaScript, what it does not
        let cases = [
            (r"^\d+$", "42", "४२"),
            (r"\bcat\b", "a cat", "concat"),
            (r"\bé", "xé", "é"), // é is no letter of a word there
            ("^a.c$", "abc", "a\rc"),
            ("^[a[b]+$", "[ab", "c"),
            (r"^[\d-x]+$", "1-x", "y"),
            ("^a{,2}$", "a{,2}", "aa"),
            ("^a{1,2}$", "aa", "aaa"),
            (r"^\e\/$", "e/", "x"),
            (r"^[^]$", "\n", "ab"),
            (r"a[]|b", "b", "a"),
            (r"^[\s]$", "\u{feff}", "\u{85}"),
            (r"^(?<year>[0-9]{4})-(\d\d)$", "2026-11", "2026-1"),
            (r"^[\b]$", "\u{8}", "b"),
            ("a&&b", "a&&b", "a"),
            ("^[a&&b]+$", "a&b", "c"),
        ];
        for (pattern, yes, no) in cases {
            let ours = from_javascript(pattern)?;
            let regex = regex::Regex::new(&ours).map_err(|error| crate::Error::format(error.to_string()))?;
            assert!(regex.is_match(yes), "{pattern} is {ours} and does not find {yes:?}");
            assert!(!regex.is_match(no), "{pattern} is {ours} and finds {no:?}");
        }
        for pattern in
            ["(?=a)", "(?<!a)b", r"(a)\1", "a{100000}{100000}", "[a", "a)", r"a\", "[z-a]", r"\p{L}", "(?i)a"]
        {
            assert!(from_javascript(pattern).is_err(), "{pattern}");
        }
        Ok(())
    }

    #[test]
    fn what_is_written_is_read_again() -> Result<()> {
        for pattern in
            ["^a.*b?$", "[a-f0-9_]{3,5}?", r"(?:x|y)+\.z", r"(?-u:\b)end", "[^,;]+", r"\x41\u{e9}é", "(?s:.)"]
        {
            let again = from_javascript(&to_javascript(pattern)?)?;
            let parse = |pattern: &str| regex::Regex::new(pattern).map_err(|e| crate::Error::format(e.to_string()));
            let (before, after) = (parse(pattern)?, parse(&again)?);
            for text in ["ab", "a\nb", "abcdef", "x.z", "the end", "bend", "a,b", "Aéé", "", "aab", "0f0_"] {
                assert_eq!(
                    before.find(text).map(|m| m.range()),
                    after.find(text).map(|m| m.range()),
                    "{pattern} {text}"
                );
            }
        }
        for pattern in [r"\d", r"\w+", "[[:alpha:]]", "(?i)a", "a**", "[a&&b]", r"\bx", "[😀]", "("] {
            assert!(to_javascript(pattern).is_err(), "{pattern}");
        }
        assert_eq!(literal_to_javascript("a.b/c"), r"a\.b\/c");
        Ok(())
    }
}
