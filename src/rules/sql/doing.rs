//! How the customer's doing goes on: states that last, habits that begin and end.

use super::moment;
use super::query::{Part, Query, Row};
use super::said::Holds;
use crate::error::Result;
use crate::rules::language::{Events, HasBeen, Lifecycle, Moment, Span, Window};
use crate::time::Timestamp;

impl<'r> Query<'r> {
    /// For how long something has been so: the run of changes at the end of which the condition holds of each, and the run
    /// of those of which it may hold.
    pub(super) fn has_been(&mut self, been: &HasBeen) -> Result<Holds> {
        let part = self.part(format!("has been {been:?}"), |query| {
            let order = query.in_order("e", false)?;
            let so = query.condition(&been.so, Row::Event("e")).map_err(|error| error.at_key("so"))?;
            let (from, wheres) = query.rows(&been.changes)?;
            let (customer, at) = (query.event_customer("e")?, query.at("e")?);
            let (so, not) = (&so.text, so.not().text);
            let rest = format!(
                "SELECT t.customer AS customer, MIN(CASE WHEN t.n > t.broken THEN t.at END) AS since, \
                 MIN(CASE WHEN t.n > t.ended THEN t.at END) AS perhaps, COUNT(*) AS changes \
                 FROM (SELECT r.customer AS customer, r.at AS at, r.n AS n, \
                 MAX(CASE WHEN r.so = 1 THEN 0 ELSE r.n END) OVER (PARTITION BY r.customer) AS broken, \
                 MAX(CASE WHEN r.so = 0 THEN r.n ELSE 0 END) OVER (PARTITION BY r.customer) AS ended \
                 FROM (SELECT {customer} AS customer, \
                 {at} AS at, CASE WHEN {so} THEN 1 WHEN {not} THEN 0 END AS so, \
                 ROW_NUMBER() OVER (PARTITION BY {customer} ORDER BY {order}) AS n {from} WHERE {wheres}) r) t \
                 GROUP BY t.customer"
            );
            Ok(Part { columns: Vec::new(), rest, customer })
        })?;
        let name = Query::part_name(part);
        let passed = |column: &str| -> Result<String> {
            let mut ranges = Vec::new();
            for (from, to) in moment::passed(&self.with.clock, been.at_least) {
                let to = self.dialect().instant(to)?;
                ranges.push(match from {
                    None => format!("{name}.{column} <= {to}"),
                    Some(from) => format!("{name}.{column} BETWEEN {} AND {to}", self.dialect().instant(from)?),
                });
            }
            Ok(if ranges.is_empty() { "FALSE".to_owned() } else { ranges.join(" OR ") })
        };
        Ok(Holds::word(format!(
            "CASE WHEN {} THEN TRUE WHEN {} THEN NULL WHEN {name}.changes > 0 THEN FALSE END",
            passed("since")?,
            passed("perhaps")?
        )))
    }

    /// How the customer's doing goes on, by counts in windows.
    pub(super) fn lifecycle(&mut self, lifecycle: &Lifecycle) -> Result<Holds> {
        let clock = &self.with.clock;
        let now = clock.now();
        match lifecycle {
            Lifecycle::FirstTime { events, within } => self.first_time(events, within),
            Lifecycle::Regularly { events, every, periods, at_least } => {
                if *at_least == 0 {
                    return Ok(Holds::constant(true));
                }
                let start = |period: u32| clock.before(now, Span::new(every.count.saturating_mul(period), every.unit));
                let part = self.group(&within(events, Some(start(*periods)), None))?;
                let at = self.at("e")?;
                let mut cases = String::new();
                for period in 1..=*periods {
                    match self.dialect().instant(start(period)) {
                        Ok(literal) => cases.push_str(&format!(" WHEN {at} >= {literal} THEN {period}")),
                        // before all instants there are: the periods behind it are empty
                        Err(_) => {
                            cases.push_str(&format!(" ELSE {period}"));
                            break;
                        }
                    }
                }
                let count = self.column(part, format!("COUNT(DISTINCT CASE{cases} END)"));
                Ok(Holds::test(format!("COALESCE({count}, 0) >= {at_least}")))
            }
            Lifecycle::Stopped { events, quiet, active } => {
                let silent = clock.before(now, *quiet);
                let before = clock.before(silent, *active);
                let since = self.count(&within(events, Some(silent), None))?;
                let earlier = self.count(&within(events, Some(before), Some(silent)))?;
                Ok(Holds::all(vec![Holds::test(format!("{since} = 0")), Holds::test(format!("{earlier} > 0"))]))
            }
            Lifecycle::Restarted { events, recent, quiet } => {
                let again = clock.before(now, *recent);
                let silent = clock.before(again, *quiet);
                let since = self.count(&within(events, Some(again), None))?;
                let pause = self.count(&within(events, Some(silent), Some(again)))?;
                let earlier = self.count(&within(events, None, Some(silent)))?;
                Ok(Holds::all(vec![
                    Holds::test(format!("{since} > 0")),
                    Holds::test(format!("{pause} = 0")),
                    Holds::test(format!("{earlier} > 0")),
                ]))
            }
        }
    }

    /// The first of the events ever lies in the window.
    fn first_time(&mut self, events: &Events, within: &Window) -> Result<Holds> {
        let ever = Events { window: Window::Always, ..events.clone() };
        let part = self.part(format!("first {ever:?}"), |query| {
            let order = query.in_order("e", false)?;
            let (from, wheres) = query.rows(&ever)?;
            let (customer, table) = (query.event_customer("e")?, query.events_table()?);
            // under the names that the table of events has, so that windows are asked of it as of that table
            let mut columns = vec![query.dialect().name_of(table.column_of("at"))?];
            if table.has_day {
                columns.push(query.dialect().name_of(table.column_of("day"))?);
            }
            let of = |alias: &str| columns.iter().map(|c| format!(", {alias}.{c} AS {c}")).collect::<String>();
            let rest = format!(
                "SELECT t.customer AS customer{} FROM (SELECT {customer} AS customer{}, \
                 ROW_NUMBER() OVER (PARTITION BY {customer} ORDER BY {order}) AS n {from} WHERE {wheres}) t WHERE t.n = 1",
                of("t"),
                of("e")
            );
            Ok(Part { columns: Vec::new(), rest, customer })
        })?;
        let name = Query::part_name(part);
        let mut tests = vec![Holds::test(format!("{name}.customer IS NOT NULL"))];
        tests.extend(self.in_window(&name, within)?.into_iter().map(Holds::test));
        Ok(Holds::all(tests).or_else(false))
    }

    /// The rows of the table of events that are meant: from `FROM` on, and what holds of them.
    fn rows(&mut self, events: &Events) -> Result<(String, String)> {
        let chosen = self.chosen(events)?;
        Ok((chosen.from, chosen.wheres.join(" AND ")))
    }
}

/// The events from one instant until another.
fn within(events: &Events, from: Option<Timestamp>, to: Option<Timestamp>) -> Events {
    let window = Window::Between { from: from.map(Moment::Timestamp), to: to.map(Moment::Timestamp) };
    Events { window, ..events.clone() }
}
