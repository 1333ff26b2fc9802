//! What was seen of contracts beside what a model says of them, and on beyond it.

use std::fmt;

use crate::error::Result;
use crate::lifetime::periods::Periods;
use crate::lifetime::retention::{Renewals, RetentionModel};
use crate::text::{Align, Table, number};

/// Renewals as they were seen, and as a model has them, one after the other up to a last one that may lie far ahead.
///
/// ```
/// use segmentry::lifetime::{Periods, Renewals, RetentionFit, ShiftedBetaGeometric};
///
/// // Fader and Hardie (2007): survivors of seven years, told up to the twelfth
/// let seen = Renewals::survivors(&[1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0])?;
/// let model = ShiftedBetaGeometric::new().fit(&seen)?;
/// let fit = RetentionFit::of(&model, &seen, Periods::new(12))?;
/// let (first, last) = (&fit.lines()[0], &fit.lines()[11]);
/// assert_eq!((first.seen_survival, last.seen_survival), (Some(0.631), None));
/// assert!((last.survival - 0.170).abs() < 1e-3);
/// println!("{fit}"); // a line a renewal
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RetentionFit {
    lines: Vec<RetentionLine>,
}

/// One renewal, as it was seen and as the model has it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RetentionLine {
    /// Its number, from 1.
    pub renewal: u32,
    /// How many customers came to it.
    pub came: f64,
    /// How many of them stayed.
    pub kept: f64,
    /// The share of them; `None` if nobody came.
    pub seen_retention: Option<f64>,
    /// That share by the model.
    pub retention: f64,
    /// The share of new customers that stays for so long: the product of the shares so far; `None` where nobody was seen.
    pub seen_survival: Option<f64>,
    /// That share by the model.
    pub survival: f64,
}

impl RetentionFit {
    /// The renewals from the first to that one.
    ///
    /// # Errors
    /// If they have no end.
    pub fn of(model: &RetentionModel, seen: &Renewals, last: Periods) -> Result<Self> {
        last.finite("last")?;
        let mut product = Some(1.0);
        let line = |renewal: u32| {
            let at = renewal as usize;
            let retention = seen.retention(at);
            product = product.zip(retention).map(|(before, share)| before * share);
            let number = Periods::new(renewal);
            Ok(RetentionLine {
                renewal,
                came: seen.kept(at) + seen.lost(at),
                kept: seen.kept(at),
                seen_retention: retention,
                retention: model.retention(number)?,
                seen_survival: product,
                survival: model.survival(number)?,
            })
        };
        Ok(RetentionFit { lines: (1..=last.count()).map(line).collect::<Result<_>>()? })
    }

    /// The renewals, the first first.
    pub fn lines(&self) -> &[RetentionLine] {
        &self.lines
    }
}

impl fmt::Display for RetentionFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["renewal", "came", "stayed", "retention", "by the model", "still there", "by the model"];
        let mut table = Table::new(heads.map(|head| (head, Align::Right)));
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let known = |share: Option<f64>| share.map_or("-".to_owned(), percent);
        for line in &self.lines {
            let counts =
                if line.came > 0.0 { [number(line.came), number(line.kept)] } else { ["-", "-"].map(str::to_owned) };
            let [came, kept] = counts;
            table.row([
                line.renewal.to_string(),
                came,
                kept,
                known(line.seen_retention),
                percent(line.retention),
                known(line.seen_survival),
                percent(line.survival),
            ]);
        }
        write!(f, "{table}")
    }
}
