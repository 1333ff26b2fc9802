//! Whether those who buy often spend as much a purchase as those who buy seldom.
//!
//! | question | answer |
//! | --- | --- |
//! | is the sum of lifetime values right? | Pearson's correlation, and the excess |
//! | is the order of customers right? | Spearman's correlation |
//! | is it one customer's doing? | Pearson's correlation without the most influential one |

use std::fmt;

use crate::error::Result;
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
        let rows: Vec<[f64; 3]> = spends.cells.iter().map(|cell| [cell.repeats, cell.mean, cell.weight]).collect();
        let moments = Moments::of(&rows, spends.total);
        let fisher = |r: f64, n: f64| correlation(r, n, 1.0);
        let ranked = Moments::of(&ranks(&spends.cells), spends.total);
        let influence = moments.correlation().and_then(|r| most_influential(&rows, &moments, r));
        let expected = moments.means[0] * moments.means[1] * moments.total;
        Independence {
            buyers: spends.total,
            excess: (expected > 0.0).then(|| moments.product / expected).filter(|excess| excess.is_finite()),
            pearson: moments.correlation().and_then(|r| fisher(r, spends.total)),
            spearman: ranked.correlation().and_then(|r| correlation(r, spends.total, 1.0 + r * r / 2.0)),
            influence: influence.and_then(|(at, without)| {
                let cell = spends.cells.get(at)?;
                let without = fisher(without, spends.total - cell.weight.min(1.0))?;
                Some(Influence { repeats: cell.repeats as u32, spend: cell.mean * spends.scale, without })
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

/// Weighted means and sums of squares around them.
struct Moments {
    total: f64,
    means: [f64; 2],
    squares: [f64; 2],
    product: f64,
}

impl Moments {
    /// Of rows of two numbers and a weight.
    fn of(rows: &[[f64; 3]], total: f64) -> Self {
        let mean = |i: usize| sum::sum(rows.iter().map(|row| row[i] * row[2])) / total;
        let means = [mean(0), mean(1)];
        let product =
            |i: usize, j: usize| sum::sum(rows.iter().map(|row| (row[i] - means[i]) * (row[j] - means[j]) * row[2]));
        Moments { total, means, squares: [product(0, 0), product(1, 1)], product: product(0, 1) }
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

    /// Those of all but one.
    fn without(&self, row: &[f64; 3]) -> Self {
        let weight = row[2].min(1.0);
        let left = self.total - weight;
        let off = [row[0] - self.means[0], row[1] - self.means[1]];
        let part = weight * self.total / left;
        Moments {
            total: left,
            means: [0, 1].map(|i| self.means[i] - off[i] * weight / left),
            squares: [0, 1].map(|i| self.squares[i] - part * off[i] * off[i]),
            product: self.product - part * off[0] * off[1],
        }
    }
}

/// The row without which the correlation changes most, the first of several, and the correlation without it.
fn most_influential(rows: &[[f64; 3]], moments: &Moments, whole: f64) -> Option<(usize, f64)> {
    let others = rows.iter().enumerate().filter_map(|(at, row)| Some((at, moments.without(row).correlation()?)));
    others.fold(None, |best: Option<(usize, f64)>, found| match best {
        Some(known) if (known.1 - whole).abs() >= (found.1 - whole).abs() => Some(known),
        _ => Some(found),
    })
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

/// The middle ranks of repeats and spend, with the weights; cells are sorted by repeats.
fn ranks(cells: &[Cell]) -> Vec<[f64; 3]> {
    let mut rows = vec![[0.0; 3]; cells.len()];
    let by_count: Vec<u32> = (0..cells.len() as u32).collect();
    let mut by_mean: Vec<(u64, u32)> = cells.iter().zip(0..).map(|(cell, at)| (cell.mean.to_bits(), at)).collect();
    parallel::sort(&mut by_mean);
    let by_mean: Vec<u32> = by_mean.into_iter().map(|(_, at)| at).collect();
    for (column, order) in [by_count, by_mean].into_iter().enumerate() {
        let key = |cell: &Cell| if column == 0 { cell.repeats } else { cell.mean };
        let mut below = 0.0;
        for tied in order.chunk_by(|a, b| key(&cells[*a as usize]) == key(&cells[*b as usize])) {
            let weight: f64 = tied.iter().map(|at| cells[*at as usize].weight).sum();
            for at in tied {
                rows[*at as usize][column] = below + (weight + 1.0) / 2.0;
            }
            below += weight;
        }
    }
    for (row, cell) in rows.iter_mut().zip(cells) {
        row[2] = cell.weight;
    }
    rows
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
