//! What can be chosen of a feature: how it becomes numbers, on which scale, and what an unknown value does.
//!
//! Each choice has a word in study files: its name in lower snake case.

/// How an attribute becomes numbers.
///
/// | choice | of | in rows of numbers | in rows by meaning |
/// | --- | --- | --- | --- |
/// | `Number` | number, integer, day, timestamp | one column, scaled | the same |
/// | `Category` | text, integer, number, boolean | an indicator a category | one column of codes |
/// | `OneHot` | the same | an indicator a category | the same, as flags |
/// | `Frequency` | the same | the share of customers with that category, scaled | the same |
/// | `Ordinal` | text with an order, number | the rank 0, 1, 2 …, scaled | the rank |
/// | `Flag` | boolean, two texts, two numbers | 0 or 1 | 0 or 1 |
/// | `Set` | set | an indicator a member | the same, as flags |
/// | `Age` | day, timestamp | days before the moment as of which the customer is seen, scaled | the same |
/// | `Weekday`, `Month`, `DayOfYear`, `Hour` | day, timestamp | sine and cosine | the same |
/// | `Place` | point | x, y, z on the unit sphere | the same |
///
/// Codings that spread the bits or the hash of a code over columns are left out: their distances say what the data do
/// not. Codings by an outcome are left out too: what forms segments must not know what they are judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Encode {
    /// As a number; a day is the days since 1970, an instant the same with a fraction.
    Number,
    /// As a category, in the form that the method wants.
    Category,
    /// As indicators, whatever the form.
    OneHot,
    /// As the share of the customers learnt from that have the category; one never seen has 0.
    Frequency,
    /// As a rank.
    Ordinal,
    /// As 0 or 1.
    Flag,
    /// As an indicator for each member.
    Set,
    /// As days before the moment as of which the customer is seen.
    Age,
    /// As the day of the week on a circle.
    Weekday,
    /// As the month on a circle.
    Month,
    /// As the day of the year on a circle.
    DayOfYear,
    /// As the time of the day on a circle, in UTC.
    Hour,
    /// As a point on the unit sphere.
    Place,
}

/// What a number is transformed by before it is scaled: against long tails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Transform {
    /// Nothing.
    #[default]
    None,
    /// ln(1 + x): of amounts and counts. A negative number is an error that names the customer.
    Log1p,
    /// The power of Box and Cox with the likeliest exponent, of numbers above 0 (G. Box and D. Cox 1964, An
    /// Analysis of Transformations, DOI 10.1111/j.2517-6161.1964.tb00553.x).
    BoxCox,
    /// The power of Yeo and Johnson with the likeliest exponent, of any numbers (I. Yeo and R. Johnson 2000, A
    /// new family of power transformations to improve normality or symmetry, DOI 10.1093/biomet/87.4.954).
    YeoJohnson,
}

/// On which scale a number enters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Scale {
    /// As it is.
    Raw,
    /// Less the mean, by the standard deviation of the customers learnt from: the divisor is n, as in scikit-learn's
    /// `StandardScaler`, where R's `scale` has n − 1.
    #[default]
    Standard,
    /// Less the median, by the distance of the quartiles (type 7); by the standard deviation where that is 0.
    Robust,
    /// The least value becomes 0, the largest 1. Strangers may lie beyond.
    MinMax,
    /// The share of customers below and half of those with the same value, from 0 to 1. Strangers beyond the
    /// least and largest value are as these.
    Ranks,
    /// The normal score of that share.
    Normal,
}

/// What a value that is missing, null or invalid does.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Missing {
    /// It is an error that names customer and attribute.
    Error,
    /// The customer is left out, with the reason. The default where nothing may be missing.
    LeaveOut,
    /// The median takes its place; of what has none (categories, flags, sets) the commonest value.
    Median,
    /// The mean takes its place; of what has none the commonest value.
    Mean,
    /// The commonest value takes its place, the least of several.
    Mode,
    /// This number takes its place, in the attribute's own unit.
    Constant(f64),
    /// This category takes its place, or this level of an order, this one member of a set; an empty text is the empty
    /// set.
    Category(String),
    /// It stays unknown, NaN, which only a method that takes missing values can do. The default there.
    Keep,
}

/// What a category does that was not there when the encoder learnt, or a text that its order does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Unknown {
    /// It counts among the others: the column of rare categories if there is one, else none of the indicators. The
    /// default of categories.
    Other,
    /// The customer is left out, with the reason.
    LeaveOut,
    /// It is an error that names customer and attribute. The default where there is an order or there are two values.
    Error,
}
