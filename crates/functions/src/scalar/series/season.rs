//! The seasonal part of a series.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;

use super::{dynamics, reals, write_reals};
use crate::kernel::Call;

/// The median of the elements at each position of the period, repeated over the length of the series. The period must be given.
pub(super) fn seasonal(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    if !call.has(1) || call.has(2) {
        return exec_err!("series_seasonal() is supported with a given period, and without test points");
    }
    let periods = call.longs(1)?;
    dynamics(call, |row, out| {
        let Some(values) = reals("series_seasonal", texts.raw(row))? else {
            return Ok(None);
        };
        let Some(period) = periods
            .get(row)
            .and_then(|period| usize::try_from(period).ok())
            .filter(|period| (1..=values.len()).contains(period))
        else {
            return exec_err!("series_seasonal(): the period must lie between 1 and the length of the series");
        };
        let medians: Vec<f64> = (0..period)
            .map(|phase| median(values.iter().skip(phase).step_by(period).copied().collect()))
            .collect();
        let season: Vec<f64> = medians.iter().cycle().take(values.len()).copied().collect();
        write_reals(&season, out);
        Ok(Some(()))
    })
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
