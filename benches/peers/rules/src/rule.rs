//! The rule of eight conditions, and how each engine writes it.

use segmentry::rules::{Condition, attribute};
use segmentry::time::Day;
use serde_json::json;

use crate::profile::{COUNTRIES, INDUSTRIES, PLANS, Profile, Random, STATUSES, TODAY};

/// `country in 3 and plan in 2 and mrr >= and employees >= and employees <= and last_seen >= and (industry = or =) and not
/// status =`.
#[derive(Clone)]
pub struct Rule {
    pub countries: [&'static str; 3],
    pub plans: [&'static str; 2],
    pub mrr: f64,
    pub employees: (i64, i64),
    pub last_seen: i32,
    pub industries: [&'static str; 2],
    pub status: &'static str,
}

impl Rule {
    /// The rule of the comparison with one rule.
    pub fn first() -> Self {
        Rule {
            countries: ["DE", "FR", "IT"],
            plans: ["pro", "business"],
            mrr: 250.5,
            employees: (50, 1_500),
            last_seen: TODAY - 90,
            industries: ["software", "finance"],
            status: "churned",
        }
    }

    /// A customer of whom all eight conditions hold, so that none can be left out.
    pub fn matching(&self) -> Profile {
        Profile {
            number: 1,
            country: self.countries[2].to_owned(),
            plan: self.plans[1].to_owned(),
            mrr: self.mrr + 100.0,
            employees: self.employees.1,
            last_seen: Day::from_days(self.last_seen + 1),
            industry: self.industries[1].to_owned(),
            status: STATUSES.iter().find(|status| **status != self.status).map_or(String::new(), |s| (*s).to_owned()),
        }
    }

    /// A variation with the round numbers that people choose, so that rules share some of their conditions.
    pub fn round(random: &mut Random) -> Self {
        Rule {
            mrr: random.of(&[0.0, 10.0, 25.0, 50.0, 100.0, 200.0, 250.0, 300.0, 500.0, 750.0, 1_000.0, 1_500.0]),
            employees: (
                random.of(&[1, 5, 10, 20, 50, 100, 200, 250]),
                random.of(&[300, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000]),
            ),
            last_seen: TODAY - random.of(&[1, 7, 14, 28, 30, 60, 90, 120, 180, 270, 360, 365]),
            ..Rule::random(random)
        }
    }

    /// A variation with numbers of its own, so that rules share next to none of them.
    pub fn random(random: &mut Random) -> Self {
        Rule {
            countries: random.some(&COUNTRIES),
            plans: random.some(&PLANS),
            mrr: random.below(150_000) as f64 / 100.0,
            employees: (random.below(300) as i64, 300 + random.below(1_700) as i64),
            last_seen: TODAY - random.below(400) as i32,
            industries: random.some(&INDUSTRIES),
            status: random.of(&STATUSES),
        }
    }

    /// As a programmer writes it who needs no rules as data: what all engines must agree with.
    pub fn holds(&self, p: &Profile) -> bool {
        self.countries.contains(&p.country.as_str())
            && self.plans.contains(&p.plan.as_str())
            && p.mrr >= self.mrr
            && p.employees >= self.employees.0
            && p.employees <= self.employees.1
            && p.last_seen.days() >= self.last_seen
            && (p.industry == self.industries[0] || p.industry == self.industries[1])
            && p.status != self.status
    }

    pub fn condition(&self) -> Condition {
        attribute("country").one_of(self.countries)
            & attribute("plan").one_of(self.plans)
            & attribute("mrr").at_least(self.mrr)
            & attribute("employees").at_least(self.employees.0)
            & attribute("employees").at_most(self.employees.1)
            & attribute("last_seen").at_least(Day::from_days(self.last_seen))
            & (attribute("industry").is(self.industries[0]) | attribute("industry").is(self.industries[1]))
            & !attribute("status").is(self.status)
    }

    /// For json-logic.
    pub fn json(&self) -> serde_json::Value {
        let var = |name: &str| json!({ "var": name });
        json!({ "and": [
            { "in": [var("country"), self.countries] },
            { "in": [var("plan"), self.plans] },
            { ">=": [var("mrr"), self.mrr] },
            { ">=": [var("employees"), self.employees.0] },
            { "<=": [var("employees"), self.employees.1] },
            { ">=": [var("last_seen"), self.last_seen] },
            { "or": [
                { "==": [var("industry"), self.industries[0]] },
                { "==": [var("industry"), self.industries[1]] },
            ] },
            { "!": { "==": [var("status"), self.status] } },
        ] })
    }

    /// For zen.
    pub fn zen(&self) -> String {
        let Rule { mrr, employees: (low, high), last_seen, industries: [one, other], status, .. } = self;
        format!(
            "country in {} and plan in {} and mrr >= {mrr} and employees >= {low} and employees <= {high} and \
             last_seen >= {last_seen} and (industry == '{one}' or industry == '{other}') and not (status == '{status}')",
            list(&self.countries, '\''),
            list(&self.plans, '\''),
        )
    }

    /// For CEL: with lists, which it makes anew each time, or with each text compared.
    pub fn cel(&self, lists: bool) -> String {
        let Rule { mrr, employees: (low, high), last_seen, industries: [one, other], status, .. } = self;
        let among = |name: &str, texts: &[&str]| {
            let each: Vec<String> = texts.iter().map(|text| format!("{name} == '{text}'")).collect();
            if lists { format!("{name} in {}", list(texts, '\'')) } else { format!("({})", each.join(" || ")) }
        };
        format!(
            "{} && {} && mrr >= {mrr:?} && employees >= {low} && employees <= {high} && last_seen >= {last_seen} && \
             (industry == '{one}' || industry == '{other}') && !(status == '{status}')",
            among("country", &self.countries),
            among("plan", &self.plans),
        )
    }

    /// For yggdrasil. `or` binds tighter than `and` there, so the parentheses only help the reader.
    pub fn yggdrasil(&self) -> String {
        let Rule { mrr, employees: (low, high), last_seen, industries: [one, other], status, .. } = self;
        format!(
            "context[\"country\"] in {} and context[\"plan\"] in {} and context[\"mrr\"] >= {mrr} and \
             context[\"employees\"] >= {low} and context[\"employees\"] <= {high} and context[\"last_seen\"] >= {last_seen} \
             and (context[\"industry\"] in [\"{one}\"] or context[\"industry\"] in [\"{other}\"]) and \
             !context[\"status\"] in [\"{status}\"]",
            list(&self.countries, '"'),
            list(&self.plans, '"'),
        )
    }
}

fn list(texts: &[&str], quote: char) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("{quote}{text}{quote}")).collect();
    format!("[{}]", quoted.join(", "))
}
