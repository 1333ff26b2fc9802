//! Audiences of a study, and rule lists: definitions in the text form inside the study file, or in a file beside it.
//!
//! ```toml
//! [audiences]
//! definitions = '''
//! audience lapsed: not count(purchase in last 90 days) >= 1
//! audience large: spend >= 500
//! '''
//!
//! [segmenters.stage]
//! kind = "rules"
//! rules = [{ segment = "win back", when = "member of \"lapsed\" and member of \"large\"" }]
//! otherwise = "others"
//! ```
//!
//! Rules may ask for membership in the study's audiences; what is saved of such a list holds the audiences too. A list of the
//! definitions becomes a segmenter by `list = "NAME"`.
//!
//! # Where an error stands
//!
//! A condition is a text inside a text. What is wrong with its words is told with the line of the study file and the column in
//! the condition; a name that the customers do not have is found when the study runs, and told with the line of the table.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::model;
use crate::progress::Progress;
use crate::rules::{Condition, Definitions, DefinitionsFile, Oddity, Plan, Rules, RulesModel, Unknown, WeekStart};
use crate::segment::{Label, Segment};
use crate::segmentation::{Audiences, Intersection};
use crate::segmenter::Segmenter;
use crate::text::{self, Align, Table};
use crate::time::Zone;

use super::file::Section;
use super::recipe::{AnySegmenter, Recipe};

/// Who is in which audience, by the definitions of a study.
///
/// Printed with the findings: the sizes, the twelve largest combinations of audiences that somebody is in exactly, and what is
/// odd about the definitions. `findings.json` has all combinations.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AudienceFindings {
    /// Who is in which audience.
    pub audiences: Audiences,
    /// What is odd about the definitions.
    pub oddities: Vec<Oddity>,
}

/// The `[audiences]` table of the file: a document in the text form or in JSON.
#[derive(Clone, Debug, Default)]
pub(super) struct AudiencePlan {
    pub definitions: Definitions,
    /// Where they were read, if that is a file of their own.
    file: Option<DefinitionsFile>,
}

impl AudiencePlan {
    /// Definitions that are in memory.
    pub(super) fn new(definitions: Definitions) -> Self {
        AudiencePlan { definitions, file: None }
    }

    /// Reads an `[audiences]` table.
    ///
    /// # Errors
    /// If it has not exactly one of `file` and `definitions`, the file cannot be read, or something in the text form
    /// cannot be: with file, line and column.
    pub(super) fn read(section: Section<'_>, folder: Option<&Path>, zone: &Zone) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Keys {
            file: Option<PathBuf>,
            definitions: Option<Spanned<String>>,
        }
        let place = section.placer();
        let line_of = section.liner();
        let keys: Keys = section.read()?;
        let mut plan = match (keys.file, keys.definitions) {
            (Some(file), None) => {
                let path = folder.map_or_else(|| file.clone(), |folder| folder.join(&file));
                let file = DefinitionsFile::open(path).map_err(|error| place(error.at_key("file")))?;
                AudiencePlan { definitions: file.definitions.clone(), file: Some(file) }
            }
            (None, Some(text)) => {
                let error = |error| place(line_of(error, &text).at_key("definitions"));
                AudiencePlan::new(text.get_ref().parse().map_err(error)?)
            }
            _ => return Err(place(Error::definition("audiences have either `definitions` or a `file`"))),
        };
        if plan.definitions.zone.is_utc() {
            plan.definitions.zone = zone.clone(); // where the definitions say none, the study's
        }
        Ok(plan)
    }

    /// Who is in which audience.
    ///
    /// # Errors
    /// If the definitions speak of what the customers do not have; as [`Plan::audiences_of`].
    pub(super) fn ask(&self, customers: &Customers) -> Result<AudienceFindings> {
        let plan = Plan::fit(&self.definitions, customers).map_err(|error| match &self.file {
            Some(file) => file.place(error),
            None => error,
        })?;
        Ok(AudienceFindings { audiences: plan.audiences_of(customers)?, oddities: plan.analyze_on(customers)? })
    }
}

/// ```toml
/// [segmenters.size]
/// kind = "rules"
/// rules = [{ segment = "enterprise", when = "employees >= 1000" }, { segment = "small", when = "employees < 50" }]
/// otherwise = "middle"
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesKeys {
    /// Each a segment and when, in the text form.
    rules: Option<Vec<RuleKeys>>,
    /// In place of `rules`: the list of that name in `[audiences]`.
    list: Option<String>,
    otherwise: Option<String>,
    #[serde(default)]
    unknown: Unknown,
    zone: Option<Zone>,
    week_start: Option<WeekStart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleKeys {
    segment: String,
    #[serde(default)]
    label: Option<String>,
    when: Spanned<String>,
}

impl RulesKeys {
    /// The recipe, in which the rules may ask for membership in the study's audiences.
    ///
    /// # Errors
    /// If there is not one of `rules` and `list`, a condition cannot be read, or there is no such list.
    pub(super) fn recipe(
        self,
        audiences: &Definitions,
        zone: &Zone,
        line_of: impl Fn(Error, &Spanned<String>) -> Error,
    ) -> Result<RulesRecipe> {
        let mut definitions = Definitions { rules: Vec::new(), ..audiences.clone() };
        let rules = match (self.rules, self.list) {
            (None, Some(name)) => {
                let named = audiences.rules.iter().find(|rules| rules.name == name);
                named.cloned().ok_or_else(|| Error::definition(format!("no rule list `{name}` in `[audiences]`")))?
            }
            (Some(keys), None) => {
                if !audiences.audiences.is_empty() && (self.zone.is_some() || self.week_start.is_some()) {
                    return Err(Error::definition("zone and first day of the week are those of `[audiences]`"));
                }
                if audiences.audiences.is_empty() {
                    definitions.zone = self.zone.unwrap_or_else(|| zone.clone());
                    definitions.week_start = self.week_start.unwrap_or_default();
                }
                let mut rules = Rules { unknown: self.unknown, ..Rules::new("rules") };
                rules.otherwise = self.otherwise.map(Label::new);
                for (i, rule) in keys.into_iter().enumerate() {
                    let wrong = |error| line_of(error, &rule.when).at_key(format!("rules.{i}.when"));
                    let when: Condition = rule.when.get_ref().parse().map_err(wrong)?;
                    let segment = Label::new(rule.segment);
                    let segment = rule.label.map_or(segment.clone(), |label| segment.named(label));
                    rules.rules.push(crate::rules::Rule { segment, when });
                }
                rules
            }
            _ => return Err(Error::definition("rules have either `rules` or a `list` of `[audiences]`")),
        };
        Ok(RulesRecipe { definitions: definitions.rules(rules) })
    }
}

/// One rule list with the audiences it may ask for, in one plan.
///
/// Ranks are learnt from the study's customers and saved with the list.
pub(super) struct RulesRecipe {
    definitions: Definitions,
}

impl Recipe for RulesRecipe {
    fn learn(&self, customers: &Customers, _: &Progress<'_>) -> Result<(AnySegmenter, String)> {
        let learnt = RulesModel::new(Plan::fit(&self.definitions, customers)?, 0)?;
        let saved = model::to_json(&learnt)?;
        Ok((learnt.erase().into(), saved))
    }
}

/// An audience as it stands in JSON; `name` is its key.
#[derive(Serialize)]
pub(super) struct AudienceLine {
    name: String,
    label: String,
    customers: usize,
    share: f64,
}

/// A combination of audiences as it stands in JSON.
#[derive(Serialize)]
pub(super) struct IntersectionLine {
    audiences: Vec<String>,
    customers: usize,
}

impl AudienceFindings {
    /// The audiences with their sizes.
    pub(super) fn lines(&self) -> Vec<AudienceLine> {
        let all = self.audiences.ids().len().max(1) as f64;
        let line = |(label, customers): (&Label, usize)| AudienceLine {
            name: label.key().into_owned(),
            label: label.label().into_owned(),
            customers,
            share: customers as f64 / all,
        };
        self.audiences.labels().zip(self.audiences.sizes()).map(line).collect()
    }

    /// Who is in exactly which audiences, most customers first.
    pub(super) fn intersections(&self) -> Vec<IntersectionLine> {
        let line = |found: Intersection| IntersectionLine { audiences: self.keys(&found), customers: found.customers };
        self.audiences.intersections().into_iter().map(line).collect()
    }

    fn keys(&self, found: &Intersection) -> Vec<String> {
        let key = |number: &usize| self.audiences.labels().nth(*number).map(|label| label.key().into_owned());
        found.audiences.iter().filter_map(key).collect()
    }
}

/// Combinations that are printed; the JSON has all of them.
const PRINTED: usize = 12;

impl std::fmt::Display for AudienceFindings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = self.audiences.ids().len();
        let heads = |first| Table::new([(first, Align::Left), ("customers", Align::Right), ("share", Align::Right)]);
        let mut sizes = heads("audience");
        for (label, size) in self.audiences.labels().zip(self.audiences.sizes()) {
            sizes.row([label.label().into_owned(), text::count(size), text::share(size, all)]);
        }
        writeln!(f, "{sizes}\n")?;
        let mut exactly = heads("in exactly");
        let found = self.audiences.intersections();
        for intersection in found.iter().take(PRINTED) {
            let keys = self.keys(intersection);
            let name = if keys.is_empty() { "(none)".to_owned() } else { keys.join(" + ") };
            exactly.row([name, text::count(intersection.customers), text::share(intersection.customers, all)]);
        }
        writeln!(f, "{exactly}")?;
        if found.len() > PRINTED {
            writeln!(f, "and {} smaller combinations", found.len() - PRINTED)?;
        }
        for oddity in &self.oddities {
            writeln!(f, "odd: {oddity}")?;
        }
        Ok(())
    }
}
