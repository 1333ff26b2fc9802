//! Arrows between modules go down only, and no segmentation type names another.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, TokenTree};

use super::plan::{Place, TYPES, plan};
use super::{Source, assert_none, sources};

/// A place in the code that names something at the top of the crate.
struct Named {
    name: String,
    line: usize,
}

/// Collects what `crate::…`, `$crate::…` and `super::…` chains up to the root name.
fn named(source: &Source) -> Vec<Named> {
    let mut found = Vec::new();
    walk(&source.tokens(), source.module().len(), &mut found);
    found
}

fn walk(tokens: &[TokenTree], depth: usize, found: &mut Vec<Named>) {
    let is_module = |i: usize| i >= 2 && ident(&tokens[i - 2]).is_some_and(|word| word == "mod");
    let mut i = 0;
    while i < tokens.len() {
        let after = match ident(&tokens[i]).as_deref() {
            Some("crate") => Some(i + 1),
            Some("super") => {
                let (mut at, mut ups) = (i + 1, 1);
                while is_path(tokens, at) && tokens.get(at + 2).and_then(ident).is_some_and(|word| word == "super") {
                    at += 3;
                    ups += 1;
                }
                i = at - 1;
                (ups >= depth).then_some(at)
            }
            _ => None,
        };
        if let Some(at) = after
            && is_path(tokens, at)
        {
            first_names(&tokens[at + 2..], found);
        }
        if let TokenTree::Group(group) = &tokens[i] {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            walk(&inner, depth + usize::from(is_module(i)), found);
        }
        i += 1;
    }
}

/// The first name of a path, or of each path in braces: `{error::Error, time::{Day, Zone}}` gives `error` and `time`.
fn first_names(path: &[TokenTree], found: &mut Vec<Named>) {
    match path.first() {
        Some(TokenTree::Ident(name)) => {
            found.push(Named { name: name.to_string(), line: name.span().start().line });
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for item in inner.split(|token| is_punct(token, ',')) {
                first_names(item, found);
            }
        }
        _ => {}
    }
}

fn ident(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    (at..at + 2).all(|i| tokens.get(i).is_some_and(|token| is_punct(token, ':')))
}

/// What lib.rs hands out at the top, with the module it comes from: `Error` is `error`'s.
fn reexports(lib: &Source) -> BTreeMap<String, String> {
    fn leaves(tokens: &[TokenTree], module: &str, out: &mut BTreeMap<String, String>) {
        for (i, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => leaves(&group.stream().into_iter().collect::<Vec<_>>(), module, out),
                TokenTree::Ident(name) if !is_path(tokens, i + 1) => {
                    out.insert(name.to_string(), module.to_owned());
                }
                _ => {}
            }
        }
    }
    let mut out = BTreeMap::new();
    let tokens = lib.tokens();
    for (i, token) in tokens.iter().enumerate() {
        if ident(token).is_some_and(|word| word == "use") {
            let item: Vec<TokenTree> = tokens[i + 1..].iter().take_while(|t| !is_punct(t, ';')).cloned().collect();
            let skip = usize::from(ident(&item[0]).is_some_and(|word| word == "crate")) * 3;
            if let Some(module) = ident(&item[skip]) {
                leaves(&item[skip + 1..], &module, &mut out);
            }
        }
    }
    out
}

/// Whether code in the layer of `from` may name `to`, and if not, why.
fn refusal(plan: &BTreeMap<String, Place>, from: &str, to: &str) -> Option<String> {
    let (here, there) = (plan[from].layer, plan[to].layer);
    if from == to {
        None
    } else if there > here {
        Some(format!("`{from}` (layer {here}) names `{to}` (layer {there}): arrows go down"))
    } else if here == TYPES && there == TYPES {
        Some(format!("`{from}` names `{to}`: no segmentation type names another, what both need lies lower"))
    } else {
        None
    }
}

#[test]
fn arrows_go_down() {
    let (plan, sources) = (plan(), sources());
    let lib = sources.iter().find(|source| source.path == "src/lib.rs").unwrap();
    let reexports = reexports(lib);
    let (mut faults, mut arrows) = (Vec::new(), 0);
    for source in &sources {
        let module = source.module();
        let Some(from) = module.first() else { continue }; // lib.rs names all it hands out
        if !plan.contains_key(from) {
            continue; // `every_module_has_one_place` says so once
        }
        for Named { name, line } in named(source) {
            let to = reexports.get(&name).unwrap_or(&name);
            let fault = match plan.contains_key(to) {
                true => refusal(&plan, from, to),
                // a macro of the crate stands at its top without a module
                false => (!is_macro(&sources, to)).then(|| format!("`{to}` has no place in docs/ARCHITECTURE.md")),
            };
            arrows += 1;
            faults.extend(fault.map(|fault| format!("{}:{line}: {fault}", source.path)));
        }
    }
    assert!(arrows > 0, "the reader of paths finds nothing any more");
    assert_none(&faults);
}

fn is_macro(sources: &[Source], name: &str) -> bool {
    sources.iter().any(|source| source.text.contains(&format!("macro_rules! {name} ")))
}

#[test]
fn every_way_to_name_a_module_is_seen() {
    let text = "use crate::error::{Error, Result};
        use crate::{math::sum, time::{Day, Zone}};
        fn f() -> crate::customer::Id { super::tier::X }
        mod inner { use super::super::study::Study; use super::hidden; }
        macro_rules! m { () => { $crate::parallel::map(0, |_| vec![crate::bands::Band]) } }
        // use crate::comment::X;
        /// [`crate::documentation`]
        const TEXT: &str = \"crate::text\";";
    let source = Source { path: "src/behavioral.rs".to_owned(), text: text.to_owned() };
    let mut names: Vec<String> = named(&source).into_iter().map(|named| named.name).collect();
    names.sort();
    assert_eq!(names, ["bands", "customer", "error", "math", "parallel", "study", "tier", "time"]);
}

#[test]
fn an_arrow_upwards_or_between_types_is_refused() {
    let place = |layer| Place { layer, begun: false };
    let plan: BTreeMap<String, Place> =
        [("time", 0), ("bands", 3), ("tier", 4), ("behavioral", 4), ("combine", 5), ("profile", 5)]
            .map(|(module, layer)| (module.to_owned(), place(layer)))
            .into();
    let why = |from, to| refusal(&plan, from, to);
    assert_eq!(why("bands", "tier").unwrap(), "`bands` (layer 3) names `tier` (layer 4): arrows go down");
    assert!(why("tier", "behavioral").unwrap().contains("no segmentation type names another"));
    assert!(why("tier", "time").is_none() && why("tier", "tier").is_none() && why("combine", "profile").is_none());
}
