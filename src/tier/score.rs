//! The recipe of a weighted score whose scales are learnt.

use crate::customer::Customers;
use crate::error::{Error, Result};

use super::measure::{Measure, Term};
use super::scale::Scale;

/// How the attributes of a [`Score`] are made comparable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Scaling {
    /// Not at all: weights are in the attributes' units.
    #[default]
    Raw,
    /// From 0 (least value) to 1 (largest): keeps distances, and one huge value presses the others together.
    MinMax,
    /// From 0 to 1 by rank: blind to distances, and so to outliers.
    Ranks,
}

/// A weighted score of several attributes, with scales that are learnt from customers.
///
/// ```
/// use segmentry::customer::{Customers, Record};
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::{Score, Tiers};
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["a", "b", "c"])?
///     .with_column("spend", Column::numbers([0.0, 50.0, 100.0]))?
///     .with_column("orders", Column::integers([1, 2, 5]))?;
/// let score = Score::of([("spend", 0.7), ("orders", 0.3)]).min_max().fit(&customers)?;
/// let tiers = Tiers::on(score).tier("gold", 0.6).otherwise("silver");
/// assert_eq!(tiers.segment(&customers)?.sizes(), [1, 2]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # When it fits and when not
///
/// It fits where people agree what counts and how much: 70 % spend, 30 % orders. It does not find weights, and a sum
/// hides which part was small: two attributes that must both be high are two segmenters to be crossed.
///
/// # Defaults
///
/// No scaling; a customer who lacks an attribute has no score.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Score {
    parts: Vec<(String, f64)>,
    #[cfg_attr(feature = "serde", serde(default))]
    scaling: Scaling,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    missing_as: Option<f64>,
}

impl Score {
    /// The sum of these attributes, each times its weight; a negative weight counts against the customer.
    pub fn of<T: Into<String>>(parts: impl IntoIterator<Item = (T, f64)>) -> Self {
        let parts = parts.into_iter().map(|(attribute, weight)| (attribute.into(), weight)).collect();
        Score { parts, scaling: Scaling::Raw, missing_as: None }
    }

    /// Sets how the attributes are made comparable. Default: [`Scaling::Raw`].
    #[must_use]
    pub fn scaling(mut self, scaling: Scaling) -> Self {
        self.scaling = scaling;
        self
    }

    /// Scales each attribute from 0 (least) to 1 (largest).
    #[must_use]
    pub fn min_max(self) -> Self {
        self.scaling(Scaling::MinMax)
    }

    /// Scales each attribute by rank, from 0 to 1.
    #[must_use]
    pub fn ranks(self) -> Self {
        self.scaling(Scaling::Ranks)
    }

    /// Counts an attribute that is missing or null as this number, before it is scaled. Unless set, such a customer
    /// plays no part in learning and is unassigned.
    #[must_use]
    pub fn missing_as(mut self, number: f64) -> Self {
        self.missing_as = Some(number);
        self
    }

    /// Learns the scales. Each attribute is scaled by the customers that have it; a customer's weight counts in ranks.
    ///
    /// O(n), by rank O(n log n); the answer does not depend on the order of the customers.
    ///
    /// # Errors
    /// If there is no attribute, one is named twice, unknown or no number, a weight is zero or not finite, or no
    /// customer has a value to learn from.
    pub fn fit(&self, customers: &Customers) -> Result<Measure> {
        let raw = |scale: Scale, (attribute, weight): &(String, f64)| Term {
            attribute: attribute.clone(),
            weight: *weight,
            scale,
        };
        let terms = self.parts.iter().map(|part| raw(Scale::Raw, part)).collect();
        let measure = Measure::new(terms, self.missing_as);
        measure.check()?;
        for (attribute, _) in &self.parts {
            customers.numeric_column(attribute)?;
        }
        if self.scaling == Scaling::Raw {
            return Ok(measure);
        }
        let learn = |part: &(String, f64)| {
            let alone =
                Measure::new(vec![Term { attribute: part.0.clone(), weight: 1.0, scale: Scale::Raw }], self.missing_as);
            let values = known(&alone, customers)?;
            Ok(raw(
                match self.scaling {
                    Scaling::Ranks => Scale::learn_ranks(&values.values, values.weights.as_deref()),
                    _ => Scale::learn_min_max(&values.values),
                },
                part,
            ))
        };
        Ok(Measure::new(self.parts.iter().map(learn).collect::<Result<_>>()?, self.missing_as))
    }
}

/// The numbers of the customers that have one, with their rows and weights.
pub(super) struct Known {
    pub(super) values: Vec<f64>,
    pub(super) rows: Vec<usize>,
    pub(super) weights: Option<Vec<f64>>,
}

/// Those numbers. A customer of weight 0 is nobody to learn from.
///
/// # Errors
/// Of the first customer whose value is no number; if nobody has one.
pub(super) fn known(measure: &Measure, customers: &Customers) -> Result<Known> {
    let bound = measure.bind(customers);
    let weights = customers.weights();
    let parts = crate::parallel::map_chunks(customers.len(), crate::parallel::CHUNK, |rows| {
        let mut part = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in rows {
            let place = |error: Error| match customers.ids().get(row) {
                Some(id) => error.at_row(row).at_customer(id),
                None => error.at_row(row),
            };
            if let Some(value) = bound.of(row).map_err(place)?
                && weights.and_then(|w| w.get(row)).is_none_or(|weight| *weight > 0.0)
            {
                part.0.push(value);
                part.1.push(row);
            }
        }
        Ok::<_, Error>(part)
    });
    let (mut values, mut rows) = (Vec::with_capacity(customers.len()), Vec::with_capacity(customers.len()));
    for part in parts {
        let (more, at) = part?;
        values.extend(more);
        rows.extend(at);
    }
    if values.is_empty() {
        let names: Vec<String> = measure.terms().iter().map(|term| format!("`{}`", term.attribute)).collect();
        return Err(Error::empty(format!("customers with {}", names.join(" and "))));
    }
    let weights = weights.map(|w| rows.iter().filter_map(|row| w.get(*row)).copied().collect());
    Ok(Known { values, rows, weights })
}

impl From<&str> for Score {
    fn from(attribute: &str) -> Self {
        Score::of([(attribute, 1.0)])
    }
}

impl From<String> for Score {
    fn from(attribute: String) -> Self {
        Score::of([(attribute, 1.0)])
    }
}

impl<T: Into<String>, const N: usize> From<[(T, f64); N]> for Score {
    fn from(parts: [(T, f64); N]) -> Self {
        Score::of(parts)
    }
}
