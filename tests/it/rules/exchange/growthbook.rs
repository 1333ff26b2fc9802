//! What GrowthBook's engine answers: a slow twin of it, written from its description and its published cases.

use serde_json::{Map, Value};

/// Whether the condition holds of the customer there.
pub fn holds(condition: &Value, customer: &Value) -> bool {
    condition.as_object().unwrap().iter().all(|(key, value)| match key.as_str() {
        "$and" => list(value).iter().all(|of| holds(of, customer)),
        "$or" => or(value, customer),
        "$nor" => !or(value, customer),
        "$not" => !holds(value, customer),
        path => value_holds(value, super::at(customer, path).unwrap_or(&Value::Null)),
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn or(value: &Value, customer: &Value) -> bool {
    list(value).is_empty() || list(value).iter().any(|of| holds(of, customer))
}

fn operators(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object().filter(|entries| !entries.is_empty() && entries.keys().all(|key| key.starts_with('$')))
}

fn value_holds(condition: &Value, actual: &Value) -> bool {
    match condition {
        Value::String(text) => as_text(actual) == *text,
        Value::Number(number) => as_number(actual) == number.as_f64().unwrap(),
        Value::Bool(truth) => !actual.is_null() && is_true(actual) == *truth,
        Value::Null => actual.is_null(),
        other => match operators(other) {
            Some(operators) => operators.iter().all(|(operator, operand)| operator_holds(operator, operand, actual)),
            None => same(actual, other),
        },
    }
}

/// A value turned into a text, as JavaScript does.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(as_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// A value turned into a number, as JavaScript does.
pub fn as_number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(truth) => f64::from(u8::from(*truth)),
        Value::Number(number) => number.as_f64().unwrap(),
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::String(text) => text.trim().parse().unwrap_or(f64::NAN),
        Value::Array(_) | Value::Object(_) => f64::NAN,
    }
}

pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// The same value of the same kind; numbers are doubles.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (left, right) => left == right,
    }
}

/// How two values are ordered: texts by their letters, all else as numbers; `None` if not at all.
pub fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        (left, right) => as_number(left).partial_cmp(&as_number(right)),
    }
}

fn padded(value: &Value) -> String {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if !text.is_empty() => text.clone(),
        _ => "0".to_owned(),
    };
    let text = text.strip_prefix('v').unwrap_or(&text);
    let mut parts: Vec<&str> = text.split('+').next().unwrap().split(['-', '.']).collect();
    if parts.len() == 3 {
        parts.push("~");
    }
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    parts
        .iter()
        .map(|part| if number(part) { format!("{part:>5}") } else { (*part).to_owned() })
        .collect::<Vec<_>>()
        .join("-")
}

fn lower(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| Value::from(text.to_lowercase()))
}

fn is_in(actual: &Value, expected: &[Value], fold: bool) -> bool {
    let equal = |a: &Value, b: &Value| if fold { same(&lower(a), &lower(b)) } else { same(a, b) };
    match actual {
        Value::Array(items) => items.iter().any(|item| expected.iter().any(|one| equal(item, one))),
        one => expected.iter().any(|other| equal(one, other)),
    }
}

fn operator_holds(operator: &str, expected: &Value, actual: &Value) -> bool {
    let ordered = |holds: fn(std::cmp::Ordering) -> bool| order(actual, expected).is_some_and(holds);
    let versions = padded(actual).cmp(&padded(expected));
    let pattern = |fold: &str| {
        let regex = regex::Regex::new(&format!("{fold}{}", expected.as_str().unwrap()));
        regex.is_ok_and(|regex| regex.is_match(&as_text(actual)))
    };
    match operator {
        "$eq" => same(actual, expected),
        "$ne" => !same(actual, expected),
        "$lt" => ordered(std::cmp::Ordering::is_lt),
        "$lte" => ordered(std::cmp::Ordering::is_le),
        "$gt" => ordered(std::cmp::Ordering::is_gt),
        "$gte" => ordered(std::cmp::Ordering::is_ge),
        "$veq" => versions.is_eq(),
        "$vne" => versions.is_ne(),
        "$vlt" => versions.is_lt(),
        "$vlte" => versions.is_le(),
        "$vgt" => versions.is_gt(),
        "$vgte" => versions.is_ge(),
        "$exists" => is_true(expected) != actual.is_null(),
        "$in" => is_in(actual, list(expected), false),
        "$nin" => !is_in(actual, list(expected), false),
        "$ini" => is_in(actual, list(expected), true),
        "$nini" => !is_in(actual, list(expected), true),
        "$not" => !value_holds(expected, actual),
        "$size" => actual.as_array().is_some_and(|items| value_holds(expected, &Value::from(items.len()))),
        "$all" => actual
            .as_array()
            .is_some_and(|items| list(expected).iter().all(|one| items.iter().any(|item| value_holds(one, item)))),
        "$elemMatch" => actual.as_array().is_some_and(|items| {
            let matches = |item: &Value| {
                if operators(expected).is_some() { value_holds(expected, item) } else { holds(expected, item) }
            };
            items.iter().any(|item| is_true(item) && matches(item))
        }),
        "$regex" => pattern(""),
        "$regexi" => pattern("(?i)"),
        "$type" => {
            let kind = match actual {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
            };
            expected == kind
        }
        _ => false,
    }
}
