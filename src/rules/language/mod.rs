//! The language as data: what a definition can say.

mod build;
mod condition;
mod days;
mod definitions;
mod events;
mod layer;
mod literal;
mod term;
mod window;

pub use build::{attribute, bucket, field, member};
pub use condition::{Area, Bounds, Comparison, Condition, Fold, SetOperator, State, TextOperator};
pub use days::{CalendarPart, LeapDay, WeekStart};
pub use definitions::{Audience, Definitions, List, Override, Rule, Rules, Stay, Unknown, Version};
pub use events::{Aggregate, Events, HasBeen, Lifecycle, Measure, Sequence, Step};
pub use layer::Layer;
pub use literal::Literal;
pub use term::{
    Arithmetic, Bucket, Earlier, Given, Order, Rank, RankMeasure, Score, ScoreCategory, ScoreItem, Term, Ties,
};
pub use window::{Around, CalendarUnit, Moment, Side, Span, SpanUnit, Which, Window};
