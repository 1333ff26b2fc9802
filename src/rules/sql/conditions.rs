//! Conditions: TRUE, FALSE, or NULL where they are unknown, which is SQL's own logic of three values.
//!
//! Each function here takes one kind of condition and gives back SQL whose value is that of the condition, in all
//! three cases. AND, OR and NOT of SQL follow the same tables as those of the language (Kleene, 1938, DOI
//! 10.2307/2267778), so that they are used as they are. What has no such operator, such as "at least two of these",
//! is spelled out with `CASE`.
//!
//! A test of a value that is absent is NULL by itself, because SQL's comparisons with NULL are. Where a test does
//! not read the value at all, since its answer is the same for all values, it is tied to `IS NOT NULL` by hand;
//! otherwise the answer would be known for customers of whom nothing is known.
//!
//! Errors carry the key path of the condition in the definition; they come up while SQL is written, never when it
//! runs. The text grows with the condition, and both its depth and its length are bounded.

use super::moment;
use super::query::{Part, Query, Row};
use super::ranks;
use super::said::{Holds, Said};
use super::terms::only_of_customers;
use crate::error::{Error, Result};
use crate::rules::language::{Comparison, Condition, LeapDay, Literal, Rank, Term};
use crate::value::{Kind, Level};

/// The most ranges of one comparison of a rank.
///
/// A rank over many ties of floating-point numbers can fall into many ranges; beyond this number the statement would
/// be larger than engines read, and the dialect refuses.
const RANGES: usize = 1_000;

impl<'r> Query<'r> {
    /// The condition.
    ///
    /// # Errors
    /// If the dialect cannot say it, a name is unknown, or a value is of the wrong kind, with the place in the condition.
    pub(super) fn condition(&mut self, condition: &Condition, row: Row<'_>) -> Result<Holds> {
        let holds = self.nested(|query| query.condition_inside(condition, row))?;
        self.check_length(&holds.text)?;
        Ok(holds)
    }

    /// Dispatches on the kind of condition. What looks at all events of a customer or at other audiences is refused
    /// inside a filter, whose rows are events or items and not customers.
    fn condition_inside(&mut self, condition: &Condition, row: Row<'_>) -> Result<Holds> {
        match condition {
            Condition::Constant(holds) => Ok(Holds::constant(*holds)),
            Condition::All(of) => Ok(Holds::all(self.conditions(of, "all", row)?)),
            Condition::Any(of) => Ok(Holds::any(self.conditions(of, "any", row)?)),
            Condition::AtLeast { count, of } => Ok(at_least(*count, &self.conditions(of, "at_least.of", row)?)),
            Condition::Not(of) => Ok(self.condition(of, row).map_err(|error| error.at_key("not"))?.not()),
            Condition::IfUnknown { condition, then } => {
                Ok(self.condition(condition, row).map_err(|error| error.at_key("if_unknown.condition"))?.or_else(*then))
            }
            Condition::Compare { left, comparison, right } => self.compare(left, *comparison, right, row),
            Condition::Between { term, low, high, bounds } => {
                let (above, below) = bounds.comparisons();
                let low = self.compare(term, above, low, row).map_err(|error| error.at_key("low"))?;
                let high = self.compare(term, below, high, row).map_err(|error| error.at_key("high"))?;
                Ok(Holds::all(vec![low, high]))
            }
            Condition::OneOf { term, values } => self.one_of(term, values, row),
            Condition::Text { term, operator, text, fold } => self.text(term, *operator, text, *fold, row),
            Condition::Set { term, operator, texts } => self.set(term, *operator, texts, row),
            Condition::Is { term, state } => self.is(term, *state, row),
            Condition::Anniversary { of, from, to, leap_day } => self.anniversary(of, *from, *to, *leap_day, row),
            Condition::Within { term, area } => self.within(term, area, row),
            Condition::Version { term, comparison, version } => self.version(term, *comparison, version, row),
            Condition::Network { term, networks } => self.network(term, networks, row),
            Condition::Exists { list, filter } => self.exists(list, filter, row),
            Condition::HasBeen(been) => {
                only_of_customers(row, "how long something has been")?;
                self.has_been(been)
            }
            Condition::Sequence(sequence) => {
                only_of_customers(row, "a sequence of events")?;
                self.sequence(sequence)
            }
            Condition::Lifecycle(lifecycle) => {
                only_of_customers(row, "how events go on")?;
                self.lifecycle(lifecycle)
            }
            Condition::Member(audience) => {
                only_of_customers(row, "membership of an audience")?;
                self.member(audience)
            }
        }
    }

    /// Writes conditions in their order, and adds to an error which of them it was.
    fn conditions(&mut self, of: &[Condition], key: &str, row: Row<'_>) -> Result<Vec<Holds>> {
        let mut holds = Vec::with_capacity(of.len());
        for (number, condition) in of.iter().enumerate() {
            holds.push(self.condition(condition, row).map_err(|error| error.at_key(format!("{key}.{number}")))?);
        }
        Ok(holds)
    }

    /// Compares two terms. Ranks and texts with an order of their own are answered without the value itself, by ranges
    /// or by lists; everything else is a comparison of two values. Literals may stand on either side.
    fn compare(&mut self, left: &Term, comparison: Comparison, right: &Term, row: Row<'_>) -> Result<Holds> {
        match (left, right) {
            (Term::Rank(rank), Term::Value(literal)) => return self.compare_rank(rank, comparison, literal, row),
            (Term::Value(literal), Term::Rank(rank)) => {
                return self.compare_rank(rank, comparison.mirrored(), literal, row);
            }
            _ => {}
        }
        if let Some(holds) = self.ordinal(left, comparison, right, row)? {
            return Ok(holds);
        }
        if let Some(holds) = self.ordinal(right, comparison.mirrored(), left, row)? {
            return Ok(holds);
        }
        let left = self.term(left, row).map_err(|error| error.at_key("left"))?;
        let right = self.term(right, row).map_err(|error| error.at_key("right"))?;
        self.compared(left, comparison, right)
    }

    /// Two values of comparable kinds.
    ///
    /// Numbers compare with numbers, days and instants with each other by the day, and texts and truths for equality
    /// only: how texts are ordered hangs on the collation of a column, which nobody here knows. The result is NULL
    /// where one side is.
    pub(super) fn compared(&self, left: Said, comparison: Comparison, right: Said) -> Result<Holds> {
        let sign = match comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        };
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let test = |a: &str, b: &str| Ok(Holds::test(format!("{a} {sign} {b}")));
        let wrong = || Err(Error::definition(format!("{} does not compare with {}", left.kind, right.kind)));
        match (left.kind, right.kind) {
            (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number) => {
                let (left, right) = self.like_numbers(left, right)?;
                test(&left, &right)
            }
            (Kind::Day, Kind::Day) | (Kind::Timestamp, Kind::Timestamp) => test(&left.text, &right.text),
            (Kind::Day, Kind::Timestamp) | (Kind::Timestamp, Kind::Day) => {
                test(&self.as_day(&left)?, &self.as_day(&right)?)
            }
            (Kind::Text, Kind::Text) if equality => test(&left.text, &right.text),
            (Kind::Boolean, Kind::Boolean) if equality => test(&left.text, &right.text),
            (
                Kind::Number
                | Kind::Integer
                | Kind::Text
                | Kind::Boolean
                | Kind::Day
                | Kind::Timestamp
                | Kind::Set
                | Kind::Point,
                _,
            ) => wrong(),
        }
    }

    /// Two numbers in one type, of which none is rounded to the other's unless neither is a literal.
    ///
    /// A whole number beyond 2^53 is not exact as a double, and engines differ in which side of a mixed comparison
    /// they convert. A literal that is whole is therefore written as a whole number beside a column of whole numbers.
    /// Two columns of different types are both compared as doubles.
    fn like_numbers(&self, left: Said, right: Said) -> Result<(String, String)> {
        use super::dialect::Dialect;
        if left.kind == right.kind || self.dialect() == Dialect::Sqlite {
            return Ok((left.text, right.text)); // SQLite compares whole numbers with others exactly
        }
        if left.kind == Kind::Number {
            let (right, left) = self.like_numbers(right, left)?;
            return Ok((left, right));
        }
        // a whole number on the left
        match right.literal.as_ref().and_then(whole) {
            Some(integer) => Ok((left.text, self.dialect().integer(integer))),
            None => Ok((self.as_number(left)?.text, right.text)),
        }
    }

    /// A text compared by the order that the schema gives it: one of those for which it holds, or one of the others; unknown
    /// of a text that has no place in it.
    fn ordinal(&mut self, left: &Term, comparison: Comparison, right: &Term, row: Row<'_>) -> Result<Option<Holds>> {
        let (Term::Attribute(name), Term::Value(Literal::Text(text))) = (left, right) else { return Ok(None) };
        if matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Ok(None);
        }
        let Level::Ordinal(order) = &self.the_attribute(name)?.level else { return Ok(None) };
        let at = order.iter().position(|known| known == text);
        let holds = |place: usize| at.is_some_and(|at| comparison.holds(place.cmp(&at)));
        let mut one_of = |wanted: bool| {
            let among = order.iter().enumerate().filter(|(place, _)| holds(*place) == wanted);
            let among: Vec<Literal> = among.map(|(_, text)| Literal::Text(text.clone())).collect();
            self.one_of(left, &among, row)
        };
        let (is, is_not) = (one_of(true)?.text, one_of(false)?.text);
        Ok(Some(Holds::word(format!("CASE WHEN {is} THEN TRUE WHEN {is_not} THEN FALSE END"))))
    }

    /// Values of the term's own kind go into one `IN`, which engines answer by a hash or a search; the others, such as
    /// numbers beside whole numbers, become comparisons of their own. An empty list is false where the term is known.
    fn one_of(&mut self, term: &Term, values: &[Literal], row: Row<'_>) -> Result<Holds> {
        if let Term::Rank(rank) = term {
            let of = values.iter().map(|value| self.compare_rank(rank, Comparison::Equal, value, row));
            return Ok(Holds::any(of.collect::<Result<_>>()?));
        }
        let said = self.term(term, row).map_err(|error| error.at_key("term"))?;
        let known = format!("{} IS NOT NULL", said.text);
        let (mut texts, mut tests) = (Vec::new(), Vec::new());
        for (number, value) in values.iter().enumerate() {
            let at = |error: Error| error.at_key(format!("values.{number}"));
            let value = self.literal(value).map_err(at)?;
            if said.kind == value.kind && !matches!(said.kind, Kind::Point | Kind::Set) {
                texts.push(value.text);
            } else {
                tests.push(self.compared(said.clone(), Comparison::Equal, value).map_err(at)?);
            }
        }
        if !texts.is_empty() {
            tests.insert(0, Holds::test(format!("{} IN ({})", said.text, texts.join(", "))));
        }
        Ok(if tests.is_empty() { Holds::where_known(&known, &Holds::constant(false)) } else { Holds::any(tests) })
    }

    /// A rank compared with a number, by what is ranked.
    ///
    /// Ranks are not computed by the engine. The plan keeps what was learnt of the ranked values, and from that
    /// follows for which values the rank compares so: a few closed ranges of numbers. The customer's own value is then
    /// looked up in these. No ranges at all from the plan means that nothing was learnt, and the answer is NULL.
    fn compare_rank(&mut self, rank: &Rank, comparison: Comparison, literal: &Literal, row: Row<'_>) -> Result<Holds> {
        let dialect = self.dialect();
        let number = literal.number();
        let number =
            number.ok_or_else(|| Error::definition(format!("a rank does not compare with {}", literal.kind())))?;
        if comparison == Comparison::NotEqual {
            return Ok(self.compare_rank(rank, Comparison::Equal, literal, row)?.not());
        }
        let Some(ranges) = ranks::ranges(self.with.plan, rank, comparison, number)? else {
            return Ok(Holds::word(dialect.null(Kind::Boolean)));
        };
        if ranges.len() > RANGES {
            let why = format!("{} ranges of what is ranked make it, and {RANGES} may be", ranges.len());
            return Err(dialect.refuses("this rank", why));
        }
        let by = self.number(&rank.by, row).map_err(|error| error.at_key("rank.by"))?.text;
        let tests: Vec<Holds> = ranges
            .into_iter()
            .map(|(low, high)| match (low == f64::NEG_INFINITY, high == f64::INFINITY) {
                (true, true) => Holds::where_known(&format!("{by} IS NOT NULL"), &Holds::constant(true)),
                (true, false) => Holds::test(format!("{by} <= {}", dialect.number(high))),
                (false, true) => Holds::test(format!("{by} >= {}", dialect.number(low))),
                (false, false) => {
                    Holds::test(format!("{by} BETWEEN {} AND {}", dialect.number(low), dialect.number(high)))
                }
            })
            .collect();
        if tests.is_empty() {
            return Ok(Holds::where_known(&format!("{by} IS NOT NULL"), &Holds::constant(false)));
        }
        Ok(Holds::any(tests))
    }

    /// The days that count are found here as ranges of month and day, with the leap day put where the definition wants
    /// it; the engine only compares. A range of a whole year holds for every known day.
    fn anniversary(&mut self, of: &Term, from: i32, to: i32, leap_day: LeapDay, row: Row<'_>) -> Result<Holds> {
        let day = self.day(of, row).map_err(|error| error.at_key("of"))?;
        let known = format!("{day} IS NOT NULL");
        let Some(ranges) = moment::coming_round(&self.with.clock, from, to, leap_day) else {
            return Ok(Holds::where_known(&known, &Holds::constant(true)));
        };
        if ranges.is_empty() {
            return Ok(Holds::where_known(&known, &Holds::constant(false)));
        }
        let found = self.dialect().month_and_day(&day);
        let tests = ranges.into_iter().map(|(first, last)| match first == last {
            true => Holds::test(format!("{found} = {first}")),
            false => Holds::test(format!("{found} BETWEEN {first} AND {last}")),
        });
        Ok(Holds::any(tests.collect()))
    }

    /// Alone, without a whole statement, it is a pair of correlated subqueries; within a statement it is one pass over
    /// the table of items, grouped by customer, so that its cost is one scan for all customers. The maximum over items
    /// of 0, 1 or 2 is the OR of three values: 2 is true, 1 unknown and 0 false. A customer without items is not in
    /// the group, and the left join makes that false.
    fn exists(&mut self, list: &str, filter: &Condition, row: Row<'_>) -> Result<Holds> {
        only_of_customers(row, "a list")?;
        let tables = &self.with.tables;
        let table = tables.lists.get(list);
        let table = table.ok_or_else(|| Error::definition(format!("no table of the list `{list}`")))?;
        let dialect = self.dialect();
        let (name, customer) = (dialect.table_of(&table.table)?, format!("i.{}", dialect.name_of(&table.customer)?));
        let inside = |query: &mut Self| -> Result<Holds> {
            query.condition(filter, Row::Item { alias: "i", list }).map_err(|error| error.at_key("exists.where"))
        };
        // an item of which the condition is unknown leaves the question open, unless another item settles it
        if !self.whole {
            let inner = inside(self)?.bracketed();
            let rows = format!("SELECT 1 FROM {name} i WHERE {customer} = {}", self.id()?);
            return Ok(Holds::word(format!(
                "CASE WHEN EXISTS ({rows} AND {inner}) THEN TRUE WHEN EXISTS ({rows} AND {inner} IS NULL) THEN NULL \
                 ELSE FALSE END"
            )));
        }
        let part = self.part(format!("items {list} {filter:?}"), |query| {
            let inner = inside(query)?;
            let mut rest = format!("FROM {name} i");
            if query.reads_customer {
                let (customers, id) = (dialect.table_of(&tables.customers)?, dialect.name_of(&tables.id)?);
                rest.push_str(&format!(" JOIN {customers} c ON c.{id} = {customer}"));
            }
            rest.push_str(&format!(" GROUP BY {customer}"));
            let truth = format!("CASE WHEN {} THEN 2 WHEN {} THEN 0 ELSE 1 END", inner.text, inner.not().text);
            Ok(Part { columns: vec![format!("MAX({truth})")], rest, customer: customer.clone() })
        })?;
        let found = format!("{}.v0", Query::part_name(part));
        Ok(Holds::word(format!("CASE WHEN {found} = 2 THEN TRUE WHEN {found} = 1 THEN NULL ELSE FALSE END")))
    }
}

/// The whole number that a literal is.
///
/// `None` where it has a fraction or lies beyond what 64 bits hold; such a literal is compared as a double.
fn whole(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Integer(integer) => Some(*integer),
        Literal::Number(number) if number.fract() == 0.0 && number.abs() < 9.2e18 => Some(*number as i64),
        Literal::Number(_)
        | Literal::Text(_)
        | Literal::Boolean(_)
        | Literal::Day(_)
        | Literal::Timestamp(_)
        | Literal::Point(_) => None,
    }
}

/// True when enough hold, false when too many do not, unknown between.
///
/// Known truths and known falsehoods are counted apart. Where neither count decides, `CASE` without `ELSE` is NULL,
/// which is unknown. The text of each condition stands in it twice.
fn at_least(count: u32, of: &[Holds]) -> Holds {
    let (count, all) = (count as usize, of.len());
    if count == 0 || count > all {
        return Holds::constant(count == 0);
    }
    let sum = |of: &mut dyn Iterator<Item = String>| of.collect::<Vec<_>>().join(" + ");
    let hold = sum(&mut of.iter().map(|one| format!("CASE WHEN {} THEN 1 ELSE 0 END", one.text)));
    let fail = sum(&mut of.iter().map(|one| format!("CASE WHEN {} THEN 1 ELSE 0 END", one.not().text)));
    Holds::word(format!("CASE WHEN {hold} >= {count} THEN TRUE WHEN {fail} > {} THEN FALSE END", all - count))
}
