//! The seasonal part of a series.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

use super::periods::season_of;
use super::{reals, write_reals};
use crate::kernel::Call;

/// The score that a period must have to be taken when none is given.
const THRESHOLD: f64 = 0.7;
/// What stands for a period that is to be detected.
pub(super) const DETECT: i64 = -1;

/// The period of a series as a function's argument tells: a length, or [`DETECT`]; no period for every other number.
pub(super) fn period(name: &str, values: &[f64], asked: i64, threshold: f64) -> Result<Option<usize>> {
    if asked == DETECT {
        return season_of(name, values, threshold);
    }
    Ok(usize::try_from(asked).ok().filter(|period| *period > 0))
}

/// The median of the elements at each position of the period, repeated to a length; zeros when there is no period.
pub(super) fn season(values: &[f64], period: Option<usize>, length: usize) -> Vec<f64> {
    let Some(period) = period.filter(|period| (1..=values.len()).contains(period)) else {
        return vec![0.0; length];
    };
    let medians: Vec<f64> = (0..period)
        .map(|phase| median(values.iter().skip(phase).step_by(period).copied().collect()))
        .collect();
    medians.iter().cycle().take(length).copied().collect()
}

/// `series_seasonal(series, period, test points)`.
pub(super) fn seasonal(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    let periods = if call.has(1) { Some(call.longs(1)?) } else { None };
    let tests = if call.has(2) { Some(call.longs(2)?) } else { None };
    call.try_write_dynamics(|row, out| {
        let Some(values) = reals("series_seasonal", texts.raw(row))? else {
            return Ok(None);
        };
        let asked = periods.as_ref().map_or(Some(DETECT), |periods| periods.get(row));
        let tested = tests.as_ref().map_or(Some(0), |tests| tests.get(row));
        let (Some(asked), Some(learned)) = (asked, learned(&values, tested)) else {
            return Ok(None);
        };
        let period = period("series_seasonal", learned, asked, THRESHOLD)?;
        write_reals(&season(learned, period, values.len()), out);
        Ok(Some(()))
    })
}

/// The elements that are learned from: all but the last ones that are there to be tested. `None` when their number is null or negative.
pub(super) fn learned(values: &[f64], tested: Option<i64>) -> Option<&[f64]> {
    let tested = usize::try_from(tested?).ok()?;
    values.get(..values.len().saturating_sub(tested))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    if values.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.wrapping_sub(1)), at(middle))
    }
}
