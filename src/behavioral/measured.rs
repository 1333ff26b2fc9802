//! One number of what a customer did, and thresholds that make a segment of it: what the small segmenters share.
//!
//! Six segmenters and the model of `Rhythm` differ in what they measure and agree in all else: parameters are checked,
//! the moment is needed, the measure becomes a segment, in most by rising thresholds, and the explanation names the
//! number and what would have to change. [`Measured`] is what each of them writes, about thirty lines; the functions
//! and the two macros here are what they would repeat. Macros, since a trait cannot give its implementers the inherent
//! methods `measure` and `add_to`, which callers find without an import.
//!
//! Agreed by all: a threshold belongs to the level *above* it ("from 4 purchases on"); the last `n` days are the day as
//! of which the customer is seen and the `n` − 1 before it; no kinds named means any kind; what happened after the
//! moment is not known.

use crate::bands::{Closed, Interval};
use crate::customer::{Customer, Customers, Events, as_of_is_missing};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::history::Event;
use crate::parallel;
use crate::segment::Segment;
use crate::time::{AsOf, Day};
use crate::value::{Attribute, Column, Kind, Value};

/// Days in a year on the average.
pub(super) const DAYS_IN_YEAR: f64 = 365.2425;

/// A segmenter that measures one customer's events and places it by thresholds.
///
/// `measure` is called after `check`, and never for a moment that is missing. It returns one of three: the measure, a
/// [`Reason`] why there is none (the customer is unassigned, which is an answer), or an error (the data are wrong).
pub(super) trait Measured: Send + Sync {
    type Segment: Segment + Copy;
    /// What is kept of a customer between measuring and placing: the number, and what the explanation tells beside it.
    type Measure;
    /// The name of the number, with its unit.
    const WHAT: &'static str;

    /// What must hold of the parameters.
    fn check(&self) -> Result<()>;

    /// What the customer did as of that moment, or why that is not known.
    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<Self::Measure, Reason>>;

    /// The number among what was measured.
    fn number(measure: &Self::Measure) -> f64;

    /// The segment. Every measure has one: who is in none has no measure.
    fn place(&self, measure: &Self::Measure) -> Self::Segment;

    /// Adds what was measured and what would have to change.
    fn tell(&self, measure: &Self::Measure, told: Explanation) -> Explanation;
}

/// Measures a customer, after the parameters are checked.
///
/// Parameters are checked with every question, as there is no fit at which to check them once: some comparisons, which
/// are nothing beside the walk over the events. Errors name the customer.
pub(super) fn measure<M: Measured>(segmenter: &M, customer: &dyn Customer) -> Result<Result<M::Measure, Reason>> {
    segmenter.check()?;
    let as_of = customer.as_of().ok_or_else(as_of_is_missing);
    as_of.and_then(|as_of| segmenter.measure(customer, as_of)).map_err(|error: Error| error.at_customer(customer.id()))
}

/// The segment of a customer; `None` if it cannot be measured.
pub(super) fn assign<M: Measured>(segmenter: &M, customer: &dyn Customer) -> Result<Option<M::Segment>> {
    Ok(measure(segmenter, customer)?.ok().map(|measure| segmenter.place(&measure)))
}

/// As [`assign`], with the reason or the evidence.
pub(super) fn explain<M: Measured>(segmenter: &M, customer: &dyn Customer) -> Result<Explanation> {
    Ok(match measure(segmenter, customer)? {
        Err(reason) => Explanation::unassigned(customer.id(), reason),
        Ok(measure) => {
            let segment = segmenter.place(&measure);
            segmenter.tell(&measure, Explanation::assigned(customer.id(), &segment))
        }
    })
}

/// The customers with the number as an attribute; missing where it is not known.
///
/// In parallel by 4,096 customers, fewer than the crate's usual chunk: a customer here is a history, not a number.
/// Chunks come back in order, so the first error is that of the first such customer.
pub(super) fn add_to<M: Measured>(segmenter: &M, customers: Customers) -> Result<Customers> {
    let chunks = parallel::map_chunks(customers.len(), 4096, |rows| {
        rows.filter_map(|row| customers.get(row))
            .map(|customer| {
                let found = measure(segmenter, &customer).map_err(|error| error.at_row(customer.row()))?;
                Ok(found.ok().map(|measure| M::number(&measure)))
            })
            .collect::<Result<Vec<_>>>()
    });
    let numbers = chunks.into_iter().collect::<Result<Vec<_>>>()?;
    let column = Column::of(Kind::Number, numbers.into_iter().flatten());
    customers.with_attribute(Attribute::new(M::WHAT, Kind::Number).source("history"), column)
}

/// The events of these kinds, of all kinds if none is named, in the last `days` up to the moment; oldest first.
pub(super) fn events<'a>(
    customer: &'a dyn Customer,
    as_of: AsOf,
    kinds: &'a [String],
    days: Option<u32>,
) -> impl Iterator<Item = Event<'a>> {
    let after = days.map(|days| after(as_of, days));
    Events::of(customer).filter(move |event| {
        (kinds.is_empty() || kinds.iter().any(|kind| kind == event.kind)) && after.is_none_or(|after| event.day > after)
    })
}

/// The day before the last `days` up to the moment.
///
/// Events count if their day is after it. A window too long for an `i32` of days is as long as one can be.
pub(super) fn after(as_of: AsOf, days: u32) -> Day {
    as_of.day().plus(-i32::try_from(days).unwrap_or(i32::MAX))
}

/// Checks a window.
///
/// A window of no days would make everybody inactive, which nobody means.
pub(super) fn check_days(name: &str, days: u32) -> Result<()> {
    if days == 0 { Err(Error::parameter(name, "at least 1 day", 0)) } else { Ok(()) }
}

/// Checks rising thresholds.
///
/// Equal ones would leave a segment that nobody can be in.
pub(super) fn check_levels(name: &str, levels: &[f64]) -> Result<()> {
    let good = levels.iter().all(|level| level.is_finite()) && levels.is_sorted_by(|a, b| a < b);
    if good { Ok(()) } else { Err(Error::parameter(name, "finite and rising", format!("{levels:?}"))) }
}

/// The number of thresholds that the value reaches.
pub(super) fn level(levels: &[f64], value: f64) -> usize {
    levels.iter().filter(|level| value >= **level).count()
}

/// The values between two thresholds.
///
/// Closed below, as thresholds belong to the level above them; open at both ends of the scale.
pub(super) fn interval(levels: &[f64], at: usize) -> Interval {
    let lower = at.checked_sub(1).and_then(|below| levels.get(below)).copied();
    Interval { lower, upper: levels.get(at).copied(), closed: Closed::Lower }
}

/// Adds the value with its interval, and the segments on either side of it.
pub(super) fn tell_level<S: Segment>(
    told: Explanation,
    what: &str,
    value: f64,
    levels: &[f64],
    segments: &[S],
) -> Explanation {
    let at = level(levels, value);
    let mut evidence = Evidence::new(what, Value::Number(value)).meaning(interval(levels, at).to_string());
    if let Some(distance) = levels.iter().map(|level| (value - level).abs()).min_by(f64::total_cmp) {
        evidence = evidence.distance(distance);
    }
    let told = told.because(evidence);
    [at.checked_sub(1), Some(at + 1)].into_iter().flatten().fold(told, |told, other| match segments.get(other) {
        Some(segment) => told.unless(format!("{} if {what} were {}", segment.label(), interval(levels, other))),
        None => told,
    })
}

/// Makes a segmenter, and a model that can be saved, of what is [`Measured`].
macro_rules! measured {
    ($name:ident, $segment:ident, $kind:literal) => {
        impl $name {
            /// The number by which the customer is placed; `None` where it is not known.
            ///
            /// # Errors
            /// As [`Segmenter::assign`](crate::segmenter::Segmenter::assign).
            pub fn measure(&self, customer: &dyn $crate::customer::Customer) -> $crate::Result<Option<f64>> {
                use $crate::behavioral::measured::{Measured, measure};
                Ok(measure(self, customer)?.ok().map(|measure| <$name as Measured>::number(&measure)))
            }

            /// The customers with that number as an attribute.
            ///
            /// # Errors
            /// As [`Segmenter::segment`](crate::segmenter::Segmenter::segment).
            pub fn add_to(
                &self,
                customers: $crate::customer::Customers,
            ) -> $crate::Result<$crate::customer::Customers> {
                $crate::behavioral::measured::add_to(self, customers)
            }
        }

        impl $crate::segmenter::Segmenter for $name {
            type Segment = $segment;

            fn segments(&self) -> Vec<$segment> {
                $segment::ALL.to_vec()
            }

            fn reads(&self) -> $crate::segmenter::Reads {
                $crate::segmenter::Reads::events()
            }

            fn assign(&self, customer: &dyn $crate::customer::Customer) -> $crate::Result<Option<$segment>> {
                $crate::behavioral::measured::assign(self, customer)
            }

            fn explain(
                &self,
                customer: &dyn $crate::customer::Customer,
            ) -> $crate::Result<$crate::explanation::Explanation> {
                $crate::behavioral::measured::explain(self, customer)
            }
        }

        #[cfg(feature = "serde")]
        impl $crate::model::Model for $name {
            const KIND: &'static str = $kind;

            fn reads(&self) -> $crate::segmenter::Reads {
                $crate::segmenter::Reads::events()
            }

            fn check(&self) -> $crate::Result<()> {
                $crate::behavioral::measured::Measured::check(self)
            }
        }
    };
}

pub(super) use crate::segment::list::segments;
pub(super) use measured;
