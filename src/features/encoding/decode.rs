//! From rows back to what they say of customers: as data, and in words.
//!
//! A row is taken apart into the cells of each feature; weights and scales are undone; what is left is said in the
//! attribute's own unit. Nothing is looked up in customers, so that a row that is nobody's can be told as well: a
//! centroid, the corner of a region, the difference of two segments laid on the mean.
//!
//! Words are for people and may be cut (four shares, three decimals of a place); programs take [`Encoder::decode`].

use crate::time::{Day, Timestamp};
use crate::value::{GeoPoint, Kind};

use super::categories::Categories;
use super::coding::{Coding, Source};
use super::encoder::Encoder;
use super::fitted::Fitted;
use super::part::{self, Part};

/// Shares that are told in words; how many more there are is said.
const TOLD: usize = 4;

/// What a row says of one feature.
///
/// A row need not be a customer's: of a centroid, shares of categories are those of its customers, and a number that
/// was transformed is the transformed mean led back (of a logarithm, about the geometric mean).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Decoded {
    /// The feature: the attribute's name, with the part of the calendar if it is one.
    pub feature: String,
    /// The attribute's unit, if it has one.
    pub unit: Option<String>,
    /// What the row says, in the attribute's own terms.
    pub content: Content,
    /// The share of customers of whom it was not known, where a column tells it; of one customer 0 or 1.
    ///
    /// What the row says of the feature is then partly what stood for the unknown values.
    pub not_known: Option<f64>,
}

/// What a row can say of a feature.
///
/// Match on it with a last arm `_`: more may come with further encodings.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Content {
    /// A number in the attribute's own unit.
    Number(f64),
    /// The nearest day.
    Day(Day),
    /// The nearest second.
    Timestamp(Timestamp),
    /// A rank in an order, from 0, and what the nearest rank is called: of a centroid 1.4 and `pro`.
    Rank {
        /// The rank.
        rank: f64,
        /// Its text.
        text: String,
    },
    /// Categories with their shares, which add up to 1, the largest first; `other` for those without a column.
    Shares(Vec<(String, f64)>),
    /// Members of sets, each with the share of customers that have it, the largest first.
    Members(Vec<(String, f64)>),
    /// A mean on a circle.
    Circle {
        /// Of what part of the calendar.
        part: Part,
        /// In steps of the part: Monday, January, midnight are 0.
        at: f64,
        /// From 1, all are there, to 0, they are spread evenly.
        strength: f64,
    },
    /// A mean place, on the surface above the mean of the points.
    Place(GeoPoint),
    /// Nothing: it is not known. Only of rows that may hold missing values.
    NotKnown,
}

impl Encoder {
    /// What a row says of each feature, as data, in the order of features.
    ///
    /// What was transformed and scaled comes back but for rounding; what was moved to a quantile stays there.
    /// Of rows that are reduced to components it is as near as these come. A row that is too short says 0 in
    /// the cells it does not have.
    pub fn decode(&self, row: &[f64]) -> Vec<Decoded> {
        let mut cells = match &self.components {
            Some(components) => components.invert(row),
            None => row.to_vec(),
        };
        cells.resize(self.width(), 0.0);
        let mut rest = cells.as_slice();
        let mut decoded = Vec::with_capacity(self.features.len());
        for feature in &self.features {
            let (mine, others) = rest.split_at(feature.width());
            rest = others;
            decoded.push(feature.decode(mine));
        }
        decoded
    }

    /// What a row says of each feature, in words: the feature, and the value in the attribute's own unit and
    /// words, such as `1,234 EUR` or `DE 62 %, FR 38 %`.
    pub fn in_words(&self, row: &[f64]) -> Vec<(String, String)> {
        let words = |decoded: Decoded| {
            let words = decoded.words();
            (decoded.feature, words)
        };
        self.decode(row).into_iter().map(words).collect()
    }
}

impl Decoded {
    /// In words, without the feature's name.
    ///
    /// A mean on a circle is told by how much customers agree: `May`, `around May`, `spread evenly`.
    fn words(&self) -> String {
        let unit = |text: String| self.unit.as_ref().map_or(text.clone(), |unit| format!("{text} {unit}"));
        let words = match &self.content {
            Content::Number(number) => unit(crate::text::number(*number)),
            Content::Day(day) => day.to_string(),
            Content::Timestamp(at) => at.to_string(),
            Content::Rank { text, .. } => text.clone(),
            Content::Shares(shares) if shares.is_empty() => "none of those known".to_owned(),
            Content::Members(shares) if shares.is_empty() => "none".to_owned(),
            Content::Shares(shares) | Content::Members(shares) => listed(shares),
            Content::Circle { strength, .. } if *strength < 0.1 => "spread evenly".to_owned(),
            Content::Circle { part, at, strength } if *strength < 0.5 => format!("around {}", part.words(*at)),
            Content::Circle { part, at, .. } => part.words(*at),
            Content::Place(point) => format!("({:.3}, {:.3})", point.latitude(), point.longitude()),
            Content::NotKnown => "not known".to_owned(),
        };
        match self.not_known {
            Some(share) if share > 0.0 => format!("{words} ({} not known)", percent(share)),
            _ => words,
        }
    }
}

/// Shares in words: a share of everything by its name alone.
///
/// `DE 62 %, FR 38 %`; `DE`.
fn listed(shares: &[(String, f64)]) -> String {
    let told: Vec<String> = match shares {
        [(text, share)] if *share > 1.0 - 1e-9 => vec![text.clone()],
        _ => shares.iter().take(TOLD).map(|(text, share)| format!("{text} {}", percent(*share))).collect(),
    };
    let more = shares.len().saturating_sub(TOLD);
    if more == 0 { told.join(", ") } else { format!("{} and {more} more", told.join(", ")) }
}

/// `62 %`; what is not nothing is never `0 %`, what is not all never `100 %`.
///
/// No decimals: a share of a centroid is read for its size, and programs have it in full.
fn percent(share: f64) -> String {
    match 100.0 * share {
        percent if percent > 0.0 && percent < 0.5 => "<1 %".to_owned(),
        percent if percent > 99.5 && percent < 100.0 - 1e-7 => ">99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

impl Fitted {
    /// What its cells say.
    ///
    /// One cell that is NaN makes the whole feature not known: cells of a feature come and go together.
    fn decode(&self, cells: &[f64]) -> Decoded {
        let root = self.weight.sqrt();
        let cells: Vec<f64> = cells.iter().map(|cell| cell / root).collect();
        let (mine, rest) = cells.split_at(self.coding.width());
        let not_known = rest.first().filter(|_| self.indicator).map(|share| share.clamp(0.0, 1.0));
        let content = if mine.iter().any(|cell| cell.is_nan()) { Content::NotKnown } else { self.content(mine) };
        let is_number = matches!(content, Content::Number(_));
        let unit = match &self.coding {
            Coding::Number { source: Source::Age, .. } => Some("days".to_owned()),
            _ => self.unit.clone().filter(|_| is_number),
        };
        Decoded { feature: self.label.clone(), unit, content, not_known }
    }

    /// What known cells say, weights undone.
    ///
    /// The share of others follows from the rest: indicators of a customer add up to 1.
    fn content(&self, cells: &[f64]) -> Content {
        match &self.coding {
            Coding::Number { source, scaler, .. } => {
                let number = tidy(scaler.invert(cells[0]));
                match (source, self.kind) {
                    (Source::Days, Kind::Timestamp) => Content::Timestamp(part::timestamp(number)),
                    (Source::Days, _) => Content::Day(Day::from_days(number.round() as i32)),
                    _ => Content::Number(number),
                }
            }
            Coding::Order { order, scaler, .. } => {
                let rank = tidy(scaler.invert(cells[0]));
                let nearest = rank.round().clamp(0.0, order.len() as f64 - 1.0) as usize;
                Content::Rank { rank, text: order.get(nearest).cloned().unwrap_or_default() }
            }
            Coding::Flag { categories, yes, .. } => {
                let share = cells[0].clamp(0.0, 1.0);
                let name = |at: usize, other| categories.texts.get(at).map_or(other, String::as_str).to_owned();
                sorted(vec![(name(*yes, "yes"), share), (name(1 - *yes.min(&1), "no"), 1.0 - share)])
            }
            Coding::Indicators { categories, .. } => {
                let mut shares = named(categories, cells);
                let rest = 1.0 - shares.iter().map(|(_, share)| share).sum::<f64>();
                if rest > 1e-9 {
                    shares.push(("other".to_owned(), rest));
                }
                sorted(shares)
            }
            Coding::Codes { categories, .. } => {
                let text = categories.texts.get(cells[0] as usize).map_or("other", String::as_str);
                Content::Shares(vec![(text.to_owned(), 1.0)])
            }
            Coding::Frequency { scaler, .. } => Content::Number(tidy(scaler.invert(cells[0]))),
            Coding::Members { members } => match sorted(named(members, cells)) {
                Content::Shares(shares) => Content::Members(shares),
                content => content,
            },
            Coding::Circle { part } => {
                let (at, strength) = part.mean(cells[0], cells[1]);
                Content::Circle { part: *part, at, strength }
            }
            Coding::Sphere => {
                let (x, y, z) = (cells[0], cells[1], cells[2]);
                let latitude = z.atan2(x.hypot(y)).to_degrees().clamp(-90.0, 90.0);
                let longitude = y.atan2(x).to_degrees().clamp(-180.0, 180.0);
                GeoPoint::new(tidy(latitude), tidy(longitude)).map_or(Content::NotKnown, Content::Place)
            }
        }
    }
}

/// What a scale and its inverse leave beside a number of few digits is taken away: 30.000000000000004 was 30.
///
/// Twelve digits stay, which is more than any attribute has and less than the arithmetic keeps.
fn tidy(number: f64) -> f64 {
    let size = number.abs().max(1.0);
    let digits = 1e12 / 10.0_f64.powf(size.log10().ceil());
    let near = (number * digits).round() / digits;
    if digits >= 1.0 && near.is_finite() { near + 0.0 } else { number }
}

/// Categories with their cells as shares, in the order of categories.
///
/// Shares of members of sets overlap; those of categories add up to 1 or, with others, to less.
///
/// A cell beyond 0 and 1, as rows that were led back from components have, is the nearer of the two.
fn named(categories: &Categories, cells: &[f64]) -> Vec<(String, f64)> {
    categories.texts.iter().zip(cells).map(|(text, share)| (text.clone(), share.clamp(0.0, 1.0))).collect()
}

/// Shares above nothing, the largest first, of equals in their order: what a reader looks at first stands first.
fn sorted(mut shares: Vec<(String, f64)>) -> Content {
    shares.retain(|(_, share)| *share > 1e-9);
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    Content::Shares(shares)
}
