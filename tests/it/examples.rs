//! The examples run, and print what is written beside them.
//!
//! `examples/x.rs` prints `examples/x.out`. `UPDATE_EXPECTED=1 cargo test --features full --test it examples` writes the
//! `.out` files anew; read the difference before it is committed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::tree::{entries, root};

/// Where cargo put this test, up to the profile: `target/debug`.
fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().find(|folder| folder.ends_with("deps")).and_then(Path::parent).unwrap().to_owned()
}

/// A process that is about to run an example in the root of the tree: `example("workbench").args(["study", "…"])`.
///
/// `cargo test` builds the examples before it runs the tests, `cargo test --test it` does not: cargo is asked once, which
/// takes no time where there is nothing to build, so that no test ever runs an example of yesterday.
pub fn example(name: &str) -> Command {
    static BUILT: OnceLock<()> = OnceLock::new();
    let profile = profile_folder();
    BUILT.get_or_init(|| {
        let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build.args(["build", "--quiet", "--features", "full", "--examples", "--target-dir"]);
        build.arg(profile.parent().unwrap()).current_dir(root());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the examples do not build");
    });
    let mut command = Command::new(profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
    command.current_dir(root());
    command
}

#[test]
fn examples_print_what_is_written_beside_them() {
    let update = std::env::var_os("UPDATE_EXPECTED").is_some_and(|value| value == "1");
    let mut faults = Vec::new();
    for name in entries("examples").iter().filter_map(|entry| entry.strip_suffix(".rs")) {
        let output = example(name).output().unwrap_or_else(|error| panic!("{name}: {error}"));
        if !output.status.success() {
            faults.push(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
            continue;
        }
        let printed = String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n");
        let path = root().join("examples").join(format!("{name}.out"));
        if update {
            std::fs::write(&path, &printed).unwrap();
        }
        match std::fs::read_to_string(&path) {
            Ok(expected) => faults.extend(first_difference(name, &expected.replace("\r\n", "\n"), &printed)),
            Err(_) => faults.push(format!("examples/{name}.out is missing: write it with UPDATE_EXPECTED=1")),
        }
    }
    crate::tree::assert_none(&faults);
}

#[test]
fn no_expected_output_is_left_without_its_example() {
    for entry in entries("examples") {
        if let Some(name) = entry.strip_suffix(".out") {
            assert!(root().join("examples").join(format!("{name}.rs")).exists(), "examples/{name}.rs is gone");
        }
    }
}

fn first_difference(name: &str, expected: &str, printed: &str) -> Option<String> {
    if expected == printed {
        return None;
    }
    let (mut expected, mut printed) = (expected.lines(), printed.lines());
    for line in 1.. {
        let pair = (expected.next(), printed.next());
        if pair == (None, None) {
            break; // they differ in the line breaks at the end
        }
        if pair.0 != pair.1 {
            let text = |line: Option<&str>| line.map_or("the end".to_owned(), |line| format!("`{line}`"));
            return Some(format!("{name}, line {line}: expected {}, printed {}", text(pair.0), text(pair.1)));
        }
    }
    Some(format!("{name}: differs at its very end"))
}

#[test]
fn the_first_difference_is_told() {
    assert_eq!(first_difference("x", "a\nb\n", "a\nb\n"), None);
    assert_eq!(first_difference("x", "a\nb\n", "a\nc\n").unwrap(), "x, line 2: expected `b`, printed `c`");
    assert_eq!(first_difference("x", "a\n", "a\nb\n").unwrap(), "x, line 2: expected the end, printed `b`");
    assert_eq!(first_difference("x", "a\n", "a").unwrap(), "x: differs at its very end");
}
