//! The executors of many: columns, and SQL that SQLite runs. The customer of a case is a table of one row.

use segmentry::Result;
use segmentry::customer::{Customer, Customers, CustomersBuilder};
use segmentry::rules::{Plan, Vocabulary};
use segmentry::segment::Segment;

use super::Outcome;
use super::cases::{Person, Question};

/// These customers with a column for all that the vocabulary has, of the kind it says.
///
/// # Errors
/// If a value is of another kind: a table has no place for it.
pub fn table(people: &[Person], vocabulary: &Vocabulary) -> Result<Customers> {
    let mut rows = CustomersBuilder::with_schema(vocabulary.attributes());
    for person in people {
        rows.push(person.id(), person.attributes().into_iter().map(|name| (name, person.value(name))))?;
    }
    let found = Customers::from_customers(people)?;
    let mut customers = rows.finish()?;
    if let Some(history) = found.history() {
        for (name, column) in history.properties() {
            if vocabulary.event_field_kind(name) != Some(column.kind()) && column.values().any(|v| v.is_present()) {
                return Err(segmentry::Error::wrong_kind(name, column.kind(), "the vocabulary's"));
            }
        }
        customers = customers.with_history(history.clone());
    }
    for (name, items) in found.lists() {
        let fields = vocabulary.list_fields(name)?;
        for person in people {
            for (index, field) in
                (0..person.item_count(name)).flat_map(|i| fields.attributes().iter().map(move |f| (i, f)))
            {
                let kind = person.item_value(name, index, &field.name).kind();
                if kind.is_some_and(|kind| kind != field.kind) {
                    return Err(segmentry::Error::wrong_kind(&field.name, "another", field.kind.to_string()));
                }
            }
        }
        customers = customers.with_items(name, items.clone());
    }
    match people.first().and_then(Customer::as_of) {
        Some(as_of) => Ok(customers.as_of(as_of)),
        None => Ok(customers),
    }
}

/// The column executor; it is not asked of values that no column can hold.
pub fn by_column(plan: &Plan, question: &Question) -> Option<Result<Outcome>> {
    let customers = table(std::slice::from_ref(&question.person), &question.vocabulary).ok()?;
    Some(in_columns(plan, question, &customers))
}

fn in_columns(plan: &Plan, question: &Question, customers: &Customers) -> Result<Outcome> {
    if question.is_condition {
        return Ok(Outcome::Truth(plan.truths_of(customers)?.truth(0, 0)));
    }
    let audiences = plan.audiences_of(customers)?;
    let keys: Vec<String> = plan.audiences().map(|label| label.key().into_owned()).collect();
    let members = audiences.of(0).map(|audience| keys[audience].clone()).collect();
    let mut segments = Vec::new();
    for (list, name) in plan.rule_lists().enumerate() {
        let placed = plan.segment_of(list, customers)?;
        segments.push((name.to_owned(), placed.get(0).map(|label| label.key().into_owned())));
    }
    Ok(Outcome::Roots { members, segments })
}

/// The same in SQLite; it is not asked what the renderer says it cannot write.
#[cfg(feature = "sql")]
pub fn by_sqlite(plan: &Plan, question: &Question) -> Option<Result<Outcome>> {
    use segmentry::rules::{Dialect, Renderer, Truth};
    use segmentry::time::{AsOf, Day};

    use crate::rules::sqlite::{Sqlite, tables_with};

    let customers = table(std::slice::from_ref(&question.person), &question.vocabulary).ok()?;
    let as_of = match question.person.as_of() {
        None if plan.reads().as_of => return None,
        as_of => as_of.unwrap_or(AsOf::from(Day::new(9000, 1, 1).unwrap())),
    };
    let lists: Vec<&str> = question.lists.iter().map(String::as_str).collect();
    let renderer = Renderer::new(Dialect::Sqlite, plan, as_of).tables(tables_with(&lists)).host_functions();
    let sqlite = Sqlite::load_with(&customers, &question.vocabulary, &lists);
    if question.is_condition {
        let audience = question.definitions.audiences.first()?;
        let truth = match sqlite.ask(&renderer, audience.condition()?).ok()?[0] {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Unknown,
        };
        return Some(Ok(Outcome::Truth(truth)));
    }
    let (mut members, mut segments) = (Vec::new(), Vec::new());
    for label in plan.audiences() {
        if !sqlite.rows(&renderer.members(&label.key()).ok()?).is_empty() {
            members.push(label.key().into_owned());
        }
    }
    for name in plan.rule_lists() {
        let rows = sqlite.rows(&renderer.rules(name).ok()?);
        let segment = rows.first().and_then(|row| row.get(1)).filter(|segment| *segment != "-");
        segments.push((name.to_owned(), segment.cloned()));
    }
    Some(Ok(Outcome::Roots { members, segments }))
}
