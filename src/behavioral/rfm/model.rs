//! What was learnt, and where it places customers.
//!
//! The model is three parts: where the values come from ([`Measures`]), cut points with the table ([`Scored`]), and how
//! many customers there were. All a stranger's place needs is in it, so it can be saved and asked years later.
//!
//! Placing many goes by [`RfmModel::places`], row by row over columns, with a number for a segment: names are put to
//! them once a table, not once a customer. It gives what [`Segmenter::assign`] gives for each.

use std::fmt;
use std::hash::Hash;

use super::measures::{Absent, Measures, Values};
use super::{NAMES, RfmSegment};
use crate::bands::BandsModel;
use crate::behavioral::scored::Scored;
use crate::classify::ScoreGrid;
use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::Explanation;
use crate::parallel;
use crate::segment::Segment;
use crate::segmentation::Segmentation;
use crate::segmenter::{Reads, Segmenter};

/// The scores of one customer, each from 1 (worst) to the number of bands (best). As text: `512`, or `10-2-7` where
/// scores have two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RfmScores {
    /// How recently.
    ///
    /// From the days since the last purchase: the fewest days score highest.
    pub recency: u16,
    /// How often.
    pub frequency: u16,
    /// For how much.
    pub monetary: u16,
}

impl fmt::Display for RfmScores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RfmScores { recency, frequency, monetary } = self;
        let dash = if [recency, frequency, monetary].iter().any(|score| **score > 9) { "-" } else { "" };
        write!(f, "{recency}{dash}{frequency}{dash}{monetary}")
    }
}

/// Fitted RFM: the cut points of three measures, and the table that makes a segment of their scores. Made by
/// [`Rfm`](super::Rfm).
///
/// Places one customer without allocation, many in parallel, with the same answer. It keeps nothing of the customers
/// it learnt from but the cut points and how many lie between them.
///
/// ```
/// use segmentry::behavioral::Rfm;
/// use segmentry::customer::{Customers, Record};
/// use segmentry::history::History;
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::time::Day;
///
/// let (mut log, day) = (History::builder(), |n: i32| Day::from_days(20_000 + n));
/// for customer in 0..50 {
///     for purchase in 0..=customer % 10 {
///         log.push(customer, &(day(7 * customer - 3 * purchase), 10.0 + f64::from(customer)))?;
///     }
/// }
/// let model = Rfm::new().fit(&Customers::from_history(log.finish()).as_of(day(400)))?;
/// assert_eq!((model.fitted(), model.left_out()), (50, 0));
/// assert_eq!(model.bands(), [(5, 5); 3]); // none was lost to equal values
///
/// let ann = Record::new("ann").purchase(day(380), 30.0).purchase(day(390), 30.0).as_of(day(400));
/// assert_eq!(model.values(&ann)?, Some([10.0, 2.0, 60.0]));
/// let told = model.explain(&ann)?;
/// assert_eq!(told.evidence[0].what, "days_since_last");
/// assert!(!told.alternatives.is_empty()); // which segments are near, and from which day on it is another
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(try_from = "Saved<S>", bound(deserialize = "S: Segment + serde::de::DeserializeOwned"))
)]
pub struct RfmModel<S = RfmSegment> {
    measures: Measures,
    scored: Scored<S>,
    fitted: u64,
    left_out: u64,
}

/// What a file may claim.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "S: serde::de::DeserializeOwned"))]
struct Saved<S> {
    measures: Measures,
    scored: crate::behavioral::scored::Saved<S>,
    fitted: u64,
    left_out: u64,
}

#[cfg(feature = "serde")]
impl<S: Segment> TryFrom<Saved<S>> for RfmModel<S> {
    type Error = Error;

    fn try_from(saved: Saved<S>) -> Result<Self> {
        saved.measures.check()?;
        let scored = saved.scored.checked(&NAMES)?;
        Ok(RfmModel { measures: saved.measures, scored, fitted: saved.fitted, left_out: saved.left_out })
    }
}

#[cfg(feature = "serde")]
impl<S> crate::model::Model for RfmModel<S>
where
    S: Segment + Clone + Eq + Hash + Send + Sync + serde::Serialize + serde::de::DeserializeOwned,
{
    const KIND: &'static str = "rfm";

    fn reads(&self) -> Reads {
        self.measures.reads()
    }

    /// What can be wrong is refused while it is read.
    fn check(&self) -> Result<()> {
        self.measures.check()
    }
}

/// A place in a segmentation, small.
#[derive(Clone, Copy)]
enum Place {
    In(u32),
    Not(Absent),
}

impl<S: Sync> RfmModel<S> {
    pub(super) fn new(measures: Measures, scored: Scored<S>, fitted: u64, left_out: u64) -> Self {
        RfmModel { measures, scored, fitted, left_out }
    }

    /// The scores of a customer; `None` without a purchase or with a purchase of unknown amount. Does not allocate.
    ///
    /// # Errors
    /// As [`Segmenter::assign`].
    pub fn scores(&self, customer: &dyn Customer) -> Result<Option<RfmScores>> {
        let values = self.measures.of(customer)?.ok();
        let scores = values.and_then(|values| self.scored.cuts().score(values));
        Ok(scores.map(|[recency, frequency, monetary]| RfmScores { recency, frequency, monetary }))
    }

    /// Recency in days, frequency and monetary value of a customer, as [`scores`](RfmModel::scores).
    ///
    /// # Errors
    /// As [`Segmenter::assign`].
    pub fn values(&self, customer: &dyn Customer) -> Result<Option<[f64; 3]>> {
        Ok(self.measures.of(customer)?.ok())
    }

    /// The scores of many customers of whom the three values lie in slices: recency, frequency, monetary. 0 stands for
    ///
    /// It is the way in for columns that lie elsewhere, such as a data frame's: no customers are built. The segments of
    /// the scores are then [`ScoreGrid::assign_all`] of [`table`](RfmModel::table), if its dimensions are the three
    /// measures.
    ///
    /// a row with NaN in it. In parallel, as one by one.
    ///
    /// # Errors
    /// If the slices differ in length.
    pub fn score_columns(&self, values: [&[f64]; 3]) -> Result<[Vec<u16>; 3]> {
        let [recency, frequency, monetary] = values;
        for (column, name) in values.iter().zip(NAMES) {
            if column.len() != recency.len() {
                return Err(Error::length(name, column.len(), recency.len()));
            }
        }
        let mut rows = vec![[0; 3]; recency.len()];
        parallel::fill(&mut rows, parallel::CHUNK, |first, part| {
            let values = recency[first..].iter().zip(&frequency[first..]).zip(&monetary[first..]);
            for (row, ((r, f), m)) in part.iter_mut().zip(values) {
                *row = self.scored.cuts().score([*r, *f, *m]).unwrap_or([0; 3]);
            }
        });
        Ok([0, 1, 2].map(|at| rows.iter().map(|row| row[at]).collect()))
    }

    /// The bands of recency: cut points, how many were asked and how many there are. Of a nested fit these are the bands
    /// of all customers.
    pub fn recency(&self) -> Option<&BandsModel> {
        self.scored.cuts().bands(0, &[1; 3])
    }

    /// The bands of frequency for customers with that score of recency, which only a nested fit asks for.
    pub fn frequency(&self, recency: u16) -> Option<&BandsModel> {
        self.scored.cuts().bands(1, &[recency, 1, 1])
    }

    /// The bands of monetary value for customers with those scores of recency and frequency, which only a nested fit
    ///
    /// Of a fit that is not nested the scores make no difference.
    ///
    /// asks for.
    pub fn monetary(&self, recency: u16, frequency: u16) -> Option<&BandsModel> {
        self.scored.cuts().bands(2, &[recency, frequency, 1])
    }

    /// How many bands recency, frequency and monetary value have, and how many were asked for: fewer where many
    /// customers have the same value. Of a nested fit, in the worst bands of the measures before.
    pub fn bands(&self) -> [(usize, u16); 3] {
        [0, 1, 2].map(|at| {
            let bands = self.scored.cuts().bands(at, &[1; 3]);
            bands.map_or((0, 0), |bands| (bands.bands(), bands.asked()))
        })
    }

    /// The table that makes a segment of scores.
    pub fn table(&self) -> &ScoreGrid {
        self.scored.table()
    }

    /// How many customers it learnt from.
    pub fn fitted(&self) -> u64 {
        self.fitted
    }

    /// How many customers were there but had no purchase, or no amount, to learn from.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Row by row: the three values, and the number of the segment.
    pub(super) fn places<T: Send>(
        &self,
        customers: &Customers,
        of: impl Fn(usize, Values, Option<u32>) -> T + Sync + Send,
    ) -> Result<Vec<Vec<T>>> {
        let reader = self.measures.reader(customers)?;
        let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK / 4, |rows| {
            rows.map(|row| {
                let values = reader.row(row)?;
                let segment = values.ok().and_then(|values| self.scored.place(values));
                Ok(of(row, values, segment.map(|segment| segment as u32)))
            })
            .collect::<Result<Vec<_>>>()
        });
        chunks.into_iter().collect()
    }

    /// The segments, numbered as in [`places`](RfmModel::places).
    pub(super) fn labels(&self) -> &[S] {
        self.scored.segments()
    }

    /// The sum of the amounts, whichever of sum and mean is the third value.
    pub(super) fn spend(&self, values: [f64; 3]) -> f64 {
        if self.measures.is_mean() { values[1] * values[2] } else { values[2] }
    }
}

impl<S: Segment + Clone + Eq + Hash + Send + Sync> Segmenter for RfmModel<S> {
    type Segment = S;

    fn segments(&self) -> Vec<S> {
        self.scored.segments().to_vec()
    }

    fn reads(&self) -> Reads {
        self.measures.reads()
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<S>> {
        let values = self.measures.of(customer)?.ok();
        let segment = values.and_then(|values| self.scored.place(values));
        Ok(segment.and_then(|segment| self.scored.segments().get(segment).cloned()))
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let values = match self.measures.of(customer)? {
            Ok(values) => values,
            Err(absent) => {
                let reason = self.measures.reason(absent, |name| customer.value(name));
                return Ok(Explanation::unassigned(customer.id(), reason));
            }
        };
        let segment = self.scored.place(values).and_then(|segment| self.scored.segments().get(segment));
        let Some(segment) = segment else {
            return Ok(Explanation::unassigned(customer.id(), crate::explanation::Reason::NoMatch));
        };
        let told = Explanation::assigned(customer.id(), segment);
        let mut told = self.scored.explain(told, values, self.measures.names(), &NAMES);
        if self.measures.is_history()
            && let Some(as_of) = customer.as_of()
            && let Some((days, there)) = self.scored.first_change(values)
            && let Some(there) = self.scored.segments().get(there)
        {
            let day = as_of.day().plus((days - values[0]) as i32);
            told = told.unless(format!("{} from {day} on if nothing more is bought", there.label()));
        }
        Ok(told)
    }

    /// Measures of which ties left fewer bands than asked.
    fn notes(&self) -> Vec<String> {
        let fewer = NAMES.iter().zip(self.bands()).filter(|(_, (found, asked))| *found < usize::from(*asked));
        fewer
            .map(|(name, (found, asked))| format!("{name} has {found} of the {asked} bands asked for: values tie"))
            .collect()
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<S>> {
        let chunks = self.places(customers, |_, values, segment| match (values, segment) {
            (_, Some(segment)) => Place::In(segment),
            (Err(absent), None) => Place::Not(absent),
            (Ok(_), None) => Place::Not(Absent::NoPurchase), // finite values always score
        })?;
        let mut segmentation = Segmentation::builder(customers, Vec::with_capacity(customers.len()));
        let column = |name: &str| customers.column(name).ok();
        for (row, place) in chunks.into_iter().flatten().enumerate() {
            segmentation.push(match place {
                Place::In(segment) => Ok(segment as usize),
                Place::Not(absent) => Err(self.measures.reason(absent, |name| {
                    column(name).map_or(crate::value::Value::Missing, |column| column.value(row))
                })),
            });
        }
        Ok(segmentation.with_segments(self.scored.segments().to_vec()))
    }
}
