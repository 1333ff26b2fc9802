//! What was learnt of all features: it makes rows of numbers of customers, and words of rows.

use crate::customer::{Customer, as_of_is_missing};
use crate::error::{Error, Result};
use crate::explanation::Reason;
use crate::segmenter::Reads;

use super::coding::Coding;
use super::components::Components;
use super::fitted::{Absent, Fitted};
use super::meaning::{Form, Meaning};

/// The share of the variance from which on one column is told to decide alone.
const DOMINATES: f64 = 0.9;

/// Columns that fit on the stack while one customer is reduced to components.
const FEW: usize = 64;

/// How customers become rows of numbers, as it was learnt: of other customers it makes rows on the same scales.
///
/// [`encode`](Encoder::encode) makes the rows of many, [`encode_one`](Encoder::encode_one) that of one, to the
/// same bits; [`in_words`](Encoder::in_words) and [`decode`](Encoder::decode) lead back, also from a row that
/// is nobody's, such as a centroid. Saved with serde and checked when it is loaded.
///
/// ```
/// use segmentry::customer::{Customers, Record};
/// use segmentry::features::encoding::{Feature, Features, Form, Missing};
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bob", "cem"])?
///     .with_column("spend", Column::numbers([0.0, 99.0, 9.0]))?
///     .with_column("plan", Column::texts(["free", "pro", "free"]))?;
/// let encoder = Features::new().log1p("spend").category("plan").fit(&customers, Form::Numbers)?;
///
/// let mut row = vec![0.0; encoder.dimensions()];
/// let stranger = Record::new("zoe").with("spend", 9.0).with("plan", "pro");
/// assert_eq!(encoder.encode_one(&stranger, &mut row)?, None);
/// assert_eq!(encoder.in_words(&row), [("spend".to_owned(), "9".to_owned()), ("plan".to_owned(), "pro".to_owned())]);
///
/// let unknown = Record::new("yan").with("plan", "pro"); // left out, because nobody said what to put for `spend`
/// assert_eq!(encoder.encode_one(&unknown, &mut row)?.unwrap().to_string(), "`spend` is missing");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Saved"))]
pub struct Encoder {
    form: Form,
    pub(super) features: Vec<Fitted>,
    pub(super) components: Option<Components>,
    notes: Vec<String>,
    /// Follows from the rest.
    #[cfg_attr(feature = "serde", serde(skip))]
    columns: Vec<EncodedColumn>,
}

/// An encoder as it is saved.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    form: Form,
    features: Vec<Fitted>,
    components: Option<Components>,
    notes: Vec<String>,
}

#[cfg(feature = "serde")]
impl TryFrom<Saved> for Encoder {
    type Error = Error;

    fn try_from(Saved { form, features, components, notes }: Saved) -> Result<Self> {
        let mut encoder = Encoder::new(form, features, notes)?;
        if let Some(components) = components {
            encoder = encoder.with_components(components);
        }
        encoder.check()?;
        Ok(encoder)
    }
}

/// One column of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct EncodedColumn {
    /// Its name: `spend`, `country=DE`, `component 1`.
    pub name: String,
    /// The feature that it belongs to, by its place in [`Features::list`](super::Features::list); of components the
    /// component's own place.
    pub feature: usize,
    /// What its numbers mean.
    pub meaning: Meaning,
}

impl Encoder {
    /// Of features that were learnt.
    ///
    /// # Errors
    /// If two columns have one name: a feature is there twice.
    pub(super) fn new(form: Form, features: Vec<Fitted>, notes: Vec<String>) -> Result<Self> {
        let mut columns = Vec::new();
        for (feature, fitted) in features.iter().enumerate() {
            if features[..feature].iter().any(|before| before.label == fitted.label) {
                return Err(Error::definition(format!("feature `{}` occurs twice", fitted.label)));
            }
            let named = fitted.columns(form).into_iter();
            columns.extend(named.map(|(name, meaning)| EncodedColumn { name, feature, meaning }));
        }
        Ok(Encoder { form, features, components: None, notes, columns })
    }

    /// The same with rows reduced to components.
    #[cfg(any(feature = "cluster", feature = "serde"))]
    pub(super) fn with_components(mut self, components: Components) -> Self {
        let column =
            |at: usize| EncodedColumn { name: format!("component {}", at + 1), feature: at, meaning: Meaning::Number };
        self.columns = (0..components.len()).map(column).collect();
        self.components = Some(components);
        self
    }

    /// Adds a sentence to the notes.
    #[cfg(feature = "cluster")]
    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Says so if one column has nearly all the variance, by the standard deviations of the columns of each feature.
    pub(super) fn tell_of_domination(&mut self, deviations: &[Vec<f64>]) {
        let all: Vec<f64> = deviations.iter().flatten().copied().collect();
        let largest = all.iter().copied().fold(0.0, f64::max);
        if deviations.len() < 2 || all.len() != self.columns.len() || largest == 0.0 {
            return; // one feature has nobody to dominate
        }
        let numbers = |at: &usize| self.columns.get(*at).is_some_and(|column| column.meaning == Meaning::Number);
        let variance = |at: usize| (all[at] / largest) * (all[at] / largest);
        let total = crate::math::sum::sum((0..all.len()).filter(numbers).map(variance));
        let widest = (0..all.len()).filter(numbers).find(|at| variance(*at) > DOMINATES * total);
        let others = (0..all.len()).filter(numbers).count() > 1;
        if let Some(at) = widest.filter(|_| others) {
            let (name, percent) = (&self.columns[at].name, 100.0 * variance(at) / total);
            let percent = if percent > 99.95 { ">99.9".to_owned() } else { format!("{percent:.1}") };
            self.notes.push(format!(
                "`{name}` has {percent} % of the variance of all columns: distances are nearly its own; scale the \
                 features, or weigh them"
            ));
        }
    }

    /// The form of the rows.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The columns of the rows.
    pub fn columns(&self) -> &[EncodedColumn] {
        &self.columns
    }

    /// How many numbers a row has.
    pub fn dimensions(&self) -> usize {
        self.columns.len()
    }

    /// How many columns there are before they are reduced to components.
    pub(super) fn width(&self) -> usize {
        self.features.iter().map(Fitted::width).sum()
    }

    /// What the columns mean.
    pub fn meanings(&self) -> Vec<Meaning> {
        self.columns.iter().map(|column| column.meaning).collect()
    }

    /// The exponents that were learnt, each with its feature: of [`Transform::BoxCox`](super::Transform::BoxCox) and
    /// [`Transform::YeoJohnson`](super::Transform::YeoJohnson).
    pub fn exponents(&self) -> Vec<(&str, f64)> {
        let exponent = |feature: &'_ Fitted| match &feature.coding {
            Coding::Number { scaler, .. } => scaler.exponent(),
            _ => None,
        };
        self.features.iter().filter_map(|feature| Some((feature.label.as_str(), exponent(feature)?))).collect()
    }

    /// The variance of each principal component with its share of all variance, if rows are reduced to them.
    ///
    /// The divisor of the variance is the sum of weights less 1, as of R's `prcomp` and scikit-learn's `PCA`.
    pub fn explained_variance(&self) -> Option<Vec<(f64, f64)>> {
        self.components.as_ref().map(Components::explained)
    }

    /// Writes the row of one customer. A reason means that the customer is left out, and the row says nothing.
    ///
    /// # Cost
    /// O(d), without allocation (up to 64 columns before they are reduced to components).
    ///
    /// # Errors
    /// If `row` is not [`dimensions`](Encoder::dimensions) long, a value is of another kind, or one that must
    /// be known or inside what its scale takes is not; the customer is named.
    pub fn encode_one(&self, customer: &dyn Customer, row: &mut [f64]) -> Result<Option<Reason>> {
        if row.len() != self.dimensions() {
            return Err(Error::length("row", row.len(), self.dimensions()));
        }
        let Some(components) = &self.components else { return self.write_one(customer, row) };
        let (mut few, mut many) = ([0.0; FEW], Vec::new());
        let width = self.width();
        let cells = match few.get_mut(..width) {
            Some(cells) => cells,
            None => {
                many.resize(width, 0.0);
                many.as_mut_slice()
            }
        };
        let reason = self.write_one(customer, cells)?;
        components.project(cells, row);
        Ok(reason)
    }

    /// Writes the row of one customer as it is before it is reduced.
    fn write_one(&self, customer: &dyn Customer, cells: &mut [f64]) -> Result<Option<Reason>> {
        let as_of = customer.as_of();
        let mut at = 0;
        for feature in &self.features {
            if as_of.is_none() && feature.reads_as_of() {
                return Err(as_of_is_missing());
            }
            let value = customer.value(&feature.attribute);
            let width = feature.width();
            if let Err(fault) = feature.write(value, as_of, &mut cells[at..at + width]) {
                return feature.answer(fault, value, customer.id()).map(Some);
            }
            at += width;
        }
        Ok(None)
    }

    /// What is read of a customer.
    pub fn reads(&self) -> Reads {
        let mut reads = Reads::attributes(self.features.iter().map(|feature| feature.attribute.as_str()));
        reads.as_of = self.features.iter().any(Fitted::reads_as_of);
        reads
    }

    /// Whether it can be an encoder: what is loaded is checked so.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check(&self) -> Result<()> {
        if self.features.is_empty() {
            return Err(Error::format("an encoder has no features"));
        }
        for feature in &self.features {
            feature.check()?;
            if feature.absent == Absent::Keep && self.form != Form::MeaningsOrMissing {
                return Err(Error::format("an encoder keeps missing values in a form that has none"));
            }
        }
        match &self.components {
            Some(_) if self.form != Form::Numbers => Err(Error::format("components are made of rows of numbers")),
            Some(components) => components.check(self.width()),
            None => Ok(()),
        }
    }

    /// What was decided on the way that nobody asked for, in sentences: attributes that tell nobody apart, rare
    /// categories, one column that has nearly all the variance.
    pub fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}
