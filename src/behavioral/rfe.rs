//! Recency, frequency and engagement: for visitors and readers, who need not buy.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | days since last visit or session | recency |
//! | sessions, visits | frequency |
//! | pages, minutes, engagement score | engagement: [`Rfe::property`] and [`Rfe::weights`] say of what |
//! | stickiness (daily over monthly actives) | not this: a share of days, not a score |
//!
//! Learn [`Rfe`] and [`RfeSegment`]; [`RfeModel`] is met as any fitted segmenter.

use std::hash::Hash;

use super::measured::{self, check_days, events};
use super::scored::{self, Scored, Table};
use crate::bands::Bands;
use crate::classify::{ScoreRow, ScoreTable};
use crate::customer::{Customer, Customers, as_of_is_missing};
use crate::error::{Error, Result};
use crate::explanation::{Explanation, Reason};
use crate::parallel;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmenter::{Fit, Reads, Segmenter};

const NAMES: scored::Names = ["recency", "frequency", "engagement"];
const WHAT: [&str; 3] = ["days_since_last", "events", "engagement"];

measured::segments! {
    /// A segment by recency, frequency and engagement.
    RfeSegment {
        Engaged = "engaged", "Engaged", "Came of late, comes often and does much.";
        Warming = "warming", "Warming", "Came of late, comes and does a fair amount.";
        New = "new", "New", "Came of late, and hardly before.";
        Cooling = "cooling", "Cooling", "Came and did much, but not of late.";
        Casual = "casual", "Casual", "Comes and does little.";
        Gone = "gone", "Gone", "Has stayed away for longest.";
    }
}

/// The boxes of the six names, complete and without overlap over five scores each.
impl RfeSegment {
    fn table() -> ScoreTable {
        let row = |segment: RfeSegment, recency, both| {
            ScoreRow::new(segment.key()).scores("recency", recency).scores("frequency_engagement", both)
        };
        ScoreTable::new([("recency", 5), ("frequency_engagement", 5)])
            .row(row(RfeSegment::Engaged, 4..=5, 4..=5))
            .row(row(RfeSegment::Warming, 4..=5, 2..=3))
            .row(row(RfeSegment::New, 4..=5, 1..=1))
            .row(row(RfeSegment::Cooling, 2..=3, 3..=5))
            .row(row(RfeSegment::Casual, 2..=3, 1..=2))
            .row(row(RfeSegment::Gone, 1..=1, 1..=5))
    }
}

/// What counts as engagement in an event.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
enum Engagement {
    /// The quantity that the event carries.
    Quantity,
    /// A property of that name, which must be a number where it is present.
    Property(String),
    /// A weight a kind; an event of any other kind would weigh nothing.
    Weights(Vec<(String, f64)>),
}

/// Scores customers by how recently and how often something happened, and by how much they did: pages read, minutes
/// watched, weights of what they clicked. The sibling of [`Rfm`](super::Rfm) for sites and services without purchases.
///
/// Recency is the days since the last event, frequency the number of events, engagement the sum over them; frequency
/// and engagement over the last days that count. Events of which the property or quantity is not known add nothing.
///
/// **Defaults.** Events of the kind `visit` in the last 365 days, engagement by their quantity (pages, minutes), five
/// bands a measure by quantiles, and six segments over recency and the mean of the other two scores, a half rounded
/// up: ours.
///
/// It fits visits that people repeat when they like. It does not fit services that run by themselves (a device that
/// reports each minute is always engaged) or logs of one visit a visitor, where only recency differs.
///
/// ```
/// use segmentry::behavioral::{Rfe, RfeSegment};
/// use segmentry::customer::{Customers, Record};
/// use segmentry::history::{Event, History};
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::time::Day;
///
/// let (mut log, day) = (History::builder(), |n: i32| Day::from_days(20_000 + n));
/// for reader in 0..50 {
///     for visit in 0..=reader % 10 {
///         let pages = f64::from(1 + reader % 7);
///         log.push(reader, &Event::on(day(7 * reader - 3 * visit), "visit").quantity(pages))?;
///     }
/// }
/// let model = Rfe::new().fit(&Customers::from_history(log.finish()).as_of(day(350)))?;
/// assert_eq!((model.fitted(), model.left_out()), (50, 0));
///
/// let reader = Record::new("cleo").event(&Event::on(day(345), "visit").quantity(2.0)).as_of(day(350));
/// assert_eq!(model.values(&reader)?, Some([5.0, 1.0, 2.0]));
/// assert_eq!(model.assign(&reader)?, Some(RfeSegment::New));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// O(events + customers), in parallel, with the same answer on any number of threads.
///
/// # Missing values
/// A reader without an event that counts is unassigned. One whose events all lie before the days that count has a
/// frequency and an engagement of 0, and a recency: that is known, and low.
#[derive(Clone, Debug)]
pub struct Rfe<S = RfeSegment> {
    source: Source,
    bands: scored::Measures,
    table: Table<S>,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Source {
    kinds: Vec<String>,
    days: u32,
    engagement: Engagement,
}

impl Default for Rfe {
    fn default() -> Self {
        let source = Source { kinds: vec!["visit".to_owned()], days: 365, engagement: Engagement::Quantity };
        let table = Table::of(RfeSegment::table(), RfeSegment::ALL.to_vec());
        Rfe { source, bands: scored::Measures::new(), table }
    }
}

impl Rfe {
    /// Visits of the last 365 days by quantity.
    pub fn new() -> Self {
        Rfe::default()
    }
}

impl<S> Rfe<S> {
    /// Sets the kinds of event that count; none for any kind.
    #[must_use]
    pub fn kinds<T: Into<String>>(mut self, kinds: impl IntoIterator<Item = T>) -> Self {
        self.source.kinds = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how many of the last days count for frequency and engagement.
    #[must_use]
    pub fn days(mut self, days: u32) -> Self {
        self.source.days = days;
        self
    }

    /// Takes the sum of a property that is a number for engagement: `minutes`.
    #[must_use]
    pub fn property(mut self, name: impl Into<String>) -> Self {
        self.source.engagement = Engagement::Property(name.into());
        self
    }

    /// Takes a weight a kind of event for engagement, and counts those kinds: a comment 5, a click 1.
    ///
    /// In place of the kinds that were set before. A kind that is named twice has its first weight.
    ///
    /// ```
    /// use segmentry::behavioral::Rfe;
    /// use segmentry::history::Event;
    /// use segmentry::customer::{Customers, Record};
    /// use segmentry::segmenter::Fit;
    /// use segmentry::time::Day;
    ///
    /// let day = Day::new(2026, 3, 1)?;
    /// let cleo = Record::new("cleo")
    ///     .event(&Event::on(day, "comment"))
    ///     .event(&Event::on(day, "click"))
    ///     .event(&Event::on(day, "click"))
    ///     .as_of(day);
    /// let rfe = Rfe::new().weights([("comment", 5.0), ("click", 1.0)]);
    /// let model = rfe.fit(&Customers::from_customers([&cleo])?)?;
    /// assert_eq!(model.values(&cleo)?, Some([0.0, 3.0, 7.0]));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn weights<T: Into<String>>(mut self, weights: impl IntoIterator<Item = (T, f64)>) -> Self {
        let weights: Vec<(String, f64)> = weights.into_iter().map(|(kind, weight)| (kind.into(), weight)).collect();
        self.source.kinds = weights.iter().map(|(kind, _)| kind.clone()).collect();
        self.source.engagement = Engagement::Weights(weights);
        self
    }

    /// Sets the bands of recency. The fewest days always score best.
    #[must_use]
    pub fn recency(mut self, bands: Bands) -> Self {
        self.bands.set(0, bands);
        self
    }

    /// Sets the bands of frequency.
    #[must_use]
    pub fn frequency(mut self, bands: Bands) -> Self {
        self.bands.set(1, bands);
        self
    }

    /// Sets the bands of engagement.
    #[must_use]
    pub fn engagement(mut self, bands: Bands) -> Self {
        self.bands.set(2, bands);
        self
    }

    /// Makes segments by a table of your own over any of `recency`, `frequency`, `engagement` and
    /// `frequency_engagement`, the mean of the two scores with a half rounded up.
    #[must_use]
    pub fn table(self, table: ScoreTable) -> Rfe<Label> {
        Rfe { source: self.source, bands: self.bands, table: Table::labelled(table) }
    }
}

impl Source {
    fn check(&self) -> Result<()> {
        check_days("days", self.days)?;
        match &self.engagement {
            Engagement::Weights(weights) => match weights.iter().find(|w| !(w.1.is_finite() && w.1 >= 0.0)) {
                Some((kind, weight)) => {
                    Err(Error::parameter(format!("weight of `{kind}`"), "a finite number of at least 0", weight))
                }
                None if weights.is_empty() => Err(Error::empty("weights")),
                None => Ok(()),
            },
            Engagement::Property(name) if name.is_empty() => Err(Error::parameter("property", "a name", "``")),
            _ => Ok(()),
        }
    }

    /// Recency, frequency and engagement of one customer; `None` without an event that counts.
    fn of(&self, customer: &dyn Customer) -> Result<Option<[f64; 3]>> {
        let measure = || {
            let as_of = customer.as_of().ok_or_else(as_of_is_missing)?;
            let Some(last) = events(customer, as_of, &self.kinds, None).map(|event| event.day).max() else {
                return Ok(None);
            };
            let (mut count, mut sum) = (0.0, 0.0);
            for event in events(customer, as_of, &self.kinds, Some(self.days)) {
                count += 1.0;
                sum += match &self.engagement {
                    Engagement::Quantity => event.quantity.unwrap_or(0.0),
                    Engagement::Weights(weights) => {
                        weights.iter().find(|(kind, _)| kind == event.kind).map_or(0.0, |(_, weight)| *weight)
                    }
                    Engagement::Property(name) => match (event.property(name), event.property(name).number()) {
                        (_, Some(number)) => number,
                        (value, None) if value.is_present() => {
                            return Err(Error::wrong_kind(name, value.in_words(), "number"));
                        }
                        _ => 0.0,
                    },
                };
            }
            if !sum.is_finite() {
                return Err(Error::not_finite("engagement", sum));
            }
            Ok(Some([f64::from(as_of.day().days_since(last)), count, sum]))
        };
        measure().map_err(|error: Error| error.at_customer(customer.id()))
    }
}

/// Fitted [`Rfe`]: the cut points of three measures, and the table that makes a segment of their scores.
///
/// It keeps the cut points and how many customers lie between them, so that a visitor of next month is scored by this
/// month's yardstick; fit anew when visitors in general come more or less often than they did.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(try_from = "Saved<S>", bound(deserialize = "S: Segment + serde::de::DeserializeOwned"))
)]
pub struct RfeModel<S = RfeSegment> {
    source: Source,
    scored: Scored<S>,
    fitted: u64,
    left_out: u64,
}

/// What a file may claim.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "S: serde::de::DeserializeOwned"))]
struct Saved<S> {
    source: Source,
    scored: scored::Saved<S>,
    fitted: u64,
    left_out: u64,
}

#[cfg(feature = "serde")]
impl<S: Segment> TryFrom<Saved<S>> for RfeModel<S> {
    type Error = Error;

    fn try_from(saved: Saved<S>) -> Result<Self> {
        saved.source.check()?;
        let scored = saved.scored.checked(&NAMES)?;
        Ok(RfeModel { source: saved.source, scored, fitted: saved.fitted, left_out: saved.left_out })
    }
}

#[cfg(feature = "serde")]
impl<S> crate::model::Model for RfeModel<S>
where
    S: Segment + Clone + Eq + Hash + Send + Sync + serde::Serialize + serde::de::DeserializeOwned,
{
    const KIND: &'static str = "rfe";

    fn reads(&self) -> Reads {
        Reads::events()
    }

    fn check(&self) -> Result<()> {
        self.source.check()
    }
}

impl<S> RfeModel<S> {
    /// The scores of recency, frequency and engagement; `None` without an event that counts.
    ///
    /// # Errors
    /// As [`Segmenter::assign`].
    pub fn scores(&self, customer: &dyn Customer) -> Result<Option<[u16; 3]>> {
        Ok(self.source.of(customer)?.and_then(|values| self.scored.cuts().score(values)))
    }

    /// Days since the last event, number of events and engagement, as [`scores`](RfeModel::scores).
    ///
    /// They are what an explanation shows, and what to plot before the bands are chosen.
    ///
    /// # Errors
    /// As [`Segmenter::assign`].
    pub fn values(&self, customer: &dyn Customer) -> Result<Option<[f64; 3]>> {
        self.source.of(customer)
    }

    /// How many customers it learnt from.
    pub fn fitted(&self) -> u64 {
        self.fitted
    }

    /// How many customers had no event to learn from.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl<S: Segment + Clone + Eq + Hash + Send + Sync> Fit for Rfe<S> {
    type Model = RfeModel<S>;

    /// Learns the cut points from the customers that have an event that counts; weights count as numbers of customers.
    ///
    /// # Errors
    /// If a parameter is wrong, the customers are seen as of no moment or have no history, nobody has an event that
    /// counts, bands or table are wrong, or `progress` stops the work.
    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<RfeModel<S>> {
        self.source.check()?;
        customers.seen_as_of()?;
        if customers.history().is_none() {
            return Err(Error::empty("history: give it with `with_history`"));
        }
        progress.step("steps", 0, 2)?;
        let chunks = parallel::map_chunks(customers.len(), 4096, |rows| {
            rows.filter_map(|row| customers.get(row))
                .map(|customer| self.source.of(&customer).map_err(|error| error.at_row(customer.row())))
                .collect::<Result<Vec<_>>>()
        });
        progress.step("steps", 1, 2)?;
        let mut columns = [const { Vec::new() }; 3];
        let mut weights = customers.weights().map(|_| Vec::new());
        let found = chunks.into_iter().collect::<Result<Vec<_>>>()?;
        for (row, values) in found.into_iter().flatten().enumerate() {
            let Some(values) = values else { continue };
            columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
            if let (Some(weights), Some(all)) = (&mut weights, customers.weights()) {
                weights.extend(all.get(row));
            }
        }
        let [recency, frequency, engagement] = &columns;
        if recency.is_empty() {
            return Err(Error::empty("customers with events to learn from"));
        }
        let cuts = self.bands.fit([recency, frequency, engagement], weights.as_deref(), &NAMES)?;
        let scored = Scored::fitted(cuts, self.table.clone(), &NAMES)?;
        progress.step("steps", 2, 2)?;
        let fitted = recency.len() as u64;
        Ok(RfeModel { source: self.source.clone(), scored, fitted, left_out: customers.len() as u64 - fitted })
    }
}

impl<S: Segment + Clone + Eq + Hash + Send + Sync> Segmenter for RfeModel<S> {
    type Segment = S;

    fn segments(&self) -> Vec<S> {
        self.scored.segments().to_vec()
    }

    fn reads(&self) -> Reads {
        Reads::events()
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<S>> {
        let segment = self.source.of(customer)?.and_then(|values| self.scored.place(values));
        Ok(segment.and_then(|segment| self.scored.segments().get(segment).cloned()))
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let values = self.source.of(customer)?;
        let segment = values.and_then(|values| self.scored.segments().get(self.scored.place(values)?));
        Ok(match (values, segment) {
            (Some(values), Some(segment)) => {
                self.scored.explain(Explanation::assigned(customer.id(), segment), values, WHAT, &NAMES)
            }
            _ => Explanation::unassigned(customer.id(), Reason::NoEvents),
        })
    }
}
