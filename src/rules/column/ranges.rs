//! Comparisons with literals as closed ranges of numbers, and the rows whose number lies in one.
//!
//! The classes of a [`Subject`] say between which cuts an ask holds; what is said here is only which float or integer is the
//! next one behind a cut, so that a range has no open end.

use std::cmp::Ordering;

use super::bits::pack_wide;
use crate::rules::language::Literal;
use crate::rules::meaning::expr::integer_with_number;
use crate::rules::plan::subjects::{OTHER, Subject};
use crate::rules::truth::Truth;

/// How many ranges an ask may be before rows are classed instead.
const MOST: usize = 4;

/// An end of a range between cuts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// There is none.
    Open,
    /// The cut of that number, or the next value from it inwards.
    Cut(usize, bool),
}

/// The runs of classes of which an ask has that answer, as ends among the cuts; `None` if they are too many.
fn runs(subject: &Subject, ask: usize, answer: Truth, cuts: usize) -> Option<Vec<(End, End)>> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for class in (0..=2 * cuts).filter(|class| subject.truth(OTHER + class, ask) == answer) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == class => *last = class,
            _ => runs.push((class, class)),
        }
    }
    let low = |class: usize| match class {
        0 => End::Open,
        _ => End::Cut((class - 1) / 2, class % 2 == 1),
    };
    let high = |class: usize| if class == 2 * cuts { End::Open } else { End::Cut(class / 2, class % 2 == 1) };
    (runs.len() <= MOST).then(|| runs.into_iter().map(|(a, b)| (low(a), high(b))).collect())
}

/// The ranges of a subject's ask, and whether those outside are meant.
fn fewest<T>(
    subject: &Subject,
    ask: usize,
    cuts: usize,
    range: impl Fn((End, End)) -> Option<(T, T)>,
) -> Option<(Vec<(T, T)>, bool)> {
    let hold = runs(subject, ask, Truth::True, cuts);
    let fail = runs(subject, ask, Truth::False, cuts);
    let (runs, outside) = match (hold, fail) {
        (Some(hold), Some(fail)) if fail.len() < hold.len() => (fail, true),
        (Some(hold), _) => (hold, false),
        (None, Some(fail)) => (fail, true),
        (None, None) => return None,
    };
    Some((runs.into_iter().filter_map(range).collect(), outside))
}

/// Closed ranges of one kind of number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ranges {
    Floats(Vec<(f64, f64)>),
    Integers(Vec<(i64, i64)>),
}

/// What kind of numbers a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    Floats,
    Integers,
}

/// The ranges in which an ask of a subject holds, and whether those outside are meant; `None` if they are too many.
pub(super) fn of(subject: &Subject, ask: usize, numbers: Numbers) -> Option<(Ranges, bool)> {
    if let Some(cuts) = subject.time_cuts() {
        let at = |cut: usize| cuts.get(cut).copied().unwrap_or_default();
        let low = |end| match end {
            End::Open => Some(i64::MIN),
            End::Cut(cut, true) => Some(at(cut)),
            End::Cut(cut, false) => at(cut).checked_add(1),
        };
        let high = |end| match end {
            End::Open => Some(i64::MAX),
            End::Cut(cut, true) => Some(at(cut)),
            End::Cut(cut, false) => at(cut).checked_sub(1),
        };
        if numbers == Numbers::Integers {
            let (ranges, outside) = fewest(subject, ask, cuts.len(), |(a, b)| Some((low(a)?, high(b)?)))?;
            return Some((Ranges::Integers(ranges), outside));
        }
    }
    let cuts = subject.number_cuts()?;
    let cut = |end| match end {
        End::Open => None,
        End::Cut(cut, closed) => cuts.get(cut).map(|cut| (cut, closed)),
    };
    Some(match numbers {
        Numbers::Floats => {
            let range = |(a, b)| {
                let low = cut(a).map_or(f64::NEG_INFINITY, |(cut, closed)| first_float(cut, closed, Ordering::Greater));
                let high = cut(b).map_or(f64::INFINITY, |(cut, closed)| first_float(cut, closed, Ordering::Less));
                Some((low, high))
            };
            let (ranges, outside) = fewest(subject, ask, cuts.len(), range)?;
            (Ranges::Floats(ranges), outside)
        }
        Numbers::Integers => {
            let range = |(a, b)| {
                let low = cut(a).map_or(Some(i64::MIN), |(cut, closed)| first_integer(cut, closed, Ordering::Greater));
                let high = cut(b).map_or(Some(i64::MAX), |(cut, closed)| first_integer(cut, closed, Ordering::Less));
                Some((low?, high?))
            };
            let (ranges, outside) = fewest(subject, ask, cuts.len(), range)?;
            (Ranges::Integers(ranges), outside)
        }
    })
}

/// The float nearest to the cut that lies on that side of it, or on it if the range is closed there.
fn first_float(cut: &Literal, closed: bool, side: Ordering) -> f64 {
    let mut float = match cut {
        Literal::Integer(integer) => *integer as f64,
        Literal::Number(number) => *number,
        _ => 0.0,
    };
    let inside = |float: f64| {
        let found = match cut {
            Literal::Integer(integer) => integer_with_number(*integer, float).reverse(),
            Literal::Number(number) => float.partial_cmp(number).unwrap_or(Ordering::Equal),
            _ => Ordering::Equal,
        };
        found == side || (closed && found.is_eq())
    };
    // the nearest float to an integer is on it or next to it: two steps at most
    for _ in 0..2 {
        if !inside(float) {
            float = if side == Ordering::Greater { float.next_up() } else { float.next_down() };
        }
    }
    float
}

/// The integer nearest to the cut that lies on that side of it, or on it if the range is closed there; `None` if there is
/// none.
fn first_integer(cut: &Literal, closed: bool, side: Ordering) -> Option<i64> {
    let up = side == Ordering::Greater;
    let next = |integer: i64| if up { integer.checked_add(1) } else { integer.checked_sub(1) };
    match cut {
        Literal::Integer(integer) if closed => Some(*integer),
        Literal::Integer(integer) => next(*integer),
        Literal::Number(number) => {
            let whole = if up { number.ceil() } else { number.floor() };
            let integer = whole as i64; // stops at the ends of the range
            match integer_with_number(integer, *number) {
                found if found == side || (closed && found.is_eq()) => Some(integer),
                Ordering::Equal => next(integer),
                _ => None, // all integers lie on the other side
            }
        }
        _ => None,
    }
}

/// Sets the bit of each value in one of the ranges.
#[inline(always)]
fn pack_ranges<T: Copy, N: Copy + PartialOrd>(
    values: &[T],
    ranges: &[(N, N)],
    ends: (N, N),
    spare: &mut Vec<u64>,
    out: &mut [u64],
    number: impl Fn(T) -> N,
) {
    let one = |(low, high): (N, N), out: &mut [u64]| match (low <= ends.0, high >= ends.1) {
        (true, true) => out.iter_mut().for_each(|word| *word = u64::MAX),
        (false, true) => pack_wide(values, out, |value| number(value) >= low),
        (true, false) => pack_wide(values, out, |value| number(value) <= high),
        (false, false) => pack_wide(values, out, |value| (number(value) >= low) & (number(value) <= high)),
    };
    match ranges.split_first() {
        None => out.iter_mut().for_each(|word| *word = 0),
        Some((first, rest)) => {
            one(*first, out);
            for range in rest {
                spare.clear();
                spare.resize(out.len(), 0);
                one(*range, spare);
                out.iter_mut().zip(spare.iter()).for_each(|(word, other)| *word |= *other);
            }
        }
    }
}

/// Sets the bit of each float in one of the ranges.
pub(super) fn pack_floats(values: &[f64], ranges: &[(f64, f64)], spare: &mut Vec<u64>, out: &mut [u64]) {
    pack_ranges(values, ranges, (f64::NEG_INFINITY, f64::INFINITY), spare, out, |value| value);
}

/// Integers up to here have a float of their own that one addition gives.
const NARROW: i64 = 1 << 51;
/// The bits of 2^52 + 2^51: a whole number of less than 2^51 added to them is the float that much larger.
const SHIFT: i64 = 0x4338_0000_0000_0000;

/// Whether all lie where their comparison can be one of floats, which older machines do faster.
pub(super) fn narrow<T: Copy>(values: &[T], number: impl Fn(T) -> i64) -> bool {
    let wide = values.iter().fold(0, |wide, value| wide | (number(*value).wrapping_add(NARROW)) as u64);
    wide < 2 * NARROW as u64
}

/// Sets the bit of each integer in one of the ranges.
pub(super) fn pack_integers<T: Copy>(
    values: &[T],
    ranges: &[(i64, i64)],
    narrow: bool,
    spare: &mut Vec<u64>,
    out: &mut [u64],
    number: impl Fn(T) -> i64,
) {
    if !narrow {
        return pack_ranges(values, ranges, (i64::MIN, i64::MAX), spare, out, number);
    }
    let float = |integer: i64| f64::from_bits(integer.wrapping_add(SHIFT) as u64);
    let ends = (float(-NARROW), float(NARROW - 1));
    let clamped = ranges.iter().filter(|(low, high)| *low < NARROW && *high >= -NARROW);
    let mut shifted = [(0.0, 0.0); MOST];
    let mut count = 0;
    for ((low, high), place) in clamped.zip(&mut shifted) {
        *place = (float((*low).max(-NARROW)), float((*high).min(NARROW - 1)));
        count += 1;
    }
    pack_ranges(values, shifted.get(..count).unwrap_or_default(), ends, spare, out, |value| float(number(value)));
}

/// Sets the bit of each value of four bytes in one of the ranges.
pub(super) fn pack_days<T: Copy>(values: &[T], ranges: &[(i64, i64)], out: &mut [u64], number: impl Fn(T) -> i32) {
    let limit = |end: i64| end.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
    let met = |(low, high): &&(i64, i64)| *low <= i64::from(i32::MAX) && *high >= i64::from(i32::MIN) && low <= high;
    let mut left = ranges.iter().filter(met).map(|(low, high)| (limit(*low), limit(*high)));
    match (left.next(), left.next()) {
        (None, _) => out.iter_mut().for_each(|word| *word = 0),
        (Some((low, i32::MAX)), None) => super::bits::pack(values, out, |value| number(value) >= low),
        (Some((low, high)), None) => {
            super::bits::pack(values, out, |value| (number(value) >= low) & (number(value) <= high));
        }
        (Some(first), Some(second)) => {
            let rest: Vec<(i32, i32)> = [first, second].into_iter().chain(left).collect();
            super::bits::pack(values, out, |value| {
                rest.iter().fold(false, |found, (low, high)| found | (number(value) >= *low) & (number(value) <= *high))
            });
        }
    }
}
