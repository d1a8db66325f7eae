//! `series_fit_poly`: the polynomial of least squares.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::ArrayWriter;
use quarry_value::format;

use super::{mean, reals, scatter, write_reals};
use crate::kernel::Call;

/// The highest degree: beyond it doubles tell nothing any more.
const MAX_DEGREE: usize = 32;

struct Polynomial {
    /// From the constant up.
    coefficients: Vec<f64>,
    points: Vec<f64>,
}

/// Solves the least squares by Givens rotations on powers of the centered and scaled positions, which keeps their columns far apart.
fn fit(x: &[f64], y: &[f64], degree: usize) -> Option<Polynomial> {
    let terms = degree + 1;
    if x.len() != y.len() || x.len() < terms || x.iter().chain(y).any(|value| !value.is_finite()) {
        return None;
    }
    let center = mean(x);
    let scale = x.iter().map(|value| (value - center).abs()).fold(0.0, f64::max);
    if scale == 0.0 {
        return None;
    }
    // The upper triangle, its right side last.
    let mut triangle: Vec<Vec<f64>> = vec![vec![0.0; terms + 1]; terms];
    for (x, y) in x.iter().zip(y) {
        let at = (x - center) / scale;
        let mut row: Vec<f64> = std::iter::successors(Some(1.0), |power| Some(power * at)).take(terms).collect();
        row.push(*y);
        rotate_in(&mut triangle, row);
    }
    let mut scaled = vec![0.0; terms];
    for at in (0..terms).rev() {
        let row = triangle.get(at)?;
        let known: f64 = (at + 1..terms)
            .filter_map(|column| Some(row.get(column)? * scaled.get(column)?))
            .sum();
        let pivot = row.get(at).copied().filter(|pivot| pivot.abs() > 1e-13)?;
        *scaled.get_mut(at)? = (row.get(terms)? - known) / pivot;
    }
    let points = x
        .iter()
        .map(|x| {
            scaled
                .iter()
                .rev()
                .fold(0.0, |sum, coefficient| sum * ((x - center) / scale) + coefficient)
        })
        .collect();
    Some(Polynomial {
        coefficients: uncentered(&scaled, center, scale),
        points,
    })
}

/// Works a row into the triangle: each pivot takes the row's part in its column.
fn rotate_in(triangle: &mut [Vec<f64>], mut row: Vec<f64>) {
    for (at, kept) in triangle.iter_mut().enumerate() {
        let (Some(pivot), Some(entry)) = (kept.get(at).copied(), row.get(at).copied()) else {
            return;
        };
        if entry == 0.0 {
            continue;
        }
        let length = pivot.hypot(entry);
        let (cos, sin) = (pivot / length, entry / length);
        for (kept, new) in kept.iter_mut().zip(&mut row).skip(at) {
            (*kept, *new) = (cos * *kept + sin * *new, cos * *new - sin * *kept);
        }
    }
}

/// The coefficients in `x` of a polynomial in `(x - center) / scale`, by Horner's rule on polynomials.
fn uncentered(scaled: &[f64], center: f64, scale: f64) -> Vec<f64> {
    let mut sum: Vec<f64> = Vec::with_capacity(scaled.len());
    for coefficient in scaled.iter().rev() {
        let times_x = std::iter::once(0.0).chain(sum.iter().copied());
        let shifted = sum.iter().copied().chain(std::iter::once(0.0));
        let mut next: Vec<f64> = times_x.zip(shifted).map(|(up, stay)| (up - center * stay) / scale).collect();
        match next.first_mut() {
            Some(constant) if !sum.is_empty() => *constant += coefficient,
            _ => next = vec![*coefficient],
        }
        sum = next;
    }
    sum
}

/// `series_fit_poly(y, x, degree)`.
#[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
pub(super) fn poly(call: &Call<'_>) -> Result<ColumnarValue> {
    const NAME: &str = "series_fit_poly";
    let texts = call.texts(0)?;
    let positions = if call.has(1) { Some(call.texts(1)?) } else { None };
    let degrees = if call.has(2) { Some(call.longs(2)?) } else { None };
    call.try_write_dynamics(|row, out| {
        let Some(y) = reals(NAME, texts.raw(row))? else {
            return Ok(None);
        };
        let x = match positions.as_ref().map(|positions| positions.raw(row)) {
            Some(Some(raw)) => reals(NAME, Some(raw))?,
            _ => Some((1..=y.len()).map(|at| at as f64).collect()),
        };
        let degree = degrees.as_ref().map_or(Some(1), |degrees| degrees.get(row));
        let (Some(x), Some(degree)) = (x, degree.and_then(|degree| usize::try_from(degree).ok())) else {
            return Ok(None);
        };
        if degree > MAX_DEGREE {
            return exec_err!("{NAME}(): the degree must not be above {MAX_DEGREE}");
        }
        let Some(mut found) = fit(&x, &y, degree) else {
            return Ok(None);
        };
        let freedom = (y.len() - 1) as f64;
        let rest: f64 = y.iter().zip(&found.points).map(|(y, point)| (y - point).powi(2)).sum::<f64>() / freedom;
        let variance = scatter(&y) / freedom;
        found.coefficients.reverse();
        let mut array = ArrayWriter::new(out);
        format::real_json(1.0 - rest / variance, array.next());
        write_reals(&found.coefficients, array.next());
        format::real_json(variance, array.next());
        format::real_json(rest, array.next());
        write_reals(&found.points, array.next());
        array.finish();
        Ok(Some(()))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_polynomial_fits_itself() {
        let wanted = [6.0, 10.0, -3.0, -8.0, 0.5];
        let x: Vec<f64> = (0..40).map(|at| f64::from(at) / 8.0 + 100.0).collect();
        let value = |x: f64| wanted.iter().rev().fold(0.0, |sum, coefficient| sum * (x - 102.0) + coefficient);
        let y: Vec<f64> = x.iter().map(|x| value(*x)).collect();
        let found = fit(&x, &y, 4).unwrap();
        for (found, wanted) in found.points.iter().zip(&y) {
            assert!((found - wanted).abs() < 1e-8);
        }
        let top = found.coefficients.last().unwrap();
        assert!((top - 0.5).abs() < 1e-9, "{top}");
    }

    #[test]
    fn too_few_or_equal_positions_fit_nothing() {
        assert!(fit(&[1.0, 2.0], &[1.0, 2.0], 2).is_none());
        assert!(fit(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0], 1).is_none());
    }
}
