//! What stands in a text: by comparing letters, never by LIKE, whose case rules differ from engine to engine.

use super::dialect::Dialect;
use super::pattern;
use super::query::{Query, Row};
use super::said::Holds;
use crate::error::{Error, Result};
use crate::rules::language::{Fold, Term, TextOperator};
use crate::value::Kind;

impl<'r> Query<'r> {
    /// How a text is looked at.
    pub(super) fn text(
        &mut self,
        term: &Term,
        operator: TextOperator,
        text: &str,
        fold: Fold,
        row: Row<'_>,
    ) -> Result<Holds> {
        let said = self.term(term, row).map_err(|error| error.at_key("term"))?;
        if said.kind != Kind::Text {
            return Err(Error::definition(format!("expected a text, found {}", said.kind)).at_key("term"));
        }
        let dialect = self.dialect();
        let plain = match (operator, fold) {
            (TextOperator::Matches, _) => return self.matches(&said.text, text, fold),
            (_, Fold::Exact) => said.text,
            (_, Fold::Ascii) => dialect.ascii_lower(&said.text),
            (
                TextOperator::Equals | TextOperator::Contains | TextOperator::StartsWith | TextOperator::EndsWith,
                Fold::Unicode,
            ) => {
                return self.unicode(&said.text, operator, text);
            }
        };
        let lowered = if fold == Fold::Ascii { text.to_ascii_lowercase() } else { text.to_owned() };
        let (wanted, letters) = (dialect.text(&lowered)?, lowered.chars().count());
        Ok(match operator {
            TextOperator::Equals => Holds::test(format!("{plain} = {wanted}")),
            // every text has nothing in it
            TextOperator::Contains | TextOperator::StartsWith | TextOperator::EndsWith if letters == 0 => {
                Holds::where_known(&format!("{plain} IS NOT NULL"), &Holds::constant(true))
            }
            TextOperator::Contains => Holds::test(format!("{} > 0", dialect.position(&plain, &wanted))),
            TextOperator::StartsWith => Holds::test(format!("{} = {wanted}", dialect.start_of(&plain, letters))),
            TextOperator::EndsWith => Holds::test(format!("{} = {wanted}", dialect.end_of(&plain, letters))),
            TextOperator::Matches => return self.matches(&plain, text, fold),
        })
    }

    /// All of Unicode's simple case folding: no engine's own letters, but those of the crate `regex`.
    fn unicode(&self, x: &str, operator: TextOperator, text: &str) -> Result<Holds> {
        let escaped = regex::escape(text);
        let pattern = match operator {
            TextOperator::Equals => format!(r"\A(?:{escaped})\z"),
            TextOperator::StartsWith => format!(r"\A(?:{escaped})"),
            TextOperator::EndsWith => format!(r"(?:{escaped})\z"),
            TextOperator::Contains | TextOperator::Matches => escaped,
        };
        self.rust_pattern(x, &format!("(?i){pattern}"), "simple case folding")
    }

    fn matches(&self, x: &str, pattern: &str, fold: Fold) -> Result<Holds> {
        let dialect = self.dialect();
        match (fold, dialect) {
            (Fold::Ascii, _) => self.rust_pattern(x, &format!("(?i-u:{pattern})"), "a pattern without regard to case"),
            (Fold::Unicode, _) => self.rust_pattern(x, &format!("(?i){pattern}"), "a pattern without regard to case"),
            (Fold::Exact, Dialect::Sqlite | Dialect::DataFusion) => self.rust_pattern(x, pattern, "a pattern"),
            (Fold::Exact, _) => {
                let translated = pattern::translated(pattern, dialect)?;
                let wanted = dialect.text(&translated)?;
                Ok(match dialect {
                    Dialect::Postgres => Holds::test(format!("{x} COLLATE \"C\" ~ {wanted}")),
                    Dialect::DuckDb => Holds::word(format!("regexp_matches({x}, {wanted})")),
                    Dialect::Spark => Holds::test(format!("{x} RLIKE {wanted}")),
                    Dialect::Trino => Holds::word(format!("regexp_like({x}, {wanted})")),
                    Dialect::BigQuery => Holds::word(format!("REGEXP_CONTAINS({x}, {wanted})")),
                    Dialect::ClickHouse => Holds::word(format!("match({x}, {wanted})")),
                    Dialect::Snowflake | Dialect::Sqlite | Dialect::DataFusion => {
                        return Err(dialect.refuses("a pattern", "its patterns match whole texts and in other words"));
                    }
                })
            }
        }
    }

    /// A pattern of the crate `regex`, where the engine or its host has it.
    fn rust_pattern(&self, x: &str, pattern: &str, what: &str) -> Result<Holds> {
        let dialect = self.dialect();
        let wanted = dialect.text(pattern)?;
        match dialect {
            Dialect::DataFusion => Ok(Holds::test(format!("{x} ~ {wanted}"))),
            Dialect::Sqlite if self.with.host_functions => Ok(Holds::word(format!("regexp({wanted}, {x})"))),
            Dialect::Sqlite => {
                let why = "it has no patterns; register `regexp` and say so with `host_functions`";
                Err(dialect.refuses(what, why))
            }
            Dialect::Postgres
            | Dialect::DuckDb
            | Dialect::Spark
            | Dialect::Trino
            | Dialect::Snowflake
            | Dialect::BigQuery
            | Dialect::ClickHouse => Err(dialect.refuses(what, "its letters fold in a way of its own")),
        }
    }
}
