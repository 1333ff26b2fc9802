//! Amounts in several currencies are refused: their sum means nothing.

use crate::error::{Error, ErrorKind, Result};
use crate::value::Column;

use super::log::History;

/// The name under which a currency is looked for, in events and in customers.
pub(crate) const CURRENCY: &str = "currency";

/// The different texts of a column, in alphabetical order.
///
/// Each text is looked at once, not each row; texts that no row with a value uses are not named.
pub(crate) fn currencies_in(column: &Column) -> Vec<String> {
    let mut found: Vec<&str> = Vec::new();
    let mut seen: Vec<bool> = Vec::new();
    if let Some((codes, dictionary)) = column.codes() {
        seen.resize(dictionary.len(), false);
        for (row, code) in codes.iter().enumerate() {
            if let Some(seen) = seen.get_mut(*code as usize)
                && !*seen
                && let Some(text) = column.value(row).text()
            {
                *seen = true;
                found.push(text);
            }
        }
    }
    found.sort_unstable();
    found.into_iter().map(str::to_owned).collect()
}

/// Takes the names in alphabetical order, so that the message is the same whatever the order of rows.
pub(crate) fn refuse_several(mut currencies: Vec<String>) -> Result<Option<String>> {
    match currencies.len() {
        0 | 1 => Ok(currencies.pop()),
        _ => Err(Error::new(ErrorKind::MixedCurrencies { currencies })),
    }
}

impl History {
    /// The one currency that the events' property `currency` names, `None` if none does.
    ///
    /// What adds amounts asks this first.
    ///
    /// # Errors
    /// If it names several ([`ErrorKind::MixedCurrencies`]).
    pub fn one_currency(&self) -> Result<Option<String>> {
        let column = self.properties.iter().find(|(name, _)| name == CURRENCY).map(|(_, column)| column);
        refuse_several(column.map(currencies_in).unwrap_or_default())
    }
}
