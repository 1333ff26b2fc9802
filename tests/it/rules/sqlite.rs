//! Customers in SQLite, so that conditions are asked there as they are asked here.
#![allow(dead_code, reason = "each test takes what it needs")]

use md5::{Digest, Md5};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use regex::Regex;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};

use segmentry::customer::{Customer, Customers, Record};
use segmentry::history::Event;
use segmentry::rules::{
    Audience, Condition, Definitions, Dialect, EventTable, ListTable, Plan, Renderer, Tables, Truth, Vocabulary,
};
use segmentry::time::{AsOf, Day, Timestamp, Zone};
use segmentry::value::{Attribute, Kind, OwnedValue, Schema, Value};

use super::generate::{ATTRIBUTES, FIELDS, KINDS, TAGS, TEXTS, day, middle, point, timestamp};

/// The lists that [`customers`] have, each with the fields of its items.
pub const LISTS: [(&str, &[(&str, Kind)]); 1] =
    [("subscriptions", &[("plan", Kind::Text), ("seats", Kind::Integer), ("until", Kind::Day)])];

/// What the customers and rules of the generators speak of; `plan` has an order.
pub fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new();
    for (name, kind) in ATTRIBUTES {
        let attribute = Attribute::new(name, kind);
        let attribute = if name == "plan" { attribute.ordinal(["free", "a", "pro"]) } else { attribute };
        vocabulary = vocabulary.attribute(attribute).unwrap();
    }
    vocabulary = vocabulary.event_field("voucher", FIELDS[7].1).unwrap();
    for (list, fields) in LISTS {
        let fields = Schema::new(fields.iter().map(|(name, kind)| Attribute::new(*name, *kind))).unwrap();
        vocabulary = vocabulary.list(list, fields).unwrap();
    }
    vocabulary
}

/// Customers in a database in memory.
pub struct Sqlite {
    connection: Connection,
    ids: Vec<String>,
}

/// The tables that [`Sqlite::load`] makes.
pub fn tables() -> Tables {
    tables_with(&LISTS.map(|(list, _)| list))
}

/// The tables that [`Sqlite::load_with`] makes.
pub fn tables_with(lists: &[&str]) -> Tables {
    let tables = Tables::default().states().events(EventTable::new("events"));
    lists.iter().fold(tables, |tables, list| tables.list(*list, ListTable::new(*list)))
}

impl Sqlite {
    /// Loads the customers with all that the vocabulary speaks of, and registers what SQLite lacks.
    pub fn load(customers: &Customers, vocabulary: &Vocabulary) -> Self {
        Sqlite::load_with(customers, vocabulary, &LISTS.map(|(list, _)| list))
    }

    /// The same with lists of other names.
    pub fn load_with(customers: &Customers, vocabulary: &Vocabulary, lists: &[&str]) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection);
        let tables = tables_with(lists);
        let (attributes, fields) = (vocabulary.attributes(), vocabulary.event_fields());
        for statement in tables.create(Dialect::Sqlite, attributes, fields).unwrap() {
            connection.execute_batch(&statement).unwrap();
        }
        let ids: Vec<String> = (0..customers.len()).map(|row| customers.get(row).unwrap().id().to_string()).collect();
        let mut position = 0;
        for (row, id) in ids.iter().enumerate() {
            let customer = customers.get(row).unwrap();
            let mut cells = vec![Cell::Text(id.clone())];
            for attribute in attributes.attributes() {
                push(&mut cells, attribute.kind, customer.value(&attribute.name));
            }
            insert(&connection, "customers", cells);
            for event in customers.events(row).iter() {
                position += 1;
                insert(&connection, "events", event_cells(id, &event, position, fields));
            }
            for list in lists {
                let Ok(fields) = vocabulary.list_fields(list) else { continue };
                if row == 0 {
                    connection.execute_batch(&tables.create_list(Dialect::Sqlite, list, fields).unwrap()).unwrap();
                }
                for item in 0..customer.item_count(list) {
                    let mut cells = vec![Cell::Text(id.clone())];
                    for field in fields.attributes() {
                        push(&mut cells, field.kind, customer.item_value(list, item, &field.name));
                    }
                    insert(&connection, list, cells);
                }
            }
        }
        Sqlite { connection, ids }
    }

    /// Runs a statement whose first column is the id and whose others are truths; one row a customer, in their order.
    pub fn truths(&self, sql: &str) -> Result<Vec<Vec<Option<bool>>>, String> {
        let mut statement = self.connection.prepare(sql).map_err(|error| error.to_string())?;
        let columns = statement.column_count();
        let mut found = vec![None; self.ids.len()];
        let mut rows = statement.query([]).map_err(|error| error.to_string())?;
        while let Some(row) = rows.next().map_err(|error| error.to_string())? {
            let id: String = row.get(0).unwrap();
            let at = self.ids.iter().position(|known| *known == id).unwrap();
            let truth = |column| row.get::<_, Option<i64>>(column).unwrap().map(|truth| truth != 0);
            assert!(found[at].replace((1..columns).map(truth).collect()).is_none(), "{id} comes twice: {sql}");
        }
        Ok(found.into_iter().map(|truths| truths.expect("a customer is lost")).collect())
    }

    /// Runs a statement and gives its rows as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let mut statement = self.connection.prepare(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        let columns = statement.column_count();
        let cell = |row: &rusqlite::Row<'_>, column| match row.get::<_, Cell>(column).unwrap() {
            Cell::Null => "-".to_owned(),
            Cell::Integer(integer) => integer.to_string(),
            Cell::Real(number) => number.to_string(),
            Cell::Text(text) => text,
            Cell::Blob(_) => panic!("a blob"),
        };
        let rows = statement.query_map([], |row| Ok((0..columns).map(|column| cell(row, column)).collect()));
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// Asks one condition of every customer.
    pub fn ask(&self, renderer: &Renderer<'_>, condition: &Condition) -> segmentry::Result<Vec<Option<bool>>> {
        let sql = renderer.truths(std::slice::from_ref(condition))?;
        let truths = self.truths(&sql).unwrap_or_else(|error| panic!("{error}\n{sql}\n{condition:?}"));
        Ok(truths.into_iter().map(|row| row[0]).collect())
    }
}

/// What this library says of each customer.
pub fn asked_here(customers: &Customers, vocabulary: &Vocabulary, condition: &Condition) -> Vec<Option<bool>> {
    asked_in(&Definitions::new(), customers, vocabulary, condition)
}

/// As [`asked_here`], with the zone and the week of those definitions.
pub fn asked_in(
    definitions: &Definitions,
    customers: &Customers,
    vocabulary: &Vocabulary,
    condition: &Condition,
) -> Vec<Option<bool>> {
    let definitions = definitions.clone().audience(Audience::new("asked here", condition.clone()));
    let plan = Plan::new(&definitions, vocabulary).unwrap_or_else(|error| panic!("{error}: {condition:?}"));
    let mut asker = plan.asker();
    (0..customers.len())
        .map(|row| match asker.ask(&customers.get(row).unwrap()).unwrap().truth(definitions.audiences.len() - 1) {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown => None,
        })
        .collect()
}

fn register(connection: &Connection) {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, function) in
        [("sin", f64::sin as fn(f64) -> f64), ("cos", f64::cos), ("asin", f64::asin), ("sqrt", f64::sqrt)]
    {
        let call = move |context: &rusqlite::functions::Context<'_>| Ok(context.get::<Option<f64>>(0)?.map(function));
        connection.create_scalar_function(name, 1, flags, call).unwrap();
    }
    let pow = |context: &rusqlite::functions::Context<'_>| {
        let (base, power) = (context.get::<Option<f64>>(0)?, context.get::<Option<f64>>(1)?);
        Ok(base.zip(power).map(|(base, power)| base.powf(power)))
    };
    connection.create_scalar_function("pow", 2, flags, pow).unwrap();
    let md5 = |context: &rusqlite::functions::Context<'_>| {
        let hex = |text: String| Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Ok(context.get::<Option<String>>(0)?.map(hex))
    };
    connection.create_scalar_function("md5", 1, flags, md5).unwrap();
    let regexp = |context: &rusqlite::functions::Context<'_>| {
        let pattern = Regex::new(&context.get::<String>(0)?).unwrap();
        Ok(context.get::<Option<String>>(1)?.map(|text| pattern.is_match(&text)))
    };
    connection.create_scalar_function("regexp", 2, flags, regexp).unwrap();
}

fn insert(connection: &Connection, table: &str, cells: Vec<Cell>) {
    let marks = vec!["?"; cells.len()].join(", ");
    connection.execute(&format!("INSERT INTO \"{table}\" VALUES ({marks})"), params_from_iter(cells)).unwrap();
}

/// Adds a value and its state, a place as two numbers.
fn push(cells: &mut Vec<Cell>, kind: Kind, value: Value<'_>) {
    match (kind, value) {
        (Kind::Point, Value::Point(point)) => {
            cells.extend([Cell::Real(point.latitude()), Cell::Real(point.longitude())]);
        }
        (Kind::Point, _) => cells.extend([Cell::Null, Cell::Null]),
        (Kind::Number, value) => cells.push(value.number().map_or(Cell::Null, Cell::Real)),
        (_, value) => cells.push(match value {
            Value::Number(number) => Cell::Real(number),
            Value::Integer(integer) => Cell::Integer(integer),
            Value::Text(text) => Cell::Text(text.to_owned()),
            Value::Boolean(truth) => Cell::Integer(truth.into()),
            Value::Day(day) => Cell::Integer(day.days().into()),
            Value::Timestamp(at) => Cell::Integer(at.micros()),
            Value::Set(set) => Cell::Text(serde_json::to_string(&set.iter().collect::<Vec<_>>()).unwrap()),
            _ => Cell::Null,
        }),
    }
    cells.push(match value {
        Value::Missing => Cell::Text("missing".to_owned()),
        Value::Null => Cell::Text("null".to_owned()),
        Value::Invalid(_) => Cell::Text("invalid".to_owned()),
        _ => Cell::Null,
    });
}

fn event_cells(id: &str, event: &Event<'_>, position: i64, fields: &Schema) -> Vec<Cell> {
    let text = |text: Option<&str>| text.map_or(Cell::Null, |text| Cell::Text(text.to_owned()));
    let number = |number: Option<f64>| number.map_or(Cell::Null, Cell::Real);
    let mut cells = vec![Cell::Text(id.to_owned()), text(Some(event.kind)), Cell::Integer(event.at.micros())];
    cells.extend([Cell::Integer(event.day.days().into()), number(event.amount), number(event.quantity)]);
    cells.extend([text(event.item), text(event.channel), Cell::Integer(position)]);
    for field in fields.attributes() {
        push(&mut cells, field.kind, event.property(&field.name));
    }
    cells
}

/// A value of that attribute, or one of the three ways to have none; numbers also at the ends of their range on request.
fn value(name: &'static str, kind: Kind, ends: bool) -> BoxedStrategy<OwnedValue> {
    let ends = u32::from(ends);
    let present = match (name, kind) {
        ("app_version", _) => {
            let versions = ["1.0.0", "2.3.0", "v2.3.0", "2.3.0-beta.1", "2.3.0-beta.2", "10.0.0", "2.3", "x"];
            select(versions.to_vec()).prop_map(OwnedValue::from).boxed()
        }
        ("ip", _) => {
            let addresses = ["10.1.2.3", "192.168.1.77", "2001:db8::7", "::ffff:10.0.0.1", "10.0.0.256", "here"];
            select(addresses.to_vec()).prop_map(OwnedValue::from).boxed()
        }
        (_, Kind::Number) => {
            let large = select(vec![1e308, -1e308, 0.1, -0.0, 2.5, -2.5, 0.49999999999999994]);
            prop_oneof![
                6 => (-80..400_i32).prop_map(|quarters| f64::from(quarters) / 4.0),
                ends => large,
            ]
            .prop_map(OwnedValue::Number)
            .boxed()
        }
        (_, Kind::Integer) => {
            let large = select(vec![i64::MAX, i64::MIN, 1 << 53, (1 << 53) + 1]);
            prop_oneof![8 => -20..200_i64, ends => large].prop_map(OwnedValue::Integer).boxed()
        }
        (_, Kind::Text) => select(TEXTS.to_vec()).prop_map(OwnedValue::from).boxed(),
        (_, Kind::Boolean) => any::<bool>().prop_map(OwnedValue::Boolean).boxed(),
        (_, Kind::Day) => day().prop_map(OwnedValue::Day).boxed(),
        (_, Kind::Timestamp) => timestamp().prop_map(OwnedValue::Timestamp).boxed(),
        (_, Kind::Set) => vec(select(TAGS.to_vec()), 0..4)
            .prop_map(|tags| OwnedValue::Set(tags.into_iter().map(str::to_owned).collect()))
            .boxed(),
        (_, Kind::Point) => point().prop_map(OwnedValue::Point).boxed(),
        _ => panic!("a kind without values"),
    };
    prop_oneof![
        7 => present,
        1 => Just(OwnedValue::Missing),
        1 => Just(OwnedValue::Null),
        1 => Just(OwnedValue::Invalid("n.a.".to_owned())),
    ]
    .boxed()
}

/// One event: its instant, kind, amount, quantity, item, channel and voucher.
type OneEvent =
    (Timestamp, &'static str, Option<f64>, Option<f64>, Option<&'static str>, Option<&'static str>, OwnedValue);

fn event() -> impl Strategy<Value = OneEvent> {
    let quarters = || proptest::option::weighted(0.8, (-40..400_i32).prop_map(|quarters| f64::from(quarters) / 4.0));
    let text = || proptest::option::weighted(0.8, select(TEXTS.to_vec()));
    // few different instants, so that some are the same
    let at = prop_oneof![timestamp(), (-60..3_i32).prop_map(|days| middle().plus(days).start())];
    (at, select(KINDS.to_vec()), quarters(), quarters(), text(), text(), value("voucher", Kind::Text, false))
}

fn record(zone: Zone, ends: bool) -> impl Strategy<Value = Record> {
    let values: Vec<BoxedStrategy<OwnedValue>> =
        ATTRIBUTES.iter().map(|(name, kind)| value(name, *kind, ends)).collect();
    let of = |name, kind| value(name, kind, ends);
    let item = (of("plan", Kind::Text), of("seats", Kind::Integer), of("until", Kind::Day));
    (values, vec(event(), 0..9), vec(item, 0..3)).prop_map(move |(values, events, items)| {
        let mut record = Record::new("c");
        for ((name, _), value) in ATTRIBUTES.iter().zip(values) {
            record = record.with(*name, value);
        }
        for (at, kind, amount, quantity, item, channel, voucher) in events {
            let properties = [("voucher".to_owned(), voucher)];
            let mut event = Event::at(at, kind, &zone).properties(&properties);
            (event.amount, event.quantity, event.item, event.channel) = (amount, quantity, item, channel);
            record = record.event(&event);
        }
        for (plan, seats, until) in items {
            use segmentry::value::AsValue;
            let fields = [("plan", plan.as_value()), ("seats", seats.as_value()), ("until", until.as_value())];
            record = record.item("subscriptions", fields);
        }
        record
    })
}

/// Customers with everything that the generated rules ask about, whose days are those of a zone.
pub fn customers(zone: Zone) -> impl Strategy<Value = Customers> {
    population(zone, 4..9, true)
}

/// So many of them, with numbers at the ends of their range or without.
pub fn population(zone: Zone, count: std::ops::Range<usize>, ends: bool) -> impl Strategy<Value = Customers> {
    let as_of = prop_oneof![
        Just(None),
        (0..86_400_i64).prop_map(|second| Some(Timestamp::from_micros(middle().start().micros() + second * 1_000_000))),
    ];
    (vec(record(zone.clone(), ends), count), as_of).prop_map(move |(records, at)| {
        let as_of = at.map_or(AsOf::day_in(middle(), &zone), |at| AsOf::instant_in(at, &zone));
        let named = |(row, record): (usize, Record)| Named { id: format!("c-{row}"), record };
        let records: Vec<Named> = records.into_iter().enumerate().map(named).collect();
        Customers::from_customers(&records).unwrap().as_of(as_of)
    })
}

/// A record under another id.
struct Named {
    id: String,
    record: Record,
}

impl Customer for Named {
    fn id(&self) -> segmentry::value::Id<'_> {
        self.id.as_str().into()
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        self.record.value(attribute)
    }

    fn attributes(&self) -> Vec<&str> {
        self.record.attributes()
    }

    fn event_count(&self) -> usize {
        self.record.event_count()
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        Customer::event(&self.record, index)
    }

    fn lists(&self) -> Vec<&str> {
        self.record.lists()
    }

    fn item_fields(&self, list: &str) -> Vec<&str> {
        self.record.item_fields(list)
    }

    fn item_count(&self, list: &str) -> usize {
        self.record.item_count(list)
    }

    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        self.record.item_value(list, index, field)
    }
}

/// A day in words.
pub fn on(text: &str) -> Day {
    text.parse().unwrap()
}

/// Whether the plan takes the condition: the generators also make patterns and sequences that it refuses.
pub fn is_valid(condition: &Condition) -> bool {
    let definitions = Definitions::new().audience(Audience::new("a", condition.clone()));
    Plan::new(&definitions, &vocabulary()).is_ok()
}
