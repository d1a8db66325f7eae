//! Linear filters: `series_fir` and `series_iir`.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::ArrayWriter;

use super::{Number, all_long, reals, series, write_reals};
use crate::kernel::Call;

/// Elements in front of the series and behind it count as zero.
pub(super) fn fir(call: &Call<'_>) -> Result<ColumnarValue> {
    let (texts, filters) = (call.texts(0)?, call.texts(1)?);
    let normalize = if call.has(2) { Some(call.bools(2)?) } else { None };
    let center = if call.has(3) { Some(call.bools(3)?) } else { None };
    call.try_write_dynamics(|row, out| {
        let (Some(values), Some(mut filter)) = (reals("series_fir", texts.raw(row))?, reals("series_fir", filters.raw(row))?) else {
            return Ok(None);
        };
        let negative = filter.iter().any(|weight| *weight < 0.0);
        let asked = normalize.as_ref().and_then(|normalize| normalize.get(row));
        if negative && asked == Some(true) {
            return Ok(None);
        }
        let normalized = asked.unwrap_or(!negative);
        let mut shift = 0;
        if center.as_ref().and_then(|center| center.get(row)) == Some(true) {
            if filter.len() % 2 == 0 {
                return exec_err!("series_fir(): a centered filter must have an odd number of elements");
            }
            shift = filter.len() / 2;
        }
        let longs = |raw: Option<&str>| raw.and_then(series).is_some_and(|series| all_long(&series));
        let long = !normalized && longs(texts.raw(row)) && longs(filters.raw(row));
        if normalized {
            let sum: f64 = filter.iter().sum();
            filter.iter_mut().for_each(|weight| *weight /= sum);
        }
        let mut array = ArrayWriter::new(out);
        for at in 0..values.len() {
            let weighted = |(back, weight): (usize, &f64)| {
                (at + shift)
                    .checked_sub(back)
                    .and_then(|at| values.get(at))
                    .map(|value| value * weight)
            };
            let sum: f64 = filter.iter().enumerate().filter_map(weighted).sum();
            let number = if long {
                quarry_value::number::long_of(sum).map(Number::Long)
            } else {
                None
            };
            number.unwrap_or(Number::Real(sum)).write(array.next());
        }
        array.finish();
        Ok(Some(()))
    })
}

pub(super) fn iir(call: &Call<'_>) -> Result<ColumnarValue> {
    let (texts, numerators, denominators) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    call.try_write_dynamics(|row, out| {
        let read = |raw| reals("series_iir", raw);
        let (Some(values), Some(feed), Some(back)) = (read(texts.raw(row))?, read(numerators.raw(row))?, read(denominators.raw(row))?)
        else {
            return Ok(None);
        };
        let Some(scale) = back.first().copied().filter(|scale| *scale != 0.0) else {
            return exec_err!("series_iir(): the first denominator must be there and must not be zero");
        };
        let mut results: Vec<f64> = Vec::with_capacity(values.len());
        for at in 0..values.len() {
            let past = |series: &[f64], distance: usize| at.checked_sub(distance).and_then(|at| series.get(at).copied());
            let from_input: f64 = feed
                .iter()
                .enumerate()
                .filter_map(|(distance, weight)| past(&values, distance).map(|value| value * weight))
                .sum();
            let from_output: f64 = back
                .iter()
                .enumerate()
                .skip(1)
                .filter_map(|(distance, weight)| past(&results, distance).map(|value| value * weight))
                .sum();
            results.push((from_input - from_output) / scale);
        }
        write_reals(&results, out);
        Ok(Some(()))
    })
}
