//! Models by segment, and the one for all others.

use std::fmt;

use crate::error::Result;
use crate::lifetime::buyers::Buyers;
use crate::lifetime::horizon::Horizon;
use crate::lifetime::model::PurchaseModel;
use crate::text::{Align, Table, number};

use super::parts;
use super::rounds::Common;

/// A model for each segment and one of all buyers, for who is in none. Learnt by [`PerSegment`](super::PerSegment).
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{BuyTillYouDie, Buyers, Family, Horizon, PerSegment};
///
/// let repeats = [0, 0, 1, 4, 2, 0, 7, 1, 0, 3];
/// let last = [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0, 0.0, 33.0];
/// let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 10])?;
/// let mut segments = [Some("web"); 10];
/// segments[..6].fill(Some("shop"));
/// let models = PerSegment::new(BuyTillYouDie::new(Family::BgNbd)).fit(&buyers, &segments)?;
/// let purchases = models.purchases_each(&buyers, &segments, Horizon::weeks(52.0))?;
/// let web = models.model(Some("web"));
/// assert!(purchases[6] == web.purchases(&buyers.get(6).expect("a buyer"), Horizon::weeks(52.0))?);
/// assert_eq!(models.model(Some("elsewhere")), models.pooled());
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Printed it is a table of the segments' parameters, with the share of them that is common.
///
/// # Cost
///
/// Two models a segment are kept; a question for many buyers sorts the rows by segment first.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct SegmentModels {
    pooled: PurchaseModel,
    /// Medians of the segments' parameters.
    middle: Vec<f64>,
    /// Standard deviations of the logarithms of the segments' parameters.
    spread: Vec<f64>,
    segments: Vec<SegmentModel>,
    rounds: usize,
    settled: bool,
}

/// The model of one segment.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct SegmentModel {
    /// The segment's name.
    pub segment: String,
    /// How many buyers it has, with their weights.
    pub buyers: f64,
    /// The model, drawn towards what is common.
    pub model: PurchaseModel,
    /// What its buyers would have said alone; `None` if they could not be fitted.
    pub own: Option<PurchaseModel>,
    /// Why they could not.
    pub error: Option<String>,
    /// The share of each parameter that is not its own but what is common: from 0, a segment that knows all itself, to 1.
    pub shrunk: Vec<f64>,
}

impl SegmentModel {
    /// That of a segment beside which there is no other: all that is known is the pool's.
    pub(super) fn pooled(segment: &str, buyers: f64, pooled: &PurchaseModel) -> Self {
        let shrunk = vec![1.0; pooled.parameters().len()];
        SegmentModel { segment: segment.to_owned(), buyers, model: pooled.clone(), own: None, error: None, shrunk }
    }
}

impl SegmentModels {
    /// Put together of what was learnt; without what is common, of segments that are the pool.
    pub(super) fn new(pooled: PurchaseModel, segments: Vec<SegmentModel>, common: Option<&Common>) -> Self {
        let (middle, spread, rounds, settled) = match common {
            Some(common) => {
                let middle = common.middle.iter().map(|ln| ln.exp()).collect();
                (middle, common.spread.clone(), common.rounds, common.settled)
            }
            None => (pooled.parameters().to_vec(), vec![0.0; pooled.parameters().len()], 0, true),
        };
        SegmentModels { pooled, middle, spread, segments, rounds, settled }
    }

    /// The model of all buyers: for strangers.
    pub fn pooled(&self) -> &PurchaseModel {
        &self.pooled
    }

    /// The segments, in the order of their names.
    pub fn segments(&self) -> &[SegmentModel] {
        &self.segments
    }

    /// The model to be asked of a buyer in that segment; that of all buyers where it is not known.
    pub fn model(&self, segment: Option<&str>) -> &PurchaseModel {
        let found = segment.and_then(|name| self.segments.iter().find(|known| known.segment == name));
        found.map_or(&self.pooled, |found| &found.model)
    }

    /// The medians of the segments' parameters, in the order of
    /// [`Family::parameters`](crate::lifetime::Family::parameters).
    pub fn middle(&self) -> &[f64] {
        &self.middle
    }

    /// The standard deviations of the logarithms of the segments' parameters: how much segments differ. 0 with one segment.
    pub fn spread(&self) -> &[f64] {
        &self.spread
    }

    /// In how many rounds middle and spreads were found, and whether they changed no more.
    pub fn rounds(&self) -> (usize, bool) {
        (self.rounds, self.settled)
    }

    /// The probability of being alive of each buyer, by the model of its segment; NaN of a row without a buyer.
    ///
    /// # Errors
    /// If there are not as many segments as rows, or the buyers have covariates.
    pub fn alive_each<'a, S: Copy + Into<Option<&'a str>>>(&self, buyers: &Buyers, segments: &[S]) -> Result<Vec<f64>> {
        self.each(buyers, segments, |model, buyers| model.alive_each(buyers))
    }

    /// Expected purchases of each buyer up to the horizon, by the model of its segment; NaN of a row without a buyer.
    ///
    /// # Errors
    /// As [`SegmentModels::alive_each`], or if the horizon is not finite or below 0.
    pub fn purchases_each<'a, S: Copy + Into<Option<&'a str>>>(
        &self,
        buyers: &Buyers,
        segments: &[S],
        horizon: Horizon,
    ) -> Result<Vec<f64>> {
        self.each(buyers, segments, |model, buyers| model.purchases_each(buyers, horizon))
    }

    /// A figure of each row by the model of its segment, in the order of the rows.
    pub(in crate::lifetime) fn each<'a, S: Copy + Into<Option<&'a str>>>(
        &self,
        buyers: &Buyers,
        segments: &[S],
        figure: impl Fn(&PurchaseModel, &Buyers) -> Result<Vec<f64>>,
    ) -> Result<Vec<f64>> {
        // asked of nobody, the pool says whether the covariates are those of the models
        if !buyers.covariates().is_empty() {
            figure(&self.pooled, buyers)?;
        }
        let mut out = vec![f64::NAN; buyers.len()];
        for (segment, rows) in parts(buyers, segments)? {
            let figures = figure(self.model(segment), &buyers.part(&rows))?;
            for (row, figure) in rows.into_iter().zip(figures) {
                out[row] = figure;
            }
        }
        Ok(out)
    }
}

impl fmt::Display for SegmentModels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} by segment, times in {}", self.pooled.family(), self.pooled.unit().name())?;
        let names = self.pooled.family().parameters();
        let heads = ["segment", "buyers"].into_iter().chain(names.iter().copied()).chain(["common"]);
        let mut table =
            Table::new(heads.map(|head| (head, if head == "segment" { Align::Left } else { Align::Right })));
        let row = |name: &str, buyers: String, values: &[f64], common: String| {
            let values = values.iter().map(|value| number(*value));
            [name.to_owned(), buyers].into_iter().chain(values).chain([common]).collect::<Vec<_>>()
        };
        for segment in &self.segments {
            let common = segment.shrunk.iter().sum::<f64>() / segment.shrunk.len().max(1) as f64;
            let common = format!("{:.0} %", 100.0 * common);
            table.row(row(&segment.segment, number(segment.buyers), segment.model.parameters(), common));
        }
        let buyers = self.segments.iter().map(|segment| segment.buyers).sum::<f64>();
        table.row(row("(median)", number(buyers), &self.middle, "-".to_owned()));
        table.row(row("(spread of logarithms)", "-".to_owned(), &self.spread, "-".to_owned()));
        table.row(row("(all buyers)", "-".to_owned(), self.pooled.parameters(), "-".to_owned()));
        writeln!(f, "{table}")?;
        for segment in &self.segments {
            if let Some(error) = &segment.error {
                writeln!(f, "{} could not be fitted alone: {error}", segment.segment)?;
            }
        }
        if !self.settled {
            writeln!(f, "the spreads still changed after {} rounds", self.rounds)?;
        }
        Ok(())
    }
}
