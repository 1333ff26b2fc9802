//! The fitted matrix: two attributes and their cuts.

use crate::customer::Customer;
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::segment::Segment;
use crate::segmenter::{Reads, Segmenter};
use crate::value::Value;

use super::segments::ValueSegment;

/// Fitted [`ValueMatrix`](super::ValueMatrix).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ValueMatrixModel {
    current: String,
    potential: String,
    current_from: f64,
    potential_from: f64,
}

impl ValueMatrixModel {
    pub(super) fn learnt(current: String, potential: String, current_from: f64, potential_from: f64) -> Result<Self> {
        let model = ValueMatrixModel { current, potential, current_from, potential_from };
        model.check_cuts().map(|()| model)
    }

    /// The attribute of what customers have brought, and the value from which it is high.
    pub fn current(&self) -> (&str, f64) {
        (&self.current, self.current_from)
    }

    /// The attribute of what customers will bring, and the value from which it is high.
    pub fn potential(&self) -> (&str, f64) {
        (&self.potential, self.potential_from)
    }

    fn check_cuts(&self) -> Result<()> {
        for (name, cut) in [self.current(), self.potential()] {
            if !cut.is_finite() {
                return Err(Error::not_finite(format!("the cut of `{name}`"), cut));
            }
        }
        Ok(())
    }

    /// The two values, or the first that is not there.
    fn values(&self, customer: &dyn Customer) -> Result<Result<[f64; 2], Reason>> {
        let mut found = [0.0; 2];
        let mut absent = None;
        for (slot, name) in found.iter_mut().zip([&self.current, &self.potential]) {
            let value = customer.value(name);
            match value.number() {
                Some(number) => *slot = number,
                None => match Reason::of(name, value) {
                    Some(reason) => absent = absent.or(Some(reason)),
                    // a text where a number must be is an error, also behind a value that is missing
                    None => return Err(Error::wrong_kind(name, value.in_words(), "number").at_customer(customer.id())),
                },
            }
        }
        Ok(match absent {
            Some(reason) => Err(reason),
            None => Ok(found),
        })
    }

    fn place(&self, [current, potential]: [f64; 2]) -> ValueSegment {
        ValueSegment::of(current >= self.current_from, potential >= self.potential_from)
    }
}

impl Segmenter for ValueMatrixModel {
    type Segment = ValueSegment;

    fn segments(&self) -> Vec<ValueSegment> {
        ValueSegment::ALL.to_vec()
    }

    fn reads(&self) -> Reads {
        Reads::attributes([self.current.as_str(), self.potential.as_str()])
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<ValueSegment>> {
        Ok(self.values(customer)?.ok().map(|values| self.place(values)))
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let values = match self.values(customer)? {
            Ok(values) => values,
            Err(reason) => return Ok(Explanation::unassigned(customer.id(), reason)),
        };
        let segment = self.place(values);
        let mut told = Explanation::assigned(customer.id(), &segment);
        let cuts = [self.current(), self.potential()];
        for (value, (name, cut)) in values.iter().zip(cuts) {
            let side = if *value >= cut { format!("at least {cut}") } else { format!("below {cut}") };
            let evidence = Evidence::new(name, Value::Number(*value)).meaning(side);
            told = told.because(evidence.distance((value - cut).abs()));
        }
        for (changed, (name, cut)) in cuts.into_iter().enumerate() {
            let high = [changed == 0, changed == 1];
            let now = [values[0] >= self.current_from, values[1] >= self.potential_from];
            let other = ValueSegment::of(now[0] != high[0], now[1] != high[1]);
            let side = if values[changed] >= cut { "below" } else { "at least" };
            told = told.unless(format!("{} if {name} were {side} {cut}", other.label()));
        }
        Ok(told)
    }
}

#[cfg(feature = "serde")]
impl crate::model::Model for ValueMatrixModel {
    const KIND: &'static str = "value_matrix";

    fn reads(&self) -> Reads {
        Segmenter::reads(self)
    }

    fn check(&self) -> Result<()> {
        self.check_cuts()
    }
}
