//! Texts as values of a kind: one text at a time.
//!
//! What a text *is* must not depend on who asks: inference ([`super::convert`]) and reading by a schema use the same
//! functions, so that a column that was found to be of a kind is read as it without a fault. The forms are narrow on
//! purpose. A number that is read as a text is seen at once and mended by a schema; a name that is read as a number has
//! lost its zeros for good.
//!
//! | text | is | why |
//! | --- | --- | --- |
//! | `42`, `-7` | integer | |
//! | `007`, `+49` | text | an article, an area code |
//! | `12345678901234567890` | text | an account number, which 64 bits do not hold |
//! | `1.5`, `1e3`, `.5` | number | |
//! | `1.234` | number 1.234 | the thousands mark is never guessed |
//! | `nan`, `inf` | text | no finite number |
//! | `True`, `NO` | truth | in a column of `true`/`false` or of `yes`/`no` alone |
//! | `0`, `1` | integer | a truth only if a schema says so |
//!
//! Texts are trimmed by the caller, except those of sets.

use crate::time::{DateForm, Zone};
use crate::value::{AsValue, GeoPoint, Kind, OwnedValue};

/// How numbers are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers {
    pub(super) decimal_comma: bool,
    pub(super) thousands: Option<char>,
}

/// The whole number that a text is the plain writing of: no plus sign, no zeros in front, nothing that does not fit.
pub(super) fn integer(text: &str, numbers: Numbers) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() > 1 && digits.starts_with('0') || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None; // `007` is a name, not seven
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let thousands = numbers.thousands?;
    if !digits.contains(thousands) {
        return None;
    }
    ungrouped(text, thousands)?.parse().ok()
}

/// The finite number that a text is written as. One with zeros in front, or with more digits before the point than a
/// whole number can have, is a name.
pub(super) fn number(text: &str, numbers: Numbers) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mark = if numbers.decimal_comma { ',' } else { '.' };
    let (whole, rest) = match digits.find([mark, 'e', 'E']) {
        Some(at) => digits.split_at(at),
        None => (digits, ""),
    };
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let plain: String;
    let text = match numbers.thousands.filter(|mark| whole.contains(*mark)) {
        Some(thousands) => {
            plain = format!("{}{}{rest}", if text.starts_with('-') { "-" } else { "" }, ungrouped(whole, thousands)?);
            &plain
        }
        None => text,
    };
    let allowed = |b: u8| b.is_ascii_digit() || b == mark as u8 || matches!(b, b'e' | b'E' | b'-' | b'+');
    if !text.bytes().all(allowed) || !text.bytes().any(|b| b.is_ascii_digit()) || text.starts_with('+') {
        return None;
    }
    if rest.is_empty() && whole.len() > 15 && integer(text, Numbers::default()).is_none() {
        return None; // an account number, which a number would round
    }
    let number: f64 = if mark == ',' { text.replacen(',', ".", 1).parse().ok()? } else { text.parse().ok()? };
    number.is_finite().then_some(number)
}

/// A whole number without the marks between its groups of three digits.
///
/// `1.234.567` with `.` gives `1234567`; `1.23.456` is none, and neither is `1234.567`: groups but the first have three
/// digits, the first one to three.
fn ungrouped(text: &str, mark: char) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let mut groups = digits.split(mark);
    let first = groups.next()?;
    if first.is_empty() || first.len() > 3 || !first.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut plain = format!("{sign}{first}");
    for group in groups {
        if group.len() != 3 || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        plain.push_str(group);
    }
    Some(plain)
}

/// The two words of a boolean column that nobody declared.
pub(super) const WORDS: [(&str, &str); 2] = [("true", "false"), ("yes", "no")];

/// A truth, in any writing of a column that was declared to hold truths.
///
/// More words than [`WORDS`]: who declares a column to hold truths means `1` and `n` too.
pub(super) fn boolean(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match () {
        () if is(&["true", "yes", "y", "t", "1"]) => Some(true),
        () if is(&["false", "no", "n", "f", "0"]) => Some(false),
        () => None,
    }
}

/// The texts of a set, blanks around them and empty ones left out.
///
/// An empty field does not come here: it is *missing*. A field of separators alone is an empty set.
pub(super) fn set(text: &str, separator: char) -> Vec<String> {
    text.split(separator).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// `52.52, 13.40`, with or without brackets: latitude, then longitude, in degrees.
///
/// Numbers are written with a point here whatever the column of numbers has: a comma stands between the two.
pub(super) fn point(text: &str) -> Option<GeoPoint> {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    let (latitude, longitude) = inner.split_once([',', ';', ' '])?;
    let read = |text: &str| number(text.trim(), Numbers::default());
    GeoPoint::new(read(latitude)?, read(longitude)?).ok()
}

/// How the texts of one column are read.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub(super) kind: Kind,
    pub(super) numbers: Numbers,
    /// The form of days and instants; needed for those kinds only.
    pub(super) form: DateForm,
    pub(super) zone: Zone,
    pub(super) separator: char,
}

impl Reader {
    /// The value that a text is, of the kind; `None` if it is none.
    pub(super) fn read(&self, text: &str) -> Option<OwnedValue> {
        let trimmed = text.trim();
        Some(match self.kind {
            Kind::Number => OwnedValue::Number(number(trimmed, self.numbers)?),
            Kind::Integer => {
                OwnedValue::Integer(integer(trimmed, self.numbers).or_else(|| whole(number(trimmed, self.numbers)?))?)
            }
            Kind::Boolean => OwnedValue::Boolean(boolean(trimmed)?),
            Kind::Day => OwnedValue::Day(self.form.day(trimmed)?),
            Kind::Timestamp => OwnedValue::Timestamp(self.form.timestamp(trimmed, &self.zone)?),
            Kind::Set => OwnedValue::Set(set(text, self.separator)),
            Kind::Point => OwnedValue::Point(point(trimmed)?),
            _ => text.as_value().to_owned(),
        })
    }
}

/// `3.0` in a column that was declared whole is three.
///
/// Below 2⁵³, where every whole number is a number of its own.
pub(super) fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
}
