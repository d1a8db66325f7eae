//! Where a point lies, seen from a line or a polygon.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use s2rst::s2::polyline::Polyline;
use s2rst::s2::{Point, Region, edge_distances};

use super::geojson::{lines, polygon, write_point};
use super::{Place, Shapes, degrees, meters};
use crate::kernel::Call;

/// The point of lines that is closest to a point.
fn closest(lines: &[Polyline], point: Point) -> Option<Point> {
    let on_each = lines.iter().map(|line| line.project(point).0);
    on_each.min_by(|a, b| a.distance(point).radians().total_cmp(&b.distance(point).radians()))
}

pub(super) fn closest_point_on_line(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, mut shapes) = (Place::new(call, 0)?, Shapes::new(call, 2, lines)?);
    call.write_dynamics(|row, out| {
        let point = place.get(row)?.to_point();
        write_point(degrees(closest(shapes.get(row)?, point)?), out);
        Some(())
    })
}

pub(super) fn distance_to_line(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, mut shapes) = (Place::new(call, 0)?, Shapes::new(call, 2, lines)?);
    call.write_reals(|row| {
        let point = place.get(row)?.to_point();
        let edges = shapes.get(row)?.iter().flat_map(|line| line.windows(2));
        let distances = edges.filter_map(|edge| match edge {
            [from, to] => Some(edge_distances::distance_from_segment(point, *from, *to).radians()),
            _ => None,
        });
        distances.min_by(f64::total_cmp).map(meters)
    })
}

pub(super) fn closest_point_on_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, mut shapes) = (Place::new(call, 0)?, Shapes::new(call, 2, polygon)?);
    call.try_write_dynamics(|row, out| {
        let (Some(place), Some(polygon)) = (place.get(row), shapes.get(row)) else {
            return Ok(None);
        };
        let point = place.to_point();
        if polygon.contains_point(&point) {
            return exec_err!("geo_closest_point_on_polygon() is not supported for a point inside the polygon");
        }
        write_point(degrees(polygon.project_to_boundary(point)), out);
        Ok(Some(()))
    })
}

pub(super) fn distance_to_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, mut shapes) = (Place::new(call, 0)?, Shapes::new(call, 2, polygon)?);
    call.write_reals(|row| {
        let point = place.get(row)?.to_point();
        Some(meters(shapes.get(row)?.get_distance(point).radians()))
    })
}

pub(super) fn in_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, mut shapes) = (Place::new(call, 0)?, Shapes::new(call, 2, polygon)?);
    call.write_bools(|row| {
        let point = place.get(row)?.to_point();
        Some(shapes.get(row)?.contains_point(&point))
    })
}
