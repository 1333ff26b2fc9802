//! Shares of texts: the chi-squared test, Cramér's V, and tables at random where the counts are small.
//!
//! A table of segments and texts is compared with the table that would be expected if all segments had the same shares.
//! Empty rows and columns are left out first, for they say nothing and have no expected count.
//!
//! # Tables at random
//!
//! Where counts are small the χ² distribution is a bad approximation. Tables with the same sums are drawn then, as they
//! would come about if customers were dealt to the segments blindly, and the p-value is the share of them that are as far off as
//! the one found, the one found included (so that it is never 0).

use crate::math::hypergeometric::Hypergeometric;
use crate::math::random::Random;
use crate::math::{noncentral, tail};
use crate::parallel;
use crate::profile::p_value::PValue;
use crate::profile::summary::Estimate;

use super::found::{Effect, Measure, Method, Test};

/// Tables at random drawn with one stream.
const DRAWN_AT_ONCE: usize = 100;

/// Cells above which no tables are drawn at random: it would take minutes.
const CELLS: usize = 20_000;

/// Segments × texts without empty rows and columns.
pub(super) struct Shares {
    cells: Vec<Vec<f64>>,
    rows: Vec<f64>,
    columns: Vec<f64>,
    total: f64,
}

impl Shares {
    /// Leaves out segments of whom nothing is known and texts that nobody has.
    pub(super) fn of(counts: &[Vec<f64>]) -> Self {
        let width = counts.first().map_or(0, Vec::len);
        let sum = |column: usize| counts.iter().map(|row| row[column]).sum::<f64>();
        let kept: Vec<usize> = (0..width).filter(|column| sum(*column) > 0.0).collect();
        let some = counts.iter().filter(|row| row.iter().sum::<f64>() > 0.0);
        let cells: Vec<Vec<f64>> = some.map(|row| kept.iter().map(|column| row[*column]).collect()).collect();
        let rows: Vec<f64> = cells.iter().map(|row| row.iter().sum()).collect();
        let columns: Vec<f64> = (0..kept.len()).map(|column| cells.iter().map(|row| row[column]).sum()).collect();
        let total = rows.iter().sum();
        Shares { cells, rows, columns, total }
    }

    /// How many would be in each cell if segments did not differ.
    fn expected(&self, row: usize, column: usize) -> f64 {
        self.rows[row] * (self.columns[column] / self.total)
    }

    /// Σ (found − expected)² / expected.
    fn statistic(&self, cells: &[Vec<f64>]) -> f64 {
        let mut sum = 0.0;
        for (row, cells) in cells.iter().enumerate() {
            for (column, found) in cells.iter().enumerate() {
                let expected = self.expected(row, column);
                sum += (found - expected) * ((found - expected) / expected);
            }
        }
        sum
    }

    /// The least expected count, and whether the expected counts are large enough for the chi-squared distribution: none
    /// below 1 and at most one in five below 5 (W. G. Cochran 1954, DOI 10.2307/3001616).
    pub(super) fn fewest(&self) -> (f64, bool) {
        let all = (0..self.rows.len()).flat_map(|row| (0..self.columns.len()).map(move |column| (row, column)));
        let all: Vec<f64> = all.map(|(row, column)| self.expected(row, column)).collect();
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let few = all.iter().filter(|expected| **expected < 5.0).count();
        (least, least >= 1.0 && few * 5 <= all.len())
    }

    /// The test with Cramér's V; `None` unless two segments and two texts have somebody.
    ///
    /// V is corrected for its bias (W. Bergsma 2013, A bias-correction for Cramér's V and Tschuprow's T, Journal of the
    /// Korean Statistical Society 42, 323–328): on average 0 where there is nothing. Its interval is that of the
    /// noncentrality λ, as V of φ² = λ / n; the plain V is given beside it.
    pub(super) fn test(&self, confidence: f64) -> Option<Test> {
        let (r, c) = (self.rows.len() as f64, self.columns.len() as f64);
        let degrees = (r - 1.0) * (c - 1.0);
        if degrees < 1.0 || self.total <= 1.0 {
            return None;
        }
        let statistic = self.statistic(&self.cells);
        let n = self.total;
        let narrow = |side: f64| side - (side - 1.0) * ((side - 1.0) / (n - 1.0));
        let least = narrow(r).min(narrow(c)) - 1.0;
        let v = |phi: f64| (least > 0.0).then(|| (phi.max(0.0) / least).sqrt().min(1.0));
        let corrected = v(statistic / n - degrees / (n - 1.0));
        let ends = noncentral::of_chi_squared(statistic, degrees, confidence);
        let ends = ends.and_then(|(low, high)| v(low / n).zip(v(high / n)));
        let plain = (statistic / n / (r.min(c) - 1.0)).sqrt().min(1.0);
        Some(Test {
            method: Method::ChiSquared,
            statistic,
            degrees,
            degrees_within: None,
            p: PValue::from_ln(tail::ln_chi_squared(statistic, degrees)),
            effects: vec![
                Effect { measure: Measure::CramersV, size: Estimate::new(corrected, ends) },
                Effect { measure: Measure::PlainCramersV, size: Estimate::new(Some(plain), None) },
            ],
        })
    }

    /// The p-value by tables at random with the same sums: (1 + how many have as large a statistic) / (1 + `tables`).
    ///
    /// Whole counts only; `None` of others, or of more than 20,000 cells. Tables are drawn cell by cell.
    pub(super) fn permuted(&self, tables: usize, seed: u64) -> Option<PValue> {
        let whole = self.cells.iter().flatten().all(|count| count.fract() == 0.0);
        if !whole || tables == 0 || self.rows.len() * self.columns.len() > CELLS || self.total >= 1e15 {
            return None;
        }
        // tables that are as far off up to rounding are as far off
        let found = self.statistic(&self.cells) * (1.0 - 1e-10);
        let as_far = parallel::map_chunks(tables, DRAWN_AT_ONCE, |chunk| {
            let mut random = Random::new(seed, chunk.start as u64);
            chunk.filter(|_| self.statistic(&self.draw(&mut random)) >= found).count()
        });
        let as_far: usize = as_far.into_iter().sum();
        Some(PValue::new((1 + as_far) as f64 / (1 + tables) as f64))
    }

    /// A table with the same sums if segments did not differ.
    fn draw(&self, random: &mut Random) -> Vec<Vec<f64>> {
        let mut left = self.columns.clone();
        let mut table = Vec::with_capacity(self.rows.len());
        for drawn in &self.rows {
            let (mut all, mut drawn) = (left.iter().sum::<f64>(), *drawn);
            let mut row = Vec::with_capacity(left.len());
            for having in &mut left {
                let count = Hypergeometric::new(all, *having, drawn).draw(random);
                all -= *having;
                *having -= count;
                drawn -= count;
                row.push(count);
            }
            table.push(row);
        }
        table
    }
}
