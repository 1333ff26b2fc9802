//! What definitions may speak of: the attributes, fields, lists and models that there are.
//!
//! A misspelt attribute is the most common mistake in a definition. Where data decides which names
//! there are, it shows up as an audience that is empty, or full if the clause is negated. Here the
//! names are said first, with their kinds, and a definition that uses another is refused with the
//! name that is most like it.
//!
//! A vocabulary is made of customers, of a schema, or by hand; a definition can so be checked where
//! no customer is at hand, as in an editor.

use std::fmt;
use std::sync::Arc;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::rules::meaning::expr::{Field, FieldName};
use crate::segment::{Label, Segment};
use crate::segmenter::Segmenter;
use crate::value::{Attribute, Kind, Schema};

/// What definitions may speak of: the attributes of customers, the fields of their events and of the items of their
/// lists, and models.
///
/// A name that is not in it is an error when a definition is checked, never a value that is missing.
///
/// ```
/// use segmentry::rules::Vocabulary;
/// use segmentry::value::{Attribute, Kind};
///
/// let vocabulary = Vocabulary::new()
///     .attribute(Attribute::new("employees", Kind::Integer))?
///     .event_field("voucher", Kind::Text)?;
/// assert!(vocabulary.attributes().get("employees").is_some());
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// It can be saved and read, but for its models: those are code, and have to be added again.
#[derive(Clone, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Vocabulary {
    /// The attributes of customers, with kinds and levels of measurement.
    attributes: Schema,
    /// Beyond the fields that every event has.
    event_fields: Schema,
    /// A handful; they are looked through in order.
    lists: Vec<ListFields>,
    /// By name. They are shared with the plans that ask them.
    #[cfg_attr(feature = "serde", serde(skip))]
    models: Vec<(String, Arc<dyn Segmenter<Segment = Label>>)>,
}

/// The fields of the items of one list.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct ListFields {
    /// The list's name.
    name: String,
    /// The fields that an item may have, with their kinds.
    fields: Schema,
}

impl Vocabulary {
    /// Nothing but the fields that every event has.
    pub fn new() -> Self {
        Vocabulary::default()
    }

    /// What those customers have: their attributes, the properties of their events, their lists.
    ///
    /// # Errors
    /// If a name occurs twice.
    ///
    /// The kinds are those of the columns, so what is later read from these customers always fits.
    pub fn of(customers: &Customers) -> Result<Self> {
        let mut vocabulary = Vocabulary { attributes: customers.schema().clone(), ..Vocabulary::default() };
        if let Some(history) = customers.history() {
            for (name, column) in history.properties() {
                vocabulary = vocabulary.event_field(name.clone(), column.kind())?;
            }
        }
        for (name, items) in customers.lists() {
            vocabulary = vocabulary.list(name, items.schema().clone())?;
        }
        Ok(vocabulary)
    }

    /// The attributes of that schema, and nothing else yet.
    pub fn of_schema(attributes: Schema) -> Self {
        Vocabulary { attributes, ..Vocabulary::default() }
    }

    /// Adds an attribute of customers.
    ///
    /// # Errors
    /// If there is one of that name.
    pub fn attribute(mut self, attribute: Attribute) -> Result<Self> {
        self.attributes.push(attribute)?;
        Ok(self)
    }

    /// Adds a property that events may have.
    ///
    /// # Errors
    /// If events have a field of that name.
    ///
    /// The fields `amount`, `quantity`, `item`, `channel`, `kind`, `day` and `at` are there
    /// already.
    pub fn event_field(mut self, name: impl Into<String>, kind: Kind) -> Result<Self> {
        let name = name.into();
        if FieldName::OF_EVENTS.iter().any(|(known, _, _)| *known == name) {
            return Err(Error::definition(format!("events have a field `{name}` of their own")));
        }
        self.event_fields.push(Attribute::new(name, kind))?;
        Ok(self)
    }

    /// Adds a list with the fields of its items.
    ///
    /// # Errors
    /// If there is a list of that name.
    pub fn list(mut self, name: impl Into<String>, fields: Schema) -> Result<Self> {
        let name = name.into();
        if self.lists.iter().any(|list| list.name == name) {
            return Err(Error::definition(format!("list `{name}` occurs twice")));
        }
        self.lists.push(ListFields { name, fields });
        Ok(self)
    }

    /// Adds a model whose segments definitions may ask for.
    ///
    /// # Errors
    /// If there is a model of that name.
    ///
    /// Its segments are then asked for as a text, the segment's key. It is asked once a customer,
    /// however many definitions use it.
    pub fn model(mut self, name: impl Into<String>, model: impl Segmenter<Segment = Label> + 'static) -> Result<Self> {
        let name = name.into();
        if self.models.iter().any(|(known, _)| *known == name) {
            return Err(Error::definition(format!("model `{name}` occurs twice")));
        }
        self.models.push((name, Arc::new(model)));
        Ok(self)
    }

    /// The attributes of customers.
    pub fn attributes(&self) -> &Schema {
        &self.attributes
    }

    /// The properties that events may have.
    pub fn event_fields(&self) -> &Schema {
        &self.event_fields
    }

    /// The kind of a field that events have.
    ///
    /// `None` if events have no such field.
    pub fn event_field_kind(&self, name: &str) -> Option<Kind> {
        let own = FieldName::OF_EVENTS.iter().find(|(known, _, _)| *known == name).map(|(_, _, kind)| *kind);
        own.or_else(|| self.event_fields.get(name).map(|field| field.kind))
    }

    /// The fields of the items of that list.
    ///
    /// # Errors
    /// If there is no such list, with the name that is most like it.
    pub fn list_fields(&self, name: &str) -> Result<&Schema> {
        let found = self.lists.iter().find(|list| list.name == name).map(|list| &list.fields);
        found.ok_or_else(|| unknown("list", name, self.lists.iter().map(|list| list.name.as_str())))
    }

    /// The same with no attributes but these.
    ///
    /// A file of a plan so holds what it needs, and not the whole schema of where it was made.
    #[cfg(feature = "serde")]
    pub(in crate::rules) fn of_slots(&self, slots: &[(String, Kind)]) -> Self {
        let mut attributes = Schema::default();
        for attribute in self.attributes.attributes().iter().filter(|a| slots.iter().any(|(name, _)| *name == a.name)) {
            let _ = attributes.push(attribute.clone()); // each occurs once
        }
        Vocabulary { attributes, ..self.clone() }
    }

    /// The attribute of that name.
    ///
    /// # Errors
    /// If there is none, with the name that is most like it.
    pub(in crate::rules) fn the_attribute(&self, name: &str) -> Result<&Attribute> {
        let found = self.attributes.get(name);
        found.ok_or_else(|| Error::unknown_attribute(name, self.attributes.names()))
    }

    /// The field of an event, resolved.
    ///
    /// A field of every event is found by which it is, another by its name.
    ///
    /// # Errors
    /// If events have no such field.
    pub(in crate::rules) fn the_event_field(&self, name: &str) -> Result<Field> {
        if let Some((_, which, kind)) = FieldName::OF_EVENTS.iter().find(|(known, _, _)| *known == name) {
            return Ok(Field { name: name.into(), which: *which, kind: *kind });
        }
        let found = self.event_fields.get(name);
        let known = || FieldName::OF_EVENTS.iter().map(|(name, _, _)| *name).chain(self.event_fields.names());
        let field = found.ok_or_else(|| unknown("event field", name, known()))?;
        Ok(Field { name: name.into(), which: FieldName::Other, kind: field.kind })
    }

    /// The field of an item, resolved.
    ///
    /// # Errors
    /// If there is no such list, or its items have no such field.
    pub(in crate::rules) fn the_item_field(&self, list: &str, name: &str) -> Result<Field> {
        let fields = self.list_fields(list)?;
        let field = fields.get(name).ok_or_else(|| unknown("field", name, fields.names()))?;
        Ok(Field { name: name.into(), which: FieldName::Other, kind: field.kind })
    }

    /// The model of that name with the keys of its segments.
    ///
    /// # Errors
    /// If there is no such model.
    pub(in crate::rules) fn the_model(&self, name: &str) -> Result<SegmentsOf> {
        let found = self.models.iter().find(|(known, _)| known == name);
        let (_, model) =
            found.ok_or_else(|| unknown("model", name, self.models.iter().map(|(known, _)| known.as_str())))?;
        let labels = model.segments();
        let keys = labels.iter().map(|label| label.key().into_owned()).collect();
        Ok(SegmentsOf { name: name.to_owned(), model: Arc::clone(model), keys })
    }
}

/// A model and the keys of the segments it may give.
#[derive(Clone)]
pub(in crate::rules) struct SegmentsOf {
    /// As definitions call it.
    pub name: String,
    /// What places the customer. It is shared, not copied.
    pub model: Arc<dyn Segmenter<Segment = Label>>,
    /// In the model's order, so that its answer, a number, becomes a text without a copy.
    pub keys: Vec<String>,
}

impl fmt::Debug for SegmentsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SegmentsOf").field("name", &self.name).field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists: Vec<&str> = self.lists.iter().map(|list| list.name.as_str()).collect();
        let models: Vec<&str> = self.models.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Vocabulary")
            .field("attributes", &self.attributes.names().collect::<Vec<_>>())
            .field("event_fields", &self.event_fields.names().collect::<Vec<_>>())
            .field("lists", &lists)
            .field("models", &models)
            .finish()
    }
}

/// Nothing has that name.
///
/// `what` says what kind of thing was looked for. A name that is too unlike all known ones gives no
/// hint, as a wrong one is worse than none.
pub(in crate::rules) fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let hint = crate::error::nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`"));
    Error::definition(format!("no {what} `{}`{hint}", crate::error::excerpt(name)))
}
