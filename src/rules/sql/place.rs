//! Places in areas: by latitude and longitude in two columns.

use super::dialect::Dialect;
use super::query::{Query, Row};
use super::said::Holds;
use crate::error::{Error, Result};
use crate::rules::language::{Area, Literal, Term};
use crate::rules::meaning::place::EARTH_RADIUS;
use crate::value::{GeoPoint, Kind};

/// A place.
pub(super) struct SaidPoint {
    latitude: String,
    longitude: String,
}

impl SaidPoint {
    /// What holds where both are there.
    pub(super) fn known(&self) -> String {
        format!("{} IS NOT NULL AND {} IS NOT NULL", self.latitude, self.longitude)
    }
}

impl<'r> Query<'r> {
    /// The place that a term is.
    ///
    /// # Errors
    /// If it is none.
    pub(super) fn point(&mut self, term: &Term, row: Row<'_>) -> Result<SaidPoint> {
        let wrong = |kind: Kind| Error::definition(format!("expected a place, found {kind}"));
        let (alias, column) = match term {
            Term::Attribute(name) => match self.the_attribute(name)?.kind {
                Kind::Point => self.attribute_column(name),
                other => return Err(wrong(other)),
            },
            Term::Field(name) => match self.field_kind(name, row)? {
                Kind::Point => self.field_column(name, row)?,
                other => return Err(wrong(other)),
            },
            Term::Value(Literal::Point(point)) => {
                let dialect = self.dialect();
                let (latitude, longitude) = (dialect.number(point.latitude()), dialect.number(point.longitude()));
                return Ok(SaidPoint { latitude, longitude });
            }
            Term::Earlier { .. }
            | Term::Value(_)
            | Term::Today
            | Term::Arithmetic { .. }
            | Term::Size(_)
            | Term::DaysSince(_)
            | Term::Years { .. }
            | Term::Calendar { .. }
            | Term::Events(_)
            | Term::Rank(_)
            | Term::Bucket(_)
            | Term::Score(_)
            | Term::Model(_) => {
                return Err(self.dialect().refuses("a place that stands in no column", "it is two numbers there"));
            }
        };
        let name = |part: &str| -> Result<String> {
            Ok(format!("{alias}.{}", self.dialect().name_of(&format!("{column}__{part}"))?))
        };
        Ok(SaidPoint { latitude: name("latitude")?, longitude: name("longitude")? })
    }

    pub(super) fn within(&mut self, term: &Term, area: &Area, row: Row<'_>) -> Result<Holds> {
        let place = self.point(term, row).map_err(|error| error.at_key("term"))?;
        let number = |number: f64| self.dialect().number(number);
        let (lat, lon) = (&place.latitude, &place.longitude);
        let inside = match area {
            Area::Circle { center, kilometers } => self.circle(&place, *center, *kilometers)?,
            Area::Box { south_west: sw, north_east: ne } => {
                let parallels = format!("{lat} BETWEEN {} AND {}", number(sw.latitude()), number(ne.latitude()));
                let (west, east) = (number(sw.longitude()), number(ne.longitude()));
                let meridians = match sw.longitude() <= ne.longitude() {
                    true => format!("{lon} BETWEEN {west} AND {east}"),
                    false => format!("({lon} >= {west} OR {lon} <= {east})"),
                };
                format!("{parallels} AND {meridians}")
            }
            // a ray to the east crosses the line an odd number of times (M. Shimrat 1962, Algorithm 112,
            // DOI 10.1145/368637.368653)
            Area::Polygon(corners) => {
                let mut crossings = Vec::new();
                let mut last = corners.last();
                for corner in corners {
                    if let Some(from) = last
                        && from.latitude() != corner.latitude()
                    {
                        // from the south, whichever way the line runs, so that two neighbours round alike
                        let (south, north) =
                            if from.latitude() < corner.latitude() { (from, corner) } else { (corner, from) };
                        let (above, rise) = (number(south.latitude()), number(north.latitude() - south.latitude()));
                        let (start, run) = (number(south.longitude()), number(north.longitude() - south.longitude()));
                        let to = number(north.latitude());
                        crossings.push(format!(
                            "CASE WHEN ({above} > {lat}) <> ({to} > {lat}) \
                             AND {lon} < {start} + ({lat} - {above}) / {rise} * {run} THEN 1 ELSE 0 END"
                        ));
                    }
                    last = Some(corner);
                }
                let sum = if crossings.is_empty() { "0".to_owned() } else { crossings.join(" + ") };
                match self.dialect() {
                    Dialect::BigQuery | Dialect::Trino => format!("MOD({sum}, 2) = 1"),
                    _ => format!("({sum}) % 2 = 1"),
                }
            }
        };
        self.check_length(&inside)?;
        Ok(Holds::where_known(&place.known(), &Holds::test(inside)))
    }

    /// The haversine formula (R. W. Sinnott 1984, Virtues of the Haversine, Sky and Telescope 68, 159).
    fn circle(&self, place: &SaidPoint, center: GeoPoint, kilometers: f64) -> Result<String> {
        let dialect = self.dialect();
        if dialect == Dialect::Sqlite && !self.with.host_functions {
            let why = "it may lack `sin`, `cos` and `asin`; see that it has them and say so with `host_functions`";
            return Err(dialect.refuses("a circle", why));
        }
        let number = |number: f64| dialect.number(number);
        let degree = number(std::f64::consts::PI / 180.0);
        let (lat, lon) = (&place.latitude, &place.longitude);
        let center_lat = center.latitude().to_radians();
        let half_lat = format!("({} - {lat} * {degree}) / {}", number(center_lat), number(2.0));
        let half_lon = format!("({} - {lon}) * {degree} / {}", number(center.longitude()), number(2.0));
        let square = |x: &str| format!("sin({x}) * sin({x})");
        let h = format!(
            "{} + {} * cos({lat} * {degree}) * {}",
            square(&half_lat),
            number(center_lat.cos()),
            square(&half_lon)
        );
        let root = dialect.extreme(true, &format!("sqrt({h})"), &number(1.0));
        Ok(format!("asin({root}) * {} <= {}", number(2.0 * EARTH_RADIUS), number(kilometers)))
    }
}
