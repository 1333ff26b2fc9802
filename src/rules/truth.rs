//! Three truth values.

use std::ops::Not;

/// Whether something holds: yes, no, or nobody knows.
///
/// Kleene's strong logic (S. C. Kleene 1952, Introduction to Metamathematics, § 64): *unknown* is what may turn out
/// either way, so `unknown and false` is false and `unknown or true` is true.
///
/// ```
/// use segmentry::rules::Truth;
///
/// assert_eq!(Truth::Unknown.and(Truth::False), Truth::False);
/// assert_eq!(!Truth::Unknown, Truth::Unknown);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Truth {
    /// It does not hold.
    False,
    /// Nobody knows.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// Both.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        if (self as u8) < (other as u8) { self } else { other }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        if (self as u8) > (other as u8) { self } else { other }
    }

    /// Whether it holds.
    pub const fn is_true(self) -> bool {
        matches!(self, Truth::True)
    }

    /// Whether it is known not to hold.
    pub const fn is_false(self) -> bool {
        matches!(self, Truth::False)
    }

    /// Whether it is known to hold or not to.
    pub const fn is_known(self) -> bool {
        !matches!(self, Truth::Unknown)
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Truth::True } else { Truth::False }
    }
}

impl Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}
