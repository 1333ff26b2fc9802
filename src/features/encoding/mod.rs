//! Attributes become rows of numbers: what clustering and other methods work on.
//!
//! [`Features`] say which attributes count and how; fitted to customers they give an [`Encoder`], which makes
//! the rows of these and other customers, and tells what a row says in words.
//!
//! | you want | take |
//! | --- | --- |
//! | all attributes, each as its kind and level ask | [`Features::of`] |
//! | a long tail made short | [`Feature::log1p`], [`Transform`], [`Feature::winsorize`], [`Scale::Ranks`] |
//! | categories | [`Feature::category`], with [`Feature::min_share`] for rare ones |
//! | one feature to count more | [`Feature::weight`] |
//! | unknown values kept in | [`Feature::missing`], [`Feature::indicator`] |
//! | many columns that say the same | `Features::pca` |
//!
//! ```
//! use segmentry::customer::Customers;
//! use segmentry::features::encoding::{Feature, Features, Form, Missing};
//! use segmentry::value::{Attribute, Column, Kind};
//!
//! let customers = Customers::with_ids(["ann", "bob", "cem", "dan"])?
//!     .with_attribute(Attribute::new("spend", Kind::Number).unit("EUR"), Column::numbers([0.0, 99.0, 999.0, 9.0]))?
//!     .with_column("visits", Column::of(Kind::Integer, [Some(3), None, Some(9), Some(6)]))?
//!     .with_column("country", Column::texts(["DE", "FR", "DE", "DE"]))?;
//! let features = Features::new()
//!     .log1p("spend")
//!     .with(Feature::number("visits").missing(Missing::Median).indicator())
//!     .with(Feature::category("country").weight(0.5));
//! let encoder = features.fit(&customers, Form::Numbers)?;
//! let rows = encoder.encode(&customers)?.matrix;
//!
//! let middle = rows.mean_axis(ndarray::Axis(0)).unwrap();
//! let words = encoder.in_words(middle.as_slice().unwrap());
//! assert_eq!(words[0], ("spend".to_owned(), "30.62 EUR".to_owned())); // about the geometric mean
//! assert_eq!(words[1], ("visits".to_owned(), "6 (25 % not known)".to_owned()));
//! assert_eq!(words[2], ("country".to_owned(), "DE 75 %, FR 25 %".to_owned()));
//! # Ok::<(), segmentry::Error>(())
//! ```

mod bulk;
mod categories;
mod choices;
mod coding;
mod components;
mod decode;
mod encoder;
mod feature;
#[cfg(feature = "serde")]
mod file;
mod fitted;
mod knots;
mod learn;
mod meaning;
mod part;
mod plan;
mod power;
mod recipe;
mod scaler;
mod spread;

pub use bulk::Encoded;
pub use choices::{Encode, Missing, Scale, Transform, Unknown};
pub use decode::{Content, Decoded};
pub use encoder::{EncodedColumn, Encoder};
pub use feature::Feature;
pub use meaning::{Form, Meaning};
pub use part::Part;
pub use recipe::Features;
#[cfg(feature = "evaluate")]
pub(crate) use recipe::left_out;
