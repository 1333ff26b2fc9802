//! The matrix as rules: four conditions over two attributes.

use crate::error::Result;
use crate::rules::{Expression, Rule, Rules, Term, Unknown};
use crate::segment::Label;

use super::model::ValueMatrixModel;
use super::segments::ValueSegment;

impl Expression for ValueMatrixModel {
    /// A rule a segment; a customer of whom a value is not known fulfils none, as in the matrix.
    fn expression(&self, name: &str) -> Result<Rules> {
        let number = |attribute: &str| Term::Attribute(attribute.to_owned());
        let ((current, current_from), (potential, potential_from)) = (self.current(), self.potential());
        let rules = ValueSegment::ALL
            .iter()
            .map(|segment| {
                let high = |current, potential| *segment == ValueSegment::of(current, potential);
                let much = high(true, true) || high(true, false);
                let comes = high(true, true) || high(false, true);
                let so_far = match much {
                    true => number(current).at_least(current_from),
                    false => number(current).below(current_from),
                };
                let to_come = match comes {
                    true => number(potential).at_least(potential_from),
                    false => number(potential).below(potential_from),
                };
                Rule { segment: Label::of(segment), when: so_far & to_come }
            })
            .collect();
        Ok(Rules { name: name.to_owned(), rules, otherwise: None, unknown: Unknown::Exclude })
    }
}
