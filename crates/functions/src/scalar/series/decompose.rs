//! Decomposition of a series: season, trend and what is left; forecasts and anomalies from it.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::ArrayWriter;

use super::fit::fit;
use super::outliers::{Fences, scores};
use super::season::{DETECT, learned, period, season};
use super::{mean, reals, write_reals};
use crate::kernel::{Call, Longs, Reals, Texts};

/// The score that a period must have to be taken when none is given.
const THRESHOLD: f64 = 0.6;
const ANOMALY: f64 = 1.5;

struct Parts {
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    baseline: Vec<f64>,
    residual: Vec<f64>,
}

/// Learns from the first elements, and continues season and trend over all.
#[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
fn decomposed(name: &str, values: &[f64], learned: &[f64], period: Option<usize>, trend: &str) -> Result<Parts> {
    let seasonal = season(learned, period, values.len());
    let rest: Vec<f64> = learned.iter().zip(&seasonal).map(|(value, season)| value - season).collect();
    let trend: Vec<f64> = match trend {
        "none" => vec![0.0; values.len()],
        "avg" => vec![mean(&rest); values.len()],
        "linefit" => match fit(&rest) {
            Some(line) => (1..=values.len()).map(|at| line.at(at as f64)).collect(),
            None => vec![mean(&rest); values.len()],
        },
        other => return exec_err!("{name}(): the trend is avg, linefit or none, not {other}"),
    };
    let baseline: Vec<f64> = seasonal.iter().zip(&trend).map(|(season, trend)| season + trend).collect();
    let residual = values.iter().zip(&baseline).map(|(value, baseline)| value - baseline).collect();
    Ok(Parts {
        seasonal,
        trend,
        baseline,
        residual,
    })
}

/// Where a function has the arguments that say how to decompose.
struct Places {
    period: usize,
    trend: usize,
    tested: usize,
    threshold: usize,
}

struct Arguments {
    series: Texts,
    period: Option<Longs>,
    trend: Option<Texts>,
    tested: Option<Longs>,
    threshold: Option<Reals>,
}

fn optional<T>(call: &Call<'_>, at: usize, read: impl Fn(usize) -> Result<T>) -> Result<Option<T>> {
    if call.has(at) { read(at).map(Some) } else { Ok(None) }
}

impl Arguments {
    fn new(call: &Call<'_>, places: &Places) -> Result<Arguments> {
        Ok(Arguments {
            series: call.texts(0)?,
            period: optional(call, places.period, |at| call.longs(at))?,
            trend: optional(call, places.trend, |at| call.texts(at))?,
            tested: optional(call, places.tested, |at| call.longs(at))?,
            threshold: optional(call, places.threshold, |at| call.reals(at))?,
        })
    }

    /// The series in a row, how many of its elements are learned from, and its parts; `None` when an argument is null.
    fn parts(&self, name: &str, row: usize) -> Result<Option<(usize, Parts)>> {
        let Some(values) = reals(name, self.series.raw(row))? else {
            return Ok(None);
        };
        let asked = self.period.as_ref().map_or(Some(DETECT), |period| period.get(row));
        let tested = self.tested.as_ref().map_or(Some(0), |tested| tested.get(row));
        let threshold = self.threshold.as_ref().map_or(Some(THRESHOLD), |threshold| threshold.get(row));
        let (Some(asked), Some(learned), Some(threshold)) = (asked, learned(&values, tested), threshold) else {
            return Ok(None);
        };
        let trend = self.trend.as_ref().map_or("avg".into(), |trend| trend.get(row));
        let period = period(name, learned, asked, threshold)?;
        Ok(Some((learned.len(), decomposed(name, &values, learned, period, &trend)?)))
    }
}

fn write_all(columns: &[&[f64]], out: &mut String) {
    let mut array = ArrayWriter::new(out);
    for column in columns {
        write_reals(column, array.next());
    }
    array.finish();
}

pub(super) fn decompose(call: &Call<'_>) -> Result<ColumnarValue> {
    split(
        call,
        "series_decompose",
        &Places {
            period: 1,
            trend: 2,
            tested: 3,
            threshold: 4,
        },
    )
}

/// The baseline is the forecast.
pub(super) fn forecast(call: &Call<'_>) -> Result<ColumnarValue> {
    split(
        call,
        "series_decompose_forecast",
        &Places {
            period: 2,
            trend: 3,
            tested: 1,
            threshold: 4,
        },
    )
}

fn split(call: &Call<'_>, name: &str, places: &Places) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, places)?;
    call.try_write_dynamics(|row, out| {
        let Some((_, parts)) = arguments.parts(name, row)? else {
            return Ok(None);
        };
        write_all(&[&parts.baseline, &parts.seasonal, &parts.trend, &parts.residual], out);
        Ok(Some(()))
    })
}

pub(super) fn anomalies(call: &Call<'_>) -> Result<ColumnarValue> {
    const NAME: &str = "series_decompose_anomalies";
    let places = Places {
        period: 2,
        trend: 3,
        tested: 4,
        threshold: 6,
    };
    let arguments = Arguments::new(call, &places)?;
    let threshold = optional(call, 1, |at| call.reals(at))?;
    let method = optional(call, 5, |at| call.texts(at))?;
    call.try_write_dynamics(|row, out| {
        let (Some((learned, parts)), Some(threshold)) = (
            arguments.parts(NAME, row)?,
            threshold.as_ref().map_or(Some(ANOMALY), |threshold| threshold.get(row)),
        ) else {
            return Ok(None);
        };
        let fences = Fences::named(NAME, &method.as_ref().map_or("ctukey".into(), |method| method.get(row)))?;
        let residual: Vec<Option<f64>> = parts.residual.iter().copied().map(Some).collect();
        let scores = scores(&residual, learned, &fences);
        let mut array = ArrayWriter::new(out);
        let mut flags = ArrayWriter::new(array.next());
        for score in &scores {
            let flag = if *score > threshold {
                "1"
            } else if *score < -threshold {
                "-1"
            } else {
                "0"
            };
            flags.next().push_str(flag);
        }
        flags.finish();
        write_reals(&scores, array.next());
        write_reals(&parts.baseline, array.next());
        array.finish();
        Ok(Some(()))
    })
}
