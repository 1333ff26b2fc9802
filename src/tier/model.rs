//! What was learnt: the value from which each tier holds, and how unevenly the value is spread.
//!
//! [`TierModel`] is what [`TopShare`](super::TopShare), [`ValueShare`](super::ValueShare) and
//! [`Ntiles`](super::Ntiles) learn: one type, because once cut values are known it does not matter how they were
//! found. It holds no customer, so it can be saved and sent, and it places a stranger as it placed those it learnt
//! from.
//!
//! # Differs from
//!
//! - `NTILE` of SQL and `pandas.qcut` answer for the rows at hand and forget where they cut; this keeps the cut
//!   values.
//! - An ABC analysis in a spreadsheet places by rank; a stranger has no rank, so here the value decides.

use std::fmt;

use crate::bands::{Better, Ties};
use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::Explanation;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::segmenter::{Reads, Segmenter};

use super::ladder::Ladder;
use super::measure::{Measure, short};
use super::place;
use super::ranked::Ranked;
use super::spread::Spread;

/// Tiers with cut values learnt from customers by [`TopShare`](super::TopShare), [`ValueShare`](super::ValueShare) or
/// [`Ntiles`](super::Ntiles): a stranger is in the first tier whose cut value it reaches.
///
/// Placing one customer compares numbers and allocates nothing; a table is placed column-wise and in parallel with the
/// same answers. A customer without a value is unassigned with the reason.
///
/// ```
/// use segmentry::customer::{Customers, Record};
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::tier::TopShare;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bo", "cy", "di", "eve"])?
///     .with_column("spend", Column::numbers([900.0, 310.0, 120.0, 60.0, 10.0]))?;
/// let model = TopShare::of("spend").tier("top", 0.2).tier("middle", 0.6).otherwise("low").fit(&customers)?;
///
/// let next_month = Record::new("flo").with("spend", 150.0); // between `bo` and `cy`
/// assert_eq!(model.assign(&next_month)?.unwrap().key(), "middle");
/// let sizes: Vec<(f64, f64)> = model.sizes().iter().map(|size| (size.customers, size.value)).collect();
/// assert_eq!(sizes, [(1.0, 900.0), (2.0, 430.0), (2.0, 70.0)]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// One customer: one value and at most 16 comparisons, or a search by halving of more. A table: one pass in parallel.
/// In memory and when saved: a few numbers a tier, and the 101 points of [`Spread::lorenz`].
///
/// # Determinism
///
/// The cut values depend on the customers and not on their order, and placing is the same on any number of threads.
///
/// # Missing values
///
/// A customer without a value took no part in learning ([`left_out`](TierModel::left_out) counts them) and is
/// unassigned with the reason, unless the recipe's [`Score::missing_as`](super::Score::missing_as) says what it counts
/// as.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Saved", into = "Saved"))]
pub struct TierModel {
    measure: Measure,
    ladder: Ladder,
    ties: Ties,
    sizes: Vec<(f64, f64)>,
    left_out: usize,
    spread: Option<Spread>,
}

/// What a file may claim.
///
/// All that [`TierModel`] says of itself passes through here on loading: labels, order of the cuts, sizes that are
/// finite and not below 0, a Lorenz curve that does not fall. Shares are not written, because they follow from the
/// sizes.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Saved {
    measure: Measure,
    #[cfg_attr(feature = "serde", serde(default))]
    better: Better,
    #[cfg_attr(feature = "serde", serde(default))]
    ties: Ties,
    tiers: Vec<SavedTier>,
    rest: SavedRest,
    left_out: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    spread: Option<Spread>,
}

/// A tier that may have a cut value; one without was left empty by equal values.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct SavedTier {
    tier: Label,
    from: Option<f64>,
    customers: f64,
    value: f64,
}

/// The last tier, which holds below every cut and has none.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct SavedRest {
    tier: Label,
    customers: f64,
    value: f64,
}

/// How many of the customers learnt from are in a tier, and what they bring.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TierSize {
    /// The tier.
    pub tier: Label,
    /// From which value on it holds; `None` of the last tier and of one that nobody is in.
    pub from: Option<f64>,
    /// How many customers are in it, by weight.
    pub customers: f64,
    /// Their share of all.
    pub share: f64,
    /// What they bring: the sum of the measure.
    pub value: f64,
}

impl TierModel {
    /// The model of a recipe that has found its cuts. Sizes are counted by placing each different value, so that they
    /// are those of the model and not of a split of equal values.
    ///
    /// # Errors
    /// If the labels cannot be tiers, or the values of a tier have no finite sum.
    pub(super) fn learnt(
        measure: Measure,
        (labels, rest): (Vec<Label>, Label),
        cuts: Vec<Option<f64>>,
        better: Better,
        ties: Ties,
        (ranked, left_out): (&Ranked, usize),
    ) -> Result<Self> {
        let ladder = Ladder::new(labels, Some(rest), cuts, better)?;
        let (values, weights) = ranked.values();
        let mut sizes = vec![(0.0, 0.0); ladder.labels().len()];
        for (value, weight) in values.iter().zip(&weights) {
            if let Some(size) = ladder.place(*value).and_then(|tier| sizes.get_mut(tier)) {
                size.0 += weight;
                size.1 += weight * value;
            }
        }
        if let Some(size) = sizes.iter().find(|size| !size.1.is_finite()) {
            return Err(Error::not_finite(format!("the sum of `{}`", measure.name()), size.1));
        }
        let spread = Spread::of(&values, Some(&weights)).ok();
        Ok(TierModel { measure, ladder, ties, sizes, left_out, spread })
    }

    #[cfg(feature = "rules")]
    pub(super) fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// What is measured, with the scales that were learnt.
    pub fn measure(&self) -> &Measure {
        &self.measure
    }

    /// The least value of each tier but the last, best first (the largest, where lower is better): a customer that
    /// reaches it is in the tier or a better one. `None`: equal values left nobody in that tier.
    pub fn cut_values(&self) -> &[Option<f64>] {
        self.ladder.cuts()
    }

    /// Which end of the measure is good.
    pub fn better(&self) -> Better {
        self.ladder.better()
    }

    /// What was done with equal values on a border. With [`Ties::Split`] the recipe's `split` tells who of the
    /// customers at hand is where; this model answers for strangers, and a stranger with exactly the cut value is in
    /// the **better** of the two tiers.
    pub fn ties(&self) -> Ties {
        self.ties
    }

    /// How many of the customers learnt from are in each tier, best first, with equal values together.
    pub fn sizes(&self) -> Vec<TierSize> {
        let all: f64 = self.sizes.iter().map(|size| size.0).sum();
        let size = |(tier, (label, (customers, value))): (usize, (&Label, &(f64, f64)))| TierSize {
            tier: label.clone(),
            from: self.cut_values().get(tier).copied().flatten(),
            customers: *customers,
            share: if all > 0.0 { customers / all } else { 0.0 },
            value: *value,
        };
        self.ladder.labels().iter().zip(&self.sizes).enumerate().map(size).collect()
    }

    /// The tiers that nobody can be in, because equal values took their place: fewer tiers than asked.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::segment::Segment;
    /// use segmentry::segmenter::Fit;
    /// use segmentry::tier::Ntiles;
    /// use segmentry::value::Column;
    ///
    /// let customers = Customers::with_ids(["ann", "bo", "cy", "di"])?
    ///     .with_column("orders", Column::integers([1, 1, 1, 7]))?; // most bought once
    /// let model = Ntiles::of("orders", 4).fit(&customers)?;
    /// assert_eq!(model.empty_tiers().map(|tier| tier.key()).collect::<Vec<_>>(), ["tier_2", "tier_3"]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn empty_tiers(&self) -> impl Iterator<Item = &Label> {
        self.ladder.labels().iter().zip(self.cut_values()).filter(|(_, cut)| cut.is_none()).map(|(label, _)| label)
    }

    /// How many customers were no part of the learning: without a value, or of weight 0.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// How unevenly the measure is spread over the customers learnt from; `None` where shares of it are not defined,
    /// because a value is below zero or all are zero.
    pub fn spread(&self) -> Option<&Spread> {
        self.spread.as_ref()
    }
}

impl From<TierModel> for Saved {
    fn from(model: TierModel) -> Self {
        let mut sizes = model.sizes();
        let last = sizes.pop();
        let tier = |size: TierSize| SavedTier {
            tier: size.tier,
            from: size.from,
            customers: size.customers,
            value: size.value,
        };
        Saved {
            better: model.better(),
            ties: model.ties,
            tiers: sizes.into_iter().map(tier).collect(),
            rest: last.map_or_else(
                || SavedRest { tier: Label::new(""), customers: 0.0, value: 0.0 }, // a model always has a rest
                |size| SavedRest { tier: size.tier, customers: size.customers, value: size.value },
            ),
            left_out: model.left_out,
            spread: model.spread,
            measure: model.measure,
        }
    }
}

impl TryFrom<Saved> for TierModel {
    type Error = Error;

    fn try_from(saved: Saved) -> Result<Self> {
        let Saved { measure, better, ties, tiers, rest, left_out, spread } = saved;
        measure.check()?;
        let mut sizes: Vec<(f64, f64)> = tiers.iter().map(|tier| (tier.customers, tier.value)).collect();
        sizes.push((rest.customers, rest.value));
        if let Some(size) = sizes.iter().find(|size| !(size.0.is_finite() && size.0 >= 0.0 && size.1.is_finite())) {
            let expected = "finite numbers, `customers` 0 or more";
            return Err(Error::parameter("sizes", expected, format!("{} and {}", size.0, size.1)));
        }
        if let Some(spread) = &spread {
            spread.check()?;
        }
        let (labels, cuts) = tiers.into_iter().map(|tier| (tier.tier, tier.from)).unzip();
        let ladder = Ladder::new(labels, Some(rest.tier), cuts, better)?;
        Ok(TierModel { measure, ladder, ties, sizes, left_out, spread })
    }
}

impl Segmenter for TierModel {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.ladder.labels().to_vec()
    }

    fn reads(&self) -> Reads {
        self.measure.reads()
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        place::assign(&self.measure, &self.ladder, customer)
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let mut explanation = place::explain(&self.measure, &self.ladder, customer)?;
        let on_a_cut = |value: f64| self.cut_values().contains(&Some(value));
        if self.ties == Ties::Split
            && self.measure.of(customer)?.is_some_and(on_a_cut)
            && let Some(evidence) = explanation.evidence.first_mut()
        {
            evidence.meaning.push_str("; equal values were split by order when this was learnt, alone they go up");
        }
        Ok(explanation)
    }

    /// Tiers that nobody reached when this was learnt, and customers that could not be learnt from.
    fn notes(&self) -> Vec<String> {
        let empty = self.empty_tiers().map(|tier| format!("nobody was in tier {} when this was learnt", tier.label()));
        let left_out =
            (self.left_out > 0).then(|| format!("{} customers without a value were not learnt from", self.left_out));
        empty.chain(left_out).collect()
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        place::segment(&self.measure, &self.ladder, customers)
    }
}

#[cfg(feature = "serde")]
impl crate::model::Model for TierModel {
    const KIND: &'static str = "tier_model";

    fn reads(&self) -> Reads {
        self.measure.reads()
    }

    fn check(&self) -> Result<()> {
        TierModel::try_from(Saved::from(self.clone())).map(|_| ())
    }
}

impl fmt::Display for TierModel {
    /// A table of the tiers, and how unevenly the value is spread.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.sizes();
        let widest = sizes.iter().map(|size| size.tier.label().chars().count()).max().unwrap_or(0).max(4);
        let total: f64 = sizes.iter().map(|size| size.value).sum();
        let from = if self.better() == Better::Higher { "from" } else { "up to" };
        write!(f, "{:<widest$} {from:>12} {:>10} {:>7} {:>14} {:>7}", "tier", "customers", "share", "value", "share")?;
        for (at, size) in sizes.iter().enumerate() {
            let from = match size.from {
                Some(from) => short(from),
                None if at + 1 == sizes.len() => String::new(),
                None => "nobody".to_owned(),
            };
            let value_share = if total > 0.0 { format!("{:.1} %", 100.0 * size.value / total) } else { String::new() };
            let share = format!("{:.1} %", 100.0 * size.share);
            let label = size.tier.label();
            write!(f, "\n{label:<widest$} {from:>12} {:>10} {share:>7}", short(size.customers))?;
            write!(f, " {:>14.2} {value_share:>7}", size.value)?;
        }
        match &self.spread {
            Some(spread) => write!(f, "\n{spread}"),
            None => Ok(()),
        }
    }
}
