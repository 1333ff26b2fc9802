//! The customer ids of a purchase log, as they lie in memory.
//!
//! Ids are borrowed in the form in which the caller has them, for the aggregation needs no copy of them and a long log
//! has many. Which to choose: the one that needs no conversion.

use crate::error::{Error, Result};
use crate::parallel;

/// The customer id of each purchase, borrowed from where it lies: integers, texts, or texts packed end to end.
///
/// ```
/// use segmentry::features::purchases::PurchaseIds;
///
/// let texts = PurchaseIds::Texts(&["ann", "bo", "ann"]);
/// let packed = PurchaseIds::Packed { bytes: "annboann", ends: &[3, 5, 8] };
/// assert_eq!(texts.len(), packed.len());
/// assert_eq!(packed.text(1), Some("bo"));
/// assert_eq!(PurchaseIds::Integers(&[7, -1]).integer(1), Some(-1));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum PurchaseIds<'a> {
    /// An integer a purchase. Every value is an id, [`i64::MIN`] too.
    Integers(&'a [i64]),
    /// A text a purchase. Every text is an id, the empty one too.
    Texts(&'a [&'a str]),
    /// The texts one after the other, as Arrow and Polars hold them: 9 bytes a row for `C00012345` and 8 for its end,
    /// instead of the 16 more of a `&str`.
    Packed {
        /// The texts with nothing between them.
        bytes: &'a str,
        /// Where each text ends in `bytes`; it begins where the one before it ends, the first at 0.
        ends: &'a [usize],
    },
}

impl<'a> PurchaseIds<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            PurchaseIds::Integers(ids) => ids.len(),
            PurchaseIds::Texts(ids) => ids.len(),
            PurchaseIds::Packed { ends, .. } => ends.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The integer of a row, `None` where ids are texts or there is no such row.
    ///
    /// Ids are not converted: the text `7` is no integer.
    pub fn integer(&self, row: usize) -> Option<i64> {
        match self {
            PurchaseIds::Integers(ids) => ids.get(row).copied(),
            _ => None,
        }
    }

    /// The text of a row, `None` where ids are integers or there is no such row.
    ///
    /// Of packed texts it is cut out by two ends, in constant time.
    pub fn text(&self, row: usize) -> Option<&'a str> {
        match *self {
            PurchaseIds::Integers(_) => None,
            PurchaseIds::Texts(ids) => ids.get(row).copied(),
            PurchaseIds::Packed { bytes, ends } => {
                let end = *ends.get(row)?;
                let start = row.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied())?;
                bytes.get(start..end)
            }
        }
    }

    /// Says whether packed texts are cut where they may be cut.
    ///
    /// The first row that is not is named, whatever the number of threads.
    pub(super) fn check(&self) -> Result<()> {
        let PurchaseIds::Packed { bytes, ends } = *self else {
            return Ok(());
        };
        let bad = parallel::map_chunks(ends.len(), parallel::CHUNK, |rows| {
            let mut start = rows.start.checked_sub(1).map_or(0, |before| ends[before]);
            rows.into_iter().find(|&row| {
                let fits = ends[row] >= start && bytes.is_char_boundary(ends[row]);
                start = ends[row];
                !fits
            })
        });
        let Some(row) = bad.into_iter().flatten().next() else {
            return Ok(());
        };
        let start = row.checked_sub(1).map_or(0, |before| ends[before]);
        let expected = format!("an end of a text, from {start} to {}", bytes.len());
        Err(Error::parameter("ends", expected, ends[row]).at_row(row))
    }
}

/// Texts that can be read by their row: checked ones, so that every row has its bytes.
///
/// Both kinds of text behave as one from here on, so the aggregation is written once.
pub(super) trait Texts: Copy + Send + Sync {
    fn len(self) -> usize;
    /// The bytes of a text; `row` is below the length.
    fn bytes(&self, row: usize) -> &[u8];
}

impl Texts for &[&str] {
    fn len(self) -> usize {
        <[&str]>::len(self)
    }

    #[inline]
    fn bytes(&self, row: usize) -> &[u8] {
        self[row].as_bytes()
    }
}

/// Packed texts.
///
/// As bytes: they are compared and hashed only, and the cuts between characters have been checked.
#[derive(Clone, Copy)]
pub(super) struct PackedTexts<'a> {
    pub bytes: &'a [u8],
    pub ends: &'a [usize],
}

impl Texts for PackedTexts<'_> {
    fn len(self) -> usize {
        self.ends.len()
    }

    #[inline]
    fn bytes(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes[start..self.ends[row]]
    }
}

/// The id of each customer, owned.
///
/// Of the same kind as the log's, texts packed: totals outlive the log.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CustomerIds {
    Integers(Vec<i64>),
    Packed { bytes: String, ends: Vec<usize> },
}

impl CustomerIds {
    /// The ids of some rows.
    pub fn of_rows(ids: PurchaseIds<'_>, rows: &[u32]) -> Self {
        match ids {
            PurchaseIds::Integers(ids) => CustomerIds::Integers(rows.iter().map(|&row| ids[row as usize]).collect()),
            _ => {
                let mut bytes = String::new();
                let ends = rows.iter().map(|&row| {
                    bytes.push_str(ids.text(row as usize).unwrap_or_default()); // checked: every row has its text
                    bytes.len()
                });
                let ends = ends.collect();
                bytes.shrink_to_fit();
                CustomerIds::Packed { bytes, ends }
            }
        }
    }

    /// The ids in the form in which a log takes them, so that totals can be a log's ids in turn.
    pub fn as_slices(&self) -> PurchaseIds<'_> {
        match self {
            CustomerIds::Integers(ids) => PurchaseIds::Integers(ids),
            CustomerIds::Packed { bytes, ends } => PurchaseIds::Packed { bytes, ends },
        }
    }
}
