//! The separation of segments as people read it.
//!
//! Two tables and, where there are any, a line for each pair that runs into each other. Numbers are rounded for reading;
//! all digits are in the fields of [`Separation`].

use std::fmt;

use crate::text::{Align, Table, number};

use super::Separation;

/// A share as a percentage.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Segments by number, or by the names given.
fn name(names: &[String], segment: usize) -> String {
    names.get(segment).cloned().unwrap_or_else(|| segment.to_string())
}

/// Numbers of segments; [`Separation::named`] prints names.
impl fmt::Display for Separation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.named(&[]))
    }
}

impl Separation {
    /// As it is printed, with these names for the segments; where names are fewer, with their numbers.
    ///
    /// First how near each segment's rows stand to the border, then each pair, the most alike first; at the end the pairs
    /// that run into each other.
    pub fn named(&self, names: &[String]) -> String {
        let right = |head| (head, Align::Right);
        let heads = [("segment", Align::Left), right("shadow"), right("nearer another"), ("neighbour", Align::Left)];
        let mut segments = Table::new(heads);
        for (segment, shadow) in self.shadows.iter().enumerate() {
            segments.row([
                name(names, segment),
                number(shadow.mean),
                percent(shadow.nearer_another),
                self.neighbour(segment).map_or_else(|| "–".to_owned(), |other| name(names, other)),
            ]);
        }
        let heads = ["distance", "overlap", "similarity"].map(right);
        let mut pairs = Table::new([("pair", Align::Left), ("", Align::Left)].into_iter().chain(heads));
        let mut order: Vec<_> = self.pairs.iter().collect();
        order.sort_by(|a, b| b.overlap.total_cmp(&a.overlap).then(b.similarity.total_cmp(&a.similarity)));
        for pair in order {
            pairs.row([
                name(names, pair.first),
                name(names, pair.second),
                pair.distance.map_or_else(|| "–".to_owned(), number),
                percent(pair.overlap),
                number(pair.similarity),
            ]);
        }
        let mut text = format!("{segments}\n\n{pairs}");
        for pair in self.ambiguous() {
            let (a, b) = (name(names, pair.first), name(names, pair.second));
            text.push_str(&format!("\n{a} and {b} run into each other: they overlap by {}", percent(pair.overlap)));
        }
        text
    }
}
