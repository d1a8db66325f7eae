//! Functions on dynamic arrays.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::{self, ArrayWriter, Elements};
use quarry_value::json::{Kind, kind};

use super::arrays_sort::{array_sort_asc, array_sort_desc};
use super::dynamic_values::{Arguments, Value, document};
use crate::kernel::{Call, ScalarKernel};

pub(crate) const KERNELS: &[(&str, ScalarKernel)] = &[
    ("array_concat", array_concat),
    ("array_iff", array_iff),
    ("array_index_of", array_index_of),
    ("array_length", array_length),
    ("array_reverse", array_reverse),
    ("array_rotate_left", array_rotate_left),
    ("array_rotate_right", array_rotate_right),
    ("array_shift_left", array_shift_left),
    ("array_shift_right", array_shift_right),
    ("array_slice", array_slice),
    ("array_sort_asc", array_sort_asc),
    ("array_sort_desc", array_sort_desc),
    ("array_split", array_split),
    ("array_sum", array_sum),
    ("pack_array", pack_array),
    ("repeat", repeat),
    ("strcat_array", strcat_array),
    ("zip", zip),
];

/// Most elements of an array that a function makes out of nothing.
pub(super) const MOST: i64 = 1_048_576;

/// Writes an array of elements that are JSON already.
pub(super) fn write_all<'a>(elements: impl IntoIterator<Item = &'a str>, out: &mut String) {
    let mut array = ArrayWriter::new(out);
    elements.into_iter().for_each(|element| array.raw(element));
    array.finish();
}

/// A position counted from the end when negative, within 0 and `length`.
fn position(at: i64, length: usize) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let at = if at < 0 { at.saturating_add(length) } else { at };
    usize::try_from(at.clamp(0, length)).unwrap_or(0)
}

fn array_length(call: &Call<'_>) -> Result<ColumnarValue> {
    let arrays = call.texts(0)?;
    call.write_longs(|row| i64::try_from(dynamic::array_length(document(&arrays, row)?)?).ok())
}

/// Nulls do not count; anything else that is no array makes the whole null.
fn array_concat(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let arrays = arguments.values()?;
    call.write_dynamics(|row, out| {
        let parts = arrays
            .iter()
            .filter_map(|array| array.document(row))
            .map(dynamic::elements)
            .collect::<Option<Vec<_>>>()?;
        if parts.is_empty() {
            return None;
        }
        write_all(parts.into_iter().flatten(), out);
        Some(())
    })
}

/// Elements of an array one by one, or a scalar again and again.
enum Branch<'a> {
    Elements(Elements<'a>),
    Scalar(std::borrow::Cow<'a, str>),
}

impl<'a> Branch<'a> {
    fn new(value: &Value<'a>, row: usize) -> Branch<'a> {
        match value.document(row).and_then(dynamic::elements) {
            Some(elements) => Branch::Elements(elements),
            None => Branch::Scalar(value.json(row)),
        }
    }

    fn next(&mut self) -> Option<&str> {
        match self {
            Branch::Elements(elements) => elements.next(),
            Branch::Scalar(value) => Some(value),
        }
    }
}

fn array_iff(call: &Call<'_>) -> Result<ColumnarValue> {
    let conditions = call.texts(0)?;
    let arguments = Arguments::new(call, 1)?;
    let branches = arguments.values()?;
    let [then, otherwise] = branches.as_slice() else {
        return datafusion::common::exec_err!("array_iff() takes 3 arguments");
    };
    call.write_dynamics(|row, out| {
        let conditions = dynamic::elements(document(&conditions, row)?)?;
        let (mut then, mut otherwise) = (Branch::new(then, row), Branch::new(otherwise, row));
        let mut array = ArrayWriter::new(out);
        for condition in conditions {
            let (yes, no) = (then.next(), otherwise.next());
            let taken = match kind(condition) {
                Kind::Bool | Kind::Number => dynamic::to_bool(condition),
                _ => None,
            };
            array.raw_or_null(taken.and_then(|taken| if taken { yes } else { no }));
        }
        array.finish();
        Some(())
    })
}

fn array_index_of(call: &Call<'_>) -> Result<ColumnarValue> {
    let arrays = call.texts(0)?;
    let arguments = Arguments::new(call, 1)?;
    let values = arguments.values()?;
    let optional = |at: usize| if call.has(at) { call.longs(at).map(Some) } else { Ok(None) };
    let (start, length, occurrence) = (optional(2)?, optional(3)?, optional(4)?);
    call.write_longs(|row| {
        let raw = document(&arrays, row)?;
        let wanted = values.first()?.json(row);
        let number = |values: &Option<crate::kernel::Longs>, default| values.as_ref().map_or(Some(default), |values| values.get(row));
        let (start, length, occurrence) = (number(&start, 0)?, number(&length, -1)?, number(&occurrence, 1)?);
        if length < -1 || occurrence < 1 {
            return None;
        }
        let start = if start < 0 {
            position(start, dynamic::array_length(raw)?)
        } else {
            usize::try_from(start).ok()?
        };
        let count = usize::try_from(length).unwrap_or(usize::MAX);
        let found = dynamic::elements(raw)?
            .enumerate()
            .skip(start)
            .take(count)
            .filter(|(_, element)| dynamic::same(element, &wanted));
        let found = found.map(|(at, _)| at).nth(usize::try_from(occurrence - 1).ok()?);
        Some(found.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1))
    })
}

fn array_slice(call: &Call<'_>) -> Result<ColumnarValue> {
    let (arrays, starts, ends) = (call.texts(0)?, call.longs(1)?, call.longs(2)?);
    call.write_dynamics(|row, out| {
        let raw = document(&arrays, row)?;
        let (start, end, length) = (starts.get(row)?, ends.get(row)?, dynamic::array_length(raw)?);
        // The end is included; one before the beginning leaves nothing.
        let end = if end < 0 {
            end.saturating_add(i64::try_from(length).ok()?)
        } else {
            end
        };
        let (start, end) = (position(start, length), usize::try_from(end.saturating_add(1)).unwrap_or(0));
        write_all(dynamic::elements(raw)?.take(end).skip(start), out);
        Some(())
    })
}

fn array_split(call: &Call<'_>) -> Result<ColumnarValue> {
    let (arrays, arguments) = (call.texts(0)?, Arguments::new(call, 1)?);
    let indices = arguments.values()?;
    call.write_dynamics(|row, out| {
        let raw = document(&arrays, row)?;
        let length = dynamic::array_length(raw)?;
        let indices = indices.first()?.json(row);
        let at: Vec<i64> = match dynamic::elements(&indices) {
            Some(indices) => indices.map(dynamic::to_long).collect::<Option<_>>()?,
            None => vec![dynamic::to_long(&indices)?],
        };
        let mut rest = dynamic::elements(raw)?;
        let mut taken = 0;
        let mut parts = ArrayWriter::new(out);
        for index in at {
            let end = position(index, length).max(taken);
            write_all(rest.by_ref().take(end - taken), parts.next());
            taken = end;
        }
        write_all(rest, parts.next());
        parts.finish();
        Some(())
    })
}

/// Nulls do not count; an element of another type makes the sum null.
fn array_sum(call: &Call<'_>) -> Result<ColumnarValue> {
    let arrays = call.texts(0)?;
    call.write_reals(|row| {
        dynamic::elements(document(&arrays, row)?)?
            .filter(|element| kind(element) != Kind::Null)
            .try_fold(0.0, |sum, element| match kind(element) {
                Kind::Number => Some(sum + dynamic::to_real(element)?),
                _ => None,
            })
    })
}

fn array_reverse(call: &Call<'_>) -> Result<ColumnarValue> {
    let arrays = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let elements: Vec<&str> = dynamic::elements(document(&arrays, row)?)?.collect();
        write_all(elements.into_iter().rev(), out);
        Some(())
    })
}

fn array_rotate_left(call: &Call<'_>) -> Result<ColumnarValue> {
    rotate(call, 1)
}

fn array_rotate_right(call: &Call<'_>) -> Result<ColumnarValue> {
    rotate(call, -1)
}

fn rotate(call: &Call<'_>, direction: i64) -> Result<ColumnarValue> {
    let (arrays, counts) = (call.texts(0)?, call.longs(1)?);
    call.write_dynamics(|row, out| {
        let mut elements: Vec<&str> = dynamic::elements(document(&arrays, row)?)?.collect();
        let length = i64::try_from(elements.len()).ok()?;
        if let Some(left) = counts.get(row)?.wrapping_mul(direction).checked_rem_euclid(length) {
            elements.rotate_left(usize::try_from(left).ok()?);
        }
        write_all(elements, out);
        Some(())
    })
}

fn array_shift_left(call: &Call<'_>) -> Result<ColumnarValue> {
    shift(call, 1)
}

fn array_shift_right(call: &Call<'_>) -> Result<ColumnarValue> {
    shift(call, -1)
}

fn shift(call: &Call<'_>, direction: i64) -> Result<ColumnarValue> {
    let (arrays, counts, arguments) = (call.texts(0)?, call.longs(1)?, Arguments::new(call, 2)?);
    let defaults = arguments.values()?;
    call.write_dynamics(|row, out| {
        let elements: Vec<&str> = dynamic::elements(document(&arrays, row)?)?.collect();
        let left = counts.get(row)?.wrapping_mul(direction);
        let default = defaults.first().map_or("null".into(), |default| default.json(row));
        let gap = usize::try_from(left.unsigned_abs()).unwrap_or(usize::MAX).min(elements.len());
        let kept = elements.len() - gap;
        let filler = std::iter::repeat_n(default.as_ref(), gap);
        if left >= 0 {
            write_all(elements.iter().skip(gap).copied().chain(filler), out);
        } else {
            write_all(filler.chain(elements.iter().take(kept).copied()), out);
        }
        Some(())
    })
}

fn pack_array(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let values = arguments.values()?;
    call.write_dynamics(|row, out| {
        let mut array = ArrayWriter::new(out);
        values.iter().for_each(|value| value.write(row, array.next()));
        array.finish();
        Some(())
    })
}

fn repeat(call: &Call<'_>) -> Result<ColumnarValue> {
    let (arguments, counts) = (Arguments::new(call, 0)?, call.longs(1)?);
    let values = arguments.values()?;
    call.write_dynamics(|row, out| {
        let count = usize::try_from(counts.get(row)?.min(MOST)).ok()?;
        let value = values.first()?.json(row);
        write_all(std::iter::repeat_n(value.as_ref(), count), out);
        Some(())
    })
}

/// Shorter arrays are filled up with nulls; a value that is no array counts as an empty one.
fn zip(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let arrays = arguments.values()?;
    call.write_dynamics(|row, out| {
        let mut columns: Vec<Option<Elements<'_>>> = arrays.iter().map(|array| array.document(row).and_then(dynamic::elements)).collect();
        if columns.iter().all(Option::is_none) {
            return None;
        }
        let mut rows = ArrayWriter::new(out);
        loop {
            let tuple: Vec<Option<&str>> = columns.iter_mut().map(|column| column.as_mut().and_then(Iterator::next)).collect();
            if tuple.iter().all(Option::is_none) {
                break;
            }
            write_all(tuple.into_iter().map(|value| value.unwrap_or("null")), rows.next());
        }
        rows.finish();
        Some(())
    })
}

/// The texts of the elements with a delimiter between them; a value that is no array is taken whole.
fn strcat_array(call: &Call<'_>) -> Result<ColumnarValue> {
    let (arrays, delimiters) = (call.texts(0)?, call.texts(1)?);
    call.write_texts(|row, out| {
        let Some(elements) = document(&arrays, row).and_then(dynamic::elements) else {
            out.push_str(&arrays.get(row));
            return;
        };
        let delimiter = delimiters.get(row);
        for (at, element) in elements.enumerate() {
            if at > 0 {
                out.push_str(&delimiter);
            }
            out.push_str(&dynamic::to_kql_string(element));
        }
    })
}
