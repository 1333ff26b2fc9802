//! Sums with the same bits in any chunking.

/// The sum of `values` with Neumaier's compensation (A. Neumaier 1974, DOI 10.1002/zamm.19740540106):
/// the error does not grow with the length.
///
/// The order of the values is the caller's: where it is fixed, as in chunks taken in order, so are the bits.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
        total = next;
    }
    total + lost
}
