//! Evidence: a row as an event, and the events of several rows together. Only rewritten queries call these.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;

use super::dynamic_values::Arguments;
use crate::event::EventForm;
use crate::evidence::Entries;
use crate::kernel::{Call, ScalarKernel};

pub(crate) const KERNELS: &[(&str, ScalarKernel)] = &[("$event", event), ("$evidence", evidence)];

/// Table, time, then names and values. Names are constants.
fn event(call: &Call<'_>) -> Result<ColumnarValue> {
    let (mut texts, mut columns) = (Vec::new(), Vec::new());
    for (at, arg) in call.args.iter().enumerate() {
        // The table, and the names before their values.
        if at == 0 || (at > 1 && at.is_multiple_of(2)) {
            texts.push(constant(arg)?);
        }
    }
    let arguments = Arguments::new(call, 1)?;
    for (at, value) in arguments.values()?.into_iter().enumerate() {
        if at.is_multiple_of(2) {
            columns.push(value);
        }
    }
    let ([table, names @ ..], [time, fields @ ..]) = (texts.as_slice(), columns.as_slice()) else {
        return exec_err!("an event has a table and a time");
    };
    let form = EventForm::new(table, names.iter().copied());
    call.write_dynamics(|row, out| {
        out.push('[');
        form.write(time, fields, row, out);
        out.push(']');
        Some(())
    })
}

fn constant(arg: &ColumnarValue) -> Result<&str> {
    let text = match arg {
        ColumnarValue::Scalar(text) => text.try_as_str().flatten(),
        ColumnarValue::Array(_) => None,
    };
    text.map_or_else(|| exec_err!("an event names its table and its fields"), Ok)
}

/// The limit, then arrays of entries. Null is no array.
fn evidence(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let values = arguments.values()?;
    let [limit, arrays @ ..] = values.as_slice() else {
        return exec_err!("evidence has a limit");
    };
    let limit = limit.json(0).parse().unwrap_or(usize::MAX);
    let mut entries = Entries::new(limit);
    call.write_dynamics(|row, out| {
        entries.clear();
        arrays
            .iter()
            .filter_map(|array| array.document(row))
            .for_each(|array| entries.add(array));
        entries.write(out);
        Some(())
    })
}
