//! The recipe: which attributes count, and what goes for all of them.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::value::{Attribute, Column, Kind, Role};

use super::choices::{Encode, Missing, Scale};
use super::encoder::Encoder;
use super::feature::Feature;
use super::fitted::usually_left_out;
use super::learn::{Learnt, Refused, Sample, learn};
use super::meaning::Form;
use super::plan::{Plan, usual};

/// Which attributes count, and how they become numbers.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::features::encoding::{Features, Form};
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bob", "cem", "dan"])?
///     .with_column("spend", Column::numbers([10.0, 90.0, 30.0, 70.0]))?
///     .with_column("country", Column::texts(["DE", "FR", "DE", "DE"]))?;
/// let encoder = Features::new().number("spend").category("country").fit(&customers, Form::Numbers)?;
/// let encoded = encoder.encode(&customers)?;
/// assert_eq!(encoder.columns().iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["spend", "country=DE", "country=FR"]);
/// assert_eq!(encoder.in_words(&[0.0, 0.75, 0.25])[0], ("spend".to_owned(), "50".to_owned()));
/// assert_eq!(encoded.matrix.dim(), (4, 3));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Which customers are learnt from
///
/// Those that are encoded: whom a feature leaves out plays no part in what is learnt of the others. Weights of
/// customers count: weight 2 is the customer twice, 0 learns nothing and is encoded all the same.
///
/// # Cost
///
/// O(n) a feature, O(n log n) of ranks and quantiles with weights, some seventy passes of powers; in parallel over
/// features.
///
/// # Missing values
///
/// See [`Missing`]. Where nobody says, an unknown value leaves the customer out, with the reason; a method that takes
/// missing values gets NaN.
///
/// # Determinism
///
/// Columns of categories stand in alphabetical order: neither the order of customers nor other attributes
/// change them.
///
/// # Differs from
///
/// scikit-learn's `StandardScaler` leaves raw what has no spread, here it becomes 0; its `RobustScaler` does so
/// where quartiles are equal, here the standard deviation steps in; its `QuantileTransformer` puts the least
/// value at 0 and the largest at 1, here shares count half of their own value, so that normal scores are
/// finite.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Features {
    pub(super) list: Vec<Feature>,
    pub(super) scale: Scale,
    pub(super) missing: Option<Missing>,
    pub(super) pca: Option<Reduce>,
    pub(super) notes: Vec<String>,
}

/// To how many principal components rows are reduced.
#[cfg_attr(not(any(feature = "cluster", feature = "serde")), allow(dead_code, reason = "asked for with `cluster`"))]
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Reduce {
    /// To so many.
    Components(usize),
    /// To as many as have that share of the variance.
    Share(f64),
}

impl Features {
    /// No feature yet; numbers will be standardised.
    pub fn new() -> Self {
        Features::default()
    }

    /// Every attribute with [`Role::Base`] by its kind and level, numbers standardised.
    ///
    /// Texts and whole numbers of which hardly two customers have the same (ids, names, addresses) and places
    /// are left out, which [`Encoder::notes`] tells.
    pub fn of(customers: &Customers) -> Self {
        let mut features = Features::new();
        for (attribute, column) in customers.columns().filter(|(attribute, _)| attribute.role == Role::Base) {
            match left_out(attribute, column) {
                None => features.list.push(Feature::new(&attribute.name)),
                Some(why) => features.notes.push(format!("`{}` is left out: it {why}", attribute.name)),
            }
        }
        features
    }

    /// Adds a feature.
    #[must_use]
    pub fn with(mut self, feature: Feature) -> Self {
        self.list.push(feature);
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::number(attribute))
    }

    /// Adds the logarithm of 1 and a number.
    #[must_use]
    pub fn log1p(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::log1p(attribute))
    }

    /// Adds a category.
    #[must_use]
    pub fn category(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::category(attribute))
    }

    /// Adds a rank by the order that the attribute's level has.
    #[must_use]
    pub fn ordinal(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::ordinal(attribute))
    }

    /// Adds a 0 or 1.
    #[must_use]
    pub fn flag(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::flag(attribute))
    }

    /// Adds an indicator for each member of sets.
    #[must_use]
    pub fn set(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::set(attribute))
    }

    /// Adds a day or an instant as a number.
    #[must_use]
    pub fn day(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::day(attribute))
    }

    /// Adds the days before the moment as of which customers are seen.
    #[must_use]
    pub fn age(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::age(attribute))
    }

    /// Adds a point on the unit sphere.
    #[must_use]
    pub fn place(self, attribute: impl Into<String>) -> Self {
        self.with(Feature::place(attribute))
    }

    /// Sets the scale of number features that say nothing themselves.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// Numbers that say nothing themselves are standardised: [`Scale::Standard`]. This is the default.
    #[must_use]
    pub fn standardize(self) -> Self {
        self.scale(Scale::Standard)
    }

    /// Numbers that say nothing themselves are scaled by median and quartiles: [`Scale::Robust`].
    #[must_use]
    pub fn robust(self) -> Self {
        self.scale(Scale::Robust)
    }

    /// Numbers that say nothing themselves go from 0 to 1: [`Scale::MinMax`].
    #[must_use]
    pub fn min_max(self) -> Self {
        self.scale(Scale::MinMax)
    }

    /// Numbers that say nothing themselves become ranks: [`Scale::Ranks`].
    #[must_use]
    pub fn ranks(self) -> Self {
        self.scale(Scale::Ranks)
    }

    /// Numbers that say nothing themselves stay as they are: [`Scale::Raw`].
    #[must_use]
    pub fn raw(self) -> Self {
        self.scale(Scale::Raw)
    }

    /// Sets what an unknown value of a feature does that says nothing itself.
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = Some(missing);
        self
    }

    /// Reduces rows of numbers to that many principal components; scale numbers first, or the widest decides.
    #[cfg(feature = "cluster")]
    #[must_use]
    pub fn pca(mut self, components: usize) -> Self {
        self.pca = Some(Reduce::Components(components));
        self
    }

    /// Reduces rows of numbers to as many principal components as together have that share of the variance.
    #[cfg(feature = "cluster")]
    #[must_use]
    pub fn pca_share(mut self, share: f64) -> Self {
        self.pca = Some(Reduce::Share(share));
        self
    }

    /// The features, in the order of their columns.
    pub fn list(&self) -> &[Feature] {
        &self.list
    }

    /// Learns from customers how to encode, in the form that a method wants.
    ///
    /// # Errors
    /// If there is no feature or no customer, an attribute is unknown or of a kind that cannot be encoded as
    /// asked, a parameter is outside what it may be, a feature is there twice; or a value cannot be encoded,
    /// with the first such customer.
    pub fn fit(&self, customers: &Customers, form: Form) -> Result<Encoder> {
        if self.list.is_empty() {
            return Err(Error::empty("features"));
        }
        let plan = |feature| Plan::of(feature, customers, form, self.scale, self.missing.as_ref());
        let plans: Vec<Plan<'_>> = self.list.iter().map(plan).collect::<Result<_>>()?;
        let sample = sample(&plans, customers)?;
        let learnt: Vec<Result<Learnt, Refused>> = crate::parallel::map(plans.len(), |at| learn(&plans[at], &sample));
        if learnt.iter().any(Result::is_err) {
            // what stands in no row first, then the first row
            let errors = learnt.into_iter().filter_map(Result::err);
            let Some((row, error)) = errors.min_by_key(|(row, _)| *row) else { return Err(Error::empty("features")) };
            let id = row.and_then(|row| customers.ids().get(row));
            return Err(id.map_or(error.clone(), |id| error.at_customer(id)));
        }
        let mut notes = self.notes.clone();
        notes.extend(left_out_note(&plans, customers.len()));
        let (mut features, mut deviations) = (Vec::with_capacity(learnt.len()), Vec::new());
        for one in learnt.into_iter().filter_map(Result::ok) {
            notes.extend(one.notes);
            deviations.push(one.deviations);
            features.push(one.fitted);
        }
        let mut encoder = Encoder::new(form, features, notes)?;
        encoder.tell_of_domination(&deviations);
        match self.pca {
            None => Ok(encoder),
            Some(reduce) => encoder.reduced(reduce, customers),
        }
    }
}

/// The customers to learn from.
fn sample(plans: &[Plan<'_>], customers: &Customers) -> Result<Sample> {
    let weights = customers.weights();
    let as_of = if plans.iter().any(|plan| plan.encode == Encode::Age) { Some(customers.seen_as_of()?) } else { None };
    let counts = |row: &usize| weights.is_none_or(|weights| weights[*row] > 0.0);
    if customers.is_empty() {
        return Err(Error::empty("customers"));
    }
    let weighty: Vec<usize> = (0..customers.len()).filter(counts).collect();
    if weighty.is_empty() {
        return Err(Error::empty("customers with a weight above 0"));
    }
    let choosy: Vec<&Plan<'_>> = plans.iter().filter(|plan| plan.may_leave_out()).collect();
    let rows: Vec<usize> = weighty.into_iter().filter(|row| choosy.iter().all(|plan| plan.keeps(*row))).collect();
    if rows.is_empty() {
        return Err(Error::empty("customers of whom every feature is known"));
    }
    let weights = weights.map(|weights| rows.iter().map(|row| weights[*row]).collect());
    Ok(Sample { rows, weights, as_of })
}

/// Who is left out of what is learnt, and for which features, if somebody is.
fn left_out_note(plans: &[Plan<'_>], customers: usize) -> Option<String> {
    let choosy: Vec<&Plan<'_>> = plans.iter().filter(|plan| plan.may_leave_out()).collect();
    let out: Vec<usize> = (0..customers).filter(|row| !choosy.iter().all(|plan| plan.keeps(*row))).collect();
    let by = |plan: &&Plan<'_>| out.iter().any(|row| !plan.keeps(*row));
    let features: Vec<String> = choosy.iter().copied().filter(by).map(Plan::label).collect();
    let (count, of) = (crate::text::count(out.len()), crate::text::counted(customers, "customer", "customers"));
    let names = crate::text::some(features.iter().take(4).map(String::as_str), features.len());
    (!out.is_empty()).then(|| format!("{count} of {of} are left out: {names} cannot be told of them"))
}

/// Why an attribute is not among all features of a table; `None` if it is.
pub(crate) fn left_out(attribute: &Attribute, column: &Column) -> Option<String> {
    let encode = usual(attribute);
    if let Some(why) = usually_left_out(encode) {
        return Some(why.to_owned());
    }
    let present = column.presence().present;
    if present == 0 {
        return Some("has no value".to_owned());
    }
    if attribute.kind == Kind::Integer && is_id(&attribute.name) {
        return Some("is an id by its name".to_owned());
    }
    let different = match column.codes() {
        Some((_, dictionary)) if encode == Encode::Category => dictionary.len(),
        _ => 0,
    };
    // an id has as many values as customers, a name hardly fewer
    (present > 20 && different * 2 > present).then(|| {
        let values = crate::text::counted(different, "value", "values");
        format!("has {values} of {}", crate::text::counted(present, "customer", "customers"))
    })
}

/// Whether a whole number of that name is one by which customers are called.
fn is_id(name: &str) -> bool {
    let name = name.to_lowercase();
    name == "id" || name.ends_with("_id") || name.ends_with(" id")
}
