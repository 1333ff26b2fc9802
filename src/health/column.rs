//! The health of one attribute.
//!
//! One pass looks at the values, a sort at numbers and days, a dictionary at texts; nothing is changed. What is
//! counted stands in [`ColumnHealth`], what is worth a sentence becomes a [`Finding`]. The rules, each by kind of
//! attribute:
//!
//! | kind | what is said | when |
//! | --- | --- | --- |
//! | any | [`Issue::Invalid`] | a row holds what is no value of the kind |
//! | any | [`Issue::NothingKnown`], [`Issue::MostlyAbsent`], [`Issue::Absent`] | no row, at most half of the rows, not every row has a value |
//! | all but sets | [`Issue::Constant`], [`Issue::NearlyConstant`] | of two values or more all, or the share set in [`Health`](super::Health), are one value |
//! | number | [`Issue::Outliers`] | at least 5 different values, and one outside Tukey's fences or with a modified z-score above 3.5 |
//! | number | [`Issue::Skewed`] | at least 5 different values, and a skewness above 2 in size |
//! | text | [`Issue::IdLike`] | at least 10 values, each of them another |
//! | text | [`Issue::NumbersAsText`] | at least 10 texts and nine tenths of all are numbers |
//! | text, set | [`Issue::Placeholders`] | a text such as `n/a`, `-`, `unknown` |
//! | text, set | [`Issue::SimilarTexts`] | texts that differ in case, spaces, punctuation or one letter |
//! | day, timestamp | [`Issue::Future`] | after the day as of which customers are seen |
//! | day, timestamp | [`Issue::Early`] | before 1900 |
//! | day, timestamp | [`Issue::DefaultDays`] | 1900-01-01, 1970-01-01 or 9999-12-31 |
//!
//! # How it works
//!
//! 1. `absent` counts what is missing, null or invalid, whatever the kind.
//! 2. One of `numbers`, `texts`, `sets`, `days` and `others` looks at the values of the kind.
//! 3. `constant` looks at the most frequent value, which step 2 has found.
//!
//! # Cost
//!
//! Numbers and days are sorted, O(n log n) and 8 or 16 bytes a value while the column is looked at. Texts cost a count
//! a row and a comparison of the different texts ([`SimilarTexts`]). Columns are checked in parallel by the caller.
//!
//! # Why so
//!
//! - Outliers and skewness are not said of fewer than 5 different values: a flag or a short scale has neither.
//! - A column of numbers in texts is not looked through for similar texts: 1001 and 1002 are no slip of each other.
//! - Numbers with leading zeros count as texts, because post codes and article numbers are.
//! - An id-like column is compared by case, spaces and punctuation only: names differ by a letter.
//!
//! # Who relies on this
//!
//! `EventsHealth` has amounts and quantities checked here under the names `events.amount` and `events.quantity`. A
//! column of events is therefore an attribute like any other, and drops the findings that mean nothing there.
//!
//! # Units
//!
//! Counts are rows, also where customers have weights: a finding is about what stands in the source, and a customer
//! who counts twice was written down once. Shares are of the rows that have a value, unless the sentence says
//! otherwise.
//!
//! # Determinism
//!
//! Of equally frequent values the smallest is named, of texts the one that came first, examples are the first in
//! order, and groups of similar texts are sorted: the same table gives the same report on any number of threads.

use crate::history::CURRENCY;
use crate::text::{count, counted, number, share, some};
use crate::time::Day;
use crate::value::{Attribute, Column, Dictionary, Kind, OwnedValue, Presence, Value};

use super::finding::{Finding, Issue};
use super::numbers::NumbersHealth;
use super::similar::{SimilarTexts, similar};
use super::{Rules, earliest};

/// The health of one attribute.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::health::{Health, Issue};
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bo", "cy", "di"])?
///     .with_column("country", Column::texts(["Germany", "Germany", "n/a", "France"]))?;
/// let report = Health::new().check(&customers)?;
/// let country = report.column("country").unwrap();
/// assert_eq!((country.distinct, country.presence.present), (3, 4)); // `n/a` is a text like any other
/// assert_eq!(country.most_frequent.as_ref().unwrap().1, 2);
/// let finding = report.finding("country", Issue::Placeholders).unwrap();
/// assert_eq!(finding.sentence, "1 text says that there is nothing: `n/a`; read them as missing if they mean it");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ColumnHealth {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Where it comes from, if that was said.
    pub source: Option<String>,
    /// How many rows have a value, and why the others have none.
    pub presence: Presence,
    /// Different values; of sets, different texts in them.
    pub distinct: usize,
    /// The most frequent value with the number of its rows; of sets, the most frequent text in them. Of equally
    /// frequent ones the smallest, of texts the one that came first.
    pub most_frequent: Option<(OwnedValue, usize)>,
    /// Where its numbers lie, of a numeric attribute.
    pub numbers: Option<NumbersHealth>,
    /// The first day, of days and timestamps (in UTC).
    pub earliest: Option<Day>,
    /// The last day, of days and timestamps (in UTC).
    pub latest: Option<Day>,
    /// What stands in the first rows that are invalid.
    pub invalid_examples: Vec<String>,
    /// Texts that are likely meant to be the same, the most frequent groups first.
    pub similar: Vec<SimilarTexts>,
}

/// Texts that say that there is nothing, in lower case and without spaces around.
///
/// Of the whole text, not of a part of it: `none of these` is an answer.
const PLACEHOLDERS: [&str; 21] = [
    "",
    "-",
    "--",
    "?",
    ".",
    "na",
    "n/a",
    "n.a.",
    "#n/a",
    "nan",
    "nil",
    "none",
    "null",
    "(null)",
    "unknown",
    "missing",
    "not available",
    "not specified",
    "undefined",
    "tbd",
    "keine angabe",
];

/// Days that systems write where none is known: 1900-01-01, 1970-01-01, 9999-12-31.
///
/// As days since 1970-01-01.
const DEFAULT_DAYS: [i32; 3] = [-25_567, 0, 2_932_896];

/// The skewness from which on a column is said to be skewed: that of an exponential distribution.
///
/// Below it a mean still lies near the bulk of the values; above it a mean, and what is made of distances, is ruled by
/// a few.
const SKEWED: f64 = 2.0;

/// What is found on the way through a column.
///
/// `health` is what is counted, `found` what is worth a sentence; the steps fill both.
struct Check<'a> {
    column: &'a Column,
    rules: &'a Rules,
    health: ColumnHealth,
    found: Vec<Finding>,
}

/// The health of a column with what was found of it, in the order of the steps; the caller sorts findings by how grave
/// they are. `attribute` gives the name, the kind is the column's.
pub(super) fn check(attribute: &Attribute, column: &Column, rules: &Rules) -> (ColumnHealth, Vec<Finding>) {
    let health = ColumnHealth {
        name: attribute.name.clone(),
        kind: column.kind(),
        source: attribute.source.clone(),
        presence: column.presence(),
        distinct: 0,
        most_frequent: None,
        numbers: None,
        earliest: None,
        latest: None,
        invalid_examples: Vec::new(),
        similar: Vec::new(),
    };
    let mut check = Check { column, rules, health, found: Vec::new() };
    check.absent();
    match column.kind() {
        Kind::Number | Kind::Integer => check.numbers(),
        Kind::Text => check.texts(),
        Kind::Set => check.sets(),
        Kind::Day | Kind::Timestamp => check.days(),
        _ => check.others(),
    }
    check.constant();
    (check.health, check.found)
}

impl Check<'_> {
    /// Every finding is about this attribute; how grave it is follows from the issue.
    fn find(&mut self, issue: Issue, count: usize, sentence: impl Into<String>) {
        self.found.push(Finding::new(&self.health.name, issue, count, sentence));
    }

    /// Missing, null and invalid rows.
    ///
    /// Missing and null are told apart in words and counted together: what they have in common is that there is no
    /// value. Invalid rows are told with examples, because the remedy lies in how the source is read.
    fn absent(&mut self) {
        let Presence { present, missing, null, invalid } = self.health.presence;
        let rows = present + missing + null + invalid;
        if invalid > 0 {
            let bad = self.column.values().filter_map(|value| match value {
                Value::Invalid(text) => Some(text.to_owned()),
                _ => None,
            });
            self.health.invalid_examples = bad.take(self.rules.examples).collect();
            let (kind, rows) = (self.health.kind, counted(invalid, "row is", "rows are"));
            let examples = some(self.health.invalid_examples.iter().map(String::as_str), invalid);
            self.find(Issue::Invalid, invalid, format!("{rows} no {kind}: {examples}"));
        }
        let absent = missing + null;
        if absent == 0 {
            return;
        }
        let why = match (missing, null) {
            (missing, 0) => format!("{} missing", count(missing)),
            (0, null) => format!("{} null", count(null)),
            (missing, null) => format!("{} missing and {} null", count(missing), count(null)),
        };
        let sentence = format!("{why} of {} ({})", count(rows), share(absent, rows));
        let issue = match present {
            0 => Issue::NothingKnown,
            _ if absent * 2 >= rows => Issue::MostlyAbsent,
            _ => Issue::Absent,
        };
        self.find(issue, absent, if present == 0 { format!("nothing is known: {sentence}") } else { sentence });
    }

    /// Sets are left out: that each customer has a text is no reason to drop a set.
    fn constant(&mut self) {
        let present = self.health.presence.present;
        let Some((value, times)) = self.health.most_frequent.clone() else { return };
        if present < 2 || self.health.kind == Kind::Set {
            return;
        }
        if times == present {
            self.find(Issue::Constant, times, format!("each of {} values is `{}`", count(present), short(&value)));
        } else if times as f64 >= self.rules.nearly_constant * present as f64 {
            let (value, part) = (short(&value), share(times, present));
            self.find(Issue::NearlyConstant, times, format!("{part} of the values are `{value}`"));
        }
    }

    /// Sorted once: the most frequent value, the quantiles and the counts beyond the fences all come from that order.
    /// A number is told as an integer again where the column is one of integers.
    fn numbers(&mut self) {
        let mut sorted: Vec<f64> = match self.column.as_numbers() {
            Some(numbers) => numbers.to_vec(),
            None => (0..self.column.len()).filter_map(|row| self.column.number(row)).collect(),
        };
        sorted.sort_unstable_by(f64::total_cmp);
        let held = |number: &f64| match self.health.kind {
            Kind::Integer => OwnedValue::Integer(*number as i64),
            _ => OwnedValue::Number(*number),
        };
        let (distinct, most) = runs(&sorted, |a, b| a == b);
        self.health.most_frequent = most.and_then(|(at, times)| sorted.get(at).map(|number| (held(number), times)));
        self.health.distinct = distinct;
        let Some(health) = NumbersHealth::of(&sorted) else { return };
        self.health.numbers = Some(health);
        // a flag or a short scale has no outliers
        let outside = health.outside_fences();
        let beyond = health.beyond_z.unwrap_or(0);
        if distinct >= 5
            && outside + beyond > 0
            && let Some((low, high)) = health.fences
        {
            let mut sentence = format!(
                "{} outside Tukey's fences {} and {} ({} below, {} above, {} far out)",
                count(outside),
                number(low),
                number(high),
                count(health.below_fences),
                count(health.above_fences),
                count(health.far_out)
            );
            if let Some(beyond) = health.beyond_z {
                sentence += &format!(", {} with a modified z-score above 3.5", count(beyond));
            }
            sentence += &format!("; smallest {}, largest {}", number(health.min), number(health.max));
            self.find(Issue::Outliers, outside.max(beyond), sentence);
        }
        if distinct >= 5 && health.skewness.abs() > SKEWED {
            let side = if health.skewness > 0.0 { "large" } else { "small" };
            let hint = if health.min >= 0.0 && side == "large" { "; a logarithm may serve" } else { "" };
            let (mean, median) = (number(health.mean), number(health.median));
            let sentence = format!(
                "a few {side} values outweigh the rest: skewness {:.1}, mean {mean}, median {median}{hint}",
                health.skewness
            );
            self.find(Issue::Skewed, self.health.presence.present, sentence);
        }
    }

    /// Codes are counted and texts are never compared row by row. Only texts that a row has count, whatever the
    /// dictionary holds.
    fn texts(&mut self) {
        let Some((codes, dictionary)) = self.column.codes() else { return };
        let mut times = vec![0_usize; dictionary.len()];
        if self.column.is_complete() {
            codes.iter().for_each(|code| bump(&mut times, *code));
        } else {
            let known = codes.iter().enumerate().filter(|(row, _)| self.column.value(*row).is_present());
            known.for_each(|(_, code)| bump(&mut times, *code));
        }
        self.categories(dictionary, &times);
    }

    /// Each text of a set counts once for its row, so that `distinct` and the most frequent are of texts and not of
    /// sets.
    fn sets(&mut self) {
        let mut dictionary = Dictionary::default();
        let mut times: Vec<usize> = Vec::new();
        for set in self.column.values().filter_map(Value::set) {
            for text in set.iter() {
                let code = dictionary.intern(text);
                times.resize(dictionary.len(), 0);
                bump(&mut times, code);
            }
        }
        self.categories(&dictionary, &times);
    }

    /// What texts can be said of, given how many rows have each.
    ///
    /// `times` is as long as the dictionary. The findings come from the coarse to the fine: texts that say nothing,
    /// numbers, ids, and only then texts that look alike.
    fn categories(&mut self, dictionary: &Dictionary, times: &[usize]) {
        let used: Vec<(&str, usize)> =
            dictionary.iter().zip(times.iter().copied()).filter(|(_, times)| *times > 0).collect();
        let most = used.iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
        self.health.distinct = used.len();
        self.health.most_frequent = most.map(|(text, times)| (OwnedValue::Text((*text).to_owned()), *times));
        let present = self.health.presence.present;
        let is_text = self.health.kind == Kind::Text;
        let id_like = is_text && present >= 10 && used.len() == present;
        self.placeholders(&used);
        let numeric = is_text && self.numeric(&used);
        if id_like {
            let all = count(present);
            self.find(Issue::IdLike, present, format!("each of {all} texts is another: an id or a name, no category"));
        }
        if numeric || self.health.name == CURRENCY {
            return; // numbers are no slips of each other; currencies are said to be mixed, once and gravely
        }
        let groups = similar(&used, !id_like);
        if !groups.is_empty() {
            let one = |group: &SimilarTexts| {
                let texts = group.texts.iter().take(4).map(|(text, n)| format!("`{}` {}", short_text(text), count(*n)));
                let more = group.texts.len().saturating_sub(4);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                texts.collect::<Vec<_>>().join(" ~ ") + &more
            };
            let examples = groups.iter().take(self.rules.examples).map(one).collect::<Vec<_>>().join("; ");
            let texts: usize = groups.iter().map(|group| group.texts.len()).sum();
            let things = counted(groups.len(), "thing", "things");
            self.find(Issue::SimilarTexts, texts, format!("{} texts may mean {things}: {examples}", count(texts)));
        }
        self.health.similar = groups;
    }

    /// Of at most 32 bytes, with spaces around and case left aside.
    fn placeholders(&mut self, used: &[(&str, usize)]) {
        let empty = |text: &str| text.len() <= 32 && PLACEHOLDERS.contains(&text.trim().to_lowercase().as_str());
        let found: Vec<&(&str, usize)> = used.iter().filter(|(text, _)| empty(text)).collect();
        let rows: usize = found.iter().map(|(_, times)| times).sum();
        if rows > 0 {
            let examples = some(found.iter().take(self.rules.examples).map(|(text, _)| *text), found.len());
            let texts = counted(rows, "text says", "texts say");
            let sentence = format!("{texts} that there is nothing: {examples}; read them as missing if they mean it");
            self.find(Issue::Placeholders, rows, sentence);
        }
    }

    /// Whether nine tenths of the texts are numbers, at least ten: then the column was likely meant to be one of numbers.
    ///
    /// Ten numbers and nine tenths of all rows: a handful may be a coincidence, and a few texts among many numbers are
    /// what a wrong kind looks like (`1,5`, `12 €`).
    fn numeric(&mut self, used: &[(&str, usize)]) -> bool {
        let is_number = |text: &str| {
            let text = text.trim();
            let digits = text.trim_start_matches('-');
            let coded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0."); // a post code
            !coded && text.len() <= 32 && text.parse::<f64>().is_ok_and(f64::is_finite)
        };
        let numbers: usize = used.iter().filter(|(text, _)| is_number(text)).map(|(_, times)| times).sum();
        let present = self.health.presence.present;
        if numbers * 10 < present * 9 || numbers < 10 {
            return false;
        }
        let rest: Vec<&str> = used.iter().map(|(text, _)| *text).filter(|text| !is_number(text)).collect();
        let others = match rest.len() {
            0 => String::new(),
            all => format!(", the others are {}", some(rest.iter().take(self.rules.examples).copied(), all)),
        };
        let sentence = format!("{} of {} texts are numbers{others}", count(numbers), count(present));
        self.find(Issue::NumbersAsText, numbers, sentence);
        true
    }

    /// A day in the future is judged by the day or the instant as of which customers are seen: a timestamp of that day
    /// that is later than the instant is not known yet. Without such a day nothing is said here, and [`Issue::NoAsOf`]
    /// once for all.
    fn days(&mut self) {
        let day = |value: Value<'_>| match value {
            Value::Day(day) => Some(day),
            Value::Timestamp(at) => Some(at.day_utc()),
            _ => None,
        };
        let mut values: Vec<(Day, i64)> = Vec::with_capacity(self.health.presence.present);
        for value in self.column.values() {
            match value {
                Value::Day(day) => values.push((day, 0)),
                Value::Timestamp(at) => values.push((at.day_utc(), at.micros())),
                _ => {}
            }
        }
        values.sort_unstable();
        let (distinct, most) = runs(&values, |a, b| a == b);
        self.health.distinct = distinct;
        self.health.earliest = values.first().map(|(day, _)| *day);
        self.health.latest = values.last().map(|(day, _)| *day);
        if let Some((at, times)) = most
            && let Some((day, micros)) = values.get(at)
        {
            let value = match self.health.kind {
                Kind::Timestamp => OwnedValue::Timestamp(crate::time::Timestamp::from_micros(*micros)),
                _ => OwnedValue::Day(*day),
            };
            self.health.most_frequent = Some((value, times));
        }
        if let Some(as_of) = self.rules.as_of
            && let Some(latest) = self.health.latest
        {
            let later = self.column.values().filter(|value| match value {
                Value::Timestamp(at) => *at >= as_of.until(),
                value => day(*value).is_some_and(|day| day > as_of.day()),
            });
            let later = later.count();
            if later > 0 {
                let days = counted(later, "day is", "days are");
                let sentence = format!("{days} after {}, the latest {latest}", as_of.day());
                self.find(Issue::Future, later, sentence);
            }
        }
        let early = values.partition_point(|(day, _)| *day < earliest());
        if early > 0
            && let Some(first) = self.health.earliest
        {
            let days = counted(early, "day is", "days are");
            self.find(Issue::Early, early, format!("{days} before 1900, the earliest {first}"));
        }
        for default in DEFAULT_DAYS.map(Day::from_days) {
            let from = values.partition_point(|(day, _)| *day < default);
            let times = values.partition_point(|(day, _)| *day <= default) - from;
            if times > 0 {
                let sentence =
                    format!("{} {default}, which systems write for an unknown day", counted(times, "is", "are"));
                self.find(Issue::DefaultDays, times, sentence);
            }
        }
    }

    /// Truths and places.
    ///
    /// Both are compared bit by bit, and the most frequent is the first in that order.
    fn others(&mut self) {
        let mut values: Vec<(u64, u64, usize)> = Vec::new();
        for (row, value) in self.column.values().enumerate() {
            match value {
                Value::Boolean(boolean) => values.push((u64::from(boolean), 0, row)),
                Value::Point(point) => values.push((point.latitude().to_bits(), point.longitude().to_bits(), row)),
                _ => {}
            }
        }
        values.sort_unstable();
        let (distinct, most) = runs(&values, |a, b| (a.0, a.1) == (b.0, b.1));
        self.health.distinct = distinct;
        self.health.most_frequent =
            most.and_then(|(at, times)| values.get(at).map(|(_, _, row)| (self.column.value(*row).to_owned(), times)));
    }
}

/// How many runs of equals there are, and where the longest begins with its length; the first of equally long ones.
///
/// Equals stand together, because the list is sorted.
fn runs<T>(sorted: &[T], same: impl Fn(&T, &T) -> bool) -> (usize, Option<(usize, usize)>) {
    let (mut distinct, mut most, mut start) = (0, None, 0);
    for run in sorted.chunk_by(|a, b| same(a, b)) {
        distinct += 1;
        if most.is_none_or(|(_, length)| run.len() > length) {
            most = Some((start, run.len()));
        }
        start += run.len();
    }
    (distinct, most)
}

/// A code beyond the list is none of the dictionary's and counts nowhere.
fn bump(times: &mut [usize], code: u32) {
    if let Some(times) = times.get_mut(code as usize) {
        *times += 1;
    }
}

/// A value as a sentence shows it: a number rounded for people, a text cut.
pub(super) fn short(value: &OwnedValue) -> String {
    match value {
        OwnedValue::Number(value) => number(*value),
        value => short_text(&value.to_string()),
    }
}

/// At most 24 characters of a text.
///
/// Cut by characters and not by bytes, with a mark that something is missing.
fn short_text(text: &str) -> String {
    if text.chars().nth(24).is_none() {
        return text.to_owned();
    }
    text.chars().take(23).chain(['…']).collect()
}
