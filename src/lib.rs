//! Customer segmentation.
//!
//! # Cargo features
//!
//! Features only ever add: none changes a bound, a type or a result.
//!
//! | feature | default | what it turns on | brings |
//! | --- | --- | --- | --- |
//! | `behavioral` | yes | segments by what customers did: recency, frequency and amount of their purchases | – |
//! | `tier` | yes | tiers by a measure: thresholds, top shares of customers, shares of value | – |
//! | `combine` | yes | segmenters made of segmenters: crossed, nested, one after another | – |
//! | `profile` | yes | what the members of each segment look like beside everybody | `statrs` |
//! | `serde` | yes | rows of any `Serialize` type as customers; models that are saved and loaded | `serde`, `serde_json` |
//! | `parallel` | yes | work on all threads of the caller's rayon pool; the answer is the same without | `rayon` |
//! | `csv` | no | CSV files in and out, compressed with gzip and in older encodings too | `csv-core`, `flate2`, `encoding_rs` |
//! | `study` | no | the whole cycle declared in one file; turns on `behavioral`, `tier`, `combine`, `profile`, `serde` and `csv` | `toml` |
//! | `learn` | no | the package smartcore, for segmenters that learn from examples; nothing uses it yet | `smartcore` |
//! | `full` | no | `default`, `csv`, `study` and `learn` | – |
#![cfg_attr(docsrs_segmentry, feature(doc_cfg))]

pub mod bands;
#[cfg(feature = "behavioral")]
pub mod behavioral;
pub mod classify;
#[cfg(feature = "combine")]
pub mod combine;
pub mod customer;
pub mod error;
pub mod explanation;
pub mod features;
pub mod health;
pub mod history;
mod math;
#[cfg(feature = "serde")]
pub mod model;
mod parallel;
#[cfg(feature = "profile")]
pub mod profile;
pub mod progress;
#[cfg(any(feature = "csv", feature = "serde"))]
pub mod read;
pub mod segment;
pub mod segmentation;
pub mod segmenter;
#[cfg(feature = "study")]
pub mod study;
mod text;
#[cfg(feature = "tier")]
pub mod tier;
pub mod time;
pub mod value;

pub use error::{Error, ErrorKind, Result};
pub use math::concentration;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
