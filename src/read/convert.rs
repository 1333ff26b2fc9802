//! A column of texts becomes a column of its kind, each different text read once.
//!
//! A column of texts has few different ones (cities, days, prices), so each is read once and its value given to all
//! rows that have it. What a column is to become is a [`Want`], which the maker of customers or events answers by its
//! name.
//!
//! # How a kind is found
//!
//! All texts of the column, blanks around them aside, must agree; the first that fits in this order:
//!
//! 1. whole numbers;
//! 2. numbers (whole numbers among them do not matter);
//! 3. truths: two words that belong together, `true` and `false` or `yes` and `no`, in any case;
//! 4. dates in one form ([`DateForm`]); instants if one of them has a time of day;
//! 5. texts.
//!
//! One text that does not fit makes the column one of texts: nothing is called invalid that nobody declared. Where a
//! kind *was* declared, the texts that do not fit are bad values, and what becomes of them is [`Options`]' matter.
//!
//! # Dates that are not clear
//!
//! `3.4.2026` alone may be April or March. If two forms read all dates of the column (or, of a declared column, the
//! same number of them) and some date differently, that is an error which names the text and the remedy. Forms that
//! read every date alike are no question.

use crate::error::{Error, Result};
use crate::time::{DateForm, Zone};
use crate::value::{AsValue, Column, ColumnBuilder, Dictionary, Kind, OwnedValue, Value};

use super::options::Options;
use super::parse::{Numbers, Reader, WORDS, integer, number, whole};

/// What a column is to become.
///
/// CSV files want `Infer` where nobody says more, for all is text there; JSON and `Serialize` rows want `Keep`, for a
/// text in them was meant as one.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(all(feature = "csv", feature = "serde")),
    allow(dead_code, reason = "CSV infers kinds, serde keeps them")
)]
pub(crate) enum Want {
    /// The kind that all its texts have; values that have a kind keep it.
    Infer,
    /// That kind.
    Kind(Kind),
    /// Days, or instants where a time of day is written.
    Moment { form: Option<DateForm>, zone: Zone },
    /// The kind that it has: texts are texts.
    Keep,
    /// It is not needed.
    Leave,
}

/// A column of its kind.
pub(super) struct Converted {
    pub(super) column: Column,
    pub(super) form: Option<DateForm>,
    /// The rows with a text that is no value of the kind, which they have as an invalid value.
    pub(super) bad: Vec<usize>,
}

impl From<Column> for Converted {
    fn from(column: Column) -> Self {
        Converted { column, form: None, bad: Vec::new() }
    }
}

/// Makes the column what is wanted.
///
/// The form of dates that is named for the column wins over the form named for all, and both over what could be found.
///
/// # Errors
/// If the form of its dates is not clear, or it has values of a kind that cannot become the wanted one.
pub(super) fn convert(name: &str, column: Column, want: &Want, options: &Options) -> Result<Converted> {
    let Some((_, texts)) = column.codes() else { return retype(name, column, want) };
    let numbers = Numbers { decimal_comma: options.decimal_comma, thousands: options.thousands };
    let named = match want {
        Want::Moment { form, .. } => form.or_else(|| options.date_form(name)),
        _ => options.date_form(name),
    };
    let zone = if let Want::Moment { zone, .. } = want { zone } else { &options.zone };
    let (kind, form) = match want {
        Want::Infer => infer(name, texts, numbers, named)?,
        Want::Kind(kind @ (Kind::Day | Kind::Timestamp)) => (*kind, Some(likeliest(name, texts, named)?)),
        Want::Kind(kind) => (*kind, None),
        Want::Moment { .. } => {
            let form = likeliest(name, texts, named)?;
            let clock = texts.iter().any(|text| form.has_clock(text.trim()));
            (if clock { Kind::Timestamp } else { Kind::Day }, Some(form))
        }
        Want::Keep | Want::Leave => (Kind::Text, None),
    };
    if kind == Kind::Text {
        return Ok(Converted::from(column));
    }
    let separator = options.set_separator();
    let reader = Reader { kind, numbers, form: form.unwrap_or(DateForm::Iso), zone: zone.clone(), separator };
    Ok(Converted { form, ..read(&column, &reader) })
}

/// Reads each different text once.
///
/// Rows that are missing or null already stay what they are.
fn read(column: &Column, reader: &Reader) -> Converted {
    let mut builder = ColumnBuilder::of_kind(reader.kind);
    let mut bad = Vec::new();
    if let Some((codes, texts)) = column.codes() {
        let values: Vec<Option<OwnedValue>> = texts.iter().map(|text| reader.read(text)).collect();
        for (row, code) in codes.iter().enumerate() {
            if !column.state(row).is_present() {
                builder.push_lossless(column.value(row));
                continue;
            }
            match values.get(*code as usize) {
                Some(Some(value)) => builder.push_lossless(value.as_value()),
                _ => {
                    bad.push(row);
                    builder.push_lossless(Value::Invalid(texts.text(*code).unwrap_or_default()));
                }
            }
        }
    }
    Converted { column: builder.finish(), form: None, bad }
}

/// A column that has a kind keeps it, or becomes the wanted one where no value changes by that.
///
/// Between whole numbers and numbers only: `3.0` as a whole number is 3, `3.5` is a bad value of its row; anything else
/// is an error of the column, since every row would be bad.
fn retype(name: &str, column: Column, want: &Want) -> Result<Converted> {
    let refused = |wanted: &str| Err(Error::wrong_kind(name, column.kind(), wanted));
    match (want, column.kind()) {
        (Want::Infer | Want::Keep | Want::Leave, _) | (Want::Moment { .. }, Kind::Day | Kind::Timestamp) => {}
        (Want::Kind(wanted), found) if *wanted == found => {}
        (Want::Kind(Kind::Number), Kind::Integer) => {
            return Ok(Converted::from(Column::of(Kind::Number, column.values())));
        }
        (Want::Kind(Kind::Integer), Kind::Number) => {
            let mut builder = ColumnBuilder::of_kind(Kind::Integer);
            for value in column.values() {
                match value.number().and_then(whole) {
                    Some(integer) => builder.push_lossless(Value::Integer(integer)),
                    None => builder.push_lossless(value),
                }
            }
            let column = builder.finish();
            let bad = (0..column.len()).filter(|row| column.state(*row).is_invalid()).collect();
            return Ok(Converted { column, form: None, bad });
        }
        (Want::Kind(wanted), _) => return refused(&wanted.to_string()),
        (Want::Moment { .. }, _) => return refused("day or timestamp"),
    }
    Ok(Converted::from(column))
}

/// The kind that all texts have, and the form of dates if they are dates.
///
/// A column in which no text stands (all rows missing) is one of texts. A form that was named is the only one tried.
///
/// # Errors
/// If it is not clear in which form dates are written.
fn infer(
    name: &str,
    texts: &Dictionary,
    numbers: Numbers,
    named: Option<DateForm>,
) -> Result<(Kind, Option<DateForm>)> {
    let all = |is: &dyn Fn(&str) -> bool| texts.iter().all(|text| is(text.trim()));
    if texts.is_empty() {
        return Ok((Kind::Text, None));
    }
    if all(&|text| integer(text, numbers).is_some()) {
        return Ok((Kind::Integer, None));
    }
    if all(&|text| number(text, numbers).is_some()) {
        return Ok((Kind::Number, None));
    }
    for (yes, no) in WORDS {
        if all(&|text| text.eq_ignore_ascii_case(yes) || text.eq_ignore_ascii_case(no)) {
            return Ok((Kind::Boolean, None));
        }
    }
    let forms = match named {
        Some(form) if all(&|text| form.day(text).is_some()) => vec![form],
        Some(_) => Vec::new(),
        None => DateForm::infer(texts.iter()),
    };
    match forms.first() {
        None => Ok((Kind::Text, None)),
        Some(first) => {
            let form = clear(name, texts, &forms)?.unwrap_or(*first);
            let clock = texts.iter().any(|text| form.has_clock(text.trim()));
            Ok((if clock { Kind::Timestamp } else { Kind::Day }, Some(form)))
        }
    }
}

/// The form in which most of the texts are dates.
///
/// For columns that were declared to hold dates: a few bad ones among them must not hide the form of the others. Where
/// no text is a date in any form it is ISO, and each text is bad.
///
/// # Errors
/// If two forms read as many and not the same days.
fn likeliest(name: &str, texts: &Dictionary, named: Option<DateForm>) -> Result<DateForm> {
    if let Some(form) = named {
        return Ok(form);
    }
    let count = |form: DateForm| texts.iter().filter(|text| form.day(text.trim()).is_some()).count();
    let counts = DateForm::ALL.map(|form| (form, count(form)));
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    if most == 0 {
        return Ok(DateForm::Iso);
    }
    let forms: Vec<DateForm> = counts.iter().filter(|(_, count)| *count == most).map(|(form, _)| *form).collect();
    Ok(clear(name, texts, &forms)?.unwrap_or(DateForm::Iso))
}

/// The first of several forms, if all of them read the same days.
///
/// Looks at the first two forms; with three the first two differ already or all read alike.
fn clear(name: &str, texts: &Dictionary, forms: &[DateForm]) -> Result<Option<DateForm>> {
    if let [first, second, ..] = forms
        && let Some(text) = texts.iter().find(|text| first.day(text.trim()) != second.day(text.trim()))
    {
        return Err(Error::definition(format!(
            "attribute `{name}`: `{}` may be written day first or month first, and so may every other date: name the \
             form with `date_form`",
            crate::error::excerpt(text)
        )));
    }
    Ok(forms.first().copied())
}

/// The error of a text that is no value of its column's kind.
pub(super) fn bad_value(name: &str, column: &Column, row: usize) -> Error {
    let found = match column.value(row) {
        Value::Invalid(text) => format!("text `{}`", crate::error::excerpt(text)),
        other => other.in_words(),
    };
    Error::wrong_kind(name, found, column.kind().to_string())
}
