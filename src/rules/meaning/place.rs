//! Places and areas.
//!
//! The earth is a sphere here. Its flattening is worth about half a percent of a distance at most, less
//! than what the places of customers, often the middle of a postcode, are wrong by.
//!
//! Edges belong to circles and boxes. A box may cross the 180th meridian, a polygon may not.
//! Neighbours that share a polygon's line divide the places between them, so sales areas that cover
//! a country have every customer once.

use super::super::language::Area;
use crate::error::{Error, Result};
use crate::value::GeoPoint;

/// The mean radius of the earth in kilometres (IUGG; H. Moritz 2000, DOI 10.1007/s001900050278).
pub(crate) const EARTH_RADIUS: f64 = 6_371.008_8;

/// The distance along a great circle in kilometres, by the haversine formula (R. W. Sinnott 1984, Virtues of the
/// Haversine, Sky and Telescope 68, 159), which keeps its digits at small distances.
///
/// The result lies between 0 and half the circumference; rounding cannot take it beyond.
pub(crate) fn kilometers(a: GeoPoint, b: GeoPoint) -> f64 {
    let (lat_a, lat_b) = (a.latitude().to_radians(), b.latitude().to_radians());
    let half_lat = (lat_b - lat_a) / 2.0;
    let half_lon = (b.longitude() - a.longitude()).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS * h.sqrt().min(1.0).asin()
}

/// # Errors
/// If the area cannot be one: a negative radius, a box upside down, a polygon without an inside.
pub(crate) fn check(area: &Area) -> Result<()> {
    match area {
        Area::Circle { kilometers, .. } if !(kilometers.is_finite() && *kilometers >= 0.0) => {
            Err(Error::parameter("kilometers", "a finite number of at least 0", kilometers))
        }
        Area::Box { south_west, north_east } if south_west.latitude() > north_east.latitude() => {
            let expected = format!("at least the latitude {} of the south-west corner", south_west.latitude());
            Err(Error::parameter("north_east", expected, north_east.latitude()))
        }
        Area::Polygon(corners) if corners.len() < 3 => {
            Err(Error::parameter("polygon", "3 corners or more", corners.len()))
        }
        _ => Ok(()),
    }
}

/// Whether the place lies in the area.
///
/// # Cost
/// A few comparisons for a box, and for most places outside a circle; the haversine for the others; one
/// step a corner for a polygon.
pub(crate) fn within(area: &Area, place: GeoPoint) -> bool {
    let (lat, lon) = (place.latitude(), place.longitude());
    match area {
        Area::Circle { center, kilometers: radius } => {
            // a degree of latitude is 111.195 km: most places are settled without a sine
            (lat - center.latitude()).abs() <= radius / 111.0 && kilometers(*center, place) <= *radius
        }
        Area::Box { south_west: sw, north_east: ne } => {
            let between = if sw.longitude() <= ne.longitude() {
                sw.longitude() <= lon && lon <= ne.longitude()
            } else {
                lon >= sw.longitude() || lon <= ne.longitude()
            };
            sw.latitude() <= lat && lat <= ne.latitude() && between
        }
        // a ray to the east crosses the line an odd number of times (M. Shimrat 1962, Algorithm 112,
        // DOI 10.1145/368637.368653)
        Area::Polygon(corners) => {
            let mut inside = false;
            let mut last = corners.last();
            for corner in corners {
                if let Some(from) = last
                    && (from.latitude() > lat) != (corner.latitude() > lat)
                {
                    // from the south, whichever way the line runs, so that two neighbours round alike
                    let (south, north) =
                        if from.latitude() < corner.latitude() { (from, corner) } else { (corner, from) };
                    let rise = (lat - south.latitude()) / (north.latitude() - south.latitude());
                    let crossing = south.longitude() + rise * (north.longitude() - south.longitude());
                    inside ^= lon < crossing;
                }
                last = Some(corner);
            }
            inside
        }
    }
}
