//! `array_sort_asc` and `array_sort_desc`.

use std::cmp::Ordering;

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::dynamic::{self, ArrayWriter};

use super::arrays::write_all;
use super::dynamic_values::Arguments;
use crate::kernel::Call;

pub(super) fn array_sort_asc(call: &Call<'_>) -> Result<ColumnarValue> {
    sort(call, false)
}

pub(super) fn array_sort_desc(call: &Call<'_>) -> Result<ColumnarValue> {
    sort(call, true)
}

/// Sorts the first array and the others along with it. Of several arrays the answer is an array of the sorted ones, null in place of one whose length is
/// another than the first's.
fn sort(call: &Call<'_>, descending: bool) -> Result<ColumnarValue> {
    let last = call.args.len().saturating_sub(1);
    let nulls_last = if last > 0 && call.type_of(last) == KqlType::Bool {
        Some(call.bools(last)?)
    } else {
        None
    };
    let arguments = Arguments::new(call, 0)?;
    let mut arrays = arguments.values()?;
    arrays.truncate(if nulls_last.is_some() { last } else { last + 1 });
    call.write_dynamics(|row, out| {
        let nulls_last = nulls_last.as_ref().and_then(|nulls_last| nulls_last.get(row)).unwrap_or(true);
        let mut columns = arrays
            .iter()
            .map(|array| Some(array.document(row).and_then(dynamic::elements)?.collect::<Vec<_>>()));
        let first = columns.next()?;
        let order = first.as_deref().map(|first| order(first, descending, nulls_last));
        let write = |column: Option<Vec<&str>>, out: &mut String| match (&order, column) {
            (Some(order), Some(column)) if column.len() == order.len() => {
                write_all(order.iter().filter_map(|at| column.get(*at).copied()), out);
            }
            _ => out.push_str("null"),
        };
        if arrays.len() == 1 {
            write(first, out);
        } else {
            let mut sorted = ArrayWriter::new(out);
            write(first, sorted.next());
            columns.for_each(|column| write(column, sorted.next()));
            sorted.finish();
        }
        Some(())
    })
}

/// Positions of the elements in sorted order; equal ones stay in theirs.
fn order(elements: &[&str], descending: bool, nulls_last: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..elements.len()).collect();
    order.sort_by(|a, b| {
        let (Some(a), Some(b)) = (elements.get(*a), elements.get(*b)) else {
            return Ordering::Equal;
        };
        let nulls = (*a == "null").cmp(&(*b == "null"));
        let nulls = if nulls_last { nulls } else { nulls.reverse() };
        let values = dynamic::compare(a, b);
        nulls.then(if descending { values.reverse() } else { values })
    });
    order
}
