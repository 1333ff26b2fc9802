//! The JSON Schema of definitions, made of the types that read them.
//!
//! The types' documentation becomes the descriptions, so that an editor says of a key what the documentation says of a
//! field. Source of the form: JSON Schema, draft 2020-12, <https://json-schema.org/draft/2020-12>.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Definitions;

/// The JSON Schema (draft 2020-12) of [`Definitions`], with a description of everything that can be written.
///
/// Editors complete and check definition files with it; `docs/rules.schema.json` is this schema as a file. What a schema
/// cannot say is checked when definitions are read and made into a plan: names and kinds of attributes, limits, patterns.
///
/// ```
/// let schema = segmentry::rules::json_schema();
/// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// assert!(schema["$defs"]["Condition"]["description"].is_string());
/// ```
pub fn json_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Definitions>().to_value();
    describe(&mut schema);
    schema
}

/// Makes the descriptions, which are those of the Rust documentation, readable outside of it.
fn describe(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                match value {
                    Value::String(text) if key == "description" => *text = plain(text),
                    value => describe(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(describe),
        _ => {}
    }
}

/// The text without examples in Rust and without links: ``[`Unknown`](super::Unknown)`` is `` `Unknown` ``.
fn plain(documentation: &str) -> String {
    let mut text = String::new();
    for (i, part) in documentation.split("```").enumerate() {
        if i % 2 == 0 {
            text.push_str(part.trim_end());
        }
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("[`") {
        let link = &rest[start + 1..];
        out.push_str(&rest[..start]);
        rest = match link.split_once("`]") {
            Some((name, after)) => {
                out.push_str(name);
                out.push('`');
                match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
                    Some((_, after)) => after,
                    None => after,
                }
            }
            None => link,
        };
    }
    out.push_str(rest);
    out
}
