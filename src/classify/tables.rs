//! Published tables, as data.
//!
//! What [`ScoreTable::check`] finds about them:
//!
//! | table | over | overlap | cells left to `others` | rows that cannot be reached |
//! | --- | --- | --- | --- | --- |
//! | [`ten_segments`] | 5 × 5 | none | none | none |
//! | [`eleven_segments`] | 5 × 5 | none | none | none |
//! | [`rfm_articles`] | 5 × 5 × 5 | 58 cells: first match | 10 of 125 | none |
//! | [`rfm_tests`] | 5 × 5 × 5 | 39 cells: first match | 36 of 125 | 3 of 10: `new-customers`, `promising`, `cant-lose-them` |

use super::{ScoreRow, ScoreTable};

/// Key, label, and the bounds of recency and of the second dimension.
type Flat = (&'static str, &'static str, [u16; 2], [u16; 2]);

const TEN: [Flat; 10] = [
    ("champions", "Champions", [5, 5], [4, 5]),
    ("loyal-customers", "Loyal customers", [3, 4], [4, 5]),
    ("potential-loyalists", "Potential loyalists", [4, 5], [2, 3]),
    ("new-customers", "New customers", [5, 5], [1, 1]),
    ("promising", "Promising", [4, 4], [1, 1]),
    ("need-attention", "Need attention", [3, 3], [3, 3]),
    ("about-to-sleep", "About to sleep", [3, 3], [1, 2]),
    ("at-risk", "At risk", [1, 2], [3, 4]),
    ("cant-lose-them", "Can't lose them", [1, 2], [5, 5]),
    ("hibernating", "Hibernating", [1, 2], [1, 2]),
];

/// The ten classical names over recency and one more score from 1 to 5: complete and without overlap.
///
/// The second dimension carries the name you give: `frequency`, or a score of frequency and monetary together. The
/// boxes are the widely copied map of patterns `[1-2][1-2]` hibernating, `[1-2][3-4]` at risk, `[1-2]5` can't lose them,
/// `3[1-2]` about to sleep, `33` need attention, `[3-4][4-5]` loyal customers, `41` promising, `51` new customers,
/// `[4-5][2-3]` potential loyalists, `5[4-5]` champions.
pub fn ten_segments(second: &str) -> ScoreTable {
    flat(second, TEN)
}

/// [`ten_segments`] with `hibernating` divided: its cells with recency 1 are `lost`.
///
/// Tables with these eleven names are published with boxes that overlap or leave cells out ([`rfm_tests`] is one), so
/// this division is our own: it changes no other segment.
pub fn eleven_segments(second: &str) -> ScoreTable {
    let [rest @ .., _] = TEN;
    flat(second, rest)
        .row(flat_row(second, ("hibernating", "Hibernating", [2, 2], [1, 2])))
        .row(flat_row(second, ("lost", "Lost", [1, 1], [1, 2])))
}

fn flat(second: &str, rows: impl IntoIterator<Item = Flat>) -> ScoreTable {
    let table = ScoreTable::new([("recency", 5), (second, 5)]);
    rows.into_iter().fold(table, |table, row| table.row(flat_row(second, row)))
}

fn flat_row(second: &str, (segment, label, [r1, r2], [s1, s2]): Flat) -> ScoreRow {
    ScoreRow::new(segment).label(label).scores("recency", r1..=r2).scores(second, s1..=s2)
}

/// Key, label, and the bounds of recency, frequency and monetary.
type Full = (&'static str, &'static str, [u16; 2], [u16; 2], [u16; 2]);

/// The ten boxes of the articles and help pages of the R package `rfm` (Aravind Hebbali; rsquaredacademy/rfm,
/// `R/rfm-segment.R`, MIT): the first match wins, and 10 of 125 cells fall to `others`.
pub fn rfm_articles() -> ScoreTable {
    full([
        ("champions", "Champions", [5, 5], [5, 5], [5, 5]),
        ("potential-loyalist", "Potential Loyalist", [3, 5], [3, 5], [2, 5]),
        ("loyal-customers", "Loyal Customers", [2, 4], [2, 4], [2, 4]),
        ("promising", "Promising", [3, 4], [1, 3], [3, 5]),
        ("new-customers", "New Customers", [4, 5], [1, 3], [1, 5]),
        ("cant-lose-them", "Can't Lose Them", [1, 2], [3, 4], [4, 5]),
        ("at-risk", "At Risk", [1, 2], [2, 5], [4, 5]),
        ("need-attention", "Need Attention", [1, 3], [3, 5], [3, 5]),
        ("about-to-sleep", "About To Sleep", [2, 3], [1, 3], [1, 4]),
        ("lost", "Lost", [1, 1], [1, 5], [1, 5]),
    ])
}

/// The ten boxes of the package's own test (`tests/testthat/test-rfm-segment.R`), which many web pages repeat. **It
/// does not pass [`ScoreTable::check`]**: under the first match, which it needs, three rows can never be reached.
/// [`rfm_tests_reachable`] is the same definition without them, with the same answer for every cell.
pub fn rfm_tests() -> ScoreTable {
    full(TESTS)
}

/// [`rfm_tests`] without the rows that cannot be reached: 36 of 125 cells fall to `others`.
pub fn rfm_tests_reachable() -> ScoreTable {
    let dead = ["new-customers", "promising", "cant-lose-them"];
    full(TESTS.into_iter().filter(|row| !dead.contains(&row.0)))
}

const TESTS: [Full; 10] = [
    ("champions", "Champions", [4, 5], [4, 5], [4, 5]),
    ("loyal-customers", "Loyal Customers", [2, 5], [3, 5], [3, 5]),
    ("potential-loyalist", "Potential Loyalist", [3, 5], [1, 3], [1, 3]),
    ("new-customers", "New Customers", [4, 5], [1, 1], [1, 1]),
    ("promising", "Promising", [3, 4], [1, 1], [1, 1]),
    ("need-attention", "Need Attention", [2, 3], [2, 3], [2, 3]),
    ("about-to-sleep", "About To Sleep", [2, 3], [1, 2], [1, 2]),
    ("at-risk", "At Risk", [1, 2], [2, 5], [2, 5]),
    ("cant-lose-them", "Can't Lose Them", [1, 1], [4, 5], [4, 5]),
    ("lost", "Lost", [1, 2], [1, 2], [1, 2]),
];

fn full(rows: impl IntoIterator<Item = Full>) -> ScoreTable {
    let table = ScoreTable::new([("recency", 5), ("frequency", 5), ("monetary", 5)]).first_match().otherwise("others");
    rows.into_iter().fold(table, |table, (segment, label, [r1, r2], [f1, f2], [m1, m2])| {
        let row = ScoreRow::new(segment).label(label);
        table.row(row.scores("recency", r1..=r2).scores("frequency", f1..=f2).scores("monetary", m1..=m2))
    })
}
