//! Random numbers that are the same everywhere: a named generator, seeded by what is drawn.
//!
//! xoshiro256++ (D. Blackman and S. Vigna 2021, Scrambled linear pseudorandom number generators, DOI 10.1145/3460772),
//! one stream for each pair of seed and number, so that what a chunk or a restart draws does not depend on which thread
//! came first. How numbers are made of bits is written here and not taken from a library whose next version may do it
//! another way.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream of that number under the seed: `stream` tells restarts, chunks and purposes apart.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Random(Xoshiro256PlusPlus::seed_from_u64(split_mix(seed ^ split_mix(stream))))
    }

    /// A number from 0 on, below 1, with 53 random bits.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A whole number below `count`, which is not 0: each as likely (D. Lemire 2019, DOI 10.1145/3230636).
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let count = count.max(1) as u64;
        let mut wide = u128::from(self.0.next_u64()) * u128::from(count);
        if (wide as u64) < count {
            let least = count.wrapping_neg() % count;
            while (wide as u64) < least {
                wide = u128::from(self.0.next_u64()) * u128::from(count);
            }
        }
        (wide >> 64) as usize
    }

    /// A number of the standard normal distribution (polar method, G. Marsaglia and T. Bray 1964, DOI 10.1137/1006063).
    #[cfg_attr(
        not(any(test, feature = "evaluate", feature = "lifetime")),
        allow(dead_code, reason = "noise is drawn where stability is")
    )]
    pub(crate) fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// A number of the exponential distribution of mean 1.
    #[cfg_attr(not(feature = "lifetime"), allow(dead_code, reason = "times are drawn where lifetimes are"))]
    pub(crate) fn exponential(&mut self) -> f64 {
        -(-self.uniform()).ln_1p()
    }

    /// The logarithm of a number of the gamma distribution of that shape and scale 1 (G. Marsaglia and W. Tsang 2000,
    /// DOI 10.1145/358407.358414): of a small shape the number itself may be too small to be told from 0.
    #[cfg_attr(not(feature = "lifetime"), allow(dead_code, reason = "rates are drawn where lifetimes are"))]
    pub(crate) fn ln_gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let power = (-self.exponential()) / shape;
            return self.ln_gamma(shape + 1.0) + power;
        }
        let third = shape - 1.0 / 3.0;
        let scale = 1.0 / (9.0 * third).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + scale * x;
            if v <= 0.0 {
                continue;
            }
            let cube = v * v * v;
            let u = 1.0 - self.uniform();
            if u.ln() < 0.5 * x * x + third * (1.0 - cube + cube.ln()) {
                return (third * cube).ln();
            }
        }
    }

    /// A number of the gamma distribution of that shape and scale 1.
    #[cfg(test)]
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        self.ln_gamma(shape).exp()
    }

    /// A number of the beta distribution.
    #[cfg_attr(not(feature = "lifetime"), allow(dead_code, reason = "coins are drawn where lifetimes are"))]
    pub(crate) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.ln_gamma(a), self.ln_gamma(b));
        1.0 / (1.0 + (y - x).exp())
    }

    /// `count` different numbers below `len` in random order; all of them if there are not as many.
    pub(crate) fn sample(&mut self, len: usize, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..len).collect();
        for at in 0..count.min(len) {
            let other = at + self.below(len - at);
            all.swap(at, other);
        }
        all.truncate(count);
        all
    }

    /// The number of a weight, drawn in proportion; the last that counts if rounding leaves nothing.
    pub(crate) fn weighted(&mut self, weights: &[f64], total: f64) -> usize {
        let mut left = self.uniform() * total;
        let mut last = 0;
        for (at, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            last = at;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

/// SplitMix64 (G. Steele, D. Lea and C. Flood 2014, DOI 10.1145/2660193.2660195): spreads nearby seeds far apart.
fn split_mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_same_seed_draws_the_same_and_streams_differ() {
        let draw = |seed, stream| {
            let mut random = Random::new(seed, stream);
            (random.below(1000), random.uniform(), random.normal())
        };
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }

    #[test]
    fn gamma_and_beta_have_their_moments() {
        let mut random = Random::new(3, 0);
        for shape in [0.05, 0.6, 1.0, 7.5] {
            let draws: Vec<f64> = (0..40_000).map(|_| random.gamma(shape)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let spread = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 40_000.0;
            assert!(
                (mean / shape - 1.0).abs() < 0.08 && (spread / shape - 1.0).abs() < 0.15,
                "{shape} {mean} {spread}"
            );
        }
        let mean = (0..40_000).map(|_| random.beta(0.8, 2.4)).sum::<f64>() / 40_000.0;
        assert!((mean - 0.25).abs() < 0.005, "{mean}");
    }

    #[test]
    fn draws_are_spread_as_they_should() {
        let mut random = Random::new(0, 0);
        let mut counts = [0_usize; 7];
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
            let normal = random.normal();
            sum += normal;
            squares += normal * normal;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
        assert!((sum / 70_000.0).abs() < 0.02 && (squares / 70_000.0 - 1.0).abs() < 0.02);
        let weighted: Vec<usize> = (0..4).map(|_| random.weighted(&[0.0, 3.0, 0.0], 3.0)).collect();
        assert_eq!(weighted, [1; 4]);
        let mut sample = random.sample(5, 9);
        sample.sort_unstable();
        assert_eq!(sample, [0, 1, 2, 3, 4]);
    }
}
