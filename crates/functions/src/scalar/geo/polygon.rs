//! Polygons: area, perimeter, centroid, densifying and simplifying.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use s2rst::s2::builder::snap::IdentitySnapFunction;
use s2rst::s2::{Loop, Polygon, earth};

use super::densify::{Preserving, densified, split_at_antimeridian};
use super::geojson::{Position, points, polygon, polygon_positions, write_point, write_polygon, write_shells};
use super::line::tolerance;
use super::{OptionalReal, Shapes, degrees, meters};
use crate::kernel::Call;

pub(super) fn area(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut shapes = Shapes::new(call, 0, polygon)?;
    call.write_reals(|row| Some(shapes.get(row)?.area() * earth::RADIUS_METERS * earth::RADIUS_METERS))
}

pub(super) fn perimeter(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut shapes = Shapes::new(call, 0, polygon)?;
    call.write_reals(|row| Some(meters(boundary_length(shapes.get(row)?))))
}

/// The length of all rings, in radians.
pub(super) fn boundary_length(polygon: &Polygon) -> f64 {
    let edges = |ring: &Loop| {
        (0..ring.num_vertices())
            .map(|at| ring.vertex(at).distance(ring.vertex(at + 1)).radians())
            .sum::<f64>()
    };
    polygon.loops().iter().map(edges).sum()
}

pub(super) fn centroid(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut shapes = Shapes::new(call, 0, polygon)?;
    call.write_dynamics(|row, out| {
        write_point(degrees(shapes.get(row)?.centroid()), out);
        Some(())
    })
}

pub(super) fn densify(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut shapes = Shapes::new(call, 0, polygon_positions)?;
    let mut valid = Shapes::new(call, 0, polygon)?;
    let (tolerances, preserving) = (OptionalReal::new(call, 1)?, Preserving::new(call, 2)?);
    call.try_write_dynamics(|row, out| {
        let (Some(shells), Some(_), Some(tolerance)) = (shapes.get(row), valid.get(row), tolerance(&tolerances, row)) else {
            return Ok(None);
        };
        if !preserving.allows(row, shells.iter().flatten().map(Vec::as_slice), "geo_polygon_densify")? {
            return Ok(None);
        }
        let shells: Vec<Vec<Vec<Position>>> = shells
            .iter()
            .map(|rings| densified_rings(rings, tolerance))
            .collect::<Result<_>>()?;
        Ok(write_shells(&shells, out))
    })
}

/// Densifies a shell, which ends up counterclockwise. Holes are refused: which way theirs run is not known.
fn densified_rings(rings: &[Vec<Position>], tolerance: f64) -> Result<Vec<Vec<Position>>> {
    let [shell] = rings else {
        return exec_err!("geo_polygon_densify() of a polygon with holes is not supported");
    };
    let closed: Vec<Position> = shell.iter().chain(shell.first()).copied().collect();
    let mut parts = split_at_antimeridian(densified(&closed, tolerance));
    let (Some(mut dense), true) = (parts.pop(), parts.is_empty()) else {
        return exec_err!("geo_polygon_densify() of a polygon across the antimeridian is not supported");
    };
    dense.pop();
    if !Loop::new(points(shell)).is_normalized() {
        dense.reverse();
    }
    Ok(vec![dense])
}

pub(super) fn simplify(call: &Call<'_>) -> Result<ColumnarValue> {
    let (mut shapes, tolerances) = (Shapes::new(call, 0, polygon)?, OptionalReal::new(call, 1)?);
    call.write_dynamics(|row, out| {
        let tolerance = earth::meters_to_angle(tolerance(&tolerances, row)?);
        write_polygon(
            &Polygon::simplified(shapes.get(row)?, Box::new(IdentitySnapFunction::new(tolerance))),
            out,
        )
    })
}
