//! The engines, and how each writes names and values.

use std::fmt;

use crate::error::{Error, Result};
use crate::time::{Day, Timestamp};
use crate::value::Kind;

/// An engine that reads SQL.
///
/// ```
/// use segmentry::rules::Dialect;
///
/// assert_eq!(Dialect::BigQuery.to_string(), "BigQuery");
/// assert_eq!(Dialect::ALL.len(), 9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite 3.39 and newer. Days are whole numbers of days, instants whole numbers of microseconds since 1970-01-01,
    /// sets are texts that hold a JSON array.
    Sqlite,
    /// PostgreSQL 12 and newer. Instants are `timestamptz`, sets `text[]`.
    Postgres,
    /// DuckDB. Instants are `TIMESTAMP` in UTC, sets `VARCHAR[]`.
    DuckDb,
    /// Apache DataFusion. Instants are `TIMESTAMP` in UTC, sets lists of texts.
    DataFusion,
    /// Apache Spark 3.4 and newer, Databricks, Sail. Instants are `TIMESTAMP`, sets `ARRAY<STRING>`.
    Spark,
    /// Trino. Instants are `TIMESTAMP(6)` in UTC, sets `ARRAY(VARCHAR)`.
    Trino,
    /// Snowflake. Instants are `TIMESTAMP_NTZ` in UTC, sets `ARRAY`.
    Snowflake,
    /// Google BigQuery. Instants are `TIMESTAMP`, sets `ARRAY<STRING>`.
    BigQuery,
    /// ClickHouse. Days are `Date32`, instants `DateTime64(6, 'UTC')`, sets `Array(String)`.
    ClickHouse,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Dialect; 9] = [
        Dialect::Sqlite,
        Dialect::Postgres,
        Dialect::DuckDb,
        Dialect::DataFusion,
        Dialect::Spark,
        Dialect::Trino,
        Dialect::Snowflake,
        Dialect::BigQuery,
        Dialect::ClickHouse,
    ];

    /// Its name as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "SQLite",
            Dialect::Postgres => "Postgres",
            Dialect::DuckDb => "DuckDB",
            Dialect::DataFusion => "DataFusion",
            Dialect::Spark => "Spark",
            Dialect::Trino => "Trino",
            Dialect::Snowflake => "Snowflake",
            Dialect::BigQuery => "BigQuery",
            Dialect::ClickHouse => "ClickHouse",
        }
    }

    /// What it cannot say, with the reason.
    pub(super) fn refuses(self, what: impl fmt::Display, why: impl fmt::Display) -> Error {
        Error::unsupported(format!("{self} cannot say {what}: {why}"))
    }

    /// A name, quoted.
    ///
    /// # Errors
    /// If no name of the engine can be written so.
    pub(super) fn name_of(self, name: &str) -> Result<String> {
        if name.is_empty() || name.contains('\0') {
            return Err(Error::parameter("name", "a name of a table or a column without NUL", format!("{name:?}")));
        }
        Ok(match self {
            Dialect::Sqlite
            | Dialect::Postgres
            | Dialect::DuckDb
            | Dialect::DataFusion
            | Dialect::Trino
            | Dialect::Snowflake => format!("\"{}\"", name.replace('"', "\"\"")),
            Dialect::Spark if name.contains("${") => {
                return Err(self.refuses(format!("the name `{name}`"), "it would fill in a variable for `${`"));
            }
            Dialect::Spark => format!("`{}`", name.replace('`', "``")),
            Dialect::BigQuery if name.contains(['`', '\\', '\n', '\r', '.']) => {
                return Err(self.refuses(format!("the name `{name}`"), "a mark in it is allowed in no name there"));
            }
            Dialect::BigQuery => format!("`{name}`"),
            Dialect::ClickHouse => format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`")),
        })
    }

    /// The name of a table; dots divide catalog, schema and table.
    pub(super) fn table_of(self, name: &str) -> Result<String> {
        let parts: Result<Vec<String>> = name.split('.').map(|part| self.name_of(part)).collect();
        Ok(parts?.join("."))
    }

    /// A text as a literal, whatever marks stand in it.
    ///
    /// # Errors
    /// If there is a NUL in it, which engines cut texts at or do not take.
    pub(super) fn text(self, text: &str) -> Result<String> {
        if text.contains('\0') {
            return Err(self.refuses("a text with a NUL in it", "it ends texts there"));
        }
        let doubled = || text.replace('\'', "''");
        Ok(match self {
            // `E''` means the same whatever `standard_conforming_strings` says
            Dialect::Postgres if text.contains('\\') => format!("E'{}'", doubled().replace('\\', "\\\\")),
            Dialect::Sqlite | Dialect::Postgres | Dialect::DuckDb | Dialect::DataFusion | Dialect::Trino => {
                format!("'{}'", doubled())
            }
            Dialect::Snowflake => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
            Dialect::Spark | Dialect::BigQuery | Dialect::ClickHouse => {
                let mut out = String::from("'");
                for letter in text.chars() {
                    match letter {
                        '\\' => out.push_str("\\\\"),
                        '\'' => out.push_str("\\'"),
                        '\n' => out.push_str("\\n"),
                        '\r' => out.push_str("\\r"),
                        // Spark fills in variables before it reads a text
                        '$' if self == Dialect::Spark => out.push_str("\\u0024"),
                        other => out.push(other),
                    }
                }
                out.push('\'');
                out
            }
        })
    }

    /// A number that reads back to the same one; of the engine's double precision.
    pub(super) fn number(self, number: f64) -> String {
        let digits = match self {
            Dialect::Sqlite => format!("{number:?}"),
            Dialect::Postgres => format!("{number:?}::float8"),
            Dialect::Spark => format!("{number:e}D"),
            Dialect::Snowflake => format!("CAST('{number:e}' AS DOUBLE)"),
            Dialect::DuckDb | Dialect::DataFusion | Dialect::Trino | Dialect::BigQuery | Dialect::ClickHouse => {
                format!("{number:e}")
            }
        };
        match (self, number.is_sign_negative()) {
            (Dialect::Snowflake, _) | (_, false) => digits,
            (Dialect::Postgres, true) => format!("'{number:?}'::float8"),
            (_, true) => format!("({digits})"),
        }
    }

    /// A whole number.
    pub(super) fn integer(self, integer: i64) -> String {
        match integer {
            // the sign is no part of a number in SQL, and the number without it is out of range
            i64::MIN => "(-9223372036854775807 - 1)".to_owned(),
            negative if negative < 0 => format!("({negative})"),
            other => other.to_string(),
        }
    }

    /// A day as a literal.
    ///
    /// # Errors
    /// If it lies outside what the engine's days can be.
    pub(super) fn day(self, day: Day) -> Result<String> {
        if self == Dialect::Sqlite {
            return Ok(self.integer(i64::from(day.days())));
        }
        self.check_year(day)?;
        Ok(match self {
            Dialect::ClickHouse => format!("toDate32('{day}')"),
            _ => format!("DATE '{day}'"),
        })
    }

    /// An instant as a literal.
    ///
    /// # Errors
    /// If it lies outside what the engine's instants can be.
    pub(super) fn instant(self, at: Timestamp) -> Result<String> {
        if self == Dialect::Sqlite {
            return Ok(self.integer(at.micros()));
        }
        self.check_year(at.day_utc())?;
        let text = at.to_string(); // 2026-11-01T08:30:00.5Z
        let text = text.trim_end_matches('Z').replace('T', " ");
        let (clock, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let text = format!("{clock}.{fraction:0<6}");
        Ok(match self {
            Dialect::Postgres => format!("TIMESTAMPTZ '{text}+00'"),
            Dialect::BigQuery => format!("TIMESTAMP '{text}+00'"),
            Dialect::Spark => format!("TIMESTAMP '{text}Z'"),
            Dialect::Snowflake => format!("CAST('{text}' AS TIMESTAMP_NTZ)"),
            Dialect::ClickHouse => format!("toDateTime64('{text}', 6, 'UTC')"),
            Dialect::Sqlite | Dialect::DuckDb | Dialect::DataFusion | Dialect::Trino => format!("TIMESTAMP '{text}'"),
        })
    }

    fn check_year(self, day: Day) -> Result<()> {
        let years = match self {
            Dialect::ClickHouse => 1900..=2299,
            Dialect::DataFusion => 1678..=2261, // 64 bits of nanoseconds
            _ => 1..=9999,
        };
        let year = day.date().map(|date| date.year());
        if year.is_some_and(|year| years.contains(&year)) {
            return Ok(());
        }
        Err(self.refuses(format!("the day {day}"), format!("its years go from {} to {}", years.start(), years.end())))
    }

    /// Nothing, of a kind.
    pub(super) fn null(self, kind: Kind) -> String {
        format!("CAST(NULL AS {})", self.type_of(kind, true))
    }

    /// The type of a column that holds values of a kind; of a point, that of each of its two columns.
    pub(super) fn type_of(self, kind: Kind, nullable: bool) -> String {
        let name = match (self, kind) {
            (Dialect::Sqlite, Kind::Number | Kind::Point) => "REAL",
            (Dialect::Sqlite, Kind::Integer | Kind::Boolean | Kind::Day | Kind::Timestamp) => "INTEGER",
            (Dialect::Sqlite, Kind::Text | Kind::Set) => "TEXT",
            (Dialect::Postgres, Kind::Number | Kind::Point) => "double precision",
            (Dialect::Postgres, Kind::Text) => "text",
            (Dialect::Postgres, Kind::Timestamp) => "timestamptz",
            (Dialect::Postgres, Kind::Set) => "text[]",
            (Dialect::DuckDb, Kind::Set) => "VARCHAR[]",
            (Dialect::DataFusion, Kind::Set) => "VARCHAR[]",
            (Dialect::Spark, Kind::Set) => "ARRAY<STRING>",
            (Dialect::Spark, Kind::Text) => "STRING",
            (Dialect::Trino, Kind::Set) => "ARRAY(VARCHAR)",
            (Dialect::Trino, Kind::Timestamp) => "TIMESTAMP(6)",
            (Dialect::Snowflake, Kind::Set) => "ARRAY",
            (Dialect::Snowflake, Kind::Timestamp) => "TIMESTAMP_NTZ",
            (Dialect::BigQuery, Kind::Number | Kind::Point) => "FLOAT64",
            (Dialect::BigQuery, Kind::Integer) => "INT64",
            (Dialect::BigQuery, Kind::Text) => "STRING",
            (Dialect::BigQuery, Kind::Boolean) => "BOOL",
            (Dialect::BigQuery, Kind::Set) => "ARRAY<STRING>",
            (Dialect::ClickHouse, Kind::Set) => return "Array(String)".to_owned(), // cannot be nullable
            (Dialect::ClickHouse, kind) => {
                let name = match kind {
                    Kind::Number | Kind::Point => "Float64",
                    Kind::Integer => "Int64",
                    Kind::Boolean => "Bool",
                    Kind::Day => "Date32",
                    Kind::Timestamp => "DateTime64(6, 'UTC')",
                    Kind::Text | Kind::Set => "String",
                };
                return if nullable { format!("Nullable({name})") } else { name.to_owned() };
            }
            (_, Kind::Number | Kind::Point) => "DOUBLE",
            (_, Kind::Integer) => "BIGINT",
            (_, Kind::Text) => "VARCHAR",
            (_, Kind::Boolean) => "BOOLEAN",
            (_, Kind::Day) => "DATE",
            (_, Kind::Timestamp) => "TIMESTAMP",
        };
        name.to_owned()
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
