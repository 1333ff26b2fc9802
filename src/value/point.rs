//! A place on the earth.

use std::fmt;

use crate::error::{Error, Result};

/// A place on the earth in degrees (WGS 84).
///
/// For branches, homes and delivery areas. Written `(52.52, 13.405)`: latitude first, as people say it (GeoJSON and
/// many map libraries have longitude first).
///
/// ```
/// use segmentry::value::GeoPoint;
///
/// let berlin = GeoPoint::new(52.52, 13.405)?;
/// assert_eq!((berlin.latitude(), berlin.to_string()), (52.52, "(52.52, 13.405)".to_owned()));
/// assert!(GeoPoint::new(113.405, 52.52).is_err()); // swapped
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "(f64, f64)", into = "(f64, f64)"))]
pub struct GeoPoint {
    latitude: f64,
    longitude: f64,
}

impl GeoPoint {
    /// What stands in a column where there is no place.
    pub(super) const ORIGIN: GeoPoint = GeoPoint { latitude: 0.0, longitude: 0.0 };

    /// The place at a latitude in [−90, 90] and a longitude in [−180, 180], in degrees.
    ///
    /// # Errors
    /// If one of them is outside or not finite.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(Error::parameter("latitude", "between -90 and 90 degrees", latitude));
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(Error::parameter("longitude", "between -180 and 180 degrees", longitude));
        }
        Ok(GeoPoint { latitude, longitude })
    }

    /// Degrees north of the equator.
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east of Greenwich.
    pub const fn longitude(self) -> f64 {
        self.longitude
    }
}

impl TryFrom<(f64, f64)> for GeoPoint {
    type Error = Error;

    /// Latitude, then longitude.
    fn try_from((latitude, longitude): (f64, f64)) -> Result<Self> {
        GeoPoint::new(latitude, longitude)
    }
}

impl From<GeoPoint> for (f64, f64) {
    fn from(point: GeoPoint) -> Self {
        (point.latitude, point.longitude)
    }
}

impl fmt::Display for GeoPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {})", self.latitude, self.longitude)
    }
}
