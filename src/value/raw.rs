//! A column as it is stored: for kernels that go over whole columns.

use crate::time::{Day, Timestamp};

use super::column::{Column, Data, State};
use super::dictionary::Dictionary;

/// The vectors of a column, one entry a row; rows without a value hold a zero, code 0 or an empty set.
///
/// Ask [`Column::states`] which rows have a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Raw<'c> {
    Numbers(&'c [f64]),
    Integers(&'c [i64]),
    Texts(&'c [u32], &'c Dictionary),
    Booleans(&'c [bool]),
    Days(&'c [Day]),
    Timestamps(&'c [Timestamp]),
    /// Where each row's texts end, the texts' codes, each once a row, and what they mean.
    Sets(&'c [usize], &'c [u32], &'c Dictionary),
    Points,
}

impl Column {
    /// The column as it is stored.
    pub(crate) fn raw(&self) -> Raw<'_> {
        match &self.data {
            Data::Number(values) => Raw::Numbers(values),
            Data::Integer(values) => Raw::Integers(values),
            Data::Text { codes, dictionary } => Raw::Texts(codes, dictionary),
            Data::Boolean(values) => Raw::Booleans(values),
            Data::Day(values) => Raw::Days(values),
            Data::Timestamp(values) => Raw::Timestamps(values),
            Data::Set { ends, codes, dictionary } => Raw::Sets(ends, codes, dictionary),
            Data::Point(_) => Raw::Points,
        }
    }

    /// Each row's state; `None` while every row has a value.
    pub(crate) fn states(&self) -> Option<&[State]> {
        self.states.as_deref()
    }
}
