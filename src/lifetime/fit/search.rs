//! The search for the best place from several starts, with its certificate.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use crate::error::{Error, Result};
use crate::parallel;
use crate::progress::Progress;

use super::climb::{Height, Limits, Peak, climb_with, curvature};
use crate::lifetime::certificate::{Certificate, Curvature};

/// Heights that differ by less are the same place.
const SAME: f64 = 1e-3;

/// A curvature of less than this share of the greatest is none.
const FLAT: f64 = 1e-9;

/// A curvature of less than this is none either, along logarithms: a height of which it is the curvature falls by a half
/// over the whole range that is searched, and its sign may be rounding.
const NOTHING: f64 = 1.0 / (25.0 * 25.0);

/// What is searched.
pub(crate) struct Search<'a> {
    /// The coordinates' names.
    pub(crate) names: Vec<String>,
    /// Whether a coordinate is the logarithm of a parameter; else it is the parameter.
    pub(crate) logarithms: Vec<bool>,
    /// Where to begin, the most likely first.
    pub(crate) starts: Vec<Vec<f64>>,
    /// A smaller problem on which the starts are searched, and of how many different rows it is.
    pub(crate) sample: Option<(&'a dyn Height, usize)>,
    pub(crate) limits: Limits,
}

/// Searches from all starts at once, and again from the best.
///
/// # Errors
/// If no start has a finite height, or `progress` stops it.
pub(crate) fn search(
    height: &dyn Height,
    search: &Search<'_>,
    progress: &Progress<'_>,
) -> Result<(Vec<f64>, Certificate)> {
    let small = search.sample.map_or(height, |(sample, _)| sample);
    let rough = Limits { sharp: false, ..search.limits };
    let from = |height: &dyn Height, start: usize| {
        let start = search.starts.get(start).map_or(&[][..], Vec::as_slice);
        climb_with(height, start, None, rough, progress)
    };
    let peaks = parallel::map(search.starts.len(), |start| from(small, start));
    let peaks = peaks.into_iter().collect::<Result<Vec<Peak>>>()?;
    let highest = |peaks: &[Peak]| {
        peaks
            .iter()
            .filter(|peak| peak.height.is_finite())
            .fold(
                None,
                |best: Option<&Peak>, peak| {
                    if best.is_none_or(|best| peak.height > best.height) { Some(peak) } else { best }
                },
            )
            .cloned()
    };
    let nowhere = "the likelihood is finite at none of the starts: the data are too extreme";
    let Some(best) = highest(&peaks) else {
        return Err(Error::unsupported(nowhere));
    };
    let same = |peak: &&Peak| best.height - peak.height <= SAME * small_scale(best.height);
    let reached = peaks.iter().filter(same).count() as f64 / peaks.len() as f64;
    let lower = peaks.iter().filter(|peak| peak.height.is_finite() && !same(peak));
    let lower = lower.max_by(|a, b| a.height.total_cmp(&b.height));
    let mut second = lower.map(|peak| peak.height);
    let mut evaluations: usize = peaks.iter().map(|peak| peak.heights).sum();
    let mut top = best.clone();
    if search.sample.is_some() {
        top = whole(height, &best, search.limits, progress)?;
        evaluations += top.heights;
        if let Some(lower) = lower {
            // the sample may have favoured one of two places
            let there = height.height(&lower.at, &mut vec![0.0; lower.at.len()]);
            let other = if there > top.height { Some(whole(height, lower, search.limits, progress)?) } else { None };
            evaluations += 1 + other.as_ref().map_or(0, |other| other.heights);
            second = Some(there).filter(|there| there.is_finite());
            if let Some(other) = other.filter(|other| other.height > top.height) {
                second = Some(top.height).filter(|height| height.is_finite());
                top = other;
            }
        }
        if !top.height.is_finite() {
            // finite on the sample only
            let again = parallel::map(search.starts.len(), |start| from(height, start));
            let again = again.into_iter().collect::<Result<Vec<Peak>>>()?;
            evaluations += again.iter().map(|peak| peak.heights).sum::<usize>();
            top = highest(&again).ok_or_else(|| Error::unsupported(nowhere))?;
        }
    }
    let mut certificate = judge(height, search, &top);
    certificate.starts = peaks.len();
    certificate.reached = reached;
    certificate.second = second;
    certificate.evaluations += evaluations;
    certificate.sampled = search.sample.map(|(_, rows)| rows);
    Ok((top.at, certificate))
}

/// Climbs on the whole from a peak of a sample, by way of what is near.
fn whole(height: &dyn Height, from: &Peak, limits: Limits, progress: &Progress<'_>) -> Result<Peak> {
    let (mut at, mut curve, mut heights) = (from.at.clone(), from.curve.clone(), 0);
    if let Some(nearby) = height.nearby() {
        let near = climb_with(nearby, &at, curve.clone(), Limits { sharp: false, ..limits }, progress)?;
        heights = near.heights;
        if near.height.is_finite() {
            (at, curve) = (near.at, near.curve);
        }
    }
    let top = climb_with(height, &at, curve, limits, progress)?;
    Ok(Peak { heights: top.heights + heights, ..top })
}

/// Heights are sums over customers: of a billion customers a thousandth is rounding.
fn small_scale(height: f64) -> f64 {
    (height.abs() * 1e-7).max(1.0)
}

/// Looks at the top from all sides.
fn judge(height: &dyn Height, search: &Search<'_>, top: &Peak) -> Certificate {
    let n = top.at.len();
    let at_bound = |i: &usize| top.at[*i].abs() >= search.limits.reach - 1e-9;
    let (bound, free): (Vec<usize>, Vec<usize>) = (0..n).partition(at_bound);
    let name = |i: &usize| search.names.get(*i).cloned().unwrap_or_default();
    let mut standard_errors = vec![None; n];
    let mut covariance = Vec::new();
    let mut shape = Curvature::Definite;
    let mut evaluations = 0;
    if !free.is_empty() {
        let known = top.curve.as_ref().filter(|_| top.sharp);
        let matrix = match known {
            Some(curve) => -DMatrix::from_fn(free.len(), free.len(), |i, j| curve[(free[i], free[j])]),
            None => -curvature(height, &top.at, &top.slopes, &free, 1e-4, true),
        };
        evaluations = if known.is_some() { 0 } else { 2 * free.len() };
        let axes = SymmetricEigen::new(matrix);
        let most = axes.eigenvalues.amax().max(f64::MIN_POSITIVE);
        let least = axes.eigenvalues.imin();
        let flat = axes.eigenvalues[least];
        let axis: DVector<f64> = axes.eigenvectors.column(least).into_owned();
        // coefficients have the units of their covariates, and no range
        let logarithms = free.iter().zip(axis.iter()).filter(|(i, _)| search.logarithms[**i]);
        let nothing = if logarithms.map(|(_, x)| x * x).sum::<f64>() > 0.5 { NOTHING } else { 0.0 };
        if flat < -(1e-6 * most).max(nothing) {
            shape = Curvature::Indefinite;
        } else if flat < (FLAT * most).max(nothing) || !(flat / most).is_finite() {
            let mut along: Vec<(f64, String)> = free.iter().zip(axis.iter()).map(|(i, x)| (x.abs(), name(i))).collect();
            along.sort_by(|a, b| b.0.total_cmp(&a.0));
            along.retain(|(part, _)| *part > 0.1);
            shape = Curvature::Flat { along: along.into_iter().map(|(_, name)| name).collect() };
        } else {
            covariance = vec![vec![0.0; n]; n];
            for (i, row) in free.iter().enumerate() {
                for (j, column) in free.iter().enumerate() {
                    let vectors = &axes.eigenvectors;
                    let parts = axes.eigenvalues.iter().enumerate();
                    covariance[*row][*column] =
                        parts.map(|(k, value)| vectors[(i, k)] * vectors[(j, k)] / value).sum::<f64>();
                }
                let scale = if search.logarithms[*row] { top.at[*row].exp() } else { 1.0 };
                standard_errors[*row] = Some(covariance[*row][*row].max(0.0).sqrt() * scale);
            }
        }
    }
    let slope = |i: &usize| top.slopes[*i].abs();
    Certificate {
        names: search.names.clone(),
        log_likelihood: top.height,
        log_prior: 0.0,
        starts: 1,
        reached: 1.0,
        second: None,
        gradient_norm: free.iter().map(slope).fold(0.0, f64::max),
        converged: top.converged,
        steps: top.steps,
        evaluations,
        curvature: shape,
        boundary: bound.iter().map(name).collect(),
        standard_errors,
        covariance,
        sampled: None,
        notes: Vec::new(),
    }
}
