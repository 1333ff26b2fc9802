//! Nothing in the tree depends on the machine it was written on.

use std::path::{Path, PathBuf};

use super::{assert_none, root};

/// Every file of the tree but what tools make: build folders say so by a `CACHEDIR.TAG`.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if ["target", "out", ".git", "proptest-regressions"].contains(&name.as_str())
            || path.join("CACHEDIR.TAG").exists()
        {
            continue;
        }
        if path.is_symlink() {
            continue;
        } else if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn no_file_names_a_path_of_a_machine() {
    // written in two parts, so that this file does not name them
    let mut marks: Vec<String> = [("/ho", "me/"), ("/ro", "ot/"), ("/Use", "rs/"), ("C:\\", "Users"), ("/t", "mp/")]
        .map(|(a, b)| format!("{a}{b}"))
        .into();
    marks.push(format!("{}/", root().display()));
    let mut found = Vec::new();
    files(root(), &mut found);
    assert!(found.iter().any(|path| path.ends_with("src/lib.rs")));
    let mut faults = Vec::new();
    for path in found {
        let Ok(text) = std::fs::read_to_string(&path) else { continue }; // not a text
        for (number, line) in text.lines().enumerate() {
            if let Some(mark) = marks.iter().find(|mark| line.contains(mark.as_str())) {
                let place = path.strip_prefix(root()).unwrap().display();
                faults.push(format!("{place}:{}: names {mark}", number + 1));
            }
        }
    }
    assert_none(&faults);
}
