//! One attribute and how it becomes numbers.

use super::choices::{Encode, Missing, Scale, Transform, Unknown};

/// One attribute and how it becomes numbers: what is not said follows from its kind and level.
///
/// In study files it is a text, or a table whose keys are the setters' names:
///
/// ```toml
/// features = [
///     "age",
///     { attribute = "spend", scale = "log1p", weight = 2.0, missing = "median" },
///     { attribute = "country", encode = "one_hot", min_share = 0.02 },
///     { attribute = "visits", missing = { constant = 0 }, winsorize = [0.0, 0.99] },
/// ]
/// ```
///
/// Wrong combinations are reported by [`Features::fit`](super::Features::fit), not before.
///
/// ```
/// use segmentry::features::encoding::{Feature, Missing};
///
/// let spend = Feature::log1p("spend").weight(2.0).missing(Missing::Constant(0.0));
/// assert_eq!(spend.attribute(), "spend");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    pub(super) attribute: String,
    pub(super) encode: Option<Encode>,
    pub(super) scale: Option<Scale>,
    pub(super) transform: Transform,
    pub(super) weight: f64,
    pub(super) missing: Option<Missing>,
    pub(super) indicator: bool,
    pub(super) winsorize: Option<(f64, f64)>,
    pub(super) order: Option<Vec<String>>,
    pub(super) min_share: f64,
    pub(super) most: Option<usize>,
    pub(super) unknown: Option<Unknown>,
    pub(super) yes: Option<String>,
}

impl Feature {
    /// An attribute by its kind and level.
    pub fn new(attribute: impl Into<String>) -> Self {
        Feature {
            attribute: attribute.into(),
            encode: None,
            scale: None,
            transform: Transform::None,
            weight: 1.0,
            missing: None,
            indicator: false,
            winsorize: None,
            order: None,
            min_share: 0.0,
            most: None,
            unknown: None,
            yes: None,
        }
    }

    /// As a number: [`Encode::Number`].
    pub fn number(attribute: impl Into<String>) -> Self {
        Feature::new(attribute).encode(Encode::Number)
    }

    /// As the logarithm of 1 and a number: [`Transform::Log1p`].
    pub fn log1p(attribute: impl Into<String>) -> Self {
        Feature::number(attribute).transform(Transform::Log1p)
    }

    /// As a category: [`Encode::Category`].
    pub fn category(attribute: impl Into<String>) -> Self {
        Feature::new(attribute).encode(Encode::Category)
    }

    /// As a rank, by the order of its level or the one given with [`order`](Feature::order): [`Encode::Ordinal`].
    pub fn ordinal(attribute: impl Into<String>) -> Self {
        Feature::new(attribute).encode(Encode::Ordinal)
    }

    /// As 0 or 1: [`Encode::Flag`].
    pub fn flag(attribute: impl Into<String>) -> Self {
        Feature::new(attribute).encode(Encode::Flag)
    }

    /// As an indicator for each member: [`Encode::Set`].
    pub fn set(attribute: impl Into<String>) -> Self {
        Feature::new(attribute).encode(Encode::Set)
    }

    /// A day or an instant as a number: [`Encode::Number`].
    pub fn day(attribute: impl Into<String>) -> Self {
        Feature::number(attribute)
    }

    /// As days before the moment as of which the customer is seen: [`Encode::Age`].
    pub fn age(attribute: impl Into<String>) -> Self {
        Feature::new(attribute).encode(Encode::Age)
    }

    /// As a point on the unit sphere: [`Encode::Place`].
    pub fn place(attribute: impl Into<String>) -> Self {
        Feature::new(attribute).encode(Encode::Place)
    }

    /// The attribute's name.
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// Sets how it becomes numbers.
    #[must_use]
    pub fn encode(mut self, encode: Encode) -> Self {
        self.encode = Some(encode);
        self
    }

    /// Sets its scale; else it is that of all [`Features`](super::Features).
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = Some(scale);
        self
    }

    /// Sets what is done to a number before it is scaled.
    #[must_use]
    pub fn transform(mut self, transform: Transform) -> Self {
        self.transform = transform;
        self
    }

    /// Sets how much it counts: squared differences are multiplied by it, so that columns are by its square root.
    /// Default 1.
    #[must_use]
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// Sets what a value does that is not known.
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = Some(missing);
        self
    }

    /// Adds a column that is 1 where the value was not known and 0 elsewhere.
    #[must_use]
    pub fn indicator(mut self) -> Self {
        self.indicator = true;
        self
    }

    /// Moves numbers below one quantile up to it and those above another down to it, before anything else:
    /// `winsorize(0.01, 0.99)`.
    #[must_use]
    pub fn winsorize(mut self, low: f64, high: f64) -> Self {
        self.winsorize = Some((low, high));
        self
    }

    /// Sets the order of an ordinal feature, lowest first.
    #[must_use]
    pub fn order<T: Into<String>>(mut self, order: impl IntoIterator<Item = T>) -> Self {
        self.order = Some(order.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the share of customers below which a category is one of the others and a member of sets is passed over.
    /// Default 0.
    #[must_use]
    pub fn min_share(mut self, share: f64) -> Self {
        self.min_share = share;
        self
    }

    /// Sets how many categories or members have a column: the commonest ones. Default 100.
    #[must_use]
    pub fn most(mut self, most: usize) -> Self {
        self.most = Some(most);
        self
    }

    /// Sets what a category does that nobody had when the encoder learnt.
    #[must_use]
    pub fn unknown(mut self, unknown: Unknown) -> Self {
        self.unknown = Some(unknown);
        self
    }

    /// Sets which of the two texts of a flag is 1; else it is the second in alphabetical order.
    #[must_use]
    pub fn yes(mut self, text: impl Into<String>) -> Self {
        self.yes = Some(text.into());
        self
    }
}
