//! A fitted model of what buyers spend a purchase.

use std::fmt;

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::parallel;
use crate::text::{Align, Table, count, number};

use super::super::buyers::Buyers;
use super::super::certificate::Certificate;
use super::super::model::digits;
use super::independence::Independence;
use super::likelihood::Likelihood;
use super::recipe::NAMES;
use super::rows::{SpendRows, Spends};
use crate::lifetime::fit::climb::Height;

/// What a Gamma-Gamma model says of spend: learnt by [`GammaGamma`](super::GammaGamma), or made of published parameters.
///
/// ```
/// use segmentry::lifetime::SpendModel;
///
/// // Fader and Hardie (2013), CDNOW
/// let model = SpendModel::of(6.25, 3.74, 15.44)?;
/// assert!((model.mean()? - 35.2).abs() < 0.1);
/// assert!((model.mean_of(2, 22.35)? - 24.65).abs() < 0.02); // it spent 22.35 twice
/// assert!((model.mean_of(1, 11.77)? - 18.91).abs() < 0.02);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// | parameter | is | changes with the currency |
/// | --- | --- | --- |
/// | p | how alike a buyer's purchases are: their coefficient of variation is 1 / √p | no |
/// | q | how alike buyers are: large where all spend alike | no |
/// | v | an amount: the mean over buyers is p v / (q − 1) | yes |
///
/// The expected spend of a buyer is `w` × the mean over all + `(1 − w)` × its own mean, with `w = (q − 1) / (p x + q − 1)`:
/// the more it bought, the more it is believed.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct SpendModel {
    p: f64,
    q: f64,
    v: f64,
    rows: Option<SpendRows>,
    independence: Option<Independence>,
    certificate: Option<Certificate>,
}

impl SpendModel {
    /// A model with these parameters.
    ///
    /// # Errors
    /// If one is not finite or not above 0.
    pub fn of(p: f64, q: f64, v: f64) -> Result<Self> {
        let model = SpendModel { p, q, v, rows: None, independence: None, certificate: None };
        model.check().map(|()| model)
    }

    pub(super) fn learnt(
        [p, q, v]: [f64; 3],
        rows: SpendRows,
        independence: Independence,
        certificate: Certificate,
    ) -> Result<Self> {
        let (rows, independence) = (Some(rows), Some(independence));
        let model = SpendModel { p, q, v, rows, independence, certificate: Some(certificate) };
        model.check().map(|()| model)
    }

    /// Whether the parameters can be those of the model: asked of one that was read from a file.
    ///
    /// # Errors
    /// If one is not finite or not above 0.
    pub fn check(&self) -> Result<()> {
        for (name, value) in NAMES.iter().zip(self.parameters()) {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::parameter(*name, "a finite number above 0", value));
            }
        }
        Ok(())
    }

    /// p, q and v.
    pub fn parameters(&self) -> [f64; 3] {
        [self.p, self.q, self.v]
    }

    /// From which rows it was learnt; `None` of a model that was made of parameters.
    pub fn rows(&self) -> Option<&SpendRows> {
        self.rows.as_ref()
    }

    /// Whether spend and frequency were independent; `None` of a model that was made of parameters.
    pub fn independence(&self) -> Option<&Independence> {
        self.independence.as_ref()
    }

    /// What the fit says of itself; `None` of a model that was made of parameters.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// The same model of amounts that are `factor` times as large: 100 from euros to cents.
    ///
    /// What the fit says of itself stays behind with its amounts.
    ///
    /// # Errors
    /// If the factor is not finite and above 0, or v is too large or small for a number then.
    pub fn scaled(&self, factor: f64) -> Result<Self> {
        if !(factor.is_finite() && factor > 0.0) {
            return Err(Error::parameter("factor", "a finite number above 0", factor));
        }
        SpendModel::of(self.p, self.q, self.v * factor)
    }

    /// The mean spend over all buyers, p v / (q − 1): what one of whom nothing is known is expected to spend.
    ///
    /// # Errors
    /// If q is not above 1, where there is no mean.
    pub fn mean(&self) -> Result<f64> {
        self.mean_of(0, 0.0)
    }

    /// The standard error of [`SpendModel::mean`] by the delta method; `None` where the fit has none.
    pub fn mean_error(&self) -> Option<f64> {
        let covariance = &self.certificate.as_ref()?.covariance;
        let mean = self.mean().ok()?;
        // slopes of ln mean by the logarithms of p, q and v
        let slopes = [1.0, -self.q / (self.q - 1.0), 1.0];
        let mut variance = 0.0;
        for (i, row) in slopes.iter().enumerate() {
            for (j, column) in slopes.iter().enumerate() {
                variance += row * column * covariance.get(i)?.get(j)?;
            }
        }
        let error = mean * variance.max(0.0).sqrt();
        error.is_finite().then_some(error)
    }

    /// The expected spend of a buyer with so many repeats of so much on the average (equation 5 of Fader and Hardie 2013).
    ///
    /// Without a repeat the mean over all buyers, whatever `spend`; also where the spend is not known (NaN), or is not above
    /// 0: the model knows no refunds and no gifts, and learnt nothing of who has them.
    ///
    /// # Errors
    /// If it is not defined: q is not above 1, and the buyer has not bought enough; or the spend is infinite.
    pub fn mean_of(&self, repeats: u32, spend: f64) -> Result<f64> {
        if spend.is_infinite() {
            return Err(Error::not_finite("spend", spend));
        }
        self.expected(repeats, spend).ok_or_else(|| {
            let q = number(self.q);
            let who = if repeats == 0 { "all buyers".to_owned() } else { format!("a buyer with {repeats} repeats") };
            Error::unsupported(format!("the mean spend of {who} is not defined for q = {q}: so few spend so much"))
        })
    }

    /// [`SpendModel::mean_of`] where the spend is not infinite; `None` if it is not defined.
    fn expected(&self, repeats: u32, spend: f64) -> Option<f64> {
        let repeats = if spend > 0.0 { repeats } else { 0 };
        let own = self.p * f64::from(repeats);
        let below = own + self.q - 1.0;
        if below <= 0.0 {
            return None;
        }
        let seen = if repeats == 0 { 0.0 } else { own / below * spend };
        let mean = self.p / below * self.v + seen;
        mean.is_finite().then_some(mean)
    }

    /// [`SpendModel::mean_of`] of each buyer, in rows; NaN of a row without a buyer. Where nothing is known of amounts
    /// all are expected to spend the mean.
    ///
    /// # Errors
    /// As [`SpendModel::mean_of`], with the first such row.
    pub fn mean_each(&self, buyers: &Buyers) -> Result<Vec<f64>> {
        let spend = buyers.spend().unwrap_or(&[]);
        self.means(buyers.len(), |row| {
            let buyer = buyers.get(row)?;
            Some((buyer.repeats(), spend.get(row).copied().unwrap_or(f64::NAN)))
        })
    }

    /// [`SpendModel::mean_of`] of plain columns.
    ///
    /// # Errors
    /// As [`SpendModel::mean_of`], with the first such row, or if the columns differ in length.
    pub fn mean_columns(&self, repeats: &[u32], spend: &[f64]) -> Result<Vec<f64>> {
        if spend.len() != repeats.len() {
            return Err(Error::length("spend", spend.len(), repeats.len()));
        }
        self.means(repeats.len(), |row| Some((repeats[row], spend[row])))
    }

    fn means(&self, len: usize, row: impl Fn(usize) -> Option<(u32, f64)> + Sync + Send) -> Result<Vec<f64>> {
        let parts = parallel::map_chunks(len, parallel::CHUNK, |rows| {
            let one = |at: usize| match row(at) {
                Some((repeats, spend)) => self.mean_of(repeats, spend).map_err(|error| error.at_row(at)),
                None => Ok(f64::NAN),
            };
            rows.map(one).collect::<Result<Vec<f64>>>()
        });
        let mut means = Vec::with_capacity(len);
        for part in parts {
            means.extend(part?);
        }
        Ok(means)
    }

    /// The logarithm of the likelihood of these buyers' mean spends.
    ///
    /// # Errors
    /// If nothing is known of amounts.
    pub fn log_likelihood(&self, buyers: &Buyers) -> Result<f64> {
        let spends = Spends::of(buyers)?;
        let at = [self.p.ln(), self.q.ln(), (self.v / spends.scale).ln()];
        Ok(Likelihood::new(&spends.cells, &spends.counts, spends.scale, &[]).height(&at, &mut [0.0; 3]))
    }

    /// Mean spends drawn at random as the model says, of buyers with so many repeats each; NaN without a repeat. With the
    /// same seed the same spends, on any number of threads.
    pub fn simulate(&self, repeats: &[u32], seed: u64) -> Vec<f64> {
        let parts = parallel::map_chunks(repeats.len(), 1024, |rows| {
            let mut random = Random::new(seed, rows.start as u64);
            let mut draw = |count: &u32| {
                if *count == 0 {
                    return f64::NAN;
                }
                let shape = self.p * f64::from(*count);
                let ln_rate = random.ln_gamma(self.q) - self.v.ln();
                // the smallest and largest numbers stand for what no number is
                let ln_mean = random.ln_gamma(shape) - ln_rate - f64::from(*count).ln();
                ln_mean.exp().clamp(f64::MIN_POSITIVE, f64::MAX)
            };
            repeats.get(rows).unwrap_or(&[]).iter().map(&mut draw).collect::<Vec<f64>>()
        });
        parts.into_iter().flatten().collect()
    }
}

impl fmt::Display for SpendModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gamma-Gamma spend")?;
        if let Some(rows) = &self.rows {
            write!(f, ", learnt from {} buyers with a repeat", count(rows.used))?;
        }
        writeln!(f)?;
        let mut table = Table::new([("parameter", Align::Left), ("value", Align::Right), ("error", Align::Right)]);
        let errors = self.certificate.as_ref().map(|certificate| certificate.standard_errors.as_slice());
        let text = |error: Option<f64>| error.map_or("-".to_owned(), digits);
        for (at, (name, value)) in NAMES.iter().zip(self.parameters()).enumerate() {
            let error = errors.and_then(|errors| errors.get(at).copied().flatten());
            table.row([(*name).to_owned(), digits(value), text(error)]);
        }
        let mean = self.mean().map_or("not defined".to_owned(), digits);
        table.row(["mean spend".to_owned(), mean, text(self.mean_error())]);
        write!(f, "{table}")?;
        if let Some(independence) = &self.independence {
            write!(f, "\n{independence}")?;
        }
        match &self.certificate {
            Some(certificate) => write!(f, "\n{certificate}"),
            None => Ok(()),
        }
    }
}

/// It is asked of repeats and their mean spend, and reads nothing of a customer.
#[cfg(feature = "serde")]
impl crate::model::Model for SpendModel {
    const KIND: &'static str = "gamma_gamma";

    fn reads(&self) -> crate::segmenter::Reads {
        crate::segmenter::Reads::default()
    }

    fn check(&self) -> Result<()> {
        SpendModel::check(self)
    }
}
