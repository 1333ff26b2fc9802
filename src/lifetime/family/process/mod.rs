//! How a living buyer goes on: purchases and drop-out from now, by parameters that know what was seen.
//!
//! Every figure of the future is a figure of a process, times the probability of being alive now: expected purchases, the
//! chance to be alive at a later time, the chance of so many purchases, a history drawn at random, discounted purchases.
//!
//! One file a process; `leaving` is what those have in common whose end does not depend on purchases, `coins` and `rates` what
//! those have in common that a coin ends, `discounted` chooses between ways.

mod beta_geometric;
mod coins;
mod discounted;
mod erlang;
#[cfg(test)]
mod erlang_forever;
mod erlang_long;
mod gompertz;
mod leaving;
mod pareto;
mod poisson;
mod rates;

use crate::math::random::Random;

pub(crate) use beta_geometric::BetaGeometric;
pub(crate) use erlang::{Erlang, MOST_STAGES};
pub(crate) use gompertz::{Age, Gompertz};
pub(crate) use leaving::Leaving;
pub(crate) use pareto::Pareto;
pub(crate) use poisson::Poisson;
pub(crate) use rates::Rates;

/// How many times [`Process::expected_after`] is asked for at once.
pub(crate) const AT_ONCE: usize = 16;

/// A process that begins now, with a living buyer.
///
/// Times are in the unit of its parameters, finite and at least 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Process {
    /// Purchases at random, a coin after each.
    BetaGeometric(BetaGeometric),
    /// Purchases at random, until a lifetime of exponential mixture ends.
    Pareto(Pareto),
    /// Purchases at random, until a lifetime of Gompertz mixture ends.
    Gompertz(Gompertz),
    /// Purchases at random, for ever.
    Poisson(Poisson),
    /// Regular purchases, a coin after each.
    Erlang(Erlang),
}

impl Process {
    /// Expected purchases up to `t`.
    pub(crate) fn expected(&self, t: f64) -> f64 {
        match self {
            Process::BetaGeometric(process) => process.expected(t),
            Process::Pareto(process) => process.expected(t),
            Process::Gompertz(process) => process.expected(t),
            Process::Poisson(process) => process.expected(t),
            Process::Erlang(process) => process.expected(t),
        }
    }

    /// Expected purchases up to each of these times, which rise, given a time not after them and those up to it.
    ///
    /// What is common to the times is made once. Beside [`Process::expected`] the last digit may differ.
    pub(crate) fn expected_after(&self, known: (f64, f64), times: &[f64; AT_ONCE]) -> [f64; AT_ONCE] {
        match self {
            Process::BetaGeometric(process) => process.expected_each(times),
            Process::Gompertz(process) => process.expected_after(known, times),
            _ => {
                let mut before = known;
                times.map(|t| {
                    if t != before.0 {
                        before = (t, self.expected(t));
                    }
                    before.1
                })
            }
        }
    }

    /// The probability to be alive at `t`.
    pub(crate) fn alive(&self, t: f64) -> f64 {
        match self {
            Process::BetaGeometric(process) => process.alive(t),
            Process::Pareto(process) => process.alive(t),
            Process::Gompertz(process) => process.alive(t),
            Process::Poisson(process) => process.alive(t),
            Process::Erlang(process) => process.alive(t),
        }
    }

    /// The probability of `count` purchases up to `t`.
    pub(crate) fn probability(&self, count: u32, t: f64) -> f64 {
        match self {
            Process::BetaGeometric(process) => process.probability(count, t),
            Process::Pareto(process) => process.probability(count, t),
            Process::Gompertz(process) => process.probability(count, t),
            Process::Poisson(process) => process.probability(count, t),
            Process::Erlang(process) => process.probability(count, t),
        }
    }

    /// A future drawn at random: how many purchases up to `t`, and when the last was (0 without one).
    pub(crate) fn draw(&self, random: &mut Random, t: f64) -> (u32, f64) {
        match self {
            Process::BetaGeometric(process) => process.draw(random, t),
            Process::Pareto(process) => process.draw(random, t),
            Process::Gompertz(process) => process.draw(random, t),
            Process::Poisson(process) => process.draw(random, t),
            Process::Erlang(process) => process.draw(random, t),
        }
    }
}
