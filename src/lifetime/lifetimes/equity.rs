//! How sure it is what all customers are worth together.
//!
//! The value to come is a sum of products: discounted purchases, which the model of purchases knows, times expected spend,
//! which the model of spend knows. What one learnt says nothing of the error of the other, nor a segment's model of that of
//! another, so that the errors of each alone add up as squares: nobody's purchases are asked again because spend moves.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::lifetime::buyers::Buyers;
use crate::lifetime::model::PurchaseModel;
use crate::lifetime::shrink;
use crate::lifetime::spend::SpendModel;
use crate::lifetime::uncertainty::{DeltaMethod, Estimated, Interval, Scale};
use crate::math::sum::sum;

use super::LifetimesModel;

impl LifetimesModel {
    /// The interval of what all customers together are expected to bring: of the sum of `lifetime_value`, with the customers'
    /// weights.
    ///
    /// It tells how well the parameters are known, those of purchases and of spend. It does not tell how customers differ
    /// from what is expected of them, which matters little for many, nor whether the family is right. With
    /// [`SpendBy::Population`](super::SpendBy::Population) the mean of all repeats is taken as known.
    ///
    /// ```
    /// # use segmentry::customer::Customers;
    /// # use segmentry::history::History;
    /// # use segmentry::time::Day;
    /// use segmentry::lifetime::{DeltaMethod, Family, Horizon, Lifetimes, SpendBy};
    /// # let (mut log, day) = (History::builder(), |n: i32| Day::from_days(20_000 + n));
    /// # for customer in 0..200_i32 {
    /// #     for n in 0..1 + (customer * 7) % 9 {
    /// #         let amount = f64::from(20 + (customer * 13 + n * 5) % 40);
    /// #         log.push(customer, &(day(customer % 90 + n * (14 + customer % 50)), amount))?;
    /// #     }
    /// # }
    /// # let customers = Customers::from_history(log.finish()).as_of(day(500));
    ///
    /// let model = Lifetimes::new(Horizon::years(1.0)).family(Family::Nbd).spend(SpendBy::Population).fit(&customers)?;
    /// let equity = model.equity(&customers, &DeltaMethod::new().confidence(0.9))?;
    /// assert!(equity.low < equity.estimate && equity.estimate < equity.high);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Cost
    ///
    /// Discounted purchases two times a parameter, nine times of a family with four; expected spend seven times.
    ///
    /// # Errors
    /// As [`LifetimesModel::each`], or as [`DeltaMethod::interval`]: where a fit has no sharp top errors are not known; or if nobody
    /// ever bought.
    pub fn equity(&self, customers: &Customers, delta: &DeltaMethod) -> Result<Interval> {
        let buyers = self.recipe().buyers(customers)?;
        if buyers.total() <= 0.0 {
            return Err(Error::empty("buyers to value"));
        }
        let names = self.recipe().segments_of(customers)?;
        let discounted = self.figures(&buyers, names.as_deref(), |model, buyers| self.discounted(model, buyers))?;
        let spend = self.spends(self.spend(), &buyers)?;
        let total = self.total(&buyers, &discounted, &spend);
        let parts: Vec<(&PurchaseModel, Vec<usize>)> = match &names {
            None => vec![(self.purchases(), (0..buyers.len()).collect())],
            Some(names) => self.parts(&buyers, names)?,
        };
        let mut squares = 0.0;
        let mut confidence = None;
        for (model, rows) in parts {
            let part = buyers.part(&rows);
            let spend: Vec<f64> = rows.iter().filter_map(|row| spend.get(*row).copied()).collect();
            let figure = |model: &PurchaseModel| Ok(self.total(&part, &self.discounted(model, &part)?, &spend));
            squares += half(delta, model, figure, &mut confidence)?;
        }
        if let Some(model) = self.spend() {
            let figure = |model: &SpendModel| Ok(self.total(&buyers, &discounted, &self.spends(Some(model), &buyers)?));
            squares += half(delta, model, figure, &mut confidence)?;
        }
        // on the scale of logarithms, as all figures above 0
        let by = if total > 0.0 { (squares.sqrt() / total).exp() } else { 1.0 };
        let confidence = confidence.unwrap_or_default();
        Ok(Interval { low: total / by, estimate: total, high: total * by, confidence })
    }

    /// Purchases to come of each buyer, discounted.
    fn discounted(&self, model: &PurchaseModel, buyers: &Buyers) -> Result<Vec<f64>> {
        self.recipe().value().purchases_each(model, buyers)
    }

    /// What each buyer is expected to spend a purchase, by that model of spend.
    fn spends(&self, model: Option<&SpendModel>, buyers: &Buyers) -> Result<Vec<f64>> {
        match model {
            Some(model) => model.mean_each(buyers),
            None => Ok(vec![self.mean_spend(); buyers.len()]),
        }
    }

    /// The sum over the buyers, with their weights.
    fn total(&self, buyers: &Buyers, discounted: &[f64], spend: &[f64]) -> f64 {
        let known = discounted.iter().zip(spend).enumerate().filter(|(_, (purchases, _))| !purchases.is_nan());
        self.recipe().value().kept()
            * sum(known.map(|(row, (purchases, spend))| purchases * spend * buyers.weight(row)))
    }

    /// The rows of each model; who is in no segment is answered by the model of all.
    fn parts(&self, buyers: &Buyers, names: &[Option<String>]) -> Result<Vec<(&PurchaseModel, Vec<usize>)>> {
        let names: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
        let segments = self.segments().map_or(&[][..], |models| models.segments());
        let (mut parts, mut others) = (Vec::new(), Vec::new());
        for (name, rows) in shrink::parts(buyers, &names)? {
            match segments.iter().find(|segment| Some(segment.segment.as_str()) == name) {
                Some(segment) => parts.push((&segment.model, rows)),
                None => others.extend(rows),
            }
        }
        if !others.is_empty() {
            parts.push((self.purchases(), others));
        }
        Ok(parts)
    }
}

/// The square of half of the interval of a figure, on its own scale.
fn half<M: Estimated>(
    delta: &DeltaMethod,
    model: &M,
    figure: impl Fn(&M) -> Result<f64> + Sync + Send,
    confidence: &mut Option<f64>,
) -> Result<f64> {
    let found = delta.interval(model, Scale::Any, figure)?;
    *confidence = Some(found.confidence);
    Ok((0.5 * found.width()).powi(2))
}
