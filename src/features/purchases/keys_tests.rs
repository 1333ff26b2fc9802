//! What no outside test can bring about: different ids with the same 64-bit hash.

use super::super::aggregate::{Columns, aggregate};
use super::super::ids::Texts;
use super::*;
use crate::time::Day;

/// Counts of the customers in order of appearance, with a hash that takes all ids for one.
fn counts<C: Compare>(rows: usize, compare: C) -> Vec<u32> {
    let days = vec![Day::from_days(0); rows];
    let amounts = vec![1.0; rows];
    let keys = Hashed::new(rows, compare, |_: usize, keys: &mut [u64]| keys.fill(42));
    aggregate(&keys, Columns { days: &days, amounts: &amounts }, Day::from_days(0)).count
}

#[test]
fn ids_with_the_same_hash_stay_apart() {
    let ids = ["a", "a\0", "", "b", "a", "a customer with a name of many words", "b", "", "b"];
    let texts: &[&str] = &ids;
    let expected = [2, 1, 2, 3, 1];
    assert_eq!(counts(ids.len(), TextsTell(texts)), expected);
    assert_eq!(counts(ids.len(), WordsTell { texts, words: 5 }), expected);
}

#[test]
fn ids_of_one_hash_are_told_apart_up_to_their_last_byte() {
    for length in 1..64 {
        let ends = |last: char| format!("{}{last}", "x".repeat(length - 1));
        let (one, other) = (ends('1'), ends('2'));
        let texts: &[&str] = &[&one, &other, &one];
        assert_eq!(texts.bytes(0).len(), length);
        assert_eq!(counts(3, WordsTell { texts, words: length / 8 + 1 }), [2, 1], "{length} bytes");
    }
}

#[test]
fn mixing_is_one_to_one_on_a_sample() {
    let mix = Mix::new();
    // Powers of two from 2^16 on are not among the small numbers.
    let mut mixed: Vec<u64> = (0..1 << 16).chain((16..64).map(|bit| 1 << bit)).map(|n| mix.mix(n)).collect();
    let before = mixed.len();
    mixed.sort_unstable();
    mixed.dedup();
    assert_eq!(mixed.len(), before);
}
