//! Every place of the language is walked, and its key path is that of the JSON.

use super::{Node, attributes, lists, members, models, reads_events, visit_conditions, visit_terms};
use crate::rules::{Around, Side, attribute, field, member};
use crate::rules::{
    Condition, Events, Given, HasBeen, Lifecycle, Score, ScoreItem, Sequence, Span, Step, Term, Which, Window,
};

fn everywhere() -> Condition {
    let around = Window::Around(Box::new(Around {
        which: Which::First,
        events: Events::of("visit").filter(attribute("in_around").is_known()),
        side: Side::After,
        within: Span::days(14),
    }));
    let item = |given| ScoreItem { points: 1.0, given, category: None, cap: None };
    let score = Score {
        items: vec![
            item(Given::When(attribute("in_when").is(1) & member("in_score"))),
            item(Given::Each(attribute("in_each"))),
            item(Given::EachEvent { events: Events::any().filter(attribute("in_event").is(1)), half_life: None }),
        ],
        ..Score::default()
    };
    let step = Step { filter: Some(field("x").is(attribute("in_step"))), ..Step::default() };
    Condition::All(vec![
        Term::Score(Box::new(score)).above(attribute("in_right") * Term::Model("rfm".to_owned()).size()),
        Condition::Sequence(Box::new(Sequence { steps: vec![step], window: around })),
        Condition::Exists { list: "devices".to_owned(), filter: Box::new(attribute("in_exists").is(1)) },
        Condition::HasBeen(Box::new(HasBeen {
            changes: Events::of("plan"),
            so: attribute("in_so").is("pro"),
            at_least: Span::days(1),
        })),
        Condition::Lifecycle(Box::new(Lifecycle::FirstTime {
            events: Events::of("visit").filter(attribute("in_first").is(1)),
            within: Window::Always,
        })),
        !Condition::at_least(1, [member("big"), attribute("a").is(1).if_unknown(false)]),
    ])
}

#[test]
fn every_place_is_found() {
    let condition = everywhere();
    let expected =
        ["a", "in_around", "in_each", "in_event", "in_exists", "in_first", "in_right", "in_so", "in_step", "in_when"];
    assert_eq!(attributes(&condition), expected);
    assert_eq!(members(&condition), ["big", "in_score"]);
    assert_eq!(models(&condition), ["rfm"]);
    assert_eq!(lists(&condition), ["devices"]);
    assert!(reads_events(&condition));
    assert!(!reads_events(&attribute("a").is(1)));
    let (mut conditions, mut terms) = (0, 0);
    visit_conditions(&condition, &mut |_| conditions += 1);
    visit_terms(&condition, &mut |_| terms += 1);
    assert_eq!((conditions, terms), (20, 21));
}

/// The key path of a node is where its JSON stands in the JSON of the whole.
#[cfg(feature = "serde")]
#[test]
fn paths_are_those_of_the_json() -> Result<(), serde_json::Error> {
    let condition = everywhere();
    let whole = serde_json::to_value(&condition)?;
    let mut walk = Node::Condition(&condition).walk();
    while let Some(node) = walk.next() {
        let json = match node {
            Node::Condition(condition) => serde_json::to_value(condition)?,
            Node::Term(term) => serde_json::to_value(term)?,
            Node::Events(events) => serde_json::to_value(events)?,
            Node::Window(window) => serde_json::to_value(window)?,
        };
        let pointer = if walk.depth() == 0 { String::new() } else { format!("/{}", walk.path().replace('.', "/")) };
        assert_eq!(whole.pointer(&pointer), Some(&json), "{pointer}");
        assert_eq!(walk.levels(), pointer.matches('/').count());
    }
    Ok(())
}

/// A tree of a million levels is walked; the stack of the program would not hold it.
#[test]
fn depth_does_not_matter() {
    let mut deep = attribute("a").is(1);
    for _ in 0..1_000_000 {
        deep = !deep;
    }
    let mut walk = Node::Condition(&deep).walk();
    assert_eq!(walk.by_ref().map(|_| 1).sum::<u32>(), 1_000_003);
    // dropping goes by the stack: let it go level by level
    while let Condition::Not(inner) = deep {
        deep = *inner;
    }
    assert_eq!(deep, attribute("a").is(1));
}
