//! The hypergeometric distribution: how many of the drawn have a property if who is drawn does not depend on it.
//!
//! Probabilities come from binomial ones at the right share, each written with Stirling's remainder, after C. Loader 2000
//! (Fast and Accurate Computation of Binomial Probabilities): no differences of large logarithms, so that a million
//! customers lose no digits. Tails are sums from the end that is small, as logarithms. Nothing is checked here: counts
//! are whole and `drawn` and `having` are at most `all`.
//!
//! It is the distribution behind Fisher's exact test: of all customers some have a text, a segment is drawn from all, and the
//! question is how many of the drawn have the text. It needs no large counts, which is why rare texts are tested by it.
//!
//! | name | is |
//! | --- | --- |
//! | `all` | the customers of whom the attribute is known |
//! | `having` | those with the text |
//! | `drawn` | the segment |
//! | `count` | those of the segment with the text |
//!
//! # How a tail is summed
//!
//! From `count` away from the most likely count, each term from the one before by a ratio of whole numbers, until a term
//! does not change the sum. On the side of the mode the other tail is summed and taken from 1.
//! Terms fall by a steady factor there, so that O(standard deviation) of them are needed, some hundreds of a million customers.
//!
//! # Two-sided
//!
//! All counts that are at most as likely as the one found, on both sides: what R and scipy do. Where the first such count on the
//! other side lies is found by halving, because the probabilities fall on each side of the mode.
//!
//! # Drawing
//!
//! [`Hypergeometric::draw`] gives a count at random, for tables at random with given sums. It walks from the mode outwards
//! and takes one uniform number a count, so that a table costs as many numbers as it has cells.

use crate::math::random::Random;
use crate::math::tail::{ln_beta_term, ln_one_minus_exp};

/// Two probabilities this near are the same: the two-sided test counts tables that are as likely, up to rounding (as R).
const AS_LIKELY: f64 = 1e-7;

/// Of `all`, `having` have the property, and `drawn` are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hypergeometric {
    all: f64,
    having: f64,
    drawn: f64,
}

impl Hypergeometric {
    /// Counts as whole numbers.
    pub(crate) fn new(all: f64, having: f64, drawn: f64) -> Self {
        Hypergeometric { all, having, drawn }
    }

    /// The fewest and the most that can be.
    fn ends(&self) -> (f64, f64) {
        ((self.having + self.drawn - self.all).max(0.0), self.having.min(self.drawn))
    }

    /// The most likely count.
    fn mode(&self) -> f64 {
        let (low, high) = self.ends();
        ((self.having + 1.0) * ((self.drawn + 1.0) / (self.all + 2.0))).floor().clamp(low, high)
    }

    /// The logarithm of the probability of `count`, which is one that can be.
    fn ln_mass(&self, count: f64) -> f64 {
        let (low, high) = self.ends();
        if low >= high {
            return 0.0;
        }
        let others = self.all - self.drawn; // above 0, as `drawn` is, or there were one count only
        let binomial = |hits: f64, of: f64| {
            let odds = self.drawn / others;
            // x^a (1 − x)^b / B(a, b) has one power more on each side than the binomial probability
            let more = odds.ln() - 2.0 * odds.ln_1p() + (of + 1.0).ln();
            ln_beta_term(hits + 1.0, of - hits + 1.0, odds) - more
        };
        binomial(count, self.having) + binomial(self.drawn - count, self.all - self.having)
            - binomial(self.drawn, self.all)
    }

    /// P(count + 1) / P(count).
    fn ratio(&self, count: f64) -> f64 {
        let up = (self.having - count) * (self.drawn - count);
        up / ((count + 1.0) * (self.all - self.having - self.drawn + count + 1.0))
    }

    /// ln P(X ≥ count).
    pub(crate) fn ln_at_least(&self, count: f64) -> f64 {
        let (low, _) = self.ends();
        if count <= low {
            0.0
        } else if count > self.mode() {
            self.upwards(count).min(0.0)
        } else {
            ln_one_minus_exp(self.downwards(count - 1.0).min(0.0))
        }
    }

    /// ln P(X ≤ count).
    pub(crate) fn ln_at_most(&self, count: f64) -> f64 {
        let (_, high) = self.ends();
        if count >= high {
            0.0
        } else if count < self.mode() {
            self.downwards(count).min(0.0)
        } else {
            ln_one_minus_exp(self.upwards(count + 1.0).min(0.0))
        }
    }

    /// ln of the probability of all counts that are at most as likely as this one: Fisher's two-sided test.
    pub(crate) fn ln_as_unlikely(&self, count: f64) -> f64 {
        let (low, high) = self.ends();
        let mode = self.mode();
        let most = self.ln_mass(count) + AS_LIKELY;
        if self.ln_mass(mode) <= most {
            return 0.0;
        }
        // on the other side of the mode the probabilities fall, so the first that is low enough is found by halves
        let (own, other) = if count > mode {
            let found = bisect(low - 1.0, mode, |at| at < low || self.ln_mass(at) <= most);
            (self.upwards(count), (found >= low).then(|| self.downwards(found)))
        } else {
            let found = -bisect(-high - 1.0, -mode, |at| -at > high || self.ln_mass(-at) <= most);
            (self.downwards(count), (found <= high).then(|| self.upwards(found)))
        };
        let other = other.unwrap_or(f64::NEG_INFINITY);
        let (more, less) = if own > other { (own, other) } else { (other, own) };
        (more + (less - more).exp().ln_1p()).min(0.0)
    }

    /// ln of the sum from `from` up; the terms fall.
    fn upwards(&self, from: f64) -> f64 {
        let (mut term, mut sum, mut at) = (1.0, 1.0, from);
        let (_, high) = self.ends();
        while at < high && term > sum * 1e-18 {
            term *= self.ratio(at);
            at += 1.0;
            sum += term;
        }
        self.ln_mass(from) + f64::ln(sum)
    }

    /// ln of the sum from `from` down; the terms fall.
    fn downwards(&self, from: f64) -> f64 {
        let (mut term, mut sum, mut at) = (1.0, 1.0, from);
        let (low, _) = self.ends();
        while at > low && term > sum * 1e-18 {
            at -= 1.0;
            term /= self.ratio(at);
            sum += term;
        }
        self.ln_mass(from) + f64::ln(sum)
    }

    /// A count at random, by inversion from the most likely one outwards: O(standard deviation).
    pub(crate) fn draw(&self, random: &mut Random) -> f64 {
        let (low, high) = self.ends();
        if low >= high {
            return low;
        }
        let mode = self.mode();
        let mass = self.ln_mass(mode).exp();
        let mut left = random.uniform() - mass;
        let (mut up, mut down) = ((mode, mass), (mode, mass));
        while left >= 0.0 && (up.0 < high || down.0 > low) {
            if up.0 < high {
                up = (up.0 + 1.0, up.1 * self.ratio(up.0));
                left -= up.1;
                if left < 0.0 {
                    return up.0;
                }
            }
            if down.0 > low {
                down = (down.0 - 1.0, down.1 / self.ratio(down.0 - 1.0));
                left -= down.1;
                if left < 0.0 {
                    return down.0;
                }
            }
            if up.1 + down.1 <= 0.0 {
                break; // what rounding has left over
            }
        }
        mode
    }
}

/// The greatest whole number from `low` to `high` for which `holds`, which holds up to some point and at `low`.
fn bisect(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    while high - low > 1.0 {
        let middle = ((low + high) / 2.0).floor();
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By adding up products, of a small population.
    fn slow(all: u32, having: u32, drawn: u32) -> Vec<f64> {
        let choose = |n: u32, k: u32| (0..k).fold(1.0, |c, i| c * f64::from(n - i) / f64::from(i + 1));
        let mass = |x: u32| {
            if x > having || drawn - x > all - having {
                return 0.0;
            }
            choose(having, x) * choose(all - having, drawn - x) / choose(all, drawn)
        };
        (0..=drawn).map(mass).collect()
    }

    #[test]
    fn tails_are_sums_of_products() {
        for (all, having, drawn) in [(20, 7, 9), (12, 12, 5), (30, 25, 10), (9, 0, 4), (40, 3, 39)] {
            let mass = slow(all, having, drawn);
            let exact = Hypergeometric::new(f64::from(all), f64::from(having), f64::from(drawn));
            for (x, own) in mass.iter().enumerate().filter(|(_, mass)| **mass > 0.0) {
                let (more, less): (f64, f64) = (mass[x..].iter().sum(), mass[..=x].iter().sum());
                let both: f64 = mass.iter().filter(|other| **other <= own * (1.0 + 1e-7)).sum();
                let at = x as f64;
                for (found, expected) in
                    [(exact.ln_at_least(at), more), (exact.ln_at_most(at), less), (exact.ln_as_unlikely(at), both)]
                {
                    assert!((found.exp() - expected).abs() < 1e-13, "{all} {having} {drawn} {x}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn a_million_customers_lose_no_digits() {
        // by products of fractions with 50 digits (Python's decimal)
        let many = Hypergeometric::new(1e6, 2e4, 3e5);
        for (found, expected) in [
            (many.ln_at_least(6500.0), -32.8500377626158),
            (many.ln_at_most(5700.0), -13.5021685772397),
            (many.ln_mass(6000.0), -5.0802727626826),
        ] {
            assert!((found - expected).abs() < 1e-12 * f64::abs(expected), "{found} is not {expected}");
        }
    }

    #[test]
    fn draws_have_the_right_mean() {
        let mut random = Random::new(3, 0);
        let some = Hypergeometric::new(50.0, 20.0, 15.0);
        let draws: Vec<f64> = (0..20_000).map(|_| some.draw(&mut random)).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let variance = draws.iter().map(|x| (x - 6.0) * (x - 6.0)).sum::<f64>() / 20_000.0;
        // 15 · 0.4, and 15 · 0.4 · 0.6 · 35 / 49
        assert!((mean - 6.0).abs() < 0.05 && (variance - 2.571_4).abs() < 0.1, "{mean} {variance}");
    }
}
