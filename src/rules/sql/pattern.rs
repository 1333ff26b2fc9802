//! Patterns of the crate `regex` in the words of other engines: the part of the language that all share.

use std::iter::Peekable;
use std::str::Chars;

use super::dialect::Dialect;
use crate::error::Result;

/// The pattern in the engine's words.
///
/// Letters, classes in square brackets, anchors, groups, alternatives and the repetitions `* + ? {m,n}` mean the same
/// in all; `.` and the end of the text do not, and are written out. Flags, named classes such as `\d`, classes in
/// classes and words' bounds are refused.
///
/// # Errors
/// If there is more in it than that.
pub(super) fn translated(pattern: &str, dialect: Dialect) -> Result<String> {
    let mut reader = Reader { rest: pattern.chars().peekable(), dialect, out: String::new(), open: 0 };
    reader.read()?;
    Ok(reader.out)
}

struct Reader<'p> {
    rest: Peekable<Chars<'p>>,
    dialect: Dialect,
    out: String,
    open: u32,
}

impl Reader<'_> {
    fn refuses(&self, what: &str) -> crate::Error {
        self.dialect.refuses(format!("a pattern with {what}"), "it means something else there, or nothing")
    }

    /// Reads to the end. `repeatable` says whether a repetition may follow.
    fn read(&mut self) -> Result<()> {
        let mut repeatable = false;
        let mut begun = true;
        while let Some(letter) = self.rest.next() {
            let was = (repeatable, begun);
            (repeatable, begun) = (true, false);
            match letter {
                '^' | '$' => {
                    repeatable = false;
                    // Java's `$` is also before a line's end at the end of the text
                    let java = matches!(self.dialect, Dialect::Spark | Dialect::Trino) && letter == '$';
                    self.out.push_str(if java {
                        "\\z"
                    } else if letter == '^' {
                        "^"
                    } else {
                        "$"
                    });
                }
                '.' => self.out.push_str("[^\\n]"),
                '|' if was.1 => return Err(self.refuses("an empty alternative")),
                '|' => {
                    (repeatable, begun) = (false, true);
                    self.out.push('|');
                }
                '(' => {
                    if self.rest.peek() == Some(&'?') {
                        self.rest.next();
                        if self.rest.next() != Some(':') {
                            return Err(self.refuses("flags or a name in a group"));
                        }
                    }
                    self.open += 1;
                    (repeatable, begun) = (false, true);
                    self.out.push_str("(?:");
                }
                ')' if was.1 => return Err(self.refuses("an empty group or alternative")),
                ')' => {
                    self.open = self.open.saturating_sub(1);
                    self.out.push(')');
                }
                '*' | '+' | '?' | '{' if !was.0 => return Err(self.refuses("a repetition of nothing or of an anchor")),
                '*' | '+' | '?' => {
                    self.out.push(letter);
                    self.after_repetition()?;
                    repeatable = false;
                }
                '{' => {
                    self.count()?;
                    self.after_repetition()?;
                    repeatable = false;
                }
                '[' => self.class()?,
                '\\' => {
                    let letter = self.escaped()?;
                    self.letter(letter);
                }
                other => self.letter(other),
            }
            if !repeatable && begun && self.rest.peek().is_none() {
                return Err(self.refuses("an empty alternative"));
            }
        }
        Ok(())
    }

    /// A repetition that takes as little as it can finds the same texts as one that takes as much.
    fn after_repetition(&mut self) -> Result<()> {
        if self.rest.peek() == Some(&'?') {
            self.rest.next();
        }
        match self.rest.peek() {
            Some('*' | '+' | '?' | '{') => Err(self.refuses("a repetition of a repetition")),
            _ => Ok(()),
        }
    }

    /// `{3}`, `{3,}`, `{3,5}`.
    fn count(&mut self) -> Result<()> {
        let mut text = String::new();
        loop {
            match self.rest.next() {
                Some('}') => break,
                Some(letter) if letter.is_ascii_digit() || letter == ',' => text.push(letter),
                _ => return Err(self.refuses("a count that is not `{3}`, `{3,}` or `{3,5}`")),
            }
        }
        let parts: Vec<&str> = text.split(',').collect();
        let small = |part: &&str| part.is_empty() || part.parse::<u32>().is_ok_and(|count| count <= 255);
        if parts.len() > 2 || parts.first().is_none_or(|first| first.is_empty()) || !parts.iter().all(small) {
            return Err(self.refuses("a count above 255")); // Postgres takes no more
        }
        self.out.push_str(&format!("{{{text}}}"));
        Ok(())
    }

    /// A class of single letters and ranges.
    fn class(&mut self) -> Result<()> {
        self.out.push('[');
        if self.rest.peek() == Some(&'^') {
            self.rest.next();
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some(letter) = self.rest.next() else { return Err(self.refuses("a class without end")) };
            let twice = |reader: &mut Self| reader.rest.peek() == Some(&letter);
            match letter {
                ']' if !first => break,
                ']' | '[' => return Err(self.refuses("a bracket in a class")),
                '&' | '~' if twice(self) => return Err(self.refuses("an operation on classes")),
                '-' if twice(self) => return Err(self.refuses("an operation on classes")),
                '-' if self.rest.peek() == Some(&']') || first => self.out.push_str("\\-"),
                '-' => self.out.push('-'),
                '\\' => {
                    let letter = self.escaped()?;
                    self.letter(letter);
                }
                other => self.letter(other),
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// What stands behind a backslash, if it is a letter that means itself.
    fn escaped(&mut self) -> Result<char> {
        match self.rest.next() {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some(mark) if mark.is_ascii_punctuation() => Ok(mark),
            Some(other) => Err(self.refuses(&format!("`\\{other}`"))),
            None => Err(self.refuses("a backslash at its end")),
        }
    }

    /// A letter that means itself.
    fn letter(&mut self, letter: char) {
        if "\\.+*?()|[]{}^$-&~".contains(letter) {
            self.out.push('\\');
        }
        match letter {
            '\n' => self.out.push_str("\\n"),
            '\t' => self.out.push_str("\\t"),
            '\r' => self.out.push_str("\\r"),
            other => self.out.push(other),
        }
    }
}
