//! Cases as they stand in the files, and customers as they are written there.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;
use serde_json::Value as Json;

use segmentry::Result;
use segmentry::customer::Customer;
use segmentry::history::Event;
use segmentry::rules::{Audience, Condition, Definitions, Truth, Vocabulary, WeekStart};
use segmentry::time::{AsOf, Day, Timestamp, Zone};
use segmentry::value::{AsValue, Attribute, GeoPoint, Id, Kind, OwnedValue, Schema, Value};

/// One file: a topic with what its definitions may speak of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    format: String,
    version: u32,
    pub topic: String,
    pub about: String,
    #[serde(default)]
    vocabulary: Words,
    #[serde(default)]
    populations: BTreeMap<String, Vec<Person>>,
    pub cases: Vec<Case>,
}

/// The vocabulary: names with their kinds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    attributes: BTreeMap<String, Word>,
    event_fields: BTreeMap<String, Kind>,
    lists: BTreeMap<String, BTreeMap<String, Kind>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Word {
    Kind(Kind),
    Ordered { kind: Kind, order: Vec<String> },
}

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// What it is about.
    pub operator: String,
    /// What it shows of it, besides what the answer says.
    #[serde(default)]
    pub cells: Vec<String>,
    pub definition: Option<Json>,
    pub definitions: Option<Json>,
    zone: Option<String>,
    week_start: Option<WeekStart>,
    population: Option<String>,
    pub customer: Json,
    as_of: Option<String>,
    pub expected: Expected,
    pub explanation: String,
    /// Whose bug it is that the case guards against.
    #[allow(dead_code, reason = "for people")]
    from: Option<String>,
}

/// The answer.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(try_from = "Json")]
pub enum Expected {
    Truth(Truth),
    Error(String),
    Roots { members: Option<Vec<String>>, segments: Option<BTreeMap<String, Option<String>>> },
}

impl TryFrom<Json> for Expected {
    type Error = String;

    fn try_from(json: Json) -> std::result::Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Form {
            error: Option<String>,
            members: Option<Vec<String>>,
            segments: Option<BTreeMap<String, Option<String>>>,
        }
        if json.is_string() {
            return serde_json::from_value(json).map(Expected::Truth).map_err(|error| error.to_string());
        }
        let form: Form = serde_json::from_value(json).map_err(|error| error.to_string())?;
        Ok(match form.error {
            Some(message) => Expected::Error(message),
            None => Expected::Roots { members: form.members, segments: form.segments },
        })
    }
}

/// A case made ready.
pub struct Question {
    pub definitions: Definitions,
    pub vocabulary: Vocabulary,
    pub person: Person,
    pub population: Option<Vec<Person>>,
    /// The names of the lists that the vocabulary has.
    pub lists: Vec<String>,
    /// Whether one condition is asked, as the audience of number 0.
    pub is_condition: bool,
}

/// Every file of the suite.
pub fn files() -> Vec<File> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.retain(|path| !path.ends_with("coverage.json"));
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: std::path::PathBuf| {
        let file: File = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!((file.format.as_str(), file.version), ("segmentry.conformance", 1), "{}", path.display());
        assert_eq!(path.file_stem().unwrap().to_str(), Some(file.topic.as_str()));
        assert!(file.about.ends_with('.'), "{}", file.about);
        file
    };
    paths.into_iter().map(read).collect()
}

impl Words {
    fn vocabulary(&self) -> Result<Vocabulary> {
        let mut vocabulary = Vocabulary::new();
        for (name, word) in &self.attributes {
            vocabulary = vocabulary.attribute(match word {
                Word::Kind(kind) => Attribute::new(name, *kind),
                Word::Ordered { kind, order } => Attribute::new(name, *kind).ordinal(order),
            })?;
        }
        for (name, kind) in &self.event_fields {
            vocabulary = vocabulary.event_field(name, *kind)?;
        }
        for (name, fields) in &self.lists {
            let fields = fields.iter().map(|(field, kind)| Attribute::new(field, *kind));
            vocabulary = vocabulary.list(name, Schema::new(fields)?)?;
        }
        Ok(vocabulary)
    }
}

impl Case {
    /// What is asked, of whom.
    ///
    /// # Errors
    /// If the definition cannot be read.
    pub fn question(&self, file: &File) -> Result<Question> {
        let mut definitions = match (&self.definition, &self.definitions) {
            (Some(condition), None) => {
                Definitions::new().audience(Audience::new("case", Condition::from_json(&condition.to_string())?))
            }
            (None, Some(definitions)) => Definitions::from_json(&definitions.to_string())?,
            _ => panic!("{}: one of `definition` and `definitions`", self.name),
        };
        if let Some(zone) = &self.zone {
            definitions.zone = Zone::named(zone)?;
        }
        if let Some(day) = self.week_start {
            definitions.week_start = day;
        }
        let zone = definitions.zone.clone();
        let as_of = self.as_of.as_deref().map(|text| match text.contains('T') {
            false => AsOf::day_in(text.parse().unwrap(), &zone),
            true => AsOf::instant_in(text.parse().unwrap(), &zone),
        });
        let vocabulary = file.vocabulary.vocabulary()?;
        let ready = |mut person: Person| {
            person.as_of = as_of;
            person.read(&file.vocabulary, &zone);
            person
        };
        let person: Person = serde_json::from_value(self.customer.clone()).unwrap();
        let population = self.population.as_ref().map(|name| {
            let people = file.populations.get(name).unwrap_or_else(|| panic!("no population `{name}`"));
            people.iter().cloned().map(ready).collect()
        });
        Ok(Question {
            definitions,
            vocabulary,
            person: ready(person),
            population,
            lists: file.vocabulary.lists.keys().cloned().collect(),
            is_condition: self.definition.is_some(),
        })
    }
}

/// A customer as it is written: each value plain where its kind is known from the vocabulary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    id: String,
    #[serde(default, rename = "attributes")]
    written: BTreeMap<String, Json>,
    #[serde(default, rename = "events")]
    written_events: Vec<BTreeMap<String, Json>>,
    #[serde(default, rename = "items")]
    written_items: BTreeMap<String, Vec<BTreeMap<String, Json>>>,
    #[serde(skip)]
    as_of: Option<AsOf>,
    #[serde(skip)]
    values: Named,
    #[serde(skip)]
    events: Vec<Happened>,
    #[serde(skip)]
    items: Vec<(String, Vec<Named>)>,
}

/// Values by name.
type Named = Vec<(String, OwnedValue)>;

/// An event that owns its words.
#[derive(Clone, Debug)]
struct Happened {
    at: Timestamp,
    day: Day,
    kind: String,
    amount: Option<f64>,
    quantity: Option<f64>,
    item: Option<String>,
    channel: Option<String>,
    properties: Named,
}

/// A value as it is written, of the kind that the vocabulary says.
fn value(json: &Json, kind: Kind) -> OwnedValue {
    let text = || json.as_str().unwrap_or_else(|| panic!("{json} is no {kind}"));
    match json {
        Json::Null => OwnedValue::Null,
        Json::Object(object) => match object.get("invalid") {
            Some(text) => OwnedValue::Invalid(text.as_str().unwrap().to_owned()),
            None => serde_json::from_value(json.clone()).unwrap(),
        },
        _ => match kind {
            Kind::Number => OwnedValue::Number(json.as_f64().unwrap()),
            Kind::Integer => OwnedValue::Integer(json.as_i64().unwrap()),
            Kind::Text => OwnedValue::Text(text().to_owned()),
            Kind::Boolean => OwnedValue::Boolean(json.as_bool().unwrap()),
            Kind::Day => OwnedValue::Day(text().parse().unwrap()),
            Kind::Timestamp => OwnedValue::Timestamp(text().parse().unwrap()),
            Kind::Set => OwnedValue::Set(serde_json::from_value(json.clone()).unwrap()),
            Kind::Point => OwnedValue::Point(serde_json::from_value::<GeoPoint>(json.clone()).unwrap()),
            other => panic!("{other} is a kind that no file has"),
        },
    }
}

impl Person {
    /// Reads what is written, by the vocabulary and the definition's zone.
    fn read(&mut self, words: &Words, zone: &Zone) {
        let kind = |name: &String| match words.attributes.get(name) {
            Some(Word::Kind(kind) | Word::Ordered { kind, .. }) => *kind,
            None => panic!("attribute `{name}` is not in the vocabulary"),
        };
        self.values = self.written.iter().map(|(name, json)| (name.clone(), value(json, kind(name)))).collect();
        self.events = self.written_events.iter().map(|event| happened(event, words, zone)).collect();
        self.events.sort_by_key(|event| event.at); // stable: at one instant as written
        let item = |list: &str, fields: &BTreeMap<String, Json>| {
            let kind = |field: &String| words.lists[list][field];
            fields.iter().map(|(field, json)| (field.clone(), value(json, kind(field)))).collect()
        };
        let items = |(list, of): (&String, &Vec<BTreeMap<String, Json>>)| {
            (list.clone(), of.iter().map(|fields| item(list, fields)).collect())
        };
        self.items = self.written_items.iter().map(items).collect();
    }
}

fn happened(event: &BTreeMap<String, Json>, words: &Words, zone: &Zone) -> Happened {
    let text = |key: &str| event.get(key).map(|json| json.as_str().unwrap().to_owned());
    let number = |key: &str| event.get(key).map(|json| json.as_f64().unwrap());
    let at: Option<Timestamp> = text("at").map(|at| at.parse().unwrap());
    let day: Option<Day> = text("day").map(|day| day.parse().unwrap());
    let own = ["at", "day", "kind", "amount", "quantity", "item", "channel"];
    let properties = event.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    Happened {
        at: at.or(day.map(|day| zone.start(day))).expect("an event has `at` or `day`"),
        day: day.or(at.map(|at| zone.day(at))).expect("an event has `at` or `day`"),
        kind: text("kind").expect("an event has a kind"),
        amount: number("amount"),
        quantity: number("quantity"),
        item: text("item"),
        channel: text("channel"),
        properties: properties.map(|(name, json)| (name.clone(), value(json, words.event_fields[name]))).collect(),
    }
}

impl Customer for Person {
    fn id(&self) -> Id<'_> {
        Id::Text(&self.id)
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        of(&self.values, attribute)
    }

    fn attributes(&self) -> Vec<&str> {
        self.values.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    fn event_count(&self) -> usize {
        self.events.len()
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        let happened = self.events.get(index)?;
        let mut event = Event::on(happened.day, &happened.kind).properties(&happened.properties);
        event.at = happened.at;
        event.amount = happened.amount;
        event.quantity = happened.quantity;
        event.item = happened.item.as_deref();
        event.channel = happened.channel.as_deref();
        Some(event)
    }

    fn lists(&self) -> Vec<&str> {
        self.items.iter().map(|(list, _)| list.as_str()).collect()
    }

    fn item_fields(&self, list: &str) -> Vec<&str> {
        let mut fields: Vec<&str> = self.list(list).iter().flatten().map(|(field, _)| field.as_str()).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    fn item_count(&self, list: &str) -> usize {
        self.list(list).len()
    }

    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        self.list(list).get(index).map_or(Value::Missing, |item| of(item, field))
    }
}

impl Person {
    fn list(&self, name: &str) -> &[Named] {
        self.items.iter().find(|(list, _)| list == name).map_or(&[], |(_, items)| items)
    }
}

fn of<'a>(values: &'a [(String, OwnedValue)], name: &str) -> Value<'a> {
    values.iter().find(|(known, _)| known == name).map_or(Value::Missing, |(_, value)| value.as_value())
}
