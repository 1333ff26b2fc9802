//! Ours: one plan for all rules, asked through an asker.

use std::time::Instant;

use segmentry::customer::{Customer, Customers, Record};
use segmentry::rules::{Audience, Definitions, Plan, Vocabulary};
use segmentry::value::{Attribute, Kind};

use super::{Contender, Workload, keep};
use crate::profile::Profile;

pub fn vocabulary() -> Vocabulary {
    let attributes = [
        ("country", Kind::Text),
        ("plan", Kind::Text),
        ("mrr", Kind::Number),
        ("employees", Kind::Integer),
        ("last_seen", Kind::Day),
        ("industry", Kind::Text),
        ("status", Kind::Text),
    ];
    attributes
        .into_iter()
        .fold(Vocabulary::new(), |known, (name, kind)| known.attribute(Attribute::new(name, kind)).unwrap())
}

pub fn definitions(work: &Workload) -> Definitions {
    let numbered = work.rules.iter().enumerate();
    numbered.fold(Definitions::new(), |all, (i, rule)| all.audience(Audience::new(format!("a{i}"), rule.condition())))
}

fn record(p: &Profile) -> Record {
    Record::new(p.number.to_string())
        .with("country", p.country.as_str())
        .with("plan", p.plan.as_str())
        .with("mrr", p.mrr)
        .with("employees", p.employees)
        .with("last_seen", p.last_seen)
        .with("industry", p.industry.as_str())
        .with("status", p.status.as_str())
}

/// Asks the plan of each customer that is made of a profile.
fn ask<C: Customer>(plan: &'static Plan, mut customers: impl FnMut(&mut dyn FnMut(&C)) + 'static) -> Box<dyn FnMut() -> usize> {
    let mut asker = plan.asker();
    Box::new(move || {
        let mut members = 0;
        customers(&mut |customer| {
            let answer = asker.ask(customer).unwrap();
            members += answer.memberships().iter().map(|word| word.count_ones() as usize).sum::<usize>();
        });
        members
    })
}

pub fn contenders(work: &'static Workload) -> Vec<Contender> {
    let definitions = definitions(work);
    let start = Instant::now();
    let plan: &Plan = Box::leak(Box::new(Plan::new(&definitions, &vocabulary()).unwrap()));
    let compile = Some(start.elapsed().as_secs_f64() * 1e6 / work.rules.len() as f64);
    println!("  {} different conditions in {} rules", plan.atoms(), work.rules.len());

    let records = keep(work.profiles.iter().map(record).collect());
    let distinct = |(number, profile): (usize, &Profile)| Profile { number: number as u64, ..profile.clone() };
    let table = Customers::from_customers(work.profiles.iter().enumerate().map(distinct)).unwrap();
    let table: &Customers = Box::leak(Box::new(table));
    let engine = "segmentry";
    let one = |name, compile, run| Contender { name, engine, compile, run };
    vec![
        one("segmentry, own struct", compile, ask(plan, |each: &mut dyn FnMut(&Profile)| work.profiles.iter().for_each(each))),
        one("segmentry, Record", None, ask(plan, |each: &mut dyn FnMut(&Record)| records.iter().for_each(each))),
        one("segmentry, row of Customers", None, ask(plan, |each| table.iter().for_each(|row| each(&row)))),
        one(
            "segmentry, Record of the row",
            None,
            ask(plan, |each: &mut dyn FnMut(&Record)| work.profiles.iter().for_each(|p| each(&record(p)))),
        ),
    ]
}
