//! Periods of a series: `series_periods_detect` and `series_periods_validate`.
//!
//! A period's score is the circular autocorrelation of the series at that lag, brought to 0 to 1 between its least and its greatest value over all lags.
//! The engine's scores are that; how it picks the lags to look at is not published, and is done here by the strongest frequencies.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::ArrayWriter;

use super::fourier::{is_too_long, transform};
use super::{mean, reals, write_reals};
use crate::kernel::{Call, Reals};

/// Shorter periods are not looked for.
const SHORTEST: usize = 4;
/// A frequency is looked at when its power is this many times the mean power.
const STRONG: f64 = 3.0;

/// A period in elements, and its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Period {
    pub length: usize,
    pub score: f64,
}

/// What tells the periods of a series.
pub(super) struct Spectrum {
    /// The power of each frequency from 0 (the mean, which is taken out) to half the length.
    power: Vec<f64>,
    /// The normalized autocorrelation at each lag.
    correlation: Vec<f64>,
}

impl Spectrum {
    /// # Errors
    /// When the length of the series makes its Fourier transform too costly.
    #[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
    pub fn new(name: &str, values: &[f64]) -> Result<Spectrum> {
        if is_too_long(values.len()) {
            return exec_err!("{name}(): the length of the series, {}, has too large an odd factor", values.len());
        }
        let average = mean(values);
        let centered: Vec<(f64, f64)> = values.iter().map(|value| (value - average, 0.0)).collect();
        let power: Vec<f64> = transform(&centered, -1.0).into_iter().map(|(re, im)| re * re + im * im).collect();
        let spread: Vec<(f64, f64)> = power.iter().map(|power| (*power, 0.0)).collect();
        let correlation: Vec<f64> = transform(&spread, 1.0)
            .into_iter()
            .map(|(re, _)| re / values.len() as f64)
            .collect();
        let greatest = correlation.first().copied().unwrap_or(0.0);
        let least = correlation.iter().copied().fold(f64::INFINITY, f64::min);
        let range = greatest - least;
        let normal = |value: f64| if range > 0.0 { (value - least) / range } else { 0.0 };
        Ok(Spectrum {
            power: power.into_iter().take(values.len() / 2 + 1).collect(),
            correlation: correlation.into_iter().map(normal).collect(),
        })
    }

    fn at(&self, lag: usize) -> f64 {
        self.correlation.get(lag).copied().unwrap_or(0.0)
    }

    fn longest(&self) -> usize {
        self.correlation.len() / 2
    }

    /// The score of a period; 0 when a lag close by correlates better.
    pub fn score(&self, length: usize) -> f64 {
        if length < SHORTEST || length > self.longest() {
            return 0.0;
        }
        let reach = (length / 4).max(2);
        let score = self.at(length);
        let is_hill = (length.saturating_sub(reach)..=length + reach).all(|lag| self.at(lag) <= score);
        if is_hill { score } else { 0.0 }
    }

    /// The periods between two lengths, the best first.
    #[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
    pub fn periods(&self, shortest: f64, longest: f64) -> Vec<Period> {
        let length = self.correlation.len();
        let strengths = self.power.get(1..).unwrap_or_default();
        let least_power = STRONG * mean(strengths);
        let mut found: Vec<Period> = Vec::new();
        for (at, power) in strengths.iter().enumerate() {
            let cycles = at + 1;
            if *power <= least_power {
                continue;
            }
            let (near, far) = (length / (cycles + 1), length.div_ceil(cycles.saturating_sub(1).max(1)));
            let far = far.min(self.longest());
            let Some(best) = (near.max(2)..=far).max_by(|a, b| self.at(*a).total_cmp(&self.at(*b))) else {
                continue;
            };
            let score = self.score(best);
            let wanted = best as f64 >= shortest && best as f64 <= longest;
            if score > 0.0 && wanted && found.iter().all(|period| period.length != best) {
                found.push(Period { length: best, score });
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.length.cmp(&b.length)));
        found
    }
}

/// The best period of a series when its score reaches a threshold.
pub(super) fn season_of(name: &str, values: &[f64], threshold: f64) -> Result<Option<usize>> {
    let best = Spectrum::new(name, values)?.periods(0.0, f64::INFINITY).into_iter().next();
    Ok(best.filter(|period| period.score >= threshold).map(|period| period.length))
}

fn write_columns(periods: &[f64], scores: &[f64], out: &mut String) {
    let mut array = ArrayWriter::new(out);
    write_reals(periods, array.next());
    write_reals(scores, array.next());
    array.finish();
}

/// The most periods that are asked for: the answer is as long as the number.
const MOST: i64 = 10_000;

#[expect(clippy::cast_precision_loss, reason = "periods are far shorter than 2^53")]
pub(super) fn detect(call: &Call<'_>) -> Result<ColumnarValue> {
    let (texts, shortest, longest, wanted) = (call.texts(0)?, call.reals(1)?, call.reals(2)?, call.longs(3)?);
    call.try_write_dynamics(|row, out| {
        let Some(values) = reals("series_periods_detect", texts.raw(row))? else {
            return Ok(None);
        };
        let (Some(shortest), Some(longest), Some(wanted)) = (shortest.get(row), longest.get(row), wanted.get(row)) else {
            return Ok(None);
        };
        let Some(wanted) = usize::try_from(wanted.min(MOST)).ok() else {
            return Ok(None);
        };
        let mut found = Spectrum::new("series_periods_detect", &values)?.periods(shortest, longest);
        found.resize(wanted, Period { length: 0, score: 0.0 });
        let (periods, scores): (Vec<f64>, Vec<f64>) = found.iter().map(|period| (period.length as f64, period.score)).unzip();
        write_columns(&periods, &scores, out);
        Ok(Some(()))
    })
}

pub(super) fn validate(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    let asked: Vec<Reals> = (1..call.args.len()).map(|at| call.reals(at)).collect::<Result<_>>()?;
    call.try_write_dynamics(|row, out| {
        let Some(values) = reals("series_periods_validate", texts.raw(row))? else {
            return Ok(None);
        };
        let spectrum = Spectrum::new("series_periods_validate", &values)?;
        let periods: Vec<f64> = asked.iter().map(|period| period.get(row).unwrap_or(f64::NAN)).collect();
        let scores: Vec<f64> = periods.iter().map(|period| spectrum.score(lag_of(*period))).collect();
        write_columns(&periods, &scores, out);
        Ok(Some(()))
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; a period out of range scores 0"
)]
fn lag_of(period: f64) -> usize {
    period.round() as usize
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn wave(period: usize, length: usize) -> Vec<f64> {
        (0..length).map(|at| (at % period) as f64).collect()
    }

    #[test]
    fn a_wave_has_its_period() {
        let spectrum = Spectrum::new("", &wave(6, 60)).unwrap();
        let best = spectrum.periods(0.0, 30.0);
        assert_eq!(best.first().unwrap().length, 6);
        assert!((best.first().unwrap().score - 1.0).abs() < 1e-9);
        assert_eq!(spectrum.score(7), 0.0);
        assert_eq!(spectrum.score(31), 0.0);
    }

    #[test]
    fn nothing_has_no_period() {
        assert_eq!(season_of("", &[], 0.6).unwrap(), None);
        assert_eq!(season_of("", &[1.0; 40], 0.6).unwrap(), None);
        assert_eq!(season_of("", &wave(3, 12), 0.6).unwrap(), None);
    }
}
