//! What all criteria share: the rows that count, the methods, one fit for each k, and who hears how far the work is.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ndarray::ArrayView2;

use crate::cluster::{AnyFound, AnyMethod, Information, Points};
use crate::error::{Error, ErrorKind, Result};
use crate::features::encoding::Meaning;
use crate::parallel;
use crate::progress::Progress;

use super::frame::{self, Frame};

/// Numbers of groups, rising, with the method for each.
pub(super) type Methods = [(usize, Arc<AnyMethod>)];

/// Rows of numbers that are owned: those that count, a replicate or a reference.
pub(in crate::evaluate) struct Rows {
    pub(in crate::evaluate) data: Vec<f64>,
    pub(super) weights: Option<Vec<f64>>,
    width: usize,
}

impl Rows {
    /// The rows of these numbers, with their weights or without.
    pub(super) fn taken(points: &Points<'_>, rows: &[usize], weighted: bool) -> Self {
        let data = rows.iter().flat_map(|row| points.row(*row)).copied().collect();
        let weights = points.row_weights().filter(|_| weighted);
        let weights = weights.map(|all| rows.iter().map(|row| all[*row]).collect());
        Rows { data, weights, width: points.dimensions() }
    }

    /// New rows of as many columns.
    pub(super) fn of(data: Vec<f64>, width: usize) -> Self {
        Rows { data, weights: None, width }
    }

    /// The same to be clustered.
    ///
    /// # Errors
    /// Never: the rows are as long as they are wide.
    pub(super) fn points<'a>(&'a self, meanings: &'a [Meaning]) -> Result<Points<'a>> {
        let shape = (self.data.len() / self.width.max(1), self.width);
        let matrix = ArrayView2::from_shape(shape, &self.data);
        let matrix = matrix.map_err(|_| Error::length("numbers", self.data.len(), shape.0 * shape.1))?;
        let points = Points::new(matrix).meanings(meanings);
        Ok(match &self.weights {
            Some(weights) => points.weights(weights),
            None => points,
        })
    }
}

/// What each column means, if not all are numbers.
pub(super) fn meanings(points: &Points<'_>) -> Vec<Meaning> {
    (0..points.dimensions()).map(|column| points.meaning(column)).collect()
}

/// Fits that are counted, told of and stopped.
pub(super) struct Work<'a> {
    progress: &'a Progress<'a>,
    done: AtomicU64,
    total: u64,
}

impl<'a> Work<'a> {
    /// Work of so many fits.
    pub(super) fn new(progress: &'a Progress<'a>, total: u64) -> Self {
        Work { progress, done: AtomicU64::new(0), total }
    }

    /// One fit. It can be stopped while it runs; afterwards it counts as done.
    ///
    /// # Errors
    /// As the method, and if the work is stopped.
    pub(super) fn find(&self, method: &AnyMethod, points: &Points<'_>) -> Result<AnyFound> {
        let listen = |_: crate::progress::Step<'_>| {
            let done = self.done.load(Ordering::Relaxed);
            match self.progress.step("fits", done, self.total) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        };
        let found = method.find(points, &Progress::new(&listen));
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.progress.step("fits", done.min(self.total), self.total)?;
        found
    }

    /// One fit of a replicate: rows drawn again may be too few for a method, which is no error of the whole.
    ///
    /// # Errors
    /// If the work is stopped.
    pub(super) fn try_find(&self, method: &AnyMethod, points: &Points<'_>) -> Result<Result<AnyFound>> {
        match self.find(method, points) {
            Err(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }) => Err(error),
            other => Ok(other),
        }
    }

    /// Runs jobs in parallel; the first error in the order of jobs wins.
    ///
    /// # Errors
    /// As the jobs.
    pub(super) fn all<T: Send>(count: usize, job: impl Fn(usize) -> Result<T> + Sync + Send) -> Result<Vec<T>> {
        parallel::map(count, job).into_iter().collect()
    }
}

/// What was found for one k in all rows.
pub(super) struct Fit {
    pub(super) k: usize,
    /// Whether k was asked for; 1 is looked at also if not.
    pub(super) asked: bool,
    pub(super) labels: Vec<u32>,
    pub(super) groups: usize,
    pub(super) smallest: f64,
    pub(super) in_none: usize,
    pub(super) objective: Option<(&'static str, f64)>,
    pub(super) information: Option<Information>,
    pub(super) notes: Vec<String>,
    /// W in the unit of the frame; `None` if the rows have none.
    pub(super) within: Option<f64>,
}

impl Fit {
    /// Fits every k once, in parallel, and all rows as one group if 1 is not asked for. The smallest k is the first.
    ///
    /// # Errors
    /// As the methods.
    pub(super) fn each(
        methods: &Methods,
        points: &Points<'_>,
        frame: Option<&Frame>,
        work: &Work<'_>,
    ) -> Result<Vec<Fit>> {
        let found = Work::all(methods.len(), |at| {
            let (k, method) = &methods[at];
            work.find(method, points).map(|found| Fit::of(*k, found, points, frame))
        })?;
        let one = (methods.first().is_some_and(|(k, _)| *k > 1)).then(|| Fit::one(points, frame));
        Ok(one.into_iter().chain(found).collect())
    }

    fn of(k: usize, found: AnyFound, points: &Points<'_>, frame: Option<&Frame>) -> Fit {
        let labels = frame::plain(&found.labels);
        let filled = || found.sizes.iter().copied().filter(|size| *size > 0.0);
        Fit {
            k,
            asked: true,
            groups: filled().count(),
            smallest: filled().fold(f64::INFINITY, f64::min).min(points.total_weight()),
            in_none: labels.iter().filter(|label| **label == frame::NONE).count(),
            objective: found.objective,
            information: found.information(),
            within: frame.map(|frame| frame.within(points, &labels)),
            notes: found.notes,
            labels,
        }
    }

    /// All rows as one group: what k is compared with, and no method is needed for it.
    fn one(points: &Points<'_>, frame: Option<&Frame>) -> Fit {
        let labels = vec![0; points.len()];
        Fit {
            k: 1,
            asked: false,
            groups: 1,
            smallest: points.total_weight(),
            in_none: 0,
            objective: None,
            information: None,
            notes: Vec::new(),
            within: frame.map(|frame| frame.within(points, &labels)),
            labels,
        }
    }

    /// Why this k is not picked: it was not reached.
    pub(super) fn short(&self) -> Option<String> {
        (self.groups < self.k).then(|| format!("{} groups found", self.groups))
    }
}
