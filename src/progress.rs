//! How long work tells how far it is, and is told to stop.
//!
//! A recipe is fitted with [`Fit::fit_with`](crate::segmenter::Fit::fit_with) to be told how far it is, and a study
//! runs with `Study::run_with`. Work that is stopped gives an error and nothing else: no half-learnt model leaves it.

use std::ops::ControlFlow;

use crate::error::{ErrorKind, Result};

/// How far the work is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Step<'a> {
    /// What is counted: `rows`, `iterations`, `segmenters`.
    pub what: &'a str,
    /// How many are done.
    pub done: u64,
    /// How many there are to do; an upper bound where the work may stop earlier.
    pub total: u64,
}

/// A callback that hears how far the work is and may stop it.
///
/// ```
/// use std::ops::ControlFlow;
/// use segmentry::progress::Progress;
///
/// let stop = |step: segmentry::progress::Step<'_>| if step.done < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
/// let progress = Progress::new(&stop);
/// assert!(progress.step("iterations", 1, 10).is_ok());
/// assert_eq!(progress.step("iterations", 2, 10).unwrap_err().to_string(), "cancelled after 2 of 10 iterations");
/// ```
#[derive(Clone, Copy, Default)]
pub struct Progress<'a>(Option<&'a Callback<'a>>);

type Callback<'a> = dyn Fn(Step<'_>) -> ControlFlow<()> + Sync + 'a;

impl<'a> Progress<'a> {
    /// Nobody listens.
    pub const fn none() -> Self {
        Progress(None)
    }

    /// This callback listens; it may be called from several threads.
    pub fn new(callback: &'a Callback<'a>) -> Self {
        Progress(Some(callback))
    }

    /// Tells how far the work is.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`] if the callback breaks.
    pub fn step(&self, what: &str, done: u64, total: u64) -> Result<()> {
        match self.0.map(|callback| callback(Step { what, done, total })) {
            None | Some(ControlFlow::Continue(())) => Ok(()),
            Some(ControlFlow::Break(())) => Err(ErrorKind::Cancelled { what: what.to_owned(), done, total }.into()),
        }
    }
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Progress(listening)" } else { "Progress(none)" })
    }
}
