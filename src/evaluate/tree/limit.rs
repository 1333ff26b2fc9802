//! What a rule asks of one attribute, merged of all that the way to a leaf asks of it.
//!
//! A way down a tree may ask for the same attribute several times: spend below 400, at least 50, at least 120. A rule says
//! it once: `spend >= 120 and spend < 400`.
//!
//! | asked of | merged |
//! | --- | --- |
//! | values in order | the highest lower end and the lowest upper end |
//! | texts | those in all lists that must hold it, less those in lists that must not; else those that it must not be |
//! | sets | what must be in it, what must not |
//! | who is not known | goes on only where every question sends them the same way |
//!
//! That somebody may also be unknown is said only where somebody was: else rules would be full of it. A newcomer who lacks
//! what nobody lacked fulfils no rule that asks for it.

use std::collections::BTreeSet;
use std::fmt;

use super::grow::Tree;
use super::mark::Mark;
use super::split::Cut;
use super::table::{Feature, Table, Values};

/// What a rule asks of one attribute.
///
/// ```
/// use segmentry::evaluate::{Allowed, Limit, Mark};
///
/// let what = Allowed::Between { at_least: Some(Mark::Number(120.0)), below: None };
/// let spend = Limit { attribute: "spend".to_owned(), what, or_unknown: true };
/// assert_eq!(spend.to_string(), "(spend >= 120 or spend is not known)");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Limit {
    /// The attribute.
    pub attribute: String,
    /// What its value may be.
    pub what: Allowed,
    /// Whether it may also be unknown.
    pub or_unknown: bool,
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Allowed {
    /// Anything that is known.
    Known,
    /// Not known.
    Unknown,
    /// The one truth or the other.
    Is(bool),
    /// From one value on, below another; one of them at least is there.
    Between {
        /// The least value that belongs to it.
        at_least: Option<Mark>,
        /// The least value above it that does not.
        below: Option<Mark>,
    },
    /// One of these texts, in alphabetical order.
    OneOf(Vec<String>),
    /// A text that is none of these, in alphabetical order.
    NoneOf(Vec<String>),
    /// A set.
    Holds {
        /// All of these are in it.
        with: Vec<String>,
        /// None of these is in it.
        without: Vec<String>,
    },
}

/// What the way to a node has asked of an attribute so far. Nothing yet: everybody is still there, known or not.
#[derive(Clone)]
struct Asked<'a> {
    feature: usize,
    /// The first and the last place that are left.
    places: (u16, u16),
    /// The texts that are left, if they are named.
    among: Option<BTreeSet<&'a str>>,
    /// The texts that are not.
    none: BTreeSet<&'a str>,
    /// What must be in the set.
    with: BTreeSet<&'a str>,
    /// What must not.
    without: BTreeSet<&'a str>,
    /// Whether those whose value is known are still there.
    known: bool,
    /// Whether those whose value is not known are still there.
    unknown: bool,
}

impl<'a> Asked<'a> {
    fn new(feature: usize) -> Self {
        let nothing = BTreeSet::new;
        Asked {
            feature,
            places: (0, u16::MAX),
            among: None,
            none: nothing(),
            with: nothing(),
            without: nothing(),
            known: true,
            unknown: true,
        }
    }

    /// Adds the answer to one more question. `with_unknown` says whether who cannot answer went the same way.
    fn add(&mut self, feature: &'a Feature, cut: &Cut, yes: bool, with_unknown: bool) {
        match (cut, &feature.values) {
            (Cut::Known, _) => {
                self.known &= yes;
                self.unknown &= !yes;
                return;
            }
            (Cut::UpTo(last), _) if yes => self.places.1 = self.places.1.min(*last),
            (Cut::UpTo(last), _) => self.places.0 = self.places.0.max(last + 1),
            (Cut::Among(some), Values::Texts { texts, .. }) => {
                let some = some.iter().filter_map(|code| texts.get(*code as usize)).map(String::as_str);
                if yes {
                    let some: BTreeSet<&str> = some.collect();
                    self.among = Some(match self.among.take() {
                        Some(before) => before.intersection(&some).copied().collect(),
                        None => some,
                    });
                } else {
                    self.none.extend(some);
                }
            }
            (Cut::Has(code), Values::Sets { texts, .. }) => {
                let text = texts.get(*code as usize).map(String::as_str);
                if yes { self.with.extend(text) } else { self.without.extend(text) }
            }
            _ => {}
        }
        self.unknown &= with_unknown;
    }

    /// All that was asked of it as one limit.
    fn limit(&self, feature: &Feature) -> Limit {
        let texts = |some: &BTreeSet<&str>| some.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let what = match &feature.values {
            _ if !self.known => Allowed::Unknown,
            Values::Ordered { marks, .. } => {
                let before = self.places.0.checked_sub(1).and_then(|place| marks.get(usize::from(place)));
                let after = marks.get(usize::from(self.places.1));
                match (before, after) {
                    (None, None) => Allowed::Known,
                    (Some(Mark::Boolean(_)), _) => Allowed::Is(true),
                    (_, Some(Mark::Boolean(_))) => Allowed::Is(false),
                    (before, after) => Allowed::Between { at_least: before.copied(), below: after.copied() },
                }
            }
            Values::Texts { .. } => match &self.among {
                Some(among) => Allowed::OneOf(texts(&among.difference(&self.none).copied().collect())),
                None if self.none.is_empty() => Allowed::Known,
                None => Allowed::NoneOf(texts(&self.none)),
            },
            Values::Sets { .. } if self.with.is_empty() && self.without.is_empty() => Allowed::Known,
            Values::Sets { .. } => Allowed::Holds { with: texts(&self.with), without: texts(&self.without) },
        };
        let or_unknown = self.known && self.unknown && feature.some_unknown;
        Limit { attribute: feature.name.clone(), what, or_unknown }
    }
}

/// What the way to each node asks, of the tree of so many leaves: one limit an attribute, in the order in which the way
/// asks for them first. Nodes that are not part of that tree have none.
pub(crate) fn conditions(tree: &Tree, table: &Table, leaves: usize) -> Vec<Vec<Limit>> {
    let mut found = vec![Vec::new(); tree.nodes.len()];
    let mut open: Vec<(usize, Vec<Asked<'_>>)> = vec![(0, Vec::new())];
    while let Some((node, asked)) = open.pop() {
        found[node] = asked.iter().map(|asked| asked.limit(&table.features[asked.feature])).collect();
        let Some(split) = tree.split(node, leaves) else { continue };
        for (next, yes) in [(split.yes, true), (split.no, false)] {
            let mut asked = asked.clone();
            let at = asked.iter().position(|asked| asked.feature == split.feature).unwrap_or_else(|| {
                asked.push(Asked::new(split.feature));
                asked.len() - 1
            });
            asked[at].add(&table.features[split.feature], &split.cut, yes, split.unknown_yes == yes);
            open.push((next, asked));
        }
    }
    found
}

/// The limits of a rule in one line; `everybody` of none.
///
/// For people: what programs read is the exported rule.
pub(crate) fn in_words(limits: &[Limit]) -> String {
    match limits {
        [] => "everybody".to_owned(),
        some => some.iter().map(Limit::to_string).collect::<Vec<_>>().join(" and "),
    }
}

impl fmt::Display for Limit {
    /// `spend >= 120 and spend < 400`.
    ///
    /// With parentheses where somebody may also be unknown, so that limits can be joined by *and*.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.attribute;
        let list = |texts: &[String]| texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ");
        let text = match &self.what {
            Allowed::Known => format!("{name} is known"),
            Allowed::Unknown => format!("{name} is not known"),
            Allowed::Is(truth) => format!("{name} = {truth}"),
            Allowed::Between { at_least, below } => {
                let parts =
                    [at_least.map(|mark| format!("{name} >= {mark}")), below.map(|mark| format!("{name} < {mark}"))];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
            }
            Allowed::OneOf(texts) if texts.len() == 1 => format!("{name} = {}", list(texts)),
            Allowed::OneOf(texts) => format!("{name} in ({})", list(texts)),
            Allowed::NoneOf(texts) if texts.len() == 1 => format!("{name} != {}", list(texts)),
            Allowed::NoneOf(texts) => format!("{name} not in ({})", list(texts)),
            Allowed::Holds { with, without } => {
                let with = with.iter().map(|text| format!("{name} has {text:?}"));
                let without = without.iter().map(|text| format!("{name} has not {text:?}"));
                with.chain(without).collect::<Vec<_>>().join(" and ")
            }
        };
        if self.or_unknown { write!(f, "({text} or {name} is not known)") } else { f.write_str(&text) }
    }
}
