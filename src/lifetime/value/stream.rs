//! Discounted purchases of a process: in steps, or when they are made.
//!
//! With E(t) the expected purchases up to t and f the force of the discount, the two conventions are
//!
//! - in steps: Σ over steps k of (E(kΔ) − E((k − 1)Δ)) e^(−f k Δ), the last step cut at the horizon;
//! - continuous: ∫ e^(−f t) dE(t) up to the horizon.
//!
//! Both are E at the horizon without a discount, and both need one where there is no horizon. Steps go on for ever until
//! all those to come hold less than rounding.

use crate::error::{Error, Result};

use super::super::family::Process;

/// The most steps of a value.
const MOST_STEPS: f64 = 100_000.0;

/// What is left is no longer added where it is below this share of the sum.
const REST: f64 = 1e-13;

/// Times in the unit of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stream {
    /// When it ends; infinite if for ever.
    end: f64,
    /// The rate of the discount at every moment.
    force: f64,
    /// The length of a step; none if purchases count when they are made.
    step: Option<f64>,
}

impl Stream {
    /// Checks what the parts may be together.
    ///
    /// # Errors
    /// If it goes on for ever without a discount, a step is 0 or there are more than 100,000 of them.
    pub(crate) fn new(end: f64, force: f64, step: Option<f64>) -> Result<Self> {
        if end == f64::INFINITY && force <= 0.0 {
            return Err(Error::unsupported("the value for ever is not defined without a discount"));
        }
        if let Some(step) = step {
            // for ever: until a step counts less than the last digit of the sum
            let far = if end == f64::INFINITY { -REST.ln() / force } else { end };
            if !(step > 0.0 && far / step <= MOST_STEPS) {
                let expected = format!("above 0, and such that {MOST_STEPS} steps reach the end");
                return Err(Error::parameter("step", expected, step));
            }
        }
        Ok(Stream { end, force, step })
    }

    /// What a purchase at `t` counts; 0 after the end.
    pub(crate) fn weight(&self, t: f64) -> f64 {
        if t > self.end {
            return 0.0;
        }
        let counted = match self.step {
            Some(step) => ((t / step - 1e-9).ceil().max(1.0) * step).min(self.end),
            None => t,
        };
        (-self.force * counted).exp()
    }

    /// After when a purchase counts less than a billionth.
    pub(crate) fn far(&self) -> f64 {
        if self.force > 0.0 { self.end.min(20.8 / self.force) } else { self.end }
    }

    /// The discounted purchases of a living buyer.
    pub(crate) fn purchases(&self, process: &Process) -> f64 {
        match self.step {
            Some(step) => self.in_steps(process, step),
            None => self.continuous(process),
        }
    }

    /// Σ over steps: what is bought in the step, discounted from its end.
    fn in_steps(&self, process: &Process, step: f64) -> f64 {
        // a hair more than whole steps is whole steps
        let last = (self.end / step - 1e-9).ceil();
        let (mut before, mut total, mut number) = (0.0, 0.0, 1.0);
        while number <= last.min(2.0 * MOST_STEPS) {
            let end = if number == last { self.end } else { number * step };
            let until = process.expected(end);
            let bought = (until - before).max(0.0) * (-self.force * end).exp();
            (before, total, number) = (until, total + bought, number + 1.0);
            if last.is_infinite() {
                // all the later steps together, if none holds more purchases than this one
                let rest = bought / -(-self.force * step).exp_m1();
                if (total > 0.0 && rest <= REST * total) || self.force * end > -REST.ln() {
                    break;
                }
            }
        }
        total
    }

    /// Each purchase at its time, by parts: e^(−f·end) E(end) + ∫ f e^(−f t) E(t) dt, over panels that halve towards 0.
    fn continuous(&self, process: &Process) -> f64 {
        // what comes later counts less than the last digit
        let far = if self.force > 0.0 { self.end.min(40.0 / self.force) } else { self.end };
        let at_end = if far == 0.0 { 0.0 } else { (-self.force * far).exp() * process.expected(far) };
        if self.force * far == 0.0 {
            return at_end;
        }
        let (mut high, mut total) = (far, 0.0);
        for _ in 0..PANELS {
            let low = 0.5 * high;
            let part = |(node, weight): &(f64, f64)| {
                let both = [-node, *node].map(|node| {
                    let t = 0.75 * high + 0.25 * high * node;
                    (-self.force * t).exp() * process.expected(t)
                });
                0.25 * high * weight * (both[0] + both[1])
            };
            total += NODES.iter().map(part).sum::<f64>();
            high = low;
        }
        at_end + self.force * total
    }
}

/// How often panels halve: what is nearer to 0 than 2^−28 of the whole adds nothing.
const PANELS: usize = 28;

/// Nodes and weights of Gauss and Legendre of eight points, to one side of the middle.
const NODES: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];
