//! What the code of the crate does not do: name rayon outside one file, stop the caller's program.

use proc_macro2::TokenTree;

use super::{Source, assert_none, sources};

/// Calls `see` for every name in code that is not compiled for tests only.
fn each_name(tokens: &[TokenTree], see: &mut impl FnMut(&str, usize, Option<&TokenTree>, Option<&TokenTree>)) {
    let mut i = 0;
    while i < tokens.len() {
        match &tokens[i] {
            TokenTree::Ident(name) => {
                let before = i.checked_sub(1).and_then(|before| tokens.get(before));
                see(&name.to_string(), name.span().start().line, before, tokens.get(i + 1));
            }
            TokenTree::Group(group) if is_cfg_test(&tokens[..i], group) => {
                let is_end = |token: &TokenTree| match token {
                    TokenTree::Group(body) => body.delimiter() == proc_macro2::Delimiter::Brace,
                    TokenTree::Punct(punct) => punct.as_char() == ';',
                    _ => false,
                };
                i += 1 + tokens[i + 1..].iter().position(is_end).unwrap_or(0);
            }
            TokenTree::Group(group) => each_name(&group.stream().into_iter().collect::<Vec<_>>(), see),
            _ => {}
        }
        i += 1;
    }
}

fn is_cfg_test(before: &[TokenTree], group: &proc_macro2::Group) -> bool {
    matches!(before.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
        && group.stream().to_string().replace(' ', "") == "cfg(test)"
}

fn stops(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    each_name(&source.tokens(), &mut |name, line, before, after| {
        let is = |token: Option<&TokenTree>, mark| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == mark);
        let call = ["unwrap", "expect", "unwrap_err", "expect_err"].contains(&name) && is(before, '.');
        let stop = ["panic", "todo", "unimplemented", "unreachable"].contains(&name) && is(after, '!');
        if call || stop {
            faults.push(format!("{}:{line}: `{name}` stops the caller's program", source.path));
        }
    });
    faults
}

#[test]
fn nothing_stops_the_callers_program() {
    let faults: Vec<String> = sources().iter().filter(|source| !source.is_test()).flat_map(stops).collect();
    assert_none(&faults);
}

#[test]
fn only_parallel_names_rayon() {
    let mut faults = Vec::new();
    let mut home = false;
    for source in sources() {
        each_name(&source.tokens(), &mut |name, line, _, _| {
            if name == "rayon" && source.path == "src/parallel.rs" {
                home = true;
            } else if name == "rayon" {
                faults.push(format!("{}:{line}: names rayon; src/parallel.rs is the only file that does", source.path));
            }
        });
    }
    assert!(home, "src/parallel.rs does not name rayon: this test looks for the wrong thing");
    assert_none(&faults);
}

#[test]
fn a_stop_is_seen_in_code_and_not_elsewhere() {
    let text = "/// `x.unwrap()` in a document
        fn f(x: Option<u8>) -> u8 { x.unwrap_or(0) } // x.unwrap()
        const TEXT: &str = \"panic!()\";
        fn g(x: Option<u8>) -> u8 { if false { panic!() }
            x.expect(\"seen\") }
        #[cfg(test)] mod tests { fn h(x: Option<u8>) -> u8 { x.unwrap() } }
        #[expect(missing_docs, reason = \"an attribute\")] fn i() {}";
    let faults = stops(&Source { path: "a.rs".to_owned(), text: text.to_owned() });
    let expected = ["a.rs:4: `panic` stops the caller's program", "a.rs:5: `expect` stops the caller's program"];
    assert_eq!(faults, expected);
}
