//! The H3 cells whose centers lie in a polygon, on a flat map of longitude and latitude.
//!
//! The engine lets the H3 library fill polygons. That library traces the rings with cells, grows inwards from neighbor to neighbor, and keeps the
//! cells in a hash table whose size it estimates from the polygon's bounding box. The order of the answer shows the order of that table.

use std::collections::{BTreeMap, HashSet};
use std::f64::consts::{PI, TAU};

use h3o::{CellIndex, LatLng, Resolution};

use super::geojson::Position;

/// The engine gives up on more cells.
pub(super) const MAX_CELLS: usize = 61_680;
/// Cells along the rings that are looked at before giving up.
const MAX_TRACED: u64 = 1 << 20;
/// Slots that the library adds to its estimate.
const SPARE_SLOTS: u64 = 12;

/// Longitude and latitude in radians.
type Spot = [f64; 2];

struct Ring {
    spots: Vec<Spot>,
    bounds: Bounds,
}

struct Bounds {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl Ring {
    fn new(positions: &[Position]) -> Ring {
        let spots: Vec<Spot> = positions
            .iter()
            .map(|[longitude, latitude]| [on_globe(*longitude).to_radians(), latitude.to_radians()])
            .collect();
        let mut bounds = Bounds {
            west: f64::INFINITY,
            east: f64::NEG_INFINITY,
            south: f64::INFINITY,
            north: f64::NEG_INFINITY,
        };
        for [longitude, latitude] in &spots {
            bounds.west = bounds.west.min(*longitude);
            bounds.east = bounds.east.max(*longitude);
            bounds.south = bounds.south.min(*latitude);
            bounds.north = bounds.north.max(*latitude);
        }
        let mut ring = Ring { spots, bounds };
        if ring.edges().any(|([from, _], [to, _])| (from - to).abs() > PI) {
            let longitudes = || ring.spots.iter().map(|[longitude, _]| *longitude);
            ring.bounds.east = longitudes().filter(|longitude| *longitude < 0.0).fold(f64::NEG_INFINITY, f64::max);
            ring.bounds.west = longitudes().filter(|longitude| *longitude > 0.0).fold(f64::INFINITY, f64::min);
        }
        ring
    }

    fn edges(&self) -> impl Iterator<Item = (Spot, Spot)> {
        self.spots
            .iter()
            .copied()
            .zip(self.spots.iter().copied().cycle().skip(1))
            .take(self.spots.len())
    }

    fn crosses_antimeridian(&self) -> bool {
        self.bounds.east < self.bounds.west
    }

    /// Whether a ray from the spot to the east crosses the ring an odd number of times. A ray through a corner is moved north, a spot on an edge west.
    fn holds(&self, [longitude, latitude]: Spot) -> bool {
        let Bounds { west, east, south, north } = self.bounds;
        let (after_west, before_east) = (longitude >= west, longitude <= east);
        let between = if self.crosses_antimeridian() {
            after_west || before_east
        } else {
            after_west && before_east
        };
        if !between || latitude < south || latitude > north {
            return false;
        }
        let unrolled = |longitude: f64| {
            if self.crosses_antimeridian() && longitude < 0.0 {
                longitude + TAU
            } else {
                longitude
            }
        };
        let (mut longitude, mut latitude) = (unrolled(longitude), latitude);
        let mut inside = false;
        for (from, to) in self.edges() {
            let (low, high) = if from[1] > to[1] { (to, from) } else { (from, to) };
            if latitude == low[1] || latitude == high[1] {
                latitude += f64::EPSILON;
            }
            if latitude < low[1] || latitude > high[1] {
                continue;
            }
            let (low_longitude, high_longitude) = (unrolled(low[0]), unrolled(high[0]));
            if low_longitude == longitude || high_longitude == longitude {
                longitude -= f64::EPSILON;
            }
            let share = (latitude - low[1]) / (high[1] - low[1]);
            if unrolled(low_longitude + (high_longitude - low_longitude) * share) > longitude {
                inside = !inside;
            }
        }
        inside
    }
}

fn on_globe(longitude: f64) -> f64 {
    if longitude.abs() <= 180.0 {
        longitude
    } else {
        longitude - (longitude / 360.0).round() * 360.0
    }
}

fn distance_km(from: Spot, to: Spot) -> Option<f64> {
    let place = |[longitude, latitude]: Spot| LatLng::from_radians(latitude, longitude).ok();
    Some(place(from)?.distance_km(place(to)?))
}

/// The least distance from a cell's center to a corner: that of a pentagon.
fn pentagon_radius_km(resolution: Resolution) -> Option<f64> {
    let pentagon = resolution.pentagons().next()?;
    let corner = *pentagon.boundary().first()?;
    Some(LatLng::from(pentagon).distance_km(corner))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive whole number, saturated"
)]
fn count(estimate: f64) -> Option<u64> {
    estimate.is_finite().then(|| (estimate.ceil() as u64).max(1))
}

/// The size of the library's table for a polygon.
fn slots(rings: &[Ring], radius_km: f64) -> Option<u64> {
    let Bounds { west, east, south, north } = rings.first()?.bounds;
    let diagonal = distance_km([east, north], [west, south])?;
    let (width, height) = ((east - west).abs(), (north - south).abs());
    let ratio = width.max(height) / width.min(height);
    let cell_area = 0.8 * (2.598_076_211_35 * radius_km * radius_km);
    let estimate = count(diagonal * diagonal / ratio.min(3.0) / cell_area)?;
    let corners = rings.iter().map(|ring| ring.spots.len()).sum::<usize>() as u64;
    Some(estimate.max(corners) + SPARE_SLOTS)
}

/// The cells along the rings, in order, each once.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn traced(rings: &[Ring], resolution: Resolution, radius_km: f64) -> Option<Vec<CellIndex>> {
    let mut seen = HashSet::new();
    let mut cells = Vec::new();
    let mut all = 0;
    for (from, to) in rings.iter().flat_map(Ring::edges) {
        let steps = count(distance_km(from, to)? / (2.0 * radius_km))?;
        all += steps;
        if all > MAX_TRACED {
            return None;
        }
        for step in 0..steps {
            let (to_go, gone, part) = ((steps - step) as f64, step as f64, 1.0 / steps as f64);
            let between = |axis: fn(Spot) -> f64| axis(from) * to_go * part + axis(to) * gone * part;
            let place = LatLng::from_radians(between(|spot| spot[1]), between(|spot| spot[0])).ok()?;
            let cell = place.to_cell(resolution);
            if seen.insert(cell) {
                cells.push(cell);
            }
        }
    }
    Some(cells)
}

/// The cells of a polygon (its shell and its holes, without the closing positions); `None` when they are too many.
pub(super) fn cells_of(rings: &[Vec<Position>], resolution: Resolution) -> Option<Vec<CellIndex>> {
    let rings: Vec<Ring> = rings.iter().map(|ring| Ring::new(ring)).collect();
    let radius_km = pentagon_radius_km(resolution)?;
    let slots = slots(&rings, radius_km)?;
    let (shell, holes) = rings.split_first()?;
    let mut search = traced(&rings, resolution, radius_km)?;
    let mut outside = HashSet::new();
    let mut inside = HashSet::new();
    let mut table: BTreeMap<u64, CellIndex> = BTreeMap::new();
    while !search.is_empty() {
        let mut found = Vec::new();
        for cell in search.iter().flat_map(|cell| cell.grid_disk::<Vec<_>>(1)) {
            if inside.contains(&cell) || outside.contains(&cell) {
                continue;
            }
            let center = LatLng::from(cell);
            let center = [center.lng_radians(), center.lat_radians()];
            if !shell.holds(center) || holes.iter().any(|hole| hole.holds(center)) {
                outside.insert(cell);
                continue;
            }
            inside.insert(cell);
            found.push(cell);
            let mut slot = u64::from(cell) % slots;
            while table.contains_key(&slot) {
                slot = (slot + 1) % slots;
            }
            table.insert(slot, cell);
            if inside.len() > MAX_CELLS || as_count(inside.len()) >= slots {
                return None;
            }
        }
        search = found;
    }
    Some(table.into_values().collect())
}

fn as_count(length: usize) -> u64 {
    length as u64
}
