//! Rhythm: days since the last purchase against the customer's own gap between purchases.

use super::measured::{self, Measured, check_levels, events, interval, level, tell_level};
use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::history::PURCHASE;
use crate::math::quantile;
use crate::parallel;
use crate::progress::Progress;
use crate::segmenter::Fit;
use crate::time::{AsOf, Day};
use crate::value::Value;

measured::segments! {
    /// Whether a customer keeps its rhythm.
    RhythmSegment {
        OnRhythm = "on_rhythm", "On rhythm", "Bought as lately as usual.";
        Slipping = "slipping", "Slipping", "Stays away longer than usual.";
        Lapsed = "lapsed", "Lapsed", "Stays away much longer than usual.";
    }
}

/// Tells customers that are late by their own measure: a week without a purchase means something else of one who
/// buys daily than of one who buys twice a year.
///
/// The number is `days since the last purchase / expected gap`. The expected gap is the customer's median gap `m`
/// between days with a purchase, drawn to the population's median gap `M` as long as there are few gaps `n`:
///
/// ```text
/// expected gap = (n · m + k · M) / (n + k)
/// ```
///
/// with `k` gaps of the population counting against the customer's own. With one purchase there is no gap, and the
/// expected gap is `M`. `M` is the median of the median gaps of the customers that have one, so that those who buy
/// most do not decide alone; it is what a [`RhythmModel`] learns.
///
/// **Defaults.** `k` = 2; slipping from a ratio of 1.5 on, lapsed from 3 on: ours. It does not fit things bought once in
/// years.
///
/// | elsewhere | here |
/// | --- | --- |
/// | interpurchase time, purchase cycle, latency | the gap, in days |
/// | shrinkage to the mean, empirical Bayes | [`prior_gaps`](Rhythm::prior_gaps), a fixed weight |
/// | churn by inactivity | [`RhythmSegment::Lapsed`]: a sign, no proof; a lifetime model gives a probability |
///
/// ```
/// use segmentry::behavioral::{Rhythm, RhythmSegment};
/// use segmentry::customer::{Customers, Record};
/// use segmentry::history::History;
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::time::Day;
///
/// let (mut log, day) = (History::builder(), |n| Day::from_days(20_000 + n));
/// for customer in 0..20 {
///     for n in 0..5 {
///         log.push(customer, &(day(n * 30), 10.0))?; // every 30 days
///     }
/// }
/// let model = Rhythm::new().fit(&Customers::from_history(log.finish()).as_of(day(125)))?;
/// assert_eq!(model.population_gap(), 30.0);
///
/// let weekly = (0..9).fold(Record::new("weekly"), |c, n| c.purchase(day(n * 7), 5.0)).as_of(day(81));
/// assert_eq!(model.measure(&weekly)?, Some(25.0 / ((8.0 * 7.0 + 2.0 * 30.0) / 10.0)));
/// assert_eq!(model.assign(&weekly)?, Some(RhythmSegment::Slipping));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields, default))]
pub struct Rhythm {
    kinds: Vec<String>,
    prior_gaps: f64,
    ratios: [f64; 2],
}

impl Default for Rhythm {
    fn default() -> Self {
        Rhythm { kinds: vec![PURCHASE.to_owned()], prior_gaps: 2.0, ratios: [1.5, 3.0] }
    }
}

impl Rhythm {
    /// Purchases, with the default thresholds.
    pub fn new() -> Self {
        Rhythm::default()
    }

    /// Sets the kinds of event that count; none for any kind.
    #[must_use]
    pub fn kinds<T: Into<String>>(mut self, kinds: impl IntoIterator<Item = T>) -> Self {
        self.kinds = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how many gaps of the population count against the customer's own: `k`.
    #[must_use]
    pub fn prior_gaps(mut self, gaps: f64) -> Self {
        self.prior_gaps = gaps;
        self
    }

    /// Sets from which ratio on a customer is slipping and lapsed.
    #[must_use]
    pub fn ratios(mut self, ratios: [f64; 2]) -> Self {
        self.ratios = ratios;
        self
    }

    fn check(&self) -> Result<()> {
        if !(self.prior_gaps.is_finite() && self.prior_gaps > 0.0) {
            return Err(Error::parameter("prior_gaps", "a finite number above 0", self.prior_gaps));
        }
        check_levels("ratios", &self.ratios)
    }

    /// The last day with a purchase and the gaps between such days.
    fn gaps(&self, customer: &dyn Customer, as_of: AsOf) -> (Option<Day>, Vec<f64>) {
        let (mut last, mut gaps) = (None::<Day>, Vec::new());
        for event in events(customer, as_of, &self.kinds, None) {
            match last {
                Some(before) if event.day > before => gaps.push(f64::from(event.day.days_since(before))),
                Some(_) => continue,
                None => {}
            }
            last = Some(event.day);
        }
        (last, gaps)
    }
}

/// Fitted [`Rhythm`]: the population's median gap.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct RhythmModel {
    rhythm: Rhythm,
    population_gap: f64,
    fitted: u64,
}

impl RhythmModel {
    /// The median of the customers' median gaps, in days.
    pub fn population_gap(&self) -> f64 {
        self.population_gap
    }

    /// How many customers have a gap, and so were learnt from.
    pub fn fitted(&self) -> u64 {
        self.fitted
    }
}

impl Fit for Rhythm {
    type Model = RhythmModel;

    /// Learns the population's median gap from the customers with purchases on two days or more.
    ///
    /// # Errors
    /// If a parameter is wrong, the customers are seen as of no moment or have no history, nobody bought on two days,
    /// or `progress` stops the work.
    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<RhythmModel> {
        self.check()?;
        let as_of = customers.seen_as_of()?;
        if customers.history().is_none() {
            return Err(Error::empty("history: give it with `with_history`"));
        }
        progress.step("steps", 0, 1)?;
        let chunks = parallel::map_chunks(customers.len(), 4096, |rows| {
            rows.filter_map(|row| quantile::median(&self.gaps(&customers.get(row)?, as_of).1)).collect::<Vec<_>>()
        });
        let gaps: Vec<f64> = chunks.into_iter().flatten().collect();
        progress.step("steps", 1, 1)?;
        let Some(population_gap) = quantile::median(&gaps) else {
            return Err(Error::empty("customers with purchases on two days to learn from"));
        };
        Ok(RhythmModel { rhythm: self.clone(), population_gap, fitted: gaps.len() as u64 })
    }
}

/// What [`RhythmModel`] measures.
pub struct Late {
    days: f64,
    gaps: usize,
    expected: f64,
}

impl Measured for RhythmModel {
    type Segment = RhythmSegment;
    type Measure = Late;
    const WHAT: &'static str = "days_since_last_over_gap";

    fn check(&self) -> Result<()> {
        if !(self.population_gap.is_finite() && self.population_gap > 0.0) {
            return Err(Error::parameter("population_gap", "a finite number above 0", self.population_gap));
        }
        self.rhythm.check()
    }

    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<Late, Reason>> {
        let (Some(last), gaps) = self.rhythm.gaps(customer, as_of) else { return Ok(Err(Reason::NoEvents)) };
        let (n, k) = (gaps.len() as f64, self.rhythm.prior_gaps);
        let own = quantile::quantiles(&gaps, &[0.5]).and_then(|found| found.first().copied());
        let expected = (n * own.unwrap_or(0.0) + k * self.population_gap) / (n + k);
        Ok(Ok(Late { days: f64::from(as_of.day().days_since(last)), gaps: gaps.len(), expected }))
    }

    fn number(measure: &Late) -> f64 {
        measure.days / measure.expected
    }

    fn place(&self, measure: &Late) -> RhythmSegment {
        RhythmSegment::ALL[level(&self.rhythm.ratios, Self::number(measure))] // one level more than thresholds
    }

    fn tell(&self, measure: &Late, told: Explanation) -> Explanation {
        let Late { days, gaps, expected } = measure;
        let ratios = self.rhythm.ratios;
        let told = told.because(Evidence::new("days_since_last", Value::Number(*days))).because(
            Evidence::new("expected_gap_days", Value::Number(*expected)).meaning(format!("from {gaps} own gaps")),
        );
        let told = tell_level(told, Self::WHAT, Self::number(measure), &ratios, RhythmSegment::ALL);
        let next = level(&ratios, Self::number(measure)) + 1;
        match (interval(&ratios, next).lower, RhythmSegment::ALL.get(next)) {
            (Some(ratio), Some(segment)) => {
                let days = (ratio * expected - days).ceil().max(1.0);
                told.unless(format!("{segment} in {days} days if nothing more is bought"))
            }
            _ => told,
        }
    }
}

measured::measured!(RhythmModel, RhythmSegment, "rhythm");
