//! Everything within a distance of a point, a line or a polygon.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use s2rst::s2::buffer_operation::{BufferOptions, S2BufferOperation};
use s2rst::s2::builder::polygon_layer::S2PolygonLayer;
use s2rst::s2::{Polygon, earth};

use super::geojson::{lines, polygon as read_polygon, write_polygon};
use super::line::DEFAULT_TOLERANCE;
use super::{OptionalReal, Place, Shapes};
use crate::kernel::Call;

/// A radius and a tolerance in meters.
struct Reach {
    radius: OptionalReal,
    tolerance: OptionalReal,
}

/// The tolerance that a small radius falls back to, as a share of it.
const MAX_SHARE: f64 = 0.999;

impl Reach {
    fn new(call: &Call<'_>, at: usize) -> Result<Reach> {
        Ok(Reach {
            radius: OptionalReal::new(call, at)?,
            tolerance: OptionalReal::new(call, at + 1)?,
        })
    }

    fn options(&self, row: usize) -> Option<BufferOptions> {
        let radius = self
            .radius
            .get(row, f64::NAN)
            .filter(|radius| *radius > 0.0 && *radius <= MAX_RADIUS)?;
        let tolerance = self.tolerance.get(row, DEFAULT_TOLERANCE).filter(|tolerance| *tolerance > 0.0)?;
        let mut options = BufferOptions::new(earth::meters_to_angle(radius));
        options.set_error_fraction((tolerance / radius).clamp(1e-6, MAX_SHARE));
        Some(options)
    }
}

/// A quarter of the globe's girth.
const MAX_RADIUS: f64 = 1e7;

fn buffered(options: BufferOptions, out: &mut String, add: impl FnOnce(&mut S2BufferOperation)) -> Option<()> {
    let mut operation = S2BufferOperation::new(Box::new(S2PolygonLayer::new()), options);
    add(&mut operation);
    let polygon: Polygon = operation
        .build()
        .ok()?
        .into_any()
        .downcast::<S2PolygonLayer>()
        .ok()?
        .take_output()?;
    write_polygon(&polygon, out)
}

pub(super) fn point(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, reach) = (Place::new(call, 0)?, Reach::new(call, 2)?);
    call.write_dynamics(|row, out| {
        let point = place.get(row)?.to_point();
        buffered(reach.options(row)?, out, |operation| operation.add_point(point))
    })
}

pub(super) fn line(call: &Call<'_>) -> Result<ColumnarValue> {
    let (mut shapes, reach) = (Shapes::new(call, 0, lines)?, Reach::new(call, 1)?);
    call.write_dynamics(|row, out| {
        let (lines, options) = (shapes.get(row)?, reach.options(row)?);
        buffered(options, out, |operation| lines.iter().for_each(|line| operation.add_polyline(line)))
    })
}

pub(super) fn polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    let (mut shapes, reach) = (Shapes::new(call, 0, read_polygon)?, Reach::new(call, 1)?);
    call.write_dynamics(|row, out| {
        let (polygon, options) = (shapes.get(row)?, reach.options(row)?);
        buffered(options, out, |operation| operation.add_shape(polygon))
    })
}
