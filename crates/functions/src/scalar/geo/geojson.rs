//! Shapes as GeoJSON: reading lines and polygons with the checks that the engine makes, and writing shapes.

use std::collections::BTreeMap;

use quarry_value::dynamic::{ArrayWriter, BagWriter};
use quarry_value::format;
use s2rst::s2::polyline::Polyline;
use s2rst::s2::{LatLng, Loop, Point, Polygon};
use serde_json::Value;

use super::degrees;

/// Longitude and latitude in degrees, as they are written.
pub(super) type Position = [f64; 2];

/// The lines of a LineString or MultiLineString as they are written; `None` when they are no valid lines.
pub(super) fn line_positions(raw: &str) -> Option<Vec<Vec<Position>>> {
    let (kind, coordinates) = shape(raw)?;
    match kind.as_str() {
        "LineString" => Some(vec![positions(&coordinates)?]),
        "MultiLineString" => coordinates
            .as_array()
            .filter(|lines| !lines.is_empty())?
            .iter()
            .map(positions)
            .collect(),
        _ => None,
    }
}

/// The lines of a LineString or MultiLineString.
pub(crate) fn lines(raw: &str) -> Option<Vec<Polyline>> {
    line_positions(raw)?.iter().map(|line| polyline(line)).collect()
}

fn polyline(positions: &[Position]) -> Option<Polyline> {
    let line = Polyline::new(points(positions));
    (positions.len() >= 2 && line.find_validation_error().is_none()).then_some(line)
}

/// The rings of each polygon of a Polygon or MultiPolygon as they are written, the closing position left out.
pub(super) fn polygon_positions(raw: &str) -> Option<Vec<Vec<Vec<Position>>>> {
    let rings = |value: &Value| {
        value
            .as_array()
            .filter(|rings| !rings.is_empty())?
            .iter()
            .map(ring)
            .collect::<Option<Vec<_>>>()
    };
    let (kind, coordinates) = shape(raw)?;
    match kind.as_str() {
        "Polygon" => Some(vec![rings(&coordinates)?]),
        "MultiPolygon" => coordinates
            .as_array()
            .filter(|polygons| !polygons.is_empty())?
            .iter()
            .map(rings)
            .collect(),
        _ => None,
    }
}

/// A Polygon, or the union of the polygons of a MultiPolygon.
pub(crate) fn polygon(raw: &str) -> Option<Polygon> {
    let mut all = polygon_positions(raw)?
        .into_iter()
        .map(|rings| polygon_of(rings.iter().map(|ring| points(ring)).collect()));
    let first = all.next()??;
    let rest: Vec<Polygon> = all.collect::<Option<_>>()?;
    if rest.is_empty() {
        return Some(first);
    }
    Some(union_of(std::iter::once(first).chain(rest).collect()))
}

/// The union of polygons, always of the two that count the fewest corners next. A union counts the corners of both and comes behind what counts as
/// many: where the rings of the answer start depends on it, and the engine's S2 library counts so.
pub(super) fn union_of(polygons: Vec<Polygon>) -> Polygon {
    let mut arrivals = 0..;
    let mut queue: BTreeMap<(usize, usize), Polygon> = polygons
        .into_iter()
        .zip(&mut arrivals)
        .map(|(polygon, arrival)| ((polygon.num_vertices(), arrival), polygon))
        .collect();
    while let Some(((left_corners, _), mut left)) = queue.pop_first() {
        let (Some(((right_corners, _), mut right)), Some(arrival)) = (queue.pop_first(), arrivals.next()) else {
            return left;
        };
        queue.insert((left_corners + right_corners, arrival), Polygon::union(&mut left, &mut right));
    }
    Polygon::empty()
}

/// The polygon of a shell and its holes; `None` when they are invalid. Which way a ring runs does not matter: it holds the smaller side.
pub(super) fn polygon_of(rings: Vec<Vec<Point>>) -> Option<Polygon> {
    let mut loops = Vec::with_capacity(rings.len());
    for ring in rings {
        let mut ring = Loop::new(ring);
        ring.validate().ok()?;
        ring.normalize();
        loops.push(ring);
    }
    let polygon = Polygon::from_loops(loops);
    polygon.find_validation_error().is_none().then_some(polygon)
}

fn shape(raw: &str) -> Option<(String, Value)> {
    let Ok(Value::Object(mut bag)) = serde_json::from_str(raw) else {
        return None;
    };
    match (bag.remove("type"), bag.remove("coordinates")) {
        (Some(Value::String(kind)), Some(coordinates)) => Some((kind, coordinates)),
        _ => None,
    }
}

fn ring(value: &Value) -> Option<Vec<Position>> {
    let mut ring = positions(value)?;
    let last = ring.pop()?;
    (ring.len() >= 3 && ring.first() == Some(&last)).then_some(ring)
}

fn positions(value: &Value) -> Option<Vec<Position>> {
    value.as_array()?.iter().map(position).collect()
}

/// Longitudes may go around the globe, latitudes must lie on it.
fn position(value: &Value) -> Option<Position> {
    let numbers = value.as_array()?;
    let (longitude, latitude) = (numbers.first()?.as_f64()?, numbers.get(1)?.as_f64()?);
    (longitude.abs() <= MAX_LONGITUDE && latitude.abs() <= 90.0).then_some([longitude, latitude])
}

/// A turn and a half: what a shape across the antimeridian may need.
const MAX_LONGITUDE: f64 = 540.0;

pub(super) fn points(positions: &[Position]) -> Vec<Point> {
    positions
        .iter()
        .map(|[longitude, latitude]| LatLng::from_degrees(*latitude, *longitude).normalized().to_point())
        .collect()
}

/// Writes a position: longitude, latitude.
pub(super) fn write_position([longitude, latitude]: Position, out: &mut String) {
    let mut pair = ArrayWriter::new(out);
    format::real_json(longitude, pair.next());
    format::real_json(latitude, pair.next());
    pair.finish();
}

fn write_positions(positions: impl IntoIterator<Item = Position>, out: &mut String) {
    let mut array = ArrayWriter::new(out);
    for position in positions {
        write_position(position, array.next());
    }
    array.finish();
}

fn write_shape(kind: &str, out: &mut String, coordinates: impl FnOnce(&mut String)) {
    let mut bag = BagWriter::new(out);
    bag.key("type").push_str(&format!("\"{kind}\""));
    coordinates(bag.key("coordinates"));
    bag.finish();
}

pub(super) fn write_point(position: Position, out: &mut String) {
    write_shape("Point", out, |out| write_position(position, out));
}

/// Writes a LineString, or a MultiLineString when there are several lines.
pub(super) fn write_lines(lines: &[Vec<Position>], out: &mut String) {
    match lines {
        [line] => write_shape("LineString", out, |out| write_positions(line.iter().copied(), out)),
        lines => write_shape("MultiLineString", out, |out| {
            let mut array = ArrayWriter::new(out);
            for line in lines {
                write_positions(line.iter().copied(), array.next());
            }
            array.finish();
        }),
    }
}

/// Writes a polygon without holes from the positions of its ring, the closing one left out.
pub(super) fn write_ring(ring: &[Position], out: &mut String) {
    write_shape("Polygon", out, |out| {
        let mut rings = ArrayWriter::new(out);
        write_closed(ring, rings.next());
        rings.finish();
    });
}

fn write_closed(ring: &[Position], out: &mut String) {
    write_positions(ring.iter().chain(ring.first()).copied(), out);
}

/// Writes a Polygon, or a MultiPolygon when there are several shells. `None` for a polygon of no area, and for the whole globe.
pub(super) fn write_polygon(polygon: &Polygon, out: &mut String) -> Option<()> {
    let mut shells: Vec<Vec<Vec<Position>>> = Vec::new();
    for ring in polygon.loops() {
        if ring.is_empty_or_full() {
            return None;
        }
        let positions = (0..ring.num_vertices()).map(|at| degrees(ring.oriented_vertex(at))).collect();
        match shells.last_mut() {
            Some(shell) if ring.is_hole() => shell.push(positions),
            _ => shells.push(vec![positions]),
        }
    }
    write_shells(&shells, out)
}

/// Writes polygons, each from its rings without their closing positions; `None` when there are none.
pub(super) fn write_shells(shells: &[Vec<Vec<Position>>], out: &mut String) -> Option<()> {
    let write_rings = |rings: &[Vec<Position>], out: &mut String| {
        let mut array = ArrayWriter::new(out);
        for ring in rings {
            write_closed(ring, array.next());
        }
        array.finish();
    };
    match shells {
        [] => return None,
        [shell] => write_shape("Polygon", out, |out| write_rings(shell, out)),
        shells => write_shape("MultiPolygon", out, |out| {
            let mut array = ArrayWriter::new(out);
            for shell in shells {
                write_rings(shell, array.next());
            }
            array.finish();
        }),
    }
    Some(())
}
