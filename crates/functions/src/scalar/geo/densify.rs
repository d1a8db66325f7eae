//! Putting points into the straight edges of a flat map, until arcs of the globe stay close to them.

use std::f64::consts::PI;

use datafusion::common::{Result, exec_err};
use s2rst::r2;
use s2rst::s2::edge_tessellator::EdgeTessellator;
use s2rst::s2::projections::{PlateCarreeProjection, Projection};
use s2rst::s2::{LatLng, Point, earth};

use super::degrees;
use super::geojson::Position;
use crate::kernel::{Bools, Call};

/// The map of longitudes and latitudes, on which an edge goes straight from longitude to longitude, however long that is.
#[derive(Debug)]
struct FlatMap(PlateCarreeProjection);

impl Projection for FlatMap {
    fn project(&self, point: Point) -> r2::Point {
        self.0.project(point)
    }

    fn unproject(&self, point: r2::Point) -> Point {
        self.0.unproject(point)
    }

    fn from_lat_lng(&self, place: LatLng) -> r2::Point {
        self.0.from_lat_lng(place)
    }

    fn to_lat_lng(&self, point: r2::Point) -> LatLng {
        self.0.to_lat_lng(point)
    }

    fn interpolate(&self, share: f64, from: r2::Point, to: r2::Point) -> r2::Point {
        self.0.interpolate(share, from, to)
    }

    fn wrap_distance(&self) -> r2::Point {
        r2::Point::new(0.0, 0.0)
    }
}

/// The points of a line with those added that keep it within a tolerance in meters. The answer's ends are the given ones.
pub(super) fn densified(positions: &[Position], tolerance: f64) -> Vec<Point> {
    let tessellator = EdgeTessellator::new(FlatMap(PlateCarreeProjection::new(180.0)), earth::meters_to_angle(tolerance));
    let mut points: Vec<Point> = Vec::new();
    for edge in positions.windows(2) {
        let [from, to] = edge else { continue };
        tessellator.append_unprojected(r2::Point::new(from[0], from[1]), r2::Point::new(to[0], to[1]), &mut points);
    }
    points
}

/// The option to keep edges that go over the antimeridian. It matters where there are such edges, and how they are written is not known.
pub(super) struct Preserving(Option<Bools>);

impl Preserving {
    pub(super) fn new(call: &Call<'_>, at: usize) -> Result<Preserving> {
        Ok(Preserving(if call.has(at) { Some(call.bools(at)?) } else { None }))
    }

    /// Whether a row has an answer: none when the option is null. An error when the option would change it.
    pub(super) fn allows<'a>(&self, row: usize, mut lines: impl Iterator<Item = &'a [Position]>, function: &str) -> Result<bool> {
        let wanted = match &self.0 {
            Some(flags) => flags.get(row),
            None => Some(false),
        };
        let crosses = |edge: &[Position]| matches!(edge, [from, to] if (from[0] - to[0]).abs() > 180.0);
        if wanted == Some(true) && lines.any(|line| line.windows(2).any(crosses)) {
            return exec_err!("preserving crossings in {function}() is not supported");
        }
        Ok(wanted.is_some())
    }
}

/// Where the engine cuts: just before the antimeridian.
const CUT: f64 = 180.0 - 1e-12;

/// The parts of a line on either side of the antimeridian.
pub(super) fn split_at_antimeridian(points: Vec<Point>) -> Vec<Vec<Position>> {
    let mut parts: Vec<Vec<Position>> = Vec::new();
    let mut part: Vec<Position> = Vec::new();
    let mut last: Option<(Point, Position)> = None;
    for point in points {
        let position = degrees(point);
        if let Some((from, before)) = last
            && (before[0] - position[0]).abs() > 180.0
        {
            let latitude = latitude_at_antimeridian(from, point);
            part.push([CUT.copysign(before[0]), latitude]);
            parts.push(std::mem::take(&mut part));
            part.push([CUT.copysign(position[0]), latitude]);
        }
        part.push(position);
        last = Some((point, position));
    }
    parts.push(part);
    parts
}

/// The latitude at which an arc across the antimeridian meets it.
fn latitude_at_antimeridian(from: Point, to: Point) -> f64 {
    let normal = from.0.cross(to.0);
    let latitude = (normal.x / normal.z).atan();
    debug_assert!(latitude.abs() <= PI / 2.0, "an arctangent");
    latitude.to_degrees()
}
