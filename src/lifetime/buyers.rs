//! Many buyers, equal ones counted once.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::{PurchaseSummaries, PurchaseSummary, Purchases, TimeUnit};
use crate::parallel;

use super::buyer::Buyer;
use super::cell::{Cell, Group, NOBODY};
use super::compress::{Compressed, Rows, compress, grouped};

/// Many buyers as likelihoods see them.
///
/// Equal buyers (same repeats, times and covariates) are one cell with a weight, so that a likelihood over a million
/// customers seen by the day is a sum over some ten thousand cells. The order of the rows does not matter: cells are
/// sorted.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::Buyers;
///
/// let (repeats, last, age) = ([2, 0, 0], [30.43, 0.0, 0.0], [38.86, 38.86, 38.86]);
/// let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &age)?;
/// assert_eq!((buyers.len(), buyers.cells()), (3, 2));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// O(n) and O(c log c) once, in parallel, for c different buyers. 4 bytes a row and 40 a different buyer are kept, beside 8 a
/// row for weights, for spend and for gaps where they are given: of a million rows 8 megabytes where they are seen by the day
/// for ten months, 44 if no two are equal. While they are made up to 60 bytes a row more are held.
#[derive(Clone, Debug)]
pub struct Buyers {
    unit: TimeUnit,
    rows: usize,
    /// The cell of each row; [`NOBODY`] of a customer that never bought.
    cell_of: Vec<u32>,
    cells: Vec<Cell>,
    groups: Vec<Group>,
    covariates: Vec<String>,
    /// The mean amount of a repeat by row; NaN where it is not known.
    spend: Option<Vec<f64>>,
    weights: Option<Vec<f64>>,
    /// By row the sum of the logarithms of gaps between purchases: what regularity is learnt of.
    log_gaps: Option<Vec<f64>>,
    /// The sum of the weights of cells.
    total: f64,
}

impl Buyers {
    /// Buyers by their repeats, ages at the last purchase and ages, in rows.
    ///
    /// # Errors
    /// If the columns differ in length, or as [`Buyer::new`], with the first such row.
    pub fn new(unit: TimeUnit, repeats: &[u32], last: &[f64], age: &[f64]) -> Result<Self> {
        for (what, found) in [("last", last.len()), ("age", age.len())] {
            if found != repeats.len() {
                return Err(Error::length(what, found, repeats.len()));
            }
        }
        // most buyers are as they must be: what is wrong is asked only where something is
        let sound = |row: usize| {
            let (bought, last, age) = (repeats[row] > 0, last[row], age[row]);
            (age < f64::INFINITY) & (last >= 0.0) & (last <= age) & (bought == (last > 0.0))
        };
        let wrong = parallel::map_chunks(repeats.len(), parallel::CHUNK, |mut range| {
            if range.clone().all(sound) {
                return None;
            }
            range.find_map(|row| {
                Buyer::new(unit, repeats[row], last[row], age[row]).err().map(|error| error.at_row(row))
            })
        });
        match wrong.into_iter().flatten().next() {
            Some(error) => Err(error),
            None => Ok(Buyers::made_of(unit, Rows { repeats, last, age })),
        }
    }

    /// The buyers among these customers, with what they spend, in the order of the customers; one who never bought is no
    /// buyer.
    ///
    /// # Errors
    /// As [`Purchases::summarize`], or if a customer bought twice at its first moment: collapse purchases by day.
    pub fn of(customers: &Customers, purchases: &Purchases, unit: TimeUnit) -> Result<Self> {
        let summaries = purchases.summarize(customers)?;
        let named = |error: Error, row: usize| match customers.ids().get(row) {
            Some(id) => error.at_row(row).at_customer(id),
            None => error.at_row(row),
        };
        let buyers = Buyers::of_summaries(&summaries, unit, named)?;
        let log_gaps = Some(log_gaps(customers, purchases, unit)?);
        Ok(Buyers { log_gaps, ..buyers })
    }

    /// The buyers of these summaries.
    ///
    /// # Errors
    /// As [`Buyers::of`], told by `named`.
    fn of_summaries(list: &PurchaseSummaries, unit: TimeUnit, named: impl Fn(Error, usize) -> Error) -> Result<Self> {
        let rows = list.iter().len();
        let (mut repeats, mut last, mut age) = (vec![0; rows], vec![0.0; rows], vec![f64::NAN; rows]);
        for (row, summary) in list.iter().enumerate() {
            let Some(summary) = summary else { continue };
            let buyer = Buyer::of(summary, unit).map_err(|error| named(error, row))?;
            (repeats[row], last[row], age[row]) = (buyer.repeats(), buyer.last(), buyer.age());
        }
        let buyers = Buyers::made_of(unit, Rows { repeats: &repeats, last: &last, age: &age });
        let spend = list.iter().map(|summary| summary.and_then(PurchaseSummary::mean_repeat_spend).unwrap_or(f64::NAN));
        let spend = spend.collect();
        Ok(Buyers { spend: Some(spend), ..buyers })
    }

    fn made_of(unit: TimeUnit, rows: Rows<'_>) -> Self {
        let mut made = Buyers {
            unit,
            rows: rows.age.len(),
            cell_of: Vec::new(),
            cells: Vec::new(),
            groups: Vec::new(),
            covariates: Vec::new(),
            spend: None,
            weights: None,
            log_gaps: None,
            total: 0.0,
        };
        made.put(compress(rows));
        made
    }

    fn put(&mut self, compressed: Compressed) {
        let Compressed { cell_of, cells, groups } = compressed;
        (self.cell_of, self.cells, self.groups) = (cell_of, cells, groups);
        self.weigh();
    }

    /// Each row counts as so many equal buyers.
    ///
    /// # Errors
    /// If there are not as many weights as rows, or one is negative, NaN or infinite.
    pub fn with_weights(mut self, weights: &[f64]) -> Result<Self> {
        if weights.len() != self.rows {
            return Err(Error::length("weights", weights.len(), self.rows));
        }
        if let Some(row) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            let error = Error::parameter("weight", "a finite number of at least 0", weights[row]);
            return Err(error.at_row(row));
        }
        self.weights = Some(weights.to_vec());
        self.weigh();
        Ok(self)
    }

    /// The mean amount of each buyer's repeats; NaN where there is none.
    ///
    /// # Errors
    /// If there are not as many amounts as rows, or one is infinite.
    pub fn with_spend(mut self, spend: &[f64]) -> Result<Self> {
        if spend.len() != self.rows {
            return Err(Error::length("spend", spend.len(), self.rows));
        }
        if let Some(row) = spend.iter().position(|amount| amount.is_infinite()) {
            return Err(Error::not_finite("spend", spend[row]).at_row(row));
        }
        self.spend = Some(spend.to_vec());
        Ok(self)
    }

    /// The sum of the logarithms of each buyer's gaps between purchases, in the unit of the buyers: what the regularity of
    /// buying is learnt of. 0 where there is no repeat. [`Buyers::of`] fills it itself.
    ///
    /// # Errors
    /// If there are not as many sums as rows, one is NaN or infinite, or one of a row without a repeat is not 0.
    pub fn with_log_gaps(mut self, sums: &[f64]) -> Result<Self> {
        if sums.len() != self.rows {
            return Err(Error::length("log_gaps", sums.len(), self.rows));
        }
        for (row, sum) in sums.iter().enumerate() {
            if !sum.is_finite() {
                return Err(Error::not_finite("sum of the logarithms of gaps", *sum).at_row(row));
            }
            if *sum != 0.0 && self.get(row).is_none_or(|buyer| buyer.repeats() == 0) {
                return Err(Error::parameter("log_gaps", "0 without a repeat", sum).at_row(row));
            }
        }
        self.log_gaps = Some(sums.to_vec());
        Ok(self)
    }

    /// What else is known of each buyer and does not change: one column a name, as numbers.
    ///
    /// Center columns that are far from 0, or the parameters mean a buyer that does not exist.
    ///
    /// # Errors
    /// If a column has not as many values as there are rows, a value is NaN or infinite (with the row), or a name occurs
    /// twice.
    pub fn with_covariates(mut self, columns: &[(&str, &[f64])]) -> Result<Self> {
        for (at, (name, column)) in columns.iter().enumerate() {
            if column.len() != self.rows {
                return Err(Error::length(format!("covariate `{name}`"), column.len(), self.rows));
            }
            if let Some(row) = column.iter().position(|value| !value.is_finite()) {
                return Err(Error::not_finite(format!("covariate `{name}`"), column[row]).at_row(row));
            }
            if columns.iter().take(at).any(|(earlier, _)| earlier == name) {
                return Err(Error::definition(format!("covariate `{name}` is given twice")));
            }
        }
        self.covariates = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        let values: Vec<&[f64]> = columns.iter().map(|(_, column)| *column).collect();
        let (cell_of, cells) = (std::mem::take(&mut self.cell_of), std::mem::take(&mut self.cells));
        self.put(grouped(Compressed { cell_of, cells, groups: Vec::new() }, &values));
        Ok(self)
    }

    /// Sums the weights of cells in the order of the rows; without weights cells have counted rows.
    fn weigh(&mut self) {
        if let Some(weights) = &self.weights {
            for cell in &mut self.cells {
                cell.weight = 0.0;
            }
            for (cell, weight) in self.cell_of.iter().zip(weights) {
                if let Some(cell) = self.cells.get_mut(*cell as usize) {
                    cell.weight += weight;
                }
            }
        }
        self.total = self.cells.iter().map(|cell| cell.weight).sum();
    }

    /// The buyers of these rows, without covariates.
    pub(crate) fn part(&self, rows: &[usize]) -> Buyers {
        let pick = |from: &Vec<f64>| rows.iter().filter_map(|row| from.get(*row)).copied().collect();
        let (mut repeats, mut last, mut age) = (vec![0; rows.len()], vec![0.0; rows.len()], vec![f64::NAN; rows.len()]);
        for (at, row) in rows.iter().enumerate() {
            let Some(buyer) = self.get(*row) else { continue };
            (repeats[at], last[at], age[at]) = (buyer.repeats(), buyer.last(), buyer.age());
        }
        let mut part = Buyers::made_of(self.unit, Rows { repeats: &repeats, last: &last, age: &age });
        part.spend = self.spend.as_ref().map(pick);
        part.log_gaps = self.log_gaps.as_ref().map(pick);
        if let Some(weights) = &self.weights {
            part.weights = Some(pick(weights));
            part.weigh();
        }
        part
    }

    /// How many rows there are, buyers or not.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many different buyers there are: what the cost of a fit grows with.
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// The unit of the times.
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// The buyer in that row; `None` where the customer never bought.
    pub fn get(&self, row: usize) -> Option<Buyer> {
        let cell = self.cells.get(*self.cell_of.get(row)? as usize)?;
        Buyer::new(self.unit, cell.repeats as u32, cell.last, cell.age).ok()
    }

    /// The names of the covariates.
    pub fn covariates(&self) -> &[String] {
        &self.covariates
    }

    /// The covariates of that row, in the order of their names.
    pub fn covariates_of(&self, row: usize) -> &[f64] {
        let cell = self.cell_of.get(row).copied().unwrap_or(NOBODY) as usize;
        let at = self.groups.partition_point(|group| group.cells.end <= cell);
        let group = self.groups.get(at).filter(|group| group.cells.contains(&cell));
        group.map_or(&[], |group| &group.covariates)
    }

    /// The sum of the weights: how many buyers the rows stand for.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The mean amount of a repeat by row, NaN where there is none; `None` if nothing is known of amounts.
    pub fn spend(&self) -> Option<&[f64]> {
        self.spend.as_deref()
    }

    /// The weight of a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().and_then(|weights| weights.get(row)).copied().unwrap_or(1.0)
    }

    /// The sum over all rows of the logarithms of gaps between purchases, with the weights and in the unit of the buyers.
    ///
    /// `None` where gaps are not known, or one of them is 0: collapse purchases by day. The same bits for any order of rows.
    pub fn log_gaps(&self) -> Option<f64> {
        let sums = self.log_gaps.as_deref()?.iter().enumerate();
        let mut parts: Vec<f64> = sums
            .map(|(row, sum)| (row, sum, self.weight(row)))
            .filter(|(.., weight)| *weight > 0.0)
            .map(|(_, sum, weight)| sum * weight)
            .collect();
        parts.sort_unstable_by(f64::total_cmp);
        Some(crate::math::sum::sum(parts)).filter(|sum| sum.is_finite())
    }

    /// Different buyers.
    pub(crate) fn list(&self) -> &[Cell] {
        &self.cells
    }

    /// Cells by their covariates.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The cell of each row, [`NOBODY`] of none.
    pub(crate) fn cell_of(&self) -> &[u32] {
        &self.cell_of
    }
}

/// The sum of the logarithms of each customer's gaps, in that unit; −∞ where two purchases are of one day.
fn log_gaps(customers: &Customers, purchases: &Purchases, unit: TimeUnit) -> Result<Vec<f64>> {
    let (log, ln_unit) = (purchases.log(customers)?, unit.in_days().ln());
    let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK / 4, |rows| {
        let of_row = |row: usize| {
            // gaps are multiplied as long as the product is a number: one logarithm for many
            let (mut sum, mut product, mut count) = (0.0, 1.0, 0_u32);
            log.gaps(row, |gap| {
                product *= f64::from(gap);
                count += 1;
                if product > 1e250 {
                    sum += f64::ln(product);
                    product = 1.0;
                }
            })?;
            Ok(if count == 0 { 0.0 } else { sum + f64::ln(product) - f64::from(count) * ln_unit })
        };
        rows.map(of_row).collect::<Result<Vec<f64>>>()
    });
    Ok(chunks.into_iter().collect::<Result<Vec<_>>>()?.concat())
}
