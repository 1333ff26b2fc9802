//! datalogic-rs: rules compiled once, the data in an arena (its documented zero-copy way), one session for the results.

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Engine, Logic};

use super::{Contender, Workload, compiled, keep};
use crate::profile::Profile;

/// The profile as the engine's own value, its texts borrowed.
fn value<'a>(p: &'a Profile, arena: &'a Bump) -> &'a DataValue<'a> {
    let text = DataValue::from_borrowed_str;
    let fields = arena.alloc_slice_copy(&[
        ("country", text(&p.country)),
        ("plan", text(&p.plan)),
        ("mrr", DataValue::from_f64(p.mrr)),
        ("employees", DataValue::from_i64(p.employees)),
        ("last_seen", DataValue::from_i64(i64::from(p.last_seen.days()))),
        ("industry", text(&p.industry)),
        ("status", text(&p.status)),
    ]);
    arena.alloc(DataValue::Object(fields))
}

fn holding(engine: &Engine, programs: &[Logic], value: &DataValue<'_>, arena: &Bump) -> usize {
    let holds = |program: &&Logic| engine.evaluate(program, value, arena).unwrap().as_bool() == Some(true);
    programs.iter().filter(holds).count()
}

pub fn contenders(work: &'static Workload) -> Vec<Contender> {
    let engine: &Engine = Box::leak(Box::new(Engine::new()));
    let (programs, compile) = compiled(work, |rule| engine.compile(rule.json().to_string().as_str()).unwrap());
    let held: &'static Bump = Box::leak(Box::new(Bump::new()));
    let values = keep(work.profiles.iter().map(|profile| value(profile, held)).collect());
    let (mut results, mut arena) = (Bump::new(), Bump::new());
    vec![
        Contender {
            name: "datalogic-rs, value ready",
            engine: "datalogic-rs",
            compile,
            run: Box::new(move || {
                let mut members = 0;
                for value in values {
                    members += holding(engine, programs, value, &results);
                    results.reset();
                }
                members
            }),
        },
        Contender {
            name: "datalogic-rs, value of the row",
            engine: "datalogic-rs",
            compile: None,
            run: Box::new(move || {
                let mut members = 0;
                for profile in &work.profiles {
                    members += holding(engine, programs, value(profile, &arena), &arena);
                    arena.reset();
                }
                members
            }),
        },
    ]
}
