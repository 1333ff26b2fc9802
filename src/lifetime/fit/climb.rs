//! The way up: Newton's method within a region of trust, with curvature from differences of exact slopes.
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
}

impl Default for Limits {
    fn default() -> Self {
        Limits { steps: 200, reach: 25.0, gain: 1e-12 }
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
}

/// Climbs from `start`.
///
/// # Errors
/// If `progress` stops it.
pub(crate) fn climb(height: &dyn Height, start: &[f64], limits: Limits, progress: &Progress<'_>) -> Result<Peak> {
    let n = start.len();
    let mut heights = 1;
    let mut at: Vec<f64> = start.iter().map(|x| x.clamp(-limits.reach, limits.reach)).collect();
    let mut slopes = vec![0.0; n];
    let mut now = finite(height.height(&at, &mut slopes), &slopes);
    let (mut radius, mut steps, mut converged) = (1.0_f64, 0, false);
    while steps < limits.steps && now.is_finite() {
        progress.step("steps", steps as u64, limits.steps as u64)?;
        steps += 1;
        let free: Vec<usize> = (0..n).filter(|i| !held(at[*i], slopes[*i], limits.reach)).collect();
        if free.is_empty() {
            converged = true;
            break;
        }
        let curvature = curvature(height, &at, &slopes, &free, 1e-5, false);
        heights += free.len();
        let slope = DVector::from_iterator(free.len(), free.iter().map(|i| slopes[*i]));
        let axes = SymmetricEigen::new(curvature);
        let mut moved = false;
        while radius > 1e-12 {
            let step = best_step(&axes, &slope, radius);
            let expected = gain_of(&axes, &slope, &step);
            if expected <= limits.gain * (1.0 + now.abs()) {
                converged = true;
                break;
            }
            let mut next = at.clone();
            for (i, part) in free.iter().zip(step.iter()) {
                next[*i] = (at[*i] + part).clamp(-limits.reach, limits.reach);
            }
            let mut next_slopes = vec![0.0; n];
            let then = finite(height.height(&next, &mut next_slopes), &next_slopes);
            heights += 1;
            let ratio = (then - now) / expected;
            if ratio > 0.75 && step.norm() > 0.8 * radius {
                radius = (radius * 2.0).min(10.0);
            } else if ratio < 0.25 || ratio.is_nan() {
                radius = step.norm().min(radius) * 0.25;
            }
            if then > now && ratio > 1e-4 {
                (at, slopes, now, moved) = (next, next_slopes, then, true);
                break;
            }
            // a step that gains what rounding hides: the top
            if expected < 1e-11 * (1.0 + now.abs()) {
                converged = true;
                break;
            }
        }
        if converged || !moved {
            break;
        }
    }
    Ok(Peak { at, height: now, slopes, steps, heights, converged })
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
    use super::{Height, Limits, climb};
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

    #[test]
    fn a_curved_valley_is_climbed_and_a_bound_is_kept() {
        let peak = climb(&Valley, &[-1.2, 1.0], Limits::default(), &Progress::none()).unwrap();
        assert!(peak.converged && (peak.at[0] - 1.0).abs() < 1e-6 && (peak.at[1] - 1.0).abs() < 1e-6, "{peak:?}");
        let peak = climb(&Slope, &[0.0], Limits::default(), &Progress::none()).unwrap();
        assert!(peak.converged && peak.at[0] == 25.0, "{peak:?}");
    }
}
