//! Definitions from a file, in whichever form it is written, and the way back from an error to the file's line.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

use super::Definitions;
use super::limits::BYTES;

impl Definitions {
    /// Reads a file of definitions: JSON if its first letter is `{` or its name ends in `.json`, else the text form.
    ///
    /// # Errors
    /// As [`DefinitionsFile::open`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        DefinitionsFile::open(path).map(|file| file.definitions)
    }
}

/// Definitions with the file that they were read from, so that an error found later still names its line.
///
/// The form is told by the content: JSON begins with `{`. What is wrong with the words is found while the file is read;
/// what is wrong with names and kinds only when a [`Plan`](super::Plan) is made, which has not seen the file.
///
/// ```no_run
/// use segmentry::rules::{DefinitionsFile, Plan, Vocabulary};
///
/// let file = DefinitionsFile::open("audiences.rules")?;
/// let plan = Plan::new(&file.definitions, &Vocabulary::new()).map_err(|error| file.place(error))?;
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DefinitionsFile {
    /// What the file says.
    pub definitions: Definitions,
    path: PathBuf,
    text: String,
}

impl DefinitionsFile {
    /// Reads a file of definitions.
    ///
    /// # Errors
    /// If the file cannot be read, is longer than 16 MiB, or is not in one of the two forms: with the file, the line and,
    /// in the text form, the column. JSON is refused without the cargo feature `serde`.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let placed = |error: Error| error.in_file(path.display());
        let length = std::fs::metadata(path).map_err(|error| placed(Error::io(&error)))?.len();
        if length > BYTES as u64 {
            let message = format!("{length} bytes are too many to be read, at most {BYTES} are");
            return Err(placed(Error::format(message)));
        }
        let text = std::fs::read_to_string(path).map_err(|error| placed(Error::io(&error)))?;
        let named = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let is_json = named || text.trim_start().starts_with('{');
        let definitions = if is_json { json(&text) } else { text_form(&text) };
        Ok(DefinitionsFile { definitions: definitions.map_err(placed)?, path: path.to_owned(), text })
    }

    /// Adds the file to an error of a plan made of these definitions, and the line at which the definition begins that
    /// its key leads to: `audiences.big.dynamic.left` is where `audience big` begins, in JSON where `big` is said to be a
    /// key.
    #[must_use]
    pub fn place(&self, error: Error) -> Error {
        let line = error.place().key.as_deref().and_then(|key| line_of(&self.text, key));
        let error = error.in_file(self.path.display());
        match line {
            Some(line) => error.at_line(line),
            None => error,
        }
    }
}

/// The text form. Of a text of one line the error names that line too, since it is a file's.
fn text_form(text: &str) -> Result<Definitions> {
    text.parse().map_err(|error: Error| error.at_line(1))
}

/// The line of a text of definitions where the definition begins that a key leads to.
fn line_of(text: &str, key: &str) -> Option<u64> {
    let (heads, rest): (&[&str], &str) = match key.split_once('.')? {
        ("audiences", rest) => (&["audience ", "frozen audience ", "manual audience ", "\"key\":"], rest),
        ("rules", rest) => (&["rules ", "\"name\":"], rest),
        _ => return None,
    };
    // of names that begin alike the longest: there may be dots in a name
    let name_length = |line: &str| {
        let line = line.trim_start_matches(['{', ' ', '\t']);
        let name = heads.iter().find_map(|head| line.strip_prefix(head))?.trim_start();
        let name = match name.strip_prefix(['"', '`']) {
            Some(quoted) => quoted.split(['"', '`']).next()?,
            None => name.split(|c: char| c == ':' || c.is_whitespace()).next()?,
        };
        let leads = rest.strip_prefix(name).is_some_and(|more| more.is_empty() || more.starts_with('.'));
        leads.then_some(name.len())
    };
    let lines = (1..).zip(text.lines()).filter_map(|(number, line)| Some((name_length(line)?, number)));
    lines.max_by_key(|(length, number)| (*length, std::cmp::Reverse(*number))).map(|(_, number)| number)
}

#[cfg(feature = "serde")]
fn json(text: &str) -> Result<Definitions> {
    Definitions::from_json(text)
}

#[cfg(not(feature = "serde"))]
fn json(_: &str) -> Result<Definitions> {
    Err(Error::unsupported("definitions in JSON are read with the cargo feature `serde`"))
}
