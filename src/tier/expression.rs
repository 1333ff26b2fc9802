//! Tiers as rules: the number that is measured as a term, each tier as a comparison with its cut.
//!
//! Weights, least and largest values and cuts stand in the rules as they are in the model, and the sum is taken in the
//! same order, so that the answers are the same to the bit.

use crate::bands::Better;
use crate::error::{Error, Result};
use crate::rules::{Arithmetic, Condition, Expression, Literal, Rule, Rules, State, Term as RuleTerm, Unknown};

use super::ladder::Ladder;
use super::measure::Measure;
use super::model::TierModel;
use super::scale::Scale;
use super::tiers::Tiers;

impl Expression for Tiers {
    fn expression(&self, name: &str) -> Result<Rules> {
        express(self.measure(), self.ladder()?, name)
    }
}

impl Expression for TierModel {
    fn expression(&self, name: &str) -> Result<Rules> {
        express(self.measure(), self.ladder(), name)
    }
}

/// Best first; who has no number fulfils none of them.
fn express(measure: &Measure, ladder: &Ladder, name: &str) -> Result<Rules> {
    let (number, readable) = number(measure)?;
    let with = |condition: Condition| match &readable {
        Some(readable) => readable.clone() & condition,
        None => condition,
    };
    let mut rules = Vec::with_capacity(ladder.labels().len());
    for (label, cut) in ladder.labels().iter().zip(ladder.cuts()) {
        let Some(cut) = cut else { continue };
        let reached = match ladder.better() {
            Better::Higher => number.clone().at_least(*cut),
            Better::Lower => number.clone().at_most(*cut),
        };
        rules.push(Rule { segment: label.clone(), when: with(reached) });
    }
    if let Some(rest) = ladder.rest().and_then(|rest| ladder.labels().get(rest)) {
        rules.push(Rule { segment: rest.clone(), when: with(number.is_known()) });
    }
    Ok(Rules { name: name.to_owned(), rules, otherwise: None, unknown: Unknown::Exclude })
}

/// The number that is measured, and what must hold besides where something that is missing counts as a number: then
/// nothing may be invalid.
fn number(measure: &Measure) -> Result<(RuleTerm, Option<Condition>)> {
    let (mut sum, mut readable) = (None::<RuleTerm>, Vec::new());
    for part in measure.terms() {
        let attribute = RuleTerm::Attribute(part.attribute.clone());
        let value = match measure.counts_missing_as() {
            None => attribute,
            Some(number) => {
                readable.push(!attribute.clone().state(State::Invalid));
                let of = vec![attribute, Literal::Number(number).into()];
                RuleTerm::Arithmetic { operator: Arithmetic::FirstKnown, of }
            }
        };
        let scaled = match &part.scale {
            Scale::Raw => value,
            Scale::MinMax { least, most } if most > least => (value - *least) / (most - least),
            Scale::MinMax { .. } => value * 0.0,
            Scale::Ranks { .. } => {
                let message = format!("the ranks of `{}` are a curve, which rules cannot say", part.attribute);
                return Err(Error::unsupported(message));
            }
        };
        let weighted = if part.weight == 1.0 { scaled } else { scaled * part.weight };
        sum = Some(match sum {
            None => weighted,
            Some(sum) => sum + weighted,
        });
    }
    let sum = sum.ok_or_else(|| Error::empty("attribute that is measured"))?;
    let readable = if readable.len() > 1 { Some(Condition::All(readable)) } else { readable.pop() };
    Ok((sum, readable))
}
