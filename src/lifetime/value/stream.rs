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

use super::super::family::{AT_ONCE, Process, Rates};

/// The most steps of a value: more is a step that was told in a wrong unit, or a discount of nearly nothing.
const MOST_STEPS: f64 = 100_000.0;

/// What is left is no longer added where it is below this share of the sum: rounding beside the steps before.
const REST: f64 = 1e-13;

/// What a [`LifetimeValue`](super::LifetimeValue) counts, as plain numbers: times in the unit of a process.
///
/// Made once a question and asked of each process, so that units are turned and settings checked at the door only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stream {
    /// When it ends; infinite if for ever.
    end: f64,
    /// The rate of the discount at every moment, a unit of time; 0 without one.
    force: f64,
    /// The length of a step; none if purchases count when they are made.
    step: Option<f64>,
}

impl Stream {
    /// Checks what the parts may be together.
    ///
    /// Whether purchases for ever have a bound is not asked here: it is a matter of the process.
    ///
    /// # Errors
    /// If a step is 0, or there are more than 100,000 of them.
    pub(crate) fn new(end: f64, force: f64, step: Option<f64>) -> Result<Self> {
        if let Some(step) = step {
            // for ever: until a step counts less than the last digit of the sum
            let far = if force > 0.0 { end.min(-REST.ln() / force) } else { 0.0 };
            if !(step > 0.0 && far / step <= MOST_STEPS) {
                let expected = format!("above 0, and such that {MOST_STEPS} steps reach the end");
                return Err(Error::parameter("step", expected, step));
            }
        }
        Ok(Stream { end, force, step })
    }

    /// What a purchase at `t` counts; 0 after the end.
    ///
    /// In steps it counts as at the end of its step: one on the border belongs to the step that ends there.
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

    /// After when a purchase counts less than a billionth: futures are drawn no further, since nobody draws for ever.
    ///
    /// Without a discount that is the horizon itself.
    pub(crate) fn far(&self) -> f64 {
        if self.force > 0.0 { self.end.min(20.8 / self.force) } else { self.end }
    }

    /// The discounted purchases of a living buyer; infinite where they have no bound.
    ///
    /// What is remembered of rates in `known` makes it faster and changes nothing.
    pub(crate) fn purchases(&self, process: &Process, known: &mut Rates) -> f64 {
        match self.step {
            // without a discount steps do not matter
            Some(step) if self.force > 0.0 => self.in_steps(process, step),
            _ => process.discounted(self.end, self.force, known),
        }
    }

    /// Σ over steps: what is bought in the step, discounted from its end.
    ///
    /// A horizon that is a hair more than whole steps, as twelve times 4.345 weeks may be, has no step of that hair.
    ///
    /// # Cost
    /// An expectation a step, sixteen at once; for ever as many as count, about 30 over the discount of a step.
    fn in_steps(&self, process: &Process, step: f64) -> f64 {
        let last = (self.end / step - 1e-9).ceil();
        let whole = -(-self.force * step).exp_m1();
        let (mut before, mut total, mut number) = ((0.0, 0.0), 0.0, 0.0);
        while number < last {
            // as many ends of steps as are asked for at once
            let ends: [f64; AT_ONCE] = std::array::from_fn(|at| {
                let number = number + (at + 1) as f64;
                if number < last { number * step } else { self.end }
            });
            for (end, until) in ends.into_iter().zip(process.expected_after(before, &ends)) {
                let bought = (until - before.1).max(0.0) * (-self.force * end).exp();
                (before, total, number) = ((end, until), total + bought, number + 1.0);
                // all the later steps together, if none holds more purchases than this one
                let done = total > 0.0 && bought <= REST * total * whole || self.force * end > -REST.ln();
                if done || number >= last {
                    return total;
                }
            }
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::family::process::{BetaGeometric, Pareto, Poisson};
    use super::{Process, Rates, Stream};

    /// Each purchase at its time, by parts: e^(−f·end) E(end) + ∫ f e^(−f t) E(t) dt, over panels that halve towards 0.
    fn by_parts(process: &Process, end: f64, force: f64) -> f64 {
        let far = end.min(45.0 / force);
        let mut total = (-force * far).exp() * process.expected(far);
        let mut high = far;
        for _ in 0..40 {
            for (node, weight) in NODES.iter().flat_map(|(node, weight)| [(-node, weight), (*node, weight)]) {
                let t = 0.75 * high + 0.25 * high * node;
                total += 0.25 * high * weight * force * (-force * t).exp() * process.expected(t);
            }
            high *= 0.5;
        }
        total
    }

    /// Gauss and Legendre, eight points, to one side of the middle: node and weight.
    const NODES: [(f64, f64); 4] = [
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        (0.525_532_409_916_329, 0.313_706_645_877_887_3),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
        (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
    ];

    /// A buyer of CDNOW with two repeats in 39 weeks, by three families.
    fn processes() -> [Process; 3] {
        [
            Process::BetaGeometric(BetaGeometric { r: 2.24, alpha: 43.3, a: 0.79, b: 4.43 }),
            Process::Pareto(Pareto { r: 2.55, alpha: 49.4, s: 0.61, beta: 50.5 }),
            Process::Poisson(Poisson { r: 2.4, alpha: 51.0 }),
        ]
    }

    /// Horizons far below and far above 1 / force, and none.
    #[test]
    fn the_continuous_convention_is_the_integral() {
        for process in processes() {
            for (end, force) in [(52.0, 0.002), (5.0, 0.1), (f64::INFINITY, 0.01), (1e4, 0.003)] {
                let found = Stream::new(end, force, None).unwrap().purchases(&process, &mut Rates::default());
                let expected = by_parts(&process, end, force);
                assert!((found / expected - 1.0).abs() < 1e-8, "{process:?} {end} {force}: {found}, {expected}");
            }
        }
    }

    /// The sum over steps against a loop that knows no shortcut: horizons of whole steps, of a last short one, and none.
    ///
    /// Σ as the definition reads, with 20,000 steps instead of an end.
    #[test]
    fn steps_are_the_sum_of_their_definition() {
        for process in processes() {
            for (end, force, step) in [(52.14_f64, 0.002, 4.345_f64), (60.0, 0.05, 7.0), (f64::INFINITY, 0.01, 4.0)] {
                let last = (end / step).ceil().min(20_000.0) as u32;
                let time = |step_number: u32| (f64::from(step_number) * step).min(end);
                let bought = |k: u32| process.expected(time(k)) - process.expected(time(k - 1));
                let expected: f64 = (1..=last).map(|k| bought(k) * (-force * time(k)).exp()).sum();
                let found = Stream::new(end, force, Some(step)).unwrap().purchases(&process, &mut Rates::default());
                assert!((found / expected - 1.0).abs() < 1e-9, "{process:?} {end}: {found}, {expected}");
            }
        }
    }

    /// A purchase counts what its step counts, nothing after the end.
    ///
    /// Steps of 4 in a horizon of 10: the last is of 2.
    #[test]
    fn weights_are_those_of_the_convention() {
        let near = |found: f64, time: f64| assert!((found - (-0.01 * time).exp()).abs() < 1e-15);
        let steps = Stream::new(10.0, 0.01, Some(4.0)).unwrap();
        for (t, counted) in [(0.1, 4.0), (4.0, 4.0), (4.1, 8.0), (9.0, 10.0), (10.0, 10.0)] {
            near(steps.weight(t), counted);
        }
        assert_eq!(steps.weight(10.1), 0.0);
        near(Stream::new(10.0, 0.01, None).unwrap().weight(3.3), 3.3);
    }
}
