//! Whether those who buy often spend as much a purchase as those who buy seldom.
//!
//! | question | answer |
//! | --- | --- |
//! | is the sum of lifetime values right? | Pearson's correlation, and the excess |
//! | is the order of customers right? | Spearman's correlation |
//! | is it one customer's doing? | Pearson's correlation without the most influential one |

use std::fmt;

use crate::error::Result;
use crate::math::simd::{Level, Task};
use crate::math::{interval, sum, tail};
use crate::parallel;
use crate::text::{Align, Table, counted, number};

use super::super::buyers::Buyers;
use super::rows::{Cell, Spends};

/// The correlation from which on spend and frequency are not taken for independent, if its interval leaves 0 out.
///
/// A convention: from 0.3 on J. Cohen (1988, *Statistical Power Analysis for the Behavioral Sciences*, DOI
/// 10.4324/9780203771587) calls a correlation medium. Fader, Hardie and Lee (2005) accept 0.11 on CDNOW, 0.06 without one
/// buyer; that of ranks is 0.21 there.
pub const INDEPENDENCE_LIMIT: f64 = 0.3;

/// How sure the intervals are: fixed, as the warning's rule is made of them.
const CONFIDENCE: f64 = 0.95;

/// A correlation with its interval of 95 % and the probability of one as large if there were none.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Correlation {
    /// The correlation, from −1 to 1.
    pub value: f64,
    /// The lower end of its interval.
    pub lower: f64,
    /// The upper end of its interval.
    pub upper: f64,
    /// The two-sided p-value of Student's t; 0 where it is below what a number can tell.
    pub p_value: f64,
}

/// The buyer without whom the correlation changes most.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Influence {
    /// Its repeats.
    pub repeats: u32,
    /// Its mean spend.
    pub spend: f64,
    /// Pearson's correlation of the others.
    pub without: Correlation,
}

/// The assumption of every model that multiplies purchases by spend: that the two are independent, checked.
///
/// ```
/// use segmentry::lifetime::Independence;
///
/// let repeats: Vec<u32> = (1..=40).collect();
/// let apart: Vec<f64> = (1..=40).map(|x| f64::from(x * 7 % 40 + 20)).collect();
/// assert!(Independence::of_columns(&repeats, &apart)?.holds());
/// let more: Vec<f64> = (1..=40).map(|x| 20.0 + f64::from(x)).collect(); // who buys more often spends more each time
/// let check = Independence::of_columns(&repeats, &more)?;
/// assert!(!check.holds() && check.warning().is_some());
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Buyers with a repeat and a mean spend above 0 count, each by its weight. Pearson's correlation says whether lifetime
/// value is over- or underestimated in sum, Spearman's whether the order of buyers is at stake; one buyer can make
/// the first, so that it is also told without the most influential one.
///
/// # References
///
/// Intervals: R. A. Fisher (1921), *Metron* 1; of ranks with the variance of D. G. Bonett and T. A. Wright (2000), Sample
/// size requirements for estimating Pearson, Kendall and Spearman correlations, *Psychometrika* 65, DOI 10.1007/BF02294183.
///
/// # Differs from
///
/// lifetimes leaves it to its reader to compute a correlation, and gives no interval.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Independence {
    /// How many buyers count: the sum of their weights.
    pub buyers: f64,
    /// Pearson's correlation of repeats and mean spend; `None` of fewer than four buyers, or where one is the same for all.
    pub pearson: Option<Correlation>,
    /// Spearman's correlation: of ranks, equal values sharing the middle one.
    pub spearman: Option<Correlation>,
    /// The buyer without whom Pearson's correlation changes most.
    pub influence: Option<Influence>,
    /// By which share what all repeats brought exceeds buyers × mean repeats × mean spend: 0 if independent. What a model
    /// of purchases times one of spend misses of newcomers; `None` without a buyer.
    pub excess: Option<f64>,
}

impl Independence {
    /// Of these buyers.
    ///
    /// # Errors
    /// If nothing is known of amounts.
    pub fn of(buyers: &Buyers) -> Result<Self> {
        Spends::of(buyers).map(|spends| Independence::of_spends(&spends))
    }

    /// Of plain columns: repeats, and their mean amount; NaN where it is not known.
    ///
    /// # Errors
    /// If the columns differ in length or an amount is infinite (with its row).
    pub fn of_columns(repeats: &[u32], spend: &[f64]) -> Result<Self> {
        Spends::of_columns(repeats, spend).map(|spends| Independence::of_spends(&spends))
    }

    pub(super) fn of_spends(spends: &Spends) -> Self {
        let cells = &spends.cells;
        let row = |at: usize| cells.get(at).map_or([0.0; 3], |cell| [f64::from(cell.repeats), cell.mean, cell.weight]);
        let moments = Moments::of(cells.len(), row, spends.total);
        let fisher = |r: f64, n: f64| correlation(r, n, 1.0);
        let by_count = ranks_of_counts(cells);
        let ranked = |at: usize| {
            let ranks = cells.get(at).and_then(|cell| Some((by_count.get(cell.count as usize)?, cell.weight)));
            ranks.map_or([0.0; 3], |(rank, weight)| [*rank, spends.ranks[at], weight])
        };
        let ranked = Moments::of(cells.len(), ranked, spends.total);
        let influence = moments.correlation().and_then(|r| most_influential(cells, &moments, r));
        let expected = moments.means[0] * moments.means[1] * moments.total;
        Independence {
            buyers: spends.total,
            excess: (expected > 0.0).then(|| moments.product / expected).filter(|excess| excess.is_finite()),
            pearson: moments.correlation().and_then(|r| fisher(r, spends.total)),
            spearman: ranked.correlation().and_then(|r| correlation(r, spends.total, 1.0 + r * r / 2.0)),
            influence: influence.and_then(|(at, without)| {
                let cell = spends.cells.get(at)?;
                let without = fisher(without, spends.total - cell.weight.min(1.0))?;
                Some(Influence { repeats: cell.repeats, spend: cell.mean * spends.scale, without })
            }),
        }
    }

    /// Whether neither correlation is beyond [`INDEPENDENCE_LIMIT`] with an interval that leaves 0 out.
    ///
    /// Also where a correlation is not defined: nothing speaks against it.
    pub fn holds(&self) -> bool {
        self.failing().is_none()
    }

    /// The larger of the correlations that speak against it.
    fn failing(&self) -> Option<(&'static str, Correlation)> {
        let named = [("Pearson", self.pearson), ("Spearman", self.spearman)];
        let fails = |found: &(&str, Correlation)| {
            found.1.value.abs() > INDEPENDENCE_LIMIT && (found.1.lower > 0.0 || found.1.upper < 0.0)
        };
        let known = named.into_iter().filter_map(|(name, found)| Some((name, found?)));
        known.filter(fails).max_by(|a, b| a.1.value.abs().total_cmp(&b.1.value.abs()))
    }

    /// A sentence with figures if the assumption fails.
    pub fn warning(&self) -> Option<String> {
        let (name, found) = self.failing()?;
        let more = if found.value > 0.0 { "more" } else { "less" };
        let mut text = format!(
            "spend and frequency are not independent: who buys more often spends {more} a purchase ({name} {:.2}, 95 % from \
             {:.2} to {:.2}); repeats brought {:+.0} % against mean repeats times mean spend",
            found.value,
            found.lower,
            found.upper,
            100.0 * self.excess.unwrap_or(0.0)
        );
        if let Some(influence) = &self.influence
            && name == "Pearson"
            && influence.without.value.abs() <= INDEPENDENCE_LIMIT
        {
            let (repeats, spend) = (influence.repeats as usize, number(influence.spend));
            let (repeats, without) = (counted(repeats, "repeat", "repeats"), influence.without.value);
            text += &format!("; but one buyer alone ({repeats} of {spend}) makes it: {without:.2} without");
        }
        Some(text)
    }
}

/// Weighted means and sums of squares around them, of two numbers that each buyer has: repeats and spend, or their ranks.
///
/// Squares are taken around means that are known already, so that nothing cancels.
struct Moments {
    total: f64,
    means: [f64; 2],
    squares: [f64; 2],
    product: f64,
}

/// Rows of a chunk, and how many sums go side by side: fixed, so that the bits are the same everywhere.
const CHUNK: usize = 4096;
const LANES: usize = 4;

/// Sums of `N` numbers of each row, in parallel.
///
/// Rows of a chunk go to lanes in turn, so that no addition waits for the one before; chunks are added in order.
fn sums<const N: usize>(len: usize, row: impl Fn(usize) -> [f64; N] + Sync + Send) -> [f64; N] {
    let parts = parallel::map_chunks(len, CHUNK, |range| {
        let mut lanes = [[0.0; N]; LANES];
        for at in range {
            for (sum, number) in lanes[at % LANES].iter_mut().zip(row(at)) {
                *sum += number;
            }
        }
        std::array::from_fn::<f64, N, _>(|i| (lanes[0][i] + lanes[1][i]) + (lanes[2][i] + lanes[3][i]))
    });
    std::array::from_fn(|i| sum::sum(parts.iter().map(|part| part[i])))
}

impl Moments {
    /// Of rows of two numbers and a weight.
    fn of(len: usize, row: impl Fn(usize) -> [f64; 3] + Sync + Send, total: f64) -> Self {
        let weighted = |at: usize| {
            let [x, y, weight] = row(at);
            [x * weight, y * weight]
        };
        let means = sums(len, weighted).map(|sum| sum / total);
        let products = |at: usize| {
            let [x, y, weight] = row(at);
            let [x, y] = [x - means[0], y - means[1]];
            [x * x * weight, y * y * weight, x * y * weight]
        };
        let [x, y, product] = sums(len, products);
        Moments { total, means, squares: [x, y], product }
    }

    /// The correlation; `None` where one of the two is the same for all.
    fn correlation(&self) -> Option<f64> {
        let flat = |i: usize| self.squares[i] <= 1e-24 * self.total * self.means[i] * self.means[i];
        if flat(0) || flat(1) {
            return None;
        }
        let r = self.product / self.squares[0].sqrt() / self.squares[1].sqrt();
        r.is_finite().then_some(r.clamp(-1.0, 1.0))
    }
}

/// By how much the correlation changes without each of these cells; −1 where there is none without it.
///
/// All cells are asked, as wide as the level can: whoever is far out in one of the two need not be the one that matters.
struct Without<'a> {
    cells: &'a [Cell],
    moments: &'a Moments,
    whole: f64,
    out: &'a mut [f64],
}

impl Task for Without<'_> {
    type Out = ();

    #[inline(always)]
    fn run<const WIDTH: usize, const FUSED: bool>(self) {
        let Moments { total, means, squares, product } = self.moments;
        for (change, cell) in self.out.iter_mut().zip(self.cells) {
            let [r, sound] = without(*total, means, squares, *product, cell);
            *change = if sound > 0.0 { (r - self.whole).abs() } else { -1.0 };
        }
    }
}

/// The correlation of all but one buyer of that cell, and whether there is one: 1 or 0.
///
/// Sums around a mean lose the square of the distance, times total / (total − weight): nothing is summed again.
#[inline(always)]
fn without(total: f64, means: &[f64; 2], squares: &[f64; 2], product: f64, cell: &Cell) -> [f64; 2] {
    let weight = if cell.weight < 1.0 { cell.weight } else { 1.0 };
    let left = total - weight;
    let (x, y) = (f64::from(cell.repeats) - means[0], cell.mean - means[1]);
    let (share, part) = (weight / left, weight * total / left);
    let (mean_x, mean_y) = (means[0] - x * share, means[1] - y * share);
    let (square_x, square_y) = (squares[0] - part * x * x, squares[1] - part * y * y);
    let r = (product - part * x * y) / square_x.sqrt() / square_y.sqrt();
    let r = if r > 1.0 { 1.0 } else { r };
    let r = if r < -1.0 { -1.0 } else { r };
    let steep = (square_x > 1e-24 * left * mean_x * mean_x) & (square_y > 1e-24 * left * mean_y * mean_y);
    [r, f64::from(u8::from(steep & (r.abs() <= 1.0)))]
}

/// The cell without a buyer of which the correlation changes most, the first of several, and the correlation without it.
fn most_influential(cells: &[Cell], moments: &Moments, whole: f64) -> Option<(usize, f64)> {
    let level = Level::best();
    let parts = parallel::map_chunks(cells.len(), CHUNK, |range| {
        let (first, cells) = (range.start, cells.get(range)?);
        let mut changes = vec![-1.0; cells.len()];
        level.run(Without { cells, moments, whole, out: &mut changes });
        let best = changes.iter().enumerate().fold(
            (0, -1.0),
            |best, (at, change)| {
                if *change > best.1 { (at, *change) } else { best }
            },
        );
        (best.1 >= 0.0).then_some((first + best.0, best.1))
    });
    let best = parts.into_iter().flatten().fold(None, |best: Option<(usize, f64)>, found| match best {
        Some(known) if known.1 >= found.1 => Some(known),
        _ => Some(found),
    });
    let at = best?.0;
    let [r, _] = without(moments.total, &moments.means, &moments.squares, moments.product, cells.get(at)?);
    Some((at, r))
}

/// A correlation of `n` with its interval by Fisher's z, of which the variance is `wider` than 1 / (n − 3).
fn correlation(r: f64, n: f64, wider: f64) -> Option<Correlation> {
    if n <= 3.0 {
        return None;
    }
    let half = interval::normal(CONFIDENCE) * (wider / (n - 3.0)).sqrt();
    let end = |side: f64| if r.abs() < 1.0 { (r.atanh() + side * half).tanh() } else { r };
    let rest = (1.0 - r) * (1.0 + r);
    let p_value = if rest > 0.0 { tail::ln_t_two_sided(r * ((n - 2.0) / rest).sqrt(), n - 2.0).exp() } else { 0.0 };
    Some(Correlation { value: r, lower: end(-1.0), upper: end(1.0), p_value })
}

/// The middle ranks of the numbers of repeats.
fn ranks_of_counts(cells: &[Cell]) -> Vec<f64> {
    let mut below = 0.0;
    let middle = |equal: &[Cell]| {
        let weight: f64 = equal.iter().map(|cell| cell.weight).sum();
        below += weight;
        below - weight + (weight + 1.0) / 2.0
    };
    cells.chunk_by(|a, b| a.count == b.count).map(middle).collect()
}

impl fmt::Display for Independence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["spend and frequency", "correlation", "lower", "upper", "p"];
        let mut table = Table::new(
            heads.into_iter().enumerate().map(|(at, head)| (head, if at == 0 { Align::Left } else { Align::Right })),
        );
        let mut row = |name: String, found: Option<Correlation>| match found {
            Some(found) => {
                let p = if found.p_value < 1e-4 { "<0.0001".to_owned() } else { format!("{:.4}", found.p_value) };
                let [value, lower, upper] = [found.value, found.lower, found.upper].map(|value| format!("{value:.4}"));
                table.row([name, value, lower, upper, p]);
            }
            None => table.row([name, "-".to_owned(), "-".to_owned(), "-".to_owned(), "-".to_owned()]),
        };
        row("Pearson".to_owned(), self.pearson);
        if let Some(one) = &self.influence {
            let repeats = counted(one.repeats as usize, "repeat", "repeats");
            let name = format!("Pearson without one buyer ({repeats} at {})", number(one.spend));
            row(name, Some(one.without));
        }
        row("Spearman".to_owned(), self.spearman);
        write!(f, "{table}")?;
        match self.excess {
            Some(excess) => {
                write!(f, "\nrepeats brought {:+.1} % against mean repeats times mean spend", 100.0 * excess)
            }
            None => Ok(()),
        }
    }
}
