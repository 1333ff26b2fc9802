//! The door for rows of numbers: a sample of them is clustered, all of them are placed.
//!
//! A replicate copies the rows that it drew, each once, with the number of times as its weight: two thirds of the rows
//! of a bootstrap sample, in the order in which they were, so that copying runs through memory once. Methods obey the law
//! that weight 2 is the row twice, so this is the bootstrap.
//!
//! Noise is made here too, since it needs to know what the columns mean.

use std::borrow::Cow;

use ndarray::ArrayView2;

use crate::cluster::{AnyFound, AnyMethod, Points};
use crate::error::{Error, Result};
use crate::evaluate::partition::Partition;
use crate::features::encoding::Meaning;
use crate::math::random::Random;
use crate::math::sum;
use crate::progress::Progress;

use super::refit::{Asked, Whole};
use super::scheme::{Sample, Scheme};

/// Rows that count, and how they are divided.
///
/// Borrowed where all count, else a copy of those that do: then no figure has to ask for weights again.
#[derive(Clone, Debug)]
pub(super) struct Rows<'a> {
    /// What finds clusters in them.
    method: &'a AnyMethod,
    /// All numbers, row after row.
    data: Cow<'a, [f64]>,
    /// How much each row counts, above 0; `None` if each counts 1.
    weights: Option<Cow<'a, [f64]>>,
    /// What each column means.
    meanings: Vec<Meaning>,
    /// How many columns.
    dimensions: usize,
}

impl<'a> Rows<'a> {
    /// Checks the rows and leaves out those that count nothing.
    ///
    /// # Errors
    /// As [`Points::check`].
    pub(super) fn new(method: &'a AnyMethod, points: &'a Points<'a>) -> Result<Self> {
        points.check(method.form())?;
        let counts = |row: &usize| points.weight(*row) > 0.0;
        let all = (0..points.len()).all(|row| counts(&row));
        let counting = || (0..points.len()).filter(counts);
        let data = match all {
            true => Cow::Borrowed(points.data()),
            false => Cow::Owned(counting().flat_map(|row| points.row(row)).copied().collect()),
        };
        let weights = points.row_weights().map(|weights| match all {
            true => Cow::Borrowed(weights),
            false => Cow::Owned(counting().map(|row| weights[row]).collect()),
        });
        let meanings = (0..points.dimensions()).map(|column| points.meaning(column)).collect();
        Ok(Rows { method, data, weights, meanings, dimensions: points.dimensions() })
    }

    /// The same rows with these columns only, which are there. O(n).
    pub(super) fn only(&self, columns: &[usize]) -> Rows<'_> {
        let cells = self.data.chunks_exact(self.dimensions);
        let data = cells.flat_map(|row| columns.iter().map(|column| row[*column])).collect();
        Rows {
            method: self.method,
            data: Cow::Owned(data),
            weights: self.weights.as_deref().map(Cow::Borrowed),
            meanings: columns.iter().map(|column| self.meanings[*column]).collect(),
            dimensions: columns.len(),
        }
    }

    /// How many rows count.
    pub(super) fn len(&self) -> usize {
        self.data.len() / self.dimensions
    }

    /// How many columns.
    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Rows that look like these: other numbers under the same columns.
    fn points<'b>(&'b self, data: &'b [f64], weights: Option<&'b [f64]>) -> Result<Points<'b>> {
        let shape = (data.len() / self.dimensions, self.dimensions);
        let view = ArrayView2::from_shape(shape, data);
        let view = view.map_err(|_| Error::length("rows", data.len(), shape.0 * shape.1))?;
        let points = Points::new(view).meanings(&self.meanings);
        Ok(match weights {
            Some(weights) => points.weights(weights),
            None => points,
        })
    }

    /// All rows that count, as a method takes them.
    pub(super) fn all(&self) -> Result<Points<'_>> {
        self.points(&self.data, self.weights.as_deref())
    }

    /// What the method finds in all rows.
    pub(super) fn find(&self, progress: &Progress<'_>) -> Result<AnyFound> {
        self.method.find(&self.all()?, progress)
    }

    /// The known numbers of a column, by row; `None` if it is not of numbers.
    pub(super) fn column(&self, column: usize) -> Option<Box<dyn Fn(usize) -> Option<f64> + '_>> {
        let number = self.meanings[column] == Meaning::Number;
        let cell = move |row: usize| Some(self.data[row * self.dimensions + column]).filter(|value| value.is_finite());
        number.then(|| Box::new(cell) as Box<dyn Fn(usize) -> Option<f64> + '_>)
    }

    /// The clusters of all rows, called by their numbers.
    ///
    /// Those that the method gave them, which for some methods is not where their models would place them.
    pub(super) fn whole(&self, progress: &Progress<'_>) -> Result<Whole> {
        let partition = Partition::new(&self.find(progress)?.labels)?;
        let names = (0..partition.groups()).map(|group| group.to_string()).collect();
        Ok(Whole { partition, names })
    }

    /// The clusters of a replicate: of all rows, as its model places them, or of those it was made of.
    ///
    /// Rows that were drawn often are copied once and weigh so much, which is the same by the law that all methods
    /// obey, and two thirds of the work; a method without weights gets the copies.
    ///
    /// Labels of drawn rows are those that the method gave them, each row once and without those that noise replaced;
    /// no row is placed then. `random` goes on where the sample ended, so that noise is another in each replicate.
    ///
    /// # Errors
    /// Of the method, if it refuses the sample; of noise, if nothing can be moved or nothing is left.
    pub(super) fn again(
        &self,
        scheme: Scheme,
        sample: &Sample,
        asked: Asked,
        weights: bool,
        random: &mut Random,
        progress: &Progress<'_>,
    ) -> Result<Vec<Option<u32>>> {
        let times = |at: usize| sample.times.as_ref().map_or(1, |times| times[at]);
        let copies = |at: usize| if weights { 1 } else { times(at) as usize };
        let drawn = || (0..sample.rows.len()).flat_map(|at| std::iter::repeat_n(at, copies(at)));
        let row = |at: usize| &self.data[sample.rows[at] as usize * self.dimensions..][..self.dimensions];
        let mut data: Vec<f64> = Vec::with_capacity(self.data.len());
        drawn().for_each(|at| data.extend_from_slice(row(at)));
        let own = |at: usize| self.weights.as_ref().map_or(1.0, |weights| weights[sample.rows[at] as usize]);
        let weighty = self.weights.is_some() || (weights && sample.times.is_some());
        let weigh = |at: usize| if weights { own(at) * f64::from(times(at)) } else { own(at) };
        let masses: Option<Vec<f64>> = weighty.then(|| drawn().map(weigh).collect());
        match scheme {
            Scheme::Jitter(share) | Scheme::Bojit(share) => self.jitter(&mut data, share, random)?,
            Scheme::Noise { reach, .. } => self.replace(&mut data, &sample.replaced, reach, random)?,
            _ => {}
        }
        let found = self.method.find(&self.points(&data, masses.as_deref())?, progress)?;
        if asked == Asked::All {
            return Ok(found.label(&self.all()?));
        }
        let mut labels = Vec::with_capacity(sample.rows.len());
        let mut at = 0;
        for place in 0..sample.rows.len() {
            if !sample.replaced.get(place).copied().unwrap_or(false) {
                labels.push(found.labels[at]);
            }
            at += copies(place);
        }
        Ok(labels)
    }

    /// Moves each number by normal noise: `share` standard deviations of its column. Columns of other meanings stay,
    /// what is not known stays unknown.
    ///
    /// # Errors
    /// If there is no column of numbers: then nothing would move, and all would look stable.
    fn jitter(&self, data: &mut [f64], share: f64, random: &mut Random) -> Result<()> {
        let spreads = self.spreads();
        if spreads.iter().all(Option::is_none) {
            return Err(Error::unsupported("jitter is not defined without a column of numbers"));
        }
        for row in data.chunks_exact_mut(self.dimensions) {
            for (cell, spread) in row.iter_mut().zip(&spreads) {
                if let Some((_, deviation)) = spread {
                    *cell += share * deviation * random.normal();
                }
            }
        }
        Ok(())
    }

    /// Puts noise in place of rows: uniform where columns are numbers, else the value of some row.
    ///
    /// So a category stays one, and is as frequent as it was.
    ///
    /// # Errors
    /// If no row is left: chance may replace all of a few.
    fn replace(&self, data: &mut [f64], replaced: &[bool], reach: f64, random: &mut Random) -> Result<()> {
        if replaced.iter().all(|replaced| *replaced) {
            return Err(Error::empty("rows that are not replaced by noise"));
        }
        let spreads = self.spreads();
        let rows = data.chunks_exact_mut(self.dimensions).zip(replaced);
        for (row, _) in rows.filter(|(_, replaced)| **replaced) {
            for (column, (cell, spread)) in row.iter_mut().zip(&spreads).enumerate() {
                *cell = match spread {
                    Some((mean, deviation)) => mean + deviation * reach * (2.0 * random.uniform() - 1.0),
                    None => self.data[random.below(self.len()) * self.dimensions + column],
                };
            }
        }
        Ok(())
    }

    /// The mean and the standard deviation of each column of numbers, of what is known; `None` of other columns.
    ///
    /// Columns are scaled by their largest number, so that no square is out of range.
    pub(super) fn spreads(&self) -> Vec<Option<(f64, f64)>> {
        let weight = |row: usize| self.weights.as_ref().map_or(1.0, |weights| weights[row]);
        let of = |column: usize| {
            let cells = || {
                let column = self.data.iter().skip(column).step_by(self.dimensions).enumerate();
                column.filter(|(_, value)| value.is_finite()).map(|(row, value)| (weight(row), *value))
            };
            let scale = cells().fold(0.0_f64, |most, (_, value)| most.max(value.abs()));
            let scale = if scale > 0.0 { scale } else { 1.0 };
            let total = sum::sum(cells().map(|(weight, _)| weight));
            let mean = sum::sum(cells().map(|(weight, value)| weight / total * (value / scale)));
            let far = |(weight, value): (f64, f64)| weight / total * (value / scale - mean) * (value / scale - mean);
            Some((mean * scale, sum::sum(cells().map(far)).sqrt() * scale)).filter(|_| total > 0.0)
        };
        (0..self.dimensions).map(|column| of(column).filter(|_| self.meanings[column] == Meaning::Number)).collect()
    }
}
