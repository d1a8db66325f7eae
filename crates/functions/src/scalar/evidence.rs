//! Evidence: a row as an event, and the events of several rows together. Only rewritten queries call these.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;

use super::dynamic_values::Arguments;
use crate::evidence::Entries;
use crate::kernel::{Call, ScalarKernel};

pub(crate) const KERNELS: &[(&str, ScalarKernel)] = &[("$event", event), ("$evidence", evidence)];

/// Table, time, then names and values.
fn event(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let values = arguments.values()?;
    let [table, time, fields @ ..] = values.as_slice() else {
        return exec_err!("an event has a table and a time");
    };
    let (fields, _) = fields.as_chunks::<2>();
    // Names are constants.
    let mut head = String::from("[{\"Table\":");
    table.write(0, &mut head);
    let fields: Vec<_> = fields
        .iter()
        .map(|[name, value]| {
            let mut key = String::new();
            name.write(0, &mut key);
            key.push(':');
            (key, value)
        })
        .collect();
    call.write_dynamics(|row, out| {
        out.push_str(&head);
        if !time.is_null(row) {
            out.push_str(",\"Time\":");
            time.write(row, out);
        }
        out.push_str(",\"Fields\":{");
        let first = out.len();
        for (key, value) in &fields {
            let before = out.len();
            if before > first {
                out.push(',');
            }
            out.push_str(key);
            let start = out.len();
            value.write(row, out);
            let blank = match out.get(start..) {
                Some("\"\"") => value.ty() == KqlType::String,
                Some("null") => true,
                _ => false,
            };
            if blank {
                out.truncate(before);
            }
        }
        out.push_str("}}]");
        Some(())
    })
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
