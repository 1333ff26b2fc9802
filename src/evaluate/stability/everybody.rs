//! The door for customers: those drawn teach, everybody is placed.
//!
//! A table of customers holds each id once, so that nobody can stand in it twice. Who is drawn twice counts twice
//! instead, by weight: by the law that every recipe obeys, weight 2 is as if the customer were there twice. A recipe that
//! heeds no weights is given samples without repetition ([`Refit::without_weights`](super::Refit::without_weights)).
//!
//! What is learnt of a customer's history stays with the customer: histories are shared, not copied.

use std::borrow::Cow;
use std::fmt;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::evaluate::partition::Partition;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;

use super::refit::{Asked, Whole};
use super::scheme::Sample;

/// Learns from the first customers and says where the second are.
pub(super) type Divide<'a> =
    Box<dyn Fn(&Customers, &Customers, &Progress<'_>) -> Result<Segmentation<Label>> + Sync + Send + 'a>;

/// Customers that count, and how they are divided.
///
/// Borrowed where all count, else a table of those who do.
pub(super) struct Everybody<'a> {
    customers: Cow<'a, Customers>,
    divide: Divide<'a>,
}

impl fmt::Debug for Everybody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Everybody({} customers)", self.customers.len())
    }
}

impl<'a> Everybody<'a> {
    /// Checks that somebody counts, and leaves out who does not.
    ///
    /// # Errors
    /// If nobody counts.
    pub(super) fn new(customers: &'a Customers, divide: Divide<'a>) -> Result<Self> {
        let counts = |row: &usize| customers.weights().is_none_or(|weights| weights[*row] > 0.0);
        let counting: Vec<usize> = (0..customers.len()).filter(counts).collect();
        if counting.is_empty() {
            return Err(Error::empty("customers that count"));
        }
        let all = counting.len() == customers.len();
        let customers = if all { Cow::Borrowed(customers) } else { Cow::Owned(customers.take(&counting)?) };
        Ok(Everybody { customers, divide })
    }

    /// How many customers count.
    pub(super) fn len(&self) -> usize {
        self.customers.len()
    }

    /// Where everybody is, learnt from these.
    ///
    /// # Errors
    /// Of the recipe, and if it forgot somebody: then rows would be compared that are not the same customers.
    fn place(&self, drawn: &Customers, progress: &Progress<'_>) -> Result<Segmentation<Label>> {
        let found = (self.divide)(drawn, &self.customers, progress)?;
        match found.len() {
            len if len == self.len() => Ok(found),
            len => Err(Error::length("the segmentation of everybody", len, self.len())),
        }
    }

    /// The segments that somebody is in, by their keys.
    ///
    /// Segments that nobody is in are no groups: there is nothing of them that could come back.
    pub(super) fn whole(&self, progress: &Progress<'_>) -> Result<Whole> {
        let found = self.place(&self.customers, progress)?;
        let sizes = found.sizes();
        let present = found.segments().iter().zip(sizes).filter(|(_, size)| *size > 0);
        let names = present.map(|(segment, _)| segment.key().into_owned()).collect();
        Ok(Whole { partition: Partition::from_segmentation(&found)?, names })
    }

    /// The segments of a replicate: who is drawn twice counts twice, times their own weight.
    ///
    /// `asked` says of whom: of everybody, or of those drawn, in the order in which they were.
    pub(super) fn again(&self, sample: &Sample, asked: Asked, progress: &Progress<'_>) -> Result<Vec<Option<u32>>> {
        let rows: Vec<usize> = sample.rows.iter().map(|row| *row as usize).collect();
        let mut drawn = self.customers.take(&rows)?;
        if let Some(times) = &sample.times {
            let own = drawn.weights().map(<[f64]>::to_vec);
            let weight = |(at, times): (usize, &u32)| f64::from(*times) * own.as_ref().map_or(1.0, |own| own[at]);
            let weights = times.iter().enumerate().map(weight).collect();
            drawn = drawn.with_weights(weights)?;
        }
        let found = self.place(&drawn, progress)?;
        let label = |row: usize| found.index(row).and_then(|segment| u32::try_from(segment).ok());
        Ok(match asked {
            Asked::All => (0..self.len()).map(label).collect(),
            Asked::Drawn => rows.into_iter().map(label).collect(),
        })
    }
}
