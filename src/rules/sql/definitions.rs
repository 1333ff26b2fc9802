//! Audiences and rule lists: who is a member, and which rule holds first.

use super::query::{Part, Query, Row};
use super::said::Holds;
use crate::error::{Error, Result};
use crate::rules::language::{Audience, List, Override, Rules, Unknown};
use crate::segment::Segment;

impl<'r> Query<'r> {
    /// Whether the customer is in another audience.
    pub(super) fn member(&mut self, key: &str) -> Result<Holds> {
        let with = self.with;
        let audience = with.the_audience(key)?;
        let part = self.part(format!("member {key}"), |query| {
            let member = query.membership(audience)?;
            let customer = query.id()?;
            let from = query.of_customers()?.replace('\n', " ");
            let rest = format!("SELECT {customer} AS customer {from} WHERE {}", member.text);
            Ok(Part { columns: Vec::new(), rest, customer })
        })?;
        Ok(Holds::test(format!("{}.customer IS NOT NULL", Query::part_name(part))))
    }

    /// Whether the customer is in the audience: true or false.
    ///
    /// # Errors
    /// If the audience is made of itself, or asks what SQL cannot answer.
    pub(super) fn membership(&mut self, audience: &Audience) -> Result<Holds> {
        let key = audience.label.key().into_owned();
        if self.open.contains(&key) {
            self.open.push(key);
            return Err(Error::definition(format!("an audience is made of itself: {}", self.open.join(", "))));
        }
        self.open.push(key.clone());
        let member = self.membership_inside(audience).map_err(|error| error.at_key(format!("audiences.{key}")))?;
        self.open.pop();
        Ok(member)
    }

    fn membership_inside(&mut self, audience: &Audience) -> Result<Holds> {
        if audience.stay.is_some() {
            let why = "it depends on who was in before and since when, which no table here says";
            return Err(self.dialect().refuses("when members leave", why).at_key("stay"));
        }
        let listed = match &audience.list {
            List::Dynamic(condition) => {
                let holds = self.condition(condition, Row::Customer).map_err(|error| error.at_key("dynamic"))?;
                self.settled(holds, audience.unknown)?
            }
            List::Frozen { members, .. } => self.one_of_ids(members.iter().map(String::as_str))?,
            List::Manual(members) => self.one_of_ids(members.iter().map(String::as_str))?,
        };
        let now = self.with.clock.now();
        let counts = |one: &&Override| one.until.is_none_or(|until| now <= until);
        let mut cases = String::new();
        for (overrides, then) in [(&audience.exclude, "FALSE"), (&audience.include, "TRUE")] {
            let ids: Vec<&str> = overrides.iter().filter(counts).map(|one| one.customer.as_str()).collect();
            if !ids.is_empty() {
                let holds = self.one_of_ids(ids.into_iter())?;
                cases.push_str(&format!("WHEN {} THEN {then} ", holds.text));
            }
        }
        if cases.is_empty() {
            return Ok(listed);
        }
        Ok(Holds::word(format!("CASE {cases}ELSE {} END", listed.text)))
    }

    fn one_of_ids<'i>(&mut self, ids: impl Iterator<Item = &'i str>) -> Result<Holds> {
        let texts = ids.map(|id| self.dialect().text(id)).collect::<Result<Vec<String>>>()?;
        if texts.is_empty() {
            return Ok(Holds::constant(false));
        }
        let id = self.id()?;
        Ok(Holds::test(format!("{} IN ({})", self.dialect().as_text(&id), texts.join(", "))))
    }

    /// What it means for membership that the condition is unknown.
    fn settled(&self, holds: Holds, unknown: Unknown) -> Result<Holds> {
        match unknown {
            Unknown::Exclude => Ok(holds.or_else(false)),
            Unknown::Include => Ok(holds.or_else(true)),
            Unknown::Error if self.with.unknowns_counted => Ok(holds.or_else(false)),
            Unknown::Error => {
                let why = "a statement cannot stop at a customer; run `unknown_counts` first";
                Err(self.dialect().refuses("that an unknown is an error", why).at_key("unknown"))
            }
        }
    }

    /// The key of the segment whose rule holds first.
    pub(super) fn segment(&mut self, rules: &Rules) -> Result<String> {
        let dialect = self.dialect();
        let mut cases = String::new();
        for (number, rule) in rules.rules.iter().enumerate() {
            let key = format!("{number}.when");
            let holds = self.condition(&rule.when, Row::Customer).map_err(|error| error.at_key(&key))?;
            let holds = self.settled(holds, rules.unknown)?;
            cases.push_str(&format!(" WHEN {} THEN {}", holds.text, dialect.text(&rule.segment.key())?));
        }
        let otherwise = match &rules.otherwise {
            Some(label) => dialect.text(&label.key())?,
            None => dialect.null(crate::value::Kind::Text),
        };
        Ok(if cases.is_empty() { otherwise } else { format!("CASE{cases} ELSE {otherwise} END") })
    }
}
