//! The best 20 % of the customers, and other shares.

use crate::bands::{Better, Ties};
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::segmenter::Fit;

use super::model::TierModel;
use super::place::label;
use super::ranked::{self, Count, Ranked};
use super::score::{Known, Score, known};

/// The best share of the customers: those before whom less than the share have come.
///
/// Shares are cumulative: `top_1_percent` at 0.01 and `top_20_percent` at 0.20 hold 1 % and the 19 % below. Told none,
/// the best 20 % are `top_20_percent` and the others `rest`. Of 7 customers the best 20 % are 2: the first who is not
/// wholly outside is in. Equal values on a border stay together below it unless [`ties`](TopShare::ties) says otherwise.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::segmenter::Fit;
/// use segmentry::tier::TopShare;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["a", "b", "c", "d", "e"])?
///     .with_column("spend", Column::numbers([10.0, 80.0, 30.0, 20.0, 60.0]))?;
/// let model = TopShare::of("spend").tier("top", 0.2).tier("middle", 0.6).otherwise("low").fit(&customers)?;
/// assert_eq!(model.cut_values(), [Some(80.0), Some(30.0)]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # When it fits and when not
///
/// It fits a budget for so many customers: calls, gifts, seats. It does not say who is worth the money: among equals
/// the best 20 % are still 20 %. For that take thresholds ([`Tiers`](super::Tiers)) or shares of value
/// ([`ValueShare`](super::ValueShare)).
///
/// # Errors
///
/// If a share is not above 0 and at most 1, shares do not rise, two tiers have one name, or nobody has a value.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct TopShare {
    score: Score,
    #[cfg_attr(feature = "serde", serde(default))]
    tiers: Vec<(Label, f64)>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    otherwise: Option<Label>,
    #[cfg_attr(feature = "serde", serde(default))]
    better: Better,
    #[cfg_attr(feature = "serde", serde(default))]
    ties: Ties,
}

impl TopShare {
    /// By an attribute or a weighted score.
    pub fn of(score: impl Into<Score>) -> Self {
        let (better, ties) = (Better::default(), Ties::default());
        TopShare { score: score.into(), tiers: Vec::new(), otherwise: None, better, ties }
    }

    /// Adds the next lower tier: those within this share of the customers, counted from the best.
    #[must_use]
    pub fn tier(mut self, name: impl Into<String>, share: f64) -> Self {
        self.tiers.push((label(name), share));
        self
    }

    /// Names the others. Default: `rest`.
    #[must_use]
    pub fn otherwise(mut self, name: impl Into<String>) -> Self {
        self.otherwise = Some(label(name));
        self
    }

    /// The lowest values are best, as for the days since the last order.
    #[must_use]
    pub fn lower_is_better(mut self) -> Self {
        self.better = Better::Lower;
        self
    }

    /// What happens to equal values on a border: together below it ([`Ties::Lower`], the default), together above it,
    /// or split in the order of the customers ([`TopShare::split`]).
    #[must_use]
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// Who is where with equal values split in the order of the customers, so that each tier has its exact share;
    /// answers for these customers only.
    ///
    /// # Errors
    /// As [`Fit::fit`], and if customers have weights.
    pub fn split(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        let (tiers, rest) = self.tiers()?;
        let measure = self.score.fit(customers)?;
        let known = known(&measure, customers)?;
        ranked::check_split(known.weights.as_deref())?;
        let limits = limits(&tiers, known.values.len() as f64);
        let split = ranked::split(&known.values, self.better, &limits, Count::Customers);
        let labels = tiers.into_iter().map(|tier| tier.0).chain([rest]).collect();
        super::ntiles::split_segmentation(&measure, customers, labels, (&known, &split))
    }

    fn tiers(&self) -> Result<(Vec<(Label, f64)>, Label)> {
        let rest = self.otherwise.clone().unwrap_or_else(|| Label::new("rest"));
        if self.tiers.is_empty() {
            return Ok((vec![(Label::new("top_20_percent").named("Top 20 %"), 0.2)], rest));
        }
        check_shares(&self.tiers)?;
        Ok((self.tiers.clone(), rest))
    }
}

/// # Errors
/// If a share is not above 0 and at most 1, or shares do not rise.
pub(super) fn check_shares(tiers: &[(Label, f64)]) -> Result<()> {
    let mut before = 0.0;
    for (label, share) in tiers {
        let wrong = |expected: String| {
            let error = Error::parameter("share", expected, share);
            Err(error.at_key(format!("tiers.{}", label.key())))
        };
        if !(*share > 0.0 && *share <= 1.0) {
            return wrong("above 0 and at most 1".to_owned());
        }
        if *share <= before {
            return wrong(format!("above {before}, the share before it, as shares are cumulative"));
        }
        before = *share;
    }
    Ok(())
}

pub(super) fn limits(tiers: &[(Label, f64)], total: f64) -> Vec<f64> {
    tiers.iter().map(|tier| tier.1 * total).collect()
}

impl Fit for TopShare {
    type Model = TierModel;

    /// Learns the cut values. O(n log n).
    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<TierModel> {
        let (tiers, rest) = self.tiers()?;
        let measure = self.score.fit(customers)?;
        progress.step("steps", 1, 3)?;
        let known: Known = known(&measure, customers)?;
        let ranked = Ranked::of(&known.values, known.weights.as_deref(), self.better);
        progress.step("steps", 2, 3)?;
        let cuts = ranked.cuts(&limits(&tiers, ranked.customers()), Count::Customers, self.ties);
        let labels = (tiers.into_iter().map(|tier| tier.0).collect(), rest);
        let model = TierModel::learnt(
            measure,
            labels,
            cuts,
            self.better,
            self.ties,
            (&ranked, customers.len() - known.values.len()),
        )?;
        progress.step("steps", 3, 3)?;
        Ok(model)
    }
}
