//! The whole cycle as data: goal, sources, derived attributes, segmenters, profiles, what is saved.
//!
//! A [`Study`] is read from a TOML file or built in code, is checked before anything runs, and [`run`](Study::run) gives
//! [`Findings`] that print, save tables and save models.
//!
//! ```
//! use segmentry::behavioral::Rfm;
//! use segmentry::history::History;
//! use segmentry::study::Study;
//! use segmentry::features::purchases::Purchases;
//! use segmentry::time::Day;
//!
//! let day = |n: i32| Day::from_days(20_000 + n);
//! let mut log = History::builder();
//! for customer in 0..60 {
//!     for purchase in 0..=customer % 7 {
//!         log.push(customer, &(day(5 * customer - 9 * purchase), 10.0 + f64::from(customer)))?;
//!     }
//! }
//! let findings = Study::new("who buys again")
//!     .events("shop", log.finish())
//!     .as_of(day(320))
//!     .derive(Purchases::new())
//!     .segmenter("rfm", Rfm::new())
//!     .maximize("spend")
//!     .run()?;
//! assert_eq!(findings.segmentation("rfm")?.len(), 60);
//! println!("{findings}");
//! # Ok::<(), segmentry::Error>(())
//! ```

mod audiences;
mod clusters;
mod combination;
mod evaluation;
mod file;
mod findings;
mod kinds;
mod load;
mod plan;
mod recipe;
mod run;
mod save;
mod source;
mod valued;

pub use audiences::AudienceFindings;
pub use combination::Combination;
pub use evaluation::Evaluation;
pub use findings::{Findings, Placed, SourceFinding, Timing};
pub use load::{any_from_json, load_any};
pub use plan::Study;
pub use recipe::{AnySegmenter, Ready, Recipe};
pub use source::{AttributePlan, CleanPlan, CustomersFile, EventsFile, ItemsFile, Layout, Source};
pub use valued::{Retained, Valued};
