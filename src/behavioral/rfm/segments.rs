//! The segments with the classical names.
//!
//! The names grew in the trade and have no owner; which scores they mean differs from source to source. What stands
//! here is one key, label, description and suggestion for each name. Which scores lead to it is data, in
//! [`classify::tables`](crate::classify::tables), with where each table was published.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | "Potential Loyalist" (R's `rfm`, many web pages) | [`RfmSegment::PotentialLoyalists`]: `of_key` reads both |
//! | "Can't Lose Them" | [`RfmSegment::CantLoseThem`] |
//! | "Others" (R's `rfm`: in no box) | [`RfmSegment::Others`]: a segment; *unassigned* are those who never bought |

use std::borrow::Cow;

use crate::classify::{ScoreRow, ScoreTable, SegmentText, tables};
use crate::segment::Segment;

/// A segment of the classical tables.
///
/// The ten names of the default table are all but [`Lost`](RfmSegment::Lost) and [`Others`](RfmSegment::Others); the
///
/// Other tools name and cut otherwise: give a table of your own with [`Rfm::table`](super::Rfm::table) for labels, or
/// [`Rfm::table_of`](super::Rfm::table_of) for a type of your own.
///
/// ```
/// use segmentry::behavioral::RfmSegment;
/// use segmentry::segment::Segment;
///
/// let segment = RfmSegment::AtRisk;
/// assert_eq!(segment.key(), "at_risk"); // stable: for files and joins
/// assert_eq!(segment.to_string(), "At risk"); // for people
/// assert_eq!(segment.description(), "Bought often, but not for a long time.");
/// assert!(RfmSegment::Champions < RfmSegment::Lost); // in the order in which they are shown
/// ```
///
/// boxes of the R package `rfm` use all but [`Hibernating`](RfmSegment::Hibernating).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum RfmSegment {
    /// Bought of late, often and for much.
    Champions,
    /// Buy often, the last time not long ago.
    LoyalCustomers,
    /// Bought of late and more than once.
    PotentialLoyalists,
    /// Bought of late for the first time.
    NewCustomers,
    /// Bought not long ago, little so far.
    Promising,
    /// Middling in everything.
    NeedAttention,
    /// Bought little, and not of late.
    AboutToSleep,
    /// Bought often, but not for a long time.
    AtRisk,
    /// Were among the best and have stayed away for long.
    CantLoseThem,
    /// Bought little, and long ago.
    Hibernating,
    /// Have stayed away for longest.
    Lost,
    /// In no box of the table.
    Others,
}

impl RfmSegment {
    /// All, in the order in which they are shown.
    pub const ALL: [RfmSegment; 12] = [
        RfmSegment::Champions,
        RfmSegment::LoyalCustomers,
        RfmSegment::PotentialLoyalists,
        RfmSegment::NewCustomers,
        RfmSegment::Promising,
        RfmSegment::NeedAttention,
        RfmSegment::AboutToSleep,
        RfmSegment::AtRisk,
        RfmSegment::CantLoseThem,
        RfmSegment::Hibernating,
        RfmSegment::Lost,
        RfmSegment::Others,
    ];

    /// Key, label, description, suggested reading.
    const fn texts(self) -> [&'static str; 4] {
        match self {
            RfmSegment::Champions => [
                "champions",
                "Champions",
                "Bought of late, often and for much.",
                "reward them, show them what is new first, ask them to recommend",
            ],
            RfmSegment::LoyalCustomers => [
                "loyal_customers",
                "Loyal customers",
                "Buy often, the last time not long ago.",
                "offer what goes with what they have, ask for reviews",
            ],
            RfmSegment::PotentialLoyalists => [
                "potential_loyalists",
                "Potential loyalists",
                "Bought of late and more than once.",
                "offer membership, recommend other products",
            ],
            RfmSegment::NewCustomers => [
                "new_customers",
                "New customers",
                "Bought of late for the first time.",
                "help them start, make the second purchase easy",
            ],
            RfmSegment::Promising => {
                ["promising", "Promising", "Bought not long ago, little so far.", "make yourself known, offer a trial"]
            }
            RfmSegment::NeedAttention => [
                "need_attention",
                "Need attention",
                "Middling in recency, frequency and amount.",
                "make an offer for a limited time, based on past purchases",
            ],
            RfmSegment::AboutToSleep => [
                "about_to_sleep",
                "About to sleep",
                "Bought little, and not of late.",
                "remind them of what they liked, recommend what is popular",
            ],
            RfmSegment::AtRisk => [
                "at_risk",
                "At risk",
                "Bought often, but not for a long time.",
                "write to them personally, offer a renewal",
            ],
            RfmSegment::CantLoseThem => [
                "cant_lose_them",
                "Can't lose them",
                "Were among the best and have stayed away for long.",
                "talk to them, win them back before a competitor does",
            ],
            RfmSegment::Hibernating => {
                ["hibernating", "Hibernating", "Bought little, and long ago.", "remind them cheaply, or let them be"]
            }
            RfmSegment::Lost => {
                ["lost", "Lost", "Have stayed away for longest.", "try one campaign, else leave them out of mailings"]
            }
            RfmSegment::Others => ["others", "Others", "In no box of the table.", "look at them before acting"],
        }
    }

    /// What is usually tried with these customers: a starting point for a test, not a finding.
    ///
    /// ```
    /// use segmentry::behavioral::RfmSegment;
    ///
    /// assert_eq!(RfmSegment::AtRisk.suggestion(), "write to them personally, offer a renewal");
    /// ```
    pub const fn suggestion(self) -> &'static str {
        self.texts()[3]
    }

    /// The segment that a published table means: by its key, written with `-` or `_`.
    ///
    /// `None` for any other text; capital letters are not read.
    ///
    /// ```
    /// use segmentry::behavioral::RfmSegment;
    ///
    /// assert_eq!(RfmSegment::of_key("potential-loyalist"), Some(RfmSegment::PotentialLoyalists));
    /// assert_eq!(RfmSegment::of_key("whales"), None);
    /// ```
    pub fn of_key(key: &str) -> Option<Self> {
        let key = key.replace('-', "_");
        let key = if key == "potential_loyalist" { "potential_loyalists" } else { &key };
        RfmSegment::ALL.into_iter().find(|segment| segment.texts()[0] == key)
    }

    pub(super) fn of_text(text: &SegmentText) -> Option<Self> {
        RfmSegment::of_key(&text.segment)
    }

    /// The ten classical names over recency and the mean of frequency and monetary.
    pub(super) fn classical() -> ScoreTable {
        own_words(&tables::ten_segments(BOTH), [("recency", 5), (BOTH, 5)])
    }

    /// The boxes of the R package `rfm`.
    pub(super) fn boxes_of_r() -> ScoreTable {
        let dimensions = [("recency", 5), ("frequency", 5), ("monetary", 5)];
        own_words(&tables::rfm_articles(), dimensions).first_match().otherwise("others")
    }
}

/// The mean of the scores of frequency and monetary.
const BOTH: &str = "frequency_monetary";

/// The rows of a published table under our keys, without its labels.
///
/// Labels are dropped, since sources spell them differently and the segment brings its own.
fn own_words<const D: usize>(table: &ScoreTable, dimensions: [(&str, u16); D]) -> ScoreTable {
    table.rows().iter().fold(ScoreTable::new(dimensions), |own, row| {
        let segment = RfmSegment::of_key(row.segment());
        let own_row = ScoreRow::new(segment.map_or(row.segment(), |segment| segment.texts()[0]));
        own.row(dimensions.iter().fold(own_row, |own_row, (name, _)| match row.allowed(name) {
            Some(scores) => own_row.scores(*name, scores),
            None => own_row,
        }))
    })
}

impl Segment for RfmSegment {
    fn key(&self) -> Cow<'_, str> {
        self.texts()[0].into()
    }

    fn label(&self) -> Cow<'_, str> {
        self.texts()[1].into()
    }

    fn description(&self) -> Cow<'_, str> {
        self.texts()[2].into()
    }
}

impl std::fmt::Display for RfmSegment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.texts()[1])
    }
}
