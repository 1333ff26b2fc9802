//! Names for segments until somebody names them: what most sets the members of each apart from everybody.
//!
//! Whoever finds segments says how strongly each attribute marks them and in which words; here the strongest make the
//! name. Clusters and profiles name by the same words, so that a report and a model agree.
//!
//! | what marks | words |
//! | --- | --- |
//! | a mean above or below | `high spend`, `low spend` |
//! | a truth | `boat`, `no boat` |
//! | a text that is more frequent | `country DE` |
//!
//! A name is a proposal: people who know the customers find better ones.

/// How many marks make a name.
const NAMED: usize = 2;

/// One thing that sets a segment apart.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// How strongly; any scale, the same for all marks of a segment.
    pub(crate) strength: f64,
    /// Which attribute it is of: a name tells of each once.
    pub(crate) source: usize,
    /// The words for it.
    pub(crate) words: String,
}

/// `high spend`, `low spend`.
pub(crate) fn of_number(name: &str, high: bool) -> String {
    format!("{} {name}", if high { "high" } else { "low" })
}

/// `boat`, `no boat`.
pub(crate) fn of_flag(name: &str, has: bool) -> String {
    format!("{}{name}", if has { "" } else { "no " })
}

/// `country DE`.
pub(crate) fn of_category(name: &str, category: &str) -> String {
    format!("{name} {category}")
}

/// A name for each segment of its two strongest marks; of several as strong the earlier attribute. `Average` without any.
///
/// No name is given twice: the second gets a number, `High spend (2)`.
pub(crate) fn names(marks: Vec<Vec<Mark>>) -> Vec<String> {
    let plain: Vec<String> = marks.into_iter().map(of_marks).collect();
    let mut names: Vec<String> = Vec::with_capacity(plain.len());
    for (at, name) in plain.iter().enumerate() {
        let mut number = plain[..at].iter().filter(|other| *other == name).count();
        let numbered = |number: usize| if number == 0 { name.clone() } else { format!("{name} ({})", number + 1) };
        while names.contains(&numbered(number)) {
            number += 1;
        }
        names.push(numbered(number));
    }
    names
}

/// The strongest marks in words, with a capital at the beginning.
fn of_marks(mut marks: Vec<Mark>) -> String {
    marks.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.source.cmp(&b.source)));
    let mut seen: Vec<usize> = Vec::new();
    let mut chosen: Vec<String> = Vec::new();
    for mark in marks {
        if chosen.len() < NAMED && !seen.contains(&mark.source) {
            seen.push(mark.source);
            chosen.push(mark.words.replace('_', " "));
        }
    }
    let mut name = if chosen.is_empty() { "average".to_owned() } else { chosen.join(", ") };
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_make_the_name_and_none_is_given_twice() {
        let mark = |strength, source, words: String| Mark { strength, source, words };
        let marks = || {
            vec![
                mark(0.6, 0, of_number("visits", false)),
                mark(2.0, 1, of_number("yearly_spend", true)),
                mark(1.5, 1, of_category("yearly_spend", "again")),
            ]
        };
        let flag = vec![mark(1.0, 0, of_flag("high yearly spend, low visits (2)", true))];
        let found = names(vec![marks(), flag, marks(), Vec::new(), Vec::new()]);
        let first = "High yearly spend, low visits";
        assert_eq!(found[0], first);
        assert_eq!(found[1], format!("{first} (2)"));
        assert_eq!(found[2], format!("{first} (3)"));
        assert_eq!(found[3..], ["Average", "Average (2)"]);
        assert_eq!(of_flag("boat", false), "no boat");
    }
}
