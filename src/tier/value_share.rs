//! ABC analysis: the customers that bring the first 80 % of the value.

use crate::bands::{Better, Ties};
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::segment::Label;
use crate::segmentation::Segmentation;
use crate::segmenter::Fit;

use super::model::TierModel;
use super::ntiles::split_segmentation;
use super::place::label;
use super::ranked::{self, Count, Ranked};
use super::score::{Known, Score, known};
use super::top_share::{check_shares, limits};

/// What a value below zero means where shares of a total are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Negatives {
    /// An error that names the customer: a share of a total with negative parts is not defined, and a net refund may
    /// be a mistake in the data.
    #[default]
    Refuse,
    /// Such a customer brings nothing: it does not lessen the total and is in the last tier.
    AsZero,
}

/// ABC analysis: the fewest customers that bring the first 80 % of the value are `a`, those that bring the next 15 %
/// `b`, the others `c` (H. F. Dickie 1951, *ABC Inventory Analysis Shoots for Dollars*, Factory Management and
/// Maintenance, July; there of stock, and customers are ranked the same way).
///
/// Shares are cumulative: 0.80 and 0.95 are the defaults, with other tiers any. A customer is in a tier if those before
/// it bring less than the tier's share, so the one that crosses the border is in, and a single customer that brings
/// 90 % is `a`. Equal values on a border stay together below it unless [`ties`](ValueShare::ties) says otherwise.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::segmenter::Fit;
/// use segmentry::tier::ValueShare;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["a", "b", "c", "d"])?
///     .with_column("spend", Column::numbers([10.0, 10.0, 20.0, 60.0]))?;
/// let model = ValueShare::of("spend").tier("core", 0.5).otherwise("others").fit(&customers)?;
/// assert_eq!(model.cut_values(), [Some(60.0)]);
/// assert_eq!(model.spread().unwrap().gini(), 0.4);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # When it fits and when not
///
/// It fits sums such as spend and margin, and answers whom one cannot lose. It does not fit counts of days, ratings or
/// shares, which add up to nothing, nor values below zero unless [`negatives`](ValueShare::negatives) says what they
/// mean.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ValueShare {
    score: Score,
    #[cfg_attr(feature = "serde", serde(default))]
    tiers: Vec<(Label, f64)>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    otherwise: Option<Label>,
    #[cfg_attr(feature = "serde", serde(default))]
    ties: Ties,
    #[cfg_attr(feature = "serde", serde(default))]
    negatives: Negatives,
}

impl ValueShare {
    /// By an attribute that adds up over customers, such as spend or margin.
    pub fn of(score: impl Into<Score>) -> Self {
        let (ties, negatives) = (Ties::default(), Negatives::default());
        ValueShare { score: score.into(), tiers: Vec::new(), otherwise: None, ties, negatives }
    }

    /// Adds the next lower tier: those that bring the value up to this share of the total, counted from the best.
    #[must_use]
    pub fn tier(mut self, name: impl Into<String>, share: f64) -> Self {
        self.tiers.push((label(name), share));
        self
    }

    /// Names the others. Default: `c`, or `rest` where tiers were named.
    #[must_use]
    pub fn otherwise(mut self, name: impl Into<String>) -> Self {
        self.otherwise = Some(label(name));
        self
    }

    /// What happens to equal values on a border: together below it ([`Ties::Lower`], the default), together above it,
    /// or split in the order of the customers ([`ValueShare::split`]).
    #[must_use]
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// What a value below zero means. Default: [`Negatives::Refuse`].
    #[must_use]
    pub fn negatives(mut self, negatives: Negatives) -> Self {
        self.negatives = negatives;
        self
    }

    /// Who is where with equal values split in the order of the customers; answers for these customers only.
    ///
    /// # Errors
    /// As [`Fit::fit`], and if customers have weights.
    pub fn split(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        let (tiers, rest) = self.tiers()?;
        let measure = self.score.fit(customers)?;
        let known = known(&measure, customers)?;
        ranked::check_split(known.weights.as_deref())?;
        self.check(&known, customers)?;
        let limits = limits(&tiers, total(Ranked::of(&known.values, None, Better::Higher).value())?);
        let split = ranked::split(&known.values, Better::Higher, &limits, Count::Value);
        let labels = tiers.into_iter().map(|tier| tier.0).chain([rest]).collect();
        split_segmentation(&measure, customers, labels, (&known, &split))
    }

    /// # Errors
    /// Of the first customer below zero, where those are refused.
    fn check(&self, known: &Known, customers: &Customers) -> Result<()> {
        match known.values.iter().zip(&known.rows).find(|(value, _)| **value < 0.0) {
            Some((value, row)) if self.negatives == Negatives::Refuse => {
                let expected = "0 or more where shares of the value are taken, or `negatives` set to `as-zero`";
                let error = Error::parameter("value", expected, value).at_row(*row);
                Err(customers.ids().get(*row).map_or(error.clone(), |id| error.at_customer(id)))
            }
            _ => Ok(()),
        }
    }

    fn tiers(&self) -> Result<(Vec<(Label, f64)>, Label)> {
        if self.tiers.is_empty() {
            let tiers = vec![(Label::new("a"), 0.80), (Label::new("b"), 0.95)];
            return Ok((tiers, self.otherwise.clone().unwrap_or_else(|| Label::new("c"))));
        }
        check_shares(&self.tiers)?;
        Ok((self.tiers.clone(), self.otherwise.clone().unwrap_or_else(|| Label::new("rest"))))
    }
}

/// # Errors
/// If there is nothing to take shares of.
fn total(value: f64) -> Result<f64> {
    if value > 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Error::unsupported(format!("shares of the value need a finite sum above 0, found {value}")))
}

impl Fit for ValueShare {
    type Model = TierModel;

    /// Learns the cut values. O(n log n).
    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<TierModel> {
        let (tiers, rest) = self.tiers()?;
        let measure = self.score.fit(customers)?;
        progress.step("steps", 1, 3)?;
        let known = known(&measure, customers)?;
        self.check(&known, customers)?;
        let ranked = Ranked::of(&known.values, known.weights.as_deref(), Better::Higher);
        progress.step("steps", 2, 3)?;
        let cuts = ranked.cuts(&limits(&tiers, total(ranked.value())?), Count::Value, self.ties);
        let labels = (tiers.into_iter().map(|tier| tier.0).collect(), rest);
        let model = TierModel::learnt(
            measure,
            labels,
            cuts,
            Better::Higher,
            self.ties,
            (&ranked, customers.len() - known.values.len()),
        )?;
        progress.step("steps", 3, 3)?;
        Ok(model)
    }
}
