//! Where the amount of a purchase comes from.

use std::borrow::Cow;

use crate::error::{Error, Result};

use super::super::buyers::Buyers;
use super::super::cell::NOBODY;
use super::super::spend::SpendModel;

/// What a buyer spends on a purchase to come.
///
/// ```
/// use segmentry::lifetime::{Spend, SpendModel};
///
/// let fee = Spend::amount(9.99); // everybody the same
/// let known = Spend::of_rows(&[24.66, 35.17]); // one a row
/// let model = SpendModel::of(6.25, 3.74, 15.44)?;
/// let expected = Spend::of_model(&model); // by what each has spent, drawn to the mean of all
/// # let _ = (fee, known, expected);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Amounts that are not independent of how often buyers buy make values wrong, whatever their source; see
/// [`Independence`](super::super::Independence).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spend<'a>(Source<'a>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Source<'a> {
    Amount(f64),
    Rows(&'a [f64]),
    Model(&'a SpendModel),
}

impl<'a> Spend<'a> {
    /// The same amount for all.
    pub const fn amount(amount: f64) -> Self {
        Spend(Source::Amount(amount))
    }

    /// An amount for each row of the buyers; of rows without a buyer nothing is asked.
    pub const fn of_rows(amounts: &'a [f64]) -> Self {
        Spend(Source::Rows(amounts))
    }

    /// What the model expects of each buyer, by the repeats and the mean amount that [`Buyers::spend`] knows.
    pub const fn of_model(model: &'a SpendModel) -> Self {
        Spend(Source::Model(model))
    }

    /// Multiplies each number of purchases by margin and spend; what is no buyer stays NaN.
    ///
    /// # Errors
    /// If there are not as many amounts as rows, that of a buyer is no finite number of at least 0, or a product
    /// overflows, with the row.
    pub(super) fn multiply(&self, buyers: &Buyers, margin: f64, purchases: &mut [f64]) -> Result<()> {
        let rows = match self.0 {
            Source::Amount(amount) => {
                let amount = checked(amount)?;
                return scale(buyers, purchases, |_| margin * amount);
            }
            Source::Rows(rows) => Cow::Borrowed(rows),
            Source::Model(model) => Cow::Owned(model.mean_each(buyers)?),
        };
        if rows.len() != buyers.len() {
            return Err(Error::length("spend", rows.len(), buyers.len()));
        }
        let known = |row: &usize| buyers.cell_of().get(*row).is_some_and(|cell| *cell != NOBODY);
        for (row, amount) in rows.iter().enumerate().filter(|(row, _)| known(row)) {
            checked(*amount).map_err(|error| error.at_row(row))?;
        }
        scale(buyers, purchases, |row| margin * rows.get(row).copied().unwrap_or(0.0))
    }
}

/// Multiplies what is of a buyer.
fn scale(buyers: &Buyers, purchases: &mut [f64], factor: impl Fn(usize) -> f64) -> Result<()> {
    for (row, (value, cell)) in purchases.iter_mut().zip(buyers.cell_of()).enumerate() {
        if *cell == NOBODY {
            continue;
        }
        *value *= factor(row);
        if !value.is_finite() {
            return Err(Error::unsupported("the value is too large for a number").at_row(row));
        }
    }
    Ok(())
}

/// The amount, if it can be one.
///
/// # Errors
/// If it is negative, NaN or infinite.
pub(super) fn checked(amount: f64) -> Result<f64> {
    if amount.is_finite() && amount >= 0.0 {
        return Ok(amount);
    }
    Err(Error::parameter("spend", "a finite amount of at least 0", amount))
}
