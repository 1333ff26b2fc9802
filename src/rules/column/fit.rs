//! Ranks learnt from a population.

use std::ops::Range;
use std::sync::Arc;

use super::bound::Bound;
use super::sums::{Adders, Sums};
use super::vector::{Vector, is_vector};
use crate::customer::{Customer, Customers};
use crate::error::Result;
use crate::parallel::{self, CHUNK};
use crate::rules::language::Definitions;
use crate::rules::meaning::rank::RankTable;
use crate::rules::plan::{Plan, Vocabulary};
use crate::rules::row::read_models;

impl Plan {
    /// The definitions, ready to be asked, with the ranks they ask for learnt from these customers.
    ///
    /// What is learnt is kept: a newcomer is measured with the same rod. Where no definition asks for a rank it is
    /// [`Plan::new`] with the vocabulary of the customers.
    ///
    /// ```
    /// use segmentry::customer::{Customers, Record};
    /// use segmentry::rules::{Audience, Definitions, Plan, attribute};
    /// use segmentry::value::Column;
    ///
    /// let customers = Customers::with_ids(["a", "b", "c"])?.with_column("spend", Column::integers([10, 30, 20]))?;
    /// let best = Definitions::new().audience(Audience::new("best", attribute("spend").top(1)));
    /// let plan = Plan::fit(&best, &customers)?;
    /// assert_eq!(plan.audiences_of(&customers)?.members(0).collect::<Vec<_>>(), [1]);
    /// assert!(plan.asker().ask(&Record::new("new").with("spend", 31))?.is_member(0));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Plan::new`], and as [`Plan::audiences_of`].
    pub fn fit(definitions: &Definitions, customers: &Customers) -> Result<Self> {
        Plan::fit_with(definitions, &Vocabulary::of(customers)?, customers)
    }

    /// As [`Plan::fit`], with a vocabulary that knows more than the customers say: models, orders of texts.
    ///
    /// # Errors
    /// As [`Plan::fit`].
    pub fn fit_with(definitions: &Definitions, vocabulary: &Vocabulary, customers: &Customers) -> Result<Self> {
        let draft = Plan::with_ranks(definitions, vocabulary, None)?;
        if draft.ranks.is_empty() {
            return Ok(draft);
        }
        let bound = Bound::new(&draft, customers)?;
        if bound.refused {
            one_by_one(&draft, customers)?;
        }
        let adders = Adders::new(&bound);
        let chunks = parallel::map_chunks(customers.len(), CHUNK, |rows| numbers(&bound, &adders, &rows));
        let mut numbers: Vec<Vec<f64>> = vec![Vec::new(); draft.ranks.len()];
        for chunk in chunks {
            for (all, some) in numbers.iter_mut().zip(chunk?) {
                all.extend(some);
            }
        }
        let tables = draft.ranks.iter().zip(numbers);
        let tables =
            tables.map(|(rank, numbers)| (rank.key.clone(), Arc::new(RankTable::new(numbers, rank.order)))).collect();
        Plan::with_ranks(definitions, vocabulary, Some(tables))
    }
}

/// Of these rows the numbers by which each rank ranks, as far as there are.
fn numbers(bound: &Bound<'_>, adders: &Adders<'_>, rows: &Range<usize>) -> Result<Vec<Vec<f64>>> {
    let mut sums = Sums::default();
    adders.run(bound, rows, &mut sums)?;
    let mut all = Vec::with_capacity(bound.plan.ranks.len());
    for rank in &bound.plan.ranks {
        let mut numbers = Vec::with_capacity(rows.len());
        let vector = is_vector(bound, &rank.by).then(|| Vector::of(bound, &rank.by, rows, &sums)).flatten();
        match vector {
            Some(vector) => numbers.extend((0..rows.len()).filter_map(|row| vector.value(row).number())),
            None => bound.each_row(rows, &sums, |_, frame| numbers.extend(rank.by.value(frame).number()))?,
        }
        all.push(numbers);
    }
    Ok(all)
}

/// # Errors
/// Of the first customer that a model refuses.
fn one_by_one(plan: &Plan, customers: &Customers) -> Result<()> {
    for customer in customers.iter() {
        let mut models = Vec::new();
        let asked = read_models(plan, &customer, &mut models);
        asked.map_err(|error| error.at_row(customer.row()).at_customer(customer.id()))?;
    }
    Ok(())
}
