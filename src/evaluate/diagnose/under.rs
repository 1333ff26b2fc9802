//! Does a segment hold groups that differ?
//!
//! Anything can be split in two, and a long cloud splits at the same place each time. A segment holds two groups if three
//! things come together: along the line between the halves there is a valley, the halves come back in other samples, and
//! they are far apart for their width.

use ndarray::{Array2, ArrayViewMut1};

use crate::cluster::{AnyMethod, KMeans, Points};
use crate::error::Result;
use crate::evaluate::{Division, Partition, Refit, Stability, dip, simplified_silhouette};
use crate::health::Severity;
use crate::math::random::Random;
use crate::progress::Progress;

use super::case::{Case, Rows};
use super::diagnosis::{Evidence, Problem};
use super::insufficient::segments;
use super::verdict::{Check, Looked};

/// Segments with fewer rows cannot be told to have two modes.
const LEAST: usize = 60;

/// A valley is one if a single mode would show it this rarely, over all segments together.
const LEVEL: f64 = 0.01;

/// The halves come back if samples agree on them by this adjusted Rand index.
const AGAIN: f64 = 0.8;

/// How far apart halves are: the simplified silhouette of two groups that touch is about a half.
const APART: f64 = 0.6;

/// Where one number makes up this share of a column, the column counts in steps.
const EQUAL: f64 = 0.1;

/// The stream of random numbers that blurs columns.
const BLUR: u64 = 0xB10B_0000;

/// What was seen of a segment that was split.
struct Halves {
    segment: usize,
    p_value: f64,
    apart: f64,
    again: f64,
    smaller: f64,
}

/// Splits each segment and asks whether the halves are groups.
///
/// O(n d) for each segment, and ten fits more for those that have a valley. The level of the dip is divided by the number of
/// segments that are looked at (Bonferroni).
///
/// # Errors
/// If the work is stopped.
pub(super) fn look(case: &Case<'_>, progress: &Progress<'_>) -> Result<Looked> {
    let Some(rows) = &case.rows else {
        return Ok(Check::not_asked(Problem::UnderSegmented, "no features were given").into());
    };
    let mut looked = Looked::begin(Problem::UnderSegmented);
    let members = rows.partition.members();
    let large: Vec<usize> = (0..members.len()).filter(|group| members[*group].len() >= LEAST).collect();
    looked.see(Evidence::count("segments large enough to be split", large.len()));
    let mut found = Vec::new();
    for group in &large {
        found.extend(halves(rows, *group, &members[*group], LEVEL / large.len() as f64, case.asked.seed, progress)?);
    }
    looked.see(Evidence::count("segments that hold two groups", found.len()));
    if !found.is_empty() {
        let which: Vec<usize> = found.iter().map(|halves| halves.segment).collect();
        let mut evidence = Vec::new();
        for halves in &found {
            let name = case.name(halves.segment);
            evidence.push(
                Evidence::chance(format!("{name}: p of a single mode between its halves"), halves.p_value).limit(LEVEL),
            );
            evidence.push(Evidence::figure(format!("{name}: silhouette of its halves"), halves.apart).limit(APART));
            evidence.push(
                Evidence::figure(format!("{name}: agreement of two samples on its halves"), halves.again).limit(AGAIN),
            );
            evidence.push(Evidence::share(format!("{name}: the smaller half"), halves.smaller));
        }
        let sentence = format!("{} two groups in one", segments(case, &which));
        let next = "take one segment more, or split this one by what tells its halves apart";
        looked.find(Severity::Warning, sentence, evidence, next).segments =
            which.iter().map(|at| case.key(*at)).collect();
    }
    Ok(looked)
}

/// The halves of a segment, if they are groups.
///
/// The dip is that of the rows' places along the line between the middles of the halves (J. A. Hartigan and P. M. Hartigan
/// 1985, DOI 10.1214/aos/1176346577).
fn halves(
    rows: &Rows,
    group: usize,
    members: &[usize],
    level: f64,
    seed: u64,
    progress: &Progress<'_>,
) -> Result<Option<Halves>> {
    let mut own = Array2::zeros((members.len(), rows.matrix.ncols()));
    for (mut to, row) in own.rows_mut().into_iter().zip(members) {
        to.assign(&rows.matrix.row(*row));
    }
    for (at, column) in own.columns_mut().into_iter().enumerate() {
        blur(column, &mut Random::new(seed, BLUR + at as u64));
    }
    let points = Points::new(own.view());
    let method: AnyMethod = KMeans::new(2).restarts(3).seed(seed).into();
    let split = method.find(&points, progress)?;
    let centers = split.representatives();
    let [first, second] = centers.as_slice() else { return Ok(None) };
    let line: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
    let along: Vec<f64> =
        own.rows().into_iter().map(|row| row.iter().zip(&line).map(|(value, step)| value * step).sum()).collect();
    if along.iter().any(|place| !place.is_finite()) {
        return Ok(None);
    }
    let valley = dip(&along)?;
    if valley.p_value > level {
        return Ok(None);
    }
    let partition = Partition::new(&split.labels)?;
    let apart = simplified_silhouette(&Division::new(&points, &partition)?)?;
    if apart < APART {
        return Ok(None);
    }
    let again = Stability::new().pairs(5).seed(seed).of_with(&Refit::rows(&method, &points)?, progress)?;
    let again = again.adjusted_rand.median();
    let smaller = partition.sizes().iter().copied().min().unwrap_or(0) as f64 / members.len() as f64;
    let segment = rows.segments[group];
    Ok((again >= AGAIN).then_some(Halves { segment, p_value: valley.p_value, apart, again, smaller }))
}

/// Spreads the numbers of a column that counts in steps (one purchase, two purchases) evenly to half-way to the next, so
/// that the gaps between steps are no valleys. Other columns stay as they are.
fn blur(mut column: ArrayViewMut1<'_, f64>, random: &mut Random) {
    let mut sorted = column.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let most = sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap_or(0);
    sorted.dedup();
    if (most as f64) < EQUAL * column.len() as f64 || sorted.len() < 2 {
        return;
    }
    for value in &mut column {
        let at = sorted.partition_point(|other| other < value);
        // the first and the last step reach as far outwards as inwards
        let below = at.checked_sub(1).map(|at| *value - sorted[at]);
        let above = sorted.get(at + 1).map(|next| next - *value);
        let (low, high) = (below.or(above).unwrap_or(0.0) / 2.0, above.or(below).unwrap_or(0.0) / 2.0);
        *value += random.uniform() * (low + high) - low;
    }
}
