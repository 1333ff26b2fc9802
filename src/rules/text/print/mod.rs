//! What the text form prints: the one printer of the language.
//!
//! What it prints reads back as the same value, with as few parentheses as that takes. It goes down as deep as texts are
//! read and a good deal deeper; what nests deeper than [`DEEPEST`] becomes `…`, which no reader takes for anything else.

mod condition;
mod document;
mod events;
mod term;

use std::fmt::{self, Display, Formatter, Write};

use crate::rules::{Audience, Condition, Definitions, Events, Literal, Rules, Sequence, Span, SpanUnit, Term, Window};

use super::words::{is_identifier, is_plain};

/// How deep the printer follows; four times what is read, and little enough for any stack.
const DEEPEST: u32 = 4 * super::input::DEEPEST;

/// Where the text goes, and how deep it is.
struct Printer<'a, 'f> {
    to: &'a mut Formatter<'f>,
    depth: u32,
}

impl Printer<'_, '_> {
    /// Words and signs as they are: nothing is quoted.
    fn put(&mut self, text: &str) -> fmt::Result {
        self.to.write_str(text)
    }

    /// Anything that has a text of its own.
    fn show(&mut self, shown: impl Display) -> fmt::Result {
        write!(self.to, "{shown}")
    }

    /// A text in double quotes.
    fn text(&mut self, text: &str) -> fmt::Result {
        self.quoted(text, '"')
    }

    /// A name, in backticks where it is not plain.
    fn name(&mut self, name: &str) -> fmt::Result {
        if is_plain(name) { self.put(name) } else { self.quoted(name, '`') }
    }

    /// A field: behind its dot a word of the language is a name like others.
    fn field(&mut self, name: &str) -> fmt::Result {
        self.put(".")?;
        if is_identifier(name) { self.put(name) } else { self.quoted(name, '`') }
    }

    /// A text between quotes, on one line.
    ///
    /// Letters that cannot be seen, or that turn the direction of writing, are named by number.
    fn quoted(&mut self, text: &str, quote: char) -> fmt::Result {
        self.to.write_char(quote)?;
        for letter in text.chars() {
            match letter {
                '\\' => self.put("\\\\")?,
                '\n' => self.put("\\n")?,
                '\r' => self.put("\\r")?,
                '\t' => self.put("\\t")?,
                letter if letter == quote => write!(self.to, "\\{quote}")?,
                letter if is_hidden(letter) => write!(self.to, "\\u{{{:x}}}", letter as u32)?,
                letter => self.to.write_char(letter)?,
            }
        }
        self.to.write_char(quote)
    }

    /// A number that needs not show whether it is whole: points, kilometres, bounds.
    ///
    /// With an exponent where it would have many zeros; always so many digits that the same number is read back.
    fn number(&mut self, number: f64) -> fmt::Result {
        if number == 0.0 || (1e-5..1e15).contains(&number.abs()) {
            write!(self.to, "{number}")
        } else {
            write!(self.to, "{number:?}")
        }
    }

    /// What stands one level deeper, or `…` where that is too deep.
    ///
    /// # Errors
    /// If the one that is written to refuses.
    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        if self.depth >= DEEPEST {
            return self.put("…");
        }
        self.depth += 1;
        inner(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// What stands in parentheses, one level deeper.
    fn enclosed(&mut self, inner: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.put("(")?;
        self.deeper(inner)?;
        self.put(")")
    }

    /// Items with commas between them, in parentheses.
    fn list<T>(&mut self, items: &[T], item: impl Fn(&mut Self, &T) -> fmt::Result) -> fmt::Result {
        self.enclosed(|p| p.joined(items, ", ", item))
    }

    /// Items with that between them.
    fn joined<T>(&mut self, items: &[T], between: &str, item: impl Fn(&mut Self, &T) -> fmt::Result) -> fmt::Result {
        for (number, one) in items.iter().enumerate() {
            if number > 0 {
                self.put(between)?;
            }
            item(self, one)?;
        }
        Ok(())
    }
}

/// Letters that cannot be seen, end a line or turn the direction of writing.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

macro_rules! display {
    ($($type:ty, $print:expr, $doc:literal;)*) => {$(
        impl Display for $type {
            #[doc = $doc]
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                let print: fn(&mut Printer<'_, '_>, &$type) -> fmt::Result = $print;
                print(&mut Printer { to: f, depth: 0 }, self)
            }
        }
    )*};
}

display! {
    Condition, |p, condition| p.condition(condition), "The condition as text, on one line.";
    Term, |p, term| p.term(term), "The value as text, on one line.";
    Literal, |p, literal| p.literal(literal), "The value as it stands in a definition: texts quoted, `5.0` a number and `5` a whole one.";
    Events, |p, events| p.events(events), "The events as text.";
    Window, |p, window| p.said_window(window), "The window as text; every time is `at any time`.";
    Sequence, |p, sequence| p.sequence(sequence), "The sequence as text.";
    Definitions, |p, definitions| p.definitions(definitions), "The document, with an empty line between definitions.";
    Audience, |p, audience| p.audience(audience), "The audience with its clauses, each on a line of its own.";
    Rules, |p, rules| p.rules(rules), "The rule list, each rule on a line of its own.";
    Span, |p, span| p.span(*span), "`90 days`, `1 month`.";
}

impl Printer<'_, '_> {
    /// How long.
    fn span(&mut self, span: Span) -> fmt::Result {
        let known = SpanUnit::ALL.into_iter().find(|(unit, _, _)| *unit == span.unit);
        let (_, one, many) = known.unwrap_or((span.unit, "second", "seconds"));
        write!(self.to, "{} {}", span.count, if span.count == 1 { one } else { many })
    }
}
