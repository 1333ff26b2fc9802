//! Documents as text.
//!
//! Audiences first, then rule lists, each as in the data; what is as it is by default is left out, so that the document of
//! somebody who changed nothing says nothing of it.

use std::fmt;

use crate::rules::{Audience, Definitions, List, Override, Rules, Unknown};
use crate::segment::{Label, Segment};
use crate::time::Timestamp;

use super::super::input::is_plain_key;
use super::super::words::WEEK_STARTS;
use super::Printer;

impl Printer<'_, '_> {
    /// A whole document. What is as it is by default is not said.
    pub(super) fn definitions(&mut self, definitions: &Definitions) -> fmt::Result {
        let mut before = "";
        if definitions.zone != crate::time::Zone::utc() {
            self.put("zone ")?;
            self.text(definitions.zone.name())?;
            before = "\n";
        }
        if definitions.week_start != Default::default() {
            let known = WEEK_STARTS.into_iter().find(|(known, _)| *known == definitions.week_start);
            self.show(format_args!("{before}week starts {}", known.map_or("", |(_, day)| day)))?;
            before = "\n";
        }
        before = if before.is_empty() { "" } else { "\n\n" };
        for audience in &definitions.audiences {
            self.put(std::mem::replace(&mut before, "\n\n"))?;
            self.audience(audience)?;
        }
        for rules in &definitions.rules {
            self.put(std::mem::replace(&mut before, "\n\n"))?;
            self.rules(rules)?;
        }
        Ok(())
    }

    /// A key, in backticks where it is not plain: `mid-market`, or a word with which a line begins.
    fn key(&mut self, key: &str) -> fmt::Result {
        if is_plain_key(key) { self.put(key) } else { self.quoted(key, '`') }
    }

    /// A key with the texts that people read, where they say more than the key.
    ///
    /// The sentence stands behind the name, so where there is a sentence the name is said too.
    fn label(&mut self, label: &Label) -> fmt::Result {
        self.key(&label.key())?;
        let described = !label.description().is_empty();
        if described || label.label() != Label::new(label.key()).label() {
            self.put(" ")?;
            self.text(&label.label())?;
        }
        if described {
            self.put(" ")?;
            self.text(&label.description())?;
        }
        Ok(())
    }

    /// An audience with its clauses, each on a line and set in by two spaces.
    pub(super) fn audience(&mut self, audience: &Audience) -> fmt::Result {
        self.put(match audience.list {
            List::Dynamic(_) => "audience ",
            List::Frozen { .. } => "frozen audience ",
            List::Manual(_) => "manual audience ",
        })?;
        self.label(&audience.label)?;
        self.put(": ")?;
        match &audience.list {
            List::Dynamic(condition) => self.condition(condition)?,
            List::Frozen { condition, taken, members } => {
                self.condition(condition)?;
                self.show(format_args!("\n  taken {taken}\n  members "))?;
                self.list(members, |p, member| p.text(member))?;
            }
            List::Manual(members) => {
                self.put("members ")?;
                self.list(members, |p, member| p.text(member))?;
            }
        }
        self.unknown(audience.unknown)?;
        audience.include.iter().try_for_each(|included| self.overridden("include", included))?;
        audience.exclude.iter().try_for_each(|excluded| self.overridden("exclude", excluded))?;
        let Some(stay) = &audience.stay else { return Ok(()) };
        self.put("\n  stay")?;
        if let Some(holds) = &stay.holds {
            self.put(" while ")?;
            self.filter(holds, stay.minimum.is_none() && stay.cool_down.is_none())?;
        }
        stay.minimum.map_or(Ok(()), |span| self.show(format_args!(" at least {span}")))?;
        stay.cool_down.map_or(Ok(()), |span| self.show(format_args!(" cool down {span}")))
    }

    /// What it means that the condition is unknown, on a line of its own unless it is the default.
    fn unknown(&mut self, unknown: Unknown) -> fmt::Result {
        self.put(match unknown {
            Unknown::Exclude => "",
            Unknown::Include => "\n  unknown include",
            Unknown::Error => "\n  unknown error",
        })
    }

    /// A customer whose membership is set by hand: `include "c-17" until 2026-12-01T00:00:00Z because "VIP"`.
    fn overridden(&mut self, clause: &str, overridden: &Override) -> fmt::Result {
        self.show(format_args!("\n  {clause} "))?;
        self.text(&overridden.customer)?;
        overridden.until.map_or(Ok(()), |until: Timestamp| self.show(format_args!(" until {until}")))?;
        if !overridden.reason.is_empty() {
            self.put(" because ")?;
            self.text(&overridden.reason)?;
        }
        Ok(())
    }

    /// A rule list: what unknown means, a rule a line, and where all others go.
    pub(super) fn rules(&mut self, rules: &Rules) -> fmt::Result {
        self.put("rules ")?;
        self.key(&rules.name)?;
        self.put(":")?;
        self.unknown(rules.unknown)?;
        for rule in &rules.rules {
            self.put("\n  ")?;
            self.label(&rule.segment)?;
            self.put(": ")?;
            self.condition(&rule.when)?;
        }
        rules.otherwise.as_ref().map_or(Ok(()), |segment| {
            self.put("\n  otherwise ")?;
            self.label(segment)
        })
    }
}
