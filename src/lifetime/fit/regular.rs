//! How regularly buyers buy: the number of stages a purchase, chosen by likelihood, and a quick look at gaps.

use std::fmt;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::Purchases;
use crate::lifetime::buyers::Buyers;
use crate::lifetime::family::Family;
use crate::lifetime::model::PurchaseModel;
use crate::math::sum::sum;
use crate::parallel;
use crate::progress::Progress;
use crate::text::{Align, Table};

use super::BuyTillYouDie;

/// The most stages a purchase that are tried.
const TRIED: u32 = 12;

/// How regularly buyers buy: a model for each number of stages a purchase, and the best of them.
///
/// One stage is buying at random; gaps of more stages vary less, as those of a household that shops by the week. What is
/// known of regularity makes a silence tell more: a regular buyer who is late is gone.
///
/// Made by [`BuyTillYouDie::regular`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Regularity {
    /// The model of the greatest likelihood.
    pub model: PurchaseModel,
    /// What was tried, from one stage on.
    pub tried: Vec<Tried>,
}

/// A number of stages that was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Tried {
    /// The family; of one stage that of buying at random.
    pub family: Family,
    /// Stages a purchase.
    pub stages: u32,
    /// The logarithm of the likelihood, gaps included.
    pub log_likelihood: f64,
}

impl Regularity {
    /// Stages a purchase of the best model.
    pub fn stages(&self) -> u32 {
        self.model.family().stages()
    }

    /// A quick look, without a model: the shape of gamma distributed gaps, 1 where purchases come at random and larger the
    /// more regular they are. `None` if fewer than two customers have two gaps, or their shares do not vary.
    ///
    /// Of the last two gaps of each customer the share of the earlier is Beta(k, k), whatever the customer's rate is; the
    /// variance of the shares tells k. Customers with a gap of 0, who bought twice a day, are left out.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::features::purchases::{Period, Purchases};
    /// use segmentry::history::History;
    /// use segmentry::lifetime::Regularity;
    /// use segmentry::time::Day;
    ///
    /// let days = ["2026-01-01", "2026-01-08", "2026-01-16", "2026-01-02", "2026-02-01", "2026-02-27"];
    /// let days = days.map(|day| day.parse::<Day>()).into_iter().collect::<Result<Vec<_>, _>>()?;
    /// let history = History::purchases(["ann", "ann", "ann", "bo", "bo", "bo"], &days, &[5.0; 6])?;
    /// let customers = Customers::from_history(history).as_of("2026-03-01".parse::<Day>()?);
    /// let shape = Regularity::of_gaps(&customers, &Purchases::new().collapse(Period::Day))?;
    /// assert!(shape.is_some_and(|shape| shape > 10.0)); // ann comes by the week, bo by the month
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Purchases::summarize`].
    ///
    /// # References
    /// R. D. Wheat and D. G. Morrison (1990), Estimating purchase regularity with two interpurchase times, *Journal of
    /// Marketing Research* 27(1), DOI 10.1177/002224379002700109.
    pub fn of_gaps(customers: &Customers, purchases: &Purchases) -> Result<Option<f64>> {
        let log = purchases.log(customers)?;
        let shares = parallel::map_chunks(customers.len(), parallel::CHUNK / 4, |rows| {
            let of_row = |row: usize| {
                let (mut earlier, mut later, mut count) = (0, 0, 0_u32);
                log.gaps(row, |gap| (earlier, later, count) = (later, gap, count.saturating_add(1)))?;
                let both = f64::from(earlier) + f64::from(later);
                Ok((count >= 2 && earlier > 0 && later > 0).then(|| f64::from(earlier) / both))
            };
            rows.filter_map(|row| of_row(row).transpose()).collect::<Result<Vec<f64>>>()
        });
        let shares = shares.into_iter().collect::<Result<Vec<_>>>()?.concat();
        if shares.len() < 2 {
            return Ok(None);
        }
        let mean = sum(shares.iter().copied()) / shares.len() as f64;
        let squares = sum(shares.iter().map(|share| (share - mean) * (share - mean)));
        let variance = squares / (shares.len() - 1) as f64;
        Ok((variance > 0.0).then(|| (1.0 - 4.0 * variance) / (8.0 * variance)))
    }
}

impl BuyTillYouDie {
    /// Learns with one stage a purchase, two, three and so on up to twelve, until the likelihood has fallen twice, and takes
    /// the best.
    ///
    /// The recipe's family says whether a coin falls after the first purchase too: [`Family::MbgNbd`] and
    /// [`Family::MbgCnbd`], or not: [`Family::BgNbd`] and [`Family::BgCnbd`].
    ///
    /// ```
    /// use segmentry::features::purchases::TimeUnit;
    /// use segmentry::lifetime::{BuyTillYouDie, Buyers, Family};
    ///
    /// let repeats = [0, 0, 1, 4, 2, 0, 3, 1];
    /// let last = [0.0, 0.0, 8.0, 32.0, 17.0, 0.0, 24.5, 9.0];
    /// let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 8])?;
    /// // 4 gaps of 8 weeks, 2 of 8.5, 3 of about 8: regular buyers
    /// let ln = |gap: f64, count: f64| count * gap.ln();
    /// let gaps = [0.0, 0.0, ln(8.0, 1.0), ln(8.0, 4.0), ln(8.5, 2.0), 0.0, ln(8.1, 3.0), ln(9.0, 1.0)];
    /// let found = BuyTillYouDie::new(Family::BgNbd).regular(&buyers.with_log_gaps(&gaps)?)?;
    /// assert!(found.stages() > 4);
    /// println!("{found}");
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`BuyTillYouDie::fit`], if the family has no regular kin, or if the gaps between purchases are not known.
    ///
    /// # Cost
    /// A fit for each number of stages; a fit with k stages costs O(k) a cell and step.
    ///
    /// # Differs from
    /// BTYDplus takes what stands before it for the best if the first steps fall; here two steps must.
    pub fn regular(&self, buyers: &Buyers) -> Result<Regularity> {
        self.regular_with(buyers, &Progress::none())
    }

    /// As [`BuyTillYouDie::regular`], telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`BuyTillYouDie::regular`], or if `progress` stops it.
    pub fn regular_with(&self, buyers: &Buyers, progress: &Progress<'_>) -> Result<Regularity> {
        let of_stages = |stages: u32| match (self.family, stages) {
            (Family::BgNbd | Family::BgCnbd(_), 1) => Ok(Family::BgNbd),
            (Family::MbgNbd | Family::MbgCnbd(_), 1) => Ok(Family::MbgNbd),
            (Family::BgNbd | Family::BgCnbd(_), stages) => Ok(Family::BgCnbd(stages)),
            (Family::MbgNbd | Family::MbgCnbd(_), stages) => Ok(Family::MbgCnbd(stages)),
            (other, _) => Err(Error::unsupported(format!("regular buying is not defined for {other}"))),
        };
        of_stages(1)?;
        if buyers.log_gaps().is_none() {
            return Err(Error::unsupported(
                "the number of stages is not defined without gaps: collapse purchases by day, or give `log_gaps`",
            ));
        }
        let mut best: Option<(f64, PurchaseModel)> = None;
        let (mut tried, mut fallen) = (Vec::new(), 0);
        for stages in 1..=TRIED {
            progress.step("stages", u64::from(stages - 1), u64::from(TRIED))?;
            let family = of_stages(stages)?;
            let model = BuyTillYouDie { family, ..self.clone() }.fit_with(buyers, progress)?;
            let found = model.certificate().map_or(f64::NEG_INFINITY, |certificate| certificate.log_likelihood);
            tried.push(Tried { family, stages, log_likelihood: found });
            if best.as_ref().is_none_or(|(best, _)| found > *best) {
                (best, fallen) = (Some((found, model)), 0);
            } else {
                fallen += 1;
            }
            if fallen == 2 {
                break;
            }
        }
        let Some((_, model)) = best else { return Err(Error::empty("numbers of stages")) };
        Ok(Regularity { model, tried })
    }
}

impl fmt::Display for Regularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table =
            Table::new([("family", Align::Left), ("stages", Align::Right), ("log-likelihood", Align::Right)]);
        for tried in &self.tried {
            let ln = format!("{:.3}", tried.log_likelihood);
            table.row([tried.family.to_string(), tried.stages.to_string(), ln]);
        }
        write!(f, "{table}\n{}", self.model)
    }
}
