//! The likeness of two segments as people read it.
//!
//! A line that says what follows, then a line an attribute: both means or shares, the difference with its interval, the
//! verdict. Figures are rounded for reading; all digits are in the fields of [`PairLikeness`].

use std::fmt;

use crate::text::{Align, Table};

use super::{AttributeLikeness, Likeness, PairLikeness};
use crate::profile::table::{ends, number, percent};

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Likeness::Equivalent => "equivalent",
            Likeness::Different => "different",
            Likeness::Undecided => "undecided",
        })
    }
}

/// A mean or a share, by what the attribute is.
fn figure(attribute: &AttributeLikeness, value: Option<f64>) -> String {
    if attribute.category.is_some() { percent(value) } else { number(value) }
}

/// ```
/// use segmentry::customer::Customers;
/// use segmentry::profile::Equivalence;
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::{Column, Ids};
///
/// let customers = Customers::new(Ids::numbered(4)).with_column("spend", Column::numbers([1.0, 2.0, 1.0, 3.0]))?;
/// let names = vec!["a".to_owned(), "b".to_owned()];
/// let segmentation = Segmentation::new(&customers, names, [Ok(0), Ok(0), Ok(1), Ok(1)])?;
/// let text = Equivalence::new().between(&customers, &segmentation, "a", "b")?.to_string();
/// assert!(text.starts_with("`a` and `b` are undecided: margin 0.2, intervals of 90 %\n"));
/// # Ok::<(), segmentry::Error>(())
/// ```
impl fmt::Display for PairLikeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sure = (self.confidence * 1000.0).round() / 10.0;
        let (a, b) = (&self.first, &self.second);
        writeln!(f, "`{a}` and `{b}` are {}: margin {}, intervals of {sure} %", self.verdict, self.margin)?;
        let heads = ["first", "second", "difference", "interval"].map(|head| (head, Align::Right));
        let heads = [("attribute", Align::Left)].into_iter().chain(heads).chain([("verdict", Align::Left)]);
        let mut table = Table::new(heads);
        for attribute in &self.attributes {
            let category = attribute.category.as_ref().map_or_else(String::new, |text| format!(" `{text}`"));
            let difference = attribute.difference;
            table.row([
                format!("{}{category}", attribute.attribute),
                figure(attribute, attribute.first),
                figure(attribute, attribute.second),
                number(difference.value),
                ends(difference.lower, difference.upper, number),
                attribute.verdict.to_string(),
            ]);
        }
        write!(f, "{table}")
    }
}
