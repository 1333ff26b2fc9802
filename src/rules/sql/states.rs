//! Whether there is a value, and if not, why.

use super::query::{Query, Row};
use super::said::Holds;
use super::sets::SaidSet;
use crate::error::Result;
use crate::rules::language::{Arithmetic, Measure, State, Term};
use crate::value::Kind;

impl<'r> Query<'r> {
    /// Whether a value is in that state; never unknown.
    pub(super) fn is(&mut self, term: &Term, state: State, row: Row<'_>) -> Result<Holds> {
        match state {
            State::Known => Ok(Holds::test(self.known(term, row)?)),
            State::Empty => match self.kind_of(term, row)? {
                Kind::Text => {
                    let said = self.term(term, row)?;
                    Ok(Holds::test(format!("{} = ''", said.text)).or_else(false))
                }
                Kind::Set => {
                    let size = self.size(term, row)?;
                    Ok(Holds::test(format!("{} = 0", size.text)).or_else(false))
                }
                Kind::Number | Kind::Integer | Kind::Boolean | Kind::Day | Kind::Timestamp | Kind::Point => {
                    self.known(term, row)?; // refused where it cannot be asked
                    Ok(Holds::constant(false))
                }
            },
            State::Missing | State::Null | State::Invalid => {
                let word = match state {
                    State::Missing => "missing",
                    State::Null => "null",
                    State::Invalid => "invalid",
                    State::Empty | State::Known => "",
                };
                let found = self.state(term, row)?;
                Ok(Holds::test(format!("{found} = '{word}'")).or_else(false))
            }
        }
    }

    /// What holds where there is a value.
    fn known(&mut self, term: &Term, row: Row<'_>) -> Result<String> {
        match self.kind_of(term, row)? {
            Kind::Point => Ok(self.point(term, row)?.known()),
            Kind::Set => {
                let SaidSet { known, .. } = self.the_set(term, row)?;
                Ok(known)
            }
            Kind::Number | Kind::Integer | Kind::Text | Kind::Boolean | Kind::Day | Kind::Timestamp => {
                Ok(format!("{} IS NOT NULL", self.term(term, row)?.text))
            }
        }
    }

    /// The kind of a term that may be a set or a place, of which others are made in no term.
    fn kind_of(&mut self, term: &Term, row: Row<'_>) -> Result<Kind> {
        match term {
            Term::Attribute(name) => Ok(self.the_attribute(name)?.kind),
            Term::Field(name) => self.field_kind(name, row),
            Term::Value(literal) => Ok(literal.kind()),
            Term::Earlier { .. }
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
            | Term::Model(_) => Ok(self.term(term, row)?.kind),
        }
    }

    /// Why there is no value: `missing`, `null` or `invalid`; NULL where there is one.
    ///
    /// # Errors
    /// If the tables have no columns that say so.
    fn state(&mut self, term: &Term, row: Row<'_>) -> Result<String> {
        let known = self.known(term, row)?;
        let none = self.dialect().null(Kind::Text);
        Ok(match term {
            Term::Attribute(name) => {
                let (alias, column) = self.attribute_column(name);
                self.column_state(&known, &alias, &column)?
            }
            Term::Field(name) => {
                let (alias, column) = self.field_column(name, row)?;
                let own = super::tables::EVENT_FIELDS.iter().any(|(field, _)| field == name);
                match row {
                    // what all events have is there or not
                    Row::Event(_) | Row::Step { .. } if own => format!("CASE WHEN NOT ({known}) THEN 'missing' END"),
                    Row::Customer | Row::Event(_) | Row::Step { .. } | Row::Item { .. } => {
                        self.column_state(&known, &alias, &column)?
                    }
                }
            }
            Term::Value(_) | Term::Today => none,
            Term::Arithmetic { operator: Arithmetic::FirstKnown, of } => match of.first() {
                Some(first) => format!("CASE WHEN NOT ({known}) THEN {} END", self.state(first, row)?),
                None => none,
            },
            Term::Arithmetic { of, .. } => {
                let mut states = of.iter().map(|term| self.state(term, row)).collect::<Result<Vec<String>>>()?;
                states.push(format!("CASE WHEN NOT ({known}) THEN 'invalid' END"));
                format!("COALESCE({})", states.join(", "))
            }
            Term::Size(of) | Term::DaysSince(of) | Term::Years { since: of, .. } | Term::Calendar { of, .. } => {
                self.state(of, row)?
            }
            Term::Bucket(bucket) => match &bucket.by {
                Some(by) => self.state(by, row)?,
                None => none,
            },
            Term::Score(_) => format!("CASE WHEN NOT ({known}) THEN 'invalid' END"),
            Term::Events(aggregate) => match aggregate.measure {
                Measure::Count | Measure::Distinct(_) => none,
                Measure::Sum(_) => format!("CASE WHEN NOT ({known}) THEN 'invalid' END"),
                Measure::Mean(_) | Measure::Minimum(_) | Measure::Maximum(_) | Measure::First(_) | Measure::Last(_) => {
                    format!("CASE WHEN NOT ({known}) THEN 'missing' END")
                }
            },
            Term::Earlier { .. } | Term::Rank(_) | Term::Model(_) => {
                let why = "only columns of customers, events and items have states";
                return Err(self.dialect().refuses("why this is not known", why));
            }
        })
    }

    fn column_state(&self, known: &str, alias: &str, column: &str) -> Result<String> {
        let dialect = self.dialect();
        if !self.with.tables.states {
            let why = "it has one NULL for all; give the tables columns with states";
            return Err(dialect.refuses(format!("whether `{column}` is missing, null or invalid"), why));
        }
        let state = format!("{alias}.{}", dialect.name_of(&format!("{column}__state"))?);
        Ok(format!("CASE WHEN NOT ({known}) THEN COALESCE({state}, 'missing') END"))
    }
}
