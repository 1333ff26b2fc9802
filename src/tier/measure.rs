//! The number by which customers are put into tiers.
//!
//! A [`Measure`] is what all segmenters of the room read; a caller seldom writes one, because an attribute's name
//! (`"spend"`) and an array of names with weights (`[("spend", 1.0), ("orders", 20.0)]`) become one by `From`. Learn
//! it to count a missing value as a number ([`Measure::missing_as`]) or to ask for a customer's number by itself
//! ([`Measure::of`]).
//!
//! It fits attributes that add up in a common unit: points, money, or anything once it is scaled. It does not fit what
//! multiplies (a rate times a volume) or has a best middle: derive an attribute for those
//! ([`Derived`](crate::features::derived::Derived)).

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Reason};
use crate::segmenter::Reads;
use crate::value::{Column, Value};

use super::scale::Scale;

/// The number by which customers are put into tiers: one attribute, or the weighted sum of several.
///
/// It needs no learning: a scale that was learnt is inside ([`Score::fit`](super::Score::fit)).
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::tier::Measure;
///
/// let points = Measure::from([("spend", 1.0), ("orders", 20.0)]);
/// let customer = Record::new("c-1").with("spend", 120.0).with("orders", 3);
/// assert_eq!(points.of(&customer)?, Some(180.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Missing values
///
/// A customer of whom an attribute is missing or null has no number, unless [`missing_as`](Measure::missing_as) says
/// what it counts as; a value that is invalid gives no number ever. A text, day or set in a measured attribute is an
/// error, also behind an attribute that is missing, so that a wrong column does not hide behind gaps.
///
/// # Cost
///
/// One customer: one look-up of each attribute, no allocation. A table: columns are looked up once, and a single
/// unscaled attribute of which every row has a number is read as a slice.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Measure {
    terms: Vec<Term>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    missing_as: Option<f64>,
}

/// One attribute of a [`Measure`].
///
/// ```
/// use segmentry::tier::Measure;
///
/// let points = Measure::weighted([("spend", 1.0), ("returns", -2.0)]);
/// let returns = &points.terms()[1];
/// assert_eq!((returns.attribute.as_str(), returns.weight), ("returns", -2.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Term {
    /// The attribute.
    pub attribute: String,
    /// What its scaled value is multiplied by.
    pub weight: f64,
    /// How its values are scaled.
    pub scale: Scale,
}

impl Measure {
    /// The value of that attribute as it is.
    pub fn attribute(attribute: impl Into<String>) -> Self {
        Measure::weighted([(attribute, 1.0)])
    }

    /// The sum of these attributes as they are, each times its weight.
    pub fn weighted<T: Into<String>>(parts: impl IntoIterator<Item = (T, f64)>) -> Self {
        let term = |(attribute, weight): (T, f64)| Term { attribute: attribute.into(), weight, scale: Scale::Raw };
        Measure { terms: parts.into_iter().map(term).collect(), missing_as: None }
    }

    pub(super) fn new(terms: Vec<Term>, missing_as: Option<f64>) -> Self {
        Measure { terms, missing_as }
    }

    /// Counts an attribute that is missing or null as this number, before it is scaled. Unless set, such a customer is
    /// unassigned; one whose value is invalid always is.
    ///
    /// ```
    /// use segmentry::customer::Record;
    /// use segmentry::tier::Measure;
    ///
    /// let newcomer = Record::new("c-2").with("spend", 30.0); // nothing is known of orders
    /// let strict = Measure::from([("spend", 1.0), ("orders", 20.0)]);
    /// assert_eq!(strict.of(&newcomer)?, None);
    /// assert_eq!(strict.missing_as(0.0).of(&newcomer)?, Some(30.0));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn missing_as(mut self, number: f64) -> Self {
        self.missing_as = Some(number);
        self
    }

    /// The attributes with their weights and scales.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// What an attribute that is missing or null counts as, if it counts.
    #[cfg(feature = "rules")]
    pub(super) fn counts_missing_as(&self) -> Option<f64> {
        self.missing_as
    }

    /// What it is called: the attribute, or `score`.
    pub fn name(&self) -> &str {
        match self.terms.as_slice() {
            [Term { attribute, weight: 1.0, scale: Scale::Raw }] => attribute,
            _ => "score",
        }
    }

    /// The customer's number; `None` if an attribute has no value. No allocation.
    ///
    /// # Errors
    /// If an attribute is no number, or the sum is not finite.
    pub fn of(&self, customer: &dyn Customer) -> Result<Option<f64>> {
        let values = self.terms.iter().map(|term| customer.value(&term.attribute));
        self.sum(values).map_err(|error| error.at_customer(customer.id()))
    }

    /// The first attribute that has no value, with why.
    pub(super) fn absent(&self, customer: &dyn Customer) -> Option<Reason> {
        self.terms.iter().find_map(|term| {
            let value = customer.value(&term.attribute);
            if self.missing_as.is_some() && !matches!(value, Value::Invalid(_)) {
                return None;
            }
            Reason::of(&term.attribute, value)
        })
    }

    /// The weighted sum of one value a term.
    fn sum<'a>(&self, values: impl Iterator<Item = Value<'a>>) -> Result<Option<f64>> {
        let (mut sum, mut known) = (0.0, true);
        for (term, value) in self.terms.iter().zip(values) {
            match self.number(term, value)? {
                Some(number) => sum += term.weight * term.scale.apply(number),
                None => known = false, // a wrong kind in a later attribute is still an error
            }
        }
        if sum.is_finite() {
            Ok(known.then_some(sum))
        } else {
            Err(Error::not_finite(format!("`{}`", self.name()), sum))
        }
    }

    /// The value as a number before it is scaled; `None` if there is none to count.
    fn number(&self, term: &Term, value: Value<'_>) -> Result<Option<f64>> {
        match value {
            Value::Number(number) => Ok(Some(number)),
            Value::Integer(integer) => Ok(Some(integer as f64)),
            Value::Missing | Value::Null => Ok(self.missing_as),
            Value::Invalid(_) => Ok(None),
            other => Err(Error::wrong_kind(&term.attribute, other.in_words(), "number")),
        }
    }

    /// The measure with the columns that it reads looked up once.
    pub(super) fn bind<'a>(&'a self, customers: &'a Customers) -> Bound<'a> {
        let source = |term: &'a Term| Source::of(customers.column(&term.attribute).ok());
        let single = match self.terms.as_slice() {
            [Term { weight: 1.0, scale: Scale::Raw, attribute }] => {
                customers.column(attribute).ok().and_then(Column::as_numbers)
            }
            _ => None,
        };
        Bound { measure: self, single, sources: self.terms.iter().map(source).collect() }
    }

    /// The attributes of the terms: no events, and no moment.
    pub(super) fn reads(&self) -> Reads {
        Reads::attributes(self.terms.iter().map(|term| term.attribute.as_str()))
    }

    /// What was read, for an explanation: the parts of a score, each with what it adds.
    pub(super) fn evidence(&self, customer: &dyn Customer) -> Vec<Evidence> {
        let part = |term: &Term| {
            let value = customer.value(&term.attribute);
            let evidence = Evidence::new(&term.attribute, value);
            match self.number(term, value) {
                Ok(Some(number)) => {
                    let adds = short(term.weight * term.scale.apply(number));
                    let counted = if value.is_present() { String::new() } else { format!("counts as {number}, ") };
                    evidence.meaning(format!("{counted}adds {adds} to the score"))
                }
                _ => evidence,
            }
        };
        self.terms.iter().map(part).collect()
    }

    /// # Errors
    /// If there is no attribute, one is named twice, a weight is zero or not finite, or a scale cannot be one.
    pub(super) fn check(&self) -> Result<()> {
        if self.terms.is_empty() {
            return Err(Error::empty("attributes to measure"));
        }
        for (at, term) in self.terms.iter().enumerate() {
            let Term { attribute, weight, scale } = term;
            if attribute.is_empty() {
                return Err(Error::definition("an attribute to measure has no name"));
            }
            if self.terms.iter().take(at).any(|earlier| earlier.attribute == *attribute) {
                return Err(Error::definition(format!("attribute `{attribute}` is measured twice")));
            }
            if !weight.is_finite() || *weight == 0.0 {
                let error = Error::parameter("weight", "a finite number other than 0", weight);
                return Err(error.at_key(format!("measure.{attribute}")));
            }
            scale.check()?;
        }
        match self.missing_as {
            Some(number) if !number.is_finite() => Err(Error::parameter("missing_as", "a finite number", number)),
            _ => Ok(()),
        }
    }
}

/// A number for people: at most six decimals.
///
/// For distances and parts of a score, which are differences of decimals: 0.30000000000000004 is told as 0.3. Cut
/// values are told with all their digits, because they are what the answer was compared with.
pub(super) fn short(number: f64) -> String {
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A measure over a table.
pub(super) struct Bound<'a> {
    measure: &'a Measure,
    /// The one attribute, where every row has a number of it.
    single: Option<&'a [f64]>,
    sources: Vec<Source<'a>>,
}

/// Where an attribute's values come from.
enum Source<'a> {
    Numbers(&'a [f64]),
    Column(&'a Column),
    Nowhere,
}

impl<'a> Source<'a> {
    fn of(column: Option<&'a Column>) -> Self {
        match column.map(|column| (column, column.as_numbers())) {
            Some((_, Some(numbers))) => Source::Numbers(numbers),
            Some((column, None)) => Source::Column(column),
            None => Source::Nowhere,
        }
    }

    fn value(&self, row: usize) -> Value<'a> {
        match self {
            Source::Numbers(numbers) => numbers.get(row).map_or(Value::Missing, |number| Value::Number(*number)),
            Source::Column(column) => column.value(row),
            Source::Nowhere => Value::Missing,
        }
    }
}

impl Bound<'_> {
    /// As [`Measure::of`] for the customer in that row.
    pub(super) fn of(&self, row: usize) -> Result<Option<f64>> {
        if let Some(number) = self.single.and_then(|numbers| numbers.get(row)) {
            return Ok(Some(*number));
        }
        self.measure.sum(self.sources.iter().map(|source| source.value(row)))
    }
}

impl From<&str> for Measure {
    fn from(attribute: &str) -> Self {
        Measure::attribute(attribute)
    }
}

impl From<String> for Measure {
    fn from(attribute: String) -> Self {
        Measure::attribute(attribute)
    }
}

impl<T: Into<String>, const N: usize> From<[(T, f64); N]> for Measure {
    fn from(parts: [(T, f64); N]) -> Self {
        Measure::weighted(parts)
    }
}
