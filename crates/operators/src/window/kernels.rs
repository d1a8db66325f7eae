//! The window functions on whole columns.

use std::sync::Arc;

use datafusion::arrow::array::UInt64Array;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, new_null_array};
use datafusion::arrow::compute::{cast, concat, take};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, exec_err};

/// Whether a window function has a kernel here.
#[must_use]
pub fn is_supported(function: &str) -> bool {
    matches!(
        function,
        "prev" | "next" | "row_number" | "row_cumsum" | "row_rank_dense" | "row_rank_min" | "row_window_session"
    )
}

/// Computes a function over rows in order. Constant arguments arrive as columns that repeat one value.
pub(super) fn compute(function: &str, args: &[ArrayRef], rows: usize, data_type: &DataType) -> Result<ArrayRef> {
    let computed = match function {
        "prev" => shift(args, rows, true)?,
        "next" => shift(args, rows, false)?,
        "row_number" => row_number(args, rows)?,
        "row_cumsum" => row_cumsum(args, rows)?,
        "row_rank_dense" => row_rank(args, rows, true)?,
        "row_rank_min" => row_rank(args, rows, false)?,
        "row_window_session" => row_window_session(args, rows)?,
        other => return exec_err!("no kernel for window function {other}"),
    };
    if computed.data_type() == data_type {
        Ok(computed)
    } else {
        Ok(cast(&computed, data_type)?)
    }
}

/// `prev(column, offset = 1, default = null)` and `next`.
fn shift(args: &[ArrayRef], rows: usize, back: bool) -> Result<ArrayRef> {
    let Some(values) = args.first() else {
        return exec_err!("prev() and next() need a column");
    };
    let offset = match args.get(1) {
        Some(offsets) if rows > 0 => usize::try_from(long(offsets, 0)?.unwrap_or(1)).unwrap_or(usize::MAX),
        _ => 1,
    };
    // The value past the edge sits behind the last row.
    let edge = match args.get(2) {
        Some(defaults) if rows > 0 => cast(&defaults.slice(0, 1), values.data_type())?,
        _ => new_null_array(values.data_type(), 1),
    };
    let padded = concat(&[values.as_ref(), edge.as_ref()])?;
    let outside = rows as u64;
    let source: UInt64Array = (0..rows)
        .map(|row| {
            let from = if back {
                row.checked_sub(offset)
            } else {
                row.checked_add(offset).filter(|from| *from < rows)
            };
            from.map_or(outside, |from| from as u64)
        })
        .map(Some)
        .collect();
    Ok(take(&padded, &source, None)?)
}

/// `row_number(start = 1, restart = false)`.
fn row_number(args: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let start = match args.first() {
        Some(starts) if rows > 0 => long(starts, 0)?.unwrap_or(1),
        _ => 1,
    };
    let restart = restarts(args.get(1));
    let mut next = start;
    let numbers: Int64Array = (0..rows)
        .map(|row| {
            if restart(row) {
                next = start;
            }
            let number = next;
            next = next.wrapping_add(1);
            Some(number)
        })
        .collect();
    Ok(Arc::new(numbers))
}

/// `row_cumsum(term, restart = false)`; a null term adds nothing.
fn row_cumsum(args: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let Some(terms) = args.first() else {
        return exec_err!("row_cumsum() needs a term");
    };
    let restart = restarts(args.get(1));
    if terms.data_type() == &DataType::Float64 {
        let terms = terms.as_primitive::<Float64Type>();
        let mut sum = 0.0;
        let sums: Float64Array = (0..rows)
            .map(|row| {
                if restart(row) {
                    sum = 0.0;
                }
                if terms.is_valid(row) {
                    sum += terms.value(row);
                }
                Some(sum)
            })
            .collect();
        return Ok(Arc::new(sums));
    }
    let terms = cast(terms, &DataType::Int64)?;
    let terms = terms.as_primitive::<Int64Type>();
    let mut sum = 0_i64;
    let sums: Int64Array = (0..rows)
        .map(|row| {
            if restart(row) {
                sum = 0;
            }
            if terms.is_valid(row) {
                sum = sum.wrapping_add(terms.value(row));
            }
            Some(sum)
        })
        .collect();
    Ok(Arc::new(sums))
}

/// `row_rank_dense(term, restart)` counts changes of the term; `row_rank_min` gives equal rows the number of the first.
fn row_rank(args: &[ArrayRef], rows: usize, dense: bool) -> Result<ArrayRef> {
    let Some(terms) = args.first() else {
        return exec_err!("row_rank needs a term");
    };
    let converter = RowConverter::new(vec![SortField::new(terms.data_type().clone())])?;
    let keys = converter.convert_columns(&[Arc::clone(terms)])?;
    let restart = restarts(args.get(1));
    let (mut rank, mut number) = (0_i64, 0_i64);
    let ranks: Int64Array = (0..rows)
        .map(|row| {
            let fresh = row == 0 || restart(row);
            number = if fresh { 1 } else { number + 1 };
            let changed = fresh || keys.row(row) != keys.row(row - 1);
            rank = match (fresh, changed, dense) {
                (true, _, _) => 1,
                (false, true, true) => rank + 1,
                (false, true, false) => number,
                (false, false, _) => rank,
            };
            Some(rank)
        })
        .collect();
    Ok(Arc::new(ranks))
}

/// `row_window_session(value, most_from_first, most_between, restart)`: the first value of the session that the row belongs to.
fn row_window_session(args: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let [values, from_first, between, rest @ ..] = args else {
        return exec_err!("row_window_session() needs a value and two distances");
    };
    let values = cast(values, &DataType::Int64)?;
    let values = values.as_primitive::<Int64Type>();
    let restart = restarts(rest.first());
    let (most, gap) = if rows > 0 {
        (long(from_first, 0)?, long(between, 0)?)
    } else {
        (None, None)
    };
    let (most, gap) = (most.unwrap_or(i64::MAX), gap.unwrap_or(i64::MAX));
    let mut session: Option<(i64, i64)> = None;
    let firsts: Int64Array = (0..rows)
        .map(|row| {
            if values.is_null(row) {
                return None;
            }
            let value = values.value(row);
            let (first, _) = match session.filter(|_| !restart(row)) {
                Some((first, last)) if value.saturating_sub(first) <= most && value.saturating_sub(last) <= gap => (first, last),
                _ => (value, value),
            };
            session = Some((first, value));
            Some(first)
        })
        .collect();
    Ok(Arc::new(firsts))
}

/// Whether the row begins anew.
fn restarts(arg: Option<&ArrayRef>) -> impl Fn(usize) -> bool + '_ {
    let flags: Option<&BooleanArray> = arg.and_then(|arg| arg.as_boolean_opt());
    move |row| flags.is_some_and(|flags| flags.is_valid(row) && flags.value(row))
}

fn long(values: &ArrayRef, row: usize) -> Result<Option<i64>> {
    let values = cast(values, &DataType::Int64)?;
    let values = values.as_primitive::<Int64Type>();
    Ok(values.is_valid(row).then(|| values.value(row)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn longs(values: &[i64]) -> ArrayRef {
        Arc::new(Int64Array::from(values.to_vec()))
    }

    fn answer(function: &str, args: &[ArrayRef], rows: usize) -> Vec<Option<i64>> {
        compute(function, args, rows, &DataType::Int64)
            .unwrap()
            .as_primitive::<Int64Type>()
            .iter()
            .collect()
    }

    #[test]
    fn ranks_count_changes_or_rows() {
        let terms = longs(&[5, 5, 5, 7, 7]);
        assert_eq!(answer("row_rank_dense", std::slice::from_ref(&terms), 5), [1, 1, 1, 2, 2].map(Some));
        assert_eq!(answer("row_rank_min", &[terms], 5), [1, 1, 1, 4, 4].map(Some));
    }

    #[test]
    fn prev_and_next_are_null_past_the_edge() {
        let values = longs(&[1, 2, 3]);
        assert_eq!(answer("prev", std::slice::from_ref(&values), 3), [None, Some(1), Some(2)]);
        assert_eq!(
            answer("next", &[values, longs(&[2, 2, 2]), longs(&[9, 9, 9])], 3),
            [Some(3), Some(9), Some(9)]
        );
    }

    #[test]
    fn a_session_ends_by_gap_or_length() {
        let values = longs(&[0, 5, 9, 30, 34]);
        assert_eq!(
            answer("row_window_session", &[values, longs(&[8; 5]), longs(&[6; 5])], 5),
            [0, 0, 9, 30, 30].map(Some)
        );
    }
}
