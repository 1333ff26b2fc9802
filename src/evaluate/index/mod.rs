//! Internal figures: how good a division is, told from the rows and their groups alone.
//!
//! [`Index`] is the list of all of them, [`Indices`] several of one division. Those made of means and scatter are
//! computed here, those of pairs of rows by their own modules. Means and scatter come in three layers: [`rows`] (which rows count, and what they are divided by), [`passes`] over them
//! ([`moments`], [`spread`], [`scatter`], [`near`]), and figures, which are a few lines each ([`ratios`], [`halkidi`],
//! [`determinants`], [`sizes`]).
//!
//! # Numbers
//! Means are counted from a row of their group and squares from the means, so an offset of 10⁸ costs no digits.
//! Rows whose squares overflow or vanish are divided by a power of two first. What is still too large for a number, or
//! divides by zero, is an error and never a number.

mod determinants;
mod dunn;
mod facts;
mod halkidi;
mod indices;
mod list;
mod moments;
mod near;
mod passes;
mod ratios;
mod rows;
mod scatter;
mod sizes;
mod spread;

pub use halkidi::sd;
pub use indices::Indices;
pub use list::{Best, Index};
