//! Who refers to whom, and what to do before an audience is deleted.
//!
//! An audience that others refer to cannot simply go. A clause that is dropped with it widens every
//! `and` it stood in: those who were kept out are in the audience the next morning, and nobody has
//! changed it. So a deletion says what becomes of the references, and refuses by itself.
//!
//! References are found wherever a condition can stand: in audiences, also frozen ones, in the
//! conditions on which members stay, and in rules, at any depth and under any negation. Nothing is
//! changed in place; a deletion gives new definitions, which can be compared with the old ones
//! first.

use crate::error::{Error, Result};
use crate::rules::language::{Audience, Condition, Definitions, List};
use crate::rules::walk;
use crate::segment::Segment;
use crate::segmentation::Audiences;
use crate::time::AsOf;

/// What becomes of those that refer to an audience that is deleted. Nothing is decided silently.
///
/// Which one fits depends on what the audience was for: a building block is inlined, a group of
/// people that was decided on is frozen.
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
    ///
    /// Each place once, in the order of the definitions. An audience that is not there has none.
    ///
    /// # Cost
    /// A walk through all conditions.
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
    ///
    /// Sorted. Circles do no harm: each place is followed once. Rule lists are never referred to,
    /// so they end the way.
    ///
    /// # Cost
    /// A walk through all conditions for each audience that is found.
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
    ///
    /// These definitions stay as they are. If nobody refers to the audience, it goes, whichever way
    /// was chosen.
    ///
    /// A frozen audience keeps its label, its place among the others and its condition, but for
    /// overrides and stays, whose effect is in the list already.
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

    /// Puts a condition in the place of that audience wherever the definitions refer to it.
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
///
/// Somebody of whom the condition is unknown is not a member, or is one, as the audience says. The
/// clause has to say the same, or `not` in front of it would mean something else than before.
///
/// # Errors
/// If a condition alone cannot say who its members are.
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
///
/// What is put in is not searched again, so an audience that referred to itself would not run on
/// without end.
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
