//! Over which days purchases count for a programme's tier.

use crate::error::{Error, Result};
use crate::time::Day;

/// Over which days purchases count.
///
/// | programme says | here |
/// | --- | --- |
/// | spend of the last 12 months | `Rolling { days: 365 }`, the default |
/// | status earned in a year holds to the end of the next | `CalendarYear` |
/// | points of the last 90 days | `Rolling { days: 90 }` |
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::{Programme, Qualifying};
/// use segmentry::time::Day;
///
/// let airline = Programme::new("blue").tier("silver", 500.0).qualifying(Qualifying::CalendarYear);
/// let flyer = Record::new("ann").purchase(Day::new(2025, 2, 1)?, 600.0);
/// let seen = |year, month, day| Ok::<_, segmentry::Error>(flyer.clone().as_of(Day::new(year, month, day)?));
/// assert_eq!(airline.assign(&seen(2026, 12, 31)?)?.unwrap().key(), "silver"); // to the end of the next year
/// assert_eq!(airline.assign(&seen(2027, 1, 1)?)?.unwrap().key(), "blue");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Qualifying {
    /// The last so many days, the day itself included: a purchase counts for `days` days and leaves on the day after.
    Rolling {
        /// How many days.
        days: u32,
    },
    /// The better of the calendar year so far and the whole year before, as airlines do it: what is earned in a year
    /// holds to the end of the next.
    CalendarYear,
    /// The same with quarters.
    CalendarQuarter,
    /// The same with months.
    CalendarMonth,
}

impl Default for Qualifying {
    /// The last 365 days.
    fn default() -> Self {
        Qualifying::Rolling { days: 365 }
    }
}

impl Qualifying {
    /// The first day of the calendar period that holds `day`.
    pub(super) fn start(self, day: Day) -> Day {
        let Some(date) = day.date() else { return day };
        let month = match self {
            Qualifying::Rolling { .. } => return day,
            Qualifying::CalendarYear => 1,
            Qualifying::CalendarQuarter => (date.month() - 1) / 3 * 3 + 1,
            Qualifying::CalendarMonth => date.month(),
        };
        Day::new(date.year(), month, 1).unwrap_or(day)
    }

    /// The first day of the period after the one that starts on `start`.
    pub(super) fn next(self, start: Day) -> Day {
        // the longest period has 366 days, so a day this much later is in the next one
        let inside = match self {
            Qualifying::Rolling { .. } => return start,
            Qualifying::CalendarYear => 370,
            Qualifying::CalendarQuarter => 95,
            Qualifying::CalendarMonth => 35,
        };
        self.start(start.plus(inside))
    }

    pub(super) fn in_words(self) -> String {
        match self {
            Qualifying::Rolling { days } => format!("spend in {days} days"),
            Qualifying::CalendarYear => "spend in the better of this and the last calendar year".to_owned(),
            Qualifying::CalendarQuarter => "spend in the better of this and the last quarter".to_owned(),
            Qualifying::CalendarMonth => "spend in the better of this and the last month".to_owned(),
        }
    }

    pub(super) fn check(self) -> Result<()> {
        match self {
            Qualifying::Rolling { days } if !(1..=36_525).contains(&days) => {
                Err(Error::parameter("rolling days", "from 1 to 36525 (100 years)", days))
            }
            _ => Ok(()),
        }
    }
}
