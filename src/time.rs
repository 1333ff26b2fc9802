//! Days, instants, zones and the moment a question is asked as of.
//!
//! A [`Day`] is a number of days and a [`Timestamp`] a number of microseconds since 1970-01-01, so that
//! a million of them are an array of integers. Calendars and time zones are the work of
//! [`jiff`]; what this module adds is the storage, the forms dates are written in, and [`AsOf`].
//!
//! # What to learn, and what not
//!
//! A program that thinks in days needs [`Day`] alone: it may be given wherever an [`AsOf`] is asked for. [`Timestamp`]
//! and [`Zone`] are for logs with a time of day, of customers for whom the day does not begin in UTC. [`DateForm`] is
//! for files whose dates are not written `2026-11-01` and not clear; readers find the form themselves where it is.
//!
//! | word elsewhere | here |
//! | --- | --- |
//! | `Date`, `datetime.date` | [`Day`] |
//! | `POSIXct`, `datetime64[us, UTC]`, `timestamptz` | [`Timestamp`] |
//! | `dayfirst=True`, `%d.%m.%Y` | [`DateForm::DayFirst`] |
//! | snapshot date, observation date, `observation_period_end`, cut-off | [`AsOf`] |
//!
//! ```
//! use segmentry::time::{AsOf, Day};
//!
//! let as_of = AsOf::from(Day::new(2026, 11, 1)?);
//! let order = Day::new(2026, 11, 1)?;
//! assert!(as_of.includes(order.start(), order)); // the day itself is known
//! assert!(!as_of.includes(order.plus(1).start(), order.plus(1)));
//! assert_eq!(as_of.day().days_since(Day::new(2026, 8, 3)?), 90);
//! # Ok::<(), segmentry::Error>(())
//! ```

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::error::{Error, Result};

const MICROS_A_DAY: i64 = 86_400_000_000;

/// A calendar day, stored as days since 1970-01-01.
///
/// ```
/// use segmentry::time::Day;
///
/// let day = Day::new(2026, 11, 1)?;
/// assert_eq!(day.to_string(), "2026-11-01");
/// assert_eq!(day.days_since("2026-10-25".parse()?), 7);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Weeks and months begin at [`Day::week_start`] and [`Day::month_start`]; for more of the calendar ask [`Day::date`]
/// for jiff's date. Arithmetic stops at the ends of the range instead of wrapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Day(i32);

impl Day {
    /// The day of a year (−9999 to 9999), month and day of the month.
    ///
    /// # Errors
    /// If there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self> {
        Date::new(year, month, day)
            .map(Day::from)
            .map_err(|_| Error::parse("day", &format!("{year:04}-{month:02}-{day:02}"), "a day of the calendar"))
    }

    /// The day that many days after 1970-01-01.
    pub const fn from_days(days: i32) -> Self {
        Day(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Whole days from `earlier` to this day, negative if it is later.
    pub const fn days_since(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// The day that many days later.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Day(self.0.saturating_add(days))
    }

    /// The date in the calendar, `None` outside the years −9999 to 9999.
    pub fn date(self) -> Option<Date> {
        Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(i64::from(self.0)).ok()?).ok()
    }

    /// The Monday of this day's week.
    ///
    /// ```
    /// use segmentry::time::Day;
    ///
    /// let sunday = Day::new(2026, 11, 1)?;
    /// assert_eq!(sunday.week_start(), Day::new(2026, 10, 26)?); // weeks begin on Monday, as in ISO 8601
    /// assert_eq!(sunday.plus(-1).month_start(), Day::new(2026, 10, 1)?);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub const fn week_start(self) -> Self {
        Day(self.0.saturating_sub((self.0.wrapping_add(3)).rem_euclid(7))) // 1970-01-01 was a Thursday
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn month_start(self) -> Self {
        self.date().map_or(self, |date| Day::from(date.first_of_month()))
    }

    /// The instant at which this day begins in UTC.
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0 as i64 * MICROS_A_DAY)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        let days = date.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days());
        Day(days) // since() of two dates gives days alone and cannot overflow
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(date) => write!(f, "{date}"),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl FromStr for Day {
    type Err = Error;

    /// Reads `2026-11-01`.
    fn from_str(text: &str) -> Result<Self> {
        // years before 0 and beyond 9999 as jiff writes them
        let day = DateForm::Iso.day(text).or_else(|| text.parse::<Date>().ok().map(Day::from));
        day.ok_or_else(|| Error::parse("day", text, "a day such as 2026-11-01"))
    }
}

impl TryFrom<String> for Day {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// An instant, stored as microseconds since 1970-01-01T00:00Z.
///
/// ```
/// use segmentry::time::Timestamp;
///
/// let order: Timestamp = "2026-11-01 00:30:00+01:00".parse()?;
/// assert_eq!(order.to_string(), "2026-10-31T23:30:00Z");
/// assert_eq!(order.day_utc().to_string(), "2026-10-31");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant that many microseconds after 1970-01-01T00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp(micros)
    }

    /// Microseconds since 1970-01-01T00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The day of this instant in UTC.
    pub const fn day_utc(self) -> Day {
        Day(self.0.div_euclid(MICROS_A_DAY) as i32) // i64::MAX / 86.4e9 < 1.1e8 fits
    }
}

impl From<Day> for Timestamp {
    /// The start of the day in UTC.
    fn from(day: Day) -> Self {
        day.start()
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Timestamp(timestamp.as_microsecond())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            Err(_) => write!(f, "microsecond {}", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    /// Reads `2026-11-01T08:30:00Z` and every form of [`DateForm::Iso`], in UTC where no offset is written.
    fn from_str(text: &str) -> Result<Self> {
        // years before 0 and beyond 9999 as jiff writes them
        let signed = || text.starts_with(['+', '-']).then(|| text.parse::<jiff::Timestamp>().ok()).flatten();
        DateForm::Iso
            .timestamp(text, &Zone::utc())
            .or_else(|| signed().map(Timestamp::from))
            .ok_or_else(|| Error::parse("timestamp", text, "an instant such as 2026-11-01T08:30:00Z"))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

/// A time zone: decides on which day an instant falls.
///
/// Names are those of the IANA time-zone database (`Europe/Berlin`, `America/Sao_Paulo`), looked up in the system's copy
/// of it, and in a built-in one where systems have none as a rule (Windows). Rules change by law: two machines with
/// copies of different age may differ in recent or future days. Saved with serde, a zone is its name.
///
/// ```
/// use segmentry::time::{Day, Zone};
///
/// let berlin = Zone::named("Europe/Berlin")?;
/// let late = "2026-10-31T23:30:00Z".parse()?;
/// assert_eq!(berlin.day(late), Day::new(2026, 11, 1)?);
/// assert_eq!(Zone::utc().day(late), Day::new(2026, 10, 31)?);
/// assert!(Zone::named("Europe/Berln").is_err());
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Zone {
    name: Arc<str>,
    zone: TimeZone,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Zone { name: "UTC".into(), zone: TimeZone::UTC }
    }

    /// The zone of that name in the time-zone database, such as `Europe/Berlin`.
    ///
    /// # Errors
    /// If the database has no zone of that name.
    pub fn named(name: &str) -> Result<Self> {
        if name.eq_ignore_ascii_case("utc") {
            return Ok(Zone::utc());
        }
        let zone = TimeZone::get(name).map_err(|_| Error::parse("zone", name, "a zone such as Europe/Berlin"))?;
        Ok(Zone { name: name.into(), zone })
    }

    /// The zone's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its rules: when clocks are ahead of UTC by how much.
    pub(crate) fn rules(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether this is UTC, in which no calendar has to be asked.
    pub fn is_utc(&self) -> bool {
        self.zone == TimeZone::UTC
    }

    /// The day on which the instant falls here.
    pub fn day(&self, at: Timestamp) -> Day {
        if self.is_utc() {
            return at.day_utc();
        }
        match jiff::Timestamp::from_microsecond(at.0) {
            Ok(at) => Day::from(self.zone.to_datetime(at).date()),
            Err(_) => at.day_utc(),
        }
    }

    /// The instant at which the day begins here: midnight; where a gap in the clock skips midnight, as
    /// much later as the gap is long.
    pub fn start(&self, day: Day) -> Timestamp {
        if self.is_utc() {
            return day.start();
        }
        day.date().and_then(|date| self.instant(date.to_datetime(jiff::civil::Time::midnight()))).unwrap_or(day.start())
    }

    /// The instant so many months later, or earlier, at the same time of day here; on the last day of a month that is too
    /// short. `None` outside the calendar.
    pub(crate) fn months_later(&self, at: Timestamp, months: i64) -> Option<Timestamp> {
        let local = self.zone.to_datetime(jiff::Timestamp::from_microsecond(at.0).ok()?);
        self.instant(local.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?)
    }

    /// The instant of a wall-clock time: after a gap the time moves forward with the clock, in a fold the
    /// earlier of the two is meant (jiff's `compatible` rule, RFC 5545).
    fn instant(&self, local: DateTime) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(local).compatible().ok().map(Timestamp::from)
    }
}

impl Default for Zone {
    fn default() -> Self {
        Zone::utc()
    }
}

impl TryFrom<String> for Zone {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        Zone::named(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name.to_string()
    }
}

/// The moment a question is asked as of: what is later is not known yet.
///
/// A [`Day`] means the whole of that day (its events count); a [`Timestamp`] means up to and including
/// that instant. There is no default and no clock: *now* is always an argument.
///
/// It keeps what is fitted on the past from knowing the future (leakage): two runs as of the same day give the same
/// segments, though later events were added to the log in between. Attributes have no date; who joins them must see to it
/// that they are those of the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsOf {
    day: Day,
    until: Timestamp,
}

impl AsOf {
    /// The end of the day in a zone.
    ///
    /// ```
    /// use segmentry::time::{AsOf, Day, Zone};
    ///
    /// let berlin = Zone::named("Europe/Berlin")?;
    /// let as_of = AsOf::day_in(Day::new(2026, 11, 1)?, &berlin);
    /// assert_eq!(as_of.until().to_string(), "2026-11-01T23:00:00Z");
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn day_in(day: Day, zone: &Zone) -> Self {
        AsOf { day, until: zone.start(day.plus(1)) }
    }

    /// The instant, on the day on which it falls in the zone.
    pub fn instant_in(at: Timestamp, zone: &Zone) -> Self {
        AsOf { day: zone.day(at), until: Timestamp(at.0.saturating_add(1)) }
    }

    /// The day.
    pub const fn day(self) -> Day {
        self.day
    }

    /// The first instant that is not known any more: events before it count.
    pub const fn until(self) -> Timestamp {
        self.until
    }

    /// Whether an event at that instant, counted on that day, is known.
    pub fn includes(self, at: Timestamp, day: Day) -> bool {
        at < self.until && day <= self.day
    }
}

impl From<Day> for AsOf {
    /// The end of the day in UTC.
    fn from(day: Day) -> Self {
        AsOf { day, until: day.plus(1).start() }
    }
}

impl From<Timestamp> for AsOf {
    /// The instant, on its day in UTC.
    fn from(at: Timestamp) -> Self {
        AsOf { day: at.day_utc(), until: Timestamp(at.0.saturating_add(1)) }
    }
}

/// The form in which days and instants are written.
///
/// `03/04/2026` is the third of April or the fourth of March: the form is found from the whole column
/// ([`DateForm::infer`]) or named, never guessed from one value. A time of day (`08:26`, `08:26:31`, `8:26 PM`)
/// may follow each form.
///
/// ```
/// use segmentry::time::{DateForm, Day};
///
/// // 28 can be no month, so the whole column is written day first
/// assert_eq!(DateForm::infer(["3.4.2026", "28.4.2026"]), [DateForm::DayFirst]);
/// assert_eq!(DateForm::infer(["3.4.2026", "5.4.2026"]), [DateForm::DayFirst, DateForm::MonthFirst]);
/// assert_eq!(DateForm::DayFirst.day("3.4.2026"), Some(Day::new(2026, 4, 3)?));
/// assert_eq!(DateForm::DayFirst.day("3.4.26"), None); // a year of two digits has no century
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DateForm {
    /// `2026-11-01`, `2026/11/01`, `2026-11-01T08:30:00Z`, `2026-11-01 08:30:00+01:00`.
    Iso,
    /// `20261101`.
    Compact,
    /// `1.11.2026`, `01/11/2026`, `01-11-2026`: day, month, year.
    DayFirst,
    /// `11/1/2026`, `11-01-2026`: month, day, year.
    MonthFirst,
}

impl DateForm {
    /// Every form, in the order in which they are tried.
    pub const ALL: [DateForm; 4] = [DateForm::Iso, DateForm::Compact, DateForm::DayFirst, DateForm::MonthFirst];

    /// The forms in which every one of `texts` can be read: one if the column says it, two where each day is
    /// at most 12, none if some text is no date.
    pub fn infer<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<DateForm> {
        let mut left: Vec<DateForm> = DateForm::ALL.to_vec();
        for text in texts {
            left.retain(|form| form.split(text).is_some());
            if left.is_empty() {
                break;
            }
        }
        left
    }

    /// Reads a day; a time of day that follows is checked and ignored.
    pub fn day(self, text: &str) -> Option<Day> {
        self.split(text).map(|(date, _)| Day::from(date))
    }

    /// Reads an instant; in `zone` where no offset is written, at the start of the day where no time is.
    pub fn timestamp(self, text: &str, zone: &Zone) -> Option<Timestamp> {
        let (date, clock) = self.split(text)?;
        match clock {
            None => Some(zone.start(Day::from(date))),
            Some(Clock { time, offset: None }) if zone.is_utc() => {
                let midnight = Day::from(date).start().micros();
                Some(Timestamp(midnight + time.duration_since(jiff::civil::Time::midnight()).as_micros() as i64))
            }
            Some(Clock { time, offset: None }) => zone.instant(date.to_datetime(time)),
            Some(Clock { time, offset: Some(offset) }) => {
                offset.to_timestamp(date.to_datetime(time)).ok().map(Timestamp::from)
            }
        }
    }

    /// Whether the text has a time of day in this form.
    #[cfg(any(feature = "csv", feature = "serde"))]
    pub(crate) fn has_clock(self, text: &str) -> bool {
        matches!(self.split(text), Some((_, Some(_))))
    }

    fn split(self, text: &str) -> Option<(Date, Option<Clock>)> {
        let text = text.trim();
        if text.len() > 64 || !text.is_ascii() {
            return None;
        }
        let end = text.find([' ', 'T', 't']).unwrap_or(text.len());
        let (date, rest) = text.split_at(end);
        let date = self.date(date)?;
        match rest.get(1..) {
            None | Some("") => (rest.is_empty()).then_some((date, None)),
            Some(clock) => Some((date, Some(Clock::read(clock.trim())?))),
        }
    }

    fn date(self, text: &str) -> Option<Date> {
        let bytes = text.as_bytes();
        if self == DateForm::Compact {
            let digits = bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit);
            return digits.then(|| calendar(&text[..4], &text[4..6], &text[6..]))?;
        }
        let mark = text.find(['-', '/', '.'])?;
        let mut parts = text.split(char::from(*bytes.get(mark)?));
        let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        match self {
            DateForm::Iso => calendar(a, b, c),
            DateForm::DayFirst => calendar(c, b, a),
            DateForm::MonthFirst => calendar(c, a, b),
            DateForm::Compact => None,
        }
    }
}

fn calendar(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |text: &str, most: usize| {
        (!text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<i16>())
    };
    if year.len() != 4 {
        return None; // a year of two digits has no century
    }
    let (year, month, day) = (digits(year, 4)?.ok()?, digits(month, 2)?.ok()?, digits(day, 2)?.ok()?);
    Date::new(year, month as i8, day as i8).ok()
}

struct Clock {
    time: jiff::civil::Time,
    offset: Option<jiff::tz::Offset>,
}

impl Clock {
    /// `08:26`, `08:26:31.5`, `8:26 PM`, each with `Z` or `+01:00` behind it where an offset is known.
    fn read(text: &str) -> Option<Self> {
        let (text, offset) = match text.find(['Z', 'z', '+', '-']) {
            None => (text, None),
            Some(at) if text[at..].eq_ignore_ascii_case("z") => (&text[..at], Some(jiff::tz::Offset::UTC)),
            Some(at) => (&text[..at], Some(read_offset(&text[at..])?)),
        };
        let (text, half) = match text.trim_end() {
            t if t.len() > 2 && t[t.len() - 2..].eq_ignore_ascii_case("am") => (t[..t.len() - 2].trim_end(), Some(0)),
            t if t.len() > 2 && t[t.len() - 2..].eq_ignore_ascii_case("pm") => (t[..t.len() - 2].trim_end(), Some(12)),
            t => (t, None),
        };
        let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
        let mut parts = clock.split(':');
        let mut next = || parts.next().map(|p| if p.len() <= 2 { p.parse::<i8>().ok() } else { None });
        let (hour, minute, second) = (next()??, next()??, next().unwrap_or(Some(0))?);
        if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let nanos: i32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
        let hour = match half {
            None => hour,
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(half) => hour % 12 + half,
        };
        let time = jiff::civil::Time::new(hour, minute, second.min(59), nanos).ok()?; // a leap second is its 59th
        (second <= 60).then_some(Clock { time, offset })
    }
}

fn read_offset(text: &str) -> Option<jiff::tz::Offset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !(digits.len() == 2 || digits.len() == 4) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = digits.get(2..).filter(|m| !m.is_empty()).map_or(Some(0), |m| m.parse().ok())?;
    jiff::tz::Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}
