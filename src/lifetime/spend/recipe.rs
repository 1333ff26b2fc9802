//! The recipe of the Gamma-Gamma model.

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::progress::Progress;
use crate::text::{count, number};

use super::super::buyers::Buyers;
use super::super::certificate::Certificate;
use super::super::fit::Prior;
use super::super::fit::climb::Limits;
use super::super::fit::plain::{Settings, settings};
use super::super::fit::search::{Search, search};
use super::independence::Independence;
use super::likelihood::Likelihood;
use super::model::SpendModel;
use super::rows::{Cell, Spends};

/// The parameters in their order.
pub(super) const NAMES: [&str; 3] = ["p", "q", "v"];

/// Different rows above which the starts are searched on a part of them.
const MANY: usize = 8_000;

/// Learns what buyers spend a purchase: the Gamma-Gamma model.
///
/// Each purchase of a buyer is Gamma(p, ν), and ν differs between buyers as Gamma(q, v). A buyer who was seen often is
/// believed, one who was seen once is drawn towards the mean of all: the expected spend of a buyer is a weighted mean of
/// its own and of the population's.
///
/// It reads the number of repeats and their mean spend, so that it fits when spend per purchase changes little within a
/// buyer, amounts are above 0, and **those who buy often spend as much a purchase as those who buy seldom**: the last
/// is checked by [`Independence`] at each fit. It does not fit prices that are the same for all.
///
/// ```
/// use segmentry::lifetime::GammaGamma;
///
/// let repeats = [2, 1, 0, 7, 1, 3, 4, 2, 1, 5];
/// let spend = [22.35, 11.77, f64::NAN, 73.74, 11.77, 25.55, 38.2, 30.1, 14.96, 41.0];
/// let model = GammaGamma::new().fit_columns(&repeats, &spend)?;
/// let (seldom, often) = (model.mean_of(1, 73.74)?, model.mean_of(7, 73.74)?);
/// assert!(model.mean()? < seldom && seldom < often && often < 73.74);
/// assert_eq!((model.rows().map(|rows| rows.used), model.rows().map(|rows| rows.without_repeat)), (Some(9), Some(1)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How it works
///
/// Amounts are divided by their geometric mean, so that euros and cents are one problem and only v differs; equal rows are
/// one with a weight; the greatest likelihood is searched from several starts by the logarithms of the parameters with
/// exact slopes. Rows without a repeat, of unknown spend, or of a mean spend of 0 or less play no part and are counted
/// ([`SpendModel::rows`]). Where all spend the same the likelihood has no top, which is an error unless a prior is given.
///
/// # Cost
///
/// O(n log n) time to sort the rows once, then some dozen sums over different rows, in parallel; above 8,000 different
/// rows the starts are searched on a part of them. 40 bytes a different row, and 32 a row with a repeat while sorting.
///
/// # References
///
/// P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), RFM and CLV: using iso-value curves for customer base analysis,
/// *Journal of Marketing Research* 42(4), DOI 10.1509/jmkr.2005.42.4.415. P. S. Fader and B. G. S. Hardie (2013), The
/// Gamma-Gamma model of monetary value, <http://www.brucehardie.com/notes/025/>.
///
/// # Differs from
///
/// lifetimes refuses a log with one amount of 0 or less, and where q comes out below 1 (unless told to keep it above) its
/// mean is negative; here such rows are counted, and a mean that is not defined is an error. pymc-marketing fits by
/// sampling unless told otherwise. lifetimes and CLVTools give the same parameters on clean data (CDNOW: 6.25, 3.74,
/// 15.44).
#[derive(Clone, Debug, PartialEq)]
pub struct GammaGamma {
    settings: Settings,
    penalty: f64,
    start_at: Option<[f64; 3]>,
}

impl Default for GammaGamma {
    fn default() -> Self {
        GammaGamma { settings: Settings::default(), penalty: 0.0, start_at: None }
    }
}

settings!(GammaGamma);

impl GammaGamma {
    /// From five starts, without priors.
    pub fn new() -> Self {
        GammaGamma::default()
    }

    /// Sets by how much large parameters are held against: `coefficient · Σ parameter²` is taken from the mean log-likelihood
    /// of a buyer, with amounts told in their geometric mean. 0, the default, holds nothing against them.
    ///
    /// This is `penalizer_coef` of the Python package lifetimes where amounts have a geometric mean of 1; there cents and
    /// euros are penalised differently, here not. A [`prior`](GammaGamma::prior) says what is believed.
    #[must_use]
    pub fn penalty(mut self, coefficient: f64) -> Self {
        self.penalty = coefficient;
        self
    }

    /// Sets where the first search begins, as p, q and v: those of an earlier fit. Other starts are drawn around it.
    #[must_use]
    pub fn start_at(mut self, p: f64, q: f64, v: f64) -> Self {
        self.start_at = Some([p, q, v]);
        self
    }

    /// Learns of the buyers' repeats and mean spend.
    ///
    /// # Errors
    /// If a setting is outside what it may be, nothing is known of amounts, no buyer has a repeat with a spend above 0, or
    /// all spend the same and there is no prior.
    pub fn fit(&self, buyers: &Buyers) -> Result<SpendModel> {
        self.fit_with(buyers, &Progress::none())
    }

    /// Learns, telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`GammaGamma::fit`], or if `progress` stops it.
    pub fn fit_with(&self, buyers: &Buyers, progress: &Progress<'_>) -> Result<SpendModel> {
        self.learn(&Spends::of(buyers)?, progress)
    }

    /// Learns of plain columns: repeats, and their mean amount; NaN where it is not known.
    ///
    /// # Errors
    /// As [`GammaGamma::fit`], or if the columns differ in length or an amount is infinite (with its row).
    pub fn fit_columns(&self, repeats: &[u32], spend: &[f64]) -> Result<SpendModel> {
        self.learn(&Spends::of_columns(repeats, spend)?, &Progress::none())
    }

    fn learn(&self, spends: &Spends, progress: &Progress<'_>) -> Result<SpendModel> {
        for (name, value) in [("starts", self.settings.starts), ("steps", self.settings.steps)] {
            if value == 0 {
                return Err(Error::parameter(name, "at least 1", value));
            }
        }
        if !(self.penalty.is_finite() && self.penalty >= 0.0) {
            return Err(Error::parameter("penalty", "a finite number of at least 0", self.penalty));
        }
        for value in self.start_at.iter().flatten() {
            if !(value.is_finite() && *value > 0.0) {
                return Err(Error::parameter("start", "finite numbers above 0", value));
            }
        }
        let priors =
            self.settings.priors.iter().map(|prior| placed(prior, spends.scale)).collect::<Result<Vec<_>>>()?;
        if spends.cells.is_empty() {
            return Err(Error::empty("buyers with a repeat and a spend above 0 to learn from"));
        }
        if let (Some(amount), true) = (spends.only(), priors.is_empty() && self.penalty == 0.0) {
            let who = if spends.rows.used == 1 {
                "the only buyer spends".to_owned()
            } else {
                format!("all {} buyers spend", count(spends.rows.used))
            };
            let message = format!(
                "{who} {} a purchase: the likelihood has no top; take that amount, or give a prior",
                number(amount)
            );
            return Err(Error::unsupported(message));
        }
        let made = |cells| Likelihood::new(cells, &spends.counts, spends.scale, &priors).penalty(self.penalty);
        let likelihood = made(&spends.cells);
        let part: Option<Vec<Cell>> = (spends.cells.len() > MANY)
            .then(|| spends.cells.iter().step_by(spends.cells.len().div_ceil(MANY / 2)).copied().collect());
        let small = part.as_deref().map(made);
        let rows = part.as_ref().map_or(0, Vec::len);
        let wanted = Search {
            names: NAMES.map(str::to_owned).to_vec(),
            logarithms: vec![true; 3],
            starts: self.places(spends.scale),
            sample: small.as_ref().map(|small| (small as _, rows)),
            limits: Limits { steps: self.settings.steps, ..Limits::default() },
        };
        let (at, mut certificate) = search(&likelihood, &wanted, progress)?;
        certificate.log_prior = likelihood.ln_prior(&at, &mut [0.0; 3]);
        certificate.log_likelihood -= certificate.log_prior;
        if let Some(error) = certificate.standard_errors.get_mut(2) {
            *error = error.map(|error| error * spends.scale);
        }
        let independence = Independence::of_spends(spends);
        let [p, q, v] = [at[0].exp(), at[1].exp(), at[2].exp() * spends.scale];
        certificate.notes.extend(notes(q, spends, &certificate, &independence));
        SpendModel::learnt([p, q, v], spends.rows, independence, certificate)
    }

    /// Where searches begin: CDNOW's shapes are near 6 and 4; v such that the mean is that of the data.
    fn places(&self, scale: f64) -> Vec<Vec<f64>> {
        let center = match self.start_at {
            Some([p, q, v]) => [p.ln(), q.ln(), (v / scale).ln()],
            None => [4.0_f64.ln(), 3.0_f64.ln(), 0.5_f64.ln()],
        };
        let place = |start: usize| {
            let mut random = Random::new(self.settings.seed, start as u64);
            center.iter().map(|at| if start == 0 { *at } else { at + 1.2 * random.normal() }).collect()
        };
        (0..self.settings.starts).map(place).collect()
    }
}

/// Place, mean and standard deviation of the logarithm of a parameter, in the scale of the spends.
fn placed(prior: &Prior, scale: f64) -> Result<(usize, f64, f64)> {
    let Some(at) = NAMES.iter().position(|name| *name == prior.parameter) else {
        return Err(Error::parameter("prior", "of one of p, q, v", &prior.parameter));
    };
    for (name, value) in [("median", prior.median), ("spread", prior.spread)] {
        if !(value.is_finite() && value > 0.0) {
            let error = Error::parameter(name, "a finite number above 0", value);
            return Err(error.at_key(format!("prior.{}", prior.parameter)));
        }
    }
    let median = if at == 2 { prior.median / scale } else { prior.median };
    Ok((at, median.ln(), prior.spread))
}

/// What is to be known of a fit, in sentences.
fn notes(q: f64, spends: &Spends, certificate: &Certificate, independence: &Independence) -> Vec<String> {
    let mut notes = Vec::new();
    let rows = &spends.rows;
    let repeated = rows.used + rows.unknown + rows.not_positive;
    for (left, why) in [(rows.not_positive, "a mean spend of 0 or less"), (rows.unknown, "a spend that is not known")] {
        if left > 0 {
            let (left, all) = (count(left), count(repeated));
            notes.push(format!("{left} of {all} buyers with a repeat have {why}: they play no part"));
        }
    }
    if q <= 1.0 {
        let q = number(q);
        notes.push(format!("q is {q}, not above 1: so few spend so much that the mean over all buyers is not defined"));
    }
    let at_bound = |name: &str| certificate.boundary.iter().any(|bound| bound == name);
    if at_bound("p") {
        notes.push("p grew without end: within a buyer the spend does not vary".to_owned());
    }
    if at_bound("q") {
        notes.push("q grew without end: buyers do not differ in what they spend".to_owned());
    }
    notes.extend(independence.warning());
    notes
}
