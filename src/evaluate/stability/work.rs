//! Replicates side by side, with one count of how many are done.
//!
//! Work is divided over replicates and not within them: they have nothing to wait for, and the answer of each is the
//! same on any thread. A fit may still divide itself where threads are idle.
//!
//! What a replicate gives is small (a figure, a few matches); rows and labels are gone when it is done.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::error::{Error, ErrorKind, Result};
use crate::parallel;
use crate::progress::{Progress, Step};

/// Replicates, pairs, divisions: does `work` for each of `0..count` in parallel and returns the results in order.
///
/// O(1) beside the work. Who listens hears of `what`, not of the steps within one; and whoever stops is obeyed within one too.
///
/// # Errors
/// The first in order, whichever thread came to it; once one has failed or was stopped, those behind it are not begun.
pub(super) fn run<T: Send>(
    what: &str,
    count: usize,
    progress: &Progress<'_>,
    work: impl Fn(usize, &Progress<'_>) -> Result<T> + Sync + Send,
) -> Result<Vec<T>> {
    let (done, failed) = (AtomicU64::new(0), AtomicUsize::new(usize::MAX));
    let total = count as u64;
    progress.step(what, 0, total)?;
    let cancelled =
        || Error::from(ErrorKind::Cancelled { what: what.to_owned(), done: done.load(Ordering::Relaxed), total });
    let within = |_: Step<'_>| match progress.step(what, done.load(Ordering::Relaxed), total) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    };
    let one = |at: usize| {
        if failed.load(Ordering::Relaxed) < at {
            return Err(cancelled());
        }
        let found = work(at, &Progress::new(&within)).and_then(|found| {
            let now = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress.step(what, now, total).map(|()| found)
        });
        found.map_err(|error| {
            let stopped = matches!(error.kind(), ErrorKind::Cancelled { .. });
            failed.fetch_min(if stopped { 0 } else { at }, Ordering::Relaxed);
            if stopped { cancelled() } else { error }
        })
    };
    parallel::map(count, one).into_iter().collect()
}
