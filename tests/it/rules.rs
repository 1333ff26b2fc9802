//! The rule language and its executors.

mod row;
