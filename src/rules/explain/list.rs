//! Why a rule list puts a customer where it does.

use super::tree::{Goal, Written};
use super::why::Condition;
use crate::customer::Customer;
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::rules::horizon::with_frame;
use crate::rules::plan::Plan;
use crate::segment::Segment;
use crate::value::{AsValue, Value};

impl Plan {
    /// Why the rule list of that number puts the customer where it does.
    ///
    /// The evidence is that of the first rule that holds; what has to change for a rule before it, or for any rule where
    /// none holds, stands under the alternatives, the fewest changes first.
    ///
    /// ```
    /// use segmentry::customer::Record;
    /// use segmentry::rules::{Definitions, Plan, Rules, Vocabulary, attribute};
    /// use segmentry::value::{Attribute, Kind};
    ///
    /// let size = Rules::new("size")
    ///     .when("large", attribute("employees").at_least(1_000))
    ///     .when("middle", attribute("employees").at_least(100));
    /// let vocabulary = Vocabulary::new().attribute(Attribute::new("employees", Kind::Integer))?;
    /// let plan = Plan::new(&Definitions::new().rules(size), &vocabulary)?;
    /// assert_eq!(
    ///     plan.explain_list(0, &Record::new("c-17").with("employees", 400))?.to_string(),
    ///     "customer `c-17` is in Middle
    ///   because employees is 400 (employees >= 100)
    ///   `large` with employees from 400 to at least 1000",
    /// );
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As asking the customer, or if there is no such rule list.
    pub fn explain_list(&self, list: usize, customer: &dyn Customer) -> Result<Explanation> {
        self.list_explained(list, customer).map_err(|error| error.at_customer(customer.id()))
    }

    fn list_explained(&self, number: usize, customer: &dyn Customer) -> Result<Explanation> {
        let Some(list) = self.lists.get(number) else {
            let found = format!("{number} of {}", self.lists.len());
            return Err(Error::parameter("rule list", "the number of a rule list", found));
        };
        let clock = self.clock_of(customer)?;
        let mut asker = self.asker();
        let segment = asker.state(customer, &clock)?.segments.get(number).copied().flatten();
        let answers = asker.leaf_answers();
        let conditions: Vec<Condition<'_>> = list
            .rules
            .iter()
            .map(|(_, root)| {
                let mut written = Written::new(self, customer.id(), &clock);
                let tree = written.settled(&root.node, list.unknown);
                Condition::of(self, tree, written, |node| answers.truth(self.place(node)))
            })
            .collect();
        let first = conditions.iter().position(|condition| condition.holds());
        with_frame(self, customer, &clock, |frame| {
            let label = segment.and_then(|segment| list.segments.get(segment));
            let before = conditions.iter().take(first.unwrap_or(conditions.len()));
            let mut absent = None;
            let mut others = Vec::new();
            for (condition, (segment, _)) in before.zip(&list.rules) {
                let Some(fewest) = condition.fewest(frame).0 else { continue };
                let clauses = condition.clauses(&fewest, frame);
                absent = absent.or_else(|| clauses.into_iter().find_map(|clause| clause.reason));
                let changes: Vec<String> = condition.changes(&fewest, frame).iter().map(ToString::to_string).collect();
                let key = list.segments.get(*segment).map(|label| label.key().into_owned()).unwrap_or_default();
                others.push((changes.len(), format!("`{key}` with {}", changes.join(" and "))));
            }
            others.sort_by_key(|(changes, _)| *changes); // stable: the list's order among equals
            let mut explanation = match label {
                Some(label) => Explanation::assigned(customer.id(), label),
                None => Explanation::unassigned(customer.id(), absent.unwrap_or(Reason::NoMatch)),
            };
            if let Some(condition) = first.and_then(|first| conditions.get(first))
                && let Some(support) = condition.support(Goal::True, &[])
            {
                for clause in condition.clauses(&support, frame) {
                    let read = clause.read.first();
                    let value = read.map_or(Value::Missing, |reading| reading.value.as_value());
                    let what = read.map_or_else(|| clause.text.clone(), |reading| reading.what.clone());
                    let mut evidence = Evidence::new(what, value).meaning(clause.text);
                    evidence.distance = clause.distance;
                    explanation = explanation.because(evidence);
                }
            }
            others.into_iter().fold(explanation, |explanation, (_, words)| explanation.unless(words))
        })
    }
}
