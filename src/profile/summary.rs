//! What a profile holds, as data.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::segment::Segment;
use crate::segmentation::Segmentation;
use crate::value::Kind;

use super::marker;
use super::p_value::PValue;
use super::profiler::Profiler;

/// A figure with the ends of its interval; each `None` where it is not defined, such as the mean of nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Estimate {
    /// The figure.
    pub value: Option<f64>,
    /// The lower end of its interval.
    pub lower: Option<f64>,
    /// The upper end of its interval.
    pub upper: Option<f64>,
}

impl Estimate {
    /// A figure and its interval; what is not finite is not defined.
    pub(super) fn new(value: Option<f64>, interval: Option<(f64, f64)>) -> Self {
        let finite = |n: f64| n.is_finite().then_some(n);
        let value = value.and_then(finite);
        let ends = interval.filter(|_| value.is_some());
        Estimate { value, lower: ends.and_then(|e| finite(e.0)), upper: ends.and_then(|e| finite(e.1)) }
    }
}

/// Of whom a row of a profile speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Group {
    /// The members of a segment.
    Segment,
    /// Those in no segment.
    Unassigned,
    /// All of them together.
    Everybody,
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Size {
    /// The number of customers.
    pub customers: usize,
    /// The sum of their weights; the number of customers where they have none. All shares and means are of this.
    pub weight: f64,
    /// Their share of everybody, the unassigned included.
    pub share: Estimate,
}

/// What a group is worth, by the value attribute.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ValueSummary {
    /// The attribute.
    pub attribute: String,
    /// The sum over the group, weights counted.
    pub sum: Option<f64>,
    /// The sum as a share of everybody's; not defined unless everybody's is above 0.
    pub share: Option<f64>,
    /// The mean of those of whom it is known.
    pub mean: Estimate,
    /// The mean as a percentage of everybody's.
    pub index: Option<f64>,
}

/// One attribute of one group.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AttributeSummary {
    /// Its name.
    pub attribute: String,
    /// Its kind.
    pub kind: Kind,
    /// Its unit, if it has one.
    pub unit: Option<String>,
    /// Of how many it is known, weights counted.
    pub present: f64,
    /// The share of the group of whom it is not known: missing, null and invalid together.
    pub missing: Option<f64>,
    /// What is known.
    pub details: Details,
}

/// What is known of an attribute in a group, by kind.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Details {
    /// Of numbers and whole numbers.
    Numbers(NumberSummary),
    /// Of texts, truths and sets of texts.
    Categories(Vec<CategorySummary>),
    /// Of days and timestamps.
    Times(TimeSummary),
}

/// Numbers of a group.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NumberSummary {
    /// The sum, weights counted; 0 of nobody, not defined where it is larger than a number can be.
    pub sum: Option<f64>,
    /// The mean.
    pub mean: Estimate,
    /// The standard deviation, with the sum of weights less one as divisor.
    pub standard_deviation: Option<f64>,
    /// The smallest.
    pub least: Option<f64>,
    /// The largest.
    pub greatest: Option<f64>,
    /// Quantiles of type 7 (R's and NumPy's), in the order in which they were asked for; none of nobody.
    pub quantiles: Vec<Quantile>,
    /// The mean divided by everybody's; only of attributes whose zero means none (level ratio or count).
    pub lift: Estimate,
    /// The same as a percentage: 100 is everybody's mean.
    pub index: Option<f64>,
    /// The mean less that of the others, in standard deviations (J. Cohen 1988, Statistical Power Analysis for the
    /// Behavioral Sciences, chapter 2: d with the root of the mean of both variances).
    pub difference: Option<f64>,
}

/// One quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Quantile {
    /// The share of the customers that are at or below it.
    pub probability: f64,
    /// The quantile.
    pub value: f64,
}

/// One text, or `true` or `false`, in a group.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CategorySummary {
    /// The text.
    pub category: String,
    /// 0, or how many rare texts are taken together here.
    pub pooled: usize,
    /// How many have it, weights counted.
    pub weight: f64,
    /// Their share of those of whom the attribute is known. The shares of a set's texts do not sum to 1.
    pub share: Estimate,
    /// The share divided by everybody's.
    pub lift: Estimate,
    /// The same as a percentage: 100 is everybody's share.
    pub index: Option<f64>,
    /// Cohen's h: how far the share is from that of the others on the scale of 2 arcsin √share (J. Cohen 1988, chapter
    /// 6), on which the same distance is as easy to see everywhere.
    pub difference: Option<f64>,
}

/// Days or timestamps of a group, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TimeSummary {
    /// The first.
    pub earliest: Option<String>,
    /// The middle one; of an even number the earlier of the two.
    pub median: Option<String>,
    /// The last.
    pub latest: Option<String>,
}

/// What sets a segment apart from the others.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Marker {
    /// The attribute.
    pub attribute: String,
    /// The text, for a share of texts; `None` for a mean.
    pub category: Option<String>,
    /// Cohen's d for a mean, h for a share, against the other customers: by custom 0.2 is small, 0.5 medium, 0.8 large.
    pub effect: f64,
    /// How likely so large an effect is by chance, corrected for how many attributes and segments were looked at.
    pub p: PValue,
    /// The segment's mean or share.
    pub value: f64,
    /// Everybody's mean or share.
    pub everybody: f64,
}

/// Why customers are in no segment, with how many.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ReasonCount {
    /// The reason, in words.
    pub reason: String,
    /// How many customers have it.
    pub customers: usize,
}

/// One row of a profile: a segment, the unassigned, or everybody.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GroupProfile {
    /// Of whom it speaks.
    pub group: Group,
    /// The segment's key; `unassigned` or `everybody`.
    pub key: String,
    /// The name that people read.
    pub label: String,
    /// How many there are.
    pub size: Size,
    /// Why they are unassigned, most frequent first; empty for other groups.
    pub reasons: Vec<ReasonCount>,
    /// What they are worth, if a value attribute was named.
    pub value: Option<ValueSummary>,
    /// Each attribute, in the order asked for.
    pub attributes: Vec<AttributeSummary>,
    /// What sets a segment apart, strongest first; empty for other groups.
    pub markers: Vec<Marker>,
}

impl GroupProfile {
    /// The summary of that attribute.
    ///
    /// # Errors
    /// If the profile has none of that name.
    pub fn attribute(&self, name: &str) -> Result<&AttributeSummary> {
        let known = self.attributes.iter().map(|a| a.attribute.as_str());
        self.attributes.iter().find(|a| a.attribute == name).ok_or_else(|| Error::unknown_attribute(name, known))
    }

    /// The numbers of that attribute.
    ///
    /// # Errors
    /// If the profile has none of that name or it is of another kind.
    pub fn numbers(&self, name: &str) -> Result<&NumberSummary> {
        let summary = self.attribute(name)?;
        match &summary.details {
            Details::Numbers(numbers) => Ok(numbers),
            _ => Err(Error::wrong_kind(name, summary.kind, "number")),
        }
    }

    /// The summary of that text of that attribute; `None` if nobody has it or it is taken together with others.
    ///
    /// # Errors
    /// If the profile has no attribute of that name or it is of another kind.
    pub fn category(&self, name: &str, category: &str) -> Result<Option<&CategorySummary>> {
        let summary = self.attribute(name)?;
        match &summary.details {
            Details::Categories(list) => Ok(list.iter().find(|c| c.pooled == 0 && c.category == category)),
            _ => Err(Error::wrong_kind(name, summary.kind, "text, boolean or set")),
        }
    }
}

/// What the members of each segment look like beside everybody.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::profile::Profile;
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["a", "b", "c", "d"])?
///     .with_column("spend", Column::numbers([10.0, 30.0, 200.0, 160.0]))?
///     .with_column("country", Column::texts(["DE", "FR", "DE", "DE"]))?;
/// let (low, high) = ("low".to_owned(), "high".to_owned());
/// let segmentation = Segmentation::new(&customers, vec![low, high], [Ok(0), Ok(0), Ok(1), Ok(1)])?;
///
/// let profile = Profile::new(&customers, &segmentation)?;
/// let high = profile.segment("high")?;
/// assert_eq!(high.size.share.value, Some(0.5));
/// assert_eq!(high.numbers("spend")?.mean.value, Some(180.0));
/// assert_eq!(high.numbers("spend")?.index, Some(180.0)); // everybody's mean is 100
/// assert_eq!(high.category("country", "DE")?.unwrap().share.value, Some(1.0));
/// println!("{profile}");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Profile {
    pub(super) confidence: f64,
    pub(super) groups: Vec<GroupProfile>,
}

impl Profile {
    /// Every attribute that is not ignored, with the usual settings of a [`Profiler`].
    ///
    /// # Errors
    /// As [`Profiler::profile`].
    pub fn new<S: Segment>(customers: &Customers, segmentation: &Segmentation<S>) -> Result<Self> {
        Profiler::new().profile(customers, segmentation)
    }

    /// How sure the intervals are: 0.95.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }

    /// The segments in their order, then the unassigned if there are any, then everybody.
    pub fn groups(&self) -> &[GroupProfile] {
        &self.groups
    }

    /// The segments in their order.
    pub fn segments(&self) -> impl Iterator<Item = &GroupProfile> {
        self.groups.iter().filter(|group| group.group == Group::Segment)
    }

    /// The segment of that key.
    ///
    /// # Errors
    /// If there is none.
    pub fn segment(&self, key: &str) -> Result<&GroupProfile> {
        let known = || self.segments().map(|group| group.key.as_str()).collect::<Vec<_>>().join("`, `");
        self.segments()
            .find(|group| group.key == key)
            .ok_or_else(|| Error::definition(format!("no segment `{key}`, there are `{}`", known())))
    }

    /// A proposal of a name for each segment, made of its two strongest markers; no name is proposed twice.
    ///
    /// `High spend, low visits`; `Average` for a segment without markers. Clusters are named by the same words.
    ///
    /// ```
    /// # use segmentry::customer::Customers;
    /// # use segmentry::profile::Profile;
    /// # use segmentry::segmentation::Segmentation;
    /// # use segmentry::value::{Column, Ids};
    /// # let customers = Customers::new(Ids::numbered(40))
    /// #     .with_column("spend", Column::numbers((0..40).map(|i| f64::from(i % 5 + 9 * (i % 2)))))?;
    /// # let segmentation = Segmentation::new(&customers, vec!["a".to_owned(), "b".to_owned()], (0..40).map(|i| Ok(i % 2)))?;
    /// assert_eq!(Profile::new(&customers, &segmentation)?.names(), ["Low spend", "High spend"]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn names(&self) -> Vec<String> {
        marker::names(self.segments())
    }

    /// Those in no segment, if there are any.
    pub fn unassigned(&self) -> Option<&GroupProfile> {
        self.groups.iter().find(|group| group.group == Group::Unassigned)
    }

    /// All customers together; `None` never, unless a profile of nobody could be.
    pub fn everybody(&self) -> Option<&GroupProfile> {
        self.groups.last()
    }
}
