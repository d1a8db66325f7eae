//! Functions on points, lines, polygons and cells of the globe.
//!
//! The globe is a sphere and edges are arcs of great circles, as in the S2 library, whose port does the geometry. Shapes are GeoJSON in dynamics;
//! an invalid one (or a point off the map) gives null. What the engine does in a way that is not known is refused.

mod arrangement;
mod buffer;
mod densify;
mod geohash;
mod geojson;
mod h3cells;
mod h3cover;
mod line;
mod measure;
mod overlay;
mod point;
mod polygon;
mod s2cells;
mod wkt;

use datafusion::common::{Result, exec_err};
use s2rst::s2::{LatLng, Point, earth};

pub(crate) use geojson::{lines, polygon};

use super::Family;
use crate::kernel::{Bools, Call, Reals, Texts};

pub(super) const KERNELS: Family = &[
    ("geo_angle", point::angle),
    ("geo_azimuth", point::azimuth),
    ("geo_closest_point_on_line", measure::closest_point_on_line),
    ("geo_closest_point_on_polygon", measure::closest_point_on_polygon),
    ("geo_distance_2points", point::distance),
    ("geo_distance_point_to_line", measure::distance_to_line),
    ("geo_distance_point_to_polygon", measure::distance_to_polygon),
    ("geo_from_wkt", wkt::from_wkt),
    ("geo_geohash_neighbors", geohash::neighbors),
    ("geo_geohash_to_central_point", geohash::to_central_point),
    ("geo_geohash_to_polygon", geohash::to_polygon),
    ("geo_h3cell_children", h3cells::children),
    ("geo_h3cell_level", h3cells::level),
    ("geo_h3cell_neighbors", h3cells::neighbors),
    ("geo_h3cell_parent", h3cells::parent),
    ("geo_h3cell_rings", h3cells::rings),
    ("geo_h3cell_to_central_point", h3cells::to_central_point),
    ("geo_h3cell_to_polygon", h3cells::to_polygon),
    ("geo_intersection_2lines", overlay::intersection_of_lines),
    ("geo_intersection_2polygons", overlay::intersection_of_polygons),
    ("geo_intersection_line_with_polygon", overlay::intersection_of_line_and_polygon),
    ("geo_intersects_2lines", overlay::lines_intersect),
    ("geo_intersects_2polygons", overlay::polygons_intersect),
    ("geo_intersects_line_with_polygon", overlay::line_and_polygon_intersect),
    ("geo_line_buffer", buffer::line),
    ("geo_line_centroid", line::centroid),
    ("geo_line_densify", line::densify),
    ("geo_line_interpolate_point", line::interpolate),
    ("geo_line_length", line::length),
    ("geo_line_locate_point", line::locate),
    ("geo_line_simplify", line::simplify),
    ("geo_line_to_s2cells", s2cells::cover_line),
    ("geo_point_buffer", buffer::point),
    ("geo_point_in_circle", point::in_circle),
    ("geo_point_in_polygon", measure::in_polygon),
    ("geo_point_to_geohash", geohash::of_point),
    ("geo_point_to_h3cell", h3cells::of_point),
    ("geo_point_to_s2cell", s2cells::of_point),
    ("geo_polygon_area", polygon::area),
    ("geo_polygon_buffer", buffer::polygon),
    ("geo_polygon_centroid", polygon::centroid),
    ("geo_polygon_densify", polygon::densify),
    ("geo_polygon_perimeter", polygon::perimeter),
    ("geo_polygon_simplify", polygon::simplify),
    ("geo_polygon_to_h3cells", h3cells::of_polygon),
    ("geo_polygon_to_s2cells", s2cells::cover_polygon),
    ("geo_s2cell_neighbors", s2cells::neighbors),
    ("geo_s2cell_to_central_point", s2cells::to_central_point),
    ("geo_s2cell_to_polygon", s2cells::to_polygon),
    ("geo_simplify_polygons_array", overlay::simplify_polygons),
    ("geo_union_lines_array", overlay::union_of_lines),
    ("geo_union_polygons_array", overlay::union_of_polygons),
];

/// A pair of arguments that hold a longitude and a latitude in degrees.
struct Place {
    longitude: Reals,
    latitude: Reals,
}

impl Place {
    fn new(call: &Call<'_>, at: usize) -> Result<Place> {
        Ok(Place {
            longitude: call.reals(at)?,
            latitude: call.reals(at + 1)?,
        })
    }

    /// The place in a row; `None` for null and for what lies off the map.
    fn get(&self, row: usize) -> Option<LatLng> {
        place(self.longitude.get(row)?, self.latitude.get(row)?)
    }
}

/// A place by its degrees; `None` for what lies off the map.
pub(crate) fn place(longitude: f64, latitude: f64) -> Option<LatLng> {
    ((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)).then(|| LatLng::from_degrees(latitude, longitude))
}

/// The longitude and latitude of a point, in degrees.
fn degrees(point: Point) -> [f64; 2] {
    let place = LatLng::from_point(point);
    [place.lng.degrees(), place.lat.degrees()]
}

/// A shape argument. A constant is read once, a column row by row.
struct Shapes<T> {
    texts: Texts,
    read: fn(&str) -> Option<T>,
    current: Option<T>,
    is_read: bool,
}

impl<T> Shapes<T> {
    fn new(call: &Call<'_>, at: usize, read: fn(&str) -> Option<T>) -> Result<Shapes<T>> {
        Ok(Shapes {
            texts: call.texts(at)?,
            read,
            current: None,
            is_read: false,
        })
    }

    /// The shape in a row; `None` for null and for what is no valid shape of the kind.
    fn get(&mut self, row: usize) -> Option<&mut T> {
        if !self.is_read || !self.texts.is_constant() {
            self.current = self.texts.raw(row).and_then(self.read);
            self.is_read = true;
        }
        self.current.as_mut()
    }
}

/// An optional number argument.
struct OptionalReal(Option<Reals>);

impl OptionalReal {
    fn new(call: &Call<'_>, at: usize) -> Result<OptionalReal> {
        Ok(OptionalReal(if call.has(at) { Some(call.reals(at)?) } else { None }))
    }

    /// The number in a row: the default when there is no such argument, `None` when it is null.
    fn get(&self, row: usize, default: f64) -> Option<f64> {
        match &self.0 {
            Some(reals) => reals.get(row),
            None => Some(default),
        }
    }
}

/// Refuses a call that asks for the spheroid, or for another option that is off unless it is given.
fn refuse_option(call: &Call<'_>, at: usize, what: &str) -> Result<()> {
    if !call.has(at) {
        return Ok(());
    }
    let flags: Bools = call.bools(at)?;
    if (0..call.rows).any(|row| flags.get(row) != Some(false)) {
        return exec_err!("{what} is not supported");
    }
    Ok(())
}

/// Refuses a call with a radius that is not zero.
fn refuse_radius(call: &Call<'_>, at: usize, what: &str) -> Result<()> {
    let radius = OptionalReal::new(call, at)?;
    if (0..call.rows).any(|row| radius.get(row, 0.0).is_some_and(|radius| radius > 0.0)) {
        return exec_err!("{what} is not supported");
    }
    Ok(())
}

/// Meters along the surface, for an angle at the center in radians.
pub(crate) fn meters(radians: f64) -> f64 {
    radians * earth::RADIUS_METERS
}

#[cfg(test)]
mod tests;
