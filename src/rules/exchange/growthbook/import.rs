//! A condition of GrowthBook becomes one of ours.
//!
//! What null, and so what is missing, answers there:
//!
//! | operator | of null |
//! | --- | --- |
//! | a text as it is | whether the text is `null` |
//! | a number as it is | whether the number is 0 |
//! | true or false as it is | false |
//! | `$eq` | whether it is null |
//! | `$ne` | whether it is not null |
//! | `$lt` `$lte` `$gt` `$gte` with a number | what 0 answers |
//! | `$lt` `$lte` `$gt` `$gte` with a day as text | false |
//! | `$in` `$ini` | whether null is in the list |
//! | `$nin` `$nini` | whether null is not in the list |
//! | `$regex` `$regexi` | whether the pattern is found in `null` |
//! | `$size` `$all` `$elemMatch` | false |
//! | `$veq` `$vlt` … | what version 0 answers, which is before all others |
//! | `$exists` `$type` | they ask for it |
//!
//! The operators of an attribute must all hold, and so must all entries of an object. `$or` of nothing is true there.
//!
//! An attribute that is asked for `$size`, `$all` or `$elemMatch` with operators is a list there and a set here, also in the
//! rest of the condition: `$in` then asks whether the two have something in common. `$elemMatch` with names looks at one
//! item of a list of items, whose fields the names are.
//!
//! An operator that they do not know is false there, and a pattern that is none never matches. Both are slips: they are
//! refused here, where they can be corrected.
//!
//! The reader goes over a condition twice. The first pass only finds the attributes that must be sets; the second
//! makes the condition. Both bound the depth of nesting, so that a hostile text cannot overflow the stack.
//!
//! Each leaf is made total: it is wrapped in "if unknown" with the answer of the table above. Conditions that come
//! from there are therefore never unknown here, as they never are there, and AND, OR and NOT keep their plain
//! meaning.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Error, Result, nearest};
use crate::rules::meaning::text::Matcher;
use crate::rules::{Comparison, Condition, Fold, Literal, SetOperator, State, Term, TextOperator};

use super::super::Importer;
use super::super::parts::{all, answered, any, check_depth, known, literal, ordered, refused, shown};
use super::super::pattern::from_javascript;
use super::{sign, versions};

/// Every operator that stands below an attribute.
///
/// The nearest of them is named where an operator is unknown.
const OPERATORS: [&str; 27] = [
    "$eq",
    "$ne",
    "$lt",
    "$lte",
    "$gt",
    "$gte",
    "$in",
    "$nin",
    "$ini",
    "$nini",
    "$exists",
    "$regex",
    "$regexi",
    "$not",
    "$size",
    "$elemMatch",
    "$all",
    "$alli",
    "$type",
    "$inGroup",
    "$notInGroup",
    "$veq",
    "$vne",
    "$vlt",
    "$vlte",
    "$vgt",
    "$vgte",
];

/// Reads a condition.
///
/// # Errors
///
/// Something cannot be said here with the same answers; the error names the key path.
pub(crate) fn import(importer: &Importer, condition: &Value) -> Result<Condition> {
    let mut sets = BTreeSet::new();
    find_sets(condition, &mut sets, 0);
    Reader { importer, sets, item: false }.object(condition, 0)
}

/// Finds the attributes of which only lists can be meant.
///
/// What is nested too deep is left out: the reader behind refuses it.
///
/// An attribute is found if it is asked so anywhere, also below a negation.
fn find_sets<'a>(condition: &'a Value, sets: &mut BTreeSet<&'a str>, depth: usize) {
    let Value::Object(entries) = condition else { return };
    if check_depth(depth).is_err() {
        return;
    }
    for (key, value) in entries {
        match (key.as_str(), value) {
            // "is empty" is asked of texts as well
            ("$or", of) if empty(of).is_some() => {}
            ("$and" | "$or" | "$nor", Value::Array(of)) => of.iter().for_each(|of| find_sets(of, sets, depth + 1)),
            ("$not", of) => find_sets(of, sets, depth + 1),
            (attribute, of) if of_a_list(of, depth) => {
                sets.insert(attribute);
            }
            _ => {}
        }
    }
}

/// Whether what is asked of an attribute can only be asked of a list of texts.
///
/// One such operator among several is enough.
fn of_a_list(operators: &Value, depth: usize) -> bool {
    let Value::Object(entries) = operators else { return false };
    check_depth(depth).is_ok()
        && entries.iter().any(|(operator, operand)| match operator.as_str() {
            "$size" | "$all" | "$alli" => true,
            "$elemMatch" => is_operators(operand),
            "$not" => of_a_list(operand, depth + 1),
            _ => false,
        })
}

/// Whether every key begins with `$`: they look at the value itself then.
///
/// An object without entries has none, and is no object of operators.
fn is_operators(value: &Value) -> bool {
    matches!(value, Value::Object(entries) if !entries.is_empty() && entries.keys().all(|key| key.starts_with('$')))
}

/// What is asked about: an attribute, or a field of an item.
///
/// The size of a set is a subject as well; it has no name then, as no list can have it.
struct Subject<'a> {
    /// Its name.
    name: &'a str,
    /// What it is here.
    term: Term,
}

/// Reads conditions on attributes, or on the fields of an item within `$elemMatch`.
struct Reader<'a> {
    /// What the condition does not say.
    importer: &'a Importer,
    /// The attributes that can only be sets.
    sets: BTreeSet<&'a str>,
    /// Whether names are fields of an item of a list.
    item: bool,
}

impl Reader<'_> {
    /// A condition: each of its entries must hold.
    ///
    /// An object without entries holds of everybody, there as here.
    ///
    /// # Errors
    ///
    /// It is no object, is nested too deep, or has an entry that cannot be said here, which the error names.
    fn object(&self, condition: &Value, depth: usize) -> Result<Condition> {
        check_depth(depth)?;
        let Value::Object(entries) = condition else {
            return refused(format!("a condition is an object, found `{}`", shown(condition)));
        };
        let entry = |(key, value): (&String, &Value)| self.entry(key, value, depth).map_err(|error| error.at_key(key));
        Ok(all(entries.iter().map(entry).collect::<Result<_>>()?))
    }

    /// An entry of a condition: an operator over conditions, or an attribute with what is asked of it.
    ///
    /// An operator of values in this place is taken by them for the name of an attribute, which nobody means; it is
    /// refused.
    fn entry(&self, key: &str, value: &Value, depth: usize) -> Result<Condition> {
        match key {
            "$and" => Ok(all(self.list(value, depth)?)),
            "$or" => Ok(self.or(value, depth)?),
            "$nor" => Ok(!self.or(value, depth)?),
            "$not" => Ok(!self.object(value, depth + 1)?),
            key if OPERATORS.contains(&key) => {
                refused("an operator without an attribute: there it is an attribute's name")
            }
            name => {
                let term = if self.item { Term::Field(name.to_owned()) } else { Term::Attribute(name.to_owned()) };
                self.value(&Subject { name, term }, value, depth + 1)
            }
        }
    }

    /// One of them holds; of none at all they say true. A text without letters or a list without items is what is empty
    /// here, of whichever kind it is.
    ///
    /// That form is what the exporter writes for "is empty"; it comes back as it was.
    fn or(&self, value: &Value, depth: usize) -> Result<Condition> {
        if let Some(name) = empty(value).filter(|_| !self.item) {
            return Ok(Term::Attribute(name.to_owned()).state(State::Empty));
        }
        let of = self.list(value, depth)?;
        Ok(if of.is_empty() { Condition::Constant(true) } else { any(of) })
    }

    /// Conditions in a list.
    ///
    /// Each is read by itself; an error names its number.
    fn list(&self, value: &Value, depth: usize) -> Result<Vec<Condition>> {
        let Value::Array(of) = value else { return refused(format!("a list of conditions, found `{}`", shown(value))) };
        let one = |(i, of)| self.object(of, depth + 1).map_err(|error| error.at_key(i));
        of.iter().enumerate().map(one).collect()
    }

    /// What is asked of a value: that it is another, or operators.
    ///
    /// A value as it stands is compared after coercion there, which shows for null only: an attribute has one kind
    /// here.
    ///
    /// # Errors
    ///
    /// It is a list whose order matters, a whole object, or a number beyond the range of doubles.
    fn value(&self, subject: &Subject<'_>, value: &Value, depth: usize) -> Result<Condition> {
        check_depth(depth)?;
        let term = || subject.term.clone();
        match value {
            Value::Null => Ok(!known(&subject.term)),
            // null + "" is "null" there
            Value::String(text) => Ok(answered(term().is(text.as_str()), text == "null")),
            Value::Bool(truth) => Ok(answered(term().is(*truth), false)),
            // null * 1 is 0 there
            Value::Number(number) => match literal(value) {
                Some(literal) => Ok(answered(term().is(literal), number.as_f64() == Some(0.0))),
                None => refused("a number that is too large"),
            },
            Value::Array(texts) => match texts.as_slice() {
                [] => Ok(self.set(subject, SetOperator::Exactly, Vec::new())),
                [Value::String(text)] => Ok(self.set(subject, SetOperator::Exactly, vec![text.clone()])),
                _ => refused("a list that must have this order: sets have none; say `$all` and `$size`"),
            },
            Value::Object(_) if !is_operators(value) => refused("a whole object as a value: name its fields, `a.b`"),
            Value::Object(operators) => self.operators(subject, operators, depth),
        }
    }

    /// All operators on one attribute.
    ///
    /// They must all hold, as they do there.
    fn operators(&self, subject: &Subject<'_>, operators: &Map<String, Value>, depth: usize) -> Result<Condition> {
        let one = |(operator, operand): (&String, &Value)| {
            self.operator(subject, operator, operand, depth).map_err(|error| error.at_key(operator))
        };
        Ok(all(operators.iter().map(one).collect::<Result<_>>()?))
    }

    /// One operator on an attribute.
    ///
    /// # Errors
    ///
    /// There is no such operator, its operand is of another form than it takes, or the same cannot be asked here.
    fn operator(&self, subject: &Subject<'_>, operator: &str, operand: &Value, depth: usize) -> Result<Condition> {
        if let Some(comparison) = Comparison::ALL.into_iter().find(|comparison| sign(*comparison) == operator) {
            return compare(subject, comparison, operand);
        }
        if let Some(comparison) = versions::comparison(operator) {
            let Value::String(text) = operand else { return refused("a version is a text") };
            let (term, version) = (subject.term.clone(), versions::same_order(text)?);
            return Ok(answered(Condition::Version { term, comparison, version }, versions::of_missing(comparison)));
        }
        match operator {
            "$in" => self.one_of(subject, list(operand)?),
            "$nin" => Ok(!self.one_of(subject, list(operand)?)?),
            "$ini" => self.one_of_folded(subject, list(operand)?),
            "$nini" => Ok(!self.one_of_folded(subject, list(operand)?)?),
            "$inGroup" => self.in_group(subject, operand),
            "$notInGroup" => Ok(!self.in_group(subject, operand)?),
            "$exists" => match operand {
                Value::Bool(true) => Ok(known(&subject.term)),
                Value::Bool(false) => Ok(!known(&subject.term)),
                _ => refused("true or false is wanted"),
            },
            "$regex" => matches(subject, operand, Fold::Exact),
            "$regexi" => matches(subject, operand, Fold::Unicode),
            "$not" => Ok(!self.value(subject, operand, depth + 1)?),
            "$size" => self.size(subject, operand, depth),
            "$all" => Ok(self.set(subject, SetOperator::AllOf, texts(list(operand)?)?)),
            "$alli" => refused("texts in a set are compared letter by letter here"),
            "$elemMatch" => self.item(subject, operand, depth),
            "$type" if operand == "null" => Ok(!known(&subject.term)),
            "$type" => refused("an attribute has one kind here: it stands in the schema, not in a condition"),
            unknown => match nearest(unknown, OPERATORS) {
                Some(meant) => {
                    refused(format!("no operator `{unknown}`: it is never true there; did you mean `{meant}`"))
                }
                None => refused(format!("no operator `{unknown}`: it is never true there")),
            },
        }
    }

    /// The set of texts so looked at; what is no list never is so there.
    ///
    /// False where the attribute is absent, whichever operator it is.
    fn set(&self, subject: &Subject<'_>, operator: SetOperator, texts: Vec<String>) -> Condition {
        answered(Condition::Set { term: subject.term.clone(), operator, texts }, false)
    }

    /// Whether the attribute is a set, by what the condition or the importer says.
    ///
    /// A field of an item is none: items have single values.
    fn is_set(&self, subject: &Subject<'_>) -> bool {
        !self.item && (self.sets.contains(subject.name) || self.importer.is_set(subject.name))
    }

    /// The value is one of the list, or the list has something in common with it; null may be in the list.
    ///
    /// A list without values contains nothing, and the answer is false for everybody. Null in the list is taken out of
    /// it and becomes the answer of what is absent.
    fn one_of(&self, subject: &Subject<'_>, of: &[Value]) -> Result<Condition> {
        if of.is_empty() {
            return Ok(Condition::Constant(false));
        }
        let null = of.contains(&Value::Null);
        let of: Vec<Value> = of.iter().filter(|value| !value.is_null()).cloned().collect();
        if self.is_set(subject) {
            let set = Condition::Set { term: subject.term.clone(), operator: SetOperator::AnyOf, texts: texts(&of)? };
            return Ok(answered(set, null));
        }
        let one = |(i, value)| literal(value).ok_or_else(|| in_list(value).at_key(i));
        let values: Vec<Literal> = of.iter().enumerate().map(one).collect::<Result<_>>()?;
        Ok(answered(subject.term.clone().one_of(values), null))
    }

    /// The same without regard to upper and lower case.
    ///
    /// Numbers and truths have no case; a list with them in it is refused.
    fn one_of_folded(&self, subject: &Subject<'_>, of: &[Value]) -> Result<Condition> {
        if self.is_set(subject) {
            return refused("texts in a set are compared letter by letter here");
        }
        let mut conditions = Vec::new();
        for (i, value) in of.iter().enumerate() {
            match value {
                Value::Null => {}
                Value::String(text) => {
                    conditions.push(subject.term.clone().text(TextOperator::Equals, text.as_str(), Fold::Unicode));
                }
                _ => return Err(in_list(value).at_key(i)),
            }
        }
        let null = of.contains(&Value::Null);
        match conditions.is_empty() {
            true if null => Ok(!known(&subject.term)),
            _ => Ok(answered(any(conditions), null)),
        }
    }

    /// One of the values of a saved group.
    ///
    /// The values are those that the importer was given under that id; they are copied into the condition, which does
    /// not change with the group afterwards.
    ///
    /// # Errors
    ///
    /// The importer knows no such group, or it has other values than texts where a set is asked.
    fn in_group(&self, subject: &Subject<'_>, group: &Value) -> Result<Condition> {
        let Value::String(id) = group else { return refused("the id of a saved group is a text") };
        let values = self.importer.group(id)?;
        if !self.is_set(subject) {
            return Ok(answered(subject.term.clone().one_of(values.iter().cloned()), false));
        }
        let texts = values.iter().map(|value| match value {
            Literal::Text(text) => Ok(text.clone()),
            other => refused(format!("the saved group has `{other}`, a set has texts")),
        });
        Ok(self.set(subject, SetOperator::AnyOf, texts.collect::<Result<_>>()?))
    }

    /// How many there are; false of what is no list, whatever is asked.
    ///
    /// The operand is read as a question about a number. What it would answer of null is put aside, because a list has
    /// a size and what is none answers false.
    fn size(&self, subject: &Subject<'_>, operand: &Value, depth: usize) -> Result<Condition> {
        let size = Subject { name: "", term: subject.term.clone().size() };
        match self.value(&size, operand, depth + 1)? {
            Condition::IfUnknown { condition, .. } => Ok(condition.if_unknown(false)),
            other => Ok(known(&subject.term) & other),
        }
    }

    /// One item of the list is so.
    ///
    /// With names it is a filter of items; with operators it looks at the texts of a set, of which two forms can be
    /// said.
    fn item(&self, subject: &Subject<'_>, operand: &Value, depth: usize) -> Result<Condition> {
        if self.item {
            return refused("a list in an item of a list cannot be said here");
        }
        if !is_operators(operand) {
            let reader = Reader { importer: self.importer, sets: BTreeSet::new(), item: true };
            let filter = Box::new(reader.object(operand, depth + 1)?);
            return Ok(answered(Condition::Exists { list: subject.name.to_owned(), filter }, false));
        }
        let mut found = match operand {
            Value::Object(entries) if entries.len() == 1 => match entries.iter().next() {
                Some((operator, text)) if operator == "$eq" => texts(std::slice::from_ref(text))?,
                Some((operator, of)) if operator == "$in" => texts(list(of)?)?,
                _ => return refused("of the texts in a set, only `$eq` and `$in` can be asked here"),
            },
            _ => return refused("of the texts in a set, only one of `$eq` and `$in` can be asked here"),
        };
        found.retain(|text| !text.is_empty()); // empty items are passed over there
        Ok(self.set(subject, SetOperator::AnyOf, found))
    }
}

/// Comparisons; equality with null asks whether it is known.
///
/// Of what is absent, equality is false and inequality true; an order answers what 0 answers.
///
/// # Errors
///
/// The operand is a list or an object, or a text whose order the two sides see otherwise.
fn compare(subject: &Subject<'_>, comparison: Comparison, operand: &Value) -> Result<Condition> {
    let with = |right: Literal| Condition::Compare { left: subject.term.clone(), comparison, right: right.into() };
    match (comparison, operand) {
        (Comparison::Equal, Value::Null) => return Ok(!known(&subject.term)),
        (Comparison::NotEqual, Value::Null) => return Ok(known(&subject.term)),
        _ => {}
    }
    match (comparison, literal(operand)) {
        (_, None) => {
            refused(format!("comparing with `{}`: only texts, numbers and truths are values here", shown(operand)))
        }
        (Comparison::Equal | Comparison::NotEqual, Some(right)) => {
            Ok(answered(with(right), comparison == Comparison::NotEqual))
        }
        (_, Some(right)) => {
            let (right, null) = ordered(comparison, &right)?;
            Ok(answered(with(right), null))
        }
    }
}

/// The pattern is found; null is the text `null` there.
///
/// The pattern is translated from JavaScript, and tried once on the text `null` to know what null answers.
///
/// # Errors
///
/// It is no pattern, or means something else here.
fn matches(subject: &Subject<'_>, pattern: &Value, fold: Fold) -> Result<Condition> {
    let Value::String(pattern) = pattern else { return refused("a pattern is a text") };
    let pattern = from_javascript(pattern)?;
    let null = Matcher::new(TextOperator::Matches, &pattern, fold)?.holds("null");
    Ok(answered(subject.term.clone().text(TextOperator::Matches, pattern, fold), null))
}

/// The name in `[{"a": {"$eq": ""}}, {"a": {"$size": 0}}]`.
///
/// `None` if it is anything else, also the same in another order.
fn empty(of: &Value) -> Option<&str> {
    let [text, list] = of.as_array()?.as_slice() else { return None };
    let (name, operators) = text.as_object().filter(|entries| entries.len() == 1)?.iter().next()?;
    let same = *list == json!({ name: { "$size": 0 } }) && *operators == json!({ "$eq": "" });
    same.then_some(name.as_str())
}

/// The entries of a list.
///
/// # Errors
///
/// It is anything else, which they answer with false at all times.
fn list(operand: &Value) -> Result<&[Value]> {
    match operand {
        Value::Array(values) => Ok(values),
        other => refused(format!("a list is wanted, found `{}`: it is never true there", shown(other))),
    }
}

/// Texts only: sets here have nothing else.
///
/// # Errors
///
/// One of them is no text; the error names its number.
fn texts(values: &[Value]) -> Result<Vec<String>> {
    let text = |(i, value): (usize, &Value)| match value {
        Value::String(text) => Ok(text.clone()),
        other => Err(Error::unsupported(format!("a set has texts, found `{}`", shown(other))).at_key(i)),
    };
    values.iter().enumerate().map(text).collect()
}

/// The error for what is no value in a list.
fn in_list(value: &Value) -> Error {
    Error::unsupported(format!("a list has texts, numbers and truths, found `{}`", shown(value)))
}
