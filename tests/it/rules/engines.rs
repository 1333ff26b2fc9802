//! The same rules for engines that are no library: written down as files, which `scripts/check-engines` lets them answer.

use std::fmt::Write;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use segmentry::customer::{Customer, Customers};
use segmentry::rules::{Condition, Definitions, Dialect, Plan, Renderer};
use segmentry::time::Zone;
use segmentry::value::{Kind, Value};

use super::generate::condition;
use super::sqlite::{LISTS, asked_in, is_valid, population, tables, vocabulary};

/// The engines that the script knows.
const ENGINES: [Dialect; 3] = [Dialect::Postgres, Dialect::DuckDb, Dialect::DataFusion];

/// How many conditions are asked.
const CONDITIONS: usize = 600;

/// A value as a literal of that engine.
fn literal(dialect: Dialect, kind: Kind, value: Value<'_>) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    match value {
        Value::Number(number) => format!("{number:?}"),
        Value::Integer(integer) if kind == Kind::Number => format!("{:?}", integer as f64),
        Value::Integer(integer) => integer.to_string(),
        Value::Text(text) => quoted(text),
        Value::Boolean(truth) => truth.to_string(),
        Value::Day(day) => format!("DATE '{day}'"),
        Value::Timestamp(at) if dialect == Dialect::Postgres => format!("TIMESTAMPTZ '{at}'"),
        Value::Timestamp(at) => format!("TIMESTAMP '{}'", at.to_string().trim_end_matches('Z').replace('T', " ")),
        Value::Set(set) => {
            let texts: Vec<String> = set.iter().map(quoted).collect();
            match dialect {
                Dialect::Postgres => format!("ARRAY[{}]::text[]", texts.join(", ")),
                Dialect::DataFusion => format!("arrow_cast(make_array({}), 'List(Utf8)')", texts.join(", ")),
                _ => format!("CAST([{}] AS VARCHAR[])", texts.join(", ")),
            }
        }
        _ => "NULL".to_owned(),
    }
}

fn push(cells: &mut Vec<String>, dialect: Dialect, kind: Kind, value: Value<'_>) {
    match (kind, value) {
        (Kind::Point, Value::Point(point)) => {
            cells.extend([format!("{:?}", point.latitude()), format!("{:?}", point.longitude())]);
        }
        (Kind::Point, _) => cells.extend(["NULL".to_owned(), "NULL".to_owned()]),
        (kind, value) => cells.push(literal(dialect, kind, value)),
    }
    cells.push(match value {
        Value::Missing => "'missing'".to_owned(),
        Value::Null => "'null'".to_owned(),
        Value::Invalid(_) => "'invalid'".to_owned(),
        _ => "NULL".to_owned(),
    });
}

/// The statements that make and fill the tables.
fn setup(dialect: Dialect, customers: &Customers) -> String {
    let (vocabulary, tables) = (vocabulary(), tables());
    let mut text = String::new();
    for statement in tables.create(dialect, vocabulary.attributes(), vocabulary.event_fields()).unwrap() {
        writeln!(text, "{statement};").unwrap();
    }
    for (list, _) in LISTS {
        writeln!(text, "{};", tables.create_list(dialect, list, vocabulary.list_fields(list).unwrap()).unwrap())
            .unwrap();
    }
    let mut insert = |table: &str, cells: Vec<String>| {
        writeln!(text, "INSERT INTO \"{table}\" VALUES ({});", cells.join(", ")).unwrap();
    };
    let mut position = 0;
    for row in 0..customers.len() {
        let customer = customers.get(row).unwrap();
        let id = format!("'{}'", customer.id());
        let mut cells = vec![id.clone()];
        for attribute in vocabulary.attributes().attributes() {
            push(&mut cells, dialect, attribute.kind, customer.value(&attribute.name));
        }
        insert("customers", cells);
        for event in customers.events(row).iter() {
            position += 1;
            let number = |number: Option<f64>| number.map_or(Value::Missing, Value::Number);
            let values = [
                (Kind::Text, Value::Text(event.kind)),
                (Kind::Timestamp, Value::Timestamp(event.at)),
                (Kind::Day, Value::Day(event.day)),
                (Kind::Number, number(event.amount)),
                (Kind::Number, number(event.quantity)),
                (Kind::Text, event.item.map_or(Value::Missing, Value::Text)),
                (Kind::Text, event.channel.map_or(Value::Missing, Value::Text)),
            ];
            let mut cells = vec![id.clone()];
            cells.extend(values.map(|(kind, value)| literal(dialect, kind, value)));
            cells.push(position.to_string());
            for field in vocabulary.event_fields().attributes() {
                push(&mut cells, dialect, field.kind, event.property(&field.name));
            }
            insert("events", cells);
        }
        for (list, fields) in LISTS {
            for item in 0..customer.item_count(list) {
                let mut cells = vec![id.clone()];
                for (field, kind) in fields {
                    push(&mut cells, dialect, *kind, customer.item_value(list, item, field));
                }
                insert(list, cells);
            }
        }
    }
    text
}

/// Writes, for each engine, `ENGINE.setup.sql` and `ENGINE.cases`: statements, each behind a line with the answers that
/// are expected in the order of the ids (`1`, `0`, `-`), and what was refused, counted by its reason.
#[test]
fn rules_are_written_for_engines() {
    let Some(folder) = std::env::var_os("SEGMENTRY_ENGINE_CASES") else {
        eprintln!("SEGMENTRY_ENGINE_CASES names no folder: nothing is written for other engines");
        return;
    };
    let folder = std::path::Path::new(&folder);
    let mut runner = TestRunner::deterministic();
    let vocabulary = vocabulary();
    for (name, zone) in [("utc", Zone::utc()), ("zone", Zone::named("America/Sao_Paulo").unwrap())] {
        let customers = population(zone.clone(), 60..61, false).new_tree(&mut runner).unwrap().current();
        let mut conditions: Vec<Condition> = Vec::new();
        while conditions.len() < CONDITIONS {
            let condition = condition(2).new_tree(&mut runner).unwrap().current();
            if is_valid(&condition) {
                conditions.push(condition);
            }
        }
        let definitions = Definitions::new().zone(zone);
        let plan = Plan::new(&definitions, &vocabulary).unwrap();
        for dialect in ENGINES {
            let renderer = Renderer::new(dialect, &plan, customers.seen_as_of().unwrap()).tables(tables());
            let (mut cases, mut refused) = (String::new(), std::collections::BTreeMap::new());
            for condition in &conditions {
                match renderer.truths(std::slice::from_ref(condition)) {
                    Err(error) => *refused.entry(error.to_string()).or_insert(0) += 1,
                    Ok(sql) => {
                        let answers = asked_in(&definitions, &customers, &vocabulary, condition);
                        let answers = answers.iter().map(|truth| match truth {
                            Some(true) => '1',
                            Some(false) => '0',
                            None => '-',
                        });
                        writeln!(cases, "{}\n{}", answers.collect::<String>(), sql.replace('\n', " ")).unwrap();
                    }
                }
            }
            let path = |end: &str| folder.join(format!("{}.{name}.{end}", dialect.name().to_lowercase()));
            std::fs::write(path("setup.sql"), setup(dialect, &customers)).unwrap();
            std::fs::write(path("cases"), cases).unwrap();
            let refused: Vec<String> = refused.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
            std::fs::write(path("refused"), refused.join("\n")).unwrap();
        }
    }
}
