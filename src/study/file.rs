//! The study file: TOML of which every key knows its line.
//!
//! A study file is written by people, so an error must say which line of which file to look at and which key was
//! likely meant. Serde alone knows the line while it reads, and nothing of it afterwards; most errors of a study come
//! afterwards (a segmenter that names another, a file that is not there). So the file is read twice: once into a list
//! of all keys with their lines ([`Lines`]), once key by key into plans ([`Section`]).
//!
//! 1. [`lines`] parses the text and lists each key's path, line and the place of its value.
//! 2. [`Section::root`] hands the tables out; each section takes out the keys it knows.
//! 3. What is left in a section is an unknown key, with the one nearest in spelling.
//! 4. An error that names a key is placed with [`Lines::place`], at once or when the study runs.
//!
//! Paths are as in TOML: `segmenters.rfm.bands`.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Deserializer, ValueDeserializer};

use crate::error::{Error, Result, nearest};

/// Where each key of a study file stands, so that an error found later still names its line.
///
/// Empty of a study that was built in code: errors keep their key and have no line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    file: Option<PathBuf>,
    /// Each key's path, line, and where it stands in the text with its value.
    keys: Vec<(String, u64, Range<usize>)>,
}

impl Lines {
    /// The folder that file names in the study are relative to.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.file.as_deref().and_then(Path::parent)
    }

    /// Adds file and line to an error that names a key.
    ///
    /// A key that the file does not have, such as one with a default, is placed at the nearest key above it.
    pub(crate) fn place(&self, mut error: Error) -> Error {
        let key = error.place().key.clone().unwrap_or_default();
        let mut prefix = key.as_str();
        let line = loop {
            match (self.keys.iter().find(|(path, ..)| path == prefix), prefix.rsplit_once('.')) {
                (Some((_, line, _)), _) => break Some(*line),
                (None, Some((shorter, _))) => prefix = shorter,
                (None, None) => break None,
            }
        };
        // an error of a file that the study reads already names that file and its line
        if error.place().file.is_none()
            && let Some(file) = &self.file
        {
            error = error.in_file(file.display());
            if let Some(line) = line {
                error = error.at_line(line);
            }
        }
        error
    }

    /// Tables within tables are walked; keys within arrays are not listed, and an error found in one later has the
    /// line of the array.
    fn collect(&mut self, prefix: &str, table: &DeTable<'_>, text: &str) {
        for (key, value) in table.iter() {
            let path = join(prefix, key.get_ref());
            let (key, value_span) = (key.span(), value.span());
            let whole = key.start.min(value_span.start)..key.end.max(value_span.end);
            self.keys.push((path.clone(), line_of(text, key.start), whole));
            if let DeValue::Table(table) = value.get_ref() {
                self.collect(&path, table, text);
            }
        }
    }

    /// The deepest key that covers that part of the text.
    fn key_at(&self, span: &Range<usize>) -> Option<&str> {
        let covers = |value: &Range<usize>| value.start <= span.start && span.end <= value.end;
        let found = self.keys.iter().filter(|(_, _, value)| covers(value)).min_by_key(|(_, _, value)| value.len());
        found.map(|(path, ..)| path.as_str())
    }
}

/// The path of a key in a section.
fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

/// The first line is 1. O(text) a key: study files are short.
fn line_of(text: &str, at: usize) -> u64 {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count() as u64
}

/// A table of a study file that is read key by key.
///
/// Taking out in place of borrowing is what makes the check for unknown keys one line: what nobody took is unknown.
pub(crate) struct Section<'t> {
    key: String,
    text: &'t str,
    lines: &'t Lines,
    table: Spanned<DeTable<'t>>,
}

/// The keys of a study file and where they stand.
///
/// # Errors
/// If the text is no TOML, with file and line.
pub(crate) fn lines(file: Option<&Path>, text: &str) -> Result<Lines> {
    let mut lines = Lines { file: file.map(Path::to_owned), keys: Vec::new() };
    let table = parse(&lines, text)?;
    lines.collect("", table.get_ref(), text);
    Ok(lines)
}

fn parse<'t>(lines: &Lines, text: &'t str) -> Result<Spanned<DeTable<'t>>> {
    DeTable::parse(text).map_err(|error| broken(lines, text, "", &error))
}

/// What toml says, with the line and the key it says it of.
///
/// The message is that of the toml package; where it says that a field is unknown, the nearest known one is added.
fn broken(lines: &Lines, text: &str, section: &str, error: &toml::de::Error) -> Error {
    let mut message = error.message().trim().replace('\n', "; ");
    let mut key = section.to_owned();
    let mut line = None;
    if let Some(span) = error.span() {
        line = Some(line_of(text, span.start));
        if let Some(inner) = lines.key_at(&span)
            && inner.len() > key.len()
        {
            inner.clone_into(&mut key);
        }
    }
    if let Some(unknown) = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        if let Some(close) = nearest(unknown, known) {
            message.push_str(&format!("; did you mean `{close}`"));
        }
    }
    let mut error = Error::format(message);
    if !key.is_empty() {
        error = error.at_key(key);
    }
    if let Some(file) = &lines.file {
        error = error.in_file(file.display());
    }
    match line {
        Some(line) => error.at_line(line),
        None => lines.place(error),
    }
}

impl<'t> Section<'t> {
    /// The whole file.
    ///
    /// # Errors
    /// If the text is no TOML.
    pub(crate) fn root(lines: &'t Lines, text: &'t str) -> Result<Self> {
        Ok(Section { key: String::new(), text, lines, table: parse(lines, text)? })
    }

    /// Takes a key out; `None` if it is not there.
    fn take(&mut self, key: &str) -> Option<Spanned<DeValue<'t>>> {
        let table = self.table.get_mut();
        let name: Spanned<DeString<'_>> = table.keys().find(|k| k.get_ref() == key)?.clone();
        table.remove(&name)
    }

    /// Whether there is such a key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.get_ref().keys().any(|k| k.get_ref() == key)
    }

    /// Takes a table out.
    ///
    /// # Errors
    /// If the key is there and no table.
    pub(crate) fn section(&mut self, key: &str) -> Result<Option<Section<'t>>> {
        let path = join(&self.key, key);
        let Some(value) = self.take(key) else { return Ok(None) };
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => {
                Ok(Some(Section { key: path, text: self.text, lines: self.lines, table: Spanned::new(span, table) }))
            }
            other => Err(self.error(&path, &format!("a table, such as [{path}]"), &other)),
        }
    }

    /// Takes a table of named tables out, in the order of the file.
    ///
    /// # Errors
    /// If one of them is no table.
    pub(crate) fn sections(&mut self, key: &str) -> Result<Vec<(String, Section<'t>)>> {
        let Some(mut section) = self.section(key)? else { return Ok(Vec::new()) };
        let names: Vec<String> = section.table.get_ref().keys().map(|k| k.get_ref().to_string()).collect();
        let mut named = Vec::new();
        for name in names {
            if let Some(inner) = section.section(&name)? {
                named.push((name, inner));
            }
        }
        Ok(named)
    }

    /// Takes a text out.
    ///
    /// # Errors
    /// If the key is there and no text.
    pub(crate) fn text(&mut self, key: &str) -> Result<Option<String>> {
        let path = join(&self.key, key);
        match self.take(key).map(Spanned::into_inner) {
            None => Ok(None),
            Some(DeValue::String(text)) => Ok(Some(text.into_owned())),
            Some(other) => Err(self.error(&path, "a text", &other)),
        }
    }

    /// Takes a value out.
    ///
    /// # Errors
    /// If the key is there and the value is not what `T` must be: with its line.
    pub(crate) fn value<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>> {
        let path = join(&self.key, key);
        let Some(value) = self.take(key) else { return Ok(None) };
        let read = T::deserialize(ValueDeserializer::from(value));
        read.map(Some).map_err(|error| broken(self.lines, self.text, &path, &error))
    }

    /// Takes out a text that must be there and be one of these.
    pub(crate) fn one_of(&mut self, key: &str, known: &[&str]) -> Result<String> {
        let found = self.text(key)?;
        let found = found.ok_or_else(|| self.place(Error::format(format!("`{key}` is not there: {}", list(known)))))?;
        if known.contains(&found.as_str()) {
            return Ok(found);
        }
        let close = nearest(&found, known.iter().copied()).map_or(String::new(), |k| format!("; did you mean `{k}`"));
        let message = format!("`{found}` is not known: {}{close}", list(known));
        Err(self.lines.place(Error::format(message).at_key(join(&self.key, key))))
    }

    /// Reads all that is left.
    ///
    /// # Errors
    /// If a key is not known to `T`, is missing or of another type: with its line.
    pub(crate) fn read<T: DeserializeOwned>(self) -> Result<T> {
        T::deserialize(Deserializer::from(self.table)).map_err(|error| broken(self.lines, self.text, &self.key, &error))
    }

    /// Says that nothing must be left.
    ///
    /// # Errors
    /// Of the first key that is left.
    pub(crate) fn finish(self, known: &[&str]) -> Result<()> {
        let Some(left) = self.table.get_ref().keys().next() else { return Ok(()) };
        let close = nearest(left.get_ref(), known.iter().copied());
        let hint = close.map_or(String::new(), |known| format!("; did you mean `{known}`"));
        Err(self
            .lines
            .place(Error::format(format!("not a key of a study{hint}")).at_key(join(&self.key, left.get_ref()))))
    }

    /// An error of this section.
    pub(crate) fn place(&self, error: Error) -> Error {
        self.placer()(error)
    }

    /// Places an error of this section, also after it was read.
    pub(crate) fn placer(&self) -> impl Fn(Error) -> Error + 't {
        let (key, lines) = (self.key.clone(), self.lines);
        move |error| lines.place(if key.is_empty() { error } else { error.at_key(&key) })
    }

    /// Gives an error of a text that stands in this section the line of the file: that of the text, and of a text of
    /// several lines the one that the error names.
    pub(crate) fn liner(&self) -> impl Fn(Error, &Spanned<String>) -> Error + 't {
        let text = self.text;
        move |error, value| {
            let start = value.span().start;
            let opening = text.get(start..).unwrap_or_default();
            let opened = ["\"\"\"", "'''"].iter().find_map(|quotes| opening.strip_prefix(quotes));
            // the line break behind three quotation marks does not belong to the text
            let skipped = opened.is_some_and(|rest| rest.starts_with('\n') || rest.starts_with("\r\n"));
            let inner = error.place().line.unwrap_or(1) - 1;
            Error::new(error.kind().clone()).at_line(line_of(text, start) + u64::from(skipped) + inner)
        }
    }

    fn error(&self, path: &str, expected: &str, found: &DeValue<'_>) -> Error {
        self.lines.place(Error::format(format!("expected {expected}, found {}", found.type_str())).at_key(path))
    }
}

/// For a message: `` one of `a`, `b` ``.
fn list(known: &[&str]) -> String {
    let quoted: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
    format!("one of {}", quoted.join(", "))
}
