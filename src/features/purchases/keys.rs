//! What stands for a customer while rows are counted: a number of 64 bits, and the table that finds by it.
//!
//! Four ways, from the fastest: integers in a narrow range count straight into a table; other integers, and
//! texts of at most eight bytes that differ, are hashed as one number; every other text is hashed and compared.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;

use super::aggregate::{Entry, NOBODY, Record, partitions};
use super::ids::Texts;

/// How rows become keys, and keys become partitions. Two rows of one customer have the same key.
pub(super) trait Keys: Sync {
    type Table: Table;

    /// The keys of the rows from `first` on.
    fn read(&self, first: usize, keys: &mut [u64]);
    /// How many partitions there are: a power of two.
    fn partitions(&self) -> usize;
    fn partition(&self, key: u64) -> usize;
    fn table(&self) -> Self::Table;
    /// Counts records of the table's partition.
    fn add(&self, table: &mut Self::Table, records: &[Record]);
}

/// The customers of one partition.
pub(super) trait Table: Send + Sync {
    /// One entry a customer, in any order; those without a purchase are nobody.
    fn entries(&self) -> &[Entry];
}

/// Integers in a narrow range: the distance from the least is the place in the tables.
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

    fn add(&self, table: &mut Direct, records: &[Record]) {
        for record in records {
            table.entries[(record.key >> self.bits) as usize].add(record);
        }
    }
}

pub(super) struct Direct {
    entries: Vec<Entry>,
}

impl Table for Direct {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Keys of any size, found by hashing. A key is its own hash: it is mixed when it is read.
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

    fn add(&self, table: &mut Found, records: &[Record]) {
        let Found { places, entries, names } = table;
        for record in records {
            let same = |&(key, at): &(u64, u32)| {
                key == record.key && self.compare.same(names, at as usize, record.row as usize)
            };
            match places.entry(record.key, same, |&(key, _)| key) {
                Place::Occupied(place) => entries[place.get().1 as usize].add(record),
                Place::Vacant(place) => {
                    place.insert((record.key, entries.len() as u32));
                    let mut entry = NOBODY;
                    entry.add(record);
                    entries.push(entry);
                    self.compare.keep(names, record.row as usize);
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
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// Says whether rows with equal keys have equal ids.
pub(super) trait Compare: Sync {
    /// Keeps the row's id as that of the next customer.
    fn keep(&self, names: &mut Names, row: usize);
    /// Whether the row's id is that of the customer.
    fn same(&self, names: &Names, customer: usize, row: usize) -> bool;
}

/// Equal keys are equal ids.
pub(super) struct KeysTell;

impl Compare for KeysTell {
    #[inline]
    fn keep(&self, _: &mut Names, _: usize) {}

    #[inline]
    fn same(&self, _: &Names, _: usize, _: usize) -> bool {
        true
    }
}

/// Equal keys are equal ids almost always: the texts tell.
pub(super) struct TextsTell<T>(pub T);

impl<T: Texts> Compare for TextsTell<T> {
    fn keep(&self, names: &mut Names, row: usize) {
        names.bytes.extend_from_slice(self.0.bytes(row));
        names.ends.push(names.bytes.len());
    }

    #[inline]
    fn same(&self, names: &Names, customer: usize, row: usize) -> bool {
        let start = if customer == 0 { 0 } else { names.ends[customer - 1] };
        names.bytes[start..names.ends[customer]] == *self.0.bytes(row)
    }
}

/// Spreads a number over all 64 bits, one to one, by secret multipliers: equal when mixed is equal before,
/// and nobody can choose ids that fall together.
#[derive(Clone, Copy)]
pub(super) struct Mix {
    multipliers: [u64; 2],
}

impl Mix {
    pub fn new() -> Self {
        let secret = RandomState::default();
        Mix { multipliers: [secret.hash_one(0_u64) | 1, secret.hash_one(1_u64) | 1] }
    }

    #[inline]
    pub fn mix(self, number: u64) -> u64 {
        // Xor with a shift of itself and multiplication by an odd number can both be undone.
        let [a, b] = self.multipliers;
        let number = (number ^ (number >> 32)).wrapping_mul(a);
        let number = (number ^ (number >> 29)).wrapping_mul(b);
        number ^ (number >> 32)
    }
}
