//! Segmenters made of segmenters: crossed, one after another, nested.
//!
//! | you have | you want | use |
//! | --- | --- | --- |
//! | size and rhythm | small and frequent, small and occasional, … | [`Combine::cross`], [`CrossAll`] for more than two |
//! | a cross with cells of three customers | those cells merged into others, on record | [`Cross::merge`], [`SparseCells`] |
//! | a good segmenter that needs data few have | another for the rest | [`Combine::fallback`], [`FallbackAll`] |
//! | champions that are too many to be one group | champions by tier, everybody else as before | [`Combine::nested`] |
//! | two segmentations that exist already | their cross, without asking again | [`cross_segmentations`] |
//!
//! All are segmenters themselves: they place one customer and many with the same answer, explain with the explanations
//! of their parts, and can be combined again. Scores, distances and memberships of the parts are not carried over.

mod agreement;
mod all;
mod cells;
mod consensus;
mod cross;
mod fallback;
mod merged;
mod nested;
mod reasons;

pub use all::CrossAll;
pub use cells::{CellMap, MergeInto, MergedCell, Minimum, SparseCells};
pub use consensus::{Consensus, ConsensusMap, ConsensusModel};
pub use cross::{Cross, cross_segmentations};
pub use fallback::{Either, Fallback, FallbackAll};
pub use merged::{Cell, Merged, MergedModel};
pub use nested::{Nest, Nested, Unplaced};

use crate::error::Result;
use crate::segmenter::Segmenter;

/// The combinations as methods of every segmenter.
///
/// ```
/// use segmentry::combine::Combine;
/// # use segmentry::customer::{Customer, Record};
/// # use segmentry::segmenter::{Reads, Segmenter};
/// # struct Above(&'static str, f64, [&'static str; 2]);
/// # impl Segmenter for Above {
/// #     type Segment = String;
/// #     fn segments(&self) -> Vec<String> { self.2.map(str::to_owned).to_vec() }
/// #     fn reads(&self) -> Reads { Reads::attributes([self.0]) }
/// #     fn assign(&self, customer: &dyn Customer) -> segmentry::Result<Option<String>> {
/// #         Ok(customer.value(self.0).number().map(|n| self.2[usize::from(n > self.1)].to_owned()))
/// #     }
/// # }
/// let size = Above("employees", 99.0, ["small", "large"]); // a segmenter of your own
/// let rhythm = Above("orders", 11.0, ["occasional", "frequent"]);
/// let plan = size.cross(rhythm);
///
/// let shop = Record::new("c-1").with("employees", 12).with("orders", 40);
/// assert_eq!(plan.assign(&shop)?, Some(("small".to_owned(), "frequent".to_owned())));
/// let unknown = Record::new("c-2").with("employees", 12);
/// assert_eq!(plan.explain(&unknown)?.reason.unwrap().to_string(), "`orders` is missing");
/// # Ok::<(), segmentry::Error>(())
/// ```
pub trait Combine: Segmenter + Sized {
    /// Both at once: a segment is a pair of segments.
    fn cross<B: Segmenter>(self, other: B) -> Cross<Self, B> {
        Cross::new(self, other)
    }

    /// This one, and where it places a customer in no segment, the other.
    ///
    /// # Errors
    /// If a key is that of a segment of both.
    fn fallback<B: Segmenter>(self, other: B) -> Result<Fallback<Self, B>> {
        Fallback::new(self, other)
    }

    /// This one, with segments that are divided further: add what divides them with [`Nested::within`].
    fn nested(self) -> Nested<Self> {
        Nested::new(self)
    }
}

impl<G: Segmenter> Combine for G {}
