//! S2 cells: squares of a cube around the globe, halved and numbered along a space-filling curve.

use std::f64::consts::{PI, TAU};

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::ArrayWriter;
use s2rst::s2::polyline::Polyline;
use s2rst::s2::region_coverer::RegionCoverer;
use s2rst::s2::shape_index::ShapeIndex;
use s2rst::s2::shape_index_buffered_region::ShapeIndexBufferedRegion;
use s2rst::s2::shape_index_region::ShapeIndexRegion;
use s2rst::s2::{Cell, CellId, CellVertex, Level, Polygon, Region, earth, metric};

use super::arrangement::arranged;
use super::geojson::{lines, polygon, write_point, write_ring};
use super::polygon::boundary_length;
use super::{OptionalReal, Place, Shapes, degrees, meters};
use crate::kernel::Call;

const DEFAULT_LEVEL: f64 = 11.0;
/// A cover of more cells is null.
const MAX_CELLS: usize = 65_536;

/// The whole number that an argument holds.
#[expect(clippy::cast_possible_truncation, reason = "kept in range by the check before it")]
pub(super) fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 1e9).then_some(value as i64)
}

fn level(argument: &OptionalReal, row: usize) -> Option<Level> {
    let level = argument.get(row, DEFAULT_LEVEL).and_then(whole)?;
    u8::try_from(level).ok().filter(|level| *level <= 30).map(Level::new)
}

pub(super) fn of_point(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, levels) = (Place::new(call, 0)?, OptionalReal::new(call, 2)?);
    call.write_texts(|row, out| {
        if let (Some(place), Some(level)) = (place.get(row), level(&levels, row)) {
            out.push_str(&CellId::from_lat_lng(&place).parent_at_level(level).to_token());
        }
    })
}

fn cell_of(token: &str) -> Option<CellId> {
    Some(CellId::from_token(token)).filter(|cell| cell.is_valid())
}

pub(super) fn to_central_point(call: &Call<'_>) -> Result<ColumnarValue> {
    let tokens = call.texts(0)?;
    call.write_dynamics(|row, out| {
        write_point(degrees(cell_of(&tokens.get(row))?.to_point()), out);
        Some(())
    })
}

pub(super) fn to_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    let tokens = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let cell = Cell::from_cell_id(cell_of(&tokens.get(row))?);
        write_ring(&CellVertex::ALL.map(|corner| degrees(cell.vertex(corner))), out);
        Some(())
    })
}

pub(super) fn neighbors(call: &Call<'_>) -> Result<ColumnarValue> {
    let tokens = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let cell = cell_of(&tokens.get(row))?;
        let around = cell.all_neighbors(cell.level())?;
        let mut array = ArrayWriter::new(out);
        for token in arranged(around.iter().map(|cell| cell.to_token()).collect()) {
            array.string(&token);
        }
        array.finish();
        Some(())
    })
}

fn write_tokens(cells: &[CellId], out: &mut String) {
    let mut array = ArrayWriter::new(out);
    for cell in cells {
        array.string(&cell.to_token());
    }
    array.finish();
}

pub(super) fn cover_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut polygons = Shapes::new(call, 0, polygon)?;
    let (levels, radii) = (OptionalReal::new(call, 1)?, OptionalReal::new(call, 2)?);
    call.write_dynamics(|row, out| {
        let polygon: &mut Polygon = polygons.get(row)?;
        let (level, radius) = (level(&levels, row)?, radius(&radii, row)?);
        if is_too_much(polygon.area(), meters(boundary_length(polygon)), radius, level) {
            return None;
        }
        let mut index = ShapeIndex::new();
        index.add(Box::new(polygon.clone()));
        write_cover(index, radius, level, out)
    })
}

pub(super) fn cover_line(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut shapes = Shapes::new(call, 0, lines)?;
    let (levels, radii) = (OptionalReal::new(call, 1)?, OptionalReal::new(call, 2)?);
    call.write_dynamics(|row, out| {
        let lines: &mut Vec<Polyline> = shapes.get(row)?;
        let (level, radius) = (level(&levels, row)?, radius(&radii, row)?);
        let length: f64 = lines.iter().map(|line| line.length().radians()).sum();
        if is_too_much(0.0, meters(length), radius, level) {
            return None;
        }
        let mut index = ShapeIndex::new();
        for line in lines.iter() {
            index.add(Box::new(line.clone()));
        }
        write_cover(index, radius, level, out)
    })
}

/// The radius of a cover in meters, 0 unless it is given.
fn radius(radii: &OptionalReal, row: usize) -> Option<f64> {
    radii.get(row, 0.0).filter(|radius| (0.0..1e8).contains(radius))
}

fn cover(region: &dyn Region, level: Level) -> Vec<CellId> {
    let cells = RegionCoverer::new()
        .min_level(level)
        .max_level(level)
        .max_cells(usize::MAX)
        .covering(region);
    // Four siblings come merged; cells of one level are wanted.
    cells.cell_ids().iter().flat_map(|cell| children_at(*cell, level)).collect()
}

fn children_at(cell: CellId, level: Level) -> impl Iterator<Item = CellId> {
    let end = cell.child_end_at_level(level);
    std::iter::successors(Some(cell.child_begin_at_level(level)), |child| Some(child.next())).take_while(move |child| *child != end)
}

/// Writes the cells of one level that come within a radius of shapes; `None` when they are too many.
fn write_cover(mut index: ShapeIndex, radius: f64, level: Level, out: &mut String) -> Option<()> {
    index.build();
    let cells = if radius > 0.0 {
        cover(&ShapeIndexBufferedRegion::new(&index, earth::meters_to_chord_angle(radius)), level)
    } else {
        cover(&ShapeIndexRegion::new(&index), level)
    };
    (cells.len() <= MAX_CELLS).then(|| write_tokens(&cells, out))
}

/// Whether a cover must have too many cells: told by the area and by the length, before any cell is made.
#[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
fn is_too_much(area: f64, length: f64, radius: f64, level: Level) -> bool {
    // What lies within the radius holds at least a circle, and half of the strip along the shape.
    let angle = (radius / earth::RADIUS_METERS).min(PI);
    let circle = TAU * (1.0 - angle.cos());
    let strip = length / 2.0 * radius / (earth::RADIUS_METERS * earth::RADIUS_METERS);
    let by_area = area.max(circle).max(strip) / metric::MAX_AREA.value(level);
    let by_length = length / 2.0 / meters(metric::MAX_DIAG.value(level));
    by_area.max(by_length) > MAX_CELLS as f64
}
