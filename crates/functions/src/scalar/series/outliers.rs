//! `series_outliers`: how far an element lies outside the bulk of a series, by Tukey's fences.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;

use super::{Column, Number, series, write_reals};
use crate::kernel::Call;

/// The percentiles that hold the bulk, and the factor that makes 1.5 mean the same for all of them.
pub(super) struct Fences {
    low: f64,
    high: f64,
    factor: f64,
}

/// The normal distribution's quartile, as the engine has it.
const QUARTILE: f64 = 0.675;
/// Its 90th percentile as the engine has it, which is off: the factor that comes of it is measured.
const NINETIETH: f64 = 1.296_820_82;

impl Fences {
    const TUKEY: Fences = Fences {
        low: 0.25,
        high: 0.75,
        factor: 1.0,
    };

    /// The 10th and the 90th percentile. The factor follows from a value with a score of 1.5 between the quartiles of the normal distribution, four
    /// quartiles from its mean.
    const CUSTOM: Fences = Fences {
        low: 0.1,
        high: 0.9,
        factor: (4.0 * QUARTILE - QUARTILE) * 2.0 * NINETIETH / ((4.0 * QUARTILE - NINETIETH) * 2.0 * QUARTILE),
    };

    /// # Errors
    /// For a name that is no method.
    pub fn named(call: &str, method: &str) -> Result<Fences> {
        match method {
            "tukey" => Ok(Fences::TUKEY),
            "ctukey" => Ok(Fences::CUSTOM),
            other => exec_err!("{call}(): the method is tukey or ctukey, not {other}"),
        }
    }
}

/// The score of each element, 0 for those that are missing and while the fences coincide. The fences are learned from the first elements.
pub(super) fn scores(values: &[Option<f64>], learned: usize, fences: &Fences) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().take(learned).flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (percentile(&sorted, fences.low), percentile(&sorted, fences.high));
    let range = high - low;
    let score = |value: f64| {
        let beyond = if value > high {
            value - high
        } else if value < low {
            value - low
        } else {
            0.0
        };
        if beyond != 0.0 && range > 0.0 {
            beyond / range * fences.factor
        } else {
            0.0
        }
    };
    values.iter().map(|value| value.map_or(0.0, score)).collect()
}

/// Interpolated between the two nearest of the sorted values.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a series"
)]
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    let below = at(place as usize);
    let rest = place.fract();
    if rest > 0.0 {
        below + rest * (at(place as usize + 1) - below)
    } else {
        below
    }
}

/// `series_outliers(series, kind, ignored value, least percentile, greatest percentile, test points)`.
pub(super) fn outliers(call: &Call<'_>) -> Result<ColumnarValue> {
    const NAME: &str = "series_outliers";
    let texts = call.texts(0)?;
    let kind = if call.has(1) { Some(call.texts(1)?) } else { None };
    let ignored = if call.has(2) { Some(Column::new(call, 2)?) } else { None };
    let low = if call.has(3) { Some(call.reals(3)?) } else { None };
    let high = if call.has(4) { Some(call.reals(4)?) } else { None };
    let tested = if call.has(5) { Some(call.longs(5)?) } else { None };
    call.try_write_dynamics(|row, out| {
        let Some(elements) = texts.raw(row).and_then(series) else {
            return Ok(None);
        };
        let kind = kind.as_ref().map_or("ctukey".into(), |kind| kind.get(row));
        let asked = |share: &Option<crate::kernel::Reals>, default: f64| share.as_ref().map_or(Some(default), |share| share.get(row));
        let custom = asked(&low, 10.0) != Some(10.0) || asked(&high, 90.0) != Some(90.0);
        if kind == "ctukey" && custom {
            return exec_err!("{NAME}() is supported with the percentiles 10 and 90: how others are scored is not published");
        }
        let fences = Fences::named(NAME, &kind)?;
        let missing = ignored.as_ref().and_then(|ignored| ignored.number(row)).map(Number::real);
        let values: Vec<Option<f64>> = elements
            .iter()
            .map(|element| {
                element
                    .map(Number::real)
                    .filter(|value| value.is_finite() && Some(*value) != missing)
            })
            .collect();
        let tested = tested.as_ref().and_then(|tested| tested.get(row)).unwrap_or(0);
        let learned = values.len().saturating_sub(usize::try_from(tested).unwrap_or(0));
        write_reals(&scores(&values, learned, &fences), out);
        Ok(Some(()))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SAMPLE: [f64; 16] = [-3.0, 2.4, 15.0, 3.9, 5.0, 6.0, 4.5, 5.2, 3.0, 4.0, 5.0, 16.0, 7.0, 5.0, 5.0, 4.0];

    /// The scores that the engine was reported to give for this series.
    #[test]
    fn scores_are_the_engines() {
        let values: Vec<Option<f64>> = SAMPLE.iter().copied().map(Some).collect();
        let found = scores(&values, values.len(), &Fences::CUSTOM);
        let mut wanted = [0.0; 16];
        for (at, score) in [
            (0, -1.904_078_548_360_857),
            (1, -0.100_214_660_440_045_2),
            (2, 1.336_195_472_533_934_7),
            (11, 1.670_244_340_667_418_6),
        ] {
            *wanted.get_mut(at).unwrap() = score;
        }
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        }
    }

    #[test]
    fn what_is_missing_and_what_has_no_bulk_scores_nothing() {
        assert_eq!(scores(&[Some(1.0), None, Some(1.0), Some(9.0)], 3, &Fences::TUKEY), [0.0; 4]);
        assert_eq!(scores(&[], 0, &Fences::TUKEY), [] as [f64; 0]);
    }
}
