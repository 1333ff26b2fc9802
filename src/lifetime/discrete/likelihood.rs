//! The likelihood of BG/BB with its slopes, and what goes on from now.
//!
//! P. S. Fader, B. G. S. Hardie and J. Shang (2010), equation 5: a buyer is alive to the end, or died at one of the
//! opportunities after the last that was used. Probabilities to buy are Beta(α, β), to leave before an opportunity
//! Beta(γ, δ), independent of each other.

use crate::math::gamma::{digamma_rise, ln_gamma, ln_rising};
use crate::math::random::Random;
use crate::math::sum::sum;
use crate::parallel;

use super::super::fit::climb::Height;
use super::buyer::DiscreteBuyer;
use super::survival::Survival;

/// The cells of a chunk.
const CHUNK: usize = 512;

/// Above this a running sum is scaled down.
const LARGE: f64 = 1e250;

/// Those who buy by one coin and leave by another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Coins {
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) gamma: f64,
    pub(crate) delta: f64,
}

/// ln of the likelihood of one buyer: of being alive at the last opportunity, and in all.
pub(crate) struct Seen {
    pub(crate) ln_alive: f64,
    pub(crate) ln: f64,
}

/// Deaths after the last opportunity used, as a running sum: of buyers who differ only in how many opportunities followed
/// the later ones go on where the earlier ended.
struct Deaths {
    of: (u32, u32),
    /// How many terms are in.
    terms: u32,
    /// ln of the first term.
    ln_first: f64,
    /// The term to come, as a share of the first, and the sum of those that are in.
    next: f64,
    sum: f64,
    /// Slopes of the logarithm of the term to come, and the sum of terms times slopes.
    slopes: [f64; 4],
    weighted: [f64; 4],
}

impl Coins {
    /// The coins of these parameters, in their order.
    pub(crate) fn of(parameters: &[f64]) -> Self {
        let at = |place: usize| parameters.get(place).copied().unwrap_or(1.0);
        Coins { alpha: at(0), beta: at(1), gamma: at(2), delta: at(3) }
    }

    /// How long buyers stay.
    pub(crate) fn survival(&self) -> Survival {
        Survival::geometric(self.gamma, self.delta)
    }

    /// ln of buying so often at `n` given opportunities, with its slopes by α and β.
    fn bought(&self, x: f64, n: f64) -> (f64, [f64; 2]) {
        let Coins { alpha, beta, .. } = *self;
        let all = digamma_rise(alpha + beta, n);
        let ln = ln_rising(alpha, x) + ln_rising(beta, n - x) - ln_rising(alpha + beta, n);
        (ln, [digamma_rise(alpha, x) - all, digamma_rise(beta, n - x) - all])
    }

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

    /// Adds deaths until so many are in.
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

    /// ln of the likelihood of one buyer.
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

    /// The coins of a buyer who is alive at the last opportunity, after what was seen.
    pub(crate) fn after(&self, buyer: &DiscreteBuyer) -> Self {
        let (x, n) = (f64::from(buyer.repeats()), f64::from(buyer.opportunities()));
        Coins { alpha: self.alpha + x, beta: self.beta + (n - x), delta: self.delta + n, ..*self }
    }

    /// The mean probability to buy at an opportunity, while alive.
    pub(crate) fn mean(&self) -> f64 {
        1.0 / (1.0 + self.beta / self.alpha)
    }

    /// The probability of buying so often at the next `n` opportunities: equation 8 of Fader, Hardie and Shang (2010).
    pub(crate) fn probability(&self, count: f64, n: f64) -> f64 {
        if count > n {
            return 0.0;
        }
        let Coins { alpha, beta, gamma, delta } = *self;
        let ways = |n: f64| ln_gamma(n + 1.0) - ln_gamma(count + 1.0) - ln_gamma(n - count + 1.0);
        let alive = (ways(n) + self.bought(count, n).0 + self.survival().ln(n)).exp();
        if count == n {
            return alive.min(1.0);
        }
        // died after i opportunities, from count to n − 1; each term as a share of the first
        let ln_first = self.bought(count, count).0 + (gamma / (gamma + delta + count)).ln() + self.survival().ln(count);
        let (mut term, mut total, mut scale, mut i) = (1.0_f64, 0.0, 0.0, count);
        while i < n {
            total += term;
            term *= (i + 1.0) / (i + 1.0 - count) * ((beta + i - count) / (alpha + beta + i));
            term *= (delta + i) / (gamma + delta + 1.0 + i);
            if term > LARGE {
                (term, total, scale) = (term / LARGE, total / LARGE, scale + LARGE.ln());
            }
            i += 1.0;
        }
        (alive + (ln_first + scale + total.ln()).exp()).min(1.0)
    }

    /// A future drawn at random: how many of the next `n` opportunities are used, and which is the last.
    pub(crate) fn draw(&self, random: &mut Random, n: u32) -> (u32, u32) {
        let (buys, leaves) = (random.beta(self.alpha, self.beta), random.beta(self.gamma, self.delta));
        let (mut count, mut last) = (0, 0);
        for opportunity in 1..=n {
            if random.uniform() < leaves {
                break;
            }
            if random.uniform() < buys {
                (count, last) = (count + 1, opportunity);
            }
        }
        (count, last)
    }
}

/// The likelihood by the logarithms of the parameters.
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
mod tests {
    use super::{Coins, DiscreteBuyer, Likelihood};
    use crate::lifetime::fit::climb::Height;

    fn buyer(x: u32, t: u32, n: u32) -> DiscreteBuyer {
        DiscreteBuyer::new(x, t, n).unwrap()
    }

    /// Every history of eight opportunities: the chances of all add up to one, and are the integral over both coins.
    #[test]
    fn the_chances_of_all_histories_add_up_to_one() {
        let coins = Coins { alpha: 0.8, beta: 2.1, gamma: 0.6, delta: 3.0 };
        let of = |history: u32| buyer(history.count_ones(), 32 - history.leading_zeros(), 8);
        let total: f64 = (0..256).map(|history| coins.seen(&of(history)).ln.exp()).sum();
        assert!((total - 1.0).abs() < 1e-13, "{total}");
        for x in 0..=8 {
            let same = (0..256).filter(|history: &u32| history.count_ones() == x);
            let sum: f64 = same.map(|history| coins.seen(&of(history)).ln.exp()).sum();
            assert!((sum - coins.probability(x.into(), 8.0)).abs() < 1e-13, "{x}");
        }
    }

    #[test]
    fn slopes_are_those_of_differences() {
        let cells: Vec<(DiscreteBuyer, f64)> =
            [(0, 0, 0), (0, 0, 5), (0, 0, 9), (1, 1, 7), (2, 4, 40), (3, 3, 3), (9, 30, 31)]
                .map(|(x, t, n)| (buyer(x, t, n), f64::from(x + n + 1)))
                .to_vec();
        for at in [[0.0, 0.0, 0.0, 0.0], [-3.0, 2.0, 1.0, -2.0], [4.0, 3.0, -5.0, 6.0], [-9.0, 9.0, -9.0, 9.0]] {
            let mut slopes = [0.0; 4];
            Likelihood(&cells).height(&at, &mut slopes);
            for i in 0..4 {
                let moved = |step: f64| {
                    let mut there = at;
                    there[i] += step;
                    Likelihood(&cells).height(&there, &mut [0.0; 4])
                };
                let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!(
                    (slopes[i] - difference).abs() < 1e-6 * (1.0 + slopes[i].abs()),
                    "{at:?} {i}: {slopes:?} {difference}"
                );
            }
        }
    }
}
