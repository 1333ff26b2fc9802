//! Ranks: what a customer must have to stand in a place, by the table that was learnt.

use crate::error::{Error, Result};
use crate::rules::language::{Comparison, Order, Rank};
use crate::rules::plan::Plan;

/// Ranges of numbers, both ends in them.
pub(super) type Ranges = Vec<(f64, f64)>;

/// The numbers whose rank compares so, in ranges from the lowest; `None` if nobody has a rank.
///
/// Between two numbers of the table a rank stays or moves one way, so that the end of each range is found by halving
/// with the very function that ranks one customer.
///
/// # Errors
/// If the rank was not learnt.
pub(super) fn ranges(plan: &Plan, rank: &Rank, comparison: Comparison, wanted: f64) -> Result<Option<Ranges>> {
    let key = format!("{:?} {:?}", rank.by, rank.order);
    let learnt = plan.ranks.iter().find(|known| known.key == key);
    let table = &learnt.ok_or_else(|| Error::unsupported("a rank is learnt from many customers"))?.table;
    let place = |number: f64| table.rank(number, rank.measure, rank.ties);
    if place(0.0).is_none() {
        return Ok(None);
    }
    let holds = |number: f64| {
        let order = place(number).and_then(|place| place.partial_cmp(&wanted));
        order.is_some_and(|order| comparison.holds(order))
    };
    let mut values: Vec<f64> = table.values().to_vec();
    if rank.order == Order::Largest {
        values.reverse();
    }
    let mut found: Ranges = Vec::new();
    let mut low = -f64::MAX;
    for value in values.iter().copied().map(Some).chain([None]) {
        let high = value.map_or(f64::MAX, f64::next_down);
        if low <= high {
            between(low, high, &holds, &place, wanted, &mut found);
        }
        let Some(value) = value else { break };
        if holds(value) {
            add(&mut found, value, value);
        }
        low = value.next_up();
    }
    for (low, high) in &mut found {
        *low = if *low == -f64::MAX { f64::NEG_INFINITY } else { *low };
        *high = if *high == f64::MAX { f64::INFINITY } else { *high };
    }
    Ok(Some(found))
}

/// The part of a stretch on which the rank moves one way that compares so: one range, or none.
fn between(
    low: f64,
    high: f64,
    holds: &impl Fn(f64) -> bool,
    place: &impl Fn(f64) -> Option<f64>,
    wanted: f64,
    found: &mut Ranges,
) {
    let rising = place(low) <= place(high);
    // the first number from which on `after` holds
    let first = |after: &dyn Fn(f64) -> bool| {
        let (mut below, mut above) = (ordinal(low), ordinal(high).saturating_add(1));
        while below < above {
            let middle = (below & above) + ((below ^ above) >> 1); // the mean, rounded down also below zero
            if after(number(middle)) {
                above = middle;
            } else {
                below = middle.saturating_add(1);
            }
        }
        below
    };
    let reached = |x: f64| place(x).is_some_and(|at| if rising { at >= wanted } else { at <= wanted });
    let passed = |x: f64| place(x).is_some_and(|at| if rising { at > wanted } else { at < wanted });
    // the comparison changes at these two at most
    let cuts = [ordinal(low), first(&reached), first(&passed), ordinal(high).saturating_add(1)];
    for pair in cuts.windows(2) {
        if let [from, to] = pair
            && from < to
            && holds(number(*from))
        {
            add(found, number(*from), number(to.saturating_sub(1)));
        }
    }
}

fn add(found: &mut Ranges, low: f64, high: f64) {
    match found.last_mut() {
        Some(last) if last.1.next_up() >= low => last.1 = high,
        _ => found.push((low, high)),
    }
}

/// The number's place among all numbers.
fn ordinal(number: f64) -> i64 {
    let bits = number.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The number of that place.
fn number(ordinal: i64) -> f64 {
    f64::from_bits((ordinal ^ (((ordinal >> 63) as u64) >> 1) as i64) as u64)
}
