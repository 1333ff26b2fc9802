//! The kernel: one pass over a purchase log to one row of totals a customer.
//!
//! A log of millions of rows meets tables far larger than a core's cache, and a random read of main memory
//! costs more than all the arithmetic of a row. So rows are first dealt out to partitions by their customer,
//! a block of rows at a time, and then each partition, whose table fits a cache, takes its rows of the block
//! in input order (the radix partitioning of Manegold, Boncz and Kersten, *Optimizing main-memory join on
//! modern hardware*, 2002, doi:10.1109/TKDE.2002.1019210).
//!
//! A customer is in one partition and rows stay in input order within it. So a sum is the sum in input order,
//! to the bit, whatever the number of partitions, the size of a block, the hash or the number of threads.
//!
//! | what | size | why |
//! | --- | --- | --- |
//! | a chunk | 16,384 rows | one task; keys, partitions and records of 24 bytes stay in a core's cache |
//! | a block | 16 chunks, or 2 a thread | bounds the memory beside the result for a log of any length |
//! | a partition | 4,096 customers to aim at | its table of entries of 24 bytes and places stays in cache |
//! | partitions | 512 at most | each is a place that is written to while rows are dealt out |
//!
//! The steps, for each block: every chunk is dealt out by counting sort, in parallel by chunk; then every partition
//! takes its records from the chunks in order, in parallel by partition. So no two threads write to one table, and
//! there is nothing to lock. At the end the customers of all partitions are brought into the order of their first rows.
//!
//! Callers hold: columns of one length, finite amounts, at most [`MOST_ROWS`] rows, and keys of which equal ids give
//! equal ones.

use super::keys::{Keys, Table};
use crate::parallel;
use crate::time::Day;

/// Rows that one task deals out at a time: keys, partitions and records together stay within a core's cache.
const CHUNK: usize = parallel::CHUNK;
/// Chunks in a block: a block's records stay within the cache that the cores share.
const CHUNKS_IN_BLOCK: usize = 16;
/// Customers in a partition to aim at: 24 bytes each, and as much again for finding them.
const CUSTOMERS_IN_PARTITION: usize = 4096;
/// More partitions than this cost more in dealing out than they win in cache.
const MOST_PARTITIONS: usize = 512;

/// The most rows a log may have: rows are numbered in 32 bits.
pub(super) const MOST_ROWS: usize = u32::MAX as usize;

/// What the log holds beside the ids: one entry a row, checked at the door.
///
/// Borrowed as the caller has them.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub days: &'a [Day],
    pub amounts: &'a [f64],
}

/// One purchase on its way to its partition.
///
/// All that its partition needs, so that the log is not read again.
#[derive(Clone, Copy)]
pub(super) struct Record {
    /// What stands for the customer; what it means is for [`Keys`] to say.
    pub key: u64,
    pub row: u32,
    day: Day,
    amount: f64,
}

/// Fills the records before rows are dealt out to them; it is overwritten and never read.
const NO_RECORD: Record = Record { key: 0, row: 0, day: Day::from_days(0), amount: 0.0 };

/// What is known of one customer so far.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    sum: f64,
    first_day: Day,
    last_day: Day,
    count: u32,
    pub first_row: u32,
}

/// Nobody yet. The sum begins at −0.0, to which adding −0.0 gives −0.0: the sum of one amount is that amount.
pub(super) const NOBODY: Entry = Entry {
    sum: -0.0,
    first_day: Day::from_days(i32::MAX),
    last_day: Day::from_days(i32::MIN),
    count: 0,
    first_row: u32::MAX,
};

impl Entry {
    /// Takes a purchase in. The sum is plain, in the order of the log: that is the one which can be checked by hand,
    /// and has the same bits for every way to read ids.
    #[inline]
    pub fn add(&mut self, record: &Record) {
        self.sum += record.amount;
        self.first_day = self.first_day.min(record.day);
        self.last_day = self.last_day.max(record.day);
        self.count += 1; // at most one a row, and rows fit 32 bits
        self.first_row = self.first_row.min(record.row);
    }
}

/// One entry a customer, in order of first appearance.
#[derive(Clone, Debug)]
pub(super) struct Totals {
    pub first_row: Vec<u32>,
    pub first_day: Vec<Day>,
    pub last_day: Vec<Day>,
    pub count: Vec<u32>,
    pub sum: Vec<f64>,
}

/// A chunk of rows, dealt out by partition.
///
/// Its buffers are used again for the next block.
struct Dealt {
    keys: Vec<u64>,
    partitions: Vec<u16>,
    records: Vec<Record>,
    /// What travels with each record beside: `words_each` words.
    words: Vec<u64>,
    words_each: usize,
    /// Where each partition's records end.
    ends: Vec<u32>,
}

impl Dealt {
    /// Room for so many rows.
    fn new<K: Keys>(rows: usize, keys: &K) -> Self {
        Dealt {
            keys: vec![0; rows],
            partitions: vec![0; rows],
            records: vec![NO_RECORD; rows],
            words: vec![0; rows * keys.words()],
            words_each: keys.words(),
            ends: vec![0; keys.partitions() + 1],
        }
    }

    /// Deals out the rows from `first` on, as many as there is room for. Rows after `as_of` go to a partition
    /// of their own after the last one, which nobody reads: no branch to guess.
    fn deal<K: Keys>(&mut self, keys: &K, first: usize, columns: Columns<'_>, as_of: Day) {
        let rows = CHUNK.min(columns.days.len().saturating_sub(first));
        let days = &columns.days[first..first + rows];
        let amounts = &columns.amounts[first..first + rows];
        let (row_keys, row_partitions) = (&mut self.keys[..rows], &mut self.partitions[..rows]);
        keys.read(first, row_keys);

        self.ends.fill(0);
        let unread = self.ends.len() - 1;
        for ((&key, partition), &day) in row_keys.iter().zip(row_partitions.iter_mut()).zip(days) {
            let to = if day > as_of { unread } else { keys.partition(key) };
            *partition = to as u16; // at most MOST_PARTITIONS
            self.ends[to] += 1;
        }
        let mut start = 0;
        for end in &mut self.ends {
            start += std::mem::replace(end, start);
        }
        for (i, ((&key, &partition), (&day, &amount))) in
            row_keys.iter().zip(row_partitions.iter()).zip(days.iter().zip(amounts)).enumerate()
        {
            let at = &mut self.ends[usize::from(partition)];
            self.records[*at as usize] = Record { key, row: (first + i) as u32, day, amount };
            if self.words_each > 0 {
                let start = *at as usize * self.words_each;
                keys.pack(first + i, &mut self.words[start..start + self.words_each]);
            }
            *at += 1;
        }
    }

    /// The records of a partition, in input order, and their words.
    ///
    /// After dealing out, the place where a partition's next record would go is where it ends: the counting sort leaves
    /// the ends behind, and starts are the ends before.
    fn of(&self, partition: usize) -> (&[Record], &[u64]) {
        let start = if partition == 0 { 0 } else { self.ends[partition - 1] as usize };
        let end = self.ends[partition] as usize;
        (&self.records[start..end], &self.words[start * self.words_each..end * self.words_each])
    }
}

/// How many partitions a log with at most so many customers is dealt out to: a power of two.
///
/// Small logs have one and pay nothing for the rest.
pub(super) fn partitions(customers: usize) -> usize {
    customers.div_ceil(CUSTOMERS_IN_PARTITION).next_power_of_two().min(MOST_PARTITIONS)
}

/// Totals of the rows up to and including `as_of`.
///
/// Tables are made before the first row, and those that hash grow with their customers; blocks are worked off one after
/// the other, each in two steps that use all threads.
pub(super) fn aggregate<K: Keys>(keys: &K, columns: Columns<'_>, as_of: Day) -> Totals {
    let rows = columns.days.len();
    let partitions = keys.partitions();
    let mut tables: Vec<K::Table> = parallel::map(partitions, |_| keys.table());

    let chunks = rows.div_ceil(CHUNK);
    let in_block = CHUNKS_IN_BLOCK.max(2 * parallel::threads()).min(chunks);
    let mut block: Vec<Dealt> = parallel::map(in_block, |_| Dealt::new(rows.min(CHUNK), keys));
    for first_chunk in (0..chunks).step_by(in_block.max(1)) {
        let dealt = &mut block[..in_block.min(chunks - first_chunk)];
        parallel::fill(dealt, 1, |i, dealt| {
            for dealt in dealt {
                dealt.deal(keys, (first_chunk + i) * CHUNK, columns, as_of);
            }
        });
        parallel::fill(&mut tables, 1, |partition, tables| {
            for (table, partition) in tables.iter_mut().zip(partition..) {
                for dealt in dealt.iter() {
                    let (records, words) = dealt.of(partition);
                    keys.add(table, records, words);
                }
            }
        });
    }
    drop(block);
    in_order(&tables, rows)
}

/// Brings the customers of all tables into the order of their first rows.
///
/// By counting and not by sorting: first rows are different numbers below the number of rows, so a bit for each and a
/// running count of the bits give every customer its place, in two passes over the tables and a fifth of a byte a row.
fn in_order<T: Table>(tables: &[T], rows: usize) -> Totals {
    // A bit a row says whether a customer appears there first: counting the bits before it gives their place.
    let mut first = vec![0_u64; rows.div_ceil(64)];
    let mut customers = 0;
    for entry in tables.iter().flat_map(|table| table.entries()).filter(|entry| entry.count > 0) {
        first[entry.first_row as usize / 64] |= 1 << (entry.first_row % 64);
        customers += 1;
    }
    let mut before = Vec::with_capacity(first.len());
    let mut sum = 0;
    for word in &first {
        before.push(sum);
        sum += word.count_ones();
    }
    let mut order = vec![(0_u32, 0_u32); customers];
    for (t, table) in tables.iter().enumerate() {
        for (e, entry) in table.entries().iter().enumerate().filter(|(_, entry)| entry.count > 0) {
            let word = entry.first_row as usize / 64;
            let earlier = first[word] & ((1 << (entry.first_row % 64)) - 1);
            order[(before[word] + earlier.count_ones()) as usize] = (t as u32, e as u32);
        }
    }
    drop((first, before));

    let mut totals = Totals {
        first_row: vec![0; customers],
        first_day: vec![Day::from_days(0); customers],
        last_day: vec![Day::from_days(0); customers],
        count: vec![0; customers],
        sum: vec![0.0; customers],
    };
    let parts: Vec<_> = order
        .chunks(CHUNK)
        .zip(totals.first_row.chunks_mut(CHUNK))
        .zip(totals.first_day.chunks_mut(CHUNK).zip(totals.last_day.chunks_mut(CHUNK)))
        .zip(totals.count.chunks_mut(CHUNK).zip(totals.sum.chunks_mut(CHUNK)))
        .collect();
    parallel::map_items(parts, |(((order, row), (first, last)), (count, sum))| {
        for (i, &(t, e)) in order.iter().enumerate() {
            let entry = tables[t as usize].entries()[e as usize];
            row[i] = entry.first_row;
            first[i] = entry.first_day;
            last[i] = entry.last_day;
            count[i] = entry.count;
            sum[i] = entry.sum;
        }
    });
    totals
}
