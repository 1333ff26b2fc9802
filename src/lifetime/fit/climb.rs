//! The way up: Newton's method within a region of trust, with exact curvature or with that of differences of exact slopes.
//!
//! Where curvature is a matter of differences it is kept as long as it foretells what a step gains: each step corrects it by
//! the slopes that it found (symmetric correction of rank one, the same book, chapter 6.2). No climb ends by such a curvature:
//! at the end it is taken anew.
//!
//! Likelihoods here have two to some dozen parameters, costly sums and exact slopes; ridges are long and curvature is not
//! definite far from the top. The step is the best of the quadratic model within the region (J. Nocedal and S. Wright
//! 2006, *Numerical Optimization*, chapter 4, DOI 10.1007/978-0-387-40065-5), found in the axes of the curvature, so that
//! a ridge is a small eigenvalue and not a failure.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use crate::error::Result;
use crate::progress::Progress;

/// What is climbed: to be made as large as possible.
pub(crate) trait Height: Sync {
    /// The height at a place, with its slopes; a value that is not finite is as low as can be.
    fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64;

    /// As [`Height::height`], with the matrix of second derivatives; `None` where it is left to differences of slopes.
    fn curved(&self, at: &[f64], slopes: &mut [f64], curve: &mut DMatrix<f64>) -> Option<f64> {
        let _ = (at, slopes, curve);
        None
    }

    /// A smaller problem whose top is near, if this is a large one.
    fn nearby(&self) -> Option<&dyn Height> {
        None
    }
}

/// How far and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The most steps.
    pub(crate) steps: usize,
    /// The greatest absolute value of a coordinate.
    pub(crate) reach: f64,
    /// Ends where the step is expected to gain less than this share of the height.
    pub(crate) gain: f64,
    /// Whether the curvature at the end is to have its last digits.
    pub(crate) sharp: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { steps: 200, reach: 25.0, gain: 1e-12, sharp: true }
    }
}

/// Where a climb ended.
#[derive(Clone, Debug)]
pub(crate) struct Peak {
    pub(crate) at: Vec<f64>,
    pub(crate) height: f64,
    pub(crate) slopes: Vec<f64>,
    pub(crate) steps: usize,
    /// How often the height was taken.
    pub(crate) heights: usize,
    /// Whether the next step would have gained nothing.
    pub(crate) converged: bool,
    /// The curvature there as far as it is known, and whether to its last digits.
    pub(crate) curve: Option<DMatrix<f64>>,
    pub(crate) sharp: bool,
}

/// Climbs from `start`.
///
/// # Errors
/// If `progress` stops it.
#[cfg(test)]
pub(crate) fn climb(height: &dyn Height, start: &[f64], limits: Limits, progress: &Progress<'_>) -> Result<Peak> {
    climb_with(height, start, None, limits, progress)
}

/// Climbs from `start`, where the curvature may be known about.
///
/// # Errors
/// If `progress` stops it.
pub(crate) fn climb_with(
    height: &dyn Height,
    start: &[f64],
    about: Option<DMatrix<f64>>,
    limits: Limits,
    progress: &Progress<'_>,
) -> Result<Peak> {
    let n = start.len();
    let start = start.iter().map(|x| x.clamp(-limits.reach, limits.reach)).collect();
    let mut here = Place::look(height, start);
    let mut heights = 1;
    // what is known of the curvature here, and how well
    let mut known = if here.curve.is_some() { here.curve.take().map(|curve| (curve, Known::Sharp)) } else { None };
    known = known.or(about.filter(|about| about.nrows() == n).map(|about| (about, Known::About)));
    let (mut radius, mut steps, mut converged) = (1.0_f64, 0, false);
    'steps: while steps < limits.steps && here.height.is_finite() {
        progress.step("steps", steps as u64, limits.steps as u64)?;
        let free: Vec<usize> = (0..n).filter(|i| !held(here.at[*i], here.slopes[*i], limits.reach)).collect();
        if free.is_empty() {
            (converged, steps) = (true, steps + 1);
            break;
        }
        let (curve, how) = match known.take() {
            Some(known) => known,
            None => {
                heights += free.len();
                let part = curvature(height, &here.at, &here.slopes, &free, 1e-5, false);
                (spread(&part, &free, n), Known::Fresh)
            }
        };
        let part = DMatrix::from_fn(free.len(), free.len(), |i, j| curve[(free[i], free[j])]);
        let slope = DVector::from_iterator(free.len(), free.iter().map(|i| here.slopes[*i]));
        let axes = SymmetricEigen::new(part);
        known = Some((curve, how));
        steps += 1;
        while radius > 1e-12 {
            let step = best_step(&axes, &slope, radius);
            let expected = gain_of(&axes, &slope, &step);
            let end = expected <= limits.gain * (1.0 + here.height.abs());
            if end && how == Known::About {
                // is it the top, or does the curvature only say so?
                let wide = if limits.sharp { 1e-4 } else { 1e-5 };
                heights += free.len() * if limits.sharp { 2 } else { 1 };
                let part = curvature(height, &here.at, &here.slopes, &free, wide, limits.sharp);
                known = Some((spread(&part, &free, n), if limits.sharp { Known::Sharp } else { Known::Fresh }));
                continue 'steps;
            }
            if end {
                converged = true;
                break 'steps;
            }
            let mut next = here.at.clone();
            for (i, part) in free.iter().zip(step.iter()) {
                next[*i] = (here.at[*i] + part).clamp(-limits.reach, limits.reach);
            }
            let mut there = Place::look(height, next);
            heights += 1;
            let ratio = (there.height - here.height) / expected;
            if ratio > 0.75 && step.norm() > 0.8 * radius {
                radius = (radius * 2.0).min(10.0);
            } else if ratio < 0.25 || ratio.is_nan() {
                radius = step.norm().min(radius) * 0.25;
            }
            if there.height > here.height && ratio > 1e-4 {
                let curve = there.curve.take();
                let believed = known.take().filter(|_| (0.75..1.33).contains(&ratio));
                known = match (curve, believed) {
                    (Some(curve), _) => Some((curve, Known::Sharp)),
                    (None, Some((mut curve, _))) => {
                        correct(&mut curve, &here, &there);
                        Some((curve, Known::About))
                    }
                    (None, None) => None,
                };
                here = there;
                continue 'steps;
            }
            // a step that gains what rounding hides: the top
            if expected < 1e-11 * (1.0 + here.height.abs()) {
                converged = true;
                break 'steps;
            }
            if how == Known::About {
                known = None;
                radius = radius.max(step.norm());
                continue 'steps;
            }
        }
        break;
    }
    let sharp = matches!(known, Some((_, Known::Sharp)));
    let curve = known.map(|(curve, _)| curve);
    Ok(Peak { at: here.at, height: here.height, slopes: here.slopes, steps, heights, converged, curve, sharp })
}

/// How well a curvature is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// To its last digits.
    Sharp,
    /// By differences to one side.
    Fresh,
    /// From another place or a smaller problem.
    About,
}

/// A place that was looked at.
struct Place {
    at: Vec<f64>,
    height: f64,
    slopes: Vec<f64>,
    curve: Option<DMatrix<f64>>,
}

impl Place {
    fn look(height: &dyn Height, at: Vec<f64>) -> Self {
        let n = at.len();
        let (mut slopes, mut curve) = (vec![0.0; n], DMatrix::zeros(n, n));
        if let Some(found) = height.curved(&at, &mut slopes, &mut curve) {
            let sound = curve.iter().all(|second| second.is_finite());
            return Place { height: finite(found, &slopes), at, slopes, curve: sound.then_some(curve) };
        }
        Place { height: finite(height.height(&at, &mut slopes), &slopes), at, slopes, curve: None }
    }
}

/// A matrix over all coordinates from one over those that are free.
fn spread(part: &DMatrix<f64>, free: &[usize], n: usize) -> DMatrix<f64> {
    let mut whole = DMatrix::zeros(n, n);
    for (i, row) in free.iter().enumerate() {
        for (j, column) in free.iter().enumerate() {
            whole[(*row, *column)] = part[(i, j)];
        }
    }
    whole
}

/// Corrects a curvature by how slopes changed along a step: by the least matrix of rank one that explains it.
fn correct(curve: &mut DMatrix<f64>, here: &Place, there: &Place) {
    let n = here.at.len();
    let change = |to: &[f64], from: &[f64]| DVector::from_iterator(n, to.iter().zip(from).map(|(to, from)| to - from));
    let (step, turned) = (change(&there.at, &here.at), change(&there.slopes, &here.slopes));
    let off = turned - &*curve * &step;
    let along = off.dot(&step);
    if along.abs() > 1e-8 * off.norm() * step.norm() {
        *curve += &off * off.transpose() / along;
    }
}

/// −∞ where a height or a slope is no number.
fn finite(height: f64, slopes: &[f64]) -> f64 {
    if height.is_finite() && slopes.iter().all(|slope| slope.is_finite()) { height } else { f64::NEG_INFINITY }
}

/// Whether a coordinate stands at its bound and would go on.
fn held(at: f64, slope: f64, reach: f64) -> bool {
    (at >= reach && slope > 0.0) || (at <= -reach && slope < 0.0)
}

/// The matrix of second derivatives by these coordinates, by differences of slopes: to one side, or to both for the last
/// digits.
pub(crate) fn curvature(
    height: &dyn Height,
    at: &[f64],
    slopes: &[f64],
    free: &[usize],
    step: f64,
    both: bool,
) -> DMatrix<f64> {
    let n = free.len();
    let moved = |i: usize, step: f64| {
        let mut there = at.to_vec();
        there[free[i]] += step;
        let mut slopes = vec![0.0; at.len()];
        height.height(&there, &mut slopes);
        slopes
    };
    let mut matrix = DMatrix::zeros(n, n);
    for i in 0..n {
        let up = moved(i, step);
        let (down, wide) = if both { (moved(i, -step), 2.0 * step) } else { (slopes.to_vec(), step) };
        for j in 0..n {
            let second = (up[free[j]] - down[free[j]]) / wide;
            matrix[(i, j)] = if second.is_finite() { second } else { 0.0 };
        }
    }
    (&matrix + matrix.transpose()) * 0.5
}

/// The step of the quadratic model's greatest gain within the radius.
fn best_step(axes: &SymmetricEigen<f64, nalgebra::Dyn>, slope: &DVector<f64>, radius: f64) -> DVector<f64> {
    let along = axes.eigenvectors.transpose() * slope;
    let top = axes.eigenvalues.max();
    let parts = |shift: f64| {
        DVector::from_iterator(
            along.len(),
            along.iter().zip(axes.eigenvalues.iter()).map(|(slope, curve)| slope / (shift - curve)),
        )
    };
    let scale = axes.eigenvalues.amax().max(1e-300);
    let least = top.max(0.0) + 1e-14 * scale;
    if top < -1e-14 * scale {
        let newton = parts(0.0);
        if newton.norm() <= radius {
            return &axes.eigenvectors * newton;
        }
    }
    // the shift at which the step is as long as the radius: the length falls as the shift grows
    let (mut low, mut high) = (least, least.max(slope.norm() / radius + scale));
    while parts(high).norm() > radius && high < 1e300 {
        high *= 4.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if parts(middle).norm() > radius {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 1e-12 * high {
            break;
        }
    }
    &axes.eigenvectors * parts(high)
}

/// What the quadratic model gains by a step.
fn gain_of(axes: &SymmetricEigen<f64, nalgebra::Dyn>, slope: &DVector<f64>, step: &DVector<f64>) -> f64 {
    let along = axes.eigenvectors.transpose() * step;
    let curve: f64 = along.iter().zip(axes.eigenvalues.iter()).map(|(part, curve)| part * part * curve).sum();
    slope.dot(step) + 0.5 * curve
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::{Height, Limits, climb, climb_with};
    use crate::progress::Progress;

    /// Rosenbrock's valley, upside down.
    struct Valley;

    impl Height for Valley {
        fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
            let (x, y) = (at[0], at[1]);
            slopes[0] = 400.0 * x * (y - x * x) + 2.0 * (1.0 - x);
            slopes[1] = -200.0 * (y - x * x);
            -(100.0 * (y - x * x).powi(2) + (1.0 - x).powi(2))
        }
    }

    /// Rises for ever.
    struct Slope;

    impl Height for Slope {
        fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
            slopes[0] = 1.0;
            at[0]
        }
    }

    /// The valley with its exact curvature.
    struct Known;

    impl Height for Known {
        fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
            Valley.height(at, slopes)
        }

        fn curved(&self, at: &[f64], slopes: &mut [f64], curve: &mut DMatrix<f64>) -> Option<f64> {
            let (x, y) = (at[0], at[1]);
            curve[(0, 0)] = 400.0 * (y - 3.0 * x * x) - 2.0;
            (curve[(0, 1)], curve[(1, 0)], curve[(1, 1)]) = (400.0 * x, 400.0 * x, -200.0);
            Some(self.height(at, slopes))
        }
    }

    #[test]
    fn exact_curvature_and_a_wrong_one_lead_to_the_same_top() {
        let exact = climb(&Known, &[-1.2, 1.0], Limits::default(), &Progress::none()).unwrap();
        assert!(exact.converged && exact.sharp && (exact.at[0] - 1.0).abs() < 1e-6, "{exact:?}");
        let differences = climb(&Valley, &[-1.2, 1.0], Limits::default(), &Progress::none()).unwrap();
        assert!(exact.heights < differences.heights, "{} {}", exact.heights, differences.heights);
        // a top that is only said to be sharp is looked at again
        for wrong in [-1e-3, -1e20] {
            let about = Some(DMatrix::from_diagonal_element(2, 2, wrong));
            let limits = Limits::default();
            let found = climb_with(&Valley, &[0.9, 0.8], about, limits, &Progress::none()).unwrap();
            assert!(found.converged && (found.at[1] - 1.0).abs() < 1e-6, "{wrong}: {found:?}");
        }
    }

    #[test]
    fn a_curved_valley_is_climbed_and_a_bound_is_kept() {
        let peak = climb(&Valley, &[-1.2, 1.0], Limits::default(), &Progress::none()).unwrap();
        assert!(peak.converged && (peak.at[0] - 1.0).abs() < 1e-6 && (peak.at[1] - 1.0).abs() < 1e-6, "{peak:?}");
        let peak = climb(&Slope, &[0.0], Limits::default(), &Progress::none()).unwrap();
        assert!(peak.converged && peak.at[0] == 25.0, "{peak:?}");
    }
}
