//! A segmentation as CSV and JSON.

use std::path::Path;

#[cfg(feature = "serde")]
use crate::error::Error;
use crate::error::Result;
use crate::segment::Segment;
use crate::text::quoted;

use super::placed::Segmentation;

impl<S: Segment> Segmentation<S> {
    /// A line a customer: `customer`, `segment` (its key), `label`, `reason` (why it is in none), and `score`,
    /// `distance` and a `membership KEY` for each segment where the segmenter has them. What is not there is empty.
    ///
    /// Lines end with a line feed; fields are quoted where they must be (RFC 4180).
    pub fn to_csv(&self) -> String {
        let texts: Vec<(String, String)> =
            self.segments().iter().map(|s| (quoted(&s.key()), quoted(&s.label()))).collect();
        let mut out = String::from("customer,segment,label,reason");
        out.push_str(if self.scores().is_some() { ",score" } else { "" });
        out.push_str(if self.distances().is_some() { ",distance" } else { "" });
        if self.memberships().is_some() {
            for segment in self.segments() {
                out.push(',');
                out.push_str(&quoted(&format!("membership {}", segment.key())));
            }
        }
        out.push('\n');
        for (row, id) in self.ids().iter().enumerate() {
            out.push_str(&quoted(&id.to_string()));
            match self.index(row).and_then(|segment| texts.get(segment)) {
                Some((key, label)) => {
                    out.push(',');
                    out.push_str(key);
                    out.push(',');
                    out.push_str(label);
                    out.push(',');
                }
                None => {
                    let reason = self.reason(row).map(ToString::to_string).unwrap_or_default();
                    out.push_str(",,,");
                    out.push_str(&quoted(&reason));
                }
            }
            for numbers in [self.scores(), self.distances()].into_iter().flatten() {
                out.push(',');
                push_number(&mut out, numbers.get(row).copied());
            }
            if let Some(memberships) = self.memberships() {
                for segment in 0..memberships.ncols() {
                    out.push(',');
                    push_number(&mut out, memberships.get((row, segment)).copied());
                }
            }
            out.push('\n');
        }
        out
    }

    /// Writes [`Segmentation::to_csv`] to a file, which is whole or not there.
    ///
    /// # Errors
    /// If the system refuses, with the file.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::text::write_whole(path.as_ref(), self.to_csv().as_bytes())
    }

    /// The segmentation as JSON: `segments` (each `key`, `label`, `description`, `customers`, `share`) and `customers`
    /// (each `customer`, and `segment` or `reason`; `score` and `distance` where there are any).
    ///
    /// # Errors
    /// If a share is no number that JSON has.
    #[cfg(feature = "serde")]
    pub fn to_json(&self) -> Result<String> {
        #[derive(serde::Serialize)]
        struct One {
            key: String,
            label: String,
            description: String,
            customers: usize,
            share: f64,
        }
        #[derive(serde::Serialize)]
        struct Line<'a> {
            customer: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            segment: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            reason: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            score: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            distance: Option<f64>,
        }
        let counted = self.segments().iter().zip(self.sizes().into_iter().zip(self.shares()));
        let segments: Vec<One> = counted
            .map(|(segment, (customers, share))| One {
                key: segment.key().into_owned(),
                label: segment.label().into_owned(),
                description: segment.description().into_owned(),
                customers,
                share,
            })
            .collect();
        let finite = |numbers: Option<&[f64]>, row: usize| {
            numbers.and_then(|numbers| numbers.get(row)).copied().filter(|number| number.is_finite())
        };
        let customers = self.ids().iter().enumerate().map(|(row, id)| Line {
            customer: id.to_string(),
            segment: self.index(row).and_then(|at| segments.get(at)).map(|segment| segment.key.as_str()),
            reason: self.reason(row).map(ToString::to_string),
            score: finite(self.scores(), row),
            distance: finite(self.distances(), row),
        });
        let whole = serde_json::json!({ "customers": customers.collect::<Vec<_>>(), "segments": &segments });
        serde_json::to_string(&whole).map_err(|error| Error::format(error.to_string()))
    }
}

/// A number with all its digits; nothing where it is none.
fn push_number(out: &mut String, number: Option<f64>) {
    if let Some(number) = number.filter(|number| number.is_finite()) {
        out.push_str(&number.to_string());
    }
}
