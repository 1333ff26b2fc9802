//! Segments by a table of scores that is proved before it is used.
//!
//! A [`ScoreTable`] lists boxes over scored dimensions: *champions* are recency 4 to 5 with frequency 4 to 5. Published
//! tables of this kind leave cells out, overlap, or hold rows that no customer can reach (see [`tables`]), and nothing
//! in the tools that use them says so. [`ScoreTable::check`] does: it gives a [`ScoreGrid`], which answers for every
//! cell, in constant time, or an error that names the row and the cell.
//!
//! Learn [`ScoreTable`] and [`ScoreRow`]; [`ScoreGrid`] is what a check gives, and [`Neighbor`] and [`Move`] are for
//! those who write explanations of their own.
//!
//! ```
//! use segmentry::classify::{ScoreRow, ScoreTable, tables};
//!
//! let grid = tables::ten_segments("frequency").check()?;
//! assert_eq!(grid.segment(&[5, 5]).and_then(|text| text.label.as_deref()), Some("Champions"));
//!
//! // a table as it is published, with rows that no customer can reach
//! let error = tables::rfm_tests().check().unwrap_err().to_string();
//! assert!(error.starts_with("row 4 (`new-customers`) of the score table can never be reached"));
//!
//! // two rows that claim one cell
//! let gone = ScoreRow::new("gone").scores("recency", 1..=1);
//! let overlap = ScoreTable::new([("recency", 2)]).row(ScoreRow::new("all")).row(gone);
//! assert!(overlap.check().unwrap_err().to_string().contains("both claim the cell recency 1"));
//! # Ok::<(), segmentry::Error>(())
//! ```

mod check;
mod grid;
mod table;
pub mod tables;

pub use self::{
    grid::{Move, Neighbor, ScoreGrid},
    table::{Dimension, Order, ScoreRow, ScoreTable, SegmentText},
};
