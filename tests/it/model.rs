//! The envelope of saved models.

use segmentry::error::Error;
use segmentry::model::{Model, from_json, header, load, save, to_json};
use segmentry::segmenter::Reads;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Cut {
    at: f64,
}

impl Model for Cut {
    const KIND: &'static str = "cut";
    const VERSION: u32 = 2;

    fn reads(&self) -> Reads {
        Reads::attributes(["spend"])
    }

    fn check(&self) -> segmentry::Result<()> {
        if self.at.is_finite() { Ok(()) } else { Err(Error::not_finite("`at`", self.at)) }
    }

    fn upgrade(version: u32, mut body: serde_json::Value) -> segmentry::Result<serde_json::Value> {
        if version != 1 {
            return Err(Error::format(format!("version {version} was never written")));
        }
        body["at"] = body["cut"].take();
        Ok(body)
    }
}

#[test]
fn a_model_comes_back_to_the_bit() {
    for at in [0.1 + 0.2, 1.0 / 3.0, 5e-324, -0.0, 1e308] {
        let json = to_json(&Cut { at }).unwrap();
        assert_eq!(from_json::<Cut>(&json).unwrap().at.to_bits(), at.to_bits());
    }
    let header = header(&to_json(&Cut { at: 1.0 }).unwrap()).unwrap();
    assert_eq!((header.kind.as_str(), header.version, header.reads), ("cut", 2, Reads::attributes(["spend"])));
}

#[test]
fn an_older_version_is_lifted_and_a_newer_one_refused() {
    let old = r#"{"format": "segmentry.model", "version": 1, "kind": "cut", "crate": "0.1.0", "model": {"cut": 3.5}}"#;
    assert_eq!(from_json::<Cut>(old).unwrap(), Cut { at: 3.5 });
    let says = |json: &str, message: &str| assert_eq!(from_json::<Cut>(json).unwrap_err().to_string(), message);
    says(
        &old.replace(r#""version": 1"#, r#""version": 9"#),
        "key `version`: version 9 is newer than this crate reads (2); 0.1.0 wrote it",
    );
    says(&old.replace(r#""version": 1"#, r#""version": 0"#), "version 0 was never written");
    says(&old.replace("\"cut\", \"crate\"", "\"rfm\", \"crate\""), "the file holds a `rfm` model, expected `cut`");
    says(&old.replace("segmentry.model", "x"), "not a saved model: `format` is `x`, expected `segmentry.model`");
    says(&old.replace(r#", "model": {"cut": 3.5}"#, ""), "key `model`: not there");
    says(&old.replace("3.5", "\"x\""), "key `model`: invalid type: string \"x\", expected f64");
    says("[", "line 1: not a saved model: EOF while parsing a list at line 1 column 1");
    says("{}", "line 1: not a saved model: missing field `format` at line 1 column 2");
}

#[test]
fn a_file_is_named_when_it_cannot_be_used() {
    let folder = std::env::temp_dir().join(format!("segmentry-model-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("cut.json");
    save(&path, &Cut { at: 2.0 }).unwrap();
    assert_eq!(load::<Cut>(&path).unwrap(), Cut { at: 2.0 });
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside the model");
    assert!(
        save(&path, &Cut { at: f64::NAN })
            .unwrap_err()
            .to_string()
            .ends_with("cut.json: `at` is NaN, expected a finite number")
    );
    assert_eq!(load::<Cut>(&path).unwrap(), Cut { at: 2.0 }, "a model that cannot be saved leaves the old one");
    assert!(load::<Cut>(folder.join("none.json")).unwrap_err().to_string().contains("none.json: No such file"));
    std::fs::remove_dir_all(&folder).unwrap();
}
