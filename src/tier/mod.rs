//! Tiers: customers in ordered levels by how much they are worth, at one moment or as a programme over time.
//!
//! | recipe | a customer is in a tier | learns | fits | does not fit |
//! | --- | --- | --- | --- | --- |
//! | [`Tiers`] | from a threshold that you name | nothing | rules that customers know: 1 000 a year is gold | values that drift |
//! | [`TopShare`] | among the best 20 % of the customers | cut values | a budget for so many customers | telling who is worth it |
//! | [`ValueShare`] | among those that bring the first 80 % of the value (ABC, Pareto) | cut values | whom one cannot lose | values below zero |
//! | [`Ntiles`] | in the best tenth, the second tenth, … | cut values | equal groups to compare | few different values |
//! | [`Programme`] | by what was earned, with a minimum stay and a grace period | nothing | loyalty programmes | customers without events |
//!
//! Recipes that learn give a [`TierModel`], which keeps the cut values, so that next month's customer is measured with
//! this month's yardstick, and a [`Spread`]: how unevenly the value is spread (Gini, Lorenz curve, share of the top).
//! What is measured is one attribute or a weighted [`Score`] of several.
//!
//! ```
//! use segmentry::customer::{Customers, Record};
//! use segmentry::segment::Segment;
//! use segmentry::segmenter::{Fit, Segmenter};
//! use segmentry::tier::ValueShare;
//! use segmentry::value::Column;
//!
//! let customers = Customers::with_ids(["a", "b", "c", "d", "e"])?
//!     .with_column("spend", Column::numbers([600.0, 250.0, 90.0, 40.0, 20.0]))?;
//! let abc = ValueShare::of("spend").fit(&customers)?;
//! assert_eq!(abc.cut_values(), [Some(250.0), Some(40.0)]); // A brings the first 80 %, B the next 15 %, C the rest
//! let stranger = Record::new("f").with("spend", 300.0);
//! assert_eq!(abc.assign(&stranger)?.unwrap().key(), "a");
//! # Ok::<(), segmentry::Error>(())
//! ```

#[cfg(feature = "rules")]
mod expression;
mod ladder;
mod measure;
mod model;
mod ntiles;
mod place;
mod programme;
mod qualifying;
mod ranked;
mod replay;
mod run;
mod scale;
mod score;
mod spread;
mod standing;
mod tiers;
mod top_share;
mod value_share;

pub use self::{
    measure::{Measure, Term},
    model::{TierModel, TierSize},
    ntiles::Ntiles,
    programme::{Fall, Programme},
    qualifying::Qualifying,
    run::{ProgrammeRun, Standings, Transition},
    scale::Scale,
    score::{Scaling, Score},
    spread::Spread,
    standing::{Change, Standing},
    tiers::Tiers,
    top_share::TopShare,
    value_share::{Negatives, ValueShare},
};
