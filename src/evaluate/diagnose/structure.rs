//! Do the rows have groups of their own, or is it a cloud that was cut?
//!
//! To cut a cloud is no sin: S. Dolnicar, B. Grün and F. Leisch (2018, Market Segmentation Analysis, DOI
//! 10.1007/978-981-10-8818-6, section 2) call it constructive segmentation, and most markets are clouds. But nobody should
//! believe that such segments were found, and where they lie is a choice that must be kept.

use crate::cluster::Points;
use crate::error::Result;
use crate::evaluate::{HowMuch, SeekStructure};
use crate::health::Severity;
use crate::progress::Progress;

use super::case::Case;
use super::diagnosis::{Evidence, Problem};
use super::verdict::{Check, Looked};

/// Asks the gap and dips whether there is more than one group.
///
/// What [`SeekStructure`] calls *none* is a warning, *weak* a note: the customers are then one cloud with a few bumps. Rows
/// that it cannot judge (too few, all equal) leave the question unasked, with its reason.
///
/// # Errors
/// If the work is stopped.
pub(super) fn look(case: &Case<'_>, progress: &Progress<'_>) -> Result<Looked> {
    let Some(rows) = &case.rows else {
        return Ok(Check::not_asked(Problem::NoStructure, "no features were given").into());
    };
    let points = Points::new(rows.matrix.view());
    let found = match SeekStructure::new().seed(case.asked.seed).of_with(&points, progress) {
        Ok(found) => found,
        Err(error) if super::is_cancelled(&error) => return Err(error),
        Err(error) => return Ok(Check::not_asked(Problem::NoStructure, error.to_string()).into()),
    };
    let mut looked = Looked::begin(Problem::NoStructure);
    let groups = found.gap.pick;
    let least = found.p_values.iter().copied().fold(1.0, f64::min);
    let mut evidence = Vec::new();
    if let Some(groups) = groups {
        evidence.push(looked.see(Evidence::count("groups by the gap statistic", groups)));
    }
    evidence.push(looked.see(Evidence::chance("least p of the dips, corrected", least).limit(found.level)));
    looked.see(Evidence::figure("Hopkins' statistic", found.hopkins.statistic));
    let next = "treat the segments as pieces that you cut: say by which limits, keep them as rules or saved models, and \
                judge them by the goal";
    match found.verdict {
        HowMuch::None => {
            let sentence =
                "the customers have no groups of their own in these features: any number of segments is as good";
            looked.find(Severity::Warning, sentence, evidence, next);
        }
        HowMuch::Weak => {
            looked.find(
                Severity::Note,
                "the customers hardly have groups of their own in these features",
                evidence,
                next,
            );
        }
        HowMuch::Clear => {}
    }
    Ok(looked)
}
