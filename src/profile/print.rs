//! A profile as people read it: tables of at most 100 columns.
//!
//! The tables are for reading on a screen or in a message, and round; for figures with all their digits take
//! [`Profile::to_csv`] or [`Profile::to_json`]. From top to bottom:
//!
//! 1. A headline: how many customers, segments and unassigned, with the reasons.
//! 2. Sizes, with the value attribute if one was named.
//! 3. A table for each attribute, with a column for what is missing where anything is.
//! 4. What marks each segment, strongest first.
//!
//! Rows are always the segments in their order, `(unassigned)` if anybody is, and `(everybody)` last. An interval
//! stands under the confidence it has, as in `95 %`; what is not defined is a dash.
//!
//! Nothing is computed here: a figure that is printed is one of [`Profile`]'s.
//!
//! # Why of everybody
//!
//! Which columns a table has is decided by the group of everybody, who has all that any group has. A segment without
//! members, whose figures are all not defined, therefore still stands in every table, with dashes.
//! In the tables a name is cut at 32 characters and a header at 28, with `…` at the end.

use std::fmt;

use super::summary::{Details, Group, GroupProfile, Profile};
use super::table::{Table, ends, index, number, percent};

/// ```
/// use segmentry::customer::Customers;
/// use segmentry::profile::Profile;
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bo", "cy"])?
///     .with_column("spend", Column::numbers([10.0, 30.0, 50.0]))?;
/// let names = vec!["low".to_owned(), "high".to_owned()];
/// let segmentation = Segmentation::new(&customers, names, [Ok(0), Ok(0), Ok(1)])?;
/// let text = Profile::new(&customers, &segmentation)?.to_string();
/// assert_eq!(text.lines().next(), Some("3 customers, 2 segments; intervals at 95 %"));
/// # Ok::<(), segmentry::Error>(())
/// ```
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sure = format!("{} %", (self.confidence * 1000.0).round() / 10.0);
        writeln!(f, "{}", self.headline(&sure))?;
        write!(f, "\n{}", self.sizes(&sure))?;
        let first = self.groups.first().map(|group| group.attributes.as_slice()).unwrap_or_default();
        for (at, attribute) in first.iter().enumerate() {
            let unit = attribute.unit.as_ref().map_or_else(String::new, |unit| format!(" ({unit})"));
            write!(f, "\n{}{unit}\n{}", attribute.attribute, self.attribute(at, &sure))?;
        }
        self.marks(f)
    }
}

/// The parts of the printed form; `sure` is the confidence as it stands in a header.
impl Profile {
    /// Of weighted customers both numbers are told: how many there are, and as how many they count.
    fn headline(&self, sure: &str) -> String {
        let all = self.everybody().map_or(0, |group| group.size.customers);
        let weight = self.everybody().map_or(0.0, |group| group.size.weight);
        let mut line = format!("{} customers", number(Some(all as f64)));
        if weight != all as f64 {
            line.push_str(&format!(" who count as {}", number(Some(weight))));
        }
        line.push_str(&format!(", {} segments; intervals at {sure}", self.segments().count()));
        for reason in self.unassigned().iter().flat_map(|group| &group.reasons) {
            line.push_str(&format!("\n{} unassigned: {}", number(Some(reason.customers as f64)), reason.reason));
        }
        line
    }

    /// Customers and their share; with a value attribute its sum, share, mean and index.
    fn sizes(&self, sure: &str) -> Table {
        let mut header = vec!["segment".to_owned(), "customers".to_owned(), "share".to_owned(), sure.to_owned()];
        if let Some(value) = self.everybody().and_then(|group| group.value.as_ref()) {
            header.extend([value.attribute.clone(), "share".to_owned(), "mean".to_owned(), "index".to_owned()]);
        }
        let mut table = Table::new(header);
        for group in &self.groups {
            let size = group.size;
            let mut cells = vec![
                number(Some(size.customers as f64)),
                percent(size.share.value),
                ends(size.share.lower, size.share.upper, percent),
            ];
            if let Some(value) = &group.value {
                cells.extend([number(value.sum), percent(value.share), number(value.mean.value), index(value.index)]);
            }
            table.row(name(group), cells);
        }
        table
    }

    /// One attribute of all groups, which is the attribute of that number of each.
    fn attribute(&self, at: usize, sure: &str) -> Table {
        let mut table = Table::new(self.columns(at, sure));
        for group in &self.groups {
            let Some(summary) = group.attributes.get(at) else { continue };
            let mut cells = Vec::new();
            match &summary.details {
                Details::Numbers(numbers) => {
                    let mean = numbers.mean;
                    cells.extend([number(mean.value), ends(mean.lower, mean.upper, number)]);
                    cells.extend(
                        self.probabilities(at)
                            .iter()
                            .map(|p| number(numbers.quantiles.iter().find(|q| q.probability == *p).map(|q| q.value))),
                    );
                    cells.extend([number(numbers.standard_deviation), index(numbers.index)]);
                }
                Details::Categories(list) => cells.extend(list.iter().map(|c| percent(c.share.value))),
                Details::Times(times) => {
                    let day = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
                    cells.extend([day(&times.earliest), day(&times.median), day(&times.latest)]);
                }
            }
            if self.misses(at) {
                cells.push(percent(summary.missing));
            }
            table.row(name(group), cells);
        }
        table
    }

    /// The columns of [`Profile::attribute`]; everybody has every one of them.
    fn columns(&self, at: usize, sure: &str) -> Vec<String> {
        let mut header = vec!["segment".to_owned()];
        match self.everybody().and_then(|group| group.attributes.get(at)).map(|summary| &summary.details) {
            Some(Details::Numbers(_)) => {
                header.extend(["mean".to_owned(), sure.to_owned()]);
                header.extend(self.probabilities(at).iter().map(|p| match *p {
                    0.5 => "median".to_owned(),
                    p => format!("{} %", (p * 1000.0).round() / 10.0),
                }));
                header.extend(["sd".to_owned(), "index".to_owned()]);
            }
            Some(Details::Categories(list)) => header.extend(list.iter().map(|c| c.category.clone())),
            _ => header.extend(["earliest", "median", "latest"].map(str::to_owned)),
        }
        if self.misses(at) {
            header.push("missing".to_owned());
        }
        header
    }

    /// Whether the attribute is unknown of anybody.
    ///
    /// Where nobody misses it, the table has no column for that: most tables then fit a screen.
    fn misses(&self, at: usize) -> bool {
        let missing = self.everybody().and_then(|group| group.attributes.get(at)).and_then(|summary| summary.missing);
        missing.is_none_or(|share| share > 0.0)
    }

    /// The probabilities of which somebody has a quantile.
    ///
    /// Asked of everybody, who has a quantile of each if any group has.
    fn probabilities(&self, at: usize) -> Vec<f64> {
        match self.everybody().and_then(|group| group.attributes.get(at)).map(|summary| &summary.details) {
            Some(Details::Numbers(numbers)) => numbers.quantiles.iter().map(|q| q.probability).collect(),
            _ => Vec::new(),
        }
    }

    /// The markers, with the rule of thumb for the size of an effect (J. Cohen 1988, *Statistical Power Analysis for
    /// the Behavioral Sciences*, 2nd ed., sections 2.2.3 and 6.2.1). Nothing is written if no segment has any.
    fn marks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments().all(|group| group.markers.is_empty()) {
            return Ok(());
        }
        writeln!(
            f,
            "\nwhat marks each segment (effect against the other customers: 0.2 small, 0.5 medium, 0.8 large)"
        )?;
        for group in self.segments() {
            writeln!(f, "{}", group.label)?;
            if group.markers.is_empty() {
                writeln!(f, "  nothing beyond chance")?;
            }
            for mark in &group.markers {
                let (own, all) = (Some(mark.value), Some(mark.everybody));
                let what = match &mark.category {
                    Some(category) => {
                        format!("{} `{category}` {}, everybody {}", mark.attribute, percent(own), percent(all))
                    }
                    None => format!("mean {} {}, everybody {}", mark.attribute, number(own), number(all)),
                };
                writeln!(f, "  {:+.2}  {what}", mark.effect)?;
            }
        }
        Ok(())
    }
}

/// In brackets what is no segment, so that it cannot be taken for one.
///
/// The label is written, not the key.
fn name(group: &GroupProfile) -> &str {
    match group.group {
        Group::Segment => &group.label,
        Group::Unassigned => "(unassigned)",
        Group::Everybody => "(everybody)",
    }
}
