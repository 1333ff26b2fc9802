//! The documents and the tree agree: what is written of modules, features, sizes and words is read and compared.

mod arrows;
mod cargo_features;
mod denied;
mod examples;
mod paths;
mod plan;
mod sizes;
mod words;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the tree.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of what is in a folder, sorted; none if there is no such folder.
pub fn entries(folder: &str) -> Vec<String> {
    let Ok(found) = std::fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut names: Vec<String> = found.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A source file: its path from the root with `/` and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// The modules above what is written in the file: `src/time/zone.rs` and `src/time/zone/mod.rs` are `[time, zone]`.
    fn module(&self) -> Vec<String> {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
        match parts.last_mut() {
            Some(last) if last == "mod" || last == "lib" => {
                parts.pop();
            }
            Some(last) => {
                if let Some(tested) = last.strip_suffix("_tests") {
                    *last = tested.to_owned(); // `quantile_tests.rs` is `quantile::tests`
                    parts.push("tests".to_owned());
                }
            }
            None => {}
        }
        parts
    }

    /// A file that is compiled for tests only.
    fn is_test(&self) -> bool {
        self.path.ends_with("_tests.rs") || self.path.ends_with("/tests.rs")
    }

    /// The code without comments; a documentation comment is an attribute here.
    fn tokens(&self) -> Vec<TokenTree> {
        let tokens = TokenStream::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path));
        tokens.into_iter().collect()
    }

    /// The lines of documentation comments, with their number, the first is 1.
    fn documentation(&self) -> Vec<(usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(i, line)| (i + 1, line.trim_start()));
        lines.filter(|(_, line)| line.starts_with("///") || line.starts_with("//!")).collect()
    }
}

/// Every file under `src`, sorted by path.
pub fn sources() -> Vec<Source> {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    visit(&root().join("src"), &mut paths);
    paths.sort();
    let relative = |path: &Path| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    paths.iter().map(|path| Source { path: relative(path), text: std::fs::read_to_string(path).unwrap() }).collect()
}

/// The rows of the first markdown table whose first heading is `heading`, cell by cell.
pub fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let lines = text.lines().map(|line| line.trim_start_matches("//!").trim());
    let mut rows = lines.skip_while(|line| !line.starts_with('|') || cells(line)[0] != heading);
    assert!(rows.next().is_some(), "no table whose first heading is `{heading}`");
    rows.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect()
}

/// What stands in backticks.
pub fn backticked(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Fails with every fault in one message.
#[track_caller]
pub fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}
