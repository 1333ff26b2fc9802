//! Definitions from a file, and errors that name its line.

use std::path::PathBuf;

use segmentry::rules::{Audience, Definitions, DefinitionsFile, Plan, Vocabulary, attribute};

/// A file of its own for each test, gone when the test ends.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("segmentry-rules-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        File(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What is wrong, without the folder.
fn error_of(name: &str, text: &str) -> String {
    let file = File::new(name, text);
    let read = DefinitionsFile::open(&file.0);
    let made = read.and_then(|read| {
        Plan::new(&read.definitions, &Vocabulary::new()).map(|_| ()).map_err(|error| read.place(error))
    });
    let error = made.err().map_or("nothing".to_owned(), |error| error.to_string());
    error.replace(&file.0.display().to_string(), name)
}

#[test]
fn both_forms_are_told_by_their_content() {
    let definitions = Definitions::new().audience(Audience::new("big", attribute("employees").at_least(1_000)));
    for (name, text) in [
        ("a.rules", definitions.to_string()),
        ("b.json", definitions.to_json().unwrap()),
        ("c.txt", format!("\n  {}", definitions.to_json().unwrap())),
    ] {
        let file = File::new(name, &text);
        assert_eq!(Definitions::from_file(&file.0).unwrap(), definitions, "{name}");
    }
    let none = Definitions::from_file("no-such-file.rules").unwrap_err().to_string();
    assert!(none.starts_with("no-such-file.rules: "), "{none}");
}

#[test]
fn what_is_wrong_is_said_with_file_line_and_column() {
    let cases = [
        (
            "a.rules",
            "zone \"UTC\"\naudience big: employees >= 1000 adn active = true\n",
            "a.rules: line 2: column 33: expected `and`, `or`, a clause",
        ),
        ("b.rules", "audience big: employees => 5", "b.rules: line 1: column 26: expected a value, found `>`"),
        ("c.json", "{\n \"version\": 1,\n \"audience\": []\n}", "c.json: line 3: key `audience`: no field `audience`"),
        ("d.json", "{", "d.json: line 1: "),
    ];
    for (name, text, message) in cases {
        let found = error_of(name, text);
        let message = message.split(", a clause").next().unwrap();
        assert!(found.starts_with(message), "{found}");
    }
}

#[test]
fn a_name_that_is_not_known_leads_back_to_its_definition() {
    let text = "audience small: employees < 5\n\naudience `b.ig`: employes > 500\nrules size:\n  a: spent > 1\n";
    let says = |text: &str, message: &str| assert_eq!(error_of("a.rules", text), message);
    says(text, "a.rules: line 1: key `audiences.small.dynamic.left`: no attribute `employees`");
    let text = text.replacen("audience small: employees < 5", "# nobody\n", 1);
    says(&text, "a.rules: line 4: key `audiences.b.ig.dynamic.left`: no attribute `employes`");
    let rest: String = text.lines().skip(4).collect::<Vec<_>>().join("\n");
    says(&rest, "a.rules: line 1: key `rules.size.0.when.left`: no attribute `spent`");

    let json = "{\"audiences\": [\n {\"label\": {\n   \"key\": \"big\", \"label\": \"Big\", \"description\": \"\"},\n  \"list\": \
                {\"dynamic\": {\"is\": {\"term\": {\"attribute\": \"x\"}, \"state\": \"known\"}}}}]}";
    assert_eq!(error_of("b.json", json), "b.json: line 3: key `audiences.big.dynamic`: no attribute `x`");
}
