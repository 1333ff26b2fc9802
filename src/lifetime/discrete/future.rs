//! What goes on from now: the coins of a buyer after what was seen, and the chances of what is to come.
//!
//! The model is conjugate. A buyer of whom `x` purchases at `n` opportunities were seen, and who is alive at the last of
//! them, is a newcomer with other parameters: α + x, β + n − x, γ, δ + n. So each figure of a known buyer is the figure of
//! such a newcomer times the probability of being alive; expected purchases are the mean chance to buy times a sum over
//! [`Survival`](super::survival::Survival).
//!
//! What is not known of a buyer, the two chances themselves, never has to be.

use crate::math::gamma::ln_gamma;
use crate::math::random::Random;

use super::buyer::DiscreteBuyer;
use super::likelihood::Coins;

/// Above this a running sum is scaled down, and its scale kept as a logarithm.
const LARGE: f64 = 1e250;

impl Coins {
    /// The coins of a buyer who is alive at the last opportunity, after what was seen: beta distributions stay such, and their
    /// parameters count.
    pub(crate) fn after(&self, buyer: &DiscreteBuyer) -> Self {
        let (x, n) = (f64::from(buyer.repeats()), f64::from(buyer.opportunities()));
        Coins { alpha: self.alpha + x, beta: self.beta + (n - x), delta: self.delta + n, ..*self }
    }

    /// The mean probability to buy at an opportunity, while alive: α / (α + β), also where both are large.
    pub(crate) fn mean(&self) -> f64 {
        1.0 / (1.0 + self.beta / self.alpha)
    }

    /// The probability of buying so often at the next `n` opportunities: equation 8 of Fader, Hardie and Shang (2010).
    ///
    /// A sum over the opportunity of death, as in the likelihood; here terms may rise before they fall, and are scaled down
    /// where they would leave the range of numbers.
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
    ///
    /// Both coins are drawn once a buyer, then thrown at each opportunity: first whether it is the end, then whether to buy.
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
