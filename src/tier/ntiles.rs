//! Tiers of equal size: tenths, quarters.

use crate::bands::{Better, Ties};
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::explanation::Reason;
use crate::progress::Progress;
use crate::segment::Label;
use crate::segmentation::Segmentation;
use crate::segmenter::Fit;

use super::measure::Measure;
use super::model::TierModel;
use super::place::label;
use super::ranked::{self, Count, Ranked, ntile_limits};
use super::score::{Known, Score, known};

/// Tiers of equal size, best first: `NTILE(n) OVER (ORDER BY spend DESC)` of SQL, with the cut values kept.
///
/// The tiers are `tier_1` (best) to `tier_n` unless [`names`](Ntiles::names) says otherwise; where the customers do not
/// divide, the first tiers have one more. Equal values on a border stay together below it unless
/// [`ties`](Ntiles::ties) says otherwise; many of them leave tiers empty, which [`TierModel::empty_tiers`] tells.
/// Weights must be whole numbers.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::segmenter::Fit;
/// use segmentry::tier::Ntiles;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["a", "b", "c", "d", "e"])?
///     .with_column("spend", Column::numbers([10.0, 80.0, 30.0, 20.0, 60.0]))?;
/// assert_eq!(Ntiles::of("spend", 2).fit(&customers)?.cut_values(), [Some(30.0)]); // 3 and 2 customers
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Differs from
///
/// `NTILE` of SQL splits equal values by the order in which rows happen to come, and so may put two customers with the
/// same spend into different tiers; [`fit`](Fit::fit) never does, [`split`](Ntiles::split) does it on request. Scores
/// of a [`Bands`](crate::bands::Bands) count from the worst (1) to the best, tiers from the best.
///
/// # Errors
///
/// If there are fewer than 2 or more than 10 000 tiers, or not as many names as tiers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Ntiles {
    score: Score,
    tiers: usize,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    names: Option<Vec<Label>>,
    #[cfg_attr(feature = "serde", serde(default))]
    better: Better,
    #[cfg_attr(feature = "serde", serde(default))]
    ties: Ties,
}

impl Ntiles {
    /// So many tiers by an attribute or a weighted score.
    pub fn of(score: impl Into<Score>, tiers: usize) -> Self {
        Ntiles { score: score.into(), tiers, names: None, better: Better::default(), ties: Ties::default() }
    }

    /// Names the tiers, best first.
    #[must_use]
    pub fn names<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.names = Some(names.into_iter().map(label).collect());
        self
    }

    /// The lowest values are best, as for the days since the last order.
    #[must_use]
    pub fn lower_is_better(mut self) -> Self {
        self.better = Better::Lower;
        self
    }

    /// What happens to equal values on a border: together below it ([`Ties::Lower`], the default), together above it,
    /// or split in the order of the customers as SQL does ([`Ntiles::split`]).
    #[must_use]
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// Who is where with equal values split in the order of the customers, as SQL does it, so that tiers differ by one
    /// customer at most; answers for these customers only.
    ///
    /// # Errors
    /// As [`Fit::fit`], and if customers have weights.
    pub fn split(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        let labels = self.labels()?;
        let measure = self.score.fit(customers)?;
        let known = known(&measure, customers)?;
        ranked::check_split(known.weights.as_deref())?;
        let limits = ntile_limits(known.values.len() as f64, self.tiers);
        let split = ranked::split(&known.values, self.better, &limits, Count::Customers);
        split_segmentation(&measure, customers, labels, (&known, &split))
    }

    fn labels(&self) -> Result<Vec<Label>> {
        if !(2..=10_000).contains(&self.tiers) {
            return Err(Error::parameter("tiers", "a whole number from 2 to 10000", self.tiers));
        }
        let count = self.tiers;
        match &self.names {
            Some(names) if names.len() != count => Err(Error::length("names", names.len(), count)),
            Some(names) => Ok(names.clone()),
            None => {
                let name = |tier| Label::new(format!("tier_{tier}")).named(format!("Tier {tier} of {count}"));
                Ok((1..=count).map(name).collect())
            }
        }
    }
}

impl Fit for Ntiles {
    type Model = TierModel;

    /// Learns the cut values. O(n log n).
    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<TierModel> {
        let mut labels = self.labels()?;
        let measure = self.score.fit(customers)?;
        progress.step("steps", 1, 3)?;
        let known = known(&measure, customers)?;
        let weights = known.weights.as_deref().unwrap_or_default();
        if let Some((weight, row)) = weights.iter().zip(&known.rows).find(|(weight, _)| weight.fract() != 0.0) {
            let error = Error::parameter("weight", "a whole number for tiers of equal size", weight).at_row(*row);
            return Err(customers.ids().get(*row).map_or(error.clone(), |id| error.at_customer(id)));
        }
        let ranked = Ranked::of(&known.values, known.weights.as_deref(), self.better);
        progress.step("steps", 2, 3)?;
        let limits = ntile_limits(ranked.customers(), self.tiers);
        let cuts = ranked.cuts(&limits, Count::Customers, self.ties);
        let rest = labels.pop().unwrap_or_else(|| label("rest")); // there are at least two
        let learnt = (&ranked, customers.len() - known.values.len());
        let model = TierModel::learnt(measure, (labels, rest), cuts, self.better, self.ties, learnt)?;
        progress.step("steps", 3, 3)?;
        Ok(model)
    }
}

/// The segmentation of customers of whom those known are in these tiers.
pub(super) fn split_segmentation(
    measure: &Measure,
    customers: &Customers,
    labels: Vec<Label>,
    (known, tiers): (&Known, &[usize]),
) -> Result<Segmentation<Label>> {
    let mut next = known.rows.iter().zip(tiers).peekable();
    let places = (0..customers.len()).map(|row| match next.next_if(|known| *known.0 == row) {
        Some((_, tier)) => Ok(*tier),
        None => Err(customers.get(row).and_then(|c| measure.absent(&c)).unwrap_or(Reason::NoMatch)),
    });
    Segmentation::new(customers, labels, places)
}
