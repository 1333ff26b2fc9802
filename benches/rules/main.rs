//! Rules: one profile asked of many definitions, many customers asked of some, deltas, events, and what making a plan
//! costs. The figures that the design promises are printed beside what was measured.
//!
//! `cargo bench --bench rules` prints a table; `--test` runs everything once, small. `RAYON_NUM_THREADS=1` for one thread.
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark is a program")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use segmentry::customer::{Customer, Customers};
use segmentry::history::{Event, History};
use segmentry::rules::{Audience, Condition, Definitions, Events, Plan, Span, Vocabulary, attribute, field};
use segmentry::segment::Label;
use segmentry::segmentation::Audiences;
use segmentry::time::{AsOf, Day};
use segmentry::value::{Attribute, Column, Id, Ids, Kind, Value};

/// Counts allocations.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }

    fn text(&mut self, list: &'static [&'static str]) -> &'static str {
        list[self.below(list.len() as u64) as usize]
    }
}

const COUNTRIES: [&str; 24] = [
    "DE", "FR", "IT", "ES", "US", "GB", "BR", "IN", "JP", "CN", "NL", "BE", "SE", "NO", "DK", "FI", "PL", "CZ", "AT",
    "CH", "PT", "IE", "CA", "AU",
];
const PLANS: [&str; 4] = ["free", "pro", "team", "enterprise"];
const INDUSTRIES: [&str; 12] =
    ["retail", "bank", "health", "media", "steel", "food", "travel", "energy", "law", "software", "farm", "art"];
const STATUS: [&str; 3] = ["active", "paused", "closed"];

fn vocabulary() -> Vocabulary {
    let kinds = [
        ("country", Kind::Text),
        ("plan", Kind::Text),
        ("mrr", Kind::Number),
        ("employees", Kind::Integer),
        ("last_seen", Kind::Day),
        ("industry", Kind::Text),
        ("status", Kind::Text),
    ];
    kinds.into_iter().fold(Vocabulary::new(), |v, (name, kind)| v.attribute(Attribute::new(name, kind)).unwrap())
}

fn day(number: i32) -> Day {
    Day::from_days(20_000 + number)
}

/// Eight conditions of attributes that all rules share.
fn rule(dice: &mut Dice) -> Condition {
    let mut countries = || [dice.text(&COUNTRIES), dice.text(&COUNTRIES), dice.text(&COUNTRIES)];
    let countries = countries();
    let smallest = dice.below(40) as i64 * 25;
    attribute("country").one_of(countries)
        & attribute("plan").one_of([dice.text(&PLANS), dice.text(&PLANS)])
        & attribute("mrr").at_least(dice.below(50) as f64 * 40.0)
        & attribute("employees").at_least(smallest)
        & attribute("employees").at_most(smallest + 25 * (1 + dice.below(80) as i64))
        & attribute("last_seen").at_least(day(dice.below(60) as i32 * 10))
        & (attribute("industry").is(dice.text(&INDUSTRIES)) | attribute("industry").is(dice.text(&INDUSTRIES)))
        & !attribute("status").is(dice.text(&STATUS))
}

fn definitions(count: usize, rule: impl Fn(&mut Dice) -> Condition) -> Definitions {
    let mut dice = Dice(11);
    let audiences = (0..count).map(|number| Audience::new(format!("a{number}"), rule(&mut dice)));
    audiences.fold(Definitions::new(), Definitions::audience)
}

/// A customer of a type of one's own.
struct Profile {
    country: &'static str,
    plan: &'static str,
    mrr: f64,
    employees: i64,
    last_seen: Day,
    industry: &'static str,
    status: &'static str,
}

impl Customer for Profile {
    fn id(&self) -> Id<'_> {
        Id::Integer(17)
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        match attribute {
            "country" => Value::Text(self.country),
            "plan" => Value::Text(self.plan),
            "mrr" => Value::Number(self.mrr),
            "employees" => Value::Integer(self.employees),
            "last_seen" => Value::Day(self.last_seen),
            "industry" => Value::Text(self.industry),
            "status" => Value::Text(self.status),
            _ => Value::Missing,
        }
    }
}

fn profiles(count: usize) -> Vec<Profile> {
    let mut dice = Dice(5);
    let profile = |_| Profile {
        country: dice.text(&COUNTRIES),
        plan: dice.text(&PLANS),
        mrr: dice.below(2_000) as f64,
        employees: dice.below(3_000) as i64,
        last_seen: day(dice.below(600) as i32),
        industry: dice.text(&INDUSTRIES),
        status: dice.text(&STATUS),
    };
    (0..count).map(profile).collect()
}

fn table(rows: usize) -> Customers {
    let mut dice = Dice(7);
    let mut texts = |list: &'static [&'static str]| Column::texts((0..rows).map(|_| dice.text(list)));
    let (country, plan) = (texts(&COUNTRIES), texts(&PLANS));
    let (industry, status) = (texts(&INDUSTRIES), texts(&STATUS));
    let mut dice = Dice(8);
    Customers::new(Ids::numbered(rows))
        .with_column("country", country)
        .and_then(|t| t.with_column("plan", plan))
        .and_then(|t| t.with_column("mrr", Column::numbers((0..rows).map(|_| dice.below(2_000) as f64))))
        .and_then(|t| t.with_column("employees", Column::integers((0..rows).map(|_| dice.below(3_000) as i64))))
        .and_then(|t| t.with_column("last_seen", Column::days((0..rows).map(|_| day(dice.below(600) as i32)))))
        .and_then(|t| t.with_column("industry", industry))
        .and_then(|t| t.with_column("status", status))
        .unwrap()
}

/// The best of several runs, in nanoseconds.
fn best(runs: usize, mut work: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..runs {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed().as_secs_f64() * 1e9);
    }
    best
}

fn one_profile(small: bool) {
    let profiles = profiles(64);
    for count in [100, 1_000, 4_000] {
        let plan = Plan::new(&definitions(count, rule), &vocabulary()).unwrap();
        let mut asker = plan.asker();
        asker.ask(&profiles[0]).unwrap(); // the first one copies the zone
        let mut members = 0;
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        let time = best(if small { 1 } else { 200 }, || {
            for profile in &profiles {
                let words = asker.ask(black_box(profile)).unwrap().memberships();
                members += words.iter().map(|word| word.count_ones()).sum::<u32>();
            }
        }) / profiles.len() as f64;
        let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
        println!(
            "one profile, {count} segments: {:.2} us, {:.1} ns a segment, {allocations} allocations ({members} members)",
            time / 1e3,
            time / count as f64,
        );
        assert_eq!(allocations, 0);
    }
}

fn bulk(small: bool) {
    for (rows, rules) in [(10_000_000, 1), (1_000_000, 1), (1_000_000, 100), (1_000_000, 1_000)] {
        let rows = if small { rows / 1_000 } else { rows };
        let customers = table(rows);
        let plan = Plan::new(&definitions(rules, rule), &vocabulary()).unwrap();
        let mut sizes = 0;
        let time = best(if small { 1 } else { 7 }, || {
            sizes = plan.audiences_of(black_box(&customers)).unwrap().sizes().iter().sum::<usize>();
        });
        println!(
            "{rows} customers, {rules} rules, {} leaves: {:.1} ms, {:.2} ns a customer, {:.3} ns a leaf ({sizes} members)",
            plan.atoms(),
            time / 1e6,
            time / rows as f64,
            time / rows as f64 / plan.atoms() as f64,
        );
    }
}

fn compile(small: bool) {
    for count in [1, 100, 1_000] {
        let definitions = definitions(count, rule);
        let vocabulary = vocabulary();
        let time = best(if small { 1 } else { 20 }, || {
            black_box(Plan::new(black_box(&definitions), &vocabulary).unwrap());
        });
        println!("a plan of {count} definitions: {:.1} us a definition", time / 1e3 / count as f64);
    }
}

fn delta(small: bool) {
    let rows = if small { 10_000 } else { 10_000_000 };
    let customers = Customers::new(Ids::numbered(rows));
    let mut dice = Dice(3);
    let old: Vec<usize> = (0..rows).filter(|_| dice.below(3) == 0).collect();
    let new: Vec<usize> = (0..rows).filter(|row| (old.binary_search(row).is_ok()) != (dice.below(50) == 0)).collect();
    let audience = |rows: &[usize]| Audiences::new(&customers).with(Label::new("a"), rows.iter().copied()).unwrap();
    let (before, now) = (audience(&old), audience(&new));
    let mut counts = (0, 0);
    let time = best(if small { 1 } else { 30 }, || counts = now.delta(0, black_box(&before), 0).unwrap().counts());
    println!("delta of {rows}: words {:.3} ms {counts:?}", time / 1e6);
    let bitmap = |rows: &[usize]| rows.iter().map(|row| *row as u32).collect::<roaring::RoaringBitmap>();
    let (before, now) = (bitmap(&old), bitmap(&new));
    let time = best(if small { 1 } else { 30 }, || {
        let (entered, left) = (black_box(&now) - &before, &before - &now);
        counts = (entered.len() as usize, left.len() as usize);
    });
    println!("delta of {rows}: roaring {:.3} ms {counts:?}", time / 1e6);
}

fn events(small: bool) {
    let rows = if small { 1_000 } else { 1_000_000 };
    let mut dice = Dice(9);
    let mut log = History::builder();
    for row in 0..rows as i64 {
        for _ in 0..10 {
            let kind = dice.text(&["purchase", "visit", "return"]);
            let event = Event::on(day(dice.below(600) as i32), kind).amount(dice.below(400) as f64 / 4.0);
            log.push(row, &event).unwrap();
        }
    }
    let customers = Customers::from_history(log.finish()).as_of(AsOf::from(day(600)));
    let condition = |dice: &mut Dice| {
        let events =
            Events::of(dice.text(&["purchase", "visit", "return"])).last(Span::days(10 + dice.below(300) as u32));
        match dice.below(3) {
            0 => events.count().at_least(2),
            1 => events.sum("amount").at_least(100),
            _ => events.filter(field("amount").at_least(20)).count().at_least(1),
        }
    };
    let plan = Plan::new(&definitions(20, condition), &Vocabulary::of(&customers).unwrap()).unwrap();
    let mut sizes = 0;
    let time = best(if small { 1 } else { 3 }, || {
        sizes = plan.audiences_of(&customers).unwrap().sizes().iter().sum::<usize>();
    });
    println!(
        "{rows} customers, {} events, 20 conditions: {:.1} ms, {:.2} ns an event and sum ({sizes} members)",
        rows * 10,
        time / 1e6,
        time / (rows * 10 * 20) as f64,
    );
}

fn main() {
    let small = std::env::args().any(|argument| argument == "--test");
    one_profile(small);
    compile(small);
    delta(small);
    bulk(small);
    events(small);
}
