//! Texts that are likely meant to be the same: `Germany`, `germany `, `Germny`.
//!
//! Spellings of one thing split a segment in two and halve every count. They cannot be found by comparing all pairs: a
//! column of 100 000 names has five thousand million. How it is done instead stands at `similar`, with the limits as
//! constants: what is too short to tell a slip from a word, too long to be a category, too much for a small machine.
//!
//! Nothing is joined. What is found is told with counts, and whoever knows the data decides.

use std::hash::BuildHasher;

use crate::value::{Dictionary, HASHER};

/// Texts that are likely meant to be the same.
///
/// Which spelling is right is not said: the first is the most frequent, which is a good guess and no more. Grouping is
/// transitive, so that of three texts the first and the last may differ by two letters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SimilarTexts {
    /// The texts with the number of their rows, the most frequent first.
    pub texts: Vec<(String, usize)>,
    /// Whether they differ in case, spaces and punctuation alone.
    pub same_letters: bool,
}

/// Texts with fewer letters and digits than this are not compared letter by letter: `male` and `male?` are, `sun` and
/// `son` are different words.
const SHORTEST: usize = 5;
/// Longer ones are prose, and take time with the square of their length.
const LONGEST: usize = 64;
/// Above this many different texts only case, spaces and punctuation are looked at: the variants of a million texts
/// do not fit a small machine.
const MOST: usize = 200_000;
/// With how many others a text is compared that share a variant with it.
///
/// Keeps a variant that many texts share from costing the square of their number; a text that is left out of one
/// comparison has its chance in its other variants.
const COMPARED: usize = 8;

/// Groups of similar texts, the most frequent first.
///
/// Two texts are similar if they are equal but for case, spaces and punctuation, or if what is then left has 5 to 64
/// characters, the same digits in the same order, and a Damerau-Levenshtein distance of 1: one character added, left
/// out, changed, or two neighbours swapped (F. Damerau 1964, DOI 10.1145/363958.363994). Instead of all pairs, texts are
/// compared that become equal when one character is left out of either or both (W. Garbe 2012, symmetric delete), each
/// with the 8 most frequent of those, so that time grows with the number of texts × their length.
pub(super) fn similar(texts: &[(&str, usize)], letter_by_letter: bool) -> Vec<SimilarTexts> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by(|a, b| texts[*b].1.cmp(&texts[*a].1).then(texts[*a].0.cmp(texts[*b].0))); // `order` indexes `texts`
    let mut keys = Dictionary::default();
    let mut key_of: Vec<u32> = vec![0; texts.len()];
    for at in &order {
        key_of[*at] = keys.intern(&fold(texts[*at].0));
    }
    let mut root: Vec<u32> = (0..keys.len() as u32).collect();
    if letter_by_letter && keys.len() <= MOST {
        link(&keys, &mut root);
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); keys.len()];
    for at in &order {
        let key = key_of[*at];
        if keys.text(key).is_some_and(|key| !key.is_empty()) {
            groups[find(&mut root, key) as usize].push(*at);
        }
    }
    let mut similar: Vec<SimilarTexts> = groups
        .iter()
        .filter(|group| group.len() > 1)
        .map(|group| SimilarTexts {
            texts: group.iter().map(|at| (texts[*at].0.to_owned(), texts[*at].1)).collect(),
            same_letters: group.iter().all(|at| key_of[*at] == key_of[group[0]]),
        })
        .collect();
    similar.sort_by_key(|group| std::cmp::Reverse(group.texts.iter().map(|(_, n)| *n).sum::<usize>())); // stable
    similar
}

/// Lower case, without spaces and punctuation; `+`, `#`, `<` and `>` and the mark in a number tell C, C++ and C#, 1 and <1,
/// 15 and 1.5 apart.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = letters.next() {
        if c.is_alphanumeric() || matches!(c, '+' | '#' | '<' | '>') {
            folded.extend(c.to_lowercase());
        } else if matches!(c, '.' | ',') && before.is_numeric() && letters.peek().is_some_and(|next| next.is_numeric())
        {
            folded.push('.'); // a decimal point or comma
        }
        before = c;
    }
    folded
}

/// Each key is written down once for itself and once for each letter left out; keys that share a hash are compared in
/// full. Sorting brings them together, so that no table of variants is kept and the result has no order of a hash map
/// in it.
fn link(keys: &Dictionary, root: &mut [u32]) {
    let mut variants: Vec<(u64, u32)> = Vec::new();
    for (code, key) in keys.iter().enumerate() {
        let length = key.chars().count();
        if (SHORTEST..=LONGEST).contains(&length) {
            variants.push((HASHER.hash_one(key), code as u32));
            for (at, left_out) in key.char_indices() {
                let rest = at + left_out.len_utf8();
                variants.push((HASHER.hash_one(format!("{}{}", &key[..at], &key[rest..])), code as u32));
            }
        }
    }
    variants.sort_unstable();
    variants.dedup(); // `aa` has the same variant twice
    for block in variants.chunk_by(|a, b| a.0 == b.0) {
        for (at, (_, code)) in block.iter().enumerate() {
            for (_, other) in block.iter().take(at.min(COMPARED)) {
                let (Some(a), Some(b)) = (keys.text(*code), keys.text(*other)) else { continue };
                if find(root, *code) != find(root, *other) && near(a, b) {
                    let (a, b) = (find(root, *code), find(root, *other));
                    root[a.max(b) as usize] = a.min(b); // the more frequent stays the root
                }
            }
        }
    }
}

/// Digits must agree: `route 12` and `route 13` are one letter apart and two things.
fn near(a: &str, b: &str) -> bool {
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
    digits(a) == digits(b) && strsim::damerau_levenshtein(a, b) <= 1
}

/// The root of a key, with the path to it halved (union-find).
fn find(root: &mut [u32], key: u32) -> u32 {
    let mut at = key as usize;
    while root[at] as usize != at {
        root[at] = root[root[at] as usize];
        at = root[at] as usize;
    }
    at as u32
}
