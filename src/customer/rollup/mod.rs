//! From contacts to accounts, and from accounts to the company above them.

mod aggregate;
mod hierarchy;

pub use aggregate::Aggregate;
pub use hierarchy::Hierarchy;

use std::fmt;

use crate::error::{Error, Result};
use crate::parallel;
use crate::text::{Align, Table, count, counted};
use crate::value::{Attribute, Column, Id, Ids, Kind, Level, Value};

use super::table::Customers;
use aggregate::Groups;

/// A recipe that makes one customer out of all that name the same parent: the contacts of an account become the
/// account, the accounts of a company the company.
///
/// ```
/// use segmentry::customer::{Aggregate, Customers, RollUp};
/// use segmentry::value::{Column, Value};
///
/// let contacts = Customers::with_ids(["ann", "bob", "zoe"])?
///     .with_column("account", Column::texts(["acme", "acme", "zeta"]))?
///     .with_column("opened_mail", Column::booleans([false, true, false]))?
///     .with_column("spend", Column::numbers([10.0, 30.0, 5.0]))?;
///
/// let accounts = RollUp::to("account")
///     .members("contacts")
///     .column("any_opened", Aggregate::Any, "opened_mail")
///     .column("spend", Aggregate::Sum, "spend")
///     .run(&contacts)?
///     .customers;
/// let acme = accounts.find("acme")?.row();
/// assert_eq!(accounts.column("contacts")?.value(acme), Value::Integer(2));
/// assert_eq!(accounts.column("any_opened")?.value(acme), Value::Boolean(true));
/// assert_eq!(accounts.column("spend")?.value(acme), Value::Number(40.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Parents stand in the order in which the members first name them. The members' events and items become the parent's, the
/// moment as of which they are seen is kept, weights serve [`Aggregate::Mean`] and the shares and end there: a parent
/// counts 1. For more than one level, roll up again, or roll up to the topmost parent ([`Hierarchy`]).
///
/// Cost: time grows with members × columns (× the logarithm of the members for the most frequent value); columns are
/// made in parallel.
#[derive(Clone, Debug)]
pub struct RollUp {
    parent: String,
    members: Option<String>,
    columns: Vec<(String, Aggregate, String)>,
}

/// Rolled-up customers.
#[derive(Clone, Debug)]
pub struct RolledUp {
    /// The parents.
    pub customers: Customers,
    /// What was rolled up, and what was not.
    pub report: RollUpReport,
}

/// What a [`RollUp`] did.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RollUpReport {
    /// The attribute that names the parent.
    pub parent: String,
    /// Customers that were rolled up.
    pub members: usize,
    /// What they were rolled up to.
    pub parents: usize,
    /// Members of the largest parent.
    pub largest: usize,
    /// Customers without a parent, which are in none of the sums: missing, null or invalid.
    pub without_parent: usize,
    /// The first of them.
    pub without_parent_examples: Vec<String>,
    /// Events of members.
    pub events: usize,
    /// Events of customers without a parent, left out.
    pub events_without_parent: usize,
    /// The columns that were made.
    pub columns: Vec<RollUpColumn>,
}

/// A column that a [`RollUp`] made.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RollUpColumn {
    /// Its name.
    pub name: String,
    /// How it was made.
    pub aggregate: Aggregate,
    /// Of which attribute of the members.
    pub attribute: String,
    /// Members without a value of that attribute.
    pub members_without: usize,
    /// Parents that got no value.
    pub parents_without: usize,
}

impl RollUp {
    /// A recipe that rolls up to the customer whose id stands in that attribute, a text or a whole number.
    pub fn to(parent: impl Into<String>) -> Self {
        RollUp { parent: parent.into(), members: None, columns: Vec::new() }
    }

    /// Adds a column with the number of members.
    #[must_use]
    pub fn members(mut self, name: impl Into<String>) -> Self {
        self.members = Some(name.into());
        self
    }

    /// Adds a column: the aggregate of an attribute of the members.
    #[must_use]
    pub fn column(mut self, name: impl Into<String>, aggregate: Aggregate, attribute: impl Into<String>) -> Self {
        self.columns.push((name.into(), aggregate, attribute.into()));
        self
    }

    /// Rolls up.
    ///
    /// # Errors
    /// If an attribute is unknown, the parent's is neither text nor integer, an aggregate is not defined for the kind
    /// of its attribute, or two columns have the same name.
    pub fn run(&self, members: &Customers) -> Result<RolledUp> {
        let (parents, of) = self.parents(members)?;
        let groups = Groups::new(&of, parents.len(), members.weights());
        let made = parallel::map(self.columns.len(), |at| match self.columns.get(at) {
            Some((_, aggregate, attribute)) => aggregate.column(members, attribute, &groups).map(Some),
            None => Ok(None),
        });
        let mut customers = Customers::new(parents);
        if let Some(name) = &self.members {
            let sizes = (0..customers.len()).map(|parent| groups.of(parent).len() as i64);
            self.add(&mut customers, Attribute::new(name, Kind::Integer).level(Level::Count), Column::integers(sizes))?;
        }
        let mut columns = Vec::with_capacity(made.len());
        for ((name, aggregate, attribute), column) in self.columns.iter().zip(made) {
            let Some(column) = column? else { continue };
            let present = members.column(attribute)?;
            let grouped = of.iter().enumerate().filter(|(_, parent)| parent.is_some());
            columns.push(RollUpColumn {
                name: name.clone(),
                aggregate: aggregate.clone(),
                attribute: attribute.clone(),
                members_without: grouped.filter(|(row, _)| !present.value(*row).is_present()).count(),
                parents_without: column.len() - column.presence().present,
            });
            let described = aggregate.describe(name, members.schema().get(attribute), column.kind());
            self.add(&mut customers, described, column)?;
        }
        let mut report = RollUpReport {
            parent: self.parent.clone(),
            members: of.iter().flatten().count(),
            parents: customers.len(),
            largest: (0..customers.len()).map(|parent| groups.of(parent).len()).max().unwrap_or(0),
            without_parent: of.iter().filter(|parent| parent.is_none()).count(),
            without_parent_examples: Vec::new(),
            events: 0,
            events_without_parent: 0,
            columns,
        };
        let orphans = of.iter().zip(members.ids().iter()).filter(|(parent, _)| parent.is_none());
        report.without_parent_examples = orphans.take(3).map(|(_, id)| id.to_string()).collect();
        if members.history().is_some() {
            let mut all = crate::history::Merging::new(None);
            for (row, parent) in of.iter().enumerate() {
                let events = members.events(row);
                match parent.and_then(|parent| customers.ids().get(parent)) {
                    Some(id) => {
                        report.events += events.len();
                        all.add("", id, events)?;
                    }
                    None => report.events_without_parent += events.len(),
                }
            }
            customers = customers.with_history(all.finish());
        }
        for (name, items) in members.lists() {
            let items_of_parents = items.rolled_up(customers.ids(), &of)?;
            let unmatched = members.unmatched_items(name) + items.len() - items_of_parents.len();
            customers = customers.with_unmatched(name, items_of_parents, unmatched);
        }
        if let Ok(as_of) = members.seen_as_of() {
            customers = customers.as_of(as_of);
        }
        Ok(RolledUp { customers, report })
    }

    fn add(&self, customers: &mut Customers, attribute: Attribute, column: Column) -> Result<()> {
        if customers.schema().get(&attribute.name).is_some() {
            return Err(Error::definition(format!("column `{}` is rolled up twice", attribute.name)));
        }
        customers.push_column(attribute, column)
    }

    /// The parents, and which of them each member has.
    fn parents(&self, members: &Customers) -> Result<(Ids, Vec<Option<usize>>)> {
        let column = members.column(&self.parent)?;
        check_parent(&self.parent, column)?;
        let mut parents = Ids::default();
        let of = column.values().map(|value| parent_id(value).map(|id| parents.intern(id))).collect();
        Ok((parents, of))
    }
}

/// Whether a column can hold ids.
fn check_parent(name: &str, column: &Column) -> Result<()> {
    match column.kind() {
        Kind::Text | Kind::Integer => Ok(()),
        kind => Err(Error::wrong_kind(name, kind, "text or integer: the id of the parent")),
    }
}

/// The id that stands in the column of parents; an empty text names nobody.
fn parent_id(value: Value<'_>) -> Option<Id<'_>> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(Id::Text(text)),
        Value::Integer(integer) => Some(Id::Integer(integer)),
        _ => None,
    }
}

impl fmt::Display for RollUpReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Align::{Left, Right};
        let parents = counted(self.parents, "parent", "parents");
        let (members, largest) = (counted(self.members, "customer", "customers"), count(self.largest));
        write!(f, "{members} rolled up to {parents} by `{}`, at most {largest} to one", self.parent)?;
        if self.without_parent > 0 {
            let examples =
                crate::text::some(self.without_parent_examples.iter().map(String::as_str), self.without_parent);
            write!(
                f,
                "\n{} without a parent left out: {examples}",
                counted(self.without_parent, "customer", "customers")
            )?;
        }
        if self.events + self.events_without_parent > 0 {
            let (events, lost) = (counted(self.events, "event", "events"), count(self.events_without_parent));
            write!(f, "\n{events} rolled up, {lost} left out")?;
        }
        if self.columns.is_empty() {
            return Ok(());
        }
        let heads = [("column", Left), ("is", Left), ("members without", Right), ("parents without", Right)];
        let mut table = Table::new(heads);
        for column in &self.columns {
            let RollUpColumn { name, aggregate, attribute, members_without, parents_without } = column;
            let made = format!("{aggregate} {attribute}");
            table.row([name.clone(), made, count(*members_without), count(*parents_without)]);
        }
        write!(f, "\n{table}")
    }
}
