//! Bands: a measure cut into ordered classes, with the cut points kept.
//!
//! [`Bands`] is the recipe (how to cut), [`BandsModel`] what was learnt (where). A model scores any later value with
//! the cut points it learnt, so that next month's customer is measured with this month's yardstick. Scores run from
//! 1 (worst) to the number of bands asked (best); [`Bands::lower_is_better`] turns the scale, as recency needs it.
//!
//! | recipe | cuts where | fits | does not fit |
//! | --- | --- | --- | --- |
//! | [`Bands::quantiles`] | equal shares of the values, by quantile | continuous measures | counts with many ties: fewer bands |
//! | [`Bands::rfm_rule`] | the same, as R's `rfm` does | comparing with that package | measures much finer than 1 |
//! | [`Bands::equal_counts`] | equal shares of the rows, by rank | ranks, SQL `NTILE` | small groups of equal values |
//! | [`Bands::at`] | where you say | rules that people know by heart | measures that drift |
//! | [`Bands::natural_breaks`] | at the gaps | lumpy measures, tiers | long tails: a few rows take a band |
//!
//! [`NestedBands`] cuts the second measure anew within each band of the first, and so on.
//!
//! Learn [`Bands`] and [`BandsModel`]; the rest says which end is good ([`Better`]), which end of a band belongs to it
//! ([`Closed`]) and what happens to equal values ([`Ties`]).
//!
//! ```
//! use segmentry::bands::Bands;
//!
//! let spend = [20.0, 35.0, 50.0, 80.0, 90.0, 400.0];
//! let thirds = Bands::quantiles(3).fit(&spend, None)?;
//! let breaks = Bands::natural_breaks(2).fit(&spend, None)?;
//! assert_eq!(thirds.scores(&spend), [1, 1, 2, 2, 3, 3]); // as many in each
//! assert_eq!(breaks.scores(&spend), [1, 1, 1, 1, 1, 2]); // where the gap is
//! assert_eq!(breaks.cut_points(), [245.0]);
//! # Ok::<(), segmentry::Error>(())
//! ```

mod equal_counts;
mod model;
mod natural_breaks;
mod nested;
mod recipe;

pub use self::{
    model::{BandsModel, Interval, UNSCORED},
    nested::{NestedBands, NestedBandsModel},
    recipe::{Bands, Better, Closed, Ties},
};
