//! Discount: who buys at full price and who waits for a deal.

use super::measured::{self, Measured, check_days, check_levels, events, level, tell_level};
use crate::customer::Customer;
use crate::error::{Error, Result};
use crate::explanation::{Explanation, Reason};
use crate::history::PURCHASE;
use crate::time::AsOf;
use crate::value::Value;

measured::segments! {
    /// How much of what a customer buys is bought at a discount.
    DiscountSegment {
        FullPrice = "full_price", "Full price", "Buys at full price.";
        Mixed = "mixed", "Mixed", "Buys with and without a discount.";
        DealSeeker = "deal_seeker", "Deal seeker", "Buys mostly at a discount.";
    }
}

/// Places customers by the share of their purchases that were discounted.
///
/// A purchase is discounted if its property is true or a number above 0. Purchases of which the property says nothing
/// play no part; a customer with only such purchases is unassigned.
///
/// It fits a shop whose log says of each order whether a coupon or a markdown was used. It does not fit a log of list
/// prices alone: then nothing tells a discount. How *deep* a discount was plays no part: 5 % counts as 50 % does.
///
/// | marketing term | here |
/// | --- | --- |
/// | coupon or promotion sensitivity, deal proneness | the share that [`measure`](Discount::measure) tells |
/// | full-price buyer | [`DiscountSegment::FullPrice`] |
/// | discount buyer, bargain hunter | [`DiscountSegment::DealSeeker`] |
///
/// ```
/// use segmentry::behavioral::{Discount, DiscountSegment};
/// use segmentry::customer::Record;
/// use segmentry::history::Event;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::time::Day;
/// use segmentry::value::OwnedValue;
///
/// let (coupon, none) = (
///     [("discount".to_owned(), OwnedValue::Number(0.2))],
///     [("discount".to_owned(), OwnedValue::Number(0.0))],
/// );
/// let day = Day::new(2026, 3, 1)?;
/// let ann = Record::new("ann")
///     .event(&Event::purchase(day, 40.0).properties(&coupon))
///     .event(&Event::purchase(day, 60.0).properties(&none))
///     .purchase(day, 25.0) // says nothing of a discount: not counted
///     .as_of(day);
/// assert_eq!(Discount::new().measure(&ann)?, Some(0.5));
/// assert_eq!(Discount::new().assign(&ann)?, Some(DiscountSegment::DealSeeker));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// **Defaults.** The property `discount`, all purchases; mixed from a share of 0.1 on, deal seeker from 0.5 on: ours.
///
/// # Errors
/// A property that is present and neither a boolean nor a number is an error that names the customer, not a guess.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields, default))]
pub struct Discount {
    kinds: Vec<String>,
    property: String,
    days: Option<u32>,
    shares: [f64; 2],
}

impl Default for Discount {
    fn default() -> Self {
        let property = "discount".to_owned();
        Discount { kinds: vec![PURCHASE.to_owned()], property, days: None, shares: [0.1, 0.5] }
    }
}

impl Discount {
    /// All purchases by their property `discount`, with the default thresholds.
    pub fn new() -> Self {
        Discount::default()
    }

    /// Sets the kinds of event that count; none for any kind.
    #[must_use]
    pub fn kinds<T: Into<String>>(mut self, kinds: impl IntoIterator<Item = T>) -> Self {
        self.kinds = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the property of an event that says whether, or how much, it was discounted.
    #[must_use]
    pub fn property(mut self, property: impl Into<String>) -> Self {
        self.property = property.into();
        self
    }

    /// Sets how many of the last days count.
    #[must_use]
    pub fn days(mut self, days: u32) -> Self {
        self.days = Some(days);
        self
    }

    /// Sets from which share on a customer is mixed and a deal seeker.
    #[must_use]
    pub fn shares(mut self, shares: [f64; 2]) -> Self {
        self.shares = shares;
        self
    }
}

impl Measured for Discount {
    type Segment = DiscountSegment;
    type Measure = f64;
    const WHAT: &'static str = "discount_share";

    fn check(&self) -> Result<()> {
        check_days("days", self.days.unwrap_or(1))?;
        check_levels("shares", &self.shares)
    }

    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<f64, Reason>> {
        let (mut discounted, mut known, mut any) = (0_u32, 0_u32, false);
        for event in events(customer, as_of, &self.kinds, self.days) {
            any = true;
            let at_discount = match event.property(&self.property) {
                Value::Boolean(discounted) => discounted,
                Value::Number(rate) => rate > 0.0,
                Value::Integer(rate) => rate > 0,
                value if value.is_present() => {
                    return Err(Error::wrong_kind(&self.property, value.in_words(), "boolean or number"));
                }
                _ => continue,
            };
            known += 1;
            discounted += u32::from(at_discount);
        }
        Ok(match (known, any) {
            (0, false) => Err(Reason::NoEvents),
            (0, true) => Err(Reason::Missing(self.property.clone())),
            _ => Ok(f64::from(discounted) / f64::from(known)),
        })
    }

    fn number(measure: &f64) -> f64 {
        *measure
    }

    fn place(&self, measure: &f64) -> DiscountSegment {
        DiscountSegment::ALL[level(&self.shares, *measure)] // one level more than thresholds
    }

    fn tell(&self, measure: &f64, told: Explanation) -> Explanation {
        tell_level(told, Self::WHAT, *measure, &self.shares, DiscountSegment::ALL)
    }
}

measured::measured!(Discount, DiscountSegment, "discount");
