//! DBCV: how dense groups are inside beside what is between them, whatever their form.

use crate::error::{Error, Result};
use crate::evaluate::Division;
use crate::evaluate::pairs::{Pairs, Run, Which};
use crate::parallel;
use crate::progress::Progress;

/// Density-based cluster validation: the mean over rows of how much denser their group is inside than the way to the
/// nearest other group.
///
/// From -1 to 1; large is good. Rows in no group count as 0, so that leaving all doubtful rows out is no way to a high
/// figure. It is for groups of any form, which [`silhouette`](crate::evaluate::silhouette()) misjudges.
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, dbcv, silhouette};
///
/// // a ring around a heap
/// let rows = Array2::from_shape_fn((80, 2), |(row, column)| {
///     let (angle, radius) = (row as f64 * 0.157, if row < 40 { 0.3 } else { 5.0 });
///     radius * if column == 0 { angle.cos() } else { angle.sin() }
/// });
/// let (points, groups) = (Points::new(rows.view()), Partition::of((0..80).map(|row| row / 40))?);
/// let division = Division::new(&points, &groups)?;
/// assert!(dbcv(&division)? > 0.5 && silhouette(&division)?.mean() < 0.5);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How
/// Each row gets a core distance from all rows of its group: ((1/d₂)^c + (1/d₃)^c + …)/(n - 1))^(-1/c) for c columns, of
/// the distances to the others. Two rows are as far apart as the greatest of their distance and their core distances. Each
/// group gets a shortest tree of those lengths; its inner rows have at least two edges there. The longest edge between
/// inner rows says how thin the group is, s; the shortest way from an inner row to one of another group how apart it is, t.
/// Its figure is (t - s) / max(s, t); the groups' figures are weighed by their rows, over all rows with and without group.
///
/// A row that has a copy in its group has the core distance 0. A tree without an edge between inner rows gives its longest
/// edge, and one without an inner row all its rows, as the authors' own program does. A group of a single row has no
/// density: its row counts as one without group.
///
/// Many edges are as long as each other (a far row has its core distance to many), and inner rows depend on which of them
/// a tree takes: here those between the nearest rows, so that the order of rows does not matter unless distances are equal
/// too; then that to the first row.
///
/// # Weights
/// Rows of weight 0 are not there; others must be 1.
///
/// # Cost
/// O(n² d) time, in parallel; memory O(n d).
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Missing values
/// As the distance of the division.
///
/// # Errors
/// If there are fewer than 2 groups of at least 2 rows, a weight is neither 0 nor 1, the distance is not for these rows, or
/// two rows have nothing in common that can be compared.
///
/// # References
/// D. Moulavi, P. A. Jaskowiak, R. J. G. B. Campello, A. Zimek and J. Sander 2014, Density-based clustering validation,
/// DOI 10.1137/1.9781611973440.96.
///
/// # Differs from
/// `validity_index` of Python's hdbscan, which takes the first of edges as long as each other, so that its figure depends
/// on the order of rows; with that choice both give the same to 1e-12 where no row has a copy. It passes over distances of
/// 0 when it computes core distances, and so gives copies of a row a core distance above 0; and it takes the first row of a
/// tree without inner rows.
pub fn dbcv(division: &Division<'_>) -> Result<f64> {
    validity(division, Ties::Nearest)
}

/// Which of several edges of one length a tree takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ties {
    /// That between the nearest rows.
    Nearest,
    /// That to the first row, as others do.
    #[cfg(test)]
    First,
}

/// The figure, see [`dbcv`].
fn validity(division: &Division<'_>, ties: Ties) -> Result<f64> {
    const FIGURE: &str = "DBCV";
    division.at_least(FIGURE, 2)?;
    let pairs = Pairs::of(division)?;
    if let Some(at) = pairs.weights.and_then(|weights| weights.iter().position(|weight| *weight != 1.0)) {
        let message = format!("the {FIGURE} is not defined for weights, found {}", pairs.weight(at));
        return Err(Error::unsupported(message).at_row(pairs.rows[at] as usize));
    }
    let sizes: Vec<usize> = pairs.starts.windows(2).map(|range| range[1] - range[0]).collect();
    let dense: Vec<usize> = (0..sizes.len()).filter(|group| sizes[*group] > 1).collect();
    if dense.len() < 2 {
        let message =
            format!("the {FIGURE} is not defined for fewer than 2 groups of several rows, found {}", dense.len());
        return Err(Error::unsupported(message));
    }
    let cores = cores(&pairs, division.points().dimensions())?;
    let trees = parallel::map(dense.len(), |at| Tree::of(&pairs, &cores, dense[at], ties));
    let mut inner: Vec<u32> = trees.iter().flat_map(|tree| tree.inner.iter().copied()).collect();
    inner.sort_unstable();
    let apart = apart(&pairs, &cores, &inner)?;
    let points = division.points();
    let counted = (0..points.len()).filter(|row| points.weight(*row) > 0.0).count();
    let figure = |(group, tree): (&usize, &Tree)| {
        let most = tree.thin.max(apart[*group]);
        let figure = if most > 0.0 { (apart[*group] - tree.thin) / most } else { 0.0 };
        figure * (sizes[*group] as f64 / counted as f64)
    };
    Ok(crate::math::sum::sum(dense.iter().zip(&trees).map(figure)))
}

/// The core distance of each row among the rows of its group.
///
/// Powers of 1 / distance are kept as powers of the least distance so far over it, so that none is too large for a number.
fn cores(pairs: &Pairs<'_>, dimensions: usize) -> Result<Vec<f64>> {
    let power = i32::try_from(dimensions).unwrap_or(i32::MAX);
    let mut cores = Vec::with_capacity(pairs.len());
    let start = |rows: &[u32]| vec![(f64::INFINITY, 0.0); rows.len()];
    let visit = |kept: &mut Vec<(f64, f64)>, run: Run<'_>| {
        let (least, sum) = &mut kept[run.at];
        for (_, far) in (run.first..).zip(run.far).filter(|(other, _)| *other != run.row) {
            if *far < *least {
                *sum *= if least.is_finite() { (far / *least).powi(power) } else { 0.0 };
                *least = *far;
            }
            *sum += if *far > 0.0 { (*least / far).powi(power) } else { 1.0 };
        }
    };
    let finish = |rows: &[u32], kept: Vec<(f64, f64)>| -> Vec<f64> {
        let core = |(row, (least, sum)): (&u32, (f64, f64))| {
            let group = pairs.group[*row as usize] as usize;
            let others = (pairs.starts[group + 1] - pairs.starts[group]) as f64 - 1.0;
            if others > 0.0 { least * (others / sum).powf(1.0 / dimensions as f64) } else { 0.0 }
        };
        rows.iter().zip(kept).map(core).collect()
    };
    pairs.walk(&pairs.all(), Which::Own, &Progress::none(), (start, visit, finish), |_, some| cores.extend(some))?;
    Ok(cores)
}

/// What is asked of the shortest tree of a group.
struct Tree {
    /// The rows with at least two edges; all if there is none.
    inner: Vec<u32>,
    /// The longest edge between two of them; of all edges if there is none.
    thin: f64,
}

impl Tree {
    /// Grows the tree from the group's first row on, always by the nearest row, the first of equals. (R. C. Prim 1957, DOI
    /// 10.1002/j.1538-7305.1957.tb01515.x.) O(n² d) for its n rows.
    fn of(pairs: &Pairs<'_>, cores: &[f64], group: usize, ties: Ties) -> Self {
        let (start, end) = (pairs.starts[group], pairs.starts[group + 1]);
        let len = end - start;
        let cores = &cores[start..end];
        let mut far = vec![0.0; len];
        // the length of the shortest edge to the tree, what decides among equals, and where it leads
        let mut near = vec![(f64::INFINITY, f64::INFINITY, 0_usize); len];
        let mut outside = vec![true; len];
        let (mut edges, mut degrees, mut last) = (Vec::with_capacity(len - 1), vec![0_u32; len], 0);
        outside[0] = false;
        for _ in 1..len {
            pairs.one(start + last, start..end, &mut far);
            let mut next = (f64::INFINITY, f64::INFINITY, last);
            for row in (0..len).filter(|row| outside[*row]) {
                let length = far[row].max(cores[row]).max(cores[last]);
                let edge = (length, if ties == Ties::Nearest { far[row] } else { 0.0 }, last);
                if edge < near[row] {
                    near[row] = edge;
                }
                if (near[row].0, near[row].1) < (next.0, next.1) {
                    next = (near[row].0, near[row].1, row);
                }
            }
            last = next.2;
            outside[last] = false;
            let (length, _, other) = near[last];
            (degrees[last], degrees[other]) = (degrees[last] + 1, degrees[other] + 1);
            edges.push((length, last, other));
        }
        let inner = |row: usize| degrees[row] > 1;
        let longest = |edges: &mut dyn Iterator<Item = &(f64, usize, usize)>| {
            edges.fold(None, |most: Option<f64>, edge| Some(most.map_or(edge.0, |most| most.max(edge.0))))
        };
        let thin = longest(&mut edges.iter().filter(|(_, a, b)| inner(*a) && inner(*b)));
        let thin = thin.or_else(|| longest(&mut edges.iter())).unwrap_or(0.0);
        let mut rows: Vec<u32> = (0..len).filter(|row| inner(*row)).map(|row| (start + row) as u32).collect();
        if rows.is_empty() {
            rows = (start as u32..end as u32).collect();
        }
        Tree { inner: rows, thin }
    }
}

/// For each group the shortest way from one of its inner rows to one of another group; infinite of a group without.
fn apart(pairs: &Pairs<'_>, cores: &[f64], inner: &[u32]) -> Result<Vec<f64>> {
    let mut is_inner = vec![false; pairs.len()];
    inner.iter().for_each(|row| is_inner[*row as usize] = true);
    let mut apart = vec![f64::INFINITY; pairs.groups()];
    let start = |rows: &[u32]| vec![f64::INFINITY; rows.len()];
    let visit = |kept: &mut Vec<f64>, run: Run<'_>| {
        for (group, first, far) in pairs.by_group(&run) {
            if group == pairs.group[run.row] as usize {
                continue;
            }
            let others = (first..).zip(far).filter(|(other, _)| is_inner[*other]);
            let ways = others.map(|(other, far)| far.max(cores[run.row]).max(cores[other]));
            kept[run.at] = ways.fold(kept[run.at], f64::min);
        }
    };
    pairs.walk(
        inner,
        Which::All,
        &Progress::none(),
        (start, visit, |_: &[u32], kept| kept),
        |rows, kept: Vec<f64>| {
            for (row, least) in rows.iter().zip(kept) {
                let place = &mut apart[pairs.group[*row as usize] as usize];
                *place = place.min(least);
            }
        },
    )?;
    Ok(apart)
}

#[cfg(all(test, feature = "serde"))]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
#[path = "dbcv_tests.rs"]
mod tests;
