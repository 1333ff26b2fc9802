//! The shortest tree that joins all rows by mutual reachability.
//!
//! O. Borůvka 1926, O jistém problému minimálním; W. March, P. Ram and A. Gray 2010, Fast Euclidean minimum spanning
//! tree, DOI 10.1145/1835804.1835882, from whom the walk over a tree of boxes is; L. McInnes and J. Healy 2017,
//! Accelerated hierarchical density based clustering, DOI 10.1109/ICDMW.2017.12.
//!
//! In each round every part of the forest finds its shortest edge to another part. What a row has found stays true
//! until its neighbour has become a part of its own; and the length found is the least it can have in all later rounds.
//! So late rounds ask few rows. The largest part asks nobody: it is joined by others, and the last part alone is left
//! nothing to join. A leaf whose rows are in one part is passed over if its box is too far from all others.
//!
//! A part may be large and its nearest neighbour far, so that all its rows would look far around. [`approach`] gives it
//! a short edge first, and then few rows can find a shorter one.
//!
//! Rows look around in parallel, chunk by chunk. What a chunk has found others learn at fixed moments only, so that the
//! same edges are found on any number of threads.
//!
//! Edges as long as each other are common: rows in thin surroundings have their core distance to many. Parts may then
//! choose edges that make a ring. The edges that were chosen are taken from the shortest on, without those that close a
//! ring. That is a shortest tree: an edge of a ring is as long as the others that its parts chose.
//!
//! In detail: take the chosen edges in the order of their lengths, and let the forest so far be within a shortest tree.
//! If the next edge, chosen by part C, is not in that tree, it closes a ring with it. Follow the ring from C. Its first
//! edge touches C, so it is not shorter. If it is not in the forest, exchange both: the tree stays shortest. If it is,
//! it was chosen by the part at its other end, since C chose another; then it is as long, and the same holds from that
//! part on. The ring leaves the forest somewhere, so the exchange is found. Nothing in this asks that all parts choose.
//!
//! That rings are possible, and that edges which close one are left out, is what makes the tree right where many
//! distances are equal; a test compares its lengths with those of Prim's method to the last bit.
//!
//! The number of parts is at least halved in each round but for the largest, so there are at most log n rounds.

use crate::error::Result;
use crate::parallel;
use crate::progress::Progress;

use super::distinct::NOBODY;
use super::linked::Joined;
use super::reach::Reach;
use super::tree::Tree;

/// Leaves in a chunk of work: enough rows that what the first finds spares the others a look.
const CHUNK: usize = 32;
/// Chunks after which parts learn what others have found.
const WAVE: usize = 16;
/// So many parts are few: each may be given more thought.
const FEW: usize = 256;

/// Two positions and the squared mutual reachability distance between them. Behind the tree of boxes the same stands
/// for two rows and their distance itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    /// The smaller position.
    pub(crate) a: u32,
    /// The larger.
    pub(crate) b: u32,
    /// The squared length.
    pub(crate) square: f64,
}

/// What is known of the row at each position.
///
/// At first that no edge is shorter than its core distance.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The least that an edge to another part can have; exactly that of the edge to `other`.
    least: f64,
    /// The nearest in another part, if it is known.
    other: u32,
}

/// The edges of a shortest tree over all positions, in no particular order but always the same. `cores` are squared.
///
/// About O(n log² n) with few columns, O(n² d log n) with many; memory O(n).
///
/// # Errors
/// If `progress` stops the work.
pub(crate) fn spanning_tree(tree: &Tree, cores: Vec<f64>, progress: &Progress<'_>) -> Result<Vec<Edge>> {
    let len = tree.len();
    let mut known: Vec<Known> = cores.iter().map(|core| Known { least: *core, other: NOBODY }).collect();
    let mut reach = Reach::new(tree, cores, (0..len as u32).collect());
    let mut joined = Joined::new(len);
    let mut edges = Vec::with_capacity(len - 1);
    let mut parts = len;
    while parts > 1 {
        progress.step("rows", (len - parts) as u64, len as u64)?;
        let chosen = choose(tree, &reach, &mut known, parts);
        let mut picked: Vec<Edge> = chosen.into_iter().flat_map(|row| edge(row, &known)).collect();
        picked.sort_by(|x, y| x.square.total_cmp(&y.square).then((x.a, x.b).cmp(&(y.a, y.b))));
        let before = edges.len();
        for edge in picked {
            if joined.join(edge.a, edge.b) {
                edges.push(edge);
            }
        }
        if edges.len() == before {
            break; // not with distances that are numbers
        }
        parts = renumber(&mut reach.groups, &mut joined);
        reach.regroup(tree);
    }
    Ok(edges)
}

/// The edge from a row to the nearest of another part, if it is known.
fn edge(row: u32, known: &[Known]) -> Option<Edge> {
    let Known { least: square, other } = *known.get(row as usize)?;
    Some(Edge { a: row.min(other), b: row.max(other), square })
}

/// Numbers the parts in the order of their first positions; how many there are. These numbers are the groups by which
/// nodes of one part are known and passed over.
fn renumber(groups: &mut [u32], joined: &mut Joined) -> usize {
    let mut numbers = vec![NOBODY; groups.len()];
    let mut parts = 0;
    for (position, group) in groups.iter_mut().enumerate() {
        let first = joined.find(position as u32) as usize;
        if numbers[first] == NOBODY {
            numbers[first] = parts;
            parts += 1;
        }
        *group = numbers[first];
    }
    parts as usize
}

/// The row of each part from which its shortest edge goes, but of the largest part.
///
/// First what is known from earlier rounds is gathered: it is exact where the neighbour is still in another part, and a
/// bound where it is not. Then rows look around whose bound is below what their part has.
fn choose(tree: &Tree, reach: &Reach, known: &mut [Known], parts: usize) -> Vec<u32> {
    let mut best = vec![(f64::INFINITY, NOBODY); parts];
    let mut sizes = vec![0_u32; parts];
    for (position, row) in known.iter_mut().enumerate() {
        let group = reach.groups[position];
        sizes[group as usize] += 1;
        if row.other != NOBODY && reach.groups[row.other as usize] == group {
            row.other = NOBODY;
        }
        if row.other != NOBODY && row.least < best[group as usize].0 {
            best[group as usize] = (row.least, position as u32);
        }
    }
    // the others will join the largest, or not: either way it need not look around
    let largest = (1..parts).fold(0, |best, part| if sizes[part] > sizes[best] { part } else { best });
    best[largest] = (f64::NEG_INFINITY, NOBODY);
    approach(tree, reach, known, &mut best);
    let leaves = tree.leaves();
    let chunks: Vec<std::ops::Range<usize>> =
        (0..leaves.len()).step_by(CHUNK).map(|start| start..(start + CHUNK).min(leaves.len())).collect();
    for wave in chunks.chunks(WAVE) {
        let found = parallel::map(wave.len(), |at| look(tree, reach, known, &best, &leaves[wave[at].clone()]));
        for (position, row) in found.into_iter().flatten() {
            known[position as usize] = row;
            let best = &mut best[reach.groups[position as usize] as usize];
            if row.other != NOBODY && row.least < best.0 {
                *best = (row.least, position);
            }
        }
    }
    best.into_iter().map(|(_, row)| row).collect()
}

/// Gives large parts that know of no edge a short one to begin with: from a row to the nearest of another part, back to
/// the nearest of its own, and again, until it is not shorter any more.
fn approach(tree: &Tree, reach: &Reach, known: &mut [Known], best: &mut [(f64, u32)]) {
    if best.len() > FEW {
        return;
    }
    let mut first = vec![NOBODY; best.len()];
    for position in (0..known.len()).rev() {
        first[reach.groups[position] as usize] = position as u32;
    }
    let mut row = vec![0.0; tree.dimensions];
    for (part, mut from) in first.into_iter().enumerate() {
        while from != NOBODY && best[part].0 > f64::NEG_INFINITY {
            tree.numbers(from as usize, &mut row);
            let out = reach.any(tree, &row, known[from as usize].least, part as u32, f64::INFINITY);
            if out.row == NOBODY {
                break;
            }
            known[from as usize] = Known { least: out.cost, other: out.position };
            if out.cost < best[part].0 {
                best[part] = (out.cost, from);
            } else {
                break;
            }
            tree.numbers(out.position as usize, &mut row);
            from = reach.member(tree, &row, part as u32).position;
        }
    }
}

/// What the rows of some leaves find that may be shorter than what their parts have: for each row that was asked its
/// nearest of another part, or how far at least that is.
///
/// A leaf whose rows are in one part is asked as a whole first, again when the limit is half of what it was.
fn look(tree: &Tree, reach: &Reach, known: &[Known], best: &[(f64, u32)], leaves: &[u32]) -> Vec<(u32, Known)> {
    let open = |position: &usize| {
        let row = known[*position];
        row.other == NOBODY && row.least < best[reach.groups[*position] as usize].0
    };
    let positions = leaves.iter().flat_map(|leaf| tree.nodes[*leaf as usize].positions().map(move |at| (at, *leaf)));
    // those that can have the shortest edges first: what they find spares the others a look
    let mut asked: Vec<(usize, u32)> = positions.filter(|(position, _)| open(position)).collect();
    asked.sort_by(|a, b| known[a.0].least.total_cmp(&known[b.0].least));
    let mut groups: Vec<u32> = asked.iter().map(|(position, _)| reach.groups[*position]).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut limits: Vec<f64> = groups.iter().map(|group| best[*group as usize].0).collect();
    // the least that all rows of a leaf of one part are known to have
    let mut barred = vec![0.0; leaves.len()];
    // the limit at which that was asked last: it is asked again when the limit has become much shorter
    let mut tested = vec![f64::INFINITY; leaves.len()];
    let mut row = vec![0.0; tree.dimensions];
    let mut found = Vec::with_capacity(asked.len());
    for (position, leaf) in asked {
        let (group, least) = (reach.groups[position], known[position].least);
        let (Ok(at), Ok(number)) = (groups.binary_search(&group), leaves.binary_search(&leaf)) else { continue };
        if least >= limits[at] {
            continue;
        }
        let whole = reach.group(leaf as usize) == Some(group) && limits[at] < f64::INFINITY;
        if whole && limits[at] < 0.5 * tested[number] {
            tested[number] = limits[at];
            if !reach.may(tree, leaf as usize, group, limits[at]) {
                barred[number] = limits[at];
            }
        }
        if whole && barred[number] >= limits[at] {
            found.push((position as u32, Known { least: limits[at], other: NOBODY }));
            continue;
        }
        tree.numbers(position, &mut row);
        let nearest = reach.any(tree, &row, least, group, limits[at]);
        limits[at] = nearest.cost;
        found.push((position as u32, Known { least: nearest.cost, other: nearest.position }));
    }
    found
}

#[cfg(test)]
#[path = "spanning_tests.rs"]
mod tests;
