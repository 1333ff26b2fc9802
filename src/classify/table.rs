//! The table as data: dimensions, rows, what happens with the rest.
//!
//! Written in Rust or read from a file, it is the same data, and nothing in it is believed until [`ScoreTable::check`]
//! has proved it.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::ScoreGrid;
use crate::error::Result;

/// A scored dimension: its name, and its scores 1 to `bands`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Dimension {
    /// The name that rows use, such as `recency`.
    pub name: String,
    /// The highest score; the lowest is 1.
    pub bands: u16,
}

/// What it means that two rows claim one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Order {
    /// It is an error: the order of the rows means nothing.
    #[default]
    Any,
    /// The first row that matches wins, as in R's `rfm`: the order of the rows is part of the definition.
    FirstMatch,
}

/// The texts of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct SegmentText {
    /// The stable key.
    pub segment: String,
    /// The name for people; the key where there is none.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub label: Option<String>,
    /// A sentence about who is in it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub description: Option<String>,
}

/// One row: a segment, and the box of scores that belongs to it. Several rows may name one segment.
///
/// As data it is one flat map: `{ segment = "champions", recency = [4, 5], frequency = [4, 5] }`. A dimension that is
/// not named may have any score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreRow {
    pub(super) text: SegmentText,
    pub(super) scores: BTreeMap<String, [u16; 2]>,
}

impl ScoreRow {
    /// A row that matches every cell until [`scores`](ScoreRow::scores) narrows it.
    pub fn new(segment: impl Into<String>) -> Self {
        let text = SegmentText { segment: segment.into(), label: None, description: None };
        ScoreRow { text, scores: BTreeMap::new() }
    }

    /// Allows only these scores of a dimension, both ends included.
    #[must_use]
    pub fn scores(mut self, dimension: impl Into<String>, scores: RangeInclusive<u16>) -> Self {
        self.scores.insert(dimension.into(), [*scores.start(), *scores.end()]);
        self
    }

    /// The name for people.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.text.label = Some(label.into());
        self
    }

    /// A sentence about who is in it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.text.description = Some(description.into());
        self
    }

    /// The segment's key.
    pub fn segment(&self) -> &str {
        &self.text.segment
    }

    /// The scores allowed in a dimension, or `None` where any is.
    pub fn allowed(&self, dimension: &str) -> Option<RangeInclusive<u16>> {
        self.scores.get(dimension).map(|[low, high]| *low..=*high)
    }
}

/// Boxes over scored dimensions, each with its segment: the definition, not yet checked.
///
/// ```
/// use segmentry::classify::{ScoreRow, ScoreTable};
///
/// let table = ScoreTable::new([("recency", 3), ("frequency", 3)])
///     .row(ScoreRow::new("best").scores("recency", 3..=3).scores("frequency", 2..=3))
///     .row(ScoreRow::new("new").scores("recency", 3..=3).scores("frequency", 1..=1));
/// assert_eq!(
///     table.clone().check().unwrap_err().to_string(),
///     "the table leaves 6 of 9 cells to no segment: recency 1 to 2, frequency 1; \
///      recency 1 to 2, frequency 2 to 3; add rows, or name an `otherwise`"
/// );
/// let grid = table.otherwise("rest").check()?;
/// assert_eq!(grid.segment(&[3, 2]).map(|text| text.segment.as_str()), Some("best"));
/// assert_eq!(grid.segment(&[1, 3]).map(|text| text.segment.as_str()), Some("rest"));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ScoreTable {
    pub(super) dimensions: Vec<Dimension>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) order: Order,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub(super) otherwise: Option<SegmentText>,
    pub(super) rows: Vec<ScoreRow>,
}

impl ScoreTable {
    /// A table without rows over these dimensions: name and highest score.
    pub fn new<N: Into<String>>(dimensions: impl IntoIterator<Item = (N, u16)>) -> Self {
        let dimensions = dimensions.into_iter().map(|(name, bands)| Dimension { name: name.into(), bands }).collect();
        ScoreTable { dimensions, order: Order::Any, otherwise: None, rows: Vec::new() }
    }

    /// Adds a row.
    #[must_use]
    pub fn row(mut self, row: ScoreRow) -> Self {
        self.rows.push(row);
        self
    }

    /// Lets the first row that matches win; else two rows that claim one cell are an error.
    #[must_use]
    pub fn first_match(mut self) -> Self {
        self.order = Order::FirstMatch;
        self
    }

    /// The segment of every cell that no row claims; else such a cell is an error.
    #[must_use]
    pub fn otherwise(mut self, segment: impl Into<String>) -> Self {
        self.otherwise = Some(SegmentText { segment: segment.into(), label: None, description: None });
        self
    }

    /// The dimensions, in the order in which scores are given.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The rows in order.
    pub fn rows(&self) -> &[ScoreRow] {
        &self.rows
    }

    /// Proves the table and makes it fast.
    ///
    /// # Errors
    /// No dimension or row, an empty or repeated name, an unknown dimension, bounds that are not 1 to the highest score
    /// in order, two labels or descriptions of one segment; two rows that claim one cell, unless the first match wins
    /// (both rows and a cell are named); a row that no cell reaches, because earlier rows took them all (it is named);
    /// cells that no row claims, unless there is an `otherwise` (their number and the first are named); a table of
    /// more than a million different boxes.
    pub fn check(self) -> Result<ScoreGrid> {
        super::check::check(self)
    }
}

#[cfg(feature = "serde")]
mod data {
    use std::fmt;

    use serde::{
        Deserialize, Deserializer, Serialize, Serializer,
        de::{Error, MapAccess, Visitor},
        ser::SerializeMap,
    };

    use super::{BTreeMap, ScoreRow, SegmentText};

    impl Serialize for ScoreRow {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let texts = [("label", &self.text.label), ("description", &self.text.description)];
            let given = texts.iter().filter(|text| text.1.is_some()).count();
            let mut map = serializer.serialize_map(Some(1 + given + self.scores.len()))?;
            map.serialize_entry("segment", &self.text.segment)?;
            for (key, text) in texts {
                if let Some(text) = text {
                    map.serialize_entry(key, text)?;
                }
            }
            for (dimension, scores) in &self.scores {
                map.serialize_entry(dimension, scores)?;
            }
            map.end()
        }
    }

    impl<'de> Deserialize<'de> for ScoreRow {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(RowVisitor)
        }
    }

    struct RowVisitor;

    impl<'de> Visitor<'de> for RowVisitor {
        type Value = ScoreRow;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a row: `segment`, and `[lowest, highest]` for each dimension it narrows")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ScoreRow, A::Error> {
            let (mut segment, mut label, mut description) = (None, None, None);
            let mut scores = BTreeMap::new();
            while let Some(key) = map.next_key::<String>()? {
                let again = match key.as_str() {
                    "segment" => segment.replace(map.next_value::<String>()?).is_some(),
                    "label" => label.replace(map.next_value::<String>()?).is_some(),
                    "description" => description.replace(map.next_value::<String>()?).is_some(),
                    _ => scores.insert(key.clone(), map.next_value::<[u16; 2]>()?).is_some(),
                };
                if again {
                    return Err(A::Error::custom(format!("`{key}` is given twice")));
                }
            }
            let segment = segment.ok_or_else(|| A::Error::missing_field("segment"))?;
            Ok(ScoreRow { text: SegmentText { segment, label, description }, scores })
        }
    }
}
