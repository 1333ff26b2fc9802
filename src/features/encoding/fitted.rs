//! One feature as it was learnt: the cells of a value, or why it has none.
//!
//! Around the [`Coding`], which knows values, stand the policies: what a value does that is not known, how much the
//! feature counts, and what a customer is told that cannot be encoded.

use crate::error::{Error, Result};
use crate::explanation::Reason;
use crate::time::AsOf;
use crate::value::{Id, Kind, Value};

use super::choices::{Encode, Transform};
use super::coding::{Coding, Fault, Source};
use super::meaning::{Form, Meaning};

/// A feature that was learnt.
///
/// Its cells stand side by side: those of the coding, then the indicator if there is one. All are multiplied by
/// the root of the weight at the very end, so that squared differences are multiplied by the weight.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Fitted {
    /// The attribute that is read.
    pub(super) attribute: String,
    /// What it is called: the attribute, and what of it.
    pub(super) label: String,
    /// The attribute's unit when it was learnt, for words.
    pub(super) unit: Option<String>,
    /// The attribute's kind when it was learnt.
    pub(super) kind: Kind,
    /// The cells of a value that is known.
    pub(super) coding: Coding,
    /// What a value does that is not.
    pub(super) absent: Absent,
    /// Whether a last column says that the value was not known.
    pub(super) indicator: bool,
    /// How much it counts: finite, above 0.
    pub(super) weight: f64,
}

/// What a value does that is not known.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Absent {
    /// It is an error.
    Error,
    /// It leaves the customer out.
    LeaveOut,
    /// Its cells are NaN.
    Keep,
    /// These cells take its place; they are without weight.
    Fill(Vec<f64>),
}

impl Fitted {
    /// How many columns it has.
    pub(super) fn width(&self) -> usize {
        self.coding.width() + usize::from(self.indicator)
    }

    /// Its columns: names and meanings. In rows of numbers all are numbers, for indicators may be weighted there.
    pub(super) fn columns(&self, form: Form) -> Vec<(String, Meaning)> {
        let mut columns = self.coding.columns();
        if self.indicator {
            columns.push((" is not known".to_owned(), Meaning::AsymmetricFlag));
        }
        for (name, meaning) in &mut columns {
            let of = if matches!(self.coding, Coding::Circle { .. }) { &self.attribute } else { &self.label };
            name.insert_str(0, of);
            if form == Form::Numbers {
                *meaning = Meaning::Number;
            }
        }
        columns
    }

    /// Whether it asks for the moment as of which customers are seen.
    pub(super) fn reads_as_of(&self) -> bool {
        matches!(self.coding, Coding::Number { source: Source::Age, .. })
    }

    /// Writes the cells of a value, known or not.
    ///
    /// The one way from a value to its cells: many customers and one take it alike.
    ///
    /// # Errors
    /// If it has none.
    pub(super) fn write(&self, value: Value<'_>, as_of: Option<AsOf>, cells: &mut [f64]) -> Result<(), Fault> {
        let width = self.coding.width();
        if value.is_present() {
            self.coding.write(value, as_of, &mut cells[..width])?;
            self.finish(false, cells);
            return Ok(());
        }
        self.write_absent(cells)
    }

    /// Writes the cells of a value that is not known.
    ///
    /// # Errors
    /// If it has none.
    pub(super) fn write_absent(&self, cells: &mut [f64]) -> Result<(), Fault> {
        let width = self.coding.width();
        match &self.absent {
            Absent::Error => return Err(Fault::Absent),
            Absent::LeaveOut => return Err(Fault::AbsentOut),
            Absent::Keep => cells[..width].fill(f64::NAN),
            Absent::Fill(fill) => cells[..width].copy_from_slice(fill),
        }
        self.finish(true, cells);
        Ok(())
    }

    /// Weighs the cells, and says whether the value was known. The last thing that is done to cells.
    pub(super) fn finish(&self, absent: bool, cells: &mut [f64]) {
        if self.indicator
            && let Some(last) = cells.last_mut()
        {
            *last = f64::from(u8::from(absent));
        }
        if self.weight != 1.0 {
            let root = self.weight.sqrt();
            cells.iter_mut().for_each(|cell| *cell *= root);
        }
    }

    /// What a fault means for the customer: the reason for which it is left out.
    ///
    /// Here, off the common path, texts are made.
    ///
    /// # Errors
    /// If it is not left out; the customer is named.
    pub(super) fn answer(&self, fault: Fault, value: Value<'_>, id: Id<'_>) -> Result<Reason> {
        let name = self.attribute.as_str();
        let error = match fault {
            Fault::AbsentOut => {
                return Ok(Reason::of(name, value).unwrap_or_else(|| Reason::Missing(name.to_owned())));
            }
            Fault::UnknownOut => {
                let text = crate::error::excerpt(&value.to_string());
                return Ok(Reason::Other(format!("`{name}` is `{text}`, which was not there when it was learnt")));
            }
            Fault::Absent => Error::no_value(name, value),
            Fault::Kind => Error::wrong_kind(name, value.in_words(), self.coding.expected()),
            Fault::Unknown => Error::wrong_kind(name, value.in_words(), self.known()),
            Fault::Number => Error::wrong_kind(name, value.in_words(), self.takes(value)),
        };
        Err(error.at_customer(id))
    }

    /// The categories that are known, in a message: the first eight and how many more there are.
    fn known(&self) -> String {
        let texts = self.coding.texts();
        format!("one of {}", crate::text::some(texts.iter().take(8).map(String::as_str), texts.len()))
    }

    /// What the scale takes, in a message.
    fn takes(&self, value: Value<'_>) -> &'static str {
        match &self.coding {
            Coding::Number { source, scaler, .. } => match source.read(value, None) {
                Some(number) if !scaler.takes(number) => taken(scaler.transform()),
                _ => "a number that its scale can hold",
            },
            _ => "a day of the calendar",
        }
    }

    /// Whether a loaded feature can be one.
    ///
    /// # Errors
    /// If it cannot.
    pub(super) fn check(&self) -> Result<()> {
        let width = self.coding.width();
        let fill = match &self.absent {
            Absent::Fill(cells) => cells.len() == width && cells.iter().all(|cell| cell.is_finite()),
            _ => true,
        };
        let weight = self.weight.is_finite() && self.weight > 0.0;
        if self.attribute.is_empty() || width == 0 || !fill || !weight {
            return Err(Error::format(format!("feature `{}` of an encoder is not whole", self.label)));
        }
        self.coding.check().map_err(|error| error.at_key(&self.label))
    }
}

/// The numbers that a transformation takes, in a message. A scale refuses only what would not stay finite.
pub(super) fn taken(transform: Transform) -> &'static str {
    match transform {
        Transform::Log1p => "a number of at least 0 for its logarithm",
        Transform::BoxCox => "a number above 0 for its power",
        Transform::None | Transform::YeoJohnson => "a number that its scale can hold",
    }
}

/// Why features of that kind are not among all features of a table; `None` if they are.
pub(super) fn usually_left_out(encode: Encode) -> Option<&'static str> {
    (encode == Encode::Place).then_some("is a place: ask for it by `place` if the way between customers counts")
}
