//! Conditions: what may hold of a customer, not hold, or be unknown.

use crate::value::GeoPoint;

use super::days::LeapDay;
use super::events::{HasBeen, Lifecycle, Sequence};
use super::literal::Literal;
use super::term::Term;

/// What may hold of a customer, not hold, or be unknown.
///
/// Logic is Kleene's with three values (S. C. Kleene 1952, Introduction to Metamathematics, § 64): a comparison with
/// what is missing, null or invalid is *unknown*, and so is its negation. What unknown means for membership is said once,
/// at the root ([`Unknown`](super::Unknown)), or at a leaf by [`Condition::IfUnknown`].
///
/// Build it with [`attribute`](super::attribute) and friends, write it as text, or read it from JSON: three forms of one
/// thing.
///
/// ```
/// use segmentry::rules::{Condition, attribute};
///
/// let mid = attribute("employees").at_least(100) & !attribute("country").one_of(["BR", "IN"]);
/// assert_eq!(mid.to_string(), "employees >= 100 and not country in (\"BR\", \"IN\")");
/// assert_eq!(mid, "employees >= 100 and not country in (\"BR\", \"IN\")".parse::<Condition>()?);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum Condition {
    /// Always, or never.
    Constant(bool),
    /// Each of them holds; true if there is none.
    All(Vec<Condition>),
    /// One of them holds at least; false if there is none.
    Any(Vec<Condition>),
    /// So many of them hold at least.
    AtLeast {
        /// How many.
        count: u32,
        /// Of these.
        of: Vec<Condition>,
    },
    /// It does not hold.
    Not(Box<Condition>),
    /// The condition, and where it is unknown that answer.
    IfUnknown {
        /// The condition.
        condition: Box<Condition>,
        /// What holds where it is unknown.
        then: bool,
    },
    /// Two values compared: numbers, days, instants, an attribute with texts that have an order in the schema with one of
    /// them; equality also of other texts and of truths. An instant compares with a day by the day on which it falls in
    /// the definition's zone. A text that has no place in the order is invalid and so unknown where order counts.
    Compare {
        /// The one value.
        left: Term,
        /// How.
        comparison: Comparison,
        /// The other value.
        right: Term,
    },
    /// A value lies between two others; which of them belong to it is always said.
    Between {
        /// The value.
        term: Term,
        /// The lower bound.
        low: Term,
        /// The upper bound.
        high: Term,
        /// Which bounds belong to it.
        bounds: Bounds,
    },
    /// A value is one of these.
    OneOf {
        /// The value.
        term: Term,
        /// These.
        values: Vec<Literal>,
    },
    /// What stands in a text.
    Text {
        /// The text.
        term: Term,
        /// How it is looked at.
        operator: TextOperator,
        /// What is looked for.
        text: String,
        /// Which letters count as the same.
        #[cfg_attr(feature = "serde", serde(default))]
        fold: Fold,
    },
    /// What is in a set.
    Set {
        /// The set.
        term: Term,
        /// How it is looked at.
        operator: SetOperator,
        /// These texts.
        texts: Vec<String>,
    },
    /// Whether there is a value, and if not, why. Never unknown.
    Is {
        /// The value.
        term: Term,
        /// Which state.
        state: State,
    },
    /// A day comes round within so many days from today: a birthday, a renewal.
    Anniversary {
        /// The day.
        of: Term,
        /// The first of the days looked at, from today: 0 is today, -1 yesterday.
        from: i32,
        /// The last of them.
        to: i32,
        /// What 29 February is in a year that has none.
        #[cfg_attr(feature = "serde", serde(default))]
        leap_day: LeapDay,
    },
    /// A place lies in an area.
    Within {
        /// The place.
        term: Term,
        /// The area.
        area: Area,
    },
    /// A text is a version that compares so (Semantic Versioning 2.0.0: what stands behind `+` plays no part); another
    /// text is invalid and so unknown. A leading `v` is no part of the version.
    Version {
        /// The text.
        term: Term,
        /// How.
        comparison: Comparison,
        /// The version it is compared with.
        version: String,
    },
    /// A text is an internet address in one of these networks (CIDR, RFC 4632 and RFC 4291); another text is invalid and
    /// so unknown. An address of IPv4 that is written as one of IPv6 (`::ffff:10.0.0.1`) is the one of IPv4.
    Network {
        /// The text.
        term: Term,
        /// The networks: `10.0.0.0/8`, `2001:db8::/32`.
        networks: Vec<String>,
    },
    /// One item of a list is such that the condition holds of its fields: of one and the same item.
    Exists {
        /// The list's name.
        list: String,
        /// The condition.
        #[cfg_attr(feature = "serde", serde(rename = "where"))]
        filter: Box<Condition>,
    },
    /// Something has been so for at least so long.
    HasBeen(Box<HasBeen>),
    /// Events came in that order.
    Sequence(Box<Sequence>),
    /// How the customer's doing goes on.
    Lifecycle(Box<Lifecycle>),
    /// The customer is in that audience.
    Member(String),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Comparison {
    /// The same.
    #[cfg_attr(feature = "serde", serde(rename = "="))]
    Equal,
    /// Not the same.
    #[cfg_attr(feature = "serde", serde(rename = "!="))]
    NotEqual,
    /// Below.
    #[cfg_attr(feature = "serde", serde(rename = "<"))]
    Less,
    /// At most.
    #[cfg_attr(feature = "serde", serde(rename = "<="))]
    LessOrEqual,
    /// Above.
    #[cfg_attr(feature = "serde", serde(rename = ">"))]
    Greater,
    /// At least.
    #[cfg_attr(feature = "serde", serde(rename = ">="))]
    GreaterOrEqual,
}

impl Comparison {
    /// Every comparison.
    pub const ALL: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    /// Its sign: `>=`.
    pub const fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// Whether it holds of what is so ordered.
    pub const fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The comparison that holds if this one does not.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Comparison::Equal => Comparison::NotEqual,
            Comparison::NotEqual => Comparison::Equal,
            Comparison::Less => Comparison::GreaterOrEqual,
            Comparison::LessOrEqual => Comparison::Greater,
            Comparison::Greater => Comparison::LessOrEqual,
            Comparison::GreaterOrEqual => Comparison::Less,
        }
    }

    /// The comparison that holds with the sides exchanged.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Comparison::Equal | Comparison::NotEqual => self,
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        }
    }
}

/// Which bounds belong to what lies between them; written as intervals are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Bounds {
    /// Both: `[10, 50]`.
    #[cfg_attr(feature = "serde", serde(rename = "[]"))]
    Both,
    /// The lower: `[10, 50)`.
    #[cfg_attr(feature = "serde", serde(rename = "[)"))]
    Lower,
    /// The upper: `(10, 50]`.
    #[cfg_attr(feature = "serde", serde(rename = "(]"))]
    Upper,
    /// Neither: `(10, 50)`.
    #[cfg_attr(feature = "serde", serde(rename = "()"))]
    Neither,
}

impl Bounds {
    /// How the value must compare with the lower and with the upper bound.
    pub const fn comparisons(self) -> (Comparison, Comparison) {
        match self {
            Bounds::Both => (Comparison::GreaterOrEqual, Comparison::LessOrEqual),
            Bounds::Lower => (Comparison::GreaterOrEqual, Comparison::Less),
            Bounds::Upper => (Comparison::Greater, Comparison::LessOrEqual),
            Bounds::Neither => (Comparison::Greater, Comparison::Less),
        }
    }
}

/// How a text is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TextOperator {
    /// It is that text.
    Equals,
    /// That text stands in it.
    Contains,
    /// It starts with that text.
    StartsWith,
    /// It ends with that text.
    EndsWith,
    /// The pattern, a regular expression of the crate `regex`, is found somewhere in it. Linear in the text's length.
    Matches,
}

/// Which letters count as the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Fold {
    /// None.
    #[default]
    Exact,
    /// A to Z and a to z. A pattern so folded knows no letters beside these: what may match others, such as `.`, is refused.
    Ascii,
    /// All that Unicode's simple case folding says (CaseFolding.txt, status C and S): one letter for one letter, so `ß`
    /// is not `ss`.
    Unicode,
}

/// How a set is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SetOperator {
    /// One of the texts is in it at least; of no texts, false.
    AnyOf,
    /// Each of the texts is in it; of no texts, true.
    AllOf,
    /// None of the texts is in it; of no texts, true.
    NoneOf,
    /// These and no others are in it.
    Exactly,
}

/// Whether there is a value, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum State {
    /// Nobody said.
    Missing,
    /// Somebody said that there is none.
    Null,
    /// What stands there cannot be read.
    Invalid,
    /// A text of no letters or a set of no texts.
    Empty,
    /// There is a value.
    Known,
}

/// A part of the earth.
///
/// Distances are along great circles of a sphere of 6,371.0088 km, the mean radius of the earth (IUGG; H. Moritz 2000,
/// Geodetic Reference System 1980, DOI 10.1007/s001900050278).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum Area {
    /// All within so many kilometres of a place, the edge included.
    Circle {
        /// The place.
        #[cfg_attr(feature = "schema", schemars(with = "(f64, f64)"))]
        center: GeoPoint,
        /// How far.
        kilometers: f64,
    },
    /// All between two parallels and two meridians, edges included; from west to east, so a box whose west is larger than
    /// its east crosses the 180th meridian.
    Box {
        /// The corner in the south-west.
        #[cfg_attr(feature = "schema", schemars(with = "(f64, f64)"))]
        south_west: GeoPoint,
        /// The corner in the north-east.
        #[cfg_attr(feature = "schema", schemars(with = "(f64, f64)"))]
        north_east: GeoPoint,
    },
    /// All inside a line of three or more corners that is closed by itself, straight in latitude and longitude; must not
    /// cross the 180th meridian. A place on the line belongs to one of two neighbours that share it.
    Polygon(#[cfg_attr(feature = "schema", schemars(with = "Vec<(f64, f64)>"))] Vec<GeoPoint>),
}
