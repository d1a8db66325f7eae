//! `range()` as a scalar: an array of equally distant values.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::dynamic::ArrayWriter;
use quarry_value::{format, time};

use super::arrays::MOST;
use crate::kernel::{Call, ScalarKernel};

pub(crate) const KERNELS: &[(&str, ScalarKernel)] = &[("range", range)];

/// From start to stop, both included when the steps meet it. The step is 1, or an hour, unless given; step 0 gives null.
fn range(call: &Call<'_>) -> Result<ColumnarValue> {
    let real = call
        .types
        .iter()
        .any(|ty| matches!(ty, KqlType::Real | KqlType::Decimal | KqlType::Dynamic | KqlType::Unknown));
    if real { reals(call) } else { longs(call) }
}

fn reals(call: &Call<'_>) -> Result<ColumnarValue> {
    let (starts, stops) = (call.reals(0)?, call.reals(1)?);
    let steps = if call.has(2) { Some(call.reals(2)?) } else { None };
    call.write_dynamics(|row, out| {
        let (start, stop) = (starts.get(row)?, stops.get(row)?);
        let step = steps.as_ref().map_or(Some(1.0), |steps| steps.get(row))?;
        if step == 0.0 || !(start.is_finite() && step.is_finite()) || stop.is_nan() {
            return None;
        }
        let mut array = ArrayWriter::new(out);
        for at in 0..MOST {
            let value = start + at as f64 * step;
            if if step > 0.0 { value > stop } else { value < stop } {
                break;
            }
            format::real_json(value, array.next());
        }
        array.finish();
        Some(())
    })
}

fn longs(call: &Call<'_>) -> Result<ColumnarValue> {
    let (starts, stops) = (call.longs(0)?, call.longs(1)?);
    let steps = if call.has(2) { Some(call.longs(2)?) } else { None };
    let ty = call.type_of(0);
    let default = if matches!(ty, KqlType::DateTime | KqlType::TimeSpan) {
        time::HOUR
    } else {
        1
    };
    call.write_dynamics(|row, out| {
        let (start, stop) = (starts.get(row)?, stops.get(row)?);
        let step = steps.as_ref().map_or(Some(default), |steps| steps.get(row))?;
        if step == 0 {
            return None;
        }
        let mut array = ArrayWriter::new(out);
        let mut value = start;
        for _ in 0..MOST {
            if if step > 0 { value > stop } else { value < stop } {
                break;
            }
            write(value, ty, array.next());
            match value.checked_add(step) {
                Some(next) => value = next,
                None => break,
            }
        }
        array.finish();
        Some(())
    })
}

fn write(value: i64, ty: KqlType, out: &mut String) {
    match ty {
        KqlType::DateTime => {
            out.push('"');
            format::datetime(value, out);
            out.push('"');
        }
        KqlType::TimeSpan => {
            out.push('"');
            format::timespan(value, out);
            out.push('"');
        }
        _ => out.push_str(&value.to_string()),
    }
}
