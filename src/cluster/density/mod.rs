//! What the methods of density share: a tree over rows, neighbours within a radius, distances to the nearest, and the
//! shortest tree that joins all rows.
//!
//! The tree is our own and not a crate's. The crates that were weighed (`kiddo`, `kdtree`) fix the number of columns
//! when the program is compiled, or keep rows apart in memory, or give no access to the boxes of their nodes. The boxes
//! are what counts here: whole nodes are counted, joined and passed over without a look at their rows.
//!
//! All distances are sums of squares, added in the order of the columns, for rows and for boxes. So a box is never
//! nearer than it should be, not even by a rounding, and a tree gives the same answers as a look at all rows, ties
//! included. With many columns boxes stop saying anything. Then every leaf is looked at, and the tree is what one would
//! write without it: blocks of rows, compared block by block.

mod cores;
mod count;
mod distinct;
mod linked;
mod means;
mod reach;
mod scale;
mod spanning;
mod tree;

pub(super) use cores::{core_distance, core_distances};
pub(super) use count::dense;
pub(super) use distinct::{Distinct, NOBODY};
pub(super) use linked::components;
pub(super) use means::{Members, members};
pub(super) use reach::{NO_GROUP, Reach};
pub(crate) use scale::Scale;
pub(super) use scale::{far, refuse_largest};
pub(super) use spanning::{Edge, spanning_tree};
pub(super) use tree::{LEAF, Tree};
