//! Whether there is a value, and if not, why.

use super::query::{Query, Row};
use super::said::Holds;
use super::sets::SaidSet;
use crate::error::Result;
use crate::rules::language::{Aggregate, Arithmetic, Measure, State, Term};
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
            State::Missing | State::Null | State::Invalid => Ok(Holds::word(self.absent(term, state, row)?)),
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

    /// Whether there is no value for that reason: true or false, in brackets.
    ///
    /// # Errors
    /// If the tables have no columns that say why.
    fn absent(&mut self, term: &Term, state: State, row: Row<'_>) -> Result<String> {
        let known = self.known(term, row)?;
        // absent always for that one reason
        let only = |reason: State| match reason == state {
            true => format!("(NOT ({known}))"),
            false => "FALSE".to_owned(),
        };
        Ok(match term {
            Term::Attribute(name) => {
                let (alias, column) = self.attribute_column(name);
                self.column_state(&known, state, &alias, &column)?
            }
            Term::Field(name) => {
                let own = super::tables::EVENT_FIELDS.iter().any(|(field, _)| field == name);
                match row {
                    Row::Event(_) | Row::Step { .. } if own => only(State::Missing), // it is there or not
                    Row::Customer | Row::Event(_) | Row::Step { .. } | Row::Item { .. } => {
                        let (alias, column) = self.field_column(name, row)?;
                        self.column_state(&known, state, &alias, &column)?
                    }
                }
            }
            Term::Value(_) | Term::Today => "FALSE".to_owned(),
            Term::Arithmetic { operator: Arithmetic::FirstKnown, of } => match of.first() {
                Some(first) => format!("(NOT ({known}) AND {})", self.absent(first, state, row)?),
                None => "FALSE".to_owned(),
            },
            // for the reason of the first that is absent; where none is, the result is not finite
            Term::Arithmetic { of, .. } => {
                let mut cases = String::new();
                for term in of {
                    let (known, absent) = (self.known(term, row)?, self.absent(term, state, row)?);
                    cases.push_str(&format!("WHEN NOT ({known}) THEN {absent} "));
                }
                format!("CASE {cases}ELSE {} END", only(State::Invalid))
            }
            Term::Size(of) | Term::DaysSince(of) | Term::Years { since: of, .. } | Term::Calendar { of, .. } => {
                self.absent(of, state, row)?
            }
            Term::Bucket(bucket) => match &bucket.by {
                Some(by) => self.absent(by, state, row)?,
                None => "FALSE".to_owned(),
            },
            Term::Score(_) => only(State::Invalid),
            Term::Events(aggregate) => match &aggregate.measure {
                Measure::Count | Measure::Distinct(_) => "FALSE".to_owned(),
                Measure::Sum(_) => only(State::Invalid),
                // of no numbers it is missing, of too large ones it is not finite
                Measure::Mean(field) => {
                    let largest =
                        Aggregate { measure: Measure::Maximum(field.clone()), events: aggregate.events.clone() };
                    let largest = self.aggregate(&largest)?.text;
                    match state {
                        State::Missing => format!("({largest} IS NULL)"),
                        State::Invalid => format!("({largest} IS NOT NULL AND NOT ({known}))"),
                        State::Null | State::Empty | State::Known => "FALSE".to_owned(),
                    }
                }
                Measure::Minimum(_) | Measure::Maximum(_) | Measure::First(_) | Measure::Last(_) => {
                    only(State::Missing)
                }
            },
            Term::Earlier { .. } | Term::Rank(_) | Term::Model(_) => {
                let why = "only columns of customers, events and items have states";
                return Err(self.dialect().refuses("why this is not known", why));
            }
        })
    }

    fn column_state(&self, known: &str, state: State, alias: &str, column: &str) -> Result<String> {
        let dialect = self.dialect();
        if !self.with.tables.states {
            let why = "it has one NULL for all; give the tables columns with states";
            return Err(dialect.refuses(format!("whether `{column}` is missing, null or invalid"), why));
        }
        let word = match state {
            State::Missing => "missing",
            State::Null => "null",
            State::Invalid => "invalid",
            State::Empty | State::Known => "",
        };
        let found = format!("{alias}.{}", dialect.name_of(&format!("{column}__state"))?);
        Ok(format!("(NOT ({known}) AND COALESCE({found}, 'missing') = '{word}')"))
    }
}
