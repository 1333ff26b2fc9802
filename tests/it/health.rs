//! The health of data, and cleaning a log.

use proptest::prelude::*;
use segmentry::customer::Customers;
use segmentry::health::{DuplicateIds, Health, HealthReport, Issue, Severity};
use segmentry::history::{Clean, Cleaned, Event, History, Refunds};
use segmentry::time::Day;
use segmentry::value::{Column, Kind, OwnedValue, Value};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn one(name: &str, column: Column) -> Customers {
    Customers::with_ids(0..column.len() as u32).unwrap().with_column(name, column).unwrap()
}

fn check(customers: &Customers) -> HealthReport {
    Health::new().check(customers).unwrap()
}

/// What is said of the column `x`.
fn said(column: Column) -> Vec<(Issue, String)> {
    let report = check(&one("x", column).as_of(day("2026-01-01")));
    report.about("x").map(|finding| (finding.issue, finding.sentence.clone())).collect()
}

fn says(column: Column, issue: Issue) -> String {
    let said = said(column);
    let found: Vec<_> = said.iter().filter(|(i, _)| *i == issue).collect();
    assert_eq!(found.len(), 1, "{said:?}");
    found[0].1.clone()
}

#[test]
fn a_sound_column_is_found_sound() {
    assert_eq!(said(Column::numbers((0..100).map(f64::from))), []);
    assert_eq!(said(Column::texts((0..100).map(|i| ["red", "green", "blue"][i % 3]))), []);
    assert_eq!(said(Column::days((0..100).map(|i| day("2025-01-01").plus(i)))), []);
    assert_eq!(said(Column::booleans((0..100).map(|i| i % 2 == 0))), []);
    let report = check(&one("x", Column::integers(0..9)));
    assert_eq!((report.worst(), report.verdict()), (None, "0 problems, 0 warnings and 0 notes".to_owned()));
}

#[test]
fn absent_values_are_told_apart() {
    let rows = [Value::Integer(3), Value::Missing, Value::Null, Value::Invalid("many"), Value::Integer(4)];
    let column = || Column::of(Kind::Integer, rows);
    assert_eq!(says(column(), Issue::Invalid), "1 row is no integer: `many`");
    assert_eq!(says(column(), Issue::Absent), "1 missing and 1 null of 5 (40.0 %)");
    let column = Column::of(Kind::Text, [Some("a"), None, None, Some("b")]);
    assert_eq!(says(column, Issue::MostlyAbsent), "2 missing of 4 (50.0 %)");
    assert_eq!(
        says(Column::of(Kind::Day, [Value::Null; 3]), Issue::NothingKnown),
        "nothing is known: 3 null of 3 (100.0 %)"
    );
    let many = Column::of(Kind::Day, (0..9).map(|i| OwnedValue::Invalid(format!("2026-02-3{i}"))));
    assert_eq!(says(many, Issue::Invalid), "9 rows are no day: `2026-02-30`, `2026-02-31`, `2026-02-32` and 6 more");
}

#[test]
fn constants_are_seen() {
    assert_eq!(says(Column::texts(["free"; 12]), Issue::Constant), "each of 12 values is `free`");
    let flags = |n| Column::booleans((0..n).map(|i| i > 0));
    assert_eq!(says(flags(100), Issue::NearlyConstant), "99.0 % of the values are `true`");
    assert_eq!(said(flags(99)), []);
    let stricter = Health::new().nearly_constant(0.9).check(&one("x", flags(20))).unwrap();
    assert!(stricter.finding("x", Issue::NearlyConstant).is_some());
    let message = |share| Health::new().nearly_constant(share).check(&one("x", flags(9))).unwrap_err().to_string();
    assert_eq!(message(0.5), "`nearly_constant` must be above 0.5 and at most 1, found 0.5");
    assert_eq!(message(f64::NAN), "`nearly_constant` must be above 0.5 and at most 1, found NaN");
}

#[test]
fn outliers_by_both_rules() {
    // 1..=11 and two far values: quartiles 4 and 10, fences -5 and 19, median 7, MAD 3
    let numbers = (1..=11).map(f64::from).chain([20.0, 60.0]);
    let column = Column::numbers(numbers);
    assert_eq!(
        says(column.clone(), Issue::Outliers),
        "2 outside Tukey's fences -5 and 19 (0 below, 2 above, 1 far out), 1 with a modified z-score above 3.5; \
         smallest 1, largest 60"
    );
    let report = check(&one("x", column));
    let numbers = report.column("x").unwrap().numbers.unwrap();
    assert_eq!((numbers.lower_quartile, numbers.median, numbers.upper_quartile), (4.0, 7.0, 10.0));
    assert_eq!((numbers.min, numbers.max, numbers.zero, numbers.negative), (1.0, 60.0, 0, 0));
    // Iglewicz and Hoaglin's rule needs 0.6745 |x - 7| / 3 > 3.5, that is |x - 7| > 15.57
    assert_eq!(numbers.beyond_z, Some(1));
}

#[test]
fn a_skewed_column_says_so() {
    let column = Column::numbers((0..200).map(|i| 1.05_f64.powi(i)));
    let sentence = says(column, Issue::Skewed);
    assert!(sentence.starts_with("a few large values outweigh the rest: skewness 2.5, mean "), "{sentence}");
    assert!(sentence.ends_with("; a logarithm may serve"), "{sentence}");
}

#[test]
fn similar_texts_are_grouped() {
    let texts =
        ["Germany", "Germany", "germany ", "GERMANY", "Germny", "Gemrany", "France", "Frankreich", "C", "C++", "C#"];
    let report = check(&one("country", Column::texts(texts)));
    let similar = &report.column("country").unwrap().similar;
    assert_eq!(similar.len(), 1);
    let group: Vec<(&str, usize)> = similar[0].texts.iter().map(|(text, n)| (text.as_str(), *n)).collect();
    assert_eq!(group, [("Germany", 2), ("GERMANY", 1), ("Gemrany", 1), ("Germny", 1), ("germany ", 1)]);
    assert!(!similar[0].same_letters);
    let finding = report.finding("country", Issue::SimilarTexts).unwrap();
    assert_eq!((finding.count, finding.severity), (5, Severity::Warning));
    assert_eq!(
        finding.sentence,
        "5 texts may mean 1 thing: `Germany` 2 ~ `GERMANY` 1 ~ `Gemrany` 1 ~ `Germny` 1 and 1 more"
    );
    // bands differ in digits, short words are other words
    let bands = ["51-100", "101-1000", "1001-5000", "product 1", "product 2", "sun", "son", "male", "female"];
    assert_eq!(check(&one("x", Column::texts(bands.repeat(2)))).column("x").unwrap().similar, []);
}

#[test]
fn texts_that_are_no_categories_are_named() {
    let names: Vec<String> = (0..20).map(|i| format!("{}-{i}", ["ann", "bob"][i % 2])).collect();
    assert_eq!(says(Column::texts(&names), Issue::IdLike), "each of 20 texts is another: an id or a name, no category");
    assert_eq!(
        says(Column::texts(["n/a", "N/A", "x", "", " ", "Unknown", "y"]), Issue::Placeholders),
        "5 texts say that there is nothing: `n/a`, `N/A`, `` and 2 more; read them as missing if they mean it"
    );
    let totals = (0..20).map(|i| if i == 7 { " ".to_owned() } else { format!("{}.5", i % 6) });
    assert_eq!(says(Column::texts(totals), Issue::NumbersAsText), "19 of 20 texts are numbers, the others are ` `");
    let post_codes = (0..20).map(|i| format!("0{}", 1000 + i % 4));
    assert!(said(Column::texts(post_codes)).iter().all(|(issue, _)| *issue != Issue::NumbersAsText));
}

#[test]
fn days_that_cannot_be_are_named() {
    let days =
        ["2025-06-01", "2026-01-01", "2026-01-02", "2031-01-01", "1899-12-31", "1900-01-01", "1970-01-01"].map(day);
    assert_eq!(says(Column::days(days), Issue::Future), "2 days are after 2026-01-01, the latest 2031-01-01");
    assert_eq!(says(Column::days(days), Issue::Early), "1 day is before 1900, the earliest 1899-12-31");
    let defaults: Vec<_> = said(Column::days(days)).into_iter().filter(|(i, _)| *i == Issue::DefaultDays).collect();
    assert_eq!(defaults.len(), 2);
    assert_eq!(defaults[0].1, "1 is 1900-01-01, which systems write for an unknown day");
    let report = check(&one("x", Column::days(days)));
    let finding = report.finding("customers", Issue::NoAsOf).unwrap();
    assert_eq!(finding.sentence, "no day is set as of which they are seen: days in the future were not looked for");
}

#[test]
fn ids_that_repeat_or_nearly_repeat_are_counted() {
    let ids = ["a-1", "A-1", "007", "7", "a 1", "b", "a -1"];
    let customers = Customers::with_ids(ids).unwrap();
    let duplicates = DuplicateIds::of(["x", "y", "x", "x", "y"].map(Into::into));
    let report = Health::new().duplicate_ids(duplicates).check(&customers).unwrap();
    assert_eq!(
        report.finding("customers", Issue::SimilarIds).unwrap().sentence,
        "5 ids differ from another in case, spaces or leading zeros alone: `a-1` and `A-1` and `a -1`, `007` and `7`"
    );
    assert_eq!(
        report.finding("customers", Issue::DuplicateIds).unwrap().sentence,
        "3 rows have an id that stands in an earlier row: `x` 3 times, `y` 2 times"
    );
    assert!(check(&Customers::with_ids(["17", "18"]).unwrap()).findings.is_empty());
}

/// Two customers: a purchase sent twice, a refund, a gift, a purchase without amount, one from the future.
fn log() -> History {
    let mut log = History::builder();
    let sale = |at: &str, amount: f64| Event::purchase(day(at), amount).item("cup").quantity(1.0);
    log.push("a", &sale("2025-01-05", 10.0)).unwrap();
    log.push("a", &sale("2025-01-05", 10.0)).unwrap();
    log.push("a", &sale("2025-01-05", 10.0).channel("app")).unwrap();
    log.push("a", &sale("2025-02-01", -4.0).quantity(-1.0)).unwrap();
    log.push("b", &sale("2025-03-01", 0.0)).unwrap();
    log.push("b", &Event::on(day("2025-03-02"), "purchase")).unwrap();
    log.push("b", &sale("2027-03-01", 8.0)).unwrap();
    log.push("z", &sale("1899-01-01", 8.0)).unwrap();
    log.finish()
}

#[test]
fn events_are_checked() {
    let customers = Customers::with_ids(["a", "b", "c"]).unwrap().with_history(log()).as_of(day("2026-01-01"));
    let report = check(&customers);
    let events = report.events.as_ref().unwrap();
    assert_eq!((events.events, events.customers), (8, 3));
    assert_eq!((events.first, events.last), (Some(day("1899-01-01")), Some(day("2027-03-01"))));
    assert_eq!((events.duplicates, events.repeated_sales), (1, 1));
    let said: Vec<String> = report.findings.iter().map(|finding| finding.to_string()).collect();
    assert_eq!(
        said,
        [
            "warning: events: 1 event after 2026-01-01, the last on 2027-03-01",
            "warning: events: 1 event before 1900, the first on 1899-01-01",
            "warning: events: 1 event repeat another in all that is known of them",
            "warning: events: 1 event of customers that are not in the table",
            "warning: events.amount: 1 refund (12.5 %), 1 with a negative amount: decide whether they are netted, \
             dropped or kept apart",
            "warning: events.amount: 1 purchase has no amount",
            "warning: events.quantity: 1 event has a quantity of zero or below",
            "note: events: 1 event repeat another in instant, kind, item, amount and quantity, and differ in something \
             else",
            "note: customers: 1 of 3 customers have no events",
            "note: events.amount: 1 event has an amount of 0",
        ]
    );
}

#[test]
fn several_currencies_are_refused_wherever_they_are_named() {
    let properties = |currency: &str| vec![("currency".to_owned(), OwnedValue::Text(currency.to_owned()))];
    let mut log = History::builder();
    for currency in ["USD", "EUR", "USD"] {
        log.push("a", &Event::purchase(day("2025-01-05"), 1.0).properties(&properties(currency))).unwrap();
    }
    let log = log.finish();
    let refused = "amounts in several currencies: EUR, USD; convert them to one first";
    assert_eq!(log.one_currency().unwrap_err().to_string(), refused);
    assert_eq!(Clean::new().refunds(Refunds::Net).run(&log).unwrap_err().to_string(), refused);
    assert!(Clean::new().distinct().run(&log).is_ok());
    let customers = one("currency", Column::texts(["CHF"]));
    assert_eq!(customers.one_currency().unwrap().as_deref(), Some("CHF"));
    let customers = customers.with_history(log);
    assert_eq!(
        customers.one_currency().unwrap_err().to_string(),
        "amounts in several currencies: CHF, EUR, USD; convert them to one first"
    );
    let report = check(&customers);
    assert_eq!(report.findings[0].severity, Severity::Problem);
    assert_eq!(report.findings[0].issue, Issue::MixedCurrencies);
}

fn amounts(cleaned: &Cleaned) -> Vec<(String, Option<f64>)> {
    (0..cleaned.history.len())
        .filter_map(|row| cleaned.history.event(row))
        .map(|event| (event.kind.to_owned(), event.amount))
        .collect()
}

fn sales(rows: &[(&str, i32, f64, &str)]) -> History {
    let mut log = History::builder();
    for (id, on, amount, item) in rows {
        log.push(*id, &Event::purchase(Day::from_days(*on), *amount).item(item).quantity(amount.signum())).unwrap();
    }
    log.finish()
}

#[test]
fn refunds_are_netted_dropped_or_kept_apart() {
    let log = sales(&[
        ("a", 1, 10.0, "cup"),
        ("a", 2, 30.0, "pot"),
        ("a", 3, -4.0, "cup"),
        ("a", 4, -12.0, "cup"), // 6 are left of the cup, the rest goes to the pot
        ("b", 1, -5.0, "cup"),
        ("b", 2, 7.0, "cup"),
    ]);
    let run = |refunds| Clean::new().refunds(refunds).run(&log).unwrap();
    let purchase = |amount: f64| ("purchase".to_owned(), Some(amount));
    let back = |amount: f64| ("return".to_owned(), Some(amount));

    let net = run(Refunds::Net);
    assert_eq!(amounts(&net), [purchase(0.0), purchase(24.0), back(-5.0), purchase(7.0)]);
    let step = &net.report.steps[0];
    assert_eq!((step.dropped, step.changed, step.amount), (2, 3, -21.0));

    let dropped = run(Refunds::Drop);
    assert_eq!(amounts(&dropped), [purchase(10.0), purchase(30.0), purchase(7.0)]);
    assert_eq!((dropped.report.steps[0].dropped, dropped.report.steps[0].amount), (3, -21.0));

    let apart = run(Refunds::Separate);
    let expected = [purchase(10.0), purchase(30.0), back(4.0), back(12.0), back(5.0), purchase(7.0)];
    assert_eq!(amounts(&apart), expected);
    assert_eq!(apart.history.event(2).unwrap().quantity, Some(1.0));
    assert_eq!(apart.report.steps[0].changed, 3);
    // what is apart already stays as it is
    let again = Clean::new().refunds(Refunds::Separate).run(&apart.history).unwrap();
    assert_eq!(amounts(&again), expected);
}

#[test]
fn every_step_counts_what_it_leaves_out() {
    let cleaned = Clean::new()
        .distinct()
        .until(day("2026-01-01"))
        .since(day("1900-01-01"))
        .known_amount()
        .positive_quantity()
        .positive_amount()
        .run(&log())
        .unwrap();
    assert_eq!(
        cleaned.report.to_string(),
        "2 of 8 events of 1 of 3 customers are left\n\
         kept                       dropped  changed  their amount\n\
         events that repeat none          1        0            10\n\
         events up to 2026-01-01          1        0             8\n\
         events from 1900-01-01 on        1        0             8\n\
         events with an amount            1        0             0\n\
         quantity above 0                 1        0            -4\n\
         amount above 0                   1        0             0"
    );
    let message = |clean: Clean| clean.run(&log()).unwrap_err().to_string();
    assert_eq!(message(Clean::new().positive("price")), "no attribute `price`");
    let mut named = History::builder();
    let properties = [("price".to_owned(), OwnedValue::Text("3".to_owned()))];
    named.push("a", &Event::purchase(day("2025-01-05"), 1.0).properties(&properties)).unwrap();
    let error = Clean::new().positive("price").run(&named.finish()).unwrap_err();
    assert_eq!(error.to_string(), "attribute `price` is text, expected number");
}

#[test]
fn nothing_breaks_on_nothing() {
    assert_eq!(
        check(&Customers::default()).to_string(),
        "0 customers, 0 attributes\n\n0 problems, 0 warnings and 0 notes"
    );
    let empty = History::builder().finish();
    let cleaned = Clean::new().distinct().refunds(Refunds::Net).positive_amount().run(&empty).unwrap();
    assert_eq!((cleaned.history.len(), cleaned.report.events_before), (0, 0));
    assert!(check(&Customers::from_history(empty)).events.is_some());
    for kind in [Kind::Number, Kind::Text, Kind::Set, Kind::Day, Kind::Timestamp, Kind::Boolean, Kind::Point] {
        let report = check(&one("x", Column::of(kind, [Value::Missing])));
        assert_eq!(report.column("x").unwrap().distinct, 0);
    }
    let huge = one("x", Column::numbers([f64::MAX, -f64::MAX, f64::MAX, 1.0, 2.0, 3.0]));
    assert!(check(&huge).column("x").unwrap().numbers.unwrap().mean.is_finite());
}

#[test]
fn the_report_prints_a_table_and_the_findings() {
    let customers = Customers::with_ids([1, 2, 3, 4])
        .unwrap()
        .with_column("spend", Column::numbers([1.5, 2.0, 3.0, 1200.0]))
        .unwrap()
        .with_column("plan", Column::texts(["free", "pro", "free ", "free"]))
        .unwrap()
        .with_column("since", Column::of(Kind::Day, [Some(day("2025-01-01")), None, None, Some(day("2025-03-01"))]))
        .unwrap()
        .as_of(day("2025-06-30"));
    let report = check(&customers);
    let expected = "\
4 customers, 3 attributes, as of 2025-06-30
attribute  kind    known  missing  null  invalid  different    smallest  median     largest  most frequent
spend      number      4        0     0        0          4         1.5     2.5        1200
plan       text        4        0     0        0          3                                  free (2)
since      day         2        2     0        0          2  2025-01-01          2025-03-01

0 problems, 2 warnings and 0 notes
warning  plan   2 texts may mean 1 thing: `free` 2 ~ `free ` 1
warning  since  2 missing of 4 (50.0 %)";
    assert_eq!(report.to_string(), expected);
    #[cfg(feature = "serde")]
    assert!(serde_json::to_string(&report).unwrap().contains(r#""issue":"similar-texts""#));
}

#[test]
fn many_different_texts_take_no_quadratic_time() {
    // 100,000 texts of which each tenth repeats another with a letter more; all pairs would be 5e9
    let texts: Vec<String> = (0..100_000)
        .map(|i: u64| {
            let n = (i - u64::from(i % 10 == 9)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let word: String = (0..12).map(|k| char::from(b'a' + ((n >> (4 * k)) % 16) as u8)).collect();
            if i % 10 == 9 { word + "z" } else { word }
        })
        .collect();
    let twice = Column::texts(texts.iter().chain(&texts));
    let start = std::time::Instant::now();
    let report = check(&one("x", twice));
    assert_eq!(report.column("x").unwrap().similar.len(), 10_000);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn cleaning_counts_what_it_leaves_out_and_netting_keeps_the_sum(
        rows in proptest::collection::vec((0_u8..3, 0_i32..6, -20_i32..30, 0_u8..2), 0..40),
    ) {
        let mut log = History::builder();
        for (id, on, amount, item) in &rows {
            let item = ["cup", "pot"][usize::from(*item)];
            log.push(u32::from(*id), &Event::purchase(Day::from_days(*on), f64::from(*amount)).item(item)).unwrap();
        }
        let log = log.finish();
        let total = |history: &History, id: u8| -> f64 {
            let row = history.ids().row(u32::from(id).into());
            row.map_or(0.0, |row| history.events(row).iter().filter_map(|event| event.amount).sum())
        };
        let net = Clean::new().refunds(Refunds::Net).run(&log).unwrap();
        for id in 0..3 {
            prop_assert_eq!(total(&log, id), total(&net.history, id));
        }
        for (kind, amount) in amounts(&net) {
            prop_assert_eq!(kind == "return", amount < Some(0.0));
        }
        for refunds in [Refunds::Net, Refunds::Drop, Refunds::Separate] {
            let cleaned = Clean::new().refunds(refunds).distinct().positive_amount().run(&log).unwrap();
            let dropped: usize = cleaned.report.steps.iter().map(|step| step.dropped).sum();
            prop_assert_eq!(cleaned.history.len() + dropped, rows.len());
            prop_assert_eq!(cleaned.report.events_after, cleaned.history.len());
        }
    }

    #[test]
    fn duplicates_are_those_a_slow_twin_finds(rows in proptest::collection::vec((0_u8..2, 0_i32..2, 0_u8..2, 0_u8..2), 0..40)) {
        let mut log = History::builder();
        let mut seen = std::collections::BTreeSet::new();
        let mut expected = 0;
        for row in &rows {
            let event = Event::purchase(Day::from_days(row.1), f64::from(row.2)).channel(["app", "web"][usize::from(row.3)]);
            log.push(u32::from(row.0), &event).unwrap();
            expected += usize::from(!seen.insert(*row));
        }
        let cleaned = Clean::new().distinct().run(&log.finish()).unwrap();
        prop_assert_eq!(cleaned.report.steps[0].dropped, expected);
    }

    #[test]
    fn counts_of_a_column_are_those_of_a_slow_twin(numbers in proptest::collection::vec(-9_i64..9, 1..60)) {
        let report = check(&one("x", Column::integers(numbers.iter().copied())));
        let column = report.column("x").unwrap();
        let mut times = std::collections::BTreeMap::new();
        numbers.iter().for_each(|n| *times.entry(*n).or_insert(0) += 1);
        prop_assert_eq!(column.distinct, times.len());
        let most = times.iter().rev().max_by_key(|(_, times)| **times).unwrap();
        prop_assert_eq!(column.most_frequent.clone(), Some((OwnedValue::Integer(*most.0), *most.1)));
        let found = column.numbers.unwrap();
        prop_assert_eq!(found.zero, numbers.iter().filter(|n| **n == 0).count());
        prop_assert_eq!(found.negative, numbers.iter().filter(|n| **n < 0).count());
        if let Some((low, high)) = found.fences {
            let out = numbers.iter().filter(|n| (**n as f64) < low || (**n as f64) > high).count();
            prop_assert_eq!(found.outside_fences(), out);
        }
    }
}

/// Real data beside the checkout, as far as it is there.
#[cfg(feature = "csv")]
mod real {
    use super::*;
    use segmentry::time::{DateForm, Timestamp, Zone};

    /// The rows of a file in the folder of data beside the checkout, behind the line of names.
    fn rows(name: &str) -> Option<(Vec<String>, Vec<csv::StringRecord>)> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
        let Ok(bytes) = std::fs::read(&path) else {
            eprintln!("SKIPPED: {} is not there", path.display());
            return None;
        };
        let mut text = Vec::new();
        if name.ends_with(".gz") {
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut text).unwrap();
        } else {
            text = bytes;
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(&text[..]);
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        Some((names, reader.records().map(Result::unwrap).collect()))
    }

    /// The rows as customers of texts and, where every text is one, numbers; an empty field is missing.
    fn table(name: &str) -> Option<Customers> {
        let (names, rows) = rows(name)?;
        let mut customers = Customers::with_ids(0..rows.len() as u32).unwrap();
        for (at, name) in names.iter().enumerate() {
            let field = |row: &csv::StringRecord| row.get(at).filter(|text| !text.is_empty()).map(str::to_owned);
            let texts: Vec<Option<String>> = rows.iter().map(field).collect();
            let numbers: Vec<Option<f64>> = texts.iter().map(|t| t.as_ref().and_then(|t| t.parse().ok())).collect();
            let numeric = texts.iter().zip(&numbers).all(|(text, number)| text.is_none() || number.is_some());
            let column = if numeric { Column::of(Kind::Number, numbers) } else { Column::of(Kind::Text, texts) };
            customers = customers.with_column(name.as_str(), column).unwrap();
        }
        Some(customers)
    }

    /// 541,909 rows, 135,080 without a customer, 5,268 that repeat another (data README; UCI #352, Chen 2015); quantity
    /// and price above 0 with a customer are 397,884 rows of 4,338 customers (counted with pandas and by many who
    /// published on this file).
    #[test]
    fn online_retail_is_cleaned_with_the_counts_that_are_known() {
        let Some((_, rows)) = rows("online_retail.csv.gz") else { return };
        assert_eq!(rows.len(), 541_909);
        let (mut all, mut known, mut without) = (History::builder(), History::builder(), 0);
        for row in &rows {
            let [invoice, item, description, quantity, at, price, customer, country] = std::array::from_fn(|i| &row[i]);
            let (quantity, price): (f64, f64) = (quantity.parse().unwrap(), price.parse().unwrap());
            let text = |text: &str| OwnedValue::Text(text.to_owned());
            let properties = [
                ("invoice".to_owned(), text(invoice)),
                ("price".to_owned(), OwnedValue::Number(price)),
                ("country".to_owned(), text(country)),
                ("description".to_owned(), text(description)),
            ];
            let at: Timestamp = DateForm::Iso.timestamp(at, &Zone::utc()).unwrap();
            let event = Event::at(at, "purchase", &Zone::utc()).amount(quantity * price).quantity(quantity).item(item);
            let event = event.properties(&properties);
            all.push(customer, &event).unwrap();
            if customer.is_empty() {
                without += 1;
            } else {
                known.push(customer, &event).unwrap();
            }
        }
        assert_eq!(without, 135_080);
        let (all, known) = (all.finish(), known.finish());
        assert_eq!(known.customers(), 4_372);
        assert_eq!(Clean::new().distinct().run(&all).unwrap().report.steps[0].dropped, 5_268);

        let cleaned = Clean::new().positive_quantity().positive("price").run(&known).unwrap();
        assert_eq!((cleaned.history.len(), cleaned.history.customers()), (397_884, 4_338));
        let dropped: Vec<usize> = cleaned.report.steps.iter().map(|step| step.dropped).collect();
        assert_eq!(dropped, [8_905, 40]);
        let total: f64 = cleaned.history.amounts().values().filter_map(Value::number).sum();
        assert!((total - 8_911_407.904).abs() < 0.01, "{total}");

        let customers = Customers::from_history(known.clone()).as_of(day("2011-12-09"));
        let report = check(&customers);
        let events = report.events.as_ref().unwrap();
        assert_eq!((events.duplicates, events.refunds, events.zero_amounts), (5_225, 8_905, 40));
        assert_eq!((events.first, events.last), (Some(day("2010-12-01")), Some(day("2011-12-09"))));
        assert_eq!(events.future, 0);

        let net = Clean::new().refunds(Refunds::Net).run(&known).unwrap();
        let sum = |history: &History| -> f64 { history.amounts().values().filter_map(Value::number).sum() };
        assert!((sum(&net.history) - sum(&known)).abs() < 0.01);
    }

    /// 11 customers without a total (data README).
    #[test]
    fn telco_has_numbers_among_its_texts() {
        let Some(customers) = table("telco_churn.csv") else { return };
        let report = check(&customers);
        assert_eq!(report.customers, 7_043);
        assert_eq!(
            report.finding("TotalCharges", Issue::NumbersAsText).unwrap().sentence,
            "7,032 of 7,043 texts are numbers, the others are ` `"
        );
        assert_eq!(report.finding("TotalCharges", Issue::Placeholders).unwrap().count, 11);
        assert_eq!(report.finding("customerID", Issue::IdLike).unwrap().count, 7_043);
        let churn = report.column("Churn").unwrap();
        assert_eq!(churn.most_frequent, Some((OwnedValue::Text("No".into()), 7_043 - 1_869)));
        assert_eq!(report.finding("Contract", Issue::SimilarTexts), None);
    }

    #[test]
    fn dirty_categories_of_a_real_survey_are_found() {
        let Some(customers) = table("it_salary_survey_eu_2020.csv") else { return };
        let report = check(&customers);
        assert_eq!(report.customers, 1_253);
        let similar = |name: &str, text: &str| -> Vec<String> {
            let groups = &report.column(name).unwrap().similar;
            let group = groups.iter().find(|group| group.texts.iter().any(|(t, _)| t == text));
            let mut texts: Vec<String> = group.unwrap().texts.iter().map(|(t, _)| t.clone()).collect();
            texts.sort();
            texts
        };
        assert!(
            similar("Your main technology / programming language", "JavaScript").contains(&"Javascript".to_owned())
        );
        assert!(similar("City", "Düsseldorf").contains(&"Dusseldorf".to_owned()));
        assert!(report.finding("Company size", Issue::SimilarTexts).is_none());
        // `15`, `1.5` and `1,5` are numbers and no slips of each other
        assert_eq!(report.finding("Total years of experience", Issue::NumbersAsText).unwrap().count, 1_230);
        assert!(report.finding("Total years of experience", Issue::SimilarTexts).is_none());
        assert!(report.finding("Yearly brutto salary (without bonus and stocks) in EUR", Issue::Outliers).is_some());
    }

    #[test]
    fn bands_of_real_companies_are_no_slips() {
        let Some(customers) = table("opendata500_us_companies.csv") else { return };
        let report = check(&customers);
        assert_eq!(report.customers, 529);
        let bands = report.column("full_time_employees").unwrap();
        assert_eq!(bands.most_frequent, Some((OwnedValue::Text("1-10".into()), 143)));
        assert_eq!(report.finding("full_time_employees", Issue::SimilarTexts), None);
    }
}
