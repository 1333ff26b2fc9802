//! Which family: one that is named, or the best of those that are compared.
//!
//! The best is found on customers as they were seen before the holdout; what values customers is then learnt from all that
//! was seen. The reasons stay with the model, the table of all families is told beside it.

use std::fmt;
use std::str::FromStr;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;
use crate::lifetime::buyers::Buyers;
use crate::lifetime::compare::{ChooseFamily, FamilyChoice, Trial};
use crate::lifetime::family::Family;
use crate::lifetime::horizon::Horizon;
use crate::progress::Progress;

use super::Lifetimes;

/// How customers buy and leave: as a family says, or as the best of several.
///
/// ```
/// use segmentry::lifetime::{Family, FamilyBy};
///
/// assert_eq!("best".parse::<FamilyBy>()?, FamilyBy::Best);
/// assert_eq!("mbg_nbd".parse::<FamilyBy>()?, Family::MbgNbd.into());
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FamilyBy {
    /// As this family says.
    Named(Family),
    /// As the family that [`ChooseFamily`] ranks first.
    Best,
}

impl Default for FamilyBy {
    /// BG/NBD.
    fn default() -> Self {
        FamilyBy::Named(Family::BgNbd)
    }
}

impl From<Family> for FamilyBy {
    fn from(family: Family) -> Self {
        FamilyBy::Named(family)
    }
}

impl fmt::Display for FamilyBy {
    /// As a study file has it: `best`, or [`Family::key`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FamilyBy::Best => f.pad("best"),
            FamilyBy::Named(family) => f.pad(&family.key()),
        }
    }
}

impl FromStr for FamilyBy {
    type Err = Error;

    /// Reads `best`, or the name of a family.
    fn from_str(text: &str) -> Result<Self> {
        if text == "best" { Ok(FamilyBy::Best) } else { text.parse().map(FamilyBy::Named) }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for FamilyBy {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for FamilyBy {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Lifetimes {
    /// Compares the families as [`Lifetimes::fit`] would before it takes the best; `None` where one is named.
    ///
    /// ```
    /// # use segmentry::customer::Customers;
    /// # use segmentry::history::History;
    /// # use segmentry::time::Day;
    /// use segmentry::lifetime::{Family, FamilyBy, Horizon, Lifetimes};
    /// # let (mut log, day) = (History::builder(), |n: i32| Day::from_days(20_000 + n));
    /// # for customer in 0..60 {
    /// #     for n in 0..1 + customer % 7 {
    /// #         log.push(customer, &(day(customer + n * (21 + 7 * (customer % 8))), f64::from(20 + (customer * 7 + n * 3) % 30)))?;
    /// #     }
    /// # }
    /// # let customers = Customers::from_history(log.finish()).as_of(day(500));
    ///
    /// let recipe = Lifetimes::new(Horizon::years(1.0)).family(FamilyBy::Best).holdout(Horizon::weeks(26.0));
    /// let recipe = recipe.among([Family::BgNbd, Family::Nbd]).starts(1);
    /// let choice = recipe.choose(&customers)?.expect("the best is sought");
    /// let best = choice.best().map(|best| best.model.family());
    /// assert_eq!(Some(recipe.fit(&customers)?.purchases().family()), best);
    /// println!("{choice}"); // the table of the families, why the first is first
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Lifetimes::fit`], of the part of it that compares.
    pub fn choose(&self, customers: &Customers) -> Result<Option<FamilyChoice>> {
        self.check()?;
        Ok(self.chosen(customers, &self.buyers(customers)?, &Progress::none())?.1)
    }

    /// The family, and how it was chosen, if it was.
    pub(super) fn chosen(
        &self,
        customers: &Customers,
        buyers: &Buyers,
        progress: &Progress<'_>,
    ) -> Result<(Family, Option<FamilyChoice>)> {
        let family = match self.family {
            FamilyBy::Named(family) => return Ok((family, None)),
            FamilyBy::Best => ChooseFamily::new().starts(self.starts).seed(self.seed),
        };
        let family = match &self.among {
            Some(among) => family.families(among.iter().copied()),
            None => family,
        };
        let trial = match self.holdout {
            None => Trial::without_holdout(buyers.clone()),
            Some(holdout) => {
                let end = customers.seen_as_of()?.day();
                let trial = Trial::of(customers, &self.purchases, self.unit, end.plus(-whole_days(holdout)?), end);
                trial.map_err(|error| error.at_key("holdout"))?
            }
        };
        let choice = family.fit_with(&trial, progress).map_err(|error| error.at_key("family"))?;
        let Some(best) = choice.best().map(|best| best.model.family()) else {
            let why = choice.candidates.iter().find_map(|failed| failed.error.clone()).unwrap_or_default();
            return Err(Error::unsupported(format!("no family could be fitted: {why}")).at_key("family"));
        };
        Ok((best, Some(choice)))
    }

    /// Whether what is said of the choice can be.
    pub(super) fn check_choice(&self) -> Result<()> {
        let named = self.family != FamilyBy::Best;
        for (key, given) in [("among", self.among.is_some()), ("holdout", self.holdout.is_some())] {
            if named && given {
                let error = Error::definition(format!("only a family of `best` is chosen, not `{}`", self.family));
                return Err(error.at_key(key));
            }
        }
        if self.among.as_ref().is_some_and(Vec::is_empty) {
            return Err(Error::parameter("among", "at least one family", "none"));
        }
        self.holdout.map_or(Ok(()), |holdout| whole_days(holdout).map(|_| ()))
    }
}

/// The holdout in days.
fn whole_days(holdout: Horizon) -> Result<i32> {
    let days = holdout.in_unit(TimeUnit::Days).round();
    if (1.0..1e6).contains(&days) {
        return Ok(days as i32);
    }
    Err(Error::parameter("holdout", "a length of time from a day on", holdout))
}
