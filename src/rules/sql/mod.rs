//! The third executor: definitions as SQL, for an engine that has the customers.
//!
//! [`Renderer`] writes the text and no more: it opens no connection and needs no package. One definition an operator
//! stands here, with a spelling for each [`Dialect`]; what a dialect cannot say is an error with the reason.
//!
//! | file | what it writes |
//! | --- | --- |
//! | `renderer` | what can be asked for: a condition, truths, members, segments, sizes |
//! | `query` | one statement and the tables it makes on the way |
//! | `conditions`, `texts`, `sets`, `states`, `place`, `identity` | conditions |
//! | `terms`, `score`, `ranks` | terms |
//! | `events`, `doing`, `sequence` | what is made of events |
//! | `definitions` | audiences and rule lists |
//! | `dialect`, `spelling`, `pattern` | how each engine writes it |
//! | `tables`, `moment` | where the data are, and what windows are as of a moment |

mod conditions;
mod definitions;
mod dialect;
mod doing;
mod events;
mod identity;
mod moment;
mod pattern;
mod place;
mod query;
mod ranks;
mod renderer;
mod said;
mod score;
mod sequence;
mod sets;
mod spelling;
mod states;
mod tables;
mod terms;
mod texts;

pub use dialect::Dialect;
pub use renderer::Renderer;
pub use tables::{EventTable, ListTable, Tables};
