//! Purchases that count less the later they come.
//!
//! Where expected purchases are `E(t)` and later ones count `e^(−f t)`, those up to `h` are worth `∫ e^(−f t) dE(t)`: DET of
//! the literature, and DERT without end (P. S. Fader, B. G. S. Hardie and K. L. Lee 2005, RFM and CLV, DOI
//! 10.1509/jmkr.2005.42.4.415). Each process has the way that is short for it:
//!
//! | process | way |
//! | --- | --- |
//! | nobody leaves | closed form |
//! | lifetimes | the rate of purchases is E\[λ\] S(t): one integral of e^(−f t) S(t) |
//! | coins, a short horizon | by parts, with expectations at 16 times from one series |
//! | coins, else; stages | the mean over rates of what is remembered of each ([`Coins`]) |
//! | parameters for which that is too long | by parts, an expectation at each of some hundred times |
//!
//! By parts it is `e^(−f h) E(h) + ∫ f e^(−f t) E(t) dt`, so that any process that knows `E` has it, and nothing cancels: both
//! parts are above 0. That is the oracle of the others too.

use crate::math::hypergeometric2::Logit;
use crate::math::quadrature::{integral_if_smooth, ln_integral_around};

use super::coins::Coins;
use super::rates::Rates;
use super::{Process, leaving};

/// What is bought later than this, as a power of e, counts less than the last digit.
pub(super) const FAR: f64 = 45.0;

/// The relative error.
pub(super) const TOLERANCE: f64 = 1e-11;

/// A horizon that is tried without stretching, in units of 1 / force.
pub(super) const SHORT: f64 = 3.0;

impl Process {
    /// Expected purchases up to `horizon`, each counted e^(−force · t); infinite where they have no bound, which takes an
    /// infinite horizon and no force.
    ///
    /// Relative errors are below 1e-10. What is remembered in `known` makes it faster for a process with the same coins, and
    /// does not change it.
    ///
    /// # Cost
    /// About 1/4 to 2 µs of random purchases and known coins, 20 to 50 µs of coins that are not known yet; 100 µs and more of
    /// parameters beyond 1e4.
    pub(crate) fn discounted(&self, horizon: f64, force: f64, known: &mut Rates) -> f64 {
        if force <= 0.0 {
            return if horizon < f64::INFINITY {
                self.expected(horizon)
            } else {
                self.total().unwrap_or(f64::INFINITY)
            };
        }
        if horizon.min(FAR / force) <= 0.0 {
            return 0.0;
        }
        // one purchase at every moment
        let most = || -(-force * horizon).exp_m1() / force;
        let found = match self {
            Process::Poisson(process) => return process.r / process.alpha * most(),
            Process::Pareto(process) => {
                let forever = if horizon == f64::INFINITY { process.staying_forever(force) } else { None };
                let time = forever.unwrap_or_else(|| leaving::staying(process, horizon, force));
                return process.r / process.alpha * time.min(most());
            }
            Process::Gompertz(process) => {
                return process.r / process.alpha * leaving::staying(process, horizon, force).min(most());
            }
            Process::BetaGeometric(process) => process
                .discounted_soon(horizon, force)
                .or_else(|| Coins::from(process).discounted(horizon, force, known))
                .map(|found| found.min(process.r / process.alpha * most())),
            Process::Erlang(process) => Coins::from(process).discounted(horizon, force, known),
        };
        found.unwrap_or_else(|| self.by_parts(horizon, force))
    }

    /// By parts, of any process and a force above 0.
    ///
    /// # Cost
    /// 16 expectations where the horizon is short beside 1 / force and the age of the buyer, 60 to 200 elsewhere.
    pub(super) fn by_parts(&self, horizon: f64, force: f64) -> f64 {
        let far = horizon.min(FAR / force);
        if far <= 0.0 {
            return 0.0;
        }
        let worth = |t: f64| force * (-force * t).exp() * self.expected(t);
        let at_end = (-force * horizon).exp();
        let at_end = if at_end > 0.0 { at_end * self.expected(horizon) } else { 0.0 };
        let short = if force * far < SHORT { integral_if_smooth(worth, 0.0, far, TOLERANCE) } else { None };
        at_end + short.unwrap_or_else(|| stretched(worth, far, 1.5 / force))
    }

    /// All purchases that are ever expected; `None` if they have no bound, or none that is known.
    pub(crate) fn total(&self) -> Option<f64> {
        match self {
            Process::BetaGeometric(process) => process.total(),
            Process::Erlang(process) => process.total(),
            Process::Pareto(process) => {
                (process.s > 1.0).then(|| process.r / process.alpha * (process.beta / (process.s - 1.0)))
            }
            _ => None,
        }
    }
}

/// The integral from 0 to `far`, over w = ln(t / (far − t)), where it is one hump about the time `high`.
fn stretched(worth: impl Fn(f64) -> f64, far: f64, high: f64) -> f64 {
    let height = |w: f64| {
        let at = Logit::new(w);
        worth(far * at.p).ln() + at.ln_p + at.ln_q
    };
    let share = (high / far).min(0.6);
    far * ln_integral_around(height, (share / (1.0 - share)).ln()).exp()
}
