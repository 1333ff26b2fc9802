//! Conditions of other tools, read and written: GrowthBook's and json-logic's.
//!
//! Both know two truth values and read what is missing as null, which is 0, `"null"` or false as the case may be. Here
//! there are three values. So an importer wraps each comparison in [`Condition::IfUnknown`] with the answer that their
//! engine gives for null, and an exporter adds the question whether the value is there wherever their answer for null is
//! not ours. What cannot be said on the other side with the same answers is refused, with the reason and the key path.
//!
//! What is assumed, in both directions:
//!
//! - The root excludes unknown ([`Unknown::Exclude`](super::Unknown::Exclude)): what is exported holds exactly where
//!   ours is true.
//! - An attribute is of the kind with which it is compared. They turn `"5"` into 5 where it suits; here such a comparison
//!   is refused when the definition is checked, never answered.
//! - What is invalid here is null there; days are texts there (`2026-11-30`); a set is a list without duplicates.
//! - Numbers are doubles, as in JavaScript.
//!
//! `docs/guide/rules-exchange.md` has the table of what maps to what.

mod growthbook;
mod json_logic;
mod parts;
mod pattern;
mod sides;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::value::{Kind, Schema};

use super::json::read_value;
use super::limits::check_condition;
use super::{Condition, Literal};

/// Reads conditions of other tools, with what their texts do not say.
///
/// ```
/// use segmentry::rules::{Importer, attribute};
/// use serde_json::json;
///
/// let importer = Importer::new().set("tags").saved_group("staff", ["c-1", "c-2"]);
/// let tagged = importer.growthbook(&json!({ "tags": { "$in": ["new"] } }))?;
/// assert_eq!(tagged, attribute("tags").any_of(["new"]).if_unknown(false));
/// let staff = importer.growthbook(&json!({ "id": { "$inGroup": "staff" } }))?;
/// assert_eq!(staff, attribute("id").one_of(["c-1", "c-2"]).if_unknown(false));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Importer {
    kinds: BTreeMap<String, Kind>,
    groups: BTreeMap<String, Vec<Literal>>,
}

impl Importer {
    /// Nothing is known but what the condition itself says.
    pub fn new() -> Self {
        Importer::default()
    }

    /// That attribute is a set of texts, a list there: `$in` and `in` look into it.
    ///
    /// GrowthBook attributes that the same condition uses with `$size`, `$all` or `$elemMatch` are known to be sets.
    #[must_use]
    pub fn set(mut self, attribute: impl Into<String>) -> Self {
        self.kinds.insert(attribute.into(), Kind::Set);
        self
    }

    /// The kinds of attributes: which are sets, and which are no texts, so that none can be an empty one.
    ///
    /// ```
    /// use segmentry::rules::{Importer, attribute};
    /// use segmentry::value::{Attribute, Kind, Schema};
    /// use serde_json::json;
    ///
    /// let schema = Schema::new([Attribute::new("age", Kind::Integer)])?;
    /// let missing = Importer::new().schema(&schema).json_logic(&json!({ "missing": ["age"] }))?;
    /// assert_eq!(missing, !attribute("age").is_known());
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn schema(mut self, schema: &Schema) -> Self {
        self.kinds.extend(schema.attributes().iter().map(|attribute| (attribute.name.clone(), attribute.kind)));
        self
    }

    /// The values of a saved group of GrowthBook, for `$inGroup` and `$notInGroup`.
    #[must_use]
    pub fn saved_group<L: Into<Literal>>(mut self, id: impl Into<String>, values: impl IntoIterator<Item = L>) -> Self {
        self.groups.insert(id.into(), values.into_iter().map(Into::into).collect());
        self
    }

    /// Reads a targeting condition of GrowthBook: the language of `evalCondition` of its SDK for JavaScript.
    ///
    /// # Errors
    ///
    /// Something cannot be said here with the same answers, or is outside the limits; the error says what, why and at
    /// which key.
    pub fn growthbook(&self, condition: &Value) -> Result<Condition> {
        bounded(growthbook::import(self, condition)?)
    }

    /// Reads a json-logic rule, of which the truth is asked: the language of `json-logic-js`.
    ///
    /// # Errors
    ///
    /// As [`Importer::growthbook`].
    pub fn json_logic(&self, rule: &Value) -> Result<Condition> {
        bounded(json_logic::import(self, rule)?)
    }

    /// Whether an attribute is said to be a set.
    fn is_set(&self, attribute: &str) -> bool {
        self.kinds.get(attribute) == Some(&Kind::Set)
    }

    /// Whether an attribute may be a text, for all that is said.
    fn may_be_text(&self, attribute: &str) -> bool {
        self.kinds.get(attribute).is_none_or(|kind| *kind == Kind::Text)
    }

    /// The values of a saved group.
    fn group(&self, id: &str) -> Result<&[Literal]> {
        let unknown = || Error::unsupported(format!("the values of the saved group `{id}` are not given"));
        self.groups.get(id).map(Vec::as_slice).ok_or_else(unknown)
    }
}

/// What has been read, unless it is too large.
fn bounded(condition: Condition) -> Result<Condition> {
    check_condition(&condition)?;
    Ok(condition)
}

impl Condition {
    /// Reads a targeting condition of GrowthBook; [`Importer::growthbook`] with nothing more known.
    ///
    /// ```
    /// use segmentry::rules::{Condition, attribute};
    ///
    /// let adult = Condition::from_growthbook(r#"{ "age": { "$gte": 18 } }"#)?;
    /// assert_eq!(adult, attribute("age").at_least(18).if_unknown(false));
    /// // null is 0 there, and so less than 18
    /// let minor = Condition::from_growthbook(r#"{ "age": { "$lt": 18 } }"#)?;
    /// assert_eq!(minor, attribute("age").below(18).if_unknown(true));
    ///
    /// let error = Condition::from_growthbook(r#"{ "name": { "$gt": "m" } }"#).unwrap_err();
    /// assert!(error.to_string().starts_with("key `name.$gt`: texts are ordered by their letters there"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is no JSON, or as [`Importer::growthbook`].
    pub fn from_growthbook(json: &str) -> Result<Self> {
        Importer::new().growthbook(&read_value(json)?)
    }

    /// Writes the condition as a targeting condition of GrowthBook.
    ///
    /// It is true there exactly for whom it is true here: unknown is excluded.
    ///
    /// ```
    /// use segmentry::rules::attribute;
    /// use serde_json::json;
    ///
    /// let condition = attribute("age").below(18) & !attribute("country").one_of(["DE", "AT"]);
    /// let there = json!({
    ///     "age": { "$exists": true, "$lt": 18 },
    ///     "$not": { "$or": [{ "country": { "$exists": false } }, { "country": { "$in": ["DE", "AT"] } }] }
    /// });
    /// assert_eq!(condition.to_growthbook()?, there);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Something cannot be said there with the same answers; the error says what, why and at which key.
    pub fn to_growthbook(&self) -> Result<Value> {
        check_condition(self)?;
        sides::write(&growthbook::Export, self, sides::Side::Sure)
    }

    /// Reads a json-logic rule of which the truth is asked; [`Importer::json_logic`] with nothing more known.
    ///
    /// ```
    /// use segmentry::rules::{Condition, attribute};
    ///
    /// let adult = Condition::from_json_logic(r#"{ ">=": [{ "var": "age" }, 18] }"#)?;
    /// assert_eq!(adult, attribute("age").at_least(18).if_unknown(false));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is no JSON, or as [`Importer::json_logic`].
    pub fn from_json_logic(json: &str) -> Result<Self> {
        Importer::new().json_logic(&read_value(json)?)
    }

    /// Writes the condition as a json-logic rule that is true or false.
    ///
    /// It is true there exactly for whom it is true here: unknown is excluded.
    ///
    /// ```
    /// use segmentry::rules::attribute;
    /// use serde_json::json;
    ///
    /// let condition = attribute("seats_used").at_least(attribute("seats_bought") * 0.9);
    /// let there = json!({ "and": [
    ///     { "!==": [{ "var": "seats_used" }, null] },
    ///     { "!==": [{ "var": "seats_bought" }, null] },
    ///     { ">=": [{ "var": "seats_used" }, { "*": [{ "var": "seats_bought" }, 0.9] }] }
    /// ] });
    /// assert_eq!(condition.to_json_logic()?, there);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Something cannot be said there with the same answers; the error says what, why and at which key.
    pub fn to_json_logic(&self) -> Result<Value> {
        check_condition(self)?;
        sides::write(&json_logic::Export, self, sides::Side::Sure)
    }
}
