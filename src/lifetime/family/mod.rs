//! The families of models: how buyers buy, and how they stop.
//!
//! A family gives three things, and all else is made of them: a likelihood of what was seen with its slopes
//! ([`Kernel::cell`]), the probability of being alive after it, and the [`Process`] that goes on from there if so
//! ([`Kernel::future`]). The families are conjugate: what was seen changes the parameters of the process and nothing else,
//! so that a known buyer is a newcomer with other parameters, times the probability of being alive.

mod bg_nbd;
mod cnbd;
mod covariates;
mod gauss;
mod ggompertz_nbd;
mod mbg_nbd;
mod nbd;
mod pareto_nbd;
pub(crate) mod process;
#[cfg(test)]
mod slopes;

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

use super::buyers::Buyers;
use super::cell::Cell;
use bg_nbd::BgNbd;
use cnbd::Cnbd;
pub(crate) use covariates::shifted;
use ggompertz_nbd::GgompertzNbd;
use mbg_nbd::MbgNbd;
use nbd::Nbd;
use pareto_nbd::ParetoNbd;
use process::MOST_STAGES;
pub(crate) use process::{AT_ONCE, Process, Rates};

/// The most parameters that a family has, covariates apart.
pub(crate) const MOST: usize = 6;

/// Second derivatives by the parameters of a family, row by row.
pub(crate) type Square = [[f64; MOST]; MOST];

/// How buyers buy and stop buying where nobody tells that they left.
///
/// | family | buys | leaves | literature |
/// | --- | --- | --- | --- |
/// | [`BgNbd`](Family::BgNbd) | at random | after a repeat, by a coin | Fader, Hardie, Lee 2005 |
/// | [`ParetoNbd`](Family::ParetoNbd) | at random | at any time, each at a rate of its own | Schmittlein, Morrison, Colombo 1987 |
/// | [`GgompertzNbd`](Family::GgompertzNbd) | at random | at any time, with a hazard that grows with age | Bemmaor, Glady 2012 |
/// | [`MbgNbd`](Family::MbgNbd) | at random | after any purchase, also the first, by a coin | Batislam, Denizel, Filiztekin 2007; Hoppe, Wagner 2007 |
/// | [`BgCnbd`](Family::BgCnbd) | regularly: every purchase takes `k` hidden stages | as BG/NBD | Reutterer, Platzer, Schröder 2021 |
/// | [`MbgCnbd`](Family::MbgCnbd) | regularly | as MBG/NBD | Platzer, Reutterer 2016 |
/// | [`Nbd`](Family::Nbd) | at random | never | Ehrenberg 1959 |
///
/// The families of regular buyers take the number of stages with them. Their rates are those of stages: with `r`, `alpha` and
/// `k` a living buyer buys r / (alpha · k) times a unit of time. Their log-likelihood holds the gaps between purchases where
/// [`Buyers::log_gaps`] knows them, and compares with that of other families and other `k` only then;
/// [`BuyTillYouDie::regular`](super::BuyTillYouDie::regular) chooses `k`.
///
/// ```
/// use segmentry::lifetime::Family;
///
/// let family: Family = "mbg_cnbd_3".parse()?;
/// assert_eq!((family, family.stages()), (Family::MbgCnbd(3), 3));
/// assert_eq!(family.to_string(), "MBG/CNBD-3");
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # References
///
/// A. S. C. Ehrenberg (1959), DOI 10.2307/2985810; E. P. Batislam, M. Denizel and A. Filiztekin (2007), DOI
/// 10.1016/j.ijresmar.2006.12.005; M. Platzer and T. Reutterer (2016), DOI 10.1287/mksc.2015.0963; T. Reutterer, M. Platzer and
/// N. Schröder (2021), DOI 10.1016/j.ijresmar.2020.09.002.
///
/// # Differs from
///
/// BTYDplus, whose parameters of (M)BG/CNBD-k are the same: there expected purchases of regular buyers are approximations,
/// here the stages passed since the last purchase are known in probability and all figures are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// BG/NBD.
    BgNbd,
    /// Pareto/NBD.
    ParetoNbd,
    /// GGompertz/NBD.
    GgompertzNbd,
    /// MBG/NBD.
    MbgNbd,
    /// BG/CNBD-k: gaps between purchases are Erlang-k, `k` from 1 to 20; with 1 the same as BG/NBD.
    BgCnbd(u32),
    /// MBG/CNBD-k: gaps between purchases are Erlang-k, `k` from 1 to 20; with 1 the same as MBG/NBD.
    MbgCnbd(u32),
    /// NBD.
    Nbd,
}

/// A parameter of a family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// The parameters of families in which a coin ends the buying: rates are Gamma(r, alpha), coins Beta(a, b).
const COINS: [Parameter; 4] = [
    Parameter { name: "r", kind: Kind::Shape },
    Parameter { name: "alpha", kind: Kind::Time },
    Parameter { name: "a", kind: Kind::Shape },
    Parameter { name: "b", kind: Kind::Shape },
];

/// How a parameter changes with the unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Not at all.
    Shape,
    /// As a time: seven times larger in days than in weeks.
    Time,
    /// As one over a time.
    Rate,
}

/// What was seen of a buyer, in the unit of the parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) repeats: f64,
    pub(crate) last: f64,
    pub(crate) age: f64,
}

impl From<&Cell> for Seen {
    fn from(cell: &Cell) -> Self {
        Seen { repeats: cell.repeats, last: cell.last, age: cell.age }
    }
}

/// What is to come: the probability that the buyer is alive, and how the living go on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Future {
    pub(crate) alive: f64,
    pub(crate) process: Process,
}

/// A family, to those who compute with it.
///
/// Nothing is checked: parameters are finite and above 0, times finite and in order.
pub(crate) trait Kernel: Sync {
    /// What is computed once for given parameters: tables by number of repeats.
    type At: Sync;

    /// The parameters in the order in which they are passed.
    fn parameters(&self) -> &'static [Parameter];

    /// Prepares the parameters for these numbers of repeats.
    fn at(&self, parameters: &[f64; MOST], counts: &[u32]) -> Self::At;

    /// ln of the likelihood of one buyer, with its derivatives by the parameters. `count` is the place of the number of
    /// repeats among those that were prepared.
    fn cell(&self, at: &Self::At, seen: &Seen, count: usize, slopes: &mut [f64; MOST]) -> f64;

    /// ln of the likelihood of these cells with their weights, its slopes added to `slopes`. Cells are sorted by repeats, age
    /// and time of the last: a family that has something in common to its neighbours says so here.
    fn sum_cells(&self, at: &Self::At, cells: &[Cell], slopes: &mut [f64; MOST]) -> f64 {
        let mut total = 0.0;
        let mut own = [0.0; MOST];
        for cell in cells {
            total += cell.weight * self.cell(at, &cell.into(), cell.count as usize, &mut own);
            for (slope, own) in slopes.iter_mut().zip(own) {
                *slope += cell.weight * own;
            }
        }
        total
    }

    /// As [`Kernel::sum_cells`], with the second derivatives added to `curve`; `None` where they are left to differences.
    fn curve_cells(&self, at: &Self::At, cells: &[Cell], slopes: &mut [f64; MOST], curve: &mut Square) -> Option<f64> {
        let _ = (at, cells, slopes, curve);
        None
    }

    /// What is to come of a buyer.
    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future;

    /// The parameters that covariates act upon, with the sign in the exponent: `parameter · e^(sign · γ · z)`. None if the
    /// family has no covariates.
    fn covaries(&self) -> &'static [(usize, f64)] {
        &[]
    }

    /// Whether the family has become a smaller one with these parameters: a sentence with figures. `age` is the mean age of
    /// the buyers, in the unit of the parameters.
    fn degenerate(&self, parameters: &[f64; MOST], age: f64) -> Option<String> {
        let _ = (parameters, age);
        None
    }
}

/// A [`Kernel`] of any family.
pub(crate) trait AnyKernel: Sync {
    fn parameters(&self) -> &'static [Parameter];
    fn covaries(&self) -> &'static [(usize, f64)];
    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future;
    fn degenerate(&self, parameters: &[f64; MOST], age: f64) -> Option<String>;
    /// ln of the likelihood of these cells with their weights, its slopes added to `slopes`.
    fn sum(&self, parameters: &[f64; MOST], counts: &[u32], cells: &[Cell], slopes: &mut [f64; MOST]) -> f64;
    /// As [`AnyKernel::sum`], in parallel.
    fn sum_all(&self, parameters: &[f64; MOST], counts: &[u32], cells: &[Cell], slopes: &mut [f64; MOST]) -> f64;
    /// As [`AnyKernel::sum_all`], with the second derivatives added to `curve`; `None` where they are left to differences.
    fn curve_all(
        &self,
        parameters: &[f64; MOST],
        counts: &[u32],
        cells: &[Cell],
        slopes: &mut [f64; MOST],
        curve: &mut Square,
    ) -> Option<f64>;
}

/// Of the logarithm of odds: the probability, and ln(1 + odds).
fn share(ln_odds: f64) -> (f64, f64) {
    if ln_odds > 0.0 {
        let other = (-ln_odds).exp();
        return (1.0 / (1.0 + other), ln_odds + other.ln_1p());
    }
    let odds = ln_odds.exp();
    (odds / (1.0 + odds), odds.ln_1p())
}

/// Whether a family in which a coin ends the buying has become a smaller one: a sentence with figures.
fn degenerate_coins(name: &str, parameters: &[f64; MOST]) -> Option<String> {
    let [r, alpha, a, b, ..] = *parameters;
    let stops = a / (a + b);
    if stops < 1e-4 {
        let share = 100.0 * stops;
        return Some(format!(
            "the family is degenerate here: nobody leaves (a coin ends it with {share:.1e} %, a is {a:.3e}, b {b:.3e}), {name} has lost its drop-out"
        ));
    }
    one_rate(r, alpha).or_else(|| {
        (a + b > 1e4).then(|| {
            let sum = a + b;
            format!("the family is degenerate here: a + b is {sum:.3e}, all stop with the same probability {stops:.3e}")
        })
    })
}

/// Whether all buy at the same rate, r being so large: a sentence with figures.
fn one_rate(r: f64, alpha: f64) -> Option<String> {
    let rate = r / alpha;
    (r > 1e4).then(|| format!("the family is degenerate here: r is {r:.3e}, all buy at the same rate {rate:.3e}"))
}

/// The cells of a chunk.
const CHUNK: usize = 2048;

impl<K: Kernel> AnyKernel for K {
    fn parameters(&self) -> &'static [Parameter] {
        Kernel::parameters(self)
    }

    fn covaries(&self) -> &'static [(usize, f64)] {
        Kernel::covaries(self)
    }

    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future {
        Kernel::future(self, parameters, seen)
    }

    fn degenerate(&self, parameters: &[f64; MOST], age: f64) -> Option<String> {
        Kernel::degenerate(self, parameters, age)
    }

    fn sum(&self, parameters: &[f64; MOST], counts: &[u32], cells: &[Cell], slopes: &mut [f64; MOST]) -> f64 {
        self.sum_cells(&self.at(parameters, counts), cells, slopes)
    }

    fn sum_all(&self, parameters: &[f64; MOST], counts: &[u32], cells: &[Cell], slopes: &mut [f64; MOST]) -> f64 {
        let at = self.at(parameters, counts);
        let parts = crate::parallel::map_chunks(cells.len(), CHUNK, |rows| {
            let mut slopes = [0.0; MOST];
            let ln = self.sum_cells(&at, cells.get(rows).unwrap_or(&[]), &mut slopes);
            (ln, slopes)
        });
        for (i, slope) in slopes.iter_mut().enumerate() {
            *slope += crate::math::sum::sum(parts.iter().map(|part| part.1[i]));
        }
        crate::math::sum::sum(parts.iter().map(|part| part.0))
    }

    fn curve_all(
        &self,
        parameters: &[f64; MOST],
        counts: &[u32],
        cells: &[Cell],
        slopes: &mut [f64; MOST],
        curve: &mut Square,
    ) -> Option<f64> {
        let at = self.at(parameters, counts);
        let parts = crate::parallel::map_chunks(cells.len(), CHUNK, |rows| {
            let (mut slopes, mut curve) = ([0.0; MOST], [[0.0; MOST]; MOST]);
            let ln = self.curve_cells(&at, cells.get(rows).unwrap_or(&[]), &mut slopes, &mut curve)?;
            Some((ln, slopes, curve))
        });
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        for (i, (slope, row)) in slopes.iter_mut().zip(curve.iter_mut()).enumerate() {
            *slope += crate::math::sum::sum(parts.iter().map(|part| part.1[i]));
            for (j, second) in row.iter_mut().enumerate() {
                *second += crate::math::sum::sum(parts.iter().map(|part| part.2[i][j]));
            }
        }
        Some(crate::math::sum::sum(parts.iter().map(|part| part.0)))
    }
}

impl Family {
    /// All families; those of regular buyers with two stages a purchase.
    pub const ALL: &'static [Family] = &[
        Family::BgNbd,
        Family::MbgNbd,
        Family::BgCnbd(2),
        Family::MbgCnbd(2),
        Family::ParetoNbd,
        Family::GgompertzNbd,
        Family::Nbd,
    ];

    /// The family to those who compute with it.
    pub(crate) fn kernel(self) -> Box<dyn AnyKernel> {
        match self {
            Family::BgNbd => Box::new(BgNbd),
            Family::ParetoNbd => Box::new(ParetoNbd),
            Family::GgompertzNbd => Box::new(GgompertzNbd),
            Family::MbgNbd => Box::new(MbgNbd),
            Family::BgCnbd(k) => Box::new(Cnbd::new(k, false)),
            Family::MbgCnbd(k) => Box::new(Cnbd::new(k, true)),
            Family::Nbd => Box::new(Nbd),
        }
    }

    /// How many hidden stages a purchase takes: 1 where purchases come at random.
    pub fn stages(self) -> u32 {
        match self {
            Family::BgCnbd(k) | Family::MbgCnbd(k) => k,
            _ => 1,
        }
    }

    /// Checks that a purchase takes from 1 to 20 stages.
    ///
    /// # Errors
    /// If not.
    pub(crate) fn check(self) -> Result<()> {
        if (1..=MOST_STAGES).contains(&self.stages()) {
            return Ok(());
        }
        Err(Error::parameter("k", format!("from 1 to {MOST_STAGES} stages a purchase"), self.stages()))
    }

    /// What is added to the logarithm of the likelihood of all cells, because cells do not know of it: (k − 1) times the sum
    /// of the logarithms of gaps. `None` where that sum is not known.
    pub(crate) fn constant(self, buyers: &Buyers) -> Option<f64> {
        match self.stages() {
            1 => Some(0.0),
            stages => buyers.log_gaps().map(|sum| f64::from(stages - 1) * sum),
        }
    }

    /// Its name in files: `bg_nbd`, `mbg_cnbd_2`.
    pub fn key(self) -> String {
        match self {
            Family::BgNbd => "bg_nbd".to_owned(),
            Family::ParetoNbd => "pareto_nbd".to_owned(),
            Family::GgompertzNbd => "ggompertz_nbd".to_owned(),
            Family::MbgNbd => "mbg_nbd".to_owned(),
            Family::BgCnbd(k) => format!("bg_cnbd_{k}"),
            Family::MbgCnbd(k) => format!("mbg_cnbd_{k}"),
            Family::Nbd => "nbd".to_owned(),
        }
    }

    /// The names of its parameters, in their order.
    pub fn parameters(self) -> Vec<&'static str> {
        self.kernel().parameters().iter().map(|parameter| parameter.name).collect()
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Family::BgNbd => "BG/NBD",
            Family::ParetoNbd => "Pareto/NBD",
            Family::GgompertzNbd => "GGompertz/NBD",
            Family::MbgNbd => "MBG/NBD",
            Family::BgCnbd(k) => return f.pad(&format!("BG/CNBD-{k}")),
            Family::MbgCnbd(k) => return f.pad(&format!("MBG/CNBD-{k}")),
            Family::Nbd => "NBD",
        })
    }
}

impl FromStr for Family {
    type Err = Error;

    /// Reads the names of [`Family::key`]; those of regular buyers with any number of stages from 1 to 20.
    fn from_str(text: &str) -> Result<Self> {
        let regular = [("bg_cnbd_", Family::BgCnbd as fn(u32) -> Family), ("mbg_cnbd_", Family::MbgCnbd)];
        for (name, family) in regular {
            let stages = text.strip_prefix(name).filter(|stages| stages.bytes().all(|byte| byte.is_ascii_digit()));
            if let Some(stages) = stages.and_then(|stages| stages.parse().ok()) {
                return family(stages).check().map(|()| family(stages));
            }
        }
        let found = Family::ALL.iter().find(|family| family.key() == text);
        let known: Vec<String> = Family::ALL.iter().map(|family| family.key()).collect();
        found.copied().ok_or_else(|| Error::parse("family", text, format!("one of {}", known.join(", "))))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Family {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.key())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Family {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
