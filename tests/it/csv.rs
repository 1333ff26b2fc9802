//! Files of comma-separated values.

use std::io::Write;

use proptest::prelude::*;
use segmentry::customer::Customers;
use segmentry::explanation::Reason;
use segmentry::history::{EventColumns, History};
use segmentry::read::{Csv, OnBadRow, OnDuplicate, ReadReport};
use segmentry::segmentation::Segmentation;
use segmentry::time::{DateForm, Day, Zone};
use segmentry::value::{Attribute, Kind, Schema, Value};

use crate::shared;

fn read(text: &str) -> Customers {
    with(text, &Csv::new()).0
}

fn with(text: &str, csv: &Csv) -> (Customers, ReadReport) {
    Customers::from_csv_reader(text.as_bytes(), "id", csv).unwrap()
}

fn fails(text: impl AsRef<[u8]>, csv: &Csv) -> String {
    Customers::from_csv_reader(text.as_ref(), "id", csv).unwrap_err().to_string()
}

fn kind(customers: &Customers, name: &str) -> Kind {
    customers.column(name).unwrap().kind()
}

/// The kind that a column of these fields is found to have.
fn kind_of(fields: &[&str]) -> Kind {
    let rows: String = fields.iter().enumerate().map(|(i, field)| format!("{i}\t{field}\n")).collect();
    kind(&with(&format!("id\tx\n{rows}"), &Csv::new().delimiter('\t')).0, "x")
}

#[test]
fn kinds_are_found_from_the_whole_column() {
    assert_eq!(kind_of(&["1", "-2", " 3 ", ""]), Kind::Integer);
    assert_eq!(kind_of(&["1", "2.5"]), Kind::Number);
    assert_eq!(kind_of(&["1e3", "-2.5E-1"]), Kind::Number);
    assert_eq!(kind_of(&["1", "2", "x"]), Kind::Text);
    assert_eq!(kind_of(&["01", "2"]), Kind::Text, "zeros in front make a name");
    assert_eq!(kind_of(&["00.5"]), Kind::Text);
    assert_eq!(kind_of(&["0", "0.5"]), Kind::Number);
    assert_eq!(kind_of(&["+49", "5"]), Kind::Text, "a telephone number");
    assert_eq!(kind_of(&["12345678901234567890"]), Kind::Text, "too long for a whole number");
    assert_eq!(kind_of(&["12345678901234567890", "1.5"]), Kind::Text);
    assert_eq!(kind_of(&["9223372036854775807"]), Kind::Integer);
    assert_eq!(kind_of(&["inf", "nan"]), Kind::Text);
    assert_eq!(kind_of(&["1e999"]), Kind::Text);
    assert_eq!(kind_of(&["true", "FALSE"]), Kind::Boolean);
    assert_eq!(kind_of(&["Yes", "no"]), Kind::Boolean);
    assert_eq!(kind_of(&["yes", "true"]), Kind::Text);
    assert_eq!(kind_of(&["0", "1"]), Kind::Integer, "truths only where that is said");
    assert_eq!(kind_of(&["2026-01-31", "2026/02/01"]), Kind::Day);
    assert_eq!(kind_of(&["31.1.2026", "1.2.2026"]), Kind::Day);
    assert_eq!(kind_of(&["1/31/2026", "2/1/2026"]), Kind::Day);
    assert_eq!(kind_of(&["2026-01-31 08:30", "2026-02-01"]), Kind::Timestamp);
    assert_eq!(kind_of(&["20260131", "20260201"]), Kind::Integer, "dates without marks only where that is said");
    assert_eq!(kind_of(&["2026-02-30"]), Kind::Text);
    assert_eq!(kind_of(&["", " "]), Kind::Text);
}

#[test]
fn an_ambiguous_date_is_an_error_that_says_what_to_name() {
    let text = "id,d\n1,03/04/2026\n2,05/04/2026\n";
    assert_eq!(
        fails(text, &Csv::new()),
        "attribute `d`: `03/04/2026` may be written day first or month first, and so may every other date: name the \
         form with `date_form`"
    );
    let day = |form| with(text, &Csv::new().date_form(form)).0.column("d").unwrap().value(0).day().unwrap();
    assert_eq!(day(DateForm::DayFirst), Day::new(2026, 4, 3).unwrap());
    assert_eq!(day(DateForm::MonthFirst), Day::new(2026, 3, 4).unwrap());
    let (one, report) = with(text, &Csv::new().date_form_of("d", DateForm::DayFirst));
    assert_eq!(one.column("d").unwrap().value(0), Value::Day(Day::new(2026, 4, 3).unwrap()));
    assert_eq!(report.column("d").unwrap().date_form, Some(DateForm::DayFirst));
    assert_eq!(kind(&read("id,d\n1,03/03/2026\n"), "d"), Kind::Day, "the same day in both forms");
    assert_eq!(
        read("id,d\n1,03/04/2026\n2,13/04/2026\n").column("d").unwrap().value(0),
        Value::Day(Day::new(2026, 4, 3).unwrap()),
        "the whole column decides"
    );
}

#[test]
fn absence_is_told_apart() {
    let text = "id,a,b\n1,,5\n2,NULL,null\n3,\\N,7\n4,NA,8\n";
    let (customers, report) = with(text, &Csv::new());
    let a = customers.column("a").unwrap();
    let values: Vec<Value> = a.values().collect();
    assert_eq!(values, [Value::Missing, Value::Null, Value::Null, Value::Text("NA")]);
    assert_eq!(kind(&customers, "b"), Kind::Integer);
    assert_eq!(report.column("a").unwrap().presence.null, 2);
    let (customers, _) = with(text, &Csv::new().null_tokens(["NA"]));
    let values: Vec<Value> = customers.column("a").unwrap().values().collect();
    assert_eq!(values, [Value::Missing, Value::Text("NULL"), Value::Text("\\N"), Value::Null]);
}

#[test]
fn the_delimiter_is_found() {
    let found = |text: &str| with(text, &Csv::new()).1.delimiter.unwrap();
    assert_eq!(found("id,a\n1,2\n"), ',');
    assert_eq!(found("id;a\n1;2,5\n2;3,5\n"), ';');
    assert_eq!(found("id\ta\n1\t2\n"), '\t');
    assert_eq!(found("id|a;b|c\n1|2;3|x\n"), '|');
    assert_eq!(found("id\n1\n2\n"), ',');
    assert_eq!(found("id;name\n1;\"a, b, c, d\"\n2;\"x;y\"\n"), ';');
    assert_eq!(found("id\ttext\n1\ta, b\n2\tc\n3\td, e, f\n"), '\t');
    assert_eq!(with("id^a\n1^2\n", &Csv::new().delimiter('^')).0.column("a").unwrap().number(0), Some(2.0));
    assert_eq!(
        fails("id\n1\n", &Csv::new().delimiter('é')),
        "`delimiter` must be an ASCII character that does not end a line, found \\u{e9}"
    );
}

#[test]
fn numbers_with_decimal_commas() {
    let text = "id;a;b\n1;\"1.234,50\";7\n2;-0,5;1.000\n";
    let (customers, _) = with(text, &Csv::new().decimal_comma(true).thousands('.'));
    assert_eq!(customers.column("a").unwrap().as_numbers(), Some(&[1234.5, -0.5][..]));
    assert_eq!(customers.column("b").unwrap().value(1), Value::Integer(1000));
    assert_eq!(kind(&with(text, &Csv::new()).0, "a"), Kind::Text, "only where it is said");
    assert_eq!(kind(&with("id;a\n1;1.23\n", &Csv::new().decimal_comma(true)).0, "a"), Kind::Text);
    let wrong = with("id;a\n1;12.34,5\n", &Csv::new().decimal_comma(true).thousands('.')).0;
    assert_eq!(kind(&wrong, "a"), Kind::Text, "groups have three digits");
}

#[test]
fn quoted_fields_hold_anything() {
    let text = "\"id\",\"a\"\r\n\"1\",\"x, \"\"y\"\"\r\nz\"\r\n\r\n\"2\",\"5\"\" screen\"\r\n3,6\" wide";
    let customers = read(text);
    let a = customers.column("a").unwrap();
    assert_eq!(a.value(0), Value::Text("x, \"y\"\r\nz"));
    assert_eq!(a.value(1), Value::Text("5\" screen"));
    assert_eq!(a.value(2), Value::Text("6\" wide"));
}

#[test]
fn names_and_texts() {
    let text = "id , a,,a b\n1, x ,2,3\n";
    let customers = read(text);
    assert_eq!(customers.schema().names().collect::<Vec<_>>(), ["a", "column_3", "a b"]);
    assert_eq!(customers.column("a").unwrap().value(0), Value::Text(" x "));
    assert_eq!(with(text, &Csv::new().trim(true)).0.column("a").unwrap().value(0), Value::Text("x"));
    let (customers, _) = with("1,2\n3,4\n", &Csv::new().names(["id", "n"]));
    assert_eq!(customers.len(), 2);
    assert_eq!(customers.column("n").unwrap().number(1), Some(4.0));
}

#[test]
fn malformed_files_are_errors_with_line_and_column() {
    let csv = Csv::new();
    assert_eq!(fails("id,a\n1,2\n2,3,4\n", &csv), "line 3: the row has 3 entries, expected 2");
    assert_eq!(fails("id,a\n1\n", &csv), "line 2: the row has 1 entries, expected 2");
    assert_eq!(fails("id,a\n1,\"x\n2,3\n", &csv), "line 2: the quote \" that begins field 2 is never closed");
    assert_eq!(fails("id,a,a\n", &csv), "line 1: column `a` occurs twice");
    assert_eq!(fails("ID,a\n1,2\n", &csv), "no attribute `id`; did you mean `ID`");
    assert_eq!(fails("", &csv), "no header: the file is empty");
    assert_eq!(fails("\n\n", &csv), "no header: the file is empty");
    assert_eq!(
        fails("id,a\n1,2\n\n\"multi\nline\",3\n1,4\n", &csv),
        "line 6: customer `1` occurs more than once, first in line 2"
    );
    assert_eq!(fails("id,a\n1,2\n ,3\n", &csv), "line 3: attribute `id` is missing");
    assert_eq!(
        fails("id,größe\n1,2\n".as_bytes().iter().chain(b"2,\xff\n").copied().collect::<Vec<u8>>(), &csv),
        "line 3: field 2 `\u{fffd}` is not UTF-8; name the encoding"
    );
    assert_eq!(
        fails(b"id,a\n1,\xff\n", &csv.clone().encoding("utf-8")),
        "line 2: field 2 `\u{fffd}` is not UTF-8; name the encoding"
    );
    assert_eq!(
        fails("id\n1\n", &csv.clone().encoding("klingon")),
        "`encoding` must be one known on the web, such as utf-8, found klingon"
    );
    let schema = Schema::new([Attribute::new("age", Kind::Integer)]).unwrap();
    assert_eq!(fails("id,agee\n1,2\n", &csv.clone().schema(schema)), "line 1: no attribute `age`; did you mean `agee`");
    let error = Customers::from_csv("no such file.csv", "id").unwrap_err().to_string();
    assert!(error.starts_with("no such file.csv: "), "{error}");
    assert_eq!(read("id,a\n").len(), 0);
}

#[test]
fn a_huge_field_is_refused_without_reading_it_all() {
    let limited = Csv::new().field_limit(100);
    let long = format!("id,a\n1,{}\n2,3\n", "x".repeat(101));
    let expected = "line 2: field 2 is longer than 100 bytes; is a quote never closed?";
    assert_eq!(fails(&long, &limited), expected);
    let just = format!("id,a\n1,{}\n2,3\n", "x".repeat(100));
    assert_eq!(with(&just, &limited).0.len(), 2);

    /// A quote that is opened and 1 TiB of text.
    struct Endless(u64);
    impl std::io::Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            out.fill(b'x');
            if self.0 == 0 {
                let start = b"id,a\n1,\"";
                out[..start.len()].copy_from_slice(start);
            }
            self.0 += out.len() as u64;
            assert!(self.0 < 4 << 20, "it reads on and on");
            Ok(out.len())
        }
    }
    // the first read asks for two bytes only
    let reader = std::io::BufReader::with_capacity(1 << 16, Endless(0));
    let error = Customers::from_csv_reader(reader, "id", &Csv::new()).unwrap_err();
    assert_eq!(error.to_string(), "line 2: field 2 is longer than 1048576 bytes; is a quote never closed?");
}

#[test]
fn bad_rows_are_skipped_and_named_or_kept_as_invalid() {
    let text = "id,age,since\n1,30,2026-01-01\n2,many,2026-01-02\n3,31\n,32,2026-01-03\n5,33,soon\n6,34,2026-01-04\n";
    let schema = Schema::new([Attribute::new("age", Kind::Integer), Attribute::new("since", Kind::Day)]).unwrap();
    let csv = Csv::new().schema(schema);
    assert_eq!(fails(text, &csv), "line 4: the row has 2 entries, expected 3");
    let (customers, report) = with(text, &csv.clone().on_bad_row(OnBadRow::Skip));
    assert_eq!(customers.len(), 2);
    assert_eq!((report.rows, report.kept, report.skipped), (6, 2, 4));
    assert_eq!(
        report.to_string(),
        "2 of 6 rows; 4 that could not be read:\n  \
         line 3: attribute `age` is text `many`, expected integer\n  \
         line 4: the row has 2 entries, expected 3\n  \
         line 5: attribute `id` is missing\n  \
         line 6: attribute `since` is text `soon`, expected day"
    );
    let (customers, report) = with(text, &csv.on_bad_row(OnBadRow::Keep));
    assert_eq!(customers.len(), 4);
    assert_eq!(customers.column("age").unwrap().value(1), Value::Invalid("many"));
    assert_eq!(report.column("age").unwrap().presence.invalid, 1);
    assert_eq!(report.skipped, 2);
}

#[test]
fn customers_that_occur_again() {
    let text = "id,a\nx,1\ny,2\nx,3\nx,4\n";
    let (first, report) = with(text, &Csv::new().on_duplicate(OnDuplicate::First));
    assert_eq!(report.duplicates, 2);
    assert_eq!(first.column("a").unwrap().values().collect::<Vec<_>>(), [Value::Integer(1), Value::Integer(2)]);
    let (last, _) = with(text, &Csv::new().on_duplicate(OnDuplicate::Last));
    assert_eq!(last.column("a").unwrap().values().collect::<Vec<_>>(), [Value::Integer(4), Value::Integer(2)]);
}

#[test]
fn ids_stay_as_they_are_written() {
    let customers = read("id,a\n007,1\n7,2\n7.0,3\n");
    assert_eq!(customers.find("007").unwrap().row(), 0);
    assert_eq!(customers.find(7).unwrap().row(), 1);
}

#[test]
fn sets_places_and_truths_where_a_schema_says_so() {
    let schema = Schema::new([
        Attribute::new("needs", Kind::Set),
        Attribute::new("place", Kind::Point),
        Attribute::new("active", Kind::Boolean),
        Attribute::new("at", Kind::Timestamp),
    ]);
    let text = "id;needs;place;active;at\n1;a, b,a;52.5, 13.4;1;20260102 08:30\n2;;(-1 2);n;20260103\n";
    let csv = Csv::new().schema(schema.unwrap()).zone(Zone::named("Europe/Berlin").unwrap());
    let (customers, _) = with(text, &csv);
    let needs = customers.column("needs").unwrap();
    assert_eq!(needs.value(0).set().unwrap().iter().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(needs.value(1), Value::Missing);
    assert_eq!(customers.column("place").unwrap().value(1).to_string(), "(-1, 2)");
    assert_eq!(customers.column("active").unwrap().value(1), Value::Boolean(false));
    assert_eq!(customers.column("at").unwrap().value(0).to_string(), "2026-01-02T07:30:00Z");
}

#[test]
fn older_encodings_and_byte_order_marks() {
    let text = "id,città\n1,Forlì\n2,plain\n";
    let (customers, report) = with(&format!("\u{feff}{text}"), &Csv::new());
    assert_eq!(report.encoding, "UTF-8");
    assert_eq!(customers.column("città").unwrap().value(0), Value::Text("Forlì"));

    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let expect = |bytes: &[u8], csv: &Csv, encoding: &str| {
        let (customers, report) = Customers::from_csv_reader(bytes, "id", csv).unwrap();
        assert_eq!(report.encoding, encoding);
        assert_eq!(customers.column("città").unwrap().value(0), Value::Text("Forlì"));
        assert_eq!(customers.len(), 2);
    };
    expect(&latin, &Csv::new(), "windows-1252");
    expect(&latin, &Csv::new().encoding("latin1"), "windows-1252");
    let little: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    expect(&little, &Csv::new(), "UTF-16LE");
    expect(&little[2..], &Csv::new().encoding("utf-16le"), "UTF-16LE");
    let big: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(|c| (c as u16).to_be_bytes()).collect();
    expect(&big, &Csv::new().encoding("utf-8"), "UTF-16BE");
    assert_eq!(fails(&little[..little.len() - 1], &Csv::new()), "bytes that are no UTF-16LE");
    let euro = b"id,price\n1,5 \x80\n";
    let (customers, _) = Customers::from_csv_reader(&euro[..], "id", &Csv::new()).unwrap();
    assert_eq!(customers.column("price").unwrap().value(0), Value::Text("5 €"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn gzip_is_known_by_its_first_bytes() {
    let mut packed = gzip(b"id,a\n1,2\n");
    packed.extend(gzip(b"2,3\n"));
    let (customers, report) = Customers::from_csv_reader(&packed[..], "id", &Csv::new()).unwrap();
    assert!(report.compressed);
    assert_eq!(customers.len(), 2);
    assert_eq!(fails(&packed[..packed.len() - 9], &Csv::new()), "incomplete deflate stream");
}

#[test]
fn events_need_a_customer_a_date_and_one_currency() {
    let columns = EventColumns::new("who", "on").amount("amount").currency("currency").kind_column("what");
    let read = |text: &str, csv: &Csv| History::from_csv_reader(text.as_bytes(), &columns, csv);
    let text = "who,on,amount,currency,what\nb,2026-01-02,5,EUR,visit\na,2026-01-01,7.5,EUR,\n,2026-01-01,1,EUR,\nb,2026-01-01,,EUR,\n";
    let (history, report) = read(text, &Csv::new()).unwrap();
    assert_eq!((history.customers(), history.len()), (2, 3));
    assert_eq!((report.rows, report.kept, report.without_customer, report.first_without_customer), (4, 3, 1, Some(4)));
    assert_eq!(report.to_string(), "3 of 4 rows; 1 without a customer, the first in line 4");
    let kinds: Vec<_> = history.events(0).iter().map(|event| (event.kind, event.amount)).collect();
    assert_eq!(kinds, [("purchase", None), ("visit", Some(5.0))]);

    let file = std::env::temp_dir().join(format!("segmentry-events-{}.csv", std::process::id()));
    std::fs::write(&file, text).unwrap();
    let strict = History::from_csv(&file, &columns).unwrap_err().to_string();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(
        strict,
        format!(
            "{}: line 4: 1 of 4 events have no customer, of which this is the first; read with options to leave them out \
             and have them counted",
            file.display()
        )
    );

    let mixed = "who,on,amount,currency,what\nb,2026-01-02,5,EUR,\na,2026-01-01,7.5,BRL,\n";
    assert_eq!(
        read(mixed, &Csv::new()).unwrap_err().to_string(),
        "amounts in several currencies: BRL, EUR; convert them to one first"
    );
    let undated = "who,on,amount,currency,what\nb,2026-01-02,5,EUR,\na,,7.5,EUR,\n";
    assert_eq!(read(undated, &Csv::new()).unwrap_err().to_string(), "line 3: attribute `on` is missing");
    assert_eq!(read(undated, &Csv::new().on_bad_row(OnBadRow::Skip)).unwrap().1.skipped, 1);
    let wrong = "who,on,amount,currency,what\nb,2026-01-02,five,EUR,\n";
    assert_eq!(
        read(wrong, &Csv::new()).unwrap_err().to_string(),
        "line 2: attribute `amount` is text `five`, expected number"
    );
    assert_eq!(
        read("whom,on,amount,currency,what\n", &Csv::new()).unwrap_err().to_string(),
        "no attribute `who`; did you mean `whom`"
    );
}

#[test]
fn the_day_of_an_event_is_counted_in_its_zone() {
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let columns = EventColumns::new("who", "at").zone(berlin);
    let text = "who,at\na,2026-07-01 00:30\n";
    let (history, _) = History::from_csv_reader(text.as_bytes(), &columns, &Csv::new()).unwrap();
    let event = history.event(0).unwrap();
    assert_eq!(event.at.to_string(), "2026-06-30T22:30:00Z");
    assert_eq!(event.day, Day::new(2026, 7, 1).unwrap());
}

/// 541,909 rows, 4,372 customers, 135,080 rows without one, sum of quantity times price 9,747,747.934 over all rows:
/// UCI data set 352 (Chen 2015), counted independently in its README.
#[test]
fn online_retail_has_its_published_counts() {
    let Some(path) = shared::path("online_retail.csv.gz") else { return };
    // with the country for the customer every row counts
    let columns = EventColumns::new("Country", "InvoiceDate")
        .quantity("Quantity")
        .unit_price("UnitPrice")
        .item("StockCode")
        .properties(["CustomerID"]);
    let (history, report) = History::from_csv_with(&path, &columns, &Csv::new()).unwrap();
    assert_eq!((report.rows, report.kept, report.delimiter), (541_909, 541_909, Some(',')));
    assert!(report.compressed);
    assert_eq!((history.len(), history.customers()), (541_909, 38));
    assert_eq!(history.items().unwrap().codes().unwrap().1.len(), 4_070);
    let sum: f64 = (0..history.len()).filter_map(|i| history.amounts().number(i)).sum();
    assert!((sum - 9_747_747.934).abs() < 1e-3, "{sum}");
    let days = || (0..history.len()).filter_map(|i| history.day(i));
    assert_eq!(days().min().unwrap().to_string(), "2010-12-01");
    assert_eq!(days().max().unwrap().to_string(), "2011-12-09");
    let (_, customers) = history.properties().iter().find(|(name, _)| name == "CustomerID").unwrap();
    assert_eq!(customers.presence().missing, 135_080);
    let mut ids: Vec<u64> = (0..customers.len()).filter_map(|i| customers.number(i)).map(|id| id as u64).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4_372);
}

/// 7,043 customers, 1,869 that left, 11 blank `TotalCharges`: the README beside the data.
#[test]
fn telco_churn_has_its_counts() {
    let Some(path) = shared::path("telco_churn.csv") else { return };
    let customers = Customers::from_csv(path, "customerID").unwrap();
    assert_eq!((customers.len(), customers.columns().count()), (7_043, 20));
    assert_eq!(customers.column("TotalCharges").unwrap().presence().missing, 11);
    assert_eq!(kind(&customers, "TotalCharges"), Kind::Number);
    assert_eq!(kind(&customers, "MonthlyCharges"), Kind::Number);
    assert_eq!(kind(&customers, "tenure"), Kind::Integer);
    assert_eq!(kind(&customers, "SeniorCitizen"), Kind::Integer);
    assert_eq!(kind(&customers, "Partner"), Kind::Boolean);
    assert_eq!(kind(&customers, "MultipleLines"), Kind::Text);
    let churn = customers.column("Churn").unwrap();
    assert_eq!(churn.values().filter(|value| *value == Value::Boolean(true)).count(), 1_869);
}

#[test]
fn a_survey_of_dirty_texts_is_read_whole() {
    let Some(path) = shared::path("it_salary_survey_eu_2020.csv") else { return };
    let technologies = "Other technologies/programming languages you use often";
    let schema = Schema::new([Attribute::new(technologies, Kind::Set)]).unwrap();
    // the survey has no id: its time is nearly one
    let csv = Csv::new().schema(schema).on_duplicate(OnDuplicate::First);
    let (customers, report) = Customers::from_csv_with(path, "Timestamp", &csv).unwrap();
    assert_eq!(report.rows, 1_253);
    assert_eq!(report.kept + report.duplicates, 1_253);
    assert_eq!(customers.columns().count(), 22);
    assert_eq!(kind(&customers, "Age"), Kind::Integer);
    assert!(customers.schema().get("Position").is_some());
    let first = customers.column(technologies).unwrap().value(0);
    assert_eq!(first.set().unwrap().iter().collect::<Vec<_>>(), ["Kotlin", "Javascript / Typescript"]);
}

#[test]
fn companies_with_long_texts_over_many_lines() {
    let Some(path) = shared::path("opendata500_us_companies.csv") else { return };
    let schema = Schema::new([Attribute::new("business_model", Kind::Set)]).unwrap();
    let (customers, report) = Customers::from_csv_with(path, "company_name_id", &Csv::new().schema(schema)).unwrap();
    assert_eq!((report.rows, customers.len()), (529, 529));
    let bands = customers.column("full_time_employees").unwrap();
    assert_eq!(bands.values().filter(|value| value.text() == Some("1-10")).count(), 143);
    assert_eq!(bands.values().filter(|value| value.text() == Some("10,001+")).count(), 56);
    assert_eq!(kind(&customers, "last_updated"), Kind::Timestamp);
}

/// 6,919 purchases of 2,357 customers for 244,091.94 (Fader, Hardie, Lee 2005, doi:10.1287/mksc.1040.0098).
#[test]
fn cdnow_is_read_with_compact_dates() {
    let Some(path) = shared::path("cdnow_sample_elog.csv") else { return };
    let columns = EventColumns::new("masterid", "date").amount("sales").quantity("cds");
    let history = History::from_csv(path, &columns).unwrap();
    assert_eq!((history.len(), history.customers()), (6_919, 2_357));
    let cents: i64 =
        (0..history.len()).filter_map(|i| history.amounts().number(i)).map(|a| (a * 100.0).round() as i64).sum();
    assert_eq!(cents, 24_409_194);
    assert_eq!(history.day(0), Some(Day::new(1997, 1, 1).unwrap()));
}

#[test]
fn a_segmentation_is_written_a_row_a_customer_and_read_again() {
    let ids = ["c-1", "c, \"2\"", "c\n3"];
    let customers = Customers::with_ids(ids).unwrap();
    let unknown = Reason::Missing("spend".to_owned());
    let segments = vec!["big_spenders".to_owned(), "a,b".to_owned()];
    let segmentation = Segmentation::new(&customers, segments, [Ok(0), Ok(1), Err(unknown)]).unwrap();
    let segmentation = segmentation.with_scores(vec![0.1, 1e-300, f64::NAN]).unwrap();
    let mut file = Vec::new();
    segmentation.write_csv(&mut file).unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.starts_with("customer,segment,label,reason,score\nc-1,big_spenders,Big spenders,,0.1\n"), "{text}");
    let (read, _) = Customers::from_csv_reader(&file[..], "customer", &Csv::new()).unwrap();
    assert!(read.ids() == customers.ids());
    let column = |name: &str| read.column(name).unwrap().values().collect::<Vec<_>>();
    assert_eq!(column("segment"), [Value::Text("big_spenders"), Value::Text("a,b"), Value::Missing]);
    assert_eq!(column("score"), [Value::Number(0.1), Value::Number(1e-300), Value::Missing]);
    assert_eq!(column("reason"), [Value::Missing, Value::Missing, Value::Text("`spend` is missing")]);
    let error = segmentation.save_csv("no such folder/x.csv").unwrap_err().to_string();
    assert!(error.starts_with("no such folder/x.csv: "), "{error}");
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), skip in any::<bool>()) {
        let csv = if skip { Csv::new().on_bad_row(OnBadRow::Skip) } else { Csv::new() };
        let _ = Customers::from_csv_reader(&bytes[..], "id", &csv);
        let mut file = b"id,a\n".to_vec();
        file.extend(&bytes);
        let _ = Customers::from_csv_reader(&file[..], "id", &csv);
        let _ = History::from_csv_reader(&file[..], &EventColumns::new("id", "a"), &csv);
    }

    #[test]
    fn random_marks_never_panic(text in "[,;\"\r\n\t|aé1. -]{0,80}", comma in any::<bool>()) {
        let csv = Csv::new().decimal_comma(comma).thousands('.').on_bad_row(OnBadRow::Keep);
        let _ = Customers::from_csv_reader(format!("id,a\n{text}").as_bytes(), "id", &csv);
    }

    #[test]
    fn quoted_texts_come_back(texts in proptest::collection::vec("[a-zé,;\"\r\n ]{0,12}", 1..20)) {
        let mut file = "id,text,n\n".to_owned();
        for (i, text) in texts.iter().enumerate() {
            file += &format!("{i},\"{}\",{i}.5\n", text.replace('"', "\"\""));
        }
        let (customers, report) = with(&file, &Csv::new().delimiter(','));
        prop_assert_eq!(report.kept, texts.len());
        for (i, text) in texts.iter().enumerate() {
            let expected = if text.trim().is_empty() { Value::Missing } else { Value::Text(text) };
            prop_assert_eq!(customers.column("text").unwrap().value(i), expected);
            prop_assert_eq!(customers.column("n").unwrap().number(i), Some(i as f64 + 0.5));
        }
    }
}
