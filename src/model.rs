//! Saved models: an envelope that says what is inside, and is checked before anything is used.
//!
//! A saved model is JSON:
//!
//! ```text
//! { "format": "segmentry.model", "version": 1, "kind": "rfm", "crate": "0.1.0", "reads": { … }, "model": { … } }
//! ```
//!
//! `version` is that of the body's layout; a model of an older version is lifted to the present one on loading, a
//! newer one is refused. Numbers are written so that they read back to the same bits.
//!
//! ```
//! use segmentry::model;
//! use segmentry::tier::Tiers;
//!
//! let tiers = Tiers::on("spend").tier("gold", 1000.0).otherwise("silver");
//! let json = model::to_json(&tiers)?;
//! assert_eq!(model::header(&json)?.kind, "tiers");
//! assert_eq!(model::from_json::<Tiers>(&json)?, tiers);
//! assert!(model::from_json::<Tiers>(&json.replace("1000.0", "null")).is_err()); // checked before it is used
//! # Ok::<(), segmentry::Error>(())
//! ```

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::segmenter::Reads;
use crate::text::write_whole;

const FORMAT: &str = "segmentry.model";

/// What can be saved and loaded.
pub trait Model: Serialize + DeserializeOwned {
    /// The name of its kind in the envelope: lower snake case.
    const KIND: &'static str;

    /// The version of its layout.
    const VERSION: u32 = 1;

    /// What it reads of a customer; written into the envelope for people and other programs.
    fn reads(&self) -> Reads;

    /// Whether what was loaded can be a model: shapes, finite numbers, rising cut points.
    ///
    /// # Errors
    /// If it cannot.
    fn check(&self) -> Result<()>;

    /// Lifts the body of an older version to the present one.
    ///
    /// # Errors
    /// If that version was never written.
    fn upgrade(version: u32, body: serde_json::Value) -> Result<serde_json::Value> {
        let _ = body;
        Err(Error::format(format!("a `{}` model of version {version} was never written", Self::KIND)))
    }
}

/// What an envelope says of its model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Header {
    /// Always `segmentry.model`.
    pub format: String,
    /// The version of the body's layout.
    pub version: u32,
    /// Which model it is: `rfm`, `tiers`.
    pub kind: String,
    /// The version of the crate that wrote it.
    #[serde(rename = "crate")]
    pub written_by: String,
    /// What the model reads of a customer.
    #[serde(default)]
    pub reads: Reads,
}

#[derive(Serialize)]
struct Written<'a, M> {
    format: &'a str,
    version: u32,
    kind: &'a str,
    #[serde(rename = "crate")]
    written_by: &'a str,
    reads: Reads,
    model: &'a M,
}

#[derive(Deserialize)]
struct Read {
    #[serde(default)]
    model: Option<serde_json::Value>,
}

/// The model as JSON in its envelope.
///
/// # Errors
/// If it holds what JSON cannot, such as a number that is not finite.
pub fn to_json<M: Model>(model: &M) -> Result<String> {
    model.check()?;
    let written = Written {
        format: FORMAT,
        version: M::VERSION,
        kind: M::KIND,
        written_by: env!("CARGO_PKG_VERSION"),
        reads: model.reads(),
        model,
    };
    serde_json::to_string_pretty(&written)
        .map_err(|error| Error::format(format!("the model cannot be written: {error}")))
}

/// What the envelope says, without reading the model.
///
/// # Errors
/// If it is no envelope.
pub fn header(json: &str) -> Result<Header> {
    let header: Header = serde_json::from_str(json)
        .map_err(|error| Error::format(format!("not a saved model: {error}")).at_line(error.line() as u64))?;
    if header.format != FORMAT {
        return Err(Error::format(format!("not a saved model: `format` is `{}`, expected `{FORMAT}`", header.format)));
    }
    Ok(header)
}

/// Reads a model out of its envelope and checks it.
///
/// # Errors
/// If it is no envelope, holds another kind or a newer version, or what is inside cannot be such a model.
pub fn from_json<M: Model>(json: &str) -> Result<M> {
    let header = header(json)?;
    if header.kind != M::KIND {
        return Err(Error::format(format!("the file holds a `{}` model, expected `{}`", header.kind, M::KIND)));
    }
    if header.version > M::VERSION {
        let Header { version, written_by, .. } = header;
        let message =
            format!("version {version} is newer than this crate reads ({}); {written_by} wrote it", M::VERSION);
        return Err(Error::format(message).at_key("version"));
    }
    let broken = |error: serde_json::Error| Error::format(error.to_string()).at_key("model");
    let read: Read = serde_json::from_str(json).map_err(broken)?;
    let mut body = read.model.ok_or_else(|| Error::format("not there").at_key("model"))?;
    if header.version < M::VERSION {
        body = M::upgrade(header.version, body)?;
    }
    let model: M = serde_json::from_value(body).map_err(broken)?;
    model.check().map_err(|error| error.at_key("model"))?;
    Ok(model)
}

/// Saves a model. The file is whole or not there: it is written beside and then moved.
///
/// # Errors
/// If the model cannot be written as JSON or the system refuses, with the file.
pub fn save<M: Model>(path: impl AsRef<Path>, model: &M) -> Result<()> {
    let path = path.as_ref();
    let json = to_json(model).map_err(|error| error.in_file(path.display()))?;
    write_whole(path, json.as_bytes())
}

/// Loads a model.
///
/// # Errors
/// If the system refuses, or as [`from_json`]; with the file.
pub fn load<M: Model>(path: impl AsRef<Path>) -> Result<M> {
    let path = path.as_ref();
    let json = std::fs::read_to_string(path).map_err(|error| Error::io(&error).in_file(path.display()))?;
    from_json(&json).map_err(|error| error.in_file(path.display()))
}
