//! Rules as people read them.
//!
//! Shares in the table are those of customers that the rules have not seen: a reader takes what stands there for what to
//! expect. How much better the rules look on the customers that they were made of stands in the last line, as a warning.
//!
//! ```text
//! segment  customers  coverage  precision  rule
//! Big            412    93.1 %     96.0 %  spend >= 120 and visits < 4
//!                                          or spend >= 900
//! Small          588    97.4 %     91.2 %  spend < 120
//! 3 rules put 94.8 % of customers they have not seen where they are (93.2 % to 96.0 %); 95.9 % of those they were made of
//! ```

use std::fmt;

use crate::profile::Estimate;
use crate::segment::Segment;
use crate::text::{Align, Table, count, counted};

use super::result::SegmentRules;

impl fmt::Display for SegmentRules {
    /// A table with a line for each rule, and below it how far the rules can be trusted.
    ///
    /// A segment that no rule reaches has its line too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = [("segment", Align::Left), ("customers", Align::Right), ("coverage", Align::Right)];
        let more = [("precision", Align::Right), ("rule", Align::Left)];
        let mut table = Table::new(heads.into_iter().chain(more));
        for segment in &self.segments {
            let mut rules = segment.parts.iter().map(|part| part.to_string());
            let none = || if segment.size > 0 { "no rule reaches it" } else { "nobody is in it" };
            table.row([
                segment.segment.label().into_owned(),
                count(segment.size),
                percent(segment.coverage_outside.value),
                percent(segment.precision_outside.value),
                rules.next().unwrap_or_else(|| none().to_owned()),
            ]);
            for rule in rules {
                table.row([String::new(), String::new(), String::new(), String::new(), format!("or {rule}")]);
            }
        }
        writeln!(f, "{table}")?;
        if let Some(trust) = self.trust() {
            let leaves = counted(trust.leaves, "rule", "rules");
            match trust.outside {
                Estimate { value: Some(value), lower: Some(lower), upper: Some(upper) } => write!(
                    f,
                    "{leaves} put {} of customers they have not seen where they are ({} to {}); {} of those they were made of",
                    percent(Some(value)),
                    percent(Some(lower)),
                    percent(Some(upper)),
                    percent(Some(trust.inside)),
                )?,
                _ => write!(
                    f,
                    "{leaves} put {} of customers where they are; there are too few to ask others",
                    percent(Some(trust.inside))
                )?,
            }
        }
        for note in &self.notes {
            write!(f, "\n{note}")?;
        }
        Ok(())
    }
}

/// `12.3 %`, or a dash where it is not defined.
///
/// A share that is not defined is of nobody: a segment without customers, a rule that holds of none.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share))
}
