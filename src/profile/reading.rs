//! An attribute as tests read it: numbers on a scale of their own, or counts of texts, segment by segment.
//!
//! Which it is follows from kind and level:
//!
//! | attribute | read as |
//! | --- | --- |
//! | numbers of the levels interval, ratio, count, ordinal | numbers |
//! | numbers of the levels nominal and binary | a text for each number |
//! | texts of the level ordinal | the place in the order, 0, 1, 2 …; texts outside the order count as missing |
//! | other texts, truths | texts |
//! | sets | texts of which a customer may have several |
//! | days, timestamps | days since 1970 |
//! | places | not at all |
//!
//! Customers in no segment are left out. Numbers are divided by a power of two, so that squares of 1e300 are no
//! infinities and none of a denormal vanish; every test is the same on any scale, and differences are multiplied back.
//!
//! # Why once for all tests
//!
//! Differences, pairs, enrichment and equivalence ask the same of an attribute. Were it read in each of them, two of them
//! would disagree some day about what counts as known.
//!
//! Identifiers are texts too. Texts are counted in a table of segments × texts, and an attribute for which that would be
//! too large is told as such and not tested: it has a text of its own for nearly everybody.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::math::sum::sum;
use crate::value::{Attribute, Column, Kind, Level, Role, Value};

use super::categories::Codes;
use super::groups::Groups;

/// What a table of segments and texts may hold at most, so that identifiers are not taken for texts.
const CELLS: usize = 1 << 24;

/// An attribute segment by segment.
pub(super) enum Reading {
    /// Of which differences or at least an order mean something.
    Numbers(Numbers),
    /// Counts of texts.
    Texts(Counts),
    /// Not to be tested, and why.
    Not(String),
}

/// The numbers of each segment that are known.
pub(super) struct Numbers {
    /// All of them, divided by `scale`, segment by segment, each in the order of rows.
    pub(super) values: Vec<f64>,
    /// How much each counts; `None` if each counts 1.
    pub(super) weights: Option<Vec<f64>>,
    /// Where each segment ends.
    pub(super) ends: Vec<usize>,
    /// A power of two.
    pub(super) scale: f64,
    /// Of how many customers of each segment it is not known, weights counted.
    pub(super) missing: Vec<f64>,
    /// Whether only the order of the numbers means something.
    pub(super) ordinal: bool,
}

/// How often each text occurs in each segment.
pub(super) struct Counts {
    /// The texts: those of an order in it, the others by the alphabet.
    pub(super) texts: Vec<String>,
    /// Segments × texts.
    pub(super) counts: Vec<Vec<f64>>,
    /// Of how many customers of each segment it is known.
    pub(super) known: Vec<f64>,
    /// Of how many it is not.
    pub(super) missing: Vec<f64>,
    /// Whether a customer may have several.
    pub(super) several: bool,
}

impl Reading {
    /// Reads a column. O(n), and O(n log n) for texts that were numbers.
    pub(super) fn of(attribute: &Attribute, column: &Column, groups: &Groups<'_>) -> Self {
        let segments = groups.len() - 1;
        match (column.kind(), &attribute.level) {
            (Kind::Point, _) => Reading::Not("a place is not compared".to_owned()),
            (Kind::Number | Kind::Integer, Level::Nominal | Level::Binary { .. }) => {
                let text = |row| column.number(row).map(|number| number.to_string());
                Reading::made(&text, groups, segments)
            }
            (Kind::Number | Kind::Integer, level) => {
                let ordinal = matches!(level, Level::Ordinal(_));
                Numbers::of(&|row| column.number(row), groups, segments, ordinal)
            }
            (Kind::Day | Kind::Timestamp, _) => {
                let days = |row| match column.value(row) {
                    Value::Day(day) => Some(f64::from(day.days())),
                    Value::Timestamp(at) => Some(at.micros() as f64 / 86_400e6),
                    _ => None,
                };
                Numbers::of(&days, groups, segments, false)
            }
            (Kind::Text, Level::Ordinal(order)) if !order.is_empty() => {
                let Some((codes, dictionary)) = column.codes() else {
                    return Reading::Not("texts that cannot be read".to_owned());
                };
                let place = |text: &str| order.iter().position(|o| o == text).map(|place| place as f64);
                let places: Vec<Option<f64>> = dictionary.iter().map(place).collect();
                let rank = |row: usize| {
                    let code = codes.get(row).filter(|_| column.state(row).is_present())?;
                    places.get(*code as usize).copied().flatten()
                };
                Numbers::of(&rank, groups, segments, true)
            }
            _ => Counts::of(&Codes::of(column), column.kind() == Kind::Set, groups, segments),
        }
    }

    /// Of texts that are made row by row.
    fn made(text: &dyn Fn(usize) -> Option<String>, groups: &Groups<'_>, segments: usize) -> Self {
        let mut rows: Vec<Option<String>> = vec![None; groups.customers()];
        for row in (0..segments).flat_map(|segment| groups.rows(segment)) {
            rows[row] = text(row);
        }
        let column =
            Column::of(Kind::Text, rows.iter().map(|text| text.as_deref().map_or(Value::Missing, Value::Text)));
        Counts::of(&Codes::of(&column), false, groups, segments)
    }

    /// Of how many it is not known, in all segments together.
    pub(super) fn missing(&self) -> f64 {
        match self {
            Reading::Numbers(numbers) => numbers.missing.iter().sum(),
            Reading::Texts(counts) => counts.missing.iter().sum(),
            Reading::Not(_) => 0.0,
        }
    }
}

impl Numbers {
    /// Customers of weight 0 are not there.
    fn of(number: &dyn Fn(usize) -> Option<f64>, groups: &Groups<'_>, segments: usize, ordinal: bool) -> Reading {
        let mut values = Vec::with_capacity(groups.customers());
        let mut weights = Vec::new();
        let (mut ends, mut missing) = (Vec::with_capacity(segments), vec![0.0; segments]);
        for (segment, missing) in missing.iter_mut().enumerate() {
            for row in groups.rows(segment) {
                let weight = groups.weight(row);
                match number(row) {
                    Some(value) if weight > 0.0 => {
                        values.push(value);
                        if groups.weighted() {
                            weights.push(weight);
                        }
                    }
                    Some(_) => {}
                    None => *missing += weight,
                }
            }
            ends.push(values.len());
        }
        let greatest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let scale = if greatest > 0.0 { greatest.log2().floor().clamp(-1000.0, 1020.0).exp2() } else { 1.0 };
        values.iter_mut().for_each(|value| *value /= scale);
        let weights = groups.weighted().then_some(weights);
        Reading::Numbers(Numbers { values, weights, ends, scale, missing, ordinal })
    }

    /// How many segments.
    pub(super) fn segments(&self) -> usize {
        self.ends.len()
    }

    /// Where a segment's numbers are.
    pub(super) fn span(&self, segment: usize) -> std::ops::Range<usize> {
        segment.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[segment]
    }

    /// How much the number at that place counts.
    pub(super) fn weight(&self, at: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[at])
    }

    /// The moments of each segment.
    pub(super) fn moments(&self) -> Vec<Moments> {
        (0..self.segments()).map(|segment| Moments::of(self, self.span(segment))).collect()
    }
}

/// Count, mean and spread of some numbers, on their scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Moments {
    /// The sum of the weights.
    pub(super) count: f64,
    /// The mean; 0 of nothing.
    pub(super) mean: f64,
    /// The sum of the squares of the deviations.
    pub(super) squares: f64,
    /// The sum of their cubes.
    pub(super) cubes: f64,
}

impl Moments {
    /// Two passes, both with sums whose error does not grow.
    fn of(numbers: &Numbers, span: std::ops::Range<usize>) -> Self {
        let values = &numbers.values[span.clone()];
        let each = || values.iter().zip(span.clone()).map(|(value, at)| (*value, numbers.weight(at)));
        let count = if numbers.weights.is_none() { values.len() as f64 } else { sum(each().map(|(_, weight)| weight)) };
        let Some(first) = values.first().copied().filter(|_| count > 0.0) else { return Moments::default() };
        // beside the first value, so that numbers that are all the same have no spread by rounding
        let mean = first + sum(each().map(|(value, weight)| weight * (value - first))) / count;
        let squares = sum(each().map(|(value, weight)| weight * (value - mean) * (value - mean)));
        let cubes = sum(each().map(|(value, weight)| weight * (value - mean).powi(3)));
        Moments { count, mean, squares, cubes }
    }

    /// With the count less one as divisor; `None` of one or less.
    pub(super) fn variance(&self) -> Option<f64> {
        (self.count > 1.0).then(|| self.squares / (self.count - 1.0))
    }
}

impl Counts {
    /// Counts of weight, each text once.
    fn of(codes: &Codes<'_>, several: bool, groups: &Groups<'_>, segments: usize) -> Reading {
        let dictionary = codes.dictionary();
        let (mut known, mut missing) = (vec![0.0; segments], vec![0.0; segments]);
        let mut totals = vec![0.0; dictionary.len()];
        let each = |segment: usize, with: &mut dyn FnMut(u32, f64)| {
            let (mut present, mut absent) = (0.0, 0.0);
            for row in groups.rows(segment) {
                let weight = groups.weight(row);
                if codes.each(row, |code| with(code, weight)) {
                    present += weight;
                } else {
                    absent += weight;
                }
            }
            (present, absent)
        };
        for segment in 0..segments {
            (known[segment], missing[segment]) = each(segment, &mut |code, weight| totals[code as usize] += weight);
        }
        let mut found: Vec<(usize, &str)> =
            dictionary.iter().enumerate().filter(|(code, _)| totals[*code] > 0.0).collect();
        found.sort_by_key(|(_, text)| *text);
        if found.len().saturating_mul(segments) > CELLS {
            return Reading::Not(format!("{} different texts are too many", found.len()));
        }
        let mut slots = vec![u32::MAX; dictionary.len()];
        found.iter().zip(0..).for_each(|((code, _), slot)| slots[*code] = slot);
        let mut counts = vec![vec![0.0; found.len()]; segments];
        for (segment, counts) in counts.iter_mut().enumerate() {
            each(segment, &mut |code, weight| {
                if let Some(count) = counts.get_mut(slots[code as usize] as usize) {
                    *count += weight;
                }
            });
        }
        let texts = found.iter().map(|(_, text)| (*text).to_owned()).collect();
        Reading::Texts(Counts { texts, counts, known, missing, several })
    }

    /// How often the text occurs in all segments together.
    pub(super) fn total(&self, text: usize) -> f64 {
        self.counts.iter().map(|counts| counts[text]).sum()
    }
}

/// The attributes asked for, each once in that order; else all but places and those of the role *ignored*.
///
/// # Errors
/// If one that was asked for does not exist or is a place.
pub(super) fn chosen<'a>(
    customers: &'a Customers,
    asked: Option<&[String]>,
) -> Result<Vec<(&'a Attribute, &'a Column)>> {
    let Some(asked) = asked else {
        let wanted =
            |(attribute, _): &(&Attribute, _)| attribute.role != Role::Ignored && attribute.kind != Kind::Point;
        return Ok(customers.columns().filter(wanted).collect());
    };
    let mut columns: Vec<(&Attribute, &Column)> = Vec::with_capacity(asked.len());
    for name in asked {
        let column = customers.column(name)?;
        let Some(attribute) = customers.schema().get(name) else { continue };
        if column.kind() == Kind::Point {
            return Err(Error::wrong_kind(name, Kind::Point, "number, text, boolean, day, timestamp or set"));
        }
        if !columns.iter().any(|(a, _)| a.name == *name) {
            columns.push((attribute, column));
        }
    }
    Ok(columns)
}
