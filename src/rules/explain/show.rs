//! Explanations as sentences.

use std::fmt;

use super::{Change, Clause, Decision, MembershipExplanation, Staying};
use crate::rules::horizon::{Since, Until};
use crate::rules::language::Unknown;
use crate::rules::truth::Truth;
use crate::segment::Segment;
use crate::value::{AsValue, OwnedValue};

impl fmt::Display for Clause {
    /// What is so, with what was read: `not mrr >= 500: mrr is 480, 20 EUR away`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.truth {
            Truth::True => f.write_str(&self.text)?,
            Truth::False => match self.text.strip_prefix("not ") {
                Some(text) => f.write_str(text)?,
                None => write!(f, "not {}", self.text)?,
            },
            Truth::Unknown => write!(f, "nobody knows whether {}", self.text)?,
        }
        if let Some(reason) = &self.reason {
            return write!(f, ": {reason}");
        }
        for (i, reading) in self.read.iter().enumerate() {
            f.write_str(if i == 0 { ": " } else { ", " })?;
            write!(f, "{} is {}", reading.what, Shown(&reading.value))?;
        }
        match (self.distance, &self.unit) {
            (None, _) => Ok(()),
            (Some(0.0), _) => f.write_str(", just there"),
            (Some(distance), None) => write!(f, ", {} away", Rounded(distance)),
            (Some(distance), Some(unit)) => write!(f, ", {} {unit} away", Rounded(distance)),
        }
    }
}

/// A number without the noise of its last digits.
struct Rounded(f64);

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.6}", self.0);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A value, texts in quotes.
struct Shown<'a>(&'a OwnedValue);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            OwnedValue::Text(text) => write!(f, "{text:?}"),
            other => write!(f, "{}", other.as_value()),
        }
    }
}

impl fmt::Display for Change {
    /// `mrr from 480 to at least 500`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {} to {}", self.what, Shown(&self.from), self.aim)?;
        if self.fixed { f.write_str(" (which nobody can change)") } else { Ok(()) }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_hand = |f: &mut fmt::Formatter<'_>, what: &str, until: &Option<_>, reason: &str| {
            write!(f, "it was {what} by hand")?;
            if let Some(until) = until {
                write!(f, " until {until}")?;
            }
            if reason.is_empty() { Ok(()) } else { write!(f, ": {reason}") }
        };
        match self {
            Decision::Condition => f.write_str("the condition decides"),
            Decision::Unknown(Unknown::Include) => {
                f.write_str("nobody knows whether the condition holds, and who is unknown is in")
            }
            Decision::Unknown(_) => {
                f.write_str("nobody knows whether the condition holds, and who is unknown is not in")
            }
            Decision::Included { until, reason } => by_hand(f, "put in", until, reason),
            Decision::Excluded { until, reason } => by_hand(f, "taken out", until, reason),
            Decision::Frozen { taken } => write!(f, "the members are those of {taken}"),
            Decision::Manual => f.write_str("the members are listed by hand"),
            Decision::Stays(Staying::Minimum(until)) => write!(f, "members stay at least so long: until {until}"),
            Decision::Stays(Staying::While) => f.write_str("the condition under which members stay holds"),
            Decision::Stays(Staying::CoolDown(until)) => {
                write!(f, "who has left does not come back before so long: until {until}")
            }
        }
    }
}

impl fmt::Display for MembershipExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.member { "" } else { "not " };
        write!(f, "customer `{}` is {not}in {}", self.customer, self.audience.label())?;
        if self.decision != Decision::Condition {
            write!(f, "\n  because {}", self.decision)?;
        }
        let first = self.decision == Decision::Condition;
        for (i, clause) in self.clauses.iter().enumerate() {
            f.write_str(if i == 0 && first { "\n  because " } else { "\n      and " })?;
            write!(f, "{clause}")?;
        }
        for (i, clause) in self.also.iter().enumerate() {
            f.write_str(if i == 0 { "\n  it would be all the same, because " } else { "\n      and " })?;
            write!(f, "{clause}")?;
        }
        for (i, change) in self.changes.iter().enumerate() {
            f.write_str(if i == 0 { "\n  it would be with " } else { "\n      and " })?;
            write!(f, "{change}")?;
        }
        let asked = matches!(self.decision, Decision::Condition | Decision::Unknown(_));
        if !self.member && asked && self.changes.is_empty() {
            f.write_str("\n  nothing would admit it: the condition contradicts itself")?;
        }
        match self.since {
            Since::Always => {}
            Since::Exactly(since) => write!(f, "\n  it has been so since {since}, as far as events tell")?,
            Since::AtLeast(since) => write!(f, "\n  it has been so since {since} at least, as far as events tell")?,
        }
        match self.until {
            Until::Never => Ok(()),
            Until::Exactly(until) => write!(f, "\n  it will be so until {until} if nothing new becomes known"),
            Until::AtLeast(until) => write!(f, "\n  it will be so until {until} at least if nothing new becomes known"),
        }
    }
}
