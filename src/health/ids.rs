//! Ids that occur again, and ids that look as if they did.
//!
//! What a table cannot show any more: it holds each id once, so that repeated rows are counted while a source is read.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use crate::text::{count, counted};
use crate::value::{HASHER, Id, Ids};

use super::Rules;
use super::finding::{Finding, Issue};

/// Ids that stand in more than one row of a source.
///
/// ```
/// use segmentry::health::DuplicateIds;
///
/// let duplicates = DuplicateIds::of(["c-1", "c-2", "c-1", "c-1"].map(Into::into));
/// assert_eq!((duplicates.rows, duplicates.customers, duplicates.repeated), (4, 2, 2));
/// assert_eq!(duplicates.examples, [("c-1".to_owned(), 3)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DuplicateIds {
    /// Rows of the source.
    pub rows: usize,
    /// Different ids among them.
    pub customers: usize,
    /// Rows whose id stood in an earlier row.
    pub repeated: usize,
    /// The first five ids that occur again, with the number of their rows.
    pub examples: Vec<(String, usize)>,
}

impl DuplicateIds {
    /// The duplicates in the ids of a source, row by row.
    pub fn of<'a>(ids: impl IntoIterator<Item = Id<'a>>) -> Self {
        let mut known = Ids::default();
        let mut times: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut rows, mut repeated) = (0, 0);
        for id in ids {
            let before = known.len();
            let at = known.intern(id);
            rows += 1;
            if at < before {
                repeated += 1;
                *times.entry(at).or_insert(1) += 1;
            }
        }
        let examples = times.into_iter().take(5).filter_map(|(at, n)| known.get(at).map(|id| (id.to_string(), n)));
        DuplicateIds { rows, customers: known.len(), repeated, examples: examples.collect() }
    }

    /// `None` where no id stands twice.
    pub(super) fn finding(&self) -> Option<Finding> {
        let examples: Vec<String> = self.examples.iter().map(|(id, n)| format!("`{id}` {n} times")).collect();
        let rows = counted(self.repeated, "row has", "rows have");
        let sentence = format!("{rows} an id that stands in an earlier row: {}", examples.join(", "));
        (self.repeated > 0).then(|| Finding::new("customers", Issue::DuplicateIds, self.repeated, sentence))
    }
}

/// Ids that are different and the same but for case, spaces and leading zeros.
///
/// Ids are compared by a hash of what is left of them, so that a million take 16 bytes each and no text is kept. `c-7`
/// and `C-7 ` are one customer in two systems as a rule; they are told and never joined, because leading zeros may be
/// meant.
pub(super) fn similar_ids(ids: &Ids, rules: &Rules) -> Option<Finding> {
    if ids.iter().next().is_none_or(|id| matches!(id, Id::Integer(_))) {
        return None; // whole numbers are written in one way
    }
    let mut folded: Vec<(u64, usize)> = ids.iter().enumerate().map(|(row, id)| (fold(id), row)).collect();
    folded.sort_unstable();
    let mut groups: Vec<Vec<usize>> = folded
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|g| g.len() > 1)
        .map(|g| g.iter().map(|(_, row)| *row).collect())
        .collect();
    groups.sort_unstable();
    let rows: usize = groups.iter().map(Vec::len).sum();
    let name = |row: &usize| format!("`{}`", ids.get(*row).map(|id| id.to_string()).unwrap_or_default());
    let one = |group: &Vec<usize>| group.iter().take(rules.examples.max(2)).map(name).collect::<Vec<_>>().join(" and ");
    let examples = groups.iter().take(rules.examples).map(one).collect::<Vec<_>>().join(", ");
    let sentence =
        format!("{} ids differ from another in case, spaces or leading zeros alone: {examples}", count(rows));
    (rows > 0).then(|| Finding::new("customers", Issue::SimilarIds, rows, sentence))
}

/// Two ids of one hash would be told as similar; of a million ids that happens once in some 37 million tables.
fn fold(id: Id<'_>) -> u64 {
    id.with_text(|text| {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        HASHER.hash_one(text.trim_start_matches('0'))
    })
}
