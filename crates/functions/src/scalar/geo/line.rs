//! Lines: length, centroid, positions along them, densifying and simplifying.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use s2rst::s2::builder::polyline_layer::S2PolylineLayer;
use s2rst::s2::builder::snap::IdentitySnapFunction;
use s2rst::s2::builder::{Options, S2Builder};
use s2rst::s2::polyline::Polyline;
use s2rst::s2::{Point, earth};

use super::densify::{Preserving, densified, split_at_antimeridian};
use super::geojson::{Position, line_positions, lines, write_lines, write_point};
use super::{OptionalReal, Place, Shapes, degrees, meters, refuse_option};
use crate::kernel::Call;

pub(super) fn length(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut shapes = Shapes::new(call, 0, lines)?;
    call.write_reals(|row| Some(meters(shapes.get(row)?.iter().map(|line| line.length().radians()).sum())))
}

pub(super) fn centroid(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut shapes = Shapes::new(call, 0, lines)?;
    call.write_dynamics(|row, out| {
        let sum = shapes
            .get(row)?
            .iter()
            .map(|line| line.centroid().0)
            .reduce(|sum, next| sum + next)?;
        write_point(degrees(Point(sum)), out);
        Some(())
    })
}

/// The one line of a shape; several are refused.
fn single<'a>(call: &str, lines: Option<&'a mut Vec<Polyline>>) -> Result<Option<&'a Polyline>> {
    match lines.map(|lines| lines.as_slice()) {
        None => Ok(None),
        Some([line]) => Ok(Some(line)),
        Some(_) => exec_err!("{call}() of a MultiLineString is not supported"),
    }
}

pub(super) fn interpolate(call: &Call<'_>) -> Result<ColumnarValue> {
    let (mut shapes, fractions) = (Shapes::new(call, 0, lines)?, call.reals(1)?);
    call.try_write_dynamics(|row, out| {
        let Some(line) = single("geo_line_interpolate_point", shapes.get(row))? else {
            return Ok(None);
        };
        let Some(fraction) = fractions.get(row).filter(|fraction| (0.0..=1.0).contains(fraction)) else {
            return Ok(None);
        };
        write_point(degrees(line.interpolate(fraction).0), out);
        Ok(Some(()))
    })
}

pub(super) fn locate(call: &Call<'_>) -> Result<ColumnarValue> {
    refuse_option(call, 3, "geo_line_locate_point() on the spheroid")?;
    let (mut shapes, place) = (Shapes::new(call, 0, lines)?, Place::new(call, 1)?);
    let mut failure = None;
    let answer = call.write_reals(|row| {
        let line = single("geo_line_locate_point", shapes.get(row)).unwrap_or_else(|error| {
            failure = Some(error);
            None
        })?;
        let (closest, next) = line.project(place.get(row)?.to_point());
        Some(line.uninterpolate(closest, next))
    });
    failure.map_or(answer, Err)
}

pub(super) const DEFAULT_TOLERANCE: f64 = 10.0;

/// A tolerance in meters; `None` outside the range that the engine takes.
pub(super) fn tolerance(argument: &OptionalReal, row: usize) -> Option<f64> {
    argument
        .get(row, DEFAULT_TOLERANCE)
        .filter(|tolerance| (0.1..=10_000.0).contains(tolerance))
}

pub(super) fn densify(call: &Call<'_>) -> Result<ColumnarValue> {
    let (mut shapes, tolerances) = (Shapes::new(call, 0, line_positions)?, OptionalReal::new(call, 1)?);
    let mut valid = Shapes::new(call, 0, lines)?;
    let preserving = Preserving::new(call, 2)?;
    call.try_write_dynamics(|row, out| {
        let (Some(lines), Some(_), Some(tolerance)) = (shapes.get(row), valid.get(row), tolerance(&tolerances, row)) else {
            return Ok(None);
        };
        if !preserving.allows(row, lines.iter().map(Vec::as_slice), "geo_line_densify")? {
            return Ok(None);
        }
        let dense = lines.iter().flat_map(|line| split_at_antimeridian(densified(line, tolerance)));
        write_lines(&dense.collect::<Vec<_>>(), out);
        Ok(Some(()))
    })
}

pub(super) fn simplify(call: &Call<'_>) -> Result<ColumnarValue> {
    let (mut shapes, tolerances) = (Shapes::new(call, 0, lines)?, OptionalReal::new(call, 1)?);
    call.try_write_dynamics(|row, out| {
        let (Some(lines), Some(tolerance)) = (shapes.get(row), tolerance(&tolerances, row)) else {
            return Ok(None);
        };
        let simple: Vec<Vec<Position>> = lines.iter().map(|line| simplified(line, tolerance)).collect::<Result<_>>()?;
        write_lines(&simple, out);
        Ok(Some(()))
    })
}

/// Fewer points within the tolerance. There are two ways to choose them; where they differ, the engine's choice is not known.
fn simplified(line: &Polyline, tolerance: f64) -> Result<Vec<Position>> {
    let tolerance = earth::meters_to_angle(tolerance);
    let sampled: Vec<Point> = line.subsample_vertices(tolerance).into_iter().map(|at| line.vertex(at)).collect();
    let mut options = Options::new(Box::new(IdentitySnapFunction::new(tolerance)));
    options.simplify_edge_chains = true;
    let mut builder = S2Builder::new(options);
    builder.start_layer(Box::new(S2PolylineLayer::new()));
    builder.add_polyline(line);
    let built = builder
        .build()
        .ok()
        .and_then(|mut layers| layers.pop()?.into_any().downcast::<S2PolylineLayer>().ok()?.take_output());
    match built {
        Some(built) if built.vertices_vec() == &sampled => Ok(sampled.into_iter().map(degrees).collect()),
        _ => exec_err!("geo_line_simplify() is not supported for this line and tolerance"),
    }
}
