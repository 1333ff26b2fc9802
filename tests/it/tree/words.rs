//! One word a concept: the list in docs/DESIGN.md, checked over the documentation of the code.

use super::{Source, assert_none, backticked, read, sources, table};

struct Words {
    /// The word that is not used, and the one that is.
    refused: Vec<(String, String)>,
    /// Phrases in which a refused word means something else.
    allowed: Vec<String>,
}

fn words() -> Words {
    let design = read("docs/DESIGN.md");
    let mut refused = Vec::new();
    for row in table(&design, "word") {
        for other in backticked(&row[2]) {
            refused.push((other.to_owned(), row[0].trim_matches('`').to_owned()));
        }
    }
    let allowed = table(&design, "phrase").iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    Words { refused, allowed }
}

impl Words {
    fn faults(&self, source: &Source) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fenced = false;
        for (number, line) in source.documentation() {
            let prose = line[3..].trim();
            if prose.starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue; // code is named by those who wrote what it calls
            }
            let outside: String = prose.split('`').step_by(2).collect::<Vec<_>>().join(" ");
            let mut text = outside.to_lowercase();
            for phrase in &self.allowed {
                text = text.replace(phrase.as_str(), " ");
            }
            for word in text.split(|c: char| !c.is_alphanumeric() && c != '-') {
                let same = |refused: &&(String, String)| {
                    word == refused.0 || word.strip_suffix('s').is_some_and(|one| one == refused.0)
                };
                if let Some((_, ours)) = self.refused.iter().find(same) {
                    faults.push(format!("{}:{number}: `{word}`: the word here is `{ours}`", source.path));
                }
            }
        }
        faults
    }
}

#[test]
fn the_documentation_uses_one_word_a_concept() {
    let words = words();
    let faults: Vec<String> = sources().iter().flat_map(|source| words.faults(source)).collect();
    assert_none(&faults);
}

#[test]
fn a_refused_word_is_seen_in_prose_only() {
    let words = words();
    let text = "/// Places Clients; `client` in code is another matter.\n/// ```\n/// let client = 1;\n/// ```\nfn client() {}";
    let faults = words.faults(&Source { path: "a.rs".to_owned(), text: text.to_owned() });
    assert_eq!(faults, ["a.rs:1: `clients`: the word here is `customer`"]);
    for phrase in &words.allowed {
        let source = Source { path: "a.rs".to_owned(), text: format!("/// The {phrase} here.") };
        assert!(words.faults(&source).is_empty(), "{phrase}");
    }
}
