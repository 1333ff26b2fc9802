//! What all checks look at: customers, their segments, and the rows that the segments were made of.

use ndarray::{Array2, ArrayView1};

use crate::customer::Customers;
use crate::error::Result;
use crate::evaluate::Partition;
use crate::features::encoding::{Form, Meaning};
use crate::math::random::Random;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;

use super::Diagnose;

/// The stream of random numbers that draws customers.
const DRAW: u64 = 0xD1A6;

/// A division to be judged.
pub(super) struct Case<'a> {
    pub(super) asked: &'a Diagnose<'a>,
    pub(super) customers: &'a Customers,
    pub(super) segmentation: &'a Segmentation<Label>,
    /// How many customers each segment has, the empty ones too.
    pub(super) sizes: Vec<usize>,
    /// The rows that it was made of, if features were given.
    pub(super) rows: Option<Rows>,
}

/// Encoded customers, all of them or a sample.
pub(super) struct Rows {
    /// The rows.
    pub(super) matrix: Array2<f64>,
    /// What each column is called and means.
    pub(super) columns: Vec<(String, Meaning)>,
    /// The segment of each row.
    pub(super) partition: Partition,
    /// The segment that each group of the partition is.
    pub(super) segments: Vec<usize>,
    /// How many customers could not be encoded.
    pub(super) absent: usize,
}

impl<'a> Case<'a> {
    /// Encodes the customers by the features that were given.
    ///
    /// # Errors
    /// Those of the features, and if both are not of the same customers.
    pub(super) fn new(
        asked: &'a Diagnose<'a>,
        customers: &'a Customers,
        segmentation: &'a Segmentation<Label>,
    ) -> Result<Self> {
        crate::segmentation::same_customers(customers.ids(), segmentation.ids(), ("customers", "segmentation"))?;
        let rows = match &asked.features {
            None => None,
            Some(features) => {
                let encoder = features.fit(customers, Form::Numbers)?;
                let encoded = encoder.encode(customers)?;
                let columns = encoder.columns().iter().map(|column| (column.name.clone(), column.meaning)).collect();
                Rows::of(&encoded.matrix, &encoded.rows, columns, encoded.absent.len(), asked, segmentation)?
            }
        };
        Ok(Case { asked, customers, segmentation, sizes: segmentation.sizes(), rows })
    }

    /// The key of a segment.
    pub(super) fn key(&self, segment: usize) -> String {
        self.segmentation.segments().get(segment).map(|segment| segment.key().into_owned()).unwrap_or_default()
    }

    /// The name of a segment, for sentences.
    pub(super) fn name(&self, segment: usize) -> String {
        let label = self.segmentation.segments().get(segment).map(|segment| segment.label().into_owned());
        format!("`{}`", label.unwrap_or_default())
    }

    /// Segments that somebody is in.
    pub(super) fn chosen(&self) -> Vec<usize> {
        (0..self.sizes.len()).filter(|segment| self.sizes[*segment] > 0).collect()
    }
}

impl Rows {
    /// At most so many rows of customers that are in a segment; `None` if nobody is.
    fn of(
        matrix: &Array2<f64>,
        of_row: &[usize],
        columns: Vec<(String, Meaning)>,
        absent: usize,
        asked: &Diagnose<'_>,
        segmentation: &Segmentation<Label>,
    ) -> Result<Option<Self>> {
        let mut kept: Vec<usize> = (0..of_row.len()).filter(|at| segmentation.index(of_row[*at]).is_some()).collect();
        if kept.len() > asked.rows {
            let drawn = Random::new(asked.seed, DRAW).sample(kept.len(), asked.rows);
            kept = drawn.into_iter().map(|at| kept[at]).collect();
            kept.sort_unstable();
        }
        if kept.is_empty() {
            return Ok(None);
        }
        let labels: Vec<Option<u32>> =
            kept.iter().map(|at| segmentation.index(of_row[*at]).map(|segment| segment as u32)).collect();
        let partition = Partition::new(&labels)?;
        let mut segments: Vec<usize> = labels.iter().flatten().map(|label| *label as usize).collect();
        segments.sort_unstable();
        segments.dedup();
        let mut rows = Array2::zeros((kept.len(), matrix.ncols()));
        for (mut to, at) in rows.rows_mut().into_iter().zip(&kept) {
            to.assign(&matrix.row(*at));
        }
        Ok(Some(Rows { matrix: rows, columns, partition, segments, absent }))
    }

    /// A column's numbers.
    pub(super) fn column(&self, column: usize) -> ArrayView1<'_, f64> {
        self.matrix.column(column)
    }
}
