//! From definitions to SQL: what is given, and what can be asked for.

use super::dialect::Dialect;
use super::query::{Query, Row};
use super::tables::Tables;
use crate::error::{Error, Result};
use crate::rules::language::{Audience, Condition};
use crate::rules::meaning::calendar::Clock;
use crate::rules::plan::{Plan, unknown};
use crate::segment::Segment;
use crate::time::AsOf;

/// Writes definitions as SQL: the same answers from the tables of an engine.
///
/// A condition becomes an expression that is TRUE, FALSE, or NULL where the condition is unknown. Windows and days are
/// computed here, as of the moment, and stand in the text as literals, so that a text answers for its moment only and
/// no engine's clock, zone or first day of the week plays a part. What a dialect cannot say is refused with the
/// reason, never said nearly.
///
/// ```
/// use segmentry::rules::{Audience, Definitions, Dialect, Plan, Renderer, Vocabulary, attribute};
/// use segmentry::time::Day;
/// use segmentry::value::{Attribute, Kind};
///
/// let vocabulary = Vocabulary::new()
///     .attribute(Attribute::new("employees", Kind::Integer))?
///     .attribute(Attribute::new("country", Kind::Text))?;
/// let mid = attribute("employees").at_least(100) & !attribute("country").one_of(["BR", "IN"]);
/// let plan = Plan::new(&Definitions::new().audience(Audience::new("mid", mid.clone())), &vocabulary)?;
///
/// let renderer = Renderer::new(Dialect::Postgres, &plan, Day::new(2026, 11, 1)?);
/// assert_eq!(renderer.condition(&mid)?, r#"c."employees" >= 100 AND NOT (c."country" IN ('BR', 'IN'))"#);
/// assert!(renderer.members("mid")?.starts_with("SELECT c.\"id\" AS id\nFROM \"customers\" c\nWHERE "));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// Linear in the definitions but for [`Condition::AtLeast`], rounding and the smallest and largest of numbers, which
/// repeat the text of what stands in them. A text of more than 4 MB is refused.
#[derive(Clone, Debug)]
pub struct Renderer<'a> {
    pub(super) dialect: Dialect,
    pub(super) plan: &'a Plan,
    pub(super) tables: Tables,
    pub(super) clock: Clock,
    pub(super) host_functions: bool,
    pub(super) unknowns_counted: bool,
}

impl<'a> Renderer<'a> {
    /// For that engine, those definitions and that moment.
    ///
    /// The tables are [`Tables::default`], without events.
    pub fn new(dialect: Dialect, plan: &'a Plan, as_of: impl Into<AsOf>) -> Self {
        Renderer {
            dialect,
            plan,
            tables: Tables::default(),
            clock: plan.clock(as_of.into()),
            host_functions: false,
            unknowns_counted: false,
        }
    }

    /// Sets where the engine keeps customers, events and items.
    #[must_use]
    pub fn tables(mut self, tables: Tables) -> Self {
        self.tables = tables;
        self
    }

    /// Says that the program that holds SQLite has registered `regexp(pattern, text)` of the crate `regex`,
    /// `md5(text)` in lower-case hexadecimal digits, and `sin`, `cos`, `asin`, `sqrt` and `pow`.
    ///
    /// Without it SQLite refuses patterns, buckets, circles and half-lives. The other dialects have what they need.
    #[must_use]
    pub fn host_functions(mut self) -> Self {
        self.host_functions = true;
        self
    }

    /// Says that [`Renderer::unknown_counts`] was run and that it was 0 wherever an unknown is an error.
    ///
    /// A statement cannot stop at a customer and name it: without this word, definitions that ask for it are refused.
    #[must_use]
    pub fn unknowns_counted(mut self) -> Self {
        self.unknowns_counted = true;
        self
    }

    /// The condition as an expression over a row of the customers' table, which must have the alias `c`.
    ///
    /// # Errors
    /// If the dialect cannot say it, a name is unknown, or it reads events or another audience: these need a whole
    /// statement.
    pub fn condition(&self, condition: &Condition) -> Result<String> {
        self.plan.check(condition)?;
        let mut query = Query::new(self, false);
        Ok(query.condition(condition, Row::Customer)?.text)
    }

    /// A statement that gives each customer's id and the truth of each condition, in the columns `c0`, `c1`, ….
    ///
    /// # Errors
    /// If the dialect cannot say one of them or a name is unknown, with the condition's number.
    pub fn truths(&self, conditions: &[Condition]) -> Result<String> {
        let mut query = Query::new(self, true);
        let mut columns = vec![format!("{} AS id", query.id()?)];
        for (number, condition) in conditions.iter().enumerate() {
            let key = format!("c{number}");
            let checked = self.plan.check(condition).and_then(|()| query.condition(condition, Row::Customer));
            columns.push(format!("{} AS {key}", checked.map_err(|error| error.at_key(&key))?.bracketed()));
        }
        query.select(&columns.join(",\n  "), "")
    }

    /// A statement that gives the ids of an audience's members in the column `id`.
    ///
    /// # Errors
    /// If there is no such audience, the dialect cannot say it, or it asks what SQL cannot answer: to refuse the unknown,
    /// or to know who was in before.
    pub fn members(&self, audience: &str) -> Result<String> {
        let audience = self.the_audience(audience)?;
        let mut query = Query::new(self, true);
        let member = query.membership(audience)?;
        let id = query.id()?;
        query.select(&format!("{id} AS id"), &format!("\nWHERE {}", member.text))
    }

    /// A statement that gives each customer's id and the key of the segment in which a rule list puts it, in the columns
    /// `id` and `segment`; NULL of who is unassigned.
    ///
    /// # Errors
    /// As [`Renderer::members`], and if there is no such list.
    pub fn rules(&self, name: &str) -> Result<String> {
        let rules = self.plan.definitions.rules.iter().find(|rules| rules.name == name);
        let rules = rules.ok_or_else(|| unknown("rule list", name, self.plan.rule_lists()))?;
        let mut query = Query::new(self, true);
        let segment = query.segment(rules).map_err(|error| error.at_key(format!("rules.{name}")))?;
        let id = query.id()?;
        query.select(&format!("{id} AS id,\n  {segment} AS segment"), "")
    }

    /// A statement that gives one row: the number of members of each audience, in the columns `s0`, `s1`, … in the order
    /// of the definitions.
    ///
    /// # Errors
    /// As [`Renderer::members`], and if there is no audience.
    pub fn sizes(&self) -> Result<String> {
        let mut query = Query::new(self, true);
        let mut columns = Vec::new();
        for (number, audience) in self.plan.definitions.audiences.iter().enumerate() {
            let member = query.membership(audience)?;
            columns.push(format!("COUNT(CASE WHEN {} THEN 1 END) AS s{number}", member.text));
        }
        if columns.is_empty() {
            return Err(Error::empty("audiences"));
        }
        query.select(&columns.join(",\n  "), "")
    }

    /// A statement that gives one row: of how many customers the condition of each audience and then of each rule is
    /// unknown, in the columns `u0`, `u1`, …; an audience that is made by hand has none.
    ///
    /// # Errors
    /// As [`Renderer::truths`], and if there is no condition.
    pub fn unknown_counts(&self) -> Result<String> {
        let lists = self.plan.definitions.rules.iter().flat_map(|rules| &rules.rules).map(|rule| &rule.when);
        let conditions = self.plan.definitions.audiences.iter().filter_map(Audience::condition).chain(lists);
        let counted = Renderer { unknowns_counted: true, ..self.clone() };
        let mut query = Query::new(&counted, true);
        let mut columns = Vec::new();
        for (number, condition) in conditions.enumerate() {
            let key = format!("u{number}");
            let holds = query.condition(condition, Row::Customer).map_err(|error| error.at_key(&key))?;
            columns.push(format!("COUNT(CASE WHEN {} IS NULL THEN 1 END) AS {key}", holds.bracketed()));
        }
        if columns.is_empty() {
            return Err(Error::empty("conditions"));
        }
        query.select(&columns.join(",\n  "), "")
    }

    pub(super) fn the_audience(&self, key: &str) -> Result<&'a Audience> {
        let audiences = &self.plan.definitions.audiences;
        let found = audiences.iter().find(|audience| audience.label.key() == key);
        found.ok_or_else(|| {
            let keys: Vec<String> = audiences.iter().map(|audience| audience.label.key().into_owned()).collect();
            unknown("audience", key, keys.iter().map(String::as_str))
        })
    }
}
