//! What the business wants of its customers.

/// What the business wants: the attribute against which a division is held.
///
/// ```
/// use segmentry::evaluate::Goal;
///
/// assert_eq!(Goal::maximize("margin").attribute(), "margin");
/// assert_eq!(Goal::minimize("churned").to_string(), "to minimize `churned`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Goal {
    /// Much of this attribute.
    Maximize(String),
    /// Little of this attribute.
    Minimize(String),
}

impl Goal {
    /// Much of this attribute.
    pub fn maximize(attribute: impl Into<String>) -> Self {
        Goal::Maximize(attribute.into())
    }

    /// Little of this attribute.
    pub fn minimize(attribute: impl Into<String>) -> Self {
        Goal::Minimize(attribute.into())
    }

    /// The attribute.
    pub fn attribute(&self) -> &str {
        match self {
            Goal::Maximize(attribute) | Goal::Minimize(attribute) => attribute,
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Goal::Maximize(attribute) => write!(f, "to maximize `{attribute}`"),
            Goal::Minimize(attribute) => write!(f, "to minimize `{attribute}`"),
        }
    }
}
