//! Amounts in several currencies are refused, whether customers or their events name them.

use crate::error::Result;
use crate::history::{CURRENCY, currencies_in, refuse_several};

use super::table::Customers;

impl Customers {
    /// The one currency that the attribute `currency` of the customers and the property `currency` of their events name,
    /// `None` if none does.
    ///
    /// # Errors
    /// If they name several ([`ErrorKind::MixedCurrencies`](crate::ErrorKind::MixedCurrencies)).
    pub fn one_currency(&self) -> Result<Option<String>> {
        refuse_several(self.currencies())
    }

    /// Every currency that is named, in alphabetical order.
    pub(crate) fn currencies(&self) -> Vec<String> {
        let attribute = self.column(CURRENCY).ok();
        let properties = self.history().map(|history| history.properties()).unwrap_or_default();
        let property = properties.iter().find(|(name, _)| name == CURRENCY).map(|(_, column)| column);
        let mut found: Vec<String> = attribute.into_iter().chain(property).flat_map(currencies_in).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
