//! Expectation and maximisation for any kind of component: which rows are whose, and what that makes of each component.
//!
//! Each iteration is one [pass](super::pass) over the rows, which finds memberships under the present components and
//! what the next ones are made of, and one step that makes them (A. Dempster, N. Laird and D. Rubin 1977,
//! DOI 10.1111/j.2517-6161.1977.tb01600.x). The likelihood never falls, except by as much as a regularisation asks for.

use super::emission::{Emission, State};
use super::pass::{add_labels, pass};
use crate::cluster::Points;
use crate::error::Result;
use crate::math::sum::sum;
use crate::progress::Progress;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How many iterations there are at most.
    pub(super) iterations: usize,
    /// The gain of the mean log-likelihood below which nothing more is to be gained.
    pub(super) tolerance: f64,
    /// Iterations of other restarts that are over already: for the progress.
    pub(super) done: u64,
    /// All iterations that there may be: for the progress.
    pub(super) total: u64,
}

/// How the work ended.
#[derive(Clone, Debug)]
pub(super) struct Ended<C> {
    /// The mixture after the last iteration.
    pub(super) state: State<C>,
    /// How many iterations were made.
    pub(super) iterations: usize,
    /// Whether the last one changed the mean log-likelihood by less than the tolerance.
    pub(super) converged: bool,
    /// How often a component had lost all rows and began anew.
    pub(super) revived: usize,
}

/// Improves a mixture until its mean log-likelihood gains no more.
///
/// The likelihood that is compared is the one before the maximisation of the same iteration, as in scikit-learn, so both
/// stop after the same number of iterations. A component that has lost all rows begins again at the row that the mixture
/// expects least; an iteration in which that happens never counts as the last.
///
/// # Errors
/// If `progress` stops the work.
pub(super) fn improve<E: Emission>(
    points: &Points<'_>,
    emission: &E,
    mut state: State<E::Components>,
    limits: Limits,
    progress: &Progress<'_>,
) -> Result<Ended<E::Components>> {
    let total = points.total_weight();
    let (mut before, mut revived) = (f64::NEG_INFINITY, 0);
    for iteration in 1..=limits.iterations {
        progress.step("iterations", limits.done + iteration as u64 - 1, limits.total)?;
        let found = pass(points, emission, &state);
        let dead;
        (state, dead) = maximise(emission, &state.components, &found.sums);
        if let Some(component) = dead {
            emission.revive(&mut state.components, component, points.row(found.strangest.1));
            let k = state.shares.len() as f64;
            state.shares[component] = 1.0 / k;
            let all = sum(state.shares.iter().copied());
            state.shares.iter_mut().for_each(|share| *share /= all);
            revived += 1;
        }
        let mean = found.log_likelihood / total;
        if dead.is_none() && (mean - before).abs() < limits.tolerance {
            return Ok(Ended { state, iterations: iteration, converged: true, revived });
        }
        before = mean;
    }
    Ok(Ended { state, iterations: limits.iterations, converged: false, revived })
}

/// The mixture in which each row belongs to one component, as the labels say.
///
/// `origin` holds components near which sums are made, so that little is lost to rounding.
pub(super) fn from_labels<E: Emission>(
    points: &Points<'_>,
    emission: &E,
    origin: &E::Components,
    components: usize,
    labels: &[u32],
) -> State<E::Components> {
    maximise(emission, origin, &add_labels(points, emission, origin, components, labels)).0
}

/// The mixture that fits the sums best, and the first component that has lost all rows.
///
/// Shares are never 0, so that their logarithms are numbers.
fn maximise<E: Emission>(
    emission: &E,
    components: &E::Components,
    sums: &[f64],
) -> (State<E::Components>, Option<usize>) {
    let masses: Vec<f64> = sums.chunks_exact(emission.width()).map(|sums| sums[0]).collect();
    let total = sum(masses.iter().copied());
    let shares: Vec<f64> = masses.iter().map(|mass| (mass / total).max(f64::MIN_POSITIVE)).collect();
    let dead = shares.iter().position(|share| *share < 1e-14);
    (State { components: emission.learn(components, sums), shares }, dead)
}
