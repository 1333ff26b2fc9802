//! Definitions made ready to be asked, of one customer or of many.
//!
//! A plan is what a database calls a prepared statement: checking, resolving and sharing are done
//! once, and asking is then a walk over arrays. It is immutable and may be read from many threads.
//!
//! The answers about one customer are two rows of bits, one of leaves that hold and one of leaves
//! that do not; a bit in neither is unknown. The bits lie in this order: the leaves of each subject
//! from a new word on, so that its words can be copied whole; then the leaves that no subject
//! answers; then one bit for each audience, again from a new word on, which makes membership a leaf
//! as any other.
//!
//! Audiences are settled in an order in which each comes behind those it refers to. Circles are
//! refused; two ways to one audience are none.

use std::sync::Arc;

use super::at_once::AtOnce;
use super::layout::Layout;
use super::lines::Lines;
use super::lower::{Atom, Lower, RankOf, Scope};
use super::order::{in_order, members_of, unique};
use super::program::{STACK, Step, height};
use super::subjects::Subject;
use super::vocabulary::{SegmentsOf, Vocabulary};
use crate::error::{Error, Result};
use crate::rules::dirty::Readers;
use crate::rules::language::{Audience, Condition, Definitions, List, Override, Rules, Stay, Unknown};
use crate::rules::limits;
use crate::rules::meaning::calendar::Clock;
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
///
/// It is in proportion to the different leaves and their literals, not to how often they are asked.
#[derive(Clone, Debug)]
pub struct Plan {
    /// As they were given. Explanations and other forms are made of them, since names are lost
    /// here.
    pub(in crate::rules) definitions: Definitions,
    /// What they were checked against.
    pub(in crate::rules) vocabulary: Vocabulary,
    /// The attributes that are read, by slot, with the kind that each must have.
    pub(in crate::rules) slots: Vec<(String, Kind)>,
    /// The different sums over events, which one walk over a customer's events computes together.
    pub(in crate::rules) sums: Vec<Sum>,
    /// The models that are asked before the leaves are.
    pub(in crate::rules) models: Vec<SegmentsOf>,
    /// The different ranks with their tables.
    pub(in crate::rules) ranks: Vec<RankOf>,
    /// The different leaves, in the order in which they were first met.
    pub(in crate::rules) atoms: Vec<Atom>,
    /// Where the answer to each atom stands, in bits.
    pub(in crate::rules) places: Vec<usize>,
    /// The terms that are compared with literals, with the answers worked out.
    pub(in crate::rules) subjects: Vec<Subject>,
    /// The atoms that no subject answers.
    pub(in crate::rules) singles: Vec<usize>,
    /// Where the memberships stand, in words.
    pub(in crate::rules) member_word: usize,
    /// How many words the answers to all leaves and memberships take.
    pub(in crate::rules) words: usize,
    pub(in crate::rules) lines: Lines,
    pub(in crate::rules) at_once: AtOnce,
    /// In the order of the definitions, which is also that of their numbers.
    pub(in crate::rules) audiences: Vec<AudiencePlan>,
    /// The audiences such that each comes behind those it refers to.
    pub(in crate::rules) order: Vec<usize>,
    /// The rule lists, in the order of the definitions.
    pub(in crate::rules) lists: Vec<RulesPlan>,
    /// What a caller has to provide of a customer, and no more.
    pub(in crate::rules) reads: Reads,
    /// What each audience and list asks for, so that only what is concerned is asked again.
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
    ///
    /// The tree is then asked instead, with the same answer, only slower. It takes a list of more
    /// than a hundred clauses under `at least` for that.
    pub steps: Option<Vec<Step>>,
}

/// An audience made ready.
#[derive(Clone, Debug)]
pub(in crate::rules) struct AudiencePlan {
    pub label: Label,
    /// `None` if its members are listed.
    pub root: Option<Root>,
    /// Who is on the list, of a frozen or a manual audience. `None` if a condition decides.
    pub members: Option<Ids>,
    /// What an unknown condition means for membership.
    pub unknown: Unknown,
    /// Who is in it whatever the condition says.
    pub include: Overrides,
    /// Who is not in it whatever else is said: it goes before inclusion.
    pub exclude: Overrides,
    /// For how long or while what a member stays, with that condition made ready.
    pub stay: Option<(Stay, Option<Root>)>,
}

/// A rule list made ready.
#[derive(Clone, Debug)]
pub(in crate::rules) struct RulesPlan {
    pub name: String,
    /// The different segments, in the order in which the rules first name them, the one for the
    /// others last unless a rule names it too.
    pub segments: Vec<Label>,
    /// Each rule's segment and condition.
    pub rules: Vec<(usize, Root)>,
    /// The segment of those for whom no rule holds; `None` leaves them unassigned.
    pub otherwise: Option<usize>,
    /// What an unknown condition of a rule means.
    pub unknown: Unknown,
}

/// Customers whose membership is set by hand.
///
/// Each may end at a moment; that moment is still part of it.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Overrides {
    ids: Ids,
    /// In their order; `None` if it never ends.
    until: Vec<Option<Timestamp>>,
}

impl Overrides {
    /// # Errors
    /// If a customer occurs twice: which end would count is nobody's guess.
    fn new(overrides: &[Override]) -> Result<Self> {
        let ids = Ids::unique(overrides.iter().map(|o| Id::Text(&o.customer)))?;
        Ok(Overrides { ids, until: overrides.iter().map(|o| o.until).collect() })
    }

    /// Whether there is nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.until.is_empty()
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
    ///
    /// This is the way round for many customers: there are few overrides and millions of rows.
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

    /// The definitions with tables of ranks that were learnt before; `None` if they are about to be
    /// learnt, and then every rank is missing.
    ///
    /// The steps are: limits, keys, lowering of all conditions, the order of audiences, the layout
    /// of the answers, and the programs, which need the layout.
    pub(in crate::rules) fn with_ranks(
        definitions: &Definitions,
        vocabulary: &Vocabulary,
        learnt: Option<Vec<(String, Arc<RankTable>)>>,
    ) -> Result<Self> {
        limits::check_definitions(definitions)?;
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
        let references: Vec<Vec<usize>> = audiences.iter().map(AudienceNodes::references).collect();
        let order = in_order(&references).map_err(|cycle| {
            let keys: Vec<&str> = cycle.iter().filter_map(|i| lower.audiences.get(*i)).map(String::as_str).collect();
            Error::definition(format!("audiences refer to each other in a circle: `{}`", keys.join("` → `")))
        })?;

        let layout = Layout::of(&lower);
        let (places, member_word) = (&layout.places, layout.words);
        let mut drawing = layout.drawing(member_word + audiences.len().div_ceil(64), audiences.len());
        let place = |node: &Node| match node {
            Node::Atom(atom) => places.get(*atom).copied().unwrap_or(NOWHERE),
            Node::Member(audience) => member_word * 64 + audience,
            _ => NOWHERE,
        };
        // an audience whose condition is a line all through has the line of its number
        let mut root = |node: Node, line: Option<usize>| {
            let whole = line.and_then(|line| drawing.whole(&node, line));
            let steps = match whole {
                Some(place) => vec![Step::Leaf(place as u32)],
                None => drawing.steps(&node, &place),
            };
            Root { steps: (height(&steps) <= STACK).then_some(steps), node }
        };
        let overrides = audiences.iter().flat_map(|a| a.include.until.iter().chain(&a.exclude.until));
        let expires = overrides.into_iter().any(Option::is_some);
        let stays = definitions.audiences.iter().any(|audience| audience.stay.is_some());
        let mut reads = Reads::attributes(lower.slots.iter().map(|(name, _)| name.clone()));
        reads.history = lower.reads_events;
        reads.lists = lower.lists.clone();
        reads.as_of = lower.as_of || expires || stays;
        for model in &lower.models {
            reads = reads.and(model.model.reads());
        }
        let audiences: Vec<AudiencePlan> = audiences
            .into_iter()
            .enumerate()
            .map(|(number, nodes)| AudiencePlan {
                label: nodes.label,
                root: nodes.node.map(|node| root(node, Some(number))),
                members: nodes.members,
                unknown: nodes.unknown,
                include: nodes.include,
                exclude: nodes.exclude,
                stay: nodes.stay.map(|(stay, node)| (stay, node.map(|node| root(node, None)))),
            })
            .collect();
        let lists: Vec<RulesPlan> = lists
            .into_iter()
            .map(|(segments, rules, list): (Vec<Label>, Vec<(usize, Node)>, &Rules)| RulesPlan {
                name: list.name.clone(),
                otherwise: list.otherwise.as_ref().and_then(|label| segments.iter().position(|s| s == label)),
                unknown: list.unknown,
                rules: rules.into_iter().map(|(segment, node)| (segment, root(node, None))).collect(),
                segments,
            })
            .collect();
        let is_line: Vec<bool> = drawing.lines.iter().take(audiences.len()).map(|parts| !parts.is_empty()).collect();
        let at_once = AtOnce::of(&audiences, &is_line, &order);
        let lines = drawing.finish();
        let words = member_word + audiences.len().div_ceil(64) + lines.words;
        let Layout { places, subjects, singles, .. } = layout;
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
            lines,
            at_once,
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
    ///
    /// It is the number that [`Answer::is_member`](crate::rules::Answer::is_member) takes. `None`
    /// if there is no such audience.
    pub fn audience(&self, key: &str) -> Option<usize> {
        self.audiences.iter().position(|audience| audience.label.key() == key)
    }

    /// The names of the rule lists, in the order of the definitions.
    pub fn rule_lists(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().map(|list| list.name.as_str())
    }

    /// How many different questions are asked, however many definitions ask them.
    ///
    /// Ten audiences that all ask for `country = "DE"` ask one question.
    pub fn atoms(&self) -> usize {
        self.atoms.len()
    }

    /// What is read of a customer.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Bytes held by the answers to comparisons and by the tables of ranks, which are what grows with the definitions and
    /// with the customers that ranks were learnt from.
    pub fn bytes(&self) -> usize {
        let subjects: usize = self.subjects.iter().map(Subject::bytes).sum();
        subjects + self.ranks.iter().map(|rank| rank.table.bytes()).sum::<usize>()
    }

    /// Where the answer to a leaf stands, in bits.
    pub(in crate::rules) fn place(&self, leaf: &Node) -> usize {
        match leaf {
            Node::Atom(atom) => self.places.get(*atom).copied().unwrap_or(NOWHERE),
            Node::Member(audience) => self.member_word * 64 + audience,
            _ => NOWHERE,
        }
    }

    /// Checks a condition of the same vocabulary, audiences and ranks.
    ///
    /// # Errors
    /// As [`Plan::new`].
    ///
    /// It is for conditions that were changed after the plan was made and are written in another
    /// language.
    #[cfg(feature = "sql")]
    pub(in crate::rules) fn check(&self, condition: &Condition) -> Result<()> {
        limits::check_condition(condition)?;
        let learnt = self.ranks.iter().map(|rank| (rank.key.clone(), Arc::clone(&rank.table)));
        let mut lower = Lower::new(&self.vocabulary, Some(learnt.collect()));
        lower.audiences = self.audiences().map(|label| label.key().into_owned()).collect();
        lower.condition(condition, Scope::Customer).map(|_| ())
    }

    /// The clock of the definitions as of that moment.
    pub(in crate::rules) fn clock(&self, as_of: AsOf) -> Clock {
        Clock::new(as_of, self.definitions.zone.clone(), self.definitions.week_start)
    }
}

/// An audience with names resolved, before its program is written.
///
/// The programs can only be written when every leaf of every audience has a place.
struct AudienceNodes {
    label: Label,
    node: Option<Node>,
    members: Option<Ids>,
    unknown: Unknown,
    include: Overrides,
    exclude: Overrides,
    stay: Option<(Stay, Option<Node>)>,
}

impl AudienceNodes {
    /// The audiences that it refers to, with those that only its stay asks for.
    fn references(&self) -> Vec<usize> {
        let mut members = Vec::new();
        let nodes = self.node.iter().chain(self.stay.iter().filter_map(|(_, node)| node.as_ref()));
        for node in nodes {
            members_of(node, &mut members);
        }
        members
    }
}

/// The condition of a frozen audience is checked all the same, so that it can be thawed; the list
/// is what decides.
fn audience_nodes(lower: &mut Lower<'_>, audience: &Audience) -> Result<AudienceNodes> {
    let listed =
        |members: &[String]| -> Result<Option<Ids>> { Ok(Some(Ids::unique(members.iter().map(|id| Id::Text(id)))?)) };
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

/// The segments of a rule list, its rules by number of segment, and the list itself.
type RulesNodes<'a> = (Vec<Label>, Vec<(usize, Node)>, &'a Rules);

/// A segment that several rules lead to is one segment: labels that are equal are the same.
///
/// # Errors
/// If a condition is wrong, or there is neither a rule nor a segment for the others.
fn rules_nodes<'a>(lower: &mut Lower<'_>, rules: &'a Rules) -> Result<RulesNodes<'a>> {
    let mut segments: Vec<Label> = Vec::new();
    let mut nodes = Vec::with_capacity(rules.rules.len());
    for (i, rule) in rules.rules.iter().enumerate() {
        let node = lower.condition(&rule.when, Scope::Customer).map_err(|error| error.at_key(format!("{i}.when")))?;
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
