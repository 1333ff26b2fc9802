//! The text form: what it looks like, that it comes back the same, what it says of mistakes, that nothing breaks it.

use proptest::prelude::*;
use segmentry::Error;
use segmentry::rules::*;
use segmentry::segment::Segment;

use super::generate::{
    any_audience, any_condition, any_definitions, any_rules, any_term, condition, definitions, events,
};

fn round<T: std::str::FromStr<Err = segmentry::Error> + std::fmt::Display + std::fmt::Debug + PartialEq>(
    value: &T,
) -> Result<(), TestCaseError> {
    let text = value.to_string();
    let read = text.parse::<T>().map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
    prop_assert_eq!(&read, value, "{}", text);
    prop_assert_eq!(read.to_string(), text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conditions_come_back_the_same(condition in any_condition(3)) {
        round(&condition)?;
    }

    #[test]
    fn terms_come_back_the_same(term in any_term(3)) {
        round(&term)?;
    }

    #[test]
    fn well_kinded_conditions_come_back_the_same(condition in condition(3)) {
        round(&condition)?;
    }

    #[test]
    fn events_and_windows_come_back_the_same(events in events()) {
        round(&events)?;
        round(&events.window)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_come_back_the_same(definitions in any_definitions()) {
        round(&definitions)?;
    }

    #[test]
    fn well_kinded_documents_come_back_the_same(definitions in definitions()) {
        round(&definitions)?;
    }

    #[test]
    fn audiences_and_rules_come_back_the_same(audience in any_audience(), rules in any_rules()) {
        round(&audience)?;
        round(&rules)?;
    }
}

/// The examples of the guide's table with that heading, as they stand in the last column.
fn examples(page: &str, heading: &str) -> Vec<String> {
    let rows = crate::tree::table(page, heading);
    rows.iter().map(|row| row.last().unwrap().trim_matches('`').trim().to_owned()).collect()
}

#[track_caller]
fn printed_as_it_stands<T: std::str::FromStr<Err = Error> + std::fmt::Display + std::fmt::Debug>(
    examples: &[String],
) -> String {
    let mut faults = Vec::new();
    let mut data = String::new();
    for example in examples {
        match example.parse::<T>() {
            Ok(read) if read.to_string() == *example => data.push_str(&format!("{read:?}\n")),
            Ok(read) => faults.push(format!("`{example}` is printed as `{read}`")),
            Err(error) => faults.push(format!("`{example}`: {error}")),
        }
    }
    crate::tree::assert_none(&faults);
    data
}

/// The guide is the reference: each of its examples is read and printed as it stands, and none of the language is left out.
#[test]
fn the_guide_shows_every_form() {
    let page = crate::tree::read("docs/guide/rules.md");
    let mut data = printed_as_it_stands::<Condition>(&examples(&page, "condition"));
    // a name in backticks stands in two of them
    let values = examples(&page, "value").into_iter().map(|example| match example.as_str() {
        "lifetime value" => "`lifetime value`".to_owned(),
        _ => example,
    });
    data.push_str(&printed_as_it_stands::<Term>(&values.collect::<Vec<_>>()));
    data.push_str(&printed_as_it_stands::<Window>(&examples(&page, "window")));
    let document = page.split("```rules\n").nth(1).unwrap().split("```").next().unwrap().trim_end();
    data.push_str(&printed_as_it_stands::<Definitions>(&[document.to_owned()]));
    let missing: Vec<String> = VARIANTS
        .iter()
        .flat_map(|variants| variants.split_whitespace())
        .filter(|variant| !data.contains(*variant))
        .map(|variant| format!("docs/guide/rules.md shows no {variant}"))
        .collect();
    crate::tree::assert_none(&missing);
}

/// What the language can say, as it stands in what `Debug` writes.
const VARIANTS: [&str; 8] = [
    "Constant(true) Constant(false) All([ All([]) Any([ Any([]) AtLeast Not( IfUnknown Compare Between OneOf Text( Set Is",
    "Anniversary Within Version Network Exists HasBeen Sequence Lifecycle Member( Circle Box Polygon Both Lower Upper Neither",
    "Equals Contains StartsWith EndsWith Matches Exact Ascii Unicode AnyOf AllOf NoneOf Exactly Missing Null Invalid Empty Known",
    "Attribute( Field( Earlier Value( Today Arithmetic Size( DaysSince( Years Calendar Events( Rank( Bucket( Score( Model(",
    "Add Subtract Multiply Divide Minimum Maximum Absolute Floor Round FirstKnown Place Percent Share Ntile( Largest Smallest",
    "Best Worst When( Each( EachEvent Number( Integer( Boolean( Day( Timestamp( Point( Count Sum( Mean( Minimum( Maximum(",
    "Distinct( First( Last( FirstTime Regularly Stopped Restarted Always Ago Around Before After Dynamic( Frozen Manual(",
    "Weekday DayOfMonth Month Quarter Year February28 March1 Exclude Include Error Sunday negated: true Previous First",
];

#[test]
fn random_rules_meet_every_form() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut data = String::new();
    for _ in 0..150 {
        data.push_str(&format!("{:?}", any_definitions().new_tree(&mut runner).unwrap().current()));
    }
    let missing: Vec<String> = VARIANTS
        .iter()
        .flat_map(|variants| variants.split_whitespace())
        .filter(|variant| !data.contains(*variant))
        .map(|variant| format!("no random document has {variant}"))
        .collect();
    crate::tree::assert_none(&missing);
}

/// What is read too, and what it is printed as.
#[test]
fn other_spellings_are_read() {
    let table = [
        ("country not in (\"BR\")", "not country in (\"BR\")"),
        ("ip not in network (\"10.0.0.0/8\")", "not ip in network (\"10.0.0.0/8\")"),
        ("spend is not missing", "not spend is missing"),
        ("spend in [10, 50)", "spend between [10, 50)"),
        ("(((spend > 5)))", "spend > 5"),
        ("((a = 1) and (b = 2))", "a = 1 and b = 2"),
        ("all(a = 1, b = 2)", "a = 1 and b = 2"),
        ("any(a = 1, b = 2)", "a = 1 or b = 2"),
        ("a = 1 and (b = 2 or c = 3)", "a = 1 and (b = 2 or c = 3)"),
        ("a = 1 and (b = 2 and c = 3)", "a = 1 and (b = 2 and c = 3)"),
        ("not (a = 1 and b = 2)", "not (a = 1 and b = 2)"),
        ("not not a = 1", "not not a = 1"),
        ("a>=5and b<3", "a >= 5 and b < 3"),
        ("a = 1 # why\n  and b = 2", "a = 1 and b = 2"),
        ("count(purchase in last 1 days) > 0", "count(purchase in last 1 day) > 0"),
        ("count(purchase at any time) > 0", "count(purchase) > 0"),
        ("sequence(visit) ", "sequence(visit) at any time"),
        ("rank(spend, largest first, ties best) = 1", "rank(spend) = 1"),
        ("years(birthday, march 1) > 3", "years(birthday) > 3"),
        ("seen > 2026-11-01T08:30:00+01:00", "seen > 2026-11-01T07:30:00Z"),
        ("`spend` = 1e3", "spend = 1000.0"),
        ("a = -5 and b = - 5.5", "a = -5 and b = -5.5"),
        ("add(a, b) = 1 and multiply(a) = 2", "a + b = 1 and multiply(a) = 2"),
        ("count(purchase from 2026-01-01) > 0", "count(purchase from 2026-01-01) > 0"),
        ("\u{feff}a = 1\r\n", "a = 1"),
    ];
    for (text, printed) in table {
        let read: Condition = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read.to_string(), printed, "{text}");
    }
}

/// What looks alike and is not.
#[test]
fn arithmetic_keeps_its_shape() {
    let (a, b, c) = (|| attribute("a"), || attribute("b"), || attribute("c"));
    let sum = |of: Vec<Term>| Term::Arithmetic { operator: Arithmetic::Add, of };
    let table = [
        (sum(vec![a(), b(), c()]), "a + b + c"),
        (sum(vec![sum(vec![a(), b()]), c()]), "(a + b) + c"),
        (sum(vec![a(), sum(vec![b(), c()])]), "a + (b + c)"),
        (a() - b() - c(), "a - b - c"),
        (a() - (b() - c()), "a - (b - c)"),
        (a() + b() - c(), "a + b - c"),
        (a() - b() + c(), "a - b + c"),
        (a() * b() + c(), "a * b + c"),
        (a() * (b() + c()), "a * (b + c)"),
        (a() / b() / c(), "a / b / c"),
        (a() / (b() * c()), "a / (b * c)"),
        (a() * b() * c(), "(a * b) * c"),
        (a() - -3, "a - -3"),
        (sum(vec![]), "add()"),
        (sum(vec![a()]), "add(a)"),
    ];
    for (term, printed) in table {
        assert_eq!(term.to_string(), printed);
        assert_eq!(printed.parse::<Term>().unwrap(), term, "{printed}");
    }
    // at the type of a literal one sees whether it is whole
    assert_ne!("5".parse::<Term>().unwrap(), "5.0".parse::<Term>().unwrap());
}

#[test]
fn names_and_sentences_of_labels_are_kept() {
    let text = "audience a \"The \\\"A\\\" list\" \"who\\nbuys\": always\n\nrules r:\n  b \"B\": always\n  otherwise c \"C\" \"rest\"";
    let read: Definitions = text.parse().unwrap();
    let label = &read.audiences[0].label;
    assert_eq!((&*label.label(), &*label.description()), ("The \"A\" list", "who\nbuys"));
    let rest = read.rules[0].otherwise.as_ref().unwrap();
    assert_eq!((&*rest.key(), &*rest.label(), &*rest.description()), ("c", "C", "rest"));
    // a name that is the key in words says nothing
    assert_eq!(read.to_string(), text.replace(" b \"B\"", " b"));
}

/// What is said of mistakes in a condition.
#[test]
fn mistakes_are_told_with_their_column() {
    let table = [
        ("", "column 1: expected a condition, found the end"),
        ("spend", "column 6: expected a comparison such as `>=` or `in`, found the end"),
        ("spend > ", "column 9: expected a value, found the end"),
        ("a = 1 xor b = 2", "column 7: expected `and`, `or` or the end, found `xor`"),
        ("a = 1 adn b = 2", "column 7: expected `and`, `or` or the end, found `adn`; did you mean `and`"),
        ("a = 1 AND b = 2", "column 7: expected `and`, `or` or the end, found `AND`; did you mean `and`"),
        ("a = 1 && b = 2", "column 7: no sign `&&`: write `and`"),
        ("größe == 2", "column 7: no sign `==`: `=` compares"),
        (
            "a = 1 and b = 2 or c = 3",
            "column 17: `and` and `or` side by side: use parentheses to say which belongs together, as in `(a and b) or c`",
        ),
        (
            "a = 1 or b = 2 and c = 3",
            "column 16: `and` and `or` side by side: use parentheses to say which belongs together, as in `(a and b) or c`",
        ),
        (
            "(a = 1 and b = 2 if unknown true)",
            "column 18: unclear what `if unknown` belongs to: put that in parentheses, as in `((a and b) if unknown true)`",
        ),
        ("(a = 1", "column 7: expected `and`, `or`, `)` or `if unknown`, found the end"),
        ("a = 1)", "column 6: expected `and`, `or` or the end, found `)`"),
        (
            "name contians \"x\"",
            "column 6: expected a comparison such as `>=` or `in`, found `contians`; did you mean `contains`",
        ),
        ("name contains x", "column 15: expected a text in double quotes, found `x`"),
        ("name starts \"x\"", "column 13: expected `with`, found `\"x\"`"),
        ("name = 'x'", "column 8: no sign `'`: texts stand in double quotes"),
        ("name = \"x", "column 8: a text is not closed: expected `\"` on the same line"),
        ("name = \"a\\q\"", "column 10: no escape `\\q`; a backslash is written `\\\\`"),
        ("country in \"BR\"", "column 12: expected a list such as `(\"DE\")` or `network`, found `\"BR\"`"),
        ("country in (BR)", "column 13: expected `)` or a value such as `5` or `\"DE\"`, found `BR`"),
        ("country in (\"BR\" \"IN\")", "column 18: expected `,` or `)`, found `\"IN\"`"),
        ("spend in (5, 10]", "column 16: an interval stands behind `between`: write `x between (1, 5]`"),
        (
            "spend between 5 and 10",
            "column 15: an interval says which bounds belong to it: write `between [1, 5]`, or `(1, 5)` without them",
        ),
        ("1 < spend < 5", "column 11: two comparisons in a row: write `x between [1, 5]`, or use `and`"),
        ("conut(purchase) > 3", "column 1: no function `conut`; did you mean `count`"),
        (
            "count(purchase in last 90 dyas) > 3",
            "column 27: expected a unit from `seconds` to `years`, found `dyas`; did you mean `days`",
        ),
        (
            "count(purchase in last month) > 3",
            "column 24: `last month` may mean two things: `previous month` is the one of the calendar, `last 1 month` goes back from now",
        ),
        (
            "count(purchase wher .x = 1) > 3",
            "column 16: expected `where`, `at any time`, `in`, `from`, `until`, `within` or `)`, found `wher`; did you mean `where`",
        ),
        ("sum(purchase) > 3", "column 5: expected a field such as `.amount`, found `purchase`"),
        ("rank(spend, smallest) = 1", "column 21: expected `first`, found `)`"),
        (
            "spend is mising",
            "column 10: expected `not`, `missing`, `null`, `invalid`, `empty` or `known`, found `mising`; did you mean `missing`",
        ),
        ("home within 5 km of (91, 2)", "column 22: `latitude` must be between -90 and 90 degrees, found 91"),
        ("signup > 2026-02-30", "column 10: `2026-02-30` is no day of the calendar"),
        (
            "seen > 2026-02-03T10:00:00",
            "column 8: `2026-02-03T10:00:00` is not an instant with its offset, such as 2026-11-01T08:30:00Z",
        ),
        (
            "spend > 99999999999999999999",
            "column 9: expected a whole number from -9223372036854775808 to 9223372036854775807, found `99999999999999999999`",
        ),
        ("spend > 1e999", "column 9: `1e999` is too large a number"),
        ("-spend > 5", "column 1: a minus in front of a value: write `0 - x`"),
        (
            "in = 5",
            "column 1: expected a condition, found `in`; a name like a word of the language stands in backticks: `` `in` ``",
        ),
        ("a = (b = 1)", "column 5: expected a value, found a condition"),
        ("tags any (\"a\")", "column 10: expected `of`, found `(`"),
        ("exists subs where .a = 1", "column 19: expected `(`, found `.a`"),
        ("sequence(visit, purchase)", "column 17: expected `then`, found `purchase`"),
        ("at least two of (a = 1)", "column 10: expected a whole number, found `two`"),
        ("a = 1; b = 2", "column 6: nothing begins with `;`"),
        ("a = 1\nand b ! 2", "line 2: column 7: no sign `!`: write `not`"),
    ];
    for (text, message) in table {
        let error = text.parse::<Condition>().map(|read| read.to_string()).unwrap_err();
        assert_eq!(error.to_string(), message, "{text}");
    }
}

/// What is said of mistakes in a document.
#[test]
fn mistakes_in_documents_are_told_with_their_line() {
    let table = [
        ("zone \"Europe/Berln\"", "column 6: zone `Europe/Berln` is not a zone such as Europe/Berlin"),
        ("week starts tuesday", "column 13: expected `monday`, `sunday` or `saturday`, found `tuesday`"),
        ("version 2", "column 9: `version` must be 1, the only version of definitions, found 2"),
        ("audience a employees > 5", "column 12: expected `:`, found `employees`"),
        ("audience stay: a > 5", "column 10: expected the key of an audience, found `stay`"),
        (
            "auidence a: a > 5",
            "column 1: expected `audience`, `frozen`, `manual`, `rules`, `zone` or `week`, found `auidence`; did you mean `audience`",
        ),
        ("zone \"UTC\"\nzone \"UTC\"", "line 2: column 1: `zone` is said twice"),
        (
            "audience a: x > 5 adn y = 3\n",
            "column 19: expected `and`, `or` or the end of the line, found `adn`; did you mean `and`",
        ),
        (
            "audience a: x > 5\n  unkown include",
            "line 2: column 3: expected `and`, `or`, `unknown`, `include`, `exclude`, `stay`, `audience`, `frozen`, `manual`, \
             `rules`, `zone` or `week`, found `unkown`; did you mean `unknown`",
        ),
        (
            "audience a: x > 5\n  unknown maybe",
            "line 2: column 11: expected `exclude`, `include` or `error`, found `maybe`",
        ),
        ("audience a: x > 5\n  include c-17", "line 2: column 11: expected a text in double quotes, found `c`"),
        (
            "audience a: x > 5\n  stay while x > 1 minimum 7 days",
            "line 2: column 20: expected `and`, `or`, `at least`, `cool down` or the end of the line, found `minimum`",
        ),
        ("audience a: x > 5\n  stay\n  stay", "line 3: column 3: `stay` is said twice"),
        (
            "frozen audience a: x > 1\n  members (\"x\")",
            "line 2: column 3: expected `and`, `or` or `taken`, found `members`",
        ),
        ("rules r:\n  a x > 1", "line 2: column 5: expected `:`, found `x`"),
        ("rules r:\n  a: x > 1 b: x > 2", "line 2: column 12: expected `and`, `or` or the end of the line, found `b`"),
        (
            "rules r:\n  a: x > 1\n  otherwise b\n  c: x > 2",
            "line 4: column 3: a rule behind `otherwise`, which takes all that are left",
        ),
    ];
    for (text, message) in table {
        let error = text.parse::<Definitions>().map(|read| read.to_string()).unwrap_err();
        assert_eq!(error.to_string(), message, "{text}");
    }
    let error = table[8].0.parse::<Definitions>().unwrap_err();
    assert_eq!(error.place().line, Some(2));
}

#[test]
fn what_nests_too_deep_is_refused_quickly() {
    let deep = 100_000;
    let hostile = [
        "(".repeat(deep),
        "not ".repeat(deep),
        format!("{}a = 1", "not ".repeat(deep)),
        "all(".repeat(deep / 10),
        "at least 1 of (".repeat(deep / 10),
        "count(x where ".repeat(deep / 10),
        "exists x where (".repeat(deep / 10),
        "sequence(a where ".repeat(deep / 10),
        "score(1 when ".repeat(deep / 10),
        "size(".repeat(deep / 10),
        "x between [(".repeat(deep / 10),
        format!("{}a{} = 1", "(".repeat(deep), ")".repeat(deep)),
        format!("a{} > 1", " - 1".repeat(deep / 10)),
        format!("a{} > 1", " - 1 + 2".repeat(deep / 20)),
        format!("a{} > 1", " / 1 * 2".repeat(deep / 20)),
        "has been (".repeat(deep / 10),
        format!("count(x within 1 day after first ({}", "x within 1 day after first (".repeat(deep / 10)),
    ];
    for text in hostile {
        let error = text.parse::<Condition>().unwrap_err();
        assert!(error.to_string().ends_with("nested more than 64 deep"), "{error}: {:.40}", text);
        assert!(text.parse::<Definitions>().is_err());
    }
    // what stands to the left of a minus counts where parentheses hide it
    let inner = format!("(a{})", " - 1".repeat(40));
    assert!(format!("{inner} > 1").parse::<Condition>().is_ok());
    let error = format!("{inner}{} > 1", " - 1".repeat(40)).parse::<Condition>().unwrap_err();
    assert!(error.to_string().ends_with("nested more than 64 deep"), "{error}");
}

#[test]
fn what_nests_64_deep_is_read_and_printed() {
    for (open, close) in [("(", ")"), ("not ", ""), ("all(", ")"), ("exists x where (", ")"), ("any(a = 1, ", ")")] {
        let text = format!("{}a = 1{}", open.repeat(64), close.repeat(64));
        let read: Condition = text.parse().unwrap_or_else(|error| panic!("{open}: {error}"));
        assert_eq!(read.to_string().parse::<Condition>().unwrap(), read);
        assert!(format!("{open}{text}{close}").parse::<Condition>().is_err(), "{open}");
    }
    let row = format!("a{}", " - 1".repeat(64));
    let read: Term = row.parse().unwrap();
    assert_eq!(read.to_string(), row);
    assert!(format!("{row} - 1").parse::<Term>().is_err());
}

/// Whatever lies 64 conditions and terms deep can be written down, also where each of them needs parentheses.
#[test]
fn what_the_language_allows_is_not_too_deep_for_the_text() {
    let mut condition = attribute("a").is(1);
    let mut term = attribute("a");
    let mut sums = attribute("a");
    for _ in 0..31 {
        condition = (!condition).if_unknown(true);
        term = (term - 1) * 2;
        sums = attribute("b") - (attribute("c") - sums);
    }
    for condition in [condition, term.is(1), sums.is(1)] {
        assert_eq!(condition.to_string().parse::<Condition>().unwrap(), condition);
    }
}

/// A thread as Rust makes it has two megabytes of stack: enough for all that can be read, also without optimization.
#[test]
fn a_small_stack_is_enough() {
    let forms = [
        ("(", ")"),
        ("not ", ""),
        ("all(", ")"),
        ("count(x where ", ") > 1"),
        ("exists x where (", ")"),
        ("sequence(a, then b where ", ") at any time"),
        ("score(1 when ", ") > 1"),
        ("rank(ntile(score(1 when ", "), 5)) > 1"),
        ("at least 1 of (", ")"),
        ("has been (", ") by x for at least 1 day"),
        ("count(x within 1 day after first (y where ", ")) > 1"),
    ];
    let read = move || {
        for (open, close) in forms {
            let levels = (1..).take_while(|n| {
                let text = format!("{}a = 1{}", open.repeat(*n), close.repeat(*n));
                text.parse::<Condition>().is_ok_and(|read| read.to_string().parse() == Ok(read))
            });
            let levels = levels.last().unwrap();
            assert!(levels >= 21, "{open}: {levels}");
        }
    };
    std::thread::Builder::new().stack_size(1800 << 10).spawn(read).unwrap().join().unwrap();
}

#[test]
fn the_printer_does_not_follow_for_ever() {
    let mut condition = attribute("a").is(1);
    for _ in 0..100_000 {
        condition = !condition;
    }
    let text = condition.to_string();
    std::mem::forget(condition); // to take apart what nests so deep is another matter
    assert!(text.ends_with('…') && text.len() < 2_000);
    assert!(text.parse::<Condition>().is_err());
    let mut term = attribute("a");
    for _ in 0..100_000 {
        term = term - 1;
    }
    let text = term.to_string();
    std::mem::forget(term);
    assert!(text.starts_with('…') && text.len() < 2_000);
}

#[test]
fn long_texts_and_lists_have_limits() {
    let list = |entries: usize| format!("a in ({})", vec!["1"; entries].join(", "));
    assert!(list(100_000).parse::<Condition>().is_ok());
    let error = list(100_001).parse::<Condition>().unwrap_err();
    assert_eq!(error.to_string(), "column 300007: a list of more than 100000 entries");
    let long = format!("a = 1{}", " ".repeat(1 << 20));
    let error = long.parse::<Condition>().unwrap_err();
    assert_eq!(error.to_string(), "a text of 1048581 bytes; at most 1048576 are read");
    let row = vec!["a"; 100_001].join("+");
    assert!(row.parse::<Term>().is_err());
    assert!(vec!["a=1"; 100_001].join("or ").parse::<Condition>().is_err());
}

/// Four times as long takes about four times as long; each text is the worst for some way of reading.
#[test]
fn time_is_in_proportion_to_length() {
    let hostile = [
        "a = 1 and (b = 2 or c = 3) and ",
        "(a = 1) and ",
        "((((((((a)))))))) + ",
        "\\",
        "\"\\\\",
        "a.",
        ".",
        "1",
        "#",
        "\n",
        "-",
        "- 1 ",
        "2026-11-01T",
        "1 each a, ",
        "audience a: a = 1\n",
        "rules a:\n b: a = 1\n",
        "\"a\" ",
    ];
    let took = |text: &str| {
        let once = || {
            let before = std::time::Instant::now();
            let _ = (text.parse::<Condition>(), text.parse::<Definitions>());
            before.elapsed().as_secs_f64()
        };
        once().min(once())
    };
    for piece in hostile {
        let (short, long) = (piece.repeat(20_000 / piece.len()), piece.repeat(80_000 / piece.len()));
        let (short, long) = (took(&short), took(&long));
        assert!(long < 10.0 * short + 0.1, "{short} s and {long} s: {piece}");
    }
}

/// Pieces of the language in any order, and letters that are none of it.
fn soup() -> impl Strategy<Value = String> {
    let pieces = "( ) [ ] , : + - * / = != < >= and or not in is if unknown true false today always at least 2 of member \
                  exists where has been by for first time previous .item .x count sum min score each event when category \
                  cap sequence then no within 3 days after before last this month calendar -1 to from until 2026-01-01 \
                  2026-01-01T00:00:00Z \"a\" `b` a b.c 1 1.5 1e9 between contains starts with ignoring case any all none \
                  exactly km box polygon network version( anniversary leap day february 28 regularly every periods \
                  stopped quiet active restarted audience frozen manual rules otherwise include stay while cool down \
                  zone week starts monday members taken because # \\ \" ` . é \u{202e}";
    let pieces: Vec<&'static str> = pieces.split_whitespace().chain(["\n", " "]).collect();
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.join(" "))
}

/// Read as everything there is; what is read is printed and comes back.
fn no_harm(text: &str) -> Result<(), TestCaseError> {
    if let Ok(read) = text.parse::<Condition>() {
        round(&read)?;
    }
    if let Ok(read) = text.parse::<Term>() {
        round(&read)?;
    }
    if let Ok(read) = text.parse::<Definitions>() {
        round(&read)?;
    }
    let _ = (text.parse::<Window>(), text.parse::<Events>(), text.parse::<Literal>());
    let _ = (text.parse::<Audience>(), text.parse::<Rules>());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_does_harm(text in any::<String>(), soup in soup()) {
        no_harm(&text)?;
        no_harm(&soup)?;
    }

    #[test]
    fn no_slip_does_harm(
        condition in any_condition(2),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, any::<char>()), 1..4),
    ) {
        let mut letters: Vec<char> = condition.to_string().chars().collect();
        for (at, deed, letter) in cuts {
            let at = at.index(letters.len().max(1)).min(letters.len().saturating_sub(1));
            match deed {
                0 if !letters.is_empty() => { letters.remove(at); }
                1 => letters.insert(at, letter),
                2 => letters.truncate(at),
                _ => { let twice: Vec<char> = letters[at..].to_vec(); letters.extend(twice); }
            }
        }
        no_harm(&letters.into_iter().collect::<String>())?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_slip_in_a_document_does_harm(definitions in definitions(), at in any::<prop::sample::Index>(), soup in soup()) {
        let text = definitions.to_string();
        let cut = text.char_indices().map(|(at, _)| at).nth(at.index(text.chars().count().max(1))).unwrap_or(0);
        no_harm(&format!("{} {soup} {}", &text[..cut], &text[cut..]))?;
    }
}
