//! Columns that were read become events.
//!
//! Files and rows of any form come here as a [`Table`] of typed columns; this is the one place that turns them into a
//! [`History`], so that CSV, JSON lines and `Serialize` rows differ in nothing behind their readers. In this order:
//!
//! 1. rows without a customer are left out and counted: real shop logs have them (guests), and they are no fault of the
//!    row, so [`OnBadRow`] does not apply to them; `strict` makes them an error for readers that give no account;
//! 2. rows without a date are bad rows and treated as [`OnBadRow`] says: an event without a moment cannot be sorted;
//! 3. a second currency among the rows that are left is an error, whatever the options: its sums would mean nothing;
//! 4. columns are taken by name, the amount made of quantity × unit price where that was asked, ids looked up, days
//!    counted in the zone that was named, and everything sorted once.
//!
//! What callers must hold: dates and numbers were converted already (the wants that [`EventColumns`] answers with),
//! texts of ids were left as they are written, and the table has every column that was named; CSV files have them by
//! their header, readers whose rows name their fields call [`add_absent`] first.
//!
//! The report's line numbers are those of the file, the first is 1; of rows that are not from a file, row numbers from
//! 0.

use crate::error::{Error, ErrorKind, Result};
use crate::read::{OnBadRow, ReadReport, Table};
use crate::time::{Day, Timestamp};
use crate::value::{Column, Id, Ids, Kind, Value};

use super::columns::EventColumns;
use super::log::{History, Log};

/// The events of a table.
///
/// An amount is, in this order: the column that was named for it; quantity × unit price; missing in every event. To
/// name both an amount and a unit price, or a unit price without a quantity, is refused: one of them would be ignored.
///
/// Columns are copied rather than taken, since one column may be named twice (an item that is a property too).
///
/// The history and the account are made together, so that what the account says of columns is true of the rows kept.
///
/// # Errors
/// If a column that was named is not there, an event has no date and that is not allowed, or amounts are in several
/// currencies.
pub(super) fn events(mut table: Table, named: &EventColumns, on_bad_row: OnBadRow) -> Result<(History, ReadReport)> {
    leave_out_strangers(&mut table, &named.customer)?;
    leave_out_undated(&mut table, named, on_bad_row)?;
    one_currency(&mut table, named)?;

    let taken = |table: &mut Table, name: &Option<String>| name.as_ref().map(|name| table.copied(name)).transpose();
    let customer = table.copied(&named.customer)?;
    let date = table.copied(&named.date)?;
    let quantity = taken(&mut table, &named.quantity)?;
    let unit_price = taken(&mut table, &named.unit_price)?;
    let amount = match (taken(&mut table, &named.amount)?, &quantity, &unit_price) {
        (Some(amount), _, None) => amount,
        (None, Some(quantity), Some(price)) => product(quantity, price),
        (None, _, None) => Column::of(Kind::Number, std::iter::repeat_n(None::<f64>, table.len())),
        (Some(_), _, Some(_)) => return Err(Error::definition("events with an amount and a unit price: name one")),
        (None, None, Some(_)) => return Err(Error::definition("events with a unit price and no quantity")),
    };
    let kind = match &named.kind_column {
        None => Column::texts(std::iter::repeat_n(&named.kind, table.len())),
        Some(column) => {
            let column = table.copied(column)?;
            Column::texts(column.values().map(|value| value.text().unwrap_or(&named.kind)))
        }
    };
    let item = taken(&mut table, &named.item)?;
    let channel = taken(&mut table, &named.channel)?;
    let properties: Result<Vec<_>> =
        named.properties.iter().map(|name| Ok((name.clone(), table.copied(name)?))).collect();
    let properties = properties?;

    let (ids, customer) = owners(&customer);
    let (at, days) = moments(&date, named);
    let log = Log { ids, customer, at, days, kind, amount, quantity, item, channel, properties };
    Ok((log.in_order(), table.into_parts().1))
}

/// Refuses a table that has events without a customer, for readers that give no account of them.
pub(super) fn strict(read: (History, ReadReport)) -> Result<History> {
    all_owned("events", read)
}

/// Refuses events or items of which some have no customer.
///
/// The error stands at the first such row, and says how many there are and how to leave them out.
pub(crate) fn all_owned<T>(what: &str, (read, report): (T, ReadReport)) -> Result<T> {
    match report.first_without_customer {
        None => Ok(read),
        Some(line) => {
            let message = format!(
                "{} of {} {what} have no customer, of which this is the first; read with options to leave them out and \
                 have them counted",
                report.without_customer, report.rows
            );
            let error = Error::format(message);
            // rows that are not from a file have no encoding, and numbers for lines
            let error = if report.encoding.is_empty() { error.at_row(line as usize) } else { error.at_line(line) };
            Err(match report.file {
                Some(file) => error.in_file(file),
                None => error,
            })
        }
    }
}

/// Also refuses a column of ids that is neither text nor integer. The table is kept by rows, so that lines in later
/// errors stay those of the file.
pub(crate) fn leave_out_strangers(table: &mut Table, name: &str) -> Result<()> {
    let customer = table.column(name)?;
    if !matches!(customer.kind(), Kind::Text | Kind::Integer) {
        let error = Error::wrong_kind(name, customer.kind(), "text or integer, as an id must be");
        return Err(table.in_file(error));
    }
    if customer.is_complete() {
        return Ok(());
    }
    let (known, unknown): (Vec<usize>, Vec<usize>) =
        (0..customer.len()).partition(|row| customer.state(*row).is_present());
    let first = unknown.first().map(|row| table.line(*row));
    table.report.without_customer = unknown.len();
    table.report.first_without_customer = first;
    table.keep(&known);
    Ok(())
}

/// The reason of each row is what stands there (`missing`, `null`, the text that is no date), made before rows move.
///
/// With [`OnBadRow::Keep`] they are left out as with [`OnBadRow::Skip`]: an event cannot have an invalid date.
fn leave_out_undated(table: &mut Table, named: &EventColumns, on_bad_row: OnBadRow) -> Result<()> {
    let date = table.column(&named.date)?;
    if date.is_complete() {
        return Ok(());
    }
    let (known, unknown): (Vec<usize>, Vec<usize>) = (0..date.len()).partition(|row| date.state(*row).is_present());
    let reasons: Vec<Error> = unknown.iter().map(|row| Error::no_value(&named.date, date.value(*row))).collect();
    if let (OnBadRow::Error, Some(row), Some(error)) = (on_bad_row, unknown.first(), reasons.first()) {
        return Err(table.locate(error.clone(), *row));
    }
    for (row, reason) in unknown.iter().zip(reasons) {
        let line = table.line(*row);
        table.report.skip(line, || reason.to_string());
    }
    table.keep(&known);
    Ok(())
}

/// Looks at each different text once and only at those that a kept row uses: a dictionary may hold texts of rows left
/// out.
fn one_currency(table: &mut Table, named: &EventColumns) -> Result<()> {
    let Some(name) = &named.currency else { return Ok(()) };
    let currency = table.column(name)?;
    let mut currencies: Vec<String> = Vec::new();
    if let Some((codes, texts)) = currency.codes() {
        let mut used = vec![false; texts.len()];
        for (row, code) in codes.iter().enumerate() {
            if let Some(used) = used.get_mut(*code as usize) {
                *used |= currency.state(row).is_present();
            }
        }
        currencies = texts.iter().zip(used).filter(|(_, used)| *used).map(|(text, _)| text.to_owned()).collect();
    }
    if currencies.len() > 1 {
        currencies.sort();
        return Err(table.in_file(Error::new(ErrorKind::MixedCurrencies { currencies })));
    }
    Ok(())
}

/// The amounts: missing where either is, not a number where the product is too large.
///
/// Money is multiplied as 64-bit numbers: cents of sums up to 10¹¹ stay exact to less than a hundredth of a cent.
///
/// The unit is that of the price.
fn product(quantity: &Column, price: &Column) -> Column {
    let products = (0..quantity.len()).map(|row| Some(quantity.number(row)? * price.number(row)?));
    Column::of(Kind::Number, products)
}

/// The ids, and each event's row in them.
///
/// The ids are numbered in the order in which their first event stands in the table, for texts and integers alike.
///
/// An id that comes as an integer in one row and is a text in the column of another file is the same id; see [`Id`].
pub(crate) fn owners(customer: &Column) -> (Ids, Vec<u32>) {
    let mut ids = Ids::default();
    let mut rows = Vec::with_capacity(customer.len());
    let row_of = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
    match customer.codes() {
        // each text is looked up once
        Some((codes, texts)) => {
            let mut found: Vec<Option<u32>> = vec![None; texts.len()];
            for code in codes {
                let Some(slot) = found.get_mut(*code as usize) else { continue };
                rows.push(match slot {
                    Some(row) => *row,
                    None => {
                        let row = row_of(ids.intern(Id::Text(texts.text(*code).unwrap_or_default())));
                        *slot = Some(row);
                        row
                    }
                });
            }
        }
        None => rows.extend(customer.values().map(|value| {
            let id = if let Value::Integer(integer) = value { Id::Integer(integer) } else { Id::Text("") };
            row_of(ids.intern(id))
        })),
    }
    (ids, rows)
}

/// When each event was, and on which day where that is not the day in UTC.
///
/// A column of days needs no days of its own: their instants are the starts of the days in UTC, and the day of those is
/// the day again. Only instants in a zone that is not UTC can fall on another day.
fn moments(date: &Column, named: &EventColumns) -> (Vec<Timestamp>, Option<Vec<Day>>) {
    let at = |value: Value<'_>| match value {
        Value::Day(day) => day.start(),
        Value::Timestamp(at) => at,
        _ => Timestamp::from_micros(0), // not reached: events without a date were left out
    };
    let moments: Vec<Timestamp> = date.values().map(at).collect();
    let local = date.kind() == Kind::Timestamp && !named.zone.is_utc();
    let days = local.then(|| moments.iter().map(|at| named.zone.day(*at)).collect());
    (moments, days)
}

/// Adds the columns that no event happens to have: rows that name their fields leave out what they have not.
#[cfg(feature = "serde")]
///
/// The customer and the date are not among them: a file in which no row has these is a mistake, and the error says so.
/// Properties are not either, for nobody knows their kind.
pub(super) fn add_absent(table: &mut Table, named: &EventColumns) {
    let numbers = [&named.amount, &named.quantity, &named.unit_price].into_iter().flatten();
    let texts = [&named.kind_column, &named.item, &named.channel, &named.currency].into_iter().flatten();
    for (name, kind) in numbers.map(|name| (name, Kind::Number)).chain(texts.map(|name| (name, Kind::Text))) {
        table.add_missing(name, kind);
    }
}
