//! The likelihood of BG/BB with its slopes.
//!
//! P. S. Fader, B. G. S. Hardie and J. Shang (2010), equation 5: a buyer is alive to the end, or died at one of the
//! opportunities after the last that was used. Probabilities to buy are Beta(α, β), to leave before an opportunity
//! Beta(γ, δ), independent of each other.
//!
//! The likelihood of `x` purchases, the last at opportunity `t`, of `n`:
//!
//! | part | alive until | its chance |
//! | --- | --- | --- |
//! | alive | n | B(α + x, β + n − x) / B(α, β) · B(γ, δ + n) / B(γ, δ) |
//! | died after i more, i from 0 to n − t − 1 | t + i | B(α + x, β + t − x + i) / B(α, β) · B(γ + 1, δ + t + i) / B(γ, δ) |
//!
//! Both are products of two ratios of beta functions, one a coin, since the coins are independent.
//!
//! Each death is the one before times two fractions below 1, so that the sum needs no logarithm but the first, and its
//! slopes change by two fractions too. Nothing is checked: parameters are finite and above 0.

use crate::math::gamma::{digamma_rise, ln_rising};
use crate::math::sum::sum;
use crate::parallel;

use super::super::fit::climb::Height;
use super::buyer::DiscreteBuyer;
use super::survival::Survival;

/// The cells of a chunk. Chunks are the same on any number of threads, and so are the sums.
const CHUNK: usize = 512;

/// Those who buy by one coin and leave by another: the parameters of the model, or of a buyer after what was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Coins {
    /// Of the chance to buy: purchases, as it were, before the first.
    pub(crate) alpha: f64,
    /// Of the chance to buy: opportunities missed.
    pub(crate) beta: f64,
    /// Of the chance to leave: departures.
    pub(crate) gamma: f64,
    /// Of the chance to leave: opportunities survived.
    pub(crate) delta: f64,
}

/// ln of the likelihood of one buyer: of being alive at the last opportunity, and in all. Their difference is the logarithm
/// of the probability of being alive there.
pub(crate) struct Seen {
    /// Of what was seen, and being alive at the last opportunity.
    pub(crate) ln_alive: f64,
    /// Of what was seen.
    pub(crate) ln: f64,
}

/// Deaths after the last opportunity used, as a running sum that begins with none: of buyers who differ only in how many opportunities followed
/// the later ones go on where the earlier ended.
struct Deaths {
    /// Repeats, and the last opportunity that was used.
    of: (u32, u32),
    /// How many terms are in: deaths before so many of the opportunities that followed.
    terms: u32,
    /// ln of the first term: died before the opportunity after the last that was used.
    ln_first: f64,
    /// The term to come, as a share of the first, and the sum of those that are in.
    next: f64,
    sum: f64,
    /// Slopes of the logarithm of the term to come, and the sum of terms times slopes.
    slopes: [f64; 4],
    weighted: [f64; 4],
}

impl Coins {
    /// The coins of these parameters, in the order alpha, beta, gamma, delta.
    pub(crate) fn of(parameters: &[f64]) -> Self {
        let at = |place: usize| parameters.get(place).copied().unwrap_or(1.0);
        Coins { alpha: at(0), beta: at(1), gamma: at(2), delta: at(3) }
    }

    /// How long buyers stay: a chance to leave before each opportunity, Beta(γ, δ) over buyers.
    pub(crate) fn survival(&self) -> Survival {
        Survival::geometric(self.gamma, self.delta)
    }

    /// ln of buying so often at `n` given opportunities, with its slopes by α and β; which of them were used does not matter.
    /// It has no binomial coefficient: histories, not counts, are likely.
    pub(super) fn bought(&self, x: f64, n: f64) -> (f64, [f64; 2]) {
        let Coins { alpha, beta, .. } = *self;
        let all = digamma_rise(alpha + beta, n);
        let ln = ln_rising(alpha, x) + ln_rising(beta, n - x) - ln_rising(alpha + beta, n);
        (ln, [digamma_rise(alpha, x) - all, digamma_rise(beta, n - x) - all])
    }

    /// The sum over deaths of such a buyer, with no term in it yet. Slopes are kept beside their terms, so that the slope of the
    /// sum is a mean of them, weighted by how likely each death is.
    fn deaths(&self, buyer: &DiscreteBuyer) -> Deaths {
        let Coins { gamma, delta, .. } = *self;
        let (x, t) = (f64::from(buyer.repeats()), f64::from(buyer.last()));
        let (bought, [by_alpha, by_beta]) = self.bought(x, t);
        let left = digamma_rise(gamma + delta, t + 1.0);
        Deaths {
            of: (buyer.repeats(), buyer.last()),
            terms: 0,
            ln_first: bought + (gamma / (gamma + delta + t)).ln() + self.survival().ln(t),
            next: 1.0,
            sum: 0.0,
            slopes: [by_alpha, by_beta, 1.0 / gamma - left, digamma_rise(delta, t) - left],
            weighted: [0.0; 4],
        }
    }

    /// Adds deaths until so many are in: a division or two a term, whatever the parameters.
    fn advance(&self, deaths: &mut Deaths, terms: u32) {
        let Coins { alpha, beta, gamma, delta } = *self;
        let (x, t) = (f64::from(deaths.of.0), f64::from(deaths.of.1));
        while deaths.terms < terms {
            let i = f64::from(deaths.terms);
            deaths.sum += deaths.next;
            for (weighted, slope) in deaths.weighted.iter_mut().zip(deaths.slopes) {
                *weighted += deaths.next * slope;
            }
            let (missed, seen) = (beta + t - x + i, alpha + beta + t + i);
            let (stayed, asked) = (delta + t + i, gamma + delta + t + 1.0 + i);
            deaths.next *= (missed / seen) * (stayed / asked);
            for (slope, change) in deaths.slopes.iter_mut().zip([
                -1.0 / seen,
                1.0 / missed - 1.0 / seen,
                -1.0 / asked,
                1.0 / stayed - 1.0 / asked,
            ]) {
                *slope += change;
            }
            deaths.terms += 1;
        }
    }

    /// ln of the likelihood of one buyer, with a running sum of its own.
    pub(crate) fn seen(&self, buyer: &DiscreteBuyer) -> Seen {
        let mut deaths = self.deaths(buyer);
        self.cell(buyer, &mut deaths, &mut [0.0; 4])
    }

    /// The same with its slopes by the parameters; `deaths` are those of this number of repeats and last opportunity.
    fn cell(&self, buyer: &DiscreteBuyer, deaths: &mut Deaths, slopes: &mut [f64; 4]) -> Seen {
        let (x, n) = (f64::from(buyer.repeats()), f64::from(buyer.opportunities()));
        self.advance(deaths, buyer.opportunities() - buyer.last());
        let (bought, [by_alpha, by_beta]) = self.bought(x, n);
        let ln_alive = bought + self.survival().ln(n);
        let rest = digamma_rise(self.gamma + self.delta, n);
        let alive_slopes = [by_alpha, by_beta, -rest, digamma_rise(self.delta, n) - rest];
        if deaths.terms == 0 {
            *slopes = alive_slopes;
            return Seen { ln_alive, ln: ln_alive };
        }
        let ln_dead = deaths.ln_first + deaths.sum.ln();
        let (high, low) = if ln_alive > ln_dead { (ln_alive, ln_dead) } else { (ln_dead, ln_alive) };
        let ln = high + (low - high).exp().ln_1p();
        let (alive, dead) = ((ln_alive - ln).exp(), (ln_dead - ln).exp());
        for (place, slope) in slopes.iter_mut().enumerate() {
            *slope = alive * alive_slopes[place] + dead * (deaths.weighted[place] / deaths.sum);
        }
        Seen { ln_alive, ln }
    }

    /// ln of the likelihood of these buyers with their weights and its slopes, in parallel.
    ///
    /// Cells are in order, so that buyers who differ in their opportunities only are neighbours and share their deaths.
    pub(crate) fn likelihood(&self, cells: &[(DiscreteBuyer, f64)]) -> (f64, [f64; 4]) {
        let parts = parallel::map_chunks(cells.len(), CHUNK, |rows| {
            let (mut total, mut slopes, mut own) = (0.0, [0.0; 4], [0.0; 4]);
            let mut deaths: Option<Deaths> = None;
            for (buyer, weight) in cells.get(rows).unwrap_or(&[]) {
                let same = deaths.take().filter(|deaths| deaths.of == (buyer.repeats(), buyer.last()));
                let running = deaths.insert(same.unwrap_or_else(|| self.deaths(buyer)));
                total += weight * self.cell(buyer, running, &mut own).ln;
                for (slope, own) in slopes.iter_mut().zip(own) {
                    *slope += weight * own;
                }
            }
            (total, slopes)
        });
        let slopes = std::array::from_fn(|place| sum(parts.iter().map(|part| part.1[place])));
        (sum(parts.iter().map(|part| part.0)), slopes)
    }
}

/// The likelihood by the logarithms of the parameters, in the order alpha, beta, gamma, delta: what is climbed.
///
/// The slope by a logarithm is the slope by the parameter times the parameter.
pub(super) struct Likelihood<'a>(pub(super) &'a [(DiscreteBuyer, f64)]);

impl Height for Likelihood<'_> {
    fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        let parameters: Vec<f64> = at.iter().map(|ln| ln.exp()).collect();
        let (ln, own) = Coins::of(&parameters).likelihood(self.0);
        for ((slope, own), parameter) in slopes.iter_mut().zip(own).zip(parameters) {
            *slope = own * parameter;
        }
        ln
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
#[path = "likelihood_tests.rs"]
mod tests;
