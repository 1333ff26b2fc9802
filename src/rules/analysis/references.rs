//! Who refers to whom, and what to do before an audience is deleted.

use crate::error::{Error, Result};
use crate::rules::language::{Audience, Condition, Definitions, List};
use crate::rules::walk;
use crate::segment::Segment;
use crate::segmentation::Audiences;
use crate::time::AsOf;

/// What becomes of those that refer to an audience that is deleted. Nothing is decided silently.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Deletion<'a> {
    /// It is not deleted if somebody refers to it.
    Refuse,
    /// Its condition takes its place; its overrides and its list must not get lost, so it can have none.
    Inline,
    /// Its members of that moment take its place, as a frozen list under the same key; it changes no more.
    Freeze {
        /// Who is in which audience now.
        members: &'a Audiences,
        /// When that was.
        as_of: AsOf,
    },
}

impl Definitions {
    /// The places that refer to that audience, directly: `audiences.lapsed`, `rules.size.2`.
    pub fn dependents(&self, key: &str) -> Vec<String> {
        let mut places: Vec<String> = Vec::new();
        for (place, condition) in self.conditions() {
            if !places.contains(&place) && walk::members(condition).iter().any(|member| member == key) {
                places.push(place);
            }
        }
        places
    }

    /// The places that refer to that audience, directly or through others.
    pub fn all_dependents(&self, key: &str) -> Vec<String> {
        let mut places: Vec<String> = Vec::new();
        let mut open = vec![key.to_owned()];
        while let Some(key) = open.pop() {
            for place in self.dependents(&key) {
                if !places.contains(&place) {
                    open.extend(place.strip_prefix("audiences.").map(str::to_owned));
                    places.push(place);
                }
            }
        }
        places.sort_unstable();
        places
    }

    /// The definitions without that audience.
    ///
    /// ```
    /// use segmentry::rules::{Audience, Definitions, Deletion, attribute, member};
    ///
    /// let definitions = Definitions::new()
    ///     .audience(Audience::new("large", attribute("employees").at_least(1_000)))
    ///     .audience(Audience::new("others", !member("large")));
    /// let error = definitions.plan_delete("large", &Deletion::Refuse).unwrap_err();
    /// assert_eq!(error.to_string(), "audience `large` is referred to by `audiences.others`");
    /// let left = definitions.plan_delete("large", &Deletion::Inline)?;
    /// let large = attribute("employees").at_least(1_000).if_unknown(false);
    /// assert_eq!(left.audiences[0].condition(), Some(&!large));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such audience, or it cannot be deleted so, with those that refer to it.
    pub fn plan_delete(&self, key: &str, how: &Deletion<'_>) -> Result<Definitions> {
        let Some(at) = self.audiences.iter().position(|audience| audience.label.key() == key) else {
            let keys: Vec<String> = self.audiences.iter().map(|a| a.label.key().into_owned()).collect();
            return Err(crate::rules::plan::unknown("audience", key, keys.iter().map(String::as_str)));
        };
        let mut left = self.clone();
        let deleted = left.audiences.remove(at);
        let dependents = self.dependents(key);
        if dependents.is_empty() {
            return Ok(left);
        }
        match how {
            Deletion::Refuse => {
                let places = dependents.join("`, `");
                return Err(Error::definition(format!("audience `{key}` is referred to by `{places}`")));
            }
            Deletion::Inline => {
                let condition = inlined(&deleted)?;
                left.replace_members(key, &condition);
            }
            Deletion::Freeze { members, as_of } => {
                let number = members.labels().position(|label| label.key() == key);
                let number =
                    number.ok_or_else(|| Error::definition(format!("no members of audience `{key}` are given")))?;
                let ids = members.members(number).filter_map(|row| members.ids().get(row));
                let list = List::Frozen {
                    condition: deleted.condition().cloned().unwrap_or(Condition::Constant(false)),
                    taken: as_of.until(),
                    members: ids.map(|id| id.to_string()).collect(),
                };
                left.audiences.insert(at, Audience::of(deleted.label, list));
            }
        }
        Ok(left)
    }

    fn replace_members(&mut self, key: &str, by: &Condition) {
        for audience in &mut self.audiences {
            match &mut audience.list {
                List::Dynamic(condition) | List::Frozen { condition, .. } => replace(condition, key, by),
                List::Manual(_) => {}
            }
            if let Some(condition) = audience.stay.as_mut().and_then(|stay| stay.holds.as_mut()) {
                replace(condition, key, by);
            }
        }
        for rule in self.rules.iter_mut().flat_map(|list| &mut list.rules) {
            replace(&mut rule.when, key, by);
        }
    }
}

/// The audience as a condition: membership is known of everybody, whatever its condition says.
fn inlined(audience: &Audience) -> Result<Condition> {
    let key = audience.label.key();
    let more = !audience.include.is_empty() || !audience.exclude.is_empty() || audience.stay.is_some();
    match &audience.list {
        List::Dynamic(condition) if !more => Ok(match audience.unknown {
            crate::rules::language::Unknown::Include => condition.clone().if_unknown(true),
            crate::rules::language::Unknown::Exclude => condition.clone().if_unknown(false),
            crate::rules::language::Unknown::Error => {
                let message = format!("audience `{key}` calls an unknown condition an error, which a clause cannot");
                return Err(Error::definition(message));
            }
        }),
        _ => Err(Error::definition(format!(
            "audience `{key}` has a list, overrides or a stay, which a clause cannot have: freeze it instead"
        ))),
    }
}

/// Puts a condition where membership is asked. Membership is never asked inside a term or a filter.
fn replace(condition: &mut Condition, key: &str, by: &Condition) {
    match condition {
        Condition::Member(member) if member == key => *condition = by.clone(),
        Condition::All(conditions) | Condition::Any(conditions) | Condition::AtLeast { of: conditions, .. } => {
            for condition in conditions {
                replace(condition, key, by);
            }
        }
        Condition::Not(inner) | Condition::IfUnknown { condition: inner, .. } => replace(inner, key, by),
        _ => {}
    }
}
