//! Files of one JSON object a line.

use proptest::prelude::*;
use segmentry::customer::Customers;
use segmentry::explanation::Reason;
use segmentry::history::{EventColumns, History};
use segmentry::read::{JsonLines, OnBadRow, ReadReport};
use segmentry::segmentation::Segmentation;
use segmentry::time::Day;
use segmentry::value::{Attribute, Kind, Schema, Value};

fn read(text: &str, json: &JsonLines) -> segmentry::Result<(Customers, ReadReport)> {
    Customers::from_json_lines_reader(text.as_bytes(), "id", json)
}

fn fails(text: &str) -> String {
    read(text, &JsonLines::new()).unwrap_err().to_string()
}

#[test]
fn values_keep_the_kinds_of_json() {
    let text = "\u{feff}{\"id\": 1, \"n\": 5, \"x\": 1.5, \"t\": \"a\", \"b\": true, \"s\": [\"p\", \"q\"], \"o\": {\"i\": {\"k\": 3}}}

{\"id\": 2, \"n\": null, \"x\": 2, \"o\": {}}\r\n";
    let (customers, report) = read(text, &JsonLines::new()).unwrap();
    let value = |name: &str, row| customers.column(name).unwrap().value(row);
    assert_eq!(value("n", 0), Value::Integer(5));
    assert_eq!(value("n", 1), Value::Null);
    assert_eq!(value("x", 1), Value::Number(2.0));
    assert_eq!(value("t", 1), Value::Missing);
    assert_eq!(value("b", 0), Value::Boolean(true));
    assert!(value("s", 0).set().unwrap().contains("q"));
    assert_eq!(value("o.i.k", 0), Value::Integer(3));
    assert_eq!(value("o.i.k", 1), Value::Missing);
    assert_eq!((report.rows, report.kept, report.delimiter), (2, 2, None));
}

#[test]
fn a_schema_says_which_texts_are_days() {
    let text = "{\"id\": \"a\", \"d\": \"2026-01-31\"}\n{\"id\": \"b\", \"d\": null}\n";
    let schema = Schema::new([Attribute::new("d", Kind::Day), Attribute::new("never", Kind::Number)]).unwrap();
    let (customers, _) = read(text, &JsonLines::new().schema(schema.clone())).unwrap();
    assert_eq!(customers.column("d").unwrap().value(0), Value::Day(Day::new(2026, 1, 31).unwrap()));
    assert_eq!(customers.column("d").unwrap().value(1), Value::Null);
    assert_eq!(customers.column("never").unwrap().presence().missing, 2);
    assert_eq!(read(text, &JsonLines::new()).unwrap().0.column("d").unwrap().kind(), Kind::Text);
    let bad = "{\"id\": \"a\", \"d\": \"soon\"}\n";
    let error = read(bad, &JsonLines::new().schema(schema)).unwrap_err();
    assert_eq!(error.to_string(), "line 1: attribute `d` is text `soon`, expected day");
}

#[test]
fn malformed_lines_are_errors_with_their_line() {
    let fine = "{\"id\": 1, \"n\": 1}\n";
    assert_eq!(
        fails(&format!("{fine}{{\"id\": 2,}}")),
        "line 2: no JSON object: trailing comma, at byte 10 of the line"
    );
    assert_eq!(
        fails(&format!("{fine}{{\"id\": 2")),
        "line 2: no JSON object: EOF while parsing an object, at byte 8 of the line"
    );
    assert_eq!(fails(&format!("{fine}{{}} 5")), "line 2: no JSON object: trailing characters, at byte 4 of the line");
    assert_eq!(fails("[1]"), "line 1: a row is a list, expected an object");
    assert_eq!(fails("7"), "line 1: a row is integer `7`, expected an object");
    assert_eq!(
        fails("{\"id\": 1, \"s\": [1]}"),
        "line 1: attribute `s` is a list with entries that are no texts, expected a set of texts"
    );
    assert_eq!(
        fails(&format!("{fine}{{\"id\": 2, \"n\": \"x\"}}")),
        "line 2: attribute `n` is text `x`, expected integer"
    );
    assert_eq!(fails("{\"id\": 1, \"n\": 1, \"n\": 2}"), "line 1: attribute `n` occurs twice");
    assert_eq!(fails(&format!("{fine}{{\"n\": 2}}")), "line 2: attribute `id` is missing");
    assert_eq!(fails(&format!("{fine}\n{fine}")), "line 3: customer `1` occurs more than once, first in line 1");
    assert_eq!(fails("{\"ID\": 1}"), "no attribute `id`; did you mean `ID`");
    let long = format!("{{\"id\": 1, \"t\": \"{}\"}}\n", "x".repeat(200));
    let error = read(&long, &JsonLines::new().line_limit(100)).unwrap_err();
    assert_eq!(error.to_string(), "line 1: a line longer than 100 bytes");
    let deep = format!("{{\"id\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(fails(&deep).contains("a list with entries that are no texts"), "{}", fails(&deep));
    let deep = format!("{}1{}", "{\"id\": ".repeat(10_000), "}".repeat(10_000));
    assert!(fails(&deep).contains("recursion limit"), "{}", fails(&deep));
    let deep = format!("{}1{}", "{\"id\": [".repeat(10_000), "]}".repeat(10_000));
    assert!(fails(&deep).contains("a list of items in an item"), "{}", fails(&deep));
}

#[test]
fn bad_lines_are_skipped_and_named_or_kept_as_invalid() {
    let text = "{\"id\": 1, \"n\": 1}\n{\"id\": 2, \"n\": \"x\"}\n{\"id\": 3,\n{\"id\": 4, \"n\": 4}\n";
    let (customers, report) = read(text, &JsonLines::new().on_bad_row(OnBadRow::Skip)).unwrap();
    assert_eq!(customers.column("n").unwrap().values().collect::<Vec<_>>(), [Value::Integer(1), Value::Integer(4)]);
    assert_eq!((report.rows, report.kept, report.skipped), (4, 2, 2));
    assert_eq!(report.first_skipped[0].line, 2);
    assert_eq!(report.first_skipped[0].reason, "attribute `n` is text `x`, expected integer");
    assert_eq!(report.first_skipped[1].line, 3);
    let (customers, report) = read(text, &JsonLines::new().on_bad_row(OnBadRow::Keep)).unwrap();
    assert_eq!(customers.column("n").unwrap().value(1), Value::Invalid("x"));
    assert_eq!((customers.len(), report.skipped), (3, 1));
}

#[test]
fn events_from_json_lines() {
    let text = "{\"who\": 1, \"at\": \"2026-01-02T08:00:00Z\", \"sum\": 5}\n{\"at\": \"2026-01-01T08:00:00Z\"}\n{\"who\": 1, \"at\": \"2026-01-01T08:00:00Z\", \"sum\": 2.5, \"via\": \"app\"}\n";
    let columns = EventColumns::new("who", "at").amount("sum").channel("via").item("nothing has this");
    let (history, report) = History::from_json_lines_reader(text.as_bytes(), &columns, &JsonLines::new()).unwrap();
    assert_eq!((history.customers(), history.len(), report.without_customer), (1, 2, 1));
    let events: Vec<_> = history.events(0).iter().map(|e| (e.amount, e.channel, e.item)).collect();
    assert_eq!(events, [(Some(2.5), Some("app"), None), (Some(5.0), None, None)]);
}

#[test]
fn a_segmentation_is_written_a_line_a_customer() {
    let customers = Customers::with_ids(["a", "b"]).unwrap();
    let unknown = Reason::Missing("spend".to_owned());
    let segmentation = Segmentation::new(&customers, vec!["big".to_owned()], [Ok(0), Err(unknown)]).unwrap();
    let segmentation = segmentation.with_distances(vec![0.25, f64::NAN]).unwrap();
    let mut file = Vec::new();
    segmentation.write_json_lines(&mut file).unwrap();
    let expected = r#"{"customer":"a","segment":"big","label":"Big","distance":0.25}
{"customer":"b","reason":"`spend` is missing"}
"#;
    assert_eq!(String::from_utf8(file).unwrap(), expected);
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let json = JsonLines::new().on_bad_row(OnBadRow::Skip);
        let _ = Customers::from_json_lines_reader(&bytes[..], "id", &json);
    }

    #[test]
    fn random_marks_never_panic(text in "[\\[\\]{}\":,0-9a-z\n ]{0,60}") {
        let _ = read(&format!("{{\"id\":{text}"), &JsonLines::new().on_bad_row(OnBadRow::Keep));
    }
}
