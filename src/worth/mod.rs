//! Value-based segments: what customers have brought against what they will bring.
//!
//! | recipe | places by | learns |
//! | --- | --- | --- |
//! | [`ValueMatrix`] | value so far and value to come, each high or low | where high begins |
//!
//! The values are attributes, those of [`Lifetimes`](crate::lifetime::Lifetimes) unless others are named, so every other
//! segmenter reads them too:
//!
//! | asked for | made with |
//! | --- | --- |
//! | deciles, bands of lifetime value | tiers of equal size over `lifetime_value` |
//! | ABC on future value | tiers by share of value over `lifetime_value` |
//! | whales, concentration | [`CustomerEquity`] |
//! | customers at risk, by value | a rule such as `alive < 0.5 and value_so_far >= 200`, or tiers over `value_at_risk` |
//! | high potential | [`ValueSegment::Grow`] |
//!
//! ```
//! use segmentry::customer::{Customers, Record};
//! use segmentry::segmenter::{Fit, Segmenter};
//! use segmentry::value::Column;
//! use segmentry::worth::{ValueMatrix, ValueSegment};
//!
//! let customers = Customers::with_ids(["a", "b", "c", "d", "e"])?
//!     .with_column("value_so_far", Column::numbers([900.0, 40.0, 20.0, 700.0, 10.0]))?
//!     .with_column("lifetime_value", Column::numbers([300.0, 250.0, 5.0, 2.0, 1.0]))?;
//! let matrix = ValueMatrix::new().top(0.4).fit(&customers)?;
//! let newcomer = Record::new("f").with("value_so_far", 15.0).with("lifetime_value", 280.0);
//! assert_eq!(matrix.assign(&newcomer)?, Some(ValueSegment::Grow));
//! # Ok::<(), segmentry::Error>(())
//! ```

mod equity;
#[cfg(feature = "rules")]
mod expression;
mod matrix;
mod model;
mod segments;

pub use equity::CustomerEquity;
pub use matrix::{Cut, ValueMatrix};
pub use model::ValueMatrixModel;
pub use segments::ValueSegment;
