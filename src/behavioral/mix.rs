//! Mix: of how many things, and through how many channels, a customer buys.

use std::collections::BTreeMap;

use super::measured::{self, Measured, check_days, events};
use crate::customer::Customer;
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::history::PURCHASE;
use crate::time::AsOf;
use crate::value::Value;

measured::segments! {
    /// How varied a customer's purchases are.
    MixSegment {
        Single = "single", "Single", "Buys one thing, or through one channel.";
        Focused = "focused", "Focused", "Buys several, of which one prevails.";
        Varied = "varied", "Varied", "Buys several, of which none prevails.";
    }
}

/// Of what the shares are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
enum Of {
    Item,
    Channel,
    Property(String),
}

/// Places customers by the mix of their purchases: by item, by channel, or by a property such as the category.
///
/// The largest share decides: one thing only, one that prevails, or none. Variety is also told as the effective number of
/// things, `exp(−Σ p ln p)` of the shares `p`: 3 things in equal parts are 3, and 1 that prevails over 2 is little
/// above 1 (M. Hill 1973, DOI 10.2307/1934352). Purchases that do not say what or through what play no part.
///
/// **Defaults.** All purchases, each counting once; focused from a largest share of 0.6 on: ours.
///
/// ```
/// use segmentry::behavioral::{Mix, MixSegment};
/// use segmentry::customer::Record;
/// use segmentry::history::Event;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::time::Day;
///
/// let day = Day::new(2026, 3, 1)?;
/// let ann = Record::new("ann")
///     .event(&Event::purchase(day, 20.0).channel("app"))
///     .event(&Event::purchase(day, 20.0).channel("shop"))
///     .as_of(day);
/// assert_eq!(Mix::of_channels().assign(&ann)?, Some(MixSegment::Varied));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// | term | here |
/// | --- | --- |
/// | single-channel and multichannel customer | [`Mix::of_channels`]: [`MixSegment::Single`] and the other two |
/// | category penetration, cross-selling breadth | [`Shares::different`] of [`Mix::of_property`] |
/// | Shannon entropy, Hill number of order 1 | [`Shares::effective`] is the exponential of the entropy |
///
/// With few purchases variety is low by chance: of two purchases the largest share is a half or one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Mix {
    of: Of,
    kinds: Vec<String>,
    days: Option<u32>,
    by_amount: bool,
    focused: f64,
}

impl Mix {
    /// By what is bought.
    pub fn of_items() -> Self {
        Mix::new(Of::Item)
    }

    /// Through what it is bought.
    pub fn of_channels() -> Self {
        Mix::new(Of::Channel)
    }

    /// By a property of the purchases that is a text: `category`.
    pub fn of_property(name: impl Into<String>) -> Self {
        Mix::new(Of::Property(name.into()))
    }

    fn new(of: Of) -> Self {
        Mix { of, kinds: vec![PURCHASE.to_owned()], days: None, by_amount: false, focused: 0.6 }
    }

    /// Sets the kinds of event that count; none for any kind.
    #[must_use]
    pub fn kinds<T: Into<String>>(mut self, kinds: impl IntoIterator<Item = T>) -> Self {
        self.kinds = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how many of the last days count.
    #[must_use]
    pub fn days(mut self, days: u32) -> Self {
        self.days = Some(days);
        self
    }

    /// Takes shares of the amounts above 0 in place of shares of the purchases.
    #[must_use]
    pub fn by_amount(mut self) -> Self {
        self.by_amount = true;
        self
    }

    /// Sets from which largest share on a customer is focused.
    #[must_use]
    pub fn focused(mut self, share: f64) -> Self {
        self.focused = share;
        self
    }

    fn name(&self) -> &str {
        match &self.of {
            Of::Item => "item",
            Of::Channel => "channel",
            Of::Property(name) => name,
        }
    }

    /// The mix of one customer's purchases; `None` if none says what it is of.
    ///
    /// ```
    /// use segmentry::behavioral::Mix;
    /// use segmentry::customer::Record;
    /// use segmentry::history::Event;
    /// use segmentry::time::Day;
    ///
    /// let day = Day::new(2026, 3, 1)?;
    /// let bo = ["tea", "tea", "tea", "jam"].into_iter().fold(Record::new("bo"), |bo, item| {
    ///     bo.event(&Event::purchase(day, 4.0).item(item))
    /// });
    /// let shares = Mix::of_items().shares(&bo.as_of(day))?.expect("says what was bought");
    /// assert_eq!((shares.largest.as_str(), shares.largest_share, shares.different), ("tea", 0.75, 2));
    /// assert!((shares.effective - 1.755).abs() < 0.001); // less than two things in equal parts
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Segmenter::assign`](crate::segmenter::Segmenter::assign).
    pub fn shares(&self, customer: &dyn Customer) -> Result<Option<Shares>> {
        Ok(measured::measure(self, customer)?.ok())
    }
}

/// The mix of one customer's purchases, made by [`Mix::shares`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Shares {
    /// What prevails; of equals the first by name.
    pub largest: String,
    /// Its share, above 0 and at most 1.
    pub largest_share: f64,
    /// How many different things there are.
    pub different: usize,
    /// The effective number of things: from 1 to `different`.
    pub effective: f64,
}

impl Measured for Mix {
    type Segment = MixSegment;
    type Measure = Shares;
    const WHAT: &'static str = "largest_share";

    fn check(&self) -> Result<()> {
        check_days("days", self.days.unwrap_or(1))?;
        if !(self.focused > 0.0 && self.focused <= 1.0) {
            return Err(Error::parameter("focused", "a share above 0 and at most 1", self.focused));
        }
        if self.name().is_empty() {
            return Err(Error::parameter("property", "a name", "``"));
        }
        Ok(())
    }

    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<Shares, Reason>> {
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        let (mut any, mut named) = (false, false);
        for event in events(customer, as_of, &self.kinds, self.days) {
            any = true;
            let what = match &self.of {
                Of::Item => event.item,
                Of::Channel => event.channel,
                Of::Property(name) => match event.property(name) {
                    Value::Text(text) => Some(text),
                    value if value.is_present() => return Err(Error::wrong_kind(name, value.in_words(), "text")),
                    _ => None,
                },
            };
            named |= what.is_some();
            let weight = if self.by_amount { event.amount.unwrap_or(0.0) } else { 1.0 };
            if let Some(what) = what
                && weight > 0.0
            {
                *sums.entry(what).or_default() += weight;
            }
        }
        let total: f64 = sums.values().sum();
        let Some((largest, sum)) = sums.iter().fold(None, |best: Option<(&str, f64)>, (what, sum)| match best {
            Some(best) if best.1 >= *sum => Some(best),
            _ => Some((what, *sum)),
        }) else {
            let missing = if named { "amount" } else { self.name() };
            return Ok(Err(if any { Reason::Missing(missing.to_owned()) } else { Reason::NoEvents }));
        };
        if !total.is_finite() {
            return Err(Error::not_finite("sum of amounts", total));
        }
        let entropy: f64 = sums.values().map(|sum| sum / total).map(|p| -p * p.ln()).sum();
        let (different, largest) = (sums.len(), largest.to_owned());
        Ok(Ok(Shares { largest, largest_share: sum / total, different, effective: entropy.exp() }))
    }

    fn number(measure: &Shares) -> f64 {
        measure.largest_share
    }

    fn place(&self, measure: &Shares) -> MixSegment {
        match measure.different {
            0 | 1 => MixSegment::Single,
            _ if measure.largest_share >= self.focused => MixSegment::Focused,
            _ => MixSegment::Varied,
        }
    }

    fn tell(&self, measure: &Shares, told: Explanation) -> Explanation {
        let Shares { largest, largest_share, different, effective } = measure;
        let share = Evidence::new(Self::WHAT, Value::Number(*largest_share))
            .meaning(format!("{} {largest}; focused from {} on", self.name(), self.focused))
            .distance((largest_share - self.focused).abs());
        let count = Evidence::new("different", Value::Integer(*different as i64))
            .meaning(format!("as varied as {effective:.2} in equal parts"));
        told.because(share).because(count)
    }
}

measured::measured!(Mix, MixSegment, "mix");
