//! Versions in GrowthBook are compared as texts whose numbers are padded with spaces to five digits.
//!
//! That is the order of Semantic Versioning as long as no number has more than five digits and no pre-release has a
//! hyphen in it, at which they divide too. What is missing is version `0` there, which is less than every version of
//! three numbers.
//!
//! Only the version that stands in the condition can be checked. Versions of customers that are not semantic
//! versions are unknown here and are ordered as texts there; no condition can make up for that.

use crate::error::{Result, excerpt};
use crate::rules::Comparison;

use super::super::parts::refused;

/// What they call the comparison of versions.
pub(super) const fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "$veq",
        Comparison::NotEqual => "$vne",
        Comparison::Less => "$vlt",
        Comparison::LessOrEqual => "$vlte",
        Comparison::Greater => "$vgt",
        Comparison::GreaterOrEqual => "$vgte",
    }
}

/// The comparison of versions that they call so.
///
/// `None` if it is no operator of versions.
pub(super) fn comparison(operator: &str) -> Option<Comparison> {
    Comparison::ALL.into_iter().find(|comparison| sign(*comparison) == operator)
}

/// What they answer of what is missing.
///
/// True of "before" and "not", since version `0` comes before all others and is none of them.
pub(super) const fn of_missing(comparison: Comparison) -> bool {
    comparison.holds(std::cmp::Ordering::Less)
}

/// The version, without `v` before it, if both sides order it in the same way.
///
/// The text that is given back is the one in normal form, as both sides write it.
///
/// # Errors
///
/// It is no semantic version, or one that they order otherwise.
pub(super) fn same_order(text: &str) -> Result<String> {
    let Ok(version) = semver::Version::parse(text.strip_prefix('v').unwrap_or(text)) else {
        return refused(format!("`{}` is no semantic version; the order there is one of texts", excerpt(text)));
    };
    if [version.major, version.minor, version.patch].into_iter().any(|number| number > 99_999) {
        return refused("numbers of more than five digits are ordered as texts there");
    }
    let pre = version.pre.as_str();
    if pre.contains('-') || pre.split('.').any(|part| part.len() > 5 && part.bytes().all(|b| b.is_ascii_digit())) {
        return refused(
            "a pre-release with a hyphen, or a number of more than five digits, is ordered otherwise there",
        );
    }
    Ok(version.to_string())
}
