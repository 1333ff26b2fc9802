//! The conformance suite: what every implementation of the rule language must answer, as data.
//!
//! `tests/conformance/README.md` says how a file is read; this runs each case through every executor there is.

mod cases;
mod coverage;
mod many;

use segmentry::customer::Customer;
use segmentry::rules::{Condition, Definitions, Plan, Truth};
use segmentry::segment::Segment;
use segmentry::{Error, Result};

use cases::{Case, Expected, Question, files};

/// What was answered.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    /// Of a condition.
    Truth(Truth),
    /// Of definitions: the audiences, and the segment of each rule list.
    Roots { members: Vec<String>, segments: Vec<(String, Option<String>)> },
}

/// Asks a plan; `None` where this executor cannot be asked such a thing.
type Executor = fn(&Plan, &Question) -> Option<Result<Outcome>>;

/// Everything that answers. An executor is one line here.
const EXECUTORS: &[(&str, Executor)] = &[
    ("row", |plan, question| Some(by_row(plan, question))),
    ("column", many::by_column),
    #[cfg(feature = "sql")]
    ("sqlite", many::by_sqlite),
];

fn by_row(plan: &Plan, question: &Question) -> Result<Outcome> {
    let mut asker = plan.asker();
    let answer = asker.ask(&question.person)?;
    if question.is_condition {
        return Ok(Outcome::Truth(answer.truth(0)));
    }
    let segment = |(list, name): (usize, &str)| -> Result<(String, Option<String>)> {
        Ok((name.to_owned(), answer.segment(list)?.map(|label| label.key().into_owned())))
    };
    let members = answer.audiences().map(|label| label.key().into_owned()).collect();
    let segments = plan.rule_lists().enumerate().map(segment).collect::<Result<_>>()?;
    Ok(Outcome::Roots { members, segments })
}

/// The plan of a case, fitted where it has a population.
fn plan_of(question: &Question) -> Result<Plan> {
    let Question { definitions, vocabulary, population, .. } = question;
    match population {
        Some(people) => Plan::fit_with(definitions, vocabulary, &many::table(people, vocabulary)?),
        None => Plan::new(definitions, vocabulary),
    }
}

/// What is wrong with the answer, if anything is.
fn wrong(expected: &Expected, found: &Result<Outcome>) -> Option<String> {
    let right = match (expected, found) {
        (Expected::Truth(truth), Ok(Outcome::Truth(found))) => truth == found,
        (Expected::Roots { members, segments }, Ok(Outcome::Roots { members: m, segments: s })) => {
            members.as_ref().is_none_or(|members| members == m)
                && segments.iter().flatten().all(|(list, segment)| s.contains(&(list.clone(), segment.clone())))
        }
        (Expected::Error(message), Err(error)) => error.to_string().contains(message),
        _ => false,
    };
    (!right).then(|| match found {
        Ok(outcome) => format!("expected {expected:?}, found {outcome:?}"),
        Err(error) => format!("expected {expected:?}, found the error `{error}`"),
    })
}

fn report(failures: &[String], asked: usize) {
    assert!(failures.is_empty(), "{} of {asked} answers are wrong:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_case_has_its_answer_from_every_executor() {
    let (mut failures, mut asked) = (Vec::new(), 0);
    let mut answered = vec![0; EXECUTORS.len()];
    for file in files() {
        for case in &file.cases {
            let mut check = |executor: &str, found: &Result<Outcome>| {
                asked += 1;
                if let Some(wrong) = wrong(&case.expected, found) {
                    let place = format!("{} / {} ({executor})", file.topic, case.name);
                    failures.push(format!("{place}: {wrong}\n    {}", case.explanation));
                }
            };
            let ready = case.question(&file).and_then(|question| Ok((plan_of(&question)?, question)));
            let (plan, question) = match ready {
                Ok(ready) => ready,
                Err(error) => {
                    check("definition", &Err(error));
                    continue;
                }
            };
            for ((name, executor), answered) in EXECUTORS.iter().zip(&mut answered) {
                if let Some(found) = executor(&plan, &question) {
                    *answered += 1;
                    check(name, &found);
                }
            }
        }
    }
    report(&failures, asked);
    let [row, others @ ..] = answered.as_slice() else { panic!("nothing answers") };
    // what an executor cannot say it leaves out; that must not become the rule
    assert!(others.iter().all(|answers| answers * 10 >= row * 9), "{answered:?} answers of {EXECUTORS:?}");
}

#[test]
fn definitions_come_back_the_same_from_text_and_json() {
    let (mut failures, mut asked) = (Vec::new(), 0);
    for file in files() {
        for case in &file.cases {
            let Ok(question) = case.question(&file) else { continue };
            let name = || format!("{} / {}", file.topic, case.name);
            for (form, back) in [
                ("text", question.definitions.to_string().parse::<Definitions>()),
                ("json", question.definitions.to_json().and_then(|json| Definitions::from_json(&json))),
            ] {
                asked += 1;
                match back {
                    Ok(back) if back == question.definitions => {}
                    Ok(back) => failures.push(format!("{} ({form}): comes back as {back:?}", name())),
                    // what is refused by every form has no form to come back from
                    Err(_) if matches!(case.expected, Expected::Error(_)) => {}
                    Err(error) => failures.push(format!("{} ({form}): {error}", name())),
                }
            }
            if let Some(condition) = question.definitions.audiences.first().and_then(|audience| audience.condition()) {
                asked += 1;
                let text = condition.to_string();
                match text.parse::<Condition>() {
                    Ok(back) if back == *condition => {}
                    Err(_) if matches!(case.expected, Expected::Error(_)) => {}
                    other => failures.push(format!("{} (condition `{text}`): {other:?}", name())),
                }
            }
        }
    }
    report(&failures, asked);
}

#[test]
fn the_suite_would_notice_a_wrong_answer() {
    let truth = |truth| Ok::<Outcome, Error>(Outcome::Truth(truth));
    assert!(wrong(&Expected::Truth(Truth::Unknown), &truth(Truth::Unknown)).is_none());
    assert!(wrong(&Expected::Truth(Truth::Unknown), &truth(Truth::False)).is_some());
    assert!(wrong(&Expected::Error("no such".to_owned()), &truth(Truth::False)).is_some());
    assert!(wrong(&Expected::Truth(Truth::False), &Err(Error::definition("no such name"))).is_some());
    assert!(wrong(&Expected::Error("no such".to_owned()), &Err(Error::definition("no such name"))).is_none());
}

#[test]
fn names_are_given_once_and_every_case_is_explained() {
    for file in files() {
        let mut names = std::collections::HashSet::new();
        for Case { name, explanation, .. } in &file.cases {
            assert!(names.insert(name), "{} / {name} occurs twice", file.topic);
            assert!(explanation.ends_with('.') && explanation.len() > 5, "{} / {name}: {explanation}", file.topic);
        }
    }
}

#[test]
fn customers_of_cases_are_read_as_they_stand() {
    let file = files().into_iter().find(|file| file.topic == "aggregates").unwrap();
    let case = file.cases.iter().find(|case| case.name == "sum, holds").unwrap();
    let person = case.question(&file).unwrap().person;
    assert_eq!(person.event_count(), 3);
    assert_eq!(person.event(0).unwrap().channel, Some("app"));
    assert_eq!(person.event(2).unwrap().amount, None);
}
