//! GGompertz/NBD: purchases at random until a moment that grows more likely, or less, with age.
//!
//! A. C. Bemmaor and N. Glady (2012), Modeling purchasing behavior with sudden "death": a flexible customer lifetime model,
//! *Management Science* 58(5), DOI 10.1287/mnsc.1110.1461. Purchase rates λ are Gamma(r, α); lifetimes are Gompertz with
//! the hazard η b e^(b t), where η is Gamma(s, β). β has no unit, b is one over a time.
//!
//! # The hazard
//!
//! The probability to live longer than t is (β / B)^s with B = β + e^(b t) − 1. The hazard of one buyer grows; that of all
//! who are left is s b e^(b t) / B, which goes to s b: down to it for β below 1, since those with high η leave first, up to
//! it for β above 1. As b and β become small together the family becomes Pareto/NBD with the scale β / b. Many data sets end
//! there, CDNOW among them, and fits say so.
//!
//! # The likelihood
//!
//! It is that of one who is still alive and that of one who left in silence since the last purchase, added: the second is
//!
//! `∫ ((α + T) / (α + y))^(r + x) · s b e^(b y) β^s / B(y)^(s + 1) dy` from the last purchase to T,
//!
//! beside what both have in common. No closed form is known; it is taken by quadrature, with its slopes as means under the
//! same weights. All of it is in logarithms: e^(b t) is never formed where it is large, and B / e^(b t) is a sum of two
//! numbers above 0.
//!
//! # What goes on
//!
//! Who is alive at T has a hazard that is e^(b T) times higher, which is the same as a smaller β: a newcomer with r + x,
//! α + T, b, s and (β + e^(b T) − 1) / e^(b T). All figures of the future are those of [`Gompertz`], times the probability of
//! being alive. The conditional expectation in the paper is another, and too high (J. Adler 2022, Comment on "Modeling
//! purchasing behavior with sudden 'death': a flexible customer lifetime model", *Management Science* 68(3)).
//!
//! # Cost
//!
//! Sixteen to fifty points a buyer, four logarithms and exponentials each: ten times Pareto/NBD. Figures of the future need
//! no slopes and take half of that.
//!
//! # Differs from
//!
//! CLVTools: slopes are exact, b T may be as large as it likes, and where b comes to nothing the certificate says what the
//! family has become instead of an optimiser's flag.

use crate::math::gamma::{digamma_rise, ln_rising};

use super::gauss::{Integral, Integrand, integrate};
use super::process::{Age, Gompertz, Leaving, Process};
use super::{Future, Kernel, Kind, MOST, Parameter, Seen};

/// The family.
pub(crate) struct GgompertzNbd;

/// What does not depend on times: the process of a newcomer, and what is known of each number of repeats.
pub(crate) struct At {
    newcomer: Gompertz,
    /// ln Γ(r + x) / Γ(r), and its derivative by r.
    by_count: Vec<(f64, f64)>,
}

impl Kernel for GgompertzNbd {
    type At = At;

    fn parameters(&self) -> &'static [Parameter] {
        const LIST: [Parameter; 5] = [
            Parameter { name: "r", kind: Kind::Shape },
            Parameter { name: "alpha", kind: Kind::Time },
            Parameter { name: "b", kind: Kind::Rate },
            Parameter { name: "s", kind: Kind::Shape },
            Parameter { name: "beta", kind: Kind::Shape },
        ];
        &LIST
    }

    fn at(&self, parameters: &[f64; MOST], counts: &[u32]) -> At {
        let newcomer = newcomer(parameters);
        let one = |count: &u32| (ln_rising(newcomer.r, f64::from(*count)), digamma_rise(newcomer.r, f64::from(*count)));
        At { newcomer, by_count: counts.iter().map(one).collect() }
    }

    fn cell(&self, at: &At, seen: &Seen, count: usize, slopes: &mut [f64; MOST]) -> f64 {
        let Some((ln_count, count_slope)) = at.by_count.get(count).copied() else { return f64::NAN };
        let Gompertz { r, alpha, b, s, beta } = at.newcomer;
        let Seen { repeats: x, age, .. } = *seen;
        let left = left(&at.newcomer, seen);
        let (ln_bought, now) = ((age / alpha).ln_1p(), at.newcomer.age(age));
        // still alive against gone: survival may be e^−1000000, so that neither is a share of the other
        let ln_alive = -s * now.ln_rise;
        let (dead, ln_sum) = if left.ln > ln_alive {
            let other = (ln_alive - left.ln).exp();
            (1.0 / (1.0 + other), left.ln + other.ln_1p())
        } else {
            let odds = (left.ln - ln_alive).exp();
            (odds / (1.0 + odds), ln_alive + odds.ln_1p())
        };
        slopes[0] = count_slope - ln_bought;
        slopes[1] = (r * age / alpha - x) / (alpha + age);
        slopes[2] = -s * age / now.q;
        slopes[3] = -now.ln_rise;
        slopes[4] = s * (1.0 / beta - now.over);
        if dead > 0.0 {
            let [ln_rate, over, time, fade, ln_rise, y] = left.means;
            slopes[0] -= dead * ln_rate;
            slopes[1] += dead * (r + x) * (1.0 / (alpha + age) - over);
            slopes[2] += dead * (1.0 / b + s * (age / now.q - time) - time + y);
            slopes[3] += dead * (1.0 / s + now.ln_rise - ln_rise);
            slopes[4] += dead * (s * (now.over - fade) - fade);
        }
        ln_count - r * ln_bought - x * (alpha + age).ln() + ln_sum
    }

    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future {
        let newcomer = newcomer(parameters);
        let alive = 1.0 / (1.0 + (ln_left(&newcomer, seen) - newcomer.ln_survival(seen.age)).exp());
        // who is alive at T has a hazard that is e^(b T) times higher: (β + e^(b T) − 1) / e^(b T) in place of β
        let process = Gompertz {
            r: newcomer.r + seen.repeats,
            alpha: newcomer.alpha + seen.age,
            beta: newcomer.age(seen.age).q,
            ..newcomer
        };
        Future { alive, process: Process::Gompertz(process) }
    }

    fn degenerate(&self, parameters: &[f64; MOST], age: f64) -> Option<String> {
        let Gompertz { r, alpha, b, s, beta } = newcomer(parameters);
        if b * age < 1e-2 {
            return Some(format!(
                "the family is degenerate here: b is {b:.1e} (the hazard grows by {:.1e} % until the mean age), GGompertz/NBD has become Pareto/NBD with s {s:.4} and beta {:.4}",
                100.0 * (b * age).exp_m1(),
                beta / b
            ));
        }
        let gone = -newcomer(parameters).ln_survival(age).exp_m1();
        if gone < 1e-3 {
            let share = 100.0 * gone;
            return Some(format!(
                "the family is degenerate here: nobody leaves ({share:.1e} % until the mean age), GGompertz/NBD has become NBD"
            ));
        }
        if r > 1e4 {
            return Some(format!(
                "the family is degenerate here: r is {r:.3e}, all buy at the same rate {:.3e}",
                r / alpha
            ));
        }
        (s > 1e4).then(|| format!("the family is degenerate here: s is {s:.3e}, the hazard is the same for all"))
    }
}

/// The process of one of whom nothing is known.
fn newcomer(parameters: &[f64; MOST]) -> Gompertz {
    let [r, alpha, b, s, beta, ..] = *parameters;
    Gompertz { r, alpha, b, s, beta }
}

/// The moment at which a silent buyer has left: the integrand, with the figures of which slopes are made.
///
/// Silence counts against what it would be until now, so that the power of a frequent buyer does not run out of range.
struct Moment<'a> {
    hazard: &'a Gompertz,
    power: f64,
    age: f64,
}

impl Moment<'_> {
    /// g, ln (α + y) / (α + T), and the hazard at `y`.
    fn height(&self, y: f64) -> (f64, f64, Age) {
        let Gompertz { alpha, s, .. } = *self.hazard;
        let age = self.hazard.age(y);
        let share = (y - self.age) / (alpha + self.age);
        let near = self.power > 1e3 && share > -0.5;
        let ln_rate = if near { share.ln_1p() } else { ((alpha + y) / (alpha + self.age)).ln() };
        (-self.power * ln_rate - s * age.ln_rise - age.ln_q, ln_rate, age)
    }
}

/// [`Moment`] without figures: what is asked of those who are not learnt from.
///
/// With ln β, by which the value of an age and that of its plain form differ.
struct Silence<'a>(Moment<'a>, f64);

impl Integrand<0> for Silence<'_> {
    fn at(&self, y: f64) -> (f64, [f64; 0]) {
        let Moment { hazard, power, age } = &self.0;
        let by = hazard.b * y;
        if by < 30.0 && hazard.is_plain() && *power < 1e3 {
            // two logarithms and an exponential
            let whole = ((hazard.beta - 1.0 + by.exp()) / hazard.beta).ln();
            let ln_rate = ((hazard.alpha + y) / (hazard.alpha + age)).ln();
            return (by - power * ln_rate - (hazard.s + 1.0) * whole - self.1, []);
        }
        (self.0.height(y).0, [])
    }

    fn reach(&self, y: f64) -> f64 {
        self.0.reach(y)
    }

    fn steepness(&self, y: f64) -> f64 {
        self.0.steepness(y)
    }

    fn rest(&self, y: f64) -> f64 {
        self.0.rest(y)
    }
}

impl Integrand<6> for Moment<'_> {
    /// With ln (α + y) / (α + T), 1 / (α + y), y / q, 1 / B, ln (B / β), y.
    fn at(&self, y: f64) -> (f64, [f64; 6]) {
        let alpha = self.hazard.alpha;
        let (g, ln_rate, age) = self.height(y);
        (g, [ln_rate, 1.0 / (alpha + y), y / age.q, age.over, age.ln_rise, y])
    }

    fn reach(&self, y: f64) -> f64 {
        (2.0 * (self.hazard.alpha + y)).min(self.hazard.reach(y))
    }

    fn steepness(&self, y: f64) -> f64 {
        self.power / (self.hazard.alpha + y) + self.hazard.steepness(y)
    }

    fn rest(&self, y: f64) -> f64 {
        let Gompertz { alpha, b, s, .. } = *self.hazard;
        let ln_rate = ((alpha + y) / (alpha + self.age)).ln();
        -self.power * ln_rate - s * self.hazard.age(y).ln_rise - (s * b).ln()
    }
}

/// ln of the probability of leaving between the last purchase and now, with silence before it in units of silence until now,
/// and the means of [`Moment`].
fn left(hazard: &Gompertz, seen: &Seen) -> Integral<6> {
    let found = integrate(&moment(hazard, seen), seen.last, seen.age);
    Integral { ln: found.ln + (hazard.s * hazard.b).ln(), ..found }
}

/// As [`left`], without the means.
fn ln_left(hazard: &Gompertz, seen: &Seen) -> f64 {
    let found = integrate(&Silence(moment(hazard, seen), hazard.beta.ln()), seen.last, seen.age);
    found.ln + (hazard.s * hazard.b).ln()
}

/// The moment at which one with this past has left, if it has.
fn moment<'a>(hazard: &'a Gompertz, seen: &Seen) -> Moment<'a> {
    Moment { hazard, power: hazard.r + seen.repeats, age: seen.age }
}
