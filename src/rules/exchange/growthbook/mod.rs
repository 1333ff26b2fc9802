//! Targeting conditions of GrowthBook: the language of `evalCondition`.
//!
//! Source of the semantics: `packages/sdk-js/src/mongrule.ts` of <https://github.com/growthbook/growthbook> (MIT) and its
//! published test cases, specification 0.7.
//!
//! A condition there is an object: names with what is asked of them, and operators over whole conditions. It is
//! always true or false, also of what is absent. Ours may be unknown; so the exporter asks for presence where it
//! matters, and the importer says for each operator what it answers of null.
//!
//! Both directions refuse what would be answered otherwise on the other side. What is exported and imported again
//! answers the same for every customer, though it need not look the same.

mod export;
mod import;
mod versions;

pub(super) use export::Export;
pub(super) use import::import;

/// Their sign for a comparison.
///
/// The importer reads the same signs by trying all comparisons, so that the two directions cannot differ.
pub(super) const fn sign(comparison: crate::rules::Comparison) -> &'static str {
    use crate::rules::Comparison;
    match comparison {
        Comparison::Equal => "$eq",
        Comparison::NotEqual => "$ne",
        Comparison::Less => "$lt",
        Comparison::LessOrEqual => "$lte",
        Comparison::Greater => "$gt",
        Comparison::GreaterOrEqual => "$gte",
    }
}
