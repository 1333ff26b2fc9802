//! Many sources that know the same customers, joined on the customer's id.

mod merge;
mod report;

pub use report::{AttributeReport, Conflict, JoinReport, SourceReport, SourceShare};

use crate::error::{Error, Result};
use crate::history::{CustomerEvents, History, Merging};
use crate::parallel;
use crate::time::AsOf;
use crate::value::{Id, Ids};

use super::items::{Items, merged};
use super::table::Customers;

/// Which customers are kept.
///
/// | wanted | here | SQL | dplyr |
/// | --- | --- | --- | --- |
/// | everybody anybody knows | [`Keep::All`] | `full outer join` | `full_join` |
/// | those the CRM has | [`Keep::In`] with `["crm"]` | `left join` | `left_join` |
/// | those both CRM and survey have | [`Keep::In`] with both | `inner join` of the two | `inner_join` |
/// | those whom every source has | [`Keep::Every`] | `inner join` | `inner_join` |
///
/// Customers stand in the order in which the sources first name them; with [`Keep::In`], in the order of the first
/// source that it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Keep {
    /// Those of any source, histories included (an outer join).
    #[default]
    All,
    /// Those that each of the named sources has; with one name a left join.
    In(Vec<String>),
    /// Those that every source has, histories included (an inner join).
    Every,
}

/// Which source's value is taken where several have one.
///
/// Whatever the rule, a value beats a null (somebody said that there is none), a null beats an invalid text, and that
/// beats *missing*; the rule decides among equals.
///
/// | what is known of the sources | take |
/// | --- | --- |
/// | one is simply better kept | [`Precedence::First`], with that one added first |
/// | another one is better for some attributes | [`Join::precedence_of`] with [`Precedence::Order`] |
/// | all are equally good, but of different age | [`Precedence::Newest`] |
/// | they measure different things under one name | [`Precedence::Apart`] |
/// | they must agree, and a difference is a fault | [`Precedence::Refuse`] |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Precedence {
    /// The first source, in the order in which they were added.
    #[default]
    First,
    /// The first of these sources; those not named come after them in the order in which they were added.
    Order(Vec<String>),
    /// The source whose row is newest by the day that [`Join::dated_by`] names; a row without a day is older than
    /// all others, of equal days the first source's is taken.
    Newest,
    /// None: each source's values stand in a column of their own, `crm_country` and `survey_country`.
    Apart,
    /// None: different values are an error.
    Refuse,
}

/// A recipe that joins sources on the customer's id: tables (CRM, survey, bought data) and histories (purchases, web
/// log).
///
/// An id written the same is the same id, be it an integer or a text. Attributes that only one source has are taken
/// as they are; for the others one value is taken a customer ([`Precedence`]) and each disagreement is counted. Whole
/// numbers and numbers are compared as numbers and become numbers; any other difference of kinds is an error, except
/// that a column in which nothing is known takes the kind of the other.
///
/// ```
/// use segmentry::customer::{Customers, Join};
/// use segmentry::value::{Column, Value};
///
/// let crm = Customers::with_ids(["c-1", "c-2"])?.with_column("country", Column::texts(["DE", "FR"]))?;
/// let survey = Customers::with_ids(["c-2", "c-3"])?
///     .with_column("country", Column::texts(["BE", "IT"]))?
///     .with_column("satisfied", Column::booleans([true, false]))?;
///
/// let joined = Join::new().source("crm", crm).source("survey", survey).run()?;
/// assert_eq!(joined.customers.len(), 3);
/// assert_eq!(joined.customers.column("country")?.value(1), Value::Text("FR"));
/// assert_eq!(joined.report.attribute("country").map(|a| a.conflicts), Some(1));
/// assert_eq!(joined.customers.schema().get("country").and_then(|a| a.source.as_deref()), Some("crm, survey"));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// Time and memory grow with customers × attributes; attributes are merged in parallel.
///
/// # How it works
///
/// 1. The ids of the kept customers are collected, in the order in which the sources first name them.
/// 2. Each source's row of each kept customer is looked up once.
/// 3. Attribute by attribute, the columns of the sources become one ([`Precedence`]); what each source gave and where
///    they differ is counted in the report. The joined attribute says in `source` where it is from.
/// 4. Weights and the moment as of which customers are seen are taken over where only one source has them or all agree.
/// 5. The histories become one, and events of customers that were not kept play no part in it. Lists of the same name
///    become one: of each customer the items of the first source, then those of the second.
///
/// # Defaults
///
/// All customers, the first source's value, three examples of each disagreement: nothing is lost and nothing is
/// refused, so that the first look at a new source is its report.
///
/// # Differs from
///
/// A join of SQL or pandas multiplies rows where a key occurs twice; here each source has each customer once, which
/// reading it has made sure of. Columns of the same name do not become `country_x` and `country_y` unless
/// [`Precedence::Apart`] is asked for. It matches ids that are written the same, and makes no guess about names and
/// addresses.
#[derive(Clone, Debug, Default)]
pub struct Join {
    tables: Vec<Table>,
    logs: Vec<(String, History)>,
    keep: Keep,
    precedence: Precedence,
    overrides: Vec<(String, Precedence)>,
    dates: Vec<(String, String)>,
    weights_of: Option<String>,
    mark: Option<String>,
    as_of: Option<AsOf>,
    examples: Option<usize>,
}

/// A source that knows who customers are.
#[derive(Clone, Debug)]
pub(super) struct Table {
    name: String,
    customers: Customers,
}

impl Table {
    fn list(&self, name: &str) -> Option<(&str, &Items)> {
        self.customers.items(name).map(|items| (self.name.as_str(), items))
    }
}

/// Joined sources.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The customers, in the order in which the sources first named them; with [`Keep::In`] in that of the first source
    /// that it names.
    pub customers: Customers,
    /// What matched, what did not, and where sources disagreed.
    pub report: JoinReport,
}

impl Join {
    /// A recipe without sources that keeps all customers and takes the first source's value.
    pub fn new() -> Self {
        Join::default()
    }

    /// Adds a table. A history that hangs on it is joined as well, under the same name.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>, customers: Customers) -> Self {
        self.tables.push(Table { name: name.into(), customers });
        self
    }

    /// Adds a history. Several become one: the events of all, in time order.
    #[must_use]
    pub fn history(mut self, name: impl Into<String>, history: History) -> Self {
        self.logs.push((name.into(), history));
        self
    }

    /// Sets which customers are kept; all by default.
    #[must_use]
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Sets which source's value is taken; the first source's by default.
    #[must_use]
    pub fn precedence(mut self, precedence: Precedence) -> Self {
        self.precedence = precedence;
        self
    }

    /// Sets which source's value is taken for one attribute.
    ///
    /// ```
    /// use segmentry::customer::{Customers, Join, Precedence};
    /// use segmentry::value::{Column, Value};
    ///
    /// let crm = Customers::with_ids(["c-1"])?
    ///     .with_column("employees", Column::integers([40]))?
    ///     .with_column("phone", Column::texts(["0721 55"]))?;
    /// let bought = Customers::with_ids(["c-1"])?
    ///     .with_column("employees", Column::integers([52]))?
    ///     .with_column("phone", Column::texts(["0721 00"]))?;
    /// let joined = Join::new()
    ///     .source("crm", crm)
    ///     .source("bought", bought)
    ///     .precedence_of("employees", Precedence::Order(vec!["bought".to_owned()]))
    ///     .run()?;
    /// assert_eq!(joined.customers.column("employees")?.value(0), Value::Integer(52));
    /// assert_eq!(joined.customers.column("phone")?.value(0), Value::Text("0721 55"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn precedence_of(mut self, attribute: impl Into<String>, precedence: Precedence) -> Self {
        self.overrides.push((attribute.into(), precedence));
        self
    }

    /// Names the day or timestamp of a source that says how new each of its rows is, for [`Precedence::Newest`].
    #[must_use]
    pub fn dated_by(mut self, source: impl Into<String>, attribute: impl Into<String>) -> Self {
        self.dates.push((source.into(), attribute.into()));
        self
    }

    /// Takes the weights of that source. Without this, weights are taken if only one source has them.
    #[must_use]
    pub fn weights_of(mut self, source: impl Into<String>) -> Self {
        self.weights_of = Some(source.into());
        self
    }

    /// Lets each event say in a property of that name which source it is from.
    #[must_use]
    pub fn mark_events(mut self, property: impl Into<String>) -> Self {
        self.mark = Some(property.into());
        self
    }

    /// Sets the moment as of which the joined customers are seen; by default that of the sources.
    #[must_use]
    pub fn as_of(mut self, as_of: impl Into<AsOf>) -> Self {
        self.as_of = Some(as_of.into());
        self
    }

    /// Sets how many examples of each disagreement the report shows; 3 by default.
    #[must_use]
    pub fn examples(mut self, examples: usize) -> Self {
        self.examples = Some(examples);
        self
    }

    /// Joins the sources.
    ///
    /// # Errors
    /// If there is no source, a name occurs twice or is unknown, an attribute is of different kinds or units in two
    /// sources, sources disagree where [`Precedence::Refuse`] stands, a source of [`Precedence::Newest`] is not dated,
    /// a column kept apart takes a name that is there already, the sources are seen as of different moments, it is
    /// not clear whose weights to take, a kept customer has none, or a property of events or a field of items is of
    /// different kinds.
    pub fn run(self) -> Result<Joined> {
        self.check_names()?;
        let ids = self.kept()?;
        // where each kept customer stands in each table
        let rows: Vec<Vec<Option<usize>>> = parallel::map(self.tables.len(), |at| {
            let found = |table: &Table| ids.iter().map(|id| table.customers.ids().row(id)).collect();
            self.tables.get(at).map(found).unwrap_or_default()
        });
        let mut customers = Customers::new(ids);
        let mut attributes = Vec::new();
        for merged in self.merge(&customers, &rows)? {
            if customers.schema().get(&merged.attribute.name).is_some() {
                let name = &merged.attribute.name;
                return Err(Error::definition(format!("attribute `{name}`, kept apart, is there already: rename one")));
            }
            customers.push_column(merged.attribute, merged.column)?;
            attributes.push(merged.report);
        }
        if let Some(weights) = self.weights(&customers, &rows)? {
            customers = customers.with_weights(weights)?;
        }
        if let Some(as_of) = self.seen_as_of()? {
            customers = customers.as_of(as_of);
        }
        let sources = self.sources(&customers, &rows);
        let keep = self.keep.to_string();
        customers = self.lists(customers)?;
        if let Some(history) = self.events()? {
            customers = customers.with_history(history);
        }
        let report = JoinReport { customers: customers.len(), keep, sources, attributes };
        Ok(Joined { customers, report })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|table| table.name.as_str()).chain(self.logs.iter().map(|(name, _)| name.as_str()))
    }

    fn check_names(&self) -> Result<()> {
        if self.tables.is_empty() && self.logs.is_empty() {
            return Err(Error::empty("sources to join"));
        }
        let names: Vec<&str> = self.names().collect();
        for (at, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(Error::definition("a source has no name"));
            }
            if names.iter().take(at).any(|earlier| earlier == name) {
                return Err(Error::definition(format!("source `{name}` occurs twice")));
            }
        }
        let known = |key: &str, name: &str, among: &[&str]| {
            if among.contains(&name) {
                return Ok(());
            }
            let expected = format!("the name of a source: {}", crate::text::some(among.iter().copied(), among.len()));
            Err(Error::parameter(key, expected, format!("`{name}`")))
        };
        if let Keep::In(kept) = &self.keep {
            if kept.is_empty() {
                return Err(Error::parameter("keep", "the name of at least one source", "none"));
            }
            kept.iter().try_for_each(|name| known("keep", name, &names))?;
        }
        let tables: Vec<&str> = self.tables.iter().map(|table| table.name.as_str()).collect();
        for (_, precedence) in self.overrides.iter().map(|(name, p)| (name.as_str(), p)).chain([("", &self.precedence)])
        {
            if let Precedence::Order(order) = precedence {
                order.iter().try_for_each(|name| known("precedence", name, &tables))?;
            }
        }
        let attributes = || self.tables.iter().flat_map(|table| table.customers.schema().names());
        for (name, _) in &self.overrides {
            if !attributes().any(|n| n == name) {
                return Err(Error::unknown_attribute(name, attributes()).at_key("precedence"));
            }
        }
        for (source, _) in &self.dates {
            known("dated_by", source, &tables)?;
        }
        self.weights_of.as_ref().map_or(Ok(()), |name| known("weights_of", name, &tables))
    }

    /// The ids of the kept customers, in the order in which the sources first name them.
    fn kept(&self) -> Result<Ids> {
        let of = |name: &str| -> Option<&Ids> {
            let table = self.tables.iter().find(|table| table.name == name).map(|table| &**table.customers.ids());
            table.or_else(|| self.logs.iter().find(|(n, _)| n == name).map(|(_, history)| &**history.ids()))
        };
        let required: Vec<&Ids> = match &self.keep {
            Keep::All => Vec::new(),
            Keep::In(names) => names.iter().filter_map(|name| of(name)).collect(),
            Keep::Every => self.names().filter_map(of).collect(),
        };
        let mut kept = Ids::default();
        let mut add = |id: Id<'_>| {
            if required.iter().all(|ids| ids.row(id).is_some()) {
                kept.intern(id);
            }
        };
        match (&self.keep, required.first()) {
            (Keep::In(_), Some(first)) => first.iter().for_each(&mut add),
            _ => self.names().filter_map(of).flat_map(Ids::iter).for_each(&mut add),
        }
        Ok(kept)
    }

    fn weights(&self, customers: &Customers, rows: &[Vec<Option<usize>>]) -> Result<Option<Vec<f64>>> {
        let mut weighted = self.tables.iter().zip(rows).filter(|(table, _)| match &self.weights_of {
            Some(name) => table.name == *name,
            None => table.customers.weights().is_some(),
        });
        let Some((table, rows)) = weighted.next() else { return Ok(None) };
        if let Some((other, _)) = weighted.next() {
            let message = format!("weights in `{}` and in `{}`: name one with `weights_of`", table.name, other.name);
            return Err(Error::definition(message));
        }
        let Some(weights) = table.customers.weights() else {
            return Err(Error::definition(format!("source `{}` has no weights", table.name)));
        };
        let weight = |(row, id): (&Option<usize>, Id<'_>)| {
            row.and_then(|row| weights.get(row)).copied().ok_or_else(|| {
                Error::definition(format!(
                    "no weight, for it is not in `{}`: keep the customers of that source",
                    table.name
                ))
                .at_customer(id)
            })
        };
        rows.iter().zip(customers.ids().iter()).map(weight).collect::<Result<Vec<f64>>>().map(Some)
    }

    fn seen_as_of(&self) -> Result<Option<AsOf>> {
        let mut first: Option<(&str, AsOf)> = None;
        if self.as_of.is_some() {
            return Ok(self.as_of);
        }
        for table in &self.tables {
            let Ok(as_of) = table.customers.seen_as_of() else { continue };
            match first {
                Some((name, seen)) if seen != as_of => {
                    return Err(Error::definition(format!(
                        "`{name}` is seen as of {}, `{}` as of {}: name the moment with `as_of`",
                        seen.day(),
                        table.name,
                        as_of.day()
                    )));
                }
                Some(_) => {}
                None => first = Some((&table.name, as_of)),
            }
        }
        Ok(first.map(|(_, as_of)| as_of))
    }

    fn sources(&self, customers: &Customers, rows: &[Vec<Option<usize>>]) -> Vec<SourceReport> {
        let ids = customers.ids();
        let tables = self.tables.iter().zip(rows).map(|(table, rows)| {
            let kept = rows.iter().flatten().count();
            let events = table.customers.history().map(|_| {
                let count = |row: usize| table.customers.events(row).len();
                ((0..table.customers.len()).map(count).sum(), rows.iter().flatten().map(|row| count(*row)).sum())
            });
            SourceReport::new(&table.name, false, table.customers.len(), kept, ids.len(), events)
        });
        let logs = self.logs.iter().map(|(name, history)| {
            let (mut kept, mut events) = (0, 0);
            for (row, id) in history.ids().iter().enumerate() {
                if ids.row(id).is_some() {
                    kept += 1;
                    events += history.events(row).len();
                }
            }
            SourceReport::new(name, true, history.customers(), kept, ids.len(), Some((history.len(), events)))
        });
        tables.chain(logs).collect()
    }

    /// The items of all sources, list by list.
    fn lists(&self, mut customers: Customers) -> Result<Customers> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.tables.iter().flat_map(|table| table.customers.lists()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let of = |table| Table::list(table, name);
            let parts: Vec<(&str, &Items)> = self.tables.iter().filter_map(of).collect();
            let before: usize = self.tables.iter().map(|table| table.customers.unmatched_items(name)).sum();
            customers = customers.with_unmatched(name, merged(name, &parts)?, before);
        }
        Ok(customers)
    }

    /// The events of all sources as one history.
    fn events(mut self) -> Result<Option<History>> {
        let hanging = self.tables.iter().any(|table| table.customers.history().is_some());
        if !hanging && self.mark.is_none() && self.logs.len() < 2 {
            return Ok(self.logs.pop().map(|(_, history)| history));
        }
        if !hanging && self.logs.is_empty() {
            return Ok(None);
        }
        let mut all = Merging::new(self.mark.as_deref());
        for table in &self.tables {
            for (row, id) in table.customers.ids().iter().enumerate() {
                let events: CustomerEvents<'_> = table.customers.events(row);
                all.add(&table.name, id, events)?;
            }
        }
        for (name, history) in &self.logs {
            for (row, id) in history.ids().iter().enumerate() {
                all.add(name, id, history.events(row))?;
            }
        }
        Ok(Some(all.finish()))
    }
}
