//! The two commands of the README do what they say.

use crate::tree::{read, root};

/// The lines of the README's shell blocks.
fn commands() -> Vec<String> {
    let readme = read("README.md");
    let mut inside = false;
    let mut found = Vec::new();
    for line in readme.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside => found.push(line.to_owned()),
            _ => {}
        }
    }
    found
}

#[test]
fn the_readme_has_two_commands() {
    let expected = [
        "cargo run --release --features full --example workbench -- study examples/data/cdnow.toml --out out",
        "scripts/check",
    ];
    assert_eq!(commands(), expected);
}

#[test]
fn the_build_machine_calls_the_test_command() {
    let Ok(run) = std::fs::read_to_string(root().join(".ci/run")) else {
        eprintln!("SKIPPED: .ci is not part of the published package");
        return;
    };
    let test = &commands()[1];
    let called: Vec<&str> = run.lines().filter(|line| line.trim() == test).collect();
    assert_eq!(called.len(), 1, ".ci/run calls `{test}` once");
    assert_eq!(run.lines().last(), Some(test.as_str()), "it is the last thing that .ci/run does");
    let script = read(test);
    assert!(script.lines().any(|line| line == "step cargo test --features full"), "the test command runs the tests");
}

#[test]
#[cfg(unix)]
fn scripts_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    let is_file = |name: &String| root().join("scripts").join(name).is_file(); // folders are for interpreters
    for script in crate::tree::entries("scripts").into_iter().filter(is_file) {
        let mode = root().join("scripts").join(&script).metadata().unwrap().permissions().mode();
        assert!(mode & 0o111 == 0o111, "scripts/{script} is not executable");
        assert!(read(&format!("scripts/{script}")).starts_with("#!/usr/bin/env "), "scripts/{script}");
    }
}

/// The first command, with the example as cargo has built it for the tests and another folder for what is saved.
#[test]
#[cfg(feature = "full")]
fn the_first_command_studies_real_customers() {
    let first = commands().swap_remove(0);
    let (cargo, arguments) = first.split_once(" -- ").unwrap();
    assert_eq!(cargo, "cargo run --release --features full --example workbench");
    let out = std::env::temp_dir().join(format!("segmentry-readme-{}", std::process::id()));
    let arguments: Vec<String> = arguments
        .split(' ')
        .map(|argument| if argument == "out" { out.to_str().unwrap().to_owned() } else { argument.to_owned() })
        .collect();
    let output = crate::examples::example("workbench").args(&arguments).output().unwrap();
    let saved = std::fs::read_dir(&out).map(|entries| entries.count()).unwrap_or(0);
    std::fs::remove_dir_all(&out).ok();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!output.stdout.is_empty(), "it prints what it found");
    assert!(saved > 0, "it saves what it found");
}
