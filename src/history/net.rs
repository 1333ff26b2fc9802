//! Refunds set against the purchases that they give back.
//!
//! Why item first: a refund that names its item most likely gives back *that* purchase, and lowering another one would
//! move money between products and days. Why the latest first: goods come back within days or weeks, so the latest
//! purchase before a refund is the likeliest one. Why not below 0: a purchase that became negative would be a refund
//! again.
//!
//! Works on a copy of the amounts, customer by customer; a customer without refunds is passed over. Units are those of
//! the amounts. A refund or purchase without an amount plays no part.

use std::collections::BTreeMap;

use super::log::History;

/// What became of the refunds.
///
/// Rows are numbers of events counted over all customers. The three lists are disjoint and in order; a purchase lowered
/// by three refunds is in its list once.
pub(super) struct Netted {
    /// Purchases whose amount is lower now.
    pub(super) lowered: Vec<usize>,
    /// Refunds that were used up.
    pub(super) used: Vec<usize>,
    /// Refunds of which something is left, for there was no purchase to set it against; their amount is what is left.
    pub(super) left: Vec<usize>,
}

/// What is left of an amount below this part of it is rounding: 20.1 − 3 × 6.7 is 3.6e-15.
const NOTHING: f64 = 1e-9;

/// Sets each refund, oldest first, against the earlier purchases of its customer: those of the same item, the latest
/// first, then any others, the latest first. An amount is lowered to 0 at the most. Time grows with the number of
/// events (× the logarithm of the items of a customer): a purchase that is used up is never looked at again.
pub(super) fn net(
    log: &History,
    amounts: &mut [Option<f64>],
    is_alive: impl Fn(usize) -> bool,
    is_refund: impl Fn(usize) -> bool,
) -> Netted {
    let mut done = Netted { lowered: Vec::new(), used: Vec::new(), left: Vec::new() };
    let refunds: Vec<bool> = (0..amounts.len()).map(|row| is_alive(row) && is_refund(row)).collect();
    for customer in 0..log.customers() {
        let rows = log.events(customer).range();
        if !refunds.get(rows.clone()).is_some_and(|refunds| refunds.contains(&true)) {
            continue;
        }
        let mut of_item: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut of_any: Vec<usize> = Vec::new();
        for row in rows {
            let Some(amount) = amounts.get(row).copied().flatten().filter(|_| is_alive(row)) else { continue };
            let item = log.items().and_then(|items| items.value(row).text());
            if refunds.get(row) != Some(&true) {
                if amount > 0.0 {
                    of_any.push(row);
                    item.into_iter().for_each(|item| of_item.entry(item).or_default().push(row));
                }
                continue;
            }
            let mut left = amount.abs();
            if let Some(same) = item.and_then(|item| of_item.get_mut(item)) {
                left = take(left, same, amounts, &mut done.lowered);
            }
            left = take(left, &mut of_any, amounts, &mut done.lowered);
            if let Some(slot) = amounts.get_mut(row) {
                *slot = Some(-left);
            }
            if left > 0.0 { done.left.push(row) } else { done.used.push(row) }
        }
    }
    done.lowered.sort_unstable();
    done.lowered.dedup();
    done
}

/// Takes a refund out of the latest purchases; gives what is left of it.
///
/// `purchases` is a stack with the latest on top. What is used up is popped; a purchase that was used up through the
/// other stack (by item, by any) is found at amount 0 and popped then, so that each is pushed and popped once a stack.
fn take(mut left: f64, purchases: &mut Vec<usize>, amounts: &mut [Option<f64>], lowered: &mut Vec<usize>) -> f64 {
    while left > 0.0
        && let Some(row) = purchases.last().copied()
    {
        let Some(Some(amount)) = amounts.get_mut(row).filter(|amount| amount.is_some_and(|amount| amount > 0.0)) else {
            purchases.pop(); // used up as one of its item
            continue;
        };
        let part = left.min(*amount);
        let less = |from: f64| if from - part <= NOTHING * from { 0.0 } else { from - part };
        (left, *amount) = (less(left), less(*amount));
        lowered.push(row);
    }
    left
}
