//! `series_stats` and `series_stats_dynamic`.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::{ArrayWriter, BagWriter};
use quarry_value::format;

use super::{Column, Number, Operand, mean, scatter};
use crate::kernel::Call;

struct Stats {
    min: (usize, f64),
    max: (usize, f64),
    average: f64,
    variance: f64,
    sum: f64,
    length: usize,
}

/// `None` when there is nothing to describe, or when an element is no finite number and those are not to be ignored.
fn describe(series: &[Option<Number>], ignore_nonfinite: bool) -> Option<Stats> {
    let finite = |(at, element): (usize, &Option<Number>)| element.map(|number| (at, number.real())).filter(|(_, value)| value.is_finite());
    let found: Vec<(usize, f64)> = series.iter().enumerate().filter_map(finite).collect();
    if found.len() < series.len() && !ignore_nonfinite {
        return None;
    }
    let first = *found.first()?;
    let min = found.iter().fold(first, |best, other| if other.1 < best.1 { *other } else { best });
    let max = found.iter().fold(first, |best, other| if other.1 > best.1 { *other } else { best });
    let values: Vec<f64> = found.iter().map(|(_, value)| *value).collect();
    #[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
    let variance = if values.len() < 2 {
        0.0
    } else {
        scatter(&values) / (values.len() - 1) as f64
    };
    Some(Stats {
        min,
        max,
        average: mean(&values),
        variance,
        sum: values.iter().sum(),
        length: values.len(),
    })
}

fn described(call: &Call<'_>, write: impl Fn(&Stats, &mut String)) -> Result<ColumnarValue> {
    let column = Column::new(call, 0)?;
    let ignore = if call.has(1) { Some(call.bools(1)?) } else { None };
    call.try_write_dynamics(|row, out| {
        let Operand::Series(series) = column.operand(row) else {
            return Ok(None);
        };
        let ignore = ignore.as_ref().and_then(|ignore| ignore.get(row)).unwrap_or(false);
        Ok(describe(&series, ignore).map(|stats| write(&stats, out)))
    })
}

pub(super) fn stats(call: &Call<'_>) -> Result<ColumnarValue> {
    described(call, |stats, out| {
        let mut array = ArrayWriter::new(out);
        for (at, value) in [stats.min, stats.max] {
            format::real_json(value, array.next());
            array.raw(&at.to_string());
        }
        for value in [stats.average, stats.variance.sqrt(), stats.variance] {
            format::real_json(value, array.next());
        }
        array.finish();
    })
}

pub(super) fn stats_dynamic(call: &Call<'_>) -> Result<ColumnarValue> {
    described(call, |stats, out| {
        let mut bag = BagWriter::new(out);
        for (name, (at, value)) in [("min", stats.min), ("max", stats.max)] {
            format::real_json(value, bag.key(name));
            bag.key(&format!("{name}_idx")).push_str(&at.to_string());
        }
        let reals = [
            ("avg", stats.average),
            ("stdev", stats.variance.sqrt()),
            ("variance", stats.variance),
            ("sum", stats.sum),
        ];
        for (name, value) in reals {
            format::real_json(value, bag.key(name));
        }
        bag.key("len").push_str(&stats.length.to_string());
        bag.finish();
    })
}
