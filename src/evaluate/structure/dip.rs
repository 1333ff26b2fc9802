//! The dip test: whether numbers have more than one mode.
//!
//! The dip is the least distance, over all distribution functions with one mode, between the function and the shares of the
//! sample. It is found by narrowing the modal interval from both ends. Left of it the nearest function with one mode hangs
//! below the steps of the sample as their greatest convex minorant; right of it, it lies above them as their least concave
//! majorant. Where the two are farthest apart within the interval, the next interval ends.

use crate::error::{Error, Result};

use super::dip_table;

/// The dip of numbers, and how likely one as large is where there is one mode.
///
/// Made by [`dip`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Dip {
    /// The dip, from 1 / (2 n) to 1/4 (1/2 of one number).
    pub statistic: f64,
    /// The share of uniform samples of as many numbers whose dip is at least as large; from a table of simulations.
    pub p_value: f64,
    /// The ends of the modal interval: where the steepest part is.
    pub modal: (f64, f64),
    /// How many numbers there are.
    pub count: usize,
    /// How often the most frequent number occurs: equal numbers look like a mode.
    pub most_equal: usize,
}

impl Dip {
    /// As [`p_value`](Dip::p_value), of the part of the dip that equal numbers cannot have made.
    ///
    /// A number that occurs m times of n is a step of m / n, which alone makes a dip of half of it. What is above that, and
    /// above the 1 / (2 n) that any sample has, is due to more than rounding: answers of 1 to 5, or money in whole units.
    pub fn p_beyond_ties(&self) -> f64 {
        let ties = (self.most_equal as f64 - 1.0) / (2.0 * self.count as f64);
        dip_table::p_value(self.statistic - ties, self.count)
    }
}

/// Hartigan's dip of numbers in any order.
///
/// ```
/// use segmentry::evaluate::dip;
///
/// let one = dip(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])?;
/// assert_eq!((one.statistic, one.p_value > 0.9), (1.0 / 16.0, true));
/// let two = dip(&[1.0, 1.1, 1.2, 1.3, 1.4, 8.0, 8.1, 8.2, 8.3, 8.4])?;
/// assert!(two.p_value < 0.01);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// O(n log n) for sorting, then O(n).
///
/// # Missing values
/// Refused.
///
/// # Errors
/// If there is no number, or one is not finite.
///
/// # References
/// J. A. Hartigan and P. M. Hartigan 1985, The dip test of unimodality, DOI 10.1214/aos/1176346577.
///
/// # Differs from
/// R's diptest: the same statistic; p values from a table of our own, which agree to about 0.01, of fewer than 30
/// numbers to about 0.02: there the tables have other rows, and straight lines between them are rough.
pub fn dip(values: &[f64]) -> Result<Dip> {
    if values.is_empty() {
        return Err(Error::empty("numbers to look for modes in"));
    }
    if let Some(bad) = values.iter().find(|value| !value.is_finite()) {
        return Err(Error::not_finite("a number to look for modes in", *bad));
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    // numbers whose products with counts overflow are shrunk by a power of two, which loses nothing
    let most = sorted[0].abs().max(sorted[sorted.len() - 1].abs());
    let unit = if most > 1e290 { (-80.0_f64).exp2() } else { 1.0 };
    sorted.iter_mut().for_each(|value| *value *= unit);
    let (statistic, low, high) = Steps { x: &sorted }.dip();
    let runs = sorted.chunk_by(|a, b| a == b).map(<[f64]>::len);
    Ok(Dip {
        statistic,
        p_value: dip_table::p_value(statistic, values.len()),
        modal: (sorted[low] / unit, sorted[high] / unit),
        count: values.len(),
        most_equal: runs.max().unwrap_or(1),
    })
}

/// Sorted numbers as the stairs of their shares.
///
/// Minorant and majorant both go through the corners of the stairs at the left of each step; a step of 1 is added where the
/// upper side counts. Sorted numbers, of which number `i` stands at the height `i`, each a step of 1 high.
struct Steps<'a> {
    x: &'a [f64],
}

impl Steps<'_> {
    /// The height at number `at` of the straight line between numbers `from` and `to`.
    fn line(&self, from: usize, to: usize, at: usize) -> f64 {
        let part = (self.x[at] - self.x[from]) / (self.x[to] - self.x[from]);
        from as f64 + (to - from) as f64 * part
    }

    /// For each number the one before it on the greatest convex minorant of all numbers up to it.
    ///
    /// A corner of the minorant of many points is one also of fewer, so that chains from any number on stay right when
    /// the interval narrows.
    fn before(&self) -> Vec<usize> {
        let mut before = vec![0_usize; self.x.len()];
        for at in 1..self.x.len() {
            let mut last = at - 1;
            while last > 0 {
                let previous = before[last];
                let (rise, run) = ((at - last) as f64, self.x[at] - self.x[last]);
                if run * ((last - previous) as f64) < (self.x[last] - self.x[previous]) * rise {
                    break; // the slope grows at `last`
                }
                last = previous;
            }
            before[at] = last;
        }
        before
    }

    /// For each number the one after it on the least concave majorant of all numbers from it on.
    fn after(&self) -> Vec<usize> {
        let end = self.x.len() - 1;
        let mut after = vec![end; self.x.len()];
        for at in (0..end).rev() {
            let mut next = at + 1;
            while next < end {
                let second = after[next];
                let (rise, run) = ((next - at) as f64, self.x[next] - self.x[at]);
                if run * ((second - next) as f64) < (self.x[second] - self.x[next]) * rise {
                    break; // the slope falls at `next`
                }
                next = second;
            }
            after[at] = next;
        }
        after
    }

    /// The dip and the numbers between which the modal interval lies.
    fn dip(&self) -> (f64, usize, usize) {
        let count = self.x.len();
        let (mut low, mut high) = (0, count - 1);
        let mut best = 1.0; // in steps; no function comes nearer than half a step
        if self.x[low] == self.x[high] {
            return (best / (2 * count) as f64, low, high);
        }
        let (before, after) = (self.before(), self.after());
        loop {
            let mut minorant: Vec<usize> =
                std::iter::successors(Some(high), |at| (*at > low).then(|| before[*at])).collect();
            minorant.reverse();
            let majorant: Vec<usize> =
                std::iter::successors(Some(low), |at| (*at < high).then(|| after[*at])).collect();
            let (apart, left, right) = self.apart(&minorant, &majorant);
            if apart < best {
                break;
            }
            best = self.misfit(&minorant, &majorant, left, right).max(best);
            if (left, right) == (low, high) {
                break;
            }
            (low, high) = (left, right);
        }
        (best / (2 * count) as f64, low, high)
    }

    /// How far minorant and majorant are apart at most, and the interval to which that leads: the ends are the corners of
    /// the minorant before, and of the majorant after, the place where it is. The last place among equals.
    fn apart(&self, minorant: &[usize], majorant: &[usize]) -> (f64, usize, usize) {
        let (low, high) = (minorant[0], minorant[minorant.len() - 1]);
        let mut found = (0.0, low, high);
        if minorant.len() == 2 && majorant.len() == 2 {
            return (1.0, low, high); // both are the same line
        }
        let (mut i, mut j) = (1, 1);
        loop {
            let (corner, upper) = (minorant[i], majorant[j]);
            let (gap, left, right) = if corner > upper {
                let gap = upper as f64 - self.line(minorant[i - 1], corner, upper) + 1.0;
                j += 1;
                (gap, minorant[i - 1], upper)
            } else {
                let gap = self.line(majorant[j - 1], upper, corner) - corner as f64 + 1.0;
                i += 1;
                (gap, corner, upper)
            };
            if gap >= found.0 {
                found = (gap, left, right);
            }
            i = i.min(minorant.len() - 1);
            j = j.min(majorant.len() - 1);
            if minorant[i] == majorant[j] {
                return found;
            }
        }
    }

    /// How far the steps are from the minorant left of the interval, and from the majorant right of it.
    fn misfit(&self, minorant: &[usize], majorant: &[usize], left: usize, right: usize) -> f64 {
        let wide = |pair: &&[usize]| self.x[pair[1]] > self.x[pair[0]];
        let below = minorant
            .windows(2)
            .filter(|pair| pair[1] <= left)
            .filter(wide)
            .flat_map(|pair| (pair[0] + 1..pair[1]).map(|at| at as f64 - self.line(pair[0], pair[1], at) + 1.0));
        let above = majorant
            .windows(2)
            .filter(|pair| pair[0] >= right)
            .filter(wide)
            .flat_map(|pair| (pair[0] + 1..pair[1]).map(|at| self.line(pair[0], pair[1], at) - at as f64 + 1.0));
        below.chain(above).fold(0.0, f64::max)
    }
}
