//! unleash-yggdrasil: rules compiled once to closures. All it knows of a customer is text; a map of borrowed texts is its
//! fastest form.

use std::borrow::Cow;
use std::collections::HashMap;

use unleash_yggdrasil::state::{EnrichedContext, PropertiesCow, PropertiesRef};
use unleash_yggdrasil::strategy_parsing::{RuleFragment, compile_rule};

use super::{Contender, Workload, compiled, keep};
use crate::profile::Profile;

fn properties(p: &Profile) -> PropertiesCow<'_> {
    let text = |text| Cow::Borrowed(text);
    HashMap::from([
        (text("country"), text(p.country.as_str())),
        (text("plan"), text(&p.plan)),
        (text("mrr"), Cow::Owned(p.mrr.to_string())),
        (text("employees"), Cow::Owned(p.employees.to_string())),
        (text("last_seen"), Cow::Owned(p.last_seen.days().to_string())),
        (text("industry"), text(&p.industry)),
        (text("status"), text(&p.status)),
    ])
}

fn holding(programs: &[RuleFragment], properties: &PropertiesCow<'_>) -> usize {
    let context = EnrichedContext {
        user_id: None,
        session_id: None,
        environment: None,
        app_name: None,
        current_time: None,
        remote_address: None,
        properties: Some(PropertiesRef::Cows(properties)),
        external_results: None,
        toggle_name: "",
        runtime_hostname: None,
    };
    programs.iter().filter(|program| program(&context)).count()
}

pub fn contenders(work: &'static Workload) -> Vec<Contender> {
    let (programs, compile) = compiled(work, |rule| compile_rule(&rule.yggdrasil()).unwrap());
    let maps = keep(work.profiles.iter().map(properties).collect());
    let engine = "unleash-yggdrasil";
    vec![
        Contender {
            name: "unleash-yggdrasil, map ready",
            engine,
            compile,
            run: Box::new(|| maps.iter().map(|map| holding(programs, map)).sum()),
        },
        Contender {
            name: "unleash-yggdrasil, map of the row",
            engine,
            compile: None,
            run: Box::new(|| work.profiles.iter().map(|profile| holding(programs, &properties(profile))).sum()),
        },
    ]
}
