//! The tree of all levels: which rows are together when only so short steps are allowed.
//!
//! Campello, Moulavi and Sander remove the edges of the shortest tree from the longest on, "in case of ties" all at
//! once. So a part may fall into three or more, and the tree of levels does not depend on which of several shortest
//! trees was found. (Edges are joined from the shortest on, which comes to the same.) A row stands at the level of its
//! own core distance: below, it is noise by itself.
//!
//! Equal lengths are equal to the last bit. They are no accident: the mutual reachability distance of a row in a thin
//! place to all rows within its core distance is that core distance, so such a row joins several parts at once. Methods
//! that join two parts at a time make several splits of that, in an order that says nothing about the rows.
//!
//! A part is a number: rows are the first, in their order, and parts that are made of others follow as they are made. A
//! part that was taken over by another of its level is left without a use. Parts are chained and not kept in lists of
//! their own, so that the whole is six arrays whatever the shape.

use super::super::density::Edge;

/// Stands for no part: the end of a chain.
const NONE: u32 = u32::MAX;

/// Rows are the first parts, what joins them comes behind.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    /// How many rows there are.
    rows: usize,
    /// At which distance each part holds together; below it falls apart.
    pub(super) level: Vec<f64>,
    /// How much it weighs.
    pub(super) weight: Vec<f64>,
    /// Its first row.
    pub(super) first: Vec<u32>,
    /// The first part that each is made of; none of a row.
    head: Vec<u32>,
    /// The last.
    tail: Vec<u32>,
    /// The part that comes after each in the part that both are in.
    next: Vec<u32>,
    /// The part that holds all rows.
    pub(super) root: u32,
}

impl Levels {
    /// The parts of all levels, from rows to the whole.
    ///
    /// Joins rows by the edges of a shortest tree, whose ends are rows and whose `square` is their length; `cores` are
    /// lengths too. O(n log n).
    pub(super) fn new(mut edges: Vec<Edge>, cores: &[f64], weights: &[f64]) -> Self {
        let rows = cores.len();
        edges.sort_by(|x, y| x.square.total_cmp(&y.square).then((x.a, x.b).cmp(&(y.a, y.b))));
        let mut levels = Levels {
            rows,
            level: cores.to_vec(),
            weight: weights.to_vec(),
            first: (0..rows as u32).collect(),
            head: vec![NONE; rows],
            tail: vec![NONE; rows],
            next: vec![NONE; rows],
            root: 0,
        };
        // sets of rows, and the part that each set is
        let mut parents: Vec<u32> = (0..rows as u32).collect();
        let mut parts = parents.clone();
        for Edge { a, b, square: length } in edges {
            let (a, b) = (find(&mut parents, a), find(&mut parents, b));
            parents[a.max(b) as usize] = a.min(b);
            let part = levels.join(parts[a as usize], parts[b as usize], length);
            parts[a.min(b) as usize] = part;
            levels.root = part;
        }
        levels
    }

    /// The part that two parts are at this level: one of them, if it is of the same level already.
    ///
    /// Parts are chained, so taking over those of another part takes no longer than taking one. A row never takes over:
    /// it is a part of what it joins, whatever its own level.
    fn join(&mut self, a: u32, b: u32, length: f64) -> u32 {
        let same = |part: u32| part as usize >= self.rows && self.level[part as usize] == length;
        let same = (same(a), same(b));
        let (into, from) = match same {
            (true, _) => (a, b),
            (false, true) => (b, a),
            (false, false) => {
                let part = self.level.len() as u32;
                self.level.push(length);
                self.weight.push(0.0);
                self.first.push(NONE);
                self.next.push(NONE);
                self.head.push(NONE);
                self.tail.push(NONE);
                self.take(part, a, a, a);
                (part, b)
            }
        };
        if same == (true, true) {
            let (head, tail) = (self.head[from as usize], self.tail[from as usize]);
            self.take(into, head, tail, from);
        } else {
            self.take(into, from, from, from);
        }
        into
    }

    /// Appends the chain of parts from `head` to `tail`, which weigh what `from` weighs: `from` itself, or all that it
    /// is made of.
    fn take(&mut self, into: u32, head: u32, tail: u32, from: u32) {
        let (into, from) = (into as usize, from as usize);
        match self.tail[into] {
            NONE => self.head[into] = head,
            last => self.next[last as usize] = head,
        }
        self.tail[into] = tail;
        self.weight[into] += self.weight[from];
        self.first[into] = self.first[into].min(self.first[from]);
    }

    /// The parts of a part; none of a row. In the order in which they were joined, which says nothing.
    pub(super) fn parts(&self, part: u32) -> impl Iterator<Item = u32> + '_ {
        let some = |part: u32| (part != NONE).then_some(part);
        std::iter::successors(some(self.head[part as usize]), move |part| some(self.next[*part as usize]))
    }

    /// Calls `each` with every row of a part, in no particular order. O(rows of the part).
    pub(super) fn rows(&self, part: u32, mut each: impl FnMut(usize)) {
        let mut open = vec![part];
        while let Some(part) = open.pop() {
            match (part as usize) < self.rows {
                true => each(part as usize),
                false => open.extend(self.parts(part)),
            }
        }
    }
}

/// Who stands for the set: its first row, whose part is that of the set.
fn find(parents: &mut [u32], mut one: u32) -> u32 {
    while parents[one as usize] != one {
        let parent = parents[one as usize];
        parents[one as usize] = parents[parent as usize];
        one = parent;
    }
    one
}

#[cfg(test)]
#[path = "levels_tests.rs"]
mod tests;
