//! What the numbers of a column mean, and the forms in which methods want their rows.

/// What the numbers of a column mean: what may be done with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Meaning {
    /// A number: differences count.
    #[default]
    Number,
    /// A rank: order counts; the numbers are 0, 1, 2 … or ranks that were computed.
    Rank,
    /// A code of a category, 0, 1, 2 …: equal or not.
    Category,
    /// 0 or 1, where both say as much.
    SymmetricFlag,
    /// 0 or 1, where two zeros are not alike: lacks it, does not own it.
    AsymmetricFlag,
}

/// The form in which a method wants its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Form {
    /// Numbers only: categories are made numbers, what is missing is made a number or leaves the customer out.
    Numbers,
    /// Each column by its [`Meaning`]; nothing may be missing.
    Meanings,
    /// Each column by its [`Meaning`]; what is not known is NaN.
    MeaningsOrMissing,
}
