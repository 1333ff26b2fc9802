//! Broken input, for as long as one likes: no reader stops the program, hangs, or reads what it cannot write.
//!
//! `FUZZ_SECONDS=3600 cargo test --features full --test it rules::fuzz` runs each reader for an hour (`scripts/fuzz` does it);
//! without it each runs for two seconds. The same seed gives the same inputs, `FUZZ_SEED` chooses another.

use std::time::{Duration, Instant};

use segmentry::rules::Condition;
use serde_json::Value;

use super::targets::TARGETS;

/// Nothing that is read may take longer, on a busy machine, in a build for debugging.
const LONGEST: Duration = Duration::from_secs(20);

/// SplitMix64 (G. Steele, D. Lea, C. Flood 2014, DOI 10.1145/2660193.2660195).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// Pieces of the languages, and what breaks readers.
const WORDS: [&str; 60] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    "\"",
    "\\",
    " ",
    "\n",
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1e308",
    "1e999",
    "-1",
    "9223372036854775808",
    "0.1",
    "\"a\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\u{1F600}",
    "\u{0}",
    "\u{202e}",
    "é",
    "{\"not\":",
    "{\"all\":[",
    "{\"$not\":",
    "{\"$and\":[",
    "{\"!\":",
    "{\"if\":[",
    "{\"var\":\"a\"}",
    "\"$in\":",
    "\"$regex\":\"(a+)+$\"",
    "\"$elemMatch\":",
    "\"$size\":",
    "{\"attribute\":\"a\"}",
    "{\"value\":{\"integer\":1}}",
    "\"compare\":",
    "not ",
    " and ",
    " or ",
    "count(",
    "purchase",
    " in last ",
    "90 days",
    " >= ",
    "if unknown ",
    "2026-02-30",
    "2024-02-29",
    "0000-00-00",
    "$",
    ".",
    "--",
    "/*",
    "a.b.c",
];

/// Where mutation begins: what is right in each language.
fn corpus(target: &str) -> Vec<String> {
    let published = |file: &str| -> Vec<String> {
        let data: Value =
            serde_json::from_str(&crate::tree::read(&format!("tests/it/rules/data/{file}.json"))).unwrap();
        data["cases"].as_array().unwrap().iter().map(|case| case[1].to_string()).collect()
    };
    let ours = [
        "employees >= 100 and not country in (\"BR\", \"IN\")",
        "count(purchase where .channel = \"app\" in last 90 days) >= 3",
        "tags any of (\"a\", \"b\") or (spend between [10, 50) if unknown false)",
        "seats_used >= seats_bought * 0.9",
        "size(tags) = 0",
    ];
    let read = || ours.iter().filter_map(|text| text.parse::<Condition>().ok());
    match target {
        "text" => ours.iter().map(|text| (*text).to_owned()).chain(read().map(|one| one.to_string())).collect(),
        "json" => {
            let imported =
                published("growthbook").into_iter().filter_map(|json| Condition::from_growthbook(&json).ok());
            let conditions: Vec<String> = read().chain(imported).map(|one| one.to_json().unwrap()).collect();
            let first = conditions[0].clone();
            let definitions = format!(
                "{{\"version\":1,\"zone\":\"UTC\",\"week_start\":\"monday\",\"audiences\":[{{\"label\":{{\"key\":\"a\",\"label\":\"A\"}},\
                 \"list\":{{\"dynamic\":{first}}},\"unknown\":\"exclude\"}}],\"rules\":[{{\"name\":\"r\",\"rules\":[]}}]}}"
            );
            conditions.into_iter().chain([definitions]).collect()
        }
        file => published(file),
    }
}

fn mutated(random: &mut Random, corpus: &[String]) -> String {
    let pick = |random: &mut Random| corpus[random.below(corpus.len())].clone().into_bytes();
    let mut bytes = pick(random);
    for _ in 0..1 + random.below(6) {
        let (at, end) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let (from, to) = (at.min(end), at.max(end));
        match random.below(8) {
            0 => drop(bytes.drain(from..to)),
            1 => drop(bytes.splice(at..at, random.of(&WORDS).bytes())),
            2 => drop(bytes.splice(from..to, random.of(&WORDS).bytes())),
            3 => {
                let again = bytes[from..to].to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let other = pick(random);
                let part = random.below(other.len() + 1);
                bytes.splice(from..to, other[part..].iter().copied());
            }
            5 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            6 => {
                let (word, times) = (random.of(&WORDS), 1 << random.below(10));
                bytes.splice(at..at, word.repeat(times).into_bytes());
            }
            _ => bytes.insert(at, random.next() as u8),
        }
        bytes.truncate(1 << 16);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a whole number")))
}

fn run(target: &str) {
    let (_, check) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let corpus = corpus(target);
    corpus.iter().for_each(|input| check(input));
    let mut random = Random(setting("FUZZ_SEED", 1));
    let until = Instant::now() + Duration::from_secs(setting("FUZZ_SECONDS", 2));
    let mut inputs = 0_u64;
    while Instant::now() < until {
        let input = mutated(&mut random, &corpus);
        let begin = Instant::now();
        if std::panic::catch_unwind(|| check(&input)).is_err() {
            panic!("{target}: input {inputs} breaks the reader: {input:?}");
        }
        assert!(begin.elapsed() < LONGEST, "{target}: input {inputs} takes {:?}: {input:?}", begin.elapsed());
        inputs += 1;
    }
    assert!(inputs > 20, "{target}: only {inputs} inputs");
    eprintln!("{target}: {inputs} inputs, none breaks it");
}

#[test]
fn text() {
    run("text");
}

#[test]
fn json() {
    run("json");
}

#[test]
fn growthbook() {
    run("growthbook");
}

#[test]
fn json_logic() {
    run("json_logic");
}

/// A folder of cargo-fuzz has a target for each reader.
#[test]
fn every_reader_is_a_target_of_cargo_fuzz() {
    if !crate::tree::root().join("fuzz").exists() {
        return eprintln!("skipped: the package comes without fuzz/");
    }
    let manifest = crate::tree::read("fuzz/Cargo.toml");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml has no `{name}`");
        assert!(crate::tree::read(&format!("fuzz/fuzz_targets/{name}.rs")).contains(&format!("targets::{name}(")));
    }
}
