//! Terms: values in SQL, NULL where a term has none.
//!
//! Each term becomes one expression of the engine's own type for its kind. Absence passes through by itself, since
//! SQL's operators give NULL for NULL; the few functions that do not, such as `LEAST` in some engines, are wrapped.
//!
//! A number that is not finite is no value in the language. SQL engines differ there: some stop, others go on with
//! infinity. Each written number therefore carries a bound on its magnitude. While the bound of a sum or a product
//! is finite nothing can overflow and the text stays plain; only where it is not, the result is guarded.
//!
//! Today, the zone and the first day of a week are those of the definitions' clock and stand in the statement as
//! literals. No function asks the engine what time it is.

use super::dialect::Dialect;
use super::query::{Query, Row};
use super::said::Said;
use crate::error::{Error, Result};
use crate::rules::language::{Arithmetic, CalendarPart, Earlier, LeapDay, Literal, Term};
use crate::value::Kind;

impl<'r> Query<'r> {
    /// The term as a value; a place is [`Query::point`]'s and a set stands in the operators of sets only.
    ///
    /// # Errors
    /// If the dialect cannot say it, a name is unknown, or a value is of the wrong kind.
    pub(super) fn term(&mut self, term: &Term, row: Row<'_>) -> Result<Said> {
        let said = self.nested(|query| query.term_inside(term, row))?;
        self.check_length(&said.text)?;
        Ok(said)
    }

    /// Dispatches on the kind of term. A rank and a model are refused: their values need what was learnt of all
    /// customers, which no row holds.
    fn term_inside(&mut self, term: &Term, row: Row<'_>) -> Result<Said> {
        let dialect = self.dialect();
        Ok(match term {
            Term::Attribute(name) => {
                let attribute = self.the_attribute(name)?;
                let (alias, column) = self.attribute_column(name);
                self.read(attribute.kind, &alias, &column)?
            }
            Term::Field(name) => {
                let kind = self.field_kind(name, row)?;
                self.field(name, kind, row)?
            }
            Term::Earlier { step, field } => {
                let alias = earlier(*step, row)?;
                let kind = self.field_kind(field, row)?;
                self.field(field, kind, Row::Event(alias))?
            }
            Term::Value(literal) => self.literal(literal)?,
            Term::Today => Said::of(Kind::Day, dialect.day(self.with.clock.today())?),
            Term::Arithmetic { operator, of } => self.arithmetic(*operator, of, row)?,
            Term::Size(set) => self.size(set, row)?,
            Term::DaysSince(since) => {
                let day = self.day(since, row)?;
                Said::of(Kind::Integer, dialect.days_until(&day, self.with.clock.today())?).at_most(4.3e9)
            }
            Term::Years { since, leap_day } => {
                let day = self.day(since, row)?;
                self.years(&day, *leap_day)?
            }
            Term::Calendar { part, of } => {
                let day = self.day(of, row)?;
                Said::of(Kind::Integer, dialect.part(*part, &day)).at_most(1e4)
            }
            Term::Events(aggregate) => {
                only_of_customers(row, "a sum over events")?;
                self.aggregate(aggregate)?
            }
            Term::Rank(_) => {
                let why = "what was learnt says how a rank compares with a number, and no more";
                return Err(dialect.refuses("the value of a rank", why));
            }
            Term::Bucket(bucket) => self.bucket(bucket, row)?,
            Term::Score(score) => {
                only_of_customers(row, "a score")?;
                self.score(score)?
            }
            Term::Model(name) => {
                let what = format!("where the model `{name}` puts a customer");
                return Err(dialect.refuses(what, "models do not run in SQL; put their answers into a column"));
            }
        })
    }

    /// A field of the row that is looked at.
    ///
    /// The day of an event is computed from its instant in the definitions' zone, unless the table has a column for
    /// it. Items have no instant, so that a field `day` of theirs is a field like any other.
    fn field(&self, name: &str, kind: Kind, row: Row<'_>) -> Result<Said> {
        if name == "day" && !matches!(row, Row::Item { .. }) && !self.events_table()?.has_day {
            let (alias, column) = self.field_column("at", row)?;
            let at = self.read(Kind::Timestamp, &alias, &column)?;
            return Ok(Said::of(Kind::Day, self.dialect().day_of(&at.text, &self.with.clock.zone)?));
        }
        let (alias, column) = self.field_column(name, row)?;
        self.read(kind, &alias, &column)
    }

    /// It keeps the literal beside the text, so that a comparison can choose the type in which it is written. A place
    /// has no text of its own; those who compare places read its coordinates.
    ///
    /// # Errors If a number is not finite, or a text, a day or an instant cannot be written in the dialect.
    pub(super) fn literal(&self, literal: &Literal) -> Result<Said> {
        let dialect = self.dialect();
        let (text, most) = match literal {
            Literal::Number(number) if !number.is_finite() => {
                return Err(Error::not_finite("a number of the definition", *number));
            }
            Literal::Number(number) => (dialect.number(*number), number.abs()),
            Literal::Integer(integer) => (dialect.integer(*integer), (*integer as f64).abs()),
            Literal::Text(text) => (dialect.text(text)?, 0.0),
            Literal::Boolean(truth) => ((if *truth { "TRUE" } else { "FALSE" }).to_owned(), 0.0),
            Literal::Day(day) => (dialect.day(*day)?, 0.0),
            Literal::Timestamp(at) => (dialect.instant(*at)?, 0.0),
            Literal::Point(_) => (String::new(), 0.0),
        };
        let said = Said::of(literal.kind(), text).at_most(most);
        Ok(Said { literal: Some(literal.clone()), ..said })
    }

    /// A number with double precision.
    ///
    /// # Errors
    /// If the term is no number.
    pub(super) fn number(&mut self, term: &Term, row: Row<'_>) -> Result<Said> {
        let said = self.term(term, row)?;
        self.as_number(said)
    }

    /// The number with double precision.
    ///
    /// A whole literal is written as a double at once and needs no cast. Its bound stays what it was.
    ///
    /// # Errors If the value is no number.
    pub(super) fn as_number(&self, said: Said) -> Result<Said> {
        let text = match (said.kind, &said.literal) {
            (Kind::Number, _) => return Ok(said),
            (Kind::Integer, Some(Literal::Integer(integer))) => self.dialect().number(*integer as f64),
            (Kind::Integer, _) => self.dialect().double(&said.text),
            (Kind::Text | Kind::Boolean | Kind::Day | Kind::Timestamp | Kind::Set | Kind::Point, _) => {
                return Err(Error::definition(format!("expected a number, found {}", said.kind)));
            }
        };
        Ok(Said { kind: Kind::Number, text, ..said })
    }

    /// A day, or the day on which an instant falls.
    ///
    /// # Errors
    /// If the term is neither, or the dialect cannot say it.
    pub(super) fn day(&mut self, term: &Term, row: Row<'_>) -> Result<String> {
        let said = self.term(term, row)?;
        self.as_day(&said)
    }

    /// An instant falls on the day that it has in the zone of the definitions.
    ///
    /// # Errors If the value is neither a day nor an instant, or the engine knows no zones.
    pub(super) fn as_day(&self, said: &Said) -> Result<String> {
        match said.kind {
            Kind::Day => Ok(said.text.clone()),
            Kind::Timestamp => self.dialect().day_of(&said.text, &self.with.clock.zone),
            Kind::Number | Kind::Integer | Kind::Text | Kind::Boolean | Kind::Set | Kind::Point => {
                Err(Error::definition(format!("expected a day or an instant, found {}", said.kind)))
            }
        }
    }

    /// Whole years until today. Month and day decide whether this year's is full; in a year without 29 February who was
    /// born on it is compared with the day that stands for it.
    ///
    /// Someone who was born in the future has a negative number of years. An absent day gives NULL.
    fn years(&self, day: &str, leap_day: LeapDay) -> Result<Said> {
        let dialect = self.dialect();
        let today = self.with.clock.today();
        let date =
            today.date().ok_or_else(|| dialect.refuses(format!("years until {today}"), "it is in no calendar"))?;
        let now = i64::from(date.month()) * 100 + i64::from(date.day());
        // 28 February is the day of the 29th as well
        let full = if leap_day == LeapDay::February28 && now == 228 && !date.in_leap_year() { 229 } else { now };
        let year = dialect.part(CalendarPart::Year, day);
        let month_and_day = dialect.month_and_day(day);
        let text = format!("({} - {year} - CASE WHEN {month_and_day} > {full} THEN 1 ELSE 0 END)", date.year());
        Ok(Said::of(Kind::Integer, text).at_most(2e4))
    }

    /// Operators of many terms go from left to right, in the order of the definition: doubles are not associative, and
    /// the executors must agree to the last bit. Division by zero gives NULL. A divisor that is a literal other than
    /// zero needs no guard against that.
    ///
    /// # Errors If there are too few or too many terms, or one is no number.
    fn arithmetic(&mut self, operator: Arithmetic, of: &[Term], row: Row<'_>) -> Result<Said> {
        let counts = match operator {
            Arithmetic::Absolute | Arithmetic::Floor | Arithmetic::Round => 1..=1,
            Arithmetic::Subtract | Arithmetic::Divide => 2..=2,
            Arithmetic::Add
            | Arithmetic::Multiply
            | Arithmetic::Minimum
            | Arithmetic::Maximum
            | Arithmetic::FirstKnown => 2..=usize::MAX,
        };
        if !counts.contains(&of.len()) {
            let wanted =
                if counts.end() == counts.start() { counts.start().to_string() } else { "2 or more".to_owned() };
            return Err(Error::parameter("values", wanted, of.len()));
        }
        let dialect = self.dialect();
        let mut said = Vec::with_capacity(of.len());
        for (number, term) in of.iter().enumerate() {
            said.push(self.term(term, row).map_err(|error| error.at_key(format!("of.{number}")))?);
        }
        if operator == Arithmetic::FirstKnown {
            return self.first_known(said);
        }
        let mut numbers = Vec::with_capacity(said.len());
        for (number, said) in said.into_iter().enumerate() {
            numbers.push(self.as_number(said).map_err(|error| error.at_key(format!("of.{number}")))?);
        }
        let mut numbers = numbers.into_iter();
        let Some(mut total) = numbers.next() else { return Err(Error::empty("values")) };
        match operator {
            Arithmetic::Absolute => return Ok(made(format!("abs({})", total.text), total.most)),
            Arithmetic::Floor => return Ok(made(dialect.floor(&total.text), total.most + 1.0)),
            Arithmetic::Round => return Ok(made(round(dialect, &total.text), total.most + 1.0)),
            Arithmetic::Add
            | Arithmetic::Subtract
            | Arithmetic::Multiply
            | Arithmetic::Divide
            | Arithmetic::Minimum
            | Arithmetic::Maximum
            | Arithmetic::FirstKnown => {}
        }
        for next in numbers {
            let (a, b) = (&total.text, &next.text);
            let (text, most) = match operator {
                Arithmetic::Add => (format!("({a} + {b})"), total.most + next.most),
                Arithmetic::Subtract => (format!("({a} - {b})"), total.most + next.most),
                Arithmetic::Multiply => (format!("({a} * {b})"), total.most * next.most),
                Arithmetic::Divide => {
                    let zero = dialect.number(0.0);
                    match &next.literal {
                        Some(literal) if literal.number().is_some_and(|number| number != 0.0) => {
                            (format!("({a} / {b})"), total.most / next.most)
                        }
                        _ => (format!("({a} / NULLIF({b}, {zero}))"), f64::INFINITY),
                    }
                }
                Arithmetic::Minimum | Arithmetic::Maximum => {
                    let text = extreme(dialect, operator == Arithmetic::Minimum, a, b);
                    (text, total.most.max(next.most))
                }
                Arithmetic::Absolute | Arithmetic::Floor | Arithmetic::Round | Arithmetic::FirstKnown => continue,
            };
            self.check_length(&text)?;
            total = match most.is_finite() {
                true => made(text, most),
                false => made(dialect.finite(&text), f64::MAX),
            };
        }
        Ok(total)
    }

    /// The first that is known. Whole numbers among numbers become numbers.
    ///
    /// The kinds must agree, apart from numbers. Sets and places are refused, because they may take several columns.
    fn first_known(&self, said: Vec<Said>) -> Result<Said> {
        let Some(first) = said.first().map(|said| said.kind) else { return Err(Error::empty("values")) };
        if matches!(first, Kind::Set | Kind::Point) {
            return Err(self.dialect().refuses(format!("the first known {first}"), "it is no single value there"));
        }
        let most = said.iter().map(|said| said.most).fold(0.0, f64::max);
        let same = said.iter().all(|said| said.kind == first);
        let mut texts = Vec::with_capacity(said.len());
        for said in said {
            if !same && !said.kind.is_numeric() {
                return Err(Error::definition(format!("a value is {}, the first is {first}", said.kind)));
            }
            texts.push(if same { said.text } else { self.as_number(said)?.text });
        }
        let kind = if same { first } else { Kind::Number };
        Ok(Said::of(kind, format!("COALESCE({})", texts.join(", "))).at_most(most))
    }
}

/// The alias of the event that an earlier step found.
///
/// # Errors Outside a sequence, and in its first step, there is no earlier event.
fn earlier(step: Earlier, row: Row<'_>) -> Result<&str> {
    let Row::Step { first, previous, .. } = row else {
        return Err(Error::definition("a field of an earlier step stands outside a sequence's step"));
    };
    let found = match step {
        Earlier::First => first,
        Earlier::Previous => previous,
    };
    found.ok_or_else(|| Error::definition("the first step of a sequence has no earlier one"))
}

/// Guards what looks at the whole customer, such as sums over all events, from standing in a filter that looks at one
/// event. `what` names it in the error.
///
/// # Errors
/// If the term is asked of an event or an item.
pub(super) fn only_of_customers(row: Row<'_>, what: &str) -> Result<()> {
    match row {
        Row::Customer => Ok(()),
        Row::Event(_) | Row::Step { .. } | Row::Item { .. } => {
            Err(Error::definition(format!("{what} stands inside a filter of events or items")))
        }
    }
}

/// A number in double precision with a bound of its magnitude.
fn made(text: String, most: f64) -> Said {
    Said::of(Kind::Number, text).at_most(most)
}

/// The smaller or larger of two, nothing if one is absent: engines differ in what they do then.
///
/// The language says that an absent number makes the result absent. SQLite's own functions do so; the others are
/// wrapped in a `CASE`, in which both texts stand twice.
fn extreme(dialect: Dialect, smaller: bool, a: &str, b: &str) -> String {
    let found = dialect.extreme(smaller, a, b);
    match dialect {
        Dialect::Sqlite => found,
        Dialect::Postgres
        | Dialect::DuckDb
        | Dialect::DataFusion
        | Dialect::Spark
        | Dialect::Trino
        | Dialect::Snowflake
        | Dialect::BigQuery
        | Dialect::ClickHouse => format!("CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN {found} END"),
    }
}

/// To the nearest whole number, halves away from zero; engines round halves in their own ways.
///
/// What is left beyond the whole part is exact in doubles, so that a half is recognised as a half. The operand stands
/// in the text several times.
fn round(dialect: Dialect, x: &str) -> String {
    let whole = dialect.whole_part(x);
    let (up, down, one) = (dialect.number(0.5), dialect.number(-0.5), dialect.number(1.0));
    let (minus, zero) = (dialect.number(-1.0), dialect.number(0.0));
    format!(
        "(({whole}) + CASE WHEN {x} - ({whole}) >= {up} THEN {one} WHEN {x} - ({whole}) <= {down} THEN {minus} \
         ELSE {zero} END)"
    )
}
