//! One number of what a customer did, and thresholds that make a segment of it: what the small segmenters share.

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
pub(super) trait Measured: Send + Sync {
    type Segment: Segment + Copy;
    type Measure;
    /// The name of the number, with its unit.
    const WHAT: &'static str;

    /// What must hold of the parameters.
    fn check(&self) -> Result<()>;

    /// What the customer did as of that moment, or why that is not known.
    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<Self::Measure, Reason>>;

    /// The number among what was measured.
    fn number(measure: &Self::Measure) -> f64;

    fn place(&self, measure: &Self::Measure) -> Self::Segment;

    /// Adds what was measured and what would have to change.
    fn tell(&self, measure: &Self::Measure, told: Explanation) -> Explanation;
}

/// Measures a customer, after the parameters are checked.
pub(super) fn measure<M: Measured>(segmenter: &M, customer: &dyn Customer) -> Result<Result<M::Measure, Reason>> {
    segmenter.check()?;
    let as_of = customer.as_of().ok_or_else(as_of_is_missing);
    as_of.and_then(|as_of| segmenter.measure(customer, as_of)).map_err(|error: Error| error.at_customer(customer.id()))
}

pub(super) fn assign<M: Measured>(segmenter: &M, customer: &dyn Customer) -> Result<Option<M::Segment>> {
    Ok(measure(segmenter, customer)?.ok().map(|measure| segmenter.place(&measure)))
}

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
pub(super) fn after(as_of: AsOf, days: u32) -> Day {
    as_of.day().plus(-i32::try_from(days).unwrap_or(i32::MAX))
}

/// Checks a window.
pub(super) fn check_days(name: &str, days: u32) -> Result<()> {
    if days == 0 { Err(Error::parameter(name, "at least 1 day", 0)) } else { Ok(()) }
}

/// Checks rising thresholds.
pub(super) fn check_levels(name: &str, levels: &[f64]) -> Result<()> {
    let good = levels.iter().all(|level| level.is_finite()) && levels.is_sorted_by(|a, b| a < b);
    if good { Ok(()) } else { Err(Error::parameter(name, "finite and rising", format!("{levels:?}"))) }
}

/// The number of thresholds that the value reaches.
pub(super) fn level(levels: &[f64], value: f64) -> usize {
    levels.iter().filter(|level| value >= **level).count()
}

/// The values between two thresholds.
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

/// An enum of segments in order, with key, label and description each.
macro_rules! segments {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $key:literal, $label:literal, $description:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = $description] $variant,)+
        }

        impl $name {
            /// All, in the order in which they are shown.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
        }

        impl $crate::segment::Segment for $name {
            fn key(&self) -> std::borrow::Cow<'_, str> {
                match self { $($name::$variant => $key.into(),)+ }
            }

            fn label(&self) -> std::borrow::Cow<'_, str> {
                match self { $($name::$variant => $label.into(),)+ }
            }

            fn description(&self) -> std::borrow::Cow<'_, str> {
                match self { $($name::$variant => $description.into(),)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&$crate::segment::Segment::label(self))
            }
        }
    };
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

pub(super) use {measured, segments};
