//! Segments by a table of scores that is proved before it is used.
//!
//! A [`ScoreTable`] lists boxes over scored dimensions: *champions* are recency 4 to 5 with frequency 4 to 5. Published
//! tables of this kind leave cells out, overlap, or hold rows that no customer can reach (see [`tables`]), and nothing
//! in the tools that use them says so. [`ScoreTable::check`] does: it gives a [`ScoreGrid`], which answers for every
//! cell, in constant time, or an error that names the row and the cell.

mod check;
mod grid;
mod table;
pub mod tables;

pub use self::{
    grid::{Move, Neighbor, ScoreGrid},
    table::{Dimension, Order, ScoreRow, ScoreTable, SegmentText},
};
