//! What was learnt of the features: it makes rows of numbers, and words of rows.

use ndarray::Array2;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::Reason;
use crate::segmenter::Reads;

use super::meaning::{Form, Meaning};

/// How customers become rows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Encoder {
    form: Form,
    features: Vec<Fitted>,
    columns: Vec<EncodedColumn>,
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Fitted {
    pub(super) attribute: String,
    pub(super) learnt: Learnt,
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum Learnt {
    Number { center: f64, spread: f64 },
    Category(Vec<String>),
}

/// One column of the rows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct EncodedColumn {
    /// Its name: `spend`, `country=DE`.
    pub name: String,
    /// Which feature it belongs to.
    pub feature: usize,
    /// What its numbers mean.
    pub meaning: Meaning,
}

/// Customers as rows of numbers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Encoded {
    /// The customers that are encoded, rising.
    pub rows: Vec<usize>,
    /// One row of each.
    pub matrix: Array2<f64>,
    /// The customers that are left out, and why.
    pub absent: Vec<(usize, Reason)>,
}

/// What a row says of a feature.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Decoded {
    /// The feature: the attribute's name.
    pub feature: String,
    /// What the row says.
    pub content: Content,
}

/// What a row can say of a feature.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// A number in the attribute's own unit.
    Number(f64),
    /// Categories with their shares.
    Shares(Vec<(String, f64)>),
}

impl Encoder {
    pub(super) fn new(form: Form, features: Vec<Fitted>) -> Self {
        let mut columns = Vec::new();
        for (feature, Fitted { attribute, learnt }) in features.iter().enumerate() {
            match learnt {
                Learnt::Category(categories) if form == Form::Numbers => {
                    columns.extend(categories.iter().map(|category| EncodedColumn {
                        name: format!("{attribute}={category}"),
                        feature,
                        meaning: Meaning::Number,
                    }));
                }
                Learnt::Category(_) => {
                    columns.push(EncodedColumn { name: attribute.clone(), feature, meaning: Meaning::Category });
                }
                Learnt::Number { .. } => {
                    columns.push(EncodedColumn { name: attribute.clone(), feature, meaning: Meaning::Number });
                }
            }
        }
        Encoder { form, features, columns }
    }

    /// The form of the rows.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The columns of the rows.
    pub fn columns(&self) -> &[EncodedColumn] {
        &self.columns
    }

    /// How many numbers a row has.
    pub fn dimensions(&self) -> usize {
        self.columns.len()
    }

    /// What the columns mean.
    pub fn meanings(&self) -> Vec<Meaning> {
        self.columns.iter().map(|column| column.meaning).collect()
    }

    /// Encodes many customers.
    ///
    /// # Errors
    /// If an attribute is unknown.
    pub fn encode(&self, customers: &Customers) -> Result<Encoded> {
        for feature in &self.features {
            customers.column(&feature.attribute)?;
        }
        let (mut rows, mut absent, mut cells) = (Vec::new(), Vec::new(), Vec::new());
        let mut row = vec![0.0; self.dimensions()];
        for (at, customer) in customers.iter().enumerate() {
            match self.encode_one(&customer, &mut row)? {
                None => {
                    rows.push(at);
                    cells.extend_from_slice(&row);
                }
                Some(reason) => absent.push((at, reason)),
            }
        }
        let matrix = Array2::from_shape_vec((rows.len(), self.dimensions()), cells)
            .map_err(|error| Error::definition(error.to_string()))?;
        Ok(Encoded { rows, matrix, absent })
    }

    /// Encodes one customer; a reason leaves the customer out.
    ///
    /// # Errors
    /// If the row is of another length or a value of another kind.
    pub fn encode_one(&self, customer: &dyn Customer, row: &mut [f64]) -> Result<Option<Reason>> {
        if row.len() != self.dimensions() {
            return Err(Error::length("row", row.len(), self.dimensions()));
        }
        let mut at = 0;
        for Fitted { attribute, learnt } in &self.features {
            let value = customer.value(attribute);
            let reason = Reason::of(attribute, value);
            if self.form != Form::MeaningsOrMissing && reason.is_some() {
                return Ok(reason);
            }
            match learnt {
                Learnt::Number { center, spread } => {
                    let wrong = || Error::wrong_kind(attribute, value.in_words(), "number").at_customer(customer.id());
                    row[at] = match reason {
                        Some(_) => f64::NAN,
                        None if *spread == 0.0 => 0.0,
                        None => (value.number().ok_or_else(wrong)? - center) / spread,
                    };
                    at += 1;
                }
                Learnt::Category(categories) => {
                    let text = value.to_string();
                    let code = categories.iter().position(|category| *category == text).unwrap_or(categories.len());
                    if self.form == Form::Numbers {
                        let cells = &mut row[at..at + categories.len()];
                        cells.iter_mut().enumerate().for_each(|(i, cell)| *cell = f64::from(u8::from(i == code)));
                        at += categories.len();
                    } else {
                        row[at] = if reason.is_some() { f64::NAN } else { code as f64 };
                        at += 1;
                    }
                }
            }
        }
        Ok(None)
    }

    /// What a row says of each feature, in words.
    pub fn in_words(&self, row: &[f64]) -> Vec<(String, String)> {
        let words = |content: &Content| match content {
            Content::Number(number) => crate::text::number(*number),
            Content::Shares(shares) => {
                let shares = shares.iter().map(|(category, share)| format!("{category} {:.0} %", 100.0 * share));
                shares.collect::<Vec<_>>().join(", ")
            }
        };
        self.decode(row).into_iter().map(|decoded| (decoded.feature, words(&decoded.content))).collect()
    }

    /// What a row says of each feature, as data.
    pub fn decode(&self, row: &[f64]) -> Vec<Decoded> {
        let mut cells = row.iter().copied();
        let mut next = || cells.next().unwrap_or(0.0);
        let decoded = self.features.iter().map(|feature| match &feature.learnt {
            Learnt::Number { center, spread } => Content::Number(center + spread * next()),
            Learnt::Category(categories) if self.form == Form::Numbers => {
                let mut shares: Vec<_> = categories.iter().map(|category| (category.clone(), next())).collect();
                shares.retain(|(_, share)| *share > 0.0);
                shares.sort_by(|a, b| b.1.total_cmp(&a.1));
                Content::Shares(shares)
            }
            Learnt::Category(categories) => {
                let category = categories.get(next() as usize).map_or("other", |category| category);
                Content::Shares(vec![(category.to_owned(), 1.0)])
            }
        });
        let names = self.features.iter().map(|feature| feature.attribute.clone());
        names.zip(decoded).map(|(feature, content)| Decoded { feature, content }).collect()
    }

    /// What is read of a customer.
    pub fn reads(&self) -> Reads {
        Reads::attributes(self.features.iter().map(|feature| feature.attribute.as_str()))
    }

    /// Whether what was loaded can be an encoder.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check(&self) -> Result<()> {
        if self.features.is_empty() { Err(Error::format("an encoder has no features")) } else { Ok(()) }
    }

    /// What was decided on the way, in sentences.
    pub fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}
