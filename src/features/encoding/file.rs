//! Features as they stand in study files: a text, or a table; a list, or a table with what goes for all.
//!
//! ```toml
//! features = ["age", { attribute = "spend", scale = "log1p" }]
//!
//! [features]                       # or, with what goes for all
//! list = ["age", "spend"]
//! scale = "robust"
//! missing = "median"
//! pca = { share = 0.9 }            # or { components = 3 }
//! ```
//!
//! Keys are the setters' names, and a key or a word that is not known is an error that names it and lists those
//! that are. `scale` takes a transformation too, which the scale of all features follows: people look for the
//! logarithm there.
//!
//! ```toml
//! features = [
//!     { attribute = "plan", order = ["free", "pro"], missing = { category = "free" } },
//!     { attribute = "city", most = 20, unknown = "leave_out" },
//!     { attribute = "owner", encode = "flag", yes = "Y" },
//!     { attribute = "joined", encode = "month" },
//! ]
//! ```
//!
//! | key | words |
//! | --- | --- |
//! | `encode` | those of [`Encode`] |
//! | `scale`, `transform` | those of [`Scale`] and [`Transform`] |
//! | `missing` | those of [`Missing`], or a table with `constant` or `category` |
//! | `unknown` | those of [`Unknown`] |
//!
//! A text or a list is told from a table only where the format says which it is (TOML, JSON); formats that do not
//! describe themselves hold tables always.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use super::choices::{Encode, Missing, Scale, Transform, Unknown};
use super::feature::Feature;
use super::recipe::{Features, Reduce};

/// The words that may stand at `scale` in a study file: a scale, or a transformation that the scale of all
/// features follows.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum ScaleWord {
    Raw,
    Standard,
    Robust,
    MinMax,
    Ranks,
    Normal,
    Log1p,
    BoxCox,
    YeoJohnson,
}

/// A feature as a table.
///
/// A twin of [`Feature`] and not the feature itself, because `scale` has more words here and a text is a
/// feature too. What is left out has the default of [`Feature::new`]; what is there and not known is an error,
/// so that a slip in a key is not passed over.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FeatureTable {
    attribute: String,
    encode: Option<Encode>,
    scale: Option<ScaleWord>,
    #[serde(default)]
    transform: Transform,
    #[serde(default = "one")]
    weight: f64,
    missing: Option<Missing>,
    #[serde(default)]
    indicator: bool,
    winsorize: Option<(f64, f64)>,
    order: Option<Vec<String>>,
    #[serde(default)]
    min_share: f64,
    most: Option<usize>,
    unknown: Option<Unknown>,
    yes: Option<String>,
}

/// The weight of a feature that names none: it counts as it is.
fn one() -> f64 {
    1.0
}

impl From<FeatureTable> for Feature {
    /// A transformation named at `scale` stands above one named at `transform`.
    fn from(table: FeatureTable) -> Self {
        let (scale, transform) = match table.scale {
            None => (None, table.transform),
            Some(ScaleWord::Raw) => (Some(Scale::Raw), table.transform),
            Some(ScaleWord::Standard) => (Some(Scale::Standard), table.transform),
            Some(ScaleWord::Robust) => (Some(Scale::Robust), table.transform),
            Some(ScaleWord::MinMax) => (Some(Scale::MinMax), table.transform),
            Some(ScaleWord::Ranks) => (Some(Scale::Ranks), table.transform),
            Some(ScaleWord::Normal) => (Some(Scale::Normal), table.transform),
            Some(ScaleWord::Log1p) => (None, Transform::Log1p),
            Some(ScaleWord::BoxCox) => (None, Transform::BoxCox),
            Some(ScaleWord::YeoJohnson) => (None, Transform::YeoJohnson),
        };
        Feature {
            attribute: table.attribute,
            encode: table.encode,
            scale,
            transform,
            weight: table.weight,
            missing: table.missing,
            indicator: table.indicator,
            winsorize: table.winsorize,
            order: table.order,
            min_share: table.min_share,
            most: table.most,
            unknown: table.unknown,
            yes: table.yes,
        }
    }
}

impl Serialize for Feature {
    /// As a table, never as a text.
    ///
    /// What is not said is left out where people read it; formats without keys hold every field, for they find
    /// a field by its place.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let short = serializer.is_human_readable(); // formats with keys leave out what is not said
        let mut table = serializer.serialize_struct("Feature", 13)?;
        table.serialize_field("attribute", &self.attribute)?;
        macro_rules! optional {
            ($($field:ident)*) => {$(
                if self.$field.is_some() || !short {
                    table.serialize_field(stringify!($field), &self.$field)?;
                }
            )*};
        }
        optional!(encode scale);
        table.serialize_field("transform", &self.transform)?;
        table.serialize_field("weight", &self.weight)?;
        optional!(missing);
        table.serialize_field("indicator", &self.indicator)?;
        optional!(winsorize order);
        table.serialize_field("min_share", &self.min_share)?;
        optional!(most unknown yes);
        table.end()
    }
}

impl<'de> Deserialize<'de> for Feature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(OneFeature);
        }
        FeatureTable::deserialize(deserializer).map(Feature::from)
    }
}

/// Reads a feature where the format says what stands there.
///
/// A text is the name of an attribute, whose kind and level say the rest; whether there is such an attribute is known
/// only once there are customers.
struct OneFeature;

impl<'de> Visitor<'de> for OneFeature {
    type Value = Feature;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an attribute, or a table with `attribute`")
    }

    fn visit_str<E: serde::de::Error>(self, attribute: &str) -> Result<Feature, E> {
        Ok(Feature::new(attribute))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Feature, A::Error> {
        FeatureTable::deserialize(MapAccessDeserializer::new(map)).map(Feature::from)
    }
}

/// All features with what goes for all of them.
///
/// Notes stand in it because a recipe that was made of a table ([`Features::of`]) says what it left out, also
/// after it was saved.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FeaturesTable {
    list: Vec<Feature>,
    #[serde(default)]
    scale: Scale,
    missing: Option<Missing>,
    pca: Option<Reduce>,
    #[serde(default)]
    notes: Vec<String>,
}

impl From<FeaturesTable> for Features {
    fn from(FeaturesTable { list, scale, missing, pca, notes }: FeaturesTable) -> Self {
        Features { list, scale, missing, pca, notes }
    }
}

impl<'de> Deserialize<'de> for Features {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(AllFeatures);
        }
        FeaturesTable::deserialize(deserializer).map(Features::from)
    }
}

/// Reads all features where the format says what stands there.
///
/// The error of whatever else stands there names both forms.
///
/// A list is the usual case; a table is asked for only by those who set something for all.
struct AllFeatures;

impl<'de> Visitor<'de> for AllFeatures {
    type Value = Features;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features, or a table with `list`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Features, A::Error> {
        let list = Vec::<Feature>::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Features { list, ..Features::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Features, A::Error> {
        FeaturesTable::deserialize(MapAccessDeserializer::new(map)).map(Features::from)
    }
}
