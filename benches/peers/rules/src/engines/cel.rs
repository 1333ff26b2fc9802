//! cel: programs compiled once, one environment; variables in the context, or read from the row by a resolver that
//! borrows (the way without copies). Lists in a program are made anew at each evaluation, so the rule is asked in both forms.

use std::sync::Arc;

use cel::common::types::{CelDouble, CelInt, CelString};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};

use super::{Contender, Workload, compiled, keep};
use crate::profile::Profile;

impl VariableResolver for Profile {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let text = |text: &'b str| CowVal::owned(CelString::from(text));
        Some(match variable {
            "country" => text(&self.country),
            "plan" => text(&self.plan),
            "mrr" => CowVal::owned(CelDouble::from(self.mrr)),
            "employees" => CowVal::owned(CelInt::from(self.employees)),
            "last_seen" => CowVal::owned(CelInt::from(i64::from(self.last_seen.days()))),
            "industry" => text(&self.industry),
            "status" => text(&self.status),
            _ => return None,
        })
    }
}

fn context(p: &'static Profile, env: &Arc<Env>) -> Context<'static, 'static> {
    let mut context = Context::with_env(Arc::clone(env));
    context.add_variable_as_val("country", Box::new(CelString::from(p.country.as_str())));
    context.add_variable_as_val("plan", Box::new(CelString::from(p.plan.as_str())));
    context.add_variable_as_val("mrr", Box::new(CelDouble::from(p.mrr)));
    context.add_variable_as_val("employees", Box::new(CelInt::from(p.employees)));
    context.add_variable_as_val("last_seen", Box::new(CelInt::from(i64::from(p.last_seen.days()))));
    context.add_variable_as_val("industry", Box::new(CelString::from(p.industry.as_str())));
    context.add_variable_as_val("status", Box::new(CelString::from(p.status.as_str())));
    context
}

fn holding(programs: &[Program], context: &Context<'_, '_>) -> usize {
    programs.iter().filter(|program| program.execute(context).unwrap() == Value::Bool(true)).count()
}

pub fn contenders(work: &'static Workload) -> Vec<Contender> {
    let env = Arc::new(Env::stdlib());
    let (listed, compile_listed) = compiled(work, |rule| env.compile(&rule.cel(true)).unwrap());
    let (spelled, compile_spelled) = compiled(work, |rule| env.compile(&rule.cel(false)).unwrap());
    let contexts = keep(work.profiles.iter().map(|profile| context(profile, &env)).collect());
    let ready = |programs: &'static [Program]| -> Box<dyn FnMut() -> usize> {
        Box::new(|| contexts.iter().map(|context| holding(programs, context)).sum())
    };
    let built = Arc::clone(&env);
    let of_row = move |profile: &'static Profile| holding(spelled, &context(profile, &built));
    let resolved = move |profile: &'static Profile| {
        let mut context = Context::with_env(Arc::clone(&env));
        context.set_variable_resolver(profile);
        holding(spelled, &context)
    };
    let engine = "cel";
    let one = |name, compile, run| Contender { name, engine, compile, run };
    vec![
        one("cel, context ready, lists", compile_listed, ready(listed)),
        one("cel, context ready", compile_spelled, ready(spelled)),
        one("cel, context of the row", None, Box::new(move || work.profiles.iter().map(&of_row).sum())),
        one("cel, row resolved", None, Box::new(move || work.profiles.iter().map(&resolved).sum())),
    ]
}
