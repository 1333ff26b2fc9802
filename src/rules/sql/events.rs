//! What events add up to: tables of sums, one for each choice of events, joined to the customers.

use super::moment::months;
use super::query::{Part, Query, Row};
use super::said::Said;
use crate::error::{Error, Result};
use crate::rules::language::{Aggregate, Around, Events, Measure, Side, Span, Term, Which, Window};
use crate::rules::meaning::calendar::Bound;
use crate::time::Timestamp;
use crate::value::Kind;

/// The rows of the table of events that are meant: from `FROM` on.
pub(super) struct Chosen {
    pub from: String,
    pub wheres: Vec<String>,
}

impl<'r> Query<'r> {
    /// What events add up to.
    pub(super) fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Said> {
        let dialect = self.dialect();
        let events = &aggregate.events;
        let row = Row::Event("e");
        let field = match aggregate.measure.field() {
            Some(name) => Some(self.term(&Term::Field(name.to_owned()), row)?),
            None => None,
        };
        let wrong =
            |expected: &str, said: &Said| Error::definition(format!("expected {expected}, found {}", said.kind));
        let Some(field) = field else {
            let count = self.count(events)?;
            return Ok(Said::of(Kind::Integer, count));
        };
        match &aggregate.measure {
            Measure::Count => Ok(Said::of(Kind::Integer, self.count(events)?)),
            Measure::Sum(_) => {
                let number = self.as_number(field)?;
                let part = self.group(events)?;
                let zero = dialect.number(0.0);
                let sum = self.column(part, format!("COALESCE(SUM({}), {zero})", number.text));
                let name = Query::part_name(part);
                let text = format!("CASE WHEN {name}.customer IS NULL THEN {zero} ELSE {} END", dialect.finite(&sum));
                Ok(Said::of(Kind::Number, text))
            }
            Measure::Mean(_) => {
                let number = self.as_number(field)?;
                let part = self.group(events)?;
                let mean = self.column(part, format!("AVG({})", number.text));
                Ok(Said::of(Kind::Number, dialect.finite(&mean)))
            }
            Measure::Minimum(_) | Measure::Maximum(_) => {
                if !(field.kind.is_numeric() || matches!(field.kind, Kind::Day | Kind::Timestamp)) {
                    return Err(wrong("a number, a day or an instant", &field));
                }
                let word = if matches!(aggregate.measure, Measure::Minimum(_)) { "MIN" } else { "MAX" };
                let part = self.group(events)?;
                let found = self.column(part, format!("{word}({})", field.text));
                Ok(Said::of(field.kind, found))
            }
            Measure::Distinct(_) => {
                if matches!(field.kind, Kind::Set | Kind::Point) {
                    return Err(
                        dialect.refuses(format!("different values of a {}", field.kind), "it is no single value")
                    );
                }
                let part = self.group(events)?;
                let count = self.column(part, format!("COUNT(DISTINCT {})", field.text));
                Ok(Said::of(Kind::Integer, format!("COALESCE({count}, 0)")))
            }
            Measure::First(name) => self.pick(Which::First, name, &field, events),
            Measure::Last(name) => self.pick(Which::Last, name, &field, events),
        }
    }

    /// How many events there are; 0 if there is none.
    pub(super) fn count(&mut self, events: &Events) -> Result<String> {
        let part = self.group(events)?;
        let count = self.column(part, "COUNT(*)".to_owned());
        Ok(format!("COALESCE({count}, 0)"))
    }

    /// The table of what these events add up to, joined; ask for [`Query::column`] of it.
    pub(super) fn group(&mut self, events: &Events) -> Result<usize> {
        self.part(format!("group {events:?}"), |query| {
            let customer = query.event_customer("e")?;
            let chosen = query.chosen(events)?;
            let rest = format!("{} WHERE {} GROUP BY {customer}", chosen.from, chosen.wheres.join(" AND "));
            Ok(Part { columns: vec!["COUNT(*)".to_owned()], rest, customer })
        })
    }

    /// The value of a field in the first or the last event that has one.
    fn pick(&mut self, which: Which, name: &str, field: &Said, events: &Events) -> Result<Said> {
        let dialect = self.dialect();
        if matches!(field.kind, Kind::Set | Kind::Point) {
            return Err(dialect.refuses(format!("the first or last {}", field.kind), "it is no single value there"));
        }
        let part = self.part(format!("{which:?} {name} {events:?}"), |query| {
            let order = query.in_order("e", which == Which::Last)?;
            let chosen = query.chosen(events)?;
            let (from, wheres) = (chosen.from, chosen.wheres.join(" AND "));
            let (customer, value) = (query.event_customer("e")?, &field.text);
            let rest = format!(
                "SELECT t.customer AS customer, t.v AS v0 FROM (SELECT {customer} AS customer, {value} AS v, \
                 ROW_NUMBER() OVER (PARTITION BY {customer} ORDER BY {order}) AS n {from} \
                 WHERE {wheres} AND {value} IS NOT NULL) t WHERE t.n = 1"
            );
            Ok(Part { columns: Vec::new(), rest, customer })
        })?;
        let text = match (dialect, field.kind) {
            (super::dialect::Dialect::Sqlite, Kind::Text) => format!("{}.v0 COLLATE BINARY", Query::part_name(part)),
            _ => format!("{}.v0", Query::part_name(part)),
        };
        Ok(Said::of(field.kind, text))
    }

    /// The order of the history.
    ///
    /// # Errors
    /// If no column tells the order of events at one instant.
    pub(super) fn in_order(&self, alias: &str, backwards: bool) -> Result<String> {
        let down = if backwards { " DESC" } else { "" };
        Ok(format!("{}{down}, {}{down}", self.at(alias)?, self.order_column(alias)?))
    }

    /// The column that tells the order of events at one instant.
    pub(super) fn order_column(&self, alias: &str) -> Result<String> {
        let Some(order) = &self.events_table()?.order else {
            let why = "the table of events has no column that tells the order of events at one instant";
            return Err(self.dialect().refuses("what comes first", why));
        };
        Ok(format!("{alias}.{}", self.dialect().name_of(order)?))
    }

    /// The instant of an event.
    pub(super) fn at(&self, alias: &str) -> Result<String> {
        let column = self.events_table()?.column_of("at");
        Ok(self.read(Kind::Timestamp, alias, column)?.text)
    }

    /// The customer of an event.
    pub(super) fn event_customer(&self, alias: &str) -> Result<String> {
        Ok(format!("{alias}.{}", self.dialect().name_of(&self.events_table()?.customer)?))
    }

    /// The events that are meant, with the alias `e`.
    pub(super) fn chosen(&mut self, events: &Events) -> Result<Chosen> {
        let mut wheres = self.known_events("e")?;
        wheres.extend(self.of_kind("e", events.kind.as_deref())?);
        wheres.extend(self.in_window("e", &events.window)?);
        if let Some(filter) = &events.filter {
            let holds = self.condition(filter, Row::Event("e")).map_err(|error| error.at_key("where"))?;
            wheres.push(holds.bracketed());
        }
        let (dialect, tables) = (self.dialect(), &self.with.tables);
        let customer = self.event_customer("e")?;
        let mut from = format!("FROM {} e", dialect.table_of(&self.events_table()?.table)?);
        if self.reads_customer {
            let table = dialect.table_of(&tables.customers)?;
            from.push_str(&format!(" JOIN {table} c ON c.{} = {customer}", dialect.name_of(&tables.id)?));
        }
        for part in &self.joined {
            let name = Query::part_name(*part);
            from.push_str(&format!(" JOIN {name} ON {name}.customer = {customer}"));
        }
        Ok(Chosen { from, wheres })
    }

    /// What is known as of the moment.
    pub(super) fn known_events(&mut self, alias: &str) -> Result<Vec<String>> {
        let clock = &self.with.clock;
        let (now, today) = (clock.now(), clock.today());
        let mut wheres = vec![format!("{} < {}", self.at(alias)?, self.dialect().instant(now)?)];
        let last = Timestamp::from_micros(now.micros().saturating_sub(1));
        // a day made of the instant is no later than that of the last one
        if self.events_table()?.has_day || clock.zone.day(last) > today {
            let day = self.term(&Term::Field("day".to_owned()), Row::Event(alias))?;
            wheres.push(format!("{} <= {}", day.text, self.dialect().day(today)?));
        }
        Ok(wheres)
    }

    /// Of that kind.
    pub(super) fn of_kind(&mut self, alias: &str, kind: Option<&str>) -> Result<Option<String>> {
        let Some(kind) = kind else { return Ok(None) };
        let said = self.term(&Term::Field("kind".to_owned()), Row::Event(alias))?;
        Ok(Some(format!("{} = {}", said.text, self.dialect().text(kind)?)))
    }

    /// In that window; joins what the window is around.
    pub(super) fn in_window(&mut self, alias: &str, window: &Window) -> Result<Vec<String>> {
        let at = self.at(alias)?;
        match window {
            Window::Around(around) => self.around(&at, around).map_err(|error| error.at_key("window")),
            Window::Always
            | Window::Last(_)
            | Window::Ago { .. }
            | Window::Calendar { .. }
            | Window::Between { .. } => {
                let Some(range) = self.with.clock.bounds(window) else { return Ok(Vec::new()) };
                let mut wheres = Vec::new();
                for (bound, sign) in [(range.from, ">="), (range.to, "<")] {
                    wheres.extend(self.beyond(alias, &at, sign, bound)?);
                }
                Ok(wheres)
            }
        }
    }

    fn beyond(&mut self, alias: &str, at: &str, sign: &str, bound: Bound) -> Result<Option<String>> {
        let dialect = self.dialect();
        Ok(match bound {
            Bound::Open => None,
            // that ends every window
            Bound::Instant(instant) if sign == "<" && instant >= self.with.clock.now() => None,
            Bound::Instant(instant) => Some(match dialect.instant(instant) {
                Ok(literal) => format!("{at} {sign} {literal}"),
                // beyond what an instant there can be: all lie on one side of it
                Err(_) => outside(instant.micros() < 0, sign).to_owned(),
            }),
            Bound::Day(day) => Some(match dialect.day(day) {
                Ok(literal) => {
                    let own = self.term(&Term::Field("day".to_owned()), Row::Event(alias))?;
                    format!("{} {sign} {literal}", own.text)
                }
                Err(_) => outside(day.days() < 0, sign).to_owned(),
            }),
        })
    }

    /// Before or after the first or last of the customer's own events.
    pub(super) fn around(&mut self, at: &str, around: &Around) -> Result<Vec<String>> {
        if matches!(around.events.window, Window::Around(_)) {
            return Err(Error::definition("a window around an event is itself around one"));
        }
        let anchor = self.group(&around.events)?;
        let own = self.at("e")?;
        let word = if around.which == Which::First { "MIN" } else { "MAX" };
        let anchor = self.column(anchor, format!("{word}({own})"));
        Ok(match around.side {
            Side::Before => {
                let start = self.shifted(&anchor, around.within, -1)?;
                vec![format!("{at} >= {start}"), format!("{at} < {anchor}")]
            }
            Side::After => {
                let end = self.shifted(&anchor, around.within, 1)?;
                vec![format!("{at} >= {anchor}"), format!("{at} < {end}")]
            }
        })
    }

    /// The instant so long after one in a column.
    pub(super) fn shifted(&self, at: &str, span: Span, sign: i64) -> Result<String> {
        match span.micros() {
            Some(micros) => Ok(self.dialect().instant_plus(at, sign * micros)),
            None => self.dialect().instant_plus_months(at, sign * months(span), &self.with.clock.zone),
        }
    }
}

fn outside(low: bool, sign: &str) -> &'static str {
    if low == (sign == ">=") { "TRUE" } else { "FALSE" }
}
