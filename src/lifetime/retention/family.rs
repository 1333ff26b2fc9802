//! The families of models of how long customers stay.

use std::fmt;

/// How the chance to leave differs between customers and changes with time.
///
/// | family | parameters | retention rates |
/// | --- | --- | --- |
/// | [`ShiftedBetaGeometric`](RetentionFamily::ShiftedBetaGeometric) | alpha, beta | rise, since those who leave easily go first |
/// | [`BetaDiscreteWeibull`](RetentionFamily::BetaDiscreteWeibull) | alpha, beta, c | rise, fall, or first the one and then the other |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum RetentionFamily {
    /// Shifted beta-geometric: each customer has a chance to leave of its own that does not change.
    ShiftedBetaGeometric,
    /// Beta-discrete-Weibull: each customer's chance to leave grows (c above 1) or falls (below 1) with time.
    BetaDiscreteWeibull,
}

impl RetentionFamily {
    /// All families.
    pub const ALL: &'static [RetentionFamily] =
        &[RetentionFamily::ShiftedBetaGeometric, RetentionFamily::BetaDiscreteWeibull];

    /// The names of its parameters, in their order.
    pub const fn parameters(self) -> &'static [&'static str] {
        match self {
            RetentionFamily::ShiftedBetaGeometric => &["alpha", "beta"],
            RetentionFamily::BetaDiscreteWeibull => &["alpha", "beta", "c"],
        }
    }
}

impl fmt::Display for RetentionFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            RetentionFamily::ShiftedBetaGeometric => "shifted beta-geometric",
            RetentionFamily::BetaDiscreteWeibull => "beta-discrete-Weibull",
        })
    }
}
