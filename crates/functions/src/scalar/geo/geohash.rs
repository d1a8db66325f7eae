//! Geohash: cells named by the interleaved halves of longitude and latitude, five bits a letter.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::ArrayWriter;

use super::arrangement::arranged;
use super::geojson::{write_point, write_ring};
use super::{OptionalReal, Place};
use crate::kernel::Call;

const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
const MAX_LENGTH: usize = 18;

/// The borders of a cell in degrees. All are halves of halves of whole degrees, which doubles hold exactly up to the longest name.
#[derive(Clone, Copy)]
struct Cell {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

const GLOBE: Cell = Cell {
    west: -180.0,
    east: 180.0,
    south: -90.0,
    north: 90.0,
};

impl Cell {
    fn of_name(name: &str) -> Option<Cell> {
        if name.is_empty() || name.len() > MAX_LENGTH {
            return None;
        }
        let mut cell = GLOBE;
        let mut by_longitude = true;
        for letter in name.bytes() {
            let value = ALPHABET.iter().position(|known| *known == letter)?;
            for bit in (0..5).rev() {
                let upper = (value >> bit) & 1 == 1;
                let (low, high) = if by_longitude {
                    (&mut cell.west, &mut cell.east)
                } else {
                    (&mut cell.south, &mut cell.north)
                };
                let middle = f64::midpoint(*low, *high);
                *(if upper { low } else { high }) = middle;
                by_longitude = !by_longitude;
            }
        }
        Some(cell)
    }

    fn center(self) -> [f64; 2] {
        [f64::midpoint(self.west, self.east), f64::midpoint(self.south, self.north)]
    }
}

fn name_of([longitude, latitude]: [f64; 2], length: usize) -> String {
    let mut cell = GLOBE;
    let mut by_longitude = true;
    let mut name = String::with_capacity(length);
    for _ in 0..length {
        let mut value = 0;
        for _ in 0..5 {
            let (low, high, at) = if by_longitude {
                (&mut cell.west, &mut cell.east, longitude)
            } else {
                (&mut cell.south, &mut cell.north, latitude)
            };
            let middle = f64::midpoint(*low, *high);
            let upper = at >= middle;
            *(if upper { low } else { high }) = middle;
            value = (value << 1) | usize::from(upper);
            by_longitude = !by_longitude;
        }
        name.push(char::from(ALPHABET.get(value).copied().unwrap_or(b'0')));
    }
    name
}

pub(super) fn of_point(call: &Call<'_>) -> Result<ColumnarValue> {
    let (longitude, latitude, place) = (call.reals(0)?, call.reals(1)?, Place::new(call, 0)?);
    let accuracy = OptionalReal::new(call, 2)?;
    call.write_texts(|row, out| {
        let (Some(_), Some(longitude), Some(latitude)) = (place.get(row), longitude.get(row), latitude.get(row)) else {
            return;
        };
        let length = accuracy
            .get(row, 5.0)
            .and_then(super::s2cells::whole)
            .and_then(|length| usize::try_from(length).ok());
        if let Some(length) = length.filter(|length| (1..=MAX_LENGTH).contains(length)) {
            out.push_str(&name_of([longitude, latitude], length));
        }
    })
}

pub(super) fn to_central_point(call: &Call<'_>) -> Result<ColumnarValue> {
    let names = call.texts(0)?;
    call.write_dynamics(|row, out| {
        write_point(Cell::of_name(&names.get(row))?.center(), out);
        Some(())
    })
}

pub(super) fn to_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    let names = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let Cell { west, east, south, north } = Cell::of_name(&names.get(row))?;
        write_ring(&[[west, south], [east, south], [east, north], [west, north]], out);
        Some(())
    })
}

/// The neighbors from the north-west clockwise, in steps of the cell's width and height.
const AROUND: [[f64; 2]; 8] = [
    [-1.0, 1.0],
    [0.0, 1.0],
    [1.0, 1.0],
    [1.0, 0.0],
    [1.0, -1.0],
    [0.0, -1.0],
    [-1.0, -1.0],
    [-1.0, 0.0],
];

pub(super) fn neighbors(call: &Call<'_>) -> Result<ColumnarValue> {
    let names = call.texts(0)?;
    call.try_write_dynamics(|row, out| {
        let name = names.get(row);
        let Some(cell) = Cell::of_name(&name) else { return Ok(None) };
        let [longitude, latitude] = cell.center();
        let mut around = Vec::with_capacity(AROUND.len());
        for [east, north] in AROUND {
            let latitude = latitude + north * (cell.north - cell.south);
            if latitude.abs() > 90.0 {
                return exec_err!("geo_geohash_neighbors() of a cell at a pole is not supported");
            }
            let mut longitude = longitude + east * (cell.east - cell.west);
            if longitude.abs() > 180.0 {
                longitude -= longitude.signum() * 360.0;
            }
            around.push(name_of([longitude, latitude], name.len()));
        }
        let mut array = ArrayWriter::new(out);
        for name in arranged(around) {
            array.string(&name);
        }
        array.finish();
        Ok(Some(()))
    })
}
