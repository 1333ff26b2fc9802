//! What holds of every condition: it is answered there as here, and comes back the same.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use segmentry::rules::*;
use segmentry::time::Day;
use serde_json::{Map, Value, json};

use super::super::generate;
use super::{ATTRIBUTES, growthbook, holds, json_logic, plan, schema, vocabulary};

/// A value, null or nothing.
fn maybe(values: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Option<Value>> {
    prop_oneof![3 => values.prop_map(Some), 1 => Just(Some(Value::Null)), 1 => Just(None)].boxed()
}

fn texts() -> impl Strategy<Value = Value> {
    select(vec!["DE", "de", "BR", "pro", "free", "app", "null", "a.b", "", "0", "Ödön"]).prop_map(Value::from)
}

fn numbers() -> impl Strategy<Value = Value> {
    prop_oneof![(-3..4_i64).prop_map(Value::from), (-12..12_i32).prop_map(|n| Value::from(f64::from(n) / 4.0))]
}

fn days() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec!["2026-06-01", "2024-02-29"]).prop_map(Value::from),
        generate::day().prop_map(|day| Value::from(day.to_string()))
    ]
}

/// A customer, of whom much may be missing or null.
fn customer() -> BoxedStrategy<Value> {
    let versions = select(vec!["1.0.0", "v2.3.0", "2.3.0-beta.1", "2.3.0+7", "10.0.0"]).prop_map(Value::from);
    let tags = vec(select(vec!["vip", "beta", "b2b", "late"]), 0..4).prop_map(|mut tags| {
        tags.sort_unstable();
        tags.dedup();
        json!(tags)
    });
    let item = (maybe(texts()), maybe(numbers()), maybe(any::<bool>().prop_map(Value::from)))
        .prop_map(|(sku, qty, paid)| object([("sku", sku), ("qty", qty), ("paid", paid)]));
    let first = (maybe(numbers()), maybe((-3..200_i64).prop_map(Value::from)), maybe(texts()), maybe(texts()));
    let second = (maybe(any::<bool>().prop_map(Value::from)), maybe(days()), maybe(days()), maybe(tags));
    let third = (maybe(versions), maybe(texts()), option::of(vec(item, 0..3).prop_map(Value::from)));
    (first, second, third)
        .prop_map(|((spend, employees, country, plan), (active, signup, birthday, tags), (version, city, orders))| {
            let address = Some(object([("city", city)]));
            object([
                ("spend", spend),
                ("employees", employees),
                ("country", country),
                ("plan", plan),
                ("active", active),
                ("signup", signup),
                ("birthday", birthday),
                ("tags", tags),
                ("app_version", version),
                ("address", address),
                ("orders", orders),
            ])
        })
        .boxed()
}

fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let known = entries.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(known.collect::<Map<String, Value>>())
}

fn comparison() -> impl Strategy<Value = Comparison> {
    select(&Comparison::ALL[..])
}

fn number_term(item: bool) -> BoxedStrategy<Term> {
    if item { Just(field("qty")).boxed() } else { select(vec!["spend", "employees"]).prop_map(attribute).boxed() }
}

fn text_term(item: bool) -> BoxedStrategy<Term> {
    if item {
        Just(field("sku")).boxed()
    } else {
        select(vec!["country", "plan", "address.city"]).prop_map(attribute).boxed()
    }
}

fn number() -> impl Strategy<Value = Literal> {
    prop_oneof![
        (-3..4_i64).prop_map(Literal::Integer),
        (-12..12_i32).prop_map(|quarters| Literal::Number(f64::from(quarters) / 4.0))
    ]
}

fn a_text() -> impl Strategy<Value = &'static str> {
    select(vec!["DE", "de", "pro", "null", "nul", "a.b", "a", "", "ö"])
}

/// What both other languages can say of an attribute, or of a field.
fn leaf(item: bool) -> BoxedStrategy<Condition> {
    let compared =
        (number_term(item), comparison(), number(), any::<bool>()).prop_map(|(term, comparison, with, turned)| {
            let (left, right) = if turned { (with.into(), term) } else { (term, with.into()) };
            Condition::Compare { left, comparison, right }
        });
    let bounds = select(vec![Bounds::Both, Bounds::Lower, Bounds::Upper, Bounds::Neither]);
    let between = (number_term(item), number(), number(), bounds)
        .prop_map(|(term, low, high, bounds)| Condition::Between { term, low: low.into(), high: high.into(), bounds });
    let texts = (text_term(item), any::<bool>(), a_text())
        .prop_map(|(term, same, text)| if same { term.is(text) } else { term.is_not(text) });
    let one_of = (text_term(item), vec(a_text(), 0..3)).prop_map(|(term, texts)| term.one_of(texts));
    let numbers = (number_term(item), vec(number(), 0..3)).prop_map(|(term, values)| term.one_of(values));
    let truth = any::<bool>().prop_map(move |truth| if item { field("paid") } else { attribute("active") }.is(truth));
    let known = prop_oneof![number_term(item), text_term(item)].prop_map(Term::is_known);
    let contains = (text_term(item), select(vec![TextOperator::Equals, TextOperator::Contains]), a_text())
        .prop_map(|(term, operator, text)| term.text(operator, text, Fold::Exact));
    prop_oneof![6 => compared, 2 => between, 3 => texts, 1 => one_of, 1 => numbers, 2 => truth, 2 => known, 2 => contains].boxed()
}

/// What is said of a whole customer only.
fn customer_leaf() -> BoxedStrategy<Condition> {
    let day =
        (select(vec!["signup", "birthday"]), comparison(), generate::day()).prop_map(|(name, comparison, day)| {
            Condition::Compare { left: attribute(name), comparison, right: day.into() }
        });
    let set = (
        select(vec![SetOperator::AnyOf, SetOperator::AllOf, SetOperator::NoneOf]),
        vec(select(vec!["vip", "beta", "b2b", "none"]), 0..3),
    )
        .prop_map(|(operator, texts)| Condition::Set {
            term: attribute("tags"),
            operator,
            texts: texts.into_iter().map(str::to_owned).collect(),
        });
    let exists = nested(leaf(true), 1)
        .prop_map(|filter| Condition::Exists { list: "orders".to_owned(), filter: Box::new(filter) });
    prop_oneof![8 => leaf(false), 2 => day, 2 => set, 2 => exists].boxed()
}

/// What only GrowthBook can say.
fn growthbook_leaf() -> BoxedStrategy<Condition> {
    let operator =
        select(vec![TextOperator::Contains, TextOperator::StartsWith, TextOperator::EndsWith, TextOperator::Equals]);
    let fold = select(vec![Fold::Exact, Fold::Unicode]);
    let text = (text_term(false), operator, a_text(), fold)
        .prop_map(|(term, operator, text, fold)| term.text(operator, text, fold));
    let pattern = (text_term(false), select(vec!["^[a-z]+$", r"a\.b", "n.*l", "^$", "(?:D|B)[ER]?", ".{2,3}"]))
        .prop_map(|(term, pattern)| term.matches(pattern));
    let version =
        (comparison(), select(vec!["1.0.0", "2.3.0", "2.3.0-beta.1", "10.0.0"])).prop_map(|(comparison, version)| {
            Condition::Version { term: attribute("app_version"), comparison, version: version.to_owned() }
        });
    let size = (comparison(), 0..4_i64).prop_map(|(comparison, size)| Condition::Compare {
        left: attribute("tags").size(),
        comparison,
        right: size.into(),
    });
    let exactly = vec(select(vec!["vip", "beta"]), 0..3).prop_map(|texts| attribute("tags").exactly(texts));
    let empty = select(vec!["tags", "country"]).prop_map(|name| attribute(name).state(State::Empty));
    prop_oneof![6 => customer_leaf(), 2 => text, 2 => pattern, 1 => version, 1 => size, 1 => exactly, 1 => empty]
        .boxed()
}

/// What only json-logic can say.
fn json_logic_leaf() -> BoxedStrategy<Condition> {
    let number = number_term(false).prop_recursive(2, 6, 2, |inner| {
        let two = (inner.clone(), prop_oneof![inner.clone(), number().prop_map(Term::from)]);
        let operator = select(vec![
            Arithmetic::Add,
            Arithmetic::Subtract,
            Arithmetic::Multiply,
            Arithmetic::Minimum,
            Arithmetic::Maximum,
        ]);
        prop_oneof![
            4 => (operator, two).prop_map(|(operator, (a, b))| Term::Arithmetic { operator, of: vec![a, b] }),
            1 => (inner, select(vec![2, -4])).prop_map(|(a, by)| a / by),
        ]
    });
    let right = prop_oneof![number_term(false), (-3..4_i64).prop_map(Term::from)];
    let compared = (number, comparison(), right).prop_map(|(left, comparison, right)| Condition::Compare {
        left,
        comparison,
        right,
    });
    let texts = (text_term(false), text_term(false), any::<bool>())
        .prop_map(|(a, b, same)| if same { a.is(b) } else { a.is_not(b) });
    prop_oneof![6 => customer_leaf(), 4 => compared, 1 => texts].boxed()
}

fn nested(leaf: BoxedStrategy<Condition>, depth: u32) -> BoxedStrategy<Condition> {
    leaf.prop_recursive(depth, 16, 3, |inner| {
        prop_oneof![
            1 => any::<bool>().prop_map(Condition::Constant),
            3 => vec(inner.clone(), 0..4).prop_map(Condition::All),
            3 => vec(inner.clone(), 0..4).prop_map(Condition::Any),
            1 => (0..4_u32, vec(inner.clone(), 0..4)).prop_map(|(count, of)| Condition::at_least(count, of)),
            3 => inner.clone().prop_map(|inner| !inner),
            2 => (inner, any::<bool>()).prop_map(|(inner, then)| inner.if_unknown(then)),
        ]
    })
    .boxed()
}

/// Written there, answered there as here, read again and answered the same.
fn there_and_back(
    condition: &Condition,
    customers: &[Value],
    write: fn(&Condition) -> segmentry::Result<Value>,
    read: impl Fn(&Value) -> segmentry::Result<Condition>,
    answer: fn(&Value, &Value) -> bool,
) -> Result<(), TestCaseError> {
    let written = write(condition).map_err(|error| TestCaseError::fail(format!("{error}: {condition}")))?;
    let again = read(&written).map_err(|error| TestCaseError::fail(format!("{error}: {written}")))?;
    for customer in customers {
        let here = holds(condition, customer);
        prop_assert_eq!(answer(&written, customer), here, "{} of {} is {}", condition, customer, &written);
        prop_assert_eq!(holds(&again, customer), here, "{} of {} by {} is {}", condition, customer, &written, &again);
    }
    Ok(())
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn growthbook_answers_as_we_do(condition in nested(growthbook_leaf(), 3), customers in vec(customer(), 6)) {
        let read = |json: &Value| Importer::new().set("tags").growthbook(json);
        there_and_back(&condition, &customers, Condition::to_growthbook, read, growthbook::holds)?;
    }

    #[test]
    fn json_logic_answers_as_we_do(condition in nested(json_logic_leaf(), 3), customers in vec(customer(), 6)) {
        let read = |json: &Value| Importer::new().set("tags").json_logic(json);
        there_and_back(&condition, &customers, Condition::to_json_logic, read, json_logic::holds)?;
    }

    /// Whatever is not refused is answered there as here, also where it was not made to be written there.
    #[test]
    fn what_is_written_is_right_or_refused(condition in generate::condition(2), customers in vec(customer(), 4)) {
        // what is empty is a text or a set: only those who know the attributes can tell
        prop_assume!(plan(&condition, &vocabulary()).is_ok());
        if let Ok(there) = condition.to_growthbook() {
            for customer in &customers {
                prop_assert_eq!(growthbook::holds(&there, customer), holds(&condition, customer), "{} of {}", &there, customer);
            }
        }
        if let Ok(there) = condition.to_json_logic() {
            for customer in &customers {
                prop_assert_eq!(json_logic::holds(&there, customer), holds(&condition, customer), "{} of {}", &there, customer);
            }
        }
    }
}

/// Random conditions of GrowthBook: read here, they are answered as there.
fn growthbook_condition() -> BoxedStrategy<Value> {
    let literal = |item: bool| {
        let text = if item { "sku" } else { "country" };
        let number = if item { "qty" } else { "spend" };
        let ordering = select(vec!["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"]);
        let null_or = |values: BoxedStrategy<Value>| prop_oneof![5 => values, 1 => Just(Value::Null)].boxed();
        let folded = || select(vec!["de", "DE", "Pro", "null"]).prop_map(Value::from).boxed();
        prop_oneof![
            (texts()).prop_map(move |value| json!({ text: value })),
            (numbers()).prop_map(move |value| json!({ number: value })),
            (ordering, numbers()).prop_map(move |(operator, value)| json!({ number: { operator: value } })),
            (select(vec!["$eq", "$ne"]), null_or(texts().boxed()))
                .prop_map(move |(operator, value)| json!({ text: { operator: value } })),
            (select(vec!["$in", "$nin"]), vec(null_or(texts().boxed()), 0..3))
                .prop_map(move |(operator, values)| json!({ text: { operator: values } })),
            (select(vec!["$ini", "$nini"]), vec(null_or(folded()), 0..3))
                .prop_map(move |(operator, values)| json!({ text: { operator: values } })),
            any::<bool>().prop_map(move |exists| json!({ number: { "$exists": exists } })),
            (select(vec!["$regex", "$regexi"]), select(vec!["^d", "l$", "n.l", "[A-Z]", "e|o"]))
                .prop_map(move |(operator, pattern)| json!({ text: { operator: pattern } })),
            (numbers(), numbers()).prop_map(move |(a, b)| json!({ number: { "$gte": a, "$not": { "$gt": b } } })),
        ]
    };
    let list = |inner: BoxedStrategy<Value>| {
        inner.prop_recursive(2, 12, 3, |inner| {
            prop_oneof![
                (select(vec!["$and", "$or", "$nor"]), vec(inner.clone(), 0..3))
                    .prop_map(|(key, of)| json!({ key: of })),
                inner.prop_map(|inner| json!({ "$not": inner })),
            ]
        })
    };
    let item = list(literal(true).boxed()).prop_filter("operators on an item", |item| {
        item.as_object().is_some_and(|item| item.keys().any(|key| !key.starts_with('$')))
    });
    let versions =
        (select(vec!["$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte"]), select(vec!["1.0.0", "v2.3.0", "2.3.0-rc.1"]))
            .prop_map(|(operator, version)| json!({ "app_version": { operator: version } }));
    let tag = || select(vec!["vip", "beta", "none"]);
    let days = (select(vec!["$lt", "$lte", "$gt", "$gte"]), days())
        .prop_map(|(operator, day)| json!({ "signup": { operator: day } }));
    let of_customer = prop_oneof![
        8 => literal(false),
        1 => any::<bool>().prop_map(|value| json!({ "active": value })),
        1 => Just(json!({ "plan": null })),
        1 => versions,
        1 => days,
        1 => (0..4_i64, select(vec!["$gt", "$ne", "$lte"])).prop_map(|(size, operator)| json!({ "tags": { "$size": { operator: size } } })),
        1 => (0..3_i64).prop_map(|size| json!({ "tags": { "$not": { "$size": size } } })),
        1 => vec(tag(), 0..3).prop_map(|tags| json!({ "tags": { "$all": tags } })),
        1 => vec(tag(), 0..3).prop_map(|tags| json!({ "tags": { "$elemMatch": { "$in": tags } } })),
        1 => vec(tag(), 0..3).prop_map(|tags| json!({ "tags": { "$nin": tags } })),
        1 => tag().prop_map(|tag| json!({ "tags": [tag] })),
        2 => item.prop_map(|item| json!({ "orders": { "$elemMatch": item } })),
    ];
    list(of_customer.boxed()).boxed()
}

/// Random rules of json-logic.
fn json_logic_rule() -> BoxedStrategy<Value> {
    let number = |item: bool| -> BoxedStrategy<Value> {
        let name = if item { vec!["qty"] } else { vec!["spend", "employees"] };
        let plain = select(name.clone()).prop_map(|name| json!({ "var": name }));
        let or_zero = select(name).prop_map(|name| json!({ "var": [name, 0] }));
        let variable = prop_oneof![3 => plain, 1 => or_zero, 1 => numbers()];
        variable
            .prop_recursive(2, 6, 3, |inner| {
                prop_oneof![
                    (select(vec!["+", "-", "min", "max", "*"]), inner.clone(), inner.clone())
                        .prop_map(|(operation, a, b)| json!({ operation: [a, b] })),
                    (select(vec!["+", "-"]), inner.clone()).prop_map(|(operation, a)| json!({ operation: [a] })),
                    inner.prop_map(|a| json!({ "/": [a, 2] })),
                ]
            })
            .boxed()
    };
    let leaf = move |item: bool| {
        let text = if item { "sku" } else { "country" };
        let truth = if item { "paid" } else { "active" };
        let sign = select(vec!["==", "===", "!=", "!==", "<", "<=", ">", ">="]);
        let same = select(vec!["==", "===", "!=", "!=="]);
        prop_oneof![
            4 => (sign, number(item), number(item)).prop_map(|(sign, a, b)| json!({ sign: [a, b] })),
            1 => (select(vec!["<", "<="]), numbers(), number(item), numbers()).prop_map(|(sign, a, b, c)| json!({ sign: [a, b, c] })),
            2 => (same.clone(), prop_oneof![texts(), Just(Value::Null)]).prop_map(move |(sign, value)| json!({ sign: [{ "var": text }, value] })),
            1 => (same.clone(), texts(), texts()).prop_map(move |(sign, default, value)| json!({ sign: [{ "var": [text, default] }, value] })),
            1 => (select(vec!["<", ">=", "===", "!=="]), numbers(), numbers())
                .prop_map(move |(sign, default, value)| json!({ sign: [{ "var": [if item { "qty" } else { "spend" }, default] }, value] })),
            1 => same.prop_map(move |sign| json!({ sign: [{ "var": text }, { "var": if item { "sku" } else { "plan" } }] })),
            1 => vec(prop_oneof![texts(), Just(Value::Null)], 0..3).prop_map(move |values| json!({ "in": [{ "var": text }, values] })),
            1 => texts().prop_map(move |value| json!({ "in": [value, { "var": text }] })),
            1 => any::<bool>().prop_map(move |default| json!({ "var": [truth, default] })),
            1 => Just(json!({ "var": truth })),
            1 => Just(json!({ "missing": if item { vec![text] } else { vec![text, truth] } })),
            1 => (0..4_u64).prop_map(move |need| json!({ "missing_some": [need, if item { vec![text] } else { vec![text, truth] }] })),
        ]
    };
    let list = |inner: BoxedStrategy<Value>| {
        inner.prop_recursive(2, 12, 3, |inner| {
            prop_oneof![
                2 => (select(vec!["and", "or"]), vec(inner.clone(), 0..3)).prop_map(|(key, of)| json!({ key: of })),
                1 => (select(vec!["!", "!!"]), inner.clone()).prop_map(|(key, of)| json!({ key: [of] })),
                1 => vec(prop_oneof![3 => inner, 1 => any::<bool>().prop_map(Value::from)], 0..5).prop_map(|of| json!({ "if": of })),
            ]
        })
    };
    let tag = || select(vec!["vip", "beta", "none"]);
    let quantifier = || select(vec!["some", "none", "all"]);
    let of_customer = prop_oneof![
        8 => leaf(false),
        1 => (quantifier(), list(leaf(true).boxed())).prop_map(|(quantifier, rule)| json!({ quantifier: [{ "var": "orders" }, rule] })),
        1 => (select(vec!["some", "none"]), tag()).prop_map(|(quantifier, tag)| json!({ quantifier: [{ "var": "tags" }, { "==": [{ "var": "" }, tag] }] })),
        1 => tag().prop_map(|tag| json!({ "in": [tag, { "var": "tags" }] })),
    ];
    list(of_customer.boxed()).boxed()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn conditions_of_growthbook_are_answered_as_there(json in growthbook_condition(), customers in vec(customer(), 6)) {
        let condition = Importer::new().set("tags").growthbook(&json).map_err(|error| TestCaseError::fail(format!("{error}: {json}")))?;
        for customer in &customers {
            prop_assert_eq!(holds(&condition, customer), growthbook::holds(&json, customer), "{} of {} is {}", &json, customer, &condition);
        }
    }

    #[test]
    fn rules_of_json_logic_are_answered_as_there(json in json_logic_rule(), customers in vec(customer(), 6)) {
        let condition = match Importer::new().schema(&schema(&ATTRIBUTES)).json_logic(&json) {
            Ok(condition) => condition,
            // a default and its null are told apart in comparisons, not everywhere; the reason is said
            Err(error) => {
                let said = error.to_string();
                prop_assert!(said.contains("default") || said.contains("the argument as it is"), "{}: {}", said, json);
                return Err(TestCaseError::reject("refused"));
            }
        };
        for customer in &customers {
            prop_assert_eq!(holds(&condition, customer), json_logic::holds(&json, customer), "{} of {} is {}", &json, customer, &condition);
        }
    }
}

#[test]
fn a_day_there_is_its_text() {
    let condition = attribute("signup").at_least(Day::new(2026, 6, 1).unwrap());
    assert_eq!(condition.to_growthbook().unwrap(), json!({ "signup": { "$gte": "2026-06-01" } }));
}
