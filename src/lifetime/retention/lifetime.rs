//! What a fitted curve of retention says of the time to come: counts of renewals, lifetimes, money.
//!
//! | question | new customer | customer with a tenure |
//! | --- | --- | --- |
//! | expected renewals | [`lifetime`](RetentionModel::lifetime) less one | [`residual`](RetentionModel::residual) |
//! | discounted | [`discounted_lifetime`](RetentionModel::discounted_lifetime), DEL | [`discounted_residual`](RetentionModel::discounted_residual), DERL |
//! | money | [`value_new`](RetentionModel::value_new) | [`value`](RetentionModel::value) |
//!
//! Everything is a sum over survival after the tenure; see [`Survival`](super::super::discrete::survival::Survival).

use crate::error::{Error, Result};

use super::super::discrete::worth;
use super::super::periods::{PeriodDiscount, Periods};
use super::model::RetentionModel;

/// The most places of a curve, and the most renewals of which chances are told.
const MOST: u32 = 1_000_000;

impl RetentionModel {
    /// The curve of survival: the share of new customers who are still there after 0, 1, … so many renewals. The first is 1.
    ///
    /// ```
    /// use segmentry::lifetime::{DeltaMethod, Periods, Renewals, Scale, ShiftedBetaGeometric};
    ///
    /// let cohort = Renewals::survivors(&[1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0])?;
    /// let model = ShiftedBetaGeometric::new().fit(&cohort)?;
    /// let curve = DeltaMethod::new().intervals(&model, Scale::Probability, |m| m.survival_curve(Periods::new(12)))?;
    /// for (renewal, interval) in curve.iter().flatten().enumerate() {
    ///     println!("{renewal}: {interval}"); // 12: 0.17 (0.15 to 0.192 with 95 %)
    /// }
    /// assert_eq!(curve.len(), 13);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the renewals are more than a million.
    pub fn survival_curve(&self, renewals: Periods) -> Result<Vec<f64>> {
        let (last, stay) = (bounded("renewals", renewals)?, self.stay());
        Ok((0..=last).map(|t| stay.ln(f64::from(t)).exp()).collect())
    }

    /// The curve of retention: of those who come to the first renewal, the second, … the share that stays.
    ///
    /// # Errors
    /// If the renewals are more than a million.
    pub fn retention_curve(&self, renewals: Periods) -> Result<Vec<f64>> {
        let last = bounded("renewals", renewals)? as usize;
        Ok(self.ln_rates().take(last).map(f64::exp).collect())
    }

    /// Logarithms of retention at the first renewal, the second, and so on.
    pub(super) fn ln_rates(&self) -> impl Iterator<Item = f64> {
        let stay = self.stay();
        (0_u32..).map(move |t| stay.ln_further(f64::from(t), 1.0))
    }

    /// The probability that a customer who has renewed so often does so exactly `count` times more, of the next so many
    /// renewals: leaves at the one after, or stays to the last of them.
    ///
    /// ```
    /// use segmentry::lifetime::{Periods, RetentionFamily, RetentionModel};
    ///
    /// let model = RetentionModel::of(RetentionFamily::ShiftedBetaGeometric, &[0.66809, 3.80609])?;
    /// let (tenure, three) = (Periods::new(2), Periods::new(3));
    /// let chances: Vec<f64> = (0..=3).map(|count| model.probability(tenure, count, three)).collect::<Result<_, _>>()?;
    /// assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    /// assert_eq!(chances[3], model.alive(tenure, three)?);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the tenure or the renewals have no end.
    pub fn probability(&self, tenure: Periods, count: u32, within: Periods) -> Result<f64> {
        let (t, n, k) = (tenure.finite("tenure")?, within.finite("within")?, f64::from(count));
        let stay = self.stay();
        if k > n {
            return Ok(0.0);
        }
        let stays = stay.ln_further(t, k).exp();
        // −expm1 keeps a small chance to leave
        Ok(if k == n { stays } else { stays * -stay.ln_further(t + k, 1.0).exp_m1() })
    }

    /// Expected renewals to come, within the next so many or of all: the residual tenure of a customer who has renewed so
    /// often.
    ///
    /// Without end the mean is `(beta + tenure) / (alpha − 1)` of shifted beta-geometric. Where alpha (times c) is 1 or less a
    /// few stay so long that there is none; a horizon or a discount makes one.
    ///
    /// # Errors
    /// If the tenure has no end, or all renewals are asked for and their mean is not finite.
    pub fn residual(&self, tenure: Periods, within: Periods) -> Result<f64> {
        let t = tenure.finite("tenure")?;
        match within.end() {
            Some(last) => Ok(self.stay().sum(t, 0.0, Some(last))),
            None => self.stay().mean(t).ok_or_else(endless),
        }
    }

    /// Expected payments of a customer who signs now and pays at once, then at every renewal: the lifetime in periods that
    /// were begun, with so many renewals or all.
    ///
    /// ```
    /// use segmentry::lifetime::{Periods, RetentionFamily, RetentionModel};
    ///
    /// let model = RetentionModel::of(RetentionFamily::ShiftedBetaGeometric, &[3.0, 5.0])?;
    /// assert!((model.lifetime(Periods::forever())? - (1.0 + 5.0 / 2.0)).abs() < 1e-12);
    /// assert!(model.lifetime(Periods::new(4))? < 3.5);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`RetentionModel::residual`].
    pub fn lifetime(&self, within: Periods) -> Result<f64> {
        Ok(1.0 + self.residual(Periods::new(0), within)?)
    }

    /// Expected renewals to come, each counting less the later it is, of a customer who has renewed so often and whose next
    /// renewal is due now, not yet decided: that one counts in full, the one after it `1 / (1 + rate)`. Over all time this
    /// is the discounted expected residual lifetime (DERL) of Fader and Hardie (2010). Of a customer who has just renewed
    /// the next is a period away: divide by `1 + rate`.
    ///
    /// # Errors
    /// If the tenure has no end, or the rate is negative, not finite, or 0 over all time.
    pub fn discounted_residual(&self, tenure: Periods, within: Periods, discount: PeriodDiscount) -> Result<f64> {
        let force = discount.force(within)?;
        let sum = self.stay().sum(tenure.finite("tenure")?, force, within.end());
        Ok(sum * (1.0 + discount.rate()))
    }

    /// Expected payments of a customer who signs now and pays at once, then at every renewal, each counting less the later it
    /// is: the discounted expected lifetime. `within` is how many renewals are looked at.
    ///
    /// # Errors
    /// As [`RetentionModel::discounted_residual`].
    pub fn discounted_lifetime(&self, within: Periods, discount: PeriodDiscount) -> Result<f64> {
        Ok(1.0 + self.stay().sum(0.0, discount.force(within)?, within.end()))
    }

    /// What a customer who has renewed so often is still worth at the moment when the next renewal is due, for a margin a
    /// period: the margin times [`RetentionModel::discounted_residual`].
    ///
    /// # Errors
    /// As there, or if the margin is NaN or infinite or the value too large for a number.
    pub fn value(&self, tenure: Periods, margin: f64, within: Periods, discount: PeriodDiscount) -> Result<f64> {
        worth(margin, self.discounted_residual(tenure, within, discount)?)
    }

    /// What a new customer is worth who pays the margin now and at every renewal: the margin times
    /// [`RetentionModel::discounted_lifetime`].
    ///
    /// # Errors
    /// As there, or if the margin is NaN or infinite or the value too large for a number.
    pub fn value_new(&self, margin: f64, within: Periods, discount: PeriodDiscount) -> Result<f64> {
        worth(margin, self.discounted_lifetime(within, discount)?)
    }
}

/// A number of periods of which each is told.
///
/// # Errors
/// If they are more than a million.
fn bounded(name: &str, periods: Periods) -> Result<u32> {
    if periods > Periods::new(MOST) {
        return Err(Error::parameter(name, format!("at most {MOST}"), periods));
    }
    Ok(periods.count())
}

/// Why there is no mean.
fn endless() -> Error {
    Error::unsupported(
        "expected renewals over all time are not defined for this model: a few stay so long that they have no finite mean",
    )
}
