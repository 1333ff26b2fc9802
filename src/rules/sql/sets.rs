//! What is in a set of texts: a JSON array in SQLite, an array elsewhere.

use super::dialect::Dialect;
use super::query::{Query, Row};
use super::said::{Holds, Said};
use crate::error::{Error, Result};
use crate::rules::language::{SetOperator, Term};
use crate::value::Kind;

/// A set: the array, and what holds where there is one.
pub(super) struct SaidSet {
    pub array: String,
    pub known: String,
}

impl<'r> Query<'r> {
    /// The set that a term is.
    ///
    /// # Errors
    /// If it is none, or the engine cannot tell an empty one from none.
    pub(super) fn the_set(&mut self, term: &Term, row: Row<'_>) -> Result<SaidSet> {
        let (kind, alias, column) = match term {
            Term::Attribute(name) => {
                let kind = self.the_attribute(name)?.kind;
                let (alias, column) = self.attribute_column(name);
                (kind, alias, column)
            }
            Term::Field(name) => {
                let kind = self.field_kind(name, row)?;
                let (alias, column) = self.field_column(name, row)?;
                (kind, alias, column)
            }
            Term::Earlier { .. }
            | Term::Value(_)
            | Term::Today
            | Term::Arithmetic { .. }
            | Term::Size(_)
            | Term::DaysSince(_)
            | Term::Years { .. }
            | Term::Calendar { .. }
            | Term::Events(_)
            | Term::Rank(_)
            | Term::Bucket(_)
            | Term::Score(_)
            | Term::Model(_) => {
                return Err(self.dialect().refuses("a set that stands in no column", "sets cannot be made there"));
            }
        };
        if kind != Kind::Set {
            return Err(Error::definition(format!("expected a set, found {kind}")));
        }
        let dialect = self.dialect();
        let array = format!("{alias}.{}", dialect.name_of(&column)?);
        let known = match dialect {
            Dialect::BigQuery | Dialect::ClickHouse => {
                if !self.with.tables.states {
                    let why = "an array is never NULL there; give the tables columns with states";
                    return Err(dialect.refuses("whether a set is known", why));
                }
                format!("{alias}.{} IS NULL", dialect.name_of(&format!("{column}__state"))?)
            }
            Dialect::Sqlite
            | Dialect::Postgres
            | Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Spark
            | Dialect::Trino
            | Dialect::Snowflake => format!("{array} IS NOT NULL"),
        };
        Ok(SaidSet { array, known })
    }

    /// How many different texts are in it.
    pub(super) fn size(&mut self, term: &Term, row: Row<'_>) -> Result<Said> {
        let set = self.the_set(term, row)?;
        let size = self.different(&set.array);
        Ok(Said::of(Kind::Integer, format!("CASE WHEN {} THEN {size} END", set.known)))
    }

    fn different(&self, array: &str) -> String {
        match self.dialect() {
            Dialect::Sqlite => format!("(SELECT COUNT(DISTINCT value) FROM json_each({array}))"),
            Dialect::Postgres => format!("(SELECT COUNT(DISTINCT v) FROM unnest({array}) AS t(v))"),
            Dialect::DuckDb => format!("len(list_distinct({array}))"),
            // `cardinality` of an empty list is none there
            Dialect::DataFusion => format!("COALESCE(array_length(array_distinct({array})), 0)"),
            Dialect::Spark => format!("size(array_distinct({array}))"),
            Dialect::Trino => format!("cardinality(array_distinct({array}))"),
            Dialect::Snowflake => format!("ARRAY_SIZE(ARRAY_DISTINCT({array}))"),
            Dialect::BigQuery => format!("(SELECT COUNT(DISTINCT v) FROM UNNEST({array}) AS v)"),
            Dialect::ClickHouse => format!("length(arrayDistinct({array}))"),
        }
    }

    /// How many of the texts, which are all different, are in it.
    fn found(&self, array: &str, texts: &[String]) -> String {
        let list = texts.join(", ");
        match self.dialect() {
            Dialect::Sqlite => {
                format!("(SELECT COUNT(DISTINCT value) FROM json_each({array}) WHERE value IN ({list}))")
            }
            Dialect::Postgres => {
                format!("(SELECT COUNT(DISTINCT v) FROM unnest({array}) AS t(v) WHERE v IN ({list}))")
            }
            Dialect::DuckDb => format!("len(list_intersect([{list}], {array}))"),
            Dialect::DataFusion => format!("COALESCE(array_length(array_intersect([{list}], {array})), 0)"),
            Dialect::Spark => format!("size(array_intersect(array({list}), {array}))"),
            Dialect::Trino => format!("cardinality(array_intersect(ARRAY[{list}], {array}))"),
            Dialect::Snowflake => {
                format!("ARRAY_SIZE(ARRAY_INTERSECTION(ARRAY_CONSTRUCT({list}), {array}))")
            }
            Dialect::BigQuery => format!("(SELECT COUNT(DISTINCT v) FROM UNNEST({array}) AS v WHERE v IN ({list}))"),
            Dialect::ClickHouse => format!("length(arrayDistinct(arrayIntersect([{list}], {array})))"),
        }
    }

    pub(super) fn set(&mut self, term: &Term, operator: SetOperator, texts: &[String], row: Row<'_>) -> Result<Holds> {
        let set = self.the_set(term, row).map_err(|error| error.at_key("term"))?;
        let mut list: Vec<String> = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            let text = self.dialect().text(text).map_err(|error| error.at_key(format!("texts.{number}")))?;
            if !list.contains(&text) {
                list.push(text);
            }
        }
        let all = list.len();
        if all == 0 {
            let holds = match operator {
                SetOperator::AnyOf => Holds::constant(false),
                SetOperator::AllOf | SetOperator::NoneOf => Holds::constant(true),
                SetOperator::Exactly => Holds::test(format!("{} = 0", self.different(&set.array))),
            };
            return Ok(Holds::where_known(&set.known, &holds));
        }
        let found = self.found(&set.array, &list);
        let holds = match operator {
            SetOperator::AnyOf => format!("{found} > 0"),
            SetOperator::AllOf => format!("{found} = {all}"),
            SetOperator::NoneOf => format!("{found} = 0"),
            SetOperator::Exactly => format!("{found} = {all} AND {} = {all}", self.different(&set.array)),
        };
        Ok(Holds::where_known(&set.known, &Holds::test(holds)))
    }
}
