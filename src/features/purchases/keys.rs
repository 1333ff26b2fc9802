//! What stands for a customer while rows are counted: a number of 64 bits, and the table that finds by it.
//!
//! Four ways, from the fastest: integers in a narrow range count straight into a table; other integers, and
//! texts of at most eight bytes that differ, are hashed as one number; every other text is hashed and compared.
//!
//! | way | for | equal keys are | keys come from |
//! | --- | --- | --- | --- |
//! | [`Narrow`] | integers in a range, digits at the end of texts | equal ids | the number itself |
//! | [`Hashed`] with [`KeysTell`] | other integers, texts told apart by eight bytes | equal ids | one-to-one [`Mix`] |
//! | [`Hashed`] with [`WordsTell`] | texts of up to 63 bytes | nearly always equal ids | a hash; words are compared |
//! | [`Hashed`] with [`TextsTell`] | texts of any length | nearly always equal ids | a hash; texts are compared |
//!
//! Which way it is decides the speed, never the answer. Secrets differ from run to run, so that nobody can choose ids
//! that all meet in one place of a table; the order of customers and the sums do not depend on them.
//!
//! Invariants: rows of one customer have one key, a key has one partition, and every record of a partition comes to the
//! same table in the order of the log.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;

use super::aggregate::{Entry, NOBODY, Record, partitions};
use super::ids::Texts;
use super::texts::pack;

/// How rows become keys, and keys become partitions. Two rows of one customer have the same key.
///
/// One type for each way, so that the loops over rows are compiled for it and ask nothing of a row.
pub(super) trait Keys: Sync {
    type Table: Table;

    /// The keys of the rows from `first` on.
    ///
    /// As many as there is room for in `keys`; all of them are rows of the log.
    fn read(&self, first: usize, keys: &mut [u64]);
    /// How many partitions there are: a power of two.
    fn partitions(&self) -> usize;
    /// The partition of a key, below [`partitions`](Keys::partitions).
    fn partition(&self, key: u64) -> usize;
    /// An empty table for a partition.
    fn table(&self) -> Self::Table;
    /// How many words of a row's id travel with it to its partition.
    fn words(&self) -> usize {
        0
    }
    /// Writes these words.
    fn pack(&self, _row: usize, _words: &mut [u64]) {}
    /// Counts records of the table's partition; `words` are theirs, one record's after the other's.
    fn add(&self, table: &mut Self::Table, records: &[Record], words: &[u64]);
}

/// The customers of one partition.
pub(super) trait Table: Send + Sync {
    /// One entry a customer, in any order; those without a purchase are nobody.
    ///
    /// Order is made at the end, from the first rows.
    fn entries(&self) -> &[Entry];
}

/// Integers in a narrow range: the distance from the least is the place in the tables.
///
/// Every key has a place of its own, so there is nothing to compare and nothing to grow.
///
/// The table is as long as the range, which the caller bounds by the length of the log: holes cost memory, not time.
pub(super) struct Narrow<F> {
    distances: F,
    range: usize,
    bits: u32,
}

impl<F: Fn(usize, &mut [u64]) + Sync> Narrow<F> {
    /// `distances` reads the rows' distances, all below `range`, from a first row on.
    pub fn new(range: usize, distances: F) -> Self {
        Narrow { distances, range, bits: partitions(range).trailing_zeros() }
    }
}

impl<F: Fn(usize, &mut [u64]) + Sync> Keys for Narrow<F> {
    type Table = Direct;

    fn read(&self, first: usize, keys: &mut [u64]) {
        (self.distances)(first, keys);
    }

    fn partitions(&self) -> usize {
        1 << self.bits
    }

    /// By the low bits, since neighbours in number are often neighbours in time too.
    #[inline]
    fn partition(&self, key: u64) -> usize {
        key as usize & ((1 << self.bits) - 1)
    }

    fn table(&self) -> Direct {
        Direct { entries: vec![NOBODY; self.range.div_ceil(1 << self.bits)] }
    }

    fn add(&self, table: &mut Direct, records: &[Record], _: &[u64]) {
        for record in records {
            table.entries[(record.key >> self.bits) as usize].add(record);
        }
    }
}

/// A table that is looked into by place: no hash, no comparison, and an empty entry where nobody is.
pub(super) struct Direct {
    entries: Vec<Entry>,
}

impl Table for Direct {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Keys of any size, found by hashing. A key is its own hash: it is mixed when it is read.
///
/// What two rows with one key have to do with each other is for [`Compare`] to say.
pub(super) struct Hashed<F, C> {
    mixed: F,
    compare: C,
    bits: u32,
}

impl<F: Fn(usize, &mut [u64]) + Sync, C: Compare> Hashed<F, C> {
    /// `mixed` reads keys that are well mixed in all bits, from a first row on.
    pub fn new(rows: usize, compare: C, mixed: F) -> Self {
        // How many customers there are shows in the end only; eight purchases a customer is a usual log.
        Hashed { mixed, compare, bits: partitions(rows / 8).trailing_zeros() }
    }
}

impl<F: Fn(usize, &mut [u64]) + Sync, C: Compare> Keys for Hashed<F, C> {
    type Table = Found;

    fn read(&self, first: usize, keys: &mut [u64]) {
        (self.mixed)(first, keys);
    }

    fn partitions(&self) -> usize {
        1 << self.bits
    }

    /// By bits that the table does not look at: it takes the seven highest and the lowest.
    #[inline]
    fn partition(&self, key: u64) -> usize {
        (key >> 40) as usize & ((1 << self.bits) - 1)
    }

    fn table(&self) -> Found {
        Found::default()
    }

    /// As [`Keys::words`].
    fn words(&self) -> usize {
        self.compare.words()
    }

    #[inline]
    fn pack(&self, row: usize, words: &mut [u64]) {
        self.compare.pack(row, words);
    }

    fn add(&self, table: &mut Found, records: &[Record], words: &[u64]) {
        let Found { places, entries, names } = table;
        let each = self.compare.words();
        for (i, record) in records.iter().enumerate() {
            let name = Name { words: &words[i * each..(i + 1) * each], row: record.row as usize };
            let same = |&(key, at): &(u64, u32)| key == record.key && self.compare.same(names, at as usize, name);
            match places.entry(record.key, same, |&(key, _)| key) {
                Place::Occupied(place) => entries[place.get().1 as usize].add(record),
                Place::Vacant(place) => {
                    place.insert((record.key, entries.len() as u32));
                    let mut entry = NOBODY;
                    entry.add(record);
                    entries.push(entry);
                    self.compare.keep(names, name);
                }
            }
        }
    }
}

/// The customers found in a partition, in order of appearance.
#[derive(Default)]
pub(super) struct Found {
    places: HashTable<(u64, u32)>,
    entries: Vec<Entry>,
    names: Names,
}

impl Table for Found {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// The ids of a partition's customers, where keys do not tell all ids apart. A copy: the partition's own ids stay
/// in cache, the first rows of its customers are all over the log.
#[derive(Default)]
pub(super) struct Names {
    words: Vec<u64>,
    rows: Vec<u32>,
}

/// The id of a row: the words that travelled with it, or where it is to be read.
///
/// It lives as long as a block.
#[derive(Clone, Copy)]
pub(super) struct Name<'a> {
    words: &'a [u64],
    row: usize,
}

/// Says whether rows with equal keys have equal ids.
///
/// The defaults are those of keys that tell everything: nothing travels, nothing is kept.
pub(super) trait Compare: Sync {
    fn words(&self) -> usize {
        0
    }
    fn pack(&self, _row: usize, _words: &mut [u64]) {}
    /// Keeps the id as that of the next customer.
    fn keep(&self, _names: &mut Names, _name: Name<'_>) {}
    /// Whether the id is that of the customer.
    fn same(&self, _names: &Names, _customer: usize, _name: Name<'_>) -> bool {
        true
    }
}

/// Equal keys are equal ids.
///
/// Nothing is left to compare.
pub(super) struct KeysTell;

impl Compare for KeysTell {}

/// Equal keys are equal ids almost always, words tell: texts of some words at most travel with their rows, so that
/// nothing has to be read from all over the log.
///
/// They are compared without a branch for each word, for the words of one customer nearly always agree.
pub(super) struct WordsTell<T> {
    pub texts: T,
    pub words: usize,
}

impl<T: Texts> Compare for WordsTell<T> {
    fn words(&self) -> usize {
        self.words
    }

    #[inline]
    fn pack(&self, row: usize, words: &mut [u64]) {
        pack(self.texts.bytes(row), words);
    }

    fn keep(&self, names: &mut Names, name: Name<'_>) {
        names.words.extend_from_slice(name.words);
    }

    #[inline]
    fn same(&self, names: &Names, customer: usize, name: Name<'_>) -> bool {
        let customer = &names.words[customer * self.words..(customer + 1) * self.words];
        customer.iter().zip(name.words).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

/// Equal keys are equal ids almost always: texts of any length are read where they lie.
pub(super) struct TextsTell<T>(pub T);

impl<T: Texts> Compare for TextsTell<T> {
    fn keep(&self, names: &mut Names, name: Name<'_>) {
        names.rows.push(name.row as u32);
    }

    #[inline]
    fn same(&self, names: &Names, customer: usize, name: Name<'_>) -> bool {
        self.0.bytes(names.rows[customer] as usize) == self.0.bytes(name.row)
    }
}

/// Spreads a number over all 64 bits, one to one, by secret multipliers: equal when mixed is equal before,
/// and nobody can choose ids that fall together.
#[derive(Clone, Copy)]
pub(super) struct Mix {
    multipliers: [u64; 2],
}

impl Mix {
    /// Multipliers that nobody outside this run knows, made odd.
    pub fn new() -> Self {
        let secret = RandomState::default();
        Mix { multipliers: [secret.hash_one(0_u64) | 1, secret.hash_one(1_u64) | 1] }
    }

    /// Two rounds of shift and multiplication: low bits reach the high ones by the product, high bits the low ones by
    /// the shift. The table looks at both ends of the key, the partition at bits between them.
    #[inline]
    pub fn mix(self, number: u64) -> u64 {
        // Xor with a shift of itself and multiplication by an odd number can both be undone.
        let [a, b] = self.multipliers;
        let number = (number ^ (number >> 32)).wrapping_mul(a);
        let number = (number ^ (number >> 29)).wrapping_mul(b);
        number ^ (number >> 32)
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
