//! Patterns mean the same on both sides.

use super::{from_javascript, literal_to_javascript, to_javascript};
use crate::error::Result;

#[test]
fn what_javascript_takes_is_taken() -> Result<()> {
    // pattern, what it finds in JavaScript, what it does not
    let cases = [
        (r"^\d+$", "42", "४२"),
        (r"\bcat\b", "a cat", "concat"),
        (r"\bé", "xé", "é"), // é is no letter of a word there
        ("^a.c$", "abc", "a\rc"),
        ("^[a[b]+$", "[ab", "c"),
        (r"^[\d-x]+$", "1-x", "y"),
        ("^a{,2}$", "a{,2}", "aa"),
        ("^a{1,2}$", "aa", "aaa"),
        (r"^\e\/$", "e/", "x"),
        (r"^[^]$", "\n", "ab"),
        (r"a[]|b", "b", "a"),
        (r"^[\s]$", "\u{feff}", "\u{85}"),
        (r"^(?<year>[0-9]{4})-(\d\d)$", "2026-11", "2026-1"),
        (r"^[\b]$", "\u{8}", "b"),
        ("a&&b", "a&&b", "a"),
        ("^[a&&b]+$", "a&b", "c"),
    ];
    for (pattern, yes, no) in cases {
        let ours = from_javascript(pattern)?;
        let regex = regex::Regex::new(&ours).map_err(|error| crate::Error::format(error.to_string()))?;
        assert!(regex.is_match(yes), "{pattern} is {ours} and does not find {yes:?}");
        assert!(!regex.is_match(no), "{pattern} is {ours} and finds {no:?}");
    }
    for pattern in ["(?=a)", "(?<!a)b", r"(a)\1", "a{100000}{100000}", "[a", "a)", r"a\", "[z-a]", r"\p{L}", "(?i)a"] {
        assert!(from_javascript(pattern).is_err(), "{pattern}");
    }
    Ok(())
}

#[test]
fn what_is_written_is_read_again() -> Result<()> {
    for pattern in ["^a.*b?$", "[a-f0-9_]{3,5}?", r"(?:x|y)+\.z", r"(?-u:\b)end", "[^,;]+", r"\x41\u{e9}é", "(?s:.)"] {
        let again = from_javascript(&to_javascript(pattern)?)?;
        let parse = |pattern: &str| regex::Regex::new(pattern).map_err(|e| crate::Error::format(e.to_string()));
        let (before, after) = (parse(pattern)?, parse(&again)?);
        for text in ["ab", "a\nb", "abcdef", "x.z", "the end", "bend", "a,b", "Aéé", "", "aab", "0f0_"] {
            assert_eq!(before.find(text).map(|m| m.range()), after.find(text).map(|m| m.range()), "{pattern} {text}");
        }
    }
    for pattern in [r"\d", r"\w+", "[[:alpha:]]", "(?i)a", "a**", "[a&&b]", r"\bx", "[😀]", "("] {
        assert!(to_javascript(pattern).is_err(), "{pattern}");
    }
    assert_eq!(literal_to_javascript("a.b/c"), r"a\.b\/c");
    Ok(())
}
