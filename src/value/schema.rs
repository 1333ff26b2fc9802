//! What each attribute is: kind, role, unit and measurement level.

use std::fmt;

use crate::error::{Error, Result};

/// How a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Kind {
    /// A finite number.
    Number,
    /// A whole number.
    Integer,
    /// A text out of few or many.
    Text,
    /// True or false.
    Boolean,
    /// A calendar day.
    Day,
    /// An instant.
    Timestamp,
    /// A set of texts.
    Set,
    /// A place on the earth.
    Point,
}

impl Kind {
    /// Whether values of this kind can be read as numbers.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Kind::Number | Kind::Integer)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Number => "number",
            Kind::Integer => "integer",
            Kind::Text => "text",
            Kind::Boolean => "boolean",
            Kind::Day => "day",
            Kind::Timestamp => "timestamp",
            Kind::Set => "set",
            Kind::Point => "point",
        })
    }
}

/// What may be done with the numbers: the level of measurement (S. S. Stevens 1946, On the Theory of Scales of
/// Measurement, DOI 10.1126/science.103.2684.677), with counts and the two binaries told apart as
/// similarity needs them (L. Kaufman and P. Rousseeuw 1990, Finding Groups in Data, chapter 1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Level {
    /// Names without order: country, channel.
    Nominal,
    /// Names in order, lowest first: `["free", "pro", "enterprise"]`. An empty order means that the values are
    /// numbers whose order counts but whose differences do not, such as answers from 1 to 6.
    Ordinal(Vec<String>),
    /// Two values. *Symmetric*: both say as much (owns, rents). Not symmetric: two customers that both lack it
    /// are not alike for that (owns a boat).
    Binary {
        /// Whether both values say as much.
        symmetric: bool,
    },
    /// How many: whole, not negative.
    Count,
    /// Differences mean something, zero does not: a day, a temperature.
    Interval,
    /// Zero means none and ratios mean something: money, age, employees.
    Ratio,
}

impl Level {
    /// The level that a kind has when nobody says otherwise.
    pub const fn of(kind: Kind) -> Level {
        match kind {
            Kind::Number | Kind::Integer => Level::Ratio,
            Kind::Boolean => Level::Binary { symmetric: true },
            Kind::Day | Kind::Timestamp | Kind::Point => Level::Interval,
            Kind::Text | Kind::Set => Level::Nominal,
        }
    }
}

/// What an attribute is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Role {
    /// May form segments and may describe them.
    #[default]
    Base,
    /// Describes segments, never forms them.
    Descriptor,
    /// What the business wants to move: margin, response, churn.
    Outcome,
    /// Carried along and not used.
    Ignored,
}

/// What one attribute is.
///
/// ```
/// use segmentry::value::{Attribute, Kind, Level, Role};
///
/// let employees = Attribute::new("employees", Kind::Integer).level(Level::Count).unit("people").source("crm");
/// let plan = Attribute::new("plan", Kind::Text).ordinal(["free", "pro", "enterprise"]).role(Role::Descriptor);
/// # let _ = (employees, plan);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Attribute {
    /// Its name: lower snake case by custom.
    pub name: String,
    /// How its values are stored.
    pub kind: Kind,
    /// Its level of measurement.
    pub level: Level,
    /// What it is for.
    #[cfg_attr(feature = "serde", serde(default))]
    pub role: Role,
    /// Its unit, if it has one.
    #[cfg_attr(feature = "serde", serde(default))]
    pub unit: Option<String>,
    /// Where it comes from, if that was said.
    #[cfg_attr(feature = "serde", serde(default))]
    pub source: Option<String>,
}

impl Attribute {
    /// An attribute with the level usual for its kind ([`Level::of`]).
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Attribute { name: name.into(), kind, level: Level::of(kind), role: Role::default(), unit: None, source: None }
    }

    /// Sets the level of measurement.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Sets an ordinal level with these values, lowest first.
    #[must_use]
    pub fn ordinal<T: Into<String>>(self, order: impl IntoIterator<Item = T>) -> Self {
        self.level(Level::Ordinal(order.into_iter().map(Into::into).collect()))
    }

    /// Sets the role.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Sets the unit: `EUR`, `days`, `people`.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Sets where the attribute comes from: `crm`, `survey 2026`.
    #[must_use]
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn with_kind(mut self, kind: Kind) -> Self {
        if kind != self.kind && self.level == Level::of(self.kind) {
            self.level = Level::of(kind);
        }
        self.kind = kind;
        self
    }
}

/// The attributes of a table, in order, each name once.
///
/// ```
/// use segmentry::value::{Attribute, Kind, Schema};
///
/// let schema = Schema::new([Attribute::new("since", Kind::Day), Attribute::new("spend", Kind::Number).unit("EUR")])?;
/// assert_eq!(schema.get("spend").and_then(|spend| spend.unit.as_deref()), Some("EUR"));
/// assert_eq!(schema.names().collect::<Vec<_>>(), ["since", "spend"]);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Vec<Attribute>", into = "Vec<Attribute>"))]
pub struct Schema(Vec<Attribute>);

impl Schema {
    /// A schema of these attributes.
    ///
    /// # Errors
    /// If a name is empty or occurs twice.
    pub fn new(attributes: impl IntoIterator<Item = Attribute>) -> Result<Self> {
        let mut schema = Schema::default();
        for attribute in attributes {
            schema.push(attribute)?;
        }
        Ok(schema)
    }

    /// Adds an attribute behind the others.
    ///
    /// # Errors
    /// If its name is empty or there already.
    pub fn push(&mut self, attribute: Attribute) -> Result<()> {
        if attribute.name.is_empty() {
            return Err(Error::definition("an attribute has no name"));
        }
        if self.get(&attribute.name).is_some() {
            return Err(Error::definition(format!("attribute `{}` occurs twice", attribute.name)));
        }
        self.0.push(attribute);
        Ok(())
    }

    /// The attributes in order.
    pub fn attributes(&self) -> &[Attribute] {
        &self.0
    }

    /// The attribute of that name.
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        self.position(name).and_then(|at| self.0.get(at))
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|a| a.name.as_str())
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|a| a.name == name)
    }

    pub(crate) fn replace(&mut self, at: usize, attribute: Attribute) {
        if let Some(slot) = self.0.get_mut(at) {
            *slot = attribute;
        }
    }

    pub(crate) fn remove(&mut self, at: usize) {
        self.0.remove(at);
    }
}

impl TryFrom<Vec<Attribute>> for Schema {
    type Error = Error;

    fn try_from(attributes: Vec<Attribute>) -> Result<Self> {
        Schema::new(attributes)
    }
}

impl From<Schema> for Vec<Attribute> {
    fn from(schema: Schema) -> Self {
        schema.0
    }
}
