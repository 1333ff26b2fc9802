//! Alignment as people read it.
//!
//! First the sentence, for whoever reads no further; then what it is made of; then the segments, and what else is to be
//! known.
//!
//! ```text
//! share explained  segments          interval   split    tree  of the tree        random  inside
//! margin             12.3 %  10.1 % to 14.5 %   9.0 %  15.8 %       77.8 %  up to 0.4 %  12.6 %
//! its ranks          14.0 %  11.9 % to 16.1 %  10.2 %  17.1 %       81.9 %  up to 0.3 %  14.3 %
//!
//! segment  customers  goal         interval  index
//! Often          412  81.2     74.5 to 87.9    170
//! Rare           588  19.1     17.0 to 21.2     40
//! ```
//!
//! *Inside* stands last: it is the figure that is usually quoted, and the one that says least.

use std::fmt;

use crate::evaluate::goal::Goal;
use crate::profile::Estimate;
use crate::text::{Align, Table, count, number};

use super::compare::Comparison;
use super::outcome::GoalKind;
use super::result::Aligned;

impl Aligned {
    /// What was found in a sentence or two, for findings and for boards.
    ///
    /// It names the share with its interval, what a tree of as many leaves and the best single split do, whether it is
    /// more than chance, which segments have most and least of the goal, and which attributes tell it nearly by themselves.
    pub fn sentence(&self) -> String {
        let (share, goal) = (&self.share, self.goal.attribute());
        let split = match &self.best_split {
            Some(split) => format!("the best single split ({split}) {}", percent(share.split.value)),
            None => "no attribute divides it".to_owned(),
        };
        let reachable = match share.of_reachable.value {
            Some(part) => format!(", which is {} of what the tree does", percent(Some(part))),
            None => String::new(),
        };
        let chance = if self.beats_chance() { "more than chance does" } else { "no more than chance does" };
        let mut text = format!(
            "The segments explain {} of `{goal}` in customers not seen before{}, a tree of as many leaves {}{reachable}, {split}: \
             {chance} (p = {}).",
            percent(share.segments.value),
            range(&share.segments),
            percent(share.tree.value),
            number(share.p_value),
        );
        if let (Some(best), Some(worst)) = (self.best(), self.worst())
            && self.segments.len() > 1
        {
            let (most, least) =
                if matches!(self.goal, Goal::Maximize(_)) { ("Most", "least") } else { ("Least", "most") };
            text.push_str(&format!(" {most} is in `{}`, {least} in `{}`.", best.name(), worst.name()));
        }
        if !self.leaks.is_empty() {
            let leaks = self.leaks.join("`, `");
            text.push_str(&format!(" The tree may read what tells `{goal}` nearly by itself: `{leaks}`."));
        }
        text
    }
}

/// The sentence, the table of shares, the table of segments, and notes.
impl fmt::Display for Aligned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.sentence())?;
        let mut table = Table::new([
            ("share explained", Align::Left),
            ("segments", Align::Right),
            ("interval", Align::Right),
            ("split", Align::Right),
            ("tree", Align::Right),
            ("of the tree", Align::Right),
            ("random", Align::Right),
            ("inside", Align::Right),
        ]);
        let mut row = |name: &str, of: &Comparison| {
            table.row([
                name.to_owned(),
                percent(of.segments.value),
                range(&of.segments).trim().trim_matches(['(', ')']).to_owned(),
                percent(of.split.value),
                percent(of.tree.value),
                percent(of.of_reachable.value),
                format!("up to {}", percent(Some(of.random_upper))),
                percent(Some(of.inside)),
            ]);
        };
        row(self.goal.attribute(), &self.share);
        if let Some(ranks) = &self.on_ranks {
            row("its ranks", ranks);
        }
        writeln!(f, "{table}")?;
        if let Some(telling) = &self.telling {
            let (area, v) = (telling.area.value, telling.cramers_v);
            let figures =
                [("area under the curve", area), ("Cramér's V", v), ("log loss less by", telling.log_loss_reduction)];
            let known: Vec<String> =
                figures.iter().filter_map(|(name, value)| Some(format!("{name} {}", number((*value)?)))).collect();
            writeln!(f, "{}", known.join(", "))?;
        }
        writeln!(f, "\n{}", self.by_segment())?;
        for (at, note) in self.notes.iter().enumerate() {
            write!(f, "{}{note}", if at > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl Aligned {
    /// The table of what each group has of the goal: rates as percentages, numbers as they are, texts by the commonest.
    fn by_segment(&self) -> Table {
        let head = if matches!(self.kind, GoalKind::Texts(_)) { "commonest" } else { "goal" };
        let heads = [("segment", Align::Left), ("customers", Align::Right), (head, Align::Right)];
        let mut table = Table::new(heads.into_iter().chain([("interval", Align::Right), ("index", Align::Right)]));
        for segment in &self.segments {
            let rate = matches!(self.kind, GoalKind::Rate { .. });
            let show = |value: f64| if rate { percent(Some(value)) } else { number(value) };
            let value = match (&segment.commonest, segment.mean.value) {
                (Some((text, share)), _) => format!("{text} ({})", percent(Some(*share))),
                (None, value) => value.map_or_else(|| "–".to_owned(), show),
            };
            let interval = match (segment.mean.lower, segment.mean.upper) {
                (Some(lower), Some(upper)) => format!("{} to {}", show(lower), show(upper)),
                _ => String::new(),
            };
            let index = segment.index.map_or_else(String::new, |index| format!("{index:.0}"));
            table.row([segment.name(), count(segment.size), value, interval, index]);
        }
        table
    }
}

/// ` (10.1 % to 14.5 %)`, or nothing where it is not defined.
///
/// With the space before it, so that it can follow a figure in a sentence whether it is there or not.
fn range(estimate: &Estimate) -> String {
    match (estimate.lower, estimate.upper) {
        (Some(lower), Some(upper)) => format!(" ({} to {})", percent(Some(lower)), percent(Some(upper))),
        _ => String::new(),
    }
}

/// `12.3 %`, or a dash where it is not defined. Shares below nothing keep their sign.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share))
}
