//! What json-logic's engine answers: a slow twin of it, written from its description and its published cases.

use serde_json::Value;

use super::growthbook::{as_number, order, same};

/// Whether the rule is true of the customer there.
pub fn holds(rule: &Value, customer: &Value) -> bool {
    is_true(&apply(rule, customer))
}

fn is_true(value: &Value) -> bool {
    value.as_array().map_or_else(|| super::growthbook::is_true(value), |items| !items.is_empty())
}

/// A result that is not a number cannot be told as JSON: a text that compares with nothing in these tests.
const NOT_A_NUMBER: &str = "not a number";

fn number(number: f64) -> Value {
    serde_json::Number::from_f64(number).map_or_else(|| Value::from(NOT_A_NUMBER), Value::Number)
}

/// A value as a number where only what is written as a number is one.
fn parsed(value: &Value) -> f64 {
    match value {
        Value::Null | Value::Bool(_) => f64::NAN,
        other => as_number(other),
    }
}

fn compared(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    order(left, right).filter(|_| left != NOT_A_NUMBER && right != NOT_A_NUMBER)
}

fn equal(left: &Value, right: &Value) -> bool {
    same(left, right) && left != NOT_A_NUMBER
}

fn variable(arguments: &[Value], data: &Value) -> Value {
    let default = arguments.get(1).cloned().unwrap_or(Value::Null);
    let path = match arguments.first() {
        None | Some(Value::Null) => return data.clone(),
        Some(Value::String(path)) if path.is_empty() => return data.clone(),
        Some(Value::String(path)) => path.clone(),
        Some(other) => other.to_string(),
    };
    let mut value = data;
    for key in path.split('.') {
        match value.get(key) {
            Some(found) => value = found,
            None => return default,
        }
    }
    value.clone()
}

fn missing(keys: &[Value], data: &Value) -> Vec<Value> {
    let keys = match keys {
        [Value::Array(keys)] => keys,
        keys => keys,
    };
    let absent = |key: &&Value| {
        let value = variable(std::slice::from_ref(*key), data);
        value.is_null() || value == ""
    };
    keys.iter().filter(absent).cloned().collect()
}

pub fn apply(rule: &Value, data: &Value) -> Value {
    let entries = match rule {
        Value::Object(entries) => entries,
        Value::Array(rules) => return rules.iter().map(|rule| apply(rule, data)).collect(),
        other => return other.clone(),
    };
    let (operation, arguments) = entries.iter().next().unwrap();
    let raw: Vec<Value> = match arguments {
        Value::Array(of) => of.clone(),
        one => vec![one.clone()],
    };
    match operation.as_str() {
        "and" => return lazily(&raw, data, false),
        "or" => return lazily(&raw, data, true),
        "if" | "?:" => {
            let mut rest = raw.as_slice();
            while let [when, then, more @ ..] = rest {
                if is_true(&apply(when, data)) {
                    return apply(then, data);
                }
                rest = more;
            }
            return rest.first().map_or(Value::Null, |last| apply(last, data));
        }
        "some" | "none" | "all" => {
            let items = apply(&raw[0], data);
            let items = items.as_array().cloned().unwrap_or_default();
            let mut found = items.iter().map(|item| is_true(&apply(&raw[1], item)));
            return Value::Bool(match operation.as_str() {
                "some" => found.any(|found| found),
                "none" => !found.any(|found| found),
                _ => !items.is_empty() && found.all(|found| found),
            });
        }
        _ => {}
    }
    let of: Vec<Value> = raw.iter().map(|argument| apply(argument, data)).collect();
    let between = |holds: fn(std::cmp::Ordering) -> bool| {
        Value::Bool(of.windows(2).all(|pair| compared(&pair[0], &pair[1]).is_some_and(holds)))
    };
    let fold = |start: Option<f64>, with: fn(f64, f64) -> f64, read: fn(&Value) -> f64| {
        let mut numbers = of.iter().map(|value| if value == NOT_A_NUMBER { f64::NAN } else { read(value) });
        let first = start.or_else(|| numbers.next()).unwrap();
        number(numbers.fold(first, with))
    };
    let least = |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) };
    let most = |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) };
    match operation.as_str() {
        "var" => variable(&of, data),
        "missing" => Value::Array(missing(&of, data)),
        "missing_some" => {
            let keys = of[1].as_array().unwrap();
            let missing = missing(keys, data);
            let enough = keys.len() - missing.len() >= of[0].as_u64().unwrap() as usize;
            Value::Array(if enough { Vec::new() } else { missing })
        }
        "==" | "===" => Value::Bool(equal(&of[0], &of[1])),
        "!=" | "!==" => Value::Bool(!equal(&of[0], &of[1])),
        "<" => between(std::cmp::Ordering::is_lt),
        "<=" => between(std::cmp::Ordering::is_le),
        ">" => between(std::cmp::Ordering::is_gt),
        ">=" => between(std::cmp::Ordering::is_ge),
        "!" => Value::Bool(!is_true(&of[0])),
        "!!" => Value::Bool(is_true(&of[0])),
        "in" => Value::Bool(match &of[1] {
            Value::String(text) => of[0].as_str().is_some_and(|part| text.contains(part)),
            Value::Array(items) => items.iter().any(|item| equal(item, &of[0])),
            _ => false,
        }),
        "+" => fold(Some(0.0), |a, b| a + b, parsed),
        "*" => fold(None, |a, b| a * b, parsed),
        "-" if of.len() == 1 => number(-as_number(&of[0])),
        "-" => fold(None, |a, b| a - b, as_number),
        "/" => fold(None, |a, b| a / b, as_number),
        "min" => fold(None, least, as_number),
        "max" => fold(None, most, as_number),
        other => panic!("no operation `{other}`"),
    }
}

/// The first that is true, or false, or the last.
fn lazily(of: &[Value], data: &Value, wanted: bool) -> Value {
    let mut last = Value::Null;
    for rule in of {
        last = apply(rule, data);
        if is_true(&last) == wanted {
            break;
        }
    }
    last
}
