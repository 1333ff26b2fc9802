//! How often several segmentations agree that two customers belong together, and the tree that follows from it.
//!
//! Customers whom all segmentations treat alike are one cell, so the work depends on the number of different cells and
//! not on that of customers.

/// A cell: the number of the segment in each part, or none.
pub(super) type Cell = Vec<Option<u32>>;

/// The share of parts that put both into the same segment, among the parts that have a place for both; 0 if there is no
/// such part.
///
/// Over all customers that is the co-association of A. Fred and A. Jain (2005, Combining multiple clusterings using
/// evidence accumulation, DOI 10.1109/TPAMI.2005.113).
pub(super) fn agreement(a: &[Option<u32>], b: &[Option<u32>]) -> f64 {
    let (mut same, mut known) = (0_u32, 0_u32);
    for (a, b) in a.iter().zip(b) {
        if let (Some(a), Some(b)) = (a, b) {
            known += 1;
            same += u32::from(a == b);
        }
    }
    if known == 0 { 0.0 } else { f64::from(same) / f64::from(known) }
}

/// The group of each cell after joining, always the two groups that disagree least on average, until `enough` says so.
///
/// Average linkage in which a cell counts as many times as it has customers, by nearest-neighbour chains (F. Murtagh
/// 1983, DOI 10.1093/comjnl/26.4.354): O(m²) time and memory for m cells. `enough` is asked before each join, in the order
/// of the joins, with the number of groups and the disagreement at which they would be joined.
pub(super) fn groups(cells: &[Cell], weights: &[f64], enough: impl Fn(usize, f64) -> bool) -> Vec<usize> {
    let count = cells.len();
    let mut joins = joins(cells, weights);
    // chains find joins out of order; stable, so that ties keep the order in which they were found
    joins.sort_by(|a, b| a.2.total_cmp(&b.2));
    let mut parent: Vec<usize> = (0..count).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for (done, (a, b, height)) in joins.into_iter().enumerate() {
        if enough(count - done, height) {
            break;
        }
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    }
    (0..count).map(|cell| root(&mut parent, cell)).collect()
}

/// The joins of the whole tree as two cells, one of each side, and the mean disagreement of the sides.
fn joins(cells: &[Cell], weights: &[f64]) -> Vec<(usize, usize, f64)> {
    let count = cells.len();
    let mut apart = vec![0.0; count * count];
    for a in 0..count {
        for b in 0..a {
            let distance = 1.0 - agreement(&cells[a], &cells[b]);
            apart[a * count + b] = distance;
            apart[b * count + a] = distance;
        }
    }
    let mut size = weights.to_vec();
    let mut alive = vec![true; count];
    let mut chain: Vec<usize> = Vec::new();
    let mut joins = Vec::with_capacity(count.saturating_sub(1));
    while joins.len() + 1 < count {
        let Some(&tip) = chain.last() else {
            chain.extend(alive.iter().position(|alive| *alive));
            continue;
        };
        let before = chain.len().checked_sub(2).map(|at| chain[at]);
        // the one before wins ties: else a chain could go round for ever
        let mut best = before.map_or((usize::MAX, f64::INFINITY), |at| (at, apart[tip * count + at]));
        for at in (0..count).filter(|at| alive[*at] && *at != tip) {
            if apart[tip * count + at] < best.1 {
                best = (at, apart[tip * count + at]);
            }
        }
        if before != Some(best.0) {
            chain.push(best.0);
            continue;
        }
        chain.truncate(chain.len() - 2);
        let (keep, gone) = (tip.min(best.0), tip.max(best.0));
        joins.push((keep, gone, best.1));
        let (a, b) = (size[keep], size[gone]);
        for at in (0..count).filter(|at| alive[*at] && *at != keep && *at != gone) {
            let joined = (a * apart[keep * count + at] + b * apart[gone * count + at]) / (a + b);
            apart[keep * count + at] = joined;
            apart[at * count + keep] = joined;
        }
        size[keep] = a + b;
        alive[gone] = false;
    }
    joins
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
mod tests {
    use super::{Cell, agreement, groups, joins};

    #[test]
    fn agreement_is_the_share_of_parts_that_say_the_same() {
        let cell = |codes: [i32; 3]| codes.map(|code| u32::try_from(code).ok());
        assert_eq!(agreement(&cell([1, 2, 3]), &cell([1, 2, 4])), 2.0 / 3.0);
        assert_eq!(agreement(&cell([1, -1, 3]), &cell([1, 2, 4])), 0.5);
        assert_eq!(agreement(&cell([-1, -1, -1]), &cell([1, 2, 4])), 0.0);
    }

    #[test]
    fn the_chain_joins_as_looking_at_all_pairs_does() {
        let mut seed = 5_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..40 {
            let count = 2 + next(9) as usize;
            let cells: Vec<Cell> = (0..count).map(|_| (0..7).map(|_| Some(next(3) as u32)).collect()).collect();
            let weights: Vec<f64> = (0..count).map(|_| 1.0 + next(1000) as f64 / 7.0).collect();
            let mean = |a: &[usize], b: &[usize]| {
                let pairs = || a.iter().flat_map(|a| b.iter().map(move |b| (*a, *b)));
                let weight: f64 = pairs().map(|(a, b)| weights[a] * weights[b]).sum();
                let apart = |(a, b): (usize, usize)| weights[a] * weights[b] * (1.0 - agreement(&cells[a], &cells[b]));
                pairs().map(apart).sum::<f64>() / weight
            };
            let mut joins = joins(&cells, &weights);
            joins.sort_by(|a, b| a.2.total_cmp(&b.2));
            let mut sides: Vec<Vec<usize>> = (0..count).map(|at| vec![at]).collect();
            for (a, b, height) in joins {
                // whichever of equal pairs is joined: it is joined at its mean, and no pair is nearer
                let least = (0..sides.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
                let least = least.map(|(a, b)| mean(&sides[a], &sides[b])).fold(f64::INFINITY, f64::min);
                let side = |cell: usize| sides.iter().position(|side| side.contains(&cell)).unwrap();
                let (a, b) = (side(a), side(b));
                assert_ne!(a, b);
                assert!((height - mean(&sides[a], &sides[b])).abs() < 1e-9, "{cells:?} {weights:?}");
                assert!((height - least).abs() < 1e-9, "{cells:?} {weights:?}");
                let gone = sides[b].clone();
                sides[a].extend(gone);
                sides.remove(b);
            }
            assert_eq!(sides.len(), 1);
        }
    }

    #[test]
    fn joining_stops_where_it_is_told_to() {
        let cells = vec![vec![Some(0), Some(0)], vec![Some(0), Some(1)], vec![Some(2), Some(2)]];
        assert_eq!(groups(&cells, &[1.0, 1.0, 1.0], |groups, _| groups == 2), [0, 0, 2]);
        assert_eq!(groups(&cells, &[1.0, 1.0, 1.0], |_, height| height > 0.4), [0, 1, 2]);
        assert_eq!(groups(&cells, &[1.0, 1.0, 1.0], |_, _| false), [0, 0, 0]);
    }
}
