//! Points for this and that.

use super::super::language::{ScoreCategory, Span};
use super::expr::Expr;
use super::frame::Frame;
use super::node::Node;
use super::sums::Selection;

/// A score with its names resolved.
#[derive(Clone, Debug)]
pub(crate) struct Points {
    pub items: Vec<Item>,
    pub categories: Vec<ScoreCategory>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
}

/// One thing that gives points.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub points: f64,
    pub cap: Option<f64>,
    /// The number of its category.
    pub category: Option<usize>,
    pub given: Given,
}

/// For what.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    When(Node),
    Each(Expr),
    EachEvent(Selection, Option<Span>),
}

impl Points {
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

fn clamp(number: f64, minimum: Option<f64>, maximum: Option<f64>) -> f64 {
    let number = maximum.map_or(number, |maximum| number.min(maximum));
    minimum.map_or(number, |minimum| number.max(minimum))
}
