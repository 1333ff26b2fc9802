//! What each operator means, once: for one customer, as of one moment. Every executor is held against it.

pub(super) mod calendar;
pub(super) mod doing;
pub(super) mod expr;
pub(super) mod frame;
pub(super) mod identity;
pub(super) mod node;
pub(super) mod place;
pub(super) mod rank;
pub(super) mod score;
pub(super) mod sums;
pub(super) mod text;
