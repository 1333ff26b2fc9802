//! Differences between segments as people read them: the least likely first, with what to bear in mind below.
//!
//! | column | holds |
//! | --- | --- |
//! | attribute | with the text of a set in backticks; a star if the segments were made by it |
//! | test, statistic | what was done, with the degrees of freedom in brackets |
//! | p, corrected | three digits that count; never 0 |
//! | effect, interval, size | the measure to quote, and by custom how large it is |
//! | missing | of how many customers in segments the attribute is not known |
//!
//! Below the table stand what to bear in mind of single attributes, and what was not tested and why. Figures are rounded; all
//! digits are in the fields of [`DifferenceTable`], which is serialised as it is.
//!
//! A [`Difference`] alone prints as a sentence: what was found, the test with its statistic, both p-values, the size of the
//! effect, of how many it is not known, and the notes.

use std::fmt;

use crate::profile::table::{ends, number};
use crate::text::{Align, Table, counted};

use super::found::{Difference, DifferenceTable, Measure, Method, Test};

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Method::ChiSquared => "chi-squared",
            Method::Anova => "analysis of variance",
            Method::Welch => "Welch",
            Method::KruskalWallis => "Kruskal-Wallis",
            Method::WelchT => "Welch's t",
            Method::MannWhitney => "Mann-Whitney",
        })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Measure::EtaSquared => "η²",
            Measure::OmegaSquared => "ω²",
            Measure::EpsilonSquared => "ε²",
            Measure::RankEtaSquared => "η² of ranks",
            Measure::CramersV => "V",
            Measure::PlainCramersV => "plain V",
            Measure::CohensD => "d",
            Measure::RankBiserial => "r",
        })
    }
}

/// `F(3, 1449) = 29.62`.
impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.method {
            Method::ChiSquared => "χ²",
            Method::Anova | Method::Welch => "F",
            Method::KruskalWallis => "H",
            Method::WelchT => "t",
            Method::MannWhitney => "U",
        };
        let degrees = number(Some(self.degrees));
        match (self.method, self.degrees_within) {
            (Method::MannWhitney, _) => write!(f, "{letter} = {}", number(Some(self.statistic))),
            (_, Some(within)) => {
                write!(f, "{letter}({degrees}, {}) = {}", number(Some(within)), number(Some(self.statistic)))
            }
            (_, None) => write!(f, "{letter}({degrees}) = {}", number(Some(self.statistic))),
        }
    }
}

/// What it is called in a table: with the text of a set, and a star if the segments were made by it.
fn name(difference: &Difference) -> String {
    let category = difference.category.as_ref().map_or_else(String::new, |text| format!(" `{text}`"));
    format!("{}{category}{}", difference.attribute, if difference.made_by { " *" } else { "" })
}

/// In a sentence: what was found, how sure, how large.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let differs = match (self.made_by, self.adjusted.at_most(0.05)) {
            (true, _) => "differs by nature, since the segments were made by it",
            (false, true) => "differs between segments",
            (false, false) => "is not shown to differ between segments",
        };
        let category = self.category.as_ref().map_or_else(String::new, |text| format!(" `{text}`"));
        write!(f, "`{}`{category} {differs}: {}, {}", self.attribute, self.test.method, self.test)?;
        write!(f, ", p {}, corrected {}", self.p, self.adjusted)?;
        if let Some(effect) = self.test.effect() {
            write!(f, "; {} effect, {} {}", effect.in_words(), effect.measure, number(effect.size.value))?;
        }
        if self.missing > 0.0 {
            write!(f, "; not known of {}", number(Some(self.missing)))?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "; {note}"))
    }
}

/// The least likely first, of several as likely in their order; then notes, and what was not tested.
impl fmt::Display for DifferenceTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sure = (self.confidence * 1000.0).round() / 10.0;
        let tests = counted(self.differences.len(), "test", "tests");
        let correction = self.correction.name();
        writeln!(f, "{tests} of {} segments, p-values {correction}; intervals at {sure} %", self.segments)?;
        let heads = [("attribute", Align::Left), ("test", Align::Left)];
        let figures = ["statistic", "p", "corrected", "effect", "interval"].map(|head| (head, Align::Right));
        let mut table =
            Table::new(heads.into_iter().chain(figures).chain([("size", Align::Left), ("missing", Align::Right)]));
        let mut order: Vec<&Difference> = self.differences.iter().collect();
        order.sort_by(|a, b| a.p.ln().total_cmp(&b.p.ln()));
        for difference in &order {
            let test = &difference.test;
            let effect = test.effect();
            let size = effect.map(|effect| effect.size).unwrap_or_default();
            let measure = effect.map_or_else(String::new, |effect| effect.measure.to_string());
            table.row([
                name(difference),
                test.method.to_string(),
                test.to_string(),
                difference.p.to_string(),
                difference.adjusted.to_string(),
                format!("{measure} {}", number(size.value)),
                ends(size.lower, size.upper, number),
                effect.map_or("", |effect| effect.in_words()).to_owned(),
                number(Some(difference.missing)),
            ]);
        }
        write!(f, "{table}")?;
        if self.differences.iter().any(|d| d.made_by) {
            write!(f, "\n* the segments were made by it: it differs by nature, and its p-value says nothing")?;
        } else if !self.made_by_known {
            write!(f, "\nattributes by which the segments were made differ by nature: their p-values say nothing")?;
        }
        for difference in order.iter().filter(|d| !d.notes.is_empty()) {
            write!(f, "\n{}: {}", name(difference), difference.notes.join("; "))?;
        }
        for untested in &self.untested {
            write!(f, "\n{}: not tested, {}", untested.attribute, untested.reason)?;
        }
        Ok(())
    }
}
