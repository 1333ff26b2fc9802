//! Where a member of a programme stands, and what a day did to it.

use std::fmt;

use crate::time::Day;

/// Where a member of a programme stands after a day: all that the next day has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Standing {
    /// The number of the tier; the best is 0.
    pub tier: usize,
    /// Since which day.
    pub since: Day,
    /// Since which day the value has been too low to keep the tier, if it is.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub below_since: Option<Day>,
    /// The day of which this was said.
    pub measured: Day,
}

/// What a day did to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Change {
    /// It became a member, in the tier that it had earned.
    Joined,
    /// It earned a better tier, which holds from the same day.
    Promoted,
    /// It kept its tier, having earned it.
    Held,
    /// The value is too low, and the minimum stay keeps the tier.
    InDwell,
    /// The value is too low, and the grace period keeps the tier.
    InGrace,
    /// The value had been too low and is high enough again.
    Recovered,
    /// The value was too low for too long.
    Demoted,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Change::Joined => "joined",
            Change::Promoted => "promoted",
            Change::Held => "held",
            Change::InDwell => "kept by the minimum stay",
            Change::InGrace => "in the grace period",
            Change::Recovered => "recovered",
            Change::Demoted => "demoted",
        })
    }
}
