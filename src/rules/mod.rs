//! Rules: a language in which people say who belongs to a segment, and what answers it.
//!
//! Definitions are data, in three forms of one thing: built in Rust ([`attribute`] and what follows it), written as text
//! (`parse`, `to_string`), or as JSON ([`Definitions::from_json`]). An [`Audience`] is a set of customers, whatever other
//! audiences they are in; a [`Rules`] list puts each customer in the segment of the first rule that holds. A [`Plan`] is
//! definitions checked and made ready; it answers for one customer and for many, with the same answers.
//!
//! ```
//! use segmentry::customer::{Customers, Record};
//! use segmentry::rules::{Definitions, Plan};
//! use segmentry::segment::Segment;
//! use segmentry::value::{Column, Kind};
//!
//! let definitions: Definitions = r#"
//!     audience large: employees >= 1000
//!     audience abroad: not country = "DE"
//!     rules size:
//!       enterprise: member of "large"
//!       middle: employees >= 100
//!       otherwise small
//! "#.parse()?;
//! let customers = Customers::with_ids(["a", "b", "c"])?
//!     .with_column("employees", Column::integers([4_000, 250, 12]))?
//!     .with_column("country", Column::of(Kind::Text, [Some("DE"), Some("FR"), None]))?;
//!
//! let plan = Plan::fit(&definitions, &customers)?; // checks names and kinds, learns what is to be learnt
//! assert_eq!(plan.audiences_of(&customers)?.sizes(), [1, 1]); // of `c` nobody knows whether it is abroad
//! assert_eq!(plan.segment_of(0, &customers)?.sizes(), [1, 1, 1]);
//!
//! let mut asker = plan.asker();
//! let answer = asker.ask(&Record::new("new").with("employees", 120).with("country", "AT"))?;
//! assert_eq!(answer.audiences().map(Segment::key).collect::<Vec<_>>(), ["abroad"]);
//! assert_eq!(answer.segment(0)?.unwrap().key(), "middle");
//! # Ok::<(), segmentry::Error>(())
//! ```
//!
//! # When it fits, and when not
//!
//! It fits segments that people can say: everybody who bought twice in 90 days and has not been written to since. It does
//! not fit those that nobody can say and that have to be found in the data, nor thresholds that are all of one measure: those
//! are [`tier`](crate::tier)s, which also say how they are earned and lost.
//!
//! # What answers what
//!
//! | question | asked by |
//! | --- | --- |
//! | in which audiences is this customer, in which segment | [`Plan::asker`], [`Asker::ask`] |
//! | why, why not, since when, what would change it | [`Plan::explain`], [`Plan::explain_list`] |
//! | until when, if nothing new becomes known | [`Asker::valid_until`], [`Expiries`] |
//! | who is in which audience; where does a list put everybody | [`Plan::audiences_of`], [`Plan::segment_of`] |
//! | the same from the tables of an engine | `Renderer`, with the cargo feature `sql` |
//! | a list as a segmenter that is saved, crossed, profiled | [`RulesModel`], or [`Rules`] fitted |
//! | what is odd about the definitions; what do they cost | [`Plan::analyze`], [`Plan::costs`] |
//! | what would a new version change | [`Plan::diff`] |
//! | who refers to an audience; may it be deleted | [`Definitions::dependents`], [`Definitions::plan_delete`] |
//! | how clearly is somebody in | [`Plan::degree`] |
//!
//! # Limits
//!
//! | what | at most |
//! | --- | --- |
//! | bytes of a file; of a text | 16 MiB; 1 MiB |
//! | conditions and terms inside each other | 64 |
//! | entries of a list, but not of a list of customers | 100,000 |
//! | bytes of a pattern, a regular expression | 10,000 |
//! | parts of `ntile` | 1,000,000 |
//!
//! # Differs from
//!
//! - SQL's `WHERE`: the three truth values are SQL's, but missing, null and invalid are told apart (`is missing`), and what
//!   unknown means is said by the definition.
//! - Rule engines (json-logic, CEL, zen): a kind that does not fit and a name that is not known are errors when the
//!   definition is checked, never *false*. Time is an argument, never the clock.
//! - Products for audiences: one language for one customer and for all; *the last 7 days* and *this week* are two things;
//!   windows are half open; `and` and `or` do not stand side by side without parentheses.
//! - Elsewhere `all` of nothing is sometimes everybody by accident: here `all()` is true, `any()` is false, an empty list has
//!   nobody in it, and [`Plan::analyze`] tells.

mod analysis;
mod column;
mod dirty;
#[cfg(feature = "serde")]
mod exchange;
mod expiry;
mod explain;
mod expression;
mod file;
mod graded;
mod horizon;
#[cfg(feature = "serde")]
mod json;
mod language;
mod limits;
mod meaning;
mod model;
mod plan;
mod reach;
mod row;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "sql")]
mod sql;
mod standing;
mod text;
mod truth;
#[allow(dead_code, reason = "what reads it joins part by part")]
mod walk;

pub use analysis::{Cost, Deletion, Odd, Oddity, VersionDiff};
pub use column::Truths;
pub use dirty::{Affected, Delta, Tracked};
#[cfg(feature = "serde")]
pub use exchange::Importer;
pub use expiry::Expiries;
pub use explain::{Change, Clause, Decision, MembershipExplanation, Reading, Staying};
pub use expression::Expression;
pub use file::DefinitionsFile;
pub use graded::Softness;
pub use horizon::{Since, Until, ValidUntil};
pub use language::*;
pub use model::RulesModel;
pub use plan::{Plan, Vocabulary};
pub use row::{Answer, Asker};
#[cfg(feature = "schema")]
pub use schema::json_schema;
#[cfg(feature = "sql")]
pub use sql::{Dialect, EventTable, ListTable, Renderer, Tables};
pub use standing::{Move, Moves, Past, Standing};
pub use truth::Truth;
