//! Equal buyers put together: cells, sorted, the same for any order of the rows and any number of threads.
//!
//! Rows are looked at in chunks. Each chunk finds its different buyers by hashing, so that what is sorted is not the rows
//! but the different buyers of the chunks: of a million rows seen by the day a tenth. Sorting makes the order of cells a
//! matter of their values, and neither of chunks nor of hashes.
//!
//! # Cost
//!
//! O(n) and O(c log c) for c different buyers in chunks, in parallel. 4 bytes a row are held for a while, and 52 a different
//! buyer of each chunk.

use std::hash::{BuildHasher, Hasher};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::parallel;
use crate::value::HASHER;

use super::cell::{Cell, Group, NOBODY};

/// Rows in which equal buyers are looked for at once.
const CHUNK: usize = 1 << 17;

/// Rows of a chunk after which it is known whether many are equal.
const TRIED: usize = 8_192;

/// Columns of buyers; an age that is no number says that nobody is there.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) repeats: &'a [u32],
    pub(super) last: &'a [f64],
    pub(super) age: &'a [f64],
}

/// What rows come to; the weights of cells are numbers of rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Compressed {
    /// The cell of each row, [`NOBODY`] of none.
    pub(super) cell_of: Vec<u32>,
    pub(super) cells: Vec<Cell>,
    pub(super) groups: Vec<Group>,
}

/// A buyer as cells are sorted: finite numbers of at least 0 have bits in the order of numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    repeats: u32,
    age: u64,
    last: u64,
    /// Where it came from: the last to be compared, never equal.
    from: u32,
}

impl Key {
    fn buyer(&self) -> (u32, u64, u64) {
        (self.repeats, self.age, self.last)
    }
}

/// Numbers of what is different, by hash: the values stay with the caller.
#[derive(Default)]
struct Index(HashTable<u32>);

impl Index {
    /// The number of what has that hash and is the `same`, or the next number if it is new. `hash_of` is asked for the
    /// hashes of numbers when the index grows.
    fn place(&mut self, hash: u64, same: impl Fn(u32) -> bool, hash_of: impl Fn(u32) -> u64) -> u32 {
        let next = self.0.len() as u32;
        match self.0.entry(hash, |number| same(*number), |number| hash_of(*number)) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(place) => {
                place.insert(next);
                next
            }
        }
    }
}

fn hash(buyer: (u32, u64, u64)) -> u64 {
    HASHER.hash_one(buyer)
}

/// A finite number of at least 0 in the order of numbers, one 0 only.
fn bits(number: f64) -> u64 {
    (number + 0.0).to_bits()
}

/// Puts equal rows together.
pub(super) fn compress(rows: Rows<'_>) -> Compressed {
    let parts = parallel::map_chunks(rows.age.len(), CHUNK, |range| {
        let (mut index, mut seldom) = (Index::default(), false);
        let (mut found, mut times) = (Vec::<(u32, u64, u64)>::new(), Vec::<u32>::new());
        let mut numbers = Vec::with_capacity(range.len());
        let columns = rows.repeats[range.clone()].iter().zip(&rows.last[range.clone()]).zip(&rows.age[range]);
        for ((repeats, last), age) in columns {
            if age.is_nan() {
                numbers.push(NOBODY);
                continue;
            }
            let buyer = (*repeats, bits(*age), bits(*last));
            // where hardly two rows are equal, sorting finds the few that are
            if numbers.len() == TRIED && found.len() > TRIED - TRIED / 8 {
                seldom = true;
            }
            if seldom {
                numbers.push(found.len() as u32);
                found.push(buyer);
                times.push(1);
                continue;
            }
            let of = |number: u32| found[number as usize];
            let number = index.place(hash(buyer), |number| of(number) == buyer, |number| hash(of(number)));
            if number as usize == found.len() {
                found.push(buyer);
                times.push(0);
            }
            times[number as usize] += 1;
            numbers.push(number);
        }
        (numbers, found, times)
    });
    let different = parts.iter().map(|(_, found, _)| found.len()).sum();
    let (mut keys, mut times_of) = (Vec::with_capacity(different), Vec::with_capacity(different));
    let mut chunks = Vec::with_capacity(parts.len());
    for (numbers, found, times) in parts {
        times_of.extend(times);
        chunks.push((keys.len(), numbers));
        for (repeats, age, last) in found {
            keys.push(Key { repeats, age, last, from: keys.len() as u32 });
        }
    }
    let (cells, counts, cell_at) = merged(keys, &times_of);
    let mut cell_of = vec![NOBODY; rows.age.len()];
    parallel::fill(&mut cell_of, CHUNK, |first, cells| {
        let Some((start, numbers)) = chunks.get(first / CHUNK) else { return };
        for (cell, number) in cells.iter_mut().zip(numbers) {
            *cell = cell_at.get(start + *number as usize).copied().unwrap_or(NOBODY);
        }
    });
    let whole = Group { covariates: Vec::new(), cells: 0..cells.len(), counts };
    let groups = if cells.is_empty() { Vec::new() } else { vec![whole] };
    Compressed { cell_of, cells, groups }
}

/// Sorts, and puts equal buyers together, each of which is there so many times: the cells, the numbers of repeats that
/// occur, and the cell of each place that keys came from.
fn merged(mut keys: Vec<Key>, times: &[u32]) -> (Vec<Cell>, Vec<u32>, Vec<u32>) {
    parallel::sort(&mut keys);
    let different = keys.chunk_by(|a, b| a.buyer() == b.buyer());
    let mut cells: Vec<Cell> = Vec::with_capacity(different.clone().count());
    let (mut counts, mut cell_at) = (Vec::new(), vec![NOBODY; keys.len()]);
    for equal in different {
        let Some(key) = equal.first() else { continue };
        if counts.last() != Some(&key.repeats) {
            counts.push(key.repeats);
        }
        let mut weight = 0.0;
        for key in equal {
            cell_at[key.from as usize] = cells.len() as u32;
            weight += f64::from(times[key.from as usize]);
        }
        cells.push(Cell {
            count: (counts.len() - 1) as u32,
            repeats: f64::from(key.repeats),
            last: f64::from_bits(key.last),
            age: f64::from_bits(key.age),
            weight,
        });
    }
    (cells, counts, cell_at)
}

/// The same rows by the covariates of these columns, whatever they were grouped by before; groups rise by covariates.
///
/// Each column has a finite value for each row.
pub(super) fn grouped(before: Compressed, columns: &[&[f64]]) -> Compressed {
    let Compressed { mut cell_of, cells, .. } = before;
    let key = |(at, cell): (usize, &Cell)| {
        let (age, last) = (bits(cell.age), bits(cell.last));
        Key { repeats: cell.repeats as u32, age, last, from: at as u32 }
    };
    let (plain, _, cell_at) = merged(cells.iter().enumerate().map(key).collect(), &vec![0; cells.len()]);
    drop(cells);
    let (patterns, pattern_of) = patterns(columns, &cell_of);
    // pattern, plain cell, row: sorted, equal ones are neighbours
    let mut keys: Vec<(u32, u32, u32)> = Vec::with_capacity(cell_of.len());
    for (row, (cell, pattern)) in cell_of.iter().zip(&pattern_of).enumerate() {
        if let Some(cell) = cell_at.get(*cell as usize) {
            keys.push((*pattern, *cell, row as u32));
        }
    }
    parallel::sort(&mut keys);
    let (mut cells, mut groups): (Vec<Cell>, Vec<Group>) = (Vec::new(), Vec::new());
    for group in keys.chunk_by(|a, b| a.0 == b.0) {
        let (start, mut counts) = (cells.len(), Vec::new());
        for equal in group.chunk_by(|a, b| a.1 == b.1) {
            let Some(cell) = equal.first().and_then(|(_, cell, _)| plain.get(*cell as usize)) else { continue };
            if counts.last() != Some(&(cell.repeats as u32)) {
                counts.push(cell.repeats as u32);
            }
            for (_, _, row) in equal {
                cell_of[*row as usize] = cells.len() as u32;
            }
            cells.push(Cell { count: (counts.len() - 1) as u32, weight: equal.len() as f64, ..*cell });
        }
        let covariates = group.first().and_then(|(pattern, ..)| patterns.get(*pattern as usize));
        let covariates = covariates.cloned().unwrap_or_default();
        groups.push(Group { covariates, cells: start..cells.len(), counts });
    }
    Compressed { cell_of, cells, groups }
}

/// The different rows of these columns among buyers, rising, and which of them each row has.
fn patterns(columns: &[&[f64]], cell_of: &[u32]) -> (Vec<Vec<f64>>, Vec<u32>) {
    let (mut index, mut first, mut number_of) = (Index::default(), Vec::<u32>::new(), vec![NOBODY; cell_of.len()]);
    let value = |column: &[f64], row: u32| column[row as usize] + 0.0;
    let hash = |row: u32| {
        let mut hasher = HASHER.build_hasher();
        columns.iter().for_each(|column| hasher.write_u64(value(column, row).to_bits()));
        hasher.finish()
    };
    for (row, _) in cell_of.iter().enumerate().filter(|(_, cell)| **cell != NOBODY) {
        let row = row as u32;
        let of = |number: u32| first[number as usize];
        let same = |number: u32| columns.iter().all(|column| value(column, of(number)) == value(column, row));
        let number = index.place(hash(row), same, |number| hash(of(number)));
        if number as usize == first.len() {
            first.push(row);
        }
        number_of[row as usize] = number;
    }
    let mut order: Vec<u32> = (0..first.len() as u32).collect();
    order.sort_unstable_by(|a, b| {
        let compare = |column: &&[f64]| value(column, first[*a as usize]).total_cmp(&value(column, first[*b as usize]));
        columns.iter().map(compare).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut rank = vec![0; order.len()];
    for (place, number) in order.iter().enumerate() {
        rank[*number as usize] = place as u32;
    }
    let values = |number: &u32| columns.iter().map(|column| value(column, first[*number as usize])).collect();
    for number in number_of.iter_mut().filter(|number| **number != NOBODY) {
        *number = rank[*number as usize];
    }
    (order.iter().map(values).collect(), number_of)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::math::random::Random;

    /// The textbook way: a sorted map.
    #[test]
    fn cells_are_those_of_a_sorted_map() {
        let mut random = Random::new(5, 0);
        for (rows, ages) in [(0, 1), (1, 1), (3_000, 4), (CHUNK + 5_000, 900), (20_000, 900_000)] {
            let age: Vec<f64> = (0..rows)
                .map(|_| if random.below(9) == 0 { f64::NAN } else { 1.0 + random.below(ages) as f64 / 7.0 })
                .collect();
            let repeats: Vec<u32> = age.iter().map(|_| random.below(4) as u32).collect();
            let last: Vec<f64> = repeats.iter().map(|x| if *x == 0 { -0.0 } else { random.below(3) as f64 }).collect();
            let colour: Vec<f64> = age.iter().map(|_| random.below(3) as f64 - 1.0).collect();
            let plain = compress(Rows { repeats: &repeats, last: &last, age: &age });
            for with in [false, true] {
                let mut known: BTreeMap<(i64, u32, u64, u64), Vec<usize>> = BTreeMap::new();
                for row in (0..rows).filter(|row| !age[*row].is_nan()) {
                    let group = if with { colour[row] as i64 } else { 0 };
                    known.entry((group, repeats[row], bits(age[row]), bits(last[row]))).or_default().push(row);
                }
                // grouped twice: what was grouped before does not matter
                let found = if with {
                    grouped(grouped(plain.clone(), &[&age.iter().map(|_| 1.0).collect::<Vec<_>>(), &last]), &[&colour])
                } else {
                    plain.clone()
                };
                assert_eq!(found.cells.len(), known.len());
                for (at, ((group, count, age, last), members)) in known.iter().enumerate() {
                    let cell = &found.cells[at];
                    assert_eq!((cell.repeats as u32, cell.age.to_bits(), cell.last.to_bits()), (*count, *age, *last));
                    let own = found.groups.iter().find(|group| group.cells.contains(&at)).unwrap();
                    assert_eq!(own.counts[cell.count as usize], *count);
                    assert!(!with || own.covariates == [*group as f64]);
                    assert_eq!(cell.weight, members.len() as f64);
                    assert!(members.iter().all(|row| found.cell_of[*row] == at as u32));
                }
                let nobody = found.cell_of.iter().filter(|cell| **cell == NOBODY).count();
                assert_eq!(nobody, age.iter().filter(|age| age.is_nan()).count());
            }
        }
    }
}
