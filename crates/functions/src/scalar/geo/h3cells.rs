//! H3 cells: hexagons (and twelve pentagons) on an icosahedron.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use h3o::{CellIndex, LatLng, Resolution};
use quarry_value::dynamic::ArrayWriter;

use super::arrangement::arranged;
use super::geojson::{polygon, polygon_positions, write_point, write_ring};
use super::h3cover::{MAX_CELLS, cells_of};
use super::s2cells::whole;
use super::{OptionalReal, Place, Shapes, refuse_radius};
use crate::kernel::Call;

const DEFAULT_RESOLUTION: f64 = 6.0;
/// A cell's children are given down to as many resolutions below it.
const MAX_DEPTH: u8 = 5;
const MAX_RINGS: i64 = 142;

fn resolution(argument: &OptionalReal, row: usize, default: f64) -> Option<Resolution> {
    let number = argument.get(row, default).and_then(whole)?;
    u8::try_from(number).ok().and_then(|number| Resolution::try_from(number).ok())
}

fn cell_of(name: &str) -> Option<CellIndex> {
    name.parse().ok()
}

fn position(place: LatLng) -> [f64; 2] {
    [place.lng(), place.lat()]
}

fn write_cells(cells: impl IntoIterator<Item = CellIndex>, out: &mut String) {
    let mut array = ArrayWriter::new(out);
    for cell in cells {
        array.string(&cell.to_string());
    }
    array.finish();
}

pub(super) fn of_point(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, resolutions) = (Place::new(call, 0)?, OptionalReal::new(call, 2)?);
    call.write_texts(|row, out| {
        let cell = || {
            let place = place.get(row)?;
            let place = LatLng::new(place.lat.degrees(), place.lng.degrees()).ok()?;
            Some(place.to_cell(resolution(&resolutions, row, DEFAULT_RESOLUTION)?))
        };
        if let Some(cell) = cell() {
            out.push_str(&cell.to_string());
        }
    })
}

pub(super) fn to_central_point(call: &Call<'_>) -> Result<ColumnarValue> {
    let names = call.texts(0)?;
    call.write_dynamics(|row, out| {
        write_point(position(LatLng::from(cell_of(&names.get(row))?)), out);
        Some(())
    })
}

pub(super) fn to_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    let names = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let boundary = cell_of(&names.get(row))?.boundary();
        write_ring(&boundary.iter().map(|corner| position(*corner)).collect::<Vec<_>>(), out);
        Some(())
    })
}

pub(super) fn level(call: &Call<'_>) -> Result<ColumnarValue> {
    let names = call.texts(0)?;
    call.write_longs(|row| Some(i64::from(u8::from(cell_of(&names.get(row))?.resolution()))))
}

pub(super) fn parent(call: &Call<'_>) -> Result<ColumnarValue> {
    let (names, resolutions) = (call.texts(0)?, OptionalReal::new(call, 1)?);
    call.write_texts(|row, out| {
        let parent = || {
            let cell = cell_of(&names.get(row))?;
            let own = u8::from(cell.resolution());
            cell.parent(resolution(&resolutions, row, f64::from(own) - 1.0).filter(|parent| u8::from(*parent) < own)?)
        };
        if let Some(parent) = parent() {
            out.push_str(&parent.to_string());
        }
    })
}

pub(super) fn children(call: &Call<'_>) -> Result<ColumnarValue> {
    let (names, resolutions) = (call.texts(0)?, OptionalReal::new(call, 1)?);
    call.write_dynamics(|row, out| {
        let cell = cell_of(&names.get(row))?;
        let own = u8::from(cell.resolution());
        let wanted = resolution(&resolutions, row, f64::from(own) + 1.0)?;
        let depth = u8::from(wanted).checked_sub(own)?;
        if !(1..=MAX_DEPTH).contains(&depth) {
            return None;
        }
        write_cells(cell.children(wanted), out);
        Some(())
    })
}

pub(super) fn rings(call: &Call<'_>) -> Result<ColumnarValue> {
    let (names, distances) = (call.texts(0)?, call.reals(1)?);
    call.write_dynamics(|row, out| {
        let cell = cell_of(&names.get(row))?;
        let distance = distances
            .get(row)
            .and_then(whole)
            .filter(|distance| (0..=MAX_RINGS).contains(distance))?;
        let distance = u32::try_from(distance).ok()?;
        let mut rings: Vec<Vec<CellIndex>> = vec![Vec::new(); usize::try_from(distance).ok()? + 1];
        for (near, ring) in cell.grid_disk_distances::<Vec<_>>(distance) {
            if let Some(ring) = usize::try_from(ring).ok().and_then(|ring| rings.get_mut(ring)) {
                ring.push(near);
            }
        }
        let mut array = ArrayWriter::new(out);
        for ring in rings {
            write_cells(ring, array.next());
        }
        array.finish();
        Some(())
    })
}

/// Names in the order in which the engine lists them.
fn write_arranged(cells: impl IntoIterator<Item = CellIndex>, out: &mut String) {
    let mut array = ArrayWriter::new(out);
    for name in arranged(cells.into_iter().map(|cell| cell.to_string()).collect()) {
        array.string(&name);
    }
    array.finish();
}

pub(super) fn neighbors(call: &Call<'_>) -> Result<ColumnarValue> {
    let names = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let cell = cell_of(&names.get(row))?;
        let around: Vec<CellIndex> = cell.grid_disk(1);
        write_arranged(around.into_iter().filter(|near| *near != cell), out);
        Some(())
    })
}

/// The cells whose centers lie in a polygon; those of a polygon that is widened first are refused.
pub(super) fn of_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    refuse_radius(call, 2, "geo_polygon_to_h3cells() with a radius")?;
    let (mut shapes, resolutions) = (Shapes::new(call, 0, polygon_positions)?, OptionalReal::new(call, 1)?);
    let mut valid = Shapes::new(call, 0, polygon)?;
    call.write_dynamics(|row, out| {
        valid.get(row)?;
        let resolution = resolution(&resolutions, row, DEFAULT_RESOLUTION)?;
        let mut cells = Vec::new();
        for rings in shapes.get(row)?.iter() {
            cells.extend(cells_of(rings, resolution)?);
        }
        if cells.len() > MAX_CELLS {
            return None;
        }
        write_arranged(cells, out);
        Some(())
    })
}
