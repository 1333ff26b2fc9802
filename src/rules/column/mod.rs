//! Many customers asked of a whole plan, column by column: 64 customers at each step.
//!
//! A table goes through in chunks that stay near a core. In each chunk every leaf that some definition asks is answered
//! once, as a word for 64 customers, by a kernel for its form; the programs of the definitions then run over those words.
//! Leaves without a kernel are asked as they are of one customer, row by row, so that nothing is said twice.
//!
//! The answers are those of [`Asker`](super::Asker) for each customer, whatever the number of threads. Where something is
//! wrong with a customer of a chunk, the row path goes over the chunk and finds which is the first.

mod atoms;
mod bits;
mod bound;
mod codes;
mod fit;
mod job;
mod lanes;
mod lists;
mod logic;
mod ranges;
mod sets;
mod sums;
mod tasks;
mod truths;
mod vector;

use std::ops::Range;

use atoms::Atoms;
use bits::words;
use bound::Bound;
use job::{Chunk, Job};
use lists::ListJob;
pub(in crate::rules) use lists::slots_of_rule;
pub use truths::Truths;

use super::plan::Plan;
use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::parallel;
use crate::segment::Label;
use crate::segmentation::{Audiences, Segmentation};

/// Chunks that one piece of work takes one after another.
const CHUNKS: usize = 8;

impl Plan {
    /// Who is in which audience.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::rules::{Audience, Definitions, Plan, Vocabulary, attribute};
    /// use segmentry::value::Column;
    ///
    /// let customers = Customers::with_ids(["a", "b", "c"])?.with_column("employees", Column::integers([12, 250, 4_000]))?;
    /// let definitions = Definitions::new()
    ///     .audience(Audience::new("large", attribute("employees").at_least(1_000)))
    ///     .audience(Audience::new("not-small", attribute("employees").at_least(100)));
    /// let audiences = Plan::new(&definitions, &Vocabulary::of(&customers)?)?.audiences_of(&customers)?;
    /// assert_eq!(audiences.sizes(), [1, 2]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a column is not there or of another kind than the vocabulary says; and as [`Asker::ask`](super::Asker::ask), of
    /// the first customer in order of whom that is so, with row and id.
    ///
    /// # Cost
    /// Reads each column once a chunk, and each leaf once however many definitions have it: about a third of a
    /// nanosecond for each customer and leaf that compares a number, a text or a day.
    pub fn audiences_of(&self, customers: &Customers) -> Result<Audiences> {
        let bound = Bound::new(self, customers)?;
        let atoms = Atoms::new(&bound);
        let (job, ()) = Job::new(&bound, &atoms, |_| true, |_| ((), 0));
        let mut members = vec![vec![0; words(customers.len())]; self.audiences.len()];
        in_bands(&job, &mut members, words, |rows, chunk, parts| {
            job.run(rows, chunk, |audience, words| {
                if let Some(part) = parts.get_mut(audience) {
                    part.copy_from_slice(words);
                }
            })
        })
        .map_err(|rows| self.first_error(customers, rows, None))?;
        Ok(Audiences::from_words(customers, self.audiences().cloned().zip(members)))
    }

    /// Where the rule list of that number puts the customers. Who is in no segment is so because of the first attribute
    /// that is absent of the first rule of which nobody knows whether it holds; or because no rule holds.
    ///
    /// # Errors
    /// As [`Plan::audiences_of`], and if there is no such list.
    pub fn segment_of(&self, list: usize, customers: &Customers) -> Result<Segmentation<Label>> {
        let rules = self.lists.get(list).ok_or_else(|| {
            Error::parameter("list", format!("below {}, the number of rule lists", self.lists.len()), list)
        })?;
        let bound = Bound::new(self, customers)?;
        let atoms = Atoms::new(&bound);
        let (job, ready) = Job::new(&bound, &atoms, |_| false, |wanted| ListJob::new(self, list, wanted));
        let mut places = vec![vec![0_i32; customers.len()]];
        in_bands(
            &job,
            &mut places,
            |rows| rows,
            |rows, chunk, parts| {
                job.run(rows, chunk, |_, _| {})?;
                match (&ready, parts.first_mut()) {
                    (Some(ready), Some(part)) => ready.run(&bound, rows, chunk, part),
                    _ => Ok(()),
                }
            },
        )
        .map_err(|rows| self.first_error(customers, rows, Some(list)))?;
        let mut segmentation = Segmentation::builder(customers, Vec::with_capacity(customers.len()));
        for place in places.into_iter().flatten() {
            segmentation.push(match usize::try_from(place) {
                Ok(segment) => Ok(segment),
                Err(_) => Err(lists::reason(self, !place as usize)),
            });
        }
        Ok(segmentation.with_segments(rules.segments.clone()))
    }

    /// What is wrong with the first of these customers with whom something is wrong.
    fn first_error(&self, customers: &Customers, rows: Range<usize>, list: Option<usize>) -> Error {
        let mut asker = self.asker();
        for row in rows {
            let Some(customer) = customers.get(row) else { continue };
            let asked = asker.ask(&customer).and_then(|answer| list.map_or(Ok(None), |list| answer.segment(list)));
            if let Err(error) = asked {
                return error.at_row(row).at_customer(customer.id());
            }
        }
        job::unsettled()
    }
}

/// Runs `work` over all chunks, and gives it for each the part of every list of `outs` that belongs to it; `size` says how
/// long that is for so many rows.
///
/// # Errors
/// With the rows of the first chunk that has one.
fn in_bands<'p, T: Send>(
    job: &Job<'_, 'p>,
    outs: &mut [Vec<T>],
    size: impl Fn(usize) -> usize + Sync + Send,
    work: impl Fn(&Range<usize>, &mut Chunk, &mut [&mut [T]]) -> Result<()> + Sync + Send,
) -> Result<(), Range<usize>> {
    let (rows, chunk) = (job.bound.rows(), job.chunk);
    let band = CHUNKS * chunk;
    let mut bands: Vec<(Range<usize>, Vec<&mut [T]>)> =
        (0..rows.div_ceil(band)).map(|at| (at * band..rows.min((at + 1) * band), Vec::new())).collect();
    for out in outs {
        for ((_, parts), part) in bands.iter_mut().zip(out.chunks_mut(size(band))) {
            parts.push(part);
        }
    }
    let done = parallel::map_items(bands, |(band, mut parts)| {
        let mut room = job.room();
        for start in band.clone().step_by(chunk) {
            let rows = start..band.end.min(start + chunk);
            let mut now = Vec::with_capacity(parts.len());
            for part in &mut parts {
                let (first, rest) = std::mem::take(part).split_at_mut(size(rows.len()));
                now.push(first);
                *part = rest;
            }
            if work(&rows, &mut room, &mut now).is_err() {
                return Err(rows);
            }
        }
        Ok(())
    });
    done.into_iter().collect()
}
