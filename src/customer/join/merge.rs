//! One column out of the columns that several sources have under the same name.
//!
//! A joined attribute is made in three steps, and attributes do not know of each other, so that they are made in
//! parallel and put in the order of their names' first appearance afterwards:
//!
//! 1. `parts`: the sources that have a column of the name, each with the rows of the kept customers in it. One part
//!    alone is taken as it is, whatever the precedence: there is nothing to decide;
//! 2. `described`: the parts must agree on what the column *is*. Kinds must be the same, or both numeric; units must be
//!    the same where two name one. A part in which nothing is known contradicts nothing, so that an empty export of a
//!    source does not stop the join;
//! 3. `one_column`: customer by customer, the value that stands highest is taken and differences are counted.
//!
//! # How a value is chosen
//!
//! The standing of a value is a pair, compared in this order: how much it says (`rank`) and how new its row is (`date`,
//! only where [`Precedence::Newest`] asks for it). A later part wins only if it stands *higher*, so that equals go to
//! the part that comes first, which is how all other precedences work: they order the parts.
//!
//! A value of an old row thus beats a null of a new row. That the newest source says "none" may be news or may be a
//! form that was not filled in; taking the value loses nothing, and the older source stands in the report.
//!
//! # What counts as a disagreement
//!
//! Two values that are both present and not equal; whole numbers are compared with numbers by value, sets as sets. An
//! absence never disagrees. One customer counts once an attribute, however many sources differ.
//!
//! # Cost
//!
//! Time grows with customers × parts; memory with the joined column and the few examples. The rows of the sources are
//! looked up by the caller, once for all attributes.

use std::cmp::Reverse;

use crate::customer::table::Customers;
use crate::error::{Error, Result};
use crate::parallel;
use crate::value::{Attribute, Column, ColumnBuilder, Kind, Value};

use super::report::{AttributeReport, Conflict, SourceShare};
use super::{Join, Precedence, Table};

/// A joined column and what is said of it.
///
/// Several for one name only where its sources are kept apart.
pub(super) struct Merged {
    pub(super) attribute: Attribute,
    pub(super) column: Column,
    pub(super) report: AttributeReport,
}

/// One source of an attribute.
///
/// Cheap to copy: the sort by precedence moves these, never the columns.
#[derive(Clone, Copy)]
struct Part<'a> {
    table: &'a Table,
    attribute: &'a Attribute,
    column: &'a Column,
    /// Where each joined customer stands in the table.
    rows: &'a [Option<usize>],
    /// How new each row of the table is.
    dates: Option<&'a Column>,
}

impl Join {
    /// The columns of all attributes, in the order in which the sources first name them.
    ///
    /// The order is that of the sources and, within a source, of its schema: it does not depend on threads, nor on
    /// which part was used most. The first error in that order is the one that is told.
    pub(super) fn merge(&self, customers: &Customers, rows: &[Vec<Option<usize>>]) -> Result<Vec<Merged>> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.tables.iter().flat_map(|table| table.customers.schema().names()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let merged = parallel::map(names.len(), |at| match names.get(at) {
            Some(name) => self.merge_one(name, customers, rows),
            None => Ok(Vec::new()),
        });
        let mut all = Vec::with_capacity(names.len());
        for columns in merged {
            all.extend(columns?);
        }
        Ok(all)
    }

    /// What was said last of an attribute counts: overrides are looked through from behind.
    ///
    /// # Errors
    /// If the parts are of different kinds or units, a part of [`Precedence::Newest`] has no date, or values differ
    /// where that is refused.
    fn merge_one(&self, name: &str, customers: &Customers, rows: &[Vec<Option<usize>>]) -> Result<Vec<Merged>> {
        let precedence = self.overrides.iter().rev().find(|(n, _)| n == name).map_or(&self.precedence, |(_, p)| p);
        let mut parts: Vec<Part<'_>> = Vec::new();
        for (table, rows) in self.tables.iter().zip(rows) {
            let Some(attribute) = table.customers.schema().get(name) else { continue };
            let column = table.customers.column(name)?;
            parts.push(Part { table, attribute, column, rows, dates: None });
        }
        if let [part] = parts.as_slice() {
            return Ok(vec![part.alone(name)]);
        }
        match precedence {
            Precedence::Apart => {
                return Ok(parts.iter().map(|part| part.alone(&format!("{}_{name}", part.table.name))).collect());
            }
            Precedence::Order(order) => parts.sort_by_key(|part| {
                order.iter().position(|name| *name == part.table.name).unwrap_or(order.len()) // stable: others keep theirs
            }),
            Precedence::Newest => parts.iter_mut().try_for_each(|part| self.date(part, name))?,
            Precedence::First | Precedence::Refuse => {}
        }
        let attribute = described(name, &parts)?;
        let refuse = *precedence == Precedence::Refuse;
        one_column(attribute, &parts, customers, refuse, self.examples.unwrap_or(3)).map(|merged| vec![merged])
    }

    /// Finds the column that says how new the rows of a source are.
    ///
    /// A day or a timestamp is needed: texts would be ordered as texts. The error names the source, since the caller
    /// may have dated some of many.
    fn date<'a>(&self, part: &mut Part<'a>, name: &str) -> Result<()> {
        let source = &part.table.name;
        let Some((_, date)) = self.dates.iter().rev().find(|(s, _)| s == source) else {
            let message = format!(
                "attribute `{name}`: the newest value is to be taken, but nothing dates the rows of `{source}`: name \
                 its day with `dated_by`"
            );
            return Err(Error::definition(message));
        };
        let column = part.table.customers.column(date).map_err(|error| error.at_key(format!("dated_by.{source}")))?;
        if !matches!(column.kind(), Kind::Day | Kind::Timestamp) {
            let error = Error::wrong_kind(date, column.kind(), "day or timestamp");
            return Err(error.at_key(format!("dated_by.{source}")));
        }
        part.dates = Some(column);
        Ok(())
    }
}

impl Part<'_> {
    /// The column as it is, of the joined customers.
    ///
    /// Also the way of [`Precedence::Apart`], with the source's name before the attribute's. The column is gathered,
    /// not looked through: no value can disagree with itself.
    fn alone(&self, name: &str) -> Merged {
        let column = self.column.gather(self.rows.len(), |row| self.rows.get(row).copied().flatten());
        let source = &self.table.name;
        let mut attribute = self.attribute.clone().source(self.origin());
        attribute.name = name.to_owned();
        let present = column.presence().present;
        let share = SourceShare { source: source.clone(), present, used: present };
        let report = AttributeReport::new(&attribute, vec![share]);
        Merged { attribute, column, report }
    }

    /// Where the attribute is from: what it says itself, else the source's name.
    fn origin(&self) -> &str {
        self.attribute.source.as_deref().unwrap_or(&self.table.name)
    }

    fn value(&self, row: usize) -> Value<'_> {
        self.rows.get(row).copied().flatten().map_or(Value::Missing, |row| self.column.value(row))
    }

    /// How new that row is, in microseconds.
    ///
    /// A day is its start in UTC, so that a source dated by days and one dated by instants can be compared: on the same
    /// day the instant is the newer.
    fn date(&self, row: usize) -> Option<i64> {
        match self.dates?.value(self.rows.get(row).copied().flatten()?) {
            Value::Day(day) => Some(day.start().micros()),
            Value::Timestamp(at) => Some(at.micros()),
            _ => None,
        }
    }
}

/// The attribute that all parts agree on; the first part that says something of it decides level, role and unit.
///
/// The attribute says in `source` where it is from: all parts in order, each name once, as `crm, survey`.
///
/// # Errors
/// If kinds or units contradict each other, with both sources.
fn described(name: &str, parts: &[Part<'_>]) -> Result<Attribute> {
    let mut known: Option<(&Part<'_>, Kind)> = None;
    let mut unit: Option<(&Part<'_>, &str)> = None;
    for part in parts {
        let kind = part.attribute.kind;
        // where nothing is known nothing is contradicted
        if part.column.presence().present > 0 {
            known = match known {
                None => Some((part, kind)),
                Some((first, seen)) if seen == kind => Some((first, seen)),
                Some((first, seen)) if seen.is_numeric() && kind.is_numeric() => Some((first, Kind::Number)),
                Some((first, seen)) => {
                    let found = format!("{kind} in `{}`", part.table.name);
                    return Err(Error::wrong_kind(name, found, format!("{seen} as in `{}`", first.table.name)));
                }
            };
        }
        unit = match (unit, part.attribute.unit.as_deref()) {
            (Some((first, a)), Some(b)) if a != b => {
                let (first, source) = (&first.table.name, &part.table.name);
                let message = format!("attribute `{name}` is in `{a}` in `{first}` and in `{b}` in `{source}`");
                return Err(Error::definition(format!("{message}: convert one or keep them apart")));
            }
            (None, Some(unit)) => Some((part, unit)),
            (unit, _) => unit,
        };
    }
    let template = known.map(|(part, _)| part).or(parts.first());
    let kind = known.map(|(_, kind)| kind).or(parts.first().map(|part| part.attribute.kind)).unwrap_or(Kind::Text);
    let attribute = template.map_or_else(|| Attribute::new(name, kind), |part| part.attribute.clone().with_kind(kind));
    let mut origins: Vec<&str> = Vec::new();
    for origin in parts.iter().map(Part::origin) {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    let mut attribute = attribute.source(origins.join(", "));
    attribute.unit = unit.map(|(_, unit)| unit.to_owned());
    Ok(attribute)
}

/// How much a value, or its absence, says: more is taken before less.
///
/// Null above invalid: "there is none" is an answer, a text that cannot be read is none.
fn rank(value: Value<'_>) -> u8 {
    match value {
        Value::Missing => 0,
        Value::Invalid(_) => 1,
        Value::Null => 2,
        _ => 3,
    }
}

/// Whether two values of one attribute say the same.
///
/// Numbers are compared exactly: 19.9 and 19.90 agree, 19.9 and 20 do not. Rounding away a difference would hide that
/// one source rounds.
fn agree(a: Value<'_>, b: Value<'_>) -> bool {
    match (a, b) {
        (Value::Integer(a), Value::Number(b)) | (Value::Number(b), Value::Integer(a)) => a as f64 == b,
        (a, b) => a == b,
    }
}

/// Where differences are refused the first customer with one is the error, with what each source says of it.
///
/// The shares are sorted by use at the end, for that is what the reader of the report asks first.
fn one_column(
    attribute: Attribute,
    parts: &[Part<'_>],
    customers: &Customers,
    refuse: bool,
    examples: usize,
) -> Result<Merged> {
    let shares = parts.iter().map(|part| SourceShare { source: part.table.name.clone(), present: 0, used: 0 });
    let mut report = AttributeReport::new(&attribute, shares.collect());
    let mut column = ColumnBuilder::of_kind(attribute.kind);
    for row in 0..customers.len() {
        let mut taken = (0, Value::Missing, (0, None));
        let mut conflict = false;
        for (at, part) in parts.iter().enumerate() {
            let value = part.value(row);
            if !value.is_present() && rank(value) <= taken.2.0 {
                continue;
            }
            if value.is_present() {
                conflict |= taken.1.is_present() && !agree(taken.1, value);
                if let Some(share) = report.sources.get_mut(at) {
                    share.present += 1;
                }
            }
            let standing = (rank(value), part.date(row));
            if standing > taken.2 {
                taken = (at, value, standing);
            }
        }
        if conflict {
            report.conflicts += 1;
            if refuse || report.examples.len() < examples {
                let id = customers.ids().get(row).map(|id| id.to_string()).unwrap_or_default();
                let said = parts.iter().map(|part| (part.table.name.clone(), part.value(row)));
                let values: Vec<_> = said.filter(|(_, v)| v.is_present()).map(|(s, v)| (s, v.to_owned())).collect();
                let winner = parts.get(taken.0).map(|part| part.table.name.clone()).unwrap_or_default();
                let conflict = Conflict { customer: id, values, taken: winner };
                if refuse {
                    let message = format!("attribute `{}` is {}", attribute.name, conflict.said());
                    return Err(Error::definition(message).at_customer(&conflict.customer));
                }
                report.examples.push(conflict);
            }
        }
        if taken.1.is_present()
            && let Some(share) = report.sources.get_mut(taken.0)
        {
            share.used += 1;
        }
        column.push_lossless(taken.1);
    }
    report.sources.sort_by_key(|share| Reverse(share.used)); // stable: equals stay in order of precedence
    Ok(Merged { attribute, column: column.finish(), report })
}
