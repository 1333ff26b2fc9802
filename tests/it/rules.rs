//! The rule language and its executors.

mod horizon;
mod row;
