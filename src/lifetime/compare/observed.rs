//! What buyers can tell before any model is fitted, and what they cannot.
//!
//! Many fits that go wrong cannot go right: the window is too short, hardly anybody came back, or the newest buyers are other
//! people than the oldest. Each is seen in a few counts.

use std::fmt;

use crate::features::purchases::TimeUnit;
use crate::lifetime::buyer::Buyer;
use crate::lifetime::buyers::Buyers;
use crate::lifetime::cell::Cell;
use crate::lifetime::model::PurchaseModel;
use crate::math::sum::sum;
use crate::text::{Align, Table, number};

/// Gaps between purchases that the observation should hold, at the medians: in less, silence tells nothing.
const GAPS: f64 = 2.0;

/// The share of buyers with one purchase from which on the drop-out is hardly seen.
const ONE_TIME: f64 = 0.9;

/// The share of one-time buyers from which on it matters that a family takes all of them for alive.
const MANY_ALIVE: f64 = 0.25;

/// Buyers with a repeat below which four parameters are not to be told apart: a hundred, as a rule of thumb.
const FEW: f64 = 100.0;

/// Standard errors from which on the two halves of the buyers differ.
const APART: f64 = 3.0;

/// What is seen of buyers: how many, for how long, how regularly.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyers, Observed};
///
/// // bought every ten weeks, seen for twelve
/// let buyers = Buyers::new(TimeUnit::Weeks, &[1; 200], &[10.0; 200], &[12.0; 200])?;
/// let observed = Observed::of(&buyers);
/// assert_eq!((observed.median_gap, observed.median_age), (Some(10.0), Some(12.0)));
/// assert!(observed.warnings()[0].starts_with("the buyers are seen for 1.2 gaps"));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// | warning | when |
/// | --- | --- |
/// | seen too short | the median age is below two median gaps |
/// | hardly anybody repeats | nine of ten buyers bought once |
/// | few repeat | less than a hundred buyers bought again |
/// | newer buyers differ | the newer half buys less often a unit of time, or more often at all, by three standard errors |
///
/// The last is what no drop-out can bring about: buyers who leave make old ones buy less often a unit of time than new ones,
/// and never less in all.
///
/// # Cost
///
/// O(cells log cells).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Observed {
    /// The unit of the times, as that of the buyers.
    pub unit: TimeUnit,
    /// How many buyers there are, with their weights.
    pub buyers: f64,
    /// How many bought again.
    pub repeat_buyers: f64,
    /// How many different buyers there are.
    pub cells: usize,
    /// The median time for which a buyer is seen; `None` without a buyer.
    pub median_age: Option<f64>,
    /// The median of the mean gap between purchases of those who bought again; `None` if nobody did. Gaps that are longer
    /// than the observation are not seen: the true one is longer.
    pub median_gap: Option<f64>,
    /// The newer half of the buyers beside the older; `None` if all are equally old.
    pub halves: Option<[Half; 2]>,
}

/// The buyers below or above the median age.
///
/// Those of just that age are among the older.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Half {
    /// How many they are.
    pub buyers: f64,
    /// Their mean age.
    pub age: f64,
    /// Repeats of one of them on the average, and the standard error.
    pub repeats: (f64, f64),
    /// Repeats a unit of time, and the standard error.
    pub rate: (f64, f64),
}

impl Observed {
    /// What is seen of these buyers.
    pub fn of(buyers: &Buyers) -> Self {
        let cells: Vec<&Cell> = buyers.list().iter().filter(|cell| cell.weight > 0.0).collect();
        let again = || cells.iter().filter(|cell| cell.repeats > 0.0);
        let median_age = median(cells.iter().map(|cell| (cell.age, cell.weight)).collect());
        Observed {
            unit: buyers.unit(),
            buyers: sum(cells.iter().map(|cell| cell.weight)),
            repeat_buyers: sum(again().map(|cell| cell.weight)),
            cells: cells.len(),
            median_age,
            median_gap: median(again().map(|cell| (cell.last / cell.repeats, cell.weight)).collect()),
            halves: median_age.and_then(|age| {
                let newer = half(cells.iter().filter(|cell| cell.age < age).copied());
                let older = half(cells.iter().filter(|cell| cell.age >= age).copied());
                newer.zip(older).map(|(newer, older)| [newer, older])
            }),
        }
    }

    /// What speaks against fitting a model to them, in sentences with figures; none where nothing does.
    ///
    /// The order is that of the table above.
    pub fn warnings(&self) -> Vec<String> {
        let (mut warnings, unit) = (Vec::new(), self.unit.name());
        if self.buyers <= 0.0 {
            return vec!["there is no buyer".to_owned()];
        }
        if let (Some(age), Some(gap)) = (self.median_age, self.median_gap)
            && age < GAPS * gap
        {
            let (gaps, age, gap) = (number(age / gap), number(age), number(gap));
            warnings.push(format!(
                "the buyers are seen for {gaps} gaps between purchases, the median age being {age} {unit} and the median gap \
                 {gap} {unit}: silence tells little, wait for at least {GAPS} gaps"
            ));
        }
        let once = 1.0 - self.repeat_buyers / self.buyers;
        if once >= ONE_TIME {
            warnings.push(format!(
                "{:.1} % of the buyers bought once: of when buyers leave little is seen, and BG/NBD takes a one-time buyer for \
                 alive with certainty",
                100.0 * once
            ));
        }
        if self.repeat_buyers < FEW {
            warnings.push(format!(
                "{} of {} buyers bought again, fewer than {FEW}: parameters will be uncertain, take priors or a pooled model",
                number(self.repeat_buyers),
                number(self.buyers)
            ));
        }
        if let Some([newer, older]) = self.halves {
            let apart = |a: (f64, f64), b: (f64, f64)| b.0 - a.0 > APART * a.1.hypot(b.1);
            let (ages, theirs) = (number(newer.age), number(older.age));
            if apart(newer.rate, older.rate) {
                let (own, other) = (number(newer.rate.0), number(older.rate.0));
                warnings.push(format!(
                    "newer buyers (mean age {ages} {unit}) make {own} repeats in one of the {unit}, older ones ({theirs}) \
                     {other}: buying falls with the time of the first purchase, and the models suppose that it does not"
                ));
            }
            if apart(older.repeats, newer.repeats) {
                let (own, other) = (number(newer.repeats.0), number(older.repeats.0));
                warnings.push(format!(
                    "newer buyers (mean age {ages} {unit}) have made {own} repeats, older ones ({theirs}) {other} in a longer \
                     time: buying rises with the time of the first purchase, and the models suppose that it does not"
                ));
            }
        }
        warnings
    }

    /// That the model takes one-time buyers for alive whatever their silence, where there are many: a sentence with figures.
    ///
    /// It is what BG/NBD supposes and not what it has found: nobody leaves there without a repeat. `None` where the model
    /// lets them leave, or at most a quarter of the buyers bought once.
    pub fn certainly_alive(&self, model: &PurchaseModel, buyers: &Buyers) -> Option<String> {
        let once = 1.0 - self.repeat_buyers / self.buyers;
        let oldest = buyers.list().iter().map(|cell| cell.age).fold(0.0, f64::max);
        let silent = Buyer::new(buyers.unit(), 0, 0.0, oldest).ok()?;
        let alive = model.alive(&silent).ok()?;
        (alive >= 1.0 && once >= MANY_ALIVE).then(|| {
            format!(
                "{:.1} % of the buyers bought once, and {} takes them for alive with certainty, for it lets nobody leave without a \
                 repeat: take P(alive) of a family that does, such as MBG/NBD or Pareto/NBD",
                100.0 * once,
                model.family()
            )
        })
    }
}

/// The median with weights; the mean of both where it falls between two.
///
/// None of nothing.
fn median(mut values: Vec<(f64, f64)>) -> Option<f64> {
    values.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let middle = 0.5 * sum(values.iter().map(|value| value.1));
    let mut before = 0.0;
    for (at, (value, weight)) in values.iter().enumerate() {
        before += weight;
        if before > middle * (1.0 + 1e-12) {
            return Some(*value);
        }
        if before >= middle * (1.0 - 1e-12) {
            return Some(values.get(at + 1).map_or(*value, |next| 0.5 * (value + next.0)));
        }
    }
    None
}

/// Means of some cells; `None` if there is none, or no time has passed.
///
/// The standard error of the rate is that of a ratio of sums (W. G. Cochran 1977, *Sampling Techniques*, chapter 6): buyers
/// with different ages count by their ages.
fn half<'a>(cells: impl Iterator<Item = &'a Cell>) -> Option<Half> {
    let cells: Vec<&Cell> = cells.collect();
    let mean = |of: &dyn Fn(&Cell) -> f64, by: f64| sum(cells.iter().map(|cell| cell.weight * of(cell))) / by;
    let buyers = mean(&|_| 1.0, 1.0);
    let (age, repeats) = (mean(&|cell| cell.age, buyers), mean(&|cell| cell.repeats, buyers));
    if !(buyers > 0.0 && age > 0.0) {
        return None;
    }
    let rate = repeats / age;
    let error = |of: &dyn Fn(&Cell) -> f64| (mean(of, buyers) / buyers).sqrt();
    Some(Half {
        buyers,
        age,
        repeats: (repeats, error(&|cell| (cell.repeats - repeats).powi(2))),
        rate: (rate, error(&|cell| (cell.repeats - rate * cell.age).powi(2)) / age),
    })
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new([
            ("buyers", Align::Right),
            ("bought again", Align::Right),
            ("median age", Align::Right),
            ("median gap", Align::Right),
        ]);
        let time =
            |time: Option<f64>| time.map_or("-".to_owned(), |time| format!("{} {}", number(time), self.unit.name()));
        table.row([number(self.buyers), number(self.repeat_buyers), time(self.median_age), time(self.median_gap)]);
        writeln!(f, "{table}")?;
        for warning in self.warnings() {
            writeln!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}
