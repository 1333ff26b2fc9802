//! Work over chunks, in parallel or not, with the same answer: the only file that names rayon.
//!
//! Chunks have a fixed size and results come back in chunk order, so what is summed from them has the
//! same bits on any number of threads. The caller's pool is used; no pool is built here.
//!
//! Rules for those who call:
//!
//! - the size of a chunk is a constant or follows from the data, never from [`threads`];
//! - what has an order, such as the first error, is looked for in the results, not during the work;
//! - work that is cheap for one item goes by [`map_chunks`] or [`fill`], work that is dear by [`map`].
//!
//! Without the feature `parallel` the same functions run on one thread, so nobody else asks whether it is on.

use std::ops::Range;

/// Rows in a chunk where the caller has no better size.
pub(crate) const CHUNK: usize = 16_384;

/// How many threads work at once.
///
/// To size scratch space; an answer must not depend on it.
pub(crate) fn threads() -> usize {
    #[cfg(feature = "parallel")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "parallel"))]
    1
}

/// Applies `work` to each chunk of `0..len` and returns the results in order.
pub(crate) fn map_chunks<T: Send>(len: usize, chunk: usize, work: impl Fn(Range<usize>) -> T + Sync + Send) -> Vec<T> {
    let chunk = chunk.max(1);
    map(len.div_ceil(chunk), |i| work(i * chunk..((i + 1) * chunk).min(len)))
}

/// Applies `work` to each of `0..count` and returns the results in order.
pub(crate) fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "parallel")]
    if count > 1 {
        use rayon::prelude::*;
        return (0..count).into_par_iter().map(work).collect();
    }
    (0..count).map(work).collect()
}

/// Applies `work` to each owned item and returns the results in order.
pub(crate) fn map_items<I: Send, T: Send>(items: Vec<I>, work: impl Fn(I) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "parallel")]
    if items.len() > 1 {
        use rayon::prelude::*;
        return items.into_par_iter().map(work).collect();
    }
    items.into_iter().map(work).collect()
}

/// Gives each chunk of `out` with its first index to `work`.
pub(crate) fn fill<T: Send>(out: &mut [T], chunk: usize, work: impl Fn(usize, &mut [T]) + Sync + Send) {
    let chunk = chunk.max(1);
    #[cfg(feature = "parallel")]
    if out.len() > chunk {
        use rayon::prelude::*;
        out.par_chunks_mut(chunk).enumerate().for_each(|(i, part)| work(i * chunk, part));
        return;
    }
    for (i, part) in out.chunks_mut(chunk).enumerate() {
        work(i * chunk, part);
    }
}

/// Sorts in parallel. What is equal must be indistinguishable, or the answer would depend on the threads.
#[cfg_attr(not(feature = "lifetime"), allow(dead_code, reason = "buyers are sorted where lifetimes are"))]
pub(crate) fn sort<T: Ord + Send>(list: &mut [T]) {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        list.par_sort_unstable();
    }
    #[cfg(not(feature = "parallel"))]
    list.sort_unstable();
}

/// What all parts hold, sorted: put into places first, which cost two passes and leave little to sort.
///
/// Keys of a place stand together, places rise, and each place is sorted by itself, those of some thousand keys as one piece
/// of work. That is O(n) where keys are spread over places, and as fast as [`sort`] where they all fall into one.
///
/// Parts are given back as they are read, so that twice the keys are held at most.
///
/// `place` must not fall as what it is asked of rises, and be below `places`; some dozens in a place are best. What is equal
/// must be indistinguishable.
#[cfg_attr(not(feature = "lifetime"), allow(dead_code, reason = "buyers are sorted where lifetimes are"))]
pub(crate) fn sorted<T: Ord + Copy + Send + Sync>(
    parts: Vec<Vec<T>>,
    places: usize,
    place: impl Fn(&T) -> usize + Sync + Send,
) -> Vec<T> {
    let Some(any) = parts.iter().find_map(|part| part.first().copied()) else { return Vec::new() };
    let counted = map(parts.len(), |part| {
        let mut counts = vec![0_u32; places];
        parts.get(part).into_iter().flatten().for_each(|key| counts[place(key)] += 1);
        counts
    });
    let mut starts = Vec::with_capacity(places + 1);
    let mut len = 0;
    for at in 0..places {
        starts.push(len);
        len += counted.iter().map(|counts| counts[at] as usize).sum::<usize>();
    }
    drop(counted);
    let (mut list, mut next) = (vec![any; len], starts.clone());
    for part in parts {
        for key in part {
            let next = &mut next[place(&key)];
            list[*next] = key;
            *next += 1;
        }
    }
    starts.push(len);
    // whole places, as many as make a piece of work
    let (mut pieces, mut rest, mut first) = (Vec::new(), list.as_mut_slice(), 0);
    for last in 1..=places {
        if starts[last] - starts[first] >= CHUNK || last == places {
            let (piece, behind) = std::mem::take(&mut rest).split_at_mut(starts[last] - starts[first]);
            pieces.push((piece, first..last));
            (rest, first) = (behind, last);
        }
    }
    map_items(pieces, |(mut piece, own)| {
        for at in own {
            let (one, behind) = std::mem::take(&mut piece).split_at_mut(starts[at + 1] - starts[at]);
            if one.len() > 4 * CHUNK {
                sort(one)
            } else {
                one.sort_unstable()
            }
            piece = behind;
        }
    });
    list
}

/// Runs both, at once where there are two threads.
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    #[cfg(feature = "parallel")]
    return rayon::join(a, b);
    #[cfg(not(feature = "parallel"))]
    (a(), b())
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, sorted};

    /// Whatever the places: one for all, as many as numbers, most of them empty.
    #[test]
    fn places_sort_as_sorting_does() {
        for (len, spread) in [(0_u64, 1), (1, 1), (1_000, 7), (3 * CHUNK as u64, 1 << 40), (5 * CHUNK as u64, 3)] {
            let number = |i: u64| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) % spread;
            let parts: Vec<Vec<(u64, u64)>> =
                (0..3).map(|part| (part..len).step_by(3).map(|i| (number(i), i)).collect()).collect();
            let mut expected = parts.concat();
            expected.sort_unstable();
            for places in [1_usize, 2, 100, 5_000] {
                let place = |key: &(u64, u64)| (u128::from(key.0) * places as u128 / u128::from(spread)) as usize;
                assert_eq!(sorted(parts.clone(), places, place), expected, "{len} {spread} {places}");
            }
        }
    }
}
