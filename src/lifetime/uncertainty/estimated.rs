//! What has an error: models with coordinates and their covariance.

use crate::error::{Error, Result};

use super::super::certificate::{Certificate, Curvature};
use super::super::model::PurchaseModel;
use super::super::spend::SpendModel;

/// A model that was estimated: a place among its kind, and how far from it the truth may be.
///
/// The coordinates are those in which the likelihood was searched, where errors are nearly normal: logarithms of
/// parameters, coefficients as they are. A pair of models is a model too; what one learnt says nothing of the error of the
/// other, as it is of purchases and spend.
///
/// [`PurchaseModel`], [`SpendModel`], [`BgBbModel`](crate::lifetime::BgBbModel) and
/// [`RetentionModel`](crate::lifetime::RetentionModel) are. Whoever has a model of another kind implements it, and has intervals of whatever that model says.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Estimated, Family, PurchaseModel};
///
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
/// let place = model.coordinates();
/// assert!((place[1] - 4.414_f64.ln()).abs() < 1e-12);
/// assert!((model.at(&place)?.parameters()[1] - 4.414).abs() < 1e-12);
/// assert!(model.covariance().is_err()); // was not learnt
/// # Ok::<(), segmentry::Error>(())
/// ```
pub trait Estimated: Sized + Sync + Send {
    /// Where the model stands.
    fn coordinates(&self) -> Vec<f64>;

    /// The covariances of the coordinates, row by row.
    ///
    /// # Errors
    /// If they are not known: the model was not learnt, its fit did not come to its end, its likelihood is flat or it
    /// stands at a bound. Then a curvature says nothing of errors, and a bootstrap may.
    fn covariance(&self) -> Result<Vec<Vec<f64>>>;

    /// The model that stands there.
    ///
    /// # Errors
    /// If there is none: a number is NaN, or too large.
    fn at(&self, coordinates: &[f64]) -> Result<Self>;
}

impl Estimated for PurchaseModel {
    fn coordinates(&self) -> Vec<f64> {
        let coefficients = self.coefficients().into_iter().map(|(_, value)| value);
        self.parameters().iter().map(|value| value.ln()).chain(coefficients).collect()
    }

    fn covariance(&self) -> Result<Vec<Vec<f64>>> {
        covariance_of(self.certificate())
    }

    fn at(&self, coordinates: &[f64]) -> Result<Self> {
        let (own, others) = coordinates.split_at(self.parameters().len().min(coordinates.len()));
        self.moved(own.iter().map(|ln| ln.exp()).collect(), others.to_vec())
    }
}

impl Estimated for SpendModel {
    fn coordinates(&self) -> Vec<f64> {
        self.parameters().iter().map(|value| value.ln()).collect()
    }

    fn covariance(&self) -> Result<Vec<Vec<f64>>> {
        covariance_of(self.certificate())
    }

    fn at(&self, coordinates: &[f64]) -> Result<Self> {
        match coordinates {
            [p, q, v] => SpendModel::of(p.exp(), q.exp(), v.exp()),
            _ => Err(Error::length("coordinates", coordinates.len(), 3)),
        }
    }
}

/// The covariances that a certificate vouches for.
///
/// # Errors
/// If it does not.
pub(crate) fn covariance_of(certificate: Option<&Certificate>) -> Result<Vec<Vec<f64>>> {
    let refused = |why: String| Err(Error::unsupported(format!("errors are not known: {why}")));
    let Some(certificate) = certificate else {
        return refused("the model was made of parameters and not learnt".to_owned());
    };
    if !certificate.converged {
        return refused("the search did not come to its end; allow more steps".to_owned());
    }
    match &certificate.curvature {
        Curvature::Definite => {}
        Curvature::Flat { along } => {
            return refused(format!("the likelihood is flat along {}; use a bootstrap", along.join(", ")));
        }
        Curvature::Indefinite => return refused("the fit is no top of the likelihood".to_owned()),
    }
    if !certificate.boundary.is_empty() {
        let names = certificate.boundary.join(", ");
        return refused(format!("{names} at the end of what was searched; use a bootstrap"));
    }
    if certificate.covariance.len() != certificate.names.len() {
        return refused("the certificate has no covariances".to_owned());
    }
    Ok(certificate.covariance.clone())
}

impl<A: Estimated, B: Estimated> Estimated for (A, B) {
    fn coordinates(&self) -> Vec<f64> {
        let mut both = self.0.coordinates();
        both.extend(self.1.coordinates());
        both
    }

    fn covariance(&self) -> Result<Vec<Vec<f64>>> {
        let (first, second) = (self.0.covariance()?, self.1.covariance()?);
        let (before, after) = (vec![0.0; first.len()], vec![0.0; second.len()]);
        let first = first.into_iter().map(|row| row.into_iter().chain(after.iter().copied()).collect());
        let second = second.into_iter().map(|row| before.iter().copied().chain(row).collect());
        Ok(first.chain(second).collect())
    }

    fn at(&self, coordinates: &[f64]) -> Result<Self> {
        let (first, second) = coordinates.split_at(self.0.coordinates().len().min(coordinates.len()));
        Ok((self.0.at(first)?, self.1.at(second)?))
    }
}
