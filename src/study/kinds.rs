//! The segmenters that a study file can name, and the saved models that can be loaded by kind.
//!
//! Two lists that grow with the crate: [`step`] reads a `[segmenters.…]` table by its `kind`, [`any_from_json`](super::any_from_json) loads
//! a saved model by the `kind` of its envelope. They differ: a recipe has a kind in the file, its model another in the
//! envelope.
//!
//! | `kind` in a study file | recipe | kind of the saved model |
//! | --- | --- | --- |
//! | `rfm` | [`Rfm`] | the same |
//! | `rfe`, `rhythm` | [`Rfe`], [`Rhythm`] | the same |
//! | `tenure`, `frequency`, `loyalty`, `mix`, `discount`, `returns` | [`Tenure`], [`Frequency`], … | the same |
//! | `tiers`, `tier_programme` | [`Tiers`], [`Programme`] | the same |
//! | `top_share`, `value_share`, `ntiles` | [`TopShare`], [`ValueShare`], [`Ntiles`] | `tier_model` |
//! | `value_matrix` | [`ValueMatrix`] | the same |
//! | `rules` | [`Rules`](crate::rules::Rules) | the same |
//! | `k_means` and the other [`METHODS`] of clustering | [`Clustering`](crate::cluster::Clustering) | the same |
//! | `cross`, `fallback`, `nested`, `consensus` | [`Combination`] | `combined` |
//!
//! A segmenter that reads derived attributes is saved inside a model of the kind `deriving`.
//!
//! # How a kind is read
//!
//! 1. `kind` is taken out of the table and held against the list; a misspelt one is told with the nearest.
//! 2. The rest of the table is read into a plan, a struct that mirrors the keys and refuses all others.
//! 3. The plan makes the recipe with the recipe's own setters, so that file and code cannot mean different things.
//! 4. What can be checked without customers is checked here, so that an error has the line of its table.
//!
//! Plans stand apart from recipes because the two change for different reasons: a file is a promise to those who wrote
//! it, a recipe's saved form one to programs.
//!
//! # Not in a file
//!
//! Segmenters of one's own: add those in code with [`Study::segmenter`](super::Study::segmenter). A study saves what they
//! learn, and [`model::load`](crate::model::load) loads it with its type; [`any_from_json`](super::any_from_json) knows
//! the kinds of the table alone.
//!
//! # To add a kind
//!
//! Add its name to the list of kinds, an arm in [`step`] with a plan, an arm in [`any_from_json`](super::any_from_json) if its model is new,
//! and a section on the guide page of studies.

use serde::Deserialize;

use crate::bands::{Bands, Ties};
use crate::behavioral::{Discount, Frequency, Loyalty, Mix, Returns, Rfe, Rfm, Rhythm, Tenure};
use crate::classify::{ScoreRow, ScoreTable};
use crate::cluster::METHODS;
use crate::error::{Error, Result};
use crate::features::purchases::Purchases;
use crate::model::Model;
use crate::rules::Definitions;
use crate::segmenter::Segmenter;
use crate::tier::{Measure, Negatives, Ntiles, Programme, Score, Tiers, TopShare, ValueShare};
use crate::time::Zone;
use crate::worth::ValueMatrix;

use super::audiences::RulesKeys;
use super::clusters;
use super::combination::{Combination, ConsensusPlan, NestedPlan, OfPlan};
use super::file::Section;
use super::recipe::{Ready, Recipe};

/// The kinds of a `[segmenters.…]` table, beside the methods of clustering.
const KINDS: [&str; 20] = [
    "rfm",
    "rfe",
    "rhythm",
    "tenure",
    "frequency",
    "loyalty",
    "mix",
    "discount",
    "returns",
    "tiers",
    "top_share",
    "value_share",
    "ntiles",
    "tier_programme",
    "value_matrix",
    "rules",
    "cross",
    "fallback",
    "nested",
    "consensus",
];

/// One segmenter of a study.
///
/// Either learns from the customers, or is made of the steps above it.
pub(super) enum Step {
    Learn(Box<dyn Recipe>),
    Combine(Combination),
}

/// Reads a `[segmenters.…]` table of a study with these audiences, whose days begin in that zone.
///
/// # Errors
/// If the kind is not known, a key is not one of the kind, or the definition does not hold together: with line and
/// key.
pub(super) fn step(mut section: Section<'_>, audiences: &Definitions, zone: &Zone) -> Result<Step> {
    let kinds: Vec<&str> = KINDS.iter().chain(METHODS).copied().collect();
    let kind = section.one_of("kind", &kinds)?;
    let place = section.placer();
    let placed = |step: Result<Step>| step.map_err(&place);
    match kind.as_str() {
        method if clusters::is_method(method) => Ok(Step::Learn(clusters::recipe(method, section)?)),
        "rfe" => {
            let plan: RfePlan = section.read()?;
            Ok(Step::Learn(plan.recipe()))
        }
        "rhythm" => Ok(Step::Learn(Box::new(section.read::<Rhythm>()?))),
        "value_matrix" => Ok(Step::Learn(Box::new(section.read::<ValueMatrix>()?))),
        "tenure" => ready::<Tenure>(section),
        "frequency" => ready::<Frequency>(section),
        "loyalty" => ready::<Loyalty>(section),
        "discount" => ready::<Discount>(section),
        "returns" => ready::<Returns>(section),
        "tier_programme" => ready::<Programme>(section),
        "mix" => {
            let plan: MixPlan = section.read()?;
            placed(plan.mix().map(|mix| Step::Learn(Box::new(Ready(mix)))))
        }
        "rfm" => {
            let plan: RfmPlan = section.read()?;
            placed(plan.recipe().map(Step::Learn))
        }
        "tiers" => {
            let plan: TiersPlan = section.read()?;
            placed(plan.tiers().map(|tiers| Step::Learn(Box::new(Ready(tiers)))))
        }
        "top_share" => {
            let plan: TopSharePlan = section.read()?;
            Ok(Step::Learn(plan.recipe()))
        }
        "value_share" => {
            let plan: ValueSharePlan = section.read()?;
            Ok(Step::Learn(plan.recipe()))
        }
        "ntiles" => {
            let plan: NtilesPlan = section.read()?;
            Ok(Step::Learn(plan.recipe()))
        }
        "rules" => {
            let line_of = section.liner();
            let keys: RulesKeys = section.read()?;
            placed(keys.recipe(audiences, zone, line_of).map(|rules| Step::Learn(Box::new(rules))))
        }
        "nested" => {
            let plan: NestedPlan = section.read()?;
            let within = plan.within.into_iter().collect();
            Ok(Step::Combine(Combination::Nested { outer: plan.outer, within }))
        }
        "consensus" => {
            let plan: ConsensusPlan = section.read()?;
            Ok(Step::Combine(Combination::Consensus { of: plan.of, groups: plan.groups }))
        }
        kind => {
            let plan: OfPlan = section.read()?;
            let sparse = plan.sparse().map_err(&place)?;
            let combination = match kind {
                "cross" => Combination::Cross { of: plan.of, sparse },
                _ if sparse.is_some() => {
                    let message = "only crossed segmenters have sparse cells";
                    return Err(place(Error::definition(message).at_key("merge_below")));
                }
                _ => Combination::Fallback { of: plan.of },
            };
            Ok(Step::Combine(combination))
        }
    }
}

/// A segmenter with nothing to learn, whose saved form is its definition.
fn ready<G>(section: Section<'_>) -> Result<Step>
where
    G: Segmenter + Model + Clone + 'static,
{
    let place = section.placer();
    let segmenter: G = section.read()?;
    segmenter.check().map_err(place)?;
    Ok(Step::Learn(Box::new(Ready(segmenter))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RfePlan {
    kinds: Option<Vec<String>>,
    days: Option<u32>,
    property: Option<String>,
    weights: Option<std::collections::BTreeMap<String, f64>>,
    recency: Option<BandsPlan>,
    frequency: Option<BandsPlan>,
    engagement: Option<BandsPlan>,
}

impl RfePlan {
    fn recipe(self) -> Box<dyn Recipe> {
        let mut rfe = Rfe::new();
        if let Some(kinds) = self.kinds {
            rfe = rfe.kinds(kinds);
        }
        if let Some(days) = self.days {
            rfe = rfe.days(days);
        }
        if let Some(property) = self.property {
            rfe = rfe.property(property);
        }
        if let Some(weights) = self.weights {
            rfe = rfe.weights(weights);
        }
        if let Some(bands) = self.recency {
            rfe = rfe.recency(bands.bands());
        }
        if let Some(bands) = self.frequency {
            rfe = rfe.frequency(bands.bands());
        }
        if let Some(bands) = self.engagement {
            rfe = rfe.engagement(bands.bands());
        }
        Box::new(rfe)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MixPlan {
    /// `item`, `channel`, or the name of a property.
    of: String,
    kinds: Option<Vec<String>>,
    days: Option<u32>,
    #[serde(default)]
    by_amount: bool,
    focused: Option<f64>,
}

impl MixPlan {
    fn mix(self) -> Result<Mix> {
        let mut mix = match self.of.as_str() {
            "item" => Mix::of_items(),
            "channel" => Mix::of_channels(),
            property => Mix::of_property(property),
        };
        if let Some(kinds) = self.kinds {
            mix = mix.kinds(kinds);
        }
        if let Some(days) = self.days {
            mix = mix.days(days);
        }
        if self.by_amount {
            mix = mix.by_amount();
        }
        if let Some(share) = self.focused {
            mix = mix.focused(share);
        }
        Model::check(&mix)?;
        Ok(mix)
    }
}

/// How one measure is cut into bands.
///
/// A table of one key, as in `frequency = { equal_counts = 5 }`; `at` takes the cut points.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum BandsPlan {
    Quantiles(usize),
    RfmRule(usize),
    EqualCounts(usize),
    NaturalBreaks(usize),
    At(Vec<f64>),
}

impl BandsPlan {
    /// Which end is good is for RFM to say, not for the file.
    fn bands(self) -> Bands {
        match self {
            BandsPlan::Quantiles(bands) => Bands::quantiles(bands),
            BandsPlan::RfmRule(bands) => Bands::rfm_rule(bands),
            BandsPlan::EqualCounts(bands) => Bands::equal_counts(bands),
            BandsPlan::NaturalBreaks(bands) => Bands::natural_breaks(bands),
            BandsPlan::At(cuts) => Bands::at(cuts),
        }
    }
}

/// ```toml
/// [segmenters.rfm]
/// kind = "rfm"
/// bands = 5
/// monetary = { natural_breaks = 5 }
/// purchases = { collapse = "day" }
/// ```
///
/// What is not said is [`Rfm`]'s default: five bands by quantiles, ten segments.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RfmPlan {
    /// `classical` (default), or `r` for cut points and boxes of the R package rfm.
    #[serde(default)]
    scheme: Scheme,
    bands: Option<usize>,
    recency: Option<BandsPlan>,
    frequency: Option<BandsPlan>,
    monetary: Option<BandsPlan>,
    #[serde(default)]
    nested: bool,
    #[serde(default)]
    mean_spend: bool,
    purchases: Option<Purchases>,
    /// Three attributes in place of the history.
    from: Option<FromPlan>,
    table: Option<TablePlan>,
}

/// Whose cut points and table; single settings may still be changed.
#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scheme {
    #[default]
    Classical,
    R,
}

/// The attributes are read as they are: days for recency, where fewer are better.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FromPlan {
    recency: String,
    frequency: String,
    monetary: String,
}

/// Segments by a table of one's own.
///
/// Rows as in [`ScoreTable`], which is checked for gaps, overlaps and rows that nobody can reach unless told
/// otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TablePlan {
    rows: Vec<ScoreRow>,
    #[serde(default)]
    first_match: bool,
    otherwise: Option<String>,
}

impl RfmPlan {
    /// # Errors
    /// If a table of one's own does not hold together.
    fn recipe(self) -> Result<Box<dyn Recipe>> {
        let mut rfm = match self.scheme {
            Scheme::Classical => Rfm::new(),
            Scheme::R => Rfm::of_r(),
        };
        if let Some(bands) = self.bands {
            rfm = rfm.bands(bands);
        }
        if let Some(bands) = self.recency {
            rfm = rfm.recency(bands.bands());
        }
        if let Some(bands) = self.frequency {
            rfm = rfm.frequency(bands.bands());
        }
        if let Some(bands) = self.monetary {
            rfm = rfm.monetary(bands.bands());
        }
        if self.nested {
            rfm = rfm.nested();
        }
        if let Some(purchases) = self.purchases {
            rfm = rfm.purchases(purchases);
        }
        if self.mean_spend {
            rfm = rfm.mean_spend();
        }
        if let Some(from) = self.from {
            rfm = rfm.from_attributes(from.recency, from.frequency, from.monetary);
        }
        let Some(plan) = self.table else { return Ok(Box::new(rfm)) };
        let asked = self.bands.unwrap_or(5) as u16;
        let used = |name: &str| plan.rows.iter().any(|row| row.allowed(name).is_some());
        let names = ["recency", "frequency", "monetary", "frequency_monetary"];
        let mut table = ScoreTable::new(names.into_iter().filter(|name| used(name)).map(|name| (name, asked)));
        for row in plan.rows.iter().cloned() {
            table = table.row(row);
        }
        if plan.first_match {
            table = table.first_match();
        }
        if let Some(otherwise) = plan.otherwise {
            table = table.otherwise(otherwise);
        }
        table.clone().check().map_err(|error| error.at_key("table"))?;
        Ok(Box::new(rfm.table(table)))
    }
}

/// What tiers are taken of: an attribute, or a weighted score of several.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected an attribute such as \"spend\", or attributes with weights such as { spend = 0.7, orders = 0.3 }"
)]
/// The one place where a file has two forms for one thing, because `on = "spend"` is what nearly everybody writes.
enum OnPlan {
    Attribute(String),
    Score(std::collections::BTreeMap<String, f64>),
}

impl OnPlan {
    /// Unscaled, with weights in the attributes' units.
    fn score(self) -> Score {
        match self {
            OnPlan::Attribute(name) => Score::from(name),
            OnPlan::Score(parts) => Score::of(parts),
        }
    }
}

/// `{ name = "gold", from = 1000 }`, or `{ name = "top", share = 0.2 }` where shares are told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TierPlan {
    name: String,
    /// The threshold, or the share.
    #[serde(alias = "share")]
    from: f64,
}

/// ```toml
/// [segmenters.size]
/// kind = "tiers"
/// on = "employees"
/// tiers = [{ name = "large", from = 250 }, { name = "medium", from = 50 }]
/// otherwise = "small"
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TiersPlan {
    on: OnPlan,
    tiers: Vec<TierPlan>,
    otherwise: Option<String>,
    #[serde(default)]
    lower_is_better: bool,
}

impl TiersPlan {
    /// # Errors
    /// If thresholds do not fall or names do not differ.
    fn tiers(self) -> Result<Tiers> {
        let measure = match self.on {
            OnPlan::Attribute(name) => Measure::attribute(name),
            OnPlan::Score(parts) => Measure::weighted(parts),
        };
        let mut tiers = Tiers::on(measure);
        for tier in self.tiers {
            tiers = tiers.tier(tier.name, tier.from);
        }
        if let Some(otherwise) = self.otherwise {
            tiers = tiers.otherwise(otherwise);
        }
        if self.lower_is_better {
            tiers = tiers.lower_is_better();
        }
        tiers.check()?;
        Ok(tiers)
    }
}

/// Tiers by shares of the customers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopSharePlan {
    on: OnPlan,
    #[serde(default)]
    tiers: Vec<TierPlan>,
    otherwise: Option<String>,
    #[serde(default)]
    lower_is_better: bool,
    ties: Option<Ties>,
}

impl TopSharePlan {
    fn recipe(self) -> Box<dyn Recipe> {
        let mut recipe = TopShare::of(self.on.score());
        for tier in self.tiers {
            recipe = recipe.tier(tier.name, tier.from);
        }
        if let Some(otherwise) = self.otherwise {
            recipe = recipe.otherwise(otherwise);
        }
        if self.lower_is_better {
            recipe = recipe.lower_is_better();
        }
        if let Some(ties) = self.ties {
            recipe = recipe.ties(ties);
        }
        Box::new(recipe)
    }
}

/// Tiers by shares of the value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueSharePlan {
    on: OnPlan,
    #[serde(default)]
    tiers: Vec<TierPlan>,
    otherwise: Option<String>,
    ties: Option<Ties>,
    negatives: Option<Negatives>,
}

impl ValueSharePlan {
    fn recipe(self) -> Box<dyn Recipe> {
        let mut recipe = ValueShare::of(self.on.score());
        for tier in self.tiers {
            recipe = recipe.tier(tier.name, tier.from);
        }
        if let Some(otherwise) = self.otherwise {
            recipe = recipe.otherwise(otherwise);
        }
        if let Some(ties) = self.ties {
            recipe = recipe.ties(ties);
        }
        if let Some(negatives) = self.negatives {
            recipe = recipe.negatives(negatives);
        }
        Box::new(recipe)
    }
}

/// ```toml
/// [segmenters.tenths]
/// kind = "ntiles"
/// on = "spend"
/// tiers = 10
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NtilesPlan {
    on: OnPlan,
    tiers: usize,
    names: Option<Vec<String>>,
    #[serde(default)]
    lower_is_better: bool,
    ties: Option<Ties>,
}

impl NtilesPlan {
    fn recipe(self) -> Box<dyn Recipe> {
        let mut recipe = Ntiles::of(self.on.score(), self.tiers);
        if let Some(names) = self.names {
            recipe = recipe.names(names);
        }
        if self.lower_is_better {
            recipe = recipe.lower_is_better();
        }
        if let Some(ties) = self.ties {
            recipe = recipe.ties(ties);
        }
        Box::new(recipe)
    }
}
