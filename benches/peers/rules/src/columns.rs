//! Our side of the comparison with polars and duckdb: `python benches/peers/rules.py` starts it and asks.
//!
//! `make ROWS RULES` makes the columns and the rules and answers with the rules; `run` answers with the seconds and the
//! members of each rule.

use std::io::{BufRead, Write};
use std::time::Instant;

use segmentry::customer::Customers;
use segmentry::rules::{Audience, Definitions, Plan, Vocabulary};
use segmentry::time::Day;
use segmentry::value::{Column, Ids};
use serde_json::json;

use crate::profile::{COUNTRIES, INDUSTRIES, PLANS, Random, STATUSES, TODAY};
use crate::rule::Rule;

/// The formula that `rules.py` shares: SplitMix64 of row and column.
fn below(row: usize, column: u64, end: u64) -> u64 {
    Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(row as u64 * 8 + column)).next() % end
}

fn customers(rows: usize) -> Customers {
    let texts = |column, texts: &'static [&'static str]| {
        Column::texts((0..rows).map(|row| texts[below(row, column, texts.len() as u64) as usize]))
    };
    let columns = [
        ("country", texts(0, &COUNTRIES)),
        ("plan", texts(1, &PLANS)),
        ("mrr", Column::numbers((0..rows).map(|row| below(row, 2, 200_000) as f64 / 100.0))),
        ("employees", Column::integers((0..rows).map(|row| below(row, 3, 2_000) as i64))),
        ("last_seen", Column::days((0..rows).map(|row| Day::from_days(TODAY - below(row, 4, 400) as i32)))),
        ("industry", texts(5, &INDUSTRIES)),
        ("status", texts(6, &STATUSES)),
    ];
    let all = Customers::new(Ids::numbered(rows));
    columns.into_iter().fold(all, |customers, (name, column)| customers.with_column(name, column).unwrap())
}

/// The rules of that many: the one, or variations of it with round numbers.
fn rules(count: usize) -> Vec<Rule> {
    if count == 1 {
        return vec![Rule::first()];
    }
    let mut random = Random(2);
    (0..count).map(|_| Rule::round(&mut random)).collect()
}

fn as_json(rule: &Rule) -> serde_json::Value {
    let Rule { countries, plans, mrr, employees: (low, high), last_seen, industries, status } = rule;
    json!({
        "countries": countries, "plans": plans, "mrr": mrr, "employees": [low, high], "last_seen": last_seen,
        "industries": industries, "status": status,
    })
}

/// Answers the questions on standard input until it ends.
pub fn answer(threads: usize) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let words = json!({
        "today": TODAY, "country": COUNTRIES, "plan": PLANS, "industry": INDUSTRIES, "status": STATUSES,
    });
    println!("{words}");
    let mut ready: Option<(Plan, Customers)> = None;
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match words[..] {
            ["make", rows, count] => {
                let (customers, rules) = (customers(rows.parse().unwrap()), rules(count.parse().unwrap()));
                let numbered = rules.iter().enumerate();
                let definitions = numbered.fold(Definitions::new(), |all, (i, rule)| {
                    all.audience(Audience::new(format!("a{i}"), rule.condition()))
                });
                let plan = Plan::new(&definitions, &Vocabulary::of(&customers).unwrap()).unwrap();
                let answer = json!({ "atoms": plan.atoms(), "rules": rules.iter().map(as_json).collect::<Vec<_>>() });
                ready = Some((plan, customers));
                answer
            }
            ["run"] => {
                let (plan, customers) = ready.as_ref().unwrap();
                let start = Instant::now();
                let audiences = pool.install(|| plan.audiences_of(customers)).unwrap();
                json!({ "seconds": start.elapsed().as_secs_f64(), "counts": audiences.sizes() })
            }
            _ => panic!("`make ROWS RULES` or `run`, found `{line}`"),
        };
        println!("{answer}");
        std::io::stdout().flush().unwrap();
    }
}
