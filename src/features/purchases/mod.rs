//! Purchases: a log of who paid how much on which day, and its totals a customer.
//!
//! Recency, frequency and monetary value (Hughes, *Strategic Database Marketing*, 1994) begin with the same few
//! numbers of each customer: the first and the last day, how many purchases, how much in all.
//! [`PurchaseLog`] takes the log as three columns and makes [`PurchaseTotals`] of it.
//!
//! Of a log with ids, days and amounts alone, take [`PurchaseLog`]: it is the fast way, and knows no kinds and no
//! moments within a day. Of a [`History`](crate::history::History), take [`Purchases`].

mod aggregate;
mod ids;
mod keys;
pub(crate) mod log;
mod named;
mod period;
mod recipe;
mod split;
pub mod summary;
mod texts;

pub use ids::PurchaseIds;
pub use period::{Period, TimeUnit};
pub use recipe::{PurchaseSummaries, Purchases};
pub use split::{Holdout, PurchaseSplit, SplitSummaries};
pub use summary::PurchaseSummary;

use crate::error::{Error, Result};
use crate::parallel;
use crate::time::Day;
use aggregate::{Columns, MOST_ROWS, Totals};
use ids::{CustomerIds, PackedTexts, Texts};
use keys::{Hashed, KeysTell, Mix, Narrow, TextsTell, WordsTell};
use texts::{Form, Reading};

/// A purchase log as it lies in memory: who, when and how much, one entry a purchase, in any order.
///
/// Nothing is copied. Returns and refunds are purchases with an amount below zero and count as such;
/// who does not want that takes them out before.
///
/// ```
/// use segmentry::features::purchases::{PurchaseIds, PurchaseLog};
/// use segmentry::time::Day;
///
/// let day = |text: &str| text.parse::<Day>();
/// let days = [day("2026-01-05")?, day("2026-02-01")?, day("2026-03-09")?, day("2026-12-24")?];
/// let log = PurchaseLog::new(PurchaseIds::Texts(&["ann", "bo", "ann", "bo"]), &days, &[20.0, 5.0, 7.5, 99.0])?;
///
/// let totals = log.aggregate(day("2026-06-30")?)?; // bo's purchase at Christmas is not known yet
/// assert_eq!(totals.ids().text(0), Some("ann"));
/// assert_eq!(totals.count(), [2, 1]);
/// assert_eq!(totals.sum(), [27.5, 5.0]);
/// assert_eq!(totals.last_day()[0].days_since(totals.first_day()[0]), 63);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PurchaseLog<'a> {
    ids: PurchaseIds<'a>,
    days: &'a [Day],
    amounts: &'a [f64],
}

impl<'a> PurchaseLog<'a> {
    /// A log of the customer ids, days and amounts of purchases; amounts are in one currency.
    ///
    /// Reads each amount once. An empty log is allowed.
    ///
    /// # Errors
    /// If the columns differ in length; if an amount is NaN or infinite (the first such row is named); if packed ids
    /// are not cut between characters and in ascending order; if there are more than 4,294,967,295 rows.
    pub fn new(ids: PurchaseIds<'a>, days: &'a [Day], amounts: &'a [f64]) -> Result<Self> {
        let rows = ids.len();
        for (what, found) in [("days", days.len()), ("amounts", amounts.len())] {
            if found != rows {
                return Err(Error::length(what, found, rows));
            }
        }
        if rows > MOST_ROWS {
            return Err(Error::unsupported(format!("a purchase log of {rows} rows, at most {MOST_ROWS} are numbered")));
        }
        ids.check()?;
        let bad = parallel::map_chunks(rows, parallel::CHUNK, |chunk| {
            let start = chunk.start;
            // No branch a row: a million good amounts are the rule.
            let finite = amounts[chunk.clone()].iter().fold(true, |all, amount| all & amount.is_finite());
            if finite { None } else { amounts[chunk].iter().position(|amount| !amount.is_finite()).map(|i| start + i) }
        });
        match bad.into_iter().flatten().next() {
            Some(row) => Err(Error::not_finite("amount", amounts[row]).at_row(row)),
            None => Ok(PurchaseLog { ids, days, amounts }),
        }
    }

    /// How many purchases the log has.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether the log has no purchase.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The totals of every customer with a purchase up to and including the day `as_of`; later purchases are not
    /// known yet and are left out.
    ///
    /// Customers come in the order in which they first appear in the log. A customer's amounts are added in the
    /// order of the log, so the same log gives the same bits on any number of threads, and integer ids the same
    /// as texts.
    ///
    /// Cost: linear in the rows. While it works it needs, beside the result, 32 to 80 bytes a customer (and the length
    /// of the id where texts are hashed) and some 10 MB for any number of rows. Fastest are integers in a range no wider
    /// than the log is long, and texts of one length that differ in at most eight digits at the end (`C00012345`); then
    /// other integers and texts of which eight bytes tell all apart; then texts of up to 63 bytes; then longer ones.
    ///
    /// # Errors
    /// If the sum of a customer's amounts is too large for a number; the customer is named.
    pub fn aggregate(&self, as_of: Day) -> Result<PurchaseTotals> {
        let totals = match self.ids {
            PurchaseIds::Integers(ids) => self.of_integers(ids, as_of),
            PurchaseIds::Texts(ids) => self.of_texts(ids, as_of),
            PurchaseIds::Packed { bytes, ends } => self.of_texts(PackedTexts { bytes: bytes.as_bytes(), ends }, as_of),
        };
        let ids = CustomerIds::of_rows(self.ids, &totals.first_row);
        let totals = PurchaseTotals { ids, totals };
        match totals.sum().iter().position(|sum| !sum.is_finite()) {
            Some(i) => {
                let error = Error::not_finite("sum of amounts", totals.sum()[i]);
                Err(match (totals.ids().integer(i), totals.ids().text(i)) {
                    (Some(id), _) => error.at_customer(id),
                    (_, Some(id)) => error.at_customer(id),
                    _ => error,
                })
            }
            None => Ok(totals),
        }
    }

    fn columns(&self) -> Columns<'a> {
        Columns { days: self.days, amounts: self.amounts }
    }

    fn of_integers(&self, ids: &[i64], as_of: Day) -> Totals {
        let bounds = parallel::map_chunks(ids.len(), parallel::CHUNK, |rows| {
            ids[rows].iter().fold((i64::MAX, i64::MIN), |(least, most), &id| (least.min(id), most.max(id)))
        });
        let (least, most) =
            bounds.into_iter().fold((i64::MAX, i64::MIN), |all, part| (all.0.min(part.0), all.1.max(part.1)));
        let range = if ids.is_empty() { 0 } else { most.wrapping_sub(least) as u64 };
        if let Some(range) = self.narrow(range) {
            let distances = |first: usize, keys: &mut [u64]| {
                for (key, &id) in keys.iter_mut().zip(&ids[first..]) {
                    *key = id.wrapping_sub(least) as u64; // right even if the difference does not fit an i64
                }
            };
            return aggregate::aggregate(&Narrow::new(range, distances), self.columns(), as_of);
        }
        let mix = Mix::new();
        let mixed = |first: usize, keys: &mut [u64]| {
            for (key, &id) in keys.iter_mut().zip(&ids[first..]) {
                *key = mix.mix(id as u64);
            }
        };
        aggregate::aggregate(&Hashed::new(ids.len(), KeysTell, mixed), self.columns(), as_of)
    }

    fn of_texts<T: Texts>(&self, texts: T, as_of: Day) -> Totals {
        let columns = self.columns();
        let reading = Form::of(texts).reading();
        if let Reading::Digits(digits) = reading
            && let Some(range) = self.narrow(10_u64.pow(digits) - 1)
        {
            let numbers = |first: usize, keys: &mut [u64]| {
                for (row, key) in (first..).zip(keys) {
                    *key = texts::digits_key(texts.bytes(row), digits);
                }
            };
            return aggregate::aggregate(&Narrow::new(range, numbers), columns, as_of);
        }
        let mix = Mix::new();
        match reading {
            Reading::Digits(_) | Reading::Tail => {
                let mixed = |first: usize, keys: &mut [u64]| {
                    for (row, key) in (first..).zip(keys) {
                        *key = mix.mix(texts::tail_key(texts.bytes(row)));
                    }
                };
                aggregate::aggregate(&Hashed::new(texts.len(), KeysTell, mixed), columns, as_of)
            }
            Reading::Short => {
                let mixed = |first: usize, keys: &mut [u64]| {
                    for (row, key) in (first..).zip(keys) {
                        *key = mix.mix(texts::short_key(texts.bytes(row)));
                    }
                };
                aggregate::aggregate(&Hashed::new(texts.len(), KeysTell, mixed), columns, as_of)
            }
            Reading::Words(words) => {
                let secret = foldhash::fast::RandomState::default();
                let hashed = |first: usize, keys: &mut [u64]| texts::hash(texts, &secret, first, keys);
                let keys = Hashed::new(texts.len(), WordsTell { texts, words }, hashed);
                aggregate::aggregate(&keys, columns, as_of)
            }
            Reading::Long => {
                let secret = foldhash::fast::RandomState::default();
                let hashed = |first: usize, keys: &mut [u64]| texts::hash(texts, &secret, first, keys);
                aggregate::aggregate(&Hashed::new(texts.len(), TextsTell(texts), hashed), columns, as_of)
            }
        }
    }

    /// How many numbers there are from 0 to `most`, if a table of so many is not much for a log of this length.
    ///
    /// At most as many as the log has rows, or 1,024: so the table takes no more memory than the log, or little.
    fn narrow(&self, most: u64) -> Option<usize> {
        usize::try_from(most).ok().filter(|most| *most < self.len().max(1024)).map(|most| most + 1)
    }
}

/// First day, last day, number and sum of each customer's purchases, made by [`PurchaseLog::aggregate`].
///
/// Customers stand in the order of their first appearance in the log; the same place in every slice is the
/// same customer.
#[derive(Clone, Debug)]
pub struct PurchaseTotals {
    ids: CustomerIds,
    totals: Totals,
}

impl PurchaseTotals {
    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.totals.count.len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.totals.count.is_empty()
    }

    /// The customers' ids: integers if the log's were, packed texts otherwise.
    pub fn ids(&self) -> PurchaseIds<'_> {
        self.ids.as_slices()
    }

    /// The row of the log in which the customer appears first, the first row is 0.
    pub fn first_row(&self) -> &[u32] {
        &self.totals.first_row
    }

    /// The earliest day with a purchase.
    pub fn first_day(&self) -> &[Day] {
        &self.totals.first_day
    }

    /// The latest day with a purchase.
    pub fn last_day(&self) -> &[Day] {
        &self.totals.last_day
    }

    /// The number of purchases, at least 1.
    pub fn count(&self) -> &[u32] {
        &self.totals.count
    }

    /// The sum of the amounts, added in the order of the log.
    pub fn sum(&self) -> &[f64] {
        &self.totals.sum
    }
}
