//! The one error type: what was wrong, and where it stands.
//!
//! An [`Error`] is an [`ErrorKind`] (what) with a [`Place`] (where): the file, line, row, customer or
//! key. Messages are lower case, have no final period and put input in backticks.

use std::fmt;

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, and where.
///
/// ```
/// use segmentry::error::{Error, ErrorKind};
///
/// let error = Error::wrong_kind("employees", "text `many`", "number").at_customer("c-17");
/// assert_eq!(error.to_string(), "customer `c-17`: attribute `employees` is text `many`, expected number");
/// assert!(matches!(error.kind(), ErrorKind::WrongKind { .. }));
/// ```
#[derive(Clone, PartialEq)]
pub struct Error(Box<Inner>); // boxed: a `Result<f64>` stays two words

#[derive(Clone, PartialEq)]
struct Inner {
    kind: ErrorKind,
    place: Place,
}

/// Where an error stands: every part that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The file it was read from.
    pub file: Option<String>,
    /// The line in that file, the first is 1.
    pub line: Option<u64>,
    /// The row of the input, the first is 0.
    pub row: Option<usize>,
    /// The key of a study or model, such as `segmenters.rfm.bands`.
    pub key: Option<String>,
    /// The customer's id.
    pub customer: Option<String>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter is outside what it may be.
    #[error("`{name}` must be {expected}, found {found}")]
    Parameter {
        /// The parameter's name.
        name: String,
        /// What it may be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// Nothing has that attribute.
    #[error("no attribute `{attribute}`{}", hint(nearest))]
    UnknownAttribute {
        /// The name that was asked for.
        attribute: String,
        /// The known name that is most like the asked one, if there is one.
        nearest: Option<String>,
    },
    /// A value is of another kind than the work needs.
    #[error("attribute `{attribute}` is {found}, expected {expected}")]
    WrongKind {
        /// The attribute's name.
        attribute: String,
        /// The kind, or the value, that was found.
        found: String,
        /// The kind that is needed.
        expected: String,
    },
    /// A value that must be there is not.
    #[error("attribute `{attribute}` is {state}")]
    NoValue {
        /// The attribute's name.
        attribute: String,
        /// `missing`, `null`, or what stood there instead.
        state: String,
    },
    /// A number is NaN or infinite.
    #[error("{what} is {found}, expected a finite number")]
    NotFinite {
        /// The number's name.
        what: String,
        /// The number as text.
        found: String,
    },
    /// There is nothing to work on.
    #[error("no {what}")]
    Empty {
        /// What there is none of.
        what: String,
    },
    /// A customer's id occurs again.
    #[error("customer `{customer}` occurs more than once, first in {}", first_place(*first, *first_line))]
    DuplicateCustomer {
        /// The id.
        customer: String,
        /// The row where it stood first, the first row is 0.
        first: usize,
        /// The line of the file where it stood first, the first line is 1.
        first_line: Option<u64>,
    },
    /// No customer has that id.
    #[error("no customer `{customer}`")]
    UnknownCustomer {
        /// The id.
        customer: String,
    },
    /// Two things that belong together differ in length.
    #[error("{what} has {found} entries, expected {expected}")]
    Length {
        /// The thing of the wrong length.
        what: String,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// A text does not say what it must say.
    #[error("{what} `{text}` is not {expected}")]
    Parse {
        /// What the text stands for.
        what: String,
        /// The text, cut after 80 characters.
        text: String,
        /// The form it must have.
        expected: String,
    },
    /// Amounts in several currencies would be added.
    #[error("amounts in several currencies: {}; convert them to one first", currencies.join(", "))]
    MixedCurrencies {
        /// The currencies found, in alphabetical order.
        currencies: Vec<String>,
    },
    /// A definition contradicts itself or is not complete.
    #[error("{message}")]
    Definition {
        /// What does not hold.
        message: String,
    },
    /// A saved model, study or table is not what it claims to be.
    #[error("{message}")]
    Format {
        /// What does not hold.
        message: String,
    },
    /// The work is not defined for what was given.
    #[error("{message}")]
    Unsupported {
        /// What is not defined, and why.
        message: String,
    },
    /// The system refused to read or write.
    #[error("{message}")]
    Io {
        /// The system's words.
        message: String,
    },
    /// The caller's progress callback asked to stop.
    #[error("cancelled after {done} of {total} {what}")]
    Cancelled {
        /// What was being counted.
        what: String,
        /// How many were done.
        done: u64,
        /// How many there were to do.
        total: u64,
    },
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`"))
}

fn first_place(row: usize, line: Option<u64>) -> String {
    line.map_or_else(|| format!("row {row}"), |line| format!("line {line}"))
}

/// Cuts a text that is to stand in a message: a field may be a billion bytes.
pub(crate) fn excerpt(text: &str) -> String {
    let mut cut: String = text.chars().take(80).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

impl Error {
    /// An error of this kind, with no place yet.
    pub fn new(kind: ErrorKind) -> Self {
        Error(Box::new(Inner { kind, place: Place::default() }))
    }

    /// A parameter is outside what it may be.
    pub fn parameter(name: impl Into<String>, expected: impl Into<String>, found: impl fmt::Display) -> Self {
        Error::new(ErrorKind::Parameter {
            name: name.into(),
            expected: expected.into(),
            found: excerpt(&found.to_string()),
        })
    }

    /// Nothing has that attribute; `known` are the names there are, of which the most similar is proposed.
    pub fn unknown_attribute<'a>(attribute: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let nearest = nearest(attribute, known);
        Error::new(ErrorKind::UnknownAttribute { attribute: attribute.into(), nearest })
    }

    /// A value is of another kind than the work needs.
    pub fn wrong_kind(attribute: impl Into<String>, found: impl fmt::Display, expected: impl Into<String>) -> Self {
        Error::new(ErrorKind::WrongKind {
            attribute: attribute.into(),
            found: excerpt(&found.to_string()),
            expected: expected.into(),
        })
    }

    /// A value that must be there is not.
    pub fn no_value(attribute: impl Into<String>, state: impl fmt::Display) -> Self {
        Error::new(ErrorKind::NoValue { attribute: attribute.into(), state: excerpt(&state.to_string()) })
    }

    /// A number is NaN or infinite.
    pub fn not_finite(what: impl Into<String>, found: f64) -> Self {
        Error::new(ErrorKind::NotFinite { what: what.into(), found: found.to_string() })
    }

    /// There is nothing to work on: `no customers`.
    pub fn empty(what: impl Into<String>) -> Self {
        Error::new(ErrorKind::Empty { what: what.into() })
    }

    /// A customer's id occurs again.
    pub fn duplicate_customer(customer: impl fmt::Display, first: usize) -> Self {
        let customer = excerpt(&customer.to_string());
        Error::new(ErrorKind::DuplicateCustomer { customer, first, first_line: None })
    }

    /// No customer has that id.
    pub fn unknown_customer(customer: impl fmt::Display) -> Self {
        Error::new(ErrorKind::UnknownCustomer { customer: excerpt(&customer.to_string()) })
    }

    /// Two things that belong together differ in length.
    pub fn length(what: impl Into<String>, found: usize, expected: usize) -> Self {
        Error::new(ErrorKind::Length { what: what.into(), found, expected })
    }

    /// A text does not say what it must say.
    pub fn parse(what: impl Into<String>, text: &str, expected: impl Into<String>) -> Self {
        Error::new(ErrorKind::Parse { what: what.into(), text: excerpt(text), expected: expected.into() })
    }

    /// A definition contradicts itself or is not complete.
    pub fn definition(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Definition { message: message.into() })
    }

    /// A saved file is not what it claims to be.
    pub fn format(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Format { message: message.into() })
    }

    /// The work is not defined for what was given.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Unsupported { message: message.into() })
    }

    /// The system refused to read or write.
    pub fn io(error: &std::io::Error) -> Self {
        Error::new(ErrorKind::Io { message: error.to_string() })
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Where it stands.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Names the file, unless one is named already.
    #[must_use]
    pub fn in_file(mut self, file: impl fmt::Display) -> Self {
        self.0.place.file.get_or_insert_with(|| file.to_string());
        self
    }

    /// Names the line of the file, the first is 1, unless one is named already.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.0.place.line.get_or_insert(line);
        self
    }

    /// Names the row of the input, the first is 0, unless one is named already.
    #[must_use]
    pub fn at_row(mut self, row: usize) -> Self {
        self.0.place.row.get_or_insert(row);
        self
    }

    /// Names the customer, unless one is named already.
    #[must_use]
    pub fn at_customer(mut self, customer: impl fmt::Display) -> Self {
        self.0.place.customer.get_or_insert_with(|| excerpt(&customer.to_string()));
        self
    }

    /// Puts a key before the key that is named already: `bands` at `segmenters.rfm` is `segmenters.rfm.bands`.
    #[must_use]
    pub fn at_key(mut self, key: impl fmt::Display) -> Self {
        let key = match &self.0.place.key {
            Some(inner) => format!("{key}.{inner}"),
            None => key.to_string(),
        };
        self.0.place.key = Some(key);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, line, row, key, customer } = &self.0.place;
        if let Some(file) = file {
            write!(f, "{file}: ")?;
        }
        if let Some(line) = line {
            write!(f, "line {line}: ")?;
        } else if let Some(row) = row {
            write!(f, "row {row}: ")?;
        }
        if let Some(key) = key {
            write!(f, "key `{key}`: ")?;
        }
        if let Some(customer) = customer {
            write!(f, "customer `{customer}`: ")?;
        }
        write!(f, "{}", self.0.kind)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.0.kind).field("place", &self.0.place).finish()
    }
}

impl std::error::Error for Error {}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error::new(kind)
    }
}

/// The known name that is most like the asked one, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(asked: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let asked = excerpt(&asked.to_lowercase());
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&asked, &excerpt(&name.to_lowercase())), name))
        .filter(|(edits, name)| *edits <= name.chars().count().min(asked.chars().count()).div_ceil(3))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name.to_owned())
}
