//! How the values of one feature become cells, once it is learnt.
//!
//! A coding knows neither the customer nor the policy for what is not known: it takes a value that is there and
//! writes its cells, or says with a [`Fault`] why it has none. Whoever holds the customer makes words of that.
//!
//! | coding | cells of a value | led back |
//! | --- | --- | --- |
//! | number, order | one, scaled | by the scale's inverse |
//! | flag, code | one | to the category |
//! | indicators, members | 1 in its own column, 0 in the others | to shares |
//! | frequency | one, the share of its category | to the share |
//! | circle | two, a point on a circle | to the angle |
//! | sphere | three, a point on a sphere | to latitude and longitude |

use crate::time::AsOf;
use crate::value::{GeoPoint, Kind, Value};

use super::categories::Categories;
use super::choices::Unknown;
use super::meaning::Meaning;
use super::part::{self, Part};
use super::scaler::Scaler;

/// What a feature became: everything that is needed to encode a stranger, and nothing of those learnt from but
/// figures.
///
/// It is what is saved. A coding that was loaded is checked before it is used ([`Coding::check`]), so the rest
/// trusts its shape.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Coding {
    /// One column: a number. `rank` says that only its order counts, in rows by meaning.
    Number { source: Source, scaler: Scaler, rank: bool },
    /// One column: the rank of a text in an order, lowest first, from 0.
    Order { order: Vec<String>, scaler: Scaler, rank: bool, unknown: Unknown },
    /// One column: whether it is the category of the number `yes`. `symmetric` if both values say as much.
    Flag { categories: Categories, yes: usize, symmetric: bool, unknown: Unknown },
    /// A column for each category, and one for the others if there is one.
    Indicators { categories: Categories, others: bool, unknown: Unknown },
    /// One column of codes, 0, 1, 2 … in the order of categories; what is not among them is coded by how many
    /// there are.
    Codes { categories: Categories, unknown: Unknown },
    /// One column: the share of customers with the category, scaled.
    Frequency { categories: Categories, shares: Vec<f64>, scaler: Scaler },
    /// A column for each member of sets; members without a column are passed over.
    Members { members: Categories },
    /// Sine and cosine of a part of the calendar.
    Circle { part: Part },
    /// x, y and z on the unit sphere: the distance of two is the chord between them.
    Sphere,
}

/// Where a number comes from.
///
/// Saved with the encoder, so that a column of days is not taken for one of numbers.
///
/// An instant counts with its time of the day as a number and by its day in UTC as an age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Source {
    /// A number.
    Number,
    /// Days since 1970.
    Days,
    /// Days before the moment as of which the customer is seen: 0 on that day, below 0 of days to come.
    Age,
}

impl Source {
    /// The number of a value; `None` of a value of another kind, or of an age where the moment is not known.
    pub(super) fn read(self, value: Value<'_>, as_of: Option<AsOf>) -> Option<f64> {
        match self {
            Source::Number => value.number(),
            Source::Days => part::days(value),
            Source::Age => Some(f64::from(as_of?.day().days()) - part::days(value)?.floor()),
        }
    }
}

/// Why a value has no cells.
///
/// Small and without text: the common path makes none, and many customers may have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not known, and that is an error: [`Missing::Error`](super::Missing::Error).
    Absent,
    /// It is not known, and that leaves the customer out.
    AbsentOut,
    /// It is of another kind.
    Kind,
    /// It is a category that is not known, and that is an error.
    Unknown,
    /// It is a category that is not known, and that leaves the customer out.
    UnknownOut,
    /// The transformation does not take it, the scale cannot hold it, or it is a day beyond the calendar.
    Number,
}

impl Coding {
    /// How many columns it has, without the one that says that a value was not known.
    pub(super) fn width(&self) -> usize {
        match self {
            Coding::Indicators { categories, others, .. } => categories.len() + usize::from(*others),
            Coding::Members { members } => members.len(),
            Coding::Circle { .. } => 2,
            Coding::Sphere => 3,
            _ => 1,
        }
    }

    /// The columns, each with what stands behind the attribute's name and what it means where the form asks for
    /// meanings.
    ///
    /// Indicators are asymmetric flags: two customers that are both not from Lyon are not alike for that.
    pub(super) fn columns(&self) -> Vec<(String, Meaning)> {
        let one = |meaning| vec![(String::new(), meaning)];
        let flags = |texts: &[String], mark| {
            texts.iter().map(move |text| (format!("{mark}{text}"), Meaning::AsymmetricFlag)).collect::<Vec<_>>()
        };
        match self {
            Coding::Number { rank: true, .. } | Coding::Order { rank: true, .. } => one(Meaning::Rank),
            Coding::Number { .. } | Coding::Order { .. } | Coding::Frequency { .. } => one(Meaning::Number),
            Coding::Flag { symmetric: true, .. } => one(Meaning::SymmetricFlag),
            Coding::Flag { .. } => one(Meaning::AsymmetricFlag),
            Coding::Codes { .. } => one(Meaning::Category),
            Coding::Indicators { categories, others, .. } => {
                let mut columns = flags(&categories.texts, "=");
                if *others {
                    columns.push((" is another".to_owned(), Meaning::AsymmetricFlag));
                }
                columns
            }
            Coding::Members { members } => flags(&members.texts, " has "),
            Coding::Circle { part } => {
                ["sine", "cosine"].map(|axis| (format!(" {} {axis}", part.name()), Meaning::Number)).into()
            }
            Coding::Sphere => ["x", "y", "z"].map(|axis| (format!(" {axis}"), Meaning::Number)).into(),
        }
    }

    /// The category's number of a value, of codings that have categories. What is found for a text holds for every
    /// customer with that text.
    ///
    /// `None` of a value that is of no category known, and of one of another kind;
    /// [`write_category`](Coding::write_category) tells them apart.
    pub(super) fn find(&self, value: Value<'_>) -> Option<usize> {
        match self {
            Coding::Order { order, .. } => order.iter().position(|known| Some(known.as_str()) == value.text()),
            _ => self.categories()?.find(value),
        }
    }

    /// The categories, of codings that have some. Those of an order are in an order of their own and not among them.
    pub(super) fn categories(&self) -> Option<&Categories> {
        match self {
            Coding::Flag { categories, .. }
            | Coding::Indicators { categories, .. }
            | Coding::Codes { categories, .. }
            | Coding::Frequency { categories, .. } => Some(categories),
            _ => None,
        }
    }

    /// What known values are called, in a message to whoever holds a value that is none of them; of an order
    /// from the lowest to the highest.
    pub(super) fn texts(&self) -> &[String] {
        match self {
            Coding::Order { order, .. } => order,
            _ => self.categories().map_or(&[], |categories| categories.texts.as_slice()),
        }
    }

    /// Whether [`find`](Coding::find) and [`write_category`](Coding::write_category) do for it: its cells
    /// follow from the category's number alone.
    pub(super) fn has_categories(&self) -> bool {
        self.categories().is_some() || matches!(self, Coding::Order { .. })
    }

    /// Writes the cells of a value that is known, without weight. There are [`width`](Coding::width) of them.
    ///
    /// Nothing is written that is not finite. O(width) and without allocation, but for sets, which look up each
    /// of their texts.
    ///
    /// # Errors
    /// If it has none.
    pub(super) fn write(&self, value: Value<'_>, as_of: Option<AsOf>, cells: &mut [f64]) -> Result<(), Fault> {
        match self {
            Coding::Number { source, scaler, .. } => {
                cells[0] = scaler.apply(source.read(value, as_of).ok_or(Fault::Kind)?);
                if cells[0].is_finite() { Ok(()) } else { Err(Fault::Number) }
            }
            Coding::Members { members } => {
                let set = value.set().ok_or(Fault::Kind)?;
                cells.fill(0.0);
                for text in set.iter() {
                    if let Some(at) = members.find_text(text) {
                        cells[at] = 1.0;
                    }
                }
                Ok(())
            }
            Coding::Circle { part } => {
                let days = part::days(value).ok_or(Fault::Kind)?;
                let turn = part.turn(days).ok_or(Fault::Number)? * std::f64::consts::TAU;
                (cells[0], cells[1]) = (turn.sin(), turn.cos());
                Ok(())
            }
            Coding::Sphere => match value {
                Value::Point(point) => {
                    cells.copy_from_slice(&on_sphere(point));
                    Ok(())
                }
                _ => Err(Fault::Kind),
            },
            _ => self.write_category(self.find(value), || self.is_of_the_kind(value), cells),
        }
    }

    /// Writes the cells of a category that was looked up; `is_kind` is asked where it was not found.
    ///
    /// Apart from [`write`](Coding::write) because a text of many customers is looked up once.
    ///
    /// # Errors
    /// If it has none.
    pub(super) fn write_category(
        &self,
        found: Option<usize>,
        is_kind: impl Fn() -> bool,
        cells: &mut [f64],
    ) -> Result<(), Fault> {
        if found.is_none() && !is_kind() {
            return Err(Fault::Kind);
        }
        match self {
            Coding::Order { scaler, unknown, .. } => {
                cells[0] = scaler.apply(found.ok_or(refusal(*unknown))? as f64);
            }
            Coding::Flag { yes, unknown, .. } => {
                cells[0] = f64::from(u8::from(found.ok_or(refusal(*unknown))? == *yes));
            }
            Coding::Indicators { categories, others, unknown } => {
                cells.fill(0.0);
                match found {
                    Some(at) => cells[at] = 1.0,
                    None if *unknown != Unknown::Other => return Err(refusal(*unknown)),
                    None if *others => cells[categories.len()] = 1.0,
                    None => {}
                }
            }
            Coding::Codes { categories, unknown } => {
                cells[0] = match found {
                    None if *unknown != Unknown::Other => return Err(refusal(*unknown)),
                    found => found.unwrap_or(categories.len()) as f64,
                }
            }
            Coding::Frequency { shares, scaler, .. } => {
                cells[0] = scaler.apply(found.and_then(|at| shares.get(at)).copied().unwrap_or(0.0));
            }
            _ => return Err(Fault::Kind),
        }
        Ok(())
    }

    /// Whether a value is of a kind that the coding could know: a category that was never seen is no error of
    /// its own, a number among texts is.
    fn is_of_the_kind(&self, value: Value<'_>) -> bool {
        match self.categories() {
            Some(categories) => categories.takes(value),
            None => value.text().is_some(), // of an order
        }
    }

    /// Whether columns of that kind can be read.
    ///
    /// Asked once a column, where [`write`](Coding::write) asks each value: the error then names the whole column.
    pub(super) fn takes(&self, kind: Kind) -> bool {
        match self {
            Coding::Number { source: Source::Number, .. } => kind.is_numeric(),
            Coding::Number { .. } | Coding::Circle { .. } => matches!(kind, Kind::Day | Kind::Timestamp),
            Coding::Members { .. } => kind == Kind::Set,
            Coding::Sphere => kind == Kind::Point,
            _ if self.categories().is_some_and(|categories| !categories.are_texts()) => {
                kind.is_numeric() || kind == Kind::Boolean
            }
            _ => kind == Kind::Text,
        }
    }

    /// What it reads, in a message: `expected number`.
    pub(super) fn expected(&self) -> &'static str {
        match self {
            Coding::Number { source: Source::Number, .. } => "number",
            Coding::Number { .. } | Coding::Circle { .. } => "day or timestamp",
            Coding::Members { .. } => "set",
            Coding::Sphere => "point",
            _ if self.categories().is_some_and(|categories| !categories.are_texts()) => "number or boolean",
            _ => "text",
        }
    }
}

/// What a category that is not known does, where there are no others to count it among.
fn refusal(unknown: Unknown) -> Fault {
    if unknown == Unknown::LeaveOut { Fault::UnknownOut } else { Fault::Unknown }
}

/// A place as a point on the sphere with radius 1 (the earth's radius, 6,371 km, makes kilometres of it): the
/// distance of two is the chord, which rises with the way between them and has no seam at the date line.
pub(super) fn on_sphere(point: GeoPoint) -> [f64; 3] {
    let (latitude, longitude) = (point.latitude().to_radians(), point.longitude().to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

impl Coding {
    /// Whether what was loaded can be a coding: shapes that fit, categories in order, finite figures.
    ///
    /// # Errors
    /// If it cannot.
    pub(super) fn check(&self) -> crate::error::Result<()> {
        let refused = |message: &str| Err(crate::error::Error::format(message));
        match self {
            Coding::Number { scaler, .. } => scaler.check(),
            Coding::Order { order, scaler, .. } if !order.is_empty() => scaler.check(),
            Coding::Order { .. } => refused("an order has no texts"),
            Coding::Flag { categories, yes, .. } if categories.len() <= 2 && *yes <= 1 => categories.check(),
            Coding::Flag { .. } => refused("a flag has more than two values"),
            Coding::Frequency { categories, shares, scaler } => {
                if shares.len() != categories.len() || !shares.iter().all(|share| (0.0..=1.0).contains(share)) {
                    return refused("a frequency must be a share of each category");
                }
                categories.check()?;
                scaler.check()
            }
            Coding::Indicators { categories, .. } | Coding::Codes { categories, .. } => categories.check(),
            Coding::Members { members } if members.are_texts() => members.check(),
            Coding::Members { .. } => refused("members of sets must be texts"),
            Coding::Circle { .. } | Coding::Sphere => Ok(()),
        }
    }
}
