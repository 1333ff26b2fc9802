//! Definitions made ready to be asked, of one customer or of many.

use std::sync::Arc;

use super::lower::{Atom, Lower, RankOf, Scope};
use super::program::{STACK, Step, height, program};
use super::subjects::{Ask, Subject};
use super::vocabulary::{SegmentsOf, Vocabulary};
use crate::error::{Error, Result};
use crate::rules::dirty::Readers;
use crate::rules::language::{Audience, Condition, Definitions, List, Override, Rules, Stay, Unknown};
use crate::rules::meaning::calendar::Clock;
use crate::rules::meaning::expr::Expr;
use crate::rules::meaning::node::Node;
use crate::rules::meaning::rank::RankTable;
use crate::rules::meaning::sums::Sum;
use crate::rules::reach::Reach;
use crate::segment::{Label, Segment};
use crate::segmenter::Reads;
use crate::time::{AsOf, Timestamp};
use crate::value::{Id, Ids, Kind};

/// Definitions made ready to be asked: checked against a [`Vocabulary`], with every name resolved and every question that
/// several of them ask kept once.
///
/// One plan answers for one customer ([`Plan::asker`]) and for many ([`Plan::audiences_of`]); both give the same answers.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::rules::{Audience, Definitions, Plan, Vocabulary, attribute};
/// use segmentry::value::{Attribute, Kind};
///
/// let definitions = Definitions::new()
///     .audience(Audience::new("large", attribute("employees").at_least(1_000)))
///     .audience(Audience::new("german", attribute("country").is("DE")));
/// let vocabulary = Vocabulary::new()
///     .attribute(Attribute::new("employees", Kind::Integer))?
///     .attribute(Attribute::new("country", Kind::Text))?;
/// let plan = Plan::new(&definitions, &vocabulary)?;
/// let mut asker = plan.asker();
/// let answer = asker.ask(&Record::new("c-1").with("employees", 4_000).with("country", "FR"))?;
/// assert!(answer.is_member(0) && !answer.is_member(1));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Errors
///
/// Everything that is wrong with a definition is an error here, with the way to it: `audiences.big.any[1]: no attribute
/// `employes`; did you mean `employees``. What can still be wrong later is a customer of the caller's own type whose values
/// are of another kind than the vocabulary says.
///
/// # Cost
///
/// Making it takes microseconds a definition. It holds each different leaf once.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(in crate::rules) definitions: Definitions,
    pub(in crate::rules) vocabulary: Vocabulary,
    pub(in crate::rules) slots: Vec<(String, Kind)>,
    pub(in crate::rules) sums: Vec<Sum>,
    pub(in crate::rules) models: Vec<SegmentsOf>,
    pub(in crate::rules) ranks: Vec<RankOf>,
    pub(in crate::rules) atoms: Vec<Atom>,
    /// Where the answer to each atom stands, in bits.
    pub(in crate::rules) places: Vec<usize>,
    pub(in crate::rules) subjects: Vec<Subject>,
    /// The atoms that no subject answers.
    pub(in crate::rules) singles: Vec<usize>,
    /// Where the memberships stand, in words.
    pub(in crate::rules) member_word: usize,
    pub(in crate::rules) words: usize,
    pub(in crate::rules) audiences: Vec<AudiencePlan>,
    /// The audiences such that each comes behind those it refers to.
    pub(in crate::rules) order: Vec<usize>,
    pub(in crate::rules) lists: Vec<RulesPlan>,
    pub(in crate::rules) reads: Reads,
    pub(in crate::rules) reach: Reach,
    pub(in crate::rules) readers: Readers,
}

/// The place of what is no leaf: behind all answers.
const NOWHERE: usize = u32::MAX as usize;

/// A condition as a tree, to explain, and as a program, to ask.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Root {
    pub node: Node,
    /// `None` if it would need more room than a program has.
    pub steps: Option<Vec<Step>>,
}

/// An audience made ready.
#[derive(Clone, Debug)]
pub(in crate::rules) struct AudiencePlan {
    pub label: Label,
    /// `None` if its members are listed.
    pub root: Option<Root>,
    pub members: Option<Ids>,
    pub unknown: Unknown,
    pub include: Overrides,
    pub exclude: Overrides,
    pub stay: Option<(Stay, Option<Root>)>,
}

/// A rule list made ready.
#[derive(Clone, Debug)]
pub(in crate::rules) struct RulesPlan {
    pub name: String,
    pub segments: Vec<Label>,
    /// Each rule's segment and condition.
    pub rules: Vec<(usize, Root)>,
    pub otherwise: Option<usize>,
    pub unknown: Unknown,
}

/// Customers whose membership is set by hand.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Overrides {
    ids: Ids,
    until: Vec<Option<Timestamp>>,
}

impl Overrides {
    fn new(overrides: &[Override]) -> Result<Self> {
        let ids = Ids::unique(overrides.iter().map(|o| Id::Text(&o.customer)))?;
        Ok(Overrides { ids, until: overrides.iter().map(|o| o.until).collect() })
    }

    /// Whether one of them ends.
    pub(in crate::rules) fn expires(&self) -> bool {
        self.until.iter().any(Option::is_some)
    }

    /// Whether the customer is among them, and if so until when.
    pub(in crate::rules) fn of(&self, id: Id<'_>) -> Option<Option<Timestamp>> {
        if self.until.is_empty() {
            return None;
        }
        self.ids.row(id).and_then(|row| self.until.get(row)).copied()
    }

    /// Whether the customer is among them at that moment.
    pub(in crate::rules) fn has(&self, id: Id<'_>, now: Timestamp) -> bool {
        self.of(id).is_some_and(|until| until.is_none_or(|until| now <= until))
    }

    /// The rows among these customers, with until when.
    pub(in crate::rules) fn rows<'a>(&'a self, ids: &'a Ids) -> impl Iterator<Item = (usize, Option<Timestamp>)> + 'a {
        self.ids.iter().zip(&self.until).filter_map(|(id, until)| Some((ids.row(id)?, *until)))
    }
}

impl Plan {
    /// The definitions, ready to be asked.
    ///
    /// # Errors
    /// If something is wrong with a definition, with the way to it, or one asks for a rank, which is learnt
    /// ([`Plan::fit`]).
    pub fn new(definitions: &Definitions, vocabulary: &Vocabulary) -> Result<Self> {
        Plan::with_ranks(definitions, vocabulary, Some(Vec::new()))
    }

    pub(in crate::rules) fn with_ranks(
        definitions: &Definitions,
        vocabulary: &Vocabulary,
        learnt: Option<Vec<(String, Arc<RankTable>)>>,
    ) -> Result<Self> {
        let mut lower = Lower::new(vocabulary, learnt);
        lower.audiences = definitions.audiences.iter().map(|audience| audience.label.key().into_owned()).collect();
        unique("audience", &lower.audiences)?;
        let names: Vec<String> = definitions.rules.iter().map(|rules| rules.name.clone()).collect();
        unique("rule list", &names)?;

        let mut audiences = Vec::with_capacity(definitions.audiences.len());
        for audience in &definitions.audiences {
            let at = |error: Error| error.at_key(format!("audiences.{}", audience.label.key()));
            audiences.push(audience_nodes(&mut lower, audience).map_err(at)?);
        }
        let mut lists = Vec::with_capacity(definitions.rules.len());
        for rules in &definitions.rules {
            let at = |error: Error| error.at_key(format!("rules.{}", rules.name));
            lists.push(rules_nodes(&mut lower, rules).map_err(at)?);
        }
        let order = in_order(&audiences).map_err(|cycle| {
            let keys: Vec<&str> = cycle.iter().filter_map(|i| lower.audiences.get(*i)).map(String::as_str).collect();
            Error::definition(format!("audiences refer to each other in a circle: `{}`", keys.join("` → `")))
        })?;

        let Layout { places, subjects, singles, words: member_word } = Layout::of(&lower);
        let place = |node: &Node| match node {
            Node::Atom(atom) => places.get(*atom).copied().unwrap_or(NOWHERE),
            Node::Member(audience) => member_word * 64 + audience,
            _ => NOWHERE,
        };
        let root = |node: Node| {
            let steps = program(&node, &place);
            Root { steps: (height(&steps) <= STACK).then_some(steps), node }
        };
        let overrides = audiences.iter().flat_map(|a| a.include.until.iter().chain(&a.exclude.until));
        let expires = overrides.into_iter().any(Option::is_some);
        let stays = definitions.audiences.iter().any(|audience| audience.stay.is_some());
        let mut reads = Reads::attributes(lower.slots.iter().map(|(name, _)| name.clone()));
        reads.history = lower.reads_events;
        reads.as_of = lower.as_of || expires || stays;
        for model in &lower.models {
            reads = reads.and(model.model.reads());
        }
        let audiences: Vec<AudiencePlan> = audiences
            .into_iter()
            .map(|nodes| AudiencePlan {
                label: nodes.label,
                root: nodes.node.map(root),
                members: nodes.members,
                unknown: nodes.unknown,
                include: nodes.include,
                exclude: nodes.exclude,
                stay: nodes.stay.map(|(stay, node)| (stay, node.map(root))),
            })
            .collect();
        let lists: Vec<RulesPlan> = lists
            .into_iter()
            .map(|(segments, rules, list): (Vec<Label>, Vec<(usize, Node)>, &Rules)| RulesPlan {
                name: list.name.clone(),
                otherwise: list.otherwise.as_ref().and_then(|label| segments.iter().position(|s| s == label)),
                unknown: list.unknown,
                rules: rules.into_iter().map(|(segment, node)| (segment, root(node))).collect(),
                segments,
            })
            .collect();
        let words = member_word + audiences.len().div_ceil(64);
        let reach = Reach::of(&audiences, &lists);
        let Lower { slots, sums, models, ranks, atoms, .. } = lower;
        let readers = Readers::of(&atoms, &sums, &models, &slots, &reach, audiences.len());
        Ok(Plan {
            definitions: definitions.clone(),
            vocabulary: vocabulary.clone(),
            slots,
            sums,
            models,
            ranks,
            atoms,
            places,
            subjects,
            singles,
            member_word,
            words,
            audiences,
            order,
            lists,
            reads,
            reach,
            readers,
        })
    }

    /// The definitions it was made of.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// What they may speak of.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The audiences, in the order of the definitions.
    pub fn audiences(&self) -> impl Iterator<Item = &Label> {
        self.audiences.iter().map(|audience| &audience.label)
    }

    /// The number of the audience with that key.
    pub fn audience(&self, key: &str) -> Option<usize> {
        self.audiences.iter().position(|audience| audience.label.key() == key)
    }

    /// The names of the rule lists, in the order of the definitions.
    pub fn rule_lists(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().map(|list| list.name.as_str())
    }

    /// How many different questions are asked, however many definitions ask them.
    pub fn atoms(&self) -> usize {
        self.atoms.len()
    }

    /// What is read of a customer.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Where the answer to a leaf stands, in bits.
    pub(in crate::rules) fn place(&self, leaf: &Node) -> usize {
        match leaf {
            Node::Atom(atom) => self.places.get(*atom).copied().unwrap_or(NOWHERE),
            Node::Member(audience) => self.member_word * 64 + audience,
            _ => NOWHERE,
        }
    }

    /// The clock of the definitions as of that moment.
    pub(in crate::rules) fn clock(&self, as_of: AsOf) -> Clock {
        Clock::new(as_of, self.definitions.zone.clone(), self.definitions.week_start)
    }
}

/// Where the answers to the atoms stand.
struct Layout {
    places: Vec<usize>,
    subjects: Vec<Subject>,
    singles: Vec<usize>,
    words: usize,
}

impl Layout {
    fn of(lower: &Lower<'_>) -> Self {
        let mut groups: Vec<(&Expr, Vec<(usize, Ask)>, String)> = Vec::new();
        let mut numbers = std::collections::HashMap::new();
        let mut singles = Vec::new();
        for (number, atom) in lower.atoms.iter().enumerate() {
            let asked = Ask::of(&atom.test).filter(|(expr, ask)| Subject::takes(ask, lower.kind_of(expr)));
            let Some((expr, ask)) = asked else {
                singles.push(number);
                continue;
            };
            let key = format!("{expr:?}");
            let next = groups.len();
            let group = *numbers.entry(key.clone()).or_insert(next);
            match groups.get_mut(group) {
                Some((_, asks, _)) => asks.push((number, ask)),
                None => groups.push((expr, vec![(number, ask)], key)),
            }
        }
        let mut places = vec![0; lower.atoms.len()];
        let mut word = 0;
        let mut subjects = Vec::with_capacity(groups.len());
        for (expr, asks, _) in groups {
            let (numbers, asks): (Vec<usize>, Vec<Ask>) = asks.into_iter().unzip();
            for (bit, number) in numbers.into_iter().enumerate() {
                places[number] = word * 64 + bit; // as many as atoms
            }
            let subject = Subject::new(expr.clone(), &asks, word);
            word += subject.words;
            subjects.push(subject);
        }
        for (bit, number) in singles.iter().enumerate() {
            places[*number] = word * 64 + bit; // as many as atoms
        }
        word += singles.len().div_ceil(64);
        Layout { places, subjects, singles, words: word }
    }
}

/// An audience with names resolved, before its program is written.
struct AudienceNodes {
    label: Label,
    node: Option<Node>,
    members: Option<Ids>,
    unknown: Unknown,
    include: Overrides,
    exclude: Overrides,
    stay: Option<(Stay, Option<Node>)>,
}

fn audience_nodes(lower: &mut Lower<'_>, audience: &Audience) -> Result<AudienceNodes> {
    let listed = |members: &[String]| -> Result<Option<Ids>> {
        super::lower::entries("members", members.len())?;
        Ok(Some(Ids::unique(members.iter().map(|id| Id::Text(id)))?))
    };
    let mut lowered =
        |condition: &Condition, key| lower.condition(condition, Scope::Customer).map_err(|error| error.at_key(key));
    let (node, members) = match &audience.list {
        List::Dynamic(condition) => (Some(lowered(condition, "dynamic")?), None),
        List::Frozen { condition, members, .. } => {
            lowered(condition, "frozen.condition")?; // checked, and not asked again
            (None, listed(members)?)
        }
        List::Manual(members) => (None, listed(members)?),
    };
    let stay = match &audience.stay {
        None => None,
        Some(stay) => {
            let holds = stay.holds.as_ref().map(|condition| lowered(condition, "stay.while")).transpose()?;
            Some((stay.clone(), holds))
        }
    };
    Ok(AudienceNodes {
        label: audience.label.clone(),
        node,
        members,
        unknown: audience.unknown,
        include: Overrides::new(&audience.include).map_err(|error| error.at_key("include"))?,
        exclude: Overrides::new(&audience.exclude).map_err(|error| error.at_key("exclude"))?,
        stay,
    })
}

type RulesNodes<'a> = (Vec<Label>, Vec<(usize, Node)>, &'a Rules);

fn rules_nodes<'a>(lower: &mut Lower<'_>, rules: &'a Rules) -> Result<RulesNodes<'a>> {
    let mut segments: Vec<Label> = Vec::new();
    let mut nodes = Vec::with_capacity(rules.rules.len());
    for (i, rule) in rules.rules.iter().enumerate() {
        let node =
            lower.condition(&rule.when, Scope::Customer).map_err(|error| error.at_key(format!("rules[{i}].when")))?;
        let segment = segments.iter().position(|known| *known == rule.segment).unwrap_or_else(|| {
            segments.push(rule.segment.clone());
            segments.len() - 1
        });
        nodes.push((segment, node));
    }
    if let Some(otherwise) = &rules.otherwise
        && !segments.contains(otherwise)
    {
        segments.push(otherwise.clone());
    }
    if segments.is_empty() {
        return Err(Error::definition("a rule list has no rules"));
    }
    Ok((segments, nodes, rules))
}

/// # Errors
/// If a key is empty or occurs twice.
fn unique(what: &str, keys: &[String]) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    for key in keys {
        if key.is_empty() {
            return Err(Error::definition(format!(
                "{} {what} has no key",
                if what.starts_with('a') { "an" } else { "a" }
            )));
        }
        if !seen.insert(key) {
            return Err(Error::definition(format!("{what} `{key}` occurs twice")));
        }
    }
    Ok(())
}

/// The audiences such that each comes behind those it refers to; a circle, as the way round it, if there is one.
///
/// The colours are those on the way down (a circle is met on the stack), so two ways to one audience are no circle.
fn in_order(audiences: &[AudienceNodes]) -> Result<Vec<usize>, Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        OnTheWay,
        Yes,
    }
    let references: Vec<Vec<usize>> = audiences
        .iter()
        .map(|audience| {
            let mut members = Vec::new();
            let nodes = audience.node.iter().chain(audience.stay.iter().filter_map(|(_, node)| node.as_ref()));
            for node in nodes {
                members_of(node, &mut members);
            }
            members
        })
        .collect();
    let mut seen = vec![Seen::No; audiences.len()];
    let mut order = Vec::with_capacity(audiences.len());
    for start in 0..audiences.len() {
        if seen[start] != Seen::No {
            continue; // `start` counts the audiences
        }
        let mut way = vec![(start, 0)];
        seen[start] = Seen::OnTheWay;
        while let Some((at, next)) = way.last_mut() {
            let (at, reference) = (*at, references.get(*at).and_then(|list| list.get(*next)).copied());
            *next += 1;
            match reference {
                None => {
                    seen[at] = Seen::Yes;
                    order.push(at);
                    way.pop();
                }
                Some(other) => match seen.get(other) {
                    Some(Seen::No) => {
                        seen[other] = Seen::OnTheWay;
                        way.push((other, 0));
                    }
                    Some(Seen::OnTheWay) => {
                        let from = way.iter().position(|(at, _)| *at == other).unwrap_or(0);
                        return Err(way.iter().skip(from).map(|(at, _)| *at).chain([other]).collect());
                    }
                    _ => {}
                },
            }
        }
    }
    Ok(order)
}

/// The audiences that a condition refers to.
pub(in crate::rules) fn members_of(node: &Node, members: &mut Vec<usize>) {
    match node {
        Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
            for node in nodes {
                members_of(node, members);
            }
        }
        Node::Not(node) | Node::IfUnknown(node, _) => members_of(node, members),
        Node::Member(audience) if !members.contains(audience) => members.push(*audience),
        Node::Member(_) | Node::Constant(_) | Node::Test(_) | Node::Atom(_) => {}
    }
}
