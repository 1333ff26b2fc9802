//! Definitions and conditions as JSON: errors say the line and the key path, and what was meant.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result, nearest};

use super::limits::{check_bytes, check_condition, check_definitions};
use super::{Condition, Definitions};

impl Definitions {
    /// Reads definitions from JSON.
    ///
    /// A field that the language does not know is refused, also one that is only misspelt. Whether the names and kinds
    /// of attributes are right is checked when the definitions are made into a plan.
    ///
    /// ```
    /// use segmentry::rules::{Audience, Definitions, attribute};
    ///
    /// let definitions = Definitions::new().audience(Audience::new("big", attribute("employees").at_least(1_000)));
    /// assert_eq!(Definitions::from_json(&definitions.to_json()?)?, definitions);
    ///
    /// let error = Definitions::from_json(r#"{ "version": 1, "audience": [] }"#).unwrap_err();
    /// assert_eq!(error.to_string(), "line 1: key `audience`: no field `audience`; did you mean `audiences`");
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not JSON, does not have the form of definitions, or is outside the limits: 16 MiB, conditions and
    /// terms 64 deep, lists of 100,000 entries, patterns of 10,000 bytes. The error names the line and the key path.
    pub fn from_json(json: &str) -> Result<Self> {
        let definitions = read(json)?;
        check_definitions(&definitions)?;
        Ok(definitions)
    }

    /// Writes the definitions as JSON, for people: indented, in the order of the language.
    ///
    /// # Errors
    ///
    /// A number is not finite, or something is outside the limits within which [`Definitions::from_json`] reads.
    pub fn to_json(&self) -> Result<String> {
        check_definitions(self)?;
        write(self)
    }
}

impl Condition {
    /// Reads a condition from JSON; see [`Definitions::from_json`].
    ///
    /// ```
    /// use segmentry::rules::{Condition, attribute};
    ///
    /// let json = r#"{ "one_of": { "term": { "attribute": "country" }, "values": [{ "text": "DE" }] } }"#;
    /// assert_eq!(Condition::from_json(json)?, attribute("country").one_of(["DE"]));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Definitions::from_json`].
    pub fn from_json(json: &str) -> Result<Self> {
        let condition = read(json)?;
        check_condition(&condition)?;
        Ok(condition)
    }

    /// Writes the condition as JSON; see [`Definitions::to_json`].
    ///
    /// # Errors
    ///
    /// As [`Definitions::to_json`].
    pub fn to_json(&self) -> Result<String> {
        check_condition(self)?;
        write(self)
    }
}

/// Reads what a text of allowed length says.
fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    check_bytes(json)?;
    let mut reader = serde_json::Deserializer::from_str(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let key = dotted(error.path());
        let too_deep = error.inner().is_syntax(); // the way there is as long as what is wrong
        let error = explain(error.inner());
        if key.is_empty() || too_deep { error } else { error.at_key(key) }
    })?;
    reader.end().map_err(|error| explain(&error))?;
    Ok(value)
}

/// Reads JSON of any form that is not too long.
///
/// # Errors
///
/// The text is too long or not JSON; the error names the line.
pub(crate) fn read_value(json: &str) -> Result<serde_json::Value> {
    check_bytes(json)?;
    serde_json::from_str(json).map_err(|error| explain(&error))
}

fn write(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|error| Error::format(error.to_string()))
}

/// The key path in the form in which all errors write it: `audiences.0.list.dynamic`.
fn dotted(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    };
    path.iter().filter_map(segment).collect::<Vec<_>>().join(".")
}

/// The reader's words in ours: the line is a place of its own, names of types in this code say nothing to its users.
fn explain(error: &serde_json::Error) -> Error {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let explained = if message == "recursion limit exceeded" {
        Error::format("objects and lists are nested more than 127 deep")
    } else if error.is_data() {
        Error::format(unknown(message).unwrap_or_else(|| plain(message)))
    } else {
        Error::format(format!("this is not JSON: {message}, in column {}", error.column()))
    };
    if error.line() > 0 { explained.at_line(error.line() as u64) } else { explained }
}

/// What was meant where a name is not known: of a message such as ``unknown field `wen`, expected `when` ``.
fn unknown(message: &str) -> Option<String> {
    let (what, rest) = match message.strip_prefix("unknown field `") {
        Some(rest) => ("field", rest),
        None => ("name", message.strip_prefix("unknown variant `")?),
    };
    let (name, known) = rest.split_once("`, expected ")?;
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let name = crate::error::excerpt(name);
    Some(match nearest(&name, known.iter().copied()) {
        Some(meant) => format!("no {what} `{name}`; did you mean `{meant}`"),
        None => format!("no {what} `{name}`; there are `{}`", known.join("`, `")),
    })
}

/// A message without the names that things have in this code.
fn plain(message: &str) -> String {
    let Some((found, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let expected = match expected.split(' ').next() {
        Some("struct" | "internally") => "an object",
        Some("enum") => "a name, or an object with one key",
        Some("tuple") => "a list",
        _ => expected,
    };
    format!("{found}, expected {expected}")
}
