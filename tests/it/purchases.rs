//! Totals of a purchase log, against a textbook twin.

use std::collections::BTreeMap;

use proptest::prelude::*;
use segmentry::features::purchases::{PurchaseIds, PurchaseLog, PurchaseTotals};
use segmentry::time::Day;

/// One row a customer: id, first row, first day, last day, count, bits of the sum.
type Row<Id> = (Id, u32, i32, i32, u32, u64);

/// The totals as anyone would write them: a map by id, rows in order, then customers by their first row.
fn textbook<Id: Clone + Ord>(ids: &[Id], days: &[Day], amounts: &[f64], as_of: Day) -> Vec<Row<Id>> {
    let mut customers: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
    for row in (0..ids.len()).filter(|&row| days[row] <= as_of) {
        customers.entry(ids[row].clone()).or_default().push(row);
    }
    let mut totals: Vec<Row<Id>> = customers
        .into_iter()
        .map(|(id, rows)| {
            let days = || rows.iter().map(|&row| days[row].days());
            let sum: f64 = rows.iter().map(|&row| amounts[row]).sum();
            (id, rows[0] as u32, days().min().unwrap(), days().max().unwrap(), rows.len() as u32, sum.to_bits())
        })
        .collect();
    totals.sort_by_key(|row| row.1);
    totals
}

fn rows<Id>(totals: &PurchaseTotals, id: impl Fn(PurchaseIds<'_>, usize) -> Id) -> Vec<Row<Id>> {
    (0..totals.len())
        .map(|i| {
            let (first, last) = (totals.first_day()[i].days(), totals.last_day()[i].days());
            (id(totals.ids(), i), totals.first_row()[i], first, last, totals.count()[i], totals.sum()[i].to_bits())
        })
        .collect()
}

fn of_integers(ids: &[i64], days: &[Day], amounts: &[f64], as_of: Day) -> Vec<Row<i64>> {
    let log = PurchaseLog::new(PurchaseIds::Integers(ids), days, amounts).unwrap();
    rows(&log.aggregate(as_of).unwrap(), |ids, i| ids.integer(i).unwrap())
}

fn of_texts(ids: &[String], days: &[Day], amounts: &[f64], as_of: Day) -> Vec<Row<String>> {
    let borrowed: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (bytes, ends) = packed(ids);
    let both = [PurchaseIds::Texts(&borrowed), PurchaseIds::Packed { bytes: &bytes, ends: &ends }].map(|ids| {
        let log = PurchaseLog::new(ids, days, amounts).unwrap();
        rows(&log.aggregate(as_of).unwrap(), |ids, i| ids.text(i).unwrap().to_owned())
    });
    let [texts, packed] = both;
    assert_eq!(texts, packed);
    texts
}

fn packed(texts: &[String]) -> (String, Vec<usize>) {
    let ends = texts.iter().scan(0, |end, text| {
        *end += text.len();
        Some(*end)
    });
    (texts.concat(), ends.collect())
}

/// A deterministic stream of numbers (SplitMix64), so that large inputs need no generator crate.
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}

/// A log of several blocks and partitions: numbers of customers, days, amounts of many sizes and both signs.
fn large(purchases: usize, customers: u64) -> (Vec<u64>, Vec<Day>, Vec<f64>) {
    let mut customer = Vec::new();
    let (mut days, mut amounts) = (Vec::new(), Vec::new());
    let mut stream = numbers(11);
    for _ in 0..purchases {
        let [a, b, c, d] = std::array::from_fn(|_| stream.next().unwrap());
        customer.push((a % customers).min(b % customers)); // low numbers buy more often
        days.push(Day::from_days((c % 1000) as i32 - 200));
        amounts.push((d % 1_000_003) as f64 * 10_f64.powi((d % 13) as i32 - 6) - 1000.0);
    }
    (customer, days, amounts)
}

const AS_OF: Day = Day::from_days(650);

/// A way to make the id of a customer's number, and its name.
type Named<Id> = (&'static str, fn(u64) -> Id);

#[test]
fn integers_of_every_spread_have_the_textbook_totals() {
    let (customers, days, amounts) = large(280_000, 30_000);
    let spreads: [Named<i64>; 5] = [
        ("from zero", |n| n as i64),
        ("below zero", |n| -40_000 + n as i64),
        ("at the lower end", |n| i64::MIN + n as i64),
        ("sparse", |n| (n as i64).wrapping_mul(0x5851_f42d_4c95_7f2d)),
        ("at both ends", |n| if n % 2 == 0 { i64::MIN + n as i64 } else { i64::MAX - n as i64 }),
    ];
    for (name, spread) in spreads {
        let ids: Vec<i64> = customers.iter().map(|&n| spread(n)).collect();
        let expected = textbook(&ids, &days, &amounts, AS_OF);
        assert!(of_integers(&ids, &days, &amounts, AS_OF) == expected, "{name}");
    }
}

/// Texts for each of the ways in which texts are read.
const FORMS: [Named<String>; 9] = [
    ("digits at the end", |n| format!("C{n:08}")),
    ("eight digits that differ at once", |n| format!("{:08}", n * 1427)),
    ("hexadecimal digits at the end", |n| format!("ID-{n:08x}")),
    ("at most seven bytes", |n| format!("{n}")),
    ("of several lengths", |n| format!("customer {n}")),
    ("of one length, differing at both ends", |n| format!("{:04}-{:012}", n % 7, n / 7)),
    ("long", |n| format!("{n:032x}-{}", "é".repeat((n % 5) as usize))),
    ("longer than travels", |n| format!("{n:070}")),
    ("differing before the last sixteen bytes", |n| format!("{n}-constant-ending-of-all")),
];

#[test]
fn texts_of_every_form_have_the_textbook_totals() {
    let (customers, days, amounts) = large(60_000, 9_000);
    for (name, form) in FORMS {
        let ids: Vec<String> = customers.iter().map(|&n| form(n)).collect();
        let expected = textbook(&ids, &days, &amounts, AS_OF);
        assert!(of_texts(&ids, &days, &amounts, AS_OF) == expected, "{name}");
    }
}

#[test]
fn the_same_customers_as_integers_and_as_texts_have_the_same_totals() {
    let (customers, days, amounts) = large(20_000, 5_000);
    let integers: Vec<i64> = customers.iter().map(|&n| n as i64).collect();
    let expected = of_integers(&integers, &days, &amounts, AS_OF);
    for (name, form) in FORMS {
        let texts: Vec<String> = customers.iter().map(|&n| form(n)).collect();
        let found = of_texts(&texts, &days, &amounts, AS_OF);
        let same = found.iter().zip(&expected).all(|(a, b)| (a.1, a.2, a.3, a.4, a.5) == (b.1, b.2, b.3, b.4, b.5));
        assert!(same && found.len() == expected.len(), "{name}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let (customers, days, amounts) = large(280_000, 20_000);
    let integers: Vec<i64> = customers.iter().map(|&n| n as i64).collect();
    let sparse: Vec<i64> = customers.iter().map(|&n| (n as i64).wrapping_mul(0x5851_f42d_4c95_7f2d)).collect();
    let texts: Vec<String> = customers.iter().map(|&n| format!("customer {n}")).collect();
    let (bytes, ends) = packed(&texts);
    let all = [
        PurchaseIds::Integers(&integers),
        PurchaseIds::Integers(&sparse),
        PurchaseIds::Packed { bytes: &bytes, ends: &ends },
    ];
    for ids in all {
        let runs = [1, 2, 7].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let totals = pool.install(|| PurchaseLog::new(ids, &days, &amounts).unwrap().aggregate(AS_OF).unwrap());
            rows(&totals, |ids, i| (ids.integer(i), ids.text(i).map(str::to_owned)))
        });
        assert!(runs[0] == runs[1] && runs[0] == runs[2]);
    }
}

proptest! {
    #[test]
    fn few_rows_have_the_textbook_totals(
        log in prop::collection::vec((prop_oneof![-3_i64..3, any::<i64>(), Just(i64::MIN), Just(i64::MAX)], any::<i32>(),
                                      -1e9..1e9_f64), 0..60),
        as_of: i32,
    ) {
        let ids: Vec<i64> = log.iter().map(|row| row.0).collect();
        let days: Vec<Day> = log.iter().map(|row| Day::from_days(row.1)).collect();
        let amounts: Vec<f64> = log.iter().map(|row| row.2).collect();
        for as_of in [Day::from_days(as_of), Day::from_days(i32::MAX), Day::from_days(i32::MIN)] {
            let found = of_integers(&ids, &days, &amounts, as_of);
            prop_assert_eq!(found, textbook(&ids, &days, &amounts, as_of));
        }
    }

    #[test]
    fn few_texts_have_the_textbook_totals(ids in prop::collection::vec("[ab0é\u{0}]{0,2}|C[0-9:/]{8}|.{0,20}", 0..40)) {
        let days = vec![Day::from_days(1); ids.len()];
        let amounts: Vec<f64> = (0..ids.len()).map(|i| i as f64 / 7.0).collect();
        prop_assert_eq!(of_texts(&ids, &days, &amounts, AS_OF), textbook(&ids, &days, &amounts, AS_OF));
    }

    #[test]
    fn texts_of_one_length_have_the_textbook_totals(
        length in 0..18_usize, letters in prop::collection::vec(prop::collection::vec(prop_oneof![Just(b'0'), Just(b'1'), b'0'..=b'9', Just(b':'), Just(b'/'), Just(b'p')], 18), 1..40),
        differ in 0..9_usize,
    ) {
        let same = length.saturating_sub(differ); // so many bytes are the same in all
        let ids: Vec<String> = letters.iter().map(|text| {
            let text: Vec<u8> = letters[0][..same].iter().chain(&text[same..length]).copied().collect();
            String::from_utf8(text).unwrap()
        }).collect();
        let days = vec![Day::from_days(1); ids.len()];
        let amounts: Vec<f64> = (0..ids.len()).map(|i| i as f64 / 7.0).collect();
        prop_assert_eq!(of_texts(&ids, &days, &amounts, AS_OF), textbook(&ids, &days, &amounts, AS_OF));
    }
}

#[test]
fn nothing_and_one_row_are_logs() {
    assert!(of_integers(&[], &[], &[], AS_OF).is_empty());
    assert!(of_texts(&[], &[], &[], AS_OF).is_empty());
    let day = [Day::from_days(5)];
    assert_eq!(of_integers(&[i64::MIN], &day, &[-0.0], AS_OF), [(i64::MIN, 0, 5, 5, 1, (-0.0_f64).to_bits())]);
    assert_eq!(of_texts(&[String::new()], &day, &[1.5], AS_OF), [(String::new(), 0, 5, 5, 1, 1.5_f64.to_bits())]);
    assert!(of_integers(&[7], &day, &[1.0], Day::from_days(4)).is_empty());
}

fn refusal(ids: PurchaseIds<'_>, days: &[Day], amounts: &[f64]) -> String {
    PurchaseLog::new(ids, days, amounts).and_then(|log| log.aggregate(AS_OF)).unwrap_err().to_string()
}

#[test]
fn the_first_bad_amount_is_named_also_in_parallel() {
    let ids = vec![3; 100_000];
    let days = vec![Day::from_days(0); 100_000];
    let mut amounts = vec![1.0; 100_000];
    amounts[99_999] = f64::NEG_INFINITY;
    let message = refusal(PurchaseIds::Integers(&ids), &days, &amounts);
    assert_eq!(message, "row 99999: amount is -inf, expected a finite number");
    amounts[40_000] = f64::NAN;
    let message = refusal(PurchaseIds::Integers(&ids), &days, &amounts);
    assert_eq!(message, "row 40000: amount is NaN, expected a finite number");
}

#[test]
fn a_sum_that_is_too_large_names_the_customer() {
    let (days, amounts) = ([Day::from_days(0); 3], [1.0, f64::MAX, f64::MAX]);
    let message = refusal(PurchaseIds::Integers(&[4, 5, 5]), &days, &amounts);
    assert_eq!(message, "customer `5`: sum of amounts is inf, expected a finite number");
    let message = refusal(PurchaseIds::Texts(&["ann", "bo", "bo"]), &days, &amounts);
    assert_eq!(message, "customer `bo`: sum of amounts is inf, expected a finite number");
}

#[test]
fn columns_of_other_lengths_are_refused() {
    let days = [Day::from_days(0); 2];
    let ids = PurchaseIds::Integers(&[1, 2]);
    assert_eq!(refusal(ids, &days[..1], &[1.0, 2.0]), "days has 1 entries, expected 2");
    assert_eq!(refusal(ids, &days, &[1.0, 2.0, 3.0]), "amounts has 3 entries, expected 2");
}

#[test]
fn packed_texts_that_are_cut_wrongly_are_refused() {
    let days = [Day::from_days(0); 2];
    let refusal = |bytes, ends: &[usize]| refusal(PurchaseIds::Packed { bytes, ends }, &days, &[1.0, 2.0]);
    assert_eq!(refusal("anné", &[3, 4]), "row 1: `ends` must be an end of a text, from 3 to 5, found 4"); // within é
    assert_eq!(refusal("anné", &[3, 2]), "row 1: `ends` must be an end of a text, from 3 to 5, found 2");
    assert_eq!(refusal("anné", &[3, 9]), "row 1: `ends` must be an end of a text, from 3 to 5, found 9");
    assert_eq!(refusal("anné", &[usize::MAX, 9]).split(": `").next(), Some("row 0"));
}
