//! How each engine writes what they all can do: numbers, texts, days and instants.
//!
//! Nothing here knows conditions, rows or audiences: each function takes pieces of SQL that are already written and
//! gives back one larger piece. The caller guarantees that a piece is a word, a call or a bracket, so that it can
//! stand beside any operator; each result keeps that promise, unless its docs say otherwise.
//!
//! NULL passes through everything: where a piece is NULL, so is what is made of it. The one exception is the
//! smaller and the larger of two, for which engines differ; whoever asks for those handles NULL.
//!
//! Where an engine's own function gives another result than the other executors at some input, such as the floor of
//! a negative number or the day of an instant before 1970, the function is spelled out with operators that agree.
//! Where that is not possible either, the dialect refuses with a reason. A piece that is repeated in the result
//! costs its length again; the renderer bounds the length of the whole.

use super::dialect::Dialect;
use crate::error::Result;
use crate::rules::language::CalendarPart;
use crate::time::{Day, Timestamp, Zone};
use crate::value::Kind;

/// Microseconds of a day.
///
/// Instants of SQLite are whole numbers of microseconds, so that its days are found by division with this.
pub(super) const DAY: i64 = 86_400_000_000;

impl Dialect {
    /// A whole number as one with double precision.
    ///
    /// Sums, points and comparisons with fractions run in doubles in all executors; a decimal or an integer type of an
    /// engine would round at other places. Whole numbers beyond 2^53 are rounded to the nearest double, as they are
    /// elsewhere.
    pub(super) fn double(self, x: &str) -> String {
        match self {
            Dialect::ClickHouse => format!("toFloat64({x})"),
            Dialect::Sqlite
            | Dialect::Postgres
            | Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Spark
            | Dialect::Trino
            | Dialect::Snowflake
            | Dialect::BigQuery => format!("CAST({x} AS {})", self.type_of(Kind::Number, true)),
        }
    }

    /// What is written for a text or a whole number.
    ///
    /// Customers' ids are compared in this form, because a table may keep them as numbers while a definition lists
    /// them as texts. A whole number is written without a sign of plus, leading zeros or a point in every engine.
    pub(super) fn as_text(self, x: &str) -> String {
        match self {
            Dialect::ClickHouse => format!("toString({x})"),
            Dialect::Sqlite
            | Dialect::Postgres
            | Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Spark
            | Dialect::Trino
            | Dialect::Snowflake
            | Dialect::BigQuery => format!("CAST({x} AS {})", self.type_of(Kind::Text, true)),
        }
    }

    /// Nothing where the number is infinite; what makes NaN is taken away at the step before.
    ///
    /// Postgres stops with an error of its own where a number grows or shrinks beyond its range.
    ///
    /// Other engines go on with an infinite number; the language says that a result that is not finite is no value,
    /// and NULL is how SQL says that. The caller applies it only where a bound on the magnitude cannot rule infinity
    /// out, so that short sums stay readable.
    pub(super) fn finite(self, x: &str) -> String {
        let infinity = match self {
            Dialect::Sqlite => return format!("NULLIF(NULLIF({x}, 9e999), -9e999)"),
            Dialect::Postgres => return x.to_owned(),
            Dialect::Spark => "double('Infinity')",
            Dialect::Trino => "infinity()",
            Dialect::ClickHouse => "inf",
            Dialect::DuckDb | Dialect::DataFusion | Dialect::Snowflake => "CAST('inf' AS DOUBLE)",
            Dialect::BigQuery => "CAST('inf' AS FLOAT64)",
        };
        format!("NULLIF(NULLIF({x}, {infinity}), -{infinity})")
    }

    /// The smaller or the larger of two numbers of which neither is absent.
    ///
    /// With a NULL among the two, engines differ: some give NULL and some give the other number. The caller guarantees
    /// that neither is NULL, or wraps the result in a `CASE`.
    pub(super) fn extreme(self, smaller: bool, a: &str, b: &str) -> String {
        let name = match (self, smaller) {
            (Dialect::Sqlite, true) => "min",
            (Dialect::Sqlite, false) => "max",
            (_, true) => "LEAST",
            (_, false) => "GREATEST",
        };
        format!("{name}({a}, {b})")
    }

    /// The whole part of a number, toward zero.
    ///
    /// The result is a double in all engines, apart from Spark, whose `ceil` and `floor` give whole numbers that
    /// compare with doubles. SQLite has no `trunc` unless it was built with its functions of mathematics; the way
    /// through an integer needs none.
    pub(super) fn whole_part(self, x: &str) -> String {
        match self {
            // beyond 2^52 every number is whole, and CAST stops at 2^63
            Dialect::Sqlite => {
                format!("CASE WHEN abs({x}) < 4503599627370496.0 THEN CAST(CAST({x} AS INTEGER) AS REAL) ELSE {x} END")
            }
            Dialect::Trino => format!("truncate({x})"),
            Dialect::Spark => format!("(CASE WHEN {x} < 0 THEN ceil({x}) ELSE floor({x}) END)"),
            Dialect::Postgres
            | Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Snowflake
            | Dialect::BigQuery
            | Dialect::ClickHouse => format!("trunc({x})"),
        }
    }

    /// The next whole number below.
    ///
    /// Below a negative number the next whole one is farther from zero: -1.5 gives -2. SQLite gets it from the whole
    /// part, from which one is taken where that lies above.
    pub(super) fn floor(self, x: &str) -> String {
        match self {
            Dialect::Sqlite => {
                let whole = self.whole_part(x);
                format!("(({whole}) - (({whole}) > {x}))")
            }
            Dialect::Spark => self.double(&format!("floor({x})")),
            _ => format!("floor({x})"),
        }
    }

    /// How many letters in, from 1, a text stands in another; 0 if it does not.
    ///
    /// Letters are compared as they are, with no regard to a language. Callers ask only whether the result is 0, so
    /// that engines that count bytes serve as well as those that count characters. An empty part stands in every text.
    pub(super) fn position(self, x: &str, part: &str) -> String {
        match self {
            Dialect::Sqlite | Dialect::Spark => format!("instr({x}, {part})"),
            Dialect::Postgres | Dialect::DuckDb | Dialect::DataFusion | Dialect::Trino | Dialect::BigQuery => {
                format!("strpos({x}, {part})")
            }
            Dialect::Snowflake | Dialect::ClickHouse => {
                let (a, b) = if self == Dialect::Snowflake { (part, x) } else { (x, part) };
                format!("position({a}, {b})")
            }
        }
    }

    /// The first letters of a text.
    ///
    /// Letters are Unicode characters, as the caller counts them in Rust. A shorter text is given as it is, and is
    /// then equal to no text of that many letters.
    pub(super) fn start_of(self, x: &str, letters: usize) -> String {
        match self {
            Dialect::ClickHouse => format!("substringUTF8({x}, 1, {letters})"),
            _ => format!("substr({x}, 1, {letters})"),
        }
    }

    /// The last letters of a text; another text where it has fewer.
    ///
    /// Callers compare the result with a text of exactly so many letters, so that it does not matter what an engine
    /// gives of a shorter one, as long as it is not that text.
    pub(super) fn end_of(self, x: &str, letters: usize) -> String {
        match self {
            Dialect::Sqlite | Dialect::Trino | Dialect::BigQuery => format!("substr({x}, -{letters})"),
            Dialect::ClickHouse => format!("substringUTF8({x}, -{letters})"),
            Dialect::Postgres | Dialect::DuckDb | Dialect::DataFusion | Dialect::Spark | Dialect::Snowflake => {
                format!("right({x}, {letters})")
            }
        }
    }

    /// A text with A to Z as a to z, and every other letter as it is.
    ///
    /// This is the fold of A to Z, in which no language and no version of Unicode plays a part, and so the one on
    /// which all engines agree. Plain `lower` folds more than A to Z in most of them, by the locale of the database or
    /// by Unicode; SQLite and ClickHouse fold just these letters, and Postgres does so under the collation `C`.
    pub(super) fn ascii_lower(self, x: &str) -> String {
        match self {
            Dialect::Sqlite | Dialect::ClickHouse => format!("lower({x})"),
            Dialect::Postgres => format!("lower({x} COLLATE \"C\")"),
            Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Spark
            | Dialect::Trino
            | Dialect::Snowflake
            | Dialect::BigQuery => {
                format!("translate({x}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')")
            }
        }
    }

    /// How many days lie between a day and one that stands in the definition.
    ///
    /// The result is a whole number, negative where the day lies later than the one of the definition. Days have no
    /// clocks and no zones, so that daylight saving does not shift it.
    pub(super) fn days_until(self, day: &str, until: Day) -> Result<String> {
        let until = self.day(until)?;
        Ok(match self {
            Dialect::Sqlite | Dialect::Postgres => format!("({until} - {day})"),
            Dialect::DuckDb | Dialect::Trino => format!("date_diff('day', {day}, {until})"),
            Dialect::Spark => format!("datediff({until}, {day})"),
            Dialect::Snowflake => format!("DATEDIFF('day', {day}, {until})"),
            Dialect::BigQuery => format!("DATE_DIFF({until}, {day}, DAY)"),
            Dialect::ClickHouse => format!("dateDiff('day', {day}, {until})"),
            Dialect::DataFusion => format!("(arrow_cast({until}, 'Int32') - arrow_cast({day}, 'Int32'))"),
        })
    }

    /// The day on which an instant falls in a zone.
    ///
    /// The zone is the one of the definitions, never that of the session: the same statement must answer alike
    /// wherever it runs. Engines know the names of zones by their own copy of the IANA database; an old copy may put
    /// an instant on another day than this crate does.
    ///
    /// # Errors
    /// If the engine knows no zones.
    pub(super) fn day_of(self, at: &str, zone: &Zone) -> Result<String> {
        let utc = zone.is_utc();
        let name = self.text(zone.name())?;
        Ok(match self {
            // division is toward zero, and an instant before 1970 is below it
            Dialect::Sqlite if utc => format!("(({at} - ((({at}) % {DAY}) + {DAY}) % {DAY}) / {DAY})"),
            Dialect::DataFusion if utc => format!("CAST({at} AS DATE)"),
            Dialect::Sqlite | Dialect::DataFusion => {
                let what = format!("the day of an instant in {}", zone.name());
                return Err(self.refuses(what, "it knows no time zones; keep the day in a column of its own"));
            }
            Dialect::Postgres => format!("CAST({at} AT TIME ZONE {name} AS date)"),
            Dialect::DuckDb | Dialect::Trino if utc => format!("CAST({at} AS DATE)"),
            Dialect::DuckDb => format!("CAST(({at} AT TIME ZONE 'UTC') AT TIME ZONE {name} AS DATE)"),
            Dialect::Trino => format!("CAST(with_timezone({at}, 'UTC') AT TIME ZONE {name} AS DATE)"),
            // `to_date` would use the zone of the session
            Dialect::Spark => {
                let local = if utc { at.to_owned() } else { format!("from_utc_timestamp({at}, {name})") };
                format!("date_add(DATE '1970-01-01', CAST(floor(unix_micros({local}) / {DAY}) AS INT))")
            }
            Dialect::Snowflake => format!("CAST(CONVERT_TIMEZONE('UTC', {name}, {at}) AS DATE)"),
            Dialect::BigQuery => format!("DATE({at}, {name})"),
            Dialect::ClickHouse => format!("toDate32({at}, {name})"),
        })
    }

    /// A part of a day in the calendar.
    ///
    /// Weeks begin on Monday, whose number is 1, as in ISO 8601; engines that count from Sunday are shifted. The day
    /// of an instant is found by the caller before. A NULL day has NULL parts.
    pub(super) fn part(self, part: CalendarPart, day: &str) -> String {
        if self == Dialect::Sqlite {
            let written = |form: &str| format!("CAST(strftime('{form}', {day} * 86400, 'unixepoch') AS INTEGER)");
            return match part {
                CalendarPart::Weekday => format!("(((({day} + 3) % 7) + 7) % 7 + 1)"), // 1970-01-01 was a Thursday
                CalendarPart::DayOfMonth => written("%d"),
                CalendarPart::Month => written("%m"),
                CalendarPart::Quarter => format!("(({} + 2) / 3)", written("%m")),
                CalendarPart::Year => written("%Y"),
            };
        }
        let (word, function) = match part {
            CalendarPart::Weekday => ("ISODOW", "toDayOfWeek"),
            CalendarPart::DayOfMonth => ("DAY", "toDayOfMonth"),
            CalendarPart::Month => ("MONTH", "toMonth"),
            CalendarPart::Quarter => ("QUARTER", "toQuarter"),
            CalendarPart::Year => ("YEAR", "toYear"),
        };
        match (self, part) {
            (Dialect::ClickHouse, _) => format!("{function}({day})"),
            (Dialect::Postgres, _) => format!("CAST(EXTRACT({word} FROM {day}) AS bigint)"),
            (Dialect::DuckDb, _) => format!("EXTRACT({word} FROM {day})"),
            (Dialect::Spark, CalendarPart::Weekday) => format!("(weekday({day}) + 1)"),
            (Dialect::Trino, CalendarPart::Weekday) => format!("day_of_week({day})"),
            (Dialect::Snowflake, CalendarPart::Weekday) => format!("DAYOFWEEKISO({day})"),
            (Dialect::BigQuery, CalendarPart::Weekday) => format!("(MOD(EXTRACT(DAYOFWEEK FROM {day}) + 5, 7) + 1)"),
            (Dialect::DataFusion, CalendarPart::Weekday) => {
                format!("((((arrow_cast({day}, 'Int32') + 3) % 7) + 7) % 7 + 1)")
            }
            (Dialect::DataFusion, _) => format!("CAST(date_part('{word}', {day}) AS BIGINT)"),
            (_, _) => format!("EXTRACT({word} FROM {day})"),
        }
    }

    /// Month and day of the month as one number: 229 is 29 February.
    ///
    /// In this form a range of days within a year is a range of numbers, which is how anniversaries and full years are
    /// told without a date of every year.
    pub(super) fn month_and_day(self, day: &str) -> String {
        if self == Dialect::Sqlite {
            return format!("CAST(strftime('%m%d', {day} * 86400, 'unixepoch') AS INTEGER)");
        }
        format!("({} * 100 + {})", self.part(CalendarPart::Month, day), self.part(CalendarPart::DayOfMonth, day))
    }

    /// The instant so many microseconds after another, or before it.
    ///
    /// Only spans of even length come here: seconds to weeks. Days count as 24 hours when they do; days of the
    /// calendar are the caller's affair. Whole seconds suffice, because the language knows no shorter span.
    pub(super) fn instant_plus(self, at: &str, micros: i64) -> String {
        let seconds = micros / 1_000_000; // spans are whole seconds
        let (sign, count) = if micros < 0 { ("-", seconds.unsigned_abs()) } else { ("+", seconds.unsigned_abs()) };
        match self {
            Dialect::Sqlite => format!("({at} {sign} {})", micros.unsigned_abs()),
            Dialect::Postgres | Dialect::DataFusion => format!("({at} {sign} INTERVAL '{count} seconds')"),
            Dialect::DuckDb => format!("({at} {sign} to_seconds({count}))"),
            Dialect::Trino => format!("date_add('second', {seconds}, {at})"),
            Dialect::Spark => format!("timestampadd(SECOND, {seconds}, {at})"),
            Dialect::Snowflake => format!("DATEADD('second', {seconds}, {at})"),
            Dialect::BigQuery => format!("TIMESTAMP_ADD({at}, INTERVAL {seconds} SECOND)"),
            Dialect::ClickHouse => format!("addSeconds({at}, {seconds})"),
        }
    }

    /// Microseconds from an instant to one that stands in the definition, with double precision.
    ///
    /// This is the age of an event in a score that decays. It is negative for an event behind the moment. Doubles tell
    /// microseconds apart over 285 years; Trino divides seconds instead and may be off by a fraction of a microsecond.
    pub(super) fn micros_until(self, at: &str, until: Timestamp) -> Result<String> {
        let end = self.instant(until)?;
        let micros = self.number(until.micros() as f64);
        Ok(match self {
            Dialect::Sqlite => self.double(&format!("({end} - {at})")),
            Dialect::Postgres => format!("CAST(EXTRACT(EPOCH FROM ({end} - {at})) * 1000000 AS float8)"),
            Dialect::DuckDb => self.double(&format!("(epoch_us({end}) - epoch_us({at}))")),
            Dialect::DataFusion => {
                let micros = |x: &str| format!("arrow_cast(arrow_cast({x}, 'Timestamp(Microsecond, None)'), 'Int64')");
                self.double(&format!("({} - {})", micros(&end), micros(at)))
            }
            Dialect::Spark => self.double(&format!("(unix_micros({end}) - unix_micros({at}))")),
            Dialect::Trino => format!("({micros} - to_unixtime({at}) * 1e6)"),
            Dialect::Snowflake => self.double(&format!("DATEDIFF('microsecond', {at}, {end})")),
            Dialect::BigQuery => self.double(&format!("TIMESTAMP_DIFF({end}, {at}, MICROSECOND)")),
            Dialect::ClickHouse => {
                self.double(&format!("(toUnixTimestamp64Micro({end}) - toUnixTimestamp64Micro({at}))"))
            }
        })
    }
}

impl Dialect {
    /// The instant so many calendar months after another, or before it; on the last day of a month that is too short.
    ///
    /// Months that begin at a literal are counted here in Rust, with the rules of the language, and never reach the
    /// engine. What is left is a window around an event, whose instant stands in a column. Of engines it is asked only
    /// where their rule is known to be the same: 31 January and a month make the last day of February.
    ///
    /// # Errors
    /// If the engine counts months in another way, or in the zone of its session.
    pub(super) fn instant_plus_months(self, at: &str, months: i64, zone: &Zone) -> Result<String> {
        let refused = |why: &str| Err(self.refuses("months after an instant that is not in the definition", why));
        if !zone.is_utc() {
            return refused("hours that a clock skips or shows twice are told in another way there");
        }
        let sign = if months < 0 { "-" } else { "+" };
        let count = months.unsigned_abs();
        match self {
            Dialect::Postgres => {
                Ok(format!("(({at} AT TIME ZONE 'UTC' {sign} INTERVAL '{count} months') AT TIME ZONE 'UTC')"))
            }
            Dialect::DuckDb => Ok(format!("({at} {sign} to_months({count}))")),
            Dialect::Trino => Ok(format!("date_add('month', {months}, {at})")),
            Dialect::Snowflake => Ok(format!("DATEADD('month', {months}, {at})")),
            Dialect::Sqlite => refused("its months run over into the next one"),
            Dialect::Spark => refused("it would count them in the zone of its session"),
            Dialect::BigQuery => refused("its instants have no months"),
            Dialect::DataFusion | Dialect::ClickHouse => refused("nobody has tried what they do at the end of a month"),
        }
    }

    /// Texts one behind the other; NULL if one is.
    ///
    /// Buckets are drawn by a hash of a salt before the customer's id, which this makes. `concat` passes over NULL in
    /// some engines, which use `||` here instead.
    pub(super) fn joined(self, a: &str, b: &str) -> String {
        match self {
            Dialect::Spark | Dialect::BigQuery | Dialect::ClickHouse => format!("concat({a}, {b})"),
            Dialect::Sqlite
            | Dialect::Postgres
            | Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Trino
            | Dialect::Snowflake => format!("({a} || {b})"),
        }
    }

    /// The first 32 bits of the MD5 of a text, as a whole number that is not negative.
    ///
    /// The bits are the first eight hexadecimal digits, read with the highest first, as every executor of buckets
    /// reads them. MD5 (RFC 1321) is no protection here, only an even spread that all engines can compute. SQLite has
    /// no `md5` of its own: the program that opens the database adds it.
    pub(super) fn md5_start(self, text: &str) -> String {
        match self {
            // digit by digit: it reads no hexadecimal numbers
            Dialect::Sqlite | Dialect::DataFusion => {
                let position = if self == Dialect::Sqlite { "instr" } else { "strpos" };
                let digit = |at: u32| {
                    let weight = 16_u64.pow(8 - at);
                    format!("{position}('123456789abcdef', substr(h, {at}, 1)) * {weight}")
                };
                let digits: Vec<String> = (1..=8).map(digit).collect();
                match self {
                    Dialect::Sqlite => format!("(SELECT {} FROM (SELECT md5({text}) AS h))", digits.join(" + ")),
                    _ => format!("({})", digits.join(" + ").replace("(h,", &format!("(md5({text}),"))),
                }
            }
            Dialect::Postgres => format!("(('x' || substr(md5({text}), 1, 8))::bit(32)::bigint)"),
            Dialect::DuckDb => format!("CAST('0x' || substr(md5({text}), 1, 8) AS BIGINT)"),
            Dialect::Spark => format!("CAST(conv(substr(md5({text}), 1, 8), 16, 10) AS BIGINT)"),
            Dialect::Trino => format!("from_base(substr(to_hex(md5(to_utf8({text}))), 1, 8), 16)"),
            // its format of eight hexadecimal digits
            Dialect::Snowflake => format!("TO_NUMBER(SUBSTR(MD5({text}), 1, 8), '{}')", "X".repeat(8)),
            Dialect::BigQuery => format!("CAST(CONCAT('0x', SUBSTR(TO_HEX(MD5({text})), 1, 8)) AS INT64)"),
            Dialect::ClickHouse => format!("toInt64(reinterpretAsUInt32(reverse(substring(MD5({text}), 1, 4))))"),
        }
    }

    /// What is left of a whole number that is not negative when it is divided by another.
    ///
    /// Only numbers that are not negative come here, so that the sign of a remainder, on which engines differ, plays
    /// no part. The divisor is the fixed number of all buckets, so that no division by zero comes up.
    pub(super) fn remainder(self, x: &str, by: u32) -> String {
        match self {
            Dialect::BigQuery => format!("MOD({x}, {by})"),
            Dialect::Sqlite
            | Dialect::Postgres
            | Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Spark
            | Dialect::Trino
            | Dialect::Snowflake
            | Dialect::ClickHouse => format!("({x} % {by})"),
        }
    }

    /// A half to the power of a number.
    ///
    /// An event one half-life old weighs a half by it. What is too small for a double is 0 in most engines; Postgres
    /// stops there with an error, so that the exponent is cut before. Callers give
    /// the age of an event, which is never NULL.
    pub(super) fn half_to_the(self, x: &str) -> String {
        match self {
            Dialect::Sqlite | Dialect::ClickHouse => format!("pow({}, {x})", self.number(0.5)),
            // it would stop at a number too small for its range
            Dialect::Postgres => format!("CASE WHEN {x} < 1022 THEN power(0.5::float8, {x}) ELSE 0 END"),
            Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Spark
            | Dialect::Trino
            | Dialect::Snowflake
            | Dialect::BigQuery => format!("power({}, {x})", self.number(0.5)),
        }
    }
}
