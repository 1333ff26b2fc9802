//! Targeting conditions of GrowthBook: the language of `evalCondition`.
//!
//! Source of the semantics: `packages/sdk-js/src/mongrule.ts` of <https://github.com/growthbook/growthbook> (MIT) and its
//! published test cases, specification 0.7.

mod export;
mod import;
mod versions;

pub(super) use export::Export;
pub(super) use import::import;

/// Their sign for a comparison.
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
