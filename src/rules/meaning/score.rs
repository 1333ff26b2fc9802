//! Points for this and that.
//!
//! A score adds up what a customer gets for conditions that hold, for each unit of a number, and
//! for events, which may lose their worth as they age. Items may be capped, categories have limits,
//! and the whole has limits, in this order: so a flood of page views cannot buy what a purchase is
//! worth.
//!
//! An item of which nothing is known gives no points. A score is therefore never missing; whether
//! too little is known for one has to be asked by a condition of its own.

use super::super::language::{ScoreCategory, Span};
use super::expr::Expr;
use super::frame::Frame;
use super::node::Node;
use super::sums::Selection;

/// A score with its names resolved.
#[derive(Clone, Debug)]
pub(crate) struct Points {
    /// What gives points.
    pub items: Vec<Item>,
    /// Groups of items with limits of their own.
    pub categories: Vec<ScoreCategory>,
    /// The score is no lower.
    pub minimum: Option<f64>,
    /// The score is no higher.
    pub maximum: Option<f64>,
}

/// One thing that gives points.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// How many points a unit gives; below zero they are taken.
    pub points: f64,
    /// How many it gives or takes at most.
    pub cap: Option<f64>,
    /// The number of its category.
    pub category: Option<usize>,
    /// What its units are.
    pub given: Given,
}

/// For what.
///
/// Each of them gives a number of units, by which the points are multiplied.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// One unit if the condition holds; none if it is unknown.
    When(Node),
    /// As many units as the number; none if it is absent.
    Each(Expr),
    /// A unit for each event, and with a half-life half of it when the event is so old.
    EachEvent(Selection, Option<Span>),
}

impl Points {
    /// The points of this customer, after all caps and limits.
    ///
    /// Categories come first, in their order, then the items without one: the sum is rounded the
    /// same way each time.
    pub(crate) fn total<'a>(&'a self, frame: Frame<'a, '_>) -> f64 {
        let mut total = 0.0;
        for (number, category) in self.categories.iter().enumerate() {
            let mut part = 0.0;
            for item in self.items.iter().filter(|item| item.category == Some(number)) {
                part += item.given(frame);
            }
            total += clamp(part, category.minimum, category.maximum);
        }
        for item in self.items.iter().filter(|item| item.category.is_none()) {
            total += item.given(frame);
        }
        clamp(total, self.minimum, self.maximum)
    }
}

impl Item {
    /// What it gives this customer.
    ///
    /// The age of an event is counted to the end of the moment.
    pub(crate) fn given<'a>(&'a self, frame: Frame<'a, '_>) -> f64 {
        let units = match &self.given {
            Given::When(node) => f64::from(u8::from(node.truth(frame).is_true())),
            Given::Each(expr) => expr.value(frame).number().unwrap_or(0.0),
            Given::EachEvent(selection, half_life) => {
                let mut units = 0.0;
                let now = frame.clock.now();
                let range = selection.range(frame);
                for event in frame.events().filter(|event| selection.selects(range, event, frame)) {
                    units += match half_life.and_then(|span| span.micros()) {
                        None => 1.0,
                        Some(half_life) => {
                            let age = now.micros().saturating_sub(event.at.micros());
                            0.5_f64.powf(age as f64 / half_life as f64)
                        }
                    };
                }
                units
            }
        };
        let points = self.points * units;
        self.cap.map_or(points, |cap| points.clamp(-cap, cap))
    }
}

/// The number within limits that may be absent. Of limits the wrong way round, which a definition
/// cannot have, the minimum counts.
fn clamp(number: f64, minimum: Option<f64>, maximum: Option<f64>) -> f64 {
    let number = maximum.map_or(number, |maximum| number.min(maximum));
    minimum.map_or(number, |minimum| number.max(minimum))
}
