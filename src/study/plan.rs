//! A study before it runs: built in code, or read from a file.
//!
//! A [`Study`] says what is to be done and does nothing until [`run`](Study::run). Built in code or read from a file
//! it is the same thing: the file's keys set what the setters set, and both pass the same
//! [`check`](Study::check).
//!
//! | in the file | in code |
//! | --- | --- |
//! | `name`, `question` | [`Study::new`], [`question`](Study::question) |
//! | `as_of`, `zone` | [`as_of`](Study::as_of), [`zone`](Study::zone) |
//! | `[goal]` with `maximize` or `minimize` | [`maximize`](Study::maximize), [`minimize`](Study::minimize) |
//! | `[sources.NAME]` | [`source`](Study::source), [`customers`](Study::customers), [`events`](Study::events) |
//! | `[join]` with `keep_in`, `keep_in_every`, `precedence` | [`keep`](Study::keep), [`precedence`](Study::precedence) |
//! | `[derive.NAME]` | [`derive`](Study::derive), [`lifetimes`](Study::lifetimes), [`contracts`](Study::contracts) |
//! | `[new_customers]` | [`new_customers`](Study::new_customers) |
//! | `[audiences]` with `definitions` or `file` | [`audiences`](Study::audiences) |
//! | `[segmenters.NAME]` | [`segmenter`](Study::segmenter), [`combine`](Study::combine) |
//! | `[profiles]` with `of`, `attributes`, `value` | [`profile`](Study::profile) for the attributes |
//! | `[evaluation]` with `of`, `smallest`, `known_of_prospects`, `rows`, `replicates`, `rules`, `seed` | [`evaluation`](Study::evaluation) |
//! | `description` | a note for readers of the file; it is not kept |
//!
//! Order matters where one thing is made of another: a derived attribute of attributes above it, a combination of
//! segmenters above it. Sources are joined in their order, which is also whose word counts first unless said
//! otherwise.

use std::path::Path;

use serde::Deserialize;

use crate::customer::{Customers, Items, Keep, Precedence};
use crate::error::{Error, Result};
use crate::evaluate::Goal;
use crate::features::derived::{Derivation, Derived, Formula};
use crate::features::purchases::Purchases;
use crate::history::History;
use crate::lifetime::{Contracts, HistoricValue, Lifetimes, NewCustomers};
use crate::rules::Definitions;
use crate::time::{AsOf, Day, Timestamp, Zone};

use super::audiences::AudiencePlan;
use super::combination::Combination;
use super::evaluation::Evaluation;
use super::file::{Lines, Section, lines};
use super::kinds::{self, Step};
use super::recipe::Recipe;
use super::source::Source;

/// The whole cycle as data, before it runs.
///
/// See the [module](super) for an example, and the guide page `study` for the keys of the file.
///
/// # When it fits and when not
///
/// It fits a question that is asked again: each month, with another file, by somebody else. It does not fit a customer
/// at the counter (load the saved model and ask it) or work of which each step depends on what the last one showed;
/// the parts that a study is made of are all there to be called by themselves.
///
/// # Determinism
///
/// The same study over the same files gives the same findings, but for the timings. No answer depends on the clock:
/// without `as_of` a segmenter that needs it says so.
///
/// # Errors
///
/// Everything that can be checked without reading data is checked when a file is read, and again before a study runs.
pub struct Study {
    pub(super) name: String,
    pub(super) question: Option<String>,
    pub(super) goal: Option<Goal>,
    pub(super) as_of: Option<AsOf>,
    pub(super) zone: Zone,
    pub(super) sources: Vec<(String, Source)>,
    pub(super) keep: Keep,
    pub(super) precedence: Precedence,
    pub(super) derivations: Vec<(String, Derive)>,
    pub(super) new_customers: Option<NewCustomers>,
    pub(super) audiences: Option<AudiencePlan>,
    pub(super) steps: Vec<(String, Step)>,
    pub(super) profiles: ProfilePlan,
    pub(super) evaluation: Option<Evaluation>,
    pub(super) lines: Lines,
}

/// A step that makes attributes: as it stands, or once it has learnt from the customers.
#[derive(Clone, Debug)]
pub(super) enum Derive {
    Ready(Derivation),
    Lifetimes(Lifetimes),
    Contracts(Contracts),
}

impl Derive {
    /// Whether it learns from the customers what they are worth.
    pub(super) fn is_learnt(&self) -> bool {
        matches!(self, Derive::Lifetimes(_) | Derive::Contracts(_))
    }

    fn check(&self) -> Result<()> {
        match self {
            Derive::Ready(derivation) => derivation.check(),
            Derive::Lifetimes(recipe) => recipe.check().map_err(|error| error.at_key("lifetimes")),
            Derive::Contracts(recipe) => recipe.check().map_err(|error| error.at_key("contracts")),
        }
    }
}

/// What is profiled.
///
/// The `[profiles]` table of the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ProfilePlan {
    /// The segmentations; all if not said.
    pub(super) of: Option<Vec<String>>,
    /// The attributes; all that may form or describe segments if not said.
    pub(super) attributes: Option<Vec<String>>,
    /// The attribute of value; the goal's if not said.
    pub(super) value: Option<String>,
}

/// Exactly one of the two must be given.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct GoalPlan {
    maximize: Option<String>,
    minimize: Option<String>,
}

/// `keep_in` and `keep_in_every` exclude each other; without either all customers of all sources are kept.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct JoinPlan {
    /// Only customers in all of these sources.
    keep_in: Vec<String>,
    /// Only customers in every source.
    keep_in_every: bool,
    /// Whose word counts first, by source; the order of the sources if not said.
    precedence: Vec<String>,
}

/// The keys at the top of a study file.
const KEYS: [&str; 14] = [
    "name",
    "question",
    "as_of",
    "zone",
    "goal",
    "sources",
    "join",
    "derive",
    "new_customers",
    "audiences",
    "segmenters",
    "profiles",
    "evaluation",
    "description",
];

impl Study {
    /// A study of that name without sources or segmenters.
    pub fn new(name: impl Into<String>) -> Self {
        Study {
            name: name.into(),
            question: None,
            goal: None,
            as_of: None,
            zone: Zone::utc(),
            sources: Vec::new(),
            keep: Keep::All,
            precedence: Precedence::First,
            derivations: Vec::new(),
            new_customers: None,
            audiences: None,
            steps: Vec::new(),
            profiles: ProfilePlan::default(),
            evaluation: None,
            lines: Lines::default(),
        }
    }

    /// Reads a study file. Files that it names are relative to its folder.
    ///
    /// # Errors
    /// If the file cannot be read or something in it cannot be: with file, line and key.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(&error).in_file(path.display()))?;
        Study::parse(Some(path), &text)
    }

    /// Reads the text of a study file. Files that it names are relative to the working folder.
    ///
    /// ```
    /// use segmentry::study::Study;
    ///
    /// let file = r#"
    /// name = "whom to keep"
    /// [sources.shop]
    /// events = "purchases.csv"
    /// columns = { customer = "id", date = "day", amount = "eur" }
    /// [segmenters.rfm]
    /// kind = "rfm"
    /// "#;
    /// let error = Study::from_toml(file).err().unwrap(); // checked before anything runs
    /// assert!(error.to_string().contains("there is no file `purchases.csv`"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Study::from_file`].
    pub fn from_toml(text: &str) -> Result<Self> {
        Study::parse(None, text)
    }

    /// Sets the business question, printed with the findings.
    #[must_use]
    pub fn question(mut self, question: impl Into<String>) -> Self {
        self.question = Some(question.into());
        self
    }

    /// Sets the attribute that the business wants high; profiles show each segment's share of it.
    #[must_use]
    pub fn maximize(mut self, attribute: impl Into<String>) -> Self {
        self.goal = Some(Goal::Maximize(attribute.into()));
        self
    }

    /// Sets the attribute that the business wants low.
    #[must_use]
    pub fn minimize(mut self, attribute: impl Into<String>) -> Self {
        self.goal = Some(Goal::Minimize(attribute.into()));
        self
    }

    /// Sets the moment as of which customers are seen.
    ///
    /// A day means the whole of it; see [`AsOf`].
    #[must_use]
    pub fn as_of(mut self, as_of: impl Into<AsOf>) -> Self {
        self.as_of = Some(as_of.into());
        self
    }

    /// Sets the zone in which instants without an offset are read.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Adds a source.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>, source: Source) -> Self {
        self.sources.push((name.into(), source));
        self
    }

    /// Adds customers that are in memory.
    #[must_use]
    pub fn customers(self, name: impl Into<String>, customers: Customers) -> Self {
        self.source(name, Source::Given(customers))
    }

    /// Adds events that are in memory.
    #[must_use]
    pub fn events(self, name: impl Into<String>, history: History) -> Self {
        self.source(name, Source::GivenEvents(history))
    }

    /// Adds items that are in memory, as a list of that name. They are no source of customers: only those that the
    /// others name have them.
    #[must_use]
    pub fn items(self, name: impl Into<String>, items: Items) -> Self {
        self.source(name, Source::GivenItems(items))
    }

    /// Sets which customers of several sources are kept; all unless said otherwise.
    ///
    /// What is left out is told in the join's report.
    #[must_use]
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Sets whose word counts where sources disagree; that of the earlier source unless said otherwise.
    #[must_use]
    pub fn precedence(mut self, precedence: Precedence) -> Self {
        self.precedence = precedence;
        self
    }

    /// Adds derived attributes; a later one may be made of earlier ones.
    #[must_use]
    pub fn derive(mut self, derivation: impl Into<Derivation>) -> Self {
        let derivation = derivation.into();
        let name = match &derivation {
            Derivation::Attribute(derived) => derived.name().to_owned(),
            Derivation::Contracts(_) => "contracts".to_owned(),
            Derivation::Historic(_) => "historic".to_owned(),
            Derivation::Lifetimes(_) => "lifetimes".to_owned(),
            Derivation::Purchases(_) => "purchases".to_owned(),
        };
        self.derivations.push((name, Derive::Ready(derivation)));
        self
    }

    /// Adds what customers are worth, now and to come, as attributes that are learnt from their histories.
    #[must_use]
    pub fn lifetimes(mut self, name: impl Into<String>, recipe: Lifetimes) -> Self {
        self.derivations.push((name.into(), Derive::Lifetimes(recipe)));
        self
    }

    /// Adds how long customers under contract will stay and what that is worth, as attributes that are learnt from the days on
    /// which contracts began and ended.
    #[must_use]
    pub fn contracts(mut self, name: impl Into<String>, recipe: Contracts) -> Self {
        self.derivations.push((name.into(), Derive::Contracts(recipe)));
        self
    }

    /// Asks what new customers are worth in their first days: findings tell it, by the month of the first purchase too.
    #[must_use]
    pub fn new_customers(mut self, recipe: NewCustomers) -> Self {
        self.new_customers = Some(recipe);
        self
    }

    /// Sets the audiences, which may overlap; findings tell their sizes and who is in several.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::study::Study;
    /// use segmentry::value::Column;
    ///
    /// let customers = Customers::with_ids(["ann", "bo"])?.with_column("spend", Column::numbers([900.0, 80.0]))?;
    /// let audiences = "audience large: spend >= 500\naudience known: spend is known".parse()?;
    /// let findings = Study::new("whom to write to").customers("crm", customers).audiences(audiences).run()?;
    /// assert_eq!(findings.audiences.unwrap().audiences.sizes(), [1, 2]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn audiences(mut self, definitions: Definitions) -> Self {
        self.audiences = Some(AudiencePlan::new(definitions));
        self
    }

    /// Adds a segmenter that is learnt from the customers, or [`Ready`](super::Ready).
    ///
    /// Any [`Fit`](crate::segmenter::Fit) whose model can be saved is a recipe, one of your own included.
    #[must_use]
    pub fn segmenter(mut self, name: impl Into<String>, recipe: impl Recipe + 'static) -> Self {
        self.steps.push((name.into(), Step::Learn(Box::new(recipe))));
        self
    }

    /// Adds a segmenter made of segmenters that were added before.
    ///
    /// See [`Combination`] for an example. A name that stands not above it is an error of [`check`](Study::check).
    #[must_use]
    pub fn combine(mut self, name: impl Into<String>, combination: Combination) -> Self {
        self.steps.push((name.into(), Step::Combine(combination)));
        self
    }

    /// Sets which attributes are profiled; all that may form or describe segments unless said otherwise.
    #[must_use]
    pub fn profile<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.profiles.attributes = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets what is judged and against what; a study with a goal is judged without.
    #[must_use]
    pub fn evaluation(mut self, evaluation: Evaluation) -> Self {
        self.evaluation = Some(evaluation);
        self
    }

    /// Whether it can run: sources, names, files that are there. [`Study::run`] asks first.
    ///
    /// # Errors
    /// Of the first thing that cannot be; with file, line and key if it was read from a file.
    pub fn check(&self) -> Result<()> {
        self.checked().map_err(|error| self.lines.place(error))
    }

    /// [`check`](Study::check) without file and line.
    fn checked(&self) -> Result<()> {
        if self.sources.is_empty() {
            return Err(Error::empty("sources: a study needs customers or events"));
        }
        unique("sources", &self.sources)?;
        unique("segmenters", &self.steps)?;
        if self.steps.is_empty() && self.audiences.is_none() {
            return Err(Error::empty("segmenters: a study needs at least one, or audiences"));
        }
        for (name, source) in &self.sources {
            source.check(self.lines.folder()).map_err(|error| error.at_key(format!("sources.{name}")))?;
        }
        if let Keep::In(names) = &self.keep {
            self.known_sources(names, "join.keep_in")?;
        }
        if let Precedence::Order(names) = &self.precedence {
            self.known_sources(names, "join.precedence")?;
        }
        for (name, derivation) in &self.derivations {
            derivation.check().map_err(|error| error.at_key(format!("derive.{name}")))?;
        }
        if let Some(recipe) = &self.new_customers {
            recipe.check().map_err(|error| error.at_key("new_customers"))?;
        }
        for (at, (name, step)) in self.steps.iter().enumerate() {
            if let Step::Combine(combination) = step {
                let before: Vec<&str> = self.steps.iter().take(at).map(|(name, _)| name.as_str()).collect();
                for part in combination.parts() {
                    if !before.contains(&part) {
                        return Err(
                            unknown("segmenter", part, &before, " before it").at_key(format!("segmenters.{name}"))
                        );
                    }
                }
            }
        }
        let judged = self.evaluation.as_ref().and_then(|evaluation| evaluation.of.as_ref());
        for (names, key) in [(self.profiles.of.as_ref(), "profiles.of"), (judged, "evaluation.of")] {
            let known: Vec<&str> = self.steps.iter().map(|(name, _)| name.as_str()).collect();
            if let Some(name) = names.into_iter().flatten().find(|name| !known.contains(&name.as_str())) {
                return Err(unknown("segmenter", name, &known, "").at_key(key));
            }
        }
        Ok(())
    }

    fn known_sources(&self, names: &[String], key: &str) -> Result<()> {
        let joined = self.sources.iter().filter(|(_, source)| !source.is_items());
        let known: Vec<&str> = joined.map(|(name, _)| name.as_str()).collect();
        match names.iter().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(unknown("source", name, &known, "").at_key(key)),
            None => Ok(()),
        }
    }

    /// Sections are taken out one after another, and what is left at the end is no key of a study. The lines are kept,
    /// so that an error of a later run still names its line.
    fn parse(file: Option<&Path>, text: &str) -> Result<Self> {
        let lines = lines(file, text)?;
        let mut root = Section::root(&lines, text)?;
        let name = root.text("name")?;
        let mut study = Study::new(name.ok_or_else(|| root.place(Error::format("a study needs a `name`")))?);
        study.question = root.text("question")?;
        root.text("description")?;
        if let Some(zone) = root.text("zone")? {
            study.zone = Zone::named(&zone).map_err(|error| lines.place(error.at_key("zone")))?;
        }
        if let Some(as_of) = root.text("as_of")? {
            let day = as_of.parse::<Day>().ok().filter(|_| as_of.len() == 10).map(|day| AsOf::day_in(day, &study.zone));
            let instant = || as_of.parse::<Timestamp>().map(|at| AsOf::instant_in(at, &study.zone));
            study.as_of = Some(match day {
                Some(day) => day,
                None => instant().map_err(|_| {
                    let expected = "a day such as 2026-11-01 or an instant such as 2026-11-01T08:30:00Z";
                    lines.place(Error::parse("moment", &as_of, expected).at_key("as_of"))
                })?,
            });
        }
        if let Some(section) = root.section("goal")? {
            let place = section.placer();
            study.goal = match section.read()? {
                GoalPlan { maximize: Some(attribute), minimize: None } => Some(Goal::Maximize(attribute)),
                GoalPlan { maximize: None, minimize: Some(attribute) } => Some(Goal::Minimize(attribute)),
                _ => return Err(place(Error::definition("a goal is either `maximize` or `minimize` an attribute"))),
            };
        }
        for (name, section) in root.sections("sources")? {
            study.sources.push((name, source(section)?));
        }
        if let Some(section) = root.section("join")? {
            let place = section.placer();
            let plan: JoinPlan = section.read()?;
            study.keep = match (plan.keep_in.is_empty(), plan.keep_in_every) {
                (true, false) => Keep::All,
                (true, true) => Keep::Every,
                (false, false) => Keep::In(plan.keep_in),
                (false, true) => return Err(place(Error::definition("either `keep_in` or `keep_in_every`"))),
            };
            if !plan.precedence.is_empty() {
                study.precedence = Precedence::Order(plan.precedence);
            }
        }
        for (name, section) in root.sections("derive")? {
            study.derivations.push((name.clone(), derivation(name, section)?));
        }
        if let Some(section) = root.section("new_customers")? {
            study.new_customers = Some(section.read()?);
        }
        if let Some(section) = root.section("audiences")? {
            study.audiences = Some(AudiencePlan::read(section, lines.folder(), &study.zone)?);
        }
        let audiences = study.audiences.as_ref().map_or_else(Definitions::new, |plan| plan.definitions.clone());
        for (name, section) in root.sections("segmenters")? {
            study.steps.push((name, kinds::step(section, &audiences, &study.zone)?));
        }
        if let Some(section) = root.section("profiles")? {
            study.profiles = section.read()?;
        }
        if let Some(section) = root.section("evaluation")? {
            study.evaluation = Some(section.read()?);
        }
        root.finish(&KEYS)?;
        study.lines = lines;
        study.check()?;
        Ok(study)
    }
}

/// A file of customers or of events, by which of the two keys it has.
fn source(section: Section<'_>) -> Result<Source> {
    match (section.has("customers"), section.has("events"), section.has("items")) {
        (true, false, false) => section.read().map(Source::Customers),
        (false, true, false) => section.read().map(Source::Events),
        (false, false, true) => section.read().map(Source::Items),
        _ => Err(section.place(Error::definition("a source is a file of either `customers`, `events` or `items`"))),
    }
}

/// `[derive.basket] ratio = ["spend", "purchases"]`, `[derive.purchases] purchases = { collapse = "day" }`,
/// `[derive.worth] lifetimes = { horizon = "1 year" }`, `[derive.past] historic = { margin = { rate = 0.3 } }`,
/// `[derive.stay] contracts = { start = "begun", end = "ended", period = "month", horizon = "1 year" }`.
fn derivation(name: String, section: Section<'_>) -> Result<Derive> {
    if section.has("historic") {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct HistoricPlan {
            historic: HistoricValue,
        }
        return section.read().map(|plan: HistoricPlan| Derive::Ready(plan.historic.into()));
    }
    if section.has("lifetimes") {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct LifetimesPlan {
            lifetimes: Lifetimes,
        }
        return section.read().map(|plan: LifetimesPlan| Derive::Lifetimes(plan.lifetimes));
    }
    if section.has("contracts") {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct ContractsPlan {
            contracts: Contracts,
        }
        return section.read().map(|plan: ContractsPlan| Derive::Contracts(plan.contracts));
    }
    if section.has("purchases") {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct PurchasesPlan {
            purchases: Purchases,
        }
        return section.read().map(|plan: PurchasesPlan| Derive::Ready(plan.purchases.into()));
    }
    Ok(Derive::Ready(Derived::new(name, section.read::<Formula>()?).into()))
}

/// # Errors
/// If a name is empty or occurs twice.
fn unique<T>(what: &str, named: &[(String, T)]) -> Result<()> {
    for (at, (name, _)) in named.iter().enumerate() {
        if name.is_empty() {
            return Err(Error::definition("a name is empty").at_key(what));
        }
        if named.iter().take(at).any(|(earlier, _)| earlier == name) {
            return Err(Error::definition(format!("`{name}` occurs twice")).at_key(what));
        }
    }
    Ok(())
}

/// With the nearest known name, or with all of them where none is near.
fn unknown(what: &str, name: &str, known: &[&str], place: &str) -> Error {
    let hint = match crate::error::nearest(name, known.iter().copied()) {
        Some(close) => format!("; did you mean `{close}`"),
        None if known.is_empty() => String::new(),
        None => format!(": there are `{}`", known.join("`, `")),
    };
    Error::definition(format!("no {what} `{name}`{place}{hint}"))
}
