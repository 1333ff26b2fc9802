//! Equal buyers put together: cells, sorted, the same for any order of the rows and any number of threads.
//!
//! Rows are looked at in chunks. Where many are equal a chunk finds its different buyers by hashing, as among those without a
//! repeat seen by the day; where few are, sorting finds them sooner. So what is sorted are not all rows, and into places by
//! repeats and age first: what falls into one place is little. Sorting makes the order of cells a matter of their values, and
//! neither of chunks nor of hashes.
//!
//! # Cost
//!
//! O(n) and O(c log c) for c different buyers in chunks, in parallel. 8 bytes a row are held for a while, and 56 a different
//! buyer of each chunk.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::parallel;
use crate::value::HASHER;

use super::cell::{Cell, Group, NOBODY};

/// Rows in which equal buyers are looked for at once.
const CHUNK: usize = 1 << 17;

/// Sorted keys of which cells are made at once.
const PIECE: usize = 16_384;

/// Rows of a kind in a chunk after which it is known whether many are equal.
const TRIED: usize = 4_096;

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
    /// The number of what has that hash and is the `same`, or `next` if it is new. `hash_of` is asked for the hashes of
    /// numbers when the index grows.
    fn place(&mut self, hash: u64, next: u32, same: impl Fn(u32) -> bool, hash_of: impl Fn(u32) -> u64) -> u32 {
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
        let (first, mut index) = (range.start as u32, Index::default());
        let (mut tried, mut different, mut seldom) = ([0; 2], [0; 2], [false; 2]);
        let (mut found, mut times) = (Vec::<Key>::new(), Vec::<u32>::new());
        let mut numbers = Vec::with_capacity(range.len());
        let columns = rows.repeats[range.clone()].iter().zip(&rows.last[range.clone()]).zip(&rows.age[range]);
        for ((repeats, last), age) in columns {
            if age.is_nan() {
                numbers.push(NOBODY);
                continue;
            }
            let from = first + found.len() as u32;
            let buyer = Key { repeats: *repeats, age: bits(*age), last: bits(*last), from };
            // where few rows are equal sorting finds them sooner: asked of those with a repeat apart, who are seldom equal
            let kind = usize::from(*repeats > 0);
            tried[kind] += 1;
            if tried[kind] == TRIED {
                seldom[kind] = different[kind] > TRIED / 2;
            }
            if seldom[kind] {
                numbers.push(from);
                found.push(buyer);
                times.push(1);
                continue;
            }
            let next = found.len() as u32;
            let of = |number: u32| found[number as usize].buyer();
            let same = |number: u32| of(number) == buyer.buyer();
            let number = index.place(hash(buyer.buyer()), next, same, |number| hash(of(number)));
            different[kind] += usize::from(number == next);
            if number as usize == found.len() {
                found.push(buyer);
                times.push(0);
            }
            times[number as usize] += 1;
            numbers.push(first + number);
        }
        (numbers, found, times)
    });
    let (mut numbers, mut keys, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for (number, found, many) in parts {
        numbers.push(number);
        keys.push(found);
        times.push(many);
    }
    let times_of = |from: u32| {
        let (chunk, at) = (from as usize / CHUNK, from as usize % CHUNK);
        times.get(chunk).and_then(|times| times.get(at)).copied().unwrap_or(0)
    };
    let (cells, counts, cell_at) = merged(keys, rows.age.len(), times_of);
    let mut cell_of = vec![NOBODY; rows.age.len()];
    parallel::fill(&mut cell_of, CHUNK, |first, cells| {
        let Some(numbers) = numbers.get(first / CHUNK) else { return };
        for (cell, number) in cells.iter_mut().zip(numbers) {
            *cell = cell_at.get(*number as usize).map_or(NOBODY, |cell| cell.load(Relaxed));
        }
    });
    let whole = Group { covariates: Vec::new(), cells: 0..cells.len(), counts };
    let groups = if cells.is_empty() { Vec::new() } else { vec![whole] };
    Compressed { cell_of, cells, groups }
}

/// Repeats that have places of their own while buyers are sorted; all others share one.
const FEW: usize = 64;

/// Sorts buyers: into places by repeats and age first.
///
/// A number of repeats has a place for some thirty buyers, over which ages are spread evenly from the least to the greatest:
/// as evenly as customers came. Ages that are not so spread cost time and nothing else.
fn by_buyer(keys: Vec<Vec<Key>>) -> Vec<Key> {
    let ends = parallel::map(keys.len(), |part| {
        let mut counts = [0_usize; FEW];
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        for key in keys.get(part).into_iter().flatten() {
            counts[(key.repeats as usize).min(FEW - 1)] += 1;
            let age = f64::from_bits(key.age);
            (least, most) = (if age < least { age } else { least }, if age > most { age } else { most });
        }
        (counts, least, most)
    });
    let least = ends.iter().fold(f64::INFINITY, |least, part| least.min(part.1));
    let most = ends.iter().fold(0.0, |most: f64, part| most.max(part.2));
    // for each number of repeats its first place, and how many places it has: one where they are shared
    let (mut own, mut places) = ([(0, 0.0); FEW], 0);
    for (repeats, own) in own.iter_mut().enumerate() {
        let keys: usize = ends.iter().map(|part| part.0[repeats]).sum();
        let width = if repeats + 1 < FEW { (keys / 32).clamp(1, 1 << 13) } else { 1 };
        *own = (places, width as f64);
        places += width;
    }
    let scale = if most > least { 1.0 / (most - least) } else { 0.0 };
    let place = |key: &Key| {
        let (first, width) = own[(key.repeats as usize).min(FEW - 1)];
        let part = (f64::from_bits(key.age) - least) * scale * width;
        first + (part as usize).min(width as usize - 1)
    };
    parallel::sorted(keys, places, place)
}

/// Sorts, and puts equal buyers together, each of which is there so many times: the cells, the numbers of repeats that
/// occur, and the cell of each of `rows` places that keys came from.
///
/// Sorted keys are cut into pieces between different buyers. Counted first, each piece knows where its cells go, and all are
/// made at once.
fn merged(
    keys: Vec<Vec<Key>>,
    rows: usize,
    times: impl Fn(u32) -> u32 + Sync + Send,
) -> (Vec<Cell>, Vec<u32>, Vec<AtomicU32>) {
    let keys = by_buyer(keys);
    // pieces of some thousand keys that part no equal buyers
    let cuts = parallel::map_chunks(keys.len(), PIECE, |range| {
        let differs = |at: &usize| *at == 0 || keys[*at - 1].buyer() != keys[*at].buyer();
        (range.start..keys.len()).find(differs).unwrap_or(keys.len())
    });
    let piece = |at: usize| {
        let end = cuts.get(at + 1).copied().unwrap_or(keys.len());
        keys.get(cuts[at]..end).unwrap_or(&[])
    };
    let different = |keys: &[Key]| keys.chunk_by(|a, b| a.buyer() == b.buyer()).count();
    let sizes = parallel::map(cuts.len(), |at| different(piece(at)));
    let (mut counts, mut rest) = (Vec::new(), keys.as_slice());
    while let Some(first) = rest.first() {
        counts.push(first.repeats);
        rest = rest.get(rest.partition_point(|key| key.repeats == first.repeats)..).unwrap_or(&[]);
    }
    let nothing = Cell { count: 0, repeats: 0.0, last: 0.0, age: 0.0, weight: 0.0 };
    let mut cells = vec![nothing; sizes.iter().sum()];
    let cell_at: Vec<AtomicU32> = (0..rows).map(|_| AtomicU32::new(NOBODY)).collect();
    let (mut pieces, mut rest, mut start) = (Vec::with_capacity(cuts.len()), cells.as_mut_slice(), 0);
    for (at, size) in sizes.into_iter().enumerate() {
        let (own, behind) = std::mem::take(&mut rest).split_at_mut(size);
        pieces.push((own, piece(at), start));
        (rest, start) = (behind, start + size);
    }
    // each place is written once, so that it does not matter by whom
    parallel::map_items(pieces, |(own, keys, start)| {
        let mut count = 0;
        for ((equal, cell), at) in keys.chunk_by(|a, b| a.buyer() == b.buyer()).zip(own).zip(start..) {
            let Some(key) = equal.first() else { continue };
            if counts.get(count) != Some(&key.repeats) {
                count = counts.partition_point(|repeats| *repeats < key.repeats);
            }
            let mut weight = 0.0;
            for key in equal {
                if let Some(cell) = cell_at.get(key.from as usize) {
                    cell.store(at as u32, Relaxed);
                }
                weight += f64::from(times(key.from));
            }
            *cell = Cell {
                count: count as u32,
                repeats: f64::from(key.repeats),
                last: f64::from_bits(key.last),
                age: f64::from_bits(key.age),
                weight,
            };
        }
    });
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
    let (plain, _, cell_at) = merged(vec![cells.iter().enumerate().map(key).collect()], cells.len(), |_| 0);
    drop(cells);
    let (patterns, pattern_of) = patterns(columns, &cell_of);
    // pattern, plain cell, row: sorted, equal ones are neighbours
    let mut keys: Vec<(u32, u32, u32)> = Vec::with_capacity(cell_of.len());
    for (row, (cell, pattern)) in cell_of.iter().zip(&pattern_of).enumerate() {
        if let Some(cell) = cell_at.get(*cell as usize) {
            keys.push((*pattern, cell.load(Relaxed), row as u32));
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
        let number = index.place(hash(row), first.len() as u32, same, |number| hash(of(number)));
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
