//! Models that can be said in the language of rules.

use crate::error::Result;

use super::language::Rules;

/// A model that can be said in the language of rules: it then runs wherever rules run, also on an engine.
///
/// ```
/// use segmentry::rules::Expression;
/// use segmentry::tier::Tiers;
///
/// let tiers = Tiers::on("spend").tier("gold", 1000.0).otherwise("silver");
/// let rules = tiers.expression("tiers")?;
/// assert_eq!(rules.rules[0].when.to_string(), "spend >= 1000.0");
/// assert_eq!(rules.rules[1].when.to_string(), "spend is known");
/// # Ok::<(), segmentry::Error>(())
/// ```
pub trait Expression {
    /// The model as a rule list of that name, which puts every customer where the model puts it.
    ///
    /// # Errors
    /// If the language cannot say it, with the reason.
    fn expression(&self, name: &str) -> Result<Rules>;
}
