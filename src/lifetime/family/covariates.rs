//! What covariates do to the parameters of a family.
//!
//! Those that it names ([`AnyKernel::covaries`]) are multiplied by e^(sign · γ · z), so that buyers with other covariates
//! are buyers of the same family with other parameters.

use super::{AnyKernel, MOST};

/// The parameters of buyers with these covariates: those of the model, shifted.
///
/// `coefficients` are those of the first parameter that covariates act upon, one a covariate, then those of the next.
/// Without covariates nothing changes.
pub(crate) fn shifted(
    kernel: &dyn AnyKernel,
    natural: &[f64; MOST],
    coefficients: &[f64],
    covariates: &[f64],
) -> [f64; MOST] {
    let mut own = *natural;
    if covariates.is_empty() {
        return own;
    }
    for ((at, sign), coefficients) in kernel.covaries().iter().zip(coefficients.chunks(covariates.len())) {
        let shift: f64 = coefficients.iter().zip(covariates).map(|(a, b)| a * b).sum();
        own[*at] *= (sign * shift).exp();
    }
    own
}
