//! How to profile: which attributes, which of them is the value, how sure.
//!
//! [`Profile::new`] does with the usual settings; take a [`Profiler`] to name the value attribute, to choose
//! attributes, or to set how sure the intervals are. Figures are those of the module's table.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | `groupby("segment").agg(...)` of pandas | [`Profiler::profile`] |
//! | cluster profile, segment snapshot | [`Profile`] |
//! | index (100 = average), over- and under-representation | `index` of numbers and categories |
//! | catdes of R's FactoMineR, v.test | [`Profiler::markers`], by size of effect and not by significance |
//! | marker variables of R's flexclust | [`MarkerRule::Deviation`] |
//! | share of wallet, share of revenue | [`Profiler::value`] |
//!
//! # How it works
//!
//! 1. Customers are sorted by group: each segment, then the unassigned.
//! 2. Each attribute is summarised in each group, in parallel over attributes.
//! 3. Groups are put together with their sizes, the value attribute and what marks them.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::math::interval;
use crate::parallel;
use crate::segment::{Label, Segment};
use crate::segmentation::{Segmentation, same_customers};
use crate::value::{Attribute, Column, Kind, Level};

use super::groups::Groups;
use super::marker::MarkerRule;
use super::p_value::Correction;
use super::reading::chosen;
use super::summary::{
    AttributeSummary, Details, Estimate, Group, GroupProfile, Profile, ReasonCount, Size, ValueSummary,
};
use super::{categories, marker, number, times};

/// How to profile.
///
/// | setting | unless said otherwise |
/// | --- | --- |
/// | [`attributes`](Profiler::attributes) | all but places and those of the role *ignored* |
/// | [`value`](Profiler::value) | none |
/// | [`quantiles`](Profiler::quantiles) | 0.25, 0.5, 0.75 |
/// | [`confidence`](Profiler::confidence) | 0.95 |
/// | [`categories`](Profiler::categories) | the 12 most frequent texts of an attribute |
/// | [`markers`](Profiler::markers) | the 5 strongest |
/// | [`marker_rule`](Profiler::marker_rule) | by the size of the effect |
/// | [`correction`](Profiler::correction) | Holm's, over attributes and segments |
///
/// ```
/// use segmentry::profile::Profiler;
/// # use segmentry::customer::Customers;
/// # use segmentry::segmentation::Segmentation;
/// # use segmentry::value::Column;
/// # let customers = Customers::with_ids(["a", "b", "c"])?.with_column("spend", Column::numbers([10.0, 30.0, 160.0]))?;
/// # let names = vec!["low".to_owned(), "high".to_owned()];
/// # let segmentation = Segmentation::new(&customers, names, [Ok(0), Ok(0), Ok(1)])?;
/// let profile = Profiler::new().value("spend").quantiles([0.1, 0.5, 0.9]).profile(&customers, &segmentation)?;
/// let value = profile.segment("high")?.value.as_ref().unwrap();
/// assert_eq!((value.sum, value.share), (Some(160.0), Some(0.8)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # When it fits and when not
///
/// It describes segments that exist. It does not say whether they are good ones, stable ones or real ones: a division
/// at random has profiles too.
///
/// # Defaults
///
/// Quartiles and 95 % are custom. Twelve texts are what fits beside each other on a screen; five markers are what a
/// reader keeps in mind. None of them changes a figure.
#[derive(Clone, Debug)]
pub struct Profiler {
    attributes: Option<Vec<String>>,
    value: Option<String>,
    quantiles: Vec<f64>,
    confidence: f64,
    categories: usize,
    markers: usize,
    rule: MarkerRule,
    correction: Correction,
}

impl Default for Profiler {
    fn default() -> Self {
        Profiler {
            attributes: None,
            value: None,
            quantiles: vec![0.25, 0.5, 0.75],
            confidence: 0.95,
            categories: 12,
            markers: 5,
            rule: MarkerRule::Effect,
            correction: Correction::Holm,
        }
    }
}

impl Profiler {
    /// The usual settings.
    pub fn new() -> Self {
        Profiler::default()
    }

    /// Sets which attributes are summarised, in this order.
    #[must_use]
    pub fn attributes<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.attributes = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets what a customer is worth: its sum, mean and share of everybody's sum are shown first.
    #[must_use]
    pub fn value(mut self, attribute: impl Into<String>) -> Self {
        self.value = Some(attribute.into());
        self
    }

    /// Sets which quantiles of numbers are given.
    #[must_use]
    pub fn quantiles(mut self, probabilities: impl IntoIterator<Item = f64>) -> Self {
        self.quantiles = probabilities.into_iter().collect();
        self
    }

    /// Sets how sure the intervals are.
    ///
    /// Between 0 and 1, both excluded: 0.95 is 95 %. What is outside is an error of [`profile`](Profiler::profile).
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Sets how many texts of an attribute are shown. The rarer ones are taken together, those of a set left out;
    /// those of an ordinal attribute are all shown.
    #[must_use]
    pub fn categories(mut self, most: usize) -> Self {
        self.categories = most;
        self
    }

    /// Sets how many differences are named for each segment: the strongest of those that the rule takes for markers.
    /// Attributes by which the segments were made mark them by nature.
    #[must_use]
    pub fn markers(mut self, most: usize) -> Self {
        self.markers = most;
        self
    }

    /// Sets what makes a marker: an effect that is not small and not chance, or a deviation of a fixed size.
    #[must_use]
    pub fn marker_rule(mut self, rule: MarkerRule) -> Self {
        self.rule = rule;
        self
    }

    /// Sets how the markers are corrected for the number of attributes, texts and segments looked at.
    ///
    /// [`MarkerRule::Effect`] takes those whose corrected p-value is at most one less the confidence.
    #[must_use]
    pub fn correction(mut self, correction: Correction) -> Self {
        self.correction = correction;
        self
    }

    /// What the members of each segment look like beside everybody.
    ///
    /// O(customers × attributes); one attribute a thread, each with 8 bytes a customer. The answer does not depend on
    /// the number of threads. Sums are compensated: another order of the customers changes the last digits at most.
    ///
    /// # Errors
    /// If there are no customers, the segmentation is of others, an attribute does not exist or is a place, the value
    /// is no number, or a setting is outside what it may be.
    pub fn profile<S: Segment>(&self, customers: &Customers, segmentation: &Segmentation<S>) -> Result<Profile> {
        if customers.is_empty() {
            return Err(Error::empty("customers"));
        }
        same_customers(customers.ids(), segmentation.ids(), ("table", "segmentation"))?;
        self.check()?;
        let columns = self.columns(customers)?;
        let groups = Groups::new(segmentation, customers.weights());
        let found = parallel::map(columns.len(), |at| match columns.get(at) {
            Some((attribute, column)) => self.summarize(attribute, column, &groups),
            None => Vec::new(),
        });
        // column by column so far, group by group from here
        let mut by_group: Vec<Vec<AttributeSummary>> = (0..=groups.len()).map(|_| Vec::new()).collect();
        for column in found {
            for (group, summary) in by_group.iter_mut().zip(column) {
                group.push(summary);
            }
        }
        Ok(Profile { confidence: self.confidence, groups: self.assemble(segmentation, &groups, by_group) })
    }

    /// # Errors
    /// If a setting is outside what it may be.
    fn check(&self) -> Result<()> {
        if let Some(wrong) = self.quantiles.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return Err(Error::parameter("quantiles", "between 0 and 1", wrong));
        }
        interval::confident(self.confidence)?;
        self.rule.check()?;
        if self.categories == 0 {
            return Err(Error::parameter("categories", "at least 1", 0));
        }
        Ok(())
    }

    /// The attributes to summarise, the value attribute first and each once.
    ///
    /// # Errors
    /// If one does not exist or is a place, or the value is no number.
    fn columns<'a>(&self, customers: &'a Customers) -> Result<Vec<(&'a Attribute, &'a Column)>> {
        if let Some(value) = &self.value {
            customers.numeric_column(value)?;
        }
        let mut columns = chosen(customers, self.attributes.as_deref())?;
        if let Some(value) = self.value.as_deref() {
            columns.retain(|(attribute, _)| attribute.name != value);
            columns.splice(..0, chosen(customers, Some(&[value.to_owned()]))?);
        }
        Ok(columns)
    }

    /// Of each group, then of everybody.
    fn summarize(&self, attribute: &Attribute, column: &Column, groups: &Groups<'_>) -> Vec<AttributeSummary> {
        let details: Vec<(f64, Details)> = match column.kind() {
            Kind::Number | Kind::Integer => {
                let ratio = matches!(attribute.level, Level::Ratio | Level::Count);
                let asked = number::Asked { quantiles: &self.quantiles, confidence: self.confidence, ratio };
                let found = number::summarize(column, groups, &asked).into_iter();
                found.map(|(present, numbers)| (present, Details::Numbers(numbers))).collect()
            }
            Kind::Day | Kind::Timestamp => {
                let found = times::summarize(column, groups).into_iter();
                found.map(|(present, times)| (present, Details::Times(times))).collect()
            }
            _ => {
                let found =
                    categories::summarize(attribute, column, groups, self.categories, self.confidence).into_iter();
                found.map(|(present, list)| (present, Details::Categories(list))).collect()
            }
        };
        let mut totals: Vec<f64> = (0..groups.len()).map(|group| groups.total(group)).collect();
        totals.push(totals.iter().sum());
        let summary = |((present, details), total): ((f64, Details), f64)| AttributeSummary {
            attribute: attribute.name.clone(),
            kind: attribute.kind,
            unit: attribute.unit.clone(),
            present,
            missing: (total > 0.0).then(|| ((total - present) / total).max(0.0)),
            details,
        };
        details.into_iter().zip(totals).map(summary).collect()
    }

    /// The groups in the order in which they are shown; a row for the unassigned only if there are any.
    fn assemble<S: Segment>(
        &self,
        segmentation: &Segmentation<S>,
        groups: &Groups<'_>,
        summaries: Vec<Vec<AttributeSummary>>,
    ) -> Vec<GroupProfile> {
        let totals: Vec<f64> = (0..groups.len()).map(|group| groups.total(group)).collect();
        let whole: f64 = totals.iter().sum();
        let z = interval::normal(self.confidence);
        let everybody = summaries.last().cloned().unwrap_or_default();
        let all_value = everybody.first().and_then(value_sum);
        let segments = groups.len() - 1;
        let mut reasons: Vec<ReasonCount> = segmentation
            .reasons()
            .into_iter()
            .map(|(reason, customers)| ReasonCount { reason: reason.to_string(), customers })
            .collect();
        reasons.sort_by(|a, b| b.customers.cmp(&a.customers).then_with(|| a.reason.cmp(&b.reason)));

        let asked = marker::Asked {
            rule: self.rule,
            correction: self.correction,
            most: self.markers,
            alpha: 1.0 - self.confidence,
        };
        let mut markers = marker::markers(&summaries[..segments], &everybody, &asked).into_iter();
        let mut profiles = Vec::with_capacity(groups.len() + 1);
        for (at, attributes) in summaries.into_iter().enumerate() {
            let is_everybody = at == groups.len();
            let customers = if is_everybody { groups.customers() } else { groups.rows(at).len() };
            let weight = totals.get(at).copied().unwrap_or(whole);
            let share = (whole > 0.0).then(|| weight / whole);
            let ends = if is_everybody { None } else { interval::wilson(weight, whole, z) };
            let (group, label) = match segmentation.segments().get(at) {
                Some(segment) => (Group::Segment, Label::of(segment)),
                None if at == segments => (Group::Unassigned, Label::new("unassigned")),
                None => (Group::Everybody, Label::new("everybody")),
            };
            if group == Group::Unassigned && customers == 0 {
                continue;
            }
            let value = attributes.first().filter(|_| self.value.is_some()).and_then(|a| value_of(a, all_value));
            let markers = markers.next().unwrap_or_default(); // the segments come first
            profiles.push(GroupProfile {
                group,
                key: label.key().into_owned(),
                label: label.label().into_owned(),
                size: Size { customers, weight, share: Estimate::new(share, ends) },
                reasons: if group == Group::Unassigned { std::mem::take(&mut reasons) } else { Vec::new() },
                value,
                attributes,
                markers,
            });
        }
        profiles
    }
}

fn value_sum(summary: &AttributeSummary) -> Option<f64> {
    if let Details::Numbers(numbers) = &summary.details { numbers.sum } else { None }
}

fn value_of(summary: &AttributeSummary, whole: Option<f64>) -> Option<ValueSummary> {
    let Details::Numbers(numbers) = &summary.details else { return None };
    Some(ValueSummary {
        attribute: summary.attribute.clone(),
        sum: numbers.sum,
        share: whole.filter(|whole| *whole > 0.0).zip(numbers.sum).map(|(whole, sum)| sum / whole),
        mean: numbers.mean,
        index: numbers.index,
    })
}
