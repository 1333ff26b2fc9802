//! Texts as keys: what the texts of a column have in common decides how few bits tell them apart.
//!
//! Ids are seldom any text: `C00012345` beside `C00012346`, numbers of one length, UUIDs. One pass over the column
//! finds what its texts have in common ([`Form`]), and that decides how they become keys ([`Reading`]), the cheapest
//! first:
//!
//! 1. at most seven bytes: the bytes and the length are the key;
//! 2. one length of up to sixteen bytes, and equal but for up to eight digits at the end: the number these digits say,
//!    perhaps small enough for a table;
//! 3. one length of up to sixteen bytes, and equal before the last eight: these are the key;
//! 4. up to 63 bytes: a hash, and the text in words of eight bytes that travel with the row;
//! 5. longer: a hash, and the text is read where it lies.
//!
//! In 1 to 3 equal keys are equal ids, so the usual ids are never compared as texts. Bytes are read as little-endian
//! words on any machine, so the answer is the same.

use std::hash::{BuildHasher, Hasher};

use super::ids::Texts;
use crate::parallel;

/// What all texts of a column have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    shortest: usize,
    longest: usize,
    /// The bits in which the first eight bytes differ somewhere. For texts of at least eight bytes.
    head: u64,
    /// The bits in which the last eight bytes differ somewhere. For texts of at least eight bytes.
    ///
    /// A byte without such bits is the same in all texts.
    tail: u64,
    /// A high bit in each of the last eight bytes that is no digit somewhere. For texts of at least eight bytes.
    no_digit: u64,
    /// The last eight bytes of the first text.
    sample: u64,
}

/// How texts become keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The last digits, so many, tell all texts apart: `C00012345`.
    Digits(u32),
    /// The last eight bytes tell all texts apart.
    Tail,
    /// All texts have at most seven bytes.
    Short,
    /// Texts that fit so many words with their length.
    Words(usize),
    /// Texts of any length.
    Long,
}

/// Texts that need more words than this are not copied: 63 bytes.
const MOST_WORDS: usize = 8;

const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first eight bytes, the first one lowest.
#[inline]
fn head(text: &[u8]) -> Option<u64> {
    text.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The last eight bytes, the last one highest.
#[inline]
fn tail(text: &[u8]) -> Option<u64> {
    text.last_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// A high bit in each byte that is no digit.
#[inline]
fn no_digit(bytes: u64) -> u64 {
    let low = bytes & !HIGH;
    let above = low + 0x4646_4646_4646_4646; // from ':' on the high bit comes up
    let below = !((low | HIGH) - 0x3030_3030_3030_3030); // before '0' it goes down
    (above | below | bytes) & HIGH
}

impl Form {
    /// Reads every text once, in parallel. Differences are collected as the exclusive or with the first text, so that
    /// the chunks' findings are put together by `or` in any order.
    pub fn of<T: Texts>(texts: T) -> Self {
        let Some(first) = (texts.len() > 0).then(|| texts.bytes(0)) else {
            return Form { shortest: 0, longest: 0, head: 0, tail: 0, no_digit: 0, sample: 0 };
        };
        let (first_head, sample) = (head(first).unwrap_or(0), tail(first).unwrap_or(0));
        let none = Form { shortest: usize::MAX, longest: 0, head: 0, tail: 0, no_digit: 0, sample };
        let forms = parallel::map_chunks(texts.len(), parallel::CHUNK, |rows| {
            let mut form = none;
            for row in rows {
                let text = texts.bytes(row);
                form.shortest = form.shortest.min(text.len());
                form.longest = form.longest.max(text.len());
                if let (Some(head), Some(tail)) = (head(text), tail(text)) {
                    form.head |= head ^ first_head;
                    form.tail |= tail ^ sample;
                    form.no_digit |= no_digit(tail);
                }
            }
            form
        });
        forms.into_iter().fold(none, |all, form| Form {
            shortest: all.shortest.min(form.shortest),
            longest: all.longest.max(form.longest),
            head: all.head | form.head,
            tail: all.tail | form.tail,
            no_digit: all.no_digit | form.no_digit,
            sample,
        })
    }

    /// The cheapest way that tells all texts apart.
    ///
    /// Of texts of up to sixteen bytes, first and last eight overlap or meet, so the two words together see every byte.
    pub fn reading(&self) -> Reading {
        if self.longest < 8 {
            return Reading::Short;
        }
        let before_tail = self.longest.saturating_sub(8);
        let same_before_tail = before_tail <= 8 && self.head.checked_shl(64 - 8 * before_tail as u32).unwrap_or(0) == 0;
        if self.shortest != self.longest || !same_before_tail {
            let words = self.longest / 8 + 1;
            return if words <= MOST_WORDS { Reading::Words(words) } else { Reading::Long };
        }
        let same = self.tail.trailing_zeros() / 8; // so many of the last eight bytes are the same in all texts
        let no_digit = self.no_digit.checked_shr(8 * same).unwrap_or(0);
        if no_digit == 0 { Reading::Digits(8 - same) } else { Reading::Tail }
    }
}

/// The last eight bytes of a text that has eight.
///
/// Shorter texts do not come here; they would all be 0.
#[inline]
pub(super) fn tail_key(text: &[u8]) -> u64 {
    tail(text).unwrap_or(0)
}

/// A text of at most seven bytes, with its length in the highest byte.
///
/// The length tells `a` from `a` with a zero byte.
#[inline]
pub(super) fn short_key(text: &[u8]) -> u64 {
    text.iter().rev().fold(0, |key, &byte| (key << 8) | u64::from(byte)) | ((text.len() as u64) << 56)
}

/// The number that the last `digits` bytes say, of a text that has eight bytes.
#[inline]
pub(super) fn digits_key(text: &[u8], digits: u32) -> u64 {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let others = u64::MAX.checked_shr(8 * digits).unwrap_or(0); // digits are at the high end
    let bytes = ((tail_key(text) & !others) | (ZEROS & others)) - ZEROS;
    // Eight digits at once: pairs, pairs of pairs, and those (Lemire, "Quickly parsing eight digits", 2018).
    let pairs = (bytes & 0x00ff_00ff_00ff_00ff) * 10 + ((bytes >> 8) & 0x00ff_00ff_00ff_00ff);
    let fours = (pairs & 0x0000_ffff_0000_ffff) * 100 + ((pairs >> 16) & 0x0000_ffff_0000_ffff);
    (fours & 0xffff_ffff) * 10_000 + (fours >> 32)
}

/// A text in words that it fits with its length: zeros after its bytes, the length in the last byte.
#[inline]
pub(super) fn pack(text: &[u8], words: &mut [u64]) {
    let (whole, rest) = text.as_chunks::<8>();
    words.fill(0);
    for (word, bytes) in words.iter_mut().zip(whole) {
        *word = u64::from_le_bytes(*bytes);
    }
    if !rest.is_empty()
        && let Some(word) = words.get_mut(whole.len())
    {
        // The last eight bytes of a text hold its rest at their high end.
        *word = match text.last_chunk() {
            Some(last) => u64::from_le_bytes(*last) >> (64 - 8 * rest.len()),
            None => rest.iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte)),
        };
    }
    if let Some(last) = words.last_mut() {
        *last |= (text.len() as u64) << 56;
    }
}

/// Hashes of the texts from a row on.
pub(super) fn hash<T: Texts>(texts: T, secret: &impl BuildHasher, first: usize, keys: &mut [u64]) {
    for (row, key) in (first..).zip(keys) {
        let mut hasher = secret.build_hasher();
        hasher.write(texts.bytes(row));
        *key = hasher.finish();
    }
}
