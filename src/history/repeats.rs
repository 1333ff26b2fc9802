//! Events that say what an earlier event says.
//!
//! Shop systems send a line twice, exports are run again, files overlap: an event may stand in a log more than once.
//! What a repeat is depends on the question, so there are two [`Likeness`]es:
//! [`Clean::distinct`](super::Clean::distinct) removes only what is the same in everything, the health checks also
//! point at sales that differ in side matters.
//!
//! Two equal lines of one order (two mugs, each on a line of its own) are repeats to this file as well: a log that has
//! no line number cannot tell, which is why nothing removes repeats unless asked.

use std::hash::BuildHasher;

use crate::value::{Column, HASHER, Value};

use super::log::History;

/// When two events of one customer at one instant are the same.
///
/// Both ask for the same customer and the same instant first; on a log of days, that is the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// In all that is known of them.
    Whole,
    /// In kind, item, amount and quantity.
    Sale,
}

/// The events that repeat an earlier one among those that are `alive`, in order of their numbers.
///
/// Events stand customer by customer in time order, so that what can repeat stands together: a run of events at one
/// instant is grouped by a hash of what is compared, and only events of equal hashes are compared. Time grows with
/// the number of events, also where a customer has all of them at one instant.
///
/// What comes first is kept, so the result does not depend on what the repeats are compared for. Memory is that of the
/// largest run.
pub(crate) fn repeats(history: &History, likeness: Likeness, alive: impl Fn(usize) -> bool) -> Vec<usize> {
    let columns = compared(history, likeness);
    let mut found = Vec::new();
    let mut run: Vec<(u64, usize)> = Vec::new();
    for customer in 0..history.customers() {
        let mut rows = history.events(customer).range().filter(|row| alive(*row)).peekable();
        while let Some(row) = rows.next() {
            let at = history.at().get(row);
            run.clear();
            run.push((0, row));
            while let Some(next) = rows.next_if(|next| history.at().get(*next) == at) {
                run.push((0, next));
            }
            if run.len() > 1 {
                repeats_in(&mut run, history, &columns, &mut found);
            }
        }
    }
    found.sort_unstable();
    found
}

/// The run is sorted by hash and then by row, so that the first of equal events is the one that came first. A hash only
/// groups; two events are repeats when their values are compared and equal, so a clash of hashes cannot remove an
/// event.
fn repeats_in(run: &mut [(u64, usize)], history: &History, columns: &[&Column], found: &mut Vec<usize>) {
    for (hash, row) in run.iter_mut() {
        *hash = columns.iter().fold(0, |hash, column| HASHER.hash_one((hash, cell(column.value(*row)))));
    }
    run.sort_unstable();
    let mut start = 0;
    while let Some((hash, _)) = run.get(start).copied() {
        let end = start + run.get(start..).map_or(1, |rest| rest.iter().take_while(|(h, _)| *h == hash).count());
        let mut firsts: Vec<usize> = Vec::new(); // more than one only where two hashes clash
        for (_, row) in run.get(start..end).unwrap_or_default() {
            let same = |first: &usize| {
                history.day(*first) == history.day(*row)
                    && columns.iter().all(|column| column.value(*first) == column.value(*row))
            };
            if firsts.iter().any(same) {
                found.push(*row);
            } else {
                firsts.push(*row);
            }
        }
        start = end;
    }
}

/// Amount and quantity are compared as they are stored: 19.9 and 19.90 are equal, 19.9 and 19.900001 are not.
fn compared(history: &History, likeness: Likeness) -> Vec<&Column> {
    let mut columns = vec![history.kinds(), history.amounts()];
    columns.extend(history.quantities());
    columns.extend(history.items());
    if likeness == Likeness::Whole {
        columns.extend(history.channels());
        columns.extend(history.properties().iter().map(|(_, column)| column));
    }
    columns
}

/// A hash that equal values share. The set is left out: its order means nothing, and what is hashed equal is compared.
fn cell(value: Value<'_>) -> u64 {
    match value {
        Value::Missing => 1,
        Value::Null => 2,
        Value::Invalid(text) => HASHER.hash_one((3_u8, text)),
        Value::Number(number) => HASHER.hash_one((4_u8, (number + 0.0).to_bits())), // −0 is 0
        Value::Integer(integer) => HASHER.hash_one((5_u8, integer)),
        Value::Text(text) => HASHER.hash_one((6_u8, text)),
        Value::Boolean(boolean) => HASHER.hash_one((7_u8, boolean)),
        Value::Day(day) => HASHER.hash_one((8_u8, day)),
        Value::Timestamp(at) => HASHER.hash_one((9_u8, at)),
        Value::Set(_) | Value::Point(_) => 10,
    }
}
