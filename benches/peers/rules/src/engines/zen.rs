//! zen-expression: rules compiled once, one machine for all, the names of the variables made once.

use zen_expression::expression::Standard;
use zen_expression::variable::{Symbol, VariableMap};
use zen_expression::vm::VM;
use zen_expression::{Expression, Scope, Variable, compile_expression};

use super::{Contender, Workload, compiled, keep};
use crate::profile::Profile;

fn scope(p: &Profile, names: &[Symbol; 7]) -> Scope {
    let text = |text: &str| Variable::String(text.into());
    let values = [
        text(&p.country),
        text(&p.plan),
        Variable::Number(p.mrr.try_into().unwrap()),
        Variable::Number(p.employees.into()),
        Variable::Number(p.last_seen.days().into()),
        text(&p.industry),
        text(&p.status),
    ];
    let mut map = VariableMap::with_capacity(values.len());
    for (name, value) in names.iter().zip(values) {
        map.insert(name.clone(), value);
    }
    Scope::new(Variable::from_object(map))
}

fn holding(programs: &[Expression<Standard>], scope: &Scope, vm: &mut VM) -> usize {
    programs.iter().filter(|program| program.evaluate_with_scope(scope, vm).unwrap().as_bool() == Some(true)).count()
}

pub fn contenders(work: &'static Workload) -> Vec<Contender> {
    let (programs, compile) = compiled(work, |rule| compile_expression(&rule.zen()).unwrap());
    let names = ["country", "plan", "mrr", "employees", "last_seen", "industry", "status"].map(Variable::key);
    let scopes = keep(work.profiles.iter().map(|profile| scope(profile, &names)).collect());
    let (mut vm, mut other) = (VM::new(), VM::new());
    vec![
        Contender {
            name: "zen-expression, scope ready",
            engine: "zen-expression",
            compile,
            run: Box::new(move || scopes.iter().map(|scope| holding(programs, scope, &mut vm)).sum()),
        },
        Contender {
            name: "zen-expression, scope of the row",
            engine: "zen-expression",
            compile: None,
            run: Box::new(move || {
                work.profiles.iter().map(|profile| holding(programs, &scope(profile, &names), &mut other)).sum()
            }),
        },
    ]
}
