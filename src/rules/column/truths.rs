//! The three truth values of each audience's condition, for tests and analyses.

use super::atoms::Atoms;
use super::bits::words;
use super::bound::Bound;
use super::in_bands;
use super::job::{Job, mask};
use super::logic::{Program, Side};
use crate::customer::Customers;
use crate::error::Result;
use crate::rules::plan::Plan;
use crate::rules::truth::Truth;

/// Whether the condition of each audience holds of each customer, before `unknown`, overrides and lists have their say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truths {
    customers: usize,
    /// For each audience a bit for each customer of whom it holds, and of whom it is known.
    audiences: Vec<(Vec<u64>, Vec<u64>)>,
}

impl Truths {
    /// How many customers there are.
    pub fn customers(&self) -> usize {
        self.customers
    }

    /// Whether the condition of that audience holds of the customer in that row; unknown if it has none.
    pub fn truth(&self, audience: usize, row: usize) -> Truth {
        let bit = |words: &[u64]| words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
        match self.audiences.get(audience) {
            Some((holds, _)) if bit(holds) => Truth::True,
            Some((_, known)) if bit(known) => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// How many customers the condition of that audience holds of, fails of, and is unknown of.
    pub fn counts(&self, audience: usize) -> [usize; 3] {
        let count = |words: &[u64]| words.iter().map(|word| word.count_ones() as usize).sum::<usize>();
        let (holds, known) = self.audiences.get(audience).map_or((0, 0), |(a, b)| (count(a), count(b)));
        [holds, known - holds, self.customers - known] // who holds is known
    }

    /// A bit for each customer of whom it holds.
    pub fn holds(&self, audience: usize) -> &[u64] {
        self.audiences.get(audience).map_or(&[], |(holds, _)| holds)
    }

    /// A bit for each customer of whom it is known whether it holds.
    pub fn known(&self, audience: usize) -> &[u64] {
        self.audiences.get(audience).map_or(&[], |(_, known)| known)
    }
}

impl Plan {
    /// Whether the condition of each audience holds of each customer: true, false or unknown.
    ///
    /// # Errors
    /// As [`Plan::audiences_of`].
    pub fn truths_of(&self, customers: &Customers) -> Result<Truths> {
        let bound = Bound::new(self, customers)?;
        let atoms = Atoms::new(&bound);
        let (job, programs) = Job::new(
            &bound,
            &atoms,
            |_| true,
            |wanted| {
                let mut height = 0;
                let mut program = |node, side| {
                    let program: Program = wanted.program(node, side);
                    height = height.max(program.height());
                    program
                };
                let roots = self.audiences.iter().map(|audience| audience.root.as_ref());
                let both = roots
                    .map(|root| root.map(|root| (program(&root.node, Side::Holds), program(&root.node, Side::Fails))));
                (both.collect::<Vec<_>>(), height)
            },
        );
        let mut truths = vec![vec![0_u64; words(customers.len())]; 2 * self.audiences.len()];
        in_bands(&job, &mut truths, words, |rows, chunk, parts| {
            job.run(rows, chunk, |_, _| {})?;
            for (programs, parts) in programs.iter().zip(parts.chunks_exact_mut(2)) {
                if let (Some((holds, fails)), [held, known]) = (programs, parts) {
                    let (lanes, stride) = chunk.lanes.all();
                    holds.run(lanes, stride, &mut chunk.stack, held);
                    fails.run(lanes, stride, &mut chunk.stack, known);
                    known.iter_mut().zip(held.iter()).for_each(|(known, held)| *known |= *held);
                    mask(held, rows.len());
                    mask(known, rows.len());
                }
            }
            Ok(())
        })
        .map_err(|rows| self.first_error(customers, rows, None))?;
        let mut lists = truths.into_iter();
        let mut audiences = Vec::with_capacity(self.audiences.len());
        while let (Some(holds), Some(known)) = (lists.next(), lists.next()) {
            audiences.push((holds, known));
        }
        Ok(Truths { customers: customers.len(), audiences })
    }
}
