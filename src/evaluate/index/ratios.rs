//! Figures of sums of squares and of distances between means.
//!
//! W and B stand for the sums of squares within and between groups. All are quotients or sums of what
//! [`Moments`](super::moments::Moments) and [`Spread`](super::spread::Spread) hold; what would divide by zero is an error
//! that says which rows are to blame. Lengths are in the unit of the moments: where a figure has a unit it is brought
//! back to that of the rows in the last step, so that only a figure that is itself too large overflows.

use crate::cluster::Distance;
use crate::error::Result;
use crate::evaluate::pairs::PairCache;
use crate::math::sum::sum;
use crate::parallel;

use super::list::Index;
use super::passes::Passes;

/// Why nothing can be divided by a distance between means.
const SAME_MEAN: &str = "where two groups have the same mean";
/// Why nothing can be divided by what is within groups.
const NO_SPREAD: &str = "where the rows of each group are equal";

/// Caliński and Harabasz: squares between groups over squares within, each by its degrees of freedom.
///
/// 0 where all groups have the same mean, and without bound above; for groups drawn at random it is near 1, as the F of an
/// analysis of variance, of which it is the form for several columns.
///
/// # Errors
/// If rows are all in groups of their own, or all rows of each group are equal: it would divide by zero.
pub(super) fn calinski_harabasz(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let (within, k) = (moments.within_all(), moments.groups() as f64);
    if moments.total <= k {
        return Err(Index::CalinskiHarabasz.undefined("where there are as many groups as rows"));
    }
    if within <= 0.0 {
        return Err(Index::CalinskiHarabasz.undefined(NO_SPREAD));
    }
    Ok(moments.between() / within * ((moments.total - k) / (k - 1.0)))
}

/// Squares between groups over squares within, as a logarithm.
///
/// It says what the explained share says, on a line without ends. Hartigan's own rule compares it for k and k + 1 groups.
///
/// # Errors
/// If one of the two is 0.
pub(super) fn log_ss_ratio(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let (within, between) = (moments.within_all(), moments.between());
    match (within > 0.0, between > 0.0) {
        (true, true) => Ok((between / within).ln()),
        (false, _) => Err(Index::LogSsRatio.undefined(NO_SPREAD)),
        _ => Err(Index::LogSsRatio.undefined("where all groups have the same mean")),
    }
}

/// Squares between groups over all squares.
///
/// From 0 to 1; of two columns of different units the one of larger numbers decides.
///
/// # Errors
/// If all rows are equal.
pub(super) fn explained_share(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let (within, between) = (moments.within_all(), moments.between());
    if within + between <= 0.0 {
        return Err(Index::ExplainedShare.undefined("where all rows are equal"));
    }
    Ok(between / (within + between))
}

/// Squares within groups, in the squared unit of the rows.
///
/// What k-means makes small; 0 where all rows of each group are equal, which is no error.
pub(super) fn within(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    Ok(moments.within_all() * moments.scale() * moments.scale())
}

/// Ball and Hall: the mean over groups of the mean square within.
///
/// A small group counts as much as a large one.
pub(super) fn ball_hall(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let means = moments.present.iter().map(|group| moments.within(*group) / moments.weights[*group]);
    Ok(sum(means) / moments.groups() as f64 * moments.scale() * moments.scale())
}

/// Banfield and Raftery: the sum over groups of the size times the logarithm of the mean square within.
///
/// But for a negative factor and a constant it is the log-likelihood of round normal groups, each of a width of its own.
///
/// # Errors
/// If all rows of a group are equal: the logarithm of 0.
pub(super) fn banfield_raftery(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let unit = 2.0 * moments.scale().ln();
    let mut parts = Vec::with_capacity(moments.groups());
    for group in &moments.present {
        let (within, weight) = (moments.within(*group), moments.weights[*group]);
        if within <= 0.0 {
            return Err(Index::BanfieldRaftery.undefined("where the rows of a group are equal, as of one row"));
        }
        parts.push(weight * ((within / weight).ln() + unit));
    }
    Ok(sum(parts))
}

/// Ratkowsky and Lance: the root of the mean over columns of the explained share, divided by the number of groups.
///
/// Each column counts the same, whatever its unit.
///
/// # Errors
/// If a column is constant: nothing of it is to be explained.
pub(super) fn ratkowsky_lance(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let mut shares = Vec::with_capacity(moments.dimensions());
    for column in 0..moments.dimensions() {
        let (within, between) = (moments.within_column(column), moments.between_column(column));
        if within + between <= 0.0 {
            return Err(Index::RatkowskyLance.undefined(&format!("where a column is constant, as column {column}")));
        }
        shares.push(between / (within + between));
    }
    Ok((sum(shares.iter().copied()) / shares.len() as f64 / moments.groups() as f64).sqrt())
}

/// Ray and Turi: the mean square within over the least square of a distance between means.
///
/// # Errors
/// If two groups have the same mean.
pub(super) fn ray_turi(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let nearest = each_group(passes, |group, others| {
        others.map(|other| moments.apart(group, other)).fold(f64::INFINITY, f64::min)
    })?;
    match nearest.into_iter().fold(f64::INFINITY, f64::min) {
        least if least > 0.0 => Ok(moments.within_all() / moments.total / least / least),
        _ => Err(Index::RayTuri.undefined(SAME_MEAN)),
    }
}

/// Xie and Beni as clusterCrit has them: the mean square within over the least square of a distance between two rows of
/// different groups.
///
/// Two rows decide, so one stray row can; `ray_turi` is the steadier form, and what most call by this name.
///
/// # Errors
/// If two groups share a row, or the distance of the division is not Euclidean.
pub(super) fn xie_beni(passes: &Passes<'_>) -> Result<f64> {
    if *passes.division.distance() != Distance::Euclidean {
        return Err(Index::XieBeni.undefined("at distances that are not Euclidean"));
    }
    let moments = passes.moments()?;
    let figures = PairCache::figures(passes.division)?;
    match figures.scale.outer(figures.between.least) {
        least if least > 0.0 => {
            let root = (moments.within_all() / moments.total).sqrt() * (moments.scale() / least);
            Ok(root * root)
        }
        _ => Err(Index::XieBeni.undefined("where two groups share a row")),
    }
}

/// Pakhira, Bandyopadhyay and Maulik: distances from the mean of all over those from the means of groups, times the
/// greatest distance between means over the number of groups, squared.
///
/// # Errors
/// If all rows of each group are equal.
pub(super) fn pbm(passes: &Passes<'_>) -> Result<f64> {
    let (moments, spread) = (passes.moments()?, passes.spread()?);
    let own = sum(moments.present.iter().map(|group| spread.own[*group]));
    if own <= 0.0 {
        return Err(Index::Pbm.undefined(NO_SPREAD));
    }
    let farthest =
        each_group(passes, |group, others| others.map(|other| moments.apart(group, other)).fold(0.0, f64::max))?;
    let farthest = farthest.into_iter().fold(0.0, f64::max);
    let root = spread.all / own * (farthest / moments.groups() as f64) * moments.scale();
    Ok(root * root)
}

/// Davies and Bouldin: the mean over groups of the worst quotient of two groups' spreads over the distance of their
/// means.
///
/// 0 where all rows of each group are equal and groups are apart.
///
/// # Errors
/// If two groups have the same mean.
pub(super) fn davies_bouldin(passes: &Passes<'_>) -> Result<f64> {
    let (moments, spread) = (passes.moments()?, passes.spread()?);
    let worst = each_group(passes, |group, others| {
        let own = spread.mean(moments, group);
        let quotients = others.map(|other| (own + spread.mean(moments, other), moments.apart(group, other)));
        worst_quotient(quotients.map(|(widths, apart)| (apart > 0.0).then_some(widths / apart)))
    })?;
    mean(worst).ok_or_else(|| Index::DaviesBouldin.undefined(SAME_MEAN))
}

/// Kim and Ramakrishna: the same with the widest neighbour and the nearest, which need not be the same group.
///
/// So it is never less than Davies and Bouldin's, and the same of two groups.
///
/// # Errors
/// If two groups have the same mean.
pub(super) fn davies_bouldin_star(passes: &Passes<'_>) -> Result<f64> {
    let (moments, spread) = (passes.moments()?, passes.spread()?);
    let worst = each_group(passes, |group, others| {
        let own = spread.mean(moments, group);
        let (mut widest, mut nearest) = (0.0_f64, f64::INFINITY);
        for other in others {
            widest = widest.max(own + spread.mean(moments, other));
            nearest = nearest.min(moments.apart(group, other));
        }
        (nearest > 0.0).then_some(widest / nearest)
    })?;
    mean(worst).ok_or_else(|| Index::DaviesBouldinStar.undefined(SAME_MEAN))
}

/// The greatest, if all are defined.
fn worst_quotient(quotients: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    quotients.into_iter().try_fold(0.0_f64, |most, quotient| Some(most.max(quotient?)))
}

/// The mean, if all are defined.
fn mean(values: Vec<Option<f64>>) -> Option<f64> {
    let all: Option<Vec<f64>> = values.into_iter().collect();
    all.map(|all| sum(all.iter().copied()) / all.len() as f64)
}

/// What `work` makes of each group and all others; in parallel, in the order of groups. O(k² d) with distances of means.
fn each_group<T: Send>(
    passes: &Passes<'_>,
    work: impl Fn(usize, &mut dyn Iterator<Item = usize>) -> T + Sync + Send,
) -> Result<Vec<T>> {
    let moments = passes.moments()?;
    Ok(parallel::map(moments.groups(), |at| {
        let group = moments.present[at];
        work(group, &mut moments.present.iter().copied().filter(|other| *other != group))
    }))
}
