//! Points: distance, direction and circles.

use std::f64::consts::TAU;

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use geographiclib_rs::{Geodesic, InverseGeodesic};
use s2rst::s2::{LatLng, earth};

use super::{Place, meters};
use crate::kernel::Call;

/// Along a sphere, or where the last argument asks for it along the WGS-84 spheroid.
pub(super) fn distance(call: &Call<'_>) -> Result<ColumnarValue> {
    let (from, to) = (Place::new(call, 0)?, Place::new(call, 2)?);
    let spheroid = if call.has(4) {
        Some((call.bools(4)?, Geodesic::wgs84()))
    } else {
        None
    };
    call.write_reals(|row| {
        let (from, to) = (from.get(row)?, to.get(row)?);
        match &spheroid {
            Some((wanted, geodesic)) if wanted.get(row)? => Some(along_spheroid(geodesic, from, to)),
            _ => Some(meters(from.get_distance(to).radians())),
        }
    })
}

/// Meters along the shortest way on a spheroid.
fn along_spheroid(spheroid: &Geodesic, from: LatLng, to: LatLng) -> f64 {
    spheroid.inverse(from.lat.degrees(), from.lng.degrees(), to.lat.degrees(), to.lng.degrees())
}

/// The direction from one place to another, clockwise from north, in radians of 0 to 2π; `None` when they are the same.
fn bearing(from: LatLng, to: LatLng) -> Option<f64> {
    (from.to_point() != to.to_point()).then(|| earth::get_initial_bearing(from, to).radians().rem_euclid(TAU))
}

pub(super) fn azimuth(call: &Call<'_>) -> Result<ColumnarValue> {
    let (from, to) = (Place::new(call, 0)?, Place::new(call, 2)?);
    call.write_reals(|row| bearing(from.get(row)?, to.get(row)?))
}

pub(super) fn angle(call: &Call<'_>) -> Result<ColumnarValue> {
    let (first, corner, last) = (Place::new(call, 0)?, Place::new(call, 2)?, Place::new(call, 4)?);
    call.write_reals(|row| {
        let corner = corner.get(row)?;
        Some((bearing(corner, last.get(row)?)? - bearing(corner, first.get(row)?)?).rem_euclid(TAU))
    })
}

pub(super) fn in_circle(call: &Call<'_>) -> Result<ColumnarValue> {
    let (place, center, radius) = (Place::new(call, 0)?, Place::new(call, 2)?, call.reals(4)?);
    call.write_bools(|row| {
        let radius = radius.get(row).filter(|radius| *radius >= 0.0)?;
        Some(meters(place.get(row)?.get_distance(center.get(row)?).radians()) <= radius)
    })
}
