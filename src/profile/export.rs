//! A profile as CSV and JSON.
//!
//! CSV is for spreadsheets and further work: one figure a line, so that figures of different kinds stand in one table
//! and a pivot makes any other form of it. JSON is for programs: the [`Profile`] as it is, with nested objects. Both
//! hold every figure with all its digits; the printed tables round.

use std::path::Path;

#[cfg(feature = "serde")]
use crate::error::Error;
use crate::error::Result;
use crate::text::{quoted, write_whole};

use super::summary::{AttributeSummary, Details, Estimate, Group, GroupProfile, Profile};

/// One line of the long table, without the group.
///
/// The group's two columns are written in front of it.
struct Line<'a> {
    attribute: &'a str,
    category: &'a str,
    statistic: String,
    value: Cell<'a>,
}

/// What stands in the last three columns.
enum Cell<'a> {
    Estimate(Estimate),
    Text(&'a str),
}

fn plain(value: Option<f64>) -> Cell<'static> {
    Cell::Estimate(Estimate { value, lower: None, upper: None })
}

impl Profile {
    /// The profile as CSV in long form: a line a figure.
    ///
    /// | column | holds |
    /// | --- | --- |
    /// | `group` | `segment`, `unassigned` or `everybody` |
    /// | `segment` | the segment's key; `unassigned` or `everybody` |
    /// | `attribute` | the attribute; empty for sizes |
    /// | `category` | the text of an attribute with texts, truths or sets; empty else |
    /// | `statistic` | `customers`, `weight`, `share`; `value_sum`, `value_share`; `present`, `missing`; `sum`, `mean`, `standard_deviation`, `least`, `greatest`, `quantile 0.5`, `lift`, `index`, `difference`; `earliest`, `median`, `latest`; `effect` of a marker |
    /// | `value` | the figure with all its digits, or a day; empty where it is not defined |
    /// | `lower`, `upper` | the ends of its interval; empty where there is none |
    ///
    /// Lines end with a line feed; fields are quoted where they must be (RFC 4180).
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::profile::Profile;
    /// use segmentry::segmentation::Segmentation;
    /// use segmentry::value::Column;
    ///
    /// let customers = Customers::with_ids(["ann", "bo"])?.with_column("spend", Column::numbers([10.0, 30.0]))?;
    /// let names = vec!["low".to_owned(), "high".to_owned()];
    /// let segmentation = Segmentation::new(&customers, names, [Ok(0), Ok(1)])?;
    /// let csv = Profile::new(&customers, &segmentation)?.to_csv();
    /// assert!(csv.contains("\nsegment,high,spend,,mean,30,,\n")); // no interval of one customer
    /// assert!(csv.contains("\neverybody,everybody,spend,,sum,40,,\n"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn to_csv(&self) -> String {
        let mut out = String::from("group,segment,attribute,category,statistic,value,lower,upper\n");
        for group in &self.groups {
            let kind = match group.group {
                Group::Segment => "segment",
                Group::Unassigned => "unassigned",
                Group::Everybody => "everybody",
            };
            for line in lines(group) {
                let (value, lower, upper) = match line.value {
                    Cell::Estimate(e) => (digits(e.value), digits(e.lower), digits(e.upper)),
                    Cell::Text(text) => (text.to_owned(), String::new(), String::new()),
                };
                let fields = [kind, &group.key, line.attribute, line.category, &line.statistic, &value, &lower, &upper];
                let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
                out.push_str(&fields.join(","));
                out.push('\n');
            }
        }
        out
    }

    /// Writes [`Profile::to_csv`] to a file, which is whole or not there.
    ///
    /// # Errors
    /// If the system refuses, with the file.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        write_whole(path.as_ref(), self.to_csv().as_bytes())
    }

    /// The profile as JSON: `confidence`, and `groups` with the fields of [`GroupProfile`]; `details` of an attribute is
    /// an object with the one key `numbers`, `categories` or `times`. What is not defined is `null`.
    ///
    /// # Errors
    /// Never in practice: no figure is kept that is not finite, which is all that JSON refuses.
    #[cfg(feature = "serde")]
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map_err(|error| Error::format(error.to_string()))
    }

    /// Writes [`Profile::to_json`] to a file.
    ///
    /// # Errors
    /// If the system refuses, with the file.
    #[cfg(feature = "serde")]
    pub fn write_json(&self, path: impl AsRef<Path>) -> Result<()> {
        write_whole(path.as_ref(), self.to_json()?.as_bytes())
    }
}

fn lines(group: &GroupProfile) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut add = |attribute, category, statistic: &str, value| {
        lines.push(Line { attribute, category, statistic: statistic.to_owned(), value });
    };
    add("", "", "customers", plain(Some(group.size.customers as f64)));
    add("", "", "weight", plain(Some(group.size.weight)));
    add("", "", "share", Cell::Estimate(group.size.share));
    if let Some(value) = &group.value {
        add(&value.attribute, "", "value_sum", plain(value.sum));
        add(&value.attribute, "", "value_share", plain(value.share));
    }
    for summary in &group.attributes {
        attribute_lines(summary, &mut add);
    }
    for mark in &group.markers {
        add(&mark.attribute, mark.category.as_deref().unwrap_or(""), "effect", plain(Some(mark.effect)));
    }
    lines
}

fn attribute_lines<'a>(summary: &'a AttributeSummary, add: &mut impl FnMut(&'a str, &'a str, &str, Cell<'a>)) {
    let attribute = summary.attribute.as_str();
    add(attribute, "", "present", plain(Some(summary.present)));
    add(attribute, "", "missing", plain(summary.missing));
    match &summary.details {
        Details::Numbers(numbers) => {
            add(attribute, "", "sum", plain(numbers.sum));
            add(attribute, "", "mean", Cell::Estimate(numbers.mean));
            add(attribute, "", "standard_deviation", plain(numbers.standard_deviation));
            add(attribute, "", "least", plain(numbers.least));
            add(attribute, "", "greatest", plain(numbers.greatest));
            for quantile in &numbers.quantiles {
                add(attribute, "", &format!("quantile {}", quantile.probability), plain(Some(quantile.value)));
            }
            add(attribute, "", "lift", Cell::Estimate(numbers.lift));
            add(attribute, "", "index", plain(numbers.index));
            add(attribute, "", "difference", plain(numbers.difference));
        }
        Details::Categories(list) => {
            for category in list {
                add(attribute, &category.category, "weight", plain(Some(category.weight)));
                add(attribute, &category.category, "share", Cell::Estimate(category.share));
                add(attribute, &category.category, "lift", Cell::Estimate(category.lift));
                add(attribute, &category.category, "index", plain(category.index));
                add(attribute, &category.category, "difference", plain(category.difference));
            }
        }
        Details::Times(times) => {
            for (name, text) in [("earliest", &times.earliest), ("median", &times.median), ("latest", &times.latest)] {
                add(attribute, "", name, Cell::Text(text.as_deref().unwrap_or("")));
            }
        }
    }
}

/// The shortest decimal that reads back to the same number.
fn digits(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
