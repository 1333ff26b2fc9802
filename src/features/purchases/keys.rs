//! What stands for a customer while rows are counted: a number of 64 bits, and the table that finds by it.
//!
//! Four ways, from the fastest: integers in a narrow range count straight into a table; other integers, and
//! texts of at most eight bytes that differ, are hashed as one number; every other text is hashed and compared.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;

use super::aggregate::{Entry, NOBODY, Record, partitions};

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
pub(super) struct Hashed<F, S> {
    mixed: F,
    same: S,
    bits: u32,
}

impl<F, S> Hashed<F, S>
where
    F: Fn(usize, &mut [u64]) + Sync,
    S: Fn(u32, u32) -> bool + Sync,
{
    /// `mixed` reads keys that are well mixed in all bits, `same` says whether two rows with the same key
    /// are of one customer.
    pub fn new(rows: usize, mixed: F, same: S) -> Self {
        // How many customers there are shows in the end only; eight purchases a customer is a usual log.
        Hashed { mixed, same, bits: partitions(rows / 8).trailing_zeros() }
    }
}

impl<F, S> Keys for Hashed<F, S>
where
    F: Fn(usize, &mut [u64]) + Sync,
    S: Fn(u32, u32) -> bool + Sync,
{
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
        let Found { places, entries } = table;
        for record in records {
            let same =
                |&(key, at): &(u64, u32)| key == record.key && (self.same)(entries[at as usize].first_row, record.row);
            match places.entry(record.key, same, |&(key, _)| key) {
                Place::Occupied(place) => entries[place.get().1 as usize].add(record),
                Place::Vacant(place) => {
                    place.insert((record.key, entries.len() as u32));
                    let mut entry = NOBODY;
                    entry.add(record);
                    entries.push(entry);
                }
            }
        }
    }
}

#[derive(Default)]
pub(super) struct Found {
    places: HashTable<(u64, u32)>,
    entries: Vec<Entry>,
}

impl Table for Found {
    fn entries(&self) -> &[Entry] {
        &self.entries
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
