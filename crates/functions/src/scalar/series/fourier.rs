//! The Fourier transform of a series of any length.

use std::f64::consts::TAU;

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::ArrayWriter;

use super::{reals, write_reals};
use crate::kernel::Call;

type Complex = (f64, f64);

/// Lengths with a prime factor above this cost time that grows with its square.
const MAX_ODD_FACTOR: usize = 20_000;

pub(super) fn forward(call: &Call<'_>) -> Result<ColumnarValue> {
    transformed(call, "series_fft", -1.0)
}

pub(super) fn inverse(call: &Call<'_>) -> Result<ColumnarValue> {
    transformed(call, "series_ifft", 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
fn transformed(call: &Call<'_>, name: &str, direction: f64) -> Result<ColumnarValue> {
    let reals_of = call.texts(0)?;
    let imaginary_of = if call.has(1) { Some(call.texts(1)?) } else { None };
    call.try_write_dynamics(|row, out| {
        let Some(real) = reals(name, reals_of.raw(row))? else {
            return Ok(None);
        };
        let imaginary = match &imaginary_of {
            Some(texts) => match reals(name, texts.raw(row))? {
                Some(imaginary) if imaginary.len() == real.len() => imaginary,
                _ => return exec_err!("{name}(): the imaginary series must be as long as the real one"),
            },
            None => vec![0.0; real.len()],
        };
        if is_too_long(real.len()) {
            return exec_err!(
                "{name}(): the length of the series, {}, has an odd factor above {MAX_ODD_FACTOR}",
                real.len()
            );
        }
        let input: Vec<Complex> = real.into_iter().zip(imaginary).collect();
        let scale = if direction > 0.0 { 1.0 / input.len() as f64 } else { 1.0 };
        let (real, imaginary): (Vec<f64>, Vec<f64>) = transform(&input, direction)
            .into_iter()
            .map(|(re, im)| (re * scale, im * scale))
            .unzip();
        let mut array = ArrayWriter::new(out);
        write_reals(&real, array.next());
        write_reals(&imaginary, array.next());
        array.finish();
        Ok(Some(()))
    })
}

/// Whether a transform of this length would cost too much.
pub(super) fn is_too_long(length: usize) -> bool {
    length >> length.trailing_zeros().min(usize::BITS - 1) > MAX_ODD_FACTOR
}

/// Halves even lengths, and sums directly over odd ones. The recursion is as deep as the length has bits.
#[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
pub(super) fn transform(input: &[Complex], direction: f64) -> Vec<Complex> {
    let length = input.len();
    let turn = |steps: usize| (direction * TAU * (steps % length.max(1)) as f64 / length as f64).sin_cos();
    let rotate = |(re, im): Complex, (sin, cos): Complex| (re * cos - im * sin, re * sin + im * cos);
    if length < 2 {
        return input.to_vec();
    }
    if length % 2 == 1 {
        let sum = |at: usize| {
            let term = |(index, value): (usize, &Complex)| rotate(*value, turn((index * at) % length));
            input
                .iter()
                .enumerate()
                .map(term)
                .fold((0.0, 0.0), |sum: Complex, term| (sum.0 + term.0, sum.1 + term.1))
        };
        return (0..length).map(sum).collect();
    }
    let half = |start: usize| transform(&input.iter().skip(start).step_by(2).copied().collect::<Vec<_>>(), direction);
    let (even, odd) = (half(0), half(1));
    let odd: Vec<Complex> = odd.into_iter().enumerate().map(|(at, value)| rotate(value, turn(at))).collect();
    let sums = even.iter().zip(&odd).map(|(even, odd)| (even.0 + odd.0, even.1 + odd.1));
    let differences = even.iter().zip(&odd).map(|(even, odd)| (even.0 - odd.0, even.1 - odd.1));
    sums.chain(differences).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn the_inverse_restores_a_series_of_any_length() {
        for length in [1_usize, 2, 3, 7, 8, 12, 30] {
            let input: Vec<Complex> = (0..length).map(|at| ((at * at % 7) as f64, at as f64)).collect();
            let back = transform(&transform(&input, -1.0), 1.0);
            for (before, after) in input.iter().zip(&back) {
                assert!((before.0 - after.0 / length as f64).abs() < 1e-9, "{length}");
                assert!((before.1 - after.1 / length as f64).abs() < 1e-9, "{length}");
            }
        }
    }

    #[test]
    fn a_wave_has_one_frequency() {
        let wave: Vec<Complex> = (0..12).map(|at| ((TAU * 3.0 * f64::from(at) / 12.0).cos(), 0.0)).collect();
        let spectrum = transform(&wave, -1.0);
        assert!((spectrum[3].0 - 6.0).abs() < 1e-9 && (spectrum[9].0 - 6.0).abs() < 1e-9);
        assert!(spectrum[2].0.abs() < 1e-9 && spectrum[3].1.abs() < 1e-9);
    }
}
